"""What the files of a corpus say of each other, and what of that cannot be.

Of each file only a few facts are kept: the ids that it defines and names, and whether something in it
asks for a closer look. From the facts of all files it is plain, nearly always, that nothing is wrong.
Where it is not, the files that are concerned are looked at as they stand written, with the places of
their values.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from briefing.finding import Found
from briefing.model import Brief, Entity, GlossaryFile, MeasuresFile, Source, TopicsFile
from briefing.model.fields import Record, slugify
from briefing.model.reserved import ADDRESSES, ANCHORS
from briefing.model.shape import Mention, ids_in, mentions, shape_of
from briefing.model.units import is_unit, may_be_asset
from briefing.model.validate import nearest
from briefing.problems import Mark, Problem, error
from briefing.yamlnodes import Document, Value
from briefing.yamlnodes import Path as NodePath

FILED: dict[type[Record], str] = {Brief: "brief", Entity: "entity", Source: "source"}
"""Kinds of records that have a file each."""

_TABLES: dict[type[Record], tuple[tuple[str, str], ...]] = {
    Brief: (("claims", "claim"), ("events", "event")),
    TopicsFile: (("topics", "topic"), ("event_kinds", "event kind")),
    MeasuresFile: (("measures", "measure"), ("assets", "asset")),
    GlossaryFile: (("terms", "term"),),
}
"""Keys of a file under which records stand, and of what kind they are."""

_PARTS = ("claim", "event")
"""Kinds of records that belong to a brief, and are named with it: "brief-id#its-id"."""

_REGISTRY_OF: dict[str, type[Record]] = {
    "topic": TopicsFile,
    "event kind": TopicsFile,
    "measure": MeasuresFile,
    "term": GlossaryFile,
}

_ALIKE = 66
"""How like an id must be to be proposed, 0 to 100: ids share dates and common words."""

_RESERVED: dict[str, tuple[frozenset[str], str]] = {
    "topic": (ADDRESSES, "the address of another page"),
    "claim": (ANCHORS, "the id of a heading of the page"),
    **dict.fromkeys(("entity", "source", "measure"), (frozenset({"index"}), "the address of their list")),
}


# --- the facts of a file -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file says that other files have to do with."""

    defines: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Ids by kind, in the order of the file, each once; those of claims and events without their brief."""
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Ids by kind, each once; of claims and events those that are not the brief's own, with their brief."""
    aliases: Sequence[tuple[str, str, str]] = ()
    """Kind and id of a record, and an old id of it, in the order of the file."""
    rests_on: Sequence[str] = ()
    """Of a source; what is no text is empty, so that each has its number."""
    tickers: Sequence[str] = ()
    """Units that must be among the assets."""
    is_odd: bool = False
    """Whether something in it must be looked at as it stands written."""


def facts_of(found: Found, value: dict[str, Value], *, is_odd: bool = False) -> Facts:
    """Return the facts of a file with these values. `is_odd` says that it is known to want a closer look."""
    own = found.id or ""
    ids = ids_in(found.record, value)
    defined: dict[str, Sequence[str]] = {k: v for (k, defines), v in ids.items() if defines}
    if found.record is GlossaryFile or found.record is MeasuresFile:
        for row in _rows(found, value):
            if row.id and (row.kind == "asset" or "id" not in row.value):
                defined[row.kind] = [*defined.get(row.kind, ()), row.id]
    for kind, many in defined.items():
        once = list(dict.fromkeys(many))
        is_odd = is_odd or len(once) < len(many)
        defined[kind] = once
    names: dict[str, Sequence[str]] = {}
    for (kind, defines), many in ids.items():
        if defines:
            continue
        if kind not in _PARTS:
            names[kind] = list(dict.fromkeys(many))
        elif foreign := list(dict.fromkeys(_foreign(many, own, ids.get((kind, True), ())))):
            names[kind] = foreign
    look = _Look(value)
    for row in _rows(found, value):
        look.at(row)
    return Facts(defined, names, look.aliases, look.rests_on, look.tickers, is_odd or look.is_odd)


