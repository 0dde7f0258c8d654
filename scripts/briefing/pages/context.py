"""What every page function needs, and what it returns."""

from dataclasses import dataclass

from briefing.markdown import environment, front_matter, tidy
from briefing.pages.phrases import Phrases
from briefing.view import View


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
        return Phrases(self.corpus, uri)

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
        **values: object,
    ) -> Page:
        """Return the page that a template makes of values."""
        head: dict[str, object] = {"title": title}
        if description:
            head["description"] = description
        if hide:
            head["hide"] = list(hide)
        if kind:
            head["kind"] = kind
        if origin:
            origin = f"{self.site.briefs}/{origin}"
            head["origin"] = origin
        body = (
            environment()
            .get_template(f"{template}.md.jinja")
            .render(title=title, corpus=self.corpus, site=self.site, say=self.phrases(uri), **values)
        )
        return Page(uri, tidy(front_matter(head) + body), origin)
