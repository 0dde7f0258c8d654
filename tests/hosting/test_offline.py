"""A copy of the site for disks: what is in it, and a browser that opens it as files."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from briefing.build import build
from briefing.hosting.offline import NoSite, copy_offline

BRIEF = "briefs/2022-02-05-it-happened/index.html"


@pytest.fixture
def site(project: Path) -> Path:
    """Give a small site, with a page at an old address."""
    with (project / "briefs" / "entities" / "a.yml").open("a") as stream:
        stream.write("aliases: [a-before]\n")
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("plugins: [search, briefing]", "plugins: [briefing]"))
    return build(config).site


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def broken(copy: Path) -> list[tuple[str, str]]:
    """Return the links of pages that lead to no file of the copy."""
    found = []
    for page in copy.rglob("*.html"):
        for address in re.findall(
            r'<(?:a|link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"', page.read_text()
        ):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            if not (page.parent / unquote(parts.path)).is_file():
                found.append((page.relative_to(copy).as_posix(), address))
    return found


def test_every_link_names_a_file(site: Path, tmp_path: Path) -> None:
    """No link of any page needs a server that turns a folder into its index."""
    done = copy_offline(site, tmp_path / "copy")
    files = tree(tmp_path / "copy")
    assert broken(tmp_path / "copy") == []
    assert len(files) == done.files
    assert done.pages == len([n for n in files if n.endswith(".html")]) > 15
    assert not [n for n in files if n.startswith("pagefind/")]
    assert {"404.html", "sitemap.xml"}.isdisjoint(files)
    assert b"A copy of https://example.org/" in files["README.txt"]
    assert files["data/claims.csv"] == (site / "data" / "claims.csv").read_bytes()
    assert b'type="module"' not in b"".join(files.values())


def test_the_real_site_has_no_link_that_needs_a_server(real_site: Path, tmp_path: Path) -> None:
    """All of its pages, with their anchors, filters and old addresses."""
    done = copy_offline(real_site, tmp_path / "copy")
    assert done.pages > 1600
    assert broken(tmp_path / "copy") == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page that fails the test on anything that its console complains of."""
    context = browser.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield page
    context.close()
    assert faults == []


def test_it_opens_from_a_disk(page: Page, site: Path, tmp_path: Path) -> None:
    """A reader goes from the home page to a claim, to the lists in search's place, and by an old address."""
    copy_offline(site, tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        archive.extractall(tmp_path / "un packed")
    root = tmp_path / "un packed" / "copy"
    page.goto((root / "index.html").as_uri())
    page.locator("article").get_by_role("link", name="A says one thing").first.click()
    page.wait_for_url("**/" + BRIEF + "*")
    assert page.locator("#it-happened").count() == 1
    page.locator("a.search-opener").click()
    page.wait_for_url("**/search/index.html")
    assert page.get_by_text("Search works on the web only").is_visible()
    page.locator("article").get_by_role("link", name="All briefs").click()
    page.wait_for_url("**/briefs/index.html")
    page.goto((root / "entities" / "a-before" / "index.html").as_uri() + "#claims")
    page.wait_for_url("**/entities/a/index.html#claims")


def test_the_same_site_gives_the_same_zip(site: Path, tmp_path: Path) -> None:
    """At any time, in any time zone; SOURCE_DATE_EPOCH dates the files."""
    for name, env in (("one", {"TZ": "UTC"}), ("two", {"TZ": "Asia/Seoul", "PYTHONHASHSEED": "7"})):
        command: list[str | Path] = [Path(sys.executable).parent / "briefing", "zip", f"--site-dir={site}"]
        command.append(f"--out={tmp_path / name / 'x.zip'}")
        subprocess.run(command, env=env | {"PATH": "/usr/bin"}, check=True, capture_output=True)
    assert (tmp_path / "one" / "x.zip").read_bytes() == (tmp_path / "two" / "x.zip").read_bytes()
    copy_offline(site, tmp_path / "dated.zip", epoch=1_700_000_000)
    with zipfile.ZipFile(tmp_path / "dated.zip") as archive:
        assert {i.date_time for i in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
        assert all(i.filename.startswith("dated/") for i in archive.infolist())
    with zipfile.ZipFile(tmp_path / "one" / "x.zip") as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_what_is_there_stays_unless_it_is_a_copy(site: Path, tmp_path: Path) -> None:
    """A wrong name costs nobody their files, and a second copy replaces the first whole."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("x")
    with pytest.raises(NoSite, match="holds other files"):
        copy_offline(site, tmp_path / "home")
    with pytest.raises(NoSite, match="briefing build"):
        copy_offline(tmp_path / "home", tmp_path / "copy")
    copy_offline(site, tmp_path / "copy")
    (tmp_path / "copy" / "left.html").write_text("x")
    copy_offline(site, tmp_path / "copy")
    assert not (tmp_path / "copy" / "left.html").exists()
    (site / "linked.html").symlink_to("/etc/passwd")
    copy_offline(site, tmp_path / "copy")
    assert not (tmp_path / "copy" / "linked.html").exists()
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []
