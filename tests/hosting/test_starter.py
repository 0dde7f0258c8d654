"""A site of one's own: what `briefing init` writes passes the check, builds, and deploys."""

import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from briefing.build import build
from briefing.cli import main
from briefing.hosting.starter import NotStarted, Program, read_program, start

ROOT = Path(__file__).parent.parent.parent
read_yaml = functools.partial(yaml.load, Loader=yaml.BaseLoader)  # `on` stays a word
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    program = Path(sys.executable).parent / "briefing"
    return subprocess.run([program, *args], cwd=folder, capture_output=True, text=True, check=False)


def test_what_it_writes_passes_and_builds(tmp_path: Path) -> None:
    """From nothing to a site, strictly, with a name that YAML would take for something else."""
    name = 'Yes: "we" & <you> # {{ x }}'
    done = run(tmp_path, "init", "mine", "--name", name)
    assert done.returncode == 0, done.stderr
    checked = run(tmp_path / "mine", "check")
    assert (checked.returncode, checked.stdout) == (0, "")
    assert "no problems" in checked.stderr
    laid_out = run(tmp_path / "mine", "fmt", "--check")
    assert laid_out.returncode == 0, laid_out.stdout
    site = build(tmp_path / "mine" / "mkdocs.yml").site
    home = (site / "index.html").read_text()
    assert "<title>Yes: &#34;we&#34; &amp; &lt;you&gt; # {{ x }}</title>" in home or "Yes: " in home
    brief = (site / "briefs" / "2026-01-15-bridge-opens" / "index.html").read_text()
    assert "Toll Watch" in brief
    assert not (tmp_path / "mine" / ".github").exists()
    assert "No workflow was written" in done.stderr


def test_its_workflows_are_ten_lines_that_call_ours(tmp_path: Path) -> None:
    """They hand over what the called workflow asks for, by a full commit, and no more rights than it needs."""
    start(tmp_path / "x", "X", Program("example/briefing", COMMIT), 2026)
    for name, called in (("site", "deploy"), ("preview", "preview")):
        text = (tmp_path / "x" / ".github" / "workflows" / f"{name}.yml").read_text()
        assert len(text.splitlines()) <= 10
        (job,) = read_yaml(text)["jobs"].values()
        assert job["uses"] == f"example/briefing/.github/workflows/{called}.yml@{COMMIT}"
        ours = read_yaml((ROOT / ".github" / "workflows" / f"{called}.yml").read_text())
        assert job["with"] == {"program": "example/briefing", "program-ref": COMMIT}
        assert set(job["with"]) == set(ours["on"]["workflow_call"]["inputs"])
        needed: dict[str, str] = {}
        for called_job in ours["jobs"].values():
            for scope, right in called_job["permissions"].items():
                needed[scope] = "write" if "write" in (right, needed.get(scope)) else "read"
        assert job["permissions"] == needed


def test_each_site_gets_ids_of_its_own(tmp_path: Path) -> None:
    """The authority of its permanent ids comes from its name and the year, and says what to set."""
    start(tmp_path / "x", "Our Port: Facts", None, 2031)
    assert "authority: our-port-facts.invalid,2031" in (tmp_path / "x" / "mkdocs.yml").read_text()
    assert not [
        p for p in (tmp_path / "x").rglob("*") if p.is_file() and re.search(r"@[A-Z]+@", p.read_text())
    ]


def test_nothing_that_is_there_is_replaced(tmp_path: Path) -> None:
    """A folder with files is refused; a new repository's is not."""
    (tmp_path / "x" / ".git").mkdir(parents=True)
    start(tmp_path / "x", "X", None, 2026)
    with pytest.raises(NotStarted, match="holds files"):
        start(tmp_path / "x", "X", None, 2026)
    (tmp_path / "file").touch()
    with pytest.raises(NotStarted, match="holds files"):
        start(tmp_path / "file", "X", None, 2026)


@pytest.mark.parametrize("name", ["", "  ", "a\nb"])
def test_a_name_is_one_line(name: str, tmp_path: Path) -> None:
    """It stands in the settings of the site."""
    with pytest.raises(NotStarted, match="one line"):
        start(tmp_path / "x", name, None, 2026)


@pytest.mark.parametrize(
    "text",
    ["", "briefing", "a/b", "a/b@main", "a/b@v1", f"a/b@{COMMIT[:39]}", f"a/b c@{COMMIT}", f"a/b@{COMMIT}\n"],
)
def test_a_program_is_named_by_its_commit(text: str, tmp_path: Path) -> None:
    """What can be moved to other code is refused."""
    done = CliRunner().invoke(main, ["init", str(tmp_path / "x"), "--program", text])
    if text:
        assert done.exit_code == 1
        assert "40 digits" in done.output
        assert not (tmp_path / "x").exists()
    with pytest.raises(NotStarted):
        read_program(text)


def test_its_guide_for_readers_is_ours() -> None:
    """What the parts of a brief mean is the same on every site; `make schemas` copies the page."""
    copy = ROOT / "scripts" / "briefing" / "hosting" / "starter" / "docs" / "how-to-read.md"
    assert copy.read_text() == (ROOT / "docs" / "how-to-read.md").read_text()


def test_the_package_has_all_of_it() -> None:
    """No hidden file that packagers leave out, and nothing about the first site."""
    folder = ROOT / "scripts" / "briefing" / "hosting" / "starter"
    for path in folder.rglob("*"):
        assert not path.name.startswith(".")
        if path.is_file():
            assert not re.search(r"korea|dprk|pyongyang", path.read_text(), re.IGNORECASE), path
