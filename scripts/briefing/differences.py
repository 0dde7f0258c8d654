"""Two built sites compared, byte for byte; what differs is told so that somebody sees why."""

import gzip
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

from briefing.inventory import Inventory
from briefing.search import SearchFailed, decoded
from briefing.verify import SUMS, Flaw

_AROUND = 60
"""Characters that are shown from shortly before the first that differs."""


def differences(one: Path, other: Path) -> tuple[Flaw, ...]:
    """Return in what two sites differ, by file, each with the first place. Raises OSError."""
    with Inventory(one) as here, Inventory(other) as there:
        ours, theirs = here.sums, there.sums
    names = sorted(ours.keys() | theirs.keys(), key=lambda name: (name == SUMS, name))
    found = []
    for name in names:
        if name not in ours or name not in theirs:
            found.append(Flaw(name, None, f"is in {one if name in ours else other} only"))
        elif ours[name] != theirs[name] and not (name == SUMS and found):  # they differ as the files do
            found.append(_told(name, (one / name).read_bytes(), (other / name).read_bytes()))
    return tuple(found)


def _told(name: str, ours: bytes, theirs: bytes) -> Flaw:
    """Return the first difference of two files, in the most readable form that they have."""
    try:
        lines = _readable(name, ours), _readable(name, theirs)
    except (UnicodeDecodeError, SearchFailed, OSError, EOFError, zlib.error, sqlite3.Error):
        place = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), None)
        at = f"from byte {place:,} on" if place is not None else "in length"
        return Flaw(name, None, f"differs {at} ({len(ours):,} and {len(theirs):,} bytes)")
    for number, (line, other) in enumerate(zip_longest(*lines), 1):
        if line != other:
            return Flaw(name, number, f"differs\n    {_shown(line, other)}\n    {_shown(other, line)}")
    return Flaw(name, None, "holds the same in another form: compressed or laid out otherwise")


def _readable(name: str, data: bytes) -> list[str]:
    """Return a file's content as lines of text."""
    match Path(name).suffix:
        case ".gz":
            return gzip.decompress(data).decode().splitlines()
        case ".pf_meta" | ".pf_filter" | ".pf_index" | ".pf_fragment":
            return list(_items(decoded(data, name)))
        case ".sqlite":
            with closing(sqlite3.connect(":memory:")) as connection:
                connection.deserialize(data)
                return list(connection.iterdump())
        case _:
            return data.decode().splitlines()


def _items(value: object) -> Iterator[str]:
    """Yield what nested lists hold, a line each."""
    if isinstance(value, list):
        for item in value:
            yield from _items(item)
    else:
        yield repr(value)


def _shown(line: str | None, other: str | None) -> str:
    """Return the part of a line with the first character that another line has not."""
    if line is None:
        return "(nothing)"
    pairs = enumerate(zip_longest(line, other or ""))
    first = next((n for n, (a, b) in pairs if a != b), 0)
    start = first - _AROUND // 3 if first > _AROUND // 2 else 0
    return (
        f"{'…' if start else ''}{line[start : start + _AROUND]}{'…' if len(line) > start + _AROUND else ''}"
    )
