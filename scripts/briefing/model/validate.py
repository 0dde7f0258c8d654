"""Plain values to typed records, and what is wrong with them in an author's words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from briefing.model.fields import Record, kind_of, slugify
from briefing.model.shape import Shape, shape_of
from briefing.problems import Mark, Problem, error
from briefing.yamlnodes import Document, Path, Value

R = TypeVar("R", bound=Record)


UNCONFIRMED = "??"
"""Begins a value that `briefing draft` proposes and that no author has confirmed."""


@dataclass(frozen=True, slots=True)
class Validated(Generic[R]):
    """A record unless a fault stands against it, and all faults."""

    record: R | None
    problems: list[Problem]


def validate(kind: type[R], document: Document, file: str, record_id: str | None = None) -> Validated[R]:
    """Return the record that a file's values make.

    `record_id` is the id that the file's name gives, for kinds that take it from there.
    """
    value: dict[str, Any] = dict(document.value)
    problems = []
    if record_id is not None:
        if "id" in value:
            problems.append(_unknown_key(("id",), kind, document, file))
        value["id"] = record_id
    problems += _empty_keys(kind, document, file)
    unconfirmed = list(_unconfirmed(document.value))
    problems += [_to_confirm(path, kind, document, file) for path in unconfirmed]
    try:
        record = kind.model_validate(value)
    except ValidationError as faults:
        own_id = record_id is not None
        misspelt = {
            (*details["loc"][:-1], near)
            for details in faults.errors(include_url=False)
            if details["type"] == "extra_forbidden" and (near := _meant(details["loc"], kind))
        }
        for details in faults.errors(include_url=False):
            if details["type"] == "missing" and details["loc"] in misspelt:
                continue  # it is there, misspelt
            if own_id and details["loc"] == ("id",):
                continue  # the file's name is checked where the file is found
            if details["loc"] in document.refused:
                continue  # the reader has said what is wrong with it
            if _is_below(details["loc"], unconfirmed):
                continue  # what is not confirmed is not judged
            problems.append(_problem(details, kind, document, file))
        return Validated(None, problems)
    return Validated(None if problems else record, problems)


def _unconfirmed(value: Value, path: Path = ()) -> Iterator[Path]:
    """Yield the way to each text that begins with the mark."""
    if isinstance(value, str):
        if value.startswith(UNCONFIRMED):
            yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _unconfirmed(item, (*path, key))
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from _unconfirmed(item, (*path, n))


def _to_confirm(path: Path, kind: type[Record], document: Document, file: str) -> Problem:
    here: Any = document.value
    for step in path:
        here = here[step]
    proposed = here.removeprefix(UNCONFIRMED).strip()
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "value")
    shape = shape_of(kind).below(path)
    needed = _meaning(shape) if shape else "the value"
    return error(
        document.positions.mark(file, path),
        "to-confirm",
        f"`{key}` is proposed, and nobody has confirmed it: {_cut(proposed)}" if proposed
        else f"`{key}` is not confirmed",
        f"write {needed}, without {UNCONFIRMED}, or delete it",
    )  # fmt: skip


def _is_below(path: Path, marked: Iterable[Path]) -> bool:
    """Whether a fault's place is a marked value, what was made of it, or the list that it is an item of."""
    return any(path[: len(m)] == m or (path == m[:-1] and isinstance(m[-1], int)) for m in marked if m)


def nearest(word: str, words: Iterable[str], cutoff: float = 60) -> str | None:
    """Return the one of `words` that is most like `word`, if any is like it at all.

    Likeness is the normalised indel ratio, 0 to 100.
    """
    found = extractOne(word, list(words), scorer=ratio, score_cutoff=cutoff)
    return found[0] if found else None


def _problem(details: ErrorDetails, kind: type[Record], document: Document, file: str) -> Problem:
    path: Path = details["loc"]
    at = document.positions.mark(file, path)
    context = details.get("ctx", {})
    key = str(path[-1]) if path else ""
    match details["type"]:
        case "fault":
            if context["field"]:
                at = document.positions.mark(file, (*path, context["field"]))
            if context["code"] == "not-a-slug":
                return _not_an_id(path, details["input"], at, kind) or error(at, **_told(context))
            return error(at, context["code"], context["message"], context["hint"])
        case "missing":
            return _missing(path, key, kind, document, file)
        case "extra_forbidden":
            return _unknown_key(path, kind, document, file)
        case "enum":
            return _unknown_value(path, details["input"], kind, document, file)
        case "list_type":
            return _not_a_list(key, at, details["input"], shape_of(kind).below(path))
        case "too_short":
            shape = shape_of(kind).below(path)
            fix = "add one" if shape and shape.required else "add one, or delete the key"
            return error(at, "empty-list", f"`{key}` has no items", fix)
        case "model_type" | "model_attributes_type" | "dict_type":
            return _not_a_mapping(path, details["input"], kind, document, file)
        case other:
            # Every validator of the model is listed above; a new one must be added here.
            raise AssertionError(f"no words for a fault of type {other}")


