"""What single pages hold, and that no page stands outside the addresses that are promised."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing.corpus import Corpus, load
from briefing.pages import render_pages
from briefing.view import Site, View, look

ROOT = Path(__file__).parent.parent.parent
Make = Callable[..., Corpus]
SITE = Site("Test Site", "What is claimed.", "https://example.org/")

ADDRESSES = [
    "",
    "(sanctions|weapons|cyber-revenue|diplomacy)/",
    "(briefs|entities|sources|measures)/",
    r"briefs/\d{4}(-\d\d){0,2}(-[a-z0-9]+)+/",
    "(entities|sources|measures)/[a-z0-9]+(-[a-z0-9]+)*/",
    r"(briefs|entities|sources|timeline|disputed|corrections|[a-z0-9-]+)/page/[1-9]\d*/",
    r"(entities|sources)/[a-z0-9-]+/page/[1-9]\d*/",
    r"(entities/[a-z0-9-]+/documents|disputed/denied)/[1-9]\d*/",
    r"measures/[a-z0-9-]+/\d{4}/",
    "(timeline|disputed|corrections|glossary|reference|rules|search|data|about|how-to-read|how-to-write)/",
    "(deploying|speed|large-sites|moving-to-zensical|start-your-own)/",
]
"""The addresses of pages (DESIGN section 5): a contract. They are cited, and never change."""


def pages(corpus: Corpus, *, drafts: bool = False) -> dict[str, str]:
    """Return the Markdown of every page of a corpus, by its file."""
    return {p.uri: p.markdown for p in render_pages(look(corpus, SITE, drafts=drafts))}


def card(page: str, claim: str) -> str:
    """Return a claim's part of its brief's page."""
    return page.partition(f"{{ #{claim} ")[2].partition("\n### ")[0].partition("\n## ")[0]


def test_every_page_has_a_promised_address() -> None:
    """Pages that are made of the real briefs, and pages that are written by hand."""
    made = list(pages(load(ROOT / "briefs").corpus))
    written = [p.relative_to(ROOT / "docs").as_posix() for p in (ROOT / "docs").rglob("*.md")]
    addresses = {SITE.address(uri).removeprefix(SITE.url) for uri in [*made, *written]}
    assert [] == [a for a in addresses if not any(re.fullmatch(p, a) for p in ADDRESSES)]
    assert len(made) == len(set(made))
    indexes = "briefs entities sources measures timeline disputed corrections glossary reference rules about how-to-read how-to-write"
    assert {"", "weapons/", *(f"{name}/" for name in indexes.split())} <= addresses


def test_drafts_are_in_the_preview_only(project: Path) -> None:
    """No page of the site speaks of one."""
    brief = project / "briefs/2022/2022-02-05-it-happened.yml"
    brief.write_text(brief.read_text().replace("A says one thing", "A secret thing") + "status: draft\n")
    corpus = load(project / "briefs").corpus
    assert not any("secret" in text for text in pages(corpus).values())
    assert any("secret" in text for text in pages(corpus, drafts=True).values())


# --- figures beside each other -----------------------------------------------------------

RIVALS = (
    "{by: a, event: '#bank', measure: theft, figures: [{about: 50_000_000}]}",
    "{by: b, event: '#bank', measure: theft, figures: [{between: [60_000_000, 70_000_000]}]}",
    "{by: c, event: '#bank', measure: theft, figures: [{up_to: 90_000_000}], unresolved_because: Prices differ.}",
    "{by: d, event: '#bank', measure: theft, figures: [{at_least: 3, of: shops, unit: count}]}",
)


def test_a_claim_leads_to_its_rivals(corpus_of: Make) -> None:
    """One line under each claim, with the span and the number of others; one table on the page."""
    page = pages(corpus_of(*RIVALS))["briefs/2022-x.md"]
    target = "(#rival--2022-x--c-1)"
    assert f"[$60 million to up to $90 million, 2 estimators]{target}" in card(page, "c-1")
    assert f"[about $50 million to up to $90 million, 2 estimators]{target}" in card(page, "c-2")
    assert f"[about $50 million to $70 million, 2 estimators]{target}" in card(page, "c-3")
    assert 1 == page.count("{ #rival--2022-x--c-1 ")
    assert "#rival--" not in card(page, "c-4")
    assert "3 figures by others, counted differently" in card(page, "c-4")


def test_a_table_of_rivals_keeps_every_qualifier(corpus_of: Make) -> None:
    """What is counted differently stands in it, and says so; why it is not settled stands below."""
    made = pages(corpus_of(*RIVALS))
    for uri in ("briefs/2022-x.md", "disputed.md"):
        rows = [line for line in made[uri].splitlines() if line.startswith("| [") and "[in full](" in line]
        assert [
            ("about $50 million", "", ""),
            ("between $60 million and $70 million", "", ""),
            ("up to $90 million", "", ""),
            ("at least 3", "shops", "counted differently"),
        ] == [tuple(cell.strip() for cell in row.split("|")[2:5]) for row in rows]
        assert "*Why it is not settled:* Prices differ." in made[uri]


def test_agreement_and_age_are_not_called_another_count(corpus_of: Make) -> None:
    """A joint figure of both rivals is no rival of either; it counts the same all the same."""
    page = pages(
        corpus_of(
            "{by: a, event: '#bank', measure: theft, figures: [{stated: 5}]}",
            "{by: b, event: '#bank', measure: theft, figures: [{stated: 6}]}",
            "{by: [a, b], event: '#bank', measure: theft, figures: [{stated: 7}]}",
            "{by: c, event: '#bank', measure: theft, figures: [{stated: 8, of: shops, unit: count}]}",
            "{by: c, event: '#bank', measure: theft, figures: [{stated: 9, superseded: true}]}",
        )
    )["briefs/2022-x.md"]
    (joint,) = re.findall(r"(?m)^\|.*\| \$7 \|.*$", page)
    (old,) = re.findall(r"(?m)^\|.*\| \$9 \|.*$", page)
    assert "counted differently" not in joint
    assert "since replaced or taken back" in old
    assert "which agree, are older, or have the same origin" not in card(page, "c-1")


def test_only_who_differs_is_counted_among_the_others(corpus_of: Make) -> None:
    """A rival of a rival that shares the claim's own origin is not its rival."""
    page = pages(
        corpus_of(
            "{by: a, event: '#bank', measure: theft, figures: [{stated: 10}]}",
            "{by: a, event: '#bank', measure: theft, figures: [{stated: 99}]}",
            "{by: b, event: '#bank', measure: theft, figures: [{stated: 20}]}",
        )
    )["briefs/2022-x.md"]
    assert "[$20, 1 estimator](#rival--2022-x--c-1)" in card(page, "c-1")
    assert "[$10 to $99, 1 estimator](#rival--2022-x--c-1)" in card(page, "c-3")


