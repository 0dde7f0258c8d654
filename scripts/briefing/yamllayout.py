"""How a YAML text is set: for those who change a part of it and keep the rest, and how one is written.

What a text says, and what is wrong with it, is `yamlnodes`' matter.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from briefing.yamlnodes import ABSENT, Path


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as it is written."""

    start: int
    end: int
    """The span of what is written, with its quotes; without the empty lines after a block of text
    where these mean nothing."""
    text: str
    style: str
    """`'`, `"`, `|` or `>`; nothing where it is plain."""

    @property
    def is_absent(self) -> bool:
        """Whether it is written as having no value."""
        return not self.style and self.text in ABSENT


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, or an item of a list, which has no key."""

    key: Scalar | None
    value: "Scalar | Group"

    @property
    def start(self) -> int:
        """Where it begins; for an item of a list, after the dash."""
        return self.key.start if self.key else self.value.start


@dataclass(slots=True)
class Group:
    """A mapping or a list as it is written."""

    start: int
    end: int
    """The end of its last entry, or of its closing bracket."""
    column: int
    """From 1."""
    is_mapping: bool
    is_flow: bool
    """Whether it stands in brackets or braces."""
    entries: list[Entry] = field(default_factory=list)

    def below(self, path: Path) -> "Scalar | Group":
        """Return what stands at `path`, or the deepest there is on the way, as `Position.at` does."""
        here: Scalar | Group = self
        for step in path:
            if isinstance(here, Scalar):
                break
            found = here.entry(step)
            here = found.value if found else here
        return here

    def entry(self, step: str | int) -> Entry | None:
        """Return the entry under a key, or the item with a number."""
        if isinstance(step, int):
            return self.entries[step] if not self.is_mapping and step < len(self.entries) else None
        return next((e for e in self.entries if e.key and e.key.text == step), None)


def layout(text: str) -> Group:
    """Return how a text is set, of which `read` says that it holds a mapping without faults.

    Spans count characters of `text`, which has no byte order mark; line ends may be any.
    """
    stack: list[tuple[Group, list[Scalar]]] = []
    root: Group | None = None

    def put(value: Scalar | Group) -> None:
        nonlocal root
        if not stack:
            assert isinstance(value, Group)  # noqa: S101 - the caller's promise
            root = value
            return
        group, keys = stack[-1]
        group.entries.append(Entry(keys.pop() if group.is_mapping else None, value))

    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        start, end = _span(event)
        if isinstance(event, yaml.ScalarEvent):
            scalar = Scalar(
                start, _content_end(text, start, end, event.style), event.value, event.style or ""
            )
            if stack and stack[-1][0].is_mapping and not stack[-1][1]:
                stack[-1][1].append(scalar)
            else:
                put(scalar)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            group = Group(start, end, _column(event), is_mapping, bool(event.flow_style))
            put(group)
            stack.append((group, []))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            group, _ = stack.pop()
            group.end = end if group.is_flow or not group.entries else group.entries[-1].value.end
    assert root is not None  # noqa: S101 - as above
    return root


def _column(event: yaml.Event) -> int:
    start: Any = event.start_mark  # every event of the parser has one
    return int(start.column) + 1


def _span(event: yaml.Event) -> tuple[int, int]:
    start: Any = event.start_mark  # every event of the parser has both
    end: Any = event.end_mark
    return start.index, end.index


def _content_end(text: str, start: int, end: int, style: str | None) -> int:
    """Return the end of a scalar without what follows a block of text and is not part of it."""
    if style not in ("|", ">"):
        return end
    header = text[start:end].partition("\n")[0].partition("#")[0]
    return end if "+" in header else start + len(text[start:end].rstrip())


_NUMBER_ELSEWHERE = re.compile(r"[-+]?\d+[eE][-+]?\d+|0o[0-7]+|[yYnN]", re.ASCII)


@cache
def is_text_everywhere(text: str) -> bool:
    """Whether every YAML reader takes a plain `text` for text, and not for a number, a date or "yes".

    YAML 1.1 as PyYAML resolves it, and what YAML 1.2's core schema and 1.1's types add.
    """
    resolvers: Any = yaml.SafeLoader.yaml_implicit_resolvers
    found = [*resolvers.get(text[:1], ()), *resolvers.get(None, ())]
    return not _NUMBER_ELSEWHERE.fullmatch(text) and not any(pattern.match(text) for _, pattern in found)


def dump(value: object) -> str:
    """Return a value as YAML in block style, keys in their own order."""
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)
    return text
