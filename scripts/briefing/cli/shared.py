"""What the commands share: their group, their options, and how they answer."""

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from briefing.authoring.editor import refresh
from briefing.authoring.replacing import NotChanged, finish
from briefing.authoring.writing import create
from briefing.cli.base import BRIEFS as BRIEFS
from briefing.cli.base import CONFIG as CONFIG
from briefing.cli.base import is_shown as is_shown
from briefing.cli.base import log_to_terminal as log_to_terminal
from briefing.cli.base import main as main
from briefing.cli.base import need_below as need_below
from briefing.cli.base import need_config as need_config
from briefing.cli.base import progress_of as progress_of
from briefing.cli.base import report as report
from briefing.corpus import Corpus, Loaded, cache_of, load
from briefing.model.faults import Fault
from briefing.problems import Problem, as_text, printable, summary
from briefing.verdict import Verdict

R = TypeVar("R")


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


def verdict_of(loaded: Loaded, problems: Sequence[Problem]) -> Verdict:
    """Return what was found wrong with a folder, and how much was looked at."""
    corpus = loaded.corpus
    return Verdict(
        problems, loaded.files, len(corpus.briefs), len(corpus.claims), was_stopped=bool(loaded.errors)
    )


def readable(root: Path) -> Corpus:
    """Return what can be read of a folder; say if that is not all."""
    if not root.is_dir():
        raise click.UsageError(f"There is no folder {root}. Name it with --briefs.")
    loaded = load(root, progress=progress_of("Reading files:"), cache=cache_of(root))
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
