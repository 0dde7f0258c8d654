"""A site from the record, in several processes, and of the last site only what has changed.

Everything that a site holds is made by *tasks*: a page, the files of one brief, the feeds, … A task notes
what it reads of the record (briefing.engine.reading). If nothing of that has changed since the last
build, and the files that it wrote are as it left them, it is not run: the files of the last site get a
second name in the new one. A page that is run and comes out as the same Markdown is not turned into HTML
again. What shapes everything (the program, versions, settings, templates, the navigation) is compared
first, and if any of it differs all tasks are run.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from mkdocs.config.defaults import MkDocsConfig

from briefing.engine import workers
from briefing.engine.assembly import Assembly, anchor_faults, in_navigation
from briefing.engine.files import beside, digest, move_files, remove, seen_file, shaping, written_file
from briefing.engine.marks import Marks
from briefing.engine.parting import Share
from briefing.engine.reading import ALL, Key, Keys, Watch, watched
from briefing.engine.rows import Rows
from briefing.engine.state import REST, Known, Linked, State, Task, Written
from briefing.engine.tasks import PAGE, ROWS, Done, Tasks
from briefing.engine.workers import Aside
from briefing.outputs import AssetRecipe, asset_recipes, fragments
from briefing.outputs.files import DATA
from briefing.outputs.fragments import Last
from briefing.pages import Recipe, recipes
from briefing.timing import Timings
from briefing.verify import SUMS
from briefing.view import View

LITTLE = 60
"""Up to so many tasks one processor is left to what goes on beside them: with two, they are done by this
process, which need not part, and has read the templates before."""

TEMPLATES, WHOLE = "templates", "whole"
"""Tasks that are done when all others are: the sitemap, and the files of the whole record."""


@dataclass
class Outcome:
    """What was built."""

    pages: Collection[str]
    """The pages that the record gives to the site, by their files below the docs folder."""
    rendered: int = 0
    """How many were turned into HTML."""
    files: set[str] = field(default_factory=set)
    """All files below the site's root that were made of the record or copied."""
    searched: dict[str, str] = field(default_factory=dict)
    """The digest of what is searched, of every page that has such a part, by its HTML file."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A project as MkDocs reads it, for the pages and files that a record gives.

    It serves the next build of the same process where the record gives the same ones.
    """

    assembly: Assembly
    made: tuple[frozenset[str], frozenset[str]]
    """The pages and the files that it is for."""
    shown: Mapping[str, str]
    """What the navigation shows of pages that the record gives, by their files."""
    about: Mapping[str, str]
    """What shapes every page."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be made, and what of it still holds."""

    assembly: Assembly
    pages: Mapping[str, Recipe]
    assets: Mapping[str, AssetRecipe]
    fragments: Sequence[str]
    about: Mapping[str, str]


