"""The command line. The only module that prints."""

import contextlib
import datetime as dt
import logging
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import click

from briefing import __version__
from briefing.authoring import new as starting
from briefing.authoring.draft import draft_text, propose
from briefing.authoring.editor import refresh
from briefing.authoring.fmt import formatted
from briefing.authoring.reading import Form, read_article, read_citations
from briefing.authoring.rename import Refused, plan, rehearse
from briefing.authoring.replacing import NotChanged, apply, finish
from briefing.authoring.show import known, show
from briefing.authoring.sources import Registry
from briefing.authoring.survey import KINDS, Id, Survey, survey
from briefing.authoring.writing import create, write
from briefing.corpus import Corpus, Lines, Loaded, find, load
from briefing.history import GitFailed, checkout, compare
from briefing.model import Access, EntityKind, Period, SourceKind
from briefing.model.dates import parse_day, parse_partial
from briefing.model.faults import Fault
from briefing.model.fields import Record, read_slug, slugify
from briefing.model.validate import nearest
from briefing.problems import Problem, as_github, as_json, as_text, ordered, printable, summary
from briefing.rivals import find_disputes
from briefing.rules import RULES, navigation, review
from briefing.schema import Kind
from briefing.view import Site, look
from briefing.wording import count

R = TypeVar("R")

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
      briefing new                   begin a brief: it asks what it needs
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
    _help_editors(root, loaded.corpus)
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
        old = load(then, base=_same_base(root, then))
    if old.errors:
        click.echo(f"{summary(old.problems)} at {ref}: what was broken there is not compared", err=True)
    return compare(old.corpus, loaded.corpus)


def _same_base(root: Path, then: Path) -> Path:
    """Return the folder from which files below `then` have the names that they have below `root`."""
    here, whole = Path.cwd().resolve(), root.resolve()
    inside = whole.relative_to(here).parts if whole.is_relative_to(here) else (whole.name,)
    if then.parts[len(then.parts) - len(inside) :] != inside:
        return then.parent
    return Path(*then.parts[: len(then.parts) - len(inside)])


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


