"""A fault in somebody's input, as a value, and the three ways to print it.

Exceptions mean bugs in this program; everything that an author can get wrong is a
`Problem`, collected from all files in one run and sorted by place.
"""

import io
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How much a problem weighs: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file. Lines and columns count from 1, columns in characters."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is, what rule it breaks, and what to do about it.

    `message` says what is wrong, in one sentence without a full stop.
    `hint` says what to type instead; it is never empty.
    """

    mark: Mark
    severity: Severity
    code: str
    message: str
    hint: str

    @property
    def is_error(self) -> bool:
        """Whether this problem stops the build."""
        return self.severity is Severity.ERROR


def error(mark: Mark, code: str, message: str, hint: str) -> Problem:
    """Return a problem that stops the build."""
    return Problem(mark, Severity.ERROR, code, printable(message), printable(hint))


def warning(mark: Mark, code: str, message: str, hint: str) -> Problem:
    """Return a problem that does not stop the build."""
    return Problem(mark, Severity.WARNING, code, printable(message), printable(hint))


def printable(text: str) -> str:
    """Return text on one line, without characters that a terminal would obey or cannot show."""
    shown = "".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return " ".join(shown.split())


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by file, line, column, code and message, each once."""
    unique = set(problems)
    return sorted(unique, key=lambda p: (p.mark, p.code, p.message, p.hint))


def summary(problems: Iterable[Problem]) -> str:
    """Return "2 errors, 1 warning", or "no problems"."""
    counts = dict.fromkeys(Severity, 0)
    for problem in problems:
        counts[problem.severity] += 1
    parts = [f"{n} {s}{'' if n == 1 else 's'}" for s, n in counts.items() if n]
    return ", ".join(parts) or "no problems"


MOST_OF_A_FILE = 100
"""More problems of one file are counted, not told."""


def bounded(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems in order; of a file with very many the first hundred, and how many more it has."""
    kept: list[Problem] = []
    seen: Counter[str] = Counter()
    for p in problems:
        seen[p.mark.file] += 1
        if seen[p.mark.file] <= MOST_OF_A_FILE:
            kept.append(p)
    for file, number in seen.items():
        if number > MOST_OF_A_FILE:
            last = max(p.mark for p in kept if p.mark.file == file)
            more = f"this file has {number - MOST_OF_A_FILE:,} more problems"
            kept.append(error(last, "more-problems", more, "mend those above, and check again"))
    return ordered(kept)


_MOST_BYTES = 2 * 1024 * 1024
"""More is never read of a file to show a line of it: files of more than the half are refused."""


class Lines:
    """Gives the text of the line that a mark names; reads each file once."""

    def __init__(self) -> None:
        self._files: dict[str, list[str]] = {}

    def __call__(self, mark: Mark) -> str | None:
        """Return the line, or nothing where the file or the line is not there."""
        if mark.file not in self._files:
            text = ""
            try:
                path = Path(mark.file)
                with path.open("rb") if path.is_file() else io.BytesIO() as stream:  # a pipe would not end
                    text = stream.read(_MOST_BYTES).decode("utf-8-sig", "replace")
            except OSError:
                text = ""
            self._files[mark.file] = text.split("\n") if text else []
        lines = self._files[mark.file]
        return lines[mark.line - 1].rstrip("\r") if mark.line <= len(lines) else None


def as_text(problems: Iterable[Problem], line_of: Callable[[Mark], str | None] = lambda _: None) -> str:
    """Return problems for a terminal, each with its line, a caret and the fix.

    `line_of` gives the text of a mark's line, or nothing where it cannot be had.
    """
    blocks = []
    for p in problems:
        head = f"{p.mark.file}:{p.mark.line}:{p.mark.column}: {p.severity}[{p.code}]: {p.message}"
        line = line_of(p.mark)
        lines = [head, *(excerpt(line, p.mark) if line is not None else ())]
        lines.append(f"  fix: {p.hint}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def excerpt(text: str, mark: Mark, width: int = 96) -> tuple[str, str]:
    """Return the line and a caret under the column, cut to `width` around it."""
    text = text.expandtabs(1)
    start = max(0, mark.column - 1 - width // 2) if len(text) > width else 0
    shown = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[start : start + width]
    )
    number = str(mark.line)
    before = shown[: mark.column - 1 - start].ljust(mark.column - 1 - start)
    indent = "".join(_blank(c) for c in before)
    return f"  {number} | {shown}".rstrip(), f"  {' ' * len(number)} | {indent}^"


def _blank(char: str) -> str:
    """Return white space as wide as a character is on a terminal (Unicode UAX 11)."""
    if unicodedata.combining(char):
        return ""
    return "\N{IDEOGRAPHIC SPACE}" if unicodedata.east_asian_width(char) in "WF" else " "


def as_github(problems: Iterable[Problem]) -> str:
    """Return GitHub workflow commands, which annotate the lines of a pull request."""

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    return "\n".join(
        f"::{p.severity} file={value(p.mark.file)},line={p.mark.line},col={p.mark.column},"
        f"title={value(p.code)}::{data(f'{p.message}. Fix: {p.hint}')}"
        for p in problems
    )


def as_json(problems: Iterable[Problem]) -> str:
    """Return a JSON list of objects: file, line, column, severity, code, message, hint."""
    rows = [
        {
            "file": p.mark.file,
            "line": p.mark.line,
            "column": p.mark.column,
            "severity": str(p.severity),
            "code": p.code,
            "message": p.message,
            "hint": p.hint,
        }
        for p in problems
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)
