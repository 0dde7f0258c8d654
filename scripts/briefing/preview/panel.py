"""What is wrong, as HTML: the panel at the top of a page, and a file with its problems under its lines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

from briefing.problems import Mark, Problem, Severity, excerpt, ordered, summary
from briefing.wording import count

FILES = "/_preview/file/"
"""The address below which files are shown."""

MOST = 20
"""Most problems of a file that a page shows in full."""

MOST_FILES = 100
"""Most other files that are named."""

EXCERPT = 72
"""Characters of a line that are shown."""


@dataclass(frozen=True, slots=True)
class Links:
    """How to lead from one part of the preview to another."""

    page_of: Callable[[str], str | None]
    """The address of the page that a file makes, if it makes one."""
    editor_of: Callable[[Mark], str | None]
    """The address that opens a place of a file in the author's editor, if one is known."""
    rules: Mapping[str, str]
    """The addresses of rules' documentation, by code."""


@dataclass(frozen=True, slots=True)
class Report:
    """What there is to say of one page."""

    file: str | None
    """The file that it is made from, if it is one of the record."""
    problems: Sequence[Problem]
    """All of the record, in order."""
    notes: Sequence[str] = ()
    """What else to know of the page, in sentences."""
    lacking: Sequence[tuple[str, str | None]] = ()
    """What the page cannot be made without: words, and the file that should have it."""


@dataclass(frozen=True, slots=True)
class _Shown:
    severity: Severity
    code: str
    rule_link: str | None
    line: int
    line_link: str
    message: Markup
    hint: Markup
    excerpt: str


@dataclass(frozen=True, slots=True)
class _Other:
    file: str
    link: str
    summary: str


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    problems: Sequence[Problem]


def panel(report: Report, links: Links, line_of: Callable[[Mark], str | None]) -> str:
    """Return the panel of a page."""
    own = ordered(p for p in report.problems if p.mark.file == report.file)
    others: dict[str, list[Problem]] = {}
    for problem in report.problems:
        if problem.mark.file != report.file:
            others.setdefault(problem.mark.file, []).append(problem)
    everywhere = [p for problems in others.values() for p in problems]
    return _environment().get_template("panel.html.jinja").render(
        weight=_weight(own, report),
        summary=_sentence(summary(own)) if report.file else "Preview",
        file=report.file,
        file_link=file_address(report.file) if report.file else None,
        editor_link=links.editor_of(own[0].mark if own else Mark(report.file)) if report.file else None,
        notes=report.notes,
        lacking=[(words, file_address(file) if file else None) for words, file in report.lacking],
        shown=[_shown(p, links, line_of) for p in own[:MOST]],
        more=f"and {len(own) - MOST:,} more" if len(own) > MOST else "",
        elsewhere=[
            _Other(file, links.page_of(file) or file_address(file), summary(problems))
            for file, problems in list(others.items())[:MOST_FILES]
        ],
        elsewhere_summary=f"{_sentence(summary(everywhere))} in {count(len(others), 'other file')}"
        if report.file
        else f"{_sentence(summary(everywhere))} in {count(len(others), 'file')}",
    )  # fmt: skip


def _weight(own: Sequence[Problem], report: Report) -> str:
    if report.lacking or any(p.is_error for p in own):
        return "error"
    return "warning" if own else "none"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shown(problem: Problem, links: Links, line_of: Callable[[Mark], str | None]) -> _Shown:
    line = line_of(problem.mark)
    rows = excerpt(line, problem.mark, EXCERPT) if line is not None else ()
    return _Shown(
        severity=problem.severity,
        code=problem.code,
        rule_link=links.rules.get(problem.code),
        line=problem.mark.line,
        line_link=file_address(problem.mark.file, problem.mark.line),
        message=_words(problem.message),
        hint=_words(problem.hint),
        excerpt="\n".join(row[2:] for row in rows),
    )


def file_address(file: str, line: int = 0) -> str:
    """Return the address at which a file is shown."""
    return f"{FILES}{quote(file)}" + (f"#L{line}" if line else "")


def file_page(file: str, text: str, problems: Sequence[Problem], links: Links, script: str) -> str:
    """Return a file of the record as a page: its lines, and under each what is wrong with it."""
    own = ordered(p for p in problems if p.mark.file == file)
    by_line: dict[int, list[Problem]] = {}
    lines = text.splitlines() or [""]
    for problem in own:
        by_line.setdefault(min(problem.mark.line, len(lines)), []).append(problem)
    return _environment().get_template("file.html.jinja").render(
        file=file,
        summary=_sentence(summary(own)),
        page_link=links.page_of(file),
        home_link="/",
        editor_link=links.editor_of(own[0].mark if own else Mark(file)),
        lines=[_Line(n, line, by_line.get(n, ())) for n, line in enumerate(lines, 1)],
        script=Markup(script),  # noqa: S704 - made by this program
    )  # fmt: skip


def _words(text: str) -> Markup:
    """Return a problem's words, with what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(parts))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("briefing.preview", "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    environment.filters["words"] = _words
    return environment
