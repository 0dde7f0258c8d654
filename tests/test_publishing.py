"""A new site takes the place of the last one in one step, whole, whatever the system lacks or refuses."""

import errno
import fcntl
import os
import shutil
import sqlite3
import stat
import threading
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from briefing import publishing as module
from briefing.publishing import (
    BuildFailed,
    Folder,
    check_replaceable,
    empty,
    only_builder_of,
    place_of,
    plainly,
    publish,
    retained,
)

is_root = os.geteuid() == 0


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Give a new site and the last one, beside each other."""
    for name in ("new", "site"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "sitemap.xml").write_text(name)
    return tmp_path / "new", tmp_path / "site"


def content(site: Path) -> str:
    """Return which of the two sites stands somewhere."""
    return (site / "sitemap.xml").read_text()


@pytest.mark.parametrize("code", [0, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP])
def test_two_folders_change_places(
    code: int, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one step where the system can, in two renames where it cannot."""
    new, site = folders
    if code:
        monkeypatch.setattr(module, "_exchange", lambda *_: False)
    publish(new, site)
    assert content(site) == "new"
    shutil.rmtree(new, ignore_errors=True)
    assert ["site"] == [p.name for p in site.parent.iterdir()]


def test_the_exchange_leaves_no_moment_without_a_site(folders: tuple[Path, Path]) -> None:
    """Whoever looks while folders change places finds one of the two sites, each time."""
    new, site = folders
    seen: set[str] = set()
    missing = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            try:
                seen.add(content(site))
            except OSError as fault:
                missing.append(fault)

    thread = threading.Thread(target=look)
    thread.start()
    times = 0
    while times < 300 or (len(seen) < 2 and times < 100_000):
        assert module._exchange(new, site)
        times += 1
    stop.set()
    thread.join()
    assert seen == {"new", "site"}
    # The folder is found, then the file in it: between the two it may have changed its name, never gone.
    assert missing == []


def test_a_first_site_takes_its_place(folders: tuple[Path, Path]) -> None:
    """There is nothing to change places with."""
    new, site = folders
    shutil.rmtree(site)
    publish(new, site)
    assert content(site) == "new"
    assert not new.exists()


