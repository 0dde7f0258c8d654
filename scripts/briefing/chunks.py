"""The words of a search index in small chunks: a search fetches one chunk for each of its words.

Pagefind packs some 30 KB into a chunk. A site whose index is in parts is asked for a chunk of each part, so
that a first search of two words would fetch 400 KB of words alone. Here the same words are packed into
chunks of a fourth of that.

A word that stands on many pages takes more than a chunk alone. It gets one of its own, so that who seeks its
neighbours does not fetch it, nor them who seeks it.

A chunk is an array of CBOR (RFC 8949) around an array of words; the list of pages names each chunk with the
words from which and to which it goes, and a browser takes all in which the sought word falls.
"""

import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import cbor2

MOST = 10_000
"""Bytes of words in a chunk before it is compressed; about half of that afterwards."""

FREQUENT = 6_000
"""Bytes of a word that gets a chunk of its own."""

APART = 3_000
"""Bytes of the words before it in their chunk from which on it does: less is not worth a line in the list."""

TOGETHER = 4
"""Who types so many letters finds all words that begin with them: they stand in one chunk, or each of their
chunks is fetched."""

_LAST = "~"
"""A sign behind all letters of the words that are sought most."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some words of an index, in their order, and the pages on which they stand."""

    ranges: tuple[tuple[str, str], ...]
    """It is fetched for a sought word from the one to the other. No word lies between those of two chunks, so
    that for each word at least one is fetched: for one that is not there, what stands nearest."""
    content: bytes
    """As CBOR."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of an index."""

    word: str
    content: bytes
    """As CBOR: the word, its pages, its other spellings with their pages."""


def packed(words: Iterable[Word]) -> Iterator[Chunk]:
    """Yield chunks of words, which are given in the order of their letters."""
    before, last = "", list[Word]()
    for own in _shared_out(words):
        if last:
            yield _chunk(before, last, own[0].word)
            before = last[-1].word
        last = own
    if last:
        yield _chunk(before, last, None)


def _shared_out(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Yield the words of each chunk."""
    own, size = list[Word](), 0
    frequent, behind = "", 0
    for word in words:
        alike = bool(own) and word.word[:TOGETHER] == own[-1].word[:TOGETHER]
        behind += len(word.content)
        if frequent and word.word.startswith(frequent) and behind < APART:
            full = False  # who seeks the frequent word is given what begins with it, too
        else:
            full = size >= MOST and (bool(frequent) or not alike)
        if full or (len(word.content) >= FREQUENT and size >= APART):
            yield own
            own, size, frequent = [], 0, ""
        own.append(word)
        size += len(word.content)
        if len(word.content) >= FREQUENT:
            frequent, behind = word.word, 0
    if own:
        yield own


def listed(content: bytes) -> Iterator[tuple[Any, bytes]]:
    """Yield what is listed for each word of a chunk, decoded, and as it is written.

    Raises cbor2.CBORDecodeError, and ValueError where a chunk has another form.
    """
    stream = io.BytesIO(content)
    stream.seek(1)
    if content[:1] != b"\x81" or (number := _length(stream)) is None:
        raise ValueError("a chunk of the search index is not one list of words")
    decoder = cbor2.CBORDecoder(stream)
    start = stream.tell()
    for _ in range(number):
        word = decoder.decode()
        end = stream.tell()
        yield word, content[start:end]
        start = end
    if start != len(content):
        raise ValueError("a chunk of the search index goes on after its words")


def head(kind: int, number: int) -> bytes:
    """Return how an item of CBOR begins: an array (4) of so many items, a text (3) of so many bytes, a number (0)."""
    first = kind << 5
    if number < 24:
        return bytes([first | number])
    octets = 1 if number < 1 << 8 else 2 if number < 1 << 16 else 4
    return bytes([first | 23 + octets.bit_length()]) + number.to_bytes(octets, "big")


def _length(stream: io.BytesIO) -> int | None:
    """Read the head of an array, and return how many items follow; None if it is no such head."""
    (first,) = stream.read(1) or b"\0"
    if first >> 5 != 4:
        return None
    count = first & 31
    if count < 24:
        return count
    return int.from_bytes(stream.read(1 << (count - 24)), "big") if count < 28 else None


def _chunk(before: str, words: list[Word], after: str | None) -> Chunk:
    """Return the chunk of words that stand between two others."""
    first, last = words[0].word, words[-1].word
    shared = sum(
        1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(before, first, strict=False))
    )
    alike = [(first[:n], first[:n]) for n in range(TOGETHER, shared + 1)]
    content = b"\x81" + head(4, len(words)) + b"".join([w.content for w in words])
    return Chunk((*alike, (_told(before, first), _end(last, after))), content)


def _told(before: str, word: str) -> str:
    """Return as much of a word as it takes to come behind another."""
    return next((word[:n] for n in range(1, len(word)) if word[:n] > before), word)


def _end(last: str, after: str | None) -> str:
    """Return what comes behind a word, and before what the next chunk begins with."""
    if after is None:
        return max(last, _LAST)
    begins = _told(last, after)
    end = begins[:-1] + chr(max(ord(begins[-1]) - 1, 0)) + _LAST
    return end if last <= end < begins and end.isprintable() else last
