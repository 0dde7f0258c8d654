"""Facts to English: numbers, dates, parties, documents and chains as phrases.

Phrases that hold links need the page that they stand on: `Phrases` is made once a page.
"""

import datetime as dt
import itertools
from collections.abc import Container, Sequence
from decimal import Decimal

from briefing.corpus import ClaimHandle, Corpus
from briefing.evidence import Support, Trail
from briefing.markdown import Markdown, external, inline, join, relative
from briefing.model import (
    CURRENCIES,
    UNITS,
    Access,
    Claim,
    EntityKind,
    Figure,
    Limit,
    Party,
    Qualifier,
    ResponseKind,
    Source,
    SourceKind,
    Valued,
)

LIMIT_WORDS = {
    Limit.INTERESTED_PARTY: "who says so has an interest in it",
    Limit.UNNAMED: "the origin is not named",
    Limit.INDIRECT: "only documents that relay the origin were read",
    Limit.IMPRECISE: "the wording leaves open what exactly is meant",
    Limit.STALE: "it may have changed since",
    Limit.TRANSLATED: "read in translation",
    Limit.UNSEEN_DOCUMENT: "it rests on a document that was not read here",
    Limit.COUNTED_BY_US: "counted by this site from a table",
}

RESPONSE_WORDS = {
    ResponseKind.DENIAL: "Denial",
    ResponseKind.PARTIAL_DENIAL: "Partial denial",
    ResponseKind.NON_DENIAL: "Neither confirmed nor denied",
    ResponseKind.CONFIRMATION: "Confirmation",
    ResponseKind.JUSTIFICATION: "Justification",
    ResponseKind.NO_COMMENT: "No comment",
    ResponseKind.NO_RESPONSE: "No response",
    ResponseKind.NOT_SOUGHT: "Response not sought",
}

KIND_WORDS = {
    SourceKind.OFFICIAL: "Official document",
    SourceKind.PARTY: "Document of a party",
    SourceKind.STATE_MEDIA: "State media",
    SourceKind.PRESS: "Press",
    SourceKind.RESEARCH: "Research",
    SourceKind.VENDOR: "Company that sells related services",
    SourceKind.DATASET: "Dataset",
}

ACCESS_WORDS = {
    Access.PUBLIC: "read; open to all",
    Access.PAYWALLED: "read; not open to all",
    Access.SEEN_BY_PRESS: "not read here; seen by the press",
    Access.UNSEEN: "not read here",
}

ENTITY_WORDS = {
    EntityKind.STATE: "State",
    EntityKind.BODY: "Body",
    EntityKind.ORGANISATION: "Organisation",
    EntityKind.PERSON: "Person",
    EntityKind.GROUP: "Group",
    EntityKind.VESSEL: "Vessel",
    EntityKind.PLACE: "Place",
    EntityKind.WEAPON_SYSTEM: "Weapon system",
}


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return "1 claim" or "3 claims"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def day(date: dt.date) -> str:
    """Return "4 February 2022"."""
    return f"{date.day} {date:%B %Y}"


_SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))


def number(value: Decimal, *, scaled: bool = True) -> str:
    """Return a number as read in text: "1.46 billion", "168,679", "6.3". Loses no digit."""
    for size, word in _SCALES if scaled else ():
        if abs(value) >= size:
            short = value / size
            digits = f"{short.normalize():f}"
            if len(digits.partition(".")[2]) <= 3:
                return f"{digits} {word}"
    return f"{value:,f}"


def quantity(value: Decimal, unit: str) -> str:
    """Return a number with its unit: "$50 million", "250 kt", "Mach 5", "31%"."""
    digits = number(value, scaled=unit in CURRENCIES or unit == "count")
    if unit in CURRENCIES:
        sign = "-" if value < 0 else ""
        return f"{sign}{CURRENCIES[unit]}{digits.removeprefix('-')}"
    match unit:
        case "count":
            return digits
        case "percent":
            return f"{digits}%"
        case "mach":
            return f"Mach {digits}"
        case "magnitude":
            return f"magnitude {digits}"
        case "usd_bbl":
            return f"${digits} a barrel"
        case _:
            return f"{digits} {UNITS.get(unit, unit)}".strip()


