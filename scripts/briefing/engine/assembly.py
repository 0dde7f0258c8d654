"""MkDocs, asked for pages one by one, in whichever process: the same steps as its build takes.

`mkdocs build` reads all pages, then writes all of them. Nothing that it writes of one page depends on
another's text, but for the titles in the navigation: those are read first, and after that pages can be
made in any order, or not at all where their last HTML still holds.
"""

import contextlib
import logging
import os
import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, TemplateError
from mkdocs.commands import build as mkdocs_build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, InclusionLevel, get_files, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page

from briefing.engine.conversion import Converter, FastFiles
from briefing.engine.furniture import remember_furniture
from briefing.engine.state import Linked
from briefing.markdown import split_front_matter
from briefing.mkdocs_plugin import site_of
from briefing.outputs.twins import twin, twin_uri
from briefing.project import briefing_plugin
from briefing.shards import digest_of

log = logging.getLogger("mkdocs.plugins.briefing")

Log = tuple[str, int, str]
"""A line of MkDocs' log: the logger's name, the level, and the text."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page that was written: its files below the site's root, and what of it matters to others."""

    files: tuple[str, ...]
    modified: str
    searched: str
    """The digest of what is searched of it."""
    linked: Linked


class Assembly:
    """A project as MkDocs reads it, with the pages and files that the record gives."""

    def __init__(self, config: MkDocsConfig, pages: Collection[str], assets: Collection[str]) -> None:
        """Take the files of pages and of all else that the record gives: they count as there."""
        self.config = config
        self.site = site_of(config, briefing_plugin(config).config)
        self._made = frozenset(pages)
        self._assets = frozenset(assets)
        self.env = config.theme.get_env()
        found = _WithAssets(get_files(config), config, assets)
        found.add_files_from_theme(_Shown(config.theme.dirs), config)
        with _as_our_plugin(config):
            for uri in pages:
                hidden = found.get_file_from_path(uri)
                if hidden is not None:
                    log.warning("%s is made from the briefs: the file of that name is left out", uri)
                    found.remove(hidden)
                file = File.generated(config, uri, content="", inclusion=InclusionLevel.NOT_IN_NAV)
                found.append(file)
        for uri in assets:
            hidden = found.src_uris.get(uri)
            if hidden is not None:
                log.warning("%s is made from the briefs: the file of that name is left out", uri)
                found.remove(hidden)
        set_exclusions(found, config)
        self.files = found
        with found.without(self._made):
            nav = get_navigation(found, config)
        self.nav = config.plugins.on_nav(nav, config=config, files=found)
        self.env = config.plugins.on_env(self.env, config=config, files=found)
        self.documents = list(found.documentation_pages())
        self._converter = Converter(config, found)
        self._in_navigation = {id(page) for page in self.nav.pages}
        self._furnished = False
        self._is_warm = False

    @property
    def written_by_hand(self) -> list[str]:
        """The files of the pages that do not come from the record."""
        return [f.src_uri for f in self.documents if f.src_uri not in self._made]

    def linkable(self) -> set[str]:
        """Return everything that a page may link to, below the docs folder."""
        return {*self.files.src_uris, *self._assets}

    @property
    def copied(self) -> list[File]:
        """The files that the site takes as they are: the theme's, and those by hand."""
        return [f for f in self.files if not f.is_documentation_page() and _is_included(f)]

    def read_navigation(self, markdown: Callable[[str], str]) -> str:
        """Read what every page shows of those in the navigation; `markdown` gives a made page's.

        Returns what was read, as text: where it changes, every page does. Of a page whose title stands
        in mkdocs.yml nothing else is read, unless the project has templates of its own.
        """
        own_templates = bool(self.config.theme.custom_dir)
        seen = []
        for page in self.nav.pages:
            uri = page.file.src_uri
            if uri in self._made and page.title is not None and not own_templates:
                seen.append((uri, page.title, ""))
                continue
            if uri in self._made:
                page.file.content_string = markdown(uri)
            page.read_source(self.config)
            if page.title is None or "title" not in page.meta:
                # The title may be that of its first heading.
                self._converter.render(page)
            seen.append((uri, page.title or "", repr(sorted(_shown(page.meta).items(), key=str))))
        return repr((seen, [item.title for item in self.nav]))

    def render(self, uri: str, markdown: str | None) -> Rendered:
        """Write a page as HTML and as its twin. `markdown` is a made page's; others are read.

        Raises MkDocsException, or whatever an extension raises.
        """
        self._furnish()
        file = self.files.src_uris[uri]
        if markdown is not None:
            file.content_string = markdown
        page = file.page or Page(None, file, self.config)
        self.files.asked.clear()
        self._populate(page, made=markdown is not None)
        targets = tuple(sorted(self.files.asked))
        html = Path(file.abs_dest_path)
        # It may be a second name of the last site's file, which must not change.
        html.unlink(missing_ok=True)
        mkdocs_build._build_page(page, self.config, self.documents, self.nav, self.env)
        beside = Path(self.config.site_dir) / twin_uri(uri)
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        beside.write_text(twin(uri, file.content_string, self.site), encoding="utf-8")
        made = Rendered(
            files=(file.dest_uri, twin_uri(uri)),
            modified=str(page.meta.get("modified", "")),
            searched=digest_of(html.read_text(encoding="utf-8")) if html.is_file() else "",
            linked=_linked(page, targets),
        )
        if id(page) not in self._in_navigation:
            file.page = None
            if markdown is not None:
                file.content_string = ""
        return made

    def warm_up(self) -> None:
        """Read the templates that pages are made with, so that processes which part from this one need not."""
        if self._is_warm:
            return
        self._is_warm = True
        self._furnish()
        for name in self.env.list_templates(extensions=["html"]):
            with contextlib.suppress(TemplateError):  # of the theme's that pages do not have
                self.env.get_template(name)

    def _furnish(self) -> None:
        if not self._furnished:
            remember_furniture(self.env, self.config, self.nav)
            self._furnished = True

    def _read(self, page: Page, *, made: bool) -> None:
        """Do as `Page.read_source` does: the front matter of our own pages is read faster."""
        parts = split_front_matter(page.file.content_string) if made else None
        if parts is None:
            page.read_source(self.config)
        else:
            page.markdown, page.meta = parts

    def _populate(self, page: Page, *, made: bool) -> None:
        """Do as MkDocs' `_populate_page` does, with a faster converter."""
        config, plugins = self.config, self.config.plugins
        config._current_page = page
        try:
            page = plugins.on_pre_page(page, config=config, files=self.files)
            self._read(page, made=made)
            page.markdown = plugins.on_page_markdown(
                page.markdown or "", page=page, config=config, files=self.files
            )
            self._converter.render(page, made=made)
            page.content = plugins.on_page_content(
                page.content or "", page=page, config=config, files=self.files
            )
        except Exception as fault:
            text = f"Error reading page '{page.file.src_uri}': {fault}"
            logging.getLogger("mkdocs.commands.build").log(logging.ERROR, "%s", text)
            raise
        finally:
            config._current_page = None

    def source_of(self, uri: str) -> bytes:
        """Return the source of a page that is written by hand."""
        return self.files.src_uris[uri].content_bytes

    @property
    def templates(self) -> list[str] | None:
        """The files that the theme has besides pages, where they show of pages only where and how old each is.

        None where the project has templates of its own: they may show anything.
        """
        own = self.config.theme.custom_dir or self.config.extra_templates
        return None if own else sorted(self.config.theme.static_templates)

    def write_templates(self, modified: Mapping[str, str]) -> list[str]:
        """Write what the theme has besides pages: the sitemap, the page for unknown addresses.

        `modified` has the day of each page's last change, by its file. Returns the files.
        """
        for file in self.documents:
            page = file.page or Page(None, file, self.config)
            day = modified.get(file.src_uri, "")
            if day:
                page.meta = {**page.meta, "modified": day}
            page.update_date = day or "1970-01-01"
        names = sorted(self.config.theme.static_templates)
        written = []
        for name in names:
            for place in (name, f"{name}.gz"):
                (Path(self.config.site_dir) / place).unlink(missing_ok=True)
            mkdocs_build._build_theme_template(name, self.env, self.files, self.config, self.nav)
            written += [p for p in (name, f"{name}.gz") if (Path(self.config.site_dir) / p).is_file()]
        for name in self.config.extra_templates:
            mkdocs_build._build_extra_template(str(name), self.files, self.config, self.nav)
            written.append(str(name))
        return written


