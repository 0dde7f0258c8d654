"""The marks of keys: what changes whenever that which stands under a key may have.

A build makes the mark of every key that any task has ever read, so a mark is made of what is at hand: the
digests of files, and ids. Of a list it is made of the rows that were read, where they stand now.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from briefing.corpus import ClaimHandle, EventHandle
from briefing.engine.reading import ALL, REGISTRIES, Key
from briefing.evidence import Appearance, Reliance
from briefing.model import Brief, Entity, Source
from briefing.pages.paging import part_count
from briefing.rivals import Comparison, Dispute
from briefing.view import View

_RECORDS = ("briefs", "sources", "entities")
"""Records with a file each."""


class Marks:
    """The mark of every key, for the record as it is now."""

    def __init__(self, view: View, digests: Mapping[str, str]) -> None:
        """Take the view, and the digest of each file of the record by its place below the folder."""
        self._view = view
        self._digests = digests
        self._made: dict[Key, str] = {}
        self._lists: dict[str, Any] = {}
        self._known: dict[int, str] = {}
        self._of_kind: dict[str, Callable[[str], str]] = {
            "file": lambda name: digests.get(name, ""),
            "count": lambda kind: str(len(getattr(view.corpus, kind))),
            "everything": lambda _: self._everything(),
            "gone": self._gone,
            "link_states": lambda _: _hash([repr(view.links)]),
            **{kind: self._record(kind) for kind in _RECORDS},
        }
        self._of_type: dict[type, Callable[[Any], str]] = {
            str: str,
            Brief: lambda r: f"{r.id} {self(('briefs', r.id))}",
            Source: lambda r: f"{r.id} {self(('sources', r.id))}",
            Entity: lambda r: f"{r.id} {self(('entities', r.id))}",
            ClaimHandle: self._handle,
            EventHandle: self._handle,
            Appearance: lambda a: f"{a.role} {self._handle(a.claim)}",
            Reliance: lambda r: f"{r.direct} {self._handle(r.claim)}",
            Comparison: self._comparison,
            Dispute: self._dispute,
            list: self._rows,
            tuple: self._rows,
            dict: lambda d: self._rows([p for pair in d.items() for p in pair]),
        }

    def __call__(self, key: Key) -> str:
        """Return the mark of a key."""
        mark = self._made.get(key)
        if mark is None:
            kind, id_ = key
            make = self._of_kind.get(kind)
            mark = self._made[key] = self._listed(kind, id_) if make is None else make(id_)
        return mark

    # --- records --------------------------------------------------------------------------------

    def _record(self, kind: str) -> Callable[[str], str]:
        records = getattr(self._view.corpus, kind)

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
        links = self._view.links
        if id_ == ALL:
            return _hash([repr(links)])
        return repr(links.gone[id_]) if id_ in links.gone else ""

    # --- lists ----------------------------------------------------------------------------------

    def _listed(self, kind: str, id_: str) -> str:
        """Return the mark of a list, of some of its rows, or of a value."""
        found = self._lists.get(kind, self)
        if found is self:
            owner, _, name = kind.partition(".")
            holder = getattr(self._view, "evidence" if owner == "refs" else owner)
            found = self._lists[kind] = getattr(holder, name)
        id_, _, what = id_.partition("[")
        if id_ and id_ != ALL:
            found = found.get(id_)
        if found is None:
            return ""
        if what.startswith("#"):
            size = what[1:-1]
            return str(part_count(len(found), int(size)) if size else len(found))
        if what:
            start, stop = (int(n) if n else None for n in what[:-1].split(":"))
            found = found[start:stop]
        if kind == "refs.reliances":
            return _hash(f"{r.claim.ref} {r.direct}" for r in found)
        if kind == "refs.appearances":
            return _hash(f"{a.claim.ref} {a.role}" for a in found)
        return self._of(found)

    def _of(self, value: Any) -> str:
        """Return the mark of what stands in a list: a record's by its file, a value's by what it says."""
        make = self._of_type.get(type(value))
        return repr(value) if make is None else make(value)

    def _rows(self, rows: Sequence[object]) -> str:
        return _hash(map(self._of, rows))

    def _handle(self, handle: ClaimHandle | EventHandle) -> str:
        return f"{handle.ref} {self(('briefs', handle.brief.id))}"

    def _comparison(self, comparison: Comparison) -> str:
        mark = self._known.get(id(comparison))
        if mark is None:
            event = comparison.subject.event
            estimates = (e for g in comparison.groups for e in g.estimates)
            mark = self._known[id(comparison)] = _hash(
                [
                    comparison.measure.id,
                    comparison.subject.key,
                    self._handle(event) if event else "",
                    self(("file", REGISTRIES["measures"])),
                    *(self._handle(e.handle) for e in estimates),
                ]
            )
        return mark

    def _dispute(self, dispute: Dispute) -> str:
        mark = self._known.get(id(dispute))
        if mark is None:
            parts = [
                dispute.id,
                *map(self._handle, dispute.claims),
                *map(self._comparison, dispute.comparisons),
            ]
            mark = self._known[id(dispute)] = _hash(parts)
        return mark


def _hash(parts: Iterable[str]) -> str:
    """Return a digest of texts, none of which holds a line break."""
    return blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()
