"""How long each phase of a build takes."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: seconds by the clock, and of all processors."""

    name: str
    wall: float
    cpu: float


class Timings:
    """The phases of a build, in their order."""

    def __init__(self) -> None:
        self._phases: dict[str, Phase] = {}
        self._begun = time.monotonic(), _cpu()

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what is done inside. Of two with one name both are counted, where the first was."""
        wall, cpu = time.monotonic(), _cpu()
        try:
            yield
        finally:
            before = self._phases.get(name, Phase(name, 0.0, 0.0))
            self._phases[name] = Phase(name, before.wall + time.monotonic() - wall, before.cpu + _cpu() - cpu)

    @property
    def phases(self) -> list[Phase]:
        """All phases, in the order in which they first came."""
        return list(self._phases.values())

    @property
    def seconds(self) -> float:
        """Seconds since the build began."""
        return time.monotonic() - self._begun[0]

    def table(self) -> str:
        """Return the phases as a table of text, the whole in its last line."""
        wall, cpu = self._begun
        rows = [*self.phases, Phase("in all", time.monotonic() - wall, _cpu() - cpu)]
        width = max(len(r.name) for r in rows)
        lines = [f"{'phase':<{width}}   seconds  of processors"]
        lines += [f"{r.name:<{width}}  {r.wall:8.2f}  {r.cpu:13.2f}" for r in rows]
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        lines.append(f"most memory of one process: {max(own, children) / 1024:,.0f} MB")
        return "\n".join(lines)


def _cpu() -> float:
    """Return the processors' seconds so far, those of processes that have ended among them."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
