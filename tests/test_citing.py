"""Citations in words, against the styles' own patterns."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.citing import Work, apa, chicago_entry, chicago_note, quoted, references

DAY = dt.date(2026, 11, 24)
WORK = Work(
    key="2022-02-05-report",
    title='Panel calls it "an important source"',
    within="",
    authors=(),
    site="Test Site",
    published=DAY,
    changed=DAY,
    address="https://example.org/briefs/2022-02-05-report/",
    status="",
    abstract="It does.",
    keywords=("Weapons",),
)
CLAIM = replace(
    WORK,
    key="2022-02-05-report:thefts",
    title="It stole more than $50 million.",
    within=WORK.title,
    address=WORK.address + "#thefts",
)


def test_a_brief_without_authors_is_the_sites() -> None:
    """The site stands as the author where a style wants one, and is not named twice."""
    assert [
        "“Panel calls it ‘an important source,’” Test Site, November 24, 2026, https://example.org/briefs/2022-02-05-report/.",
        "Test Site. “Panel calls it ‘an important source.’” November 24, 2026. https://example.org/briefs/2022-02-05-report/.",
        'Test Site. (2026, November 24). Panel calls it "an important source". https://example.org/briefs/2022-02-05-report/',
    ] == [r.text for r in references(WORK)]


def test_a_claim_is_a_part_of_its_brief() -> None:
    """It is cited in full, with its qualifier, in its brief, at its own address."""
    assert [
        (
            "Chicago, note",
            (
                "“It stole more than $50 million,” in “Panel calls it ‘an important source,’” Test Site,"
                " November 24, 2026, https://example.org/briefs/2022-02-05-report/#thefts."
            ),
        ),
        (
            "APA 7",
            (
                'Test Site. (2026, November 24). It stole more than $50 million. In Panel calls it "an important'
                ' source". https://example.org/briefs/2022-02-05-report/#thefts'
            ),
        ),
    ] == [(r.style, r.text) for r in references(CLAIM)]
    assert WORK.title == apa(CLAIM).title


@pytest.mark.parametrize(
    ("authors", "note", "entry", "reference"),
    [
        (("A. Kim",), "A. Kim, “", "A. Kim. “", "A. Kim. (2026"),
        (("Kim", "Lee"), "Kim and Lee, “", "Kim and Lee. “", "Kim, & Lee. (2026"),
        (("A", "B", "C"), "A et al., “", "A, B, and C. “", "A, B, & C. (2026"),
        (tuple("ABCDEFG"), "A et al., “", "A, B, C, et al. “", "A, B, C, D, E, F, & G. (2026"),
    ],
)
def test_authors(authors: tuple[str, ...], note: str, entry: str, reference: str) -> None:
    """They stand first, as they wrote themselves; the site is then named as the publisher."""
    work = replace(WORK, authors=authors)
    assert chicago_note(work).text.startswith(note)
    assert chicago_entry(work).text.startswith(entry)
    assert "” Test Site, November 24, 2026." in chicago_entry(work).text
    assert apa(work).text.startswith(reference)
    assert apa(work).text.endswith(f". Test Site. {WORK.address}")


def test_a_changed_brief_is_cited_as_changed() -> None:
    """The day is that of the version which the reader saw."""
    work = replace(WORK, changed=dt.date(2026, 12, 1))
    assert ", last modified December 1, 2026, " in chicago_note(work).text
    assert "” Last modified December 1, 2026. " in chicago_entry(work).text
    assert "(2026, December 1)." in apa(work).text


def test_what_was_taken_back_says_so() -> None:
    """No style lets a withdrawn brief or a disputed claim pass for a standing one."""
    brief, claim = replace(WORK, status="withdrawn"), replace(CLAIM, status="disputed")
    assert ", 2026, withdrawn, https" in chicago_note(brief).text
    assert " 2026. Withdrawn. https" in chicago_entry(brief).text
    assert 'source" [Withdrawn]. https' in apa(brief).text
    assert ", 2026, disputed, https" in chicago_note(claim).text
    assert "$50 million [Disputed]. In " in apa(claim).text


@pytest.mark.parametrize(
    ("expected", "text", "mark"),
    [
        ("“A,”", "A", ","),
        ("“A,”", "A.", ","),
        ("“Is it?,”", "Is it?", ","),
        ("“Is it?”", "Is it?", "."),
        ("“The ‘x’ of y.”", 'The "x" of y.', "."),
        ("“The ‘x.’”", "The “x”", "."),
        ("“The ‘x,’”", 'The "x."', ","),
        ('“An odd " mark,”', 'An odd " mark', ","),
        ("“The panels’,”", "The panels’", ","),
    ],
)
def test_quotation_marks(expected: str, text: str, mark: str) -> None:
    """Inner marks are single, and commas and full stops stand inside, as Chicago has it."""
    assert expected == quoted(text, mark)


@given(st.text(min_size=1), st.text(min_size=1))
def test_title_and_address_are_always_in(title: str, part: str) -> None:
    """Whatever the title holds."""
    for work in (replace(WORK, title=title), replace(CLAIM, title=part, within=title)):
        for reference in references(work):
            assert work.address in reference.text
        assert title in apa(work).text
