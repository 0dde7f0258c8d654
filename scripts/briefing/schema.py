"""The records as JSON Schema (2020-12): for editors, for other programs, and for the site.

A schema accepts what the reader accepts, as an editor sees it: short forms, one value for a list of
one, nothing for what may be absent, and numbers and booleans where the reader sees text. What no
schema can say is listed in `UNSAID`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from briefing.model import Brief, Entity, GlossaryFile, MeasuresFile, Source, TopicsFile
from briefing.model.conditions import Condition, any_of, given
from briefing.model.fields import Record, Takes
from briefing.model.meanings import meanings
from briefing.model.shape import Shape, shape_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Known: TypeAlias = Mapping[str, Mapping[str, str]]
"""Ids that are there, by the kind of their record, each with the record's name."""

_Schema: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file."""

    name: str
    """Its name, and that of its schema."""
    record: type[Record]
    files: str
    """Where such files are, below the folder of the briefs: a glob."""

    @property
    def shape(self) -> Shape:
        """What is written in such a file: where the file's name is the id, that is not."""
        shape = shape_of(self.record)
        if not self.named_by_file or shape.fields is None:
            return shape
        fields = {name: inner for name, inner in shape.fields.items() if name != "id"}
        return Shape(record=shape.record, fields=fields)

    @property
    def named_by_file(self) -> bool:
        """Whether the file's name is the record's id."""
        return "*" in self.files

    @property
    def meaning(self) -> str:
        """What such a file holds, in a sentence."""
        return _sentence(self.record.__doc__)


KINDS = (
    Kind("brief", Brief, "[0-9][0-9][0-9][0-9]/*.yml"),
    Kind("source", Source, "sources/*.yml"),
    Kind("entity", Entity, "entities/*.yml"),
    Kind("topics", TopicsFile, "topics.yml"),
    Kind("measures", MeasuresFile, "measures.yml"),
    Kind("glossary", GlossaryFile, "glossary.yml"),
)
"""Every kind of file."""

UNSAID: Mapping[str, str] = {
    "references": "Whether the record that an id names is there, and whether an id is the only one of its kind.",
    "reading": "What the reader refuses in YAML itself: anchors, aliases, tags, invisible characters, too long a file.",
    "spelling": "How a number, a boolean or nothing was spelt (`1e3`, `012`, `Yes`, `NULL`): an editor sees the "
    "value, the reader the letters. So two spellings of one number in a list are one value to an editor.",
    "confirmation": "Whether a text that a program proposed has been confirmed: one that begins with `??` is not.",
    "letters": "That a text holds a letter or a digit, in any script.",
    "calendar": "Whether a month has the day, and whether a span ends after it begins.",
    "ranges": "Whether the first number of a range is the lower one.",
    "addresses": "Whether the host and the port of an address can be.",
}
"""What the reader asks and no schema says, each with what that is."""


def schema(kind: Kind, *, address: str = "", ids: str = "") -> str:
    """Return the JSON Schema of a kind of file, as JSON.

    `address` is the schema's own; `ids` that of the schemas of ids, as `ids_schema` gives them, if they
    stand in a file of their own.
    """
    writer = _Writer(ids)
    body = writer.record(kind.shape)
    head: _Schema = {"$schema": DIALECT}
    if address:
        head["$id"] = address
    return json.dumps({**head, **body, "$defs": writer.defs}, ensure_ascii=False, indent=1) + "\n"


def ids_schema(known: Known) -> str:
    """Return the JSON Schemas of the ids of records, as JSON, under `$defs`.

    Known ids are offered for completion; others are not faulted, since a list of ids is only as fresh
    as its last writing: the checker knows, and says more.
    """
    defs: _Schema = {}
    for kind in KINDS:
        for leaf in _leaves(kind.shape):
            if leaf.names and leaf.takes:
                defs.setdefault(_id_name(leaf.names), _id(leaf.names, leaf.takes, known.get(leaf.names, {})))
    return json.dumps({"$schema": DIALECT, "$defs": defs}, ensure_ascii=False, indent=1) + "\n"


def _leaves(shape: Shape) -> Iterator[Shape]:
    """Yield what has no parts, of a shape and all within it."""
    if shape.items is not None:
        yield from _leaves(shape.items)
    elif shape.fields is not None:
        for inner in shape.fields.values():
            yield from _leaves(inner)
    else:
        yield shape


