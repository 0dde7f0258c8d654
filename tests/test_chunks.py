"""Small chunks of an index's words: the same words, each in the chunk that a browser fetches for it."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing import chunks
from briefing.chunks import Chunk, Word, listed, packed

WORDS = st.lists(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=9) | st.text("ab", min_size=1, max_size=12),
    unique=True,
    max_size=120,
).map(sorted)


def index(words: list[str], pages: int = 3) -> list[object]:
    """Return words as Pagefind lists them: each with its pages, and no other spellings."""
    return [[word, [[1, [-25, n], []] for n in range(pages)], []] for word in words]


def rechunked(contents: list[bytes]) -> list[Chunk]:
    """Return small chunks of the words of larger ones."""
    every = [item for content in contents for item in listed(content)]
    return list(packed(Word(word[0], written) for word, written in every))


def chunk_for(found: list[Chunk], term: str) -> Chunk | None:
    """Return the chunk that Pagefind's `request_indexes` fetches for a term: it compares bytes."""
    key = term.encode()
    return next((c for c in found if c.first.encode() <= key <= c.last.encode()), None)


@given(WORDS, st.integers(1, 9))
def test_every_word_is_in_the_chunk_that_is_fetched_for_it(words: list[str], shares: int) -> None:
    """The words are all there, in their order, as they were written."""
    listed = index(words)
    large = [cbor2.dumps([listed[n : n + shares * 7]]) for n in range(0, len(listed), shares * 7)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "MOST", 80)
        found = rechunked(large)
    assert [w for c in found for w in cbor2.loads(c.content)[0]] == listed
    for word in words:
        chunk = chunk_for(found, word)
        assert chunk is not None
        assert word in [w[0] for w in cbor2.loads(chunk.content)[0]]


@given(WORDS)
def test_words_that_begin_alike_stay_together(words: list[str]) -> None:
    """Who has typed four letters gets every word that begins so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "MOST", 1)
        found = rechunked([cbor2.dumps([index(words)])])
    beginnings = [{w[0][: chunks.TOGETHER] for w in cbor2.loads(c.content)[0]} for c in found]
    assert sum(map(len, beginnings)) == len(set().union(*beginnings))


@pytest.mark.parametrize("number", [0, 1, 23, 24, 255, 256, 65_535, 65_536])
def test_lists_of_any_length_are_read_and_written(number: int) -> None:
    """The head of an array has four forms (RFC 8949, section 3)."""
    words = [f"{n:06}" for n in range(number)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "MOST", 1 << 40)
        found = rechunked([cbor2.dumps([index(words, 1)])])
    assert [w for c in found for w in cbor2.loads(c.content)[0]] == index(words, 1)
    assert len(found) == (number > 0)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x81", b"\x80", cbor2.dumps({"a": 1}), cbor2.dumps([["a", [], []]]) + b"x", b"\x81\x9f\xff"],
    ids=["nothing", "no list", "an empty array", "a map", "something behind", "an array without a length"],
)
def test_another_form_is_refused(content: bytes) -> None:
    """A chunk that is not as Pagefind writes it is never taken for one."""
    with pytest.raises((ValueError, cbor2.CBORDecodeError)):
        rechunked([content])
