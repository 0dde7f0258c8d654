"""Tables as one SQLite database, with keys, indexes and full-text search.

The bytes depend on the tables and the version of SQLite alone: nothing in the file is a time
or a random number, and `VACUUM` lays the pages out in one order.
"""

import datetime as dt
import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from briefing.outputs.records import number
from briefing.outputs.splicing import copy_file
from briefing.outputs.tables import Column, ColumnType, Table, Value

SEARCHED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("briefs", ("title", "bottom_line", "why_it_matters")),
    ("claims", ("text", "origin")),
)
"""Tables with full-text search, and the columns that it searches: `claims_fts` for `claims`."""

SCHEMA_VERSION = 1
"""The database's `user_version`; it grows when a table or a column goes or changes its meaning."""

_SQL_TYPES = {
    ColumnType.STRING: "TEXT",
    ColumnType.INTEGER: "INTEGER",
    ColumnType.NUMBER: "NUMERIC",
    ColumnType.BOOLEAN: "INTEGER",
    ColumnType.DATE: "TEXT",
    ColumnType.LIST: "TEXT",
}

_LARGEST = 2**63 - 1


Fill = Callable[[sqlite3.Connection, Table], None]
"""Puts the rows of a table into it, in their order."""

Update = Callable[[sqlite3.Connection], Collection[str] | None]
"""Changes rows, and returns the tables where it did; None, where it cannot."""


def database(tables: Sequence[Table]) -> bytes:
    """Return a database that holds the tables, as the bytes of its file.

    Tables have the names and columns of the CSV; a column that names a table leads to its `id`.
    Raises sqlite3.IntegrityError where a row leads nowhere, or a key is there twice.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        _put(connection, tables, _fill)
        _complete(connection)
        connection.execute("VACUUM")
        return connection.serialize()


def write_database(path: Path, tables: Sequence[Table], fill: Fill, kept: Path) -> None:
    """Write the same bytes to a file, without holding them in memory.

    `fill` takes the place of the tables' own rows; it finds the database `kept` attached by that name.
    Raises sqlite3.IntegrityError, as above.
    """
    loose = path.with_name(f"{path.name}.loose")
    with closing(sqlite3.connect(loose, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")  # if this ends early, the file is nothing
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("ATTACH ? AS kept", (str(kept),))
        _put(connection, tables, fill)
        connection.execute("DETACH kept")
        _complete(connection)
        # Into another file: in place, it would be copied through the folder for temporary files.
        connection.execute("VACUUM INTO ?", (str(path),))
    loose.unlink()
    _forget_counters(path)


def update_database(path: Path, last: Path, update: Update, kept: Path) -> bool:
    """Write the same bytes to a file, from the last site's database: nothing, where they are the same.

    `update` finds the database `kept` attached by that name. Rows keep their places in the tables, and
    VACUUM lays out anew what holds them, so that nothing of the last database's pages is left.
    Returns False where `write_database` is needed, which also says what may be wrong.
    """
    loose = path.with_name(f"{path.name}.loose")
    copy_file(last, loose)
    try:
        with closing(sqlite3.connect(loose, isolation_level=None)) as connection:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = ON"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("ATTACH ? AS kept", (str(kept),))
            connection.execute("BEGIN")
            connection.execute("PRAGMA defer_foreign_keys = ON")  # rows may lead to later ones
            changed = update(connection)
            connection.execute("COMMIT")
            connection.execute("DETACH kept")
            if not changed:
                return changed is not None
            for name, _ in SEARCHED:
                if name in changed:
                    _fill_search(connection, name)
            # VACUUM counts the schema up by one: it has done so for the last database.
            (version,) = connection.execute("PRAGMA schema_version").fetchone()
            connection.execute(f"PRAGMA schema_version = {version - 1}")
            connection.execute("VACUUM INTO ?", (str(path),))
    except sqlite3.Error:
        path.unlink(missing_ok=True)
        return False
    finally:
        loose.unlink()
    _forget_counters(path)
    return True


_COUNTERS = (24, 92, 96)
"""Where a database's header says how often it was changed, and by which version: in memory it does not."""


def _forget_counters(path: Path) -> None:
    with path.open("r+b") as stream:
        for place in _COUNTERS:
            stream.seek(place)
            stream.write(bytes(4))