@main.command("count")
@_BRIEFS
def count_records(root: Path) -> None:
    """Say how much is in the record: briefs, claims, sources, disputes and the rest."""
    loaded = load(root, progress=_progress("Reading files:"))
    if loaded.errors:
        click.echo(
            f"{summary(loaded.problems)}: `briefing check` shows them; what is broken is not counted",
            err=True,
        )
    corpus = loaded.corpus.published()
    disputes = find_disputes(corpus)
    rows = {
        "briefs": len(corpus.briefs),
        **{
            f"  {t.id}": sum(t.id in b.topics for b in corpus.briefs.values()) for t in corpus.topics.values()
        },
        "claims": len(corpus.claims),
        "figures": sum(len(h.claim.figures) for h in corpus.claims.values()),
        "responses": sum(len(h.claim.responses) for h in corpus.claims.values()),
        "events": len(corpus.events),
        "disputes": len(disputes.disputes),
        "  with rival figures": sum(bool(d.comparisons) for d in disputes.disputes),
        "denied claims": len(disputes.denied),
        "sources": len(corpus.sources),
        "entities": len(corpus.entities),
        "measures": len(corpus.measures),
        "glossary terms": len(corpus.terms),
    }
    for name, number in rows.items():
        click.echo(f"{name:22}{number:>8,}")


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
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@_BRIEFS
@click.option("--check", "only_check", is_flag=True, help="Write nothing; list the files that would change.")
def fmt(paths: tuple[Path, ...], root: Path, only_check: bool) -> None:
    r"""Put YAML files into one layout: order of keys, quotes, width of lines.

    Values and comments stay. A file with errors is left as it is, and its errors are shown. Without
    PATH, all files are put in order. Files that change are listed; with --check, and where a file
    has errors, the exit code is 1.

    \b
    Examples:
      briefing fmt
      briefing fmt briefs/2022/2022-02-05-panel-report.yml
      briefing fmt --check
    """
    _folder(root)
    _below(paths, root)
    if not only_check:
        _finish_interrupted(root)
    found, problems = find(root, Path.cwd())
    problems = [p for p in problems if _is_shown(p, paths)]
    chosen = [f for f in found if not paths or any(_is_in(f.path, path) for path in paths)]
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
@_BRIEFS
def mv(old: str, new: str, kind: str | None, root: Path) -> None:
    r"""Give a record another id, everywhere: OLD stays as an alias, so that addresses keep working.

    Any id will do: of a brief, source, entity, measure, topic, term or kind of event, and of a claim or
    event as brief#id. Files with an id in their name are moved. Every reference is replaced where it
    stands; nothing else in the files changes. All of it is done or none.

    \b
    Examples:
      briefing mv lazarus lazarus-group
      briefing mv 2022-02-05-report 2022-02-05-panel-report
      briefing mv 2022-02-05-panel-report#thefts exchange-thefts
    """
    _folder(root)
    _finish_interrupted(root)
    loaded = load(root, progress=_progress("Reading files:"))
    if loaded.errors:
        _report(loaded.errors, "text", loaded)
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
@_BRIEFS
def refs(id_: str, root: Path) -> None:
    r"""List the places that use an id, with file, line and column, by the kind of record they stand in.

    For a brief, uses of its claims and events in other files count too. Broken files are read as
    far as that is possible.

    \b
    Examples:
      briefing refs lazarus-group
      briefing refs 2022-02-05-panel-report#exchange-thefts
    """
    _folder(root)
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
@_BRIEFS
def show_(id_: str, root: Path) -> None:
    r"""Show a brief, a claim (brief#claim), a source or an entity in the terminal.

    A claim shows the chain to its origin, what counts as evidence, its figures, the answers to it and
    the figures beside it. Drafts are shown.

    \b
    Examples:
      briefing show 2022-02-05-panel-report
      briefing show 2022-02-05-panel-report#exchange-thefts
      briefing show lazarus-group
    """
    corpus = _readable(root)
    view = look(corpus, Site(""), drafts=True)
    text = show(view, id_, min(shutil.get_terminal_size().columns, 100))
    if text is None:
        near = nearest(id_, known(corpus), 66)
        hint = f": did you mean {near}?" if near else ""
        click.echo(f"There is no brief, claim, source or entity {printable(id_)}{hint}", err=True)
        sys.exit(1)
    click.echo(text, nl=False)


def _folder(root: Path) -> None:
    if not root.is_dir():
        raise click.UsageError(f"There is no folder {root}. Name it with --briefs.")


def _is_in(path: Path, folder: Path) -> bool:
    return path.absolute().is_relative_to(folder.absolute())


def _finish_interrupted(root: Path) -> None:
    """Do what is left of a change that was interrupted."""
    try:
        title = finish(root)
    except (NotChanged, OSError) as fault:
        click.echo(f"An earlier change was interrupted, and cannot be finished: {fault}", err=True)
        sys.exit(1)
    if title:
        click.echo(f"Finished first what was interrupted: {printable(title)}", err=True)


