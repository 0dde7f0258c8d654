"""`python -m bench`: measure, print the table, and write the page on speed."""

import datetime as dt
import os
import sys
from pathlib import Path

import click

from bench.machine import describe
from bench.report import growth, table, write_page
from bench.results import Results
from bench.rows import GROUPS, Bench
from bench.synthetic import ROOT


def _sizes(_context: click.Context, _parameter: click.Parameter, value: str) -> list[int]:
    try:
        sizes = [int(part.replace("_", "")) for part in value.replace(",", " ").split()]
    except ValueError:
        raise click.BadParameter("write numbers with spaces between them: 100 1000") from None
    if not sizes or any(not 20 <= size <= 1_000_000 for size in sizes):
        raise click.BadParameter("write numbers from 20 to 1,000,000")
    return sizes


def _groups(_context: click.Context, _parameter: click.Parameter, value: str) -> list[str]:
    groups = value.replace(",", " ").split() if value else list(GROUPS)
    if unknown := [g for g in groups if g not in GROUPS]:
        raise click.BadParameter(f"there is no row {unknown[0]}; rows are {', '.join(GROUPS)}")
    return groups


@click.command()
@click.option(
    "--sizes", default="100 1000 5000 10000", show_default=True, callback=_sizes, help="Numbers of briefs."
)
@click.option(
    "--rows", "groups", default="", callback=_groups, help=f"Some of {','.join(GROUPS)}; all unless given."
)
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "build/bench",
              show_default="build/bench", help="Where projects, sites, logs and results go.")  # fmt: skip
@click.option(
    "--repeat",
    type=click.IntRange(1, 50),
    default=3,
    show_default=True,
    help="Runs of quick rows; the median counts.",
)
@click.option(
    "--timeout", type=float, default=3600, show_default=True, help="Seconds that one command may take."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, other records.")
@click.option("--missing", is_flag=True, help="Leave out what the results have already.")
@click.option("--keep", is_flag=True, help="Keep what the rivals were given.")
@click.option("--report", "only_report", is_flag=True, help="Measure nothing; print what is known.")
@click.option("--docs", is_flag=True, help="Write the results into docs/speed.md and its chart.")
def main(
    sizes: list[int], groups: list[str], work: Path, repeat: int, timeout: float, seed: int,
    missing: bool, keep: bool, only_report: bool, docs: bool,
) -> None:  # fmt: skip
    """Measure what building costs, here and elsewhere, on synthetic projects of several sizes.

    Each row is kept in results.json as soon as it is known, so that a run can be done in parts. A
    rival that fails is a line of the table.
    """
    work = work.absolute()
    results = Results.read(work / "results.json")
    if not only_report:
        results.machine = describe()
        for size in sizes:
            bench = Bench(
                work, size, results, dt.datetime.now(tz=dt.UTC).date(), seed, repeat, timeout,
                os.cpu_count() or 1, keep, say=lambda text: click.echo(text, err=True),
            )  # fmt: skip
            bench.measure([g for g in groups if not (missing and bench.is_known(g))])
    if not results.sizes:
        sys.exit("Nothing has been measured yet: run it without --report")
    click.echo(table(results))
    for sentence in growth(results):
        click.echo(sentence)
    if docs:
        write_page(ROOT / "docs/speed.md", ROOT / "docs/images/speed.svg", results)


if __name__ == "__main__":
    main()
