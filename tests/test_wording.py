"""Facts to English: numbers that lose no digit, figures that lose no qualifier."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.corpus import Corpus
from briefing.wording import (
    count,
    figure_unit,
    figure_words,
    number,
    origin_words,
    quantity,
    shortened,
    unit_words,
)

Make = Callable[..., Corpus]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("0", "0"),
        ("6.3", "6.30"),
        ("168,679", "168679"),
        ("999,999", "999999"),
        ("1 million", "1000000"),
        ("50 million", "50_000_000"),
        ("1.46 billion", "1_460_000_000"),
        ("1,650.5 million", "1_650_500_000"),
        ("1,234,567", "1234567"),
        ("2 trillion", "2_000_000_000_000"),
        ("-5.5 million", "-5_500_000"),
        ("0.001", "0.0010"),
        ("1,234.5", "1234.5"),
        ("10", "10"),
        ("1,111,111,111,111,111,111,111,111,111,111,111.1", "1" * 34 + ".1"),
    ],
)
def test_a_number_in_text(words: str, value: str) -> None:
    """In millions and more where that leaves at most three decimals; otherwise in full."""
    assert words == number(Decimal(value))


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6) | st.integers(-(10**38), 10**38).map(Decimal)
)
def test_a_number_loses_no_digit(value: Decimal) -> None:
    """What is read back is what was written, scaled or not."""
    powers = {"million": 6, "billion": 9, "trillion": 12}
    for words in (number(value), number(value, scaled=False)):
        digits, _, scale = words.partition(" ")
        sign, figures, exponent = Decimal(digits.replace(",", "")).as_tuple()
        assert isinstance(exponent, int)
        assert value == Decimal((sign, figures, exponent + powers.get(scale, 0)))


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("$50 million", "50_000_000", "USD"),
        ("-$50 million", "-50_000_000", "USD"),
        ("₩1.47 trillion", "1_470_000_000_000", "KRW"),
        ("KPW 8,000", "8000", "KPW"),
        ("31%", "31.0", "percent"),
        ("250 kt", "250", "kt_tnt"),
        ("Mach 5", "5", "mach"),
        ("magnitude 6.3", "6.3", "magnitude"),
        ("6,000 km", "6000", "km"),
        ("1,000,000 km", "1_000_000", "km"),
        ("1 million barrels", "1_000_000", "bbl"),
        ("$60 a barrel", "60", "usd_bbl"),
        ("401,347 ETH", "401347", "ETH"),
        ("23", "23", "count"),
    ],
)
def test_a_quantity_has_its_unit(words: str, value: str, unit: str) -> None:
    """Before or after the number, as it is read."""
    assert words == quantity(Decimal(value), unit)


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("in USD", "USD"),
        ("", "count"),
        ("in kilotonnes of TNT", "kt_tnt"),
        ("in ETH", "ETH"),
        ("in km", "km"),
    ],
)
def test_a_unit_in_a_heading(words: str, unit: str) -> None:
    """A bare count needs none."""
    assert words == unit_words(unit)


@pytest.mark.parametrize(
    ("words", "unit", "figure"),
    [
        ("$50 million", "USD", "stated: 50_000_000"),
        ("exactly $50 million", "USD", "exactly: 50_000_000"),
        ("about $50 million", "USD", "about: 50_000_000"),
        ("more than $50 million", "USD", "more_than: 50_000_000"),
        ("at least $50 million", "USD", "at_least: 50_000_000"),
        ("less than $50 million", "USD", "less_than: 50_000_000"),
        ("at most $50 million", "USD", "at_most: 50_000_000"),
        ("up to $50 million", "USD", "up_to: 50_000_000"),
        ("nearly $50 million", "USD", "nearly: 50_000_000"),
        ("between $40 million and $50 million", "USD", "between: [40_000_000, 50_000_000]"),
        ("at least 3 exchanges", "count", "at_least: 3, of: exchanges"),
        ("$5,000 of all income", "USD", "stated: 5000, of: all income, unit: USD"),
        ("about 400 ETH", "ETH", "about: 400, unit: ETH"),
        ("3 missiles", "count", "stated: 3, of: missiles, measure: launches"),
        ("3", "count", "stated: 3, measure: launches"),
    ],
)
def test_a_figure_keeps_its_qualifier(words: str, unit: str, figure: str, corpus_of: Make) -> None:
    """Each of them is in the words; `of` what is a count unless a unit says otherwise."""
    corpus = corpus_of(f"{{by: a, measure: theft, figures: [{{{figure}}}]}}")
    claim = corpus.claims["2022-x#c-1"].claim
    assert (words, unit) == (
        figure_words(claim.figures[0], claim, corpus), figure_unit(claim.figures[0], claim, corpus),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "claim"),
    [
        ("A", "{by: a, figures: [{stated: 1, of: x}]}"),
        ("A and B", "{by: [a, b], figures: [{stated: 1, of: x}]}"),
        ("A, B and C", "{by: [a, b, c], figures: [{stated: 1, of: x}]}"),
        ("D", "{by: [a, b], figures: [{stated: 1, of: x, estimator: d}]}"),
        ("Kim", "{by: {name: Kim, role: spokesman}, figures: [{stated: 1, of: x}]}"),
        ("one state and A", "{by: [{unnamed: one state, told: b}, a], figures: [{stated: 1, of: x}]}"),
    ],
)
def test_who_made_a_figure(words: str, claim: str, corpus_of: Make) -> None:
    """The estimator where one is named, otherwise whoever says so."""
    corpus = corpus_of(claim)
    record = corpus.claims["2022-x#c-1"].claim
    assert words == origin_words(record, record.figures[0], corpus)


@pytest.mark.parametrize(
    ("short", "text", "most"),
    [
        ("one two", "one two", 7),
        ("one…", "one two", 6),
        ("one…", "one, two", 6),
        ("onetwo…", "onetwothree", 7),
        ("북한미사일…", "북한미사일발사", 6),
        ("", "", 5),
    ],
)
def test_a_text_is_cut_after_a_word(short: str, text: str, most: int) -> None:
    """Or within one that is too long; what is left of a text without spaces is not nothing."""
    assert short == shortened(text, most)


@given(st.text(max_size=60), st.integers(2, 40))
def test_a_cut_text_is_never_longer(text: str, most: int) -> None:
    """And it is the text itself, or its beginning with an ellipsis."""
    short = shortened(text, most)
    assert len(short) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_things_are_counted() -> None:
    """One, several, and a plural of its own."""
    assert ["1 claim", "2 claims", "0 claims", "1,000 entities"] == [
        count(1, "claim"), count(2, "claim"), count(0, "claim"), count(1000, "entity", "entities"),
    ]  # fmt: skip
