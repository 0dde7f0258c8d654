"""Editorial rules: what a careful editor would ask, as functions from the corpus to problems.

Each rule is a generator of findings, with a code and a severity; its docstring is its
documentation, on the site's page of rules and in `briefing explain`. A warning that is wrong
in one place is answered there: `accepts: [{rule: code, because: …}]`.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from inspect import getdoc
from typing import TypeAlias

from briefing.corpus import ClaimHandle, Corpus, Loaded, full_ref
from briefing.evidence import distinct
from briefing.forks import shares, started, without_collector
from briefing.model import (
    CURRENCIES,
    Access,
    Brief,
    BriefStatus,
    Citation,
    Claim,
    ClaimKind,
    CorrectionKind,
    Entity,
    Figure,
    Judgement,
    Limit,
    Measure,
    Party,
    Period,
    Source,
    SourceKind,
    SourceType,
    Status,
)  # fmt: skip
from briefing.numerals import Mention, is_date, is_hedged, numbers_in
from briefing.problems import Mark, Problem, Severity, error, ordered, warning
from briefing.rivals import DENIALS, Disputes, find_disputes
from briefing.since import Since
from briefing.wording import figure_unit, quantity
from briefing.yamlnodes import Path, Value, read

QUOTE_WORDS = 25
MOST_CLAIMS = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a rule found, and where."""

    kind: str
    """The kind of record: brief, source, entity, measure, topic, term."""
    id: str
    path: Path
    message: str
    hint: str


class Whole:
    """The whole corpus, and what is known of all of it."""

    def __init__(self, corpus: Corpus, disputes: Disputes | None = None) -> None:
        self.corpus = corpus
        self._disputes = disputes
        self.events_named: set[str] = set()
        """Events of which a claim speaks, by full reference: of the claims looked at so far."""
        self.sources_used: set[str] = set()
        """Sources that a claim or an answer to one rests on: of the claims looked at so far."""
        self.first_named: dict[str, ClaimHandle] = {}
        """The first claim in which somebody written out by name speaks, by that name in small letters."""

    @cached_property
    def disputes(self) -> Disputes:
        """Rivals and conflicts."""
        return self._disputes or find_disputes(self.corpus)

    @cached_property
    def unread(self) -> set[str]:
        """Sources that were not read."""
        unread = (Access.UNSEEN, Access.SEEN_BY_PRESS)
        return {s.id for s in self.corpus.sources.values() if s.access in unread}

    @cached_property
    def reference_works(self) -> set[str]:
        """Sources that are reference works."""
        works = SourceType.ENTRY_ENCYCLOPEDIA
        return {s.id for s in self.corpus.sources.values() if s.type is works}

    @cached_property
    def drafts(self) -> set[str]:
        """Briefs that only the preview shows."""
        return {b.id for b in self.corpus.briefs.values() if b.status is BriefStatus.DRAFT}

    def note(self, claims: Iterable[ClaimHandle]) -> None:
        """Take note of what claims speak of and rest on."""
        for handle in claims:
            claim = handle.claim
            if claim.event:
                self.events_named.add(full_ref(claim.event, handle.brief.id))
            for citation in claim.sources:
                self._use(citation)
            for response in claim.responses:
                for citation in response.sources or ():
                    self._use(citation)

    def _use(self, citation: Citation) -> None:
        self.sources_used.add(citation.source)
        if citation.via:
            self.sources_used.update(citation.via)


@dataclass(frozen=True)
class View:
    """What a rule looks at: some briefs with their claims, and the whole that they are a part of."""

    whole: Whole
    briefs: Sequence[Brief]
    claims: Sequence[ClaimHandle]

    @property
    def corpus(self) -> Corpus:
        """The whole corpus."""
        return self.whole.corpus

    @cached_property
    def texts(self) -> "list[_Numbered]":
        """The texts in which a number may lose its qualifier, if there is a number in them."""
        texts = (
            _Numbered(brief, path, numbers_in(text)) for brief in self.briefs for path, text in _texts(brief)
        )
        return [text for text in texts if text.mentions]

    @cached_property
    def _known(self) -> "dict[str, list[_Carried]]":
        return {}

    def carried(self, brief: Brief) -> "list[_Carried]":
        """Return every figure that the texts of a brief may repeat."""
        found = self._known.get(brief.id)
        if found is None:
            found = self._known[brief.id] = _carried(brief, self.corpus)
        return found


