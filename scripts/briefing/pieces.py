"""Pieces of a search index: Pagefind indexes some hundred pages at a time, and what it found is kept.

A piece holds the pages that follow one another in the order of their addresses. Where one ends is told by the
address of its last page, so that a page that comes or goes moves the ends of its own piece and seldom those
of the next. What Pagefind found is put in columns, in which words of many pieces are put together without
reading where each stands (briefing.merging).
"""

import hashlib
import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import cbor2

from briefing.chunks import head, listed
from briefing.search import ENTRY, SearchFailed, decoded, meta_name, opened

LEAST, MOST = 48, 144
"""Pages of a piece but for the last: Pagefind takes 3 ms and some 0.3 MB for each."""

VERSION = 2
"""Of the form of a piece that is kept."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Words, each with the pages of one piece on which it stands. All lists are of one length."""

    words: list[str]
    counts: list[int]
    """On how many pages each stands."""
    firsts: list[int]
    """The number of its first page in the piece; as that of its last, 0 where there is none."""
    lasts: list[int]
    contents: list[bytes]
    """Its pages as Pagefind writes them, from behind the first page's number: every other begins with its
    distance from the one before."""

    @classmethod
    def empty(cls) -> Self:
        """Return no words."""
        return cls([], [], [], [], [])

    def add(self, word: str, pages: Sequence[Sequence[Any]], content: bytes) -> None:
        """Add a word. Each page begins with its distance from the one before."""
        self.words.append(word)
        self.counts.append(len(pages))
        self.firsts.append(pages[0][0] if pages else 0)
        self.lasts.append(sum([page[0] for page in pages]))
        self.contents.append(content)

    @property
    def columns(self) -> tuple[list[Any], ...]:
        """All lists."""
        return self.words, self.counts, self.firsts, self.lasts, self.contents

    def amended(self, places: Sequence[int], others: "Runs", kept: Collection[str] = ()) -> "Runs":
        """Return the words with the pages of others in places of their own; those left without one go.

        What is in `kept` stays without a page, too.
        """
        new = {
            word: {places[n]: told for n, told in _numbered(count, first, content)}
            for word, count, first, _, content in zip(*others.columns, strict=True)
        }
        gone, made = frozenset(places), Runs.empty()
        for word, count, first, last, content in zip(*self.columns, strict=True):
            fresh = new.pop(word, None)
            found = None
            if fresh is not None or any(first <= n <= last for n in places):
                found = dict(_numbered(count, first, content))
            if found is None or (not fresh and gone.isdisjoint(found)):
                if count or word in kept:
                    for column, value in zip(made.columns, (word, count, first, last, content), strict=True):
                        column.append(value)
            else:
                made._put(word, {n: told for n, told in found.items() if n not in gone} | (fresh or {}), kept)
        for word, fresh in new.items():
            made._put(word, fresh, kept)
        return made

    def _put(self, word: str, told: Mapping[int, Sequence[Any]], kept: Collection[str]) -> None:
        """Add a word with what is told of it on pages, by their numbers."""
        pages, before = list[Sequence[Any]](), 0
        for number in sorted(told):
            pages.append([number - before, *told[number]])
            before = number
        if pages or word in kept:
            self.add(word, pages, run_of(pages))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a piece."""

    words: int
    """How many it has."""
    fragment: str
    """The digest of the file with its text."""
    sorts: dict[str, str]
    """By what it can be sorted."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What Pagefind found on some pages."""

    version: str
    """Pagefind's."""
    pages: tuple[Page, ...]
    fields: tuple[str, ...]
    """What is told of pages beside their text, in the order in which `words` number it."""
    filters: dict[str, dict[str, list[int]]]
    """The numbers of the pages with each value of a filter."""
    runs: Runs
    """Its words."""
    others: dict[str, Runs]
    """Other spellings of words, with accents and the like."""

    def amended(self, places: Sequence[int], others: "Piece") -> "Piece | None":
        """Return what Pagefind would have found with the pages of another piece in these places, by their numbers.

        None where only Pagefind can tell that: what is told of pages may not be the same any more.
        """
        if (others.version, others.fields, len(others.pages)) != (self.version, self.fields, len(places)):
            return None
        pages = list(self.pages)
        for place, page in zip(places, others.pages, strict=True):
            pages[place] = page
        none = Runs.empty()
        forms = {
            word: self.others.get(word, none).amended(places, others.others.get(word, none))
            for word in {**self.others, **others.others}
        }
        forms = {word: runs for word, runs in forms.items() if runs.words}
        filters = dict[str, dict[str, list[int]]]()
        for piece, number in ((self, {n: n for n in range(len(pages)) if n not in places}),
                              (others, dict(enumerate(places)))):  # fmt: skip
            for title, values in piece.filters.items():
                for value, on in values.items():
                    if left := [number[n] for n in on if n in number]:
                        filters.setdefault(title, {}).setdefault(value, []).extend(left)
        for values in filters.values():
            for on in values.values():
                on.sort()
        runs = self.runs.amended(places, others.runs, forms)
        return Piece(self.version, tuple(pages), self.fields, filters, runs, forms)

    def packed(self) -> bytes:
        """Return the form in which it is kept."""
        pages = [(p.words, p.fragment, p.sorts) for p in self.pages]
        others = {word: runs.columns for word, runs in self.others.items()}
        content = [self.version, pages, self.fields, self.filters, self.runs.columns, others]
        return zlib.compress(cbor2.dumps(content), 1)


