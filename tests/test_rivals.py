"""Which figures are compared, which are rivals, and which claims are in dispute."""

import itertools
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.corpus import Corpus
from briefing.rivals import Estimate, are_rivals, find_disputes

Make = Callable[..., Corpus]


def disputed(corpus: Corpus) -> list[list[str]]:
    """Return the claims of each dispute, by their ids."""
    return [[h.claim.id for h in d.claims] for d in find_disputes(corpus).disputes]


BANK = "{by: a, event: '#bank', measure: theft, figures: [{stated: 50}]}"


@pytest.mark.parametrize(
    "other",
    [
        "{by: b, event: '#bank', measure: theft, figures: [{stated: 60}]}",
        "{by: b, event: '#bank', measure: theft, figures: [{more_than: 50}]}",
        "{by: b, event: '#bank', measure: theft, figures: [{between: [50, 60]}]}",
        "{by: b, event: '#bank', figures: [{stated: 60, measure: theft}]}",
        "{by: [b, c], event: '#bank', measure: theft, figures: [{stated: 60}]}",
        "{by: {name: Kim, role: spokesman}, event: '#bank', measure: theft, figures: [{stated: 60}]}",
        "{by: {unnamed: one state}, event: '#bank', measure: theft, figures: [{stated: 60}]}",
        "{by: a, event: '#bank', measure: theft, figures: [{stated: 60, estimator: b}]}",
        "{by: b, event: '#bank', when: 2022-04, measure: theft, figures: [{stated: 60}]}",
        "{by: b, event: '#bank', measure: theft, status: disputed, figures: [{stated: 60}]}",
    ],
)
def test_rivals(other: str, corpus_of: Make) -> None:
    """Same measure, same event, nobody in common, another value."""
    assert [["c-1", "c-2"]] == disputed(corpus_of(BANK, other))


@pytest.mark.parametrize(
    ("compared", "other"),
    [
        (True, "{by: b, event: '#bank', measure: theft, figures: [{stated: 50}]}"),
        (True, "{by: b, event: '#bank', measure: theft, figures: [{exactly: 50}]}"),
        (True, "{by: a, event: '#bank', measure: theft, figures: [{stated: 60}]}"),
        (True, "{by: [b, a], event: '#bank', measure: theft, figures: [{stated: 60}]}"),
        (True, "{by: b, event: '#bank', measure: theft, figures: [{stated: 60, estimator: a}]}"),
        (True, "{by: b, event: '#bank', measure: theft, figures: [{stated: 60, superseded: true}]}"),
        (True, "{by: b, event: '#bank', measure: theft, status: superseded, figures: [{stated: 60}]}"),
        (True, "{by: b, event: '#bank', measure: theft, status: retracted, figures: [{stated: 60}]}"),
        (True, "{by: b, event: '#bank', measure: theft, figures: [{stated: 3, of: shops, unit: count}]}"),
        (True, "{by: b, event: '#bank', measure: theft, figures: [{stated: 60, unit: ETH}]}"),
        (False, "{by: b, event: '#shop', measure: theft, figures: [{stated: 60}]}"),
        (False, "{by: b, event: '#bank', measure: thefts, figures: [{stated: 60}]}"),
        (False, "{by: b, when: 2022-03, measure: theft, figures: [{stated: 60}]}"),
        (False, "{by: b, measure: theft, figures: [{stated: 60}]}"),
    ],
)
def test_no_rivals(compared: bool, other: str, corpus_of: Make) -> None:
    """Agreement, a shared origin, what is superseded, what is counted differently, another event.

    The first of these stand in the same table all the same.
    """
    found = find_disputes(corpus_of(BANK, other))
    assert [] == found.disputes
    assert compared == (found.compared["2022-x#c-1"] == found.compared.get("2022-x#c-2"))


@pytest.mark.parametrize(
    ("same", "one", "other"),
    [
        (True, "when: 2022", "when: 2022"),
        (True, "when: 2022", "when: 2022~"),
        (True, "when: '2022?'", "when: '2022%'"),
        (True, "when: '2022-01~/2022-06'", "when: '2022-01/2022-06?'"),
        (True, "event: '#bank', when: 2022", "event: '#shop', when: 2022"),
        (False, "when: 2022", "when: 2023"),
        (False, "when: 2022", "when: 2022-01/2022-06"),
        (False, "when: 2022", "when: 2022/.."),
    ],
)
@pytest.mark.parametrize("measure", ["thefts", "launches"])
def test_figures_of_a_year_are_compared_by_year(
    same: bool, one: str, other: str, measure: str, corpus_of: Make
) -> None:
    """Whatever event the claims speak of; how sure a date is makes no difference."""
    corpus = corpus_of(
        f"{{by: a, measure: {measure}, {one}, figures: [{{stated: 1}}]}}",
        f"{{by: b, measure: {measure}, {other}, figures: [{{stated: 2}}]}}",
    )
    assert ([["c-1", "c-2"]] if same else []) == disputed(corpus)


