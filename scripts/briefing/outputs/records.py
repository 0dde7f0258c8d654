"""The records that machines read: JSON, CSV and SQLite are all made from these.

Names follow the YAML of the briefs. Every record that has a page or a place on one has `id`,
which is unique among its kind and never changes, `tag` (RFC 4151), which is unique in the world
and does not change with the site's address, and `permalink`, where it can be read. A part of a
record (a figure, a citation) is named by its record and its number, from 1, which may change.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from briefing.model import (
    Access,
    BriefStatus,
    ClaimKind,
    Confidence,
    CorrectionKind,
    EntityKind,
    Form,
    Likelihood,
    Limit,
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


class Output(BaseModel):
    """A record. Every key is always there; what is not known is null or an empty list."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


def number(value: Decimal) -> int | float:
    """Return a number as JSON and SQLite hold it: whole numbers exactly, others to 15 digits or so."""
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[
    Decimal,
    PlainSerializer(number, when_used="json"),
    WithJsonSchema({"type": "number"}, mode="serialization"),
]


class Date(Output):
    """A date or an interval, as far as it is known."""

    edtf: str
    """As recorded: a profile of EDTF (ISO 8601-2:2019), such as 2022-02, 2020/2021-06 or 2016~."""
    first: dt.date | None
    """The first day that it can mean; null for an interval with an open beginning."""
    last: dt.date | None
    """The last day that it can mean; null for an interval with an open end."""


class PartyType(StrEnum):
    """How somebody who says something is known."""

    ENTITY = "entity"
    """By a page on this site: `entity` is its id."""
    NAMED = "named"
    """By name and role, without a page."""
    UNNAMED = "unnamed"
    """The documents do not name the origin: `name` is what they say of it."""


class Party(Output):
    """Somebody who says something."""

    type: PartyType
    """How it is known; two unnamed ones are never taken for the same."""
    name: str
    """The entity's name, the person's name, or the documents' words for somebody unnamed."""
    entity: str | None
    """The id of the entity."""
    role: str | None
    """What a named person is."""
    told: str | None
    """The id of the entity that the unnamed origin told."""


class Subject(Output):
    """Somebody or something that a claim is about."""

    role: Role
    """The part that the claim gives it."""
    entity: str
    """Its id."""


class Citation(Output):
    """A document that carries a claim, an answer or a description, and where in it."""

    number: int
    """Its place among the citations, from 1."""
    source: str
    """The id of the document."""
    at: str | None
    """Where in the document."""
    quote: str | None
    """Words that the document itself gives as a quotation."""
    via: tuple[str, ...] | None
    """The documents behind it for this claim, nearest first; null where the sources' own `rests_on` says so."""


class Trail(Output):
    """One way from a cited document to the last one known behind it."""

    citation: int
    """The number of the citation that it starts from."""
    documents: tuple[str, ...]
    """Ids of sources: the cited one first, the one nearest to the origin last."""


class Figure(Output):
    """A number with its qualifier. What it bounds is what `qualifier` says: never a bare number."""

    claim: str
    """The claim that it belongs to."""
    number: int
    """Its place among the claim's figures, from 1."""
    measure: str | None
    """The id of the measure; null for a figure that only says `of` what."""
    subject: str | None
    """What figures of a measure are compared by: the id of an event, or a period. Null where there is none."""
    subject_title: str | None
    """The event's title, or the period in words."""
    origin: str
    """Who made it, in words: its estimator, or those who make the claim."""
    estimator: str | None
    """The id of the entity that made the estimate, where that is not who makes the claim."""
    qualifier: Qualifier
    """How the document hedges it: stated (bare), exactly, about, more_than, at_least, up_to, between, …"""
    low: Number
    """The number, or the lower end of the range for `between`."""
    high: Number
    """The number, or the upper end of the range for `between`."""
    unit: str
    """An ISO 4217 code, an asset's ticker, or a unit of the list: count, percent, kt_tnt, km, …"""
    of: str | None
    """What is counted, where it is not the measure's own object. Figures that differ in it are no rivals."""
    words: str
    """The figure in words, with its qualifier and unit."""
    as_written: str | None
    """The document's own words."""
    when: Date | None
    """The time that it is for: its own, the claim's or the event's."""
    valued: Valued | None
    """At which prices assets were turned into money."""
    superseded: bool
    """Whether its own author has since given another number."""
    current: bool
    """Whether neither it nor its claim has been replaced or taken back."""
    rival: bool
    """Whether another origin gives a different figure for the same."""


