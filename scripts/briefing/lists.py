"""The corpus as pages list it: what belongs to a topic, an entity, a document or a year, put in order once."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias, TypeVar

from briefing.corpus import ClaimHandle, Corpus, EventHandle, full_ref
from briefing.evidence import Appearance, Evidence, Reliance
from briefing.model import Brief, Correction, Entity, Equation, Period, Source
from briefing.rivals import Comparison, Dispute, Disputes
from briefing.since import Rows, Since, by_id, same

R = TypeVar("R")
V = TypeVar("V")

MOST_ROWS = 400
"""Most rows of a measure's table on one page; where there are more, each year has a page of its own."""


DISPUTES = 100
"""Most disputes on one page."""


class Titled(NamedTuple):
    """What a list says of a dispute, and where it stands."""

    id: str
    title: str
    part: int
    """The part of the list of disputes; 0 where there is one page."""


Runs: TypeAlias = Sequence[tuple[int, int]]
"""The years of a list's rows, and how many rows stand together in each, in the order of the rows."""


_NEWEST: Rows[Brief] = Rows(lambda _, b: [b], lambda b: b.id, lambda b: (b.date.order, b.id))
_PUBLISHED: Rows[Brief] = Rows(lambda _, b: [b], lambda b: b.id, lambda b: (b.published, b.date.order, b.id))
_CHANGED: Rows[Brief] = Rows(
    # The order of those that were changed on one day is that of their publication.
    lambda _, b: [b],
    lambda b: b.id,
    lambda b: (b.changed, b.published, b.date.order, b.id),
)
_CORRECTED: Rows[tuple[int, Correction, Brief]] = Rows(
    lambda _, b: [(n, c, b) for n, c in enumerate(b.corrections)],
    lambda row: row[2].id,
    lambda row: (row[1].date, row[2].id, row[0]),
)
_EVENTS: Rows[EventHandle] = Rows(
    lambda corpus, b: [corpus.events[f"{b.id}#{e.id}"] for e in b.events],
    lambda h: h.brief.id,
    lambda h: (h.event.when.order, h.ref),
)
_BY_YEAR: Rows[EventHandle] = Rows(
    _EVENTS.of, _EVENTS.brief_of, lambda h: (h.event.when.year, h.event.when.order, h.ref)
)


