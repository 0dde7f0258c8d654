"""Commands that look at the record: check, count, explain."""

import sys
import tempfile
from pathlib import Path

import click

from briefing.cli.shared import BRIEFS, CONFIG, help_editors, is_shown, main, need_below, progress_of, report
from briefing.corpus import Loaded, load
from briefing.history import GitFailed, checkout, compare
from briefing.model.validate import nearest
from briefing.problems import Problem, ordered, summary
from briefing.rivals import find_disputes
from briefing.rules import RULES, navigation, review


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@BRIEFS
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    show_default=True,
    help="For people, for annotations on a pull request, or for programs.",
)
@click.option(
    "--against",
    metavar="REF",
    help="Also compare with a git commit: nothing published may vanish or change without a trace.",
)
@CONFIG
def check(paths: tuple[Path, ...], root: Path, style: str, against: str | None, config_file: Path) -> None:
    r"""Say everything that is wrong in the YAML files, with the line and the fix.

    All files are read, since they refer to each other; with PATH, only problems in those
    files or folders are shown. A PATH that itself holds a topics.yml is checked as a
    folder of its own.

    \b
    Examples:
      briefing check
      briefing check briefs/2022/2022-02-05-panel-report.yml
      briefing check --format github
      briefing check --against origin/main
    """
    if len(paths) == 1 and (paths[0] / "topics.yml").is_file():
        root, paths = paths[0], ()
    if not root.is_dir():
        raise click.UsageError(f"There is no folder {root}. Name it with --briefs.")
    need_below(paths, root)
    loaded = load(root, progress=progress_of("Reading files:"))
    help_editors(root, loaded.corpus)
    found = review(loaded)
    if config_file.is_file() and not paths:
        found = ordered([*found, *navigation(loaded.corpus, config_file.read_bytes(), str(config_file))])
    if against and not loaded.errors:
        found = ordered([*found, *_changes(root, against, loaded)])
    problems = [p for p in found if is_shown(p, paths)]
    report(problems, style, loaded)
    if any(p.is_error for p in problems):
        sys.exit(1)


def _changes(root: Path, ref: str, loaded: Loaded) -> list[Problem]:
    """Return what a commit published that is gone or changed without a trace."""
    with tempfile.TemporaryDirectory(prefix="briefing-") as folder:
        try:
            then = checkout(root, ref, Path(folder))
        except GitFailed as fault:
            raise click.UsageError(f"Cannot read {ref}: {fault}") from None
        old = load(then, base=_same_base(root, then))
    if old.errors:
        click.echo(f"{summary(old.problems)} at {ref}: what was broken there is not compared", err=True)
    return compare(old.corpus, loaded.corpus)


def _same_base(root: Path, then: Path) -> Path:
    """Return the folder from which files below `then` have the names that they have below `root`."""
    here, whole = Path.cwd().resolve(), root.resolve()
    inside = whole.relative_to(here).parts if whole.is_relative_to(here) else (whole.name,)
    if then.parts[len(then.parts) - len(inside) :] != inside:
        return then.parent
    return Path(*then.parts[: len(then.parts) - len(inside)])


@main.command("count")
@BRIEFS
def count_records(root: Path) -> None:
    """Say how much is in the record: briefs, claims, sources, disputes and the rest."""
    loaded = load(root, progress=progress_of("Reading files:"))
    if loaded.errors:
        click.echo(
            f"{summary(loaded.problems)}: `briefing check` shows them; what is broken is not counted",
            err=True,
        )
    corpus = loaded.corpus.published()
    disputes = find_disputes(corpus)
    rows = {
        "briefs": len(corpus.briefs),
        **{
            f"  {t.id}": sum(t.id in b.topics for b in corpus.briefs.values()) for t in corpus.topics.values()
        },
        "claims": len(corpus.claims),
        "figures": sum(len(h.claim.figures) for h in corpus.claims.values()),
        "responses": sum(len(h.claim.responses) for h in corpus.claims.values()),
        "events": len(corpus.events),
        "disputes": len(disputes.disputes),
        "  with rival figures": sum(bool(d.comparisons) for d in disputes.disputes),
        "denied claims": len(disputes.denied),
        "sources": len(corpus.sources),
        "entities": len(corpus.entities),
        "measures": len(corpus.measures),
        "glossary terms": len(corpus.terms),
    }
    for name, number in rows.items():
        click.echo(f"{name:22}{number:>8,}")


@main.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Say what an editorial rule asks, and why. Without CODE, list the rules.

    The code of a problem stands in brackets: error[fact-without-evidence].
    """
    if code is None:
        for rule in RULES.values():
            click.echo(f"{rule.code:28} {rule.severity:8} {rule.summary}")
        return
    if code not in RULES:
        near = nearest(code, RULES)
        raise click.UsageError(f"There is no rule {code}." + (f" Did you mean {near}?" if near else ""))
    click.echo(f"{code} ({RULES[code].severity})\n\n{RULES[code].documentation}")
