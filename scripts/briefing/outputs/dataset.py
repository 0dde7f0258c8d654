"""The corpus as records for machines: the one conversion that JSON, CSV and SQLite share."""

import datetime as dt
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from briefing import model
from briefing.corpus import ClaimHandle, Corpus, EventHandle, full_ref
from briefing.evidence import answers
from briefing.outputs.identity import brief_tag, claim_tag, event_tag, record_tag
from briefing.outputs.records import (
    Appearance,
    Archived,
    Brief,
    Change,
    Citation,
    Claim,
    Correction,
    Date,
    Entity,
    Equation,
    Event,
    EventKind,
    Figure,
    Judgement,
    KeyPoint,
    Licence,
    Measure,
    Name,
    Party,
    PartyType,
    Publisher,
    Related,
    Response,
    Sanction,
    Source,
    Subject,
    Topic,
    Trail,
)
from briefing.rivals import Estimate, are_rivals
from briefing.view import Site, View
from briefing.wording import figure_unit, figure_words, origin_words


@dataclass(frozen=True, slots=True)
class Dataset:
    """Everything that the site gives to machines.

    Each tuple keeps the order of the corpus: briefs, claims and events by the briefs' dates, all
    else as the registries and folders have it.
    """

    site: Site
    licence: Licence
    updated: dt.date | None
    """The last day on which the record says that something was published or changed."""
    topics: tuple[Topic, ...]
    event_kinds: tuple[EventKind, ...]
    briefs: tuple[Brief, ...]
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    entities: tuple[Entity, ...]
    measures: tuple[Measure, ...]

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event of every brief."""
        return tuple(e for b in self.briefs for e in b.events)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of every claim."""
        return tuple(f for c in self.claims for f in c.figures)


def collect(view: View) -> Dataset:
    """Return the records of a view. References to what the view does not show are left out."""
    return _Collector(view).dataset()


def licence(address: str) -> Licence:
    """Return a licence with its SPDX identifier, which Creative Commons' addresses give."""
    found = re.fullmatch(r"https?://creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)/?", address)
    return Licence(id=f"CC-{found[1].upper()}-{found[2]}" if found else None, url=address)


def collect_brief(view: View, id_: str) -> Dataset:
    """Return one brief and its claims, and nothing else."""
    maker, corpus = _Collector(view), view.corpus
    brief = corpus.briefs[id_]
    claims = tuple(maker.claim(corpus.claims[f"{id_}#{c.id}"]) for c in brief.claims)
    return replace(_empty(view), briefs=(maker.brief(brief),), claims=claims)


def collect_sources(view: View, ids: Iterable[str]) -> Dataset:
    """Return some documents, and nothing else."""
    maker = _Collector(view)
    return replace(_empty(view), sources=tuple(maker.source(view.corpus.sources[i]) for i in ids))


def collect_entity(view: View, id_: str) -> Dataset:
    """Return one entity, and nothing else."""
    return replace(_empty(view), entities=(_Collector(view).entity(view.corpus.entities[id_]),))


def collect_registries(view: View) -> Dataset:
    """Return topics, kinds of events and measures without their figures, and nothing else."""
    maker, corpus = _Collector(view), view.corpus
    return replace(
        _empty(view),
        updated=view.index.changed,
        topics=tuple(maker.topic(t) for t in corpus.topics.values()),
        event_kinds=tuple(
            EventKind(id=k.id, title=k.title, topic=k.topic) for k in corpus.event_kinds.values()
        ),
        measures=tuple(maker.measure(m, None) for m in corpus.measures.values()),
    )


def _empty(view: View) -> Dataset:
    return Dataset(view.site, licence(view.site.licence), None, (), (), (), (), (), (), ())


@dataclass(slots=True)
class _Compared:
    """What the figures of one claim are compared with."""

    estimates: dict[int, Estimate] = field(default_factory=dict)
    contested: set[int] = field(default_factory=set)
    rivals: dict[str, ClaimHandle] = field(default_factory=dict)


def _place(handle: ClaimHandle) -> tuple[object, ...]:
    """Return a key that sorts claims in the order of the corpus: by their briefs' dates."""
    return handle.brief.date.order, handle.brief.id, handle.index


