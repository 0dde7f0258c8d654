"""Long files of which little has changed, put together from ranges of the last one and new texts.

A file has a head, texts one after another (with a separator between each two, if there is one), and an
end. Every text of a list begins with the separator, so that each is as long wherever it stands.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MOST_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around and between the texts of a file."""

    head: bytes
    separator: bytes = b""
    end: bytes = b""
    mark: bytes = b""
    """What the head of the last file ends with, where it may have been another one."""


@dataclass(frozen=True, slots=True)
class Splice:
    """The texts of a file, seen from those of the last one."""

    size: int
    """How long the last one's are together, separators included, in bytes."""
    pieces: Sequence[range | Callable[[], bytes]]
    """Places among the last one's texts; or what returns a new text."""

    @property
    def is_same(self) -> bool:
        """Whether the texts are those of the last file."""
        return list(self.pieces) == ([range(self.size)] if self.size else [])


def write_texts(path: Path, frame: Frame, texts: Iterable[bytes]) -> None:
    """Write a file anew."""
    with path.open("wb") as stream:
        stream.write(frame.head)
        skip = len(frame.separator)
        for text in texts:
            stream.write(text[skip:])
            skip = 0
        stream.write(frame.end)


def write_spliced(path: Path, frame: Frame, last: Path, splice: Splice) -> bool:
    """Write a file from the last one; nothing, where that is what it would be.

    Returns False if the last file is not as long as it should be: then nothing counts that was written.
    """
    with last.open("rb") as source:
        begin = source.read(_MOST_AT_ONCE)
        ends = frame.mark or frame.head
        start = begin.find(ends) + len(ends)
        skip = len(frame.separator) if splice.size else 0
        length = start + splice.size - skip + len(frame.end)
        if ends not in begin or os.fstat(source.fileno()).st_size != length:
            return False
        if splice.is_same and begin[:start] == frame.head:
            return True
        with path.open("wb") as stream:
            stream.write(frame.head)
            between = b""
            for piece in splice.pieces:
                stream.write(between)
                if isinstance(piece, range):
                    stream.flush()
                    # The first text of the last file stands there without its separator.
                    _copy(source, stream, start + piece.start, len(piece) - skip)
                else:
                    stream.write(piece()[len(frame.separator) :])
                between = frame.separator
            stream.write(frame.end)
    return True


def copy_file(source: Path, target: Path) -> None:
    """Copy what a file holds, and nothing else."""
    with source.open("rb") as old, target.open("wb") as new:
        _copy(old, new, 0, os.fstat(old.fileno()).st_size)


def _copy(source: BinaryIO, target: BinaryIO, start: int, size: int) -> None:
    """Append a range of a file to another, whose own bytes are all written; within the kernel if it can."""
    copy = getattr(os, "copy_file_range", None)
    while size:
        try:
            done = copy(source.fileno(), target.fileno(), size, start) if copy else 0
        except OSError:  # not on this file system
            done = 0
        if not done:
            copy = None
            text = os.pread(source.fileno(), min(size, _MOST_AT_ONCE), start)
            if not text:
                raise OSError(f"{source.name} has been cut short")
            target.write(text)
            done = len(text)
        start, size = start + done, size - done
    target.flush()
