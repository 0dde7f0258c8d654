"""The fragments of all records, kept from build to build in one SQLite file a site.

The database of the site is filled from its tables by SQLite itself, without a row passing through Python.
A token tells whether the fragments are those of the last build that ended well; if not, all are made again.
"""

import secrets
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from briefing.engine.kept import Changes, Reading, changes_from
from briefing.outputs.fragments import Fragment, Kept
from briefing.outputs.rows import TABLES
from briefing.outputs.tables import columns_of

VERSION = 3

_SCHEMA = """
CREATE TABLE units (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, place INTEGER);
CREATE TABLE texts (
  unit INTEGER NOT NULL, file TEXT NOT NULL, count INTEGER NOT NULL, size INTEGER NOT NULL, text BLOB NOT NULL
);
CREATE TABLE figures (
  unit INTEGER NOT NULL, measure TEXT NOT NULL, key TEXT NOT NULL, json BLOB NOT NULL, line BLOB NOT NULL
)
"""

_GIVEN = {"texts": "unit", "figures": "unit", **{f"rows {name}": "of unit" for name in TABLES}}
"""The tables of what units give, and the column that says which unit."""


class Rows:
    """The kept fragments of one site. Only the build that has locked the site uses it."""

    def __init__(self, path: Path) -> None:
        """Open the file, or begin it: what cannot be read, or is of another form, counts as nothing."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = self._opened()
        except sqlite3.Error:
            self._forget()
            self._connection = self._opened()
        self._written = False
        self.changes: Changes | None = None
        """What has changed since the last site was made, as far as it was made from what is here."""

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.execute("PRAGMA synchronous = OFF")  # a crash of the machine costs one whole build
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == VERSION:
            connection.execute("SELECT count(*) FROM units").fetchone()
            return connection
        if version or connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            connection.close()
            raise sqlite3.DatabaseError("another form")
        connection.execute("BEGIN")
        statements = _SCHEMA.strip().split(";\n")
        for name, row in TABLES.items():
            columns = ", ".join(f'"{c.name}"' for c in columns_of(row))
            statements.append(f'CREATE TABLE "rows {name}" ("of unit" INTEGER NOT NULL, {columns})')
            statements.append(f'CREATE INDEX "units of {name}" ON "rows {name}" ("of unit")')
        # It has all that is asked before a text is read.
        statements.append("CREATE INDEX sizes_of_texts ON texts (unit, file, count, size)")
        statements.append("CREATE INDEX units_of_figures ON figures (unit)")
        statements.append("CREATE INDEX measures ON figures (measure)")
        statements.append("CREATE INDEX places ON units (place)")
        statements.append("CREATE TABLE about (token TEXT NOT NULL)")
        for statement in statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
        return connection

    def _forget(self) -> None:
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    @property
    def token(self) -> str:
        """What the last build that ended well has left here."""
        found = self._connection.execute("SELECT token FROM about").fetchone()
        return str(found[0]) if found else ""

    def begin(self, *, anew: bool) -> None:
        """Begin to write; `anew` forgets everything first. Until `end`, nothing here counts."""
        if anew:
            self._connection.close()
            self._forget()
            self._connection = self._opened()
        self.changes = None if anew else changes_from(self._connection)
        self._connection.execute("DELETE FROM about")
        self._connection.execute("BEGIN")
        self._written = True

    def put(self, name: str, fragment: Fragment) -> None:
        """Keep a fragment in place of the one of that name."""
        execute = self._connection.execute
        found = execute("SELECT id FROM units WHERE name = ?", (name,)).fetchone()
        if found is None:
            execute("INSERT INTO units (name) VALUES (?)", (name,))
            found = execute("SELECT last_insert_rowid()").fetchone()
            for table, rows in _given(fragment).items():
                self._replace(found[0], table, [], rows)
        else:
            for table, rows in _given(fragment).items():
                self._replace(found[0], table, self._kept_rows(found[0], table), rows)

    def _kept_rows(self, unit: int, table: str) -> list[tuple[object, ...]]:
        rows = self._connection.execute(
            f'SELECT * FROM "{table}" WHERE "{_GIVEN[table]}" = ? ORDER BY rowid',  # noqa: S608 - names are the package's own
            (unit,),
        )
        return [row[1:] for row in rows]

    def _replace(
        self, unit: int, table: str, before: Sequence[tuple[object, ...]], rows: Sequence[tuple[object, ...]]
    ) -> None:
        """Put a unit's rows of a table in place of those before, if they are others."""
        if before == rows:
            return
        if before:
            self._connection.execute(f'DELETE FROM "{table}" WHERE "{_GIVEN[table]}" = ?', (unit,))  # noqa: S608 - as above
        if rows:
            places = ", ".join("?" * (len(rows[0]) + 1))
            self._connection.executemany(
                f'INSERT INTO "{table}" VALUES ({places})',  # noqa: S608 - as above
                ((unit, *row) for row in rows),
            )
        if self.changes is None:
            return
        if table == "texts":
            self._note_texts(unit, before, rows)
        elif table == "figures":
            self.changes.figures.update(str(measure) for measure, *_ in set(before) ^ set(rows))
        else:
            self.changes.rows.setdefault(table.removeprefix("rows "), {})[unit] = len(before)

    def _note_texts(
        self, unit: int, before: Sequence[tuple[object, ...]], rows: Sequence[tuple[object, ...]]
    ) -> None:
        """Note how long the texts of a unit were that are others now."""
        if self.changes is not None:
            sizes = {str(file): int(str(size)) for file, _, size, _ in before}
            for file, *_ in set(before) ^ set(rows):
                self.changes.texts.setdefault(str(file), {})[unit] = sizes.get(str(file), 0)

    def _remove(self, name: str) -> None:
        found = self._connection.execute("SELECT id FROM units WHERE name = ?", (name,)).fetchone()
        if self.changes is not None:
            self._note_texts(found[0], self._kept_rows(found[0], "texts"), [])
            self.changes.figures.update(str(m) for m, *_ in self._kept_rows(found[0], "figures"))
        for table, column in _GIVEN.items():
            self._connection.execute(f'DELETE FROM "{table}" WHERE "{column}" = ?', found)  # noqa: S608 - as above
        self._connection.execute("DELETE FROM units WHERE id = ?", found)

    def take(self, other: Path) -> None:
        """Keep all fragments of another file, none of which is here. Raises sqlite3.Error."""
        execute = self._connection.execute
        execute("COMMIT")
        execute("ATTACH ? AS other", (str(other),))
        execute("BEGIN")
        (last,) = execute("SELECT coalesce(max(id), 0) FROM units").fetchone()
        execute("INSERT INTO units SELECT id + ?, name, place FROM other.units", (last,))
        for table, unit in _GIVEN.items():
            columns = [c for _, c, *_ in execute(f'PRAGMA table_info("{table}")').fetchall()]
            taken = ", ".join(f'"{c}"' for c in columns[1:])
            execute(
                f'INSERT INTO main."{table}" SELECT "{unit}" + ?, {taken} FROM other."{table}" ORDER BY rowid',  # noqa: S608 - as above
                (last,),
            )
        execute("COMMIT")
        execute("DETACH other")
        execute("BEGIN")

    def arrange(self, names: Sequence[str] | None) -> None:
        """Say which units there are, in which order; others are removed. None leaves them as they are."""
        if names is None:
            self._connection.execute("COMMIT")
            return
        known = {n for (n,) in self._connection.execute("SELECT name FROM units")}
        for name in known - set(names):
            self._remove(name)
        self._connection.executemany(
            "UPDATE units SET place = ? WHERE name = ? AND place IS NOT ?",
            ((n, name, n) for n, name in enumerate(names)),
        )
        self._connection.execute("COMMIT")

    def end(self) -> str:
        """Let what is here count, and return its token."""
        if self._written:
            self._connection.execute("DELETE FROM about")
            self._connection.execute("INSERT INTO about VALUES (?)", (secrets.token_hex(8),))
            self._written = False
        return self.token

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # --- what the files are put together from ----------------------------------------------

    def kept(self, changes: Changes | None = None) -> Kept:
        """Return the fragments, in their order; `changes` since the last site, where they are known."""
        return Reading(self._connection, self.path, changes).kept()


def _given(fragment: Fragment) -> dict[str, list[tuple[object, ...]]]:
    """Return what a fragment gives to each table, as it is kept there."""
    rows = dict(fragment.rows)
    return {
        "texts": [(t.file, t.count, len(t.content), t.content) for t in fragment.texts],
        "figures": [(f.measure, f.key, f.json, f.line) for f in fragment.figures],
        **{f"rows {name}": list(map(tuple, rows.get(name, ()))) for name in TABLES},
    }
