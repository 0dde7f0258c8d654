"""The command that asks documents' addresses whether they still answer: links."""

import datetime as dt
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from briefing import __version__
from briefing.cli.shared import BRIEFS, CONFIG, main, need_config, need_folder, progress_of, today

if TYPE_CHECKING:
    from briefing.corpus import Corpus
    from briefing.links.reporting import Issue
    from briefing.links.states import Entry
    from briefing.view import Site

SILENT = 3
"""Exit code: nobody answered, and nothing was remembered."""
STOPPED = 130
"""Exit code: stopped from outside, as shells count it."""

_PLAIN = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)


def _endpoint(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> list[tuple[str, int]]:
    """Read HOST:PORT of numeric addresses."""
    found = []
    for value in values:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal():
            raise click.BadParameter("write a numeric address and a port: 127.0.0.1:8000")
        found.append((host.strip("[]"), int(port)))
    return found


@main.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@BRIEFS
@CONFIG
@click.option(
    "--state",
    "state_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What is known so far, and where it is kept; links.jsonl beside the configuration unless given.",
)
@click.option(
    "--issues",
    "issues_dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a text for each dead document into this folder.",
)
@click.option(
    "--summary",
    "summary_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is printed to this file, too.",
)
@click.option("--offline", is_flag=True, help="Ask nobody: only write the texts from what is known.")
@click.option("--all", "regardless", is_flag=True, help="Ask all, also those that were asked lately.")
@click.option(
    "--limit", type=click.IntRange(1), metavar="N", help="Ask N sources at most: those not asked for longest."
)
@click.option(
    "--max-minutes", type=click.FloatRange(0, 600), metavar="M", help="Begin no request after M minutes."
)
@click.option(
    "--every",
    type=click.IntRange(1, 365),
    default=28,
    show_default=True,
    metavar="DAYS",
    help="Ask again after this many days what did not fail. What failed is asked each day.",
)
@click.option(
    "--failures",
    type=click.IntRange(1, 100),
    default=3,
    show_default=True,
    help="Days with a failure before a document is dead, …",
)
@click.option(
    "--days",
    type=click.IntRange(0, 365),
    default=14,
    show_default=True,
    help="… and days from the first failure to the last.",
)
@click.option(
    "--delay",
    type=click.FloatRange(0, 60),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="Pause between two requests to a host.",
)
@click.option(
    "--concurrency", type=click.IntRange(1, 50), default=10, show_default=True, help="Hosts asked at once."
)
@click.option(
    "--thorough",
    is_flag=True,
    help="Read the beginning of pages that answer well: finds “not found” and “for sale” in titles.",
)
@click.option(
    "--contact",
    metavar="URL",
    help="Where server owners read who asks: the site's address, or its repository's, unless given.",
)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day to write down; today unless given.")
@click.option(
    "--allow",
    "also",
    multiple=True,
    callback=_endpoint,
    metavar="IP:PORT",
    help="Ask this address although it is not public: for tests.",
)
def links(
    ids: tuple[str, ...],
    root: Path,
    config_file: Path,
    state_file: Path | None,
    issues_dir: Path | None,
    summary_file: Path | None,
    offline: bool,
    regardless: bool,
    limit: int | None,
    max_minutes: float | None,
    every: int,
    failures: int,
    days: int,
    delay: float,
    concurrency: int,
    thorough: bool,
    contact: str | None,
    day: dt.datetime | None,
    also: list[tuple[str, int]],
) -> None:
    """Ask the sources' addresses whether they still answer, and remember the answers.

    \b
    A document is
      alive     it answered
      moved     it leads for good to another address
      blocked   it answers, but not to programs: nothing is known
      failing   it did not answer
      dead      it failed on --failures days, over at least --days days

    Of dead documents the site says since when they are gone, and leads to the archived copy.
    A run can be stopped at any time, and the next one goes on from there. No build uses the
    network.

    \b
    Examples:
      briefing links --limit 50
      briefing links --max-minutes 20 --issues build/links/issues
      briefing links reuters-2022-02-05-panel --all

    Exit codes: 0 no document is dead, 1 some are, 2 the command was used wrongly, 3 nobody
    answered and nothing was remembered: is there a network?
    """
    from briefing.authoring.writing import write
    from briefing.evidence import gather
    from briefing.links.memory import STATE_FILE, memory_text, settle, targets_of
    from briefing.links.reporting import Asked, issues, summarise
    from briefing.links.states import Policy, choose

    need_config(config_file)
    corpus = _sound(root)
    _need_sources(ids, corpus)
    path = state_file or config_file.parent / STATE_FILE
    known = _remembered(path)
    entries = settle(known, corpus.sources)
    moment = day.date() if day else today()
    policy = Policy(failures=failures, days=days, every=every)
    targets = targets_of(corpus.sources)
    wanted = {i: t for i, t in targets.items() if not ids or i in ids}
    chosen = [] if offline else choose(wanted, entries, moment, policy, regardless=regardless)[:limit]
    site, repository = _site(config_file)

    def save(found: "Mapping[str, Entry]") -> None:
        write(path, memory_text(found.values()).encode())

    now: Mapping[str, Entry] = entries
    how, is_stopped = Asked(0, 0, {}), False
    if chosen:
        _need_network()
        from briefing.links.addresses import Reach
        from briefing.links.asking import Settings
        from briefing.links.manners import Pace
        from briefing.links.running import Keeping, check

        settings = Settings(
            _agent(contact or site.url or repository), Reach(also=frozenset(also)), is_thorough=thorough
        )
        seconds = None if max_minutes is None else max_minutes * 60
        pace = Pace(delay=delay, concurrency=concurrency, seconds=seconds)
        keeping = Keeping(moment, policy, save)
        run = check(chosen, entries, settings, pace, keeping, progress_of("Asked:"))
        now, is_stopped = run.entries, run.is_stopped
        how = Asked(len(run.asked), len(chosen) - len(run.asked) - len(run.broken), run.broken)
        if run.is_silent and not is_stopped:
            click.echo("Nobody answered, so nothing was remembered. Is there a network?", err=True)
            sys.exit(SILENT)
    elif not offline and entries != known:
        save(entries)  # of sources that are gone, nothing is kept
    text = summarise(now, entries, len(targets), how, moment)
    click.echo(text, nl=False)
    if summary_file is not None:
        summary_file.parent.mkdir(parents=True, exist_ok=True)
        write(summary_file, text.encode())
    if issues_dir is not None:
        _write_issues(issues_dir, issues(corpus, gather(corpus), now, _addresses(site)))
    if is_stopped:
        click.echo("Stopped. What was answered is kept; the next run goes on from there.", err=True)
        sys.exit(STOPPED)
    if any(e.is_dead for e in now.values()):
        sys.exit(1)


def _sound(root: Path) -> "Corpus":
    """Return the corpus; refuse one with errors, since what is known of its broken sources would be lost."""
    from briefing.corpus import load
    from briefing.problems import summary

    need_folder(root)
    loaded = load(root, progress=progress_of("Reading files:"))
    if loaded.errors:
        click.echo(
            f"{summary(loaded.errors)} in {root}: `briefing check` shows them; mend them first", err=True
        )
        sys.exit(2)
    return loaded.corpus


def _remembered(path: Path) -> "Mapping[str, Entry]":
    """Return what is known so far; say what is wrong with the file, if something is."""
    from briefing.links.memory import load_memory
    from briefing.problems import as_text

    memory = load_memory(path)
    if memory.problems:
        click.echo(as_text(memory.problems), err=True)
        sys.exit(2)
    return memory.entries


def _need_sources(ids: tuple[str, ...], corpus: "Corpus") -> None:
    """Refuse ids that no source has."""
    from briefing.model.validate import nearest

    for id_ in ids:
        if id_ not in corpus.sources:
            near = nearest(id_, corpus.sources)
            raise click.UsageError(f"There is no source {id_}." + (f" Did you mean {near}?" if near else ""))


def _need_network() -> None:
    """Refuse to go on without what asks; a site is built without it."""
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("aiohttp", "protego")):
        raise click.UsageError(
            "What asks addresses is not installed. Run `make links`, or install briefing[links]."
        )


