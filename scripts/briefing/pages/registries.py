"""Entities, sources and the glossary: their pages and their lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from briefing.evidence import Appearance, Reliance
from briefing.links.addresses import punycode
from briefing.links.states import State
from briefing.lists import by_date
from briefing.markdown import Markdown, attribute, external, inline
from briefing.model import Entity, Name, Sanction, Source, Term
from briefing.pages.context import Context, Page
from briefing.pages.paging import OWN, ROWS, Part, left, part_uri, shown, turns
from briefing.pages.phrases import Phrases
from briefing.pages.searching import source_filters
from briefing.wording import (
    ACCESS_WORDS,
    ENTITY_WORDS,
    KIND_WORDS,
    count,
    day,
    document_name,
    listed,
    source_title,
)

R = TypeVar("R")

ROLE_WORDS = {
    "by": "What it says",
    "told": "What it was told",
    "answers": "What it answers to",
    "subject": "What is said of it",
    "accused": "What it is accused of",
    "target": "Attacks on it",
    "listed": "Listings of it",
    "beneficiary": "What it gains",
    "intermediary": "What goes through it",
    "participant": "What it takes part in",
}
"""Heading of an entity's claims, by the part that it has in them; in the order of the page."""

CLAIMS = 50
"""Claims of one kind on the page of an entity or a document that has many: the latest."""

MOST_LISTED = 500
"""Entities or documents in one list."""

DOCUMENTS = "documents"
"""The folder of the parts of an entity's documents."""

ID_WORDS = {
    "wikidata": "Wikidata",
    "un": "UN reference",
    "ofac": "OFAC UID",
    "mitre": "MITRE ATT&CK",
    "imo": "IMO",
}


@dataclass(frozen=True, slots=True)
class Linked:
    """A row of a list: a link and what stands beside it."""

    link: Markdown
    detail: Markdown


def entity(context: Context, record: Entity) -> Page:
    """Return the page of an entity: its names, what it is, its listings, its claims."""
    corpus, uri = context.corpus, f"entities/{record.id}.md"
    say = context.phrases(uri)
    published = context.index.publications.get(record.id, ())
    parts = context.index.parts.get(record.id, ())
    claims = part_uri(uri, 1)
    return context.page(
        uri,
        "entity",
        title=record.name,
        description=record.description or f"{ENTITY_WORDS[record.kind]}: names, claims by it and about it.",
        kind="entity",
        find={"entity": [corpus.name(record.id)]},
        hide=("navigation",),
        origin=f"entities/{record.id}.yml",
        entity=record,
        kind_words=ENTITY_WORDS[record.kind],
        names=[_name(n) for n in record.names],
        weak_names=[_name(n) for n in record.weak_names],
        part_of=[say.entity(e) for e in record.part_of],
        parts=[say.entity(e.id, e.name) for e in parts],
        ids=[(ID_WORDS.get(scheme, scheme), value) for scheme, value in record.ids.items()],
        sanctions=[_sanction(say, s) for s in record.sanctions],
        equations=_equations(context, say, record),
        sources=[say.source(c.source) for c in record.sources or ()],
        groups=_groups(context, say, record.id, claims),
        published=[_publication(say, s) for s in published[:ROWS]],
        more_published=left(len(published), ROWS, "document", say, part_uri(uri, 1, DOCUMENTS)),
    )


def entity_claims(context: Context, record: Entity, part: Part) -> Page:
    """Return a part of the list of the claims in which an entity has a part, newest first."""

    def listed_claim(say: Phrases, a: Appearance) -> Linked:
        return Linked(say.claim(a.claim), Markdown(f"{inline(ROLE_WORDS[a.role])}; {_said(say, a)}"))

    return _linked_part(
        context,
        _List(f"entities/{record.id}.md", ("claims", "Claims")),
        part,
        context.evidence.appearances.get(record.id, ()),
        listed_claim,
        title=f"{record.name}: claims",
        description=f"Claims by {record.name} and about it",
        rising=True,
    )


def entity_documents(context: Context, record: Entity, part: Part) -> Page:
    """Return a part of the list of the documents that an entity published, newest first."""
    return _linked_part(
        context,
        _List(f"entities/{record.id}.md", ("documents", "Documents"), folder=DOCUMENTS),
        part,
        context.index.publications.get(record.id, ()),
        _publication,
        title=f"{record.name}: documents",
        description=f"Documents that {record.name} published",
    )


