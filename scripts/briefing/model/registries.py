"""What briefs refer to: sources, entities, measures, topics, kinds of events, terms."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, PlainValidator, model_validator

from briefing.model.claim import Acceptance, Unit
from briefing.model.conditions import all_of, any_of, exactly_one, given
from briefing.model.faults import Fault
from briefing.model.fields import (
    SLUG_LENGTH,
    SLUG_PATTERN,
    BriefRef,
    Colour,
    Date,
    Day,
    Defines,
    EntityId,
    Language,
    Line,
    MadeFrom,
    MarkdownText,
    Passage,
    Record,
    Slug,
    SourceId,
    Takes,
    TermId,
    TopicId,
    Url,
    all_different,
    kind_of,
    one_or_many,
    read_slug,
    short_for,
    slugify,
    text_of,
)
from briefing.model.parties import Citations


class SourceType(StrEnum):
    """The form of a document, in the terms of CSL 1.0.2."""

    ARTICLE = "article"
    """An article or preprint that no other type fits."""
    ARTICLE_JOURNAL = "article-journal"
    """An article in a learned journal."""
    ARTICLE_MAGAZINE = "article-magazine"
    """An article in a magazine."""
    ARTICLE_NEWSPAPER = "article-newspaper"
    """An article in a newspaper, or of a news agency."""
    BILL = "bill"
    """A law that is proposed."""
    BOOK = "book"
    """A book."""
    BROADCAST = "broadcast"
    """A programme on radio or television."""
    CHAPTER = "chapter"
    """A part of a book."""
    DATASET = "dataset"
    """A table of records."""
    DOCUMENT = "document"
    """What no other type fits."""
    ENTRY_ENCYCLOPEDIA = "entry-encyclopedia"
    """An entry in a work of reference."""
    HEARING = "hearing"
    """The record of a hearing."""
    INTERVIEW = "interview"
    """An interview."""
    LEGAL_CASE = "legal_case"
    """A judgment, an indictment or another paper of a case."""
    LEGISLATION = "legislation"
    """A law or a resolution."""
    PERSONAL_COMMUNICATION = "personal_communication"
    """A letter or message to one person or body."""
    POST = "post"
    """A message on a forum or a social network."""
    POST_WEBLOG = "post-weblog"
    """A message on a blog."""
    REGULATION = "regulation"
    """A rule of a state’s administration."""
    REPORT = "report"
    """A report."""
    SPEECH = "speech"
    """A speech, or words before a meeting."""
    TREATY = "treaty"
    """A treaty between states."""
    WEBPAGE = "webpage"
    """A page on the web that no other type fits."""


class SourceKind(StrEnum):
    """Who speaks in a document."""

    OFFICIAL = "official"
    """A state, court or international body, in its own record."""
    PARTY = "party"
    """Somebody whom the matter concerns, in their own words."""
    STATE_MEDIA = "state_media"
    """Media that a state directs."""
    PRESS = "press"
    """News media and agencies."""
    RESEARCH = "research"
    """Universities, institutes, research organisations, reference works."""
    VENDOR = "vendor"
    """A company that sells what it writes about."""
    DATASET = "dataset"
    """A table of records."""


class Access(StrEnum):
    """Whether this site could read a document."""

    PUBLIC = "public"
    """Read, and open to all."""
    PAYWALLED = "paywalled"
    """Read, but not open to all."""
    SEEN_BY_PRESS = "seen_by_press"
    """Not read here; a named publisher says that it has seen it."""
    UNSEEN = "unseen"
    """Not read here."""


class Publisher(Record):
    """Who published a document. Written short as an entity's id; `{name: …}` where it has no page."""

    entity: EntityId | None = None
    """The id of the publisher's page."""

    name: Line | None = None
    """The name of a publisher without a page here."""

    conditions = (exactly_one(["entity", "name"]),)

    @model_validator(mode="after")
    def _one(self) -> "Publisher":
        if (self.entity is None) == (self.name is None):
            raise Fault(
                "publisher-unclear",
                "a publisher is either an entity or a name",
                "write an entity's id, or {name: …}",
            )
        return self


