"""Pages: the corpus as Markdown files, one function and one template a kind of page."""

from briefing.pages.site import Page, Site, render_site

__all__ = ["Page", "Site", "render_site"]
