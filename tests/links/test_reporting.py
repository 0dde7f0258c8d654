"""The summary and the issues' texts: what they say, and that nobody's words get any power in them."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.corpus import Corpus
from briefing.evidence import gather
from briefing.links.reporting import MARK, ROWS, Asked, address_words, code, issues, summarise
from briefing.links.states import Answer, Entry, Finding, Policy, remember
from briefing.model import Source

START = dt.date(2026, 11, 1)
GONE = Answer(Finding.NOT_HERE, "404 Not Found")
URL = "https://paper.example/a"


def known(id_: str, *answers: tuple[int, Answer], url: str = URL) -> Entry:
    """Return what is known after answers on days from the start."""
    entry = None
    for days, answer in answers:
        entry = remember(entry, id_, url, answer, START + dt.timedelta(days), Policy())
    assert entry is not None
    return entry


def dead(id_: str = "paper", url: str = URL) -> Entry:
    """Return a dead one."""
    return known(id_, (0, GONE), (7, GONE), (14, Answer(Finding.NOT_HERE, "no such host")), url=url)


def with_source(corpus: Corpus, **given: object) -> Corpus:
    """Return the corpus with another source in place of its own."""
    record = {"id": "paper", "kind": "press", "access": "public", "descriptor": "A text.", "url": URL}
    source = Source.model_validate({**record, "publisher": {"name": "The Paper"}, **given})
    return replace(corpus, sources={"paper": source})


def test_an_issue_says_what_is_gone_what_rests_on_it_and_what_to_do(
    corpus_of: Callable[..., Corpus],
) -> None:
    """The whole text."""
    corpus = with_source(
        corpus_of("{by: a, text: A said that it happened.}", "{by: b, text: B said so., sources: [paper]}"),
        title="It happened",
        archive=[{"url": "https://web.archive.org/web/2020/" + URL, "captured": "2020-01-01"}],
    )
    made = issues(corpus, gather(corpus), {"paper": dead()}, lambda uri: f"https://example.org/{uri}")
    assert [i.title for i in made] == ["Dead link: paper (since 2026-11-01)"]
    assert (
        made[0].text
        == """\
# Dead link: paper (since 2026-11-01)

<!-- briefing-links: paper -->
The document `It happened` no longer answers at its address.
It has failed on 3 days since 1 November 2026.

