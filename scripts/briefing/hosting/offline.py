"""A copy of a built site that works from a disk, without a web server.

Addresses that end in a folder lead to its `index.html`, which a server finds and a disk does not.
Search fetches its index, which browsers refuse to pages that come from files: its place is taken
by the lists that stand there for readers without script. All else is as it is on the web.
"""

import os
import posixpath
import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from briefing.publishing import publish

LEFT_OUT = ("pagefind/", "assets/cards/")
"""Folders for search and for social networks."""

LEFT_OUT_FILES = ("404.html", "sitemap.xml", "sitemap.xml.gz", "SHA256SUMS", "_headers", "_redirects")
"""Files for web servers and crawlers, and sums of pages that differ here."""

README = "README.txt"

_LINK = re.compile(r'(<(?:a|link)\b[^>]*?\bhref=")([^"]*)(")')
_REFRESH = re.compile(r'(<meta http-equiv="refresh" content="0; url=)([^"]*)(")')
_MODULE = re.compile(r'[ \t]*<script type="module"[^>]*></script>\n?')
_SEARCH = re.compile(r'<form class="search-page".*?</form>', re.DOTALL)
_KEY = re.compile(r"<kbd>/</kbd>")
_SAID = '<p class="search-status">Search works on the web only: pages from a disk may not read its index. The lists lead everywhere:</p>'

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file can write down."""


class NoSite(Exception):
    """There is no built site, or no place to write the copy. Its text says what to do."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What was written."""

    files: int
    pages: int


def copy_offline(site: Path, out: Path, *, epoch: int | None = None) -> Copied:
    """Write a copy of the site that works from a disk: a zip file where `out` ends in .zip, or a folder.

    The same site gives the same bytes; `epoch` (SOURCE_DATE_EPOCH, seconds) dates the zip's files.
    Raises NoSite. What stood at `out` is replaced in one step, or stays.
    """
    names = _names(site)
    if "index.html" not in names:
        raise NoSite(f"there is no site in {site}: build it first, with `briefing build`")
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".zip":
        return _write_zip(site, names, out, epoch)
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / README).is_file())):
        raise NoSite(f"{out} holds other files: name another folder")
    new = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name, content in _contents(site, names):
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        new.chmod(0o755)
        publish(new, out)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return _copied(names)


def _write_zip(site: Path, names: frozenset[str], out: Path, epoch: int | None) -> Copied:
    moment = max(EARLIEST, time.gmtime(epoch)[:6]) if epoch is not None else EARLIEST
    handle, beside = tempfile.mkstemp(prefix=f".{out.name}-", dir=out.parent)
    try:
        with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
            for name, content in _contents(site, names):
                entry = zipfile.ZipInfo(f"{out.stem}/{name}", moment)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)
        Path(beside).chmod(0o644)
        Path(beside).replace(out)
    finally:
        Path(beside).unlink(missing_ok=True)
    return _copied(names)


def _copied(names: frozenset[str]) -> Copied:
    return Copied(len(names) + 1, sum(n.endswith(".html") for n in names))


def _names(site: Path) -> frozenset[str]:
    """Return the names of the files that go along."""
    names = (p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file() and not p.is_symlink())
    return frozenset(
        n for n in names if n not in LEFT_OUT_FILES and not n.startswith(LEFT_OUT) and not n.endswith(".map")
    )


def _contents(site: Path, names: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    yield README, _readme(site)
    for name in sorted(names):
        content = (site / name).read_bytes()
        yield name, _page(content.decode(), name, names).encode() if name.endswith(".html") else content


def _readme(site: Path) -> bytes:
    canonical = re.search(r'<link rel="canonical" href="([^"]*)"', (site / "index.html").read_text("utf-8"))
    of = f" of {canonical[1]}" if canonical else ""
    text = f"A copy{of}\n\nOpen index.html in a browser. All pages and data are here; search works on the web only.\n"
    return text.encode()


def _page(text: str, name: str, names: frozenset[str]) -> str:
    folder = posixpath.dirname(name)

    @cache
    def leading(address: str) -> str:
        return _to_file(address, folder, names)

    def link(match: re.Match[str]) -> str:
        return match[1] + leading(match[2]) + match[3]

    text = _LINK.sub(link, text)
    text = _REFRESH.sub(link, text)
    # The theme hides the lists from readers who have the form.
    text = _SEARCH.sub(_SAID, text).replace('<div class="search-lists">', "<div>")
    return _KEY.sub("", _MODULE.sub("", text))


def _to_file(address: str, folder: str, names: frozenset[str]) -> str:
    """Return the address, with the name of the file where it names a folder of the site."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return address
    target = posixpath.normpath(posixpath.join(folder, unquote(parts.path)))
    index = "index.html" if target == "." else f"{target}/index.html"
    if target in names or index not in names:
        return address
    return parts._replace(path=parts.path.rstrip("/") + "/index.html").geturl()
