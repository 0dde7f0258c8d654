"""What the files of a site ask of each other, as numbers that are quickly compared.

A link says where it leads in many ways. Here it becomes *keys*, which say the same whatever the page:
whether a key holds depends on the site alone. Of the keys of a file only their numbers are kept, eight
bytes each: by them it is seen which keys are new, and who asks for something that is there no more.
"""

import posixpath
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import unquote

from briefing.hypertext import Page

INDEX, SITEMAP = "index.html", "sitemap.xml"

# Signs that cannot stand in a link: halves of characters, which no decoding gives.
_ANCHOR, _FULL, _TOP, _DECODED = "\udc01", "\udc02", "\udc03", "\udc04"

OUT = f"{_TOP}/"
"""The key of a link that leads out of the site: it never holds."""


def target_of(name: str, path: str) -> tuple[str, bool] | None:
    """Return where a path on a page leads, and whether that is a folder; None if out of the site."""
    if not path:
        return name, False
    return _target(path.lstrip("/") if path[0] == "/" else f"{posixpath.dirname(name)}/{path}".lstrip("/"))


def _target(full: str) -> tuple[str, bool] | None:
    """Return where a path from the site's root leads, as `target_of`."""
    if "%" in full:
        full = unquote(full)
    target = posixpath.normpath(full)
    if target.startswith("../") or target == "..":
        return None
    if target == ".":
        return INDEX, False
    return target, full.endswith(("/", "/.", "/.."))


def asked(name: str, page: Page) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the key of each of a file's links, and numbers: its own first.

    The other numbers say the same in other words, for it to be found who asks for what has gone. What a
    page asks of itself, and has, is left out: when that changes, the page does.
    """
    folders = [""]
    for part in name.split("/")[:-1]:
        folders.append(f"{folders[-1]}{part}/")
    depth = len(folders) - 1
    for link in page.links:
        if link.startswith("//"):
            yield _asked_in_full(link, name == SITEMAP)
            continue
        path, _, anchor = link.partition("#")
        if "?" in path:
            path = path.partition("?")[0]
        if not path:
            if anchor not in page.anchors:
                yield _asked(name, anchor, False)
        elif path[0] == "/":
            yield _asked(path.lstrip("/"), anchor, False)
        else:
            # So the same place has mostly the same name on all pages, and is remembered.
            up = depth
            while up and path.startswith("../"):
                path, up = path[3:], up - 1
            yield _asked((folders[up] + path).lstrip("/"), anchor, False)


@lru_cache(maxsize=1 << 17)
def _asked_in_full(link: str, is_ours: bool) -> tuple[str, tuple[int, ...]]:
    """Return the key and numbers of a full address; `is_ours` says that no other site can be meant."""
    path, _, anchor = link.partition("#")
    return _asked(path.partition("?")[0].lstrip("/"), anchor, not is_ours)


@lru_cache(maxsize=1 << 17)
def _asked(full: str, anchor: str, is_full: bool) -> tuple[str, tuple[int, ...]]:
    """Return the key of a link to a path from the site's root, and numbers."""
    found = _target(full)
    if found is None:
        return OUT, (number(OUT),)
    target, is_folder = found
    key = f"{target}/" if is_folder else target
    others = []
    if is_full:
        key = _FULL + key
        others.append(_TOP + target.partition("/")[0])
    if anchor:
        others.append(key)
        if "%" in anchor and (decoded := unquote(anchor)) != anchor:
            others.append(f"{key}{_DECODED}{decoded}")
        key = f"{key}{_ANCHOR}{anchor}"
    return key, (number(key), *map(_number_again, others))


def parts_of(key: str) -> tuple[str, str, bool]:
    """Return the path of a key, a slash at its end if it is a folder, its anchor, and whether other sites may have it."""
    path, _, anchor = key.partition(_ANCHOR)
    return path.removeprefix(_FULL), anchor, path.startswith(_FULL)


def keys_to(file: str) -> Iterator[str]:
    """Yield all keys that lead to a file."""
    folder = file.removesuffix(f"/{INDEX}")
    for path in (file,) if folder == file else (file, folder, f"{folder}/"):
        yield path
        yield _FULL + path


def keys_to_anchors(file: str, anchors: Iterable[str]) -> Iterator[str]:
    """Yield all keys that lead to anchors of a page."""
    keys = list(keys_to(file))
    for anchor in anchors:
        for key in keys:
            yield f"{key}{_ANCHOR}{anchor}"
            yield f"{key}{_DECODED}{anchor}"


def key_below(top: str) -> str:
    """Return the key of all links that lead to something below a name at the site's root by a full address."""
    return _TOP + top


def number(key: str) -> int:
    """Return the number of a key: two keys have the same once in 10^19."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest())


_number_again = lru_cache(maxsize=1 << 14)(number)


def forget() -> None:
    """Let go of what is remembered of links: some tens of megabytes."""
    _asked.cache_clear()
    _asked_in_full.cache_clear()
    _number_again.cache_clear()


def packed(numbers: Iterable[int]) -> bytes:
    """Return numbers, each once, in eight bytes each."""
    return array("Q", sorted(set(numbers))).tobytes()


def unpacked(numbers: bytes) -> "array[int]":
    """Return numbers that were packed, in their order."""
    found = array("Q")
    found.frombytes(numbers)
    return found
