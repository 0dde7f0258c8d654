"""Synthetic projects: the same bytes for the same seed, shaped like the record, and without a fault."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.synthetic import World, generate, main
from briefing.corpus import load
from briefing.rules import navigation, review


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Give a function that writes a synthetic project, each once."""
    done: dict[tuple[int, int, int], Path] = {}

    def make(briefs: int, seed: int = 1, jobs: int = 1) -> Path:
        if (briefs, seed, jobs) not in done:
            out = done[briefs, seed, jobs] = tmp_path_factory.mktemp("synthetic") / "project"
            generate(out, briefs, seed, jobs=jobs)
        return done[briefs, seed, jobs]

    return make


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of the record by its name."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in (folder / "briefs").rglob("*")
        if p.is_file()
    }


def test_the_same_seed_makes_the_same_bytes(made: Callable[..., Path], tmp_path: Path) -> None:
    """And another seed makes others."""
    generate(tmp_path / "again", 30)
    assert contents(made(30)) == contents(tmp_path / "again")
    generate(tmp_path / "other", 30, seed=2)
    assert contents(made(30)) != contents(tmp_path / "other")


def test_how_many_processes_write_makes_no_difference(made: Callable[..., Path]) -> None:
    """Parts of 500 briefs are written by processes of their own."""
    assert contents(made(520)) == contents(made(520, jobs=2))


@pytest.mark.parametrize(("briefs", "seed"), [(1, 1), (30, 1), (30, 7), (520, 1)])
def test_check_finds_nothing(made: Callable[..., Path], briefs: int, seed: int) -> None:
    """Neither errors nor warnings, at any size and seed."""
    project = made(briefs, seed)
    loaded = load(project / "briefs", base=project)
    assert review(loaded) == []
    assert len(loaded.corpus.briefs) == briefs
    assert navigation(loaded.corpus, (project / "mkdocs.yml").read_bytes(), "mkdocs.yml") == []


def test_the_shape_is_that_of_the_record(made: Callable[..., Path], request: pytest.FixtureRequest) -> None:
    """Each brief and claim carries about as much as the real ones."""
    project = made(520)
    synthetic = load(project / "briefs").corpus
    real = load(Path(request.config.rootpath) / "briefs").corpus

    def shares(corpus: object) -> dict[str, float]:
        briefs, claims = list(corpus.briefs.values()), [h.claim for h in corpus.claims.values()]  # type: ignore[attr-defined] # as loaded
        return {
            "claims": len(claims) / len(briefs),
            "figures": sum(len(c.figures) for c in claims) / len(claims),
            "citations": sum(len(c.sources) for c in claims) / len(claims),
            "disputed": sum(c.status == "disputed" for c in claims) / len(claims),
            "responses": sum(len(c.responses) for c in claims) / len(claims),
            "events": sum(len(b.events) for b in briefs) / len(briefs),
            "key points": sum(len(b.key_points) for b in briefs) / len(briefs),
            "related": sum(len(b.related) for b in briefs) / len(briefs),
            "words of a claim": sum(len(c.text.split()) for c in claims) / len(claims),
        }

    expected = shares(real)
    for what, value in shares(synthetic).items():
        assert 0.6 < value / expected[what] < 1.6, what
    size = [p.stat().st_size for p in project.glob("briefs/[0-9]*/*.yml")]
    assert 5_000 < sum(size) / len(size) < 7_500
    statuses = {b.status for b in synthetic.briefs.values()}
    assert statuses == {"published", "draft", "superseded", "withdrawn"}
    assert any(b.corrections for b in synthetic.briefs.values())
    assert any(b.judgements for b in synthetic.briefs.values())
    assert any(e.weak_names for e in synthetic.entities.values())
    assert any(c.via for h in synthetic.claims.values() for c in h.claim.sources)


def test_the_vocabulary_grows_as_that_of_real_text(made: Callable[..., Path]) -> None:
    """Heaps' law: ten times the text has about 10 to the 0.5 to 0.8 times the words."""
    files = sorted(made(520).glob("briefs/[0-9]*/*.yml"))

    def words(count: int) -> int:
        return len({w for f in files[:count] for w in re.findall("[a-z]+", f.read_text(encoding="utf-8"))})

    assert 10**0.45 < words(500) / words(50) < 10**0.85


def test_records_are_as_many_as_promised() -> None:
    """In the proportions that the command's help gives."""
    world = World(5_000)
    assert (world.sources, world.entities, world.measures) == (2_500, 333, 100)
    # measures.yml is one file of at most 1 MiB.
    assert World(1_000_000).measures * 450 < 2**20


def test_names_of_records_are_all_different() -> None:
    """Each kind's ids are made from numbers that no other record of the kind has."""
    world = World(20_000)
    sources = {world.document(n).id for n in range(3_000)}
    entities = {world.entity(n).id for n in range(world.entities)}
    briefs = {world.head(n).id for n in range(0, 20_000, 7)}
    measures = {world.measure(n) for n in range(world.measures)}
    found = (len(sources), len(entities), len(briefs), len(measures))
    assert found == (3_000, world.entities, 2_858, world.measures)


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    """It may be somebody's own."""
    (tmp_path / "mine.txt").write_text("mine")
    result = CliRunner().invoke(main, ["--briefs", "5", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "name a new folder" in result.output
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(ValueError, match="from 1"):
        generate(tmp_path / "new", 0)


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    """How many of each kind, and where."""
    result = CliRunner().invoke(main, ["--briefs", "25", "--out", str(tmp_path / "new"), "--jobs", "1"])
    assert result.exit_code == 0, result.output
    assert "25 briefs, 13 sources, 12 entities" in result.output
    assert (tmp_path / "new/docs/about.md").is_file()