def test_figures_of_a_month_are_compared_by_month(corpus_of: Make) -> None:
    """A figure's own time comes before its claim's, and that before its event's."""
    corpus = corpus_of(
        "{by: a, measure: monthly, when: 2022, figures: [{stated: 1, when: 2022-01}, {stated: 5, when: 2022-02}]}",
        "{by: b, measure: monthly, when: 2022-01, figures: [{stated: 2}]}",
        "{by: c, measure: monthly, event: '#bank', figures: [{stated: 3}]}",
        "{by: d, measure: monthly, when: 2022-03, figures: [{stated: 4}]}",
    )
    assert [["c-1", "c-2"], ["c-3", "c-4"]] == disputed(corpus)


def test_what_counts_the_same_is_read_without_case_and_space(corpus_of: Make) -> None:
    """“Ballistic missiles” and “ballistic  missiles” are one thing; “missiles” are another."""
    corpus = corpus_of(
        "{by: a, measure: launches, when: 2022, figures: [{stated: 1, of: Ballistic missiles}]}",
        "{by: b, measure: launches, when: 2022, figures: [{stated: 2, of: 'ballistic  missiles'}]}",
        "{by: c, measure: launches, when: 2022, figures: [{stated: 3, of: missiles}]}",
    )
    (dispute,) = find_disputes(corpus).disputes
    (comparison,) = dispute.comparisons
    assert ["c-1", "c-2"] == [h.claim.id for h in dispute.claims]
    assert [2, 1] == [len(g.estimates) for g in comparison.groups]
    assert ["c-1", "c-2"] == [e.handle.claim.id for e in comparison.rivals]


def test_two_unnamed_origins_are_two(corpus_of: Make) -> None:
    """Even in the same words, in one claim or in two; the same figure of one origin is one."""
    unnamed = "{by: {unnamed: one state}, event: '#bank', measure: theft, figures: [{stated: %s}]}"
    assert [["c-1", "c-2"]] == disputed(corpus_of(unnamed % 50, unnamed % 60))
    found = find_disputes(corpus_of(unnamed % 50, unnamed % 50, BANK, BANK))
    (comparison,) = found.comparisons["theft"]
    assert ["c-1", "c-2", "c-3"] == [e.handle.claim.id for e in comparison.distinct]


@pytest.mark.parametrize(("one", "other"), [("conflicts_with: ['#c-2']", ""), ("", "conflicts_with: [c-1]")])
def test_a_conflict_is_written_once_and_counts_for_both(one: str, other: str, corpus_of: Make) -> None:
    """Without figures there is nothing to compare."""
    found = find_disputes(corpus_of(f"{{by: a, {one}}}", f"{{by: b, {other}}}", "{by: c}"))
    assert {"2022-x#c-1": ("2022-x#c-2",), "2022-x#c-2": ("2022-x#c-1",)} == found.conflicts
    assert [("2022-x--c-1", ())] == [(d.id, d.comparisons) for d in found.disputes]
    assert {"2022-x#c-1", "2022-x#c-2"} == set(found.by_claim)


def test_rivals_and_conflicts_join_into_one_dispute(corpus_of: Make) -> None:
    """Three rivals of one event, and a claim that conflicts with one of them; another event apart."""
    rival = "{by: %s, event: '#%s', measure: theft, figures: [{stated: %s}], unresolved_because: %s}"
    corpus = corpus_of(
        rival % ("a", "bank", 1, "Prices differ."),
        rival % ("a", "shop", 1, "No one knows."),
        rival % ("b", "bank", 2, "Prices differ."),
        "{by: d, conflicts_with: [c-3, c-3]}",
        rival % ("b", "shop", 2, "It is not said."),
        rival % ("c", "bank", 3, "Firms differ."),
    )
    assert [["c-1", "c-3", "c-4", "c-6"], ["c-2", "c-5"]] == disputed(corpus)
    first, second = find_disputes(corpus).disputes
    assert ("Prices differ.", "Firms differ.") == first.reasons
    assert ["2022-x#bank"] == [c.subject.key for c in first.comparisons]
    assert ["2022-x#shop"] == [c.subject.key for c in second.comparisons]


def test_comparisons_stand_in_the_order_of_time(corpus_of: Make) -> None:
    """By year, whatever the order of the claims; figures by size, smallest first."""
    corpus = corpus_of(
        "{by: a, measure: thefts, figures: [{stated: 9, when: 2023}, {stated: 1, when: 2021}]}",
        "{by: b, measure: thefts, when: 2023, figures: [{at_least: 5}]}",
    )
    comparisons = find_disputes(corpus).comparisons["thefts"]
    assert ["2021", "2023"] == [c.subject.key for c in comparisons]
    assert [5, 9] == [e.low for e in comparisons[1].estimates]


