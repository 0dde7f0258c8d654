"""Zensical as the second builder: the same site, and a failed build that changes nothing."""

import gzip
import importlib.util
import json
import logging
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it has no types
from click.testing import CliRunner
from mkdocs.utils.yaml import yaml_load
from playwright.sync_api import Browser, Page, ViewportSize, expect

from briefing import zensical
from briefing.build import build as build_with_mkdocs
from briefing.cli import main
from briefing.publishing import BuildFailed
from briefing.search import ENTRY, FOLDER, Index
from briefing.zensical import build

ROOT = Path(__file__).parent.parent

# --- what may differ: docs/moving-to-zensical.md names the same --------------------------

FILES_OF_A_BUILDER = (
    "assets/images/favicon.png",  # the theme's own, never shown: the site's cards stand in assets/cards/
    "assets/javascripts/*",
    "assets/stylesheets/*",
    "search/search_index.json",  # MkDocs' stock search, where mkdocs.yml has it; no page loads it
)
"""Files that one builder has and the other has not, or has otherwise."""

IN_ANOTHER_FORM = ("sitemap.xml", "sitemap.xml.gz", f"{FOLDER}/*", "SHA256SUMS")
"""Files that both have, with the same content in another order or of other bytes."""

WORDS = {"On this page": "Table of contents"}
"""Zensical's words for the theme's."""

NOT_COMPARED = {("a", "__skip")}
"""Elements, by name and id, that Zensical puts into an article: where "Skip to content" leads."""

CLASSES = {("pre", "highlight"): ""}
"""Classes of an element that mean nothing to the site's styles, and what stands there otherwise."""

HEAD_TAGS = ("generator", "stylesheet", "icon")
"""Names of `meta` and kinds of `link` in a page's head that are the builder's and the theme's."""


# --- a page as its reader gets it --------------------------------------------------------

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LINKS = {"href", "src", "action"}


@dataclass
class Facts:
    """What a page says."""

    title: str = ""
    head: set[tuple[str, str]] = field(default_factory=set)
    data: list[object] = field(default_factory=list)
    """Its JSON-LD."""
    headings: list[tuple[str, str, str]] = field(default_factory=list)
    """Level, id and text."""
    main: list[str] = field(default_factory=list)
    """The words of `main`."""
    article: list[tuple[str, ...]] = field(default_factory=list)
    """Every element of the article, with its attributes and whole addresses, and every text."""


class Reader(HTMLParser):
    """Reads the facts of a page that stands at an address."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.facts = Facts()
        self._address = address
        self._open: list[str] = []
        self._heading: list[str] | None = None
        self._script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        given = {name: value or "" for name, value in attrs}
        for name in LINKS & set(given):
            given[name] = self._whole(given[name])
        if "head" in self._open:
            self._note_head(tag, given)
        if re.fullmatch("h[1-6]", tag):
            self._heading = [tag, given.get("id", ""), ""]
        if "article" in self._open and (tag, given.get("id")) not in NOT_COMPARED:
            if "class" in given:
                given["class"] = CLASSES.get((tag, given["class"]), given["class"])
            self.facts.article.append((tag, *(f"{k}={v}" for k, v in sorted(given.items()) if v)))
        if tag not in VOID:
            self._open.append(tag)
            self._script = given.get("type", "") if tag == "script" else ""

    def handle_endtag(self, tag: str) -> None:
        """Note the end of an element."""
        while tag in self._open and self._open.pop() != tag:
            pass
        if self._heading and tag == self._heading[0]:
            level, id_, text = self._heading
            self.facts.headings.append((level, id_, " ".join(text.split())))
            self._heading = None

    def handle_data(self, data: str) -> None:
        """Note a text."""
        inside = set(self._open)
        if "script" in inside or "style" in inside:
            if self._script == "application/ld+json":
                self.facts.data.append(json.loads(data))
            return
        if "title" in inside and "head" in inside:
            self.facts.title += data
        if self._heading:
            self._heading[2] += data
        if "main" in inside and (text := " ".join(data.split())):
            self.facts.main += WORDS.get(text, text).split()
            if "article" in inside:
                self.facts.article.append((text,))

    def _note_head(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("name") or given.get("property") or given.get("rel") or ""
        if tag in ("meta", "link") and kind not in HEAD_TAGS:
            value = given.get("content") or given.get("href") or given.get("charset", "")
            self.facts.head.add((kind, f"{value} {given.get('type', '')}"))

    def _whole(self, link: str) -> str:
        address, anchor = urldefrag(urljoin(self._address, link))
        return f"{address.removesuffix('/.')}#{anchor}"


def facts(site: Path, name: str) -> Facts:
    """Return the facts of a page of a site."""
    reader = Reader(f"http://site/{name.removesuffix('index.html')}")
    reader.feed((site / name).read_text(encoding="utf-8"))
    reader.close()
    return reader.facts


def differences(
    mkdocs: Path, other: Path, some: Callable[[str], bool] = lambda _: True
) -> Iterator[tuple[str, str]]:
    """Yield in what a site differs from MkDocs', as file and what it is; of `some` pages, the text too."""
    files, others = files_of(mkdocs), files_of(other)
    for name in sorted(files ^ others):
        if not is_one_of(name, FILES_OF_A_BUILDER):
            yield name, "is only in one of them"
    for name in sorted(files & others):
        if name.endswith(".html") and not is_redirect(mkdocs / name):
            if some(name):
                yield from (
                    (name, part) for part in parts_that_differ(facts(mkdocs, name), facts(other, name))
                )
        elif (
            not is_one_of(name, (*FILES_OF_A_BUILDER, *IN_ANOTHER_FORM))
            and (mkdocs / name).read_bytes() != (other / name).read_bytes()
        ):
            yield name, "has other bytes"
    if sitemap(mkdocs) != sitemap(other):
        yield "sitemap.xml", "lists other pages or days"
    if searched(mkdocs) != searched(other):
        yield FOLDER, "holds other texts"


