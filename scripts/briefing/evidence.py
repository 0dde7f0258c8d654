"""What stands behind a claim: its documents, the documents behind those, and its origins.

Definitions (DESIGN section 3): the *origin* of a claim is who first made the assertion, as
far as the documents say; *documents* are the distinct sources that it cites; *behind* are
those that the cited ones copy, relay or report on. Independence is counted in origins.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import islice
from typing import TypeAlias, TypeVar

from briefing.corpus import ClaimHandle, Corpus, full_ref
from briefing.model import Citation, Party, Response, When
from briefing.since import Since, by_id, same

V = TypeVar("V", covariant=True)

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


Ways: TypeAlias = Callable[[str], Sequence[tuple[str, ...]]]
"""Gives the ways from a source, by its id, to the last ones known behind it."""


def support(
    citations: Sequence[Citation], origins: Sequence[Party], corpus: Corpus, ways: Ways | None = None
) -> Support:
    """Return what citations rest on, and the distinct origins. `ways` remembers those of each source."""
    ways = ways or partial(_ways, corpus=corpus)
    trails = tuple(t for c in citations for t in _trails(c, ways))
    cited = tuple(dict.fromkeys(c.source for c in citations))
    reached = dict.fromkeys(d for t in trails for d in t.documents)
    behind = tuple(d for d in reached if d not in cited)
    return Support(distinct(origins), cited, behind, trails)


def claim_support(handle: ClaimHandle, corpus: Corpus, ways: Ways | None = None) -> Support:
    """Return what a claim rests on."""
    return support(handle.claim.sources, handle.claim.by, corpus, ways)


def distinct(parties: Sequence[Party]) -> tuple[Party, ...]:
    """Return each origin once. Two unnamed ones stay two: nothing says that they are one."""
    found: list[Party] = []
    for party in parties:
        if party.unnamed is not None or party not in found:
            found.append(party)
    return tuple(found)


def _trails(citation: Citation, ways: Ways) -> Iterator[Trail]:
    """Yield the ways behind a citation: its own `via`, which is whole, or the sources' `rests_on`."""
    if citation.via is not None:
        start = citation.source
        yield Trail(citation, (start, *(s for s in citation.via if s != start)))
        return
    for documents in ways(citation.source):
        yield Trail(citation, documents)


def _ways(source: str, corpus: Corpus) -> tuple[tuple[str, ...], ...]:
    return tuple(islice(_extend((source,), corpus), MAX_TRAILS))


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


def gather(corpus: Corpus, since: Since | None = None, last: Evidence | None = None) -> Evidence:
    """Return the evidence behind every claim, and the ways back to it.

    Nothing is worked out before it is asked for; what was asked for is remembered. Where `since` tells what
    has changed, all else is taken from `last`, the evidence of the corpus before.
    """
    if since is not None and last is not None and isinstance(last.supports, _Supports):
        return _followed(since, last, last.supports)
    supports = _Supports(corpus)
    return Evidence(
        supports,
        _Later(lambda: by_id(_reliances(corpus.claims.values(), supports))),
        _Later(lambda: by_id(_appearances(corpus.claims.values(), corpus))),
        _Later(lambda: _copies(corpus)),
    )


def _followed(since: Since, last: Evidence, known: "_Supports") -> Evidence:
    """Return the evidence of a corpus, of which most is that of the one before."""
    corpus = since.now
    supports = _Supports(corpus, known.without(h.ref for h in since.old_claims))

    def reliances(claims: Iterable[ClaimHandle], of: Corpus) -> Iterator[tuple[str, Reliance]]:
        return _reliances(claims, supports if of is corpus else known)

    return Evidence(
        supports,
        since.follow(last.reliances, reliances, lambda row: row.claim),
        since.follow(last.appearances, _appearances, lambda row: row.claim),
        last.copies
        if same(since.before.sources.values(), corpus.sources.values())
        else _Later(lambda: _copies(corpus)),
    )


class _Supports(Mapping[str, Support]):
    """What each claim of a corpus rests on, worked out where it is asked for."""

    def __init__(self, corpus: Corpus, known: dict[str, Support] | None = None) -> None:
        self._corpus = corpus
        self._known = known or {}
        self._ways = cache(partial(_ways, corpus=corpus))

    def __getitem__(self, ref: str) -> Support:
        found = self._known.get(ref)
        if found is None:
            found = self._known[ref] = claim_support(self._corpus.claims[ref], self._corpus, self._ways)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._corpus.claims)

    def __len__(self) -> int:
        return len(self._corpus.claims)

    def without(self, refs: Iterable[str]) -> dict[str, Support]:
        """Return what is worked out, but for some claims."""
        known = self._known.copy()
        for ref in refs:
            known.pop(ref, None)
        return known


def _reliances(
    claims: Iterable[ClaimHandle], supports: Mapping[str, Support]
) -> Iterator[tuple[str, Reliance]]:
    for handle in claims:
        support = supports[handle.ref]
        direct, indirect = Reliance(handle, direct=True), Reliance(handle, direct=False)
        for id_ in support.documents:
            yield id_, direct
        for id_ in support.behind:
            yield id_, indirect


def _appearances(claims: Iterable[ClaimHandle], corpus: Corpus) -> Iterator[tuple[str, Appearance]]:
    for handle in claims:
        for entity, role in dict.fromkeys(_parts(handle, corpus)):
            yield entity, Appearance(handle, role)


def _copies(corpus: Corpus) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for source in corpus.sources.values():
        for below in source.rests_on:
            found[below].append(source.id)
    return dict(found)


class _Later(Mapping[str, V]):
    """A mapping that is made when it is first asked for something."""

    def __init__(self, make: Callable[[], Mapping[str, V]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Mapping[str, V]:
        made = self._make()
        del self._make  # it holds the corpus, and this may outlive that
        return made

    def __getitem__(self, key: str) -> V:
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


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
