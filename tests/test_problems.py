"""Problems as values, and the three ways to print them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.problems import (
    Mark,
    Problem,
    Severity,
    as_github,
    as_json,
    as_text,
    error,
    ordered,
    printable,
    summary,
    warning,
)

HERE = Mark("briefs/a.yml", 3, 8)
WRONG = error(HERE, "wrong-date", "`soon` is not a date", "write 2022-02-05")
DECAY = warning(Mark("briefs/a.yml", 4), "qualifier-decay", "the qualifier is lost", "write more than")


def test_text_shows_the_line_a_caret_and_the_fix() -> None:
    """A problem is followed by its line, a caret under its column, and what to type."""
    assert (
        "briefs/a.yml:3:8: error[wrong-date]: `soon` is not a date\n"
        "  3 | when: soon\n"
        "    |        ^\n"
        "  fix: write 2022-02-05"
    ) == as_text([WRONG], lambda _: "when: soon")


def test_text_without_a_line_has_no_caret() -> None:
    """Where a file's line cannot be had, place and fix are enough."""
    assert (
        "briefs/a.yml:3:8: error[wrong-date]: `soon` is not a date\n"
        "  fix: write 2022-02-05\n"
        "\n"
        "briefs/a.yml:4:1: warning[qualifier-decay]: the qualifier is lost\n"
        "  fix: write more than"
    ) == as_text([WRONG, DECAY])


@pytest.mark.parametrize(
    ("expected", "line", "column"),
    [
        ("  7 | abc\n    | ^", "abc", 1),
        ("  7 | abc\n    |    ^", "abc", 4),
        ("  7 | abc\n    |       ^", "abc", 7),
        ("  7 |\n    | ^", "", 1),
        ("  7 | a b\n    |   ^", "a\tb", 3),
        ("  7 | 북한: x\n    | \u3000\u3000  ^", "북한: x", 5),
        ("  7 | a\u0301b\n    |  ^", "a\u0301b", 3),
        ("  7 | a\ufffdb\n    |   ^", "a\x1bb", 3),
        ("  7 | " + "x" * 96 + "\n    | " + " " * 48 + "^", "x" * 500, 200),
        ("  7 | " + "x" * 96 + "\n    | " + " " * 9 + "^", "x" * 500, 10),
    ],
)
def test_the_caret_stands_under_the_column(expected: str, line: str, column: int) -> None:
    """The caret counts tabs, wide characters and marks as a terminal does, and long lines are cut."""
    problem = error(Mark("a.yml", 7, column), "c", "m", "h")
    assert f"a.yml:7:{column}: error[c]: m\n{expected}\n  fix: h" == as_text([problem], lambda _: line)


def test_github_escapes_what_ends_a_property_or_a_line() -> None:
    """In properties %, line ends, colons and commas are escaped; in the message % and line ends."""
    problem = Problem(
        Mark("a,b:c%\n.yml", 3, 8), Severity.WARNING, "c:d,e", "100% wrong,\r\nsay: so", "write 1,5"
    )
    assert (
        "::warning file=a%2Cb%3Ac%25%0A.yml,line=3,col=8,title=c%3Ad%2Ce"
        "::100%25 wrong,%0D%0Asay: so. Fix: write 1,5"
    ) == as_github([problem])
    assert "" == as_github([])


@given(st.lists(st.text(), min_size=2, max_size=2))
def test_github_writes_one_line_a_problem(texts: list[str]) -> None:
    """No text can begin a second workflow command."""
    written = as_github([Problem(HERE, Severity.ERROR, "c", texts[0], texts[1])] * 2)
    assert 2 == len(written.replace("\r", "\n").split("\n"))


def test_json_has_its_keys_in_order() -> None:
    """Programs get file, line, column, severity, code, message and hint, in this order."""
    rows = json.loads(as_json([WRONG, DECAY]))
    assert ["file", "line", "column", "severity", "code", "message", "hint"] == list(rows[0])
    assert ["briefs/a.yml", 3, 8, "error", "wrong-date", "`soon` is not a date", "write 2022-02-05"] == list(
        rows[0].values()
    )
    assert ("warning", 1) == (rows[1]["severity"], rows[1]["column"])
    assert [] == json.loads(as_json([]))


def test_problems_are_ordered_by_place_and_each_shown_once() -> None:
    """File, line and column count as such: line 10 stands after line 9."""
    marks = [Mark("b", 1, 1), Mark("a", 10, 1), Mark("a", 9, 12), Mark("a", 9, 2), Mark("a", 9, 2)]
    problems = ordered([error(mark, "c", "m", "h") for mark in marks])
    assert [Mark("a", 9, 2), Mark("a", 9, 12), Mark("a", 10, 1), Mark("b", 1, 1)] == [
        p.mark for p in problems
    ]


@pytest.mark.parametrize(
    ("expected", "problems"),
    [
        ("no problems", []),
        ("1 error", [WRONG]),
        ("2 warnings", [DECAY, DECAY]),
        ("2 errors, 1 warning", [DECAY, WRONG, WRONG]),
    ],
)
def test_the_summary_counts(expected: str, problems: list[Problem]) -> None:
    """Errors first, and only what there is."""
    assert expected == summary(problems)


def test_only_errors_stop_the_build() -> None:
    """A warning is not an error."""
    assert (True, False) == (WRONG.is_error, DECAY.is_error)


@given(st.text())
def test_messages_are_one_printable_line(text: str) -> None:
    """Whatever an author wrote, a message can neither break a line nor command a terminal."""
    for shown in (printable(text), error(HERE, "c", text, text).message, warning(HERE, "c", text, text).hint):
        assert shown.isprintable()
        shown.encode()
