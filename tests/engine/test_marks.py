"""What pages note of lists: enough that no change is missed, and little enough that few pages are made again."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from briefing import lists
from briefing.corpus import load
from briefing.engine.marks import Marks
from briefing.engine.reading import Key, Watch, watched
from briefing.outputs import Asset, AssetRecipe, asset_recipes, feeds, fragments, llms
from briefing.outputs.files import DATA
from briefing.pages import chronicle, comparing, paging, recipes, registries, site, topics
from briefing.view import Site, View, look

from .invented import ANCHOR, CHANGES, SLOW, Change, Record, begun, brief, by_chance, some


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages show a few rows of each list, so that short lists have several parts."""
    sizes = {
        "ROWS": (200, 3), "TIMELINE_ROWS": (400, 3), "MOST_LISTED": (500, 2), "CLAIMS": (50, 1), "DISPUTES": (100, 1),
        "EVENTS": (100, 2), "LATEST": (6, 1), "MOST_ROWS": (400, 3), "MOST_ENTRIES": (50, 2), "MOST_BRIEFS": (50, 2),
    }  # fmt: skip
    patched = set()
    for module in (lists, paging, chronicle, comparing, registries, site, topics, feeds, llms):
        for name, (real, few) in sizes.items():
            if hasattr(module, name):
                assert getattr(module, name) == real
                monkeypatch.setattr(module, name, few)
                patched.add(name)
    assert patched == sizes.keys()
    for made in (paging.shown, paging.turns, paging.by_year, paging.part_count, registries._List.__init__):
        assert made.__defaults__ is not None
        defaults = tuple(3 if d == 200 else d for d in made.__defaults__)
        monkeypatch.setattr(made, "__defaults__", defaults)
    defaults_by_name = site._parts.__kwdefaults__
    assert defaults_by_name is not None
    monkeypatch.setitem(defaults_by_name, "size", 3)


# --- making everything ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """What a task made, and what it noted."""

    text: str
    read: frozenset[Key]


def seen(record: Record) -> tuple[View, Marks]:
    """Return the record as it is now, which has no fault, and the marks of its keys."""
    loaded = load(record.folder)
    assert loaded.errors == []
    view = look(loaded.corpus, Site("Test Site", url="https://example.org/"))
    return view, Marks(view, loaded.digests)


def made(view: View) -> dict[str, Made]:
    """Run all tasks of a site as a build does, but for those that draw."""
    watch = Watch()
    context, references = watched(view, watch), watched(view, watch, refs=True)
    tasks: dict[str, Callable[[], object]] = {}
    for uri, page in recipes(view).items():
        tasks[uri] = partial(page.make, context)
    for name, recipe in asset_recipes(view).items():
        if name not in (DATA, "schemas", "card") and not name.startswith("brief/"):
            tasks[name] = partial(_files, recipe, context)
    for name in fragments.names(view):
        tasks[name] = partial(fragments.fragment, references, name)
    found = {}
    for name, task in tasks.items():
        watch.begin()
        text = repr(task())
        found[name] = Made(text, frozenset(watch.read))
    return found


def _files(recipe: AssetRecipe, view: View) -> list[Asset]:
    return list(recipe.make(view))


def moved(keys: Iterable[Key], before: Marks, after: Marks) -> bool:
    """Whether what was read has changed."""
    return any(before(key) != after(key) for key in keys)


def missed(record: Record, changes: Iterable[tuple[Change, int]]) -> Iterator[str]:
    """Make changes one by one, and yield what should have been made again after one, and was not."""
    view, marks = seen(record)
    site = made(view)
    for change, n in changes:
        change(record, random.Random(n))  # noqa: S311 - a seed's
        view, now = seen(record)
        clean = made(view)
        kept = {
            name: task for name, task in site.items() if name in clean and not moved(task.read, marks, now)
        }
        yield from (f"{change.__name__} {n}: {name}" for name in kept if kept[name].text != clean[name].text)
        # What is kept keeps its notes, however old they are.
        site, marks = {**clean, **kept}, now


