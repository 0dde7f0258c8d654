"""What a reader and an author get, in Chromium: the bytes of a first search, the wait for a preview."""

import contextlib
import functools
import gzip
import http.client
import http.server
import io
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

_COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".csv", ".ics", ".atom", ".rss")
"""What a static host sends compressed; Pagefind's own files are compressed already."""

QUIET = 0.4
"""Seconds without a byte after which a search has all that it asks for."""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Give headless Chromium: the system's, or Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((p for n in names if (p := shutil.which(n))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu", "--no-first-run"],
        )
        try:
            yield browser
        finally:
            browser.close()


# --- a host that counts ------------------------------------------------------------------


class _Counting(io.RawIOBase):
    def __init__(self, stream: io.BufferedIOBase, count: Callable[[int], None]) -> None:
        self._stream = stream
        self._count = count

    def write(self, data: bytes) -> int:  # type: ignore[override] # the handler writes bytes only
        self._count(len(data))
        return self._stream.write(data)

    def flush(self) -> None:
        if not self._stream.closed:
            self._stream.flush()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder as a static host does: compressed where that helps, and kept by the browser."""

    protocol_version = "HTTP/1.1"
    server: "Host"

    def setup(self) -> None:
        super().setup()
        self.wfile = _Counting(self.wfile, self.server.count)  # type: ignore[assignment] # a writer

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Cache-Control", "max-age=600")
        if path.suffix in _COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class Host(http.server.ThreadingHTTPServer):
    """Serves a folder on a free port of 127.0.0.1, and counts the bytes that it sends, heads included."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder)))
        self._lock = threading.Lock()
        self._sent = 0
        self._last = time.monotonic()

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.server_port}/"

    def count(self, size: int) -> None:
        """Add bytes that are sent."""
        with self._lock:
            self._sent += size
            self._last = time.monotonic()

    def settled(self, quiet: float = QUIET) -> int:
        """Return the bytes sent so far, once none was sent for a while."""
        while time.monotonic() - self._last < quiet:
            time.sleep(quiet / 4)
        return self._sent


@contextlib.contextmanager
def hosting(folder: Path) -> Iterator[Host]:
    """Give a running host."""
    host = Host(folder)
    thread = threading.Thread(target=host.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.shutdown()
        host.server_close()
        thread.join()


# --- a reader's first search -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Search:
    """A first search: what was sent for it, and how long a reader on this machine waited."""

    sent: int
    seconds: float


def search_in_dialog(browser: Browser, host: Host, query: str) -> Search:
    """Search from the header of the home page, which is loaded already."""
    with _reader(browser, host) as page:
        before, begun = host.settled(), time.perf_counter()
        page.keyboard.press("/")
        page.locator("dialog input").first.fill(query)
        page.locator("dialog [role=option]").first.wait_for(timeout=60_000)
        seconds = time.perf_counter() - begun
        return Search(host.settled() - before, seconds)


def search_on_page(browser: Browser, host: Host, query: str) -> Search:
    """Go from the home page to /search/ with a query in the address; the page itself counts too."""
    with _reader(browser, host) as page:
        before, begun = host.settled(), time.perf_counter()
        page.goto(f"{host.address}search/?q={quote(query)}")
        page.locator(".search-results li").first.wait_for(timeout=60_000)
        seconds = time.perf_counter() - begun
        return Search(host.settled() - before, seconds)


@contextlib.contextmanager
def _reader(browser: Browser, host: Host) -> Iterator[Page]:
    """Give the home page, loaded in a browser that has never been there."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(host.address, wait_until="load")
        host.settled()
        yield page


def stock_search(site: Path) -> int:
    """Return the bytes that MkDocs' own search has a browser load before its first answer."""
    index = site / "search" / "search_index.json"
    parts = [index, *site.glob("assets/javascripts/workers/search.*.min.js")]
    return sum(len(gzip.compress(part.read_bytes(), 6)) for part in parts)


# --- an author's preview -----------------------------------------------------------------


def wait_until_served(address: str, seconds: float, alive: Callable[[], bool]) -> None:
    """Wait until an address of this machine answers with a page. Raises TimeoutError."""
    parts = urlsplit(address)
    end = time.monotonic() + seconds
    while time.monotonic() < end and alive():
        connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=seconds)
        try:
            connection.request("GET", parts.path)
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass  # not yet
        finally:
            connection.close()
        time.sleep(0.1)
    raise TimeoutError(f"{parts.path} was not served")


def preview_waits(
    browser: Browser, address: str, save: Callable[[int], str], times: int, patience: float = 60
) -> list[float]:
    """Return the seconds from saving a file until the open page shows the new words, a few times.

    `save` changes the file and returns words that then stand on the page. One save before is not counted:
    it shows that the page reloads.
    """
    waits = []
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address, wait_until="load", timeout=patience * 1000)
        for n in range(times + 1):
            begun = time.perf_counter()
            words = save(n)
            page.wait_for_function(
                "words => document.body && document.body.textContent.includes(words)",
                arg=words,
                timeout=patience * 1000,
            )
            waits.append(time.perf_counter() - begun)
            time.sleep(0.5)  # an author reads
    return waits[1:]
