"""The dated events as a calendar (RFC 5545, RFC 7986) that a program can subscribe to.

Events last whole days, without a time zone: the local date at their place. Only those are here
whose first and last day are known beyond doubt: a calendar has no way to say "about" or "in
the course of the year". Its description says how many are left out.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Iterator

from briefing.corpus import EventHandle
from briefing.lists import event_topic
from briefing.model import BriefStatus, Status
from briefing.outputs.identity import event_tag
from briefing.view import Site, View
from briefing.wording import count, parties_words

CALENDAR = "calendar.ics"
"""The calendar's file."""

MOST_OCTETS = 75
"""Octets in a line without its end (RFC 5545, section 3.1)."""


def calendar(view: View) -> str | None:
    """Return the calendar, or nothing where no event has a place in it: a calendar is never empty.

    Events stand brief by brief, as `events_of` gives them.
    """
    found = [events_of(view, id_) for id_ in view.corpus.briefs]
    shown = sum(number for number, _ in found)
    return "".join((head(view, shown), *(text for _, text in found), END)) if shown else None


def head(view: View, shown: int) -> str:
    """Return what stands before so many events."""
    about = _about(view, shown)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//briefing//calendar 1//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(view.site.name)}",
        f"X-WR-CALNAME:{_text(view.site.name)}",
        f"DESCRIPTION:{_text(about)}",
        f"X-WR-CALDESC:{_text(about)}",
    ]
    return _lines(lines) + before_events(view.site)


def before_events(site: Site) -> str:
    """Return what `head` ends with, whatever the number of events is."""
    url = [f"URL:{site.address('timeline.md')}"] if site.url else []
    return _lines(["REFRESH-INTERVAL;VALUE=DURATION:P1D", *url])


END = "END:VCALENDAR\r\n"
"""What stands behind the events."""


def events_of(view: View, id_: str) -> tuple[int, str]:
    """Return the events of a brief that have a place in the calendar: how many, and their text, day by day."""
    brief, corpus = view.corpus.briefs[id_], view.corpus
    dated = [(days, f"{id_}#{event.id}") for event in brief.events if (days := event.when.days)]
    events = [_event(view, corpus.events[ref], days) for days, ref in sorted(dated)]
    return len(events), "".join(map(_lines, events))


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _about(view: View, shown: int) -> str:
    left_out = len(view.corpus.events) - shown
    about = f"{count(shown, 'event')} of {view.site.name}, each with its local date."
    if left_out:
        verb = "is" if left_out == 1 else "are"
        about += f" {count(left_out, 'more event')} {verb} left out, dated only to the month or year, or not for certain"
        about += f": see {view.site.address('timeline.md')}" if view.site.url else "."
    return about


def _event(view: View, handle: EventHandle, days: tuple[dt.date, dt.date]) -> Iterator[str]:
    """Yield the lines of an event. It leads to the claim that speaks of it, its own brief's first."""
    event, brief, corpus = handle.event, handle.brief, view.corpus
    claims = sorted(view.index.speaking.get(handle.ref, ()), key=lambda c: c.brief.id != brief.id)
    kind = corpus.event_kinds[event.kind]
    topic = corpus.topics[event_topic(corpus, handle)]
    told = [f"{c.claim.text} ({parties_words(c.claim.by, corpus)})" for c in claims]
    page = f"briefs/{brief.id}.md"
    if claims:
        page = f"briefs/{claims[0].brief.id}.md#{claims[0].claim.id}"
    retracted = bool(claims) and all(c.claim.status is Status.RETRACTED for c in claims)
    yield "BEGIN:VEVENT"
    # A UUID, as RFC 7986, section 5.3, asks: made from the permanent id, so always the same.
    yield f"UID:{uuid.uuid5(uuid.NAMESPACE_URL, event_tag(handle, view.site))}"
    yield f"DTSTAMP:{_date(brief.changed)}T000000Z"
    yield f"DTSTART;VALUE=DATE:{_date(days[0])}"
    if days[1] < dt.date.max:  # the end is the day after the last, and the last day of all has none
        yield f"DTEND;VALUE=DATE:{_date(days[1] + dt.timedelta(days=1))}"
    yield f"SUMMARY:{_text(event.title)}"
    yield f"DESCRIPTION:{_text(*(told or [brief.bottom_line]))}"
    yield f"CATEGORIES:{_text(topic.title)},{_text(kind.title)}"
    if view.site.url:
        yield f"URL:{view.site.address(page)}"
    if retracted or brief.status is BriefStatus.WITHDRAWN:
        yield "STATUS:CANCELLED"  # subscribers' programs strike it out
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _date(day: dt.date) -> str:
    return day.isoformat().replace("-", "")  # strftime writes the year 987 with three digits


_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]+")


def _text(*paragraphs: str) -> str:
    """Return a value of the type TEXT (RFC 5545, section 3.3.11), its paragraphs on lines of their own."""
    return "\\n".join(map(_escaped, paragraphs))


def _escaped(text: str) -> str:
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Return a line in parts of at most 75 octets, cut between characters (RFC 5545, section 3.1)."""
    if len(line) <= MOST_OCTETS and line.isascii():
        return line
    return "\r\n ".join(_parts(line))


def _parts(line: str) -> Iterator[str]:
    if line.isascii():  # a character is an octet
        yield line[:MOST_OCTETS]
        for at in range(MOST_OCTETS, len(line), MOST_OCTETS - 1):
            yield line[at : at + MOST_OCTETS - 1]
        return
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > MOST_OCTETS:
            yield part
            part, size = "", 1  # the space that begins each further line
        part += character
        size += octets
    yield part
