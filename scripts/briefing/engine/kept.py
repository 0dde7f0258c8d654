"""What the kept fragments of a site give to its files: all of it, or what is new since the last site."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from briefing.outputs.fragments import Figure, Kept
from briefing.outputs.rows import TABLES
from briefing.outputs.splicing import Splice
from briefing.outputs.tables import Table, columns_of

_FEW = 10
"""Rows of the last site's database are changed where at most one unit of so many is new: others are filled anew."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is not as the last site had it."""

    units: Sequence[int]
    """The units that it had, in their order."""
    texts: dict[str, dict[int, int]] = field(default_factory=dict)
    """By file, the units whose text is new or gone, and how long it was in bytes: 0 where there was none."""
    figures: set[str] = field(default_factory=set)
    """Measures of which a figure is new or gone."""
    rows: dict[str, dict[int, int]] = field(default_factory=dict)
    """By table, the units whose rows are new, and how many they were."""


def changes_from(connection: sqlite3.Connection) -> Changes:
    """Begin to note what changes from what is kept now."""
    return Changes(_units(connection))


# The order of these joins is given: unit by unit, so that nothing of them is sorted in memory.


def _units(connection: sqlite3.Connection) -> list[int]:
    return [unit for (unit,) in connection.execute("SELECT id FROM units ORDER BY place")]


class Reading:
    """Reads the fragments through one connection."""

    def __init__(self, connection: sqlite3.Connection, path: Path, changes: Changes | None) -> None:
        """Take the connection to the file of that place, and what is new since the last site, if known."""
        self._connection = connection
        self._path = path
        self._changes = changes
        self._now = _units(connection) if changes is not None else []

    def kept(self) -> Kept:
        """Return what the files are put together from."""
        return Kept(
            self._count,
            self._texts,
            self._splice,
            self._figures,
            self._citing,
            fill,
            self._update,
            self._path,
        )

    @cached_property
    def _totals(self) -> Mapping[str, tuple[int, int]]:
        """How many entries each file has, and how many bytes."""
        found = self._connection.execute("SELECT file, sum(count), sum(size) FROM texts GROUP BY file")
        return {file: (count, size) for file, count, size in found}

    def _count(self, file: str) -> int:
        return self._totals.get(file, (0, 0))[0]

    def _texts(self, file: str) -> Iterator[bytes]:
        found = self._connection.execute(
            "SELECT text FROM units CROSS JOIN texts ON unit = id WHERE file = ? ORDER BY place", (file,)
        )
        return (text for (text,) in found)

    def _figures(self, measure: str) -> Mapping[str, Figure]:
        found = self._connection.execute("SELECT key, json, line FROM figures WHERE measure = ?", (measure,))
        return {key: Figure(measure, key, json, line) for key, json, line in found}

    def _citing(self, sources: Collection[str]) -> Mapping[str, str]:
        found = self._connection.execute(
            'SELECT source, min(claim) FROM "rows citations" WHERE response = 0 '
            "AND source IN (SELECT value FROM json_each(?)) GROUP BY source",
            (json.dumps(list(sources)),),
        )
        return dict(found)

    def _splice(self, file: str) -> Splice | None:
        changes = self._changes
        if changes is None:
            return None
        new = changes.texts.get(file, {})
        if not new and changes.units == self._now:
            _, size = self._totals.get(file, (0, 0))
            return Splice(size, [range(size)] if size else [])
        now = self._sizes(file)
        before = {unit: size for unit, size in {**now, **new}.items() if size}
        places, end = dict[int, range](), 0
        for unit in changes.units:
            if size := before.get(unit, 0):
                places[unit] = range(end, end + size)
                end += size
        pieces: list[range | Callable[[], bytes]] = []
        for unit in now:
            if unit in new:
                pieces.append(partial(self._text, unit, file))
                continue
            place, last = places[unit], pieces[-1] if pieces else None
            if isinstance(last, range) and last.stop == place.start:
                pieces[-1] = range(last.start, place.stop)
            else:
                pieces.append(place)
        return Splice(end, pieces)

    def _sizes(self, file: str) -> dict[int, int]:
        """Return the units with a text in a file, in their order, and its size in bytes."""
        found = self._connection.execute(
            "SELECT id, size FROM units CROSS JOIN texts ON unit = id WHERE file = ? ORDER BY place", (file,)
        )
        return dict(found)

    def _text(self, unit: int, file: str) -> bytes:
        (text,) = self._connection.execute(
            "SELECT text FROM texts WHERE unit = ? AND file = ?", (unit, file)
        ).fetchone()
        return bytes(text)

    def _update(self, connection: sqlite3.Connection) -> Collection[str] | None:
        """Change the rows of the last site's database that are new, each in its place."""
        changes = self._changes
        if changes is None or changes.units != self._now:
            return None
        new = set[int]().union(*changes.rows.values())
        if len(new) * _FEW > len(changes.units):
            return None
        places = {table: _places(connection, table, units) for table, units in changes.rows.items()}
        if any(
            len(places[table].get(unit, ())) != count
            for table, units in changes.rows.items()
            for unit, count in units.items()
        ):
            return None  # rows after these have other numbers now, by which search knows them
        for table, units in changes.rows.items():
            for unit in units:
                _replace(connection, table, unit, places[table].get(unit, range(0)))
        return changes.rows.keys()


def fill(connection: sqlite3.Connection, table: Table) -> None:
    """Fill a table of the site's database from that of the kept fragments, which are attached."""
    columns = ", ".join(f'r."{c.name}"' for c in table.columns)
    connection.execute(
        f'INSERT INTO "{table.name}" SELECT {columns} FROM kept.units u '  # noqa: S608 - names are the package's own
        f'CROSS JOIN kept."rows {table.name}" r ON r."of unit" = u.id ORDER BY u.place, r.rowid'
    )


def _places(connection: sqlite3.Connection, table: str, units: Collection[int]) -> dict[int, range]:
    """Return the numbers that `fill` gives to the rows of some units."""
    found, last = dict[int, range](), 0
    for unit, count in connection.execute(
        f'SELECT u.id, count(*) FROM kept.units u CROSS JOIN kept."rows {table}" r ON r."of unit" = u.id '  # noqa: S608 - as above
        "GROUP BY u.place ORDER BY u.place"
    ):
        if unit in units:
            found[unit] = range(last + 1, last + count + 1)
        last += count
    return found


def _replace(connection: sqlite3.Connection, table: str, unit: int, place: range) -> None:
    """Put the rows of a unit into a table in place of as many."""
    columns = ", ".join(f'"{c.name}"' for c in columns_of(TABLES[table]))
    connection.execute(
        f'DELETE FROM "{table}" WHERE rowid >= ? AND rowid < ?',  # noqa: S608 - as above
        (place.start, place.stop),
    )
    connection.execute(
        f'INSERT INTO "{table}" (rowid, {columns}) '  # noqa: S608 - as above
        f"SELECT ? + row_number() OVER (ORDER BY rowid) - 1, {columns} "
        f'FROM kept."rows {table}" WHERE "of unit" = ?',
        (place.start, unit),
    )
