"""Text to Markdown and Markdown to safe HTML.

Everything that comes from YAML passes through `inline` on its way into a page: it keeps its
words and loses its power. Python-Markdown has no escape for `<`, turns `{: onclick=…}` on a
heading into an attribute, and lets `[x]: javascript:` define a link for the whole page; so
characters that it gives a meaning to become HTML entities.
"""

import html
import json
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import jinja2
import markdown as python_markdown
import nh3
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup


class Markdown(Markup):
    """Markdown that may stand in a page as it is. Anything else is escaped.

    It is markupsafe's type, so that templates' macros and blocks keep it; its own operators
    would escape for HTML only, so texts are put together with f-strings and `join`.
    """

    __slots__ = ()


EXTENSIONS: Mapping[str, Mapping[str, Any]] = {
    "admonition": {},
    "attr_list": {},
    "def_list": {},
    "md_in_html": {},
    "tables": {},
    "toc": {"permalink": "#", "permalink_title": "Permanent link to this part", "toc_depth": "2-3"},
}
"""The Python-Markdown extensions that pages are written for, with their settings. The list is
closed: snippets would read files, emoji and magiclink would rewrite text."""

_BLOCK_EXTENSIONS = ("sane_lists", "tables")

# `:` makes definitions at the start of a line and emoji between words; `"` and `'` matter
# only in attributes, where `attribute` is used.
_ALWAYS = {c: f"&#{ord(c)};" for c in "[]{}|*_`\\~^#!"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ALWAYS_FOUND = re.compile(f"[{re.escape(''.join(_ALWAYS))}]")
_AT_START = re.compile(r"^(?:([-+=:%])|(\d+)([.)]))")
_STARTERS = frozenset("-+=:%")
"""With digits, all that `_AT_START` finds something at: few texts begin so, and asking is faster."""
_TIGHT_COLON = re.compile(r":(?=[^\s\d/])")
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def inline(text: object) -> Markdown:
    """Return text as one line of Markdown that shows just this text."""
    if isinstance(text, Markdown):
        return text
    if isinstance(text, Markup):
        return Markdown(text)
    return _escaped(str(text))


@lru_cache(maxsize=1 << 13)
def _escaped(text: str) -> Markdown:
    """Return text as one line. Asked for many times: titles, names and labels stand on many pages."""
    line = _ALWAYS_FOUND.sub(_entity, _one_line(text))  # few have any: a table is looked up for each letter
    if ":" in line:
        line = _TIGHT_COLON.sub("&#58;", line)
    first = line[:1]
    if first in _STARTERS or first.isdecimal():
        line = _AT_START.sub(_escape_start, line)
    return Markdown(line)


def _entity(match: re.Match[str]) -> str:
    return _ALWAYS[match[0]]


def _escape_start(match: re.Match[str]) -> str:
    if match[1]:
        return f"&#{ord(match[1])};"
    return f"{match[2]}&#{ord(match[3])};"


def explained(text: str) -> Markdown:
    """Return what a docstring says, on one line, with what stands between backticks as code."""
    parts = " ".join(text.split()).split("`")
    return Markdown("".join(f"`{p}`" if n % 2 else _part(p) for n, p in enumerate(parts)))


def _part(text: str) -> str:
    """Return a part of a line, keeping the spaces at its ends."""
    left = " " if text.startswith(" ") else ""
    right = " " if text.endswith(" ") and text.strip() else ""
    return f"{left}{inline(text)}{right}"


def attribute(text: object) -> Markdown:
    """Return text as the value of an HTML attribute, or as HTML text."""
    line = _one_line(str(text))
    return Markdown(html.escape(line, quote=True))


def external(label: object, url: str) -> Markdown:
    """Return a link to another site. `url` has been read by the model: http(s), no spaces."""
    return Markdown(f"[{inline(label)}](<{url.replace('&', '&amp;')}>)")


def timed(words: str, iso: str) -> Markdown:
    """Return a date in words with its machine form (ISO 8601) behind it."""
    return Markdown(f'<time datetime="{attribute(iso)}">{inline(words)}</time>')


def relative(source: str, target: str) -> str:
    """Return the way from one page's file to another's, both below the docs folder."""
    path, hash_, anchor = target.partition("#")
    way = _way(source.rpartition("/")[0], path) if path != source else ""
    return way + hash_ + anchor if way or anchor else posixpath.basename(source)


@lru_cache(maxsize=1 << 16)
def _way(folder: str, path: str) -> str:
    """Return the way from a folder to a file. Asked for many times: each page names the same few."""
    whole = f"/{folder}/{path}/" if folder else f"/{path}/"
    if "//" not in whole and "/." not in whole:  # as nearly all are, for which this is five times as fast
        parts, above = path.split("/"), folder.split("/") if folder else []
        shared = 0
        while shared < min(len(parts), len(above)) and parts[shared] == above[shared]:
            shared += 1
        return "/".join([*[".."] * (len(above) - shared), *parts[shared:]]) or "."
    return posixpath.relpath("/" + path, "/" + folder)


def join(parts: Sequence[object], last: str = " and ") -> Markdown:
    """Return parts as "a, b and c"."""
    done = [inline(p) for p in parts]
    if len(done) < 2:
        return Markdown("".join(done))
    return Markdown(", ".join(done[:-1]) + last + done[-1])


def front_matter(values: Mapping[str, object], data: Mapping[str, object] | None = None) -> str:
    """Return YAML front matter with JSON-quoted values, one key a line.

    Texts of `values` are escaped for HTML, since themes print a page's title and description as
    they are. Those of `data` are not: themes print it as JSON, which their `tojson` escapes.
    """
    given = {k: _texts(v, attribute) for k, v in values.items()}
    given |= {k: _texts(v, _one_line) for k, v in (data or {}).items()}
    rows = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in given.items()]
    return "\n".join(["---", *rows, "---", ""])


