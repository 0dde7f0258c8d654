"""Our own pages' Markdown to HTML in one pass, byte for byte as Python-Markdown makes it.

Templates write few forms, each in one way. A page of other forms, or of a form in which Python-Markdown
might see something else, is refused (`Unknown`) and left to Python-Markdown: tests compare the two.
Nothing here guesses. What is not matched whole by an expression below is unknown.
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from markdown.extensions.toc import nest_toc_tokens, slugify, strip_tags, unique


class Unknown(Exception):
    """A page has a form that is not known here."""


_PLAIN = r"[^\\`*_\[\]{}<>&|!#]"
"""A character that means nothing within a line."""

_ENTITY = r"&(?:#[0-9]+|#x[0-9a-fA-F]+|[a-zA-Z0-9]+);"
_VALUE = rf'"(?:[^"\\`*_\[\]{{}}<>&|!\n]|{_ENTITY})*"'
_TAG_ATTRIBUTES = rf"(?: [a-z-]+(?:={_VALUE})?)*"
_TEXT = rf"(?:{_PLAIN}++|{_ENTITY}|</?(?:abbr|small|span|time){_TAG_ATTRIBUTES}>|<br>)"
_URL = (
    rf"(?:<(?P<whole>(?:[^\s<>&\"'\\`\[\]{{}}|!]|{_ENTITY})+)>"
    rf"|(?P<short>(?:[^\s<>&()\"'\\`\[\]{{}}|!]|{_ENTITY})+))"
)
_LIST = r"\{ (?:(?:[.#][\w-]+|[a-z-]+=" + _VALUE + r") )+\}"
"""Attributes, as `{ .class #id key="value" }`."""

_LINK = rf"\[(?P<label>(?:{_TEXT}|\*)++)\]\({_URL}\)"
_INLINE = re.compile(
    rf"(?P<text>{_TEXT}++)|{_LINK}"
    r"|(?:(?<=[\s>])|^)(?P<marks>\*\*?)(?P<marked>[^\s*](?:[^*]*[^\s*])?)(?P=marks)"
    rf"(?![*\w])(?P<of_marked>{_LIST})?"
)
_ATTRIBUTE = re.compile(rf"([.#])([\w-]+)|([a-z-]+)=({_VALUE})")
_TAG_ATTRIBUTE = re.compile(rf" ([a-z-]+)(?:=({_VALUE}))?")

_AT_START = re.compile(r"[#>:=|+!{~ -]|\*\*\*|\* |\d+[.)] ")
"""What gives a line another meaning than that of text."""

_HEADING = re.compile(rf"(#{{1,4}}) ([^{{}}\n]*?)(?: ({_LIST}))?")
_LAST_LIST = re.compile(rf"\n({_LIST})\Z")
_NOTE = re.compile(r'!!! ([a-z]+) "([^"\n]*)"')
_OPEN = re.compile(rf"<(div|details)({_TAG_ATTRIBUTES}) markdown>")
_SUMMARY = re.compile(r"<summary>(.*)</summary>")
_RAW = re.compile(r"<(div|figure)((?: [a-z-]+(?:=\"[^\"<>]*\")?)*)>(?!.*</\1>)")
_BREAKS = re.compile(r"#|!!! |</?(?:div|details|figure)\b|\Z")
"""What ends a stretch of text without a blank line before it."""

_WAY = re.compile('"\x02([^\x03]*)\x03"')
"""An address that has not been looked for yet."""

_ODD = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_ODD_TOGETHER = (" \n", "\n\n\n", "<!", "<?", "\n~~~", "\n```")
"""What Python-Markdown changes before it reads a page, and templates never write."""


@dataclass(slots=True)
class Direct:
    """What a page's Markdown comes to."""

    content: str
    title: str | None
    toc_tokens: list[Any]
    anchors: set[str]


@dataclass(slots=True)
class _Heading:
    """A heading whose id is known once all the page's ids are."""

    place: int
    level: int
    attributes: dict[str, str]
    text: str


