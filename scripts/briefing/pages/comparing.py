"""Figures and claims side by side: the tables of rivals, measures, and the page of disputes."""

from collections.abc import Sequence
from dataclasses import dataclass

from briefing.charts import Chart, chart
from briefing.corpus import ClaimHandle
from briefing.evidence import answers
from briefing.lists import DISPUTES, Titled, dispute_title
from briefing.markdown import Markdown, inline, relative
from briefing.model import Measure, Period
from briefing.pages.context import Context, Page
from briefing.pages.paging import OWN, ROWS, Part, left, part_uri, shown, turns
from briefing.pages.phrases import Phrases
from briefing.rivals import DENIALS, Comparison, Dispute, Estimate, Group, are_rivals
from briefing.wording import RESPONSE_WORDS, amount_words, count, origin_words, quantity, unit_words

PERIOD_WORDS = {Period.EVENT: "for one event", Period.MONTH: "for one month", Period.YEAR: "for one year"}
MOST_TABLES, MOST_FIGURES = 12, 60
"""Tables of a dispute, and figures in one, wherever a dispute is shown."""
DENIED = "denied"
"""The folder of the parts of the list of denied claims."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in a table."""

    subject: Markdown
    who: Markdown
    figure: str
    counted: str
    note: str
    link: Markdown


@dataclass(frozen=True, slots=True)
class Table:
    """Figures of one measure for one subject."""

    title: Markdown
    rows: tuple[Row, ...]
    more: Markdown
    """How many figures are left out, and where they are."""


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A dispute as pages show it."""

    id: str
    title: str
    tables: tuple[Table, ...]
    claims: tuple[tuple[Markdown, Markdown], ...]
    """Conflicting claims that no table shows, with who says so."""
    reasons: tuple[str, ...]
    more: Markdown
    """How many tables are left out, and where they are."""


def dispute_view(context: Context, dispute: Dispute, say: Phrases, brief: str = "") -> DisputeView:
    """Return a dispute with links from the page of `say`, which is that of `brief` if it is named.

    Of many tables, those stand here in which the brief's claims have figures.
    """
    comparisons = dispute.comparisons
    if len(comparisons) > MOST_TABLES:
        own = [c for c in comparisons if any(e.handle.brief.id == brief for e in c.estimates)]
        comparisons = tuple((own or comparisons)[:MOST_TABLES])
    more = Markdown("")
    if gone := len(dispute.comparisons) - len(comparisons):
        measure = say.to(comparisons[0].measure.title, f"measures/{comparisons[0].measure.id}.md")
        more = Markdown(f"{count(gone, 'more table')} of this dispute: {measure}")
    tables = tuple(_table(context, c, say, brief) for c in comparisons)
    told = {e.handle.ref for c in dispute.comparisons for e in c.estimates}
    others = tuple((say.claim(h), say.parties(h.claim.by)) for h in dispute.claims if h.ref not in told)
    return DisputeView(dispute.id, dispute_title(dispute), tables, others, dispute.reasons, more)


def _table(context: Context, comparison: Comparison, say: Phrases, brief: str) -> Table:
    subject = comparison.subject
    when = f", {subject.when.words}" if subject.event and subject.when else ""
    measure = say.to(comparison.measure.title, f"measures/{comparison.measure.id}.md")
    title = Markdown(f"{measure}: {inline(subject.title)}{inline(when)}")
    rows, more = comparison.distinct, Markdown("")
    if len(rows) > MOST_FIGURES:
        # The brief's own, then the others in their order.
        rows = tuple(sorted(rows, key=lambda e: e.handle.brief.id != brief)[:MOST_FIGURES])
        place = f"{table_uri(context, comparison)}#{anchor(comparison)}"
        words = count(len(comparison.distinct) - MOST_FIGURES, "more figure")
        more = Markdown(f"{words}: {say.to(comparison.measure.title, place)}")
    groups = _group_of(comparison)
    return Table(title, tuple(_row(e, comparison, groups[id(e)], say) for e in rows), more)


def _group_of(comparison: Comparison) -> dict[int, Group]:
    """Return the group of each estimate, which is known by its identity."""
    return {id(e): g for g in comparison.groups for e in g.estimates}


def _row(estimate: Estimate, comparison: Comparison, group: Group, say: Phrases) -> Row:
    figure, claim = estimate.figure, estimate.handle.claim
    counted = figure.of or ""
    notes = []
    if not estimate.is_current:
        notes.append("since replaced or taken back")
    elif comparison.rivals and not group.rivals:
        notes.append("counted differently")
    if figure.as_written:
        notes.append(f"“{figure.as_written}”")
    who = say.entity(figure.estimator) if figure.estimator else say.parties(claim.by)
    subject = estimate.subject
    title = (
        say.to(subject.title, f"briefs/{subject.event.brief.id}.md")
        if subject.event
        else inline(subject.title)
    )
    return Row(
        subject=title,
        who=who,
        figure=_figure(estimate),
        counted=counted,
        note="; ".join(notes),
        link=say.to("in full", f"briefs/{estimate.handle.brief.id}.md#{estimate.handle.claim.id}"),
    )


def _figure(estimate: Estimate) -> str:
    """Return the figure in words without what it counts, which has a column of its own."""
    return amount_words(estimate.figure, estimate.unit)


def other_figures(context: Context, handle: ClaimHandle, say: Phrases) -> list[Markdown]:
    """Return the lines under a claim that lead to figures beside its own."""
    lines = []
    dispute = context.disputes.by_claim.get(handle.ref)
    for comparison in context.disputes.compared.get(handle.ref, ()):
        own = [e for e in comparison.estimates if e.handle.ref == handle.ref]
        others = [e for e in comparison.estimates if e.handle.ref != handle.ref]
        rivals = [e for e in others if any(_counts_as(e) == _counts_as(o) and are_rivals(e, o) for o in own)]
        target = f"#rival--{dispute.id}" if dispute and comparison in dispute.comparisons else ""
        if rivals and target:
            lines.append(Markdown(f"[{inline(_span(rivals))}]({target})"))
        elif others:
            words = f"{count(len(others), 'figure')} by others, {_difference(own, others)}"
            lines.append(say.to(words, f"{table_uri(context, comparison)}#{anchor(comparison)}"))
    return lines


def _counts_as(estimate: Estimate) -> tuple[str, str]:
    """Return what must be the same for two figures to be compared as rivals."""
    return estimate.of, estimate.unit


def _difference(own: Sequence[Estimate], others: Sequence[Estimate]) -> str:
    """Say why figures that stand beside each other are not rivals."""
    if {_counts_as(e) for e in others}.isdisjoint(_counts_as(o) for o in own):
        return "counted differently"
    return "which agree, are older, or have the same origin"


def _span(rivals: Sequence[Estimate]) -> str:
    """Return "50 to 300 kt, 6 estimators": what others say, without choosing among them."""
    low, high = min(rivals, key=lambda e: e.low), max(rivals, key=lambda e: e.high)
    makers = {o for e in rivals for o in e.origins}
    if low is high or low.value == high.value:
        span = _figure(low)
    else:
        begin = quantity(low.low, low.unit) if low.is_range else _figure(low)
        end = quantity(high.high, high.unit) if high.is_range else _figure(high)
        span = f"{begin} to {end}"
    return f"{span}, {count(len(makers), 'estimator')}"


def table_uri(context: Context, comparison: Comparison) -> str:
    """Return the page on which the figures of a comparison stand: its measure's, or that of their year."""
    id_, when = comparison.measure.id, comparison.subject.when
    if when is None or not context.index.long.get(id_):
        return f"measures/{id_}.md"
    return f"measures/{id_}/{when.year}.md"