@dataclass(frozen=True, slots=True)
class _List:
    """A list of links that is set in parts: the page that it belongs to, and how it is set."""

    uri: str
    heading: tuple[str, str]
    """Its anchor and its words."""
    size: int = ROWS
    folder: str = "page"
    turned: bool = False
    """Whether each part has its rows from last to first."""


def _linked_part(
    context: Context,
    whole: _List,
    part: Part,
    rows: Sequence[R],
    row: Callable[[Phrases, R], Linked],
    *,
    title: str,
    description: str,
    rising: bool = False,
) -> Page:
    """Return a part of a list of links, whose `rows` have the newest first, or last if they are `rising`."""
    own = part_uri(whole.uri, part.number, whole.folder)
    say = context.phrases(own)
    here = shown(rows, part, whole.size, rising=rising)
    return context.page(
        own,
        "linked_part",
        title=f"{title}{part.suffix}",
        description=f"{description}{part.suffix}.",
        kind="list",
        hide=("navigation",),
        turns=turns(say, whole.uri, part, rows, whole.size, whole.folder),
        groups=[(*whole.heading, [row(say, r) for r in (here[::-1] if whole.turned else here)])],
    )


def _publication(say: Phrases, record: Source) -> Linked:
    return Linked(say.to(source_title(record), f"sources/{record.id}.md"), inline(_dated(record)))


def _said(say: Phrases, appearance: Appearance) -> Markdown:
    return Markdown(f"{say.parties(appearance.claim.claim.by)}; {inline(appearance.claim.brief.date.words)}")


def spoken(text: str, lang: str | None) -> Markdown:
    """Return text with its language, for screen readers and fonts."""
    if lang is None:
        return inline(text)
    return Markdown(f'<span lang="{attribute(lang)}">{inline(text)}</span>')


def _name(name: Name) -> Markdown:
    text = spoken(name.text, name.lang)
    details = [name.lang or "", name.scheme or ""]
    suffix = f" ({inline(', '.join(d for d in details if d))})" if any(details) else ""
    return Markdown(f"{text}{suffix}")


def _sanction(say: Phrases, record: Sanction) -> tuple[Markdown, str, str, str, str, Markdown]:
    return (
        say.entity(record.authority),
        record.reference or "",
        record.listed.words if record.listed else "",
        str(record.status),
        day(record.checked),
        say.source(record.source) if record.source else Markdown(""),
    )


def _equations(context: Context, say: Phrases, record: Entity) -> list[Markdown]:
    """Return who says that another entity is this one, whichever of the two records it."""
    rows = [(e.entity, e) for e in record.equated_with]
    rows += [(other.id, e) for other, e in context.index.equations.get(record.id, ())]
    lines = []
    for id_, equation in rows:
        where = ", ".join(say.source(c.source) for c in equation.sources or ())
        lines.append(
            Markdown(
                f"{say.entity(id_)}, according to {say.entity(equation.by)}{f' ({where})' if where else ''}"
            )
        )
    return list(dict.fromkeys(lines))


def _groups(
    context: Context, say: Phrases, id_: str, every: str
) -> list[tuple[str, str, list[Linked], Markdown]]:
    """Return the latest claims by the part that the entity has in them, and where the others are."""
    groups, roles = [], context.index.roles.get(id_, {})
    most = ROWS if sum(roles.values()) <= ROWS else CLAIMS
    for role, heading in ROLE_WORDS.items():
        if role in roles:
            own = shown(context.index.in_role[f"{id_}/{role}"], OWN, most, rising=True)
            rows = [Linked(say.claim(a.claim), _said(say, a)) for a in own]
            groups.append((role, heading, rows, left(roles[role], most, "claim", say, every)))
    return groups


