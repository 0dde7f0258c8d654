"""The phases of a build: in their order, each once."""

import time

from briefing.timing import Timings


def test_a_phase_that_comes_twice_is_one() -> None:
    """Pages are made before and beside the data; whoever reads the table asks what pages took."""
    timings = Timings()
    with timings.phase("pages"):
        time.sleep(0.01)
    (first,) = timings.phases
    with timings.phase("search"):
        pass
    with timings.phase("pages"):
        time.sleep(0.01)
    assert [phase.name for phase in timings.phases] == ["pages", "search"]
    assert timings.phases[0].wall >= first.wall + 0.01
    assert [line.split()[0] for line in timings.table().splitlines()] == [
        "phase",
        "pages",
        "search",
        "in",
        "most",
    ]
