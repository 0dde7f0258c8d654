"""Building a site: beside the last one, checked, and put in its place in one step."""

import contextlib
import ctypes
import errno
import fcntl
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.commands import build as mkdocs_build
from mkdocs.commands import serve as mkdocs_serve
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, MkDocsException
from mkdocs.utils.yaml import yaml_load

from briefing.mkdocs_plugin import BriefingPlugin, theme_folder
from briefing.yamlnodes import dump

log = logging.getLogger("mkdocs.briefing")

AT_FDCWD = -100
RENAME_EXCHANGE = 2


class BuildFailed(Exception):
    """The site could not be built; the last good one stands untouched. Its text says why."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    site: Path
    pages: int


def build(config_file: Path, site_dir: Path | None = None, *, strict: bool = True) -> Built:
    """Build the site that a mkdocs.yml describes, and put it in place of the last one.

    Raises BuildFailed, before anything of the last site is touched.
    """
    config = _config(config_file, strict=strict, site_dir=site_dir)
    site = Path(config.site_dir)
    _check_replaceable(site)
    site.parent.mkdir(parents=True, exist_ok=True)
    with _only_builder_of(site):
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


def _config(config_file: Path, **options: Any) -> MkDocsConfig:
    given = {k: v for k, v in options.items() if v is not None}
    if "site_dir" in given:
        given["site_dir"] = str(Path(given["site_dir"]).absolute())
    try:
        config = load_config(str(config_file), **given)
    except (Abort, ConfigurationError) as fault:
        raise BuildFailed(f"{config_file}: {fault}") from None
    briefing_plugin(config)
    return config


def briefing_plugin(config: MkDocsConfig) -> BriefingPlugin:
    """Return the plugin that makes the pages. Raises BuildFailed where it is not configured."""
    plugin = config.plugins.get("briefing")
    if not isinstance(plugin, BriefingPlugin):
        raise BuildFailed(f"{config.config_file_path}: add `- briefing` to `plugins:`")
    return plugin


def _run(config: MkDocsConfig) -> None:
    config.plugins.on_startup(command="build", dirty=False)
    try:
        mkdocs_build.build(config)
    except MkDocsException as fault:
        raise BuildFailed(_reason(fault)) from None
    finally:
        config.plugins.on_shutdown()


def _reason(fault: MkDocsException) -> str:
    """Return why MkDocs stopped: it has logged the whole of a build error already."""
    cause = fault.__context__ if isinstance(fault, Abort) else fault
    return str(cause or fault).strip().partition("\n")[0]


def _verify(site: Path, plugin: BriefingPlugin) -> None:
    """Check that every page that was rendered is there."""
    missing = [p.uri for p in plugin.pages if not (site / _html_of(p.uri)).is_file()]
    if missing:
        raise BuildFailed(f"{len(missing)} pages were not built, such as {missing[0]}")


def _html_of(uri: str) -> str:
    stem = uri.removesuffix(".md")
    return f"{stem}.html" if stem == "index" or stem.endswith("/index") else f"{stem}/index.html"


# --- putting a site in place -------------------------------------------------------------


def _check_replaceable(site: Path) -> None:
    """Refuse to replace a folder that is not a site: it may be somebody's home."""
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        raise BuildFailed(f"{site} is not a folder: name another with --site-dir")
    if site.is_dir() and any(site.iterdir()) and not (site / "sitemap.xml").is_file():
        raise BuildFailed(f"{site} holds other files than a site: name another folder with --site-dir")


@contextlib.contextmanager
def _only_builder_of(site: Path) -> Iterator[None]:
    """Let one build at a time work beside a site; a second one waits."""
    lock = site.parent / f".{site.name}.lock"
    with lock.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        for left in site.parent.glob(f".{site.name}-*"):
            shutil.rmtree(left, ignore_errors=True)  # of a build that was killed
        yield


def publish(new: Path, site: Path) -> None:
    """Put the folder `new` in place of `site` in one step; `new` then holds the old site.

    Uses renameat2(2) with RENAME_EXCHANGE, so that there is no moment without a site; where
    the system lacks it, two renames.
    """
    if not site.exists():
        new.rename(site)
        return
    if _exchange(new, site):
        return
    old = Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent)) / "old"
    site.rename(old)
    new.rename(site)
    shutil.rmtree(old.parent, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders' names. Returns whether the system could."""
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(other))


# --- a project for any builder -----------------------------------------------------------

NOT_IN_NAV = ("/briefs/", "/entities/", "/sources/", "/measures/")
"""Folders whose pages the navigation does not name, but for their indexes."""


def render(config_file: Path, out: Path) -> int:
    """Write a project that builders without the plugin turn into the same pages.

    `out` gets mkdocs.yml, docs/ (written by hand and made) and overrides/. Returns the
    number of pages made. Raises BuildFailed.
    """
    config = _config(config_file, strict=True)
    if out.exists() and any(out.iterdir()) and not (out / "mkdocs.yml").is_file():
        raise BuildFailed(f"{out} holds other files: name an empty folder")
    config.plugins.on_startup(command="build", dirty=False)
    try:
        config = config.plugins.on_config(config)
        config.plugins.on_pre_build(config=config)
    except MkDocsException as fault:
        raise BuildFailed(str(fault)) from None
    plugin = briefing_plugin(config)
    out.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        _write_project(config, config_file, plugin, new)
        new.chmod(0o755)
        publish(new, out)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return len(plugin.pages)


def _write_project(config: MkDocsConfig, config_file: Path, plugin: BriefingPlugin, out: Path) -> None:
    docs, overrides = out / "docs", out / "overrides"
    shutil.copytree(config.docs_dir, docs)
    overrides.mkdir()
    for folder in (theme_folder(), config.theme.custom_dir):
        if folder:
            _copy_theme(Path(folder), docs, overrides)
    made: dict[str, str | bytes] = {p.uri: p.markdown for p in plugin.pages}
    made |= {a.uri: a.content for a in plugin.assets}
    for uri, content in made.items():
        path = docs / uri
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with config_file.open("rb") as stream:
        settings = yaml_load(stream)
    (out / "mkdocs.yml").write_text(dump(_plain_settings(settings)), encoding="utf-8")


def _copy_theme(folder: Path, docs: Path, overrides: Path) -> None:
    """Copy templates to the overrides, and what they link to the docs."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        target = (overrides if path.suffix in (".html", ".xml") else docs) / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _plain_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Return mkdocs.yml's settings without the plugin, for a project of its own."""
    plugins = [p for p in settings.get("plugins", ["search"]) if p != "briefing" and "briefing" not in p]
    own = {
        "docs_dir": "docs",
        "theme": {**settings["theme"], "custom_dir": "overrides"},
        "plugins": plugins,
        "not_in_nav": "\n".join(NOT_IN_NAV) + "\n",
    }
    if not settings.get("repo_url"):
        own["edit_uri"] = ""
    dropped = {"watch", "hooks", "INHERIT", "site_dir"}
    return {k: v for k, v in settings.items() if k not in dropped} | own


def serve(config_file: Path, address: str | None) -> None:
    """Serve a preview that reloads when a file changes, until it is interrupted.

    Raises BuildFailed.
    """
    try:
        mkdocs_serve.serve(str(config_file), dev_addr=address, livereload=True)
    except MkDocsException as fault:
        raise BuildFailed(_reason(fault)) from None
