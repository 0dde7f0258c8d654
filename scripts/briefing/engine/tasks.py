"""The tasks of a site, each of which makes a page or some files, in whichever process."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File

from briefing.engine.assembly import Assembly, Log, logged
from briefing.engine.files import digest, stamp, write_assets, written_file
from briefing.engine.reading import Key, Watch, watched
from briefing.engine.state import Known, Linked, Written
from briefing.outputs import AssetRecipe, fragments
from briefing.outputs.fragments import Fragment
from briefing.pages import Recipe
from briefing.view import View

PAGE, ASSET, ROWS, COPY = "page:", "asset:", "rows:", "copy:"
"""How the names of tasks begin."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a task that was run left behind."""

    name: str
    digest: str
    modified: str = ""
    searched: str = ""
    read: tuple[Key, ...] = ()
    written: tuple[Written, ...] | None = ()
    """Its files; None where they are those of the last site."""
    linked: Linked | None = None
    fragment: Fragment | None = None
    logs: tuple[Log, ...] = ()


class Tasks:
    """All tasks of a site. Made before the processes part, so that each has it."""

    def __init__(
        self,
        config: MkDocsConfig,
        view: View,
        assembly: Assembly,
        pages: Mapping[str, Recipe],
        assets: Mapping[str, AssetRecipe],
        names: Sequence[str],
        known: Known,
    ) -> None:
        """Take what is to be made: pages, sets of files, and the fragments that `names` has."""
        self.fragments = dict.fromkeys(names)
        self._site = Path(config.site_dir)
        self._assembly = assembly
        self._pages = pages
        self._assets = assets
        self._known = known
        self._by_hand = assembly.written_by_hand
        self._copied: dict[str, File] = {f.dest_uri: f for f in assembly.copied}
        self._watch = Watch()
        self._context = watched(view, self._watch)
        # Records for machines name claims, and repeat none.
        self._references = watched(view, self._watch, refs=True)
        self.same_shape = False
        """Whether a page that comes out as the same Markdown keeps its HTML."""
        self.forced: set[str] = set()
        """Pages that are turned into HTML all the same."""
        self.intact: Collection[str] = ()
        """The files of the last site that are as they were left, and in the new one already."""

    def names(self) -> list[str]:
        """Return the names of all tasks."""
        return [
            *(ASSET + n for n in self._assets),
            *(ROWS + n for n in self.fragments),
            *(PAGE + u for u in self._pages),
            *(PAGE + u for u in self._by_hand),
            *(COPY + u for u in self._copied),
        ]

    def given(self, name: str, made: str) -> str:
        """Return the digest of what a task is given beside the record; `made` where that is nothing."""
        if name.startswith(COPY):
            return stamp(self._copied[name.removeprefix(COPY)])
        uri = name.removeprefix(PAGE)
        if name.startswith(PAGE) and uri not in self._pages:
            return digest(self._assembly.source_of(uri))
        return made

    def run(self, name: str) -> Done:
        """Do a task."""
        with logged() as lines:
            if name.startswith(PAGE):
                done = self._page(name, name.removeprefix(PAGE))
            elif name.startswith(ROWS):
                done = self._fragment(name)
            elif name.startswith(ASSET):
                done = self._asset(name, self._assets[name.removeprefix(ASSET)])
            else:
                done = self._copy(name, self._copied[name.removeprefix(COPY)])
        return replace(done, logs=tuple(lines)) if lines else done

    def _page(self, name: str, uri: str) -> Done:
        recipe = self._pages.get(uri)
        read: tuple[Key, ...] = ()
        if recipe is None:
            markdown, made = None, digest(self._assembly.source_of(uri))
        else:
            self._watch.begin()
            markdown = recipe.make(self._context).markdown
            read, made = tuple(self._watch.read), digest(markdown.encode())
        before = self._known.tasks.get(name)
        if (
            self.same_shape
            and name not in self.forced
            and before is not None
            and before.digest == made
            and not before.warned
            and all(f.path in self.intact for f in before.files)
        ):
            return Done(name, made, before.modified, before.searched, read, None)
        rendered = self._assembly.render(uri, markdown)
        written = tuple(written_file(self._site, p) for p in rendered.files)
        return Done(name, made, rendered.modified, rendered.searched, read, written, rendered.linked)

    def _asset(self, name: str, recipe: AssetRecipe) -> Done:
        self._watch.begin()
        made = recipe.make(self._context)
        written = write_assets(self._site, made, self._known.tasks.get(name), self.intact)
        return Done(name, "", read=tuple(self._watch.read), written=tuple(written))

    def _fragment(self, name: str) -> Done:
        self._watch.begin()
        fragment, assets = fragments.fragment(self._references, name.removeprefix(ROWS))
        written = write_assets(self._site, assets, self._known.tasks.get(name), self.intact)
        return Done(name, "", read=tuple(self._watch.read), written=tuple(written), fragment=fragment)

    def _copy(self, name: str, file: File) -> Done:
        Path(file.abs_dest_path).unlink(missing_ok=True)
        file.copy_file()
        return Done(name, stamp(file), written=(written_file(self._site, file.dest_uri),))
