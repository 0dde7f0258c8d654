"""Saved documents, and what they say of themselves."""

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.authoring import reading
from briefing.authoring.extraction import decode, extract, guess_language, language_tag, sniff
from briefing.authoring.reading import (
    MAX_BYTES,
    Article,
    Description,
    Extracted,
    Form,
    Paragraph,
    apart,
    read_article,
    read_citations,
)
from briefing.problems import Problem

TODAY = dt.date(2026, 11, 24)
Saved = Callable[[str, str | bytes], Path]
MakePdf = Callable[..., bytes]


def article_in(data: str | bytes, suffix: str = ".txt") -> Article:
    """Return the article that a file holds, read in this process."""
    found = extract(data.encode() if isinstance(data, str) else data, suffix, None, TODAY)
    assert found.article is not None, found.fault
    return found.article


def texts(article: Article) -> list[str]:
    """Return its paragraphs' texts."""
    return [p.text for p in article.paragraphs]


# --- plain text --------------------------------------------------------------------------


def test_paragraphs_of_a_text_are_counted_as_a_reader_counts_them(wire_copy: Path) -> None:
    """Title, credit, caption, headings and links to other articles are none."""
    found = read_article(wire_copy, TODAY)
    assert isinstance(found, Article)
    assert (
        "Inspectors Say Ruritania Rebuilds Its Harbour Forts; Norland Asks For Patience"
        == found.description.title
    )
    assert "en" == found.description.language
    assert [f"paragraph {n}" for n in range(1, 15)] == [p.at for p in found.paragraphs]
    assert found.paragraphs[4].text.startswith("Ruritania tested nine")
    assert found.paragraphs[8].text.startswith("Meanwhile")
    assert not [t for t in texts(found) if t.startswith(("River Tolls", "Read Also", "Related", "Talks"))]


def test_a_texts_first_lines_may_say_who_when_and_where() -> None:
    """Byline, date and address, before the first paragraph."""
    found = article_in(
        "A short title\nBy Jane Doe and John Roe\nFebruary 5, 2022\nhttps://example.org/a\n\nIt was said that it is so.\n"
    )
    assert (
        Description(
            "A short title", ("Jane Doe", "John Roe"), None, "2022-02-05", "en", ("https://example.org/a",)
        )
        == found.description
    )
    assert (Paragraph("It was said that it is so.", "paragraph 1"),) == found.paragraphs


def test_lines_that_were_wrapped_by_hand_are_one_paragraph() -> None:
    """Blank lines part paragraphs; without any, each long line is one."""
    assert ["One sentence that goes on in a second line."] == texts(
        article_in("Title\n\nOne sentence that goes\non in a second line.\n")
    )
    long = "This is a line that nobody wrapped, since it has more than a hundred and twenty characters in it, as one can count here."
    assert [long, long] == texts(article_in(f"Title\n{long}\n{long}\n"))


def test_what_no_file_may_hold_is_left_out() -> None:
    """Control and bidirectional characters hide what a text says."""
    assert ["It was said, that it is so."] == texts(
        article_in("Title\n\nIt was \u202esaid,\u200b that\x07 it is so.\n")
    )


# --- HTML --------------------------------------------------------------------------------


def test_a_page_says_what_it_is(page: str, saved: Saved) -> None:
    """Its canonical link comes before the address that it was saved from; no script runs."""
    assert Article(
        Form.HTML,
        Description(
            "Forts rise again",
            ("Jane Doe",),
            "Harbour Gazette",
            "2022-02-05",
            "en",
            ("https://www.example.org/2022/forts", "https://m.example.org/2022/forts?utm_source=mail"),
            None,
            "article-newspaper",
        ),
        (
            Paragraph(
                "Inspectors reported that Ruritania rebuilds its forts, and that tolls on the river pay for it.",
                "paragraph 1",
            ),
            Paragraph(
                "According to the report, collectors took more than $50 million by mid-2021.", "paragraph 2"
            ),
            Paragraph(
                "A last paragraph says that nobody in the harbour was asked about any of these things.",
                "paragraph 3",
            ),
        ),
    ) == read_article(saved("page.html", page), TODAY)


def test_a_page_without_a_date_gets_none(page: str) -> None:
    """A date in its text is not the page's; a date in the future is none."""
    undated = page.replace('content="2022-02-05T10:00:00Z"', "").replace(
        "by mid-2021", "on 5 February 2021, and 2020-03-04"
    )
    assert article_in(undated, ".html").description.issued is None
    future = page.replace("2022-02-05T", "2027-02-05T")
    assert article_in(future, ".html").description.issued is None


