"""The Markdown as Hugo gets it: links as addresses, keys where Hugo leaves them alone."""

import json
from pathlib import Path

import pytest

from bench.hugo import address, prepare

PAGE = """\
---
title: "A theft"
kind: "brief"
find: {"kind": ["Brief"]}
---
# A theft

*Claim 1*{ .claim-number } *Disputed*{ .mark .mark-disputed }
{ .claim-marks }

### What is said { #first data-toc-label="1. First" }

Says :   [A](../entities/a.md#by), [here](#first), [away](https://example.org/x_(y)), [home](../index.md), [all](index.md)
    { .citation }
"""


@pytest.mark.parametrize(
    ("link", "to"),
    [
        ("../sources/x.md", "/sources/x/"),
        ("y.md#part", "/briefs/y/#part"),
        ("index.md", "/briefs/"),
        ("../index.md", "/"),
        ("y/cite.bib", "/briefs/y/cite.bib"),
        ("#part", "#part"),
        ("/data/", "/data/"),
        ("https://example.org/a.md", "https://example.org/a.md"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_links_become_addresses(link: str, to: str) -> None:
    """As MkDocs resolves them, from the page that they stand on."""
    assert address(link, "briefs/x.md") == to


def test_a_project_is_prepared(tmp_path: Path) -> None:
    """Every page and file is there, with the navigation as a menu."""
    rendered = tmp_path / "rendered"
    for name, text in {
        "docs/index.md": "# Home\n",
        "docs/briefs/index.md": "# Briefs\n",
        "docs/briefs/x.md": PAGE,
        "docs/feeds/all.atom": "<feed/>",
        "mkdocs.yml": json.dumps({
            "site_name": "S", "site_url": "https://example.org/",
            "nav": [{"Home": "index.md"}, {"More": [{"Briefs": "briefs/index.md"}, "about.md"]}],
        }),
    }.items():  # fmt: skip
        path = rendered / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    out = tmp_path / "hugo"
    assert prepare(rendered, out) == 3
    assert (out / "static/feeds/all.atom").read_text() == "<feed/>"
    assert (out / "content/_index.md").read_text() == "# Home\n"
    assert (out / "content/briefs/_index.md").is_file()
    assert (out / "layouts/_default/baseof.html").is_file()
    head, text = (
        (out / "content/briefs/x.md").read_text(encoding="utf-8").removeprefix("---\n").split("---\n")
    )
    assert head == 'title: "A theft"\nparams:\n  kind: "brief"\n  find: {"kind": ["Brief"]}\n'
    assert "*Claim 1* *Disputed*\n\n### What is said {#first}\n" in text
    assert (
        "[A](/entities/a/#by), [here](#first), [away](https://example.org/x_(y)), [home](/), [all](/briefs/)\n"
        in text
    )
    assert "{ ." not in text
    menu = json.loads((out / "hugo.json").read_text())["menus"]["main"]
    assert [(e["name"], e.get("parent"), e.get("url")) for e in menu] == [
        ("Home", None, "/"), ("More", None, None), ("Briefs", "More", "/briefs/"), ("about.md", "More", "/about/"),
    ]  # fmt: skip
