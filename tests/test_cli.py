"""The command line, as a person uses it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing.cli import main


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in the project's folder."""
    monkeypatch.chdir(project)
    return project


def run(*args: str) -> Result:
    """Run the command; a bug shows as its exception."""
    return CliRunner().invoke(main, args, catch_exceptions=False)


def break_it(here: Path) -> str:
    """Give the brief an unknown entity, and return its file's name."""
    brief = "briefs/2022/2022-02-05-it-happened.yml"
    (here / brief).write_text((here / brief).read_text().replace("by: a", "by: aa"))
    return brief


def test_check_of_good_briefs_says_so(here: Path) -> None:
    """Exit code 0, and how much was read."""
    done = run("check")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "no problems in 4 files (1 brief, 1 claim)\n"


def test_check_shows_line_caret_and_fix(here: Path) -> None:
    """Exit code 1, and everything that a newcomer needs."""
    break_it(here)
    done = run("check")
    assert done.exit_code == 1
    assert done.stdout == (
        "briefs/2022/2022-02-05-it-happened.yml:9:9: error[unknown-entity]: there is no entity `aa`\n"
        "  9 |     by: aa\n"
        "    |         ^\n"
        "  fix: write a\n\n"
    )


def test_check_as_json_has_the_seven_fields(here: Path) -> None:
    """For programs."""
    file = break_it(here)
    done = run("check", "--format", "json")
    assert [
        {
            "file": file, "line": 9, "column": 9, "severity": "error", "code": "unknown-entity",
            "message": "there is no entity `aa`", "hint": "write a",
        }
    ] == json.loads(done.stdout)  # fmt: skip
    assert done.exit_code == 1


def test_check_as_github_annotates(here: Path) -> None:
    """For pull requests."""
    file = break_it(here)
    assert run("check", "--format", "github").stdout == (
        f"::error file={file},line=9,col=9,title=unknown-entity::there is no entity `aa`. Fix: write a\n"
    )


@pytest.mark.parametrize(
    ("code", "paths"),
    [(1, ["briefs"]), (1, ["briefs/2022"]), (0, ["briefs/sources"]), (0, ["briefs/entities/a.yml"])],
)
def test_check_shows_problems_of_the_named_paths(code: int, paths: list[str], here: Path) -> None:
    """All files are read, and problems elsewhere do not count."""
    break_it(here)
    assert code == run("check", *paths).exit_code


@pytest.mark.parametrize(
    ("said", "args"),
    [
        ("There is no folder nowhere", ["check", "--briefs", "nowhere"]),
        ("is not in briefs", ["check", "docs"]),
        ("does not exist", ["check", "briefs/nothing.yml"]),
        ("Invalid value for '--format'", ["check", "--format", "xml"]),
        ("There is no nowhere.yml here", ["build", "-f", "nowhere.yml"]),
        ("There is no nowhere.yml here", ["serve", "-f", "nowhere.yml"]),
        ("Missing option '--out'", ["render"]),
        ("No such command 'biuld'", ["biuld"]),
    ],
)
def test_wrong_use_exits_with_2(said: str, args: list[str], here: Path) -> None:
    """And says what is wrong."""
    done = run(*args)
    assert done.exit_code == 2
    assert said in done.stderr


def test_check_says_when_a_topic_is_not_in_the_navigation(here: Path) -> None:
    """The navigation is written by hand; the fix is the line to add."""
    topics = here / "briefs" / "topics.yml"
    topics.write_text(
        topics.read_text() + '  - {id: money, title: Money, summary: S, colour: "#112233", icon: cash}\n'
    )
    done = run("check")
    assert 0 == done.exit_code
    assert "mkdocs.yml:13:1: warning[topic-not-in-navigation]: the topic money is not in `nav`" in done.stdout
    assert "fix: add `- Money: money.md`" in done.stdout


def test_check_stops_at_an_editorial_error(here: Path) -> None:
    """A claim that calls itself a fact without evidence stops check and build alike."""
    brief = here / "briefs/2022/2022-02-05-it-happened.yml"
    brief.write_text(brief.read_text() + "    kind: fact\n")
    for command in ("check", "build"):
        done = run(command)
        assert 1 == done.exit_code
        assert "error[fact-without-evidence]" in done.output


def test_count_says_how_much_is_there(here: Path) -> None:
    """One line a kind of record, with its number."""
    lines = dict(line.rsplit(maxsplit=1) for line in run("count").stdout.splitlines())
    assert ("1", "1", "0", "1", "1") == tuple(
        lines[k] for k in ("briefs", "claims", "disputes", "sources", "entities")
    )


