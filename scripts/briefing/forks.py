"""Work that is done in copies of this process, one a processor, where the system can make them cheaply.

A copy sees everything that stands in memory, and sends back bytes. Where copies cannot be made, or one
fails, there is no answer, and whoever asked does the work itself.
"""

import contextlib
import gc
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import IO, Any, TypeVar

R = TypeVar("R", bound=tuple[Any, ...])

MOST = 4
"""Most processes that work at once: each takes memory of its own."""


IN_A_LIFE = 10_000
"""Names after which copies are made anew: what they read of what stands in memory they copy bit by bit."""


def processes() -> int:
    """Return how many processes, this one among them, may share work now."""
    # A copy has one thread only: locks that another thread holds would never open in it. On macOS a
    # copied process may not use the system's libraries.
    if not hasattr(os, "fork") or sys.platform == "darwin" or threading.active_count() > 1:
        return 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(MOST, allowed or 1))


def shares(items: int, least: int) -> int:
    """Return among how many processes to share work on so many items, `least` a process at least."""
    return max(1, min(processes(), items // least))


@contextlib.contextmanager
def started(jobs: Sequence[Callable[[], bytes]]) -> Iterator[Callable[[], list[bytes | None]]]:
    """Begin each job in a copy of this process; give a function that waits for the answers.

    An answer is nothing where a job failed. Copies that still run at the end are ended.
    """
    running: dict[int, IO[bytes]] = {}
    answers: list[bytes | None] = []

    def wait() -> list[bytes | None]:
        for pid in list(running):
            _, status = os.waitpid(pid, 0)
            stream = running.pop(pid)
            stream.seek(0)
            answers.append(stream.read() if status == 0 else None)
            stream.close()
        return answers

    try:
        for job in jobs:
            stream: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed where its answer is read
            running[_copy(job, stream)] = stream
        yield wait
    finally:
        for pid, stream in running.items():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            stream.close()


def _copy(job: Callable[[], bytes], stream: IO[bytes]) -> int:
    """Do a job in a copy of this process, which writes its answer; return the copy's number."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        gc.disable()
        stream.write(job())
        stream.flush()
        status = 0
    finally:
        # Nothing of this process's endings is the copy's business: neither its buffers nor its handlers.
        os._exit(status)


def shared_out(
    work: Callable[[Sequence[str]], Iterable[R]],
    names: Sequence[str],
    least: int,
    number: int | None = None,
) -> Iterator[tuple[Any, ...]]:
    """Yield what `work` makes of names, done by several processes where each has `least` at least, or by `number`.

    `work` yields tuples of texts and numbers, which pass through JSON. Raises what it raises.
    """

    def told(own: Sequence[str]) -> bytes:
        return json.dumps(list(work(own))).encode()

    number = number or shares(len(names), least)
    size = number * IN_A_LIFE
    for k in range(0, len(names), size):
        own, *others = [names[k + n : k + size : number] for n in range(number)]
        with started([partial(told, other) for other in others]) as answers:
            yield from work(own)
            for other, answer in zip(others, answers(), strict=True):
                yield from work(other) if answer is None else map(tuple, json.loads(answer))


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Keep Python from looking for garbage while much is made that stays.

    Where it was much, it is not looked through later either: records hold no circles, and go by
    themselves when nobody uses them. Looking through a million objects takes longer than to make them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_count()[0] > _MUCH:
                gc.freeze()
            gc.enable()


_MUCH = 100_000
"""Objects made that stay, from which on they are put out of the collector's sight."""
