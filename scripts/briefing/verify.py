"""Looking a built site over before readers see it.

Every page that was to be made is there; every link leads to a file and every anchor to an id on it;
feeds, calendar and sitemap can be read; and search finds a claim of the record. The site's own
addresses are followed wherever they stand: in pages, style sheets, feeds, data, citations.
"""

import contextlib
import datetime as dt
import gzip
import hashlib
import json
import os
import posixpath
import re
import sqlite3
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from briefing.asking import INDEX, OUT, SITEMAP, number, parts_of, target_of
from briefing.forks import shared_out
from briefing.hypertext import links_of, parsed, read
from briefing.inventory import Changes, Inventory
from briefing.search import ENTRY, Index, SearchFailed
from briefing.wording import count

SUMS = "SHA256SUMS"
"""At the site's root: the SHA-256 of every other file, in the form that `sha256sum --check` reads."""

ALWAYS = (INDEX, "404.html", SITEMAP)
"""What every site has."""

NOT_OURS = (".nojekyll", "CNAME")
"""What a host may lay beside the site's own files."""

_KEPT = 4
"""For how many sites a project keeps what was found in them."""

_SHOWN = 20

_A_SHARE = 1000
"""Files that are worth a process of their own."""

_TOP = ("", "top")
"""Anchors that every page has (HTML, 7.4.6.4), and texts that a browser looks for itself."""

_WORD = re.compile(r"(?<!\S)[a-z]{5,}(?=[\s.,;:]|$)")
_ITEM = re.compile(r"(?P<sum>[0-9a-f]{64}) [ *](?P<name>.+)")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a built site."""

    file: str
    """The file that is wrong, below the site's root; a folder ends in a slash."""
    line: int | None
    """Where in it, from 1, if there is one place."""
    text: str
    """What is wrong."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"

    @property
    def order(self) -> tuple[str, int, str]:
        """By file, line and text; what concerns a whole file stands first."""
        return self.file, self.line or 0, self.text


def listed(flaws: Collection[Flaw]) -> str:
    """Return flaws as a text: how many, and the first of them."""
    more = [f"  and {len(flaws) - _SHOWN:,} more"] if len(flaws) > _SHOWN else []
    lines = [f"  {flaw}" for flaw in list(flaws)[:_SHOWN]]
    return "\n".join([f"{count(len(flaws), 'fault')} in the new site:", *lines, *more])


def kept_file(folder: Path, site: Path) -> Path:
    """Return the file for what is found in a site; the oldest of too many others is removed."""
    file = folder / f"site-{hashlib.sha256(os.fsencode(site.absolute())).hexdigest()[:12]}.sqlite"
    with contextlib.suppress(OSError):
        others = sorted(folder.glob("site-*.sqlite"), key=lambda f: f.stat().st_mtime, reverse=True)
        for old in [f for f in others if f != file][_KEPT - 1 :]:
            old.unlink()
    return file


@dataclass(frozen=True, slots=True)
class Expected:
    """What was to be made, as files below the site's root."""

    pages: frozenset[str] = frozenset()
    """Pages; the sitemap lists them."""
    files: frozenset[str] = frozenset()
    """All else."""


