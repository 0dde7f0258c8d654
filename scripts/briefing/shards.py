"""The search index in parts: an edit of one page makes one part anew, and the browser joins them.

A site of up to `MOST_IN_ONE` pages has one index, in pagefind/. A larger one has several: pagefind/ itself
holds what is neither a brief nor a document, the others are folders in it, which pagefind/shards.json names
and the search page merges (Pagefind's multi-index). A brief belongs to a part by its address alone, so
that it stays there whatever else comes and goes, as long as the number of parts is the same.

What a part is made of is told by a digest of what is searched on each of its pages. Lists of claims on pages
of entities and documents are not: a new claim changes neither. A part that is made anew asks Pagefind only
for what has changed in it (briefing.indexing).
"""

import hashlib
import json
import shutil
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from briefing import indexing
from briefing.search import FOLDER, searched

MOST_IN_ONE = 2500
"""Pages of a site with one index. Pagefind weighs a word by how rare it is in an index, so that parts
rank a little worse than one: parts are for sites on which an index takes more than some seconds."""

BRIEFS_IN_ONE = 1250
"""Briefs in one part, as long as there are not too many parts."""

MOST_PARTS = 4
"""Parts of briefs. A search asks each of them: for its list of pages, 9 bytes a page, and a chunk of some 5 KB
for each word."""

NAMES = "shards.json"
"""The file in pagefind/ that names the other parts."""

_FORM = 3
"""Of a part's files: one of another form is made anew."""


@dataclass(frozen=True, slots=True)
class Part:
    """One index."""

    name: str
    """Its folder in pagefind/; empty for that itself."""
    pages: tuple[str, ...]
    """The files of its pages below the site's root."""

    @property
    def folder(self) -> str:
        """Where it stands in the site."""
        return f"{FOLDER}/{self.name}" if self.name else FOLDER


def parts_of(pages: Iterable[str]) -> list[Part]:
    """Return the parts of a site's index. `pages` are the files that have something to search."""
    every = sorted(pages)
    if len(every) <= MOST_IN_ONE:
        return [Part("", tuple(every))]
    briefs = [p for p in every if p.startswith("briefs/")]
    number = min(MOST_PARTS, -(-len(briefs) // BRIEFS_IN_ONE)) or 1
    found: dict[str, list[str]] = {"": [], "sources": [], **{f"briefs-{n}": [] for n in range(1, number + 1)}}
    for page in every:
        kind = page.partition("/")[0]
        if kind == "briefs":
            found[f"briefs-{zlib.crc32(page.encode()) % number + 1}"].append(page)
        else:
            found["sources" if kind == "sources" else ""].append(page)
    return [Part(name, tuple(own)) for name, own in found.items() if own or not name]


def digest_of(html: str) -> str:
    """Return a digest of what is searched on a page; empty where nothing is."""
    text = searched(html)
    return "" if text is None else hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def digests_of(site: Path) -> dict[str, str]:
    """Return the digest of every page of a built site that has something to search."""
    found = {}
    for path in site.rglob("*.html"):
        if made := digest_of(path.read_text(encoding="utf-8")):
            found[path.relative_to(site).as_posix()] = made
    return found


def index(
    site: Path,
    digests: Mapping[str, str],
    known: Mapping[str, str] | None = None,
    jobs: int = 1,
    kept: Path | None = None,
) -> tuple[int, dict[str, str]]:
    """Index a site, and return how many pages were indexed, and what each part was made of.

    `digests` has that of every page with something to search. `known` says what each part of the index was
    made of that stands in the site's folder as it was left: parts of the same stay, and of others what has
    not changed; without it, nothing does. Up to `jobs` processes work at once. `kept` is a file for what was
    found on pages, from which the next index is made. Raises SearchFailed, and OSError.
    """
    parts = parts_of(digests)
    if known is None or known.keys() != {part.name for part in parts}:
        known = {}
        shutil.rmtree(site / FOLDER, ignore_errors=True)
    made, new, same = dict[str, str](), list[indexing.Part](), list[indexing.Part]()
    for part in parts:
        sign = "" if len(parts) == 1 else part.name[-1:] or "0"
        key, last = _key(part, sign, digests), known.get(part.name, "")
        made[part.name] = key
        (same if key == last else new).append(indexing.Part(part.folder, part.pages, sign, key, last))
    total = indexing.Indexer(site, jobs, kept).make(new, digests, same) if new else 0
    others = [p.name for p in parts if p.name]
    names = site / FOLDER / NAMES
    if not names.exists():  # it was the same for the last index, where that stands
        names.write_text(json.dumps(others) + "\n", encoding="utf-8")
    return total, made


def _key(part: Part, sign: str, digests: Mapping[str, str]) -> str:
    text = [f"{_FORM} {sign} {indexing.made_by()}", *(f"{page} {digests[page]}" for page in part.pages)]
    return hashlib.blake2b("\n".join(text).encode(), digest_size=12).hexdigest()
