"""A project to start a site of one's own from: settings, pages, one brief, and the workflows.

What it writes passes `briefing check` and builds as it is.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files as package_files
from importlib.resources.abc import Traversable
from pathlib import Path

from briefing.model.fields import slugify

PLACES = {"gitignore": ".gitignore", "workflows": ".github/workflows"}
"""Names in the package, and in a project: a package may not hold hidden files of its own meaning."""

_PROGRAM = re.compile(r"(?P<name>[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100})@(?P<commit>[0-9a-f]{40})")


class NotStarted(Exception):
    """The project could not be begun. Its text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """Where the program's repository is, and at which commit it is used."""

    name: str
    """Owner and name on GitHub."""
    commit: str


def read_program(text: str) -> Program:
    """Return what "owner/name@commit" names. Raises NotStarted."""
    match = _PROGRAM.fullmatch(text)
    if match is None:
        raise NotStarted(
            "write the program as owner/name@commit, with all 40 digits of the commit: a branch or a tag "
            "can be moved to other code"
        )
    return Program(match["name"], match["commit"])


def start(folder: Path, name: str, program: Program | None, year: int) -> list[Path]:
    """Write a project into a folder that is new or empty, and return its files. Raises NotStarted.

    Without a program the workflows, which run it from its repository, are left out.
    """
    if folder.exists() and (not folder.is_dir() or any(p.name != ".git" for p in folder.iterdir())):
        raise NotStarted(f"{folder} holds files: name a new folder")
    if not name.strip() or not name.isprintable():
        raise NotStarted("give the site a name of one line")
    values = {
        "NAME": name,
        "AUTHORITY": f"{slugify(name) or 'briefing'}.invalid,{year}",
        "PROGRAM": program.name if program else "",
        "COMMIT": program.commit if program else "",
    }
    written = []
    for place, text in _files(package_files("briefing") / "hosting" / "starter", ""):
        if program is None and place.startswith("workflows/"):
            continue
        head, slash, rest = place.partition("/")
        path = folder / (PLACES.get(head, head) + slash + rest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(text, values, quoted=path.suffix == ".yml"), encoding="utf-8")
        written.append(path)
    return written


def _files(folder: Traversable, place: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            yield from _files(entry, f"{place}{entry.name}/")
        else:
            yield place + entry.name, entry.read_text(encoding="utf-8")


def _filled(text: str, values: dict[str, str], *, quoted: bool) -> str:
    """Return a text with values in their places; in YAML the name of the site is quoted as JSON is."""

    def value(match: re.Match[str]) -> str:
        found = values[match[1]]
        return json.dumps(found, ensure_ascii=False) if quoted and match[1] == "NAME" else found

    return re.sub(r"@(NAME|AUTHORITY|PROGRAM|COMMIT)@", value, text)
