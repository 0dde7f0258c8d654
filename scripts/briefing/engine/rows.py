"""The fragments of all records, kept from build to build in one SQLite file a site.

The database of the site is filled from its tables by SQLite itself, without a row passing through Python.
A token tells whether the fragments are those of the last build that ended well; if not, all are made again.
"""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from briefing.outputs.fragments import Fragment, Kept
from briefing.outputs.rows import TABLES
from briefing.outputs.tables import Table, columns_of

VERSION = 2

_SCHEMA = """
CREATE TABLE units (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, place INTEGER);
CREATE TABLE listed (unit INTEGER NOT NULL, n INTEGER NOT NULL, list TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE figures (unit INTEGER NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, line TEXT NOT NULL);
CREATE TABLE lines (unit INTEGER NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL)
"""


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
        statements += [f"CREATE INDEX units_of_{t} ON {t} (unit)" for t in ("listed", "figures", "lines")]
        statements.append("CREATE INDEX keys ON figures (key)")
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
        self._connection.execute("DELETE FROM about")
        self._connection.execute("BEGIN")
        self._written = True

    def put(self, name: str, fragment: Fragment) -> None:
        """Keep a fragment in place of the one of that name."""
        execute = self._connection.execute
        unit = self._remove(name)
        if unit is None:
            execute("INSERT INTO units (name) VALUES (?)", (name,))
            unit = int(execute("SELECT last_insert_rowid()").fetchone()[0])
        many = self._connection.executemany
        many(
            "INSERT INTO listed VALUES (?, ?, ?, ?)",
            ((unit, n, k, j) for n, (k, _, j) in enumerate(fragment.listed)),
        )
        many("INSERT INTO figures VALUES (?, ?, ?, ?)", ((unit, *f) for f in fragment.figures))
        many("INSERT INTO lines VALUES (?, ?, ?)", ((unit, *t) for t in fragment.lines))
        for table, rows in fragment.rows:
            places = ", ".join("?" * (len(rows[0]) + 1))
            many(f'INSERT INTO "rows {table}" VALUES ({places})', ((unit, *r) for r in rows))  # noqa: S608 - names are the package's own

    def _remove(self, name: str) -> int | None:
        """Remove what a unit gave, and return its number."""
        found = self._connection.execute("SELECT id FROM units WHERE name = ?", (name,)).fetchone()
        if found is None:
            return None
        for table in ("listed", "figures", "lines"):
            self._connection.execute(f"DELETE FROM {table} WHERE unit = ?", found)  # noqa: S608 - as above
        for table in TABLES:
            self._connection.execute(f'DELETE FROM "rows {table}" WHERE "of unit" = ?', found)  # noqa: S608 - as above
        return int(found[0])

    def take(self, other: Path) -> None:
        """Keep all fragments of another file, none of which is here. Raises sqlite3.Error."""
        execute = self._connection.execute
        execute("COMMIT")
        execute("ATTACH ? AS other", (str(other),))
        execute("BEGIN")
        (last,) = execute("SELECT coalesce(max(id), 0) FROM units").fetchone()
        execute("INSERT INTO units SELECT id + ?, name, place FROM other.units", (last,))
        for table in ("listed", "figures", "lines", *(f'"rows {name}"' for name in TABLES)):
            unit = '"of unit"' if table.startswith('"') else "unit"
            columns = [c for _, c, *_ in execute(f"PRAGMA table_info({table})").fetchall()]
            taken = ", ".join(f'"{c}"' for c in columns[1:])
            execute(
                f"INSERT INTO main.{table} SELECT {unit} + ?, {taken} FROM other.{table} ORDER BY rowid",  # noqa: S608 - as above
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
            unit = self._remove(name)
            self._connection.execute("DELETE FROM units WHERE id = ?", (unit,))
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

    def kept(self) -> Kept:
        """Return the fragments, in their order."""
        return Kept(self._count, self._listed, self._figure, self._lines, _fill, self.path)

    # The order of these joins is given: unit by unit, so that nothing of them is sorted in memory.

    def _count(self, name: str) -> int:
        found = self._connection.execute("SELECT count(*) FROM listed WHERE list = ?", (name,)).fetchone()
        return int(found[0])

    def _listed(self, name: str) -> Iterator[str]:
        found = self._connection.execute(
            "SELECT json FROM units CROSS JOIN listed ON unit = id WHERE list = ? ORDER BY place, n", (name,)
        )
        return (json for (json,) in found)

    def _figure(self, key: str) -> tuple[str, str]:
        found = self._connection.execute("SELECT json, line FROM figures WHERE key = ?", (key,)).fetchone()
        return found[0], found[1]

    def _lines(self, name: str) -> Iterator[str]:
        found = self._connection.execute(
            "SELECT text FROM units CROSS JOIN lines ON unit = id WHERE lines.name = ? ORDER BY place",
            (name,),
        )
        return (text for (text,) in found)


def _fill(connection: sqlite3.Connection, table: Table) -> None:
    """Fill a table of the site's database from that of the kept fragments."""
    columns = ", ".join(f'r."{c.name}"' for c in table.columns)
    connection.execute(
        f'INSERT INTO "{table.name}" SELECT {columns} FROM kept.units u '  # noqa: S608 - as above
        f'CROSS JOIN kept."rows {table.name}" r ON r."of unit" = u.id ORDER BY u.place, r.rowid'
    )
