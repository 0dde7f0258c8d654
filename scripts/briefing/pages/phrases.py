"""Facts to phrases with links: parties, documents, chains.

Links are relative, so `Phrases` is made once a page.
"""

import itertools
from collections.abc import Container, Mapping, Sequence

from briefing.corpus import ClaimHandle, Corpus
from briefing.evidence import Support, Trail
from briefing.links.fallback import Gone
from briefing.markdown import Markdown, external, inline, join, relative
from briefing.model import Access, Party, Source, SourceKind
from briefing.wording import ACCESS_WORDS, day, document_name, evidence_words, source_title


class Phrases:
    """Phrases with links, for one page."""

    def __init__(self, corpus: Corpus, uri: str, gone: Mapping[str, Gone] | None = None) -> None:
        """Take the page's file below the docs folder, from which links start, and what is gone."""
        self.corpus = corpus
        self.uri = uri
        self._gone = {} if gone is None else gone

    def to(self, label: object, target: str) -> Markdown:
        """Return a link to a page's file, with an anchor if the target has one."""
        return Markdown(f"[{inline(label)}]({relative(self.uri, target)})")

    def entity(self, id_: str, label: str | None = None) -> Markdown:
        """Return a link to an entity, by its short name unless told otherwise."""
        return self.to(label or self.corpus.name(id_), f"entities/{id_}.md")

    def brief(self, id_: str, label: str | None = None) -> Markdown:
        """Return a link to a brief, by its title unless told otherwise."""
        return self.to(label or self.corpus.briefs[id_].title, f"briefs/{id_}.md")

    def claim(self, handle: ClaimHandle, label: str | None = None) -> Markdown:
        """Return a link to a claim, by its text unless told otherwise."""
        return self.to(label or handle.claim.text, f"briefs/{handle.brief.id}.md#{handle.claim.id}")

    def topic(self, id_: str) -> Markdown:
        """Return a link to a topic."""
        return self.to(self.corpus.topics[id_].title, f"{id_}.md")

    def source(self, id_: str) -> Markdown:
        """Return a link to a source, by publisher and date: "Reuters, 5 February 2022"."""
        return self.to(document_name(self.corpus.sources[id_], self.corpus), f"sources/{id_}.md")

    def party(self, party: Party) -> Markdown:
        """Return who says something: "one Member State, as told to the UN Panel"."""
        if party.entity:
            return self.entity(party.entity)
        if party.name:
            return inline(f"{party.name} ({party.role})")
        told = f", as told to {self.entity(party.told)}" if party.told else ""
        return Markdown(f"{inline(party.unnamed)}{told}")

    def parties(self, parties: Sequence[Party]) -> Markdown:
        """Return several as "a, b and c"."""
        return join([self.party(p) for p in parties])

    def publisher(self, source: Source) -> Markdown:
        """Return who published a source, or that this is not known."""
        if source.publisher is None:
            return Markdown("publisher not given")
        if source.publisher.entity:
            return self.entity(source.publisher.entity)
        return inline(source.publisher.name)

    def reference(self, id_: str) -> Markdown:
        """Return a source as an entry of a list: author, title, publisher, date, number, link."""
        source = self.corpus.sources[id_]
        parts: list[object] = []
        if source.author:
            parts.append(join(source.author))
        name = f"“{source.title}”" if source.title else source_title(source)
        parts.append(self.to(name, f"sources/{id_}.md"))
        parts.append(self.publisher(source))
        parts.append(source.issued.words if source.issued else "no date")
        if source.number:
            parts.append(source.number)
        line = ", ".join(inline(p) for p in parts)
        if gone := self.gone(id_):
            line += f" ({gone})"
        elif source.url:
            line += f" ({external('document', source.url)})"
        if source.access is not Access.PUBLIC:
            line += f" ({ACCESS_WORDS[source.access]})"
        return Markdown(line)

    def gone(self, id_: str) -> Markdown | None:
        """Return that a document no longer answers at its address, and where a copy stands; or nothing."""
        gone = self._gone.get(id_)
        if gone is None:
            return None
        words = f"the document no longer answers, since {day(gone.since)}"
        if gone.copy is None:
            return Markdown(f"{words}; no archived copy is known")
        return Markdown(f"{external(f'archived copy of {day(gone.copy.captured)}', gone.copy.url)}; {words}")

    def evidence(self, support: Support) -> Markdown:
        """Return "2 documents, through 2 more, 1 origin"."""
        return inline(evidence_words(len(support.documents), len(support.behind), len(support.origins)))

    def chain(self, support: Support) -> list[Markdown]:
        """Return where a claim stands written and what that rests on, a sentence a way.

        A document that a sentence above has followed to its end is not followed again.
        """
        told: set[str] = set()
        sentences = []
        for trail in support.trails:
            sentences.append(Markdown(self._trail(trail, support.origins, told)))
            told |= set(trail.documents)
        return list(dict.fromkeys(sentences))

    def _trail(self, trail: Trail, origins: Sequence[Party], told: Container[str]) -> str:
        """Say one way from a document to the origin: "X relays Reuters, which saw a report …"."""
        sources = [self.corpus.sources[d] for d in trail.documents]
        words = _capital(self._document(sources[0], first=True))
        if trail.citation.at:
            words += f" ({inline(trail.citation.at)})"
        for n, (here, below) in enumerate(itertools.pairwise(sources)):
            verb = _verb(here, below)
            words += f" {verb} " if n == 0 else f", which {verb} "
            if below.id in told:
                return words + f"{self.source(below.id)}, as above."
            words += self._document(below)
        return words + self._ending(sources, origins) + "."

    def _ending(self, sources: Sequence[Source], origins: Sequence[Party]) -> str:
        """Say what the last document of a trail has to do with the origins."""
        last = sources[-1]
        publisher = last.publisher.entity if last.publisher else None
        relayed = len(sources) > 1
        if len(origins) == 1:
            origin = origins[0]
            if origin.entity and origin.entity == publisher:
                return ", the origin’s own words" if relayed else ": the origin’s own words"
            if origin.unnamed and origin.told and origin.told == publisher:
                who = inline(origin.unnamed)
                return f", which was told so by {who}" if relayed else f" was told so by {who}"
        who = join([self._origin(p) for p in origins])
        says = "says so" if len(origins) == 1 else "say so"
        return f", in which {who} {says}" if relayed else f" reports that {who} {says}"

    def _origin(self, party: Party) -> Markdown:
        if party.unnamed and party.told:
            return Markdown(f"{inline(party.unnamed)} (to {self.entity(party.told)})")
        return self.party(party)

    def _document(self, source: Source, *, first: bool = False) -> str:
        """Name a document in a sentence."""
        link = self.source(source.id)
        match source.access:
            case Access.SEEN_BY_PRESS:
                return f"a document that is not public ({link})"
            case Access.UNSEEN if not first:
                return f"{link} (not read here)"
            case _:
                return str(link)


def _verb(here: Source, below: Source) -> str:
    if below.access is Access.SEEN_BY_PRESS:
        return "saw"
    both_press = here.kind is SourceKind.PRESS and below.kind is SourceKind.PRESS
    return "relays" if both_press else "cites"


def _capital(text: str) -> str:
    """Return text with a capital, where it begins with a link's or a sentence's small letter."""
    head = text[1:2].upper() + text[2:] if text.startswith("[") else text[1:]
    return text[:1] + head if text.startswith("[") else text[:1].upper() + head
