"""Every file of the site that is not a page."""

from collections.abc import Iterator

from briefing.outputs.asset import Asset
from briefing.outputs.redirects import redirects
from briefing.outputs.tables import measure_table
from briefing.view import View


def render_assets(view: View) -> list[Asset]:
    """Return the files that are made from the corpus."""
    return list(_assets(view))


def _assets(view: View) -> Iterator[Asset]:
    for id_, comparisons in view.disputes.comparisons.items():
        yield Asset(f"data/measures/{id_}.csv", measure_table(comparisons, view.corpus))
    for old, new in redirects(view.corpus):
        yield Asset(f"{old}/index.html", new)
