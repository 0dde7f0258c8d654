"""Files that change, noticed soon and on every file system.

The system's own notices wake the watch where it gives any, and say at which files to look. Where it gives
none (network drives, some containers), looking at all files now and then finds what has changed. That
gives way to a notice: while another thread computes, Python lets this one go on only after each of its
calls of the system, and there is one a file.
"""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from stat import S_ISDIR
from typing import TypeAlias

from watchdog.events import (
    EVENT_TYPE_CLOSED_NO_WRITE,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_OPENED,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

QUIET = 0.05
"""Seconds without a notice after which a change is looked at: editors save in several steps."""

PATIENCE = 0.5
"""Most seconds that notices can put off the look."""

SLOWLY = 2.0
"""Seconds between looks where no notice comes."""

SHARE = 50
"""A look takes at most one part in so many of the time between looks."""

Seen: TypeAlias = dict[str, tuple[int, int, int]]
"""Files by path, each with the time of its last change (ns), its size and its number (inode)."""


class Watch:
    """Files and folders that are watched, by one thread."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Take note of files and folders as they are; those that are not there yet are looked for."""
        self._paths: list[Path] = []
        self._notice = threading.Event()
        self._told = _Waking(self._notice)
        self._closed = False
        self._owed = True
        """Whether all files are to be looked at: at the beginning, and where folders have moved."""
        self._observer = Observer()
        self._seen: Seen = {}
        self._cost = 0.0
        self.follow(paths)

    def begin(self) -> None:
        """Begin to watch; the first look is for what has changed since."""
        with contextlib.suppress(OSError):  # too many watches, or none on this system: looking does it
            self._observer.start()
        self._notice.set()

    def follow(self, paths: Iterable[Path]) -> None:
        """Watch these from now on."""
        paths = [path.absolute() for path in paths]
        if paths == self._paths:
            return
        self._paths = paths
        self._observer.unschedule_all()
        for path in paths:
            folder = path if path.is_dir() else path.parent
            with contextlib.suppress(OSError):
                self._observer.schedule(self._told, str(folder), recursive=folder == path)
        begun = time.monotonic()
        self._seen = look(paths) or {}
        self._cost = time.monotonic() - begun

    def close(self) -> None:
        """End the watch; whoever waits is told of no change."""
        self._closed = True
        self._notice.set()
        self._observer.stop()
        if self._observer.is_alive():
            self._observer.join()

    def changes(self) -> set[Path]:
        """Wait for changes, and return the files that have come, gone or changed; none once it is closed."""
        while not self._closed:
            changed = set()
            if self._notice.wait(0 if self._owed else max(SLOWLY, SHARE * self._cost)):
                self._settle()
                places, everywhere = self._told.taken()
                self._owed |= everywhere
                changed = self._among(places)
            else:
                self._owed = True
            if not changed and self._owed:
                changed = self._everywhere()
            if changed and not self._closed:
                return {Path(p) for p in changed}
        return set()

    def _among(self, places: Iterable[str]) -> set[str]:
        """Return which of these files have come, gone or changed."""
        changed = set()
        for place in filter(self._is_followed, places):
            now = _mark(place)
            if now != self._seen.get(place):
                changed.add(place)
                if now is None:
                    del self._seen[place]
                else:
                    self._seen[place] = now
        return changed

    def _is_followed(self, place: str) -> bool:
        """Whether a look at everything would come to a file."""
        path = Path(place)
        folder = next((p for p in self._paths if path.is_relative_to(p)), None)
        return folder is not None and not any(map(_is_passed_over, path.relative_to(folder).parts))

    def _everywhere(self) -> set[str]:
        """Return which files have come, gone or changed; none where a notice comes first."""
        begun = time.monotonic()
        now = look(self._paths, self._notice.is_set)
        if now is None:
            return set()
        self._owed = False
        self._cost = time.monotonic() - begun
        before, self._seen = self._seen, now
        return {p for p in before.keys() | now.keys() if before.get(p) != now.get(p)}

    def _settle(self) -> None:
        """Wait until notices have stopped."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not self._closed:
            self._notice.clear()
            if not self._notice.wait(QUIET):
                return
        self._notice.clear()


class _Waking(FileSystemEventHandler):
    """Wakes the watch, and keeps where to look; not when a file is only read, which the preview itself does."""

    def __init__(self, notice: threading.Event) -> None:
        self._notice = notice
        self._lock = threading.Lock()
        self._places: set[str] = set()
        self._everywhere = False

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in (EVENT_TYPE_OPENED, EVENT_TYPE_CLOSED_NO_WRITE):
            return
        if event.is_directory and event.event_type == EVENT_TYPE_MODIFIED:
            return  # a file in it has come or gone, of which there is a notice of its own
        with self._lock:
            self._everywhere |= event.is_directory
            self._places |= {os.fsdecode(p) for p in (event.src_path, event.dest_path) if p}
        self._notice.set()

    def taken(self) -> tuple[set[str], bool]:
        """Return the files that were told of since the last time, and whether a folder was."""
        with self._lock:
            taken = self._places, self._everywhere
            self._places, self._everywhere = set(), False
        return taken


def look(paths: Iterable[Path], stopped: Callable[[], bool] = lambda: False) -> Seen | None:
    """Return the files at and below `paths`, but for hidden ones and compiled code; None once `stopped`."""
    found: Seen = {}
    for path in paths:
        for entry, stat in _files(str(path)):
            found[entry] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if stopped():
                return None
    return found


def _mark(path: str) -> tuple[int, int, int] | None:
    """Return what tells that a file has changed; None if it is not there, or is a folder."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - as for the others, whose paths are texts
    except OSError:
        return None
    return None if S_ISDIR(stat.st_mode) else (stat.st_mtime_ns, stat.st_size, stat.st_ino)


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def _files(path: str) -> Iterator[tuple[str, os.stat_result]]:
    try:
        entries = list(os.scandir(path))
    except NotADirectoryError:
        with contextlib.suppress(OSError):
            yield path, Path(path).stat()
        return
    except OSError:
        return
    for entry in entries:
        if _is_passed_over(entry.name):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            else:
                yield entry.path, entry.stat()
        except OSError:
            continue  # it went meanwhile, or leads nowhere
