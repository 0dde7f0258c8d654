"""Numbers in English texts, and the words that hedge them.

Reads "more than $50 million" as 50,000,000 USD with the qualifier `more_than`. The editorial
rules hold summaries to their claims' figures with it, and `briefing draft` proposes figures.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from briefing.model import Figure, Qualifier

_SCALE = {
    "dozen": 12, "hundred": 100, "thousand": 10**3, "k": 10**3, "million": 10**6, "m": 10**6,
    "billion": 10**9, "bn": 10**9, "trillion": 10**12,
}  # fmt: skip
_ONES = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: n for n, word in enumerate(_ONES, 1)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_WORDS |= {f"{ten}-{one}": _WORDS[ten] + _WORDS[one] for ten in _TENS for one in _ONES[:9]} | {"a": 1}
_SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW"}
_UNIT_WORDS = {
    "%": "percent", "percent": "percent", "per cent": "percent", "kt": "kt_tnt", "kiloton": "kt_tnt",
    "kilotons": "kt_tnt", "kilotonne": "kt_tnt", "kilotonnes": "kt_tnt", "km": "km", "kilometres": "km",
    "kilometers": "km", "barrels": "bbl", "tonnes": "t", "tons": "t", "minutes": "min", "seconds": "s",
    "days": "d", "dollars": "USD", "us dollars": "USD", "won": "KRW", "yen": "JPY", "euros": "EUR",
    "metres": "m", "knots": "kn",
}  # fmt: skip
_SCALES = r"thousand|million|billion|trillion|bn|m|k"
_UNITS = (
    r"%|per cent|percent|kilotons?|kilotonnes?|kt|km|kilomet(?:re|er)s|barrels|tonnes|tons|minutes|seconds|days|"
    r"(?:US )?dollars|won|yen|euros|metres|knots"
)
_NUMBER = re.compile(
    r"(?<![\w./,-])(?P<sign>US\$|[$€£¥₩])?\s?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|"
    rf"(?:{'|'.join(_TENS)})-(?:{'|'.join(_ONES[:9])})(?!\w)|(?:{'|'.join([*_TENS, *_ONES])})(?!\w)|"
    r"(?<!half )a(?= (?:dozen|hundred|thousand|million|billion|trillion)\b))"
    rf"(?:(?:[\s-]?(?=[a-z]{{2}})|(?=[mk]\b))(?P<scale>dozen|hundred|{_SCALES})\b)?(?:[\s-]?(?P<unit>{_UNITS})(?!\w))?",
    re.IGNORECASE,
)
_LEAD = len("US$ ")
"""How much of a number may stand before its digits."""
_DIGITS = re.compile(r"\d+")
_WORDED = re.compile(
    rf"\b(?:{'|'.join([*_TENS, *_ONES])}|a (?:dozen|hundred|thousand|million|billion|trillion))\b"
)
"""A word that a number may begin with, in small letters."""
_ODD_LETTER = re.compile("[\u0130\u0131\u017f\u212a]")
"""Letters that match another one where case does not matter, and have it not as their small letter."""
_ENDS = re.compile(r"(?<=[.;:?!])\s")
"""Where a sentence, or a part of one, ends."""
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH_AFTER = re.compile(rf"\s(?:{_MONTHS})\b")
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTHS})\s$")
_LONGEST_MONTH = len(" September  ")
_GOES_ON = re.compile(r"(?:st|nd|rd|th)\b|[\w/]|-\w*\d|,\d|\.\d")
"""What shows that digits are no number, but a part of an ordinal, a symbol or a date."""
_HYPHEN_RANGE = re.compile(
    rf"(?<![\w./,-])([$€£¥₩]?\d[\d.,]*)-(?=[$€£¥₩]?(?:\d[\d.,]*[\s-]?(?:{_SCALES}|{_UNITS})|\d{{1,3}}(?:,\d{{3}})+)(?!\w))",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s?(?:to|or|and|\N{EN DASH}|\N{EM DASH})\s?", re.IGNORECASE)

_HEDGES: dict[Qualifier, str] = {
    Qualifier.ABOUT: "roughly|approximately|(?:an|is|was|are|were|be|been) estimated(?: at)?|an estimate of|circa|close to|in the region of",
    Qualifier.MORE_THAN: "more than|exceed(?:s|ed|ing)?|in excess of|upwards? of|greater than|longer than|higher than|surpass(?:es|ed|ing)?",
    Qualifier.AT_LEAST: "at least|(?:no|not) (?:fewer|less) than|a minimum of|at a minimum",
    Qualifier.LESS_THAN: "less than|fewer than|(?:just )?short of|lower than|shorter than",
    Qualifier.AT_MOST: "at (?:the )?most|(?:no|not) more than|maximum|cap(?:s|ped)?|limit(?:s|ed)?|ceiling",
    Qualifier.UP_TO: "up to|as (?:much|many|high) as|a maximum of",
    Qualifier.NEARLY: "nearly|almost|close to|just under|not quite|approach(?:es|ed|ing)|just short of",
}
"""Words that hedge a number wherever they stand before it."""
_NEAR_HEDGES: dict[Qualifier, str] = {
    Qualifier.ABOUT: "about|around|some|near|nearly",
    Qualifier.MORE_THAN: "over|above|beyond|past",
    Qualifier.LESS_THAN: "under|below|within",
    Qualifier.AT_MOST: "within",
}
"""Words that also mean something else: they hedge a number that they stand directly before."""
_BETWEEN_THEM = r"\W+(?:(?:a|an|the|another|further|total|of|us|mach|magnitude)\W+){0,4}"
_TAIL_HEDGES: dict[Qualifier, str] = {
    Qualifier.ABOUT: r"or so|or thereabouts|approximately(?=\W*$|[,.;:)])",
    Qualifier.AT_LEAST: r"or more|or longer|or higher|(?:at least|at a minimum)(?=\W*$|[,.;:)])",
    Qualifier.AT_MOST: r"or fewer|or less|at (?:the )?most(?=\W*$|[,.;:)])",
}
"""Words that hedge the number that they follow."""
_SAME = (
    {Qualifier.MORE_THAN, Qualifier.AT_LEAST},
    {Qualifier.AT_MOST, Qualifier.UP_TO},
    {Qualifier.NEARLY, Qualifier.LESS_THAN},
)
"""Qualifiers that may stand for each other in a summary."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A number that stands in a text."""

    value: Decimal
    unit: str
    """A unit, or nothing for a bare number."""
    words: str
    before: str
    """What stands before it in its sentence, after the last number; of a range, before its beginning."""
    after: str
    in_range: bool
    """Whether it is one end of a range: "50 to 300 kt"."""
    start: int
    """Where it begins in the text."""
    end: int


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or a range, with its qualifier, as a text gives it."""

    qualifier: Qualifier
    numbers: tuple[Decimal, ...]
    """One number, or the two ends of a range, the lower first."""
    unit: str
    """A unit, or nothing for a bare number."""
    as_written: str
    """The text's own words, the hedge with them: "more than $50 million"."""
    start: int
    end: int
    """Where these words begin and end in the text."""


