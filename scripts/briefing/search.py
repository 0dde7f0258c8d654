"""What is searched of a page, and the files of a search index, as Pagefind has them.

Pagefind reads the HTML that readers get: what stands in `data-pagefind-body`, with filters,
dates and titles from the page's head. Its index loads in chunks, so that a search costs a
reader a few hundred kilobytes at most, whatever the size of the site.
"""

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import cbor2

FOLDER = "pagefind"
"""Where the index stands in the site."""

ENTRY = "pagefind-entry.json"
"""The file of an index that names the others."""

OF_AN_INDEX = frozenset({".pf_fragment", ".pf_index", ".pf_filter", ".pf_meta"})
"""How the names of an index's own files end, which nothing but the index itself names."""

LANGUAGE = "en"
"""Of all pages, as Pagefind has it: words are reduced to their stems as in English."""

DIGITS = 5
"""In the name of the file with a page's text. All names are in the list that a browser fetches first; two pages
in a million that are edited get the name that they had."""

DATES = "dates.json"
"""The file of a part of an index with the dates of its pages, by the names of their texts."""

BODY = re.compile(r"<\w[^<>]*\sdata-pagefind-body(?=[\s=>/])")
"""The beginning of what is searched; a page without it is not."""

_IGNORED = re.compile(r"<(div|details)\b[^<>]*\sdata-pagefind-ignore(?=[\s=>])[^<>]*>")
"""The beginning of a part that is left out of the search. Such parts change with every other page."""

_DATA = re.compile(r'<script type="application/ld\+json">.*?</script>', re.DOTALL)

_SIGN = re.compile(r'<a class="headerlink"[^<>]*>[^<>]*</a>')
"""The sign of a heading's permanent link, which is no word of it."""

_CLAIM = re.compile(r'<p class="claim-marks">.*?</dl>', re.DOTALL)
"""What stands below a claim's sentence: its marks, and the rows that say who says so, and how that is known."""

OF_FORM = ("Evidence", "Other figures", "Conflicts with", "Read with care")
"""Rows below a claim that are worded alike below all of them, or repeat others. Each of their words would stand on
nearly every page, and a search for one of them ("reports") would fetch that word's places on all of them."""

CHAIN = "Chain"
"""The row with sentences of links to documents, and of the same few words between them."""

_OF_FORM = re.compile(
    rf'<dt>(?:{"|".join(OF_FORM)})</dt>.*?(?=<dt>|</dl>)|<em class="claim-number">[^<]*</em>', re.DOTALL
)
_CHAIN = re.compile(rf"(?<=<dt>{CHAIN}</dt>)(.*?)(?=<dt>|</dl>)", re.DOTALL)

_LINK = re.compile(r"<a [^<>]*>(.*?)</a>", re.DOTALL)

_SORTS = "data-pagefind-sort"
"""The attribute that says by what a page is sorted."""

_TAG = re.compile(r"<\w[^<>]*>")

_OF_ATTRIBUTE = re.compile(r"([^:\[\]]+)\[(.+)\]")

_MAGIC = b"pagefind_dcd"
"""How the content of every compressed file of an index begins."""


class SearchFailed(Exception):
    """The index could not be made, or cannot be read. Its text says why."""


def searched(html: str) -> str | None:
    """Return what of a page decides how it is found; None if nothing of it is searched.

    That is its head, and its article with the body to search. Pagefind would leave the rest out
    itself; parsing it takes half of its time. Of how a claim is known, the names of documents are searched.
    """
    found = BODY.search(html, max(0, html.rfind("<", 0, html.find("data-pagefind-body"))))
    if found is None:
        return None
    mark = found.end()
    body, start, end = html.find("<body"), html.rfind("<article", 0, mark), html.rfind("</article>")
    if not 0 <= body < start < mark < end:
        return html
    head, article = _DATA.sub("", html[:body]), _SIGN.sub("", _without_ignored(html[start:end]))
    article = _CLAIM.sub(lambda found: _terse(found[0]), article)
    return f"{head}<body>{article}</article></body></html>"


def _without_ignored(html: str) -> str:
    """Return HTML without the parts that are left out of the search. Their elements are closed."""
    parts, at = [], 0
    while (found := _IGNORED.search(html, at)) is not None:
        depth, end = 1, -1
        for tag in re.compile(rf"<(/?){found[1]}\b").finditer(html, found.end()):
            depth += -1 if tag[1] else 1
            if not depth:
                end = html.find(">", tag.end()) + 1
                break
        if end <= 0:
            break  # not closed: Pagefind may decide
        parts.append(html[at : found.start()])
        at = end
    return "".join((*parts, html[at:]))


def _terse(claim: str) -> str:
    """Return what stands below a claim's sentence without what is of form alone."""

    def documents(chain: re.Match[str]) -> str:
        # Pagefind takes words for one between which there is no space, whatever elements they stand in.
        return "".join(f"\n<dd>{name}</dd>" for name in dict.fromkeys(_LINK.findall(chain[0]))) + "\n"

    return _CHAIN.sub(documents, _OF_FORM.sub("", claim))


