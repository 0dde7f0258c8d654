"""Chains, documents and origins, by the definitions of the design."""

from pathlib import Path
from typing import Any

import pytest

from briefing import evidence
from briefing.corpus import ClaimHandle, Corpus, load
from briefing.evidence import MAX_TRAILS, Support, answers, distinct, gather
from briefing.model import Party

SOURCES = {
    "report": "kind: official\naccess: seen_by_press\npublisher: panel\ndescriptor: A report.\n",
    "wire": "kind: press\naccess: unseen\npublisher: {name: Wire}\ntitle: W\nissued: 2022\nrests_on: [report]\n",
    "copy-1": "kind: press\naccess: public\npublisher: {name: One}\ntitle: C\nissued: 2022\nrests_on: [wire]\n",
    "copy-2": "kind: press\naccess: public\npublisher: {name: Two}\ntitle: C\nissued: 2022\nrests_on: [wire]\n",
    "both": "kind: press\naccess: public\npublisher: {name: B}\ntitle: B\nissued: 2022\nrests_on: [wire, other]\n",
    "other": "kind: press\naccess: public\npublisher: {name: O}\ntitle: O\nissued: 2022\n",
}

CLAIMS = """\
  - id: two-copies
    text: X.
    by: {unnamed: one state, told: panel}
    sources: [copy-1, copy-2]
    responses:
      - {by: state, kind: denial, text: It is not so., said: 2022-03, sources: [other]}
      - {kind: denial, claim: with-via}
  - id: with-via
    text: X.
    by: state
    about: [{accused: panel}, state]
    sources: [{source: both, via: [wire]}]
  - id: on-nothing
    text: X.
    by: [panel, state, panel]
    sources: [{source: copy-1, via: []}]
  - id: two-ways
    text: X.
    by: panel
    sources: [both]
"""


@pytest.fixture
def corpus(project: Path) -> Corpus:
    """Give a corpus with copies of a wire story on a report that nobody else has seen."""
    briefs = project / "briefs"
    for name, text in SOURCES.items():
        (briefs / "sources" / f"{name}.yml").write_text(text)
    for name in ("panel", "state"):
        (briefs / "entities" / f"{name}.yml").write_text(f"kind: body\nname: {name.title()}\n")
    brief = (
        "title: T\ndate: 2022\npublished: 2022-02-06\ntopics: [weapons]\nbottom_line: B.\nclaims:\n" + CLAIMS
    )
    (briefs / "2022" / "2022-02-05-it-happened.yml").unlink()
    (briefs / "2022" / "2022-x.yml").write_text(brief)
    loaded = load(briefs)
    assert loaded.problems == []
    return loaded.corpus


@pytest.mark.parametrize(
    ("documents", "behind", "origins", "trails", "claim"),
    [
        (
            ("copy-1", "copy-2"),
            ("wire", "report"),
            1,
            [("copy-1", "wire", "report"), ("copy-2", "wire", "report")],
            "two-copies",
        ),
        (("both",), ("wire",), 1, [("both", "wire")], "with-via"),
        (("copy-1",), (), 2, [("copy-1",)], "on-nothing"),
        (
            ("both",),
            ("wire", "report", "other"),
            1,
            [("both", "wire", "report"), ("both", "other")],
            "two-ways",
        ),
    ],
)
def test_support_counts_documents_and_origins_apart(
    documents: tuple[str, ...],
    behind: tuple[str, ...],
    origins: int,
    trails: list[tuple[str, ...]],
    claim: str,
    corpus: Corpus,
) -> None:
    """A `via` is the whole chain; without one, the sources' `rests_on` is followed to its ends."""
    found = gather(corpus).supports[f"2022-x#{claim}"]
    assert (documents, behind, origins) == (found.documents, found.behind, len(found.origins))
    assert trails == [t.documents for t in found.trails]


def test_a_source_knows_every_claim_that_rests_on_it(corpus: Corpus) -> None:
    """Directly or through others."""
    reliances = gather(corpus).reliances
    assert [(r.claim.claim.id, r.direct) for r in reliances["wire"]] == [
        ("two-copies", False),
        ("with-via", False),
        ("two-ways", False),
    ]
    assert [(r.claim.claim.id, r.direct) for r in reliances["copy-1"]] == [
        ("two-copies", True),
        ("on-nothing", True),
    ]
    assert list(gather(corpus).copies["report"]) == ["wire"]


def test_an_entity_knows_its_part_in_claims(corpus: Corpus) -> None:
    """By whom, told whom, about whom, and who answers; each once a claim."""
    appearances = gather(corpus).appearances
    assert [(a.claim.claim.id, a.role) for a in appearances["panel"]] == [
        ("two-copies", "told"),
        ("with-via", "accused"),
        ("on-nothing", "by"),
        ("two-ways", "by"),
    ]
    assert [(a.claim.claim.id, a.role) for a in appearances["state"]] == [
        ("two-copies", "answers"),
        ("with-via", "by"),
        ("with-via", "subject"),
        ("on-nothing", "by"),
    ]


def test_an_answer_may_be_taken_from_a_claim(corpus: Corpus) -> None:
    """Its words, its speaker and its documents are then the claim's."""
    own, taken = answers(corpus.claims["2022-x#two-copies"], corpus)
    assert (own.text, own.claim) == ("It is not so.", None)
    assert taken.claim is not None
    assert (taken.text, taken.claim.claim.id, taken.sources[0].source) == ("X.", "with-via", "both")


def test_two_unnamed_origins_are_never_merged() -> None:
    """Nothing says that one Member State is the other; the same entity twice is one."""
    unnamed, named = Party(unnamed="one state"), Party(entity="a")
    assert (unnamed, named, unnamed) == distinct([unnamed, named, unnamed, named])


def test_trails_are_bounded(project: Path) -> None:
    """Documents that rest on many others do not multiply without end."""
    sources = project / "briefs" / "sources"
    for layer in range(4):
        for n in range(8):
            below = ", ".join(f"l{layer + 1}-{m}" for m in range(8)) if layer < 3 else ""
            text = f"kind: press\naccess: public\ntitle: T\nissued: 2022\npublisher: {{name: P}}\nrests_on: [{below}]\n"
            (sources / f"l{layer}-{n}.yml").write_text(text)
    (sources / "paper.yml").write_text(
        "kind: press\naccess: public\ntitle: T\nissued: 2022\npublisher: {name: P}\nrests_on: [l0-0, l0-1]\n"
    )
    loaded = load(project / "briefs")
    assert loaded.problems == []
    assert len(gather(loaded.corpus).supports["2022-02-05-it-happened#it-happened"].trails) == MAX_TRAILS


def test_nothing_is_worked_out_before_it_is_asked_for(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And once only; as a whole it is what each part is by itself."""
    asked: list[str] = []
    usual = evidence.claim_support

    def note(handle: ClaimHandle, *rest: Any) -> Support:
        asked.append(handle.ref)
        return usual(handle, *rest)

    monkeypatch.setattr(evidence, "claim_support", note)
    found = gather(corpus)
    assert (list(corpus.claims), len(corpus.claims)) == (list(found.supports), len(found.supports))
    assert [] == asked
    first = next(iter(corpus.claims))
    assert found.supports[first] is found.supports[first]
    assert found.supports.get("none") is None
    assert [first] == asked
    assert {ref: usual(handle, corpus) for ref, handle in corpus.claims.items()} == dict(found.supports)
    assert len(found.reliances) == len(dict(found.reliances.items()))
    assert found.reliances.get("none", ()) == ()
    assert sorted(corpus.claims) == sorted(asked)
