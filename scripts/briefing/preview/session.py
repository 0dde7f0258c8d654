"""A preview: pages of a project as it stands, with what is wrong in their files, and news of changes.

After a save there are three steps, so that a page comes back at once however large the record is: the
saved file is read, and its record takes the place of the old one (only where reading everything is
slow); then everything is read and looked at; then the editorial rules are asked. After each step,
whoever looks at a page that it changes is told.
"""

import hashlib
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from markupsafe import escape

from briefing.authoring.editor import SETTINGS, refresh
from briefing.codes import CODES
from briefing.markdown import inline
from briefing.model import Brief, BriefStatus, Entity, Measure, Source, Topic
from briefing.model.validate import nearest
from briefing.outputs.twins import twin, twin_uri
from briefing.pages.context import Context
from briefing.pages.site import context_of
from briefing.preview.assets import assets
from briefing.preview.panel import FILES, Links, Report, file_page, panel
from briefing.preview.pipeline import Pipeline
from briefing.preview.reading import AT_ONCE, MOST_SAVED, Folder, State, key_of_page, page_of
from briefing.preview.standing import Key
from briefing.problems import Lines, Mark, Problem, as_text, printable, summary
from briefing.publishing import BuildFailed
from briefing.rules import RULES
from briefing.yamlnodes import MAX_BYTES

log = logging.getLogger("briefing.preview")

OWN = "/_preview/"
"""The address below which the preview's own files are; no page of a record can have it."""

_ALIKE = 66
"""How like a name must be to be proposed, 0 to 100: ids share dates and common words."""

_KINDS = ("brief", "topic", "measure", "entity", "source")
"""The kinds of records that have a page, in the order in which a name is looked up."""


@dataclass(frozen=True, slots=True)
class News:
    """What a page is now, for whoever looks at it."""

    page: str
    """A digest of the page without its panel."""
    panel: str
    """A digest of the panel."""
    html: str
    """The panel."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it is sent."""

    html: str
    found: bool
    """Whether there is such a page; otherwise it is the one for lost readers."""
    news: News


