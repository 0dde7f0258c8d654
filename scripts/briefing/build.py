"""Building a site: beside the last one, checked, and put in its place in one step."""

import contextlib
import logging
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mkdocs.commands import build as mkdocs_build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.utils import CountHandler

from briefing.engine.builder import Builder, Outcome
from briefing.engine.files import (
    digest,
    digests_of,
    has_its_index,
    is_untouched,
    shaping,
    take_over,
    written_below,
)
from briefing.engine.parting import MARK, PartFolder, Share, gather, take_over_all
from briefing.engine.state import Known, State
from briefing.engine.workers import Aside
from briefing.forks import without_collector
from briefing.links.memory import STATE_FILE
from briefing.mkdocs_plugin import BriefingPlugin, site_of
from briefing.project import briefing_plugin, configuration, reason
from briefing.publishing import BuildFailed, check_replaceable, only_builder_of, place_of, publish
from briefing.rules import review
from briefing.timing import Timings
from briefing.verify import Expected, kept_file, listed, seal
from briefing.view import View

log = logging.getLogger("mkdocs.plugins.briefing")

SEARCH = "search/"
"""What the names of the parts of the search index begin with, among what is known of a site."""

CACHE = Path(".cache") / "briefing"
"""Where what is known of the last build is kept, below the project's folder. It may be deleted at any time."""

