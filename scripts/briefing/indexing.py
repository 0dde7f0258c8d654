"""Indexes made of a built site's pages: what Pagefind found before is kept, and what has not changed is linked.

Pagefind is asked for pieces of some hundred pages (briefing.pieces), several at once, which are merged
(briefing.merging). What it found of a piece is kept in one SQLite file, named by a digest of all that it was
made of. The file is safe to delete at any time, and to be cut short or written by another version: what
cannot be read is made again. Nothing in it is run. It holds no pages' texts: those of the last site are
linked, where they are what they were, and a piece is made again where one is missing.
"""

import contextlib
import hashlib
import json
import os
import queue
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from briefing.merging import Merged, merged
from briefing.pieces import VERSION, Piece, cut, fragment_digest, read, unpacked
from briefing.search import (
    DATES,
    ENTRY,
    FOLDER,
    LANGUAGE,
    OF_AN_INDEX,
    SearchFailed,
    compressed,
    fragment_name,
    meta_name,
    opened,
    searched,
    sorts_of,
)
from briefing.service import CHARACTERS, Pagefind

MOST_AT_ONCE = 4
"""Processes of Pagefind; one takes some 50 MB."""

_LONGEST = 4
"""Digits more than usual that a name is looked for with: longer ones are as good as never needed."""

_NOTHING = f'<html lang="en"><body><p data-pagefind-body>{FOLDER}</p></body></html>'


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that get an index of their own."""

    folder: str
    """Where it stands in the site."""
    pages: tuple[str, ...]
    """Their files below the site's root, in the order of their addresses. All have something to search."""
    sign: str = ""
    """A character that tells it from the others with which it is searched together."""


class Kept:
    """What Pagefind found of pieces, in one SQLite file, or in memory where there is none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._aside: dict[bytes, bytes] = {}
        """What could not be written."""

    def __enter__(self) -> Self:
        try:
            self._open()
        except sqlite3.Error:  # cut short, or by another program: it is made anew
            self.__exit__()
            if self._path is not None:
                with contextlib.suppress(OSError, sqlite3.Error):
                    self._path.unlink(missing_ok=True)
                    self._open()
        return self

    def _open(self) -> None:
        self._connection = sqlite3.connect(self._path or "", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = MEMORY")
        self._connection.execute("PRAGMA synchronous = OFF")  # a crash of the machine costs one index
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS pieces (key BLOB PRIMARY KEY, content BLOB NOT NULL)"
        )
        self._connection.execute("SELECT key, content FROM pieces LIMIT 1")
        self._connection.execute("BEGIN")

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("COMMIT")
            self._connection.close()
            self._connection = None

    def piece(self, key: bytes) -> Piece | None:
        """Return a piece by the digest of what it was made of; None where it is not there, or cannot be read."""
        content = self._aside.get(key)
        if content is None and self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                row = self._connection.execute("SELECT content FROM pieces WHERE key = ?", (key,)).fetchone()
                content = row[0] if row else None
        if content is not None:
            with contextlib.suppress(ValueError):
                return unpacked(content)
        return None

    def keep(self, key: bytes, content: bytes) -> None:
        """Keep a piece, as it is packed."""
        try:
            if self._connection is None:
                raise sqlite3.OperationalError("there is no file")
            self._connection.execute("INSERT OR REPLACE INTO pieces VALUES (?, ?)", (key, content))
        except sqlite3.Error:  # the disk is full, or the file cannot be written
            self._aside[key] = content

    def forget_all_but(self, keys: Collection[bytes]) -> None:
        """Forget the pieces that the site does not have any more."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                known = [key for (key,) in self._connection.execute("SELECT key FROM pieces")]
                gone = [(key,) for key in known if key not in keys]
                self._connection.executemany("DELETE FROM pieces WHERE key = ?", gone)


@dataclass(slots=True)
class _Planned:
    """A part whose index is to be made."""

    part: Part
    keys: list[bytes] = field(default_factory=list)
    found: dict[bytes, Piece] = field(default_factory=dict)
    """The pieces that are known, by the digests of what they were made of."""
    made: dict[bytes, Future[bytes]] = field(default_factory=dict)
    """The pieces that Pagefind makes."""
    texts: dict[str, Path] = field(default_factory=dict)
    """The files of the last site with pages' texts, by their digests."""