class Preview:
    """A project that somebody works on, as pages. Safe for several threads."""

    def __init__(self, config_file: Path, base: Path, say: Callable[[str], None]) -> None:
        """Read the configuration. Raises BuildFailed where it is wrong.

        Files are named as seen from `base`. `say` takes what to tell the author, a line or more.
        """
        self._config_file = config_file
        self._base = base
        self._say = say
        self._making = threading.RLock()
        """Held while a page is made, and while what pages are made of is replaced."""
        self._news = threading.Condition()
        self._turn = 0
        """Counts what was published; a change of it wakes those who wait."""
        self._closed = False
        self._pending: set[Path] = set()
        """Files that have changed and were not read with all others yet."""
        self._told: dict[str, list[Problem]] = {}
        """What was said of a file since it was saved."""
        self._pipeline = Pipeline(config_file)
        self._folder = self._folder_of(self._pipeline)
        self._fault: str | None = None
        """What is wrong with the configuration."""
        self._epoch = 0
        """Counts changes of files that pages load: their HTML does not show them."""
        self.search_note: Callable[[], str] = str
        """Gives what to say on the page of search; empty for nothing."""
        self._pages: dict[str, tuple[str, str]] = {}
        """Pages that were made of the present state: HTML and digest."""
        self._assets: dict[str, bytes] = {}
        self._failed: set[str] = set()
        self._state = self._folder.nothing(self._pipeline.site)
        self._context: Context = context_of(self._state.view)

    def _folder_of(self, pipeline: Pipeline) -> Folder:
        return Folder(pipeline.briefs, self._base, self._config_file.absolute().parent)

    def load(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Read everything for the first time.

        `progress` takes the number of files read and of files found.
        """
        self._take(self._folder.all(self._pipeline.site, None, progress=progress))

    # --- changes -----------------------------------------------------------------------------

    @property
    def watched(self) -> list[Path]:
        """The files and folders whose changes matter."""
        return [self._folder.root.absolute(), self._folder.links, *self._pipeline.watched]

    def changed(self, files: Iterable[Path]) -> None:
        """Take in that files have changed. For one thread at a time; another must be in `work`."""
        root = self._folder.root.absolute()
        files = set(files)
        records = {f for f in files if f.is_relative_to(root) or f == self._folder.links}
        if files - records:
            self._read_project()
        if records:
            with self._news:
                self._pending |= records
                for file in records:
                    self._told.pop(self._folder.shown(file), None)
            if self._folder.seconds > AT_ONCE:
                self._read_saved(records)
            with self._news:
                self._news.notify_all()

    def work(self) -> None:
        """Read everything again whenever something has changed, and ask the rules, until it is closed."""
        self.catch_up()
        while True:
            with self._news:
                while not self._pending and not self._closed:
                    self._news.wait()
                if self._closed:
                    return
            self.catch_up()

    def catch_up(self) -> None:
        """Read everything that has changed, and ask the rules."""
        if not self._state.ruled and not self._pending:
            self._finish(self._state)
        while self._pending and not self._closed:
            with self._news:
                files, self._pending = self._pending, set()
            try:
                self._read_all(files)
            except Exception as fault:
                # A fault of the program in one state of the files; the next state may do.
                log.debug("the files cannot be taken in", exc_info=True)
                self._say(f"What was saved cannot be shown: {_words(fault)}")

    def _read_project(self) -> None:
        """Read configuration, docs and templates anew; where that fails, pages stay as they are."""
        try:
            pipeline = Pipeline(self._config_file)
            pipeline.show([*self._state.recipes, *self._state.absent], self._markdown)
        except BuildFailed as fault:
            self._fault = printable(str(fault))
            self._say(f"The pages stay as they were: {self._fault}")
            self._publish()
            return
        moved = pipeline.briefs != self._pipeline.briefs
        with self._making:
            old, self._pipeline = self._pipeline, pipeline
            self._fault = None
            self._epoch += 1
            self._take(replace(self._state, view=replace(self._state.view, site=pipeline.site)))
        old.close()
        self._publish()
        if moved:
            with self._news:
                self._folder = self._folder_of(pipeline)
                self._pending.add(pipeline.briefs)
                self._news.notify_all()

    def _read_saved(self, files: set[Path]) -> None:
        """Make pages of the files that were saved and of all others as they were."""
        quick = self._folder.saved(files, self._state)
        if quick is not None and self._try(quick):
            self._publish()
            self._tell(files)

    def _read_all(self, files: set[Path]) -> None:
        """Read everything again, since these files have changed."""
        folder = self._folder
        state = folder.all(self._pipeline.site, self._state, files)
        if folder.rule_seconds > AT_ONCE:
            if not self._take_in(state):
                return
            self._publish()
            self._tell(files)
        self._finish(state)
        self._tell(files)

    def _take_in(self, state: State) -> bool:
        """Make pages of all that was read, and of what was saved while it was.

        Returns whether that is everything: otherwise it will be read again.
        """
        with self._making:
            late = set(self._pending)
            now = self._folder.saved(late, state) if late else state
            if now is not None:
                self._take(now)
            return not late

    def _finish(self, state: State) -> None:
        """Ask the rules, and let editors know the ids that are there."""
        ruled = self._folder.ruled(state)
        with self._making:
            if state is self._state:
                self._state = ruled  # the same pages, with more to say of them
            elif not self._take_in(ruled):
                return
        self._publish()
        refresh(self._folder.root.absolute().parent, state.stands.corpus)

    def _try(self, quick: State) -> bool:
        """Make pages of what was read first, if all pages that are looked at can be made of it."""
        with self._making:
            before, seen = self._state, [u for u in self._pages if u in quick.recipes]
            self._take(quick)
            try:
                for uri in seen[-MOST_SAVED:]:
                    self._page(uri)
            except Exception:
                log.debug("the saved file alone does not do", exc_info=True)
                self._take(before)
                return False
        return True

    def _take(self, state: State) -> None:
        """Make pages of this from now on."""
        anew = self._state.stands.corpus.topics != state.stands.corpus.topics
        self._state = state
        self._context = context_of(state.view)
        self._pages.clear()
        self._assets.clear()
        self._failed.clear()
        self._pipeline.show([*state.recipes, *state.absent], self._markdown, anew=anew)

    def _publish(self) -> None:
        with self._news:
            self._turn += 1
            self._news.notify_all()

    def _tell(self, files: Iterable[Path]) -> None:
        """Say what is wrong in files that were saved, unless that was said since."""
        names = sorted({self._folder.shown(f) for f in files})
        if len(names) > MOST_SAVED:
            self._say(f"{len(names):,} files have changed: {summary(self._state.problems)} in all")
            return
        lines = Lines()
        for name in names:
            problems = [p for p in self._state.problems if p.mark.file == name]
            if problems == self._told.get(name):
                continue
            self._told[name] = problems
            text = f"{printable(name)}: {summary(problems)}"
            self._say(f"{text}\n{as_text(problems, lines)}\n" if problems else text)

    def close(self) -> None:
        """Let whoever waits go, and plugins end."""
        with self._news:
            self._closed = True
            self._news.notify_all()
        self._pipeline.close()

    # --- pages -------------------------------------------------------------------------------

    @property
    def mount(self) -> str:
        """The path below which the site is served; it ends with a slash."""
        return self._pipeline.mount

    @property
    def address(self) -> tuple[str, int]:
        """Where the configuration wants it to be served: host and port."""
        return self._pipeline.serving

    @property
    def built(self) -> Path:
        """The folder of the site that was built last, if one was."""
        return self._pipeline.built

    @property
    def page_count(self) -> int:
        """How many pages the record has."""
        return len(self._state.recipes)

    @property
    def problems(self) -> Sequence[Problem]:
        """All problems that are known now."""
        return self._state.problems

    def page(self, place: str) -> Shown:
        """Return the page whose HTML stands at `place` of a built site ("briefs/x/index.html")."""
        for _ in range(3):
            try:
                with self._making:
                    return self._shown(place)
            except Exception:
                # What was read first may lack what the page names: it comes with the rest.
                if self._state.whole:
                    raise
                log.debug("waiting for all files", exc_info=True)
                self._wait_for_all()
        with self._making:
            return self._shown(place)

    def _wait_for_all(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        with self._news:
            while not self._state.whole and not self._closed and time.monotonic() < end:
                self._news.wait(1)

    def _shown(self, place: str) -> Shown:
        uri = self._pipeline.page_at(place)
        html, digest = self._page(uri) if uri is not None else self._lost()
        made = panel(self._report(uri), self._links(), Lines())
        news = News(digest, _digest(made), made)
        return Shown(_with_panel(html, made, _script(place, news)), uri is not None, news)

    def has_page(self, place: str) -> bool:
        """Whether a page's HTML stands at `place` of a built site."""
        with self._making:
            return self._pipeline.page_at(place) is not None

    def _page(self, uri: str) -> tuple[str, str]:
        """Return a page without its panel, and its digest."""
        made = self._pages.get(uri)
        if made is None:
            html = self._rendered(uri)
            made = self._pages[uri] = html, _digest(html, str(self._epoch))
        return made

    def _rendered(self, uri: str) -> str:
        try:
            return self._pipeline.render(uri)
        except Exception as fault:
            if not self._state.whole:
                raise
            # One page's fault ends neither the preview nor the other pages.
            log.debug("%s cannot be made", uri, exc_info=True)
            self._say(f"{uri} cannot be made: {_words(fault)}")
            self._failed.add(uri)
            try:
                return self._pipeline.render(uri)
            except Exception as again:  # a page by hand, or a template
                return _bare(f"{uri} cannot be made", _words(again))

    def _markdown(self, uri: str) -> str:
        """Return the Markdown of a page of the record."""
        recipe = self._state.recipes.get(uri)
        if recipe is not None and uri not in self._state.absent and uri not in self._failed:
            return recipe.make(self._context).markdown
        name = uri.removesuffix(".md").rpartition("/")[2]
        return f"# {inline(name)}\n\nThere is no page to show yet.\n"

    def _lost(self) -> tuple[str, str]:
        try:
            html = self._pipeline.not_found() or _bare("Not found", "Nothing has this address.")
        except Exception as fault:
            html = _bare("Not found", f"The page that should say so cannot be made: {_words(fault)}")
        return html, _digest(html, str(self._epoch))

    def _report(self, uri: str | None) -> Report:
        """Return what there is to say of a page."""
        state = self._state
        file = state.file_of(uri) if uri else None
        key = key_of_page(uri) if uri else None
        notes, lacking = list(self._notes(uri, key)), []
        for kind, id_ in state.stands.lacking.get(key, ()) if key else ():
            page = page_of((kind, id_.partition("#")[0])) or ""
            lacking.append((f"{kind} {id_}", state.file_of(page)))
        return Report(file, state.problems, notes, lacking)

    def _notes(self, uri: str | None, key: Key | None) -> Iterable[str]:
        state = self._state
        if self._fault:
            yield f"The pages stay as they were: {self._fault}"
        if uri in self._failed:
            yield "This page cannot be made: the program has a fault, which its terminal names."
        elif key in state.stands.lacking:
            if uri in state.absent:
                yield "There is no page to show: it names what cannot be had."
            else:
                yield "The page is shown without some of what its file says: it names what cannot be had."
        elif uri in state.absent:
            yield "There is no page to show until the errors are mended."
        elif key in state.stands.before:
            yield "What follows is the page as it was before, until the errors are mended."
        brief = state.stands.corpus.briefs.get(key[1]) if key and key[0] == "brief" else None
        if brief is not None and brief.status is BriefStatus.DRAFT:
            yield "A draft: the site is built without it."
        if not state.can_be_ruled:
            yield "The editorial rules come next: mend the errors first."
        elif not state.ruled:
            yield "The editorial rules are being asked."
        if uri == "search.md" and (note := self.search_note()):
            yield note

    def _links(self) -> Links:
        mount, state, pipeline = self.mount, self._state, self._pipeline

        def page_of_file(file: str) -> str | None:
            uri = state.page_of(file)
            address = pipeline.address(uri) if uri else None
            return None if address is None else mount + address

        rules = pipeline.address("rules.md")
        documented = (
            {code: f"{mount}{rules}#{code}" for code in (*RULES, *CODES)} if rules is not None else {}
        )
        return Links(page_of_file, self._editor_of, documented)

    def _editor_of(self, mark: Mark) -> str | None:
        """Return the address that opens a place in VS Code, where the project has settings for it."""
        if not (self._folder.root.absolute().parent / SETTINGS).is_file():
            return None
        path = quote((self._base / mark.file).absolute().as_posix())
        return f"vscode://file{path}:{mark.line}:{mark.column}"

    # --- other files -------------------------------------------------------------------------

    def file(self, place: str) -> Path | bytes | None:
        """Return the file that stands at `place` of a built site and is no page, or its content."""
        with self._making:
            found = self._pipeline.file_at(place)
            if found is not None:
                return found
            if place not in self._assets:
                self._assets |= self._twin(place) or assets(self._state.view, place)
            return self._assets.get(place)

    def _twin(self, place: str) -> Mapping[str, bytes]:
        """Return a page as one Markdown file that can be read by itself, if `place` is that of one."""
        stem = place.removesuffix(".md")
        uri = self._pipeline.page_at(f"{stem}.html") if stem != place else None
        if uri is None or twin_uri(uri) != place:
            return {}
        return {place: twin(uri, self._pipeline.source(uri), self._pipeline.site).encode()}

    def source(self, name: str) -> Shown | None:
        """Return a file of the record as a page, with what is wrong in it; nothing for any other file."""
        state, root = self._state, self._folder.root.resolve()
        known = {p.mark.file for p in state.problems} | {p.file for p in state.stands.corpus.places.values()}
        path = self._base / name
        if name not in known or not (path.resolve().is_relative_to(root) or path == self._folder.links):
            return None
        try:
            with path.open("rb") as stream:
                text = stream.read(MAX_BYTES).decode("utf-8-sig", "replace")
        except OSError:
            text = ""
        problems = [p for p in state.problems if p.mark.file == name]
        news = News(_digest(text, *map(str, problems)), "", "")
        with self._making:
            links = self._links()
        return Shown(
            file_page(name, text, problems, links, _script(FILES + name, news)), found=True, news=news
        )

    # --- news --------------------------------------------------------------------------------

    def wait(self, place: str, page: str, panel: str, seconds: float) -> News | None:
        """Return how a page differs from the one with these digests, as soon as it does; or nothing.

        `place` is where its HTML stands in a built site, or the address of a file.
        """
        end = time.monotonic() + seconds
        while not self._closed:
            turn = self._turn
            shown = self.source(place.removeprefix(FILES)) if place.startswith(FILES) else self.page(place)
            if shown is not None and (shown.news.page, shown.news.panel) != (page, panel):
                return shown.news
            with self._news:
                left = end - time.monotonic()
                if left <= 0:
                    return None
                if turn == self._turn and not self._closed:
                    self._news.wait(left)
        return None

    # --- names -------------------------------------------------------------------------------

    def address_of(self, name: str) -> str | None:
        """Return the address, below the site's, of what an author names; nothing where it is not there.

        That is the id of a brief, topic, measure, entity or source, also an old one; a claim as
        "brief#claim"; a YAML file; or a page ("timeline").
        """
        with self._making:
            given, hash_, anchor = name.strip().partition("#")
            uri = self._page_of_name(given)
            address = self._pipeline.address(uri) if uri is not None else None
            return None if address is None else address + hash_ + anchor

    def _page_of_name(self, name: str) -> str | None:
        state = self._state
        file = self._folder.shown(Path(name)) if name.endswith((".yml", ".yaml")) else ""
        if file and (uri := state.page_of(file)) is not None:
            return uri
        aliases = {a: r for r in self._records() for a in self._aliases(r)}
        for kind in _KINDS:
            for key in ((kind, name), aliases.get((kind, name))):
                uri = page_of(key) if key else None
                if uri is not None and (uri in state.recipes or uri in state.absent):
                    return uri
        return next((u for u in (f"{name}.md", f"{name}/index.md") if self._pipeline.address(u)), None)

    def _records(self) -> list[Key]:
        return [key for key in self._state.stands.corpus.places if key[0] in _KINDS]

    def _aliases(self, key: Key) -> list[Key]:
        kind, id_ = key
        corpus = self._state.stands.corpus
        tables: Mapping[str, Mapping[str, Brief | Entity | Measure | Source | Topic]] = {
            "brief": corpus.briefs,
            "topic": corpus.topics,
            "measure": corpus.measures,
            "entity": corpus.entities,
            "source": corpus.sources,
        }
        return [(kind, alias) for alias in tables[kind][id_].aliases]

    def like(self, name: str) -> str | None:
        """Return the id that is most like one that is not there."""
        return nearest(name, {id_ for _, id_ in self._records()}, _ALIKE)


def _words(fault: Exception) -> str:
    return f"{type(fault).__name__}: {printable(str(fault))}"


def _bare(title: str, text: str) -> str:
    """Return a page without the theme."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
        f"<body><main><h1>{escape(title)}</h1><p>{escape(text)}</p></main></body>\n</html>\n"
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _script(place: str, news: News) -> str:
    return (
        f'<script src="{OWN}live.js" defer data-place="{escape(place)}" data-page="{news.page}" '
        f'data-panel="{news.panel}"></script>'
    )


_BODY = re.compile(r"<body\b[^>]*>")


def _with_panel(html: str, panel: str, script: str) -> str:
    """Return a page with the panel above it: where the theme is known, behind its first links."""
    own = f'<!--preview--><link rel="stylesheet" href="{OWN}preview.css">\n{panel}{script}<!--/preview-->'
    at = html.find(_HEADER)
    if at < 0:
        body = _BODY.search(html)
        at = body.end() if body else 0
    return html[:at] + own + html[at:]


_HEADER = '<header class="md-header'
"""Where the theme's page begins for a reader; what stands before it leads there."""
