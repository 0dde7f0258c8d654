"""Escaping: no text changes the structure of a page, whatever it holds."""

import html
import re

import markdown as python_markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.markdown import (
    EXTENSIONS,
    Markdown,
    attribute,
    block,
    environment,
    external,
    front_matter,
    inline,
    join,
    plain,
    relative,
)

HOSTILE = "<script>alert(1)</script> | **x** {{ y }} [z](javascript:1) {: onclick=alert(1)}"

# Pieces that Markdown, HTML, Jinja and the extensions give a meaning to.
PIECES = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [HOSTILE, "<img src=x onerror=alert(1)>", "</h1>", "<!--", "-->", "]]>", "&amp;", "&lt;", "&#60;", "\n\n",
             "\n# h", "* ", "- ", "1. ", "+ ", "| a | b |\n|---|---|\n", "{: #x }", "{ #y .z }", "[x]: javascript:1",
             "![i](x)", "[l](y)", "`c`", "**", "__", "~~~", "```", "!!! note", ":   d", "*[HTML]: x", "\\", "\x02", "\x03",
             "$$", "{{", "{%", "%}", "<https://x>", ":smile:", "^[x]", "==", "--8<--", "\u2028", "/// note"]
        ),
    ),
    max_size=6,
).map("".join)  # fmt: skip


def rendered(source: str) -> str:
    """Return the HTML that the site's extensions make of Markdown."""
    extensions = [*EXTENSIONS, "fenced_code"]
    return python_markdown.markdown(source, extensions=extensions, extension_configs=dict(EXTENSIONS))


def text_of(made: str) -> str:
    """Return the words of HTML."""
    return html.unescape(re.sub("<[^>]*>", "", made))


def words(text: str) -> str:
    """Return text as a page shows it: white space and control characters collapsed."""
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).split())


@given(PIECES)
def test_inline_shows_just_its_words_in_a_paragraph(text: str) -> None:
    """A paragraph of escaped text is one paragraph whose text is the text."""
    if not words(text):
        return
    made = rendered(str(inline(text)))
    assert re.fullmatch(r"<p>[^<>]*</p>", made)
    assert text_of(made) == words(text)


@given(PIECES)
def test_inline_shows_just_its_words_in_a_heading(text: str) -> None:
    """A heading with an id keeps both, and gains no attribute."""
    if not words(text):
        return
    made = rendered(f"### {inline(text)} {{ #claim-id }}")
    assert re.fullmatch(r'<h3 id="claim-id">[^<>]*<a class="headerlink"[^<>]*>#</a></h3>', made)
    assert text_of(made).removesuffix("#") == words(text)


@given(PIECES, PIECES)
def test_inline_stays_in_its_cell_and_its_item(one: str, other: str) -> None:
    """Tables, lists and definitions keep their shape around escaped text."""
    if not (words(one) and words(other)):
        return
    made = rendered(
        f"| a | b |\n| --- | --- |\n| {inline(one)} | {inline(other)} |\n\n- {inline(one)}\n- {inline(other)}\n\nT\n:   {inline(one)}\n"
    )
    tags = re.findall(r"</?([a-z0-9]+)", made)
    assert (tags.count("td"), tags.count("li"), tags.count("dd"), tags.count("p")) == (
        4,
        4,
        2,
        tags.count("p"),
    )
    assert [words(text_of(c)) for c in re.findall("(?s)<td>(.*?)</td>", made)] == [words(one), words(other)]
    assert [words(text_of(c)) for c in re.findall("(?s)<li>(.*?)</li>", made)] == [words(one), words(other)]
    assert set(tags) <= {"table", "thead", "tbody", "tr", "th", "td", "ul", "li", "dl", "dt", "dd", "p"}


@given(PIECES)
def test_a_link_keeps_its_target(text: str) -> None:
    """A label cannot end its link or change where it leads."""
    if not words(text):
        return
    made = rendered(external(text, "https://example.org/a_b?x=1&copy=2*3"))
    assert re.fullmatch(r'<p><a href="https://example.org/a_b\?x=1&amp;copy=2\*3">[^<>]*</a></p>', made)
    assert text_of(made) == words(text)


@given(PIECES)
def test_front_matter_is_one_line_of_json_a_key(text: str) -> None:
    """A value cannot end the front matter, and is safe as HTML text and as an attribute."""
    lines = front_matter({"title": text}).split("\n")
    assert (lines[0], len(lines), lines[2]) == ("---", 4, "---")
    assert not re.search("[<>]|(?<!\\\\)'", lines[1])


