"""MkDocs, asked for one page at a time: the same steps as its build, for the one that somebody looks at.

Everything is as in `mkdocs build`: extensions, theme, overrides, hooks and other plugins. Two things
differ. Pages of the record are made when they are read, not all before; and a file of the record that
no page has asked for yet counts as there, so that links to it come out as they do in a build.
"""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mkdocs.commands.build import get_context
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import File, Files, InclusionLevel, get_files, set_exclusions
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page

from briefing.mkdocs_plugin import site_of
from briefing.preview.assets import may_be_there
from briefing.project import briefing_plugin, configuration, reason
from briefing.publishing import BuildFailed
from briefing.view import Site

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

_OWN = ("pre_build", "files", "post_build")
"""Steps of our plugin that make the whole record's pages: here they are made one by one."""


class Pipeline:
    """A project as MkDocs reads it, and its pages as MkDocs makes them. One thread at a time."""

    def __init__(self, config_file: Path) -> None:
        """Read the configuration. Raises BuildFailed."""
        with _others():
            config = configuration(config_file, strict=False)
        self.plugin = briefing_plugin(config)
        for event in _OWN:
            methods = config.plugins.events[event]
            methods[:] = [m for m in methods if getattr(m, "__self__", None) is not self.plugin]
        with _others():
            config.plugins.on_startup(command="serve", dirty=False)
            self.config: MkDocsConfig = config.plugins.on_config(config)
            self.config.plugins.on_pre_build(config=self.config)
        self._uris: frozenset[str] | None = None
        self._markdown: Callable[[str], str] = _nothing
        self._files: Files = _WithAssets([])
        self._documents: Sequence[File] = ()
        self._by_place: dict[str, File] = {}
        self._nav = Navigation([], [])

    @property
    def briefs(self) -> Path:
        """The folder of the YAML files."""
        return Path(self.plugin.config.briefs)

    @property
    def site(self) -> Site:
        """What the configuration says of the site as a whole."""
        return site_of(self.config, self.plugin.config)

    @property
    def mount(self) -> str:
        """The path below which the site is to be served: that of its own address. Ends with a slash."""
        path = urlsplit(self.config.site_url or "/").path.strip("/")
        return f"/{path}/" if path else "/"

    @property
    def serving(self) -> tuple[str, int]:
        """Where a preview is to be served: host and port."""
        return self.config.dev_addr.host, self.config.dev_addr.port

    @property
    def built(self) -> Path:
        """Where the site is put when it is built."""
        return Path(self.config.site_dir)

    @property
    def watched(self) -> list[Path]:
        """What shapes pages besides the YAML files: the configuration, docs, templates, and what it names."""
        config = self.config
        found = [config.config_file_path, config.docs_dir, config.theme.custom_dir, *config.watch]
        hooks = [Path(config.config_file_path or ".").parent / str(hook) for hook in config.hooks]
        return [Path(p).absolute() for p in (*found, *hooks) if p and Path(p) != self.briefs]

    def show(self, uris: Iterable[str], markdown: Callable[[str], str], *, anew: bool = False) -> None:
        """Say which pages the record has, and what makes the Markdown of each.

        `anew` says that the navigation must be made again even if no page has come or gone.
        Raises BuildFailed where another plugin or a hook fails.
        """
        given = frozenset(uris)
        self._markdown = markdown
        before, self._uris = self._uris, given
        if given == before and not anew:
            return
        if before is None or anew or not self._changed(given - before, before - given):
            with _others():
                self._begin()

    def _changed(self, come: Collection[str], gone: Collection[str]) -> bool:
        """Add and remove pages, if the navigation and the files of others need not be looked at for that."""
        shown = {page.file.src_uri for page in self._nav.pages}
        docs = Path(self.config.docs_dir)
        if self.config.nav is None or not shown.isdisjoint((*come, *gone)):
            return False
        if any((docs / uri).exists() for uri in gone) or not self._is_plain:
            return False
        for uri in gone:
            file = self._files.src_uris[uri]
            self._files.remove(file)
            del self._by_place[file.dest_uri]
        for uri in come:
            existing = self._files.get_file_from_path(uri)
            if existing is not None:
                self._files.remove(existing)
            file = self._made(uri)
            self._files.append(file)
            self._by_place[file.dest_uri] = file
        self._documents = self._files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
        return True

    def close(self) -> None:
        """Let the plugins end."""
        self.config.plugins.on_shutdown()

    def _begin(self) -> None:
        """Gather files and make the navigation, as a build does at its start."""
        config = self.config
        found = _WithAssets(get_files(config))
        self._env = config.theme.get_env()
        found.add_files_from_theme(self._env, config)
        for uri in sorted(self._uris or ()):
            existing = found.get_file_from_path(uri)
            if existing is not None:
                found.remove(existing)
            found.append(self._made(uri))
        self._files = config.plugins.on_files(found, config=config)
        set_exclusions(self._files, config)
        self._nav = get_navigation(self._files, config)
        self._nav = config.plugins.on_nav(self._nav, config=config, files=self._files)
        self._env = config.plugins.on_env(self._env, config=config, files=self._files)
        self._documents = self._files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
        shown = [f for f in self._files if f.inclusion.is_in_serve()]  # type: ignore[no-untyped-call] # MkDocs' has no types
        self._by_place = {f.dest_uri: f for f in shown}
        for page in self._nav.pages:
            # The navigation of every page shows its title, and what its own file says of it.
            if page.title is None or not isinstance(page.file, _Made):
                self._read(page)

    def _made(self, uri: str) -> File:
        file = _Made.generated(self.config, uri, content="", inclusion=InclusionLevel.NOT_IN_NAV)
        assert isinstance(file, _Made)  # noqa: S101 - MkDocs makes one of the class that it is called on
        file.make = lambda uri: self._markdown(uri)
        return file

    @property
    def _is_plain(self) -> bool:
        """Whether no other plugin and no hook has a say in which files there are."""
        return not any(self.config.plugins.events[e] for e in ("files", "nav", "env"))

    def page_at(self, place: str) -> str | None:
        """Return the page whose HTML stands at `place` in a built site ("briefs/x/index.html"), by its file."""
        file = self._by_place.get(place)
        return file.src_uri if file is not None and file.is_documentation_page() else None

    def file_at(self, place: str) -> Path | bytes | None:
        """Return the file that stands at `place` in a built site and is no page, or its content."""
        file = self._by_place.get(place)
        if file is None or file.is_documentation_page():
            return None
        return Path(file.abs_src_path) if file.abs_src_path else file.content_bytes

    def address(self, uri: str) -> str | None:
        """Return the address of a page below the site's own: "briefs/x/" for "briefs/x.md"."""
        file = self._files.get_file_from_path(uri)
        return None if file is None else file.url.removeprefix("./")

    def source(self, uri: str) -> str:
        """Return the Markdown of a page. Raises KeyError where there is none."""
        return self._files.src_uris[uri].content_string

    def render(self, uri: str) -> str:
        """Return a page as HTML. Raises KeyError where there is none."""
        file = self._files.src_uris[uri]
        page = file.page or Page(None, file, self.config)
        self._read(page)
        config = self.config
        config._current_page = page  # hooks ask MkDocs for it
        page.active = True
        try:
            template = self._env.get_template(page.meta.get("template", "main.html"))
            context = get_context(self._nav, self._documents, config, page)
            context = config.plugins.on_page_context(context, page=page, config=config, nav=self._nav)
            if file.inclusion.is_excluded():  # type: ignore[no-untyped-call] # as above
                page.content = f"{_DRAFT}{page.content or ''}"
            output: str = template.render(context)
            return config.plugins.on_post_page(output, page=page, config=config)
        finally:
            page.active = False
            config._current_page = None

    def _read(self, page: Page) -> None:
        """Read a page's source and turn it into HTML, as a build does before any template."""
        config = self.config
        config._current_page = page
        try:
            page = config.plugins.on_pre_page(page, config=config, files=self._files)
            page.read_source(config)
            page.markdown = config.plugins.on_page_markdown(
                page.markdown or "", page=page, config=config, files=self._files
            )
            page.render(config, self._files)
            page.content = config.plugins.on_page_content(
                page.content or "", page=page, config=config, files=self._files
            )
        finally:
            config._current_page = None

    def not_found(self) -> str | None:
        """Return the theme's page for addresses that do not exist, if it has one."""
        name = "404.html"
        config = self.config
        if name not in config.theme.static_templates:
            return None
        template = config.plugins.on_pre_template(
            self._env.get_template(name), template_name=name, config=config
        )
        context = get_context(self._nav, self._files, config, base_url=urlsplit(config.site_url or "/").path)
        context = config.plugins.on_template_context(context, template_name=name, config=config)
        output: str = template.render(context)
        return config.plugins.on_post_template(output, template_name=name, config=config)