_FRONT_MATTER = re.compile(r"\A---\n((?:[a-z_]+: .*\n)*)---\n")


def split_front_matter(text: str) -> tuple[str, dict[str, Any]] | None:
    """Return a page's text and its front matter, as any reader of YAML finds them; a hundred times as fast.

    `text` begins with what `front_matter` returned; None where it does not.
    """
    found = _FRONT_MATTER.match(text)
    if found is None:
        return None
    values: dict[str, Any] = {}
    for row in found[1].splitlines():
        key, _, value = row.partition(": ")
        values[key] = json.loads(value)
    return text[found.end() :].lstrip("\n"), values


def _texts(value: object, change: Callable[[str], str]) -> object:
    """Return a value with every text in it changed."""
    if isinstance(value, str):
        return str(change(value))
    if isinstance(value, (list, tuple)):
        return [_texts(v, change) for v in value]
    if isinstance(value, Mapping):
        return {k: _texts(v, change) for k, v in value.items()}
    return value


def _one_line(text: str) -> str:
    if not text.isprintable():
        text = _INVISIBLE.sub(" ", text)
    return " ".join(text.split())


# --- Markdown that authors write ---------------------------------------------------------

_TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h4",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}


class _OneHeadingLevel(Treeprocessor):
    """Make every heading an h4: the page's own headings are fixed."""

    def run(self, root: Any) -> None:
        for element in root.iter():
            if isinstance(element.tag, str) and re.fullmatch("h[1-6]", element.tag):
                element.tag = "h4"


class _Blocks(Extension):
    def extendMarkdown(self, md: python_markdown.Markdown) -> None:  # noqa: N802 - their name
        md.treeprocessors.register(_OneHeadingLevel(md), "one_heading_level", 1)


@cache
def _authors() -> python_markdown.Markdown:
    return _forgetful(python_markdown.Markdown(extensions=[*_BLOCK_EXTENSIONS, _Blocks()]))


@cache
def _plain_authors() -> python_markdown.Markdown:
    return _forgetful(python_markdown.Markdown(extensions=list(_BLOCK_EXTENSIONS)))


def _forgetful(md: python_markdown.Markdown) -> python_markdown.Markdown:
    """Let `reset` forget what an odd `*` has left behind, too: Python-Markdown 3.11 passes over it."""
    if md.delimiters is not None:
        md.registerExtension(md.delimiters)  # type: ignore[arg-type] # all that is asked of it is `reset`
    return md


def block(text: str) -> Markdown:
    """Return an author's Markdown as clean HTML, to stand in a page as one raw block.

    It is rendered alone, so that nothing in it can define a link or an attribute elsewhere,
    and cleaned by an allow-list: links are http(s) or to an anchor of the page.
    """
    made = _authors().reset().convert(text)
    clean = nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https"},
        attribute_filter=_keep_attribute,
        link_rel=None,
    )
    # A blank line would end the raw block for some Markdown readers; in <pre> it must still show.
    body = re.sub(r"\n[ \t]*(?=\n)", "&#10;", clean.strip())
    return Markdown(f'<div class="prose">\n{body}\n</div>' if body else "")


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "a" and name == "href" and not re.match(r"https?://|#", value, re.IGNORECASE):
        return None
    return value


def plain(text: str) -> str:
    """Return an author's Markdown as plain text on one line."""
    made = _plain_authors().reset().convert(text)
    return " ".join(
        html.unescape(nh3.clean(made, tags=set(), clean_content_tags={"script", "style"})).split()
    )


# --- templates ---------------------------------------------------------------------------


@cache
def environment() -> jinja2.Environment:
    """Return the templates' environment: every value that is not Markdown is escaped."""
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("briefing", "templates"),
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,  # macros then return Markup; `finalize` has escaped the rest before
    )
    env.filters |= {"raw": Markdown, "inline": inline, "attribute": attribute, "block": block, "joined": join}
    return env


_NOTHING = Markdown("")


def _finalize(value: object) -> Markdown:
    return _NOTHING if value is None else inline(value)


def tidy(text: str) -> str:
    """Return a page with at most one blank line in a row, and a newline at its end."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