_ABOUT_ITSELF = frozenset(
    {"description", "find", "date", "modified", "published", "schema", "card", "feed", "kind"}
)
"""Front matter that speaks of its own page: no navigation shows it."""


def in_navigation(markdown: str) -> str:
    """Return what the navigation may show of a page that the record gives."""
    parts = split_front_matter(markdown)
    if parts is None or "title" not in parts[1]:
        return markdown  # its title is that of its first heading
    return repr(sorted(_shown(parts[1]).items(), key=str))


def _shown(meta: Mapping[str, object]) -> dict[str, object]:
    return {k: v for k, v in meta.items() if k not in _ABOUT_ITSELF}


def _is_included(file: File) -> bool:
    return bool(file.inclusion.is_included())  # type: ignore[no-untyped-call] # MkDocs' has no types


def _linked(page: Page, targets: tuple[str, ...]) -> Linked:
    """Return what MkDocs found of a page's anchors and links."""
    links = (
        (to.src_uri, anchor, link)
        for to, anchors in (page.links_to_anchors or {}).items()
        for anchor, link in anchors.items()
    )
    return Linked.of(sorted(page.present_anchor_ids or ()), links, targets)


def anchor_faults(
    pages: Mapping[str, Linked], anchors: Callable[[str], Collection[str] | None]
) -> Iterator[str]:
    """Yield MkDocs' words for each link to an anchor that is not there.

    `anchors` returns those of a page by its file, or None for a file that is no page.
    """
    for uri, linked in pages.items():
        for to, anchor, link in linked.links:
            present = anchors(to)
            if present is None or anchor in present:
                continue
            problem = f"the doc '{to}' does not contain an anchor '#{anchor}'"
            context = ""
            if to == uri:
                problem = "there is no such anchor on this page"
                if anchor.startswith("fnref:"):
                    context = " This seems to be a footnote that is never referenced."
            yield f"Doc file '{uri}' contains a link '{link}', but {problem}.{context}"


