"""What the members of an enumeration and the fields of a record mean: the docstrings that stand under them.

Python keeps no docstrings of attributes: they are read from the source, when somebody asks.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from briefing.model.fields import Record


@cache
def meanings(choices: type[StrEnum]) -> Mapping[str, str]:
    """Return the docstring of each member, by its value, on one line."""
    return MappingProxyType({choices[name].value: text for name, text in _docstrings(choices)})


@cache
def documented(kind: type[Record]) -> Mapping[str, str]:
    """Return what each field of a kind of record means, by its name, on one line."""
    explained = {name: meanings(type(member))[member] for name, member in kind.explained_by.items()}
    return MappingProxyType({**explained, **dict(_docstrings(kind))})


def _docstrings(kind: type) -> Iterator[tuple[str, str]]:
    """Yield the names of a class's attributes that have a docstring, each with it."""
    for attribute, below in pairwise(_classes(kind.__module__)[kind.__name__].body):
        match attribute, below:
            case (
                ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, " ".join(text.split())


@cache
def _classes(module: str) -> Mapping[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
