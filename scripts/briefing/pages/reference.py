"""The page of all fields, made from the records themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from briefing.markdown import Markdown, explained, inline
from briefing.model.fields import Takes, slugify
from briefing.model.meanings import meanings
from briefing.model.shape import Shape
from briefing.outputs.schemas import FOLDER
from briefing.pages.context import Context, Page
from briefing.schema import KINDS, Kind, title


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a record, as the page describes it."""

    name: str
    required: bool
    takes: Markdown
    meaning: Markdown
    default: str


@dataclass(frozen=True, slots=True)
class Described:
    """A kind of record, and its keys."""

    title: str
    anchor: str
    meaning: Markdown
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of file, and the records that first stand in it."""

    file: Described
    place: str
    """Where such files are, in an author's words."""
    schema: Markdown
    parts: tuple[Described, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """What a field may take, where that is neither a record nor a choice."""

    name: str
    anchor: str
    words: Markdown
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The words of which a field takes one."""

    title: str
    anchor: str
    meaning: Markdown
    words: tuple[tuple[str, Markdown], ...]


_PLACES = {
    "brief": "<year>/<date>-<short name>.yml",
    "source": "sources/<id>.yml",
    "entity": "entities/<id>.yml",
}


def reference(context: Context) -> Page:
    """Return the page: every kind of file with its keys, then what those take."""
    uri = "reference.md"
    say = context.phrases(uri)
    seen: list[Shape] = []
    sections = []
    for kind in KINDS:
        new = [s for s in _records(kind.shape, ()) if all(s.record is not k.record for k in seen)]
        new = list({s.record: s for s in new}.values())
        seen += new
        parts = tuple(_described(s) for s in new if s.record is not kind.record)
        link = say.to("JSON Schema", f"{FOLDER}{kind.name}.json")
        sections.append(Section(_described(kind.shape), _place(context, kind), link, parts))
    scalars = list({s.takes.name: s.takes for k in seen for s in _leaves(k) if s.takes}.values())
    choices = list({s.choices: s.choices for k in seen for s in _leaves(k) if s.choices}.values())
    return context.page(
        uri,
        "reference",
        title="Fields",
        description="Every field of every file: what it is for, what it takes, and what its words mean.",
        kind="list",
        hide=("navigation",),
        sections=sections,
        values=[_value(t) for t in scalars],
        choices=[_choice(c) for c in choices],
        write=say.to("How to write", "how-to-write.md"),
    )


def _place(context: Context, kind: Kind) -> str:
    return f"{context.site.briefs}/{_PLACES.get(kind.name, kind.files)}"


def _records(shape: Shape, above: tuple[Shape, ...]) -> Iterator[Shape]:
    """Yield a record and all that stand in it, those outside first."""
    if shape.items is not None:
        yield from _records(shape.items, above)
    elif shape.fields is not None and all(shape.record is not a.record for a in above):
        yield shape
        for inner in shape.fields.values():
            yield from _records(inner, (*above, shape))


def _leaves(record: Shape) -> Iterator[Shape]:
    """Yield what a record's own keys take in the end."""
    for shape in (record.fields or {}).values():
        inner = shape
        while inner.items is not None:
            inner = inner.items
        yield inner


def _described(shape: Shape) -> Described:
    assert shape.record is not None  # noqa: S101 - only records are described
    name = title(shape.record)
    fields = tuple(
        Field(
            key,
            inner.required and not inner.made_from,
            _takes(inner),
            explained(inner.meaning),
            inner.default,
        )
        for key, inner in (shape.fields or {}).items()
    )
    return Described(name, slugify(name), explained(shape.record.__doc__ or ""), fields)


def _takes(shape: Shape) -> Markdown:
    """Return what a key takes: "a list of claims", "an entity’s id, or a party"."""
    if shape.items is not None:
        one = _takes(shape.items)
        return Markdown(f"{one}, or a list" if shape.one_or_many else f"list: {one}")
    short = shape.fields[shape.shorthand] if shape.shorthand and shape.fields else None
    long = _long(shape)
    return Markdown(f"{_long(short)}, or {long}") if short else long


def _long(shape: Shape) -> Markdown:
    if shape.record is not None:
        name = title(shape.record)
        return _link(name.lower(), slugify(name))
    if shape.choices is not None:
        return _link(_words(shape.choices).lower(), _anchor(shape.choices))
    if shape.names is not None:
        words = f"id of {'an' if shape.names[0] in 'aeiou' else 'a'} {shape.names}"
        return _link(words, "value--ref") if shape.names in ("claim", "event") else inline(words)
    assert shape.takes is not None  # noqa: S101 - a test walks the model
    return _link(_NAMES.get(shape.takes.name, shape.takes.name.lower()), f"value--{shape.takes.name.lower()}")


_NAMES = {
    "DatedSlug": "brief’s id",
    "Flag": "true or false",
    "Passage": "text",
    "PartialDate": "single date",
    "Ref": "reference",
    "Slug": "short name",
    "Url": "address",
    "Markdown": "Markdown",
}
"""What authors call a kind of value, where that is not its name."""


def _value(takes: Takes) -> Value:
    name = _NAMES.get(takes.name, takes.name.lower())
    words = takes.words[:1].upper() + takes.words[1:] + "."
    return Value(
        name[:1].upper() + name[1:],
        f"value--{takes.name.lower()}",
        explained(words),
        tuple(str(e) for e in takes.examples),
    )


def _choice(choices: type[StrEnum]) -> Choice:
    said = meanings(choices)
    words = tuple((str(c), explained(said[c])) for c in choices)
    return Choice(_words(choices), _anchor(choices), explained(choices.__doc__ or ""), words)


def _words(choices: type[StrEnum]) -> str:
    """Return the name of an enumeration, in words: "Claim kind"."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in choices.__name__).strip()
    return words[:1].upper() + words[1:]


def _anchor(choices: type[StrEnum]) -> str:
    return f"choice--{slugify(_words(choices))}"


def _link(label: str, anchor: str) -> Markdown:
    return Markdown(f"[{inline(label)}](#{anchor})")
