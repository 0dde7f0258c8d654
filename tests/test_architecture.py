"""The directions of imports, and what only one module may do."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "scripts" / "briefing"

LAYERS = [
    {"chunks", "hypertext", "machine_files"},
    {"problems", "search", "forks", "keeping", "asking"},
    {"service", "pieces"},
    {"merging"},
    {"indexing"},
    {"syntax", "verdict", "codes"},
    {"yamlnodes"},
    {"yamllayout"},
    {"model"},
    {"finding", "schema"},
    {"references"},
    {"corpus"},
    {"markdown", "numerals", "since", "wording"},
    {"evidence"},
    {"rivals", "history", "links"},
    {"disputes_since", "lists"},
    {"rules", "charts", "view", "changes"},
    {"citing"},
    {"outputs"},
    {"pages"},
    {"authoring"},
    {"inventory", "shards", "timing", "watching"},
    {"mkdocs_plugin", "publishing", "verify"},
    {"differences"},
    {"hosting"},
    {"project"},
    {"engine", "notices"},
    {"making", "rendering"},
    {"build"},
    {"rebuilding"},
    {"zensical", "preview"},
    {"cli"},
]
"""From the core outwards: a module imports only from layers before its own, or from itself."""

ONLY = {
    "yaml": {"yamlnodes", "yamllayout"},
    "mkdocs": {
        "mkdocs_plugin",
        "project",
        "rendering",
        "making",
        "build",
        "rebuilding",
        "zensical",
        "preview",
        "engine",
    },
    "click": {"cli"},
    "http.server": {"hosting", "preview"},
    "watchdog": {"watching"},
    "trafilatura": {"authoring"},
    "pypdf": {"authoring"},
    "PIL": {"outputs"},
    "aiohttp": {"links"},
    "asyncio": {"links"},
    "http.client": {"hosting"},
    "protego": {"links"},
    "socket": {"links", "preview"},
    "ssl": {"links"},
    "urllib3": set[str](),
    "urllib.request": {"hosting"},
    "pickle": set[str](),
    "marshal": set[str](),
    "multiprocessing": {"engine"},
}
"""Who may import what."""


def modules() -> list[Path]:
    """Return every module of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def part(path: Path) -> str:
    """Return the module's or subpackage's name."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Return the full names of what a module imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{a.name}" for a in node.names}
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_inwards(path: Path) -> None:
    """Nothing in the core knows of what is built on it."""
    own = part(path)
    if own == "__init__":
        return
    rank = {name: n for n, layer in enumerate(LAYERS) for name in layer}
    assert own in rank, f"give {own} its layer"
    for name in imports(path):
        if name.startswith("briefing.") and (other := name.split(".")[1]) in rank:
            assert rank[other] < rank[own] or other == own, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_borders_are_kept(path: Path) -> None:
    """One module reads YAML, one prints, none opens the network or a format that runs code."""
    for name in imports(path):
        for library, allowed in ONLY.items():
            if name == library or name.startswith(library + "."):
                assert part(path) in allowed, f"{path.name} imports {name}"
    calls = {
        n.func.id
        for n in ast.walk(ast.parse(path.read_text()))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert "print" not in calls


def test_the_code_does_not_know_its_first_subject() -> None:
    """The engine is general: its subject is data."""
    files = [*modules(), *PACKAGE.rglob("*.jinja"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.css")]
    for path in files:
        text = path.read_text(encoding="utf-8").lower()
        for word in ("korea", "dprk", "pyongyang"):
            assert word not in text, f"{path.name} speaks of {word}"


def test_templates_put_no_texts_together() -> None:
    """The templates' `~` escapes for HTML only: texts stand side by side instead."""
    for path in PACKAGE.rglob("*.jinja"):
        assert " ~ " not in path.read_text(encoding="utf-8")
        assert "| safe" not in path.read_text(encoding="utf-8")
