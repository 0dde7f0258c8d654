"""Citing, in a real browser and as programs read it: copied words, heads, sitemap, twins, llms.txt."""

import gzip
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from briefing.corpus import load
from briefing.making import Built

ROOT = Path(__file__).parent.parent
ADDRESS = "briefs/2022-02-05-it-happened/"
HOSTILE = "</script><script>alert(1)</script> <!-- & \"x\" 'y' {{ z }}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def page(watched: Callable[..., Page]) -> Page:
    """Give a page that may use the clipboard, and fails the test where anything is wrong."""
    return watched(permissions=["clipboard-read", "clipboard-write"])


def clipboard(page: Page, kind: str) -> str:
    """Return what was copied, as text/plain or text/html."""
    read = "async kind => { const [i] = await navigator.clipboard.read(); return (await i.getType(kind)).text() }"
    text: str = page.evaluate(read, kind)
    return text


def test_a_citation_is_copied_with_the_keyboard(
    page: Page, project: Path, serve: Callable[[Path], str], build: Callable[..., Built]
) -> None:
    """The button says what it copies and that it did; title and permalink are in, italics where they go."""
    page.goto(serve(build(project / "mkdocs.yml").site) + ADDRESS)
    button = page.get_by_role("button", name="Copy: APA 7")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_text("Copied")
    expect(page.get_by_role("button", name="Copied: APA 7")).to_be_focused()
    assert (
        "Test Site. (2022, February 6). A says one thing."
        " https://example.org/briefs/2022-02-05-it-happened/" == clipboard(page, "text/plain")
    )  # fmt: skip
    assert "<em>A says one thing</em>" in clipboard(page, "text/html")
    assert "Copy" not in clipboard(page, "text/html")


