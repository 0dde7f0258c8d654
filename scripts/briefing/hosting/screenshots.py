"""Pictures of the pages that a change touches, for whoever reviews it."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from briefing.pages import render_pages
from briefing.view import View

MOST_PAGES = 12
"""Pages of which pictures are taken."""

WIDTHS = {"wide": 1280, "narrow": 390}
"""Widths of the window in pixels, by name."""

TALLEST = 6000
"""Pixels of a page that a picture shows."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""Programs that are looked for before Playwright's own."""


class NoPictures(Exception):
    """No pictures can be taken. Its text says what to do."""


def changed_pages(old: View, new: View) -> tuple[str, ...]:
    """Return the pages that would read otherwise: briefs first, then the rest in their order.

    A page is named by its file below the docs folder: "briefs/2022-02-05-x.md".
    """
    before = {page.uri: page.markdown for page in render_pages(old)}
    found = [page.uri for page in render_pages(new) if before.get(page.uri) != page.markdown]
    return tuple(sorted(found, key=lambda uri: not uri.startswith("briefs/20")))


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing of each request."""


@contextmanager
def _served(site: Path) -> Iterator[str]:
    """Serve a folder to this machine alone while the block runs."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def take(site: Path, uris: Sequence[str], out: Path) -> list[Path]:
    """Take pictures of pages of a built site, wide and narrow, and return their files. Raises NoPictures.

    Nothing is fetched from elsewhere, whatever the pages say.
    """
    try:
        from playwright.sync_api import Error, Route, sync_playwright
    except ImportError:
        raise NoPictures("pictures need Playwright and Chromium: run `make browser`") from None

    def only_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            route.abort()

    found = next((p for name in BROWSERS if (p := shutil.which(name))), None)
    out.mkdir(parents=True, exist_ok=True)
    files = []
    try:
        with _served(site) as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=found,
                args=["--no-sandbox", "--disable-background-networking", "--no-first-run"],
            )
            for name, width in WIDTHS.items():
                page = browser.new_page(viewport={"width": width, "height": 900})
                page.route("**/*", only_here)
                for uri in uris[:MOST_PAGES]:
                    page.goto(base + _address(uri))
                    height = int(page.evaluate("document.documentElement.scrollHeight"))
                    files.append(out / f"{uri.removesuffix('.md').replace('/', '.')}.{name}.png")
                    page.screenshot(
                        path=files[-1],
                        full_page=True,
                        clip={"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)},
                    )
            browser.close()
    except Error as fault:
        reason = str(fault).strip().splitlines()[0]
        raise NoPictures(f"the browser failed: {reason}; `make browser` finds or installs one") from None
    return files


def _address(uri: str) -> str:
    stem = uri.removesuffix(".md")
    return stem.removesuffix("index") if stem == "index" or stem.endswith("/index") else f"{stem}/"
