"""Old addresses, which lead to the new ones."""

from collections.abc import Iterator, Mapping

from briefing.corpus import Corpus
from briefing.markdown import attribute
from briefing.model import Brief, Entity, Measure, Source, Topic


def redirects(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Yield the folder of each old address, and the page that leads on from it.

    Aliases of claims and terms are anchors on their pages and need none.
    """
    tables: tuple[tuple[str, Mapping[str, Brief | Source | Entity | Measure | Topic]], ...] = (
        ("briefs/", corpus.briefs),
        ("sources/", corpus.sources),
        ("entities/", corpus.entities),
        ("measures/", corpus.measures),
        ("", corpus.topics),
    )
    for folder, records in tables:
        for id_, record in records.items():
            for alias in record.aliases:
                yield f"{folder}{alias}", _page(f"../{id_}/", "../" * (1 + folder.count("/")))


def _page(target: str, root: str) -> str:
    """Return a page that leads to `target`: with script keeping the anchor, without it to the page.

    The script is a file of its own: a strict Content-Security-Policy names each script that
    stands in a page by its hash, and would grow with every new name.
    """
    address = attribute(target)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Moved</title>\n'
        f'<meta name="robots" content="noindex">\n<link rel="canonical" href="{address}">\n'
        f'<script src="{attribute(root)}javascripts/moved.js"></script>\n'
        f'<noscript><meta http-equiv="refresh" content="0; url={address}"></noscript>\n</head>\n<body>\n'
        f'<p>This page has moved: <a href="{address}">{address}</a>.</p>\n</body>\n</html>\n'
    )
