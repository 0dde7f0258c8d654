"""Indexes made of what is kept: the same files as without it, and Pagefind asked for what has changed alone."""

import hashlib
import os
import random
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from briefing import indexing, pieces
from briefing.indexing import Indexer, Part
from briefing.search import FOLDER, sorts_of
from briefing.service import Pagefind

PAGE = """<html lang="en"><head><meta data-pagefind-sort="date[content]" content="{date}">
<meta data-pagefind-filter="topic[content]" content="{topic}"></head>
<body><article><div data-pagefind-body><h1>{title}</h1><p>{text}</p></div></article></body></html>"""


class Site:
    """A site that is indexed again and again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last: Path | None = None
        self._key = ""
        self._times = 0
        self.kept = folder / "site.words"
        self.pages: dict[str, str] = {}

    def indexed(self, jobs: int = 1, *, kept: bool = True, last: bool = True) -> dict[str, bytes]:
        """Index the pages as they are now, and return the files of the index.

        Its folder holds second names of the last index, which stays as it is.
        """
        self._times += 1
        site = self._folder / str(self._times)
        for name, html in self.pages.items():
            (site / name).parent.mkdir(parents=True)
            (site / name).write_text(html)
        site.mkdir(exist_ok=True)
        before = self._tree(self._last) if self._last is not None else {}
        for name in before:
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(self._last / name, site / name)  # type: ignore[operator] # there are files in it
        part = self.part if last else replace(self.part, last="")
        indexer = Indexer(site, jobs, self.kept if kept else None)
        assert indexer.make([part], self.pages) == len(self.pages)
        assert self._last is None or self._tree(self._last) == before
        self._last, self._key = site, part.key
        return self._tree(site)

    @staticmethod
    def _tree(site: Path) -> dict[str, bytes]:
        return {
            p.relative_to(site).as_posix(): p.read_bytes() for p in (site / FOLDER).rglob("*") if p.is_file()
        }

    @property
    def part(self) -> Part:
        """All pages."""
        key = hashlib.sha256(repr(sorted(self.pages.items())).encode()).hexdigest()
        return Part(FOLDER, tuple(sorted(self.pages)), "", key, self._key)

    def files(self) -> list[Path]:
        """Return the files of the last index."""
        assert self._last is not None
        return sorted(p for p in (self._last / FOLDER).rglob("*") if p.is_file())


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Give a site of some pages, whose pieces are small."""
    monkeypatch.setattr(pieces, "LEAST", 3)
    monkeypatch.setattr(pieces, "MOST", 6)
    site = Site(tmp_path)
    chance = random.Random(3)  # noqa: S311 - a seed's
    site.pages = {f"p{chance.randrange(10**5)}/index.html": page(chance) for _ in range(30)}
    return site


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give a list that gets the number of pages that Pagefind is asked for, each time."""
    counts = []
    index = Pagefind.index

    def counted(service: Pagefind, given: list[tuple[str, str]]) -> dict[str, bytes]:
        counts.append(len(given))
        return index(service, given)

    monkeypatch.setattr(Pagefind, "index", counted)
    return counts


def page(chance: random.Random) -> str:
    """Return a page with words, a date, and a topic."""
    words = [f"w{chance.randrange(200)}" for _ in range(30)]
    date = f"2022-0{chance.randrange(1, 9)}-01"
    return PAGE.format(date=date, topic=chance.choice("abc"), title=words[0], text=" ".join(words))


def test_what_is_kept_changes_nothing(site: Site) -> None:
    """Pages are added, edited and removed; the files are those of an index without anything kept."""
    chance = random.Random(5)  # noqa: S311 - a seed's
    site.indexed()
    for number in range(12):
        for _ in range(chance.randrange(3)):
            site.pages[chance.choice(list(site.pages))] = page(chance)
        for _ in range(chance.randrange(3)):
            site.pages[f"p{chance.randrange(10**5)}/index.html"] = page(chance)
        if number % 2:
            del site.pages[chance.choice(list(site.pages))]
        made = site.indexed(jobs=1 + number % 2)
        assert made == site.indexed(last=False, jobs=2)


def test_an_edit_asks_for_one_page(site: Site, asked: list[int]) -> None:
    """And texts of other pages are the files of the last site."""
    site.indexed()
    asked.clear()
    before = {p.name: p.stat().st_ino for p in site.files() if p.suffix == ".pf_fragment"}
    name = sorted(site.pages)[10]
    site.pages[name] = page(random.Random(1))  # noqa: S311 - a seed's
    site.indexed()
    assert asked == [1]
    after = {p.name: p.stat().st_ino for p in site.files() if p.suffix == ".pf_fragment"}
    assert len(after.items() - before.items()) == 1
    asked.clear()
    site.indexed()
    assert asked == [1]  # for the programs alone


def nothing(path: Path) -> None:
    """Take the file away."""
    path.unlink()


def rubbish(path: Path) -> None:
    """Put something else in its place."""
    path.write_bytes(b"rubbish " * 999)


def half(path: Path) -> None:
    """Cut it short."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def folder(path: Path) -> None:
    """Put a folder in its place."""
    path.unlink()
    path.mkdir()


