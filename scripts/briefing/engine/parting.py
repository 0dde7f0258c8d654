"""A very large site built in parts: each by a machine of its own, joined by one.

A part is a folder with the files of every nth task, and what is known of them, in the form in which a
build keeps it for the next (briefing.engine.state, briefing.engine.rows). Joining is a build whose "last
site" are the parts: what they hold is taken over, what they lack is made, and what needs all of them (the
sitemap, the files of the whole record, the search index) is made then.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from briefing.engine.files import take_over
from briefing.engine.state import Known, Linked, State
from briefing.publishing import BuildFailed

MARK = "part-of-a-site"
"""The file by which the folder of a part is known."""


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of a site: the first of three is 1 of 3."""

    number: int
    of: int

    def has(self, task: str) -> bool:
        """Whether a task belongs to it. Which one does depends on its name alone."""
        return zlib.crc32(task.encode()) % self.of == self.number - 1


@dataclass(frozen=True, slots=True)
class PartFolder:
    """The folder of a part, or of one to be."""

    path: Path

    @property
    def site(self) -> Path:
        """Where its files stand, as in the site."""
        return self.path / "site"

    @property
    def state(self) -> State:
        """What is known of them."""
        return State(self.path, self.site, "part")

    def check_replaceable(self) -> None:
        """Refuse to replace a folder that is something else. Raises BuildFailed."""
        if (
            self.path.exists()
            and (not self.path.is_dir() or any(self.path.iterdir()))
            and not self._is_part()
        ):
            raise BuildFailed(f"{self.path} holds other files than a part of a site: name another folder")

    def check(self) -> None:
        """Refuse a folder that is no part. Raises BuildFailed."""
        if not self._is_part():
            raise BuildFailed(f"{self.path} is no part of a site: name folders that `--shard` has written")

    def _is_part(self) -> bool:
        return (self.path / MARK).is_file()


def gather(parts: Sequence[PartFolder], state: State) -> Known:
    """Make parts the last site, of which `state` knows, and return what is known. Raises BuildFailed."""
    from briefing.engine.rows import Rows  # slow to import, and few builds are joined

    joined, links = Known(), dict[str, Linked]()
    state.forget()
    rows = Rows(state.path.with_suffix(".rows"))
    try:
        rows.begin(anew=True)
        for part in parts:
            part.check()
            known = part.state.load()
            if joined.about and known.about != joined.about:
                raise BuildFailed(
                    f"{part.path} was built from another state of the project than {parts[0].path}, or by another version"
                )
            joined = Known(known.about, joined.marks | known.marks, joined.tasks | known.tasks)
            links |= part.state.links()
            rows.take(part.state.path.with_suffix(".rows"))
        rows.arrange(None)
        joined.about["rows"] = rows.end()
    finally:
        rows.close()
    state.save(joined, joined.tasks, links)
    return joined


def take_over_all(known: Known, parts: Sequence[PartFolder], new: Path) -> list[str]:
    """Give the files of all parts a second name in the new site, and return their paths."""
    return [path for part in parts for path in take_over(known, part.site, new)]