_DRAFT = (
    '<div class="mkdocs-draft-marker" title="This page will not be included into the built site.">DRAFT</div>'
)
"""How MkDocs marks a page that `draft_docs` leaves out of the site."""


class _Made(File):
    """A page of the record, whose Markdown is made when it is read."""

    make: Callable[[str], str]

    @property  # type: ignore[misc] # nothing sets what is made
    def content_string(self) -> str:
        """The page's Markdown."""
        return self.make(self.src_uri)

    @property  # type: ignore[misc] # as above
    def content_bytes(self) -> bytes:
        """The page's Markdown as UTF-8."""
        return self.content_string.encode()


class _WithAssets(Files):
    """Files among which those that the record gives besides pages are found without being made."""

    def __init__(self, files: Iterable[File]) -> None:
        super().__init__(files)
        self._asked: dict[str, File] = {}

    def get_file_from_path(self, path: str) -> File | None:
        """Return the file at `path` below the docs; for one that is no page, it counts as there."""
        found = super().get_file_from_path(path)
        if found is not None or path.endswith(".md") or not may_be_there(path):
            return found
        return self._asked.setdefault(path, File(path, None, "", use_directory_urls=True))


@contextlib.contextmanager
def _others() -> Iterator[None]:
    """Turn what hooks and other plugins raise, which may be anything, into its message."""
    try:
        yield
    except BuildFailed:
        raise
    except MkDocsException as fault:
        raise BuildFailed(reason(fault)) from None
    except Exception as fault:
        raise BuildFailed(f"{type(fault).__name__}: {fault}") from fault


def _nothing(uri: str) -> str:
    raise KeyError(uri)
