"""What a preview can show while some files have errors: the record as it stands, made whole.

A file with errors gives its records as they were when it was last good. Where there is no such version,
what names the record must do without it: an empty record stands in for a document, an entity or a
row of a registry, and of a brief that names a part of one that is not there, the smallest item that
does is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from briefing.corpus import ClaimHandle, Corpus, EventHandle, Loaded, Place, full_ref
from briefing.model import Brief, Entity, EventKind, Measure, Source, Topic
from briefing.model.fields import Record
from briefing.model.shape import Shape, shape_of
from briefing.yamlnodes import Position

Key: TypeAlias = tuple[str, str]
"""A kind of record and an id: ("brief", "2022-02-05-x"). Claims and events have their brief's before."""

_TABLES = {
    "topic": "topics", "event kind": "event_kinds", "measure": "measures", "asset": "assets",
    "term": "terms", "entity": "entities", "source": "sources", "brief": "briefs",
}  # fmt: skip
"""The parts of a corpus, by the kind of record that they hold."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The records that can be shown, and which of them are not as their files have them."""

    corpus: Corpus
    before: frozenset[Key] = frozenset()
    """Those that are shown as they were before their files had errors."""
    stubs: frozenset[Key] = frozenset()
    """Those that an empty record stands in for."""
    lacking: Mapping[Key, tuple[Key, ...]] = field(default_factory=dict)
    """Those that are shown in part or not at all, since they name what cannot be had; and what that is."""


@dataclass(slots=True)
class Memory:
    """What each record names, so that records which stay as they are are not read again."""

    _named: dict[int, tuple[Record, tuple[Key, ...]]] = field(default_factory=dict)

    def named(self, record: Record, id_: str) -> tuple[Key, ...]:
        """Return what a record names, each once."""
        known = self._named.get(id(record))
        if known is None:
            found = dict.fromkeys(_names(record, shape_of(type(record)), id_))
            known = self._named[id(record)] = record, tuple(found)
        return known[1]

    def keep(self, records: Iterable[Record]) -> None:
        """Forget all but these."""
        kept = {id(r) for r in records}
        self._named = {i: known for i, known in self._named.items() if i in kept}


def standing(loaded: Loaded, last: Corpus | None, memory: Memory | None = None) -> Standing:
    """Return what can be shown of a folder; `last` is what was shown before."""
    if not loaded.errors:
        return Standing(loaded.corpus)
    wrong = {p.mark.file for p in loaded.errors}
    read = dict(_rows(loaded.corpus))
    held = dict(_rows(last)) if last is not None else {}
    rows = {key: row for key, row in read.items() if not _is_in(row.place.file, wrong)}
    rows |= {key: row for key, row in held.items() if key not in rows and _is_in(row.place.file, wrong)}
    whole = _Whole(rows, held, memory or Memory())
    whole.make()
    own = {key: row.record for key, row in read.items()}
    before = {
        k
        for k, r in rows.items()
        if k not in whole.stubs and k not in whole.lacking and own.get(k) is not r.record
    }
    return Standing(_corpus(rows), frozenset(before), frozenset(whole.stubs), whole.lacking)


@dataclass(frozen=True, slots=True)
class _Row:
    record: Record
    place: Place


def _rows(corpus: Corpus) -> Iterator[tuple[Key, _Row]]:
    for kind, name in _TABLES.items():
        records: Mapping[str, Record] = getattr(corpus, name)
        for id_, record in records.items():
            yield (kind, id_), _Row(record, corpus.places[kind, id_])


def _is_in(file: str, wrong: set[str]) -> bool:
    """Whether a file has an error, or is in a folder that cannot be read."""
    return file in wrong or any(file[:n] in wrong for n, c in enumerate(file) if c == "/")


