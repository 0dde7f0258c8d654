"""The editorial rules: each finds what it should, at the right line, and nothing else."""

import gc
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from briefing import rules
from briefing.corpus import ClaimHandle, Corpus, Loaded, load
from briefing.model import Brief, Status
from briefing.problems import Problem, Severity
from briefing.rules import MOST_CLAIMS, QUOTE_WORDS, RULES, check, navigation, review
from briefing.view import Site, look

ROOT = Path(__file__).parent.parent

BRIEF = "2022/2022-02-05-it-happened.yml"
PAPER = "sources/paper.yml"
"""Files of the small project; what a case gives for them is added at their end. The brief has ten lines."""

FILES = {
    "topics.yml": "event_kinds:\n  - {id: theft, title: Theft}\n",
    "measures.yml": (
        "measures:\n"
        "  - {id: theft, title: Theft, topic: weapons, unit: USD, period: event, rule: {text: R.}}\n"
        "  - {id: launches, title: Missile launches per year, topic: weapons, unit: count, period: year, rule: {text: R.}}\n"
        "  - {id: yield, title: Yield, topic: weapons, unit: kt_tnt, period: event, rule: {text: R.}}\n"
        "  - {id: magnitude, title: Magnitude, topic: weapons, unit: magnitude, period: event, rule: {text: R.}}\n"
        "  - {id: speed, title: Speed, topic: weapons, unit: mach, period: event, rule: {text: R.}}\n"
        "  - {id: share, title: Share, topic: weapons, unit: percent, period: event, rule: {text: R.}}\n"
        "  - {id: coins, title: Coins, topic: weapons, unit: ETH, period: event, rule: {text: R.}}\n"
        "assets: [{id: ETH, title: Ether}]\n"
    ),
    "entities/b.yml": "kind: state\nname: B\n",
}
"""What every case has besides the project."""

PRESS = "kind: press\naccess: public\ntitle: T\nissued: 2022\npublisher: {name: P}\n"
DENIED = "    responses: [{by: b, kind: denial, text: It is not so., sources: [paper]}]\n"
DRAFT = (
    "title: T\ndate: 2023\npublished: 2023-01-01\ntopics: [weapons]\nbottom_line: B.\nstatus: draft\n"
    "claims: [{id: c, text: T., by: a, sources: [paper]}]\n"
)


def read(project: Path, added: dict[str, str]) -> Loaded:
    """Load the project with what is added to its files."""
    for name, text in [*FILES.items(), *added.items()]:
        path = project / "briefs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + text)
    return load(project / "briefs", base=project)


def found(project: Path, added: dict[str, str]) -> list[Problem]:
    """Return the problems of the project with what is added to its files."""
    return review(read(project, added))


def judgement(text: str, basis: str = "basis: B., ") -> str:
    """Return a brief's judgement."""
    return f"judgements: [{{text: {text}, confidence: low, {basis}claims: [it-happened]}}]\n"


def claims(number: int) -> str:
    """Return claims beside the first, a line each."""
    return "".join(f"  - {{id: c-{n}, text: T., by: a, sources: [paper]}}\n" for n in range(number))


def quoted(words: int) -> str:
    """Return an answer with a quotation of so many words."""
    return f"    responses: [{{by: b, kind: confirmation, text: Yes., quote: {'word ' * words}, sources: [paper]}}]\n"


def point(text: str) -> str:
    """Return a key point of the brief."""
    return f'key_points: [{{text: "{text}", claims: [it-happened]}}]\n'


@dataclass(frozen=True)
class Case:
    """What passes a rule, and what does not: at which line, with which message."""

    rule: str
    good: dict[str, str]
    bad: dict[str, str]
    line: int
    message: str
    file: str = BRIEF


AT_LEAST_3 = "    figures: [{at_least: 3, of: exchanges}]\n"
OFFICIAL = PRESS.replace("press", "official")
COPIES = {
    "sources/copy.yml": PRESS + "rests_on: [wire]\n",
    "sources/copy-2.yml": PRESS + "rests_on: [wire]\n",
    "sources/wire.yml": PRESS,
}

