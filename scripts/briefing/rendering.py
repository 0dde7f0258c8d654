"""The site as a project that any builder of mkdocs.yml can build without the plugin."""

import datetime as dt
import logging
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import File, InclusionLevel, get_files, set_exclusions
from mkdocs.utils.yaml import yaml_load

from briefing.mkdocs_plugin import site_of, theme_folder
from briefing.outputs.twins import twin, twin_uri
from briefing.project import briefing_plugin, configuration
from briefing.publishing import BuildFailed, publish
from briefing.search import FOLDER
from briefing.shards import NAMES
from briefing.yamllayout import dump

NOT_IN_NAV = ("/briefs/", "/entities/", "/sources/", "/measures/", "page/", "denied/")
"""Folders whose pages the navigation does not name, but for their indexes."""

AFTER_BUILD = "after-build"
"""The folder of what is copied over the built site. A builder would take a page's twin,
"x/index.md", for one more page, so that it cannot stand among the pages."""


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page of a rendered project."""

    uri: str
    """Its file below the docs folder: "briefs/x.md"."""
    html: str
    """Its file in the built site: "briefs/x/index.html"."""
    made: bool
    """Whether it was made from the briefs, and not written by hand."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a rendered project holds, and so what the built site has to hold."""

    pages: tuple[RenderedPage, ...]
    files: tuple[str, ...]
    """What the site takes from the docs folder as it is: "feeds/all.atom"."""
    hidden: tuple[str, ...]
    """Files written by hand that are left out, since a page of that name is made: "weapons.md"."""

    @property
    def made(self) -> int:
        """How many pages were made from the briefs."""
        return sum(page.made for page in self.pages)


