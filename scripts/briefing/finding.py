"""The YAML files below a folder: which there are, what each should hold, and what stands where it should not."""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG

from briefing.keeping import ENDINGS, State, state_of
from briefing.model import Brief, Entity, GlossaryFile, MeasuresFile, Source, TopicsFile
from briefing.model.faults import Fault
from briefing.model.fields import Record, read_brief_id, read_slug
from briefing.model.validate import nearest
from briefing.problems import Mark, Problem, error, printable

REGISTRIES: dict[str, type[Record]] = {
    "topics.yml": TopicsFile,
    "measures.yml": MeasuresFile,
    "glossary.yml": GlossaryFile,
}
"""Files of a corpus that hold many records."""

FOLDERS: dict[str, type[Record]] = {"entities": Entity, "sources": Source}
"""Folders of a corpus whose files hold one record each, named by its file."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the corpus, what it should hold, and the id that its name gives."""

    path: Path
    name: str
    """Its way from the folder of the corpus: "2022/2022-02-05-x.yml"."""
    file: str
    """Its name for problems: relative to the current folder where it is below it."""
    record: type[Record]
    id: str | None
    state: State | None = None
    """What tells whether its content has changed since it was found; nothing where it cannot be told:
    for a link, and for a file that was written a moment ago."""


_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+\.yml", re.ASCII)
DATE_IN_NAME = re.compile(r"\d{4}(?:-\d{2}){0,2}-", re.ASCII)


def find(root: Path, base: Path) -> tuple[list[Found], list[Problem]]:
    """Return the YAML files below `root` in order, and what stands where it should not.

    File names in problems are relative to `base`.
    """
    search = _Search(root, base)
    ahead: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
    while ahead:
        folder, parts = ahead.pop()
        ahead += [(folder / name, (*parts, name)) for name in reversed(search.look_into(folder, parts))]
    return search.found, search.problems


def again(file: Found) -> Found | None:
    """Return a file that was found before as it is now; nothing where it is not what it was."""
    now = time.time_ns()
    try:
        stat = file.path.lstat()
    except OSError:
        return None
    return replace(file, state=state_of(stat, now)) if S_ISREG(stat.st_mode) else None


class _Search:
    def __init__(self, root: Path, base: Path) -> None:
        self.base = base
        self.real_root = Path(os.path.realpath(root))
        self.found: list[Found] = []
        self.problems: list[Problem] = []
        self.began = time.time_ns()

    def look_into(self, folder: Path, parts: tuple[str, ...]) -> list[str]:
        """Take the files of a folder, whose way from the root is `parts`, and return the folders in it."""
        try:
            with os.scandir(str(folder)) as listing:
                entries = sorted(
                    (e for e in listing if not e.name.startswith(".")), key=lambda entry: entry.name
                )
        except OSError as fault:
            self.problems.append(unreadable(shown(Path(fault.filename), self.base), fault))
            return []
        name = shown(folder, self.base)
        prefix = "" if name == "." else f"{name}/"
        is_plain = name == _posix(folder, self.base)
        folders = []
        for entry in entries:
            if _is_folder(entry):
                if entry.is_symlink():
                    mark = Mark(shown(folder / entry.name, self.base))
                    message = f"`{entry.name}` is a link to a folder"
                    self.problems.append(error(mark, "linked-folder", message, "put the folder itself here"))
                else:
                    folders.append(entry.name)
            elif entry.name.lower().endswith(ENDINGS):
                is_usual = is_plain and _PLAIN_NAME.fullmatch(entry.name)
                path = folder / entry.name
                self.take(entry, path, (*parts, entry.name), prefix + entry.name if is_usual else None)
        return folders

    def take(self, entry: os.DirEntry[str], path: Path, parts: tuple[str, ...], name: str | None) -> None:
        name = name or shown(path, self.base)
        state = None
        try:
            is_ordinary = entry.is_file(follow_symlinks=False)
            if is_ordinary:
                state = state_of(entry.stat(follow_symlinks=False), self.began)
        except OSError:
            is_ordinary = False
        fault = None if is_ordinary else _file_fault(path, name, self.real_root)
        place = fault or _place(parts, path, name, state)
        if isinstance(place, Problem):
            self.problems.append(place)
        else:
            self.found.append(place)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _file_fault(path: Path, name: str, real_root: Path) -> Problem | None:
    if path.is_symlink():
        if not Path(os.path.realpath(path)).is_relative_to(real_root):
            return error(
                Mark(name),
                "outside-folder",
                "this is a link to a file outside the folder",
                "put the file itself here",
            )
        if not path.is_file():
            return error(Mark(name), "broken-link", "this is a link to nothing", "put the file itself here")
    if not path.is_file():
        return error(
            Mark(name), "unreadable", "this is not an ordinary file", "put a file here, or delete it"
        )
    return None


def unreadable(name: str, fault: OSError) -> Problem:
    """Return the problem that a file or folder cannot be read; `name` is its name for problems."""
    return error(
        Mark(name),
        "unreadable",
        f"this cannot be read: {fault.strerror}",
        "check that it exists and that you may read it",
    )


def shown(path: Path, base: Path) -> str:
    """Return a path's name for problems: relative to `base` where it is below it."""
    return printable(_posix(path, base))


def _posix(path: Path, base: Path) -> str:
    whole, top = path.absolute(), base.absolute()
    return (whole.relative_to(top) if whole.is_relative_to(top) else path).as_posix()


def _place(parts: tuple[str, ...], path: Path, name: str, state: State | None) -> Found | Problem:
    if path.suffix != ".yml":
        stem = path.name[: path.name.lower().rindex(".y")]
        return error(
            Mark(name), "misplaced-file", "this file's name does not end in .yml", f"rename it to {stem}.yml"
        )
    if len(parts) == 1 and parts[0] in REGISTRIES:
        return Found(path, parts[0], name, REGISTRIES[parts[0]], None, state)
    if len(parts) == 2 and parts[0] in FOLDERS:
        return _named(path, "/".join(parts), name, FOLDERS[parts[0]], read_slug, state)
    if len(parts) == 2 and _is_year(parts[0]):
        return _named(path, "/".join(parts), name, Brief, read_brief_id, state)
    return error(Mark(name), "misplaced-file", "no record belongs in this place", _right_place(parts))


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdecimal()


def _right_place(parts: tuple[str, ...]) -> str:
    """Say where a file should go, from where it is and how it is called."""
    name = parts[-1]
    if parts[0] in FOLDERS:
        return f"move it to {parts[0]}/{name}"
    if DATE_IN_NAME.match(name) and (len(parts) == 1 or _is_year(parts[0])):
        return f"move it to {name[:4]}/{name}"
    if len(parts) > 1 and (near := nearest(parts[0], FOLDERS)):
        return f"rename the folder to {near}"
    if len(parts) == 1 and (near := nearest(Path(name).stem, [Path(r).stem for r in REGISTRIES])):
        return f"rename it to {near}.yml"
    return "briefs go to <year>/<date>-<slug>.yml, other records to sources/ and entities/"


def _named(
    path: Path,
    inside: str,
    name: str,
    record: type[Record],
    check: Callable[[object], str],
    state: State | None,
) -> Found | Problem:
    try:
        return Found(path, inside, name, record, check(path.stem), state)
    except Fault as fault:
        context = fault.context or {}
        fix = context["hint"].removeprefix("write ")
        return error(
            Mark(name),
            "not-a-slug",
            f"the file's name gives no id: {context['message']}",
            f"rename the file: {fix}",
        )