def test_a_claim_is_cited_from_its_card(
    page: Page, project: Path, serve: Callable[[Path], str], build: Callable[..., Built]
) -> None:
    """It opens with the keyboard, and gives the claim's own address."""
    page.goto(serve(build(project / "mkdocs.yml").site) + ADDRESS)
    card = page.locator(".claim", has=page.locator("#it-happened"))
    expect(card.get_by_role("button", name="Copy")).to_have_count(0)
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(card.get_by_role("button", name="Copy: Cite claim 1: Chicago, note")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    assert (
        "“A said that it happened,” in “A says one thing,” Test Site, February 6, 2022,"
        " https://example.org/briefs/2022-02-05-it-happened/#it-happened." == clipboard(page, "text/plain")
    )  # fmt: skip


def test_a_refusal_is_said(
    browser: Browser, project: Path, serve: Callable[[Path], str], build: Callable[..., Built]
) -> None:
    """Where the browser forbids the clipboard, the button says so and the text can be selected."""
    page = browser.new_page()
    page.add_init_script("navigator.clipboard.write = navigator.clipboard.writeText = () => Promise.reject()")
    page.goto(serve(build(project / "mkdocs.yml").site) + ADDRESS)
    page.get_by_role("button", name="Copy: APA 7").click()
    expect(page.get_by_role("status").filter(has_text="select")).to_have_count(1)
    expect(page.get_by_role("button", name="Not copied: APA 7")).to_be_visible()
    page.close()


def test_citations_need_no_script(
    browser: Browser, project: Path, serve: Callable[[Path], str], build: Callable[..., Built]
) -> None:
    """Three styles, the files, and each claim's own are there to read."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(serve(build(project / "mkdocs.yml").site) + ADDRESS)
    for style in ("Chicago, note", "Chicago, bibliography", "APA 7"):
        expect(page.locator("div.cite dt", has_text=style)).to_be_visible()
    page.get_by_text("Cite claim 1").click()
    expect(page.locator("details.cite .citation").first).to_be_visible()
    for name, ending in (("BibTeX", "bib"), ("RIS", "ris"), ("CSL-JSON", "json")):
        links = page.get_by_role("link", name=name)
        found = links.evaluate_all("all => all.map(a => a.href)")
        assert [f"{page.url}cite.{ending}", f"{page.url}cite-claims.{ending}"] == found
        assert page.request.get(page.url + f"cite.{ending}").ok
    context.close()


def test_a_hostile_title_breaks_no_head(
    page: Page, project: Path, serve: Callable[[Path], str], build: Callable[..., Built]
) -> None:
    """JSON-LD and OpenGraph hold it letter by letter, and it runs nothing."""
    brief = project / "briefs" / "2022" / "2022-02-05-it-happened.yml"
    brief.write_text(brief.read_text().replace("title: A says one thing", f"title: {json.dumps(HOSTILE)}"))
    page.goto(serve(build(project / "mkdocs.yml").site) + ADDRESS)
    (script,) = page.locator("script[type='application/ld+json']").all_text_contents()
    assert HOSTILE == json.loads(script)["headline"]
    properties = {
        m.get_attribute("property"): m.get_attribute("content") for m in page.locator("meta[property]").all()
    }
    assert {
        "og:type": "article",
        "og:site_name": "Test Site",
        "og:title": HOSTILE,
        "og:description": "A said that it happened.",
        "article:published_time": "2022-02-06",
        "article:modified_time": "2022-02-06",
        "og:url": f"https://example.org/{ADDRESS}",
        "og:image": "https://example.org/assets/cards/2022-02-05-it-happened.png",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": f"{HOSTILE} (Test Site)",
    } == properties
    page.get_by_role("button", name="Copy: APA 7").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    assert HOSTILE in clipboard(page, "text/plain")


def test_a_site_without_an_address_claims_none(project: Path, build: Callable[..., Built]) -> None:
    """No canonical address, picture or permalink is made up."""
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("site_url: https://example.org/\n", "site_url: ''\n"))
    html = (build(config).site / ADDRESS / "index.html").read_text()
    assert not re.search(r"og:url|og:image|rel=.?canonical|cite-as", html)
    assert "example.org" not in html


def test_every_page_has_its_head(real_site: Path) -> None:
    """Canonical, OpenGraph, a card that is there, a twin that is there, and JSON-LD that parses."""
    kinds = set()
    for file in real_site.rglob("index.html"):
        html = file.read_text(encoding="utf-8")
        if 'http-equiv="refresh"' in html:
            continue
        folder = file.parent.relative_to(real_site).as_posix()
        (canonical,) = re.findall(r'<link rel="canonical" href="([^"]*)"', html)
        assert urlsplit(canonical).path == ("/" if folder == "." else f"/{folder}/")
        (url,) = re.findall(r'<meta property="og:url" content="([^"]*)"', html)
        assert canonical == url
        (card,) = re.findall(r'<meta property="og:image" content="([^"]*)"', html)
        assert (real_site / urlsplit(card).path[1:]).is_file()
        assert (file.parent / "index.md").read_text(encoding="utf-8").startswith("# ")
        for text in re.findall(r'(?s)<script type="application/ld\+json">(.*?)</script>', html):
            data = json.loads(text)
            kinds.add(data["@type"])
            assert canonical == data["@id"]
    assert {"Report", "WebSite", "Dataset"} == kinds


def test_the_sitemap_has_the_records_days(real_site: Path) -> None:
    """A brief's is that of its last change; a page without a day in the record has none."""
    briefs = load(ROOT / "briefs").corpus.published().briefs
    found = {}
    for entry in ET.fromstring((real_site / "sitemap.xml").read_text()).iter(f"{SITEMAP}url"):  # noqa: S314 - ours
        found[urlsplit(entry.findtext(f"{SITEMAP}loc", "")).path] = entry.findtext(f"{SITEMAP}lastmod")
    pages = {
        "/" if f.parent == real_site else f"/{f.parent.relative_to(real_site).as_posix()}/"
        for f in real_site.rglob("index.html")
        if 'http-equiv="refresh"' not in f.read_text(encoding="utf-8")
    }
    assert pages == set(found)
    assert {f"/briefs/{b.id}/": b.changed.isoformat() for b in briefs.values()} == {
        path: day for path, day in found.items() if re.fullmatch("/briefs/.+/", path)
    }
    assert found["/about/"] is None
    assert max(b.changed for b in briefs.values()).isoformat() == found["/"]


def test_two_builds_are_the_same_file_for_file(
    project: Path, monkeypatch: pytest.MonkeyPatch, build: Callable[..., Built]
) -> None:
    """Cards, citations, twins and sitemap, compressed too, do not depend on the day of the build."""
    made = []
    for n, now in enumerate((0, 10 * 365 * 86_400)):
        with monkeypatch.context() as patched:
            patched.setenv("SOURCE_DATE_EPOCH", str(now))
            site = build(project / "mkdocs.yml", project / f"site-{n}").site
        files = [
            p
            for p in site.rglob("*")
            if p.suffix in (".png", ".md", ".bib", ".ris", ".json", ".xml", ".gz", ".txt")
        ]
        made.append({p.relative_to(site): p.read_bytes() for p in sorted(files) if "pagefind" not in p.parts})
    assert made[0] == made[1]
    sitemap = made[0][Path("sitemap.xml.gz")]
    assert 1644105600 == int.from_bytes(sitemap[4:8], "little")  # 6 February 2022
    assert gzip.decompress(sitemap) == made[0][Path("sitemap.xml")]


def test_llms_txt_leads_to_files(real_site: Path) -> None:
    """Every link of it is there."""
    text = (real_site / "llms.txt").read_text(encoding="utf-8")
    links = re.findall(r"(?m)^- \[.*\]\((\S+)\): ", text)
    assert len(links) > 100
    assert [] == [a for a in links if not (real_site / urlsplit(a).path[1:]).is_file()]
