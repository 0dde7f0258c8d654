"""How a text is set: the span of every scalar, and texts that every reader takes for text."""

import pytest

from briefing.yamllayout import Group, Scalar, dump, is_text_everywhere, layout
from briefing.yamlnodes import Value, plain


def test_dump_keeps_the_order_and_reads_back() -> None:
    """What is dumped is read as it was."""
    value: dict[str, Value] = {"b": "x: y", "a": ["북한", "~ x"]}
    assert value == plain(dump(value).encode())
    assert dump(value).startswith("b:")


def spans(found: Scalar | Group, text: str) -> list[str]:
    """Return what is written of every scalar, in the order of the text."""
    if isinstance(found, Scalar):
        return [text[found.start : found.end]]
    return [s for e in found.entries for part in (e.key, e.value) if part for s in spans(part, text)]


LAID = "# c\na: >-  # d\n  x\n\n  y\n\nb: [p, 'q r', {c: \"s\"}]\nd:\n- e:\n  f: |+\n    😀\n\n# end\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_layout_gives_the_span_of_every_scalar(line_end: str) -> None:
    """With quotes and the head of a block, without what only looks like a part of it."""
    text = LAID.replace("\n", line_end)
    expected = [
        "a",
        ">-  # d\n  x\n\n  y",
        "b",
        "p",
        "'q r'",
        "c",
        '"s"',
        "d",
        "e",
        "",
        "f",
        "|+\n    😀\n\n",
    ]
    assert [s.replace("\n", line_end) for s in expected] == spans(layout(text), text)


def test_layout_is_walked_as_positions_are() -> None:
    """A step that is not there is passed over, for values that are written short."""
    found = layout(LAID)
    by = found.below(("b", 0, "source"))
    assert isinstance(by, Scalar)
    assert ("p", "") == (by.text, by.style)
    group = found.below(("b",))
    assert isinstance(group, Group)
    assert (True, False, 4) == (group.is_flow, group.is_mapping, group.column)
    assert LAID[group.start : group.end] == "[p, 'q r', {c: \"s\"}]"


@pytest.mark.parametrize(
    "text",
    ["2022", "1_000", "012", "1e3", "0o7", "no", "Yes", "y", "null", "~", "2022-02-05", "1:30", ".inf"],
)
def test_what_other_readers_take_for_something_else(text: str) -> None:
    """Numbers, dates, truth and nothing, in YAML 1.1 and 1.2."""
    assert not is_text_everywhere(text)


@pytest.mark.parametrize("text", ["a", "2022-02-05-panel", "1718-committee", "nothing", "1.2.3", "e3"])
def test_what_every_reader_takes_for_text(text: str) -> None:
    """Ids and words."""
    assert is_text_everywhere(text)
