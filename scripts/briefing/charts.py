"""Measures as SVG, drawn at build time.

Charts draw bounds, not invented points: a lower bound is a mark with an arrow outwards, an
upper bound a hollow bar, a range a hatched one, and every mark stands beside its words. Each
estimator has its own row or panel, named where it stands, so that nothing is told by colour
alone.

Positions along the wide axis are percentages and everything else is in pixels: the chart fits a
phone without shrinking its letters, and follows the page's colours through CSS classes. Charting
libraries give fixed sizes and colours, which do neither; hence this module.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from math import log10

from briefing.corpus import Corpus
from briefing.model import CURRENCIES, Measure, Period, Qualifier
from briefing.rivals import Comparison, Estimate
from briefing.wording import count, origin_words, quantity, shortened

LOWER = frozenset({Qualifier.MORE_THAN, Qualifier.AT_LEAST})
UPPER = frozenset({Qualifier.LESS_THAN, Qualifier.AT_MOST, Qualifier.UP_TO, Qualifier.NEARLY})
SIGNS = {
    Qualifier.ABOUT: "~", Qualifier.NEARLY: "~", Qualifier.MORE_THAN: ">", Qualifier.AT_LEAST: "≥",
    Qualifier.LESS_THAN: "<", Qualifier.AT_MOST: "≤", Qualifier.UP_TO: "≤",
}  # fmt: skip

ROW = 34
"""Height of a row of events, in pixels."""
PANEL = 118
"""Height of a panel of a series, in pixels."""
PLOT = 66
"""Height of the tallest column, in pixels."""
MOST_ROWS = 120
MOST_PANELS = 8
SERIES = 3
"""Periods that make a series."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn measure."""

    svg: str
    legend: tuple[str, ...]
    """What the marks mean, one sentence for each kind of mark that is in it."""


def chart(measure: Measure, comparisons: Sequence[Comparison], corpus: Corpus) -> Chart | None:
    """Return a measure's chart; nothing where it has no figure that a chart can show."""
    shown = [(c, e) for c in comparisons for e in c.distinct if e.unit == measure.unit and e.low >= 0]
    if not shown:
        return None
    draw = _rows if measure.period is Period.EVENT else _series
    body, height, left_out = draw(shown, measure, corpus)
    label = escape(f"Chart: {measure.title}. The table below has every figure.", quote=True)
    svg = (
        f'<svg class="chart" role="img" aria-label="{label}" width="100%" height="{height}" '
        f'xmlns="http://www.w3.org/2000/svg">{_hatch(measure.id)}{body}</svg>'
    )
    legend = list(_legend([e for _, e in shown]))
    if left_out:
        legend.append(f"{count(left_out, 'more figure')} {'is' if left_out == 1 else 'are'} not drawn here.")
    return Chart(svg, tuple(legend))


def _legend(estimates: Iterable[Estimate]) -> Iterable[str]:
    kinds = {e.figure.qualifier for e in estimates}
    if kinds & LOWER:
        yield "An arrow marks a lower bound (more than, at least)."
    if kinds & UPPER:
        yield "A hollow mark is an upper bound (up to, less than) or “nearly”."
    if Qualifier.BETWEEN in kinds:
        yield "A hatched bar is a range."
    if any(_is_part(e) for e in estimates):
        yield "A hatched column is a part of a year; its end is written below it."


def _hatch(measure_id: str) -> str:
    return (
        f'<defs><pattern id="hatch--{measure_id}" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="5" height="5" class="chart-paper"/>'
        '<line x1="0" y1="0" x2="0" y2="5" class="chart-hatch"/></pattern></defs>'
    )


# --- rows: one event after another -------------------------------------------------------


