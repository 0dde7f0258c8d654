"""Files of a site: what they are, what they were made from, and those of the last site."""

import contextlib
import hashlib
import os
import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File

from briefing.engine.state import REST, Known, Task, Written
from briefing.mkdocs_plugin import theme_folder
from briefing.publishing import empty
from briefing.search import FOLDER

if TYPE_CHECKING:  # what makes files is imported where any is made
    from briefing.outputs import Asset

_DISTRIBUTIONS = (
    "mkdocs", "mkdocs-material", "markdown", "jinja2", "markupsafe", "pyyaml", "pillow", "pydantic",
    "pydantic-core", "nh3", "pagefind",
)  # fmt: skip
"""What else than this program makes a site what it is."""


def digest(content: bytes) -> str:
    """Return a digest of bytes."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def sum_of(content: bytes) -> str:
    """Return the SHA-256 of what a file of the site holds."""
    return hashlib.sha256(content).hexdigest()


def sum_of_file(path: Path) -> str:
    """Return the SHA-256 of what a file holds, however much that is."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# --- what a site is made from ------------------------------------------------------------


def shaping(config: MkDocsConfig) -> str:
    """Return a digest of what shapes every page: the program, versions, settings and templates."""
    parts = [sys.version, sqlite3.sqlite_version, *(f"{name} {_version(name)}" for name in _DISTRIBUTIONS)]
    theme = config.theme
    parts += [f"{k}: {_plain(v)}" for k, v in sorted(config.items()) if k not in _ELSEWHERE]
    parts += [str(theme.name), str(theme.custom_dir), repr(sorted(theme.static_templates))]
    parts += [f"{k}: {theme[k]!r}" for k in sorted(theme)]
    parts += [f"{name}: {dict(plugin.config)!r}" for name, plugin in config.plugins.items()]
    parts.append(str(Path(config.config_file_path or "").absolute()))
    folders = [Path(__file__).parent.parent, theme_folder()]
    if config.theme.custom_dir:
        folders.append(Path(config.theme.custom_dir))
    parts += map(written_below, folders)
    return digest("\n".join(parts).encode())


_ELSEWHERE = ("theme", "plugins", "hooks", "site_dir", "strict", "config_file_path", "watch")
"""Settings that shape no page, or that are told apart from the others."""


def _plain(value: object) -> str:
    """Return a setting as text; patterns of files as they are written."""
    patterns = getattr(value, "patterns", None)
    return repr([p.pattern for p in patterns] if patterns is not None else value)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def digests_of(folder: Path) -> dict[str, str]:
    """Return the digest of each file of the record, by its place below its folder."""
    return {inside: digest(path.read_bytes()) for inside, path in _below(folder) if inside.endswith(".yml")}


def changed_since(folder: Path, file: Path) -> bool:
    """Whether any file of the record seems to be younger than another file; it is no proof if none is."""
    try:
        then = file.stat().st_mtime_ns
        stats = (path.stat() for inside, path in _below(folder) if inside.endswith(".yml"))
        return any(max(stat.st_mtime_ns, stat.st_ctime_ns) > then for stat in stats)
    except OSError:
        return True


def written_below(folder: Path) -> str:
    """Return a digest of all files of a folder, but for what Python leaves there."""
    parts = []
    for inside, path in sorted(_below(folder)):
        if not inside.endswith(".pyc"):
            parts += [inside, digest(path.read_bytes())]
    return digest("\n".join(parts).encode())


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    for root, _, files in os.walk(folder, followlinks=True):
        inside = os.path.relpath(root, folder)
        for name in files:
            path = Path(root, name)
            if path.is_file():
                yield name if inside == "." else f"{inside}/{name}", path


def stamp(file: File) -> str:
    """Return what tells that a file to copy has changed: its place, its size and its time."""
    if file.abs_src_path is None:
        return digest(file.content_bytes)
    stat = Path(file.abs_src_path).stat()
    return f"{file.abs_src_path} {stat.st_size} {stat.st_mtime_ns}"