def _missing(path: Path, key: str, kind: type[Record], document: Document, file: str) -> Problem:
    meaning = _meaning(shape_of(kind).below(path))
    if path in document.empty:
        at = document.positions.mark(file, path, key=True)
        shape = shape_of(kind).below(path)
        quotes = "" if shape and shape.choices else " (text that begins with # needs quotes)"
        fix = f"write after the colon {meaning}{quotes}"
        return error(at, "to-fill-in", f"`{key}` has no value yet", fix)
    at = document.positions.mark(file, path[:-1])
    owner = shape_of(kind).below(path[:-1])
    where = f" from this {_noun(owner)}" if owner and len(path) > 1 else ""
    return error(at, "missing-field", f"`{key}` is missing{where}", f"add `{key}:`, {meaning}")


def _meaning(shape: Shape | None) -> str:
    """Return what a field takes: the words that it is documented with, or its choices."""
    if shape is None:
        return "a value"
    if shape.choices is not None:
        return "one of: " + ", ".join(shape.choices)
    text = shape.meaning.rstrip(".") or (f"the id of {_a(shape.names)}" if shape.names else "a value")
    text = text[:1].lower() + text[1:]
    return f"a list: {text}" if shape.items is not None and not shape.one_or_many else text


_NOUNS: dict[str, str] = {
    "Acceptance": "accepted warning",
    "Archived": "archived copy",
    "Equation": "statement that two are the same",
    "InclusionRule": "rule",
    "Related": "related brief",
    "Subject": "value of `about`",
}
"""An author's word for a kind of record, where it is not the kind's own name."""


def _noun(shape: Shape) -> str:
    if shape.record is None:
        return "value"
    name = shape.record.__name__
    return _NOUNS.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _not_a_list(key: str, at: Mark, found: object, shape: Shape | None) -> Problem:
    item = shape.items if shape else None
    fix = "begin each item with `- ` on a line of its own"
    if item and item.fields and not item.shorthand:
        fix += f", and write its keys, such as {_first_keys(item, 2)}"
    elif isinstance(found, str) and len(found) < 60:
        fix = f"write `{key}: [{found}]`"
    return error(at, "wrong-type", f"`{key}` is a list, and {kind_of(found)} stands here", fix)


def _first_keys(shape: Shape, most: int) -> str:
    """Return keys of a record to begin with: those that it must have first."""
    fields = shape.fields or {}
    keys = sorted(fields, key=lambda key: not fields[key].required)
    return ", ".join(f"`{key}:`" for key in keys[:most])


def _unknown_key(path: Path, kind: type[Record], document: Document, file: str) -> Problem:
    key = str(path[-1])
    at = document.positions.mark(file, path, key=True)
    owner = shape_of(kind).below(path[:-1])
    owner = owner.one if owner else None
    known = [k for k in (owner.fields or {}) if not (k == "id" and len(path) == 1)] if owner else []
    if key == "id" and len(path) == 1:
        return error(
            at,
            "unknown-key",
            "`id` is not written in the file: the file's name gives it",
            "delete this line, or rename the file",
        )
    near = _meant(path, kind)
    fix = f"write `{near}`" if near else _elsewhere(key, kind) or f"use one of: {', '.join(known)}"
    noun = _noun(owner) if owner else "record"
    return error(at, "unknown-key", f"`{_cut(key)}` is not a key of {_a(noun)}", fix)


def _meant(path: Path, kind: type[Record]) -> str | None:
    """Return the key that an unknown one is most like."""
    owner = shape_of(kind).below(path[:-1])
    known = [k for k in (owner.one.fields or {}) if not (k == "id" and len(path) == 1)] if owner else []
    return nearest(re.sub(r"[-\s]+", "_", str(path[-1])).lower(), known)


