"""The corpus as records: what each says, and that every reference leads somewhere."""

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from briefing.corpus import Corpus
from briefing.model import BriefStatus
from briefing.outputs.dataset import Dataset, collect, licence
from briefing.outputs.records import Licence, number
from briefing.view import Site, View, look

CASES = Path(__file__).parent.parent / "cases" / "records"
Case = Callable[..., View]


@pytest.fixture(scope="module")
def data(case_view: Case) -> Dataset:
    """Give the records of the case with everything in it."""
    return collect(case_view("everything"))


@pytest.mark.parametrize("kind", ["briefs", "claims", "sources", "entities", "measures", "topics"])
def test_records_of_a_case(kind: str, data: Dataset) -> None:
    """Every record of a kind, key by key. `UPDATE_CASES=1` writes what there is: read the difference."""
    made = [json.loads(r.model_dump_json()) for r in getattr(data, kind)]
    path = CASES / f"{kind}.json"
    if os.environ.get("UPDATE_CASES"):
        path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == made


def test_a_claim_shows_its_chain_and_counts_origins_apart(data: Dataset) -> None:
    """Documents cited, those behind, every way to the end, and one unnamed origin."""
    claim = next(c for c in data.claims if c.id == "2022-02-05-report#thefts")
    assert (("paper", "unsigned"), ("wire", "report"), 1) == (claim.documents, claim.behind, claim.origins)
    assert [(1, ("paper", "wire", "report")), (2, ("unsigned", "wire", "report"))] == [
        (t.citation, t.documents) for t in claim.trails
    ]
    (party,) = claim.by
    assert ("unnamed", "one state", None, "panel") == (party.type, party.name, party.entity, party.told)
    assert claim.when
    assert ("2020/2021-06", dt.date(2020, 1, 1), dt.date(2021, 6, 30)) == (
        claim.when.edtf,
        claim.when.first,
        claim.when.last,
    )


def test_figures_that_disagree_are_rivals(corpus_of: Callable[..., Corpus]) -> None:
    """They have one subject, and their claims one dispute and each other; the replaced one has neither."""
    corpus = corpus_of(
        "{by: a, event: '#bank', measure: theft, figures: [{more_than: 50}, {stated: 40, superseded: true}]}",
        "{by: b, event: '#bank', measure: theft, figures: [{up_to: 50}]}",
        "{by: c, event: '#bank', measure: theft, figures: [{at_least: 3, of: shops}]}",
    )
    one, other, third = collect(look(corpus, Site("S"))).claims
    assert (("2022-x#c-2",), ("2022-x#c-1",), ()) == (one.rivals, other.rivals, third.rivals)
    assert one.dispute == other.dispute is not None
    assert third.dispute is None
    assert [(True, True), (False, False)] == [(f.rival, f.current) for f in one.figures]
    assert {"2022-x#bank"} == {f.subject for c in (one, other, third) for f in c.figures}
    assert ["more than $50", "up to $50"] == [c.figures[0].words for c in (one, other)]


def test_every_record_is_there_in_the_corpus_order(real_view: View) -> None:
    """As many as the corpus has, each once, in its order, and with its own tag."""
    corpus, made = real_view.corpus, collect(real_view)
    assert list(corpus.briefs) == [b.id for b in made.briefs]
    assert list(corpus.claims) == [c.id for c in made.claims]
    assert list(corpus.events) == [e.id for e in made.events]
    assert list(corpus.sources) == [s.id for s in made.sources]
    assert list(corpus.entities) == [e.id for e in made.entities]
    assert list(corpus.measures) == [m.id for m in made.measures]
    assert sum(len(h.claim.figures) for h in corpus.claims.values()) == len(made.figures)
    tags = [
        *(r.tag for r in made.topics), *(r.tag for r in made.briefs), *(r.tag for r in made.claims),
        *(r.tag for r in made.events), *(r.tag for r in made.sources), *(r.tag for r in made.entities),
        *(r.tag for r in made.measures),
    ]  # fmt: skip
    assert len(tags) == len(set(tags))
    assert max(b.published for b in corpus.briefs.values()) <= (made.updated or dt.date.min)


def test_every_figure_of_a_measure_is_that_of_its_claim(real_view: View) -> None:
    """A measure repeats its claims' figures, whole, and has them all."""
    made = collect(real_view)
    of_claims = {(f.claim, f.number): f for f in made.figures}
    of_measures = {(f.claim, f.number): f for m in made.measures for f in m.figures}
    assert of_measures == {k: f for k, f in of_claims.items() if f.subject is not None}


