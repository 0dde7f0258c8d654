"""The same record gives the same bytes, wherever, whenever and by whomever it is built."""

import gzip
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from briefing.differences import differences

BRIEFING = Path(sys.executable).parent / "briefing"

LATER = """\
import time
_time, _ns = time.time, time.time_ns
time.time = lambda: _time() + 400 * 86400
time.time_ns = lambda: _ns() + 400 * 86400 * 10**9
"""
"""What Python runs when it starts: from then on it is more than a year later."""


@dataclass(frozen=True)
class Place:
    """Where, when and how a site is built."""

    folder: str
    environment: dict[str, str]
    umask: int = 0o022
    order: int = 0
    """Seed of the order in which the project's files are written."""
    age: float = 0
    """When the project's files were changed, in seconds since 1970; now if 0."""
    one_processor: bool = False
    python: str = ""
    """What Python runs first."""


PLACES = [
    Place("a", {"PYTHONHASHSEED": "1", "TZ": "America/Los_Angeles", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}),
    Place(
        "another place/자리 with spaces",
        {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        umask=0o077,
        order=7,
        age=1_000_000_000,
        one_processor=True,
        python=LATER,
    ),
]


def copied(project: Path, place: Place, root: Path) -> Path:
    """Copy a project's files, in an order and with times of the place's own."""
    target = root / place.folder
    files = sorted(p for p in project.rglob("*") if p.is_file())
    random.Random(place.order).shuffle(files)  # noqa: S311 - a seed's
    for file in files:
        copy = target / file.relative_to(project)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        if place.age:
            os.utime(copy, (place.age, place.age))
    return target


def built(project: Path, place: Place, root: Path) -> Path:
    """Build a project at a place, and return the site."""
    folder = copied(project, place, root)
    (root / "first").mkdir(exist_ok=True)
    (root / "first" / "sitecustomize.py").write_text(place.python)
    keep = {k: v for k, v in os.environ.items() if k not in ("SOURCE_DATE_EPOCH", "LC_ALL", "LANG", "TZ")}
    path = os.pathsep.join(filter(None, [str(root / "first"), keep.get("PYTHONPATH", "")]))
    home = root / "home"
    home.mkdir(exist_ok=True)

    def begin() -> None:
        os.umask(place.umask)
        if place.one_processor:
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    done = subprocess.run(
        [BRIEFING, "build"],
        cwd=folder,
        env={**keep, **place.environment, "PYTHONPATH": path, "HOME": str(home)},
        preexec_fn=begin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "site"


@pytest.mark.parametrize("plugins", ["[briefing]", "[search, briefing]"])
def test_two_builds_give_the_same_bytes(
    plugins: str, new_project: Callable[..., Path], tmp_path: Path
) -> None:
    """In another folder, a year later, with other seeds, zone, locale, umask, processors, order of files."""
    project = new_project(tmp_path / "project", "everything")
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("[search, briefing]", plugins))
    one, other = (built(project, place, tmp_path / str(n)) for n, place in enumerate(PLACES))
    assert [str(flaw) for flaw in differences(one, other)] == []
    files = [p for p in one.rglob("*") if p.is_file()]
    assert len(files) > 180
    assert {".html", ".xml", ".gz", ".sqlite", ".png", ".ics", ".atom", ".pf_meta", ".pf_filter"} <= {
        p.suffix for p in files
    }


def test_what_was_built_before_leaves_no_trace(new_project: Callable[..., Path], tmp_path: Path) -> None:
    """A site that was changed step by step is the one that is built at once."""
    place = PLACES[0]
    project = new_project(tmp_path / "project", "everything")
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("[search, briefing]", "[briefing]"))
    steps = tmp_path / "steps"
    brief = project / "briefs" / "2022" / "2022-02-05-report.yml"
    text = brief.read_text()
    topics = project / "briefs" / "topics.yml"
    brief.write_text(text.replace("\ntitle: ", "\ntitle: At first, "))
    built(project, place, steps)
    topics.write_text(topics.read_text().replace("title: Weapons", "title: Arms"))
    built(project, place, steps)
    brief.write_text(text)
    topics.write_text(topics.read_text().replace("title: Arms", "title: Weapons"))
    one = built(project, place, steps)
    other = built(project, place, tmp_path / "at-once")
    assert [str(flaw) for flaw in differences(one, other)] == []


def test_no_file_tells_when_it_was_built(new_project: Callable[..., Path], tmp_path: Path) -> None:
    """Days in the site are the record's: its newest dates the compressed sitemap too (RFC 1952, MTIME)."""
    project = new_project(tmp_path / "project")
    epoch = "4102444799"  # 31 December 2099
    place = Place("a", {"SOURCE_DATE_EPOCH": epoch})
    site = built(project, place, tmp_path)
    for path in site.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"2099" not in data or path.suffix in (".js", ".png", ".pagefind"), path
            assert epoch.encode() not in data, path
    packed = (site / "sitemap.xml.gz").read_bytes()
    assert packed[4:8] == (1_644_105_600).to_bytes(
        4, "little"
    )  # 6 February 2022, when the brief was published
    assert gzip.decompress(packed) == (site / "sitemap.xml").read_bytes()
