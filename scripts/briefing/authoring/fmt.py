"""YAML files in one layout: keys in the model's order, quotes where needed, lines of one width.

What is written stays what it is: every value, every comment, and whether a list stands in brackets
or on lines of its own. Comments go with what they speak of: those on lines of their own with the
key or item below, those at the end of a line with that line.

The layout is made here and not by a library, since the one that keeps comments, ruamel.yaml,
ties each to what stands *above* it, so that keys put in order leave their comments behind; it drops
those within brackets; and it took 6 s for 139 briefs where this takes 1.7 s (*measured*, 0.19.1).
Every result is read again before it is used, and must hold the same values and comments.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from briefing.authoring.wrapping import cells, wrap
from briefing.authoring.yamltext import WIDTH
from briefing.corpus import Found
from briefing.model.fields import Record
from briefing.model.shape import Shape, shape_of
from briefing.model.validate import validate
from briefing.problems import Problem, ordered
from briefing.yamllayout import Group, Scalar, is_text_everywhere, layout
from briefing.yamlnodes import Document, read


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file in the canonical layout, or why it was left alone."""

    found: Found
    data: bytes | None
    """The file's new content; nothing where it has errors."""
    changed: bool
    problems: list[Problem]


def formatted(found: Found) -> Formatted:
    """Return a file of the corpus in the canonical layout, unless it has errors of its own.

    References to other files are not looked at. Raises OSError where the file cannot be read.
    """
    before = found.path.read_bytes()
    reading = read(before, found.file)
    problems = list(reading.problems)
    if reading.document is not None:
        problems += validate(found.record, reading.document, found.file, found.id).problems
    if reading.document is None or any(p.is_error for p in problems):
        return Formatted(found, None, changed=False, problems=ordered(problems))
    text = before.decode("utf-8-sig").replace("\r\n", "\n")
    root = _tree(layout(text), shape_of(found.record))
    said = _said(root, text)
    after = _text(root, text).encode()
    again = read(after, found.file)
    _hold(reading.document, said, again.document, comments(after.decode()), found.file)
    return Formatted(found, after, changed=after != before, problems=[])


def _hold(before: Document, said: list[str], after: Document | None, says: list[str], file: str) -> None:
    """Stop, before anything is written, if the new layout says anything else. Never happens."""
    if after is None or (before.value, before.empty, said) != (after.value, after.empty, says):
        raise AssertionError(f"{file}: the new layout would change what the file says")


def comments(text: str) -> list[str]:
    """Return the comments of a YAML text, sorted."""
    return _said(_tree(layout(text), None), text)


def _said(root: "_Group", text: str) -> list[str]:
    return sorted(c.text for c in _comments(text, list(_leaves(root))) if c.text)


def format_text(text: str, record: type[Record]) -> str:
    """Return the text of a file in the canonical layout.

    `text` holds a record of this kind, without faults that `read` finds, its lines end with LF.
    Formatting twice is formatting once.
    """
    return _text(_tree(layout(text), shape_of(record)), text)


def _text(root: "_Group", text: str) -> str:
    lines = [*_place(root, text), *_group(root, 0)]
    return "\n".join(lines) + "\n"


# --- the text as a tree that holds its comments ------------------------------------------


@dataclass(slots=True, eq=False)
class _Item:
    """An entry of a mapping or list, with the comments that go with it."""

    key: Scalar | None
    value: "Scalar | _Group"
    above: list[str] = field(default_factory=list)
    """Comments on lines of their own, without indent; an empty text is an empty line."""
    beside: list[str] = field(default_factory=list)
    """Comments at the end of its line; the last one stays there."""


@dataclass(slots=True, eq=False)
class _Group:
    """A mapping or a list, with the comments after its last entry."""

    written: Group
    shape: Shape | None
    items: list[_Item] = field(default_factory=list)
    below: list[str] = field(default_factory=list)

    @property
    def in_order(self) -> list[_Item]:
        """The entries, keys as the model orders them; those that it does not know as they are."""
        if not self.written.is_mapping or self.shape is None:
            return self.items
        order = {name: n for n, name in enumerate(_fields(self.shape))}
        return sorted(self.items, key=lambda i: order.get(i.key.text if i.key else "", len(order)))

    @property
    def has_comments(self) -> bool:
        """Whether any comment stands in it."""
        return bool(self.below) or any(
            any(i.above) or i.beside or (isinstance(i.value, _Group) and i.value.has_comments)
            for i in self.items
        )


