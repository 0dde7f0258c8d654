"""What has changed in a corpus since the one before it, where that lies in a few briefs and documents.

What is worked out of a whole corpus (what claims rest on, what does not agree) need not be worked out
again for all of it after each save: only for the claims that are told here. A record that has not changed
is the same object in both, as `briefing.corpus.Reader` leaves it.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import is_
from typing import Any, Generic, TypeVar

from briefing.corpus import ClaimHandle, Corpus
from briefing.model import Brief

R = TypeVar("R")

_ALL = ("measures", "assets", "topics", "event_kinds")
"""Records on which so much depends that everything is worked out again where one of them changes."""

_MOST = 8
"""One in so many briefs: where more have changed, it is as quick to work everything out."""


@dataclass(frozen=True, slots=True)
class Rows(Generic[R]):
    """What briefs give to a list."""

    of: Callable[[Corpus, Brief], Iterable[R]]
    """The rows of a brief."""
    brief_of: Callable[[R], str]
    """The brief that has given a row."""
    order: Callable[[R], Any]
    """What sorts them, from the last to the first: no two are alike in it."""

    def given(self, corpus: Corpus, briefs: Iterable[str]) -> list[R]:
        """Return the rows of some briefs, by their ids, as far as the corpus has them."""
        found = (corpus.briefs.get(id_) for id_ in briefs)
        return [row for brief in found if brief is not None for row in self.of(corpus, brief)]


@dataclass(frozen=True)
class Since:
    """A corpus, seen from the one before it."""

    before: Corpus
    now: Corpus
    briefs: frozenset[str]
    """Briefs that have changed, come or gone, and those whose claims take something from what has."""

    @classmethod
    def between(
        cls, before: Corpus, now: Corpus, resting: Callable[[str], Iterable[ClaimHandle]]
    ) -> "Since | None":
        """Return what has changed; None where that is too much, or in records on which all depends.

        `resting` gives the claims that rested on a document before, by its id.
        """
        if any(not _same(getattr(before, name), getattr(now, name)) for name in _ALL):
            return None
        changed = _changed(before.briefs, now.briefs)
        if len(changed) * _MOST > len(now.briefs):
            return None
        # What rests on a document that has changed may rest on others behind it now.
        moved = (h.brief.id for id_ in _changed(before.sources, now.sources) for h in resting(id_))
        # A brief that takes something from these, and has not changed, takes the same as before.
        return cls(before, now, frozenset({*changed, *moved, *_taking(now, changed)}))

    def within(self, before: Corpus, now: Corpus) -> "Since":
        """Return what has changed in a part of the corpus: in what is published of it."""
        return replace(self, before=before, now=now)

    @cached_property
    def old_claims(self) -> list[ClaimHandle]:
        """The claims of these briefs, as they were."""
        return list(_claims(self.before, self.briefs))

    @cached_property
    def new_claims(self) -> list[ClaimHandle]:
        """The claims of these briefs, as they are."""
        return list(_claims(self.now, self.briefs))

    def follow(
        self,
        last: Mapping[str, Sequence[R]],
        rows: Callable[[Iterable[ClaimHandle], Corpus], Iterable[tuple[str, R]]],
        claim_of: Callable[[R], ClaimHandle],
    ) -> dict[str, Sequence[R]]:
        """Return lists of what claims give to each id, in the order of the corpus, from those before.

        `rows` gives them of some claims, `claim_of` the claim of each. A list to which no claim gives anything
        else now is the object that it was. Ids are in the order of their letters.
        """
        come = by_id(rows(self.new_claims, self.now))
        found = dict(last)
        for id_ in {id_ for id_, _ in rows(self.old_claims, self.before)} | come.keys():
            own = [row for row in last.get(id_, ()) if claim_of(row).brief.id not in self.briefs]
            own += come.get(id_, ())
            found[id_] = sorted(own, key=lambda row: self.order(claim_of(row)))
        return {id_: own for id_, own in sorted(found.items()) if own}

    def again(self, before: Sequence[R], come: Iterable[R], rows: Rows[R]) -> Sequence[R]:
        """Return a sorted list with the rows that have come in place of those that changed briefs gave.

        Where it then says the same, it is the list that it was.
        """
        brief_of, changed = rows.brief_of, self.briefs
        found = [row for row in reversed(before) if brief_of(row) not in changed]
        for row in come:
            insort(found, row, key=rows.order)
        found.reverse()
        return before if same(before, found) else found

    def order(self, handle: ClaimHandle) -> tuple[int, int]:
        """Return what sorts claims as the corpus has them."""
        return self._places[handle.brief.id], handle.index

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {id_: n for n, id_ in enumerate(self.now.briefs)}


def by_id(rows: Iterable[tuple[str, R]]) -> dict[str, Sequence[R]]:
    """Return rows by the ids that they are given with, in the order of their letters."""
    found: dict[str, list[R]] = defaultdict(list)
    for id_, row in rows:
        found[id_].append(row)
    return dict(sorted(found.items()))


def same(one: Collection[object], other: Collection[object]) -> bool:
    """Whether two collections hold the same objects, in the same order."""
    return one is other or (len(one) == len(other) and all(map(is_, one, other)))


def _same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return list(one) == list(other) and same(one.values(), other.values())


def _changed(before: Mapping[str, object], now: Mapping[str, object]) -> frozenset[str]:
    gone = before.keys() - now.keys()
    return frozenset({*gone, *(id_ for id_, record in now.items() if before.get(id_) is not record)})


def _claims(corpus: Corpus, briefs: Iterable[str]) -> Iterator[ClaimHandle]:
    for id_ in briefs:
        if (brief := corpus.briefs.get(id_)) is not None:
            for claim in brief.claims:
                yield corpus.claims[f"{id_}#{claim.id}"]


def _taking(corpus: Corpus, briefs: Collection[str]) -> Iterator[str]:
    """Yield the briefs whose claims take an event or an answer from these others."""
    for handle in corpus.claims.values():
        claim = handle.claim
        event, responses = claim.event, claim.responses
        # What begins with the sign stands in the same brief.
        taken = [event] if event is not None and event[0] != "#" else []
        if responses:
            taken += [r.claim for r in responses if r.claim and r.claim[0] != "#"]
        if taken and any(ref.partition("#")[0] in briefs for ref in taken):
            yield handle.brief.id
