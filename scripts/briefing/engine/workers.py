"""Work shared out to processes that begin as copies of this one.

What they need is there before they part, so that nothing large is sent to them; what they return is small.
"""

import gc
import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, Self, TypeVar

from briefing.engine.lifeline import end_with

R = TypeVar("R")

MOST_IN_A_SHARE = 24
"""Tasks that a process takes at once: few enough that all end together."""

FEW = 12
"""Up to so many tasks are done here: a process takes some hundredths of a second to begin."""

MANY = 500
"""Tasks from which on the collector first looks through everything in memory: that takes as long as some
dozens of them, and keeps processes that live long from copying garbage."""

IN_A_LIFE, IN_A_SHORT_ONE = 2000, 1000
"""Tasks after which processes are begun anew. What they share with this one they copy bit by bit, for to read
an object is to count who refers to it: a process that lives long has the whole record for itself, and each that
is begun copies anew what all read."""

LARGE = 30_000
"""Tasks from which on lives are short: a smaller record may be copied whole."""

_work: Callable[[str], Any] | None = None


def run(work: Callable[[str], R], names: Sequence[str], jobs: int) -> Iterator[R]:
    """Yield what `work` returns for each name, as they are done. Raises what a task raises."""
    global _work
    if jobs < 2 or len(names) <= FEW or not hasattr(os, "fork"):
        with _collecting():
            for name in names:
                yield work(name)
        return
    _work = work
    lives = -(-len(names) // (IN_A_LIFE if len(names) < LARGE else IN_A_SHORT_ONE))
    size = -(-len(names) // lives)
    try:
        for k in range(0, len(names), size):
            yield from _lived(names[k : k + size], jobs)
    finally:
        gc.unfreeze()
        _work = None


def _lived(names: Sequence[str], jobs: int) -> Iterator[Any]:
    """Yield what is made of some names by processes that live for them alone."""
    size = max(1, min(MOST_IN_A_SHARE, len(names) // (jobs * 8)))
    shares = [names[k : k + size] for k in range(0, len(names), size)]
    if len(names) > MANY:
        gc.collect()
    gc.freeze()  # so that the collector does not touch, and so copy, what processes share
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads: none of ours run
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), _begin, (os.getpid(),)) as pool:
            futures = {pool.submit(_share, share) for share in shares}
            try:
                while futures:
                    done, futures = wait(futures, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield from future.result()
            except BaseException:
                # What has begun is waited for: it writes into a folder that is removed next.
                pool.shutdown(wait=True, cancel_futures=True)
                raise


@contextmanager
def _collecting() -> Iterator[None]:
    """Look for garbage now and then: pages leave trees that hold circles."""
    was_on, before = gc.isenabled(), gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not was_on:
            gc.disable()


def _begin(parent: int) -> None:
    end_with(parent)
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def _share(names: Sequence[str]) -> list[Any]:
    assert _work is not None  # noqa: S101 - set before the processes part
    return [_work(name) for name in names]


class Aside:
    """One piece of work that is done by a process of its own, while this one goes on."""

    def __init__(self, work: Callable[[], R], *, wanted: bool = True, forks: bool = True) -> None:
        """Take the work; where it is not wanted, the result is None. Without `forks` it is done here."""
        self._work = work if wanted else None
        self._forks = forks and hasattr(os, "fork")
        self._pool: ProcessPoolExecutor | None = None
        self._future: Future[Any] | None = None

    def __enter__(self) -> Self:
        if self._work is not None and self._forks:
            global _aside
            _aside = self._work
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context = multiprocessing.get_context("fork")
                self._pool = ProcessPoolExecutor(1, context, end_with, (os.getpid(),))
                self._future = self._pool.submit(_do_aside)
            _aside = None
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        """Let go of the process, which has a copy of the record in memory."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    @property
    def result(self) -> Any:
        """What the work returned, once it is done. Raises what it raised."""
        if self._future is not None:
            try:
                return self._future.result()
            finally:
                self._end()
        return self._work() if self._work is not None else None


_aside: Callable[[], Any] | None = None


def _do_aside() -> Any:
    assert _aside is not None  # noqa: S101 - set before the processes part
    return _aside()
