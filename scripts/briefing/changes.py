"""What readers would see changed between two states of the record, for whoever reviews it.

Each record is taken apart into rows, as its page shows them: a name and a text. Two states of a
record are compared row by row, and two texts of a row word by word. The report is Markdown as code
hosts show it. Everything from the record is escaped in it, and its length is bounded: a change
that comes from a stranger is reported as text, whatever it holds.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from briefing.corpus import ClaimHandle, Corpus
from briefing.evidence import Answer, answers, claim_support
from briefing.markdown import inline
from briefing.model import Brief, Claim, Entity, Measure, Source, Term, Topic
from briefing.wording import (
    ACCESS_WORDS,
    CORRECTION_WORDS,
    ENTITY_WORDS,
    KIND_WORDS,
    LIMIT_WORDS,
    RESPONSE_WORDS,
    count,
    day,
    document_name,
    evidence_words,
    figure_line,
    parties_words,
    shortened,
)

MOST_RECORDS = 60
"""Changed records that are told in full; of the rest only the number."""

MOST_ROWS = 80
"""Rows of one record that are told."""

LONGEST_TEXT = 1500
"""Characters of a row's text that are told."""

MOST_WORDS = 400
"""Words of a text that are compared one by one: the time grows with their square."""

LONGEST_REPORT = 400_000
"""Characters of a report. Code hosts take summaries of one mebibyte."""


class Fate(StrEnum):
    """What became of a record or a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a page says: what names it on its page, and the text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is not as it was; a text that is not there is empty."""

    name: str
    before: str
    after: str

    @property
    def fate(self) -> Fate:
        """What became of it."""
        return Fate.ADDED if not self.before else Fate.REMOVED if not self.after else Fate.CHANGED


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that is not as it was."""

    kind: str
    """`brief`, `source`, `entity`, `measure`, `topic` or `term`."""
    id: str
    file: str
    title: str
    fate: Fate
    rows: tuple[RowChange, ...]
    was: str = ""
    """The id that it had, where it has another."""


Known = Brief | Source | Entity | Measure | Topic | Term


def changes(old: Corpus, new: Corpus) -> tuple[RecordChange, ...]:
    """Return the records that readers would see changed, briefs first; drafts are not seen."""
    old, new = old.published(), new.published()
    tables: tuple[tuple[str, Mapping[str, Known], Mapping[str, Known]], ...] = (
        ("brief", old.briefs, new.briefs),
        ("source", old.sources, new.sources),
        ("entity", old.entities, new.entities),
        ("measure", old.measures, new.measures),
        ("topic", old.topics, new.topics),
        ("term", old.terms, new.terms),
    )
    return tuple(c for kind, before, after in tables for c in _table(kind, before, after, old, new))


def _table(
    kind: str, before: Mapping[str, Known], after: Mapping[str, Known], old: Corpus, new: Corpus
) -> Iterator[RecordChange]:
    known: set[str] = set()
    for id_, record in after.items():
        was = next((i for i in (id_, *record.aliases) if i in before), None)
        rows = tuple(_compared(_rows(before[was], old) if was else (), _rows(record, new)))
        known |= {was} if was else set()
        if rows or was != id_:
            yield RecordChange(
                kind, id_, new.places[kind, id_].file, _title(record), Fate.CHANGED if was else Fate.ADDED, rows,
                was=was if was and was != id_ else "",
            )  # fmt: skip
    for id_, record in before.items():
        if id_ not in known:
            yield RecordChange(kind, id_, old.places[kind, id_].file, _title(record), Fate.REMOVED, ())


def _title(record: Known) -> str:
    match record:
        case Entity():
            return record.name
        case Term():
            return record.term
        case _:
            return record.title or record.id


def _compared(before: Iterable[Row], after: Iterable[Row]) -> Iterator[RowChange]:
    """Yield the rows that differ: those of today in their order, then those that are gone."""
    then = {row.name: row.text for row in before}
    now = {row.name: row.text for row in after}
    for name, text in now.items():
        if text != then.get(name, ""):
            yield RowChange(name, then.get(name, ""), text)
    for name, text in then.items():
        if name not in now and text:
            yield RowChange(name, text, "")


# --- records as rows -----------------------------------------------------------------------


def _rows(record: Known, corpus: Corpus) -> tuple[Row, ...]:
    match record:
        case Brief():
            made = _brief(record, corpus)
        case Source():
            made = _source(record, corpus)
        case Entity():
            made = _entity(record, corpus)
        case Measure():
            made = _measure(record)
        case Topic():
            made = iter((Row("Title", record.title), Row("Summary", record.summary)))
        case Term():
            made = iter((Row("Expansion", record.expansion or ""), Row("Definition", record.definition)))
    return tuple(_told_apart(row for row in made if row.text))


def _told_apart(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows whose names differ: of two things that begin alike, the second gets a number."""
    seen: Counter[str] = Counter()
    for row in rows:
        seen[row.name] += 1
        yield row if seen[row.name] == 1 else Row(f"{row.name} ({seen[row.name]})", row.text)


