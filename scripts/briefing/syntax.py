"""What a YAML parser says of a file, in words that tell an author what to type.

libyaml names what its grammar expected; a newcomer needs to know which of the usual slips it was. The
line is looked at for those first; what is none of them gets the grammar's words in plain English.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefing.problems import Mark, Problem, error


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a text; lines and columns count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the parser says: in its words, where it noticed, and where that began which it was reading."""

    said: str
    at: Spot
    begun: Spot | None


def explain(complaint: Complaint, file: str, lines: Sequence[str]) -> Problem:
    """Return what is wrong, where an author would look for it, and what to type instead."""
    spot = _spot(complaint, lines)
    for found in _slips(complaint, spot, lines):
        return error(Mark(file, found.spot.line, found.spot.column), "yaml-syntax", found.message, found.hint)
    mark = Mark(file, spot.line, spot.column)
    for words, message, hint in _HINTS:
        if words in complaint.said:
            return error(mark, "yaml-syntax", message, hint)
    return error(
        mark,
        "yaml-syntax",
        f"this is not YAML: {complaint.said or 'the parser gave up'}",
        "look at this line and the one above it: indents, colons, quotes",
    )


def lost_comment(file: str, line: str, number: int, end: int) -> Problem | None:
    """Return what is wrong where text ends at `end` (from 0) because ` #` and a letter follow, or nothing.

    A note has a space behind its `#`; without one it is taken for a part of the text.
    """
    match = _HASH.match(line, end)
    if match is None:
        return None
    entry = _ENTRY.match(line)
    whole = f"{entry['key']}: {_quoted(entry['value'])}" if entry else _quoted(_ITEM.sub("", line).strip())
    fix = f"write `{whole}`" if len(whole) <= _LONGEST else "put the whole text in quotes"
    return error(
        Mark(file, number, match.start(1) + 1),
        "hash-in-text",
        "what follows ` #` is a note to YAML, and is not read",
        f"{fix}; if it is a note, put a space behind the #",
    )


def _spot(complaint: Complaint, lines: Sequence[str]) -> Spot:
    """Return where the fault is, at the latest at the end of the last line with text."""
    spot, begun = complaint.at, complaint.begun
    if begun and any(words in complaint.said for words in _BEGUN_EARLIER):
        spot = begun
    if begun and "did not find expected ',' or" in complaint.said and spot.line > begun.line:
        spot = begun  # the bracket that is not closed, not what comes after it
    last = len(lines)
    while last > 1 and not lines[last - 1].strip():
        last -= 1
    return Spot(last, len(lines[last - 1]) + 1) if spot.line > last else spot


# --- the usual slips -------------------------------------------------------------------------

_LONGEST = 72
"""How long a line may be that is shown as it should be typed."""

_ITEM = re.compile(r"\s*(?:- +)*")
_ENTRY = re.compile(r"(?P<indent>[ ]*(?:- +)*)(?P<key>[\w-]+):[ \t]+(?P<value>\S.*?)\s*$")
_KEY = re.compile(r"(?P<indent>[ ]*(?:- +)*)(?P<key>[\w-]+):(?=\s|$)")
_NO_SPACE = re.compile(
    r"[ ]*(?:- +)*(?P<key>[\w-]+)(?P<mark>:(?![ /])\s*| ?= ?| ?\uff1a ?)(?P<value>\S.*?)?\s*$"
)
_NO_SPACE_AFTER_DASH = re.compile(r"(?P<indent>[ ]*)-(?P<rest>[A-Za-z][\w-]*:.*?)\s*$")
_HASH = re.compile(r"[ \t]+(#)(?=\w)")
_HASH_IN_LIST = re.compile(r"[\[{,]\s*(#[^\s,\]}]+)")
_CURLY = "\u201c\u201d\u201e\u2018\u2019\u201a"
_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class _Slip:
    spot: Spot
    message: str
    hint: str


