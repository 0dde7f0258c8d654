"""Files to begin with: right but for what is to be filled in."""

import datetime as dt
from pathlib import Path

import pytest

from briefing.authoring.fmt import format_text
from briefing.authoring.new import (
    BRIEF,
    ENTITY,
    SOURCE,
    TABLES,
    TO_FILL_IN,
    Start,
    brief_text,
    entity_text,
    fault_of,
    faults_of,
    missing,
    name_of,
    source_text,
    with_row,
)
from briefing.authoring.survey import survey
from briefing.model import Measure
from briefing.problems import Problem
from briefing.yamlnodes import read

START = Start("Council meets", "2022-02-04", ("diplomacy",), dt.date(2026, 11, 24), "council-meets")


def to_fill_in(text: str) -> list[str]:
    """Return the lines that wait for a value; there is no other fault."""
    faults = faults_of(BRIEF, text, START.id)
    assert {TO_FILL_IN} == {p.code for p in faults}
    return [text.splitlines()[p.mark.line - 1].strip() for p in faults]


def test_a_brief_lacks_only_what_its_author_knows() -> None:
    """The answer, and of the first claim what is said, by whom, and where it stands."""
    assert ["bottom_line:", "- id:", "text:", "by:", "- source:"] == to_fill_in(brief_text(START))
    assert "2022/2022-02-04-council-meets.yml" == START.file


@pytest.mark.parametrize(
    "title",
    [
        "A: b",
        "Resolution #1718",
        "'Quoted' and \"quoted\"",
        "@home",
        "no",
        "2022",
        "- a",
        "북한",
        "{a}, [b]",
        "50 %",
        "a\\b",
    ],
)
def test_a_title_is_text_whatever_it_holds(title: str) -> None:
    """It is quoted where it has to be."""
    text = brief_text(Start(title, "2022", ("diplomacy",), dt.date(2026, 11, 24), "x"))
    document = read(text.encode(), "x").document
    assert document is not None
    assert title == document.value["title"]


def test_a_brief_of_several_topics_asks_for_the_claims_topic() -> None:
    """A claim of a brief with one topic has that one."""
    two = Start("T", "2022-02-04", ("diplomacy", "weapons"), dt.date(2026, 11, 24), "x")
    assert "    topic:\n" in brief_text(two)
    assert "    topic:\n" not in brief_text(START)


def test_it_begins_as_fmt_would_leave_it() -> None:
    """The order of keys is the model's, so that filling a file in is all there is to do."""
    two = Start("T: u", "2022-02-04", ("diplomacy", "weapons"), dt.date(2026, 11, 24), "x")
    known = {"title": "A: b", "access": "public"}
    for kind, text in (
        (BRIEF, brief_text(START)),
        (BRIEF, brief_text(two)),
        (SOURCE, source_text({})),
        (SOURCE, source_text(known)),
        (ENTITY, entity_text({"kind": "person", "name": "A: b"})),
    ):
        assert format_text(text, kind.record) == text


def test_nothing_is_written_in_braces() -> None:
    """A comma in them would end a value."""
    for text in (brief_text(START), source_text({}), entity_text({})):
        assert not [line for line in text.splitlines() if "{" in line and not line.lstrip().startswith("#")]


def test_what_a_claim_can_also_have_is_shown_as_it_is_typed() -> None:
    """The lines about figures become figures when their # is taken away."""
    lines = brief_text(START).splitlines()
    shown = [
        line.replace("    #   ", "    ", 1)
        for line in lines
        if line.startswith("    #   ") and "figures:" in line + "x"
    ]
    assert "    figures:" in shown
    block = lines[lines.index("    #   figures:") :][:3]
    text = "\n".join(line.replace("#   ", "", 1) for line in block)
    document = read(text.encode(), "x").document
    assert document is not None
    assert {"figures": [{"more_than": "50_000_000", "as_written": "more than $50 million"}]} == document.value