def render(config_file: Path, out: Path) -> int:
    """Write a project that builders without the plugin turn into the same pages.

    `out` gets mkdocs.yml, docs/ (written by hand and made), overrides/, after-build/ (what is
    copied over the built site), and zensical.yml, with which Zensical is run. Returns the
    number of pages made. Raises BuildFailed.
    """
    config = configuration(config_file, strict=True)
    if out.exists() and any(out.iterdir()) and not (out / "mkdocs.yml").is_file():
        raise BuildFailed(f"{out} holds other files: name an empty folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        rendered = write_project(config, config_file, new)
        new.chmod(0o755)
        publish(new, out)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return rendered.made


def write_project(config: MkDocsConfig, config_file: Path, out: Path) -> Rendered:
    """Write the project into `out`, which is empty or not there. Raises BuildFailed.

    `config` is what MkDocs reads in `config_file`; its plugins have not been started.
    """
    settings = _plain_settings(config_file)
    config.plugins.on_startup(command="build", dirty=False)
    try:
        config = config.plugins.on_config(config)
        config.plugins.on_pre_build(config=config)
        files, hidden = _files(config)
        return _write_project(config, files, hidden, settings, out)
    except MkDocsException as fault:
        raise BuildFailed(str(fault)) from None
    finally:
        config.plugins.on_shutdown()


def _files(config: MkDocsConfig) -> tuple[list[File], tuple[str, ...]]:
    """Return the site's files, made and written by hand, and those by hand that give way."""
    files = get_files(config)
    by_hand = {f.src_uri for f in files}
    files = briefing_plugin(config).on_files(files, config=config)
    set_exclusions(files, config)
    shown = [f for f in files if f.inclusion not in (InclusionLevel.EXCLUDED, InclusionLevel.DRAFT)]
    return shown, tuple(f.src_uri for f in shown if f.src_uri in by_hand and f.src_dir is None)


def _write_project(
    config: MkDocsConfig, files: list[File], hidden: tuple[str, ...], settings: str, out: Path
) -> Rendered:
    docs, overrides, after = out / "docs", out / "overrides", out / AFTER_BUILD
    for folder in (docs, overrides, after):
        folder.mkdir(parents=True)
    linked: list[str] = []
    for theme in (theme_folder(), config.theme.custom_dir):
        if theme:
            linked += _copy_theme(Path(theme), docs, overrides)
    pages = [f for f in files if f.is_documentation_page()]
    site = site_of(config, briefing_plugin(config).config)
    for file in files:
        _write(docs / file.src_uri, file.content_bytes)
    for page in pages:
        _write(after / twin_uri(page.src_uri), twin(page.src_uri, page.content_string, site).encode())
    # For whoever runs Pagefind by hand: all that it makes is one part.
    _write(after / FOLDER / NAMES, b"[]\n")
    _write(out / "mkdocs.yml", settings.encode())
    _write(out / "zensical.yml", _for_zensical(config).encode())
    others = [f.src_uri for f in files if not f.is_documentation_page()]
    return Rendered(
        pages=tuple(RenderedPage(f.src_uri, f.dest_uri, made=f.src_dir is None) for f in pages),
        files=tuple(dict.fromkeys([*others, *linked])),
        hidden=hidden,
    )


def _copy_theme(folder: Path, docs: Path, overrides: Path) -> Iterator[str]:
    """Copy templates to the overrides and what they link to the docs; yield what was linked."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder)
        is_template = path.suffix in (".html", ".xml")
        _write((overrides if is_template else docs) / name, path.read_bytes())
        if not is_template:
            yield name.as_posix()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _plain_settings(config_file: Path) -> str:
    """Return mkdocs.yml without the plugin, for a project of its own. Raises BuildFailed."""
    with config_file.open("rb") as stream:
        settings = yaml_load(stream)
    theme = settings.get("theme", {})
    plugins = _listed(settings.get("plugins"))
    own: dict[str, Any] = {
        "docs_dir": "docs",
        "theme": {**({"name": theme} if isinstance(theme, str) else theme), "custom_dir": "overrides"},
        "plugins": [p for p in plugins if p != "briefing" and "briefing" not in p],
        "markdown_extensions": _listed(settings.get("markdown_extensions")),
        "not_in_nav": "\n".join(NOT_IN_NAV) + "\n",
    }
    if not settings.get("repo_url"):
        own["edit_uri"] = ""
    dropped = {"watch", "hooks", "INHERIT", "site_dir"}
    if not settings.get("site_url"):
        dropped.add("site_url")  # Zensical takes an empty address for one
    written = {k: v for k, v in settings.items() if k not in dropped} | own
    if (odd := next(_odd(written), None)) is not None:
        raise BuildFailed(f"{config_file}: {odd} is Python, which no other project can have: leave it out")
    return dump(written)


def _listed(given: object) -> list[Any]:
    """Return plugins or extensions as a list of names and of names with their settings."""
    if isinstance(given, dict):
        return [{name: options} if options else name for name, options in given.items()]
    return list(given) if isinstance(given, list) else []


def _for_zensical(config: MkDocsConfig) -> str:
    """Return what Zensical needs besides mkdocs.yml, as a configuration that builds on it."""
    settings = {
        "INHERIT": "mkdocs.yml",
        "theme": {"variant": "classic"},
        "plugins": [{"search": {"enabled": False}}],
        "markdown_extensions": [{"pymdownx.highlight": {"use_pygments": False}}],
        "validation": {
            "invalid_links": config.validation.links.not_found >= logging.WARNING,
            "invalid_link_anchors": config.validation.links.anchors >= logging.WARNING,
        },
    }
    return (
        "# What Zensical needs besides mkdocs.yml: the look of Material, for which the site's styles are\n"
        "# made; no search index, since the site has a search of its own; code in one colour, as there;\n"
        "# and warnings of what MkDocs would warn of.\n" + dump(settings)
    )


def _odd(value: object) -> Iterator[object]:
    """Yield what YAML cannot hold as text: what `!!python/name:` and the like name."""
    if isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _odd(part)
    elif value is not None and not isinstance(value, (str, int, float, bool, dt.date)):
        yield getattr(value, "__name__", value)
