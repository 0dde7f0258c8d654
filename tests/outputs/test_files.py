"""Tables as files, and old addresses that lead to the new ones."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.build import build
from briefing.corpus import Corpus
from briefing.outputs import render_assets
from briefing.outputs.tables import as_csv, uninert
from briefing.rivals import find_disputes
from briefing.view import Site, look

Make = Callable[..., Corpus]


def assets(corpus: Corpus) -> dict[str, str]:
    """Return the text files made of a corpus, by their addresses."""
    view = look(corpus, Site("Test Site", url="https://example.org/"))
    made = {a.uri: a.content for a in render_assets(view)}
    return {uri: c if isinstance(c, str) else c.decode("utf-8", "replace") for uri, c in made.items()}


def rows(text: str) -> list[dict[str, str]]:
    """Return a table as any reader of CSV sees it."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_measures_table_has_every_figure(corpus_of: Make) -> None:
    """One row an estimate, with its bounds, its qualifier, who made it, and its claim."""
    corpus = corpus_of(
        "{by: a, event: '#bank', measure: theft, figures: [{between: [40, 50]}, {at_least: 3, of: shops, unit: count}]}",
        "{by: {unnamed: one state, told: b}, event: '#bank', measure: theft, figures: [{more_than: 60, as_written: over $60}]}",
        "{by: c, measure: launches, when: 2022, figures: [{stated: 0}, {stated: 1, when: 2021, superseded: true}]}",
        "{by: d, figures: [{stated: 9, of: others}]}",
    )
    files = assets(corpus)
    for measure, comparisons in find_disputes(corpus).comparisons.items():
        table = rows(files[f"data/measures/{measure}.csv"])
        assert sum(len(c.estimates) for c in comparisons) == len(table)
        assert {measure} >= {r["measure"] for r in table}
    theft = {(r["claim"], r["of"]): r for r in rows(files["data/measures/theft.csv"])}
    one = theft["2022-x#c-1", ""]
    assert ("between", "40", "50", "USD", "A") == tuple(
        one[k] for k in ("qualifier", "low", "high", "unit", "origin")
    )
    assert ("at_least", "3", "count") == tuple(
        theft["2022-x#c-1", "shops"][k] for k in ("qualifier", "low", "unit")
    )
    assert ("more_than", "60", "over $60") == tuple(
        theft["2022-x#c-2", ""][k] for k in ("qualifier", "low", "as_written")
    )


def test_a_table_without_figures_has_its_header(corpus_of: Make) -> None:
    """A reader of files need not ask whether there are any."""
    (header,) = csv.reader(io.StringIO(assets(corpus_of("{by: a}"))["data/measures/theft.csv"]))
    assert {"measure", "qualifier", "low", "high", "unit", "of", "claim"} <= set(header)


def test_a_table_is_rfc_4180(corpus_of: Make) -> None:
    """Lines end in CRLF, and quotes, commas and letters of any script come back."""
    of = 'a "b", c; 북한'
    corpus = corpus_of(
        f"{{by: a, event: '#bank', measure: theft, figures: [{{stated: 5, of: '{of}', unit: USD}}]}}"
    )
    text = assets(corpus)["data/measures/theft.csv"]
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n") == 2
    assert of == rows(text)[0]["of"]


@pytest.mark.parametrize(
    ("shown", "cell"),
    [
        ("'=1+1", "=1+1"),
        ('\'=HYPERLINK("http://x")', '=HYPERLINK("http://x")'),
        ("'+1", "+1"),
        ("'-1+1", "-1+1"),
        ("'-", "-"),
        ("'- a list", "- a list"),
        ("'@SUM(A1)", "@SUM(A1)"),
        ("'\t=1", "\t=1"),
        ("'\r=1", "\r=1"),
        ("'\n=1", "\n=1"),
        ("'\uff1d1", "\uff1d1"),
        ("-5", "-5"),
        ("-5.25", "-5.25"),
        ("0", "0"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_a_formula_is_made_inert(shown: str, cell: str) -> None:
    """No spreadsheet runs what an author wrote; negative numbers stay numbers (OWASP, CSV injection)."""
    back = list(csv.reader(io.StringIO(as_csv(["h"], [[cell]]), newline=""), strict=True))
    assert [["h"], [shown]] == back


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2))
)
def test_any_text_comes_back(table: list[list[str]]) -> None:
    """Whatever it holds, and with nothing that could be run."""
    back = list(csv.reader(io.StringIO(as_csv(["a", "b"], table), newline=""), strict=True))
    assert [["a", "b"], *table] == [[uninert(cell) for cell in row] for row in back]
    assert not any(cell[:1] in set("=+@\t\r\n") for row in back for cell in row)


# --- old addresses -----------------------------------------------------------------------


def add(file: Path, text: str) -> None:
    """Add text at a file's end."""
    file.parent.mkdir(exist_ok=True)
    file.write_text((file.read_text() if file.exists() else "") + text)


OLD = {
    "briefs/2021-old": "briefs/2022-02-05-it-happened",
    "briefs/2021-older": "briefs/2022-02-05-it-happened",
    "sources/old-paper": "sources/paper",
    "entities/old-a": "entities/a",
    "measures/old-theft": "measures/theft",
    "old-weapons": "weapons",
}


@pytest.fixture
def moved(project: Path) -> Path:
    """Give the built site of a project in which every kind of record had another id."""
    briefs = project / "briefs"
    add(
        briefs / "2022/2022-02-05-it-happened.yml",
        "    aliases: [old-claim]\naliases: [2021-old, 2021-older]\n",
    )
    add(briefs / "sources/paper.yml", "aliases: [old-paper]\n")
    add(briefs / "entities/a.yml", "aliases: [old-a]\n")
    add(briefs / "topics.yml", "    aliases: [old-weapons]\n")
    add(
        briefs / "measures.yml",
        "measures: [{id: theft, title: T, topic: weapons, unit: USD, period: event, rule: {text: R.}, aliases: [old-theft]}]\n",
    )
    return build(project / "mkdocs.yml").site


def test_old_addresses_lead_to_the_new_ones(moved: Path) -> None:
    """With script and without, for every kind of record that has a page; no list has them."""
    for old, new in OLD.items():
        text = (moved / old / "index.html").read_text()
        (refresh,) = re.findall(r'<noscript><meta http-equiv="refresh" content="0; url=([^"]+)">', text)
        (script,) = re.findall(r'<script src="([^"]+)"></script>', text)
        (canonical,) = re.findall(r'<link rel="canonical" href="([^"]+)">', text)
        (link,) = re.findall(r'<a href="([^"]+)">', text)
        assert refresh == canonical == link
        assert (moved / old / script).resolve() == moved.resolve() / "javascripts" / "moved.js"
        assert (moved / "javascripts" / "moved.js").is_file()
        assert (moved / new).resolve() == (moved / old / link).resolve()
        assert (moved / new / "index.html").is_file()
        assert 'name="robots" content="noindex"' in text
        assert f"{old}/" not in (moved / "sitemap.xml").read_text()


def test_an_old_claim_has_its_anchor_on_the_new_page(moved: Path) -> None:
    """The old page's redirect keeps the anchor, and the new page knows it."""
    text = (moved / "briefs/2022-02-05-it-happened/index.html").read_text()
    assert re.search(r'id="?old-claim["> ]', text)
    assert re.search(r'id="?it-happened["> ]', text)
