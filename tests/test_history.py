"""Nothing published vanishes or changes without a trace: two commits, compared."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing.cli import main
from briefing.corpus import load
from briefing.history import GitFailed, checkout

BRIEF = "2022/2022-02-05-it-happened.yml"
PAPER = "sources/paper.yml"
FILES = {
    "sources/other.yml": "kind: press\naccess: public\ntitle: O\nissued: 2022\npublisher: {name: O}\n",
    "entities/b.yml": "kind: state\nname: B\naliases: [b-before]\n",
    "measures.yml": (
        "measures:\n"
        "  - {id: theft, title: T, topic: weapons, unit: USD, period: event, rule: {text: R., sources: [other]}}\n"
        "  - {id: launches, title: L, topic: weapons, unit: count, period: year, rule: {text: R.}}\n"
    ),
    "glossary.yml": "terms:\n  - {term: One, definition: D.}\n  - {term: Two, definition: D.}\n",
    "2023/2023-d.yml": (
        "title: T\ndate: 2023\npublished: 2023-01-01\ntopics: [weapons]\nbottom_line: B.\nstatus: draft\n"
        "claims: [{id: c, text: T., by: a, sources: [paper]}]\n"
    ),
    BRIEF: (
        "    measure: theft\n"
        "    figures: [{stated: 5}]\n"
        "  - {id: more, text: B said more., by: b, sources: [paper], aliases: [more-before]}\n"
        "corrections:\n"
        "  - {date: 2022-03-01, kind: correction, what: An old one., claim: it-happened}\n"
    ),
}
"""What is published, besides the small project."""


def git(folder: Path, *args: str) -> None:
    """Run git with nobody's settings but the repository's."""
    env = {
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
    }
    subprocess.run(["git", *args], cwd=folder, env=env, check=True, capture_output=True)


def commit(folder: Path) -> None:
    """Commit all that is there."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "State")