@pytest.mark.parametrize(
    ("expected", "title"),
    [
        ("council-meets", "Council meets"),
        ("", "북한"),
        (
            "china-urges-the-united-states-to-show-flexibility",
            "China urges the United States to show flexibility towards us",
        ),
        ("x" * 50, "x" * 60),
    ],
)
def test_a_name_is_made_of_whole_words(expected: str, title: str) -> None:
    """As far as an address should be long."""
    assert expected == name_of(title)


def test_sources_and_entities_show_their_choices() -> None:
    """What may be written stands above the key."""
    source, entity = source_text({"title": "A: b"}), entity_text({"kind": "person"})
    assert "One of: official, party, state_media, press, research, vendor, dataset.\nkind:\n" in source
    assert 'title: "A: b"\n' in source
    assert ["kind", "access"] == [p.message.split("`")[1] for p in faults_of(SOURCE, source, "x")]
    assert ["name"] == [p.message.split("`")[1] for p in faults_of(ENTITY, entity, "x")]


MEASURES = """\
# What is counted.
measures:
- id: one
  title: One   # as it is

# Assets come next.
assets:
- id: BTC
"""


def test_a_row_goes_to_the_end_of_its_list_and_nothing_else_changes() -> None:
    """The indent is the list's, and a note on the next key stays with it."""
    made = with_row(MEASURES, TABLES["measure"], "two", {"title": "Two"})
    assert isinstance(made, str)
    before, after = MEASURES.split("\n\n# Assets")
    assert made.startswith(f"{before}\n- id: two\n  # What is measured")
    assert made.endswith(f"\n\n# Assets{after}")
    assert "  title: Two\n" in made
    assert "  rule:\n    # The rule, in words.\n    text:\n" in made


def test_a_row_begins_a_file_or_a_list_that_is_not_there() -> None:
    """Both."""
    assert str(with_row("", TABLES["term"], "icbm", {})).startswith("terms:\n  - id: icbm\n")
    made = str(with_row("topics:\n  - id: a\n", TABLES["event kind"], "test", {}))
    assert made.startswith("topics:\n  - id: a\nevent_kinds:\n  - id: test\n")


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("not-in-lines", "measures: [{id: a}]\n"),
        ("not-in-lines", "measures: a\n"),
        ("empty-list", "measures:\n"),
        ("yaml-syntax", "measures: [\n"),
        ("empty-file", "# nothing\n"),
    ],
)
def test_a_file_that_cannot_take_a_row_is_left_alone(expected: str, text: str) -> None:
    """And what stands in the way is said."""
    made = with_row(text, TABLES["measure"], "two", {})
    assert isinstance(made, Problem)
    assert expected == made.code


@pytest.mark.parametrize(("expected", "value"), [(None, "USD"), ("unknown-unit", "dollars")])
def test_one_value_is_judged_without_the_others(expected: str | None, value: str) -> None:
    """As its field does."""
    fault = fault_of(Measure, "unit", value)
    assert expected == (fault.code if fault else None)


def test_ids_that_are_named_and_not_there(project: Path) -> None:
    """Once each; an id that is nearly one that is there is perhaps a slip of the pen."""
    brief = project / "briefs/2022/2022-02-05-it-happened.yml"
    more = "    about: [kim-song, kim-song]\n    measure: theft\n    event: x\n    supersedes: y\n"
    brief.write_text(
        brief.read_text().replace("[paper]", "[the-gazette, panel-raport-2022, panel-report-2023]") + more
    )
    (project / "briefs/sources/panel-report-2022.yml").write_text(
        "kind: press\naccess: public\ndescriptor: D.\n"
    )
    found = missing(survey(project / "briefs", project))
    assert [("source", "the-gazette", None), ("source", "panel-raport-2022", "panel-report-2022"), ("source", "panel-report-2023", None), ("entity", "kim-song", None), ("measure", "theft", None)] == [
        (m.id.kind, m.id.id, m.like) for m in found
    ]  # fmt: skip
