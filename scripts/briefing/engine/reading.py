"""What a page reads of the record: noted while it is made, and told apart from what it does not read.

A page must be made again when something that it read has changed, and only then. So pages are given the
view through mappings that note what is taken from them. What was noted is a *key*: a record, or a way
back through the corpus ("all claims that rest on this document"). A key's *mark* changes whenever
what stands under it may have: it is made of the digests of all files that it comes from.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any, TypeVar, overload

from briefing.corpus import ClaimHandle, Corpus, EventHandle
from briefing.engine.state import Key as Key
from briefing.evidence import Evidence, Support
from briefing.pages.context import Context
from briefing.rivals import Comparison, Dispute, Disputes
from briefing.view import Index, View

V = TypeVar("V")
K = TypeVar("K")

ALL = "*"

REGISTRIES = {
    "topics": "topics.yml",
    "event_kinds": "topics.yml",
    "measures": "measures.yml",
    "assets": "measures.yml",
    "terms": "glossary.yml",
}
"""Records that share a file: a change of the file is a change of each."""


class Watch:
    """Notes what is read. Not for several threads."""

    def __init__(self) -> None:
        self.read: set[Key] = set()

    def begin(self) -> None:
        """Forget what was read."""
        self.read = set()


class Keys:
    """Gives one object for all equal keys: many tasks read the same, and other processes send copies."""

    def __init__(self) -> None:
        self._known: dict[Key, Key] = {}

    def __call__(self, read: Iterable[Key]) -> tuple[Key, ...]:
        """Return keys, each as it was first seen."""
        known = self._known
        return tuple([known.get(key) or self._first(key) for key in read])

    def _first(self, key: Key) -> Key:
        return self._known.setdefault(key, (sys.intern(key[0]), key[1]))


class _Noted(Mapping[str, V]):
    """A mapping that notes which of its keys are read, or that all were."""

    __slots__ = ("_base", "_keys", "_kind", "_watch", "_whole")

    def __init__(
        self,
        base: Mapping[str, V],
        watch: Watch,
        kind: str,
        keys: Callable[[str, V | None], Iterable[Key]] | None = None,
        whole: Key | None = None,
    ) -> None:
        self._base = base
        self._watch = watch
        self._kind = kind
        self._keys = keys
        self._whole = whole or (kind, ALL)

    def _note(self, key: str, value: V | None) -> None:
        if self._keys is None:
            self._watch.read.add((self._kind, key))
        else:
            self._watch.read.update(self._keys(key, value))

    def __getitem__(self, key: str) -> V:
        value = self._base.get(key)
        self._note(key, value)
        if value is None:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        value = self._base.get(str(key))
        self._note(str(key), value)
        return value is not None

    @overload
    def get(self, key: str, /) -> V | None: ...
    @overload
    def get(self, key: str, /, default: V | K) -> V | K: ...
    def get(self, key: str, /, default: Any = None) -> Any:
        value = self._base.get(key)
        self._note(key, value)
        return default if value is None else value

    def __iter__(self) -> Iterator[str]:
        self._watch.read.add(self._whole)
        return iter(self._base)

    def __len__(self) -> int:
        self._watch.read.add(self._whole)
        return len(self._base)

    def values(self) -> Any:
        """Return all values: the plain ones, quickly."""
        self._watch.read.add(self._whole)
        return self._base.values()

    def items(self) -> Any:
        """Return all pairs, quickly."""
        self._watch.read.add(self._whole)
        return self._base.items()


class _NotedSequence(Sequence[V]):
    """A sequence that notes when any of it is read."""

    __slots__ = ("_base", "_key", "_watch")

    def __init__(self, base: Sequence[V], watch: Watch, key: Key) -> None:
        self._base = base
        self._watch = watch
        self._key = key

    @overload
    def __getitem__(self, index: int) -> V: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[V]: ...
    def __getitem__(self, index: int | slice) -> V | Sequence[V]:
        self._watch.read.add(self._key)
        return self._base[index]

    def __len__(self) -> int:
        self._watch.read.add(self._key)
        return len(self._base)

    def __iter__(self) -> Iterator[V]:
        self._watch.read.add(self._key)
        return iter(self._base)


def watched(view: View, watch: Watch, *, refs: bool = False) -> Context:
    """Return the view for pages and files to be made of, with everything noted that they read of it.

    `refs` says that of the claims that rest on a document, or name an entity, only references are
    read, and not what they say: a claim that changes then changes nothing there.
    """
    corpus, evidence, disputes = view.corpus, view.evidence, view.disputes

    def registry(kind: str) -> Any:
        key = ("file", REGISTRIES[kind])
        return _Noted(getattr(corpus, kind), watch, kind, lambda _key, _value: (key,), key)

    def supports(ref: str, support: Support | None) -> Iterator[Key]:
        yield "briefs", _brief_of(ref)
        if support is not None:
            for id_ in (*support.documents, *support.behind):
                yield "sources", id_

    def noted(base: Mapping[str, V], kind: str) -> _Noted[V]:
        return _Noted(base, watch, kind)

    briefs = ("briefs", ALL)
    seen = Corpus(
        topics=registry("topics"),
        event_kinds=registry("event_kinds"),
        measures=registry("measures"),
        assets=registry("assets"),
        terms=registry("terms"),
        entities=noted(corpus.entities, "entities"),
        sources=noted(corpus.sources, "sources"),
        briefs=noted(corpus.briefs, "briefs"),
        claims=_Noted(corpus.claims, watch, "claims", lambda r, _: (("briefs", _brief_of(r)),), briefs),
        events=_Noted(corpus.events, watch, "events", lambda r, _: (("briefs", _brief_of(r)),), briefs),
    )
    context = Context(
        seen,
        Evidence(
            supports=_Noted(evidence.supports, watch, "supports", supports, ("supports", ALL)),
            reliances=noted(evidence.reliances, "reliances, refs" if refs else "reliances"),
            appearances=noted(evidence.appearances, "appearances, refs" if refs else "appearances"),
            copies=noted(evidence.copies, "copies"),
        ),
        Disputes(
            comparisons=noted(disputes.comparisons, "comparisons"),
            disputes=_NotedSequence(disputes.disputes, watch, ("disputes", ALL)),
            by_claim=noted(disputes.by_claim, "by_claim"),
            compared=noted(disputes.compared, "compared"),
            conflicts=noted(disputes.conflicts, "conflicts"),
            denied=_NotedSequence(disputes.denied, watch, ("disputes", ALL)),
        ),
        view.site,
        replace(
            view.links,
            gone=noted(view.links.gone, "gone"),
            states=noted(view.links.states, "link_states"),
        ),
    )
    index = Index(seen, context.disputes)
    for kind, key in _ORDERED.items():
        vars(index)[kind] = _NotedSequence(getattr(view.index, kind), watch, key)
    for kind in ("long", "pages_of_disputes", "rivalries", "speaking", "publications", "parts", "equations"):
        vars(index)[kind] = noted(getattr(view.index, kind), kind)
    object.__setattr__(context, "index", index)
    return context


_ORDERED: Mapping[str, Key] = {
    "briefs": ("briefs", ALL),
    "events": ("briefs", ALL),
    "sources": ("sources", ALL),
    "entities": ("entities", ALL),
    "corrections": ("briefs", ALL),
    "denied": ("disputes", ALL),
    "topics_of_events": ("file", "topics.yml"),
}
"""Lists of all records of a kind, by what is read with them. Topics of events are read with events."""


def _brief_of(ref: str) -> str:
    return ref.partition("#")[0]


_RECORDS = ("briefs", "sources", "entities")
"""Records with a file each."""


class Marks:
    """The mark of every key, for the record as it is now."""

    def __init__(self, view: View, digests: Mapping[str, str]) -> None:
        """Take the view, and the digest of each file of the record by its place below the folder."""
        self._view = view
        self._digests = digests
        self._made: dict[Key, str] = {}
        self._comparisons: dict[int, str] = {}
        self._disputes: dict[int, str] = {}

    def __call__(self, key: Key) -> str:
        """Return the mark of a key."""
        mark = self._made.get(key)
        if mark is None:
            make = self._link if key[0] in ("gone", "link_states") else self._make
            mark = self._made[key] = make(*key)
        return mark

    def _make(self, kind: str, id_: str) -> str:
        if kind == "file":
            return self._digests.get(id_, "")
        if id_ == ALL:
            return self._all(kind) if kind in _RECORDS else _hash([*map(self._all, _RECORDS), *self._files()])
        if kind in _RECORDS:
            return self._record(kind, id_, getattr(self._view.corpus, kind))
        return self._back(kind, id_)

    def _back(self, kind: str, id_: str) -> str:
        """Return the mark of a way back through the corpus."""
        evidence, disputes, index = self._view.evidence, self._view.disputes, self._view.index
        match kind:
            case "reliances":
                found = evidence.reliances.get(id_, ())
                return self._claims([r.claim for r in found], ["d" if r.direct else "i" for r in found])
            case "appearances":
                parts = evidence.appearances.get(id_, ())
                return self._claims([a.claim for a in parts], [a.role for a in parts])
            case "reliances, refs":
                return _hash(f"{r.claim.ref} {r.direct}" for r in evidence.reliances.get(id_, ()))
            case "appearances, refs":
                return _hash(f"{a.claim.ref} {a.role}" for a in evidence.appearances.get(id_, ()))
            case "speaking":
                return self._claims(index.speaking.get(id_, ()))
            case "copies" | "publications":
                given = getattr(evidence if kind == "copies" else index, kind).get(id_, ())
                return self._records("sources", [s if isinstance(s, str) else s.id for s in given])
            case "parts":
                return self._records("entities", [e.id for e in index.parts.get(id_, ())])
            case "equations":
                return self._records("entities", [e.id for e, _ in index.equations.get(id_, ())])
            case "long" | "pages_of_disputes":
                return str(getattr(index, kind).get(id_))
            case "rivalries":
                return _hash(map(self._dispute, index.rivalries.get(id_, ())))
            case "conflicts":
                refs = disputes.conflicts.get(id_, ())
                return _hash([*refs, *(self._brief(_brief_of(r)) for r in refs)])
            case "by_claim":
                dispute = disputes.by_claim.get(id_)
                return "" if dispute is None else self._dispute(dispute)
            case "compared" | "comparisons":
                return _hash(map(self._comparison, getattr(disputes, kind).get(id_, ())))
        raise AssertionError(kind)

    def _link(self, kind: str, id_: str) -> str:
        """Return the mark of what is known of one address, or of all together."""
        links = self._view.links
        if kind == "gone" and id_ != ALL:
            return repr(links.gone[id_]) if id_ in links.gone else ""
        return _hash([repr(links)])

    def _records(self, kind: str, ids: Sequence[str]) -> str:
        return _hash([*ids, *(self((kind, i)) for i in ids)])

    def _files(self) -> Iterator[str]:
        for name in sorted(set(REGISTRIES.values())):
            yield self._digests.get(name, "")

    def _record(self, kind: str, id_: str, records: Mapping[str, object]) -> str:
        if id_ not in records:
            return ""
        place = f"{id_[:4] if kind == 'briefs' else kind}/{id_}.yml"
        return self._digests.get(place) or _hash([repr(records[id_]).replace("\n", " ")])

    def _brief(self, id_: str) -> str:
        return self(("briefs", id_))

    def _all(self, kind: str) -> str:
        key = ("all " + kind, ALL)
        if key not in self._made:
            records = getattr(self._view.corpus, kind)
            self._made[key] = _hash(p for id_ in records for p in (id_, self((kind, id_))))
        return self._made[key]

    def _claims(self, handles: Sequence[ClaimHandle], roles: Sequence[str] = ()) -> str:
        return _hash([*roles, *(p for h in handles for p in (h.ref, self._brief(h.brief.id)))])

    def _comparison(self, comparison: Comparison) -> str:
        mark = self._comparisons.get(id(comparison))
        if mark is None:
            event: EventHandle | None = comparison.subject.event
            mark = _hash(
                [
                    comparison.measure.id,
                    comparison.subject.key,
                    self._brief(event.brief.id) if event else "",
                    self._digests.get("measures.yml", ""),
                    *(
                        p
                        for e in comparison.estimates
                        for p in (e.handle.ref, self._brief(e.handle.brief.id))
                    ),
                ]
            )
            self._comparisons[id(comparison)] = mark
        return mark

    def _dispute(self, dispute: Dispute) -> str:
        mark = self._disputes.get(id(dispute))
        if mark is None:
            parts = [dispute.id, self._claims(dispute.claims), *map(self._comparison, dispute.comparisons)]
            mark = self._disputes[id(dispute)] = _hash(parts)
        return mark


def _hash(parts: Iterable[str]) -> str:
    """Return a digest of texts, none of which holds a line break."""
    return blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()
