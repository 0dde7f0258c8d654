"""The tables of the site: what a row of each holds, and the rows that the records make.

The six that are published as CSV are `EXPORTED`; the database has them all. In both, the ids
of a record stand in columns that name the table they lead to, dates as EDTF with the first and
the last day that they can mean, and lists of ids in one column, with spaces between.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated

from briefing.model import (
    Access,
    BriefStatus,
    ClaimKind,
    Confidence,
    CorrectionKind,
    EntityKind,
    Form,
    Likelihood,
    Period,
    Qualifier,
    RelatedHow,
    ResponseKind,
    Role,
    SanctionStatus,
    SourceKind,
    SourceType,
    Status,
    Valued,
)
from briefing.outputs.dataset import Dataset
from briefing.outputs.records import Brief, Citation, Claim, Entity, Figure, Measure, Party, PartyType, Source
from briefing.outputs.tables import Indexed, Key, Row, Table, To
from briefing.wording import listed

EXPORTED = ("briefs", "claims", "citations", "sources", "entities", "figures")
"""The tables that are files of their own."""

_Id = Annotated[str, Key()]
_Number = Annotated[int, Key()]
_Brief = Annotated[str, To("briefs")]
_Claim = Annotated[str, To("claims")]
_Entity = Annotated[str, To("entities")]
_Source = Annotated[str, To("sources")]
_Topic = Annotated[str, To("topics")]


# --- published as CSV ------------------------------------------------------------------------


class BriefRow(Row):
    """One brief a row."""

    id: _Id
    """Its permanent id: date and slug."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """Its address on the site."""
    title: str
    """What it says, in one line."""
    date_edtf: str
    """The date of what it is about."""
    date_first: Annotated[dt.date, Indexed()]
    """The first day that the date can mean."""
    date_last: dt.date
    """The last day that the date can mean."""
    published: Annotated[dt.date, Indexed()]
    """The day it first went out."""
    updated: dt.date | None
    """The day of the last change that a reader should know of."""
    information_cutoff: dt.date | None
    """The day up to which documents were taken in."""
    form: Form
    """How it is built."""
    status: BriefStatus
    """What has become of it."""
    superseded_by: Annotated[str | None, To("briefs")]
    """The brief that replaced it."""
    authors: str | None
    """Who wrote it, with "; " between them."""
    topics: tuple[str, ...]
    """Its topics, the main one first."""
    bottom_line: str
    """The answer, in one or two sentences."""
    why_it_matters: str | None
    """What follows from it, for whom."""
    claim_count: int
    """How many claims it holds."""
    correction_count: int
    """How many corrections, clarifications, updates and retractions it records."""


class ClaimRow(Row):
    """One claim a row."""

    id: _Id
    """Its permanent reference: the brief's id, # and its name there."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """Its address on the site."""
    brief: _Brief
    """The brief that it stands in."""
    number: int
    """Its place in the brief, from 1."""
    topic: _Topic
    """Its topic."""
    kind: ClaimKind
    """How strongly the site itself stands behind it."""
    status: Annotated[Status, Indexed()]
    """What has become of it."""
    text: str
    """The claim in this site's words, qualifiers kept."""
    origin: str
    """Who first made the assertion, in words."""
    origin_count: int
    """How many distinct origins it has: independence is counted in these."""
    document_count: int
    """How many documents it cites."""
    behind_count: int
    """How many more documents stand behind those."""
    event: Annotated[str | None, To("events")]
    """The event that it speaks of."""
    when_edtf: str | None
    """The local date of what it speaks of: its own, or the event's."""
    when_first: dt.date | None
    """The first day that this can mean."""
    when_last: dt.date | None
    """The last day that this can mean."""
    said_edtf: str | None
    """When it was asserted."""
    said_first: dt.date | None
    """The first day that this can mean."""
    said_last: dt.date | None
    """The last day that this can mean."""
    limits: tuple[str, ...]
    """Why it should be read with care."""
    response_count: int
    """How many answers it has, silence among them."""
    dispute: Annotated[str | None, Indexed()]
    """What claims of one dispute have in common. Not permanent: disputes grow together."""
    conflicts_with: tuple[str, ...]
    """Claims that cannot be true together with it."""
    unresolved_because: str | None
    """Why its figure and its rivals' cannot be settled."""
    supersedes: Annotated[str | None, To("claims")]
    """The claim that it replaces."""


