"""A brief, claim, source or entity as plain text for a terminal.

It says what the record's page says, with the page's own words for chains and figures, and without
links: ids stand in their place, so that they can be typed.
"""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from briefing.authoring.wrapping import broken, cells, wrap
from briefing.corpus import ClaimHandle, Corpus
from briefing.evidence import Answer, Reliance, answers
from briefing.markdown import Markdown, inline, plain
from briefing.model import Archived, Brief, BriefStatus, ClaimKind, Entity, Likelihood, Name, Source, Status
from briefing.pages.phrases import Phrases
from briefing.problems import printable
from briefing.rivals import Estimate, are_rivals
from briefing.view import View
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
    figure_words,
    listed,
    origin_words,
    parties_words,
    source_title,
)

MOST = 20
"""Most lines of one list; the rest are counted."""

NARROWEST = 40


def show(view: View, id_: str, width: int) -> str | None:
    """Return what a brief, claim (`brief#claim`), source or entity says, in lines of `width` columns.

    Records of several kinds with the same id follow each other. An old id shows the record that had
    it. Returns nothing where there is no such record.
    """
    teller = _Teller(view)
    parts = [list(teller.tell(kind, i)) for kind, i in _named(view.corpus, id_)]
    return "\n".join("\n".join(_laid(p, max(width, NARROWEST))) + "\n" for p in parts) if parts else None


def known(corpus: Corpus) -> list[str]:
    """Return every id that can be shown."""
    return [*corpus.briefs, *corpus.claims, *corpus.sources, *corpus.entities]


def _named(corpus: Corpus, id_: str) -> Iterator[tuple[str, str]]:
    tables = (("brief", corpus.briefs), ("source", corpus.sources), ("entity", corpus.entities))
    for kind, table in tables:
        for record in table.values():
            if id_ == record.id or id_ in record.aliases:
                yield kind, record.id
    brief, _, part = id_.rpartition("#")
    for record in corpus.briefs.values():
        if brief and (brief == record.id or brief in record.aliases):
            for claim in record.claims:
                if part == claim.id or part in claim.aliases:
                    yield "claim", f"{record.id}#{claim.id}"


# --- lines -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A text, what it begins with, and how far both are indented."""

    text: str
    lead: str = ""
    indent: int = 0


_BLANK = _Line("")


def _laid(lines: Iterable[_Line], width: int) -> Iterator[str]:
    """Yield lines of at most `width` columns; what goes on stands under the text's beginning."""
    for line in lines:
        lead = printable(line.lead) + " " * bool(line.lead)
        room = width - line.indent - cells(lead)
        words = [piece for word in printable(line.text).split() for piece in broken(word, room)]
        head = " " * line.indent + lead
        for text in wrap(words, room) or [""]:
            yield (head + text).rstrip()
            head = " " * cells(head)


def _part(title: str, lines: Iterable[_Line]) -> Iterator[_Line]:
    """Yield a heading and what is below it, unless that is nothing."""
    found = list(lines)
    if found:
        yield from (_BLANK, _Line(title), *found)


def _items(texts: Iterable[str], lead: str = "-", indent: int = 2) -> Iterator[_Line]:
    found = list(texts)
    for text in found[:MOST]:
        yield _Line(text, lead, indent)
    if len(found) > MOST:
        yield _Line(f"and {len(found) - MOST:,} more", lead, indent)


# --- records -----------------------------------------------------------------------------


class _Words(Phrases):
    """The phrases of pages, with a source's id where pages have a link."""

    def __init__(self, corpus: Corpus) -> None:
        super().__init__(corpus, "index.md")

    def to(self, label: object, target: str) -> Markdown:  # noqa: ARG002 - a terminal follows no links
        """Return the label."""
        return inline(label)

    def source(self, id_: str) -> Markdown:
        """Return publisher, date and id: "Reuters, 5 February 2022 [reuters-2022-02-05]"."""
        return inline(f"{document_name(self.corpus.sources[id_], self.corpus)} [{id_}]")


def _text(phrase: Markdown) -> str:
    """Return a phrase as plain text: everything in it that could be markup is an entity."""
    return html.unescape(str(phrase))