def parts_that_differ(one: Facts, other: Facts) -> Iterator[str]:
    """Yield the names of the facts that differ, with the first difference."""
    for part in ("title", "head", "data", "headings", "main", "article"):
        a, b = getattr(one, part), getattr(other, part)
        if a != b:
            yield f"{part}: {first_difference(list(a), list(b)) if isinstance(a, (list, set)) else (a, b)}"


def first_difference(one: list[object], other: list[object]) -> tuple[object, object]:
    """Return the first items that differ, of sorted lists for sets."""
    pairs = zip([*one, None], [*other, None], strict=False)
    return next(((a, b) for a, b in pairs if a != b), (len(one), len(other)))


def files_of(site: Path) -> set[str]:
    """Return every file of a site."""
    return {
        p.relative_to(site).as_posix()
        for p in site.rglob("*")
        if p.is_file() and FOLDER not in p.relative_to(site).parts
    }


def is_one_of(name: str, patterns: Collection[str]) -> bool:
    """Return whether a file's name fits a pattern."""
    return any(fnmatch(name, pattern) for pattern in patterns)


def is_redirect(page: Path) -> bool:
    """Return whether a page only leads to another; such pages are files to both builders."""
    return "<title>Moved</title>" in page.read_text(encoding="utf-8")[:300]


def sitemap(site: Path) -> dict[str, str | None]:
    """Return the days of the pages in a site's sitemap, the packed one too."""
    text = (site / "sitemap.xml").read_bytes()
    assert text == gzip.decompress((site / "sitemap.xml.gz").read_bytes())
    entries = ET.fromstring(text).iterfind("{*}url")  # noqa: S314 - ours
    return {e.findtext("{*}loc", ""): e.findtext("{*}lastmod") for e in entries}


def searched(site: Path) -> dict[str, tuple[str, Collection[str]]]:
    """Return text and anchors of each page in a site's search index."""
    parts = [Index(entry.parent) for entry in (site / FOLDER).rglob(ENTRY)]
    pages = [part.fragment(n) for part in parts for n in range(len(part.fragments))]
    return {p.url: (p.content, p.anchors - {id_ for _, id_ in NOT_COMPARED}) for p in pages}


# --- the same site -----------------------------------------------------------------------


def dressed(config: Path, more: str = "") -> Path:
    """Give a small project the theme of the project's own site: palettes, tabs, edit links, no footer."""
    own = yaml_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["theme"]
    text = config.read_text().replace("theme: {name: material, font: false}", f"theme: {json.dumps(own)}")
    config.write_text(f"{text}extra: {{generator: false, edit_base: edit/main/}}\n{more}")
    return config


@pytest.mark.parametrize("case", [None, "everything", "hostile"])
def test_both_builders_make_the_same_site(
    case: str | None, new_project: Callable[..., Path], tmp_path: Path
) -> None:
    """Addresses, files, titles, heads, headings, texts, links and search, but for what is listed above."""
    config = new_project(tmp_path, case) / "mkdocs.yml"
    if case == "everything":  # and in a folder of a host, from a repository
        config.write_text(config.read_text().replace("https://example.org/", "https://example.org/sub/"))
        dressed(config, "repo_url: https://example.org/owner/name\nedit_uri: edit/main/docs/\n")
    one = build_with_mkdocs(config, tmp_path / "one").site
    other = build(config, tmp_path / "other").site
    assert [] == list(differences(one, other))