@main.group("new", invoke_without_command=True)
@click.option("--title", metavar="TEXT", help="What the page says, in one line.")
@click.option("--date", metavar="DATE", help="What it is about: 2022, 2022-02 or 2022-02-05.")
@click.option(
    "--topic", "topics", multiple=True, metavar="ID", help="A topic, the main one first. Repeat it."
)
@click.option("--published", metavar="DAY", help="The day it first goes out; today unless given.")
@click.option("--name", metavar="NAME", help="The id without its date; made from the title unless given.")
@click.option("--missing", is_flag=True, help="Write a stub for each id that is named and not there.")
@_BRIEFS
@click.pass_context
def new(
    ctx: click.Context,
    title: str | None,
    date: str | None,
    topics: tuple[str, ...],
    published: str | None,
    name: str | None,
    missing: bool,
    root: Path,
) -> None:
    r"""Begin a brief, or a record of another kind; what is left to fill in stands under a note.

    Asks for what is not given. The file passes `briefing check` once the empty keys have values.
    A file that is there is never replaced.

    \b
    Examples:
      briefing new
      briefing new --title "Council meets on launches" --date 2022-02-04 --topic diplomacy
      briefing new source reuters-2022-02-05
      briefing new entity kim-song --kind person --name "Kim Song"
      briefing new --missing
    """
    if ctx.invoked_subcommand is not None:
        return
    _folder(root)
    found = survey(root, Path.cwd())
    if missing:
        _new_stubs(root, found)
        return
    topic_ids = ", ".join(i.id for i in found.records if i.kind == "topic")
    title = _answer(starting.BRIEF.record, "title", title, "Title")
    date = _answer(
        starting.BRIEF.record, "date", date, "Date of what it is about (2022, 2022-02 or 2022-02-05)"
    )
    given = (
        list(topics)
        or _answer(None, "topics", None, f"Topics, the main one first ({topic_ids})")
        .replace(",", " ")
        .split()
    )
    for topic in given:
        _topic_is_there(found, topic)
    start = starting.Start(
        title=title,
        date=date,
        topics=tuple(dict.fromkeys(given)),
        published=_day(published),
        name=_brief_name(name, title),
    )
    _new_file(root, start.file, starting.brief_text(start), starting.BRIEF)


@new.command("source")
@click.argument("id_", metavar="ID")
@click.option("--kind", type=click.Choice([k.value for k in SourceKind]), help="Who speaks in it.")
@click.option(
    "--access", type=click.Choice([a.value for a in Access]), help="Whether this site could read it."
)
@click.option("--title", metavar="TEXT", help="Its title, as it gives it.")
@click.option("--url", metavar="URL", help="Where it can be read.")
@_BRIEFS
def new_source(id_: str, root: Path, **given: str | None) -> None:
    """Begin the record of a document. `briefing source add` makes one from a saved article."""
    _new_record(root, "sources", starting.SOURCE, id_, given, starting.source_text)


@new.command("entity")
@click.argument("id_", metavar="ID")
@click.option("--kind", type=click.Choice([k.value for k in EntityKind]), help="What it is.")
@click.option("--name", metavar="TEXT", help="The name that this site uses.")
@_BRIEFS
def new_entity(id_: str, root: Path, **given: str | None) -> None:
    """Begin the page of a state, body, organisation, person, group, vessel, place or weapon system."""
    _new_record(root, "entities", starting.ENTITY, id_, given, starting.entity_text)


@new.command("measure")
@click.argument("id_", metavar="ID")
@click.option("--title", metavar="TEXT", help="What is measured.")
@click.option("--topic", metavar="ID", help="The topic that it belongs to.")
@click.option("--unit", metavar="UNIT", help="A currency, a unit of the list, or an asset's ticker.")
@click.option("--period", type=click.Choice([p.value for p in Period]), help="What one value is for.")
@_BRIEFS
def new_measure(id_: str, root: Path, **given: str | None) -> None:
    """Add something that is counted or measured to measures.yml."""
    _new_row(root, starting.TABLES["measure"], id_, given)


@new.command("term")
@click.argument("id_", metavar="ID")
@click.option("--term", metavar="TEXT", help="The word.")
@_BRIEFS
def new_term(id_: str, root: Path, **given: str | None) -> None:
    """Add a word of the field to glossary.yml."""
    _new_row(root, starting.TABLES["term"], id_, given)


@new.command("event-kind")
@click.argument("id_", metavar="ID")
@click.option("--title", metavar="TEXT", help="Its name.")
@_BRIEFS
def new_event_kind(id_: str, root: Path, **given: str | None) -> None:
    """Add a kind of event to topics.yml."""
    _new_row(root, starting.TABLES["event kind"], id_, given)