class CitationRow(Row):
    """One citation a row: a document that carries a claim, or an answer to it."""

    claim: Annotated[_Claim, Key()]
    """The claim."""
    response: _Number
    """0 where the document carries the claim itself; otherwise the number of the answer that it carries."""
    number: _Number
    """Its place among the citations of the claim or the answer, from 1."""
    source: _Source
    """The document."""
    at: str | None
    """Where in the document."""
    quote: str | None
    """Words that the document itself gives as a quotation."""
    chain: str
    """Who says what is behind the document: `source`, its own record; `citation`, the column `via`."""
    via: tuple[str, ...]
    """All documents behind it for this claim, nearest first; empty with the chain `citation`: there are none."""


class SourceRow(Row):
    """One document a row."""

    id: _Id
    """Its permanent id."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """Its address on the site."""
    kind: SourceKind
    """Who speaks in it."""
    access: Access
    """Whether this site could read it."""
    type: SourceType
    """Its form, in the terms of CSL 1.0.2."""
    title: str | None
    """Its title, as it gives it."""
    author: str | None
    """Its authors, as it gives them, with "; " between them."""
    issued_edtf: str | None
    """Its own date."""
    issued_first: Annotated[dt.date | None, Indexed()]
    """The first day that this can mean."""
    issued_last: dt.date | None
    """The last day that this can mean."""
    publisher: Annotated[str | None, To("entities")]
    """Who published it, where that has a page."""
    publisher_name: str | None
    """Who published it, in words."""
    url: str | None
    """Where it can be read."""
    number: str | None
    """Its number: a UN document symbol, a docket, a report number."""
    language: str | None
    """The language it was read in (BCP 47)."""
    archive: tuple[str, ...]
    """Addresses of archived copies."""
    rests_on: tuple[str, ...]
    """The documents that it copies, relays or reports on."""
    descriptor: str | None
    """What kind of document it is and how far to trust it."""
    cited_count: int
    """How many claims cite it."""
    behind_count: int
    """How many claims rest on it through other documents."""


class EntityRow(Row):
    """One entity a row: a state, body, organisation, person, group, vessel, place or weapon system."""

    id: _Id
    """Its permanent id."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """Its address on the site."""
    kind: EntityKind
    """What it is."""
    name: str
    """The name that this site uses."""
    short_name: str | None
    """A shorter name for sentences."""
    names: str | None
    """Other names by which it can be told for certain, with "; " between them."""
    weak_names: str | None
    """Names that it shares with others, or that only some use for it, with "; " between them."""
    description: str | None
    """What it is."""
    position: str | None
    """The office that a person holds or held."""
    part_of: tuple[str, ...]
    """The states, bodies or organisations that it belongs to."""
    interest: str | None
    """What it may gain or lose by what it says."""
    identifiers: str | None
    """Identifiers elsewhere, as scheme=value, with "; " between them."""
    appearance_count: int
    """In how many claims it has a part."""


class FigureRow(Row):
    """One figure of one claim a row. Rows of different origins, qualifiers or `of` are not to be added up."""

    claim: Annotated[_Claim, Key()]
    """The claim."""
    number: _Number
    """Its place among the claim's figures, from 1."""
    measure: Annotated[str | None, To("measures")]
    """What is measured; empty for a figure that only says `of` what."""
    subject: Annotated[str | None, Indexed()]
    """What figures of a measure are compared by: an event's id, or a period."""
    subject_title: str | None
    """The event's title, or the period in words."""
    origin: str
    """Who made it, in words."""
    estimator: Annotated[str | None, To("entities")]
    """Who made the estimate, where that is not who makes the claim."""
    qualifier: Qualifier
    """How the document hedges the number; `stated` where it gives it bare."""
    low: Decimal
    """The number, or the lower end of the range for `between`."""
    high: Decimal
    """The number, or the upper end of the range for `between`."""
    unit: str
    """An ISO 4217 code, an asset's ticker, or a unit: count, percent, kt_tnt, km, …"""
    of: str | None
    """What is counted, where it is not the measure's own object."""
    words: str
    """The figure in words, with its qualifier and unit."""
    as_written: str | None
    """The document's own words."""
    when_edtf: str | None
    """The time that it is for."""
    when_first: dt.date | None
    """The first day that this can mean."""
    when_last: dt.date | None
    """The last day that this can mean."""
    valued: Valued | None
    """At which prices assets were turned into money."""
    superseded: bool
    """Whether its own author has since given another number."""
    current: bool
    """Whether neither it nor its claim has been replaced or taken back."""
    rival: bool
    """Whether another origin gives a different figure for the same."""


