"""Pages as text: each case is a small corpus and the Markdown that it becomes.

A case is a YAML file in tests/cases/pages: `files` in, `pages` out. To see what a change does
to them all, run `UPDATE_CASES=1 pytest tests/pages/test_golden.py` and read the difference.
"""

import os
from pathlib import Path

import pytest
import yaml

from briefing.corpus import load
from briefing.pages import render_pages
from briefing.view import Site, look

CASES = sorted((Path(__file__).parent.parent / "cases" / "pages").glob("*.yml"))


class _Block(yaml.SafeDumper):
    """Writes texts as blocks, so that cases can be read."""


_Block.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    ),
)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_pages(path: Path, tmp_path: Path) -> None:
    """The corpus of a case becomes the pages of the case."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, text in case["files"].items():
        file = tmp_path / "briefs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    loaded = load(tmp_path / "briefs", base=tmp_path)
    assert loaded.problems == []
    made = {
        p.uri: p.markdown
        for p in render_pages(
            look(loaded.corpus, Site("Test Site", "What is claimed.", "https://example.org/"))
        )
    }
    if os.environ.get("UPDATE_CASES"):
        case["pages"] = {uri: made[uri] for uri in case["pages"]}
        path.write_text(
            yaml.dump(case, Dumper=_Block, sort_keys=False, allow_unicode=True, width=1000), encoding="utf-8"
        )
    for uri, text in case["pages"].items():
        assert text == made[uri]
