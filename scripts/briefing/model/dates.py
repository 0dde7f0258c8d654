"""Dates as far as they are known: a profile of EDTF (ISO 8601-2:2019, level 0 and part of 1).

Accepted: `2022`, `2022-02`, `2022-02-05`; one trailing `?` (uncertain), `~` (approximate) or
`%` (both); an interval `A/B`, `A/..` or `../B` of such dates. Seasons are refused, so that
`2020-21` is an error with the fix in its text and not "spring 2020".
"""

import datetime as dt
import re
from calendar import month_name, monthrange
from dataclasses import dataclass

from briefing.model.faults import Fault

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([?~%]?)", re.ASCII)
EXAMPLES = "write 2022, 2022-02, 2022-02-05, 2020/2021-06, 2022/.. or 2022-02~"
_PARTIAL = "write 2022, 2022-02 or 2022-02-05"
_DAY = "write it as YYYY-MM-DD, such as 2022-02-05"


@dataclass(frozen=True, slots=True)
class Moment:
    """One calendar date of the Gregorian calendar, to the year, month or day."""

    year: int
    month: int | None = None
    day: int | None = None
    qualifier: str = ""
    """`?`, `~`, `%` or nothing, as in EDTF."""

    @property
    def first(self) -> dt.date:
        """The first day that it covers."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> dt.date:
        """The last day that it covers."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def text(self) -> str:
        """The EDTF form without the qualifier."""
        parts = [f"{self.year:04}", *(f"{p:02}" for p in (self.month, self.day) if p)]
        return "-".join(parts)

    @property
    def words(self) -> str:
        """The date in English without the qualifier: "5 February 2022"."""
        parts = [self.day, self.month and month_name[self.month], self.year]
        return " ".join(str(p) for p in parts if p)


@dataclass(frozen=True, slots=True)
class When:
    """A date or an interval; an end that is not known is None."""

    start: Moment | None
    end: Moment | None
    text: str
    """As written."""

    @property
    def is_interval(self) -> bool:
        """Whether it has two ends."""
        return "/" in self.text

    @property
    def is_uncertain(self) -> bool:
        """Whether it is qualified, open, or vaguer than a month."""
        ends = (self.start, self.end)
        return any(e is None or e.qualifier for e in ends) or (
            not self.is_interval and self.start is not None and self.start.month is None
        )

    @property
    def days(self) -> tuple[dt.date, dt.date] | None:
        """Its first and its last day, where both are known to the day and beyond doubt."""
        ends = (self.start, self.end)
        if any(e is None or e.day is None or e.qualifier for e in ends):
            return None
        return self.order

    @property
    def year(self) -> int:
        """The year in which it begins, or ends where the beginning is not known."""
        known = self.start or self.end
        assert known is not None  # noqa: S101 - the parser refuses "../.."
        return known.year

    @property
    def years(self) -> range:
        """The years that it touches; an open end counts for its known year only."""
        first = self.start or self.end
        last = self.end or self.start
        assert first is not None and last is not None  # noqa: S101, PT018 - as above
        return range(first.year, last.year + 1)

    @property
    def order(self) -> tuple[dt.date, dt.date]:
        """A key that sorts by beginning, then by end."""
        first = self.start.first if self.start else dt.date.min
        last = self.end.last if self.end else dt.date.max
        return first, last

    @property
    def words(self) -> str:
        """The date in English: "2020 to June 2021", "about 2016", "since 2022"."""
        if not self.is_interval:
            assert self.start is not None  # noqa: S101 - only intervals have open ends
            return _qualified(self.start)
        if self.start is None:
            assert self.end is not None  # noqa: S101 - the parser refuses "../.."
            return f"until {_qualified(self.end)}"
        if self.end is None:
            return f"since {_qualified(self.start)}"
        start, end = self.start, self.end
        if not (start.qualifier or end.qualifier) and start.year == end.year:
            if start.day and end.day and start.month == end.month:
                return f"{start.day}\N{EN DASH}{end.words}"
            if start.month and end.month:
                head = f"{start.day} " if start.day else ""
                return f"{head}{month_name[start.month]} to {end.words}"
        return f"{_qualified(start)} to {_qualified(end)}"

    def __str__(self) -> str:
        return self.text


def _qualified(moment: Moment) -> str:
    words = moment.words
    match moment.qualifier:
        case "~":
            return f"about {words}"
        case "?":
            return f"{words} (uncertain)"
        case "%":
            return f"about {words} (uncertain)"
        case _:
            return words


