"""One page at a time, as a whole build makes it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing.build import build
from briefing.preview.session import Preview

PANEL = re.compile(r"<!--preview-->.*?<!--/preview-->", re.DOTALL)
HOOK = """\
def on_page_markdown(markdown, page, config, files):
    return markdown.replace("A said that it happened.", "A said that it happened!")

def on_post_page(output, page, config):
    return output.replace("</body>", "<!-- a hook was here --></body>")
"""
OVERRIDE = (
    '{% extends "base.html" %}{% block footer %}<footer>Ours: {{ page.title }}</footer>{% endblock %}\n'
)
SAMPLE = [
    "", "weapons/", "briefs/", "briefs/2022-02-05-panel-report-cyber-revenue/", "briefs/2017-09-03-sixth-nuclear-test/",
    "entities/", "entities/dprk/", "sources/", "sources/un-panel-report-2022-02/", "measures/",
    "measures/nuclear-test-yield/", "timeline/", "disputed/", "corrections/", "rules/", "reference/", "glossary/",
    "data/", "search/", "how-to-read/", "how-to-write/", "about/",
]  # fmt: skip
"""A page of each kind, of the project's own site."""


def same(preview: Preview, site: Path, places: list[str]) -> None:
    """Hold each page against the one that was built."""
    for place in places:
        shown = preview.page(place)
        assert shown.found, place
        assert len(PANEL.findall(shown.html)) == 1
        assert PANEL.sub("", shown.html) == (site / place).read_text(), place


def pages(site: Path) -> list[str]:
    """Return where the pages of a built site stand, but for redirects."""
    found = [p.relative_to(site).as_posix() for p in site.rglob("index.html")]
    return [p for p in found if "<title>Moved</title>" not in (site / p).read_text()]


def test_every_page_is_the_one_that_is_built(project: Path, made: Callable[[], Preview]) -> None:
    """Byte for byte, but for the panel."""
    site = build(project / "mkdocs.yml").site
    places = pages(site)
    assert len(places) > 15
    same(made(), site, places)


def test_hooks_overrides_and_other_plugins_take_part(project: Path, made: Callable[[], Preview]) -> None:
    """As in a build; a navigation without titles has those of the pages."""
    (project / "hook.py").write_text(HOOK)
    (project / "overrides" / "partials").mkdir(parents=True)
    (project / "overrides" / "partials" / "footer.html").write_text(OVERRIDE)
    (project / "docs" / "about.md").write_text(
        "---\nicon: material/information\n---\n# About us\n\n## Corrections\n"
    )
    settings = (project / "mkdocs.yml").read_text()
    settings = settings.replace("font: false", "font: false, custom_dir: overrides").replace(
        "- About: about.md", "- about.md"
    )
    (project / "mkdocs.yml").write_text(settings + "hooks: [hook.py]\n")
    site = build(project / "mkdocs.yml").site
    text = (site / "briefs/2022-02-05-it-happened/index.html").read_text()
    assert "A said that it happened!" in text
    assert "Ours: A says one thing" in text
    assert "About us" in text
    same(made(), site, pages(site))


def test_pages_of_the_projects_own_site(real_site: Path) -> None:
    """A page of each kind, of a record that has everything."""
    root = Path(__file__).parent.parent.parent
    preview = Preview(root / "mkdocs.yml", root, lambda _: None)
    preview.load()
    try:
        same(preview, real_site, [f"{place}index.html" for place in SAMPLE])
    finally:
        preview.close()


def test_drafts_are_shown_and_marked(project: Path, made: Callable[[], Preview]) -> None:
    """Briefs whose status says so, and hand-written pages that the site is built without."""
    brief = project / "briefs/2022/2022-02-05-it-happened.yml"
    brief.write_text(brief.read_text() + "status: draft\n")
    (project / "docs" / "secret.md").write_text("# Secret\n")
    settings = project / "mkdocs.yml"
    settings.write_text(settings.read_text() + "draft_docs: secret.md\n")
    preview = made()
    assert (
        "A draft: the site is built without it."
        in preview.page("briefs/2022-02-05-it-happened/index.html").html
    )
    shown = preview.page("secret/index.html").html
    assert '<div class="mkdocs-draft-marker"' in shown
    assert "Secret" in shown


@pytest.mark.parametrize(
    ("place", "holds"),
    [
        ("stylesheets/briefing.css", b"--briefing-line"),
        ("feeds/all.atom", b"<feed"),
        ("data/claims.csv", b"it-happened"),
        ("data/SHA256SUMS", b"claims.csv"),
        ("api/v1/briefs.json", b"2022-02-05-it-happened"),
        ("briefs/2022-02-05-it-happened/cite.bib", b"A says one thing"),
        ("briefs/2022-02-05-it-happened/index.md", b"# A says one thing"),
        ("assets/cards/2022-02-05-it-happened.png", b"\x89PNG"),
        ("schema/v1/brief.json", b"bottom_line"),
        ("llms.txt", b"A says one thing"),
        ("entities/old-a/index.html", b"../a/"),
    ],
)
def test_other_files_are_made_when_they_are_asked_for(
    place: str, holds: bytes, project: Path, made: Callable[[], Preview]
) -> None:
    """Those of the theme, and all that the record gives."""
    entity = project / "briefs/entities/a.yml"
    entity.write_text(entity.read_text() + "aliases: [old-a]\n")
    found = made().file(place)
    assert found is not None
    assert holds in (found.read_bytes() if isinstance(found, Path) else found)


def test_every_file_of_a_build_but_those_for_machines_is_there(
    project: Path, made: Callable[[], Preview]
) -> None:
    """What a build writes, a preview can serve; search has a way of its own."""
    site = build(project / "mkdocs.yml").site
    preview = made()
    made_by_others = ("sitemap.xml", "404.html", "SHA256SUMS", "search/", "pagefind/")
    for path in site.rglob("*"):
        place = path.relative_to(site).as_posix()
        if path.is_dir() or place.startswith(made_by_others) or preview.has_page(place):
            continue
        found = preview.file(place)
        assert found is not None, place
        assert (found.read_bytes() if isinstance(found, Path) else found) == path.read_bytes(), place