def _slips(complaint: Complaint, spot: Spot, lines: Sequence[str]) -> Iterator[_Slip]:
    """Yield what a line shows to have been slipped in, the likeliest first."""
    said, line = complaint.said, lines[spot.line - 1]
    above = spot.line - 1
    while above > 1 and _is_blank(lines[above - 1]):
        above -= 1
    if "cannot start any token" in said or "found a tab character" in said:
        yield from _bad_start(spot, line, lines[above - 1] if above else "")
    elif "mapping values are not allowed" in said:
        if above:
            yield from _in_line_above(above, lines[above - 1])
        yield from _colon(spot, line, lines[above - 1] if above else "")
    elif "could not find expected ':'" in said:
        yield from _no_space(spot.line, line)
    elif "did not find expected key" in said:
        yield from _after_quotes(spot, line)
    elif "did not find expected node content" in said or "did not find expected ',' or" in said:
        first = min(spot.line, complaint.begun.line if complaint.begun else spot.line)
        for number in range(first, complaint.at.line + 1):
            if number <= len(lines) and (match := _HASH_IN_LIST.search(lines[number - 1])):
                fix = f"put it in quotes: {_quoted(match[1])}"
                message = "`#` begins a note here, and the rest of the line is not read"
                yield _Slip(Spot(number, match.start(1) + 1), message, fix)


def _is_blank(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _bad_start(spot: Spot, line: str, above: str) -> Iterator[_Slip]:
    char = line[spot.column - 1 : spot.column]
    if char == "\t":
        key = _KEY.match(above)
        level = key is not None and above[key.end() :].strip()
        fix = "indent with spaces"
        if line[: spot.column - 1].strip():
            fix = "replace the tab with a space"
        elif key is not None and level:
            fix = f"indent with spaces: {len(key['indent'])} of them put this line under `{key['key']}`"
        yield _Slip(spot, "a tab stands where YAML wants spaces", fix)
    elif char:
        yield _Slip(spot, f"text cannot begin with `{char}` in YAML", _write_quoted(line))


def _in_line_above(number: int, line: str) -> Iterator[_Slip]:
    """Yield a slip in the line before the one that the parser could not fit to it."""
    if line.lstrip(" ").startswith(_NO_BREAK):
        place = line.index(_NO_BREAK)
        message = "a non-breaking space stands where YAML wants a plain one"
        yield _Slip(Spot(number, place + 1), message, "delete the space before the text, and type it again")
    yield from _no_space(number, line)
    if match := _NO_SPACE_AFTER_DASH.match(line):
        spot = Spot(number, len(match["indent"]) + 2)
        yield _Slip(spot, "a space is missing after the dash", f"write `- {match['rest']}`")


def _no_space(number: int, line: str) -> Iterator[_Slip]:
    match = _NO_SPACE.match(line)
    if match is None:
        return
    sign = match["mark"].strip()
    message = (
        "a plain space is missing after the colon" if sign == ":" else f"`{sign}` stands where a colon is due"
    )
    column = match.end("key") + (2 if sign == ":" else 1 + match["mark"].index(sign))
    whole = f"{match['key']}: {match['value'] or ''}".rstrip()
    fix = f"write `{whole}`" if len(whole) <= _LONGEST else "write `key: value`"
    yield _Slip(Spot(number, column), message, fix)


def _colon(spot: Spot, line: str, above: str) -> Iterator[_Slip]:
    own, other = _KEY.match(line), _KEY.match(above)
    if own and own.end() == spot.column and other and len(own["indent"]) > len(other["indent"]):
        places = len(other["indent"])
        yield _Slip(
            Spot(spot.line, len(own["indent"]) + 1),
            f"`{own['key']}` is indented more than `{other['key']}` above it, which has a value already",
            f"indent both alike: {places} {'space' if places == 1 else 'spaces'} before each"
            if places
            else "indent both alike",
        )
    entry = _ENTRY.match(line)
    if entry and entry.start("value") < spot.column:
        message = "a colon followed by a space stands inside plain text"
        if entry["value"][0] in _CURLY:
            message = "curly quotation marks are none to YAML, and a colon followed by a space stands inside the text"
        yield _Slip(spot, message, _write_quoted(line))


def _after_quotes(spot: Spot, line: str) -> Iterator[_Slip]:
    entry = _ENTRY.match(line)
    before = line[: spot.column - 1].rstrip()
    if before.endswith(("'", '"', "]", "}")):
        fix = "delete it, or put the whole text in quotes; inside single quotes write '' for an apostrophe"
        if entry and entry["value"][0] in "'\"[":
            fix = f"delete it, or {_write_quoted(line)}"
        yield _Slip(spot, "something follows the end of a quotation or of a list in brackets", fix)


def _write_quoted(line: str) -> str:
    """Return what to type for a line whose text needs quotes."""
    entry = _ENTRY.match(line)
    if entry is None:
        return "put the text in quotes"
    value = entry["value"]
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]  # those that were meant to hold the whole
    whole = f"{entry['key']}: {_quoted(value)}"
    return f"write `{whole}`" if len(whole) <= _LONGEST else "put the whole text in quotes"


