"""The page that explains the files: what it links to is there, and its examples run as they stand."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.outputs import render_assets
from briefing.outputs.api import api_files
from briefing.outputs.datapackage import data_files
from briefing.outputs.dataset import Dataset, collect
from briefing.outputs.rows import EXPORTED, TABLES, ClaimRow, tables_of
from briefing.outputs.tables import STARTERS, columns_of, inert, uninert
from briefing.pages import render_pages
from briefing.pages.context import Context
from briefing.pages.data import data as data_page
from briefing.view import View, look

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|<)([^)]*)\)")
Case = Callable[..., View]


def page(view: View) -> str:
    """Return the page's Markdown."""
    return data_page(Context(view.corpus, view.evidence, view.disputes, view.site)).markdown


@pytest.mark.parametrize("name", ["everything", "smallest", "hostile"])
def test_every_link_leads_to_a_file_or_a_part(name: str, case_view: Case) -> None:
    """Of whatever corpus, with an address and without."""
    for url in ("https://example.org/", ""):
        view = case_view(name, url=url)
        text = page(view)
        made = {a.uri for a in render_assets(view)} | {p.uri for p in render_pages(view)} | {"how-to-read.md"}
        anchors = set(re.findall(r"\{ #([\w-]+) \}", text))
        targets = LINK.findall(text)
        assert {"data/briefing.sqlite", "data/SHA256SUMS", "api/v1/openapi.json", "feeds/all.atom"} <= set(
            targets
        )
        assert [] == [t for t in targets if t not in made and t.removeprefix("#") not in anchors]


def test_it_describes_every_table_and_column(case_view: Case) -> None:
    """The columns of the files, each with its meaning; the database's other tables by name."""
    text = page(case_view("everything"))
    for name in EXPORTED:
        (part,) = re.findall(rf"^### {name}\.csv .*?(?=^###|\Z)", text, re.MULTILINE | re.DOTALL)
        rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (\S.*) \|$", part, re.MULTILINE)
        assert [(c.name, str(c.type)) for c in columns_of(TABLES[name])] == [r[:2] for r in rows]
    for name in TABLES.keys() - set(EXPORTED):
        assert f"\n- `{name}`: " in text


