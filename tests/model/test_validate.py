"""Plain values to records: what is wrong, in an author's words, at its place."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.model import Brief, Entity, GlossaryFile, MeasuresFile, Source, TopicsFile
from briefing.model.fields import Record
from briefing.model.shape import Shape, shape_of
from briefing.model.validate import Validated, nearest, validate
from briefing.problems import Problem
from briefing.yamlnodes import Document, Position, Value, read

BRIEF = """\
title: A says one thing
date: 2022-02-05
published: 2022-02-06
topics: [weapons]
bottom_line: A said that it happened.
claims:
  - id: it-happened
    text: A said that it happened.
    by: a
    sources: [paper]
"""


def checked(text: str, kind: type[Record] = Brief) -> Validated[Record]:
    """Return what becomes of a file's text."""
    document = read(text.encode(), "a.yml").document
    assert document is not None
    own_id = {Brief: "2022-02-05-a", Source: "a", Entity: "a"}.get(kind)
    return validate(kind, document, "a.yml", own_id)


def line_of(problem: Problem) -> str:
    """Return a problem in one line."""
    mark = problem.mark
    return f"{mark.line}:{mark.column} {problem.code}: {problem.message} | {problem.hint}"


def test_a_valid_file_is_a_record() -> None:
    """The id comes from the file's name, short forms are written out, defaults filled in."""
    result = checked(BRIEF)
    assert [] == result.problems
    assert isinstance(result.record, Brief)
    assert "2022-02-05-a" == result.record.id
    assert "a" == result.record.claims[0].by[0].entity
    assert "paper" == result.record.claims[0].sources[0].source
    assert "published" == result.record.status


@pytest.mark.parametrize(
    ("expected", "more"),
    [
        (
            "11:1 unknown-key: `event` is not a key of a brief | write `events`",
            "event: []",
        ),
        (
            "11:1 unknown-key: `Key-Points` is not a key of a brief | write `key_points`",
            "Key-Points: []",
        ),
        (
            (
                "11:1 unknown-key: `id` is not written in the file: the file's name gives it"
                " | delete this line, or rename the file"
            ),
            "id: x",
        ),
        (
            "12:3 missing-field: `title` is missing from this event | add `title:`, what happened, in a few words",
            "events:\n- {id: a, kind: b, when: 2022}",
        ),
        (
            (
                "12:11 to-fill-in: `when` has no value yet | write after the colon the local date at its place"
                " (text that begins with # needs quotes)"
            ),
            "events:\n- {id: a, when: , kind: b, title: T}",
        ),
        (
            "11:7 unknown-value: `Trackr` is not a value of `form` | write tracker (allowed: event, tracker, explainer)",
            "form: Trackr",
        ),
        (
            "11:7 wrong-type: one word is expected here, not a list | write one of: event, tracker, explainer",
            "form: [tracker]",
        ),
        (
            (
                "11:9 wrong-type: `events` is a list, and a mapping stands here"
                " | begin each item with `- ` on a line of its own, and write its keys, such as `id:`, `kind:`"
            ),
            "events: {id: a}",
        ),
        (
            "11:7 wrong-type: `gaps` is a list, and text stands here | write `gaps: [One thing]`",
            "gaps: One thing",
        ),
        (
            (
                "12:3 wrong-type: an event is a mapping, and text stands here"
                " | write its keys, such as `id:`, `kind:`, `title:`"
            ),
            "events:\n- one",
        ),
        (
            "11:32 empty-list: `claims` has no items | add one",
            "key_points: [{text: A, claims: []}]",
        ),
        (
            "11:10 wrong-type: text is expected here, not a list | write text on one line",
            "updated: [2022-02-05]",
        ),
        (
            "11:24 unknown-key: `y` is not a key of a key point | use one of: text, claims",
            "key_points: [{text: A, y: b, claims: [c]}]",
        ),
        (
            "11:52 unknown-key: `because_of` is not a key of an accepted warning | write `because`",
            "accepts: [{rule: single-origin, because: It is so, because_of: x}]",
        ),
    ],
)  # fmt: skip
def test_a_fault_has_its_place_its_words_and_its_fix(expected: str, more: str) -> None:
    """Each kind of fault is told at its line and column, with what to type."""
    shown = [line_of(p) for p in checked(BRIEF + more + "\n").problems]
    assert [expected] == shown


