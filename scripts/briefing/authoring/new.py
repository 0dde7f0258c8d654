"""New records that teach: what is known is written, what is to be filled in stands empty under a note.

Keys and notes come from the records' own fields, so a template is never behind them. Block style
throughout: within braces a comma would end a value, as in `$1,460 million`. Pure: answers in, text out.
"""

import datetime as dt
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefing.authoring.editor import modeline
from briefing.authoring.survey import Id, Survey
from briefing.authoring.yamltext import entry, scalar
from briefing.model import EventKind, Measure, Term
from briefing.model.fields import Record, slugify
from briefing.model.shape import Shape, shape_of
from briefing.model.validate import nearest, validate
from briefing.problems import Mark, Problem, error
from briefing.schema import KINDS, Kind
from briefing.yamlnodes import Document, Position, Value, read

TO_FILL_IN = "to-fill-in"
"""The code of the problem that a key which must have a value has none yet."""

BRIEF, SOURCE, ENTITY = KINDS[:3]

_WIDTH = 100
_NAME_LENGTH = 50
"""How long the name that a title gives may be: it stands in addresses."""


@dataclass(frozen=True, slots=True)
class Start:
    """What is known of a brief before it is written."""

    title: str
    date: str
    """Of what it is about, as `date` is written."""
    topics: Sequence[str]
    published: dt.date
    name: str
    """The id without its date."""

    @property
    def id(self) -> str:
        """The brief's id."""
        return f"{self.date}-{self.name}"

    @property
    def file(self) -> str:
        """Where it stands, below the folder of the briefs."""
        return f"{self.date[:4]}/{self.id}.yml"


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of record of which many stand in one file."""

    kind: str
    record: type[Record]
    file: str
    """Below the folder of the briefs."""
    key: str
    """Where they stand in it."""
    asked: tuple[str, ...]
    """The keys that a new one has beside its id."""


TABLES = {
    table.kind: table
    for table in (
        Table("measure", Measure, "measures.yml", "measures", ("title", "topic", "unit", "period", "rule")),
        Table("term", Term, "glossary.yml", "terms", ("term", "definition")),
        Table("event kind", EventKind, "topics.yml", "event_kinds", ("title",)),
    )
}
"""The kinds of records that can be added to a file, by name."""


def name_of(title: str) -> str:
    """Return a short name made from a title: whole words, or nothing where it has no letter from a to z."""
    words = slugify(title)
    if len(words) <= _NAME_LENGTH:
        return words
    return words[: _NAME_LENGTH + 1].rpartition("-")[0] or words[:_NAME_LENGTH]


# --- texts -----------------------------------------------------------------------------------


def brief_text(start: Start) -> str:
    """Return a brief's file: four fields are there, and notes say what belongs into the others."""
    shape = BRIEF.shape
    claims = (shape.fields or {})["claims"]
    assert claims.items is not None  # noqa: S101 - the model has it so
    claim = claims.items
    several = len(start.topics) > 1
    head = f"""\
{modeline(BRIEF)}
# Fill in what stands empty. Lines that begin with # are notes: keep them or delete them.
# `briefing check` says what is still missing or wrong, `briefing serve` shows the page while you write.
"""
    first = {"title": start.title, "date": start.date, "published": start.published.isoformat()}
    lines = [
        *_keys(shape, ["title", "date", "published"], first),
        *_note(shape, "topics", 0),
        "topics:",
        *(f"  - {scalar(topic)}" for topic in start.topics),
        "",
        *_keys(shape, ["bottom_line"]),
        "",
        *_note(shape, "claims", 0),
        "# One assertion a claim. What is copied from elsewhere has the same origin: `by` is that one.",
        "claims:",
        *_item(_claim(claim, several=several)),
        "",
        *_remark("A claim can also have:", 4),
        *_more(claim, ["kind", "about", "event", "when", "said", "measure", "figures"], 4),
        *_more(claim, ["limits", "status", "responses", "conflicts_with"], 4),
        *_remark("Figures stand in lines of their own, the number under its qualifier:", 4),
        "    #   figures:",
        "    #     - more_than: 50_000_000",
        "    #       as_written: more than $50 million",
        "",
        *_remark("A brief can also have:", 0),
        *_more(shape, ["information_cutoff", "form", "authors", "key_points", "why_it_matters"], 0),
        *_more(shape, ["events", "judgements", "gaps", "background", "related"], 0),
    ]
    return head + "\n" + "\n".join(lines) + "\n"


