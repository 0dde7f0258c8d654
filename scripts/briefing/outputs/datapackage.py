"""The folder /data/: the tables as CSV, the database, and what describes and seals them.

`datapackage.json` follows the Data Package standard, version 2.0 (https://datapackage.org/), with
a Table Schema for each CSV file; `SHA256SUMS` has the form that `sha256sum --check` reads.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from briefing.corpus import Corpus
from briefing.model import SourceKind
from briefing.outputs.asset import Asset
from briefing.outputs.database import database
from briefing.outputs.dataset import Dataset
from briefing.outputs.rows import EXPORTED, measure_tables, tables_of
from briefing.outputs.tables import Column, ColumnType, Table, table_csv

FOLDER = "data/"

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

DATABASE = "briefing.sqlite"

DATABASE_TITLE = "All tables as a database"

GUARD = (
    "Cells that a spreadsheet would run as a formula begin with an apostrophe more than they should; "
    "numbers do not."
)
"""What a program must know before it trusts a cell."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder, and its table if it is one."""

    path: str
    size: int
    digest: str
    """The SHA-256 of its content."""
    title: str
    table: Table | None = None


def data_uris(corpus: Corpus) -> Iterator[str]:
    """Yield the place of every file of the folder."""
    names = [f"{name}.csv" for name in EXPORTED] + [f"measures/{id_}.csv" for id_ in corpus.measures]
    for name in (*names, DATABASE, "datapackage.json", "SHA256SUMS"):
        yield FOLDER + name


def data_files(data: Dataset) -> Iterator[Asset]:
    """Yield every file of the folder."""
    files = []
    for path, content, title, table in _files(data):
        files.append(File(path, len(content), hashlib.sha256(content).hexdigest(), title, table))
        yield Asset(FOLDER + path, content)
    yield from sealed(data, files)


def sealed(data: Dataset, files: Sequence[File]) -> Iterator[Asset]:
    """Yield what describes and seals the files of the folder. Of the data, only sources are read."""
    package = (json.dumps(_descriptor(data, files), ensure_ascii=False, indent=1) + "\n").encode()
    own = File("datapackage.json", len(package), hashlib.sha256(package).hexdigest(), "Data package")
    yield Asset(FOLDER + own.path, package)
    yield Asset(FOLDER + "SHA256SUMS", _sums([*files, own]))


def _files(data: Dataset) -> Iterator[tuple[str, bytes, str, Table | None]]:
    tables = tables_of(data)
    named = {t.name: t for t in tables}
    for name in EXPORTED:
        yield f"{name}.csv", table_csv(named[name]).encode(), name.capitalize(), named[name]
    for measure, table in zip(data.measures, measure_tables(data), strict=True):
        yield f"measures/{measure.id}.csv", table_csv(table).encode(), measure.title, table
    yield DATABASE, database(tables), DATABASE_TITLE, None


def _sums(files: Sequence[File]) -> bytes:
    return "".join(f"{f.digest}  {f.path}\n" for f in sorted(files, key=lambda f: f.path)).encode()


# --- the descriptor --------------------------------------------------------------------------


def _descriptor(data: Dataset, files: Sequence[File]) -> dict[str, Any]:
    site, licence = data.site, data.licence
    made: dict[str, Any] = {
        "$schema": PROFILE,
        "name": "briefing",
        "id": site.tag("dataset", "briefing"),
        "title": site.name,
        "description": f"{site.description} {GUARD}".strip(),
    }
    if site.url:
        made["homepage"] = site.address("data.md")
    if data.updated:
        made["version"] = data.updated.isoformat()
    named = {"name": licence.id} if licence.id else {}
    return {
        **made,
        "licenses": [{**named, "path": licence.url}],
        "contributors": [{"title": site.name, "roles": ["publisher"]}],
        "sources": _sources(data),
        "resources": [_resource(f) for f in files],
    }


def _sources(data: Dataset) -> list[dict[str, str]]:
    """Return the datasets that rows were counted from, and where all documents are listed."""
    listed = [{"title": "The documents in sources.csv, which citations.csv leads to", "path": "sources.csv"}]
    for source in data.sources:
        if source.kind is SourceKind.DATASET and source.url and source.cited_by:
            publisher = f", {source.publisher.name}" if source.publisher else ""
            listed.append({"title": f"{source.title or source.id}{publisher}", "path": source.url})
    return listed


def _resource(file: File) -> dict[str, Any]:
    made = {
        "name": file.path.partition(".")[0].replace("/", "-"),
        "path": file.path,
        "title": file.title,
        "bytes": file.size,
        "hash": f"sha256:{file.digest}",
    }
    if file.table is None:
        return {**made, "format": "sqlite", "mediatype": "application/vnd.sqlite3"}
    return {
        **made,
        "type": "table",
        "description": file.table.meaning,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": _schema(file.table),
    }


def _schema(table: Table) -> dict[str, Any]:
    """Return a Table Schema. Columns that lead to tables of the database only are left unlinked."""
    columns = table.columns
    made: dict[str, Any] = {"fields": [_field(c) for c in columns], "missingValues": [""]}
    if keys := [c.name for c in columns if c.is_key]:
        made["primaryKey"] = keys
    if links := [_link(c, table) for c in columns if c.to in EXPORTED]:
        made["foreignKeys"] = links
    return made


def _link(column: Column, table: Table) -> dict[str, Any]:
    reference: dict[str, Any] = {"fields": ["id"]}
    if column.to != table.name:
        reference = {"resource": column.to, **reference}
    return {"fields": [column.name], "reference": reference}


def _field(column: Column) -> dict[str, Any]:
    meaning, type_ = column.meaning, str(column.type)
    if column.type is ColumnType.LIST:
        # The standard has lists, but its published profile (2.0) refuses them: *tried*.
        meaning, type_ = f"{meaning} Several have a space between them.", "string"
    made: dict[str, Any] = {"name": column.name, "type": type_, "description": meaning}
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.choices:
        constraints["enum"] = list(column.choices)
    return {**made, "constraints": constraints} if constraints else made
