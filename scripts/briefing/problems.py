"""A fault in somebody's input, as a value, and the three ways to print it.

Exceptions mean bugs in this program; everything that an author can get wrong is a
`Problem`, collected from all files in one run and sorted by place.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


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


def as_text(problems: Iterable[Problem], line_of: Callable[[Mark], str | None] = lambda _: None) -> str:
    """Return problems for a terminal, each with its line, a caret and the fix.

    `line_of` gives the text of a mark's line, or nothing where it cannot be had.
    """
    blocks = []
    for p in problems:
        head = f"{p.mark.file}:{p.mark.line}:{p.mark.column}: {p.severity}[{p.code}]: {p.message}"
        excerpt = line_of(p.mark)
        lines = [head, *(_excerpt(excerpt, p.mark) if excerpt is not None else ())]
        lines.append(f"  fix: {p.hint}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _excerpt(text: str, mark: Mark, width: int = 96) -> tuple[str, str]:
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
