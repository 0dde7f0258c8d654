"""A folder of YAML files as one typed whole: found, read, checked against each other.

`load` is the way in, and `Reader` for whoever comes again. They never raise on what an author wrote;
they return the records that are valid and every problem of every file.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from briefing.finding import DATE_IN_NAME, FOLDERS, REGISTRIES, Found, again, find, shown, unreadable
from briefing.forks import shares, started, without_collector
from briefing.keeping import Cache, Kept, cache_of, digest, packed, unpacked
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
from briefing.model.fields import Record
from briefing.model.packing import Pool, Unpackable, lighten, pack, unpack
from briefing.model.validate import UNCONFIRMED, validate
from briefing.problems import Lines, Mark, Problem, Severity, bounded, error, ordered
from briefing.references import Facts, References, facts_of
from briefing.yamlnodes import MAX_BYTES, Document, Position, Value, plain, read
from briefing.yamlnodes import Path as NodePath

__all__ = [
    "FOLDERS",
    "REGISTRIES",
    "ClaimHandle",
    "Corpus",
    "EventHandle",
    "Found",
    "Lines",
    "Loaded",
    "Place",
    "Reader",
    "cache_of",
    "find",
    "full_ref",
    "load",
]


@dataclass(frozen=True, slots=True)
class ClaimHandle:
    """A claim, and the brief that it stands in."""

    brief: Brief
    claim: Claim
    index: int
    """Its place among the brief's claims, from 0."""
    ref: str = field(init=False, repr=False, compare=False)
    """Its full reference: "brief-id#claim-id"."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ref", f"{self.brief.id}#{self.claim.id}")

    @property
    def topic(self) -> str:
        """The id of its topic."""
        return self.claim.topic or self.brief.topics[0]


@dataclass(frozen=True, slots=True)
class EventHandle:
    """An event, and the brief that it stands in."""

    brief: Brief
    event: Event
    ref: str = field(init=False, repr=False, compare=False)
    """Its full reference: "brief-id#event-id"."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ref", f"{self.brief.id}#{self.event.id}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its file, the positions in it, and the way to the record."""

    file: str
    positions: Position | Callable[[], Position]
    """Or what reads them when they are asked for: of most records nobody asks."""
    path: NodePath = ()

    def mark(self, path: NodePath = (), *, key: bool = False) -> Mark:
        """Return the mark of the value at `path` within the record, or of its key."""
        positions = self.positions if isinstance(self.positions, Position) else self.positions()
        return positions.mark(self.file, (*self.path, *path), key=key)


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
    digests: Mapping[str, str] = field(default_factory=dict)
    """What tells each file's content from any other, by its way from the folder: "2022/2022-02-05-x.yml"."""

    @property
    def errors(self) -> list[Problem]:
        """The problems that stop a build."""
        return [p for p in self.problems if p.is_error]


def full_ref(ref: str, brief_id: str) -> str:
    """Return a reference with the brief that it stands in, where it names none."""
    return brief_id + ref if ref.startswith("#") else ref


