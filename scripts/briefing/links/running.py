"""A run: many sources asked at once, every answer remembered and saved as it comes."""

import asyncio
import contextlib
import datetime as dt
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from briefing.links.asking import Asker, Settings
from briefing.links.manners import Later, Manners, Pace
from briefing.links.states import Answer, Entry, Policy, State, Target, is_patient, remember

AT_ONCE = 500
"""How many sources wait for their hosts' turns at the same time."""

WITNESSES = 3
"""How many addresses that answered last time are asked where nobody answers."""


@dataclass(slots=True)
class Run:
    """What a run found. It grows while the run goes on."""

    before: Mapping[str, Entry]
    """What was known when the run began."""
    entries: dict[str, Entry]
    """What is known of every source's address."""
    asked: list[str] = field(default_factory=list)
    """The sources whose answers are remembered."""
    later: list[str] = field(default_factory=list)
    """Those that were left for another run: time was up, or their hosts asked for it."""
    broken: dict[str, str] = field(default_factory=dict)
    """Those at which this program itself failed, and how."""
    is_silent: bool = False
    """Whether nobody at all answered: nothing is remembered then, since the fault may be here."""
    is_stopped: bool = False
    """Whether it was stopped from outside."""

    @classmethod
    def of(cls, entries: Mapping[str, Entry]) -> "Run":
        """Return a run that has not begun."""
        return cls(dict(entries), dict(entries))


@dataclass(frozen=True, slots=True)
class Keeping:
    """How answers are remembered and saved."""

    day: dt.date
    policy: Policy
    save: Callable[[Mapping[str, Entry]], None]
    """Called with all that is known, as answers come and at the end."""
    every: float = 5.0
    """Seconds between two calls."""


def check(
    targets: Sequence[Target],
    entries: Mapping[str, Entry],
    settings: Settings,
    pace: Pace,
    keeping: Keeping,
    progress: Callable[[int, int], None] | None = None,
) -> Run:
    """Ask all targets, until done or until SIGINT or SIGTERM; what came so far is saved either way."""
    run = Run.of(entries)

    def stop(task: "asyncio.Task[None] | None") -> None:
        run.is_stopped = True
        if task is not None:
            task.cancel()

    async def work() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, stop, asyncio.current_task())
        async with Asker(settings, Manners(pace)) as asker:
            await ask_all(targets, run, asker, keeping, progress)

    try:
        asyncio.run(work())
    except asyncio.CancelledError:
        if not run.is_stopped:
            raise
    return run


async def ask_all(
    targets: Sequence[Target],
    run: Run,
    asker: Asker,
    keeping: Keeping,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Ask all targets and remember their answers.

    Failures wait until some server has answered: a machine without a network would otherwise count
    one against every source. Where all that are due fail, others that answered last time are asked
    too. When it is cancelled, what came so far is saved first.
    """
    recorder = _Recorder(run, asker, keeping)
    try:
        await _ask(targets, recorder, progress)
        if not asker.was_heard and recorder.waiting:
            await _ask(_witnesses(run.before, {t.id for t in targets}), recorder, None)
    finally:
        recorder.finish()


def _witnesses(entries: Mapping[str, Entry], but: set[str]) -> list[Target]:
    """Return addresses that answered when last asked, the most recent first."""
    good = [e for e in entries.values() if e.state in (State.ALIVE, State.MOVED) and e.id not in but]
    good.sort(key=lambda e: (e.checked, e.id), reverse=True)
    return [Target(e.id, e.url) for e in good[:WITNESSES]]


async def _ask(
    targets: Sequence[Target], recorder: "_Recorder", progress: Callable[[int, int], None] | None
) -> None:
    places = asyncio.Semaphore(AT_ONCE)
    done = 0

    async def one(target: Target) -> None:
        nonlocal done
        try:
            await recorder.ask(target)
        finally:
            places.release()
            done += 1
            if progress is not None:
                progress(done, len(targets))

    async with asyncio.TaskGroup() as group:
        for target in targets:
            await places.acquire()
            group.create_task(one(target))


class _Recorder:
    """Remembers answers, and saves them now and then."""

    def __init__(self, run: Run, asker: Asker, keeping: Keeping) -> None:
        self.run = run
        self.waiting: list[tuple[Target, Answer]] = []
        self._asker = asker
        self._keeping = keeping
        self._clock = asyncio.get_running_loop().time
        self._saved_at = self._clock()
        self._is_saved = True

    async def ask(self, target: Target) -> None:
        """Ask one source, and remember the answer."""
        before = self.run.entries.get(target.id)
        patient = is_patient(before, self._keeping.day, self._keeping.policy)
        try:
            answer = await self._asker.ask(target.url, is_patient=patient)
        except Later:
            self.run.later.append(target.id)
            return
        except Exception as fault:  # what one server sends must not end the run
            self.run.broken[target.id] = type(fault).__name__
            return
        self.waiting.append((target, answer))
        if self._asker.was_heard:
            self._remember()
            if self._clock() - self._saved_at >= self._keeping.every:
                self._write()

    def _remember(self) -> None:
        for target, answer in self.waiting:
            before = self.run.entries.get(target.id)
            self.run.entries[target.id] = remember(
                before, target.id, target.url, answer, self._keeping.day, self._keeping.policy
            )
            self.run.asked.append(target.id)
        self._is_saved = self._is_saved and not self.waiting
        self.waiting = []

    def _write(self) -> None:
        self._keeping.save(self.run.entries)
        self._saved_at = self._clock()
        self._is_saved = True

    def finish(self) -> None:
        """Save what is not saved; note whether nobody answered."""
        if self._asker.was_heard:
            self._remember()
        self.run.is_silent = bool(self.waiting)
        if not self._is_saved:
            self._write()
