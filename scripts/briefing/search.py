"""The search index, made by Pagefind from the built pages.

Pagefind reads the HTML that readers get: what stands in `data-pagefind-body`, with filters,
dates and titles from the page's head. Its index loads in chunks, so that a search costs a
reader a few hundred kilobytes at most, whatever the size of the site.

Pagefind is run as a service that is given the pages in the order of their addresses and gives
back the files. Let loose on a folder, it numbers pages in the order in which the file system
lists them, so that two machines make different indexes of one site; and where the disk is full
it waits for ever, or leaves files cut short.
"""

import base64
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, cast

import cbor2

from briefing.chunks import rechunked

FOLDER = "pagefind"
"""Where the index stands in the site."""

ENTRY = "pagefind-entry.json"
"""The file of an index that names the others."""

UNUSED = ("-ui.", "-component", "-highlight.", "playground")
"""In the names of files of Pagefind's own interfaces, which the site does not use."""

OF_AN_INDEX = frozenset({".pf_fragment", ".pf_index", ".pf_filter", ".pf_meta"})
"""How the names of an index's own files end, which nothing but the index itself names."""

CHARACTERS = "$/"
"""Signs that belong to words: of money, and between the parts of a document's symbol."""

BODY = "data-pagefind-body"
"""The attribute of what is searched; a page without it is not."""

_IGNORED = re.compile(r"<(div|details)\b[^<>]*\sdata-pagefind-ignore(?=[\s=>])[^<>]*>")
"""The beginning of a part that is left out of the search. Such parts change with every other page."""

_DATA = re.compile(r'<script type="application/ld\+json">.*?</script>', re.DOTALL)

_SIGN = re.compile(r'<a class="headerlink"[^<>]*>[^<>]*</a>')
"""The sign of a heading's permanent link, which is no word of it."""

_MAGIC = b"pagefind_dcd"
"""How the content of every compressed file of an index begins."""

_START, _A_PAGE = 60.0, 0.1
"""Seconds that Pagefind may take to start, and for a page; it takes a thousandth of that."""


class SearchFailed(Exception):
    """The index could not be made, or cannot be read. Its text says why."""


def index_site(site: Path) -> int:
    """Index every page of a built site, and return how many were indexed. Raises SearchFailed."""
    if not site.is_dir():
        raise SearchFailed(f"there is no folder {site}")
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    return index_pages(site, (p.relative_to(site).as_posix() for p in site.rglob("*.html")))


def index_pages(site: Path, pages: Iterable[str], folder: str = FOLDER) -> int:
    """Make an index of some pages of a built site, in a folder of it; return how many were indexed.

    Pages are files below the site, in any order; those without a part to search are left out.
    The folder is made, or holds no index. Raises SearchFailed, and OSError.
    """
    files = _canonical(_made(site, sorted(pages)))
    target = site / folder
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    entry = json.loads(files[ENTRY])
    return sum(int(language["page_count"]) for language in entry["languages"].values())


def _searched(html: str) -> str | None:
    """Return a page's head, and its article with the body to search; None if it has no such body.

    Pagefind would leave the rest out itself; parsing it takes half of its time.
    """
    mark = html.find(BODY)
    if mark < 0:
        return None
    body, start, end = html.find("<body"), html.rfind("<article", 0, mark), html.rfind("</article>")
    if not 0 <= body < start < mark < end:
        return html
    head, article = _DATA.sub("", html[:body]), _SIGN.sub("", _without_ignored(html[start:end]))
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


def searched(html: str) -> str | None:
    """Return what of a page decides how it is found; None if nothing of it is searched."""
    return _searched(html)


# --- Pagefind as a service ---------------------------------------------------------------


def _made(site: Path, pages: Sequence[str]) -> dict[str, bytes]:
    """Return the files that Pagefind makes of pages, by their names. Raises SearchFailed, and OSError.

    Both ways a message is JSON as Base64, ended by a comma. Pagefind ends when its input does.
    """
    from pagefind.service import get_executable

    program = get_executable()
    if program is None:
        raise SearchFailed("Pagefind is not installed")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PAGEFIND_")}
    pipe = subprocess.PIPE
    # Pagefind remarks on many pages; a pipe that nobody reads would stop it.
    with tempfile.TemporaryFile() as remarks:
        with subprocess.Popen(
            [program, "--service"], stdin=pipe, stdout=pipe, stderr=remarks, env=environment
        ) as process:
            timer = threading.Timer(_START + _A_PAGE * len(pages), process.kill)
            timer.start()
            try:
                files = _asked(process, site, pages)
            finally:
                timer.cancel()
                process.kill()  # it has given everything, or will give nothing more
                with contextlib.suppress(BrokenPipeError):
                    cast("IO[bytes]", process.stdin).close()
        if files is not None:
            return files
        remarks.seek(max(0, remarks.seek(0, os.SEEK_END) - 1000))
        said = remarks.read().decode("utf-8", "replace").strip().splitlines()
    raise SearchFailed(said[-1] if said else "Pagefind ended without an index")


