"""Every file of the site that is not a page."""

from collections.abc import Iterator

from briefing.outputs.api import api_files
from briefing.outputs.asset import Asset
from briefing.outputs.calendar import calendar
from briefing.outputs.cards import card_files
from briefing.outputs.citations import citation_files
from briefing.outputs.datapackage import data_files
from briefing.outputs.dataset import collect
from briefing.outputs.feeds import feed_files
from briefing.outputs.llms import llms_txt
from briefing.outputs.redirects import redirects
from briefing.outputs.schemas import schema_files
from briefing.view import View


def render_assets(view: View) -> list[Asset]:
    """Return the files that are made from the corpus."""
    return list(_assets(view))


def _assets(view: View) -> Iterator[Asset]:
    data = collect(view)
    yield from api_files(data)
    yield from data_files(data)
    for uri, text in feed_files(view):
        yield Asset(uri, text)
    yield from citation_files(view)
    yield from card_files(view)
    yield from schema_files(view.site)
    yield Asset("llms.txt", llms_txt(view))
    if (events := calendar(view)) is not None:
        yield Asset("calendar.ics", events)
    for old, new in redirects(view.corpus):
        yield Asset(f"{old}/index.html", new)
