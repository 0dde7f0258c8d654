"""The calendar, read back by a program that is not ours."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.corpus import ClaimHandle, Corpus, EventHandle, load
from briefing.model import Brief, BriefStatus, Correction, Status
from briefing.model.dates import parse_when
from briefing.outputs.calendar import END, before_events, calendar, events_of, head
from briefing.view import Site, View, look

ROOT = Path(__file__).parent.parent.parent
SITE = Site("Test Site", "What is claimed.", "https://example.org/", authority="example.org,2026")

FILES = {
    "topics.yml": """\
topics:
  - {id: weapons, title: "Weapons, all", summary: What flies., colour: "#8c1d2f", icon: rocket}
  - {id: talks, title: Talks, summary: Who talks., colour: "#8c1d2f", icon: rocket}
event_kinds:
  - {id: launch, title: Launch; test, topic: weapons}
  - {id: meeting, title: Meeting}
""",
    "entities/a.yml": "kind: state\nname: A\n",
    "sources/paper.yml": "kind: press\naccess: public\ntitle: It\npublisher: {name: The Paper}\nissued: 2022-02-06\n",
    "2022/2022-02-05-launch.yml": """\
title: A launched
date: 2022-02-05
published: 2022-02-06
topics: [talks, weapons]
bottom_line: A said so.
events:
  - {id: launch, kind: launch, title: "A launches 화성-17, a missile; once", when: 2022-02-05}
  - {id: visit, kind: meeting, title: A visit, when: 2022-02-05/2022-03-01}
claims:
  - {id: it-flew, topic: weapons, text: "A said that it flew, and fell.", by: a, sources: [paper], event: launch}
""",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Give a small corpus with two dated events."""
    root = tmp_path_factory.mktemp("calendar")
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    loaded = load(root)
    assert loaded.problems == []
    return loaded.corpus


@pytest.fixture(scope="module")
def real() -> View:
    """Give the project's own corpus."""
    return look(load(ROOT / "briefs").corpus, SITE)


def with_brief(corpus: Corpus, change: Callable[[Brief], Brief]) -> Corpus:
    """Return the corpus with its brief changed."""
    brief = change(next(iter(corpus.briefs.values())))
    return replace(
        corpus,
        briefs={brief.id: brief},
        claims={f"{brief.id}#{c.id}": ClaimHandle(brief, c, n) for n, c in enumerate(brief.claims)},
        events={f"{brief.id}#{e.id}": EventHandle(brief, e) for e in brief.events},
    )


def dated(corpus: Corpus, *dates: str) -> Corpus:
    """Return the corpus with one event a date."""

    def change(brief: Brief) -> Brief:
        first = brief.events[0]
        return brief.model_copy(
            update={
                "events": [
                    first.model_copy(update={"id": f"e{n}", "when": parse_when(d)})
                    for n, d in enumerate(dates)
                ],
                "claims": [brief.claims[0].model_copy(update={"event": None})],
            }
        )

    return with_brief(corpus, change)


def written(corpus: Corpus, site: Site = SITE) -> str:
    """Return the calendar's text."""
    text = calendar(look(corpus, site))
    assert text is not None
    return text


def read(text: str) -> icalendar.Calendar:
    """Return what icalendar makes of a calendar, in which it must find no error."""
    found = icalendar.Calendar.from_ical(text)
    assert isinstance(found, icalendar.Calendar)
    assert [] == [c.errors for c in found.walk() if c.errors]
    return found


def test_the_real_events_are_there(real: View) -> None:
    """Every event that is dated to the day is in the calendar once, and one is as the corpus has it."""
    text = calendar(real)
    assert text
    events = read(text).events
    known = {ref: h for ref, h in real.corpus.events.items() if h.event.when.days}
    assert len(known) == len(events) == len({e["UID"] for e in events})
    assert sorted(h.event.title for h in known.values()) == sorted(str(e["SUMMARY"]) for e in events)
    ref = "2019-02-28-hanoi-summit#summit"
    tag = "tag:example.org,2026:event/2019-02-28-hanoi-summit/summit"
    summit = next(e for e in events if e["UID"] == str(uuid.uuid5(uuid.NAMESPACE_URL, tag)))
    assert known[ref].event.title == summit["SUMMARY"]
    assert (dt.date(2019, 2, 27), dt.date(2019, 3, 1)) == (summit.start, summit.end)
    speaking = next(
        h for h in real.corpus.claims.values() if h.brief.id in ref and h.claim.event == "#summit"
    )
    assert f"https://example.org/briefs/{speaking.brief.id}/#{speaking.claim.id}" == summit["URL"]
    assert speaking.claim.text in str(summit["DESCRIPTION"])


def test_events_stand_brief_by_brief(real: View) -> None:
    """In the order of the corpus, and day by day: so that a change of one brief moves the events of no other."""
    text = calendar(real)
    assert text
    starts: list[str] = []
    for id_ in real.corpus.briefs:
        number, own = events_of(real, id_)
        days = re.findall(r"DTSTART;VALUE=DATE:(\d{8})", own)
        assert (number, days) == (len(days), sorted(days))
        starts += days
    assert starts == re.findall(r"DTSTART;VALUE=DATE:(\d{8})", text)
    assert head(real, len(starts)).endswith(before_events(real.site))
    assert text.startswith(head(real, len(starts)))
    assert text.endswith(END)


def test_the_text_of_a_calendar(corpus: Corpus) -> None:
    """Each line is as RFC 5545 writes it: escaped, folded after 75 octets, ended by CR and LF."""
    expected = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//briefing//calendar 1//EN
