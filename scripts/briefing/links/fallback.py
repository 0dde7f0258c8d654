"""What readers are told of addresses: which documents are gone, and where a copy stands. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from briefing.links.states import Entry, State
from briefing.model import Archived, Source

ARCHIVES = frozenset(
    {
        "web.archive.org",  # Internet Archive
        "archive.ph", "archive.today", "archive.is", "archive.li", "archive.vn", "archive.fo", "archive.md",
        "perma.cc",  # Harvard Law School Library
        "wayback.archive-it.org",  # Internet Archive, for institutions
        "webarchive.loc.gov",  # Library of Congress
        "webarchive.nationalarchives.gov.uk",
        "www.webarchive.org.uk",  # UK Web Archive
        "webarchive.nla.gov.au",  # National Library of Australia
        "webarchive.archive.unt.edu",  # University of North Texas: closed agencies of the United States
        "arquivo.pt",  # Portuguese Web Archive
        "warp.ndl.go.jp", "warp.da.ndl.go.jp",  # National Diet Library of Japan
        "ghostarchive.org",
        "megalodon.jp",
    }
)  # fmt: skip
"""Hosts that keep what others published, unchanged, under the address of one capture. Exact names: a
copy on any other host is shown where the record has it, but no page sends readers there in place of
the document."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A document that no longer answers at its address."""

    since: dt.date
    """The day on which that was first found."""
    copy: Archived | None
    """An archived copy to read in its place."""


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What is known of the addresses of a site's sources."""

    gone: Mapping[str, Gone] = field(default_factory=dict)
    """Documents that no longer answer, by the source's id."""
    addresses: int = 0
    """How many sources have an address."""
    states: Mapping[str, int] = field(default_factory=dict)
    """How many addresses are in which state; those never asked are in none."""
    first: dt.date | None = None
    """The day on which the address was last asked that was not asked for longest."""
    last: dt.date | None = None
    """The day on which any was last asked."""


def is_archive(url: str) -> bool:
    """Return whether an address is on a host that keeps copies."""
    parts = urlsplit(url)
    return (
        parts.scheme in ("http", "https")
        and "@" not in parts.netloc
        and parts.port is None
        and (parts.hostname or "") in ARCHIVES
    )


def copy_of(source: Source, gone_since: dt.date) -> Archived | None:
    """Return the archived copy to read: the last one from before the document was gone, if there is one.

    A later capture may be one of the page that says so: it is taken only where there is no earlier.
    """
    copies = sorted((a for a in source.archive if is_archive(a.url)), key=lambda a: (a.captured, a.url))
    before = [a for a in copies if a.captured <= gone_since]
    return before[-1] if before else copies[0] if copies else None


def report_links(entries: Mapping[str, Entry], sources: Mapping[str, Source]) -> LinkReport:
    """Return what the remembered answers say of these sources.

    Only what is known of a source's present address counts.
    """
    known = [(s, e) for s in sources.values() if (e := entries.get(s.id)) is not None and e.url == s.url]
    states = [e.state for _, e in known]
    days = [e.checked for _, e in known]
    return LinkReport(
        gone={s.id: Gone(e.since, copy_of(s, e.since)) for s, e in known if e.is_dead},
        addresses=sum(s.url is not None for s in sources.values()),
        states={state: states.count(state) for state in State if state in states},
        first=min(days, default=None),
        last=max(days, default=None),
    )
