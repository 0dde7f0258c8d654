"""The home page, the topics, and the list of briefs."""

from collections.abc import Sequence
from dataclasses import dataclass

from briefing.charts import Chart
from briefing.lists import DISPUTES, Runs
from briefing.markdown import Markdown, plain
from briefing.model import Brief, Topic
from briefing.pages.chronicle import entries
from briefing.pages.comparing import dispute_place, drawn, takeaway
from briefing.pages.context import Context, Page
from briefing.pages.head import Head, list_head, site_head
from briefing.pages.paging import OWN, Part, by_year, left, part_uri, shown, turns
from briefing.pages.phrases import Phrases
from briefing.wording import CORRECTION_WORDS, count, day, opening

CHARTS = 2
"""Charts on a topic's page."""

OPENING = 280
"""Characters of a topic's summary on the home page."""

LATEST = 6
"""Briefs, disputes and corrections shown on the home page."""

EVENTS = 100
"""Events on a topic's page: the latest."""


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
    index = context.index
    topics = [
        (
            say.topic(t.id),
            t,
            opening(plain(t.summary), OPENING),
            count(len(index.briefs_of.get(t.id, ())), "brief"),
        )
        for t in corpus.topics.values()
    ]
    return context.page(
        uri,
        "home",
        title=context.site.name,
        description=context.site.description,
        hide=("navigation", "toc"),
        kind="home",
        head=site_head(context),
        counts=[
            count(len(corpus.briefs), "brief"),
            count(len(corpus.claims), "claim"),
            count(len(corpus.sources), "document"),
        ],
        topics=topics,
        latest=[_row(say, b) for b in index.newest[:LATEST]],
        disputed=[say.to(d.title, dispute_place(d)) for d in index.newest_disputes[:LATEST]],
        all_disputes=say.to("All disputes", "disputed.md"),
        corrections=[
            (day(c.date), CORRECTION_WORDS[c.kind], c.what, say.brief(b.id))
            for c, b in index.latest_corrections[:LATEST]
        ],
        all_briefs=say.to("All briefs", "briefs/index.md"),
        how_to_read=say.to("How to read a brief", "how-to-read.md"),
    )


def topic_part(context: Context, record: Topic, part: Part) -> Page:
    """Return a part of the list of a topic's briefs."""
    briefs = context.index.briefs_of.get(record.id, ())
    return _briefs(context, f"{record.id}.md", record.title, briefs, (), part)


def topic(context: Context, record: Topic) -> Page:
    """Return the page of a topic: what stands today, where to begin, disputes, its latest briefs."""
    corpus, index, uri = context.corpus, context.index, f"{record.id}.md"
    say = context.phrases(uri)
    own = index.briefs_of.get(record.id, ())
    events = index.events_of.get(record.id, ())
    disputes = index.titled_of.get(record.id, ())
    return context.page(
        uri,
        "topic",
        title=record.title,
        description=plain(record.summary)[:300],
        kind="topic",
        head=Head(modified=index.changed_of.get(record.id)),
        feed=record.id,
        find={"topic": [record.title]},
        hide=("navigation",),
        origin="topics.yml",
        topic=record,
        counts=[count(len(own), "brief"), count(index.claims_of.get(record.id, 0), "claim")],
        start=[_row(say, corpus.briefs[b]) for b in record.start_here if b in corpus.briefs],
        charts=_charts(context, record),
        disputed=[say.to(d.title, dispute_place(d)) for d in shown(disputes, OWN, DISPUTES, rising=True)],
        more_disputes=left(len(disputes), DISPUTES, "dispute", say, "disputed.md"),
        events=entries(context, events[:EVENTS], say),
        more_events=left(len(events), EVENTS, "event", say, "timeline.md"),
        years=_by_year(say, shown(own, OWN)),
        turns=turns(say, uri, OWN, own),
        index=by_year(say, uri, index.years_of.get(record.id, ())),
        feeds=_feeds(context, record, say),
    )


def _feeds(context: Context, record: Topic, say: Phrases) -> list[tuple[str, list[Markdown]]]:
    """Return what can be followed, each with a link a format; the calendar is one for all topics."""
    names = (("Briefs on this topic", record.id), ("All briefs", "all"), ("Corrections", "corrections"))
    found = [
        (label, [say.to(f.words, f"feeds/{name}.{f}") for f in context.site.feed_formats])
        for label, name in names
    ]
    if context.index.has_days:
        found.append(("Dated events", [say.to("calendar", "calendar.ics")]))
    return found


@dataclass(frozen=True, slots=True)
class Charted:
    """A measure's chart on its topic's page."""

    chart: Chart
    caption: str
    link: Markdown


def _charts(context: Context, record: Topic) -> list[Charted]:
    """Return the charts of the topic's measures that compare the most."""
    say = context.phrases(f"{record.id}.md")
    own = [m for m in context.corpus.measures.values() if m.topic == record.id]
    ranked = sorted(own, key=lambda m: -context.index.figures[m.id])
    found: list[Charted] = []
    for measure in ranked:
        chart = drawn(context, measure) if len(found) < CHARTS else None
        if chart is not None:
            link = say.to("All figures, and the table as a file", f"measures/{measure.id}.md")
            found.append(Charted(chart, takeaway(context, measure), link))
    return found


def brief_list(context: Context, part: Part = OWN) -> Page:
    """Return the list of all briefs by year, newest first, or a part of it."""
    years = () if part.number else context.index.years
    return _briefs(context, "briefs/index.md", "Briefs", context.index.briefs, years, part)


def _briefs(context: Context, uri: str, title: str, briefs: Sequence[Brief], years: Runs, part: Part) -> Page:
    """Return a list of briefs, newest first, or a part of it; `years` are for its own page."""
    own = part_uri(uri, part.number)
    say, rows = context.phrases(own), shown(briefs, part)
    about = "All briefs" if uri == "briefs/index.md" else f"{title}: all briefs"
    return context.page(
        own,
        "brief_list",
        title=title + part.suffix,
        description=f"{about} by year, newest first{part.suffix}.",
        kind="list",
        head=list_head(rows),
        hide=("navigation",),
        total=count(len(briefs), "brief"),
        years=_by_year(say, rows),
        turns=turns(say, uri, part, briefs),
        index=by_year(say, uri, years),
    )


def _row(say: Phrases, record: Brief) -> BriefRow:
    return BriefRow(record, say.brief(record.id), Markdown(", ".join(say.topic(t) for t in record.topics)))


def _by_year(say: Phrases, records: Sequence[Brief]) -> list[tuple[int, list[BriefRow]]]:
    """Return rows by year, of briefs with the newest first."""
    years: dict[int, list[BriefRow]] = {}
    for record in records:
        years.setdefault(record.date.year, []).append(_row(say, record))
    return list(years.items())
