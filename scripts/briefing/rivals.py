"""Figures and claims that do not agree, found and put side by side.

Definitions (DESIGN section 3). Figures are *compared* when they have the same measure and the
same event, or the same period for a measure of months or years. Compared figures are *rivals*
when they count the same (`of`, unit), have origins of which none is shared, are not superseded,
and differ; those that count something else stand in the same table and are never called
rivals. A *dispute* is a set of claims joined by rival figures or by `conflicts_with`.

Nothing here is averaged, added up or ranked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from briefing.corpus import ClaimHandle, Corpus, EventHandle, full_ref
from briefing.model import Figure, Measure, Party, Period, Qualifier, ResponseKind, Status, When
from briefing.wording import figure_unit

DENIALS = frozenset({ResponseKind.DENIAL, ResponseKind.PARTIAL_DENIAL})
"""Kinds of answers that put a claim in dispute."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an estimate is of: an event, or a time."""

    key: str
    title: str
    when: When | None
    event: EventHandle | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """A key that sorts by time."""
        return (self.when.order if self.when else (), self.key)


@dataclass(frozen=True, eq=False)
class Estimate:
    """One figure of one claim, for one measure."""

    handle: ClaimHandle
    figure: Figure
    measure: Measure
    subject: Subject
    unit: str
    origins: frozenset[str]
    """Keys of who made it."""
    of: str = field(init=False)
    """What is counted, as compared: empty for the measure's own object."""
    is_current: bool = field(init=False)
    """Whether neither it nor its claim has been replaced or taken back."""
    low: Decimal = field(init=False)
    """Its number, or the lower end of its range."""
    high: Decimal = field(init=False)
    """Its number, or the upper end of its range."""
    value: tuple[Qualifier, tuple[Decimal, ...]] = field(init=False)
    """What must differ for two estimates to be rivals."""

    def __post_init__(self) -> None:
        figure, numbers, qualifier = self.figure, self.figure.numbers, self.figure.qualifier
        plain = Qualifier.STATED if qualifier is Qualifier.EXACTLY else qualifier
        # All of it is asked for, of each estimate; a property that remembers takes a lock each time.
        vars(self).update(
            of=" ".join(figure.of.casefold().split()) if figure.of else "",
            is_current=not figure.superseded and self.handle.claim.status not in _GONE,
            low=numbers[0],
            high=numbers[-1],
            value=(plain, numbers),
        )

    @property
    def is_range(self) -> bool:
        """Whether it has two ends."""
        return self.figure.qualifier is Qualifier.BETWEEN


_GONE = (Status.SUPERSEDED, Status.RETRACTED)


@dataclass(frozen=True, eq=False)
class Group:
    """Compared estimates that count the same."""

    of: str
    """What they count, as written; empty for the measure's own object."""
    estimates: tuple[Estimate, ...]

    @cached_property
    def voices(self) -> tuple[tuple[Estimate, ...], ...]:
        """The current estimates, those of the same origins with the same figure together.

        Whether two are rivals is decided between voices: however many claims repeat a figure.
        """
        found: dict[object, list[Estimate]] = defaultdict(list)
        for estimate in self.estimates:
            if estimate.is_current:
                found[estimate.origins, estimate.value].append(estimate)
        return tuple(map(tuple, found.values()))

    @cached_property
    def rivalries(self) -> tuple[tuple[tuple[Estimate, ...], tuple[Estimate, ...]], ...]:
        """Pairs of voices that are rivals, enough of them to join all that any pairs join.

        Not every pair: of a hundred voices that all differ, each is named with the one through which it
        was found.
        """
        if len(self.estimates) < 2:
            return ()
        pairs = []
        alone = dict.fromkeys(range(len(self.voices)))
        while alone:
            ahead = [next(iter(alone))]
            del alone[ahead[0]]
            while ahead:
                one = self.voices[ahead.pop()]
                met = [n for n in alone if are_rivals(one[0], self.voices[n][0])]
                for n in met:
                    del alone[n]
                    pairs.append((one, self.voices[n]))
                ahead += met
        return tuple(pairs)

    @cached_property
    def rivals(self) -> tuple[Estimate, ...]:
        """Those that have a rival among the others."""
        if not self.rivalries:
            return ()
        among = {id(e) for pair in self.rivalries for voice in pair for e in voice}
        return tuple(e for e in self.estimates if id(e) in among)


