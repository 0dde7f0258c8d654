"""The marks of keys: what changes whenever that which stands under a key may have.

A build makes the mark of every key that any task has ever read, so a mark is made of what is at hand: the
digests of files, and ids. Of a list it is made of the rows that were read, where they stand now.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

from briefing.corpus import ClaimHandle, EventHandle
from briefing.engine.reading import ALL, REGISTRIES, Key, brief_of
from briefing.evidence import Appearance, Reliance
from briefing.model import Brief, Entity, Source
from briefing.pages.paging import part_count
from briefing.rivals import Comparison, Dispute
from briefing.since import same
from briefing.view import View

_RECORDS = ("briefs", "sources", "entities")
"""Records with a file each."""


class Marks:
    """The mark of every key, for the record as it is now."""

    def __init__(self, view: View, digests: Mapping[str, str], last: "Marks | None" = None) -> None:
        """Take the view, and the digest of each file of the record by its place below the folder.

        `last` has the marks of the view before, which is not asked any more: those of lists that hold the
        same objects are the same.
        """
        self.view = view
        self._digests = digests
        self._made: dict[Key, str] = {}
        self._known: dict[int, tuple[object, str]] = {}
        """Those of comparisons and disputes, with what they are of: it keeps the number of an object its own."""
        self._handles = _Handles(self)
        self._last = last
        if last is not None:
            measures = REGISTRIES["measures"]
            if last._digests.get(measures) == digests.get(measures):
                self._known = last._known.copy()
        self._of_kind: dict[str, Callable[[str], str]] = {
            "file": lambda name: digests.get(name, ""),
            "count": lambda kind: str(len(getattr(view.corpus, kind))),
            "everything": lambda _: self._everything(),
            "compared": self._compared,
            "gone": self._gone,
            "link_states": lambda _: _hash([repr(view.links)]),
            **{kind: self._record(kind) for kind in _RECORDS},
        }
        self._of_rows: dict[type, Callable[[Sequence[Any]], list[str]]] = {
            ClaimHandle: self._handles_of,
            EventHandle: self._handles_of,
            Appearance: self._appearances,
            Reliance: self._reliances,
        }
        self._of_type: dict[type, Callable[[Any], str]] = {
            str: str,
            Brief: lambda r: f"{r.id} {self(('briefs', r.id))}",
            Source: lambda r: f"{r.id} {self(('sources', r.id))}",
            Entity: lambda r: f"{r.id} {self(('entities', r.id))}",
            Comparison: self._comparison,
            Dispute: self._dispute,
            list: self._rows,
            tuple: lambda row: _hash(map(self._of, row)),
        }

    def __call__(self, key: Key) -> str:
        """Return the mark of a key."""
        mark = self._made.get(key)
        if mark is None:
            kind, id_ = key
            make = self._of_kind.get(kind)
            if make is None:
                make = self._of_kind[kind] = self._list(kind)
            mark = self._made[key] = make(id_)
        return mark

    def moved(self, known: Mapping[Key, str]) -> set[Key]:
        """Return the keys whose marks are others than those that are known of them."""
        last = self._last
        if last is not None:
            # Of tens of thousands of keys most stand for what is the same object: they are not asked one by one.
            stays, of_kind = dict[str, Callable[[str], bool]](), self._stays
            for key, mark in known.items():
                kind, id_ = key
                is_as_it_was = stays.get(kind) or stays.setdefault(kind, of_kind(kind))
                if is_as_it_was(id_) and last._made.get(key) == mark:
                    self._made[key] = mark
        return {key for key, mark in known.items() if self._made.get(key) != mark and self(key) != mark}

    def _stays(self, kind: str) -> Callable[[str], bool]:
        """Return what says, by a key's id, that what stands under a key of a kind is what it was; not of all."""
        last = self._last
        assert last is not None  # noqa: S101 - whoever asks has looked
        if kind in _RECORDS:
            before, now = getattr(last.view.corpus, kind), getattr(self.view.corpus, kind)
            others = _others(before, now) | self._rewritten
            return lambda id_: id_ not in others and id_ != ALL
        if kind == "compared":
            anew = self._compared_anew
            return lambda id_: id_ not in anew
        owner, _, name = kind.partition(".")
        if not name:
            return lambda _: False
        before, now = _listed(last.view, owner, name), _listed(self.view, owner, name)
        if before is now:
            return lambda _: True
        if not isinstance(now, Mapping) or not isinstance(before, Mapping):
            return lambda _: False
        moved = _others(before, now)
        every = not moved and list(before) == list(now)

        def is_as_it_was(id_: str) -> bool:
            if id_ == ALL:
                return every
            return id_ not in moved and ("[" not in id_ or id_.partition("[")[0] not in moved)

        return is_as_it_was

    @cached_property
    def _rewritten(self) -> set[str]:
        """The names of files whose content is another than before: ids, of records with a file each."""
        before, now = self._last._digests if self._last is not None else {}, self._digests
        return {Path(p).stem for p in before.keys() | now.keys() if before.get(p) != now.get(p)}

    def settle(self) -> None:
        """Let go of the marks before, and of what is no more: all that are wanted are made."""
        last, self._last = self._last, None
        if last is not None:
            # They lead back to their owner, which would stay until Python looks for garbage.
            for makers in (last._of_kind, last._of_rows, last._of_type):
                makers.clear()
            del last._handles
        self.view.index.settle()
        standing = {id(value) for value in self.view.disputes.disputes}
        for comparisons in self.view.disputes.comparisons.values():
            standing.update(map(id, comparisons))
        self._known = {number: known for number, known in self._known.items() if number in standing}

    # --- records --------------------------------------------------------------------------------

    def _record(self, kind: str) -> Callable[[str], str]:
        records = getattr(self.view.corpus, kind)

        def mark(id_: str) -> str:
            if id_ == ALL:
                return _hash(p for id_ in records for p in (id_, self((kind, id_))))
            if id_ not in records:
                return ""
            place = f"{id_[:4] if kind == 'briefs' else kind}/{id_}.yml"
            return self._digests.get(place) or _hash([repr(records[id_]).replace("\n", " ")])

        return mark

    def _everything(self) -> str:
        files = (self._digests.get(name, "") for name in sorted(set(REGISTRIES.values())))
        return _hash([*(self((kind, ALL)) for kind in _RECORDS), *files])

    def _gone(self, id_: str) -> str:
        """Return the mark of what is known of one address, or of all together."""
        links = self.view.links
        if id_ == ALL:
            return _hash([repr(links)])
        return repr(links.gone[id_]) if id_ in links.gone else ""

    def _compared(self, id_: str) -> str:
        """Return the mark of what stands beside the claims of a brief, and of what does not agree with them."""
        if self._last is not None and id_ not in self._compared_anew:
            known = self._last._made.get(("compared", id_))
            if known is not None:
                return known
        brief, disputes = self.view.corpus.briefs.get(id_), self.view.disputes
        parts: list[str] = []
        for claim in brief.claims if brief is not None else ():
            ref = f"{id_}#{claim.id}"
            if (dispute := disputes.by_claim.get(ref)) is not None:
                parts += ref, self._dispute(dispute)
            if compared := disputes.compared.get(ref):
                parts += "beside " + ref, *map(self._comparison, compared)
            if conflicts := disputes.conflicts.get(ref):
                parts += "against " + ref, *conflicts
        return _hash(parts) if parts else ""

    @cached_property
    def _compared_anew(self) -> set[str]:
        """The briefs with a claim beside which something else stands than before."""
        if self._last is None:
            return set(self.view.corpus.briefs)
        now, before = self.view.disputes, self._last.view.disputes
        found = {r for r, claims in now.conflicts.items() if before.conflicts.get(r) != claims}
        found |= before.conflicts.keys() - now.conflicts.keys()
        for is_, was in ((now.by_claim, before.by_claim), (now.compared, before.compared)):
            found |= {ref for ref, value in is_.items() if was.get(ref) is not value}
            found |= was.keys() - is_.keys()
        changed = (
            i for i, b in self.view.corpus.briefs.items() if self._last.view.corpus.briefs.get(i) is not b
        )
        return {*map(brief_of, found), *changed}

    # --- lists ----------------------------------------------------------------------------------

    def _list(self, kind: str) -> Callable[[str], str]:
        """Return what gives the mark of a list, of some of its rows, or of a value, by the key's id."""
        owner, _, name = kind.partition(".")
        every = _listed(self.view, owner, name)
        before = _listed(self._last.view, owner, name) if self._last is not None else ()
        of: Callable[[Any], str] = _refs if owner == "refs" else self._of
        if not isinstance(every, Mapping):
            return lambda id_: self._list_of((kind, id_), before, every, of, "" if id_ == ALL else id_)

        def mark(id_: str) -> str:
            whole, bracket, what = (id_, "", "") if id_ in every else id_.partition("[")
            found = every.get(whole)
            if found is not None:
                was = before.get(whole) if before else None
                return self._list_of((kind, id_), was, found, of, bracket + what)
            return _hash(p for i in every for p in (i, of(every[i]))) if id_ == ALL else ""

        return mark

    def _list_of(self, key: Key, before: Any, now: Any, of: Callable[[Any], str], what: str) -> str:
        """Return the mark of a value, or of what was read of a list: "[-200:]", "[#]" or "[#200]"; "" is all."""
        if what == "[#]":
            return str(len(now))
        if what.startswith("[#"):
            return str(part_count(len(now), int(what[2:-1])))
        if what:
            start, stop = (int(n) if n else None for n in what[1:-1].split(":"))
            before, now, of = before[start:stop] if before else (), now[start:stop], self._of
        if (
            self._last is not None
            and isinstance(now, list)
            and isinstance(before, list)
            and same(before, now)
        ):
            known = self._last._made.get(key)
            if known is not None:
                return known
        return of(now)

    def _of(self, value: Any) -> str:
        """Return the mark of what stands in a list: a record's by its file, a value's by what it says."""
        make = self._of_type.get(type(value))
        return repr(value) if make is None else make(value)

    def _rows(self, rows: Sequence[Any]) -> str:
        """Return the mark of rows of one type. Most are claims: there are hundreds of thousands of them."""
        make = self._of_rows.get(type(rows[0])) if rows else None
        return _hash(map(self._of, rows) if make is None else make(rows))

    def _handles_of(self, rows: Sequence[ClaimHandle | EventHandle]) -> list[str]:
        made = self._handles
        return [made[h.ref] for h in rows]

    def _appearances(self, rows: Sequence[Appearance]) -> list[str]:
        made = self._handles
        return [part for a in rows for part in (a.role, made[a.claim.ref])]

    def _reliances(self, rows: Sequence[Reliance]) -> list[str]:
        made = self._handles
        return [part for r in rows for part in (_DIRECT[r.direct], made[r.claim.ref])]

    def _comparison(self, comparison: Comparison) -> str:
        known = self._known.get(id(comparison))
        if known is not None:
            return known[1]
        made, event = self._handles, comparison.subject.event
        mark = _hash(
            [
                comparison.measure.id,
                comparison.subject.key,
                made[event.ref] if event else "",
                self(("file", REGISTRIES["measures"])),
                *[made[e.handle.ref] for g in comparison.groups for e in g.estimates],
            ]
        )
        self._known[id(comparison)] = comparison, mark
        return mark

    def _dispute(self, dispute: Dispute) -> str:
        known = self._known.get(id(dispute))
        if known is not None:
            return known[1]
        parts = [dispute.id, *self._handles_of(dispute.claims), *map(self._comparison, dispute.comparisons)]
        mark = _hash(parts)
        self._known[id(dispute)] = dispute, mark
        return mark


class _Handles(dict[str, str]):
    """The marks of claims and events, by their full references: each stands in several lists."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def __missing__(self, ref: str) -> str:
        mark = self[ref] = f"{ref} {self._marks(('briefs', brief_of(ref)))}"
        return mark


def _listed(view: View, owner: str, name: str) -> Any:
    """Return what a key's kind names: "index.briefs", "evidence.copies", "refs.reliances"."""
    return getattr(getattr(view, "evidence" if owner == "refs" else owner), name)


def _others(before: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    """Return the ids under which another object stands than before, or none."""
    return {id_ for id_, value in now.items() if before.get(id_) is not value} | (before.keys() - now.keys())


_DIRECT = {True: "by itself", False: "through others"}


def _refs(rows: Sequence[Appearance | Reliance]) -> str:
    """Return the mark of references alone, whatever the claims say."""
    roles = [r.role if isinstance(r, Appearance) else _DIRECT[r.direct] for r in rows]
    return _hash([*roles, *[r.claim.ref for r in rows]])


def _hash(parts: Iterable[str]) -> str:
    """Return a digest of texts, none of which holds a line break."""
    return blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()
