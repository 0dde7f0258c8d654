"""What readers are told of documents that no longer answer at their addresses."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from briefing.build import build
from briefing.corpus import load
from briefing.engine.marks import Marks
from briefing.engine.reading import Watch, watched
from briefing.links.fallback import Gone, LinkReport, report_links
from briefing.links.memory import load_memory, memory_text
from briefing.links.states import Answer, Entry, Finding, Policy, remember
from briefing.model import Archived
from briefing.pages import recipes, render_page, render_pages
from briefing.publishing import BuildFailed
from briefing.view import Site, View, look

START = dt.date(2026, 11, 3)
URL = "https://paper.example/a"
COPY = "https://web.archive.org/web/2022/https://paper.example/a"
BRIEF, PAPER, LIST = "briefs/2022-02-05-it-happened.md", "sources/paper.md", "sources/index.md"


@pytest.fixture
def here(project: Path) -> Path:
    """Give the project, its source with an address and a copy."""
    path = project / "briefs/sources/paper.yml"
    path.write_text(f"{path.read_text()}url: {URL}\narchive: [{{url: {COPY}, captured: 2022-02-06}}]\n")
    return project


def known(days: list[int], url: str = URL, finding: Finding = Finding.NOT_HERE) -> Entry:
    """Return what is known after the same answer on some days."""
    entry = None
    for n in days:
        answer = Answer(finding, "404 Not Found" if finding is Finding.NOT_HERE else "200 OK")
        entry = remember(entry, "paper", url, answer, START + dt.timedelta(n), Policy())
    assert entry is not None
    return entry


def seen(here: Path, *entries: Entry) -> View:
    """Return the view of the project with what is known."""
    (here / "links.jsonl").write_text(memory_text(entries))
    corpus = load(here / "briefs").corpus
    memory = load_memory(here / "links.jsonl")
    assert memory.problems == ()
    return look(corpus, Site("S"), links=report_links(memory.entries, corpus.sources))


def page(view: View, uri: str) -> str:
    """Return a page's Markdown."""
    made = render_page(view, uri)
    assert made is not None
    return made.markdown


DEAD = [0, 7, 14]


def test_a_dead_document_gives_way_to_its_archived_copy(here: Path) -> None:
    """On its own page and wherever it is listed; its address is no link any more."""
    view = seen(here, known(DEAD))
    own = page(view, PAPER)
    assert (
        '!!! warning "The document no longer answers"\n\n'
        "    It has not been found at its address since 3 November 2026. "
        f"Read the [archived copy of 6 February 2022](<{COPY}>).\n"
    ) in own
    assert "Address\n:   https://paper.example/a\n" in own
    assert f"](<{URL}>)" not in own
    assert (
        f"([archived copy of 6 February 2022](<{COPY}>); the document no longer answers, since 3 November 2026)"
    ) in page(view, BRIEF)
    assert f"](<{URL}>)" not in page(view, BRIEF)


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [known([0, 7])],
        [known(DEAD, "https://paper.example/old")],
        [known(DEAD).model_copy(update={"hold": "opens in a browser"})],
        [known([0], finding=Finding.BLOCKED)],
    ],
    ids=["never asked", "failing", "dead at another address", "held", "blocked"],
)
def test_nothing_else_changes_what_readers_see(here: Path, entries: list[Entry]) -> None:
    """Only what is recorded as dead, at the address that the record has."""
    view = seen(here, *entries)
    plain = look(load(here / "briefs").corpus, Site("S"))
    assert [p for p in render_pages(view) if p.uri != LIST] == [
        p for p in render_pages(plain) if p.uri != LIST
    ]
    assert f"([document](<{URL}>))" in page(view, BRIEF)


def test_without_a_copy_from_an_archive_none_is_offered(here: Path) -> None:
    """A copy on any other host is in the record, and no page leads there in place of the document."""
    path = here / "briefs/sources/paper.yml"
    path.write_text(path.read_text().replace("web.archive.org", "archive.example"))
    view = seen(here, known(DEAD))
    own = page(view, PAPER)
    assert "It has not been found at its address since 3 November 2026. No archived copy is known.\n" in own
    assert "(the document no longer answers, since 3 November 2026; no archived copy is known)" in page(
        view, BRIEF
    )
    assert "archive.example" not in page(view, BRIEF)


def test_the_list_says_how_many_answered_and_when(here: Path) -> None:
    """And nothing where nobody was asked."""
    words = "1 address was looked at on 17 November 2026: 0 answered and 1 did not answer."
    assert words in page(seen(here, known(DEAD)), LIST)
    assert "1 address was looked at on 3 November 2026: 1 answered." in page(
        seen(here, known([0], finding=Finding.HERE)), LIST
    )
    assert "looked at" not in page(seen(here), LIST)


def test_an_international_host_is_named_in_ascii_too(here: Path) -> None:
    """A Cyrillic а is no Latin a."""
    path = here / "briefs/sources/paper.yml"
    path.write_text(path.read_text().replace(f"url: {URL}", "url: https://pаper.example/a"))
    assert "(the host is xn--pper-53d.example)" in page(seen(here), PAPER)


def test_a_page_is_made_anew_only_if_one_of_its_documents_is_gone(here: Path) -> None:
    """What a page reads of the links is noted, and its mark changes with it."""
    before, after = seen(here, known([0, 7])), seen(here, known(DEAD))
    marks = [Marks(v, {}) for v in (before, after)]
    changed = set()
    watch = Watch()
    context = watched(after, watch)
    for uri, recipe in recipes(after).items():
        watch.begin()
        recipe.make(context)
        if any(marks[0](key) != marks[1](key) for key in watch.read):
            changed.add(uri)
    assert changed == {BRIEF, PAPER, LIST}


def test_a_build_reads_the_tracked_file_and_refuses_a_broken_one(
    here: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With the line; the last good site stays."""
    seen(here, known(DEAD))
    built = build(here / "mkdocs.yml", here / "site")
    html = (built.site / "sources/paper/index.html").read_text()
    assert "The document no longer answers" in html
    assert f'href="{COPY}"' in html
    (here / "links.jsonl").write_text("<<<<<<< main\n")
    with pytest.raises(BuildFailed, match="the briefs have 1 error"):
        build(here / "mkdocs.yml", here / "site")
    assert "links.jsonl:1:1: error[link-state]: this line is not a record of an address" in caplog.text
    assert (built.site / "sources/paper/index.html").read_text() == html


def test_a_copy_is_a_link_and_nothing_else(here: Path) -> None:
    """Whatever stands in its address."""
    view = seen(here)
    odd = Archived.model_construct(url="https://web.archive.org/a)&b='x'", captured=dt.date(2022, 2, 6))
    view = replace(view, links=LinkReport(gone={"paper": Gone(START, odd)}))
    assert "](<https://web.archive.org/a)&amp;b='x'>)" in page(view, PAPER)
