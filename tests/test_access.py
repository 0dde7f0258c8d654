"""Access for everybody: WCAG 2.2 AA as far as a program can tell, keyboard, print, weight."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it has no types
from playwright.sync_api import Browser, ViewportSize

KINDS = [
    "", "weapons/", "briefs/", "briefs/2022-02-05-panel-report-cyber-revenue/", "briefs/2017-09-03-sixth-nuclear-test/",
    "entities/", "entities/dprk/", "sources/", "sources/un-panel-report-2022-02/", "measures/",
    "measures/missile-launches-per-year/", "measures/nuclear-test-yield/", "timeline/", "disputed/", "corrections/",
    "rules/", "reference/", "glossary/", "data/", "search/?q=bybit", "how-to-read/", "how-to-write/", "about/", "404.html",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BRIEF = "briefs/2025-02-21-bybit/"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing(
    width: int, scheme: str, browser: Browser, real_site: Path, serve: Callable[[Path], str]
) -> None:
    """No kind of page has a fault that axe-core knows, wide and narrow, light and dark."""
    base = serve(real_site)
    context = browser.new_context(
        viewport=ViewportSize(width=width, height=844), color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    found: list[tuple[str, str, list[str]]] = []
    for address in KINDS:
        page.goto(base + address)
        if "search" in address:
            page.locator(".search-results h2").first.wait_for()
        faults = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        found += [(address, fault["id"], fault["nodes"][0]["target"]) for fault in faults]
    context.close()
    assert found == []


def test_keyboard_focus_is_seen_and_not_hidden(
    browser: Browser, real_site: Path, serve: Callable[[Path], str]
) -> None:
    """Each stop of the tab key on a brief shows an outline, and none lies under the header."""
    context = browser.new_context(viewport=ViewportSize(width=1280, height=800))
    page = context.new_page()
    page.goto(serve(real_site) + BRIEF)
    stops = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at)
              const header = document.querySelector(".md-header").getBoundingClientRect()
              const inHeader = !!at.closest(".md-header, .md-tabs, .md-skip")
              return [at.outerHTML.slice(0, 80), style.outlineStyle !== "none" || at.tagName === "BODY",
                inHeader || box.bottom > header.bottom || at.tagName === "BODY"]
            }"""
        )
        stops.add(stop[0])
        assert stop[1], f"no outline on {stop[0]}"
        assert stop[2], f"under the header: {stop[0]}"
    assert len(stops) > 40


def test_nothing_moves_for_those_who_ask(
    browser: Browser, real_site: Path, serve: Callable[[Path], str]
) -> None:
    """With reduced motion, nothing on a page is animated."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(serve(real_site) + BRIEF)
    moving = page.evaluate(
        """[...document.querySelectorAll(".page-body *")].filter((e) => {
          const s = getComputedStyle(e)
          return parseFloat(s.transitionDuration) > 0.01 || parseFloat(s.animationDuration) > 0.01
        }).length"""
    )
    context.close()
    assert moving == 0


def test_a_brief_prints_on_few_pages_with_addresses(
    browser: Browser, real_site: Path, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    """As PDF: no header, no buttons, the sources with their addresses."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(serve(real_site) + BRIEF)
    made = page.pdf(path=tmp_path / "brief.pdf", format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", made)) <= 3  # with nine claims and sixteen documents
    page.emulate_media(media="print")
    assert not page.locator(".search-opener").is_visible()
    assert not page.locator(".headerlink").first.is_visible()
    shown = page.evaluate(
        "getComputedStyle(document.querySelector('#sources ~ .apparatus a[href^=http]'), '::after').content"
    )
    context.close()
    assert "attr(href)" in shown or "http" in shown


def test_pages_are_light(real_site: Path) -> None:
    """Over gzip, a brief with all that it loads first weighs under 120 KB, and the next one under 20 KB."""

    def weight(path: Path) -> int:
        return len(gzip.compress(path.read_bytes(), 9))

    for brief in (real_site / "briefs").glob("*/index.html"):
        assert weight(brief) < 30_000, brief
    page = real_site / BRIEF / "index.html"
    parts = re.findall(r'<(?:link rel="stylesheet" href|script[^>]* src)="([^"]+)"', page.read_text())
    assert len(parts) > 4
    first = weight(page) + sum(weight((page.parent / part).resolve()) for part in parts)
    assert weight(page) < 20_000
    assert first < 120_000


def test_a_lost_reader_is_helped(browser: Browser, real_site: Path, serve: Callable[[Path], str]) -> None:
    """The page for unknown addresses leads on, and its links are right from any depth."""
    text = (real_site / "404.html").read_text()
    assert "This page is not here" in text
    links = re.findall(r'<li><a href="([^"]+)"', text)
    assert len([link for link in links if link.startswith("/")]) >= 5
