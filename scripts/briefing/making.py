"""One build of a site by our own engine, from reading the record to keeping what is known.

Whether the process ends then or stays is its caller's business (briefing.build, briefing.rebuilding).
"""

import contextlib
import logging
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.utils import CountHandler

from briefing.engine.files import (
    bring_up_to_date,
    changed_since,
    digest,
    digests_of,
    has_its_index,
    is_untouched,
    shaping,
    some_of,
    written_below,
)
from briefing.engine.parting import PartFolder, Share, gather, take_over_all
from briefing.engine.state import REST, Known, State
from briefing.engine.workers import Aside
from briefing.links import STATE_FILE
from briefing.mkdocs_plugin import Record, site_of
from briefing.project import briefing_plugin, reason
from briefing.publishing import BuildFailed, empty
from briefing.timing import Timings

if TYPE_CHECKING:  # where nothing has changed, nothing of this is needed, and it takes long to import
    from briefing.corpus import Reader
    from briefing.engine.builder import Builder, Frame, Outcome
    from briefing.engine.marks import Marks
    from briefing.engine.stage import Difference
    from briefing.inventory import Changes
    from briefing.links.memory import Memory
    from briefing.rules import Looked
    from briefing.verify import Sealer
    from briefing.view import View

SEALED = "sealed"
"""Among what is known of a site: by what it is known to have been looked over (briefing.verify.Sealer.mark)."""

SEARCH = "search/"
"""What the names of the parts of the search index begin with, among what is known of a site."""

CACHE = Path(".cache") / "briefing"
"""Where what is known of the last build is kept, below the project's folder. It may be deleted at any time."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    site: Path
    pages: int
    rendered: int = 0
    """How many pages were turned into HTML: of the others the last HTML still held."""
    replaced: bool = True
    """Whether the site was put in place of the last one; if not, nothing at all had changed."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What shapes a site besides the record, as digests."""

    all: str = ""
    """Of the program, versions, settings and templates."""
    docs: str = ""
    """Of what is written by hand."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a build leaves for the next one of the same process, with the same settings."""

    known: Known
    frame: "Frame"
    marks: "Marks"
    looked: "Looked | None"
    record: Record
    shape: Shape


def links_file(config: MkDocsConfig) -> Path:
    """Return the file that keeps what is known of links."""
    return Path(config.config_file_path or "mkdocs.yml").absolute().parent / STATE_FILE