def _foreign(refs: Iterable[str], own: str, parts: Sequence[str]) -> Iterator[str]:
    """Yield the references that lead to none of a brief's own parts, with their brief."""
    here = set(parts)
    for ref in refs:
        brief, _, part = ref.rpartition("#")
        if part not in here or brief not in ("", own):
            yield f"{brief or own}#{part}"


class _Look:
    """Looks for what is rare, and may be wrong."""

    def __init__(self, value: dict[str, Value]) -> None:
        self.topics = {t for _, t in _texts(value.get("topics"))}
        self.aliases: list[tuple[str, str, str]] = []
        self.rests_on: list[str] = []
        self.tickers: list[str] = []
        self.is_odd = False

    def at(self, row: "_Row") -> None:
        value, kind = row.value, row.kind
        reserved = _RESERVED.get(kind)
        if reserved and row.id in reserved[0]:
            self.is_odd = True
        if "aliases" in value:
            for _, alias in _texts(value["aliases"]):
                self.aliases.append((kind, row.id, alias))
                self.is_odd = self.is_odd or bool(reserved and alias in reserved[0])
        if kind == "claim":
            self.at_claim(value)
        elif kind == "measure":
            self.at_unit(value.get("unit"))
        elif kind == "source" and "rests_on" in value:
            below = value["rests_on"]
            self.rests_on = (
                [s if isinstance(s, str) else "" for s in below] if isinstance(below, list) else []
            )

    def at_claim(self, value: dict[str, Value]) -> None:
        if "figures" in value:
            for _, figure in _mappings(value["figures"]):
                self.at_unit(figure.get("unit"))
                if "measure" not in value and not figure.keys() & _SAYS_UNIT:
                    self.is_odd = True
        topic = value.get("topic")
        if topic is None:
            self.is_odd = self.is_odd or len(self.topics) > 1
        elif isinstance(topic, str) and self.topics and topic not in self.topics:
            self.is_odd = True

    def at_unit(self, unit: Value) -> None:
        if isinstance(unit, str) and may_be_asset(unit) and not is_unit(unit) and unit not in self.tickers:
            self.tickers.append(unit)


_SAYS_UNIT = frozenset({"unit", "of", "measure"})


class Sheet(Protocol):
    """A file that was read."""

    @property
    def found(self) -> Found:
        """Where it is, and what it should hold."""
        ...

    @property
    def facts(self) -> Facts:
        """What other files have to do with."""
        ...

    def document(self) -> Document:
        """Return what it holds, with the place of each value. Slow: for what is wrong."""
        ...


# --- records as they stand written ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """A record as it stands in a file, whether or not it is valid."""

    kind: str
    id: str
    """Empty where the file gives none that is text."""
    value: dict[str, Value]
    path: NodePath = ()


def _rows(found: Found, value: dict[str, Value]) -> Iterator[_Row]:
    kind = FILED.get(found.record)
    if kind and found.id:
        yield _Row(kind, found.id, value)
    for key, inner in _TABLES.get(found.record, ()):
        for n, item in _mappings(value.get(key)):
            id_ = item.get("id")
            if id_ is None and inner == "term":
                id_ = slugify(_text(item.get("term")))
            yield _Row(inner, _text(id_), item, (key, n))


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Value) -> list[tuple[int, str]]:
    """Return the texts of a list, each with its index."""
    return [(n, v) for n, v in enumerate(value) if isinstance(v, str)] if isinstance(value, list) else []


