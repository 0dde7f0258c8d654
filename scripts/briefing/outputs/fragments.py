"""The files of the whole record, put together from parts that are made a record at a time.

A change of one brief changes a few rows of tables with hundreds of thousands. So each brief, document and
entity gives a *fragment*: its JSON for the lists of the interface, its lines of the CSV files, its rows of
the database. They are kept (by the caller), and the files are put together from them: byte for byte what
`api_files` and `data_files` make of all records at once.
"""

import hashlib
import mmap
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from briefing.evidence import Reliance
from briefing.outputs.api import (
    BEFORE_ITEMS,
    LISTS,
    brief_asset,
    described,
    described_uris,
    head_of,
    index_asset,
)
from briefing.outputs.api import FOLDER as API
from briefing.outputs.asset import Asset
from briefing.outputs.calendar import CALENDAR, END, before_events, events_of
from briefing.outputs.calendar import head as calendar_head
from briefing.outputs.database import stored_rows, update_database, write_database
from briefing.outputs.datapackage import DATABASE, DATABASE_TITLE, File, sealed
from briefing.outputs.datapackage import FOLDER as DATA
from briefing.outputs.dataset import (
    Dataset,
    collect_brief,
    collect_entity,
    collect_registries,
    collect_sources,
)
from briefing.outputs.records import Measure, Output, Source
from briefing.outputs.rows import EXPORTED, TABLES, MeasureFigureRow, measure_row, tables_of
from briefing.outputs.splicing import Frame, Splice, write_spliced, write_texts
from briefing.outputs.tables import Table, columns_of, csv_rows, header
from briefing.view import View

Cells = Sequence[str | int | float | None]

REGISTRIES = "registries"
"""The name of the fragment of topics and measures."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a measure, as the files of measures have it."""

    measure: str
    key: str
    """Its claim and its number."""
    json: bytes
    line: bytes
    """Its line of its measure's table."""


@dataclass(frozen=True, slots=True)
class Text:
    """What one record gives to one file."""

    file: str
    """The file's name, as `list_name` and `lines_name` give it."""
    count: int
    """How many entries of a list it is, or events of the calendar; 0 for lines of a CSV file."""
    content: bytes
    """Entries of a list, each after a comma; or whole lines."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What one record gives to the files of all."""

    texts: tuple[Text, ...]
    figures: tuple[Figure, ...]
    rows: tuple[tuple[str, tuple[Cells, ...]], ...]
    """Its rows of the database, by their tables."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The fragments of all records, in their order, as the caller keeps them."""

    count: Callable[[str], int]
    """Returns how many entries a list's file has."""
    texts: Callable[[str], Iterator[bytes]]
    """Yields the texts of a file."""
    splice: Callable[[str], Splice | None]
    """Returns the texts of a file, seen from those of the last site; None where nothing is known of it."""
    figures: Callable[[str], Mapping[str, Figure]]
    """Returns the figures of a measure, by their keys."""
    citing: Callable[[Collection[str]], Mapping[str, str]]
    """Returns one claim that cites each of some documents, by the documents that are cited."""
    fill: Callable[[sqlite3.Connection, Table], None]
    """Puts the rows of a table of the database into it."""
    update: Callable[[sqlite3.Connection], Collection[str] | None]
    """Makes the rows of the last site's database those of now, and returns the tables that this changed.

    Returns None, and has changed nothing, where filling a new one is the way.
    """
    path: Path
    """The database that `fill` and `update` read."""


@dataclass(frozen=True, slots=True)
class Last:
    """The last site's files, or second names of them: made by this program with these settings."""

    folder: Path
    files: Mapping[str, str]
    """The SHA-256 of each of those of the whole record that are as they were left."""
    measures: Collection[str] = ()
    """Measures whose figures are the same now, in the same order."""


def list_name(name: str) -> str:
    """Return the file of a list."""
    return f"{name}.json"


def lines_name(table: str) -> str:
    """Return the file of a table."""
    return f"{table}.csv"


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
            found, (number, events) = _fragment(data), events_of(view, id_)
            if number:
                found = replace(found, texts=(*found.texts, Text(CALENDAR, number, events.encode())))
            return found, [brief_asset(data, brief, data.claims, _Sources(view))]
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
                text = figure.model_dump_json(by_alias=True).encode()
                figures.append(Figure(figure.measure, f"{claim.id}/{figure.number}", text, line.encode()))
    return Fragment(
        texts=(
            *(_listed(name, records) for name, records in lists.items() if records),
            *(
                Text(lines_name(t.name), 0, csv_rows(t).encode())
                for t in tables
                if t.name in EXPORTED and t.rows
            ),
        ),
        figures=tuple(figures),
        rows=tuple((t.name, tuple(map(tuple, stored_rows(t)))) for t in tables if t.rows),
    )


