"""Changes as an author makes them: seen, valid, and made again without a trace of the last."""

from pathlib import Path

import pytest

from bench.editing import brief_to_edit, edit_brief, naming, rename_entity
from bench.synthetic import World, generate
from briefing.corpus import load
from briefing.rules import review


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a synthetic project."""
    out = tmp_path_factory.mktemp("editing") / "project"
    generate(out, 30)
    return out


def test_one_sentence_of_a_claim_is_changed(project: Path) -> None:
    """A second change leaves no trace of the first."""
    file = brief_to_edit(project)
    before = file.read_text(encoding="utf-8")
    edit_brief(file, "a1")
    edited = edit_brief(file, "a2")
    after = file.read_text(encoding="utf-8")
    assert edited.page == f"briefs/{file.stem}/"
    assert [line.strip() for line in after.splitlines() if line not in before.splitlines()] == [edited.words]
    loaded = load(project / "briefs")
    assert review(loaded) == []
    assert any(edited.words in c.text for c in loaded.corpus.briefs[file.stem].claims)


def test_an_entity_is_renamed(project: Path) -> None:
    """The name is replaced, and the record stays without a fault."""
    entity = World(30).entity(5)
    file = project / f"briefs/entities/{entity.id}.yml"
    rename_entity(file, "a1")
    edited = rename_entity(file, "a2")
    assert edited.words == f"{entity.name} Marka2"
    loaded = load(project / "briefs")
    assert review(loaded) == []
    assert loaded.corpus.entities[entity.id].name == edited.words
    assert 0 < naming(project, entity.id) <= 30
    assert naming(project, "not-an-entity") == 0


def test_what_cannot_be_edited_is_said(tmp_path: Path) -> None:
    """No brief, or no name."""
    with pytest.raises(ValueError, match="no brief"):
        brief_to_edit(tmp_path)
    (tmp_path / "x.yml").write_text("kind: state\n")
    with pytest.raises(ValueError, match="no name"):
        rename_entity(tmp_path / "x.yml", "a1")