class MeasureFigureRow(Row):
    """One figure a row, of one measure."""

    measure: str
    """The measure."""
    subject: str
    """What figures are compared by, in words: an event's title, or a period."""
    when: str | None
    """The date of the event, or the period, as EDTF."""
    event: str | None
    """The event, where figures are compared by events."""
    origin: str
    """Who made it, in words."""
    qualifier: Qualifier
    """How the document hedges the number; `stated` where it gives it bare."""
    low: Decimal
    """The number, or the lower end of the range for `between`."""
    high: Decimal
    """The number, or the upper end of the range for `between`."""
    unit: str
    """The unit."""
    of: str | None
    """What is counted, where it is not the measure's own object."""
    as_written: str | None
    """The document's own words."""
    valued: Valued | None
    """At which prices assets were turned into money."""
    superseded: bool
    """Whether it or its claim has been replaced or taken back."""
    rival: bool
    """Whether another origin gives a different figure for the same."""
    claim: _Claim
    """The claim that it belongs to."""
    sources: tuple[str, ...]
    """The documents that the claim cites."""


# --- in the database only --------------------------------------------------------------------


class TopicRow(Row):
    """One topic a row."""

    id: _Id
    """Its permanent id."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """Its address on the site."""
    title: str
    """Its name."""
    summary: str
    """What stands today: Markdown as written, not cleaned."""


class BriefTopicRow(Row):
    """The topics of the briefs."""

    brief: Annotated[_Brief, Key()]
    """The brief."""
    topic: Annotated[_Topic, Key()]
    """The topic."""
    number: int
    """Its place among the brief's topics, from 1, which is the main one."""


class EventRow(Row):
    """One event a row, however many claims speak of it."""

    id: _Id
    """Its permanent reference: the brief's id, # and its name there."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """The address of its brief."""
    brief: _Brief
    """The brief that it stands in."""
    kind: str
    """What kind of event it is."""
    topic: _Topic
    """Its topic."""
    title: str
    """What happened, in a few words."""
    when_edtf: str
    """The local date at its place."""
    when_first: Annotated[dt.date | None, Indexed()]
    """The first day that this can mean."""
    when_last: dt.date | None
    """The last day that this can mean."""


class PartyRow(Row):
    """Who makes a claim, and who answers it."""

    claim: Annotated[_Claim, Key()]
    """The claim."""
    response: _Number
    """0 for who first made the claim; otherwise the number of the answer."""
    number: _Number
    """Its place, from 1."""
    type: PartyType
    """How it is known; two unnamed ones are never taken for the same."""
    entity: Annotated[str | None, To("entities")]
    """The entity."""
    name: str
    """The entity's name, the person's name, or the documents' words for somebody unnamed."""
    role: str | None
    """What a named person is."""
    told: Annotated[str | None, To("entities")]
    """Whom the unnamed origin told."""


class SubjectRow(Row):
    """Whom and what claims are about."""

    claim: Annotated[_Claim, Key()]
    """The claim."""
    number: _Number
    """Its place, from 1."""
    entity: _Entity
    """The entity."""
    role: Role
    """The part that the claim gives it."""


class ResponseRow(Row):
    """One answer to a claim a row, or its absence."""

    claim: Annotated[_Claim, Key()]
    """The claim that it answers."""
    number: _Number
    """Its place among the answers, from 1."""
    kind: ResponseKind
    """What kind of answer it is."""
    text: str | None
    """The answer in this site's words."""
    quote: str | None
    """Its own words, as a document quotes them."""
    addresses: str | None
    """Which part of the claim it speaks to, where not the whole."""
    said_edtf: str | None
    """When it was said, or found missing."""
    said_first: dt.date | None
    """The first day that this can mean."""
    said_last: dt.date | None
    """The last day that this can mean."""
    taken_from: Annotated[str | None, To("claims")]
    """The claim that it is taken from, where it is one."""


class TrailRow(Row):
    """The chains of documents: one step of one way from a citation to its end a row."""

    claim: Annotated[_Claim, Key()]
    """The claim."""
    trail: _Number
    """The number of the way, from 1."""
    step: _Number
    """1 for the cited document, then those behind it, the one nearest to the origin last."""
    source: _Source
    """The document."""