def _mappings(value: Value) -> list[tuple[int, dict[str, Value]]]:
    """Return the mappings of a list, each with its index."""
    return [(n, v) for n, v in enumerate(value) if isinstance(v, dict)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that is looked at as it stands written."""

    found: Found
    document: Document

    def rows(self) -> list[_Row]:
        """Return its records."""
        return list(_rows(self.found, self.document.value))

    def mentions(self) -> Iterator[Mention]:
        """Yield the ids that it defines and names."""
        return mentions(shape_of(self.found.record), self.document.value)

    def mark(self, *path: str | int, key: bool = False) -> Mark:
        """Return the mark of the value at `path`, or of its key."""
        return self.document.positions.mark(self.found.file, path, key=key)

    def scoped(self, kind: str, id_: str) -> str:
        """Return an id with the brief that it belongs to, where it is one of a brief's part."""
        return _scoped(kind, id_, self.found.id)


def _scoped(kind: str, id_: str, brief_id: str | None) -> str:
    return f"{brief_id}#{id_}" if kind in _PARTS else id_


def _target(mention: Mention, brief_id: str | None) -> str:
    """Return what a mention defines or names, with its brief."""
    if mention.defines or mention.kind not in _PARTS:
        return _scoped(mention.kind, mention.id, brief_id)
    brief, _, part = mention.id.rpartition("#")
    return f"{brief or brief_id}#{part}"


# --- all files together ----------------------------------------------------------------------


class References:
    """All files that were read, and all that were found: what of their references is wrong."""

    def __init__(self, sheets: Sequence[Sheet], found: Sequence[Found], *, closely: bool = False) -> None:
        """Take the files. `closely` looks at every one as it stands written: for tests of the rest."""
        self._sheets = sheets
        self._closely = closely
        self._present: dict[str, dict[str, None]] = {kind: {} for kind in FILED.values()}
        for file in found:
            if file.record in FILED and file.id is not None:
                self._present[FILED[file.record]][file.id] = None
        self._unread = {f.record for f in found} - {s.found.record for s in sheets}
        self._defined: dict[str, dict[str, None]] = defaultdict(dict)
        self._briefs: dict[str, list[Sheet]] = defaultdict(list)
        self._repeated: dict[str, dict[str, None]] = defaultdict(dict)
        self._proper: dict[str, list[str]] = {}
        self._nearest: dict[tuple[str, str], str | None] = {}
        for sheet in sheets:
            self._note(sheet)

    def _note(self, sheet: Sheet) -> None:
        """Add what a file defines to what is known."""
        file, facts = sheet.found, sheet.facts
        if file.record is Brief and file.id:
            self._briefs[file.id].append(sheet)
        elif file.record not in FILED:
            for kind, ids in facts.defines.items():
                self._defined[kind].update(dict.fromkeys(ids))
        kind = FILED.get(file.record, "")
        if kind and file.id:
            known = self._defined[kind]
            if file.id in known:
                self._repeated[kind][file.id] = None
            known[file.id] = None

    def _open(self, sheet: Sheet) -> _Opened:
        return _Opened(sheet.found, sheet.document())

    # --- ids that are defined twice --------------------------------------------------------

    def duplicates(self) -> Iterator[Problem]:
        """Yield a problem for each id that is defined more than once."""
        twice = self._repeated
        for sheet in self._sheets:
            file = sheet.found
            kind = FILED.get(file.record, "")
            if self._closely or sheet.facts.is_odd or file.id in twice.get(kind, ()):
                break
        else:
            return
        marks: dict[tuple[str, str], list[Mark]] = defaultdict(list)
        for sheet in self._sheets:
            file = sheet.found
            kind = FILED.get(file.record, "")
            if kind and file.id in twice.get(kind, ()):
                marks[kind, str(file.id)].append(Mark(file.file))
            is_twin = kind == "brief" and file.id in twice.get(kind, ())
            if self._closely or sheet.facts.is_odd or is_twin:
                for key, mark in self._definitions(self._open(sheet)):
                    marks[key].append(mark)
        for (kind, id_), places in marks.items():
            first, *others = sorted(places)
            for mark in others:
                name = id_.rpartition("#")[2]
                yield error(
                    mark,
                    "duplicate-id",
                    f"the {kind} `{name}` is already defined in {first.file}, line {first.line}",
                    "give one of the two another id",
                )

    def _definitions(self, file: _Opened) -> Iterator[tuple[tuple[str, str], Mark]]:
        """Yield the ids that a file defines within it, each with its place."""
        for mention in file.mentions():
            if mention.defines:
                yield (mention.kind, _target(mention, file.found.id)), file.mark(*mention.path)
        for row in file.rows():
            if row.path and row.id and (row.kind == "asset" or "id" not in row.value):
                yield (row.kind, file.scoped(row.kind, row.id)), file.mark(*row.path, "id")

    # --- ids that are named and nowhere defined ----------------------------------------------

    def dangling(self) -> Iterator[Problem]:
        """Yield a problem for each id that is named and nowhere defined.

        A record whose file is broken counts as defined: its own fault is enough.
        """
        known = {
            kind: self._defined.get(kind, {}).keys() | self._present.get(kind, {}).keys()
            for kind in (*_REGISTRY_OF, *FILED.values())
            if _REGISTRY_OF.get(kind) not in self._unread
        }
        for sheet in self._sheets:
            if self._closely or not self._resolves(sheet.facts, known):
                file = self._open(sheet)
                for mention in file.mentions():
                    if mention.defines or mention.id in self._present.get(mention.kind, ()):
                        continue
                    problem = self._dangling(mention, file)
                    if problem is not None:
                        yield problem

    def _resolves(self, facts: Facts, known: Mapping[str, set[str]]) -> bool:
        """Whether all that a file names is there."""
        for kind, ids in facts.names.items():
            if kind in _PARTS:
                if not all(self._has(kind, ref) for ref in ids):
                    return False
            elif kind in known and not known[kind].issuperset(ids):
                return False
        return True

    def _has(self, kind: str, ref: str) -> bool:
        """Whether a claim or an event, named with its brief, is defined."""
        brief, _, part = ref.partition("#")
        return any(part in sheet.facts.defines.get(kind, ()) for sheet in self._briefs.get(brief, ()))

    def _is_defined(self, kind: str, id_: str) -> bool:
        return self._has(kind, id_) if kind in _PARTS else id_ in self._defined.get(kind, ())

    @cached_property
    def _aliases(self) -> dict[str, dict[str, str]]:
        """Old ids by kind, each with the id of today; those of claims and events with their brief."""
        aliases: dict[str, dict[str, str]] = defaultdict(dict)
        for sheet in self._sheets:
            for kind, id_, alias in sheet.facts.aliases:
                aliases[kind][_scoped(kind, alias, sheet.found.id)] = id_
        return aliases

    def _dangling(self, mention: Mention, file: _Opened) -> Problem | None:
        kind = mention.kind
        id_ = _target(mention, file.found.id)
        if self._is_defined(kind, id_) or _REGISTRY_OF.get(kind) in self._unread:
            return None
        mark = file.mark(*mention.path)
        code = f"unknown-{kind.replace(' ', '-')}"
        renamed = self._aliases.get(kind, {}).get(id_)
        if renamed:
            brief = mention.id.rpartition("#")[0]
            fix = f'write "{brief}#{renamed}"' if brief else f"write {renamed}"
            return error(mark, code, f"`{mention.id}` is an old id of {renamed}", fix)
        if kind in _PARTS:
            return self._dangling_part(mention, id_, mark)
        near = self._near(kind, mention.id)
        return error(
            mark,
            code,
            f"there is no {kind} `{mention.id[:60]}`",
            f"write {near}" if near else _how_to_define(kind, mention.id),
        )

    def _near(self, kind: str, id_: str) -> str | None:
        """Return the id that is most like one that is not there."""
        if kind not in self._proper:
            self._proper[kind] = [i for i in self._defined.get(kind, {}) if i == slugify(i)]
        if (kind, id_) not in self._nearest:
            self._nearest[kind, id_] = nearest(id_, self._proper[kind], _ALIKE)
        return self._nearest[kind, id_]

    def _dangling_part(self, mention: Mention, id_: str, mark: Mark) -> Problem | None:
        kind = mention.kind
        brief, _, part = id_.rpartition("#")
        briefs = self._defined["brief"]
        if brief not in briefs:
            if brief in self._present["brief"]:
                return None
            near = self._aliases.get("brief", {}).get(brief) or nearest(brief, briefs, _ALIKE)
            fix = (
                f'write "{near}#{part}"'
                if near
                else 'write "brief-id#its-id", with the id of a brief that is there'
            )
            return error(mark, f"unknown-{kind}", f"there is no brief `{brief[:60]}`", fix)
        twins = self._briefs[brief]
        ids = dict.fromkeys(i for sheet in twins for i in sheet.facts.defines.get(kind, ()))
        here = [i.rpartition("#")[2] for i in ids]
        near = nearest(part, here)
        named = mention.id.rpartition("#")[0]
        where = named or "this brief"
        fix = (
            f"{where} has {', '.join(here[:8])}" if here else f"{where} has no {kind}s: delete it, or add one"
        )
        if near:
            fix = f'write "{named}#{near}"' if named else f"write {near}"
        return error(mark, f"unknown-{kind}", f"there is no {kind} `{part[:60]}` in {where}", fix)

    # --- what no single field can show -----------------------------------------------------
    # This reads the values as written, so that a fault in one field hides none in another.

    def integrity(self) -> Iterator[Problem]:
        """Yield what is wrong between fields and between files."""
        yield from self._alias_clashes()
        yield from self._circular_sources()
        assets = None if MeasuresFile in self._unread else frozenset(self._defined.get("asset", ()))
        topics = set(self._defined.get("topic", ()))
        for sheet in self._sheets:
            if sheet.found.record is TopicsFile and sheet.facts.is_odd:
                topics |= {row.id for row in self._open(sheet).rows() if row.kind == "topic"}
        for sheet in self._sheets:
            facts = sheet.facts
            if self._closely or facts.is_odd or (assets is not None and not assets.issuperset(facts.tickers)):
                file = self._open(sheet)
                yield from _reserved_names(file)
                yield from _units(file, assets)
                yield from _claim_topics(file, topics)

    def _alias_clashes(self) -> Iterator[Problem]:
        """Yield a problem for each old id that is an id of today, or one of another record's old ids."""
        owners: dict[tuple[str, str], str] = {}
        for sheet in self._sheets:
            if not sheet.facts.aliases:
                continue
            opened: _Opened | None = None
            for number, (kind, id_, alias) in enumerate(sheet.facts.aliases):
                scoped = _scoped(kind, alias, sheet.found.id)
                if alias == id_:
                    message, fix = f"`{alias}` is the {kind}'s id, not an old one", "delete it"
                elif (owner := owners.setdefault((kind, scoped), self._owner(kind, scoped) or id_)) != id_:
                    message = f"the old id `{alias}` belongs to the {kind} {owner}"
                    fix = "remove it from one of the two"
                else:
                    continue
                opened = opened or self._open(sheet)
                yield error(_alias_mark(opened, number), "duplicate-id", message, fix)

    def _owner(self, kind: str, scoped: str) -> str:
        """Return the id of the record that has this id today, or nothing."""
        id_ = scoped.partition("#")[2] if kind in _PARTS else scoped
        return id_ if id_ and self._is_defined(kind, scoped) else ""

    def _circular_sources(self) -> Iterator[Problem]:
        """Find sources that rest on themselves, each circle at the step that closes it."""
        sources = {str(s.found.id): s for s in self._sheets if s.found.record is Source}
        done: set[str] = set()
        for start, sheet in sources.items():
            if not sheet.facts.rests_on:
                continue
            trail = [start] if start not in done else []
            steps = [enumerate(sources[id_].facts.rests_on) for id_ in trail]
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
                        self._open(sources[node]).mark("rests_on", n),
                        "circular-chain",
                        "documents rest on each other: " + " → ".join(circle),
                        "remove the step that is not true",
                    )
                else:
                    trail.append(below)
                    steps.append(enumerate(sources[below].facts.rests_on))


