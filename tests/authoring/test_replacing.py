"""Many files replaced together, or none of them: also when the program is killed in between."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from briefing.authoring import replacing
from briefing.authoring.replacing import STAGE, Change, NotChanged, apply, finish

BEFORE = {"2022/a.yml": b"a: 1\n", "b.yml": b"b: 1\n", "c.yml": b"c: 1\n"}
AFTER = {"2023/a.yml": b"a: 2\n", "b.yml": b"b: 2\n", "c.yml": b"c: 2\n"}
CHANGES = [
    Change(PurePosixPath("2023/a.yml"), None, b"a: 2\n"),
    Change(PurePosixPath("b.yml"), b"b: 1\n", b"b: 2\n"),
    Change(PurePosixPath("c.yml"), b"c: 1\n", b"c: 2\n"),
    Change(PurePosixPath("2022/a.yml"), b"a: 1\n", None),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a folder with three files."""
    for name, data in BEFORE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def content(root: Path) -> dict[str, bytes]:
    """Return all files below a folder, hidden ones too."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_all_files_change(root: Path) -> None:
    """A new folder is made, an empty one goes, permissions stay, nothing is left over."""
    (root / "b.yml").chmod(0o600)
    apply(root, CHANGES, "the change")
    assert content(root) == AFTER
    assert ["2023", "b.yml", "c.yml"] == sorted(p.name for p in root.iterdir())
    assert 0o600 == (root / "b.yml").stat().st_mode & 0o777
    assert finish(root) is None


def failing_at(call: int, fault: BaseException, real: Callable[..., None]) -> Callable[..., None]:
    """Return a function that does what the real one does, and fails in one of its calls."""
    calls = iter(range(1000))

    def act(*args: object) -> None:
        if next(calls) == call:
            raise fault
        real(*args)

    return act


@pytest.mark.parametrize("step", [*(("write", n) for n in range(4)), *(("_sync", n) for n in range(4))])
@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_error_in_any_step_undoes_all(
    step: tuple[str, int], fault: BaseException, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the disk is full or the author gives up: while files are made ready, and while they change."""
    name, call = step
    with monkeypatch.context() as patch:
        patch.setattr(replacing, name, failing_at(call, fault, getattr(replacing, name)))
        with pytest.raises(NotChanged if isinstance(fault, OSError) else KeyboardInterrupt):
            apply(root, CHANGES, "the change")
    assert content(root) == BEFORE
    assert ["2022", "b.yml", "c.yml"] == sorted(p.name for p in root.iterdir())


KILLED = """
import os, sys
from pathlib import Path
from briefing.authoring import replacing
sys.path.insert(0, sys.argv[1])
from cases import CHANGES
calls = iter(range(1000))
real = getattr(replacing, sys.argv[3])
def act(*args):
    if next(calls) == int(sys.argv[4]):
        os.kill(os.getpid(), 9)
    real(*args)
setattr(replacing, sys.argv[3], act)
replacing.apply(Path(sys.argv[2]), CHANGES, "the change")
"""

CASES = f"from pathlib import PurePosixPath\nfrom briefing.authoring.replacing import Change\nCHANGES = {CHANGES!r}\n"


@pytest.mark.parametrize(
    ("step", "call", "decided"),
    [("write", 0, False), ("write", 3, False), ("_sync", 0, True), ("_sync", 2, True), ("_remove", 0, True)],
)
def test_a_killed_program_is_finished_later(
    step: str, call: int, decided: bool, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Before the journal stands, nothing has changed; after that, the next command does what is left."""
    folder = tmp_path_factory.mktemp("killed")
    (folder / "cases.py").write_text(CASES)
    ran = subprocess.run([sys.executable, "-c", KILLED, folder, root, step, str(call)], check=False)
    assert -9 == ran.returncode
    between = {n: d for n, d in content(root).items() if not n.startswith(STAGE)}
    assert all(d in (BEFORE.get(n), AFTER.get(n)) for n, d in between.items())
    assert ("the change" if decided else None) == finish(root)
    assert content(root) == (AFTER if decided else BEFORE)


def interrupted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a folder as a kill between two steps leaves it."""
    with monkeypatch.context() as patch:
        patch.setattr(replacing, "_undo", lambda *_: None)
        patch.setattr(replacing, "_clear", lambda _: None)
        patch.setattr(replacing, "_sync", failing_at(1, KeyboardInterrupt(), replacing._sync))
        with pytest.raises(KeyboardInterrupt):
            apply(root, CHANGES, "the change")


def test_what_its_author_changed_since_is_not_overwritten(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The author has to decide, and is told how."""
    interrupted(root, monkeypatch)
    (root / "c.yml").write_text("c: mine\n")
    with pytest.raises(NotChanged, match=r"c\.yml was changed after .the change. was interrupted"):
        finish(root)
    assert b"c: mine\n" == content(root)["c.yml"]
    (root / "c.yml").write_bytes(BEFORE["c.yml"])
    assert "the change" == finish(root)
    assert content(root) == AFTER


def test_two_changes_at_once_are_refused(root: Path) -> None:
    """The second finds the folder of the first."""
    (root / STAGE).mkdir()
    with pytest.raises(NotChanged, match="another change is under way"):
        apply(root, CHANGES, "the change")
    assert finish(root) is None
    assert content(root) == BEFORE


def test_a_file_that_changed_meanwhile_is_kept(root: Path) -> None:
    """What was planned for another content is not done."""
    (root / "c.yml").write_text("c: mine\n")
    with pytest.raises(NotChanged, match="has changed in the meantime"):
        apply(root, CHANGES, "the change")
    assert content(root) == {**BEFORE, "c.yml": b"c: mine\n"}


@pytest.mark.parametrize(
    "journal",
    [
        "not json",
        "[]",
        '{"title": "x", "steps": [{"path": "../out.yml", "staged": "0", "before": null, "after": "1"}]}',
        '{"title": "x", "steps": [{"path": "/etc/out.yml", "staged": "0", "before": null, "after": "1"}]}',
        '{"title": "x", "steps": [{"path": "b.sh", "staged": "0", "before": null, "after": "1"}]}',
        '{"title": "x", "steps": [{"path": "b.yml", "staged": "../b.yml", "before": null, "after": "1"}]}',
        '{"title": "x", "steps": [{"path": "link.yml", "staged": "0", "before": null, "after": "1"}]}',
    ],
)
def test_a_journal_from_elsewhere_reaches_no_other_file(journal: str, root: Path) -> None:
    """It may have come with somebody's pull request."""
    (root / "link.yml").symlink_to("/etc/hostname")
    (root / STAGE).mkdir()
    (root / STAGE / "journal.json").write_text(journal)
    with pytest.raises(NotChanged, match="cannot be read: delete the folder"):
        finish(root)