@settings(max_examples=50, suppress_health_check=SLOW)
@by_chance
def test_whatever_comes_out_otherwise_is_made_again(
    seed: int, changes: list[tuple[Change, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every page and file, after any change, with notes of any age."""
    assert list(missed(begun(tmp_path_factory.mktemp("record"), seed), changes)) == []


LOST = [
    "compared", "count", "disputes.comparisons", "disputes.denied", "disputes.disputes", "entities",
    "evidence.appearances", "evidence.copies", "evidence.reliances", "index.briefs", "index.briefs_of",
    "index.corrections", "index.denied", "index.entities", "index.events", "index.in_role", "index.relied",
    "index.roles", "index.sources", "refs.appearances", "refs.reliances", "sources",
]  # fmt: skip
"""Kinds of keys for which no other stands in, so that few changes are enough to see that they are needed."""


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_key_is_found(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above would fail if no task noted any more what it reads of one kind."""
    mark = Marks.__call__
    monkeypatch.setattr(Marks, "__call__", lambda marks, key: "" if key[0] == kind else mark(marks, key))
    chance = random.Random(1)  # noqa: S311 - a seed's
    for seed in range(40):
        changes = [(chance.choice(CHANGES), chance.randrange(1 << 16)) for _ in range(6)]
        if any(missed(begun(tmp_path / str(seed), seed), changes)):
            return
    pytest.fail(f"nothing needs keys of the kind {kind}")


# --- and no more than that ------------------------------------------------------------------

SUMMED_UP = {"measures/index.md", "redirects", "weapons.md", "money.md"}
"""What reads all briefs or events, or draws figures without a name."""


@pytest.mark.parametrize("seed", range(5))
def test_an_edit_makes_again_what_shows_the_brief(seed: int, tmp_path: Path) -> None:
    """A page, or a part of a list, that names the brief nowhere keeps what it was."""
    record = begun(tmp_path, seed)
    view, before = seen(record)
    site = made(view)
    id_ = some(record, random.Random(seed))  # noqa: S311 - a seed's
    first, *others = record.briefs[id_]["claims"]
    record.put(id_, {**record.briefs[id_], "claims": [{**first, "text": "It said so."}, *others]})
    _, after = seen(record)
    again = {name for name, task in site.items() if moved(task.read, before, after)}
    assert {f"briefs/{id_}.md", f"brief/{id_}"} <= again
    assert len(again) < len(site) / 2
    # Of an event of the anchor's the page shows answers to claims of any brief, without its name.
    assert [n for n in again - SUMMED_UP if id_ not in n + site[n].text and ANCHOR not in site[n].text] == []


def test_parts_stay_when_a_newer_brief_comes(tmp_path: Path) -> None:
    """Rows are counted from the oldest, and how many parts there are is not how many rows."""
    record = begun(tmp_path, 0)
    chance = random.Random(2)  # noqa: S311 - a seed's
    for n in range(9):
        record.put(f"2022-08-0{n + 1}-x", brief(f"2022-08-0{n + 1}", chance))
    view, before = seen(record)
    site = made(view)
    last = len(view.evidence.appearances["panel"])
    assert last > 10
    claim = {"id": "c0", "text": "New.", "by": "panel", "sources": ["paper"], "topic": "money"}
    every = [{**claim, "id": f"c{n}"} for n in range(1 if last % 3 else 2)]
    record.put(
        "2024-09-09-x", {**brief("2024-09-09", chance), "topics": ["money"], "events": [], "claims": every}
    )
    now, after = seen(record)
    parts = [n for n in site if n.startswith("entities/panel/page/")]
    assert len(parts) == -(-last // 3) > 3
    again = {n for n in parts if moved(site[n].read, before, after)}
    more = paging.part_count(len(now.evidence.appearances["panel"]), 3) > len(parts)
    assert again == (set(parts) if more else {f"entities/panel/page/{len(parts)}.md"})


def test_of_a_list_what_is_taken_is_noted(tmp_path: Path) -> None:
    """Rows, how many there are, how many parts; and nothing beside the whole."""
    view, marks = seen(begun(tmp_path, 0))
    watch = Watch()
    index = watched(view, watch).index

    def noted(read: Callable[[], object]) -> set[str]:
        watch.begin()
        read()
        assert {kind for kind, _ in watch.read} == {"index.briefs"}
        assert all(marks(key) for key in watch.read)
        return {id_ for _, id_ in watch.read}

    every = view.index.briefs
    assert noted(lambda: index.briefs[1:3]) == {"[1:3]"}
    assert noted(lambda: index.briefs[:2]) == {"[:2]"}
    assert noted(lambda: index.briefs[-2:]) == {"[-2:]"}
    assert noted(lambda: index.briefs[-1]) == {"[-1:]"}
    assert noted(lambda: index.briefs[0]) == {"[0:1]"}
    assert noted(lambda: len(index.briefs)) == {"[#]"}
    assert noted(lambda: paging.turns(None, "x.md", paging.OWN, index.briefs, 99)) == {"[#99]"}  # type: ignore[arg-type] # no context is asked
    assert noted(lambda: list(index.briefs)) == {"*"}
    assert noted(lambda: index.briefs[::2]) == {"*"}
    assert noted(lambda: every[0] in index.briefs) == {"*"}
    key = ("index.briefs", "[1:3]")
    assert marks(key) == marks(("index.briefs", f"[{1 - len(every)}:3]"))
    assert marks(key) != marks(("index.briefs", "[1:2]"))


def test_a_copy_under_another_name_has_another_mark(tmp_path: Path) -> None:
    """Two files may say the same: what they are called tells them apart."""
    record = begun(tmp_path, 0)
    key = ("index.events_of", "money[:9]")
    before, id_ = seen(record)[1](key), next(i for i, b in record.briefs.items() if "money" in b["topics"])
    content = {**record.briefs[id_], "events": [{"id": "e", "kind": "theft", "title": "E", "when": "2022"}]}
    content["claims"] = [{k: v for k, v in c.items() if k != "event"} for c in content["claims"]]
    marks = []
    for name in ("one", "two"):
        record.put(f"{id_[:10]}-{name}", content)
        marks.append(seen(record)[1](key))
        record.put(f"{id_[:10]}-{name}", None)
    assert len({before, *marks}) == 3
