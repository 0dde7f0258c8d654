"""What validators ask between the fields of a record, as JSON Schema (2020-12), for editors.

Each record that has such a validator says the same a second time in its `conditions`; a test
holds both against each other. A key without a value counts as absent, as it does to the reader.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Condition: TypeAlias = Mapping[str, Any]


def given(key: str, otherwise: str = "") -> Condition:
    """Hold where the key is there and has a value; `otherwise` is what editors say if not."""
    said = {"errorMessage": otherwise} if otherwise else {}
    # Editors offer the keys of a condition as they do those of the record, unless told not to.
    return {"required": [key], "properties": {key: {"not": {"type": "null"}, "doNotSuggest": True}}, **said}


def equal(key: str, values: Iterable[str]) -> Condition:
    """Hold where the key has one of the values."""
    return {"required": [key], "properties": {key: {"enum": list(values), "doNotSuggest": True}}}


def all_of(*conditions: Condition) -> Condition:
    """Hold where all of them do."""
    return {"allOf": list(conditions)}


def any_of(*conditions: Condition) -> Condition:
    """Hold where one or more of them do."""
    return {"anyOf": list(conditions)}


def exactly_one(keys: Iterable[str]) -> Condition:
    """Hold where one of the keys has a value and the others have none."""
    names = list(keys)
    due = f"Write one of {', '.join(names)}."
    return {"oneOf": [given(key, due) for key in names]}


def none_of(*conditions: Condition) -> Condition:
    """Hold where none of them does."""
    return {"not": any_of(*conditions)}


def when(condition: Condition, then: Condition, otherwise: Condition | None = None) -> Condition:
    """Hold `then` where the condition does, and `otherwise` (if given) where it does not."""
    return {"if": condition, "then": then, **({"else": otherwise} if otherwise else {})}
