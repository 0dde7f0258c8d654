"""The workflows: pinned, with few rights, and with nothing in them that was not run here."""

import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".github" / "workflows"
NAMES = sorted(p.name for p in FOLDER.iterdir())

read = functools.partial(yaml.load, Loader=yaml.BaseLoader)  # `on` stays a word

WRITES = {
    ("deploy.yml", "attest"): {"id-token", "attestations"},
    ("deploy.yml", "deploy"): {"pages", "id-token"},
    ("links.yml", "propose"): {"contents", "pull-requests", "issues"},
    ("release.yml", "publish"): {"contents", "id-token", "attestations"},
}
"""The jobs whose token may write, and what."""

UNTRUSTED = ("github.event.", "github.head_ref", "github.actor", "github.ref_name", "inputs.")
"""What others have written; in a command it would be run."""


def text(name: str) -> str:
    """Return a workflow as it is written."""
    return (FOLDER / name).read_text(encoding="utf-8")


def jobs(name: str) -> dict[str, Any]:
    """Return the jobs of a workflow."""
    found: dict[str, Any] = read(text(name))["jobs"]
    return found


def steps(name: str) -> Iterator[dict[str, Any]]:
    """Yield every step of a workflow."""
    for job in jobs(name).values():
        yield from job["steps"]