class Response(Output):
    """An answer to a claim, or its absence."""

    number: int
    """Its place among the answers, from 1."""
    kind: ResponseKind
    """What kind of answer it is."""
    by: tuple[Party, ...]
    """Who answers, or was asked."""
    text: str | None
    """The answer in this site's words."""
    quote: str | None
    """Its own words, as a document quotes them."""
    addresses: str | None
    """Which part of the claim it speaks to, where not the whole."""
    said: Date | None
    """When it was said, or found missing."""
    citations: tuple[Citation, ...]
    """Where it, or its absence, stands written."""
    claim: str | None
    """The claim that it is taken from, where it is one."""


class Claim(Output):
    """One assertion, who first made it, and on what evidence it stands here."""

    id: str
    """Its permanent reference: the brief's id, `#`, and its name there."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """Its address on the site."""
    brief: str
    """The id of the brief that it stands in."""
    number: int
    """Its place in the brief, from 1."""
    topic: str
    """The id of its topic."""
    kind: ClaimKind
    """How strongly the site itself stands behind it."""
    status: Status
    """What has become of it."""
    text: str
    """The claim in this site's words, qualifiers kept."""
    by: tuple[Party, ...]
    """Who first made the assertion, as far as the documents say."""
    origins: int
    """How many distinct origins it has: independence is counted in these, not in documents."""
    about: tuple[Subject, ...]
    """Whom and what it is about, each with its part."""
    event: str | None
    """The id of the event that it speaks of."""
    when: Date | None
    """The local date of what it speaks of: its own, or the event's."""
    said: Date | None
    """When it was asserted."""
    figures: tuple[Figure, ...]
    """Its numbers, each with its qualifier."""
    citations: tuple[Citation, ...]
    """The documents that carry it."""
    documents: tuple[str, ...]
    """Ids of the documents cited, each once."""
    behind: tuple[str, ...]
    """Ids of the documents behind those, each once, without the cited."""
    trails: tuple[Trail, ...]
    """Every way from a citation to the end of its chain (24 a citation at most)."""
    limits: tuple[Limit, ...]
    """Why it should be read with care."""
    responses: tuple[Response, ...]
    """The answers of those whom it concerns."""
    dispute: str | None
    """What claims of one dispute have in common. Not permanent: disputes grow together."""
    rivals: tuple[str, ...]
    """Claims of other origins with a different figure for the same."""
    conflicts_with: tuple[str, ...]
    """Claims that cannot be true together with it, whichever of the two says so."""
    unresolved_because: str | None
    """Why its figure and its rivals' cannot be settled."""
    supersedes: str | None
    """The claim that it replaces."""
    aliases: tuple[str, ...]
    """References that it had before."""


