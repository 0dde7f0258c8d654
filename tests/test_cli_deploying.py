"""The commands for who puts a site online, as they are typed."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing.build import build
from briefing.cli import main

BRIEF = "briefs/2022/2022-02-05-it-happened.yml"


def run(*args: str | Path) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, [str(a) for a in args], catch_exceptions=False)


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the small project in a repository with one commit, and stand in it."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--message=first"],
    ):
        subprocess.run(["git", *command], check=True, capture_output=True)
    return project


def test_changes_since_a_commit(here: Path) -> None:
    """Markdown on standard output, and exit code 0 whatever has changed."""
    assert "Nothing:" in run("changes", "--against", "HEAD").stdout
    brief = here / BRIEF
    brief.write_text(brief.read_text().replace("title: A says one thing", "title: A says another thing"))
    done = run("changes", "--against", "HEAD")
    assert done.exit_code == 0
    assert "- **Title**: A says <del>one</del> <ins>another</ins> thing\n" in done.stdout
    assert f"`{BRIEF}`" in done.stdout


@pytest.mark.parametrize("ref", ["nowhere", "--help", "-x", "HEAD:briefs", ""])
def test_changes_since_no_commit(ref: str, here: Path) -> None:
    """A wrong name is a wrong use of the command."""
    done = run("changes", f"--against={ref}")
    assert done.exit_code == 2
    assert f"Cannot read {ref}" in done.stderr


def test_a_broken_file_stops_no_report(here: Path) -> None:
    """What can be read is compared; the check says what is wrong."""
    (here / "briefs" / "2022" / "2022-02-06-broken.yml").write_text("title: [\n")
    done = run("changes", "--against", "HEAD")
    assert done.exit_code == 0
    assert "1 error in briefs" in done.stderr


def test_headers_zip_and_freshness_of_a_built_site(here: Path) -> None:
    """From one build: files for hosts, a copy, and whether it has what the record has."""
    build(here / "mkdocs.yml")
    assert run("headers").stdout.startswith("/*\n  Content-Security-Policy: default-src 'none'; ")
    assert run("headers", "--style", "nginx", "--out", "build/n.conf").exit_code == 0
    assert (here / "build" / "n.conf").read_text().count("add_header") == 7
    done = run("zip", "--out", "build/our.zip")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "files in build/our.zip" in done.stderr
    assert (here / "build" / "our.zip").stat().st_size > 10_000

    fresh = run("fresh", "site")
    assert (fresh.exit_code, fresh.stdout) == (
        0,
        "The site is as new as the record: 1 brief, up to 2022-02-06\n",
    )
    brief = here / BRIEF
    brief.write_text(brief.read_text().replace("bottom_line: A said", "bottom_line: Again A said"))
    older = run("fresh", "site")
    assert older.exit_code == 1
    assert "older state: 2022-02-05-it-happened" in older.stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("headers", "--site-dir", "nowhere"), "briefing build"),
        (("zip", "--site-dir", "nowhere"), "briefing build"),
        (("fresh", "nowhere"), "has no api/v1/briefs.json"),
        (("fresh", "http://127.0.0.1:9/"), "cannot be read"),
        (("fresh", "javascript://x"), "https://host/"),
        (("init", "briefs"), "holds files"),
        (("init", "new", "--program", "a/b@main"), "40 digits"),
        (("propose", "mkdocs.yml", "--branch", "main", "--title", "T"), "no branch for proposals"),
    ],
)
def test_what_cannot_be_done_is_told(args: tuple[str, ...], said: str, here: Path) -> None:
    """Exit code 1 and a sentence, nothing on standard output."""
    done = run(*args)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert not (here / "build").exists()


def test_pictures_of_what_changed(here: Path) -> None:
    """Of the brief, the pages that repeat it, and the home page, in a folder that is made."""
    brief = here / BRIEF
    brief.write_text(brief.read_text().replace("title: A says one thing", "title: A says another thing"))
    build(here / "mkdocs.yml")
    # A process of its own: the browser of other tests has this one's thread.
    program = Path(sys.executable).parent / "briefing"
    command: list[str | Path] = [program, "pictures", "--against", "HEAD", "--out", "build/pictures"]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "pictures in build/pictures" in done.stderr
    names = {p.name for p in (here / "build" / "pictures").iterdir()}
    assert {"index.wide.png", "briefs.2022-02-05-it-happened.narrow.png"} <= names
