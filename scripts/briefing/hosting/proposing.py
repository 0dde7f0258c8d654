"""Proposing changes that a program found: a branch, a pull request, and issues, never a push to main.

Runs git and GitHub's `gh` on the machine of a workflow. All that is sent comes from files that were
made and escaped before; nothing from them becomes an argument that either program could take for an
option.
"""

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from briefing.problems import printable
from briefing.wording import shortened

MOST_ISSUES = 20
"""Issues that one run opens: a network that was down looks like many dead documents."""

LONGEST_TITLE = 200
"""Characters of an issue's title."""

LONGEST_BODY = 60_000
"""Characters of a text. GitHub takes 65,536."""

PROTECTED = ("main", "master", "HEAD", "gh-pages")
"""Branches to which nothing is ever pushed."""

TOKEN = ("-c", "credential.helper=", "-c", "credential.helper=!gh auth git-credential")
"""Git asks `gh` for the token, for this command alone: none is left in the repository's settings."""

AUTHOR = ("-c", "user.name=briefing", "-c", "user.email=briefing@users.noreply.github.com")


class NotProposed(Exception):
    """Something could not be proposed. Its text says why."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of files to propose."""

    branch: str
    title: str
    body: str
    base: str = "main"


@dataclass(frozen=True, slots=True)
class Proposed:
    """What was done."""

    pushed: bool
    opened: bool
    """Whether a pull request was opened; one that is open already takes the new state."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue to open."""

    title: str
    body: str


def propose(project: Path, files: Sequence[Path], proposal: Proposal) -> Proposed:
    """Put the files' present state on a branch and open a pull request for it. Raises NotProposed.

    Does nothing where the files are as they were committed.
    """
    branch = _branch(proposal.branch, proposal.base)
    names = _names(project, files)
    if not _run(project, "git", "status", "--porcelain", "--", *names).strip():
        return Proposed(pushed=False, opened=False)
    _run(project, "git", "checkout", "--quiet", "-B", branch)
    _run(project, "git", "add", "--", *names)
    _run(project, "git", *AUTHOR, "commit", "--quiet", "--message", proposal.title, "--", *names)
    _run(project, "git", *TOKEN, "push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{branch}")
    if _is_open(project, branch):
        return Proposed(pushed=True, opened=False)
    _run(
        project, "gh", "pr", "create", f"--base={proposal.base}", f"--head={branch}", f"--title={proposal.title}",
        "--body-file=-", given=shortened(proposal.body, LONGEST_BODY),
    )  # fmt: skip
    return Proposed(pushed=True, opened=True)


def resume(project: Path, files: Sequence[Path], branch: str) -> bool:
    """Bring files to the state that an open pull request of the branch has. Raises NotProposed.

    What a run found, and nobody has merged yet, is where the next one goes on. Returns whether there
    is such a pull request.
    """
    branch = _branch(branch, "main")
    if not _is_open(project, branch):
        return False
    _run(project, "git", *TOKEN, "fetch", "--quiet", "--depth=1", "origin", f"refs/heads/{branch}")
    _run(project, "git", "checkout", "--quiet", "FETCH_HEAD", "--", *_names(project, files))
    return True


def _branch(branch: str, base: str) -> str:
    if branch in PROTECTED or branch == base or not re.fullmatch(r"[a-z][a-z0-9/-]{0,60}", branch):
        raise NotProposed(f"{printable(branch)} is no branch for proposals: name another")
    return branch


def _names(project: Path, files: Sequence[Path]) -> list[str]:
    return [path.resolve().relative_to(project.resolve()).as_posix() for path in files]


def _is_open(project: Path, branch: str) -> bool:
    return bool(_list(_run(project, "gh", "pr", "list", f"--head={branch}", "--state=open", "--json=number")))


def read_issues(folder: Path) -> list[Issue]:
    """Return the issues that a folder's Markdown files describe: a heading, and the text. Raises NotProposed."""
    found = []
    for path in sorted(folder.glob("*.md")):
        first, _, body = path.read_text(encoding="utf-8").partition("\n")
        if not first.startswith("# "):
            raise NotProposed(f"{path} does not begin with a heading: `# ` and the issue's title")
        found.append(Issue(printable(shortened(first[2:].strip(), LONGEST_TITLE)), body.strip()))
    return found


def open_issues(project: Path, issues: Sequence[Issue], label: str) -> int:
    """Open each issue unless one of its title is there, open or closed. Returns how many; raises NotProposed."""
    if not issues:
        return 0
    listed = _run(
        project, "gh", "issue", "list", f"--label={label}", "--state=all", "--limit=2000", "--json=title"
    )
    known = {str(row.get("title")) for row in _list(listed)}
    new = [i for i in issues if i.title not in known][:MOST_ISSUES]
    if new:
        _run(
            project,
            "gh",
            "label",
            "create",
            label,
            "--force",
            "--description=An address that no longer works",
        )
    for issue in new:
        _run(
            project, "gh", "issue", "create", f"--title={issue.title}", f"--label={label}", "--body-file=-",
            given=shortened(issue.body, LONGEST_BODY),
        )  # fmt: skip
    return len(new)


def _list(text: str) -> list[dict[str, object]]:
    try:
        rows = json.loads(text or "[]")
    except ValueError:
        raise NotProposed("gh gave no list") from None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _run(folder: Path, *command: str, given: str | None = None) -> str:
    try:
        done = subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NotProposed(f"{command[0]} is not installed") from None
    if done.returncode:
        said = printable(done.stderr.strip()[-500:]) or f"exit code {done.returncode}"
        raise NotProposed(f"{' '.join(command[:3])}: {said}")
    return done.stdout
