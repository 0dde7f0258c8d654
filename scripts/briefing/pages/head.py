"""What the head of a page tells programs: dates, a card, and JSON-LD in the words of schema.org.

The theme prints it (theme/partials/head.html) from the page's front matter.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from briefing.corpus import Corpus
from briefing.evidence import answers
from briefing.model import Brief, CorrectionKind, Entity, EntityKind, Source, SourceType, When
from briefing.view import Site, View
from briefing.wording import CORRECTION_WORDS, source_title

CONTEXT = "https://schema.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Anything that schema.org has a type for. Fields are its properties; empty ones are left out."""

    type: str
    id: str = ""
    """Its IRI: the permalink."""
    name: str = ""
    url: str = ""
    same_as: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreativeWork(Thing):
    """Something that somebody made: the site, a brief, a document, a correction, a file."""

    headline: str = ""
    text: str = ""
    in_language: str = ""
    date_published: str = ""
    date_modified: str = ""
    author: Sequence[Thing] = ()
    creator: Thing | None = None
    publisher: Thing | None = None
    license: str = ""
    image: str = ""
    is_part_of: Thing | None = None
    about: Sequence[Thing] = ()
    temporal_coverage: str = ""
    """The time that it speaks of, in ISO 8601."""
    creative_work_status: str = ""
    citation: Sequence["CreativeWork"] = ()
    correction: Sequence["CreativeWork"] = ()
    is_accessible_for_free: bool | None = None
    distribution: Sequence["CreativeWork"] = ()
    content_url: str = ""
    encoding_format: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of one page says."""

    published: dt.date | None = None
    modified: dt.date | None = None
    """The day of the last change that the record dates: what the sitemap gives."""
    card: str = ""
    """Its picture's file, seen from the site's root; the site's own where empty."""
    work: CreativeWork | None = None
    """What the page is."""

    def values(self) -> Mapping[str, str]:
        """Return the front matter's values that are printed as text."""
        given = {
            "published": self.published.isoformat() if self.published else "",
            "modified": self.modified.isoformat() if self.modified else "",
            "card": self.card,
        }
        return {key: value for key, value in given.items() if value}

    def data(self) -> Mapping[str, object]:
        """Return the front matter's value that is printed as JSON: the JSON-LD of the page."""
        return {"schema": {"@context": CONTEXT, **_node(self.work)}} if self.work else {}


def _node(thing: Thing) -> dict[str, object]:
    node: dict[str, object] = {"@type": thing.type}
    if thing.id:
        node["@id"] = thing.id
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name in ("type", "id") or (not value and value is not False):
            continue
        first, *rest = field.name.split("_")
        node[first + "".join(word.capitalize() for word in rest)] = _value(value)
    return node


def _value(value: object) -> object:
    if isinstance(value, Thing):
        return _node(value)
    if isinstance(value, (list, tuple)):
        return [_value(v) for v in value]
    return value


# --- the heads of pages ------------------------------------------------------------------


def site_head(view: View) -> Head:
    """Return the head of the home page."""
    site = view.site
    work = CreativeWork(
        type="WebSite",
        id=site.url,
        name=site.name,
        url=site.url,
        description=site.description,
        in_language="en",
        license=site.licence,
        publisher=_publisher(site),
    )
    return Head(modified=view.index.changed, work=work)


def list_head(briefs: Iterable[Brief]) -> Head:
    """Return the head of a page that lists briefs: it is as new as the newest of them."""
    return Head(modified=max((b.changed for b in briefs), default=None))


def brief_head(record: Brief, view: View) -> Head:
    """Return the head of a brief's page."""
    corpus, site = view.corpus, view.site
    address, card = site.address(f"briefs/{record.id}.md"), f"assets/cards/{record.id}.png"
    publisher = _publisher(site)
    work = CreativeWork(
        type="Report",
        id=address,
        url=address,
        name=record.title,
        headline=record.title,
        description=record.bottom_line,
        in_language="en",
        date_published=record.published.isoformat(),
        date_modified=record.changed.isoformat(),
        author=[Thing(type="Person", name=name) for name in record.authors] or [publisher],
        publisher=publisher,
        license=site.licence,
        image=site.url + card if site.url else "",
        is_part_of=Thing(type="WebSite", name=site.name, id=site.url, url=site.url),
        is_accessible_for_free=True,
        temporal_coverage=record.date.text,
        creative_work_status=record.status.capitalize(),
        about=_subjects(record, view),
        citation=[_document(corpus.sources[s], corpus) for s in _cited(record, view)],
        correction=[
            CreativeWork(
                type="CorrectionComment",
                name=CORRECTION_WORDS[c.kind],
                text=c.what,
                date_published=c.date.isoformat(),
            )
            for c in record.corrections
            if c.kind is not CorrectionKind.UPDATE
        ],
    )
    return Head(published=record.published, modified=record.changed, card=card, work=work)


