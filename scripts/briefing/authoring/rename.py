"""A record gets another id: in its file, in every file that names it, and with its old id kept.

Nothing is laid out again. The few characters of each id are replaced where they stand, found by the
model's own knowledge of which fields name what, so that comments, order and quotes stay.
"""

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from briefing.authoring.replacing import Change
from briefing.authoring.survey import Id, Record, Sheet, Survey, Use
from briefing.corpus import load
from briefing.model.dates import parse_partial
from briefing.model.faults import Fault
from briefing.model.fields import read_brief_id, read_slug
from briefing.problems import Problem
from briefing.yamllayout import Entry, Group, Scalar, is_text_everywhere, layout
from briefing.yamlnodes import Path as NodePath

_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}(?=-)", re.ASCII)


class Refused(Exception):
    """The id cannot be given, or the record to rename is not clear; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a new id changes."""

    old: Id
    new: Id
    changes: tuple[Change, ...]
    """New files, then the others, then those that go: no reference is without its record for long."""
    references: int
    """How many places named it."""
    notes: tuple[str, ...]
    """What else changed, and what an author has to do."""

    @property
    def title(self) -> str:
        """What is done, in words."""
        return f"rename of {self.old} to {self.new.id}"


def plan(found: Survey, root: Path, old: str, new: str, kind: str | None = None) -> Renaming:
    """Return what gives the record `old` the id `new`; nothing is written.

    `kind` tells records of several kinds with the same id apart. `root` is the folder that
    was surveyed, without errors. Raises Refused.
    """
    id_ = _which(found, old, kind)
    target = _new_id(found, id_, new)
    record = found.records[id_]
    texts = _Texts()
    mentions = [(u.sheet, _mention(texts, u, target)) for u in _all_users(found, texts, record)]
    own = [*_definition(texts, record, target), *_kept(texts, record, target)]
    notes: list[str] = []
    if id_.kind == "brief" and (date := _dated(record, target)):
        own.append(_scalar_edit(texts, record.sheet, ("date",), *date))
        notes.append(f"its date changes with its id, from {date[0]} to {date[1]}")
    if id_.kind == "topic":
        notes.append(f"in mkdocs.yml, write {target.id}.md for {id_.id}.md in `nav`")
    edits: dict[str, list[_Edit]] = defaultdict(list)
    for sheet, edit in [*mentions, *((record.sheet, e) for e in own)]:
        edits[sheet.found.file].append(edit)
    changes = [
        change
        for sheet in found.sheets
        if sheet.found.file in edits
        for change in _changes(texts, sheet, edits[sheet.found.file], root, record, target)
    ]
    changes.sort(key=lambda c: (c.before is not None, c.after is None, c.path))
    return Renaming(id_, target, tuple(changes), len(mentions), tuple(notes))


def _all_users(found: Survey, texts: "_Texts", record: Record) -> list[Use]:
    """Return the uses of a record; for a brief also those that name its parts in full in its own file."""
    users = found.users(record.id)
    if record.id.kind == "brief":
        for use in found.uses:
            if use.sheet is record.sheet and use.target.brief and _written(texts, use) == use.target.id:
                users.append(use)
    return users


def rehearse(renaming: Renaming, root: Path) -> list[Problem]:
    """Return the errors that the folder would have, found in a copy of its YAML files."""
    with tempfile.TemporaryDirectory(prefix="briefing-") as folder:
        copy = Path(folder) / (root.resolve().name or "briefs")
        changed = {c.path: c.after for c in renaming.changes}
        for path in sorted(root.rglob("*.yml")):
            inside = PurePosixPath(path.relative_to(root))
            if path.is_file() and not any(p.startswith(".") for p in inside.parts):
                changed.setdefault(inside, path.read_bytes())
        for inside, data in changed.items():
            if data is not None:
                (copy / inside).parent.mkdir(parents=True, exist_ok=True)
                (copy / inside).write_bytes(data)
        return load(copy, base=Path(folder)).errors


# --- which record, and which id ----------------------------------------------------------


def _which(found: Survey, old: str, kind: str | None) -> Id:
    known = [i for i in found.named(old) if kind in (None, i.kind)]
    if len(known) > 1:
        kinds = " and ".join(f"{'an' if i.kind[0] in 'aeiou' else 'a'} {i.kind}" for i in known)
        raise Refused(f"`{old}` is {kinds}: say which with --kind")
    if known:
        return known[0]
    if former := found.formerly(old):
        raise Refused(f"`{old}` is an old id of the {former[0]}")
    what = kind or "record"
    near = found.nearest(old)
    raise Refused(f"there is no {what} `{old}`" + (f"; did you mean {near}?" if near else ""))


def _new_id(found: Survey, id_: Id, new: str) -> Id:
    if id_.brief:
        brief, _, part = new.rpartition("#")
        if brief not in ("", id_.brief):
            raise Refused(f"a {id_.kind} stays in its brief: write {id_.brief}#{part}")
    else:
        brief, part = "", new
    try:
        (read_brief_id if id_.kind == "brief" else read_slug)(part)
    except Fault as fault:
        context = fault.context or {}
        raise Refused(f"{context['message']}: {context['hint']}") from None
    target = Id(id_.kind, f"{id_.brief}#{part}" if id_.brief else part)
    if target == id_:
        raise Refused(f"`{new}` is its id already")
    if target in found.records:
        raise Refused(f"there is {'an' if id_.kind[0] in 'aeiou' else 'a'} {id_.kind} `{target.id}` already")
    if found.aliases.get(target, id_) != id_:
        raise Refused(f"`{target.id}` is an old id of the {found.aliases[target]}")
    return target