class _Teller:
    """Tells what a view holds of a record."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.corpus = view.corpus
        self.say = _Words(view.corpus)

    def tell(self, kind: str, id_: str) -> Iterator[_Line]:
        """Yield the lines of a record."""
        match kind:
            case "brief":
                return self.brief(self.corpus.briefs[id_])
            case "claim":
                return self.single(self.corpus.claims[id_])
            case "source":
                return self.source(self.corpus.sources[id_])
            case _:
                return self.entity(self.corpus.entities[id_])

    # briefs and claims

    def brief(self, brief: Brief) -> Iterator[_Line]:
        """Yield a brief in the order of its page."""
        status = "" if brief.status is BriefStatus.PUBLISHED else f", {brief.status}"
        yield _Line(f"brief {brief.id}{status}")
        yield _Line(brief.title)
        facts = [brief.date.words, f"published {day(brief.published)}"]
        if brief.updated:
            facts.append(f"updated {day(brief.updated)}")
        if brief.information_cutoff:
            facts.append(f"documents up to {day(brief.information_cutoff)}")
        facts += [self.corpus.topics[t].title for t in brief.topics]
        yield _Line(" · ".join(facts))
        if brief.superseded_by:
            yield _Line(f"Superseded by {brief.superseded_by}")
        yield from _part("Bottom line", [_Line(brief.bottom_line, indent=2)])
        yield from _part("Key points", _items(p.text for p in brief.key_points))
        if brief.why_it_matters:
            yield from _part("Why it matters", [_Line(brief.why_it_matters, indent=2)])
        yield _BLANK
        yield _Line("What is claimed")
        told: dict[object, int] = {}
        for claim in brief.claims:
            handle = self.corpus.claims[f"{brief.id}#{claim.id}"]
            yield from self.claim(handle, told)
        yield from _part("What we judge", self._judgements(brief))
        yield from _part("What we do not know", _items(brief.gaps))
        if brief.background:
            yield from _part("Background", [_Line(plain(brief.background), indent=2)])
        yield from _part("Corrections", _items(
            f"{day(c.date)}, {CORRECTION_WORDS[c.kind].lower()}: {c.what}" for c in reversed(brief.corrections)
        ))  # fmt: skip
        yield from _part("Related", _items(f"{r.how}: {r.brief}" for r in brief.related))

    def _judgements(self, brief: Brief) -> Iterator[_Line]:
        for judgement in brief.judgements:
            yield _Line(judgement.text, "-", 2)
            likelihood = f"{_likelihood(judgement.likelihood)}; " if judgement.likelihood else ""
            yield _Line(f"{likelihood}confidence {judgement.confidence}", indent=4)

    def single(self, handle: ClaimHandle) -> Iterator[_Line]:
        """Yield a claim that stands by itself."""
        yield _Line(f"claim {handle.ref}")
        yield _Line(f"in: {handle.brief.title}")
        yield from self.claim(handle, {})

    def claim(self, handle: ClaimHandle, told: dict[object, int]) -> Iterator[_Line]:
        """Yield a claim; `told` holds the chains above, with the number of the claim that has them."""
        claim = handle.claim
        yield _BLANK
        state = [str(claim.kind)] if claim.kind is not ClaimKind.REPORTED else []
        state += [str(claim.status)] if claim.status is not Status.STANDING else []
        yield _Line(claim.id + (f" ({', '.join(state)})" if state else ""), f"{handle.index + 1}.", 2)
        yield _Line(claim.text, indent=5)
        for lead, text in self._facts(handle, told):
            yield _Line(text, f"{lead}:", 5)

    def _facts(self, handle: ClaimHandle, told: dict[object, int]) -> Iterator[tuple[str, str]]:
        claim, found = handle.claim, self.view.evidence.supports[handle.ref]
        said = f", {claim.said.words}" if claim.said else ""
        yield "says", parties_words(claim.by, self.corpus) + said
        chain = tuple(_text(sentence) for sentence in self.say.chain(found))
        if chain in told:
            yield "chain", f"same as claim {told[chain]}"
        else:
            told[chain] = handle.index + 1
            yield from (("chain", sentence) for sentence in chain)
        yield "evidence", evidence_words(len(found.documents), len(found.behind), len(found.origins))
        yield from (("quoted", f"“{c.quote}” [{c.source}]") for c in claim.sources if c.quote)
        yield from (("figure", figure_line(f, claim, self.corpus)) for f in claim.figures)
        if claim.limits:
            yield "read with care", "; ".join(LIMIT_WORDS[limit] for limit in claim.limits)
        yield from (("answer", self._answer(a)) for a in answers(handle, self.corpus))
        yield from self._beside(handle)
        yield from (("conflicts with", ref) for ref in self.view.disputes.conflicts.get(handle.ref, ()))
        if claim.supersedes:
            yield "replaces", self.corpus.claim(claim.supersedes, handle.brief).ref
        if claim.unresolved_because:
            yield "not settled", claim.unresolved_because

    def _answer(self, answer: Answer) -> str:
        words = f"{RESPONSE_WORDS[answer.response.kind]}, {parties_words(answer.by, self.corpus)}"
        if answer.said:
            words += f", {answer.said.words}"
        if answer.response.addresses:
            words += f", on {answer.response.addresses}"
        if answer.text:
            words += f": {answer.text}"
        if answer.quote:
            words += f" “{answer.quote}”"
        where = [answer.claim.ref] if answer.claim else [c.source for c in answer.sources]
        return words + (f" [{', '.join(where)}]" if where else "")

    def _beside(self, handle: ClaimHandle) -> Iterator[tuple[str, str]]:
        """Yield the rivals of a claim's figures, and then what is counted differently."""
        rivals: dict[str, None] = {}
        others: dict[str, None] = {}
        for comparison in self.view.disputes.compared.get(handle.ref, ()):
            own = [e for e in comparison.estimates if e.handle.ref == handle.ref]
            for estimate in comparison.estimates:
                if estimate.handle.ref == handle.ref or not estimate.is_current:
                    continue
                text = f"{self._estimate(estimate)} ({comparison.subject.title})"
                if any(
                    are_rivals(o, estimate) for o in own if (o.of, o.unit) == (estimate.of, estimate.unit)
                ):
                    rivals[text] = None
                elif all((o.of, o.unit) != (estimate.of, estimate.unit) for o in own):
                    others[text] = None
        for lead, found in (("rival", list(rivals)), ("counted differently", list(others))):
            yield from ((lead, text) for text in found[:MOST])
            if len(found) > MOST:
                yield lead, f"and {len(found) - MOST:,} more"

    def _estimate(self, estimate: Estimate) -> str:
        claim = estimate.handle.claim
        figure = figure_words(estimate.figure, claim, self.corpus)
        who = origin_words(claim, estimate.figure, self.corpus)
        return f"{figure}, {who} [{estimate.handle.ref}]"

    # sources and entities

    def source(self, source: Source) -> Iterator[_Line]:
        """Yield a source's record, what it rests on and what rests on it."""
        yield _Line(f"source {source.id}")
        yield _Line(source_title(source))
        if source.author:
            yield _Line(listed(source.author), "author:", 2)
        yield _Line(_text(self.say.publisher(source)), "publisher:", 2)
        yield _Line(source.issued.words if source.issued else "no date", "issued:", 2)
        yield _Line(f"{KIND_WORDS[source.kind]}; {ACCESS_WORDS[source.access]}", "kind:", 2)
        for lead, text in (("number:", source.number), ("language:", source.language), ("url:", source.url)):
            if text:
                yield _Line(text, lead, 2)
        yield from (_Line(_copy(a), "archived:", 2) for a in source.archive)
        if source.descriptor:
            yield _Line(source.descriptor, "what it is:", 2)
        publisher = source.publisher.entity if source.publisher else None
        if publisher and (interest := self.corpus.entities[publisher].interest):
            yield _Line(interest, "publisher’s interest:", 2)
        yield from _part("Rests on", _items(map(self._document, source.rests_on)))
        yield from _part(
            "Sources that rest on it",
            _items(map(self._document, self.view.evidence.copies.get(source.id, ()))),
        )
        reliances = self.view.evidence.reliances.get(source.id, ())
        for title, direct in (
            ("Claims that cite it", True),
            ("Claims that rest on it through others", False),
        ):
            yield from _part(title, self._claims(reliances, direct=direct))

    def _claims(self, reliances: Sequence[Reliance], *, direct: bool) -> Iterator[_Line]:
        return _items(_claim_words(r.claim) for r in reliances if r.direct is direct)

    def _document(self, id_: str) -> str:
        return _text(self.say.source(id_))

    def entity(self, entity: Entity) -> Iterator[_Line]:
        """Yield an entity's record, and the claims in which it has a part."""
        yield _Line(f"entity {entity.id}")
        yield _Line(f"{entity.name} ({ENTITY_WORDS[entity.kind].lower()})")
        if entity.short_name:
            yield _Line(entity.short_name, "in short:", 2)
        for lead, names in (("names:", entity.names), ("weak names:", entity.weak_names)):
            if names:
                yield _Line("; ".join(map(_name, names)), lead, 2)
        for lead, text in (
            ("is:", entity.description),
            ("position:", entity.position),
            ("interest:", entity.interest),
        ):
            if text:
                yield _Line(text, lead, 2)
        if entity.part_of:
            yield _Line(listed([f"{self.corpus.name(e)} [{e}]" for e in entity.part_of]), "part of:", 2)
        if entity.ids:
            yield _Line(
                "; ".join(f"{scheme} {text}" for scheme, text in entity.ids.items()), "identifiers:", 2
            )
        for sanction in entity.sanctions:
            words = [self.corpus.name(sanction.authority), str(sanction.status)]
            words += [sanction.reference] if sanction.reference else []
            words += [f"since {sanction.listed.words}"] if sanction.listed else []
            yield _Line(", ".join([*words, f"as checked on {day(sanction.checked)}"]), "sanctions:", 2)
        roles: dict[str, list[ClaimHandle]] = {}
        for appearance in self.view.evidence.appearances.get(entity.id, ()):
            roles.setdefault(appearance.role, []).append(appearance.claim)
        for role in sorted(roles, key=lambda r: (list(_ROLE_WORDS).index(r) if r in _ROLE_WORDS else 99, r)):
            handles = roles[role]
            title = f"{_ROLE_WORDS.get(role, f'Claims about it as {role}')}: {count(len(handles), 'claim')}"
            yield from _part(title, _items(map(_claim_words, handles)))


_ROLE_WORDS = {
    "by": "What it says",
    "told": "What it was told",
    "answers": "What it answers",
    "subject": "What is said of it",
}


def _claim_words(handle: ClaimHandle) -> str:
    return f"{handle.claim.text} [{handle.ref}]"


def _likelihood(likelihood: Likelihood) -> str:
    return likelihood.replace("_", " ")


def _copy(copy: Archived) -> str:
    return f"{copy.url} ({day(copy.captured)})"


def _name(name: Name) -> str:
    details = ", ".join(d for d in (name.lang, name.scheme) if d)
    return f"{name.text} ({details})" if details else name.text
