"""What several tests share: small projects, the built site, and a browser."""

import fcntl
import functools
import http.server
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from hypothesis import settings
from playwright.sync_api import Browser, Dialog, Error, Page, Request, sync_playwright

from briefing.build import build as build_with_mkdocs
from briefing.corpus import ClaimHandle, Corpus, EventHandle, load
from briefing.making import Built
from briefing.model import Brief, Entity, EventKind, MeasuresFile, Source, TopicsFile
from briefing.view import Site, View, look
from briefing.zensical import build as build_with_zensical

# How long an example takes is no fault: benchmarks measure speed, tests do not.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

# Shells let what they run in the background ignore Ctrl-C, and it passes that on: tests end servers so.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent.parent

TOPICS = """\
topics:
  - id: weapons
    title: Weapons
    summary: What is claimed.
    colour: "#8c1d2f"
    icon: rocket
"""

MKDOCS = """\
site_name: Test Site
site_url: https://example.org/
theme: {name: material, font: false}
plugins: [search, briefing]
extra_css: [stylesheets/briefing.css]
markdown_extensions:
  - admonition
  - attr_list
  - def_list
  - md_in_html
  - tables
  - toc: {permalink: "#", toc_depth: 2-3}
nav:
  - Home: index.md
  - Weapons: weapons.md
  - Briefs: briefs/index.md
  - Entities: entities/index.md
  - Sources: sources/index.md
  - Glossary: glossary.md
  - How to read: how-to-read.md
  - About: about.md
  - Reference:
      - measures/index.md
      - timeline.md
      - disputed.md
      - corrections.md
      - rules.md
      - data.md
"""

BRIEF = """\
title: A says one thing
date: 2022-02-05
published: 2022-02-06
topics: [weapons]
bottom_line: A said that it happened.
claims:
  - id: it-happened
    text: A said that it happened.
    by: a
    sources: [paper]
"""

ENTITY = "kind: state\nname: A\n"
SOURCE = "kind: press\naccess: public\ntitle: It happened\npublisher: {name: The Paper}\nissued: 2022-02-05\n"


