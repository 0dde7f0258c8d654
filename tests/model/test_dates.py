"""Dates as far as they are known: the EDTF profile."""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from briefing.model.dates import Moment, When, parse_day, parse_partial, parse_when
from briefing.model.faults import Fault


def refusal(parse: Callable[[str], object], text: str) -> tuple[str, str] | None:
    """Return the message and the hint with which `parse` refuses `text`, or nothing if it reads it."""
    try:
        parse(text)
    except Fault as fault:
        context = fault.context or {}
        return context["message"], context["hint"]
    return None


def hint(parse: Callable[[str], object], text: str) -> str:
    """Return the hint with which `parse` refuses `text`."""
    refused = refusal(parse, text)
    assert refused is not None
    return refused[1]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("2022", "2022"),
        ("February 2022", "2022-02"),
        ("5 February 2022", "2022-02-05"),
        ("29 February 2024", "2024-02-29"),
        ("about 2016", "2016~"),
        ("February 2022 (uncertain)", "2022-02?"),
        ("about 5 February 2022 (uncertain)", "2022-02-05%"),
        ("2020 to June 2021", "2020/2021-06"),
        ("since 2022", "2022/.."),
        ("until about March 2022", "../2022-03~"),
        ("5–11 January 2022", "2022-01-05/2022-01-11"),
        ("5 January to 11 March 2022", "2022-01-05/2022-03-11"),
        ("January to March 2022", "2022-01/2022-03"),
        ("2022 to 2022", "2022/2022"),
        ("about January 2022 to March 2022", "2022-01~/2022-03"),
    ],
)
def test_a_date_has_words(words: str, text: str) -> None:
    """Each accepted form reads as a person would say it, and is kept as written."""
    when = parse_when(text)
    assert words == when.words
    assert text == str(when)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (("`2020-21` has no month 21", "for the years write 2020/2021"), "2020-21"),
        (("`1999-00` has no month 00", "months go from 01 to 12"), "1999-00"),
        (("`2022-13-01` has no month 13", "the month stands before the day: write 2022-01-13"), "2022-13-01"),
        (("`2022-13-32` has no month 13", "months go from 01 to 12"), "2022-13-32"),
        (("`2022-02-29` is not a day of the calendar", "February 2022 has 28 days"), "2022-02-29"),
        (("`2022-04-00` is not a day of the calendar", "April 2022 has 30 days"), "2022-04-00"),
        (("`0000` has no year 0000", "years go from 0001 to 9999"), "0000"),
        (("`2022/2021` ends before it begins", "write the earlier date first: 2021/2022"), "2022/2021"),
        (("`2022-2-5` is not a date that is understood", "write 2022-02-05"), "2022-2-5"),
        (("`2022/2/5` is not a date that is understood", "write 2022-02-05"), "2022/2/5"),
        (("`20220205` is not a date that is understood", "write 2022-02-05"), "20220205"),
        (("`5 February 2022` is not a date that is understood", "write 2022-02-05"), "5 February 2022"),
        (("`Feb. 2022` is not a date that is understood", "write 2022-02"), "Feb. 2022"),
        (("`February 5, 2022` is not a date that is understood", "write 2022-02-05"), "February 5, 2022"),
    ],
)
def test_a_wrong_date_says_what_was_meant(expected: tuple[str, str], text: str) -> None:
    """Where only one reading is possible, the fix is what to type."""
    assert expected == refusal(parse_when, text)


@pytest.mark.parametrize(
    "text",
    [
        "", "spring 2022", "2022-21-", "22", "202", "20222", "2022-2", "2022-02-05T10:00", "2022??", "2022~?", "?2022",
        "31 February 2022", "31/02/2022", "2022-13-5", "2022/", "/2022", "..", "../..", "2022/../..",
        "2022/2023/2024", " 2022", "2022\n", "٢٠٢٢", "2022–2023", "1644105600", "-2022", "2022-02-05/2022-02-30",
    ],
)  # fmt: skip
def test_a_wrong_date_never_gets_a_guess_between_readings(text: str) -> None:
    """What cannot be a date, or could be two, gets examples or the fault itself."""
    assert hint(parse_when, text).startswith(("write 2022, 2022-02, 2022-02-05", "February 2022 has"))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("write the year first: 2022-02-05 for 5 February or 2022-05-02 for 2 May", "05/02/2022"),
        ("write the year first: 2022-02-05 for 5 February or 2022-05-02 for 2 May", "5.2.2022"),
        ("write the year first: 2022-02-13", "13-02-2022"),
        ("write the year first: 2022-02-13", "2/13/2022"),
        ("write the year first: 2022-05-05", "5/5/2022"),
    ],
)
def test_a_date_with_its_year_at_the_end_gets_every_reading(expected: str, text: str) -> None:
    """Where day and month can be told apart there is one."""
    assert expected == hint(parse_when, text)


@pytest.mark.parametrize("text", ["2022", "2022-02", "2022-02-05"])
def test_a_plain_date_names_a_file(text: str) -> None:
    """A brief's date is a single one."""
    assert parse_when(text) == parse_partial(text)