class Archived(Record):
    """An archived copy of a document."""

    url: Url
    """Its address."""

    captured: Day
    """The day of the capture, such as 2022-02-05."""


class Source(Record):
    """A document, described once and cited from many briefs. Field names follow CSL 1.0.2."""

    id: Slug
    """The file's name without its ending. Not written in the file."""

    kind: SourceKind
    """Who speaks in it."""

    type: SourceType = SourceType.DOCUMENT
    """Its form, in CSL terms."""

    title: Line | None = None
    """Its title, as it gives it."""

    author: Annotated[list[Line], *one_or_many()] = Field(default_factory=list)
    """Its authors' names, as it gives them."""

    publisher: Annotated[Publisher | None, *short_for("entity")] = None
    """Who published it."""

    issued: Date | None = None
    """Its own date."""

    url: Url | None = None
    """Where it can be read."""

    number: Line | None = None
    """Its number: a UN document symbol (S/2022/132), a docket, a report number."""

    language: Language | None = None
    """The language it was read in (BCP 47)."""

    archive: list[Archived] = Field(default_factory=list)
    """Archived copies."""

    access: Access
    """Whether this site could read it."""

    rests_on: Annotated[list[SourceId], *all_different()] = Field(default_factory=list)
    """The documents that it copies, relays or reports on."""

    descriptor: Passage | None = None
    """What kind of document it is and how far to trust it, in words (ICD 206); needed where
    title, date or publisher are missing."""

    accepts: list[Acceptance] = Field(default_factory=list)
    """Warnings that may stand, each with its reason."""

    aliases: list[Slug] = Field(default_factory=list)
    """Ids that it had before."""

    conditions = (any_of(given("descriptor"), all_of(given("title"), given("issued"), given("publisher"))),)

    @model_validator(mode="after")
    def _described(self) -> "Source":
        missing = [k for k in ("title", "issued", "publisher") if getattr(self, k) is None]
        if missing and self.descriptor is None:
            raise Fault(
                "missing-field",
                f"`{missing[0]}` is missing, and no `descriptor` says why",
                f"add `{missing[0]}:`, or a `descriptor:` that says what the document is",
            )
        return self


class EntityKind(StrEnum):
    """What an entity is."""

    STATE = "state"
    """A country."""
    BODY = "body"
    """A part of a state or an international body."""
    ORGANISATION = "organisation"
    """A company, institute, publisher or party."""
    PERSON = "person"
    """A human being."""
    GROUP = "group"
    """A set of people known by their acts: a hacking group."""
    VESSEL = "vessel"
    """A ship."""
    PLACE = "place"
    """A site, town or region."""
    WEAPON_SYSTEM = "weapon_system"
    """A missile, warhead, reactor or other weapon, or its type."""


class Name(Record):
    """A name in a language and, where romanised, a scheme. Written short as the text."""

    text: Line
    """The name."""

    lang: Language | None = None
    """Its language (BCP 47): ko, ko-Latn, zh-Hans, ru."""

    scheme: Line | None = None
    """How it was romanised, or who uses it: "McCune-Reischauer", "Microsoft"."""


class SanctionStatus(StrEnum):
    """Whether a listing was in force when it was looked up."""

    LISTED = "listed"
    """It was on the list."""
    DELISTED = "delisted"
    """It had been taken off the list."""


class Sanction(Record):
    """A listing by a sanctions authority, as found on one day."""

    authority: EntityId
    """Who lists it."""

    reference: Line | None = None
    """The entry's number on the list: KPe.001."""

    listed: Date | None = None
    """When it was listed."""

    status: SanctionStatus = SanctionStatus.LISTED
    """Whether it was on the list when it was looked up."""

    checked: Day
    """The day of the list, or of the look-up, such as 2022-02-05."""

    source: SourceId | None = None
    """The document that says so."""


