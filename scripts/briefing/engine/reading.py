"""What a page reads of the record: noted while it is made, and told apart from what it does not read.

A page must be made again when something that it read has changed, and only then. So pages are given the
view through mappings and lists that note what is taken from them. What was noted is a *key*: a record, or
a way back through the corpus ("all claims that rest on this document"), or of a list some rows alone. A key's
mark (briefing.engine.marks) changes whenever what stands under it may have.
"""

import sys
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar, overload

from briefing.corpus import Corpus
from briefing.engine.state import Key as Key
from briefing.evidence import Evidence, Support
from briefing.lists import Index
from briefing.pages.context import Context
from briefing.pages.paging import part_count
from briefing.rivals import Disputes
from briefing.view import View

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


class _Noting(Mapping[str, V]):
    """A mapping that notes what is taken from it."""

    __slots__ = ("_base", "_watch")

    def __init__(self, base: Mapping[str, V], watch: Watch) -> None:
        self._base = base
        self._watch = watch

    @abstractmethod
    def _noted(self, key: str, value: V | None) -> Any:
        """Note that a value is read, and return it, or what notes what is read of it."""

    def __getitem__(self, key: str) -> Any:
        value = self._base.get(key)
        noted = self._noted(key, value)
        if value is None:
            raise KeyError(key)
        return noted

    @overload
    def get(self, key: str, /) -> V | None: ...
    @overload
    def get(self, key: str, /, default: V | K) -> V | K: ...
    def get(self, key: str, /, default: Any = None) -> Any:
        value = self._base.get(key)
        noted = self._noted(key, value)
        return default if value is None else noted


class _Noted(_Noting[V]):
    """A mapping of records that notes which of them are read, or that all were, or how many there are."""

    __slots__ = ("_count", "_keys", "_whole")

    def __init__(
        self,
        base: Mapping[str, V],
        watch: Watch,
        keys: Callable[[str], Iterable[Key]],
        whole: Key,
        count: Key,
    ) -> None:
        super().__init__(base, watch)
        self._keys = keys
        self._whole = whole
        self._count = count

    def _noted(self, key: str, value: V | None) -> V | None:
        self._watch.read.update(self._keys(key))
        return value

    def __contains__(self, key: object) -> bool:
        return self._noted(str(key), self._base.get(str(key))) is not None

    def __iter__(self) -> Iterator[str]:
        self._watch.read.add(self._whole)
        return iter(self._base)

    def __len__(self) -> int:
        self._watch.read.add(self._count)
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
    """A list that notes which of its rows are read, or how many there are, or that all were."""

    __slots__ = ("_base", "_id", "_kind", "_watch")

    def __init__(self, base: Sequence[V], watch: Watch, kind: str, id_: str = "") -> None:
        self._base = base
        self._watch = watch
        self._kind = kind
        self._id = id_

    @overload
    def __getitem__(self, index: int) -> V: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[V]: ...
    def __getitem__(self, index: int | slice) -> V | Sequence[V]:
        if isinstance(index, int):
            self._note(f"[{index}:{index + 1 or ''}]")
        elif index.step is None:
            start, stop = ("" if n is None else n for n in (index.start, index.stop))
            self._note(f"[{start}:{stop}]")
        else:
            self._note("")
        return self._base[index]

    def __len__(self) -> int:
        self._note("[#]")
        return len(self._base)

    def parts(self, size: int) -> int:
        """Return how many parts of `size` rows it has: fewer of its changes change that than its length."""
        self._note(f"[#{size}]")
        return part_count(len(self._base), size)

    def __iter__(self) -> Iterator[V]:
        self._note("")
        return iter(self._base)

    def __reversed__(self) -> Iterator[V]:
        self._note("")
        return reversed(self._base)

    def _note(self, what: str) -> None:
        read, whole = self._watch.read, (self._kind, self._id or ALL)
        if whole not in read:  # nothing is more than the whole
            read.add((self._kind, self._id + what) if what else whole)