def _claim(claim: Shape, *, several: bool) -> list[str]:
    """Return the lines of an empty claim with one empty citation; `several` topics ask for its own."""
    citation = ((claim.fields or {})["sources"]).one
    return [
        *_keys(claim, ["id", "topic", "text"] if several else ["id", "text"]),
        *_note(claim, "by", 0),
        *_remark("An entity's id; or, in lines below: `name` and `role`, or `unnamed` and `told`.", 0),
        "by:",
        *_note(claim, "sources", 0),
        "sources:",
        *_item(_keys(citation, ["source", "at"])),
    ]


def source_text(given: Mapping[str, str]) -> str:
    """Return a source's file, with the values of some of its keys."""
    keys = ["kind", "title", "publisher", "issued", "url", "access"]
    more = ["type", "author", "number", "language", "archive", "rests_on", "descriptor"]
    return _file(SOURCE, keys, more, given)


def entity_text(given: Mapping[str, str]) -> str:
    """Return an entity's file, with the values of some of its keys."""
    keys = ["kind", "name", "description", "interest"]
    return _file(ENTITY, keys, ["short_name", "names", "weak_names", "part_of", "ids", "sanctions"], given)


def _file(kind: Kind, keys: list[str], more: list[str], given: Mapping[str, str]) -> str:
    lines = [modeline(kind), "", *_keys(kind.shape, keys, given), "", "# It can also have:"]
    return "\n".join([*lines, *_more(kind.shape, more, 0)]) + "\n"


def with_row(text: str, table: Table, id_: str, given: Mapping[str, str]) -> str | Problem:
    """Return a file with one record more at the end of its list, all else as it was; or what stands in the way.

    `text` is the file's, empty where there is none.
    """
    row = [entry("id", id_), *_keys(shape_of(table.record), list(table.asked), given)]
    if not text.strip():
        return "\n".join([*text.splitlines(), f"{table.key}:", *_item(row)]) + "\n"
    reading = read(text.encode(), table.file)
    if reading.document is None or reading.problems:
        return reading.problems[0]
    lines, positions = text.splitlines(), reading.document.positions
    at = positions.children.get(table.key)
    rows = reading.document.value.get(table.key)
    if at is None or rows is None:
        if at is not None:
            return error(Mark(table.file, at.key_line, at.key_column), "empty-list", f"`{table.key}` is empty", f"delete the line `{table.key}:`, and try again")  # fmt: skip
        made = "\n".join([*lines, f"{table.key}:", *_item(row)]) + "\n"
    else:
        if not isinstance(rows, list) or not rows or at.line == at.key_line:
            return error(
                positions.mark(table.file, (table.key,)),
                "not-in-lines",
                f"`{table.key}` is not written as a list in lines of its own",
                "begin each of its records with `- ` on a line of its own, and try again",
            )
        end = _end_of(positions, table.key, lines)
        made = "\n".join([*lines[:end], *_item(row, at.column - 1), *lines[end:]]) + "\n"
    again = read(made.encode(), table.file).document
    before = rows if isinstance(rows, list) else []
    after = again.value.get(table.key) if again else None
    assert isinstance(after, list)  # noqa: S101 - it has been put there
    assert after[:-1] == before  # noqa: S101 - nothing else has changed
    return made


def _end_of(positions: Position, key: str, lines: list[str]) -> int:
    """Return how many lines stand before the end of what is under `key`: notes on the next key follow it."""
    here = positions.children[key].key_line
    below = [p.key_line for p in positions.children.values() if p.key_line > here]
    end = min(below) - 1 if below else len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


