"""The folder in which a new site is made, beside the last one.

A build that ends removes it. A process that stays keeps it: when the new site has taken its place, the
folder holds the site before it, and is brought up to date by giving what differs a second name. The next
build then begins with a whole site, however large that is, and costs by what it changes.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from briefing.engine.files import beside, remove
from briefing.engine.state import Known, Written
from briefing.indexing import link
from briefing.publishing import Claim
from briefing.search import FOLDER
from briefing.verify import SUMS


@dataclass(frozen=True, slots=True)
class Difference:
    """What tells a new site from the last one, by the files below their roots; the sums are left out."""

    changed: frozenset[str]
    """Files that are others or new."""
    gone: frozenset[str]

    @classmethod
    def between(cls, before: Known, now: Known, site: Path) -> "Difference":
        """Return what tells a site, of which all but the search index is known, from the one before it."""
        old, new = _files(before), _files(now)
        index = {file.path: file for file in beside(site) if file.path.startswith(f"{FOLDER}/")}
        changed = {path for files in (new, index) for path, file in files.items() if old.get(path) != file}
        return cls(frozenset(changed), frozenset(old.keys() - new.keys() - index.keys() - {SUMS}))


class Stage:
    """A folder beside a site."""

    def __init__(self, site: Path) -> None:
        """Make an empty folder beside the place of a site. Raises OSError."""
        self._site = site
        self.path = Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent))
        self._claim: Claim | None = None
        self._sign: tuple[int, int] | None = None

    def follow(self, now: Known, before: Known | None) -> None:
        """Bring the folder up to date with the site that has taken its place, and keep it for oneself.

        It holds the site of `before`; where that is not known, it is filled anew. Raises OSError.
        """
        new, old = _files(now), _files(before) if before is not None else {}
        if before is None or not self.path.is_dir():
            shutil.rmtree(self.path, ignore_errors=True)
            self.path.mkdir()
        self._end_claim()
        self._claim = Claim(self.path)
        remove(self.path, old.keys() - new.keys())
        made = set[str]()
        for path in (path for path, file in new.items() if old.get(path) != file):
            place = self.path / path
            folder = path.rpartition("/")[0]
            if folder not in made:
                place.parent.mkdir(parents=True, exist_ok=True)
                made.add(folder)
            place.unlink(missing_ok=True)
            link(f"{self._site}/{path}", place)
        self._sign = _sign(self._site)

    def holds(self) -> bool:
        """Whether the folder holds what the site does: nobody else has built it since."""
        return self._sign is not None and self.path.is_dir() and self._sign == _sign(self._site)

    def close(self) -> None:
        """Remove the folder."""
        self._end_claim()
        shutil.rmtree(self.path, ignore_errors=True)

    def _end_claim(self) -> None:
        if self._claim is not None:
            self._claim.end()
            self._claim = None


def _files(known: Known) -> Mapping[str, Written]:
    return {file.path: file for task in known.tasks.values() for file in task.files}


def _sign(site: Path) -> tuple[int, int] | None:
    """Return what another build of the site would change: the folder, and when its sums were written."""
    with contextlib.suppress(OSError):
        return site.stat().st_ino, (site / SUMS).stat().st_mtime_ns
    return None
