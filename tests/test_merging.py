"""Pieces of an index put together: all that Pagefind finds when it is given every page at once."""

import json
import random
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cbor2
import pytest

from briefing import merging, pieces, search
from briefing.chunks import listed
from briefing.indexing import index_site
from briefing.search import ENTRY, decoded, meta_name, searched
from briefing.service import Pagefind

PAGE = """<!doctype html><html lang="en"><head><title>T</title>{head}</head><body><article>
<h1{mark}>{title}</h1><div data-pagefind-body><h2 id="a">{heading}</h2><p>{text}</p>
<p data-pagefind-weight="{weight}">{more}</p></div></article></body></html>
"""

WORDS = """missile missiles cafe café Café résumé resume naïve naive 북한 화성 화성-17 $50 $5 S/2022/132 sanction
sanctions sanctioned test tests testing tested nuclear_test a-b-c 한국어 Ünder under zebra IT it""".split()  # noqa: SIM905 - so it can be read


@dataclass(frozen=True, slots=True)
class Found:
    """All that an index holds, by pages' addresses and not by their numbers."""

    words: dict[str, dict[str, Any]]
    spellings: dict[str, dict[str, dict[str, Any]]]
    filters: dict[str, dict[str, list[str]]]
    orders: dict[str, list[str]]
    lengths: dict[str, int]
    fields: list[str]
    texts: dict[str, Any]


def read(files: dict[str, bytes]) -> Found:
    """Decode an index."""
    (about,) = json.loads(files[ENTRY])["languages"].values()
    name = meta_name(about["hash"])
    _, pages, chunks, filters, orders, fields = decoded(files[name], name)
    texts = [decoded(files[n], n) for n in (f"fragment/{old}.pf_fragment" for old, _ in pages)]
    urls = [text["url"] for text in texts]
    assert about["page_count"] == len(set(urls)) == len(urls)

    def on(places: list[Any]) -> dict[str, Any]:
        number, found = 0, {}
        for step, at, told in places:
            number += step
            found[urls[number]] = (at, [n if n >= 0 else fields[-n - 1] for n in told])
        assert len(found) == len(places)
        return found

    words, spellings = {}, {}
    for _, _, old in chunks:
        for word, places, forms in decoded(files[f"index/{old}.pf_index"], "index")[0]:
            assert word not in words
            words[word] = on(places)
            spellings[word] = {form: on(own) for form, own in forms}
    assert list(words) == sorted(words)
    values = dict(decoded(files[f"filter/{old}.pf_filter"], "filter") for _, old in filters)
    return Found(
        words,
        spellings,
        {title: {v: [urls[n] for n in numbers] for v, numbers in found} for title, found in values.items()},
        {key: [urls[n] for n in numbers] for key, numbers in orders},
        {url: words for url, (_, words) in zip(urls, pages, strict=True)},
        fields,
        dict(zip(urls, texts, strict=True)),
    )


def corpus(chance: random.Random, number: int) -> dict[str, str]:
    """Return pages whose words, filters, dates and other details are a matter of chance."""

    def some(most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randrange(most)))

    def one() -> str:
        head = [f'<meta data-pagefind-meta="title[content]" content="{some(4) or "x"}">']
        for name, values in (("topic", "abc"), ("kind", "de"), ("year", "12345")):
            some_of = chance.sample(values, chance.randrange(3) if len(values) > 2 else 1)
            head += [f'<meta data-pagefind-filter="{name}[content]" content="{value}">' for value in some_of]
        if chance.random() < 0.8:
            day = f"20{chance.randrange(10, 26)}-0{chance.randrange(1, 9)}-11"
            head.append(f'<meta data-pagefind-meta="date[content]" content="{day}">')
            head.append(f'<meta data-pagefind-sort="date[content]" content="{day}">')
        if chance.random() < 0.3:
            head.append(f'<meta data-pagefind-sort="rank[content]" content="{chance.randrange(200) / 4}">')
        if chance.random() < 0.1:
            head.append('<meta data-pagefind-meta="author[content]" content="café missile">')
        weight = chance.choice(["1", "0.4", "5"])
        mark = chance.choice(["", ' data-pagefind-meta="alias"', ' data-pagefind-sort="alias:b, size:7"'])
        return PAGE.format(
            head="\n".join(head),
            mark=mark,
            title=some(3),
            heading=some(5),
            text=some(60),
            weight=weight,
            more=some(9),
        )

    return {f"p{chance.randrange(10**6)}/index.html": one() for _ in range(number)}


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of an index."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def written(site: Path, pages: dict[str, str]) -> Path:
    """Write a site."""
    for name, html in pages.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(html)
    return site


