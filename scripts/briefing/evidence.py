"""What stands behind a claim: its documents, the documents behind those, and its origins.

Definitions (DESIGN section 3): the *origin* of a claim is who first made the assertion, as
far as the documents say; *documents* are the distinct sources that it cites; *behind* are
those that the cited ones copy, relay or report on. Independence is counted in origins.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefing.corpus import ClaimHandle, Corpus, full_ref
from briefing.model import Citation, Party, Response, When

MAX_TRAILS = 24
"""Most ways from one citation to its ends that are told apart."""


@dataclass(frozen=True, slots=True)
class Trail:
    """One way from a cited document to the last one known behind it, by source ids."""

    citation: Citation
    documents: tuple[str, ...]
    """The cited document first, the one nearest to the origin last."""


@dataclass(frozen=True, slots=True)
class Support:
    """What a claim rests on."""

    origins: tuple[Party, ...]
    """Who first made the assertion, each once; two unnamed are never taken for one."""
    documents: tuple[str, ...]
    """Ids of the sources cited, each once."""
    behind: tuple[str, ...]
    """Ids of the sources behind those, each once, without the cited."""
    trails: tuple[Trail, ...]
    """Every way from a citation to its end."""


def support(citations: Sequence[Citation], origins: Sequence[Party], corpus: Corpus) -> Support:
    """Return what citations rest on, and the distinct origins."""
    trails = tuple(t for c in citations for t in _trails(c, corpus))
    cited = tuple(dict.fromkeys(c.source for c in citations))
    reached = dict.fromkeys(d for t in trails for d in t.documents)
    behind = tuple(d for d in reached if d not in cited)
    return Support(distinct(origins), cited, behind, trails)


def claim_support(handle: ClaimHandle, corpus: Corpus) -> Support:
    """Return what a claim rests on."""
    return support(handle.claim.sources, handle.claim.by, corpus)


def distinct(parties: Sequence[Party]) -> tuple[Party, ...]:
    """Return each origin once. Two unnamed ones stay two: nothing says that they are one."""
    found: list[Party] = []
    for party in parties:
        if party.unnamed is not None or party not in found:
            found.append(party)
    return tuple(found)


def _trails(citation: Citation, corpus: Corpus) -> Iterator[Trail]:
    """Yield the ways behind a citation: its own `via`, which is whole, or the sources' `rests_on`."""
    start: tuple[str, ...] = (citation.source,)
    if citation.via is not None:
        yield Trail(citation, (*start, *(s for s in citation.via if s != citation.source)))
        return
    for count, documents in enumerate(_extend(start, corpus)):
        if count == MAX_TRAILS:
            return
        yield Trail(citation, documents)


def _extend(trail: tuple[str, ...], corpus: Corpus) -> Iterator[tuple[str, ...]]:
    source = corpus.sources.get(trail[-1])
    below = [s for s in (source.rests_on if source else ()) if s not in trail]
    if not below:
        yield trail
    for step in below:
        yield from _extend((*trail, step), corpus)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a claim, wherever it stands written."""

    response: Response
    by: Sequence[Party]
    text: str | None
    quote: str | None
    said: When | None
    sources: Sequence[Citation]
    claim: ClaimHandle | None
    """The claim that it is taken from, if it is."""


def answers(handle: ClaimHandle, corpus: Corpus) -> list[Answer]:
    """Return the answers to a claim, in the author's order."""
    return [_answer(r, handle, corpus) for r in handle.claim.responses]


def _answer(response: Response, handle: ClaimHandle, corpus: Corpus) -> Answer:
    if response.claim is not None:
        other = corpus.claims.get(full_ref(response.claim, handle.brief.id))
        if other is not None:
            claim = other.claim
            return Answer(response, claim.by, claim.text, None, claim.said, claim.sources, other)
    return Answer(
        response=response,
        by=response.by or (),
        text=response.text,
        quote=response.quote,
        said=response.said,
        sources=response.sources or (),
        claim=None,
    )


@dataclass(frozen=True, slots=True)
class Reliance:
    """That a claim rests on a source."""

    claim: ClaimHandle
    direct: bool
    """Whether the claim cites it; otherwise it rests on it through others."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """That an entity has a part in a claim."""

    claim: ClaimHandle
    role: str
    """`by`, `told`, `answers`, or one of the roles of `about`."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The corpus read backwards: from sources and entities to claims."""

    supports: Mapping[str, Support]
    """What each claim rests on, by full reference."""
    reliances: Mapping[str, Sequence[Reliance]]
    """The claims that rest on each source, by source id."""
    appearances: Mapping[str, Sequence[Appearance]]
    """The claims in which each entity has a part, by entity id."""
    copies: Mapping[str, Sequence[str]]
    """The sources that rest on each source directly, by source id."""


def gather(corpus: Corpus) -> Evidence:
    """Return the evidence behind every claim, and the ways back to it."""
    supports: dict[str, Support] = {}
    reliances: dict[str, list[Reliance]] = defaultdict(list)
    appearances: dict[str, list[Appearance]] = defaultdict(list)
    copies: dict[str, list[str]] = defaultdict(list)
    for source in corpus.sources.values():
        for below in source.rests_on:
            copies[below].append(source.id)
    for ref, handle in corpus.claims.items():
        found = claim_support(handle, corpus)
        supports[ref] = found
        for id_ in found.documents:
            reliances[id_].append(Reliance(handle, direct=True))
        for id_ in found.behind:
            reliances[id_].append(Reliance(handle, direct=False))
        for entity, role in dict.fromkeys(_parts(handle, corpus)):
            appearances[entity].append(Appearance(handle, role))
    return Evidence(supports, dict(reliances), dict(appearances), dict(copies))


def _parts(handle: ClaimHandle, corpus: Corpus) -> Iterator[tuple[str, str]]:
    for party in handle.claim.by:
        if party.entity:
            yield party.entity, "by"
        if party.told:
            yield party.told, "told"
    for subject in handle.claim.about:
        yield subject.entity, str(subject.role)
    for answer in answers(handle, corpus):
        for party in answer.by:
            if party.entity:
                yield party.entity, "answers"
