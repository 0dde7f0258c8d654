"""What the last build of a site made, of what: kept beside the caches, in one SQLite file a site.

It is safe to delete at any time, and to be cut short or written by another version: what cannot be read
counts as nothing, and the next build is a whole one. It names every file of the site with its size, its
time and its digest, and a file that is not what it says is made again. Nothing in it is run.
"""

import contextlib
import hashlib
import json
import sqlite3
import sys
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

Key = tuple[str, str]
"""What was read: the kind, and an id; the id `*` stands for all of a kind (briefing.engine.reading)."""

VERSION = 4
"""Of this file's form. Another form is thrown away."""

MOST_SITES = 4
"""States kept: a project is built to few places."""

_MOST_UNREAD = 2
"""How many times as many keys may be kept as are read, before all are numbered anew."""

REST = "rest"
"""The task of the files that no other makes: the search index, the sums."""

_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE keys (part TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tasks (
  name TEXT PRIMARY KEY, digest TEXT NOT NULL, modified TEXT NOT NULL, searched TEXT NOT NULL,
  warned INTEGER NOT NULL, read BLOB NOT NULL, files TEXT NOT NULL
);
CREATE TABLE links (
  task TEXT PRIMARY KEY, anchors BLOB NOT NULL, links BLOB NOT NULL, targets BLOB NOT NULL
) WITHOUT ROWID;
"""


class Written(NamedTuple):
    """A file of the site, as it was written. There are tens of thousands, made anew by every build."""

    path: str
    """Its place below the site's root."""
    size: int
    time: int
    """When it was last changed, in nanoseconds."""
    sum: str
    """The SHA-256 of what it holds, in hexadecimal digits; empty where that is never asked: in the search index."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a page offers to links and where its own lead, as MkDocs checks them.

    All pages' wait in memory for the check of links and for being kept: so they are packed.
    """

    packed_anchors: bytes
    packed_links: bytes
    packed_targets: bytes

    @classmethod
    def of(
        cls, anchors: Iterable[str], links: Iterable[tuple[str, str, str]], targets: Iterable[str]
    ) -> Self:
        """Return what a page offers and where its links lead."""
        return cls(_packed(list(anchors)), _packed(list(links)), _packed(list(targets)))

    @property
    def anchors(self) -> list[str]:
        """What it offers to links."""
        return [str(a) for a in _unpacked(self.packed_anchors)]

    @property
    def links(self) -> list[tuple[str, str, str]]:
        """The file of each page that is linked to, the anchor there, and the link as it is written."""
        return [(to, anchor, link) for to, anchor, link in _unpacked(self.packed_links)]

    @property
    def targets(self) -> list[str]:
        """Every file that was looked for to link to, whether it was there or not."""
        return [str(t) for t in _unpacked(self.packed_targets)]


def _packed(value: object) -> bytes:
    return zlib.compress(_compact(value).encode(), 1)


def _unpacked(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed))


@dataclass(frozen=True, slots=True)
class Task:
    """A page or a set of files that was made, and of what."""

    name: str
    digest: str
    """Of what it was made from, where that is not enough to tell: a page's Markdown."""
    modified: str
    """The day of a page's last change, as the sitemap gives it."""
    searched: str
    """The digest of what is searched of a page; empty where nothing is."""
    warned: bool
    """Whether MkDocs warned of something in it: it is made again, to warn again."""
    read: tuple[Key, ...]
    """What it read of the record."""
    files: tuple[Written, ...]


@dataclass
class Known:
    """What is known of a site."""

    about: dict[str, str] = field(default_factory=dict)
    """What shapes everything: versions, settings, templates."""
    marks: dict[Key, str] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)


