"""The files of the whole record, put together from parts that are made a record at a time.

A change of one brief changes a few rows of tables with hundreds of thousands. So each brief, document and
entity gives a *fragment*: its JSON for the lists of the interface, its lines of the CSV files, its rows of
the database. They are kept (by the caller), and the files are put together from them: byte for byte what
`api_files` and `data_files` make of all records at once.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from briefing.outputs.api import LISTS, brief_asset, described, lists_of
from briefing.outputs.asset import Asset
from briefing.outputs.database import stored_rows, write_database
from briefing.outputs.datapackage import DATABASE_TITLE, File, sealed
from briefing.outputs.datapackage import FOLDER as DATA
from briefing.outputs.dataset import (
    Dataset,
    collect_brief,
    collect_entity,
    collect_registries,
    collect_sources,
)
from briefing.outputs.records import Source
from briefing.outputs.rows import EXPORTED, TABLES, MeasureFigureRow, measure_row, tables_of
from briefing.outputs.tables import Table, columns_of, csv_rows, header
from briefing.view import View

Cells = Sequence[str | int | float | None]

REGISTRIES = "registries"
"""The name of the fragment of topics and measures."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What one record gives to the files of all."""

    listed: tuple[tuple[str, str, str], ...]
    """The list that it stands in, its id there, and its JSON."""
    figures: tuple[tuple[str, str, str], ...]
    """Of each figure: claim and number, its JSON, and its line of its measure's table."""
    lines: tuple[tuple[str, str], ...]
    """Its lines of the CSV files, by their tables."""
    rows: tuple[tuple[str, tuple[Cells, ...]], ...]
    """Its rows of the database, by their tables."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The fragments of all records, in their order, as the caller keeps them."""

    count: Callable[[str], int]
    """Returns how many records a list has."""
    listed: Callable[[str], Iterator[str]]
    """Yields the JSON of a list's records."""
    figure: Callable[[str], tuple[str, str]]
    """Returns JSON and line of a figure, by claim and number."""
    lines: Callable[[str], Iterator[str]]
    """Yields the lines of a CSV file."""
    fill: Callable[[sqlite3.Connection, Table], None]
    """Puts the rows of a table of the database into it."""
    path: Path
    """The database that `fill` reads."""


def names(view: View) -> list[str]:
    """Return the names of all fragments, in the order of the files."""
    corpus = view.corpus
    return [
        REGISTRIES,
        *(f"entity/{i}" for i in corpus.entities),
        *(f"source/{i}" for i in corpus.sources),
        *(f"brief/{i}" for i in corpus.briefs),
    ]


def fragment(view: View, name: str) -> tuple[Fragment, list[Asset]]:
    """Return a fragment, and the files that belong to its record alone."""
    kind, _, id_ = name.partition("/")
    match kind:
        case "brief":
            data = collect_brief(view, id_)
            (brief,) = data.briefs
            return _fragment(data), [brief_asset(data, brief, data.claims, _Sources(view))]
        case "source":
            return _fragment(collect_sources(view, [id_])), []
        case "entity":
            return _fragment(collect_entity(view, id_)), []
        case _:
            return _fragment(collect_registries(view)), []


def brief_file(id_: str) -> str:
    """Return the place of the file that belongs to a brief's fragment."""
    return f"api/v1/briefs/{id_}.json"


