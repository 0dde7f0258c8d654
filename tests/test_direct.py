"""Pages that are made in one pass are byte for byte those of Python-Markdown, or are left to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.structure.pages import Page

from bench.synthetic import generate
from briefing.corpus import load
from briefing.engine import conversion
from briefing.engine.conversion import Converter, FastFiles
from briefing.engine.direct import Unknown, direct
from briefing.markdown import EXTENSIONS, block, inline, split_front_matter
from briefing.pages import render_pages
from briefing.view import Site, look

PAGES = Path(__file__).parent / "cases" / "pages"


def _config() -> MkDocsConfig:
    """Return settings like those of the site, with the extension that MkDocs adds."""
    made = load_config(config_file=None, theme={"name": "mkdocs"}, plugins=[], docs_dir=str(PAGES))
    made.edit_uri = None
    made.markdown_extensions = ["fenced_code", *EXTENSIONS]
    made.mdx_configs = {"toc": dict(EXTENSIONS["toc"])}
    return made


CONFIG = _config()


def _rendered(texts: list[tuple[str, str]], *, made: bool) -> list[tuple[object, ...]]:
    """Return all that a converter says of pages, each given with its file."""
    names = [*(uri for uri, _ in texts), "x.md"]
    files = [File(n, None, "site", use_directory_urls=True) for n in dict.fromkeys(names)]
    known = FastFiles(files)
    converter = Converter(CONFIG, known)
    seen: list[tuple[object, ...]] = []
    for uri, text in texts:
        page = Page(None, known.src_uris[uri], CONFIG)
        page.markdown = text
        known.asked.clear()
        if made:
            converter.render(page, made=True)
        else:
            page.render(CONFIG, known)
        # MkDocs takes `<https://e.org/id/>` for a tag with an id.
        anchors = sorted(filter(None, page.present_anchor_ids or ()))
        # Headings' links to themselves lead somewhere: nobody needs to look.
        links = [
            (to.src_uri, anchor, url)
            for to, found in (page.links_to_anchors or {}).items()
            for anchor, url in found.items()
            if to is not page.file or anchor not in anchors
        ]
        seen.append(
            (page.content, str(page.toc), page._title_from_render, anchors, links, sorted(known.asked))
        )
    return seen


def _records(folder: Path) -> Iterator[Path]:
    for case in sorted(PAGES.glob("*.yml")):
        for name, text in (yaml.safe_load(case.read_text()).get("files") or {}).items():
            path = folder / case.stem / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield folder / case.stem
    generate(folder / "synthetic", 30)
    yield folder / "synthetic" / "briefs"


def test_pages_of_templates_are_those_of_mkdocs(tmp_path: Path) -> None:
    """All pages of several records; nearly all of them are made in one pass."""
    unknown = total = 0
    for folder in _records(tmp_path):
        site = Site("Test", url="https://example.org/")
        pages = [
            (p.uri, (split_front_matter(p.markdown) or ("",))[0])
            for p in render_pages(look(load(folder).corpus, site))
        ]
        for (uri, text), ours, theirs in zip(
            pages, _rendered(pages, made=True), _rendered(pages, made=False), strict=True
        ):
            assert ours == theirs, uri
            total += 1
            try:
                direct(text, str, "")
            except Unknown:
                unknown += 1
    assert unknown / total < 0.25, (unknown, total)


FORMS = [
    "# T\n\n", "## T { #t }\n\n", "### A *b* [c](x.md#t) { .u #t data-toc-label=\"L&#x27;s  m\" }\n\n", "## T\n\n",
    "a\n{ .c .d }\n\n", "*a b*{ .m } **c**, [d](<http://e.org/a_b*c(d)?e=f&amp;g>)\n", "\n\n", "\n", " ", "a", "b ",
    "- a\n", "- [b](x.md)<br><small data-k=\"v\">c</small>\n", "    - b\n", "1. a\n", "2. b\n", "3. *c*{ .d }\n",
    "Term\n:   text\n\n", "T\nU\n:   text\n    { .c }\n\n", ":   more\n\n", "T\n:   text\n\n    below\n\n",
    "    below\n\n", "| a | b |\n| --- | --- |\n| c |  |\n| [d](x.md) | **e** |\n\n", "| c | d |\n",
    "<div class=\"a\" markdown>\n\n", "<div class=\"b\" hidden markdown>\n", "</div>\n\n", "</div>\n", "</details>\n\n",
    "<details class=\"c\" data-x markdown>\n<summary>S</summary>\n\n", "!!! note \"Title\"\n\n    text\n\n",
    "!!! warning \"T [x](x.md)\"\n\n    text\n    { .c }\n\n    more\n\n", "> a [b](x.md)\n\n", "> c\n> d\n\n", ">",
    "<div class=\"prose\">\n<p id=\"p\">a *b* [c](d)\ne &amp; f</p>\n</div>\n\n", "***\n\n", "---\n", "===\n", "[TOC]\n\n",
    "<time datetime=\"2020\">x</time>", "&#35;", "&amp;", "&", "*", "**", "*a*", "**b**", "_", "`", "\\", "[", "](x.md)", "]",
    "![a](b)", "{ .c }", "{ #t }", "{", "}", "|", ":", ": ", ":   ", "#", "!", "- ", "1. ", "  \n", "\t", "\u00a0", "~~~\n",
    "<b>", "<!-- a -->", "<br>", "<p>", "[r]: http://e.org/\n", "[a][r]", "(*c*)", "x*d*y", "[*e*](#t)", "[n](no.md)", "[o](a&b.md)", "é*f*",
]  # fmt: skip
"""What templates write, and what would be read as something else."""


@settings(max_examples=600)
@given(st.lists(st.sampled_from(FORMS), min_size=1, max_size=14).map("".join))
def test_any_forms_together(text: str) -> None:
    """Whatever stands beside what."""
    try:
        theirs = _rendered([("y/z.md", text)], made=False)
    except Exception as fault:
        with pytest.raises(type(fault)):
            _rendered([("y/z.md", text)], made=True)
        return
    assert _rendered([("y/z.md", text)], made=True) == theirs


@given(st.text(), st.text(), st.text())
def test_any_words(title: str, text: str, own: str) -> None:
    """Whatever authors write, once it is escaped as templates do."""
    page = f"# {inline(title)}\n\n{inline(text)}\n{{ .c }}\n\n- **{inline(own)}** [{inline(title)}](x.md)\n\n"
    page += f"T\n:   {inline(text)}\n\n{block(own)}\n\n| {inline(text)} | b |\n| --- | --- |\n| {inline(own)} |  |\n"
    assert _rendered([("y.md", page)], made=True) == _rendered([("y.md", page)], made=False)


def test_other_settings_are_left_to_python_markdown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what these extensions make, with these settings, is made in one pass."""
    monkeypatch.setattr(conversion, "direct", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        _rendered([("y.md", "# T")], made=True)
    monkeypatch.setitem(CONFIG.mdx_configs["toc"], "toc_depth", 3)
    assert _rendered([("y.md", "# T")], made=True) == _rendered([("y.md", "# T")], made=False)