def parse_when(text: str) -> When:
    """Return the date or interval that `text` writes.

    Raises Fault, with what to write instead.
    """
    if "/" not in text:
        moment = _moment(text, text)
        return When(moment, moment, text)
    left, _, right = text.partition("/")
    if left == right == "..":
        raise Fault("wrong-date", f"`{text}` names no date at all", EXAMPLES)
    start = None if left == ".." else _moment(left, text)
    end = None if right == ".." else _moment(right, text)
    if start and end and (end.last < start.first):
        raise Fault(
            "wrong-date", f"`{text}` ends before it begins", f"write the earlier date first: {right}/{left}"
        )
    return When(start, end, text)


def parse_partial(text: str) -> When:
    """Return a single date without qualifier: what names a brief's folder and file."""
    moment = _moment(text, text, _PARTIAL)
    if moment.qualifier:
        raise Fault("wrong-date", f"`{text}` is not a single plain date", _PARTIAL)
    return When(moment, moment, text)


def parse_day(text: str) -> dt.date:
    """Return the day that `text` writes as YYYY-MM-DD. Raises Fault."""
    moment = _moment(text, text, _DAY)
    if moment.day is None or moment.qualifier:
        raise Fault("wrong-date", f"`{text}` is not a day", _DAY)
    return moment.first


def _moment(part: str, whole: str, examples: str = EXAMPLES) -> Moment:
    match = _DATE.fullmatch(part)
    if match is None:
        raise Fault("wrong-date", f"`{_cut(whole)}` is not a date that is understood", _fix(whole, examples))
    year, month, day, qualifier = match.groups()
    moment = Moment(int(year), int(month or 0) or None, int(day or 0) or None, qualifier)
    if month is not None and not 1 <= int(month) <= 12:
        after = int(year[:2] + month)
        spans = after > int(year) and examples == EXAMPLES
        fix = f"for the years write {year}/{after}" if spans else "months go from 01 to 12"
        if day is not None and int(month) <= 31 and 1 <= int(day) <= 12:
            fix = f"the month stands before the day: write {year}-{day}-{month}"
        raise Fault("wrong-date", f"`{_cut(whole)}` has no month {month}", fix)
    if int(year) == 0:
        raise Fault("wrong-date", f"`{_cut(whole)}` has no year 0000", "years go from 0001 to 9999")
    if day is not None:
        days = monthrange(int(year), int(month))[1]
        if not 1 <= int(day) <= days:
            raise Fault(
                "wrong-date",
                f"`{_cut(whole)}` is not a day of the calendar",
                f"{month_name[int(month)]} {year} has {days} days",
            )
    return moment


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _fix(text: str, examples: str) -> str:
    """Guess what was meant by a date in another form; never a guess between two readings."""
    if turned := _turned(text):
        return turned
    guess = _guess(text)
    match = _DATE.fullmatch(guess)
    if match and match[2] and 1 <= int(match[2]) <= 12 and int(match[1]):
        days = monthrange(int(match[1]), int(match[2]))[1]
        if not match[3] or 1 <= int(match[3]) <= days:
            return f"write {guess}"
    return examples


def _turned(text: str) -> str:
    """Return what to write for a date with its year at the end: both readings, where there are two."""
    match = re.fullmatch(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})", text, re.ASCII)
    if match is None:
        return ""
    one, two, year = (int(part) for part in match.groups())
    readings = []
    for day, month in dict.fromkeys([(one, two), (two, one)]):
        if year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            readings.append(f"{year:04}-{month:02}-{day:02} for {day} {month_name[month]}")
    if len(readings) == 1:
        return f"write the year first: {readings[0].partition(' ')[0]}"
    return f"write the year first: {' or '.join(readings)}" if readings else ""


def _guess(text: str) -> str:
    loose = re.fullmatch(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", text, re.ASCII) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", text, re.ASCII
    )
    if loose:
        year, month, day = loose.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    names = {name.lower(): n for n, name in enumerate(month_name) if name}
    names |= {name[:3]: n for name, n in list(names.items())}
    worded = re.fullmatch(r"(?:(\d{1,2})\s+)?([A-Za-z]+)\.?\s+(\d{4})", text, re.ASCII)
    if worded and worded[2].lower() in names:
        day_part = f"-{int(worded[1]):02}" if worded[1] else ""
        return f"{worded[3]}-{names[worded[2].lower()]:02}{day_part}"
    american = re.fullmatch(r"([A-Za-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})", text, re.ASCII)
    if american and american[1].lower() in names:
        return f"{american[3]}-{names[american[1].lower()]:02}-{int(american[2]):02}"
    return ""