def other_pieces(path: Path) -> None:
    """Spoil what it holds of pieces."""
    connection = sqlite3.connect(path)
    connection.execute("UPDATE pieces SET content = ?", (b"another form",))
    connection.commit()
    connection.close()


def other_tables(path: Path) -> None:
    """Give it other tables."""
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE pieces")
    connection.execute("CREATE TABLE pieces (a)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("spoil", [nothing, rubbish, half, folder, other_pieces, other_tables])
def test_what_is_kept_may_be_spoilt(site: Site, spoil: Callable[[Path], None]) -> None:
    """Gone, cut short, of another program, or in another form: it is made again."""
    made = site.indexed()
    spoil(site.kept)
    assert site.indexed() == made
    assert site.indexed() == made


def test_names_may_change_hands(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that comes or goes may need, or leave, the name of another: none is lost, and none left behind."""
    monkeypatch.setattr("briefing.merging.DIGITS", 1)
    monkeypatch.setattr("briefing.search.DIGITS", 1)
    chance = random.Random(9)  # noqa: S311 - a seed's
    for _ in range(4):
        site.pages[chance.choice(list(site.pages))] = page(chance)
        made = site.indexed()
        assert made == site.indexed(last=False)


def test_what_is_kept_is_bounded(site: Site) -> None:
    """Pieces that the site does not have any more are forgotten, and those of other parts are not."""
    site.indexed()
    counts = []
    for n in range(6):
        site.pages[sorted(site.pages)[n]] = page(random.Random(n))  # noqa: S311 - a seed's
        site.indexed()
        connection = sqlite3.connect(site.kept)
        counts += connection.execute("SELECT count(*) FROM pieces").fetchone()
        assert connection.execute("SELECT count(*) FROM files").fetchone() <= (2,)
        connection.close()
    assert set(counts) == {len(list(pieces.cut(sorted(site.pages))))}
    folder = site.kept.parent / "1"
    Indexer(folder, kept=site.kept).make(
        [Part("other", tuple(sorted(site.pages))[1:3])], site.pages, [site.part]
    )
    connection = sqlite3.connect(site.kept)
    assert connection.execute("SELECT count(*) FROM pieces").fetchone() == (counts[0] + 1,)
    connection.close()


def test_a_disk_without_room_costs_time_only(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be kept is held until the index is made."""
    made = site.indexed(kept=False, last=False)
    with monkeypatch.context() as patch:
        patch.setattr(
            indexing.Kept, "_open", lambda _: (_ for _ in ()).throw(sqlite3.OperationalError("full"))
        )
        assert site.indexed() == made
    assert not site.kept.exists()


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ('<meta data-pagefind-sort="date[content]" content="2022-01-05">', {"date": "2022-01-05"}),
        ('<meta content="a &amp;  b" data-pagefind-sort="date[content]">', {"date": "a & b"}),
        ('<p data-pagefind-sort="date:2022: x">', {"date": "2022: x"}),
        ('<p data-a="1" data-pagefind-sort="a[data-a], b, c:2, d">', {"a": "1", "c": "2, d"}),
        ('<p data-pagefind-sort="date">2022</p>', {}),
        ("data-pagefind-sort", {}),
    ],
)
def test_by_what_a_page_is_sorted(tag: str, found: dict[str, str]) -> None:
    """As Pagefind reads its attribute."""
    assert sorts_of(f"<html><body>{tag}</body></html>") == found
