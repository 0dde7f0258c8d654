"""The database, as SQLite and Datasette see it."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pytest

from briefing.outputs.database import (
    SCHEMA_VERSION,
    SEARCHED,
    database,
    stored,
    update_database,
    write_database,
)
from briefing.outputs.dataset import Dataset, collect
from briefing.outputs.rows import TABLES, tables_of
from briefing.outputs.tables import Key, Row, Table, To
from briefing.view import View

ROOT = Path(__file__).parent.parent.parent
HOSTILE = "<script>alert(1)</script> | **x** {{ y }} [z](javascript:1) {: onclick=alert(1)}"
Case = Callable[..., View]


@pytest.fixture(scope="module")
def data(real_view: View) -> Dataset:
    """Give the records of the project's own corpus."""
    return collect(real_view)


@pytest.fixture(scope="module")
def connection(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Give a connection to the project's own database, read from a file as readers do."""
    path = tmp_path_factory.mktemp("database") / "briefing.sqlite"
    path.write_bytes(database(tables_of(data)))
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield connection


def test_the_file_is_sound(connection: sqlite3.Connection) -> None:
    """SQLite finds no damage, no row that leads nowhere, and no index that differs from its texts."""
    assert [("ok",)] == connection.execute("PRAGMA integrity_check").fetchall()
    assert [] == connection.execute("PRAGMA foreign_key_check").fetchall()
    assert [(4096,)] == connection.execute("PRAGMA page_size").fetchall()
    assert [(0,)] == connection.execute("PRAGMA freelist_count").fetchall()
    assert [(SCHEMA_VERSION,)] == connection.execute("PRAGMA user_version").fetchall()


def test_a_file_has_the_same_bytes(data: Dataset, tmp_path: Path) -> None:
    """Whether it is made in memory, or on the disk from rows in another database."""
    kept = tmp_path / "kept"
    kept.write_bytes(database(tables_of(data)))

    def fill(connection: sqlite3.Connection, table: Table) -> None:
        connection.execute(f'INSERT INTO "{table.name}" SELECT * FROM kept."{table.name}" ORDER BY rowid')  # noqa: S608 - our names

    empty = [Table(name, row, ()) for name, row in TABLES.items()]
    write_database(tmp_path / "made", empty, fill, kept)
    assert (tmp_path / "made").read_bytes() == kept.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kept", "made"]


@pytest.mark.parametrize("table", ["claims", "key_points"])
def test_an_updated_database_has_the_bytes_of_a_new_one(table: str, data: Dataset, tmp_path: Path) -> None:
    """Whether search has to find other words or not; the last one stays as it is."""
    last = tmp_path / "last"
    last.write_bytes(database(tables_of(data)))
    before = last.read_bytes()

    def change(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        return (rows[0].model_copy(update={"text": "Quokkas, " * 2000}), *rows[1:])

    def update(connection: sqlite3.Connection) -> set[str]:
        connection.execute(f"UPDATE {table} SET text = ? WHERE rowid = 1", ["Quokkas, " * 2000])  # noqa: S608 - our names
        return {table}

    assert update_database(tmp_path / "made", last, update, tmp_path / "kept")
    tables = [Table(t.name, t.row, change(t.rows)) if t.name == table else t for t in tables_of(data)]
    assert (tmp_path / "made").read_bytes() == database(tables) != before
    assert last.read_bytes() == before


def test_a_database_is_not_updated_where_that_does_not_do(data: Dataset, tmp_path: Path) -> None:
    """A row that leads nowhere, or whose key is another's, is found; and nothing is left half made."""
    last, path = tmp_path / "last", tmp_path / "made"
    last.write_bytes(database(tables_of(data)))

    def update(connection: sqlite3.Connection, statement: str) -> set[str]:
        connection.execute(statement)
        return {"claims"}

    def updated(change: Callable[[sqlite3.Connection], set[str] | None]) -> bool:
        return update_database(path, last, change, tmp_path / "kept")

    assert not updated(lambda c: update(c, "UPDATE citations SET source = 'x' WHERE rowid = 1"))
    assert not updated(lambda c: update(c, "UPDATE claims SET id = 'x' WHERE rowid = 1"))
    assert not updated(lambda c: update(c, "UPDATE claims SET id = (SELECT max(id) FROM claims)"))
    assert not updated(lambda _: None)
    assert updated(lambda _: set())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kept", "last"]


def test_every_table_has_its_rows_and_its_key(connection: sqlite3.Connection, data: Dataset) -> None:
    """As many as the records make; the search tables are the only others."""
    names = {n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert set(TABLES) == {n for n in names if "_fts" not in n}
    for table in tables_of(data):
        (count,) = connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()  # noqa: S608 - our names
        assert len(table.rows) == count
        columns = connection.execute(f'PRAGMA table_info("{table.name}")').fetchall()
        assert [c.name for c in table.columns] == [c[1] for c in columns]
        keys = [c for c in columns if c[5]]
        assert keys
        assert all(c[3] for c in keys), f"{table.name} has a key that may be null"


def test_what_leads_elsewhere_is_a_foreign_key_with_an_index(connection: sqlite3.Connection) -> None:
    """Joins are declared, and none of them reads a whole table."""
    for name in TABLES:
        links = connection.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
        indexes = connection.execute(f'PRAGMA index_list("{name}")').fetchall()
        first = {connection.execute(f'PRAGMA index_info("{i[1]}")').fetchall()[0][2] for i in indexes}
        for link in links:
            assert link[2] in TABLES
            assert link[3] in first, f"{name}.{link[3]} has no index"
    plan = connection.execute("EXPLAIN QUERY PLAN SELECT * FROM citations WHERE source = 'x'").fetchall()
    assert "USING INDEX citations_source" in plan[0][3]


def test_no_name_needs_quotes(connection: sqlite3.Connection) -> None:
    """A reader writes `SELECT of, current FROM figures`: no column is called `when`."""
    for name, row in TABLES.items():
        connection.execute(f"SELECT {', '.join(f'{name}.{c}' for c in row.model_fields)} FROM {name}")  # noqa: S608 - names are the package's own


def test_a_claim_is_the_corpus_claim(connection: sqlite3.Connection, real_view: View) -> None:
    """Its text, who says so, and its whole chain."""
    ref = next(r for r, s in real_view.evidence.supports.items() if s.behind and len(s.trails) > 1)
    handle, support = real_view.corpus.claims[ref], real_view.evidence.supports[ref]
    (row,) = connection.execute("SELECT text, status, brief, number FROM claims WHERE id = ?", [ref])
    assert (handle.claim.text, str(handle.claim.status), handle.brief.id, handle.index + 1) == row
    trails = connection.execute(
        "SELECT trail, source FROM trails WHERE claim = ? ORDER BY trail, step", [ref]
    )
    assert [(n, d) for n, t in enumerate(support.trails, 1) for d in t.documents] == trails.fetchall()
    (origins,) = connection.execute(
        "SELECT count(*) FROM parties WHERE claim = ? AND response = 0", [ref]
    ).fetchone()
    assert len(handle.claim.by) == origins


DATASETTE = """
    SELECT name FROM sqlite_master WHERE rootpage = 0 AND sql LIKE '%VIRTUAL TABLE%USING FTS%'
    AND sql LIKE '%content="' || ? || '"%'
"""
"""How Datasette finds the search of a table (datasette.utils, detect_fts_sql), in short."""


@pytest.mark.parametrize(("name", "columns"), SEARCHED)
def test_search_finds_a_row_by_its_words(
    name: str, columns: tuple[str, ...], connection: sqlite3.Connection
) -> None:
    """Every text is found by its first words, in the row that holds it; Datasette finds the search."""
    assert [(f"{name}_fts",)] == connection.execute(DATASETTE, [name]).fetchall()
    query = f"SELECT id FROM {name} WHERE rowid IN (SELECT rowid FROM {name}_fts WHERE {name}_fts MATCH ?)"  # noqa: S608 - names are the package's own
    for id_, text in connection.execute(f"SELECT id, {columns[0]} FROM {name}").fetchall():  # noqa: S608 - names are the package's own
        words = " ".join(f'"{w}"' for w in text.replace('"', " ").split()[:6])
        assert (id_,) in connection.execute(query, [words]).fetchall(), text


def test_search_knows_forms_of_words_and_other_scripts(case_view: Case) -> None:
    """`exchange` finds "exchanges"; Hangul is found by its words."""
    view = case_view("everything")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database(tables_of(collect(view))))
        query = "SELECT claims.id FROM claims_fts JOIN claims ON claims.rowid = claims_fts.rowid WHERE claims_fts MATCH ?"
        assert [("2022-02-05-report#thefts",)] == connection.execute(query, ["exchange"]).fetchall()
        connection.execute("INSERT INTO claims_fts (rowid, text) VALUES (99, '북한 미사일')")
        assert [(99,)] == connection.execute(
            "SELECT rowid FROM claims_fts WHERE claims_fts MATCH ?", ["북한"]
        ).fetchall()


def test_hostile_text_is_text(case_view: Case) -> None:
    """It is bound, never put into a statement; search takes it as words."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database(tables_of(collect(case_view("hostile")))))
        assert [(HOSTILE,)] == connection.execute("SELECT text FROM claims").fetchall()
        assert [(HOSTILE,)] == connection.execute(
            "SELECT title FROM briefs_fts WHERE briefs_fts MATCH 'onclick'"
        ).fetchall()


class Node(Row):
    """Nodes."""

    id: Annotated[str, Key()]
    """Its id."""
    next: Annotated[str | None, To("nodes")]
    """What comes next."""


def test_rows_may_lead_to_later_ones_but_not_nowhere() -> None:
    """The order of rows is the corpus's; a dangling one is a bug, and said."""
    rows = (Node(id="a", next="b"), Node(id="b", next=None))
    briefs = {t: Table(t, TABLES[t], ()) for t, _ in SEARCHED}
    needed = [Table(t, row, ()) for t, row in TABLES.items() if t not in briefs]
    assert database([*needed, *briefs.values(), Table("nodes", Node, rows)]).startswith(b"SQLite format 3\0")
    with pytest.raises(sqlite3.IntegrityError, match="row 1 of nodes leads to no row of nodes"):
        database([*needed, *briefs.values(), Table("nodes", Node, rows[:1])])


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        (1, True),
        (0, False),
        (None, ()),
        ("a b", ("a", "b")),
        (5, Decimal("5.0")),
        (4.9, Decimal("4.9")),
        (2**63 - 1, Decimal(2**63 - 1)),
        (float(10**39), Decimal(10**39)),
        (None, None),
    ],
)
def test_values_as_sqlite_holds_them(
    expected: object, value: Decimal | bool | tuple[str, ...] | None
) -> None:
    """Whole numbers stay whole as long as 64 bits hold them."""
    found = stored(value)
    assert (expected, type(expected)) == (found, type(found))


MAKE = """
import hashlib
from pathlib import Path
from briefing.corpus import load
from briefing.outputs.api import api_files
from briefing.outputs.datapackage import data_files
from briefing.outputs.dataset import collect
from briefing.view import Site, look

data = collect(look(load(Path("briefs")).corpus, Site("S", url="https://example.org/")))
total = hashlib.sha256()
for asset in (*api_files(data), *data_files(data)):
    content = asset.content if isinstance(asset.content, bytes) else asset.content.encode()
    total.update(asset.uri.encode() + b"\\0" + hashlib.sha256(content).digest())
print(total.hexdigest())
"""


def test_the_same_record_gives_the_same_bytes() -> None:
    """Every file, whatever order Python's sets have, and whenever it is made."""

    def made(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", MAKE],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    one = made("1")
    assert one == made("2")
    assert len(one.strip()) == hashlib.sha256().digest_size * 2
