"""The command `links`, as a person and a workflow use it, against a server on this machine."""

import ast
import datetime as dt
import http.server
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from briefing.cli import main
from briefing.cli.linking import links
from briefing.links import asking
from briefing.links.memory import load_memory
from briefing.links.states import Policy, State

SOURCE = "kind: press\naccess: public\ndescriptor: A text.\nurl: {}\n"
PROGRAM = Path(sys.executable).parent / "briefing"


@dataclass(slots=True)
class Server:
    """A server whose pages answer with a status; where it is 0, they never do."""

    statuses: dict[str, int] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    endpoint: str = ""
    end: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        """Return a page's address."""
        return f"http://{self.endpoint}{path}"


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a server on a free port."""
    known = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            known.agents.add(self.headers["User-Agent"])
            if self.path != "/robots.txt":
                known.seen.append(self.path)
            status = known.statuses.get(self.path, 404)
            if status == 0:
                known.end.wait(30)
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD  # noqa: N815 - http.server's name

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        known.endpoint = f"127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield known
        known.end.set()
        listening.shutdown()
        thread.join()


@pytest.fixture
def here(project: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a project with three sources on the server: two that answer and one that does not."""
    server.statuses |= {"/a": 200, "/b": 200, "/paper": 404}
    for name in ("a", "b", "paper"):
        path = project / f"briefs/sources/{name}.yml"
        path.write_text(SOURCE.format(server.url(f"/{name}")))
    monkeypatch.chdir(project)
    return project


def run(*args: str) -> Result:
    """Run the command; a bug shows as its exception."""
    return CliRunner().invoke(main, ["links", *args], catch_exceptions=False)


def ask(server: Server, day: str, *args: str) -> Result:
    """Run the command on a day, without pauses, allowed to reach the server."""
    return run("--allow", server.endpoint, "--delay", "0", "--day", day, *args)


def states(here: Path) -> dict[str, State]:
    """Return what the tracked file says."""
    memory = load_memory(here / "links.jsonl")
    assert memory.problems == ()
    return {i: e.state for i, e in memory.entries.items()}


def test_a_document_dies_slowly_and_is_reported(here: Path, server: Server) -> None:
    """Three weekly runs; the third leaves a text for an issue, and exit code 1."""
    done = ask(server, "2026-11-01", "--issues", "out", "--summary", "made/summary.md")
    assert done.exit_code == 0
    assert states(here) == {"a": State.ALIVE, "b": State.ALIVE, "paper": State.FAILING}
    assert (here / "made/summary.md").read_text() == done.stdout
    assert "3 documents with an address: 3 asked now." in done.stdout
    assert list((here / "out").iterdir()) == []
    assert server.seen == ["/a", "/b", "/paper", "/paper"]

    assert ask(server, "2026-11-08").exit_code == 0
    assert server.seen[4:] == ["/paper", "/paper"]  # what answered is not due

    done = ask(server, "2026-11-15", "--issues", "out")
    assert done.exit_code == 1
    assert states(here)["paper"] is State.DEAD
    assert "## No longer answer, newly" in done.stdout
    text = (here / "out/paper.md").read_text()
    assert text.startswith("# Dead link: paper (since 2026-11-01)\n\n<!-- briefing-links: paper -->\n")
    assert (
        "- [2022-02-05-it-happened#it-happened](https://example.org/briefs/2022-02-05-it-happened/#it-happened)"
        " cites it, and nothing else: `A said that it happened.`"
    ) in text


def test_what_answers_again_is_alive_and_its_issue_goes(here: Path, server: Server) -> None:
    """Files of others in the folder stay."""
    for day in ("2026-11-01", "2026-11-08", "2026-11-15"):
        ask(server, day, "--issues", "out")
    (here / "out/notes.md").write_text("# Mine\n")
    server.statuses["/paper"] = 200
    assert ask(server, "2026-12-20", "--issues", "out").exit_code == 0
    assert states(here)["paper"] is State.ALIVE
    assert [p.name for p in (here / "out").iterdir()] == ["notes.md"]


def test_a_run_without_a_network_changes_nothing(here: Path, server: Server) -> None:
    """Exit code 3: nothing is held against anybody."""
    for name in ("a", "b", "paper"):
        (here / f"briefs/sources/{name}.yml").write_text(SOURCE.format(f"http://127.0.0.1:1/{name}"))
    done = run("--allow", "127.0.0.1:1", "--delay", "0", "--day", "2026-11-01")
    assert (done.exit_code, done.stdout, server.seen) == (3, "", [])
    assert done.stderr == "Nobody answered, so nothing was remembered. Is there a network?\n"
    assert not (here / "links.jsonl").exists()


def test_limits_and_names(here: Path, server: Server) -> None:
    """Those first that were not asked for longest; only those that are named."""
    ask(server, "2026-11-01", "--limit", "1")
    assert list(states(here)) == ["a"]
    ask(server, "2026-11-02", "--limit", "1")
    assert list(states(here)) == ["a", "b"]
    ask(server, "2026-11-03", "--all", "a")
    entries = load_memory(here / "links.jsonl").entries
    assert {i: e.checked for i, e in entries.items()} == {
        "a": dt.date(2026, 11, 3),
        "b": dt.date(2026, 11, 2),
    }
    done = run("paperr")
    assert done.exit_code == 2
    assert "There is no source paperr. Did you mean paper?" in done.stderr


def test_no_time_is_no_request(here: Path, server: Server) -> None:
    """All are left for another run, and that is not called a lost network."""
    done = ask(server, "2026-11-01", "--max-minutes", "0")
    assert (done.exit_code, server.seen) == (0, [])
    assert "0 asked now, 3 left for another run" in done.stdout


