"""Bytes over the wire and waits, on pages as small as can be."""

import functools
import gzip
import http.client
import http.server
import threading
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench.browser import (
    hosting,
    preview_waits,
    search_in_dialog,
    search_on_page,
    stock_search,
    wait_until_served,
)

HOME = """\
<!doctype html><title>Home</title><dialog><input><ul></ul></dialog>
<script>
const dialog = document.querySelector("dialog"), field = dialog.querySelector("input")
addEventListener("keydown", (e) => { if (e.key === "/" && !dialog.open) { e.preventDefault(); dialog.showModal() } })
field.addEventListener("input", async () => {
  const text = await (await fetch("index.bin")).text()
  dialog.querySelector("ul").innerHTML = `<li role=option>${text.length}</li>`
})
</script>
"""
SEARCH = """\
<!doctype html><title>Search</title><ol class="search-results"></ol>
<script>
fetch("../index.bin").then((r) => r.text()).then((t) => { document.querySelector("ol").innerHTML = `<li>${t.length}</li>` })
</script>
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Give a site whose searches load a file of 50,000 bytes."""
    (tmp_path / "search").mkdir()
    (tmp_path / "index.html").write_text(HOME)
    (tmp_path / "search/index.html").write_text(SEARCH)
    (tmp_path / "index.bin").write_bytes(b"x" * 50_000)
    return tmp_path


def test_the_host_sends_text_compressed_and_counts_it(tmp_path: Path) -> None:
    """As a static host does; heads of answers count too."""
    (tmp_path / "page.html").write_text("word " * 5_000)
    with hosting(tmp_path) as host:
        connection = http.client.HTTPConnection("127.0.0.1", host.server_port)
        connection.request("GET", "/page.html", headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert gzip.decompress(body) == b"word " * 5_000
        assert answer.headers["Cache-Control"] == "max-age=600"
        assert len(body) < host.settled(0.1) < len(body) + 500
        with urllib.request.urlopen(f"{host.address}page.html") as plain:
            assert len(plain.read()) == 25_000
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{host.address}nothing")


def test_a_first_search_is_all_that_it_loads(site: Path, browser: Browser) -> None:
    """In the header and on the page of its own, after the home page is there."""
    with hosting(site) as host:
        dialog = search_in_dialog(browser, host, "missile")
        page = search_on_page(browser, host, "missile")
    assert 50_000 < dialog.sent < 51_000
    assert 50_000 < page.sent < 51_500
    assert 0 < dialog.seconds < 30


def test_what_the_stock_search_loads(tmp_path: Path) -> None:
    """Its index and its worker, compressed."""
    (tmp_path / "search").mkdir()
    (tmp_path / "search/search_index.json").write_bytes(b"{}")
    alone = stock_search(tmp_path)
    workers = tmp_path / "assets/javascripts/workers"
    workers.mkdir(parents=True)
    (workers / "search.abc.min.js").write_bytes(b"self")
    assert 0 < alone < stock_search(tmp_path)


class _Reloading(http.server.SimpleHTTPRequestHandler):
    """Serves a page that looks for a newer one every tenth of a second."""

    def do_GET(self) -> None:
        words = (Path(self.directory) / "words").read_text()
        body = f"<p>{words}</p><script>setTimeout(() => location.reload(), 100)</script>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def test_a_preview_is_timed_from_the_save(tmp_path: Path, browser: Browser) -> None:
    """The first save is not counted."""
    (tmp_path / "words").write_text("nothing yet")
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Reloading, directory=str(tmp_path))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/"

    def save(n: int) -> str:
        (tmp_path / "words").write_text(f"words {n}")
        return f"words {n}"

    try:
        wait_until_served(address, 10, lambda: True)
        waits = preview_waits(browser, address, save, 2, patience=20)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert len(waits) == 2
    assert all(0 < wait < 20 for wait in waits)


def test_waiting_for_a_server_that_has_ended_is_over_at_once() -> None:
    """Nobody waits an hour for a server that has failed."""
    with pytest.raises(TimeoutError, match="/x was not served"):
        wait_until_served("http://127.0.0.1:9/x", 60, lambda: False)