def test_entities_of_a_page_reach_no_file(page: str, tmp_path: Path) -> None:
    """HTML has no external entities, whatever a document type declares."""
    secret = tmp_path / "secret.txt"
    secret.write_text("Words that are nobody's business.")
    hostile = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>\n' + page.replace(
        "nobody", "&x; nobody"
    )
    for suffix in (".html", ".xhtml"):
        found = extract(hostile.encode(), suffix, None, TODAY)
        assert b"business" not in reading.EXTRACTED.dump_json(found)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-16", ""),
        ("euc-kr", "euc-kr"),
        ("cp949", "ks_c_5601-1987"),
        ("utf-8-sig", "latin-1"),
    ],
)
def test_a_page_is_read_in_its_encoding(encoding: str, declared: str) -> None:
    """By its byte order mark, as UTF-8, or as it declares."""
    head = f'<meta charset="{declared}">' if declared else ""
    assert "강을 건너다" in decode(f"<html><head>{head}</head><p>강을 건너다</p>".encode(encoding))


def test_an_unknown_encoding_is_read_as_browsers_do() -> None:
    """Windows-1252, and never a fault."""
    assert "naïve “x”" == decode("naïve “x”".encode("cp1252"))
    assert "hex" in decode(b'\xe9<meta charset="hex">hex')
    assert decode(b"\x81\x8d") != ""


# --- PDF ---------------------------------------------------------------------------------

UN_PAGE = """\
United Nations S/2022/132
Security Council Distr.: General
1 March 2022
Final report of the Panel of Experts on harbours

The Panel notes that the harbour forts were rebuilt in the period under review, and that
no Member State has said who paid for it, which the Panel
goes on to look into.

Another paragraph says that tolls rose by 5 per cent.
"""


def test_a_pdf_gives_pages_symbol_and_date(pdf: MakePdf, saved: Saved) -> None:
    """A file's name in its title field is no title."""
    found = read_article(
        saved("report.pdf", pdf(UN_PAGE, "A second page says a little more.", title="final_v2.docx")), TODAY
    )
    assert isinstance(found, Article)
    assert (
        Description("United Nations S/2022/132", (), None, "2022-03-01", "en", (), "S/2022/132", "report")
        == found.description
    )
    assert ["p. 1", "p. 1", "p. 2"] == [p.at for p in found.paragraphs]
    assert found.paragraphs[0].text.endswith("which the Panel goes on to look into.")


def test_a_pdf_without_text_says_so(pdf: MakePdf, saved: Saved) -> None:
    """A scan is a picture."""
    found = read_article(saved("scan.pdf", pdf("")), TODAY)
    assert isinstance(found, Problem)
    assert "no-text" == found.code


# --- what cannot be read -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name", "data"),
    [
        ("wrong-form", "a.pdf", b"no PDF at all"),
        ("wrong-form", "a.docx", b"PK\x03\x04rest"),
        ("wrong-form", "a.mhtml", b"From: <Saved by Blink>\nContent-Type: multipart/related;\n"),
        ("wrong-form", "a.txt", b"\x00\x01\x02\x03"),
        ("no-text", "a.html", b"<html></html>"),
        ("no-text", "a.txt", b" \n"),
        ("unreadable", "a.pdf", b"%PDF-1.7\nnothing"),
        ("file-too-large", "a.txt", b"x" * (MAX_BYTES + 1)),
    ],
)
def test_what_cannot_be_read_is_a_problem(code: str, name: str, data: bytes, saved: Saved) -> None:
    """With what to do about it, and no traceback."""
    found = read_article(saved(name, data), TODAY)
    assert isinstance(found, Problem)
    assert code == found.code
    assert found.hint


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    """As is a folder."""
    for path in (tmp_path / "none.txt", tmp_path):
        found = read_article(path, TODAY)
        assert isinstance(found, Problem)
        assert "unreadable" == found.code


