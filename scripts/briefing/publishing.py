"""Putting a built folder in the place of the last one, in one step.

A site is built in a new folder beside the last one and put in its place once it is whole. Whatever
happens before that step, and at whatever moment, the last good site stands; after it, the new one
does, on the disk too.

What the new site has replaced is kept beside it (`retained`): it shares nearly all files with the site that
stands, so that the next build need not give each of tens of thousands a second name, nor remove as many.
It may be deleted at any time.
"""

import contextlib
import ctypes
import errno
import fcntl
import logging
import os
import re
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import IO

log = logging.getLogger("mkdocs.briefing")

AT_FDCWD = -100
RENAME_EXCHANGE = 2

_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)


class BuildFailed(Exception):
    """The site could not be built; the last good one stands untouched. Its text says why."""


def place_of(site: Path) -> Path:
    """Return where a site really stands: a link to a folder stays, and the folder is replaced.

    Raises BuildFailed for a link that leads nowhere.
    """
    if not site.is_symlink():
        return site
    try:
        return site.resolve(strict=True)
    except OSError:
        raise BuildFailed(
            f"{site} is a link that leads nowhere: make the folder, or name another with --site-dir"
        ) from None


def check_replaceable(site: Path) -> None:
    """Refuse to replace a folder that is not a site: it may be somebody's home."""
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        raise BuildFailed(f"{site} is not a folder: name another with --site-dir")
    if os.path.ismount(site):
        raise BuildFailed(f"{site} is where a disk is mounted: name a folder in it with --site-dir")
    if site.is_dir() and any(site.iterdir()) and not (site / _SURE).is_file():
        raise BuildFailed(f"{site} holds other files than a site: name another folder with --site-dir")


@contextlib.contextmanager
def plainly(site: Path) -> Iterator[None]:
    """Turn what the system refuses while a site is made into BuildFailed, with what to do."""
    try:
        yield
    except OSError as fault:
        raise BuildFailed(_said(fault, site)) from None
    except sqlite3.OperationalError as fault:
        if "full" in str(fault):
            raise BuildFailed(_said(OSError(errno.ENOSPC, ""), site)) from None
        raise BuildFailed(
            f"a database cannot be written ({fault}): is there space for it in .cache?"
        ) from None
    except BrokenExecutor:
        raise BuildFailed(
            "one of its processes was ended from outside, as the system does where memory is short"
        ) from None


def _said(fault: OSError, site: Path) -> str:
    where = str(fault.filename2 or fault.filename or site.parent)
    if fault.errno in _FULL:
        return f"no space left on the disk of {site.parent}: free some, or name a folder on another with --site-dir"
    if fault.errno in _REFUSED:
        return f"{where} cannot be written ({fault.strerror}): name a folder of your own with --site-dir"
    return f"{where}: {fault.strerror or fault}"


@contextlib.contextmanager
def only_builder_of(site: Path) -> Iterator[None]:
    """Let one build at a time work beside a site; a second one waits.

    What builds that were killed have left beside it is removed; and if one was killed between
    the two renames of a system that cannot exchange folders, the last site is put back. What the
    system refuses, here and in the block, becomes BuildFailed.
    """
    with plainly(site):
        site.parent.mkdir(parents=True, exist_ok=True)
        with (site.parent / f".{site.name}.lock").open("w") as stream:
            _wait_for(stream, site)
            _clear(site)
            yield


def _clear(site: Path) -> None:
    if _previous(site).is_dir() and not site.exists():
        _previous(site).rename(site)
    left = re.compile(rf"\.{re.escape(site.name)}-[a-z0-9_]{{8}}")
    for path in site.parent.iterdir():
        if left.fullmatch(path.name) and path != retained(site) and not Claim.is_on(path):
            shutil.rmtree(path, ignore_errors=True)


def retained(site: Path) -> Path:
    """Return where the site before the last one is kept.

    Its name is one of those that `.gitignore` and earlier versions take for what a killed build has left.
    """
    return site.with_name(f".{site.name}-retained")


