"""Proposals: a branch, a pull request, issues; with git, and a `gh` that writes down what it is asked."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from briefing.hosting.proposing import (
    MOST_ISSUES,
    Issue,
    NotProposed,
    Proposal,
    open_issues,
    propose,
    read_issues,
    resume,
)

GH = """\
#!{python}
import json, os, sys
with open(os.environ["GH_LOG"], "a") as log:
    given = sys.stdin.read() if "--body-file=-" in sys.argv else ""
    log.write(json.dumps([sys.argv[1:], given]) + "\\n")
if sys.argv[2] == "list":
    print(os.environ.get("GH_" + sys.argv[1].upper(), "[]"))
if os.environ.get("GH_FAILS") == sys.argv[2]:
    sys.exit("HTTP 403: Resource not accessible")
"""


@dataclass
class Desk:
    """A clone of a repository, the repository, and what `gh` was asked."""

    project: Path
    origin: Path
    log: Path

    def asked(self) -> list[tuple[list[str], str]]:
        """Return each call of `gh`: its arguments, and what it was given to read."""
        if not self.log.exists():
            return []
        return [(args, given) for args, given in map(json.loads, self.log.read_text().splitlines())]

    def git(self, *args: str, folder: Path | None = None) -> str:
        """Run git, and return what it prints."""
        done = subprocess.run(
            ["git", *args], cwd=folder or self.project, check=True, capture_output=True, text=True
        )
        return done.stdout


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Give a clone with one commit, and a `gh` of ours on the path."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    (tmp_path / "bin").mkdir()
    gh = tmp_path / "bin" / "gh"
    gh.write_text(GH.format(python=sys.executable))
    gh.chmod(gh.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("GH_LOG", str(tmp_path / "log"))
    desk = Desk(tmp_path / "work", tmp_path / "origin.git", tmp_path / "log")
    desk.git("init", "--quiet", "--bare", "--initial-branch=main", str(desk.origin), folder=tmp_path)
    desk.git("clone", "--quiet", str(desk.origin), str(desk.project), folder=tmp_path)
    desk.git("checkout", "--quiet", "-b", "main")
    for name in ("links.jsonl", "other.txt"):
        (desk.project / name).write_text("before\n")
    desk.git("add", "--all")
    desk.git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--message=first")
    desk.git("push", "--quiet", "origin", "main")
    return desk


PROPOSAL = Proposal("links/state", "State of the links", "Found @this.")


def test_a_change_goes_to_a_branch_and_a_pull_request(desk: Desk) -> None:
    """Only the file that was named, and main stays where it was."""
    main = desk.git("rev-parse", "main", folder=desk.origin)
    (desk.project / "links.jsonl").write_text("after\n")
    (desk.project / "other.txt").write_text("not to be sent\n")
    done = propose(desk.project, [desk.project / "links.jsonl"], PROPOSAL)
    assert (done.pushed, done.opened) == (True, True)
    assert desk.git("rev-parse", "main", folder=desk.origin) == main
    changed = desk.git("diff", "--name-only", "main", "links/state", folder=desk.origin)
    assert changed.split() == ["links.jsonl"]
    assert (
        desk.git("log", "-1", "--format=%an %s", "links/state", folder=desk.origin)
        == "briefing State of the links\n"
    )
    listed, created = desk.asked()
    assert listed[0][:2] == ["pr", "list"]
    assert created == (
        ["pr", "create", "--base=main", "--head=links/state", "--title=State of the links", "--body-file=-"],
        "Found @this.",
    )
    assert "credential" not in desk.git("config", "--list", "--local")


def test_an_open_pull_request_takes_the_new_state(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """No second one is opened for the same branch."""
    monkeypatch.setenv("GH_PR", '[{"number": 7}]')
    (desk.project / "links.jsonl").write_text("after\n")
    done = propose(desk.project, [desk.project / "links.jsonl"], PROPOSAL)
    assert (done.pushed, done.opened) == (True, False)
    assert [args[:2] for args, _ in desk.asked()] == [["pr", "list"]]


def test_without_a_change_nothing_is_sent(desk: Desk) -> None:
    """What is as it was committed needs no proposal."""
    (desk.project / "other.txt").write_text("changed\n")
    done = propose(desk.project, [desk.project / "links.jsonl"], PROPOSAL)
    assert (done.pushed, done.opened) == (False, False)
    assert desk.asked() == []
    assert desk.git("branch", "--list", "links/state", folder=desk.origin) == ""


def test_a_run_goes_on_where_an_open_proposal_left_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found last week and is not merged yet is not forgotten; other files stay as they are."""
    links = desk.project / "links.jsonl"
    assert not resume(desk.project, [links], "links/state")
    links.write_text("last week\n")
    propose(desk.project, [links], PROPOSAL)
    desk.git("checkout", "--quiet", "main")
    assert links.read_text() == "before\n"
    monkeypatch.setenv("GH_PR", '[{"number": 7}]')
    (desk.project / "other.txt").write_text("mine\n")
    assert resume(desk.project, [links], "links/state")
    assert links.read_text() == "last week\n"
    assert (desk.project / "other.txt").read_text() == "mine\n"
    links.write_text("this week\n")
    assert propose(desk.project, [links], PROPOSAL).pushed
    assert desk.git("show", "links/state:links.jsonl", folder=desk.origin) == "this week\n"
    with pytest.raises(NotProposed, match="no branch for proposals"):
        resume(desk.project, [links], "main")


