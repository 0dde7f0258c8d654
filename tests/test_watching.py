"""Changes of files are noticed, each once, however they come about."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from briefing import watching
from briefing.watching import Watch, look


@pytest.fixture(params=["notices", "looking"])
def watch(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Give a watch of a folder and of a file beside it, where the system gives notices and where not."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "old.yml").write_text("old")
    (tmp_path / "alone.yml").write_text("alone")
    if request.param == "looking":
        monkeypatch.setattr(watching, "SLOWLY", 0.1)
        monkeypatch.setattr(watching, "SHARE", 0)

        def no_notices(*_: object, **__: object) -> None:
            raise OSError

        monkeypatch.setattr("briefing.watching.Observer.schedule", no_notices)
    found = Watch([tmp_path / "in", tmp_path / "alone.yml"])
    found.begin()
    yield found
    found.close()


def changes(watch: Watch) -> set[str]:
    """Return the names of the files that have changed, within ten seconds."""
    found: list[set[Path]] = []
    thread = threading.Thread(target=lambda: found.append(watch.changes()), daemon=True)
    thread.start()
    thread.join(10)
    return {p.name for p in found[0]}


def test_a_change_a_new_file_and_one_that_goes(watch: Watch, tmp_path: Path) -> None:
    """Together, where they come together."""
    (tmp_path / "in" / "old.yml").write_text("changed")
    assert changes(watch) == {"old.yml"}
    (tmp_path / "in" / "deep").mkdir()
    (tmp_path / "in" / "deep" / "new.yml").write_text("new")
    assert changes(watch) == {"new.yml"}
    (tmp_path / "in" / "old.yml").unlink()
    assert changes(watch) == {"old.yml"}


def test_a_file_that_an_editor_replaces(watch: Watch, tmp_path: Path) -> None:
    """Many write a new file and give it the old one's name, some with its time and its size."""
    stat = (tmp_path / "in" / "old.yml").stat()
    (tmp_path / "in" / ".old.yml.swp").write_text("new")
    os.utime(tmp_path / "in" / ".old.yml.swp", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    (tmp_path / "in" / ".old.yml.swp").rename(tmp_path / "in" / "old.yml")
    assert changes(watch) == {"old.yml"}


def test_a_file_that_is_watched_alone(watch: Watch, tmp_path: Path) -> None:
    """And nothing beside it."""
    (tmp_path / "other.yml").write_text("other")
    (tmp_path / "alone.yml").write_text("changed")
    assert changes(watch) == {"alone.yml"}


def test_other_folders_can_be_watched_from_now_on(watch: Watch, tmp_path: Path) -> None:
    """Where a configuration names another."""
    (tmp_path / "else").mkdir()
    watch.follow([tmp_path / "else"])
    (tmp_path / "in" / "old.yml").write_text("changed")
    (tmp_path / "else" / "new.yml").write_text("new")
    assert changes(watch) == {"new.yml"}


def test_what_changed_before_it_began_is_noticed(tmp_path: Path) -> None:
    """As while a large record is read for the first time."""
    (tmp_path / "a.yml").write_text("old")
    watch = Watch([tmp_path])
    (tmp_path / "a.yml").write_text("changed")
    watch.begin()
    assert changes(watch) == {"a.yml"}
    watch.close()


def test_whoever_waits_is_let_go_when_it_is_closed(watch: Watch) -> None:
    """With no change."""
    threading.Timer(0.05, watch.close).start()
    begun = time.monotonic()
    assert watch.changes() == set()
    assert time.monotonic() - begun < 5


def test_links_that_lead_nowhere_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    """Nothing that can stand in a folder stops the look."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("x")
    (tmp_path / "a.yml").write_text("x")
    assert [Path(p).name for p in look([tmp_path, tmp_path / "nowhere"]) or ()] == ["a.yml"]


def test_after_a_notice_only_its_file_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking at thousands of files takes seconds while another thread computes."""
    for name in ("one.yml", "two.yml"):
        (tmp_path / name).write_text("old")
    watch = Watch([tmp_path])
    watch.begin()
    looks: list[int] = []
    looked = threading.Event()

    def counted(paths: Iterable[Path], stopped: Callable[[], bool]) -> watching.Seen | None:
        looks.append(1)
        found = look(paths, stopped)
        if found is not None:
            looked.set()
        return found

    def write_once_looked() -> None:
        looked.wait(60)
        (tmp_path / "one.yml").write_text("new")

    monkeypatch.setattr(watching, "look", counted)
    monkeypatch.setattr(watching, "SLOWLY", 60)
    try:
        # All files are looked at in the beginning, as soon as nothing else is told of.
        threading.Thread(target=write_once_looked).start()
        assert changes(watch) == {"one.yml"}
        looks.clear()
        threading.Timer(0.1, lambda: (tmp_path / "two.yml").write_text("new")).start()
        assert changes(watch) == {"two.yml"}
        threading.Timer(0.1, (tmp_path / "two.yml").unlink).start()
        assert changes(watch) == {"two.yml"}
        assert not looks
    finally:
        watch.close()


def test_a_look_at_everything_gives_way(tmp_path: Path) -> None:
    """What a notice tells of comes first."""
    (tmp_path / "a.yml").write_text("x")
    assert look([tmp_path], lambda: True) is None
