"""The disputes of a corpus after a change, of which most are those that they were.

What is found is what `briefing.rivals.find_disputes` finds, and most of it are the same objects: a
comparison is made again where a changed claim has left or joined it, and a dispute where something is joined
to it, or parted from it, that was not before.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from briefing.rivals import (
    Comparison,
    Dispute,
    Disputes,
    Estimate,
    compare,
    components,
    edges,
    estimates,
    find_conflicts,
    find_denied,
    make_dispute,
    rival_pairs,
)
from briefing.since import Since, same


def follow_disputes(since: Since, last: Disputes) -> Disputes:
    """Return the disputes of the corpus that `since` tells of; `last` are those of the one before."""
    conflicts = find_conflicts(since.now)
    followed = _Followed(since, last, conflicts)
    disputes, by_claim = followed.disputes()
    denied = find_denied(since.now)
    return Disputes(followed.comparisons, disputes, by_claim, followed.compared, conflicts, denied)


_Key: TypeAlias = tuple[str, str]
"""A measure and a subject."""


def _key(comparison: Comparison) -> _Key:
    return comparison.measure.id, comparison.subject.key


class _Followed:
    """The comparisons and disputes of a corpus, of which most are those of the one before."""

    def __init__(self, since: Since, last: Disputes, conflicts: Mapping[str, Collection[str]]) -> None:
        self._since = since
        self._last = last
        self._conflicts = conflicts
        self._old: dict[_Key, Comparison] = {}
        """Comparisons that are no more, or others."""
        self._new: dict[_Key, Comparison] = {}
        self._find()

    def _find(self) -> None:
        """Find the comparisons that a changed claim has left or joined, and make them again."""
        since, last = self._since, self._last
        self._old = {_key(c): c for h in since.old_claims for c in last.compared.get(h.ref, ())}
        come: dict[_Key, list[Estimate]] = defaultdict(list)
        for estimate in estimates(since.now, since.new_claims):
            come[estimate.measure.id, estimate.subject.key].append(estimate)
        for measure in {measure for measure, _ in come.keys() - self._old.keys()}:
            for comparison in last.comparisons.get(measure, ()):
                if _key(comparison) in come:
                    self._old[_key(comparison)] = comparison
        for key in self._old.keys() | come.keys():
            stay = self._old[key].estimates if key in self._old else ()
            every = [e for e in stay if e.handle.brief.id not in since.briefs] + come[key]
            if every:
                self._new[key] = compare(sorted(every, key=self._order))

    def _order(self, estimate: Estimate) -> tuple[object, ...]:
        figures = estimate.handle.claim.figures
        return (
            *self._since.order(estimate.handle),
            next(n for n, figure in enumerate(figures) if figure is estimate.figure),
        )

    @cached_property
    def comparisons(self) -> Mapping[str, Sequence[Comparison]]:
        """All comparisons, by measure."""
        touched = {measure for measure, _ in self._old.keys() | self._new.keys()}
        found: dict[str, Sequence[Comparison]] = {}
        for id_ in self._since.now.measures:
            stay = self._last.comparisons.get(id_, ())
            if id_ in touched:
                own = [c for c in stay if _key(c) not in self._old]
                own += (c for (measure, _), c in self._new.items() if measure == id_)
                found[id_] = sorted(own, key=lambda c: c.subject.order)
            else:
                found[id_] = stay
        return found

    @cached_property
    def compared(self) -> Mapping[str, Sequence[Comparison]]:
        """The comparisons in which each claim has a figure."""
        places = {id_: n for n, id_ in enumerate(self._since.now.measures)}
        found = dict(self._last.compared)
        own: dict[str, list[Comparison]] = {h.ref: [] for h in self._since.old_claims}
        for comparison in self._old.values():
            for estimate in comparison.estimates:
                ref = estimate.handle.ref
                if ref not in own:
                    own[ref] = [c for c in found[ref] if _key(c) not in self._old]
        for comparison in self._new.values():
            for ref in dict.fromkeys(e.handle.ref for e in comparison.estimates):
                own.setdefault(ref, []).append(comparison)
        for ref, rows in own.items():
            found.pop(ref, None)
            if rows:
                found[ref] = sorted(rows, key=lambda c: (places[c.measure.id], c.subject.order))
        return found

    def disputes(self) -> tuple[Sequence[Dispute], Mapping[str, Dispute]]:
        """Return all disputes, in the order of the corpus, and that of each claim."""
        last, corpus = self._last, self._since.now
        touched = self._touched()
        gone = {id(d): d for d in map(last.by_claim.get, touched) if d is not None}
        # A dispute is all that pairs join: so none of its claims is joined to what does not stand here.
        own = {*touched, *(h.ref for d in gone.values() for h in d.claims)}
        claims = sorted((corpus.claims[ref] for ref in own if ref in corpus.claims), key=self._since.order)
        beside = {id(c): c for h in claims for c in self.compared.get(h.ref, ())}
        conflicts = {ref: self._conflicts.get(ref, ()) for ref in own}
        pairs = (*edges(conflicts), *rival_pairs(beside.values()))
        joined = (pair for pair in pairs if own.issuperset(pair))
        come = [self._dispute(refs) for refs in components(joined, [h.ref for h in claims])]
        by_claim = {ref: d for ref, d in last.by_claim.items() if ref not in own}
        by_claim.update((h.ref, d) for d in come for h in d.claims)
        stay = [d for d in last.disputes if id(d) not in gone]
        return sorted((*stay, *come), key=lambda d: self._since.order(d.claims[0])), by_claim

    def _touched(self) -> set[str]:
        """Return the claims that something may be joined to, or parted from, that was not before."""
        found = {h.ref for h in (*self._since.old_claims, *self._since.new_claims)}
        for comparison in (*self._old.values(), *self._new.values()):
            found.update(e.handle.ref for e in comparison.estimates)
        for conflicts in (self._last.conflicts, self._conflicts):
            found.update([other for ref in tuple(found) for other in conflicts.get(ref, ())])
        return found

    def _dispute(self, refs: Sequence[str]) -> Dispute:
        """Return the dispute of these claims: the one that it was, if it is that."""
        found, last = self._last.by_claim.get(refs[0]), self._last.compared
        claims = self._since.now.claims
        if (
            found is not None
            and same(found.claims, [claims[ref] for ref in refs])
            and all(self.compared.get(ref) is last.get(ref) for ref in refs)
        ):
            return found
        return make_dispute(refs, self.compared, self._since.now)
