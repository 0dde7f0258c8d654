"""The page that explains the files for machines, and the feeds."""

from dataclasses import dataclass

from briefing.markdown import Markdown, explained, inline
from briefing.outputs.api import ENDPOINTS, FOLDER, POLICY, VERSION
from briefing.outputs.dataset import licence
from briefing.outputs.rows import EXPORTED, TABLES, MeasureFigureRow
from briefing.outputs.tables import Row, columns_of
from briefing.pages.context import Context, Page
from briefing.pages.head import Download, data_head
from briefing.pages.phrases import Phrases

SOMEWHERE = "https://example.org/"
"""What stands in the examples for the address of a site that has none."""


@dataclass(frozen=True, slots=True)
class Described:
    """A table, as the page describes it."""

    name: str
    file: str
    """The name of its file, or of its files."""
    link: Markdown
    """To the file, or to where its files are linked."""
    meaning: Markdown
    columns: tuple[tuple[str, str, Markdown], ...]
    """Name, type and meaning of each column."""


def data(context: Context) -> Page:
    """Return the page: what each file holds, how to read it, and what may change."""
    uri = "data.md"
    say = context.phrases(uri)
    exported = [_described(n, f"{n}.csv", TABLES[n], say.to(f"{n}.csv", f"data/{n}.csv")) for n in EXPORTED]
    measures = say.to("the measures’ pages", "measures/index.md")
    by_measure = _described("measures", "measures/….csv", MeasureFigureRow, measures)
    terms = licence(context.site.licence)
    return context.page(
        uri,
        "data",
        title="Data and feeds",
        description="Every claim, source, entity and figure as JSON, CSV and SQLite, with examples; feeds; and a calendar.",
        kind="data",
        head=data_head(context, _downloads()),
        hide=("navigation",),
        licence=terms.id or terms.url,
        licence_url=terms.url,
        base=context.site.url or SOMEWHERE,
        exported=exported,
        by_measure=by_measure,
        others=[(name, explained(row.__doc__ or "")) for name, row in TABLES.items() if name not in EXPORTED],
        endpoints=[
            (
                inline(e.path) if "{" in e.path else say.to(e.path, FOLDER + e.path),
                explained(e.answer.__doc__ or ""),
                say.to("schema", f"{FOLDER}schema/{e.name}.json"),
            )
            for e in ENDPOINTS
        ],
        version=VERSION,
        policy=explained(POLICY),
        files={
            name: say.to(name, path)
            for name, path in (
                ("briefing.sqlite", "data/briefing.sqlite"),
                ("datapackage.json", "data/datapackage.json"),
                ("SHA256SUMS", "data/SHA256SUMS"),
                ("openapi.json", f"{FOLDER}openapi.json"),
                ("index.json", f"{FOLDER}index.json"),
            )
        },
        links={
            "how-to-read": say.to("How to read", "how-to-read.md"),
            "corrections": say.to("corrections", "corrections.md"),
        },
        feeds=_feeds(context, say),
        calendar=say.to("calendar", "calendar.ics") if context.index.has_days else None,
    )


def _downloads() -> list[Download]:
    """Return the files that make up the data set, whole first."""
    return [
        Download("data/briefing.sqlite", "Everything, as SQLite", "application/vnd.sqlite3"),
        Download("data/datapackage.json", "The tables, described", "application/json"),
        *(Download(f"data/{name}.csv", f"{name}.csv", "text/csv") for name in EXPORTED),
    ]


def _described(name: str, file: str, row: type[Row], link: Markdown) -> Described:
    columns = tuple((c.name, str(c.type), explained(c.meaning)) for c in columns_of(row))
    return Described(name, file, link, explained(row.__doc__ or ""), columns)


def _feeds(context: Context, say: Phrases) -> list[tuple[str, list[Markdown]]]:
    """Return everything that can be followed, each with a link a format."""
    names = [("All briefs", "all"), *((t.title, t.id) for t in context.corpus.topics.values())]
    names.append(("Corrections", "corrections"))
    return [
        (label, [say.to(f.words, f"feeds/{name}.{f}") for f in context.site.feed_formats])
        for label, name in names
    ]
