"""Files for machines: a large list is read record by record, and only what is new in it."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing import machine_files
from briefing.machine_files import Looked, list_of, looked_over, looked_over_since


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text,
        lambda text: text.replace('"items":[', '"items": [ ', 1),
        lambda text: text[:-3],
        lambda text: text + "]",
        lambda text: text.replace("},{", "} {", 1),
        lambda text: text.replace("},{", "},,{", 1),
        lambda text: text.replace("]}\n", ",]}\n"),
        lambda text: text.replace('"items":', '"things":'),
    ],
)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_large_list_is_read_record_by_record(
    count: int, damage: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is told of it is the same as if it were read at once."""
    items = [{"id": "ä", "at": [1, {"items": []}]}] * count
    text = json.dumps({"count": count, "items": items}, separators=(",", ":"), ensure_ascii=False) + "\n"
    data = damage(text).encode()
    at_once = looked_over("x.json", data).faults
    monkeypatch.setattr(machine_files, "LARGE", 0)
    assert at_once == looked_over("x.json", data).faults
    assert data != text.encode() or list_of(data) is not None


def test_of_a_list_only_new_records_are_seen_again() -> None:
    """Whatever has come, gone or changed, and where; what is told is what a first look tells."""
    chance = random.Random(1)  # noqa: S311 - a seed's
    records, memo = [0], b""
    new = 1
    for _ in range(60):
        before = set(records)
        for _ in range(chance.randrange(3)):
            place = chance.randrange(len(records) + 1)
            if chance.random() < 0.5 and records:
                del records[place - 1]
            else:
                records.insert(place, new)
                new += 1
        texts = {
            n: json.dumps({"n": n, "text": "ä" * 3000 * (n % 3), "in": [{}, {}]}, ensure_ascii=False)
            for n in records
        }
        data = ('{"items":[' + ",".join(texts[n] for n in records) + "]}").encode()
        looked, first = list_of(data, memo), list_of(data)
        assert looked is not None
        assert first is not None
        assert looked.memo == first.memo
        if memo:
            assert looked.new is not None
            parts = looked.new.split(b"\n")[1:-1]
            assert [json.loads(p)["n"] for p in parts] == [n for n in records if n not in before]
        memo = looked.memo


def test_a_record_cut_within_a_character_is_no_record() -> None:
    """Bytes that are no text are no JSON, though they stand where a text may."""
    data = '{"items":[{"a":"ä"}]}'.encode()
    assert list_of(data) is not None
    assert list_of(data.replace("ä".encode(), "ä".encode()[:1])) is None
    assert looked_over("x.json", data.replace("ä".encode(), "ä".encode()[:1])).faults


# --- by what differs ---------------------------------------------------------------------


def since(folder: Path, name: str, new: bytes, old: bytes, memo: bytes = b"") -> Looked | None:
    """Look over a file of some content by what tells it from another."""
    (folder / "new").write_bytes(new)
    (folder / "old").write_bytes(old)
    return looked_over_since(name, folder / "new", folder / "old", memo)


def some_list(records: dict[int, int]) -> bytes:
    """Return a list of numbered records, each of which may be written in several ways."""
    texts = (
        json.dumps({"n": n, "way": way, "text": "ä" * (n % 40), "in": [{}]}, separators=(",", ":"))
        for n, way in sorted(records.items())
    )
    return f'{{"count":{len(records)},"items":[{",".join(texts)}]}}\n'.encode()


@pytest.mark.parametrize("block", [7, 64, 1 << 20])
def test_a_list_is_looked_over_by_what_differs(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And by that its parts are known as a look at the whole knows them."""
    monkeypatch.setattr(machine_files, "_BLOCK", max(block, 64))
    chance = random.Random(block)  # noqa: S311 - a seed's
    records, told = dict.fromkeys(range(0, 90, 3), 0), 0
    for _ in range(120):
        before = dict(records)
        for _ in range(chance.choice([1, 1, 2, 5])):
            n, kind = chance.randrange(90), chance.randrange(3)
            if kind == 0:
                records.pop(n, None)
            else:
                records[n] = chance.randrange(1000)
        old, new = some_list(before), some_list(records)
        whole, memo = list_of(new), list_of(old)
        assert whole is not None
        assert memo is not None
        found = since(tmp_path, "claims.json", new, old, memo.memo)
        if found is None:
            continue
        told += 1
        assert found.memo == whole.memo
        assert found.new is not None
        seen = {json.loads(part)["n"] for part in found.new.split(b"\n")[1:-2]}
        assert {n for n, way in records.items() if before.get(n) != way} <= seen
    assert told > 100


@pytest.mark.parametrize("seed", range(5))
def test_a_list_that_is_damaged_is_not_taken(seed: int, tmp_path: Path) -> None:
    """Wherever a byte is lost, doubled or changed, what is told is what a look at the whole tells."""
    chance = random.Random(seed)  # noqa: S311 - a seed's
    old = some_list(dict.fromkeys(range(12), 0))
    memo = list_of(old)
    assert memo is not None
    for _ in range(400):
        at, end = chance.randrange(len(old)), chance.randrange(3)
        new = old[:at] + chance.choice([b"", b",", b"]", b"}", b"{}", b"x", b'"']) + old[at + end :]
        whole, found = list_of(new, memo.memo), since(tmp_path, "x.json", new, old, memo.memo)
        if found is not None and new != old:
            assert whole is not None, new
            assert found.memo == whole.memo
            assert not found.faults


def some_calendar(days: dict[int, int]) -> bytes:
    """Return a calendar of numbered events, each of which may be written in several ways."""
    texts = (
        f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTAMP:2022{way:04}T000000Z\r\nDTSTART;VALUE=DATE:20220101\r\n"
        f"URL:https://example.org/\r\n {n}/\r\nEND:VEVENT\r\n"
        for n, way in sorted(days.items())
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(texts)}END:VCALENDAR\r\n".encode()


@pytest.mark.parametrize("seed", range(5))
def test_a_calendar_is_looked_over_by_what_differs(seed: int, tmp_path: Path) -> None:
    """All of its new events are seen, and what is wrong is left to a look at the whole."""
    chance = random.Random(seed)  # noqa: S311 - a seed's
    events, told = dict.fromkeys(range(0, 40, 2), 0), 0
    for _ in range(60):
        before, old = dict(events), some_calendar(events)
        for _ in range(chance.choice([1, 1, 3])):
            n = chance.randrange(40)
            if chance.randrange(3) or n not in events:
                events[n] = chance.randrange(1000)
            else:
                del events[n]
        new = some_calendar(events)
        found = since(tmp_path, "calendar.ics", new, old)
        if found is not None:
            told += 1
            assert found.new is not None
            assert not found.faults
            assert all(
                f"UID:{n}\r\n".encode() in found.new for n, way in events.items() if before.get(n) != way
            )
        at = chance.randrange(len(new))
        damage = chance.choice([b"", b"\n", b"END:VEVENT\r\n", b"BEGIN:VEVENT\r\n", b"x" * 80])
        damaged = new[:at] + damage + new[at + chance.randrange(20) :]
        if looked_over("calendar.ics", damaged).faults:
            assert since(tmp_path, "calendar.ics", damaged, new) is None
    assert told > 40


def test_other_files_are_looked_over_whole(tmp_path: Path) -> None:
    """And so are lists of which nothing is known."""
    lists = some_list({1: 1}), some_list({1: 2})
    assert since(tmp_path, "x.json", *lists) is None
    assert since(tmp_path, "x.json", b"{}", b"[]", b"x" * 20) is None
    assert since(tmp_path, "x.atom", b"<a/>", b"<b/>") is None