def _fields(shape: Shape) -> dict[str, Shape]:
    """Return the fields of a mapping, which may stand for a list of one."""
    return (shape.items.fields if shape.items else shape.fields) or {}


def _tree(written: Group, shape: Shape | None) -> _Group:
    """Return a group with all that is in it, as written."""
    group = _Group(written, shape)
    for entry in written.entries:
        below = None
        if shape is not None:
            below = _fields(shape).get(entry.key.text) if entry.key else shape.items
        value = _tree(entry.value, below) if isinstance(entry.value, Group) else entry.value
        group.items.append(_Item(entry.key, value))
    return group


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A scalar, and the way to it from the root: each group, and the item in it."""

    scalar: Scalar
    way: tuple[tuple[_Group, _Item], ...]


def _leaves(group: _Group, way: tuple[tuple[_Group, _Item], ...] = ()) -> Iterator[_Leaf]:
    """Yield all scalars in the order of the text."""
    for item in group.items:
        here = (*way, (group, item))
        if item.key is not None:
            yield _Leaf(item.key, here)
        if isinstance(item.value, Scalar):
            yield _Leaf(item.value, here)
        else:
            yield from _leaves(item.value, here)


@dataclass(frozen=True, slots=True)
class _Comment:
    """A comment, or an empty line, and where it stands."""

    start: int
    text: str
    """From the `#` on; empty for an empty line."""
    before: str
    """What stands before it in its line and after the last scalar; structure only."""
    leaf: int
    """The number of the last scalar that begins before it; -1 where there is none."""

    @property
    def is_own_line(self) -> bool:
        """Whether nothing else stands in its line."""
        _, line_end, line = self.before.rpartition("\n")
        return bool(line_end) and not line.strip()

    @property
    def column(self) -> int:
        """From 1, for one on a line of its own."""
        return len(self.before.rpartition("\n")[2]) + 1


_IN_GAP = re.compile(r"#[^\n]*|(?<=\n)[ \t]*(?=\n)")


def _comments(text: str, leaves: list[_Leaf]) -> Iterator[_Comment]:
    """Yield comments and empty lines in order: between scalars, nothing else begins with `#`."""
    starts = [(-1, 0), *((n, leaf.scalar.end) for n, leaf in enumerate(leaves))]
    ends = [*(leaf.scalar.start for leaf in leaves), len(text)]
    for (n, start), end in zip(starts, ends, strict=True):
        if n >= 0 and leaves[n].scalar.style in ("|", ">"):
            header = text[leaves[n].scalar.start : start].partition("\n")[0]
            if "#" in header:
                at = header.index("#")
                yield _Comment(leaves[n].scalar.start + at, header[at:].rstrip(), "", n)
        # A gap that begins a line is looked at with a line end before it.
        begins = start == 0 or text[start - 1] == "\n"
        gap = "\n" * begins + text[start:end]
        for match in _IN_GAP.finditer(gap):
            at = start + match.start() - begins
            yield _Comment(at, match.group().rstrip(), gap[: match.start()], n)


_MODELINE = re.compile(r"#\s*(?:yaml-language-server:|vim?:|-\*-)")


def _place(root: _Group, text: str) -> list[str]:
    """Give each comment to what it speaks of; return those that speak of the whole file.

    These are the editor's lines at the top (`# yaml-language-server: …`) and what an empty line sets
    apart from the first key.
    """
    leaves = list(_leaves(root))
    placer = _Placer(leaves)
    first: list[str] = []
    for comment in _comments(text, leaves):
        if comment.leaf < 0:
            first.append(comment.text)
        else:
            placer.place(comment)
    placer.finish()
    first = _tidy(first)
    whole = next((n for n, line in enumerate(first) if not _MODELINE.match(line)), len(first))
    whole = max([whole, *(n + 1 for n, line in enumerate(first) if not line)])
    if root.items:
        root.items[0].above[:0] = first[whole:]
    return first[:whole]


class _Placer:
    """Gives comments, in order, to items and groups."""

    def __init__(self, leaves: list[_Leaf]) -> None:
        self.leaves = leaves
        self.gap = -1
        """The number of the last scalar before the comments at hand."""
        self.blank = False
        """Whether an empty line stands before the next comment."""
        self.depth = 0
        """How deep the last comment of this gap stands: one that follows stands no deeper."""

    def place(self, comment: _Comment) -> None:
        """Give a comment to its item or group; remember an empty line."""
        if comment.leaf != self.gap:
            self.finish()
            self.gap, self.depth = comment.leaf, len(self.leaves[comment.leaf].way)
        if not comment.text:
            self.blank = True
            return
        flow = self._flow(comment)
        opened = comment.before.rstrip()[-1:]
        if comment.is_own_line or (opened in ("-", "?", "[", "{") and self._next(flow)):
            into = self._above(comment, flow)
            into += ["", comment.text] if self.blank else [comment.text]
            self.blank = False
            return
        way = self.leaves[self.gap].way
        owners = [i for g, i in way if (g is flow if flow else not g.written.is_flow)]
        (owners or [way[0][1]])[-1].beside.append(comment.text)

    def finish(self) -> None:
        """End a gap: an empty line before the next key or item stays there."""
        if self.blank and (following := self._next(None)):
            following.above.append("")
        self.blank = False

    def _flow(self, comment: _Comment) -> _Group | None:
        """Return the innermost brackets or braces around a comment, of those that hold anything."""
        around = [*self.leaves[comment.leaf].way]
        if comment.leaf + 1 < len(self.leaves):
            around += self.leaves[comment.leaf + 1].way
        flows = [
            g for g, _ in around if g.written.is_flow and g.written.start < comment.start < g.written.end
        ]
        return max(flows, key=lambda g: g.written.start, default=None)

    def _next(self, flow: _Group | None) -> _Item | None:
        """Return the outermost item that begins with the next scalar, within brackets if given."""
        if self.gap + 1 >= len(self.leaves):
            return None
        way = self.leaves[self.gap + 1].way
        begun = [i for _, i in self.leaves[self.gap].way]
        groups = [g for g, _ in way]
        if flow is not None and flow not in groups:
            return None
        inside = way[groups.index(flow) :] if flow is not None else way
        return next((i for _, i in inside if i not in begun), None)

    def _above(self, comment: _Comment, flow: _Group | None) -> list[str]:
        """Return the comments among which one on a line of its own belongs."""
        following = self._next(flow)
        if flow is not None:
            return following.above if following else flow.below
        way = self.leaves[self.gap].way
        ahead = self.leaves[self.gap + 1].way if self.gap + 1 < len(self.leaves) else ()
        open_still = [g for g, _ in ahead]
        column = next((g.written.column for g, i in ahead if i is following), 0)
        closing = [(d, g) for d, (g, _) in enumerate(way) if g not in open_still and not g.written.is_flow]
        fits = [(d, g) for d, g in closing if column < g.written.column <= comment.column and d <= self.depth]
        if fits:
            self.depth, group = fits[-1]
            return group.below
        self.depth = -1
        if following:
            return following.above
        if ahead:  # between a key and its text
            return ahead[-1][1].above
        return way[0][0].below


def _tidy(lines: list[str]) -> list[str]:
    """Return lines without empty ones at the start, and never two of them in a row."""
    return [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]


# --- the tree as text --------------------------------------------------------------------


def _group(group: _Group, indent: int) -> list[str]:
    """Return a mapping or list in block style, indented."""
    margin = " " * indent
    lines: list[str] = []
    for item in group.in_order:
        above, content = _item(item, indent)
        above = _tidy([*lines[-1:], *above])[1:] if lines else _tidy(above)
        lines += [margin + line if line else "" for line in above]
        lines += content
    below = _tidy([*lines[-1:], *group.below])[1:] if lines else _tidy(group.below)
    return lines + [margin + line if line else "" for line in below]


def _item(item: _Item, indent: int) -> tuple[list[str], list[str]]:
    """Return the comments above an entry, without indent, and the entry's lines."""
    margin = " " * indent
    above, beside = [*item.above, *item.beside[:-1]], item.beside[-1:]
    lead = f"{margin}{_inline(item.key, flow=False)}:" if item.key else f"{margin}-"
    value = item.value
    if isinstance(value, Scalar):
        first, *rest = _scalar(value, indent + 2, cells(lead) + 1)
        return above, [_joined(lead, first, *beside), *rest]
    one = None if value.has_comments else f"{lead} {_flow(value)}"
    if not value.items:
        above += value.below
        return above, [_joined(lead, _flow(value), *beside)]
    if one and value.written.is_flow and cells(one) <= WIDTH:
        return above, [_joined(one, *beside)]
    inner = _group(value, indent + 2)
    if item.key:
        return above, [_joined(lead, *beside), *inner]
    # What stands above the first entry of an item stands above the item's dash.
    start = next(n for n, line in enumerate(inner) if line and not line.lstrip().startswith("#"))
    above += [*beside, *(line.strip() for line in inner[:start])]
    return above, [f"{margin}- {inner[start][indent + 2 :]}", *inner[start + 1 :]]


