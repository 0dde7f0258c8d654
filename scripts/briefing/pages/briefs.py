"""The page of a brief."""

import datetime as dt
import itertools
from collections import defaultdict
from dataclasses import dataclass

from briefing.citing import Reference, cited_brief, cited_claim, references
from briefing.corpus import EventHandle, full_ref
from briefing.evidence import Answer, answers, support
from briefing.markdown import Markdown, inline, timed
from briefing.model import (
    Brief,
    BriefStatus,
    Claim,
    ClaimKind,
    Correction,
    CorrectionKind,
    Judgement,
    KeyPoint,
    Likelihood,
    RelatedHow,
    ResponseKind,
    Status,
)
from briefing.pages.comparing import DisputeView, dispute_view, other_figures
from briefing.pages.context import Context, Page
from briefing.pages.head import brief_head
from briefing.pages.phrases import Phrases
from briefing.pages.searching import brief_filters
from briefing.wording import CORRECTION_WORDS, LIMIT_WORDS, RESPONSE_WORDS, day, figure_line

TIMELINE_FROM = 3
"""A brief shows a timeline from this many dated events."""

LIKELIHOOD_WORDS = {
    Likelihood.ALMOST_NO_CHANCE: "almost no chance (1 to 5%)",
    Likelihood.VERY_UNLIKELY: "very unlikely (5 to 20%)",
    Likelihood.UNLIKELY: "unlikely (20 to 45%)",
    Likelihood.ROUGHLY_EVEN_CHANCE: "roughly even chance (45 to 55%)",
    Likelihood.LIKELY: "likely (55 to 80%)",
    Likelihood.VERY_LIKELY: "very likely (80 to 95%)",
    Likelihood.ALMOST_CERTAIN: "almost certain (95 to 99%)",
}

RELATED_WORDS = {
    RelatedHow.BEFORE: "What came before",
    RelatedHow.AFTER: "What came after",
    RelatedHow.BACKGROUND: "Background",
    RelatedHow.DATA: "The figures",
}

CITATION_FORMATS = {"bib": "BibTeX", "ris": "RIS", "json": "CSL-JSON"}
"""The formats of citation files, by the ending of their names."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with a shape and a colour; shown only where something is not the normal case."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as its card shows it."""

    claim: Claim
    number: int
    badges: tuple[Badge, ...]
    says: Markdown
    label: str
    """Its short name for the table of contents, made from its id."""
    chain: tuple[Markdown, ...]
    evidence: Markdown
    quotes: tuple[Markdown, ...]
    figures: tuple[str, ...]
    about: str
    limits: str
    answers: tuple[Markdown, ...]
    others: tuple[Markdown, ...]
    """Links to figures beside its own."""
    conflicts: tuple[Markdown, ...]
    notes: tuple[Markdown, ...]
    citations: tuple[tuple[str, Markdown], ...]
    """Style and text of each."""


@dataclass(frozen=True, slots=True)
class Root:
    """A line of the tree of documents."""

    depth: int
    link: Markdown
    claims: Markdown


def brief(context: Context, record: Brief) -> Page:
    """Return the page of a brief: the same headings each time, empty ones left out."""
    uri = f"briefs/{record.id}.md"
    say = context.phrases(uri)
    maker = _Maker(context, record, say)
    views = [maker.claim(n, c) for n, c in enumerate(record.claims, 1)]
    rivals = maker.rivals()
    return context.page(
        uri,
        "brief",
        title=record.title,
        description=record.bottom_line,
        origin=f"{record.id[:4]}/{record.id}.yml",
        kind="brief",
        date=record.date.order[0].isoformat(),
        find=brief_filters(context, record),
        head=brief_head(record, context),
        hide=("navigation",),
        brief=record,
        banners=maker.banners(),
        views=views,
        rivals=rivals,
        provenance=maker.provenance(),
        facts=maker.facts(),
        points=[maker.point(p) for p in record.key_points],
        judgements=[maker.judgement(j) for j in record.judgements],
        events=maker.events(),
        sources=maker.sources(),
        corrections=[maker.correction(c) for c in reversed(record.corrections)],
        related=[
            (RELATED_WORDS[r.how], say.brief(r.brief))
            for r in record.related
            if r.brief in context.corpus.briefs
        ],
        citations=[_citation(r) for r in references(cited_brief(record, context.corpus, context.site))],
        cite_files=maker.cite_files("cite"),
        claim_files=maker.cite_files("cite-claims"),
    )


