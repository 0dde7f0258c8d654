"""All pages of a site, and how each is made."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from briefing.lists import DISPUTES
from briefing.pages import (
    briefs,
    chronicle,
    comparing,
    data,
    reference,
    registries,
    rulebook,
    searching,
    topics,
)
from briefing.pages.chronicle import TIMELINE_ROWS
from briefing.pages.comparing import DENIED
from briefing.pages.context import Context, Page
from briefing.pages.paging import ROWS, Part, part_count, part_uri
from briefing.pages.registries import DOCUMENTS, MOST_LISTED
from briefing.view import View

Make = Callable[[Context], Page]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one page is made: so that a single one can be, and all of them side by side."""

    uri: str
    """Its file below the docs folder."""
    make: Make


def render_pages(view: View) -> list[Page]:
    """Return every page that is made from the corpus; those written by hand are not among them."""
    context = context_of(view)
    return [recipe.make(context) for recipe in recipes(view).values()]


def render_page(view: View, uri: str) -> Page | None:
    """Return one page, or nothing where the corpus has none of that file."""
    recipe = recipes(view).get(uri)
    return recipe.make(context_of(view)) if recipe else None


def context_of(view: View) -> Context:
    """Return a view with what pages need besides."""
    context = Context(view.corpus, view.evidence, view.disputes, view.site, view.links)
    object.__setattr__(context, "index", view.index)  # what it has put in order is not put in order again
    return context


def recipes(view: View) -> Mapping[str, Recipe]:
    """Return how each page is made, by its file, in the order of the site."""
    return {uri: Recipe(uri, make) for uri, make in _recipes(view)}


def _recipes(view: View) -> Iterator[tuple[str, Make]]:
    """Yield each page's file and how it is made. Records are looked up by what makes the page."""
    corpus, evidence = view.corpus, view.evidence
    yield "index.md", topics.home
    by_topic = dict.fromkeys(corpus.topics, 0)
    for brief in corpus.briefs.values():
        for id_ in brief.topics:
            by_topic[id_] += 1
    for id_ in corpus.topics:
        yield f"{id_}.md", partial(_topic, id_)
        yield from _parts(f"{id_}.md", by_topic[id_], partial(_topic_part, id_))
    yield "briefs/index.md", topics.brief_list
    yield from _parts("briefs/index.md", len(corpus.briefs), topics.brief_list)
    for id_ in corpus.briefs:
        yield f"briefs/{id_}.md", partial(_brief, id_)
    yield "entities/index.md", registries.entity_list
    yield from _parts("entities/index.md", len(corpus.entities), registries.entity_part, size=MOST_LISTED)
    for id_ in corpus.entities:
        uri = f"entities/{id_}.md"
        claims, documents = evidence.appearances.get(id_, ()), view.index.publications.get(id_, ())
        yield uri, partial(_entity, id_)
        yield from _parts(uri, len(claims), partial(_entity_claims, id_))
        yield from _parts(uri, len(documents), partial(_entity_documents, id_), DOCUMENTS)
    yield "sources/index.md", registries.source_list
    yield from _parts("sources/index.md", len(corpus.sources), registries.source_part, size=MOST_LISTED)
    for id_ in corpus.sources:
        uri = f"sources/{id_}.md"
        yield uri, partial(_source, id_)
        yield from _parts(uri, len(evidence.reliances.get(id_, ())), partial(_source_claims, id_))
    yield "glossary.md", registries.glossary
    yield "measures/index.md", comparing.measure_list
    for id_ in corpus.measures:
        yield f"measures/{id_}.md", partial(_measure, id_)
        if view.index.long.get(id_):
            for year in comparing.years_of(view.disputes.comparisons[id_]):
                yield f"measures/{id_}/{year}.md", partial(_measure_year, id_, year)
    yield "disputed.md", comparing.disputed
    disputes, denied = view.disputes.disputes, view.disputes.denied
    yield from _parts("disputed.md", len(disputes), comparing.disputed, size=DISPUTES)
    yield from _parts("disputed.md", len(denied), comparing.denied_part, DENIED)
    yield "timeline.md", chronicle.timeline
    yield from _parts("timeline.md", len(corpus.events), chronicle.timeline, size=TIMELINE_ROWS)
    yield "corrections.md", chronicle.corrections
    changes = sum(len(b.corrections) for b in corpus.briefs.values())
    yield from _parts("corrections.md", changes, chronicle.corrections)
    yield "rules.md", rulebook.rules
    yield "reference.md", reference.reference
    yield "data.md", data.data
    yield "search.md", searching.search


def _parts(
    uri: str, total: int, make: Callable[[Context, Part], Page], folder: str = "page", *, size: int = ROWS
) -> Iterator[tuple[str, Make]]:
    """Yield the parts of a list that is too long for one page."""
    for number in range(1, part_count(total, size) + 1):
        yield part_uri(uri, number, folder), partial(_part, make, Part(number))


def _part(make: Callable[[Context, Part], Page], part: Part, context: Context) -> Page:
    return make(context, part)


def _topic(id_: str, context: Context) -> Page:
    return topics.topic(context, context.corpus.topics[id_])


def _topic_part(id_: str, context: Context, part: Part) -> Page:
    return topics.topic_part(context, context.corpus.topics[id_], part)


def _brief(id_: str, context: Context) -> Page:
    return briefs.brief(context, context.corpus.briefs[id_])


def _entity(id_: str, context: Context) -> Page:
    return registries.entity(context, context.corpus.entities[id_])


def _entity_claims(id_: str, context: Context, part: Part) -> Page:
    return registries.entity_claims(context, context.corpus.entities[id_], part)


def _entity_documents(id_: str, context: Context, part: Part) -> Page:
    return registries.entity_documents(context, context.corpus.entities[id_], part)


def _source(id_: str, context: Context) -> Page:
    return registries.source(context, context.corpus.sources[id_])


def _source_claims(id_: str, context: Context, part: Part) -> Page:
    return registries.source_claims(context, context.corpus.sources[id_], part)


def _measure_year(id_: str, year: int, context: Context) -> Page:
    return comparing.measure_year(context, context.corpus.measures[id_], year)


def _measure(id_: str, context: Context) -> Page:
    return comparing.measure(context, context.corpus.measures[id_])
