"""Commands that make the site: render, build, serve."""

import contextlib
import datetime as dt
import logging
import os
import signal
import sys
import webbrowser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from briefing.cli.base import CONFIG, log_to_terminal, main, need_config, progress_of
from briefing.problems import Problem, printable, summary

if TYPE_CHECKING:
    from briefing.engine.parting import Share
    from briefing.timing import Timings


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    """Turn a failed build into its message and exit code 1."""
    from briefing.publishing import BuildFailed

    try:
        yield
    except BuildFailed as fault:
        click.echo(f"The site was not built: {fault}", err=True)
        sys.exit(1)


@main.command()
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder to write."
)
@CONFIG
def render(out: Path, config_file: Path) -> None:
    """Write the site as plain Markdown, with a mkdocs.yml that needs no plugin of ours.

    What is in the folder is a project of its own: `mkdocs build` in it makes the same pages,
    and so does any other builder that reads mkdocs.yml. A project in the folder is replaced.
    """
    from briefing.rendering import render as write

    need_config(config_file)
    log_to_terminal()
    with _failing():
        pages = write(config_file, out)
    click.echo(f"{pages:,} pages written to {out}", err=True)


class _Share(click.ParamType):  # type: ignore[type-arg] # generic only in late releases
    """A part of a site, "1/3"."""

    name = "i/n"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> "Share":
        """Return the part that a text names."""
        from briefing.engine.parting import Share

        number, slash, of = str(value).partition("/")
        if not (slash and number.isascii() and number.isdecimal() and of.isascii() and of.isdecimal()):
            self.fail("write the part and how many there are, such as 1/3", param, ctx)
        share = Share(int(number), int(of))
        if not 1 <= share.number <= share.of <= 1000:
            self.fail("parts are counted from 1, and there are at most 1000", param, ctx)
        return share


def _build_part(
    config_file: Path,
    folder: Path | None,
    share: "Share",
    *,
    strict: bool,
    jobs: int | None,
    timings: "Timings",
) -> None:
    from briefing.build import build_part

    if folder is None:
        raise click.UsageError("say with --site-dir where the part goes")
    count = build_part(config_file, folder, share, strict=strict, jobs=jobs, timings=timings)
    click.echo(f"Part {share.number} of {share.of}, {count:,} tasks, is in {folder}", err=True)


@main.command()
@click.option(
    "--site-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the site goes; the one in mkdocs.yml (or site/) unless given.",
)
@click.option("--strict/--no-strict", default=True, show_default=True, help="Let a warning stop the build.")
@click.option(
    "--engine",
    type=click.Choice(["mkdocs", "zensical"]),
    default="mkdocs",
    show_default=True,
    help="What turns Markdown into pages; the site is the same.",
)
@click.option("--clean", is_flag=True, help="Build everything anew, whatever the last site has.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes; one a processor unless given.")
@click.option("--timings", is_flag=True, help="Say how long each phase took.")
@click.option("--watch", is_flag=True, help="Stay, and build again whenever a file has changed.")
@click.option("--shard", type=_Share(), help="Build one part of the site, into --site-dir, to be joined.")
@click.option(
    "--join",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A part to join; once for each.",
)
@CONFIG
def build(
    site_dir: Path | None,
    strict: bool,
    engine: str,
    clean: bool,
    jobs: int | None,
    timings: bool,
    watch: bool,
    shard: "Share | None",
    join: tuple[Path, ...],
    config_file: Path,
) -> None:
    """Build the site beside the last one, and put it in place in one step.

    What has not changed since the last build is taken from the last site. If anything is wrong,
    the last good site stays as it is.

    With --watch, the command stays, and each save is a whole new site a moment later, with search,
    feeds and data: for a server that publishes what authors save. Ctrl-C ends it.
    """
    from briefing.timing import Timings

    need_config(config_file)
    log_to_terminal()
    if watch:
        if clean or shard or join or engine != "mkdocs":
            raise click.UsageError("--watch goes with --site-dir, --strict, --jobs and --timings only")
        _watch(config_file, site_dir, strict=strict, jobs=jobs, timings=timings)
        return
    told, held = Timings(), list[object]()
    main.held = held if main.is_process else None
    with _failing():
        if shard is not None:
            _build_part(config_file, site_dir, shard, strict=strict, jobs=jobs, timings=told)
            built = None
        elif engine == "zensical":
            from briefing.zensical import build as make_by_zensical

            built = make_by_zensical(config_file, site_dir, strict=strict)
        else:
            from briefing.build import build as make

            built = make(
                config_file,
                site_dir,
                strict=strict,
                clean=clean,
                jobs=jobs,
                timings=told,
                join=join,
                held=held,
            )
    if timings:
        click.echo(told.table(), err=True)
    if built is None:
        return
    if not built.replaced:
        click.echo(f"Nothing has changed: the site in {built.site} stays as it is.", err=True)
        return
    click.echo(f"{built.pages:,} pages made from the briefs; the site is in {built.site}", err=True)


