"""What editors are told: the ids that are there, offered and never demanded."""

import json
import re
from pathlib import Path

from jsonschema import Draft202012Validator

from briefing.authoring.editor import FOLDER, known_ids, modeline, refresh
from briefing.corpus import load
from briefing.schema import KINDS, schema


def test_ids_are_offered_with_the_names_of_their_records(project: Path) -> None:
    """By kind."""
    known = known_ids(load(project / "briefs").corpus)
    assert {"a": "A"} == known["entity"]
    assert {"paper": "The Paper, 5 February 2022: It happened"} == known["source"]
    assert {"2022-02-05-it-happened": "A says one thing"} == known["brief"]
    assert {"weapons": "Weapons"} == known["topic"]


def test_a_new_source_is_offered_after_the_next_reading(project: Path) -> None:
    """And an id that is not there yet is no fault: the checker says so, with what to do."""
    source = project / "briefs/sources/other.yml"
    source.write_text((project / "briefs/sources/paper.yml").read_text(), encoding="utf-8")
    refresh(project, load(project / "briefs").corpus)
    schema = json.loads((project / FOLDER / "ids.json").read_text(encoding="utf-8"))
    offered, any_id = schema["$defs"]["SourceId"]["anyOf"]
    assert ["other", "paper"] == offered["enum"]
    assert Draft202012Validator(any_id).is_valid("not-there-yet")


def test_the_folder_is_ignored_and_left_alone_where_nothing_changed(project: Path) -> None:
    """Git sees nothing of it; a file that is right is not written again."""
    corpus = load(project / "briefs").corpus
    refresh(project, corpus)
    written = {p: p.stat().st_mtime_ns for p in (project / FOLDER).iterdir()}
    assert {"ids.json", *(f"{kind.name}.json" for kind in KINDS)} == {p.name for p in written}
    assert "*\n" == (project / ".briefing/.gitignore").read_text(encoding="utf-8")
    refresh(project, corpus)
    assert written == {p: p.stat().st_mtime_ns for p in (project / FOLDER).iterdir()}


def test_what_cannot_be_written_stops_nobody(project: Path) -> None:
    """A file for editors is no reason to fail."""
    (project / ".briefing").write_text("in the way", encoding="utf-8")
    refresh(project, load(project / "briefs").corpus)
    assert (project / ".briefing").is_file()


def test_every_kind_of_file_can_name_its_schema(project: Path) -> None:
    """From where it stands, the way leads to the schema."""
    refresh(project, load(project / "briefs").corpus)
    for kind in KINDS:
        folder = (project / "briefs" / kind.files.replace("[0-9][0-9][0-9][0-9]", "2022")).parent
        way = modeline(kind).partition("$schema=")[2]
        assert (folder / way).resolve() == (project / FOLDER / f"{kind.name}.json").resolve()


def test_the_schemas_with_ids_are_the_published_ones(project: Path) -> None:
    """But for the ids, which stand in a file of their own: every reference to it leads somewhere."""
    refresh(project, load(project / "briefs").corpus)
    ids = json.loads((project / FOLDER / "ids.json").read_text(encoding="utf-8"))["$defs"]
    for kind in KINDS:
        text = (project / FOLDER / f"{kind.name}.json").read_text(encoding="utf-8")
        assert set(re.findall(r'"ids\.json#/\$defs/(\w+)"', text)) <= set(ids)
        published = json.loads(schema(kind))
        with_ids = json.loads(text.replace("ids.json#", "#"))
        published["$defs"] = {n: d for n, d in published["$defs"].items() if n not in ids}
        assert published == with_ids
