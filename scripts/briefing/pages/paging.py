"""Long lists in parts, so that no page grows with the corpus.

A list's own page shows its latest rows. Where there are more, parts beside it hold every row, numbered
from the oldest: "entities/x/page/1.md". A new row changes the last part alone, so that what stands in
a part keeps its address as long as no older row is added.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from briefing.lists import Runs
from briefing.markdown import Markdown
from briefing.pages.phrases import Phrases
from briefing.wording import count

R = TypeVar("R")

ROWS = 200
"""Rows of a list on one page: about three seconds of a reader's scrolling."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a list, from 1 for the oldest; 0 is the list's own page."""

    number: int = 0

    @property
    def suffix(self) -> str:
        """What follows the list's title."""
        return f", part {self.number}" if self.number else ""


OWN = Part()
"""The list's own page."""


@runtime_checkable
class Parted(Protocol):
    """A list that says by itself how many parts it has, and so need not tell its length."""

    def parts(self, size: int) -> int:
        """Return how many parts of `size` rows it has."""
        ...


def part_count(total: int, size: int = ROWS) -> int:
    """Return how many parts a list has: none where its own page shows all."""
    return -(-total // size) if total > size else 0


def part_uri(uri: str, number: int, folder: str = "page") -> str:
    """Return the file of a part of the list `uri`: "briefs/page/3.md" of "briefs/index.md"."""
    stem = uri.removesuffix(".md")
    stem = stem.removesuffix("index").removesuffix("/")
    path = f"{stem}/{folder}" if stem else folder
    return f"{path}/{number}.md" if number else uri


def shown(rows: Sequence[R], part: Part, size: int = ROWS, *, rising: bool = False) -> Sequence[R]:
    """Return the rows of a part, or the latest of them for the own page, newest first.

    `rows` have the newest first, or last if they are `rising`. They are counted from the oldest: what is
    read of them for a part stays the same when a newer row comes.
    """
    end, start = (part.number - 1) * size, part.number * size
    if rising:
        return (rows[end:start] if part.number else rows[-size:])[::-1]
    return rows[-start : -end or None] if part.number else rows[:size]


def left(total: int, size: int, noun: str, say: Phrases, target: str, *, what: str = "latest") -> Markdown:
    """Return how much more there is and where, or nothing: "The latest 200 of 1,234 claims: all of them"."""
    if total <= size:
        return Markdown("")
    return Markdown(f"The {what} {size:,} of {count(total, noun)}. {say.to('All of them', target)}.")


def turns(
    say: Phrases, uri: str, part: Part, rows: Sequence[object], size: int = ROWS, folder: str = "page"
) -> Markdown:
    """Return the way through the parts of a list, or nothing where there is one page only."""
    parts = rows.parts(size) if isinstance(rows, Parted) else part_count(len(rows), size)
    if not parts:
        return Markdown("")

    def to(label: str, number: int) -> str:
        return str(say.to(label, part_uri(uri, number, folder)))

    if not part.number:
        links = [to("older", parts - 1 or 1), to("oldest", 1)]
        return Markdown(f"The latest {size:,} of {len(rows):,}: {' · '.join(links)}")
    links = [to("latest", 0)]
    if part.number < parts:
        links.append(to("newer", part.number + 1))
    if part.number > 1:
        links += [to("older", part.number - 1), to("oldest", 1)]
    return Markdown(f"Part {part.number:,} of {parts:,}, the oldest first: {' · '.join(links)}")


def by_year(
    say: Phrases, uri: str, years: Runs, size: int = ROWS, *, shape: Callable[[int], str] = str
) -> Markdown:
    """Return a link for each year, newest first, to the part in which its newest row stands.

    `years` has the years of all rows, the newest row first.
    """
    left = sum(rows for _, rows in years)
    if not part_count(left, size):
        return Markdown("")
    first: dict[int, int] = {}
    for year, rows in years:
        first.setdefault(year, (left - 1) // size + 1)
        left -= rows
    links = [say.to(shape(y), f"{part_uri(uri, k)}#year--{y}") for y, k in first.items()]
    return Markdown(f"By year: {', '.join(links)}")
