"""Files for machines: a large list is read record by record, and only what is new in it."""

import json
import random
from collections.abc import Callable

import pytest

from briefing import machine_files
from briefing.machine_files import list_of, looked_over


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