def _put(connection: sqlite3.Connection, tables: Sequence[Table], fill: Fill) -> None:
    connection.execute("PRAGMA page_size = 4096")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("BEGIN")
    # Rows may lead to later ones: SQLite holds keys only where asked, and is asked at the end.
    for table in tables:
        connection.execute(create_statement(table))
        fill(connection, table)
        for column in table.columns:
            if _needs_index(column, table):
                connection.execute(
                    f'CREATE INDEX "{table.name}_{column.name}" ON "{table.name}" ("{column.name}")'
                )
    connection.execute("COMMIT")


def _complete(connection: sqlite3.Connection) -> None:
    _check_references(connection)
    for name, columns in SEARCHED:
        _add_search(connection, name, columns)


def _fill(connection: sqlite3.Connection, table: Table) -> None:
    places = ", ".join("?" * len(table.columns))
    connection.executemany(
        f'INSERT INTO "{table.name}" VALUES ({places})',  # noqa: S608 - names are this package's own
        stored_rows(table),
    )


def stored_rows(table: Table) -> list[list[str | int | float | None]]:
    """Return the rows of a table as SQLite holds them."""
    return [[stored(v) for v in table.cells(row)] for row in table.rows]


def create_statement(table: Table) -> str:
    """Return the SQL that makes a table; the meaning of each column stands beside it as a comment."""
    columns = table.columns
    lines = [(_definition(c), c.meaning) for c in columns]
    keys = ", ".join(f'"{c.name}"' for c in columns if c.is_key)
    lines.append((f"PRIMARY KEY ({keys})", ""))
    lines += [(f'FOREIGN KEY ("{c.name}") REFERENCES "{c.to}" ("id")', "") for c in columns if c.to]
    body = [
        f"  {sql}{',' if n < len(lines) else ''}{f' -- {meaning}' if meaning else ''}"
        for n, (sql, meaning) in enumerate(lines, 1)
    ]
    return "\n".join([f'CREATE TABLE "{table.name}" ( -- {table.meaning}', *body, ")"])


def _definition(column: Column) -> str:
    return f'"{column.name}" {_SQL_TYPES[column.type]}{" NOT NULL" if column.required else ""}'


def stored(value: Value) -> str | int | float | None:
    """Return a value as SQLite holds it: 0 and 1 for booleans, ISO 8601 for days, "a b c" for lists.

    An empty list is NULL. A whole number beyond 64 bits becomes the nearest floating-point one.
    """
    match value:
        case bool():
            return int(value)
        case Decimal():
            found = number(value)
            return found if abs(found) <= _LARGEST else float(found)
        case dt.date():
            return value.isoformat()
        case tuple():
            return " ".join(value) or None
        case str():
            return str(value)  # an enum's member is not a plain text to SQLite's driver
        case _:
            return value


def _needs_index(column: Column, table: Table) -> bool:
    """Whether an index helps: on what leads elsewhere, unless the primary key begins with it."""
    first_key = next(c.name for c in table.columns if c.is_key)
    return (column.indexed or column.to is not None) and column.name != first_key


def _check_references(connection: sqlite3.Connection) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        table, row, to, _ = broken
        raise sqlite3.IntegrityError(f"row {row} of {table} leads to no row of {to}")


def _add_search(connection: sqlite3.Connection, name: str, columns: Sequence[str]) -> None:
    """Add full-text search over columns of a table, which keeps the texts (FTS5, external content).

    `content` is how Datasette finds a table's search. Rows were put in one after another and
    none was taken away, so that VACUUM keeps their numbers, by which the two are joined.
    """
    names = ", ".join(f'"{c}"' for c in columns)
    connection.execute(
        f'CREATE VIRTUAL TABLE "{name}_fts" USING fts5 '
        f"({names}, content=\"{name}\", tokenize='porter unicode61 remove_diacritics 2')"
    )
    _fill_search(connection, name)


def _fill_search(connection: sqlite3.Connection, name: str) -> None:
    for command in ("rebuild", "optimize"):
        connection.execute(f'INSERT INTO "{name}_fts" ("{name}_fts") VALUES (?)', (command,))  # noqa: S608 - as above
