"""Records as JSON of our own, and back: nothing is lost, and nothing else is taken for them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from briefing.corpus import REGISTRIES, Corpus, load
from briefing.model import Brief, Entity, Party, Source, Subject
from briefing.model.fields import Record
from briefing.model.packing import Pool, Unpackable, lighten, pack, unpack

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Give the project's own corpus."""
    return load(ROOT / "briefs").corpus


def records(corpus: Corpus) -> Iterator[Record]:
    """Yield every record that has a file of its own, or stands in a registry."""
    for table in (
        corpus.briefs,
        corpus.sources,
        corpus.entities,
        corpus.measures,
        corpus.topics,
        corpus.terms,
    ):
        yield from table.values()


def within(record: Record) -> Iterator[Record]:
    """Yield a record and all in it."""
    yield record
    for value in record.__dict__.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Record):
                yield from within(one)


def test_every_record_comes_back_as_it_was(corpus: Corpus) -> None:
    """Equal, and of the same types within; on one line."""
    for record in records(corpus):
        packed = pack(record)
        assert b"\n" not in packed
        back = unpack(type(record), packed)
        assert record == back
        assert repr(record) == repr(back)
        assert [type(r) for r in within(record)] == [type(r) for r in within(back)]


def test_which_fields_were_given_comes_back(case_brief: Brief) -> None:
    """Until it is forgotten: a default that was written is none to pydantic."""
    back = unpack(Brief, pack(case_brief))
    assert [r.model_fields_set for r in within(case_brief)] == [r.model_fields_set for r in within(back)]


@pytest.fixture
def case_brief() -> Brief:
    """Give a brief with a figure of many digits, a date of every form, and text that JSON escapes."""
    return Brief.model_validate(
        {
            "id": "2022-x",
            "title": 'A "quoted" \\ title \u2028 \U0001f680 </script>',
            "date": "2022",
            "published": "2022-02-06",
            "topics": ["weapons"],
            "bottom_line": "B.",
            "status": "published",
            "claims": [
                {
                    "id": "c",
                    "text": "T.",
                    "by": [{"unnamed": "one", "told": "b"}, "a"],
                    "sources": ["s", {"source": "s", "via": []}],
                    "about": {"accused": "a"},
                    "when": when,
                    "figures": [
                        {"stated": "0.0000001"},
                        {"between": ["-5", "123456789012345678901234567890.10"], "superseded": "true"},
                    ],
                }
                for when in ("2022-02~", "2020/2021-06?", "../2022-02-05", "2022/..", "0001")
            ],
        }
    )


def test_numbers_and_dates_keep_every_digit(case_brief: Brief) -> None:
    """Zeros at the end too."""
    back = unpack(Brief, pack(case_brief))
    assert repr(case_brief) == repr(back)
    assert "123456789012345678901234567890.10" in repr(back.claims[0].figures[1].numbers[1])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d: d.update(id="../x"), id="an id that leads out of its folder"),
        pytest.param(lambda d: d.update(id=1), id="an id that is no text"),
        pytest.param(lambda d: d.update(claims=[{}]), id="a claim without what it needs"),
        pytest.param(lambda d: d.update(more=1), id="a key that is none"),
        pytest.param(lambda d: d.update(title=None), id="nothing where text is due"),
        pytest.param(lambda d: d.update(status="gone"), id="a choice that is none"),
        pytest.param(lambda d: d.update(date="soon"), id="a date that is none"),
        pytest.param(lambda d: d.update(published="2022-02-30"), id="a day that is none"),
        pytest.param(lambda d: d.pop("topics"), id="a field that is missing"),
        pytest.param(lambda d: d["claims"][0].update(event="javascript:x"), id="a reference that is none"),
        pytest.param(lambda d: d["claims"][0]["figures"][0].update(stated="much"), id="a number that is none"),
    ],
)  # fmt: skip
def test_what_is_no_record_is_not_taken_for_one(
    change: Callable[[dict[str, object]], object], case_brief: Brief
) -> None:
    """Types hold, and so does what becomes a part of a path."""
    data = json.loads(pack(case_brief))
    assert isinstance(unpack(Brief, json.dumps(data).encode()), Brief)
    change(data)
    with pytest.raises(Unpackable):
        unpack(Brief, json.dumps(data).encode())


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://a@b.example/", "//x", "http://x y"]
)
def test_an_address_is_one_of_the_web(url: str) -> None:
    """Whoever can write the cache writes no script into a page."""
    source = Source.model_validate(
        {"id": "s", "kind": "press", "access": "public", "descriptor": "D.", "url": "https://a.example/"}
    )
    assert source == unpack(Source, pack(source))
    with pytest.raises(Unpackable):
        unpack(Source, pack(source).replace(b"https://a.example/", url.encode()))


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"null", b"\xff", b"[" * 100_000])
def test_bytes_that_are_none_of_ours_are_refused(data: bytes) -> None:
    """For each kind of file."""
    kinds: list[type[Record]] = [Brief, Source, Entity, *REGISTRIES.values()]
    for kind in kinds:
        with pytest.raises(Unpackable):
            unpack(kind, data)


def test_what_is_lightened_says_the_same(case_brief: Brief) -> None:
    """Only who is named twice is one object, and which fields were given is forgotten."""
    before, other = repr(case_brief), case_brief.model_copy(deep=True)
    pool: Pool = {}
    for brief in (case_brief, other):
        lighten(brief, pool)
    assert before == repr(case_brief) == repr(other)
    assert case_brief.claims[0].by[1] is other.claims[3].by[1]
    assert case_brief.claims[0].about[0] is other.claims[1].about[0]
    assert case_brief.claims[0].by[0] is not case_brief.claims[0].by[1]
    assert case_brief.claims[0].sources[0] is other.claims[0].sources[0]
    assert case_brief.claims[0].aliases is other.claims[1].aliases is case_brief.claims[0].limits
    assert case_brief.claims[0].model_fields_set is other.claims[1].model_fields_set
    changed = case_brief.claims[0].model_copy(update={"text": "Other."})
    assert ("Other.", "T.") == (changed.text, case_brief.claims[0].text)


def test_what_is_given_twice_in_one_place_stays_two() -> None:
    """Citations are counted by their places; and one that holds a list is nobody else's."""
    claim = {"id": "c", "text": "T.", "by": "a", "sources": ["s", "s", {"source": "s", "via": ["r"]}]}
    brief = {"title": "T", "date": "2022", "published": "2022-02-06", "topics": ["t"], "bottom_line": "B."}
    pool: Pool = {}
    briefs = [Brief.model_validate({**brief, "id": f"2022-{n}", "claims": [claim]}) for n in "xy"]
    for one in briefs:
        lighten(one, pool)
    (first, second, third), (other, _, fourth) = (b.claims[0].sources for b in briefs)
    assert first is other
    assert first is not second
    assert third is not fourth
    assert third == fourth
    assert third.model_fields_set is first.model_fields_set


@pytest.mark.parametrize("kind", [Party, Subject])
def test_what_is_shared_holds_texts_only(kind: type[Record]) -> None:
    """A list in it could be changed for all."""
    assert kind.is_shared
    assert all("list" not in str(info.annotation) for info in kind.model_fields.values())
