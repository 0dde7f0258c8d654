"""The tracked file of what is known of addresses: JSON Lines, a line a source, in order of ids.

A line a source keeps differences small and conflicts within a line; order and layout are fixed, so
that the same knowledge is the same file. It stands beside mkdocs.yml and not in the folder of the
briefs: that folder is written by people and reviewed as text, this file by a program.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from briefing.links import STATE_FILE as STATE_FILE
from briefing.links.states import Entry, Target
from briefing.model import Source
from briefing.problems import Mark, Problem, error

MOST_BYTES = 64_000_000
MOST_IN_LINE = 20_000
_FIX = "take the line from an earlier version, or delete it: the address is then asked anew"


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of addresses, by the source's id, and what was wrong in the file."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def load_memory(path: Path) -> Memory:
    """Return what the file says; nothing where there is none. Every fault is a Problem."""
    shown = path.name
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return _broken(Mark(shown), "this is not an ordinary file", "put the file itself here")
    try:
        if path.stat().st_size > MOST_BYTES:
            return _broken(Mark(shown), f"the file is larger than {MOST_BYTES:,} bytes", "delete it")
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return Memory()
    except OSError as fault:
        return _broken(Mark(shown), f"this cannot be read: {fault.strerror}", "check that you may read it")
    except UnicodeDecodeError:
        return _broken(Mark(shown), "this is not UTF-8", "take it from an earlier version, or delete it")
    return parse_memory(text, shown)


def _broken(mark: Mark, message: str, hint: str) -> Memory:
    return Memory(problems=(error(mark, "link-state", message, hint),))


def parse_memory(text: str, file: str = STATE_FILE) -> Memory:
    """Return what the text says, and every line that says nothing."""
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        fault = ""
        try:
            if len(line) > MOST_IN_LINE:
                fault = f"the line has more than {MOST_IN_LINE:,} characters"
            else:
                entry = Entry.model_validate_json(line)
                if entry.id in entries:
                    fault = f"`{entry.id}` stands here a second time"
                entries.setdefault(entry.id, entry)
        except ValidationError as faults:
            fault = _said(faults)
        if fault:
            problems.append(error(Mark(file, number), "link-state", fault, _FIX))
    return Memory(entries, tuple(problems))


def _said(faults: ValidationError) -> str:
    """Return the first fault of a line in words."""
    first = faults.errors(include_url=False, include_context=True)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    match first["type"]:
        case "json_invalid" | "model_type":
            return "this line is not a record of an address"
        case "missing":
            return f"`{name}` is missing"
        case "extra_forbidden":
            return f"there is no field `{name[:60]}`"
        case "value_error":
            return str(first["ctx"]["error"])
        case "fault":
            return f"`{name}`: {first['ctx']['message']}"
        case _:
            return f"`{name}` holds what it cannot hold"


def memory_text(entries: Iterable[Entry]) -> str:
    """Return the file's text: a line an entry, by id; empty fields are left out."""
    rows = sorted(entries, key=lambda e: e.id)
    return "".join(json.dumps(r.model_dump(mode="json", exclude_defaults=True)) + "\n" for r in rows)


def settle(entries: Mapping[str, Entry], sources: Mapping[str, Source]) -> dict[str, Entry]:
    """Return what is known of the sources' present addresses.

    What is known of sources that are gone or have another address is dropped; a source that got
    another id keeps what was known under its old one. An editor's `hold` goes with the address.
    """
    kept = {}
    for source in sources.values():
        for name in (source.id, *source.aliases):
            entry = entries.get(name)
            if entry is not None and entry.url == source.url:
                kept[source.id] = entry if name == source.id else entry.model_copy(update={"id": source.id})
                break
    return kept


def targets_of(sources: Mapping[str, Source]) -> dict[str, Target]:
    """Return the sources that have an address."""
    return {s.id: Target(s.id, s.url) for s in sources.values() if s.url is not None}