def _asked(process: subprocess.Popen[bytes], site: Path, pages: Sequence[str]) -> dict[str, bytes] | None:
    """Give pages to Pagefind, and return the files that it gives back, or None if it ended before."""
    to, answers = cast("IO[bytes]", process.stdin), cast("BufferedReader", process.stdout)
    with ThreadPoolExecutor(1) as threads:
        # Answers are read while pages are written: either pipe alone would fill, and stop both.
        sent = threads.submit(_send, site, pages, to)
        try:
            for answer in _answers(answers):
                if answer["type"] == "Error":
                    raise SearchFailed(str(answer["message"]))
                if answer["type"] == "GetFiles":
                    return {
                        file["path"].lstrip("/"): base64.b64decode(file["content"])
                        for file in answer["files"]
                        if not any(part in file["path"] for part in UNUSED)
                    }
        finally:
            process.kill()
        sent.result()
    return None


def _send(site: Path, pages: Sequence[str], stream: IO[bytes]) -> None:
    def send(**payload: Any) -> None:
        message = json.dumps({"message_id": 0, "payload": payload})
        stream.write(base64.b64encode(message.encode()) + b",")

    try:
        send(type="NewIndex", config={"include_characters": CHARACTERS, "force_language": "en"})
        for page in pages:
            html = _searched((site / page).read_text(encoding="utf-8"))
            if html is not None:
                send(type="AddFile", index_id=0, file_path=page, file_contents=html)
        send(type="GetFiles", index_id=0)
        stream.flush()
    except BrokenPipeError:
        pass  # it has ended, as the reader of its answers finds
    except OSError:
        stream.close()  # a page cannot be read: without input, Pagefind ends
        raise


def _answers(stream: BufferedReader) -> Iterator[dict[str, Any]]:
    parts: list[bytes] = []
    while chunk := stream.read1(1 << 20):
        *ended, rest = chunk.split(b",")
        for piece in ended:
            try:
                answer = json.loads(base64.b64decode(b"".join((*parts, piece))))["payload"]
            except (ValueError, LookupError, TypeError):
                raise SearchFailed("what Pagefind answers cannot be understood") from None
            yield answer
            parts = []
        parts.append(rest)


# --- one form ----------------------------------------------------------------------------


def _canonical(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return an index whose bytes depend on the pages alone.

    Pagefind 1.5 lists filters and their values in an order that differs from run to run, and
    names files by their content. They are put in order, and named again; words are put into smaller chunks.
    """
    found = dict(files)
    entry = json.loads(found[ENTRY])
    for language, about in entry["languages"].items():
        version, pages, chunks, filters, *rest = decoded(
            found.pop(_meta_name(about["hash"])), _meta_name(about["hash"])
        )
        named = []
        for title, old in filters:
            name = f"filter/{old}.pf_filter"
            of, values = decoded(found.pop(name), name)
            content = cbor2.dumps([of, sorted(values)])
            new = f"{language}_{_name_of(content)}"
            found[f"filter/{new}.pf_filter"] = _compressed(content)
            named.append([title, new])
        content = cbor2.dumps([version, pages, _rechunked(found, language, chunks), sorted(named), *rest])
        about["hash"] = f"{language}_{_name_of(content)}"
        found[_meta_name(about["hash"])] = _compressed(content)
    entry["languages"] = dict(sorted(entry["languages"].items()))
    found[ENTRY] = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
    return found


def _rechunked(
    found: dict[str, bytes], language: str, chunks: Iterable[tuple[str, str, str]]
) -> list[list[str]]:
    """Put smaller chunks of words in the place of an index's own, and return how the list names them."""
    large = (_opened(found.pop(name), name) for name in [f"index/{old}.pf_index" for _, _, old in chunks])
    named = []
    try:
        for chunk in rechunked(large):
            new = f"{language}_{_name_of(chunk.content)}"
            found[f"index/{new}.pf_index"] = _compressed(chunk.content)
            named.append([chunk.first, chunk.last, new])
    except (ValueError, cbor2.CBORDecodeError) as fault:
        raise SearchFailed(f"the words that Pagefind found cannot be read: {fault}") from None
    return named


def _meta_name(name: str) -> str:
    return f"pagefind.{name}.pf_meta"


def _name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]


def decoded(data: bytes, name: str) -> Any:
    """Return what a compressed file of an index holds. Raises SearchFailed."""
    content = _opened(data, name)
    try:
        return json.loads(content) if name.endswith(".pf_fragment") else cbor2.loads(content)
    except (ValueError, cbor2.CBORDecodeError) as fault:
        raise SearchFailed(f"{name} cannot be read: {fault}") from None


def _opened(data: bytes, name: str) -> bytes:
    """Return a compressed file's content, without the sign at its beginning. Raises SearchFailed."""
    try:
        content = zlib.decompress(data, wbits=31)
    except zlib.error as fault:
        raise SearchFailed(f"{name} cannot be read: {fault}") from None
    if not content.startswith(_MAGIC):
        raise SearchFailed(f"{name} is not in the form that Pagefind writes")
    return content[len(_MAGIC) :]


def _compressed(content: bytes) -> bytes:
    """Return gzip's form of a file of an index, without a time and a system's name in its head."""
    data = _MAGIC + content
    press = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    tail = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return head + press.compress(data) + press.flush() + tail


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
        _, pages, chunks, filters, *_ = self._read(_meta_name(about["hash"]))
        self.fragments = [f"fragment/{name}.pf_fragment" for name, _ in pages]
        self._chunks = [(first, last, f"index/{name}.pf_index") for first, last, name in chunks]
        self.files = {
            _meta_name(about["hash"]),
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
