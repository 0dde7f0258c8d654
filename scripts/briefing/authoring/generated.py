"""Tracked files that are made from the records: `make schemas` writes them, a test holds them.

They are the JSON Schemas without ids, the settings of VS Code, and the form in which somebody
proposes a brief.
"""

import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from briefing.authoring.editor import SETTINGS, settings
from briefing.authoring.writing import write
from briefing.corpus import Corpus, load
from briefing.model.shape import Shape
from briefing.schema import KINDS, schema
from briefing.yamllayout import dump

SCHEMAS = PurePosixPath("schemas")
FORM = PurePosixPath(".github/ISSUE_TEMPLATE/new-brief.yml")


def generated(corpus: Corpus, briefs: str = "briefs") -> Iterator[tuple[PurePosixPath, str]]:
    """Yield each file, below the project's folder, and its text.

    `briefs` is the folder of the YAML files, seen from the project's.
    """
    for kind in KINDS:
        yield SCHEMAS / f"{kind.name}.json", schema(kind)
    yield SETTINGS, settings(briefs)
    yield FORM, proposal_form(corpus)


def proposal_form(corpus: Corpus) -> str:
    """Return the GitHub issue form in which a brief is proposed: what each brief needs, in words.

    Source: GitHub's syntax for issue forms.
    """
    fields = KINDS[0].shape.fields or {}
    topics = [t.title for t in corpus.topics.values()]
    intro = (
        "For whoever knows of something that should have a page here and does not want to write YAML. "
        "An editor makes the brief from it. What you write is public, and is licensed as the site is."
    )
    form = {
        "name": "New brief",
        "description": "Propose a brief: what is claimed, by whom, and where it stands written.",
        "title": "New brief: ",
        "labels": ["brief"],
        "body": [
            {"type": "markdown", "attributes": {"value": intro}},
            _question("input", "title", fields),
            _question("input", "date", fields),
            _question("dropdown", "topics", fields, multiple=True, options=topics),
            _question("textarea", "bottom_line", fields),
            _question(
                "textarea",
                "claims",
                fields,
                placeholder="1. What is said, with its qualifier (“more than”, “up to”). Who first said it, and "
                "when. Which document carries it, and where in it.",
            ),
            {
                "type": "textarea",
                "id": "sources",
                "attributes": {
                    "label": "Sources",
                    "description": "The documents that you read: title, publisher, date, address, one a line.",
                    "placeholder": "Title, publisher, 2022-02-05, https://…",
                },
                "validations": {"required": True},
            },
            _question("textarea", "gaps", fields, required=False),
            _question("textarea", "why_it_matters", fields, required=False),
        ],
    }
    return f"# Made from the records by `make schemas`.\n{dump(form)}"


def _question(
    type_: str, key: str, fields: dict[str, Shape], *, required: bool = True, **attributes: object
) -> dict[str, object]:
    shape = fields[key]
    label = key.replace("_", " ")
    said: dict[str, object] = {
        "label": label[:1].upper() + label[1:],
        "description": shape.meaning,
        **attributes,
    }
    if shape.takes and shape.takes.examples:
        said["placeholder"] = str(shape.takes.examples[-1])
    return {"type": type_, "id": key, "attributes": said, "validations": {"required": required}}


def main(project: Path) -> None:
    """Write all of them into a project's folder."""
    for name, text in generated(load(project / "briefs").corpus):
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, text.encode())


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
