"""Charts: what is drawn, that it is well formed, and that it draws bounds and no invented points."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.charts import MOST_PANELS, MOST_ROWS, Chart, chart
from briefing.corpus import Corpus
from briefing.model import Qualifier
from briefing.rivals import find_disputes

Make = Callable[..., Corpus]
Element = ElementTree.Element
SVG = "{http://www.w3.org/2000/svg}"


def drawn(corpus: Corpus, measure: str) -> Chart | None:
    """Return a measure's chart."""
    return chart(corpus.measures[measure], find_disputes(corpus).comparisons[measure], corpus)


def tree(found: Chart) -> Element:
    """Return a chart as XML."""
    return ElementTree.fromstring(found.svg)  # noqa: S314 - it is ours


def parsed(corpus: Corpus, measure: str) -> Element:
    """Return a measure's chart as XML."""
    found = drawn(corpus, measure)
    assert found is not None
    return tree(found)


def of_class(svg: Element, name: str) -> list[Element]:
    """Return the elements of a class."""
    return [e for e in svg.iter() if name in e.get("class", "").split()]


def texts(svg: Element) -> list[str]:
    """Return the texts of a chart."""
    return ["".join(e.itertext()) for e in svg.iter(f"{SVG}text")]


def theft(figure: str, by: str = "a", event: str = "bank") -> str:
    """Return a claim with a figure of a theft."""
    return f"{{by: {by}, event: '#{event}', measure: theft, figures: [{{{figure}}}]}}"


def series(*figures: str, by: str = "a", measure: str = "thefts") -> str:
    """Return a claim with figures of several years."""
    rows = ", ".join(f"{{{f}}}" for f in figures)
    return f"{{by: {by}, measure: {measure}, figures: [{rows}]}}"


THREE_YEARS = ("stated: 100, when: 2020", "stated: 200, when: 2021")


@pytest.mark.parametrize(
    ("mark", "words", "figure"),
    [
        ("chart-point", "$50 million", "stated: 50_000_000"),
        ("chart-point", "exactly $50 million", "exactly: 50_000_000"),
        ("chart-point", "about $50 million", "about: 50_000_000"),
        ("chart-arrow", "more than $50 million", "more_than: 50_000_000"),
        ("chart-arrow", "at least $50 million", "at_least: 50_000_000"),
        ("chart-hollow", "less than $50 million", "less_than: 50_000_000"),
        ("chart-hollow", "at most $50 million", "at_most: 50_000_000"),
        ("chart-hollow", "up to $50 million", "up_to: 50_000_000"),
        ("chart-hollow", "nearly $50 million", "nearly: 50_000_000"),
        ("chart-range", "$40 million to $50 million", "between: [40_000_000, 50_000_000]"),
    ],
)
def test_each_qualifier_has_its_mark_and_its_words(
    mark: str, words: str, figure: str, corpus_of: Make
) -> None:
    """Shape and words say the same, so that nothing is told by colour alone."""
    svg = parsed(corpus_of(theft(figure)), "theft")
    assert 1 == len(of_class(svg, mark))
    assert words in texts(svg)
    others = {"chart-arrow", "chart-hollow", "chart-range"} - {mark}
    assert not any(of_class(svg, other) for other in others)


@pytest.mark.parametrize(
    ("mark", "sign", "figure"),
    [
        ("chart-column", "300", "stated: 300"),
        ("chart-column", "~300", "about: 300"),
        ("chart-arrow", ">300", "more_than: 300"),
        ("chart-arrow", "≥300", "at_least: 300"),
        ("chart-hollow", "≤300", "up_to: 300"),
        ("chart-hollow", "<300", "less_than: 300"),
        ("chart-hollow", "~300", "nearly: 300"),
        ("chart-range", "300", "between: [250, 300]"),
    ],
)
def test_each_qualifier_has_its_mark_in_a_series(mark: str, sign: str, figure: str, corpus_of: Make) -> None:
    """Above its column stands the number with a sign."""
    svg = parsed(corpus_of(series(*THREE_YEARS, f"{figure}, when: 2022")), "thefts")
    assert of_class(svg, mark)
    assert sign in texts(svg)


