"""Work in copies of the process: the same answers, however many there are and whatever becomes of them."""

import gc
import json
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from briefing import forks
from briefing.forks import processes, shares, without_collector


def said(code: str, *args: str) -> str:
    """Run Python in a process of its own, which has one thread, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code), *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


def test_each_job_has_its_answer() -> None:
    """In the order of the jobs, also where it is large; one that fails has none."""
    code = """
        import os, sys
        from briefing.forks import started
        def fail():
            os.close(2)  # its traceback is not ours to read
            raise ValueError
        jobs = [lambda: b"one", fail, lambda: b"x" * 3_000_000, lambda: os._exit(0), lambda: os.kill(os.getpid(), 9)]
        with started(jobs) as answers:
            got = answers()
        print(got[:2], len(got[2]), got[3:])
        try:
            os.wait()
        except ChildProcessError:
            print("nobody is left")
    """
    assert "[b'one', None] 3000000 [b'', None]\nnobody is left\n" == said(code)


def test_copies_do_not_outlive_a_failure() -> None:
    """They are ended where nobody waits for them any more; what was printed is printed once."""
    code = """
        import os, time
        from briefing.forks import started
        print("before", end=" ")
        try:
            with started([lambda: time.sleep(600)] * 2):
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
        try:
            os.wait()
        except ChildProcessError:
            print("nobody is left")
    """
    assert "before nobody is left\n" == said(code)


def test_a_copy_does_not_clean_up_after_its_original() -> None:
    """What is to be done at the end is done once."""
    code = """
        import atexit
        from briefing.forks import started
        atexit.register(print, "the end")
        with started([lambda: b""]) as answers:
            answers()
    """
    assert "the end\n" == said(code)


def test_work_is_shared_where_there_is_enough_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Among no more processes than there are processors, or than have something to do."""
    monkeypatch.setattr(forks, "processes", lambda: 3)
    assert [1, 1, 1, 2, 3, 3] == [shares(n, 10) for n in (0, 9, 19, 20, 30, 1000)]


def test_a_process_with_other_threads_is_not_copied() -> None:
    """A lock that another thread holds would never open in the copy."""
    wait = threading.Event()
    thread = threading.Thread(target=wait.wait)
    thread.start()
    try:
        assert 1 == processes()
    finally:
        wait.set()
        thread.join()
    assert 1 <= int(said("from briefing.forks import processes; print(processes())")) <= forks.MOST


def test_where_processes_cannot_be_copied_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, and on macOS, whose libraries do not bear it."""
    with monkeypatch.context() as patch:
        patch.delattr("os.fork")
        assert 1 == processes()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert 1 == processes()


def test_the_collector_is_off_meanwhile_and_then_as_it_was() -> None:
    """Also where that was off."""
    assert gc.isenabled()
    with without_collector():
        assert not gc.isenabled()
        with without_collector():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


_READ = """
    import json, sys
    from pathlib import Path
    from briefing import corpus, forks, rules
    root, count = Path(sys.argv[1]), int(sys.argv[2])
    corpus._LEAST = rules._APART = 1
    forks.processes = lambda: count
    if sys.argv[3:]:
        unharmed = forks._copy
        forks._copy = lambda job, stream: unharmed(lambda: 1 / 0, stream)  # and what it says of that is not read
        import os; os.close(2); os.open(os.devnull, os.O_WRONLY)
    loaded = corpus.load(root, root)
    found = rules.check(loaded.corpus) if not loaded.errors else []
    told = [[p.mark.file, p.mark.line, p.mark.column, p.code, p.message, p.hint] for p in [*loaded.problems, *found]]
    names = [f for f in corpus.Corpus.__dataclass_fields__ if f != "places"]
    print(json.dumps([told, loaded.digests, {n: repr(getattr(loaded.corpus, n)) for n in names}]))
"""


@pytest.mark.parametrize("broken", [False, True])
def test_several_processes_read_what_one_does(broken: bool, project: Path) -> None:
    """The same records in the same order, and the same problems, also where every copy fails."""
    briefs = project / "briefs"
    text = (briefs / "2022/2022-02-05-it-happened.yml").read_text(encoding="utf-8")
    source = (briefs / "sources/paper.yml").read_text(encoding="utf-8")
    for n in range(9):
        name = f"2022/2022-02-05-n-{n}.yml"
        (briefs / name).write_text(
            text.replace("bottom_line: A", f"bottom_line: Nearly ${n} million; A"), encoding="utf-8"
        )
        (briefs / f"sources/s-{n}.yml").write_text(
            source + ("kind: x\n" if broken and n % 2 else ""), encoding="utf-8"
        )
    one = said(_READ, str(briefs), "1")
    assert ("duplicate-key" in one, "number-without-claim" in one) == (broken, not broken)
    assert 4 <= len(json.loads(one)[0])
    assert [one] * 3 == [
        said(_READ, str(briefs), "2"),
        said(_READ, str(briefs), "5"),
        said(_READ, str(briefs), "3", "x"),
    ]


def test_work_that_is_shared_out_is_done_once_each() -> None:
    """By other processes too, and here where one of them fails; texts and numbers come back as they were."""
    code = """
        import os
        from briefing import forks
        forks.processes = lambda: 3
        here = os.getpid()
        def work(names):
            if os.getpid() != here and "n4" in names:
                os._exit(1)
            for name in names:
                yield name, len(name), os.getpid() == here
        rows = list(forks.shared_out(work, [f"n{k}" for k in range(30)], 10))
        print(sorted(row[0] for row in rows) == sorted(f"n{k}" for k in range(30)), all(type(r) is tuple for r in rows))
        print({here for name, _, here in rows if name == "n4"}, sum(not here for *_, here in rows))
        print(list(forks.shared_out(work, ["n1"], 10)), list(forks.shared_out(work, [], 10)))
    """
    assert said(code).splitlines() == ["True True", "{True} 10", "[('n1', 2, True)] []"]


def test_a_fault_in_work_that_is_shared_out_is_raised() -> None:
    """Where it was in another process, the work is done here again, and fails here."""
    code = """
        import os
        from briefing import forks
        forks.processes = lambda: 2
        def work(names):
            for name in names:
                if name == "n1":
                    if os.getpid() != here:
                        os.close(2)  # its traceback is not ours to read
                    raise OSError(name)
                yield (name,)
        here = os.getpid()
        try:
            list(forks.shared_out(work, [f"n{k}" for k in range(4)], 2))
        except OSError as fault:
            print(fault)
    """
    assert said(code) == "n1\n"


def test_copies_that_have_done_much_are_made_anew() -> None:
    """What they have read of this process's memory goes with them; every name is done all the same."""
    code = """
        import os
        from briefing import forks
        forks.processes = lambda: 2
        forks.IN_A_LIFE = 5
        here = os.getpid()
        def work(names):
            yield from ((name, os.getpid()) for name in names)
        rows = list(forks.shared_out(work, [f"n{k:02}" for k in range(24)], 2))
        print(sorted(name for name, _ in rows) == [f"n{k:02}" for k in range(24)])
        print(sum(who == here for _, who in rows), len({who for _, who in rows} - {here}))
    """
    assert said(code).splitlines() == ["True", "12 3"]
