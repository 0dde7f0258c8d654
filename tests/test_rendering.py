"""The project for other builders: what is in it, and what cannot be."""

import subprocess
import sys
from pathlib import Path

import pytest
from mkdocs.utils.yaml import yaml_load

from briefing.build import build
from briefing.project import configuration
from briefing.publishing import BuildFailed
from briefing.rendering import AFTER_BUILD, RenderedPage, render, write_project

MKDOCS = Path(sys.executable).parent / "mkdocs"


def files(folder: Path, ending: str = "") -> dict[str, bytes]:
    """Return the files below a folder with their bytes."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob(f"*{ending}") if p.is_file()
    }


def test_it_says_what_it_holds(project: Path, tmp_path: Path) -> None:
    """Pages made and written by hand, all other files, and nothing that mkdocs.yml leaves out."""
    (project / "docs" / "secret.md").write_text("# Secret\n")
    (project / "docs" / ".hidden.txt").write_text("x")
    (project / "docs" / "picture.svg").write_text("<svg/>")
    config = project / "mkdocs.yml"
    config.write_text(config.read_text() + "exclude_docs: /secret.md\n")
    rendered = write_project(configuration(config), config, tmp_path / "out")
    assert RenderedPage("about.md", "about/index.html", made=False) in rendered.pages
    assert RenderedPage("index.md", "index.html", made=True) in rendered.pages
    assert RenderedPage("briefs/index.md", "briefs/index.html", made=True) in rendered.pages
    assert {"picture.svg", "feeds/all.atom", "stylesheets/briefing.css", "javascripts/search.js"} < {
        *rendered.files
    }
    there = files(tmp_path / "out" / "docs")
    assert {p.uri for p in rendered.pages} | {*rendered.files} == set(there)
    assert not {"secret.md", ".hidden.txt"} & set(there)
    assert () == rendered.hidden


def test_a_made_page_wins_over_one_by_hand(project: Path, tmp_path: Path) -> None:
    """As under MkDocs; and it is told which file gave way."""
    (project / "docs" / "weapons.md").write_text("# Mine\n")
    config = project / "mkdocs.yml"
    rendered = write_project(configuration(config), config, tmp_path / "out")
    assert ("weapons.md",) == rendered.hidden
    assert "# Mine" not in (tmp_path / "out/docs/weapons.md").read_text()


def test_twins_are_copied_over_the_built_site(project: Path, tmp_path: Path) -> None:
    """Each page has the twin that it has under MkDocs, and no builder takes one for a page."""
    (project / "docs" / "deep").mkdir()
    (project / "docs" / "deep" / "page.md").write_text("# Deep\n\n[About](../about.md)\n")
    out = tmp_path / "out"
    render(project / "mkdocs.yml", out)
    done = subprocess.run([MKDOCS, "build", "--strict"], cwd=out, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [] == list((out / "site").rglob("*.md"))
    twins = files(build(project / "mkdocs.yml").site, ".md")
    assert {"deep/page/index.md", "index.md", "briefs/2022-02-05-it-happened/index.md"} < set(twins)
    assert twins == files(out / AFTER_BUILD, ".md")


@pytest.mark.parametrize(
    ("given", "key", "written"),
    [
        ("theme: {name: material, font: false}", "theme", {"name": "material", "custom_dir": "overrides"}),
        ("plugins: [search, briefing]", "plugins", [{"tags": {"enabled": True}}, "search"]),
        ("markdown_extensions:", "markdown_extensions", ["abbr", {"toc": {"permalink": True}}]),
    ],
)
def test_settings_may_be_written_in_any_form(
    given: str, key: str, written: object, project: Path, tmp_path: Path
) -> None:
    """A theme as its name, plugins and extensions as mappings: all of it is kept, but for our plugin."""
    forms = {
        "theme": "theme: material",
        "plugins": "plugins: {tags: {enabled: true}, search: , briefing: {briefs: briefs}}",
        "markdown_extensions": "markdown_extensions: {abbr: , toc: {permalink: true}}\nunused:",
    }
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace(given, forms[key]))
    write_project(configuration(config), config, tmp_path / "out")
    settings = yaml_load((tmp_path / "out" / "mkdocs.yml").read_text())
    assert written == settings[key]


@pytest.mark.parametrize(("level", "told"), [("warn", True), ("info", False), ("ignore", False)])
def test_zensical_is_told_what_mkdocs_warns_of(level: str, told: bool, project: Path, tmp_path: Path) -> None:
    """What is no warning to MkDocs does not stop Zensical; an address that is empty is none."""
    config = project / "mkdocs.yml"
    text = config.read_text().replace("https://example.org/", '""')
    config.write_text(f"{text}validation: {{links: {{anchors: {level}, not_found: {level}}}}}\n")
    write_project(configuration(config), config, tmp_path / "out")
    settings = yaml_load((tmp_path / "out" / "zensical.yml").read_text())
    assert "mkdocs.yml" == settings["INHERIT"]
    assert {"invalid_links": told, "invalid_link_anchors": told} == settings["validation"]
    assert "site_url" not in yaml_load((tmp_path / "out" / "mkdocs.yml").read_text())


def test_settings_that_are_python_are_refused(project: Path, tmp_path: Path) -> None:
    """What a tag of YAML makes of Python cannot stand in a file."""
    config = project / "mkdocs.yml"
    config.write_text(config.read_text() + "extra: {hook: !!python/name:json.loads }\n")
    with pytest.raises(BuildFailed, match=r"mkdocs\.yml: loads is Python.*leave it out"):
        render(config, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_fault_in_the_briefs_writes_nothing(project: Path, tmp_path: Path) -> None:
    """The last project stays as it is."""
    out = tmp_path / "out"
    render(project / "mkdocs.yml", out)
    before = files(out)
    (project / "briefs" / "2022" / "2022-02-05-it-happened.yml").write_text("title: [\n")
    with pytest.raises(BuildFailed, match="1 error"):
        render(project / "mkdocs.yml", out)
    assert before == files(out)
