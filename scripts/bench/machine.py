"""On what was measured: the machine and the versions of all that took part."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = {
    "MkDocs": "mkdocs",
    "Material": "mkdocs-material",
    "Zensical": "zensical",
    "Hugo": "hugo",
    "Pagefind": "pagefind",
}


def describe() -> dict[str, str]:
    """Return what to know of this machine, in the order in which to say it."""
    found = {"Machine": f"{os.cpu_count()} cores, {_processor()}, {_memory()} of memory, {_system()}"}
    found["Python"] = platform.python_version()
    for name, package in _PACKAGES.items():
        try:
            found[name] = version(package)
        except PackageNotFoundError:
            found[name] = "not installed"
    if chromium := next((p for n in ("chromium", "google-chrome") if (p := shutil.which(n))), None):
        found["Chromium"] = _chromium(chromium)
    return found


def _chromium(program: str) -> str:
    try:
        told = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=20, check=False
        ).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return next((word for word in told if word[:1].isdigit()), "unknown")


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemTotal:"):
            return f"{int(line.split()[1]) / 2**20:.0f} GiB"
    return "unknown amount"


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform(terse=True)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