def test_a_document_that_takes_too_long_is_given_up(
    page: str, saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that reads it is ended."""
    monkeypatch.setattr(reading, "MAX_SECONDS", 0.001)
    found = read_article(saved("page.html", page), TODAY)
    assert isinstance(found, Problem)
    assert "too-complex" == found.code


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded where the system does it")
def test_a_document_that_takes_too_much_memory_is_given_up(
    saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without harm to the process that asked."""
    monkeypatch.setattr(reading, "MAX_MEMORY", 250 * 1024**2)
    deep = "<p>It is said.</p>" * 500_000
    found = read_article(saved("page.html", f"<html><body>{deep}</body></html>"), TODAY)
    assert isinstance(found, Problem)
    assert found.code in ("too-complex", "unreadable", "no-text")


@pytest.mark.parametrize("library", ["trafilatura", "pypdf"])
def test_a_missing_library_is_named(
    library: str, page: str, pdf: MakePdf, wire_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the command that installs it; plain text is read without any."""
    monkeypatch.setitem(sys.modules, library, None)
    found = extract(page.encode() if library == "trafilatura" else pdf("Some text."), "", None, TODAY)
    assert found.fault is not None
    assert f"the library {library}, which reads such files, is not installed" == found.fault.message
    assert "`make author`" in found.fault.hint
    assert extract(wire_copy.read_bytes(), ".txt", None, TODAY).article is not None


# --- citations ---------------------------------------------------------------------------

WORK = Description(
    title="Forts rise again",
    authors=("Jane Doe", "League of Ports"),
    publisher="Harbour Gazette",
    issued="2022-02-05",
    language="en",
    addresses=("https://www.example.org/2022/forts",),
    type="article-newspaper",
)

BIBTEX = r"""
@article{doe,
  title = {Forts {R}ise \"Again},
  author = {Doe, Jane and {League of Ports}},
  journal = {Harbour Gazette}, year = 2022, month = feb, day = 5, langid = {en},
  url = {https://www.example.org/2022/forts},
}
"""
RIS = """\
TY  - NEWS
TI  - Forts rise again
AU  - Doe, Jane
AU  - League of Ports
T2  - Harbour Gazette
DA  - 2022/02/05
LA  - en
UR  - https://www.example.org/2022/forts
ER  - \n"""
CSL = [
    {
        "type": "article-newspaper",
        "title": "Forts rise again",
        "author": [{"family": "Doe", "given": "Jane"}, {"literal": "League of Ports"}],
        "container-title": "Harbour Gazette",
        "issued": {"date-parts": [["2022", 2, 5]]},
        "language": "en-GB",
        "URL": "https://www.example.org/2022/forts",
    }
]


@pytest.mark.parametrize(("form", "text"), [(Form.RIS, RIS), (Form.CSL, json.dumps(CSL))])
def test_a_citation_gives_a_work(form: Form, text: str, saved: Saved) -> None:
    """Given names first, dates as the site writes them."""
    assert (WORK,) == read_citations(saved("library", text), form, TODAY)


def test_bibtex_gives_a_work_without_latex(saved: Saved) -> None:
    """Braces and accents are read; a month is a word."""
    found = read_citations(saved("library.bib", BIBTEX), Form.BIBTEX, TODAY)
    assert not isinstance(found, Problem)
    (work,) = found
    assert "Forts Rise Ägain" == work.title
    assert (WORK.authors, "2022-02-05", "article-journal") == (work.authors, work.issued, work.type)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (Form.CSL, "[" * 100_000),
        (Form.CSL, "[1]"),
        (Form.CSL, "title: x"),
        (Form.BIBTEX, "@article{"),
        (Form.RIS, "\x00"),
    ],
)
def test_broken_citations_are_a_problem_or_nothing(form: Form, text: str, saved: Saved) -> None:
    """Never a traceback, however deep they are nested."""
    found = read_citations(saved("library", text), form, TODAY)
    assert isinstance(found, Problem) or found == ()


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ("2022", {"date-parts": [[2022]]}),
        ("2022-02", {"date-parts": [["2022", "2"]]}),
        ("2022-02-05", {"raw": "5 February 2022"}),
        ("2022", {"date-parts": [[2022, 13]]}),
        (None, {"date-parts": [[-300]]}),
        (None, {"date-parts": [[True]]}),
        (None, {"date-parts": []}),
        (None, "2022"),
    ],
)
def test_dates_of_csl(issued: str | None, date: object) -> None:
    """Numbers or texts; what is no date is none."""
    found = extract(json.dumps([{"title": "T", "issued": date}]).encode(), "", Form.CSL, TODAY)
    assert found.works
    assert issued == found.works[0].issued


# --- small things ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "tag"),
    [
        ("en", "en-US"),
        ("ko", "ko_KR"),
        ("zh-Hans", "zh-CN"),
        ("zh-Hant", "zh-Hant-HK"),
        (None, "1"),
        (None, ""),
    ],
)
def test_language_tags(language: str | None, tag: str) -> None:
    """The language, and for Chinese the script."""
    assert language == language_tag(tag)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "북항의 요새가 다시 세워졌다고 한다"),
        ("ja", "港の要塞が再び建てられたという"),
        ("ru", "Форты построены снова"),
        ("en", "It is said that the forts of the harbour rise again"),
        (None, "Die Forts am Hafen werden wieder aufgebaut, heißt es"),
        (None, ""),
    ],
)
def test_the_language_of_a_text(language: str | None, text: str) -> None:
    """From its letters, or its commonest words."""
    assert language == guess_language(text)


# --- anything at all ---------------------------------------------------------------------

PIECES = [
    "<html>", "<p>", "</p>", "<div>" * 50, "<!--", "-->", "<![CDATA[", '<script type="application/ld+json">',
    '{"@type":"NewsArticle","author":', "[[[[", "</script>", "<meta charset=x>", '<link rel="canonical" href="',
    "http://[", '">', '<meta property="og:locale" content="', "<title>", "&#x110000;", "&amp;", "<svg><a/>",
    "\x00", "\ufeff", "\ud7ff", "A sentence that says $5 million.", "<table><tr><td>", "<base href=//x>", "\n\n",
    "By A", "5 February 2022", "99 February 9999", "(Photo: x)", "“", '"', "%PDF-", "Read Also:",
]  # fmt: skip


@settings(max_examples=100)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=40), st.sampled_from(["", ".html"]))
def test_no_markup_and_no_text_breaks_the_reader(pieces: list[str], suffix: str) -> None:
    """Whatever it is, it is an article or a fault in words."""
    data = "".join(pieces).replace("%PDF-", "" if suffix else "%PDF").encode("utf-8", "replace")
    found = extract(data, suffix, None, TODAY)
    assert (found.article is None) != (found.fault is None)
    assert found == reading.EXTRACTED.validate_json(reading.EXTRACTED.dump_json(found))


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_no_bytes_break_decoding(data: bytes) -> None:
    """Some text comes of all bytes."""
    assert isinstance(decode(data), str)


@settings(max_examples=8)
@given(data=st.data())
def test_no_broken_pdf_breaks_the_caller(pdf: MakePdf, data: st.DataObject) -> None:
    """Bytes are changed anywhere: a process of its own bears it."""
    whole = bytearray(pdf(UN_PAGE))
    for at in data.draw(st.lists(st.integers(9, len(whole) - 1), min_size=1, max_size=12)):
        whole[at] = data.draw(st.integers(0, 255))
    found = apart(bytes(whole), ".pdf", None, TODAY)
    assert isinstance(found, Extracted)
    assert (found.article is None) != (found.fault is None)


@settings(max_examples=100)
@given(
    st.sampled_from([Form.BIBTEX, Form.RIS]),
    st.lists(st.sampled_from(["@article{", "a,", "title={", "}", '"', "#", "TY  - ", "ER  - ", "\n", "\\", "AU  - "]) | st.text(max_size=9), max_size=25),
)  # fmt: skip
def test_no_citation_breaks_the_reader(form: Form, pieces: list[str]) -> None:
    """Works, or a fault in words."""
    found = extract("".join(pieces).encode("utf-8", "replace"), "", form, TODAY)
    assert (found.works is None) != (found.fault is None)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["title", "author", "issued", "date-parts", "URL", "family", "raw", "type"]), inner, max_size=4
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=200)
@given(JSON)
def test_no_json_breaks_the_reader(value: object) -> None:
    """Works, or a fault in words."""
    found = extract(json.dumps([value]).encode(), "", Form.CSL, TODAY)
    assert (found.works is None) != (found.fault is None)


def test_the_form_is_found_by_content_first() -> None:
    """A name may lie; a PDF may begin late."""
    assert Form.PDF == sniff(b"junk\n%PDF-1.4", ".html")
    assert Form.HTML == sniff(b"  <!doctype HTML><title>", ".txt")
    assert Form.TEXT == sniff(b"a < b and c > d", ".txt")