# --- what is written ---------------------------------------------------------------------


def written_file(site: Path, path: str, content: bytes | None = None) -> Written:
    """Return what a file of a site is; `content`, where the caller has just written it."""
    place = site / path
    stat = place.stat()
    total = sum_of_file(place) if content is None else sum_of(content)
    return Written(path, stat.st_size, stat.st_mtime_ns, total)


def write_assets(
    site: Path, assets: "Iterable[Asset]", before: Task | None, intact: Collection[str]
) -> list[Written]:
    """Write files, but for those that the last site has just so, and return what they are."""
    known = {f.path: f for f in before.files} if before is not None else {}
    written = []
    for asset in assets:
        content = asset.content if isinstance(asset.content, bytes) else asset.content.encode()
        old = known.get(asset.uri)
        if old is not None and asset.uri in intact and old.sum == sum_of(content):
            written.append(old)
            continue
        path = site / asset.uri
        path.parent.mkdir(parents=True, exist_ok=True)
        # It may be a second name of the last site's file, which must not change.
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        written.append(written_file(site, asset.uri, content))
    return written


def move_files(
    site: Path, folder: Path, paths: Iterable[tuple[str, str]], before: Task | None, intact: Collection[str]
) -> list[Written]:
    """Move files from a folder to their places, but for those that the last site has just so.

    Each is given with its SHA-256, or with nothing where that is not known. Those of the last site that
    are not in the folder stay as they are.
    """
    known = {f.path: f for f in before.files} if before is not None else {}
    written = []
    for path, total in paths:
        new, place, old = folder / path, site / path, known.get(path)
        if old is not None and path in intact and not new.exists():
            written.append(old)
            continue
        total = total or sum_of_file(new)
        if old is not None and path in intact and old.sum == total:
            new.unlink()
            written.append(old)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        new.replace(place)  # where it is a second name of the last site's file, that one keeps its content
        stat = place.stat()
        written.append(Written(path, stat.st_size, stat.st_mtime_ns, total))
    return written


def seen_file(site: Path, path: str) -> Written:
    """Return what a file of a site is that no task makes. It is not read. Raises OSError."""
    stat = (site / path).stat()
    return Written(path, stat.st_size, stat.st_mtime_ns, "")


def beside(site: Path) -> Iterator[Written]:
    """Yield the files of a site that tasks do not make: the search index, the sums. They are not read."""
    folders = ["", f"{FOLDER}/"]
    while folders:
        below = folders.pop()
        with contextlib.suppress(FileNotFoundError), os.scandir(site / below) as entries:
            for entry in entries:
                if entry.is_file():
                    stat = entry.stat()
                    yield Written(below + entry.name, stat.st_size, stat.st_mtime_ns, "")
                elif below and entry.is_dir():
                    folders.append(f"{below}{entry.name}/")


def remove(site: Path, paths: Iterable[str]) -> None:
    """Remove files of a site, and the folders that this leaves empty."""
    for path in paths:
        (site / path).unlink(missing_ok=True)
        for folder in Path(path).parents:
            if str(folder) == ".":
                break
            try:
                (site / folder).rmdir()
            except OSError:
                break


# --- the last site -----------------------------------------------------------------------


def is_untouched(files: Mapping[str, tuple[int, int]], site: Path) -> bool:
    """Whether a site holds exactly what the last build left there: files with their size and time."""
    seen = 0
    folders = [""]
    while folders:
        inside = folders.pop()
        with os.scandir(f"{site}/{inside}") as entries:
            for entry in entries:
                path = f"{inside}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/")
                    continue
                stat = entry.stat(follow_symlinks=False)
                if files.get(path) != (stat.st_size, stat.st_mtime_ns):
                    return False
                seen += 1
    return seen == len(files)


