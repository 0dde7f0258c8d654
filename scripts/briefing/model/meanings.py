"""What the members of an enumeration mean: the docstrings that stand under them."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from itertools import pairwise
from types import MappingProxyType


@cache
def meanings(choices: type[StrEnum]) -> Mapping[str, str]:
    """Return the docstring of each member, by its value, on one line.

    Python keeps no docstrings of attributes: they are read from the source, as pydantic reads those
    of fields.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(choices))).body[0]
    assert isinstance(tree, ast.ClassDef)  # noqa: S101 - the source of a class is a class
    found = {}
    for member, below in pairwise(tree.body):
        match member, below:
            case (
                ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[choices[name].value] = " ".join(text.split())
    return MappingProxyType(found)


def meaning_of(member: StrEnum) -> str:
    """Return the docstring of one member."""
    return meanings(type(member))[member.value]
