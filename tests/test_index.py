"""The index's files: the same for the same pages, and an honest answer where there can be none."""

import errno
import os
import random
import re
import stat
import zlib
from importlib.resources import files
from pathlib import Path

import pytest

from briefing import indexing, search, service
from briefing.indexing import index_pages, index_site
from briefing.search import Index, SearchFailed

PAGE = """\
<!doctype html><html lang="en"><head><title>T</title>
<meta data-pagefind-filter="kind[content]" content="{kind}">
<meta data-pagefind-filter="topic[content]" content="{topic}">
<meta data-pagefind-sort="date[content]" content="{date}"></head>
<body class="x"><nav>Menu menu</nav><article><h1>Top</h1>{before}
<div{body}><h2 id="part">Part</h2><p>{text}</p></div></article><footer>Foot</footer></body></html>
"""


def page(
    text: str,
    *,
    kind: str = "Brief",
    topic: str = "Weapons",
    date: str = "2022-01-01",
    before: str = "",
    body: bool = True,
) -> str:
    """Return a page with a text."""
    mark = " data-pagefind-body" if body else ""
    return PAGE.format(kind=kind, topic=topic, date=date, before=before, body=mark, text=text)


def write(site: Path, pages: dict[str, str]) -> Path:
    """Write pages in the order in which they are given."""
    for name, text in pages.items():
        path = site / name / "index.html"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return site


def tree(site: Path) -> dict[str, bytes]:
    """Return the files of a site's index."""
    folder = site / "pagefind"
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_an_index_depends_on_the_pages_alone(tmp_path: Path) -> None:
    """Not on the order in which they were written, nor on the run."""
    chance = random.Random(1)  # noqa: S311 - a seed's
    pages = {
        f"p{n}": page(
            f"missile number{n} flew",
            kind=chance.choice("abc"),
            topic=chance.choice("def"),
            date=f"2022-01-{n % 7 + 1:02}",
        )
        for n in range(60)
    }
    trees = []
    for number in range(3):
        names = list(pages)
        chance.shuffle(names)
        site = write(tmp_path / str(number), {name: pages[name] for name in names})
        assert index_site(site) == 60
        trees.append(tree(site))
    assert trees[0] == trees[1] == trees[2]
    assert {"filter", "fragment", "index"} == {name.partition("/")[0] for name in trees[0] if "/" in name}


def test_an_index_is_made_anew(tmp_path: Path) -> None:
    """Nothing is left of the one before."""
    site = write(tmp_path, {"a": page("one")})
    index_site(site)
    (site / "pagefind" / "index" / "old.pf_index").write_text("x")
    index_site(site)
    assert "index/old.pf_index" not in tree(site)


def test_some_pages_get_an_index_of_their_own(tmp_path: Path) -> None:
    """In a folder that is named for them."""
    site = write(tmp_path, {"a": page("one apple"), "b": page("one pear"), "c": page("one fig")})
    assert index_pages(site, ["c/index.html", "a/index.html"], "shards/2022") == 2
    index = Index(site / "shards" / "2022")
    assert ["/a/", "/c/"] == [index.fragment(n).url for n in sorted(index.find("one"))]
    assert not (site / "pagefind").exists()


def test_what_is_not_searched_is_left_out(tmp_path: Path) -> None:
    """Pages without a body to search, menus, and what stands beside the body."""
    site = write(tmp_path, {"a": page("one", before="<p>beside</p>"), "b": page("two", body=False)})
    assert index_site(site) == 1
    index = Index(site / "pagefind")
    assert [index.find(word) for word in ("menu", "foot", "besid", "two")] == [set()] * 4
    fragment = index.fragment(0)
    assert "one" in fragment.content
    assert {"part"} <= fragment.anchors