def entity_list(context: Context) -> Page:
    """Return the list of entities by kind."""
    uri = "entities/index.md"
    say = context.phrases(uri)
    groups: list[tuple[str, list[Linked], Markdown]] = []
    total = len(context.corpus.entities)
    for kind, words in ENTITY_WORDS.items():
        of_kind = [e for e in context.corpus.entities.values() if e.kind is kind]
        ordered = sorted(of_kind, key=lambda e: e.name.casefold())
        most = MOST_LISTED if total <= MOST_LISTED else ROWS
        rows = [_listed_entity(say, e) for e in ordered[:most]]
        if rows:
            more = left(len(ordered), most, "entry", say, part_uri(uri, 1), what="first")
            groups.append((words, rows, more))
    return context.page(
        uri,
        "entity_list",
        title="Entities",
        description="States, bodies, people, groups, vessels and weapon systems that claims are by or about.",
        kind="list",
        hide=("navigation",),
        total=count(total, "entity", "entities"),
        groups=groups,
    )


def entity_part(context: Context, part: Part) -> Page:
    """Return a part of the list of all entities, by name."""
    # Parts count from the end of what they are given; within each, names go from A to Z.
    return _linked_part(
        context,
        _List("entities/index.md", ("entities", "By name"), MOST_LISTED, turned=True),
        part,
        context.index.entities,
        _listed_entity,
        title="Entities",
        description="States, bodies, people, groups, vessels and weapon systems by name",
    )


def _listed_entity(say: Phrases, record: Entity) -> Linked:
    return Linked(say.entity(record.id, record.name), inline(record.position or record.description or ""))


def source(context: Context, record: Source) -> Page:
    """Return the page of a document: its record, what it rests on, and what rests on it."""
    corpus, uri = context.corpus, f"sources/{record.id}.md"
    say = context.phrases(uri)
    publisher = corpus.entities.get(record.publisher.entity or "") if record.publisher else None
    many, others = context.index.relied.get(record.id, (0, 0))
    every, most = part_uri(uri, 1), ROWS if many + others <= ROWS else CLAIMS

    def listed_claims(rows: Sequence[Reliance]) -> list[Linked]:
        # In the order of the corpus; of many, the latest, newest first.
        own = shown(rows, OWN, most, rising=True)
        return [_reliance(say, r, context) for r in (own[::-1] if most == ROWS else own)]

    return context.page(
        uri,
        "source",
        title=source_title(record),
        description=record.descriptor or f"{KIND_WORDS[record.kind]}: {document_name(record, corpus)}.",
        kind="source",
        date=record.issued.order[0].isoformat() if record.issued and record.issued.start else "",
        find=source_filters(context, record),
        hide=("navigation",),
        origin=f"sources/{record.id}.yml",
        source=record,
        kind_words=KIND_WORDS[record.kind],
        access_words=ACCESS_WORDS[record.access],
        publisher=say.publisher(record),
        interest=publisher.interest if publisher else None,
        gone=_gone(context, record),
        address=_address(say, record),
        archive=[external(f"copy of {day(a.captured)}", a.url) for a in record.archive],
        rests_on=[say.reference(s) for s in record.rests_on],
        copies=[say.reference(s) for s in context.evidence.copies.get(record.id, ())],
        direct=listed_claims(context.index.citing[record.id]) if many else [],
        indirect=listed_claims(context.index.resting[record.id]) if others else [],
        more_direct=left(many, most, "claim", say, every),
        more_indirect=left(others, most, "claim", say, every),
        total=count(many + others, "claim"),
    )


def _gone(context: Context, record: Source) -> Markdown | None:
    """Return since when a document has not been found, and where to read it now; or nothing."""
    gone = context.links.gone.get(record.id)
    if gone is None:
        return None
    words = f"It has not been found at its address since {day(gone.since)}."
    if gone.copy is None:
        return Markdown(f"{words} No archived copy is known.")
    copy = external(f"archived copy of {day(gone.copy.captured)}", gone.copy.url)
    return Markdown(f"{words} Read the {copy}.")


def _address(say: Phrases, record: Source) -> Markdown | None:
    """Return where a document can be read: a link, unless it is gone: others may have its name by now.

    A host in other letters is named in ASCII too: some look like Latin ones.
    """
    if record.url is None:
        return None
    plain = punycode(record.url)
    link = inline(record.url) if say.gone(record.id) else external(record.url, record.url)
    return Markdown(f"{link} (the host is {inline(plain)})") if plain else link


