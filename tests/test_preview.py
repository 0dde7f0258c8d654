"""`briefing serve`, as its author sees it: in a terminal, and in a browser."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it has no types
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, ViewportSize

from briefing.cli import main

BRIEFING = Path(sys.executable).parent / "briefing"
BRIEF = "briefs/2022/2022-02-05-it-happened.yml"
ID = "2022-02-05-it-happened"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Served:
    """A running `briefing serve`."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    @property
    def said(self) -> str:
        """What it has printed on standard error."""
        return self.log.read_text()


@contextmanager
def served(project: Path, *args: str) -> Iterator[Served]:
    """Run `briefing serve` in a project, on a free port; interrupt it at the end, and see that it ends well."""
    log = project / "log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [BRIEFING, "serve", *args, "-a", "127.0.0.1:0", "--no-open"],
            cwd=project, stdout=subprocess.PIPE, stderr=stream, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert "(Ctrl-C ends the preview)" in line, log.read_text()
            yield Served(process, line.split()[0], log)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                code = process.wait(30)
            finally:
                process.kill()
            process.stdout.close()
    assert code == 0
    assert "Traceback" not in log.read_text()


@pytest.fixture
def page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page of some width and scheme, on which no script may fail."""
    contexts = []
    faults: list[str] = []

    def open_(url: str, width: int = 1280, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport=ViewportSize(width=width, height=800),
            color_scheme="dark" if scheme == "dark" else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


def panel(page: Page) -> str:
    """Return what the panel says."""
    return page.locator("#preview-panel").inner_text()


def holds(page: Page, text: str) -> None:
    """Wait until a page, reloaded as it may be, holds a text."""
    page.get_by_text(text).first.wait_for(timeout=20_000)


def test_an_authors_round(project: Path, page: Callable[..., Page]) -> None:
    """The page of an id opens, follows each save, shows errors above the last good page, and recovers."""
    file = project / BRIEF
    good = file.read_text()
    with served(project, ID) as preview:
        shown = page(preview.url)
        assert preview.url.endswith(f"/briefs/{ID}/")
        assert "No problems" in panel(shown)
        file.write_text(good.replace("that it happened", "that it rained"))
        holds(shown, "A said that it rained.")
        file.write_text(good.replace("by: a", "by:\n\ta"))
        holds(shown, "a tab stands where YAML wants spaces")
        assert "What follows is the page as it was before" in panel(shown)
        assert "A said that it rained." in shown.locator("article").inner_text()
        assert "10 | " in shown.locator("#preview-panel pre").inner_text()
        file.write_text(good.replace("that it happened", "that it snowed"))
        holds(shown, "A said that it snowed.")
        assert "No problems" in panel(shown)
        said = preview.said
    assert f"{BRIEF}: 1 error" in said
    assert "fix: " in said
    assert f"{BRIEF}: no problems" in said


def test_the_panel_changes_alone_where_the_page_does_not(project: Path, page: Callable[..., Page]) -> None:
    """What somebody has opened or typed on the page stays."""
    with served(project, "a") as preview:
        shown = page(preview.url)
        shown.evaluate("window.mark = 'the same page'")
        (project / BRIEF).write_text("title: [\n")
        holds(shown, "1 error in 1 other file")
        assert shown.evaluate("window.mark") == "the same page"
        shown.locator("#preview-panel summary").click()
        shown.locator("#preview-panel li a").click()
        holds(shown, "yaml-syntax")
        assert shown.url.endswith(f"/briefs/{ID}/")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_everybody_can_read_it(width: int, scheme: str, project: Path, page: Callable[..., Page]) -> None:
    """axe-core finds nothing in the panel and in the page of a file, and nothing runs over the edge."""
    brief = (project / BRIEF).read_text()
    (project / BRIEF).write_text(brief.replace("by: a", "by: aa") + f"    note: {'very long ' * 40}\n")
    (project / "briefs/entities/a.yml").write_text("kind: [\n")
    settings = (project / "mkdocs.yml").read_text()
    palette = {"light": "default", "dark": "slate"}[scheme]
    (project / "mkdocs.yml").write_text(
        settings.replace("font: false", f"font: false, palette: {{scheme: {palette}, primary: custom}}")
    )
    with served(project) as preview:
        for address in (f"briefs/{ID}/", "", f"_preview/file/{BRIEF}"):
            shown = page(preview.url + address, width, scheme)
            if shown.locator("#preview-panel summary").count():
                shown.locator("#preview-panel summary").click()
            own = "#preview-panel" if shown.locator("#preview-panel").count() else None
            found = Axe().run(shown, own, {"runOnly": RULES}).response["violations"]
            assert [(f["id"], f["nodes"][0]["target"]) for f in found] == []
            assert not shown.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_search_works_in_the_preview(project: Path, page: Callable[..., Page]) -> None:
    """Once its index is made; until then its page says what it finds."""
    with served(project) as preview:
        shown = page(f"{preview.url}search/?q=happened")
        end = time.monotonic() + 90
        while not shown.locator(".search-results h2").count():
            assert time.monotonic() < end
            time.sleep(0.5)
            shown.reload()
            shown.locator(".search-status").get_by_text("page").or_(
                shown.get_by_text("Search could not be loaded.")
            ).first.wait_for()
        assert "A says one thing" in shown.locator(".search-results").inner_text()


def test_a_page_says_when_the_preview_has_ended(project: Path, page: Callable[..., Page]) -> None:
    """And goes on by itself when it is begun again is up to its address; nothing else breaks."""
    with served(project) as preview:
        shown = page(preview.url)
    holds(shown, "The preview has ended: this page no longer follows its file.")


@pytest.mark.parametrize(
    ("said", "args"),
    [
        (
            "There is no page of 2022-02-05-it-hapened. Did you mean 2022-02-05-it-happened?",
            ["2022-02-05-it-hapened"],
        ),
        ("There is no page of nothing-like-it.", ["nothing-like-it"]),
        ("here is not HOST:PORT, such as 127.0.0.1:8000", ["-a", "here"]),
        ("127.0.0.1:99999 is not HOST:PORT", ["-a", "127.0.0.1:99999"]),
    ],
)
def test_wrong_use_is_explained(
    said: str, args: list[str], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, and what to write."""
    monkeypatch.chdir(project)
    address = [] if "-a" in args else ["-a", "127.0.0.1:0"]
    done = CliRunner().invoke(main, ["serve", *args, *address], catch_exceptions=False)
    assert (done.exit_code, said in " ".join(done.stderr.split())) == (2, True)