def test_bounds_point_to_where_the_value_may_be(corpus_of: Make) -> None:
    """A lower bound's arrow points right, an upper bound's line comes from the left, a range has both ends."""
    corpus = corpus_of(
        theft("more_than: 20_000_000"),
        theft("up_to: 40_000_000", "b"),
        theft("between: [20_000_000, 40_000_000]", "c"),
    )
    svg = parsed(corpus, "theft")
    (arrow,) = of_class(svg, "chart-arrow")
    assert "H20" in arrow.get("d", "")
    (ceiling,) = of_class(svg, "chart-ceiling")
    (bar,) = of_class(svg, "chart-range")
    (point,) = (e for e in svg.iter(f"{SVG}svg") if of_class(e, "chart-point") and e.get("x"))
    start, width = (float(bar.get(k, "").rstrip("%")) for k in ("x", "width"))
    assert ("0", f"{start + width:.2f}") == (ceiling.get("x1"), f"{percent(ceiling, 'x2'):.2f}")
    assert start == percent(point, "x")


def percent(element: Element, key: str) -> float:
    """Return a place along the wide axis."""
    return float(element.get(key, "").rstrip("%"))


def test_a_lower_bound_of_a_series_points_up(corpus_of: Make) -> None:
    """And an upper bound is not filled."""
    svg = parsed(corpus_of(series(*THREE_YEARS, "at_least: 300, when: 2022")), "thefts")
    (arrow,) = of_class(svg, "chart-arrow")
    assert arrow.get("d", "").startswith("M0 -1V-9")


@pytest.mark.parametrize("measure", ["theft", "thefts"])
def test_a_chart_escapes_what_it_is_given(measure: str, corpus_of: Make) -> None:
    """Names, what is counted and titles are text, whatever they hold."""
    name = "<script>alert(1)</script> & \\\"x\\\" ]]> 'y'"
    by = f'{{name: "{name}", role: r}}'
    counted = "of: \"<b onload='x'>&\", unit: USD"
    corpus = corpus_of(
        f"{{by: {by}, event: '#bank', measure: theft, figures: [{{stated: 5, {counted}}}]}}",
        f"{{by: {by}, measure: thefts, figures: [{{stated: 5, when: 2020, {counted}}}]}}",
        f"{{by: {by}, measure: thefts, figures: [{{stated: 5, when: 2021, {counted}}}]}}",
        f"{{by: {by}, measure: thefts, figures: [{{stated: 5, when: 2022, {counted}}}]}}",
    )
    found = drawn(corpus, measure)
    assert found
    assert not re.search(r"<(?!/?(?:svg|defs|pattern|rect|line|text|circle|path)[ />])", found.svg)
    assert any("<script>alert(1)</script>" in t for t in texts(tree(found)))


def test_a_chart_tells_a_screen_reader_what_it_is(corpus_of: Make) -> None:
    """It is one image with a name that leads to the table."""
    svg = parsed(corpus_of(theft("stated: 5")), "theft")
    assert ("img", "Chart: Theft. The table below has every figure.") == (
        svg.get("role"),
        svg.get("aria-label"),
    )
    assert "100%" == svg.get("width")


@pytest.mark.parametrize(
    "claim",
    [
        "{by: a}",
        "{by: a, event: '#bank', measure: theft, figures: [{stated: 5, of: shops, unit: count}]}",
        "{by: a, event: '#bank', measure: theft, figures: [{stated: 5, unit: ETH}]}",
        "{by: a, event: '#bank', measure: theft, figures: [{stated: -5}]}",
        "{by: a, measure: theft, figures: [{stated: 5}]}",
    ],
)
def test_no_chart_without_figures_that_it_can_draw(claim: str, corpus_of: Make) -> None:
    """Nothing, another unit, a loss below zero, or no event and no time."""
    assert drawn(corpus_of(claim), "theft") is None


def test_only_figures_in_the_measures_unit_are_drawn(corpus_of: Make) -> None:
    """A count of shops is not drawn beside dollars."""
    corpus = corpus_of(
        theft("stated: 5"), theft("stated: 7, unit: ETH", "b"), theft("stated: 9, of: x, unit: count", "c")
    )
    svg = parsed(corpus, "theft")
    assert 1 == len(of_class(svg, "chart-point"))
    assert not any("7" in t or "9" in t for t in texts(svg))


