"""Who says something and where it stands written: parties and citations."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from briefing.model.conditions import exactly_one, given, when
from briefing.model.faults import Fault
from briefing.model.fields import EntityId, Line, Record, SourceId, one_or_many, short_for


class Party(Record):
    """Who first made an assertion: an entity, somebody who speaks once, or somebody unnamed.

    Written short as the entity's id.
    """

    entity: EntityId | None = None
    """The id of the person, body or state that says so."""

    name: Line | None = None
    """The name of somebody who speaks once and has no page; `role` says who that is."""

    role: Line | None = None
    """What the named person is: "spokesman of the unification ministry"."""

    unnamed: Line | None = None
    """What a document says of an origin that it does not name: "one Member State"."""

    told: EntityId | None = None
    """Whom the unnamed origin told: the id of the body or publisher that relays it."""

    is_shared = True
    conditions = (
        exactly_one(["entity", "name", "unnamed"]),
        when(given("name"), given("role")),
        when(given("role"), given("name")),
        when(given("told"), given("unnamed")),
    )

    @model_validator(mode="after")
    def _one_kind(self) -> "Party":
        values = self.__dict__
        given = [k for k in ("entity", "name", "unnamed") if values[k] is not None]
        if len(given) != 1:
            what = "no one is named" if not given else f"{' and '.join(given)} are given together"
            raise Fault(
                "party-unclear",
                what,
                "write one of: an entity's id, {name: …, role: …}, {unnamed: …, told: entity-id}",
            )
        if self.name and not self.role:
            raise Fault(
                "party-unclear",
                f"`role` is missing beside the name {self.name}",
                "write who that is: {name: …, role: …}",
                "name",
            )
        if self.role and not self.name:
            raise Fault("party-unclear", "`role` stands without `name`", "add the name", "role")
        if self.told and not self.unnamed:
            raise Fault(
                "party-unclear",
                "`told` stands without `unnamed`",
                "describe who told it: {unnamed: …, told: …}",
                "told",
            )
        return self


Parties = Annotated[list[Annotated[Party, *short_for("entity")]], *one_or_many(), Field(min_length=1)]


class Role(StrEnum):
    """What part a claim gives to the one that it is about."""

    SUBJECT = "subject"
    """The claim describes it; also what a bare id means."""
    ACCUSED = "accused"
    """The claim says that it did a wrong or broke a rule."""
    TARGET = "target"
    """It was attacked, or was meant to be."""
    LISTED = "listed"
    """A sanctions authority named it."""
    BENEFICIARY = "beneficiary"
    """It gained, or was meant to."""
    INTERMEDIARY = "intermediary"
    """Money, goods or talks went through it."""
    PARTICIPANT = "participant"
    """It took part in talks, a vote or a deal."""


class Subject(Record):
    """Somebody or something that a claim is about, and in which part: `{accused: id}`.

    Written short as the entity's id, which means `{subject: id}`.
    """

    subject: EntityId | None = None
    accused: EntityId | None = None
    target: EntityId | None = None
    listed: EntityId | None = None
    beneficiary: EntityId | None = None
    intermediary: EntityId | None = None
    participant: EntityId | None = None

    is_shared = True
    conditions = (exactly_one(Role),)
    explained_by: ClassVar[Mapping[str, StrEnum]] = {r: r for r in Role}

    @model_validator(mode="after")
    def _one_role(self) -> "Subject":
        values = self.__dict__
        given = [key for key, _ in _ROLES if values[key] is not None]
        if len(given) != 1:
            raise Fault(
                "about-unclear",
                f"{len(given)} roles are given where one is due",
                "write one role an item: `- accused: entity-id`",
            )
        return self

    @property
    def role(self) -> Role:
        """The part that it plays."""
        values = self.__dict__
        return next(role for key, role in _ROLES if values[key] is not None)

    @property
    def entity(self) -> str:
        """The entity's id."""
        values = self.__dict__
        return str(next(id_ for key, _ in _ROLES if (id_ := values[key]) is not None))


_ROLES = [(str(r), r) for r in Role]


class Citation(Record):
    """A document that carries a claim, and where in it. Written short as the source's id."""

    source: SourceId
    """The id of the document that was read."""

    at: Line | None = None
    """Where in the document: "paragraph 10", "p. 4", "table 2"."""

    quote: Line | None = None
    """Words that the document itself gives as a quotation, at most 25."""

    via: list[SourceId] | None = None
    """All documents behind it for this claim, nearest first, where the chain differs from the
    source's own `rests_on`. An empty list says that it rests on no other document."""

    is_shared = True


Citations = Annotated[list[Annotated[Citation, *short_for("source")]], *one_or_many(), Field(min_length=1)]
