"""Names that the site's own addresses take, so that no record may have them."""

ADDRESSES = frozenset(
    {
        "about",
        "all",  # feeds/all.atom, beside feeds/<topic>.atom
        "api",
        "assets",
        "briefs",
        "corrections",
        "data",
        "disputed",
        "entities",
        "feeds",
        "glossary",
        "how-to-read",
        "how-to-write",
        "images",
        "index",
        "javascripts",
        "measures",
        "reference",
        "rules",
        "schema",
        "search",
        "sitemap",
        "sources",
        "stylesheets",
        "timeline",
    }
)
"""First parts of addresses: no topic may have one of them as its id."""

ANCHORS = frozenset(
    {
        "background",
        "bottom-line",
        "cite-this",
        "corrections",
        "key-points",
        "related",
        "sources",
        "timeline",
        "what-is-claimed",
        "what-we-do-not-know",
        "what-we-judge",
        "why-it-matters",
        "rival-figures",
        "provenance",
    }
)
"""Ids of a brief page's headings: no claim may have one of them as its id.

Anchors that pages make from ids hold two hyphens (`event--test-6`), which no slug can."""
