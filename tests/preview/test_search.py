"""The index that a preview's search uses."""

import subprocess
import time
from pathlib import Path

import pytest

from briefing.preview.search import Search


def test_the_last_builds_index_serves_at_once(tmp_path: Path) -> None:
    """And it is said that it is the last build's, or that there is none."""
    search = Search(tmp_path / "mkdocs.yml", tmp_path / "site")
    assert search.note == "Search finds nothing until `briefing build` has made its index."
    assert search.file("pagefind/pagefind.js") is None
    (tmp_path / "site" / "pagefind").mkdir(parents=True)
    (tmp_path / "site" / "pagefind" / "pagefind.js").write_text("x")
    (tmp_path / "site" / "index.html").write_text("x")
    assert search.note == "Search finds what the last `briefing build` has made."
    assert search.file("pagefind/pagefind.js") == (tmp_path / "site" / "pagefind" / "pagefind.js").resolve()
    assert search.file("index.html") is None
    assert search.file("pagefind/../index.html") is None
    search.close()


def test_an_index_is_made_beside_the_work(project: Path) -> None:
    """Then it is served, and again at the start of the next preview; the built site is not touched."""
    search = Search(project / "mkdocs.yml", project / "site")
    search.index()
    end = time.monotonic() + 120
    while search.file("pagefind/pagefind.js") is None and time.monotonic() < end:
        time.sleep(0.1)
    assert search.file("pagefind/pagefind.js") is not None
    search.close()
    assert search.note == ""
    assert not (project / "site").exists()
    following = Search(project / "mkdocs.yml", project / "site")
    assert following.file("pagefind/pagefind.js") is not None
    assert following.note == "Search finds what the last preview has made."


def test_an_index_that_cannot_be_made_breaks_nothing(project: Path) -> None:
    """Search then has what it had."""
    (project / "briefs/topics.yml").write_text("x: [\n")
    search = Search(project / "mkdocs.yml", project / "site")
    search.index()
    assert search._thread is not None
    search._thread.join(120)
    assert search.note == "Search finds nothing until `briefing build` has made its index."
    search.close()


def test_ending_the_preview_ends_the_work(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it would have taken."""
    monkeypatch.setattr("briefing.preview.search._BUILD", "import time; time.sleep(60)")
    search = Search(project / "mkdocs.yml", project / "site")
    search.index()
    while search._process is None:
        time.sleep(0.01)
    begun = time.monotonic()
    search.close()
    assert time.monotonic() - begun < 5
    assert isinstance(search._process, subprocess.Popen)
    assert search._process.poll() is not None
