"""Long files from ranges of the last one: byte for byte as if they were written anew."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefing.outputs.splicing import Frame, Splice, copy_file, write_spliced, write_texts

LIST = Frame(b'{"count":2,"items":[', b",", b"]}\n", b'"items":[')
LINES = Frame(b"id,text\r\n")


def texts_of(numbers: Sequence[int], frame: Frame) -> list[bytes]:
    """Return texts of several lengths, each of which begins with the separator."""
    return [frame.separator + str(n).encode() * (n % 3 + 1) for n in numbers]


def splice_of(before: Sequence[int], now: Sequence[int], frame: Frame) -> Splice:
    """Return what is now as ranges of what was before; a number that was there is what it was."""
    places, end = dict[int, range](), 0
    for number, text in zip(before, texts_of(before, frame), strict=True):
        places[number] = range(end, end + len(text))
        end += len(text)
    pieces = []
    for number, text in zip(now, texts_of(now, frame), strict=True):
        pieces.append(places.get(number, lambda text=text: text))
    return Splice(end, pieces)


NUMBERS = st.lists(st.integers(0, 12), unique=True, max_size=8)


@pytest.mark.parametrize("frame", [LIST, LINES])
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=NUMBERS, now=NUMBERS)
def test_a_spliced_file_is_the_whole_one(
    frame: Frame, before: list[int], now: list[int], tmp_path: Path
) -> None:
    """Whatever has come, gone or moved, at either end too, and under another head."""
    last, new, whole = tmp_path / "last", tmp_path / "new", tmp_path / "whole"
    head = frame.head.replace(b"2", b"10")
    write_texts(last, Frame(head, frame.separator, frame.end), texts_of(before, frame))
    write_texts(whole, frame, texts_of(now, frame))
    new.unlink(missing_ok=True)
    assert write_spliced(new, frame, last, splice_of(before, now, frame))
    assert (new if new.exists() else last).read_bytes() == whole.read_bytes()


def test_what_is_the_same_is_not_written(tmp_path: Path) -> None:
    """The last file is what it would be; a head that differs is written."""
    last, new = tmp_path / "last", tmp_path / "new"
    write_texts(last, LIST, [b",1", b",2"])
    assert write_spliced(new, LIST, last, Splice(4, [range(4)]))
    assert not new.exists()
    other = Frame(b'{"count":3,"items":[', b",", b"]}\n", b'"items":[')
    assert write_spliced(new, other, last, Splice(4, [range(4)]))
    assert new.read_bytes() == b'{"count":3,"items":[1,2]}\n'


@pytest.mark.parametrize("text", [b"", b'{"items":[1,2,3]}\n', b'{"things": [1,2]}\n'])
def test_another_file_is_not_taken(text: bytes, tmp_path: Path) -> None:
    """One that is longer or shorter than it was, or has no list."""
    (tmp_path / "last").write_bytes(text)
    assert not write_spliced(tmp_path / "new", LIST, tmp_path / "last", Splice(4, [range(2)]))
    assert not (tmp_path / "new").exists()


def test_files_are_copied_where_the_system_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems refuse to copy ranges, and some systems have no word for it."""
    (tmp_path / "a").write_bytes(bytes(range(256)) * 9000)

    def refuse(*_: object) -> int:
        raise OSError(95, "not supported")

    monkeypatch.setattr(os, "copy_file_range", refuse, raising=False)
    copy_file(tmp_path / "a", tmp_path / "b")
    monkeypatch.delattr(os, "copy_file_range")
    copy_file(tmp_path / "a", tmp_path / "c")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()
