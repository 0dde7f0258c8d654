"""A built site is looked over: whatever is broken in it is told, with file, line and link."""

import hashlib
import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from briefing.cli import main
from briefing.inventory import Changes, Inventory, Sum
from briefing.machine_files import Looked, looked_over_since
from briefing.search import Index
from briefing.verify import (
    SUMS,
    Expected,
    Flaw,
    Sealer,
    kept_file,
    listed,
    look_over,
    look_over_artefact,
    seal,
)

URL = "https://example.org/"
BRIEF = "briefs/2022-02-05-it-happened/index.html"

EVENT = "BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20220101T000000Z\r\nDTSTART;VALUE=DATE:20220101\r\nEND:VEVENT\r\n"
CALENDAR = f"BEGIN:VCALENDAR\r\n{EVENT}END:VCALENDAR\r\n"


@pytest.fixture(scope="module")
def whole(
    new_project: Callable[..., Path], build: Callable[..., object], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Give the small project's site."""
    folder = tmp_path_factory.mktemp("whole")
    build(new_project(folder / "project") / "mkdocs.yml", folder / "site")
    return folder / "site"


@pytest.fixture
def site(whole: Path, tmp_path: Path) -> Path:
    """Give a copy of that site, to break."""
    shutil.copytree(whole, tmp_path / "site")
    (tmp_path / "site" / "calendar.ics").write_text(CALENDAR, newline="")
    assert seal(tmp_path / "site", URL, Expected()) == ()
    return tmp_path / "site"


def told(site: Path, expected: Expected | None = None) -> list[str]:
    """Return what is wrong in a site."""
    with Inventory(site, URL) as inventory:
        return [
            str(flaw) for flaw in sorted(look_over(inventory, expected or Expected()), key=lambda f: f.order)
        ]


def added(site: Path, name: str, text: str) -> int:
    """Add a line before a page's end, and return its number."""
    page = site / name
    before, end = page.read_text().rsplit("</body>", 1)
    page.write_text(f"{before}\n{text}\n</body>{end}")
    return before.count("\n") + 2


def test_a_whole_site_has_no_flaw(site: Path) -> None:
    """Neither with its project nor without."""
    assert told(site) == []
    assert look_over_artefact(site) == ()


# --- links -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "link", "html"),
    [
        ("leads to no file", "../nowhere/", '<a href="../nowhere/">x</a>'),
        ("leads to no file", "../../nowhere.png", '<img alt="" src="../../nowhere.png">'),
        ("leads to no file", "/nowhere/", '<a href="/nowhere/">x</a>'),
        ("leads to no file", "https://example.org/briefs/no/", '<a href="https://example.org/briefs/no/">x</a>'),
        ("leads to no file", "../nowhere/?a=1&b=2", '<a href="../nowhere/?a=1&amp;b=2">x</a>'),
        ("leads to no file", "../nowhere/", "<a href='../nowhere/'>x</a>"),
        ("leads to no file", "../nowhere/", "<a href=../nowhere/>x</a>"),
        ("leads to no file", "../nowhere/", '<a class="a > b"\nHREF="../nowhere/">x</a>'),
        ("leads to no file", "s/", '<form action="s/"></form>'),
        ("leads out of the site", "../../../x/", '<a href="../../../x/">x</a>'),
        ("leads nowhere on index.html: there is no id no", "/#no", '<a href="/#no">x</a>'),
        ("leads nowhere on sources/paper/index.html: there is no id 북한", "../../sources/paper/#%EB%B6%81%ED%95%9C", '<a href="../../sources/paper/#%EB%B6%81%ED%95%9C">x</a>'),
        (f"leads nowhere on {BRIEF}: there is no id no", "#no", '<a href="#no">x</a>'),
        (f"leads nowhere on {BRIEF}: there is no id shown", "#shown", '<a href="#shown">x</a> <code>&lt;p id="shown"&gt;</code>'),
    ],
)  # fmt: skip
def test_a_link_that_leads_nowhere_is_told_with_its_line(
    wrong: str, link: str, html: str, site: Path
) -> None:
    """On which page, in which line, what it is, and why."""
    line = added(site, BRIEF, html)
    assert [f"{BRIEF}:{line}: the link {link} {wrong}"] == told(site)


