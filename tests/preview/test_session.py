"""What a preview shows, from save to save."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing.preview.session import News, Preview

from .conftest import BRIEF, PLACE

SOURCE = "kind: press\naccess: public\ntitle: It happened\npublisher: {name: The Paper}\nissued: 2022-02-05\n"


def save(preview: Preview, project: Path, file: str, text: str) -> None:
    """Save a file, and take it in as the two threads of a preview would."""
    path = project / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    preview.changed({path})
    preview.catch_up()


@pytest.fixture(params=["at once", "in steps"])
def preview(
    request: pytest.FixtureRequest, made: Callable[[], Preview], monkeypatch: pytest.MonkeyPatch
) -> Preview:
    """Give the preview of the project, as of a small record and as of a large one."""
    if request.param == "in steps":
        monkeypatch.setattr("briefing.preview.session.AT_ONCE", 0.0)
    found = made()
    found.catch_up()
    return found


def test_a_save_shows(preview: Preview, project: Path) -> None:
    """The new text, and that nothing is wrong."""
    before = preview.page(PLACE)
    assert "A said that it happened." in before.html
    assert "No problems" in before.html
    text = (project / BRIEF).read_text()
    save(preview, project, BRIEF, text.replace("that it happened", "that it rained"))
    after = preview.page(PLACE)
    assert "A said that it rained." in after.html
    assert before.news.page != after.news.page


def test_errors_stand_on_the_page_above_the_last_good_one(preview: Preview, project: Path) -> None:
    """With severity, rule, line, caret and fix; other pages only count them; mended, all is well."""
    text = (project / BRIEF).read_text()
    save(preview, project, BRIEF, text.replace("by: a", "by: aa"))
    page = preview.page(PLACE).html
    assert "What follows is the page as it was before" in page
    assert "A said that it happened." in page
    for part in (
        "1 error",
        "unknown-entity",
        "line 9",
        "9 |     by: aa",
        "|         ^",
        "Fix:</strong> write a",
    ):
        assert part in page
    home = preview.page("index.html").html
    assert "1 error in 1 file" in home
    assert (
        'href="/briefs/2022-02-05-it-happened/">briefs/2022/2022-02-05-it-happened.yml</a>: 1 error' in home
    )
    save(preview, project, BRIEF, text)
    assert "No problems" in preview.page(PLACE).html
    assert "1 error" not in preview.page("index.html").html


def test_broken_at_the_start_then_mended(project: Path, made: Callable[[], Preview]) -> None:
    """There is no page to show, but there are its problems; other pages stand; then there is one."""
    text = (project / BRIEF).read_text()
    (project / BRIEF).write_text("title: [\n")
    preview = made()
    page = preview.page(PLACE)
    assert page.found
    assert "There is no page to show until the errors are mended." in page.html
    assert "yaml-syntax" in page.html
    assert preview.address_of("2022-02-05-it-happened") == "briefs/2022-02-05-it-happened/"
    assert "1 error in 1 other file" in preview.page("entities/a/index.html").html
    save(preview, project, BRIEF, text)
    assert "A said that it happened." in preview.page(PLACE).html


@pytest.mark.parametrize("file", ["topics.yml", "entities/a.yml", "sources/paper.yml"])
def test_a_broken_registry_at_the_start(file: str, project: Path, made: Callable[[], Preview]) -> None:
    """Every page can be looked at, and says where the errors are."""
    good = (project / "briefs" / file).read_text()
    (project / "briefs" / file).write_text("- [\n")
    preview = made()
    for place in (
        "index.html",
        PLACE,
        "weapons/index.html",
        "entities/a/index.html",
        "sources/paper/index.html",
    ):
        page = preview.page(place)
        assert page.found, place
        assert f"briefs/{file}" in page.html, place
    save(preview, project, f"briefs/{file}", good)
    assert "No problems" in preview.page(PLACE).html


def test_a_new_brief_gets_its_page_and_a_deleted_one_loses_it(preview: Preview, project: Path) -> None:
    """As soon as its file is there, and as soon as it is not."""
    text = (project / BRIEF).read_text()
    new, place = "briefs/2022/2022-03-06-more.yml", "briefs/2022-03-06-more/index.html"
    begun = text.replace("date: 2022-02-05", "date: 2022-03-06")
    save(preview, project, new, begun.replace("bottom_line: A said that it happened.", "bottom_line:"))
    assert "to-fill-in" in preview.page(place).html
    assert "There is no page to show until the errors are mended." in preview.page(place).html
    save(preview, project, new, begun)
    assert "No problems" in preview.page(place).html
    assert "A said that it happened." in preview.page(place).html
    assert "2022-03-06-more" in preview.page("briefs/index.html").html
    (project / new).unlink()
    preview.changed({project / new})
    preview.catch_up()
    assert not preview.page("briefs/2022-03-06-more/index.html").found


def test_editorial_warnings_stand_on_the_page(preview: Preview, project: Path) -> None:
    """With a link to the rule; they stay while another file is broken that was good before."""
    text = (project / BRIEF).read_text().replace("bottom_line: A", "bottom_line: On $5 million A")
    save(preview, project, BRIEF, text)
    page = preview.page(PLACE).html
    assert 'href="/rules/#number-without-claim"' in page
    assert "1 warning" in page
    save(preview, project, "briefs/entities/a.yml", "kind: [\n")
    assert "1 warning" in preview.page(PLACE).html
    save(preview, project, BRIEF, "title: [\n")
    page = preview.page(PLACE).html
    assert "On $5 million A said" in page
    assert ("1 error" in page, "1 warning" in page) == (True, False)


def test_what_is_known_of_links_shows_as_in_a_build(preview: Preview, project: Path) -> None:
    """Its file is followed too, and a broken line is a problem like any other."""
    entry = {
        "id": "paper", "state": "dead", "since": "2026-11-01", "checked": "2026-11-01", "answer": "404 Not Found",
        "url": "https://example.org/a", "failed": 4, "failing": "2026-10-01",
    }  # fmt: skip
    save(preview, project, "briefs/sources/paper.yml", f"{SOURCE}url: https://example.org/a\n")
    save(preview, project, "links.jsonl", json.dumps(entry) + "\n")
    assert list(preview._state.view.links.gone) == ["paper"]
    save(preview, project, "links.jsonl", "<<<<<<<\n")
    assert "link-state" in str(preview.problems)
    shown = preview.source("links.jsonl")
    assert shown is not None
    assert "1 error" in shown.html


def test_a_reference_to_what_is_not_there_yet_waits_for_all_files(preview: Preview, project: Path) -> None:
    """A brief that names a new source, saved together with it."""
    source = project / "briefs/sources/other.yml"
    source.write_text((project / "briefs/sources/paper.yml").read_text())
    text = (project / BRIEF).read_text().replace("[paper]", "[other]")
    (project / BRIEF).write_text(text)
    preview.changed({project / BRIEF, source})
    preview.catch_up()
    assert "No problems" in preview.page(PLACE).html
    assert "sources/other/" in preview.page(PLACE).html


def test_what_was_saved_while_all_was_read_is_not_lost(
    preview: Preview, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page never goes back to what it was before the second save."""
    text = (project / BRIEF).read_text()
    first, second = (text.replace("that it happened", f"that it {word}") for word in ("rained", "snowed"))
    (project / BRIEF).write_text(first)
    preview.changed({project / BRIEF})
    read = preview._folder.all

    def reading_all(*args: object, **kwargs: object) -> object:
        state = read(*args, **kwargs)  # type: ignore[arg-type] # passed on
        monkeypatch.undo()
        (project / BRIEF).write_text(second)
        preview.changed({project / BRIEF})
        return state

    monkeypatch.setattr(preview._folder, "all", reading_all)
    preview.catch_up()
    assert "that it snowed" in preview.page(PLACE).html


