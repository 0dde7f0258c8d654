"""What is kept from one run to the next: faults of a cache cost time, and nothing else."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefing import keeping
from briefing.corpus import Corpus, Loaded, Reader, cache_of, load
from briefing.keeping import Cache, Kept, digest, packed, stamp, state_of, states, unpacked

BRIEF = "2022/2022-02-05-it-happened.yml"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take files for settled at once: a test writes nothing twice within a tick of the clock."""
    monkeypatch.setattr(keeping, "_SETTLED", -1_000_000_000)
    monkeypatch.setattr(keeping, "_COARSE", -1_000_000_000)


@pytest.fixture
def briefs(project: Path) -> Path:
    """Give the folder of YAML files of a project."""
    return project / "briefs"


def same(one: Loaded, other: Loaded) -> bool:
    """Return whether two readings came to the same; places are compared by their marks."""

    def plain(corpus: Corpus) -> list[object]:
        names = [n for n in Corpus.__dataclass_fields__ if n != "places"]
        marks = [(key, place.mark(), place.mark(("title",))) for key, place in corpus.places.items()]
        return [*([*getattr(corpus, n).items()] for n in names), marks]

    return (one.problems, one.files, one.digests, plain(one.corpus)) == (
        other.problems,
        other.files,
        other.digests,
        plain(other.corpus),
    )


def kept_reading(briefs: Path) -> Loaded:
    """Read a folder with its cache."""
    return load(briefs, briefs.parent, cache=cache_of(briefs))


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Give the list of files that are read from now on."""
    read: list[Path] = []
    usual = Path.open

    def note(self: Path, *args: object, **kwargs: object) -> object:
        if self.suffix == ".yml":
            read.append(self)
        return usual(self, *args, **kwargs)  # type: ignore[call-overload] # as it was called

    monkeypatch.setattr(Path, "open", note)
    return read


def test_nothing_is_read_a_second_time(briefs: Path, unread: list[Path]) -> None:
    """A new process has every record without opening one file, and the same as before."""
    first = kept_reading(briefs)
    assert 4 == len(unread)
    unread.clear()
    second = kept_reading(briefs)
    assert [] == unread
    assert same(first, second)


def test_one_change_is_one_file_read(briefs: Path, unread: list[Path]) -> None:
    """What else is there stays; what is new is read."""
    kept_reading(briefs)
    path = briefs / BRIEF
    path.write_text(path.read_text().replace("says one thing", "says another"), encoding="utf-8")
    unread.clear()
    loaded = kept_reading(briefs)
    assert {path} == set(unread)
    assert "A says another" == loaded.corpus.briefs["2022-02-05-it-happened"].title


def test_a_file_with_other_times_is_known_by_its_content(
    briefs: Path, unread: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a checkout: files are opened, and not parsed; the time after they are not opened."""
    first = kept_reading(briefs)
    for path in briefs.rglob("*.yml"):
        os.utime(path, ns=(1, 1))
    monkeypatch.setattr("briefing.corpus._read", lambda found: pytest.fail(f"{found} was parsed"))
    unread.clear()
    second = kept_reading(briefs)
    assert 4 == len(unread)
    unread.clear()
    third = kept_reading(briefs)
    assert [] == unread
    assert same(first, second)
    assert same(first, third)