@pytest.fixture
def briefs(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the briefs' folder of a repository with one commit, and stand beside it."""
    for name, text in FILES.items():
        path = project / "briefs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + text)
    git(project, "init", "--quiet")
    git(project, "config", "user.name", "A. Writer")
    git(project, "config", "user.email", "writer@example.org")
    git(project, "config", "commit.gpgsign", "false")
    commit(project)
    monkeypatch.chdir(project)
    assert load(Path("briefs")).problems == []
    return project / "briefs"


def against(ref: str = "HEAD", *more: str) -> Result:
    """Compare what is there with a commit."""
    return CliRunner().invoke(main, ["check", f"--against={ref}", *more], catch_exceptions=False)


def traced(done: Result) -> list[str]:
    """Return file, line and code of what vanished or changed, and its message."""
    found = [
        line for line in done.stdout.splitlines() if "[published-id-gone]" in line or "[changed-with" in line
    ]
    return [line.replace(": error[", " ").replace("]:", "") for line in found]


def edit(file: Path, old: str, new: str) -> Path:
    """Replace a text that stands in a file once; return the file."""
    assert file.read_text().count(old) == 1
    file.write_text(file.read_text().replace(old, new))
    return file


Change = Callable[[Path], object]


def move(briefs: Path, old: str, new: str, alias: str = "") -> Path:
    """Rename a file, and say so in it; return the file."""
    (briefs / new).parent.mkdir(exist_ok=True)
    (briefs / old).rename(briefs / new)
    with (briefs / new).open("a") as stream:
        stream.write(f"aliases: [{alias}]\n" if alias else "")
    return briefs / new


def fewer(briefs: Path, source: str) -> None:
    """Delete a source that nothing needs any more."""
    edit(briefs / "measures.yml", f", sources: [{source}]", "")
    (briefs / f"sources/{source}.yml").unlink()


def without_b(briefs: Path) -> None:
    """Delete an entity."""
    edit(briefs / BRIEF, "by: b,", "by: a,")
    (briefs / "entities/b.yml").unlink()


NOTHING: dict[str, Change] = {
    "unchanged": lambda _: None,
    "a draft deleted": lambda b: (b / "2023/2023-d.yml").unlink(),
    "a draft changed": lambda b: edit(b / "2023/2023-d.yml", "text: T.", "text: U."),
    "a source renamed": lambda b: (
        move(b, "sources/other.yml", "sources/new.yml", "other"), edit(b / "measures.yml", "[other]", "[new]"),
    ),
    "a brief renamed": lambda b: move(b, BRIEF, "2022/2022-02-05-new.yml", "2022-02-05-it-happened"),
    "a claim renamed": lambda b: (edit(b / BRIEF, "{id: more, ", "{id: new, "), edit(b / BRIEF, "[more-", "[more, more-")),
    "an entity renamed": lambda b: (
        edit(b / "entities/b.yml", "[b-before]", "[b-before, b]"), move(b, "entities/b.yml", "entities/new.yml"),
        edit(b / BRIEF, "by: b,", "by: new,"),
        add_correction(b, "more"),
    ),
    "a claim's other fields changed": lambda b: edit(b / BRIEF, "figures: [{stated: 5}]\n", "figures: [{stated: 5}]\n    said: 2022\n"),
    "a claim added": lambda b: edit(b / BRIEF, "  - {id: more", "  - {id: third, text: T., by: a, sources: [paper]}\n  - {id: more"),
    "a title changed": lambda b: edit(b / BRIEF, "title: A says", "title: A said"),
    "corrected": lambda b: (edit(b / BRIEF, "stated: 5", "stated: 6"), add_correction(b, "it-happened")),
    "corrected by its full name": lambda b: (
        edit(b / BRIEF, "stated: 5", "stated: 6"), add_correction(b, '"2022-02-05-it-happened#it-happened"'),
    ),
    "claims moved about": lambda b: edit(b / BRIEF, "claims:\n", "claims:\n  - {id: first, text: T., by: a, sources: [paper]}\n"),
}  # fmt: skip


def add_correction(briefs: Path, claim: str) -> Path:
    """Add a new correction of a claim; return the file."""
    return edit(
        briefs / BRIEF,
        "corrections:\n",
        f"corrections:\n  - {{date: 2022-04-01, kind: correction, what: A new one., claim: {claim}}}\n",
    )


@pytest.mark.parametrize("change", NOTHING.values(), ids=list(NOTHING))
def test_what_leaves_a_trace_or_needs_none(change: Change, briefs: Path) -> None:
    """Exit code 0 or a warning, but nothing gone and nothing changed."""
    change(briefs)
    done = against()
    assert [] == traced(done)
    assert "error" not in done.stdout


SOMETHING: dict[str, tuple[list[str], Change]] = {
    "a brief deleted": (
        [f"briefs/{BRIEF}:1:1 published-id-gone the brief 2022-02-05-it-happened was published and is gone"],
        lambda b: (b / BRIEF).unlink(),
    ),
    "a brief renamed without alias": (
        [f"briefs/{BRIEF}:1:1 published-id-gone the brief 2022-02-05-it-happened was published and is gone"],
        lambda b: move(b, BRIEF, "2022/2022-02-05-new.yml"),
    ),
    "a brief made a draft": (
        [f"briefs/{BRIEF}:1:1 published-id-gone the brief 2022-02-05-it-happened was published and is gone"],
        lambda b: edit(b / BRIEF, "corrections:\n", "status: draft\ncorrections:\n"),
    ),
    "a source deleted": (
        ["briefs/sources/other.yml:1:1 published-id-gone the source other was published and is gone"],
        lambda b: fewer(b, "other"),
    ),
    "an entity deleted with its old id": (
        [
            "briefs/2022/2022-02-05-it-happened.yml:13:36 changed-without-correction the published claim more has another `by`",
            "briefs/entities/b.yml:1:1 published-id-gone the entity b was published and is gone",
            "briefs/entities/b.yml:1:1 published-id-gone the entity b-before was published and is gone",
        ],
        without_b,
    ),
    "an old id of an entity dropped": (
        ["briefs/entities/b.yml:1:1 published-id-gone the entity b-before was published and is gone"],
        lambda b: edit(b / "entities/b.yml", "aliases: [b-before]\n", ""),
    ),
    "a claim deleted with its old id": (
        [
            f"briefs/{BRIEF}:6:1 published-id-gone the claim more was published and is gone",
            f"briefs/{BRIEF}:6:1 published-id-gone the claim more-before was published and is gone",
        ],
        lambda b: edit(b / BRIEF, "  - {id: more, text: B said more., by: b, sources: [paper], aliases: [more-before]}\n", ""),
    ),
    "an old id of a claim dropped": (
        [f"briefs/{BRIEF}:6:1 published-id-gone the claim more-before was published and is gone"],
        lambda b: edit(b / BRIEF, ", aliases: [more-before]", ""),
    ),
    "a measure deleted": (
        ["briefs/measures.yml:1:1 published-id-gone the measure launches was published and is gone"],
        lambda b: edit(b / "measures.yml", FILES["measures.yml"].splitlines(keepends=True)[2], ""),
    ),
    "a term deleted": (
        ["briefs/glossary.yml:1:1 published-id-gone the term two was published and is gone"],
        lambda b: edit(b / "glossary.yml", "  - {term: Two, definition: D.}\n", ""),
    ),
    "a text changed": (
        [f"briefs/{BRIEF}:13:16 changed-without-correction the published claim more has another `text`"],
        lambda b: edit(b / BRIEF, "B said more.", "B said less."),
    ),
    "a figure changed, with an old correction only": (
        [f"briefs/{BRIEF}:12:5 changed-without-correction the published claim it-happened has another `figures`"],
        lambda b: edit(b / BRIEF, "stated: 5", "stated: 6"),
    ),
    "a qualifier changed": (
        [f"briefs/{BRIEF}:12:5 changed-without-correction the published claim it-happened has another `figures`"],
        lambda b: edit(b / BRIEF, "stated: 5", "about: 5"),
    ),
    "a figure changed, with a correction of another claim": (
        [f"briefs/{BRIEF}:12:5 changed-without-correction the published claim it-happened has another `figures`"],
        lambda b: (edit(b / BRIEF, "stated: 5", "stated: 6"), add_correction(b, "more")),
    ),
    "an origin changed": (
        [f"briefs/{BRIEF}:13:36 changed-without-correction the published claim more has another `by`"],
        lambda b: edit(b / BRIEF, "by: b,", "by: a,"),
    ),
    "a status changed": (
        [f"briefs/{BRIEF}:13:61 changed-without-correction the published claim more has another `status`"],
        lambda b: edit(b / BRIEF, "[paper], aliases", "[paper], status: superseded, aliases"),
    ),
    "a claim changed and renamed": (
        [f"briefs/{BRIEF}:13:15 changed-without-correction the published claim new has another `text`"],
        lambda b: (
            edit(b / BRIEF, "B said more.", "B said less."), edit(b / BRIEF, "{id: more, ", "{id: new, "),
            edit(b / BRIEF, "[more-before]", "[more, more-before]"),
        ),
    ),
    "a claim changed in a renamed brief": (
        ["briefs/2022/2022-02-05-new.yml:13:16 changed-without-correction the published claim more has another `text`"],
        lambda b: (
            edit(b / BRIEF, "B said more.", "B said less."),
            move(b, BRIEF, "2022/2022-02-05-new.yml", "2022-02-05-it-happened"),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("expected", "change"), SOMETHING.values(), ids=list(SOMETHING))
def test_what_vanishes_or_changes_without_a_trace(expected: list[str], change: Change, briefs: Path) -> None:
    """Each is an error at its file and line, with exit code 1."""
    change(briefs)
    done = against()
    assert expected == traced(done)
    assert 1 == done.exit_code


def test_a_correction_counts_only_until_the_next_change(briefs: Path) -> None:
    """One that the other commit has already is of another change."""
    edit(briefs / BRIEF, "stated: 5", "stated: 6")
    add_correction(briefs, "it-happened")
    assert [] == traced(against())
    commit(briefs)
    edit(briefs / BRIEF, "stated: 6", "stated: 7")
    assert 1 == len(traced(against()))
    assert [] == traced(against("HEAD~1"))


@pytest.mark.parametrize(
    "ref", ["no-such-ref", "--output=x", "-x", "HEAD:briefs", "HEAD^{tree}", "a b", "", "..", "HEAD~9"]
)
def test_a_commit_that_is_not_there(ref: str, briefs: Path) -> None:
    """Exit code 2; what looks like an option is not taken for one, and nothing is written."""
    before = sorted(p.name for p in briefs.parent.iterdir() if p.name not in (".briefing", ".cache"))
    with pytest.raises(GitFailed):
        checkout(briefs, ref, briefs.parent / "then")
    if ref:
        done = against(ref)
        assert (2, True) == (done.exit_code, f"Cannot read {ref}: " in done.stderr)
    assert before == sorted(p.name for p in briefs.parent.iterdir() if p.name not in (".briefing", ".cache"))


def test_where_there_is_no_repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, in git's words."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    done = against()
    assert (2, True) == (done.exit_code, "Cannot read HEAD: not a git repository" in done.stderr)


def test_where_there_is_no_git(briefs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, and what is missing."""
    monkeypatch.setenv("PATH", str(briefs))
    assert "git is not installed" in against().stderr


def test_a_folder_that_the_commit_does_not_have(briefs: Path) -> None:
    """The briefs were elsewhere then."""
    briefs.rename(briefs.parent / "moved")
    done = against("HEAD", "--briefs", "moved")
    assert (2, True) == (done.exit_code, "Cannot read HEAD: " in done.stderr)


def test_briefs_that_were_broken_then(briefs: Path) -> None:
    """What could be read is compared; the command says that the rest is not."""
    edit(briefs / BRIEF, "title: A says", "titel: A says")
    commit(briefs)
    edit(briefs / BRIEF, "titel: A says", "title: A says")
    fewer(briefs, "other")
    done = against()
    assert [
        "briefs/sources/other.yml:1:1 published-id-gone the source other was published and is gone"
    ] == traced(done)
    assert "at HEAD: what was broken there is not compared" in done.stderr


@pytest.mark.parametrize(
    ("file", "here", "folder"),
    [
        ("briefs/sources/other.yml", ".", "briefs"),
        ("sources/other.yml", "briefs", "."),
    ],
)
def test_files_have_the_names_that_they_have_from_here(
    file: str, here: str, folder: str, briefs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the command runs beside the briefs or among them."""
    fewer(briefs, "other")
    monkeypatch.chdir(briefs.parent / here)
    (found,) = traced(against("HEAD", "--briefs", folder))
    assert found.startswith(f"{file}:1:1 ")
