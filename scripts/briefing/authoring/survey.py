"""Every id of a folder of YAML files: where it is defined, and where it is used, as written.

Files are read as they stand, whether or not they are valid: what refers to a record can be found
while either is being mended.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefing.corpus import FOLDERS, Found, find
from briefing.model import Brief
from briefing.model.fields import slugify
from briefing.model.shape import Mention, mentions, shape_of
from briefing.model.validate import nearest
from briefing.problems import Mark
from briefing.yamlnodes import Document, Value, read
from briefing.yamlnodes import Path as NodePath

KINDS = ("brief", "claim", "event", "source", "entity", "measure", "topic", "event kind", "term")
"""The kinds of records that have ids, in the order in which uses are listed."""

_ALIKE = 66
"""How like an id must be to be proposed, 0 to 100: ids share dates and common words."""

_FILED: dict[type[object], str] = {Brief: "brief", **{r: r.__name__.lower() for r in FOLDERS.values()}}
"""Kinds of records that have a file each, which gives them their id."""


@dataclass(frozen=True, slots=True)
class Id:
    """A record's kind and id; those of claims and events begin with their brief's: "brief#claim"."""

    kind: str
    id: str

    @property
    def brief(self) -> str:
        """The brief of a claim or event."""
        return self.id.rpartition("#")[0]

    @property
    def part(self) -> str:
        """The id without the brief: what the record itself says."""
        return self.id.rpartition("#")[2]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was read."""

    found: Found
    data: bytes
    document: Document
    uses: tuple[Mention, ...]
    """What it names; not what it defines."""

    def mark(self, path: NodePath) -> Mark:
        """Return where the value at `path` stands."""
        return self.document.positions.mark(self.found.file, path)

    def target(self, use: Mention) -> Id:
        """Return what a mention names."""
        if use.kind not in ("claim", "event"):
            return Id(use.kind, use.id)
        brief, _, part = use.id.rpartition("#")
        return Id(use.kind, f"{brief or self.found.id}#{part}")


@dataclass(frozen=True, slots=True)
class Record:
    """A record that has an id: the file that it stands in, and the way to it."""

    id: Id
    sheet: Sheet
    path: NodePath = ()

    @property
    def value(self) -> Mapping[str, Value]:
        """What is written of it."""
        value: Value = self.sheet.document.value
        for step in self.path:
            value = value[step]  # type: ignore[index] # the path was made by walking it
        return value if isinstance(value, dict) else {}

    @property
    def mark(self) -> Mark:
        """Where it is defined: its `id`, or its file."""
        return self.sheet.mark((*self.path, "id")) if self.path else Mark(self.sheet.found.file)


@dataclass(frozen=True, slots=True)
class Use:
    """A place that names a record."""

    target: Id
    by: Id
    """The record in which it stands."""
    sheet: Sheet
    path: NodePath

    @property
    def mark(self) -> Mark:
        """Where it stands."""
        return self.sheet.mark(self.path)

    @property
    def words(self) -> str:
        """The way to it in its file, counted from 0: "claims[2].sources[0].via[1]"."""
        text, here = "", self.sheet.document.positions
        for step in self.path:
            if step in here.children:  # a value that is written short has fewer steps
                here = here.children[step]
                text += f"[{step}]" if isinstance(step, int) else f".{step}"
        return text.removeprefix(".")


@dataclass(frozen=True, slots=True)
class Survey:
    """All files of a folder, the records in them, and who uses whom."""

    sheets: Sequence[Sheet]
    records: Mapping[Id, Record]
    aliases: Mapping[Id, Id]
    """Old ids, and whose they were."""
    uses: Sequence[Use]
    """In the order of files and of what is in them."""

    def named(self, id_: str) -> list[Id]:
        """Return the records with an id; records of several kinds may have it."""
        return [i for i in self.records if i.id == id_]

    def formerly(self, id_: str) -> list[Id]:
        """Return the records that had an id before."""
        return [new for old, new in self.aliases.items() if old.id == id_]

    def nearest(self, id_: str) -> str | None:
        """Return the id that is most like one that is not there."""
        return nearest(id_, dict.fromkeys(i.id for i in self.records), _ALIKE)

    def users(self, id_: Id) -> list[Use]:
        """Return the uses of a record; for a brief, also those of its claims and events elsewhere."""
        return [
            u
            for u in self.uses
            if u.target == id_
            or (id_.kind == "brief" and u.target.brief == id_.id and u.sheet.found.id != id_.id)
        ]


def survey(root: Path, base: Path) -> Survey:
    """Return what stands in the folder `root`; file names are relative to `base` where they can be.

    Files that cannot be read are passed over: `briefing check` says what is wrong with them.
    """
    sheets = [sheet for found in find(root, base)[0] if (sheet := _sheet(found))]
    records: dict[Id, Record] = {}
    aliases: dict[Id, Id] = {}
    for sheet in sheets:
        for record in _records(sheet):
            records.setdefault(record.id, record)
            for alias in _texts(record.value.get("aliases")):
                old = f"{record.id.brief}#{alias}" if record.id.brief else alias
                aliases.setdefault(Id(record.id.kind, old), record.id)
    uses = [
        Use(sheet.target(use), _user(sheet, use.path), sheet, use.path)
        for sheet in sheets
        for use in sheet.uses
    ]
    return Survey(sheets, records, aliases, uses)


def _sheet(found: Found) -> Sheet | None:
    try:
        data = found.path.read_bytes()
    except OSError:
        return None
    document = read(data, found.file).document
    if document is None:
        return None
    named = tuple(m for m in mentions(shape_of(found.record), document.value) if not m.defines)
    return Sheet(found, data, document, named)


def _tables(found: Found) -> Iterator[tuple[str, str]]:
    """Yield the keys of a file under which records with ids stand, and of what kind they are."""
    for key, shape in (shape_of(found.record).fields or {}).items():
        id_ = (shape.items.fields or {}).get("id") if shape.items else None
        if id_ is not None and id_.defines:
            yield key, id_.defines


def _records(sheet: Sheet) -> Iterator[Record]:
    found = sheet.found
    kind = _FILED.get(found.record)
    if kind and found.id:
        yield Record(Id(kind, found.id), sheet)
    for key, inner in _tables(found):
        rows = sheet.document.value.get(key)
        for n, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict) and (id_ := _own_id(row)):
                yield Record(Id(inner, f"{found.id}#{id_}" if found.id else id_), sheet, (key, n))


def _own_id(row: Mapping[str, Value]) -> str:
    """Return the id that a record gives itself; a term may leave it to be made from its word."""
    id_, term = row.get("id"), row.get("term")
    if isinstance(id_, str):
        return id_
    return slugify(term) if id_ is None and isinstance(term, str) else ""


def _user(sheet: Sheet, path: NodePath) -> Id:
    """Return the record in which a value stands."""
    kinds = dict(_tables(sheet.found))
    if len(path) > 1 and path[0] in kinds:
        rows = sheet.document.value[str(path[0])]
        row = rows[path[1]] if isinstance(rows, list) and isinstance(path[1], int) else None
        id_ = _own_id(row) if isinstance(row, dict) else ""
        return Id(kinds[str(path[0])], f"{sheet.found.id}#{id_}" if sheet.found.id else id_)
    return Id(_FILED.get(sheet.found.record, "file"), sheet.found.id or sheet.found.file)


def _texts(value: Value) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
