"""The search index in parts: an edit of one page makes one part anew, and the browser joins them.

A site of up to `MOST_IN_ONE` pages has one index, in pagefind/. A larger one has several: pagefind/ itself
holds what is neither a brief nor a document, the others are folders in it, which pagefind/shards.json names
and the search page merges (Pagefind's multi-index). A brief belongs to a part by its address alone, so
that it stays there whatever else comes and goes, as long as the number of parts is the same.

What a part is made of is told by a digest of what is searched on each of its pages. Lists of claims on pages
of entities and documents are not: a new claim changes neither. A part that is made anew asks Pagefind only
for the pieces of it that have changed (briefing.indexing).
"""

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from briefing import indexing
from briefing.search import ENTRY, FOLDER, searched

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

_FORM = 2
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
    last: Path | None = None,
    known: Mapping[str, str] | None = None,
    jobs: int = 1,
    kept: Path | None = None,
) -> tuple[int, dict[str, str]]:
    """Index a site, and return how many pages were indexed, and what each part was made of.

    `digests` has that of every page with something to search. A part that `known` says was made of the
    same, when the site `last` was indexed, is taken from there. Up to `jobs` processes work at once. `kept`
    is a file for what was found on pages, from which the next index is made. Raises SearchFailed, and OSError.
    """
    parts = parts_of(digests)
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    made, new, same = dict[str, str](), list[indexing.Part](), list[indexing.Part]()
    for part in parts:
        sign = "" if len(parts) == 1 else part.name[-1:] or "0"
        key = _key(part, sign, digests)
        made[part.name] = key
        taken = last is not None and (known or {}).get(part.name) == key and _take_over(part, last, site)
        (same if taken else new).append(indexing.Part(part.folder, part.pages, sign))
    total = indexing.Indexer(site, last, jobs, kept).make(new, digests, same) if new else 0
    others = [p.name for p in parts if p.name]
    (site / FOLDER / NAMES).write_text(json.dumps(others) + "\n", encoding="utf-8")
    return total, made


def _key(part: Part, sign: str, digests: Mapping[str, str]) -> str:
    text = [f"{_FORM} {sign}", *(f"{page} {digests[page]}" for page in part.pages)]
    return hashlib.blake2b("\n".join(text).encode(), digest_size=12).hexdigest()


def _take_over(part: Part, last: Path, site: Path) -> bool:
    """Give the files of a part of the last site a second name in the new one. Returns whether it could."""
    source, target = last / part.folder, site / part.folder
    if not (source / ENTRY).is_file():
        return False
    for folder, folders, names in os.walk(source):
        if Path(folder) == source and not part.name:
            folders[:] = [name for name in folders if not _is_another_part(name)]
            names = [name for name in names if name != NAMES]
        new = target / Path(folder).relative_to(source)
        new.mkdir(parents=True, exist_ok=True)
        for name in names:
            indexing.link(f"{folder}/{name}", f"{new}/{name}")
    return True


def _is_another_part(folder: str) -> bool:
    return folder == "sources" or folder.startswith("briefs-")
