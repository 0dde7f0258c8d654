"""What the site gives besides pages: tables, and redirects from old addresses."""

from briefing.outputs.asset import Asset
from briefing.outputs.files import AssetRecipe, asset_recipes, render_assets

__all__ = ["Asset", "AssetRecipe", "asset_recipes", "render_assets"]