def test_offline_writes_the_texts_and_asks_nobody(here: Path, server: Server) -> None:
    """From what is known; the file stays as it is."""
    for day in ("2026-11-01", "2026-11-08", "2026-11-15"):
        ask(server, day)
    before, seen = (here / "links.jsonl").read_bytes(), len(server.seen)
    done = run("--offline", "--issues", "out")
    assert done.exit_code == 1
    assert (here / "out/paper.md").exists()
    assert ((here / "links.jsonl").read_bytes(), len(server.seen)) == (before, seen)


def test_the_server_reads_who_asks(here: Path, server: Server) -> None:
    """The project's name and address, and why it asks."""
    ask(server, "2026-11-01")
    assert server.agents == {
        "briefing-links/0.1.0 (+https://example.org/; asks whether cited documents still answer)"
    }
    assert run("--contact", "x\r\nCookie: y").exit_code == 2
    assert here


def test_a_private_address_is_not_asked_without_the_flag(here: Path, server: Server) -> None:
    """The port of the test server is refused before anything is sent."""
    done = run("--day", "2026-11-01")
    assert (done.exit_code, server.seen) == (3, [])
    assert here


def test_a_broken_file_is_not_written_over(here: Path, server: Server) -> None:
    """It is told what is wrong, and nobody is asked."""
    ask(server, "2026-11-01")
    path = here / "links.jsonl"
    path.write_text("<<<<<<< main\n" + path.read_text())
    before = path.read_bytes()
    done = ask(server, "2026-11-08")
    assert done.exit_code == 2
    assert done.stderr.startswith(
        "links.jsonl:1:1: error[link-state]: this line is not a record of an address\n"
    )
    assert path.read_bytes() == before


def test_the_check_says_what_is_wrong_with_the_file(here: Path, server: Server) -> None:
    """A build would refuse it."""
    ask(server, "2026-11-01")
    assert CliRunner().invoke(main, ["check"]).exit_code == 0
    (here / "links.jsonl").write_text('{"id": "a"}\n')
    done = CliRunner().invoke(main, ["check"])
    assert done.exit_code == 1
    assert "links.jsonl:1:1: error[link-state]: `state` is missing\n" in done.stdout


def test_broken_briefs_lose_no_memory(here: Path, server: Server) -> None:
    """A source that cannot be read is not one that is gone."""
    ask(server, "2026-11-01")
    before = (here / "links.jsonl").read_bytes()
    (here / "briefs/sources/a.yml").write_text("kind: nonsense\n")
    done = ask(server, "2026-11-08")
    assert (done.exit_code, (here / "links.jsonl").read_bytes()) == (2, before)
    assert "`briefing check` shows them" in done.stderr


def test_the_defaults_are_the_policys() -> None:
    """They stand in two places, for the sake of a quick start."""
    defaults = {p.name: p.default for p in links.params if isinstance(p, click.Option)}
    assert {n: defaults[n] for n in ("failures", "days", "every")} == {
        "failures": Policy().failures, "days": Policy().days, "every": Policy().every,
    }  # fmt: skip


# --- interruptions ---------------------------------------------------------------------------


def begin(here: Path, server: Server, *args: str) -> "subprocess.Popen[str]":
    """Start the program in a process of its own."""
    command = [
        str(PROGRAM),
        "links",
        "--allow",
        server.endpoint,
        "--delay",
        "0",
        "--day",
        "2026-11-24",
        *args,
    ]
    return subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(server: Server, path: str) -> None:
    """Wait until the server has been asked for a page."""
    end = time.monotonic() + 60
    while path not in server.seen:
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_what_came_and_the_next_goes_on(
    here: Path, server: Server, number: signal.Signals
) -> None:
    """The file is whole, and only the rest is asked again."""
    server.statuses["/paper"] = 0
    process = begin(here, server)
    try:
        wait_for(server, "/paper")
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, err
    assert err.endswith("Stopped. What was answered is kept; the next run goes on from there.\n")
    assert "2 asked now, 1 left for another run" in out
    assert states(here) == {"a": State.ALIVE, "b": State.ALIVE}
    server.end.set()
    server.statuses["/paper"] = 200
    server.seen.clear()
    assert ask(server, "2026-11-24").exit_code == 0
    assert server.seen == ["/paper"]
    assert len(states(here)) == 3


def test_a_killed_run_leaves_the_file_whole(here: Path, server: Server) -> None:
    """The old one or a newer one, never half of one, and no other file beside it."""
    ask(server, "2026-11-01")
    before = {p.name for p in here.iterdir()}
    server.statuses["/paper"] = 0
    process = begin(here, server, "--all")
    try:
        wait_for(server, "/paper")
    finally:
        process.kill()
        process.communicate()
    assert states(here) == {"a": State.ALIVE, "b": State.ALIVE, "paper": State.FAILING}
    assert {p.name for p in here.iterdir()} == before


def test_nothing_of_the_network_is_needed_for_a_site() -> None:
    """A build imports neither what asks nor what it needs."""
    code = (
        "import sys, json, briefing.mkdocs_plugin, briefing.build, briefing.cli, briefing.links.fallback, "
        "briefing.links.reporting; print(json.dumps(sorted(m for m in sys.modules "
        "if m.split('.')[0] in ('aiohttp', 'protego', 'yarl') or m == 'briefing.links.asking')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_within_the_package_three_modules_wait_and_one_connects() -> None:
    """All that is decided is decided without a network, and tested so."""
    found: dict[str, set[str]] = {}
    for path in Path(asking.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in {n.partition(".")[0] for n in names} & {"aiohttp", "asyncio", "socket", "ssl"}:
                found.setdefault(name, set()).add(path.stem)
    assert found.pop("asyncio") == {"asking", "manners", "running"}
    assert found == {name: {"asking"} for name in ("aiohttp", "socket", "ssl")}