def test_templates_docs_and_configuration_are_read_again(preview: Preview, project: Path) -> None:
    """A new page by hand, a new name of the site; what is wrong there leaves the pages as they were."""
    save(preview, project, "docs/about.md", "# About\n\nIt is new.\n")
    assert "It is new." in preview.page("about/index.html").html
    settings = (project / "mkdocs.yml").read_text()
    save(preview, project, "mkdocs.yml", settings.replace("Test Site", "Other Site"))
    assert "Other Site" in preview.page("index.html").html
    save(preview, project, "mkdocs.yml", "site_name: [\n")
    page = preview.page("index.html").html
    assert "The pages stay as they were:" in page
    assert "Other Site" in page
    save(preview, project, "mkdocs.yml", settings)
    assert "The pages stay" not in preview.page("index.html").html


def test_whatever_is_wrong_with_hooks_and_templates_is_said(preview: Preview, project: Path) -> None:
    """The preview goes on, and recovers when it is mended."""
    settings = (project / "mkdocs.yml").read_text()
    (project / "hook.py").write_text("def on_pre_build(config):\n    raise ValueError('no such thing')\n")
    save(preview, project, "mkdocs.yml", settings + "hooks: [hook.py]\n")
    assert "The pages stay as they were: ValueError: no such thing" in preview.page("index.html").html
    (project / "wrong.py").write_text("def on_pre_build(\n")
    save(preview, project, "mkdocs.yml", settings + "hooks: [wrong.py]\n")
    assert "The pages stay as they were: SyntaxError" in preview.page("index.html").html
    (project / "overrides").mkdir()
    (project / "overrides/main.html").write_text("{% extends 'base.html' %}{% block content %}")
    save(
        preview, project, "mkdocs.yml", settings.replace("font: false", "font: false, custom_dir: overrides")
    )
    page = preview.page("index.html").html
    assert "<h1>index.md cannot be made</h1>" in page
    assert "TemplateSyntaxError" in page
    assert "_preview/live.js" in page
    assert "cannot be made: TemplateSyntaxError" in preview.page("nothing/index.html").html
    (project / "overrides/main.html").write_text("{% extends 'base.html' %}")
    preview.changed({project / "overrides/main.html"})
    assert "Test Site" in preview.page("index.html").html