@pytest.mark.parametrize(
    "figures", [("stated: 0",), ("stated: 0", "stated: 5"), ("up_to: 0",), ("between: [0, 5]",)]
)
@pytest.mark.parametrize("measure", ["theft", "thefts"])
def test_zero_has_a_place(figures: tuple[str, ...], measure: str, corpus_of: Make) -> None:
    """On a scale of logarithms too, which has no zero."""
    claims = [
        f"{{by: {by}, event: '#bank', measure: {measure}, figures: [{{{f}}}]}}"
        for by, f in zip("ab", figures, strict=False)
    ]
    svg = parsed(corpus_of(*claims), measure)
    assert all(0 <= percent(e, "x") <= 100 for e in svg.iter(f"{SVG}svg") if e.get("x"))


def test_small_values_beside_large_ones_are_written_out(corpus_of: Make) -> None:
    """Nobody reads 1e-9."""
    svg = parsed(
        corpus_of(
            series("stated: 1, when: 2020", "stated: 10, when: 2021", "stated: 12_345_678_901, when: 2022")
        ),
        "thefts",
    )
    assert ["0.000000001", "0.00000001", "12.3"] == [t for t in texts(svg) if re.fullmatch(r"[\de.-]+", t)]
    assert "Values in billion USD" in texts(svg)


def test_a_series_of_zeros_is_drawn(corpus_of: Make) -> None:
    """Nothing is divided by the tallest column where there is none."""
    parsed(
        corpus_of(series("stated: 0, when: 2020", "stated: 0, when: 2021", "stated: 0, when: 2022")), "thefts"
    )


def test_a_part_of_a_year_is_hatched_with_its_end(corpus_of: Make) -> None:
    """A whole year written as an interval is a whole year."""
    corpus = corpus_of(series(*THREE_YEARS, "stated: 50, when: 2022-01/2022-10"))
    found = drawn(corpus, "thefts")
    assert found
    svg = tree(found)
    assert 1 == len(of_class(svg, "chart-range"))
    assert "’22 to Oct" in texts(svg)
    assert "A hatched column is a part of a year; its end is written below it." in found.legend
    whole = drawn(corpus_of(series(*THREE_YEARS, "stated: 50, when: 2022-01/2022-12")), "thefts")
    assert whole
    assert () == whole.legend
    assert not of_class(tree(whole), "chart-range")


def test_a_sum_of_several_years_is_no_column(corpus_of: Make) -> None:
    """It has its own row, with its years; the series does not take it for one of them."""
    corpus = corpus_of(series(*THREE_YEARS, "stated: 300, when: 2022", "stated: 900, when: 2020/2022"))
    svg = parsed(corpus, "thefts")
    assert 3 == len(of_class(svg, "chart-column"))
    assert {"2020 to 2022", "$900"} <= set(texts(svg))


def test_a_year_without_a_figure_leaves_a_gap(corpus_of: Make) -> None:
    """The axis names every year; nothing is drawn where nothing is known."""
    svg = parsed(corpus_of(series(*THREE_YEARS, "stated: 300, when: 2024")), "thefts")
    assert 3 == len(of_class(svg, "chart-column"))
    assert ["’20", "’21", "’22", "’23", "’24"] == [t for t in texts(svg) if t.startswith("’")]


def test_each_estimator_has_a_panel_of_its_own(corpus_of: Make) -> None:
    """Named where it stands; series are not put together, and what counts else is another series."""
    years = (*THREE_YEARS, "stated: 300, when: 2022")
    corpus = corpus_of(
        series(*years), series(*years, by="b"), series(*(f"{y}, of: shops, unit: USD" for y in years))
    )
    svg = parsed(corpus, "thefts")
    assert ["A", "A: shops", "B"] == ["".join(e.itertext()) for e in of_class(svg, "chart-head")]
    assert 9 == len(of_class(svg, "chart-column"))


def test_unnamed_origins_make_no_series_together(corpus_of: Make) -> None:
    """Nothing says that one state of one year is the same as one state of the next."""
    one = "{by: {unnamed: one state}, measure: thefts, figures: [{stated: 5, when: %s}]}"
    svg = parsed(corpus_of(*(one % year for year in (2020, 2021, 2022))), "thefts")
    assert [] == of_class(svg, "chart-column")
    assert 3 == len(of_class(svg, "chart-point"))


