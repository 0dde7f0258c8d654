"""What files say of each other: the quick look and the close one never differ."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from briefing.corpus import Loaded, load
from briefing.references import References

FILES = {
    "topics.yml": """\
topics:
  - {id: weapons, title: Weapons, summary: S., colour: "#8c1d2f", icon: rocket, start_here: [2022-01-one]}
  - {id: trade, title: Trade, summary: S., colour: "#2b6b4f", icon: ship, aliases: [commerce]}
event_kinds:
  - {id: test, title: Test, topic: weapons}
""",
    "measures.yml": """\
measures:
  - {id: theft, title: Theft, topic: trade, unit: USD, period: event, rule: {text: R., sources: paper}}
  - {id: coins, title: Coins, topic: trade, unit: BTC, period: year, rule: {text: R.}, aliases: [old-coins]}
assets:
  - {id: BTC, title: Bitcoin}
  - {id: ETH, title: Ether}
""",
    "glossary.yml": """\
terms:
  - {term: Long Name, definition: D., see_also: [other], entity: a}
  - {id: other, term: Other, definition: D., aliases: [third]}
""",
    "entities/a.yml": "kind: state\nname: A\naliases: [former-a]\n",
    "entities/b.yml": "kind: body\nname: B\npart_of: [a]\nequated_with: [{entity: a, by: b}]\n",
    "sources/paper.yml": "kind: press\naccess: public\ndescriptor: D.\nrests_on: [report]\n",
    "sources/report.yml": "kind: official\naccess: public\ndescriptor: D.\naliases: [old-report]\n",
    "2022/2022-01-one.yml": """\
title: One
date: 2022-01
published: 2022-02-06
topics: [weapons, trade]
bottom_line: One.
key_points: [{text: P., claims: [first, "2022-02-two#only"]}]
related: [{brief: 2022-02-two, how: after}]
events: [{id: launch, kind: test, title: T, when: 2022-01, aliases: [start]}]
claims:
  - {id: first, topic: weapons, text: T., by: a, sources: paper, event: launch, aliases: [earlier]}
  - id: second
    topic: trade
    text: T.
    by: {unnamed: one, told: b}
    about: [{accused: a}]
    sources: [{source: paper, via: [report]}, report]
    measure: theft
    figures: [{stated: 5}, {stated: 6, unit: ETH}, {stated: 7, measure: coins}]
    conflicts_with: ["#first"]
    responses: [{by: a, kind: denial, text: T., sources: report}, {claim: "2022-02-two#only", kind: denial}]
""",
    "2022/2022-02-two.yml": """\
title: Two
date: 2022-02
published: 2022-02-06
topics: [trade]
bottom_line: Two.
aliases: [2022-02-second]
claims:
  - {id: only, text: T., by: [a, b], sources: paper, event: "2022-01-one#launch", supersedes: "2022-01-one#second"}
""",
}
"""A corpus with every kind of reference, each word of which may be taken for another."""

WORDS = [
    "a",
    "b",
    "index",
    "paper",
    "report",
    "theft",
    "coins",
    "weapons",
    "trade",
    "commerce",
    "first",
    "second",
    "only",
    "launch",
    "start",
    "earlier",
    "other",
    "third",
    "long-name",
    "test",
    "former-a",
    "old-report",
    "old-coins",
    "BTC",
    "ETH",
    "XMR",
    "USD",
    "kt_tnt",
    "2022-01-one",
    "2022-02-two",
    "2022-02-second",
    "'#first'",
    "'#only'",
    "2022-01-one#first",
    "2022-02-two#only",
    "2022-02-second#only",
    "sources",
    "timeline",
    "paperr",
    "weapns",
    "''",
    "~",
    "[a]",
    "{x:",
    "y}",
    "id",
    "aliases",
    "topic",
    "measure",
    "figures",
    "unit",
    "of",
    "rests_on",
    "??",
    "2022",
    "[a,a]",
]

_change = st.tuples(
    st.sampled_from(sorted(FILES)),
    st.integers(0, 400),
    st.sampled_from(WORDS),
    st.sampled_from(["word", "line"]),
)


def changed(changes: list[tuple[str, int, str, str]]) -> dict[str, str]:
    """Return the files with some words put in the place of others, or some lines left out."""
    files = dict(FILES)
    for name, place, word, what in changes:
        text = files.get(name, "")
        spans = list(_spans(text)) if what == "word" else []
        if spans:
            start, end = spans[place % len(spans)]
            files[name] = text[:start] + word + text[end:]
        elif lines := text.splitlines(keepends=True):
            del lines[place % len(lines)]
            files[name] = "".join(lines)
    return files


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = None
    for n, char in enumerate(f"{text} "):
        if char.isalnum() or char in "-_#":
            start = n if start is None else start
        elif start is not None:
            yield start, n
            start = None


def read_all(root: Path, files: dict[str, str]) -> Loaded:
    """Write files into a folder, and return what is read of it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load(root, root)


def test_the_corpus_that_the_tests_change_has_no_fault(tmp_path: Path) -> None:
    """Otherwise they would begin with one."""
    assert [] == read_all(tmp_path, FILES).problems


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(_change, min_size=1, max_size=4))
@example(changes=[("topics.yml", 1, "''", "word")])
@example(changes=[("glossary.yml", 1, "Other", "word")])
def test_a_quick_look_sees_what_a_close_one_does(
    changes: list[tuple[str, int, str, str]],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same problems, whether or not every file is looked at as it stands written."""
    root = tmp_path_factory.mktemp("corpus")
    files = changed(changes)
    with monkeypatch.context() as patch:
        quick = read_all(root, files)
        patch.setattr("briefing.corpus.References", partial(References, closely=True))
        close = read_all(root, files)
        patch.setattr("briefing.corpus._read_plain", lambda *_: None)
        closest = read_all(root, files)
    assert quick.problems == close.problems == closest.problems
    assert quick.corpus.briefs == closest.corpus.briefs
    assert quick.corpus.sources == closest.corpus.sources
    assert list(quick.corpus.claims) == list(closest.corpus.claims)


def test_files_without_faults_are_not_looked_at_closely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is what makes reading fast."""
    monkeypatch.setattr("briefing.corpus._read_closely", lambda found, _: pytest.fail(f"{found} was"))
    monkeypatch.setattr("briefing.corpus._document", lambda found, _: pytest.fail(f"{found} was"))
    assert [] == read_all(tmp_path, FILES).problems


def test_one_wrong_reference_is_one_file_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one in which it stands."""
    looked_at: list[str] = []
    from briefing import corpus

    usual = corpus._document

    def note(found: corpus.Found, mark: str) -> object:
        looked_at.append(found.name)
        return usual(found, mark)

    monkeypatch.setattr(corpus, "_document", note)
    files = FILES | {"sources/paper.yml": FILES["sources/paper.yml"].replace("report", "reprt")}
    assert ["there is no source `reprt`"] == [p.message for p in read_all(tmp_path, files).problems]
    assert ["sources/paper.yml"] == looked_at