@pytest.mark.parametrize(
    "html",
    [
        '<a href="../../sources/paper/">x</a>',
        '<a href="../../sources/paper/index.html">x</a>',
        '<a href="../../sources/paper">x</a>',
        '<a href="../..">x</a><a href="/">x</a><a href="/.">x</a><a href=".">x</a>',
        '<a href="#it-happened">x</a><a href="">x</a><a href="#">x</a><a href="#top">x</a>',
        '<a href="?q=1#it-happened">x</a>',
        '<a href="#it%2Dhappened">x</a><a href="#:~:text=claim">x</a>',
        '<a href="#%ED%99%94%EC%84%B1">x</a><p id="화성">x</p>',
        '<a href="#old">x</a><a name="old">x</a>',
        '<a href="https://example.org/briefs/2022-02-05-it-happened/#it-happened">x</a>',
        '<a href="https://example.org/another-site-there/">x</a><a href="https://example.com/">x</a>',
        '<a href="mailto:a@example.org">x</a><a href="tel:1">x</a>',
        '<a href="../../calendar.ics">x</a><a href="../../data/briefing.sqlite#x">x</a>',
        '<pre>&lt;a href="nowhere/"&gt; and also <code> href="nowhere/"</code></pre>',
        '<script>const a = \'<a href="nowhere/">\'</script><!-- <a href="nowhere/"> -->',
        '<p data-href="nowhere/" data-id="no">x</p>',
    ],
)
def test_what_leads_somewhere_or_is_no_link_is_right(html: str, site: Path) -> None:
    """Whatever the way in which it is written."""
    added(site, BRIEF, html)
    assert told(site) == []


def test_links_of_files_for_machines_are_followed(site: Path) -> None:
    """Feeds, data, style sheets: no line, but the file and the link."""
    feed = site / "feeds" / "all.atom"
    feed.write_text(feed.read_text().replace("/briefs/2022-02-05-it-happened/", "/briefs/2022-02-05-it/"))
    (site / "x.css").write_text("p { background: url(no.png) }")
    (site / "x.json").write_text(f'{{"at": "{URL}briefs/2022-02-05-it-happened/#gone"}}')
    assert [
        f"feeds/all.atom: the link {URL}briefs/2022-02-05-it/ leads to no file",
        "x.css: the link no.png leads to no file",
        f"x.json: the link {URL}briefs/2022-02-05-it-happened/#gone leads nowhere on {BRIEF}: there is no id gone",
    ] == [line for line in told(site) if "#it-happened" not in line]


def test_a_page_that_is_gone_is_told_with_every_link_to_it(site: Path) -> None:
    """The sitemap's is one of them."""
    shutil.rmtree(site / "glossary")
    flaws = told(site, Expected(pages=frozenset({"glossary/index.html"}), files=frozenset({"data/x.csv"})))
    assert "glossary/index.html: is missing" in flaws
    assert "data/x.csv: is missing" in flaws
    assert f"sitemap.xml: the link {URL}glossary/ leads to no file" in flaws
    assert any(re.match(r"index\.html:\d+: the link glossary/ leads to no file", f) for f in flaws)


# --- files for machines ------------------------------------------------------------------


def edited(old: str, new: str) -> Callable[[Path], None]:
    """Return what replaces a text in a file."""

    def edit(path: Path) -> None:
        text = path.read_bytes().decode()
        assert old in text
        path.write_bytes(text.replace(old, new).encode())

    return edit


def cut(path: Path) -> None:
    """Leave half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    """Leave nothing of a file."""
    path.write_bytes(b"")


def gone(path: Path) -> None:
    """Remove a file."""
    path.unlink()


def other(path: Path) -> None:
    """Put something else in a file's place."""
    path.write_bytes(b"<html></html>")


