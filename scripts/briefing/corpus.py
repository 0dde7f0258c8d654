"""A folder of YAML files as one typed whole: found, read, checked against each other.

`load` is the only way in. It never raises on what an author wrote; it returns the records
that are valid and every problem of every file.
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

from briefing.model import (
    Asset,
    Brief,
    BriefStatus,
    Claim,
    Entity,
    Event,
    EventKind,
    GlossaryFile,
    Measure,
    MeasuresFile,
    Source,
    Term,
    Topic,
    TopicsFile,
)
from briefing.model.dates import parse_partial
from briefing.model.faults import Fault
from briefing.model.fields import Record, read_brief_id, read_slug, slugify
from briefing.model.reserved import ADDRESSES, ANCHORS
from briefing.model.shape import Mention, mentions, shape_of
from briefing.model.units import is_unit, may_be_asset
from briefing.model.validate import nearest, validate
from briefing.problems import Mark, Problem, error, ordered, printable
from briefing.yamlnodes import MAX_BYTES, Document, Position, Value, read
from briefing.yamlnodes import Path as NodePath

REGISTRIES: dict[str, type[Record]] = {
    "topics.yml": TopicsFile,
    "measures.yml": MeasuresFile,
    "glossary.yml": GlossaryFile,
}
"""Files of a corpus that hold many records."""

FOLDERS: dict[str, type[Record]] = {"entities": Entity, "sources": Source}
"""Folders of a corpus whose files hold one record each, named by its file."""

_KIND_NAMES: dict[type[Record], str] = {Brief: "brief", Entity: "entity", Source: "source"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClaimHandle:
    """A claim, and the brief that it stands in."""

    brief: Brief
    claim: Claim
    index: int
    """Its place among the brief's claims, from 0."""

    @property
    def ref(self) -> str:
        """Its full reference: "brief-id#claim-id"."""
        return f"{self.brief.id}#{self.claim.id}"

    @property
    def topic(self) -> str:
        """The id of its topic."""
        return self.claim.topic or self.brief.topics[0]


@dataclass(frozen=True, slots=True)
class EventHandle:
    """An event, and the brief that it stands in."""

    brief: Brief
    event: Event

    @property
    def ref(self) -> str:
        """Its full reference: "brief-id#event-id"."""
        return f"{self.brief.id}#{self.event.id}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its file, the positions in it, and the way to the record."""

    file: str
    positions: Position
    path: NodePath = ()

    def mark(self, path: NodePath = (), *, key: bool = False) -> Mark:
        """Return the mark of the value at `path` within the record, or of its key."""
        return self.positions.mark(self.file, (*self.path, *path), key=key)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All valid records, by id; briefs in the order of their dates."""

    topics: Mapping[str, Topic] = field(default_factory=dict)
    event_kinds: Mapping[str, EventKind] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    briefs: Mapping[str, Brief] = field(default_factory=dict)
    claims: Mapping[str, ClaimHandle] = field(default_factory=dict)
    """Every claim by its full reference, in the order of the briefs."""
    events: Mapping[str, EventHandle] = field(default_factory=dict)
    """Every event by its full reference, in the order of the briefs."""
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    """Where each record stands, by kind and id."""

    def published(self) -> "Corpus":
        """Return the corpus without drafts, and without references to them."""
        drafts = {b.id for b in self.briefs.values() if b.status is BriefStatus.DRAFT}
        if not drafts:
            return self
        return replace(
            self,
            briefs={i: b for i, b in self.briefs.items() if i not in drafts},
            claims={r: h for r, h in self.claims.items() if h.brief.id not in drafts},
            events={r: h for r, h in self.events.items() if h.brief.id not in drafts},
        )

    def claim(self, ref: str, brief: Brief) -> ClaimHandle:
        """Return the claim that `ref`, written in `brief`, names."""
        return self.claims[full_ref(ref, brief.id)]

    def event(self, ref: str, brief: Brief) -> EventHandle:
        """Return the event that `ref`, written in `brief`, names."""
        return self.events[full_ref(ref, brief.id)]

    def name(self, entity: str) -> str:
        """Return an entity's short name, or its name."""
        record = self.entities[entity]
        return record.short_name or record.name


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of reading a folder."""

    corpus: Corpus
    problems: list[Problem]
    files: int
    """How many files were read."""

    @property
    def errors(self) -> list[Problem]:
        """The problems that stop a build."""
        return [p for p in self.problems if p.is_error]


def full_ref(ref: str, brief_id: str) -> str:
    """Return a reference with the brief that it stands in, where it names none."""
    return brief_id + ref if ref.startswith("#") else ref


class Lines:
    """Gives the text of the line that a mark names; reads each file once."""

    def __init__(self) -> None:
        self._files: dict[str, list[str]] = {}

    def __call__(self, mark: Mark) -> str | None:
        """Return the line, or nothing where the file or the line is not there."""
        if mark.file not in self._files:
            try:
                with Path(mark.file).open("rb") as stream:
                    text = stream.read(2 * MAX_BYTES).decode("utf-8-sig", "replace")
            except OSError:
                text = ""
            self._files[mark.file] = text.split("\n") if text else []
        lines = self._files[mark.file]
        return lines[mark.line - 1].rstrip("\r") if mark.line <= len(lines) else None


# --- finding files -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the corpus, what it should hold, and the id that its name gives."""

    path: Path
    file: str
    """Its name for problems: relative to the current folder where it is below it."""
    record: type[Record]
    id: str | None