@dataclass(frozen=True, slots=True)
class Download:
    """A file of data: its place below the site's root, its name and its media type."""

    place: str
    name: str
    media_type: str


def data_head(view: View, downloads: Sequence[Download]) -> Head:
    """Return the head of the page that explains the data: they are one data set."""
    site, changed = view.site, view.index.changed
    address = site.address("data.md")
    publisher = _publisher(site)
    work = CreativeWork(
        type="Dataset",
        id=address,
        url=address,
        name=f"{site.name}: briefs, claims, figures and documents",
        description=site.description or f"Everything that {site.name} says, as data.",
        in_language="en",
        license=site.licence,
        creator=publisher,
        publisher=publisher,
        is_accessible_for_free=True,
        date_modified=changed.isoformat() if changed else "",
        about=[Thing(type="Thing", name=t.title) for t in view.corpus.topics.values()],
        distribution=[
            CreativeWork(
                type="DataDownload",
                name=d.name,
                content_url=site.url + d.place,
                encoding_format=d.media_type,
            )
            for d in downloads
        ],
    )
    return Head(modified=changed, work=work)


# --- what they speak of ------------------------------------------------------------------


def _publisher(site: Site) -> Thing:
    return Thing(type="Organization", name=site.name, url=site.url)


_ENTITY_TYPES = {
    EntityKind.STATE: "Country",
    EntityKind.BODY: "Organization",
    EntityKind.ORGANISATION: "Organization",
    EntityKind.PERSON: "Person",
    EntityKind.GROUP: "Organization",
    EntityKind.VESSEL: "Vehicle",
    EntityKind.PLACE: "Place",
    EntityKind.WEAPON_SYSTEM: "Thing",
}

_DOCUMENT_TYPES = {
    SourceType.ARTICLE: "Article",
    SourceType.ARTICLE_JOURNAL: "ScholarlyArticle",
    SourceType.ARTICLE_MAGAZINE: "Article",
    SourceType.ARTICLE_NEWSPAPER: "NewsArticle",
    SourceType.BOOK: "Book",
    SourceType.CHAPTER: "Chapter",
    SourceType.DATASET: "Dataset",
    SourceType.LEGISLATION: "Legislation",
    SourceType.POST: "SocialMediaPosting",
    SourceType.POST_WEBLOG: "BlogPosting",
    SourceType.REPORT: "Report",
    SourceType.WEBPAGE: "WebPage",
}


def _subjects(record: Brief, view: View) -> list[Thing]:
    """Return the brief's topics, and whom and what its claims are about."""
    corpus, site = view.corpus, view.site
    topics = [
        Thing(type="Thing", name=corpus.topics[t].title, url=site.address(f"{t}.md")) for t in record.topics
    ]
    entities = dict.fromkeys(s.entity for c in record.claims for s in c.about)
    return topics + [_entity(corpus.entities[e], site) for e in entities]


def _entity(record: Entity, site: Site) -> Thing:
    wikidata = record.ids.get("wikidata")
    return Thing(
        type=_ENTITY_TYPES[record.kind],
        name=record.name,
        url=site.address(f"entities/{record.id}.md"),
        same_as=f"https://www.wikidata.org/entity/{wikidata}" if wikidata else "",
    )


def _cited(record: Brief, view: View) -> list[str]:
    """Return the ids of the documents that the brief's claims and the answers to them cite."""
    found: dict[str, None] = {}
    for claim in record.claims:
        handle = view.corpus.claims[f"{record.id}#{claim.id}"]
        found |= dict.fromkeys(view.evidence.supports[handle.ref].documents)
        found |= dict.fromkeys(c.source for a in answers(handle, view.corpus) for c in a.sources)
    return list(found)


def _document(source: Source, corpus: Corpus) -> CreativeWork:
    publisher = source.publisher
    name = "" if publisher is None else publisher.name or corpus.entities[publisher.entity or ""].name
    return CreativeWork(
        type=_DOCUMENT_TYPES.get(source.type, "CreativeWork"),
        name=source_title(source),
        url=source.url or "",
        author=[Thing(type="Person", name=a) for a in source.author],
        publisher=Thing(type="Organization", name=name) if name else None,
        date_published=_iso(source.issued) if source.issued else "",
        in_language=source.language or "",
    )


def _iso(when: When) -> str:
    """Return a date as ISO 8601 has it; nothing for one that is in doubt or has two ends."""
    start = when.start
    return "" if start is None or start.qualifier or when.is_interval else start.text
