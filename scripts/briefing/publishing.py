"""Putting a built folder in the place of the last one, in one step."""

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

AT_FDCWD = -100
RENAME_EXCHANGE = 2


class BuildFailed(Exception):
    """The site could not be built; the last good one stands untouched. Its text says why."""


def check_replaceable(site: Path) -> None:
    """Refuse to replace a folder that is not a site: it may be somebody's home."""
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        raise BuildFailed(f"{site} is not a folder: name another with --site-dir")
    if site.is_dir() and any(site.iterdir()) and not (site / "sitemap.xml").is_file():
        raise BuildFailed(f"{site} holds other files than a site: name another folder with --site-dir")


@contextlib.contextmanager
def only_builder_of(site: Path) -> Iterator[None]:
    """Let one build at a time work beside a site; a second one waits."""
    lock = site.parent / f".{site.name}.lock"
    with lock.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        for left in site.parent.glob(f".{site.name}-*"):
            shutil.rmtree(left, ignore_errors=True)  # of a build that was killed
        yield


def publish(new: Path, site: Path) -> None:
    """Put the folder `new` in place of `site` in one step; `new` then holds the old site.

    Uses renameat2(2) with RENAME_EXCHANGE, so that there is no moment without a site; where
    the system lacks it, two renames.
    """
    if not site.exists():
        new.rename(site)
        return
    if _exchange(new, site):
        return
    old = Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent)) / "old"
    site.rename(old)
    new.rename(site)
    shutil.rmtree(old.parent, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders' names. Returns whether the system could."""
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(other))
