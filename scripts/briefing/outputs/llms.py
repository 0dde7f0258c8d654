"""/llms.txt: what a language model should read first, as llmstxt.org asks for it.

A title, a summary, then lists of links, to Markdown and data alone. It is a guide and not an
index: the newest briefs of each topic stand here, all of them in the list that it links to.
"""

import re
from collections.abc import Iterator

from briefing.model import Brief
from briefing.outputs.twins import twin_uri
from briefing.view import View
from briefing.wording import count, listed

MOST_BRIEFS = 50
"""Briefs listed of one topic."""

GENERAL = (
    ("Briefs", "briefs/index.md", "all of them by year"),
    ("Timeline", "timeline.md", "dated events"),
    ("Disputed", "disputed.md", "rival figures side by side, and denials"),
    ("Measures", "measures/index.md", "what is counted, with every figure"),
    ("Corrections", "corrections.md", "what was changed after publication, and why"),
)
OPTIONAL = (
    ("Entities", "entities/index.md", "whom claims are by and about"),
    ("Sources", "sources/index.md", "every document, with what it rests on"),
    ("Glossary", "glossary.md", "the words of the field"),
    ("Rules", "rules.md", "what the checker asks of every brief"),
)
"""Pages: name, file, and what is there."""

DATA = (
    ("claims.json", "api/v1/claims.json", "every claim as JSON"),
    ("index.json", "api/v1/index.json", "what the API holds"),
    ("openapi.json", "api/v1/openapi.json", "the API's description"),
    ("briefing.sqlite", "data/briefing.sqlite", "everything in one file, with full-text search"),
    ("datapackage.json", "data/datapackage.json", "the tables as CSV, described"),
    ("all.atom", "feeds/all.atom", "what is new"),
)
"""Files: name, place, and what they hold."""


def llms_txt(view: View) -> str:
    """Return the text of /llms.txt."""
    return "\n".join(_lines(view))


def _lines(view: View) -> Iterator[str]:
    corpus, site = view.corpus, view.site
    yield f"# {_text(site.name)}\n"
    totals = (
        count(len(corpus.briefs), "brief"),
        count(len(corpus.claims), "claim"),
        count(len(corpus.sources), "document"),
    )
    yield f"> {_text(f'{site.description} {listed(totals)}.')}\n"
    yield (
        "Each claim names who first said it, the documents that carry it and those that they rest on, its"
        " qualifier, and the answers to it. Origins are counted apart from documents. Keep the qualifier"
        " (“more than”, “up to”, “about”) with a figure, name who says it, and never add up figures of"
        " different estimators. To cite, use the address of the claim, which is permanent."
        f" Licence: {site.licence}\n"
    )
    yield "## Start\n"
    yield from (_link(view, name, twin_uri(uri), about) for name, uri, about in GENERAL)
    for topic in corpus.topics.values():
        newest = view.index.briefs_of.get(topic.id, ())[:MOST_BRIEFS]
        yield f"\n## {_text(topic.title)}\n"
        yield _link(view, topic.title, twin_uri(f"{topic.id}.md"), "what stands today, and all its briefs")
        yield from (_brief(view, brief) for brief in newest)
    yield "\n## Data\n"
    yield from (_link(view, *row) for row in DATA)
    yield "\n## Optional\n"
    yield from (_link(view, name, twin_uri(uri), about) for name, uri, about in OPTIONAL)
    yield ""


def _brief(view: View, brief: Brief) -> str:
    about = f"{brief.date.words}; {count(len(brief.claims), 'claim')}"
    return _link(view, brief.title, twin_uri(f"briefs/{brief.id}.md"), about)


def _link(view: View, name: str, place: str, about: str) -> str:
    return f"- [{_text(name)}]({view.site.url}{place}): {_text(about)}"


def _text(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", " ".join(text.split()))