CASES = [
    Case(
        "qualifier-decay",
        {BRIEF: AT_LEAST_3 + point("It hit no fewer than three exchanges.")},
        {BRIEF: AT_LEAST_3 + point("It hit three exchanges.")},
        12,
        "`three` has lost its qualifier",
    ),
    Case(
        "number-without-claim",
        {BRIEF: "    figures: [{stated: 6, measure: yield}]\n" + point("It had 6 kilotons.")},
        {BRIEF: "    figures: [{stated: 6, measure: yield}]\n" + point("It had 60 kilotons.")},
        12,
        "no claim of this brief has the figure `60 kilotons`",
    ),
    Case(
        "likelihood-with-confidence",
        {BRIEF: judgement("It will probably grow. Confidence is low")},
        {BRIEF: judgement("We judge with high confidence that it is likely to grow.")},
        11,
        "likelihood and confidence stand in one sentence",
    ),
    Case(
        "judgement-without-basis",
        {BRIEF: judgement("It grows.")},
        {BRIEF: judgement("It grows.", basis="")},
        11,
        "the judgement has no `basis`",
    ),
    Case(
        "fact-without-evidence",
        {
            "sources/record.yml": OFFICIAL,
            BRIEF: "  - {id: f, kind: fact, text: T., by: b, sources: [record]}\n",
        },
        {**COPIES, BRIEF: "  - {id: f, kind: fact, text: T., by: b, sources: [copy, copy-2]}\n"},
        11,
        "`fact` rests on 2 documents of one origin, and none is the actor's own or an official record",
    ),
    Case(
        "disputed-without-dispute",
        {BRIEF: "    status: disputed\n" + DENIED},
        {BRIEF: "    status: disputed\n"},
        11,
        "`disputed` stands alone: no answer, no rival figure, no conflicting claim",
    ),
    Case(
        "dispute-unmarked",
        {BRIEF: "    status: disputed\n" + DENIED},
        {BRIEF: DENIED},
        7,
        "the claim is denied",
    ),
    Case(
        "quote-too-long",
        {BRIEF: quoted(QUOTE_WORDS)},
        {BRIEF: quoted(QUOTE_WORDS + 1)},
        11,
        "the quotation has 26 words; 25 are allowed",
    ),
    Case(
        "too-many-claims",
        {BRIEF: claims(MOST_CLAIMS - 1)},
        {BRIEF: claims(MOST_CLAIMS + 1)},
        20,
        "the brief has 12 claims; 10 are enough",
    ),
    Case(
        "unseen-without-limit",
        {
            "sources/unread.yml": PRESS.replace("public", "unseen"),
            BRIEF: "  - {id: u, text: T., by: b, sources: [unread], limits: [unseen_document]}\n",
        },
        {
            "sources/unread.yml": PRESS.replace("public", "unseen"),
            BRIEF: "  - {id: u, text: T., by: b, sources: [paper, unread], limits: [indirect]}\n",
        },
        11,
        "`unread` was not read here",
    ),
    Case(
        "unnamed-without-limit",
        {BRIEF: "  - {id: u, text: T., by: {unnamed: one state}, sources: [paper], limits: [unnamed]}\n"},
        {BRIEF: "  - {id: u, text: T., by: {unnamed: one state}, sources: [paper]}\n"},
        11,
        "the origin is not named",
    ),
    Case(
        "reference-work-alone",
        {
            "sources/wiki.yml": PRESS + "type: entry-encyclopedia\n",
            BRIEF: "  - {id: w, text: T., by: b, sources: [wiki, paper]}\n",
        },
        {
            "sources/wiki.yml": PRESS + "type: entry-encyclopedia\n",
            BRIEF: "  - {id: w, text: T., by: b, sources: [wiki]}\n",
        },
        11,
        "only reference works carry this claim",
    ),
    Case(
        "person-without-page",
        {BRIEF: "  - {id: p, text: T., by: {name: Kim, role: spokesman}, sources: [paper]}\n"},
        {
            BRIEF: "  - {id: p, text: T., by: {name: Kim, role: spokesman}, sources: [paper]}\n"
            "  - {id: q, text: T., by: {name: KIM, role: minister}, sources: [paper]}\n"
        },
        12,
        "KIM also speaks in 2022-02-05-it-happened#p",
    ),
    Case(
        "publisher-has-page",
        {"entities/paper.yml": "kind: organisation\nname: Another Paper\n"},
        {"entities/paper.yml": "kind: organisation\nname: The PAPER\n"},
        4,
        "The Paper has a page",
        PAPER,
    ),
    Case(
        "symbol-form",
        {PAPER: "number: S/2022/132\n"},
        {PAPER: "number: s/2022/132\n"},
        6,
        "`s/2022/132` does not have the form of a UN symbol",
        PAPER,
    ),
    Case(
        "figure-without-period",
        {BRIEF: "    measure: launches\n    when: 2022\n    figures: [{stated: 3}]\n"},
        {BRIEF: "    measure: launches\n    figures: [{stated: 3}]\n"},
        12,
        "nothing says for which year this figure is",
    ),
    Case(
        "unit-left-open",
        {BRIEF: "    measure: yield\n    figures: [{stated: 3, of: tests, unit: count}]\n"},
        {BRIEF: "    measure: yield\n    figures: [{stated: 3, of: tests}]\n"},
        12,
        "this number may be a count of “tests” or be in kt_tnt",
    ),
    Case(
        "dates-out-of-order",
        {BRIEF: "updated: 2022-02-06\n"},
        {BRIEF: "updated: 2022-02-05\n"},
        11,
        "`updated` is before `published`",
    ),
    Case(
        "status-without-reason",
        {
            BRIEF: "    status: retracted\n"
            "corrections: [{date: 2022-03-01, kind: retraction, what: It is wrong., claim: it-happened}]\n"
        },
        {
            BRIEF: "    status: retracted\n"
            "corrections: [{date: 2022-03-01, kind: correction, what: It is wrong., claim: it-happened}]\n"
        },
        11,
        "nothing says why the claim is retracted",
    ),
    Case(
        "event-without-claim",
        {BRIEF: "    event: t\nevents: [{id: t, kind: theft, title: T, when: 2022}]\n"},
        {BRIEF: "events: [{id: t, kind: theft, title: T, when: 2022}]\n"},
        11,
        "no claim names the event t",
    ),
    Case(
        "points-at-itself",
        {
            BRIEF: "    status: disputed\n    conflicts_with: [other]\n"
            "  - {id: other, text: T., by: b, sources: [paper], status: disputed}\n"
        },
        {BRIEF: "    supersedes: it-happened\n"},
        11,
        "the claim names itself",
    ),
    Case(
        "names-a-draft",
        {"2023/2023-d.yml": DRAFT, BRIEF: "related: [{brief: 2023-d, how: after}]\n"},
        {"2023/2023-d.yml": DRAFT, BRIEF: 'key_points: [{text: T., claims: ["2023-d#c"]}]\n'},
        11,
        "2023-d is a draft",
    ),
    Case(
        "source-without-use",
        {**COPIES, BRIEF: "  - {id: u, text: T., by: b, sources: [copy, copy-2]}\n"},
        {"sources/unused.yml": PRESS},
        1,
        "no claim, entity, measure or term rests on this document",
        "sources/unused.yml",
    ),
]


