"""Building a site: beside the last one, checked, and put in its place in one step."""

import contextlib
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from mkdocs.commands import build as mkdocs_build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException

from briefing.engine.parting import MARK, PartFolder, Share
from briefing.engine.state import State
from briefing.forks import without_collector
from briefing.making import CACHE, Built, Making, verify
from briefing.project import briefing_plugin, configuration, reason
from briefing.publishing import (
    BuildFailed,
    Folder,
    check_replaceable,
    empty,
    only_builder_of,
    place_of,
    publish,
)
from briefing.timing import Timings

log = logging.getLogger("mkdocs.plugins.briefing")

STATES = "sites"
"""The folder there for what is known of each site."""


def build(
    config_file: Path,
    site_dir: Path | None = None,
    *,
    strict: bool = True,
    clean: bool = False,
    jobs: int | None = None,
    timings: Timings | None = None,
    join: Sequence[Path] = (),
    held: list[object] | None = None,
) -> Built:
    """Build the site that a mkdocs.yml describes, and put it in place of the last one.

    What has not changed since the last build is taken from the last site, unless `clean`. `jobs` is the
    number of processes: as many as there are processors, unless it is given. A project with other
    plugins, or with hooks, is built whole by MkDocs itself: they may do anything to any page. `join`
    names the folders of parts that `build_part` has made: what they hold is not made again. `held` gets
    what was made in memory, for whoever ends with the process and need not wait until it is taken apart.
    Raises BuildFailed, before anything of the last site is touched.
    """
    timings = timings or Timings()
    config = configuration(config_file, strict=strict, site_dir=site_dir)
    site = place_of(Path(config.site_dir))
    check_replaceable(site)
    with only_builder_of(site), without_collector():
        made: Making | None = None
        folder = Folder(site)
        new = folder.path
        kept = states_folder(config)
        states = kept or Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent))
        try:
            config.site_dir = str(new)
            if is_plain(config):
                made = Making(config, site, State(states, site), timings, jobs or os.cpu_count() or 1)
                built = made.run(clean=clean, parts=[PartFolder(path) for path in join])
            elif join:
                raise BuildFailed(NOT_IN_PARTS)
            else:
                empty(new)
                with timings.phase("MkDocs"):
                    _run(config)
                pages = len(briefing_plugin(config).pages)
                built = Built(site, pages, pages)
            if not built.replaced:
                return built
            if made is not None:
                made.verify()
            else:
                with timings.phase("check of the site"):
                    verify(config, site)
            new.chmod(0o755)
            with timings.phase("publish"):
                publish(new, site)
            # What is removed, a file after another, is waited for only when nothing else is to be done.
            removal = threading.Thread(target=folder.leave, args=(made.shared if made is not None else (),))
            removal.start()
            if made is not None:
                made.save()
            with timings.phase("leave the last site"):
                removal.join()
        finally:
            if made is not None:
                made.close()
            if held is not None:
                held += (config, made)
            folder.leave(made.shared if made is not None else ())
            if kept is None:
                shutil.rmtree(states, ignore_errors=True)
    return built


def states_folder(config: MkDocsConfig) -> Path | None:
    """Return the folder for what is known of sites; None where none may be kept."""
    folder = Path(config.config_file_path or "").parent.absolute() / CACHE / STATES
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return folder if os.access(folder, os.W_OK) else None


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
            made = Making(config, part.path, new.state, timings, jobs or os.cpu_count() or 1)
            count = made.run_share(share)
            (new.path / MARK).write_text(f"{share.number} of {share.of}\n", encoding="utf-8")
            publish(new.path, part.path)
        finally:
            shutil.rmtree(new.path, ignore_errors=True)
    return count


def is_plain(config: MkDocsConfig) -> bool:
    """Whether nothing but this program and the theme shapes the pages."""
    return set(config.plugins) == {"briefing"} and not config.hooks


def _run(config: MkDocsConfig) -> None:
    config.plugins.on_startup(command="build", dirty=False)
    try:
        mkdocs_build.build(config)
    except MkDocsException as fault:
        raise BuildFailed(reason(fault)) from None
    finally:
        config.plugins.on_shutdown()