@dataclass(slots=True)
class _Writer:
    """Writes schemas of shapes, and keeps the definitions that they refer to."""

    ids: str
    defs: _Schema = field(default_factory=dict)

    def record(self, shape: Shape) -> _Schema:
        """Return the schema of a mapping with known keys."""
        assert shape.record is not None  # noqa: S101 - the caller has looked
        fields = shape.fields or {}
        made: _Schema = {
            "title": title(shape.record),
            "description": _sentence(shape.record.__doc__),
            "type": "object",
            "properties": {name: self.field(inner) for name, inner in fields.items()},
            "required": [n for n, inner in fields.items() if inner.required and not inner.made_from],
            "additionalProperties": False,
        }
        conditions = [*shape.record.conditions, *_made(fields)]
        if conditions:
            made["allOf"] = conditions
        return made

    def field(self, shape: Shape) -> _Schema:
        """Return the schema of a key's value, with what the key is for."""
        said: _Schema = {"description": shape.meaning} if shape.meaning else {}
        if shape.default:
            said["default"] = shape.default == "true" if shape.choices is None else shape.default
        value = self.value(shape)
        if not shape.required or shape.made_from:
            value = _any(value, {"type": "null"})
        return {**said, **value}

    def value(self, shape: Shape) -> _Schema:
        """Return the schema of a value, in its long and its short forms."""
        long = self.long(shape)
        if shape.shorthand and shape.fields is not None:
            return _any(self.value(shape.fields[shape.shorthand]), long)
        return long

    def long(self, shape: Shape) -> _Schema:
        """Return the schema of a value that is written out."""
        if shape.items is not None:
            item = self.value(shape.items)
            many: _Schema = {"type": "array", "items": item}
            if shape.nonempty:
                many["minItems"] = 1
            if shape.different:
                many["uniqueItems"] = True
            return _any(item, many) if shape.one_or_many else many
        if shape.record is not None:
            name = shape.record.__name__
            if name not in self.defs:
                self.defs[name] = {}  # its place, should it hold itself
                self.defs[name] = self.record(shape)
            return _ref(name)
        if shape.choices is not None:
            self.defs.setdefault(shape.choices.__name__, _choice(shape.choices))
            return _ref(shape.choices.__name__)
        assert shape.takes is not None  # noqa: S101 - a test walks the model
        return self.single(shape.takes, shape.names)

    def single(self, takes: Takes, names: str | None) -> _Schema:
        """Return the schema of a scalar."""
        if names:
            name = _id_name(names)
            if self.ids:
                return {"$ref": f"{self.ids}#/$defs/{name}"}
            self.defs.setdefault(name, _id(names, takes, {}))
            return _ref(name)
        if takes.name not in self.defs:
            words = takes.words[:1].upper() + takes.words[1:] + "."
            self.defs[takes.name] = {"description": words, **takes.schema, **_examples(takes)}
        return _ref(takes.name)


def _id_name(names: str) -> str:
    return "".join(word.capitalize() for word in [*names.split(), "id"])


def _id(names: str, takes: Takes, known: Mapping[str, str]) -> _Schema:
    """Return the schema of an id, with those that are there."""
    said = {"description": f"The id of {_a(names)}."}
    any_id: _Schema = dict(takes.schema)
    if not known:
        return {**said, **any_id}
    offered = {
        "enum": list(known),
        "enumDescriptions": list(known.values()),
        "errorMessage": f"Write the id of {_a(names)}.",  # not all that there are
    }
    return {**said, "anyOf": [offered, any_id]}


def title(record: type[Record]) -> str:
    """Return the name of a kind of record, in words: "Key point"."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in record.__name__).strip()
    return words[:1].upper() + words[1:]


def _examples(takes: Takes) -> _Schema:
    return {"examples": list(takes.examples)} if takes.examples else {}


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _choice(choices: type[StrEnum]) -> _Schema:
    said = meanings(choices)
    return {
        "description": _sentence(choices.__doc__),
        "enum": [str(c) for c in choices],
        # No vocabulary of JSON Schema tells what single values mean; editors read this.
        "enumDescriptions": [said.get(c, "") for c in choices],
    }


def _made(fields: Mapping[str, Shape]) -> Iterable[Condition]:
    """Yield what is asked of the fields from which absent ones are made."""
    for name, shape in fields.items():
        if shape.made_from:
            # U+0130 and U+212A are the letters beyond ASCII whose small forms are in it.
            letters = {"pattern": "[A-Za-z0-9\u0130\u212a]", "doNotSuggest": True}
            yield any_of(given(name), {"properties": {shape.made_from: letters}})


def _any(*parts: _Schema) -> _Schema:
    """Return the schema of what one of the parts accepts."""
    flat: list[_Schema] = []
    for part in parts:
        flat += part["anyOf"] if part.keys() == {"anyOf"} else [part]
    return {"anyOf": flat}


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/$defs/{name}"}


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split())
