"""What `briefing check` found, kept for as long as nothing has changed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing import keeping, verdict
from briefing.cli import main
from briefing.problems import Mark, warning
from briefing.verdict import Verdict, occasion, recall, remember

BRIEF = "briefs/2022/2022-02-05-it-happened.yml"
KEPT = ".cache/briefing/read/briefs/check.json"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take files for settled at once: a test writes nothing twice within a tick of the clock."""
    monkeypatch.setattr(keeping, "_SETTLED", -1_000_000_000)
    monkeypatch.setattr(keeping, "_COARSE", -1_000_000_000)


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in the project's folder."""
    monkeypatch.chdir(project)
    return project


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Give the list of folders that are judged from now on."""
    from briefing.cli import checking

    folders: list[Path] = []
    usual = checking._judged

    def note(root: Path, config_file: Path, against: str | None) -> Verdict:
        folders.append(root)
        return usual(root, config_file, against)

    monkeypatch.setattr(checking, "_judged", note)
    return folders


def check(*args: str) -> tuple[int, str, str]:
    """Run the command; return its exit code and what it said."""
    done: Result = CliRunner().invoke(main, ["check", *args], catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


def spoil(here: Path, old: str = "by: a", new: str = "by: aa") -> None:
    """Change the brief."""
    (here / BRIEF).write_text((here / BRIEF).read_text().replace(old, new), encoding="utf-8")


def test_the_second_answer_is_the_first(here: Path, judged: list[Path]) -> None:
    """Good or bad, in each format, and with its lines: nothing is judged twice."""
    for _ in range(2):
        spoil(here)
        spoil(here, "title: A says", "title: A, now, says")
        first = [check(), check("--format", "json"), check("--format", "github"), check("briefs/2022")]
        assert 1 == len(judged)
        assert first == [
            check(),
            check("--format", "json"),
            check("--format", "github"),
            check("briefs/2022"),
        ]
        assert 1 == len(judged)
        assert (1, True) == (first[0][0], "there is no entity `aa`" in first[0][1])
        spoil(here, "by: aa", "by: a")
        judged.clear()
    assert (0, "", "no problems in 4 files (1 brief, 1 claim)\n") == check()
    assert (0, "", "no problems in 4 files (1 brief, 1 claim)\n") == check()
    assert 1 == len(judged)


Change = Callable[[Path], object]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda p: spoil(p), id="a file is edited"),
        pytest.param(lambda p: (p / "briefs/sources/x.yml").write_text("kind: x\n"), id="a file is added"),
        pytest.param(lambda p: (p / "briefs/sources/paper.yml").unlink(), id="a file is gone"),
        pytest.param(lambda p: (p / BRIEF).rename(p / "briefs/2022/2022-02-05-x.yml"), id="a file is renamed"),
        pytest.param(lambda p: (p / "briefs/x.yaml").write_text("x"), id="a file stands where none belongs"),
        pytest.param(lambda p: (p / "briefs/sources/x.yml").symlink_to("paper.yml"), id="a link is added"),
        pytest.param(lambda p: os.utime(p / BRIEF, ns=(1, 1)), id="a file has other times"),
        pytest.param(lambda p: (p / "mkdocs.yml").write_text("nav: [index.md]\n"), id="the navigation is another"),
        pytest.param(lambda p: (p / ".briefing/schema/ids.json").unlink(), id="the ids for editors are gone"),
        pytest.param(lambda p: (p / ".briefing/schema/ids.json").write_text("{}"), id="they are spoilt"),
        pytest.param(lambda p: (p / KEPT).unlink(), id="the answer is gone"),
        pytest.param(lambda p: (p / KEPT).write_bytes((p / KEPT).read_bytes()[:-9]), id="it is cut short"),
        pytest.param(lambda p: (p / KEPT).write_bytes(b"\xff\xfe"), id="it is no text"),
        pytest.param(lambda p: (p / KEPT).write_text("briefing x y z\n[[]]"), id="it is of another version"),
    ],
)  # fmt: skip
def test_whatever_has_changed_is_judged_anew(change: Change, here: Path, judged: list[Path]) -> None:
    """And what is found then is what a project without a cache would be told."""
    check()
    change(here)
    judged.clear()
    told = check()
    assert 1 == len(judged)
    for name in (".cache", ".briefing"):
        subprocess.run(["rm", "-r", str(here / name)], check=True)
    assert told == check()


def test_another_place_is_another_occasion(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files have other names in problems; another mkdocs.yml has another navigation."""
    check()
    base = Path.cwd()
    first = occasion(Path("briefs"), Path("mkdocs.yml"), base)
    assert first == occasion(Path("briefs"), Path("mkdocs.yml"), base)
    others = [
        occasion(here / "briefs", Path("mkdocs.yml"), base),
        occasion(Path("briefs"), Path("other.yml"), base),
        occasion(Path("briefs"), Path("mkdocs.yml"), base.parent),
    ]
    monkeypatch.setattr(verdict, "stamp", lambda _: "another version")
    others.append(occasion(Path("briefs"), Path("mkdocs.yml"), base))
    assert 5 == len({first, *others})


