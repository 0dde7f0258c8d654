"""The corpus as a site shows it: without drafts, with what is computed from it, and the site's name."""

from dataclasses import dataclass, field
from enum import StrEnum

from briefing.corpus import Corpus
from briefing.disputes_since import follow_disputes
from briefing.evidence import Evidence, gather
from briefing.links.fallback import LinkReport
from briefing.lists import Index
from briefing.rivals import Disputes, find_disputes
from briefing.since import Since


class FeedFormat(StrEnum):
    """A format of feeds; its value is the ending of their files."""

    ATOM = "atom"
    """Atom, RFC 4287."""
    JSON = "json"
    """JSON Feed 1.1."""
    RSS = "rss"
    """RSS 2.0."""

    @property
    def words(self) -> str:
        """Its name."""
        return {"atom": "Atom", "json": "JSON Feed", "rss": "RSS"}[self.value]


@dataclass(frozen=True, slots=True)
class Site:
    """What the configuration says of the site as a whole."""

    name: str
    description: str = ""
    url: str = ""
    """Its address with a slash at the end; empty where it is not known."""
    briefs: str = "briefs"
    """The folder of the YAML files, seen from the project's."""
    authority: str = "briefing.invalid,2026"
    """Who mints the site's permanent ids: the authority of its `tag:` URIs (RFC 4151), a domain or
    an e-mail address and a date on which its owner held it. It never changes, not even with
    the site's address."""
    licence: str = "https://creativecommons.org/licenses/by/4.0/"
    """The address of the licence of texts and data."""

    def address(self, uri: str) -> str:
        """Return the public address of a page's file: "…/briefs/x/" for "briefs/x.md"."""
        path, hash_, anchor = uri.partition("#")
        path = path.removesuffix(".md")
        path = path.removesuffix("index") if path == "index" or path.endswith("/index") else path + "/"
        return self.url + path + hash_ + anchor

    @property
    def feed_formats(self) -> tuple[FeedFormat, ...]:
        """The formats of its feeds: all, or only Atom where its address is not known.

        Atom lets links start from the feed's own address (RFC 4287, section 2); RSS asks for whole
        addresses, and JSON Feed does not say what others would mean.
        """
        return tuple(FeedFormat) if self.url else (FeedFormat.ATOM,)

    def tag(self, kind: str, id_: str) -> str:
        """Return a permanent id: "tag:example.org,2026:brief/2022-02-05-x"."""
        return f"tag:{self.authority}:{kind}/{id_}"


@dataclass(frozen=True, slots=True)
class View:
    """The corpus, what stands behind its claims, what does not agree, and the site."""

    corpus: Corpus
    evidence: Evidence
    disputes: Disputes
    site: Site
    links: LinkReport = field(default_factory=LinkReport)
    """What is known of the documents' addresses."""
    index: Index = field(init=False, compare=False, repr=False)
    """The corpus read backwards, as pages need it."""

    def __post_init__(self) -> None:
        """Begin the index of the corpus."""
        object.__setattr__(self, "index", Index(self.corpus, self.evidence, self.disputes))


def look(
    corpus: Corpus,
    site: Site,
    *,
    drafts: bool = False,
    links: LinkReport | None = None,
    last: View | None = None,
    since: Since | None = None,
) -> View:
    """Return the view of a corpus; `drafts` adds the briefs that are not published yet.

    `last` is the view before it, and `since` tells what has changed: all else is taken from there.
    """
    shown = corpus if drafts else corpus.published()
    if last is None or since is None:
        return View(shown, gather(shown), find_disputes(shown), site, links or LinkReport())
    since = since.within(last.corpus, shown)
    evidence = gather(shown, since, last.evidence)
    view = View(shown, evidence, follow_disputes(since, last.disputes), site, links or LinkReport())
    view.index.follow(last.index, since)
    return view


def since_then(last: View, before: Corpus, now: Corpus) -> Since | None:
    """Return what has changed between two corpora; `last` is the view of the first. None where it is much."""
    rest = last.evidence.reliances
    return Since.between(before, now, lambda id_: [r.claim for r in rest.get(id_, ())])