- Address: `https://paper.example/a`
- Document: `The Paper (undated)`
- Record: `briefs/sources/paper.yml`; [its page](https://example.org/sources/paper.md)
- Archived copy: `https://web.archive.org/web/2020/https://paper.example/a`, captured on 1 January 2020; the site leads readers there

## Last answers

| Day | Answer |
| --- | --- |
| 2026-11-01 | `404 Not Found` |
| 2026-11-08 | `404 Not Found` |
| 2026-11-15 | `no such host` |

## What rests on it

- [2022-x#c-1](https://example.org/briefs/2022-x.md#c-1) cites it, and nothing else: `A said that it happened.`
- [2022-x#c-2](https://example.org/briefs/2022-x.md#c-2) cites it, and nothing else: `B said so.`

## What to do

1. If the document has another address now, write it as `url:` in `briefs/sources/paper.yml`.
2. If the document opens in a browser and only this check is turned away, add `"hold": "why, and the day"` to the line of `paper` in `links.jsonl`: it is then not called dead.
3. If none of this helps, leave the record: the site says since when the document is gone. Consider whether the claims above still stand.
"""
    )


def test_without_a_copy_the_issue_asks_for_one(corpus_of: Callable[..., Corpus]) -> None:
    """From an archive that readers are led to."""
    corpus = with_source(
        corpus_of("{by: a}"), archive=[{"url": "https://copies.example/a", "captured": "2020-01-01"}]
    )
    text = issues(corpus, gather(corpus), {"paper": dead()}, lambda _: "")[0].text
    assert "- Archived copy: none in the record from a known archive\n" in text
    assert "2. Otherwise look for a copy in an archive (" in text
    assert "- `2022-x#c-1` cites it" in text


def test_only_dead_documents_get_an_issue(corpus_of: Callable[..., Corpus]) -> None:
    """Not failing, not held, not of sources that are gone."""
    corpus = with_source(corpus_of("{by: a}"))
    for entry in (known("paper", (0, GONE)), dead().model_copy(update={"hold": "opens"}), dead("gone")):
        assert issues(corpus, gather(corpus), {entry.id: entry}, lambda _: "") == []


HOSTILE = [
    "@torvalds and @org/team", "#1 GH-1 owner/repo#1", "</code><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))", "![x](https://evil.example/x.png)", "`code` ``two`` ```three", "`", "```\n# heading\n```",
    "a\n\n# heading\n- [ ] task", "https://evil.example www.evil.example", "<!-- --> --> <!--", ":shipit:", "| a | b |",
    "\u202egnp.exe", "a\u200bb", "deadbeef" * 5, "~~x~~ **y** _z_ $\\frac$", "\\`@user", "&#64;user &lt;b&gt;", "\x1b[2J",
]  # fmt: skip


def visible(text: str) -> str:
    """Return Markdown without its code spans, by the rule of CommonMark 6.1."""
    return re.sub(r"(?<!`)(`+)(?!`)(?:[^\n]*?[^`\n])??(?<!`)\1(?!`)", "", text)


@pytest.mark.parametrize("words", HOSTILE)
def test_others_words_get_no_power_in_an_issue(words: str, corpus_of: Callable[..., Corpus]) -> None:
    """No mention, no reference, no link, no image, no HTML, no second line: all of it stands in code."""
    plain = with_source(corpus_of("{by: a, text: Plain words.}"), title="Plain")
    handle = plain.claims["2022-x#c-1"]
    # As if the model had let everything pass.
    claim = handle.claim.model_copy(update={"text": f"x {words}"})
    source = plain.sources["paper"].model_copy(update={"title": f"x {words}", "publisher": None})
    hostile = replace(plain, sources={"paper": source}, claims={handle.ref: replace(handle, claim=claim)})
    made, same = (issues(c, gather(c), {"paper": dead()}, lambda _: "")[0].text for c in (hostile, plain))
    assert visible(made) == visible(same)
    assert len(made.splitlines()) == len(same.splitlines())
    assert all(c.isprintable() or c == "\n" for c in made)


@given(st.text(min_size=1, max_size=60))
def test_a_code_span_holds_any_text(text: str) -> None:
    """It is one line and one span, in this renderer too, and nothing in it is HTML or a link."""
    span = code(text)
    assert "\n" not in span
    assert visible(f"a {span} b") == "a  b"
    html = markdown.markdown(f"a {span} b")
    assert re.fullmatch(r"<p>a <code>[^<]*</code> b</p>", html), html


def test_hosts_in_other_letters_are_shown_in_ascii() -> None:
    """Where a link would mislead."""
    assert (
        address_words("https://аpple.example/x")
        == "`https://аpple.example/x` (the host is `xn--pple-43d.example`)"
    )
    assert address_words("https://apple.example/x") == "`https://apple.example/x`"


# --- the summary -------------------------------------------------------------------------------


def test_the_summary_says_what_changed() -> None:
    """State by state; what stays as it was is counted, not listed."""
    day = START + dt.timedelta(14)
    moved = Answer(Finding.MOVED, "200 OK", moved_to="https://new.example/a", hint="it leads to a front page")
    secure = Answer(Finding.MOVED, "200 OK", moved_to="https://paper.example/a/")
    here, no = Answer(Finding.HERE, "200 OK"), Answer(Finding.BLOCKED, "403 Forbidden")
    before = {
        "a-dead": known("a-dead", (0, GONE), (7, GONE)),
        "b-back": known("b-back", (0, GONE)),
        "c-same": known("c-same", (0, here)),
        "d-known": dead("d-known"),
    }
    entries = {
        **before,
        "a-dead": dead("a-dead"),
        "b-back": known("b-back", (0, GONE), (14, here)),
        "e-moved": known("e-moved", (14, moved)),
        "f-secure": known("f-secure", (14, secure), url="http://paper.example/a"),
        "g-failing": known("g-failing", (14, GONE)),
        "h-blocked": known("h-blocked", (14, no)),
    }
    assert (
        summarise(entries, before, 12, Asked(6, 1, {"x": "RuntimeError"}), day)
        == """\
# Links, 15 November 2026

12 documents with an address: 6 asked now, 1 left for another run.

- 2 answer
- 2 have moved for good
- 1 answer, but not to programs
- 1 fail; not yet often or long enough to be called dead
- 2 no longer answer
- 4 not asked yet

## No longer answer, newly

- `a-dead`: `https://paper.example/a`: `no such host`, since 1 November 2026

## Answer again

- `b-back`: `https://paper.example/a`

## Have moved, newly

- `e-moved`: `https://paper.example/a` leads to `https://new.example/a`; it leads to a front page

## Have moved, newly, but only in http, https, www or a last slash

- `f-secure`: `http://paper.example/a` leads to `https://paper.example/a/`

## Fail, newly

- `g-failing`: `https://paper.example/a`: `404 Not Found`, since 15 November 2026

## Turn programs away, newly

- `h-blocked`: `https://paper.example/a`: `403 Forbidden`, since 15 November 2026

## Answer, but look odd

- `e-moved`: `https://paper.example/a`: it leads to a front page

## Not looked at: a fault of this program

- `x` (`RuntimeError`)
"""
    )


def test_a_summary_fits_into_a_pull_request() -> None:
    """65,536 characters, however much has changed."""
    entries = {f"s-{n}": dead(f"s-{n}", "https://paper.example/" + "a" * 300) for n in range(3000)}
    text = summarise(entries, {}, 3000, Asked(3000, 0, {}), START)
    assert len(text) < 60_000
    assert f"- and {3000 - ROWS:,} more" in text


def test_an_issue_is_found_again_by_its_mark() -> None:
    """A comment that HTML ends where it should."""
    assert MARK.startswith("<!--")
    assert "-->" not in MARK