def _rows(
    shown: Sequence[tuple[Comparison, Estimate]], measure: Measure, corpus: Corpus
) -> tuple[str, int, int]:
    """Draw a row for each estimate, under the name of its event; of many, for the latest.

    Returns the drawing, its height, and how many estimates are left out.
    """
    drawn = shown[-MOST_ROWS:]
    place = _scale([n for _, e in drawn for n in e.figure.numbers], log=measure.scale == "log")
    parts: list[str] = []
    y, last = 0, ""
    for comparison, estimate in drawn:
        if comparison.subject.key != last:
            last = comparison.subject.key
            when = (
                comparison.subject.when.words if comparison.subject.when and comparison.subject.event else ""
            )
            title = shortened(comparison.subject.title, 44) + (f", {when}" if when else "")
            parts.append(f'<text x="0" y="{y + 22}" class="chart-head">{escape(title)}</text>')
            y += 30
        parts.append(_row(estimate, y, place, measure, corpus))
        y += ROW
    return "".join(parts), y + 4, len(shown) - len(drawn)


def _row(estimate: Estimate, y: int, place: "_Scale", measure: Measure, corpus: Corpus) -> str:
    figure = estimate.figure
    of = f": {figure.of}" if figure.of else ""
    who = shortened(origin_words(estimate.handle.claim, figure, corpus) + of, 48)
    words = _words(estimate) + ("" if estimate.is_current else " (replaced)")
    old = "" if estimate.is_current else " chart-old"
    line = y + 25
    parts = [
        f'<text x="0" y="{y + 14}" class="chart-label{old}">{escape(who)}</text>',
        f'<text x="100%" y="{y + 14}" text-anchor="end" class="chart-value{old}">{escape(words)}</text>',
        f'<line x1="0" x2="100%" y1="{line}" y2="{line}" class="chart-track"/>',
    ]
    low, high = place(estimate.low), place(estimate.high)
    qualifier = figure.qualifier
    if qualifier is Qualifier.BETWEEN:
        parts.append(
            f'<rect x="{low}%" y="{line - 5}" width="{max(high - low, 0.6):.2f}%" height="10" '
            f'fill="url(#hatch--{measure.id})" class="chart-range{old}"/>'
        )
    elif qualifier in UPPER:
        parts.append(f'<line x1="0" x2="{high}%" y1="{line}" y2="{line}" class="chart-ceiling{old}"/>')
        parts.append(_at(high, line, f'<circle r="4.5" class="chart-hollow{old}"/>'))
    else:
        if qualifier in LOWER:
            parts.append(_at(low, line, f'<path d="M4 0H20M14 -4L20 0L14 4" class="chart-arrow{old}"/>'))
        parts.append(_at(low, line, f'<circle r="4.5" class="chart-point{old}"/>'))
    return "".join(parts)


def _at(x: float, y: float, shape: str) -> str:
    """Put a shape that is drawn in pixels around 0,0 at a place that is part percentage."""
    return f'<svg x="{x}%" y="{y}" overflow="visible">{shape}</svg>'


def _words(estimate: Estimate) -> str:
    figure, unit = estimate.figure, estimate.unit
    if figure.qualifier is Qualifier.BETWEEN:
        return f"{quantity(estimate.low, unit)} to {quantity(estimate.high, unit)}"
    return f"{figure.qualifier.words} {quantity(estimate.low, unit)}".strip()


class _Scale:
    """From a value to its place along the wide axis, 2 to 92 percent."""

    def __init__(self, low: float, high: float, *, log: bool) -> None:
        self.log = log
        self.low = log10(low) if log else low
        self.high = log10(high) if log else high

    def __call__(self, value: Decimal) -> float:
        number = float(value)
        at = log10(number) if self.log and number > 0 else self.low if self.log else number
        span = self.high - self.low or 1.0
        return round(2 + 90 * max(0.0, (at - self.low) / span), 2)


def _scale(values: Sequence[Decimal], *, log: bool) -> _Scale:
    numbers = [float(v) for v in values]
    above = [n for n in numbers if n > 0]
    if log and above:
        return _Scale(min(above) / 1.5, max(above), log=True)
    return _Scale(0.0, max(numbers) or 1.0, log=False)


