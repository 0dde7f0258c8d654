"""A feed in the formats that readers' programs take: Atom, RSS and JSON Feed.

Follows RFC 4287 (Atom), RSS 2.0 with the best practices of the RSS Advisory Board, and JSON
Feed 1.1. Titles and summaries are plain text, contents are HTML. Days become their first
second in UTC. What a feed holds is decided in `feeds`.
"""

import datetime as dt
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from email.utils import format_datetime

from markupsafe import Markup, escape

from briefing.view import FeedFormat

LANGUAGE = "en"
"""The language of everything that the engine writes (BCP 47)."""

MEDIA_TYPES = {
    FeedFormat.ATOM: "application/atom+xml",
    FeedFormat.JSON: "application/feed+json",
    FeedFormat.RSS: "application/rss+xml",
}


@dataclass(frozen=True, slots=True)
class Category:
    """What an entry is about."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed."""

    id: str
    """A `tag:` URI that never changes."""
    title: str
    address: str
    """The page that it leads to."""
    published: dt.date
    updated: dt.date
    summary: str
    content: Markup
    """HTML."""
    categories: tuple[Category, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """Entries, newest first, and what they are."""

    name: str
    """The name of its files without their endings."""
    id: str
    """A `tag:` URI that never changes, the same in every format."""
    title: str
    description: str
    page: str
    """The address of the page that shows the same."""
    folder: str
    """The address of the folder that holds its files."""
    author: str
    """Who stands behind entries that name no author."""
    licence: str
    """The address of the licence of its texts."""
    updated: dt.date
    entries: tuple[Entry, ...]
    formats: tuple[FeedFormat, ...]
    """The formats in which it is given."""
    former: tuple[str, ...] = ()
    """Names that it had before."""

    def address(self, format_: FeedFormat) -> str:
        """Return the address of its file in a format."""
        return f"{self.folder}{self.name}.{format_}"


def as_text(feed: Feed, format_: FeedFormat) -> str:
    """Return a feed as the text of a file in UTF-8."""
    match format_:
        case FeedFormat.ATOM:
            return _atom(feed)
        case FeedFormat.RSS:
            return _rss(feed)
        case FeedFormat.JSON:
            return _json(feed)


# --- Atom --------------------------------------------------------------------------------


def _atom(feed: Feed) -> str:
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": LANGUAGE})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.description)
    _add(root, "updated", _rfc3339(feed.updated))
    for format_ in feed.formats:
        rel = "self" if format_ is FeedFormat.ATOM else "alternate"
        _add(root, "link", rel=rel, type=MEDIA_TYPES[format_], href=feed.address(format_))
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    _add(root, "link", rel="license", href=feed.licence)
    _add(_add(root, "author"), "name", feed.author)
    for entry in feed.entries:
        item = _add(root, "entry")
        _add(item, "id", entry.id)
        _add(item, "title", entry.title)
        _add(item, "link", rel="alternate", type="text/html", href=entry.address)
        _add(item, "published", _rfc3339(entry.published))
        _add(item, "updated", _rfc3339(entry.updated))
        for author in entry.authors:
            _add(_add(item, "author"), "name", author)
        for category in entry.categories:
            _add(item, "category", term=category.id, label=category.title)
        _add(item, "summary", entry.summary)
        _add(item, "content", entry.content, type="html")
    return _serialised(root)


# --- RSS ---------------------------------------------------------------------------------


def _rss(feed: Feed) -> str:
    root = ET.Element(
        "rss",
        {
            "version": "2.0",
            "xmlns:atom": "http://www.w3.org/2005/Atom",
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        },
    )
    channel = _add(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.page)
    _add(channel, "description", feed.description)
    _add(channel, "language", LANGUAGE)
    _add(channel, "copyright", f"Licence: {feed.licence}")
    _add(channel, "lastBuildDate", _rfc822(feed.updated))
    rss = FeedFormat.RSS
    _add(channel, "atom:link", rel="self", type=MEDIA_TYPES[rss], href=feed.address(rss))
    for entry in feed.entries:
        item = _add(channel, "item")
        _add(item, "title", entry.title)
        _add(item, "link", entry.address)
        _add(item, "guid", entry.id, isPermaLink="false")
        _add(item, "pubDate", _rfc822(entry.published))
        _add(item, "atom:updated", _rfc3339(entry.updated))  # RSS has no date of change of its own
        for author in entry.authors or (feed.author,):
            _add(item, "dc:creator", author)
        for category in entry.categories:
            _add(item, "category", category.title)
        _add(item, "description", escape(entry.summary))  # the one plain element that is read as HTML
        _add(item, "content:encoded", entry.content)
    return _serialised(root)


# --- JSON Feed ---------------------------------------------------------------------------


def _json(feed: Feed) -> str:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address(FeedFormat.JSON),
        "description": feed.description,
        "language": LANGUAGE,
        "authors": [{"name": feed.author}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return _legal(json.dumps(document, ensure_ascii=False, indent=1)) + "\n"


def _item(entry: Entry) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.id,
        "url": entry.address,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content,
        "date_published": _rfc3339(entry.published),
        "date_modified": _rfc3339(entry.updated),
        "tags": [c.title for c in entry.categories],
    }
    if entry.authors:
        item["authors"] = [{"name": a} for a in entry.authors]
    return item


# --- what the formats share --------------------------------------------------------------


def _rfc3339(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _rfc822(day: dt.date) -> str:
    return format_datetime(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC), usegmt=True)


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """Return a new last child. Namespaces are written as prefixes, which the roots declare."""
    child = ET.SubElement(parent, tag, {k: _legal(v) for k, v in attributes.items()})
    child.text = _legal(text) or None
    return child


_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _legal(text: str) -> str:
    """Return text with a mark for each character that XML 1.0 (section 2.2) cannot hold, escaped or not."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", str(text))


def _serialised(root: ET.Element) -> str:
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