def numbers_in(text: str) -> list[Mention]:
    """Return the numbers of a text, without ordinals and symbols; years and days are bare numbers."""
    if "-" in text:
        text = _HYPHEN_RANGE.sub("\\1\N{EN DASH}", text)
    found = [m for m in _candidates(text) if not _GOES_ON.match(text, m.end())]
    if not found:
        return []
    joined = [_joined(a, b) for a, b in itertools.pairwise(found)]
    mentions: list[Mention] = []
    start = 0
    for match, begins, ends in zip(found, [*joined, False], [False, *joined], strict=False):
        value, unit = _value(match), _unit(match)
        before = _ENDS.split(text[start : match.start()])[-1]
        if begins:
            value, unit = _completed(value, unit, match, found[len(mentions) + 1])
        if ends:
            before = mentions[-1].before
            unit = unit or (mentions[-1].unit if match["scale"] else "")  # $200 million to 500 million
        words = match.group().strip()
        at = match.end() - len(match.group().lstrip())
        mention = Mention(
            value, unit, words, before, text[match.end() :], begins or ends, at, at + len(words)
        )
        if not is_date(mention):
            start = match.end()
        mentions.append(mention)
    return mentions


def _candidates(text: str) -> Iterable[re.Match[str]]:
    """Return all matches of a number: what `_NUMBER.finditer` finds, looked for where one can begin."""
    if _WORDED.search(text.lower()) or (not text.isascii() and _ODD_LETTER.search(text)):
        return _NUMBER.finditer(text)
    found: list[re.Match[str]] = []
    end = 0
    for digit in _DIGITS.finditer(text):
        if digit.start() < end:
            continue
        for start in range(max(end, digit.start() - _LEAD), digit.start() + 1):
            if match := _NUMBER.match(text, start):
                found.append(match)
                end = match.end()
                break
    return found


def _value(match: re.Match[str]) -> Decimal:
    digits = match["digits"].lower()
    value = Decimal(_WORDS[digits]) if digits in _WORDS else Decimal(digits.replace(",", ""))
    return value * _SCALE[match["scale"].lower()] if match["scale"] else value


def _unit(match: re.Match[str]) -> str:
    sign = _SIGNS.get((match["sign"] or "").upper(), "")
    return sign or _UNIT_WORDS.get((match["unit"] or "").lower(), "")