CALSCALE:GREGORIAN
NAME:Test Site
X-WR-CALNAME:Test Site
DESCRIPTION:2 events of Test Site\\, each with its local date.
X-WR-CALDESC:2 events of Test Site\\, each with its local date.
REFRESH-INTERVAL;VALUE=DURATION:P1D
URL:https://example.org/timeline/
BEGIN:VEVENT
UID:09358065-d874-53a7-91e3-be5c68494c44
DTSTAMP:20220206T000000Z
DTSTART;VALUE=DATE:20220205
DTEND;VALUE=DATE:20220206
SUMMARY:A launches 화성-17\\, a missile\\; once
DESCRIPTION:A said that it flew\\, and fell. (A)
CATEGORIES:Weapons\\, all,Launch\\; test
URL:https://example.org/briefs/2022-02-05-launch/#it-flew
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:08ae2092-5d86-5f97-a636-fe81ac334ad8
DTSTAMP:20220206T000000Z
DTSTART;VALUE=DATE:20220205
DTEND;VALUE=DATE:20220302
SUMMARY:A visit
DESCRIPTION:A said so.
CATEGORIES:Talks,Meeting
URL:https://example.org/briefs/2022-02-05-launch/
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
"""
    assert expected == written(corpus).replace("\r\n", "\n")
    assert written(corpus).count("\n") == written(corpus).count("\r\n")


@pytest.mark.parametrize(
    ("date", "days"),
    [
        ("2022-02-28", ("2022-02-28", "2022-03-01")),
        ("2022-02-28/2022-03-01", ("2022-02-28", "2022-03-02")),
        ("0987-12-31", ("0987-12-31", "0988-01-01")),
        ("9999-12-31", ("9999-12-31", None)),
    ],
)
def test_whole_days(date: str, days: tuple[str, str | None], corpus: Corpus) -> None:
    """The end is the day after the last; the last day that there is has none."""
    event = read(written(dated(corpus, date))).events[0]
    assert days == (str(event.DTSTART), event.DTEND and str(event.DTEND))


@pytest.mark.parametrize(
    "date", ["2022", "2022-02", "2022-02-05~", "2022-02-05?", "2022-02-05/..", "2022-02/2022-03-01"]
)
def test_vague_dates_are_left_out_and_counted(date: str, corpus: Corpus) -> None:
    """The description says how many, and where they stand."""
    made = read(written(dated(corpus, "2022-02-05", date)))
    assert ["2022-02-05"] == [str(e.DTSTART) for e in made.events]
    expected = (
        "1 event of Test Site, each with its local date. 1 more event is left out, dated only to the month or year,"
        " or not for certain: see https://example.org/timeline/"
    )
    assert expected == str(made["DESCRIPTION"])
    # A property of no standard stays as it is written.
    assert expected.replace(",", "\\,") == str(made["X-WR-CALDESC"])
    assert calendar(look(dated(corpus, date), SITE)) is None


def test_uids_do_not_change_with_the_address_or_a_new_name(corpus: Corpus) -> None:
    """A subscriber sees no event twice; without an address there is no link."""

    def rename(brief: Brief) -> Brief:
        event = brief.events[0].model_copy(update={"id": "new", "aliases": ["launch"]})
        return brief.model_copy(
            update={"id": "2022-02-05-new", "aliases": [brief.id], "events": [event, brief.events[1]]}
        )

    before = [e["UID"] for e in read(written(corpus)).events]
    moved = read(written(corpus, replace(SITE, url="", name="New")))
    assert before == [e["UID"] for e in moved.events]
    assert "URL" not in moved.to_ical().decode()
    assert before == [e["UID"] for e in read(written(with_brief(corpus, rename))).events]


def test_the_stamp_is_the_records_last_change(corpus: Corpus) -> None:
    """It comes from the record, never from the clock."""
    note = Correction.model_validate({"date": "2022-05-01", "kind": "correction", "what": "The day."})
    made = with_brief(corpus, lambda b: b.model_copy(update={"corrections": [note]}))
    stamps = {e.DTSTAMP for e in read(written(made)).events}
    assert {dt.datetime(2022, 5, 1, tzinfo=dt.UTC)} == stamps


def test_what_was_taken_back_is_cancelled(corpus: Corpus) -> None:
    """Events of a withdrawn brief, and those whose claims are all retracted."""
    withdrawn = with_brief(corpus, lambda b: b.model_copy(update={"status": BriefStatus.WITHDRAWN}))
    assert ["CANCELLED", "CANCELLED"] == [e.get("STATUS") for e in read(written(withdrawn)).events]
    claim = next(iter(corpus.claims.values())).claim.model_copy(update={"status": Status.RETRACTED})
    retracted = with_brief(corpus, lambda b: b.model_copy(update={"claims": [claim]}))
    assert ["CANCELLED", None] == [e.get("STATUS") for e in read(written(retracted)).events]


@given(title=st.text(st.characters(exclude_categories=()), min_size=1))
def test_any_title_comes_back(corpus: Corpus, title: str) -> None:
    """Whatever it holds, the lines are no longer than allowed, whole characters, and say the same."""

    def change(brief: Brief) -> Brief:
        event = brief.events[0].model_copy(update={"title": title})
        return brief.model_copy(update={"events": [event]})

    text = written(with_brief(corpus, change))
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert re.sub("[\x00-\x1f\x7f\ud800-\udfff]+", " ", title) == str(read(text).events[0]["SUMMARY"])