class Event(Output):
    """Something that happened, once, however many claims speak of it."""

    id: str
    """Its permanent reference: the brief's id, `#`, and its name there."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """The address of its brief."""
    brief: str
    """The id of the brief that it stands in."""
    kind: str
    """The id of its kind, from the index."""
    topic: str
    """The id of its topic."""
    title: str
    """What happened, in a few words."""
    when: Date
    """The local date at its place."""
    aliases: tuple[str, ...]
    """References that it had before."""


class KeyPoint(Output):
    """A point that a reader should leave with."""

    text: str
    """The point."""
    claims: tuple[str, ...]
    """The claims that carry it."""


class Change(Output):
    """How a judgement differs from the one before."""

    date: dt.date
    """The day of the change."""
    was: str
    """What was judged before."""
    why: str
    """Why it changed."""


class Judgement(Output):
    """What this site concludes; likelihood, confidence and basis apart (ICD 203)."""

    text: str
    """The judgement."""
    likelihood: Likelihood | None
    """How likely it is."""
    confidence: Confidence
    """How good the evidence is."""
    basis: str | None
    """Why."""
    assumptions: tuple[str, ...]
    """What is taken for granted."""
    alternatives: tuple[str, ...]
    """What else could explain the evidence."""
    indicators: tuple[str, ...]
    """What would change the judgement."""
    claims: tuple[str, ...]
    """The claims that it rests on."""
    change: Change | None
    """How it differs from the one before."""


class Related(Output):
    """Another brief to read."""

    brief: str
    """Its id."""
    how: RelatedHow
    """What it holds, seen from this one."""


class Correction(Output):
    """A change that was made after publication."""

    date: dt.date
    """The day of the change."""
    kind: CorrectionKind
    """What kind of change it is."""
    what: str
    """What was changed, and why."""
    was: str | None
    """What stood there before."""
    now: str | None
    """What stands there now."""
    claim: str | None
    """The claim that was changed."""


class Brief(Output):
    """A brief without its claims, which `claims` names."""

    id: str
    """Its permanent id: date and slug."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """Its address on the site."""
    api: str
    """The address of its JSON, with its claims and their documents."""
    title: str
    """What it says, in one line."""
    date: Date
    """The date of what it is about."""
    published: dt.date
    """The day it first went out."""
    updated: dt.date | None
    """The day of the last change that a reader should know of."""
    information_cutoff: dt.date | None
    """The day up to which documents were taken in."""
    form: Form
    """How it is built."""
    status: BriefStatus
    """What has become of it; drafts are in previews only."""
    superseded_by: str | None
    """The id of the brief that replaced it."""
    authors: tuple[str, ...]
    """Who wrote it."""
    topics: tuple[str, ...]
    """Ids of its topics, the main one first."""
    bottom_line: str
    """The answer, in one or two sentences."""
    key_points: tuple[KeyPoint, ...]
    """What a reader should leave with."""
    why_it_matters: str | None
    """What follows from it, for whom."""
    claims: tuple[str, ...]
    """Its claims, in its order."""
    judgements: tuple[Judgement, ...]
    """What this site concludes."""
    gaps: tuple[str, ...]
    """What is not known."""
    background: str | None
    """What a reader from outside needs: Markdown as written, not cleaned."""
    events: tuple[Event, ...]
    """What happened."""
    related: tuple[Related, ...]
    """Briefs to read before, after or beside it."""
    corrections: tuple[Correction, ...]
    """What was changed after publication, as recorded."""
    aliases: tuple[str, ...]
    """Ids that it had before; their addresses lead here."""


class Publisher(Output):
    """Who published a document."""

    name: str
    """The name."""
    entity: str | None
    """The id of the entity, where it has a page."""


class Archived(Output):
    """An archived copy of a document."""

    url: str
    """Its address."""
    captured: dt.date
    """The day of the capture."""


class Source(Output):
    """A document, described once. `type` and field names follow CSL 1.0.2."""

    id: str
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
    """Its form."""
    title: str | None
    """Its title, as it gives it."""
    author: tuple[str, ...]
    """Its authors' names, as it gives them."""
    issued: Date | None
    """Its own date."""
    publisher: Publisher | None
    """Who published it."""
    url: str | None
    """Where it can be read."""
    number: str | None
    """Its number: a UN document symbol, a docket, a report number."""
    language: str | None
    """The language it was read in (BCP 47)."""
    archive: tuple[Archived, ...]
    """Archived copies."""
    rests_on: tuple[str, ...]
    """Ids of the documents that it copies, relays or reports on."""
    copies: tuple[str, ...]
    """Ids of the documents that rest on it directly."""
    descriptor: str | None
    """What kind of document it is and how far to trust it (ICD 206)."""
    cited_by: tuple[str, ...]
    """The claims that cite it."""
    behind: tuple[str, ...]
    """The claims that rest on it through other documents."""
    aliases: tuple[str, ...]
    """Ids that it had before."""


