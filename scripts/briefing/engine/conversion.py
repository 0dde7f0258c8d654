"""Markdown to HTML as MkDocs does it, faster: byte for byte the same, which tests hold.

Pages that our templates write are mostly made in one pass (briefing.engine.direct). For all others, one
Python-Markdown is made a process instead of one a page (where the site has no extension but those that
pages are written for: others may remember the last page), and its inline patterns are not tried on text
that lacks a character without which they cannot match. On a brief's page that is nine tries in ten; the
rest of Python-Markdown is as it is.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown import inlinepatterns as inline
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import pages as mkdocs_pages
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url

from briefing.engine.direct import Unknown, direct
from briefing.markdown import EXTENSIONS

_NEEDS: Mapping[type, tuple[str, str]] = {
    inline.BacktickInlineProcessor: ("`", "`"),
    inline.EscapeInlineProcessor: ("\\", "\\"),
    inline.LinkInlineProcessor: ("[", "["),
    inline.ImageInlineProcessor: ("![", "!["),
    inline.AutolinkInlineProcessor: ("<", "<"),
    inline.AutomailInlineProcessor: ("<", "<"),
    inline.SubstituteTagInlineProcessor: ("  \n", "  \n"),
    inline.HtmlInlineProcessor: ("<", "&"),
    inline.DelimiterProcessor: ("*", "_"),
}
"""Texts of which one must be there for a pattern to match: those of Python-Markdown's own patterns."""

_ANYTHING = ("", "")
"""What a pattern needs that may match any text."""

_REFERENCES = (
    inline.ReferenceInlineProcessor,
    inline.ImageReferenceInlineProcessor,
    inline.ShortReferenceInlineProcessor,
    inline.ShortImageReferenceInlineProcessor,
)
"""Patterns that change nothing on a page that defines no references."""

_STOCK = {
    "backtick", "escape", "reference", "link", "image_link", "image_reference", "short_reference",
    "short_image_ref", "autolink", "automail", "linebreak", "html", "entity", "em_strong",
}  # fmt: skip
"""Names of Python-Markdown's own patterns; an extension's are always tried."""


class _Inline(InlineProcessor):
    """Python-Markdown's own, passing over patterns that cannot match."""

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        patterns = self.md.inlinePatterns
        every = [patterns[n] for n in range(len(patterns))]
        stock = {id(patterns[name]) for name in _STOCK if name in patterns}
        self._table: list[tuple[inline.Pattern, tuple[str, str] | None]] = [
            (p, self._needs(p) if id(p) in stock else _ANYTHING) for p in every
        ]
        return super().run(tree, ancestors)

    def _needs(self, pattern: inline.Pattern) -> tuple[str, str] | None:
        """Return texts of which one must be there, or nothing where the pattern changes no text."""
        kind = type(pattern)
        if kind is _Link:
            kind = inline.LinkInlineProcessor
        if kind in _REFERENCES:
            return ("[", "[") if self.md.references else None
        return _NEEDS.get(kind, _ANYTHING)

    # The base class calls this by its mangled name.
    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803 - their names
        if isinstance(data, AtomicString):
            return data
        table, start = self._table, 0
        apply = self._InlineProcessor__applyPattern  # type: ignore[attr-defined] # the base class has it
        while patternIndex < len(table):
            pattern, needs = table[patternIndex]
            if needs is None or (needs[0] not in data and needs[1] not in data):
                patternIndex, start = patternIndex + 1, 0  # noqa: N806 - as above
                continue
            data, matched, start = apply(pattern, data, patternIndex, start)
            if not matched:
                patternIndex += 1  # noqa: N806 - as above
        return data


class _Link(inline.LinkInlineProcessor):
    """Python-Markdown's own, finding the end of a link's text by an expression."""

    _BRACKET = re.compile(r"[\[\]]")

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802 - their name
        depth = 1
        for found in self._BRACKET.finditer(data, index):
            depth += 1 if found[0] == "[" else -1
            if not depth:
                return data[index : found.start()], found.end(), True
        return data[index:], len(data), False


class _RawAnchors(mkdocs_pages._RawHTMLPreprocessor):
    """MkDocs' own, with an expression in place of a parser: in our pages ids stand in double quotes."""

    _ID = re.compile(r"""<[a-z][^<>]*?\sid="([^"]*)\"""")

    @classmethod
    def among(cls, text: str) -> set[str]:
        """Return the ids of a text's raw HTML."""
        return set(cls._ID.findall(text))

    def run(self, lines: list[str]) -> list[str]:
        self.present_anchor_ids = self.among("\n".join(lines))
        return lines


