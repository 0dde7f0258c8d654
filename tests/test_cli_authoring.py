"""`briefing source add` and `briefing draft`, as an author uses them."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefing.cli import main


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in the project's folder."""
    monkeypatch.chdir(project)
    return project


def run(*args: str) -> Result:
    """Run the command; a bug shows as its exception."""
    return CliRunner().invoke(main, args, catch_exceptions=False)


def files(here: Path) -> set[str]:
    """Return the names of the sources."""
    return {p.name for p in (here / "briefs" / "sources").iterdir()}


def test_a_saved_page_becomes_a_source_once(here: Path, page: str) -> None:
    """The file's name is printed; the second time, the id of what is there, with exit code 1."""
    (here / "page.html").write_text(page)
    done = run("source", "add", "page.html")
    made = "briefs/sources/harbour-gazette-2022-02-05-forts-rise-again.yml"
    assert (0, f"{made}\n") == (done.exit_code, done.stdout)
    assert "  kind: press is a guess; who speaks in it?\n" in done.stderr
    text = (here / made).read_text()
    assert "url: https://www.example.org/2022/forts\n" in text
    assert 0 == run("check").exit_code
    again = run("source", "add", "page.html")
    assert (1, "harbour-gazette-2022-02-05-forts-rise-again\n") == (again.exit_code, again.stdout)
    assert "is the same document: it has the same address" in again.stderr
    assert 2 == len(files(here))


def test_a_source_is_added_again_by_force(here: Path, page: str) -> None:
    """Under a name that is free; never over a file that is there."""
    (here / "page.html").write_text(page)
    run("source", "add", "page.html", "--id", "forts")
    assert 0 == run("source", "add", "page.html", "--force", "--id", "other").exit_code
    before = (here / "briefs/sources/forts.yml").read_bytes()
    over = run("source", "add", "page.html", "--force", "--id", "forts", "--kind", "research")
    assert (1, "") == (over.exit_code, over.stdout)
    assert "is there already, and was left as it is" in over.stderr
    assert before == (here / "briefs/sources/forts.yml").read_bytes()
    assert {"paper.yml", "forts.yml", "other.yml"} == files(here)


def test_citations_become_sources(here: Path) -> None:
    """Each once, even if the file has it twice."""
    works = [
        {"type": "report", "title": "A first report", "publisher": "A", "issued": {"date-parts": [[2022]]}},
        {"type": "webpage", "title": "Another page of a site", "URL": "https://example.org/other"},
        {"type": "webpage", "title": "The same page of a site", "URL": "http://www.example.org/other/"},
    ]
    (here / "library.json").write_text(json.dumps(works))
    done = run("source", "add", "--from", "csl", "library.json")
    assert 1 == done.exit_code
    assert (
        "briefs/sources/a-2022-first-report.yml\n"
        "briefs/sources/example-another-page-site.yml\nexample-another-page-site\n"
    ) == done.stdout
    assert "access: unseen\n" in (here / "briefs/sources/a-2022-first-report.yml").read_text()
    assert 0 == run("check").exit_code


@pytest.mark.parametrize(
    ("code", "said", "args"),
    [
        (2, "does not exist", ["source", "add", "none.html"]),
        (2, "is not a slug", ["source", "add", "page.html", "--id", "Not A Slug"]),
        (2, "--id names one document", ["source", "add", "--from", "bib", "page.html", "--id", "x"]),
        (2, "There is no folder nowhere", ["source", "add", "page.html", "--briefs", "nowhere"]),
        (1, "page.html holds no citation", ["source", "add", "--from", "ris", "page.html"]),
        (1, "error[wrong-form]", ["source", "add", "--from", "csl", "page.html"]),
        (1, "error[wrong-form]", ["source", "add", "broken.pdf"]),
        (1, "error[wrong-form]", ["draft", "broken.pdf"]),
        (2, "is not a date", ["draft", "page.html", "--date", "yesterday"]),
        (2, "Did you mean paper?", ["draft", "page.html", "--source", "papers"]),
        (2, "is there already", ["draft", "page.html", "--out", "briefs/topics.yml"]),
        (1, "no sentence in it gives a number", ["draft", "empty.txt"]),
    ],
)
def test_what_cannot_be_done_is_said(code: int, said: str, args: list[str], here: Path, page: str) -> None:
    """In words, and nothing is written."""
    (here / "page.html").write_text(page)
    (here / "broken.pdf").write_text("no PDF")
    (here / "empty.txt").write_text("Title\n\nnothing is here to be seen.\n")
    before = files(here)
    done = run(*args)
    assert code == done.exit_code, done.output
    assert said in done.stderr
    assert before == files(here)


def test_a_draft_does_not_pass_until_it_is_confirmed(here: Path, page: str) -> None:
    """Then it does: without its marks, with what was empty filled in, from a source that is there."""
    (here / "page.html").write_text(page)
    missing = run("draft", "page.html")
    assert 0 == missing.exit_code
    assert "run briefing source add page.html" in missing.stderr
    run("source", "add", "page.html")
    out = "briefs/2022/2022-02-05-forts.yml"
    done = run("draft", "page.html", "--out", out)
    assert (0, f"{out}\n") == (done.exit_code, done.stdout)
    checked = run("check")
    assert 1 == checked.exit_code
    assert {"to-confirm", "to-fill-in"} == set(re.findall(r"error\[([a-z-]+)\]", checked.stdout))
    text = (here / out).read_text().replace("?? ", "")
    text = re.sub(r"(?m)^topics:.*", "topics: [weapons]", text)
    text = re.sub(r"(?m)^bottom_line:.*", "bottom_line: Inspectors say that it is so.", text)
    text = re.sub(r"(?m)^    by:  # who.*", "    by: a", text)
    (here / out).write_text(text)
    checked = run("check")
    assert 0 == checked.exit_code, checked.output


@pytest.mark.parametrize("command", [["source"], ["source", "add"], ["draft"]])
def test_help_is_for_newcomers(command: list[str]) -> None:
    """Every command explains itself in whole sentences."""
    done = run(*command, "--help")
    assert 0 == done.exit_code
    assert done.stdout.count(". ") + done.stdout.count(".\n") >= 2
