"""Indexes made of a built site's pages: what Pagefind found before is kept, and what has not changed stays.

Pagefind is asked for pieces of some hundred pages (briefing.pieces), several at once, which are merged
(briefing.merging). What it found of a piece is kept in one SQLite file; where few of its pages have changed,
Pagefind is asked for those alone. The file is safe to delete at any time, and to be cut short or written by
another version: what cannot be read is made again. Nothing in it is run. It holds no pages' texts: those of
the last index stand in the new site's folder, and a page is asked for again where its text does not.
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

from briefing.merging import merged
from briefing.pieces import VERSION, Piece, cut, fragment_digest, read, unpacked
from briefing.search import (
    DATES,
    ENTRY,
    FOLDER,
    LANGUAGE,
    OF_AN_INDEX,
    SearchFailed,
    compressed,
    meta_name,
    searched,
    sorts_of,
)
from briefing.service import CHARACTERS, Pagefind

MOST_AT_ONCE = 4
"""Processes of Pagefind; one takes some 50 MB."""

_FEW = 3
"""Pagefind is asked for pages alone where at most one of so many of their piece has changed."""

_TEXTS = "fragment/", ".pf_fragment"
"""How the names of files with pages' texts begin and end."""

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
    key: str = ""
    """A digest of all that it is made of."""
    last: str = ""
    """That of the index which stands in its folder, as it was left; empty where none does."""


class Kept:
    """What Pagefind found of pieces, and what stands in indexes, in one SQLite file, or in memory where there is none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._aside: dict[bytes, tuple[str, bytes]] = {}
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
            "CREATE TABLE IF NOT EXISTS pieces (name BLOB PRIMARY KEY, digests TEXT NOT NULL, content BLOB NOT NULL)"
        )
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS files (folder TEXT, key TEXT, digests TEXT NOT NULL, PRIMARY KEY (folder, key))"
        )
        self._connection.execute("SELECT name, digests, content FROM pieces LIMIT 1")
        self._connection.execute("SELECT folder, key, digests FROM files LIMIT 1")
        self._connection.execute("BEGIN")

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("COMMIT")
            self._connection.close()
            self._connection = None

    def piece(self, name: bytes) -> "tuple[list[str], Piece] | None":
        """Return the digests of a piece's pages, and the piece, by its name.

        None where it is not there, or cannot be read.
        """
        row = self._aside.get(name) or self._row("SELECT digests, content FROM pieces WHERE name = ?", name)
        if row is not None:
            with contextlib.suppress(ValueError, TypeError):
                return list(json.loads(row[0])), unpacked(row[1])
        return None

    def files(self, folder: str, key: str) -> dict[str, str] | None:
        """Return the digests of the files of an index that was made of what has this key; None if not known."""
        row = self._row("SELECT digests FROM files WHERE folder = ? AND key = ?", folder, key)
        with contextlib.suppress(ValueError, TypeError):
            return dict(json.loads(row[0])) if row is not None else None
        return None

    def _row(self, query: str, *values: object) -> Any:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                return self._connection.execute(query, values).fetchone()
        return None

    def keep(self, name: bytes, digests: Sequence[str], content: bytes) -> None:
        """Keep a piece, as it is packed, with the digests of its pages."""
        row = json.dumps(digests), content
        if not self._write("INSERT OR REPLACE INTO pieces VALUES (?, ?, ?)", [(name, *row)]):
            self._aside[name] = row

    def keep_files(self, part: Part, files: Mapping[str, str]) -> None:
        """Keep the digests of the files of a part's index, beside those of the last site, which may stand yet."""
        gone = "DELETE FROM files WHERE folder = ? AND key NOT IN (?, ?)"
        self._write(gone, [(part.folder, part.key, part.last)])
        row = part.folder, part.key, json.dumps(files)
        self._write("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", [row])

    def forget_all_but(self, names: Collection[bytes], folders: Collection[str]) -> None:
        """Forget the pieces and the indexes that the site does not have any more."""
        for column, known in (("name", names), ("folder", folders)):
            table = "pieces" if column == "name" else "files"
            rows = self._rows(f"SELECT DISTINCT {column} FROM {table}")  # noqa: S608 - names are this module's own
            gone = [row for row in rows if row[0] not in known]
            self._write(f"DELETE FROM {table} WHERE {column} = ?", gone)  # noqa: S608 - as above

    def _rows(self, query: str) -> list[Any]:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                return self._connection.execute(query).fetchall()
        return []

    def _write(self, statement: str, rows: Sequence[Sequence[object]]) -> bool:
        """Run a statement for each row; return False where the disk is full, or the file cannot be written."""
        if self._connection is None:
            return False
        try:
            self._connection.executemany(statement, rows)
        except sqlite3.Error:
            return False
        return True