def _joined(*parts: str) -> str:
    """Return the parts of a line; two spaces stand before a comment."""
    line = ""
    for part in parts:
        if part:
            line += ("  " if part.startswith("#") else " ") * bool(line) + part
    return line


def _flow(value: Scalar | _Group) -> str:
    """Return a value on one line, in brackets or braces."""
    if isinstance(value, Scalar):
        return _inline(value, flow=True) or "null"
    parts = [
        f"{_inline(i.key, flow=True)}: {_flow(i.value)}" if i.key else _flow(i.value) for i in value.in_order
    ]
    return f"{{{', '.join(parts)}}}" if value.written.is_mapping else f"[{', '.join(parts)}]"


_PLAIN = re.compile(r"""[^\s!"#%&'*,\-:>?@`\[\]{|}~=][^\n\t#]*|-[^\s\-,\[\]{}][^\n\t#]*""")
_PLAIN_IN_FLOW = re.compile(r"[^,\[\]{}:?]*|https?://[^\s,\[\]{}?]*[^\s,\[\]{}?:]")


def _inline(scalar: Scalar, *, flow: bool) -> str:
    """Return text on one line: plain where it can be, and quoted where it was and that may matter."""
    if scalar.is_absent:
        return ""
    text = scalar.text
    may_be_plain = (
        _PLAIN.fullmatch(text)
        and ": " not in text
        and not text.endswith((":", " "))
        and (not flow or _PLAIN_IN_FLOW.fullmatch(text))
    )
    if may_be_plain and (is_text_everywhere(text) or not scalar.style):
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    if ('"' in text or "\\" in text) and not re.search(r"['\n\t]", text):
        return f"'{text}'"
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("\n", "\\n").replace("\t", "\\t") + '"'


