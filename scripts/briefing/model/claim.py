"""A claim, its figures and the answers to it."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, PlainValidator, model_validator

from briefing.model.conditions import all_of, equal, exactly_one, given, none_of, when
from briefing.model.faults import Fault
from briefing.model.fields import (
    NUMBER,
    ClaimRef,
    Date,
    Defines,
    EntityId,
    EventRef,
    Flag,
    Line,
    MeasureId,
    Number,
    Passage,
    Record,
    Slug,
    Takes,
    TopicId,
    all_different,
    kind_of,
    one_or_many,
    read_number,
    short_for,
)
from briefing.model.meanings import documented
from briefing.model.parties import Citations, Parties, Subject
from briefing.model.units import UNIT_SCHEMA, read_unit


class Qualifier(StrEnum):
    """How a document hedges a number; the qualifier is the key that the number stands under."""

    STATED = "stated"
    """The document gives the number bare."""
    EXACTLY = "exactly"
    """The document says that it is exact."""
    ABOUT = "about"
    """About, around, roughly, some."""
    MORE_THAN = "more_than"
    """More than, over."""
    AT_LEAST = "at_least"
    """At least, no fewer than."""
    LESS_THAN = "less_than"
    """Less than, under."""
    AT_MOST = "at_most"
    """At most, no more than."""
    UP_TO = "up_to"
    """Up to, as much as: a ceiling that may not have been reached."""
    NEARLY = "nearly"
    """Nearly, almost: a little less."""
    BETWEEN = "between"
    """Between two numbers, or a range."""

    @property
    def words(self) -> str:
        """The words before a number: "more than"; empty for a bare number."""
        return "" if self is Qualifier.STATED else self.value.replace("_", " ")


def _read_range(value: object) -> tuple[Decimal, Decimal]:
    if not isinstance(value, list) or len(value) != 2:
        raise Fault(
            "wrong-type",
            f"two numbers are expected here, not {kind_of(value)}",
            "write [low, high], such as [50, 300]",
        )
    low, high = read_number(value[0]), read_number(value[1])
    if low > high:
        raise Fault(
            "wrong-number", f"the range begins with its larger number, {low}", f"write [{high}, {low}]"
        )
    return low, high


Range = Annotated[
    tuple[Decimal, Decimal],
    PlainValidator(_read_range),
    Takes(
        "Range",
        "two numbers in brackets, the lower first",
        {"type": "array", "items": NUMBER.schema, "minItems": 2, "maxItems": 2},
    ),
]
Unit = Annotated[
    str,
    PlainValidator(read_unit),
    Takes(
        "Unit",
        "a currency (ISO 4217), a unit of the list, or an asset’s ticker",
        UNIT_SCHEMA,
        ("USD", "count"),
    ),
]


class Valued(StrEnum):
    """At which prices stolen or moved assets were turned into money."""

    AT_THEFT = "at_theft"
    """At the prices of the day of the event."""
    AT_REPORT = "at_report"
    """At the prices of the day of the report."""


class Figure(Record):
    """A number with its qualifier, as far as a document states it."""

    stated: Number | None = None
    exactly: Number | None = None
    about: Number | None = None
    more_than: Number | None = None
    at_least: Number | None = None
    less_than: Number | None = None
    at_most: Number | None = None
    up_to: Number | None = None
    nearly: Number | None = None
    between: Range | None = None
    """Lowest and highest number: [50, 300]."""

    as_written: Line | None = None
    """The document's own words for the number: "more than $50 million"."""

    of: Line | None = None
    """What is counted, where it is not the measure's own object: "exchanges"."""

    unit: Unit | None = None
    """The unit, where it is not the measure's; `count` for a figure that says `of` what."""

    measure: MeasureId | None = None
    """What is measured, where it differs from the claim's `measure`."""

    when: Date | None = None
    """The time that the number is for, where it differs from the claim's: a year of a series."""

    estimator: EntityId | None = None
    """Who made the estimate, where that is not the claim's `by`."""

    valued: Valued | None = None
    """At which prices assets were turned into money."""

    superseded: Flag = False
    """Whether its own author has since given another number."""

    conditions = (exactly_one(Qualifier),)
    explained_by: ClassVar[Mapping[str, StrEnum]] = {q: q for q in Qualifier if q is not Qualifier.BETWEEN}

    @model_validator(mode="after")
    def _one_number(self) -> "Figure":
        values = self.__dict__
        given = [q for key, q in _QUALIFIERS if values[key] is not None]
        if len(given) != 1:
            found = "no number" if not given else " and ".join(f"`{q}`" for q in given)
            raise Fault(
                "figure-unclear",
                f"a figure needs one number under its qualifier; here is {found}",
                "write one of: " + ", ".join(Qualifier),
            )
        return self

    @property
    def qualifier(self) -> Qualifier:
        """How the number is hedged."""
        values = self.__dict__
        return next(q for key, q in _QUALIFIERS if values[key] is not None)

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """The number, or the two ends of the range."""
        values = self.__dict__
        value = next(v for key, _ in _QUALIFIERS if (v := values[key]) is not None)
        return value if isinstance(value, tuple) else (value,)