def _quoted(text: str) -> str:
    """Return text in quotes: double ones, unless it holds such, or a backslash."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


# --- the rest: libyaml's words, what to say instead, and what to do about it -----------------

_HINTS = (
    (
        "mapping values are not allowed",
        "a colon followed by a space stands inside plain text, or the line is indented wrongly",
        "put the text in quotes, or align the key with its neighbours",
    ),
    (
        "found a tab character",
        "a tab stands where YAML wants spaces",
        "indent with spaces",
    ),
    (
        "did not find expected key",
        "a key is expected here",
        "align this line with the keys above it; text that goes on in a second line is indented more",
    ),
    (
        "could not find expected ':'",
        "a key without a colon and a space, or text that goes on without an indent",
        "write `key: value`, or indent the text more than its key",
    ),
    (
        "did not find expected '-'",
        "a list item begins with a dash, and this line does not",
        "add `- `, or align this line with the items above it",
    ),
    (
        "unexpected end of stream",
        "a quotation mark is opened here and never closed",
        "close it; inside single quotes write '' for an apostrophe",
    ),
    (
        "unexpected document indicator",
        "a quotation mark is opened here and not closed before a line of `---` or `...`",
        "close it; inside single quotes write '' for an apostrophe",
    ),
    (
        "did not find expected ',' or",
        "a list in brackets or a mapping in braces is not closed, or lacks a comma",
        "close it, put commas between its values, and quote text that holds , [ ] { } or quotes",
    ),
    (
        "did not find expected node content",
        "a value is expected before this comma or bracket",
        "write the value, or quote text that begins with , ] or }",
    ),
    (
        "scanning an alias",
        "text begins with `*`, which has a meaning of its own in YAML",
        "put the text in quotes",
    ),
    (
        "scanning an anchor",
        "text begins with `&`, which has a meaning of its own in YAML",
        "put the text in quotes",
    ),
    (
        "tag",
        "text begins with `!`, which has a meaning of its own in YAML",
        "put the text in quotes",
    ),
    (
        "scanning a block scalar",
        "`|` or `>` begins a block of text, and something else stands behind it",
        "begin the text in the next line, indented, or put it in quotes",
    ),
    (
        "quoted scalar",
        "a backslash in double quotes begins an escape that YAML does not know",
        "use single quotes, or double the backslash",
    ),
    (
        "block sequence entries are not allowed",
        "a dash begins a list where none can stand",
        "put the list on lines of its own, below its key",
    ),
    (
        "directive",
        "a line that begins with `%` has a meaning of its own in YAML",
        "put the text in quotes, or delete the line",
    ),
    (
        "incompatible YAML document",
        "the line `%YAML` names a version that is not read here",
        "delete the line",
    ),
    (
        "expected <document start>",
        "something follows the end of the record, which is complete above this line",
        "align this line with the keys above it, or delete the line of `...`",
    ),
    (
        "block mapping",
        "a key stands where no mapping can begin",
        "put it on a line of its own, or put the text in quotes",
    ),
)

# Faults that libyaml sees later than where they are: what was begun there is at fault.
_BEGUN_EARLIER = (
    "could not find expected ':'",
    "unexpected end of stream",
    "unexpected document indicator",
    "scanning an alias",
    "scanning an anchor",
    "scanning a tag",
    "scanning a block scalar",
    "scanning a directive",
)