def _alias_mark(file: _Opened, number: int) -> Mark:
    """Return the place of one of a file's old ids, by its number among them."""
    places = [(*row.path, "aliases", n) for row in file.rows() for n, _ in _texts(row.value.get("aliases"))]
    return file.mark(*places[number]) if number < len(places) else Mark(file.found.file)


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


def _reserved_names(file: _Opened) -> Iterator[Problem]:
    for row in file.rows():
        names, taken = _RESERVED.get(row.kind, (frozenset(), ""))
        aliases = [(("aliases", n), alias) for n, alias in _texts(row.value.get("aliases"))]
        for path, name in [(("id",), row.id), *aliases]:
            if name in names:
                yield error(
                    file.mark(*row.path, *path), "reserved-id", f"`{name}` is {taken}", "choose another id"
                )


def _units(file: _Opened, assets: frozenset[str] | None) -> Iterator[Problem]:
    """Check units against the known assets, if those could be read; and that there are units."""
    for row in file.rows():
        if row.kind == "measure":
            yield from _unknown_unit(file, (*row.path, "unit"), row.value.get("unit"), assets)
        for n, figure in _mappings(row.value.get("figures")) if row.kind == "claim" else ():
            yield from _unknown_unit(file, (*row.path, "figures", n, "unit"), figure.get("unit"), assets)
            if not figure.keys() & _SAYS_UNIT and "measure" not in row.value:
                yield error(
                    file.mark(*row.path, "figures", n),
                    "figure-without-unit",
                    "nothing says what this number counts",
                    "add `measure:` to the claim, or `of:` or `unit:` to the figure",
                )


