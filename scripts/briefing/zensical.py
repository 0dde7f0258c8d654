"""Building with Zensical, Material's successor, which reads mkdocs.yml and runs none of its plugins.

The site is rendered to a project that needs no plugin (briefing.rendering), in a folder of its own;
Zensical builds that; then comes what the plugin does under MkDocs: twins, the compressed sitemap,
the search index. Zensical reports "No issues found" where pages are missing, so that every page and
every file that the project holds is looked for, as under MkDocs, before the site is put in place.
"""

import datetime as dt
import gzip
import importlib.util
import logging
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from briefing.making import Built
from briefing.mkdocs_plugin import site_of
from briefing.project import briefing_plugin, configuration
from briefing.publishing import BuildFailed, check_replaceable, only_builder_of, place_of, publish
from briefing.rendering import AFTER_BUILD, Rendered, write_project
from briefing.search import SearchFailed
from briefing.shards import digests_of, index
from briefing.verify import Expected, listed, seal

log = logging.getLogger("mkdocs.briefing")

NOT_INSTALLED = (
    "Zensical is not installed. Run `make site-zensical`, which installs it, or"
    " `pip install zensical` where briefing is installed"
)

STOCK_SEARCH = "search.json"
"""The index of the theme's own search, which Zensical writes without entries. Nothing loads it."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_WARNING = re.compile(r"^Warning: (?P<says>.+)\n[^\[\n]*\[ (?P<place>[^\]\n]+) \]", re.MULTILINE)
_LASTMOD = re.compile(r"<lastmod>([0-9]{4}-[0-9]{2}-[0-9]{2})</lastmod>")


@dataclass(frozen=True, slots=True)
class Warned:
    """What Zensical warns of."""

    place: str
    """File below the docs folder, line and column: "briefs/x.md:4:1"."""
    says: str

    def __str__(self) -> str:
        return f"{self.place}: {self.says}"


def build(config_file: Path, site_dir: Path | None = None, *, strict: bool = True) -> Built:
    """Build the site that a mkdocs.yml describes with Zensical, and put it in place of the last one.

    Raises BuildFailed, before anything of the last site is touched.
    """
    if importlib.util.find_spec("zensical") is None:
        raise BuildFailed(NOT_INSTALLED)
    config = configuration(config_file, strict=strict, site_dir=site_dir)
    site = place_of(Path(config.site_dir))
    check_replaceable(site)
    with only_builder_of(site):
        # Beside the site, so that one step puts the new one in place. Zensical builds only into
        # the project's own folder.
        project = Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent))
        try:
            rendered = write_project(config, config_file, project)
            _check(config, rendered, strict=strict)
            for warned in run(project, strict=strict):
                log.warning("%s", warned)
            new = project / "site"
            finish(new, project)
            expected = Expected(frozenset(p.html for p in rendered.pages), frozenset(rendered.files))
            if flaws := seal(new, site_of(config, briefing_plugin(config).config).url, expected):
                raise BuildFailed(listed(flaws))
            new.chmod(0o755)
            publish(new, site)
        finally:
            shutil.rmtree(project, ignore_errors=True)
    return Built(site, rendered.made)


def _check(config: MkDocsConfig, rendered: Rendered, *, strict: bool) -> None:
    """Find what MkDocs would warn of and Zensical does not look for."""
    if not strict:
        return
    if rendered.hidden:
        raise BuildFailed(f"{rendered.hidden[0]} is made from the briefs: give the file another name")
    pages = {page.uri for page in rendered.pages}
    missing = [name for name in _named(config.nav) if name.endswith(".md") and name not in pages]
    if missing:
        raise BuildFailed(f"{config.config_file_path}: `nav:` names {missing[0]}, which is not there")


def _named(nav: object) -> Iterator[str]:
    """Yield what a navigation names: files, and addresses of other sites."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        for part in nav.values():
            yield from _named(part)
    elif isinstance(nav, list):
        for part in nav:
            yield from _named(part)


def run(project: Path, *, strict: bool) -> tuple[Warned, ...]:
    """Let Zensical build a rendered project into its folder `site`. Raises BuildFailed.

    Returns what it warned of; with `strict`, a warning is a failure.
    """
    command = [sys.executable, "-m", "zensical", "build", "--config-file", "zensical.yml"]
    done = subprocess.run(
        [*command, "--strict"] if strict else command,
        cwd=project,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    said = _COLOUR.sub("", done.stdout + done.stderr)
    warned = tuple(Warned(m["place"], m["says"]) for m in _WARNING.finditer(said))
    if done.returncode and warned:
        more = f" (and {len(warned) - 1} more)" if len(warned) > 1 else ""
        raise BuildFailed(f"in strict mode, Zensical stopped at a warning: {warned[0]}{more}")
    if done.returncode:
        last = said.strip().rpartition("\n")[2]
        raise BuildFailed(f"Zensical stopped: {re.sub('^[A-Za-z]*Error: ', '', last) or 'it gave no reason'}")
    return warned


def finish(site: Path, project: Path) -> None:
    """Do for a built site what the plugin does under MkDocs. Raises BuildFailed."""
    if not (site / "sitemap.xml").is_file():
        raise BuildFailed("Zensical made no sitemap.xml")
    shutil.copytree(project / AFTER_BUILD, site, dirs_exist_ok=True)
    (site / STOCK_SEARCH).unlink(missing_ok=True)
    _rewrite_sitemap(site / "sitemap.xml")
    try:
        count, _ = index(site, digests_of(site))
    except SearchFailed as fault:
        raise BuildFailed(f"the search index could not be made: {fault}") from None
    log.info("%s pages indexed for search", f"{count:,}")


def _rewrite_sitemap(sitemap: Path) -> None:
    """Write the sitemap with addresses as people read them, and beside it as MkDocs packs it.

    Zensical's templates escape a slash too. The packed one is dated by the record.
    """
    content = sitemap.read_bytes().replace(b"&#x2f;", b"/")
    sitemap.write_bytes(content)
    newest = max(_LASTMOD.findall(content.decode()), default="1970-01-01")
    time = dt.datetime.fromisoformat(newest).replace(tzinfo=dt.UTC).timestamp()
    with (
        sitemap.with_suffix(".xml.gz").open("wb") as stream,
        gzip.GzipFile(filename="sitemap.xml.gz", mode="wb", fileobj=stream, mtime=time) as packed,
    ):
        packed.write(content)