class Name(Output):
    """A name."""

    text: str
    """The name."""
    lang: str | None
    """Its language (BCP 47)."""
    scheme: str | None
    """How it was romanised, or who uses it."""


class Sanction(Output):
    """A listing, as found on one day. Not a screening tool: see the official list."""

    authority: str
    """The id of the entity that lists it."""
    reference: str | None
    """The entry's number on the list."""
    listed: Date | None
    """When it was listed."""
    status: SanctionStatus
    """Whether it was on the list when it was looked up."""
    checked: dt.date
    """The day of the look-up."""
    source: str | None
    """The id of the document that says so."""


class Equation(Output):
    """Somebody's statement that another entity is the same."""

    entity: str
    """The id of the other entity."""
    by: str
    """The id of the entity that says so."""
    citations: tuple[Citation, ...]
    """Where it stands written."""


class Appearance(Output):
    """A part that an entity has in a claim."""

    claim: str
    """The claim."""
    role: str
    """by, told, answers, or a role of `about`: subject, accused, target, listed, beneficiary, …"""


class Entity(Output):
    """A state, body, organisation, person, group, vessel, place or weapon system."""

    id: str
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
    names: tuple[Name, ...]
    """Other names by which it can be told for certain."""
    weak_names: tuple[Name, ...]
    """Names that it shares with others, or that only some use for it."""
    description: str | None
    """What it is."""
    position: str | None
    """The office that a person holds or held."""
    part_of: tuple[str, ...]
    """Ids of the states, bodies or organisations that it belongs to."""
    interest: str | None
    """What it may gain or lose by what it says."""
    ids: Mapping[str, str]
    """Identifiers elsewhere, by scheme: wikidata, un, ofac, mitre, imo, …"""
    sanctions: tuple[Sanction, ...]
    """Listings, as found on a day."""
    equated_with: tuple[Equation, ...]
    """Entities that somebody says are the same."""
    citations: tuple[Citation, ...]
    """Where the description comes from."""
    appearances: tuple[Appearance, ...]
    """Its part in claims."""
    aliases: tuple[str, ...]
    """Ids that it had before."""


class Measure(Output):
    """Something that is counted or measured, with every figure of it."""

    id: str
    """Its permanent id."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """Its address on the site."""
    csv: str
    """The address of its table."""
    title: str
    """What is measured."""
    topic: str
    """The id of its topic."""
    unit: str
    """The unit of its values."""
    period: Period
    """What one value is for."""
    rule: str
    """What is counted and what is not."""
    citations: tuple[Citation, ...]
    """Where the rule stands written."""
    takeaway: str | None
    """What the figures show, in one sentence."""
    figures: tuple[Figure, ...]
    """Every figure, in the order of time, those that count the same side by side. Not to be added up or averaged."""
    aliases: tuple[str, ...]
    """Ids that it had before."""


class Topic(Output):
    """One of the site's subjects."""

    id: str
    """Its permanent id."""
    tag: str
    """Its permanent URI (RFC 4151)."""
    permalink: str
    """Its address on the site."""
    title: str
    """Its name."""
    summary: str
    """What stands today: Markdown as written, not cleaned."""
    start_here: tuple[str, ...]
    """Ids of briefs to begin with."""
    aliases: tuple[str, ...]
    """Ids that it had before."""


class EventKind(Output):
    """A kind of event."""

    id: str
    """Its permanent id."""
    title: str
    """Its name."""
    topic: str | None
    """The id of the topic that such events belong to; that of the event or its brief if null."""


class Licence(Output):
    """The terms under which texts and data may be used."""

    id: str | None
    """Its SPDX identifier, where it is a Creative Commons licence."""
    url: str
    """Its address."""
