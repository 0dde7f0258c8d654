"""The files of the whole record, put together from parts that are made a record at a time.

A change of one brief changes a few rows of tables with hundreds of thousands. So each brief, document and
entity gives a *fragment*: its JSON for the lists of the interface, its lines of the CSV files, its rows of
the database. They are kept (by the caller), and the files are put together from them: byte for byte what
`api_files` and `data_files` make of all records at once.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from briefing.outputs.api import LISTS, brief_asset, described, lists_of
from briefing.outputs.asset import Asset
from briefing.outputs.database import database, stored_rows
from briefing.outputs.datapackage import File, sealed
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

    listed: Callable[[str], Sequence[str]]
    """Returns the JSON of a list's records."""
    figures: Callable[[Iterable[str]], Mapping[str, tuple[str, str]]]
    """Returns JSON and line of figures, by claim and number."""
    lines: Callable[[str], str]
    """Returns the lines of a CSV file."""
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


def whole_files(view: View, kept: Kept) -> Iterator[Asset]:
    """Yield the files of the whole record, but for those that belong to one brief."""
    data = collect_registries(view)
    datasets = [i for i, s in view.corpus.sources.items() if s.kind == "dataset"]
    data = _with_sources(data, collect_sources(view, datasets))
    keys = {
        m.id: [
            f"{e.handle.ref}/{_number(e.figure, e.handle.claim.figures)}"
            for c in view.disputes.comparisons.get(m.id, ())
            for e in c.estimates
        ]
        for m in data.measures
    }
    figures = kept.figures({k for own in keys.values() for k in own})
    measures = []
    for record in data.measures:
        empty = record.model_dump_json(by_alias=True)
        own = ",".join(figures[k][0] for k in keys[record.id])
        measures.append(empty.replace('"figures":[]', f'"figures":[{own}]', 1))
    items = {name: kept.listed(name) for name in LISTS if name != "measures"} | {"measures": measures}
    yield from lists_of(data, items)
    yield from described(data)
    yield from sealed(data, list(_files(data, kept, keys, figures)))


def _number(figure: object, figures: Sequence[object]) -> int:
    return next(n for n, f in enumerate(figures, 1) if f is figure)


def _with_sources(data: Dataset, other: Dataset) -> Dataset:
    return replace(data, sources=other.sources)


def _files(
    data: Dataset, kept: Kept, keys: Mapping[str, Sequence[str]], figures: Mapping[str, tuple[str, str]]
) -> Iterator[File]:
    empty = {name: Table(name, row, ()) for name, row in TABLES.items()}
    for name in EXPORTED:
        content = header(columns_of(TABLES[name])) + kept.lines(name)
        yield File(f"{name}.csv", content.encode(), name.capitalize(), empty[name])
    for measure in data.measures:
        lines = "".join(figures[k][1] for k in keys[measure.id])
        content = header(columns_of(MeasureFigureRow)) + lines
        table = Table(measure.id, MeasureFigureRow, ())
        yield File(f"measures/{measure.id}.csv", content.encode(), measure.title, table)
    tables = [empty[name] for name in TABLES]
    made = database(tables, fill=kept.fill, kept=kept.path)
    yield File("briefing.sqlite", made, "All tables as a database")
