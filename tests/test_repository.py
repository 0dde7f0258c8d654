"""Promises that the project's own files keep."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def tracked() -> list[Path]:
    """Return the files under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name]


@pytest.mark.parametrize("name", ["site", "authoring", "dev", "links", "supply"])
def test_locks_have_hashes_and_no_host(name: str) -> None:
    """Every package is pinned with hashes; no registry is named."""
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("#"))
    pins = re.findall(r"(?m)^[A-Za-z0-9_.-]+==\S+.*\\\n    --hash=sha256:", text)
    assert len(pins) > 10
    assert len(re.findall(r"(?m)^\S", text)) == len(pins)
    assert not re.search(r"https?://|index-url|find-links", text)
    assert "://" not in "".join(lines)


def test_no_file_names_a_registry() -> None:
    """Neither a lock nor a configuration names a registry's host."""
    for path in tracked():
        if path.suffix in {".txt", ".toml", ".cfg", ".yml", ".yaml", ".json", ".lock", ""} and path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            assert not re.search(r"pypi\.org|pythonhosted\.org|registry\.npmjs", text), path


def test_the_readme_shows_its_two_commands() -> None:
    """A newcomer reads how to build and how to test."""
    text = (ROOT / "README.md").read_text()
    assert "make site" in text
    assert "make test" in text


def test_the_command_runs_as_a_program() -> None:
    """The entry point is installed, and says its version."""
    ran = subprocess.run(
        [Path(sys.executable).parent / "briefing", "--version"], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (0, "briefing, version 0.1.0\n")
