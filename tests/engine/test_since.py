"""What is taken from the view of the corpus before: the same as what is made anew, and most of it."""

import random
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from briefing import since
from briefing.corpus import Loaded, Reader
from briefing.disputes_since import follow_disputes
from briefing.engine.marks import Marks
from briefing.lists import Index
from briefing.rivals import Comparison, Dispute, find_disputes
from briefing.rules import Looked, review, review_again
from briefing.view import Site, View, look, since_then

from .invented import DAYS, MEASURES, SLOW, Change, begun, brief, by_chance
from .test_marks import made

SITE = Site("Test Site", url="https://example.org/")


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Follow whatever has changed: these records are small."""
    monkeypatch.setattr(since, "_MOST", 0)


def plain(value: Any) -> Any:
    """Return a value as what can be compared, with the order of what is in it."""
    match value:
        case Mapping():
            return [(key, plain(value[key])) for key in value]
        case list() | tuple():
            return [plain(v) for v in value]
        case Comparison():
            groups = [(g.of, [(e.handle.ref, e.figure, e.value) for e in g.estimates]) for g in value.groups]
            rivals = [e.handle.ref for e in value.rivals]
            return value.measure, value.subject, groups, rivals
        case Dispute():
            return value.id, plain(value.claims), plain(value.comparisons)
        case _:
            return value


def told(view: View) -> dict[str, Any]:
    """Return everything that is worked out of a corpus."""
    evidence, disputes = view.evidence, view.disputes
    names = [n for n, made_ in vars(Index).items() if isinstance(made_, cached_property)]
    by_claim = ("by_claim", "compared", "conflicts")  # nobody reads them in their order
    return {
        **{
            name: plain(getattr(evidence, name))
            for name in ("supports", "reliances", "appearances", "copies")
        },
        **{name: plain(getattr(disputes, name)) for name in ("comparisons", "disputes", "denied")},
        **{name: plain(dict(sorted(getattr(disputes, name).items()))) for name in by_claim},
        **{name: plain(getattr(view.index, name)) for name in names if not name.startswith("_")},
    }


class Followed:
    """A record that is looked at after each change, as a process does that stays."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.loaded = self._load()
        self.view = look(self.loaded.corpus, SITE)
        self.marks = Marks(self.view, self.loaded.digests)
        self.looked = Looked(None, review_again(self.loaded)[1])
        self._keys = self._read()

    def _load(self) -> Loaded:
        loaded = self._reader.load()
        assert loaded.errors == []
        return loaded

    def _read(self) -> set[tuple[str, str]]:
        return {key for task in made(self.view).values() for key in task.read}

    def go_on(self) -> None:
        """Look again, and compare with what a process finds that has only begun."""
        before, self.loaded = self.loaded.corpus, self._load()
        corpus, digests = self.loaded.corpus, self.loaded.digests
        then = since_then(self.view, before, corpus)
        self.view = look(corpus, SITE, last=self.view, since=then)
        self.marks = Marks(self.view, digests, self.marks)
        anew = look(corpus, SITE)
        fresh = Marks(anew, digests)
        assert {k: self.marks(k) for k in self._keys} == {k: fresh(k) for k in self._keys}
        self.marks.settle()
        assert told(self.view) == told(anew)
        known = self.looked.disputes
        disputes = follow_disputes(then, known) if then and known else find_disputes(corpus)
        problems, found = review_again(self.loaded, self.looked.found, then, disputes)
        assert problems == review(self.loaded)
        self.looked = Looked(disputes, found)
        self._keys = self._read()
        assert {k: self.marks(k) for k in self._keys} == {k: fresh(k) for k in self._keys}