_QUALIFIERS = [(str(q), q) for q in Qualifier]


class ClaimKind(StrEnum):
    """How strongly the site itself stands behind a claim."""

    FACT = "fact"
    """Needs the actor's own or an official record that was read, or two origins."""
    REPORTED = "reported"
    """Somebody says so: the normal kind."""
    ASSESSMENT = "assessment"
    """Somebody's judgement or estimate."""
    QUOTATION = "quotation"
    """The words of a named person or text."""


class Status(StrEnum):
    """What has become of a claim."""

    STANDING = "standing"
    """Nothing speaks against it here."""
    DISPUTED = "disputed"
    """A response, a rival figure or a conflicting claim stands beside it."""
    SUPERSEDED = "superseded"
    """Its own author has replaced it."""
    RETRACTED = "retracted"
    """This site takes it back; `corrections` says why."""


class Limit(StrEnum):
    """Why a claim should be read with care. That there is a single origin is computed."""

    INTERESTED_PARTY = "interested_party"
    """Who says so has something to gain by it."""
    UNNAMED = "unnamed"
    """The origin is not named."""
    INDIRECT = "indirect"
    """Only documents that relay the origin were read."""
    IMPRECISE = "imprecise"
    """The words leave open what exactly is meant."""
    STALE = "stale"
    """It may have changed since it was said."""
    TRANSLATED = "translated"
    """The words were read in translation."""
    UNSEEN_DOCUMENT = "unseen_document"
    """It rests on a document that this site has not read."""
    COUNTED_BY_US = "counted_by_us"
    """The number was counted by this site from a table."""


class ResponseKind(StrEnum):
    """What somebody answers to a claim."""

    DENIAL = "denial"
    """It is not so."""
    PARTIAL_DENIAL = "partial_denial"
    """A part of it is not so."""
    NON_DENIAL = "non_denial"
    """Words that neither deny nor confirm it."""
    CONFIRMATION = "confirmation"
    """It is so."""
    JUSTIFICATION = "justification"
    """It is so, and it was right."""
    NO_COMMENT = "no_comment"
    """Asked, and declined to say anything."""
    NO_RESPONSE = "no_response"
    """Asked, and had not answered when the document appeared."""
    NOT_SOUGHT = "not_sought"
    """No document read says that anyone was asked."""

    @property
    def is_silence(self) -> bool:
        """Whether there are no words to give."""
        return self in (ResponseKind.NO_RESPONSE, ResponseKind.NOT_SOUGHT)


def _begun(text: str) -> str:
    """Return a sentence as it stands after other words."""
    words = text.rstrip(".")
    return words[:1].lower() + words[1:]