@dataclass(slots=True)
class _Whole:
    """Records that are being made whole."""

    rows: dict[Key, _Row]
    held: Mapping[Key, _Row]
    memory: Memory
    stubs: set[Key] = field(default_factory=set)
    lacking: dict[Key, tuple[Key, ...]] = field(default_factory=dict)

    def make(self) -> None:
        """See to it that all that is named is there, from round to round until nothing is missing."""
        while faults := self._faults():
            for key, missing in faults.items():
                left = tuple(n for n in missing if not self._filled(n))
                row = self.rows.get(key)
                if not left or row is None:
                    continue
                self.lacking[key] = tuple(dict.fromkeys((*self.lacking.get(key, ()), *left)))
                kept = _without(row.record, shape_of(type(row.record)), key[1], frozenset(left))
                if isinstance(kept, Record):
                    self.rows[key] = _Row(kept, row.place)
                else:
                    del self.rows[key]
        self.memory.keep([row.record for row in self.rows.values()])

    def _faults(self) -> dict[Key, tuple[Key, ...]]:
        """Return what is named and not there, by the record that names it."""
        parts = {
            part for (kind, _), row in self.rows.items() if kind == "brief" for part in _parts(row.record)
        }
        faults = {}
        for key, row in self.rows.items():
            named = self.memory.named(row.record, key[1])
            missing = tuple(n for n in named if n not in self.rows and n not in parts)
            if missing:
                faults[key] = missing
        return faults

    def _filled(self, key: Key) -> bool:
        """Fill the place of a record that is named: with what it was, or with a stub."""
        if key in self.rows:
            return True
        if key in self.held:
            self.rows[key] = self.held[key]
            return True
        topic = next((i for kind, i in self.rows if kind == "topic"), None)
        stub = _stub(key, topic)
        if stub is None:
            return False
        self.rows[key] = _Row(stub, Place("", Position(1, 1)))
        self.stubs.add(key)
        return True


def _stub(key: Key, topic: str | None) -> Record | None:
    """Return a record that says no more than its id, where there can be such a one."""
    kind, id_ = key
    words = f"{id_} (its file has errors)"
    match kind:
        case "source":
            return Source.model_validate(
                {"id": id_, "kind": "research", "access": "public", "descriptor": words}
            )
        case "entity":
            return Entity.model_validate(
                {"id": id_, "kind": "organisation", "name": words, "short_name": id_}
            )
        case "event kind":
            return EventKind.model_validate({"id": id_, "title": id_})
        case "topic":
            look = {"colour": "#5f6770", "icon": "text-box-outline"}
            return Topic.model_validate({"id": id_, "title": id_, "summary": words, **look})
        case "measure" if topic is not None:
            rest = {"topic": topic, "unit": "count", "period": "event", "rule": {"text": words}}
            return Measure.model_validate({"id": id_, "title": words, **rest})
    return None


def _parts(record: Record) -> Iterator[Key]:
    if isinstance(record, Brief):
        yield from (("claim", f"{record.id}#{c.id}") for c in record.claims)
        yield from (("event", f"{record.id}#{e.id}") for e in record.events)


def _key(shape: Shape, value: object, own: str) -> Key | None:
    """Return what a value names, if its place is one for an id."""
    if shape.names is None or value is None:
        return None
    text = str(value)
    return shape.names, full_ref(text, own) if shape.names in ("claim", "event") else text


def _names(value: object, shape: Shape, own: str) -> Iterator[Key]:
    if value is None:
        return
    if shape.items is not None:
        if isinstance(value, (list, tuple)):
            for item in value:
                yield from _names(item, shape.items, own)
    elif shape.fields is not None:
        for name, inner in shape.fields.items():
            yield from _names(getattr(value, name), inner, own)
    elif (key := _key(shape, value, own)) is not None:
        yield key


_GONE = object()


def _without(value: Any, shape: Shape, own: str, gone: frozenset[Key]) -> Any:
    """Return a value without the items that name what is gone; `_GONE` where nothing is left of it."""
    if value is None:
        return None
    if shape.items is not None:
        if not isinstance(value, (list, tuple)):
            return value
        kept = [k for item in value if (k := _without(item, shape.items, own, gone)) is not _GONE]
        return kept if kept or not value or not shape.nonempty else _GONE
    if shape.fields is not None:
        found = {
            name: _without(getattr(value, name), inner, own, gone) for name, inner in shape.fields.items()
        }
        if any(v is _GONE for v in found.values()):
            return _GONE
        changed = {name: v for name, v in found.items() if v != getattr(value, name)}
        return value.model_copy(update=changed) if changed else value
    return _GONE if _key(shape, value, own) in gone else value


def _corpus(rows: Mapping[Key, _Row]) -> Corpus:
    tables: dict[str, dict[str, Record]] = defaultdict(dict)
    for (kind, id_), row in rows.items():
        tables[kind][id_] = row.record
    briefs = [b for b in tables["brief"].values() if isinstance(b, Brief)]
    briefs.sort(key=lambda b: (b.date.order, b.id))
    handles = [ClaimHandle(b, c, n) for b in briefs for n, c in enumerate(b.claims)]
    events = [EventHandle(b, e) for b in briefs for e in b.events]
    named = {name: tables[kind] for kind, name in _TABLES.items() if kind != "brief"}
    return Corpus(
        **named,  # type: ignore[arg-type] # each table holds the records of its kind
        briefs={b.id: b for b in briefs},
        claims={h.ref: h for h in handles},
        events={e.ref: e for e in events},
        places={key: row.place for key, row in rows.items()},
    )