def figure_unit(figure: Figure, claim: Claim, corpus: Corpus) -> str:
    """Return the unit of a figure: its own, `count` where it says `of` what, or its measure's."""
    if figure.unit:
        return figure.unit
    measure = corpus.measures.get(figure.measure or claim.measure or "")
    if measure and (figure.of is None or measure.unit == "count"):
        return measure.unit
    return "count" if figure.of else measure.unit if measure else "count"


def figure_words(figure: Figure, claim: Claim, corpus: Corpus) -> str:
    """Return a figure with its qualifier and what it counts: "at least 3 exchanges"."""
    unit = figure_unit(figure, claim, corpus)
    numbers = figure.numbers
    if figure.qualifier is Qualifier.BETWEEN:
        words = f"between {quantity(numbers[0], unit)} and {quantity(numbers[1], unit)}"
    else:
        words = f"{figure.qualifier.words} {quantity(numbers[0], unit)}".strip()
    if figure.of:
        joint = " of " if unit in CURRENCIES or unit == "percent" else " "
        words += joint + figure.of
    return words


class Phrases:
    """Phrases with links, for one page."""

    def __init__(self, corpus: Corpus, uri: str) -> None:
        """Take the page's file below the docs folder, from which links start."""
        self.corpus = corpus
        self.uri = uri

    def to(self, label: object, target: str) -> Markdown:
        """Return a link to a page's file, with an anchor if the target has one."""
        return Markdown(f"[{inline(label)}]({relative(self.uri, target)})")

    def entity(self, id_: str, label: str | None = None) -> Markdown:
        """Return a link to an entity, by its short name unless told otherwise."""
        return self.to(label or self.corpus.name(id_), f"entities/{id_}.md")

    def brief(self, id_: str, label: str | None = None) -> Markdown:
        """Return a link to a brief, by its title unless told otherwise."""
        return self.to(label or self.corpus.briefs[id_].title, f"briefs/{id_}.md")

    def claim(self, handle: ClaimHandle, label: str | None = None) -> Markdown:
        """Return a link to a claim, by its text unless told otherwise."""
        return self.to(label or handle.claim.text, f"briefs/{handle.brief.id}.md#{handle.claim.id}")

    def topic(self, id_: str) -> Markdown:
        """Return a link to a topic."""
        return self.to(self.corpus.topics[id_].title, f"{id_}.md")

    def source(self, id_: str) -> Markdown:
        """Return a link to a source, by publisher and date: "Reuters, 5 February 2022"."""
        return self.to(document_name(self.corpus.sources[id_], self.corpus), f"sources/{id_}.md")

    def party(self, party: Party) -> Markdown:
        """Return who says something: "one Member State, as told to the UN Panel"."""
        if party.entity:
            return self.entity(party.entity)
        if party.name:
            return inline(f"{party.name} ({party.role})")
        told = f", as told to {self.entity(party.told)}" if party.told else ""
        return Markdown(f"{inline(party.unnamed)}{told}")

    def parties(self, parties: Sequence[Party]) -> Markdown:
        """Return several as "a, b and c"."""
        return join([self.party(p) for p in parties])

    def publisher(self, source: Source) -> Markdown:
        """Return who published a source, or that this is not known."""
        if source.publisher is None:
            return Markdown("publisher not given")
        if source.publisher.entity:
            return self.entity(source.publisher.entity)
        return inline(source.publisher.name)

    def reference(self, id_: str) -> Markdown:
        """Return a source as an entry of a list: author, title, publisher, date, number, link."""
        source = self.corpus.sources[id_]
        parts: list[object] = []
        if source.author:
            parts.append(join(source.author))
        name = f"“{source.title}”" if source.title else source_title(source)
        parts.append(self.to(name, f"sources/{id_}.md"))
        parts.append(self.publisher(source))
        parts.append(source.issued.words if source.issued else "no date")
        if source.number:
            parts.append(source.number)
        line = ", ".join(inline(p) for p in parts)
        if source.url:
            line += f" ({external('document', source.url)})"
        if source.access is not Access.PUBLIC:
            line += f" ({ACCESS_WORDS[source.access]})"
        return Markdown(line)

    def evidence(self, support: Support) -> Markdown:
        """Return "2 documents, through 2 more, 1 origin"."""
        documents = count(len(support.documents), "document")
        more = f", through {len(support.behind)} more" if support.behind else ""
        return Markdown(f"{documents}{more}, {count(len(support.origins), 'origin')}")

    def chain(self, support: Support) -> list[Markdown]:
        """Return where a claim stands written and what that rests on, a sentence a way.

        A document that a sentence above has followed to its end is not followed again.
        """
        told: set[str] = set()
        sentences = []
        for trail in support.trails:
            sentences.append(Markdown(self._trail(trail, support.origins, told)))
            told |= set(trail.documents)
        return list(dict.fromkeys(sentences))

    def _trail(self, trail: Trail, origins: Sequence[Party], told: Container[str]) -> str:
        """Say one way from a document to the origin: "X relays Reuters, which saw a report …"."""
        sources = [self.corpus.sources[d] for d in trail.documents]
        words = _capital(self._document(sources[0], first=True))
        if trail.citation.at:
            words += f" ({inline(trail.citation.at)})"
        for n, (here, below) in enumerate(itertools.pairwise(sources)):
            verb = _verb(here, below)
            words += f" {verb} " if n == 0 else f", which {verb} "
            if below.id in told:
                return words + f"{self.source(below.id)}, as above."
            words += self._document(below)
        return words + self._ending(sources, origins) + "."

    def _ending(self, sources: Sequence[Source], origins: Sequence[Party]) -> str:
        """Say what the last document of a trail has to do with the origins."""
        last = sources[-1]
        publisher = last.publisher.entity if last.publisher else None
        relayed = len(sources) > 1
        if len(origins) == 1:
            origin = origins[0]
            if origin.entity and origin.entity == publisher:
                return ", the origin’s own words" if relayed else ": the origin’s own words"
            if origin.unnamed and origin.told and origin.told == publisher:
                who = inline(origin.unnamed)
                return f", which was told so by {who}" if relayed else f" was told so by {who}"
        who = join([self._origin(p) for p in origins])
        says = "says so" if len(origins) == 1 else "say so"
        return f", in which {who} {says}" if relayed else f" reports that {who} {says}"

    def _origin(self, party: Party) -> Markdown:
        if party.unnamed and party.told:
            return Markdown(f"{inline(party.unnamed)} (to {self.entity(party.told)})")
        return self.party(party)

    def _document(self, source: Source, *, first: bool = False) -> str:
        """Name a document in a sentence."""
        link = self.source(source.id)
        match source.access:
            case Access.SEEN_BY_PRESS:
                return f"a document that is not public ({link})"
            case Access.UNSEEN if not first:
                return f"{link} (not read here)"
            case _:
                return str(link)