def references(data: Dataset) -> Iterator[tuple[str, str]]:
    """Yield every reference in the records, with the kind of what it names."""
    for brief in data.briefs:
        yield from (("topic", t) for t in brief.topics)
        yield from (("brief", r.brief) for r in brief.related)
        yield from (("brief", b) for b in (brief.superseded_by,) if b)
        lists = (brief.claims, *(p.claims for p in brief.key_points), *(j.claims for j in brief.judgements))
        yield from (("claim", c) for refs in lists for c in refs)
        yield from (("claim", c.claim) for c in brief.corrections if c.claim)
    for claim in data.claims:
        yield "brief", claim.brief
        singles = (claim.supersedes, *(r.claim for r in claim.responses))
        yield from (("claim", c) for c in (*claim.rivals, *claim.conflicts_with, *singles) if c)
        yield from (("event", e) for e in (claim.event,) if e)
        yield from (("event", f.subject) for f in claim.figures if f.subject and "#" in f.subject)
        parties = (*claim.by, *(p for r in claim.responses for p in r.by))
        yield from (("entity", e) for p in parties for e in (p.entity, p.told) if e)
        yield from (("entity", s.entity) for s in claim.about)
        yield from (("source", s) for t in claim.trails for s in t.documents)
    for source in data.sources:
        yield from (("source", s) for s in (*source.rests_on, *source.copies))
        yield from (("claim", c) for c in (*source.cited_by, *source.behind))
    for entity in data.entities:
        yield from (("claim", a.claim) for a in entity.appearances)
        yield from (("entity", e) for e in entity.part_of)
    for topic in data.topics:
        yield from (("brief", b) for b in topic.start_here)


def ids(data: Dataset) -> set[tuple[str, str]]:
    """Return what references may name."""
    named: dict[str, tuple[str, ...]] = {
        "topic": tuple(t.id for t in data.topics),
        "brief": tuple(b.id for b in data.briefs),
        "claim": tuple(c.id for c in data.claims),
        "event": tuple(e.id for e in data.events),
        "entity": tuple(e.id for e in data.entities),
        "source": tuple(s.id for s in data.sources),
    }
    return {(kind, id_) for kind, found in named.items() for id_ in found}


def test_every_reference_leads_somewhere(real_view: View) -> None:
    """Full references, never a brief's own short ones."""
    made = collect(real_view)
    assert set() == set(references(made)) - ids(made)


def test_nothing_leads_to_a_draft(real_view: View) -> None:
    """Whatever published briefs say of one that is not published yet is left out."""
    corpus = real_view.corpus
    drafts = set(list(corpus.briefs)[::2])
    hidden = {
        i: b.model_copy(update={"status": BriefStatus.DRAFT}) if i in drafts else b
        for i, b in corpus.briefs.items()
    }
    handles = {r: replace(h, brief=hidden[h.brief.id]) for r, h in corpus.claims.items()}
    events = {r: replace(h, brief=hidden[h.brief.id]) for r, h in corpus.events.items()}
    made = collect(
        look(
            replace(corpus, briefs=hidden, claims=handles, events=events), Site("S", url="https://a.example/")
        )
    )
    assert len(corpus.briefs) - len(drafts) == len(made.briefs)
    assert set() == set(references(made)) - ids(made)


def test_a_tag_outlives_the_id(case_view: Case) -> None:
    """A renamed brief, and its claims and events, keep the tags that the first ids gave them."""
    view = case_view("everything")
    corpus = view.corpus
    old = corpus.briefs["2022-02-05-report"]
    renamed = old.model_copy(update={"aliases": ["2022-02-05-first-name"]})
    moved = replace(
        corpus,
        briefs={renamed.id: renamed},
        claims={r: replace(h, brief=renamed) for r, h in corpus.claims.items()},
        events={r: replace(h, brief=renamed) for r, h in corpus.events.items()},
    )
    made = collect(look(moved, view.site))
    assert "tag:example.org,2026:brief/2022-02-05-first-name" == made.briefs[0].tag
    assert "tag:example.org,2026:claim/2022-02-05-first-name/thefts" == made.claims[0].tag
    assert "https://example.org/briefs/2022-02-05-report/#thefts" == made.claims[0].permalink


@pytest.mark.parametrize(
    ("expected", "address"),
    [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC-BY-NC-SA-3.0", "http://creativecommons.org/licenses/by-nc-sa/3.0"),
        (None, "https://example.org/licenses/by/4.0/"),
        (None, ""),
    ],
)
def test_a_licence_is_named_where_its_address_says_it(expected: str | None, address: str) -> None:
    """Creative Commons' addresses do; others are given as they are."""
    assert Licence(id=expected, url=address) == licence(address)


@pytest.mark.parametrize(
    ("expected", "text"),
    [(50_000_000, "50000000"), (1.46, "1.46"), (5, "5.0"), (-3, "-3"), (10**39, "1" + "0" * 39)],
)
def test_numbers_lose_nothing_that_json_can_hold(expected: float, text: str) -> None:
    """Whole numbers of any length are exact, and have no decimal point."""
    made = number(Decimal(text))
    assert (expected, type(expected)) == (made, type(made))
