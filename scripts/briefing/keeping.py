"""What was read of each file, kept in the project's cache from one run to the next.

A file is known again by its size and times and, where these differ, by its content. Nothing here can
run code, and nothing is lost with it: a cache that is broken, cut short or of another version counts as
empty and is written anew. It is spread over a few dozen files, so that one change rewrites little; each
is replaced in one step, so that two programs at once cannot spoil it: the later one's is kept.
"""

import contextlib
import json
import os
import sys
import time
import zlib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias

from briefing import __version__

FOLDER = Path(".cache/briefing/read")
"""Where the caches are, below the project's folder: of each folder of YAML files one with its name."""

ENDINGS = (".yml", ".yaml", ".yml.txt", ".yaml.txt")
"""How the names of files end that are read, or that were meant to be."""

State: TypeAlias = tuple[int, int, int, int]
"""Size in bytes, times of change of content and of the file's entry in ns, and inode."""

_SHARDS = 32
_MOST_BYTES = 256 * 1024 * 1024
"""No file of the cache is larger: it would hold a hundredth of a corpus of millions."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read of one file."""

    state: State | None
    """What tells whether the file has changed since; nothing where only its content can."""
    digest: str
    """Of the file's content."""
    said: Any
    """What was made of it beside the record, as JSON has it: lists, texts, numbers, mappings."""
    record: bytes
    """The record as JSON on one line, or nothing."""


def digest(data: bytes) -> str:
    """Return what tells one file's content from any other."""
    return blake2b(data, digest_size=16).hexdigest()


READING = ("corpus", "finding", "keeping", "model", "problems", "references", "syntax", "yamlnodes")
"""The modules that decide what is read of a file."""


@cache
def stamp(modules: tuple[str, ...] = READING) -> str:
    """Return what tells this version of the program from all others: what it keeps is its own.

    It is made of the modules' source, so that nobody has to think of changing a number.
    """
    made = blake2b(f"{__version__} {sys.version}".encode(), digest_size=16)
    here = Path(__file__).parent
    for module in modules:
        for path in sorted((here / module).glob("*.py")) or [here / f"{module}.py"]:
            made.update(path.name.encode() + b"\0" + path.read_bytes())
    return made.hexdigest()


def cache_of(root: Path) -> Path | None:
    """Return the folder for what is kept of a folder of YAML files; nothing where it is no project's."""
    whole = root.absolute()
    return whole.parent / FOLDER / whole.name if (whole.parent / "mkdocs.yml").is_file() else None


class Cache:
    """The cache of one folder of YAML files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self) -> dict[str, Kept]:
        """Return what is kept, by the files' names."""
        found: dict[str, Kept] = {}
        for number in range(_SHARDS):
            found.update(self._read(number))
        return found

    def write(self, changed: Mapping[str, Kept], present: Container[str], gone: Iterable[str] = ()) -> None:
        """Keep what has changed, and forget files that are not present any more.

        `gone` names such files. Where nothing can be written, nothing is kept.
        """
        shards: dict[int, dict[str, Kept]] = {_shard(name): {} for name in (*changed, *gone)}
        for name, kept in changed.items():
            shards[_shard(name)][name] = kept
        if not shards:
            return
        with contextlib.suppress(OSError):
            prepare(self.folder)
            for number, new in shards.items():
                old = {n: k for n, k in self._read(number).items() if n in present and n not in new}
                body = packed({**old, **new})
                head = f"briefing {stamp()} {zlib.crc32(body):08x}\n".encode()
                replace(self._path(number), head + body)

    def _path(self, number: int) -> Path:
        return self.folder / f"read-{number:02}.json"

    def _read(self, number: int) -> dict[str, Kept]:
        data = contents(self._path(number))
        head, _, body = data.partition(b"\n")
        if head != f"briefing {stamp()} {zlib.crc32(body):08x}".encode():
            return {}
        try:
            return dict(unpacked(body))
        except ValueError:
            return {}


def packed(kept: Mapping[str, Kept]) -> bytes:
    """Return what was read of some files as bytes: a line of JSON for all, and one for each record."""
    heads = [[name, one.state, one.digest, one.said] for name, one in kept.items()]
    first = json.dumps(heads, ensure_ascii=False, separators=(",", ":")).encode()
    return b"\n".join([first, *(one.record for one in kept.values())])


def unpacked(body: bytes) -> Iterator[tuple[str, Kept]]:
    """Yield what `packed` made these bytes of. Raises ValueError."""
    first, *records = body.split(b"\n")
    for (name, state, mark, said), record in zip(json.loads(first), records, strict=True):
        yield name, Kept((*state,) if state else None, mark, said, record)


def _shard(name: str) -> int:
    return zlib.crc32(name.encode()) % _SHARDS


# --- files of a cache --------------------------------------------------------------------


_NEW = ".new-"
_HOUR = 3600


def prepare(folder: Path) -> None:
    """Make a folder for a cache, which git does not see. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / ".gitignore"
    if not note.exists():
        note.write_text("*\n", encoding="utf-8")
    for left in folder.glob(f"{_NEW}*"):  # by a program that was ended while it wrote
        if left.stat().st_mtime < time.time() - _HOUR:
            left.unlink(missing_ok=True)


def contents(path: Path) -> bytes:
    """Return what stands in a file of a cache; nothing where that cannot be had."""
    try:
        with path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size > _MOST_BYTES:
                return b""
            return stream.read()
    except OSError:
        return b""


def replace(path: Path, data: bytes) -> None:
    """Put a file in the place of another, or where none was, in one step. Raises OSError."""
    new = path.with_name(f"{_NEW}{os.getpid()}-{time.monotonic_ns()}")
    try:
        with new.open("xb") as stream:
            stream.write(data)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


# --- whether files have changed ----------------------------------------------------------

_SETTLED = 100_000_000
_COARSE = 3_000_000_000


def state_of(stat: os.stat_result, now: int) -> State | None:
    """Return what tells whether a file has changed since `now` (in ns), or nothing where its times cannot tell.

    A file that was written a moment ago may be written again within one tick of the file system's clock,
    and look the same; some file systems count whole seconds, or two.
    """
    last = max(stat.st_mtime_ns, stat.st_ctime_ns)
    tick = _COARSE if stat.st_mtime_ns % 1_000_000_000 == 0 else _SETTLED
    if last > now - tick:
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino


def states(root: Path) -> list[tuple[str, State]] | None:
    """Return the state of each YAML file below a folder, by its way from there, in order.

    Nothing where not every one has a state by which it is known again: where one was written a moment
    ago, or is a link or no file, or where a folder cannot be read.
    """
    now = time.time_ns()
    found: list[tuple[str, State]] = []
    ahead = [(str(root), "")]
    try:
        while ahead:
            folder, prefix = ahead.pop()
            with os.scandir(folder) as entries:
                for entry in entries:
                    name = entry.name
                    if name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        ahead.append((entry.path, f"{prefix}{name}/"))
                    elif entry.is_symlink() and entry.is_dir():
                        return None
                    elif name.lower().endswith(ENDINGS):
                        state = state_of(entry.stat(follow_symlinks=False), now)
                        if state is None or not entry.is_file(follow_symlinks=False):
                            return None
                        found.append((prefix + name, state))
    except OSError:
        return None
    return sorted(found)
