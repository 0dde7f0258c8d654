"""Whatever happens to a build, and whenever: readers keep the last good site, and the next build is right."""

import contextlib
import errno
import functools
import io
import os
import random
import re
import resource
import select
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from briefing import publishing, verify
from briefing.build import build
from briefing.publishing import BuildFailed

BRIEFING = Path(sys.executable).parent / "briefing"

KILLS = 50
"""How often a build is killed."""

PATIENCE = 120
"""Seconds after which a build that has not ended is taken to wait for ever."""

FORGE = """\
import logging, os, sys
from pathlib import Path
from briefing import publishing
from briefing.build import build
from briefing.publishing import BuildFailed
publishing._NEARLY_ALL = 0  # what is kept of the last site is begun with, however small sites are
logging.disable()
build(Path(sys.argv[1]), Path(sys.argv[2]))
print("ready", flush=True)
for line in sys.stdin:
    config, site = (Path(name) for name in line.rstrip().split("\\t"))
    pid = os.fork()
    if pid == 0:
        os.setsid()
        code = 3
        try:
            build(config, site)
            code = 0
        except BuildFailed as fault:
            print(fault, file=sys.stderr, flush=True)
            code = 1
        finally:
            os._exit(code)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""
"""A process that has everything loaded, and builds in copies of itself, which can be killed."""

BRIEF = "briefs/2022/2022-02-05-it-happened.yml"


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def left(project: Path) -> list[str]:
    """Return the folders that builds have left beside a site, but for what is kept of the last one."""
    return [
        p.name for p in project.glob(".site-*") if p.is_dir() and p != publishing.retained(project / "site")
    ]


def only_ours(project: Path) -> Path:
    """Let only this program shape a project: it is built by its own engine, and only where it has changed."""
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("[search, briefing]", "[briefing]"))
    return project


@pytest.fixture
def plain(project: Path) -> Path:
    """Give a project that only this program shapes."""
    return only_ours(project)


FIRST = "A says one thing"
"""The title of the project's brief."""


def say(project: Path, title: str) -> None:
    """Change the title of the project's brief, and with it half of the site."""
    path = project / BRIEF
    lines = path.read_text().splitlines()
    path.write_text("\n".join([f"title: {title}", *lines[1:]]) + "\n")


@pytest.fixture(scope="module")
def clean(
    new_project: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, bytes]]:
    """Give a function that returns the site that a clean build makes of a brief with a title."""

    @functools.cache
    def make(title: str) -> dict[str, bytes]:
        project = only_ours(new_project(tmp_path_factory.mktemp("clean")))
        say(project, title)
        return tree(build(project / "mkdocs.yml").site)

    return make


Clean = Callable[[str], dict[str, bytes]]


# --- killed ------------------------------------------------------------------------------


