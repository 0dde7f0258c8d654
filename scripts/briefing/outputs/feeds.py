"""Feeds: all briefs, the briefs of each topic, and the corrections.

A feed holds the newest entries, whole: bottom line, key points, and every claim with who says
so, its figures, its evidence, and the answers to it. An entry is as new as its last change, so
that a corrected brief comes to the top again under its old id. Older briefs are in the site's
data, all of them.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import jinja2
from markupsafe import Markup

from briefing.corpus import ClaimHandle, full_ref
from briefing.evidence import Answer, answers
from briefing.markdown import plain
from briefing.model import (
    Brief,
    BriefStatus,
    ClaimKind,
    Correction,
    CorrectionKind,
    KeyPoint,
    ResponseKind,
    Status,
)
from briefing.outputs.identity import brief_tag, correction_tags, feed_tag
from briefing.outputs.syndication import Category, Entry, Feed, as_text
from briefing.view import FeedFormat, View
from briefing.wording import (
    CORRECTION_WORDS,
    LIMIT_WORDS,
    RESPONSE_WORDS,
    count,
    day,
    evidence_words,
    figure_line,
    parties_words,
    shortened,
)

MOST_ENTRIES = 50
"""Entries in a feed. Programs fetch it again and again, and whole entries are 8 KB each."""

KIND_WORDS = {
    ClaimKind.FACT: "on record",
    ClaimKind.REPORTED: "",
    ClaimKind.ASSESSMENT: "assessment",
    ClaimKind.QUOTATION: "quotation",
}


def feed_files(view: View) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each feed in each format: "feeds/all.atom".

    The feed of a renamed topic is at its old places too: few programs follow a page that leads on.
    """
    for feed in feeds(view):
        for format_ in feed.formats:
            text = as_text(feed, format_)
            for name in (feed.name, *feed.former):
                yield f"feeds/{name}.{format_}", text


def feed_uris(view: View) -> Iterator[str]:
    """Yield the place of each feed in each format."""
    topics = (name for t in view.corpus.topics.values() for name in (t.id, *t.aliases))
    for name in ("all", *topics, "corrections"):
        for format_ in view.site.feed_formats:
            yield f"feeds/{name}.{format_}"


def feeds(view: View) -> Iterator[Feed]:
    """Yield the feed of all briefs, of each topic, and of the corrections.

    Where the site's address is not known, links start from the feeds' own folder.
    """
    site = view.site if view.site.url else replace(view.site, url="../")
    make = _Maker(replace(view, site=site), view.site.feed_formats, view.index.first)
    index = view.index
    about = site.description or f"The briefs of {site.name}."
    yield make.feed("all", feed_tag("all", site), site.name, about, "index.md", make.briefs(index.fresh))
    for topic in view.corpus.topics.values():
        yield make.feed(
            topic.id,
            feed_tag(topic, site),
            f"{site.name}: {topic.title}",
            shortened(plain(topic.summary), 300),
            f"{topic.id}.md",
            make.briefs(index.fresh_of.get(topic.id, ())),
            former=tuple(topic.aliases),
        )
    yield make.feed(
        "corrections",
        feed_tag("corrections", site),
        f"{site.name}: Corrections",
        "Everything that was changed after it was published, and why.",
        "corrections.md",
        make.corrections(index.numbered_corrections),
    )


# --- what entries say --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go on to."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader must know first of a brief."""

    heading: str
    text: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A claim as an entry tells it: names and values in the order of the page's card."""

    text: str
    link: Link
    marks: str
    """Its status and kind, where they are not the normal ones."""
    details: tuple[tuple[str, tuple[str, ...]], ...]
    elsewhere: tuple[tuple[str, tuple[Link, ...]], ...]
    """Where it is contradicted."""