class Index:
    """Ways back through the corpus that single pages need, so that none of them reads it whole.

    Each is made when it is first asked for, once for all parts of a list. A build notes of a list which
    rows of it were taken, so a page that needs a few rows, or how many there are, must find just these here.
    """

    def __init__(self, corpus: Corpus, evidence: Evidence, disputes: Disputes) -> None:
        """Take the corpus that is shown, what stands behind its claims, and its comparisons."""
        self._corpus = corpus
        self._evidence = evidence
        self._disputes = disputes
        self._last: tuple[Index, Since] | None = None

    def follow(self, last: "Index", since: Since) -> None:
        """Take lists that are the same from the index of the corpus before, which is not asked any more."""
        last.settle()
        self._last = last, since

    def settle(self) -> None:
        """Let go of the index before."""
        self._last = None

    def _listed(self, name: str, rows: Rows[R]) -> Sequence[R]:
        """Return what all briefs give to a list, from the last to the first; `name` is that of the list."""
        if self._last is None:
            return sorted(rows.given(self._corpus, self._corpus.briefs), key=rows.order, reverse=True)
        last, since = self._last
        return since.again(getattr(last, name), rows.given(since.now, since.briefs), rows)

    def _lists(
        self,
        name: str,
        rows: Rows[R],
        every: Callable[[], Iterable[R]],
        keys: Callable[[R], Sequence[str]],
    ) -> Mapping[str, Sequence[R]]:
        """Return the same by what `keys` gives of each row; `every` gives all rows in order."""
        if self._last is None:
            return dict(sorted(_grouped(every(), keys).items()))
        last, since = self._last
        come = _grouped(rows.given(since.now, since.briefs), keys)
        found = dict(getattr(last, name))
        for id_ in _grouped(rows.given(since.before, since.briefs), keys).keys() | come.keys():
            found[id_] = since.again(found.get(id_, ()), come.get(id_, ()), rows)
        return {id_: own for id_, own in sorted(found.items()) if own}

    # --- briefs and their corrections -----------------------------------------------------------

    @cached_property
    def briefs(self) -> Sequence[Brief]:
        """All briefs, newest first."""
        return self._listed("briefs", _NEWEST)

    @cached_property
    def briefs_of(self) -> Mapping[str, Sequence[Brief]]:
        """The briefs of a topic, newest first, by its id."""
        return self._lists("briefs_of", _NEWEST, lambda: self.briefs, _topics)

    @cached_property
    def years(self) -> Runs:
        """The years of all briefs."""
        return _runs(b.date.year for b in self.briefs)

    @cached_property
    def years_of(self) -> Mapping[str, Runs]:
        """The years of a topic's briefs, by its id."""
        return {id_: _runs(b.date.year for b in briefs) for id_, briefs in self.briefs_of.items()}

    @cached_property
    def newest(self) -> Sequence[Brief]:
        """All briefs, those first that were published last."""
        return self._listed("newest", _PUBLISHED)

    @cached_property
    def fresh(self) -> Sequence[Brief]:
        """All briefs, those first that were changed last."""
        return self._listed("fresh", _CHANGED)

    @cached_property
    def fresh_of(self) -> Mapping[str, Sequence[Brief]]:
        """The briefs of a topic, those first that were changed last, by its id."""
        return self._lists("fresh_of", _CHANGED, lambda: self.fresh, _topics)

    @cached_property
    def first(self) -> dt.date | None:
        """The day on which the first brief was published."""
        return min((b.published for b in self._corpus.briefs.values()), default=None)

    @cached_property
    def changed(self) -> dt.date | None:
        """The day of the last change to any brief."""
        return self.fresh[0].changed if self.fresh else None

    @cached_property
    def changed_of(self) -> Mapping[str, dt.date]:
        """The day of the last change to a topic's briefs, by its id."""
        return {id_: briefs[0].changed for id_, briefs in self.fresh_of.items()}

    @cached_property
    def claims_of(self) -> Mapping[str, int]:
        """How many claims a topic has, by its id."""
        if self._last is None:
            found = _by_topic(self._corpus.claims.values())
        else:
            last, since = self._last
            found = Counter(last.claims_of)
            found.subtract(_by_topic(since.old_claims))
            found.update(_by_topic(since.new_claims))
        return {id_: number for id_, number in sorted(found.items()) if number}

    @cached_property
    def corrections(self) -> Sequence[tuple[Correction, Brief]]:
        """All corrections with their briefs, newest first."""
        if self._last is not None and self._last[0].numbered_corrections is self.numbered_corrections:
            return self._last[0].corrections
        return sorted(self._corrections(), key=lambda pair: (pair[0].date, pair[1].id), reverse=True)

    @cached_property
    def latest_corrections(self) -> Sequence[tuple[Correction, Brief]]:
        """The same, those of one day in the order of the corpus."""
        if self._last is not None and self._last[0].numbered_corrections is self.numbered_corrections:
            return self._last[0].latest_corrections
        return sorted(self._corrections(), key=lambda pair: pair[0].date, reverse=True)

    @cached_property
    def numbered_corrections(self) -> Sequence[tuple[int, Correction, Brief]]:
        """The same with their places in their briefs, from 0; those of one brief and day last written first."""
        return self._listed("numbered_corrections", _CORRECTED)

    def _corrections(self) -> Iterator[tuple[Correction, Brief]]:
        return ((c, b) for b in self._corpus.briefs.values() for c in b.corrections)

    # --- events ---------------------------------------------------------------------------------

    @cached_property
    def events(self) -> Sequence[EventHandle]:
        """All events, by year, latest first."""
        return self._listed("events", _BY_YEAR)

    @cached_property
    def events_of(self) -> Mapping[str, Sequence[EventHandle]]:
        """The events of a topic, latest first, by its id."""
        return self._lists(
            "events_of",
            _EVENTS,
            lambda: sorted(self._corpus.events.values(), key=_EVENTS.order, reverse=True),
            lambda h: [event_topic(self._corpus, h)],
        )

    @cached_property
    def years_of_events(self) -> Runs:
        """The years of all events."""
        return _runs(h.event.when.year for h in self.events)

    @cached_property
    def kinds_of_events(self) -> Sequence[str]:
        """The kinds of which there are events."""
        return sorted({h.event.kind for h in self._corpus.events.values()})

    @cached_property
    def topics_of_events(self) -> Sequence[str]:
        """The topics that have events."""
        return sorted(self.events_of)

    @cached_property
    def has_days(self) -> bool:
        """Whether there are events for the calendar: those with a day."""
        return any(h.event.when.days for h in self._corpus.events.values())

    @cached_property
    def speaking(self) -> Mapping[str, Sequence[ClaimHandle]]:
        """The claims that speak of an event, by its full reference, in the order of the corpus."""
        if self._last is not None:
            last, since = self._last
            return since.follow(last.speaking, _speaking, lambda claim: claim)
        return by_id(_speaking(self._corpus.claims.values(), self._corpus))

    # --- documents and entities -----------------------------------------------------------------

    @cached_property
    def sources(self) -> Sequence[Source]:
        """All documents, as `by_date` orders them."""
        return self._standing("sources") or by_date(self._corpus.sources.values())

    @cached_property
    def relied(self) -> Mapping[str, tuple[int, int]]:
        """How many claims cite a document, and how many rest on it through others, by its id."""
        last, found = self._last[0] if self._last is not None else None, dict[str, tuple[int, int]]()
        for id_, rows in self._evidence.reliances.items():
            if last is not None and last._evidence.reliances.get(id_) is rows:
                found[id_] = last.relied[id_]
            else:
                direct = len(self.citing.get(id_, ()))
                found[id_] = direct, len(rows) - direct
        return found

    @cached_property
    def citing(self) -> Mapping[str, Sequence[Reliance]]:
        """The claims that cite a document, by its id, in the order of the corpus."""
        return self._resting_on(direct=True)

    @cached_property
    def resting(self) -> Mapping[str, Sequence[Reliance]]:
        """The claims that rest on a document through others, by its id, in the order of the corpus."""
        return self._resting_on(direct=False)

    def _resting_on(self, *, direct: bool) -> Mapping[str, Sequence[Reliance]]:
        last, found = self._last[0] if self._last is not None else None, {}
        before = last._evidence.reliances if last is not None else {}
        known = (last.citing if direct else last.resting) if last is not None else {}
        for id_, rows in self._evidence.reliances.items():
            is_same = before.get(id_) is rows
            found[id_] = known.get(id_, ()) if is_same else [r for r in rows if r.direct is direct]
        return {id_: rows for id_, rows in found.items() if rows}

    @cached_property
    def entities(self) -> Sequence[Entity]:
        """All entities, by name, from the last to the first."""
        every = self._corpus.entities.values()
        return self._standing("entities") or sorted(
            every, key=lambda e: (e.name.casefold(), e.id), reverse=True
        )

    def _standing(self, kind: str) -> Any:
        """Return the list of that name of the index before, where all records of that name are as they were."""
        if self._last is None:
            return None
        last, before, now = self._last[0], getattr(self._last[0]._corpus, kind), getattr(self._corpus, kind)
        return getattr(last, kind) if same(before.values(), now.values()) else None

    @cached_property
    def roles(self) -> Mapping[str, Mapping[str, int]]:
        """In how many claims an entity has each part, by its id."""
        return {id_: {role: len(rows) for role, rows in by.items()} for id_, by in self._roles.items()}

    @cached_property
    def in_role(self) -> Mapping[str, Sequence[Appearance]]:
        """The claims in which an entity has a part, by its id and the part: "panel/by"; as in the corpus."""
        return {f"{id_}/{role}": rows for id_, by in self._roles.items() for role, rows in by.items()}

    @cached_property
    def _roles(self) -> Mapping[str, Mapping[str, Sequence[Appearance]]]:
        last, found = self._last[0] if self._last else None, dict[str, Mapping[str, Sequence[Appearance]]]()
        before = last._evidence.appearances if last is not None else {}
        for id_, rows in self._evidence.appearances.items():
            if last is not None and before.get(id_) is rows:
                found[id_] = last._roles[id_]
            else:
                found[id_] = _grouped(rows, lambda row: [row.role])
        return found

    @cached_property
    def publications(self) -> Mapping[str, Sequence[Source]]:
        """The documents that an entity published, by its id, as `by_date` orders them."""
        return _grouped(
            self.sources,
            lambda s: [s.publisher.entity] if s.publisher and s.publisher.entity else [],
        )

    @cached_property
    def parts(self) -> Mapping[str, Sequence[Entity]]:
        """The entities that are part of one, by its id."""
        return _grouped(self._corpus.entities.values(), lambda e: list(dict.fromkeys(e.part_of)))

    @cached_property
    def equations(self) -> Mapping[str, Sequence[tuple[Entity, Equation]]]:
        """The entities that are said to be one, with who says so, by its id."""
        pairs = ((e, q) for e in self._corpus.entities.values() for q in e.equated_with)
        return _grouped(pairs, lambda pair: [pair[1].entity])

    # --- figures and disputes -------------------------------------------------------------------

    @cached_property
    def figures(self) -> Mapping[str, int]:
        """How many figures a measure has, by its id."""
        return self._of_measures("figures", lambda own: sum(len(g.estimates) for c in own for g in c.groups))

    @cached_property
    def long(self) -> Mapping[str, bool]:
        """Whether a measure has too many figures for one page, by its id."""
        return self._of_measures("long", lambda own: sum(len(c.distinct) for c in own) > MOST_ROWS)

    @cached_property
    def compared_in(self) -> Mapping[str, Sequence[Comparison]]:
        """The comparisons of a measure in a year, by its id and the year: "launches/2022"."""
        return {
            f"{id_}/{year}": own
            for id_, years in self._years_of_measures.items()
            for year, own in years.items()
        }

    @cached_property
    def _years_of_measures(self) -> Mapping[str, Mapping[int, Sequence[Comparison]]]:
        return self._of_measures("_years_of_measures", _by_year)

    def _of_measures(self, name: str, make: Callable[[Sequence[Comparison]], V]) -> Mapping[str, V]:
        """Return what is made of each measure's comparisons; `name` is that of the list that has it."""
        last = self._last[0] if self._last is not None else None
        before = last._disputes.comparisons if last is not None else {}
        found = {}
        for id_, own in self._disputes.comparisons.items():
            found[id_] = getattr(last, name)[id_] if before.get(id_) is own else make(own)
        return found

    @cached_property
    def titled(self) -> Sequence[Titled]:
        """All disputes, in their order."""
        many = len(self._disputes.disputes) > DISPUTES
        found = [
            Titled(d.id, dispute_title(d), n // DISPUTES + 1 if many else 0)
            for n, d in enumerate(self._disputes.disputes)
        ]
        return self._last[0].titled if self._last is not None and self._last[0].titled == found else found

    @cached_property
    def titled_of(self) -> Mapping[str, Sequence[Titled]]:
        """The disputes with a claim on a topic, by its id, in their order."""
        return self._titled("titled_of", lambda d: list(dict.fromkeys(h.topic for h in d.claims)))

    @cached_property
    def rivalries(self) -> Mapping[str, Sequence[Titled]]:
        """The disputes in which a measure has figures, by its id, in their order."""
        return self._titled("rivalries", lambda d: list(dict.fromkeys(c.measure.id for c in d.comparisons)))

    @cached_property
    def newest_disputes(self) -> Sequence[Titled]:
        """All disputes, those first that have the newest claim."""

        def newest(dispute: Dispute) -> tuple[object, ...]:
            return max((h.brief.published, h.brief.date.order) for h in dispute.claims)

        if self._last is not None and self._have_stayed(newest):
            return self._last[0].newest_disputes
        pairs = zip(self.titled, self._disputes.disputes, strict=True)
        return [titled for titled, _ in sorted(pairs, key=lambda pair: newest(pair[1]), reverse=True)]

    def _titled(self, name: str, keys: Callable[[Dispute], Sequence[str]]) -> Mapping[str, Sequence[Titled]]:
        if self._last is not None and self._have_stayed(keys):
            before: Mapping[str, Sequence[Titled]] = getattr(self._last[0], name)
            return before
        pairs = zip(self.titled, self._disputes.disputes, strict=True)
        found = _grouped(pairs, lambda pair: keys(pair[1]))
        return {key: [titled for titled, _ in pairs] for key, pairs in found.items()}

    def _have_stayed(self, told: Callable[[Dispute], object]) -> bool:
        """Whether the index before has the same disputes, and of each the same is told."""
        assert self._last is not None  # noqa: S101 - whoever asks has looked
        last = self._last[0]
        pairs = zip(last._disputes.disputes, self._disputes.disputes, strict=False)
        return last.titled is self.titled and all(a is b or told(a) == told(b) for a, b in pairs)

    @cached_property
    def denied(self) -> Sequence[ClaimHandle]:
        """The claims that somebody denies, newest first."""
        return sorted(self._disputes.denied, key=lambda h: h.brief.date.order, reverse=True)


def dispute_title(dispute: Dispute) -> str:
    """Return what a dispute is about: its measures and subject, or its first claim's brief."""
    if not dispute.comparisons:
        return dispute.claims[0].brief.title
    first = dispute.comparisons[0]
    names = list(dict.fromkeys(c.measure.title for c in dispute.comparisons))
    subjects = list(dict.fromkeys(c.subject.title for c in dispute.comparisons))
    subject = subjects[0] if len(subjects) == 1 else f"{subjects[0]} and others"
    if first.measure.period is not Period.EVENT and len(subjects) > 1:
        subject = f"{subjects[0]} to {subjects[-1]}"
    return f"{', '.join(names[:2])}: {subject}"


def by_date(sources: Iterable[Source]) -> list[Source]:
    """Return documents newest first, those without a date last."""

    def order(record: Source) -> tuple[dt.date, str]:
        return (record.issued.order[0] if record.issued else dt.date.min), record.id

    return sorted(sources, key=order, reverse=True)


def event_topic(corpus: Corpus, handle: EventHandle) -> str:
    """Return the topic in whose slice of the timeline an event stands."""
    kind = corpus.event_kinds[handle.event.kind]
    return handle.event.topic or kind.topic or handle.brief.topics[0]


def _speaking(claims: Iterable[ClaimHandle], _: Corpus) -> Iterator[tuple[str, ClaimHandle]]:
    return ((full_ref(h.claim.event, h.brief.id), h) for h in claims if h.claim.event)


def _by_topic(claims: Iterable[ClaimHandle]) -> Counter[str]:
    return Counter([h.topic for h in claims])


def _by_year(comparisons: Iterable[Comparison]) -> Mapping[int, Sequence[Comparison]]:
    found: dict[int, list[Comparison]] = defaultdict(list)
    for comparison in comparisons:
        if comparison.subject.when is not None:
            found[comparison.subject.when.year].append(comparison)
    return dict(found)


def _topics(brief: Brief) -> Sequence[str]:
    return list(dict.fromkeys(brief.topics))


def _runs(years: Iterable[int]) -> Runs:
    return [(year, sum(1 for _ in same)) for year, same in groupby(years)]


def _grouped(records: Iterable[R], keys: Callable[[R], Sequence[str]]) -> dict[str, list[R]]:
    found: dict[str, list[R]] = defaultdict(list)
    for record in records:
        for key in keys(record):
            found[key].append(record)
    return dict(found)