def source_claims(context: Context, record: Source, part: Part) -> Page:
    """Return a part of the list of the claims that rest on a document, newest first."""
    return _linked_part(
        context,
        _List(f"sources/{record.id}.md", ("claims", "Claims")),
        part,
        context.evidence.reliances.get(record.id, ()),
        lambda say, r: _reliance(say, r, context, told=True),
        title=f"{source_title(record)}: claims",
        description="Claims that rest on this document",
        rising=True,
    )


def _reliance(say: Phrases, reliance: Reliance, context: Context, *, told: bool = False) -> Linked:
    handle = reliance.claim
    found = context.evidence.supports[handle.ref]
    alone = "its only document" if len(found.documents) == 1 else f"one of {len(found.documents)} documents"
    if told and not reliance.direct:
        alone = "through others"
    return Linked(say.claim(handle), Markdown(f"{say.parties(handle.claim.by)}; {alone}"))


def source_list(context: Context) -> Page:
    """Return the list of documents by kind, newest first."""
    uri = "sources/index.md"
    say = context.phrases(uri)
    groups: list[tuple[str, list[Linked], Markdown]] = []
    total = len(context.corpus.sources)
    for kind, words in KIND_WORDS.items():
        of_kind = by_date(s for s in context.corpus.sources.values() if s.kind is kind)
        most = MOST_LISTED if total <= MOST_LISTED else ROWS
        rows = [_listed_source(context, say, s) for s in of_kind[:most]]
        if rows:
            groups.append((words, rows, left(len(of_kind), most, "document", say, part_uri(uri, 1))))
    return context.page(
        uri,
        "source_list",
        title="Sources",
        description="Every document that a claim cites or rests on.",
        kind="list",
        hide=("navigation",),
        total=count(total, "document"),
        asked=_asked(context),
        groups=groups,
    )


def _asked(context: Context) -> str:
    """Return how many documents answered at their addresses when that was last looked at."""
    links = context.links
    states = dict(links.states)
    if not states or links.first is None or links.last is None:
        return ""
    known = sum(states.values())
    first, last = day(links.first), day(links.last)
    when = f"on {last}" if first == last else f"between {first} and {last}"
    parts = [
        f"{states.get(State.ALIVE, 0) + states.get(State.MOVED, 0):,} answered",
        f"{states.get(State.BLOCKED, 0):,} turn programs away" if State.BLOCKED in states else "",
        f"{states.get(State.FAILING, 0) + states.get(State.DEAD, 0):,} did not answer"
        if State.FAILING in states or State.DEAD in states
        else "",
    ]
    asked = f"{count(known, 'address was', 'addresses were')} looked at {when}"
    return f"{asked}: {listed([p for p in parts if p])}."


def source_part(context: Context, part: Part) -> Page:
    """Return a part of the list of all documents, newest first."""
    return _linked_part(
        context,
        _List("sources/index.md", ("documents", "By date"), MOST_LISTED),
        part,
        context.index.sources,
        lambda say, s: _listed_source(context, say, s),
        title="Sources",
        description="Every document that a claim cites or rests on",
    )


def _listed_source(context: Context, say: Phrases, record: Source) -> Linked:
    title = say.to(source_title(record), f"sources/{record.id}.md")
    return Linked(title, inline(document_name(record, context.corpus)))


def _dated(record: Source) -> str:
    return record.issued.words if record.issued else "no date"


def glossary(context: Context) -> Page:
    """Return the glossary, in alphabetical order."""
    uri = "glossary.md"
    say = context.phrases(uri)
    terms = sorted(context.corpus.terms.values(), key=lambda t: t.term.casefold())
    return context.page(
        uri,
        "glossary",
        title="Glossary",
        description="The words of the field, explained.",
        kind="glossary",
        hide=("navigation",),
        origin="glossary.yml",
        total=count(len(terms), "term"),
        rows=[
            (t, _see_also(context, say, t), [say.source(c.source) for c in t.sources or ()]) for t in terms
        ],
    )


def _see_also(context: Context, say: Phrases, term: Term) -> list[Markdown]:
    links = [say.to(context.corpus.terms[t].term, f"glossary.md#{t}") for t in term.see_also]
    if term.entity:
        links.insert(0, say.entity(term.entity))
    return links