# --- series: one year after another ------------------------------------------------------


def _series(
    shown: Sequence[tuple[Comparison, Estimate]], measure: Measure, corpus: Corpus
) -> tuple[str, int, int]:
    """Draw a panel of columns for each estimator that has a series, and rows for the others.

    A series has at least three periods. All panels have one scale and one axis of time.
    """
    panels: dict[tuple[frozenset[str], str], list[tuple[Comparison, Estimate]]] = defaultdict(list)
    for pair in shown:
        if _is_in_one_period(pair[1], measure):
            panels[pair[1].origins, pair[1].of].append(pair)
    named = [(_head(pairs[0][1], corpus), pairs) for pairs in panels.values()]
    long = [(h, pairs) for h, pairs in named if len({_period(e, measure) for _, e in pairs}) >= SERIES]
    ranked = sorted(long, key=lambda item: (-len(item[1]), item[0]))[:MOST_PANELS]
    parts: list[str] = []
    y = 0
    if ranked:
        drawn = [e for _, pairs in ranked for _, e in pairs]
        years = _years(drawn, measure)
        top = max(float(e.high) for e in drawn) or 1.0
        size, words = _size(top, measure)
        for head, pairs in ranked:
            parts.append(f'<text x="0" y="{y + 14}" class="chart-head">{escape(shortened(head, 52))}</text>')
            parts.append(_panel([e for _, e in pairs], y + 18, years, top, size, measure))
            y += PANEL
        if words:
            parts.append(f'<text x="0" y="{y + 12}" class="chart-label">{escape(words)}</text>')
            y += 24
    # Estimates are compared by identity: two may say the same.
    in_panels = {id(e) for _, pairs in ranked for _, e in pairs}
    single = [p for p in shown if id(p[1]) not in in_panels]
    left_out = 0
    if single:
        rows, height, left_out = _rows(single, measure, corpus)
        parts.append(f'<svg x="0" y="{y}" width="100%" height="{height}" overflow="visible">{rows}</svg>')
        y += height
    return "".join(parts), y + 4, left_out


def _head(estimate: Estimate, corpus: Corpus) -> str:
    """Return who makes a series, and of what."""
    who = origin_words(estimate.handle.claim, estimate.figure, corpus)
    return f"{who}: {estimate.figure.of}" if estimate.figure.of else who


def _is_in_one_period(estimate: Estimate, measure: Measure) -> bool:
    """Whether a figure is for one year or month, or a part of it: a series has no other."""
    when = estimate.subject.when
    if when is None or when.start is None:
        return False
    end = when.end or when.start
    same_year = when.start.year == end.year
    if measure.period is Period.YEAR:
        return same_year
    return same_year and when.start.month is not None and when.start.month == end.month


def _size(top: float, measure: Measure) -> tuple[Decimal, str]:
    """Return by how much values are divided for their labels, and what those are in."""
    name = measure.unit if measure.unit in CURRENCIES else ""
    for power, word in ((9, "billion"), (6, "million"), (3, "thousand")):
        if top >= 10**power and (name or top >= 100_000):
            return Decimal(
                10
            ) ** power, f"Values in {word} {name or quantity(Decimal(1), measure.unit)[1:].strip()}".strip()
    return Decimal(1), f"Values in {name}" if name else ""


def _years(estimates: Sequence[Estimate], measure: Measure) -> list[str]:
    """Return the periods of the axis, without a gap."""
    found = sorted({_period(e, measure) for e in estimates})
    if measure.period is Period.MONTH or not found:
        return found
    return [str(y) for y in range(int(found[0]), int(found[-1]) + 1)]


def _period(estimate: Estimate, measure: Measure) -> str:
    when = estimate.subject.when
    assert when is not None  # noqa: S101 - a series' estimates are compared by their time
    if measure.period is Period.MONTH and when.start:
        return when.start.text[:7]
    return f"{when.year:04}"


