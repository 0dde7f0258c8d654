"""What readers would see changed, told as Markdown for a pull request."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import markdown
import pytest

from briefing.changes import (
    LONGEST_REPORT,
    LONGEST_TEXT,
    MOST_RECORDS,
    Fate,
    RecordChange,
    RowChange,
    as_markdown,
    changes,
    word_changes,
)
from briefing.corpus import Corpus, load
from briefing.view import View

BRIEF = "2022/2022-02-05-it-happened.yml"
HOSTILE = "<script>alert(1)</script> [x](javascript:alert) @octocat #12 https://example.org/x www.example.org `a` | *b* ![i](http://x/y.png)"


@pytest.fixture
def briefs(project: Path) -> Path:
    """Give the folder of the small project's briefs."""
    return project / "briefs"


def read(briefs: Path) -> Corpus:
    """Return the record as it is."""
    loaded = load(briefs, base=briefs.parent)
    assert loaded.errors == []
    return loaded.corpus


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file once."""
    assert file.read_text().count(old) == 1, old
    file.write_text(file.read_text().replace(old, new))


Change = Callable[[Path], object]

TOLD: dict[str, tuple[Change, list[str]]] = {
    "a claim reworded": (
        lambda b: edit(b / BRIEF, "    text: A said that it happened.", "    text: A said that it may have happened."),
        ["- **Claim it-happened**: A said that it <ins>may have</ins> happened."],
    ),
    "a claim added": (
        lambda b: edit(b / BRIEF, "claims:\n", "claims:\n  - {id: more, text: A said more., by: a, sources: [paper]}\n"),
        [
            "- **Claim more** (new): <ins>A said more.</ins>",
            "- **Claim more: who says so** (new): <ins>A</ins>",
            "- **Claim more: sources** (new): <ins>The Paper, 5 February 2022</ins>",
        ],
    ),
    "a figure, a status and an answer": (
        lambda b: edit(
            b / BRIEF, "    sources: [paper]\n",
            "    sources: [{source: paper, at: page 3}]\n    figures: [{more_than: 5, of: ships}]\n    status: disputed\n"
            "    responses: [{by: a, kind: denial, text: It did not., said: 2022-02-07, sources: [paper]}]\n",
        ),
        [
            "- **Claim it-happened: status**: <del>standing</del> <ins>disputed</ins>",
            "- **Claim it-happened: figures** (new): <ins>more than 5 ships</ins>",
            "- **Claim it-happened: sources**: The Paper, 5 February 2022 <ins>(page 3)</ins>",
            "- **Claim it-happened: answers** (new): <ins>Denial by A, 7 February 2022: It did not. (The Paper, 5 February 2022)</ins>",
        ],
    ),
    "the bottom line and a gap": (
        lambda b: edit(b / BRIEF, "bottom_line: A said that it happened.", "bottom_line: A said so.\ngaps: [Why.]"),
        [
            "- **Bottom line**: A said <del>that it happened.</del> <ins>so.</ins>",
            "- **Not known: “Why.”** (new): <ins>Why.</ins>",
        ],
    ),
    "a source's title": (
        lambda b: edit(b / "sources/paper.yml", "title: It happened", "title: It did not"),
        ["1 source changed.", "### Source changed: It did not", "- **Title**: It <del>happened</del> <ins>did not</ins>"],
    ),
    "an entity's interest": (
        lambda b: edit(b / "entities/a.yml", "name: A\n", "name: A\ninterest: Much.\n"),
        ["1 entity changed.", "- **Interest** (new): <ins>Much.</ins>"],
    ),
    "a brief renamed": (
        lambda b: edit(
            (b / BRIEF).rename(b / "2022/2022-02-05-new.yml"), "claims:\n", "aliases: [2022-02-05-it-happened]\nclaims:\n",
        ),
        ["### Brief changed: A says one thing", "`briefs/2022/2022-02-05-new.yml`, before `2022-02-05-it-happened`"],
    ),
    "a brief deleted": (
        lambda b: (b / BRIEF).unlink(),
        ["1 brief removed.", "### Brief removed: A says one thing", f"`briefs/{BRIEF}`"],
    ),
    "a brief added": (
        lambda b: (b / "2022/2022-02-06-more.yml").write_text((b / BRIEF).read_text().replace("A says", "B says").replace("2022-02-05", "2022-02-06")),
        ["1 brief added.", "### Brief added: B says one thing", "- **Bottom line**: A said that it happened."],
    ),
    "a draft published": (
        lambda b: (b / "2022/2022-02-07-draft.yml").write_text((b / BRIEF).read_text().replace("2022-02-05", "2022-02-07")),
        ["1 brief added."],
    ),
    "a topic's summary": (
        lambda b: edit(b / "topics.yml", "summary: What is claimed.", "summary: What is said."),
        ["1 topic changed.", "- **Summary**: What is <del>claimed.</del> <ins>said.</ins>"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "lines"), TOLD.values(), ids=list(TOLD))
def test_what_a_reader_would_see_is_told(change: Change, lines: list[str], briefs: Path) -> None:
    """Word by word, under the name of what it stands in."""
    old = read(briefs)
    change(briefs)
    report = as_markdown(changes(old, read(briefs))).splitlines()
    for line in lines:
        assert line in report, "\n".join(report)


NOT_TOLD: dict[str, Change] = {
    "unchanged": lambda _: None,
    "another layout": lambda b: edit(b / BRIEF, "topics: [weapons]", "topics:\n  - weapons"),
    "a comment": lambda b: edit(b / BRIEF, "title:", "# a comment\ntitle:"),
    "a draft": lambda b: (b / "2022/2022-02-07-draft.yml").write_text(
        (b / BRIEF).read_text().replace("2022-02-05", "2022-02-07") + "status: draft\n"
    ),
}


@pytest.mark.parametrize("change", NOT_TOLD.values(), ids=list(NOT_TOLD))
def test_what_nobody_would_see_is_not(change: Change, briefs: Path) -> None:
    """Layout, comments and drafts."""
    old = read(briefs)
    change(briefs)
    found = changes(old, read(briefs))
    assert found == ()
    assert "Nothing: no published brief" in as_markdown(found)


def test_nothing_in_the_record_has_power_in_the_report(briefs: Path) -> None:
    """No element, link, image, mention or reference of an author's own; the words stay readable."""
    old = read(briefs)
    quoted = HOSTILE.replace("'", "''")
    edit(briefs / BRIEF, "title: A says one thing", f"title: '{quoted}'")
    edit(briefs / BRIEF, "    text: A said that it happened.", f"    text: '{quoted}'")
    report = as_markdown(changes(old, read(briefs)))
    html = markdown.markdown(report)
    assert set(re.findall(r"</?(\w+)", html)) <= {"h2", "h3", "p", "ul", "li", "strong", "code", "ins", "del"}
    # What code hosts look for in text that became HTML: names, numbers; and before, addresses.
    shown = unescape(re.sub(r"<[^>]*>", "", re.sub(r"<code>.*?</code>", "", html)))
    assert not re.search(r"@\w|#\d", shown)
    assert not re.search(r"https?://|\bwww\.", report)
    assert shown.count(HOSTILE) == 0
    assert shown.count(HOSTILE) < shown.replace("\u200b", "").count(HOSTILE) == 3


