"""The corpus as a site shows it: without drafts, with what is computed from it, and the site's name."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from briefing.corpus import ClaimHandle, Corpus, EventHandle, full_ref
from briefing.evidence import Evidence, gather
from briefing.links.fallback import LinkReport
from briefing.model import Brief, Correction, Entity, Equation, Source
from briefing.rivals import Dispute, Disputes, find_disputes

R = TypeVar("R")


class FeedFormat(StrEnum):
    """A format of feeds; its value is the ending of their files."""

    ATOM = "atom"
    """Atom, RFC 4287."""
    JSON = "json"
    """JSON Feed 1.1."""
    RSS = "rss"
    """RSS 2.0."""

    @property
    def words(self) -> str:
        """Its name."""
        return {"atom": "Atom", "json": "JSON Feed", "rss": "RSS"}[self.value]


@dataclass(frozen=True, slots=True)
class Site:
    """What the configuration says of the site as a whole."""

    name: str
    description: str = ""
    url: str = ""
    """Its address with a slash at the end; empty where it is not known."""
    briefs: str = "briefs"
    """The folder of the YAML files, seen from the project's."""
    authority: str = "briefing.invalid,2026"
    """Who mints the site's permanent ids: the authority of its `tag:` URIs (RFC 4151), a domain or
    an e-mail address and a date on which its owner held it. It never changes, not even with
    the site's address."""
    licence: str = "https://creativecommons.org/licenses/by/4.0/"
    """The address of the licence of texts and data."""

    def address(self, uri: str) -> str:
        """Return the public address of a page's file: "…/briefs/x/" for "briefs/x.md"."""
        path, hash_, anchor = uri.partition("#")
        path = path.removesuffix(".md")
        path = path.removesuffix("index") if path == "index" or path.endswith("/index") else path + "/"
        return self.url + path + hash_ + anchor

    @property
    def feed_formats(self) -> tuple[FeedFormat, ...]:
        """The formats of its feeds: all, or only Atom where its address is not known.

        Atom lets links start from the feed's own address (RFC 4287, section 2); RSS asks for whole
        addresses, and JSON Feed does not say what others would mean.
        """
        return tuple(FeedFormat) if self.url else (FeedFormat.ATOM,)

    def tag(self, kind: str, id_: str) -> str:
        """Return a permanent id: "tag:example.org,2026:brief/2022-02-05-x"."""
        return f"tag:{self.authority}:{kind}/{id_}"


MOST_ROWS = 400
"""Most rows of a measure's table on one page; where there are more, each year has a page of its own."""


DISPUTES = 100
"""Most disputes on one page."""


class Index:
    """Ways back through the corpus that single pages need, so that none of them reads it whole.

    Each is made when it is first asked for.
    """

    def __init__(self, corpus: Corpus, disputes: Disputes) -> None:
        """Take the corpus that is shown, and its comparisons."""
        self._corpus = corpus
        self._disputes = disputes

    @cached_property
    def briefs(self) -> Sequence[Brief]:
        """All briefs, newest first. This and the next are put in order once, not for each part of a list."""
        return sorted(self._corpus.briefs.values(), key=lambda b: (b.date.order, b.id), reverse=True)

    @cached_property
    def events(self) -> Sequence[EventHandle]:
        """All events, by year, latest first."""
        return sorted(
            self._corpus.events.values(),
            key=lambda h: (h.event.when.year, h.event.when.order, h.ref),
            reverse=True,
        )

    @cached_property
    def sources(self) -> Sequence[Source]:
        """All documents, as `by_date` orders them."""
        return by_date(self._corpus.sources.values())

    @cached_property
    def entities(self) -> Sequence[Entity]:
        """All entities, by name, from the last to the first."""
        return sorted(self._corpus.entities.values(), key=lambda e: (e.name.casefold(), e.id), reverse=True)

    @cached_property
    def corrections(self) -> Sequence[tuple[Correction, Brief]]:
        """All corrections with their briefs, newest first."""
        return sorted(
            ((c, b) for b in self._corpus.briefs.values() for c in b.corrections),
            key=lambda pair: (pair[0].date, pair[1].id),
            reverse=True,
        )

    @cached_property
    def denied(self) -> Sequence[ClaimHandle]:
        """The claims that somebody denies, newest first."""
        return sorted(self._disputes.denied, key=lambda h: h.brief.date.order, reverse=True)

    @cached_property
    def topics_of_events(self) -> Sequence[str]:
        """The topics that have events."""
        return sorted({event_topic(self._corpus, h) for h in self._corpus.events.values()})

    @cached_property
    def long(self) -> Mapping[str, bool]:
        """Whether a measure has too many figures for one page, by its id."""
        return {
            id_: sum(len(c.distinct) for c in comparisons) > MOST_ROWS
            for id_, comparisons in self._disputes.comparisons.items()
        }

    @cached_property
    def rivalries(self) -> Mapping[str, Sequence[Dispute]]:
        """The disputes in which a measure has figures, by its id, in their order."""
        return _grouped(
            self._disputes.disputes, lambda d: list(dict.fromkeys(c.measure.id for c in d.comparisons))
        )

    @cached_property
    def pages_of_disputes(self) -> Mapping[str, int]:
        """The part of the list of disputes in which one stands, by its id; 0 where there is one page."""
        every = self._disputes.disputes
        many = len(every) > DISPUTES
        return {d.id: n // DISPUTES + 1 if many else 0 for n, d in enumerate(every)}

    @cached_property
    def speaking(self) -> Mapping[str, Sequence[ClaimHandle]]:
        """The claims that speak of an event, by its full reference, in the order of the corpus."""
        claims = (c for c in self._corpus.claims.values() if c.claim.event)
        return _grouped(claims, lambda c: [full_ref(c.claim.event or "", c.brief.id)])

    @cached_property
    def publications(self) -> Mapping[str, Sequence[Source]]:
        """The documents that an entity published, by its id."""
        return _grouped(
            self._corpus.sources.values(),
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


def by_date(sources: Iterable[Source]) -> list[Source]:
    """Return documents newest first, those without a date last."""

    def order(record: Source) -> tuple[dt.date, str]:
        return (record.issued.order[0] if record.issued else dt.date.min), record.id

    return sorted(sources, key=order, reverse=True)


def event_topic(corpus: Corpus, handle: EventHandle) -> str:
    """Return the topic in whose slice of the timeline an event stands."""
    kind = corpus.event_kinds[handle.event.kind]
    return handle.event.topic or kind.topic or handle.brief.topics[0]


def _grouped(records: Iterable[R], keys: Callable[[R], Sequence[str]]) -> dict[str, list[R]]:
    found: dict[str, list[R]] = defaultdict(list)
    for record in records:
        for key in keys(record):
            found[key].append(record)
    return dict(found)


@dataclass(frozen=True, slots=True)
class View:
    """The corpus, what stands behind its claims, what does not agree, and the site."""

    corpus: Corpus
    evidence: Evidence
    disputes: Disputes
    site: Site
    links: LinkReport = field(default_factory=LinkReport)
    """What is known of the documents' addresses."""
    index: Index = field(init=False, compare=False, repr=False)
    """The corpus read backwards, as pages need it."""

    def __post_init__(self) -> None:
        """Begin the index of the corpus."""
        object.__setattr__(self, "index", Index(self.corpus, self.disputes))


def look(corpus: Corpus, site: Site, *, drafts: bool = False, links: LinkReport | None = None) -> View:
    """Return the view of a corpus; `drafts` adds the briefs that are not published yet."""
    shown = corpus if drafts else corpus.published()
    return View(shown, gather(shown), find_disputes(shown), site, links or LinkReport())