class _NotedLists(_Noting[V]):
    """A mapping to lists that note what is read of them, or to values, which are noted whole."""

    __slots__ = ("_kind",)

    def __init__(self, base: Mapping[str, V], watch: Watch, kind: str) -> None:
        super().__init__(base, watch)
        self._kind = kind

    def _noted(self, key: str, value: V | None) -> Any:
        if isinstance(value, list | tuple):
            return _NotedSequence(value, self._watch, self._kind, key)
        self._watch.read.add((self._kind, key))
        return value

    def __contains__(self, key: object) -> bool:
        self._watch.read.add((self._kind, str(key)))
        return self._base.get(str(key)) is not None

    def __iter__(self) -> Iterator[str]:
        self._watch.read.add((self._kind, ALL))
        return iter(self._base)

    def __len__(self) -> int:
        self._watch.read.add((self._kind, ALL))
        return len(self._base)


class _NotedIndex:
    """The lists of the corpus, each of which notes what is read of it; of values, that they are."""

    def __init__(self, base: Index, watch: Watch) -> None:
        self._base = base
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        found, kind = getattr(self._base, name), f"index.{name}"
        if isinstance(found, Mapping | list):
            noted = _noted(found, self._watch, kind)
            vars(self)[name] = noted  # it is not asked for again
            return noted
        self._watch.read.add((kind, ALL))
        return found


def _noted(found: Any, watch: Watch, kind: str) -> Any:
    return (_NotedLists if isinstance(found, Mapping) else _NotedSequence)(found, watch, kind)


def watched(view: View, watch: Watch, *, refs: bool = False) -> Context:
    """Return the view for pages and files to be made of, with everything noted that they read of it.

    `refs` says that of the claims that rest on a document, or name an entity, only references are
    read, and not what they say: a claim that changes then changes nothing there.
    """
    corpus, evidence = view.corpus, view.evidence

    def registry(kind: str) -> Any:
        key = ("file", REGISTRIES[kind])
        return _Noted(getattr(corpus, kind), watch, lambda _: (key,), key, key)

    def records(kind: str) -> Any:
        return _Noted(getattr(corpus, kind), watch, lambda id_: ((kind, id_),), (kind, ALL), ("count", kind))

    def of_briefs(kind: str) -> Any:
        base, whole, count = getattr(corpus, kind), ("briefs", ALL), ("count", kind)
        return _Noted(base, watch, lambda ref: (("briefs", brief_of(ref)),), whole, count)

    def supports(ref: str) -> Iterator[Key]:
        yield "briefs", brief_of(ref)
        support: Support | None = evidence.supports.get(ref)
        if support is not None:
            for id_ in (*support.documents, *support.behind):
                yield "sources", id_

    def lists(owner: str, base: Any) -> dict[str, Any]:
        return {f.name: _noted(getattr(base, f.name), watch, f"{owner}.{f.name}") for f in fields(base)}

    seen = Corpus(
        topics=registry("topics"),
        event_kinds=registry("event_kinds"),
        measures=registry("measures"),
        assets=registry("assets"),
        terms=registry("terms"),
        entities=records("entities"),
        sources=records("sources"),
        briefs=records("briefs"),
        claims=of_briefs("claims"),
        events=of_briefs("events"),
    )

    def of_claims(base: Any) -> Any:
        # A page reads them of all claims of its brief, so that one key a brief is as fine as one a claim.
        return _Noted(base, watch, lambda ref: (("compared", brief_of(ref)),), everything, everything)

    everything = ("everything", ALL)
    found = lists("evidence", evidence)
    if refs:
        for name in ("reliances", "appearances"):
            found[name] = _noted(getattr(evidence, name), watch, f"refs.{name}")
    found["supports"] = _Noted(evidence.supports, watch, supports, everything, ("count", "claims"))
    compared = lists("disputes", view.disputes)
    for name in ("by_claim", "compared", "conflicts"):
        compared[name] = of_claims(getattr(view.disputes, name))
    context = Context(
        seen,
        Evidence(**found),
        Disputes(**compared),
        view.site,
        replace(
            view.links,
            gone=_noted(view.links.gone, watch, "gone"),
            states=_noted(view.links.states, watch, "link_states"),
        ),
    )
    object.__setattr__(context, "index", _NotedIndex(view.index, watch))
    return context


def brief_of(ref: str) -> str:
    """Return the brief in which a claim or an event stands."""
    return ref.partition("#")[0]
