"""Files that are there whole or not at all: an interruption leaves nothing half written."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Put a file's new content in its place, in one step; its permissions stay.

    Raises OSError as the system does.
    """
    mode = path.stat().st_mode if path.exists() else None
    with _beside(path, data, mode) as new:
        new.replace(path)


def create(path: Path, data: bytes) -> bool:
    """Write a new file; return whether it was written: False where one has that name already.

    It gets its name in one step that never replaces a file. Makes the folder. Raises OSError as
    the system does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path, data, None) as new:
        try:
            os.link(new, path)  # fails where a file has the name
        except FileExistsError:
            return False
        except OSError:
            # A file system without hard links.
            if path.exists() or path.is_symlink():
                return False
            new.replace(path)
        return True


@contextlib.contextmanager
def _beside(path: Path, data: bytes, mode: int | None) -> Iterator[Path]:
    """Give a hidden file in the same folder that holds the data; it is gone afterwards."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=".tmp", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        new.chmod(mode if mode is not None else 0o666 & ~_mask())
        yield new
    finally:
        new.unlink(missing_ok=True)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
