"""The JSON Schema of each kind of file, for editors and programs that read the YAML."""

from collections.abc import Iterator

from briefing.outputs.asset import Asset
from briefing.schema import KINDS, schema
from briefing.view import Site

FOLDER = "schema/v1/"
"""Where they stand. What version 1 accepts stays accepted; a change that breaks this gets /schema/v2/."""


def schema_uris() -> Iterator[str]:
    """Yield the place of each schema."""
    for kind in KINDS:
        yield f"{FOLDER}{kind.name}.json"


def schema_files(site: Site) -> Iterator[Asset]:
    """Yield a schema a kind of file, each with its own address where the site's is known."""
    for kind in KINDS:
        uri = f"{FOLDER}{kind.name}.json"
        yield Asset(uri, schema(kind, address=site.url + uri if site.url else ""))