def _joined(start: re.Match[str], end: re.Match[str]) -> bool:
    """Whether two numbers are the ends of a range: "50 to 300", "between 50 and 300"."""
    between = start.string[start.end() : end.start()]
    if between.strip().lower() == "and":
        return bool(re.search(r"\bbetween\W+(?:\w+\W+)?$", start.string[: start.start()], re.IGNORECASE))
    return bool(_JOINED.fullmatch(between))


def _completed(value: Decimal, unit: str, start: re.Match[str], end: re.Match[str]) -> tuple[Decimal, str]:
    """Return the beginning of a range with the scale and the unit that only its end has."""
    if start["scale"] or (not unit and 1900 <= value <= 2100):
        return value, unit
    if end["scale"] and value < _value(end) / _SCALE[end["scale"].lower()]:
        value *= _SCALE[end["scale"].lower()]
    return value, unit or _unit(end)


def is_date(mention: Mention) -> bool:
    """Whether a bare number is a year, or the day of a date."""
    if mention.unit:
        return False
    if _MONTH_AFTER.match(mention.after) or _MONTH_BEFORE.search(mention.before[-_LONGEST_MONTH:]):
        return True
    return mention.value == mention.value.to_integral() and 1900 <= mention.value <= 2100


def is_hedged(mention: Mention, figure: Figure, others: Sequence[Mention]) -> bool:
    """Whether a text gives a number with its qualifier, or with words that say the same."""
    qualifier = figure.qualifier
    if qualifier in (Qualifier.STATED, Qualifier.EXACTLY):
        return True
    if qualifier is Qualifier.BETWEEN:
        whole = all(any(m.value == n for m in others) for n in figure.numbers)
        if whole or mention.in_range or re.search(r"\b(?:from|between|range)\b", mention.before.lower()):
            return True
        allowed = set(_HEDGES)
    else:
        allowed = {qualifier}.union(*(same for same in _SAME if qualifier in same))
    before, after = mention.before.lower() + " ", mention.after.lower()
    for q in allowed:
        if re.search(rf"\b(?:{_HEDGES[q]})\b", before):
            return True
        if q in _NEAR_HEDGES and re.search(rf"\b(?:{_NEAR_HEDGES[q]}){_BETWEEN_THEM}$", before):
            return True
        if q in _TAIL_HEDGES and re.match(rf"(?:\s[\w-]+){{0,2}}\s(?:{_TAIL_HEDGES[q]})\b", after):
            return True
    if Qualifier.ABOUT in allowed and mention.words.lower().startswith("a "):
        return True  # nobody counts exactly a dozen
    return Qualifier.AT_LEAST in allowed and after.startswith("+")


def quantities_in(text: str) -> list[Quantity]:
    """Return the numbers and ranges of a text, each with the words that hedge it; no dates."""
    mentions = [m for m in numbers_in(text) if not is_date(m)]
    found: list[Quantity] = []
    while mentions:
        first = mentions.pop(0)
        last = mentions.pop(0) if first.in_range and mentions and mentions[0].in_range else first
        start, end, qualifier = first.start, last.end, Qualifier.BETWEEN
        if last is first:
            qualifier, start, end = _hedge(first, text)
        elif opening := re.search(r"\b(?:between|from)\W+$", text[: first.start], re.IGNORECASE):
            start = opening.start()
        numbers = tuple(sorted({first.value, last.value}))
        if qualifier is Qualifier.BETWEEN and len(numbers) == 1:
            qualifier = Qualifier.STATED
        found.append(Quantity(qualifier, numbers, last.unit or first.unit, text[start:end], start, end))
    return found


def _hedge(mention: Mention, text: str) -> tuple[Qualifier, int, int]:
    """Return how a number is hedged, and where the hedge and the number begin and end together."""
    # One character more: white space between the two belongs to neither.
    before = text[max(0, mention.start - len(mention.before) - 1) : mention.start]
    best = (Qualifier.STATED, mention.start, mention.end)
    for hedges in (_HEDGES, _NEAR_HEDGES, {Qualifier.EXACTLY: "exactly|precisely"}):
        for qualifier, words in hedges.items():
            match = re.search(rf"\b(?:{words})(?={_BETWEEN_THEM}$)", f"{before} ", re.IGNORECASE)
            if match and mention.start - len(before) + match.start() < best[1]:
                best = (qualifier, mention.start - len(before) + match.start(), mention.end)
    if best[0] is not Qualifier.STATED:
        return best
    for qualifier, words in _TAIL_HEDGES.items():
        if match := re.match(rf"(?:\s[\w-]+){{0,2}}\s(?:{words})\b", text[mention.end :], re.IGNORECASE):
            return qualifier, mention.start, mention.end + match.end()
    if text[mention.end : mention.end + 1] == "+":
        return Qualifier.AT_LEAST, mention.start, mention.end + 1
    if mention.words.lower().startswith("a "):
        return Qualifier.ABOUT, mention.start, mention.end
    return best