class Response(Record):
    """An answer to the claim that it stands under; or `{claim: ref, kind}`, taken from a claim."""

    kind: ResponseKind
    """What kind of answer it is."""

    by: Parties | None = None
    """Who answers, or was asked."""

    text: Passage | None = None
    """The answer in this site's words."""

    addresses: Line | None = None
    """Which part of the claim the answer speaks to, where not the whole."""

    quote: Line | None = None
    """The answer's own words as a document quotes them, at most 25."""

    said: Date | None = None
    """When it was said, or found missing."""

    sources: Citations | None = None
    """Where the answer, or its absence, stands written."""

    claim: ClaimRef | None = None
    """The claim whose `by`, `text`, `said` and `sources` are this answer's."""

    conditions = (
        when(
            given("claim"),
            none_of(*(given(key) for key in ("by", "text", "said", "sources", "quote"))),
            all_of(
                given("by"),
                when(
                    equal("kind", (k for k in ResponseKind if k.is_silence)),
                    none_of(given("text"), given("quote")),
                    given("text"),
                ),
                when(equal("kind", [ResponseKind.NOT_SOUGHT]), {}, given("sources")),
            ),
        ),
    )

    @model_validator(mode="after")
    def _complete(self) -> "Response":
        values = self.__dict__
        own = [k for k in ("by", "text", "said", "sources", "quote") if values[k] is not None]
        if self.claim is not None:
            if own:
                raise Fault(
                    "response-unclear",
                    f"`{own[0]}` stands beside `claim`, which already gives it",
                    "keep `claim` and `kind`, or write the answer out without `claim`",
                    own[0],
                )
            return self
        needed = ["by"]
        if not self.kind.is_silence:
            needed.append("text")
        if self.kind is not ResponseKind.NOT_SOUGHT:
            needed.append("sources")
        for key in needed:
            if getattr(self, key) is None:
                raise Fault(
                    "missing-field",
                    f"`{key}` is missing from this {self.kind} response",
                    f"add `{key}:`, {_begun(documented(type(self))[key])}",
                    None,
                )
        if self.kind.is_silence and (self.text or self.quote):
            raise Fault(
                "response-unclear",
                f"a {self.kind} response has no words to give",
                "remove the text, or choose another kind",
                "text" if self.text else "quote",
            )
        return self


class Acceptance(Record):
    """An answer to a warning of `briefing check`: why it may stand."""

    rule: Slug
    """The code of the warning."""

    because: Passage
    """Why the rule does not hold here."""


class Claim(Record):
    """One assertion, who first made it, and on what evidence it stands here."""

    id: Annotated[Slug, Defines("claim")]
    """Its permanent name within the brief; part of its address."""

    topic: TopicId | None = None
    """Its topic, where the brief has several."""

    kind: ClaimKind = ClaimKind.REPORTED
    """How strongly the site stands behind it."""

    text: Passage
    """The claim in this site's words, one or two sentences, qualifiers kept."""

    by: Parties
    """Who first made the assertion, as far as the documents say."""

    about: Annotated[list[Annotated[Subject, *short_for("subject")]], *one_or_many()] = Field(
        default_factory=list
    )
    """Whom and what it is about, each with its part."""

    event: EventRef | None = None
    """The event that it speaks of, here or in another brief: "brief-id#event-id"."""

    when: Date | None = None
    """The local date of what it speaks of; the event's if absent."""

    said: Date | None = None
    """When it was asserted."""

    measure: MeasureId | None = None
    """What its figures measure."""

    figures: list[Figure] = Field(default_factory=list)
    """Its numbers, each under its qualifier."""

    sources: Citations
    """The documents that carry it."""

    limits: Annotated[list[Limit], *all_different()] = Field(default_factory=list)
    """Why it should be read with care."""

    status: Status = Status.STANDING
    """What has become of it."""

    responses: list[Response] = Field(default_factory=list)
    """Answers of those whom it concerns."""

    conflicts_with: list[ClaimRef] = Field(default_factory=list)
    """Claims that cannot be true together with it; written once, shown on both."""

    unresolved_because: Passage | None = None
    """Why its figure and its rivals' cannot be settled."""

    supersedes: ClaimRef | None = None
    """The claim that it replaces."""

    accepts: list[Acceptance] = Field(default_factory=list)
    """Warnings that may stand, each with its reason."""

    aliases: list[Slug] = Field(default_factory=list)
    """Ids that it had before."""


ClaimList = Annotated[list[Claim], Field(min_length=1)]
