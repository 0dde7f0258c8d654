"""The words of a search index in small chunks: a search fetches one chunk for each of its words.

Pagefind packs some 30 KB into a chunk and has no setting for it. A site whose index is in parts is asked for
a chunk of each part, so that a first search of two words would fetch 400 KB of words alone. Here the same
words, as Pagefind wrote them, are packed into chunks of a fourth of that.

A chunk is an array of CBOR (RFC 8949) around an array of words; the list of pages names each chunk with the
words from which and to which it goes, and a browser takes the first in which the sought word falls.
"""

import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
class _Word:
    word: str
    content: bytes


def rechunked(contents: Iterable[bytes]) -> Iterator[Chunk]:
    """Yield small chunks of the words of larger ones, which are given in their order.

    Raises cbor2.CBORDecodeError, and ValueError where a chunk has another form.
    """
    before, words, size = "", list[_Word](), 0
    for word in itertools.chain.from_iterable(map(_words, contents)):
        if size >= MOST and word.word[:TOGETHER] != words[-1].word[:TOGETHER]:
            yield _chunk(words, before)
            before, words, size = words[-1].word, [], 0
        words.append(word)
        size += len(word.content)
    if words:
        yield _chunk(words, before)


def _words(content: bytes) -> Iterator[_Word]:
    """Yield the words of a chunk, each as it is written."""
    stream = io.BytesIO(content)
    stream.seek(1)
    if content[:1] != b"\x81" or (number := _length(stream)) is None:
        raise ValueError("a chunk of the search index is not one list of words")
    decoder = cbor2.CBORDecoder(stream)
    start = stream.tell()
    for _ in range(number):
        word, *_ = decoder.decode()
        end = stream.tell()
        yield _Word(str(word), content[start:end])
        start = end
    if start != len(content):
        raise ValueError("a chunk of the search index goes on after its words")


def _length(stream: io.BytesIO) -> int | None:
    """Read the head of an array, and return how many items follow; None if it is no such head."""
    (head,) = stream.read(1) or b"\0"
    if head >> 5 != 4:
        return None
    count = head & 31
    if count < 24:
        return count
    return int.from_bytes(stream.read(1 << (count - 24)), "big") if count < 28 else None


def _chunk(words: list[_Word], before: str) -> Chunk:
    first = words[0].word
    told = next((first[:n] for n in range(1, len(first)) if first[:n] > before), first)
    return Chunk(told, words[-1].word, b"\x81" + _head(len(words)) + b"".join(w.content for w in words))


def _head(number: int) -> bytes:
    """Return the head of an array of so many items."""
    if number < 24:
        return bytes([0x80 | number])
    for code, octets in ((0x98, 1), (0x99, 2)):
        if number < 1 << (8 * octets):
            return bytes([code]) + number.to_bytes(octets, "big")
    return b"\x9a" + number.to_bytes(4, "big")