def _unknown_unit(
    file: _Opened, path: NodePath, unit: Value, assets: frozenset[str] | None
) -> Iterator[Problem]:
    if assets is None or not isinstance(unit, str) or not may_be_asset(unit) or is_unit(unit, assets):
        return  # it is known, or the field says what is wrong with it
    near = nearest(unit, sorted(assets))
    fix = f"write {near}" if near else "add it to `assets:` in measures.yml, or use a unit of the list"
    yield error(file.mark(*path), "unknown-unit", f"`{unit}` is neither a unit nor a known asset", fix)


def _claim_topics(file: _Opened, known: set[str]) -> Iterator[Problem]:
    topics = list(dict.fromkeys(t for _, t in _texts(file.document.value.get("topics"))))
    for row in file.rows():
        if row.kind != "claim" or not topics:
            continue
        topic = row.value.get("topic")
        if topic is None and len(topics) > 1:
            if (*row.path, "topic") in file.document.empty:
                mark = file.mark(*row.path, "topic", key=True)
                choices = "write after the colon one of: " + ", ".join(topics)
                yield error(mark, "to-fill-in", "`topic` has no value yet", choices)
                continue
            which = f"the claim {row.id}" if row.id else "this claim"
            yield error(
                file.mark(*row.path),
                "missing-field",
                f"`topic` is missing from {which}, and the brief has {len(topics)} topics",
                "add `topic:`, one of: " + ", ".join(topics),
            )
        elif isinstance(topic, str) and topic in known and topic not in topics:
            yield error(
                file.mark(*row.path, "topic"),
                "foreign-topic",
                f"`{topic}` is not a topic of this brief",
                f"add it to the brief's `topics`, or write one of: {', '.join(topics)}",
            )