def test_every_rule_has_a_case() -> None:
    """A rule without one fails here."""
    assert sorted(RULES) == sorted(c.rule for c in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.rule)
def test_what_passes_a_rule(case: Case, project: Path) -> None:
    """Nothing at all is found."""
    assert found(project, case.good) == []


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.rule)
def test_what_fails_a_rule(case: Case, project: Path) -> None:
    """One problem is found, with the rule's code and severity, at its line, with a fix."""
    (problem,) = found(project, case.bad)
    assert (case.rule, RULES[case.rule].severity) == (problem.code, problem.severity)
    assert (f"briefs/{case.file}", case.line, case.message) == (
        problem.mark.file, problem.mark.line, problem.message,
    )  # fmt: skip
    assert problem.hint


@pytest.mark.parametrize("code", RULES)
def test_a_rule_documents_itself(code: str) -> None:
    """One sentence that states the fault, on one line, and then the reason."""
    summary, _, reason = RULES[code].documentation.partition("\n")
    assert summary.endswith(".")
    assert reason.startswith("\n") or not reason
    assert RULES[code].summary == summary


# --- numbers and their qualifiers --------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        *(
            ("more_than: 50_000_000", f"{words} $50 million was taken.")
            for words in (
                "More than", "over", "upwards of", "in excess of", "At least", "no less than", "It exceeded",
                "a minimum of", "above", "more than a total of",
            )
        ),
        ("more_than: 50_000_000", "They took $50 million or more."),
        ("more_than: 50_000_000", "They took $50 million at least."),
        ("more_than: 50_000_000", "They took $50 million+ in a day."),
        *(
            ("about: 50_000_000", f"{words} $50 million was taken.")
            for words in ("About", "around", "roughly", "some", "approximately", "an estimated", "close to")
        ),
        ("about: 50_000_000", "They took $50 million or so."),
        *(
            ("up_to: 50_000_000", f"{words} $50 million was taken.")
            for words in ("Up to", "as much as", "at most", "no more than", "capped at", "not more than")
        ),
        ("up_to: 50_000_000", "They took $50 million or less."),
        *(("nearly: 50_000_000", f"{w} $50 million.") for w in ("Nearly", "almost", "just under", "close to")),
        *(("less_than: 50_000_000", f"{w} $50 million.") for w in ("Less than", "under", "below")),
        ("stated: 50_000_000", "They took $50 million."),
        ("exactly: 50_000_000", "They took $50 million."),
        ("between: [40_000_000, 50_000_000]", "They took $40 million to $50 million."),
        ("between: [40_000_000, 50_000_000]", "They took $40 to $50 million."),
        ("between: [40_000_000, 50_000_000]", "They took between $40 and $50 million."),
        ("between: [40_000_000, 50_000_000]", "They took $40–50 million."),
        ("between: [40_000_000, 50_000_000]", "They took $40-50 million."),
        ("between: [40_000_000, 50_000_000]", "They took up to $50 million."),
        ("more_than: 50_000_000", "More than $40 to $50 million was taken."),
    ],
)  # fmt: skip
def test_a_qualifier_that_is_kept(figure: str, text: str, project: Path) -> None:
    """In the words of the claim, or in words that say the same."""
    added = f"    measure: theft\n    figures: [{{{figure}}}, {{stated: 40_000_000}}]\n" + point(text)
    assert found(project, {BRIEF: added}) == []


