"""The engine: in several processes, and of the last site only what has changed, byte for byte the same."""

import logging
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from mkdocs.config import load_config
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page as MkDocsPage

from briefing import inventory, shards
from briefing.build import build, build_part
from briefing.corpus import load
from briefing.engine import assembly, workers
from briefing.engine.conversion import Converter, FastFiles
from briefing.engine.files import changed_since, move_files, sift, sum_of, written_file
from briefing.engine.marks import Marks
from briefing.engine.parting import Share
from briefing.engine.reading import Keys, Watch, watched
from briefing.engine.state import Known, Linked, State, Task, Written
from briefing.engine.workers import Aside, run
from briefing.making import CACHE, Built
from briefing.markdown import front_matter, split_front_matter
from briefing.outputs import asset_recipes, fragments
from briefing.pages import recipes, render_page, render_pages
from briefing.publishing import BuildFailed, retained
from briefing.rendering import render
from briefing.timing import Timings
from briefing.view import Site, look

MKDOCS = Path(sys.executable).parent / "mkdocs"
CASES = Path(__file__).parent.parent / "cases" / "pages"

SETTINGS = """\
site_name: Test Site
site_url: https://example.org/
theme: {name: material, font: false}
plugins: [briefing]
extra_css: [stylesheets/briefing.css]
markdown_extensions:
  - admonition
  - attr_list
  - def_list
  - md_in_html
  - tables
  - toc: {permalink: "#", toc_depth: 2-3}
validation: {links: {anchors: warn}}
nav:
  - index.md
  - Weapons: weapons.md
  - money.md
  - briefs/index.md
  - About: about.md
  - how-to-read.md
  - how-to-write.md
  - Reference:
      - measures/index.md
      - entities/index.md
      - sources/index.md
      - glossary.md
      - timeline.md
      - disputed.md
      - corrections.md
      - reference.md
      - rules.md
      - data.md
      - search.md
"""

BRIEF = """\
title: {title}
date: 2022-03-0{n}
published: 2022-03-0{n}
topics: [weapons]
bottom_line: The Panel said so.
claims:
  - id: one
    text: The Panel said that it grew by {n}.
    by: panel
    sources: [paper]
"""

MEASURE = """\
  - {{id: {id}, title: All {id}, topic: weapons, unit: USD, period: year, rule: {{text: All that were seen.}}}}
"""


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(autouse=True)
def always_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with what was kept of the site before, however little the two of so small a record share."""
    monkeypatch.setattr("briefing.publishing._NEARLY_ALL", -1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project whose record has something of everything, and that needs no other plugin."""
    return _write(tmp_path / "project")


def _write(project: Path) -> Path:
    case = yaml.safe_load((CASES / "everything.yml").read_text())
    files = {f"briefs/{name}": text for name, text in case["files"].items()} | {
        "mkdocs.yml": SETTINGS,
        "docs/how-to-read.md": "# How to read\n\nSee [a claim](briefs/2022-02-05-report.md#thefts).\n",
        "docs/how-to-write.md": "# How to write\n",
        "docs/about.md": "# About\n\n## Corrections\n",
        "docs/picture.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
    }
    files["briefs/measures.yml"] += "".join(MEASURE.format(id=id_) for id_ in ("flights", "seats"))
    for name, text in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return project


def made(project: Path) -> Built:
    """Build a project where it stands."""
    return build(project / "mkdocs.yml", jobs=1)


def clean(project: Path, where: Path) -> dict[str, bytes]:
    """Return what a whole build of a project makes."""
    build(project / "mkdocs.yml", where, clean=True, jobs=1)
    found = tree(where)
    shutil.rmtree(where)
    return found


