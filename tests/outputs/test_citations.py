"""Citation files, read back by programs that are not ours."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import rispy  # type: ignore[import-untyped] # it has no types
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import (  # type: ignore[import-untyped] # it has no types
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

from briefing.citing import Work
from briefing.corpus import load
from briefing.outputs.citations import bibtex, citation_files, csl_json, ris
from briefing.view import Site, look

DAY = dt.date(2026, 12, 1)
HOSTILE = '100% & $5 #1 {a}} _b_ ~ ^ \\ \\input{x} | <script>alert(1)</script> "x" @misc{y, ER - z'
BRIEF = Work(
    key="2022-02-05-report",
    title=HOSTILE,
    within="",
    authors=("A. Kim", "Kim & Sons, {Ltd}"),
    site="Test_Site",
    published=dt.date(2026, 11, 24),
    changed=DAY,
    address="https://example.org/briefs/2022-02-05-report/",
    status="withdrawn",
    abstract="It was\u2028so.\nAnd so.",
    keywords=("Weapons", "Money & more"),
)
CLAIM = replace(
    BRIEF,
    key="2022-02-05-report:thefts",
    title="More than $50 million",
    within=HOSTILE,
    authors=(),
    abstract="",
    address=BRIEF.address + "#thefts",
)


def decoder() -> LatexNodes2Text:
    """Return pylatexenc's reader of LaTeX, with the names of letters that it lacks."""
    names = {"braceleft": "{", "braceright": "}", "bar": "|", "less": "<", "greater": ">", "asciicircum": "^"}
    context = get_default_latex_context_db()
    macros = [MacroTextSpec(f"text{name}", letter) for name, letter in names.items()]
    context.add_context_category("letters", macros=macros, prepend=True)
    return LatexNodes2Text(latex_context=context)


def read_bibtex(text: str) -> list[dict[str, str]]:
    """Return the entries of a BibTeX file, with LaTeX turned back to text."""
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware(decoder=decoder())])
    assert library.failed_blocks == []
    return [
        {"type": e.entry_type, "key": e.key, **{f.key: str(f.value) for f in e.fields}}
        for e in library.entries
    ]


def test_bibtex_is_read_back_letter_by_letter() -> None:
    """LaTeX's own letters lose their power, braces balance, and nothing opens another entry."""
    brief, claim = read_bibtex(bibtex([BRIEF, CLAIM]))
    assert {
        "type": "misc",
        "key": "2022-02-05-report",
        "author": "A. Kim and Kim & Sons, {Ltd}",
        "title": HOSTILE,
        "howpublished": "Test_Site",
        "year": "2026",
        "month": "dec",
        "day": "1",
        "url": BRIEF.address,
        "note": "Withdrawn",
        "keywords": "Weapons, Money & more",
        "abstract": "It was so. And so.",
    } == brief
    assert ("incollection", HOSTILE, "Test_Site") == (claim["type"], claim["booktitle"], claim["publisher"])
    assert CLAIM.address == claim["url"]
    assert "Test_Site" == claim["author"]


def test_ris_is_read_back() -> None:
    """One entry a work, its type, its authors each on a line, and its permalink."""
    text = ris([BRIEF, CLAIM])
    brief, claim = rispy.loads(text)
    assert ("ELEC", HOSTILE, ["A. Kim", "Kim & Sons, {Ltd}"]) == (
        brief["type_of_reference"], brief["title"], brief["authors"],
    )  # fmt: skip
    assert ("2026", "2026/12/01", [BRIEF.address]) == (brief["year"], brief["date"], brief["urls"])
    assert ("It was so. And so.", ["Weapons", "Money & more"]) == (brief["abstract"], brief["keywords"])
    assert ("CHAP", HOSTILE, [CLAIM.address]) == (
        claim["type_of_reference"], claim["secondary_title"], claim["urls"],
    )  # fmt: skip
    assert all(line.endswith("\r") for line in text.rstrip("\n").split("\n"))


def test_csl_json_has_csls_fields() -> None:
    """Names are literal, dates are parts, and nothing is empty."""
    brief, claim = json.loads(csl_json([BRIEF, CLAIM]))
    assert {
        "id": "2022-02-05-report",
        "type": "webpage",
        "title": HOSTILE,
        "author": [{"literal": "A. Kim"}, {"literal": "Kim & Sons, {Ltd}"}],
        "container-title": "Test_Site",
        "publisher": "Test_Site",
        "issued": {"date-parts": [[2026, 12, 1]]},
        "original-date": {"date-parts": [[2026, 11, 24]]},
        "URL": BRIEF.address,
        "language": "en",
        "abstract": BRIEF.abstract,
        "keyword": "Weapons, Money & more",
        "status": "withdrawn",
    } == brief
    assert ("chapter", HOSTILE, CLAIM.address) == (claim["type"], claim["container-title"], claim["URL"])


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1))
def test_any_title_survives(title: str) -> None:
    """Whatever a title holds, each format gives it back, and one entry stays one."""
    line = " ".join(title.split())
    work = replace(BRIEF, title=title)
    assert 1 == len(read_bibtex(bibtex([work])))
    (entry,) = rispy.loads(ris([work]))
    assert line == entry.get("title", "")
    assert title == json.loads(csl_json([work]))[0]["title"]


def test_every_brief_has_its_files(project: Path) -> None:
    """One set holds the brief alone, the other its claims."""
    view = look(load(project / "briefs").corpus, Site("Test Site", url="https://example.org/"))
    made = {a.uri: str(a.content) for a in citation_files(view)}
    folder = "briefs/2022-02-05-it-happened"
    assert {f"{folder}/{n}.{e}" for n in ("cite", "cite-claims") for e in ("bib", "ris", "json")} == set(made)
    assert ["2022-02-05-it-happened"] == [i["id"] for i in json.loads(made[f"{folder}/cite.json"])]
    (claim,) = rispy.loads(made[f"{folder}/cite-claims.ris"])
    assert [f"https://example.org/{folder}/#it-happened"] == claim["urls"]
    assert "2022-02-05-it-happened:it-happened" == read_bibtex(made[f"{folder}/cite-claims.bib"])[0]["key"]
