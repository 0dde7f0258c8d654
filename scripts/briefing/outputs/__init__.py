"""What the site gives besides pages: tables, and redirects from old addresses."""

from briefing.outputs.files import Asset, render_assets

__all__ = ["Asset", "render_assets"]
