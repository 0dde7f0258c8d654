"""Two builds compared: what differs is told so that somebody sees why."""

import gzip
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from briefing.differences import differences
from briefing.indexing import index_site

PAGE = (
    '<html><head><meta data-pagefind-filter="kind[content]" content="{kind}"></head><body><article>'
    "<div data-pagefind-body><p>{text}</p></div></article></body></html>"
)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Give two folders that hold the same."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        (folder / "data").mkdir(parents=True)
        (folder / "index.html").write_text(PAGE.format(kind="Brief", text="A missile.\nflew far."))
        (folder / "card.png").write_bytes(bytes(range(200, 256)) * 4)
        (folder / "sitemap.xml.gz").write_bytes(gzip.compress(b"<a/>\n<b/>\n", mtime=1))
        with closing(sqlite3.connect(folder / "data" / "x.sqlite")) as connection, connection:
            connection.execute("CREATE TABLE t (a)")
            connection.execute("INSERT INTO t VALUES (1)")
        index_site(folder)
        (folder / "SHA256SUMS").write_text("the same\n")
    return one, other


def test_the_same_is_the_same(pair: tuple[Path, Path]) -> None:
    """Pagefind's index too, which two runs of it name otherwise."""
    assert differences(*pair) == ()


def changed_row(path: Path) -> None:
    """Change a row of a database."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE t SET a = 2")


def text(old: str, new: str) -> Callable[[Path], None]:
    """Return what changes a text."""

    def change(path: Path) -> None:
        path.write_text(path.read_text().replace(old, new))

    return change


@pytest.mark.parametrize(
    ("said", "name", "change"),
    [
        ("index.html:2: differs\n    flew far.</p>", "index.html", text("flew far", "flew near")),
        ("card.png: differs from byte 3 on (224 and 4 bytes)", "card.png", lambda p: p.write_bytes(b"\xc8\xc9\xca\xff")),
        ("card.png: differs in length (224 and 2 bytes)", "card.png", lambda p: p.write_bytes(b"\xc8\xc9")),
        ("sitemap.xml.gz:2: differs\n    <b/>\n    <c/>", "sitemap.xml.gz", lambda p: p.write_bytes(gzip.compress(b"<a/>\n<c/>\n", mtime=1))),
        ("sitemap.xml.gz: holds the same in another form", "sitemap.xml.gz", lambda p: p.write_bytes(gzip.compress(b"<a/>\n<b/>\n", mtime=2))),
        ("data/x.sqlite:3: differs\n    INSERT INTO \"t\" VALUES(1);\n    INSERT INTO \"t\" VALUES(2);", "data/x.sqlite", changed_row),
        ("SHA256SUMS:1: differs\n    the same\n    another", "SHA256SUMS", text("the same", "another")),
    ],
)  # fmt: skip
def test_a_difference_is_told(
    said: str, name: str, change: Callable[[Path], object], pair: tuple[Path, Path]
) -> None:
    """In the form in which a person reads the file, with the first line that differs."""
    one, other = pair
    change(other / name)
    (flaw,) = differences(one, other)
    assert str(flaw).startswith(said)


def test_a_file_of_one_only_is_told_and_the_sums_are_not(pair: tuple[Path, Path]) -> None:
    """The sums differ as the files do."""
    one, other = pair
    (one / "a.txt").write_text("x")
    (other / "b.txt").write_text("x")
    (other / "SHA256SUMS").write_text("others\n")
    assert [f"a.txt: is in {one} only", f"b.txt: is in {other} only"] == [
        str(f) for f in differences(one, other)
    ]


def test_a_long_line_is_shown_where_it_differs(pair: tuple[Path, Path]) -> None:
    """Not from its beginning, and not whole."""
    one, other = pair
    (one / "x.json").write_text("a" * 5000 + "b" + "c" * 5000)
    (other / "x.json").write_text("a" * 5000 + "B" + "c" * 5000)
    (flaw,) = differences(one, other)
    first, second = str(flaw).split("\n")[1:]
    assert len(first) < 80
    assert "aaab" in first
    assert "aaaB" in second
    assert first.strip().startswith("…")
    assert first.endswith("…")


def test_an_index_of_other_words_is_told_in_words(pair: tuple[Path, Path]) -> None:
    """Files of an index are named by what they hold; where a name stays, the word that differs shows."""
    one, other = pair
    (other / "index.html").write_text(PAGE.format(kind="Brief", text="A rocket.\nflew far."))
    index_site(other)
    flaws = [str(f) for f in differences(one, other)]
    assert any(f.startswith("pagefind/fragment/") and f.endswith("only") for f in flaws)
    shutil.copy(next((other / "pagefind/index").iterdir()), next((one / "pagefind/index").iterdir()))
    (same,) = (p.name for p in (one / "pagefind/index").iterdir())
    shutil.copy(one / "pagefind/index" / same, other / "pagefind/index" / same)
    index_site(one)
    told = [str(f) for f in differences(one, other) if str(f).startswith(f"pagefind/index/{same}")]
    assert "'missil'" in told[0]
    assert "'rocket'" in told[0]
