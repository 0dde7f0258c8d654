"""Pieces of a search index put together to one, as Pagefind would have made it of all their pages at once.

Pages are numbered on from piece to piece. Pagefind writes for each word the pages on which it stands, each
with its distance from the one before: only that of a word's first page in each piece becomes another, and
all else is copied as it is written.
"""

import hashlib
import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cbor2

from briefing.chunks import Word, head, packed
from briefing.pieces import Piece, Runs, pages_of, run_of
from briefing.search import DIGITS, LANGUAGE, fragment_name

_NAME = 7
"""Digits in the names of files of words and of filters."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Merged:
    """An index. Contents are neither compressed nor signed."""

    meta: bytes
    """What a browser reads first: pages, and the names of all other files."""
    meta_name: str
    """As its entry names it."""
    fragments: dict[str, str]
    """The names of the files with pages' texts, by their digests."""
    others: dict[str, bytes]
    """The files of words and of filters, by their places in the index."""
    dates: dict[str, str] | None
    """The dates of pages, by their names; None where the index is the only one."""
    pages: int


def merged(pieces: Sequence[Piece], sign: str = "") -> Merged:
    """Return the index of pieces, of which there is at least one, whose pages are numbered in that order.

    `sign` marks one of several indexes that a browser searches together. The names of its pages begin with
    it, so that none has that of a page of another; and instead of orders, which Pagefind does not put
    together, it has a file with their dates.
    """
    fields = sorted({field for piece in pieces for field in piece.fields})
    pieces = [piece if list(piece.fields) == fields else _refielded(piece, fields) for piece in pieces]
    starts, total = [], 0
    for piece in pieces:
        starts.append(total)
        total += len(piece.pages)
    pages = [page for piece in pieces for page in piece.pages]
    names = {d: fragment_name(d, sign, more) for d, more in _told_apart((p.fragment for p in pages), DIGITS)}
    chunks = list(packed(_words(pieces, starts, total)))
    words = _named([chunk.content for chunk in chunks])
    filters = dict(_filters(pieces, starts))
    values = _named(filters.values())
    meta = cbor2.dumps(
        [
            pieces[0].version,
            [[names[page.fragment], page.words] for page in pages],
            [[*range_, words[chunk.content]] for chunk in chunks for range_ in chunk.ranges],
            [[title, values[content]] for title, content in filters.items()],
            [] if sign else _orders([page.sorts for page in pages]),
            fields,
        ]
    )
    files = {f"index/{name}.pf_index": content for content, name in words.items()}
    files |= {f"filter/{name}.pf_filter": content for content, name in values.items()}
    dates = {names[page.fragment]: page.sorts["date"] for page in pages if "date" in page.sorts}
    return Merged(meta, f"{LANGUAGE}_{_digest(meta)[:10]}", names, files, dates if sign else None, total)


def _named(contents: Iterable[bytes]) -> dict[bytes, str]:
    """Return short names of contents."""
    digests = {_digest(content): content for content in contents}
    return {digests[d]: d[: _NAME + more] for d, more in _told_apart(digests, _NAME)}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _told_apart(digests: Iterable[str], length: int) -> Iterator[tuple[str, int]]:
    """Yield each digest with how many more digits it takes to tell it from others that begin alike."""
    left, more = set(digests), 0
    while left:
        alike = dict[str, list[str]]()
        for digest in left:
            alike.setdefault(digest[: length + more], []).append(digest)
        found = {own[0] for own in alike.values() if len(own) == 1}
        yield from ((digest, more) for digest in found)
        left -= found
        more += 1


def _words(pieces: Sequence[Piece], starts: Sequence[int], total: int) -> Iterator[Word]:
    """Yield the words of all pieces, in the order of their letters."""
    steps = [head(4, 3) + head(0, n) for n in range(total)]
    written = _put_together([(start, piece.runs) for start, piece in zip(starts, pieces, strict=True)], steps)
    spelt = dict[str, list[tuple[int, Runs]]]()
    for start, piece in zip(starts, pieces, strict=True):
        for word, runs in piece.others.items():
            spelt.setdefault(word, []).append((start, runs))
    none, three = head(4, 0), head(4, 3)
    for word in sorted(written):
        forms = none
        if word in spelt:
            own = _put_together(spelt[word], steps)
            pairs = [head(4, 2) + _text(form) + content for form, content in sorted(own.items())]
            forms = head(4, len(pairs)) + b"".join(pairs)
        yield Word(word, three + _text(word) + written[word] + forms)


def _put_together(pieces: Iterable[tuple[int, Runs]], steps: Sequence[bytes]) -> dict[str, bytes]:
    """Return the list of pages of every word.

    `steps` has the beginning of a page for each distance from the one before.
    """
    parts, counts, ends = dict[str, list[bytes]](), dict[str, int](), dict[str, int]()
    for start, runs in pieces:
        for word, count, first, last, content in zip(*runs.columns, strict=True):
            if word not in parts:
                parts[word], counts[word], ends[word] = [], 0, 0
            if count:
                parts[word] += (steps[start + first - ends[word]], content)
                counts[word] += count
                ends[word] = start + last
    return {word: head(4, counts[word]) + b"".join(own) for word, own in parts.items()}


def _text(text: str) -> bytes:
    data = text.encode()
    return head(3, len(data)) + data


def _filters(pieces: Sequence[Piece], starts: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    """Yield every filter and what its file holds: the pages of each value."""
    for title in sorted({title for piece in pieces for title in piece.filters}):
        values = dict[str, list[int]]()
        for start, piece in zip(starts, pieces, strict=True):
            for value, numbers in piece.filters.get(title, {}).items():
                values.setdefault(value, []).extend([start + n for n in numbers])
        yield title, cbor2.dumps([title, sorted(values.items())])


def _orders(pages: Sequence[dict[str, str]]) -> list[tuple[str, list[int]]]:
    """Return the orders of pages, as Pagefind sorts them: by numbers where all are such, else by letters."""
    found = []
    for key in sorted({key for sorts in pages for key in sorts}):
        values = [(sorts[key], n) for n, sorts in enumerate(pages) if key in sorts]
        if all(_NUMBER.fullmatch(value) for value, _ in values):
            found.append((key, [n for _, n in sorted((_single(value), n) for value, n in values)]))
        else:
            found.append((key, [n for _, n in sorted(values)]))
    return found


def _single(value: str) -> float:
    """Return a number as exactly as Pagefind has it, with 32 bits."""
    try:
        (number,) = struct.unpack("f", struct.pack("f", float(value)))
    except OverflowError:
        return float("-inf" if value.startswith("-") else "inf")
    return float(number)


def _refielded(piece: Piece, fields: Sequence[str]) -> Piece:
    """Return a piece in which what is told of pages is numbered as in another list."""
    number = {-n - 1: -fields.index(field) - 1 for n, field in enumerate(piece.fields)}

    def renumbered(runs: Runs) -> Runs:
        contents = []
        for count, first, content in zip(runs.counts, runs.firsts, runs.contents, strict=True):
            pages = pages_of(count, first, content)
            contents.append(
                run_of([[step, at, [number.get(n, n) for n in told]] for step, at, told in pages])
            )
        return Runs(runs.words, runs.counts, runs.firsts, runs.lasts, contents)

    others = {word: renumbered(runs) for word, runs in piece.others.items()}
    return Piece(piece.version, piece.pages, tuple(fields), piece.filters, renumbered(piece.runs), others)
