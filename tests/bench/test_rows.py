"""The harness: every row measured with small programs, failures kept, ratios said."""

import datetime as dt
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import bench.__main__
from bench.__main__ import main
from bench.report import table
from bench.results import Result, Results
from bench.rows import ROWS, Bench, Programs

FAKES = Path(__file__).parent / "programs.py"


def fakes() -> Programs:
    """Return small programs in the place of the real ones."""
    return Programs(**{
        name: (sys.executable, str(FAKES), name) for name in ("briefing", "mkdocs", "zensical", "hugo", "pagefind")
    })  # fmt: skip


@pytest.fixture
def harness(tmp_path: Path) -> Bench:
    """Give a benchmark of 20 briefs with small programs."""
    results = Results.read(tmp_path / "results.json")
    return Bench(tmp_path, 20, results, dt.date(2026, 10, 31), repeat=2, jobs=1, programs=fakes())


def test_rows_are_measured_and_compared(harness: Bench) -> None:
    """Each has its costs, and the table says how they compare."""
    harness.measure(["check", "cold", "warm", "edit", "watch", "rename", "render", "stock", "hugo"])
    found = {r.row: r for r in harness.results}
    assert {row: r.failed for row, r in found.items() if r.failed} == {}
    assert all(
        r.wall and r.cpu and r.peak for row, r in found.items() if row not in ("stock-search", "watch")
    )
    assert found["watch"].wall
    assert found["watch"].peak
    assert found["edit"].runs == 2
    assert found["rename"].note.startswith("named in ")
    assert found["hugo"].note.startswith("1 pages; ")
    assert found["stock-search"].sent
    text = table(harness.results)
    hugo, edit = found["hugo"].wall or 0, found["edit"].wall or 0
    ratio = max(hugo, edit) / min(hugo, edit)
    words = f"{ratio:.1f}× as fast as" if edit <= hugo else f"{ratio:.1f}× the time of"
    assert f"| {edit:.2f} s | {found['edit'].cpu:.2f} s | " in text
    assert f"{words} Hugo + Pagefind" in text
    assert not (harness.folder / "rendered").exists()


def test_a_rival_that_fails_is_a_line_of_the_table(harness: Bench) -> None:
    """With its reason; the next rival is measured all the same."""
    said: list[str] = []
    harness.say = said.append
    harness.measure(["cold", "zensical", "hugo"])
    zensical, hugo = harness.results.of(20, "zensical"), harness.results.of(20, "hugo")
    assert zensical is not None
    assert zensical.failed == "no such theme | at all"
    assert hugo is not None
    assert hugo.wall
    assert "no result: no such theme / at all |" in table(harness.results)
    assert "Zensical: no result" in table(harness.results)
    assert said[-2:] == ["20 briefs: zensical failed: no such theme | at all", "20 briefs: hugo"]


def test_a_rival_without_all_pages_has_no_result(harness: Bench) -> None:
    """Doing less is no way to be fast."""
    harness.programs = Programs(
        **{**{k: getattr(fakes(), k) for k in Programs.__slots__}, "hugo": (sys.executable, "-c", "pass")}
    )
    harness.measure(["hugo"])
    result = harness.results.of(20, "hugo")
    assert result is not None
    assert result.failed == "0 of 1 pages were made"


def test_a_change_that_does_not_show_is_a_failure(harness: Bench) -> None:
    """A build that leaves the page as it was has not built it."""
    code = "import sys, pathlib; p = pathlib.Path(sys.argv[-1]); p.mkdir(exist_ok=True)"
    harness.programs = Programs(
        **{**{k: getattr(fakes(), k) for k in Programs.__slots__}, "briefing": (sys.executable, "-c", code)}
    )
    harness.measure(["edit"])
    result = harness.results.of(20, "edit")
    assert result is not None
    assert result.wall is None
    assert "index.html" in result.failed


def test_a_program_that_is_not_there_stops_only_its_row(harness: Bench) -> None:
    """The others have their numbers."""
    harness.programs = Programs(
        **{**{k: getattr(fakes(), k) for k in Programs.__slots__}, "mkdocs": ("no-such-mkdocs",)}
    )
    harness.measure(["stock", "hugo"])
    for row in ("stock", "stock-search"):
        result = harness.results.of(20, row)
        assert result is not None
        assert result.failed.startswith("no-such-mkdocs")
    assert harness.is_known("hugo")
    assert not harness.is_known("stock")


def test_results_are_kept_in_parts(harness: Bench) -> None:
    """Each row is in the file as soon as it is known."""
    harness.measure(["check"])
    again = Results.read(harness.results.file)
    assert [r.row for r in again] == ["check", "check-again"]
    assert again.of(20, "check") == harness.results.of(20, "check")
    assert again.sizes == [20]


def test_the_command_measures_only_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run can be done in parts."""
    monkeypatch.setattr(Programs, "installed", classmethod(lambda _: fakes()))
    results = Results.read(tmp_path / "results.json")
    results.keep(Result(20, "render", "2026-10-30", 1.5, 1.25, 1_000_000))
    arguments = ["--sizes", "20", "--work", str(tmp_path), "--repeat", "1"]
    done = CliRunner().invoke(main, [*arguments, "--rows", "check,render", "--missing"])
    assert done.exit_code == 0, done.output
    assert "| 1.50 s | 1.25 s | 1 MB | – |" in done.output
    assert "20 briefs: render" not in done.output
    stored = json.loads((tmp_path / "results.json").read_text())
    assert {r["row"]: r["wall"] for r in stored["results"]}["render"] == 1.5
    assert stored["machine"]["Python"]


def test_the_command_reports_without_measuring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the terminal and on the page."""
    nothing = CliRunner().invoke(main, ["--report", "--work", str(tmp_path)])
    assert nothing.exit_code == 1
    assert "Nothing has been measured yet" in nothing.output
    results = Results.read(tmp_path / "results.json")
    for size, factor in ((100, 1), (1000, 9)):
        results.keep(Result(size, "cold", "2026-10-30", 2.0 * factor, 4.0 * factor, 10**8 * factor))
    page = tmp_path / "docs/speed.md"
    page.parent.mkdir()
    page.write_text("Before\n<!-- bench -->\nold\n<!-- /bench -->\nAfter\n", encoding="utf-8")
    monkeypatch.setattr(bench.__main__, "ROOT", tmp_path)
    done = CliRunner().invoke(main, ["--report", "--docs", "--work", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "from 100 to 1,000 briefs 9.0 times the time" in done.output
    text = page.read_text(encoding="utf-8")
    assert text.startswith("Before\n<!-- bench -->\n\nMeasured on 2026-10-30.")
    assert text.endswith("<!-- /bench -->\nAfter\n")
    assert "old" not in text
    assert (tmp_path / "docs/images/speed.svg").is_file()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--sizes", "some"], "numbers with spaces"),
        (["--sizes", "5"], "from 20"),
        (["--rows", "cold,jekyll"], "there is no row jekyll"),
    ],
)
def test_the_command_says_what_it_takes(arguments: list[str], says: str) -> None:
    """Sizes and rows."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert says in done.output


def test_every_row_that_is_compared_with_is_a_row() -> None:
    """A rival that is misspelt would never be compared."""
    assert {rival for row in ROWS.values() for rival in row.rivals} <= ROWS.keys()
