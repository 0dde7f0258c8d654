"""What a file offers and asks, found fast, and as a parser finds it."""

import pytest

from briefing.hypertext import inside, parsed, read

URL = "https://example.org/site/"


@pytest.mark.parametrize(
    ("to", "written"),
    [
        ("../x/#y", "../x/#y"),
        ("#y", "#y"),
        ("//x/#y", "https://example.org/site/x/#y"),
        ("/x/", "/site/x/"),
        ("/", "/site/"),
        (None, "/elsewhere/"),
        (None, "https://example.org/"),
        (None, "https://example.com/site/"),
        (None, "//example.org/site/x/"),
        (None, "mailto:a@example.org"),
        (None, "data:image/png;base64,AAAA"),
        (None, "JavaScript:alert(1)"),
        (None, "#"),
        (None, " "),
        ("x/?a=1&b=2", "x/?a=1&amp;b=2"),
        ("x/", " x/\n"),
    ],
)
def test_links_within_the_site(to: str | None, written: str) -> None:
    """One form for what stays on the site, and nothing for the rest."""
    assert to == inside(written, URL)


PAGES = [
    '<p id="a"><a href="x/">x</a><img src="y.png"></p>',
    "<p id='a'><a href='x/'>x</a></p>",
    "<p id=a><a href=x/>x</a></p>",
    '<p\nid="a"><a\thref="x/">x</a></p>',
    '<p ID="a"><a HREF="x/">x</a></p>',
    '<p>&lt;p id="a"&gt; is text, and so is &lt;a href="x/"&gt;</p>',
    '<p title="a > b" id="a">x</p>',
    '<form action="s/"><input name="q"></form>',
    '<p id="a&amp;b"><a href="x/?p&amp;q#%ED%95%9C">x</a></p>',
    '<p data-id="a"><a data-href="x/">x</a></p>',
    '<p class="b"id="a">x</p>',
    '<script>const a = "<a href=\\"x/\\">"</script><style>p { background: url(x.png) }</style>',
    "",
]


@pytest.mark.parametrize("text", PAGES)
def test_pages_are_read_as_a_parser_reads_them(text: str) -> None:
    """Whatever the way in which attributes are written."""
    assert parsed(text, URL) == read("page.html", text.encode(), URL)


@pytest.mark.parametrize(
    ("links", "name", "text"),
    [
        ({"//x/#y", "//z/"}, "feeds/all.atom", f'<a href="{URL}x/#y"/><b>{URL}z/.</b>'),
        ({"//x/"}, "llms.txt", f"- [x]({URL}x/): told\n"),
        ({"//briefs/long-name/"}, "calendar.ics", f"BEGIN:VCALENDAR\r\nURL:{URL}bri\r\n efs/long-name/\r\n"),
        (set(), "api/v1/x.json", f'{{"template": "{URL}briefs/{{id}}.json"}}'),
        (set(), "api/v1/openapi.json", f'{{"url": "{URL}api/v1"}}'),
        (set(), "picture.png", URL),
        ({"../font.woff2", "a.png"}, "css/x.css", 'a { src: url("../font.woff2"), url(a.png), url(data:x) }'),
    ],
)
def test_links_of_other_files(links: set[str], name: str, text: str) -> None:
    """The site's own address, written in full, is a link wherever it stands; style sheets have their own."""
    assert links == read(name, text.encode(), URL).links
