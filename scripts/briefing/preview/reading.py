"""The record of a preview, read again and again: what stands in it, and what is wrong with it."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from briefing.corpus import FOLDERS, ClaimHandle, Corpus, EventHandle, Place, Reader, cache_of
from briefing.evidence import gather
from briefing.forks import without_collector
from briefing.links.fallback import report_links
from briefing.links.memory import STATE_FILE, load_memory
from briefing.model import Brief, Entity, Source
from briefing.model.faults import Fault
from briefing.model.fields import read_brief_id, read_slug
from briefing.model.validate import validate
from briefing.pages.site import Recipe, recipes
from briefing.preview.standing import Key, Memory, Standing, standing
from briefing.problems import Problem, ordered
from briefing.rules import check
from briefing.view import Site, View, look
from briefing.yamlnodes import read

AT_ONCE = 0.4
"""Seconds that a step may take before the pages come back; what is slower comes after them."""

MOST_SAVED = 5
"""Most files that are read before all others: more are no author's save."""

FOLDER_OF = {"brief": "briefs", "entity": "entities", "source": "sources", "measure": "measures"}
"""The folders of the pages of records, by kind."""

_KIND_OF = {folder: record.__name__.lower() for folder, record in FOLDERS.items()}
_RECORDS: dict[str, type[Brief | Entity | Source]] = {"brief": Brief, "entity": Entity, "source": Source}
"""Records that have a file each."""


@dataclass(frozen=True)
class State:
    """The record at one moment."""

    stands: Standing
    view: View
    recipes: Mapping[str, Recipe]
    """How each page is made."""
    faults: Sequence[Problem]
    """What is wrong with the files."""
    findings: Sequence[Problem]
    """What the editorial rules found."""
    absent: Mapping[str, str] = field(default_factory=dict)
    """Pages that cannot be made, and the files that they would be made from."""
    whole: bool = True
    """Whether everything was read; otherwise what was saved last stands in what was read before."""
    ruled: bool = False
    """Whether the editorial rules were asked."""

    @cached_property
    def problems(self) -> Sequence[Problem]:
        """Everything that is wrong, in order."""
        return ordered([*self.faults, *self.findings])

    def file_of(self, uri: str) -> str | None:
        """Return the file that a page is made from, if it is one of the record."""
        if uri in self.absent:
            return self.absent[uri]
        key = key_of_page(uri)
        place = self.stands.corpus.places.get(key) if key else None
        return place.file if place is not None else None

    def page_of(self, file: str) -> str | None:
        """Return the page that is made from a file, if one is made from it alone."""
        key = self._keys.get(file)
        if key is None:
            return next((uri for uri, from_ in self.absent.items() if from_ == file), None)
        return page_of(key)

    @property
    def can_be_ruled(self) -> bool:
        """Whether the record holds together well enough for the editorial rules."""
        return not self.stands.stubs and not self.stands.lacking

    @cached_property
    def _keys(self) -> Mapping[str, Key]:
        stands = self.stands
        return {
            place.file: key
            for key, place in stands.corpus.places.items()
            if key[0] in _RECORDS and key not in stands.stubs
        }


def page_of(key: Key) -> str | None:
    """Return the page of a record: "briefs/x.md" of ("brief", "x")."""
    kind, id_ = key
    if kind == "topic":
        return f"{id_}.md"
    return f"{FOLDER_OF[kind]}/{id_}.md" if kind in FOLDER_OF else None


def key_of_page(uri: str) -> Key | None:
    """Return the record of a page, or of a part of it, if it has one."""
    folder, slash, rest = uri.removesuffix(".md").partition("/")
    if not slash:
        return "topic", folder
    kind = next((k for k, f in FOLDER_OF.items() if f == folder), None)
    return (kind, rest.partition("/")[0]) if kind and rest != "index" else None