@pytest.mark.parametrize(
    ("said", "name", "damage"),
    [
        ("feeds/all.atom: is no XML", "feeds/all.atom", cut),
        ("feeds/all.atom: is no XML", "feeds/all.atom", empty),
        ("feeds/all.atom: is no feed: it begins with html", "feeds/all.atom", other),
        ("feeds/all.atom: 1 of its 1 entries have no id or no date", "feeds/all.atom", edited("updated>", "u>")),
        ("feeds/weapons.rss: is no XML", "feeds/weapons.rss", cut),
        ("feeds/all.rss: 1 of its 1 entries have no id or no date", "feeds/all.rss", edited("pubDate", "date")),
        ("feeds/all.json: is no JSON", "feeds/all.json", cut),
        ("api/v1/claims.json: is no JSON", "api/v1/claims.json", empty),
        ("calendar.ics: is no whole calendar", "calendar.ics", cut),
        ("calendar.ics: has a line that does not end in CR and LF", "calendar.ics", edited("\r\nUID", "\nUID")),
        ("calendar.ics: has a line of more than 75 bytes", "calendar.ics", edited("UID:a", "UID:" + "a" * 80)),
        ("calendar.ics: has an event without UID", "calendar.ics", edited("UID:a\r\n", "")),
        ("calendar.ics: ends a part that it did not begin", "calendar.ics", edited("BEGIN:VEVENT\r\n", "")),
        ("sitemap.xml: is no XML", "sitemap.xml", cut),
        ("sitemap.xml: is missing", "sitemap.xml", gone),
        ("sitemap.xml: does not list glossary/index.html", "sitemap.xml", edited("glossary/", "about/")),
        ("sitemap.xml: Invalid isoformat string: 'today'", "sitemap.xml", edited("2022-02-06</lastmod>", "today</lastmod>")),
        ("sitemap.xml.gz: is not sitemap.xml, compressed", "sitemap.xml.gz", cut),
        ("sitemap.xml.gz: is not sitemap.xml, compressed", "sitemap.xml.gz", other),
        ("404.html: is missing", "404.html", gone),
        ("index.html: is missing", "index.html", gone),
    ],
)  # fmt: skip
def test_a_broken_file_is_told(said: str, name: str, damage: Callable[[Path], None], site: Path) -> None:
    """Cut short, empty, something else, or without what readers of it need."""
    damage(site / name)
    flaws = told(site, Expected(pages=frozenset({"glossary/index.html"})))
    assert [f for f in flaws if f.startswith(said)], flaws


# --- search ------------------------------------------------------------------------------


def searched(site: Path, damage: Callable[[Path], None], pattern: str) -> list[str]:
    """Damage files of the index, and return what is told of it."""
    files = sorted((site / "pagefind").glob(pattern))
    assert files
    for path in files:
        damage(path)
    return [line for line in told(site) if line.startswith("pagefind")]


@pytest.mark.parametrize(
    ("said", "pattern", "damage"),
    [
        ("pagefind/pagefind-entry.json: is missing: nothing can be searched", "pagefind-entry.json", gone),
        ("cannot be read", "pagefind-entry.json", cut),
        ("cannot be read", "*.pf_meta", gone),
        ("cannot be read", "*.pf_meta", cut),
        ("cannot be read", "*.pf_meta", other),
        ("the index lacks 1 files, such as index/", "index/*", gone),
        ("the index cannot be searched: index/", "index/*", cut),
        ("the index lacks", "fragment/*", gone),
        ("the index cannot be searched: fragment/", "fragment/*", cut),
        ("the index lacks 5 files, such as filter/", "filter/*", gone),
        ("such as wasm.en.pagefind", "wasm.en.pagefind", gone),
        ("such as pagefind.js", "pagefind.js", gone),
    ],
)
def test_a_broken_index_is_told(said: str, pattern: str, damage: Callable[[Path], None], site: Path) -> None:
    """Lacking, or cut short: before a reader searches in vain."""
    flaws = searched(site, damage, pattern)
    assert said in "\n".join(flaws), flaws


def test_an_index_that_does_not_find_a_claim_is_told(site: Path) -> None:
    """An index of other pages may be whole, and is of no use."""
    record = site / "api/v1/briefs/2022-02-05-it-happened.json"
    record.write_text(
        record.read_text().replace("A said that it happened.", "Nobody expected the inquisition.")
    )
    (flaw,) = told(site)
    assert "search does not find the claim /briefs/2022-02-05-it-happened/#it-happened: “Nobody" in flaw


def test_an_index_is_searched_as_a_browser_does(site: Path) -> None:
    """By the beginning of a word's stem; a page has its address, its text and its anchors."""
    index = Index(site / "pagefind")
    numbers = index.find("happ") & index.find("said") & index.find("clai")
    pages = {page.url: page for page in map(index.fragment, numbers)}
    page = pages["/briefs/2022-02-05-it-happened/"]
    assert "A said that it happened." in page.content
    assert "it-happened" in page.anchors
    assert index.find("inquisition") == set()


