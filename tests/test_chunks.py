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


def fetched(found: list[Chunk], term: str) -> list[Chunk]:
    """Return the chunks that Pagefind's `request_indexes` fetches for a term: it compares bytes."""
    key = term.encode()
    return [c for c in found if any(a.encode() <= key <= b.encode() for a, b in c.ranges)]


def words_of(chunk: Chunk) -> list[str]:
    """Return the words of a chunk."""
    return [word for word, *_ in cbor2.loads(chunk.content)[0]]


def small(patch: pytest.MonkeyPatch, most: int, frequent: int = 60, apart: int = 30) -> None:
    """Let chunks be so small."""
    patch.setattr(chunks, "MOST", most)
    patch.setattr(chunks, "FREQUENT", frequent)
    patch.setattr(chunks, "APART", apart)


@given(WORDS, st.integers(1, 9), st.sets(st.integers(0, 119), max_size=20))
def test_every_word_is_in_a_chunk_that_is_fetched_for_it(
    words: list[str], shares: int, frequent: set[int]
) -> None:
    """The words are all there, in their order, as they were written."""
    listed = [index([word], 20 if n in frequent else 3)[0] for n, word in enumerate(words)]
    large = [cbor2.dumps([listed[n : n + shares * 7]]) for n in range(0, len(listed), shares * 7)]
    with pytest.MonkeyPatch.context() as patch:
        small(patch, 80)
        found = rechunked(large)
    assert [w for c in found for w in cbor2.loads(c.content)[0]] == listed
    for word in words:
        assert [word in words_of(c) for c in fetched(found, word)].count(True) == 1


@given(WORDS, st.sets(st.integers(0, 119), max_size=20))
def test_who_types_four_letters_finds_all_words_that_begin_so(words: list[str], frequent: set[int]) -> None:
    """Whether they stand in one chunk or, as one of them is frequent, in several."""
    listed = [index([word], 20 if n in frequent else 3)[0] for n, word in enumerate(words)]
    with pytest.MonkeyPatch.context() as patch:
        small(patch, 1)
        found = rechunked([cbor2.dumps([listed])])
    for word in words:
        for n in range(chunks.TOGETHER, len(word) + 1):
            there = {w for c in fetched(found, word[:n]) for w in words_of(c)}
            assert {w for w in words if w.startswith(word[:n])} <= there


def test_a_frequent_word_stands_alone() -> None:
    """But for what begins with it. What is not there costs one chunk."""
    words = ["missan", "missil", "mission", "missionari", "misster", "mo"]
    listed = [index([word], 9 if word == "mission" else 2)[0] for word in words]
    with pytest.MonkeyPatch.context() as patch:
        small(patch, 70, 70, 40)
        found = rechunked([cbor2.dumps([listed])])

    def of(term: str) -> list[list[str]]:
        return [words_of(c) for c in fetched(found, term)]

    alone, others = ["mission", "missionari"], ["misster", "mo"]
    assert of("missil") == of("missan") == [["missan", "missil"]]
    assert of("mission") == of("missio") == of("missionari") == [alone]
    assert of("missi") == [["missan", "missil"], alone]
    assert of("miss") == [["missan", "missil"], alone, others]
    for missing in ("missim", "missin", "missions", "mistake", "mitten", "z", "a"):
        assert len(of(missing)) == (missing != "a"), missing


@pytest.mark.parametrize("number", [0, 1, 23, 24, 255, 256, 65_535, 65_536])
def test_lists_of_any_length_are_read_and_written(number: int) -> None:
    """The head of an array has four forms (RFC 8949, section 3)."""
    words = [f"{n:06}" for n in range(number)]
    with pytest.MonkeyPatch.context() as patch:
        small(patch, 1 << 40, 1 << 40)
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