@pytest.mark.parametrize(
    ("expected", "text", "kind"),
    [
        ("`x` is not a key of a topics file", "topics: [{id: a, title: b, summary: c, colour: '#000000', icon: d}]\nx: y", TopicsFile),
        ("`x` is not a key of an event kind", "topics: [{id: a, title: b, summary: c, colour: '#000000', icon: d}]\nevent_kinds: [{id: a, title: b, x: y}]", TopicsFile),
        ("`x` is not a key of an archived copy", "kind: press\naccess: public\ndescriptor: d\narchive: [{url: 'https://a.b', captured: 2022-02-05, x: y}]", Source),
        ("a rule is a mapping, and text stands here", "measures: [{id: a, title: b, topic: c, unit: count, period: year, rule: d}]", MeasuresFile),
        ("`id` is missing from this term", "terms: [{term: 북한, definition: d}]", GlossaryFile),
        ("a name is a mapping, and a list stands here", "kind: state\nname: n\nnames: [[a]]", Entity),
    ],
)  # fmt: skip
def test_records_are_called_by_an_authors_words(expected: str, text: str, kind: type[Record]) -> None:
    """Nobody has to know how the program calls its types."""
    assert [expected] == [p.message for p in checked(text, kind).problems]


def test_what_the_reader_refused_is_not_reported_twice() -> None:
    """An alias and an empty item have their own problem; no second one says that they are wrong."""
    text = BRIEF.replace("by: a", "by: *who").replace("[weapons]", "[~, weapons]") + "form: *form\n"
    assert [] == checked(text).problems


def test_a_term_is_named_by_itself() -> None:
    """A term without an id gets the slug of the term."""
    result = checked("terms: [{term: ICBM (heavy), definition: A missile.}]", GlossaryFile)
    assert isinstance(result.record, GlossaryFile)
    assert "icbm-heavy" == result.record.terms[0].id


@pytest.mark.parametrize(
    ("expected", "word", "words"),
    [
        ("sources", "source", ["sources", "entities"]),
        ("claims", "claim", ["claims", "limits"]),
        (None, "xyz", ["claims", "limits"]),
        (None, "", ["claims"]),
        (None, "claims", []),
    ],
)
def test_the_nearest_word_is_one_that_is_like_it(expected: str | None, word: str, words: list[str]) -> None:
    """A far word is not proposed."""
    assert expected == nearest(word, words)


SCALARS = st.sampled_from([
    "", "a", "no", "2022", "2022-02-05", "2020-21", "-1", "1e9", "inf", "https://a.b", "http://u@a.b", "#a", "2022-a#b",
    "fact", "denial", "true", "USD", "BTC", "#000000", "unknown", "9" * 5000, "1,000", "1," * 3000, "북한", "{", "a b",
]) | st.text(max_size=5)  # fmt: skip


def values_like(shape: Shape | None, depth: int = 0) -> st.SearchStrategy[Any]:
    """Return values that mostly have a shape, so that faults are found deep inside."""
    odd: st.SearchStrategy[Any] = SCALARS | st.lists(SCALARS, max_size=2) | st.none()
    if shape is None or depth > 6:
        return odd
    if shape.items is not None:
        inner = values_like(shape.items, depth + 1)
        return st.lists(inner, max_size=3) | inner | odd
    if shape.fields is not None:
        required = {k: values_like(s, depth + 1) for k, s in shape.fields.items() if s.required}
        optional = {k: values_like(s, depth + 1) for k, s in shape.fields.items() if not s.required}
        known = st.fixed_dictionaries(required, optional=optional)
        extra = st.dictionaries(
            st.sampled_from(["x", "id", "", "__class__", "model_config"]), odd, max_size=1
        )
        return st.builds(lambda a, b: {**a, **b}, known, extra) | odd
    if shape.choices is not None:
        return st.sampled_from([*map(str, shape.choices)]) | odd
    return odd


KINDS: list[type[Record]] = [Brief, Source, Entity, TopicsFile, MeasuresFile, GlossaryFile]
FORBIDDEN = re.compile(r"pydantic|Traceback|<class|NoneType|Error|[Dd]ict\b|\bstr\b|\bNone\b")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_validating_never_raises(kind: type[Record], data: st.DataObject) -> None:
    """Whatever values a file holds, there is a record or a problem, and every problem has a fix."""
    value = data.draw(values_like(shape_of(kind)))
    if not isinstance(value, dict):
        value = {"a": value}
    result = validate(
        kind, Document(value, Position(1, 1), frozenset()), "a.yml", "a" if kind is Source else None
    )
    assert (result.record is None) == bool(result.problems)
    for problem in result.problems:
        assert problem.hint
        assert problem.code
        if problem.code == "wrong-type":
            assert not FORBIDDEN.search(problem.message + problem.hint)


@given(
    st.recursive(
        SCALARS | st.none(),
        lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=8), v, max_size=3),
    )
)
def test_validating_arbitrary_values_never_raises(value: Value) -> None:
    """Nor do values of no shape at all."""
    for key in shape_of(Brief).fields or {}:
        document = Document({key: value}, Position(1, 1), frozenset())
        assert validate(Brief, document, "a.yml", "2022-a").problems