class State:
    """The state of one site. Only the build that has locked the site uses it."""

    def __init__(self, folder: Path, site: Path, name: str = "") -> None:
        """Take the folder of all states, and the site's place, of which its name is made unless given."""
        name = name or hashlib.blake2b(str(site.absolute()).encode(), digest_size=8).hexdigest()
        self._folder = folder
        self.path = folder / f"{name}.sqlite"

    def load(self) -> Known:
        """Return what is known: nothing, where it cannot be read."""
        try:
            with closing(sqlite3.connect(self.path)) as connection:
                return _read(connection)
        except (sqlite3.Error, ValueError, TypeError, LookupError):
            self.forget()
            return Known()

    def glance(self) -> tuple[dict[str, str], dict[str, tuple[int, int]]]:
        """Return what shaped the site, and the size and time of each of its files: nothing, where it cannot be read.

        What is enough to see that nothing has changed.
        """
        with (
            contextlib.suppress(sqlite3.Error, ValueError, TypeError, LookupError),
            closing(sqlite3.connect(self.path)) as connection,
        ):
            _check_version(connection)
            about = dict(connection.execute("SELECT name, value FROM about"))
            return about, {
                path: (size, time) for files in _files(connection) for path, size, time, _ in files
            }
        return {}, {}

    @property
    def sign(self) -> tuple[int, int, int] | None:
        """What another build would change, or whoever clears the cache: None where nothing is kept."""
        with contextlib.suppress(OSError):
            stat = self.path.stat()
            return stat.st_ino, stat.st_size, stat.st_mtime_ns
        return None

    def forget(self) -> None:
        """Remove what is known."""
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def links(self, tasks: Iterable[str] | None = None) -> dict[str, Linked]:
        """Return the anchors and links of pages: of all unless some are named."""
        with closing(sqlite3.connect(self.path)) as connection:
            if tasks is None:
                rows = connection.execute("SELECT task, anchors, links, targets FROM links").fetchall()
            else:
                rows = [
                    row
                    for name in tasks
                    for row in connection.execute(
                        "SELECT task, anchors, links, targets FROM links WHERE task = ?", (name,)
                    )
                ]
        return {task: Linked(anchors, links, targets) for task, anchors, links, targets in rows}

    def save(
        self,
        known: Known,
        changed: Iterable[str],
        links: Mapping[str, Linked],
    ) -> None:
        """Write what is known now. `changed` names the tasks that were made or have gone."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with closing(sqlite3.connect(self.path)) as connection:
                _write(connection, known, set(changed), links)
        except (sqlite3.Error, ValueError, TypeError, LookupError):
            self.forget()
            with closing(sqlite3.connect(self.path)) as connection:
                _write(connection, known, set(known.tasks), links)
        self._bound()

    def _bound(self) -> None:
        """Remove the states that have not been used for the longest."""
        states = sorted(self._folder.glob("*.sqlite"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in states[MOST_SITES:]:
            old.unlink(missing_ok=True)
            for beside in (".rows", ".words"):
                old.with_suffix(beside).unlink(missing_ok=True)


def _check_version(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        raise sqlite3.DatabaseError("another version")


# Keys are numbered, and tasks name them by their numbers. All stand in few rows, which are read at once: a
# hundred thousand rows of their own take ten times as long. A number stays what it is; one whose key nobody
# reads any more has no mark.


def _keys(connection: sqlite3.Connection) -> list[Key]:
    """Return all keys, each in the place of its number."""
    parts = dict(connection.execute("SELECT part, value FROM keys WHERE part <> 'marks'"))
    if not parts:
        return []
    names, kinds, of = json.loads(parts["names"]), json.loads(parts["kinds"]), json.loads(parts["of"])
    interned = [sys.intern(name) for name in names]
    return list(zip(map(interned.__getitem__, kinds), of, strict=True))


def _marks(connection: sqlite3.Connection) -> list[str | None]:
    """Return the mark of each key, in the order of their numbers."""
    found = connection.execute("SELECT value FROM keys WHERE part = 'marks'").fetchone()
    return list(json.loads(found[0])) if found is not None else []


def _write_keys(
    connection: sqlite3.Connection, marks: Mapping[Key, str], keys: Sequence[Key], *, marks_only: bool
) -> None:
    parts: dict[str, list[Any]] = {"marks": list(map(marks.get, keys))}
    if not marks_only:
        names = sorted({kind for kind, _ in keys})
        places = {name: n for n, name in enumerate(names)}
        parts |= {
            "names": names,
            "kinds": [places[kind] for kind, _ in keys],
            "of": [of for _, of in keys],
        }
    connection.executemany(
        "REPLACE INTO keys VALUES (?, ?)", ((name, _compact(value)) for name, value in parts.items())
    )


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _files(connection: sqlite3.Connection) -> list[list[list[Any]]]:
    """Return the files of all tasks, in the tasks' order."""
    texts = [text for (text,) in connection.execute("SELECT files FROM tasks ORDER BY rowid")]
    return list(
        json.loads(f"[{','.join(texts)}]")
    )  # at once: a text for itself takes as long as twenty files


