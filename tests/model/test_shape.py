"""The shape of records: what may stand where, and which ids are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.model import Brief, GlossaryFile, MeasuresFile, Source, TopicsFile
from briefing.model.claim import ClaimKind
from briefing.model.fields import Record
from briefing.model.shape import ids_in, mentions, shape_of
from briefing.yamlnodes import Path, Value


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        ("topic", ("topics", 0)),
        ("entity", ("claims", 3, "by", 0, "entity")),
        ("source", ("claims", 3, "sources", 0, "source")),
        ("source", ("claims", 3, "sources", 0, "via", 1)),
        ("entity", ("claims", 0, "about", 0, "accused")),
        ("claim", ("key_points", 0, "claims", 0)),
        ("measure", ("claims", 0, "figures", 0, "measure")),
        ("event", ("claims", 0, "event")),
        ("event kind", ("events", 0, "kind")),
        ("brief", ("superseded_by",)),
    ],
)
def test_a_shape_knows_what_a_place_names(expected: str, path: Path) -> None:
    """The kind of record that a field refers to is read from its annotation."""
    shape = shape_of(Brief).below(path)
    assert shape is not None
    assert expected == shape.names


@pytest.mark.parametrize("path", [("none",), ("claims", "id"), ("title", "x"), ("claims", 0, "none", 1)])
def test_a_place_that_no_record_has_has_no_shape(path: Path) -> None:
    """Below an unknown key there is nothing."""
    assert shape_of(Brief).below(path) is None


def test_a_shape_carries_what_the_model_documents() -> None:
    """Choices, meaning, short forms and what is required come from the model itself."""
    claims = shape_of(Brief).below(("claims", 0))
    assert claims is not None
    assert claims.fields is not None
    assert ClaimKind is claims.fields["kind"].choices
    assert (True, False) == (claims.fields["by"].required, claims.fields["kind"].required)
    assert "Who first made the assertion, as far as the documents say." == claims.fields["by"].meaning
    assert claims.fields["by"].one_or_many
    assert claims.fields["by"].items is not None
    assert "entity" == claims.fields["by"].items.shorthand
    assert "claim" == claims.fields["id"].defines


@pytest.mark.parametrize("record", [Brief, Source, TopicsFile, MeasuresFile, GlossaryFile])
def test_every_required_field_is_documented(record: type[Record]) -> None:
    """A missing field can be explained: it has a meaning or choices."""
    seen = set()

    def walk(kind: type[Record]) -> None:
        if kind in seen:
            return
        seen.add(kind)
        for name, shape in (shape_of(kind).fields or {}).items():
            assert shape.meaning or shape.choices or not shape.required, f"{kind.__name__}.{name}"
            inner = shape.items or shape
            if inner.record:
                walk(inner.record)

    walk(record)


VALUE: dict[str, Value] = {
    "topics": ["weapons", ["odd"]],
    "claims": [
        {
            "id": "one",
            "by": "dprk",
            "sources": [{"source": "a", "via": ["b"]}, "c"],
            "about": {"accused": "d"},
            "figures": "odd",
            "unknown": {"by": "x"},
        },
        "odd",
        {"by": [{"unnamed": "x", "told": "e"}], "sources": "f", "event": "#g"},
    ],
    "superseded_by": {"odd": "shape"},
    "events": [{"id": "g", "kind": "h"}],
}


def test_ids_are_found_in_values_that_are_not_valid() -> None:
    """Every id that is defined or named is found with its place, in the order of the file."""
    assert [
        ("topic", "weapons", ("topics", 0), False),
        ("claim", "one", ("claims", 0, "id"), True),
        ("entity", "dprk", ("claims", 0, "by", "entity"), False),
        ("source", "a", ("claims", 0, "sources", 0, "source"), False),
        ("source", "b", ("claims", 0, "sources", 0, "via", 0), False),
        ("source", "c", ("claims", 0, "sources", 1, "source"), False),
        ("entity", "d", ("claims", 0, "about", "accused"), False),
        ("entity", "e", ("claims", 2, "by", 0, "told"), False),
        ("source", "f", ("claims", 2, "sources", "source"), False),
        ("event", "#g", ("claims", 2, "event"), False),
        ("event", "g", ("events", 0, "id"), True),
        ("event kind", "h", ("events", 0, "kind"), False),
    ] == [(m.kind, m.id, m.path, m.defines) for m in mentions(shape_of(Brief), VALUE)]


def _keys(record: type[Record]) -> set[str]:
    """Return the keys of a record and of those in it."""
    found: set[str] = set()
    for name, shape in (shape_of(record).fields or {}).items():
        inner = (shape.items or shape).record
        found |= {name} | (_keys(inner) if inner else set())
    return found


_KEYS = st.sampled_from(
    sorted({k for s in (Brief, MeasuresFile, GlossaryFile, TopicsFile) for k in _keys(s)})
)
_VALUES = st.recursive(
    st.sampled_from(["a", "", "#b", "2022-c#d"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(
    st.sampled_from([Brief, Source, TopicsFile, MeasuresFile, GlossaryFile]), st.dictionaries(_KEYS, _VALUES)
)
def test_ids_without_places_are_the_same(record: type[Record], value: dict[str, Value]) -> None:
    """Whatever stands where, by kind and by whether they are defined."""
    with_places: dict[tuple[str, bool], list[str]] = {}
    for mention in mentions(shape_of(record), value):
        with_places.setdefault((mention.kind, mention.defines), []).append(mention.id)
    without = ids_in(record, value)
    assert {key: sorted(ids) for key, ids in with_places.items()} == {
        k: sorted(v) for k, v in without.items()
    }
