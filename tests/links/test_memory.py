"""The tracked file: what is read, what is refused, and that the same knowledge is the same file."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.links.memory import MOST_IN_LINE, load_memory, memory_text, parse_memory, settle, targets_of
from briefing.links.states import Answer, Entry, Finding, Policy, remember
from briefing.model import Source
from briefing.problems import as_text

DAY = dt.date(2026, 11, 24)
GONE = Answer(Finding.NOT_HERE, "404 Not Found")

GOOD = (
    '{"id": "a", "state": "alive", "since": "2026-11-24", "checked": "2026-11-24", "answer": "200 OK", '
    '"url": "https://example.org/a"}\n'
)


def entry(id_: str, url: str = "https://example.org/a", answer: Answer = GONE) -> Entry:
    """Return what is known after one answer."""
    return remember(None, id_, url, answer, DAY, Policy())


def source(id_: str, url: str | None = "https://example.org/a", *aliases: str) -> Source:
    """Return a source with an address."""
    given = {
        "id": id_,
        "kind": "press",
        "access": "public",
        "descriptor": "A text.",
        "aliases": list(aliases),
    }
    return Source.model_validate({**given, "url": url} if url else given)


def test_a_line_a_source_in_the_order_of_ids_without_what_is_empty() -> None:
    """Small differences, and conflicts within a line."""
    here = Answer(Finding.HERE, "200 OK")
    text = memory_text([entry("b"), entry("a", answer=here)])
    assert text.splitlines()[0] + "\n" == GOOD
    assert [json.loads(line)["id"] for line in text.splitlines()] == ["a", "b"]
    assert json.loads(text.splitlines()[1])["last"] == [{"day": "2026-11-24", "answer": "404 Not Found"}]
    assert memory_text(reversed(list(parse_memory(text).entries.values()))) == text


def test_international_addresses_are_written_in_ascii() -> None:
    """No invisible character can hide in a difference."""
    text = memory_text([entry("a", "https://example.org/북\u202e")])
    assert text.isascii()
    assert parse_memory(text).entries["a"].url == "https://example.org/북\u202e"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("<<<<<<< HEAD", "this line is not a record of an address"),
        ("[1, 2]", "this line is not a record of an address"),
        ("null", "this line is not a record of an address"),
        ("[" * 5000, "this line is not a record of an address"),
        ('{"a": ' * 1500, "this line is not a record of an address"),
        ("{}", "`id` is missing"),
        ('"' + "x" * MOST_IN_LINE + '"', "the line has more than 20,000 characters"),
        ({"state": "undead"}, "`state` holds what it cannot hold"),
        ({"state": "dead"}, "it is dead, but no failure stands in it"),
        ({"state": "moved"}, "`moved_to` belongs to a moved address, and to no other"),
        ({"moved_to": "https://example.org/b"}, "`moved_to` belongs to a moved address, and to no other"),
        ({"state": "moved", "moved_to": "javascript:alert(1)"}, "`moved_to`: only http and https addresses are allowed, and its scheme is `javascript`"),
        ({"url": "https://a@example.org/"}, "`url`: the address holds a user name or password"),
        ({"url": 1}, "`url` holds what it cannot hold"),
        ({"since": "24/11/2026"}, "`since` holds what it cannot hold"),
        ({"since": "2026-12-24"}, "it began after it was last asked"),
        ({"since": 1700000000}, "`since` holds what it cannot hold"),
        ({"id": "../../etc/passwd"}, "`id` holds what it cannot hold"),
        ({"answer": ""}, "`answer` holds what it cannot hold"),
        ({"answer": "x" * 300}, "`answer` holds what it cannot hold"),
        ({"failed": 2}, "`failed`, `failing` and `last` do not agree"),
        ({"failed": True}, "`failed` holds what it cannot hold"),
        ({"failed": 1, "failing": "2026-11-01"}, "it is alive, but `failed` is not 0"),
        ({"last": [{"day": "2026-11-24", "answer": "404"}]}, "`failed`, `failing` and `last` do not agree"),
        ({"colour\u202e": 1}, "there is no field `colour\ufffd`"),
    ],
)  # fmt: skip
def test_what_is_refused(change: str | dict[str, object], message: str) -> None:
    """With the line, in words, and what to do; the other lines stand."""
    other = GOOD.replace('"a"', '"b"')
    line = change if isinstance(change, str) else json.dumps({**json.loads(GOOD), **change})
    memory = parse_memory(f"{other}{line}\n")
    assert list(memory.entries) == ["b"]
    assert as_text(memory.problems) == (
        f"links.jsonl:2:1: error[link-state]: {message}\n"
        "  fix: take the line from an earlier version, or delete it: the address is then asked anew"
    )


def test_a_source_that_stands_twice_is_named() -> None:
    """As after a merge that took both sides."""
    memory = parse_memory(GOOD + "\n" + GOOD)
    assert [p.message for p in memory.problems] == ["`a` stands here a second time"]
    assert memory.problems[0].mark.line == 3


@given(st.text() | st.builds(lambda t: GOOD[:40] + t, st.text()))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing that stands in the file ends the program."""
    memory = parse_memory(text)
    assert memory.problems or memory.entries or not text.strip()


def test_files_that_are_none(tmp_path: Path) -> None:
    """No file is no knowledge; a link, a folder and other bytes are refused."""
    file = tmp_path / "links.jsonl"
    assert load_memory(file).entries == {}
    assert load_memory(file).problems == ()
    file.write_text(GOOD)
    assert list(load_memory(file).entries) == ["a"]
    file.write_bytes(b"\xff\xfe")
    assert [p.message for p in load_memory(file).problems] == ["this is not UTF-8"]
    link = tmp_path / "other.jsonl"
    link.symlink_to("/etc/passwd")
    assert [p.message for p in load_memory(link).problems] == ["this is not an ordinary file"]
    assert [p.message for p in load_memory(tmp_path).problems] == ["this is not an ordinary file"]


def test_what_is_known_follows_the_sources() -> None:
    """A renamed source keeps it; a new address, and a source that is gone, lose it."""
    known = {e.id: e for e in (entry("old"), entry("same"), entry("changed"), entry("gone"), entry("bare"))}
    sources = {
        s.id: s
        for s in (
            source("new", "https://example.org/a", "older", "old"),
            source("same"),
            source("changed", "https://example.org/b"),
            source("bare", None),
        )
    }
    kept = settle(known, sources)
    assert {i: e.id for i, e in kept.items()} == {"new": "new", "same": "same"}
    assert kept["same"] is known["same"]
    assert sorted(targets_of(sources)) == ["changed", "new", "same"]