# --- reading one file --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A file that was looked at: its record, if that is valid, and what is wrong with the file by itself."""

    found: Found
    digest: str
    """Of its content; empty where that could not be had."""
    facts: Facts
    record: Record | None
    problems: Sequence[Problem]
    is_read: bool = True
    """Whether it holds values; otherwise it is no file of this kind at all."""
    part: "_Part" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "part", _part(self.found, self.digest, self.record))

    def seen_again(self, found: Found) -> "_Sheet":
        """Return the same of a file that holds what it did; what it adds to the corpus are the same objects."""
        sheet = replace(self, found=found)
        object.__setattr__(sheet, "part", self.part)
        return sheet

    def document(self) -> Document:
        """Return what it holds, with the place of each value. The file is read once more."""
        return _document(self.found, self.digest)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a file adds to the corpus."""

    records: Sequence[tuple[str, str, Record, Place]] = ()
    """Records with their kind, their id and their place."""
    claims: Sequence[tuple[str, ClaimHandle]] = ()
    events: Sequence[tuple[str, EventHandle]] = ()
    order: tuple[object, ...] = ()
    """What briefs are put in order by."""


_TABLES = {
    "topic": "topics",
    "event kind": "event_kinds",
    "measure": "measures",
    "asset": "assets",
    "term": "terms",
    "entity": "entities",
    "source": "sources",
    "brief": "briefs",
}
"""Where in a corpus each kind of records stands."""


def _part(found: Found, mark: str, record: Record | None) -> _Part:
    """Return what a valid record adds to the corpus; `mark` is the digest of its file."""
    whole = Place(found.file, partial(_positions, found, mark))
    match record:
        case Brief() as brief:
            handles = [ClaimHandle(brief, claim, n) for n, claim in enumerate(brief.claims)]
            happened = [EventHandle(brief, event) for event in brief.events]
            return _Part(
                (("brief", brief.id, brief, whole),),
                [(h.ref, h) for h in handles],
                [(h.ref, h) for h in happened],
                (brief.date.order, brief.id),
            )
        case Source() | Entity():
            return _Part(((type(record).__name__.lower(), record.id, record, whole),))
        case TopicsFile(topics=topics, event_kinds=kinds):
            return _Part(
                [*_rows("topic", "topics", topics, whole), *_rows("event kind", "event_kinds", kinds, whole)]
            )
        case MeasuresFile(measures=measures, assets=assets):
            return _Part(
                [*_rows("measure", "measures", measures, whole), *_rows("asset", "assets", assets, whole)]
            )
        case GlossaryFile(terms=terms):
            return _Part(_rows("term", "terms", terms, whole))
        case _:
            return _Part()


def _rows(
    kind: str, key: str, records: Sequence[Topic | EventKind | Measure | Asset | Term], whole: Place
) -> list[tuple[str, str, Record, Place]]:
    return [(kind, r.id, r, replace(whole, path=(key, n))) for n, r in enumerate(records)]


_NOTHING = Document({}, Position(1, 1), frozenset())


@lru_cache(maxsize=16)
def _document(found: Found, mark: str) -> Document:
    """Return what a file holds; nothing where its content is not what it was, as `mark` tells."""
    data = _data(found)
    if isinstance(data, Problem) or digest(data) != mark:
        return _NOTHING
    return read(data, found.file).document or _NOTHING


def _positions(found: Found, mark: str) -> Position:
    return _document(found, mark).positions


def _data(found: Found) -> bytes | Problem:
    """Return what stands in a file, or its beginning, longer than any file may be; or why it cannot be read."""
    try:
        with found.path.open("rb", buffering=0) as stream:
            data = stream.read(_USUAL)
            while len(data) <= MAX_BYTES and (more := stream.read(_USUAL)):
                data += more
            return data[: MAX_BYTES + 1]
    except OSError as fault:
        return unreadable(found.file, fault)


_USUAL = 32 * 1024
"""Nearly no file has more bytes."""


def _read(found: Found) -> _Sheet:
    """Return what a file holds, and all that is wrong with it."""
    data = _data(found)
    if isinstance(data, Problem):
        return _Sheet(found, "", Facts(), None, [data], is_read=False)
    return _read_plain(found, data) or _read_closely(found, data)


def _read_closely(found: Found, data: bytes) -> _Sheet:
    reading = read(data, found.file)
    problems = list(reading.problems)
    document = reading.document
    if document is None:
        return _Sheet(found, digest(data), Facts(), None, problems, is_read=False)
    validated = validate(found.record, document, found.file, found.id)
    problems += validated.problems
    problems += _placement(found, document)
    facts = facts_of(found, document.value, is_odd=bool(problems or document.empty))
    return _Sheet(found, digest(data), facts, None if problems else validated.record, problems)


def _read_plain(found: Found, data: bytes) -> _Sheet | None:
    """Return what a file holds that has no fault, as nearly all have none; nothing where it may have one."""
    value = plain(data)
    if value is None or _MARK in data or "id" in value or _is_misplaced(found, value.get("date")):
        return None
    try:
        record = found.record.model_validate({**value, "id": found.id} if found.id else value)
    except ValidationError:
        return None
    return _Sheet(found, digest(data), facts_of(found, value), record, ())


_MARK = UNCONFIRMED.encode()


def _placement(found: Found, document: Document) -> list[Problem]:
    """Check a brief's folder and file name against its date."""
    date = document.value.get("date")
    if not _is_misplaced(found, date):
        return []
    year = found.path.parent.name
    rest = DATE_IN_NAME.sub("", found.id or "", count=1)
    fix = f"move the file to {str(date)[:4]}/{date}-{rest}.yml, or mend the date"
    return [
        error(
            document.positions.mark(found.file, ("date",)),
            "misplaced-brief",
            f"the date {date} and the file {year}/{found.path.name} do not agree",
            fix,
        )
    ]


def _is_misplaced(found: Found, date: Value) -> bool:
    """Whether a brief's folder and file name do not agree with its date, if that is one."""
    if found.record is not Brief or found.id is None or not isinstance(date, str):
        return False
    if found.id.startswith(date + "-") and found.path.parent.name == date[:4]:
        return False
    try:
        parse_partial(date)
    except Fault:
        return False  # the field says so
    return True


# --- from one run to the next ------------------------------------------------------------


