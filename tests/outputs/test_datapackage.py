"""The folder /data/ as a Data Package: against the standard's own profile, and against its files."""

import csv
import datetime as dt
import hashlib
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from briefing.outputs.datapackage import FOLDER, GUARD, data_files
from briefing.outputs.dataset import collect
from briefing.outputs.rows import EXPORTED
from briefing.outputs.tables import uninert
from briefing.view import View

Case = Callable[..., View]
Files = dict[str, bytes]


def made(view: View) -> Files:
    """Return the files of the folder, by their place in it."""
    found = {}
    for asset in data_files(collect(view)):
        assert isinstance(asset.content, bytes), "sums are of bytes"
        found[asset.uri.removeprefix(FOLDER)] = asset.content
    return found


@pytest.fixture(scope="module")
def files(real_view: View) -> Files:
    """Give the folder of the project's own corpus."""
    return made(real_view)


@pytest.fixture(scope="module")
def package(files: Files) -> Any:
    """Give its descriptor."""
    return json.loads(files["datapackage.json"])


@pytest.fixture(scope="module")
def profile() -> Draft7Validator:
    """Give the published profile of Data Package 2.0, as its own Python library ships it."""
    text = (resources.files("dplib") / "profiles" / "2.0" / "datapackage.json").read_text(encoding="utf-8")
    return Draft7Validator(json.loads(text))


def test_the_descriptor_fits_the_profile(package: Any, profile: Draft7Validator) -> None:
    """It says which profile it follows, and does."""
    assert "https://datapackage.org/profiles/2.0/datapackage.json" == package["$schema"]
    assert [] == [f"{list(e.absolute_path)}: {e.message[:200]}" for e in profile.iter_errors(package)]
    assert not profile.is_valid({**package, "resources": [{"path": "x.csv"}]}), (
        "the profile asks for something"
    )


def test_it_describes_every_file(package: Any, files: Files, real_view: View) -> None:
    """The six tables, one a measure, and the database; each with its size and its sum."""
    paths = [r["path"] for r in package["resources"]]
    measures = [f"measures/{m}.csv" for m in real_view.corpus.measures]
    assert [*(f"{n}.csv" for n in EXPORTED), *measures, "briefing.sqlite"] == paths
    for resource in package["resources"]:
        content = files[resource["path"]]
        assert len(content) == resource["bytes"]
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == resource["hash"]
    names = [r["name"] for r in package["resources"]]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z0-9-]+", n) for n in names)


def test_it_names_licence_and_sources(package: Any, real_view: View) -> None:
    """The licence by its SPDX id; the datasets that rows were counted from; where the documents are."""
    assert [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}] == package[
        "licenses"
    ]
    assert "sources.csv" == package["sources"][0]["path"]
    addresses = {s.url for s in real_view.corpus.sources.values() if s.kind == "dataset"}
    assert {s["path"] for s in package["sources"][1:]} <= addresses
    assert GUARD in package["description"]
    assert max(b.changed for b in real_view.corpus.briefs.values()).isoformat() == package["version"]


def rows(content: bytes) -> list[dict[str, str]]:
    """Return a table as a program reads it, the guard against formulas undone."""
    read = csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True)
    return [{name: uninert(cell) for name, cell in row.items()} for row in read]


def fits(cell: str, field: dict[str, Any]) -> bool:
    """Whether a cell is of its field's type, and keeps its constraints."""
    constraints = field.get("constraints", {})
    if cell == "":
        return not constraints.get("required", False)
    if "enum" in constraints and cell not in constraints["enum"]:
        return False
    match field["type"]:
        case "integer":
            return re.fullmatch(r"-?\d+", cell) is not None
        case "number":
            return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None
        case "boolean":
            return cell in ("true", "false")
        case "date":
            return dt.date.fromisoformat(cell).isoformat() == cell
        case _:
            return True


def test_every_cell_is_what_its_schema_says(package: Any, files: Files) -> None:
    """Columns in their order, types, required values, choices."""
    for resource in package["resources"][:-1]:
        fields = {f["name"]: f for f in resource["schema"]["fields"]}
        read = csv.reader(io.StringIO(files[resource["path"]].decode(), newline=""))
        assert list(fields) == next(read)
        for row in rows(files[resource["path"]]):
            for name, cell in row.items():
                assert fits(cell, fields[name]), (resource["path"], name, cell)


def test_keys_are_unique_and_lead_somewhere(package: Any, files: Files) -> None:
    """Primary keys name one row; foreign keys name a row of the table that they say."""
    tables = {r["name"]: rows(files[r["path"]]) for r in package["resources"][:-1]}
    links = 0
    for resource in package["resources"][:-1]:
        schema, own = resource["schema"], tables[resource["name"]]
        if key := schema.get("primaryKey"):
            found = [tuple(row[k] for k in key) for row in own]
            assert len(found) == len(set(found))
        for link in schema.get("foreignKeys", ()):
            (field,), reference = link["fields"], link["reference"]
            (to,) = reference["fields"]
            known = {row[to] for row in tables[reference.get("resource", resource["name"])]}
            assert {row[field] for row in own} - {""} <= known
            links += 1
    assert links > len(EXPORTED)


def test_the_sums_are_of_all_files(files: Files, tmp_path: Path) -> None:
    """In the form that `sha256sum --check` reads, but for their own file."""
    lines = [line.split("  ") for line in files["SHA256SUMS"].decode().splitlines()]
    listed = {name: digest for digest, name in lines}
    assert {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != "SHA256SUMS"} == listed
    assert list(listed) == sorted(listed)
    if shutil.which("sha256sum"):
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content)
        done = subprocess.run(
            ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=False
        )
        assert done.returncode == 0


@pytest.mark.parametrize(("name", "url"), [("hostile", "https://example.org/"), ("smallest", "")])
def test_any_corpus_makes_a_valid_package(
    name: str, url: str, case_view: Case, profile: Draft7Validator
) -> None:
    """With hostile text, with hardly any rows, with no address."""
    found = json.loads(made(case_view(name, url=url))["datapackage.json"])
    assert [] == [e.message for e in profile.iter_errors(found)]
