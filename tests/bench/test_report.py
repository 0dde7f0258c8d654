"""The table, the sentences on growth, and the chart."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bench.report import chart, comparison, growth, seconds, table, write_page
from bench.results import Result, Results


def results_of(tmp_path: Path, *rows: Result) -> Results:
    """Return results that hold some rows."""
    results = Results(tmp_path / "results.json", {"Python": "3.11"})
    for row in rows:
        results.keep(row)
    return results


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.004, "0.00 s"), (1.234, "1.23 s"), (12.34, "12.3 s"), (1234.5, "1,234 s"), (None, "–")],
)
def test_times_have_the_figures_that_count(value: float | None, words: str) -> None:
    """Two decimals for seconds, none for minutes."""
    assert seconds(value) == words


@pytest.mark.parametrize(
    ("own", "other", "words"),
    [
        (1.0, 8.0, "8.0× as fast as Hugo + Pagefind"),
        (1.0, 40.0, "40× as fast as Hugo + Pagefind"),
        (9.0, 6.0, "1.5× the time of Hugo + Pagefind"),
    ],
)
def test_a_row_says_how_it_compares(tmp_path: Path, own: float, other: float, words: str) -> None:
    """As fast as, or the time of: never a part of a speed."""
    results = results_of(tmp_path, Result(100, "hugo", "2026-10-31", other))
    assert comparison("hugo", Result(100, "edit", "2026-10-31", own), results) == words


def test_bytes_are_compared_with_bytes(tmp_path: Path) -> None:
    """A search with a search."""
    results = results_of(
        tmp_path,
        Result(100, "dialog", "2026-10-31", wall=0.5, sent=150_000),
        Result(100, "stock-search", "2026-10-31", sent=600_000),
    )
    text = table(results)
    assert (
        "| First search in the header | 150 kB in 0.50 s | – | – | 0.25 of the bytes of MkDocs’ own search |"
        in text
    )
    assert "| First search of that site: its index and its worker | 600 kB | – | – | – |" in text


def test_a_rival_of_another_size_is_none(tmp_path: Path) -> None:
    """Only rows of one size are compared."""
    results = results_of(tmp_path, Result(1000, "hugo", "2026-10-31", 5.0))
    assert comparison("hugo", Result(100, "edit", "2026-10-31", 1.0), results) == ""


def test_growth_needs_both_sizes(tmp_path: Path) -> None:
    """A row of one size, and of ten times as many."""
    rows = [
        Result(size, "cold", "2026-10-31", size / 100, size / 50, size * 1000) for size in (100, 1000, 5000)
    ]
    assert growth(results_of(tmp_path, *rows)) == [
        "`briefing build`, the first time: from 100 to 1,000 briefs 10.0 times the time, 10.0 times the CPU time, 10.0 times the memory."
    ]


def test_the_chart_has_a_line_for_each_builder(tmp_path: Path) -> None:
    """And none for one without a result; labels do not meet."""
    rows = [
        Result(size, row, "2026-10-31", size * speed)
        for size in (100, 1000, 10_000)
        for row, speed in (("cold", 0.004), ("edit", 0.0001), ("stock", 0.01), ("hugo", 0.003))
    ]
    rows.append(Result(100, "zensical", "2026-10-31", failed="not installed"))
    tree = ET.fromstring(chart(results_of(tmp_path, *rows)))  # noqa: S314 # our own
    space = "{http://www.w3.org/2000/svg}"
    groups = list(tree.iter(f"{space}g"))
    lines = {g.get("class"): len((g[0].get("d") or "").split("L")) for g in groups if len(g) > 1}
    assert lines == {"cold": 3, "edit": 3, "stock": 3, "hugo": 3}
    assert sorted(g.get("class") or "" for g in groups if len(g) == 1) == sorted(
        map(str, lines)
    )  # beside the names
    texts = [t.text for t in tree.iter(f"{space}text")]
    assert {"MkDocs", "Hugo + Pagefind", "10,000", "0.01 s", "100 s"} <= set(texts)
    places = sorted(
        float(t.get("y") or 0) for t in tree.iter(f"{space}text") if t.text in ("MkDocs", "Hugo + Pagefind")
    )
    assert places[1] - places[0] >= 16


def test_sizes_that_are_near_stand_on_two_lines(tmp_path: Path) -> None:
    """5,000 and 10,000 would run into each other."""
    rows = [Result(size, "cold", "2026-10-31", size / 100) for size in (100, 1000, 5000, 10_000)]
    tree = ET.fromstring(chart(results_of(tmp_path, *rows)))  # noqa: S314 # our own
    at = {t.text: t.get("y") for t in tree.iter("{http://www.w3.org/2000/svg}text")}
    assert at["100"] == at["1,000"] == at["5,000"] != at["10,000"]


def test_without_times_there_is_no_chart(tmp_path: Path) -> None:
    """An empty one would say that everything takes no time."""
    assert chart(results_of(tmp_path, Result(100, "cold", "2026-10-31", failed="no"))) == ""


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written over that was not written by it."""
    page = tmp_path / "speed.md"
    page.write_text("# Speed\n")
    with pytest.raises(ValueError, match="has no <!-- bench -->"):
        write_page(page, tmp_path / "speed.svg", results_of(tmp_path))
    assert page.read_text() == "# Speed\n"


def test_the_page_on_speed_has_its_marks(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The page in docs/ takes the results."""
    page = tmp_path / "speed.md"
    page.write_bytes((request.config.rootpath / "docs/speed.md").read_bytes())
    results = results_of(
        tmp_path, Result(100, "cold", "2026-10-30", 2.5), Result(100, "warm", "2026-10-31", 1.5)
    )
    write_page(page, tmp_path / "images/speed.svg", results)
    text = page.read_text(encoding="utf-8")
    assert "Measured on 2026-10-30 to 2026-10-31. Python 3.11." in text
    assert "| `briefing build`, nothing changed | 1.50 s |" in text