@pytest.mark.parametrize(
    ("words", "measure", "figure", "text"),
    [
        ("$50 million", "theft", "more_than: 50_000_000", "They took $50 million over two years."),
        ("$50 million", "theft", "more_than: 50_000_000", "They took $50 million from at least 3 firms."),
        ("$50 million", "theft", "more_than: 50_000_000", "More than 20 states spoke of $50 million."),
        ("$50 million", "theft", "more_than: 50_000_000", "More than that. They took $50 million."),
        ("$50 million", "theft", "more_than: 50_000_000", "They took about $50 million."),
        ("$50m", "theft", "more_than: 50_000_000", "They took $50m."),
        ("US$50 million", "theft", "more_than: 50_000_000", "They took US$50 million."),
        ("$50,000,000", "theft", "more_than: 50_000_000", "They took $50,000,000."),
        ("50 million dollars", "theft", "more_than: 50_000_000", "They took 50 million dollars."),
        ("50 million US dollars", "theft", "more_than: 50_000_000", "They took 50 million US dollars."),
        ("$50-million", "theft", "more_than: 50_000_000", "The $50-million theft."),
        ("$2 billion", "theft", "up_to: 2_000_000_000", "It said $2 billion."),
        ("$2 billion", "theft", "about: 2_000_000_000", "Talks about the theft of $2 billion."),
        ("$2 billion", "theft", "about: 2_000_000_000", "It estimated $2 billion."),
        ("50 percent", "share", "about: 50", "It is 50 percent."),
        ("50%", "share", "about: 50", "It is 50% of all."),
        ("50 per cent", "share", "about: 50", "It is 50 per cent."),
        ("160 kt", "yield", "about: 160", "It had 160 kt."),
        ("160-kiloton", "yield", "about: 160", "The 160-kiloton test."),
        ("160", "yield", "about: 160", "One has 6 kilotons, another 160."),
        ("300 kilotons", "yield", "between: [50, 300]", "It had 300 kilotons."),
        ("6.3", "magnitude", "about: 6.3", "It had magnitude 6.3."),
        ("3", "speed", "about: 3", "It flew at Mach 3."),
        ("135,000", "coins", "more_than: 135_000", "They took 135,000 ETH."),
        ("135,000", "coins", "more_than: 135_000", "They took 135,000 ether."),
        ("eighteen", "launches", "at_least: 18, when: 2022", "It made eighteen launches."),
        ("twenty-one", "launches", "at_least: 21, when: 2022", "It launched twenty-one missiles."),
        ("two dozen", "launches", "at_least: 24, when: 2022", "It launched two dozen missiles."),
        ("Four", "launches", "at_least: 4, when: 2022, of: ballistic missiles", "Four ballistic missiles flew."),
    ],
)  # fmt: skip
def test_a_qualifier_that_is_lost(words: str, measure: str, figure: str, text: str, project: Path) -> None:
    """However the number is written; a hedge of another number, or of another kind, does not count."""
    figures = f"    measure: {measure}\n    figures: [{{{figure}}}, {{stated: 6, measure: yield}}]\n"
    lost = [p for p in found(project, {BRIEF: figures + point(text)}) if p.code == "qualifier-decay"]
    assert [f"`{words}` has lost its qualifier"] == [p.message for p in lost]


