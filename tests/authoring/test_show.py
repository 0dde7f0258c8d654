"""Records as plain text for a terminal."""

from pathlib import Path

import pytest

from briefing.authoring.show import show
from briefing.authoring.wrapping import broken, cells, wrap
from briefing.corpus import load
from briefing.view import Site, View, look

FILES = {
    "topics.yml": (
        'topics: [{id: weapons, title: Weapons, summary: S, colour: "#8c1d2f", icon: rocket}]\n'
        "event_kinds: [{id: test, title: Test}]\n"
    ),
    "measures.yml": (
        "measures: [{id: yield, title: Yield, topic: weapons, unit: kt_tnt, period: event, rule: {text: R.}}]\n"
    ),
    "entities/north.yml": (
        "kind: state\nname: The North\nshort_name: North\nnames: [{text: 북한, lang: ko}]\nweak_names: [N]\n"
        "description: A state.\ninterest: It gains.\nids: {un: 1}\n"
        "sanctions: [{authority: lab, reference: R.1, listed: 2017, checked: 2022-02-05}]\n"
        "aliases: [north-before]\n"
    ),
    "entities/lab.yml": "kind: organisation\nname: The Lab\npart_of: north\n",
    "entities/agency.yml": "kind: organisation\nname: Agency\ninterest: It sells news.\n",
    "sources/report.yml": "kind: official\naccess: seen_by_press\ntitle: R\nissued: 2017-09\npublisher: lab\n",
    "sources/wire.yml": (
        "kind: press\naccess: public\ntitle: It shook\nauthor: [Ann Bell, Cy Dole]\nissued: 2017-09-04\n"
        "publisher: agency\nnumber: N/1\nurl: https://e.org/1\nlanguage: en\nrests_on: [report]\n"
        "archive: [{url: https://a.org/1, captured: 2022-01-02}]\n"
    ),
    "sources/copy.yml": "kind: press\naccess: public\ndescriptor: A copy. Undated.\nrests_on: [wire]\n",
    "2017/2017-09-03-test.yml": (
        "title: It shook\ndate: 2017-09-03\npublished: 2026-01-02\nupdated: 2026-02-03\ntopics: [weapons]\n"
        "bottom_line: B.\nwhy_it_matters: W.\nstatus: draft\n"
        "events: [{id: shake, kind: test, title: The test, when: 2017-09-03}]\n"
        "key_points: [{text: P., claims: [big]}]\n"
        "claims:\n"
        "  - id: big\n    text: The Lab put it at more than 100 kt.\n    by: lab\n    said: 2017-09-05\n"
        "    kind: assessment\n    status: disputed\n    limits: [imprecise, translated]\n"
        "    event: shake\n    measure: yield\n"
        "    figures: [{more_than: 100, as_written: over 100}, {stated: 2, of: tunnels}]\n"
        "    sources: [{source: copy, at: p. 4, quote: over 100}, wire]\n"
        "    responses:\n"
        "      - {by: north, kind: denial, text: It was more., said: 2017-10, addresses: size, sources: wire}\n"
        "      - {claim: small, kind: partial_denial}\n"
        "    unresolved_because: Nobody was there.\n"
        "    aliases: [large]\n"
        "  - {id: small, text: Agency had 50., by: agency, sources: [copy, wire], event: shake, measure: yield,\n"
        "     figures: [{stated: 50}], supersedes: big}\n"
        "  - {id: same, text: And again., by: lab, about: {accused: north}, sources: [{source: copy, at: p. 4}, wire],\n"
        "     conflicts_with: [small]}\n"
        "judgements: [{text: J., likelihood: very_likely, confidence: low}]\n"
        "gaps: [G.]\n"
        "background: 'Some **bold** [text](https://e.org).'\n"
        "related: [{brief: 2017-other, how: after}]\n"
        "corrections: [{date: 2026-01-05, kind: clarification, what: A word.}]\n"
        "aliases: [2017-09-03-before]\n"
    ),
    "2017/2017-other.yml": (
        "title: Other\ndate: 2017\npublished: 2026-01-02\ntopics: [weapons]\nbottom_line: B.\n"
        "claims: [{id: c, text: T., by: agency, sources: [wire]}]\n"
    ),
}  # fmt: skip

BRIEF = """\
brief 2017-09-03-test, draft
It shook
3 September 2017 · published 2 January 2026 · updated 3 February 2026 · Weapons

Bottom line
  B.

Key points
  - P.

Why it matters
  W.

What is claimed

  1. big (assessment, disputed)
     The Lab put it at more than 100 kt.
     says: The Lab, 5 September 2017
     chain: A document without a publisher [copy] (p. 4) relays Agency, 4 September 2017
            [wire], which saw a document that is not public (The Lab, September 2017
            [report]), the origin’s own words.
     chain: Agency, 4 September 2017 [wire] saw The Lab, September 2017 [report], as
            above.
     evidence: 2 documents, through 1 more, 1 origin
"""

CLAIM = """\
claim 2017-09-03-test#big
in: It shook

  1. big (assessment, disputed)
     The Lab put it at more than 100 kt.
     says: The Lab, 5 September 2017
"""

FACTS = """\
     evidence: 2 documents, through 1 more, 1 origin
     quoted: “over 100” [copy]
     figure: more than 100 kt, in the document: “over 100”
     figure: 2 tunnels
     read with care: the wording leaves open what exactly is meant; read in translation
     answer: Denial, North, October 2017, on size: It was more. [wire]
     answer: Partial denial, Agency: Agency had 50. [2017-09-03-test#small]
     rival: 50 kt, Agency [2017-09-03-test#small] (The test)
     not settled: Nobody was there.
"""

