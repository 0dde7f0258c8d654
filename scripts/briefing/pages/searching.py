"""The search page, and what each page tells the search of itself."""

from collections.abc import Iterable, Mapping, Sequence

from briefing.evidence import answers
from briefing.model import Brief, BriefStatus, ClaimKind, Source, Status
from briefing.pages.context import Context, Page

FILTERS = (
    ("topic", "Topic"), ("year", "Year"), ("kind", "Kind of page"), ("status", "Claims"), ("publisher", "Publisher"),
    ("entity", "Entity"),
)  # fmt: skip
"""What a search can be narrowed by, in the order of the page."""

STATUS_WORDS = {
    Status.STANDING: "standing",
    Status.DISPUTED: "disputed",
    Status.SUPERSEDED: "superseded",
    Status.RETRACTED: "retracted",
}


def search(context: Context) -> Page:
    """Return the search page: a form that script fills, and lists for readers without script."""
    uri = "search.md"
    say = context.phrases(uri)
    lists = [
        ("All briefs", "briefs/index.md"), ("Entities", "entities/index.md"), ("Sources", "sources/index.md"),
        ("Measures", "measures/index.md"), ("Timeline", "timeline.md"), ("Glossary", "glossary.md"),
    ]  # fmt: skip
    return context.page(
        uri,
        "search",
        title="Search",
        description="Search all claims, names, figures and documents, by topic, year, status, publisher and entity.",
        kind="search",
        hide=("navigation", "toc"),
        filters=FILTERS,
        lists=[say.to(label, target) for label, target in lists],
    )


def brief_filters(context: Context, record: Brief) -> Mapping[str, Sequence[str]]:
    """Return the values by which a brief can be found."""
    corpus = context.corpus
    handles = [corpus.claims[f"{record.id}#{c.id}"] for c in record.claims]
    statuses = {STATUS_WORDS[h.claim.status] for h in handles}
    statuses |= {"on record"} if any(h.claim.kind is ClaimKind.FACT for h in handles) else set()
    statuses |= {"answered"} if any(answers(h, corpus) for h in handles) else set()
    if record.status is BriefStatus.WITHDRAWN:
        statuses.add("withdrawn")
    cited = {d for h in handles for d in context.evidence.supports[h.ref].documents}
    involved = {p.entity or p.told for h in handles for p in h.claim.by} | {
        s.entity for h in handles for s in h.claim.about
    }
    return {
        "topic": [corpus.topics[t].title for t in record.topics],
        "year": [str(y) for y in record.date.years],
        "status": sorted(statuses),
        "publisher": _named(context, (corpus.sources[d] for d in cited if d in corpus.sources)),
        "entity": sorted({corpus.name(e) for e in involved if e}),
    }


def source_filters(context: Context, record: Source) -> Mapping[str, Sequence[str]]:
    """Return the values by which a document can be found."""
    return {
        "year": [str(y) for y in record.issued.years] if record.issued else [],
        "publisher": _named(context, [record]),
    }


def _named(context: Context, sources: Iterable[Source]) -> list[str]:
    """Return the names of publishers that have a page: those that come again."""
    entities = {s.publisher.entity for s in sources if s.publisher and s.publisher.entity}
    return sorted(context.corpus.name(e) for e in entities)