def test_each_text_that_loses_a_qualifier_is_named_with_its_line(project: Path) -> None:
    """Title, bottom line and key point; the fix is what to write."""
    path = project / "briefs" / BRIEF
    path.write_text(
        path.read_text()
        .replace("A says one thing", "A says that $50 million was taken")
        .replace("A said that it happened.", "A said that $50 million was taken.", 1)
    )
    added = "    measure: theft\n    figures: [{more_than: 50_000_000}]\n" + point("It was $50 million.")
    problems = found(project, {BRIEF: added})
    assert [1, 5, 13] == [p.mark.line for p in problems]
    assert {"write “more than $50 million”, as the claim does"} == {p.hint for p in problems}


def test_a_figure_that_another_brief_carries_is_looked_for_too(project: Path) -> None:
    """A key point may cite a claim of another brief: its figures and its words count."""
    other = DRAFT.replace("status: draft\n", "").replace(
        "text: T.", "text: It had 7 km., figures: [{at_least: 3, of: exchanges}]"
    )
    cited = 'key_points: [{text: "It hit 3 exchanges over 7 km.", claims: ["2023-d#c"]}]\n'
    problems = found(project, {"2023/2023-d.yml": other, BRIEF: cited})
    assert [("qualifier-decay", "`3` has lost its qualifier")] == [(p.code, p.message) for p in problems]


@pytest.mark.parametrize(
    "text",
    [
        "It happened on 5 February 2022, at 10:30.",
        "It happened on February 5.",
        "The 1718 Committee met under resolution 2397 (2017).",
        "It stands in S/2022/132, paragraph 10.",
        "The Hwasong-17 and the KN-23 flew.",
        "It was the 6th test, the sixth in 20 years.",
        "In the 1990s and from 2016 to 2021.",
        "It fell by 5 percentage points.",
        "It was on 2022-02-05.",
        "It took 3 days.",
        "In 2022 and 2023, 10 of them.",
        "Room 39 sold them.",
        "It was half a million.",
    ],
)
def test_what_is_not_a_number_that_needs_a_claim(text: str, project: Path) -> None:
    """Dates, years, times, ordinals, symbols, names, and numbers without a unit."""
    assert found(project, {BRIEF: point(text)}) == []


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("$5", "It cost $5."),
        ("€5bn", "It cost €5bn."),
        ("₩300 billion", "It cost ₩300 billion."),
        ("7 tonnes", "It weighed 7 tonnes."),
        ("7 km", "It flew 7 km."),
        ("a million dollars", "It cost a million dollars."),
        ("60 kt", "It had 50 to 60 kt."),
    ],
)
def test_a_number_that_no_claim_carries(words: str, text: str, project: Path) -> None:
    """With a unit or a currency, in a key point or the bottom line; the title is a headline."""
    figures = "    figures: [{stated: 50, measure: yield}]\n"
    problems = found(project, {BRIEF: figures + point(text)})
    assert [f"no claim of this brief has the figure `{words}`"] == [p.message for p in problems]


@pytest.mark.parametrize("text", ["They took $40 to $50 million.", "They took between $40 and $50 million."])
def test_a_range_has_one_scale(text: str, project: Path) -> None:
    """“$40 to $50 million” does not begin at forty dollars."""
    figures = "    measure: theft\n    figures: [{between: [40_000_000, 50_000_000]}]\n"
    assert found(project, {BRIEF: figures + point(text)}) == []


def test_a_number_in_a_claims_own_words_is_carried(project: Path) -> None:
    """Not every number needs to be a figure."""
    path = project / "briefs" / BRIEF
    path.write_text(path.read_text().replace("text: A said that it happened.", "text: It flew 7 km."))
    assert found(project, {BRIEF: point("It flew 7 km.")}) == []