def _brief(brief: Brief, corpus: Corpus) -> Iterator[Row]:
    yield Row("Title", brief.title)
    yield Row("Date", brief.date.words)
    yield Row("Published", day(brief.published))
    yield Row("Updated", day(brief.updated) if brief.updated else "")
    yield Row("Documents up to", day(brief.information_cutoff) if brief.information_cutoff else "")
    yield Row("Authors", ", ".join(brief.authors))
    yield Row("Topics", ", ".join(corpus.topics[t].title for t in brief.topics))
    yield Row("Status", brief.status)
    yield Row("Superseded by", brief.superseded_by or "")
    yield Row("Bottom line", brief.bottom_line)
    for n, point in enumerate(brief.key_points, 1):
        yield Row(f"Key point {n}", f"{point.text} ({', '.join(point.claims)})")
    yield Row("Why it matters", brief.why_it_matters or "")
    for claim in brief.claims:
        yield from _claim(corpus.claims[f"{brief.id}#{claim.id}"], corpus)
    for n, judgement in enumerate(brief.judgements, 1):
        words = [judgement.text, f"Confidence: {judgement.confidence}.", judgement.basis or ""]
        if judgement.likelihood:
            words.insert(1, f"Likelihood: {judgement.likelihood.replace('_', ' ')}.")
        yield Row(f"Judgement {n}", " ".join(w for w in words if w))
        rest = [*judgement.assumptions, *judgement.alternatives, *judgement.indicators]
        yield Row(f"Judgement {n}: assumptions, alternatives, indicators", " – ".join(rest))
    for gap in brief.gaps:
        yield Row(f"Not known: “{shortened(gap, 40)}”", gap)
    yield Row("Background", brief.background or "")
    for event in brief.events:
        yield Row(f"Event {event.id}", f"{event.when.words}: {event.title}")
    for n, related in enumerate(brief.related, 1):
        yield Row(f"Related {n}", f"{related.how}: {related.brief}")
    for correction in brief.corrections:
        parts = [
            f"{CORRECTION_WORDS[correction.kind]}{f' of {correction.claim}' if correction.claim else ''}:",
            correction.what,
            f"Before: “{correction.was}”" if correction.was else "",
            f"Now: “{correction.now}”" if correction.now else "",
        ]
        yield Row(
            f"Correction of {day(correction.date)} “{shortened(correction.what, 40)}”",
            " ".join(p for p in parts if p),
        )


