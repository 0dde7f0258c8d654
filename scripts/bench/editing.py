"""Changes to a project, as an author makes them: one sentence, or one name."""

import re
from dataclasses import dataclass
from pathlib import Path

_NOTE = re.compile(r"^      Note \w+ was added\.\n", re.MULTILINE)
_TEXT = "    text: >-\n"


@dataclass(frozen=True, slots=True)
class Edited:
    """A change that was made."""

    file: Path
    page: str
    """The page on which it shows, below the site: "briefs/x/"."""
    words: str
    """What stands on that page afterwards, and did not before."""


def brief_to_edit(project: Path) -> Path:
    """Return the file of a brief from the middle of the record, which is published."""
    files = sorted(project.glob("briefs/[0-9]*/*.yml"))
    middle = len(files) // 2
    for file in [*files[middle:], *files[:middle]]:
        text = file.read_text(encoding="utf-8")
        if "\nstatus: " not in text and _TEXT in text:
            return file
    raise ValueError(f"{project} has no brief to edit")


def edit_brief(file: Path, mark: str) -> Edited:
    """Change one sentence of a claim, so that `mark`, letters and digits, stands in it."""
    text = _NOTE.sub("", file.read_text(encoding="utf-8"), count=1)
    words = f"Note {mark} was added."
    text = text.replace(_TEXT, f"{_TEXT}      {words}\n", 1)
    file.write_text(text, encoding="utf-8")
    return Edited(file, f"briefs/{file.stem}/", words)


def rename_entity(file: Path, mark: str) -> Edited:
    """Change the name of an entity, so that it ends with `mark`."""
    text = file.read_text(encoding="utf-8")
    line = re.search(r"^name: (.+?)(?: Mark\w+)?$", text, re.MULTILINE)
    if line is None:
        raise ValueError(f"{file} has no name")
    name = f"{line[1]} Mark{mark}"
    file.write_text(text[: line.start()] + f"name: {name}" + text[line.end() :], encoding="utf-8")
    return Edited(file, f"entities/{file.stem}/", name)


def naming(project: Path, entity: str) -> int:
    """Return how many briefs name an entity."""
    word = re.compile(rb"(?<![\w-])" + re.escape(entity.encode()) + rb"(?![\w-])")
    return sum(bool(word.search(f.read_bytes())) for f in project.glob("briefs/[0-9]*/*.yml"))