# --- evidence and disputes ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("passes", "by", "sources", "files"),
    [
        (True, "b", "[own]", {"sources/own.yml": PRESS.replace("{name: P}", "b")}),
        (True, "b", "[own]", {"sources/own.yml": PRESS.replace("{name: P}", "agency")}),
        (True, "agency", "[own]", {"sources/own.yml": PRESS.replace("{name: P}", "b")}),
        (True, "b", "[table]", {"sources/table.yml": PRESS.replace("press", "dataset")}),
        (True, "[a, b]", "[paper]", {}),
        (False, "b", "[paper]", {}),
        (False, "[b, b]", "[paper]", {}),
        (False, "b", "[copy, copy-2]", COPIES),
        (False, "b", "[record]", {"sources/record.yml": OFFICIAL.replace("public", "unseen")}),
        (False, "b", "[own]", {"sources/own.yml": PRESS.replace("{name: P}", "a")}),
        (False, "b", "[relay]", {"sources/relay.yml": PRESS + "rests_on: [r]\n", "sources/r.yml": OFFICIAL}),
    ],
)
def test_what_carries_a_fact(
    passes: bool, by: str, sources: str, files: dict[str, str], project: Path
) -> None:
    """A read record of the actor, its whole or its part, an official record, or two origins."""
    agency = {"entities/agency.yml": "kind: body\nname: Agency\npart_of: b\n"}
    limits = "limits: [unseen_document]"
    claim = f"  - {{id: f, kind: fact, text: T., by: {by}, sources: {sources}, {limits}}}\n"
    problems = found(project, {**agency, **files, BRIEF: claim})
    assert ([] if passes else ["fact-without-evidence"]) == [p.code for p in problems]


CONFLICT = (
    "    conflicts_with: [other]\n"
    "  - {id: other, text: T., by: b, sources: [paper], status: disputed}\n"
)  # fmt: skip
CONFLICT_BACK = (
    "  - {id: other, text: T., by: b, sources: [paper], status: disputed, conflicts_with: [it-happened]}\n"
)
RIVAL = (
    "    when: 2022\n    measure: yield\n    figures: [{stated: 1}]\n"
    "  - {id: other, text: T., by: b, sources: [paper], status: disputed, when: 2022, measure: yield, "
    "figures: [{stated: 2}]}\n"
)


@pytest.mark.parametrize(
    ("why", "added"),
    [
        ("has a rival or a conflict (2022-02-05-it-happened#other)", CONFLICT),
        ("has a rival or a conflict (2022-02-05-it-happened#other)", CONFLICT_BACK),
        ("has a rival or a conflict (2022-02-05-it-happened#other)", RIVAL),
        ("is denied", DENIED.replace(" denial", " partial_denial")),
    ],
)
def test_a_dispute_is_marked_on_each_of_its_claims(why: str, added: str, project: Path) -> None:
    """Whichever of them it is written in; the message names the other."""
    (problem,) = found(project, {BRIEF: added})
    assert ("dispute-unmarked", f"the claim {why}", 7) == (problem.code, problem.message, problem.mark.line)


def test_a_silence_or_a_confirmation_is_no_denial(project: Path) -> None:
    """They are answers, and dispute nothing."""
    answers = (
        "    responses: [{by: b, kind: no_response, sources: [paper]}, {by: b, kind: not_sought}, "
        "{by: b, kind: confirmation, text: Yes., sources: [paper]}]\n"
    )
    assert found(project, {BRIEF: answers}) == []


# --- forms -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("good", "number"),
    [
        (True, "S/RES/2397 (2017)"),
        (True, "S/PV.9591"),
        (True, "S/PV.4999 (Resumption 1)"),
        (True, "A/RES/61/174"),
        (True, "S/2022/132/Add.1"),
        (True, "S/2022/132/Corr.1"),
        (True, "SC/13676"),
        (True, "INFCIRC/540"),
        (True, "Case 1:20-cr-32"),
        (True, "Sentencing memorandum 5"),
        (False, "S 2022/132"),
        (False, "S/2022/132 et al"),
        (False, "sc/13676"),
    ],
)
def test_the_form_of_a_symbol(good: bool, number: str, project: Path) -> None:
    """As the UN writes them; other numbers are left alone."""
    problems = found(project, {PAPER: f'number: "{number}"\n'})
    assert ([] if good else ["symbol-form"]) == [p.code for p in problems]


