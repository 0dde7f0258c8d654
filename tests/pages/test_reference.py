"""The page of all fields."""

import re

from briefing.corpus import Corpus
from briefing.model.shape import Shape
from briefing.outputs.schemas import schema_files
from briefing.pages import render_pages
from briefing.schema import KINDS
from briefing.view import Site, look


def page() -> str:
    """Return the page's Markdown; no record is needed for it."""
    made = render_pages(look(Corpus(), Site("Test Site")))
    return next(p.markdown for p in made if p.uri == "reference.md")


def keys(shape: Shape) -> set[str]:
    """Return every key that may be written in a record or within it."""
    found: set[str] = set()
    for name, inner in (shape.fields or {}).items():
        found |= {name} | keys(inner.items or inner)
    return found


def test_every_key_is_there_with_what_it_takes_and_what_it_is_for() -> None:
    """Of every kind of file; no cell is empty."""
    rows = re.findall(r"(?m)^\| `(\w+)`(?: \*\*needed\*\*)? \| (.+?) \| (.+) \|$", page())
    assert {key for kind in KINDS for key in keys(kind.shape)} == {name for name, _, _ in rows}


def test_what_must_be_there_is_marked() -> None:
    """A brief needs six keys, and its id is its file's name."""
    brief = page().partition("## Brief {")[2].partition("### ")[0]
    needed = re.findall(r"(?m)^\| `(\w+)` \*\*needed\*\*", brief)
    assert ["title", "date", "published", "topics", "bottom_line", "claims"] == needed
    assert "| `id`" not in brief


def test_every_link_within_the_page_leads_somewhere() -> None:
    """To a record, a kind of value, or a list of words."""
    text = page()
    targets = set(re.findall(r"\{ #([\w-]+) \}", text)) | set(re.findall(r'<span id="([\w-]+)">', text))
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= targets


def test_the_schemas_are_linked_and_there() -> None:
    """A file a kind, under an address that stays; each knows its own where the site's is known."""
    files = {a.uri: a.content for a in schema_files(Site("T", url="https://example.org/"))}
    assert set(re.findall(r"\]\((schema/v1/\w+\.json)\)", page())) == set(files)
    for uri, content in files.items():
        assert f'"$id": "https://example.org/{uri}"' in str(content)
    assert '"$id"' not in str(next(schema_files(Site("T"))).content)
