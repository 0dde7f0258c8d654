"""What a command costs: wall time, CPU time and memory of the process and all that it starts.

A command runs in a process group of its own, and whatever is left of the group when it ends, or when
the benchmark is interrupted, is ended too. Memory is read from /proc (Linux); elsewhere only the
largest process counts.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 0.1
"""Seconds between looks at the memory, at least."""

SHARE = 0.05
"""Of the time, at most so much goes into looking at the memory."""

LINGER = 1.0
"""Seconds that helpers of a command may take to end after it."""

GRACE = 10.0
"""Seconds that a server has to end before it is killed."""


class CommandFailed(Exception):
    """A command could not be run, failed, or took too long. Its text says why, in one line."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall and of CPU time (user and system, children included), and peak memory in bytes.

    Memory is that of all processes at one moment; pages that several share are counted once.
    """

    wall: float
    cpu: float
    peak: int

    def then(self, other: "Cost") -> "Cost":
        """Return the cost of this and another, one after the other."""
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    log: Path,
    env: Mapping[str, str] | None = None,
    timeout: float = 3600,
    allowed: tuple[int, ...] = (0,),
) -> Cost:
    """Run a command to its end and return what it cost; its output goes to the file `log`.

    Raises CommandFailed where it ends with another code than those allowed, takes more than
    `timeout` seconds, or leaves processes behind.
    """
    with running(command, cwd=cwd, log=log, env=env) as process:
        timer = threading.Timer(timeout, process.kill)
        timer.start()
        try:
            cost, code = process.wait()
        finally:
            timer.cancel()
        if process.was_killed:
            raise CommandFailed(f"not done after {timeout:,.0f} s")
        if code not in allowed:
            raise CommandFailed(last_words(log) or f"ended with code {code}")
    if process.left_behind:
        raise CommandFailed("left processes behind")
    return cost


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], *, cwd: Path, log: Path, env: Mapping[str, str] | None = None
) -> Iterator["Process"]:
    """Give a running command, which is ended on leaving, with all that it started."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        begun = time.perf_counter()
        try:
            child = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                env=dict(os.environ) | dict(env or {}),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as fault:
            raise CommandFailed(f"{Path(command[0]).name}: {fault.strerror}") from None
        process = Process(child, begun)
        try:
            yield process
        finally:
            process.end()


class Process:
    """A running command."""

    def __init__(self, child: subprocess.Popen[bytes], begun: float) -> None:
        self.child = child
        self.was_killed = False
        self.left_behind = False
        self._begun = begun
        self._cost: Cost | None = None
        self._peak = 0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def wait(self) -> tuple[Cost, int]:
        """Wait for its end; return what it cost and its exit code."""
        if self._cost is None:
            _, status, used = os.wait4(self.child.pid, 0)
            wall = time.perf_counter() - self._begun
            self.child.returncode = os.waitstatus_to_exitcode(status)
            self._over.set()
            self._watch.join()
            cpu = used.ru_utime + used.ru_stime
            self._cost = Cost(wall, cpu, self._peak or used.ru_maxrss * 1024)
        return self._cost, self.child.returncode

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended by itself."""
        if self._cost is not None:
            return False
        return os.waitid(os.P_PID, self.child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def kill(self) -> None:
        """End it and all of its group at once."""
        self.was_killed = True
        self._signal(signal.SIGKILL)

    def end(self) -> None:
        """End what still runs of it: first politely, as a terminal would."""
        if self._cost is None:
            timer = threading.Timer(GRACE, self._signal, [signal.SIGKILL])
            timer.start()
            try:
                self._signal(signal.SIGINT)
                self.wait()
            finally:
                timer.cancel()
        end = time.monotonic() + LINGER
        while (living := _living(self.child.pid)) and time.monotonic() < end:
            time.sleep(0.02)
        self.left_behind = living
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, number)

    def _look(self) -> None:
        pause = 0.02
        while not self._over.wait(pause):
            begun = time.perf_counter()
            self._peak = max(self._peak, _memory(_tree(self.child.pid)))
            pause = max(INTERVAL, (time.perf_counter() - begun) / SHARE)


def last_words(log: Path) -> str:
    """Return the last line of a log that says something, shortened."""
    text = log.read_bytes()[-4000:].decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""


def _living(group: int) -> bool:
    """Whether a process of a group still runs; one that only waits to be collected does not."""
    for process in _listed(Path("/proc")):
        # After the name in parentheses: state, parent, process group (proc(5)).
        fields = _text(process / "stat").rpartition(")")[2].split()
        if len(fields) > 2 and fields[2] == str(group) and fields[0] not in "ZX":
            return True
    return False


def _tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for parent in found:  # it grows while it is walked
        for task in _listed(Path(f"/proc/{parent}/task")):
            found += [int(child) for child in _text(task / "children").split()]
    return found


def _memory(pids: Sequence[int]) -> int:
    """Return the bytes that processes take together: one alone at its highest, several as they are."""
    if len(pids) == 1:
        return _field(_text(Path(f"/proc/{pids[0]}/status")), "VmHWM:")
    return sum(_field(_text(Path(f"/proc/{pid}/smaps_rollup")), "Pss:") for pid in pids)


def _field(text: str, key: str) -> int:
    """Return the bytes that a line of /proc gives in kB; none where it is not there."""
    line = next((line for line in text.splitlines() if line.startswith(key)), "")
    return int(line.split()[1]) * 1024 if line else 0


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended, or there is no /proc
        return ""


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