def test_both_builders_make_the_same_real_site(real_site_by: Callable[[str], Path]) -> None:
    """Every file of the project's own site; and what stands on each sixth page, and on all lists."""
    one, other = real_site_by("mkdocs"), real_site_by("zensical")
    pages = sorted(n for n in files_of(one) if n.endswith(".html"))
    chosen = {*pages[::6], *(n for n in pages if n.count("/") < 2)}
    assert len(chosen) > 200
    assert [] == list(differences(one, other, lambda name: name in chosen))


def test_a_difference_is_found(new_project: Callable[..., Path], tmp_path: Path) -> None:
    """A comparison that finds nothing has looked."""
    site = build_with_mkdocs(new_project(tmp_path) / "mkdocs.yml", tmp_path / "one").site
    other = tmp_path / "other"
    shutil.copytree(site, other)
    assert [] == list(differences(site, other))
    page = other / "briefs/2022-02-05-it-happened/index.html"
    page.write_text(
        page.read_text()
        .replace("<title>A says", "<title>B says")
        .replace('id="it-happened"', 'id="it"')
        .replace('href="../../entities/a/"', 'href="../a/"')
        .replace('property="og:type" content="article"', 'property="og:type" content="x"')
    )
    (other / "about/index.html").unlink()
    (other / "llms.txt").write_text("x")
    (other / "sitemap.xml").write_text((site / "sitemap.xml").read_text().replace("2022-02-06", "2023-02-06"))
    (other / "sitemap.xml.gz").write_bytes(gzip.compress((other / "sitemap.xml").read_bytes()))
    found = [(name, what.partition(":")[0]) for name, what in differences(site, other)]
    assert [
        ("about/index.html", "is only in one of them"),
        *(
            ("briefs/2022-02-05-it-happened/index.html", p)
            for p in ("title", "head", "headings", "article")
        ),
        ("llms.txt", "has other bytes"),
        ("sitemap.xml", "lists other pages or days"),
    ] == found  # fmt: skip


def test_two_builds_are_the_same_byte_for_byte(new_project: Callable[..., Path], tmp_path: Path) -> None:
    """Nothing of the day, of the folder or of chance is in the site."""
    sites = []
    for n in (1, 2):
        config = new_project(tmp_path / str(n), "everything") / "mkdocs.yml"
        site = build(config, tmp_path / f"site-{n}").site
        sites.append({p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()})
    assert sites[0] == sites[1]


def test_one_can_go_back(project: Path) -> None:
    """What MkDocs' builds keep for the next one does not take Zensical's site for theirs."""
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("plugins: [search, briefing]", "plugins: [briefing]"))
    before = tree(build_with_mkdocs(config).site)
    assert b"zensical-" in tree(build(config).site)["index.html"]
    assert before == tree(build_with_mkdocs(config).site)