class Builder:
    """Builds one site into a new folder, beside the last one."""

    def __init__(
        self,
        config: MkDocsConfig,
        view: View,
        *,
        known: Known,
        state: State,
        digests: Mapping[str, str],
        timings: Timings,
        jobs: int,
        frame: Frame | None = None,
        marks: Marks | None = None,
    ) -> None:
        """Take the configuration, whose site_dir is the new folder, and what is known of the last site.

        `digests` has that of each file of the record; `jobs` is the number of processes; `frame` and `marks`
        are those of the last build of this process with this configuration.
        """
        self._config = config
        self._view = view
        self._known = known
        self._state = state
        self._timings = timings
        self._jobs = jobs
        self._site = Path(config.site_dir)
        self.frame = frame
        self.marks = Marks(view, digests, marks)
        """What serves the next build, with the frame, once the site is built."""
        self._rows = Rows(state.path.with_suffix(".rows"))

    def build(
        self,
        intact: Callable[[], Collection[str]],
        checked: Callable[[], None],
        search: Callable[[Outcome], None],
    ) -> Outcome:
        """Build the site, and return what was made. `intact` waits for the files of the last site.

        `checked` waits for the check of the record, and raises what it finds, before anything is made;
        `search` indexes the pages, while the files of the whole record are put together.
        Raises MkDocsException.
        """
        timings = self._timings
        with timings.phase("plan"):
            plan = self._plan()
        with timings.phase("files of the last site"):
            there = frozenset(intact())
        with timings.phase("compare"):
            tasks = Tasks(
                self._config, self._view, plan.assembly, plan.pages, plan.assets, plan.fragments, self._known
            )
            tasks.intact = there
            kept = self._kept(plan, tasks)
            names = [n for n in tasks.names() if n not in kept]
        with timings.phase("check, beside the plan"):
            checked()
        first, later = _in_turns(names)
        with timings.phase("pages and files"):
            results = self._run_with_rows(tasks, first, plan)
        with self._whole(plan, there) as whole:
            with timings.phase("pages and files"):
                results += self._run(tasks, later, plan, beside=True)
            with timings.phase("links between pages"):
                links = {d.name: d.linked for d in results if d.linked is not None}
                self._check_anchors(links, kept)
            made = dict(kept)
            for done in results:
                made[done.name] = self._task(done)
            with timings.phase("sitemap"):
                modified = {n.removeprefix(PAGE): t.modified for n, t in made.items() if n.startswith(PAGE)}
                made[TEMPLATES] = self._templates(plan, modified, there)
            outcome = Outcome(list(plan.pages), len(links))
            outcome.searched = {
                f.path: t.searched
                for t in made.values()
                if t.searched
                for f in t.files
                if f.path.endswith(".html")
            }
            with timings.phase("search"):
                search(outcome)
            with timings.phase("data, after search"):
                made[WHOLE] = whole()
        outcome.files = {f.path for t in made.values() for f in t.files}
        remove(self._site, there - outcome.files)
        gone = self._known.tasks.keys() - made.keys()
        keys = set[Key]().union(*(task.read for task in made.values()))
        self._new = Known(dict(plan.about), {key: self.marks(key) for key in keys}, made)
        self._changed = {d.name for d in results} | gone | {TEMPLATES, WHOLE, REST}
        self._links = links
        self.marks.settle()
        return outcome

    def build_share(self, share: Share, checked: Callable[[], None]) -> int:
        """Build the tasks of one share of the site, keep what is known of them, and return how many.

        `checked` is as for `build`.
        Raises MkDocsException.
        """
        with self._timings.phase("plan"):
            plan = self._plan()
            tasks = Tasks(
                self._config, self._view, plan.assembly, plan.pages, plan.assets, plan.fragments, Known()
            )
            names = [n for n in tasks.names() if share.has(n)]
        with self._timings.phase("check, beside the plan"):
            checked()
        with self._timings.phase("pages and files"):
            results = self._run_with_rows(tasks, names, plan)
        made = {done.name: self._task(done) for done in results}
        marks = {k: self.marks(k) for t in made.values() for k in t.read}
        links = {d.name: d.linked for d in results if d.linked is not None}
        self._rows.end()
        self._state.save(Known(dict(plan.about), marks, made), made, links)
        return len(made)

    @property
    def known(self) -> Known:
        """What is known of the site, once it is built; of all its files, once that is kept."""
        return self._new

    def save(self, site: Path, about: Mapping[str, str], index: Collection[Written] | None = None) -> None:
        """Keep what is known of the site, once it is in its place.

        `about` has what else shaped it, `index` the files of the search index, where somebody has looked.
        """
        if index is None:
            own = {f.path for t in self._new.tasks.values() for f in t.files}
            rest = tuple(f for f in beside(site) if f.path not in own)
        else:
            rest = (*index, seen_file(site, SUMS))
        self._new.tasks[REST] = Task(REST, "", "", "", False, (), rest)
        self._new.about |= {**about, "rows": self._rows.end()}
        self._state.save(self._new, self._changed, self._links)

    def forget_record(self) -> None:
        """Let go of the record and of what is worked out of it: of a site that is built only files matter."""
        del self._view, self.marks

    def close(self) -> None:
        """Let go of what is kept."""
        self._rows.close()

    # --- what is to be made ----------------------------------------------------------------

    def _plan(self) -> _Plan:
        pages, assets = recipes(self._view), dict(asset_recipes(self._view))
        uris = [uri for recipe in assets.values() for uri in recipe.uris]
        del assets[DATA]  # it is put together from fragments
        frame = self.frame = self._framed(pages, uris)
        return _Plan(frame.assembly, pages, assets, fragments.names(self._view), frame.about)

    def _framed(self, pages: Mapping[str, Recipe], uris: Collection[str]) -> Frame:
        """Return the project for these pages and files: that of the last build, where it is the same."""
        made = frozenset(pages), frozenset(uris)
        context = watched(self._view, Watch())
        last = self.frame
        if (
            last is not None
            and last.made == made
            and all(in_navigation(pages[u].make(context).markdown) == was for u, was in last.shown.items())
        ):
            return last
        assembly = Assembly(self._config, pages, uris)
        shown = {}

        def markdown(uri: str) -> str:
            text = pages[uri].make(context).markdown
            shown[uri] = in_navigation(text)
            return text

        navigation = assembly.read_navigation(markdown)
        about = {
            "all": last.about["all"] if last is not None else shaping(self._config),
            "navigation": digest(navigation.encode()),
            "linkable": "\n".join(sorted(assembly.linkable())),
        }
        return Frame(assembly, made, shown, about)

    def _is_alike(self, plan: _Plan, name: str) -> bool:
        return self._known.about.get(name) == plan.about[name]

    def _has_rows(self, plan: _Plan) -> bool:
        """Whether the kept fragments are those of the last site."""
        token = self._known.about.get("rows")
        return self._is_alike(plan, "all") and bool(token) and token == self._rows.token

    def _kept(self, plan: _Plan, tasks: Tasks) -> dict[str, Task]:
        """Return the tasks whose files still hold."""
        if not self._is_alike(plan, "all"):
            return {}
        known, left_out = self._known, []
        tasks.same_shape = self._is_alike(plan, "navigation")
        if not tasks.same_shape:
            left_out.append(PAGE)
        if not self._has_rows(plan):
            left_out.append(ROWS)
        moved = self.marks.moved(known.marks)
        kept = {}
        for name in tasks.names():
            task = known.tasks.get(name)
            if task is None or task.warned or name.startswith(tuple(left_out)):
                continue
            if not moved.isdisjoint(task.read) or task.digest != tasks.given(name, task.digest):
                continue
            if all(f.path in tasks.intact for f in task.files):
                kept[name] = task
        self._leave_out_moved_links(kept, plan, tasks)
        return kept

    def _leave_out_moved_links(self, kept: dict[str, Task], plan: _Plan, tasks: Tasks) -> None:
        """Leave out pages that link to something that has come or gone: their HTML is made again."""
        now = plan.assembly.linkable()
        moved = now ^ set(self._known.about.get("linkable", "").split("\n"))
        if moved:
            for name, linked in self._state.links().items():
                if not moved.isdisjoint(linked.targets):
                    tasks.forced.add(name)
                    kept.pop(name, None)

    # --- making it -------------------------------------------------------------------------

    def _run_with_rows(self, tasks: Tasks, names: Sequence[str], plan: _Plan) -> list[Done]:
        """Run tasks, all those among them that leave fragments, and put the kept fragments in order."""
        anew = not self._has_rows(plan)
        known = {n.removeprefix(ROWS) for n in self._known.tasks if n.startswith(ROWS)}
        if not (anew or any(n.startswith(ROWS) for n in names) or known != tasks.fragments.keys()):
            return self._run(tasks, names, plan)
        self._rows.begin(anew=anew)
        found = self._run(tasks, names, plan)
        self._rows.arrange(plan.fragments)
        return found

    def _run(self, tasks: Tasks, names: Sequence[str], plan: _Plan, *, beside: bool = False) -> list[Done]:
        """Run tasks, keep their fragments, and return what else they left, in the order of their names.

        `beside` says that the files of the whole record are put together meanwhile.
        """
        jobs = self._jobs - 1 if beside and len(names) <= LITTLE else self._jobs
        if len(names) > workers.MANY:
            plan.assembly.warm_up()  # before processes part, each of which would read the templates
        found, keys = list[Done](), Keys()
        for done in workers.run(tasks.run, names, jobs):
            if done.fragment is not None:
                self._rows.put(done.name.removeprefix(ROWS), done.fragment)
            found.append(replace(done, fragment=None, read=keys(done.read)))
        place = {name: n for n, name in enumerate(names)}
        found.sort(key=lambda done: place[done.name])
        for done in found:
            for name, level, text in done.logs:
                logging.getLogger(name).log(level, "%s", text)
        return found

    def _task(self, done: Done) -> Task:
        files = done.written
        if files is None:
            files = self._known.tasks[done.name].files
        return Task(done.name, done.digest, done.modified, done.searched, bool(done.logs), done.read, files)

    def _templates(self, plan: _Plan, modified: Mapping[str, str], there: Collection[str]) -> Task:
        """Write what the theme has besides pages, or take that of the last site where it still holds."""
        assembly, before = plan.assembly, self._known.tasks.get(TEMPLATES)
        listed = (f"{f.src_uri} {modified.get(f.src_uri, '')}" for f in assembly.documents)
        mark = digest("\n".join(listed).encode())
        if (
            before is not None
            and before.digest == mark
            and assembly.templates is not None
            and self._is_alike(plan, "all")
            and self._is_alike(plan, "navigation")
            and {f.path for f in before.files}.issuperset(assembly.templates)
            and all(f.path in there for f in before.files)
        ):
            return before
        files = tuple(written_file(self._site, p) for p in assembly.write_templates(modified))
        return Task(TEMPLATES, mark, "", "", False, (), files)

    @contextmanager
    def _whole(self, plan: _Plan, there: Collection[str]) -> Iterator[Callable[[], Task]]:
        """Put together the files of the whole record beside what is done here; what is given waits for it."""
        mark = digest(f"{self.marks(('everything', ALL))} {plan.about['all']}".encode())
        before = self._known.tasks.get(WHOLE)
        holds = (
            before is not None
            and self._has_rows(plan)
            and before.digest == mark
            and all(f.path in there for f in before.files)
        )
        work = partial(self._put_together, before, there)
        with Aside(work, wanted=not holds, forks=self._jobs > 1) as aside:

            def whole() -> Task:
                if before is not None and holds:
                    return before
                return Task(WHOLE, mark, "", "", False, (), tuple(aside.result))

            yield whole

    def _put_together(self, before: Task | None, there: Collection[str]) -> list[Written]:
        last, changes = None, self._rows.changes
        if before is not None and changes is not None:
            compared = [(m, ("disputes.comparisons", m)) for m in self._view.corpus.measures]
            known = self._known.marks
            same = {m for m, key in compared if key in known and known[key] == self.marks(key)}
            sums = {f.path: f.sum for f in before.files if f.path in there}
            last = Last(self._site, sums, same - changes.figures)
        rows = Rows(self._rows.path)  # a connection to SQLite does not outlive the parting of processes
        try:
            # Below the site: on the same disk, and gone with it.
            with TemporaryDirectory(prefix=".whole-", dir=self._site) as folder:
                made = fragments.whole_files(self._view, rows.kept(changes), Path(folder), last)
                return move_files(self._site, Path(folder), list(made), before, there)
        finally:
            rows.close()

    def _check_anchors(self, made: Mapping[str, Linked], kept: Collection[str]) -> None:
        """Warn of links to anchors that are not there, as MkDocs does."""
        if not made:
            return
        new = {name.removeprefix(PAGE): linked for name, linked in made.items()}
        others: dict[str, Linked] = {}
        anchors: dict[str, Collection[str]] = {}
        if kept:
            before = _pages(self._state.links(made))
            lost = {u for u, old in before.items() if not set(old.anchors) <= set(new[u].anchors)}
            wanted = {to for linked in new.values() for to, _, _ in linked.links} - new.keys()
            known = _pages(self._state.links(None if lost else [PAGE + u for u in wanted]))
            known = {u: x for u, x in known.items() if PAGE + u in kept}
            anchors = {u: frozenset(x.anchors) for u, x in known.items()}
            if lost:
                others = {u: x for u, x in known.items() if any(to in lost for to, _, _ in x.links)}
        anchors |= {u: frozenset(x.anchors) for u, x in new.items()}
        level = self._config.validation.links.anchors
        for fault in anchor_faults({**others, **new}, anchors.get):
            logging.getLogger("mkdocs.structure.pages").log(level, "%s", fault)


def _in_turns(names: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the tasks to be run first, and those beside which the files of the whole record are put together.

    These need the rows of all records. Where there are many, everything is run first: one process more
    would hold the whole record in memory.
    """
    rows = [name for name in names if name.startswith(ROWS)]
    if len(rows) > workers.FEW:
        return names, ()
    return rows, [name for name in names if not name.startswith(ROWS)]


def _pages(linked: Mapping[str, Linked]) -> dict[str, Linked]:
    return {name.removeprefix(PAGE): found for name, found in linked.items()}