def _listed(name: str, records: Sequence[Output]) -> Text:
    text = "".join(f",{r.model_dump_json(by_alias=True)}" for r in records)
    return Text(list_name(name), len(records), text.encode())


def whole_files(view: View, kept: Kept, folder: Path, last: Last | None = None) -> Iterator[tuple[str, str]]:
    """Write the files of the whole record below a folder, but for those that belong to one brief.

    Yields their places there, each with its SHA-256 where it was taken; where there is no file, that of the
    `last` site is what it would be.
    They are as large as the record: none is ever whole in memory.
    """
    data = replace(collect_registries(view), sources=_datasets(view, kept))
    yield from _Writer(data, view, kept, folder, last).write()


def _datasets(view: View, kept: Kept) -> tuple[Source, ...]:
    """Return the documents that are datasets, each with one claim that cites it, if one does.

    No more is asked of them; of all documents, or claims, what rests on them is long to find.
    """
    corpus = view.corpus
    datasets = [id_ for id_, source in corpus.sources.items() if source.kind == "dataset"]
    citing = kept.citing(datasets)
    found = {i: [Reliance(corpus.claims[citing[i]], direct=True)] if i in citing else [] for i in datasets}
    evidence = replace(view.evidence, reliances=found)
    return collect_sources(replace(view, evidence=evidence), found).sources