class Folder:
    """A folder of YAML files that somebody works on. For one thread at a time."""

    def __init__(self, root: Path, base: Path, project: Path) -> None:
        """Take the folder, and that of its project; files are named as seen from `base`."""
        self.root = root
        self.base = base
        self.links = project.absolute() / STATE_FILE
        """The file that keeps what is known of the documents' addresses."""
        self._reader = Reader(root, base, cache=cache_of(root))
        self._memory = Memory()
        self.seconds = 0.0
        """How long it took to read everything and look at it."""
        self.rule_seconds = 0.0
        """How long the rules took."""

    def shown(self, file: Path) -> str:
        """Return a file's name as problems give it."""
        whole, base = file.absolute(), self.base.absolute()
        return (whole.relative_to(base) if whole.is_relative_to(base) else file).as_posix()

    def nothing(self, site: Site) -> State:
        """Return the state in which nothing has been read."""
        view = look(Corpus(), site, drafts=True)
        return State(Standing(view.corpus), view, {}, (), ())

    def all(
        self,
        site: Site,
        last: State | None,
        changed: Iterable[Path] = (),
        progress: Callable[[int, int], None] | None = None,
    ) -> State:
        """Read everything; `last` is what stood before.

        What the rules found in files that have not changed stays until they are asked again.
        """
        begun = time.monotonic()
        changed = set(changed)
        with without_collector():
            inside = [f for f in changed if f.is_relative_to(self.root.absolute())]
            loaded = self._reader.load(progress=progress, only=inside if last and changed else None)
            stands = standing(loaded, last.stands.corpus if last else None, self._memory)
            memory = load_memory(self.links)
            links = report_links(memory.entries, stands.corpus.sources)
            view = look(stands.corpus, site, drafts=True, links=links)
            absent = self._absent(loaded.errors, stands)
            other = {self.shown(f) for f in changed} | {p.mark.file for p in loaded.errors}
            findings = [p for p in last.findings if p.mark.file not in other] if last else []
            faults = [*loaded.problems, *memory.problems]
            made = State(stands, view, recipes(view), faults, findings, absent)
        self.seconds = time.monotonic() - begun
        return made

    def ruled(self, state: State) -> State:
        """Ask the editorial rules, if all that is named is there; files with errors are left to those."""
        begun = time.monotonic()
        wrong = {p.mark.file for p in state.faults if p.is_error}
        found: list[Problem] = []
        if state.can_be_ruled:
            with without_collector():
                found = [p for p in check(state.stands.corpus) if p.mark.file not in wrong]
        if state.absent:
            # Whether a document or an entity is of use, only all briefs together can tell.
            briefs = {state.stands.corpus.places["brief", i].file for i in state.stands.corpus.briefs}
            found = [p for p in found if p.mark.file in briefs]
        self.rule_seconds = time.monotonic() - begun
        return replace(state, findings=found, ruled=True)

    def saved(self, files: Iterable[Path], last: State) -> State | None:
        """Read these files only, and put their records in the place of the old ones.

        Returns nothing where that cannot be told without the rest: for files of many records, for those
        that stand in a wrong place or are gone, and where a record names what is not there.
        """
        names = {self.shown(f): f for f in files}
        if len(names) > MOST_SAVED:
            return None
        root, places = self.shown(self.root), last.stands.corpus.places
        faults = [p for p in last.faults if p.mark.file not in names]
        records: dict[Key, tuple[Brief | Entity | Source, Place]] = {}
        broken: dict[Key, str] = {}
        for name, file in names.items():
            key = _key_of_file(name, root)
            if key is None or (key in places and places[key].file not in (name, "")):
                return None
            try:
                found, told = _read(file.read_bytes(), name, key)
            except OSError:
                return None
            if found is not None:
                records[key] = found
            else:
                broken[key] = name
            faults += told
        corpus = _with(last.stands.corpus, records)
        for key, (record, _) in records.items():
            if not all(_is_there(n, corpus) for n in self._memory.named(record, key[1])):
                return None
        stands = last.stands
        never = {k: name for k, name in broken.items() if k not in places or k in stands.stubs}
        absent = {uri: name for uri, name in last.absent.items() if key_of_page(uri) not in records}
        absent |= {uri: name for k, name in never.items() if (uri := page_of(k)) is not None}
        made = replace(
            stands,
            corpus=corpus,
            before=(stands.before | (broken.keys() - never.keys())) - records.keys(),
            stubs=stands.stubs - records.keys(),
            lacking={k: v for k, v in stands.lacking.items() if k not in records},
        )
        view = _looked_at(last.view, corpus)
        return replace(
            last,
            stands=made,
            view=view,
            recipes=_recipes(last.recipes, view, records),
            faults=faults,
            findings=[p for p in last.findings if p.mark.file not in names],
            absent=absent,
            whole=False,
            ruled=False,
        )

    def _absent(self, errors: Sequence[Problem], stands: Standing) -> dict[str, str]:
        root = self.shown(self.root)
        files = {key: file for file in {p.mark.file for p in errors} if (key := _key_of_file(file, root))}
        for kind, id_ in (*stands.stubs, *stands.lacking):
            folder = {"brief": id_[:4], "entity": "entities", "source": "sources"}.get(kind)
            name = f"{folder}/{id_}.yml" if folder else {"measure": "measures.yml"}.get(kind, "topics.yml")
            files[kind, id_] = f"{root}/{name}"
        there = stands.corpus.places.keys() - stands.stubs
        return {uri: file for key, file in files.items() if key not in there and (uri := page_of(key))}