@pytest.mark.parametrize(
    "html",
    [
        page("apple <article>pear</article> fig"),
        page("apple </article> fig"),
        page("apple").replace("<article>", "<div>").replace("</article>", "</div>"),
        page("apple").replace("<body class", "<BODY class"),
        page("북한, 화성-17 & $50 million, S/2022/132"),
        "data-pagefind-body",
        "",
    ],
)
def test_leaving_out_changes_nothing_of_the_index(
    html: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Pagefind is given is less; what it makes is the same."""
    for name in ("whole", "part"):
        write(tmp_path / name, {"a": html, "b": page("one")})
    index_site(tmp_path / "part")
    monkeypatch.setattr(indexing, "searched", lambda text: text if search.BODY.search(text) else None)
    index_site(tmp_path / "whole")
    assert tree(tmp_path / "whole") == tree(tmp_path / "part")


CLAIM = """\
<h3 id="c">The Panel said that eleven took it.</h3>
<p class="claim-marks"><em class="claim-number">Claim 1</em> <em class="mark">Disputed</em></p>
<dl>
<dt>Who says so</dt>
<dd><a href="../e/">Panel</a></dd>
<dt>Chain</dt>
<dd><a href="../s/">The Courier, 6 May</a> reports that <a href="../e/">Panel</a> says so.</dd>
<dd><a href="../t/">The Courier, 7 May</a> relays <a href="../s/">The Courier, 6 May</a>, in which it does.</dd>
<dt>Evidence</dt>
<dd>1 document, 1 origin</dd>
<dt>Answer</dt>
<dd>A State: no.</dd>
<dt>Other figures</dt>
<dd>nearly 12</dd>
<dt>Conflicts with</dt>
<dd>another</dd>
<dt>Read with care</dt>
<dd>only relays were read</dd>
</dl>
<dl><dt>Evidence</dt> <dd>of a page by hand</dd></dl>"""


def test_of_a_claim_what_is_of_form_alone_is_left_out() -> None:
    """The same words below every claim: of the chain, the documents are kept, each once."""
    text = search.searched(page(CLAIM)) or ""
    told = " ".join(re.sub("<[^>]*>", "", text[text.index("<h3") : text.index("</article>")]).split())
    assert told.startswith(
        "The Panel said that eleven took it. Disputed Who says so Panel Chain The Courier, 6 May Panel"
        " The Courier, 7 May Answer A State: no. Evidence of a page by hand"
    )


def test_these_rows_are_called_as_the_pages_call_them() -> None:
    """Where the template calls one otherwise, it would be searched again."""
    template = (files("briefing") / "templates" / "brief.md.jinja").read_text(encoding="utf-8")
    for label in (*search.OF_FORM, search.CHAIN):
        assert f"\n{label}\n" in template
    for mark in ("{ .claim-marks }", "{ .claim-number }"):
        assert mark in template


def test_a_site_without_pages_has_an_index_of_nothing(tmp_path: Path) -> None:
    """A first build may have no page to search."""
    assert index_site(tmp_path) == 0


def test_compressed_files_name_no_time_and_no_system(tmp_path: Path) -> None:
    """Their first ten bytes are always the same (RFC 1952), and any reader takes them."""
    site = write(tmp_path, {"a": page("one")})
    index_site(site)
    for name, data in tree(site).items():
        if name.endswith((".pf_meta", ".pf_filter", ".pf_index", ".pf_fragment")):
            assert data[4:8] == b"\0\0\0\0", name
            assert zlib.decompress(data, wbits=31).startswith(b"pagefind_dcd")


# --- faults ------------------------------------------------------------------------------


def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program of a test's own in Pagefind's place."""
    path = tmp_path / "pagefind"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr("pagefind.service.get_executable", lambda: path)


@pytest.mark.parametrize(
    ("said", "script"),
    [
        ("the disk is on fire", "echo 'the disk is on fire' >&2; exit 1"),
        ("Pagefind ended without an index", "exit 0"),
        ("Pagefind ended without an index", "exec sleep 60"),
        ("no such page", "printf '%s,' $(printf '{\"payload\":{\"type\":\"Error\",\"message\":\"no such page\"}}' | base64 -w0); cat >/dev/null"),
        ("cannot be understood", "printf 'rubbish,'; cat >/dev/null"),
    ],
)  # fmt: skip
def test_a_pagefind_that_fails_is_told(
    said: str, script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended, silent, at a loss, or hanging: no traceback, and no waiting for ever."""
    monkeypatch.setattr(service, "_START", 0.5)
    site = write(tmp_path / "site", {f"p{n}": page("one " * 5000) for n in range(20)})
    program(tmp_path, monkeypatch, script)
    with pytest.raises(SearchFailed, match=said):
        index_site(site)
    assert not (site / "pagefind").exists()


def test_no_pagefind_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what is missing."""
    monkeypatch.setattr("pagefind.service.get_executable", lambda: None)
    with pytest.raises(SearchFailed, match="Pagefind is not installed"):
        index_site(write(tmp_path, {"a": page("one")}))


def test_a_page_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And Pagefind is not left waiting for it."""
    site = write(tmp_path, {"a": page("one"), "b": page("two")})
    read_text = Path.read_text

    def refuse(path: Path, encoding: str | None = None) -> str:
        if path.parent.name == "b":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return read_text(path, encoding=encoding)

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(OSError, match="Input/output error"):
        index_site(site)


def test_an_index_of_another_form_is_told(tmp_path: Path) -> None:
    """As another version of Pagefind might write it."""
    site = write(tmp_path, {"a": page("one")})
    index_site(site)
    (meta,) = (site / "pagefind").glob("*.pf_meta")
    meta.write_bytes(zlib.compress(b"another form", wbits=31))
    with pytest.raises(SearchFailed, match="is not in the form that Pagefind writes"):
        Index(site / "pagefind")