def _packed_numbers(numbers: Iterable[int]) -> bytes:
    found = array("I", numbers)
    if sys.byteorder == "big":
        found.byteswap()
    return found.tobytes()


def _unpacked_numbers(packed: bytes) -> "array[int]":
    found = array("I")
    found.frombytes(packed)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _read(connection: sqlite3.Connection) -> Known:
    _check_version(connection)
    about = dict(connection.execute("SELECT name, value FROM about"))
    keys = _keys(connection)
    marks = {key: mark for key, mark in zip(keys, _marks(connection), strict=True) if mark is not None}
    rows = connection.execute(
        "SELECT name, digest, modified, searched, warned, read FROM tasks ORDER BY rowid"
    ).fetchall()
    tasks = {}
    key_of, written = keys.__getitem__, Written._make
    for (name, digest, modified, searched, warned, read), files in zip(rows, _files(connection), strict=True):
        found = tuple(map(key_of, _unpacked_numbers(read)))
        tasks[name] = Task(name, digest, modified, searched, bool(warned), found, tuple(map(written, files)))
    return Known(about, marks, tasks)


def _write(
    connection: sqlite3.Connection,
    known: Known,
    changed: set[str],
    links: Mapping[str, Linked],
) -> None:
    connection.execute("PRAGMA synchronous = OFF")  # a crash of the machine costs one whole build
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    with connection:
        connection.execute("BEGIN")
        if version != VERSION:
            for (table,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall():
                connection.execute(f'DROP TABLE "{table}"')
            for statement in _SCHEMA.strip().split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("DELETE FROM about")
        connection.executemany("INSERT INTO about VALUES (?, ?)", known.about.items())
        keys = _keys(connection)
        anew = changed >= known.tasks.keys() or len(keys) > _MOST_UNREAD * len(known.marks)
        if anew:
            connection.execute("DELETE FROM tasks")
            keys = []
        ids, before = {key: n for n, key in enumerate(keys)}, len(keys)
        made = [known.tasks[n] for n in sorted(known.tasks if anew else changed) if n in known.tasks]
        for key in (k for t in made for k in t.read):
            if key not in ids:
                ids[key] = len(keys)
                keys.append(key)
        _write_keys(connection, known.marks, keys, marks_only=not anew and len(keys) == before)
        # A page that came out the same keeps its links.
        relinked = {n for n in changed if n in links or n not in known.tasks}
        for table, column, gone in (("tasks", "name", changed), ("links", "task", relinked)):
            connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", ((n,) for n in gone))  # noqa: S608 - names are this module's own
        connection.executemany(
            "INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    t.name,
                    t.digest,
                    t.modified,
                    t.searched,
                    int(t.warned),
                    _packed_numbers(sorted(map(ids.__getitem__, t.read))),
                    _compact(t.files),
                )
                for t in made
            ),
        )
        connection.executemany(
            "INSERT INTO links VALUES (?, ?, ?, ?)",
            ((n, x.packed_anchors, x.packed_links, x.packed_targets) for n, x in links.items()),
        )