def _dated(record: Record, target: Id) -> tuple[str, str] | None:
    """Return a brief's old and new date, where the new id begins with another one."""
    date = str(record.value["date"])
    if target.id.startswith(date + "-"):
        return None
    try:
        return date, str(parse_partial(_DATE.match(target.id)[0]))  # type: ignore[index] # it is a brief's id
    except Fault as fault:
        context = fault.context or {}
        raise Refused(f"{context['message']}: {context['hint']}") from None


# --- edits of the text -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class _Edit:
    """Characters of a file that give way to others."""

    start: int
    end: int
    text: str


class _Texts:
    """The text of each sheet, and how it is set; each is read once."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[str, Group]] = {}

    def __call__(self, sheet: Sheet) -> tuple[str, Group]:
        """Return text and layout; line ends are the file's own."""
        if sheet.found.file not in self._read:
            text = sheet.data.decode("utf-8-sig")
            self._read[sheet.found.file] = text, layout(text)
        return self._read[sheet.found.file]


def _at(texts: _Texts, sheet: Sheet, path: NodePath) -> Scalar:
    found = texts(sheet)[1].below(path)
    assert isinstance(found, Scalar)  # noqa: S101 - ids are texts
    return found


def _written(texts: _Texts, use: Use) -> str:
    return _at(texts, use.sheet, use.path).text


def _scalar_edit(texts: _Texts, sheet: Sheet, path: NodePath, old: str, new: str) -> _Edit:
    """Return the edit that puts one text for another in a scalar, in the quotes that it has."""
    scalar = _at(texts, sheet, path)
    span = texts(sheet)[0][scalar.start : scalar.end]
    if old not in span or (not scalar.style and not is_text_everywhere(new) and is_text_everywhere(old)):
        return _Edit(scalar.start, scalar.end, f'"{scalar.text.replace(old, new, 1)}"')
    at = scalar.start + span.index(old)
    return _Edit(at, at + len(old), new)


def _mention(texts: _Texts, use: Use, target: Id) -> _Edit:
    """Return the edit of a reference, which keeps its form: "claim", "#claim" or "brief#claim"."""
    written = _written(texts, use)
    brief, hash_, part = written.rpartition("#")
    if use.target.kind == target.kind:
        new = f"{brief}{hash_}{target.part}" if target.brief else target.id
    else:  # a brief's part, named with the brief
        new = f"{target.id}#{part}"
    return _scalar_edit(texts, use.sheet, use.path, written, new)


def _definition(texts: _Texts, record: Record, target: Id) -> list[_Edit]:
    """Return the edit of a record's own `id`; one that the file's name gives has none."""
    if not record.path:
        return []
    path = (*record.path, "id")
    if "id" in record.value:
        return [_scalar_edit(texts, record.sheet, path, record.id.part, target.part)]
    text, whole = texts(record.sheet)
    group = whole.below(record.path)
    assert isinstance(group, Group)  # noqa: S101 - records are mappings
    first = group.entries[0].start
    after = ", " if group.is_flow else _line_end(text) + " " * (group.column - 1)
    return [_Edit(first, first, f"id: {target.part}{after}")]


def _kept(texts: _Texts, record: Record, target: Id) -> list[_Edit]:
    """Return the edits that add the old id to a record's aliases, and take the new one out of them."""
    text, whole = texts(record.sheet)
    group = whole.below(record.path)
    assert isinstance(group, Group)  # noqa: S101 - records are mappings
    old = record.id.part
    entry = group.entry("aliases")
    if entry is None:
        return [_appended(text, group, f"aliases: [{old}]")]
    aliases = entry.value
    if isinstance(aliases, Scalar):  # the key without a value
        space = " " * (text[aliases.start - 1] == ":")
        return [_Edit(aliases.start, aliases.end, f"{space}[{old}]")]
    for item in aliases.entries:
        if isinstance(item.value, Scalar) and item.value.text == target.part:
            return [_Edit(item.value.start, item.value.end, old)]
    if not aliases.entries:
        return [_Edit(aliases.start, aliases.end, f"[{old}]")]
    return [_appended(text, aliases, old if aliases.is_flow else f"- {old}")]


def _appended(text: str, group: Group, entry: str) -> _Edit:
    """Return the edit that adds an entry at the end of a mapping or list."""
    last: Entry = group.entries[-1]
    end = last.value.end
    if group.is_flow:
        return _Edit(end, end, f", {entry}")
    line_end = text.find("\n", end)
    at_line_start = end > 0 and text[end - 1] == "\n"
    if at_line_start:
        return _Edit(end, end, " " * (group.column - 1) + entry + _line_end(text))
    here = len(text) if line_end < 0 else line_end - (text[line_end - 1] == "\r")
    return _Edit(here, here, _line_end(text) + " " * (group.column - 1) + entry)


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


# --- files -------------------------------------------------------------------------------


def _changes(
    texts: _Texts, sheet: Sheet, edits: Sequence[_Edit], root: Path, record: Record, target: Id
) -> Iterator[Change]:
    """Yield what becomes of a file: a new content, and for the renamed record's own file a new name."""
    text = texts(sheet)[0]
    for edit in sorted(set(edits), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    mark = b"\xef\xbb\xbf" if sheet.data.startswith(b"\xef\xbb\xbf") else b""
    here = PurePosixPath(sheet.found.path.relative_to(root))
    there = _path(here, target) if sheet is record.sheet and not record.path else here
    if there != here:
        yield Change(here, sheet.data, None)
    yield Change(there, sheet.data if there == here else None, mark + text.encode())


def _path(here: PurePosixPath, target: Id) -> PurePosixPath:
    """Return the place of a record that has a file of its own."""
    folder = PurePosixPath(target.id[:4]) if target.kind == "brief" else here.parent
    return folder / f"{target.id}.yml"