# --- faults ------------------------------------------------------------------------------


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("said", "file", "text"),
    [
        ("the briefs have 1 error", "briefs/2022/2022-02-05-it-happened.yml", "title: [\n"),
        ("how-to-read.md:3:5: page does not exist", "docs/how-to-read.md", "# H\n\n[x](nowhere.md)\n"),
        ("weapons.md is made from the briefs", "docs/weapons.md", "# Mine\n"),
        (
            "`nav:` names nowhere.md, which is not there",
            "mkdocs.yml",
            "nav: [{Home: index.md}, {X: [nowhere.md]}]\n",
        ),
        ("Zensical stopped: .*undefined value", "over/partials/feeds.html", "{{ page.nothing.at.all }}\n"),
    ],
)
def test_a_failed_build_leaves_the_last_site(
    said: str, file: str, text: str, project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever fails, whenever: the message says what, and nothing changes."""
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("font: false", "font: false, custom_dir: over"))
    (project / "over" / "partials").mkdir(parents=True)
    site = project / "site"
    site.mkdir()
    for name in ("sitemap.xml", "index.html"):
        (site / name).write_text("the last one")
    settings = config.read_text() if file == "mkdocs.yml" else ""
    (project / file).write_text(re.sub(r"(?ms)^nav:.*", "", settings) + text)
    before, beside = tree(site), {p.name for p in project.iterdir()}
    with pytest.raises(BuildFailed, match=said) as failed:
        build(config)
    assert "Traceback" not in str(failed.value)
    assert before == tree(site)
    assert {".site.lock"} == {p.name for p in project.iterdir()} - beside - {".cache"}
    assert caplog.messages == [m for m in caplog.messages if "Traceback" not in m]


def test_without_strict_a_warning_is_told(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The site is built, and the place of the fault is in the log."""
    (project / "docs" / "about.md").write_text("# About\n\n## Corrections\n\n[x](#nowhere) [y](gone.png)\n")
    config = project / "mkdocs.yml"
    config.write_text(config.read_text() + "validation: {links: {anchors: warn}}\n")
    with caplog.at_level(logging.WARNING, "mkdocs.briefing"), pytest.raises(BuildFailed, match=r"gone\.png"):
        build(config, strict=False)  # Zensical lets it pass; what looks over the new site does not
    assert "about.md:5:6: anchor does not exist" in caplog.messages


@pytest.mark.parametrize("gone", ["sources/paper/index.html", "feeds/all.atom", "404.html"])
def test_a_page_that_zensical_leaves_out_is_found(
    gone: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says "No issues found" then, and exits with 0."""
    run = zensical.run

    def careless(folder: Path, *, strict: bool) -> tuple[zensical.Warned, ...]:
        warned = run(folder, strict=strict)
        (folder / "site" / gone).unlink()
        return warned

    monkeypatch.setattr(zensical, "run", careless)
    with pytest.raises(BuildFailed, match=f"{gone}: is missing"):
        build(project / "mkdocs.yml")
    assert not (project / "site").exists()


def test_it_says_how_to_install_zensical(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is read or written."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "zensical" else find(name, *more)
    )
    done = CliRunner().invoke(main, ["build", "--engine", "zensical", "-f", str(project / "mkdocs.yml")])
    assert 1 == done.exit_code
    assert done.output.startswith(
        "The site was not built: Zensical is not installed. Run `make site-zensical`"
    )
    assert not (project / "site").exists()


def test_the_command_builds_with_it(project: Path) -> None:
    """As with MkDocs, in the folder that mkdocs.yml or --site-dir names."""
    arguments = ["build", "--engine", "zensical", "-f", str(project / "mkdocs.yml")]
    done = CliRunner().invoke(main, [*arguments, "--site-dir", str(project / "here")])
    assert 0 == done.exit_code, done.output
    assert f"17 pages made from the briefs; the site is in {project / 'here'}" in done.output
    assert "zensical-" in (project / "here" / "index.html").read_text()
    assert ["here"] == [p.name for p in project.iterdir() if "here" in p.name and not p.name.startswith(".")]


# --- in a browser; `make test-zensical` runs all browser tests on Zensical's site --------


@pytest.fixture(scope="module")
def site(new_project: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a site with something of every kind, by Zensical."""
    folder = tmp_path_factory.mktemp("zensical")
    return build(dressed(new_project(folder, "everything") / "mkdocs.yml"), folder / "site").site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page that fails the test on any script error or request to another host."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda r: None if "//127.0.0.1" in r.url else faults.append(r.url))
    yield page
    context.close()
    assert faults == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_fit_and_can_be_used_by_everybody(
    width: int, scheme: str, page: Page, site: Path, serve: Callable[[Path], str]
) -> None:
    """Nothing overflows, the scheme is the reader's, and axe finds no fault."""
    base = serve(site)
    page.set_viewport_size(ViewportSize(width=width, height=844))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    briefs = [f"briefs/{p.name}/" for p in sorted((site / "briefs").iterdir()) if p.is_dir()]
    for address in ("", "weapons/", briefs[0], "measures/theft/", "data/", "search/", "404.html"):
        page.goto(base + address)
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(fits), address
        assert page.locator("body").get_attribute("data-md-color-scheme") == (
            "slate" if scheme == "dark" else "default"
        )
        assert page.locator("h1").count() == 1, address
        faults = (
            Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]}).response["violations"]
        )
        assert [] == [(address, fault["id"]) for fault in faults]


def test_search_copying_and_the_palette_work(page: Page, site: Path, serve: Callable[[Path], str]) -> None:
    """What needs script works as on MkDocs' site."""
    base = serve(site)
    page.goto(base)
    page.keyboard.press("/")
    page.keyboard.type("watch")
    page.locator(".search-dialog li a").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(?:entities|briefs|sources|glossary)/"))
    brief = next(p.parent.name for p in sorted((site / "briefs").glob("*/cite.bib")))
    page.goto(f"{base}briefs/{brief}/")
    page.get_by_title("Switch to dark mode").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.get_by_role("button", name="Copy: APA 7").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
