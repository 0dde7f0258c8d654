"""Response headers for hosts that let a site set its own, with a strict Content-Security-Policy.

The theme puts short scripts into each page. The policy names each by its hash (CSP Level 3, section
6.7.2), so that no other script in a page runs. The hashes are taken from the built pages, never
written by hand, and only of scripts outside the article: a script that found its way into what a
page *says* must not be allowed by the very policy that is there to stop it.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from pathlib import Path

MOST_INLINE = 24
"""Inline scripts, and inline styles, that a policy may name: more would be a page's own."""

LONGEST_LINE = 2000
"""Characters that a line of a `_headers` file may have (Cloudflare Pages, "Headers")."""

OPEN_DATA = ("api", "data", "feeds", "schema")
"""Folders whose files programs on other sites may read."""

_TAG = re.compile(r"""<([a-zA-Z][\w:-]*)((?:[^"'>]|"[^"]*"|'[^']*')*)>""")
_ATTRIBUTE = re.compile(r"""([^\s=>"'/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")
_WORTH_READING = re.compile(r"style|[\s\"'/]on", re.IGNORECASE)
_CODE = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_ARTICLE = re.compile(r"<article\b.*?</article\s*>", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCRIPT_TYPES = ("", "module", "text/javascript", "application/javascript")


class HeadersFailed(Exception):
    """No policy can be made for the site. Its text says why, and what to do."""


class HeaderStyle(StrEnum):
    """A way to write headers down."""

    HEADERS = "headers"
    """The file `_headers` of Cloudflare Pages and Netlify."""
    NGINX = "nginx"
    """A file for nginx to include in a `server` and in each `location` that adds headers."""


@dataclass(frozen=True, slots=True)
class Header:
    """A response header."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Inline:
    """What stands in pages instead of in files: hashes as a policy names them, sorted."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    """Of `<style>` elements."""
    style_attributes: tuple[str, ...]
    """Of `style="…"`."""


def read_inline(site: Path) -> Inline:
    """Return what stands in the pages of a built site. Raises HeadersFailed."""
    scripts: set[str] = set()
    styles: set[str] = set()
    attributes: set[str] = set()
    pages = sorted(site.rglob("*.html"))
    if not pages:
        raise HeadersFailed(f"there are no pages in {site}: build the site first, with `briefing build`")
    for path in pages:
        name = path.relative_to(site).as_posix()
        text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
        written = "".join(_ARTICLE.findall(text))
        if any(kind == "script" for kind, _ in _code(written)):
            raise HeadersFailed(f"{name} has a script in what it says: put it into a file of its own")
        for kind, code in _code(text):
            (scripts if kind == "script" else styles).add(_hash(code))
        attributes |= {_hash(style) for style in _style_attributes(text, name)}
    for found, what in ((scripts, "scripts"), (styles, "styles"), (attributes, "style attributes")):
        if len(found) > MOST_INLINE:
            raise HeadersFailed(
                f"the pages hold {len(found):,} different {what}: put them into files, so that they can be named"
            )
    return Inline(tuple(sorted(scripts)), tuple(sorted(styles)), tuple(sorted(attributes)))


def _code(text: str) -> Iterator[tuple[str, str]]:
    """Yield each inline script that would run and each inline style: its element, and its text."""
    for kind, attributes, code in _CODE.findall(text):
        given = {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(attributes)}
        if kind.lower() == "style" or ("src" not in given and given.get("type", "").lower() in _SCRIPT_TYPES):
            yield kind.lower(), code


def _style_attributes(text: str, name: str) -> Iterator[str]:
    for tag, attributes in _TAG.findall(text):
        if not _WORTH_READING.search(attributes):
            continue
        for attribute, value in _ATTRIBUTE.findall(attributes):
            if attribute.lower() == "style":
                yield unescape(value.strip("\"'"))
            elif re.fullmatch(r"on[a-z]+", attribute, re.IGNORECASE):
                raise HeadersFailed(f"{name} has a script in an attribute of <{tag}>: put it into a file")


def _hash(code: str) -> str:
    digest = hashlib.sha256(code.replace("\r\n", "\n").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy(inline: Inline) -> str:
    """Return the Content-Security-Policy: everything from the site itself, and nothing else.

    Search runs WebAssembly (`wasm-unsafe-eval`, which allows no evaluation of text) in a worker;
    the theme's icons are `data:` images. `unsafe-hashes` lets the named style attributes stand.
    """
    directives = [
        ("default-src", "'none'"),
        ("script-src", "'self'", "'wasm-unsafe-eval'", *inline.scripts),
        ("style-src", "'self'", *inline.styles),
        *(
            [("style-src-attr", "'unsafe-hashes'", *inline.style_attributes)]
            if inline.style_attributes
            else []
        ),
        ("img-src", "'self'", "data:"),
        ("font-src", "'self'"),
        ("connect-src", "'self'"),
        ("worker-src", "'self'"),
        ("manifest-src", "'self'"),
        ("base-uri", "'none'"),
        ("form-action", "'self'"),
        ("frame-ancestors", "'none'"),
    ]
    return "; ".join(" ".join(directive) for directive in directives)


UNUSED = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
    "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""Abilities of browsers that no page asks for (Permissions Policy)."""


def response_headers(inline: Inline) -> tuple[Header, ...]:
    """Return the headers of every answer.

    Only "cite" asks a browser for something: to put a citation on the clipboard.
    """
    return (
        Header("Content-Security-Policy", policy(inline)),
        Header("Strict-Transport-Security", "max-age=31536000"),
        Header("X-Content-Type-Options", "nosniff"),
        Header("Referrer-Policy", "strict-origin-when-cross-origin"),
        Header("Permissions-Policy", ", ".join(["clipboard-write=(self)", *(f"{n}=()" for n in UNUSED)])),
        Header("Cross-Origin-Opener-Policy", "same-origin"),
        Header("X-Frame-Options", "DENY"),
    )


def write_down(headers: tuple[Header, ...], style: HeaderStyle) -> str:
    """Return the text of a file that gives a host the headers. Raises HeadersFailed."""
    if style is HeaderStyle.NGINX:
        lines = [f'add_header {h.name} "{h.value}" always;' for h in headers]
        return "# Made by `briefing headers` from the built pages.\n" + "\n".join(lines) + "\n"
    lines = ["/*", *(f"  {h.name}: {h.value}" for h in headers)]
    for folder in OPEN_DATA:
        lines += [f"/{folder}/*", "  Access-Control-Allow-Origin: *"]
    if any(len(line) > LONGEST_LINE for line in lines):
        raise HeadersFailed(
            f"the policy is longer than {LONGEST_LINE:,} characters: put inline code into files"
        )
    return "\n".join(lines) + "\n"