class Indexer:
    """Makes indexes of a built site.

    What can be taken from `last`, the site as it was indexed before, gets a second name in the new one. Up to
    `jobs` processes of Pagefind work at once. `kept` is a file for what it found, for the next time.
    """

    def __init__(self, site: Path, last: Path | None = None, jobs: int = 1, kept: Path | None = None) -> None:
        self._site = site
        self._last = last
        self._jobs = max(1, min(jobs, MOST_AT_ONCE))
        self._kept = kept
        self._services = queue.SimpleQueue[Pagefind]()
        self._frame: dict[str, bytes] = {}
        """The files of an index that are the same whatever is indexed: programs."""

    def make(self, parts: Iterable[Part], digests: Mapping[str, str], others: Iterable[Part] = ()) -> int:
        """Make the indexes of parts, and return how many pages they have. Raises SearchFailed, and OSError.

        `digests` tells what is searched on each page. What is known of pieces of `others` is kept, too.
        """
        wanted = list(parts)
        try:
            return self._make(wanted, digests, others)
        except BaseException:
            for part in wanted:
                shutil.rmtree(self._site / part.folder, ignore_errors=True)
            raise

    def _make(self, parts: Iterable[Part], digests: Mapping[str, str], others: Iterable[Part]) -> int:
        with contextlib.ExitStack() as stack:
            for _ in range(self._jobs):
                self._services.put(stack.enter_context(Pagefind()))
            kept = stack.enter_context(Kept(self._kept))
            threads = ThreadPoolExecutor(self._jobs)
            stack.callback(threads.shutdown, cancel_futures=True)
            planned = [self._plan(part, digests, kept, threads) for part in parts]
            total = sum(self._merge(plan, kept, threads) for plan in planned)
            used = {key for plan in planned for key in plan.keys}
            used |= {_key(pages, digests) for part in others for pages in cut(part.pages)}
            kept.forget_all_but(used)
        return total

    def _plan(
        self, part: Part, digests: Mapping[str, str], kept: Kept, threads: ThreadPoolExecutor
    ) -> _Planned:
        plan = _Planned(part)
        (self._site / part.folder / "fragment").mkdir(parents=True, exist_ok=True)
        for pages in cut(part.pages):
            key = _key(pages, digests)
            plan.keys.append(key)
            piece = kept.piece(key) if self._last is not None else None
            texts = self._texts(piece, part) if piece is not None else None
            if piece is not None and texts is not None:
                plan.found[key] = piece
                plan.texts |= texts
            else:
                plan.made[key] = threads.submit(self._made, part, pages)
        return plan

    def _texts(self, piece: Piece, part: Part) -> dict[str, Path] | None:
        """Return the files of the last site with the texts of a piece's pages; None where one is not there."""
        found = {}
        for page in piece.pages:
            path = self._text(page.fragment, part)
            if path is None:
                return None
            found[page.fragment] = path
        return found

    def _text(self, digest: str, part: Part) -> Path | None:
        for more in range(_LONGEST if self._last is not None else 0):
            name = fragment_name(digest, part.sign, more)
            path = (self._last or self._site) / part.folder / "fragment" / f"{name}.pf_fragment"
            with contextlib.suppress(OSError):
                if fragment_digest(path.read_bytes()) == digest:
                    return path
        return None

    def _made(self, part: Part, pages: Sequence[str]) -> bytes:
        """Let Pagefind make a piece, and return it packed. The texts of its pages are written."""
        htmls = [(page, searched((self._site / page).read_text(encoding="utf-8"))) for page in pages]
        given = [(page, html) for page, html in htmls if html is not None]
        files = self._asked(given)
        piece = read(files, {page: sorts_of(html) for page, html in given})
        target = self._site / part.folder / "fragment"
        for name, content in files.items():
            if name.endswith(".pf_fragment"):
                digest = fragment_digest(content)
                if (old := self._text(digest, part)) is not None:
                    link(old, target / digest)
                else:
                    (target / digest).write_bytes(content)
        return piece.packed()

    def _asked(self, pages: Sequence[tuple[str, str]]) -> dict[str, bytes]:
        service = self._services.get()
        try:
            files = service.index(pages)
        finally:
            self._services.put(service)
        if not self._frame:
            self._frame = {n: content for n, content in files.items() if Path(n).suffix not in OF_AN_INDEX}
        return files

    def _merge(self, plan: _Planned, kept: Kept, threads: ThreadPoolExecutor) -> int:
        for key, made in plan.made.items():
            kept.keep(key, made.result())
        plan.made.clear()
        if not self._frame:
            self._asked([("index.html", _NOTHING)])
        target = self._site / plan.part.folder
        entry: dict[str, Any] = json.loads(self._frame[ENTRY])
        about = entry["languages"].popitem()[1]
        entry["languages"].clear()
        index = merged(list(self._pieces(plan, kept)), plan.part.sign) if plan.keys else None
        if index is not None:
            self._write_texts(index, plan)
            contents = index.others | {meta_name(index.meta_name): index.meta}
            list(threads.map(lambda name: self._write(target, name, contents[name]), contents))
            if index.dates is not None:
                dates = json.dumps(index.dates, ensure_ascii=False, separators=(",", ":"))
                (target / DATES).write_text(dates, encoding="utf-8")
            entry["languages"][LANGUAGE] = about | {"hash": index.meta_name, "page_count": index.pages}
        written = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
        for name, content in (self._frame | {ENTRY: written}).items():
            (target / name).write_bytes(content)
        return index.pages if index is not None else 0

    def _pieces(self, plan: _Planned, kept: Kept) -> Iterator[Piece]:
        for key in plan.keys:
            piece = plan.found.get(key) or kept.piece(key)
            if piece is None:
                raise SearchFailed("what Pagefind found could not be read again")
            yield piece

    def _write_texts(self, index: Merged, plan: _Planned) -> None:
        target = self._site / plan.part.folder / "fragment"
        for digest, name in index.fragments.items():
            if digest in plan.texts:
                link(plan.texts[digest], f"{target}/{name}.pf_fragment")
            else:
                (target / digest).rename(target / f"{name}.pf_fragment")

    def _write(self, target: Path, name: str, content: bytes) -> None:
        """Write a file of an index, or link it where the last site has it."""
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if self._last is not None:
            old = self._last / path.relative_to(self._site)
            with contextlib.suppress(OSError, SearchFailed):
                if opened(old.read_bytes(), name) == content:
                    link(old, path)
                    return
        path.write_bytes(compressed(content))


