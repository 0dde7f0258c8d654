"""Tables: rows of one type, with keys, as CSV (RFC 4180, UTF-8, a header line) or for a database.

A row is a flat record whose annotations are the table's definition: a column's type, whether it
may be empty, its meaning (the docstring), `Key` and `To`. SQL and Table Schema are made from them.
"""

import csv
import datetime as dt
import io
import re
import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Union, get_args, get_origin

from briefing.outputs.records import Output

Value = str | int | Decimal | bool | dt.date | tuple[str, ...] | None
"""What a cell may hold."""


@dataclass(frozen=True, slots=True)
class Key:
    """The column belongs to the primary key."""


@dataclass(frozen=True, slots=True)
class To:
    """The column holds the key of a row of another table."""

    table: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """The column is looked up by, and gets an index."""


class Row(Output):
    """A row of a table. Its docstring says what the table holds."""


class ColumnType(StrEnum):
    """The type of a column, by its name in Table Schema (Data Package 2.0)."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"
    """Texts that hold no space (ids, references, addresses), with a space between them."""


_TYPES: tuple[tuple[type, ColumnType], ...] = (
    (bool, ColumnType.BOOLEAN),  # before int, of which it is one
    (int, ColumnType.INTEGER),
    (Decimal, ColumnType.NUMBER),
    (dt.date, ColumnType.DATE),
    (tuple, ColumnType.LIST),
    (str, ColumnType.STRING),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    type: ColumnType
    meaning: str
    """What it holds, in a sentence or two."""
    required: bool
    """Whether every row has a value."""
    choices: tuple[str, ...]
    """The values that it may have today, where they are a list; empty otherwise."""
    is_key: bool
    to: str | None
    """The table whose `id` it holds."""
    indexed: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one type, in a stable order."""

    name: str
    row: type[Row]
    rows: tuple[Row, ...]

    @property
    def meaning(self) -> str:
        """What the table holds."""
        return " ".join((self.row.__doc__ or "").split())

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns, in order."""
        return columns_of(self.row)

    def cells(self, row: Row) -> tuple[Value, ...]:
        """Return the values of a row, in the order of the columns."""
        return tuple(getattr(row, name) for name in self.row.model_fields)


def columns_of(row: type[Row]) -> tuple[Column, ...]:
    """Return the columns that a type of rows has."""
    found = []
    for name, info in row.model_fields.items():
        options = [info.annotation]
        if get_origin(info.annotation) in (Union, types.UnionType):
            options = [a for a in get_args(info.annotation) if a is not type(None)]
        python = get_origin(options[0]) or options[0]
        assert isinstance(python, type)  # noqa: S101 - rows are declared in this package only
        found.append(
            Column(
                name=name,
                type=next(t for base, t in _TYPES if issubclass(python, base)),
                meaning=" ".join((info.description or "").split()),
                required=type(None) not in get_args(info.annotation) and python is not tuple,
                choices=tuple(python) if issubclass(python, StrEnum) else (),
                is_key=any(isinstance(m, Key) for m in info.metadata),
                to=next((m.table for m in info.metadata if isinstance(m, To)), None),
                indexed=any(isinstance(m, Indexed) for m in info.metadata),
            )
        )
    return tuple(found)


# --- CSV -----------------------------------------------------------------------------------


def table_csv(table: Table) -> str:
    """Return a table as CSV."""
    return as_csv([c.name for c in table.columns], [[text(v) for v in table.cells(r)] for r in table.rows])


def text(value: Value) -> str:
    """Return a value as a cell's text: nothing for what is not known, `true`, `2022-02-05`, `a b c`."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case tuple():
            return " ".join(value)
        case _:
            return str(value)


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows as CSV. A cell that a spreadsheet would run as a formula begins with `'`."""
    return _lines([columns]) + _lines([[inert(cell) for cell in row] for row in rows])


def header(columns: Sequence[Column]) -> str:
    """Return the first line of a table as CSV."""
    return _lines([[c.name for c in columns]])


def csv_rows(table: Table) -> str:
    """Return the rows of a table as CSV, without the line that names the columns."""
    return _lines([[inert(text(v)) for v in table.cells(row)] for row in table.rows])


def _lines(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


STARTERS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""First characters by which spreadsheets know a formula (OWASP, CSV injection); the last four are
the full-width forms of the first."""

_DANGEROUS = re.compile(f"'*[{re.escape(STARTERS)}]")
_GUARDED = re.compile(f"''*[{re.escape(STARTERS)}]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet runs: `'` goes before a formula. Numbers stay as they are.

    A cell that begins with `'` and a formula gets one more, so that `uninert` loses nothing.
    """
    return "'" + cell if _DANGEROUS.match(cell) and not _NUMBER.fullmatch(cell) else cell


def uninert(cell: str) -> str:
    """Return what `inert` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell
