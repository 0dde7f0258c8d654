"""What a built site holds: each file with its SHA-256, each page with its anchors, and what each asks of others.

At thousands of pages reading all of it takes seconds, so that what was found is kept between
builds, and only files that are new or changed are read again. A file is taken for unchanged if
its size, its time of change (in nanoseconds) and its number in the file system are what they were.
"""

import base64
import hashlib
import os
import secrets
import sqlite3
import sys
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from briefing.asking import asked, forget, key_below, keys_to, keys_to_anchors, number, packed, unpacked
from briefing.forks import shared_out, shares
from briefing.hypertext import Page, is_read, parsed, read
from briefing.machine_files import LARGE, Looked, is_looked_over, looked_over, looked_over_since

VERSION = f"2 {sys.byteorder}"
"""Of the form in which this is kept; what another has kept is thrown away."""

_A_SHARE = 1000
"""Files that are worth a process of their own."""

_AS_A_FILE = 1 << 15
"""Bytes of large files that take as long as a small file."""

_Mark = tuple[int, int, int]
"""A file's size in bytes, its time of change in nanoseconds, its number in the file system."""

_Read = tuple[str, str, str | None, str, str, str, list[str], list[str]]
"""A file's name and sum; where that is another: its anchors, the numbers of what it asks, those of them that
are new, its memo, the keys that are new, and its faults. Numbers and memo are in Base64."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in a file."""

    anchors: str = ""
    """Its ids, one a line: a tenth of the memory that a set of them takes."""
    asks: bytes = b""
    """The numbers of the keys that it asks, and of some that it once did; all hold if nothing is wrong."""
    memo: bytes = b""
    """By what its parts are known (briefing.machine_files)."""


class Sum(NamedTuple):
    """What whoever wrote a file says of it."""

    size: int
    time: int
    """When it was last changed, in nanoseconds."""
    total: str
    """Its SHA-256, in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What tells a folder from the last one in which nothing was wrong."""

    changed: Collection[str]
    """Files that have come or changed."""
    gone: Collection[str] = ()
    sums: Mapping[str, Sum] = field(default_factory=dict)
    """What is said of changed files. It is believed of large ones that have the size and the time it names."""
    last: Path | None = None
    """Where the last one stands, if it does."""
    mark: str | None = None
    """By which the last one is known, where another process looked at it; see `Inventory.mark`."""


class Inventory:
    """The files of a folder. Files that are new or changed since it was last kept are read."""

    def __init__(
        self, site: Path, url: str = "", kept: Path | None = None, changes: Changes | None = None
    ) -> None:
        """Take stock of a folder.

        `url` is the site's address, with a slash at its end, or empty; `kept` is the file for what
        is found. `changes` is what tells the folder from the last one that was kept, if its mark says that it
        was that. Raises OSError if a file cannot be read, sqlite3.Error if `kept` cannot.
        """
        self.url = url
        self._kept = _Kept(kept, url)
        try:
            self._before = self._kept.files()
            self._sums_before = {name: total for name, (_, total) in self._before.items()}
            self._seen = self._kept.seen
            self.look(site, changes if changes is not None and changes.mark == self.mark else None)
        except BaseException:
            self._kept.close()
            raise

    def look(self, site: Path, changes: Changes | None = None) -> None:
        """Take stock again, of a folder that may be another: what was not kept since counts as not seen.

        `changes` is what tells it from the one that was last kept; no other file is looked at then.
        Raises OSError if a file cannot be read, sqlite3.Error if what is kept cannot.
        """
        self.site = site
        before = self._before
        if changes is None or not before:
            changes = None
            marks = dict(_walk(str(site)))
            self._lacking = before.keys() - marks.keys()
        else:
            touched = {*changes.changed, *changes.gone}
            marks = {name: mark for name in touched if (mark := _mark(site / name)) is not None}
            self._lacking = (touched - marks.keys()) & before.keys()
        new = sorted(n for n, m in marks.items() if (was := before.get(n)) is None or was[0] != m)
        self.sums = self._sums_before.copy()
        """The SHA-256 of each file, in hexadecimal digits, by its name below the folder."""
        for name in self._lacking:
            del self.sums[name]
        self._marks = {name: marks[name] for name in new}
        self._found: dict[str, _Found] = {}
        self._added = set[int]()
        self.asked = set[str]()
        """What is asked, and was not the last time, as keys (briefing.asking)."""
        self.faults: list[tuple[str, str]] = []
        """Files that cannot be read as what they are, and why."""
        self._said = self._believed(changes)
        self._last = changes.last if changes is not None else None
        # The largest first: so the processes have the same to do.
        new_by_size = sorted(new, key=lambda n: (-marks[n][0], n))
        worth = len(new) + sum(marks[n][0] for n in new if n not in self._said) // _AS_A_FILE
        for row in shared_out(self._read, new_by_size, _A_SHARE, shares(worth, _A_SHARE)):
            self._take(*row)
        forget()
        self.fresh = tuple(new)
        """Files that are new or changed, in the order of their names."""

    def _believed(self, changes: Changes | None) -> dict[str, str]:
        """Return the sums that were taken where large files were written, and hold for what stands there."""
        return {
            name: said.total
            for name, said in (changes.sums if changes is not None else {}).items()
            if (mark := self._marks.get(name)) is not None
            and mark[0] > LARGE
            and mark[:2] == (said.size, said.time)
        }

    @property
    def mark(self) -> str:
        """By what it is known, in whichever process, that nothing was kept since; empty where nothing is."""
        return self._kept.token

    @property
    def gone(self) -> frozenset[str]:
        """Files that were there when it was last kept, and are not now."""
        return frozenset(self._lacking)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what is kept."""
        self._kept.close()

    def _read(self, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Read files. Raises OSError."""
        told, told_others = set[int](), set[int]()  # by this process: the same is asked of every page
        with self._kept.here() as kept:
            for name in names:
                was, total, data = self._before.get(name), self._said.get(name), b""
                if total is None:
                    data = (self.site / name).read_bytes()
                    total = hashlib.sha256(data).hexdigest()
                if was is not None and was[1] == total:
                    yield name, total, None, "", "", "", [], []
                    continue
                before = kept.found(name) if was is not None else _Found()
                looked = self._by_difference(name, before.memo) if name in self._said else None
                if looked is None:
                    data = data or (self.site / name).read_bytes()
                    looked = looked_over(name, data, before.memo)
                page = read(name, data if looked.new is None else looked.new, self.url)
                known = frozenset(unpacked(before.asks))
                asks, new = set[int](), []
                for key, numbers in asked(name, page):
                    asks.update(numbers)
                    if (first := numbers[0]) not in known and first not in told:
                        told.add(first)
                        new.append(key)
                added = asks - known - told_others
                told_others |= added
                if looked.new is not None:
                    asks |= known  # of the parts that were seen before
                yield (
                    name,
                    total,
                    _text(page.anchors),
                    _told(packed(asks)),
                    _told(packed(added)),
                    _told(looked.memo),
                    new,
                    list(looked.faults),
                )

    def _by_difference(self, name: str, memo: bytes) -> Looked | None:
        """Look over a file whose sum is known, without reading the whole. None where that is needed."""
        if not is_looked_over(name) and not is_read(name):
            return Looked(new=b"")
        was = self._before.get(name)
        if self._last is None or was is None or _mark(self._last / name) != was[0]:
            return None
        return looked_over_since(name, self.site / name, self._last / name, memo)

    def _take(
        self, name: str, total: str, anchors: str | None, asks: str, added: str, memo: str,
        keys: Sequence[str], faults: Sequence[str],
    ) -> None:  # fmt: skip
        """Take what was read of a file."""
        self.sums[name] = total
        if anchors is None:
            return
        self._found[name] = _Found(anchors, base64.b64decode(asks), base64.b64decode(memo))
        self._added.update(unpacked(base64.b64decode(added)))
        self.asked.update(keys)
        self.faults += ((name, fault) for fault in faults)

    # --- who offers, and who asks ----------------------------------------------------------

    def anchors(self, name: str) -> frozenset[str]:
        """Return the ids of a file."""
        found = self._found.get(name)
        return _lines((found if found is not None else self._kept.found(name)).anchors)

    def has_also(self, name: str, anchors: Iterable[str]) -> None:
        """Note anchors of a file that reading it fast does not find: names of `a` elements."""
        found = self._found.get(name) or self._kept.found(name)
        self._found[name] = _Found(_text({*_lines(found.anchors), *anchors}), found.asks, found.memo)

    def lost(self) -> frozenset[int]:
        """Return the numbers of all keys to files and anchors that were there, and are not now."""
        lost = {number(key) for name in self._lacking for key in keys_to(name)}
        for name in self._found:
            was = self._before.get(name)
            old = self._kept.found(name).anchors if was is not None else ""
            ids = _lines(old) - self.anchors(name)
            if ids and any(self._is_asked(number(key)) for key in keys_to_anchors(name, ids)):
                text = (self.site / name).read_bytes().decode("utf-8", "replace")
                still = ids & parsed(text, self.url).anchors
                if still:
                    self.has_also(name, still)
                lost |= {number(key) for key in keys_to_anchors(name, ids - still)}
        # What is below another name at the site's root may be another site's, until this one has it.
        new = [name.partition("/")[0] for name in self._marks if name not in self._before]
        if new and self._before:
            lost |= {number(key_below(top)) for top in set(new) - _tops(self._before)}
        return frozenset(lost)

    def _is_asked(self, key: int) -> bool:
        return key in self._added or self._kept.is_asked(key)

    def asking(self, numbers: Collection[int]) -> Iterator[str]:
        """Yield the files that ask one of some keys, given by their numbers."""
        wanted = frozenset(n for n in numbers if self._is_asked(n))
        if not wanted:
            return
        for name, found in self._found.items():
            if not wanted.isdisjoint(unpacked(found.asks)):
                yield name
        for name, asks in self._kept.asks():
            if name in self.sums and name not in self._found and not wanted.isdisjoint(unpacked(asks)):
                yield name

    def ask_again(self, name: str, links: Iterable[str]) -> None:
        """Note that a file asks this, and nothing else."""
        found = self._found.get(name) or self._kept.found(name)
        page = Page(_lines(found.anchors), frozenset(links))
        asks = packed(n for _, numbers in asked(name, page) for n in numbers)
        self._found[name] = _Found(found.anchors, asks, found.memo)

    def is_as_seen(self, what: str) -> bool:
        """Whether a digest is the one that was noted when this was last kept; it is noted in its place."""
        self._seen = what
        return self._kept.seen == what

    def keep(self) -> None:
        """Keep what was found: nothing is wrong in it, and it need not be read again. Raises sqlite3.Error."""
        files = [(name, *mark, self.sums[name]) for name, mark in self._marks.items()]
        self._kept.change(self._lacking, files, self._found, self._added, self._seen)
        for name in self._lacking:
            del self._before[name]
        self._before.update((name, (mark, self.sums[name])) for name, mark in self._marks.items())
        self._sums_before = self.sums.copy()
        self._marks, self._found, self._added, self._lacking = {}, {}, set(), set()

    def is_current(self) -> bool:
        """Whether nobody else has kept something, or removed it, since this did."""
        return self._kept.is_current()


# --- files -------------------------------------------------------------------------------


def _walk(site: str) -> Iterator[tuple[str, _Mark]]:
    folders = [""]
    while folders:
        below = folders.pop()
        with os.scandir(f"{site}/{below}") as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{below}{entry.name}/")
                else:
                    about = entry.stat()
                    yield below + entry.name, (about.st_size, about.st_mtime_ns, about.st_ino)


def _mark(path: Path) -> _Mark | None:
    try:
        about = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return about.st_size, about.st_mtime_ns, about.st_ino


def _tops(names: Iterable[str]) -> set[str]:
    return {name.partition("/")[0] for name in names}


# --- what is kept ------------------------------------------------------------------------

_TABLES = """
CREATE TABLE file (name TEXT PRIMARY KEY, size INTEGER, time INTEGER, node INTEGER, sum TEXT) WITHOUT ROWID;
CREATE TABLE page (name TEXT PRIMARY KEY, anchors TEXT, asks BLOB, memo BLOB);
CREATE TABLE about (version TEXT, url TEXT, token TEXT, seen TEXT, asked BLOB);
"""


class _Kept:
    """What was found at the last build, in a database; without a file, nothing was, and nothing is kept.

    Everything but `close` raises sqlite3.Error where the file cannot be read.
    """

    def __init__(self, file: Path | None, url: str) -> None:
        self._file = file
        self._process = os.getpid()
        self._connection = sqlite3.connect(file or ":memory:", isolation_level=None)
        try:
            # What stands in a file is data: SQL in it is not run.
            self._connection.execute("PRAGMA trusted_schema = OFF")
            made = self._rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
            is_ours = {n for (n,) in made} == {"file", "page", "about"} and (
                "asked" in {column for _, column, *_ in self._rows("PRAGMA table_info(about)")}
            )
            if not is_ours or self._rows("SELECT version, url FROM about") != [(VERSION, url)]:
                for (table,) in made:
                    self._connection.execute(f'DROP TABLE "{table}"')
                self._connection.executescript(_TABLES)
                self._connection.execute("INSERT INTO about VALUES (?, ?, '', '', x'')", (VERSION, url))
            ((token, seen, asked),) = self._rows("SELECT token, seen, asked FROM about")
            self.token, self.seen = str(token), str(seen)
            self._asked = unpacked(asked)
            self._node = file.stat().st_ino if file is not None else 0
        except (sqlite3.Error, OSError, ValueError, TypeError) as fault:
            self._connection.close()
            if isinstance(fault, sqlite3.Error):
                raise
            raise sqlite3.DatabaseError(str(fault)) from None

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def here(self) -> Iterator["_Kept"]:
        """Give this with a connection of the process's own: one to SQLite does not outlive their parting."""
        if self._process == os.getpid() or self._file is None:
            yield self
            return
        own = copy(self)
        own._connection = sqlite3.connect(self._file, isolation_level=None)
        try:
            yield own
        finally:
            own.close()

    def is_current(self) -> bool:
        """Whether this is what it was when it was read, or last written from here."""
        if self._file is None:
            return True
        with suppress(sqlite3.Error, OSError):
            if self._file.stat().st_ino == self._node:
                return self._rows("SELECT token FROM about") == [(self.token,)]
        return False

    def files(self) -> dict[str, tuple[_Mark, str]]:
        """Return the marks and the sums of all files, in the order of their names."""
        rows = self._rows("SELECT name, size, time, node, sum FROM file ORDER BY name")
        return {name: ((size, time, node), total) for name, size, time, node, total in rows}

    def found(self, name: str) -> _Found:
        """Return what was found in a file."""
        for anchors, asks, memo in self._rows("SELECT anchors, asks, memo FROM page WHERE name = ?", name):
            return _Found(anchors, asks, memo)
        return _Found()

    def is_asked(self, key: int) -> bool:
        """Whether any file has ever asked a key."""
        place = bisect_left(self._asked, key)
        return place < len(self._asked) and self._asked[place] == key

    def asks(self) -> list[tuple[str, bytes]]:
        """Return all files that ask for something, and the numbers of what they ask."""
        return self._rows("SELECT name, asks FROM page WHERE asks <> x''")

    def change(
        self,
        gone: Iterable[str],
        files: Iterable[tuple[str, int, int, int, str]],
        found: Mapping[str, _Found],
        added: Iterable[int],
        seen: str,
    ) -> None:
        """Keep what has changed."""
        execute, change = self._connection.execute, self._connection.executemany
        execute("BEGIN")
        for table, names in (("file", gone), ("page", [*gone, *found])):
            change(f"DELETE FROM {table} WHERE name = ?", ((name,) for name in names))  # noqa: S608 - one of two words
        change("REPLACE INTO file VALUES (?, ?, ?, ?, ?)", files)
        change(
            "INSERT INTO page VALUES (?, ?, ?, ?)",
            ((name, f.anchors, f.asks, f.memo) for name, f in found.items() if f != _Found()),
        )
        new = [key for key in added if not self.is_asked(key)]
        if new:
            self._asked = unpacked(packed([*self._asked, *new]))
            execute("UPDATE about SET asked = ?", (self._asked.tobytes(),))
        self.token, self.seen = secrets.token_hex(8), seen
        execute("UPDATE about SET token = ?, seen = ?", (self.token, seen))
        execute("COMMIT")

    def _rows(self, query: str, *values: str) -> list[Any]:
        return self._connection.execute(query, values).fetchall()


def _text(lines: Iterable[str]) -> str:
    return "\n".join(sorted(lines))


def _lines(text: str) -> frozenset[str]:
    return frozenset(text.split("\n")) if text else frozenset()


def _told(data: bytes) -> str:
    return base64.b64encode(data).decode()
