"""Files that change, noticed soon and on every file system.

The system's own notices wake the watch where it gives any; what has changed is then found by looking
at the files. Where it gives none (network drives, some containers), looking now and then finds it.
"""

import contextlib
import os
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from watchdog.events import (
    EVENT_TYPE_CLOSED_NO_WRITE,
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
        self._closed = False
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
        handler = _Waking(self._notice)
        for path in paths:
            folder = path if path.is_dir() else path.parent
            with contextlib.suppress(OSError):
                self._observer.schedule(handler, str(folder), recursive=folder == path)
        begun = time.monotonic()
        self._seen = look(paths)
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
            if self._notice.wait(max(SLOWLY, SHARE * self._cost)):
                self._settle()
            begun = time.monotonic()
            now = look(self._paths)
            self._cost = time.monotonic() - begun
            before, self._seen = self._seen, now
            changed = {p for p in before.keys() | now.keys() if before.get(p) != now.get(p)}
            if changed and not self._closed:
                return {Path(p) for p in changed}
        return set()

    def _settle(self) -> None:
        """Wait until notices have stopped."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not self._closed:
            self._notice.clear()
            if not self._notice.wait(QUIET):
                return
        self._notice.clear()


class _Waking(FileSystemEventHandler):
    """Wakes the watch; not when a file is only read, which the preview itself does."""

    def __init__(self, notice: threading.Event) -> None:
        self._notice = notice

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in (EVENT_TYPE_OPENED, EVENT_TYPE_CLOSED_NO_WRITE):
            self._notice.set()


def look(paths: Iterable[Path]) -> Seen:
    """Return the files at and below `paths`, but for hidden ones and compiled code."""
    found: Seen = {}
    for path in paths:
        for entry, stat in _files(str(path)):
            found[entry] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


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
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            else:
                yield entry.path, entry.stat()
        except OSError:
            continue  # it went meanwhile, or leads nowhere