def test_explain_gives_a_rules_documentation(here: Path) -> None:
    """By code, or all of them; a wrong code gets the nearest."""
    assert (
        "Two outlets' copies of\none party's word are one origin."
        in run("explain", "fact-without-evidence").stdout
    )
    assert run("explain").stdout.count("\n") > 15
    wrong = run("explain", "fact-without-evidense")
    assert (2, True) == (wrong.exit_code, "Did you mean fact-without-evidence?" in wrong.stderr)


def test_explain_shows_wrong_and_right_of_a_code(here: Path) -> None:
    """As it stands in a problem's brackets, too; what would not show has a name."""
    said = run("explain", "error[split-value]:").stdout
    assert "split-value (error)\n\nA comma has ended a value within braces" in said
    assert "Wrong, in a claim of a brief:\n\n  by: {name: Ada" in said
    assert "\nRight:\n\n" in said
    assert "A says<U+200B> one thing" in run("explain", "control-character").stdout
    listed = run("explain").stdout
    assert {"duplicate-key", "to-fill-in", "fact-without-evidence"} <= set(
        re.findall(r"(?m)^  ([a-z-]+) ", listed)
    )


def test_build_makes_the_site(here: Path) -> None:
    """In site/, or where it is told."""
    assert run("build").exit_code == 0
    assert run("build", "--site-dir", "elsewhere").exit_code == 0
    assert (here / "site" / "index.html").is_file()
    assert (here / "elsewhere" / "index.html").is_file()


def test_build_of_broken_briefs_exits_with_1(here: Path) -> None:
    """The message has the fault; the last site stays."""
    run("build")
    before = (here / "site/index.html").stat().st_mtime_ns
    break_it(here)
    done = run("build")
    assert done.exit_code == 1
    assert "error[unknown-entity]" in done.stderr
    assert before == (here / "site/index.html").stat().st_mtime_ns


def test_render_writes_markdown(here: Path) -> None:
    """A project that can be read and built without this program."""
    assert run("render", "--out", "plain").exit_code == 0
    assert "# A says one thing" in (here / "plain/docs/briefs/2022-02-05-it-happened.md").read_text()


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["build"],
        ["check"],
        ["draft"],
        ["explain"],
        ["fmt"],
        ["mv"],
        ["new"],
        ["refs"],
        ["render"],
        ["serve"],
        ["show"],
        ["source", "add"],
    ],
)
def test_help_is_for_newcomers(command: list[str]) -> None:
    """Every command explains itself in whole sentences."""
    done = run(*command, "--help")
    assert done.exit_code == 0
    assert done.stdout.count(". ") + done.stdout.count(".\n") >= 2
    assert not re.search(r"\\b|\x08|\w:  \s*briefing", done.stdout), "examples stand on lines of their own"


BRIEF = "briefs/2022/2022-02-05-it-happened.yml"


def test_fmt_puts_files_in_order_and_names_them(here: Path) -> None:
    """Those that change; and with --check none is written, and exit code 1 says so."""
    text = (here / BRIEF).read_text()
    (here / BRIEF).write_text("date: 2022-02-05\n" + text.replace("date: 2022-02-05\n", ""))
    listed = run("fmt", "--check", "briefs/2022")
    assert (1, f"{BRIEF}\n", "1 of 1 file would change\n") == (listed.exit_code, listed.stdout, listed.stderr)
    assert (here / BRIEF).read_text() != text
    done = run("fmt", "briefs/2022")
    assert (0, f"{BRIEF}\n", "1 of 1 file changed\n") == (done.exit_code, done.stdout, done.stderr)
    assert text == (here / BRIEF).read_text()
    assert (0, "") == ((again := run("fmt", "--check", BRIEF)).exit_code, again.stdout)


def test_fmt_refuses_a_file_with_errors_and_does_the_others(here: Path) -> None:
    """The errors are those of `check`; the file stays as it is."""
    (here / BRIEF).write_text((here / BRIEF).read_text().replace("title:", "titel:"))
    before = (here / BRIEF).read_text()
    (here / "briefs/entities/a.yml").write_text('name: "A"\nkind: state\n')
    done = run("fmt")
    assert (1, True) == (done.exit_code, "briefs/entities/a.yml\n" in done.stdout)
    assert f"{BRIEF}:1:1: error[unknown-key]" in done.stderr
    assert before == (here / BRIEF).read_text()
    assert "kind: state\nname: A\n" == (here / "briefs/entities/a.yml").read_text()