class RivalRow(Row):
    """Pairs of claims of different origins with different figures for the same; each pair twice."""

    claim: Annotated[_Claim, Key()]
    """One claim."""
    other: Annotated[_Claim, Key()]
    """The other."""


class ConflictRow(Row):
    """Pairs of claims that cannot both be true; each pair twice."""

    claim: Annotated[_Claim, Key()]
    """One claim."""
    other: Annotated[_Claim, Key()]
    """The other."""


class KeyPointRow(Row):
    """What a reader of a brief should leave with."""

    brief: Annotated[_Brief, Key()]
    """The brief."""
    number: _Number
    """Its place, from 1."""
    text: str
    """The point."""
    claims: tuple[str, ...]
    """The claims that carry it."""


class JudgementRow(Row):
    """What this site concludes; likelihood, confidence and basis apart (ICD 203)."""

    brief: Annotated[_Brief, Key()]
    """The brief."""
    number: _Number
    """Its place, from 1."""
    text: str
    """The judgement."""
    likelihood: Likelihood | None
    """How likely it is."""
    confidence: Confidence
    """How good the evidence is."""
    basis: str | None
    """Why."""
    claims: tuple[str, ...]
    """The claims that it rests on."""


class GapRow(Row):
    """What is not known."""

    brief: Annotated[_Brief, Key()]
    """The brief."""
    number: _Number
    """Its place, from 1."""
    text: str
    """What is not known."""


class CorrectionRow(Row):
    """One change after publication a row."""

    brief: Annotated[_Brief, Key()]
    """The brief."""
    number: _Number
    """Its place, from 1, as recorded."""
    date: Annotated[dt.date, Indexed()]
    """The day of the change."""
    kind: CorrectionKind
    """What kind of change it is."""
    what: str
    """What was changed, and why."""
    was: str | None
    """What stood there before."""
    now: str | None
    """What stands there now."""
    claim: Annotated[str | None, To("claims")]
    """The claim that was changed."""


class RelatedRow(Row):
    """Which briefs to read before, after or beside another."""

    brief: Annotated[_Brief, Key()]
    """The brief."""
    number: _Number
    """Its place, from 1."""
    other: _Brief
    """The other brief."""
    how: RelatedHow
    """What the other holds, seen from this one."""


class RestsOnRow(Row):
    """Which documents copy, relay or report on which."""

    source: Annotated[_Source, Key()]
    """The document."""
    number: _Number
    """Its place, from 1."""
    other: _Source
    """The document behind it."""


class NameRow(Row):
    """Names of entities by language and scheme."""

    entity: Annotated[_Entity, Key()]
    """The entity."""
    number: _Number
    """Its place, from 1; the names that tell for certain first."""
    text: Annotated[str, Indexed()]
    """The name."""
    lang: str | None
    """Its language (BCP 47)."""
    scheme: str | None
    """How it was romanised, or who uses it."""
    weak: bool
    """Whether others have it too, or only some use it."""


class IdentifierRow(Row):
    """Identifiers of entities elsewhere."""

    entity: Annotated[_Entity, Key()]
    """The entity."""
    scheme: _Id
    """Whose identifier it is: wikidata, un, ofac, mitre, imo, …"""
    value: str
    """The identifier."""


class SanctionRow(Row):
    """Listings by sanctions authorities, as found on a day. Not a screening tool: see the official lists."""

    entity: Annotated[_Entity, Key()]
    """The entity that is listed."""
    number: _Number
    """Its place, from 1."""
    authority: _Entity
    """Who lists it."""
    reference: str | None
    """The entry's number on the list."""
    listed_edtf: str | None
    """When it was listed."""
    listed_first: dt.date | None
    """The first day that this can mean."""
    listed_last: dt.date | None
    """The last day that this can mean."""
    status: SanctionStatus
    """Whether it was on the list when it was looked up."""
    checked: dt.date
    """The day of the look-up."""
    source: Annotated[str | None, To("sources")]
    """The document that says so."""


class EquationRow(Row):
    """Statements that one entity is another."""

    entity: Annotated[_Entity, Key()]
    """One entity."""
    number: _Number
    """Its place, from 1."""
    other: _Entity
    """The other."""
    said_by: _Entity
    """Who says so."""


