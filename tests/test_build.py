"""Building beside the last site, and the project for other builders."""

import errno
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from briefing import publishing as module
from briefing.build import build
from briefing.corpus import load
from briefing.pages import render_pages
from briefing.publishing import BuildFailed, publish
from briefing.rendering import render
from briefing.view import Site, look

MKDOCS = Path(sys.executable).parent / "mkdocs"


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_build_puts_the_site_in_place(project: Path) -> None:
    """The site stands where it was asked for, and nothing is left beside it."""
    built = build(project / "mkdocs.yml", project / "out" / "site")
    assert (17, project / "out" / "site") == (built.pages, built.site)
    assert (built.site / "briefs" / "2022-02-05-it-happened" / "index.html").is_file()
    assert sorted(p.name for p in (project / "out").iterdir()) == [".site.lock", "site"]


def test_a_second_build_replaces_the_first_whole(project: Path) -> None:
    """A page that is gone from the briefs is gone from the site."""
    site = build(project / "mkdocs.yml").site
    (site / "left-over.html").write_text("x")
    build(project / "mkdocs.yml")
    assert not (site / "left-over.html").exists()


@pytest.mark.parametrize(
    ("said", "file", "text"),
    [
        ("1 error", "briefs/2022/2022-02-05-it-happened.yml", "title: [\n"),
        ("strict mode", "docs/how-to-read.md", "# H\n\n[x](nowhere.md)\n"),
        ("mkdocs.yml", "mkdocs.yml", "site_name: x\nplugins: [search]\n"),
        ("mkdocs.yml", "mkdocs.yml", "site_name: x\nplugins: [nothing]\n"),
    ],
)
def test_a_failed_build_leaves_the_last_site(said: str, file: str, text: str, project: Path) -> None:
    """Whatever fails, whenever: not a byte of the site changes, and nothing is left beside it."""
    site = build(project / "mkdocs.yml").site
    before, beside = tree(site), sorted(p.name for p in project.iterdir())
    (project / file).write_text(text)
    with pytest.raises(BuildFailed, match=re.escape(said)):
        build(project / "mkdocs.yml")
    assert before == tree(site)
    assert beside == sorted(p.name for p in project.iterdir())


def test_build_never_replaces_a_folder_that_is_no_site(project: Path) -> None:
    """A wrong --site-dir costs nobody their files."""
    (project / "home").mkdir()
    (project / "home" / "letter.txt").write_text("x")
    with pytest.raises(BuildFailed, match="holds other files than a site"):
        build(project / "mkdocs.yml", project / "home")
    assert tree(project / "home") == {"letter.txt": b"x"}


@pytest.mark.parametrize("code", [None, errno.EINVAL])
def test_publish_exchanges_two_folders(
    code: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one step where the system can, in two renames where it cannot."""
    if code is not None:
        monkeypatch.setattr(module, "_exchange", lambda *_: False)
    for name in ("new", "site"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(name)
    publish(tmp_path / "new", tmp_path / "site")
    assert tree(tmp_path / "site") == {"index.html": b"new"}
    shutil.rmtree(tmp_path / "new", ignore_errors=True)
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_render_writes_a_project_that_needs_no_plugin(project: Path) -> None:
    """Plain MkDocs turns it into the same pages, strictly."""
    pages = render(project / "mkdocs.yml", project / "out")
    assert pages == 17
    assert "briefing" not in (project / "out" / "mkdocs.yml").read_text().replace("briefing.css", "")
    built = subprocess.run(
        [MKDOCS, "build", "--strict"], cwd=project / "out", capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    ours = build(project / "mkdocs.yml").site
    html = {n for n in tree(ours) if n.endswith(".html")}
    theirs = tree(project / "out" / "site")
    assert html == {n for n in theirs if n.endswith(".html")}
    for name in html | {"stylesheets/briefing.css"}:
        assert tree(ours)[name] == theirs[name], name
    assert searched(ours) == searched(project / "out" / "site")


def searched(site: Path) -> list[dict[str, str]]:
    """Return the entries of a site's search, whose order is that of the builder's files."""
    entries = json.loads((site / "search" / "search_index.json").read_text())["docs"]
    return sorted(entries, key=lambda e: str(e["location"]))


def test_render_never_replaces_a_folder_that_is_no_project(project: Path) -> None:
    """A wrong --out costs nobody their files."""
    with pytest.raises(BuildFailed, match="holds other files"):
        render(project / "mkdocs.yml", project / "docs")


def test_rendering_twice_gives_the_same_text(project: Path) -> None:
    """Pages depend on the record alone, never on the clock or on an order that varies."""
    corpus = load(project / "briefs").corpus
    site = Site("Test Site", url="https://example.org/")
    assert render_pages(look(corpus, site)) == render_pages(look(corpus, site))


def test_the_command_ends_with_its_own_process(project: Path) -> None:
    """Without taking its record apart: what it says, its exit code and the site are as ever."""
    command = [sys.executable, "-c", "from briefing.cli import main; main()", "build"]
    built = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    assert "the site is in" in built.stderr.splitlines()[-1]
    index = (project / "site" / "index.html").read_bytes()
    (project / "briefs" / "topics.yml").write_text("nothing: [")
    failed = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "The site was not built: " in failed.stderr
    assert index == (project / "site" / "index.html").read_bytes()
    assert not [p.name for p in project.iterdir() if p.name.startswith(".site-")]