def years_of(comparisons: Sequence[Comparison]) -> list[int]:
    """Return the years of which a measure has figures."""
    return sorted({c.subject.when.year for c in comparisons if c.subject.when})


def anchor(comparison: Comparison) -> str:
    """Return the id of a comparison on its measure's page."""
    return "figures--" + comparison.subject.key.replace("#", "--").replace("/", "-to-").replace("..", "open")


# --- measures ----------------------------------------------------------------------------


def measure(context: Context, record: Measure) -> Page:
    """Return the page of a measure: chart, rule, and the table behind the chart."""
    uri = f"measures/{record.id}.md"
    say = context.phrases(uri)
    comparisons = context.disputes.comparisons[record.id]
    own = context.index.rivalries.get(record.id, ())
    every = [(c, e) for c in comparisons for e in c.distinct]
    long = context.index.long.get(record.id, False)
    groups = {k: g for c in comparisons for k, g in _group_of(c).items()}
    return context.page(
        uri,
        "measure",
        title=record.title,
        description=record.takeaway or record.rule.text,
        kind="measure",
        find={"topic": [context.corpus.topics[record.topic].title]},
        hide=("navigation",),
        origin="measures.yml",
        measure=record,
        unit=unit_words(record.unit),
        period=PERIOD_WORDS[record.period],
        topic=say.topic(record.topic),
        sources=[say.source(c.source) for c in record.rule.sources or ()],
        chart=drawn(context, record),
        takeaway=takeaway(context, record),
        subjects=[(anchor(c), c.subject.title) for c in comparisons],
        rows=[(anchor(c), _row(e, c, groups[id(e)], say)) for c, e in every[-ROWS if long else 0 :]],
        total=f"{len(every):,}",
        years=[say.to(str(y), f"measures/{record.id}/{y}.md") for y in years_of(comparisons)] if long else [],
        csv=f"[{record.id}.csv]({relative(uri, f'data/measures/{record.id}.csv')})",
        disputed=[say.to(d.title, dispute_place(d)) for d in own[-DISPUTES:]],
        more_disputes=left(len(own), DISPUTES, "dispute", say, "disputed.md"),
    )