@settings(max_examples=40, suppress_health_check=SLOW)
@by_chance
def test_what_is_followed_is_what_is_made_anew(
    seed: int, changes: list[tuple[Change, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Evidence, disputes, lists, marks and findings, after any changes."""
    record = begun(tmp_path_factory.mktemp("record"), seed)
    followed = Followed(Reader(record.folder))
    for change, n in changes:
        change(record, random.Random(n))  # noqa: S311 - a seed's
        followed.go_on()


@pytest.mark.parametrize("seed", range(3))
def test_what_has_not_changed_is_the_same_object(seed: int, tmp_path: Path) -> None:
    """Of a brief more, others' comparisons, disputes and lists stay."""
    record = begun(tmp_path, seed)
    followed = Followed(Reader(record.folder))
    before = followed.view
    chance = random.Random(seed)  # noqa: S311 - a seed's
    given = brief(DAYS[0], chance)
    record.put(
        f"{DAYS[0]}-new", {**given, "claims": [{**given["claims"][0], "by": "agency", "about": ["agency"]}]}
    )
    followed.go_on()
    now = followed.view
    own = {c for c in now.corpus.claims if c.startswith(f"{DAYS[0]}-new")}
    assert len(own) == 1
    assert all(now.evidence.supports[ref] is before.evidence.supports[ref] for ref in before.corpus.claims)
    for id_, rows in now.evidence.appearances.items():
        assert (rows is before.evidence.appearances.get(id_)) is (not any(r.claim.ref in own for r in rows))
    joined = {(c.measure.id, c.subject.key) for ref in own for c in now.disputes.compared.get(ref, ())}
    for measure, comparisons in now.disputes.comparisons.items():
        was = {c.subject.key: c for c in before.disputes.comparisons[measure]}
        for c in comparisons:
            assert (was.get(c.subject.key) is c) is ((measure, c.subject.key) not in joined)
    for dispute in now.disputes.disputes:
        every = [c for h in dispute.claims for c in now.disputes.compared.get(h.ref, ())]
        moved = joined & {(c.measure.id, c.subject.key) for c in every}
        is_old = before.disputes.by_claim.get(dispute.claims[0].ref) is dispute
        assert is_old is not bool(moved or own & {h.ref for h in dispute.claims})


def test_a_dispute_shows_what_has_joined_its_figures(tmp_path: Path) -> None:
    """A figure that has been replaced is nobody's rival, and stands beside those that are."""
    record = begun(tmp_path, 0)
    claim = {"text": "It said.", "sources": ["paper"], "measure": "earned", "topic": "money"}
    figure = {"exactly": 7, "when": "1999"}
    first = {**claim, "sources": ["wire"], "id": "c0", "by": "panel", "figures": [figure]}
    second = {**claim, "id": "c1", "by": "state", "figures": [{**figure, "exactly": 8}]}
    usual = {**brief(DAYS[0], random.Random(0)), "topics": ["money"], "events": []}  # noqa: S311 - a seed's
    record.put(f"{DAYS[0]}-one", {**usual, "claims": [first, second]})
    followed = Followed(Reader(record.folder))
    before = followed.view.disputes.by_claim[f"{DAYS[0]}-one#c0"]
    old = {**first, "figures": [{**figure, "exactly": 6, "superseded": True}]}
    record.put(f"{DAYS[1]}-two", {**usual, "date": DAYS[1], "published": DAYS[1], "claims": [old]})
    followed.go_on()
    now = followed.view.disputes.by_claim[f"{DAYS[0]}-one#c0"]
    assert now.claims == before.claims
    assert [len(d.comparisons[0].estimates) for d in (before, now)] == [2, 3]


def test_where_much_has_changed_nothing_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be no quicker; and figures of a measure that has changed are all compared anew."""
    record = begun(tmp_path, 0)
    reader = Reader(record.folder)
    before = reader.load().corpus
    assert since.Since.between(before, reader.load().corpus, lambda _: ()) is not None
    record.write("measures.yml", MEASURES.replace("title: Taken", "title: Took"))
    now = reader.load().corpus
    assert since.Since.between(before, now, lambda _: ()) is None
    record.anchor("It said more.", "panel", "2022")
    monkeypatch.setattr(since, "_MOST", 8)
    assert len(now.briefs) == 7
    assert since.Since.between(now, reader.load().corpus, lambda _: ()) is None
