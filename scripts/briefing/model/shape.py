"""The shape of a record, read from its annotations once.

The shape lets plain values be walked before, and whether or not, they are valid: to find
every id that is defined or named in a file, with its place, even where other fields are
wrong.
"""

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

from annotated_types import MinLen
from pydantic.fields import FieldInfo

from briefing.model.fields import (
    AllDifferent,
    Defines,
    MadeFrom,
    Names,
    OneOrMany,
    Record,
    Shorthand,
    Takes,
)
from briefing.model.meanings import documented
from briefing.yamlnodes import Path, Value


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value at one place of a record may be."""

    record: type[Record] | None = None
    fields: "dict[str, Shape] | None" = None
    items: "Shape | None" = None
    one_or_many: bool = False
    shorthand: str | None = None
    names: str | None = None
    defines: str | None = None
    choices: type[StrEnum] | None = None
    takes: Takes | None = None
    """What a single value may be, where it is neither a record nor one of a few choices."""
    nonempty: bool = False
    """Whether the list has one item at least."""
    different: bool = False
    """Whether no item may stand twice in the list."""
    made_from: str | None = None
    """The field that gives the value where it is absent."""
    meaning: str = ""
    """What the field is for, as the model documents it."""
    required: bool = False
    default: str = ""
    """The value where it is absent, if that is one of the choices or a flag."""

    @property
    def one(self) -> "Shape":
        """The shape of a single value, which may stand for a list of one."""
        return self.items if self.one_or_many and self.items is not None else self

    def below(self, path: Path) -> "Shape | None":
        """Return the shape at `path`, or nothing where the record knows no such place."""
        here: Shape | None = self
        for step in path:
            if here is None:
                return None
            if isinstance(step, int):
                here = here.items
                continue
            here = (here.one.fields or {}).get(step)
        return here


@dataclass(frozen=True, slots=True)
class Mention:
    """An id that stands somewhere in a file: as a definition or as a reference."""

    kind: str
    id: str
    path: Path
    defines: bool


@cache
def shape_of(record: type[Record]) -> Shape:
    """Return the shape of a kind of record."""
    fields = {}
    for name, info in record.model_fields.items():
        annotation = info.annotation
        if info.metadata:
            annotation = Annotated[annotation, *info.metadata]  # type: ignore[assignment] # built at run time
        meaning = documented(record).get(name, "")
        default = info.default if isinstance(info.default, (StrEnum, bool)) else ""
        fields[name] = replace(
            _shape(annotation), meaning=meaning, required=info.is_required(), default=str(default).lower()
        )
    return Shape(record=record, fields=fields)


def _shape(annotation: Any) -> Shape:
    marks: dict[str, Any] = {}
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            for mark in _marks(annotation.__metadata__):
                marks |= _said(mark)
            annotation = annotation.__origin__
        elif origin in (Union, types.UnionType):
            annotation = next(a for a in get_args(annotation) if a is not type(None))
        else:
            break
    if origin is list:
        return Shape(items=_shape(get_args(annotation)[0]), **marks)
    if isinstance(annotation, type) and issubclass(annotation, Record):
        inner = shape_of(annotation)
        return Shape(record=inner.record, fields=inner.fields, **marks)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return Shape(choices=annotation, **marks)
    return Shape(**marks)


def _said(mark: object) -> dict[str, Any]:
    """Return what one mark says, by the name of the shape's field."""
    match mark:
        case Names(kind):
            return {"names": kind}
        case Defines(kind):
            return {"defines": kind}
        case Shorthand(key):
            return {"shorthand": key}
        case OneOrMany():
            return {"one_or_many": True}
        case AllDifferent():
            return {"different": True}
        case MinLen(min_length):
            return {"nonempty": min_length > 0}
        case MadeFrom(key):
            return {"made_from": key}
        case Takes():
            return {"takes": mark}
    return {}


def _marks(metadata: tuple[Any, ...]) -> Iterator[Any]:
    """Yield what an annotation says, and what stands in its `Field(…)`."""
    for mark in metadata:
        if isinstance(mark, FieldInfo):
            yield from mark.metadata
        else:
            yield mark


def mentions(shape: Shape, value: Value, path: Path = ()) -> Iterator[Mention]:
    """Yield every id that `value` defines or names, in the order of the file."""
    if shape.items is not None:
        if isinstance(value, list):
            for n, item in enumerate(value):
                yield from mentions(shape.items, item, (*path, n))
        elif shape.one_or_many:
            yield from mentions(shape.items, value, path)
        return
    if shape.shorthand and isinstance(value, str):
        value = {shape.shorthand: value}
    if shape.fields is not None:
        if isinstance(value, dict):
            for key, item in value.items():
                inner = shape.fields.get(key)
                if inner is not None:
                    yield from mentions(inner, item, (*path, key))
        return
    kind = shape.names or shape.defines
    if kind is not None and isinstance(value, str):
        yield Mention(kind, value, path, defines=shape.defines is not None)


Ids: TypeAlias = dict[tuple[str, bool], list[str]]
"""Ids by the kind of their record and whether they define it, in the order of the record's fields."""

_Collect: TypeAlias = Callable[[Value, Ids], None]


def ids_in(record: type[Record], value: Value) -> Ids:
    """Return the ids that `mentions` yields, without their places."""
    ids: Ids = {}
    collect = _collector(record)
    if collect is not None:
        collect(value, ids)
    return ids


@cache
def _collector(record: type[Record]) -> _Collect | None:
    return _collect(shape_of(record))


def _collect(shape: Shape) -> _Collect | None:
    """Return a function that collects the ids in a value of this shape; nothing where it can hold none."""
    if shape.items is not None:
        item = _collect(shape.items)
        return item and (_one_or_many(item) if shape.one_or_many else _many(item))
    if shape.fields is not None:
        below = [(key, found) for key, inner in shape.fields.items() if (found := _collect(inner))]
        return _fields(below, dict(below).get(shape.shorthand or "")) if below else None
    kind = shape.names or shape.defines
    return _leaf((kind, shape.defines is not None)) if kind is not None else None


def _leaf(key: tuple[str, bool]) -> _Collect:
    def collect(value: Value, ids: Ids) -> None:
        if isinstance(value, str):
            if key in ids:
                ids[key].append(value)
            else:
                ids[key] = [value]

    return collect


def _many(item: _Collect) -> _Collect:
    def collect(value: Value, ids: Ids) -> None:
        if isinstance(value, list):
            for one in value:
                item(one, ids)

    return collect


def _one_or_many(item: _Collect) -> _Collect:
    def collect(value: Value, ids: Ids) -> None:
        if isinstance(value, list):
            for one in value:
                item(one, ids)
        else:
            item(value, ids)

    return collect


def _fields(below: list[tuple[str, _Collect]], short: _Collect | None) -> _Collect:
    def collect(value: Value, ids: Ids) -> None:
        if isinstance(value, dict):
            for key, field in below:
                if key in value:
                    field(value[key], ids)
        elif short is not None and isinstance(value, str):
            short(value, ids)

    return collect