class Sealer:
    """Looks sites over and seals them, and stays: it knows what it found in the last that was right.

    Where it is given a file it keeps that there, for the next process. That the file cannot be read or
    written costs time only.
    """

    def __init__(self, kept: Path | None = None) -> None:
        """Take the file for what is found."""
        self._kept = kept
        self._inventory: Inventory | None = None

    def seal(
        self,
        site: Path,
        url: str,
        expected: Expected,
        changes: Changes | None = None,
    ) -> tuple[Flaw, ...]:
        """Look a site over, and if nothing is wrong write the sums of its files. Return what is wrong.

        `url` is the site's address, or empty. The folder may be another each time. `changes` is what tells
        it from the last site in which nothing was wrong: no other file is looked at. Without it, or where
        there was no such site, or another process has sealed one since, the whole folder is looked through
        for what differs; so it is by a process that has sealed none, unless the mark of the changes is that of
        the last one. Raises OSError.
        """
        try:
            return self._sealed(site, url, expected, changes)
        except sqlite3.Error:  # there is no place for it, or it was cut short, or it is not ours
            self.close()
            if self._kept is not None:
                with contextlib.suppress(OSError):
                    self._kept.unlink(missing_ok=True)
            self._kept = None
        return self._sealed(site, url, expected, None)

    @property
    def mark(self) -> str:
        """By what the site that it has sealed is known, for `Changes`; empty if there is none, or it is not kept."""
        return self._inventory.mark if self._inventory is not None and self._kept is not None else ""

    def close(self) -> None:
        """Let go of what is known."""
        if self._inventory is not None:
            self._inventory.close()
            self._inventory = None

    def _sealed(
        self,
        site: Path,
        url: str,
        expected: Expected,
        changes: Changes | None,
    ) -> tuple[Flaw, ...]:
        (site / SUMS).unlink(missing_ok=True)  # of the site that this one was made from
        inventory = self._inventory
        if inventory is not None and (inventory.url != url or not inventory.is_current()):
            self.close()
            inventory = None
        if inventory is not None:
            inventory.look(site, changes)
        else:
            if self._kept is not None:
                with contextlib.suppress(OSError):
                    self._kept.parent.mkdir(parents=True, exist_ok=True)
            inventory = self._inventory = Inventory(site, url, self._kept, changes)
        flaws = tuple(sorted(look_over(inventory, expected), key=lambda f: f.order))
        if not flaws:
            write_sums(site, inventory.sums)
            inventory.keep()
        return flaws


def seal(site: Path, url: str, expected: Expected, kept: Path | None = None) -> tuple[Flaw, ...]:
    """Look a new site over, and if nothing is wrong write the sums of its files.

    `url` is the site's address, or empty; `kept` is a file for what was found, so that the next time
    only what is new or changed is looked at; that it cannot be read or written costs time only.
    Returns what is wrong. Raises OSError.
    """
    with contextlib.closing(Sealer(kept)) as sealer:
        return sealer.seal(site, url, expected)


def look_over_artefact(site: Path) -> tuple[Flaw, ...]:
    """Return what is wrong in a built site, as far as it can be told without its project.

    What is expected stands in its sitemap and in its sums. Raises OSError.
    """
    sums, flaws = _read_sums(site)
    with Inventory(site, _url_of(site)) as inventory:
        flaws += _other_sums(sums, inventory.sums)
        flaws += look_over(inventory, Expected())
    return tuple(sorted(flaws, key=lambda f: f.order))


def look_over(inventory: Inventory, expected: Expected) -> list[Flaw]:
    """Return what is wrong in the files of a site that are new or changed, or on account of them."""
    names = {*expected.pages, *expected.files, *ALWAYS}
    flaws = [Flaw(name, None, "is missing") for name in names - inventory.sums.keys()]
    flaws += _Links(inventory).flaws()
    flaws += (Flaw(name, None, text) for name, text in inventory.faults)
    if not inventory.is_as_seen(_digest_of_sitemap(inventory, expected.pages)):
        flaws += _sitemap(inventory, expected.pages)
    flaws += _search(inventory)
    return flaws


# --- links -------------------------------------------------------------------------------