SECOND = """\
     rival: more than 100 kt, The Lab [2017-09-03-test#big] (The test)
     counted differently: 2 tunnels, The Lab [2017-09-03-test#big] (The test)
     conflicts with: 2017-09-03-test#same
     replaces: 2017-09-03-test#big
"""

REST = """\
What we judge
  - J.
    very likely; confidence low

What we do not know
  - G.

Background
  Some bold text.

Corrections
  - 5 January 2026, clarification: A word.

Related
  - after: 2017-other
"""

SOURCE = """\
source wire
It shook
  author: Ann Bell and Cy Dole
  publisher: Agency
  issued: 4 September 2017
  kind: Press; read; open to all
  number: N/1
  language: en
  url: https://e.org/1
  archived: https://a.org/1 (2 January 2022)
  publisher’s interest: It sells news.

Rests on
  - The Lab, September 2017 [report]

Sources that rest on it
  - a document without a publisher [copy]

Claims that cite it
  - T. [2017-other#c]
  - The Lab put it at more than 100 kt. [2017-09-03-test#big]
  - Agency had 50. [2017-09-03-test#small]
  - And again. [2017-09-03-test#same]
"""

ENTITY = """\
entity north
The North (state)
  in short: North
  names: 북한 (ko)
  weak names: N
  is: A state.
  interest: It gains.
  identifiers: un 1
  sanctions: The Lab, listed, R.1, since 2017, as checked on 5 February 2022

What it answers: 1 claim
  - The Lab put it at more than 100 kt. [2017-09-03-test#big]

Claims about it as accused: 1 claim
  - And again. [2017-09-03-test#same]
"""


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    """Give a view of a corpus that has one of everything."""
    root = tmp_path_factory.mktemp("show") / "briefs"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    loaded = load(root, root.parent)
    assert [] == loaded.errors
    return look(loaded.corpus, Site(""), drafts=True)


def shown(view: View, id_: str, width: int = 90) -> str:
    """Return what is shown of a record that is there."""
    text = show(view, id_, width)
    assert text is not None
    return text


def test_a_brief(view: View) -> None:
    """In the order of its page, with each claim's chain, evidence, figures, answers and rivals."""
    text = shown(view, "2017-09-03-test")
    assert text.startswith(BRIEF)
    assert FACTS in text
    assert SECOND in text
    assert "     says: The Lab\n     chain: same as claim 1\n" in text
    assert text.endswith(REST)


def test_a_claim(view: View) -> None:
    """By its full reference, with its chain written out."""
    text = shown(view, "2017-09-03-test#big")
    assert text.startswith(CLAIM)
    assert text.endswith(FACTS)


def test_a_source(view: View) -> None:
    """The record, what it rests on, and what rests on it."""
    assert shown(view, "wire") == SOURCE
    assert "Claims that rest on it through others\n  - T. [2017-other#c]\n" in shown(view, "report")


def test_an_entity(view: View) -> None:
    """The record, and the claims in which it has a part."""
    assert shown(view, "north") == ENTITY


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("north-before", "north"),
        ("2017-09-03-before", "2017-09-03-test"),
        ("2017-09-03-before#large", "2017-09-03-test#big"),
    ],
)
def test_an_old_id_shows_the_record_that_had_it(old: str, now: str, view: View) -> None:
    """Its address on the site leads there too."""
    assert shown(view, now) == shown(view, old)


@pytest.mark.parametrize("id_", ["", "#", "#big", "2017-09-03-test#", "yield", "weapons", "nothing"])
def test_what_is_not_there_is_not_shown(id_: str, view: View) -> None:
    """Measures and topics have pages, and no text here."""
    assert show(view, id_, 80) is None


def test_long_lists_are_counted(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal holds so much."""
    monkeypatch.setattr("briefing.authoring.show.MOST", 2)
    assert "  - The Lab put it at more than 100 kt. [2017-09-03-test#big]\n  - and 2 more\n" in shown(
        view, "wire"
    )


@pytest.mark.parametrize("width", [40, 57, 100])
def test_lines_fit_the_terminal(width: int, view: View) -> None:
    """Also where letters are two columns wide, and words longer than a line."""
    for id_ in ("2017-09-03-test", "wire", "north"):
        assert max(cells(line) for line in shown(view, id_, width).splitlines()) <= width


def test_control_characters_are_shown_as_such(tmp_path: Path, view: View) -> None:
    """A terminal obeys nothing that stands in a file; the reader refuses most of it before."""
    entity = view.corpus.entities["north"].model_copy(update={"description": "a\x1b[2Jb\u202ec\td"})
    corpus = view.corpus.entities | {"north": entity}  # type: ignore[operator] # a dict in this test
    hostile = look(load(tmp_path).corpus.__class__(entities=corpus, places={}), Site(""))
    assert "  is: a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}c d\n" in shown(hostile, "north")


def test_wide_words_are_broken_at_the_margin() -> None:
    """What is written without spaces goes on in the next line."""
    assert ["북한의", "김정은"] == broken("북한의김정은", 7)
    assert ["e\u0301e\u0301", "e"] == broken("e\u0301e\u0301e", 2)
    assert ["a 북", "한"] == wrap(["a", "북", "한"], 4)
