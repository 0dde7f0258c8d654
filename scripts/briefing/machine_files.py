"""Whether the files that a site has for machines can be read: feeds, JSON, the calendar."""

import hashlib
import json
import os
import re
import struct
import xml.etree.ElementTree as ET
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of a file."""

    faults: tuple[str, ...] = ()
    """What is wrong with it."""
    new: bytes | None = None
    """What of it was not seen before, where that is less than all."""
    memo: bytes = b""
    """By what its parts are known the next time."""


def looked_over(name: str, data: bytes, memo: bytes = b"") -> Looked:
    """Look over a file; `memo` is of the last time that nothing was wrong with it."""
    if name.endswith(".json") and len(data) > LARGE and (found := list_of(data, memo)) is not None:
        return found
    check = _CHECKS.get(name) or _CHECKS.get(Path(name).suffix)
    return Looked(tuple(check(data))) if check is not None else Looked()


def _feed(data: bytes) -> Iterator[str]:
    try:
        root = ET.fromstring(data)  # noqa: S314 - made here, and expat bounds what entities make
    except ET.ParseError as fault:
        yield f"is no XML: {fault}"
        return
    if root.tag == "{http://www.w3.org/2005/Atom}feed":
        entries = root.findall("{*}entry")
        lacking = [e for e in entries if not e.findtext("{*}id") or not e.findtext("{*}updated")]
    elif root.tag == "rss":
        entries = root.findall("channel/item")
        lacking = [e for e in entries if not e.findtext("guid") or not e.findtext("pubDate")]
    else:
        yield f"is no feed: it begins with {root.tag}"
        return
    if lacking:
        yield f"{len(lacking)} of its {len(entries)} entries have no id or no date"


def _json(data: bytes) -> Iterator[str]:
    try:
        json.loads(data)
    except ValueError as fault:
        yield f"is no JSON: {fault}"


LARGE = 1 << 20
"""Bytes of JSON from which on it is not read at once: as objects it takes several times as much memory."""

_BEGIN, _END, _NEXT = b'"items":[', b"]", b","
_RECORD = struct.Struct("=I16s")
"""By what a record of a list is known: its length in bytes, and its digest."""

_NEAR = 4
"""Records of the last time that the next one is compared with: some may have gone."""


def list_of(data: bytes, memo: bytes = b"") -> Looked | None:
    """Look over one of the lists of the interface, record by record. None if it is none: it may be other JSON.

    A record that is byte for byte one that could be read the last time is not read again.
    """
    start = data.find(_BEGIN) + len(_BEGIN)
    if start < len(_BEGIN):
        return None
    at, records, new = start, list[bytes](), list[bytes]()
    if not data.startswith(_END, start):
        found = _records(data, start, list(_RECORD.iter_unpack(memo)))
        if found is None:
            return None
        at, records, new = found
    if not _is_frame(data[:start], data[at:]):
        return None
    seen = b"\n".join((data[:start], *new, data[at:])) if memo else None
    return Looked((), seen, b"".join(records))


def _is_frame(head: bytes, tail: bytes) -> bool:
    """Whether what stands around the records of a list is that of a list."""
    try:
        json.loads(head + tail)
    except ValueError:
        return False
    return tail.startswith(_END)


def _records(
    data: bytes, at: int, before: Sequence[tuple[int, bytes]]
) -> tuple[int, list[bytes], list[bytes]] | None:
    """Read records from a place on: where they end, by what each is known, and those not known before.

    None if there is something else.
    """
    places = {record: n for n, record in enumerate(before, 1)}
    place, size = 0, 0
    records, new = list[bytes](), list[bytes]()
    while True:
        record = _known(data, at, before[place : place + _NEAR])
        if record is None:
            size = _size(data, at, 2 * size)
            if not size:
                return None
            text = data[at : at + size]
            record = size, _digest(text)
            new.append(text)
        place = places.get(record, place)
        records.append(_RECORD.pack(*record))
        at += record[0]
        if not data.startswith(_NEXT, at):
            return at, records, new
        at += 1


def _known(data: bytes, at: int, records: Sequence[tuple[int, bytes]]) -> tuple[int, bytes] | None:
    """Return which of some records stands at a place."""
    for size, digest in records:
        # An object ends where it ends, whatever follows: it cannot be the beginning of another.
        if data[at + size : at + size + 1] in (_NEXT, _END) and _digest(data[at : at + size]) == digest:
            return size, digest
    return None


def _size(data: bytes, at: int, size: int) -> int:
    """Return how many bytes the object has that begins at a place; 0 if there is none that can be read.

    `size` is about how many these may be.
    """
    if not data.startswith(b"{", at):
        return 0
    size, left = max(4096, size), len(data) - at
    while True:
        # Only what one record needs is made text, and that may end within a character.
        text = data[at : at + size].decode("utf-8", "surrogateescape")
        try:
            _, end = _READ(text, 0)
        except ValueError:
            if size >= left:
                return 0
            size *= 4
            continue
        found = text[:end].encode("utf-8", "surrogateescape")
        try:
            found.decode()
        except UnicodeDecodeError:
            return 0
        return len(found)


_READ = json.JSONDecoder().raw_decode


def _digest(record: bytes) -> bytes:
    return hashlib.blake2b(record, digest_size=16).digest()


def _calendar(data: bytes) -> Iterator[str]:
    lines = data.split(b"\r\n")
    if lines[0] != b"BEGIN:VCALENDAR" or lines[-2:] != [b"END:VCALENDAR", b""]:
        yield "is no whole calendar"
    if b"\n" in data.replace(b"\r\n", b""):
        yield "has a line that does not end in CR and LF"
    if max(map(len, lines)) > 75:
        yield "has a line of more than 75 bytes"
    inside: list[bytes] = []
    for line in [li for li in lines if li.startswith((b"BEGIN", b"END"))]:
        word, _, what = line.partition(b":")
        if word == b"BEGIN":
            inside.append(what)
        elif word == b"END" and (not inside or inside.pop() != what):
            yield f"ends a part that it did not begin: {what.decode('utf-8', 'replace')}"
            return
    for event in data.split(b"BEGIN:VEVENT\r\n")[1:]:
        missing = [
            k for k in (b"UID", b"DTSTAMP", b"DTSTART") if not re.search(rb"(?m)^" + k + rb"[:;]", event)
        ]
        if missing:
            yield f"has an event without {missing[0].decode()}"
            return


# --- by what differs ---------------------------------------------------------------------


def is_looked_over(name: str) -> bool:
    """Whether anything is looked for in a file of that name."""
    return name in _CHECKS or Path(name).suffix in _CHECKS


def looked_over_since(name: str, new: Path, old: Path, memo: bytes = b"") -> Looked | None:
    """Look over a file by what tells it from the one before it, in which nothing was wrong.

    `memo` is of that one. None where the whole is to be looked over: it is of a kind in which one part
    may depend on another, or something in it is wrong. Raises OSError.
    """
    since = _SINCE.get(name) or _SINCE.get(Path(name).suffix)
    if since is None:
        return None
    with new.open("rb", buffering=0) as one, old.open("rb", buffering=0) as other:
        return since(_Bytes(one.fileno()), _Bytes(other.fileno()), memo)


_BLOCK = 1 << 20
"""Bytes that are compared at once."""


class _Bytes:
    """A file of which ranges are read."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self.size = os.fstat(handle).st_size

    def __getitem__(self, place: slice) -> bytes:
        start, stop, _ = place.indices(self.size)
        parts = list[bytes]()
        while start < stop and (part := os.pread(self._handle, stop - start, start)):
            parts.append(part)
            start += len(part)
        return b"".join(parts)