Check = Callable[[View], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its code, its severity, its documentation, and the function that checks it."""

    code: str
    severity: Severity
    check: Check
    comes_last: bool = False
    """Whether it looks at everything at once, after all other rules."""
    reads_texts: bool = False
    """Whether it looks for numbers in texts: half of the work, which shares nothing with the rest."""

    @property
    def documentation(self) -> str:
        """The function's docstring: a first sentence, then the reason and the way out."""
        return getdoc(self.check) or ""

    @property
    def summary(self) -> str:
        """The first sentence."""
        return self.documentation.partition("\n")[0]


RULES: dict[str, Rule] = {}
"""All rules by code, in the order in which they are documented."""


def _rule(
    severity: Severity, *, comes_last: bool = False, reads_texts: bool = False
) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        code = check.__name__.removeprefix("_").replace("_", "-")
        RULES[code] = Rule(code, severity, check, comes_last, reads_texts)
        return check

    return register


Found: TypeAlias = Mapping[str, Sequence[Finding]]
"""What rules found, by their codes."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the rules found that look for numbers in texts, which is most of all rules' work."""

    disputes: Disputes | None
    """Those of the corpus, where they are known."""
    found: Found


def check(corpus: Corpus) -> list[Problem]:
    """Return everything that the rules find, but for what an author has answered in its place."""
    with without_collector():
        return _unanswered(_findings(Whole(corpus)), corpus)


def _unanswered(findings: Found, corpus: Corpus) -> list[Problem]:
    answered: set[tuple[str, str, Path, str]] = set()
    accepting: dict[tuple[str, str], list[tuple[Path, dict[str, int]]]] = defaultdict(list)
    for kind, id_, path, accepts in _accepting(corpus):
        accepting[kind, id_].append((path, accepts))
    found: list[tuple[Rule, Finding]] = []
    for rule in RULES.values():
        for finding in findings[rule.code]:
            owner = _acceptance(finding, rule.code, accepting.get((finding.kind, finding.id), ()))
            if owner is not None and rule.severity is Severity.WARNING:
                answered.add((finding.kind, finding.id, owner, rule.code))
            else:
                found.append((rule, finding))
    return [*_placed(found, corpus), *_needless(corpus, answered)]


_AT_ONCE = 32
"""Briefs that all rules look at before they go on to others: what a processor's own memory holds."""


def _findings(whole: Whole, last: Found | None = None, since: Since | None = None) -> Found:
    """Return what each rule finds; of texts that are as they were, what was found there."""
    corpus = whole.corpus
    texts = [rule for rule in RULES.values() if rule.reads_texts]
    parts = [rule for rule in RULES.values() if not (rule.reads_texts or rule.comes_last)]
    again = _to_read(since) if since is not None else None
    apart = again is None and shares(len(corpus.briefs), _APART) > 1
    with started([lambda: _told(_asked(texts, whole))] if apart else []) as answers:
        found = _asked(parts, whole, whole.note)
        told = answers()[0] if apart else None
    if told is not None:
        found |= _understood(told)
    elif last is not None and again is not None:
        anew = _asked(texts, whole, only=again)
        found |= {c: [*(f for f in rows if f.id not in again), *anew[c]] for c, rows in last.items()}
    else:
        found |= _asked(texts, whole)
    everything = View(whole, list(corpus.briefs.values()), list(corpus.claims.values()))
    return found | {rule.code: list(rule.check(everything)) for rule in RULES.values() if rule.comes_last}


def _to_read(since: Since) -> set[str]:
    """Return the briefs whose texts, or the figures that these may repeat, are others than before."""
    citing = (
        brief.id
        for brief in since.now.briefs.values()
        if any(
            full_ref(r, brief.id).partition("#")[0] in since.briefs
            for p in brief.key_points
            for r in p.claims
        )
    )
    return {*since.briefs, *citing}


_APART = 500
"""Briefs a process that are worth a second one to look through their texts."""


def _asked(
    rules: Sequence[Rule],
    whole: Whole,
    note: Callable[[Sequence[ClaimHandle]], None] = lambda _: None,
    only: Collection[str] | None = None,
) -> dict[str, Sequence[Finding]]:
    """Return what rules find that look at the corpus part by part; `note` is given each part's claims first.

    They look at `only` these briefs, where that is given.
    """
    found: dict[str, list[Finding]] = {rule.code: [] for rule in rules}
    for view in _parts(whole, only):
        note(view.claims)
        for rule in rules:
            found[rule.code] += rule.check(view)
    return dict(found)


def _told(found: Found) -> bytes:
    """Return findings as JSON, for another process."""
    return json.dumps({code: [astuple(f) for f in rows] for code, rows in found.items()}).encode()


def _understood(told: bytes) -> dict[str, list[Finding]]:
    """Return the findings that another process told."""
    return {
        code: [Finding(kind, id_, tuple(path), message, hint) for kind, id_, path, message, hint in rows]
        for code, rows in json.loads(told).items()
    }


def _parts(whole: Whole, only: Collection[str] | None = None) -> Iterator[View]:
    """Yield the corpus part by part, in its order; or `only` these briefs of it."""
    corpus = whole.corpus
    if only is not None:
        yield View(whole, [b for b in corpus.briefs.values() if b.id in only], [])
        return
    claims: dict[str, list[ClaimHandle]] = defaultdict(list)
    for handle in corpus.claims.values():
        claims[handle.brief.id].append(handle)
    briefs = list(corpus.briefs.values())
    for n in range(0, len(briefs), _AT_ONCE):
        part = briefs[n : n + _AT_ONCE]
        yield View(whole, part, [h for brief in part for h in claims.pop(brief.id, ())])
    if claims:
        yield View(whole, [], [h for left in claims.values() for h in left])


def _placed(found: Sequence[tuple[Rule, Finding]], corpus: Corpus) -> list[Problem]:
    """Return findings with their places. A file is read for its places once, however many it needs."""
    marks: dict[int, Mark] = {}
    for n, (_, finding) in sorted(enumerate(found), key=lambda item: (item[1][1].kind, item[1][1].id)):
        marks[n] = corpus.places[finding.kind, finding.id].mark(finding.path)
    return [
        (error if rule.severity is Severity.ERROR else warning)(
            marks[n], rule.code, finding.message, finding.hint
        )
        for n, (rule, finding) in enumerate(found)
    ]


def review(loaded: Loaded) -> list[Problem]:
    """Return all problems of a folder: those of reading it and, if it has no error, the rules'."""
    if loaded.errors:
        return loaded.problems
    return ordered([*loaded.problems, *check(loaded.corpus)])


def review_again(
    loaded: Loaded, last: Found | None = None, since: Since | None = None, disputes: Disputes | None = None
) -> tuple[list[Problem], Found]:
    """Return what `review` does of a folder without an error of reading, and what was found in its texts.

    `last` has the latter of the record before, and `since` tells what has changed: only such texts are
    looked at. `disputes` are those of the corpus, where they are known.
    """
    with without_collector():
        found = _findings(Whole(loaded.corpus, disputes), last, since)
        problems = ordered([*loaded.problems, *_unanswered(found, loaded.corpus)])
    return problems, {rule.code: found[rule.code] for rule in RULES.values() if rule.reads_texts}


def _acceptance(finding: Finding, code: str, accepting: Sequence[tuple[Path, dict[str, int]]]) -> Path | None:
    """Return the way to the part of a record that answers a finding with `accepts`."""
    return next(
        (path for path, accepts in accepting if finding.path[: len(path)] == path and code in accepts), None
    )


def _accepting(corpus: Corpus) -> Iterator[tuple[str, str, Path, dict[str, int]]]:
    """Yield every record and part of a record that answers warnings: its rules by number."""
    records: list[tuple[str, Source | Entity | Measure]] = [
        *(("source", s) for s in corpus.sources.values()),
        *(("entity", e) for e in corpus.entities.values()),
        *(("measure", m) for m in corpus.measures.values()),
    ]
    for kind, record in records:
        if record.accepts:
            yield kind, record.id, (), {a.rule: n for n, a in enumerate(record.accepts)}
    for id_, brief in corpus.briefs.items():
        if brief.accepts:
            yield "brief", id_, (), {a.rule: n for n, a in enumerate(brief.accepts)}
        lists: list[tuple[str, Sequence[Claim | Judgement]]]
        lists = [("claims", brief.claims), ("judgements", brief.judgements)]
        for name, parts in lists:
            for number, part in enumerate(parts):
                if part.accepts:
                    yield "brief", id_, (name, number), {a.rule: n for n, a in enumerate(part.accepts)}


def _needless(corpus: Corpus, answered: set[tuple[str, str, Path, str]]) -> Iterator[Problem]:
    """Yield a warning for each answer to a warning that no longer comes."""
    for kind, id_, path, accepts in _accepting(corpus):
        for code, n in accepts.items():
            if (kind, id_, path, code) in answered:
                continue
            mark = corpus.places[kind, id_].mark((*path, "accepts", n, "rule"))
            what = "is not a rule" if code not in RULES else "finds nothing here"
            if code in RULES and RULES[code].severity is Severity.ERROR:
                what = "is an error, which cannot be accepted"
            yield warning(mark, "needless-acceptance", f"`{code}` {what}", "delete this answer")


# --- figures in texts ---------------------------------------------------------------------

_ENDS_PHRASE = re.compile(r"\s?(?:[,.;)]|$|(?:and|or|by|after|from|for|in|on)\b)")


def _texts(brief: Brief) -> Iterator[tuple[Path, str]]:
    """Yield the texts in which a number may lose its qualifier."""
    yield ("title",), brief.title
    yield ("bottom_line",), brief.bottom_line
    for n, point in enumerate(brief.key_points):
        yield ("key_points", n, "text"), point.text


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A text of a brief, and the numbers in it."""

    brief: Brief
    path: Path
    mentions: Sequence[Mention]


@dataclass(frozen=True, slots=True)
class _Carried:
    """A figure of a claim, as texts may repeat it."""

    figure: Figure
    unit: str
    numbers: tuple[Decimal, ...]
    counted: frozenset[str]
    """The stems of words for what it counts."""


def _claims_of(brief: Brief, corpus: Corpus) -> list[Claim]:
    """Return a brief's claims, and those of others that its key points cite."""
    cited = [corpus.claims.get(full_ref(r, brief.id)) for p in brief.key_points for r in p.claims]
    return [*brief.claims, *(h.claim for h in cited if h is not None and h.brief.id != brief.id)]


def _carried(brief: Brief, corpus: Corpus) -> list[_Carried]:
    """Return every figure that the texts of a brief may repeat."""
    found = []
    for claim in _claims_of(brief, corpus):
        for figure in claim.figures:
            measure = corpus.measures.get(figure.measure or claim.measure or "")
            unit = figure_unit(figure, claim, corpus)
            words = figure.of or (measure.title if measure else "")
            if unit in corpus.assets:
                words = f"{unit} {corpus.assets[unit].title}"
            found.append(_Carried(figure, unit, figure.numbers, _stems(words)))
    return found


@lru_cache(maxsize=4096)
def _stems(words: str) -> frozenset[str]:
    return frozenset({_stem(w) for w in _words(words) if len(w) > 2} - {"for", "per", "the", "year"})


def _matches(mention: Mention, carried: _Carried, others: Sequence[Mention] = ()) -> bool:
    """Whether a text's number, which is that of a figure, is the figure: same unit, or the same thing counted.

    A bare number at the end of a phrase takes the unit that the others of its text have:
    "70 kilotons, later 160".
    """
    unit = carried.unit
    if mention.unit:
        return mention.unit == unit
    if unit in ("magnitude", "mach"):
        return unit in mention.before.lower()
    near = {_stem(w) for w in _words(mention.after)[:4]}
    if near & carried.counted:
        return True
    if is_date(mention) or not _ENDS_PHRASE.match(mention.after):
        return False
    return any(unit == o.unit or (not o.unit and _speaks_of(o, carried)) for o in others if o is not mention)


def _speaks_of(mention: Mention, carried: _Carried) -> bool:
    return bool({_stem(w) for w in _words(mention.after)[:2]} & carried.counted)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def _stem(word: str) -> str:
    return word.removesuffix("s").removesuffix("e")


# --- the rules ---------------------------------------------------------------------------


def _in_brief(brief: Brief, path: Path, message: str, hint: str) -> Finding:
    return Finding("brief", brief.id, path, message, hint)


def _in_claim(handle: ClaimHandle, path: Path, message: str, hint: str) -> Finding:
    return Finding("brief", handle.brief.id, ("claims", handle.index, *path), message, hint)


@_rule(Severity.WARNING, reads_texts=True)
def _qualifier_decay(view: View) -> Iterator[Finding]:
    """A number in the title, the bottom line or a key point has lost its qualifier.

    "More than $50 million" becomes "$50 million" a little at a time, from claim to summary to
    headline. Where a figure of the brief's claims is hedged, every text that gives its number
    hedges it too: "more than", "at least", "up to", "about", "nearly", or words that say the same.
    """
    for text in view.texts:
        carried = view.carried(text.brief)
        for mention in text.mentions:
            same = [c for c in carried if mention.value in c.numbers and _matches(mention, c, text.mentions)]
            if same and not any(is_hedged(mention, c.figure, text.mentions) for c in same):
                figure, unit = same[0].figure, same[0].unit
                ends = " and ".join(quantity(n, unit) for n in figure.numbers)
                words = f"{figure.qualifier.words} {ends}"
                yield _in_brief(
                    text.brief,
                    text.path,
                    f"`{mention.words}` has lost its qualifier",
                    f"write “{words}”, as the claim does",
                )


@_rule(Severity.WARNING, reads_texts=True)
def _number_without_claim(view: View) -> Iterator[Finding]:
    """A number in the bottom line or a key point stands in no claim of the brief.

    Money, percentages and numbers with a unit are looked for among the claims' figures, where
    their qualifier and their source stand, and in the claims' own words. Dates, ordinals and
    symbols are not numbers here.
    """
    for text in view.texts:
        if text.path == ("title",):
            continue
        brief = text.brief
        for mention in text.mentions:
            if mention.unit in ("", "d"):
                continue
            if any(c.unit == mention.unit and mention.value in c.numbers for c in view.carried(brief)):
                continue
            said = (m for c in _claims_of(brief, view.corpus) for m in numbers_in(c.text))
            if not any(m.value == mention.value and m.unit == mention.unit for m in said):
                yield _in_brief(
                    brief, text.path, f"no claim of this brief has the figure `{mention.words}`",
                    "add it to the `figures` of the claim that it comes from, or leave it out",
                )  # fmt: skip


_LIKELY = re.compile(
    r"\b(?:(?:un)?likely|probabl[ey]|almost certain(?:ly)?|even chance|remote (?:chance|possibility)|improbable)\b",
    re.IGNORECASE,
)
_CONFIDENT = re.compile(
    r"\b(?:high|moderate|low|medium|great|little)\s+confidence\b|\bconfidence is\b|\bconfident(?:ly)?\b",
    re.IGNORECASE,
)


@_rule(Severity.ERROR)
def _likelihood_with_confidence(view: View) -> Iterator[Finding]:
    """A sentence mixes how likely something is with how sure we are of the evidence.

    ICD 203 keeps the two apart: `likelihood` says how probable the judgement is, `confidence` how
    good the evidence is. "We judge with high confidence that it is likely" says neither.
    """
    for brief in view.briefs:
        for n, judgement in enumerate(brief.judgements):
            for name in ("text", "basis"):
                for sentence in re.split(r"(?<=[.;?!])\s", getattr(judgement, name) or ""):
                    if _LIKELY.search(sentence) and _CONFIDENT.search(sentence):
                        yield _in_brief(
                            brief, ("judgements", n, name), "likelihood and confidence stand in one sentence",
                            "say what is judged, and leave both to `likelihood` and `confidence`",
                        )  # fmt: skip


@_rule(Severity.ERROR)
def _judgement_without_basis(view: View) -> Iterator[Finding]:
    """A judgement does not say what it rests on.

    Our own conclusion needs a `basis` in words and the `claims` that it rests on; without them a
    reader cannot tell it from an opinion.
    """
    for brief in view.briefs:
        for n, judgement in enumerate(brief.judgements):
            missing = [k for k in ("basis", "claims") if not getattr(judgement, k)]
            if missing:
                names = " and ".join(f"`{k}`" for k in missing)
                yield _in_brief(brief, ("judgements", n), f"the judgement has no {names}", f"add {names}")


@_rule(Severity.ERROR)
def _fact_without_evidence(view: View) -> Iterator[Finding]:
    """A claim is called a fact, and its evidence does not carry that.

    A `fact` needs one of three: a record of the actor itself (a document that the one who says so
    published), an official or dataset record that was read, or two origins. Two outlets' copies of
    one party's word are one origin.
    """
    for handle in view.claims:
        if handle.claim.kind is not ClaimKind.FACT:
            continue
        documents = dict.fromkeys(c.source for c in handle.claim.sources)
        if len(distinct(handle.claim.by)) >= 2 or any(_is_record(s, handle, view.corpus) for s in documents):
            continue
        count = len(documents)
        what = "one document" if count == 1 else f"{count} documents"
        yield _in_claim(
            handle, ("kind",), f"`fact` rests on {what} of one origin, and none is the actor's own or an official record",
            "cite such a record that was read, or write `kind: reported`",
        )  # fmt: skip


def _is_record(source_id: str, handle: ClaimHandle, corpus: Corpus) -> bool:
    source = corpus.sources[source_id]
    if source.access not in (Access.PUBLIC, Access.PAYWALLED):
        return False
    if source.kind in (SourceKind.OFFICIAL, SourceKind.DATASET):
        return True
    speakers = {p.entity for p in handle.claim.by if p.entity}
    publisher = source.publisher.entity if source.publisher else None
    return publisher is not None and not _wholes({publisher}, corpus).isdisjoint(_wholes(speakers, corpus))


def _wholes(ids: set[str], corpus: Corpus) -> set[str]:
    """Return entities and what they are a part of: a state's own agency speaks for the state."""
    return ids | {whole for id_ in ids for whole in corpus.entities[id_].part_of}


@_rule(Severity.ERROR)
def _disputed_without_dispute(view: View) -> Iterator[Finding]:
    """A claim is called disputed, and nothing that disputes it stands beside it.

    `disputed` needs an answer, a rival figure, or a claim that it conflicts with, so that a reader
    sees who disputes it and on what grounds.
    """
    for handle in view.claims:
        claim = handle.claim
        if (
            claim.status is Status.DISPUTED
            and not claim.responses
            and handle.ref not in view.whole.disputes.by_claim
        ):
            yield _in_claim(
                handle, ("status",), "`disputed` stands alone: no answer, no rival figure, no conflicting claim",
                "add `responses:` or `conflicts_with:`, or delete `status:`",
            )  # fmt: skip


@_rule(Severity.WARNING)
def _dispute_unmarked(view: View) -> Iterator[Finding]:
    """A claim that is denied, or has a rival or a conflict, does not say that it is disputed.

    The mark is what a reader sees first, on lists and in search.
    """
    for handle in view.claims:
        claim = handle.claim
        if claim.status is not Status.STANDING:
            continue
        denied = any(r.kind in DENIALS for r in claim.responses)
        dispute = view.whole.disputes.by_claim.get(handle.ref)
        if not (denied or dispute):
            continue
        if denied:
            why = "is denied"
        else:
            others = [h.ref for h in dispute.claims if h.ref != handle.ref] if dispute else []
            why = f"has a rival or a conflict ({', '.join(others[:2])})"
        yield _in_claim(handle, ("id",), f"the claim {why}", "add `status: disputed`")


@_rule(Severity.ERROR)
def _quote_too_long(view: View) -> Iterator[Finding]:
    """A quotation has more than 25 words.

    Documents belong to their owners. Quote the words that matter and say the rest in your own.
    """
    for handle in view.claims:
        claim = handle.claim
        for n, citation in enumerate(claim.sources):
            if citation.quote:
                yield from _long(handle, ("sources", n, "quote"), citation.quote)
        for n, response in enumerate(claim.responses):
            if response.quote:
                yield from _long(handle, ("responses", n, "quote"), response.quote)
            for m, citation in enumerate(response.sources or ()):
                if citation.quote:
                    yield from _long(handle, ("responses", n, "sources", m, "quote"), citation.quote)


def _long(handle: ClaimHandle, path: Path, quote: str) -> Iterator[Finding]:
    words = len(quote.split())
    if words > QUOTE_WORDS:
        yield _in_claim(
            handle, path, f"the quotation has {words} words; {QUOTE_WORDS} are allowed", "shorten it"
        )


@_rule(Severity.WARNING)
def _too_many_claims(view: View) -> Iterator[Finding]:
    """A brief has more than ten claims.

    A brief is read in a few minutes and prints on about two pages. What needs more is two briefs.
    """
    for brief in view.briefs:
        if len(brief.claims) > MOST_CLAIMS:
            yield _in_brief(
                brief, ("claims", MOST_CLAIMS), f"the brief has {len(brief.claims)} claims; {MOST_CLAIMS} are enough",
                "split it into two briefs that name each other under `related`",
            )  # fmt: skip


@_rule(Severity.WARNING)
def _unseen_without_limit(view: View) -> Iterator[Finding]:
    """A claim cites a document that was not read, and does not say so.

    `sources` are documents that were read. One that was not belongs behind them, in `via` or
    `rests_on`; where it must be cited itself, the claim says `unseen_document`.
    """
    unread = view.whole.unread
    for handle in view.claims:
        for n, citation in enumerate(handle.claim.sources):
            if citation.source in unread and Limit.UNSEEN_DOCUMENT not in handle.claim.limits:
                yield _in_claim(
                    handle, ("sources", n), f"`{citation.source}` was not read here",
                    "cite the document that relays it, or add `limits: [unseen_document]`",
                )  # fmt: skip


@_rule(Severity.WARNING)
def _unnamed_without_limit(view: View) -> Iterator[Finding]:
    """The origin of a claim is not named, and `limits` does not say so.

    A reader who skims sees the limits, not the wording of who says so.
    """
    for handle in view.claims:
        by = handle.claim.by
        if by[0].unnamed and all(p.unnamed for p in by) and Limit.UNNAMED not in handle.claim.limits:
            yield _in_claim(
                handle, ("by",), "the origin is not named", "add `unnamed` to the claim's `limits`"
            )


@_rule(Severity.WARNING)
def _reference_work_alone(view: View) -> Iterator[Finding]:
    """A claim rests on reference works only.

    An encyclopedia that anyone can edit is nobody's only source: it may lead to the document that
    it cites, which is then the source.
    """
    works = view.whole.reference_works
    for handle in view.claims:
        cited = {c.source for c in handle.claim.sources}
        if not works.isdisjoint(cited) and works.issuperset(cited & view.corpus.sources.keys()):
            yield _in_claim(
                handle,
                ("sources",),
                "only reference works carry this claim",
                "cite the document that they cite",
            )


@_rule(Severity.WARNING)
def _person_without_page(view: View) -> Iterator[Finding]:
    """Somebody who is written out with name and role speaks in more than one claim.

    `{name, role}` is for someone who speaks once. With an entity of their own, readers find all
    that they said, and the name is spelt one way.
    """
    first = view.whole.first_named
    for handle in view.claims:
        speakers: list[tuple[Path, Party]] = [(("by", n), p) for n, p in enumerate(handle.claim.by) if p.name]
        for n, response in enumerate(handle.claim.responses):
            speakers += [(("responses", n, "by", m), p) for m, p in enumerate(response.by or ()) if p.name]
        for path, party in speakers:
            if party.name is None:
                continue
            other = first.setdefault(party.name.casefold(), handle)
            if other is not handle:
                yield _in_claim(
                    handle,
                    path,
                    f"{party.name} also speaks in {other.ref}",
                    "write an entity and use its id in both",
                )


@_rule(Severity.WARNING, comes_last=True)
def _publisher_has_page(view: View) -> Iterator[Finding]:
    """A publisher is written out by name, and has a page.

    With the id of its page, its interest shows with each of its documents, and the page lists them.
    """
    pages = {
        name.casefold(): e.id
        for e in view.corpus.entities.values()
        for name in (e.name, e.short_name)
        if name
    }
    for source in view.corpus.sources.values():
        name = source.publisher.name if source.publisher else None
        page = pages.get(name.casefold()) if name else None
        if page:
            yield Finding(
                "source", source.id, ("publisher",), f"{name} has a page", f"write `publisher: {page}`"
            )


_SYMBOL = re.compile(
    r"(?:S|A|E|ST|SG|INFCIRC|GOV|GC|SC|DC|HR)/(?:[A-Z]+(?:\.\d+)?/)*[A-Z0-9.()-]+(?:/[A-Z0-9.()-]+)*"
    r"(?:/(?:Add|Corr|Rev|Amend)\.\d+)*(?: \((?:\d{4}|Resumption \d+|Corrected)\))?"
)


@_rule(Severity.WARNING, comes_last=True)
def _symbol_form(view: View) -> Iterator[Finding]:
    """A document number that begins like a UN symbol does not have a symbol's form.

    Symbols are written as the UN writes them, so that they can be searched for: S/2022/132,
    S/RES/2397 (2017), S/PV.9591, A/RES/61/174, SC/13676.
    """
    for source in view.corpus.sources.values():
        number = source.number or ""
        if re.match(r"(?i)(?:s|a|e|st|sc|infcirc)[/ ]", number) and not _SYMBOL.fullmatch(number):
            yield Finding(
                "source", source.id, ("number",), f"`{number}` does not have the form of a UN symbol",
                "write it as the UN does: S/2022/132, S/RES/2397 (2017)",
            )  # fmt: skip


@_rule(Severity.ERROR)
def _figure_without_period(view: View) -> Iterator[Finding]:
    """A figure of a yearly or monthly measure does not say for which year or month it is.

    Give the figure, or its claim, a `when`.
    """
    for handle in view.claims:
        for n, figure in enumerate(handle.claim.figures):
            measure = view.corpus.measures.get(figure.measure or handle.claim.measure or "")
            timed = figure.when or handle.claim.when or handle.claim.event
            if measure and measure.period is not Period.EVENT and not timed:
                yield _in_claim(
                    handle, ("figures", n), f"nothing says for which {measure.period} this figure is",
                    "add `when:` to the figure or to the claim",
                )  # fmt: skip


@_rule(Severity.WARNING)
def _unit_left_open(view: View) -> Iterator[Finding]:
    """A figure says `of` what it counts, under a measure with a unit, and not whether it is a count.

    Under a measure in dollars, `of: exchanges` makes a number a count of exchanges, while `of: all
    workers` still means dollars. Write `unit: count`, or the measure's unit.
    """
    for handle in view.claims:
        for n, figure in enumerate(handle.claim.figures):
            measure = view.corpus.measures.get(figure.measure or handle.claim.measure or "")
            if measure is None or measure.unit == "count" or figure.of is None or figure.unit is not None:
                continue
            if measure.unit in CURRENCIES and figure.numbers[-1] < 1000:
                continue  # nobody estimates in single dollars
            yield _in_claim(
                handle, ("figures", n), f"this number may be a count of “{figure.of}” or be in {measure.unit}",
                f"add `unit: {measure.unit}` or `unit: count`",
            )  # fmt: skip


@_rule(Severity.ERROR)
def _dates_out_of_order(view: View) -> Iterator[Finding]:
    """A brief was updated or corrected before it was published.

    The dates of the record are what feeds and citations use.
    """
    for brief in view.briefs:
        if brief.updated and brief.updated < brief.published:
            yield _in_brief(
                brief,
                ("updated",),
                "`updated` is before `published`",
                f"write {brief.published} or a later day",
            )
        for n, correction in enumerate(brief.corrections):
            if correction.date < brief.published:
                yield _in_brief(
                    brief, ("corrections", n, "date"), "the correction is dated before the brief was published",
                    f"write {brief.published} or a later day",
                )  # fmt: skip


@_rule(Severity.ERROR)
def _status_without_reason(view: View) -> Iterator[Finding]:
    """A brief or claim is withdrawn, retracted or superseded, and the record does not say why or by what.

    A withdrawn brief and a retracted claim need a correction of kind `retraction`; a superseded
    brief names its successor in `superseded_by`.
    """
    for brief in view.briefs:
        retractions = [c for c in brief.corrections if c.kind is CorrectionKind.RETRACTION]
        if brief.status is BriefStatus.WITHDRAWN and not retractions:
            yield _in_brief(
                brief,
                ("status",),
                "nothing says why the brief is withdrawn",
                "add a correction of kind `retraction`",
            )
        if brief.status is BriefStatus.SUPERSEDED and not brief.superseded_by:
            yield _in_brief(
                brief, ("status",), "nothing says what replaced the brief", "add `superseded_by:`"
            )
        named = {full_ref(c.claim, brief.id) for c in retractions if c.claim}
        for n, claim in enumerate(brief.claims):
            if claim.status is Status.RETRACTED and f"{brief.id}#{claim.id}" not in named:
                yield _in_brief(
                    brief, ("claims", n, "status"), "nothing says why the claim is retracted",
                    f"add a correction of kind `retraction` with `claim: {claim.id}`",
                )  # fmt: skip


@_rule(Severity.WARNING, comes_last=True)
def _event_without_claim(view: View) -> Iterator[Finding]:
    """No claim speaks of an event.

    The timeline leads from each event to the claim that it rests on.
    """
    for ref, handle in view.corpus.events.items():
        if ref not in view.whole.events_named:
            n = handle.brief.events.index(handle.event)
            yield _in_brief(handle.brief, ("events", n, "id"), f"no claim names the event {handle.event.id}",
                            f"add `event: {handle.event.id}` to the claim that it rests on")  # fmt: skip


@_rule(Severity.ERROR)
def _points_at_itself(view: View) -> Iterator[Finding]:
    """A brief is related to or replaced by itself, or a claim conflicts with, answers or replaces itself."""
    for brief in view.briefs:
        if brief.superseded_by == brief.id:
            yield _in_brief(brief, ("superseded_by",), "the brief names itself", "name the other brief")
        for n, related in enumerate(brief.related):
            if related.brief == brief.id:
                yield _in_brief(brief, ("related", n), "the brief is related to itself", "delete this line")
    for handle in view.claims:
        claim = handle.claim
        if not (claim.conflicts_with or claim.responses or claim.supersedes):
            continue
        refs: list[tuple[Path, str | None]] = [
            (("conflicts_with", n), r) for n, r in enumerate(claim.conflicts_with)
        ]
        refs += [(("responses", n, "claim"), r.claim) for n, r in enumerate(claim.responses)]
        refs.append((("supersedes",), claim.supersedes))
        for path, other in refs:
            if other and full_ref(other, handle.brief.id) == handle.ref:
                yield _in_claim(handle, path, "the claim names itself", "name the other claim")


@_rule(Severity.ERROR)
def _names_a_draft(view: View) -> Iterator[Finding]:
    """A published brief rests on a claim, an event or a brief that only the preview shows.

    Readers would find a key point, an answer or a dispute without what it rests on. `related` may
    name a draft: the line appears when the draft does.
    """
    drafts = view.whole.drafts
    for brief in view.briefs if drafts else ():
        if brief.id in drafts:
            continue
        for path, ref in _refs(brief):
            if not ref.startswith("#") and (other := ref.partition("#")[0]) in drafts:
                yield _in_brief(
                    brief, path, f"{other} is a draft", "publish it too, or leave this out until then"
                )


def _refs(brief: Brief) -> Iterator[tuple[Path, str]]:
    """Yield every reference of a brief to a claim, an event or a brief that it rests on."""
    for n, point in enumerate(brief.key_points):
        for m, ref in enumerate(point.claims):
            yield ("key_points", n, "claims", m), ref
    for n, judgement in enumerate(brief.judgements):
        for m, ref in enumerate(judgement.claims):
            yield ("judgements", n, "claims", m), ref
    for n, correction in enumerate(brief.corrections):
        if correction.claim:
            yield ("corrections", n, "claim"), correction.claim
    if brief.superseded_by:
        yield ("superseded_by",), brief.superseded_by
    for n, claim in enumerate(brief.claims):
        for m, ref in enumerate(claim.conflicts_with):
            yield ("claims", n, "conflicts_with", m), ref
        for m, response in enumerate(claim.responses):
            if response.claim:
                yield ("claims", n, "responses", m, "claim"), response.claim
        if claim.event:
            yield ("claims", n, "event"), claim.event
        if claim.supersedes:
            yield ("claims", n, "supersedes"), claim.supersedes


@_rule(Severity.WARNING, comes_last=True)
def _source_without_use(view: View) -> Iterator[Finding]:
    """Nothing on the site rests on a document of the registry.

    The list of sources is the list of what the claims rest on; a document that none rests on is
    noise there, or a citation that was forgotten.
    """
    corpus = view.corpus
    used = set(view.whole.sources_used)
    lists: list[Iterable[str]] = [
        (c.source for e in corpus.entities.values() for c in e.sources or ()),
        (c.source for e in corpus.entities.values() for q in e.equated_with for c in q.sources or ()),
        (s.source for e in corpus.entities.values() for s in e.sanctions if s.source),
        (c.source for m in corpus.measures.values() for c in m.rule.sources or ()),
        (c.source for t in corpus.terms.values() for c in t.sources or ()),
    ]
    for found in lists:
        used |= set(found)
    behind = list(used)
    while behind:
        source = corpus.sources.get(behind.pop())
        for below in source.rests_on if source else ():
            if below not in used:
                used.add(below)
                behind.append(below)
    for id_ in corpus.sources:
        if id_ not in used:
            yield Finding("source", id_, (), "no claim, entity, measure or term rests on this document",
                          "cite it where it belongs, or delete the file if it was never published")  # fmt: skip


# --- the navigation ----------------------------------------------------------------------


def navigation(corpus: Corpus, settings: bytes, file: str) -> list[Problem]:
    """Return what is wrong where a hand-written navigation and the topics disagree.

    `settings` is the text of mkdocs.yml, `file` its name for problems. A navigation that is not
    written out is MkDocs' own, which leaves nothing out.
    """
    document = read(settings, file).document
    if document is None or "nav" not in document.value:
        return []
    named = set(_nav_files(document.value["nav"]))
    mark = document.positions.mark(file, ("nav",), key=True)
    missing = [t for t in corpus.topics.values() if f"{t.id}.md" not in named]
    return [
        warning(
            mark,
            "topic-not-in-navigation",
            f"the topic {t.id} is not in `nav`",
            f"add `- {t.title}: {t.id}.md`",
        )
        for t in missing
    ]


def _nav_files(nav: Value) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, (list, dict)):
        for item in nav if isinstance(nav, list) else nav.values():
            yield from _nav_files(item)
