"""YAML text to plain values with a position for every node.

One pass over the parser's events. Events show anchors, aliases, tags, documents and depth
as they arrive, before anything is built from them; a composed tree hides the first two,
and composing it recurses, so that 50,000 nested brackets end the process.

Scalars stay text: the field that receives a value decides its type (`title: no` is "no").
Source: YAML 1.1 as read by libyaml, restricted to one document of plain mappings,
sequences and scalars.
"""

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml
from yaml._yaml import CParser

from briefing.problems import Mark, Problem, error
from briefing.syntax import Complaint, Spot, explain, lost_comment

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 50
MAX_EVENTS = 50_000
"""Keys, values, begins and ends of lists in one file: fifty times those of a long brief."""

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
Path: TypeAlias = tuple[str | int, ...]

# Characters that no text needs and that can hide what a text says: C0 and C1 controls (with
# a carriage return that no line feed follows), the line separators that editors do not count, bidirectional controls (Unicode UAX 9),
# zero-width spaces, fillers and
# joiners without a shape (Unicode's Default_Ignorable_Code_Point), letters of the tag block, which hide
# whole sentences from people but not from programs, lone surrogates, non-characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0\U000e0000-\U000e0fff]"
)


def cleaned(text: str) -> str:
    """Return text from elsewhere without the characters that no file may hold."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_STAND_IN = "\N{REPLACEMENT CHARACTER}"
ABSENT = {"", "~", "null"}
"""What a plain scalar says where it has no value."""


@dataclass(slots=True)
class Position:
    """Where a node and, in a mapping, its key stand; and the same for what is in it."""

    line: int
    column: int
    key_line: int = 0
    key_column: int = 0
    children: dict[str | int, "Position"] = field(default_factory=dict)

    def at(self, path: Path) -> "Position":
        """Return the deepest known position on the way to `path`."""
        here = self
        for step in path:
            below = here.children.get(step)
            if below is None:
                # A value that was written short ("by: x" for "by: [{entity: x}]") has
                # fewer levels than the record; its place is the short form's.
                continue
            here = below
        return here

    def mark(self, file: str, path: Path = (), *, key: bool = False) -> Mark:
        """Return the mark of the value at `path`, or of its key."""
        spot = self.at(path)
        if key and spot.key_line:
            return Mark(file, spot.key_line, spot.key_column)
        return Mark(file, spot.line, spot.column)


@dataclass(frozen=True, slots=True)
class Document:
    """One file's mapping, with absent values left out, and the position of each node."""

    value: dict[str, Value]
    positions: Position
    empty: frozenset[Path]
    """Paths of keys that are written but have no value."""
    refused: frozenset[Path] = frozenset()
    """Paths of values that were refused here already: an alias, an empty item."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one file: a document unless it could not be had, and all faults."""

    document: Document | None
    problems: list[Problem]


def read(data: bytes, file: str) -> Reading:
    """Read one YAML document whose root is a mapping.

    `data` is the file's bytes, `file` its name for problems. Never raises on any input.
    """
    if len(data) > MAX_BYTES:
        return _refused(
            Mark(file),
            "file-too-large",
            f"the file is larger than {MAX_BYTES:,} bytes (1 MiB)",
            "split it into several briefs",
        )
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = data[: fault.start].decode("utf-8", "replace")
        return _refused(
            _mark_after(before, file),
            "not-utf8",
            f"the file is not UTF-8: byte 0x{data[fault.start]:02X} is out of place",
            "save the file with the encoding UTF-8",
        )
    text = text.replace("\r\n", "\n")
    forbidden = [_forbidden(m, _mark_after(text[: m.start()], file)) for m in _first(text)]
    if forbidden:
        # What else is wrong is found in the text without them; each keeps its column.
        text = _FORBIDDEN.sub(_STAND_IN, text)
    return _Builder(file, text, forbidden).build()


def _first(text: str, most: int = 20) -> list[re.Match[str]]:
    found = []
    for match in _FORBIDDEN.finditer(text):
        found.append(match)
        if len(found) == most:
            break
    return found


def _forbidden(match: re.Match[str], mark: Mark) -> Problem:
    char = match.group()
    kind = "bidirectional control" if char in _BIDI else "control or invisible"
    code = "bidi-character" if char in _BIDI else "control-character"
    fix = "save the file with the line ends of Unix (LF)" if char == "\r" else "delete it"
    return error(mark, code, f"the {kind} character U+{ord(char):04X} is not allowed", fix)