@pytest.mark.parametrize(
    ("good", "text"),
    [
        (True, "Remote workers are confident of their pay"),
        (True, "It is likely to grow; confidence is high"),
        (False, "It is unlikely, and our confidence is low"),
        (False, "There is a remote chance with little confidence"),
        (False, "We are confident that it is almost certain"),
    ],
)
def test_likelihood_stands_apart_from_confidence(good: bool, text: str, project: Path) -> None:
    """In one sentence they are mixed; in two they are not."""
    problems = found(project, {BRIEF: judgement(f'"{text}"')})
    assert ([] if good else ["likelihood-with-confidence"]) == [p.code for p in problems]


@pytest.mark.parametrize(
    ("code", "line", "added"),
    [
        ("dates-out-of-order", 11, "corrections: [{date: 2022-02-05, kind: update, what: W.}]\n"),
        ("status-without-reason", 11, "status: withdrawn\n"),
        ("status-without-reason", 11, "status: superseded\n"),
        ("points-at-itself", 11, "superseded_by: 2022-02-05-it-happened\n"),
        ("points-at-itself", 11, "related: [{brief: 2022-02-05-it-happened, how: data}]\n"),
        ("points-at-itself", 11, "    conflicts_with: ['#it-happened']\n"),
        ("points-at-itself", 12, "    responses:\n      - {kind: confirmation, claim: it-happened}\n"),
    ],
)
def test_other_faults_of_the_same_rules(code: str, line: int, added: str, project: Path) -> None:
    """Rules that look at several fields look at each."""
    assert [(code, line)] == [(p.code, p.mark.line) for p in found(project, {BRIEF: added})]


@pytest.mark.parametrize(
    ("line", "added"),
    [
        (11, "    event: 2023-d#e\n"),
        (11, "    supersedes: 2023-d#c\n"),
        (12, "    status: disputed\n    conflicts_with: [2023-d#c]\n"),
        (11, "    responses: [{kind: confirmation, claim: 2023-d#c}]\n"),
        (11, "status: superseded\nsuperseded_by: 2023-d\n"),
        (11, judgement("T").replace("it-happened", '"2023-d#c"')),
    ],
)
def test_nothing_published_rests_on_a_draft(line: int, added: str, project: Path) -> None:
    """A reader would not find it; a draft may name what it likes."""
    draft = (
        DRAFT
        + "events: [{id: e, kind: theft, title: T, when: 2023}]\nrelated: [{brief: 2023-d2, how: data}]\n"
    )
    more = {"2023/2023-d.yml": draft, "2023/2023-d2.yml": DRAFT, BRIEF: added}
    problems = [p for p in found(project, more) if p.code == "names-a-draft"]
    assert [("2023-d is a draft", True)] == [(p.message, p.mark.line >= line) for p in problems]


@pytest.mark.parametrize(
    ("clean", "added"),
    [
        (True, {"entities/b.yml": "sources: [more]\n"}),
        (True, {"glossary.yml": "terms: [{term: T, definition: D., sources: [more]}]\n"}),
        (True, {BRIEF: "    responses: [{by: b, kind: confirmation, text: Y., sources: [more]}]\n"}),
        (True, {PAPER: "rests_on: [more]\n"}),
        (False, {}),
    ],
)
def test_what_uses_a_source(clean: bool, added: dict[str, str], project: Path) -> None:
    """A claim, an answer, an entity, a term, or a document that one of these cites."""
    problems = found(project, {**added, "sources/more.yml": PRESS})
    assert clean == (problems == [])


# --- answers to warnings -----------------------------------------------------------------

ACCEPTS = "accepts: [{rule: %s, because: It is so.}]\n"


@pytest.mark.parametrize(
    "added",
    [
        {BRIEF: DENIED + "    " + ACCEPTS % "dispute-unmarked"},
        {BRIEF: DENIED + ACCEPTS % "dispute-unmarked"},
        {PAPER: "number: s/1\n" + ACCEPTS % "symbol-form"},
    ],
)
def test_a_warning_is_answered_in_its_place(added: dict[str, str], project: Path) -> None:
    """On the claim, on its brief, or on the source that it speaks of."""
    assert found(project, added) == []