# --- the examples ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    """The project's own files, served."""

    data: Dataset
    page: str
    folder: Path
    """Where a reader works."""

    def block(self, language: str, word: str) -> str:
        """Return the one example in a language that holds a word."""
        (found,) = [code for name, code in BLOCK.findall(self.page) if name == language and word in code]
        return str(found)

    def run(self, language: str, word: str) -> list[str]:
        """Run an example, and return the lines that it prints."""
        code = self.block(language, word)
        command = [sys.executable, "-W", "error", "-c"] if language == "python" else ["sh", "-e", "-c"]
        environment = {**os.environ, "no_proxy": "*", "NO_PROXY": "*", "PYTHONUTF8": "1"}
        done = subprocess.run(
            [*command, code],
            cwd=self.folder, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip
        assert (0, "") == (done.returncode, done.stderr)
        return done.stdout.splitlines()


@pytest.fixture
def published(real_view: View, serve: Callable[[Path], str], tmp_path: Path) -> Published:
    """Give the project's own files at the address of a server that has them."""
    site, folder = tmp_path / "site", tmp_path / "reader"
    site.mkdir()
    folder.mkdir()
    view = look(real_view.corpus, replace(real_view.site, url=serve(site)))
    data = collect(view)
    for asset in (*api_files(data), *data_files(data)):
        path = site / asset.uri
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(asset.content if isinstance(asset.content, bytes) else asset.content.encode())
    return Published(data, page(view), folder)


def csv_claims(data: Dataset) -> set[str]:
    """Return each claim's address, origin and text, as the example prints them."""
    table = next(t for t in tables_of(data) if t.name == "claims")
    rows = [dict(zip(ClaimRow.model_fields, table.cells(r), strict=True)) for r in table.rows]
    return {f"{r['permalink']}; {r['origin']}; {r['text']}" for r in rows}


def test_every_example_is_tested(case_view: Case) -> None:
    """As many as there are tests below."""
    kinds = [name for name, _ in BLOCK.findall(page(case_view("everything")))]
    assert ["python", "python", "python", "python", "sh", "python", "sh"] == kinds


def test_the_example_for_csv(published: Published) -> None:
    """It prints the figures that have rivals, the guard against formulas undone."""
    expected = [f"{f.claim}; {f.origin}; {f.words}" for f in published.data.figures if f.rival]
    assert expected
    assert expected == published.run("python", "DictReader")


def test_the_example_for_duckdb(published: Published) -> None:
    """It counts the figures of each measure that stand, and their origins."""
    found: dict[str, list[str]] = {}
    for figure in published.data.figures:
        if figure.measure and figure.current:
            found.setdefault(figure.measure, []).append(figure.origin)
    expected = [f"{m}; {len(o)}; {len(set(o))}" for m, o in sorted(found.items())]
    assert expected == published.run("python", "duckdb")


def test_the_examples_for_sqlite_and_the_sums(published: Published) -> None:
    """Search gives claims and their addresses; a chain is whole; what was downloaded is whole."""
    lines = published.run("python", "claims_fts")
    rows = csv_claims(published.data)
    assert 10 == len(set(lines))
    assert set(lines) <= rows
    assert all(re.search(r"\b(report|said\b)", line, re.IGNORECASE) for line in lines)
    longest = min(published.data.claims, key=lambda c: (-len(c.behind), c.id))
    sources = {s.id: s for s in published.data.sources}
    expected = []
    for n, trail in enumerate(longest.trails, 1):
        for step, source in enumerate((sources[d] for d in trail.documents), 1):
            publisher = source.publisher.name if source.publisher else None
            expected.append(f"{longest.id}; {n}; {step}; {publisher}; {source.title}")
    assert expected == published.run("python", "trails")
    if shutil.which("curl") and shutil.which("sha256sum"):
        assert ["briefing.sqlite: OK"] == published.run("sh", "sha256sum")
    else:
        sums = (published.folder.parent / "site/data/SHA256SUMS").read_text()
        digest = hashlib.sha256((published.folder / "briefing.sqlite").read_bytes()).hexdigest()
        assert f"{digest}  briefing.sqlite\n" in sums


def test_the_example_for_json(published: Published) -> None:
    """With curl and jq, it prints disputed claims of one origin; without, the keys that it asks for are there."""
    expected = [
        f"{c.permalink} {c.by[0].name}"
        for c in published.data.claims
        if c.status == "disputed" and c.origins == 1
    ]
    assert expected
    if shutil.which("curl") and shutil.which("jq"):
        assert expected == published.run("sh", "jq")
        return
    asked = re.findall(r"\.(\w+)", published.block("sh", "jq").partition("jq ")[2])
    assert ["items", "status", "origins", "permalink", "by", "name"] == asked
    items = json.loads((published.folder.parent / "site/api/v1/claims.json").read_text())["items"]
    assert expected == [
        f"{c['permalink']} {c['by'][0]['name']}"
        for c in items
        if c["status"] == "disputed" and c["origins"] == 1
    ]


def test_the_example_for_the_data_package(published: Published) -> None:
    """It prints each file with its columns."""
    lines = published.run("python", "datapackage.json")
    assert [" ".join((f"{n}.csv", *TABLES[n].model_fields)) for n in EXPORTED] == lines[: len(EXPORTED)]
    assert "briefing.sqlite" == lines[-1]
    assert len(EXPORTED) + len(published.data.measures) + 1 == len(lines)


@given(st.text(st.sampled_from(STARTERS + "'a1. ")) | st.text())
def test_the_pages_function_undoes_the_guard(cell: str) -> None:
    """What the page tells readers to do gives back every cell."""
    template = Path(__file__).parent.parent.parent / "scripts/briefing/templates/data.md.jinja"
    (code,) = re.findall(r"^def plain.*?^    return .*?$", template.read_text(), re.MULTILINE | re.DOTALL)
    scope: dict[str, Callable[[str], str]] = {}
    exec(f"import re\n{code}", scope)  # noqa: S102 - the example itself is tested
    assert cell == scope["plain"](inert(cell)) == uninert(inert(cell))