def has_its_index(known: Known, site: Path) -> bool:
    """Whether a site, or a folder with its files, has the search index that the last build left there.

    A build that was killed when its site had taken its place, and before it was known, has left another.
    """
    files = _of_its_index(known)
    try:
        stats = [os.stat(f"{site}/{file.path}") for file in files]  # noqa: PTH116 - there are thousands
    except OSError:
        return False
    return bool(files) and [(f.size, f.time) for f in files] == [(s.st_size, s.st_mtime_ns) for s in stats]


def _of_its_index(known: Known) -> list[Written]:
    rest = known.tasks.get(REST)
    return [f for f in rest.files if f.path.startswith(f"{FOLDER}/")] if rest is not None else []


def take_over(known: Known, last: Path, new: Path) -> list[str]:
    """Give every file of the last site that is as it was left a second name in the new one.

    Returns the paths of those that tasks have made, without the search index. What has been changed, or is
    not the build's own, stays behind.
    """
    kept = _linked(_of_tasks(known), last, new)
    _linked(_of_its_index(known), last, new)
    return kept


def bring_up_to_date(known: Known, last: Path, new: Path) -> list[str]:
    """Do as `take_over` does, where the new folder may hold an earlier site: most of it has its second name.

    A file that is there stays if it has the size and the time that are known, as it would be taken over from
    the last site; everything else is removed first.
    """
    made = {file.path: file for file in _of_tasks(known)}
    index = {file.path: file for file in _of_its_index(known)}
    there = sift(new, made | index)
    _linked((file for path, file in index.items() if path not in there), last, new)
    lacking = [file for path, file in made.items() if path not in there]
    return [*(there & made.keys()), *_linked(lacking, last, new)]


def sift(folder: Path, wanted: Mapping[str, Written]) -> set[str]:
    """Remove from a folder what has not the size and the time that are wanted; return the files that stay.

    Raises OSError.
    """
    try:
        return _sifted(folder, wanted)
    except OSError:  # what cannot be sorted out, being somebody else's, is put aside
        empty(folder)
        return set()


def _sifted(folder: Path, wanted: Mapping[str, Written]) -> set[str]:
    stay = set[str]()
    folders, full = [""], {""}
    for inside in folders:
        with os.scandir(f"{folder}/{inside}") as entries:
            for entry in list(entries):
                path = inside + entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/")
                    continue
                file, stat = wanted.get(path), entry.stat(follow_symlinks=False)
                if file is None or (stat.st_size, stat.st_mtime_ns) != (file.size, file.time):
                    os.unlink(entry.path)  # noqa: PTH108 - there may be thousands
                else:
                    stay.add(path)
                    full.add(inside)
    for inside in reversed(folders):
        if inside in full:
            full.add(inside[:-1].rpartition("/")[0] + "/" if "/" in inside[:-1] else "")
        else:
            Path(folder, inside).rmdir()
    return stay


def _of_tasks(known: Known) -> Iterator[Written]:
    return (file for name, task in known.tasks.items() if name != REST for file in task.files)


def some_of(known: Known) -> list[str]:
    """Return the paths of some files, from all over a site."""
    paths = [task.files[0].path for name, task in known.tasks.items() if name != REST and task.files]
    return paths[:: max(1, len(paths) // _SOME)]


_SOME = 200


def _linked(files: Iterable[Written], last: Path, new: Path) -> list[str]:
    from briefing.indexing import link

    kept: list[str] = []
    made: set[str] = set()
    source, target = str(last), str(new)
    for file in files:
        old = f"{source}/{file.path}"
        try:
            stat = os.lstat(old)
            if stat.st_size != file.size:
                continue
            if stat.st_mtime_ns != file.time and sum_of(Path(old).read_bytes()) != file.sum:
                continue
            folder = file.path.rpartition("/")[0]
            if folder not in made:
                Path(target, folder).mkdir(parents=True, exist_ok=True)
                made.add(folder)
            link(old, f"{target}/{file.path}")
        except OSError:
            continue
        kept.append(file.path)
    return kept