def _alike_from(one: _Bytes, other: _Bytes, at: int, there: int) -> int:
    """Return how many bytes are the same in both from two places on."""
    length = 0
    while True:
        a = one[at + length : at + length + _BLOCK]
        b = other[there + length : there + length + _BLOCK]
        alike = _alike(a, b)
        length += alike
        if alike < _BLOCK:
            return length


def _alike_to_end(one: _Bytes, other: _Bytes, most: int) -> int:
    """Return how many bytes, up to so many, are the same in both to their ends."""
    length = 0
    while length < most:
        step = min(_BLOCK, most - length)
        a = one[one.size - length - step : one.size - length]
        b = other[other.size - length - step : other.size - length]
        alike = step if a == b else _alike(a[::-1], b[::-1])
        length += alike
        if alike < step:
            break
    return length


def _alike(a: bytes, b: bytes) -> int:
    """Return how many bytes are the same at the beginning of both."""
    least, most = 0, min(len(a), len(b))
    if a[:most] == b[:most]:
        return most
    while least < most:
        middle = (least + most + 1) // 2
        if a[least:middle] == b[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _list_since(new: _Bytes, old: _Bytes, memo: bytes) -> Looked | None:
    """Look over a list by the records from the first to the last that differ.

    What stands before them ends with a whole record of the list before it, and what follows begins
    with one: both were read then.
    """
    head, head_of_old = new[:_BLOCK], old[:_BLOCK]
    start, start_of_old = head.find(_BEGIN) + len(_BEGIN), head_of_old.find(_BEGIN) + len(_BEGIN)
    before = list(_RECORD.iter_unpack(memo))
    if start < len(_BEGIN) or start_of_old < len(_BEGIN) or not before:
        return None
    # Where the records before end; one byte stands between each two.
    ends = [n + start_of_old - 1 for n in accumulate(size + 1 for size, _ in before)]
    moved = new.size - old.size
    tail = new[ends[-1] + moved :] if old.size - ends[-1] < _BLOCK else b""
    same = _alike_from(new, old, start, start_of_old)
    alike = _alike_to_end(new, old, min(new.size - start, old.size - start_of_old) - same)
    first = bisect_right(ends, start_of_old + same - 1)  # the separator is the same too
    last = bisect_left(ends, old.size - alike)
    if last == len(ends):
        return None
    begin = start + ends[first - 1] + 1 - start_of_old if first else start
    between = new[begin : ends[last] + moved] + _END  # as if they were the last of a list
    found = _records(between, 0, before[first : last + 1])
    if found is None or found[0] != len(between) - 1 or not _is_frame(head[:start], tail):
        return None
    _, records, texts = found
    width = _RECORD.size
    kept = memo[: first * width] + b"".join(records) + memo[(last + 1) * width :]
    return Looked((), b"\n".join((head[:start], *texts, tail)), kept)


_EVENT, _CALENDAR = b"\r\nBEGIN:VEVENT\r\n", b"VCALENDAR\r\n"
_AFTER_EVENTS = re.compile(rb"(?<=\r\n)(?:BEGIN:VEVENT|END:VCALENDAR)\r\n")


def _calendar_since(new: _Bytes, old: _Bytes, _: bytes) -> Looked | None:
    """Look over a calendar by the events from the first to the last that differ."""
    same = _alike_from(new, old, 0, 0)
    alike = _alike_to_end(new, old, min(new.size, old.size) - same)
    begin = new[max(0, same - _BLOCK) : same].rfind(_EVENT)
    after = _AFTER_EVENTS.search(new[new.size - alike : new.size - alike + _BLOCK])
    if begin < 0 or after is None:
        return None
    begin += max(0, same - _BLOCK) + len(b"\r\n")
    end = after.start() - alike
    texts = new[begin : new.size + end], old[begin : old.size + end]
    framed = [b"".join((b"BEGIN:", _CALENDAR, text, b"END:", _CALENDAR)) for text in texts]
    # Both must be whole events: only then does what follows stand where it stood.
    if any(_CALENDAR in text for text in texts) or any(any(_calendar(text)) for text in framed):
        return None
    return Looked((), framed[0])


_SINCE = {".json": _list_since, "calendar.ics": _calendar_since}

_CHECKS = {".atom": _feed, ".rss": _feed, ".json": _json, "calendar.ics": _calendar}