@pytest.mark.parametrize("text", ["2022?", "2022/2023", "2022/..", "../2022", "2020-21", "soon"])
def test_a_brief_has_a_single_plain_date(text: str) -> None:
    """An interval or a qualified date names no file, and the fix proposes none."""
    assert not set("/~") & set(hint(parse_partial, text))


def test_a_day_is_a_day() -> None:
    """Only year, month and day make a day."""
    assert dt.date(2022, 2, 5) == parse_day("2022-02-05")


@pytest.mark.parametrize(
    "text", ["2022", "2022-02", "2022-02-05?", "2022-02-05/2022-02-06", "31/02/2022", "2020-21"]
)
def test_what_is_no_day_is_refused_with_the_form_of_a_day(text: str) -> None:
    """The fix of a day never proposes a vaguer form."""
    assert hint(parse_day, text) in ("write it as YYYY-MM-DD, such as 2022-02-05", "months go from 01 to 12")


@pytest.mark.parametrize(
    ("first", "last", "moment"),
    [
        (dt.date(2022, 1, 1), dt.date(2022, 12, 31), Moment(2022)),
        (dt.date(2024, 2, 1), dt.date(2024, 2, 29), Moment(2024, 2)),
        (dt.date(2022, 2, 5), dt.date(2022, 2, 5), Moment(2022, 2, 5)),
        (dt.date(9999, 12, 1), dt.date(9999, 12, 31), Moment(9999, 12)),
    ],
)
def test_a_moment_covers_days(first: dt.date, last: dt.date, moment: Moment) -> None:
    """A year and a month have a first and a last day."""
    assert (first, last) == (moment.first, moment.last)


@pytest.mark.parametrize(
    ("uncertain", "years", "text"),
    [
        (True, [2022], "2022"),
        (False, [2022], "2022-02"),
        (True, [2022], "2022-02~"),
        (False, [2020, 2021], "2020/2021-06"),
        (True, [2020, 2021], "2020/2021?"),
        (True, [2022], "2022/.."),
        (True, [2021], "../2021"),
    ],
)
def test_what_a_timeline_asks(uncertain: bool, years: list[int], text: str) -> None:
    """Vague dates are known as such, and an interval touches every year in it."""
    when = parse_when(text)
    assert (uncertain, years, years[0]) == (when.is_uncertain, list(when.years), when.year)


def test_dates_sort_by_beginning_and_then_by_end() -> None:
    """An open beginning sorts first, an open end last among those that begin together."""
    texts = ["2022/..", "2022-01-02", "2022", "2022-01", "../2021", "2021-12-31"]
    assert ["../2021", "2021-12-31", "2022-01", "2022", "2022/..", "2022-01-02"] == sorted(
        texts, key=lambda text: parse_when(text).order
    )


@st.composite
def moments(draw: st.DrawFn) -> Moment:
    """Draw a moment of any precision."""
    day = draw(st.dates())
    depth = draw(st.integers(1, 3))
    qualifier = draw(st.sampled_from(["", "?", "~", "%"]))
    return Moment(day.year, day.month if depth > 1 else None, day.day if depth > 2 else None, qualifier)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2022-02-05", (dt.date(2022, 2, 5), dt.date(2022, 2, 5))),
        ("2022-02-28/2022-03-01", (dt.date(2022, 2, 28), dt.date(2022, 3, 1))),
        ("2022-02", None), ("2022", None), ("2022-02-05~", None), ("2022-02/2022-03-01", None),
        ("2022-02-05/2022-03-01?", None), ("2022-02-05/..", None), ("../2022-02-05", None),
    ],
)  # fmt: skip
def test_days_are_those_known_beyond_doubt(text: str, days: tuple[dt.date, dt.date] | None) -> None:
    """First and last day, or nothing where either is vaguer than a day, qualified or open."""
    assert days == parse_when(text).days


@given(moments())
def test_a_moment_is_read_back(moment: Moment) -> None:
    """What a moment writes is the moment."""
    assert When(moment, moment, text := moment.text + moment.qualifier) == parse_when(text)


@given(moments() | st.none(), moments() | st.none())
def test_an_interval_is_read_back(start: Moment | None, end: Moment | None) -> None:
    """Both ends are read, an open one as nothing."""
    assume(start or end)
    assume(not (start and end) or end.last >= start.first)
    text = "/".join(".." if m is None else m.text + m.qualifier for m in (start, end))
    assert When(start, end, text) == parse_when(text)


@given(st.text() | st.text(alphabet="0123456789-/.?~% Feb,"))
def test_only_faults_are_raised(text: str) -> None:
    """Any text is a date or a fault with a hint; what is a date sorts, spans and has words."""
    for parse in (parse_when, parse_partial, parse_day):
        refused = refusal(parse, text)
        assert refused is None or all(refused)
    if refusal(parse_when, text) is None:
        when = parse_when(text)
        assert when.words
        assert when.years
        assert when.order[0] <= when.order[1]
