"""What was found wrong with a folder of YAML files, kept for as long as nothing has changed.

Whoever asks again gets the same answer without anything being read. This module imports nothing that
reads YAML or makes records: to load that takes longer than all the rest.
"""

import contextlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from hashlib import blake2b
from pathlib import Path

from briefing.keeping import READING, cache_of, contents, prepare, replace, stamp, states
from briefing.problems import Mark, Problem, Severity

JUDGING = (
    *READING,
    "authoring/editor",
    "evidence",
    "forks",
    "numerals",
    "rivals",
    "rules",
    "schema",
    "verdict",
    "wording",
)
"""The modules that decide what is found wrong, and what editors are told."""

_FILE = "check.json"
_EDITORS = ".briefing/schema"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found wrong, and how much was looked at."""

    problems: Sequence[Problem]
    files: int
    briefs: int
    claims: int
    was_stopped: bool
    """Whether files have errors, so that the editorial rules were not asked."""


def occasion(root: Path, config: Path, base: Path) -> str | None:
    """Return what tells this state of all files that matter from any other; nothing where that cannot be told.

    `root` is the folder of YAML files, `config` the site's mkdocs.yml, `base` the folder that file names
    in problems are relative to.
    """
    files = states(root) if cache_of(root) else None
    if files is None:
        return None
    made = blake2b(stamp(JUDGING).encode(), digest_size=16)
    names = [str(part) for part in (base, root, root.absolute(), config)]
    made.update(json.dumps([names, files]).encode())
    made.update(contents(config) if config.is_file() else b"none")
    return made.hexdigest()


def _editors(root: Path) -> str:
    """Return what tells the files for editors, which checking makes: where one is gone, it is made again."""
    folder = root.absolute().parent / _EDITORS
    try:
        stats = [(path.name, path.stat()) for path in sorted(folder.glob("*.json"))]
    except OSError:
        return ""  # somebody else makes them now
    states = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]
    return blake2b(json.dumps(states).encode(), digest_size=8).hexdigest()


def recall(root: Path, when: str | None) -> Verdict | None:
    """Return what was found on this occasion, if that is known."""
    cache = cache_of(root)
    if cache is None or when is None:
        return None
    head, _, body = contents(cache / _FILE).partition(b"\n")
    if head != _head(root, when, body):
        return None
    try:
        problems, *counts = json.loads(body)
        return Verdict([Problem(Mark(*m), Severity(s), *rest) for m, s, *rest in problems], *counts)
    except (ValueError, TypeError):
        return None


def remember(root: Path, when: str | None, verdict: Verdict) -> None:
    """Keep what was found on an occasion, in the place of what was kept before."""
    cache = cache_of(root)
    if cache is None or when is None:
        return
    body = json.dumps(astuple(verdict), ensure_ascii=False).encode()
    with contextlib.suppress(OSError):
        prepare(cache)
        replace(cache / _FILE, _head(root, when, body) + b"\n" + body)


def _head(root: Path, when: str, body: bytes) -> bytes:
    return f"briefing {when} {_editors(root)} {zlib.crc32(body):08x}".encode()