def _watch(
    config_file: Path, site_dir: Path | None, *, strict: bool, jobs: int | None, timings: bool
) -> None:
    """Build again and again, until it is interrupted."""
    from briefing.making import Built
    from briefing.publishing import BuildFailed
    from briefing.rebuilding import Workshop, keep_building
    from briefing.timing import Timings

    def told(result: Built | BuildFailed, spent: Timings) -> None:
        if timings:
            click.echo(spent.table(), err=True)
        if isinstance(result, BuildFailed):
            _say(f"The site was not built, the last one stands: {result}")
        elif result.replaced:
            made = f"{result.rendered:,} of {result.pages:,} pages made anew"
            _say(f"{made}; the site is in {result.site} ({spent.seconds:.1f} s)")

    # Whoever ends it, and however, it ends what it has begun.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _failing():
            keep_building(Workshop(config_file, site_dir, strict=strict, jobs=jobs), told)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


class _Address(click.ParamType):  # type: ignore[type-arg] # generic only in late releases
    """A host and a port, "127.0.0.1:8000"; port 0 is any that is free."""

    name = "host:port"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Return host and port."""
        host, colon, port = str(value).rpartition(":")
        if not colon or not port.isascii() or not port.isdecimal() or int(port) > 65535:
            self.fail(f"{value} is not HOST:PORT, such as 127.0.0.1:8000", param, ctx)
        return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)


@main.command()
@click.argument("id_", metavar="[ID]", required=False)
@click.option(
    "-a",
    "--address",
    type=_Address(),
    metavar="HOST:PORT",
    help="Where to serve; 127.0.0.1:8000 unless given. Port 0 is any that is free.",
)
@click.option(
    "--open/--no-open", "open_", default=None, help="Open the page in a browser; with ID it is opened anyhow."
)
@CONFIG
def serve(id_: str | None, address: tuple[str, int] | None, open_: bool | None, config_file: Path) -> None:
    """Show the site while you write: the page comes back a second after its file is saved.

    With ID, the page of that brief, source, entity, measure or topic is opened; a YAML file will do
    too. What is wrong in a file stands at the top of its page, and here. Drafts are shown. Only this
    machine is served unless --address says otherwise. Ctrl-C ends it.

    \b
    Examples:
      briefing serve
      briefing serve 2022-02-05-panel-report
      briefing serve briefs/2022/2022-02-05-panel-report.yml --no-open
      briefing serve -a 127.0.0.1:0
    """
    need_config(config_file)
    log_to_terminal(logging.WARNING)
    logging.getLogger("mkdocs").handlers[0].addFilter(_Once())
    from briefing.preview import NoSuchPage, NotServed, preview

    def opened(url: str, problems: Sequence[Problem]) -> None:
        click.echo(f"{url}  (Ctrl-C ends the preview)")
        if problems:
            click.echo(f"{summary(problems)} in the briefs: each page shows those of its file", err=True)
        if (open_ or (open_ is None and id_)) and _has_screen():
            webbrowser.open(url)

    # Whoever ends it, and however, it ends what it has begun.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _failing():
            preview(config_file, id_, address, _say, opened, progress_of("Reading files:"))
    except NoSuchPage as fault:
        hint = f" Did you mean {fault.like}?" if fault.like else ""
        raise click.UsageError(f"There is no page of {printable(id_ or '')}.{hint}") from None
    except NotServed as fault:
        click.echo(f"{fault}. Name another address, such as --address 127.0.0.1:0.", err=True)
        sys.exit(1)
    finally:
        signal.signal(signal.SIGTERM, before)


class _Once(logging.Filter):
    """Lets MkDocs say each thing once: it looks at all files again whenever one comes or goes."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the message is new."""
        is_new = record.getMessage() not in self._said
        self._said.add(record.getMessage())
        return is_new


def _say(text: str) -> None:
    """Print what a preview has to say, with the time of day."""
    first, _, rest = text.partition("\n")
    click.echo(f"{dt.datetime.now(dt.UTC).astimezone():%H:%M:%S} {first}", err=True)
    if rest:
        click.echo(rest, err=True)


def _has_screen() -> bool:
    """Whether a browser can be seen; without a screen, Python would start one in the terminal."""
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("BROWSER")
    )


@main.command()
@click.argument(
    "site", type=click.Path(file_okay=False, path_type=Path), default=Path("site"), metavar="[SITE]"
)
@click.option(
    "--same-as",
    "other",
    metavar="OTHER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also compare with another build of the same record: every file, byte for byte.",
)
def verify(site: Path, other: Path | None) -> None:
    r"""Look over a built site: whether it is whole, and whether every link leads somewhere.

    Needs the folder only, not the project: what is expected stands in its sitemap and its
    SHA256SUMS. Says what is wrong with file and line. SITE is site/ unless given.

    \b
    Examples:
      briefing verify
      briefing verify build/one --same-as build/two
    """
    from briefing.differences import differences
    from briefing.verify import look_over_artefact
    from briefing.wording import count

    for folder in (site, other) if other else (site,):
        if not folder.is_dir():
            raise click.UsageError(f"There is no folder {folder}.")
    try:
        flaws = look_over_artefact(site)
        flaws += differences(site, other) if other else ()
    except OSError as fault:
        click.echo(f"{fault.filename} cannot be read: {fault.strerror}", err=True)
        sys.exit(1)
    for flaw in flaws:
        click.echo(flaw)
    also = f" and is the same as {other}" if other else ""
    click.echo(f"{count(len(flaws), 'fault')} in {site}" if flaws else f"{site} is whole{also}", err=True)
    sys.exit(1 if flaws else 0)