def _topic_is_there(found: Survey, topic: str) -> None:
    topics = [i.id for i in found.records if i.kind == "topic"]
    if topic not in topics:
        near = nearest(topic, topics)
        hint = f"Did you mean {near}?" if near else f"There are {', '.join(topics)}."
        raise click.UsageError(f"There is no topic {printable(topic)}. {hint}")


def _somebody_is_there() -> bool:
    """Whether questions can be answered."""
    return sys.stdin.isatty()


def _answer(record: type[Record] | None, key: str, given: str | None, question: str) -> str:
    """Return an option's value or the answer to a question; it is one that the field takes."""

    def accepted(text: str) -> str:
        fault = starting.fault_of(record, key, text) if record else None
        if fault is not None:
            raise click.BadParameter(f"{fault.message}: {fault.hint}", param_hint=f"--{key}")
        return text

    if given is not None:
        return accepted(given)
    if not _somebody_is_there():
        raise click.UsageError(f"Give --{key.removesuffix('s')}: nobody is there to be asked.")
    answer: str = click.prompt(question, value_proc=accepted, err=True)
    return answer


def _day(text: str | None) -> dt.date:
    if text is None:
        return _today()
    _accepted(parse_day, text)
    return parse_day(text)


def _brief_name(name: str | None, title: str) -> str:
    """Return the id of a brief without its date."""
    proposed = starting.name_of(title)
    if name is None and _somebody_is_there():
        name = str(click.prompt("Its name in addresses", default=proposed or None, err=True))
    if name is None and not proposed:
        raise click.UsageError("The title has no letter from a to z to make a name of: give --name.")
    _accepted(read_slug, name if name is not None else proposed)
    return name if name is not None else proposed


def _known_values(record: type[Record], given: Mapping[str, str | None]) -> dict[str, str]:
    """Return the options that were given; each is one that its field takes."""
    return {k: _answer(record, k, v, "") for k, v in given.items() if v is not None}


def _new_record(
    root: Path,
    folder: str,
    kind: Kind,
    id_: str,
    given: Mapping[str, str | None],
    text: Callable[[Mapping[str, str]], str],
) -> None:
    _folder(root)
    _accepted(read_slug, id_)
    _new_file(root, f"{folder}/{id_}.yml", text(_known_values(kind.record, given)), kind)


def _new_file(root: Path, name: str, text: str, kind: Kind) -> None:
    """Write a new file, and say what is left to do."""
    path = root / name
    faults = starting.faults_of(kind, text, path.stem)
    left = [p for p in faults if p.code == starting.TO_FILL_IN]
    wrong = [p for p in faults if p.code not in (starting.TO_FILL_IN, "missing-field")]
    if wrong:
        raise click.UsageError(f"{wrong[0].message}: {wrong[0].hint}")
    if not _written(path, text):
        sys.exit(1)
    _help_editors(root, load(root).corpus)
    if left:
        click.echo(f"{count(len(left), 'part')} to fill in: briefing check {path}", err=True)


def _new_row(root: Path, table: starting.Table, id_: str, given: Mapping[str, str | None]) -> None:
    _folder(root)
    _accepted(read_slug, id_)
    found = survey(root, Path.cwd())
    if (topic := given.get("topic")) is not None:
        _topic_is_there(found, topic)
    if Id(table.kind, id_) in found.records:
        click.echo(f"There is a {table.kind} {id_} already, and it was left as it is", err=True)
        sys.exit(1)
    if not _row_written(root, table, id_, _known_values(table.record, given)):
        sys.exit(1)
    _help_editors(root, load(root).corpus)


