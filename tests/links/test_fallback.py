"""Which copy readers are led to, and what they are told of all addresses."""

import datetime as dt
import re
from pathlib import Path

import pytest

from briefing.links.fallback import ARCHIVES, Gone, copy_of, is_archive, report_links
from briefing.links.states import Answer, Entry, Finding, Policy, State, remember
from briefing.model import Source

START = dt.date(2026, 11, 1)
URL = "https://example.org/a"
GONE = Answer(Finding.NOT_HERE, "404 Not Found")


def source(id_: str, *copies: tuple[str, str], url: str = URL) -> Source:
    """Return a source with copies: address and day."""
    return Source.model_validate(
        {
            "id": id_, "kind": "press", "access": "public", "descriptor": "A text.", "url": url,
            "archive": [{"url": address, "captured": day} for address, day in copies],
        }
    )  # fmt: skip


def dead(id_: str, url: str = URL) -> Entry:
    """Return what is known after three failures."""
    entry = None
    for days in (0, 7, 14):
        entry = remember(entry, id_, url, GONE, START + dt.timedelta(days), Policy())
    assert entry is not None
    return entry


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://web.archive.org/web/20160910192033/http://example.org/", True),
        ("http://archive.ph/AbCdE", True),
        ("https://PERMA.cc/AB12-CD34", True),
        ("https://webarchive.nationalarchives.gov.uk/ukgwa/2020/https://www.gov.uk/", True),
        ("https://web.archive.org.evil.example/web/2016/http://example.org/", False),
        ("https://evil.example/web.archive.org/", False),
        ("https://evil-web.archive.org/", False),
        ("https://sub.web.archive.org/", False),
        ("https://web.archive.org:8443/", False),
        ("https://web.archive.org@evil.example/", False),
        ("https://wеb.archive.org/", False),  # a Cyrillic letter
        ("https://archive.org/details/anything-that-anybody-put-there", False),
        ("javascript://web.archive.org/%0aalert(1)", False),
    ],
)
def test_archives_are_a_closed_list(url: str, known: bool) -> None:
    """Exact names, no port, no user part: whoever adds a copy elsewhere leads no reader there."""
    assert is_archive(url) is known


def test_the_archives_are_hosts_in_ascii() -> None:
    """Lower case, as they are compared."""
    assert all(h == h.lower() and h.isascii() and "/" not in h for h in ARCHIVES)


def test_the_archives_are_those_that_authors_are_told_of() -> None:
    """One archive has many names; the others stand one by one."""
    text = (Path(__file__).parents[2] / "docs" / "how-to-write.md").read_text(encoding="utf-8")
    told = text.partition("Readers are led to copies on these hosts only:")[2].partition("\n\n")[0]
    others = {h for h in ARCHIVES if h.startswith("archive.") and h != "archive.ph"}
    assert set(re.findall(r"`([a-z.-]+)`", told)) == ARCHIVES - others


WAYBACK = "https://web.archive.org/web/{}/https://example.org/a"


def test_the_last_copy_from_before_it_was_gone_is_taken() -> None:
    """A later capture may be one of the error; one on another host is passed over."""
    early, late = (WAYBACK.format("2020"), "2020-01-01"), (WAYBACK.format("2026"), "2026-10-31")
    after = (WAYBACK.format("2027"), "2026-11-10")
    elsewhere = ("https://copies.example/a", "2026-10-31")
    found = copy_of(source("a", after, late, elsewhere, early), START)
    assert found is not None
    assert found.url == late[0]
    only = copy_of(source("a", after), START)
    assert only is not None
    assert only.url == after[0]
    assert copy_of(source("a", elsewhere), START) is None
    assert copy_of(source("a"), START) is None


def test_what_readers_are_told() -> None:
    """Only of dead ones that they are gone; what is known of another address does not count."""
    entries = {
        "dead": dead("dead"),
        "held": dead("held").model_copy(update={"hold": "opens in a browser"}),
        "moved-on": dead("moved-on", "https://example.org/old"),
        "failing": remember(None, "failing", URL, GONE, START, Policy()),
        "alive": remember(None, "alive", URL, Answer(Finding.HERE, "200 OK"), START, Policy()),
        "unknown": dead("unknown"),
    }
    sources = {i: source(i) for i in ("dead", "held", "moved-on", "failing", "alive", "never")}
    report = report_links(entries, sources)
    assert report.gone == {"dead": Gone(START, None)}
    assert report.addresses == 6
    assert report.states == {State.ALIVE: 1, State.FAILING: 1, State.DEAD: 2}
    assert (report.first, report.last) == (START, START + dt.timedelta(14))
    assert report_links({}, {}).last is None
