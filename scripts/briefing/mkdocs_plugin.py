"""The MkDocs adapter: the corpus becomes files of the site that MkDocs builds.

Everything that can be wrong with the corpus is found in `on_pre_build`, before MkDocs
empties the site's folder, so that a failed build leaves the last good site.
"""

import logging
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage

from briefing.problems import Problem, as_text, summary

if TYPE_CHECKING:  # where nothing has changed, nothing of this is needed, and it takes long to import
    from briefing.corpus import Loaded, Reader
    from briefing.links.memory import Memory
    from briefing.outputs import Asset
    from briefing.pages import Page
    from briefing.since import Since
    from briefing.view import Site, View

log = logging.getLogger("mkdocs.plugins.briefing")


class BriefingConfig(Config):  # type: ignore[no-untyped-call] # MkDocs' class hook has no types
    """Options of the plugin in mkdocs.yml."""

    briefs = c.Dir(exists=True, default="briefs")
    """The folder with the YAML files, relative to mkdocs.yml."""

    authority = c.Type(str, default="briefing.invalid,2026")
    """Who mints the site's permanent ids: the authority of its `tag:` URIs (RFC 4151)."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was read, with what is remembered of its documents' addresses."""

    loaded: "Loaded"
    memory: "Memory"


class BriefingPlugin(BasePlugin[BriefingConfig]):  # type: ignore[no-untyped-call] # as above
    """Builds the pages of a corpus of briefs."""

    def __init__(self) -> None:
        self._serving = False
        self.pages: list[Page] = []
        self.uris: Collection[str] = ()
        """The files of all pages that the record gives."""
        self.assets: list[Asset] = []
        self._documents: list[File] = []

    def on_startup(self, *, command: str, dirty: bool) -> None:  # noqa: ARG002 - MkDocs passes both
        """Note whether this is a preview, and stay in memory between its builds.

        MkDocs gives one plugin to all builds of a process, which may be of several projects.
        """
        self._serving = command == "serve"
        self.pages, self.uris, self.assets = [], (), []

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Add the engine's part of the theme, and watch the briefs."""
        theme = str(theme_folder())
        if theme not in config.theme.dirs:
            # After the project's own overrides, before the theme that both extend.
            config.theme.dirs.insert(1 if config.theme.custom_dir else 0, theme)
        if self.config.briefs not in config.watch:
            config.watch.append(self.config.briefs)
        if config.repo_url:
            config.repo_url = config.repo_url.rstrip("/")
        else:
            config.edit_uri = None  # there is nowhere to edit a page
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Read, check and render everything. Raises one readable error."""
        from briefing.outputs import render_assets
        from briefing.pages import render_pages

        view = self._look(config)
        if view is not None:
            self.pages = render_pages(view)
            self.uris = [p.uri for p in self.pages]
            self.assets = render_assets(view)

    def read(
        self,
        config: MkDocsConfig,
        reader: "Reader | None" = None,
        only: Collection[Path] | None = None,
        memory: "Memory | None" = None,
    ) -> Record:
        """Read the record, and render nothing yet.

        `reader` has read it before, and `only` these files have changed since; `memory` is what is
        remembered of links, where that has not.
        """
        from briefing.links.memory import STATE_FILE, load_memory

        reader = reader or self.reader()
        loaded = reader.load(only=only)
        if self._serving:
            from briefing.authoring.editor import refresh

            refresh(reader.root.parent, loaded.corpus)
        links = Path(config.config_file_path or "mkdocs.yml").parent / STATE_FILE
        return Record(loaded, load_memory(links) if memory is None else memory)

    def reader(self) -> "Reader":
        """Return what reads the record."""
        from briefing.corpus import Reader, cache_of

        briefs = Path(self.config.briefs)
        return Reader(briefs, cache=cache_of(briefs))

    def view(
        self, config: MkDocsConfig, record: Record, last: "View | None" = None, since: "Since | None" = None
    ) -> "View":
        """Return the view of a record; `last` is that of the record before, since which little has changed."""
        from briefing.links.fallback import report_links
        from briefing.view import look

        corpus = record.loaded.corpus
        known = report_links(record.memory.entries, corpus.sources)
        site = site_of(config, self.config)
        return look(corpus, site, drafts=self._serving, links=known, last=last, since=since)

    def refuse(self, record: Record, problems: Sequence[Problem]) -> None:
        """Refuse a record that has faults, or in which links are kept wrongly. Raises one readable error."""
        if text := _faults(record, problems):
            raise PluginError(text)
        if problems:
            log.info("%s in the briefs; `briefing check` shows them", summary(problems))

    def _look(self, config: MkDocsConfig) -> "View | None":
        """Return the view of the record; none where a preview's record has faults, and the last stays."""
        from briefing.rules import review

        record = self.read(config)
        problems = review(record.loaded)
        if self._serving and self.pages and (text := _faults(record, problems)):
            # MkDocs' preview answers nothing while a rebuild fails; the last good pages stay.
            log.error("%sThe preview shows the pages as they were before.", text)
            return None
        self.refuse(record, problems)
        return self.view(config, record)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the pages; the navigation names only those that are indexes."""
        for page in self.pages:
            existing = files.get_file_from_path(page.uri)
            if existing is not None:
                log.warning("%s is made from the briefs: the file of that name is left out", page.uri)
                files.remove(existing)
            files.append(
                File.generated(config, page.uri, content=page.markdown, inclusion=InclusionLevel.NOT_IN_NAV)
            )
        for asset in self.assets:
            files.append(File.generated(config, asset.uri, content=asset.content))
        self._documents = list(files.documentation_pages())
        return files

    def on_page_markdown(self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG002 - MkDocs passes all
        """Date the page by the record: MkDocs dates it, and sitemap.xml.gz, by the day of the build."""
        page.update_date = str(page.meta.get("modified", "1970-01-01"))
        return markdown

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Put each page's twin beside it, and index the built pages for search."""
        from briefing.outputs.twins import twin, twin_uri

        site = site_of(config, self.config)
        for file in self._documents:
            # Not among MkDocs' files: it would take Markdown for one more page.
            path = Path(config.site_dir) / twin_uri(file.src_uri)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(twin(file.src_uri, file.content_string, site), encoding="utf-8")
        self.index(config)

    def index(
        self,
        config: MkDocsConfig,
        digests: Mapping[str, str] | None = None,
        known: Mapping[str, str] | None = None,
        jobs: int = 1,
        kept: Path | None = None,
    ) -> dict[str, str]:
        """Index the built pages for search, and return what each part of the index was made of.

        `digests` tells what is searched on each page; `known` what the parts of the last index were made of,
        where that stands in the site's folder; up to `jobs` processes work at once. `kept` is a file for
        what was found on pages, for the next build.
        """
        from briefing.search import SearchFailed
        from briefing.shards import digests_of, index

        site = Path(config.site_dir)
        try:
            searched = digests_of(site) if digests is None else digests
            count, made = index(site, searched, known, jobs, kept)
        except SearchFailed as fault:
            raise PluginError(f"the search index could not be made: {fault}") from None
        log.info("%s pages indexed for search", f"{count:,}")
        return made


def _faults(record: Record, problems: Sequence[Problem]) -> str:
    """Return what is wrong with a record and with what is remembered of links; nothing if no error is."""
    from briefing.corpus import Lines

    found = [*problems, *record.memory.problems]
    if not any(p.is_error for p in found):
        return ""
    told = "\n\n".join(filter(None, (as_text(problems, Lines()), as_text(record.memory.problems))))
    return f"the briefs have {summary(found)}\n\n{told}\n"


def theme_folder() -> Path:
    """Return what the engine adds to the theme: templates that override, and a style sheet."""
    return Path(str(package_files("briefing") / "theme"))


def site_of(config: MkDocsConfig, own: BriefingConfig) -> "Site":
    """Return what the configuration says of the site."""
    from briefing.view import Site

    url = (config.site_url or "").rstrip("/")
    project = Path(config.config_file_path or "mkdocs.yml").parent
    return Site(
        name=config.site_name,
        description=config.site_description or "",
        url=url + "/" if url else "",
        briefs=Path(os.path.relpath(own.briefs, project)).as_posix(),
        authority=own.authority,
    )