def test_a_measures_page_has_chart_table_and_file(corpus_of: Make) -> None:
    """Every line of another page that leads to a set of figures finds it there."""
    made = pages(
        corpus_of(
            *RIVALS,
            "{by: a, measure: thefts, when: '2020%/2021~', figures: [{stated: 5}]}",
            "{by: a, measure: thefts, when: 2020/2021, figures: [{stated: 6}]}",
        )
    )
    page = made["measures/theft.md"]
    assert '<svg class="chart" role="img"' in page
    assert "[theft.csv](../data/measures/theft.csv)" in page
    assert 4 == len([line for line in page.splitlines() if line.startswith("| ") and "[in full](" in line])
    assert "disputed.md#2022-x--c-1" in page
    for anchor in re.findall(r"measures/theft\.md#([^)\s]+)", made["briefs/2022-x.md"]):
        assert f'<span id="{anchor}"></span>' in page
    (anchor,) = set(re.findall(r"measures/thefts\.md#([^)\s]+)", made["briefs/2022-x.md"]))
    assert "figures--2020-to-2021" == anchor
    assert f'<span id="{anchor}"></span>' in made["measures/thefts.md"]


# --- topics and timeline -----------------------------------------------------------------


def test_a_topic_has_its_charts_and_what_was_answered(corpus_of: Make) -> None:
    """The chart of the measure that compares the most, disputes, and a table of date, event, response."""
    denial = "responses: [{by: b, kind: denial, text: No., said: 2022-04, sources: paper}]"
    page = pages(corpus_of(*RIVALS, f"{{by: a, event: '#shop', {denial}}}"))["weapons.md"]
    assert '<svg class="chart" role="img"' in page
    assert "[All figures, and the table as a file](measures/theft.md)" in page
    assert "(disputed.md#2022-x--c-1)" in page
    assert "| Date | Event | Response |" in page
    shop, bank = re.findall(r"(?m)^\| .*March 2022.*$", page)
    assert "[Theft from a shop](briefs/2022-x.md#c-5) | Denial, [B](entities/b.md), April 2022 |" in shop
    assert "[Theft from a bank](briefs/2022-x.md#c-1) |  |" in bank