class _WithAssets(FastFiles):
    """Files among which those that the record gives besides pages are found, without being made."""

    def __init__(self, files: Iterable[File], config: MkDocsConfig, assets: Iterable[str]) -> None:
        super().__init__(files)
        self._config = config
        self._assets = frozenset(assets)
        self._asked: dict[str, File] = {}
        self._left_out: Collection[str] = ()

    @contextlib.contextmanager
    def without(self, uris: Collection[str]) -> Iterator[None]:
        """Leave pages out of the list of all.

        For each in that list MkDocs makes a page before it is asked for, of thousands that no navigation names.
        """
        self._left_out = uris
        try:
            yield
        finally:
            self._left_out = ()

    def documentation_pages(
        self, *, inclusion: Callable[[InclusionLevel], bool] = InclusionLevel.is_included
    ) -> Sequence[File]:
        """Return the files of pages."""
        found = super().documentation_pages(inclusion=inclusion)
        return [file for file in found if file.src_uri not in self._left_out] if self._left_out else found

    def get_file_from_path(self, path: str) -> File | None:
        """Return the file at a path below the docs."""
        found = super().get_file_from_path(path)
        if found is not None:
            return found
        path = posixpath.normpath(path)
        if path not in self._assets:
            return None
        if path not in self._asked:
            with _as_our_plugin(self._config):
                self._asked[path] = File.generated(
                    self._config, path, content="", inclusion=InclusionLevel.INCLUDED
                )
        return self._asked[path]


class _Shown(Environment):
    """The files of a theme, in their order, without its hidden folders: it has ten thousand icons in one.

    No site takes a file of those, and to list them only to leave them out takes longer than all the rest.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        super().__init__()
        self._folders = folders

    def list_templates(
        self,
        extensions: Collection[str] | None = None,  # noqa: ARG002 - MkDocs gives a filter
        filter_func: Callable[[str], bool] | None = None,
    ) -> list[str]:
        """Return the names of the files that pass a filter."""
        found = set[str]()
        for folder in self._folders:
            for root, below, files in os.walk(folder):
                inside = os.path.relpath(root, folder).replace(os.sep, "/")
                if inside == ".":
                    below[:] = [name for name in below if not name.startswith(".")]
                found.update(name if inside == "." else f"{inside}/{name}" for name in files)
        return sorted(name for name in found if filter_func is None or filter_func(name))


@contextlib.contextmanager
def _as_our_plugin(config: MkDocsConfig) -> Iterator[None]:
    """Let files be made as in a plugin's `on_files`: MkDocs asks whose they are."""
    before = getattr(config.plugins, "_current_plugin", None)
    config.plugins._current_plugin = "briefing"
    try:
        yield
    finally:
        config.plugins._current_plugin = before


@contextlib.contextmanager
def logged() -> Iterator[list[Log]]:
    """Keep what MkDocs logs in this process, instead of showing it: it is shown where all comes together."""
    logger, kept = logging.getLogger("mkdocs"), _Keeper()
    handlers, propagate = logger.handlers[:], logger.propagate
    logger.handlers[:] = [kept]
    logger.propagate = False
    try:
        yield kept.lines
    finally:
        logger.handlers[:], logger.propagate = handlers, propagate


class _Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[Log] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append((record.name, record.levelno, record.getMessage()))
