"""The command line. The only module that prints."""

import contextlib
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from briefing import __version__
from briefing.corpus import Lines, Loaded, load
from briefing.history import GitFailed, checkout, compare
from briefing.model.validate import nearest
from briefing.problems import Problem, as_github, as_json, as_text, ordered, summary
from briefing.rules import RULES, navigation, review
from briefing.wording import count

_BRIEFS = click.option(
    "--briefs",
    "root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("briefs"),
    show_default=True,
    help="The folder with the YAML files.",
)


_CONFIG = click.option(
    "-f",
    "--config-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="The site's configuration.",
)


def _progress(label: str) -> Callable[[int, int], None] | None:
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
      briefing check                 is everything in briefs/ right?
      briefing serve                 see the site while you write
      briefing build                 make the site in site/

    \b
    Exit codes: 0 all is well, 1 problems were found, 2 the command was used wrongly.
    """


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@_BRIEFS
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    show_default=True,
    help="For people, for annotations on a pull request, or for programs.",
)
@click.option(
    "--against",
    metavar="REF",
    help="Also compare with a git commit: nothing published may vanish or change without a trace.",
)
@_CONFIG
def check(paths: tuple[Path, ...], root: Path, style: str, against: str | None, config_file: Path) -> None:
    r"""Say everything that is wrong in the YAML files, with the line and the fix.

    All files are read, since they refer to each other; with PATH, only problems in those
    files or folders are shown. A PATH that itself holds a topics.yml is checked as a
    folder of its own.

    \b
    Examples:
      briefing check
      briefing check briefs/2022/2022-02-05-panel-report.yml
      briefing check --format github
      briefing check --against origin/main
    """
    if len(paths) == 1 and (paths[0] / "topics.yml").is_file():
        root, paths = paths[0], ()
    if not root.is_dir():
        raise click.UsageError(f"There is no folder {root}. Name it with --briefs.")
    _below(paths, root)
    loaded = load(root, progress=_progress("Reading files:"))
    found = review(loaded)
    if config_file.is_file() and not paths:
        found = ordered([*found, *navigation(loaded.corpus, config_file.read_bytes(), str(config_file))])
    if against and not loaded.errors:
        found = ordered([*found, *_changes(root, against, loaded)])
    problems = [p for p in found if _is_shown(p, paths)]
    _report(problems, style, loaded)
    if any(p.is_error for p in problems):
        sys.exit(1)


def _below(paths: tuple[Path, ...], root: Path) -> None:
    for path in paths:
        if not path.resolve().is_relative_to(root.resolve()):
            raise click.UsageError(f"{path} is not in {root}. Name its folder with --briefs.")


def _is_shown(problem: Problem, paths: tuple[Path, ...]) -> bool:
    file = Path(problem.mark.file).absolute()
    return not paths or any(file.is_relative_to(path.absolute()) for path in paths)


def _changes(root: Path, ref: str, loaded: Loaded) -> list[Problem]:
    """Return what a commit published that is gone or changed without a trace."""
    with tempfile.TemporaryDirectory(prefix="briefing-") as folder:
        try:
            then = checkout(root, ref, Path(folder))
        except GitFailed as fault:
            raise click.UsageError(f"Cannot read {ref}: {fault}") from None
        old = load(then, base=then.parent)
    if old.errors:
        click.echo(f"{summary(old.problems)} at {ref}: what was broken there is not compared", err=True)
    return compare(old.corpus, loaded.corpus)


def _report(problems: list[Problem], style: str, loaded: Loaded) -> None:
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


def _need(config_file: Path) -> None:
    if not config_file.is_file():
        raise click.UsageError(f"There is no {config_file} here. Name the site's with --config-file.")


def _log_to_terminal() -> None:
    """Show what MkDocs says of its work, on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)-8s %(message)s"))
    logger = logging.getLogger("mkdocs")
    logger.setLevel(logging.INFO)
    logger.handlers = [handler]


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    """Turn a failed build into its message and exit code 1."""
    from briefing.build import BuildFailed

    try:
        yield
    except BuildFailed as fault:
        click.echo(f"The site was not built: {fault}", err=True)
        sys.exit(1)


@main.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Say what an editorial rule asks, and why. Without CODE, list the rules.

    The code of a problem stands in brackets: error[fact-without-evidence].
    """
    if code is None:
        for rule in RULES.values():
            click.echo(f"{rule.code:28} {rule.severity:8} {rule.summary}")
        return
    if code not in RULES:
        near = nearest(code, RULES)
        raise click.UsageError(f"There is no rule {code}." + (f" Did you mean {near}?" if near else ""))
    click.echo(f"{code} ({RULES[code].severity})\n\n{RULES[code].documentation}")


@main.command()
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder to write."
)
@_CONFIG
def render(out: Path, config_file: Path) -> None:
    """Write the site as plain Markdown, with a mkdocs.yml that needs no plugin of ours.

    What is in the folder is a project of its own: `mkdocs build` in it makes the same pages,
    and so does any other builder that reads mkdocs.yml. A project in the folder is replaced.
    """
    from briefing.build import render as write

    _need(config_file)
    _log_to_terminal()
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
@_CONFIG
def build(site_dir: Path | None, strict: bool, config_file: Path) -> None:
    """Build the site beside the last one, and put it in place in one step.

    If anything is wrong, the last good site stays as it is.
    """
    from briefing.build import build as make

    _need(config_file)
    _log_to_terminal()
    with _failing():
        built = make(config_file, site_dir, strict=strict)
    click.echo(f"{built.pages:,} pages made from the briefs; the site is in {built.site}", err=True)


@main.command()
@click.option("-a", "--address", metavar="HOST:PORT", help="Where to serve; 127.0.0.1:8000 unless given.")
@_CONFIG
def serve(address: str | None, config_file: Path) -> None:
    """Show the site while you write: the page reloads when a file changes.

    Drafts are shown. A mistake in a file is printed here, and the last good page stays.
    """
    from briefing.build import serve as run

    _need(config_file)
    _log_to_terminal()
    with _failing():
        run(config_file, address)