class _Writer:
    """Writes the files of the whole record."""

    def __init__(self, data: Dataset, view: View, kept: Kept, folder: Path, last: Last | None) -> None:
        self._data = data
        self._view = view
        self._kept = kept
        self._folder = folder
        self._last = last

    def write(self) -> Iterator[tuple[str, str]]:
        """Write all, and yield their places, with their SHA-256 where it was taken."""
        with ThreadPoolExecutor(1) as beside:
            # SQLite and sums do without Python's lock: the database is written while the lists are.
            database = beside.submit(self._database)
            yield from self._write_all(database)

    def _write_all(self, database: Future[File]) -> Iterator[tuple[str, str]]:
        data, lists = self._data, [n for n in LISTS if n != "measures"]
        counts = {name: self._kept.count(list_name(name)) for name in lists}
        counts["measures"] = len(data.measures)
        yield self._put(index_asset(data, counts)), ""
        for name in LISTS:
            head, file = head_of(data, name, counts[name]).encode(), list_name(name)
            frame = Frame(head, b",", b"]}\n", BEFORE_ITEMS.encode())
            if name == "measures":
                self._write_measures(API + file, frame)
            else:
                self._write(API + file, frame, file)
            yield API + file, ""
        yield from ((place, "") for place in self._described())
        if shown := self._kept.count(CALENDAR):
            before = calendar_head(self._view, shown).encode()
            mark = before_events(self._view.site).encode()
            self._write(CALENDAR, Frame(before, end=END.encode(), mark=mark), CALENDAR)
            yield CALENDAR, ""
        files = []
        for found in self._files(database):
            files.append(found)
            yield DATA + found.path, found.digest
        for asset in sealed(data, files):
            yield self._put(asset), ""

    def _place(self, path: str) -> Path:
        place = self._folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def _write(self, path: str, frame: Frame, name: str) -> None:
        """Write a file of the record's texts: from the last one, where that can be."""
        last, place = self._last, self._place(path)
        splice = self._kept.splice(name) if last is not None and path in last.files else None
        if last is None or splice is None or not write_spliced(place, frame, last.folder / path, splice):
            write_texts(place, frame, self._kept.texts(name))

    def _put(self, asset: Asset) -> str:
        content = asset.content if isinstance(asset.content, bytes) else asset.content.encode()
        self._place(asset.uri).write_bytes(content)
        return asset.uri

    def _described(self) -> Iterator[str]:
        places = list(described_uris())
        if self._last is not None and set(places) <= self._last.files.keys():
            yield from places  # they depend on settings alone, and take a while
        else:
            yield from map(self._put, described(self._data))

    def _write_measures(self, path: str, frame: Frame) -> None:
        """Write the list of measures, and the table of each: from the last ones, where that can be."""
        last, place = self._last, self._place(path)
        splice = self._splice_measures(path, frame) if last is not None else None
        if last is None or splice is None or not write_spliced(place, frame, last.folder / path, splice):
            write_texts(place, frame, map(self._measure, self._data.measures))

    def _splice_measures(self, path: str, frame: Frame) -> Splice | None:
        """Return the measures, seen from the last list of them; None if that has others."""
        last, records = self._last, self._data.measures
        if last is None or not last.measures or path not in last.files:
            return None
        with (
            (last.folder / path).open("rb") as stream,
            mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            # Quotes within texts are escaped: what stands before its figures is found where a measure begins.
            starts, at = list[int](), len(frame.head) - len(frame.separator)
            end = len(content) - len(frame.end)
            if content[: len(frame.head)] != frame.head or content[end:] != frame.end:
                return None
            for record in records:
                begin, _ = _around_figures(record)
                begin = begin if starts else begin.removeprefix(frame.separator)
                found = content.find(begin, at)
                if found < 0:
                    return None
                starts.append(found if starts else found - len(frame.separator))
                at = found + len(begin)
        base = len(frame.head) - len(frame.separator)
        if not records or starts[0] != base:
            return None
        pieces: list[range | Callable[[], bytes]] = []
        for record, start, stop in zip(records, starts, [*starts[1:], end], strict=True):
            if record.id not in last.measures or DATA + _table_of(record.id) not in last.files:
                pieces.append(partial(self._measure, record))
            elif pieces and isinstance(before := pieces[-1], range):
                pieces[-1] = range(before.start, stop - base)
            else:
                pieces.append(range(start - base, stop - base))
        return Splice(end - base, pieces)

    def _measure(self, record: Measure) -> bytes:
        """Return a measure as JSON, with its figures, after a comma; write its table."""
        found = list(self._figures(record.id))
        frame = Frame(header(columns_of(MeasureFigureRow)).encode())
        write_texts(self._place(DATA + _table_of(record.id)), frame, (f.line for f in found))
        before, after = _around_figures(record)
        return b"".join((before, b",".join(f.json for f in found), after))

    def _figures(self, measure: str) -> Iterator[Figure]:
        """Yield the figures of a measure, in their order."""
        known = self._kept.figures(measure)
        for comparison in self._view.disputes.comparisons.get(measure, ()):
            for group in comparison.groups:
                for estimate in group.estimates:
                    handle = estimate.handle
                    yield known[f"{handle.ref}/{_number(estimate.figure, handle.claim.figures)}"]

    def _files(self, database: Future[File]) -> Iterator[File]:
        for name in EXPORTED:
            path = lines_name(name)
            self._write(DATA + path, Frame(header(columns_of(TABLES[name])).encode()), path)
            yield self._file(path, name.capitalize(), Table(name, TABLES[name], ()))
        for measure in self._data.measures:
            table = Table(measure.id, MeasureFigureRow, ())
            yield self._file(_table_of(measure.id), measure.title, table)
        yield database.result()

    def _database(self) -> File:
        path, tables = DATA + DATABASE, [Table(name, row, ()) for name, row in TABLES.items()]
        last, kept, place = self._last, self._kept, self._place(path)
        if (
            last is None
            or path not in last.files
            or not update_database(place, last.folder / path, kept.update, kept.path)
        ):
            write_database(place, tables, kept.fill, kept.path)
        return self._file(DATABASE, DATABASE_TITLE)

    def _file(self, path: str, title: str, table: Table | None = None) -> File:
        place = self._folder / DATA / path
        if self._last is not None and not place.exists():
            place = self._last.folder / DATA / path
            return File(path, place.stat().st_size, self._last.files[DATA + path], title, table)
        with place.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return File(path, place.stat().st_size, digest, title, table)


def _around_figures(record: Measure) -> tuple[bytes, bytes]:
    """Return what stands before and behind the figures of a measure in their list, with the comma before it."""
    before, figures, after = record.model_dump_json(by_alias=True).encode().partition(b'"figures":[')
    return b"," + before + figures, after


def _table_of(measure: str) -> str:
    return f"measures/{lines_name(measure)}"


def _number(figure: object, figures: Sequence[object]) -> int:
    return next(n for n, f in enumerate(figures, 1) if f is figure)