class Making:
    """One build."""

    def __init__(
        self,
        config: MkDocsConfig,
        site: Path,
        state: State,
        timings: Timings,
        jobs: int,
        reader: "Reader | None" = None,
    ) -> None:
        """Take the configuration, whose site_dir is a new folder, the place of the site, and its state.

        `reader` has read the record before, and will again.
        """
        self._config = config
        self._plugin = briefing_plugin(config)
        self._site = site
        self._state = state
        self._timings = timings
        self._jobs = jobs
        self._reader = reader
        self._shape = Shape()
        self._held: Known | None = None
        self._record: Record | None = None
        self._looked: Looked | None = None
        self._builder: Builder | None = None
        self._about: dict[str, str] = {}
        self._files: Collection[str] = ()
        self.shared: Sequence[str] = ()
        """Some files, from all over the last site: most builds leave them as they are."""
        self.has_begun = False
        """Whether anything was written into the new folder."""
        self.difference: Difference | None = None
        """What tells the new site from the last one, once it is looked over, where this build began from that."""

    def run_share(self, share: Share) -> int:
        """Build one share of the site into the new folder, and return how many tasks that was.

        Raises BuildFailed.
        """
        with self._started() as counter:
            digests = digests_of(Path(self._plugin.config.briefs))
            self._config.plugins.on_config(self._config)
            with self._looking(self._read()) as (view, checked):
                builder = self._builder = self._built_by(view, Known(), digests)
                try:
                    count = builder.build_share(share, checked)
                finally:
                    builder.close()
            self._refuse(counter)
        return count

    def run(self, *, clean: bool, parts: Sequence[PartFolder], always: bool = False) -> Built:
        """Build into the new folder, with the help of what is kept on disk.

        Where nothing has changed, nothing is built, unless `always`. Raises BuildFailed.
        """
        config, timings = self._config, self._timings
        with self._started() as counter:
            with timings.phase("what is known"):
                self._shape = Shape(shaping(config), written_below(Path(config.docs_dir)))
                anew = clean or not self._site.is_dir()
                may_stand = not (anew or parts or always)
                # Where a file is younger than what is known, to read all of them twice would be in vain.
                if may_stand and not changed_since(Path(self._plugin.config.briefs), self._state.path):
                    self._about = {"inputs": self._inputs(digests_of(Path(self._plugin.config.briefs)))}
                    if (stands := self._standing()) is not None:
                        return stands
                kept = Known if anew else self._state.load
                known = gather(parts, self._state) if parts else kept()
            new = Path(config.site_dir)
            self.shared = some_of(known) if not parts else []
            self._held = known if known.about.get(SEALED) else None
            if parts or not known.tasks:
                empty(new)
            take = (
                partial(take_over_all, known, parts, new)
                if parts
                else partial(bring_up_to_date, known, self._site, new)
            )
            with Aside(take, wanted=bool(known.tasks)) as aside:
                config.plugins.on_config(config)
                record = self._read()
                digests = record.loaded.digests
                self._about = {"inputs": self._inputs(digests)}
                if may_stand and self._is_alike(known.about) and (stands := self._standing()) is not None:
                    return stands
                return self._make(known, record, digests, lambda: aside.result or (), counter)

    def run_again(self, ground: Ground, changed: Collection[Path]) -> Built:
        """Build into the new folder, which holds the last site; `changed` are files of the record or of links.

        Raises BuildFailed.
        """
        with self._started() as counter:
            self._shape, known = ground.shape, ground.known
            self._held = known
            record = self._read(ground.record.memory, changed)
            digests = record.loaded.digests
            self._about = {"inputs": self._inputs(digests)}
            if self._is_alike(known.about):
                return Built(self._site, int(known.about["pages"]), replaced=False)
            there = [f.path for name, task in known.tasks.items() if name != REST for f in task.files]
            return self._make(known, record, digests, lambda: there, counter, ground)

    def _make(
        self,
        known: Known,
        record: Record,
        digests: Mapping[str, str],
        intact: Callable[[], Collection[str]],
        counter: CountHandler,
        ground: Ground | None = None,
    ) -> Built:
        """Build what has changed. `intact` waits for the files of the last site. Raises BuildFailed."""

        def begun() -> None:
            checked()
            self.has_begun = True

        with self._looking(record, ground) as (view, checked):
            builder = self._builder = self._built_by(view, known, digests, ground)
            outcome = builder.build(intact, begun, partial(self._index, known))
        self._files = outcome.files
        self._plugin.uris = outcome.pages
        self._about["pages"] = str(len(outcome.pages))
        self._refuse(counter)
        if self._reader is not None:
            self._record = record
        else:  # nothing comes after this, and what comes next needs the memory
            self._looked = None
            builder.forget_record()
        return Built(self._site, len(outcome.pages), outcome.rendered)

    def verify(self, sealer: "Sealer | None" = None) -> None:
        """Look the new site over, and write the sums of its files. Raises BuildFailed with what is wrong.

        `sealer` has looked over the last site, or will look over the next one too.
        """
        with self._timings.phase("check of the site"), contextlib.ExitStack() as stack:
            if sealer is None:
                sealer = stack.enter_context(contextlib.closing(sealer_of(self._config, self._site)))
            _verify(self._config, sealer, self._files, self._changes())
            self._about[SEALED] = sealer.mark

    def _changes(self) -> "Changes | None":
        """Find what tells the new site from the last one; None where that is not known."""
        from briefing.engine.stage import Difference
        from briefing.inventory import Changes, Sum

        if self._held is None or self._builder is None:
            return None
        new = Path(self._config.site_dir)
        found = Difference.between(self._held, self._builder.known, new, self._files)
        self.difference = found
        sums = {p: Sum(f.size, f.time, f.sum) for p, f in found.changed.items() if f.sum}
        return Changes(found.changed, found.gone, sums, self._site, self._held.about.get(SEALED) or None)

    def save(self) -> None:
        """Keep what is known of the site, which is in its place."""
        if self._builder is not None:
            with self._timings.phase("keep what is known"), contextlib.suppress(OSError, sqlite3.Error):
                found = self.difference
                rest = found.beside if found is not None else None
                self._builder.save(self._site, self._about, rest)  # that it cannot be kept costs time only

    @property
    def ground(self) -> Ground:
        """What the next build of this process needs, once the site is in its place."""
        builder, record = self._builder, self._record
        assert builder is not None and builder.frame is not None and record is not None  # noqa: S101, PT018 - it was built
        looked = self._looked
        return Ground(builder.known, builder.frame, builder.marks, looked, record, self._shape)

    def close(self) -> None:
        """Let go of what is kept."""
        if self._builder is not None:
            self._builder.close()

    # --- its steps ---------------------------------------------------------------------------

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
        self, view: "View", known: Known, digests: Mapping[str, str], ground: Ground | None = None
    ) -> "Builder":
        from briefing.engine.builder import Builder

        return Builder(
            self._config,
            view,
            known=known,
            state=self._state,
            digests=digests,
            timings=self._timings,
            jobs=self._jobs,
            frame=ground.frame if ground is not None else None,
            marks=ground.marks if ground is not None else None,
        )

    def _standing(self) -> Built | None:
        """Return the last site, if it was made from the same and is as it was left."""
        about, files = self._state.glance()
        if self._is_alike(about) and is_untouched(files, self._site):
            return Built(self._site, int(about["pages"]), replaced=False)
        return None

    def _is_alike(self, about: Mapping[str, str]) -> bool:
        """Whether the last site was made from the same, and without a warning."""
        return about.get("inputs") == self._about["inputs"] and about.get("quiet") == "yes"

    def _read(self, memory: "Memory | None" = None, changed: Collection[Path] | None = None) -> Record:
        """Read the record; only the files that have changed, where that is told. Raises BuildFailed."""
        links = links_file(self._config)
        with self._timings.phase("read"):
            if changed is None:
                record = self._plugin.read(self._config, self._reader)
            else:
                known = None if links in changed else memory
                only = [path for path in changed if path != links]
                record = self._plugin.read(self._config, self._reader, only, known)
        if record.loaded.errors:
            self._plugin.refuse(record, record.loaded.problems)
        return record

    @contextlib.contextmanager
    def _looking(
        self, record: Record, ground: Ground | None = None
    ) -> "Iterator[tuple[View, Callable[[], None]]]":
        """Give the record's view. The second part waits for its check, and raises what is wrong.

        Another process checks while this one plans: the rules only read, and most records pass.
        """
        from briefing.disputes_since import follow_disputes
        from briefing.rivals import find_disputes
        from briefing.rules import Looked, review_again
        from briefing.view import since_then

        loaded, looked, last, since = record.loaded, None, None, None
        with self._timings.phase("evidence and disputes"):
            if ground is not None:
                looked, last = ground.looked, ground.marks.view
                since = since_then(last, ground.record.loaded.corpus, loaded.corpus)
            view = self._plugin.view(self._config, record, last, since)
            disputes = view.disputes if view.corpus is loaded.corpus else None
            if disputes is None and looked is not None:  # there are drafts, which only the check looks at
                known = looked.disputes
                disputes = follow_disputes(since, known) if since and known else find_disputes(loaded.corpus)
        found_before = looked.found if looked is not None else None
        look = partial(review_again, loaded, found_before, since, disputes)
        with Aside(look, forks=self._jobs > 1) as checking:

            def checked() -> None:
                problems, found = checking.result
                self._looked = Looked(disputes, found)
                self._plugin.refuse(record, problems)

            yield view, checked

    def _index(self, known: Known, outcome: "Outcome") -> None:
        before = {n.removeprefix(SEARCH): key for n, key in known.about.items() if n.startswith(SEARCH)}
        stands = has_its_index(known, Path(self._config.site_dir))
        kept = self._state.path.with_suffix(".words")
        parts = self._plugin.index(
            self._config, outcome.searched, before if stands else None, self._jobs, kept
        )
        self._about |= {SEARCH + name: key for name, key in parts.items()}

    def _inputs(self, digests: Mapping[str, str]) -> str:
        """Return a digest of everything that a build reads; nothing that is given has the same twice."""
        record, links, shape = sorted(digests.items()), links_file(self._config), self._shape
        states = digest(links.read_bytes()) if links.is_file() else ""
        return digest(f"{shape.all} {shape.docs} {record} {states} {self._config.strict}".encode())


