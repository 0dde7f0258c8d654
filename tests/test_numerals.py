"""Numbers in English texts: where they begin."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from briefing.numerals import _NUMBER, _candidates, numbers_in

_WORDS = (
    "a|A dozen|half a million|one|Twenty-one|seven|5|12|1,000|2.5|07|$|US$|us$|€|-|/|S/2022/132|%|km|million|bn|m|k|,|.|"
    "th|2022|\N{EN DASH}|\N{ARABIC-INDIC DIGIT THREE}|\N{LATIN SMALL LETTER LONG S}ix|si\N{LATIN SMALL LETTER DOTLESS I}x|"
    "\N{KELVIN SIGN}|\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}|x|(|)|to|and|word"
)
_PIECES = st.sampled_from(_WORDS.split("|"))
_TEXTS = st.lists(
    st.tuples(_PIECES, st.sampled_from(["", " ", "  ", "\n", "\N{NO-BREAK SPACE}"])), max_size=9
).map(lambda pieces: "".join(a + b for a, b in pieces))


@given(_TEXTS | st.text())
@example("AUS$5")
@example("US$ 5")
@example("a dozen")
@example("\N{LATIN SMALL LETTER LONG S}even")
@example("1,2345")
def test_looking_where_a_number_can_begin_finds_all(text: str) -> None:
    """The same as trying everywhere, which takes much longer."""
    assert [m.span() for m in _NUMBER.finditer(text)] == [m.span() for m in _candidates(text)]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ([], ""),
        ([], "neither S/2022/132 nor the 2nd house"),
        (["$50 million"], "more than $50 million was taken"),
        (["50", "300 kt"], "50-300 kt"),
        (["nine"], "nine launches"),
        (["a dozen"], "about a dozen"),
    ],
)
def test_numbers_are_found_with_their_words(expected: list[str], text: str) -> None:
    """With sign, scale and unit."""
    assert expected == [m.words for m in numbers_in(text)]