_YAML_ENDINGS = (".yml", ".yaml", ".yml.txt", ".yaml.txt")
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}-", re.ASCII)


def find(root: Path, base: Path) -> tuple[list[Found], list[Problem]]:
    """Return the YAML files below `root` in order, and what stands where it should not."""
    found: list[Found] = []
    problems: list[Problem] = []
    real_root = Path(os.path.realpath(root))

    def unreadable(fault: OSError) -> None:
        problems.append(_unreadable(_shown(Path(fault.filename), base), fault))

    for folder, folders, files in os.walk(root, onerror=unreadable):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        here = Path(folder)
        for name in [n for n in folders if (here / n).is_symlink()]:
            folders.remove(name)
            problems.append(
                error(
                    Mark(_shown(here / name, base)),
                    "linked-folder",
                    f"`{name}` is a link to a folder",
                    "put the folder itself here",
                )
            )
        for name in sorted(files):
            if name.startswith(".") or not name.lower().endswith(_YAML_ENDINGS):
                continue
            path = here / name
            shown = _shown(path, base)
            place = _file_fault(path, shown, real_root) or _place(path.relative_to(root), path, shown)
            if isinstance(place, Problem):
                problems.append(place)
            else:
                found.append(place)
    return found, problems


def _file_fault(path: Path, shown: str, real_root: Path) -> Problem | None:
    if path.is_symlink():
        if not Path(os.path.realpath(path)).is_relative_to(real_root):
            return error(
                Mark(shown),
                "outside-folder",
                "this is a link to a file outside the folder",
                "put the file itself here",
            )
        if not path.is_file():
            return error(Mark(shown), "broken-link", "this is a link to nothing", "put the file itself here")
    if not path.is_file():
        return error(
            Mark(shown), "unreadable", "this is not an ordinary file", "put a file here, or delete it"
        )
    return None


def _unreadable(shown: str, fault: OSError) -> Problem:
    return error(
        Mark(shown),
        "unreadable",
        f"this cannot be read: {fault.strerror}",
        "check that it exists and that you may read it",
    )


def _shown(path: Path, base: Path) -> str:
    whole, top = path.absolute(), base.absolute()
    return printable((whole.relative_to(top) if whole.is_relative_to(top) else path).as_posix())


def _place(inside: Path, path: Path, shown: str) -> Found | Problem:
    if path.suffix != ".yml":
        stem = path.name[: path.name.lower().rindex(".y")]
        return error(
            Mark(shown), "misplaced-file", "this file's name does not end in .yml", f"rename it to {stem}.yml"
        )
    parts = inside.parts
    if len(parts) == 1 and parts[0] in REGISTRIES:
        return Found(path, shown, REGISTRIES[parts[0]], None)
    if len(parts) == 2 and parts[0] in FOLDERS:
        return _named(path, shown, FOLDERS[parts[0]], read_slug)
    if len(parts) == 2 and _is_year(parts[0]):
        return _named(path, shown, Brief, read_brief_id)
    return error(Mark(shown), "misplaced-file", "no record belongs in this place", _right_place(parts))


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdecimal()


