"""Entities, sources and the glossary: their pages and their lists."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from briefing.evidence import Appearance
from briefing.markdown import Markdown, attribute, external, inline
from briefing.model import Entity, Name, Sanction, Source, Term
from briefing.pages.context import Context, Page
from briefing.pages.phrases import Phrases
from briefing.pages.searching import source_filters
from briefing.wording import ACCESS_WORDS, ENTITY_WORDS, KIND_WORDS, count, day, document_name, source_title

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
    appearances = context.evidence.appearances.get(record.id, ())
    published = [
        s for s in corpus.sources.values() if s.publisher is not None and s.publisher.entity == record.id
    ]
    parts = [e for e in corpus.entities.values() if record.id in e.part_of]
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
        groups=_groups(say, appearances),
        published=[
            Linked(say.to(source_title(s), f"sources/{s.id}.md"), inline(_dated(s)))
            for s in _by_date(published)
        ],
    )


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
    for other in context.corpus.entities.values():
        rows += [(other.id, e) for e in other.equated_with if e.entity == record.id]
    lines = []
    for id_, equation in rows:
        where = ", ".join(say.source(c.source) for c in equation.sources or ())
        lines.append(
            Markdown(
                f"{say.entity(id_)}, according to {say.entity(equation.by)}{f' ({where})' if where else ''}"
            )
        )
    return list(dict.fromkeys(lines))


def _groups(say: Phrases, appearances: Sequence[Appearance]) -> list[tuple[str, str, list[Linked]]]:
    groups = []
    for role, heading in ROLE_WORDS.items():
        rows = [
            Linked(
                say.claim(a.claim), Markdown(f"{say.parties(a.claim.claim.by)}; {a.claim.brief.date.words}")
            )
            for a in reversed(appearances)
            if a.role == role
        ]
        if rows:
            groups.append((role, heading, rows))
    return groups


def entity_list(context: Context) -> Page:
    """Return the list of entities by kind."""
    uri = "entities/index.md"
    say = context.phrases(uri)
    groups: list[tuple[str, list[Linked]]] = []
    for kind, words in ENTITY_WORDS.items():
        of_kind = [e for e in context.corpus.entities.values() if e.kind is kind]
        rows = [
            Linked(say.entity(e.id, e.name), inline(e.position or e.description or ""))
            for e in sorted(of_kind, key=lambda e: e.name.casefold())
        ]
        if rows:
            groups.append((words, rows))
    return context.page(
        uri,
        "entity_list",
        title="Entities",
        description="States, bodies, people, groups, vessels and weapon systems that claims are by or about.",
        kind="list",
        hide=("navigation",),
        total=count(len(context.corpus.entities), "entity", "entities"),
        groups=groups,
    )


def source(context: Context, record: Source) -> Page:
    """Return the page of a document: its record, what it rests on, and what rests on it."""
    corpus, uri = context.corpus, f"sources/{record.id}.md"
    say = context.phrases(uri)
    reliances = context.evidence.reliances.get(record.id, ())
    publisher = corpus.entities.get(record.publisher.entity or "") if record.publisher else None
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
        address=external(record.url, record.url) if record.url else None,
        archive=[external(f"copy of {day(a.captured)}", a.url) for a in record.archive],
        rests_on=[say.reference(s) for s in record.rests_on],
        copies=[say.reference(s) for s in context.evidence.copies.get(record.id, ())],
        direct=[_reliance(say, r.claim.ref, context) for r in reliances if r.direct],
        indirect=[_reliance(say, r.claim.ref, context) for r in reliances if not r.direct],
        total=count(len(reliances), "claim"),
    )


def _reliance(say: Phrases, ref: str, context: Context) -> Linked:
    handle = context.corpus.claims[ref]
    found = context.evidence.supports[ref]
    alone = "its only document" if len(found.documents) == 1 else f"one of {len(found.documents)} documents"
    return Linked(say.claim(handle), Markdown(f"{say.parties(handle.claim.by)}; {alone}"))


def source_list(context: Context) -> Page:
    """Return the list of documents by kind, newest first."""
    uri = "sources/index.md"
    say = context.phrases(uri)
    groups: list[tuple[str, list[Linked]]] = []
    for kind, words in KIND_WORDS.items():
        of_kind = _by_date(s for s in context.corpus.sources.values() if s.kind is kind)
        rows = [
            Linked(say.to(source_title(s), f"sources/{s.id}.md"), inline(document_name(s, context.corpus)))
            for s in of_kind
        ]
        if rows:
            groups.append((words, rows))
    return context.page(
        uri,
        "source_list",
        title="Sources",
        description="Every document that a claim cites or rests on.",
        kind="list",
        hide=("navigation",),
        total=count(len(context.corpus.sources), "document"),
        groups=groups,
    )


def _by_date(sources: Iterable[Source]) -> list[Source]:
    """Return sources newest first, those without a date last."""

    def order(record: Source) -> tuple[dt.date, str]:
        return (record.issued.order[0] if record.issued else dt.date.min), record.id

    return sorted(sources, key=order, reverse=True)


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
