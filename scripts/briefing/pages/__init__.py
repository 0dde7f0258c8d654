"""Pages: the corpus as Markdown files, one function and one template a kind of page."""

from briefing.pages.context import Page
from briefing.pages.site import Recipe, recipes, render_page, render_pages

__all__ = ["Page", "Recipe", "recipes", "render_page", "render_pages"]