def _right_place(parts: tuple[str, ...]) -> str:
    """Say where a file should go, from where it is and how it is called."""
    name = parts[-1]
    if parts[0] in FOLDERS:
        return f"move it to {parts[0]}/{name}"
    if _DATE.match(name) and (len(parts) == 1 or _is_year(parts[0])):
        return f"move it to {name[:4]}/{name}"
    if len(parts) > 1 and (near := nearest(parts[0], FOLDERS)):
        return f"rename the folder to {near}"
    if len(parts) == 1 and (near := nearest(Path(name).stem, [Path(r).stem for r in REGISTRIES])):
        return f"rename it to {near}.yml"
    return "briefs go to <year>/<date>-<slug>.yml, other records to sources/ and entities/"


def _named(path: Path, shown: str, record: type[Record], check: Callable[[object], str]) -> Found | Problem:
    try:
        return Found(path, shown, record, check(path.stem))
    except Fault as fault:
        context = fault.context or {}
        fix = context["hint"].removeprefix("write ")
        return error(
            Mark(shown),
            "not-a-slug",
            f"the file's name gives no id: {context['message']}",
            f"rename the file: {fix}",
        )


# --- loading -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File(Generic[T]):
    """A file that was read: its values, and its record if that is valid."""

    found: Found
    document: Document
    record: Record | None
    mentions: list[Mention]


def load(
    root: Path, base: Path | None = None, *, progress: Callable[[int, int], None] | None = None
) -> Loaded:
    """Return the corpus in the folder `root`, and all problems of all its files.

    File names in problems are relative to `base` (the current folder if absent).
    `progress` is called with the number of files read and of files found.
    """
    base = base or Path.cwd()
    if not root.is_dir():
        fault = error(
            Mark(_shown(root, base)),
            "no-folder",
            "there is no such folder",
            "name the folder that holds topics.yml and the briefs",
        )
        return Loaded(Corpus(), [fault], 0)
    found, problems = find(root, base)
    files: list[_File[Record]] = []
    for n, place in enumerate(found):
        if progress:
            progress(n, len(found))
        one, faults = _read_file(place)
        problems += faults
        if one is not None:
            files.append(one)
    if progress:
        progress(len(found), len(found))
    problems += _registry_faults(found, root, base)
    rows = [row for file in files for row in _rows(file)]
    index = _Index.of(files, rows)
    problems += index.duplicates()
    told = {p.mark for p in problems}
    problems += [p for p in index.dangling(files, found) if p.mark not in told]
    broken = {p.mark.file for p in problems}
    corpus = _assemble([f for f in files if f.record is not None and f.found.file not in broken])
    problems += _integrity(rows, {f.record for f in found} - {f.found.record for f in files})
    return Loaded(corpus, ordered(problems), len(found))


def _read_file(found: Found) -> tuple[_File[Record] | None, list[Problem]]:
    try:
        with found.path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as fault:
        return None, [_unreadable(found.file, fault)]
    reading = read(data, found.file)
    problems = list(reading.problems)
    document = reading.document
    if document is None:
        return None, problems
    validated = validate(found.record, document, found.file, found.id)
    problems += validated.problems
    problems += _placement(found, document)
    named = list(mentions(shape_of(found.record), document.value))
    return _File(found, document, validated.record if not problems else None, named), problems


def _placement(found: Found, document: Document) -> list[Problem]:
    """Check a brief's folder and file name against its date."""
    date = document.value.get("date")
    if found.record is not Brief or found.id is None or not isinstance(date, str):
        return []
    try:
        parse_partial(date)
    except Fault:
        return []  # the field says so
    year = found.path.parent.name
    if found.id.startswith(date + "-") and year == date[:4]:
        return []
    fix = f"move the file to {date[:4]}/{date}-{_DATE.sub('', found.id, count=1)}.yml, or mend the date"
    return [
        error(
            document.positions.mark(found.file, ("date",)),
            "misplaced-brief",
            f"the date {date} and the file {year}/{found.path.name} do not agree",
            fix,
        )
    ]


