"""What a reader cites, a brief or one claim in it, and the citation in words.

Two styles are written out here, for the one kind of document that the site has: The Chicago
Manual of Style, 18th edition (notes and bibliography), and the Publication Manual of the American
Psychological Association, 7th edition (section 10.16, webpages). A CSL processor would bring style
files and an XML library for two sentences; readers who want another style take the CSL-JSON.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from briefing.corpus import ClaimHandle, Corpus
from briefing.model import Brief, BriefStatus, Status
from briefing.view import Site

MOST_IN_NOTE = 2
MOST_IN_BIBLIOGRAPHY = 6
FIRST_IN_BIBLIOGRAPHY = 3
"""How many authors Chicago's 18th edition names: all, up to the most; otherwise the first, "et al."."""


@dataclass(frozen=True, slots=True)
class Work:
    """A brief, or one claim as a part of its brief, with what its citation needs."""

    key: str
    """Its name in a bibliography: "2022-02-05-x" or "2022-02-05-x:claim-id"."""
    title: str
    """The brief's title, or the claim in full, so that its qualifier is never lost."""
    within: str
    """The title of the brief that a claim stands in; empty for a brief."""
    authors: tuple[str, ...]
    """As they wish to be named: which part is the family name is never guessed. Empty where the
    site speaks as a whole."""
    site: str
    published: dt.date
    changed: dt.date
    """The day of the version that is cited."""
    address: str
    """Its permalink."""
    status: str
    """What a reader must know of it: "withdrawn", "superseded", "retracted", "disputed", or nothing."""
    abstract: str
    keywords: tuple[str, ...]

    @property
    def creators(self) -> tuple[str, ...]:
        """Its authors, or the site."""
        return self.authors or (self.site,)


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation in words; `title` stands in italics between the other two."""

    style: str
    """Its style, as a reader knows it: "APA 7"."""
    lead: str
    title: str = ""
    tail: str = ""

    @property
    def text(self) -> str:
        """The citation without italics."""
        return f"{self.lead} {self.title}{self.tail}" if self.title else self.lead


def cited_brief(brief: Brief, corpus: Corpus, site: Site) -> Work:
    """Return a brief as a work to cite."""
    return Work(
        key=brief.id,
        title=brief.title,
        within="",
        authors=tuple(brief.authors),
        site=site.name,
        published=brief.published,
        changed=brief.changed,
        address=site.address(f"briefs/{brief.id}.md"),
        status=_BRIEF_STATUS.get(brief.status, ""),
        abstract=brief.bottom_line,
        keywords=tuple(corpus.topics[t].title for t in brief.topics),
    )


def cited_claim(handle: ClaimHandle, corpus: Corpus, site: Site) -> Work:
    """Return a claim as a work to cite, a part of its brief."""
    brief, claim = handle.brief, handle.claim
    return Work(
        key=f"{brief.id}:{claim.id}",
        title=claim.text,
        within=brief.title,
        authors=tuple(brief.authors),
        site=site.name,
        published=brief.published,
        changed=brief.changed,
        address=site.address(f"briefs/{brief.id}.md#{claim.id}"),
        status=_BRIEF_STATUS.get(brief.status) or _CLAIM_STATUS.get(claim.status, ""),
        abstract="",
        keywords=(corpus.topics[handle.topic].title,),
    )


_BRIEF_STATUS = {BriefStatus.WITHDRAWN: "withdrawn", BriefStatus.SUPERSEDED: "superseded"}
_CLAIM_STATUS = {
    Status.DISPUTED: "disputed",
    Status.SUPERSEDED: "superseded",
    Status.RETRACTED: "retracted",
}


def references(work: Work) -> tuple[Reference, ...]:
    """Return the citations of a work, in the order of the page.

    A claim has no entry of its own in a Chicago bibliography: its brief has.
    """
    if work.within:
        return chicago_note(work), apa(work)
    return chicago_note(work), chicago_entry(work), apa(work)


def chicago_note(work: Work) -> Reference:
    """Return a note: “Title,” Site, November 24, 2026, address."""
    names = work.authors
    parts = [*([_names(names, MOST_IN_NOTE, 1)] if names else []), quoted(work.title, ",")]
    if work.within:
        parts[-1] += f" in {quoted(work.within, ',')}"
    head = ", ".join(parts)
    rest = [work.site, _chicago_date(work), work.status, work.address]
    return Reference("Chicago, note", f"{head} {', '.join(r for r in rest if r)}.")


def chicago_entry(work: Work) -> Reference:
    """Return an entry of a bibliography: Author. “Title.” Site, November 24, 2026. Address."""
    names = _names(work.creators, MOST_IN_BIBLIOGRAPHY, FIRST_IN_BIBLIOGRAPHY)
    date = _chicago_date(work)
    where = f"{work.site}, {date}" if work.authors else _capital(date)
    rest = [where, work.status.capitalize(), work.address]
    return Reference(
        "Chicago, bibliography",
        f"{_stopped(names)} {quoted(work.title, '.')} {' '.join(_stopped(r) for r in rest if r)}",
    )


def apa(work: Work) -> Reference:
    """Return an entry of a reference list: Author. (2026, November 24). *Title*. Site. Address."""
    date = f"({work.changed.year}, {work.changed:%B} {work.changed.day})."
    lead = f"{_stopped(_names(work.creators, len(work.creators), 1, ', & '))} {date}"
    status = f" [{work.status.capitalize()}]" if work.status else ""
    if work.within:
        part = work.title.removesuffix(".") + status if status else work.title
        lead += f" {_stopped(part)} In"
    title = work.within or work.title
    mark = "" if title.endswith((".", "?", "!")) and (work.within or not status) else "."
    tail = ("" if work.within else status) + mark
    site = f" {_stopped(work.site)}" if work.authors else ""
    return Reference("APA 7", lead, title, f"{tail}{site} {work.address}")


def quoted(text: str, mark: str) -> str:
    """Return text in quotation marks with a comma or full stop before the closing one.

    Marks inside it become single ones; a full stop of its own gives way to `mark`, and `mark`
    gives way where it is a full stop after a question or exclamation mark.
    """
    inner = re.sub(r'"([^"]*)"', "‘\\1’", text.replace("“", "‘").replace("”", "’"))
    inner = inner.removesuffix(".")
    closing = "’" if inner.endswith("’") and text.removesuffix(".").endswith(('"', "”")) else ""
    inner = inner.removesuffix(closing).removesuffix(".") if closing else inner
    if mark == "." and inner.endswith(("?", "!")):
        mark = ""
    return f"“{inner}{mark}{closing}”"


def _names(names: Sequence[str], most: int, first: int, last: str = ", and ") -> str:
    """Return "A", "A and B", "A, B, and C", or, of more than `most`, the `first` and "et al."."""
    if len(names) > most:
        return f"{', '.join(names[:first])}{',' if first > 1 else ''} et al."
    if len(names) == 2 and last == ", and ":
        return f"{names[0]} and {names[1]}"
    return ", ".join(names[:-1]) + last + names[-1] if len(names) > 1 else names[0]


def _chicago_date(work: Work) -> str:
    words = f"{work.changed:%B} {work.changed.day}, {work.changed.year}"
    return f"last modified {words}" if work.changed > work.published else words


def _stopped(text: str) -> str:
    """Return text with a full stop, unless it ends a sentence already."""
    return text if text.endswith((".", "?", "!", ".”", ".’")) else f"{text}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
