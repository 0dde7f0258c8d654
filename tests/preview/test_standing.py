"""What can be shown of a record in which some files have errors."""

from pathlib import Path

import pytest

from briefing.corpus import load
from briefing.pages import render_pages
from briefing.preview.standing import standing
from briefing.view import Site, look

BRIEF = "2022/2022-02-05-it-happened.yml"
OTHER = """\
title: B says another thing
date: 2022-03
published: 2022-03-06
topics: [weapons]
bottom_line: A said more.
key_points:
  - text: It was said before.
    claims: [more, "2022-02-05-it-happened#it-happened"]
claims:
  - id: more
    text: A said more.
    by: a
    sources: [paper]
    conflicts_with: ["2022-02-05-it-happened#it-happened"]
  - id: less
    text: A said less.
    by: {unnamed: somebody, told: a}
    sources: [paper]
    responses:
      - claim: "2022-02-05-it-happened#it-happened"
        kind: denial
related: [{brief: 2022-02-05-it-happened, how: before}]
"""


@pytest.fixture
def root(project: Path) -> Path:
    """Give a folder with two briefs, of which one names parts of the other."""
    (project / "briefs/2022/2022-03-another.yml").write_text(OTHER)
    return project / "briefs"


def change(root: Path, file: str, old: str, new: str) -> None:
    """Replace text in a file."""
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new))


def test_without_errors_all_stands_as_it_was_read(root: Path) -> None:
    """Nothing is put together anew."""
    loaded = load(root, root.parent)
    assert standing(loaded, None).corpus is loaded.corpus


def test_a_broken_file_gives_its_records_as_they_were(root: Path) -> None:
    """And all that names them stays; once mended, it is new again."""
    last = load(root, root.parent).corpus
    change(root, BRIEF, "title: A says one thing", "title A says\n")
    change(root, "2022/2022-03-another.yml", "A said less.", "A said nothing.")
    found = standing(load(root, root.parent), last)
    assert found.before == {("brief", "2022-02-05-it-happened")}
    assert found.corpus.briefs["2022-02-05-it-happened"] is last.briefs["2022-02-05-it-happened"]
    assert found.corpus.claims["2022-03-another#less"].claim.text == "A said nothing."
    assert (found.stubs, found.lacking) == (frozenset(), {})
    assert list(found.corpus.claims) == list(last.claims)


@pytest.mark.parametrize(
    ("file", "stub"),
    [
        ("entities/a.yml", ("entity", "a")),
        ("sources/paper.yml", ("source", "paper")),
        ("topics.yml", ("topic", "weapons")),
    ],
)
def test_an_empty_record_stands_in_for_one_that_never_was_good(
    file: str, stub: tuple[str, str], root: Path
) -> None:
    """All pages can be made."""
    (root / file).write_text("x: [\n")
    found = standing(load(root, root.parent), None)
    assert stub in found.stubs
    assert found.lacking == {}
    assert list(found.corpus.briefs) == ["2022-02-05-it-happened", "2022-03-another"]
    assert render_pages(look(found.corpus, Site("T"), drafts=True))


def test_what_names_a_part_of_a_brief_that_never_was_good_is_left_out(root: Path) -> None:
    """The smallest item that does, and nothing besides."""
    (root / BRIEF).write_text("title: [\n")
    found = standing(load(root, root.parent), None)
    other = found.corpus.briefs["2022-03-another"]
    assert list(found.corpus.briefs) == ["2022-03-another"]
    assert [c.id for c in other.claims] == ["more", "less"]
    assert (other.claims[0].conflicts_with, other.claims[1].responses, other.related) == ([], [], [])
    assert other.key_points[0].claims == ["#more"]
    assert found.lacking["brief", "2022-03-another"] == (
        ("claim", "2022-02-05-it-happened#it-happened"),
        ("brief", "2022-02-05-it-happened"),
    )
    assert render_pages(look(found.corpus, Site("T"), drafts=True))


def test_a_brief_of_which_nothing_is_left_is_left_out(root: Path) -> None:
    """And then what names it, too."""
    (root / BRIEF).write_text("title: [\n")
    change(
        root, "2022/2022-03-another.yml", "bottom_line", "superseded_by: 2022-02-05-it-happened\nbottom_line"
    )
    found = standing(load(root, root.parent), None)
    assert list(found.corpus.briefs) == []
    assert ("brief", "2022-03-another") in found.lacking
    assert render_pages(look(found.corpus, Site("T"), drafts=True))


def test_a_deleted_record_stays_while_a_file_names_it(root: Path) -> None:
    """The file that names it has the error; its page stays as it was."""
    last = load(root, root.parent).corpus
    (root / "sources/paper.yml").unlink()
    found = standing(load(root, root.parent), last)
    assert found.corpus.sources["paper"] is last.sources["paper"]
    assert ("brief", "2022-03-another") in found.before


def test_a_new_part_of_a_brief_that_is_broken_is_not_there(root: Path) -> None:
    """What names it is shown without that, though the brief itself stands as it was."""
    last = load(root, root.parent).corpus
    change(root, BRIEF, "claims:\n", "claims:\n  - {id: new, text: N., by: b, sources: [paper]}\n")
    change(root, "2022/2022-03-another.yml", "claims: [more,", 'claims: [more, "2022-02-05-it-happened#new",')
    found = standing(load(root, root.parent), last)
    other = found.corpus.briefs["2022-03-another"]
    assert other.key_points[0].claims == ["#more", "2022-02-05-it-happened#it-happened"]
    assert found.lacking == {("brief", "2022-03-another"): (("claim", "2022-02-05-it-happened#new"),)}


def test_a_folder_that_is_gone_leaves_what_was(root: Path) -> None:
    """Whoever moves it must not lose the preview."""
    last = load(root, root.parent).corpus
    root.rename(root.parent / "elsewhere")
    assert standing(load(root, root.parent), last).corpus.briefs == last.briefs


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_broken_pages_can_be_made(seed: int, root: Path) -> None:
    """Every choice of broken files, with and without an earlier state."""
    files = sorted(p for p in root.rglob("*.yml"))
    last = load(root, root.parent).corpus if seed % 2 else None
    for n, path in enumerate(files):
        if (seed * 7 + 3) >> n & 1:
            path.write_text("title: [\n")
    found = standing(load(root, root.parent), last)
    assert render_pages(look(found.corpus, Site("T"), drafts=True))


def test_dates_order_the_briefs(root: Path) -> None:
    """As when all was read, whichever of them are as they were."""
    last = load(root, root.parent).corpus
    (root / BRIEF).write_text("x: [\n")
    found = standing(load(root, root.parent), last)
    assert list(found.corpus.briefs) == ["2022-02-05-it-happened", "2022-03-another"]
