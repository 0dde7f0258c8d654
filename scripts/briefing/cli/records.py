"""Commands that work on records that are there: fmt, mv, refs, show."""

import shutil
import sys
from pathlib import Path

import click

from briefing.authoring.fmt import formatted
from briefing.authoring.rename import Refused, plan, rehearse
from briefing.authoring.replacing import NotChanged, apply
from briefing.authoring.show import known, show
from briefing.authoring.survey import KINDS, survey
from briefing.authoring.writing import write
from briefing.cli.shared import (
    BRIEFS,
    finish_interrupted,
    is_in,
    is_shown,
    main,
    need_below,
    need_folder,
    progress_of,
    readable,
    report,
    verdict_of,
)
from briefing.corpus import Lines, find, load
from briefing.model.validate import nearest
from briefing.problems import as_text, ordered, printable
from briefing.view import Site, look
from briefing.wording import count


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@BRIEFS
@click.option("--check", "only_check", is_flag=True, help="Write nothing; list the files that would change.")
def fmt(paths: tuple[Path, ...], root: Path, only_check: bool) -> None:
    """Put YAML files into one layout: order of keys, quotes, width of lines.

    Values and comments stay. A file with errors is left as it is, and its errors are shown. Without
    PATH, all files are put in order. Files that change are listed; with --check, and where a file
    has errors, the exit code is 1.

    \b
    Examples:
      briefing fmt
      briefing fmt briefs/2022/2022-02-05-panel-report.yml
      briefing fmt --check
    """
    need_folder(root)
    need_below(paths, root)
    if not only_check:
        finish_interrupted(root)
    found, problems = find(root, Path.cwd())
    problems = [p for p in problems if is_shown(p, paths)]
    chosen = [f for f in found if not paths or any(is_in(f.path, path) for path in paths)]
    if not chosen and not problems:
        raise click.UsageError("No file of the corpus is there.")
    changed = 0
    try:
        for place in chosen:
            done = formatted(place)
            problems += done.problems
            if done.data is not None and done.changed:
                changed += 1
                if not only_check:
                    write(place.path.resolve(), done.data)
                click.echo(place.file)
    except OSError as fault:
        click.echo(f"{fault.filename}: {fault.strerror}", err=True)
        sys.exit(1)
    if problems:
        click.echo(as_text(ordered(problems), Lines()), err=True)
    what = "would change" if only_check else "changed"
    click.echo(f"{changed:,} of {count(len(chosen), 'file')} {what}", err=True)
    if problems or (only_check and changed):
        sys.exit(1)


@main.command()
@click.argument("old")
@click.argument("new")
@click.option("--kind", type=click.Choice(KINDS), help="Of what kind OLD is, where several have that id.")
@BRIEFS
def mv(old: str, new: str, kind: str | None, root: Path) -> None:
    """Give a record another id, everywhere: OLD stays as an alias, so that addresses keep working.

    Any id will do: of a brief, source, entity, measure, topic, term or kind of event, and of a claim or
    event as brief#id. Files with an id in their name are moved. Every reference is replaced where it
    stands; nothing else in the files changes. All of it is done or none.

    \b
    Examples:
      briefing mv lazarus lazarus-group
      briefing mv 2022-02-05-report 2022-02-05-panel-report
      briefing mv 2022-02-05-panel-report#thefts exchange-thefts
    """
    need_folder(root)
    finish_interrupted(root)
    loaded = load(root, progress=progress_of("Reading files:"))
    if loaded.errors:
        report(loaded.errors, "text", verdict_of(loaded, loaded.errors))
        click.echo("Nothing was renamed: with these errors, not every reference can be found.", err=True)
        sys.exit(1)
    try:
        renaming = plan(survey(root, Path.cwd()), root, old, new, kind)
        faults = rehearse(renaming, root)
        if not faults:
            apply(root, renaming.changes, renaming.title)
    except (Refused, NotChanged) as fault:
        click.echo(f"Nothing was renamed: {fault}.", err=True)
        sys.exit(1)
    if faults:
        click.echo(as_text(faults), err=True)
        click.echo("Nothing was renamed: these errors would come of it.", err=True)
        sys.exit(1)
    click.echo(
        f"{renaming.old} is now {renaming.new.id}: {count(renaming.references, 'reference')} replaced, "
        f"{count(sum(c.after is not None for c in renaming.changes), 'file')} written"
    )
    for note in renaming.notes:
        click.echo(f"  {note}")


@main.command()
@click.argument("id_", metavar="ID")
@BRIEFS
def refs(id_: str, root: Path) -> None:
    """List the places that use an id, with file, line and column, by the kind of record they stand in.

    For a brief, uses of its claims and events in other files count too. Broken files are read as
    far as that is possible.

    \b
    Examples:
      briefing refs lazarus-group
      briefing refs 2022-02-05-panel-report#exchange-thefts
    """
    need_folder(root)
    found = survey(root, Path.cwd())
    records = found.named(id_)
    if not records:
        former, near = found.formerly(id_), found.nearest(id_)
        hint = f"it is an old id of the {former[0]}" if former else f"did you mean {near}?" if near else ""
        click.echo(f"There is no record {printable(id_)}" + (f": {hint}" if hint else ""), err=True)
        sys.exit(1)
    for n, record in enumerate(records):
        users = found.users(record)
        mark = found.records[record].mark
        click.echo(
            "\n" * bool(n) + f"{record}, {mark.file}:{mark.line}:{mark.column}: {count(len(users), 'use')}"
        )
        for kind in KINDS:
            lines = [u for u in users if u.by.kind == kind]
            if lines:
                click.echo(f"\n{kind} ({len(lines):,})")
            for use in lines:
                mark = use.mark
                click.echo(printable(f"{mark.file}:{mark.line}:{mark.column} {use.by.id} {use.words}"))


@main.command("show")
@click.argument("id_", metavar="ID")
@BRIEFS
def show_(id_: str, root: Path) -> None:
    """Show a brief, a claim (brief#claim), a source or an entity in the terminal.

    A claim shows the chain to its origin, what counts as evidence, its figures, the answers to it and
    the figures beside it. Drafts are shown.

    \b
    Examples:
      briefing show 2022-02-05-panel-report
      briefing show 2022-02-05-panel-report#exchange-thefts
      briefing show lazarus-group
    """
    corpus = readable(root)
    view = look(corpus, Site(""), drafts=True)
    text = show(view, id_, min(shutil.get_terminal_size().columns, 100))
    if text is None:
        near = nearest(id_, known(corpus), 66)
        hint = f": did you mean {near}?" if near else ""
        click.echo(f"There is no brief, claim, source or entity {printable(id_)}{hint}", err=True)
        sys.exit(1)
    click.echo(text, nl=False)
