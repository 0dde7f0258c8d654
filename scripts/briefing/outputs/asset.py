"""A file of the site that is not a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the site holds as it is."""

    uri: str
    """Its place below the site's root: "data/measures/crypto-theft.csv"."""
    content: str | bytes
