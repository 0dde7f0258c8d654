"""The search index, made by Pagefind from the built pages.

Pagefind reads the HTML that readers get: what stands in `data-pagefind-body`, with filters,
dates and titles from the page's head. Its index loads in chunks, so that a search costs a
reader a few hundred kilobytes at most, whatever the size of the site.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = "pagefind"
"""Where the index stands in the site."""

UNUSED = ("*ui*", "*component*", "pagefind-highlight.js", "*playground*")
"""Files of Pagefind's own interfaces, which the site does not use."""


CHARACTERS = "$/"
"""Signs that belong to words: of money, and between the parts of a document's symbol."""


class SearchFailed(Exception):
    """The index could not be made. Its text says why."""


def index_site(site: Path) -> int:
    """Index every page of a built site, and return how many were indexed. Raises SearchFailed."""
    folder = site / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    command = [
        sys.executable, "-m", "pagefind", "--site", str(site), "--output-subdir", FOLDER,
        "--include-characters", CHARACTERS, "--force-language", "en", "--quiet",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not (folder / "pagefind-entry.json").is_file():
        said = (done.stderr or done.stdout).strip().splitlines()
        raise SearchFailed(said[-1] if said else "Pagefind gave no index")
    for pattern in UNUSED:
        for path in folder.glob(pattern):
            path.unlink()
    entry = json.loads((folder / "pagefind-entry.json").read_text(encoding="utf-8"))
    return sum(int(language["page_count"]) for language in entry["languages"].values())