def test_what_is_replaced_is_drawn_as_such(corpus_of: Make) -> None:
    """In another class, and in words."""
    svg = parsed(corpus_of(theft("stated: 5, superseded: true"), theft("stated: 6")), "theft")
    assert ["$5 (replaced)"] == [t for t in texts(svg) if "replaced" in t]
    assert of_class(svg, "chart-old")


def test_months_have_an_axis_of_their_own(corpus_of: Make) -> None:
    """In their order, by year and month."""
    svg = parsed(
        corpus_of(
            series(
                "stated: 3, when: 2022-03",
                "stated: 1, when: 2022-01",
                "stated: 2, when: 2022-02",
                measure="monthly",
            )
        ),
        "monthly",
    )
    assert ["2022-01", "2022-02", "2022-03"] == [t for t in texts(svg) if re.fullmatch(r"\d{4}-\d{2}", t)]


def test_a_chart_has_an_end(corpus_of: Make) -> None:
    """A page stays readable however many estimates there are."""
    rows = [
        f"{{by: a, event: '#bank', measure: theft, figures: [{{stated: {n}}}]}}"
        for n in range(1, MOST_ROWS + 30)
    ]
    assert MOST_ROWS == len(of_class(parsed(corpus_of(*rows), "theft"), "chart-point"))
    years = (*THREE_YEARS, "stated: 300, when: 2022")
    many = [series(*(f"{y}, of: kind {n}, unit: USD" for y in years)) for n in range(MOST_PANELS + 2)]
    assert 3 * MOST_PANELS == len(of_class(parsed(corpus_of(*many), "thefts"), "chart-column"))


NUMBERS = st.one_of(
    st.integers(0, 10**15).map(str),
    st.decimals(0, 10**6, places=4).map("{:f}".format),
    st.just("0"),
    st.just("0.0001"),
)


@st.composite
def an_estimate(draw: st.DrawFn) -> str:
    """Draw a claim with one figure of any kind, for an event or a time."""
    measure = draw(st.sampled_from(["theft", "thefts", "launches", "monthly"]))
    qualifier = draw(st.sampled_from(list(Qualifier)))
    value = draw(NUMBERS)
    if qualifier is Qualifier.BETWEEN:
        value = f"[{', '.join(sorted([value, draw(NUMBERS)], key=float))}]"
    when = draw(
        st.sampled_from(
            [
                "2019",
                "2020",
                "2021",
                "2022",
                "2022-03",
                "2022-03-05",
                "2021/2022",
                "2022-01/2022-10",
                "2022/..",
                "../2022",
                "2022~",
            ]
        )
    )
    by = draw(st.sampled_from(["a", "b", "{unnamed: one state}"]))
    event = draw(st.sampled_from(["", "event: '#bank', "]))
    return f"{{by: {by}, {event}when: '{when}', measure: {measure}, figures: [{{{qualifier}: {value}, superseded: {draw(st.sampled_from(['true', 'false']))}}}]}}"


@given(claims=st.lists(an_estimate(), max_size=12))
def test_every_chart_is_well_formed(claims: list[str], corpus_of: Make) -> None:
    """Whatever is drawn parses, stands within the axis and below the top, and has no invented number."""
    corpus = corpus_of(*claims) if claims else corpus_of("{by: a}")
    for measure in corpus.measures:
        found = drawn(corpus, measure)
        if found is None:
            continue
        svg = tree(found)
        height = float(svg.get("height", ""))
        for element in svg.iter():
            for key in ("x", "x1", "x2", "width"):
                if element.get(key, "").endswith("%"):
                    assert 0 <= percent(element, key) <= 100
            if element.get("x", "").endswith("%") and element.get("width", "").endswith("%"):
                assert percent(element, "x") + percent(element, "width") <= 100.01
            assert 0 <= float(element.get("height", "0")) <= height
            places = (
                v for k, v in element.items() if k in ("x", "y", "x1", "x2", "y1", "y2", "width", "height")
            )
            assert all(re.fullmatch(r"\d+(\.\d+)?%?", place) for place in places)
        assert not any(re.search(r"nan|inf|\de[+-]\d", t.lower()) for t in texts(svg))