class _Tag(HTMLParser):
    """A tag, which is read for its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.attributes: dict[str, str] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser passes it
        self.attributes = {name: value or "" for name, value in reversed(attrs)}


def sorts_of(html: str) -> dict[str, str]:
    """Return by what a page is sorted: `data-pagefind-sort="date[content]"`, or `"date:2022-01-05"`.

    What Pagefind takes from an element's text instead is not among it.
    """
    found, at = {}, -1
    while (at := html.find(_SORTS, at + 1)) >= 0:
        if tag := _TAG.match(html, max(0, html.rfind("<", 0, at))):
            attributes = _Tag(tag[0]).attributes
            names, colon, literal = attributes.get(_SORTS, "").partition(":")
            named = [name.strip() for name in names.split(",")]
            for part in named:
                name, value = part, [literal] if colon and part is named[-1] else []
                if of := _OF_ATTRIBUTE.fullmatch(part):
                    name, value = of[1], [attributes.get(of[2], ""), *value]
                if value:
                    found[name] = " ".join(":".join(value).split())
    return found


def decoded(data: bytes, name: str) -> Any:
    """Return what a compressed file of an index holds. Raises SearchFailed."""
    content = opened(data, name)
    try:
        return json.loads(content) if name.endswith(".pf_fragment") else cbor2.loads(content)
    except (ValueError, cbor2.CBORDecodeError) as fault:
        raise SearchFailed(f"{name} cannot be read: {fault}") from None


def opened(data: bytes, name: str) -> bytes:
    """Return a compressed file's content, without the sign at its beginning. Raises SearchFailed."""
    try:
        content = zlib.decompress(data, wbits=31)
    except zlib.error as fault:
        raise SearchFailed(f"{name} cannot be read: {fault}") from None
    if not content.startswith(_MAGIC):
        raise SearchFailed(f"{name} is not in the form that Pagefind writes")
    return content[len(_MAGIC) :]


def compressed(content: bytes) -> bytes:
    """Return the form in which a file of an index is kept: gzip, without a time and a system's name in its head."""
    data = _MAGIC + content
    press = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    tail = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return head + press.compress(data) + press.flush() + tail


def fragment_name(digest: str, sign: str = "", more: int = 0) -> str:
    """Return the name of the file with a page's text, by its digest. It begins with the sign of the index.

    `more` digits tell it from those that begin alike.
    """
    return sign + digest[: DIGITS + more]


def meta_name(name: str) -> str:
    """Return the file of an index's list of pages, by the name that its entry gives."""
    return f"pagefind.{name}.pf_meta"


# --- reading it --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fragment:
    """What an index holds of a page."""

    url: str
    """Its address below the site's root: "/briefs/2022-02-05-panel-report/"."""
    content: str
    """Its text."""
    anchors: frozenset[str]
    """The ids on it at which a result can open."""


class Index:
    """An index as a browser reads it: the entry, the list of pages, then only the chunks that it needs.

    Everything raises SearchFailed where the index cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        entry = self._entry()
        self.fragments: list[str] = []
        """The file of each page, by the page's number, below the folder."""
        self.files: set[str] = set()
        """Every file that a search may ask for, below the folder."""
        self._chunks: list[tuple[str, str, str]] = []
        if len(entry) != 1:
            raise SearchFailed(f"{folder / ENTRY} names {len(entry)} languages, not one")
        (about,) = entry.values()
        _, pages, chunks, filters, *_ = self._read(meta_name(about["hash"]))
        self.fragments = [f"fragment/{name}.pf_fragment" for name, _ in pages]
        self._chunks = [(first, last, f"index/{name}.pf_index") for first, last, name in chunks]
        self.files = {
            meta_name(about["hash"]),
            f"wasm.{about['wasm'] or 'unknown'}.pagefind",
            "pagefind.js",
            *self.fragments,
            *(name for _, _, name in self._chunks),
            *(f"filter/{name}.pf_filter" for _, name in filters),
        }

    def _entry(self) -> Mapping[str, Any]:
        path = self._folder / ENTRY
        try:
            languages = json.loads(path.read_bytes())["languages"]
        except (OSError, ValueError, KeyError) as fault:
            raise SearchFailed(f"{path} cannot be read: {fault}") from None
        return dict(languages)

    def _read(self, name: str) -> Any:
        try:
            data = (self._folder / name).read_bytes()
        except OSError as fault:
            raise SearchFailed(f"{self._folder / name} cannot be read: {fault.strerror}") from None
        return decoded(data, name)

    def fragment(self, page: int) -> Fragment:
        """Return what the index holds of a page, by its number."""
        found = self._read(self.fragments[page])
        anchors = frozenset(str(a["id"]) for a in found.get("anchors", ()))
        return Fragment(str(found["url"]), str(found["content"]), anchors)

    def find(self, start: str) -> set[int]:
        """Return the numbers of the pages with a word that begins so, in lower case."""
        found: set[int] = set()
        for first, last, name in self._chunks:
            # A chunk says from which word to which it goes, cut after the first letter that tells.
            if first[: len(start)] <= start and start <= last + "\U0010ffff":
                (words,) = self._read(name)
                for word, pages, *variants in words:
                    if word.startswith(start):
                        found |= _numbers(pages)
                        for _, others in variants[0] if variants else ():
                            found |= _numbers(others)
        return found


def _numbers(pages: Iterable[tuple[int, Any]]) -> set[int]:
    """Return the numbers of a word's pages, each written as its distance from the one before."""
    found, last = set(), 0
    for step, *_ in pages:
        last += step
        found.add(last)
    return found