class MeasureRow(Row):
    """One measure a row."""

    id: _Id
    """Its permanent id."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """Its address on the site."""
    title: str
    """What is measured."""
    topic: _Topic
    """Its topic."""
    unit: str
    """The unit of its values."""
    period: Period
    """What one value is for."""
    rule: str
    """What is counted and what is not."""
    takeaway: str | None
    """What the figures show, in one sentence."""


TABLES: Mapping[str, type[Row]] = {
    "topics": TopicRow,
    "entities": EntityRow,
    "names": NameRow,
    "identifiers": IdentifierRow,
    "equations": EquationRow,
    "sources": SourceRow,
    "sanctions": SanctionRow,
    "rests_on": RestsOnRow,
    "measures": MeasureRow,
    "briefs": BriefRow,
    "brief_topics": BriefTopicRow,
    "related": RelatedRow,
    "events": EventRow,
    "claims": ClaimRow,
    "parties": PartyRow,
    "subjects": SubjectRow,
    "figures": FigureRow,
    "responses": ResponseRow,
    "citations": CitationRow,
    "trails": TrailRow,
    "rivals": RivalRow,
    "conflicts": ConflictRow,
    "key_points": KeyPointRow,
    "judgements": JudgementRow,
    "gaps": GapRow,
    "corrections": CorrectionRow,
}
"""Every table, by name, in the order of the database: as far as can be, each after those it leads to."""


# --- from records to rows --------------------------------------------------------------------


def tables_of(data: Dataset) -> tuple[Table, ...]:
    """Return every table, in the order of `TABLES`."""
    rows: dict[str, tuple[Row, ...]] = {
        "topics": tuple(
            TopicRow(id=t.id, tag=t.tag, permalink=t.permalink, title=t.title, summary=t.summary) for t in data.topics
        ),
        "entities": tuple(map(_entity, data.entities)),
        "names": tuple(n for e in data.entities for n in _names(e)),
        "identifiers": tuple(
            IdentifierRow(entity=e.id, scheme=s, value=v) for e in data.entities for s, v in e.ids.items()
        ),
        "equations": tuple(
            EquationRow(entity=e.id, number=n, other=q.entity, said_by=q.by)
            for e in data.entities for n, q in enumerate(e.equated_with, 1)
        ),
        "sources": tuple(map(_source, data.sources)),
        "sanctions": tuple(s for e in data.entities for s in _sanctions(e)),
        "rests_on": tuple(
            RestsOnRow(source=s.id, number=n, other=o) for s in data.sources for n, o in enumerate(s.rests_on, 1)
        ),
        "measures": tuple(map(_measure, data.measures)),
        "briefs": tuple(map(_brief, data.briefs)),
        "brief_topics": tuple(
            BriefTopicRow(brief=b.id, topic=t, number=n) for b in data.briefs for n, t in enumerate(b.topics, 1)
        ),
        "related": tuple(
            RelatedRow(brief=b.id, number=n, other=r.brief, how=r.how)
            for b in data.briefs for n, r in enumerate(b.related, 1)
        ),
        "events": tuple(
            EventRow(id=e.id, tag=e.tag, permalink=e.permalink, brief=e.brief, kind=e.kind, topic=e.topic,
                     title=e.title, when_edtf=e.when.edtf, when_first=e.when.first, when_last=e.when.last)
            for e in data.events
        ),
        "claims": tuple(map(_claim, data.claims)),
        "parties": tuple(p for c in data.claims for p in _parties(c)),
        "subjects": tuple(
            SubjectRow(claim=c.id, number=n, entity=s.entity, role=s.role)
            for c in data.claims for n, s in enumerate(c.about, 1)
        ),
        "figures": tuple(map(_figure, data.figures)),
        "responses": tuple(r for c in data.claims for r in _responses(c)),
        "citations": tuple(r for c in data.claims for r in _citations(c)),
        "trails": tuple(
            TrailRow(claim=c.id, trail=n, step=step, source=source)
            for c in data.claims for n, t in enumerate(c.trails, 1) for step, source in enumerate(t.documents, 1)
        ),
        "rivals": tuple(RivalRow(claim=c.id, other=r) for c in data.claims for r in c.rivals),
        "conflicts": tuple(
            ConflictRow(claim=c.id, other=r) for c in data.claims for r in c.conflicts_with
        ),
        "key_points": tuple(
            KeyPointRow(brief=b.id, number=n, text=p.text, claims=p.claims)
            for b in data.briefs for n, p in enumerate(b.key_points, 1)
        ),
        "judgements": tuple(
            JudgementRow(brief=b.id, number=n, text=j.text, likelihood=j.likelihood, confidence=j.confidence,
                         basis=j.basis, claims=j.claims)
            for b in data.briefs for n, j in enumerate(b.judgements, 1)
        ),
        "gaps": tuple(
            GapRow(brief=b.id, number=n, text=g) for b in data.briefs for n, g in enumerate(b.gaps, 1)
        ),
        "corrections": tuple(
            CorrectionRow(brief=b.id, number=n, date=c.date, kind=c.kind, what=c.what, was=c.was, now=c.now,
                          claim=c.claim)
            for b in data.briefs for n, c in enumerate(b.corrections, 1)
        ),
    }  # fmt: skip
    return tuple(Table(name, row, rows[name]) for name, row in TABLES.items())


def measure_tables(data: Dataset) -> tuple[Table, ...]:
    """Return a table for each measure: every figure, a row each, with its claim and its documents."""
    documents = {c.id: c.documents for c in data.claims}
    return tuple(
        Table(m.id, MeasureFigureRow, tuple(measure_row(f, documents[f.claim]) for f in m.figures))
        for m in data.measures
    )


def measure_row(figure: Figure, documents: tuple[str, ...]) -> MeasureFigureRow:
    """Return a figure's row of the table of its measure."""
    subject = figure.subject or ""
    return MeasureFigureRow(
        measure=figure.measure or "",
        subject=figure.subject_title or "",
        when=figure.when.edtf if figure.when else None,
        event=subject if "#" in subject else None,
        origin=figure.origin,
        qualifier=figure.qualifier,
        low=figure.low,
        high=figure.high,
        unit=figure.unit,
        of=figure.of,
        as_written=figure.as_written,
        valued=figure.valued,
        superseded=not figure.current,
        rival=figure.rival,
        claim=figure.claim,
        sources=documents,
    )


