"""Records as JSON that this program wrote itself, and back, without the checks of an author's words.

A record that was valid once needs no second look: only its types are asked for, and what ends up in
paths and addresses. That takes a fifth of the time of reading it from YAML. The JSON is for caches,
which are made anew with each version of the model; it is no format for anybody else.
"""

import datetime as dt
import types
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from operator import attrgetter
from typing import Annotated, Any, TypeAlias, TypeVar, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import SchemaSerializer, SchemaValidator, ValidationError, core_schema

from briefing.model.dates import When, parse_when
from briefing.model.fields import Record, Takes

R = TypeVar("R", bound=Record)


class Unpackable(Exception):
    """The bytes are not those of a record of this kind."""


def pack(record: Record) -> bytes:
    """Return a record as JSON on one line. Fields that were not given are left out."""
    return _serializer(type(record)).to_json(record, exclude_unset=True)


def unpack(kind: type[R], data: bytes) -> R:
    """Return the record that `pack` made these bytes of. Raises Unpackable."""
    try:
        record: R = _validator(kind).validate_json(data)
    except ValidationError:
        raise Unpackable from None
    return record


# --- how each kind is written ------------------------------------------------------------


@cache
def _serializer(kind: type[Record]) -> SchemaSerializer:
    return SchemaSerializer(_record(kind), _use_prebuilt=False)


@cache
def _validator(kind: type[Record]) -> SchemaValidator:
    # Without `_use_prebuilt` pydantic puts the record's own validator in the place of this one.
    return SchemaValidator(_record(kind), _use_prebuilt=False)


def _record(kind: type[Record]) -> core_schema.CoreSchema:
    fields = {}
    for name, info in kind.model_fields.items():
        schema = _value(info.annotation, tuple(info.metadata))
        if not info.is_required():
            schema = core_schema.with_default_schema(schema, **_default(info))
        fields[name] = core_schema.model_field(schema)
    return core_schema.model_schema(
        kind, core_schema.model_fields_schema(fields, extra_behavior="forbid"), frozen=True
    )


def _default(info: FieldInfo) -> dict[str, Any]:
    default = info.get_default(call_default_factory=True, validated_data={})
    if default == []:
        return {"default_factory": _none}
    return {"default_factory": dict} if default == {} else {"default": default}


def _none() -> list[Any]:
    return _EMPTY


def _value(annotation: Any, metadata: tuple[Any, ...] = ()) -> core_schema.CoreSchema:
    """Return the schema of a field's values, from its annotation and what stands beside that."""
    while get_origin(annotation) is Annotated:
        metadata = (*metadata, *annotation.__metadata__)
        annotation = annotation.__origin__
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        inner = next(a for a in args if a is not type(None))
        return core_schema.nullable_schema(_value(inner, metadata))
    if origin is list:
        return core_schema.list_schema(_value(args[0]))
    if origin is tuple:
        return core_schema.tuple_positional_schema([_value(a) for a in args])
    if origin is dict:
        return core_schema.dict_schema(*map(_value, args))
    if issubclass(annotation, Record):
        return _record(annotation)
    if issubclass(annotation, StrEnum):
        return core_schema.enum_schema(annotation, list(annotation), sub_type="str")
    if annotation is str:
        return core_schema.str_schema(pattern=_pattern(metadata))
    return _SCALARS[annotation]()


def _pattern(metadata: tuple[Any, ...]) -> str | None:
    """Return the pattern of texts that become a part of a path or of an address."""
    for mark in metadata:
        if isinstance(mark, Takes) and mark.name in ("Slug", "DatedSlug", "Ref", "Url"):
            return str(mark.schema["pattern"])
    return None


_when = lru_cache(maxsize=32_768)(parse_when)


def _when_schema() -> core_schema.CoreSchema:
    text = core_schema.str_schema()
    written = core_schema.plain_serializer_function_ser_schema(attrgetter("text"), return_schema=text)
    return core_schema.no_info_plain_validator_function(_when, serialization=written)


_SCALARS: dict[type, Callable[[], core_schema.CoreSchema]] = {
    bool: core_schema.bool_schema,
    dt.date: core_schema.date_schema,
    Decimal: core_schema.decimal_schema,
    When: _when_schema,
}


# --- what a record weighs ----------------------------------------------------------------

Pool: TypeAlias = dict[type[Record], dict[tuple[object, ...], Record]]
"""Records of which one stands for all that are equal to it, by kind and by their values."""

_Lighten: TypeAlias = Callable[[Record, Pool], None]


def lighten(record: Record, pool: Pool) -> None:
    """Take from a record that nobody has seen yet what it weighs for nothing.

    Pydantic keeps in each record a set of the names of the fields that were given; in a large corpus these
    sets weigh half as much as everything else. All records of a kind share one, of all fields: as if each
    had been given. And of those that only say who, such as the parties of claims, the one in `pool` stands
    for all that are equal to it.
    """
    _lightener(type(record))(record, pool)


@cache
def _lightener(kind: type[Record]) -> _Lighten:
    every = set(kind.model_fields)
    below = [
        (name, inner, many)
        for name, info in kind.model_fields.items()
        for inner, many in [_below(info.annotation)]
        if inner is not None
    ]
    single = [(name, _lightener(inner)) for name, inner, many in below if not many]
    lists = [(name, _lightener(inner)) for name, inner, many in below if many and not inner.is_shared]
    shared = [(name, inner, _lightener(inner)) for name, inner, many in below if many and inner.is_shared]
    plain = [n for n, info in kind.model_fields.items() if _is_list(info.annotation)]
    plain = [name for name in plain if name not in {name for name, *_ in below}]
    put = object.__setattr__

    def forget(record: Record, pool: Pool) -> None:
        put(record, "__pydantic_fields_set__", every)
        values = record.__dict__
        for name, lighter in lists:
            if found := values[name]:
                for one in found:
                    lighter(one, pool)
            elif found is not None:
                values[name] = _EMPTY
        for name in plain:
            if not values[name] and values[name] is not None:
                values[name] = _EMPTY
        for name, lighter in single:
            if values[name] is not None:
                lighter(values[name], pool)
        for name, inner, lighter in shared:
            if found := values[name]:
                _share(found, pool.setdefault(inner, {}), lighter, pool)
            elif found is not None:
                values[name] = _EMPTY

    return forget


_EMPTY: list[Any] = []
"""In each record of a corpus stand several lists that hold nothing. Records never change, and so nor does it."""


def _share(
    records: list[Record], known: dict[tuple[object, ...], Record], lighter: _Lighten, pool: Pool
) -> None:
    for n, record in enumerate(records):
        try:
            same = known.setdefault((*record.__dict__.values(),), record)
        except TypeError:  # a list stands in it, which may not be many records' own
            lighter(record, pool)
            continue
        if same is record:
            lighter(record, pool)
        elif n and any(same is one for one in records[:n]):
            lighter(record, pool)  # given twice in one place, it stays two: somebody may count them
        else:
            records[n] = same


def _is_list(annotation: Any) -> bool:
    """Whether a field holds a list, or nothing."""
    if get_origin(annotation) in (Annotated, Union, types.UnionType):
        return any(_is_list(a) for a in get_args(annotation))
    return get_origin(annotation) is list


def _below(annotation: Any) -> tuple[type[Record] | None, bool]:
    """Return the kind of records that a field holds, and whether in a list."""
    many = False
    while (origin := get_origin(annotation)) is not None:
        many = many or origin is list
        annotation = next((a for a in get_args(annotation) if a is not type(None)), None)
    return (annotation if isinstance(annotation, type) and issubclass(annotation, Record) else None), many