def _registry_faults(found: list[Found], root: Path, base: Path) -> list[Problem]:
    """Say which of the files that every corpus needs is missing."""
    if any(f.record is TopicsFile for f in found):
        return []
    return [
        error(
            Mark(_shown(root / "topics.yml", base)),
            "no-topics",
            "the folder has no topics.yml",
            "write it: `topics:`, a list of id, title, summary, colour and icon",
        )
    ]


@dataclass(frozen=True, slots=True)
class _Row:
    """A record as it stands in a file, whether or not it is valid."""

    kind: str
    id: str
    """Empty where the file gives none that is text."""
    value: dict[str, Value]
    file: _File[Record]
    path: NodePath = ()

    def mark(self, *path: str | int) -> Mark:
        """Return the mark of the value at `path` within the record."""
        return self.file.document.positions.mark(self.file.found.file, (*self.path, *path))

    def scoped(self, id_: str) -> str:
        """Return an id with the brief that it belongs to, where it is one of a brief's part."""
        return f"{self.file.found.id}#{id_}" if self.kind in ("claim", "event") else id_


_TABLES: dict[type[Record], tuple[tuple[str, str], ...]] = {
    Brief: (("claims", "claim"), ("events", "event")),
    TopicsFile: (("topics", "topic"), ("event_kinds", "event kind")),
    MeasuresFile: (("measures", "measure"), ("assets", "asset")),
    GlossaryFile: (("terms", "term"),),
}
"""Keys of a file under which records stand, and of what kind they are."""


def _rows(file: _File[Record]) -> Iterator[_Row]:
    value = file.document.value
    kind = _KIND_NAMES.get(file.found.record)
    if kind and file.found.id:
        yield _Row(kind, file.found.id, value, file)
    for key, inner in _TABLES.get(file.found.record, ()):
        for n, item in _mappings(value.get(key)):
            id_ = item.get("id")
            if id_ is None and inner == "term":
                id_ = slugify(_text(item.get("term")))
            yield _Row(inner, _text(id_), item, file, (key, n))


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Value) -> list[tuple[int, str]]:
    """Return the texts of a list, each with its index."""
    return [(n, v) for n, v in enumerate(value) if isinstance(v, str)] if isinstance(value, list) else []