def _scalar(scalar: Scalar, indent: int, column: int) -> list[str]:
    """Return a text that begins in `column`: its first line, and the lines below, indented."""
    if "\n" in scalar.text:
        return _lines(scalar, indent)
    one = _inline(scalar, flow=False)
    if column + cells(one) <= WIDTH:
        return [one]
    folded = _folded(scalar.text, indent) if " " in scalar.text else []
    return [">-", *folded] if folded else [one]


def _lines(scalar: Scalar, indent: int) -> list[str]:
    """Return a text of several lines: folded where it was, else as it is."""
    body = scalar.text.rstrip("\n")
    ends = len(scalar.text) - len(body)
    lines = body.split("\n")
    # The first line sets the indent of the block; what begins with a space would set another.
    if ends > 1 or not lines[0].strip() or lines[0][0] in " \t":
        return [_quoted(scalar.text)]
    chomp = "" if ends else "-"
    if scalar.style != "|":
        parts = [_folded(line, indent) for line in lines]
        if all(part or not line for part, line in zip(parts, lines, strict=True)):
            return [f">{chomp}", *parts[0], *(line for part in parts[1:] for line in ("", *part))]
    margin = " " * indent
    return [f"|{chomp}", *(margin + line if line else "" for line in lines)]


_BREAK = re.compile(r"(?<=[^ \t]) (?=[^ \t])")


def _folded(text: str, indent: int) -> list[str]:
    """Return text in lines that a folded block joins again; nothing where it has none."""
    if not text or text[0] in " \t" or text[-1] in " \t":
        return []
    return [" " * indent + line for line in wrap(_BREAK.split(text), WIDTH - indent)]
