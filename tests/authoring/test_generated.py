"""Tracked files that are made from the records are as the records are now."""

from pathlib import Path

import pytest

from briefing.authoring.generated import FORM, generated, main, proposal_form
from briefing.corpus import Corpus, load
from briefing.yamlnodes import read

ROOT = Path(__file__).parent.parent.parent


def test_nothing_has_drifted() -> None:
    """`make schemas` mends this test."""
    for name, text in generated(load(ROOT / "briefs").corpus):
        assert text == (ROOT / name).read_text(encoding="utf-8"), f"{name} is behind: make schemas"


def test_nothing_else_is_among_the_schemas() -> None:
    """A kind of file that is gone leaves none behind."""
    made = {name.name for name, _ in generated(Corpus()) if name.parts[0] == "schemas"}
    assert made == {p.name for p in (ROOT / "schemas").iterdir()}


def test_a_new_source_is_no_drift(project: Path) -> None:
    """What is tracked names no entity, source, measure or brief."""
    before = dict(generated(load(project / "briefs").corpus))
    (project / "briefs/sources/other.yml").write_text("kind: press\naccess: public\ndescriptor: D.\n")
    assert before == dict(generated(load(project / "briefs").corpus))


def test_all_are_written_into_a_project(project: Path) -> None:
    """Folders are made."""
    main(project)
    for name, text in generated(load(project / "briefs").corpus):
        assert text == (project / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("key", ["name", "description", "body"])
def test_the_form_has_what_github_asks_of_forms(key: str, project: Path) -> None:
    """Its three keys; every question has a label, and ids are there once."""
    document = read(proposal_form(load(project / "briefs").corpus).encode(), str(FORM)).document
    assert document is not None
    assert document.value[key]
    body = document.value["body"]
    assert isinstance(body, list)
    questions = [q for q in body if isinstance(q, dict) and q["type"] != "markdown"]
    assert all(isinstance(q["attributes"], dict) and q["attributes"]["label"] for q in questions)
    ids = [q["id"] for q in questions]
    assert len(ids) == len({str(i) for i in ids})