class Folder:
    """The folder in which a new site is made, beside the last one.

    It begins with what was kept of the site before the last, if that is ours, and else empty. Nothing that it
    holds is believed before it is looked at (briefing.engine.files.bring_up_to_date). As long as it is worked
    in, it has a name by which the next build clears it away if this one is killed.
    """

    def __init__(self, site: Path) -> None:
        """Make a folder beside the place of a site. Raises OSError."""
        self._site = site
        self.path = Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent))
        if _is_usable(retained(site), site):
            with contextlib.suppress(OSError):
                retained(site).rename(self.path)

    def leave(self, shared: Sequence[str]) -> None:
        """Keep the folder for the next build if that is worth it, and remove it else.

        It is worth it where nearly all of these files, from all over the site, are the same as those of the
        site that stands: elsewhere files cannot have two names, or another version has made them all anew,
        and the folder would take as much of the disk as a site.
        """
        if self._is_worth_it(shared):
            with contextlib.suppress(OSError):  # somebody else's folder has the name
                self.path.chmod(0o700)  # nobody is to be served from it
                self.path.rename(retained(self._site))
                return
        shutil.rmtree(self.path, ignore_errors=True)

    def _is_worth_it(self, shared: Sequence[str]) -> bool:
        if not (self.path / _SURE).is_file():
            return False
        same = 0
        for path in shared:
            with contextlib.suppress(OSError):
                same += os.path.samestat((self.path / path).lstat(), (self._site / path).lstat())
        return same > _NEARLY_ALL * len(shared)


_NEARLY_ALL = 0.9

_SURE = "sitemap.xml"
"""By this file a folder is known to hold a site."""


def _is_usable(folder: Path, site: Path) -> bool:
    """Whether a folder is one that a build has kept: a site's, on its disk, and nobody else's."""
    try:
        about, place = folder.lstat(), site.lstat()
    except OSError:
        return False
    owners = {os.geteuid()} if os.geteuid() else {0, place.st_uid}
    return (
        stat.S_ISDIR(about.st_mode)
        and about.st_dev == place.st_dev == site.parent.stat().st_dev
        and about.st_uid in owners
        and (folder / _SURE).is_file()
    )


def empty(folder: Path) -> None:
    """Take everything out of a folder, even what others have put there. Raises OSError."""
    if any(folder.iterdir()):
        # By another name what cannot be removed is out of the way; whoever may clears it away one day.
        old = Path(tempfile.mkdtemp(prefix=f"{folder.name.rpartition('-')[0]}-", dir=folder.parent))
        folder.rename(old)
        folder.mkdir(mode=0o700)
        shutil.rmtree(old, ignore_errors=True)


class Claim:
    """A process's claim to a folder beside a site: no other build clears it away, as long as it lives."""

    def __init__(self, folder: Path) -> None:
        """Claim a folder that nobody else has claimed. Raises OSError."""
        self._handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    @staticmethod
    def is_on(folder: Path) -> bool:
        """Whether some process has claimed a folder."""
        try:
            Claim(folder).end()
        except OSError as fault:
            return fault.errno in (errno.EAGAIN, errno.EACCES)
        return False

    def end(self) -> None:
        """Let the folder go."""
        os.close(self._handle)


def _wait_for(stream: IO[str], site: Path) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        log.info("Another build of %s is under way: this one waits for it", site)
        fcntl.flock(stream, fcntl.LOCK_EX)


def _previous(site: Path) -> Path:
    """Return where the last site stands between two renames. Its name is one of those cleared away."""
    return site.with_name(f".{site.name}-previous")


def publish(new: Path, site: Path) -> None:
    """Put the folder `new` in place of `site` in one step; `new` then holds the old site, or is gone.

    Uses renameat2(2) with RENAME_EXCHANGE, so that there is no moment without a site; where
    the system lacks it, two renames. What is new is on the disk before. The folder keeps the
    owner, the permissions and the attributes that it had. Both are on one disk. Raises OSError.
    """
    site = site.resolve() if site.is_symlink() else site
    if site.exists():
        _make_alike(new, site)
    _write_out(new)
    if not site.exists():
        new.rename(site)
    elif not _exchange(new, site):
        _rename_twice(new, site)
    _write_out_names(site.parent)


def _make_alike(new: Path, site: Path) -> None:
    """Give the new folder what its place has: owner, permissions, access lists, but not its times."""
    was, now = site.stat(), new.stat()
    if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
        with contextlib.suppress(PermissionError):  # another's folder, in which we may write
            os.chown(new, was.st_uid, was.st_gid)
    shutil.copystat(site, new)
    os.utime(new)


def _rename_twice(new: Path, site: Path) -> None:
    old = _previous(site)
    shutil.rmtree(old, ignore_errors=True)
    site.rename(old)
    try:
        new.rename(site)
    except OSError:
        old.rename(site)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _write_out(folder: Path) -> None:
    """Have everything on the folder's disk written, so that a crash after the step finds it whole.

    One call for all files: a site has tens of thousands, and one by one they take minutes.
    """
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if sys.platform == "linux" else None
    if syncfs is None:
        os.sync()
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(handle) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(folder))
    finally:
        os.close(handle)


def _write_out_names(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders' names. Returns whether the system could."""
    if sys.platform != "linux":
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