def _mappings(value: Value) -> list[tuple[int, dict[str, Value]]]:
    """Return the mappings of a list, each with its index."""
    return [(n, v) for n, v in enumerate(value) if isinstance(v, dict)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class _Index:
    """Where each id is defined, by kind."""

    defined: dict[str, dict[str, list[Mark]]]
    aliases: dict[str, dict[str, str]]

    @classmethod
    def of(cls, files: Iterable[_File[Record]], rows: Iterable[_Row]) -> "_Index":
        defined: dict[str, dict[str, list[Mark]]] = defaultdict(lambda: defaultdict(list))
        aliases: dict[str, dict[str, str]] = defaultdict(dict)
        for file in files:
            name, positions = file.found.file, file.document.positions
            for mention in file.mentions:
                if mention.defines:
                    scoped = _scoped(mention, file.found.id)
                    defined[mention.kind][scoped].append(positions.mark(name, mention.path))
        for row in rows:
            if row.id and (row.kind in (*_KIND_NAMES.values(), "asset") or "id" not in row.value):
                defined[row.kind][row.scoped(row.id)].append(
                    row.mark("id") if row.path else Mark(row.file.found.file)
                )
            for _, alias in _texts(row.value.get("aliases")):
                aliases[row.kind][row.scoped(alias)] = row.id
        return cls(defined, aliases)

    def duplicates(self) -> Iterator[Problem]:
        """Yield a problem for each id that is defined more than once."""
        for kind, ids in self.defined.items():
            for id_, marks in ids.items():
                first, *others = sorted(marks)
                for mark in others:
                    shown = id_.rpartition("#")[2]
                    yield error(
                        mark,
                        "duplicate-id",
                        f"the {kind} `{shown}` is already defined in {first.file}, line {first.line}",
                        "give one of the two another id",
                    )

    def dangling(self, files: Iterable[_File[Record]], found: list[Found]) -> Iterator[Problem]:
        """Yield a problem for each id that is named and nowhere defined.

        A record whose file is broken counts as defined: its own fault is enough.
        """
        present = {(_KIND_NAMES[f.record], f.id) for f in found if f.record in _KIND_NAMES}
        unread = {f.record for f in found} - {file.found.record for file in files}
        for file in files:
            for mention in file.mentions:
                if mention.defines or (mention.kind, mention.id) in present:
                    continue
                problem = self._dangling(mention, file, unread, present)
                if problem is not None:
                    yield problem

    def _dangling(
        self,
        mention: Mention,
        file: _File[Record],
        unread: set[type[Record]],
        present: set[tuple[str, str | None]],
    ) -> Problem | None:
        kind = mention.kind
        id_ = _scoped(mention, file.found.id)
        if id_ in self.defined.get(kind, {}):
            return None
        if _REGISTRY_OF.get(kind) in unread:
            return None
        mark = file.document.positions.mark(file.found.file, mention.path)
        renamed = self.aliases.get(kind, {}).get(id_)
        if renamed:
            brief = mention.id.rpartition("#")[0]
            fix = f'write "{brief}#{renamed}"' if brief else f"write {renamed}"
            return error(
                mark, f"unknown-{kind.replace(' ', '-')}", f"`{mention.id}` is an old id of {renamed}", fix
            )
        if kind in ("claim", "event"):
            return self._dangling_part(mention, id_, mark, present)
        near = nearest(mention.id, [i for i in self.defined.get(kind, {}) if i == slugify(i)], _ALIKE)
        return error(
            mark,
            f"unknown-{kind.replace(' ', '-')}",
            f"there is no {kind} `{mention.id[:60]}`",
            f"write {near}" if near else _how_to_define(kind, mention.id),
        )

    def _dangling_part(
        self, mention: Mention, id_: str, mark: Mark, present: set[tuple[str, str | None]]
    ) -> Problem | None:
        kind = mention.kind
        brief, _, part = id_.rpartition("#")
        if ("brief", brief) in present and brief not in self.defined["brief"]:
            return None
        if brief not in self.defined["brief"]:
            near = self.aliases.get("brief", {}).get(brief) or nearest(brief, self.defined["brief"], _ALIKE)
            fix = (
                f'write "{near}#{part}"'
                if near
                else 'write "brief-id#its-id", with the id of a brief that is there'
            )
            return error(mark, f"unknown-{kind}", f"there is no brief `{brief[:60]}`", fix)
        here = [i.rpartition("#")[2] for i in self.defined.get(kind, {}) if i.startswith(brief + "#")]
        near = nearest(part, here)
        named = mention.id.rpartition("#")[0]
        where = named or "this brief"
        fix = (
            f"{where} has {', '.join(here[:8])}" if here else f"{where} has no {kind}s: delete it, or add one"
        )
        if near:
            fix = f'write "{named}#{near}"' if named else f"write {near}"
        return error(mark, f"unknown-{kind}", f"there is no {kind} `{part[:60]}` in {where}", fix)


_ALIKE = 66
"""How like an id must be to be proposed, 0 to 100: ids share dates and common words."""

_REGISTRY_OF: dict[str, type[Record]] = {
    "topic": TopicsFile,
    "event kind": TopicsFile,
    "measure": MeasuresFile,
    "term": GlossaryFile,
}


def _scoped(mention: Mention, brief_id: str | None) -> str:
    if mention.kind not in ("claim", "event"):
        return mention.id
    if mention.defines:
        return f"{brief_id}#{mention.id}"
    brief, _, part = mention.id.rpartition("#")
    return f"{brief or brief_id}#{part}"


def _how_to_define(kind: str, id_: str) -> str:
    match kind:
        case "source":
            return f"`briefing new source {id_}` begins it; or use the id of a source that is there"
        case "entity":
            return f"`briefing new entity {id_}` begins it; or use the id of an entity that is there"
        case "measure":
            return f"`briefing new measure {id_}` adds it to briefs/measures.yml"
        case "topic" | "event kind":
            return "add it to briefs/topics.yml"
        case "term":
            return "add it to briefs/glossary.yml"
        case _:
            return "write the id of a brief that is there"


def _assemble(files: list[_File[Record]]) -> Corpus:
    """Index valid records. A record that names a broken one is kept: the broken one is reported."""
    corpus = Corpus(*({} for _ in range(11)))
    places: dict[tuple[str, str], Place] = corpus.places  # type: ignore[assignment] # filled here only

    def keep(kind: str, into: Mapping[str, T], id_: str, record: T, place: Place) -> None:
        into[id_] = record  # type: ignore[index] # filled here only
        places[kind, id_] = place

    def rows(name: str, kind: str, records: Iterable[T], into: Mapping[str, T]) -> None:
        for n, record in enumerate(records):
            id_ = record.id  # type: ignore[attr-defined] # every registry row has one
            keep(kind, into, id_, record, Place(file.found.file, file.document.positions, (name, n)))

    def order(file: _File[Record]) -> tuple[object, ...]:
        record = file.record
        return (record.date.order, record.id) if isinstance(record, Brief) else ()

    briefs = [f for f in files if isinstance(f.record, Brief)]
    others = [f for f in files if not isinstance(f.record, Brief)]
    for file in [*others, *sorted(briefs, key=order)]:
        whole = Place(file.found.file, file.document.positions)
        match file.record:
            case TopicsFile(topics=topics, event_kinds=kinds):
                rows("topics", "topic", topics, corpus.topics)
                rows("event_kinds", "event kind", kinds, corpus.event_kinds)
            case MeasuresFile(measures=measures, assets=assets):
                rows("measures", "measure", measures, corpus.measures)
                rows("assets", "asset", assets, corpus.assets)
            case GlossaryFile(terms=terms):
                rows("terms", "term", terms, corpus.terms)
            case Entity() as entity:
                keep("entity", corpus.entities, entity.id, entity, whole)
            case Source() as source:
                keep("source", corpus.sources, source.id, source, whole)
            case Brief() as brief:
                keep("brief", corpus.briefs, brief.id, brief, whole)
                for n, claim in enumerate(brief.claims):
                    handle = ClaimHandle(brief, claim, n)
                    corpus.claims[handle.ref] = handle  # type: ignore[index] # filled here only
                for event in brief.events:
                    corpus.events[f"{brief.id}#{event.id}"] = EventHandle(brief, event)  # type: ignore[index] # as above
    return corpus


# --- integrity: what no single field can show --------------------------------------------
# These read the values as written, so that a fault in one field hides none in another.


def _integrity(rows: list[_Row], unread: set[type[Record]]) -> Iterator[Problem]:
    """Yield what is wrong between fields and between files.

    `unread` are the kinds of registries whose file could not be read at all.
    """
    yield from _reserved_names(rows)
    yield from _alias_clashes(rows)
    yield from _circular_sources({r.id: r for r in rows if r.kind == "source"})
    known = None if MeasuresFile in unread else frozenset(r.id for r in rows if r.kind == "asset")
    yield from _units(rows, known)
    yield from _claim_topics(rows)


def _reserved_names(rows: list[_Row]) -> Iterator[Problem]:
    reserved = {
        "topic": (ADDRESSES, "the address of another page"),
        "claim": (ANCHORS, "the id of a heading of the page"),
        **dict.fromkeys(("entity", "source", "measure"), (frozenset({"index"}), "the address of their list")),
    }
    for row in rows:
        names, taken = reserved.get(row.kind, (frozenset(), ""))
        aliases = [(("aliases", n), alias) for n, alias in _texts(row.value.get("aliases"))]
        for path, name in [(("id",), row.id), *aliases]:
            if name in names:
                yield error(row.mark(*path), "reserved-id", f"`{name}` is {taken}", "choose another id")


def _alias_clashes(rows: list[_Row]) -> Iterator[Problem]:
    owners = {(row.kind, row.scoped(row.id)): row.id for row in rows if row.id}
    for row in rows:
        for n, alias in _texts(row.value.get("aliases")):
            if alias == row.id:
                message, fix = f"`{alias}` is the {row.kind}'s id, not an old one", "delete it"
            elif (owner := owners.setdefault((row.kind, row.scoped(alias)), row.id)) != row.id:
                message = f"the old id `{alias}` belongs to the {row.kind} {owner}"
                fix = "remove it from one of the two"
            else:
                continue
            yield error(row.mark("aliases", n), "duplicate-id", message, fix)


def _circular_sources(sources: dict[str, _Row]) -> Iterator[Problem]:
    """Find sources that rest on themselves, each circle at the step that closes it."""
    done: set[str] = set()
    for start in sources:
        trail = [start] if start not in done else []
        steps = [iter(_texts(sources[id_].value.get("rests_on"))) for id_ in trail]
        while trail:
            node = trail[-1]
            n, below = next(((n, s) for n, s in steps[-1] if s in sources and s not in done), (0, None))
            if below is None:
                done.add(node)
                trail.pop()
                steps.pop()
            elif below in trail:
                circle = [*trail[trail.index(below) :], below]
                yield error(
                    sources[node].mark("rests_on", n),
                    "circular-chain",
                    "documents rest on each other: " + " → ".join(circle),
                    "remove the step that is not true",
                )
            else:
                trail.append(below)
                steps.append(iter(_texts(sources[below].value.get("rests_on"))))


def _units(rows: list[_Row], assets: frozenset[str] | None) -> Iterator[Problem]:
    """Check units against the known assets, if those could be read; and that there are units."""
    for row in rows:
        if row.kind == "measure":
            yield from _unknown_unit(row.mark("unit"), row.value.get("unit"), assets)
        for n, figure in _mappings(row.value.get("figures")) if row.kind == "claim" else ():
            yield from _unknown_unit(row.mark("figures", n, "unit"), figure.get("unit"), assets)
            if not figure.keys() & {"unit", "of", "measure"} and "measure" not in row.value:
                yield error(
                    row.mark("figures", n),
                    "figure-without-unit",
                    "nothing says what this number counts",
                    "add `measure:` to the claim, or `of:` or `unit:` to the figure",
                )


def _unknown_unit(mark: Mark, unit: Value, assets: frozenset[str] | None) -> Iterator[Problem]:
    if assets is None or not isinstance(unit, str) or not may_be_asset(unit) or is_unit(unit, assets):
        return  # it is known, or the field says what is wrong with it
    near = nearest(unit, sorted(assets))
    fix = f"write {near}" if near else "add it to `assets:` in measures.yml, or use a unit of the list"
    yield error(mark, "unknown-unit", f"`{unit}` is neither a unit nor a known asset", fix)


def _claim_topics(rows: list[_Row]) -> Iterator[Problem]:
    known = {row.id for row in rows if row.kind == "topic"}
    for row in rows:
        topics = list(dict.fromkeys(t for _, t in _texts(row.file.document.value.get("topics"))))
        if row.kind != "claim" or not topics:
            continue
        topic = row.value.get("topic")
        if topic is None and len(topics) > 1:
            document = row.file.document
            if (*row.path, "topic") in document.empty:
                mark = document.positions.mark(row.file.found.file, (*row.path, "topic"), key=True)
                choices = "write after the colon one of: " + ", ".join(topics)
                yield error(mark, "to-fill-in", "`topic` has no value yet", choices)
                continue
            which = f"the claim {row.id}" if row.id else "this claim"
            yield error(
                row.mark(),
                "missing-field",
                f"`topic` is missing from {which}, and the brief has {len(topics)} topics",
                "add `topic:`, one of: " + ", ".join(topics),
            )
        elif isinstance(topic, str) and topic in known and topic not in topics:
            yield error(
                row.mark("topic"),
                "foreign-topic",
                f"`{topic}` is not a topic of this brief",
                f"add it to the brief's `topics`, or write one of: {', '.join(topics)}",
            )