def _brief(brief: Brief) -> BriefRow:
    first, last = brief.date.first, brief.date.last
    assert first is not None and last is not None  # noqa: S101, PT018 - a brief's date has no open end
    return BriefRow(
        id=brief.id,
        tag=brief.tag,
        permalink=brief.permalink,
        title=brief.title,
        date_edtf=brief.date.edtf,
        date_first=first,
        date_last=last,
        published=brief.published,
        updated=brief.updated,
        information_cutoff=brief.information_cutoff,
        form=brief.form,
        status=brief.status,
        superseded_by=brief.superseded_by,
        authors=_together(brief.authors),
        topics=brief.topics,
        bottom_line=brief.bottom_line,
        why_it_matters=brief.why_it_matters,
        claim_count=len(brief.claims),
        correction_count=len(brief.corrections),
    )


def _claim(claim: Claim) -> ClaimRow:
    when, said = claim.when, claim.said
    return ClaimRow(
        id=claim.id,
        tag=claim.tag,
        permalink=claim.permalink,
        brief=claim.brief,
        number=claim.number,
        topic=claim.topic,
        kind=claim.kind,
        status=claim.status,
        text=claim.text,
        origin=listed([_name(p) for p in claim.by]),
        origin_count=claim.origins,
        document_count=len(claim.documents),
        behind_count=len(claim.behind),
        event=claim.event,
        when_edtf=when.edtf if when else None,
        when_first=when.first if when else None,
        when_last=when.last if when else None,
        said_edtf=said.edtf if said else None,
        said_first=said.first if said else None,
        said_last=said.last if said else None,
        limits=tuple(claim.limits),
        response_count=len(claim.responses),
        dispute=claim.dispute,
        conflicts_with=claim.conflicts_with,
        unresolved_because=claim.unresolved_because,
        supersedes=claim.supersedes,
    )


def _name(party: Party) -> str:
    return f"{party.name} ({party.role})" if party.role else party.name


def _parties(claim: Claim) -> Iterator[PartyRow]:
    for response, parties in ((0, claim.by), *((r.number, r.by) for r in claim.responses)):
        for n, party in enumerate(parties, 1):
            yield PartyRow(
                claim=claim.id,
                response=response,
                number=n,
                type=party.type,
                entity=party.entity,
                name=party.name,
                role=party.role,
                told=party.told,
            )


