"""The project that a mkdocs.yml describes, as MkDocs reads it."""

from pathlib import Path
from typing import Any

from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, MkDocsException

from briefing.mkdocs_plugin import BriefingPlugin
from briefing.publishing import BuildFailed


def configuration(config_file: Path, **options: Any) -> MkDocsConfig:
    """Return the configuration, with options in place of its own. Raises BuildFailed."""
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


def reason(fault: MkDocsException) -> str:
    """Return why MkDocs stopped: it has logged the whole of a build error already."""
    cause = fault.__context__ if isinstance(fault, Abort) else fault
    return str(cause or fault).strip().partition("\n")[0]