@given(PIECES)
def test_block_lets_no_script_through(text: str) -> None:
    """An author's Markdown gives none but the allowed elements and attributes."""
    made = block(text)
    assert "\n\n" not in made
    inner = made.removeprefix('<div class="prose">').removesuffix("</div>")
    for tag, attributes in re.findall(r"<([a-zA-Z][a-zA-Z0-9]*)([^>]*)>", inner):
        assert tag in {
            "a", "blockquote", "br", "code", "del", "em", "h4", "hr", "li", "ol", "p", "pre", "strong", "sub", "sup",
            "table", "tbody", "td", "th", "thead", "tr", "ul",
        }  # fmt: skip
        names = re.findall(r'([a-z-]+)="', attributes)
        assert set(names) <= {"href", "title"}
    for href in re.findall(r'href="([^"]*)"', inner):
        assert re.match("https?://|#", html.unescape(href), re.IGNORECASE)


@given(PIECES)
def test_block_stays_one_block_of_its_page(text: str) -> None:
    """Whatever an author's Markdown holds, the page's next heading is still a heading."""
    made = rendered(f"{block(text)}\n\n## Next {{ #next }}\n")
    assert '<h2 id="next">Next' in made


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("plain words, kept: as they are (50%)", "plain words, kept: as they are (50%)"),
        ("a &lt; b", "a < b"),
        ("1&#46; not a list", "1. not a list"),
        ("&#45; not a list", "- not a list"),
        ("&#43; not a list", "+ not a list"),
        ("at 10:30, S/2022/132", "at 10:30, S/2022/132"),
        ("one line", " one\n line "),
    ],
)
def test_inline_escapes_no_more_than_it_must(expected: str, text: str) -> None:
    """The Markdown stays readable: only what has a meaning is escaped."""
    assert expected == inline(text)


def test_markdown_passes_as_it_is() -> None:
    """What is Markdown already is not escaped again, alone or in a template."""
    link = external("a", "https://example.org/")
    assert link == inline(link)
    assert (
        environment().from_string("{{ x }} {{ y }}").render(x=link, y="<")
        == "[a](<https://example.org/>) &lt;"
    )


def test_a_macro_keeps_what_it_made() -> None:
    """A macro's text is not escaped twice."""
    template = environment().from_string("{% macro m(x) %}**{{ x }}**{% endmacro %}{{ m('*') }}")
    assert template.render() == "**&#42;**"


@pytest.mark.parametrize(
    ("expected", "source", "target"),
    [
        ("../sources/x.md", "briefs/b.md", "sources/x.md"),
        ("briefs/b.md#c", "index.md", "briefs/b.md#c"),
        ("#c", "briefs/b.md", "briefs/b.md#c"),
        ("b.md", "briefs/b.md", "briefs/b.md"),
        ("../weapons.md", "briefs/index.md", "weapons.md"),
    ],
)
def test_relative_leads_from_page_to_page(expected: str, source: str, target: str) -> None:
    """Links are relative to the page that they stand on."""
    assert expected == relative(source, target)


@pytest.mark.parametrize(
    ("expected", "parts"), [("", []), ("a", ["a"]), ("a and b", ["a", "b"]), ("a, b and c", ["a", "b", "c"])]
)
def test_join_lists_as_english_does(expected: str, parts: list[str]) -> None:
    """Parts stand with commas and an "and"."""
    assert expected == join(parts)


def test_block_keeps_the_blank_lines_of_code() -> None:
    """Code shows as written, though no blank line stands in the page's file."""
    made = block("    a\n\n    b\n")
    assert made == '<div class="prose">\n<pre><code>a&#10;\nb\n</code></pre>\n</div>'


def test_block_makes_every_heading_one_level() -> None:
    """An author's headings cannot pass for the page's own."""
    assert block("# A\n\nb") == '<div class="prose">\n<h4>A</h4>\n<p>b</p>\n</div>'


def test_plain_has_the_words_only() -> None:
    """Markdown's marks, and scripts with what is in them, are gone."""
    assert plain("**bold** [link](https://example.org/)<script>alert(1)</script>") == "bold link"


def test_attribute_is_safe_in_quotes() -> None:
    """Quotes and brackets become entities."""
    assert attribute("\"<'>") == "&quot;&lt;&#x27;&gt;"
    assert isinstance(attribute(""), Markdown)
