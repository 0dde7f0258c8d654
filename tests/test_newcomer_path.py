"""The README's way from a fresh clone to a page: its own commands, one after the other, as they stand there."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
COPIED = ("briefs", "docs", "mkdocs.yml", "Makefile", ".vscode")
"""What of a clone the commands touch; the program itself is installed."""

ARTICLE = """\
<!doctype html><html lang="en"><head><title>China urges flexibility - The Gazette</title>
<meta property="og:site_name" content="The Gazette"><link rel="canonical" href="https://gazette.example/2022/un">
<meta property="article:published_time" content="2022-02-04T18:00:00Z"></head><body><article>
<h1>China urges flexibility</h1>
<p>Ambassador Zhang Jun told reporters in New York that the key to the issue is in the hands of the United
States, and that more sincerity and flexibility would be needed to bring about a breakthrough.</p>
<p>The council met behind closed doors after a month with seven launches, and adopted nothing.</p>
</article></body></html>
"""


def section() -> str:
    """Return the README's part on writing a brief."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.partition("## Write a brief")[2].partition("\n## ")[0]


def block(kind: str) -> str:
    """Return the one block of that kind in it."""
    found = re.findall(rf"(?s)```{kind}\n(.*?)```", section())
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give a copy of the project, with the environment that `make author` would have made."""
    copy = tmp_path / "clone"
    copy.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name)
        else:
            shutil.copy2(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(Path(sys.executable).parent.parent)
    # A free port in the place of 8000, which may be taken here.
    with (copy / "mkdocs.yml").open("a", encoding="utf-8") as settings:
        settings.write("\ndev_addr: 127.0.0.1:0\n")
    return copy


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give the newcomer's home: a saved article, and an editor that writes what the README shows."""
    (tmp_path / "home" / "Downloads").mkdir(parents=True)
    (tmp_path / "home" / "Downloads" / "article.html").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "home" / "filled.yml").write_text(block("yaml"), encoding="utf-8")
    editor = tmp_path / "home" / "editor"
    editor.write_text(
        '#!/bin/sh\ngrep -q "^bottom_line:$" "$1" && cat "$HOME/filled.yml" > "$1"\n', encoding="utf-8"
    )
    editor.chmod(0o755)
    return tmp_path / "home"


def environment(home: Path) -> dict[str, str]:
    """Return what the newcomer's shell knows: no screen, so that no browser opens by itself."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if k not in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "VIRTUAL_ENV")
    }
    return {**kept, "HOME": str(home), "EDITOR": str(home / "editor")}


def commands() -> list[str]:
    """Return the README's commands."""
    lines = block("console").splitlines()
    assert all(line.startswith("$ ") for line in lines)
    return [line.removeprefix("$ ") for line in lines]


def test_under_ten_commands_lead_to_a_page(clone: Path, home: Path, browser: Browser) -> None:
    """Each of them succeeds; the brief passes the check; its page shows the claim and no problem."""
    install, *rest, last = commands()
    assert len(rest) + 2 < 10
    assert install.startswith("make author")  # it is installed: see `clone`
    assert re.search(r"(?m)^author:", (clone / "Makefile").read_text())
    assert last.startswith("briefing serve ")
    script = "\n".join(["set -eu", "set -x", *rest])
    done = subprocess.run(
        ["bash", "-c", script], cwd=clone, env=environment(home), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "to fill in: briefing check briefs/2022/2022-02-04-flexibility.yml" in done.stderr
    assert "no problems in " in done.stderr
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            ["bash", "-c", f". .venv/bin/activate; exec {last}"],
            cwd=clone, env=environment(home), stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    assert server.stdout is not None
    try:
        url = server.stdout.readline().split()[0]
        assert url.endswith("/briefs/2022-02-04-flexibility/")
        page = browser.new_page()
        page.goto(url)
        assert (
            page.locator("article h1")
            .inner_text()
            .startswith("China urges the United States to show flexibility")
        )
        claim = page.locator(".claim").first.inner_text()
        assert "Zhang Jun said that the key to the issue is in the hands of the United States." in claim
        assert "The Gazette" in page.locator("article").inner_text()
        assert "No problems" in page.locator("#preview-panel").inner_text()
        page.close()
    finally:
        server.send_signal(signal.SIGINT)
        code = server.wait(30)
        server.stdout.close()
    assert code == 0


def test_the_mistake_that_the_readme_shows_gets_that_answer(clone: Path, home: Path) -> None:
    """File, line, caret and fix, to the letter."""
    for command in commands():
        if command.startswith("briefing source add"):
            subprocess.run(["bash", "-c", f". .venv/bin/activate; {command}"], cwd=clone, env=environment(home), check=True, capture_output=True)  # fmt: skip
    brief = clone / "briefs/2022/2022-02-04-flexibility.yml"
    brief.write_text(block("yaml").replace("by: zhang-jun", "by: zhang-jung"), encoding="utf-8")
    done = subprocess.run(
        [clone / ".venv/bin/briefing", "check"], cwd=clone, capture_output=True, text=True, check=False
    )
    assert (1, block("text").strip()) == (done.returncode, done.stdout.strip())
