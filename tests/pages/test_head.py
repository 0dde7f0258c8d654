"""What the head of a page says to programs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from briefing.corpus import load
from briefing.pages import render_pages
from briefing.pages.head import CreativeWork, Head, Thing
from briefing.view import Site, look

SITE = Site("Test Site", "What is claimed.", "https://example.org/")


def front_matters(project: Path, site: Site = SITE) -> Mapping[str, Any]:
    """Return the front matter of every page of a project."""
    pages = render_pages(look(load(project / "briefs").corpus, site))
    return {p.uri: yaml.safe_load(p.markdown.split("---\n")[1]) for p in pages}


def test_a_briefs_json_ld(project: Path) -> None:
    """It is a report, with its dates, its makers, what it is about, what it cites and its corrections."""
    brief = project / "briefs" / "2022" / "2022-02-05-it-happened.yml"
    brief.write_text(
        brief.read_text().replace("    by: a\n", "    by: a\n    about: [{accused: a}]\n")
        + "corrections:\n  - {date: 2022-03-01, kind: correction, what: It was wrong.}\n"
        + "  - {date: 2022-03-02, kind: update, what: It went on.}\n"
    )
    site = {"@type": "Organization", "name": "Test Site", "url": "https://example.org/"}
    head = front_matters(project)["briefs/2022-02-05-it-happened.md"]
    assert ("2022-02-06", "2022-03-02") == (head["published"], head["modified"])
    assert {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": "https://example.org/briefs/2022-02-05-it-happened/",
        "url": "https://example.org/briefs/2022-02-05-it-happened/",
        "name": "A says one thing",
        "headline": "A says one thing",
        "description": "A said that it happened.",
        "inLanguage": "en",
        "datePublished": "2022-02-06",
        "dateModified": "2022-03-02",
        "author": [site],
        "publisher": site,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "image": "https://example.org/assets/cards/2022-02-05-it-happened.png",
        "isPartOf": {
            "@type": "WebSite",
            "@id": "https://example.org/",
            "name": "Test Site",
            "url": "https://example.org/",
        },
        "isAccessibleForFree": True,
        "temporalCoverage": "2022-02-05",
        "creativeWorkStatus": "Published",
        "about": [
            {"@type": "Thing", "name": "Weapons", "url": "https://example.org/weapons/"},
            {"@type": "Country", "name": "A", "url": "https://example.org/entities/a/"},
        ],
        "citation": [
            {
                "@type": "CreativeWork",
                "name": "It happened",
                "datePublished": "2022-02-05",
                "publisher": {"@type": "Organization", "name": "The Paper"},
            }
        ],
        "correction": [
            {
                "@type": "CorrectionComment",
                "name": "Correction",
                "text": "It was wrong.",
                "datePublished": "2022-03-01",
            }
        ],
    } == head["schema"]


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--<script>", "a & b &lt; \"c\" 'd'", "한 \U0001f600"]
)
def test_texts_reach_json_ld_as_they_are(text: str, project: Path) -> None:
    """They are escaped once, by the theme that prints them, and not before."""
    brief = project / "briefs" / "2022" / "2022-02-05-it-happened.yml"
    brief.write_text(
        brief.read_text().replace("title: A says one thing", f"title: {json.dumps(text, ensure_ascii=False)}")
    )
    assert text == front_matters(project)["briefs/2022-02-05-it-happened.md"]["schema"]["headline"]


def test_the_data_are_a_data_set(project: Path) -> None:
    """With its licence, its makers and its files."""
    schema = front_matters(project)["data.md"]["schema"]
    assert ("Dataset", SITE.licence, "Test Site") == (
        schema["@type"],
        schema["license"],
        schema["creator"]["name"],
    )
    places = {d["contentUrl"]: d["encodingFormat"] for d in schema["distribution"]}
    assert "application/vnd.sqlite3" == places["https://example.org/data/briefing.sqlite"]
    assert "text/csv" == places["https://example.org/data/claims.csv"]


def test_lists_are_as_new_as_what_they_list(project: Path) -> None:
    """Pages whose records have no date of their own have none."""
    heads = front_matters(project)
    dated = {uri for uri, head in heads.items() if "modified" in head}
    assert {
        "index.md",
        "weapons.md",
        "briefs/index.md",
        "data.md",
        "briefs/2022-02-05-it-happened.md",
    } == dated
    assert {"2022-02-06"} == {heads[uri]["modified"] for uri in dated}


def test_without_the_sites_address_nothing_claims_one(project: Path) -> None:
    """No picture's address is made up."""
    schema = front_matters(project, Site("Test Site"))["briefs/2022-02-05-it-happened.md"]["schema"]
    assert "image" not in schema
    assert "url" not in schema["publisher"]


def test_empty_properties_are_left_out() -> None:
    """Names become schema.org's, and what is not known is not said."""
    work = CreativeWork(
        type="Report", id="x", is_accessible_for_free=False, author=[Thing(type="Person", name="A")]
    )
    assert {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": "x",
        "author": [{"@type": "Person", "name": "A"}],
        "isAccessibleForFree": False,
    } == Head(work=work).data()["schema"]
