"""The home page, the topics, and the list of briefs."""

from collections.abc import Sequence
from dataclasses import dataclass

from briefing.charts import Chart
from briefing.markdown import Markdown, plain
from briefing.model import Brief, Topic
from briefing.pages.chronicle import entries
from briefing.pages.comparing import dispute_place, dispute_title, drawn, takeaway
from briefing.pages.context import Context, Page
from briefing.pages.head import list_head, site_head
from briefing.pages.paging import OWN, Part, by_year, left, part_uri, shown, turns
from briefing.pages.phrases import Phrases
from briefing.view import DISPUTES, event_topic
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
    newest = sorted(corpus.briefs.values(), key=lambda b: (b.published, b.date.order, b.id), reverse=True)
    newest_disputes = sorted(
        context.disputes.disputes,
        key=lambda d: max((h.brief.published, h.brief.date.order) for h in d.claims),
        reverse=True,
    )
    corrections = sorted(
        ((c, b) for b in corpus.briefs.values() for c in b.corrections),
        key=lambda pair: pair[0].date,
        reverse=True,
    )
    topics = [
        (
            say.topic(t.id),
            t,
            opening(plain(t.summary), OPENING),
            count(sum(t.id in b.topics for b in corpus.briefs.values()), "brief"),
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
        latest=[_row(say, b) for b in newest[:LATEST]],
        disputed=[say.to(dispute_title(d), dispute_place(context, d)) for d in newest_disputes[:LATEST]],
        all_disputes=say.to("All disputes", "disputed.md"),
        corrections=[
            (day(c.date), CORRECTION_WORDS[c.kind], c.what, say.brief(b.id)) for c, b in corrections[:LATEST]
        ],
        all_briefs=say.to("All briefs", "briefs/index.md"),
        how_to_read=say.to("How to read a brief", "how-to-read.md"),
    )


def own_briefs(context: Context, record: Topic) -> list[Brief]:
    """Return the briefs of a topic, newest first."""
    return [b for b in context.index.briefs if record.id in b.topics]


def topic_part(context: Context, record: Topic, part: Part) -> Page:
    """Return a part of the list of a topic's briefs."""
    return _briefs(context, f"{record.id}.md", record.title, own_briefs(context, record), part)


def topic(context: Context, record: Topic) -> Page:
    """Return the page of a topic: what stands today, where to begin, disputes, its latest briefs."""
    corpus, uri = context.corpus, f"{record.id}.md"
    say = context.phrases(uri)
    own = own_briefs(context, record)
    handles = [h for h in corpus.claims.values() if h.topic == record.id]
    slice_ = [h for h in corpus.events.values() if event_topic(corpus, h) == record.id]
    latest = sorted(slice_, key=lambda h: (h.event.when.order, h.ref), reverse=True)[:EVENTS]
    own_disputes = [d for d in context.disputes.disputes if any(h.topic == record.id for h in d.claims)]
    return context.page(
        uri,
        "topic",
        title=record.title,
        description=plain(record.summary)[:300],
        kind="topic",
        head=list_head(own),
        feed=record.id,
        find={"topic": [record.title]},
        hide=("navigation",),
        origin="topics.yml",
        topic=record,
        counts=[count(len(own), "brief"), count(len(handles), "claim")],
        start=[_row(say, corpus.briefs[b]) for b in record.start_here if b in corpus.briefs],
        charts=_charts(context, record),
        disputed=[
            say.to(dispute_title(d), dispute_place(context, d)) for d in own_disputes[: -DISPUTES - 1 : -1]
        ],
        more_disputes=left(len(own_disputes), DISPUTES, "dispute", say, "disputed.md"),
        events=entries(context, latest, say),
        more_events=left(len(slice_), EVENTS, "event", say, "timeline.md"),
        years=_by_year(say, shown(own, OWN)),
        turns=turns(say, uri, OWN, len(own)),
        index=by_year(say, uri, [b.date.year for b in own]),
        feeds=_feeds(context, record, say),
    )


def _feeds(context: Context, record: Topic, say: Phrases) -> list[tuple[str, list[Markdown]]]:
    """Return what can be followed, each with a link a format; the calendar is one for all topics."""
    names = (("Briefs on this topic", record.id), ("All briefs", "all"), ("Corrections", "corrections"))
    found = [
        (label, [say.to(f.words, f"feeds/{name}.{f}") for f in context.site.feed_formats])
        for label, name in names
    ]
    if any(h.event.when.days for h in context.corpus.events.values()):
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
    ranked = sorted(
        own, key=lambda m: -len([e for c in context.disputes.comparisons[m.id] for e in c.estimates])
    )
    found: list[Charted] = []
    for measure in ranked:
        chart = drawn(context, measure) if len(found) < CHARTS else None
        if chart is not None:
            link = say.to("All figures, and the table as a file", f"measures/{measure.id}.md")
            found.append(Charted(chart, takeaway(context, measure), link))
    return found


def brief_list(context: Context, part: Part = OWN) -> Page:
    """Return the list of all briefs by year, newest first, or a part of it."""
    return _briefs(context, "briefs/index.md", "Briefs", context.index.briefs, part)


def _briefs(context: Context, uri: str, title: str, briefs: Sequence[Brief], part: Part) -> Page:
    """Return a list of briefs, newest first, or a part of it."""
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
        turns=turns(say, uri, part, len(briefs)),
        index=Markdown("") if part.number else by_year(say, uri, [b.date.year for b in briefs]),
    )


def _row(say: Phrases, record: Brief) -> BriefRow:
    return BriefRow(record, say.brief(record.id), Markdown(", ".join(say.topic(t) for t in record.topics)))


def _by_year(say: Phrases, records: Sequence[Brief]) -> list[tuple[int, list[BriefRow]]]:
    """Return rows by year, of briefs with the newest first."""
    years: dict[int, list[BriefRow]] = {}
    for record in records:
        years.setdefault(record.date.year, []).append(_row(say, record))
    return list(years.items())