def _row_written(root: Path, table: starting.Table, id_: str, given: Mapping[str, str]) -> bool:
    """Add a record to the file of its kind, and print the file's name; or say why not."""
    path = root / table.file
    try:
        text = path.read_bytes().decode() if path.is_file() else ""
    except (OSError, UnicodeDecodeError):
        click.echo(f"{path} cannot be read: briefing check {path}", err=True)
        return False
    made = starting.with_row(text, table, id_, given)
    if isinstance(made, Problem):
        click.echo(
            f"{path}, line {made.mark.line}: {made.message}. {made.hint[:1].upper()}{made.hint[1:]}.",
            err=True,
        )
        return False
    write(path, made.encode())
    click.echo(path)
    return True


def _new_stubs(root: Path, everything: Survey) -> None:
    """Write a stub for each id that is named and not there."""
    found = starting.missing(everything)
    texts = {"source": starting.source_text, "entity": starting.entity_text}
    folders = {"source": "sources", "entity": "entities"}
    done = True
    for one in found:
        kind, id_ = one.id.kind, one.id.id
        place = f"{one.mark.file}, line {one.mark.line}"
        if one.like is not None:
            click.echo(f"{place}: {printable(id_)} is very like {one.like}: nothing was written", err=True)
            done = False
        elif kind not in (*texts, *starting.TABLES) or not _is_slug(id_):
            click.echo(f"{place}: no stub can be made of the {kind} {printable(id_)}", err=True)
            done = False
        elif kind in texts:
            done &= _written(root / folders[kind] / f"{id_}.yml", texts[kind]({}))
        else:
            done &= _row_written(root, starting.TABLES[kind], id_, {})
    if not found:
        click.echo("Every id that is named is there", err=True)
    _help_editors(root, load(root).corpus)
    if not done:
        sys.exit(1)


def _is_slug(text: str) -> bool:
    return slugify(text) == text


def _help_editors(root: Path, corpus: Corpus) -> None:
    """Let editors know the ids that are there, if the folder is that of a project."""
    project = root.resolve().parent
    if (project / "mkdocs.yml").is_file():
        refresh(project, corpus)


@main.group()
def source() -> None:
    """Work on the registry of documents: briefs/sources/. Nothing is fetched from the network."""


