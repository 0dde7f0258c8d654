"""What every page function needs, and what it returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from briefing.markdown import environment, front_matter, tidy
from briefing.pages.head import Head
from briefing.pages.phrases import Phrases
from briefing.view import View

SEARCHED = {
    "brief": "Brief",
    "entity": "Entity",
    "source": "Source",
    "measure": "Measure",
    "topic": "Topic",
    "glossary": "Glossary",
}
"""The kinds of pages that search knows, and their names there. Lists repeat what these say."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: where it stands, what it says, and from which file it was made."""

    uri: str
    """Its file below the docs folder: "briefs/2022-02-05-panel-report.md"."""
    markdown: str
    origin: str | None = None
    """The YAML file that it was made from, seen from the project's folder."""


class Context(View):
    """The view that pages are made of."""

    __slots__ = ()

    def phrases(self, uri: str) -> Phrases:
        """Return phrases whose links start from the page `uri`."""
        return Phrases(self.corpus, uri, self.links.gone)

    def page(
        self,
        uri: str,
        template: str,
        *,
        title: str,
        description: str = "",
        origin: str | None = None,
        hide: tuple[str, ...] = (),
        kind: str = "",
        date: str = "",
        find: Mapping[str, Sequence[str]] | None = None,
        feed: str = "",
        head: Head | None = None,
        **values: object,
    ) -> Page:
        """Return the page that a template makes of values.

        `find` holds the values by which search can narrow to the page, by filter; `date` (ISO 8601)
        orders it there. `feed` is the name of the page's own feed. `head` is what else programs
        read of it. All four go to the front matter, from which the theme makes the page's head.
        """
        meta: dict[str, object] = {"title": title}
        if description:
            meta["description"] = description
        if hide:
            meta["hide"] = list(hide)
        if kind:
            meta["kind"] = kind
        if kind in SEARCHED:
            meta["find"] = {"kind": [SEARCHED[kind]], **(find or {})}
        if date:
            meta["date"] = date
        if feed:
            meta["feed"] = feed
        if head:
            meta |= head.values()
        if origin:
            origin = f"{self.site.briefs}/{origin}"
            meta["origin"] = origin
        body = (
            environment()
            .get_template(f"{template}.md.jinja")
            .render(title=title, corpus=self.corpus, site=self.site, say=self.phrases(uri), **values)
        )
        return Page(uri, tidy(front_matter(meta, head.data() if head else None) + body), origin)