def test_words_that_went_and_came_are_marked() -> None:
    """What stayed stands once."""
    assert word_changes("a b c", "a x c d") == "a <del>b</del> <ins>x</ins> c <ins>d</ins>"
    long = " ".join(["w"] * 401)
    assert word_changes(long, "x") == f"<del>{long}</del> <ins>x</ins>"


def test_two_things_that_begin_alike_are_two(briefs: Path) -> None:
    """Neither hides the other's change."""
    same = "It is not known to anybody at all what became of"
    edit(briefs / BRIEF, "claims:\n", f"gaps: [{same} one., {same} two.]\nclaims:\n")
    old = read(briefs)
    edit(briefs / BRIEF, f"{same} two.", f"{same} three.")
    (change,) = changes(old, read(briefs))
    (row,) = change.rows
    assert row.before.endswith("two.")
    assert row.after.endswith("three.")


def test_the_report_is_bounded() -> None:
    """However much a stranger changes: records, rows and characters have an end, which is told."""
    rows = tuple(RowChange(f"Row {n}", "a " * 5000, "b " * 5000) for n in range(200))
    found = [
        RecordChange("brief", f"x{n}", "f.yml", "T", Fate.CHANGED, rows) for n in range(MOST_RECORDS + 9)
    ]
    report = as_markdown(found)
    assert len(report) < LONGEST_REPORT + 1_000
    assert "more records, which are not told here" in report
    assert "more rows" in report
    assert max(len(line) for line in report.splitlines()) < 2 * LONGEST_TEXT + 200
    many = [RecordChange("brief", f"x{n}", "f.yml", "T", Fate.REMOVED, ()) for n in range(MOST_RECORDS + 9)]
    assert "… and 9 more records" in as_markdown(many)
    hidden = RowChange("Row", "w " * 2000 + "a", "w " * 2000 + "b")
    assert "changed behind what is shown" in as_markdown(
        [RecordChange("brief", "x", "f", "T", Fate.CHANGED, (hidden,))]
    )


def test_the_real_record_added_whole_is_told_in_bounds(real_view: View) -> None:
    """All of it at once, as in a first commit."""
    corpus = real_view.corpus
    report = as_markdown(changes(Corpus(), corpus))
    assert len(report) < LONGEST_REPORT + 1_000
    assert f"{len(corpus.briefs)} briefs added" in report