@source.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_BRIEFS
@click.option(
    "--from",
    "form",
    type=click.Choice([f.value for f in Form if f.is_citations]),
    help="FILE holds citations: BibTeX, RIS or CSL-JSON. Every work in it is taken.",
)
@click.option("--id", "id_", metavar="ID", help="The record's id; publisher, date and title unless given.")
@click.option("--kind", type=click.Choice([k.value for k in SourceKind]), help="Who speaks in it.")
@click.option(
    "--access", type=click.Choice([a.value for a in Access]), help="Whether this site could read it."
)
@click.option("--force", is_flag=True, help="Add it even if the registry has it.")
def source_add(
    file: Path,
    root: Path,
    form: str | None,
    id_: str | None,
    kind: str | None,
    access: str | None,
    force: bool,
) -> None:
    r"""Write the source record of a saved article, or of the works in a file of citations.

    FILE is HTML, plain text or PDF. What the document says of itself is proposed: title, publisher,
    author, date, language and address. If the registry has the document, its id is printed instead
    and the exit code is 1.

    \b
    Examples:
      briefing source add ~/Downloads/article.html
      briefing source add report.pdf --kind official --id un-panel-2022-03
      briefing source add --from bib library.bib
    """
    corpus = _readable(root)
    today = _today()
    if form and id_:
        raise click.UsageError("--id names one document; a file of citations may hold many.")
    if id_ is not None:
        _accepted(read_slug, id_)
    if form:
        works = _or_exit(read_citations(file, Form(form), today))
        found = [(work, Form(form)) for work in works]
    else:
        article = _or_exit(read_article(file, today))
        found = [(article.description, article.form)]
    registry = Registry(corpus)
    refused = not found
    for description, of in found:
        known = None if force else registry.known(description)
        if known:
            click.echo(f"{known.id} is the same document: it has the same {known.why}", err=True)
            click.echo(known.id)
            refused = True
            continue
        proposal = registry.propose(
            description,
            of,
            id_=id_,
            kind=SourceKind(kind) if kind else None,
            access=Access(access) if access else None,
        )
        refused |= not _written(root / "sources" / f"{proposal.record.id}.yml", proposal.text)
        registry.add(proposal.record)
        for note in proposal.notes:
            click.echo(f"  {note}", err=True)
    if not found:
        click.echo(f"{file} holds no citation", err=True)
    _help_editors(root, load(root).corpus)
    if refused:
        sys.exit(1)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_BRIEFS
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, such as briefs/2022/2022-02-05-panel-report.yml; printed unless given.",
)
@click.option("--source", "source_id", metavar="ID", help="The article's record, where the registry has it.")
@click.option("--date", metavar="DATE", help="The article's date, where it gives none: 2022-02-05.")
def draft(file: Path, root: Path, out: Path | None, source_id: str | None, date: str | None) -> None:
    r"""Propose a brief from a saved article: claims, figures, quotations, dates and names found in it.

    Every value is proposed and marked with ??. Nothing passes `briefing check` until you have
    looked at each and taken its mark away.

    \b
    Examples:
      briefing draft article.html
      briefing draft article.txt --date 2022-02-06 --out briefs/2022/2022-02-05-panel-report.yml
    """
    corpus = _readable(root)
    today = _today()
    if date is not None:
        _accepted(parse_partial, date)
    if source_id is not None and source_id not in corpus.sources:
        near = nearest(source_id, corpus.sources)
        raise click.UsageError(
            f"There is no source {source_id}." + (f" Did you mean {near}?" if near else "")
        )
    if out is not None and out.exists():
        raise click.UsageError(f"{out} is there already. Name another file.")
    article = _or_exit(read_article(file, today))
    registry = Registry(corpus)
    known = registry.known(article.description)
    id_ = source_id or (known.id if known else None)
    if id_ is None:
        id_ = registry.propose(article.description, article.form).record.id
        click.echo(
            f"The registry does not have the article: run briefing source add {file} --id {id_}", err=True
        )
    record = corpus.sources.get(id_)
    told = record.issued.text if record and record.issued else None
    proposed = propose(article, corpus, date or told)
    if not proposed.candidates:
        click.echo(f"{file}: no sentence in it gives a number, a quotation or who says so", err=True)
        sys.exit(1)
    text = draft_text(proposed, corpus, id_, is_known=record is not None, today=today)
    if out is None:
        click.echo(text, nl=False)
    elif not _written(out, text):
        sys.exit(1)
    click.echo(f"{count(len(proposed.candidates), 'claim')} proposed; look at each", err=True)


def _readable(root: Path) -> Corpus:
    """Return what can be read of a folder; say if that is not all."""
    if not root.is_dir():
        raise click.UsageError(f"There is no folder {root}. Name it with --briefs.")
    loaded = load(root, progress=_progress("Reading files:"))
    if loaded.errors:
        click.echo(f"{summary(loaded.errors)} in {root}: records with errors are not looked at", err=True)
    return loaded.corpus


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).astimezone().date()


def _accepted(read: Callable[[str], object], text: str) -> None:
    """Refuse an option's text that a field would refuse, in the field's words."""
    try:
        read(text)
    except Fault as fault:
        context = fault.context or {}
        raise click.UsageError(f"{fault.message()}: {context['hint']}") from None


def _or_exit(found: R | Problem) -> R:
    """Return what was read, or say why it could not be and end."""
    if isinstance(found, Problem):
        click.echo(as_text([found]), err=True)
        sys.exit(1)
    return found


def _written(path: Path, text: str) -> bool:
    """Write a new file and print its name, unless one has that name already."""
    try:
        done = create(path, text.encode())
    except OSError as fault:
        click.echo(f"{path} cannot be written: {fault.strerror}", err=True)
        return False
    click.echo(path if done else f"{path} is there already, and was left as it is", err=not done)
    return done


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
