"""Whether the files that a site has for machines can be read: feeds, JSON, the calendar."""

import hashlib
import json
import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
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
    before: list[tuple[int, bytes]] = list(_RECORD.iter_unpack(memo))
    places = {record: n for n, record in enumerate(before, 1)}
    at, place, size = start, 0, 0
    records, new = list[bytes](), list[bytes]()
    while not (at == start and data.startswith(_END, at)):
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
        if data.startswith(_END, at):
            break
        if not data.startswith(_NEXT, at):
            return None
        at += 1
    try:
        json.loads(data[:start] + data[at:])
    except ValueError:
        return None
    seen = b"\n".join((data[:start], *new, data[at:])) if memo else None
    return Looked((), seen, b"".join(records))


def _known(data: bytes, at: int, records: list[tuple[int, bytes]]) -> tuple[int, bytes] | None:
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


_CHECKS = {".atom": _feed, ".rss": _feed, ".json": _json, "calendar.ics": _calendar}
