"""Every file of the site that is not a page, and how it is made."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from briefing.outputs.api import api_files, api_uris
from briefing.outputs.asset import Asset
from briefing.outputs.calendar import CALENDAR, calendar
from briefing.outputs.cards import brief_asset, card_place, site_asset
from briefing.outputs.citations import brief_citations, citation_uris
from briefing.outputs.datapackage import data_files, data_uris
from briefing.outputs.dataset import collect
from briefing.outputs.feeds import feed_files, feed_uris
from briefing.outputs.llms import llms_txt
from briefing.outputs.redirects import redirects
from briefing.outputs.schemas import schema_files, schema_uris
from briefing.view import View


@dataclass(frozen=True, slots=True)
class AssetRecipe:
    """How some files of the site are made, so that they can be made by themselves."""

    name: str
    uris: tuple[str, ...]
    """Their places below the site's root."""
    make: Callable[[View], Iterable[Asset]]


DATA = "data"
"""The name of the recipe of the interface, of /data/ and of the calendar, which read the whole record."""


def render_assets(view: View) -> list[Asset]:
    """Return the files that are made from the corpus."""
    return [asset for recipe in asset_recipes(view).values() for asset in recipe.make(view)]


def asset_recipes(view: View) -> Mapping[str, AssetRecipe]:
    """Return how each set of files is made, by its name: those of one brief, or one kind of all."""
    return {r.name: r for r in _recipes(view)}


def _recipes(view: View) -> Iterator[AssetRecipe]:
    corpus = view.corpus
    dated = [CALENDAR] if any(h.event.when.days for h in corpus.events.values()) else []
    yield AssetRecipe(DATA, (*api_uris(corpus), *data_uris(corpus), *dated), _data)
    yield AssetRecipe("feeds", tuple(feed_uris(view)), _feeds)
    for id_ in corpus.briefs:
        yield AssetRecipe(f"brief/{id_}", (*citation_uris(id_), card_place(id_)), partial(_brief, id_))
    yield AssetRecipe("card", (card_place("site"),), lambda v: [site_asset(v)])
    yield AssetRecipe("schemas", tuple(schema_uris()), lambda v: schema_files(v.site))
    yield AssetRecipe("llms", ("llms.txt",), lambda v: [Asset("llms.txt", llms_txt(v))])
    old = tuple(f"{place}/index.html" for place, _ in redirects(corpus))
    if old:
        yield AssetRecipe("redirects", old, _redirects)


def _data(view: View) -> Iterator[Asset]:
    data = collect(view)
    yield from api_files(data)
    yield from data_files(data)
    if (events := calendar(view)) is not None:
        yield Asset(CALENDAR, events)


def _feeds(view: View) -> Iterator[Asset]:
    return (Asset(uri, text) for uri, text in feed_files(view))


def _brief(id_: str, view: View) -> Iterator[Asset]:
    brief = view.corpus.briefs[id_]
    yield from brief_citations(brief, view)
    yield brief_asset(brief, view)


def _redirects(view: View) -> Iterator[Asset]:
    return (Asset(f"{old}/index.html", page) for old, page in redirects(view.corpus))
