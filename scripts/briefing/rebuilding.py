"""Building a site again after each change, by a process that stays.

A build of its own begins by reading the record, what is known of the last site, and MkDocs' settings, and
by giving every file of the last site a second name. Where a process stays, all of that stands, and a build
costs by what has changed. What it puts in place is the same.
"""

import contextlib
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from briefing.build import build, is_plain, states_folder
from briefing.corpus import Reader
from briefing.engine.stage import Stage
from briefing.engine.state import State
from briefing.forks import without_collector
from briefing.making import Built, Ground, Making, links_file, sealer_of
from briefing.notices import Notices
from briefing.project import briefing_plugin, configuration
from briefing.publishing import BuildFailed, check_replaceable, only_builder_of, place_of, publish
from briefing.timing import Timings
from briefing.verify import Sealer


@dataclass(frozen=True, slots=True)
class _Held:
    """What is kept from one build to the next: it holds as long as the settings do."""

    config: MkDocsConfig
    site: Path
    stage: Stage
    reader: Reader
    sealer: Sealer
    ground: Ground
    state: State
    """What is kept on disk of the site."""
    sign: tuple[int, int, int] | None
    """Of that."""

    def holds(self) -> bool:
        """Whether nobody else has built the site since, or cleared the cache."""
        return self.stage.holds() and self.sign is not None and self.state.sign == self.sign

    def covers(self, changed: Collection[Path]) -> bool:
        """Whether it holds for a project in which only these files have changed."""
        records, links = Path(briefing_plugin(self.config).config.briefs), links_file(self.config)
        return all(path.is_relative_to(records) or path == links for path in changed)


class Workshop:
    """Where one site is built again and again."""

    def __init__(
        self,
        config_file: Path,
        site_dir: Path | None = None,
        *,
        strict: bool = True,
        jobs: int | None = None,
    ) -> None:
        """Take the project, and where its site goes, as `briefing.build.build` does."""
        self._config_file = config_file
        self._site_dir = site_dir
        self._strict = strict
        self._jobs = jobs or os.cpu_count() or 1
        self._held: _Held | None = None

    def build(self, changed: Collection[Path] | None = None, timings: Timings | None = None) -> Built:
        """Build the site, and put it in place of the last one.

        `changed` names all files that may have changed since this was last called; None says that any may.
        Raises BuildFailed, before anything of the last site is touched.
        """
        timings = timings or Timings()
        held = self._held
        if held is not None and changed is not None and held.covers(changed):
            check_replaceable(held.site)
            with only_builder_of(held.site), without_collector():
                if held.holds():
                    return self._again(held, changed, timings)
        self.close()
        return self._anew(timings)

    def close(self) -> None:
        """Let go of what is kept."""
        held, self._held = self._held, None
        if held is not None:
            held.sealer.close()
            held.stage.close()

    @property
    def watched(self) -> list[Path]:
        """The files and folders that shape the site. Raises BuildFailed where the settings are wrong."""
        config = self._held.config if self._held is not None else self._configured()
        found = [config.config_file_path, config.docs_dir, config.theme.custom_dir, *config.watch]
        hooks = [Path(config.config_file_path or ".").parent / str(hook) for hook in config.hooks]
        briefs = Path(briefing_plugin(config).config.briefs)
        return list(
            dict.fromkeys(Path(p).absolute() for p in (*found, *hooks, briefs, links_file(config)) if p)
        )

    def _configured(self) -> MkDocsConfig:
        return configuration(self._config_file, strict=self._strict, site_dir=self._site_dir)

    def _anew(self, timings: Timings) -> Built:
        """Build as a process of its own does, and keep what the next build needs."""
        config = self._configured()
        states = states_folder(config)
        if states is None or not is_plain(config):  # nothing can be kept, or nothing taken for the same
            return build(
                self._config_file, self._site_dir, strict=self._strict, jobs=self._jobs, timings=timings
            )
        site = place_of(Path(config.site_dir))
        check_replaceable(site)
        with only_builder_of(site), without_collector():
            stage, reader, sealer = Stage(site), briefing_plugin(config).reader(), sealer_of(config, site)
            config.site_dir = str(stage.path)
            state = State(states, site)
            making = Making(config, site, state, timings, self._jobs, reader)
            try:
                built = making.run(clean=False, parts=(), always=True)
                self._put(making, stage, sealer, site, timings)
                with timings.phase("for the next build"):
                    stage.follow(making.ground.known)  # whatever somebody has done to the last site
                    making.ground.frame.assembly.warm_up()
                self._held = _Held(config, site, stage, reader, sealer, making.ground, state, state.sign)
            finally:
                making.close()
                if self._held is None:
                    sealer.close()
                    stage.shared = making.shared
                    stage.close()
        return built

    def _again(self, held: _Held, changed: Collection[Path], timings: Timings) -> Built:
        """Build from what is held."""
        config, site, stage = held.config, held.site, held.stage
        state = held.state
        making = Making(config, site, state, timings, self._jobs, held.reader)
        self._held = None
        try:
            built = making.run_again(held.ground, changed)
            if not built.replaced:
                self._held = held
                return built
            self._put(making, stage, held.sealer, site, timings)
            with timings.phase("for the next build"):
                stage.follow(making.ground.known, making.difference)
                making.ground.frame.assembly.warm_up()
            self._held = _Held(
                config, site, stage, held.reader, held.sealer, making.ground, state, state.sign
            )
        except BuildFailed:
            if not making.has_begun:
                self._held = held  # nothing was written: the next build can begin from the same
            raise
        finally:
            making.close()
            if self._held is None:
                held.sealer.close()
                stage.close()
        return built

    @staticmethod
    def _put(making: Making, stage: Stage, sealer: Sealer, site: Path, timings: Timings) -> None:
        """Look the new site over, put it in its place, and keep what is known of it."""
        making.verify(sealer)
        stage.path.chmod(0o755)
        with timings.phase("publish"):
            publish(stage.path, site)
        making.save()


def keep_building(workshop: Workshop, told: Callable[[Built | BuildFailed, Timings], None]) -> None:
    """Build a site, and again whenever a file has changed that shapes it, until this is interrupted.

    `told` is called after each build, with what it made or why it failed: then the last good site stands.
    Raises BuildFailed where the settings are wrong at the beginning, and OSError.
    """
    paths = workshop.watched
    notices = Notices(paths)
    changed: Collection[Path] | None = None
    try:
        while changed is None or changed:
            timings = Timings()
            try:
                result: Built | BuildFailed = workshop.build(changed, timings)
            except BuildFailed as fault:
                result = fault
            with contextlib.suppress(BuildFailed):  # of settings that cannot be read: the last ones hold
                if (now := workshop.watched) != paths:
                    notices.close()
                    notices, paths = Notices(now), now
            told(result, timings)
            changed = notices.changes()
    finally:
        notices.close()
        workshop.close()