def test_there_are_those_that_the_guide_names() -> None:
    """Each in a file of its name."""
    expected = ["ci", "deploy", "freshness", "links", "preview", "release", "supply-chain"]
    assert [n.removesuffix(".yml") for n in NAMES] == expected
    assert [read(text(n))["name"] for n in NAMES] == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_pinned(name: str) -> None:
    """By all 40 digits of a commit, with the version beside it; the same action everywhere alike."""
    lines = [line.strip().removeprefix("- ") for line in text(name).splitlines() if "uses:" in line]
    for line in lines:
        assert re.fullmatch(r"uses: [\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line
    assert len(lines) == sum("uses" in step for step in steps(name))


def test_an_action_has_one_version() -> None:
    """In all workflows, with all its parts."""
    pins: dict[str, set[str]] = {}
    for name in NAMES:
        for action, pin in re.findall(r"uses: ([\w-]+/[\w-]+)[\w/-]*@(.*)", text(name)):
            pins.setdefault(action, set()).add(pin)
    assert {a: p for a, p in pins.items() if len(p) > 1} == {}


@pytest.mark.parametrize("name", NAMES)
def test_rights_are_few(name: str) -> None:
    """None for the workflow; each job names its own, and only those above may write."""
    workflow = read(text(name))
    assert workflow["permissions"] == {}
    for job_name, job in workflow["jobs"].items():
        writes = {scope for scope, right in job["permissions"].items() if right == "write"}
        assert set(job["permissions"].values()) <= {"read", "write"}
        assert writes == WRITES.get((name, job_name), set())


@pytest.mark.parametrize("name", NAMES)
def test_a_job_ends_and_a_workflow_runs_once(name: str) -> None:
    """A time for each job, and a group for each workflow."""
    workflow = read(text(name))
    assert {"group", "cancel-in-progress"} == set(workflow["concurrency"])
    for job in workflow["jobs"].values():
        assert 0 < int(job["timeout-minutes"]) <= 120


@pytest.mark.parametrize("name", NAMES)
def test_no_token_is_left_behind(name: str) -> None:
    """Checkouts keep none, and no secret but the job's own token is used, where it may write."""
    for step in steps(name):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"
    assert "secrets." not in text(name)
    assert "pull_request_target" not in text(name)
    assert "workflow_run" not in text(name)
    for job_name, job in jobs(name).items():
        if "github.token" in str(job):
            assert (name, job_name) in {*WRITES, ("links.yml", "ask")}


@pytest.mark.parametrize("name", NAMES)
def test_a_pull_request_cannot_poison_a_cache(name: str) -> None:
    """Caches are named by the locks, saved on main alone, and never used where something is published."""
    cached = [s for s in steps(name) if "actions/cache" in s.get("uses", "")]
    if name in ("deploy.yml", "release.yml"):
        assert cached == []
    for step in cached:
        assert "hashFiles('requirements/*.txt')" in step["with"]["key"]
        assert "restore-keys" not in step["with"]
        assert step["uses"].startswith(("actions/cache/restore@", "actions/cache/save@"))
        if step["uses"].startswith("actions/cache/save@"):
            assert step["if"] == "github.event_name == 'push'"
            assert read(text(name))["on"]["push"] == {"branches": ["main"]}
    for step in steps(name):
        assert "cache" not in step.get("with", {}), "setup-python saves a cache from pull requests too"


def targets() -> set[str]:
    """Return the targets of the Makefile."""
    return set(re.findall(r"(?m)^([a-z][a-z-]*):", (ROOT / "Makefile").read_text()))


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_a_target_that_is_there(name: str) -> None:
    """No logic stands in a workflow, and nothing that others wrote reaches a shell."""
    for step in steps(name):
        if "run" not in step:
            continue
        command = step["run"]
        match = re.fullmatch(
            r'make (?:-C program )?([a-z-]+)((?: [A-Z]+=(?:"[^"`;&|<>]*"|[\w./^-]+))*)', command
        )
        assert match, command
        assert match[1] in targets(), command
        assert "${{" not in command
        assert set(re.findall(r"\$(\w+)", command)) <= {"GITHUB_STEP_SUMMARY", "GITHUB_REF_NAME"}
        variables = set(re.findall(r" ([A-Z]+)=", match[2]))
        assert all(
            f"$({v}" in (ROOT / "Makefile").read_text() or f"$(or $({v})" in (ROOT / "Makefile").read_text()
            for v in variables
        )


def test_every_target_runs_commands_that_are_there() -> None:
    """A command that was renamed is renamed in the Makefile too."""
    program = Path(sys.executable).parent / "briefing"
    shown = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    commands = set(re.findall(r"(?m)^  ([a-z]+) ", shown.partition("Commands:")[2]))
    used = set(re.findall(r"(?:\$\(RUN\)|\$\(BIN\)/briefing) ([a-z]+)", (ROOT / "Makefile").read_text()))
    assert {"build", "check", "changes", "fresh", "headers", "zip", "pictures", "propose"} <= used
    assert used <= commands


@pytest.mark.parametrize("name", NAMES)
def test_what_others_wrote_is_no_part_of_an_expression(name: str) -> None:
    """But for the names of a repository and a commit that a calling workflow gives to a checkout."""
    for step in steps(name):
        for key, value in step.get("with", {}).items():
            for expression in re.findall(r"\$\{\{(.*?)\}\}", value):
                if any(part in expression for part in UNTRUSTED):
                    assert step["uses"].startswith("actions/checkout@")
                    assert key in ("repository", "ref")


def test_only_the_default_branch_is_deployed() -> None:
    """After the site was looked through and attested."""
    found = jobs("deploy.yml")
    assert (
        found["build"]["if"]
        == "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)"
    )
    assert found["attest"]["needs"] == "build"
    assert found["deploy"]["needs"] == ["build", "attest"]
    commands = [s.get("run", s.get("uses", "")) for s in found["build"]["steps"]]
    order = [
        next(n for n, c in enumerate(commands) if word in c)
        for word in (" site ", " verify ", "upload-pages-artifact")
    ]
    assert order == sorted(order)
    assert read(text("deploy.yml"))["concurrency"] == {"group": "pages", "cancel-in-progress": "false"}


def test_the_machine_that_talks_to_strangers_cannot_write() -> None:
    """The links are asked by one job and proposed by another; neither is started by a pull request."""
    found = read(text("links.yml"))
    assert set(found["on"]) == {"schedule", "workflow_dispatch"}
    assert found["jobs"]["ask"]["permissions"] == {"contents": "read", "pull-requests": "read"}
    assert "make links" in [s.get("run") for s in found["jobs"]["ask"]["steps"]]
    assert found["jobs"]["propose"]["needs"] == "ask"


def test_zizmor_finds_nothing() -> None:
    """Of what it can tell without a network."""
    program = Path(sys.executable).parent / "zizmor"
    done = subprocess.run(
        [program, "--offline", "--quiet", FOLDER, ROOT / ".github" / "dependabot.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_dependabot_looks_at_actions_and_packages() -> None:
    """Weekly, a week after a release, in one pull request each."""
    found = read((ROOT / ".github" / "dependabot.yml").read_text())
    ecosystems = {u["package-ecosystem"]: u for u in found["updates"]}
    assert set(ecosystems) == {"github-actions", "pip", "docker"}
    for update in ecosystems.values():
        assert update["schedule"] == {"interval": "weekly"}
        assert (ROOT / update["directory"].lstrip("/")).is_dir()


def test_somebody_owns_the_briefs() -> None:
    """And what can change how they are published."""
    rules = [
        line.split() for line in (ROOT / ".github" / "CODEOWNERS").read_text().splitlines() if line[:1] == "/"
    ]
    owned = {path for path, *owners in rules if owners}
    assert {"/briefs/", "/.github/", "/requirements/", "/Makefile"} <= owned
    assert all((ROOT / path.strip("/")).exists() for path in owned - {"/links.jsonl"})


def instructions(name: str) -> list[tuple[str, str]]:
    """Return the instructions of a Containerfile with their arguments."""
    joined = (ROOT / "deploy" / name).read_text().replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines]


def test_the_container_is_made_from_what_is_there() -> None:
    """Each file that it copies exists and reaches the builder, each target is there, and it runs as nobody."""
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    found = instructions("Containerfile")
    for word, argument in found:
        if word == "COPY" and not argument.startswith("--from"):
            for source in argument.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert any(source == a or source.startswith(a + "/") for a in allowed), source
        if word == "RUN":
            assert set(re.findall(r"make (\S+)|(?<=site )(headers)", argument)), argument
    bases = [argument.split()[0] for word, argument in found if word == "FROM"]
    assert all(re.fullmatch(r"docker\.io/[\w/-]+:[\w.-]*\d[\w.-]*", base) for base in bases)
    last = [word for word, _ in found][::-1].index("FROM")
    assert ("USER", "101") in found[-last:]
    copied = " ".join(a for w, a in found[-last:] if w == "COPY")
    assert "/etc/nginx/briefing-headers.conf" in copied
    assert "/srv/site" in copied
