"""YAML text to plain values with positions, and every refusal on the way."""

import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from briefing.problems import Mark, ordered
from briefing.yamllayout import dump
from briefing.yamlnodes import MAX_BYTES, MAX_DEPTH, MAX_EVENTS, Document, Path, Position, Value, plain, read


def document(text: str) -> Document:
    """Return the document of a text that has no faults."""
    reading = read(text.encode(), "a.yml")
    assert [] == reading.problems
    assert reading.document is not None
    return reading.document


def codes(data: str | bytes) -> list[str]:
    """Return the place and code of every problem, as "line:column code"."""
    reading = read(data.encode() if isinstance(data, str) else data, "a.yml")
    return [f"{p.mark.line}:{p.mark.column} {p.code}" for p in reading.problems]


@pytest.mark.parametrize(
    "text", ["no", "NO", "yes", "on", "012", "1e3", "2022-02-05", "1_000", ".inf", "0x1F", "True", "12:30"]
)
def test_scalars_stay_text(text: str) -> None:
    """The field decides the type, so that KP: NO stays NO."""
    assert {"a": text, "b": [text]} == document(f"a: {text}\nb: [{text}]\n").value


@pytest.mark.parametrize("text", ["", "~", "null"])
def test_a_plain_empty_value_is_absent(text: str) -> None:
    """Nothing, a tilde and null leave a key out, and its path is kept."""
    read_in = document(f"a: {text}\nb: c\n")
    assert {"b": "c"} == read_in.value
    assert frozenset({("a",)}) == read_in.empty


@pytest.mark.parametrize("text", ["''", '""', '"~"', "'null'"])
def test_a_quoted_value_is_never_absent(text: str) -> None:
    """Quotation marks make text of anything."""
    assert {"a": text[1:-1]} == document(f"a: {text}\n").value


@pytest.mark.parametrize(
    ("expected", "path", "key"),
    [
        (Mark("a.yml", 2, 1), (), False),
        (Mark("a.yml", 2, 8), ("title",), False),
        (Mark("a.yml", 2, 1), ("title",), True),
        (Mark("a.yml", 4, 3), ("claims",), False),
        (Mark("a.yml", 3, 1), ("claims",), True),
        (Mark("a.yml", 4, 5), ("claims", 0), False),
        (Mark("a.yml", 4, 5), ("claims", 0), True),
        (Mark("a.yml", 4, 9), ("claims", 0, "id"), False),
        (Mark("a.yml", 5, 13), ("claims", 0, "by", 1), False),
        (Mark("a.yml", 5, 9), ("claims", 0, "by"), False),
        (Mark("a.yml", 5, 9), ("claims", 0, "by", 7, "none"), False),
        (Mark("a.yml", 7, 14), ("쌍", "x"), False),
    ],
)
def test_every_node_has_its_place(expected: Mark, path: Path, key: bool) -> None:
    """Lines and columns count from 1, in characters; a level that was not written is skipped."""
    text = "# comment\ntitle: T\nclaims:\n  - id: a\n    by: [x, y]\n\n쌍: {🚀: 1, x: 2}\n"
    # The rocket is one character, as an editor counts, though four bytes.
    assert expected == document(text).positions.mark("a.yml", path, key=key)


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    """Neither moves a place."""
    reading = read(b"\xef\xbb\xbfa: b\r\nc: d\r\n", "a.yml")
    assert reading.document is not None
    assert {"a": "b", "c": "d"} == reading.document.value
    assert Mark("a.yml", 2, 4) == reading.document.positions.mark("a.yml", ("c",))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (["1:1 empty-file"], ""),
        (["1:1 empty-file"], "# only a comment\n"),
        (["1:1 empty-file"], "---\n"),
        (["1:1 empty-file"], "~"),
        (["1:1 not-a-mapping"], "- a\n"),
        (["2:1 not-a-mapping"], "\ntext\n"),
        (["1:4 anchor"], "a: &x b"),
        (["1:1 anchor"], "&x a: b"),
        (["1:4 alias"], "a: *x"),
        (["1:5 alias"], "a: [*x]"),
        (["1:1 alias"], "*x"),
        (["1:1 alias"], "*x : a\nb: c"),
        (["1:5 alias"], "<<: *x"),
        (["1:4 tag"], "a: !!int 3"),
        (["1:1 tag"], "!x {a: b}"),
        (["1:4 tag"], "a: ! b"),
        (["1:4 anchor", "1:4 tag"], "a: &x !y b"),
        (["1:1 tag"], "a: !%C0%80 x"),
        (["2:1 several-documents"], "a: b\n--- \nc: d\n---\ne: f"),
        (["2:1 duplicate-key"], "a: 1\na: 2"),
        (["1:15 duplicate-key", "3:1 duplicate-key"], "a: {b: {c: 1, c: 2}}\nd: e\na: {b: 1}"),
        (["2:1 duplicate-key"], "a: [1]\n'a': [2]"),
        (["1:3 key-not-text"], "? [a]\n: b"),
        (["1:1 key-not-text"], "{a: b}: c"),
        (["1:5 empty-item"], "a: [~, b]"),
        (["2:2 empty-item", "4:2 empty-item"], "a:\n-\n- b\n-\n"),
        (["1:4 control-character"], 'a: "\\0"'),
        (["1:5 bidi-character"], 'a: ["\\u202e"]'),
        (["1:2 control-character", "2:4 bidi-character"], "a\x07: b\nc: \u2066d"),
        (["1:5 control-character"], "a: b\rc: d"),
        (["1:4 control-character"], "a: \ufeffb"),
    ],
)
def test_what_is_not_allowed_is_refused_at_its_place(expected: list[str], text: str) -> None:
    """Each refusal has line, column and code."""
    assert expected == codes(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("1:9 a colon followed by a space stands inside plain text", "title: a: b"),
        ("1:1 a tab stands where YAML wants spaces", "\ta: b"),
        ("1:4 text cannot begin with `@` in YAML", "a: @b"),
        ("1:4 text cannot begin with ``` in YAML", "a: `b`"),
        ("1:4 text cannot begin with `%` in YAML", "a: %b"),
        ("1:4 a quotation mark is opened here and never closed", "a: 'b\nc: d\n\n"),
        ("1:4 a quotation mark is opened here and not closed before", 'a: "b\n---\nc: d'),
        ("1:7 a plain space is missing after the colon", "title:b\nc: d"),
        ("1:9 a plain space is missing after the colon", "  title:\u00a0b\n  c: d"),
        ("2:1 a key without a colon and a space", "a: b\nc\nd: e"),
        ("1:8 something follows the end of a quotation", "a: 'it's'"),
        ("1:4 a list in brackets or a mapping in braces is not closed", "a: {b: c"),
        ("3:4 a list item begins with a dash, and this line does not", "a:\n  - b: c\n   d: e"),
        ("3:2 a key is expected here", "a: |\n  b\n c: d"),
        ("1:4 text begins with `*`", "a: **b**"),
        ("1:5 a backslash in double quotes", 'a: "\\d"'),
        ("1:4 a dash begins a list where none can stand", "a: - b"),
        ("1:7 a value is expected before this comma or bracket", "a: [b,,c]"),
        ("1:4 `|` or `>` begins a block of text", "a: |b"),
    ],
)
def test_a_syntax_error_is_told_in_plain_words(expected: str, text: str) -> None:
    """What newcomers get wrong is named where it begins, and has a fix."""
    (problem,) = read(text.encode(), "a.yml").problems
    assert "yaml-syntax" == problem.code
    shown = f"{problem.mark.line}:{problem.mark.column} {problem.message}"
    assert expected == shown[: len(expected)]
    assert problem.hint