def verify(config: MkDocsConfig, site: Path) -> None:
    """Look over the new site in site_dir, which MkDocs has made and which is to stand at `site`.

    Writes the sums of its files. Raises BuildFailed with what is wrong.
    """
    with contextlib.closing(sealer_of(config, site)) as sealer:
        _verify(config, sealer, ())


def sealer_of(config: MkDocsConfig, site: Path) -> "Sealer":
    """Return what looks over the sites that are to stand at `site`."""
    from briefing.verify import Sealer, kept_file

    return Sealer(kept_file(Path(config.config_file_path or "").parent.absolute() / CACHE, site))


def _verify(
    config: MkDocsConfig,
    sealer: "Sealer",
    files: Collection[str],
    changes: "Changes | None" = None,
) -> None:
    from briefing.verify import Expected, listed

    plugin = briefing_plugin(config)
    pages = frozenset(_html_of(uri) for uri in plugin.uris)
    expected = Expected(pages, frozenset(files) | {asset.uri for asset in plugin.assets})
    url = site_of(config, plugin.config).url
    if flaws := sealer.seal(Path(config.site_dir), url, expected, changes):
        raise BuildFailed(listed(flaws))


def _html_of(uri: str) -> str:
    stem = uri.removesuffix(".md")
    return f"{stem}.html" if stem == "index" or stem.endswith("/index") else f"{stem}/index.html"
