"""Tables as CSV (RFC 4180, UTF-8, a header line)."""

import csv
import io
from collections.abc import Sequence

from briefing.corpus import Corpus
from briefing.rivals import Comparison
from briefing.wording import origin_words

COLUMNS = (
    "measure", "subject", "when", "event", "origin", "qualifier", "low", "high", "unit", "of", "as_written",
    "valued", "superseded", "rival", "claim", "sources",
)  # fmt: skip


def measure_table(comparisons: Sequence[Comparison], corpus: Corpus) -> str:
    """Return every figure of a measure, a row each, with its claim and its documents."""
    rows = []
    for comparison in comparisons:
        rivals = set(map(id, comparison.rivals))
        for estimate in comparison.estimates:
            figure, claim, subject = estimate.figure, estimate.handle.claim, estimate.subject
            rows.append(
                (
                    comparison.measure.id,
                    subject.title,
                    subject.when.text if subject.when else "",
                    subject.event.ref if subject.event else "",
                    origin_words(claim, figure, corpus),
                    str(figure.qualifier),
                    f"{estimate.low:f}",
                    f"{estimate.high:f}",
                    estimate.unit,
                    figure.of or "",
                    figure.as_written or "",
                    str(figure.valued or ""),
                    "false" if estimate.is_current else "true",
                    "true" if id(estimate) in rivals else "false",
                    estimate.handle.ref,
                    " ".join(dict.fromkeys(c.source for c in claim.sources)),
                )
            )
    return as_csv(COLUMNS, rows)


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows as CSV. A cell that a spreadsheet would run as a formula begins with `'`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_inert(cell) for cell in row])
    return out.getvalue()


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet runs (OWASP, CSV injection); numbers stay as they are."""
    if (
        cell[:1] in ("=", "+", "-", "@", "\t", "\r")
        and not cell.removeprefix("-").replace(".", "", 1).isdecimal()
    ):
        return "'" + cell
    return cell
