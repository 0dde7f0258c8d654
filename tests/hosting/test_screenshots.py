"""Pictures of the pages that a change touches."""

import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from briefing.build import build
from briefing.corpus import load
from briefing.hosting.screenshots import changed_pages, take
from briefing.view import Site, View, look


def seen(project: Path) -> View:
    """Return the view of a project's record."""
    return look(load(project / "briefs").corpus, Site("Test Site"))


def test_the_pages_that_read_otherwise_are_found(project: Path) -> None:
    """The brief first, then each page that repeats what it says; none where nothing changed."""
    before = seen(project)
    assert changed_pages(before, seen(project)) == ()
    brief = project / "briefs/2022/2022-02-05-it-happened.yml"
    brief.write_text(brief.read_text().replace("title: A says one thing", "title: A says another"))
    pages = changed_pages(before, seen(project))
    assert pages[0] == "briefs/2022-02-05-it-happened.md"
    assert {"index.md", "weapons.md", "briefs/index.md"} < set(pages)
    assert "glossary.md" not in pages


def test_pictures_are_taken_wide_and_narrow(project: Path, tmp_path: Path) -> None:
    """Of the built pages, as wide as a window, and nothing is asked of others."""
    brief = project / "briefs/2022/2022-02-05-it-happened.yml"
    brief.write_text(brief.read_text() + "background: |\n  ![x](https://example.org/x.png)\n")
    site = build(project / "mkdocs.yml").site
    with ThreadPoolExecutor(1) as other:  # the browser of other tests has this thread
        files = other.submit(
            take, site, ["briefs/2022-02-05-it-happened.md", "index.md"], tmp_path / "out"
        ).result()
    assert sorted(f.name for f in files) == [
        "briefs.2022-02-05-it-happened.narrow.png", "briefs.2022-02-05-it-happened.wide.png",
        "index.narrow.png", "index.wide.png",
    ]  # fmt: skip
    sizes = {f.name: struct.unpack(">II", f.read_bytes()[16:24]) for f in files}
    assert {n.split(".")[-2]: size[0] for n, size in sizes.items()} == {"wide": 1280, "narrow": 390}
    assert all(size[1] >= 700 for size in sizes.values())
