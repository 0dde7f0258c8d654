"""The MkDocs adapter, through MkDocs' own command."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

MKDOCS = Path(sys.executable).parent / "mkdocs"


def run(project: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run plain MkDocs in a project, strictly."""
    return subprocess.run([MKDOCS, *args], cwd=project, capture_output=True, text=True, check=False)


def test_mkdocs_alone_builds_the_site(project: Path) -> None:
    """Every page is there, at its address, without a warning."""
    done = run(project, "build", "--strict")
    assert done.returncode == 0, done.stderr
    pages = {
        p.parent.relative_to(project / "site").as_posix() for p in (project / "site").rglob("index.html")
    }
    assert pages == {
        ".", "weapons", "briefs", "briefs/2022-02-05-it-happened", "entities", "entities/a", "sources",
        "sources/paper", "glossary", "how-to-read", "about", "measures", "timeline", "disputed", "corrections", "rules",
        "data", "search", "reference", "how-to-write",
    }  # fmt: skip


def test_briefs_are_searchable_and_not_in_the_navigation(project: Path) -> None:
    """The navigation has index pages only; search finds the claim at its own address."""
    run(project, "build", "--strict")
    page_html = (project / "site" / "how-to-read" / "index.html").read_text()
    navigation = re.findall("(?s)<nav.*?</nav>", page_html)
    assert len(navigation) > 1
    assert not any("it-happened" in part for part in navigation)
    assert (
        '"briefs/2022-02-05-it-happened/#it-happened"'
        in (project / "site/search/search_index.json").read_text()
    )


def test_a_fault_stops_the_build_and_leaves_the_last_site(project: Path) -> None:
    """Plain MkDocs says where the fault is, and empties nothing."""
    run(project, "build", "--strict")
    before = {p: p.read_bytes() for p in (project / "site").rglob("*") if p.is_file()}
    brief = project / "briefs" / "2022" / "2022-02-05-it-happened.yml"
    brief.write_text(brief.read_text().replace("by: a", "by: b"))
    failed = run(project, "build", "--strict")
    assert failed.returncode == 1
    assert (
        "briefs/2022/2022-02-05-it-happened.yml:9:9: error[unknown-entity]: there is no entity `b`"
        in failed.stderr
    )
    assert "Traceback" not in failed.stderr
    assert before == {p: p.read_bytes() for p in (project / "site").rglob("*") if p.is_file()}


def test_a_draft_shows_in_the_preview_only(project: Path) -> None:
    """`mkdocs build` leaves drafts out, and links to them too."""
    brief = project / "briefs" / "2022" / "2022-02-05-it-happened.yml"
    brief.write_text(brief.read_text() + "status: draft\n")
    assert run(project, "build", "--strict").returncode == 0
    assert not (project / "site" / "briefs" / "2022-02-05-it-happened").exists()
    assert "it-happened" not in (project / "site" / "index.html").read_text()


def test_a_hand_written_page_gives_way_with_a_warning(project: Path) -> None:
    """A file that has a made page's name is not silently lost."""
    (project / "docs" / "weapons.md").write_text("# Mine\n")
    done = run(project, "build")
    assert "weapons.md is made from the briefs: the file of that name is left out" in done.stderr


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def page(url: str, needle: str, seconds: float = 30) -> str:
    """Return a page once it holds `needle`."""
    end = time.monotonic() + seconds
    text = ""
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                text = answer.read().decode()
        except OSError:
            text = ""
        if needle in text:
            return text
        time.sleep(0.2)
    raise AssertionError(f"{url} never held {needle!r}")


def wait_for(log: Path, needle: str, seconds: float = 30) -> None:
    """Wait until a log holds `needle`."""
    end = time.monotonic() + seconds
    while needle not in log.read_text():
        assert time.monotonic() < end, f"the log never held {needle!r}"
        time.sleep(0.2)


def test_serve_reloads_when_a_yaml_file_changes(project: Path) -> None:
    """An edit shows; a broken edit leaves the last page; a mended one shows again; drafts show."""
    port = free_port()
    log = (project / "log").open("w")
    server = subprocess.Popen(
        [MKDOCS, "serve", "-a", f"127.0.0.1:{port}"],
        cwd=project, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}/briefs/2022-02-05-it-happened/"
        assert "livereload(" in page(url, "A said that it happened.")
        brief = project / "briefs" / "2022" / "2022-02-05-it-happened.yml"
        good = brief.read_text()
        brief.write_text(good.replace("that it happened", "that it rained"))
        page(url, "A said that it rained.")
        brief.write_text(good.replace("by: a", "by: b"))
        wait_for(project / "log", "The preview shows the pages as they were before.")
        page(url, "A said that it rained.")
        brief.write_text(good.replace("that it happened", "that it snowed") + "status: draft\n")
        page(url, "A said that it snowed.")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
        log.close()
    said = (project / "log").read_text()
    assert "error[unknown-entity]" in said
    assert "Traceback" not in said


def test_pages_lead_to_their_file_and_to_a_correction(project: Path) -> None:
    """Where the repository is known, "edit" opens the YAML file, and a correction names the page."""
    settings = project / "mkdocs.yml"
    extra = "repo_url: https://example.org/owner/site/\nextra: {edit_base: edit/main/}\n"
    text = settings.read_text().replace(
        "theme: {name: material, font: false}",
        "theme: {name: material, font: false, features: [content.action.edit]}",
    )
    settings.write_text(text + extra)
    assert run(project, "build", "--strict").returncode == 0
    page = (project / "site/briefs/2022-02-05-it-happened/index.html").read_text()
    assert 'href="https://example.org/owner/site/edit/main/briefs/2022/2022-02-05-it-happened.yml"' in page
    assert (
        "https://example.org/owner/site/issues/new?template=correction.yml&amp;page="
        "https%3A//example.org/briefs/2022-02-05-it-happened/" in page
    )