def _key(pages: Sequence[str], digests: Mapping[str, str]) -> bytes:
    """Return the digest of all that a piece is made of."""
    of = [str(VERSION), version("pagefind_bin"), CHARACTERS, *(f"{page} {digests[page]}" for page in pages)]
    return hashlib.blake2b("\n".join(of).encode(), digest_size=16).digest()


def link(path: Path | str, new: Path | str) -> None:
    """Give a file a second name, or copy it where it cannot have one. Raises OSError."""
    try:
        os.link(path, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(path, new, follow_symlinks=False)


def index_site(site: Path) -> int:
    """Index every page of a built site, and return how many were indexed. Raises SearchFailed, and OSError."""
    if not site.is_dir():
        raise SearchFailed(f"there is no folder {site}")
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    return index_pages(site, (p.relative_to(site).as_posix() for p in site.rglob("*.html")))


def index_pages(site: Path, pages: Iterable[str], folder: str = FOLDER) -> int:
    """Make an index of some pages of a built site, in a folder of it; return how many were indexed.

    Pages are files below the site, in any order; those without a part to search are left out.
    The folder is made, or holds no index. Raises SearchFailed, and OSError.
    """
    own = tuple(p for p in sorted(pages) if searched((site / p).read_text(encoding="utf-8")) is not None)
    return Indexer(site).make([Part(folder, own)], dict.fromkeys(own, ""))
