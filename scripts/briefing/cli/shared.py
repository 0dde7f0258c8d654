"""What the commands share: their group, their options, and how they answer."""

import datetime as dt
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from briefing import __version__
from briefing.authoring.editor import refresh
from briefing.authoring.replacing import NotChanged, finish
from briefing.authoring.writing import create
from briefing.corpus import Corpus, Lines, Loaded, load
from briefing.model.faults import Fault
from briefing.problems import Problem, as_github, as_json, as_text, printable, summary
from briefing.wording import count

R = TypeVar("R")


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


def progress_of(label: str) -> Callable[[int, int], None] | None:
    """Return a counter for long work on a terminal; nothing where nobody watches."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int) -> None:
        if of >= 200 and (done % 100 == 0 or done == of):
            click.echo(f"\r{label} {done:,} of {of:,}", nl=done == of, err=True)

    return show


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.version_option(__version__, prog_name="briefing")
def main() -> None:
    r"""Write briefs in YAML; get a site in which every claim shows where it comes from.

    \b
    A first walk:
      briefing new                   begin a brief: it asks what it needs
      briefing check                 is everything in briefs/ right?
      briefing serve                 see the site while you write
      briefing build                 make the site in site/

    \b
    Exit codes: 0 all is well, 1 problems were found, 2 the command was used wrongly.
    """


def need_below(paths: tuple[Path, ...], root: Path) -> None:
    """Refuse paths that are not in the folder of the briefs."""
    for path in paths:
        if not path.resolve().is_relative_to(root.resolve()):
            raise click.UsageError(f"{path} is not in {root}. Name its folder with --briefs.")


def is_shown(problem: Problem, paths: tuple[Path, ...]) -> bool:
    """Return whether a problem is in one of the paths that were asked for."""
    file = Path(problem.mark.file).absolute()
    return not paths or any(file.is_relative_to(path.absolute()) for path in paths)


def report(problems: list[Problem], style: str, loaded: Loaded) -> None:
    """Print problems, in one of the styles of `check`."""
    match style:
        case "json":
            click.echo(as_json(problems))
        case "github":
            if problems:
                click.echo(as_github(problems))
        case _:
            if problems:
                click.echo(as_text(problems, Lines()) + "\n")
            corpus = loaded.corpus
            counts = f"{count(len(corpus.briefs), 'brief')}, {count(len(corpus.claims), 'claim')}"
            click.echo(f"{summary(problems)} in {loaded.files:,} files ({counts})", err=True)
            if loaded.errors:
                click.echo("The editorial rules come next: mend the errors first.", err=True)


def need_config(config_file: Path) -> None:
    """Refuse to go on without the configuration of a site."""
    if not config_file.is_file():
        raise click.UsageError(f"There is no {config_file} here. Name the site's with --config-file.")


def log_to_terminal() -> None:
    """Show what MkDocs says of its work, on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)-8s %(message)s"))
    logger = logging.getLogger("mkdocs")
    logger.setLevel(logging.INFO)
    logger.handlers = [handler]


def need_folder(root: Path) -> None:
    """Refuse to go on without the folder of the briefs."""
    if not root.is_dir():
        raise click.UsageError(f"There is no folder {root}. Name it with --briefs.")


def is_in(path: Path, folder: Path) -> bool:
    """Return whether a path is a folder or in it."""
    return path.absolute().is_relative_to(folder.absolute())


def finish_interrupted(root: Path) -> None:
    """Do what is left of a change that was interrupted."""
    try:
        title = finish(root)
    except (NotChanged, OSError) as fault:
        click.echo(f"An earlier change was interrupted, and cannot be finished: {fault}", err=True)
        sys.exit(1)
    if title:
        click.echo(f"Finished first what was interrupted: {printable(title)}", err=True)


def help_editors(root: Path, corpus: Corpus) -> None:
    """Let editors know the ids that are there, if the folder is that of a project."""
    project = root.resolve().parent
    if (project / "mkdocs.yml").is_file():
        refresh(project, corpus)


def readable(root: Path) -> Corpus:
    """Return what can be read of a folder; say if that is not all."""
    if not root.is_dir():
        raise click.UsageError(f"There is no folder {root}. Name it with --briefs.")
    loaded = load(root, progress=progress_of("Reading files:"))
    if loaded.errors:
        click.echo(f"{summary(loaded.errors)} in {root}: records with errors are not looked at", err=True)
    return loaded.corpus


def today() -> dt.date:
    """Return the day where the author is: the only place that asks the clock."""
    return dt.datetime.now(dt.UTC).astimezone().date()


def need_accepted(read: Callable[[str], object], text: str) -> None:
    """Refuse an option's text that a field would refuse, in the field's words."""
    try:
        read(text)
    except Fault as fault:
        context = fault.context or {}
        raise click.UsageError(f"{fault.message()}: {context['hint']}") from None


def or_exit(found: R | Problem) -> R:
    """Return what was read, or say why it could not be and end."""
    if isinstance(found, Problem):
        click.echo(as_text([found]), err=True)
        sys.exit(1)
    return found


def written(path: Path, text: str) -> bool:
    """Write a new file and print its name, unless one has that name already."""
    try:
        done = create(path, text.encode())
    except OSError as fault:
        click.echo(f"{path} cannot be written: {fault.strerror}", err=True)
        return False
    click.echo(path if done else f"{path} is there already, and was left as it is", err=not done)
    return done