@dataclass(slots=True)
class _Page:
    lines: list[str]
    at: int = 0
    out: list[str] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    """Elements within which we are, and what stood last in each before it was opened."""
    last: str = ""
    """The last block within the same element."""
    headings: list[_Heading] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    # --- blocks -------------------------------------------------------------------------

    def run(self) -> None:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line:
                self.at += 1
            elif line[0] == "<" and self._element(line):
                pass
            elif line[0] == "#":
                self._heading(line)
            elif line.startswith("!!! "):
                self._note(line)
            else:
                self._block(line, self._stretch())
        if self.open:
            raise Unknown

    def _add(self, kind: str, *lines: str) -> None:
        self.out += lines
        self.last = kind

    def _goes_on(self, tag: str) -> bool:
        """Open the element that stands before again, if it is of a kind."""
        if self.last != tag:
            return False
        self.out.pop()
        return True

    def _stretch(self) -> list[str]:
        """Return the lines up to the next blank one, or one that begins a block anywhere."""
        begin = self.at
        self.at += 1
        while self.at < len(self.lines) and not _BREAKS.match(self.lines[self.at]):
            self.at += 1
        return self.lines[begin : self.at]

    def _block(self, line: str, lines: list[str]) -> None:
        if line.startswith(("- ", "1. ")):
            self._list(lines)
        elif line[0] == "|":
            self._table(lines)
        elif line.startswith("> "):
            if not all(x.startswith("> ") for x in lines):
                raise Unknown
            opening = [] if self._goes_on("blockquote") else ["<blockquote>"]
            self._add("blockquote", *opening, self._paragraph([x[2:] for x in lines]), "</blockquote>")
        elif line.startswith(":   ") or (len(lines) > 1 and any(x[0] == ":" for x in lines)):
            self._definitions(lines)
        else:
            self._add("p", self._paragraph(lines))

    def _paragraph(self, lines: list[str]) -> str:
        return self._with_list("p", "\n".join(lines))

    def _with_list(self, tag: str, text: str) -> str:
        """Return an element of text, with the attributes that its last line gives it."""
        found = _LAST_LIST.search(text)
        attributes = self._attributes(found[1]) if found else {}
        return f"<{tag}{_written(attributes)}>{_text(text[: found.start()] if found else text)}</{tag}>"

    def _element(self, line: str) -> bool:
        """Do a line that is a tag by itself. Returns whether it was one."""
        opened = _OPEN.fullmatch(line)
        if opened:
            attributes = {k: v[1:-1] if v else k for k, v in _TAG_ATTRIBUTE.findall(opened[2])}
            if "id" in attributes or "markdown" in attributes:
                raise Unknown
            self._add(opened[1], f"<{opened[1]}{_written(attributes)}>")
            self.open.append((opened[1], self.last))
            self.last = ""
            self.at += 1
            return True
        if line.startswith("</"):
            if not self.open or line != f"</{self.open[-1][0]}>" or not self.last:
                raise Unknown
            self.out.append(line)
            self.last = self.open.pop()[1]
            self.at += 1
            return True
        summary = _SUMMARY.fullmatch(line)
        if summary:
            if not self.open or self.open[-1][0] != "details" or self.last or "<" in summary[1]:
                raise Unknown
            self._add("summary", f"<summary>{_text(summary[1])}</summary>")
            self.at += 1
            return True
        raw = _RAW.fullmatch(line)
        if raw:
            self._raw(raw[1])
            return True
        return False

    def _raw(self, tag: str) -> None:
        """Take over an element as it is, which has no blank line and no other of its kind in it."""
        begin, end = self.at, f"</{tag}>"
        while self.lines[self.at] != end:
            self.at += 1
            if self.at == len(self.lines) or not self.lines[self.at] or f"<{tag}" in self.lines[self.at]:
                raise Unknown
        self.at += 1
        if self.at < len(self.lines) and self.lines[self.at]:
            raise Unknown
        self._add("raw", "\n".join(self.lines[begin : self.at]), *([] if self.open else [""]))

    def _heading(self, line: str) -> None:
        found = _HEADING.fullmatch(line)
        if found is None or not found[2] or found[2] != found[2].strip():
            raise Unknown
        text = _inline(found[2])
        heading = _Heading(len(self.out), len(found[1]), self._attributes(found[3] or ""), text)
        self.headings.append(heading)
        self._add(f"h{heading.level}", "")
        self.at += 1

    def _note(self, line: str) -> None:
        found = _NOTE.fullmatch(line)
        if found is None or not found[2]:
            raise Unknown
        title = f'<p class="admonition-title">{_text(found[2])}</p>'
        self.at += 1
        body = self._below()
        if not body or self.lines[self.at : self.at + 1] not in ([], [""]):
            raise Unknown
        self._add("admonition", f'<div class="admonition {found[1]}">', title, *body, "</div>")

    def _list(self, lines: list[str]) -> None:
        if self.last in ("ul", "ol"):
            raise Unknown
        tag = "ul" if lines[0][0] == "-" else "ol"
        items: list[str] = []
        below: list[str] = []
        for n, line in enumerate(lines):
            if line.startswith("    ") and items:
                below.append(line[4:])
                continue
            self._close_item(items, below)
            mark = "- " if tag == "ul" else f"{n + 1}. "
            if not line.startswith(mark):
                raise Unknown
            items.append(f"<li>{_text(line.removeprefix(mark))}</li>")
        self._close_item(items, below)
        self._add(tag, f"<{tag}>", *items, f"</{tag}>")

    def _close_item(self, items: list[str], below: list[str]) -> None:
        """Put the list that stands below an item into it."""
        if not below:
            return
        out, last = self.out, self.last
        self.out, self.last = [], ""
        if not below[0].startswith("- "):
            raise Unknown
        self._list(below)
        items[-1] = f"{items[-1].removesuffix('</li>')}{chr(10).join(self.out)}\n</li>"
        self.out, self.last = out, last
        below.clear()

    def _definitions(self, lines: list[str]) -> None:
        """Write terms with their definition, in the list that stands before, if any."""
        first = next(n for n, line in enumerate(lines) if line[0] == ":")
        terms, rest = lines[:first], lines[first:]
        if not rest[0].startswith(":   ") or not (terms or self.last == "dl"):
            raise Unknown
        text = "\n".join([rest[0][4:], *map(_dedented, rest[1:])])
        if len(rest) > 1 and not (len(rest) == 2 and _LAST_LIST.search(text)):
            raise Unknown
        if self.last == "loose dl" and not terms:
            raise Unknown
        opening = [] if self._goes_on("dl") or self._goes_on("loose dl") else ["<dl>"]
        opening += [f"<dt>{_text(term)}</dt>" for term in terms]
        below = self._below()
        if not below:
            self._add("dl", *opening, self._with_list("dd", text), "</dl>")
            return
        if len(rest) > 1:
            raise Unknown
        self._add("loose dl", *opening, "<dd>", f"<p>{_text(text)}</p>", *below, "</dd>", "</dl>")

    def _below(self) -> list[str]:
        """Return the paragraphs that follow within the element that stands before."""
        made: list[str] = []
        while self.lines[self.at : self.at + 1] == [""] and self.lines[self.at + 1].startswith("    "):
            self.at += 1
            made.append(self._paragraph([_dedented(x) for x in self._stretch()]))
        return made

    def _table(self, lines: list[str]) -> None:
        rows = [line[2:-2].split(" | ") for line in lines if line.startswith("| ") and line.endswith(" |")]
        width = len(rows[0]) if rows else 0
        plain = len(rows) == len(lines) > 2 and all(len(row) == width for row in rows)
        if not plain or rows[1] != ["---"] * width:
            raise Unknown
        head = [f"<th>{_inline(cell.strip())}</th>" for cell in rows[0]]
        out = ["<table>", "<thead>", "<tr>", *head, "</tr>", "</thead>", "<tbody>"]
        for row in rows[2:]:
            out += ["<tr>", *(f"<td>{_inline(cell.strip())}</td>" for cell in row), "</tr>"]
        self._add("table", *out, "</tbody>", "</table>")

    def _attributes(self, text: str) -> dict[str, str]:
        """Return the attributes of a block."""
        attributes = dict(_parsed(text))
        if "id" in attributes:
            self.ids.add(attributes["id"])
        return attributes

    # --- what comes last ----------------------------------------------------------------

    def finish(self, way: Callable[[str], str], permalink: str) -> Direct:
        """Give headings their ids, and say what the page holds."""
        tokens: list[Any] = []
        counters: dict[str, int] = {}
        title = None
        for heading in self.headings:
            attributes, text = heading.attributes, heading.text
            label = attributes.pop("data-toc-label", "")
            name = strip_tags(text) if "<" in text else " ".join(text.split())
            if heading.place == 0:
                title = name if heading.level == 1 else None
            if "id" not in attributes:
                attributes["id"] = unique(slugify(html.unescape(name), "-"), self.ids, counters)
            id_ = attributes["id"]
            if heading.level in (2, 3):
                tokens.append({"level": heading.level, "id": id_, "name": " ".join((label or name).split())})
            tag = f"h{heading.level}"
            link = f'<a class="headerlink" href="#{id_}" title="{permalink}">#</a>'
            self.out[heading.place] = f"<{tag}{_written(attributes)}>{text}{link}</{tag}>"
        content = _WAY.sub(lambda found: f'"{way(found[1])}"', "\n".join(self.out).strip())
        return Direct(content, title, nest_toc_tokens(tokens), self.ids)