class _Collector:
    """Makes the records of one view."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.corpus: Corpus = view.corpus
        self.site = view.site

    def _comparing(self, handle: ClaimHandle) -> "_Compared":
        """Return what a claim's figures are compared with.

        Figures have no ids: the very objects of the corpus are what estimates point back to.
        """
        found = _Compared()
        for comparison in self.view.disputes.compared.get(handle.ref, ()):
            for group in comparison.groups:
                for one in group.estimates:
                    if one.handle.ref != handle.ref:
                        continue
                    found.estimates[id(one.figure)] = one
                    for other in group.estimates:
                        if are_rivals(one, other):
                            found.contested.add(id(one.figure))
                            if other.handle.ref != handle.ref:
                                found.rivals[other.handle.ref] = other.handle
        return found

    def dataset(self) -> Dataset:
        corpus = self.corpus
        claims = tuple(self.claim(h) for h in corpus.claims.values())
        figures = {id(f): made for h, c in zip(corpus.claims.values(), claims, strict=True)
                   for f, made in zip(h.claim.figures, c.figures, strict=True)}  # fmt: skip
        return Dataset(
            site=self.site,
            licence=licence(self.site.licence),
            updated=max((b.changed for b in corpus.briefs.values()), default=None),
            topics=tuple(self.topic(t) for t in corpus.topics.values()),
            event_kinds=tuple(
                EventKind(id=k.id, title=k.title, topic=k.topic) for k in corpus.event_kinds.values()
            ),
            briefs=tuple(self.brief(b) for b in corpus.briefs.values()),
            claims=claims,
            sources=tuple(self.source(s) for s in corpus.sources.values()),
            entities=tuple(self.entity(e) for e in corpus.entities.values()),
            measures=tuple(self.measure(m, figures) for m in corpus.measures.values()),
        )

    # --- briefs ---------------------------------------------------------------------------

    def brief(self, record: model.Brief) -> Brief:
        return Brief(
            id=record.id,
            tag=brief_tag(record, self.site),
            permalink=self.site.address(f"briefs/{record.id}.md"),
            api=f"{self.site.url}api/v1/briefs/{record.id}.json",
            title=record.title,
            date=_date(record.date),
            published=record.published,
            updated=record.updated,
            information_cutoff=record.information_cutoff,
            form=record.form,
            status=record.status,
            superseded_by=_known(record.superseded_by, self.corpus.briefs),
            authors=tuple(record.authors),
            topics=tuple(record.topics),
            bottom_line=record.bottom_line,
            key_points=tuple(
                KeyPoint(text=p.text, claims=self._claims(p.claims, record)) for p in record.key_points
            ),
            why_it_matters=record.why_it_matters,
            claims=tuple(f"{record.id}#{c.id}" for c in record.claims),
            judgements=tuple(self.judgement(j, record) for j in record.judgements),
            gaps=tuple(record.gaps),
            background=record.background,
            events=tuple(self.event(e, record) for e in record.events),
            related=tuple(
                Related(brief=r.brief, how=r.how) for r in record.related if r.brief in self.corpus.briefs
            ),
            corrections=tuple(self.correction(c, record) for c in record.corrections),
            aliases=tuple(record.aliases),
        )

    def judgement(self, record: model.Judgement, brief: model.Brief) -> Judgement:
        change = record.change
        return Judgement(
            text=record.text,
            likelihood=record.likelihood,
            confidence=record.confidence,
            basis=record.basis,
            assumptions=tuple(record.assumptions),
            alternatives=tuple(record.alternatives),
            indicators=tuple(record.indicators),
            claims=self._claims(record.claims, brief),
            change=Change(date=change.date, was=change.was, why=change.why) if change else None,
        )

    def event(self, record: model.Event, brief: model.Brief) -> Event:
        ref = f"{brief.id}#{record.id}"
        kind = self.corpus.event_kinds[record.kind]
        return Event(
            id=ref,
            tag=event_tag(EventHandle(brief, record), self.site),
            permalink=self.site.address(f"briefs/{brief.id}.md"),
            brief=brief.id,
            kind=record.kind,
            topic=record.topic or kind.topic or brief.topics[0],
            title=record.title,
            when=_date(record.when),
            aliases=tuple(f"{brief.id}#{a}" for a in record.aliases),
        )

    def correction(self, record: model.Correction, brief: model.Brief) -> Correction:
        return Correction(
            date=record.date,
            kind=record.kind,
            what=record.what,
            was=record.was,
            now=record.now,
            claim=self._ref(record.claim, brief, self.corpus.claims),
        )

    # --- claims ---------------------------------------------------------------------------

    def claim(self, handle: ClaimHandle) -> Claim:
        claim, brief, ref = handle.claim, handle.brief, handle.ref
        support = self.view.evidence.supports[ref]
        dispute = self.view.disputes.by_claim.get(ref)
        compared = self._comparing(handle)
        place = {id(c): n for n, c in enumerate(claim.sources, 1)}
        return Claim(
            id=ref,
            tag=claim_tag(handle, self.site),
            permalink=self.site.address(f"briefs/{brief.id}.md#{claim.id}"),
            brief=brief.id,
            number=handle.index + 1,
            topic=handle.topic,
            kind=claim.kind,
            status=claim.status,
            text=claim.text,
            by=self.parties(claim.by),
            origins=len(support.origins),
            about=tuple(Subject(role=s.role, entity=s.entity) for s in claim.about),
            event=self._ref(claim.event, brief, self.corpus.events),
            when=_maybe(self._when(handle)),
            said=_maybe(claim.said),
            figures=tuple(self.figure(handle, n, f, compared) for n, f in enumerate(claim.figures, 1)),
            citations=_citations(claim.sources),
            documents=support.documents,
            behind=support.behind,
            trails=tuple(
                Trail(citation=place[id(t.citation)], documents=t.documents) for t in support.trails
            ),
            limits=tuple(claim.limits),
            responses=self.responses(handle),
            dispute=dispute.id if dispute else None,
            rivals=tuple(sorted(compared.rivals, key=lambda r: _place(compared.rivals[r]))),
            conflicts_with=tuple(self.view.disputes.conflicts.get(ref, ())),
            unresolved_because=claim.unresolved_because,
            supersedes=self._ref(claim.supersedes, brief, self.corpus.claims),
            aliases=tuple(f"{brief.id}#{a}" for a in claim.aliases),
        )

    def figure(self, handle: ClaimHandle, number: int, figure: model.Figure, compared: "_Compared") -> Figure:
        claim = handle.claim
        estimate = compared.estimates.get(id(figure))
        subject = estimate.subject if estimate else None
        gone = claim.status in (model.Status.SUPERSEDED, model.Status.RETRACTED)
        return Figure(
            claim=handle.ref,
            number=number,
            measure=figure.measure or claim.measure,
            subject=subject.key if subject else None,
            subject_title=subject.title if subject else None,
            origin=origin_words(claim, figure, self.corpus),
            estimator=figure.estimator,
            qualifier=figure.qualifier,
            low=figure.numbers[0],
            high=figure.numbers[-1],
            unit=figure_unit(figure, claim, self.corpus),
            of=figure.of,
            words=figure_words(figure, claim, self.corpus),
            as_written=figure.as_written,
            when=_maybe(subject.when if subject else figure.when or self._when(handle)),
            valued=figure.valued,
            superseded=figure.superseded,
            current=not (figure.superseded or gone),
            rival=id(figure) in compared.contested,
        )

    def _when(self, handle: ClaimHandle) -> model.When | None:
        """Return the time that a claim speaks of: its own, or its event's."""
        claim = handle.claim
        if claim.when or not claim.event:
            return claim.when
        event = self.corpus.events.get(full_ref(claim.event, handle.brief.id))
        return event.event.when if event else None

    def responses(self, handle: ClaimHandle) -> tuple[Response, ...]:
        return tuple(
            Response(
                number=n,
                kind=answer.response.kind,
                by=self.parties(answer.by),
                text=answer.text,
                quote=answer.quote,
                addresses=answer.response.addresses,
                said=_maybe(answer.said),
                citations=_citations(answer.sources),
                claim=answer.claim.ref if answer.claim else None,
            )
            for n, answer in enumerate(answers(handle, self.corpus), 1)
        )

    def parties(self, parties: Iterable[model.Party]) -> tuple[Party, ...]:
        return tuple(self.party(p) for p in parties)

    def party(self, party: model.Party) -> Party:
        if party.entity:
            kind, name = PartyType.ENTITY, self.corpus.name(party.entity)
        elif party.name:
            kind, name = PartyType.NAMED, party.name
        else:
            kind, name = PartyType.UNNAMED, party.unnamed or ""
        return Party(type=kind, name=name, entity=party.entity, role=party.role, told=party.told)

    # --- what claims rest on and speak of --------------------------------------------------

    def source(self, record: model.Source) -> Source:
        evidence = self.view.evidence
        reliances = evidence.reliances.get(record.id, ())
        return Source(
            id=record.id,
            tag=record_tag(record, self.site),
            permalink=self.site.address(f"sources/{record.id}.md"),
            kind=record.kind,
            access=record.access,
            type=record.type,
            title=record.title,
            author=tuple(record.author),
            issued=_maybe(record.issued),
            publisher=self.publisher(record.publisher),
            url=record.url,
            number=record.number,
            language=record.language,
            archive=tuple(Archived(url=a.url, captured=a.captured) for a in record.archive),
            rests_on=tuple(record.rests_on),
            copies=tuple(evidence.copies.get(record.id, ())),
            descriptor=record.descriptor,
            cited_by=tuple(r.claim.ref for r in reliances if r.direct),
            behind=tuple(r.claim.ref for r in reliances if not r.direct),
            aliases=tuple(record.aliases),
        )

    def publisher(self, publisher: model.Publisher | None) -> Publisher | None:
        if publisher is None:
            return None
        name = self.corpus.name(publisher.entity) if publisher.entity else publisher.name or ""
        return Publisher(name=name, entity=publisher.entity)

    def entity(self, record: model.Entity) -> Entity:
        return Entity(
            id=record.id,
            tag=record_tag(record, self.site),
            permalink=self.site.address(f"entities/{record.id}.md"),
            kind=record.kind,
            name=record.name,
            short_name=record.short_name,
            names=_names(record.names),
            weak_names=_names(record.weak_names),
            description=record.description,
            position=record.position,
            part_of=tuple(record.part_of),
            interest=record.interest,
            ids=dict(sorted(record.ids.items())),
            sanctions=tuple(
                Sanction(
                    authority=s.authority,
                    reference=s.reference,
                    listed=_maybe(s.listed),
                    status=s.status,
                    checked=s.checked,
                    source=s.source,
                )
                for s in record.sanctions
            ),
            equated_with=tuple(
                Equation(entity=e.entity, by=e.by, citations=_citations(e.sources or ()))
                for e in record.equated_with
            ),
            citations=_citations(record.sources or ()),
            appearances=tuple(
                Appearance(claim=a.claim.ref, role=a.role)
                for a in self.view.evidence.appearances.get(record.id, ())
            ),
            aliases=tuple(record.aliases),
        )

    def measure(self, record: model.Measure, figures: Mapping[int, Figure] | None) -> Measure:
        comparisons = () if figures is None else self.view.disputes.comparisons.get(record.id, ())
        figures = figures or {}
        return Measure(
            id=record.id,
            tag=record_tag(record, self.site),
            permalink=self.site.address(f"measures/{record.id}.md"),
            csv=f"{self.site.url}data/measures/{record.id}.csv",
            title=record.title,
            topic=record.topic,
            unit=record.unit,
            period=record.period,
            rule=record.rule.text,
            citations=_citations(record.rule.sources or ()),
            takeaway=record.takeaway,
            figures=tuple(figures[id(e.figure)] for c in comparisons for e in c.estimates),
            aliases=tuple(record.aliases),
        )

    def topic(self, record: model.Topic) -> Topic:
        return Topic(
            id=record.id,
            tag=record_tag(record, self.site),
            permalink=self.site.address(f"{record.id}.md"),
            title=record.title,
            summary=record.summary,
            start_here=tuple(b for b in record.start_here if b in self.corpus.briefs),
            aliases=tuple(record.aliases),
        )

    # --- references -------------------------------------------------------------------------

    def _ref(self, ref: str | None, brief: model.Brief, known: Container[str]) -> str | None:
        return _known(full_ref(ref, brief.id) if ref else None, known)

    def _claims(self, refs: Iterable[str], brief: model.Brief) -> tuple[str, ...]:
        full = (full_ref(r, brief.id) for r in refs)
        return tuple(r for r in full if r in self.corpus.claims)


def _known(id_: str | None, known: Container[str]) -> str | None:
    """Return an id, or nothing where the view does not show what it names: a draft."""
    return id_ if id_ in known else None


def _date(when: model.When) -> Date:
    return Date(
        edtf=when.text,
        first=when.start.first if when.start else None,
        last=when.end.last if when.end else None,
    )


def _maybe(when: model.When | None) -> Date | None:
    return _date(when) if when else None


def _citations(citations: Iterable[model.Citation]) -> tuple[Citation, ...]:
    return tuple(
        Citation(
            number=n, source=c.source, at=c.at, quote=c.quote, via=None if c.via is None else tuple(c.via)
        )
        for n, c in enumerate(citations, 1)
    )


def _names(names: Iterable[model.Name]) -> tuple[Name, ...]:
    return tuple(Name(text=n.text, lang=n.lang, scheme=n.scheme) for n in names)
