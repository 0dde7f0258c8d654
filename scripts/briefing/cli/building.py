"""Commands that make the site: render, build, serve."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from briefing.cli.shared import CONFIG, log_to_terminal, main, need_config


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    """Turn a failed build into its message and exit code 1."""
    from briefing.publishing import BuildFailed

    try:
        yield
    except BuildFailed as fault:
        click.echo(f"The site was not built: {fault}", err=True)
        sys.exit(1)


@main.command()
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder to write."
)
@CONFIG
def render(out: Path, config_file: Path) -> None:
    """Write the site as plain Markdown, with a mkdocs.yml that needs no plugin of ours.

    What is in the folder is a project of its own: `mkdocs build` in it makes the same pages,
    and so does any other builder that reads mkdocs.yml. A project in the folder is replaced.
    """
    from briefing.rendering import render as write

    need_config(config_file)
    log_to_terminal()
    with _failing():
        pages = write(config_file, out)
    click.echo(f"{pages:,} pages written to {out}", err=True)


@main.command()
@click.option(
    "--site-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the site goes; the one in mkdocs.yml (or site/) unless given.",
)
@click.option("--strict/--no-strict", default=True, show_default=True, help="Let a warning stop the build.")
@CONFIG
def build(site_dir: Path | None, strict: bool, config_file: Path) -> None:
    """Build the site beside the last one, and put it in place in one step.

    If anything is wrong, the last good site stays as it is.
    """
    from briefing.build import build as make

    need_config(config_file)
    log_to_terminal()
    with _failing():
        built = make(config_file, site_dir, strict=strict)
    click.echo(f"{built.pages:,} pages made from the briefs; the site is in {built.site}", err=True)


@main.command()
@click.option("-a", "--address", metavar="HOST:PORT", help="Where to serve; 127.0.0.1:8000 unless given.")
@CONFIG
def serve(address: str | None, config_file: Path) -> None:
    """Show the site while you write: the page reloads when a file changes.

    Drafts are shown. A mistake in a file is printed here, and the last good page stays.
    """
    from briefing.build import serve as run

    need_config(config_file)
    log_to_terminal()
    with _failing():
        run(config_file, address)