# --- lines -----------------------------------------------------------------------------------


def _keys(shape: Shape, names: Sequence[str], given: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield keys with a note above each, and the values that are given; the others are to be filled in."""
    for name in names:
        inner = (shape.fields or {})[name]
        yield from _note(shape, name, 0)
        yield entry(name, (given or {}).get(name, ""))
        if inner.record and inner.required and inner.items is None:
            needed = [k for k, s in (inner.fields or {}).items() if s.required]
            yield from (f"  {line}" for line in _keys(inner, needed))


def _item(lines: Iterator[str] | Sequence[str], indent: int = 2) -> Iterator[str]:
    """Yield the lines of a mapping as an item of a list: the dash stands before its first key."""
    dash = True
    for line in lines:
        is_key = not line.startswith("#")
        yield " " * indent + ("- " if dash and is_key else "  " if not dash else "") + line
        dash = dash and not is_key


def _note(shape: Shape, name: str, indent: int) -> Iterator[str]:
    """Yield what a key is for, as comments."""
    inner = (shape.fields or {})[name]
    text = inner.meaning or (
        f"The id of {'an' if (inner.names or 'x')[0] in 'aeiou' else 'a'} {inner.names}."
    )
    if inner.choices is not None:
        text += f" One of: {', '.join(inner.choices)}."
    yield from _remark(text, indent)


def _remark(text: str, indent: int) -> list[str]:
    start = f"{' ' * indent}# "
    return textwrap.wrap(text, _WIDTH, initial_indent=start, subsequent_indent=start, break_on_hyphens=False)


def _more(shape: Shape, names: list[str], indent: int) -> Iterator[str]:
    """Yield a table of keys, as comments: each with what it is for."""
    for name in names:
        start = f"{' ' * indent}#   {name:18} "
        hang = f"{' ' * indent}#{' ' * (len(start) - indent - 1)}"
        meaning = (shape.fields or {})[name].meaning
        yield from textwrap.wrap(
            meaning, _WIDTH, initial_indent=start, subsequent_indent=hang, break_on_hyphens=False
        )


# --- checks ----------------------------------------------------------------------------------


def fault_of(record: type[Record], key: str, value: Value) -> Problem | None:
    """Return what is wrong with the value of one key, whatever else the record lacks."""
    document = Document({key: value}, Position(1, 1), frozenset())
    faults = validate(record, document, "").problems
    return next((p for p in faults if p.code not in ("missing-field", TO_FILL_IN)), None)


def faults_of(kind: Kind, text: str, id_: str) -> list[Problem]:
    """Return what is wrong with the text of a file; what is to be filled in is among it."""
    reading = read(text.encode(), id_)
    if reading.document is None:
        return reading.problems
    return [*reading.problems, *validate(kind.record, reading.document, id_, id_).problems]


@dataclass(frozen=True, slots=True)
class Missing:
    """An id that is named somewhere, and that no record has."""

    id: Id
    mark: Mark
    """Where it is named first."""
    like: str | None
    """The id of a record that is there and very like it: perhaps that one was meant."""


def missing(found: Survey) -> list[Missing]:
    """Return the ids that are named and not there, in the order of the files; old ids are there.

    Claims and events are not among them: they belong to what a brief says.
    """
    ids: dict[Id, Missing] = {}
    for use in found.uses:
        target = use.target
        if (
            target.kind in ("claim", "event")
            or target in found.records
            or target in found.aliases
            or target in ids
        ):
            continue
        # Other digits, another day or number: no slip.
        others = [
            i.id for i in found.records if i.kind == target.kind and _digits(i.id) == _digits(target.id)
        ]
        ids[target] = Missing(target, use.mark, nearest(target.id, others, _VERY_LIKE))
    return list(ids.values())


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


_VERY_LIKE = 90
"""How like an id must be, 0 to 100, to be perhaps a slip of the pen: ids share dates and words."""