def test_a_rename_that_fails_is_taken_back(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where folders cannot be exchanged, and the second of two renames fails, the last site is back."""
    new, site = folders
    monkeypatch.setattr(module, "_exchange", lambda *_: False)
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path == new:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="Input/output error"):
        publish(new, site)
    assert content(site) == "site"
    assert content(new) == "new"


def test_a_site_left_between_two_renames_is_put_back(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that was killed there costs the readers' site only until the next begins."""
    new, site = folders
    monkeypatch.setattr(module, "_exchange", lambda *_: False)

    class Killed(BaseException):
        """The end of the process."""

    rename = Path.rename

    def die(path: Path, target: Path) -> Path:
        if path == new:
            raise Killed
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", die)
    with pytest.raises(Killed):
        publish(new, site)
    assert not site.exists()
    monkeypatch.setattr(Path, "rename", rename)
    with only_builder_of(site):
        assert content(site) == "site"
    assert sorted(p.name for p in site.parent.iterdir()) == [".site.lock", "new", "site"]


def test_what_is_new_is_on_the_disk_before(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash of the machine, names never lead to files that were not written."""
    new, site = folders
    done: list[str] = []

    def noted(name: str) -> None:
        real = getattr(module, name)

        def call(*args: Path) -> object:
            done.append(name)
            return real(*args)

        monkeypatch.setattr(module, name, call)

    for name in ("_write_out", "_exchange", "_write_out_names"):
        noted(name)
    publish(new, site)
    assert done == ["_write_out", "_exchange", "_write_out_names"]
    module._write_out(site)
    with pytest.raises(FileNotFoundError):
        module._write_out(site / "nowhere")


def test_the_folder_keeps_its_permissions(folders: tuple[Path, Path]) -> None:
    """What was opened to a group, or closed to others, stays so."""
    new, site = folders
    new.chmod(0o700)
    site.chmod(0o2750)
    os.setxattr(site, "user.origin", b"here")
    publish(new, site)
    assert stat.S_IMODE(site.stat().st_mode) == 0o2750
    assert os.getxattr(site, "user.origin") == b"here"


@pytest.mark.skipif(not is_root, reason="only root may give folders away")
def test_the_folder_keeps_its_owner(folders: tuple[Path, Path]) -> None:
    """A site that belongs to the web server's user still does."""
    new, site = folders
    os.chown(site, 12345, 54321)
    publish(new, site)
    about = site.stat()
    assert (12345, 54321) == (about.st_uid, about.st_gid)


# --- where a site may stand --------------------------------------------------------------


def test_a_link_stays_and_its_folder_is_replaced(folders: tuple[Path, Path]) -> None:
    """`site` may lead to the folder of a web server."""
    new, site = folders
    link = site.parent / "link"
    link.symlink_to("site")
    assert place_of(link) == site
    assert place_of(site) == site
    publish(new, link)
    assert link.is_symlink()
    assert content(site) == "new"


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    """Where the site should go is not known."""
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(BuildFailed, match="is a link that leads nowhere: make the folder"):
        place_of(tmp_path / "link")


def test_what_is_no_site_is_not_replaced(tmp_path: Path) -> None:
    """Not a file, not somebody's home, not a disk."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BuildFailed, match="file is not a folder: name another"):
        check_replaceable(tmp_path / "file")
    with pytest.raises(BuildFailed, match="home holds other files than a site"):
        check_replaceable(tmp_path / "home")
    with pytest.raises(BuildFailed, match="/proc is where a disk is mounted: name a folder in it"):
        check_replaceable(Path("/proc"))
    check_replaceable(tmp_path / "empty")
    check_replaceable(tmp_path / "nowhere")


def test_only_what_a_build_left_is_cleared_away(tmp_path: Path) -> None:
    """Not what belongs to another site whose name begins alike, nor what somebody named so."""
    kept = (
        ".site-2-abcdefgh",
        ".site-2.lock",
        ".site-backup",
        ".site-abcdefghi",
        "site-abcdefgh",
        ".site-ABCDEFGH",
    )
    for name in (".site-abcdefgh", ".site-x_7d9q2z", *kept):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text("x")
    with only_builder_of(tmp_path / "site"):
        assert {*kept, ".site.lock"} == {p.name for p in tmp_path.iterdir()}


def test_a_second_build_waits_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It begins when the first has ended."""
    order: list[str] = []

    def second() -> None:
        with only_builder_of(tmp_path / "site"):
            order.append("second")

    caplog.set_level("INFO", "mkdocs.briefing")
    thread = threading.Thread(target=second)
    with only_builder_of(tmp_path / "site"):
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert "Another build of" in caplog.text
    with (tmp_path / ".site.lock").open() as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody holds it any more


# --- what the system refuses -------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("no space left on the disk of /srv: free some, or name a folder on another with --site-dir", errno.ENOSPC),
        ("no space left on the disk of /srv: free some, or name a folder on another with --site-dir", errno.EDQUOT),
        ("/srv/x cannot be written (Read-only file system): name a folder of your own with --site-dir", errno.EROFS),
        ("/srv/x cannot be written (Permission denied): name a folder of your own with --site-dir", errno.EACCES),
        ("/srv/x: Input/output error", errno.EIO),
        ("/srv/x: Too many open files", errno.EMFILE),
    ],
)  # fmt: skip
def test_what_the_system_refuses_is_said_with_what_to_do(said: str, code: int) -> None:
    """No traceback, no number of an error."""
    with pytest.raises(BuildFailed) as fault, plainly(Path("/srv/site")):
        raise OSError(code, os.strerror(code), "/srv/x")
    assert said == str(fault.value)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("no space left on the disk of /srv: ", sqlite3.OperationalError("database or disk is full")),
        (
            "a database cannot be written (disk I/O error): is there space for it in .cache?",
            sqlite3.OperationalError("disk I/O error"),
        ),
        (
            "one of its processes was ended from outside",
            BrokenExecutor("A process in the pool was terminated"),
        ),
    ],
)
def test_what_others_say_of_the_system_is_told_too(said: str, fault: Exception) -> None:
    """A database, or the pool of processes."""
    with pytest.raises(BuildFailed) as told, plainly(Path("/srv/site")):
        raise fault
    assert str(told.value).startswith(said)


def test_a_folder_below_a_file_is_told(tmp_path: Path) -> None:
    """The place for the lock cannot be made."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(BuildFailed, match="file"), only_builder_of(tmp_path / "file" / "x" / "site"):
        pytest.fail("there is no such place")


# --- what is kept of the site before -----------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Give a site of ten files, with what was kept of the one before: the same files, by their second names."""
    for name in ("site", ".site-retained"):
        (tmp_path / name).mkdir()
    (tmp_path / "site" / "sitemap.xml").write_text("x")
    for n in range(10):
        (tmp_path / "site" / f"{n}.html").write_text("x")
    for path in (tmp_path / "site").iterdir():
        os.link(path, tmp_path / ".site-retained" / path.name)
    return tmp_path / "site"


