"""What somebody gets wrong who writes YAML for the first time, and exactly what is said to that.

A case is a text file in tests/cases/newcomers: the name of a file of the corpus, that file, a line of
hyphens, and the output. To see what a change does to them all, run
`UPDATE_CASES=1 pytest tests/test_newcomers.py` and read the difference.
"""

import os
import re
from pathlib import Path

import pytest

from briefing.corpus import Lines, load
from briefing.problems import as_text

CASES = sorted((Path(__file__).parent / "cases" / "newcomers").glob("*.txt"))
LINE = "-" * 60 + "\n"

AROUND = {
    "briefs/topics.yml": """\
topics:
  - id: weapons
    title: Weapons
    summary: What is claimed.
    colour: "#8c1d2f"
    icon: rocket
""",
    "briefs/measures.yml": """\
measures:
  - id: theft
    title: Theft
    topic: weapons
    unit: USD
    period: event
    rule:
      text: What was taken.
""",
    "briefs/entities/a.yml": "kind: state\nname: A\n",
    "briefs/sources/paper.yml": """\
kind: press
access: public
title: It happened
publisher:
  name: The Paper
issued: 2022-02-05
""",
}
"""The corpus around the one wrong file: an entity, a source, a topic and a measure."""

INTERNAL = re.compile(
    r"pydantic|Traceback|libyaml|PyYAML|<class|\bstr\b|\bdict\b|\bNone\b|NoneType|[a-z]+Error\b|\b_[a-z]|"
    r"model_|\bnode\b|\btoken|\bscalar|\bparser"
)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_newcomers_mistake(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line, the caret, the rule, and what to type; nothing of how the program works."""
    case = path.read_text(encoding="utf-8")
    name, _, rest = case.partition("\n")
    text, _, expected = rest.partition(LINE)
    for file, content in {**AROUND, name: text}.items():
        place = tmp_path / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = as_text(load(Path("briefs")).problems, Lines()) + "\n"
    if os.environ.get("UPDATE_CASES"):
        path.write_text(f"{name}\n{text}{LINE}{said}", encoding="utf-8")
    assert expected == said
    assert "fix: " in said
    assert not INTERNAL.search("\n".join(line for line in said.splitlines() if " | " not in line))


def test_there_are_enough_cases() -> None:
    """Forty at least, and the ten most usual mistakes among them."""
    assert len(CASES) >= 40
    names = " ".join(p.stem for p in CASES)
    for mistake in (
        "tab",
        "colon-in",
        "hash-in",
        "date",
        "commas",
        "dash",
        "indent",
        "misspelt",
        "unknown-source",
        "smart",
    ):
        assert mistake in names
