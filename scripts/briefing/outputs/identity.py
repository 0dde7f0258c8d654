"""The ids by which readers' programs know a record again, whatever its name or the site's address."""

from collections import Counter

from briefing.corpus import ClaimHandle, EventHandle
from briefing.model import Brief, Claim, Entity, Event, Measure, Source, Topic
from briefing.view import Site


def brief_tag(brief: Brief, site: Site) -> str:
    """Return a brief's permanent id; a renamed brief keeps the one that its first id gave it."""
    return site.tag("brief", _first_id(brief))


def event_tag(handle: EventHandle, site: Site) -> str:
    """Return an event's permanent id, which neither its new id nor its brief's changes."""
    return site.tag("event", f"{_first_id(handle.brief)}/{_first_id(handle.event)}")


def claim_tag(handle: ClaimHandle, site: Site) -> str:
    """Return a claim's permanent id, which neither its new id nor its brief's changes."""
    return site.tag("claim", f"{_first_id(handle.brief)}/{_first_id(handle.claim)}")


def record_tag(record: Source | Entity | Measure | Topic, site: Site) -> str:
    """Return the permanent id of a record that belongs to no brief: "…:source/its-first-id"."""
    return site.tag(type(record).__name__.lower(), _first_id(record))


def feed_tag(feed: Topic | str, site: Site) -> str:
    """Return the permanent id of a topic's feed, or of the feed of this name; the same in all formats."""
    return site.tag("feed", feed if isinstance(feed, str) else _first_id(feed))


def correction_tags(brief: Brief, site: Site) -> list[str]:
    """Return the permanent id of each of a brief's corrections, in the author's order.

    A correction has no id of its own: its day names it, with its place among those of that day,
    so that one more of another day changes none.
    """
    seen: Counter[str] = Counter()
    tags = []
    for day in (c.date.isoformat() for c in brief.corrections):
        seen[day] += 1
        tags.append(site.tag("correction", f"{_first_id(brief)}/{day}/{seen[day]}"))
    return tags


def _first_id(record: Brief | Claim | Event | Source | Entity | Measure | Topic) -> str:
    """Return the id that a record had first: a new name is put behind the old ones."""
    return record.aliases[0] if record.aliases else record.id
