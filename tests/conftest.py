"""What several tests share: small projects, the built site, and a browser."""

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from briefing.build import build

# How long an example takes is no fault: benchmarks measure speed, tests do not.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project with one brief, one source and one entity."""
    files = {
        "mkdocs.yml": MKDOCS,
        "docs/how-to-read.md": "# How to read\n",
        "docs/about.md": "# About\n\n## Corrections\n",
        "briefs/topics.yml": TOPICS,
        "briefs/entities/a.yml": ENTITY,
        "briefs/sources/paper.yml": SOURCE,
        "briefs/2022/2022-02-05-it-happened.yml": BRIEF,
    }
    for name, text in files.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "project"


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the project's own site, built strictly, once a worker."""
    site = tmp_path_factory.mktemp("real") / "site"
    build(ROOT / "mkdocs.yml", site)
    return site


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