def _same(file: Found, before: _Sheet | None, kept: Kept | None) -> _Sheet | None:
    """Return what is known of a file that has not changed since; nothing where it must be read."""
    if before is not None and file.state is not None and before.found == file:
        return before
    if kept is not None and file.state is not None and kept.state == file.state:
        return _unpacked(file, kept)
    if (before is None or not before.digest) and kept is None:
        return None
    data = _data(file)
    if isinstance(data, Problem):
        return None
    mark = digest(data)
    if before is not None and before.digest == mark and before.found.file == file.file:
        return before.seen_again(file)
    return _unpacked(file, kept) if kept is not None and kept.digest == mark else None


def _unpacked(file: Found, kept: Kept) -> _Sheet | None:
    try:
        return _sheet(file, kept)
    except (Unpackable, ValueError, TypeError):
        return None


def _kept_of(sheets: Iterable[_Sheet]) -> dict[str, Kept]:
    return {sheet.found.name: _kept(sheet) for sheet in sheets if sheet.digest}


def _kept(sheet: _Sheet) -> Kept:
    facts, found = sheet.facts, sheet.found
    said = [
        [facts.defines, facts.names, facts.aliases, facts.rests_on, facts.tickers, facts.is_odd],
        [[p.mark.line, p.mark.column, p.severity, p.code, p.message, p.hint] for p in sheet.problems],
        sheet.is_read,
    ]
    return Kept(found.state, sheet.digest, said, pack(sheet.record) if sheet.record is not None else b"")


def _sheet(found: Found, kept: Kept) -> _Sheet:
    """Return what was kept of a file. Raises Unpackable."""
    (defines, names, aliases, rests_on, tickers, is_odd), problems, is_read = kept.said
    facts = Facts(defines, names, [(k, i, a) for k, i, a in aliases], rests_on, tickers, is_odd)
    record = unpack(found.record, kept.record) if kept.record else None
    faults = [
        Problem(Mark(found.file, line, column), Severity(severity), code, message, hint)
        for line, column, severity, code, message, hint in problems
    ]
    return _Sheet(found, kept.digest, facts, record, faults, is_read)


# --- reading all of them -----------------------------------------------------------------


def load(
    root: Path,
    base: Path | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    cache: Path | None = None,
) -> Loaded:
    """Return the corpus in the folder `root`, and all problems of all its files.

    File names in problems are relative to `base` (the current folder if absent).
    `progress` is called with the number of files read and of files found. `cache` names a folder in
    which to keep what was read for the next time, as `cache_of` gives it.
    """
    return Reader(root, base, cache=cache).load(progress=progress)