def test_an_address_that_is_taken_is_said_at_once(project: Path) -> None:
    """Exit code 1, and the way out."""
    with served(project) as preview:
        port = preview.url.rstrip("/").rpartition(":")[2]
        done = subprocess.run(
            [BRIEFING, "serve", "-a", f"127.0.0.1:{port}", "--no-open"],
            cwd=project, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be had: Address already in use. Name another address" in done.stderr


def test_a_browser_is_opened_only_where_there_is_a_screen(project: Path, tmp_path: Path) -> None:
    """With an id by itself, and with --open; never a browser within the terminal."""
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\necho $1 >> {tmp_path}/opened\n")
    browser.chmod(0o755)
    for env, expected in ({"BROWSER": str(browser)}, 1), ({}, 0):
        (tmp_path / "opened").write_text("")
        bare = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")}
        process = subprocess.Popen(
            [BRIEFING, "serve", ID, "-a", "127.0.0.1:0"],
            cwd=project, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**bare, **env},
        )  # fmt: skip
        assert process.stdout is not None
        url = process.stdout.readline().split()[0]
        end = time.monotonic() + 10
        while expected and not (tmp_path / "opened").read_text() and time.monotonic() < end:
            time.sleep(0.05)
        process.terminate()
        assert process.wait(30) == 0
        process.stdout.close()
        assert (tmp_path / "opened").read_text() == (f"{url}\n" if expected else "")