def _claim(handle: ClaimHandle, corpus: Corpus) -> Iterator[Row]:
    claim = handle.claim
    name = f"Claim {claim.id}"
    support = claim_support(handle, corpus)
    yield Row(name, claim.text)
    yield Row(f"{name}: kind", claim.kind)
    yield Row(f"{name}: status", claim.status)
    yield Row(f"{name}: who says so", parties_words(claim.by, corpus) + _said(claim))
    yield Row(f"{name}: time", claim.when.words if claim.when else "")
    about = [f"{s.entity} ({s.role})" for s in claim.about]
    yield Row(f"{name}: about", ", ".join(about))
    yield Row(f"{name}: figures", "; ".join(figure_line(f, claim, corpus) for f in claim.figures))
    chains = [_chain(t.documents, t.citation.at, corpus) for t in support.trails]
    yield Row(f"{name}: sources", "; ".join(chains))
    yield Row(
        f"{name}: evidence",
        evidence_words(len(support.documents), len(support.behind), len(support.origins)),
    )
    yield Row(f"{name}: quotations", "; ".join(f"“{c.quote}”" for c in claim.sources if c.quote))
    yield Row(f"{name}: answers", "; ".join(_answer(a, corpus) for a in answers(handle, corpus)))
    yield Row(f"{name}: conflicts with", ", ".join(claim.conflicts_with))
    yield Row(f"{name}: read with care", "; ".join(LIMIT_WORDS[limit] for limit in claim.limits))
    yield Row(f"{name}: supersedes", claim.supersedes or "")


def _said(claim: Claim) -> str:
    return f", {claim.said.words}" if claim.said else ""


def _chain(documents: Sequence[str], at: str | None, corpus: Corpus) -> str:
    names = [document_name(corpus.sources[d], corpus) for d in documents]
    first = f"{names[0]} ({at})" if at else names[0]
    return ", through ".join([first, *names[1:]])


def _answer(answer: Answer, corpus: Corpus) -> str:
    words = RESPONSE_WORDS[answer.response.kind]
    if answer.by:
        words += f" by {parties_words(answer.by, corpus)}"
    if answer.said:
        words += f", {answer.said.words}"
    said = answer.text or (f"“{answer.quote}”" if answer.quote else "")
    if answer.sources:
        said += f" ({', '.join(document_name(corpus.sources[c.source], corpus) for c in answer.sources)})"
    return f"{words}: {said}" if said else words


def _source(source: Source, corpus: Corpus) -> Iterator[Row]:
    yield Row("Title", source.title or "")
    yield Row("Document", document_name(source, corpus))
    yield Row("Kind", KIND_WORDS[source.kind])
    yield Row("Read?", ACCESS_WORDS[source.access])
    yield Row("Authors", ", ".join(source.author))
    yield Row("Address", source.url or "")
    yield Row("Number", source.number or "")
    yield Row("Archived", ", ".join(a.url for a in source.archive))
    yield Row("Rests on", ", ".join(source.rests_on))
    yield Row("Description", source.descriptor or "")


def _entity(entity: Entity, corpus: Corpus) -> Iterator[Row]:
    yield Row("Name", entity.name)
    yield Row("Kind", ENTITY_WORDS[entity.kind])
    yield Row("Short name", entity.short_name or "")
    yield Row("Names", ", ".join(n.text for n in entity.names))
    yield Row("Weak names", ", ".join(n.text for n in entity.weak_names))
    yield Row("Position", entity.position or "")
    yield Row("Description", entity.description or "")
    yield Row("Interest", entity.interest or "")
    yield Row("Part of", ", ".join(corpus.name(e) for e in entity.part_of))
    yield Row("Identifiers", ", ".join(f"{scheme} {id_}" for scheme, id_ in entity.ids.items()))
    for n, sanction in enumerate(entity.sanctions, 1):
        since = f", {sanction.listed.words}" if sanction.listed else ""
        words = f"{corpus.name(sanction.authority)}: {sanction.reference or 'no reference'}{since}"
        yield Row(f"Sanction {n}", f"{words}, {sanction.status} as checked on {day(sanction.checked)}")
    for n, equation in enumerate(entity.equated_with, 1):
        yield Row(f"Equated {n}", f"with {corpus.name(equation.entity)} by {corpus.name(equation.by)}")