@pytest.mark.parametrize(
    "branch", ["main", "master", "HEAD", "gh-pages", "-f", "a b", "release", "Links", "x:main", ""]
)
def test_nothing_is_pushed_where_readers_look(branch: str, desk: Desk) -> None:
    """Neither to a branch that is deployed, nor to one that git would take for something else."""
    (desk.project / "links.jsonl").write_text("after\n")
    with pytest.raises(NotProposed, match="no branch for proposals"):
        propose(desk.project, [desk.project / "links.jsonl"], Proposal(branch, "T", "B", base="release"))
    assert desk.git("for-each-ref", "--format=%(refname)", folder=desk.origin) == "refs/heads/main\n"


def test_each_dead_source_has_one_issue(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One that is there, open or closed, is not opened again; titles are never taken for options."""
    for name, text in {
        "a": "# Dead link: a\n\nbody @x\n",
        "b": "# Dead link: b\n\nbody\n",
        "c": "# --web\n\nbody\n",
    }.items():
        (tmp_path / f"{name}.md").write_text(text)
    monkeypatch.setenv("GH_ISSUE", '[{"title": "Dead link: b"}]')
    issues = read_issues(tmp_path)
    assert issues[0] == Issue("Dead link: a", "body @x")
    assert open_issues(desk.project, issues, "dead-link") == 2
    listed, label, first, second = desk.asked()
    assert "--state=all" in listed[0]
    assert label[0][:3] == ["label", "create", "dead-link"]
    assert first == (
        ["issue", "create", "--title=Dead link: a", "--label=dead-link", "--body-file=-"],
        "body @x",
    )
    assert second[0][2] == "--title=--web"


def test_one_run_opens_a_bounded_number(desk: Desk) -> None:
    """A network that was down looks like many dead documents."""
    issues = [Issue(f"Dead link: {n}", "") for n in range(MOST_ISSUES + 9)]
    assert open_issues(desk.project, issues, "dead-link") == MOST_ISSUES
    assert open_issues(desk.project, [], "dead-link") == 0


def test_what_went_wrong_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that is no issue, a right that is missing, a program that is not there."""
    (tmp_path / "a.md").write_text("no heading\n")
    with pytest.raises(NotProposed, match="does not begin with a heading"):
        read_issues(tmp_path)
    monkeypatch.setenv("GH_FAILS", "create")
    with pytest.raises(NotProposed, match="gh label create: HTTP 403"):
        open_issues(desk.project, [Issue("T", "B")], "dead-link")
    monkeypatch.setenv("GH_ISSUE", "<html>")
    with pytest.raises(NotProposed, match="gh gave no list"):
        open_issues(desk.project, [Issue("T", "B")], "dead-link")
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(NotProposed, match="gh is not installed"):
        open_issues(desk.project, [Issue("T", "B")], "dead-link")
