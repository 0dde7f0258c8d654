"""What a site holds: found fast, found as a parser finds it, and read again only where it changed."""

import hashlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing.asking import keys_to, keys_to_anchors, number
from briefing.hypertext import parsed, read
from briefing.inventory import Changes, Inventory, Sum
from briefing.machine_files import LARGE

URL = "https://example.org/site/"


# --- kept --------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Give a folder with three files."""
    folder = tmp_path / "site"
    for name, text in {
        "index.html": '<a href="x/#a">x</a>',
        "x/index.html": '<p id="a">',
        "x/y.txt": "y",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def take(site: Path, kept: Path | None, url: str = URL) -> tuple[set[str], set[str], set[str]]:
    """Take stock and keep it; return what was read, the files that are gone, and the ids that are."""
    with Inventory(site, url, kept) as inventory:
        lost = inventory.lost()
        ids = {i for i in "ab" if not lost.isdisjoint(map(number, keys_to_anchors("x/index.html", [i])))}
        gone = set(inventory.gone)
        inventory.keep()
        return set(inventory.fresh), gone, ids


def test_only_what_changed_is_read_again(site: Path, tmp_path: Path) -> None:
    """New, changed and gone files are known; what an unchanged one holds is remembered."""
    kept = tmp_path / "kept.sqlite"
    every = {"index.html", "x/index.html", "x/y.txt"}
    assert (every, set(), set()) == take(site, kept)
    assert (set(), set(), set()) == take(site, kept)
    (site / "x/index.html").write_text("<p id=b>")
    (site / "x/y.txt").unlink()
    (site / "new.css").write_text("")
    assert ({"x/index.html", "new.css"}, {"x/y.txt"}, {"a"}) == take(site, kept)
    with Inventory(site, URL, kept) as inventory:
        assert not inventory.fresh
        assert ["index.html"] == list(inventory.asking({*map(number, keys_to("x/index.html"))}))
        assert {"b"} == inventory.anchors("x/index.html")
        assert {"new.css", "index.html", "x/index.html"} == set(inventory.sums)


def test_a_file_that_only_looks_the_same_is_read(site: Path, tmp_path: Path) -> None:
    """Another file of the same size and time is another file."""
    kept = tmp_path / "kept.sqlite"
    take(site, kept)
    about = (site / "x/y.txt").stat()
    (tmp_path / "z").write_text("z")
    os.utime(tmp_path / "z", ns=(about.st_atime_ns, about.st_mtime_ns))
    (tmp_path / "z").replace(site / "x/y.txt")
    assert ({"x/y.txt"}, set(), set()) == take(site, kept)


def test_another_address_is_another_site(site: Path, tmp_path: Path) -> None:
    """What leads within the site depends on its address."""
    kept = tmp_path / "kept.sqlite"
    take(site, kept)
    assert 3 == len(take(site, kept, "https://example.com/")[0])


def test_nothing_kept_is_run(site: Path, tmp_path: Path) -> None:
    """A database with triggers and views of somebody else is data, and gives way."""
    kept = tmp_path / "kept.sqlite"
    with sqlite3.connect(kept) as connection:
        connection.executescript(
            "CREATE TABLE about (version, url); CREATE TABLE file (name); CREATE TABLE out (text);"
            "CREATE TRIGGER t AFTER INSERT ON file BEGIN INSERT INTO out VALUES ('ran'); END;"
        )
    connection.close()
    assert 3 == len(take(site, kept)[0])
    assert take(site, kept)[0] == set()
    with sqlite3.connect(kept) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'trigger')")
        assert {"about", "file", "page"} == {name for (name,) in tables}
    connection.close()


def said(path: Path, text: str) -> Sum:
    """Return what whoever wrote a file would say of it, if it held this."""
    stat = path.stat()
    return Sum(stat.st_size, stat.st_mtime_ns, hashlib.sha256(text.encode()).hexdigest())


def test_a_sum_is_believed_of_a_large_file_alone(site: Path) -> None:
    """As long as the file is as it was left: another one is read, whatever is said of it."""
    large = site / "data.csv"
    large.write_text("a" * LARGE)
    with Inventory(site, URL) as inventory:
        inventory.keep()
        texts = ["b" * (LARGE + 1), "c" * (LARGE + 1), "d" * (LARGE + 1)]
        other = hashlib.sha256(b"other").hexdigest()

        def summed(text: str, sums: dict[str, Sum]) -> str:
            found = dict(sums) or {"data.csv": said(large, "other")}
            inventory.look(site, Changes(["data.csv"], sums=found))
            assert not inventory.faults
            return inventory.sums["data.csv"]

        large.write_text(texts[0])
        assert summed(texts[0], {}) == other
        late = {"data.csv": said(large, "other")}
        large.write_text(texts[1])
        os.utime(large, ns=(0, late["data.csv"].time + 1))
        assert summed(texts[1], late) == hashlib.sha256(texts[1].encode()).hexdigest()
        large.write_text("small")
        assert summed("small", {}) == hashlib.sha256(b"small").hexdigest()


def test_the_small_site_is_read_as_a_parser_reads_it(
    new_project: Callable[..., Path], build: Callable[..., object], tmp_path: Path
) -> None:
    """Every page of the theme: the same links, the same ids."""
    project = new_project(tmp_path / "project", "everything")
    build(project / "mkdocs.yml", tmp_path / "site")
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text()
        assert parsed(text, "https://example.org/") == read(
            "x.html", page.read_bytes(), "https://example.org/"
        )
