"""`briefing new`, as somebody uses it who has never seen this project."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing.cli import creating, main


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in the project's folder."""
    monkeypatch.chdir(project)
    return project


def run(*args: str, said: str | None = None) -> Result:
    """Run the command; a bug shows as its exception."""
    return CliRunner().invoke(main, args, input=said, catch_exceptions=False)


BRIEF = "briefs/2022/2022-03-01-council-meets.yml"
OPTIONS = [
    "--title",
    "Council meets",
    "--date",
    "2022-03-01",
    "--topic",
    "weapons",
    "--published",
    "2026-11-24",
]


def fill_in(path: Path, **values: str) -> None:
    """Write values behind keys that stand empty, as an author would."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for n, line in enumerate(lines):
        key = line.strip().removeprefix("- ").rstrip(":")
        if line.endswith(":") and not line.lstrip().startswith("#") and key in values:
            lines[n] = f"{line} {values[key]}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_from_nothing_to_a_brief_that_passes(here: Path) -> None:
    """New, fill in, stubs for what is missing, fill in, check: the newcomer's way."""
    assert (0, f"{BRIEF}\n", f"5 parts to fill in: briefing check {BRIEF}\n") == (
        (done := run("new", *OPTIONS)).exit_code, done.stdout, done.stderr,
    )  # fmt: skip
    assert 5 == run("check", BRIEF).stdout.count("error[to-fill-in]")
    fill_in(
        here / BRIEF, bottom_line="A met.", id="met", text="A met.", by="b-person", source="gazette-2022-03"
    )
    made = run("new", "--missing")
    assert (0, "briefs/entities/b-person.yml\nbriefs/sources/gazette-2022-03.yml\n") == (
        made.exit_code,
        made.stdout,
    )
    fill_in(here / "briefs/entities/b-person.yml", kind="person", name="B")
    fill_in(
        here / "briefs/sources/gazette-2022-03.yml",
        kind="press", access="public", title="A meets", publisher="{name: The Gazette}", issued="2022-03-02",
    )  # fmt: skip
    done = run("check")
    assert (0, "") == (done.exit_code, done.stdout)
    assert '"b-person"' in (here / ".briefing/schema/ids.json").read_text()


def test_a_file_that_is_there_is_left_as_it_is(here: Path) -> None:
    """Exit code 1."""
    run("new", *OPTIONS)
    (here / BRIEF).write_text("mine", encoding="utf-8")
    again = run("new", *OPTIONS)
    assert (1, f"{BRIEF} is there already, and was left as it is\n") == (again.exit_code, again.stderr)
    assert "mine" == (here / BRIEF).read_text(encoding="utf-8")


def test_what_is_not_given_is_asked_and_asked_again(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong answer gets the field's own words."""
    monkeypatch.setattr(creating, "_somebody_is_there", lambda: True)
    done = run("new", "--published", "2026-11-24", said="Council meets\n1/3/2022\n2022-03-01\nweapons\n\n")
    assert (0, f"{BRIEF}\n") == (done.exit_code, done.stdout)
    assert "write the year first: 2022-03-01 for 1 March or 2022-01-03 for 3 January" in done.stderr
    assert "Topics, the main one first (weapons):" in done.stderr
    assert "Its name in addresses [council-meets]:" in done.stderr


@pytest.mark.parametrize(
    ("said", "args"),
    [
        ("Give --title: nobody is there to be asked.", []),
        ("Give --topic: nobody is there to be asked.", OPTIONS[:4]),
        ("There is no topic weapon. Did you mean weapons?", [*OPTIONS[:4], "--topic", "weapon"]),
        ("is not a date that is understood", ["--title", "T", "--date", "soon", "--topic", "weapons"]),
        ("`2022-02` is not a day", [*OPTIONS[:6], "--published", "2022-02"]),
        ("The title has no letter from a to z to make a name of: give --name.", ["--title", "북한", *OPTIONS[2:]]),
        ("is not a slug", [*OPTIONS, "--name", "A b"]),
        ("bidirectional control character U+202E", ["--title", "a\u202eb", *OPTIONS[2:]]),
        ("`A` is not a slug (a-z, 0-9, single hyphens): write a", ["source", "A"]),
        ("only http and https addresses are allowed", ["source", "x", "--url", "javascript:x"]),
        ("There is no topic money", ["measure", "x", "--topic", "money"]),
        ("is not a unit", ["measure", "x", "--unit", "dollars"]),
        ("There is no folder nowhere", ["--briefs", "nowhere", *OPTIONS]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(said: str, args: list[str], here: Path) -> None:
    """Exit code 2."""
    before = sorted(here.rglob("*"))
    done = run("new", *args)
    assert 2 == done.exit_code
    assert said in done.stderr
    assert before == sorted(here.rglob("*"))


def test_records_of_other_kinds(here: Path) -> None:
    """A file for some, a place in a file for others; none is written twice."""
    for args, file in (
        (["source", "x", "--kind", "press", "--title", "A: b"], "briefs/sources/x.yml"),
        (["entity", "x", "--kind", "person", "--name", "X"], "briefs/entities/x.yml"),
        (
            ["measure", "x", "--title", "X", "--topic", "weapons", "--unit", "USD", "--period", "year"],
            "briefs/measures.yml",
        ),
        (["measure", "y"], "briefs/measures.yml"),
        (["term", "x"], "briefs/glossary.yml"),
        (["event-kind", "x"], "briefs/topics.yml"),
    ):
        done = run("new", *args)
        assert (0, f"{file}\n") == (done.exit_code, done.stdout)
        text = (here / file).read_bytes()
        assert 1 == run("new", *args).exit_code
        assert text == (here / file).read_bytes()


def test_missing_says_what_it_does_not_write(here: Path) -> None:
    """A slip of the pen, and what needs a page in the navigation; nothing at all is said, too."""
    assert (0, "Every id that is named is there\n") == (
        (done := run("new", "--missing")).exit_code,
        done.stderr,
    )
    (here / "briefs/entities/united-nations.yml").write_text("kind: body\nname: UN\n")
    brief = here / "briefs/2022/2022-02-05-it-happened.yml"
    brief.write_text(brief.read_text().replace("by: a", "by: united-natoins").replace("[weapons]", "[money]"))
    done = run("new", "--missing")
    assert (1, "") == (done.exit_code, done.stdout)
    assert "united-natoins is very like united-nations: nothing was written" in done.stderr
    assert "no stub can be made of the topic money" in done.stderr
