"""The home page, the topics, and the list of briefs."""

from collections.abc import Iterable
from dataclasses import dataclass

from briefing.corpus import ClaimHandle
from briefing.markdown import Markdown, plain
from briefing.model import Brief, Status, Topic
from briefing.pages.briefs import CORRECTION_WORDS
from briefing.pages.context import Context, Page
from briefing.pages.words import Phrases, count, day

LATEST = 6
"""Briefs, disputes and corrections shown on the home page."""


@dataclass(frozen=True, slots=True)
class BriefRow:
    """A brief in a list."""

    brief: Brief
    link: Markdown
    topics: Markdown


def home(context: Context) -> Page:
    """Return the home page: latest bottom lines, the topics, disputes and corrections."""
    corpus, uri = context.corpus, "index.md"
    say = context.phrases(uri)
    newest = sorted(corpus.briefs.values(), key=lambda b: (b.published, b.date.order, b.id), reverse=True)
    disputed = [h for h in corpus.claims.values() if h.claim.status is Status.DISPUTED]
    corrections = sorted(
        ((c, b) for b in corpus.briefs.values() for c in b.corrections),
        key=lambda pair: pair[0].date,
        reverse=True,
    )
    topics = [
        (say.topic(t.id), t, count(sum(t.id in b.topics for b in corpus.briefs.values()), "brief"))
        for t in corpus.topics.values()
    ]
    return context.page(
        uri,
        "home",
        title=context.site.name,
        description=context.site.description,
        hide=("navigation", "toc"),
        kind="home",
        counts=[
            count(len(corpus.briefs), "brief"),
            count(len(corpus.claims), "claim"),
            count(len(corpus.sources), "document"),
        ],
        topics=topics,
        latest=[_row(say, b) for b in newest[:LATEST]],
        disputed=[(say.claim(h), say.parties(h.claim.by)) for h in _newest(disputed)[:LATEST]],
        corrections=[
            (day(c.date), CORRECTION_WORDS[c.kind], c.what, say.brief(b.id)) for c, b in corrections[:LATEST]
        ],
        all_briefs=say.to("All briefs", "briefs/index.md"),
        how_to_read=say.to("How to read a brief", "how-to-read.md"),
    )


def topic(context: Context, record: Topic) -> Page:
    """Return the page of a topic: what stands today, where to begin, disputes, all its briefs."""
    corpus, uri = context.corpus, f"{record.id}.md"
    say = context.phrases(uri)
    own = [b for b in corpus.briefs.values() if record.id in b.topics]
    handles = [h for h in corpus.claims.values() if h.topic == record.id]
    events = sorted(
        (
            h
            for h in corpus.events.values()
            if (h.event.topic or corpus.event_kinds[h.event.kind].topic or h.brief.topics[0]) == record.id
        ),
        key=lambda h: (h.event.when.order, h.ref),
        reverse=True,
    )
    return context.page(
        uri,
        "topic",
        title=record.title,
        description=plain(record.summary)[:300],
        kind="topic",
        hide=("navigation",),
        origin="topics.yml",
        topic=record,
        counts=[count(len(own), "brief"), count(len(handles), "claim")],
        start=[_row(say, corpus.briefs[b]) for b in record.start_here if b in corpus.briefs],
        disputed=[
            (say.claim(h), say.parties(h.claim.by))
            for h in _newest(handles)
            if h.claim.status is Status.DISPUTED
        ],
        events=[(h, say.brief(h.brief.id, h.event.title)) for h in events],
        years=_by_year(say, own),
    )


def brief_list(context: Context) -> Page:
    """Return the list of all briefs by year, newest first."""
    uri = "briefs/index.md"
    briefs = context.corpus.briefs.values()
    return context.page(
        uri,
        "brief_list",
        title="Briefs",
        description="All briefs by year, newest first.",
        kind="list",
        hide=("navigation",),
        total=count(len(briefs), "brief"),
        years=_by_year(context.phrases(uri), briefs),
    )


def _row(say: Phrases, record: Brief) -> BriefRow:
    return BriefRow(record, say.brief(record.id), Markdown(", ".join(say.topic(t) for t in record.topics)))


def _by_year(say: Phrases, records: Iterable[Brief]) -> list[tuple[int, list[BriefRow]]]:
    years: dict[int, list[BriefRow]] = {}
    for record in sorted(records, key=lambda b: (b.date.order, b.id), reverse=True):
        years.setdefault(record.date.year, []).append(_row(say, record))
    return list(years.items())


def _newest(handles: Iterable[ClaimHandle]) -> list[ClaimHandle]:
    return sorted(handles, key=lambda h: (h.brief.date.order, h.brief.id, -h.index), reverse=True)