class _Maker:
    """Makes feeds of one view, whose site has an address or a way to it."""

    def __init__(self, view: View, formats: tuple[FeedFormat, ...], first: dt.date | None) -> None:
        self.view = view
        self.formats = formats
        self.corpus = view.corpus
        self.site = view.site
        self.first = first or dt.date(1970, 1, 1)

    def feed(
        self,
        name: str,
        id_: str,
        title: str,
        description: str,
        page: str,
        entries: Sequence[Entry],
        *,
        former: tuple[str, ...] = (),
    ) -> Feed:
        """Return a feed, as new as its newest entry; an empty one is as old as the first brief."""
        return Feed(
            name=name,
            id=id_,
            title=title,
            description=description,
            page=self.site.address(page),
            folder=f"{self.site.url}feeds/",
            author=self.site.name,
            licence=self.site.licence,
            updated=max((e.updated for e in entries), default=self.first),
            entries=tuple(entries),
            formats=self.formats,
            former=former,
        )

    def briefs(self, records: Sequence[Brief]) -> list[Entry]:
        """Return the entries of the first briefs: those that were changed last."""
        return [self._brief(b) for b in records[:MOST_ENTRIES]]

    def corrections(self, records: Sequence[tuple[int, Correction, Brief]]) -> list[Entry]:
        """Return the entries of the first corrections: the latest."""
        return [
            self._correction(correction_tags(b, self.site)[n], b, c) for n, c, b in records[:MOST_ENTRIES]
        ]

    def _brief(self, record: Brief) -> Entry:
        handles = [self.corpus.claims[f"{record.id}#{c.id}"] for c in record.claims]
        documents = {d for h in handles for d in self.view.evidence.supports[h.ref].documents}
        content = _template("feed_brief").render(
            brief=record,
            notices=list(self._notices(record)),
            points=[(p.text, self._carriers(p, record)) for p in record.key_points],
            claims=[self._told(h) for h in handles],
            page=Link("The brief", self.site.address(f"briefs/{record.id}.md")),
            documents=count(len(documents), "document"),
        )
        state = "" if record.status is BriefStatus.PUBLISHED else f"{record.status.value.capitalize()}: "
        return Entry(
            id=brief_tag(record, self.site),
            title=state + record.title,
            address=self.site.address(f"briefs/{record.id}.md"),
            published=record.published,
            updated=record.changed,
            summary=record.bottom_line,
            content=Markup(content),  # noqa: S704 - the template has escaped what it holds
            categories=self._categories(record),
            authors=tuple(record.authors),
        )

    def _correction(self, tag: str, record: Brief, correction: Correction) -> Entry:
        handle = self.corpus.claims.get(full_ref(correction.claim, record.id)) if correction.claim else None
        link = self._claim(handle) if handle else self._to(record.title, f"briefs/{record.id}.md#corrections")
        kind = CORRECTION_WORDS[correction.kind]
        content = _template("feed_correction").render(correction=correction, brief=record, link=link)
        return Entry(
            id=tag,
            title=f"{kind}: {record.title}",
            address=link.address,
            published=correction.date,
            updated=correction.date,
            summary=correction.what,
            content=Markup(content),  # noqa: S704 - as above
            categories=self._categories(record),
            authors=tuple(record.authors),
        )

    def _categories(self, record: Brief) -> tuple[Category, ...]:
        topics = (self.corpus.topics[t] for t in record.topics)
        return tuple(Category(t.id, t.title) for t in topics)

    def _to(self, label: str, uri: str) -> Link:
        return Link(label, self.site.address(uri))

    def _claim(self, handle: ClaimHandle, *, within: Brief | None = None) -> Link:
        """Return a link to a claim by its number, with its brief's title where it is another's."""
        number = f"claim {handle.index + 1}"
        label = number if within is handle.brief else f"{handle.brief.title}, {number}"
        return self._to(label, f"briefs/{handle.brief.id}.md#{handle.claim.id}")

    def _notices(self, record: Brief) -> Iterator[Notice]:
        """Yield what the page's banners say."""
        if record.status is BriefStatus.DRAFT:
            yield Notice("Draft", "This brief is not published: it shows in the preview only.")
        if record.status is BriefStatus.WITHDRAWN:
            retractions = [c.what for c in record.corrections if c.kind is CorrectionKind.RETRACTION]
            why = retractions[-1] if retractions else ""
            yield Notice("Withdrawn", f"This site no longer stands by this brief. {why}".strip())
        newer = self.corpus.briefs.get(record.superseded_by or "")
        if newer is not None:
            link = self._to(newer.title, f"briefs/{newer.id}.md")
            yield Notice("Superseded", "A newer brief has replaced this one:", link)
        corrections = [c for c in record.corrections if c.kind is not CorrectionKind.UPDATE]
        if corrections:
            last = max(corrections, key=lambda c: c.date)
            link = self._to("All changes", f"briefs/{record.id}.md#corrections")
            yield Notice(f"{CORRECTION_WORDS[last.kind]} of {day(last.date)}", last.what, link)

    def _carriers(self, point: KeyPoint, record: Brief) -> list[Link]:
        refs = (full_ref(r, record.id) for r in point.claims)
        return [self._claim(self.corpus.claims[r], within=record) for r in refs if r in self.corpus.claims]

    def _told(self, handle: ClaimHandle) -> Told:
        claim, support = handle.claim, self.view.evidence.supports[handle.ref]
        status = "" if claim.status is Status.STANDING else claim.status.value
        said = f", {claim.said.words}" if claim.said else ""
        evidence = evidence_words(len(support.documents), len(support.behind), len(support.origins))
        limits = "; ".join(LIMIT_WORDS[limit] for limit in claim.limits)
        details = (
            ("Who says so", (parties_words(claim.by, self.corpus) + said,)),
            ("In the words of the document", tuple(f"“{c.quote}”" for c in claim.sources if c.quote)),
            ("Figure", tuple(figure_line(f, claim, self.corpus) for f in claim.figures)),
            ("Evidence", (evidence,)),
            ("Answer", tuple(self._answer(a) for a in answers(handle, self.corpus))),
            ("Read with care", (limits,) if limits else ()),
        )
        conflicts = (self.corpus.claims[r] for r in self.view.disputes.conflicts.get(handle.ref, ()))
        elsewhere = (
            ("Other figures", self._rivals(handle)),
            ("Conflicts with", tuple(self._claim(h, within=handle.brief) for h in conflicts)),
        )
        return Told(
            text=claim.text,
            link=self._claim(handle, within=handle.brief),
            marks=", ".join(m for m in (status, KIND_WORDS[claim.kind]) if m).capitalize(),
            details=tuple((name, values) for name, values in details if values),
            elsewhere=tuple((name, links) for name, links in elsewhere if links),
        )

    def _rivals(self, handle: ClaimHandle) -> tuple[Link, ...]:
        """Return a link to the figures that rival the claim's own, if any do."""
        dispute = self.view.disputes.by_claim.get(handle.ref)
        compared = (e for c in dispute.comparisons for e in c.rivals) if dispute else ()
        if dispute is None or all(e.handle.ref != handle.ref for e in compared):
            return ()
        return (self._to("side by side", f"briefs/{handle.brief.id}.md#rival--{dispute.id}"),)

    def _answer(self, answer: Answer) -> str:
        response = answer.response
        words = f"{RESPONSE_WORDS[response.kind]}, {parties_words(answer.by, self.corpus)}"
        if answer.said:
            words += f", {answer.said.words}"
        if response.addresses:
            words += f", on {response.addresses}"
        if answer.text:
            words += f": {answer.text}"
        elif response.kind is ResponseKind.NO_RESPONSE:
            words += ": had not answered when the document appeared"
        return f"{words} “{answer.quote}”" if answer.quote else words


@cache
def _template(name: str) -> jinja2.Template:
    """Return a template of HTML, in which every value is escaped."""
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("briefing", "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    return env.get_template(f"{name}.html.jinja")