@dataclass(slots=True)
class _Planned:
    """A part whose index is to be made."""

    part: Part
    files: Mapping[str, str]
    """The digests of the files that stand in its folder, below that."""
    texts: Mapping[str, str]
    """The names of those with pages' texts, by their digests."""
    names: list[bytes] = field(default_factory=list)
    """Those of its pieces."""
    found: dict[bytes, Piece] = field(default_factory=dict)
    """The pieces that are known."""
    made: dict[bytes, tuple[list[str], Future[bytes]]] = field(default_factory=dict)
    """The pieces that Pagefind makes, and the digests of their pages."""


class Indexer:
    """Makes indexes of a built site, in its folder.

    Up to `jobs` processes of Pagefind work at once. `kept` is a file for what it found, for the next time.
    """

    def __init__(self, site: Path, jobs: int = 1, kept: Path | None = None) -> None:
        self._site = site
        self._jobs = max(1, min(jobs, MOST_AT_ONCE))
        self._kept = kept
        self._services = queue.SimpleQueue[Pagefind]()
        self._frame: dict[str, bytes] = {}
        """The files of an index that are the same whatever is indexed: programs."""

    def make(self, parts: Iterable[Part], digests: Mapping[str, str], others: Iterable[Part] = ()) -> int:
        """Make the indexes of parts, and return how many pages they have. Raises SearchFailed, and OSError.

        Files are never changed in their places: they may be second names of the last site's. `digests` tells
        what is searched on each page. What is known of `others` is kept, too.
        """
        wanted = list(parts)
        try:
            return self._make(wanted, digests, list(others))
        except BaseException:
            for part in wanted:
                shutil.rmtree(self._site / part.folder, ignore_errors=True)
            raise

    def _make(self, parts: Sequence[Part], digests: Mapping[str, str], others: Sequence[Part]) -> int:
        with contextlib.ExitStack() as stack:
            for _ in range(self._jobs):
                self._services.put(stack.enter_context(Pagefind()))
            kept = stack.enter_context(Kept(self._kept))
            threads = ThreadPoolExecutor(self._jobs)
            stack.callback(threads.shutdown, cancel_futures=True)
            planned = [self._plan(part, digests, kept, threads) for part in parts]
            total = sum(self._merge(plan, kept, threads) for plan in planned)
            used = {name for plan in planned for name in plan.names}
            used |= {_name(pages) for part in others for pages in cut(part.pages)}
            kept.forget_all_but(used, {part.folder for part in (*parts, *others)})
        return total

    def _plan(
        self, part: Part, digests: Mapping[str, str], kept: Kept, threads: ThreadPoolExecutor
    ) -> _Planned:
        files = kept.files(part.folder, part.last) if part.last else None
        if files is None:
            files = {}
            _clear(self._site / part.folder)
        plan = _Planned(part, files, {d: name for name, d in files.items() if name.startswith(_TEXTS[0])})
        (self._site / part.folder / "fragment").mkdir(parents=True, exist_ok=True)
        for pages in cut(part.pages):
            name, now = _name(pages), [digests[page] for page in pages]
            plan.names.append(name)
            known = kept.piece(name) if plan.texts else None
            stand = known is not None and all(page.fragment in plan.texts for page in known[1].pages)
            if known is not None and stand and known[0] == now:
                plan.found[name] = known[1]
                continue
            few, changed = None, list[int]()
            if known is not None and stand and len(now) == len(known[0]) == len(known[1].pages):
                changed = [n for n, digest in enumerate(known[0]) if digest != now[n]]
                few = known[1] if len(changed) * _FEW <= len(pages) else None
            plan.made[name] = now, threads.submit(self._made, plan, pages, few, changed)
        return plan

    def _made(
        self, plan: _Planned, pages: Sequence[str], before: Piece | None, changed: Sequence[int]
    ) -> bytes:
        """Let Pagefind make a piece, and return it packed; if it can be, from that before, of which some pages have changed.

        The texts of the pages that Pagefind is asked for are written.
        """
        if before is not None:
            found = before.amended(changed, self._found(plan, [pages[n] for n in changed]))
            if found is not None:
                return found.packed()
        return self._found(plan, pages).packed()

    def _found(self, plan: _Planned, pages: Sequence[str]) -> Piece:
        """Return what Pagefind finds on pages, and write their texts."""
        htmls = [(page, searched((self._site / page).read_text(encoding="utf-8"))) for page in pages]
        given = [(page, html) for page, html in htmls if html is not None]
        files = self._asked(given)
        piece = read(files, {page: sorts_of(html) for page, html in given})
        target = self._site / plan.part.folder / "fragment"
        for name, content in files.items():
            if name.endswith(_TEXTS[1]) and (digest := fragment_digest(content)) not in plan.texts:
                (target / digest).write_bytes(content)
        return piece

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
        for name, (digests, made) in plan.made.items():
            kept.keep(name, digests, made.result())
        plan.made.clear()
        if not self._frame:
            self._asked([("index.html", _NOTHING)])
        entry: dict[str, Any] = json.loads(self._frame[ENTRY])
        about = entry["languages"].popitem()[1]
        entry["languages"].clear()
        index = merged(list(self._pieces(plan, kept)), plan.part.sign) if plan.names else None
        plain, packed, texts = dict(self._frame), dict[str, bytes](), dict[str, str]()
        if index is not None:
            texts = {f"{_TEXTS[0]}{name}{_TEXTS[1]}": digest for digest, name in index.fragments.items()}
            packed = index.others | {meta_name(index.meta_name): index.meta}
            if index.dates is not None:
                plain[DATES] = json.dumps(index.dates, ensure_ascii=False, separators=(",", ":")).encode()
            entry["languages"][LANGUAGE] = about | {"hash": index.meta_name, "page_count": index.pages}
        plain[ENTRY] = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
        files = {name: fragment_digest(content) for name, content in (plain | packed).items()} | texts
        self._put(plan, files, plain, packed, threads)
        kept.keep_files(plan.part, files)
        return index.pages if index is not None else 0

    def _pieces(self, plan: _Planned, kept: Kept) -> Iterator[Piece]:
        for name in plan.names:
            found = plan.found.get(name) or (kept.piece(name) or (None, None))[1]
            if found is None:
                raise SearchFailed("what Pagefind found could not be read again")
            yield found

    def _put(
        self,
        plan: _Planned,
        files: Mapping[str, str],
        plain: Mapping[str, bytes],
        packed: Mapping[str, bytes],
        threads: ThreadPoolExecutor,
    ) -> None:
        """Put files into a part's folder where others stand, or none, and remove what is not among them."""
        target = self._site / plan.part.folder
        new = [name for name, digest in files.items() if plan.files.get(name) != digest]
        moved = [name for name in new if name.startswith(_TEXTS[0])]
        for name in moved:  # names may change hands: the digest is each text's name in between
            if (old := plan.texts.get(files[name])) is not None:
                (target / old).rename(target / _TEXTS[0] / files[name])
        for name in plan.files.keys() - files.keys():
            (target / name).unlink(missing_ok=True)
        for name in moved:
            (target / _TEXTS[0] / files[name]).replace(target / name)
        made = [name for name in new if not name.startswith(_TEXTS[0])]
        for folder in {(target / name).parent for name in made}:
            folder.mkdir(parents=True, exist_ok=True)

        def write(name: str) -> None:
            content = plain[name] if name in plain else compressed(packed[name])
            (target / name).unlink(missing_ok=True)
            (target / name).write_bytes(content)

        list(threads.map(write, made))


def made_by() -> str:
    """Return what tells that pieces of the same pages may be others: their form, and Pagefind's version."""
    return f"{VERSION} {version('pagefind_bin')} {CHARACTERS}"


def _name(pages: Sequence[str]) -> bytes:
    """Return the name of a piece: a digest of where its pages stand, and of who makes it."""
    return hashlib.blake2b("\n".join((made_by(), *pages)).encode(), digest_size=16).digest()


def _clear(folder: Path) -> None:
    """Remove an index from a folder, in which there may be folders of others."""
    for own in {name.partition("/")[0] for name in (_TEXTS[0], "index/", "filter/")}:
        shutil.rmtree(folder / own, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        for path in folder.iterdir():
            if path.is_file():
                path.unlink()


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
