"""Measured rows, kept in a file so that a run can be done in parts."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured of one row at one size, or why nothing was."""

    size: int
    """How many briefs."""
    row: str
    date: str
    """The day, as 2026-10-31."""
    wall: float | None = None
    """Seconds; the median of the runs."""
    cpu: float | None = None
    """Seconds of user and system time, children included; the median."""
    peak: int | None = None
    """Bytes of all processes together at the worst moment; the largest."""
    sent: int | None = None
    """Bytes over the wire, of a search."""
    runs: int = 1
    note: str = ""
    failed: str = ""
    """Why there is no number."""


@dataclass(slots=True)
class Results:
    """All that is known, by size and row."""

    file: Path
    machine: dict[str, str] = field(default_factory=dict)
    _found: dict[tuple[int, str], Result] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> "Results":
        """Return what a file holds; nothing where it is not there."""
        results = cls(file)
        if file.is_file():
            stored = json.loads(file.read_text(encoding="utf-8"))
            results.machine = stored["machine"]
            rows = [Result(**row) for row in stored["results"]]
            results._found = {(r.size, r.row): r for r in rows}
        return results

    def keep(self, result: Result) -> None:
        """Add a row in place of what was known of it, and write the file."""
        self._found[result.size, result.row] = result
        self.file.parent.mkdir(parents=True, exist_ok=True)
        rows = [asdict(r) for r in self]
        text = json.dumps({"machine": self.machine, "results": rows}, indent=1)
        new = self.file.with_suffix(".new")
        new.write_text(text + "\n", encoding="utf-8")
        new.replace(self.file)

    def of(self, size: int, row: str) -> Result | None:
        """Return a row, if anything is known of it."""
        return self._found.get((size, row))

    def __iter__(self) -> Iterator[Result]:
        """Yield all rows, by size."""
        return iter(sorted(self._found.values(), key=lambda r: r.size))

    @property
    def sizes(self) -> list[int]:
        """Every size of which anything is known, the smallest first."""
        return sorted({size for size, _ in self._found})