class _Sources(Mapping[str, Source]):
    """Documents as records, each made when it is asked for."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._made: dict[str, Source] = {}

    def __getitem__(self, id_: str) -> Source:
        if id_ not in self._made:
            (self._made[id_],) = collect_sources(self._view, [id_]).sources
        return self._made[id_]

    def __iter__(self) -> Iterator[str]:
        return iter(self._view.corpus.sources)

    def __len__(self) -> int:
        return len(self._view.corpus.sources)


def _fragment(data: Dataset) -> Fragment:
    tables = tables_of(data)
    lists = {name: getattr(data, name) for name in LISTS if name != "measures"}
    figures = []
    for claim in data.claims:
        for figure in claim.figures:
            if figure.measure and figure.subject:
                line = csv_rows(Table("", MeasureFigureRow, (measure_row(figure, claim.documents),)))
                figures.append((f"{claim.id}/{figure.number}", figure.model_dump_json(by_alias=True), line))
    return Fragment(
        listed=tuple(
            (name, r.id, r.model_dump_json(by_alias=True)) for name, records in lists.items() for r in records
        ),
        figures=tuple(figures),
        lines=tuple((t.name, csv_rows(t)) for t in tables if t.name in EXPORTED and t.rows),
        rows=tuple((t.name, tuple(map(tuple, stored_rows(t)))) for t in tables if t.rows),
    )


def whole_files(view: View, kept: Kept, folder: Path) -> Iterator[str]:
    """Write the files of the whole record below a folder, but for those that belong to one brief.

    Yields their places there. They are as large as the record: none is ever whole in memory.
    """
    data = collect_registries(view)
    datasets = [i for i, s in view.corpus.sources.items() if s.kind == "dataset"]
    data = replace(data, sources=collect_sources(view, datasets).sources)
    counts = {name: kept.count(name) for name in LISTS} | {"measures": len(data.measures)}

    def items(name: str) -> Iterator[str]:
        return _measures(data, view, kept) if name == "measures" else kept.listed(name)

    for uri, text in lists_of(data, counts, items):
        _write(folder / uri, text)
        yield uri
    for asset in described(data):
        yield _put(asset, folder)
    files = []
    for file in _files(data, view, kept, folder / DATA):
        files.append(file)
        yield DATA + file.path
    for asset in sealed(data, files):
        yield _put(asset, folder)


def _measures(data: Dataset, view: View, kept: Kept) -> Iterator[str]:
    """Yield each measure as JSON, with its figures."""
    for record in data.measures:
        before, figures, after = record.model_dump_json(by_alias=True).partition('"figures":[')
        own = ",".join(kept.figure(key)[0] for key in _keys(view, record.id))
        yield f"{before}{figures}{own}{after}"


def _keys(view: View, measure: str) -> Iterator[str]:
    """Yield claim and number of each figure of a measure."""
    for comparison in view.disputes.comparisons.get(measure, ()):
        for group in comparison.groups:
            for estimate in group.estimates:
                handle = estimate.handle
                yield f"{handle.ref}/{_number(estimate.figure, handle.claim.figures)}"


def _write(path: Path, text: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(text)


def _put(asset: Asset, folder: Path) -> str:
    path = folder / asset.uri
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(asset.content if isinstance(asset.content, bytes) else asset.content.encode())
    return asset.uri


def _number(figure: object, figures: Sequence[object]) -> int:
    return next(n for n, f in enumerate(figures, 1) if f is figure)


def _files(data: Dataset, view: View, kept: Kept, folder: Path) -> Iterator[File]:
    empty = {name: Table(name, row, ()) for name, row in TABLES.items()}
    for name in EXPORTED:
        path = folder / f"{name}.csv"
        _write(path, chain([header(columns_of(TABLES[name]))], kept.lines(name)))
        yield _file(path, folder, name.capitalize(), empty[name])
    for measure in data.measures:
        path = folder / "measures" / f"{measure.id}.csv"
        lines = (kept.figure(key)[1] for key in _keys(view, measure.id))
        _write(path, chain([header(columns_of(MeasureFigureRow))], lines))
        yield _file(path, folder, measure.title, Table(measure.id, MeasureFigureRow, ()))
    path = folder / "briefing.sqlite"
    write_database(path, [empty[name] for name in TABLES], kept.fill, kept.path)
    yield _file(path, folder, DATABASE_TITLE)


def _file(path: Path, folder: Path, title: str, table: Table | None = None) -> File:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return File(path.relative_to(folder).as_posix(), path.stat().st_size, digest, title, table)
