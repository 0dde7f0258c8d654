"""Changes of files, watched by a process of its own.

A watch has threads. Who shares work out to copies of its process must have none: a copy has the one thread
that made it, and waits for ever for a lock that another held.
"""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from briefing.watching import Watch

_PROGRAM = "import sys; from briefing.notices import tell; tell(sys.argv[1:])"


class Notices:
    """Files and folders that another process watches. It ends with this one, however that ends."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Begin to watch. Every change from here on is told. Raises OSError."""
        self._buffer = b""
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *map(str, paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._pipe = cast("IO[bytes]", self._process.stdout)
        self._lines()  # it says when it has begun

    def changes(self) -> set[Path]:
        """Wait for changes, and return the files that have come, gone or changed; none where the watch ended."""
        found = {Path(name) for line in self._lines() for name in json.loads(line)}
        while found and select.select([self._pipe], [], [], 0)[0]:
            more = {Path(name) for line in self._lines() for name in json.loads(line)}
            if not more:
                break
            found |= more
        return found

    def _lines(self) -> list[bytes]:
        """Wait for whole lines, and return them; none at the end."""
        while b"\n" not in self._buffer:
            data = os.read(self._pipe.fileno(), 1 << 16)
            if not data:
                return []
            self._buffer += data
        *lines, self._buffer = self._buffer.split(b"\n")
        return lines

    def close(self) -> None:
        """End the watch."""
        cast("IO[bytes]", self._process.stdin).close()
        self._process.wait()
        self._pipe.close()


def tell(paths: Sequence[str]) -> None:
    """Watch, and write a line with the names of what has changed, as JSON, until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who began this, and ends it
    watch = Watch([Path(path) for path in paths])
    threading.Thread(target=_end_with_input, daemon=True).start()
    watch.begin()
    _say([])
    while changed := watch.changes():
        _say(sorted(map(str, changed)))


def _say(names: Sequence[str]) -> None:
    sys.stdout.write(json.dumps(names) + "\n")
    sys.stdout.flush()


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)