@dataclass(frozen=True, eq=False)
class Comparison:
    """All estimates of one measure for one subject, grouped by what they count."""

    measure: Measure
    subject: Subject
    groups: tuple[Group, ...]

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """All estimates, group by group."""
        return tuple(e for g in self.groups for e in g.estimates)

    @cached_property
    def distinct(self) -> tuple[Estimate, ...]:
        """The estimates, each once: the same figure of the same origin may stand in several claims."""
        found: dict[object, Estimate] = {}
        for estimate in self.estimates:
            key = (estimate.origins, estimate.of, estimate.unit, estimate.value, estimate.is_current)
            found.setdefault(key, estimate)
        return tuple(found.values())

    @cached_property
    def rivals(self) -> tuple[Estimate, ...]:
        """Those that have a rival."""
        return tuple(e for g in self.groups for e in g.rivals)


@dataclass(frozen=True, slots=True)
class Dispute:
    """Claims that do not agree, and the figures that they are compared by."""

    id: str
    """Made from its first claim; no slug, since it holds two hyphens."""
    claims: tuple[ClaimHandle, ...]
    comparisons: tuple[Comparison, ...]
    """Empty where the claims conflict without figures."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it cannot be settled, where an author says so."""
        return tuple(
            dict.fromkeys(h.claim.unresolved_because for h in self.claims if h.claim.unresolved_because)
        )


@dataclass(frozen=True, slots=True)
class Disputes:
    """Everything in the corpus that does not agree, and every figure by its measure."""

    comparisons: Mapping[str, Sequence[Comparison]]
    """By measure id, in the order of time."""
    disputes: Sequence[Dispute]
    by_claim: Mapping[str, Dispute]
    """The dispute of a claim, by full reference."""
    compared: Mapping[str, Sequence[Comparison]]
    """The comparisons in which a claim has a figure, by full reference."""
    conflicts: Mapping[str, Sequence[str]]
    """Claims that cannot be true together with a claim, whichever of them says so."""
    denied: Sequence[ClaimHandle]
    """Claims that somebody denies."""


def are_rivals(one: Estimate, other: Estimate) -> bool:
    """Whether two estimates of one group are rivals."""
    return (
        one.is_current and other.is_current
        and one.origins.isdisjoint(other.origins)
        and one.value != other.value
    )  # fmt: skip


def find_disputes(corpus: Corpus) -> Disputes:
    """Return all comparisons and disputes of a corpus."""
    comparisons, conflicts = _comparisons(corpus), find_conflicts(corpus)
    compared = _compared(comparisons)
    pairs = (*edges(conflicts), *rival_pairs(c for cs in comparisons.values() for c in cs))
    disputes = [make_dispute(refs, compared, corpus) for refs in components(pairs, corpus.claims)]
    by_claim = {h.ref: d for d in disputes for h in d.claims}
    return Disputes(comparisons, disputes, by_claim, compared, conflicts, find_denied(corpus))


def find_denied(corpus: Corpus) -> list[ClaimHandle]:
    """Return the claims that somebody denies, in the order of the corpus."""
    answered = (h for h in corpus.claims.values() if h.claim.responses)
    return [h for h in answered if any(r.kind in DENIALS for r in h.claim.responses)]


