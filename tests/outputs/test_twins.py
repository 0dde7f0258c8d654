"""Twins: a page as Markdown that any reader of CommonMark shows as the page does."""

import re
from pathlib import Path

import pytest

from briefing.corpus import load
from briefing.markdown import inline
from briefing.outputs.twins import twin, twin_uri
from briefing.pages import render_pages
from briefing.view import Site, look

SITE = Site("Test Site", url="https://example.org/")
HOSTILE = "<script>alert(1)</script> | **x** {{ y }} [z](javascript:1) `c` _u_ &lt; # 1. a"

PAGE = """\
---
title: "A"
---
# A { data-pagefind-weight="1" }

**<time datetime="2022">2022</time>** · [Weapons](../weapons.md)
{ .brief-facts }

!!! note "Corrected"

    It was so. [All changes](#corrections)

<div class="claim claim-standing" markdown>

### It happened &#124; more { #it-happened data-toc-label="1. It" }

*Claim 1*{ .claim-number }
{ .claim-marks }

Who says so
:   [A](../entities/a.md)

Chain
:   One.

:   Two (<https://example.com/>).

<details class="cite" data-pagefind-ignore markdown>
<summary>Cite claim 1</summary>

APA 7
:   A.
    { .citation }

</details>

</div>

<figure class="measure">
<svg><text>3</text></svg>
</figure>

<div class="prose">
<p>An author's [own](x.md) &lt;b&gt;</p>
</div>

| When | What |
| --- | --- |
| 0&#46;5 | [CSV](x/cite.bib), [out](<https://example.com/a?b=1&amp;c=(2)>)<br>x |

```yaml
by: { a: [x](y.md) }
```
"""

TWIN = """\
# A

<https://example.org/briefs/x/>

**2022** · [Weapons](https://example.org/weapons/)

> **Corrected**
>
> It was so. [All changes](https://example.org/briefs/x/#corrections)

### It happened \\| more

<https://example.org/briefs/x/#it-happened>

*Claim 1*

**Who says so**

- [A](https://example.org/entities/a/)

**Chain**

- One.

- Two (<https://example.com/>).

<p>An author's [own](x.md) &lt;b&gt;</p>

| When | What |
| --- | --- |
| 0.5 | [CSV](https://example.org/briefs/x/cite.bib), [out](<https://example.com/a?b=1&c=(2)>) – x |

```yaml
by: { a: [x](y.md) }
```
"""


def test_a_page_and_its_twin() -> None:
    """Every mark that only Python-Markdown or a browser knows is gone; links are whole."""
    assert TWIN == twin("briefs/x.md", PAGE, SITE)


@pytest.mark.parametrize(
    ("expected", "uri"),
    [("index.md", "index.md"), ("weapons/index.md", "weapons.md"), ("briefs/index.md", "briefs/index.md"), ("briefs/x/index.md", "briefs/x.md")],
)  # fmt: skip
def test_a_twin_stands_beside_its_page(expected: str, uri: str) -> None:
    """In the folder of the page's address."""
    assert expected == twin_uri(uri)


def test_without_the_sites_address_links_start_from_the_twin() -> None:
    """They then lead to the pages' folders."""
    text = "# A\n\n[b](../weapons.md#x) [c](x/cite.bib) [d](#e) [f](../index.md)\n"
    assert (
        "# A\n\n<./>\n\n[b](../../weapons/#x) [c](cite.bib) [d](./#e) [f](../../)\n"
        == twin("briefs/x.md", text, Site("Test Site"))
    )  # fmt: skip


def test_hostile_text_stays_text() -> None:
    """What an author wrote keeps its words and no power, in CommonMark too."""
    made = twin("x.md", f"# {inline(HOSTILE)}\n", SITE).split("\n")[0]
    assert made == (
        r"# \<script\>alert(1)\</script\> \| \*\*x\*\* {{ y }} \[z\](javascript:1) \`c\` \_u\_ \&lt; \# 1. a"
    )
    assert "1\\. a" == twin("x.md", f"{inline('1. a')}\n", SITE).strip()


def test_no_page_of_the_site_leaves_a_mark_behind() -> None:
    """All pages of the project's own corpus, and those written by hand."""
    root = Path(__file__).parent.parent.parent
    view = look(load(root / "briefs").corpus, SITE)
    pages = [(p.uri, p.markdown) for p in render_pages(view)]
    pages += [(p.name, p.read_text(encoding="utf-8")) for p in sorted((root / "docs").glob("*.md"))]
    marks = re.compile(
        r"^(?:</?(?:div|details|figure|form|noscript|svg)\b|:   |!!! |---$)"  # wrappers and blocks
        r"|</?(?:abbr|small|span|time)\b|&#\d+;|\{ [.#]|\]\((?!<?(?:https?:|#))",  # within a line
        re.MULTILINE,
    )
    for uri, markdown in pages:
        prose = re.sub(r"(?ms)^```.*?^```$", "", twin(uri, markdown, SITE))
        assert not marks.search(prose), (uri, marks.search(prose))
        assert prose.startswith("# ")
