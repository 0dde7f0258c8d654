"""Files that the site gives besides pages, made when somebody asks for one."""

import re
from collections.abc import Iterator
from dataclasses import replace

from briefing.outputs.api import api_files
from briefing.outputs.asset import Asset
from briefing.outputs.calendar import calendar
from briefing.outputs.cards import brief_card, draw, site_card
from briefing.outputs.citations import citation_files
from briefing.outputs.datapackage import data_files
from briefing.outputs.dataset import collect
from briefing.outputs.feeds import feed_files
from briefing.outputs.llms import llms_txt
from briefing.outputs.redirects import redirects
from briefing.outputs.schemas import schema_files
from briefing.view import View

_OF_ONE = re.compile(r"(?:briefs/([^/]+)/cite[^/]*|assets/cards/([^/]+)\.png)")
"""Files that are made from one brief."""


_FOLDERS = ("api", "data", "feeds", "schema")
_FILES = ("calendar.ics", "llms.txt", "sitemap.xml")


def may_be_there(place: str) -> bool:
    """Whether a built site may have a file at `place` that is made from the record and is no page."""
    return place.partition("/")[0] in _FOLDERS or place in _FILES or _OF_ONE.fullmatch(place) is not None


def assets(view: View, place: str) -> dict[str, bytes]:
    """Return the files that are made together with the one at `place` below the site's root.

    It is among them if there is one.
    """
    made = _made(view, place)
    return {a.uri: a.content if isinstance(a.content, bytes) else a.content.encode() for a in made}


def _made(view: View, place: str) -> Iterator[Asset]:
    if one := _OF_ONE.fullmatch(place):
        brief = view.corpus.briefs.get(one[1] or one[2])
        if one[2] == "site":
            yield Asset(place, draw(site_card(view)))
        elif brief is not None and one[2]:
            yield Asset(place, draw(brief_card(brief, view)))
        elif brief is not None:
            yield from citation_files(replace(view, corpus=replace(view.corpus, briefs={brief.id: brief})))
        return
    match place.partition("/")[0]:
        case "api" | "data":
            data = collect(view)
            yield from api_files(data)
            yield from data_files(data)
        case "feeds":
            yield from (Asset(uri, text) for uri, text in feed_files(view))
        case "schema":
            yield from schema_files(view.site)
        case "llms.txt":
            yield Asset("llms.txt", llms_txt(view))
        case "calendar.ics":
            events = calendar(view)
            yield from [Asset("calendar.ics", events)] if events is not None else []
        case _:
            if place.endswith("/index.html"):
                yield from (Asset(f"{old}/index.html", text) for old, text in redirects(view.corpus))