def _elsewhere(key: str, kind: type[Record]) -> str | None:
    """Return where else in the file a key may stand, if that is in one or two kinds of records."""
    owners = {_a(_noun(s)): None for s in _records(shape_of(kind)) if key in (s.fields or {})}
    if not 1 <= len(owners) <= 2:
        return None
    return f"it is a key of {' and of '.join(owners)}: indent it as the other keys there"


def _records(shape: Shape, above: tuple[object, ...] = ()) -> Iterator[Shape]:
    """Yield the kinds of records within one, but for itself."""
    for inner in (shape.fields or {}).values():
        item = inner.items or inner
        if item.fields is not None and item.record not in above:
            yield item
            yield from _records(item, (*above, item.record))


def _not_an_id(path: Path, found: object, at: Mark, kind: type[Record]) -> Problem | None:
    """Return what is wrong where the id of a record is due and something else stands, in words for that."""
    shape, owner = shape_of(kind).below(path), shape_of(kind).below(path[:-1])
    if shape is None or shape.names is None or shape.names == "brief" or not isinstance(found, str):
        return None
    near, name = slugify(found), shape.names
    words = found.split()
    fix = f"write {near}, if that is its id" if near else f"write the id of {_a(name)}"
    if "://" in found:
        fix = f"write the id of the {name} that has this address; `briefing new {name}` begins one"
    elif len(words) > 1 and all(slugify(w) == w for w in words):
        fix = "write each id as an item of its own: " + ", ".join(f"`- {w}`" for w in words[:3])
    elif owner is not None and owner.record is not None and "name" in (owner.fields or {}):
        role = ", role: …" if "role" in (owner.fields or {}) else ""
        fix += f"; for one without a page here write {{name: …{role}}}"
    return error(at, "not-a-slug", f"`{_cut(found)}` is not the id of {_a(name)}", fix)


def _told(context: dict[str, Any]) -> dict[str, str]:
    return {key: context[key] for key in ("code", "message", "hint")}


def _empty_keys(kind: type[Record], document: Document, file: str) -> Iterator[Problem]:
    """Yield a problem for each unknown key without a value, which no record gets to see."""
    for path in sorted(document.empty, key=lambda p: [str(step) for step in p]):
        owner = shape_of(kind).below(path[:-1])
        if owner is None or owner.one.fields is None or path[-1] in owner.one.fields:
            continue
        yield _split_value(path, document, file) or _unknown_key(path, kind, document, file)


def _split_value(path: Path, document: Document, file: str) -> Problem | None:
    """Return what is wrong where a comma within braces has ended a value, or nothing.

    YAML reads `{as_written: $1,460 million}` as `as_written: $1` and a key `460 million` without a
    value.
    """
    key = str(path[-1])
    if not (key[:1].isdigit() or " " in key):
        return None
    siblings = list(document.positions.at(path[:-1]).children)
    before = siblings.index(key) - 1
    at = document.positions.mark(file, path, key=True)
    if before < 0:
        return None
    name = str(siblings[before])
    if key.isdigit():
        fix = f"write the number of `{name}` without commas, with _ if you like: 50_000_000"
    else:
        fix = f"put the whole value of `{name}` in quotes, or write each key on a line of its own"
    return error(
        at, "split-value", f"a comma has ended the value of `{name}`: `{_cut(key)}` is read as a key", fix
    )


def _unknown_value(path: Path, found: object, kind: type[Record], document: Document, file: str) -> Problem:
    at = document.positions.mark(file, path)
    shape = shape_of(kind).below(path)
    choices = list(shape.choices) if shape and shape.choices else []
    if not isinstance(found, str):
        return error(
            at,
            "wrong-type",
            f"one word is expected here, not {kind_of(found)}",
            "write one of: " + ", ".join(choices),
        )
    near = nearest(found.lower().replace("-", "_").replace(" ", "_"), [str(c) for c in choices])
    allowed = ", ".join(choices)
    fix = f"write {near} (allowed: {allowed})" if near else f"write one of: {allowed}"
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "value")
    return error(at, "unknown-value", f"`{_cut(found)}` is not a value of `{name}`", fix)


def _not_a_mapping(path: Path, found: object, kind: type[Record], document: Document, file: str) -> Problem:
    at = document.positions.mark(file, path)
    shape = shape_of(kind).below(path)
    keys = _first_keys(shape, 3) if shape else ""
    noun = _noun(shape) if shape else "record"
    return error(
        at,
        "wrong-type",
        f"{_a(noun)} is a mapping, and {kind_of(found)} stands here",
        f"write its keys, such as {keys}",
    )


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
