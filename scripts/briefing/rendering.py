"""The site as a project that any builder of mkdocs.yml can build without the plugin."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.utils.yaml import yaml_load

from briefing.mkdocs_plugin import BriefingPlugin, theme_folder
from briefing.project import briefing_plugin, configuration
from briefing.publishing import BuildFailed, publish
from briefing.yamlnodes import dump

NOT_IN_NAV = ("/briefs/", "/entities/", "/sources/", "/measures/")
"""Folders whose pages the navigation does not name, but for their indexes."""


def render(config_file: Path, out: Path) -> int:
    """Write a project that builders without the plugin turn into the same pages.

    `out` gets mkdocs.yml, docs/ (written by hand and made) and overrides/. Returns the
    number of pages made. Raises BuildFailed.
    """
    config = configuration(config_file, strict=True)
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