# --- sums --------------------------------------------------------------------------------


def test_the_sums_are_those_of_every_file(site: Path) -> None:
    """`sha256sum --check` agrees, and no file is left out."""
    done = subprocess.run(["sha256sum", "--check", "--quiet", "--strict", SUMS], cwd=site, check=False)
    assert done.returncode == 0
    names = {line[66:] for line in (site / SUMS).read_text().splitlines()}
    assert names == {p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()} - {SUMS}
    assert len(names) > 100


@pytest.mark.parametrize(
    ("said", "name", "damage"),
    [
        ("robots.txt: is in no list: SHA256SUMS does not name it", "robots.txt", other),
        ("data/claims.csv: is not the file that SHA256SUMS names", "data/claims.csv", other),
        ("data/claims.csv: is missing: SHA256SUMS names it", "data/claims.csv", gone),
        ("SHA256SUMS:1: is not a sum and a name", SUMS, edited("  404.html", " 404.html")),
        ("SHA256SUMS: is missing: whether the files are whole cannot be told", SUMS, gone),
    ],
)
def test_an_artefact_is_what_was_built(
    said: str, name: str, damage: Callable[[Path], None], site: Path
) -> None:
    """A file changed, added or lost on the way is told, by the folder alone."""
    damage(site / name)
    flaws = [str(flaw) for flaw in look_over_artefact(site)]
    assert [f for f in flaws if f.startswith(said)], flaws


def test_an_artefact_may_have_what_its_host_adds(site: Path) -> None:
    """GitHub Pages lays files of its own beside the site's."""
    (site / ".nojekyll").write_text("")
    (site / "CNAME").write_text("example.org\n")
    assert look_over_artefact(site) == ()


def test_a_site_with_flaws_has_no_sums(site: Path) -> None:
    """What is not right is not sealed."""
    added(site, BRIEF, '<a href="no/">x</a>')
    assert len(seal(site, URL, Expected())) == 1
    assert not (site / SUMS).exists()


def test_many_flaws_are_counted_and_some_are_shown() -> None:
    """A broken template breaks thousands of pages."""
    text = listed([Flaw(f"{n}.html", 1, "is broken") for n in range(1500)])
    assert text.startswith("1,500 faults in the new site:\n  0.html:1: is broken\n")
    assert text.endswith("\n  and 1,480 more")


# --- again -------------------------------------------------------------------------------