class _Links:
    """Whether what the files of a site link to is there."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._sums = inventory.sums
        self._anchors: dict[str, frozenset[str]] = {}
        self._exactly: dict[str, frozenset[str]] = {}

    @cached_property
    def _tops(self) -> set[str]:
        return {name.partition("/")[0] for name in self._sums}

    def flaws(self) -> Iterator[Flaw]:
        """Ask what is asked anew, once for all files, and look at those that ask what is not there."""
        inventory = self._inventory
        wrong = {number(key) for key in inventory.asked if not self._holds(key)} | inventory.lost()
        names = sorted(inventory.asking(wrong))
        for name, line, text in shared_out(self._of, names, _A_SHARE):
            if text is None:
                inventory.ask_again(name, line)  # of what it once asked, something is there no more
            else:
                yield Flaw(name, line, text)

    def _holds(self, key: str) -> bool:
        """Whether what a key says is there. If not, there may be another reading of the links with that key."""
        if key == OUT:
            return False
        path, anchor, is_full = parts_of(key)
        target = self._file(path.removesuffix("/"), path.endswith("/"))
        if target not in self._sums:
            # Other sites may stand at the same host: a full address is ours if it begins as ours do.
            return is_full and path.partition("/")[0] not in self._tops
        return not anchor or not target.endswith(".html") or self._has(target, anchor)

    def _file(self, path: str, is_folder: bool) -> str:
        return f"{path}/{INDEX}" if is_folder or path not in self._sums else path

    def _of(self, names: Sequence[str]) -> Iterator[tuple[str, Any, str | None]]:
        """Follow all links of files; yield the parts of flaws, and without text the links of a file that has none."""
        for name in names:
            is_right, links = True, self._read(name)
            for link in links:
                if (wrong := self._wrong(name, link)) is not None:
                    is_right = False
                    shown = self._inventory.url + link[2:] if link.startswith("//") else link
                    for line in self._lines(name, link):
                        yield name, line, f"the link {shown} {wrong}"
            if is_right:
                yield name, sorted(links), None

    def _wrong(self, name: str, link: str) -> str | None:
        """Return what is wrong with a link; None if it leads where it says."""
        path, _, anchor = link.partition("#")
        found = target_of(name, path.partition("?")[0])
        if found is None:
            return "leads out of the site"
        target = self._file(*found)
        if target not in self._sums:
            is_ours = not link.startswith("//") or name == SITEMAP or target.partition("/")[0] in self._tops
            return "leads to no file" if is_ours else None
        if not anchor or not target.endswith(".html") or self._has(target, anchor):
            return None
        return f"leads nowhere on {target}: there is no id {unquote(anchor)}"

    def _has(self, target: str, anchor: str) -> bool:
        """Whether a page has an id; HTML compares it as written, then decoded."""
        if target not in self._anchors:
            self._anchors[target] = self._inventory.anchors(target)
        anchors = self._anchors[target]
        if anchor in anchors or (name := unquote(anchor)) in anchors or anchor in _TOP:
            return True
        if anchor.startswith(":~:"):
            return True
        if target not in self._exactly:
            self._exactly[target] = parsed(self._text(target), self._inventory.url).anchors
        if name not in self._exactly[target]:
            return False
        self._inventory.has_also(target, [name])
        self._anchors[target] |= {name}
        return True

    def _read(self, name: str) -> frozenset[str]:
        return read(name, (self._inventory.site / name).read_bytes(), self._inventory.url).links

    def _lines(self, name: str, link: str) -> Iterator[int | None]:
        """Yield the lines of a page on which a parser finds the link too, and none if it does not."""
        if name.endswith(".html"):
            found = links_of(self._text(name), self._inventory.url)
            yield from sorted({found_.line for found_ in found if found_.to == link})
        else:
            yield None

    def _text(self, name: str) -> str:
        return (self._inventory.site / name).read_bytes().decode("utf-8", "replace")


# --- the sitemap -------------------------------------------------------------------------


def _digest_of_sitemap(inventory: Inventory, pages: Collection[str]) -> str:
    """Return a digest of all that `_sitemap` looks at."""
    sums = (inventory.sums.get(name, "") for name in (SITEMAP, f"{SITEMAP}.gz"))
    return hashlib.sha256("\n".join((*sums, *sorted(pages))).encode()).hexdigest()


def _sitemap(inventory: Inventory, pages: Collection[str]) -> Iterator[Flaw]:
    """Check that the sitemap can be read, and lists pages; its addresses are followed with all others."""
    name = SITEMAP
    if name not in inventory.sums:
        return
    data = (inventory.site / name).read_bytes()
    try:
        root = ET.fromstring(data)  # noqa: S314 - made here, and expat bounds what entities make
    except ET.ParseError as fault:
        yield Flaw(name, None, f"is no XML: {fault}")
        return
    listed = set()
    for entry in root.iterfind("{*}url"):
        listed.add(entry.findtext("{*}loc", ""))
        try:
            dt.date.fromisoformat(entry.findtext("{*}lastmod", "1970-01-01"))
        except ValueError as fault:
            yield Flaw(name, None, str(fault))
    if inventory.url:
        for page in pages:
            if inventory.url + page.removesuffix("index.html") not in listed:
                yield Flaw(name, None, f"does not list {page}")
    packed = inventory.site / f"{name}.gz"
    if packed.is_file():
        try:
            same = gzip.decompress(packed.read_bytes()) == data
        except (OSError, EOFError, zlib.error):
            same = False
        if not same:
            yield Flaw(packed.name, None, f"is not {name}, compressed")


# --- search ------------------------------------------------------------------------------


_ENTRY = f"/{ENTRY}"


def _search(inventory: Inventory) -> Iterator[Flaw]:
    """Check that every file of the index is there, and that it finds a claim of the record."""
    folders = [posixpath.dirname(name) for name in inventory.sums if name.endswith(_ENTRY)]
    if not folders:
        yield Flaw(f"pagefind/{ENTRY}", None, "is missing: nothing can be searched")
    indexes = []
    for folder in folders:
        try:
            index = Index(inventory.site / folder)
        except SearchFailed as fault:
            yield Flaw(f"{folder}/", None, str(fault))
            continue
        indexes.append(index)
        missing = sorted(f for f in index.files if f"{folder}/{f}" not in inventory.sums)
        if missing:
            yield Flaw(f"{folder}/", None, f"the index lacks {len(missing)} files, such as {missing[0]}")
            return
    claim = _known_claim(inventory)
    if claim is None or not indexes:
        return
    try:
        found = any(_finds(index, claim) for index in indexes)
    except (SearchFailed, ValueError, TypeError, LookupError) as fault:
        yield Flaw(f"{folders[0]}/", None, f"the index cannot be searched: {fault}")
        return
    if not found:
        yield Flaw(
            f"{folders[0]}/", None, f"search does not find the claim {claim.page}#{claim.id}: “{claim.text}”"
        )


@dataclass(frozen=True, slots=True)
class _Claim:
    page: str
    """The address of its page, from the site's root: "/briefs/2022-02-05-panel-report/"."""
    id: str
    text: str


