"""The published site against the record, over a local server that misbehaves."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from briefing.corpus import Corpus, load
from briefing.hosting import freshness as module
from briefing.hosting.freshness import FILE, NoAnswer, compare, read_site, wait_until_fresh
from briefing.outputs import render_assets
from briefing.view import Site, look

BRIEF = "briefs/2022/2022-02-05-it-happened.yml"


@pytest.fixture
def corpus(project: Path) -> Corpus:
    """Give the record of the small project."""
    return load(project / "briefs").corpus


def listed(corpus: Corpus) -> bytes:
    """Return what a site made from a record says it has."""
    assets = render_assets(look(corpus, Site("Test", url="https://example.org/")))
    content = next(a.content for a in assets if a.uri == FILE)
    return content if isinstance(content, bytes) else content.encode()


def test_a_site_of_this_record_is_fresh(corpus: Corpus) -> None:
    """It has each brief, as it is."""
    found = compare(corpus, listed(corpus))
    assert found.is_fresh
    assert found.words == "The site is as new as the record: 1 brief, up to 2022-02-06"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("published: 2022-02-06", "published: 2022-02-06\nupdated: 2022-03-01"),
        ("title: A says one thing", "title: A says another thing"),
        ("bottom_line: A said that it happened.", "bottom_line: A said so."),
        (
            "claims:\n",
            "corrections: [{date: 2022-05-01, kind: correction, what: W., claim: it-happened}]\nclaims:\n",
        ),
        ("claims:\n", "claims:\n  - {id: more, text: A said more., by: a, sources: [paper]}\n"),
    ],
)
def test_a_site_that_lacks_a_change_is_older(old: str, new: str, project: Path, corpus: Corpus) -> None:
    """By the days of the record, and on the same day by what it says."""
    before = listed(corpus)
    brief = project / BRIEF
    assert old in brief.read_text()
    brief.write_text(brief.read_text().replace(old, new, 1))
    found = compare(load(project / "briefs").corpus, before)
    assert not found.is_fresh
    assert found.older == ("2022-02-05-it-happened",)
    assert found.words == "There in an older state: 2022-02-05-it-happened"


def test_a_brief_that_is_not_there_is_missed_and_a_draft_is_not(project: Path, corpus: Corpus) -> None:
    """What went out in the record but not on the site; the preview's drafts are nobody's."""
    before = listed(corpus)
    text = (project / BRIEF).read_text()
    (project / "briefs/2022/2022-02-06-more.yml").write_text(text.replace("2022-02-05", "2022-02-06"))
    (project / "briefs/2022/2022-02-07-draft.yml").write_text(
        text.replace("2022-02-05", "2022-02-07") + "status: draft\n"
    )
    found = compare(load(project / "briefs").corpus, before)
    assert (found.missing, found.older) == (("2022-02-06-more",), ())


def test_a_site_ahead_of_the_record_is_fresh(project: Path, corpus: Corpus) -> None:
    """A checkout of last week's record says nothing against the site."""
    brief = project / BRIEF
    today = brief.read_text()
    brief.write_text(today.replace("published: 2022-02-06", "published: 2022-02-06\nupdated: 2022-03-01"))
    newer = listed(load(project / "briefs").corpus)
    assert compare(corpus, newer).is_fresh


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"items": [1]}',
        b'{"items": [{"id": "x"}]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b"{}",
    ],
)
def test_what_is_no_list_of_briefs_is_refused(answer: bytes, corpus: Corpus) -> None:
    """Whatever a host answers in the site's place."""
    with pytest.raises(NoAnswer, match="not a list of briefs"):
        compare(corpus, answer)


class _Host(http.server.BaseHTTPRequestHandler):
    """A server that answers as its path says."""

    answers: dict[str, tuple[int, dict[str, str], bytes]]

    def do_GET(self) -> None:
        code, headers, body = self.answers.get(self.path, (404, {}, b"no"))
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing: pytest turns noise into failures."""


Answers = dict[str, tuple[int, dict[str, str], bytes]]


@pytest.fixture
def host() -> Iterator[Callable[[Answers], str]]:
    """Give a function that starts a server with answers by path, and returns its address."""
    servers: list[tuple[http.server.ThreadingHTTPServer, threading.Thread]] = []

    def start(answers: Answers) -> str:
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Host", (_Host,), {"answers": answers})
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_site_is_read_over_http_or_from_a_folder(
    corpus: Corpus, host: Callable[[Answers], str], tmp_path: Path
) -> None:
    """With and without a slash at the end, below a path, and through a redirect."""
    text = listed(corpus)
    base = host(
        {
            f"/{FILE}": (200, {}, text),
            f"/below/{FILE}": (200, {}, text),
            f"/old/{FILE}": (301, {"Location": f"/{FILE}"}, b""),
        }
    )
    for where in ("", "/", "/below", "/below/", "/old/"):
        assert read_site(base + where) == text
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_bytes(text)
    assert read_site(str(tmp_path)) == text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {}, b""), "answers 404"),
        ((500, {}, b"<script>"), "answers 500"),
        ((302, {"Location": "ftp://example.org/x"}, b""), "answers 302|unsafe address"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "answers 302|unsafe address"),
        ((302, {"Location": f"/{FILE}"}, b""), "answers 302"),
        ((200, {}, b"x" * 2000), "too much"),
    ],
)
def test_a_bad_answer_is_told(
    answer: tuple[int, dict[str, str], bytes],
    said: str,
    host: Callable[[Answers], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Errors, redirects to files and without end, and answers without end."""
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    with pytest.raises(NoAnswer, match=said):
        read_site(host({f"/{FILE}": answer}))


@pytest.mark.parametrize(
    "where", ["ftp://x/", "file:///etc", "https://", "https://a:b@example.org/", "nowhere"]
)
def test_only_sites_and_folders_are_read(where: str) -> None:
    """No other scheme, no password in an address."""
    with pytest.raises(NoAnswer):
        read_site(where)


def test_nobody_there_is_told(host: Callable[[Answers], str]) -> None:
    """A closed port is an answer of a kind."""
    with pytest.raises(NoAnswer, match="cannot be read"):
        read_site("http://127.0.0.1:9/")


def test_waiting_ends_when_the_site_is_there(corpus: Corpus, host: Callable[[Answers], str]) -> None:
    """A deployed site takes a while: it is asked again, and no longer than was said."""
    answers: Answers = {}
    base = host(answers)
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            answers[f"/{FILE}"] = (200, {}, json.dumps({"items": []}).encode())
        if len(waited) == 3:
            answers[f"/{FILE}"] = (200, {}, listed(corpus))

    assert wait_until_fresh(corpus, base, 60, pause=pause, every=10).is_fresh
    assert waited == [10, 10, 10]
    answers.clear()
    with pytest.raises(NoAnswer):
        wait_until_fresh(corpus, base, 20, pause=waited.append, every=10)
    assert len(waited) == 5
    answers[f"/{FILE}"] = (200, {}, json.dumps({"items": []}).encode())
    assert wait_until_fresh(corpus, base, 0, pause=waited.append).missing == ("2022-02-05-it-happened",)
    assert len(waited) == 5
