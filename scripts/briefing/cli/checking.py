"""Commands that look at the record: check, count, explain."""

import os
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from briefing.cli.base import BRIEFS, CONFIG, is_shown, main, need_below, progress_of, report
from briefing.problems import Problem, ordered, printable, summary
from briefing.verdict import Verdict, occasion, recall, remember

if TYPE_CHECKING:
    from briefing.codes import Code
    from briefing.corpus import Loaded


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
    """Say everything that is wrong in the YAML files, with the line and the fix.

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
    when = occasion(root, config_file, Path.cwd())
    verdict = recall(root, when) if against is None else None
    if verdict is None:
        verdict = _judged(root, config_file, against)
        if against is None:
            remember(root, when, verdict)
    problems = [p for p in verdict.problems if is_shown(p, paths)]
    if paths:
        problems = [p for p in problems if p.mark.file != str(config_file)]
    elif config_file.is_file():
        problems = ordered([*problems, *_links(config_file.parent)])
    report(problems, style, verdict)
    if any(p.is_error for p in problems):
        sys.exit(1)


def _judged(root: Path, config_file: Path, against: str | None) -> Verdict:
    """Read everything, and return what is wrong with it."""
    from briefing.cli.shared import help_editors, verdict_of
    from briefing.corpus import cache_of, load
    from briefing.rules import navigation, review

    loaded = load(root, progress=progress_of("Reading files:"), cache=cache_of(root))
    main.held = loaded if main.is_process else None
    help_editors(root, loaded.corpus)
    found = review(loaded)
    if config_file.is_file():
        found = ordered([*found, *navigation(loaded.corpus, config_file.read_bytes(), str(config_file))])
    if against and not loaded.errors:
        found = ordered([*found, *_changes(root, against, loaded)])
    return verdict_of(loaded, found)


def _links(project: Path) -> Sequence[Problem]:
    """Return what is wrong with the file of what is known of addresses, which a build reads."""
    if not os.path.lexists(project / "links.jsonl"):
        return ()
    from briefing.links.memory import STATE_FILE, load_memory

    return load_memory(project / STATE_FILE).problems


def _changes(root: Path, ref: str, loaded: "Loaded") -> list[Problem]:
    """Return what a commit published that is gone or changed without a trace."""
    from briefing.corpus import load
    from briefing.history import GitFailed, checkout, compare

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
    from briefing.corpus import cache_of, load
    from briefing.rivals import find_disputes

    loaded = load(root, progress=progress_of("Reading files:"), cache=cache_of(root))
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
    """Say what a problem is, why it is one, and what is right. Without CODE, list all codes.

    The code of a problem stands in brackets: error[fact-without-evidence].

    \b
    Examples:
      briefing explain duplicate-key
      briefing explain fact-without-evidence
    """
    from briefing.codes import CODES
    from briefing.model.validate import nearest
    from briefing.rules import RULES

    if code is None:
        width = max(map(len, [*RULES, *CODES]))
        click.echo("Files and values:\n")
        for known in CODES.values():
            click.echo(f"  {known.code:{width}}  {known.severity:7}  {known.says}")
        click.echo("\nEditorial rules:\n")
        for rule in RULES.values():
            click.echo(f"  {rule.code:{width}}  {rule.severity:7}  {rule.summary}")
        return
    name = code.rpartition("[")[2].rstrip("]:")
    if name in RULES:
        click.echo(f"{name} ({RULES[name].severity})\n\n{RULES[name].documentation}")
    elif name in CODES:
        click.echo(_explained(CODES[name]))
    else:
        near = nearest(name, [*RULES, *CODES])
        hint = f" Did you mean {near}?" if near else " `briefing explain` lists them."
        raise click.UsageError(f"There is no code {printable(name)}.{hint}")


def _explained(code: "Code") -> str:
    """Return what is known of a code, with its examples."""
    reason = textwrap.fill(code.why, 88)
    parts = [
        f"{code.code} ({code.severity})\n\n{code.says}\n\n{reason}",
        f"{code.place}:\n\n{textwrap.indent(_seen(code.wrong), '  ')}",
        f"Right:\n\n{textwrap.indent(_seen(code.right), '  ')}",
    ]
    return "\n\n".join(parts)


def _seen(example: str) -> str:
    """Return an example with a sign for what would not show, cut where it is long."""
    lines = [line if len(line) <= 88 else f"{line[:84]} …" for line in example.rstrip().split("\n")]
    return "\n".join("".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in line) for line in lines)