def _site(config_file: Path) -> "tuple[Site, str]":
    """Return the site, without an address where that is nobody's but this machine's; and its repository."""
    from dataclasses import replace

    from briefing.mkdocs_plugin import site_of
    from briefing.project import briefing_plugin, configuration
    from briefing.publishing import BuildFailed

    try:
        config = configuration(config_file)
    except BuildFailed as fault:
        raise click.UsageError(str(fault)) from None
    site = site_of(config, briefing_plugin(config).config)
    host = urlsplit(site.url).hostname or ""
    is_local = host in ("localhost", "::1") or host.startswith("127.") or "." not in host
    return (replace(site, url="") if is_local else site), config.repo_url or ""


def _addresses(site: "Site") -> Callable[[str], str]:
    """Return what gives a page's public address; nothing where the site has none."""
    return site.address if site.url else lambda _: ""


def _agent(contact: str) -> str:
    """Return how the program introduces itself to servers."""
    from briefing.links.robots import TOKEN

    if contact and not _PLAIN.fullmatch(contact):
        raise click.UsageError("--contact takes an address without spaces, in ASCII.")
    about = f"+{contact}; " if contact else ""
    return f"{TOKEN}/{__version__} ({about}asks whether cited documents still answer)"


def _write_issues(folder: Path, found: "list[Issue]") -> None:
    """Write a file for each; take away those of an earlier run that are no longer true."""
    from briefing.authoring.writing import write
    from briefing.links.reporting import MARK

    folder.mkdir(parents=True, exist_ok=True)
    names = {f"{issue.id}.md" for issue in found}
    for path in folder.glob("*.md"):
        if path.name not in names and MARK in path.read_text(encoding="utf-8", errors="replace")[:1000]:
            path.unlink()
    for issue in found:
        write(folder / f"{issue.id}.md", issue.text.encode())
