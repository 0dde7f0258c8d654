"""When a host may be asked: one request at a time, a pause between two, and as the host wishes."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


class Later(Exception):
    """The address is not asked in this run: time is up, or its host wants to be left alone."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a run may go. Times are in seconds."""

    delay: float = 2.0
    """Between the end of a request to a host and the next one."""
    concurrency: int = 10
    """Requests at once."""
    patience: float = 60.0
    """How long a host's wish to be left alone is waited for."""
    seconds: float | None = None
    """How long turns are given at all."""


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    """The loop's time from which the host may be asked again."""
    delay: float = 0.0
    """The pause that it asks for itself."""


class Manners:
    """Gives turns. Times are seconds of the loop's clock."""

    def __init__(self, pace: Pace) -> None:
        """Begin. Must be made in a running loop."""
        self._clock = asyncio.get_running_loop().time
        self._hosts: dict[str, _Host] = defaultdict(_Host)
        self._slots = asyncio.Semaphore(pace.concurrency)
        self._pace = pace
        self._end = None if pace.seconds is None else self._clock() + pace.seconds

    @property
    def is_over(self) -> bool:
        """Whether the time for turns is up."""
        return self._end is not None and self._clock() >= self._end

    @contextlib.asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until the host may be asked. Raises Later if that is not in this run."""
        state = self._hosts[host]
        async with state.lock:
            wait = state.free_at - self._clock()
            if self.is_over or wait > self._longest(state) or not self._fits(wait):
                raise Later
            if wait > 0:
                await asyncio.sleep(wait)
            async with self._slots:
                if self.is_over:
                    raise Later
                try:
                    yield
                finally:
                    pause = max(self._pace.delay, state.delay)
                    state.free_at = max(state.free_at, self._clock() + pause)

    def _longest(self, state: _Host) -> float:
        return max(self._pace.patience, self._pace.delay, state.delay)

    def _fits(self, wait: float) -> bool:
        return self._end is None or self._clock() + wait < self._end

    def leave_alone(self, host: str, seconds: float) -> bool:
        """Keep from the host for some time; return whether that is short enough to wait for."""
        state = self._hosts[host]
        state.free_at = max(state.free_at, self._clock() + seconds)
        return seconds <= self._pace.patience and self._fits(seconds)

    def slow_down(self, host: str, delay: float) -> None:
        """Leave at least this pause between two requests to the host."""
        self._hosts[host].delay = max(self._hosts[host].delay, delay)
