"""A saved article or a file of citations, read under limits: the border to untrusted documents.

A document comes from anywhere, and the libraries that take it apart were written for documents
that mean well. They run in a process of their own (`authoring.extraction`), which gets bytes,
returns JSON, may use so much memory and time and no more, and is ended where it overstays.
"""

import datetime as dt
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from briefing.problems import Mark, Problem, error

MAX_BYTES = 10 * 1024 * 1024
MAX_SECONDS = 30
MAX_MEMORY = 2 * 1024**3
"""Bytes of address space for the process that reads."""


class Form(StrEnum):
    """What a file holds."""

    HTML = "html"
    TEXT = "text"
    PDF = "pdf"
    BIBTEX = "bib"
    RIS = "ris"
    CSL = "csl"

    @property
    def is_citations(self) -> bool:
        """Whether it holds descriptions of documents and no document."""
        return self in (Form.BIBTEX, Form.RIS, Form.CSL)


@dataclass(frozen=True, slots=True)
class Description:
    """What a document, or a citation of it, says of itself: texts that nothing has checked."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    issued: str | None = None
    """Its date: 2022, 2022-02 or 2022-02-05."""
    language: str | None = None
    addresses: tuple[str, ...] = ()
    """Where it can be read, the one that it calls its own (the canonical link) first."""
    number: str | None = None
    """Its UN symbol, or the number of a report."""
    type: str | None = None
    """Its form in CSL terms, where it says so."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an article, without headings, captions and links to other articles."""

    text: str
    """On one line."""
    at: str
    """Where it stands: "paragraph 9", counted from 1, or "p. 4" of a PDF."""


@dataclass(frozen=True, slots=True)
class Article:
    """A document as it was read."""

    form: Form
    description: Description
    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file could not be read: a code, a sentence and what to do, as in a Problem."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """What the process that reads returns: one of the three."""

    article: Article | None = None
    works: tuple[Description, ...] | None = None
    fault: Unreadable | None = None


EXTRACTED: TypeAdapter[Extracted] = TypeAdapter(Extracted)
"""Reads and writes what passes between the two processes, as JSON."""


def read_article(path: Path, today: dt.date) -> Article | Problem:
    """Return a saved article: HTML, plain text or PDF.

    `today` bounds the dates that a page may have. Fetches nothing.
    """
    found = _read(path, None, today)
    if isinstance(found, Problem):
        return found
    assert found.article is not None  # noqa: S101 - what was asked for, or a fault
    return found.article


def read_citations(path: Path, form: Form, today: dt.date) -> tuple[Description, ...] | Problem:
    """Return the works of a file of citations: BibTeX, RIS (2001) or CSL-JSON (CSL 1.0.2)."""
    found = _read(path, form, today)
    if isinstance(found, Problem):
        return found
    assert found.works is not None  # noqa: S101 - what was asked for, or a fault
    return found.works


def _read(path: Path, form: Form | None, today: dt.date) -> Extracted | Problem:
    file = path.as_posix()
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as fault:
        why = fault.strerror or "it is not an ordinary file"
        return _problem(
            file, Unreadable("unreadable", f"this cannot be read: {why}", "check the file's name")
        )
    if len(data) > MAX_BYTES:
        return _problem(
            file,
            Unreadable(
                "file-too-large",
                f"the file is larger than {MAX_BYTES:,} bytes (10 MiB)",
                "save the article as plain text, or as HTML without its pictures",
            ),
        )
    found = apart(data, path.suffix.lower(), form, today)
    return _problem(file, found.fault) if found.fault else found


def _problem(file: str, fault: Unreadable) -> Problem:
    return error(Mark(file), fault.code, fault.message, fault.hint)


TOO_COMPLEX = Unreadable(
    "too-complex",
    f"this cannot be read in {MAX_SECONDS} seconds and {MAX_MEMORY // 1024**3} GiB of memory",
    "save the article as plain text",
)
BROKEN = Unreadable(
    "unreadable", "this is broken, and nothing can be read from it", "save the article as plain text"
)


def apart(data: bytes, suffix: str, form: Form | None, today: dt.date) -> Extracted:
    """Take a document apart in a process of its own. Never raises on any input."""
    # Isolated mode: neither the current folder nor the environment adds code to that process.
    program = [sys.executable, "-I", "-m", "briefing.authoring.extraction"]
    call = [*program, form or "", suffix, today.isoformat(), str(MAX_MEMORY)]
    try:
        done = subprocess.run(call, input=data, capture_output=True, timeout=MAX_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Extracted(fault=TOO_COMPLEX)
    if done.returncode:
        # A signal: the system ended it at a limit, or the document broke a library.
        return Extracted(fault=TOO_COMPLEX if done.returncode < 0 else BROKEN)
    try:
        return EXTRACTED.validate_json(done.stdout)
    except ValidationError:
        return Extracted(fault=BROKEN)