PAGES = [f"{n}.html" for n in range(10)]


def test_a_build_begins_with_what_was_kept_and_keeps_it(site: Path) -> None:
    """Meanwhile it has a name by which it is cleared away if the build is killed; nobody is served from it."""
    folder = Folder(site)
    assert not retained(site).exists()
    assert sorted([*PAGES, "sitemap.xml"]) == sorted(p.name for p in folder.path.iterdir())
    folder.path.chmod(0o755)
    folder.leave(PAGES)
    folder.leave(PAGES)  # again, as whoever ends does
    assert stat.S_IMODE(retained(site).stat().st_mode) == 0o700
    assert [".site-retained", "site"] == sorted(p.name for p in site.parent.iterdir())
    Folder(site)
    with only_builder_of(site):  # of a build that was killed
        assert [".site.lock", "site"] == sorted(p.name for p in site.parent.iterdir())


def test_what_is_kept_is_not_cleared_away(site: Path) -> None:
    """Its name is like that of what a killed build has left."""
    with only_builder_of(site):
        assert retained(site).is_dir()


@pytest.mark.parametrize("same", [0, 9, 10])
def test_only_what_shares_nearly_all_files_is_kept(same: int, site: Path) -> None:
    """Anything else would take as much of the disk as a site, and save nothing."""
    folder = Folder(site)
    for name in PAGES[same:]:
        (folder.path / name).unlink()
        (folder.path / name).write_text("x")
    folder.leave(PAGES)
    assert retained(site).exists() == (same == 10)
    assert not list(site.parent.glob(".site-????????[!d]"))


@pytest.mark.parametrize("lost", ["nothing known", "no sitemap", "no site"])
def test_what_is_no_whole_site_is_not_kept(lost: str, site: Path) -> None:
    """It would not be known again, or nobody knows whether it is worth it."""
    folder = Folder(site)
    if lost == "no sitemap":
        (folder.path / "sitemap.xml").unlink()
    if lost == "no site":
        shutil.rmtree(site)
    folder.leave([] if lost == "nothing known" else PAGES)
    assert not list(site.parent.glob(".site-*"))


@pytest.mark.parametrize("what", ["a link", "a file", "somebody's notes", "nothing"])
def test_what_no_build_has_kept_is_left_alone(what: str, site: Path, tmp_path: Path) -> None:
    """Whatever has the name, and wherever a link of that name leads: the build has a folder of its own."""
    kept, home = retained(site), tmp_path / "home"
    kept.rename(home)
    match what:
        case "a link":
            kept.symlink_to(home)
        case "a file":
            kept.write_text("x")
        case "somebody's notes":
            kept.mkdir()
            (kept / "notes.txt").write_text("x")
    folder = Folder(site)
    assert not list(folder.path.iterdir())
    for path in site.iterdir():
        os.link(path, folder.path / path.name)
    folder.leave(PAGES)
    assert len(list(home.iterdir())) == 11
    match what:
        case "a link":
            assert kept.is_symlink()
        case "a file":
            assert kept.is_file()
        case "somebody's notes":
            assert ["notes.txt"] == [p.name for p in kept.iterdir()]
        case _:
            assert kept.is_dir()
    assert not [p for p in site.parent.glob(".site-*") if p != kept]


@pytest.mark.skipif(not is_root, reason="only root may give files away")
def test_what_somebody_else_has_laid_there_is_left_alone(site: Path) -> None:
    """He could write into a site that begins with it."""
    os.chown(retained(site), 12345, 12345)
    folder = Folder(site)
    assert not list(folder.path.iterdir())
    assert retained(site).is_dir()
    os.chown(site, 12345, 12345)  # whose site it is may do that anyhow
    assert list(Folder(site).path.iterdir())


def test_what_cannot_be_removed_is_put_aside(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder is emptied all the same: what was in it has another name, by which it is cleared away one day."""
    folder = Folder(site)
    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", lambda *_, **__: None)
        empty(folder.path)
    assert not list(folder.path.iterdir())
    (aside,) = [p for p in site.parent.glob(".site-*") if p != folder.path]
    assert len(list(aside.iterdir())) == 11
    with only_builder_of(site):
        assert not list(site.parent.glob(".site-*"))
