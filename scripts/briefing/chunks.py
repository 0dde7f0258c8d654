"""The words of a search index in small chunks: a search fetches one chunk for each of its words.

Pagefind packs some 30 KB into a chunk. A site whose index is in parts is asked for a chunk of each part, so
that a first search of two words would fetch 400 KB of words alone. Here the same words are packed into
chunks of a fourth of that.

A chunk is an array of CBOR (RFC 8949) around an array of words; the list of pages names each chunk with the
words from which and to which it goes, and a browser takes the first in which the sought word falls.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import cbor2

MOST = 10_000
"""Bytes of words in a chunk before it is compressed; about half of that afterwards."""

TOGETHER = 4
"""Words that begin with the same letters stand in one chunk: who types a beginning finds them all."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some words of an index, in their order, and the pages on which they stand."""

    first: str
    """The least that a word may be for which it is fetched: no longer than it takes to tell."""
    last: str
    """Its last word."""
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
    before, own, size = "", list[Word](), 0
    for word in words:
        if size >= MOST and word.word[:TOGETHER] != own[-1].word[:TOGETHER]:
            yield _chunk(own, before)
            before, own, size = own[-1].word, [], 0
        own.append(word)
        size += len(word.content)
    if own:
        yield _chunk(own, before)


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


def _chunk(words: list[Word], before: str) -> Chunk:
    first = words[0].word
    told = next((first[:n] for n in range(1, len(first)) if first[:n] > before), first)
    return Chunk(told, words[-1].word, b"\x81" + head(4, len(words)) + b"".join([w.content for w in words]))