def test_news_come_as_soon_as_there_are_any(preview: Preview, project: Path) -> None:
    """Of the page, of its panel alone, or none."""
    now = preview.page(PLACE).news
    assert preview.wait(PLACE, now.page, now.panel, 0.01) is None
    assert preview.wait(PLACE, "", "", 5) == now
    save(preview, project, "briefs/entities/a.yml", "kind: [\n")
    after = preview.wait(PLACE, now.page, now.panel, 5)
    assert isinstance(after, News)
    assert (after.page == now.page, after.panel == now.panel) == (True, False)
    assert "1 error in 1 other file" in after.html


def test_a_file_is_shown_with_its_problems_under_its_lines(preview: Preview, project: Path) -> None:
    """Files of the record, and no others."""
    save(preview, project, BRIEF, (project / BRIEF).read_text().replace("by: a", "by: <b>"))
    shown = preview.source(BRIEF)
    assert shown is not None
    assert '1 error: <a href="#L9">line 9</a>' in shown.html
    assert '<li id="L9"><b>9</b><span>    by: &lt;b&gt;</span>' in shown.html
    assert "<code>&lt;b&gt;</code> is not the id of an entity" in shown.html
    for name in (
        "mkdocs.yml",
        "../outside",
        "/etc/passwd",
        "briefs/none.yml",
        "briefs/2022/../../mkdocs.yml",
    ):
        assert preview.source(name) is None


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("2022-02-05-it-happened", "briefs/2022-02-05-it-happened/"),
        ("2022-02-05-it-happened#it-happened", "briefs/2022-02-05-it-happened/#it-happened"),
        ("weapons", "weapons/"),
        ("a", "entities/a/"),
        ("old-a", "entities/a/"),
        ("paper", "sources/paper/"),
        ("timeline", "timeline/"),
        ("nothing", None),
        ("../mkdocs", None),
    ],
)
def test_names_lead_to_pages(
    name: str, address: str | None, project: Path, made: Callable[[], Preview]
) -> None:
    """Ids of all kinds, old ones too, claims and pages."""
    entity = project / "briefs/entities/a.yml"
    entity.write_text(entity.read_text() + "aliases: [old-a]\n")
    assert address == made().address_of(name)


def test_a_yaml_file_leads_to_its_page(
    project: Path, made: Callable[[], Preview], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an author's shell completes it."""
    monkeypatch.chdir(project)
    assert made().address_of(BRIEF) == "briefs/2022-02-05-it-happened/"
    assert made().like("2022-02-05-it-hapened") == "2022-02-05-it-happened"


def test_one_page_that_cannot_be_made_leaves_the_others(
    preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the program is named, and nothing else ends."""
    said: list[str] = []
    monkeypatch.setattr(preview, "_say", said.append)
    monkeypatch.setattr("briefing.pages.chronicle.timeline", lambda *_: 1 / 0)
    preview._state = preview._folder.all(preview._pipeline.site, preview._state)
    preview._take(preview._state)
    assert "This page cannot be made" in preview.page("timeline/index.html").html
    assert "ZeroDivisionError" in said[0]
    assert "A said that it happened." in preview.page(PLACE).html