def _measure(measure: Measure) -> Iterator[Row]:
    yield Row("Title", measure.title)
    yield Row("Unit", f"{measure.unit}, per {measure.period}, {measure.scale} scale")
    yield Row("Rule", measure.rule.text)
    yield Row("Takeaway", measure.takeaway or "")


# --- the report ----------------------------------------------------------------------------


def as_markdown(found: Sequence[RecordChange]) -> str:
    """Return the report on changed records, for a pull request's summary."""
    lines = ["## What readers will see changed", ""]
    if not found:
        return "\n".join([*lines, "Nothing: no published brief, source, entity, measure, topic or term.", ""])
    lines += [_totals(found), ""]
    told, length = 0, 0
    for change in found[:MOST_RECORDS]:
        block = "\n".join(_record(change))
        if length + len(block) > LONGEST_REPORT:
            break
        lines.append(block)
        told, length = told + 1, length + len(block)
    if told < len(found):
        rest = found[told:]
        lines += [f"… and {count(len(rest), 'more record')}, which are not told here.", ""]
    return "\n".join(lines)


def _totals(found: Sequence[RecordChange]) -> str:
    words = {"entity": "entities"}
    parts = []
    for kind in dict.fromkeys(c.kind for c in found):
        for fate in Fate:
            number = sum(c.kind == kind and c.fate is fate for c in found)
            if number:
                parts.append(f"{count(number, kind, words.get(kind))} {fate}")
    return ", ".join(parts) + "."


def _record(change: RecordChange) -> Iterator[str]:
    yield f"### {change.kind.capitalize()} {change.fate}: {_text(change.title)}"
    yield ""
    was = f", before `{_code(change.was)}`" if change.was else ""
    yield f"`{_code(change.file)}`{was}"
    yield ""
    for row in change.rows[:MOST_ROWS]:
        yield f"- **{_text(row.name)}**{_row(row, whole=change.fate is Fate.ADDED)}"
    if len(change.rows) > MOST_ROWS:
        yield f"- … and {len(change.rows) - MOST_ROWS:,} more rows"
    yield ""


def _row(row: RowChange, *, whole: bool) -> str:
    before, after = shortened(row.before, LONGEST_TEXT), shortened(row.after, LONGEST_TEXT)
    if row.fate is Fate.CHANGED and before == after:
        return f": {_text(after)} (changed behind what is shown here)"
    if whole:
        return f": {_text(after)}"
    match row.fate:
        case Fate.ADDED:
            return f" (new): {_mark('ins', after)}"
        case Fate.REMOVED:
            return f" (gone): {_mark('del', before)}"
        case Fate.CHANGED:
            return f": {word_changes(before, after)}"


def word_changes(before: str, after: str) -> str:
    """Return a text with the words that went in `<del>` and those that came in `<ins>`."""
    old, new = before.split(), after.split()
    if max(len(old), len(new)) > MOST_WORDS:
        return f"{_mark('del', before)} {_mark('ins', after)}"
    parts = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = " ".join(old[i:j]), " ".join(new[k:m])
        if kind == "equal":
            parts.append(_text(come))
            continue
        parts += [_mark("del", gone)] if gone else []
        parts += [_mark("ins", come)] if come else []
    return " ".join(parts)


def _mark(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>"


_CALLED = re.compile(r"@|#(?=\d)|(?<=\bww)w(?=\.)", re.IGNORECASE)


def _text(text: str) -> str:
    """Return text as Markdown that shows just this text: no mark, link, mention or reference of it works.

    Code hosts look for mentions, and for numbers of issues, in what the Markdown has become, where an
    entity is no help: a character that nobody sees parts the sign from the name.
    """
    return str(inline(_CALLED.sub("\\g<0>\u200b", text))).replace("://", "&#58;//")


def _code(text: str) -> str:
    return re.sub(r"[^\w./#-]", "_", text)