def unpacked(data: bytes) -> Piece:
    """Return a piece from the form in which it is kept. Raises ValueError where it is in another."""
    try:
        version, pages, fields, filters, runs, others = cbor2.loads(zlib.decompress(data))
        return Piece(
            version,
            tuple([Page(*page) for page in pages]),
            tuple(fields),
            filters,
            Runs(*runs),
            {word: Runs(*columns) for word, columns in others.items()},
        )
    except (zlib.error, cbor2.CBORDecodeError, ValueError, TypeError, AttributeError) as fault:
        raise ValueError(f"a piece of the search index cannot be read: {fault}") from None


def cut(pages: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the pieces of a part of a site. Pages are files, in their order."""
    start = 0
    for end, page in enumerate(pages, 1):
        size = end - start
        # The last bits of the sum tell to which part a page belongs (briefing.shards).
        if size == MOST or (size >= LEAST and (zlib.crc32(page.encode()) >> 8) % LEAST == 0):
            yield pages[start:end]
            start = end
    if start < len(pages):
        yield pages[start:]


def fragment_digest(content: bytes) -> str:
    """Return the digest of a file with a page's text."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def read(files: Mapping[str, bytes], sorts: Mapping[str, dict[str, str]]) -> Piece:
    """Return what Pagefind made of the pages of a piece. `sorts` tells by what each is sorted, by its file.

    Raises SearchFailed.
    """
    urls = {f"/{file.removesuffix('index.html')}": own for file, own in sorts.items()}
    try:
        (about,) = json.loads(files[ENTRY])["languages"].values()
        name = meta_name(about["hash"])
        version, pages, chunks, filters, orders, fields = decoded(files[name], name)
        found = tuple([_page(files[name], name, words, urls) for name, words in _texts(pages)])
        values = {title: _values(files, old) for title, old in sorted(filters)}
        runs = _runs(opened(files[f"index/{old}.pf_index"], old) for _, _, old in chunks)
    except (ValueError, TypeError, LookupError, cbor2.CBORDecodeError) as fault:
        raise SearchFailed(f"what Pagefind found cannot be read: {fault}") from None
    for key, numbers in orders:
        if {n for n, page in enumerate(found) if key in page.sorts} != set(numbers):
            raise SearchFailed(f'pages are sorted by "{key}", but not as data-pagefind-sort="{key}[content]"')
    return Piece(version, found, tuple(fields), values, *runs)


def _texts(pages: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    return ((f"fragment/{old}.pf_fragment", words) for old, words in pages)


def _page(content: bytes, name: str, words: int, urls: Mapping[str, dict[str, str]]) -> Page:
    return Page(words, fragment_digest(content), urls[decoded(content, name)["url"]])


def _values(files: Mapping[str, bytes], name: str) -> dict[str, list[int]]:
    _, values = decoded(files[f"filter/{name}.pf_filter"], name)
    return dict(sorted(values))


def _runs(contents: Iterable[bytes]) -> tuple[Runs, dict[str, Runs]]:
    """Return the words of Pagefind's chunks, and their other spellings."""
    runs, others = Runs.empty(), dict[str, Runs]()
    for content in contents:
        for (word, pages, forms), written in listed(content):
            if forms:
                others[word] = own = Runs.empty()
                for form, on in forms:
                    own.add(form, on, run_of(on))
                runs.add(word, pages, run_of(pages))
            else:  # what stands between the number of the first page and the empty list of other spellings
                before = head(3, len(word.encode())), word.encode(), head(4, len(pages)), head(0, pages[0][0])
                runs.add(word, pages, written[2 + sum(map(len, before)) : -1])
    return runs, others


def pages_of(count: int, first: int, content: bytes) -> list[list[Any]]:
    """Return the pages of a word, as `run_of` writes them: each begins with its distance from the one before."""
    before = head(4, count) + (head(4, 3) + head(0, first) if count else b"")
    pages: list[list[Any]] = cbor2.loads(before + content)
    return pages


def _numbered(count: int, first: int, content: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Yield the numbers of a word's pages, and what is told of it there."""
    number = 0
    for step, *told in pages_of(count, first, content):
        number += step
        yield number, told


def run_of(pages: Sequence[Sequence[Any]]) -> bytes:
    """Return pages as `Runs.contents` has them."""
    written = b"".join(map(cbor2.dumps, pages))
    return written[1 + len(head(0, pages[0][0])) :] if pages else b""