def test_mv_renames_everywhere(here: Path) -> None:
    """And says how much it did."""
    done = run("mv", "a", "a-land")
    assert (0, "entity a is now a-land: 1 reference replaced, 2 files written\n") == (
        done.exit_code,
        done.stdout,
    )
    assert "by: a-land" in (here / BRIEF).read_text()
    assert "no problems" in run("check").stderr


def test_mv_of_a_topic_says_what_is_left_to_do(here: Path) -> None:
    """The navigation is written by hand."""
    assert "in mkdocs.yml, write arms.md for weapons.md in `nav`" in run("mv", "weapons", "arms").stdout


@pytest.mark.parametrize(
    ("said", "args"),
    [
        ("Nothing was renamed: there is no record `papers`; did you mean paper?.", ["papers", "x"]),
        ("Nothing was renamed: these errors would come of it.", ["weapons", "about"]),
    ],
)
def test_mv_refuses(said: str, args: list[str], here: Path) -> None:
    """Exit code 1, and all files stay."""
    before = {p: p.read_bytes() for p in here.rglob("*.yml")}
    done = run("mv", *args)
    assert (1, "", said) == (done.exit_code, done.stdout, done.stderr.splitlines()[-1])
    assert before == {p: p.read_bytes() for p in here.rglob("*.yml")}


def test_mv_refuses_where_there_are_errors(here: Path) -> None:
    """What cannot be read may hold references."""
    break_it(here)
    done = run("mv", "paper", "x")
    assert (1, True) == (done.exit_code, "error[unknown-entity]" in done.stdout)
    assert "Nothing was renamed: with these errors" in done.stderr


def test_mv_finishes_an_earlier_one_first(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was killed after its decision; and so does fmt."""
    for command in (["mv", "papers", "x"], ["fmt"]):
        calls = iter([None, None, SystemExit(9)])  # the journal stands, and one file has changed

        def stop(*_: object, calls: Iterator[SystemExit | None] = calls) -> None:
            if fault := next(calls):
                raise fault

        with monkeypatch.context() as patch:
            patch.setattr("briefing.authoring.replacing._undo", lambda *_: None)
            patch.setattr("briefing.authoring.replacing._clear", lambda _: None)
            patch.setattr("briefing.authoring.replacing._sync", stop)
            assert 9 == run("mv", "a", "b").exit_code
        assert 1 == run("check").exit_code
        assert "Finished first what was interrupted: rename of entity a to b\n" in run(*command).stderr
        assert "no problems" in run("check").stderr
        assert 0 == run("mv", "b", "a").exit_code


def test_refs_lists_uses_by_kind(here: Path) -> None:
    """With file, line and column; an unknown id has its nearest."""
    assert run("refs", "a").stdout == (
        "entity a, briefs/entities/a.yml:1:1: 1 use\n\n"
        f"claim (1)\n{BRIEF}:9:9 2022-02-05-it-happened#it-happened claims[0].by\n"
    )
    wrong = run("refs", "papr")
    assert (1, "There is no record papr: did you mean paper?\n") == (wrong.exit_code, wrong.stderr)


def test_show_prints_a_record(here: Path) -> None:
    """As wide as the terminal; an unknown id has its nearest."""
    assert run("show", "2022-02-05-it-happened#it-happened").stdout.startswith(
        "claim 2022-02-05-it-happened#it-"
    )
    wrong = run("show", "papr")
    assert (1, "There is no brief, claim, source or entity papr: did you mean paper?\n") == (
        wrong.exit_code,
        wrong.stderr,
    )


@pytest.mark.parametrize("command", ["check", "count", "explain", "build", "render", "serve", "verify"])
def test_these_commands_wait_for_no_others(command: str) -> None:
    """What reads articles and writes records takes longer to import than a build in which nothing has changed."""
    program = (
        "import sys; from briefing.cli.base import main; "
        f"found = main.get_command(None, {command!r}); "
        "print(found.name, [m for m in ('briefing.authoring.draft', 'briefing.authoring.show') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [command, "[]"]


def test_a_build_in_which_nothing_has_changed_waits_for_little() -> None:
    """It needs neither records nor pages, and they take longer to import than it takes."""
    program = (
        "import sys, briefing.cli.building, briefing.build; "
        "print([m for m in ('briefing.corpus', 'briefing.model', 'briefing.pages', 'briefing.outputs') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