def test_a_file_that_was_written_a_moment_ago_makes_no_occasion(
    here: Path, judged: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be written again within a tick of the clock, and look the same."""
    monkeypatch.setattr(keeping, "_SETTLED", 3600 * 1_000_000_000)
    assert occasion(Path("briefs"), Path("mkdocs.yml"), here) is None
    assert check() == check()
    assert 2 == len(judged)
    assert not (here / KEPT).exists()


def test_a_comparison_with_a_commit_is_made_each_time(here: Path, judged: list[Path]) -> None:
    """What the commit holds is no part of the occasion."""
    check()
    for args in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *args], cwd=here, check=True)
    judged.clear()
    assert (0, "") == check("--against", "HEAD")[:2]
    spoil(here, "text: A said that it happened", "text: A said that nothing happened")
    assert 1 == check("--against", "HEAD")[0]
    assert 0 == check()[0]
    assert 1 == check("--against", "HEAD")[0]
    assert 4 == len(judged)


def test_problems_of_the_configuration_are_not_shown_for_a_path(here: Path) -> None:
    """They are no part of it, though they are kept with the rest."""
    (here / "mkdocs.yml").write_text("nav: [index.md]\n", encoding="utf-8")
    for _ in range(2):
        assert "topic-not-in-navigation" in check()[1]
        assert (0, "") == check("briefs/2022")[:2]
        assert (0, "") == check(BRIEF)[:2]


def test_a_verdict_comes_back_as_it_was(here: Path) -> None:
    """Whatever its problems say."""
    made = Verdict(
        [warning(Mark("a\u00fc.yml", 2, 3), "code", '“x” \\ "y"', "mend: {}")], 4, 1, 2, was_stopped=True
    )
    remember(Path("briefs"), "now", made)
    assert made == recall(Path("briefs"), "now")
    assert recall(Path("briefs"), "then") is None
    assert recall(Path("briefs"), None) is None
    (here / "mkdocs.yml").unlink()
    assert recall(Path("briefs"), "now") is None


@pytest.mark.parametrize(
    "body", ["{}", "[]", "[1]", '[[["x"]],1,1,1,1]', '[[[["a",1,1],"fatal","c","m","h"]],1,1,1,1]']
)
def test_an_answer_that_is_none_is_not_believed(body: str, here: Path) -> None:
    """Though its sum is right."""
    remember(Path("briefs"), "now", Verdict([], 1, 1, 1, was_stopped=False))
    (here / KEPT).write_bytes(verdict._head(Path("briefs"), "now", body.encode()) + b"\n" + body.encode())
    assert recall(Path("briefs"), "now") is None


def test_where_nothing_can_be_written_everything_is_judged(here: Path, judged: list[Path]) -> None:
    """And said."""
    (here / ".cache").write_text("in the way", encoding="utf-8")
    assert (0, "") == check()[:2]
    assert (0, "") == check()[:2]
    assert 2 == len(judged)


_HEAVY = ("jinja2", "markdown", "mkdocs", "nh3", "PIL", "trafilatura", "asyncio")
_READING = ("pydantic", "yaml", "rapidfuzz", "briefing.model")

_RUN = """
import sys
from briefing import keeping
from briefing.cli import main
keeping._SETTLED = keeping._COARSE = -1_000_000_000
try:
    main(["check"])
except SystemExit as end:
    print(end.code, *[m for m in sys.argv[1:] if m in sys.modules])
"""


def test_checking_imports_what_it_needs(here: Path) -> None:
    """Nothing that makes pages; and where the answer is known, nothing that reads YAML."""
    said = [
        subprocess.run(
            [sys.executable, "-c", _RUN, *_HEAVY, *_READING],
            capture_output=True,
            text=True,
            check=True,
            cwd=here,
        ).stdout
        for _ in range(2)
    ]
    assert [f"0 {' '.join(_READING)}\n", "0\n"] == said


def test_two_at_once_are_both_right(here: Path) -> None:
    """They write the same files; whatever is left of it is whole."""
    sources = here / "briefs/sources"
    for n in range(300):
        (sources / f"s-{n}.yml").write_bytes((sources / "paper.yml").read_bytes())
    for _ in range(3):
        running = [
            subprocess.Popen(
                [sys.executable, "-c", _RUN],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=here,
            )
            for _ in range(2)
        ]
        for process in running:
            said, told = process.communicate(timeout=120)
            assert (0, True) == (process.returncode, said.endswith("0\n"))
            assert "300 warnings in 304 files (1 brief, 1 claim)" in told
        (here / BRIEF).touch()
    cache = keeping.cache_of(here / "briefs")
    assert cache is not None
    assert 304 == len(keeping.Cache(cache).read())
    assert json.loads((here / KEPT).read_text(encoding="utf-8").partition("\n")[2])