def find_conflicts(corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """Return the claims that cannot be true together with each claim, whichever of them says so."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for ref, handle in corpus.claims.items():
        for other in handle.claim.conflicts_with:
            target = full_ref(other, handle.brief.id)
            if target in corpus.claims and target != ref:
                found[ref][target] = found[target][ref] = None
    return {ref: tuple(others) for ref, others in found.items()}


def _compared(comparisons: Mapping[str, Sequence[Comparison]]) -> dict[str, list[Comparison]]:
    """Return the comparisons in which each claim has a figure."""
    found: dict[str, list[Comparison]] = defaultdict(list)
    for comparison in (c for cs in comparisons.values() for c in cs):
        for ref in dict.fromkeys(e.handle.ref for e in comparison.estimates):
            found[ref].append(comparison)
    return dict(found)


def estimates(corpus: Corpus, claims: Iterable[ClaimHandle] | None = None) -> Iterator[Estimate]:
    """Yield every figure that has a measure and an event or a time: of all claims, or of some."""
    times: dict[str, Subject] = {}
    for handle in corpus.claims.values() if claims is None else claims:
        for figure in handle.claim.figures:
            measure = corpus.measures.get(figure.measure or handle.claim.measure or "")
            subject = _subject(handle, figure, measure, corpus, times) if measure else None
            if measure and subject:
                unit = figure_unit(figure, handle.claim, corpus)
                yield Estimate(handle, figure, measure, subject, unit, _origins(handle, figure))


def _subject(
    handle: ClaimHandle, figure: Figure, measure: Measure, corpus: Corpus, times: dict[str, Subject]
) -> Subject | None:
    """Return what a figure is of, if that is known; `times` remembers the same years and days."""
    claim = handle.claim
    event = corpus.events.get(full_ref(claim.event, handle.brief.id)) if claim.event else None
    if measure.period is Period.EVENT and event is not None:
        return Subject(event.ref, event.event.title, event.event.when, event)
    when = figure.when or claim.when or (event.event.when if event else None)
    if when is None:
        return None
    subject = times.get(when.text)
    if subject is None:
        subject = times[when.text] = Subject(_period_key(when), when.words, when)
    return subject


_QUALIFIERS = str.maketrans("", "", "?~%")


def _period_key(when: When) -> str:
    """Return what makes two times the same: how sure an author is of a date does not."""
    return when.text.translate(_QUALIFIERS)


def _origins(handle: ClaimHandle, figure: Figure) -> frozenset[str]:
    if figure.estimator:
        return frozenset({figure.estimator})
    by = handle.claim.by
    if len(by) == 1 and (only := by[0].entity):
        return frozenset((only,))
    return frozenset(origin_key(p, f"{handle.ref}:{n}") for n, p in enumerate(by))


def origin_key(party: Party, own: str) -> str:
    """Return what makes an origin itself; two unnamed ones are never the same."""
    if party.entity:
        return party.entity
    return f"{party.name}, {party.role}" if party.name else own


def _comparisons(corpus: Corpus) -> dict[str, Sequence[Comparison]]:
    found: dict[tuple[str, str], list[Estimate]] = defaultdict(list)
    for estimate in estimates(corpus):
        found[estimate.measure.id, estimate.subject.key].append(estimate)
    by_measure: dict[str, list[Comparison]] = {m: [] for m in corpus.measures}
    for (measure, _), rows in found.items():
        by_measure[measure].append(compare(rows))
    return {id_: sorted(own, key=lambda c: c.subject.order) for id_, own in by_measure.items()}


def compare(estimates: Sequence[Estimate]) -> Comparison:
    """Return the comparison of estimates of one measure and subject, in the order of the corpus."""
    groups: dict[tuple[str, str], list[Estimate]] = defaultdict(list)
    for estimate in estimates:
        groups[estimate.of, estimate.unit].append(estimate)
    made = tuple(
        Group(rows[0].figure.of or "", tuple(sorted(rows, key=lambda e: (e.low, e.high))))
        for _, rows in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    )
    return Comparison(estimates[0].measure, estimates[0].subject, made)


def rival_pairs(comparisons: Iterable[Comparison]) -> Iterator[tuple[str, str]]:
    """Yield pairs of claims that join all claims of rival voices; not every pair of them."""
    for comparison in comparisons:
        for group in comparison.groups:
            for one, other in group.rivalries:
                for estimate in other:
                    yield one[0].handle.ref, estimate.handle.ref
                for estimate in one:
                    yield other[0].handle.ref, estimate.handle.ref


def edges(conflicts: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    """Yield pairs of claims that conflict."""
    return ((ref, other) for ref, others in conflicts.items() for other in others)


def components(edges: Iterable[tuple[str, str]], claims: Iterable[str]) -> list[list[str]]:
    """Return the sets of claims that edges join, each in the order of `claims`."""
    parent: dict[str, str] = {}

    def root(ref: str) -> str:
        while parent.setdefault(ref, ref) != ref:
            parent[ref] = parent[parent[ref]]
            ref = parent[ref]
        return ref

    for one, other in edges:
        parent[root(one)] = root(other)
    sets: dict[str, list[str]] = defaultdict(list)
    for ref in claims:
        if ref in parent:
            sets[root(ref)].append(ref)
    return list(sets.values())


def make_dispute(
    refs: Sequence[str], compared: Mapping[str, Sequence[Comparison]], corpus: Corpus
) -> Dispute:
    """Return the dispute of claims; `compared` has the comparisons in which each claim has a figure."""
    members = set(refs)
    shown: dict[int, Comparison] = {}
    for ref in refs:
        for comparison in compared.get(ref, ()):
            if any(e.handle.ref in members for e in comparison.rivals):
                shown[id(comparison)] = comparison
    return Dispute(
        id=refs[0].replace("#", "--"),
        claims=tuple(corpus.claims[r] for r in refs),
        comparisons=tuple(sorted(shown.values(), key=lambda c: (c.measure.id, c.subject.order))),
    )
