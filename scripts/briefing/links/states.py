"""What is known of a source's address, and how an answer changes it. Pure: days are arguments."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from briefing.model.fields import SLUG_LENGTH, SLUG_PATTERN, read_url


class State(StrEnum):
    """What is known of an address. Its value is what the tracked file says."""

    ALIVE = "alive"
    """It answered with a document when it was last asked."""
    MOVED = "moved"
    """It leads for good to another address, which answered."""
    BLOCKED = "blocked"
    """It answers, but not to this program: nothing is known of the document."""
    FAILING = "failing"
    """It did not answer with a document, but not yet often or long enough to call it dead."""
    DEAD = "dead"
    """It has failed often and long enough."""


class Finding(StrEnum):
    """What one answer says of the document."""

    HERE = "here"
    MOVED = "moved"
    BLOCKED = "blocked"
    NOT_HERE = "not_here"


ROBOTS_UNREADABLE = "robots.txt cannot be read"
"""The answer where rules may exist that could not be had: the page is left alone for a while."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking an address once."""

    finding: Finding
    words: str
    """In this program's words, never the server's: "404 Not Found", "no such host"."""
    moved_to: str | None = None
    hint: str | None = None
    """Why an editor should look although the address answers."""
    wait: int | None = None
    """Seconds for which the server asks to be left alone (Retry-After)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient the check is."""

    failures: int = 3
    """Failures, on as many days, before an address is dead."""
    days: int = 14
    """Days from the first failure to the last before it is dead."""
    every: int = 28
    """Days after which an address is asked again that did not fail."""
    silence: int = 28
    """Days after which an unreadable robots.txt counts as none (RFC 9309, 2.3.1.4, suggests 30)."""
    longest_wait: int = 28
    """Most days for which a server's wish to be left alone is kept."""


_Url = Annotated[str, AfterValidator(read_url)]
_Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]

KEPT = 5
"""How many of the last failures are kept, for those who look into it."""


class Failure(BaseModel):
    """One failure."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    day: dt.date
    answer: _Words


class Entry(BaseModel):
    """What is known of one source's address: one line of the tracked file, fields in this order."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Annotated[str, StringConstraints(pattern=f"^{SLUG_PATTERN}$", max_length=SLUG_LENGTH)]
    """The source's id."""
    state: State
    since: dt.date
    """The day on which this state was first found; of failing and dead ones, that of the first failure."""
    checked: dt.date
    """The day on which the address was last asked."""
    answer: _Words
    """The last answer."""
    url: _Url
    """The address. What is known of another one does not count."""
    moved_to: _Url | None = None
    hint: _Words | None = None
    failed: Annotated[int, Field(ge=0, le=100_000)] = 0
    """On how many days it failed since it last answered with a document."""
    failing: dt.date | None = None
    """The first of those days."""
    last: Annotated[tuple[Failure, ...], Field(max_length=KEPT)] = ()
    """The last failures, oldest first."""
    retry: dt.date | None = None
    """The day before which the server asked not to be asked."""
    hold: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    """An editor's reason why it must not be called dead: "opens in a browser, 2026-11-24"."""

    @property
    def is_dead(self) -> bool:
        """Whether the document counts as gone: dead, and no editor holds that it is there."""
        return self.state is State.DEAD and self.hold is None

    @model_validator(mode="after")
    def _whole(self) -> "Entry":
        if (self.failed > 0) != (self.failing is not None) or len(self.last) > self.failed:
            raise ValueError("`failed`, `failing` and `last` do not agree")
        if self.state in (State.FAILING, State.DEAD) and self.failing is None:
            raise ValueError(f"it is {self.state}, but no failure stands in it")
        if self.state in (State.ALIVE, State.MOVED) and self.failed:
            raise ValueError(f"it is {self.state}, but `failed` is not 0")
        if (self.state is State.MOVED) != (self.moved_to is not None):
            raise ValueError("`moved_to` belongs to a moved address, and to no other")
        if self.since > self.checked or (self.failing and self.failing > self.checked):
            raise ValueError("it began after it was last asked")
        return self