def direct(text: str, way: Callable[[str], str], permalink: str) -> Direct:
    """Return what a page's Markdown comes to; `way` gives the address of what it links to.

    `permalink` is the title of a heading's link to itself. Raises Unknown.
    """
    text = text.strip("\n")
    if not text or _ODD.search(text) or any(odd in text for odd in _ODD_TOGETHER):
        raise Unknown
    page = _Page(text.split("\n"))
    page.run()
    return page.finish(way, permalink)


def _text(text: str) -> str:
    """Return text that stands at the start of a block."""
    if not text or text[-1] == " " or any(map(_AT_START.match, text.split("\n"))):
        raise Unknown
    return _inline(text)


@lru_cache(maxsize=1 << 12)
def _inline(text: str) -> str:
    """Return text within a block; the addresses of links are marked, to be changed when all is known."""
    out: list[str] = []
    at, end = 0, len(text)
    match = _INLINE.match
    while at < end:
        found = match(text, at)
        if found is None:
            raise Unknown
        kind, at = found.lastgroup, found.end()
        if kind == "text":
            out.append(found[0])
        elif kind in ("whole", "short"):
            label = found["label"]
            out.append(f'<a href="\x02{found[kind]}\x03">{_inline(label) if "*" in label else label}</a>')
        else:
            tag = "em" if found["marks"] == "*" else "strong"
            attributes = _parsed(found["of_marked"] or "")
            if "id" in attributes:
                raise Unknown
            out.append(f"<{tag}{_written(attributes)}>{_inline(found['marked'])}</{tag}>")
    return "".join(out)


def _dedented(line: str) -> str:
    if not line.startswith("    "):
        raise Unknown
    return line[4:]


@lru_cache(maxsize=1 << 10)
def _parsed(text: str) -> Mapping[str, str]:
    """Return a list of attributes."""
    found: dict[str, str] = {}
    for mark, name, key, value in _ATTRIBUTE.findall(text[2:-2] if text else ""):
        if mark == ".":
            found["class"] = f"{found['class']} {name}" if "class" in found else name
        elif mark:
            found["id"] = name
        elif key in ("class", "id", "href", "title"):
            raise Unknown
        else:
            found[key] = value[1:-1]
    return found


def _written(attributes: Mapping[str, str]) -> str:
    """Return attributes as Python-Markdown writes them."""
    return "".join(f' {k}="{v}"' for k, v in sorted(attributes.items()))
