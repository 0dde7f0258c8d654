"""What an editor needs to complete and check YAML files: schemas with the ids that are there.

They stand in a folder of the project that git ignores, and are made anew by each command that reads
the briefs; so a new source is no difference in what is tracked.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from briefing.authoring.writing import write
from briefing.corpus import Corpus
from briefing.schema import KINDS, Kind, Known, ids_schema, schema
from briefing.wording import document_name, source_title

FOLDER = PurePosixPath(".briefing/schema")
"""Where the schemas are, below the project's folder."""

_IDS = "ids.json"

SETTINGS = PurePosixPath(".vscode/settings.json")
"""Where the settings of VS Code are, below the project's folder."""


def known_ids(corpus: Corpus) -> Known:
    """Return the ids that a file may name, by kind, each with the name of its record."""
    return {
        "topic": {t.id: t.title for t in corpus.topics.values()},
        "event kind": {k.id: k.title for k in corpus.event_kinds.values()},
        "measure": {m.id: m.title for m in corpus.measures.values()},
        "term": {t.id: t.expansion or t.term for t in corpus.terms.values()},
        "entity": {e.id: e.name for e in corpus.entities.values()},
        "source": {s.id: f"{document_name(s, corpus)}: {source_title(s)}" for s in corpus.sources.values()},
        "brief": {b.id: b.title for b in corpus.briefs.values()},
    }


def schemas(corpus: Corpus) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield the file of each kind's schema and that of the ids, below the project's folder, and their texts."""
    yield FOLDER / _IDS, ids_schema(known_ids(corpus))
    for kind in KINDS:
        yield FOLDER / f"{kind.name}.json", schema(kind, ids=_IDS)


def refresh(project: Path, corpus: Corpus) -> None:
    """Write what has changed of the schemas.

    Where nothing can be written, nothing is: a file for editors is no reason to stop.
    """
    with contextlib.suppress(OSError):
        top = project / FOLDER.parts[0]
        files = [*schemas(corpus), (PurePosixPath(top.name, ".gitignore"), "*\n")]
        for name, text in files:
            path = project / name
            data = text.encode()
            if not path.is_file() or path.read_bytes() != data:
                path.parent.mkdir(parents=True, exist_ok=True)
                write(path, data)


def settings(briefs: str) -> str:
    """Return the settings of VS Code that give each kind of file its schema.

    `briefs` is the folder of the YAML files, seen from the project's.
    """
    files = {str(FOLDER / f"{kind.name}.json"): f"{briefs}/{kind.files}" for kind in KINDS}
    return json.dumps({"yaml.schemas": files}, indent=2) + "\n"


def modeline(kind: Kind) -> str:
    """Return the comment that tells any editor a file's schema; the briefs' folder is in the project's."""
    up = "../" * (1 + kind.files.count("/"))
    return f"# yaml-language-server: $schema={up}{FOLDER / kind.name}.json"