def test_the_timeline_has_each_event_once(corpus_of: Make) -> None:
    """However many claims speak of it, with a link to the first."""
    corpus = corpus_of("{by: a, event: '#bank'}", "{by: b, event: '#bank'}")
    page = pages(corpus)["timeline.md"]
    assert 1 == page.count("Theft from a bank")
    assert "(briefs/2022-x.md#c-1)" in page


# --- provenance --------------------------------------------------------------------------

PRESS = "kind: press\naccess: public\ntitle: %s\nissued: 2022\npublisher: {name: %s}\n"


@pytest.fixture
def chained(project: Path) -> dict[str, str]:
    """Give the pages of a brief with two copies of a wire story on a report, and an article of its own."""
    sources = project / "briefs/sources"
    for name, below in (
        ("report", ""),
        ("wire", "report"),
        ("copy-1", "wire"),
        ("copy-2", "wire"),
        ("own", ""),
    ):
        rests = f"rests_on: [{below}]\n" if below else ""
        (sources / f"{name}.yml").write_text(PRESS % (name.title(), name.title()) + rests)
    brief = project / "briefs/2022/2022-02-05-it-happened.yml"
    brief.write_text(
        brief.read_text().replace("[paper]", "[copy-1, copy-2]")
        + "  - {id: twice, text: T., by: a, sources: [copy-2, own]}\n"
    )
    loaded = load(project / "briefs")
    assert loaded.problems == []
    return pages(loaded.corpus)


def test_documents_stand_under_those_that_they_rest_on(chained: dict[str, str]) -> None:
    """As a nested list that needs no script and prints; a document alone is not in it."""
    page = chained["briefs/2022-02-05-it-happened.md"]
    tree = page.partition("{ #provenance }")[2].partition("\n## ")[0]
    assert [
        (0, "Report", []),
        (1, "Wire", []),
        (2, "Copy-1", ["1"]),
        (2, "Copy-2", ["1", "2"]),
    ] == [
        (len(indent) // 4, re.findall(r"\[(.+?),", line)[0], re.findall(r"\[(\d)\]", line))
        for indent, line in re.findall(r"(?m)^( *)- (.+)$", tree)
    ]  # fmt: skip


def test_a_source_shows_what_falls_with_it(chained: dict[str, str]) -> None:
    """Every claim that rests on it, directly or through others."""
    for name in ("report", "wire", "copy-2"):
        page = chained[f"sources/{name}.md"]
        for claim in ("it-happened", "twice"):
            assert f"(../briefs/2022-02-05-it-happened.md#{claim})" in page
    assert "#it-happened)" not in chained["sources/own.md"]


def test_documents_and_origins_are_counted_apart(chained: dict[str, str]) -> None:
    """Two documents, through two more, are one origin."""
    page = chained["briefs/2022-02-05-it-happened.md"]
    assert "2 documents, through 2 more, 1 origin" in card(page, "it-happened")


def test_rules_name_keys_as_code(real_view: View) -> None:
    """What stands between backticks in a rule's words is code on the page, not a character."""
    page = next(p for p in render_pages(real_view) if p.uri == "rules.md")
    assert "`likelihood` says how probable the judgement is" in page.markdown
    assert "\\`" not in page.markdown
    assert "*more than*" not in page.markdown
