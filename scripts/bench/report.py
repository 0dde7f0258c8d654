"""What was measured, as a table, as sentences on growth, and as a chart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from pathlib import Path

from bench.results import Result, Results
from bench.rows import NAMES, ROWS, Row

BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
"""Around what is written into the page on speed."""


def table(results: Results) -> str:
    """Return everything that is known as Markdown: the wall times of all sizes, then each size in full."""
    sizes = results.sizes
    rows = [row for row in ROWS.values() if any(_has_time(results.of(s, row.id)) for s in sizes)]
    lines = [f"| Wall time | {' | '.join(f'{size:,} briefs' for size in sizes)} |"]
    lines.append("| --- |" + " ---: |" * len(sizes))
    for row in rows:
        found = [results.of(size, row.id) for size in sizes]
        lines.append(f"| {row.title} | {' | '.join(seconds(r.wall if r else None) for r in found)} |")
    for size in sizes:
        lines += ["", f"### {size:,} briefs", ""]
        lines += [
            "| What is run | Wall time | CPU time | Memory | Compared |",
            "| --- | ---: | ---: | ---: | --- |",
        ]
        for row in ROWS.values():
            result = results.of(size, row.id)
            if result is not None:
                lines.append(f"| {' | '.join(_cells(row, result, results))} |")
    return "\n".join(lines)


def _has_time(result: Result | None) -> bool:
    return result is not None and (result.wall is not None or bool(result.failed))


def _cells(row: Row, result: Result, results: Results) -> Iterator[str]:
    yield row.title
    if result.failed:
        yield from ("–", "–", "–", "no result: " + result.failed.replace("|", "/"))
        return
    if result.sent is not None:
        yield f"{result.sent / 1000:,.0f} kB" + (f" in {seconds(result.wall)}" if result.wall else "")
    else:
        yield seconds(result.wall)
    yield seconds(result.cpu)
    yield f"{result.peak / 1e6:,.0f} MB" if result.peak else "–"
    ratios = [r for r in (comparison(rival, result, results) for rival in row.rivals) if r]
    yield "; ".join([*ratios, *([result.note] if result.note else [])]) or "–"


def seconds(value: float | None) -> str:
    """Return a time with two or three figures that count."""
    if value is None:
        return "–"
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s" if value < 100 else f"{value:,.0f} s"


def comparison(rival: str, result: Result, results: Results) -> str:
    """Return how a row compares with another one: "3.1× as fast as Hugo + Pagefind"; nothing if that is unknown."""
    other = results.of(result.size, rival)
    name = NAMES[rival]
    if other is None:
        return ""
    if other.failed:
        return f"{name}: no result"
    if result.sent and other.sent:
        return f"{result.sent / other.sent:.2g} of the bytes of {name}"
    if not (result.wall and other.wall):
        return ""
    if result.wall <= other.wall:
        return f"{_times(other.wall / result.wall)} as fast as {name}"
    return f"{_times(result.wall / other.wall)} the time of {name}"


def _times(ratio: float) -> str:
    return f"{ratio:.0f}×" if ratio >= 20 else f"{ratio:.1f}×"


def growth(results: Results) -> list[str]:
    """Return how time and memory grow from one size to ten times as much, row by row."""
    sentences = []
    for small in results.sizes:
        large = small * 10
        for row in ROWS.values():
            one, other = results.of(small, row.id), results.of(large, row.id)
            if (
                one
                and other
                and one.wall
                and other.wall
                and one.cpu
                and other.cpu
                and one.peak
                and other.peak
            ):
                sentences.append(
                    f"{row.title.partition(':')[0]}: from {small:,} to {large:,} briefs {other.wall / one.wall:.1f} times the time,"
                    f" {other.cpu / one.cpu:.1f} times the CPU time, {other.peak / one.peak:.1f} times the memory."
                )
    return sentences


# --- the chart ---------------------------------------------------------------------------

_LINES = (
    ("cold", "briefing build, first", "", "circle"),
    ("edit", "one brief changed", "6 3", "square"),
    ("watch", "… with --watch", "2 3", "diamond"),
    ("stock", "MkDocs", "", "square"),
    ("zensical", "Zensical", "2 3", "circle"),
    ("hugo", "Hugo + Pagefind", "8 3 2 3", "diamond"),
)
"""Row, label, dashes and mark of each line; no two differ by colour alone."""

_STYLE = """<style>
text{fill:#222}.grid{stroke:#ccc}.back{fill:#fff}
.cold,.edit,.watch{color:#1d4f91}.stock{color:#7a4a00}.zensical{color:#2b6b4f}.hugo{color:#8c1d2f}
@media(prefers-color-scheme:dark){
text{fill:#eee}.grid{stroke:#555}.back{fill:#1e2129}
.cold,.edit,.watch{color:#8ab4f8}.stock{color:#e0a458}.zensical{color:#7fcfa4}.hugo{color:#f28b97}
}
</style>"""

_WIDTH, _HEIGHT = 600, 430
_LEFT, _RIGHT, _TOP, _BOTTOM = 68, 210, 48, 52
_APART = 64
"""Least distance of two sizes that stand on one line."""
# A phone shows it in little more than half its width: letters are set for that.


def chart(results: Results) -> str:
    """Return wall time by the number of briefs, both on logarithmic axes, as SVG."""
    points = {
        row: [(r.size, r.wall) for r in (results.of(s, row) for s in results.sizes) if r and r.wall]
        for row, *_ in _LINES
    }
    every = [p for line in points.values() for p in line]
    if not every:
        return ""
    xs, ys = _range([x for x, _ in every]), _range([y for _, y in every])

    def place(size: float, wall: float) -> tuple[float, float]:
        width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        x = (log10(size) - xs[0]) / (xs[1] - xs[0])
        y = (log10(wall) - ys[0]) / (ys[1] - ys[0])
        return round(_LEFT + x * width, 1), round(_HEIGHT - _BOTTOM - y * height, 1)

    title = "Seconds to build a site, by the number of briefs"
    attributes = 'role="img" aria-labelledby="title" font-family="sans-serif" font-size="17"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" {attributes}>',
        f'<title id="title">{title}</title>',
        _STYLE,
        f'<rect class="back" width="{_WIDTH}" height="{_HEIGHT}"/>',
        f'<text x="8" y="26" font-size="18">{title}</text>',
    ]
    for power in range(int(ys[0]), int(ys[1]) + 1):
        _, y = place(10 ** xs[0], 10**power)
        parts.append(f'<path class="grid" d="M{_LEFT} {y}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g} s</text>')
    before, down = -99.0, 20
    for size in sorted({x for x, _ in every}):
        x, _ = place(size, 10 ** ys[0])
        down = 38 if x - before < _APART and down == 20 else 20
        before = x
        parts.append(f'<path class="grid" d="M{x} {_TOP}V{_HEIGHT - _BOTTOM}"/>')
        parts.append(f'<text x="{x}" y="{_HEIGHT - _BOTTOM + down}" text-anchor="middle">{size:,}</text>')
    labels: list[_Label] = []
    for row, label, dashes, mark in _LINES:
        line = [place(*p) for p in points[row]]
        if not line:
            continue
        path = "M" + "L".join(f"{x} {y}" for x, y in line)
        drawn = f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="2"'
        parts.append(f'<g class="{row}">{drawn} stroke-dasharray="{dashes or "none"}"/>')
        parts += [*(_mark(mark, x, y) for x, y in line), "</g>"]
        labels.append(_Label(line[-1][1], row, mark, label))
    parts += _labels(labels)
    return "\n".join([*parts, "</svg>", ""])


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Return whole powers of ten around values, as exponents; for sizes, the values' own."""
    low, high = log10(min(values)), log10(max(values))
    if all(v == int(v) and v >= 10 for v in values):
        return (low - 0.1, high + 0.1)
    return (low // 1, -(-high // 1) if high > low // 1 else low // 1 + 1)


def _mark(mark: str, x: float, y: float) -> str:
    match mark:
        case "square":
            return f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" fill="currentColor"/>'
        case "diamond":
            return f'<path d="M{x} {y - 6}L{x + 6} {y}L{x} {y + 6}L{x - 6} {y}Z" fill="currentColor"/>'
        case _:
            return f'<circle cx="{x}" cy="{y}" r="4.5" fill="currentColor"/>'


@dataclass(frozen=True, slots=True)
class _Label:
    """A line's name, and where the line ends."""

    y: float
    row: str
    mark: str
    text: str


def _labels(labels: Iterable[_Label]) -> Iterator[str]:
    """Yield the lines' names with their marks, right of the plot at the height of their ends, none over another.

    Not beside the ends themselves: where a line ends early, others pass there.
    """
    last, x = -99.0, _WIDTH - _RIGHT + 12
    for label in sorted(labels, key=lambda label: label.y):
        last = round(max(label.y, last + 22), 1)
        yield f'<g class="{label.row}">{_mark(label.mark, x, last)}</g>'
        yield f'<text x="{x + 12}" y="{last + 6}">{escape(label.text)}</text>'


# --- the page ----------------------------------------------------------------------------


def block(results: Results) -> str:
    """Return what the page on speed says of a run: the machine, the table, the growth."""
    days = sorted({r.date for r in results})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    machine = "; ".join(f"{key} {value}" for key, value in results.machine.items())
    lines = [f"Measured on {when}. {machine}.", "", table(results)]
    grown = growth(results)
    if grown:
        lines += ["", "### Ten times as many briefs", "", *(f"- {s}" for s in grown)]
    return "\n".join(lines)


def write_page(page: Path, image: Path, results: Results) -> None:
    """Put a run's results into the page on speed, between its marks, and the chart beside it.

    Raises ValueError where the page has no marks.
    """
    text = page.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no {BEGIN} … {END}")
    page.write_text(f"{head}{BEGIN}\n\n{block(results)}\n\n{END}{tail}", encoding="utf-8")
    image.parent.mkdir(parents=True, exist_ok=True)
    image.write_text(chart(results), encoding="utf-8")
