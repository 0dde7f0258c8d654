"""The preview over HTTP: who is answered, and with what."""

import http.client
import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing.preview.search import Search
from briefing.preview.server import Server
from briefing.preview.session import Preview

from .conftest import BRIEF, PLACE, Running


def ask(
    running: Running, path: str, host: str | None = None, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and content of an answer to a path as it is given."""
    connection = http.client.HTTPConnection("127.0.0.1", running.server.server_port, timeout=30)
    connection.putrequest(method, path, skip_host=True)
    for name, value in {"Host": host or f"127.0.0.1:{running.server.server_port}", **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, content


def test_pages_files_and_redirects(running: Callable[[], Running]) -> None:
    """Each with its kind, and none kept by the browser without asking."""
    run = running()
    status, headers, content = ask(run, "/briefs/2022-02-05-it-happened/")
    assert (status, headers["content-type"], headers["cache-control"]) == (
        200,
        "text/html; charset=utf-8",
        "no-store",
    )
    assert b"A said that it happened." in content
    assert (
        ask(run, "/briefs/2022-02-05-it-happened?x=1")[:2][1]["location"]
        == "/briefs/2022-02-05-it-happened/?x=1"
    )
    status, headers, content = ask(run, "/stylesheets/briefing.css")
    assert (status, headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert ask(run, "/stylesheets/briefing.css", If_None_Match=headers["etag"])[0] == 304
    assert ask(run, "/feeds/all.json")[1]["content-type"].startswith("application/json")
    assert ask(run, "/", method="HEAD")[2] == b""
    for own in ("live.js", "preview.css"):
        assert ask(run, f"/_preview/{own}")[0] == 200


def test_an_address_that_does_not_exist_has_the_page_for_lost_readers(running: Callable[[], Running]) -> None:
    """With the preview's panel, so that it follows too."""
    status, _, content = ask(running(), "/briefs/nothing/")
    assert status == 404
    assert b"This page is not here" in content
    assert b"_preview/live.js" in content


def test_names_of_this_machine_are_answered(running: Callable[[], Running]) -> None:
    """Whatever the port: a tunnel may have another."""
    run = running()
    for host in ("localhost", "127.0.0.1", "[::1]", "LOCALHOST:9999"):
        assert ask(run, "/", host)[0] == 200, host


OTHERS = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "[::1", " "]


def test_other_names_are_refused(running: Callable[[], Running]) -> None:
    """A name that somebody else lets lead here gets nothing, of any kind."""
    run = running()
    paths = ("/", "/_preview/wait", f"/_preview/file/{BRIEF}", "/data/claims.csv")
    for host, path in itertools.product(OTHERS, paths):
        status, headers, content = ask(run, path, host)
        assert (status, headers["content-type"]) == (421, "text/plain; charset=utf-8")
        assert b"It happened" not in content


def test_whoever_serves_a_network_is_asked_by_its_numbers(project: Path, made: Callable[[], Preview]) -> None:
    """And by the name that was given; still by no other."""
    server = Server(("127.0.0.1", 0), made(), Search(project / "mkdocs.yml", project / "site"))
    try:
        server.host = "0.0.0.0"  # noqa: S104 - nothing listens there
        assert [server.knows(h) for h in ("192.168.1.5:8000", "evil.example")] == [True, False]
        server.host = "desk.local"
        assert [server.knows(h) for h in ("desk.local:8000", "192.168.1.5")] == [True, False]
    finally:
        server.server_close()


PATHS = [
    "/../mkdocs.yml",
    "/%2e%2e/mkdocs.yml",
    "/stylesheets/..%2f..%2fmkdocs.yml",
    "/stylesheets/%5c..%5cmkdocs.yml",
    "//etc/passwd",
    "/pagefind/../../mkdocs.yml",
    "/pagefind/%2e%2e/%2e%2e/mkdocs.yml",
    "/_preview/file/mkdocs.yml",
    "/_preview/file/briefs/../mkdocs.yml",
    "/_preview/file//etc/passwd",
    "/_preview/server.py",
    "/%00",
    "/%ff",
    "/mkdocs.yml",
    "/briefs/2022/2022-02-05-it-happened.yml",
]


def test_nothing_outside_the_site_is_sent(project: Path, running: Callable[[], Running]) -> None:
    """No way of writing a path leads out of it."""
    (project / "site" / "pagefind").mkdir(parents=True)
    run = running()
    for path in PATHS:
        status, _, content = ask(run, path)
        assert status in (400, 404), path
        for secret in (b"site_name", b"root:", b"import ", b"bottom_line:"):
            assert secret not in content, path


def test_only_questions_are_answered(running: Callable[[], Running]) -> None:
    """Nothing can be sent to it."""
    assert ask(running(), "/", method="POST")[0] == 501


def test_news_are_sent_when_a_file_is_saved(running: Callable[[], Running]) -> None:
    """Within seconds; a page that waits has them as JSON."""
    run = running()
    status, _, content = ask(run, f"/_preview/wait?place={PLACE}&page=&panel=")
    now = json.loads(content)
    assert (status, sorted(now)) == (200, ["html", "page", "panel"])
    run.write(BRIEF, run.text().replace("that it happened", "that it rained"))
    begun = time.monotonic()
    status, _, content = ask(run, f"/_preview/wait?place={PLACE}&page={now['page']}&panel={now['panel']}")
    assert time.monotonic() - begun < 10
    assert json.loads(content)["page"] != now["page"]
    assert b"that it rained" in ask(run, "/briefs/2022-02-05-it-happened/")[2]


def test_a_site_below_a_path_is_served_below_it(project: Path, running: Callable[[], Running]) -> None:
    """As its address has it."""
    settings = project / "mkdocs.yml"
    settings.write_text(
        settings.read_text().replace("https://example.org/", "https://example.org/some/where/")
    )
    run = running()
    assert run.url.endswith("/some/where/")
    assert ask(run, "/")[1]["location"] == "/some/where/"
    assert ask(run, "/some/where/briefs/2022-02-05-it-happened/")[0] == 200
    assert ask(run, "/briefs/2022-02-05-it-happened/")[0] == 404
    assert b'href="/some/where/search/"' in ask(run, "/some/where/nothing/")[2]


def test_a_browser_that_goes_away_is_nobodys_fault(
    running: Callable[[], Running], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is said of it."""
    run = running()
    connection = http.client.HTTPConnection("127.0.0.1", run.server.server_port, timeout=30)
    connection.request("GET", "/search/")
    connection.close()
    assert ask(run, "/")[0] == 200
    assert capsys.readouterr() == ("", "")
