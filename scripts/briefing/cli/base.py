"""The group of commands, what most of them take, and how problems are shown.

A command is imported when it is called: what makes pages or reads articles takes longer to import
than `check` takes when nothing has changed.
"""

import logging
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from briefing import __version__
from briefing.problems import Lines, Problem, as_github, as_json, as_text, summary
from briefing.verdict import Verdict

_WHERE = dict.fromkeys(("check", "count", "explain"), "checking") | dict.fromkeys(
    ("build", "render", "serve", "verify"), "building"
)
"""Modules of commands that must not wait for those of the others."""


class Commands(click.Group):
    """A group whose commands stand in the modules of this package, imported when they are needed."""

    is_process = False
    """Whether the process was started for a command of the group, and ends with it."""
    held: object = None
    """What a command leaves as it is when the process ends: to take a large record apart, object by object,
    takes a quarter of a second, and is of no use to anybody."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command, as Click does."""
        self.is_process = not args and extra.get("args") is None
        try:
            return super().main(*args, **extra)
        except SystemExit as end:
            if self.is_process and self.held is not None:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(end.code if isinstance(end.code, int) else bool(end.code))
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        for name in _modules():
            import_module(name)
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, if there is one of that name."""
        if cmd_name in _WHERE:
            import_module(f"{__package__}.{_WHERE[cmd_name]}")
        elif super().get_command(ctx, cmd_name) is None:
            self.list_commands(ctx)
        return super().get_command(ctx, cmd_name)


def _modules() -> Iterator[str]:
    package = import_module(str(__package__))
    for module in pkgutil.iter_modules(package.__path__):
        yield f"{__package__}.{module.name}"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.version_option(__version__, prog_name="briefing")
def main() -> None:
    """Write briefs in YAML; get a site in which every claim shows where it comes from.

    \b
    A first walk:
      briefing new                   begin a brief: it asks what it needs
      briefing check                 is everything in briefs/ right?
      briefing serve                 see the site while you write
      briefing build                 make the site in site/

    \b
    Exit codes: 0 all is well, 1 problems were found, 2 the command was used wrongly.
    """


BRIEFS = click.option(
    "--briefs",
    "root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("briefs"),
    show_default=True,
    help="The folder with the YAML files.",
)


CONFIG = click.option(
    "-f",
    "--config-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="The site's configuration.",
)


def need_config(config_file: Path) -> None:
    """Refuse to go on without the configuration of a site."""
    if not config_file.is_file():
        raise click.UsageError(f"There is no {config_file} here. Name the site's with --config-file.")


def log_to_terminal(level: int = logging.INFO) -> None:
    """Show what MkDocs says of its work, on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)-8s %(message)s"))
    logger = logging.getLogger("mkdocs")
    logger.setLevel(level)
    logger.handlers = [handler]


def progress_of(label: str) -> Callable[[int, int], None] | None:
    """Return a counter for long work on a terminal; nothing where nobody watches."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int) -> None:
        if of >= 200 and (done % 100 == 0 or done == of):
            click.echo(f"\r{label} {done:,} of {of:,}", nl=done == of, err=True)

    return show


def need_below(paths: tuple[Path, ...], root: Path) -> None:
    """Refuse paths that are not in the folder of the briefs."""
    for path in paths:
        if not path.resolve().is_relative_to(root.resolve()):
            raise click.UsageError(f"{path} is not in {root}. Name its folder with --briefs.")


def is_shown(problem: Problem, paths: tuple[Path, ...]) -> bool:
    """Return whether a problem is in one of the paths that were asked for."""
    file = Path(problem.mark.file).absolute()
    return not paths or any(file.is_relative_to(path.absolute()) for path in paths)


def report(problems: Sequence[Problem], style: str, verdict: Verdict) -> None:
    """Print problems, in one of the styles of `check`; `verdict` says how much was looked at."""
    match style:
        case "json":
            click.echo(as_json(problems))
        case "github":
            if problems:
                click.echo(as_github(problems))
        case _:
            if problems:
                click.echo(as_text(problems, Lines()) + "\n")
            counts = f"{_counted(verdict.briefs, 'brief')}, {_counted(verdict.claims, 'claim')}"
            click.echo(f"{summary(problems)} in {verdict.files:,} files ({counts})", err=True)
            if verdict.was_stopped:
                click.echo("The editorial rules come next: mend the errors first.", err=True)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
