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
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from briefing.engine.reading import Key

VERSION = 2
"""Of this file's form. Another form is thrown away."""

MOST_SITES = 4
"""States kept: a project is built to few places."""

REST = "rest"
"""The task of the files that no other makes: the search index, the sums."""

_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE keys (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, of TEXT NOT NULL, mark TEXT NOT NULL);
CREATE TABLE tasks (
  name TEXT PRIMARY KEY, digest TEXT NOT NULL, modified TEXT NOT NULL, searched TEXT NOT NULL,
  warned INTEGER NOT NULL, read TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE files (
  path TEXT PRIMARY KEY, task TEXT NOT NULL, size INTEGER NOT NULL, time INTEGER NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX files_of ON files (task);
CREATE TABLE links (
  task TEXT PRIMARY KEY, anchors BLOB NOT NULL, links BLOB NOT NULL, targets BLOB NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the site, as it was written."""

    path: str
    """Its place below the site's root."""
    size: int
    time: int
    """When it was last changed, in nanoseconds."""
    digest: str


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
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 1)


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
        except (sqlite3.Error, ValueError, TypeError):
            self.forget()
            return Known()

    def glance(self) -> tuple[dict[str, str], dict[str, tuple[int, int]]]:
        """Return what shaped the site, and the size and time of each of its files: nothing, where it cannot be read.

        What is enough to see that nothing has changed.
        """
        with (
            contextlib.suppress(sqlite3.Error, ValueError, TypeError),
            closing(sqlite3.connect(self.path)) as connection,
        ):
            _check_version(connection)
            about = dict(connection.execute("SELECT name, value FROM about"))
            rows = connection.execute("SELECT path, size, time FROM files")
            return about, {path: (size, time) for path, size, time in rows}
        return {}, {}

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
        except sqlite3.Error:
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


def _read(connection: sqlite3.Connection) -> Known:
    _check_version(connection)
    about = dict(connection.execute("SELECT name, value FROM about"))
    keys: dict[str, Key] = {}
    marks: dict[Key, str] = {}
    for id_, kind, of, mark in connection.execute("SELECT id, kind, of, mark FROM keys"):
        keys[str(id_)] = key = (sys.intern(kind), of)
        marks[key] = mark
    files: dict[str, list[Written]] = {}
    for path, task, size, time, digest in connection.execute(
        "SELECT path, task, size, time, digest FROM files"
    ):
        files.setdefault(task, []).append(Written(path, size, time, digest))
    tasks = {}
    for name, digest, modified, searched, warned, read in connection.execute(
        "SELECT name, digest, modified, searched, warned, read FROM tasks"
    ):
        found = tuple([keys[k] for k in read.split()])
        tasks[name] = Task(name, digest, modified, searched, bool(warned), found, tuple(files.get(name, ())))
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
        ids = _write_keys(connection, known)
        # A page that came out the same keeps its links.
        relinked = {n for n in changed if n in links or n not in known.tasks}
        for table, column, gone in (
            ("tasks", "name", changed),
            ("files", "task", changed),
            ("links", "task", relinked),
        ):
            connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", ((n,) for n in gone))  # noqa: S608 - names are this module's own
        made = [known.tasks[n] for n in sorted(changed) if n in known.tasks]
        connection.executemany(
            "INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?)",
            (
                (
                    t.name,
                    t.digest,
                    t.modified,
                    t.searched,
                    int(t.warned),
                    " ".join(sorted(ids[k] for k in t.read)),
                )
                for t in made
            ),
        )
        connection.executemany(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
            ((f.path, t.name, f.size, f.time, f.digest) for t in made for f in t.files),
        )
        connection.executemany(
            "INSERT INTO links VALUES (?, ?, ?, ?)",
            ((n, x.packed_anchors, x.packed_links, x.packed_targets) for n, x in links.items()),
        )


def _write_keys(connection: sqlite3.Connection, known: Known) -> dict[Key, str]:
    """Write the marks of all keys that are read, and return the keys' numbers."""
    rows = connection.execute("SELECT id, kind, of, mark FROM keys").fetchall()
    before: dict[Key, tuple[int, str]] = {(kind, of): (id_, mark) for id_, kind, of, mark in rows}
    gone = [(id_,) for key, (id_, _) in before.items() if key not in known.marks]
    moved = [(known.marks[k], id_) for k, (id_, mark) in before.items() if known.marks.get(k, mark) != mark]
    connection.executemany("DELETE FROM keys WHERE id = ?", gone)
    connection.executemany("UPDATE keys SET mark = ? WHERE id = ?", moved)
    last = max((id_ for id_, _ in before.values()), default=0)
    new = [
        (n, *key, known.marks[key])
        for n, key in enumerate(sorted(known.marks.keys() - before.keys()), last + 1)
    ]
    connection.executemany("INSERT INTO keys VALUES (?, ?, ?, ?)", new)
    ids = {key: str(id_) for key, (id_, _) in before.items() if key in known.marks}
    ids |= {(kind, of): str(id_) for id_, kind, of, _ in new}
    return ids