class _Maker:
    """Makes the parts of one brief's page."""

    def __init__(self, context: Context, record: Brief, say: Phrases) -> None:
        self.context = context
        self.corpus = context.corpus
        self.record = record
        self.say = say
        self.told: dict[tuple[object, ...], ClaimView] = {}

    def facts(self) -> list[Markdown]:
        """Return the line of dates and topics below the title."""
        record = self.record
        parts = [f"**{timed(record.date.words, record.date.text)}**", f"published {_day(record.published)}"]
        if record.updated:
            parts.append(f"updated {_day(record.updated)}")
        if record.information_cutoff:
            parts.append(f"documents up to {_day(record.information_cutoff)}")
        if record.authors:
            parts.append(f"by {inline(', '.join(record.authors))}")
        parts.append(", ".join(self.say.topic(t) for t in record.topics))
        return [Markdown(p) for p in parts]

    def banners(self) -> list[tuple[str, str, Markdown]]:
        """Return kind, heading and text of what a reader must know first."""
        record, found = self.record, []
        if record.status is BriefStatus.DRAFT:
            found.append(
                ("warning", "Draft", Markdown("This brief is not published: it shows in the preview only."))
            )
        if record.status is BriefStatus.WITHDRAWN:
            why = next(
                (c.what for c in reversed(record.corrections) if c.kind is CorrectionKind.RETRACTION), ""
            )
            found.append(
                ("danger", "Withdrawn", Markdown(f"This site no longer stands by this brief. {inline(why)}"))
            )
        if record.superseded_by and record.superseded_by in self.corpus.briefs:
            other = self.say.brief(record.superseded_by)
            found.append(
                ("warning", "Superseded", Markdown(f"A newer brief has replaced this one: {other}."))
            )
        corrections = [c for c in record.corrections if c.kind is not CorrectionKind.UPDATE]
        if corrections:
            last = max(corrections, key=lambda c: c.date)
            words = f"{CORRECTION_WORDS[last.kind]} of {day(last.date)}: {inline(last.what)} [All changes](#corrections)"
            found.append(("note", "Corrected", Markdown(words)))
        return found

    def claim(self, number: int, claim: Claim) -> ClaimView:
        """Return a claim as its card shows it."""
        handle = self.corpus.claims[f"{self.record.id}#{claim.id}"]
        found = self.context.evidence.supports[handle.ref]
        key = (tuple((t.documents, t.citation.at) for t in found.trails), found.origins)
        first = self.told.get(key)
        chain = self.say.chain(found)
        if first is not None:
            chain = [Markdown(f"Same chain as [claim {first.number}](#{first.claim.id}).")]
        view = ClaimView(
            claim=claim,
            number=number,
            badges=tuple(_badges(claim)),
            says=self._says(claim),
            label=f"{number}. {claim.id.replace('-', ' ').capitalize()}",
            chain=tuple(chain),
            evidence=self.say.evidence(found),
            quotes=tuple(
                Markdown(f"“{inline(c.quote)}” ({self.say.source(c.source)})")
                for c in claim.sources
                if c.quote
            ),
            figures=tuple(self._figures(claim)),
            about=self._when(claim),
            limits="; ".join(LIMIT_WORDS[limit] for limit in claim.limits),
            answers=tuple(self._answer(a) for a in answers(handle, self.corpus)),
            others=tuple(other_figures(self.context, handle, self.say)),
            conflicts=tuple(
                self.say.claim(self.corpus.claims[r])
                for r in self.context.disputes.conflicts.get(handle.ref, ())
            ),
            notes=tuple(self._notes(claim)),
            citations=tuple(
                _citation(r) for r in references(cited_claim(handle, self.corpus, self.context.site))
            ),
        )
        self.told.setdefault(key, view)
        return view

    def _says(self, claim: Claim) -> Markdown:
        said = f", {claim.said.words}" if claim.said else ""
        return Markdown(f"{self.say.parties(claim.by)}{said}")

    def _when(self, claim: Claim) -> str:
        """Return the time that a claim speaks of, where it is not the brief's own date."""
        when = claim.when
        if when is None and claim.event:
            event = self.corpus.events.get(full_ref(claim.event, self.record.id))
            when = event.event.when if event else None
        return when.words if when and when.text != self.record.date.text else ""

    def _figures(self, claim: Claim) -> list[str]:
        """Return the figures in words, where there is more to say than the text says."""
        return [figure_line(figure, claim, self.corpus) for figure in claim.figures]

    def _answer(self, answer: Answer) -> Markdown:
        response = answer.response
        words = f"**{RESPONSE_WORDS[response.kind]}**, {self.say.parties(answer.by)}"
        if answer.said:
            words += f", {answer.said.words}"
        if response.addresses:
            words += f", on {inline(response.addresses)}"
        if answer.text:
            words += f": {inline(answer.text)}"
        elif response.kind is ResponseKind.NO_RESPONSE:
            words += ": had not answered when the document appeared"
        if answer.quote:
            words += f" “{inline(answer.quote)}”"
        if answer.sources:
            found = support(answer.sources, answer.by, self.corpus)
            words += f" ({', '.join(self.say.source(d) for d in found.documents)})"
        if answer.claim:
            words += f" ({self.say.claim(answer.claim, 'the claim')})"
        return Markdown(words)

    def _notes(self, claim: Claim) -> list[Markdown]:
        notes = []
        if claim.supersedes:
            old = self.corpus.claim(claim.supersedes, self.record)
            notes.append(Markdown(f"It replaces: {self.say.claim(old)}"))
        if claim.unresolved_because:
            notes.append(Markdown(f"Why it is not settled: {inline(claim.unresolved_because)}"))
        return notes

    def rivals(self) -> list[DisputeView]:
        """Return the disputes over figures in which this brief's claims stand, each once."""
        found = {}
        for claim in self.record.claims:
            dispute = self.context.disputes.by_claim.get(f"{self.record.id}#{claim.id}")
            if dispute is not None and dispute.comparisons:
                found[dispute.id] = dispute
        return [dispute_view(self.context, d, self.say, self.record.id) for d in found.values()]

    def provenance(self) -> list[Root]:
        """Return the documents as a forest, a line a document, those nearest to the origins first.

        Under each stand the documents that rest on it, with the claims that cite them. Only
        chains of more than one document are in it.
        """
        above: dict[str, set[str]] = defaultdict(set)
        cited: dict[str, set[int]] = defaultdict(set)
        roots: dict[str, None] = {}
        for number, claim in enumerate(self.record.claims, 1):
            for trail in self.context.evidence.supports[f"{self.record.id}#{claim.id}"].trails:
                if len(trail.documents) == 1:
                    continue
                cited[trail.documents[0]].add(number)
                roots[trail.documents[-1]] = None
                for near, far in itertools.pairwise(trail.documents):
                    above[far].add(near)
        inner = {d for near in above.values() for d in near}
        rows: list[Root] = []

        def walk(document: str, depth: int, path: tuple[str, ...]) -> None:
            numbers = sorted(cited[document])
            links = [f"[{n}](#{self.record.claims[n - 1].id})" for n in numbers]
            word = "claim" if len(links) == 1 else "claims"
            rows.append(
                Root(
                    depth, self.say.source(document), Markdown(f"{word} {', '.join(links)}" if links else "")
                )
            )
            for near in sorted(above[document] - set(path)):
                walk(near, depth + 1, (*path, near))

        for root in roots:
            if root not in inner:
                walk(root, 0, (root,))
        return rows

    def point(self, point: KeyPoint) -> tuple[str, Markdown]:
        """Return a key point, and links to the claims that carry it."""
        links = []
        for ref in point.claims:
            handle = self.corpus.claim(ref, self.record)
            own = handle.brief.id == self.record.id
            label = str(handle.index + 1) if own else f"{handle.brief.title}, claim {handle.index + 1}"
            links.append(self.say.claim(handle, label))
        word = "claim" if len(links) == 1 else "claims"
        return point.text, Markdown(f"({word} {', '.join(links)})")

    def judgement(self, judgement: Judgement) -> tuple[Judgement, str, list[Markdown]]:
        """Return a judgement, its likelihood in words, and the claims that it rests on."""
        likelihood = LIKELIHOOD_WORDS[judgement.likelihood] if judgement.likelihood else ""
        return (
            judgement,
            likelihood,
            [self.say.claim(self.corpus.claim(r, self.record)) for r in judgement.claims],
        )

    def events(self) -> list[EventHandle]:
        """Return the brief's events in order, if they make a timeline."""
        events = sorted(self.record.events, key=lambda e: (e.when.order, e.id))
        if len(events) < TIMELINE_FROM:
            return []
        return [EventHandle(self.record, e) for e in events]

    def sources(self) -> list[tuple[Markdown, str]]:
        """Return every document that the brief cites or that those rest on, and which it is."""
        cited: dict[str, None] = {}
        behind: dict[str, None] = {}
        for claim in self.record.claims:
            found = self.context.evidence.supports[f"{self.record.id}#{claim.id}"]
            cited |= dict.fromkeys(found.documents)
            behind |= dict.fromkeys(found.behind)
            for answer in answers(self.corpus.claims[f"{self.record.id}#{claim.id}"], self.corpus):
                given = support(answer.sources, (), self.corpus)
                cited |= dict.fromkeys(given.documents)
                behind |= dict.fromkeys(given.behind)
        rows = [(self.say.reference(s), "cited") for s in cited]
        return rows + [(self.say.reference(s), "behind") for s in behind if s not in cited]

    def correction(self, correction: Correction) -> tuple[str, str, Correction, Markdown]:
        """Return day, kind, the correction, and the claim that it changed."""
        link = Markdown("")
        if correction.claim:
            handle = self.corpus.claim(correction.claim, self.record)
            link = self.say.claim(handle, f"claim {handle.index + 1}")
        return day(correction.date), CORRECTION_WORDS[correction.kind], correction, link

    def cite_files(self, name: str) -> list[Markdown]:
        """Return links to the citation files of that name."""
        folder = f"briefs/{self.record.id}"
        return [self.say.to(words, f"{folder}/{name}.{ending}") for ending, words in CITATION_FORMATS.items()]


def _citation(reference: Reference) -> tuple[str, Markdown]:
    """Return a citation's style, and its text with the title in italics."""
    words = inline(reference.lead)
    if reference.title:
        words = Markdown(f"{words} *{inline(reference.title)}*{inline(reference.tail)}")
    return reference.style, words


def _day(date: dt.date) -> Markdown:
    return timed(day(date), date.isoformat())


def _badges(claim: Claim) -> list[Badge]:
    badges = []
    match claim.status:
        case Status.DISPUTED:
            badges.append(Badge("disputed", "◆ Disputed"))
        case Status.SUPERSEDED:
            badges.append(Badge("superseded", "▷ Superseded"))
        case Status.RETRACTED:
            badges.append(Badge("retracted", "✕ Retracted"))
    match claim.kind:
        case ClaimKind.FACT:
            badges.append(Badge("fact", "● On record"))
        case ClaimKind.ASSESSMENT:
            badges.append(Badge("assessment", "◐ Assessment"))
        case ClaimKind.QUOTATION:
            badges.append(Badge("quotation", "“ Quotation"))
    return badges