class Forge:
    """Builds that can be killed."""

    def __init__(self, project: Path, other: Path) -> None:
        """Load everything by building `project` to `other`, and begin where a site stands."""
        self.config, self.site = project / "mkdocs.yml", project / "site"
        self._process = subprocess.Popen(
            [sys.executable, "-c", FORGE, str(self.config), str(other)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        assert self._read() == "ready"

    def _read(self) -> str:
        assert self._process.stdout
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        assert ready, "a build does not end"
        return self._process.stdout.readline().decode().strip()

    def begin(self) -> int:
        """Begin to build, and return the number of the process."""
        assert self._process.stdin
        self._process.stdin.write(f"{self.config}\t{self.site}\n".encode())
        return int(self._read())

    def end(self) -> int:
        """Return how a build has ended, once it has: its code, or a signal's as a negative number."""
        return int(self._read())

    def close(self) -> None:
        """End, whatever is under way."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream
            stream.close()


@pytest.fixture
def forge(plain: Path, tmp_path: Path) -> Iterator[Forge]:
    """Give builds of the project that can be killed; its site stands."""
    forge = Forge(plain, tmp_path / "other" / "site")
    forge.begin()
    assert forge.end() == 0
    yield forge
    forge.close()


def running(group: int) -> list[int]:
    """Return the processes of a group that run, without those that have ended and are not taken note of."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, own, *_ = path.read_text().rpartition(")")[2].split()
            if int(own) == group and state != "Z":
                found.append(int(path.parent.name))
    return found


def ended(group: int) -> bool:
    """Whether every process of a group ends within some seconds; what does not is ended."""
    until = time.monotonic() + 20
    while (left := running(group)) and time.monotonic() < until:
        time.sleep(0.01)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return not left


def test_a_build_killed_at_any_moment_leaves_a_whole_site(
    plain: Path, forge: Forge, clean: Clean, capsys: pytest.CaptureFixture[str]
) -> None:
    """The old one or the new one, byte for byte; and the next build equals a clean one."""
    wholes = {text: clean(text) for text in ("One", "Two")}
    say(plain, "One")
    forge.begin()
    began = time.monotonic()
    assert forge.end() == 0
    takes = [time.monotonic() - began]
    assert tree(forge.site) == wholes["One"]
    chance = random.Random(20220205)  # noqa: S311 - a seed's
    ends = {"old": 0, "new": 0, "ended before": 0}
    stands = "One"
    for number in range(KILLS):
        last, text = stands, "Two" if (stands == "One") == (chance.random() < 0.85) else "One"
        say(plain, text)
        if number % 10 == 9:
            shutil.rmtree(plain / ".cache")  # a whole build, not one of what has changed
        pid = forge.begin()
        time.sleep(chance.uniform(0, 1.1 * sorted(takes)[len(takes) // 2]))
        with contextlib.suppress(ProcessLookupError):  # it has ended already
            os.kill(pid, signal.SIGKILL)
        code = forge.end()
        now = tree(forge.site)
        assert now in (wholes[last], wholes[text]), f"kill {number}: {differing(now, wholes[last])}"
        stands = text if now == wholes[text] else last
        ends["ended before" if code == 0 else "new" if stands != last else "old"] += 1
        assert code in (0, -signal.SIGKILL)
        assert ended(pid), "a process of the killed build is left"
        if number % 3 == 0 or number == KILLS - 1:
            forge.begin()
            began = time.monotonic()
            assert forge.end() == 0
            takes.append(time.monotonic() - began)
            stands = text
            now = tree(forge.site)
            assert now == wholes[text], f"after kill {number}: {differing(now, wholes[text])}"
            assert not left(plain), "what the killed build left is cleared away"
    with capsys.disabled():
        told = ", ".join(f"{count} {what}" for what, count in ends.items())
        sys.stdout.write(
            f"\n{KILLS} builds killed: {told}. Every site whole, every next one as a clean build's\n"
        )
    assert ends["old"] >= KILLS // 4


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Return the files in which two trees differ."""
    return sorted(n for n in one.keys() | other.keys() if one.get(n) != other.get(n))[:5]


def test_a_build_that_loses_a_process_says_so(plain: Path, forge: Forge, clean: Clean) -> None:
    """As where memory is short: it ends, the site stands, and the next build is right."""
    lost = 0
    for title in ("One", "Two", "One", "Two"):
        say(plain, title)
        shutil.rmtree(plain / ".cache")
        before = tree(forge.site)
        pid = forge.begin()
        children = Path(f"/proc/{pid}/task/{pid}/children")
        while not (found := children.read_text().split()):
            time.sleep(0.002)
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(found[0]), signal.SIGKILL)
        code = forge.end()
        assert ended(pid)
        assert code in (0, 1)
        lost += code
        assert tree(forge.site) == (clean(title) if code == 0 else before)
    assert lost
    forge.begin()
    assert forge.end() == 0
    assert tree(forge.site) == clean("Two")


class Killed(BaseException):
    """The end of a process."""


@pytest.mark.parametrize(
    ("moment", "after", "back"),
    [
        ("seal", False, False),
        ("seal", True, False),
        ("_write_out", True, True),
        ("_exchange", False, False),
        ("_exchange", True, False),
        ("_exchange", True, True),
        ("_write_out_names", True, True),
    ],
)
def test_a_build_killed_at_its_last_steps_leaves_a_whole_site(
    moment: str, after: bool, back: bool, plain: Path, clean: Clean, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right before and after each of them: moments that chance would hardly hit.

    Then the record stays as it is, or goes back to what it was when a build last ended well.
    """
    site = build(plain / "mkdocs.yml").site
    old, new = clean(FIRST), clean("Another")
    say(plain, "Another")
    place = verify.Sealer if moment == "seal" else publishing
    real = getattr(place, moment)

    def die(*args: object) -> None:
        if after:
            real(*args)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(place, moment, die)
        patch.setattr("shutil.rmtree", lambda *_, **__: None)  # a killed process cleans nothing
        with pytest.raises(Killed):
            build(plain / "mkdocs.yml")
    swapped = moment == "_write_out_names" or (moment == "_exchange" and after)
    assert tree(site) == (new if swapped else old)
    if back:
        say(plain, FIRST)
    build(plain / "mkdocs.yml")
    assert tree(site) == (old if back else new)
    assert not left(plain)


# --- no space ----------------------------------------------------------------------------


class Writes:
    """Files that are opened to be written below a folder that is built; after so many the disk is full."""

    def __init__(self, patch: pytest.MonkeyPatch, most: int | None = None) -> None:
        self.made = 0
        self._most = most
        self._open = io.open
        patch.setattr("io.open", self._opened)
        patch.setattr("builtins.open", self._opened)

    def _opened(self, file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
        if set(mode) & set("wxa+") and ".site-" in str(file):
            if self._most is not None and self.made >= self._most:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
            self.made += 1
        return self._open(file, mode, *args, **more)


@pytest.mark.parametrize(
    ("engine", "share"),
    [*(("plain", share) for share in (0.0, 0.02, 0.5, 0.9, 0.97, 1.0)), ("project", 0.5), ("project", 1.0)],
)
def test_a_full_disk_changes_nothing(
    engine: str, share: float, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever in the build the disk runs full, it says so, and the last site stands."""
    project: Path = request.getfixturevalue(engine)
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # in one process, so that all writes are counted
    with monkeypatch.context() as patch:
        writes = Writes(patch)
        site = build(project / "mkdocs.yml").site
    assert writes.made > 100
    old = tree(site)
    say(project, "Another")
    shutil.rmtree(project / ".cache")
    with monkeypatch.context() as patch:
        Writes(patch, int(share * (writes.made - 1)))
        with pytest.raises(BuildFailed, match="no space left on the disk of"):
            build(project / "mkdocs.yml")
    assert tree(site) == old
    assert not left(project)


def run(project: Path, *command: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command in a project."""
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, **more)


may_mount = (
    os.geteuid() == 0
    and subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
    ).returncode
    == 0
)


@pytest.mark.skipif(not may_mount, reason="only root may mount a small disk")
def test_a_small_disk_runs_full(plain: Path) -> None:
    """Not one that a test makes believe: the first site fits on it, a second one beside it does not."""
    (plain / "disk").mkdir()
    script = f"""
        mount -t tmpfs -o size=7m none disk
        {BRIEFING} build --site-dir disk/site 2>&1 | tail -n 1
        cat disk/site/SHA256SUMS > before
        rm -r .cache
        {BRIEFING} build --site-dir disk/site > said 2>&1; echo $?
        cd disk/site && sha256sum --check --quiet SHA256SUMS && cmp SHA256SUMS ../../before && ls -A ..
    """
    done = run(plain, "unshare", "--mount", "sh", "-c", script)
    lines = done.stdout.splitlines()
    assert "the site is in" in lines[0], done.stdout
    assert lines[1:] == ["1", ".site.lock", "site"], (plain / "said").read_text()
    last = (plain / "said").read_text().splitlines()[-1]
    disk = plain / "disk"
    assert (
        f"The site was not built: no space left on the disk of {disk}: free some, or name a folder on another"
        " with --site-dir" == last
    )


def test_a_limit_on_the_size_of_files_is_told(plain: Path) -> None:
    """As a quota, or an old file system, sets it: a fault of the system that nobody expects."""
    site = build(plain / "mkdocs.yml").site
    old = tree(site)
    shutil.rmtree(plain / ".cache")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = run(plain, BRIEFING, "build", preexec_fn=limit)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert re.fullmatch(r"The site was not built: (.*: File too large|a database cannot be written .*)", last)
    assert "Traceback" not in done.stderr
    assert tree(site) == old


# --- no permission -----------------------------------------------------------------------


@pytest.fixture
def closed(plain: Path) -> Iterator[Path]:
    """Give a project whose folder may not be written, with a site."""
    build(plain / "mkdocs.yml")
    plain.chmod(0o555)
    yield plain
    plain.chmod(0o755)


def bound(project: Path, *args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command bound by permissions, as everybody is; root gives up the power to pass over them."""
    free = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    return run(project, *(free if os.geteuid() == 0 else []), BRIEFING, *args)


def test_a_folder_that_may_not_be_written_is_told(closed: Path) -> None:
    """With what to do, and the site as it was."""
    old = tree(closed / "site")
    done = bound(closed, "build")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("The site was not built: ")
    assert last.endswith("cannot be written (Permission denied): name a folder of your own with --site-dir")
    assert tree(closed / "site") == old


def test_a_project_that_may_not_be_written_is_built_elsewhere(closed: Path, tmp_path: Path) -> None:
    """Caches only save time: without a place for them a site is built all the same."""
    place = tmp_path / "place"
    place.mkdir()
    shutil.rmtree(closed / ".cache")
    done = bound(closed, "build", "--site-dir", place / "site")
    assert done.returncode == 0, done.stderr
    assert tree(place / "site") == tree(closed / "site")


# --- broken caches -----------------------------------------------------------------------


def half(path: Path) -> None:
    """Leave half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    """Leave nothing in a file."""
    path.write_bytes(b"")


def page_lost(path: Path) -> None:
    """Cut off the last page of a database."""
    path.write_bytes(path.read_bytes()[:-4096])


def overwritten(path: Path) -> None:
    """Put something else in a file's middle."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = b"\xff" * 2000
    path.write_bytes(data)


def foreign(path: Path) -> None:
    """Put something else in a file's place."""
    path.write_bytes(b"<html>not a cache</html>" * 400)


def of_another_version(path: Path) -> None:
    """Let a cache say that another version has written it."""
    if path.read_bytes().startswith(b"SQLite format 3\0"):
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("PRAGMA user_version = 4711")
            tables = [t for (t,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            for table in tables:
                connection.execute(f'ALTER TABLE "{table}" ADD COLUMN more TEXT')
    else:
        foreign(path)


def a_link_to_nothing(path: Path) -> None:
    """Put a link in a file's place."""
    path.unlink()
    path.symlink_to("nowhere/at/all")


@pytest.mark.parametrize(
    "damage",
    [half, empty, page_lost, overwritten, foreign, of_another_version, a_link_to_nothing],
    ids=lambda f: f.__name__,
)
def test_a_broken_cache_costs_time_only(damage: Callable[[Path], None], plain: Path, clean: Clean) -> None:
    """Cut short, of another version, something else: the site is that of a clean build."""
    build(plain / "mkdocs.yml")
    caches = [p for p in (plain / ".cache").rglob("*") if p.is_file()]
    assert len(caches) >= 2
    for path in caches:
        damage(path)
    for title in ("Another", "One"):
        say(plain, title)
        assert tree(build(plain / "mkdocs.yml").site) == clean(title)


def test_a_site_that_was_changed_by_hand_is_put_right(plain: Path, clean: Clean) -> None:
    """Caches say what was built, not what stands there now."""
    site = build(plain / "mkdocs.yml").site
    page = site / "glossary" / "index.html"
    page.write_text("changed by hand")
    (site / "weapons" / "index.html").unlink()
    (site / "left-over.html").write_text("x")
    shutil.rmtree(site / "sources")
    assert tree(build(plain / "mkdocs.yml").site) == clean(FIRST)


# --- together ----------------------------------------------------------------------------


def test_builds_at_once_end_with_a_whole_site(plain: Path, tmp_path: Path, clean: Clean) -> None:
    """At one place one waits for the other; at two places they share a project, and nothing breaks."""
    places = ["site", "site", "site", "../two/site", "../two/site"]
    running = [
        subprocess.Popen(
            [BRIEFING, "build", "--site-dir", place],
            cwd=plain,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for place in places
    ]
    said = [process.communicate()[0] for process in running]
    assert [p.returncode for p in running] == [0] * len(places), said
    assert any("Another build of" in text for text in said)
    assert tree(plain / "site") == clean(FIRST)
    assert tree(tmp_path / "two" / "site") == clean(FIRST)
    say(plain, "Another")
    assert tree(build(plain / "mkdocs.yml").site) == clean("Another")


def test_what_killed_builds_have_left_is_cleared_away(plain: Path) -> None:
    """And nothing else beside the site."""
    site = build(plain / "mkdocs.yml").site
    (plain / ".site-k1ll3d_0" / "deep").mkdir(parents=True)
    (plain / ".site-k1ll3d_0" / "deep" / "x.html").write_text("x")
    (plain / ".site-notes").mkdir()
    build(plain / "mkdocs.yml")
    assert not (plain / ".site-k1ll3d_0").exists()
    assert (plain / ".site-notes").is_dir()
    assert site.is_dir()


def test_a_site_may_be_a_link(plain: Path, tmp_path: Path) -> None:
    """The link stays, and what it leads to is replaced, with its permissions."""
    (tmp_path / "served").mkdir(mode=0o750)
    (plain / "site").symlink_to(tmp_path / "served")
    for text in ("One", "Two"):
        say(plain, text)
        build(plain / "mkdocs.yml")
        assert (plain / "site").is_symlink()
        assert (
            f'<h1 id="{text.lower()}">'
            in (tmp_path / "served" / "briefs/2022-02-05-it-happened/index.html").read_text()
        )
        assert stat.S_IMODE((tmp_path / "served").stat().st_mode) == 0o750
    assert [".served.lock", "served"] == sorted(p.name for p in tmp_path.iterdir() if "served" in p.name)


def test_a_site_that_is_a_link_to_nowhere_is_told(plain: Path) -> None:
    """With what to do."""
    (plain / "site").symlink_to("nowhere")
    done = run(plain, BRIEFING, "build")
    assert done.returncode == 1
    assert "The site was not built: " in done.stderr
    assert "is a link that leads nowhere: make the folder, or name another with --site-dir" in done.stderr
