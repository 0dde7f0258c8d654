"""What happened when, and what this site has changed: the timeline and the corrections."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from briefing.corpus import ClaimHandle, EventHandle
from briefing.evidence import answers
from briefing.lists import event_topic
from briefing.markdown import Markdown, inline, timed
from briefing.model import When
from briefing.pages.context import Context, Page
from briefing.pages.head import Head, list_head
from briefing.pages.paging import OWN, ROWS, Part, by_year, part_uri, shown, turns
from briefing.pages.phrases import Phrases
from briefing.wording import CORRECTION_WORDS, RESPONSE_WORDS, count, day

TIMELINE_ROWS = 400
"""Events on one page of the timeline."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, however many claims speak of it."""

    id: str
    when: Markdown
    link: Markdown
    kind: str
    kind_id: str
    topic: Markdown
    topic_id: str
    responses: tuple[Markdown, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """The events of a year, those with an uncertain date apart."""

    year: int
    dated: tuple[Entry, ...]
    uncertain: tuple[Entry, ...]


def entries(context: Context, handles: Iterable[EventHandle], say: Phrases) -> list[Entry]:
    """Return events as entries, latest first."""
    speaking = context.index.speaking
    ordered = sorted(handles, key=lambda h: (h.event.when.order, h.ref), reverse=True)
    return [_entry(context, h, speaking.get(h.ref, ()), say) for h in ordered]


def _entry(context: Context, handle: EventHandle, claims: Sequence[ClaimHandle], say: Phrases) -> Entry:
    own = [c for c in claims if c.brief.id == handle.brief.id]
    title = handle.event.title
    link = say.claim((own or claims)[0], title) if claims else say.brief(handle.brief.id, title)
    found: dict[Markdown, None] = {}
    for claim in claims:
        for answer in answers(claim, context.corpus):
            words = f"{RESPONSE_WORDS[answer.response.kind]}, {say.parties(answer.by)}"
            said = f", {answer.said.words}" if answer.said else ""
            found[Markdown(words + said)] = None
    kind = context.corpus.event_kinds[handle.event.kind]
    topic = event_topic(context.corpus, handle)
    return Entry(
        id=handle.ref.replace("#", "--"),
        when=_when(handle.event.when),
        link=link,
        kind=kind.title,
        kind_id=kind.id,
        topic=say.topic(topic),
        topic_id=topic,
        responses=tuple(found),
    )


def _when(when: When) -> Markdown:
    return inline(when.words) if when.is_interval or when.is_uncertain else timed(when.words, when.text)


def timeline(context: Context, part: Part = OWN) -> Page:
    """Return the timeline by year, latest first, or a part of it."""
    uri = part_uri("timeline.md", part.number)
    say = context.phrases(uri)
    handles = context.index.events
    rows = shown(handles, part, TIMELINE_ROWS)
    years: dict[int, list[EventHandle]] = defaultdict(list)
    for handle in rows:
        years[handle.event.when.year].append(handle)
    made = [
        Year(
            year,
            tuple(entries(context, (h for h in years[year] if not h.event.when.is_uncertain), say)),
            tuple(entries(context, (h for h in years[year] if h.event.when.is_uncertain), say)),
        )
        for year in sorted(years, reverse=True)
    ]
    kinds, busy = set(context.index.kinds_of_events), set(context.index.topics_of_events)
    return context.page(
        uri,
        "timeline",
        title=f"Timeline{part.suffix}",
        description="The briefs' events by year, each linked to the claim that it rests on.",
        kind="timeline",
        head=list_head(h.brief for h in rows),
        turns=turns(say, "timeline.md", part, handles, TIMELINE_ROWS),
        index=Markdown("")
        if part.number
        else by_year(say, "timeline.md", context.index.years_of_events, TIMELINE_ROWS),
        hide=("navigation",),
        total=count(len(handles), "event"),
        years=made,
        slices=[
            (t.id, t.title, say.to(t.title, f"{t.id}.md#events" if t.id in busy else f"{t.id}.md"))
            for t in context.corpus.topics.values()
        ],
        kinds=[(k.id, k.title) for k in context.corpus.event_kinds.values() if k.id in kinds],
    )


def corrections(context: Context, part: Part = OWN) -> Page:
    """Return the page of everything that was changed after publication, or a part of it."""
    uri = part_uri("corrections.md", part.number)
    say = context.phrases(uri)
    every = context.index.corrections
    rows, made = shown(every, part), []
    first = min(len(every), part.number * ROWS) if part.number else len(every)
    for correction, brief in rows:
        link = say.brief(brief.id)
        if correction.claim:
            handle = context.corpus.claim(correction.claim, brief)
            link = say.claim(handle, f"{brief.title}, claim {handle.index + 1}")
        made.append((day(correction.date), CORRECTION_WORDS[correction.kind], correction, link))
    return context.page(
        uri,
        "corrections",
        title=f"Corrections{part.suffix}",
        description="Everything that was changed on this site after it was published, and why.",
        kind="list",
        feed="corrections",
        head=Head(modified=rows[0][0].date if rows else None),
        hide=("navigation",),
        rows=made,
        first=first,
        turns=turns(say, "corrections.md", part, every),
        total=count(len(every), "change"),
        policy=say.to("corrections policy", "about.md#corrections"),
    )