STATES = "sites"
"""The folder there for what is known of each site."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    site: Path
    pages: int
    rendered: int = 0
    """How many pages were turned into HTML: of the others the last HTML still held."""
    replaced: bool = True
    """Whether the site was put in place of the last one; if not, nothing at all had changed."""


def build(
    config_file: Path,
    site_dir: Path | None = None,
    *,
    strict: bool = True,
    clean: bool = False,
    jobs: int | None = None,
    timings: Timings | None = None,
    join: Sequence[Path] = (),
) -> Built:
    """Build the site that a mkdocs.yml describes, and put it in place of the last one.

    What has not changed since the last build is taken from the last site, unless `clean`. `jobs` is the
    number of processes: as many as there are processors, unless it is given. A project with other
    plugins, or with hooks, is built whole by MkDocs itself: they may do anything to any page. `join`
    names the folders of parts that `build_part` has made: what they hold is not made again.
    Raises BuildFailed, before anything of the last site is touched.
    """
    timings = timings or Timings()
    config = configuration(config_file, strict=strict, site_dir=site_dir)
    site = place_of(Path(config.site_dir))
    check_replaceable(site)
    with only_builder_of(site), without_collector():
        made: _Made | None = None
        new = Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent))
        states = _states(config, site)
        try:
            config.site_dir = str(new)
            plugin = briefing_plugin(config)
            if is_plain(config):
                state = State(states, site)
                made = _Made(config, plugin, site, state, timings, jobs or os.cpu_count() or 1)
                built = made.run(clean=clean, parts=[PartFolder(path) for path in join])
            elif join:
                raise BuildFailed(NOT_IN_PARTS)
            else:
                with timings.phase("MkDocs"):
                    _run(config)
                built = Built(site, len(plugin.pages), len(plugin.pages))
            if not built.replaced:
                return built
            with timings.phase("check of the site"):
                _verify(new, site, config, plugin, made.files if made is not None else ())
            new.chmod(0o755)
            with timings.phase("publish"):
                publish(new, site)
            # What is removed, a file after another, is waited for only when nothing else is to be done.
            removal = threading.Thread(target=shutil.rmtree, args=(new,), kwargs={"ignore_errors": True})
            removal.start()
            if made is not None:
                with timings.phase("keep what is known"):
                    made.save()
            with timings.phase("remove the last site"):
                removal.join()
        finally:
            if made is not None:
                made.close()
            shutil.rmtree(new, ignore_errors=True)
            if states.name != STATES:
                shutil.rmtree(states, ignore_errors=True)
    return built


def _states(config: MkDocsConfig, site: Path) -> Path:
    """Return the folder for what is known of sites: one for this build alone where none may be kept."""
    folder = Path(config.config_file_path or "").parent.absolute() / CACHE / STATES
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if os.access(folder, os.W_OK):
        return folder
    return Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent))


NOT_IN_PARTS = "a site with other plugins, or with hooks, cannot be built in parts: they may need every page"


def build_part(
    config_file: Path,
    folder: Path,
    share: Share,
    *,
    strict: bool = True,
    jobs: int | None = None,
    timings: Timings | None = None,
) -> int:
    """Build one part of a site into a folder, for `build` to join, and return how many tasks were done.

    Raises BuildFailed, before anything in the folder is touched.
    """
    timings = timings or Timings()
    config = configuration(config_file, strict=strict)
    part = PartFolder(folder.absolute())
    part.check_replaceable()
    if not is_plain(config):
        raise BuildFailed(NOT_IN_PARTS)
    with only_builder_of(part.path):
        new = PartFolder(Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=part.path.parent)))
        try:
            config.site_dir = str(new.site)
            made = _Made(
                config, briefing_plugin(config), part.path, new.state, timings, jobs or os.cpu_count() or 1
            )
            count = made.run_share(share)
            (new.path / MARK).write_text(f"{share.number} of {share.of}\n", encoding="utf-8")
            publish(new.path, part.path)
        finally:
            shutil.rmtree(new.path, ignore_errors=True)
    return count


def is_plain(config: MkDocsConfig) -> bool:
    """Whether nothing but this program and the theme shapes the pages."""
    return set(config.plugins) == {"briefing"} and not config.hooks


class _Made:
    """One build by our own engine."""

    def __init__(
        self,
        config: MkDocsConfig,
        plugin: BriefingPlugin,
        site: Path,
        state: State,
        timings: Timings,
        jobs: int,
    ) -> None:
        self._config = config
        self._plugin = plugin
        self._site = site
        self._state = state
        self._timings = timings
        self._jobs = jobs
        self._builder: Builder | None = None
        self._about: dict[str, str] = {}
        self.files: Collection[str] = ()
        """What was made or copied, below the site's root."""

    def run_share(self, share: Share) -> int:
        """Build one share of the site into the configuration's site_dir. Raises BuildFailed."""
        with self._started() as counter:
            digests = digests_of(Path(self._plugin.config.briefs))
            config = self._config.plugins.on_config(self._config)
            with self._looking(config) as (view, checked):
                self._builder = self._built_by(config, view, Known(), digests)
                try:
                    count = self._builder.build_share(share, checked)
                finally:
                    self._builder.close()
            self._refuse(counter)
        return count

    @contextlib.contextmanager
    def _started(self) -> Iterator[CountHandler]:
        """Let plugins begin and end, count warnings, and turn what MkDocs raises into BuildFailed."""
        counter = CountHandler()
        counter.setLevel(logging.WARNING)
        logger = logging.getLogger("mkdocs")
        logger.addHandler(counter)
        self._config.plugins.on_startup(command="build", dirty=False)
        try:
            yield counter
        except MkDocsException as fault:
            raise BuildFailed(reason(fault)) from None
        finally:
            logger.removeHandler(counter)
            self._config.plugins.on_shutdown()

    def _refuse(self, counter: CountHandler) -> None:
        """Refuse what was built with warnings, where they count. Raises BuildFailed."""
        counts = counter.get_counts()
        self._about["quiet"] = "no" if counts else "yes"
        if counts and self._config.strict:
            told = ", ".join(f"{n} {level.lower()}s" for level, n in counts)
            raise BuildFailed(f"Aborted with {told} in strict mode!")

    def _built_by(
        self, config: MkDocsConfig, view: View, known: Known, digests: Mapping[str, str]
    ) -> Builder:
        return Builder(
            config,
            view,
            known=known,
            state=self._state,
            digests=digests,
            timings=self._timings,
            jobs=self._jobs,
        )

    def run(self, *, clean: bool, parts: Sequence[PartFolder]) -> Built:
        """Build into the configuration's site_dir. Raises BuildFailed."""
        config, timings = self._config, self._timings
        with self._started() as counter:
            with timings.phase("what is known"):
                digests = digests_of(Path(self._plugin.config.briefs))
                self._about = {"inputs": self._inputs(digests)}
                anew = clean or not self._site.is_dir()
                about, files = ({}, {}) if anew or parts else self._state.glance()
                same = about.get("inputs") == self._about["inputs"] and about.get("quiet") == "yes"
                if same and is_untouched(files, self._site):
                    return Built(self._site, int(about["pages"]), replaced=False)
                kept = Known if anew else self._state.load
                known = gather(parts, self._state) if parts else kept()
            new = Path(config.site_dir)
            take = (
                partial(take_over_all, known, parts, new)
                if parts
                else partial(take_over, known, self._site, new)
            )
            with Aside(take, wanted=bool(known.tasks)) as aside:
                config = config.plugins.on_config(config)
                with self._looking(config) as (view, checked):
                    self._builder = self._built_by(config, view, known, digests)
                    search = partial(self._index, config, known)
                    outcome = self._builder.build(lambda: aside.result or (), checked, search)
                self.files = outcome.files
            self._plugin.uris = outcome.pages
            self._about["pages"] = str(len(outcome.pages))
            self._refuse(counter)
            return Built(self._site, len(outcome.pages), outcome.rendered)

    @contextlib.contextmanager
    def _looking(self, config: MkDocsConfig) -> Iterator[tuple[View, Callable[[], None]]]:
        """Read the record, and give its view. The second part waits for its check, and raises what is wrong.

        Another process checks while this one plans: the rules only read, and most records pass.
        """
        plugin, timings = self._plugin, self._timings
        with timings.phase("read"):
            record = plugin.read(config)
        if record.loaded.errors:
            plugin.refuse(record, record.loaded.problems)
        with Aside(partial(review, record.loaded), forks=self._jobs > 1) as checking:
            with timings.phase("evidence and disputes"):
                view = plugin.view(config, record)
            yield view, lambda: plugin.refuse(record, checking.result)

    def _index(self, config: MkDocsConfig, known: Known, outcome: Outcome) -> None:
        before = {n.removeprefix(SEARCH): key for n, key in known.about.items() if n.startswith(SEARCH)}
        last = self._site if known.tasks and has_its_index(known, self._site) else None
        kept = self._state.path.with_suffix(".words")
        parts = self._plugin.index(config, outcome.searched, last, before, self._jobs, kept)
        self._about |= {SEARCH + name: key for name, key in parts.items()}

    def close(self) -> None:
        """Let go of what is kept."""
        if self._builder is not None:
            self._builder.close()

    def save(self) -> None:
        """Keep what is known of the site, which is in its place."""
        if self._builder is not None:
            with contextlib.suppress(OSError, sqlite3.Error):  # that it cannot be kept costs time only
                self._builder.save(self._site, self._about)

    def _inputs(self, digests: Mapping[str, str]) -> str:
        """Return a digest of everything that a build reads; nothing that is given has the same twice."""
        docs = written_below(Path(self._config.docs_dir))
        record = sorted(digests.items())
        links = Path(self._config.config_file_path or "").parent / STATE_FILE
        states = digest(links.read_bytes()) if links.is_file() else ""
        return digest(f"{shaping(self._config)} {docs} {record} {states} {self._config.strict}".encode())


def _run(config: MkDocsConfig) -> None:
    config.plugins.on_startup(command="build", dirty=False)
    try:
        mkdocs_build.build(config)
    except MkDocsException as fault:
        raise BuildFailed(reason(fault)) from None
    finally:
        config.plugins.on_shutdown()


def _verify(
    new: Path, site: Path, config: MkDocsConfig, plugin: BriefingPlugin, files: Collection[str]
) -> None:
    """Look the new site over, and write the sums of its files. Raises BuildFailed with what is wrong."""
    pages = frozenset(_html_of(uri) for uri in plugin.uris)
    expected = Expected(pages, frozenset(files) | {asset.uri for asset in plugin.assets})
    kept = kept_file(Path(config.config_file_path or "").parent.absolute() / CACHE, site)
    if flaws := seal(new, site_of(config, plugin.config).url, expected, kept):
        raise BuildFailed(listed(flaws))


def _html_of(uri: str) -> str:
    stem = uri.removesuffix(".md")
    return f"{stem}.html" if stem == "index" or stem.endswith("/index") else f"{stem}/index.html"
