"""A page as one Markdown file that can be read by itself: the page's twin.

Pages are written for Python-Markdown and its extensions. A twin is CommonMark with tables, as
code hosts and language models read it: addresses whole, no attribute lists, definitions as lists,
backslashes in place of entities. What is there only for browsers is left out.

Nothing that an author wrote can look like a mark of the page's own: `[`, `{`, `<` and the like
reach a page as entities (briefing.markdown, `inline`), and an author's own Markdown as one block
of clean HTML, which is kept as it is.
"""

import posixpath
import re
from collections.abc import Callable
from functools import lru_cache

from briefing.markdown import tidy
from briefing.view import Site

_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_KEPT = re.compile(r'(^```.*?^```$|^<div class="prose">\n.*?^</div>$)', re.DOTALL | re.MULTILINE)
"""Code, and an author's own Markdown."""

_TITLE = re.compile(r"\A\s*(# .*)$", re.MULTILINE)
_CLAIM = re.compile(r'^<div class="claim [^>]*>\s*^(### .*?) \{ #([a-z0-9-]+)[^}\n]*\}$', re.MULTILINE)
_FOR_BROWSERS = re.compile(
    r"^<(figure|form|details|dialog|script)\b.*?^</\1>$|^<div(?![^>]* markdown>)[^>]*>.*?^</div>$",
    re.DOTALL | re.MULTILINE,
)
_WRAPPER = re.compile(r"^</?(?:div|noscript)\b[^>]*>$", re.MULTILINE)
_ATTRIBUTES = re.compile(r" ?\{:? [^{}\n]* \}")
_NOTE = re.compile(r'^!!! \w+ "(.*)"\n\n((?:    .*\n|\n(?=    ))+)', re.MULTILINE)
_TERM = re.compile(r"^(?!:   )(\S.*)\n(?=:   )", re.MULTILINE)
_DEFINITION = re.compile(r"^:   ", re.MULTILINE)
_LINK = re.compile(r"\]\((?:<([^<>\n]*)>|([^\s()<>]+))\)")
_INLINE_TAG = re.compile(r"</?(?:abbr|small|span|time)\b[^<>]*>")
_BREAK = re.compile(r"<br>")
_ENTITY = re.compile(r"&(?:#(\d+)|(amp|lt|gt|quot));")
_ENTITY_GOES_ON = re.compile(r"#?\w+;")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}
_POWERLESS = frozenset(':%{}^!"')
"""What has a meaning for Python-Markdown and its extensions only."""


def twin_uri(uri: str) -> str:
    """Return the file of a page's twin: "briefs/x/index.md" for "briefs/x.md"."""
    stem = uri.removesuffix(".md")
    return uri if posixpath.basename(stem) == "index" else f"{stem}/index.md"


def twin(uri: str, markdown: str, site: Site) -> str:
    """Return the twin of a page, whose file below the docs folder is `uri`."""
    parts = _KEPT.split(_FRONT_MATTER.sub("", markdown, count=1))
    parts[::2] = [_rewritten(part, uri, site) for part in parts[::2]]
    parts[1::2] = [
        part.removeprefix('<div class="prose">\n').removesuffix("\n</div>") for part in parts[1::2]
    ]
    address = _address("", uri, site)
    return tidy(_TITLE.sub(lambda m: f"{m[1]}\n\n<{address}>", "".join(parts), count=1))


def _rewritten(text: str, uri: str, site: Site) -> str:
    """Return a stretch of a page without what only browsers and Python-Markdown know."""
    text = _CLAIM.sub(lambda m: f"{m[1]}\n\n<{_address(f'#{m[2]}', uri, site)}>", text)
    text = _FOR_BROWSERS.sub("", text)
    text = _WRAPPER.sub("", text)
    text = _ATTRIBUTES.sub("", text)
    text = _NOTE.sub(_quote, text)
    text = _TERM.sub(r"\n**\1**\n\n", text)
    text = _DEFINITION.sub("- ", text)
    text = _BREAK.sub(" – ", _INLINE_TAG.sub("", text))
    text = _LINK.sub(_linker(uri, site), text)
    return _ENTITY.sub(_character, text)


def _quote(match: re.Match[str]) -> str:
    """Return a note beside the text as a quotation, which CommonMark has."""
    rows = [f"**{match[1]}**", "", *(row.strip() for row in match[2].strip("\n").split("\n"))]
    return "\n" + "\n".join(f"> {row}".rstrip() for row in rows) + "\n\n"


def _character(match: re.Match[str]) -> str:
    """Return what an entity stands for, so that CommonMark shows just that."""
    character = chr(int(match[1])) if match[1] else _NAMED[match[2]]
    powerless = (
        character in _POWERLESS
        or (character == "&" and not _ENTITY_GOES_ON.match(match.string, match.end()))
        or (character in ".)" and bool(match.string[match.end() : match.end() + 1].strip()))
    )
    if powerless:
        return character
    return f"\\{character}"


_ELSEWHERE = re.compile("(?i)[a-z]+:")
_WAY = re.compile(r"[A-Za-z0-9_./-]+(?:#.*)?")
"""A link to another page of the site."""

_IN_BRACKETS = re.compile(r"[()\s]")


def _linker(uri: str, site: Site) -> Callable[[re.Match[str]], str]:
    """Return what gives each link of a page its whole address."""
    known = _known(posixpath.dirname(uri), site) if site.url else None

    def linked(match: re.Match[str]) -> str:
        target = match[1] or match[2]
        if known is not None and _WAY.fullmatch(target):
            path, hash_, anchor = target.partition("#")
            if path not in known:
                known[path] = _address(path, uri, site)
            return f"]({_destination(known[path] + hash_ + anchor)})"
        return f"]({_destination(_address(target, uri, site))})"

    return linked


@lru_cache(maxsize=1 << 10)
def _known(folder: str, site: Site) -> dict[str, str]:  # noqa: ARG001 - one for each
    """Return the addresses that are known already of what a folder's pages link to: the same few."""
    return {}


def _destination(address: str) -> str:
    return f"<{address}>" if _IN_BRACKETS.search(address) else address


def _address(target: str, uri: str, site: Site) -> str:
    """Return the whole address of what a page links to or, of an unknown site, the way from the twin."""
    if _ELSEWHERE.match(target):
        return target
    path, hash_, anchor = target.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(uri), path)) if path else uri
    address = site.address(path) if path.endswith(".md") else site.url + path
    if not site.url:
        slash = "/" if address.endswith("/") or not address else ""
        address = posixpath.relpath(address or ".", posixpath.dirname(twin_uri(uri)) or ".") + slash
    return address + hash_ + anchor