class Equation(Record):
    """Somebody's statement that another entity is the same."""

    entity: EntityId
    """The other entity."""

    by: EntityId
    """Who says so."""

    sources: Annotated[Citations | None, Field()] = None
    """Where it stands written."""


_IDS = Takes(
    "Identifiers",
    "`scheme: identifier`, one a line",
    {
        "type": "object",
        "patternProperties": {
            f"^(?=.{{1,{SLUG_LENGTH}}}$){SLUG_PATTERN}$": {
                "type": ["string", "number", "boolean", "null"],
                "pattern": r"^\s*\S(?:[\s\S]{0,78}\S)?\s*$",
                "patternErrorMessage": "Write 1 to 80 characters.",
            }
        },
        # What has no value counts as not written, whatever its name.
        "additionalProperties": {
            "type": "null",
            "errorMessage": "Name the scheme in small letters, digits and single hyphens.",
        },
    },
)


def _read_ids(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Fault(
            "wrong-type",
            f"a mapping is expected here, not {kind_of(value)}",
            "write one `scheme: identifier` a line, such as `ofac: 12345`",
        )
    ids = {}
    for scheme, text in value.items():
        read_slug(scheme)
        words = text_of(text).strip()
        if not words or len(words) > 80:
            raise Fault(
                "wrong-id", f"`{scheme}` has no usable identifier", "write the identifier as its scheme does"
            )
        ids[scheme] = words
    return ids


class Entity(Record):
    """A state, body, organisation, person, group, vessel, place or weapon system."""

    id: Slug
    """The file's name without its ending. Not written in the file."""

    kind: EntityKind
    """What it is."""

    name: Line
    """The name that this site uses."""

    short_name: Line | None = None
    """A shorter name for sentences: "the Panel"."""

    names: list[Annotated[Name, *short_for("text")]] = Field(default_factory=list)
    """Other names by which it can be told for certain."""

    weak_names: list[Annotated[Name, *short_for("text")]] = Field(default_factory=list)
    """Names that it shares with others, or that only some use for it."""

    position: Line | None = None
    """The office that a person holds or held, with its dates where they are known."""

    part_of: Annotated[list[EntityId], *one_or_many()] = Field(default_factory=list)
    """The state, body or organisation that it belongs to."""

    description: Passage | None = None
    """What it is, in one or two sentences."""

    interest: Passage | None = None
    """What it may gain or lose by what it says; shown with every document that it publishes."""

    ids: Annotated[dict[str, str], PlainValidator(_read_ids), _IDS] = Field(default_factory=dict)
    """Identifiers elsewhere: wikidata, un, ofac, mitre, imo, …"""

    sanctions: list[Sanction] = Field(default_factory=list)
    """Listings, as found on a day; not a screening tool."""

    equated_with: list[Equation] = Field(default_factory=list)
    """Entities that somebody says are the same."""

    sources: Citations | None = None
    """Where the description comes from."""

    accepts: list[Acceptance] = Field(default_factory=list)
    """Warnings that may stand, each with its reason."""

    aliases: list[Slug] = Field(default_factory=list)
    """Ids that it had before."""


class Period(StrEnum):
    """What one value of a measure is for."""

    EVENT = "event"
    """One value for each event."""
    MONTH = "month"
    """One value for each month."""
    YEAR = "year"
    """One value for each year."""


class Scale(StrEnum):
    """The axis of a chart."""

    LINEAR = "linear"
    """Equal steps for equal differences."""
    LOG = "log"
    """Equal steps for equal ratios: for values that differ by a factor of a hundred and more."""


class InclusionRule(Record):
    """What is counted and what is not."""

    text: Passage
    """The rule, in words."""

    sources: Citations | None = None
    """Where it stands written."""


class Measure(Record):
    """Something that is counted or measured, so that figures of different origins can be compared."""

    id: Annotated[Slug, Defines("measure")]
    """Its permanent name."""

    title: Line
    """What is measured: "Crypto theft per year"."""

    topic: TopicId
    """The topic that it belongs to."""

    unit: Unit
    """The unit of its values: an ISO 4217 code, an asset ticker, or one of the list of units."""

    period: Period
    """What one value is for: an event, a month or a year."""

    rule: InclusionRule
    """What is counted and what is not."""

    takeaway: Passage | None = None
    """What the chart shows, in one sentence."""

    scale: Scale = Scale.LINEAR
    """The axis of its chart: linear or log."""

    accepts: list[Acceptance] = Field(default_factory=list)
    """Warnings that may stand, each with its reason."""

    aliases: list[Slug] = Field(default_factory=list)
    """Ids that it had before."""


class Asset(Record):
    """A crypto-asset whose ticker may stand as a unit."""

    id: Unit
    """Its ticker: BTC."""

    title: Line
    """Its name: Bitcoin."""


class MeasuresFile(Record):
    """measures.yml: what is counted, and the assets in which it may be counted."""

    measures: list[Measure]
    """The measures."""

    assets: list[Asset] = Field(default_factory=list)
    """Asset tickers that may be units."""


class Topic(Record):
    """One of the site's few subjects; each has a page in the navigation."""

    id: Annotated[Slug, Defines("topic")]
    """Its permanent name, and its address: /weapons/."""

    title: Line
    """Its name."""

    summary: MarkdownText
    """What stands today, in a paragraph or two of Markdown."""

    colour: Colour
    """Its colour in charts and marks, such as "#1a6b8f"; a word or a shape always says the same."""

    icon: Slug
    """The name of its icon among the theme's Material icons: shield-alert."""

    start_here: list[BriefRef] = Field(default_factory=list)
    """Three to five briefs to begin with, in order."""

    aliases: list[Slug] = Field(default_factory=list)
    """Ids that it had before."""


class EventKind(Record):
    """A kind of event on the timeline."""

    id: Annotated[Slug, Defines("event kind")]
    """Its permanent name: crypto-theft."""

    title: Line
    """Its name."""

    topic: TopicId | None = None
    """The topic whose slice of the timeline such events stand in; the brief's if absent."""

    aliases: list[Slug] = Field(default_factory=list)
    """Ids that it had before."""


class TopicsFile(Record):
    """topics.yml: the topics, in the order of the navigation, and the kinds of events."""

    topics: Annotated[list[Topic], Field(min_length=1)]
    """The topics."""

    event_kinds: list[EventKind] = Field(default_factory=list)
    """The kinds of events."""


class Term(Record):
    """A word of the field, explained."""

    id: Annotated[Slug, Defines("term"), MadeFrom("term")]
    """Its permanent name; may be absent where the term has letters from a to z."""

    term: Line
    """The word."""

    expansion: Line | None = None
    """What the letters stand for."""

    definition: Passage
    """What it means, in one to three sentences."""

    see_also: list[TermId] = Field(default_factory=list)
    """Other terms."""

    entity: EntityId | None = None
    """The page of what it names."""

    sources: Citations | None = None
    """Where the definition comes from."""

    aliases: list[Slug] = Field(default_factory=list)
    """Ids that it had before."""


def _with_id(value: Any) -> Any:
    if isinstance(value, dict) and "id" not in value and isinstance(value.get("term"), str):
        made = slugify(value["term"])
        return {"id": made, **value} if made else value
    return value


class GlossaryFile(Record):
    """glossary.yml: the words of the field."""

    terms: list[Term]
    """The terms, in any order."""

    @model_validator(mode="before")
    @classmethod
    def _ids(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("terms"), list):
            return {**value, "terms": [_with_id(t) for t in value["terms"]]}
        return value
