"""Every file of the site that is not a page."""

from collections.abc import Iterator
from dataclasses import dataclass

from briefing.corpus import Corpus
from briefing.outputs.redirects import redirects
from briefing.outputs.tables import measure_table
from briefing.rivals import find_disputes


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the site holds as it is."""

    uri: str
    """Its place below the site's root: "data/measures/crypto-theft.csv"."""
    content: str


def render_assets(corpus: Corpus, *, drafts: bool = False) -> list[Asset]:
    """Return the files that are made from the corpus; `drafts` as for the pages."""
    return list(_assets(corpus if drafts else corpus.published()))


def _assets(corpus: Corpus) -> Iterator[Asset]:
    disputes = find_disputes(corpus)
    for id_, comparisons in disputes.comparisons.items():
        yield Asset(f"data/measures/{id_}.csv", measure_table(comparisons, corpus))
    for old, new in redirects(corpus):
        yield Asset(f"{old}/index.html", new)
