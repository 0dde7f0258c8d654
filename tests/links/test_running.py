"""A run: what is remembered when, what is saved when, and what survives an interruption."""

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import cast

import pytest

from briefing.links.asking import Asker
from briefing.links.manners import Later
from briefing.links.running import AT_ONCE, Keeping, Run, ask_all
from briefing.links.states import Answer, Entry, Finding, Policy, State, Target, remember

DAY = dt.date(2026, 11, 24)
HERE = Answer(Finding.HERE, "200 OK")
GONE = Answer(Finding.NOT_HERE, "no connection")


class Fake:
    """An asker that answers as it is told, by the last part of the address."""

    def __init__(self, answers: Mapping[str, Answer | BaseException]) -> None:
        """Take the answers; addresses that none names are never answered."""
        self.answers = answers
        self.was_heard = False
        self.asked: list[tuple[str, bool]] = []
        self.waiting = 0
        self.most = 0

    async def ask(self, url: str, *, is_patient: bool = True) -> Answer:
        """Answer after a moment."""
        name = url.rpartition("/")[2]
        self.asked.append((name, is_patient))
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await asyncio.sleep(0)
        if name not in self.answers:
            await asyncio.Event().wait()
        self.waiting -= 1
        answer = self.answers[name]
        if isinstance(answer, BaseException):
            raise answer
        self.was_heard = self.was_heard or answer is HERE
        return answer


def targets(*names: str) -> list[Target]:
    """Return targets by id."""
    return [Target(n, f"https://example.org/{n}") for n in names]


def known(name: str, answer: Answer = HERE, day: dt.date = DAY) -> Entry:
    """Return what is known after one answer."""
    return remember(None, name, f"https://example.org/{name}", answer, day, Policy())


def go(
    fake: Fake, names: list[str], entries: Mapping[str, Entry] | None = None, every: float = 0.0
) -> tuple[Run, list[dict[str, Entry]]]:
    """Run, and return what was found and every state that was saved."""
    saved: list[dict[str, Entry]] = []
    run = Run.of(entries or {})
    keeping = Keeping(DAY, Policy(), lambda e: saved.append(dict(e)), every)
    asyncio.run(ask_all(targets(*names), run, cast("Asker", fake), keeping))
    return run, saved


def test_answers_are_saved_as_they_come_and_at_the_end() -> None:
    """Every save holds all that is known, the untouched too."""
    old = {"z": known("z")}
    run, saved = go(Fake({"a": HERE, "b": HERE, "c": GONE}), ["a", "b", "c"], old)
    assert {i: e.state for i, e in run.entries.items()} == {
        "a": State.ALIVE, "b": State.ALIVE, "c": State.FAILING, "z": State.ALIVE,
    }  # fmt: skip
    assert run.before == old
    assert len(saved) == 3
    assert saved[-1] == run.entries
    assert all("z" in s for s in saved)


def test_saving_is_not_done_for_each_answer() -> None:
    """Once in some seconds, and at the end."""
    _, saved = go(Fake(dict.fromkeys("abcdef", HERE)), list("abcdef"), every=60)
    assert len(saved) == 1


def test_without_any_answer_nothing_is_remembered() -> None:
    """The network may be down here: that must not count against anybody."""
    run, saved = go(Fake({"a": GONE, "b": GONE}), ["a", "b"])
    assert (run.entries, saved, run.is_silent, run.asked) == ({}, [], True, [])


def test_failures_wait_for_a_sign_of_life() -> None:
    """Those that came first are remembered as soon as anybody answers."""
    run, saved = go(Fake({"a": GONE, "b": GONE, "c": HERE}), ["a", "b", "c"])
    assert sorted(run.asked) == ["a", "b", "c"]
    assert not run.is_silent
    assert len(saved) == 1


def test_where_all_that_are_due_fail_others_are_witnesses() -> None:
    """A weekly run may hold dead documents only: somebody who answered last time says that there is a network."""
    entries = {n: known(n, day=DAY - dt.timedelta(k)) for k, n in enumerate("uvwxy")}
    fake = Fake({"a": GONE, **dict.fromkeys("uvwxy", HERE)})
    run, _ = go(fake, ["a"], entries)
    assert run.entries["a"].state is State.FAILING
    assert [name for name, _ in fake.asked] == ["a", "u", "v", "w"]
    silent, _ = go(Fake(dict.fromkeys("auvwxy", GONE)), ["a"], entries)
    assert silent.is_silent
    assert silent.entries == entries


def test_who_is_left_for_later_keeps_what_was_known() -> None:
    """So it is the first in the next run."""
    old = {"a": known("a", GONE, DAY - dt.timedelta(7))}
    run, _ = go(Fake({"a": Later(), "b": HERE}), ["a", "b"], old)
    assert run.later == ["a"]
    assert run.entries["a"] is old["a"]


def test_a_fault_of_this_program_ends_no_run() -> None:
    """It is told, and counts against nobody."""
    run, _ = go(Fake({"a": RuntimeError("x"), "b": HERE}), ["a", "b"])
    assert run.broken == {"a": "RuntimeError"}
    assert list(run.entries) == ["b"]


def test_what_came_is_saved_when_the_run_is_cancelled() -> None:
    """The rest is asked by the next run."""
    saved: list[dict[str, Entry]] = []
    run = Run.of({})

    async def scenario() -> None:
        fake = Fake({"a": HERE, "b": GONE})
        keeping = Keeping(DAY, Policy(), lambda e: saved.append(dict(e)), 60)
        task = asyncio.create_task(ask_all(targets("a", "b", "never"), run, cast("Asker", fake), keeping))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scenario())
    assert [sorted(s) for s in saved] == [["a", "b"]]
    assert sorted(run.asked) == ["a", "b"]


def test_patience_with_robots_txt_comes_from_what_is_known() -> None:
    """After four weeks an unreadable one counts as none."""
    unread = Answer(Finding.BLOCKED, "robots.txt cannot be read")
    old = {"a": known("a", unread, DAY - dt.timedelta(28)), "b": known("b", unread, DAY - dt.timedelta(7))}
    fake = Fake({"a": HERE, "b": HERE})
    go(fake, ["a", "b"], old)
    assert dict(fake.asked) == {"a": False, "b": True}


def test_not_all_of_very_many_wait_at_the_same_time() -> None:
    """Memory is bounded, however many sources there are."""
    names = [f"n{k}" for k in range(AT_ONCE * 2)]
    fake = Fake(dict.fromkeys(names, HERE))
    run, _ = go(fake, names, every=60)
    assert len(run.asked) == len(names)
    assert fake.most <= AT_ONCE
