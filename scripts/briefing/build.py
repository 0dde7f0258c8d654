"""Building a site: beside the last one, checked, and put in its place in one step."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mkdocs.commands import build as mkdocs_build
from mkdocs.commands import serve as mkdocs_serve
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException

from briefing.mkdocs_plugin import BriefingPlugin
from briefing.project import briefing_plugin, configuration, reason
from briefing.publishing import BuildFailed, check_replaceable, only_builder_of, publish


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    site: Path
    pages: int


def build(config_file: Path, site_dir: Path | None = None, *, strict: bool = True) -> Built:
    """Build the site that a mkdocs.yml describes, and put it in place of the last one.

    Raises BuildFailed, before anything of the last site is touched.
    """
    config = configuration(config_file, strict=strict, site_dir=site_dir)
    site = Path(config.site_dir)
    check_replaceable(site)
    site.parent.mkdir(parents=True, exist_ok=True)
    with only_builder_of(site):
        new = Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent))
        try:
            config.site_dir = str(new)
            _run(config)
            plugin = briefing_plugin(config)
            _verify(new, plugin)
            new.chmod(0o755)
            publish(new, site)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return Built(site, len(plugin.pages))


def _run(config: MkDocsConfig) -> None:
    config.plugins.on_startup(command="build", dirty=False)
    try:
        mkdocs_build.build(config)
    except MkDocsException as fault:
        raise BuildFailed(reason(fault)) from None
    finally:
        config.plugins.on_shutdown()


def _verify(site: Path, plugin: BriefingPlugin) -> None:
    """Check that every page that was rendered is there."""
    missing = [p.uri for p in plugin.pages if not (site / _html_of(p.uri)).is_file()]
    if missing:
        raise BuildFailed(f"{len(missing)} pages were not built, such as {missing[0]}")


def _html_of(uri: str) -> str:
    stem = uri.removesuffix(".md")
    return f"{stem}.html" if stem == "index" or stem.endswith("/index") else f"{stem}/index.html"


def serve(config_file: Path, address: str | None) -> None:
    """Serve a preview that reloads when a file changes, until it is interrupted.

    Raises BuildFailed.
    """
    try:
        mkdocs_serve.serve(str(config_file), dev_addr=address, livereload=True)
    except MkDocsException as fault:
        raise BuildFailed(reason(fault)) from None
