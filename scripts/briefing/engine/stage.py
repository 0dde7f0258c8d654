"""The folder in which a new site is made, beside the last one.

A build that ends leaves it for the next one, which looks through it (briefing.publishing.Folder). A process
that stays keeps it for itself: when the new site has taken its place, the folder holds the site before it,
and is brought up to date by giving what differs a second name. The next build then begins with a whole site,
however large that is, and costs by what it changes.
"""

import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefing.engine.files import beside, remove, sift, some_of
from briefing.engine.state import Known, Task, Written
from briefing.indexing import link
from briefing.publishing import Claim, Folder
from briefing.verify import SUMS


@dataclass(frozen=True, slots=True)
class Difference:
    """What tells a new site from the last one, by the files below their roots; the sums are left out."""

    changed: Mapping[str, Written]
    """Files that are others or new."""
    gone: frozenset[str]
    beside: tuple[Written, ...]
    """The files that no task makes, changed or not: the search index."""

    @classmethod
    def between(cls, before: Known, now: Known, site: Path, own: Collection[str]) -> "Difference":
        """Return what tells a site from the one before it. `own` are all files that its tasks make."""
        rest = tuple(f for f in beside(site) if f.path not in own and f.path != SUMS)
        # Tasks that were not run are the same objects: most of tens of thousands.
        old = _files(task for name, task in before.tasks.items() if now.tasks.get(name) is not task)
        new = _files(task for name, task in now.tasks.items() if before.tasks.get(name) is not task)
        new |= {file.path: file for file in rest}
        changed = {path: file for path, file in new.items() if old.get(path) != file}
        gone = {path for path in old if path not in new and path not in own and path != SUMS}
        return cls(changed, frozenset(gone), rest)


class Stage:
    """A folder beside a site."""

    def __init__(self, site: Path) -> None:
        """Make a folder beside the place of a site, as a build begins with it. Raises OSError."""
        self._site = site
        self._folder = Folder(site)
        self.path = self._folder.path
        self.shared: Sequence[str] = ()
        """Some files of the last site, by which it is told whether the folder is worth keeping."""
        self._claim: Claim | None = None
        self._sign: tuple[int, int] | None = None

    def follow(self, now: Known, difference: Difference | None = None) -> None:
        """Bring the folder up to date with the site that has taken its place, and keep it for oneself.

        It holds the site before that, which `difference` tells from the one of now; where that is not
        known, it is looked through. Raises OSError.
        """
        paths: Iterable[str]
        if difference is None or not self.path.is_dir():
            self.path.mkdir(exist_ok=True)
            files = _files(now.tasks.values())
            gone, paths = frozenset[str](), files.keys() - sift(self.path, files)
        else:
            gone, paths = difference.gone, (*difference.changed, SUMS)
        self._end_claim()
        self._claim = Claim(self.path)
        remove(self.path, gone)
        made = set[str]()
        for path in paths:
            place = self.path / path
            folder = path.rpartition("/")[0]
            if folder not in made:
                place.parent.mkdir(parents=True, exist_ok=True)
                made.add(folder)
            place.unlink(missing_ok=True)
            link(f"{self._site}/{path}", place)
        self._sign = _sign(self._site)
        self.shared = some_of(now)

    def holds(self) -> bool:
        """Whether the folder holds what the site does: nobody else has built it since."""
        return self._sign is not None and self.path.is_dir() and self._sign == _sign(self._site)

    def close(self) -> None:
        """Leave the folder to the next build, if that is worth it, or remove it."""
        self._folder.leave(self.shared)
        self._end_claim()

    def _end_claim(self) -> None:
        if self._claim is not None:
            self._claim.end()
            self._claim = None


def _files(tasks: Iterable[Task]) -> dict[str, Written]:
    return {file.path: file for task in tasks for file in task.files}


def _sign(site: Path) -> tuple[int, int] | None:
    """Return what another build of the site would change: the folder, and when its sums were written."""
    with contextlib.suppress(OSError):
        return site.stat().st_ino, (site / SUMS).stat().st_mtime_ns
    return None
