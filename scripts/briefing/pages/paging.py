"""Long lists in parts, so that no page grows with the corpus.

A list's own page shows its latest rows. Where there are more, parts beside it hold every row, numbered
from the oldest: "entities/x/page/1.md". A new row changes the last part alone, so that what stands in
a part keeps its address as long as no older row is added.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

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


def part_count(total: int, size: int = ROWS) -> int:
    """Return how many parts a list has: none where its own page shows all."""
    return -(-total // size) if total > size else 0


def part_uri(uri: str, number: int, folder: str = "page") -> str:
    """Return the file of a part of the list `uri`: "briefs/page/3.md" of "briefs/index.md"."""
    stem = uri.removesuffix(".md")
    stem = stem.removesuffix("index").removesuffix("/")
    path = f"{stem}/{folder}" if stem else folder
    return f"{path}/{number}.md" if number else uri


def shown(rows: Sequence[R], part: Part, size: int = ROWS) -> Sequence[R]:
    """Return the rows of a part, or the latest of them for the own page. Rows have the newest first."""
    if not part.number:
        return rows[:size]
    end = len(rows) - (part.number - 1) * size
    return rows[max(0, end - size) : end]


def left(total: int, size: int, noun: str, say: Phrases, target: str, *, what: str = "latest") -> Markdown:
    """Return how much more there is and where, or nothing: "The latest 200 of 1,234 claims: all of them"."""
    if total <= size:
        return Markdown("")
    return Markdown(f"The {what} {size:,} of {count(total, noun)}. {say.to('All of them', target)}.")


def turns(say: Phrases, uri: str, part: Part, total: int, size: int = ROWS, folder: str = "page") -> Markdown:
    """Return the way through the parts of a list, or nothing where there is one page only."""
    parts = part_count(total, size)
    if not parts:
        return Markdown("")

    def to(label: str, number: int) -> str:
        return str(say.to(label, part_uri(uri, number, folder)))

    if not part.number:
        links = [to("older", parts - 1 or 1), to("oldest", 1)]
        return Markdown(f"The latest {size:,} of {total:,}: {' · '.join(links)}")
    links = [to("latest", 0)]
    if part.number < parts:
        links.append(to("newer", part.number + 1))
    if part.number > 1:
        links += [to("older", part.number - 1), to("oldest", 1)]
    return Markdown(f"Part {part.number:,} of {parts:,}, the oldest first: {' · '.join(links)}")


def by_year(
    say: Phrases, uri: str, years: Sequence[int], size: int = ROWS, *, shape: Callable[[int], str] = str
) -> Markdown:
    """Return a link for each year, newest first, to the part in which its newest row stands.

    `years` has the year of every row, the newest row first.
    """
    if not part_count(len(years), size):
        return Markdown("")
    first: dict[int, int] = {}
    for n, year in enumerate(years):
        first.setdefault(year, (len(years) - 1 - n) // size + 1)
    links = [say.to(shape(y), f"{part_uri(uri, k)}#year--{y}") for y, k in first.items()]
    return Markdown(f"By year: {', '.join(links)}")