@pytest.mark.parametrize(
    ("message", "added"),
    [
        ("`symbol-form` finds nothing here", ACCEPTS % "symbol-form"),
        ("`no-such-rule` is not a rule", ACCEPTS % "no-such-rule"),
        (
            "`fact-without-evidence` is an error, which cannot be accepted",
            "    kind: fact\n    " + ACCEPTS % "fact-without-evidence",
        ),
        (
            "`dispute-unmarked` finds nothing here",
            DENIED
            + f"  - {{id: o, text: T., by: b, sources: [paper], {(ACCEPTS % 'dispute-unmarked').strip()}}}\n",
        ),
    ],
)
def test_a_needless_answer_is_a_warning(message: str, added: str, project: Path) -> None:
    """What answers nothing, or an error, or a warning elsewhere, is found itself."""
    needless = [p for p in found(project, {BRIEF: added}) if p.code == "needless-acceptance"]
    assert [(message, Severity.WARNING)] == [(p.message, p.severity) for p in needless]


def test_an_error_stays_where_it_is_accepted(project: Path) -> None:
    """Only warnings can be answered."""
    problems = found(project, {BRIEF: "    kind: fact\n    " + ACCEPTS % "fact-without-evidence"})
    assert ["fact-without-evidence", "needless-acceptance"] == sorted(p.code for p in problems)


def test_rules_are_not_asked_of_a_broken_corpus(project: Path) -> None:
    """Errors of reading come first; what they hide would be found wrongly."""
    loaded = read(project, {BRIEF: "    kind: fact\n    nonsense: x\n"})
    assert ["unknown-key"] == [p.code for p in review(loaded)]
    assert ["source-without-use"] == [p.code for p in check(loaded.corpus)]


# --- how they are asked --------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [1, 7, 1_000_000])
def test_it_makes_no_difference_how_many_briefs_are_looked_at_together(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the answers to warnings, the project's own corpus has some of most kinds."""
    loaded = load(ROOT / "briefs", ROOT)
    usual = review(replace(loaded, corpus=_unanswered(loaded.corpus)))
    monkeypatch.setattr(rules, "_AT_ONCE", at_once)
    assert usual == review(replace(loaded, corpus=_unanswered(loaded.corpus)))
    assert len(usual) > 4


def _unanswered(corpus: Corpus) -> Corpus:
    """Return a corpus with more to find: no warning is answered, and nothing is marked as disputed."""
    handles = {}
    for ref, handle in corpus.claims.items():
        claim = handle.claim.model_copy(update={"accepts": [], "limits": [], "status": Status.STANDING})
        handles[ref] = ClaimHandle(handle.brief, claim, handle.index)
    return replace(corpus, claims=handles)


def test_nothing_is_left_in_memory(project: Path) -> None:
    """No circle holds the record: the collector, which is off meanwhile, would have to find it."""
    gc.collect()
    gc.disable()
    try:
        loaded = read(
            project,
            {PAPER: "aliases: [paper]\n", BRIEF: "key_points: [{text: 5 km., claims: [it-happened]}]\n"},
        )
        check(loaded.corpus)
        view = look(loaded.corpus, Site("S"))
        assert view.evidence.supports
        assert view.evidence.reliances
        del loaded, view
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = [o for o in gc.garbage if isinstance(o, (Corpus, Brief, ClaimHandle))]
        gc.set_debug(0)
        gc.garbage.clear()
        assert [] == left
    finally:
        gc.set_debug(0)
        gc.enable()


# --- the navigation ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "settings"),
    [
        (None, "site_name: S\n"),
        (None, "nav:\n  - Weapons: weapons.md\n"),
        (None, "nav:\n  - weapons.md\n"),
        (None, "nav:\n  - Topics:\n      - More: [weapons.md]\n"),
        (None, "nav: [\n"),
        (2, "site_name: S\nnav:\n  - Home: index.md\n"),
        (1, "nav: []\n"),
    ],
)
def test_the_navigation_names_every_topic(line: int | None, settings: str, project: Path) -> None:
    """At any depth; a navigation that is not written leaves nothing out."""
    problems = navigation(read(project, {}).corpus, settings.encode(), "mkdocs.yml")
    assert ([line] if line else []) == [p.mark.line for p in problems]
    assert all(p.hint == "add `- Weapons: weapons.md`" for p in problems)
