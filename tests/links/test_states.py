"""What answers make of what is known: the table of states, and what holds for any course of answers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.links.memory import memory_text, parse_memory
from briefing.links.states import (
    KEPT,
    ROBOTS_UNREADABLE,
    Answer,
    Entry,
    Finding,
    Policy,
    State,
    Target,
    choose,
    is_due,
    is_patient,
    remember,
)

START = dt.date(2026, 11, 1)
URL = "https://example.org/doc"
POLICY = Policy()

HERE = Answer(Finding.HERE, "200 OK")
MOVED = Answer(Finding.MOVED, "200 OK", moved_to="https://example.org/new")
BLOCKED = Answer(Finding.BLOCKED, "403 Forbidden")
GONE = Answer(Finding.NOT_HERE, "404 Not Found")


def course(*answers: tuple[int, Answer], url: str = URL, policy: Policy = POLICY) -> Entry:
    """Return what is known after answers, each on a day counted from the start."""
    entry = None
    for days, answer in answers:
        entry = remember(entry, "doc", url, answer, START + dt.timedelta(days), policy)
    assert entry is not None
    return entry


A, M, B, F, D = State.ALIVE, State.MOVED, State.BLOCKED, State.FAILING, State.DEAD


@pytest.mark.parametrize(
    ("answers", "state", "since", "failed"),
    [
        ([(0, HERE)], A, 0, 0),
        ([(0, HERE), (28, HERE)], A, 0, 0),
        ([(0, MOVED)], M, 0, 0),
        ([(0, HERE), (28, MOVED)], M, 28, 0),
        ([(0, BLOCKED)], B, 0, 0),
        ([(0, BLOCKED), (28, BLOCKED)], B, 0, 0),
        ([(0, GONE)], F, 0, 1),
        ([(0, GONE), (7, GONE)], F, 0, 2),
        ([(0, GONE), (7, GONE), (14, GONE)], D, 0, 3),
        ([(0, GONE), (7, GONE), (13, GONE)], F, 0, 3),  # often enough, not long enough
        ([(0, GONE), (30, GONE)], F, 0, 2),  # long enough, not often enough
        ([(0, GONE), (0, GONE), (0, GONE), (14, GONE)], F, 0, 2),  # once a day counts
        ([(0, GONE), (7, HERE), (14, GONE), (21, GONE)], F, 14, 2),  # an answer clears
        ([(0, GONE), (7, BLOCKED), (14, GONE), (21, GONE)], D, 0, 3),  # a refusal neither counts nor clears
        ([(0, GONE), (7, GONE), (14, BLOCKED)], B, 14, 2),
        ([(0, GONE), (7, GONE), (14, GONE), (21, BLOCKED)], D, 0, 3),  # nor wakes it
        ([(0, GONE), (7, GONE), (14, GONE), (42, GONE)], D, 0, 4),
        ([(0, GONE), (7, GONE), (14, GONE), (42, HERE)], A, 42, 0),
        ([(0, GONE), (7, GONE), (14, GONE), (42, MOVED)], M, 42, 0),
        ([(5, GONE), (0, GONE), (3, GONE)], F, 5, 1),  # a clock that was put back
    ],
)
def test_the_table_of_states(
    answers: list[tuple[int, Answer]], state: State, since: int, failed: int
) -> None:
    """Course of answers, and what is then known since when."""
    entry = course(*answers)
    assert (entry.state, (entry.since - START).days, entry.failed) == (state, since, failed)


def test_another_address_begins_anew() -> None:
    """What was known of the old address says nothing of the new one."""
    old = course((0, GONE), (7, GONE), (14, GONE))
    new = remember(old, "doc", "https://example.org/other", GONE, START + dt.timedelta(20), POLICY)
    assert (new.state, new.failed, new.since) == (F, 1, START + dt.timedelta(20))


def test_an_editor_can_hold_that_it_is_there() -> None:
    """It is then never called dead, and the reason stays."""
    held = course((0, GONE), (7, GONE), (14, GONE)).model_copy(update={"hold": "opens in a browser"})
    assert not held.is_dead
    again = remember(held, "doc", URL, GONE, START + dt.timedelta(21), POLICY)
    assert (again.state, again.hold, again.failed) == (F, "opens in a browser", 4)
    blocked = remember(held, "doc", URL, BLOCKED, START + dt.timedelta(21), POLICY)
    assert blocked.state is B


def test_the_last_failures_are_kept() -> None:
    """For whoever looks into it, oldest first."""
    entry = course(*((n, Answer(Finding.NOT_HERE, f"50{n}")) for n in range(8)))
    assert [f.answer for f in entry.last] == ["503", "504", "505", "506", "507"]
    assert entry.failed == 8


@pytest.mark.parametrize(
    ("wait", "days"),
    [(None, None), (10, None), (86_400, None), (86_401, 2), (260_000, 4), (10**9, POLICY.longest_wait)],
)
def test_a_server_can_ask_for_days_of_rest(wait: int | None, days: int | None) -> None:
    """Up to four weeks; less than a day needs no note."""
    entry = course((0, Answer(Finding.BLOCKED, "429 Too Many Requests", wait=wait)))
    assert entry.retry == (START + dt.timedelta(days) if days else None)


@pytest.mark.parametrize(
    ("entry", "day", "due"),
    [
        (None, 0, True),
        (course((0, HERE)), 27, False),
        (course((0, HERE)), 28, True),
        (course((0, BLOCKED)), 27, False),
        (course((0, GONE)), 0, False),
        (course((0, GONE)), 1, True),
        (course((0, GONE), (7, GONE), (14, GONE)), 20, False),
        (course((0, GONE), (7, GONE), (14, GONE)), 42, True),
        (course((0, Answer(Finding.BLOCKED, ROBOTS_UNREADABLE))), 1, True),
        (course((0, Answer(Finding.NOT_HERE, "503", wait=864_000))), 9, False),
        (course((0, Answer(Finding.NOT_HERE, "503", wait=864_000))), 10, True),
    ],
)
def test_when_an_address_is_asked_again(entry: Entry | None, day: int, due: bool) -> None:
    """What fails, each day; what does not, every four weeks."""
    assert is_due(entry, START + dt.timedelta(day), POLICY) is due


def test_an_unreadable_robots_txt_is_respected_for_four_weeks() -> None:
    """RFC 9309, 2.3.1.4."""
    unread = Answer(Finding.BLOCKED, ROBOTS_UNREADABLE)
    entry = course((0, unread), (7, unread))
    assert is_patient(None, START, POLICY)
    assert is_patient(entry, START + dt.timedelta(27), POLICY)
    assert not is_patient(entry, START + dt.timedelta(28), POLICY)
    assert is_patient(course((0, BLOCKED)), START + dt.timedelta(90), POLICY)


def test_those_come_first_that_were_not_asked_for_longest() -> None:
    """Never asked, then oldest; of one age, by id."""
    names = ("a", "b", "c", "d")
    targets = {i: Target(i, URL) for i in names}
    known = {
        i: remember(None, i, URL, GONE, START + dt.timedelta(days), POLICY)
        for i, days in (("a", 5), ("b", 2), ("d", 2))
    }
    day = START + dt.timedelta(9)
    assert [t.id for t in choose(targets, known, day, POLICY)] == ["c", "b", "d", "a"]
    fresh = {"a": remember(None, "a", URL, HERE, day, POLICY)}
    assert [t.id for t in choose(targets, fresh, day, POLICY)] == ["b", "c", "d"]
    assert len(choose(targets, fresh, day, POLICY, regardless=True)) == 4


# --- what holds for any course ---------------------------------------------------------------

ANSWERS = st.builds(
    Answer,
    st.sampled_from([Finding.HERE, Finding.BLOCKED, Finding.NOT_HERE]),
    st.sampled_from(["200 OK", "403 Forbidden", "404 Not Found", ROBOTS_UNREADABLE]),
    hint=st.sampled_from([None, "it leads to a front page"]),
    wait=st.none() | st.integers(0, 10**10),
) | st.just(MOVED)
COURSES = st.lists(st.tuples(st.integers(0, 60), ANSWERS), min_size=1, max_size=25)
POLICIES = st.builds(Policy, failures=st.integers(1, 5), days=st.integers(0, 20))


def walk(answers: list[tuple[int, Answer]], policy: Policy) -> list[tuple[Entry | None, Answer, Entry]]:
    """Return every step: before, answer, after. Steps are gaps in days, so that time goes on."""
    entry, day = None, START
    steps: list[tuple[Entry | None, Answer, Entry]] = []
    for gap, answer in answers:
        day += dt.timedelta(gap)
        after = remember(entry, "doc", URL, answer, day, policy)
        steps.append((entry, answer, after))
        entry = after
    return steps


@given(COURSES, POLICIES)
def test_dead_means_often_and_long_enough(answers: list[tuple[int, Answer]], policy: Policy) -> None:
    """Nothing dies by one bad day; what is dead has failed since with no document in between."""
    steps = walk(answers, policy)
    for n, (before, answer, after) in enumerate(steps):
        if after.state is not State.DEAD:
            continue
        assert after.failed >= policy.failures
        assert after.failing == after.since
        assert (after.last[-1].day - after.since).days >= policy.days
        later = [a for _, a, e in steps[: n + 1] if e.checked > after.since]
        assert not any(a.finding in (Finding.HERE, Finding.MOVED) for a in later)
        assert answer.finding in (Finding.NOT_HERE, Finding.BLOCKED)
        if answer.finding is Finding.BLOCKED:
            assert before is not None
            assert before.state is State.DEAD


@given(COURSES, POLICIES)
def test_a_document_that_answers_is_alive_at_once(answers: list[tuple[int, Answer]], policy: Policy) -> None:
    """Whatever came before: nothing of a failure is left."""
    for _, answer, after in walk(answers, policy):
        if answer.finding in (Finding.HERE, Finding.MOVED):
            assert after.state in (State.ALIVE, State.MOVED)
            assert (after.failed, after.failing, after.last) == (0, None, ())


@given(COURSES, POLICIES)
def test_failures_only_grow_or_vanish(answers: list[tuple[int, Answer]], policy: Policy) -> None:
    """By one a day at most; the days are in order; no more are kept than is said."""
    for before, answer, after in walk(answers, policy):
        had = before.failed if before else 0
        match answer.finding:
            case Finding.BLOCKED:
                assert after.failed == had
            case Finding.NOT_HERE:
                assert after.failed - had in (0, 1)
                assert (after.failed == had) == bool(
                    before and before.last and before.last[-1].day == after.checked
                )
        assert len(after.last) == min(after.failed, KEPT)
        assert [f.day for f in after.last] == sorted({f.day for f in after.last})


@given(COURSES, POLICIES)
def test_whatever_is_known_survives_the_file(answers: list[tuple[int, Answer]], policy: Policy) -> None:
    """Written, read and written again: the same knowledge and the same bytes."""
    entry = walk(answers, policy)[-1][2]
    text = memory_text([entry])
    memory = parse_memory(text)
    assert (memory.problems, memory.entries) == ((), {"doc": entry})
    assert memory_text(memory.entries.values()) == text


@given(COURSES, POLICIES, st.integers(1, 400))
def test_a_clock_that_goes_back_changes_no_count(
    answers: list[tuple[int, Answer]], policy: Policy, back: int
) -> None:
    """The later day stands, and a failure counts once on it."""
    entry = walk(answers, policy)[-1][2]
    after = remember(entry, "doc", URL, GONE, entry.checked - dt.timedelta(back), policy)
    assert after.checked == entry.checked
    assert after.failed <= entry.failed + 1
    again = remember(after, "doc", URL, GONE, entry.checked - dt.timedelta(back), policy)
    assert again.failed == after.failed