class Reader:
    """Reads one folder again and again: a file that has not changed since is not read a second time.

    A file counts as unchanged while its size, its times and its inode are; of one that was written a
    moment ago only the content tells. Records of unchanged files are the same objects as before. Not for
    several threads at once.
    """

    def __init__(self, root: Path, base: Path | None = None, *, cache: Path | None = None) -> None:
        """Take the folder, what file names in problems are relative to, and where to keep what is read."""
        self.root = root
        self.base = base or Path.cwd()
        self._cache = Cache(cache) if cache else None
        self._sheets: dict[str, _Sheet] | None = None
        self._misplaced: list[Problem] = []
        self._pool: Pool = {}

    def load(
        self,
        *,
        progress: Callable[[int, int], None] | None = None,
        only: Collection[Path] | None = None,
    ) -> Loaded:
        """Return what stands in the folder now, as the function `load` does.

        `only` names the files that may have changed since the last time, as somebody does who watches the
        folder: no other is looked at, unless one of these was not there then, or is not there now.
        """
        with without_collector():
            return (self._again(only) if only is not None else None) or self._load(progress)

    def _load(self, progress: Callable[[int, int], None] | None) -> Loaded:
        if not self.root.is_dir():
            fault = error(
                Mark(shown(self.root, self.base)),
                "no-folder",
                "there is no such folder",
                "name the folder that holds topics.yml and the briefs",
            )
            return Loaded(Corpus(), [fault], 0)
        found, self._misplaced = find(self.root, self.base)
        self._look_at(found, _Progress(len(found), progress))
        return self._loaded()

    def _again(self, only: Collection[Path]) -> Loaded | None:
        """Return what stands in the folder if no other file has changed; nothing where that cannot be told."""
        top = self.root.absolute()
        sheets, changed = dict(self._sheets or {}), dict[str, Kept]()
        for path in {path.absolute() for path in only}:
            old = sheets.get(path.relative_to(top).as_posix()) if path.is_relative_to(top) else None
            found = again(old.found) if old is not None else None
            if found is None:
                return None
            self._take(_same(found, old, None) or _read(found), sheets, changed)
        self._sheets = sheets
        if self._cache:
            self._cache.write(changed, sheets)
        return self._loaded()

    def _loaded(self) -> Loaded:
        """Return what was read as a whole: all files together."""
        looked_at = list((self._sheets or {}).values())
        found = [sheet.found for sheet in looked_at]
        problems = [*self._misplaced, *(p for sheet in looked_at for p in sheet.problems)]
        problems += _registry_faults(found, self.root, self.base)
        sheets = [sheet for sheet in looked_at if sheet.is_read]
        references = References(sheets, found)
        problems += references.duplicates()
        told = {p.mark for p in problems}
        problems += [p for p in references.dangling() if p.mark not in told]
        broken = {p.mark.file for p in problems}
        corpus = _assemble([s for s in sheets if s.record is not None and s.found.file not in broken])
        problems += references.integrity()
        digests = {sheet.found.name: sheet.digest for sheet in looked_at}
        return Loaded(corpus, bounded(ordered(problems)), len(found), digests)

    def _look_at(self, found: Sequence[Found], progress: "_Progress") -> None:
        """Take in what each file holds: from memory, from the cache, or read now."""
        before = self._sheets or {}
        kept = self._cache.read() if self._cache and self._sheets is None else {}
        sheets: dict[str, _Sheet] = {}
        unknown: list[Found] = []
        moved: dict[str, Kept] = {}
        for file in found:
            name = file.name
            sheet = _same(file, before.get(name), kept.get(name))
            if sheet is None:
                unknown.append(file)
                continue
            sheets[name] = sheet if sheet is before.get(name) else self._lightened(sheet)
            progress.step()
            if name in kept and kept[name].state != file.state:
                moved[name] = replace(kept[name], state=file.state)
        changed = self._read(unknown, sheets, progress)
        self._sheets = {file.name: sheets[file.name] for file in found}
        if self._cache:
            gone = [name for name in (*before, *kept) if name not in self._sheets]
            self._cache.write({**moved, **changed}, self._sheets, gone)

    def _read(
        self, files: Sequence[Found], into: dict[str, _Sheet], progress: "_Progress"
    ) -> dict[str, Kept]:
        """Read files, in several processes where they are many; return what to keep of them."""
        changed: dict[str, Kept] = {}
        count = shares(len(files), _LEAST)
        own, *others = [files[n::count] for n in range(count)]
        with started([lambda part=part: packed(_kept_of(map(_read, part))) for part in others]) as answers:  # type: ignore[misc] # it cannot tell a default's type
            for file in own:
                self._take(_read(file), into, changed)
                progress.step(count)
            for part, answer in zip(others, answers(), strict=True):
                got = dict(unpacked(answer)) if answer is not None else {}
                for file in part:
                    name = file.name
                    into[name] = self._lightened(_sheet(file, got[name]) if name in got else _read(file))
                    progress.step()
                changed.update(got)
        return changed

    def _take(self, sheet: _Sheet, into: dict[str, _Sheet], changed: dict[str, Kept]) -> None:
        name = sheet.found.name
        into[name] = sheet
        if self._cache and sheet.digest:
            changed[name] = _kept(sheet)
        self._lightened(sheet)

    def _lightened(self, sheet: _Sheet) -> _Sheet:
        if sheet.record is not None:
            lighten(sheet.record, self._pool)
        return sheet


_LEAST = 150
"""Files that are worth a process of their own: it takes as long to begin as to read a dozen."""


class _Progress:
    """Tells whoever watches how far the reading has come."""

    def __init__(self, total: int, tell: Callable[[int, int], None] | None) -> None:
        self.done, self.total, self._tell = 0, total, tell
        if tell:
            tell(0, total)

    def step(self, by: int = 1) -> None:
        if self._tell and self.done < self.total:
            self.done = min(self.done + by, self.total)
            self._tell(self.done, self.total)


def _registry_faults(found: Sequence[Found], root: Path, base: Path) -> list[Problem]:
    """Say which of the files that every corpus needs is missing."""
    if any(f.record is TopicsFile for f in found):
        return []
    return [
        error(
            Mark(shown(root / "topics.yml", base)),
            "no-topics",
            "the folder has no topics.yml",
            "write it: `topics:`, a list of id, title, summary, colour and icon",
        )
    ]


def _assemble(files: Sequence[_Sheet]) -> Corpus:
    """Index valid records. A record that names a broken one is kept: the broken one is reported."""
    tables: dict[str, dict[str, Any]] = {kind: {} for kind in _TABLES}
    claims: dict[str, ClaimHandle] = {}
    events: dict[str, EventHandle] = {}
    places: dict[tuple[str, str], Place] = {}
    briefs = [f for f in files if f.found.record is Brief]
    others = [f for f in files if f.found.record is not Brief]
    for file in [*others, *sorted(briefs, key=attrgetter("part.order"))]:
        part = file.part
        for kind, id_, record, place in part.records:
            tables[kind][id_] = record
            places[kind, id_] = place
        claims.update(part.claims)
        events.update(part.events)
    return Corpus(
        **{name: tables[kind] for kind, name in _TABLES.items()}, claims=claims, events=events, places=places
    )
