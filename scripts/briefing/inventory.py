"""What a built site holds: each file with its SHA-256, each page with its anchors and its links.

At thousands of pages reading all of it takes seconds, so that what was found is kept between
builds, and only files that are new or changed are read again. A file is taken for unchanged if
its size, its time of change (in nanoseconds) and its number in the file system are what they were.
"""

import hashlib
import html
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from briefing.forks import shared_out

VERSION = 1
"""Of the form in which this is kept; what another has kept is thrown away."""

TEXTS = (".atom", ".bib", ".ics", ".json", ".md", ".ris", ".rss", ".txt", ".xml")
"""Files that link with the site's own address, written in full."""

ATTRIBUTES = (b"href", b"src", b"action")
"""Attributes that lead to a file."""

_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_BREAKS = re.compile(r"[\t\n\r]+")
"""What browsers take out of an address (URL Standard, 4.4)."""

_CSS_URL = re.compile(rb"url\(\s*[\"']?([^\"')]+)")
_ADDRESS = re.compile(rb"[^\s\"'<>()\[\]{}\\|`^*]*")
_TEMPLATE = b"{"  # after an address: it is not whole


@dataclass(frozen=True, slots=True)
class Page:
    """What a file offers to links, and asks of other files."""

    anchors: frozenset[str] = frozenset()
    """Its ids."""
    links: frozenset[str] = frozenset()
    """Where it leads on this site: "../x/#y" as written, "/x/#y" from the site's root, or "//x/#y" where
    the site's address stands before it in full."""


_Texts = tuple[str, str]
"""A page's anchors and links, one a line: a tenth of the memory that sets of them take."""

_Read = tuple[str, str, str, str]
"""A file's name, its sum, its anchors and its links."""

_A_SHARE = 1000
"""Files that are worth a process of their own."""


class Inventory:
    """The files of a folder. Files that are new or changed since it was last kept are read."""

    def __init__(self, site: Path, url: str = "", kept: Path | None = None) -> None:
        """Take stock of a folder.

        `url` is the site's address, with a slash at its end, or empty; `kept` is the file for what
        is found. Raises OSError if a file cannot be read, sqlite3.Error if `kept` cannot.
        """
        self.site = site
        self.url = url
        self._kept = _Kept(kept, url)
        before = self._kept.files()
        self._marks = dict(_walk(str(site), ""))
        self.sums: dict[str, str] = {}
        """The SHA-256 of each file, in hexadecimal digits, by its name below the folder."""
        self._found: dict[str, _Texts] = {}
        new = []
        for name in sorted(self._marks):
            was = before.get(name)
            if was is not None and was[0] == self._marks[name]:
                self.sums[name] = was[1]
            else:
                new.append(name)
        for name, total, anchors, links in shared_out(self._read, new, _A_SHARE):
            self.sums[name] = total
            self._found[name] = anchors, links
        self.fresh = tuple(new)
        """Files that are new or changed, in the order of their names."""
        self.gone = before.keys() - self.sums.keys()
        """Files that were there when it was last kept, and are not now."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kept.close()

    def _read(self, names: Sequence[str]) -> Iterator[_Read]:
        """Read files. Raises OSError."""
        for name in names:
            data = (self.site / name).read_bytes()
            page = read(name, data, self.url)
            yield name, hashlib.sha256(data).hexdigest(), _text(page.anchors), _text(page.links)

    def page(self, name: str) -> Page:
        """Return what a file offers and asks."""
        found = self._found.get(name)
        return Page(*map(_lines, found)) if found is not None else self._kept.page(name)

    def lost(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return which files and which ids of files were there before, and are not now."""
        ids = (self._kept.page(name).anchors - self.page(name).anchors for name in self.fresh)
        return frozenset(self.gone), frozenset[str]().union(*ids)

    def unchanged(self) -> Iterator[tuple[str, str]]:
        """Yield each unchanged file that links somewhere, and its links as lines of a text."""
        for name, links in self._kept.links():
            if name in self.sums and name not in self._found:
                yield name, links

    def keep(self) -> None:
        """Keep what was found, so that the next build need not read it again. Raises sqlite3.Error."""
        files = [(n, *self._marks[n], self.sums[n]) for n in self.fresh]
        self._kept.change(self.gone, files, self._found.items())


# --- files -------------------------------------------------------------------------------

_Mark = tuple[int, int, int]
"""A file's size in bytes, its time of change in nanoseconds, its number in the file system."""


