"""The real site, in a real browser, as a reader meets it."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from briefing.making import Built

HOSTILE = "<script>alert(1)</script> | **x** {{ y }} [z](javascript:1) {: onclick=alert(1)}"

KINDS = [
    "", "weapons/", "briefs/", "briefs/2022-02-05-panel-report-cyber-revenue/", "entities/", "entities/chainalysis/",
    "measures/", "measures/missile-launches-per-year/", "measures/nuclear-test-yield/", "timeline/", "disputed/",
    "search/?q=bybit", "corrections/", "rules/", "sources/", "sources/un-panel-report-2022-02/", "glossary/", "how-to-read/", "how-to-write/", "about/", "404.html",
]  # fmt: skip


@pytest.fixture
def page(watched: Callable[..., Page]) -> Page:
    """Give a page of a reader that fails the test where anything is wrong."""
    return watched(viewport=ViewportSize(width=1280, height=900))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overflows_and_nothing_is_asked_of_others(
    width: int, scheme: str, page: Page, real_site: Path, serve: Callable[[Path], str]
) -> None:
    """Each kind of page fits its window, wide and narrow, light and dark."""
    base = serve(real_site)
    page.set_viewport_size(ViewportSize(width=width, height=844))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in KINDS:
        page.goto(base + address)
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), address
        assert page.locator("h1").count() == 1, address


def test_a_claim_has_an_address(page: Page, real_site: Path, serve: Callable[[Path], str]) -> None:
    """It opens at the claim, which shows who says so, its chain as a sentence, and the counts."""
    page.goto(serve(real_site) + "briefs/2022-02-05-panel-report-cyber-revenue/#exchange-thefts")
    claim = page.locator(".claim", has=page.locator("#exchange-thefts"))
    assert claim.locator("h3").is_visible()
    top = claim.locator(".claim-marks").bounding_box()
    header = page.locator(".md-header").bounding_box()
    assert top
    assert header
    assert top["y"] >= header["height"]
    words = claim.inner_text()
    assert re.search(
        r"The Straits Times, 7 February 2022 .*relays Reuters, 5 February 2022 .*which saw .* one Member State",
        words,
    )
    assert re.search(r"\d+ documents, through \d+ more, 1 origin", words)


def test_a_hostile_title_is_text_everywhere(
    page: Page, project: Path, serve: Callable[[Path], str], build: Callable[..., Built]
) -> None:
    """Page, lists, head and search show it letter by letter, and run nothing."""
    brief = project / "briefs" / "2022" / "2022-02-05-it-happened.yml"
    text = (
        brief.read_text()
        .replace("A says one thing", f'"{HOSTILE}"')
        .replace("A said that it happened.", f'"{HOSTILE}"')
    )
    brief.write_text(text)
    base = serve(build(project / "mkdocs.yml").site)
    address = "briefs/2022-02-05-it-happened/"
    page.goto(base + address)
    assert page.title() == f"{HOSTILE} - Test Site"
    assert page.locator("h1").inner_text().rstrip("#") == HOSTILE
    assert page.locator("h3").inner_text().rstrip("#") == HOSTILE
    assert page.locator("meta[name=description]").get_attribute("content") == HOSTILE
    for listing in ("", "weapons/", "briefs/"):
        page.goto(base + listing)
        assert page.locator("article a[href*='2022-02-05-it-happened/']").first.inner_text() == HOSTILE
    page.keyboard.press("/")
    page.keyboard.type("onclick")
    page.locator(".search-dialog li a").first.wait_for()
    assert page.locator(".search-dialog li strong").first.inner_text() == HOSTILE
    assert page.locator("article [onclick], article script, a[href^='javascript']").count() == 0


def test_a_page_reads_without_script(browser: Browser, real_site: Path, serve: Callable[[Path], str]) -> None:
    """Nothing that matters needs JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(serve(real_site) + "briefs/2022-02-05-panel-report-weapons/")
    for heading in (
        "Bottom line",
        "Key points",
        "What is claimed",
        "What we do not know",
        "Sources",
        "Cite this",
    ):
        assert page.get_by_role("heading", name=heading).is_visible()
    context.close()


def test_every_internal_link_leads_somewhere(real_site: Path) -> None:
    """No page of the site links to a page or an anchor that is not there."""
    ids: dict[Path, set[str]] = {}
    broken = []

    def anchors(file: Path) -> set[str]:
        if file not in ids:
            ids[file] = set(re.findall(r'\b(?:id|name)="?([^"\s>]+)', file.read_text()))
        return ids[file]

    for file in real_site.rglob("*.html"):
        for href in re.findall(r'<a [^>]*href="([^"]+)"', file.read_text()):
            parts = urlsplit(href)
            if parts.scheme or parts.netloc or file.name == "404.html":
                continue
            target = (file.parent / parts.path).resolve() if parts.path else file
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (
                parts.fragment and parts.fragment not in anchors(target) | {"__skip"}
            ):
                broken.append((file.relative_to(real_site).as_posix(), href))
    assert broken == []
