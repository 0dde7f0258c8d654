"""A brief: what is claimed about one matter, by whom, and what is not known."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from briefing.model.claim import Acceptance, ClaimList
from briefing.model.fields import (
    BriefId,
    BriefRef,
    ClaimRef,
    Date,
    Day,
    Defines,
    EventKindId,
    Line,
    MarkdownText,
    PartialDate,
    Passage,
    Record,
    Slug,
    TopicId,
    all_different,
)


class Form(StrEnum):
    """How a brief is built."""

    EVENT = "event"
    """One test, theft, resolution, vote or meeting."""
    TRACKER = "tracker"
    """A number or a state of affairs, followed over years."""
    EXPLAINER = "explainer"
    """How something works and what its words mean."""


class BriefStatus(StrEnum):
    """What has become of a brief."""

    DRAFT = "draft"
    """Shown in the preview only."""
    PUBLISHED = "published"
    """On the site."""
    SUPERSEDED = "superseded"
    """On the site, with a banner that leads to the brief that replaced it."""
    WITHDRAWN = "withdrawn"
    """On the site, with a banner; `corrections` says why."""


class Likelihood(StrEnum):
    """How likely a judgement is: the terms of ICD 203 (2015), section D.6.e(2)(a)."""

    ALMOST_NO_CHANCE = "almost_no_chance"
    """1 to 5 percent; also "remote"."""
    VERY_UNLIKELY = "very_unlikely"
    """5 to 20 percent; also "highly improbable"."""
    UNLIKELY = "unlikely"
    """20 to 45 percent; also "improbable"."""
    ROUGHLY_EVEN_CHANCE = "roughly_even_chance"
    """45 to 55 percent; also "roughly even odds"."""
    LIKELY = "likely"
    """55 to 80 percent; also "probable"."""
    VERY_LIKELY = "very_likely"
    """80 to 95 percent; also "highly probable"."""
    ALMOST_CERTAIN = "almost_certain"
    """95 to 99 percent; also "nearly certain"."""


class Confidence(StrEnum):
    """How good the evidence behind a judgement is (ICD 203): never mixed with likelihood."""

    HIGH = "high"
    """Good sources that agree, or a record that cannot well be otherwise."""
    MODERATE = "moderate"
    """Credible and plausible, but not enough for more."""
    LOW = "low"
    """Scant, questionable or hard to put together."""


class CorrectionKind(StrEnum):
    """What kind of change was made after publication."""

    CORRECTION = "correction"
    """Something was wrong."""
    CLARIFICATION = "clarification"
    """Something could be misread."""
    UPDATE = "update"
    """Something has changed since."""
    RETRACTION = "retraction"
    """Something is taken back."""


class RelatedHow(StrEnum):
    """How another brief relates to this one."""

    BEFORE = "before"
    """It tells what came before."""
    AFTER = "after"
    """It tells what came after."""
    BACKGROUND = "background"
    """It explains what this one presumes."""
    DATA = "data"
    """It holds the figures that this one belongs to."""


class Event(Record):
    """Something that happened, once, however many claims speak of it."""

    id: Annotated[Slug, Defines("event")]
    """Its permanent name within the brief."""

    kind: EventKindId
    """What kind of event it is, from topics.yml."""

    title: Line
    """What happened, in a few words."""

    when: Date
    """The local date at its place."""

    topic: TopicId | None = None
    """Its topic, where the brief has several and the kind does not say."""

    aliases: list[Slug] = Field(default_factory=list)
    """Ids that it had before."""


class KeyPoint(Record):
    """A point that a reader should leave with, and the claims that it rests on."""

    text: Passage
    """The point in one or two sentences."""

    claims: Annotated[list[ClaimRef], Field(min_length=1)]
    """The claims that carry it."""


class Change(Record):
    """How a judgement differs from the one before."""

    date: Day
    """The day of the change."""

    was: Passage
    """What was judged before."""

    why: Passage
    """Why it changed."""


class Judgement(Record):
    """What this site concludes from the claims; likelihood, confidence and basis apart."""

    text: Passage
    """The judgement in one sentence, without its likelihood and without its confidence."""

    likelihood: Likelihood | None = None
    """How likely it is, in the words of ICD 203."""

    confidence: Confidence
    """How good the evidence is."""

    basis: Passage | None = None
    """Why: which evidence, how good, and what it leaves open."""

    assumptions: list[Passage] = Field(default_factory=list)
    """What is taken for granted."""

    alternatives: list[Passage] = Field(default_factory=list)
    """What else could explain the evidence."""

    indicators: list[Passage] = Field(default_factory=list)
    """What would change the judgement if it were seen."""

    claims: list[ClaimRef] = Field(default_factory=list)
    """The claims that it rests on."""

    change: Change | None = None
    """How it differs from the one before."""

    accepts: list[Acceptance] = Field(default_factory=list)
    """Warnings that may stand, each with its reason."""


class Related(Record):
    """Another brief to read, and how it relates."""

    brief: BriefRef
    """Its id."""

    how: RelatedHow
    """Before, after, background or data."""


class Correction(Record):
    """A change that was made after publication."""

    date: Day
    """The day of the change."""

    kind: CorrectionKind
    """What kind of change it is."""

    what: Passage
    """What was changed, and why."""

    was: Passage | None = None
    """What stood there before."""

    now: Passage | None = None
    """What stands there now."""

    claim: ClaimRef | None = None
    """The claim that was changed."""


class Brief(Record):
    """One page. Six fields make a brief; everything else is optional."""

    id: BriefId
    """The file's name without its ending: date and slug. Not written in the file."""

    title: Line
    """What the page says, in one line, as a headline that claims no more than the claims do."""

    date: PartialDate
    """The date of what it is about, such as 2022, 2022-02 or 2022-02-05: it names folder and file."""

    published: Day
    """The day it first went out, such as 2022-02-05; feeds use it."""

    updated: Day | None = None
    """The day of the last change that a reader should know of."""

    information_cutoff: Day | None = None
    """The day up to which documents were taken in."""

    form: Form = Form.EVENT
    """How it is built."""

    status: BriefStatus = BriefStatus.PUBLISHED
    """What has become of it."""

    superseded_by: BriefRef | None = None
    """The brief that replaced it."""

    topics: Annotated[list[TopicId], Field(min_length=1), *all_different()]
    """Its topics, the main one first."""

    authors: list[Line] = Field(default_factory=list)
    """Who wrote it, as they wish to be named."""

    bottom_line: Passage
    """The answer, in one or two sentences that can be understood without the rest."""

    key_points: list[KeyPoint] = Field(default_factory=list)
    """Three to five points, each with the claims that carry it."""

    why_it_matters: Passage | None = None
    """What follows from it, for whom."""

    events: list[Event] = Field(default_factory=list)
    """What happened; the timeline is made from these."""

    claims: ClaimList
    """What is claimed, by whom, on what evidence."""

    judgements: list[Judgement] = Field(default_factory=list)
    """What this site concludes."""

    gaps: list[Passage] = Field(default_factory=list)
    """What is not known."""

    background: MarkdownText | None = None
    """What a reader from outside needs, in Markdown."""

    related: list[Related] = Field(default_factory=list)
    """Briefs to read before, after or beside it."""

    corrections: list[Correction] = Field(default_factory=list)
    """What was changed after publication."""

    accepts: list[Acceptance] = Field(default_factory=list)
    """Warnings that may stand, each with its reason."""

    aliases: list[BriefId] = Field(default_factory=list)
    """Ids that it had before; their addresses lead here."""

    @property
    def changed(self) -> dt.date:
        """The day of its last change as far as the record says: publication, update or correction."""
        days = [self.published, *(c.date for c in self.corrections)]
        return max([*days, self.updated] if self.updated else days)
