"""Search in a preview: an index of the whole site, made once and beside the work, or the last build's.

An index needs every page, and making all of them takes as long as a build. So one process builds the
site into the project's cache, at the lowest priority; its index is served from then on, and at the
start of the next preview, whose own build then takes less. For a large site that would be too much to
do unasked: there, search finds what the last build has.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from briefing.making import CACHE

MOST_PAGES = 2_000
"""Most pages of a site that is indexed unasked."""

FOLDERS = ("pagefind", "search")
"""Folders of a built site that only search needs: ours, and that of MkDocs' own."""

_BUILD = (
    "import os, sys; os.nice(19); from pathlib import Path; from briefing.build import build; "
    "build(Path(sys.argv[1]), Path(sys.argv[2]), strict=False, jobs=1)"
)


class Search:
    """Where the index of a preview's search stands."""

    def __init__(self, config_file: Path, built: Path) -> None:
        """Begin with what the last preview has made, or else with what the last build has."""
        self._config_file = config_file.absolute()
        self._own = self._config_file.parent / CACHE / "preview"
        self._site = self._own if (self._own / FOLDERS[0]).is_dir() else built
        self._is_new = False
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def note(self) -> str:
        """What to say of it where search does not find what is there now; else nothing."""
        if self._is_new:
            return ""
        if self._process is not None and self._process.poll() is None:
            return "Search is being prepared."
        if not (self._site / FOLDERS[0]).is_dir():
            return "Search finds nothing until `briefing build` has made its index."
        of = "preview" if self._site == self._own else "`briefing build`"
        return f"Search finds what the last {of} has made."

    def file(self, place: str) -> Path | None:
        """Return the file of the index at `place` below the site's root, if it is one."""
        folder = place.partition("/")[0]
        if folder not in FOLDERS:
            return None
        path = (self._site / place).resolve()
        return path if path.is_relative_to((self._site / folder).resolve()) and path.is_file() else None

    def index(self) -> None:
        """Begin to make an index of the record as it is now, beside everything else."""
        self._thread = threading.Thread(target=self._index, name="search", daemon=True)
        self._thread.start()

    def _index(self) -> None:
        self._own.parent.mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(
            [sys.executable, "-c", _BUILD, str(self._config_file), str(self._own)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._config_file.parent,
            start_new_session=True,  # Ctrl-C is for the preview, which then ends this
        )
        self._process = process
        if self._closed:
            self._end(process)
        if process.wait() == 0 and (self._own / FOLDERS[0]).is_dir():
            self._site, self._is_new = self._own, True

    def close(self) -> None:
        """End what is being made."""
        self._closed = True
        if self._process is not None and self._process.poll() is None:
            self._end(self._process)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        if self._thread is not None:
            self._thread.join(5)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """End a build with the processes that it has begun."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