@pytest.mark.parametrize("seed", range(6))
def test_an_index_of_pieces_is_that_of_all_pages(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every word with its pages and places, spellings, filters, orders, lengths, details, and texts."""
    chance = random.Random(seed)  # noqa: S311 - a seed's
    pages = corpus(chance, 1 + seed * 30)
    with Pagefind() as pagefind:
        whole = pagefind.index([(name, searched(html) or "") for name, html in sorted(pages.items())])
    monkeypatch.setattr(pieces, "LEAST", 4)
    monkeypatch.setattr(pieces, "MOST", 9)
    assert len(list(pieces.cut(sorted(pages)))) > seed * 3
    site = written(tmp_path, pages)
    count = index_site(site)
    one, other = read(files_of(site / "pagefind")), read(whole)
    assert count == len(other.lengths)
    assert one.words == other.words
    for attribute in ("spellings", "filters", "orders", "lengths", "fields", "texts"):
        assert getattr(one, attribute) == getattr(other, attribute), attribute


def test_the_words_of_one_piece_are_as_pagefind_writes_them(tmp_path: Path) -> None:
    """Byte for byte, however they are put into chunks."""
    pages = corpus(random.Random(7), 40)  # noqa: S311 - a seed's
    with Pagefind() as pagefind:
        whole = pagefind.index([(name, searched(html) or "") for name, html in sorted(pages.items())])
    index_site(written(tmp_path, pages))

    def words(files: dict[str, bytes]) -> bytes:
        (about,) = json.loads(files[ENTRY])["languages"].values()
        _, _, chunks, *_ = decoded(files[meta_name(about["hash"])], "meta")
        contents = [search.opened(files[f"index/{name}.pf_index"], "index") for _, _, name in chunks]
        return b"".join(text for content in contents for _, text in listed(content))

    assert words(files_of(tmp_path / "pagefind")) == words(whole)


def test_a_piece_is_kept_whole() -> None:
    """What is read again is what was packed, and another form is refused."""
    pages = corpus(random.Random(8), 20)  # noqa: S311 - a seed's
    with Pagefind() as pagefind:
        given = [(name, searched(html) or "") for name, html in sorted(pages.items())]
        piece = pieces.read(pagefind.index(given), {name: search.sorts_of(html) for name, html in given})
    assert pieces.unpacked(piece.packed()) == piece
    assert piece.others
    for spoilt in (b"", b"x", piece.packed()[:-9], zlib.compress(b"\x80"), zlib.compress(b"\x01")):
        with pytest.raises(ValueError, match="cannot be read"):
            pieces.unpacked(spoilt)


def piece_of(digests: list[str]) -> pieces.Piece:
    """Return a piece without words, whose pages' texts have digests."""
    pages = tuple(pieces.Page(n, digest, {"date": f"20{n:02}"}) for n, digest in enumerate(digests, 10))
    return pieces.Piece("1.5.2", pages, (), {}, pieces.Runs.empty(), {})


def test_names_tell_apart_what_begins_alike() -> None:
    """Whatever else there is, and in whatever order."""
    alike = ["abcdefgh1", "abcdefgh2", "abcdefg99", "b" * 9]
    names = merging.merged([piece_of(alike)]).fragments
    assert names == merging.merged([piece_of(alike[2:]), piece_of(alike[:2])]).fragments
    assert len(set(names.values())) == len(alike)
    assert names["b" * 9] == "b" * search.DIGITS
    assert names["abcdefgh1"] == "abcdefgh1"
    assert names["abcdefg99"] == "abcdefg9"


def test_one_of_several_indexes_has_dates_in_a_file() -> None:
    """And no orders, which Pagefind takes for those of all indexes."""
    index = merging.merged([piece_of(["abcdefgh1", "b" * 9])], "s")
    assert index.dates == {"sabcde": "2010", "sbbbbb": "2011"}
    *_, orders, _ = cbor2.loads(index.meta)
    assert orders == []
    assert merging.merged([piece_of(["a" * 9])]).dates is None


def test_pages_that_come_and_go_move_few_pieces() -> None:
    """The ends of other pieces stay, as they are told by addresses."""
    pages = [f"briefs/{1990 + n // 100}-{n % 100:02}-brief/index.html" for n in range(3000)]
    before = {tuple(piece) for piece in pieces.cut(pages)}
    assert {len(piece) <= pieces.MOST for piece in before} == {True}
    for n in (0, 700, 1501, 2999):
        after = {tuple(piece) for piece in pieces.cut(pages[:n] + pages[n + 1 :])}
        assert [page for piece in pieces.cut(pages) for page in piece] == pages
        assert len(after - before) <= 3


@pytest.mark.parametrize("seed", range(8))
def test_an_amended_piece_is_that_of_the_new_pages(seed: int) -> None:
    """Some of its pages are others now: Pagefind is asked for those alone, or says that it cannot be told."""
    chance = random.Random(seed)  # noqa: S311 - a seed's
    pages = dict(sorted(corpus(chance, 12).items()))
    places = sorted(chance.sample(range(12), 1 + seed % 3))
    names = [list(pages)[n] for n in places]
    amended = pages | dict(zip(names, corpus(chance, len(names)).values(), strict=True))
    with Pagefind() as pagefind:

        def piece(given: dict[str, str]) -> pieces.Piece:
            htmls = [(name, searched(html) or "") for name, html in given.items()]
            return pieces.read(pagefind.index(htmls), {name: search.sorts_of(html) for name, html in htmls})

        before, whole, few = piece(pages), piece(amended), piece({name: amended[name] for name in names})
    assert few.amended([0], before) is None
    found = before.amended(places, few)
    if found is None:
        assert few.fields != before.fields
        fields = sorted({*before.fields, *few.fields})
        few, before, whole = (merging._refielded(piece, fields) for piece in (few, before, whole))
        found = before.amended(places, few)
    assert found is not None
    assert as_sets(found) == as_sets(whole)
    assert merging.merged([found], "s") == merging.merged([whole], "s")


def as_sets(piece: pieces.Piece) -> list[object]:
    """Return what a piece holds, whatever its order."""
    runs = {word: set(zip(*runs.columns, strict=True)) for word, runs in piece.others.items()}
    return [piece.pages, piece.fields, piece.filters, set(zip(*piece.runs.columns, strict=True)), runs]