def _verb(here: Source, below: Source) -> str:
    if below.access is Access.SEEN_BY_PRESS:
        return "saw"
    both_press = here.kind is SourceKind.PRESS and below.kind is SourceKind.PRESS
    return "relays" if both_press else "cites"


def _capital(text: str) -> str:
    """Return text with a capital, where it begins with a link's or a sentence's small letter."""
    head = text[1:2].upper() + text[2:] if text.startswith("[") else text[1:]
    return text[:1] + head if text.startswith("[") else text[:1].upper() + head


def document_name(source: Source, corpus: Corpus) -> str:
    """Return the short name of a document: publisher and date, or its title."""
    if source.publisher is None:
        name = f"“{shortened(source.title, 48)}”" if source.title else "a document without a publisher"
        return name if source.issued is None else f"{name}, {source.issued.words}"
    publisher = source.publisher
    name = corpus.name(publisher.entity) if publisher.entity else str(publisher.name)
    return f"{name}, {source.issued.words}" if source.issued else f"{name} (undated)"


def source_title(source: Source) -> str:
    """Return a document's title or, where it has none, what it is in a few words."""
    if source.title:
        return source.title
    words = (source.descriptor or source.id).partition(". ")[0].rstrip(".")
    return shortened(words, 90)


def shortened(text: str, most: int) -> str:
    """Return text cut after a word, with an ellipsis, to at most `most` characters."""
    if len(text) <= most:
        return text
    return text[: most - 1].rpartition(" ")[0].rstrip(",;:") + "…"


def valued_words(figure: Figure) -> str:
    """Return at which prices a figure was turned into money, or nothing."""
    match figure.valued:
        case Valued.AT_THEFT:
            return "at the prices of the day of the event"
        case Valued.AT_REPORT:
            return "at the prices of the day of the report"
        case _:
            return ""
