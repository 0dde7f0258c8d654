"""The built site under the headers that `briefing headers` writes for it, in a real browser."""

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http import HTTPStatus
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from briefing.hosting.headers import HeaderStyle, read_inline, response_headers, write_down

BRIEF = "briefs/2022-02-05-panel-report-cyber-revenue/"

PAGES = [
    "", "weapons/", "briefs/", BRIEF, "briefs/2022-02-05-panel-report-weapons/", "entities/", "entities/dprk/",
    "sources/", "sources/un-panel-report-2022-02/", "measures/", "measures/missile-launches-per-year/",
    "measures/nuclear-test-yield/", "timeline/", "disputed/", "corrections/", "glossary/", "rules/",
    "reference/", "data/", "about/", "how-to-read/", "how-to-write/", "search/", "nowhere/at/all/",
]  # fmt: skip

LISTEN = """
addEventListener("securitypolicyviolation", (event) =>
  console.error("VIOLATION", event.violatedDirective, event.blockedURI, event.sample))
"""


def rules_of(text: str) -> list[tuple[str, dict[str, str]]]:
    """Return the patterns of a `_headers` file with their headers, as its hosts read it."""
    rules: list[tuple[str, dict[str, str]]] = []
    for line in text.splitlines():
        if line.startswith("  "):
            name, _, value = line.strip().partition(": ")
            rules[-1][1][name] = value
        else:
            rules.append((line, {}))
    return rules


class _Host(http.server.SimpleHTTPRequestHandler):
    """A host of static files that obeys a `_headers` file and has a page for what is not there."""

    rules: list[tuple[str, dict[str, str]]]

    def end_headers(self) -> None:
        for pattern, headers in self.rules:
            if fnmatch(self.path, pattern):
                for name, value in headers.items():
                    self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - as its class has it
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing: pytest turns noise into failures."""


@pytest.fixture(scope="module")
def host(real_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], str]]:
    """Give a function that serves a folder under the real site's headers, and returns its address."""
    text = write_down(response_headers(read_inline(real_site)), HeaderStyle.HEADERS)
    servers: list[tuple[http.server.ThreadingHTTPServer, threading.Thread]] = []

    def start(folder: Path) -> str:
        handler = type("Host", (_Host,), {"rules": rules_of(text)})
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Watched:
    """A page, and all that its console and its policy complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Give a page whose complaints are collected."""
    context: BrowserContext = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    found = Watched(context.new_page())
    found.page.add_init_script(LISTEN)

    def on_console(message: ConsoleMessage) -> None:
        # The status of a page that is not there is what was asked for.
        if message.type in ("error", "warning") and "404 (Not Found)" not in message.text:
            found.complaints.append(message.text)

    found.page.on("console", on_console)
    found.page.on("pageerror", lambda fault: found.complaints.append(str(fault)))
    yield found
    context.close()


def test_every_kind_of_page_keeps_the_policy(
    watched: Watched, real_site: Path, host: Callable[[Path], str]
) -> None:
    """At every depth, and where nothing is: no violation, no error, and the theme's scripts have run."""
    base = host(real_site)
    for address in PAGES:
        answer = watched.page.goto(base + address)
        assert answer is not None
        assert answer.status == (HTTPStatus.NOT_FOUND if "nowhere" in address else HTTPStatus.OK), address
        assert "sha256-" in answer.headers["content-security-policy"]
        assert watched.page.evaluate("typeof __md_get") == "function", address
        assert watched.page.locator("html.js").count() == 1, address
        assert watched.complaints == [], address


def test_what_a_reader_does_keeps_the_policy(
    watched: Watched, real_site: Path, host: Callable[[Path], str]
) -> None:
    """Search in the dialog and on its page, filters, the dark scheme, copying a citation, an old address."""
    page, base = watched.page, host(real_site)
    page.goto(base)
    page.keyboard.press("/")
    page.keyboard.type("bybit")
    page.locator(".search-dialog li a").first.wait_for()
    page.goto(base + "search/?q=bybit")
    page.locator(".search-results a").first.wait_for()
    page.locator("select[name=topic]").select_option("Cyber revenue")
    page.locator(".search-results a").first.wait_for()

    page.goto(base + "timeline/")
    page.locator(".timeline-filters button").first.click()
    assert page.locator(".timeline-count").inner_text() != ""

    page.goto(base + BRIEF)
    page.locator("form[data-md-component=palette] label:not([hidden])").first.click()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    page.reload()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    page.locator("button.cite-copy:visible").first.click()
    page.get_by_text("Copied").first.wait_for()

    moved = next(p for p in sorted(real_site.rglob("index.html")) if "moved.js" in p.read_text())
    old = base + moved.parent.relative_to(real_site).as_posix() + "/?a=b#x"
    page.goto(old)
    page.wait_for_url(lambda url: url != old and url.endswith("/?a=b#x"))
    page.locator("h1").wait_for()
    assert watched.complaints == []


@pytest.mark.parametrize(
    ("kind", "injected"),
    [
        ("script-src-elem", "<script>document.title = 'hacked'</script>"),
        ("script-src-attr", "<img src='assets/images/favicon.png' onload=\"document.title = 'hacked'\">"),
        ("script-src-elem", "<script src='https://example.org/x.js'></script>"),
        ("style-src-elem", "<style>body { display: none }</style>"),
        ("style-src-attr", "<p style='position: fixed'>x</p>"),
        ("img-src", "<img src='https://example.org/x.png'>"),
        ("frame-src", "<iframe src='https://example.org/'></iframe>"),
        ("base-uri", "<base href='https://example.org/'>"),
    ],
)
def test_what_was_put_into_a_page_does_not_run(
    kind: str, injected: str, watched: Watched, real_site: Path, host: Callable[[Path], str], tmp_path: Path
) -> None:
    """The policy that the site passes stops what is not the site's: the test above can fail."""
    shutil.copytree(real_site / "assets", tmp_path / "assets")
    home = (real_site / "index.html").read_text()
    (tmp_path / "index.html").write_text(home.replace("<h1", f"{injected}<h1", 1))
    watched.page.goto(host(tmp_path))
    assert watched.page.title() != "hacked"
    assert any(c.startswith(f"VIOLATION {kind}") for c in watched.complaints), watched.complaints