def measure_year(context: Context, record: Measure, year: int) -> Page:
    """Return the figures of one year, of a measure that has too many for one page."""
    uri = f"measures/{record.id}/{year}.md"
    say = context.phrases(uri)
    comparisons = context.index.compared_in.get(f"{record.id}/{year}", ())
    rows = [
        (anchor(c), _row(e, c, groups[id(e)], say))
        for c in comparisons
        for groups in [_group_of(c)]
        for e in c.distinct
    ]
    return context.page(
        uri,
        "measure_year",
        title=f"{record.title}, {year}",
        description=f"{record.title}: figures of {year}.",
        kind="list",
        hide=("navigation",),
        origin="measures.yml",
        measure=record,
        whole=say.to(record.title, f"measures/{record.id}.md"),
        rows=rows,
    )


def dispute_place(dispute: Titled) -> str:
    """Return where a dispute stands: "disputed.md#x", or in a part of that list."""
    return f"{part_uri('disputed.md', dispute.part)}#{dispute.id}"


def drawn(context: Context, record: Measure) -> Chart | None:
    """Return a measure's chart."""
    return chart(record, context.disputes.comparisons[record.id], context.corpus)


def takeaway(context: Context, record: Measure) -> str:
    """Return what a chart shows, in a sentence: the author's, or how much is in it."""
    if record.takeaway:
        return record.takeaway
    found = [e for c in context.disputes.comparisons[record.id] for e in c.estimates]
    makers = {origin_words(e.handle.claim, e.figure, context.corpus) for e in found}
    subjects = {e.subject.key for e in found}
    noun = "event" if record.period is Period.EVENT else str(record.period)
    return f"{record.title}: {count(len(found), 'figure')} of {count(len(makers), 'origin')} for {count(len(subjects), noun)}."


def measure_list(context: Context) -> Page:
    """Return the list of measures by topic."""
    uri = "measures/index.md"
    say = context.phrases(uri)
    groups = []
    for topic in context.corpus.topics.values():
        rows = [
            (say.to(m.title, f"measures/{m.id}.md"), takeaway(context, m))
            for m in context.corpus.measures.values()
            if m.topic == topic.id
        ]
        if rows:
            groups.append((topic.id, topic.title, rows))
    return context.page(
        uri,
        "measure_list",
        title="Measures",
        description="What is counted, by whom, with every figure beside its rivals.",
        kind="list",
        hide=("navigation",),
        total=count(len(context.corpus.measures), "measure"),
        groups=groups,
    )


# --- disputes ----------------------------------------------------------------------------


def disputed(context: Context, part: Part = OWN) -> Page:
    """Return the page of everything that does not agree, and of every denial, or a part of it."""
    uri = part_uri("disputed.md", part.number)
    say = context.phrases(uri)
    every = context.disputes.disputes
    rows = shown(every, part, DISPUTES, rising=True)
    groups = []
    for topic in context.corpus.topics.values():
        views = [dispute_view(context, d, say) for d in rows if d.claims[0].topic == topic.id]
        if views:
            groups.append((topic.id, topic.title, views))
    denied = [] if part.number else context.index.denied
    return context.page(
        uri,
        "disputed",
        title=f"Disputed{part.suffix}",
        description="Every set of rival figures, every pair of claims that cannot both be true, and every denial.",
        kind="list",
        hide=("navigation",),
        total=count(len(every), "dispute"),
        denials=count(len(context.disputes.denied), "denied claim"),
        turns=turns(say, "disputed.md", part, every, DISPUTES),
        groups=groups,
        denied=[(say.claim(h), [_denial(context, h, say)]) for h in shown(denied, OWN)],
        more_denied=left(len(denied), ROWS, "denied claim", say, part_uri("disputed.md", 1, DENIED)),
    )


def denied_part(context: Context, part: Part) -> Page:
    """Return a part of the list of denied claims, newest first."""
    uri = part_uri("disputed.md", part.number, DENIED)
    say = context.phrases(uri)
    every = context.index.denied
    return context.page(
        uri,
        "denied_part",
        title=f"Denied{part.suffix}",
        description=f"Claims that somebody denies{part.suffix}.",
        kind="list",
        hide=("navigation",),
        turns=turns(say, "disputed.md", part, every, folder=DENIED),
        denied=[(say.claim(h), [_denial(context, h, say)]) for h in shown(every, part)],
    )


def _denial(context: Context, handle: ClaimHandle, say: Phrases) -> Markdown:
    lines = []
    for answer in answers(handle, context.corpus):
        if answer.response.kind in DENIALS:
            said = f", {answer.said.words}" if answer.said else ""
            text = f": {inline(answer.text)}" if answer.text else ""
            lines.append(f"**{RESPONSE_WORDS[answer.response.kind]}**, {say.parties(answer.by)}{said}{text}")
    return Markdown("<br>".join(lines))