def _known_claim(inventory: Inventory) -> _Claim | None:
    """Return a claim of the record, of a brief that was changed if there is one."""
    folder = "api/v1/briefs/"
    for names in (inventory.fresh, inventory.sums):
        for name in sorted(n for n in names if n.startswith(folder)):
            try:
                for claim in json.loads((inventory.site / name).read_bytes())["claims"]:
                    page, _, id_ = claim["permalink"].removeprefix(inventory.url).partition("#")
                    return _Claim("/" + page.lstrip("/"), id_, claim["text"])
            except (ValueError, LookupError, TypeError, AttributeError):
                continue  # of another form: the check of its own says so
    return None


def _finds(index: Index, claim: _Claim) -> bool:
    """Whether the index finds a claim by its longest words, and opens at it.

    The index holds stems; words begin as their stems do.
    """
    words = sorted(set(_WORD.findall(claim.text.lower())), key=lambda w: (-len(w), w))[:4]
    numbers = set(range(len(index.fragments)))
    for word in words:
        numbers &= index.find(word[:4])
    pages = (index.fragment(number) for number in sorted(numbers))
    return any(page.url == claim.page and claim.id in page.anchors for page in pages)


# --- sums --------------------------------------------------------------------------------


def write_sums(site: Path, sums: Mapping[str, str]) -> None:
    """Write the sums of a site's files beside them."""
    lines = [f"{sums[name]}  {name}\n" for name in sorted(sums) if name != SUMS]
    (site / SUMS).write_bytes("".join(lines).encode())


def _read_sums(site: Path) -> tuple[dict[str, str], list[Flaw]]:
    try:
        text = (site / SUMS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}, [Flaw(SUMS, None, "is missing: whether the files are whole cannot be told")]
    sums, flaws = {}, []
    for place, line in enumerate(text.splitlines(), 1):
        if (item := _ITEM.fullmatch(line)) is None:
            flaws.append(Flaw(SUMS, place, "is not a sum and a name"))
        else:
            sums[item["name"]] = item["sum"]
    return sums, flaws


def _other_sums(said: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Flaw]:
    if not said:
        return
    for name, total in said.items():
        if name not in found:
            yield Flaw(name, None, f"is missing: {SUMS} names it")
        elif total != found[name]:
            yield Flaw(name, None, f"is not the file that {SUMS} names")
    for name in found.keys() - said.keys():
        if name != SUMS and name not in NOT_OURS:
            yield Flaw(name, None, f"is in no list: {SUMS} does not name it")


def _url_of(site: Path) -> str:
    """Return a site's address, as its own data give it; empty if they do not."""
    try:
        about: Any = json.loads((site / "api" / "v1" / "index.json").read_bytes())
        return str(about["site"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""