class _Paths(mkdocs_pages._RelativePathTreeprocessor):
    """MkDocs' own, remembering where a folder's pages lead to: all lead to the same few."""

    _PLAIN = re.compile(
        r"(?P<path>(?:\.\./)*[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*\.[a-z0-9]+)(?:#(?P<anchor>[A-Za-z0-9_-]+))?"
    )

    def __init__(
        self,
        file: File,
        files: "FastFiles",
        config: MkDocsConfig,
        ways: dict[tuple[str, str], tuple[File, str]],
    ) -> None:
        super().__init__(file, files, config)
        self._found = ways
        self._seen = files.asked
        self._folder = posixpath.dirname(file.src_uri)
        # Pages of one folder lead to other files by the same way, but for what lies below their own.
        self._alike = config.use_directory_urls and file.name != "index"

    def path_to_url(self, url: str) -> str:
        plain = self._PLAIN.fullmatch(url) if self._alike else None
        if plain is None:
            return super().path_to_url(url)
        path, anchor = plain["path"], plain["anchor"]
        key = (self._folder, path)
        if key not in self._found:
            target = self.files.get_file_from_path(self._target_uri(self.file.src_uri, path))
            if target is None or not _is_included(target) or target.url.startswith(self.file.url):
                return super().path_to_url(url)
            self._found[key] = target, get_relative_url(target.url, self.file.url)
        target, way = self._found[key]
        if target.url.startswith(self.file.url):
            return super().path_to_url(url)
        self._seen.add(target.src_uri)
        if not anchor:
            return way
        self.links_to_anchors.setdefault(target, {}).setdefault(anchor, url)
        return f"{way}#{anchor}"


def _is_included(file: File) -> bool:
    return bool(file.inclusion.is_included())  # type: ignore[no-untyped-call] # MkDocs' has no types


class Converter:
    """Turns pages' Markdown into HTML. Not for more than one thread."""

    def __init__(self, config: MkDocsConfig, files: "FastFiles") -> None:
        """Prepare Python-Markdown with the extensions of mkdocs.yml."""
        self._config = config
        self._files = files
        self._md: markdown.Markdown | None = None
        self._ways: dict[tuple[str, str], tuple[File, str]] = {}
        # MkDocs adds fenced code, which no page of ours has.
        settings = {name: config["mdx_configs"].get(name) or {} for name in config["markdown_extensions"]}
        settings.pop("fenced_code", None)
        self._reused = set(settings) <= set(EXTENSIONS)
        self._permalink = _permalink(settings)

    def render(self, page: Page, *, made: bool = False) -> None:
        """Do what `Page.render` does: fill in the page's content, contents, title and anchors.

        `made` says that the page is one of ours, whose raw HTML is known to be plain.
        """
        paths = _Paths(page.file, self._files, self._config, self._ways)
        if made and self._permalink and self._render_directly(page, paths, self._permalink):
            return
        md, file = self._ready(), page.file
        raw = _RawAnchors() if made else mkdocs_pages._RawHTMLPreprocessor()
        anchors = mkdocs_pages._ExtractAnchorsTreeprocessor(file, self._files, self._config)
        title = mkdocs_pages._ExtractTitleTreeprocessor()
        for step in (raw, anchors, paths, title):
            step._register(md)
        page.content = md.convert(page.markdown or "")
        page.toc = get_toc(getattr(md, "toc_tokens", []))
        page._title_from_render = title.title
        page.present_anchor_ids = anchors.present_anchor_ids | raw.present_anchor_ids
        page.links_to_anchors = paths.links_to_anchors

    def _render_directly(self, page: Page, paths: _Paths, permalink: str) -> bool:
        """Do the same for a page of known forms. Returns whether it was one."""
        text = page.markdown or ""
        try:
            found = direct(text, paths.path_to_url, permalink)
        except Unknown:
            return False
        page.content = found.content
        page.toc = get_toc(found.toc_tokens)
        page._title_from_render = found.title
        page.present_anchor_ids = found.anchors | _RawAnchors.among(text)
        page.links_to_anchors = paths.links_to_anchors
        return True

    def _ready(self) -> markdown.Markdown:
        """Return a Python-Markdown that knows nothing of the last page."""
        md = self._md if self._reused else None
        if md is not None:
            md.reset()
            if md.delimiters is not None:
                md.delimiters.reset()  # `reset` passes over what an odd `*` has left behind
            return md
        config = self._config
        self._md = md = markdown.Markdown(
            extensions=config["markdown_extensions"], extension_configs=config["mdx_configs"] or {}
        )
        if type(md.treeprocessors["inline"]) is InlineProcessor:
            md.treeprocessors.register(_Inline(md), "inline", 20)
        if type(md.inlinePatterns["link"]) is inline.LinkInlineProcessor:
            md.inlinePatterns.register(_Link(inline.LINK_RE, md), "link", 160)
        return md


def _permalink(extensions: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the title of headings' links, or nothing where extensions are not those that direct knows."""
    wanted, given = dict(EXTENSIONS["toc"]), dict(extensions.get("toc", {}))
    wanted.pop("permalink_title")
    title = given.pop("permalink_title", "Permanent link")
    same = {**extensions, "toc": given} == {**EXTENSIONS, "toc": wanted}
    return title if same and isinstance(title, str) and not re.search(r'[&<>"\x02\x03]', title) else ""


class FastFiles(Files):
    """MkDocs' files, found without taking paths apart where they are written as they are kept."""

    def __init__(self, files: Iterable[File]) -> None:
        super().__init__(files)
        self.asked: set[str] = set()
        """What was looked for, whether it was there or not."""

    def get_file_from_path(self, path: str) -> File | None:
        """Return the file at a path below the docs."""
        self.asked.add(path)
        return self._src_uris.get(path) or super().get_file_from_path(path)