def remember(before: Entry | None, id_: str, url: str, answer: Answer, day: dt.date, policy: Policy) -> Entry:
    """Return what is known of an address after an answer on a day.

    Failures count once a day. A document that answers clears them; an answer that says nothing of the
    document (blocked) neither counts nor clears, and wakes no dead one. A clock that was put back
    changes nothing: the later day stands.
    """
    if before is not None and before.url != url:
        before = None
    if before is not None:
        day = max(day, before.checked)
    state = _next(before, answer, day, policy)
    match answer.finding:
        case Finding.HERE | Finding.MOVED:
            failed, failing, last = _failures(None)
        case Finding.BLOCKED:
            failed, failing, last = _failures(before)
        case Finding.NOT_HERE:
            failed, failing, last = _counted(before, answer, day)
    same = before is not None and before.state is state
    since = failing if state in (State.FAILING, State.DEAD) else before.since if before and same else day
    return Entry(
        id=id_,
        state=state,
        since=since or day,
        checked=day,
        answer=answer.words,
        url=url,
        moved_to=answer.moved_to if state is State.MOVED else None,
        hint=answer.hint,
        failed=failed,
        failing=failing,
        last=last,
        retry=_retry(answer.wait, day, policy),
        hold=before.hold if before is not None else None,
    )


def _next(before: Entry | None, answer: Answer, day: dt.date, policy: Policy) -> State:
    match answer.finding:
        case Finding.HERE:
            return State.ALIVE
        case Finding.MOVED:
            return State.MOVED
        case Finding.BLOCKED:
            return State.DEAD if before is not None and before.is_dead else State.BLOCKED
        case Finding.NOT_HERE:
            failed, failing, _ = _counted(before, answer, day)
            held = before is not None and before.hold is not None
            was_dead = before is not None and before.is_dead
            is_long = failed >= policy.failures and (day - failing).days >= policy.days
            return State.DEAD if (was_dead or is_long) and not held else State.FAILING


def _failures(entry: Entry | None) -> tuple[int, dt.date | None, tuple[Failure, ...]]:
    return (0, None, ()) if entry is None else (entry.failed, entry.failing, entry.last)


def _counted(before: Entry | None, answer: Answer, day: dt.date) -> tuple[int, dt.date, tuple[Failure, ...]]:
    """Return the failures with one more; the second one of a day takes the place of the first."""
    failed, failing, last = _failures(before)
    again = bool(last) and last[-1].day == day
    kept = last[:-1] if again else last
    failure = Failure(day=day, answer=answer.words)
    return (failed if again else failed + 1), failing or day, (*kept, failure)[-KEPT:]


def _retry(wait: int | None, day: dt.date, policy: Policy) -> dt.date | None:
    """Return the day before which a server is left alone, if that is a later one."""
    days = min(-(-(wait or 0) // 86_400), policy.longest_wait)
    return day + dt.timedelta(days=days) if days > 1 else None


def is_due(entry: Entry | None, day: dt.date, policy: Policy) -> bool:
    """Return whether an address is to be asked again."""
    if entry is None:
        return True
    if entry.retry is not None and day < entry.retry:
        return False
    uncertain = entry.state is State.FAILING or entry.answer == ROBOTS_UNREADABLE
    return (day - entry.checked).days >= (1 if uncertain else policy.every)


def is_patient(entry: Entry | None, day: dt.date, policy: Policy) -> bool:
    """Return whether an unreadable robots.txt keeps the page from being asked."""
    return not (
        entry is not None and entry.answer == ROBOTS_UNREADABLE and (day - entry.since).days >= policy.silence
    )


@dataclass(frozen=True, slots=True)
class Target:
    """A source whose address is to be asked."""

    id: str
    url: str


def choose(
    targets: Mapping[str, Target],
    entries: Mapping[str, Entry],
    day: dt.date,
    policy: Policy,
    *,
    regardless: bool = False,
) -> list[Target]:
    """Return whom to ask, those first that were not asked for longest. `regardless` asks all."""
    due = [t for t in targets.values() if regardless or is_due(entries.get(t.id), day, policy)]

    def age(target: Target) -> tuple[dt.date, str]:
        entry = entries.get(target.id)
        return (entry.checked if entry else dt.date.min), target.id

    return sorted(due, key=age)
