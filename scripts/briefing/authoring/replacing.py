"""Many files replaced together, or not at all."""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from briefing.authoring.writing import write


def _mode(path: Path) -> int:
    """Return a file's permissions, or those that a new one gets."""
    try:
        return path.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _sync(folder: Path) -> None:
    """Bring a folder's names to the disk, where the system lets folders be opened (POSIX)."""
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@dataclass(frozen=True, slots=True)
class Change:
    """A file before and after, named below some folder; nothing where it is not there."""

    path: PurePosixPath
    before: bytes | None
    after: bytes | None


class NotChanged(Exception):
    """Files could not be replaced; none of them was."""


STAGE = ".briefing-changes"
"""The folder, below that of the YAML files, in which changes are made ready. Readers pass it over."""

_JOURNAL = "journal.json"


def apply(root: Path, changes: Sequence[Change], title: str) -> None:
    """Replace, make and delete files below `root`: all of them or none.

    1. Every new content is written into the folder `STAGE` and brought to the disk.
    2. A journal of all steps takes its name there. From here on the change counts as decided.
    3. Contents take their places in the given order, one rename each; files that go, go in theirs.
    4. The folder is deleted.

    An error in any step undoes those before it. A process that is killed before 2 has changed
    nothing; after 2, `finish` does the steps that are left. At no time is a file half written.
    `title` is what `finish` says it has finished. Raises NotChanged.
    """
    stage = root / STAGE
    try:
        stage.mkdir()
    except FileExistsError:
        raise NotChanged(f"another change is under way in {stage}") from None
    except OSError as fault:
        raise NotChanged(f"{root} cannot be written: {fault.strerror}") from None
    done: list[_Step] = []
    try:
        steps = [_staged(root, stage, n, change) for n, change in enumerate(changes)]
        write(stage / _JOURNAL, _as_json(title, steps))
        _sync(stage)
        for step in steps:
            done.append(step)
            step.do(root, stage)
    except BaseException as fault:
        _undo(root, done, {c.path: c for c in changes})
        _clear(stage)
        if isinstance(fault, OSError):
            raise NotChanged(f"{fault.filename or root}: {fault.strerror}") from None
        raise
    _clear(stage)


def _clear(stage: Path) -> None:
    shutil.rmtree(stage)


@dataclass(frozen=True, slots=True)
class _Step:
    """One file to be replaced, made or deleted; contents by their SHA-256, nothing where there is none."""

    path: PurePosixPath
    staged: str
    before: str | None
    after: str | None

    def do(self, root: Path, stage: Path) -> None:
        if self.after is None:
            _remove(root / self.path)
            return
        target = Path(os.path.realpath(root / self.path))
        target.parent.mkdir(exist_ok=True)
        (stage / self.staged).replace(target)
        _sync(target.parent)


def _remove(path: Path) -> None:
    """Delete a file, and its folder if nothing else is in it."""
    path.unlink(missing_ok=True)
    try:
        path.parent.rmdir()
    except OSError:
        _sync(path.parent)


def _staged(root: Path, stage: Path, number: int, change: Change) -> _Step:
    """Write a change's content into the stage, with the permissions that it will need."""
    target = root / change.path
    if _content(target) != change.before:
        raise NotChanged(f"{target} has changed in the meantime: run the command again")
    step = _Step(change.path, str(number), _digest(change.before), _digest(change.after))
    if change.after is not None:
        write(stage / step.staged, change.after)
        (stage / step.staged).chmod(_mode(target))
    return step


def _undo(root: Path, done: Sequence[_Step], changes: Mapping[PurePosixPath, Change]) -> None:
    for step in reversed(done):
        before, target = changes[step.path].before, root / step.path
        if before is None:
            _remove(target)
        elif _content(target) != before:
            target.parent.mkdir(exist_ok=True)
            write(target, before)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _digest(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


def _as_json(title: str, steps: Sequence[_Step]) -> bytes:
    rows = [{"path": str(s.path), "staged": s.staged, "before": s.before, "after": s.after} for s in steps]
    return json.dumps({"title": title, "steps": rows}, indent=1).encode()


def finish(root: Path) -> str | None:
    """Finish a change of files below `root` that was interrupted, and return its title.

    One that was not decided yet is dropped; nothing is returned then, nor where there is none.
    Raises NotChanged where a file is neither as it was before nor as it would be after: its author
    has changed it since, and has to decide.
    """
    stage = root / STAGE
    if not stage.is_dir():
        return None
    found = _content(stage / _JOURNAL)
    if found is None:
        _clear(stage)
        return None
    try:
        title, steps = _from_json(found, root)
    except (ValueError, KeyError, TypeError):
        raise NotChanged(f"{stage / _JOURNAL} cannot be read: delete the folder {stage}") from None
    for step in steps:
        if _digest(_content(root / step.path)) not in (step.before, step.after):
            raise NotChanged(
                f"{root / step.path} was changed after “{title}” was interrupted: put it back as it was "
                f"and run the command again, or delete {stage} to keep the files as they are"
            )
    for step in steps:
        if _digest(_content(root / step.path)) != step.after:
            step.do(root, stage)
    _clear(stage)
    return title


def _from_json(data: bytes, root: Path) -> tuple[str, list[_Step]]:
    """Return title and steps of a journal. Raises ValueError, KeyError or TypeError on any other text."""
    value = json.loads(data)
    steps = [
        _Step(_inside(row["path"], root), str(int(row["staged"])), row["before"], row["after"])
        for row in value["steps"]
    ]
    return str(value["title"]), steps


def _inside(path: str, root: Path) -> PurePosixPath:
    """Return the path of a YAML file below `root`. Raises ValueError: a journal may be anybody's file."""
    found = PurePosixPath(path)
    real = Path(os.path.realpath(root / found))
    if found.suffix != ".yml" or not real.is_relative_to(os.path.realpath(root)):
        raise ValueError(path)
    return found