def _is_part(estimate: Estimate) -> bool:
    when = estimate.subject.when
    if estimate.measure.period is not Period.YEAR or when is None or not when.is_interval:
        return False
    return when.order != (dt.date(when.year, 1, 1), dt.date(when.year, 12, 31))


def _panel(
    members: Sequence[Estimate], y: int, years: Sequence[str], top: float, size: Decimal, measure: Measure
) -> str:
    base = y + PLOT + 14
    step = 100 / len(years)
    parts = [f'<line x1="0" x2="100%" y1="{base}" y2="{base}" class="chart-axis"/>']
    latest: dict[str, Estimate] = {}
    for estimate in members:
        period = _period(estimate, measure)
        if period not in latest or estimate.is_current:
            latest[period] = estimate
    every = max(1, -(-len(years) // 12))
    for n, year in enumerate(years):
        centre = round(step * (n + 0.5), 2)
        shown = latest.get(year)
        if shown is not None:
            parts.append(_column(shown, centre, step, base, top, size, measure))
        end = _end(shown)
        if n % every == 0 or end or n == len(years) - 1:
            name = f"{year[2:]}" if measure.period is Period.YEAR else year
            label = f"’{name}" if measure.period is Period.YEAR else name
            x, place = (100, "end") if end and n == len(years) - 1 else (centre, "middle")
            text = escape(label + end)
            parts.append(
                f'<text x="{x}%" y="{base + 13}" text-anchor="{place}" class="chart-tick">{text}</text>'
            )
    return "".join(parts)


def _end(estimate: Estimate | None) -> str:
    """Return where a part of a year ends: " to Oct"."""
    if estimate is None or not _is_part(estimate):
        return ""
    when = estimate.subject.when
    if when is None or when.end is None or when.end.month is None:
        return "…"
    return " to " + when.end.words.split()[-2][:3]


def _column(
    estimate: Estimate, centre: float, step: float, base: int, top: float, size: Decimal, measure: Measure
) -> str:
    width = round(step * 0.64, 2)
    left = round(centre - width / 2, 2)
    old = "" if estimate.is_current else " chart-old"
    high = max(1.5, float(estimate.high) / top * PLOT)
    low = max(1.5, float(estimate.low) / top * PLOT)
    qualifier = estimate.figure.qualifier
    hatch = f'fill="url(#hatch--{measure.id})"'

    def bar(height: float, attributes: str, base: float = base) -> str:
        return (
            f'<rect x="{left}%" width="{width}%" y="{base - height:.1f}" height="{height:.1f}" {attributes}/>'
        )

    parts = []
    if qualifier is Qualifier.BETWEEN:
        parts.append(bar(low, f'class="chart-column{old}"'))
        parts.append(bar(high - low, f'{hatch} class="chart-range{old}"', base - low))
    elif qualifier in UPPER:
        parts.append(bar(high, f'class="chart-hollow{old}"'))
    elif _is_part(estimate):
        parts.append(bar(high, f'{hatch} class="chart-range{old}"'))
    else:
        parts.append(bar(high, f'class="chart-column{old}"'))
    lift = 3
    if qualifier in LOWER:
        parts.append(
            _at(
                centre,
                round(base - high, 1),
                f'<path d="M0 -1V-9M-3.5 -5.5L0 -9L3.5 -5.5" class="chart-arrow{old}"/>',
            )
        )
        lift = 12
    sign = SIGNS.get(qualifier, "")
    label = f"{sign}{_short(estimate.high / size)}"
    crowd = "" if step >= 7 or float(estimate.high) == top else " chart-crowded"
    parts.append(
        f'<text x="{centre}%" y="{base - high - lift:.1f}" text-anchor="middle" class="chart-value{old}{crowd}">{escape(label)}</text>'
    )
    return "".join(parts)


def _short(value: Decimal) -> str:
    """Return at most three digits that matter: "1.65", "0.4", "204"."""
    if value >= 100:
        return f"{value:.0f}"
    digits = f"{Decimal(f'{value:.3g}'):f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
