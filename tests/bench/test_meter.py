"""What commands cost, and that none outlives its measurement."""

import os
import sys
import time
from pathlib import Path

import pytest

from bench.meter import CommandFailed, Cost, last_words, run, running

LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")


def python(code: str) -> list[str]:
    """Return the command that runs some Python."""
    return [sys.executable, "-c", code]


def ended(pid: int) -> bool:
    """Whether a process is gone, or only waits to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def test_time_of_children_counts(tmp_path: Path) -> None:
    """CPU time is that of the whole tree."""
    burn = "import time; e = time.process_time() + 0.2\nwhile time.process_time() < e: pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}]); {burn}"
    cost = run(python(code), cwd=tmp_path, log=tmp_path / "log")
    assert cost.cpu >= 0.4
    assert cost.wall >= 0.4


@LINUX
def test_memory_is_that_of_all_processes_together(tmp_path: Path) -> None:
    """Two that hold 60 MB each take more than one."""
    hold = "import sys, time; block = bytearray(60_000_000); block[::4096] = b'x' * len(block[::4096]); time.sleep(0.6)"
    alone = run(python(hold), cwd=tmp_path, log=tmp_path / "log").peak
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}]) if False else None; p = subprocess.Popen([sys.executable, '-c', {hold!r}]); {hold}; p.wait()"
    both = run(python(code), cwd=tmp_path, log=tmp_path / "log").peak
    assert 60_000_000 < alone < 100_000_000
    assert both > alone + 50_000_000


def test_a_failure_gives_the_last_words(tmp_path: Path) -> None:
    """Of its log, or the code that it ended with."""
    with pytest.raises(CommandFailed, match=r"^the reason$"):
        run(
            python("import sys; print('reading'); sys.exit('the reason\\n\\n')"),
            cwd=tmp_path,
            log=tmp_path / "log",
        )
    with pytest.raises(CommandFailed, match="code 4"):
        run(python("raise SystemExit(4)"), cwd=tmp_path, log=tmp_path / "silent")
    assert run(python("raise SystemExit(1)"), cwd=tmp_path, log=tmp_path / "log", allowed=(0, 1)).wall > 0


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A rival may not be installed."""
    with pytest.raises(CommandFailed, match="no-such-program"):
        run(["no-such-program"], cwd=tmp_path, log=tmp_path / "log")


def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    """Its children too."""
    sleep = "import time; time.sleep(60)"
    code = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {sleep!r}]); print(p.pid, flush=True); {sleep}"
    with pytest.raises(CommandFailed, match="not done after 1 s"):
        run(python(code), cwd=tmp_path, log=tmp_path / "log", timeout=1)
    child = int((tmp_path / "log").read_text())
    end = time.monotonic() + 5
    while not ended(child) and time.monotonic() < end:
        time.sleep(0.02)
    assert ended(child)


@LINUX
def test_what_is_left_behind_is_ended_and_said(tmp_path: Path) -> None:
    """A measurement leaves nothing running."""
    sleep = "import time; time.sleep(60)"
    code = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {sleep!r}]); print(p.pid, flush=True); import os; os._exit(0)"
    with pytest.raises(CommandFailed, match="left processes behind"):
        run(python(code), cwd=tmp_path, log=tmp_path / "log")
    child = int((tmp_path / "log").read_text())
    end = time.monotonic() + 5
    while not ended(child) and time.monotonic() < end:
        time.sleep(0.02)
    assert ended(child)


def test_a_server_runs_until_it_is_left(tmp_path: Path) -> None:
    """It is ended on leaving, and seen to have ended by itself."""
    with running(python("import time; time.sleep(60)"), cwd=tmp_path, log=tmp_path / "log") as process:
        during = process.is_alive
    assert (during, process.is_alive) == (True, False)
    cost, code = process.wait()
    assert code != 0
    assert cost.wall < 30
    with running(python("pass"), cwd=tmp_path, log=tmp_path / "log") as process:
        end = time.monotonic() + 20
        while process.is_alive and time.monotonic() < end:
            time.sleep(0.01)
        assert not process.is_alive


def test_an_environment_is_added_to_ones_own(tmp_path: Path) -> None:
    """Programs are still found."""
    code = "import os; print(os.environ['MORE'], os.environ['PATH'])"
    run(python(code), cwd=tmp_path, log=tmp_path / "log", env={"MORE": "more"})
    assert last_words(tmp_path / "log") == f"more {os.environ['PATH']}"[:200]


def test_costs_one_after_the_other() -> None:
    """Times add up, memory does not."""
    assert Cost(1, 2, 30).then(Cost(4, 5, 6)) == Cost(5, 7, 30)