# --- the same as plain MkDocs --------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_site_is_that_of_mkdocs(jobs: int, project: Path) -> None:
    """Ours, in one process and in two; MkDocs with the plugin; and MkDocs on the rendered project."""
    ours = tree(build(project / "mkdocs.yml", jobs=jobs).site)
    del ours["SHA256SUMS"]  # `mkdocs build` does not look the site over
    done = subprocess.run(
        [MKDOCS, "build", "--strict", "-d", "theirs"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    theirs = tree(project / "theirs")
    assert [] == sorted(n for n in ours.keys() | theirs.keys() if ours.get(n) != theirs.get(n))
    render(project / "mkdocs.yml", project / "out")
    subprocess.run([MKDOCS, "build", "--strict"], cwd=project / "out", capture_output=True, check=True)
    plain = tree(project / "out" / "site")
    html = {n for n in ours if n.endswith(".html")}
    assert html == {n for n in plain if n.endswith(".html")}
    assert [] == sorted(n for n in html if ours[n] != plain[n])


WORDS = st.sampled_from(
    ["a", " ", "  \n", "\n\n", "*", "**", "_", "`", "``", "[", "](x.md)", "](<y>)", "]", "![", "<", "<b>", "</b>",
     "<a@b.cd>", "<http://e.org/>", "&amp;", "&", "\\*", "\\", "[r]", "[r]: http://e.org/ 't'\n", "# ", "- ", "| a |\n",
     "| --- |\n", "{ #i .c }", "!!! note\n\n    ", ": ", '<div markdown>\n', "\n</div>\n", '<p id="q">', "```\n", "~~~\n"],
)  # fmt: skip


def lay(folder: Path, *paths: str) -> None:
    """Write small files below a folder."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x")


def test_a_theme_has_the_files_that_mkdocs_finds(project: Path) -> None:
    """In the same order, the project's own among them; hidden ones are none of the site's."""
    own = ("a.css", ".b/c.css", "assets/.d/e.css", "assets/f.css", ".g.css", "h.html")
    lay(project / "own", *own)
    settings = project / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("font: false", "font: false, custom_dir: own"))
    config = load_config(str(settings))
    ours, theirs = Files([]), Files([])
    ours.add_files_from_theme(assembly._Shown(config.theme.dirs), config)
    theirs.add_files_from_theme(config.theme.get_env(), config)
    assert [f.src_uri for f in ours] == [f.src_uri for f in theirs]
    assert {"a.css", "assets/f.css"} < {f.src_uri for f in ours}
    assert [f.abs_src_path for f in ours] == [f.abs_src_path for f in theirs]


def test_what_pages_show_alike_is_made_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The navigation of a folder's pages is the same as if it were made for each."""
    features = "features: [navigation.tabs, navigation.sections, navigation.indexes]"
    text = SETTINGS.replace("font: false}", f"font: false, {features}}}")
    more = "  - Elsewhere: https://e.org/\n  - Below: briefs/2022-02-05-report/cite.bib\n"
    (project / "mkdocs.yml").write_text(text + more)
    remembered = clean(project, project / "a")
    monkeypatch.setattr(assembly, "remember_furniture", lambda *_: None)
    assert clean(project, project / "b") == remembered


@settings(max_examples=400)
@given(st.lists(st.lists(WORDS, max_size=25).map("".join), min_size=1, max_size=3))
def test_conversion_is_that_of_mkdocs(texts: list[str]) -> None:
    """Whatever stands in a page, and whatever stood in the one before."""
    config = load_config(config_file=None, theme={"name": "mkdocs"}, plugins=[], docs_dir=str(CASES))
    config.markdown_extensions = [
        "fenced_code", "admonition", "attr_list", "def_list", "md_in_html", "tables", "toc",
    ]  # fmt: skip
    files, slow = FastFiles([]), Files([])
    converter = Converter(config, files)
    logging.getLogger("mkdocs").disabled = True
    for text in texts:
        ours, theirs = _page(text, config), _page(text, config)
        try:
            theirs.render(config, slow)
        except Exception as fault:
            with pytest.raises(type(fault)):
                converter.render(ours)
            continue
        converter.render(ours)
        assert theirs.content == ours.content
        assert theirs.present_anchor_ids == ours.present_anchor_ids
        assert str(theirs.toc) == str(ours.toc)
        assert theirs._title_from_render == ours._title_from_render


def _page(text: str, config: object) -> MkDocsPage:
    from mkdocs.structure.files import File

    page = MkDocsPage(None, File("x.md", None, "site", use_directory_urls=True), config)  # type: ignore[arg-type] # nothing of it is asked
    page.markdown = text
    return page


def test_our_patterns_are_those_of_python_markdown() -> None:
    """If it gets another pattern, or another order, the converter must be looked at."""
    names = [item.name for item in vars(Markdown().inlinePatterns)["_priority"]]
    assert names == [
        "backtick", "escape", "reference", "link", "image_link", "image_reference", "short_reference",
        "short_image_ref", "autolink", "automail", "linebreak", "html", "entity", "em_strong",
    ]  # fmt: skip


@given(
    st.dictionaries(
        st.sampled_from(["title", "date", "find"]),
        st.text()
        | st.lists(st.text())
        | st.booleans()
        | st.dictionaries(st.from_regex("@?[a-zA-Z]{1,9}", fullmatch=True), st.text()),
    )
)
def test_front_matter_is_read_as_yaml_reads_it(values: dict[str, object]) -> None:
    """Faster, and the same."""
    text = front_matter({}, values) + "# Text\n"
    body, found = split_front_matter(text) or ("", None)
    assert body == "# Text\n"
    assert (yaml.safe_load(text.split("---\n")[1]) or {}) == found


# --- of the last site only what has changed ------------------------------------------------


def test_nothing_changed_means_nothing_done(project: Path) -> None:
    """Not even the folder is another; and what a stranger has left in it is put right."""
    site = made(project).site
    before, folder = tree(site), site.stat().st_ino
    again = made(project)
    assert (False, 0, folder) == (again.replaced, again.rendered, site.stat().st_ino)
    (site / "about" / "index.html").write_text("x")
    (site / "stranger.html").write_text("x")
    assert made(project).replaced
    assert before == tree(site)


def test_files_of_the_whole_record_come_from_the_last(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word of a claim changes a few ranges and rows; what has come or gone, or not ended well, more."""
    for n in range(1, 9):
        (project / f"briefs/2022/2022-03-0{n}-brief.yml").write_text(BRIEF.format(n=n, title=f"Brief {n}"))
    site = made(project).site
    ways: list[str] = []
    for name in ("write_spliced", "update_database", "write_texts", "write_database"):
        _note_calls(monkeypatch, name, ways)
    edit(project, "2022-03-02-brief", "grew by 2", "grew by 7")
    made(project)
    assert set(ways) == {"write_spliced", "update_database"}
    assert tree(site) == clean(project, project / "whole")
    ways.clear()
    edit(project, "2022-02-05-report", "more_than: 50_000_000", "more_than: 40_000_000")
    made(project)
    assert ways.count("write_texts") == 1  # the table of the figure's measure
    assert tree(site) == clean(project, project / "whole")
    (project / "briefs/2022/2022-03-02-brief.yml").unlink()
    (project / "briefs/2022/2022-03-09-brief.yml").write_text(BRIEF.format(n=9, title="Brief 9"))
    ways.clear()
    made(project)
    assert {"write_spliced", "write_database"} <= set(ways)
    assert tree(site) == clean(project, project / "whole")
    edit(project, "2022-03-03-brief", "grew by 3", "grew by 8")
    (site / "data" / "briefing.sqlite").write_bytes(b"x")
    (site / "api" / "v1" / "claims.json").write_bytes(b"x")
    made(project)
    assert tree(site) == clean(project, project / "whole")


def _note_calls(
    monkeypatch: pytest.MonkeyPatch, name: str, calls: list[str], module: ModuleType = fragments
) -> None:
    real = getattr(module, name)

    def noting(*given: object) -> object:
        calls.append(name)
        return real(*given)

    monkeypatch.setattr(module, name, noting)


def test_one_brief_changed(project: Path) -> None:
    """Its page and those that show what has changed are made again, and no other."""
    for n in range(1, 4):
        (project / f"briefs/2022/2022-03-0{n}-brief.yml").write_text(BRIEF.format(n=n, title=f"Brief {n}"))
    first = made(project)
    assert first.rendered == first.pages + 3
    inodes = {p: p.stat().st_ino for p in first.site.rglob("*") if p.is_file()}
    edit(project, "2022-03-02-brief", "grew by 2", "grew by 7")
    again = made(project)
    touched = {
        p.relative_to(first.site).as_posix()
        for p, inode in inodes.items()
        if not p.exists() or p.stat().st_ino != inode
    }
    assert "briefs/2022-03-02-brief/index.html" in touched
    assert "entities/panel/index.html" in touched
    assert "api/v1/claims.json" in touched
    assert "briefs/2022-03-01-brief/index.html" not in touched
    assert "assets/cards/2022-03-01-brief.png" not in touched
    assert "glossary/index.html" not in touched
    assert again.rendered < 9
    assert tree(again.site) == clean(project, project / "whole")


def test_the_sitemap_holds_as_long_as_pages_and_their_days_do(project: Path) -> None:
    """Not where a page comes, nor where a template of the project may show anything."""
    (project / "briefs/2022/2022-03-02-brief.yml").write_text(BRIEF.format(n=2, title="Brief"))
    site = made(project).site

    def written() -> set[str]:
        before = {name: (site / name).stat().st_ino for name in ("404.html", "sitemap.xml", "sitemap.xml.gz")}
        made(project)
        return {name for name, inode in before.items() if (site / name).stat().st_ino != inode}

    edit(project, "2022-03-02-brief", "grew by 2", "grew by 7")
    assert written() == set()
    (project / "briefs/2022/2022-03-03-brief.yml").write_text(BRIEF.format(n=3, title="Another"))
    every = {"404.html", "sitemap.xml", "sitemap.xml.gz"}
    assert written() == every
    assert "2022-03-03-brief" in (site / "sitemap.xml").read_text()
    (site / "sitemap.xml").write_text("x")
    assert written() == every
    assert tree(site) == clean(project, project / "whole")
    (project / "overrides").mkdir()
    (project / "overrides/404.html").write_text("{{ pages|length }}")
    settings = project / "mkdocs.yml"
    settings.write_text(
        re.sub(r"name: material", "name: material, custom_dir: overrides", settings.read_text())
    )
    assert written() == every
    edit(project, "2022-03-02-brief", "grew by 7", "grew by 8")
    assert written() == every
    assert (site / "404.html").read_text().isdigit()


def edit(project: Path, brief: str, old: str, new: str) -> None:
    """Change a text in a brief."""
    path = project / "briefs" / brief[:4] / f"{brief}.yml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


Change = Callable[[Path, int], None]


def _edit_title(project: Path, n: int) -> None:
    path = _some(project, n)
    path.write_text(re.sub("(?m)^title: .*$", f"title: Another title {n}", path.read_text()))


def _edit_claim(project: Path, n: int) -> None:
    path = _some(project, n)
    path.write_text(re.sub("by: (panel|state)$", lambda m: "by: state" if m[1] == "panel" else "by: panel",
                           path.read_text(), count=1, flags=re.MULTILINE))  # fmt: skip


def _edit_figure(project: Path, n: int) -> None:
    path = project / "briefs/2022/2022-02-05-report.yml"
    path.write_text(re.sub("more_than: [0-9_]+", f"more_than: {n + 1}0_000_000", path.read_text(), count=1))


def _add(project: Path, n: int) -> None:
    (project / f"briefs/2022/2022-03-0{n % 9 + 1}-new.yml").write_text(
        BRIEF.format(n=n % 9 + 1, title=f"New {n}")
    )


def _draft(project: Path, n: int) -> None:
    path = _made_here(project, n)
    if path and "status" not in path.read_text():
        path.write_text(path.read_text() + "status: draft\n")


def _delete(project: Path, n: int) -> None:
    path = _made_here(project, n)
    if path:
        path.unlink()


def _rename(project: Path, n: int) -> None:
    path = _made_here(project, n)
    if path:
        moved = path.with_name(path.name.replace("-new", f"-renamed-{n}"))
        if moved != path:
            moved.write_text(f"{path.read_text()}aliases: [{path.stem}]\n".replace("aliases: []\n", ""))
            path.unlink()


def _rename_entity(project: Path, n: int) -> None:
    path = project / "briefs/entities/panel.yml"
    path.write_text(re.sub("(?m)^short_name: .*$", f"short_name: the Panel {n}", path.read_text()))


def _add_entity(project: Path, n: int) -> None:
    (project / f"briefs/entities/part-{n}.yml").write_text(f"kind: body\nname: Part {n}\npart_of: state\n")


def _edit_source(project: Path, n: int) -> None:
    path = project / "briefs/sources/paper.yml"
    path.write_text(re.sub("(?m)^title: .*$", f"title: It says so {n}", path.read_text()))


def _cut_chain(project: Path, n: int) -> None:
    path = project / "briefs/sources/paper.yml"
    path.write_text(re.sub(r"rests_on: \[.*\]", f"rests_on: [{('wire', 'report')[n % 2]}]", path.read_text()))


def _edit_topic(project: Path, n: int) -> None:
    path = project / "briefs/topics.yml"
    path.write_text(re.sub("summary: What it earns.*", f"summary: What it earns {n}.", path.read_text()))


def _rename_topic(project: Path, n: int) -> None:
    path = project / "briefs/topics.yml"
    path.write_text(re.sub("title: (Money|Funds).*", f"title: Funds {n}", path.read_text()))


def _edit_glossary(project: Path, n: int) -> None:
    path = project / "briefs/glossary.yml"
    path.write_text(path.read_text().replace("It watches.", f"It watches {n}.", 1))


def _edit_doc(project: Path, n: int) -> None:
    (project / "docs/how-to-write.md").write_text(f"# How to write\n\nPlainly, {n} times.\n")


def _name_doc(project: Path, n: int) -> None:
    (project / "docs/how-to-read.md").write_text(f"# How to read {n}\n\n[All](briefs/index.md)\n")


def _edit_file(project: Path, n: int) -> None:
    (project / "docs/picture.svg").write_text(f"<svg xmlns='http://www.w3.org/2000/svg' id='i{n}'/>\n")


def _name_site(project: Path, n: int) -> None:
    path = project / "mkdocs.yml"
    path.write_text(re.sub("site_name: .*", f"site_name: Test Site {n}", path.read_text()))


def _spoil_site(project: Path, n: int) -> None:
    files = sorted(p for p in (project / "site").rglob("*") if p.is_file())
    path = files[n * 97 % len(files)]
    content = path.read_bytes()
    path.unlink()
    if n % 2:
        path.write_bytes(content + b"x")


def _spoil_retained(project: Path, n: int) -> None:
    folder = retained(project / "site")
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    for path in files[n :: 50 + n]:
        content = path.read_bytes()
        path.unlink()
        if n % 2:
            path.write_bytes(content + b"x")
        elif n % 4:
            path.mkdir()
            (path / "strange.html").write_text("x")
    if n % 3 == 0 and folder.is_dir():
        (folder / "strange" / "deep").mkdir(parents=True, exist_ok=True)
        (folder / "strange" / "here").unlink(missing_ok=True)
        (folder / "strange" / "here").symlink_to(project / "docs")
        (folder / "SHA256SUMS").write_text("x")
    if n % 5 == 4:
        shutil.rmtree(folder, ignore_errors=True)


def _spoil_cache(project: Path, n: int) -> None:
    for path in (project / CACHE / "sites").glob("*"):  # which another change may have removed
        size = path.stat().st_size
        with path.open("r+b") as stream:
            stream.truncate(size // (2 + n % 3))


def _lose_cache(project: Path, n: int) -> None:
    shutil.rmtree(project / (CACHE if n % 2 else CACHE / "sites"), ignore_errors=True)


def _some(project: Path, n: int) -> Path:
    found = sorted((project / "briefs/2022").glob("*.yml"))
    return found[n % len(found)]


def _made_here(project: Path, n: int) -> Path | None:
    found = sorted((project / "briefs/2022").glob("2022-03-*.yml"))
    return found[n % len(found)] if found else None


CHANGES: list[Change] = [
    _edit_title, _edit_claim, _edit_figure, _add, _add, _draft, _delete, _rename, _rename_entity, _add_entity,
    _edit_source, _cut_chain, _edit_topic, _rename_topic, _edit_glossary, _edit_doc, _name_doc, _edit_file, _name_site,
    _spoil_site, _spoil_retained, _spoil_cache, _lose_cache,
]  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=st.lists(
        st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 8)), min_size=1, max_size=3),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_changes_the_site_is_that_of_a_whole_build(
    steps: list[list[tuple[Change, int]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Edits, additions, renames and deletions at random, several builds long; damage to site and cache, too."""
    project = _write(tmp_path_factory.mktemp("changes") / "project")
    made(project)
    for step in steps:
        for change, n in step:
            change(project, n)
        made(project)
    assert tree(project / "site") == clean(project, project / "whole")


def test_each_change_alone(project: Path, tmp_path: Path) -> None:
    """Every kind of change, one after another, compared at each step."""
    made(project)
    for n, change in enumerate(dict.fromkeys(CHANGES)):
        change(project, n)
        made(project)
        if n % 3 == 2:  # a whole build takes as long as three others
            assert tree(project / "site") == clean(project, tmp_path / "whole"), change.__name__
    assert tree(project / "site") == clean(project, tmp_path / "whole")


def test_a_build_begins_with_the_site_before_the_last(project: Path) -> None:
    """Its folder becomes that of the new one, with what differs; the last one's is kept in turn, as it was."""
    made(project)
    site = project / "site"
    edit(project, "2022-02-05-report", "It pays for missiles.", "It pays for one.")
    made(project)
    before, nodes = tree(site), (retained(site).stat().st_ino, site.stat().st_ino)
    edit(project, "2022-02-05-report", "It pays for one.", "It pays for two.")
    made(project)
    assert (site.stat().st_ino, retained(site).stat().st_ino) == nodes
    assert tree(retained(site)) == before
    assert tree(site) == clean(project, project / "whole")


def test_where_files_have_one_name_nothing_is_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second site would take as much of the disk as the first."""
    monkeypatch.undo()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "no")

    monkeypatch.setattr("os.link", refuse)
    made(project)
    for n in range(2):
        edit(project, "2022-02-05-report", f"It pays for {n or 'missiles'}.", f"It pays for {n + 1}.")
        made(project)
        assert not retained(project / "site").exists()
    assert tree(project / "site") == clean(project, project / "whole")


def test_what_was_kept_may_be_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot be sorted out, the build begins with an empty folder."""
    made(project)
    edit(project, "2022-02-05-report", "It pays for missiles.", "It pays for one.")
    made(project)
    edit(project, "2022-02-05-report", "It pays for one.", "It pays for two.")
    (retained(project / "site") / "strange").write_text("x")
    with monkeypatch.context() as patch:

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "no")

        patch.setattr("briefing.engine.files._sifted", refuse)
        made(project)
    assert tree(project / "site") == clean(project, project / "whole")


def test_a_fault_in_a_file_keeps_what_was_kept(project: Path) -> None:
    """When it is mended, the build begins with it. A check of the new site that fails is no reason either."""
    site, brief = project / "site", project / "briefs/2022/2022-02-05-report.yml"
    made(project)
    edit(project, "2022-02-05-report", "It pays for missiles.", "It pays for one.")
    made(project)
    before, good, node = tree(site), brief.read_text(), retained(site).stat().st_ino
    brief.write_text("title: [\n")
    with pytest.raises(BuildFailed):
        made(project)
    assert retained(site).stat().st_ino == node
    brief.write_text(good.replace("It pays for one.", "It pays for two."))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("briefing.making._verify", lambda *_: (_ for _ in ()).throw(BuildFailed("no")))
        with pytest.raises(BuildFailed, match="no"):
            made(project)
    assert tree(site) == before
    assert retained(site).stat().st_ino == node
    made(project)
    assert tree(site) == clean(project, project / "whole")


def test_a_folder_is_sifted(tmp_path: Path) -> None:
    """What has the size and the time that are wanted stays; links are not followed, and empty folders go."""
    home, folder = tmp_path / "home", tmp_path / "folder"
    lay(home, "a.txt")
    lay(folder, "in/deep/a.txt", "b.txt", "no/more/c.txt", "d.txt")
    (folder / "link").symlink_to(home)
    (folder / "e.txt").symlink_to(home / "a.txt")
    found = [written_file(folder, name) for name in ("in/deep/a.txt", "b.txt", "d.txt", "e.txt")]
    os.utime(folder / "d.txt", ns=(0, 0))
    assert sift(folder, {f.path: f for f in found}) == {"in/deep/a.txt", "b.txt"}
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*")) == [
        "b.txt",
        "in",
        "in/deep",
        "in/deep/a.txt",
    ]
    assert tree(home) == {"a.txt": b"x"}


def test_only_what_differs_is_looked_over(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless somebody has looked over another site since: then the whole folder is."""
    walks = list[str]()
    made(project)
    _note_calls(monkeypatch, "_walk", walks, inventory)
    edit(project, "2022-02-05-report", "It pays for missiles.", "It pays for one.")
    made(project)
    assert not walks
    edit(project, "2022-02-05-report", "It pays for one.", "It pays for two.")
    with monkeypatch.context() as patch:  # killed when it was looked over, and before it took its place

        def die(*_: object) -> None:
            raise OSError("killed")

        patch.setattr("briefing.build.publish", die)
        with pytest.raises(BuildFailed):
            made(project)
    assert not walks
    made(project)
    assert len(walks) == 1
    edit(project, "2022-02-05-report", "It pays for two.", "It pays for three.")
    made(project)
    assert len(walks) == 1
    for path in (project / CACHE).glob("site-*.sqlite"):
        path.unlink()
    edit(project, "2022-02-05-report", "It pays for three.", "It pays for four.")
    made(project)
    assert len(walks) == 2
    assert tree(project / "site") == clean(project, project / "whole")


def test_a_file_that_was_only_written_again_is_no_change(project: Path) -> None:
    """The site stands, although the file is younger than what is known."""
    made(project)
    brief = project / "briefs/2022/2022-02-05-report.yml"
    brief.write_text(brief.read_text())
    assert changed_since(project / "briefs", next((project / CACHE / "sites").glob("*.sqlite")))
    node = (project / "site").stat().st_ino
    assert not made(project).replaced
    assert (project / "site").stat().st_ino == node
    assert not [p for p in project.glob(".site-????????") if p != retained(project / "site")]


def test_a_failed_build_costs_nothing(project: Path) -> None:
    """What it had made does not count, not even when the edit is taken back."""
    site = made(project).site
    before = tree(site)
    brief = project / "briefs/2022/2022-02-05-report.yml"
    text = brief.read_text()
    brief.write_text(text.replace("It pays for missiles.", "It pays for more."))
    (project / "docs/about.md").write_text("# About\n\n[x](nowhere.md)\n")
    with pytest.raises(BuildFailed, match="strict mode"):
        made(project)
    assert before == tree(site)
    brief.write_text(text)
    (project / "docs/about.md").write_text("# About\n\n## Corrections\n")
    made(project)
    assert before == tree(site)


def test_links_to_what_has_gone_are_told(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A page that has not changed itself links to a claim, then to a brief, that is no longer there."""
    (project / "briefs/2022/2022-03-01-new.yml").write_text(BRIEF.format(n=1, title="New"))
    page = project / "docs/how-to-write.md"
    page.write_text("# How to write\n\n[Claim](briefs/2022-03-01-new.md#one)\n")
    made(project)
    edit(project, "2022-03-01-new", "id: one", "id: other")
    with pytest.raises(BuildFailed, match="strict mode"):
        made(project)
    assert "does not contain an anchor '#one'" in caplog.text
    caplog.clear()
    (project / "briefs/2022/2022-03-01-new.yml").unlink()
    with pytest.raises(BuildFailed, match="strict mode"):
        made(project)
    assert "the target is not found" in caplog.text.replace(" 'briefs/2022-03-01-new.md'", "")
    (project / "briefs/2022/2022-03-01-new.yml").write_text(BRIEF.format(n=1, title="New"))
    made(project)
    assert tree(project / "site") == clean(project, project / "whole")


def test_two_builds_at_once(project: Path) -> None:
    """One waits for the other; both end with the same site."""
    script = "from pathlib import Path; from briefing.build import build; build(Path('mkdocs.yml'))"
    command = [sys.executable, "-c", script]
    both = [subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE) for _ in range(2)]
    for process in both:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert tree(project / "site") == clean(project, project / "whole")


def test_other_plugins_are_left_to_mkdocs(project: Path) -> None:
    """They may look at any page, so that none is passed over."""
    (project / "mkdocs.yml").write_text(SETTINGS.replace("[briefing]", "[search, briefing]"))
    built = build(project / "mkdocs.yml")
    assert built.rendered == built.pages
    assert (built.site / "search" / "search_index.json").is_file()


# --- what is read, and what is kept --------------------------------------------------------


def test_pages_note_what_they_read(project: Path) -> None:
    """All that a page reads leaves a mark that changes with it, and reading so changes no page."""
    corpus = load(project / "briefs").corpus
    view = look(corpus, Site("Test Site", url="https://example.org/"))
    watch = Watch()
    context = watched(view, watch)
    assert {u: r.make(context).markdown for u, r in recipes(view).items()} == {
        p.uri: p.markdown for p in render_pages(view)
    }
    watch.begin()
    recipes(view)["briefs/2022-02-05-report.md"].make(context)
    assert {("briefs", "2022-02-05-report"), ("sources", "report"), ("entities", "panel")} <= watch.read
    assert ("briefs", "*") not in watch.read
    marks = Marks(view, {"sources/report.yml": "one"})
    other = Marks(view, {"sources/report.yml": "other"})
    assert [k for k in watch.read if marks(k) != other(k)] == [("sources", "report")]


def test_one_page_by_itself(project: Path) -> None:
    """For a preview: the same page as among all."""
    view = look(load(project / "briefs").corpus, Site("Test Site"))
    every = {p.uri: p for p in render_pages(view)}
    for uri in ("index.md", "briefs/2022-02-05-report.md", "entities/panel.md"):
        assert render_page(view, uri) == every[uri]
    assert render_page(view, "briefs/nothing.md") is None


def test_files_are_where_they_are_promised(project: Path) -> None:
    """Links are checked against these names before any file is made."""
    view = look(load(project / "briefs").corpus, Site("Test Site", url="https://example.org/"))
    for recipe in asset_recipes(view).values():
        assert sorted(recipe.uris) == sorted(asset.uri for asset in recipe.make(view))


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00" + b"x" * 200, b"{}"])
def test_a_spoilt_state_counts_as_nothing(content: bytes, tmp_path: Path) -> None:
    """Whatever stands in its place."""
    state = State(tmp_path, tmp_path / "site")
    state.path.write_bytes(content)
    assert state.load() == Known()


def test_a_state_comes_back_as_it_was(tmp_path: Path) -> None:
    """And one of another version does not."""
    task = Task("page:x.md", "d", "2022-02-05", "s", False, (("briefs", "x"),), (Written("x", 1, 2, "d"),))
    known = Known({"all": "a"}, {("briefs", "x"): "m"}, {task.name: task})
    state = State(tmp_path, tmp_path / "site")
    linked = Linked.of(["one", "zwei"], [("y.md", "a", "y.md#a")], ["y.md", "z.md"])
    state.save(known, [task.name], {task.name: linked})
    assert state.load() == known
    assert state.links() == state.links([task.name]) == {task.name: linked}
    assert linked.anchors == ["one", "zwei"]
    assert linked.links == [("y.md", "a", "y.md#a")]
    assert linked.targets == ["y.md", "z.md"]
    with sqlite3.connect(state.path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert state.load() == Known()


def test_a_state_that_is_changed_comes_back_as_it_was(tmp_path: Path) -> None:
    """Whatever tasks come, go or change, of whatever keys, and however often."""
    chance = random.Random(3)  # noqa: S311 - a seed's
    state = State(tmp_path, tmp_path / "site")
    known, linked = Known(), dict[str, Linked]()
    for round_ in range(60):
        names = {f"page:{chance.randrange(30)}.md" for _ in range(chance.choice([0, 1, 3, 3, 3, 25]))}
        made, links = dict(known.tasks), dict[str, Linked]()
        for name in names:
            if name in made and chance.random() < 0.3:
                del made[name]
                linked.pop(name, None)
                continue
            # Most keys are read for a while only: numbers are given up, and at last given anew.
            read = {(chance.choice(["briefs", "copies"]), f"{round_ // 3}\n{n}") for n in range(4)}
            files = (Written(f"{name}/x", round_, 2, "d"), Written(f"{name}/y", 3, 2, ""))
            made[name] = Task(name, str(round_), "", "s", False, tuple(read), files)
            if name not in linked or chance.random() < 0.5:
                links[name] = Linked.of([str(round_)], [], [])
        marks = {k: str(chance.randrange(5)) for t in made.values() for k in t.read}
        known = Known({"round": str(round_)}, marks, made)
        State(tmp_path, tmp_path / "site").save(known, names, links)
        linked |= links
        found = state.load()
        assert (known.about, known.marks, known.tasks.keys()) == (
            found.about,
            found.marks,
            found.tasks.keys(),
        )
        for name, task in made.items():
            assert replace(task, read=()) == replace(found.tasks[name], read=())
            assert sorted(task.read) == sorted(found.tasks[name].read)
        assert linked == state.links()
        files_ = {f.path: (f.size, f.time) for t in made.values() for f in t.files}
        assert (known.about, files_) == state.glance()


def test_parts_of_a_state_that_do_not_fit_count_as_nothing(tmp_path: Path) -> None:
    """They were written by somebody else; and the next save makes it whole."""
    task = Task("page:x.md", "d", "", "", False, (("briefs", "x"),), (Written("x", 1, 2, "d"),))
    known = Known({}, {("briefs", "x"): "m"}, {task.name: task})
    state = State(tmp_path, tmp_path / "site")
    for change in (
        "UPDATE keys SET value = '[7]' WHERE part = 'kinds'",
        "UPDATE keys SET value = '[]' WHERE part = 'marks'",
        "UPDATE keys SET value = '{' WHERE part = 'of'",
        "DELETE FROM keys WHERE part = 'names'",
        "UPDATE tasks SET files = '[[1]]'",
        "UPDATE tasks SET files = ''",
        "UPDATE tasks SET read = x'01'",
        "UPDATE tasks SET read = x'09000000'",
    ):
        state.save(known, [task.name], {})
        assert state.load() == known
        with sqlite3.connect(state.path) as connection:
            connection.execute(change)
        connection.close()
        assert state.load() == Known()


def test_equal_keys_are_one_object() -> None:
    """Whichever process read by them."""
    keys = Keys()
    one, other = keys([("briefs", "x")]), keys([("briefs", "y"), ("".join(["brie", "fs"]), "x")])
    assert other == (("briefs", "y"), ("briefs", "x"))
    assert one[0] is other[1]
    assert one[0][0] is other[0][0]


def test_files_are_moved_to_their_places(tmp_path: Path) -> None:
    """But for those that the last site has just so: its own stay as they are."""
    last, site, folder = tmp_path / "last", tmp_path / "site", tmp_path / "site" / ".whole"
    for place in (last, site, folder):
        place.mkdir()
    for name in ("same", "other"):
        (last / name).write_text("1")
        (site / name).hardlink_to(last / name)
    before = Task("whole", "", "", "", False, (), tuple(written_file(last, n) for n in ("same", "other")))
    for name, text in {"same": "1", "other": "2", "new/one": "3"}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    sums = {"same": "", "other": sum_of(b"2"), "new/one": sum_of(b"3")}
    written = move_files(site, folder, sums.items(), before, {"same", "other"})
    assert written == [written_file(site, name) for name in sums]
    assert written[0] is before.files[0]
    assert ["1", "2", "3"] == [(site / name).read_text() for name in sums]
    assert (last / "other").read_text() == "1"
    assert not [p for p in folder.rglob("*") if p.is_file()]
    assert written[:1] == move_files(site, folder, [("same", "")], before, {"same"})  # it was not made


def test_states_are_bounded(tmp_path: Path) -> None:
    """The states of places that are no longer built to do not stay for ever."""
    for n in range(9):
        state = State(tmp_path, tmp_path / f"site-{n}")
        for beside in (".rows", ".words"):
            state.path.with_suffix(beside).touch()
        state.save(Known(), [], {})
    assert {len(list(tmp_path.glob(f"*{suffix}"))) for suffix in (".sqlite", ".rows", ".words")} == {4}


def test_processes_are_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many tasks, so that they do not hold all memory twice; every task is done all the same."""
    monkeypatch.setattr(workers, "IN_A_LIFE", 40)
    names = [str(n) for n in range(100)]
    done = list(run(lambda name: (name, os.getpid()), names, 2))
    assert sorted(names) == sorted(name for name, _ in done)
    lives = [
        {pid for name, pid in done if int(name) in part}
        for part in (range(34), range(34, 68), range(68, 100))
    ]
    assert all(lives)
    assert not lives[0] & lives[1]
    assert not lives[1] & lives[2]
    assert os.getpid() not in set().union(*lives)


def test_work_in_processes(tmp_path: Path) -> None:
    """Every result comes back once, whichever process made it; a fault comes back, too."""
    names = [str(n) for n in range(200)]
    assert sorted(run(lambda name: (name, os.getpid() > 0), names, 2)) == sorted((n, True) for n in names)

    def fails(name: str) -> str:
        if name == "77":
            raise BuildFailed("seventy-seven")
        return name

    with pytest.raises(BuildFailed, match="seventy-seven"):
        list(run(fails, names, 2))
    with Aside(lambda: os.getpid()) as aside:
        assert aside.result != os.getpid()
        with pytest.raises(ProcessLookupError):  # it has ended: it had a copy of everything
            os.kill(aside.result, 0)
    with Aside(lambda: 1, wanted=False) as aside:
        assert aside.result is None


def test_timings_are_a_table() -> None:
    """Each phase with its seconds, and the whole at the end."""
    timings = Timings()
    with timings.phase("read"):
        pass
    lines = timings.table().splitlines()
    assert re.fullmatch(r"read +0\.\d\d +0\.\d\d", lines[1])
    assert lines[2].startswith("in all")


# --- the search index in parts -------------------------------------------------------------


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a small site have its index in parts."""
    monkeypatch.setattr(shards, "MOST_IN_ONE", 3)
    monkeypatch.setattr(shards, "BRIEFS_IN_ONE", 3)
    return iter(())


def test_a_spoilt_index_is_made_anew(project: Path) -> None:
    """Its files are known by their names, sizes and times: where one is another, none is taken over."""
    site = made(project).site
    texts = sorted((site / "pagefind/fragment").iterdir())
    content = texts[0].read_bytes()
    for spoil in (texts[0].unlink, lambda: texts[1].write_bytes(content)):
        spoil()
        edit(project, "2022-02-05-report", "pays for", "also pays for")
        made(project)
        assert tree(site) == clean(project, project / "whole")


@pytest.mark.usefixtures("parts")
def test_an_edit_makes_one_part_of_the_index_anew(project: Path) -> None:
    """The other parts are the files of the last site, and the whole is that of a whole build."""
    for n in range(1, 9):
        (project / f"briefs/2022/2022-03-0{n}-new.yml").write_text(BRIEF.format(n=n, title=f"Brief {n}"))
    site = made(project).site
    entries = {p.parent: p.stat().st_ino for p in (site / "pagefind").rglob("pagefind-entry.json")}
    assert len(entries) > 3
    edit(project, "2022-03-02-new", "grew by 2", "fell by 7")
    made(project)
    anew = [p for p, inode in entries.items() if (p / "pagefind-entry.json").stat().st_ino != inode]
    assert 1 <= len(anew) < len(entries)
    assert tree(site) == clean(project, project / "whole")


def test_briefs_stay_in_their_part() -> None:
    """Whatever else comes and goes, as long as there are as many parts."""
    pages = [f"briefs/2022-{n}/index.html" for n in range(4000)] + ["index.html", "sources/a/index.html"]
    before = {p: part.name for part in shards.parts_of(pages) for p in part.pages}
    after = {p: part.name for part in shards.parts_of(pages[50:]) for p in part.pages}
    assert before.keys() == set(pages)
    assert all(before[p] == name for p, name in after.items())
    assert [part.name for part in shards.parts_of(pages[:100])] == [""]


# --- parts of a very large site ------------------------------------------------------------


def test_three_parts_joined_are_the_whole(project: Path) -> None:
    """Each is built without the others; joined, they are the site of one whole build, and its last site."""
    for n in range(1, 6):
        (project / f"briefs/2022/2022-03-0{n}-new.yml").write_text(BRIEF.format(n=n, title=f"Brief {n}"))
    folders = [project / f"part-{n}" for n in (1, 2, 3)]
    counts = [build_part(project / "mkdocs.yml", f, Share(n, 3), jobs=1) for n, f in enumerate(folders, 1)]
    assert min(counts) > 20
    joined = build(project / "mkdocs.yml", join=folders, jobs=1)
    assert joined.rendered == 0
    assert tree(joined.site) == clean(project, project / "whole")
    assert not made(project).replaced
    edit(project, "2022-03-02-new", "grew by 2", "fell by 7")
    assert 0 < made(project).rendered < 9
    assert tree(joined.site) == clean(project, project / "whole")


def test_parts_of_another_record_are_refused(project: Path) -> None:
    """So is a folder that is no part; and a part never takes the place of something else."""
    one, two = project / "one", project / "two"
    build_part(project / "mkdocs.yml", one, Share(1, 2), jobs=1)
    _name_site(project, 1)
    build_part(project / "mkdocs.yml", two, Share(2, 2), jobs=1)
    with pytest.raises(BuildFailed, match="another state"):
        build(project / "mkdocs.yml", join=[one, two], jobs=1)
    with pytest.raises(BuildFailed, match="no part"):
        build(project / "mkdocs.yml", join=[project / "docs"], jobs=1)
    with pytest.raises(BuildFailed, match="holds other files"):
        build_part(project / "mkdocs.yml", project / "docs", Share(1, 2), jobs=1)
    assert not (project / "site").exists()


def test_what_a_part_lacks_is_made_when_parts_are_joined(project: Path) -> None:
    """A job that failed costs time, not the site."""
    build_part(project / "mkdocs.yml", project / "one", Share(1, 2), jobs=1)
    joined = build(project / "mkdocs.yml", join=[project / "one"], jobs=1)
    assert 0 < joined.rendered < joined.pages
    assert tree(joined.site) == clean(project, project / "whole")