def _key_of_file(file: str, root: str) -> Key | None:
    """Return the record that a file should hold, by its name; nothing where no record of its own stands there."""
    path = PurePosixPath(file)
    if not path.is_relative_to(root) or path.suffix != ".yml":
        return None
    folder, *rest = path.relative_to(root).parts
    if len(rest) != 1:
        return None
    kind = _KIND_OF.get(folder, "brief")
    try:
        id_ = read_slug(path.stem) if kind != "brief" else read_brief_id(path.stem)
    except Fault:
        return None
    return (kind, id_) if kind != "brief" or folder == id_[:4] else None


def _recipes(known: Mapping[str, Recipe], view: View, records: Mapping[Key, object]) -> Mapping[str, Recipe]:
    """Return how each page is made, with those of new records."""
    new = {uri: key for key in records if (uri := page_of(key)) is not None and uri not in known}
    if not new:
        return known
    tables: dict[str, dict[str, Any]] = {"brief": {}, "entity": {}, "source": {}}
    for kind, id_ in new.values():
        tables[kind][id_] = getattr(view.corpus, FOLDER_OF[kind])[id_]
    corpus = Corpus(
        topics=view.corpus.topics,
        briefs=tables["brief"],
        entities=tables["entity"],
        sources=tables["source"],
    )
    own = recipes(look(corpus, view.site, drafts=True))
    return {**known, **{uri: own[uri] for uri in new}}


def _read(
    data: bytes, name: str, key: Key
) -> tuple[tuple[Brief | Entity | Source, Place] | None, list[Problem]]:
    """Return the record that a file holds, unless something is wrong with it, and what."""
    reading = read(data, name)
    if reading.document is None:
        return None, reading.problems
    made = validate(_RECORDS[key[0]], reading.document, name, key[1])
    problems = [*reading.problems, *made.problems]
    record = made.record
    if record is None or problems or (isinstance(record, Brief) and not key[1].startswith(record.date.text)):
        return None, problems
    return (record, Place(name, reading.document.positions)), problems


def _is_there(key: Key, corpus: Corpus) -> bool:
    kind, id_ = key
    if kind in ("claim", "event"):
        return id_ in (corpus.claims if kind == "claim" else corpus.events)
    return key in corpus.places


def _with(corpus: Corpus, records: Mapping[Key, tuple[Brief | Entity | Source, Place]]) -> Corpus:
    """Return a corpus with records in the place of those with the same ids."""
    given = [r for r, _ in records.values()]
    briefs = {r.id: r for r in given if isinstance(r, Brief)}
    claims, events = corpus.claims, corpus.events
    if briefs:
        claims = {r: h for r, h in claims.items() if h.brief.id not in briefs}
        claims |= {
            h.ref: h for b in briefs.values() for n, c in enumerate(b.claims) for h in [ClaimHandle(b, c, n)]
        }
        events = {r: h for r, h in events.items() if h.brief.id not in briefs}
        events |= {h.ref: h for b in briefs.values() for e in b.events for h in [EventHandle(b, e)]}
    return replace(
        corpus,
        briefs={**corpus.briefs, **briefs},
        entities={**corpus.entities, **{r.id: r for r in given if isinstance(r, Entity)}},
        sources={**corpus.sources, **{r.id: r for r in given if isinstance(r, Source)}},
        claims=claims,
        events=events,
        places={**corpus.places, **{k: place for k, (_, place) in records.items()}},
    )


def _looked_at(view: View, corpus: Corpus) -> View:
    """Return the view of a corpus in which a few records are new; what reads it backwards stays as it was."""
    evidence = replace(view.evidence, supports=gather(corpus).supports)
    return replace(view, corpus=corpus, evidence=evidence)