def _responses(claim: Claim) -> Iterator[ResponseRow]:
    for response in claim.responses:
        said = response.said
        yield ResponseRow(
            claim=claim.id,
            number=response.number,
            kind=response.kind,
            text=response.text,
            quote=response.quote,
            addresses=response.addresses,
            said_edtf=said.edtf if said else None,
            said_first=said.first if said else None,
            said_last=said.last if said else None,
            taken_from=response.claim,
        )


def _citations(claim: Claim) -> Iterator[CitationRow]:
    cited: Iterable[tuple[int, tuple[Citation, ...]]] = (
        (0, claim.citations),
        *((r.number, r.citations) for r in claim.responses),
    )
    for response, citations in cited:
        for citation in citations:
            yield CitationRow(
                claim=claim.id,
                response=response,
                number=citation.number,
                source=citation.source,
                at=citation.at,
                quote=citation.quote,
                chain="source" if citation.via is None else "citation",
                via=citation.via or (),
            )


def _figure(figure: Figure) -> FigureRow:
    when = figure.when
    return FigureRow(
        claim=figure.claim,
        number=figure.number,
        measure=figure.measure,
        subject=figure.subject,
        subject_title=figure.subject_title,
        origin=figure.origin,
        estimator=figure.estimator,
        qualifier=figure.qualifier,
        low=figure.low,
        high=figure.high,
        unit=figure.unit,
        of=figure.of,
        words=figure.words,
        as_written=figure.as_written,
        when_edtf=when.edtf if when else None,
        when_first=when.first if when else None,
        when_last=when.last if when else None,
        valued=figure.valued,
        superseded=figure.superseded,
        current=figure.current,
        rival=figure.rival,
    )


def _source(source: Source) -> SourceRow:
    issued, publisher = source.issued, source.publisher
    return SourceRow(
        id=source.id,
        tag=source.tag,
        permalink=source.permalink,
        kind=source.kind,
        access=source.access,
        type=source.type,
        title=source.title,
        author=_together(source.author),
        issued_edtf=issued.edtf if issued else None,
        issued_first=issued.first if issued else None,
        issued_last=issued.last if issued else None,
        publisher=publisher.entity if publisher else None,
        publisher_name=publisher.name if publisher else None,
        url=source.url,
        number=source.number,
        language=source.language,
        archive=tuple(a.url for a in source.archive),
        rests_on=source.rests_on,
        descriptor=source.descriptor,
        cited_count=len(source.cited_by),
        behind_count=len(source.behind),
    )


def _entity(entity: Entity) -> EntityRow:
    return EntityRow(
        id=entity.id,
        tag=entity.tag,
        permalink=entity.permalink,
        kind=entity.kind,
        name=entity.name,
        short_name=entity.short_name,
        names=_together(n.text for n in entity.names),
        weak_names=_together(n.text for n in entity.weak_names),
        description=entity.description,
        position=entity.position,
        part_of=entity.part_of,
        interest=entity.interest,
        identifiers=_together(f"{scheme}={value}" for scheme, value in entity.ids.items()),
        appearance_count=len({a.claim for a in entity.appearances}),
    )


def _names(entity: Entity) -> Iterator[NameRow]:
    names = [(n, False) for n in entity.names] + [(n, True) for n in entity.weak_names]
    for number, (name, weak) in enumerate(names, 1):
        yield NameRow(
            entity=entity.id, number=number, text=name.text, lang=name.lang, scheme=name.scheme, weak=weak
        )


def _sanctions(entity: Entity) -> Iterator[SanctionRow]:
    for n, sanction in enumerate(entity.sanctions, 1):
        listed_ = sanction.listed
        yield SanctionRow(
            entity=entity.id,
            number=n,
            authority=sanction.authority,
            reference=sanction.reference,
            listed_edtf=listed_.edtf if listed_ else None,
            listed_first=listed_.first if listed_ else None,
            listed_last=listed_.last if listed_ else None,
            status=sanction.status,
            checked=sanction.checked,
            source=sanction.source,
        )


def _measure(measure: Measure) -> MeasureRow:
    return MeasureRow(
        id=measure.id,
        tag=measure.tag,
        permalink=measure.permalink,
        title=measure.title,
        topic=measure.topic,
        unit=measure.unit,
        period=measure.period,
        rule=measure.rule,
        takeaway=measure.takeaway,
    )


def _together(texts: Iterable[str]) -> str | None:
    """Return texts in one cell, or nothing where there are none."""
    return "; ".join(texts) or None