def _walk(folder: str, below: str) -> Iterator[tuple[str, _Mark]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{below}{entry.name}/")
            else:
                about = entry.stat()
                yield below + entry.name, (about.st_size, about.st_mtime_ns, about.st_ino)


# --- pages -------------------------------------------------------------------------------


def read(name: str, data: bytes, url: str = "") -> Page:
    """Return what a file offers to links and asks of others."""
    match Path(name).suffix:
        case ".html":
            return _read_html(data, url)
        case ".css":
            return Page(links=_inside((m.decode("utf-8", "replace") for m in _CSS_URL.findall(data)), url))
        case suffix if suffix in TEXTS and url and not name.endswith("openapi.json"):
            # OpenAPI names the address below which its paths lie: no file.
            return Page(links=frozenset(_addresses(data, url.encode())))
        case _:
            return Page()


def _read_html(data: bytes, url: str) -> Page:
    """Return a page's ids and links, found by cutting it at its attributes.

    Twenty times as fast as parsing it. A page that writes an attribute in any other way than
    ` name="value"`, or a text that looks like one, is parsed.
    """
    links: set[bytes] = set()
    anchors: set[bytes] = set()
    small = data.lower()
    for name in ATTRIBUTES:
        _, *parts = data.split(b' %b="' % name)
        if small.count(b"%b=" % name) != len(parts):
            return parsed(data.decode("utf-8", "replace"), url)
        links.update(part[: part.find(b'"')] for part in parts)
    before, *parts = data.split(b' id="')
    if sum(small.count(b"%cid=" % space) for space in b" \n\r\t\f/\"'") != len(parts):
        return parsed(data.decode("utf-8", "replace"), url)
    for part in parts:
        if before.rfind(b"<") <= before.rfind(b">"):
            return parsed(data.decode("utf-8", "replace"), url)
        anchors.add(part[: part.find(b'"')])
        before = part
    return Page(
        frozenset(html.unescape(a.decode("utf-8", "replace")) for a in anchors),
        _inside((link.decode("utf-8", "replace") for link in links), url),
    )


def _addresses(data: bytes, url: bytes) -> Iterator[str]:
    """Yield the site's addresses that stand in a text, from the site's root."""
    unfolded = data.replace(b"\r\n ", b"") if data.startswith(b"BEGIN:VCALENDAR") else data
    for part in unfolded.split(url)[1:]:
        found = _ADDRESS.match(part)
        address = found[0].rstrip(b".,;:!?") if found else b""
        if part[len(address) : len(address) + 1] != _TEMPLATE:
            yield "//" + html.unescape(address.decode("utf-8", "replace"))


def _inside(links: Iterable[str], url: str) -> frozenset[str]:
    found = (inside(link, url) for link in links)
    return frozenset(link for link in found if link is not None)


def inside(link: str, url: str) -> str | None:
    """Return a link in the form of Page.links; None if it leads to another site or nowhere else."""
    link = html.unescape(link).strip() if "&" in link else link.strip()
    if "\n" in link or "\r" in link or "\t" in link:
        link = _BREAKS.sub("", link)
    if url and link.startswith(url):
        return "//" + link[len(url) :]
    if _ELSEWHERE.match(link) or link in ("", "#"):
        return None
    if link.startswith("/"):
        root = urlsplit(url).path or "/"
        return "/" + link[len(root) :].lstrip("/") if link.startswith(root) else None
    return link


@dataclass(frozen=True, slots=True)
class Link:
    """A link, and where it stands."""

    to: str
    """As in Page.links."""
    line: int


class _Parser(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.anchors: set[str] = set()
        self.links: list[Link] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag offers and asks."""
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value)
            elif name.encode() in ATTRIBUTES and (to := inside(value, self._url)) is not None:
                self.links.append(Link(to, self.getpos()[0]))


def links_of(text: str, url: str) -> list[Link]:
    """Return the links of an HTML page, as a parser finds them, with their lines."""
    parser = _Parser(url)
    parser.feed(text)
    parser.close()
    return parser.links


def parsed(text: str, url: str) -> Page:
    """Return a page's ids and links, as a parser finds them."""
    parser = _Parser(url)
    parser.feed(text)
    parser.close()
    return Page(frozenset(parser.anchors), frozenset(link.to for link in parser.links))


# --- what is kept ------------------------------------------------------------------------

_TABLES = """
CREATE TABLE file (name TEXT PRIMARY KEY, size INTEGER, time INTEGER, node INTEGER, sum TEXT) WITHOUT ROWID;
CREATE TABLE page (name TEXT PRIMARY KEY, anchors TEXT, links TEXT);
CREATE TABLE about (version INTEGER, url TEXT);
"""


class _Kept:
    """What was found at the last build, in a database; without a file, nothing was, and nothing is kept.

    Everything but `close` raises sqlite3.Error where the file cannot be read.
    """

    def __init__(self, file: Path | None, url: str) -> None:
        self._connection = sqlite3.connect(file or ":memory:", isolation_level=None)
        try:
            # What stands in a file is data: SQL in it is not run.
            self._connection.execute("PRAGMA trusted_schema = OFF")
            made = self._rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not made or self._rows("SELECT version, url FROM about") != [(VERSION, url)]:
                for (table,) in made:
                    self._connection.execute(f'DROP TABLE "{table}"')
                self._connection.executescript(_TABLES)
                self._connection.execute("INSERT INTO about VALUES (?, ?)", (VERSION, url))
        except sqlite3.Error:
            self._connection.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def files(self) -> dict[str, tuple[_Mark, str]]:
        rows = self._rows("SELECT name, size, time, node, sum FROM file")
        return {name: ((size, time, node), total) for name, size, time, node, total in rows}

    def page(self, name: str) -> Page:
        for anchors, links in self._rows("SELECT anchors, links FROM page WHERE name = ?", name):
            return Page(_lines(anchors), _lines(links))
        return Page()

    def links(self) -> list[tuple[str, str]]:
        return self._rows("SELECT name, links FROM page WHERE links <> ''")

    def change(
        self,
        gone: Iterable[str],
        files: Iterable[tuple[str, int, int, int, str]],
        pages: Iterable[tuple[str, _Texts]],
    ) -> None:
        change = self._connection.executemany
        self._connection.execute("BEGIN")
        for table in ("file", "page"):
            change(f"DELETE FROM {table} WHERE name = ?", ((name,) for name in gone))  # noqa: S608 - one of two words
        change("REPLACE INTO file VALUES (?, ?, ?, ?, ?)", files)
        change(
            "REPLACE INTO page VALUES (?, ?, ?)",
            ((name, anchors, links) for name, (anchors, links) in pages),
        )
        self._connection.execute("COMMIT")

    def _rows(self, query: str, *values: str) -> list[Any]:
        return self._connection.execute(query, values).fetchall()


def _text(lines: Iterable[str]) -> str:
    return "\n".join(sorted(lines))


def _lines(text: str) -> frozenset[str]:
    return frozenset(text.split("\n")) if text else frozenset()