def test_a_file_that_was_just_written_is_not_trusted_by_its_times(
    briefs: Path, unread: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be written again within one tick of the clock."""
    monkeypatch.setattr(keeping, "_SETTLED", 3600 * 1_000_000_000)
    kept_reading(briefs)
    unread.clear()
    kept_reading(briefs)
    assert 4 == len(unread)


def test_the_state_of_a_file_is_not_known_within_a_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tenth of a second; three where the file system seems to count in seconds."""
    monkeypatch.setattr(keeping, "_SETTLED", 100_000_000)
    monkeypatch.setattr(keeping, "_COARSE", 3_000_000_000)
    path = tmp_path / "a"
    path.touch()
    stat = path.stat()
    last = max(stat.st_mtime_ns, stat.st_ctime_ns)
    if last % 1_000_000_000:
        assert state_of(stat, last + 50_000_000) is None
        assert state_of(stat, last + 200_000_000) is not None
    os.utime(path, ns=(0, 1_000_000_000))
    stat = path.stat()
    last = max(stat.st_mtime_ns, stat.st_ctime_ns)
    assert state_of(stat, last + 200_000_000) is None
    assert state_of(stat, last + 4_000_000_000) is not None


def test_what_is_gone_is_forgotten(briefs: Path) -> None:
    """The cache holds what the folder holds."""
    other = briefs / "sources/other.yml"
    other.write_bytes((briefs / "sources/paper.yml").read_bytes())
    kept_reading(briefs)
    cache = cache_of(briefs)
    assert cache is not None
    assert "sources/other.yml" in Cache(cache).read()
    other.unlink()
    kept_reading(briefs)
    assert {"topics.yml", "entities/a.yml", "sources/paper.yml", BRIEF} == set(Cache(cache).read())


def test_a_folder_that_is_no_projects_has_no_cache(tmp_path: Path) -> None:
    """Nothing is written beside a folder that somebody checks in passing."""
    assert cache_of(tmp_path / "briefs") is None


def test_git_does_not_see_it(briefs: Path) -> None:
    """Whatever the project's own .gitignore says."""
    kept_reading(briefs)
    assert "*\n" == (briefs.parent / ".cache/briefing/read/briefs/.gitignore").read_text(encoding="utf-8")


def shards(briefs: Path) -> list[Path]:
    """Return the files of the cache."""
    return sorted((briefs.parent / ".cache/briefing/read/briefs").glob("read-*.json"))


Spoil = Callable[[Path], object]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda p: p.write_bytes(p.read_bytes()[: p.stat().st_size // 2]), id="cut short"),
        pytest.param(lambda p: p.write_bytes(b""), id="empty"),
        pytest.param(lambda p: p.write_bytes(b"\xff" * 100), id="not ours"),
        pytest.param(
            lambda p: p.write_bytes(p.read_bytes().replace(stamp().encode(), b"0" * 32)), id="other version"
        ),
        pytest.param(lambda p: p.write_bytes(p.read_bytes()[:-1] + b"x"), id="one byte"),
        pytest.param(lambda p: (p.unlink(), p.mkdir()), id="a folder in its place"),
        pytest.param(lambda p: p.unlink(), id="gone"),
    ],
)
def test_a_spoilt_cache_is_made_anew(spoil: Spoil, briefs: Path) -> None:
    """It counts as empty, and the next run finds it whole, but where a folder stands in its place."""
    fresh = load(briefs, briefs.parent)
    kept_reading(briefs)
    for path in shards(briefs):
        spoil(path)
    assert same(fresh, kept_reading(briefs))
    assert same(fresh, kept_reading(briefs))
    assert all(path.is_file() or spoil.__name__ for path in shards(briefs))


def test_a_cache_cut_short_anywhere_is_whole_or_empty(briefs: Path) -> None:
    """At every length that its file may have been cut to."""
    kept_reading(briefs)
    cache = cache_of(briefs)
    assert cache is not None
    path = next(p for p in shards(briefs) if b"it-happened" in p.read_bytes())
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert BRIEF not in Cache(cache).read()
    path.write_bytes(whole)
    assert BRIEF in Cache(cache).read()


def test_records_that_a_cache_holds_are_not_believed_blindly(briefs: Path) -> None:
    """One whose record is none of its kind is read again, whatever its sum says."""
    kept_reading(briefs)
    cache = cache_of(briefs)
    assert cache is not None
    kept = Cache(cache).read()
    for record in (b"{}", b'{"id":"../x"}', b"[]", b"\xff", b'{"id":1}'):
        changed = {n: Kept(k.state, k.digest, k.said, record) for n, k in kept.items()}
        Cache(cache).write(changed, kept)
        assert same(load(briefs, briefs.parent), kept_reading(briefs))
    for said in (None, [], [[], [], True], [[{}, {}, [["x"]], [], [], False], [], True]):
        changed = {n: Kept(k.state, k.digest, said, k.record) for n, k in kept.items()}
        Cache(cache).write(changed, kept)
        assert same(load(briefs, briefs.parent), kept_reading(briefs))


@pytest.mark.parametrize("stands", [".cache", ".cache/briefing/read", ".cache/briefing/read/briefs"])
def test_where_nothing_can_be_written_nothing_is_kept(stands: str, briefs: Path) -> None:
    """A file stands where a folder is due."""
    path = briefs.parent / stands
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way", encoding="utf-8")
    assert same(load(briefs, briefs.parent), kept_reading(briefs))
    assert path.is_file()


def test_a_full_disk_leaves_nothing_half_written(briefs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written goes to a file of its own first, which is taken away again."""
    kept_reading(briefs)
    before = {p: p.read_bytes() for p in shards(briefs)}

    def full(self: Path, target: object) -> Path:
        raise OSError(28, "No space left on device", str(self))

    path = briefs / BRIEF
    path.write_text(path.read_text() + "gaps: [One.]\n", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", full)
    assert [] == kept_reading(briefs).problems
    assert before == {p: p.read_bytes() for p in shards(briefs)}
    assert [] == list((briefs.parent / ".cache/briefing/read/briefs").glob(".new-*"))


def test_what_a_program_left_that_was_ended_is_taken_away(briefs: Path) -> None:
    """After an hour: before, somebody may be writing it."""
    folder = cache_of(briefs)
    assert folder is not None
    folder.mkdir(parents=True)
    old, new = folder / ".new-1-1", folder / ".new-2-2"
    for path in (old, new):
        path.write_text("x", encoding="utf-8")
    os.utime(old, (1, 1))
    kept_reading(briefs)
    assert [False, True] == [old.exists(), new.exists()]


def test_two_writers_leave_one_of_theirs(briefs: Path) -> None:
    """The later one's, whole."""
    folder = cache_of(briefs)
    assert folder is not None
    one, other = Cache(folder), Cache(folder)
    a, b = Kept((1, 2, 3, 4), "a", [1], b"{}"), Kept(None, "b", "ü", b"")
    one.write({"x.yml": a}, {"x.yml"})
    other.write({"x.yml": b}, {"x.yml"})
    assert {"x.yml": b} == one.read()


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
_states = st.none() | st.tuples(*[st.integers(0, 2**63)] * 4)
_kept = st.builds(
    Kept, _states, st.text(max_size=4), _json, st.binary(max_size=9).filter(lambda b: b"\n" not in b)
)


@given(st.dictionaries(st.text(max_size=6), _kept, max_size=4))
def test_what_is_packed_is_unpacked(kept: dict[str, Kept]) -> None:
    """Whatever files are called and hold."""
    assert kept == dict(unpacked(packed(kept)))


def test_the_stamp_follows_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of what reads is another stamp; what others do does not matter."""
    (tmp_path / "model").mkdir()
    for name in ("one.py", "model/two.py", "three.py"):
        (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    monkeypatch.setattr(keeping, "__file__", str(tmp_path / "keeping.py"))
    made = []
    for change in ("", "three.py", "model/two.py", "one.py"):
        if change:
            (tmp_path / change).write_text("x = 2\n", encoding="utf-8")
        stamp.cache_clear()
        made.append(stamp(("one", "model")))
    stamp.cache_clear()
    assert made[0] == made[1]
    assert 3 == len(set(made))


def test_all_that_reads_makes_the_stamp() -> None:
    """Every module that the reader imports is among those that it is made of, but for what decides nothing."""
    import subprocess
    import sys

    code = (
        "import sys, briefing.corpus; "
        "print(*{m.split('.')[1] for m in sys.modules if m.startswith('briefing.')})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(keeping.READING) == set(done.stdout.split()) - {"forks"}


# --- whether anything has changed ----------------------------------------------------------


def test_the_states_of_all_files_are_known(briefs: Path) -> None:
    """In order, by their way from the folder; what is no YAML file and what is hidden does not matter."""
    (briefs / "README.md").write_text("x", encoding="utf-8")
    (briefs / ".hidden").mkdir()
    (briefs / ".hidden/x.yml").write_text("x", encoding="utf-8")
    found = states(briefs)
    assert found is not None
    assert [BRIEF, "entities/a.yml", "sources/paper.yml", "topics.yml"] == [name for name, _ in found]
    assert digest(b"a") != digest(b"b")


@pytest.mark.parametrize("what", ["link", "folder link", "pipe", "nothing"])
def test_what_is_no_ordinary_file_has_no_state(what: str, briefs: Path) -> None:
    """A link may lead to something that changes, and a pipe never says the same."""
    path = briefs / "sources/other.yml"
    match what:
        case "link":
            path.symlink_to("paper.yml")
        case "folder link":
            (briefs / "more").symlink_to("sources")
        case "pipe":
            os.mkfifo(path)
        case "nothing":
            briefs = briefs / "none"
    assert states(briefs) is None


# --- a folder that is worked on ------------------------------------------------------------

_TEXTS = {
    "2022/2022-02-05-it-happened.yml": ("title: A says one thing", "title: A says two things"),
    "sources/paper.yml": ("access: public", "access: unseen"),
    "entities/a.yml": ("name: A", "name: Another"),
    "topics.yml": ("title: Weapons", "title: Arms"),
}
_BROKEN = (
    "title: [",
    "\tx: y\n",
    "",
    "name: \ufeff\n",
    "kind: nonsense\n",
    "aliases: [paper, a, x]\n",
    "??: ??\n",
)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.sampled_from(sorted(_TEXTS))),
        st.tuples(st.just("break"), st.sampled_from(sorted(_TEXTS)), st.sampled_from(_BROKEN)),
        st.tuples(
            st.just("copy"), st.sampled_from(["sources/b.yml", "entities/b.yml", "2022/2022-02-05-b.yml"])
        ),
        st.tuples(
            st.just("delete"), st.sampled_from([*sorted(_TEXTS), "sources/b.yml", "2022/2022-02-05-b.yml"])
        ),
        st.tuples(st.just("touch"), st.sampled_from(sorted(_TEXTS))),
        st.tuples(
            st.just("move"), st.sampled_from(["2021/2022-02-05-it-happened.yml", "2022/2022-03-x.yml"])
        ),
    ),
    max_size=6,
)


def _do(step: tuple[str, ...], briefs: Path) -> Path:
    """Change something of a folder, and return the file."""
    kind, name, *rest = step
    path = briefs / name
    path.parent.mkdir(exist_ok=True)
    original = {"sources": "sources/paper.yml", "entities": "entities/a.yml"}.get(
        name.partition("/")[0], BRIEF
    )
    match kind:
        case "edit" if path.is_file():
            text = path.read_text(encoding="utf-8")
            one, other = _TEXTS[name]
            path.write_text(
                text.replace(one, other) if one in text else text.replace(other, one), encoding="utf-8"
            )
        case "break":
            path.write_text(rest[0], encoding="utf-8")
        case "copy" if (briefs / original).is_file():
            path.write_bytes((briefs / original).read_bytes())
        case "delete":
            path.unlink(missing_ok=True)
        case "touch" if path.is_file():
            os.utime(path, ns=(1, 1))
        case "move" if (briefs / BRIEF).is_file():
            (briefs / BRIEF).rename(path)
    return path


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps)
def test_memory_and_cache_never_differ_from_a_fresh_reading(
    steps: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory, project: Path
) -> None:
    """After any change, a reader that stays, one that is told what changed, and one with a cache."""
    base = tmp_path_factory.mktemp("worked-on")
    briefs = base / "briefs"
    for path in (project / "briefs").rglob("*.yml"):
        to = briefs / path.relative_to(project / "briefs")
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(path.read_bytes())
    stays, told = Reader(briefs, base), Reader(briefs, base, cache=base / "told")
    stays.load()
    told.load()
    for step in [*steps, ("touch", BRIEF)]:
        path = _do(step, briefs)
        fresh = load(briefs, base)
        assert same(fresh, stays.load())
        assert same(fresh, told.load(only=[path] if step[0] != "move" else None))
        assert same(fresh, load(briefs, base, cache=base / "cache"))