def test_what_is_unchanged_is_not_read_again(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look reads the files that are new, and no other."""
    kept = kept_file(tmp_path, site)
    assert seal(site, URL, Expected(), kept) == ()
    asked = []
    read_bytes = Path.read_bytes

    def noted(path: Path) -> bytes:
        asked.append(path)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    (site / "new.txt").write_text("x")
    assert seal(site, URL, Expected(), kept) == ()
    pages = {p.relative_to(site).as_posix() for p in asked if p.suffix in (".html", ".txt", ".csv")}
    assert {"new.txt"} == pages
    assert hashlib.sha256(b"x").hexdigest() + "  new.txt\n" in (site / SUMS).read_text()


def test_a_lost_anchor_or_page_breaks_unchanged_pages(site: Path, tmp_path: Path) -> None:
    """The links that led there are told, though their own pages are not new."""
    kept = kept_file(tmp_path, site)
    line = added(
        site, "about/index.html", f'<a href="../{BRIEF.removesuffix("index.html")}#it-happened">x</a>'
    )
    assert seal(site, URL, Expected(), kept) == ()
    page = site / BRIEF
    page.write_text(
        page.read_text().replace('id="it-happened"', 'id="it"').replace('"#it-happened"', '"#it"')
    )
    flaws = [str(f) for f in seal(site, URL, Expected(), kept)]
    assert (
        f"about/index.html:{line}: the link ../briefs/2022-02-05-it-happened/#it-happened leads nowhere on"
        f" {BRIEF}: there is no id it-happened"
    ) in flaws
    page.write_text(
        page.read_text().replace('id="it"', 'id="it-happened"').replace('"#it"', '"#it-happened"')
    )
    assert seal(site, URL, Expected(), kept) == ()
    shutil.rmtree(site / "about")
    assert any("about/ leads to no file" in str(f) for f in seal(site, URL, Expected(), kept))


def test_looking_again_tells_what_looking_afresh_tells(site: Path, tmp_path: Path) -> None:
    """Whatever is changed, at random, time after time."""
    kept = kept_file(tmp_path, site)
    assert seal(site, URL, Expected(), kept) == ()
    chance = random.Random(7)  # noqa: S311 - a seed's
    pages = sorted(p for p in site.rglob("*.html") if p.name != "404.html")
    before = {path: path.read_bytes() for path in pages}
    flawed = 0
    for _ in range(25):
        page, aim = chance.choice(pages), chance.choice(pages).relative_to(site).as_posix()
        kind = chance.randrange(4)
        if kind == 0:
            added(
                site, page.relative_to(site).as_posix(), f'<a href="/{aim}#x{chance.randrange(3)}">x</a>'
            ) if page.exists() else None
        elif kind == 1:
            added(
                site, page.relative_to(site).as_posix(), f'<p id="x{chance.randrange(3)}">x</p>'
            ) if page.exists() else None
        elif kind == 2 and chance.random() < 0.3:
            page.unlink(missing_ok=True)
        else:
            page.write_bytes(before[page])
        again = seal(site, URL, Expected(), kept)
        assert again == seal(site, URL, Expected())
        flawed += bool(again)
    assert 5 < flawed < 25


def put(path: Path, content: bytes) -> None:
    """Write a file, and its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def link_at_random(chance: random.Random, pages: list[str]) -> str:
    """Return a link to some page or anchor, written in one of the ways in which it may be."""
    aim = chance.choice(pages)
    folder = aim.removesuffix("index.html")
    way = chance.choice(
        [f"/{aim}", f"/{folder}", f"/{folder.rstrip('/')}", f"{URL}{folder}", ".", "..", "../"]
    )
    if chance.random() < 0.3:
        way = way.replace("e", "%65")
    if chance.random() < 0.2:
        way = f"{URL}elsewhere/{chance.randrange(2)}/"
    anchor = chance.choice(["", "#x1", "#x%31", "#x2", "#old", "#top"])
    return f'<a href="{"" if chance.random() < 0.2 and anchor else way}{anchor}">x</a>'


@pytest.mark.parametrize("seed", range(4))
def test_what_stays_and_what_is_kept_tell_what_a_fresh_look_tells(
    seed: int, site: Path, tmp_path: Path
) -> None:
    """Whatever changes, comes or goes, time after time, and whatever is wrong in between."""
    kept, other = tmp_path / "kept.sqlite", tmp_path / "other.sqlite"
    sealer = Sealer(kept)
    chance = random.Random(seed)  # noqa: S311 - a seed's
    pages = sorted(p.relative_to(site).as_posix() for p in site.rglob("*.html") if p.name != "404.html")
    before = {name: (site / name).read_bytes() for name in pages}
    (site / SUMS).unlink()
    assert sealer.seal(site, URL, Expected()) == ()
    touched, flawed, sealed = set[str](), 0, 0
    for _ in range(40):
        name, kind = chance.choice(pages), chance.randrange(8)
        if kind == 3 and chance.random() < 0.5:
            name = f"elsewhere/{chance.randrange(2)}/index.html"
            put(site / name, b"<p>x</p>")
        elif kind < 3 and (site / name).exists():
            added(site, name, link_at_random(chance, pages))
        elif kind < 5 and (site / name).exists():
            added(site, name, chance.choice(['<p id="x1">x</p>', '<p id="x2">x</p>', "<a name=old>x</a>"]))
        elif kind == 6 and chance.random() < 0.4:
            (site / name).unlink(missing_ok=True)
        else:
            put(site / name, before[name])
        touched.add(name)
        fresh = seal(site, URL, Expected())
        sums = (site / SUMS).read_bytes() if not fresh else b""
        there = {name for name in touched if (site / name).exists()}
        assert fresh == sealer.seal(site, URL, Expected(), Changes(there, touched - there))
        assert fresh == seal(site, URL, Expected(), other)
        if not fresh:
            sealed += 1
            assert sums == (site / SUMS).read_bytes()
            touched = set()
        else:
            flawed += 1
            assert not (site / SUMS).exists()
            if chance.random() < 0.6:
                for page in touched & before.keys():
                    put(site / page, before[page])
    sealer.close()
    assert flawed > 1
    assert sealed > 3


def records(ways: dict[int, tuple[int, str]]) -> bytes:
    """Return a list as the interface has it; each record has a link."""
    texts = (f'{{"n":{n},"way":{way},"at":"{URL}{link}"}}' for n, (way, link) in sorted(ways.items()))
    return f'{{"count":{len(ways)},"items":[{",".join(texts)}]}}\n'.encode()


def events(ways: dict[int, tuple[int, str]]) -> bytes:
    """Return a calendar; each event has a link."""
    texts = (
        EVENT.replace("UID:a", f"UID:{n}-{way}\r\nURL:{URL}{link}") for n, (way, link) in sorted(ways.items())
    )
    return f"BEGIN:VCALENDAR\r\n{''.join(texts)}END:VCALENDAR\r\n".encode()


@pytest.mark.parametrize("seed", range(3))
def test_large_files_are_looked_over_by_what_differs(
    seed: int, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is told, and sealed, is what a fresh look tells."""
    monkeypatch.setattr("briefing.inventory.LARGE", 0)
    monkeypatch.setattr("briefing.machine_files.LARGE", 0)
    by_difference = []

    def noted(name: str, *rest: Any) -> Looked | None:
        found = looked_over_since(name, *rest)
        by_difference.append(found is not None)
        return found

    monkeypatch.setattr("briefing.inventory.looked_over_since", noted)
    chance = random.Random(seed)  # noqa: S311 - a seed's
    ways = dict.fromkeys(range(30), (0, "about/"))
    files = {"api/v1/large.json": records, "calendar.ics": events}
    for name, made in files.items():
        put(site / name, made(ways))
    sealer, last = Sealer(tmp_path / "kept.sqlite"), tmp_path / "last"
    assert sealer.seal(site, URL, Expected()) == ()
    good, sealed = dict(ways), 0
    shutil.copytree(site, last, copy_function=os.link)
    for _ in range(40):
        n, link = chance.randrange(40), chance.choice(["about/", "about/", "", "about/no/", "data/"])
        ways[n] = chance.randrange(100), link
        if chance.random() < 0.2:
            ways.pop(chance.randrange(30), None)
        sums = {}
        for name, made in files.items():
            content = made(ways)
            if name.endswith("json") and chance.random() < 0.1:
                content = content.replace(b"},{", b"},,{", 1)
            (site / name).unlink()
            put(site / name, content)
            stat = (site / name).stat()
            sums[name] = Sum(stat.st_size, stat.st_mtime_ns, hashlib.sha256(content).hexdigest())
        fresh = seal(site, URL, Expected())
        sums_of_all = (site / SUMS).read_bytes() if not fresh else b""
        assert fresh == sealer.seal(site, URL, Expected(), Changes(list(files), (), sums, last))
        if fresh:
            ways = dict(good)
        else:
            good, sealed = dict(ways), sealed + 1
            assert sums_of_all == (site / SUMS).read_bytes()
            shutil.rmtree(last)
            shutil.copytree(site, last, copy_function=os.link)
    sealer.close()
    assert 10 < sealed < 40
    assert sum(by_difference) > 20


def test_what_has_been_changed_in_the_last_site_is_not_compared_with(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is not the one in which nothing was wrong."""
    monkeypatch.setattr("briefing.inventory.LARGE", 0)
    ways = dict.fromkeys(range(30), (0, "about/"))
    put(site / "calendar.ics", events(ways))
    with closing(Sealer()) as sealer:
        assert sealer.seal(site, URL, Expected()) == ()
        wrong = events(ways | {3: (1, "about/no/")})
        put(tmp_path / "last/calendar.ics", wrong)
        (site / "calendar.ics").unlink()
        put(site / "calendar.ics", wrong.replace(b"UID:5-0", b"UID:5-1"))
        stat = (site / "calendar.ics").stat()
        total = hashlib.sha256((site / "calendar.ics").read_bytes()).hexdigest()
        sums = {"calendar.ics": Sum(stat.st_size, stat.st_mtime_ns, total)}
        (flaw,) = sealer.seal(site, URL, Expected(), Changes(["calendar.ics"], (), sums, tmp_path / "last"))
        assert "about/no/ leads to no file" in flaw.text


def test_another_that_seals_in_between_is_noticed(site: Path, tmp_path: Path) -> None:
    """What stays then looks through the whole folder; a file that is not named is found too."""
    kept = tmp_path / "kept.sqlite"
    with closing(Sealer(kept)) as sealer:
        assert sealer.seal(site, URL, Expected()) == ()
        (site / "new.txt").write_text("x")
        assert seal(site, URL, Expected(), kept) == ()
        added(site, BRIEF, '<a href="no/">x</a>')
        assert len(sealer.seal(site, URL, Expected(), Changes([]))) == 1
        kept.unlink()
        assert len(sealer.seal(site, URL, Expected(), Changes([]))) == 1


def test_only_what_is_named_is_looked_at(site: Path) -> None:
    """A round costs by what has changed: other files are not even asked for."""
    with closing(Sealer()) as sealer:
        assert sealer.seal(site, URL, Expected()) == ()
        added(site, "about/index.html", '<a href="no/">x</a>')
        (site / "new.txt").write_text("x")
        assert sealer.seal(site, URL, Expected(), Changes(["new.txt"])) == ()
        (flaw,) = sealer.seal(site, URL, Expected(), Changes(["about/index.html"]))
        assert "the link no/ leads to no file" in flaw.text
        # What was wrong is not taken for known.
        assert len(sealer.seal(site, URL, Expected(), Changes(["about/index.html"]))) == 1
        with pytest.raises(FileNotFoundError):
            sealer.seal(tmp := site.with_name("nowhere"), URL, Expected())
        assert not tmp.exists()


@pytest.mark.parametrize("content", [b"", b"x" * 5000, None])
def test_what_was_kept_may_be_broken(content: bytes | None, site: Path, tmp_path: Path) -> None:
    """Cut short, something else, or a folder: it costs time only."""
    kept = kept_file(tmp_path, site)
    assert seal(site, URL, Expected(), kept) == ()
    sums = (site / SUMS).read_bytes()
    whole = kept.read_bytes()
    assert len(whole) > 8192
    kept.unlink()
    if content is None:
        kept.mkdir()
    else:
        kept.write_bytes(content)
    assert seal(site, URL, Expected(), kept) == ()
    assert sums == (site / SUMS).read_bytes()
    if content is not None:
        for size in (10, 100, 4096, 5000, len(whole) - 4096, len(whole) - 1):
            kept.write_bytes(whole[:size])
            assert seal(site, URL, Expected(), kept) == ()
            assert sums == (site / SUMS).read_bytes()


def test_a_project_keeps_this_for_a_few_sites(tmp_path: Path) -> None:
    """What was found in sites of long ago is removed."""
    for number in range(8):
        kept = kept_file(tmp_path, tmp_path / f"site-{number}")
        kept.write_text("x")
        os.utime(kept, (number, number))
    assert 4 == len(list(tmp_path.glob("site-*.sqlite")))
    assert kept.exists()


# --- the command -------------------------------------------------------------------------


def test_the_command_says_that_a_site_is_whole(site: Path, tmp_path: Path) -> None:
    """By the folder alone: no project is needed."""
    done = CliRunner().invoke(main, ["verify", str(site)])
    assert (0, f"{site} is whole\n") == (done.exit_code, done.stderr)
    shutil.copytree(site, tmp_path / "other")
    done = CliRunner().invoke(main, ["verify", str(site), "--same-as", str(tmp_path / "other")])
    assert (0, f"{site} is whole and is the same as {tmp_path / 'other'}\n") == (done.exit_code, done.stderr)


def test_the_command_says_what_is_wrong(site: Path, tmp_path: Path) -> None:
    """With file, line and link; and the number of faults where people look for it."""
    shutil.copytree(site, tmp_path / "other")
    line = added(site, BRIEF, '<a href="no/">x</a>')
    done = CliRunner().invoke(main, ["verify", str(site), "--same-as", str(tmp_path / "other")])
    assert done.exit_code == 1
    assert f"3 faults in {site}\n" == done.stderr
    told = done.stdout.splitlines()
    assert f"{BRIEF}: is not the file that SHA256SUMS names" == told[0]
    assert f"{BRIEF}:{line}: the link no/ leads to no file" == told[1]
    assert told[2].startswith(f"{BRIEF}:{line - 1}: differs")


def test_the_command_needs_a_folder(tmp_path: Path) -> None:
    """A wrong name is wrong use."""
    done = CliRunner().invoke(main, ["verify", str(tmp_path / "nowhere")])
    assert done.exit_code == 2
    assert f"There is no folder {tmp_path / 'nowhere'}" in done.stderr
