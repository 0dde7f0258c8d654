"""Commands that begin records: new."""

import datetime as dt
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from briefing.authoring import new as starting
from briefing.authoring.survey import Id, Survey, survey
from briefing.authoring.writing import write
from briefing.cli.shared import BRIEFS, help_editors, main, need_accepted, need_folder, today, written
from briefing.corpus import load
from briefing.model import Access, EntityKind, Period, SourceKind
from briefing.model.dates import parse_day
from briefing.model.fields import Record, read_slug, slugify
from briefing.model.validate import nearest
from briefing.problems import Problem, printable
from briefing.schema import Kind
from briefing.wording import count


@main.group("new", invoke_without_command=True)
@click.option("--title", metavar="TEXT", help="What the page says, in one line.")
@click.option("--date", metavar="DATE", help="What it is about: 2022, 2022-02 or 2022-02-05.")
@click.option(
    "--topic", "topics", multiple=True, metavar="ID", help="A topic, the main one first. Repeat it."
)
@click.option("--published", metavar="DAY", help="The day it first goes out; today unless given.")
@click.option("--name", metavar="NAME", help="The id without its date; made from the title unless given.")
@click.option("--missing", is_flag=True, help="Write a stub for each id that is named and not there.")
@BRIEFS
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
    """Begin a brief, or a record of another kind; what is left to fill in stands under a note.

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
    need_folder(root)
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
@BRIEFS
def new_source(id_: str, root: Path, **given: str | None) -> None:
    """Begin the record of a document. `briefing source add` makes one from a saved article."""
    _new_record(root, "sources", starting.SOURCE, id_, given, starting.source_text)


@new.command("entity")
@click.argument("id_", metavar="ID")
@click.option("--kind", type=click.Choice([k.value for k in EntityKind]), help="What it is.")
@click.option("--name", metavar="TEXT", help="The name that this site uses.")
@BRIEFS
def new_entity(id_: str, root: Path, **given: str | None) -> None:
    """Begin the page of a state, body, organisation, person, group, vessel, place or weapon system."""
    _new_record(root, "entities", starting.ENTITY, id_, given, starting.entity_text)


@new.command("measure")
@click.argument("id_", metavar="ID")
@click.option("--title", metavar="TEXT", help="What is measured.")
@click.option("--topic", metavar="ID", help="The topic that it belongs to.")
@click.option("--unit", metavar="UNIT", help="A currency, a unit of the list, or an asset's ticker.")
@click.option("--period", type=click.Choice([p.value for p in Period]), help="What one value is for.")
@BRIEFS
def new_measure(id_: str, root: Path, **given: str | None) -> None:
    """Add something that is counted or measured to measures.yml."""
    _new_row(root, starting.TABLES["measure"], id_, given)


@new.command("term")
@click.argument("id_", metavar="ID")
@click.option("--term", metavar="TEXT", help="The word.")
@BRIEFS
def new_term(id_: str, root: Path, **given: str | None) -> None:
    """Add a word of the field to glossary.yml."""
    _new_row(root, starting.TABLES["term"], id_, given)


@new.command("event-kind")
@click.argument("id_", metavar="ID")
@click.option("--title", metavar="TEXT", help="Its name.")
@BRIEFS
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
        return today()
    need_accepted(parse_day, text)
    return parse_day(text)


def _brief_name(name: str | None, title: str) -> str:
    """Return the id of a brief without its date."""
    proposed = starting.name_of(title)
    if name is None and _somebody_is_there():
        name = str(click.prompt("Its name in addresses", default=proposed or None, err=True))
    if name is None and not proposed:
        raise click.UsageError("The title has no letter from a to z to make a name of: give --name.")
    need_accepted(read_slug, name if name is not None else proposed)
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
    need_folder(root)
    need_accepted(read_slug, id_)
    _new_file(root, f"{folder}/{id_}.yml", text(_known_values(kind.record, given)), kind)


def _new_file(root: Path, name: str, text: str, kind: Kind) -> None:
    """Write a new file, and say what is left to do."""
    path = root / name
    faults = starting.faults_of(kind, text, path.stem)
    left = [p for p in faults if p.code == starting.TO_FILL_IN]
    wrong = [p for p in faults if p.code not in (starting.TO_FILL_IN, "missing-field")]
    if wrong:
        raise click.UsageError(f"{wrong[0].message}: {wrong[0].hint}")
    if not written(path, text):
        sys.exit(1)
    help_editors(root, load(root).corpus)
    if left:
        click.echo(f"{count(len(left), 'part')} to fill in: briefing check {path}", err=True)


def _new_row(root: Path, table: starting.Table, id_: str, given: Mapping[str, str | None]) -> None:
    need_folder(root)
    need_accepted(read_slug, id_)
    found = survey(root, Path.cwd())
    if (topic := given.get("topic")) is not None:
        _topic_is_there(found, topic)
    if Id(table.kind, id_) in found.records:
        click.echo(f"There is a {table.kind} {id_} already, and it was left as it is", err=True)
        sys.exit(1)
    if not _row_written(root, table, id_, _known_values(table.record, given)):
        sys.exit(1)
    help_editors(root, load(root).corpus)


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
            done &= written(root / folders[kind] / f"{id_}.yml", texts[kind]({}))
        else:
            done &= _row_written(root, starting.TABLES[kind], id_, {})
    if not found:
        click.echo("Every id that is named is there", err=True)
    help_editors(root, load(root).corpus)
    if not done:
        sys.exit(1)


def _is_slug(text: str) -> bool:
    return slugify(text) == text