def _mark_after(before: str, file: str) -> Mark:
    line = before.count("\n") + 1
    return Mark(file, line, len(before) - (before.rfind("\n") + 1) + 1)


def _refused(mark: Mark, code: str, message: str, hint: str) -> Reading:
    return Reading(None, [error(mark, code, message, hint)])


# --- a text without faults, which is nearly every one -----------------------------------

_HARMLESS = bytes([0x09, 0x0A, *range(0x20, 0x7F)])
"""The ASCII characters that a text may hold."""
_MAY_BE_CUT = re.compile(r"[ \t]#\w")
"""What `lost_comment` looks for, wherever it stands."""


def plain(data: bytes) -> dict[str, Value] | None:
    """Return the values of a file without faults, or nothing where `read` has something to say of it.

    The same values as `read`, in a quarter of the time, since no position is kept. Nothing is also the
    answer to what is rare, and allowed: a key without a value.
    """
    text = _clean_text(data)
    if text is None or ((" #" in text or "\t#" in text) and _MAY_BE_CUT.search(text)):
        return None
    try:
        return _plain(text, has_marks=any(c in text for c in "&!*"), has_escapes="\\" in text)
    except (yaml.YAMLError, UnicodeDecodeError):
        return None


def _clean_text(data: bytes) -> str | None:
    """Return a file's text, or nothing where it is too large, not UTF-8 or holds what no file may."""
    if len(data) > MAX_BYTES:
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    # Deleting ASCII characters leaves the others whole; most files have none or few.
    rare = data.translate(None, _HARMLESS)
    return None if rare and _FORBIDDEN.search(rare.decode("utf-8")) else text


def _plain(text: str, *, has_marks: bool, has_escapes: bool) -> dict[str, Value] | None:  # noqa: C901 - one pass over lines
    """Return the values of a text, in one loop without calls; nothing where anything is out of the ordinary.

    `has_marks` says that there may be anchors, tags or aliases, `has_escapes` that there may be escapes.
    """
    event: Any = CParser(text).get_event
    if event().__class__ is not yaml.StreamStartEvent or event().__class__ is not yaml.DocumentStartEvent:
        return None
    here = event()
    if here.__class__ is not yaml.MappingStartEvent or here.anchor is not None or here.tag is not None:
        return None
    scalar, mapping, sequence = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
    root: dict[str, Any] = {}
    into: Any = root
    key: str | None = None
    is_mapping = True
    above: list[tuple[Any, bool]] = []
    for _ in range(MAX_EVENTS - 5):  # three are before these, and two after
        here = event()
        kind = here.__class__
        if kind is scalar:
            if has_marks and (here.anchor is not None or here.tag is not None):
                return None
            value = here.value
            if has_escapes and here.style == '"' and _FORBIDDEN.search(value):
                return None
            if is_mapping:
                if key is None:
                    if value in into:
                        return None
                    key = value
                    continue
                if value in ABSENT and here.implicit[0]:
                    return None
                into[key] = value
                key = None
            elif value in ABSENT and here.implicit[0]:
                return None
            else:
                into.append(value)
        elif kind is mapping or kind is sequence:
            if here.anchor is not None or here.tag is not None or len(above) + 1 >= MAX_DEPTH:
                return None
            value = {} if kind is mapping else []
            if not is_mapping:
                into.append(value)
            elif key is None:
                return None
            else:
                into[key] = value
                key = None
            above.append((into, is_mapping))
            into, is_mapping = value, kind is mapping
        elif kind is yaml.AliasEvent:
            return None
        elif above:
            into, is_mapping = above.pop()
        else:
            break
    else:
        return None
    event()  # the end of the document
    return root if event().__class__ is yaml.StreamEndEvent else None


class _Stop(Exception):
    """Nothing after this point of the file can be read."""


@dataclass(slots=True)
class _Frame:
    """A mapping or sequence that is being filled."""

    value: dict[str, Value] | list[Value]
    position: Position
    path: Path
    key: str | None = None
    key_position: tuple[int, int] = (0, 0)
    awaits_key: bool = True
    skip_value: bool = False
    lacks_dash: bool = False
    """Whether a second item seems to begin in it."""