@pytest.fixture(scope="session")
def new_project() -> Callable[..., Path]:
    """Give a function that writes a project into a folder: a small one, or one of tests/cases/pages."""

    def write(folder: Path, case: str | None = None) -> Path:
        files = {
            "mkdocs.yml": MKDOCS,
            "docs/how-to-read.md": "# How to read\n",
            "docs/how-to-write.md": "# How to write\n",
            "docs/about.md": "# About\n\n## Corrections\n",
        }
        if case is None:
            briefs = {
                "topics.yml": TOPICS,
                "entities/a.yml": ENTITY,
                "sources/paper.yml": SOURCE,
                "2022/2022-02-05-it-happened.yml": BRIEF,
            }
        else:
            text = (ROOT / "tests" / "cases" / "pages" / f"{case}.yml").read_text(encoding="utf-8")
            briefs = yaml.safe_load(text)["files"]
        for name, text in (files | {f"briefs/{name}": text for name, text in briefs.items()}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def project(new_project: Callable[..., Path], tmp_path: Path) -> Path:
    """Give a project with one brief, one source and one entity."""
    return new_project(tmp_path / "project")


MEASURES = """\
measures:
  - {id: theft, title: Theft, topic: weapons, unit: USD, period: event, scale: log, rule: {text: R.}}
  - {id: thefts, title: Thefts per year, topic: weapons, unit: USD, period: year, rule: {text: R.}}
  - {id: launches, title: Launches per year, topic: weapons, unit: count, period: year, rule: {text: R.}}
  - {id: monthly, title: Launches per month, topic: weapons, unit: count, period: month, rule: {text: R.}}
assets: [{id: ETH, title: Ether}]
"""

EVENTS = """\
events:
  - {id: bank, kind: theft, title: Theft from a bank, when: 2022-03}
  - {id: shop, kind: theft, title: Theft from a shop, when: 2022-03}
"""


@pytest.fixture(scope="session")
def corpus_of() -> Callable[..., Corpus]:
    """Give a function that makes a corpus of claims, written in YAML: c-1, c-2 and so on of one brief.

    Their text and their source may be left out; entities are a, b, c and d, measures `theft` for
    events, `thefts` and `launches` for years, `monthly` for months, events `bank` and `shop`.
    """
    load = functools.partial(yaml.load, Loader=yaml.BaseLoader)  # gives texts only, as the engine's reader
    measures = MeasuresFile.model_validate(load(MEASURES))
    source = Source.model_validate({"id": "paper", **load(SOURCE)})
    topics = TopicsFile.model_validate(load(TOPICS))
    kinds = {"theft": EventKind(id="theft", title="Theft")}
    entities = {i: Entity.model_validate({"id": i, "kind": "state", "name": i.upper()}) for i in "abcd"}

    def make(*claims: str) -> Corpus:
        rows = [load(c) for c in claims]
        record = Brief.model_validate(
            {
                "id": "2022-x", "title": "T", "date": "2022", "published": "2022-02-06", "topics": ["weapons"],
                "bottom_line": "B.", **load(EVENTS),
                "claims": [{"id": f"c-{n}", "text": "T.", "sources": "paper", **r} for n, r in enumerate(rows, 1)],
            }
        )  # fmt: skip
        handles = [ClaimHandle(record, c, n) for n, c in enumerate(record.claims)]
        return Corpus(
            topics={t.id: t for t in topics.topics},
            event_kinds=kinds,
            measures={m.id: m for m in measures.measures},
            assets={a.id: a for a in measures.assets},
            entities=entities,
            sources={"paper": source},
            briefs={record.id: record},
            claims={h.ref: h for h in handles},
            events={f"2022-x#{e.id}": EventHandle(record, e) for e in record.events},
        )

    return make


@pytest.fixture(scope="session")
def case_view(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., View]:
    """Give a function that returns the view of a case's corpus, of tests/cases/pages, at an address."""

    def make(name: str, url: str = "https://example.org/") -> View:
        case = yaml.safe_load(
            (ROOT / "tests" / "cases" / "pages" / f"{name}.yml").read_text(encoding="utf-8")
        )
        folder = tmp_path_factory.mktemp(name)
        for file, text in case["files"].items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        loaded = load(folder, base=folder)
        assert loaded.problems == []
        return look(loaded.corpus, Site("Test Site", "What is claimed.", url, authority="example.org,2026"))

    return make


@pytest.fixture(scope="session")
def real_view() -> View:
    """Give the view of the project's own corpus."""
    return look(load(ROOT / "briefs").corpus, Site("Real Site", "What is claimed.", "https://example.org/"))


ENGINES = {"mkdocs": build_with_mkdocs, "zensical": build_with_zensical}
ENGINE = os.environ.get("BRIEFING_TEST_ENGINE", "mkdocs")


@pytest.fixture(scope="session")
def build() -> Callable[..., Built]:
    """Give the builder under test: MkDocs, or the one that BRIEFING_TEST_ENGINE names."""
    return ENGINES[ENGINE]


@pytest.fixture(scope="session")
def real_site_by(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give a function that returns the project's own site by a builder, made once for all workers.

    It is built strictly. No test changes a file of it.
    """
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(engine: str) -> Path:
        site = base / f"real-{engine}"
        with (base / f"real-{engine}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not site.is_dir():
                ENGINES[engine](ROOT / "mkdocs.yml", site)
        return site

    return make


@pytest.fixture(scope="session")
def real_site(real_site_by: Callable[[str], Path]) -> Path:
    """Give the project's own site, by the builder under test."""
    return real_site_by(ENGINE)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing: pytest turns noise into failures."""


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Give a function that serves a folder on a free port, and returns its address."""
    servers = []

    def start(folder: Path) -> str:
        handler = functools.partial(_Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give headless Chromium: the system's, or Playwright's own."""
    found = next(
        (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu", "--no-first-run"],
        )
        yield browser
        browser.close()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page, in a context of these options.

    The test fails on any script error, any dialog, and any request to another host.
    """
    contexts, faults = [], list[str]()

    def on_error(error: Error) -> None:
        faults.append(str(error))

    def on_dialog(dialog: Dialog) -> None:
        faults.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def on_request(request: Request) -> None:
        # What has no host, such as a picture in the style sheet itself, is asked of nobody.
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            faults.append(request.url)

    def start(**options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", on_error)
        page.on("dialog", on_dialog)
        page.on("request", on_request)
        return page

    yield start
    for context in contexts:
        context.close()
    assert faults == []


# --- saved documents, for what helps authors ---------------------------------------------

_PAGE = """\
<!DOCTYPE html>
<!-- saved from url=(0051)https://m.example.org/2022/forts?utm_source=mail -->
<html lang="en-GB"><head><meta charset="utf-8"><title>Forts rise again - Harbour Gazette</title>
<link rel="canonical" href="https://www.example.org/2022/forts">
<meta property="og:site_name" content="Harbour Gazette"><meta property="og:type" content="article">
<meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2022-02-05T10:00:00Z">
<script>document.write("Words of a script that would be long enough to be a paragraph, if it ran.")</script>
</head><body><nav><p>Home, and a menu with much else.</p></nav><article><h1>Forts rise again</h1>
<p>Inspectors reported that Ruritania rebuilds its forts,<br>and that tolls on the river pay for it.</p>
<h2>River tolls</h2><p>Read Also: something else, which is of no use here.</p>
<blockquote><p>According to the report, collectors took more than $50 million by mid-2021.</p></blockquote>
<p>A last paragraph says that nobody in the harbour was asked about any of these things.</p>
</article></body></html>
"""


@pytest.fixture(scope="session")
def wire_copy() -> Path:
    """Give an article about countries that are not there, built as wire copy on news sites is."""
    return ROOT / "tests" / "authoring" / "article.txt"


@pytest.fixture(scope="session")
def page() -> str:
    """Give a page of a news site."""
    return _PAGE


@pytest.fixture(scope="session")
def pdf() -> Callable[..., bytes]:
    """Give a function that makes a PDF file of pages of text, with a title in its metadata."""
    return _pdf


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Give a function that saves a document under a name."""

    def save(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


def _pdf(*pages: str, title: str = "") -> bytes:
    """Return pages of text as PDF (ISO 32000-1, without compression)."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (en-US) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n, page in enumerate(pages):
        lines = [t.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for t in page.split("\n")]
        stream = "BT /F1 11 Tf 13 TL 60 780 Td " + " ".join(f"({t}) Tj T*" for t in lines) + " ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * n} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append(f"<< /Title ({title}) >>")
    data, places = b"%PDF-1.4\n", []
    for n, text in enumerate(objects, 1):
        places.append(len(data))
        data += f"{n} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\n"
    return data + f"{tail}startxref\n{len(data)}\n%%EOF\n".encode()