def test_denials_are_kept_apart(corpus_of: Make) -> None:
    """A denied claim is listed; a silence is no denial."""
    answer = "{by: a, responses: [{by: b, kind: %s, text: No., sources: paper}]}"
    corpus = corpus_of(
        answer % "denial",
        answer % "justification",
        answer % "partial_denial",
        "{by: c, conflicts_with: [c-1]}",
    )
    found = find_disputes(corpus)
    assert ["c-1", "c-3"] == [h.claim.id for h in found.denied]
    assert [["c-1", "c-4"]] == disputed(corpus)


QUALIFIERS = ["stated", "exactly", "about", "more_than", "up_to"]


@st.composite
def some_claims(draw: st.DrawFn) -> list[str]:
    """Draw claims with figures of a few origins, events, values, and conflicts."""
    size = draw(st.integers(1, 7))
    claims = []
    for _ in range(size):
        by = draw(st.sampled_from(["a", "b", "[a, b]", "c", "{unnamed: one state}"]))
        event = draw(st.sampled_from(["bank", "shop"]))
        figures = draw(
            st.lists(
                st.tuples(
                    st.sampled_from(QUALIFIERS), st.integers(1, 3), st.sampled_from(["", ", of: shops"])
                ),
                max_size=2,
            )
        )
        conflicts = draw(st.lists(st.integers(1, size).map("c-{}".format), max_size=1))
        status = draw(st.sampled_from(["standing", "superseded"]))
        rows = ", ".join(f"{{{q}: {n}, unit: USD{of}}}" for q, n, of in figures)
        claims.append(
            f"{{by: {by}, event: '#{event}', measure: theft, figures: [{rows}], "
            f"conflicts_with: [{', '.join(conflicts)}], status: {status}}}"
        )
    return claims


@given(claims=some_claims())
def test_disputes_part_the_claims(claims: list[str], corpus_of: Make) -> None:
    """No claim is in two disputes, none is alone in one, and what does not agree is in one together."""
    corpus = corpus_of(*claims)
    found = find_disputes(corpus)
    members = [h.ref for d in found.disputes for h in d.claims]
    assert sorted(members) == sorted(found.by_claim)
    assert all(len(d.claims) > 1 for d in found.disputes)
    for ref, others in found.conflicts.items():
        assert all(ref in found.conflicts[o] and found.by_claim[ref] is found.by_claim[o] for o in others)
    for comparison in (c for cs in found.comparisons.values() for c in cs):
        for group in comparison.groups:
            for one in group.estimates:
                for other in group.estimates:
                    assert are_rivals(one, other) == are_rivals(other, one)
                    if are_rivals(one, other):
                        assert found.by_claim[one.handle.ref] is found.by_claim[other.handle.ref]


@given(claims=some_claims())
def test_every_figure_is_compared_once(claims: list[str], corpus_of: Make) -> None:
    """Nothing is dropped, and nothing is made."""
    corpus = corpus_of(*claims)
    compared = [e for cs in find_disputes(corpus).comparisons.values() for c in cs for e in c.estimates]
    assert sorted(h.ref for h in corpus.claims.values() for _ in h.claim.figures) == sorted(
        e.handle.ref for e in compared
    )


@given(claims=some_claims())
def test_the_pairs_of_rivals_join_all_that_any_pairs_join(claims: list[str], corpus_of: Make) -> None:
    """Not every pair is looked at; a hundred figures that all differ would make thousands."""
    for comparison in (c for cs in find_disputes(corpus_of(*claims)).comparisons.values() for c in cs):
        for group in comparison.groups:
            everyone = {
                id(e) for e in group.estimates if any(are_rivals(e, other) for other in group.estimates)
            }
            assert everyone == {id(e) for e in group.rivals}
            assert len(group.rivalries) < max(1, len(group.voices))
            assert all(are_rivals(one[0], other[0]) for one, other in group.rivalries)
            joined = _sets((one[0], other[0]) for one, other in group.rivalries)
            pairs = itertools.combinations([v[0] for v in group.voices], 2)
            assert joined == _sets((one, other) for one, other in pairs if are_rivals(one, other))


def _sets(pairs: Iterable[tuple[Estimate, Estimate]]) -> set[frozenset[int]]:
    """Return the sets that pairs join."""
    sets: list[set[int]] = []
    for pair in pairs:
        ends = {id(e) for e in pair}
        touched = [s for s in sets if not s.isdisjoint(ends)]
        sets = [s for s in sets if s.isdisjoint(ends)] + [ends.union(*touched)]
    return {frozenset(s) for s in sets}