class _Builder:
    """Builds values and positions from the events of one file."""

    def __init__(self, file: str, text: str, forbidden: list[Problem]) -> None:
        self.file = file
        self.text = text
        self.lines = text.split("\n") if "#" in text else []
        self.spoiled = bool(forbidden)
        self.problems: list[Problem] = forbidden
        self.stack: list[_Frame] = []
        self.root: Value = None
        self.root_position = Position(1, 1)
        self.empty: set[Path] = set()
        self.refused: set[Path] = set()
        self.documents = 0
        self.events = 0
        self.last: yaml.Event | None = None

    def build(self) -> Reading:
        try:
            for event in yaml.parse(self.text, Loader=yaml.CSafeLoader):
                self.last = event
                self.take(event)
                if self.documents > 1:
                    break
        except yaml.YAMLError as fault:
            told = {p.mark.line for p in self.problems if p.code in ("alias", "anchor", "tag")}
            problem = _syntax_problem(fault, self.file, self.text)
            if not self.spoiled and problem.mark.line not in told:
                self.problems.append(problem)
            return Reading(None, self.problems)
        except UnicodeDecodeError:  # the parser's, on percent signs in a tag
            self.add(
                self.mark(self.last) if self.last else Mark(self.file),
                "tag",
                "a tag that cannot be read stands here or in what follows",
                "remove it, or quote the text if it begins with `!`",
            )
            return Reading(None, self.problems)
        except _Stop:
            return Reading(None, self.problems)
        if self.documents == 0 or (self.root is None and not self.problems):
            self.add(
                Mark(self.file),
                "empty-file",
                "the file holds no value",
                "write the record's fields as `key: value` lines, or delete the file",
            )
            return Reading(None, self.problems)
        if not isinstance(self.root, dict):
            if () in self.refused or self.spoiled:
                return Reading(None, self.problems)
            found = "a list" if isinstance(self.root, list) else "text"
            mark = self.root_position.mark(self.file)
            self.add(
                mark,
                "not-a-mapping",
                f"the file is {found}, not a mapping",
                "write `key: value` lines, with a space after each colon",
            )
            return Reading(None, self.problems)
        document = Document(self.root, self.root_position, frozenset(self.empty), frozenset(self.refused))
        return Reading(document, self.problems)

    def add(self, mark: Mark, code: str, message: str, hint: str) -> None:
        self.problems.append(error(mark, code, message, hint))

    def mark(self, event: yaml.Event) -> Mark:
        return Mark(self.file, *_place(event))

    def take(self, event: yaml.Event) -> None:
        self.events += 1
        if self.events > MAX_EVENTS:
            self.add(
                self.mark(event),
                "too-many-values",
                f"the file holds more than {MAX_EVENTS // 2:,} keys and values",
                "split it into several files",
            )
            raise _Stop
        if isinstance(event, yaml.ScalarEvent):
            self.check_node(event)
            self.scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self.check_node(event)
            self.open(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.close()
        elif isinstance(event, yaml.AliasEvent):
            self.add(
                self.mark(event),
                "alias",
                f"the alias `*{event.anchor}` is not allowed",
                "write the value out, or quote the text if it begins with `*`",
            )
            if self.awaits_key:
                raise _Stop
            self.refused.add(self.put(None, event)[1])
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.add(
                    self.mark(event),
                    "several-documents",
                    "a second document begins here",
                    "keep one record a file: remove the `---` line and what follows it",
                )

    @property
    def awaits_key(self) -> bool:
        frame = self.stack[-1] if self.stack else None
        return frame is not None and isinstance(frame.value, dict) and frame.awaits_key

    def check_node(self, event: Any) -> None:
        if event.anchor is not None:
            self.add(
                self.mark(event),
                "anchor",
                f"the anchor `&{event.anchor}` is not allowed",
                "remove it, or quote the text if it begins with `&`",
            )
        if event.tag is not None:
            self.add(
                self.mark(event),
                "tag",
                f"the tag `{_short(event.tag.replace('tag:yaml.org,2002:', '!!'))}` is not allowed",
                "remove it, or quote the text if it begins with `!`",
            )

    def scalar(self, event: Any) -> None:
        text = event.value
        if event.style == '"' and (match := _FORBIDDEN.search(text)):
            self.problems.append(_forbidden(match, self.mark(event)))
            text = _FORBIDDEN.sub("", text)
        if self.spoiled:
            text = text.replace(_STAND_IN, "")
        if self.awaits_key:
            self.key(self.stack[-1], text, event)
            return
        absent = event.implicit[0] and text in ABSENT
        self.put(None if absent else text, event, told=self.is_cut(event))

    def is_cut(self, event: Any) -> bool:
        """Whether a ` #` ends the text where the author seems to have meant the character; say so."""
        if not self.lines or event.style:
            return False
        end = event.end_mark
        if end.line >= len(self.lines):
            return False  # a value that the parser supplied at the end of an unfinished file
        problem = lost_comment(self.file, self.lines[end.line], end.line + 1, end.column)
        if problem is not None:
            self.problems.append(problem)
        return problem is not None

    def key(self, frame: _Frame, text: str, event: yaml.Event) -> None:
        frame.key = text
        frame.key_position = _place(event)
        frame.awaits_key = False
        frame.skip_value = False
        first = frame.position.children.get(text)
        if first is not None:
            frame.skip_value = True
            self.twice(frame, text, first, self.mark(event))

    def twice(self, frame: _Frame, key: str, first: Position, mark: Mark) -> None:
        """Say that a key stands a second time in a mapping."""
        if frame.lacks_dash or (key.isdigit() and (*frame.path, key) in self.empty):
            return  # one dash is missing, however many keys; or commas have split one number
        in_list = len(self.stack) > 1 and isinstance(self.stack[-2].value, list)
        frame.lacks_dash = (
            in_list and mark.line > first.key_line and first is next(iter(frame.position.children.values()))
        )
        fix = "keep one of the two"
        if frame.lacks_dash:
            fix = f"begin the next item with a dash, `- {_short(key)}:`, or keep one of the two"
        self.add(
            mark, "duplicate-key", f"`{_short(key)}` is written twice, first in line {first.key_line}", fix
        )

    def open(self, event: yaml.Event) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self.add(
                self.mark(event),
                "too-deep",
                f"values are nested more than {MAX_DEPTH} deep",
                "a brief needs at most 6 levels: look for a bracket or an indent too many",
            )
            raise _Stop
        if self.awaits_key:
            self.add(
                self.mark(event),
                "key-not-text",
                "a list or mapping stands where a key is due",
                "write a plain word as the key, and quote text that holds brackets or braces",
            )
            raise _Stop
        value: dict[str, Value] | list[Value]
        value = {} if isinstance(event, yaml.MappingStartEvent) else []
        position, path = self.put(value, event)
        self.stack.append(_Frame(value, position, path))

    def close(self) -> None:
        self.stack.pop()

    def put(self, value: Value, event: yaml.Event, *, told: bool = False) -> tuple[Position, Path]:
        """Place a value in the frame that is open, and return its position and path.

        `told` says that a problem with it has been reported.
        """
        position = Position(*_place(event))
        if not self.stack:
            self.root, self.root_position = value, position
            return position, ()
        frame = self.stack[-1]
        if isinstance(frame.value, list):
            path: Path = (*frame.path, len(frame.value))
            frame.position.children[len(frame.value)] = position
            frame.value.append(value)
            if value is None and not isinstance(event, yaml.AliasEvent):
                self.refused.add(path)
                if told:
                    return position, path
                self.add(
                    self.mark(event),
                    "empty-item",
                    "this list item is empty",
                    "write a value after the dash (text that begins with `#` needs quotes)",
                )
            return position, path
        key = frame.key or ""
        path = (*frame.path, key)
        position.key_line, position.key_column = frame.key_position
        frame.awaits_key = True
        if frame.skip_value:
            return position, path
        frame.position.children[key] = position
        if value is None:
            (self.refused if told else self.empty).add(path)
        else:
            frame.value[key] = value
        return position, path


def _place(event: yaml.Event) -> tuple[int, int]:
    """Return line and column, from 1."""
    mark: Any = event.start_mark  # every event of the parser has one
    return mark.line + 1, mark.column + 1


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _syntax_problem(fault: yaml.YAMLError, file: str, text: str) -> Problem:
    said = " ".join(
        str(part) for part in (getattr(fault, "context", None), getattr(fault, "problem", None)) if part
    )
    spots = [getattr(fault, name, None) for name in ("problem_mark", "context_mark")]
    at, begun = (Spot(s.line + 1, s.column + 1) if s is not None else None for s in spots)
    return explain(Complaint(said, at or Spot(1, 1), begun), file, text.split("\n"))
