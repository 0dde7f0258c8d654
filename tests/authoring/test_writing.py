"""New files, and the text of their values."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.authoring.writing import create, write
from briefing.authoring.yamltext import WIDTH, comment, entry, scalar
from briefing.yamlnodes import cleaned, read


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    """Its folder is made; a file, or a link to nothing, that has the name stays."""
    path = tmp_path / "a" / "b.yml"
    assert create(path, b"one")
    assert not create(path, b"two")
    assert b"one" == path.read_bytes()
    link = tmp_path / "a" / "c.yml"
    link.symlink_to(tmp_path / "nowhere")
    assert not create(link, b"three")
    assert ["b.yml", "c.yml"] == sorted(p.name for p in (tmp_path / "a").iterdir())


def test_a_new_file_is_made_without_hard_links_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems have none."""

    def refuse(*names: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert create(tmp_path / "a.yml", b"one")
    assert not create(tmp_path / "a.yml", b"two")
    assert [b"one"] == [p.read_bytes() for p in tmp_path.iterdir()]


@pytest.mark.parametrize("put", [create, write])
def test_an_interruption_leaves_nothing_half_written(
    put: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the file nor what was to become it; what was there stays."""
    old = tmp_path / "old.yml"
    old.write_bytes(b"old")

    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    for path in (old, tmp_path / "new.yml"):
        with pytest.raises(KeyboardInterrupt):
            put(path, b"new")  # type: ignore[operator] # one of the two functions
    assert [("old.yml", b"old")] == [(p.name, p.read_bytes()) for p in tmp_path.iterdir()]


def test_permissions_stay(tmp_path: Path) -> None:
    """A new file gets those that the system gives."""
    path = tmp_path / "a.yml"
    create(path, b"one")
    (tmp_path / "other").touch()
    assert (tmp_path / "other").stat().st_mode == path.stat().st_mode
    path.chmod(0o640)
    write(path, b"two")
    assert (0o640, b"two") == (path.stat().st_mode & 0o777, path.read_bytes())


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("More than $50 million (2022)", "More than $50 million (2022)"),
        ("2022-02-05", "2022-02-05"),
        ("https://example.org/a?b=1&c=%20", "https://example.org/a?b=1&c=%20"),
        ('"a: b"', "a: b"),
        ('"a #b"', "a #b"),
        ('"no"', "no"),
        ('"012"', "012"),
        ('"- a"', "- a"),
        ('"say \\"so\\""', 'say "so"'),
        ('"ends:"', "ends:"),
        ("?? 50_000", "?? 50_000"),
        ('"?? a: b"', "?? a: b"),
    ],
)
def test_quotes_stand_where_they_are_needed(written: str, text: str) -> None:
    """Or where an editor would take the text for something else."""
    assert written == scalar(text)


@given(
    st.text(max_size=400) | st.text(alphabet="ab:#'\"\\ -?[]{}&*!|>%@`,\t\n", max_size=60), st.integers(0, 8)
)
def test_what_is_written_is_what_is_read(text: str, indent: int) -> None:
    """On one line or folded, with a comment behind or not; no line is longer than it must be."""
    words = " ".join(cleaned(text).split())
    rows = entry("key", words, indent)
    reading = read(
        f"{rows}\nother: x{comment(words)}\n".replace("\nother", f"\n{' ' * indent}other").encode(), "x"
    )
    assert [] == reading.problems
    assert reading.document is not None
    assert (words or None) == reading.document.value.get("key") or words in ("~", "null")
    assert all(len(r) <= WIDTH or " " not in r.strip() for r in rows.split("\n")[1:])