def test_other_faults_are_found_beside_a_forbidden_character() -> None:
    """A character that is refused hides nothing that follows, and moves no column."""
    reading = read("a: \u202e b\na: c\nd: \u200be\u200b\n".encode(), "a.yml")
    assert [(1, 4), (2, 1), (3, 4), (3, 6)] == [
        (p.mark.line, p.mark.column) for p in ordered(reading.problems)
    ]
    assert reading.document is not None
    assert {"a": " b", "d": "e"} == reading.document.value


def test_the_first_of_several_documents_is_still_read() -> None:
    """A second document hides no fault of the first."""
    reading = read(b"a: b\n---\nc: d\n", "a.yml")
    assert reading.document is not None
    assert {"a": "b"} == reading.document.value


@pytest.mark.parametrize("deep", ["[", "- ", "{a: ", "? ", "[{a: "])
@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 50_000])
def test_deep_nesting_is_refused(deep: str, levels: int) -> None:
    """However deep, the process survives and says where the limit is passed."""
    (problem,) = codes(deep * levels)
    assert problem.endswith(("too-deep", "key-not-text"))


def test_nesting_up_to_the_limit_is_read() -> None:
    """Fifty levels are allowed, the root's mapping among them."""
    assert [] == codes("a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1))


def test_a_large_file_is_refused_and_one_of_a_mebibyte_is_not() -> None:
    """The limit is 1 MiB."""
    assert [] == codes(b"a: ".ljust(MAX_BYTES, b"x"))
    assert ["1:1 file-too-large"] == codes(b"a: ".ljust(MAX_BYTES + 1, b"x"))


@pytest.mark.parametrize(
    ("expected", "data"),
    [
        (["1:1 not-utf8"], b"\xff\xfea\x00"),
        (["2:7 not-utf8"], b"a: b\nc: caf\xe9"[:11] + b"\xe9"),
        (["1:4 not-utf8"], b"\xef\xbb\xbfa: \xe9"),
        (["1:1 not-utf8"], b"\xed\xa0\x80"),
    ],
)
def test_bytes_that_are_not_utf8_are_named(expected: list[str], data: bytes) -> None:
    """The place counts characters, and a byte order mark is none."""
    assert expected == codes(data)


def test_many_forbidden_characters_are_told_twenty_times() -> None:
    """A binary file does not fill the screen."""
    assert 20 == len(codes("\0" * 1000))


@given(st.text() | st.text(alphabet="ab:-[]{},'\"#&*!|>%@`?~ \t\n\r\u202e\ufeff\x85\u2028\U0001f680\\0x"))
def test_reading_never_raises_on_text(text: str) -> None:
    """Whatever a file holds, there is a document or a problem, and each problem is inside the file."""
    check_marks(text.encode("utf-8", "replace"))


@given(st.binary() | st.binary().map(lambda b: b"a: !%" + b))
def test_reading_never_raises_on_bytes(data: bytes) -> None:
    """Not on bytes that are no text either."""
    check_marks(data)


@given(st.text(alphabet="%0123456789ABCDEFabcdef!<>:/ "))
def test_reading_never_raises_on_tags(text: str) -> None:
    """Tags are where the parser decodes bytes of its own."""
    check_marks(f"a: !{text} x".encode())


_LINES = st.lists(
    st.text(alphabet="ab:-[]{},'\"#&*!|>%~? \t\\\r\u202e\u00adé", max_size=8)
    | st.sampled_from(["a: b", "- a", "  c: d"]),
    max_size=5,
).map("\n".join)


@given(st.binary() | st.text().map(str.encode) | _LINES.map(lambda t: t.encode("utf-8", "replace")))
@example(b"a: b #c")
@example(b"a:\t#b")
@example(b'a: "\\u202e"')
@example(b"a: &x b")
@example(b"a: !x b")
@example(b"a: *x")
@example(b"a: ~")
@example(b"a:\n- ~\n")
@example(b"? [a]\n: b")
@example(b"{a: b}: c")
@example(b"a: b\n---\nc: d")
@example(b"a: {b: 1, b: 2}")
@example(b"a: !%C0%80 x")
@example("\ufeffa: b\r\nc: d\r\n".encode())
@example(b"a: " + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
@example(b"a: [" + b"b," * (MAX_EVENTS - 8) + b"b]")
@example(b"a: [" + b"b," * (MAX_EVENTS - 9) + b"b]")
@example(b"a: " + b"b" * MAX_BYTES)
def test_the_quick_reader_says_nothing_or_the_same(data: bytes) -> None:
    """Where it gives values, there is no fault, and the values are those."""
    values = plain(data)
    if values is not None:
        reading = read(data, "a.yml")
        assert [] == reading.problems
        assert reading.document is not None
        assert values == reading.document.value
        assert not reading.document.empty | reading.document.refused


_NESTED = st.recursive(
    st.text(alphabet="abc é쌍0.:#-", min_size=1, max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abc", min_size=1), _NESTED, min_size=1, max_size=4))
def test_the_quick_reader_reads_what_is_usual(value: dict[str, Value]) -> None:
    """Otherwise it would be of no use: it gives up only at what may be a note within a text."""
    text = dump(value)
    assert value == plain(text.encode()) or re.search(r"\s#\w", text)


def check_marks(data: bytes) -> None:
    """Read `data`, and hold that every problem's mark is in it."""
    reading = read(data, "a.yml")
    assert reading.document is not None or reading.problems
    lines = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    for problem in reading.problems:
        assert 1 <= problem.mark.line <= len(lines)
        assert 1 <= problem.mark.column <= len(lines[problem.mark.line - 1]) + 1
        assert problem.message
        assert problem.hint


WORDS = st.text(alphabet="abc가힣🚀", min_size=1, max_size=6)
VALUES = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(WORDS, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(WORDS, VALUES, min_size=1, max_size=3), st.booleans())
def test_every_scalar_stands_where_its_position_says(value: dict[str, Value], flow: bool) -> None:
    """Values are read as they were written, and each plain scalar begins at its mark."""
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_flow_style=flow)
    read_in = document(text)
    assert value == read_in.value
    lines = text.split("\n")
    for path, scalar in scalars(value):
        mark = read_in.positions.mark("a.yml", path)
        assert re.match(re.escape(scalar) + r"|['\"]", lines[mark.line - 1][mark.column - 1 :])
        if isinstance(path[-1], str):
            key = read_in.positions.mark("a.yml", path, key=True)
            assert lines[key.line - 1][key.column - 1 :].lstrip("'\"? ").startswith(path[-1])


def scalars(value: Value, path: Path = ()) -> list[tuple[Path, str]]:
    """Return every scalar with its path."""
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in scalars(item, (*path, key))]
    if isinstance(value, list):
        return [found for n, item in enumerate(value) for found in scalars(item, (*path, n))]
    return [(path, str(value))]


def test_a_position_without_a_key_marks_its_value() -> None:
    """An item of a list has no key."""
    assert Mark("a.yml", 2, 3) == Position(2, 3).mark("a.yml", key=True)
