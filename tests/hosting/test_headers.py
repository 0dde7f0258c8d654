"""Response headers, from what stands in the built pages."""

import base64
import hashlib
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing.build import build
from briefing.hosting.headers import (
    LONGEST_LINE,
    Header,
    HeadersFailed,
    HeaderStyle,
    Inline,
    policy,
    read_inline,
    response_headers,
    write_down,
)

ROOT = Path(__file__).parent.parent.parent


def hashed(code: str) -> str:
    """Return the hash of a script as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


@pytest.fixture
def site(tmp_path: Path) -> Callable[[str], Path]:
    """Give a function that makes a site of one page, and returns its folder."""

    def make(body: str, name: str = "index.html") -> Path:
        (tmp_path / "site").mkdir(exist_ok=True)
        (tmp_path / "site" / name).write_text(body, encoding="utf-8")
        return tmp_path / "site"

    return make


def test_what_would_run_is_named_and_nothing_else(site: Callable[[str], Path]) -> None:
    """Scripts and styles by their hashes; data, files and what is commented out are none."""
    page = """
      <script>a()</script><script type="module">b()</script>
      <script src="x.js"></script><script type="application/ld+json">{"@type": "x"}</script>
      <script type="application/json">{}</script><!-- <script>old()</script> -->
      <style>p { color: red }</style>
      <article><div class="card" style="--topic: &quot;x&quot;">onload=x and style="y"</div></article>
    """
    found = read_inline(site(page))
    assert found.scripts == tuple(sorted([hashed("a()"), hashed("b()")]))
    assert found.styles == (hashed("p { color: red }"),)
    assert found.style_attributes == (hashed('--topic: "x"'),)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<article><h1>x</h1><script>alert(1)</script></article>", "has a script in what it says"),
        ("<article><SCRIPT>alert(1)</SCRIPT ></article>", "has a script in what it says"),
        ("<body onload='alert(1)'>", "in an attribute of <body>"),
        ('<img src="a>b" ONERROR=alert(1)>', "in an attribute of <img>"),
        ("".join(f"<script>{n}</script>" for n in range(25)), "25 different scripts"),
        ("".join(f"<p style='width: {n}px'>" for n in range(25)), "25 different style attributes"),
    ],
)
def test_what_an_author_wrote_is_never_allowed(page: str, said: str, site: Callable[[str], Path]) -> None:
    """A policy made from the pages must not bless what was smuggled into one."""
    with pytest.raises(HeadersFailed, match=re.escape(said)):
        read_inline(site(page))


def test_text_that_looks_like_a_script_is_text(site: Callable[[str], Path]) -> None:
    """What an attribute says is no attribute."""
    page = (
        """<meta content="a style='b' onclick=alert(1)"><article>&lt;script&gt;x&lt;/script&gt;</article>"""
    )
    assert read_inline(site(page)) == Inline((), (), ())


def test_a_site_is_built_first(tmp_path: Path) -> None:
    """Without pages there is nothing to name."""
    with pytest.raises(HeadersFailed, match="briefing build"):
        read_inline(tmp_path)


def test_the_policy_is_strict() -> None:
    """No source but the site, no inline code but what is named, no evaluation of text."""
    text = policy(Inline(("'sha256-a'",), (), ()))
    rules = {name: values for name, *values in (part.split() for part in text.split("; "))}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == ["'self'", "'wasm-unsafe-eval'", "'sha256-a'"]
    assert rules["style-src"] == rules["connect-src"] == rules["worker-src"] == ["'self'"]
    assert rules["base-uri"] == rules["frame-ancestors"] == ["'none'"]
    assert "style-src-attr" not in rules
    assert "'unsafe-inline'" not in text
    assert "'unsafe-eval'" not in text
    assert "http" not in text
    assert "*" not in text


def test_each_answer_has_them() -> None:
    """What the page “Other hosts” promises."""
    assert {h.name for h in response_headers(Inline((), (), ()))} == {
        "Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy",
        "Permissions-Policy", "Cross-Origin-Opener-Policy", "X-Frame-Options",
    }  # fmt: skip


def test_files_for_hosts() -> None:
    """A `_headers` file with the open data, and lines for nginx."""
    headers = (Header("X-A", "b 'c'"),)
    text = write_down(headers, HeaderStyle.HEADERS)
    assert text.startswith("/*\n  X-A: b 'c'\n/api/*\n  Access-Control-Allow-Origin: *\n")
    assert "add_header X-A \"b 'c'\" always;\n" in write_down(headers, HeaderStyle.NGINX)
    with pytest.raises(HeadersFailed, match="longer than"):
        write_down((Header("X-A", "b" * LONGEST_LINE),), HeaderStyle.HEADERS)


def test_the_site_asks_nobody_for_its_repository(project: Path) -> None:
    """The theme's link to the repository would have it ask the repository's host for its stars."""
    config = project / "mkdocs.yml"
    config.write_text(config.read_text() + "repo_url: https://github.com/example/briefing\n")
    page = (build(config).site / "index.html").read_text()
    assert 'class="md-source"' in page
    assert 'data-md-component="source"' not in page


@pytest.mark.skipif(shutil.which("nginx") is None and not Path("/usr/sbin/nginx").exists(), reason="no nginx")
def test_nginx_serves_the_site_as_its_example_says(project: Path, tmp_path: Path) -> None:
    """Each answer has the headers: pages, data, files with a hash in their names, what is not there."""
    site = build(project / "mkdocs.yml").site
    (tmp_path / "headers.conf").write_text(write_down(response_headers(read_inline(site)), HeaderStyle.NGINX))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    example = (ROOT / "deploy" / "nginx.conf").read_text()
    for old, new in (
        ("listen 8080", f"listen 127.0.0.1:{port}"),
        ("/srv/site", str(site)),
        ("/etc/nginx/briefing-headers.conf", str(tmp_path / "headers.conf")),
    ):
        assert old in example
        example = example.replace(old, new)
    temporary = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        # Started as root, its workers would be somebody whom the tests' folder is closed to.
        f"{'user root; ' * (os.geteuid() == 0)}daemon off; pid {tmp_path}/pid; error_log {tmp_path}/errors; worker_processes 1; events {{}}\n"
        f"http {{ access_log off; {temporary} {example} }}\n"
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    server = subprocess.Popen(
        [program, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "errors"], stderr=subprocess.PIPE, text=True
    )
    try:
        css = next((site / "assets" / "stylesheets").glob("main.*.min.css")).name
        expected = {
            "": (200, "text/html; charset=utf-8", {}),
            "briefs/": (200, "text/html; charset=utf-8", {}),
            "nowhere/at/all": (404, "text/html; charset=utf-8", {}),
            "_headers": (404, "text/html; charset=utf-8", {}),
            ".hidden": (404, "text/html; charset=utf-8", {}),
            "api/v1/index.json": (200, "application/json", {"Access-Control-Allow-Origin": "*"}),
            "feeds/all.atom": (200, "application/atom+xml", {"Access-Control-Allow-Origin": "*"}),
            "briefs/index.md": (200, "text/markdown; charset=utf-8", {}),
            f"assets/stylesheets/{css}": (
                200, "text/css; charset=utf-8", {"Cache-Control": "public, max-age=31536000, immutable"},
            ),
        }  # fmt: skip
        for address, (status, kind, more) in expected.items():
            got, headers = answered(f"http://127.0.0.1:{port}/{address}")
            assert (got, headers["Content-Type"]) == (status, kind), address
            for header in response_headers(read_inline(site)):
                assert headers[header.name] == header.value, (address, header.name)
            assert more.items() <= headers.items(), address
    finally:
        server.terminate()
        server.communicate(timeout=10)


def answered(address: str) -> tuple[int, dict[str, str]]:
    """Return the status and the headers of an answer; wait a moment for the server to be there."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.status, dict(answer.headers)
        except urllib.error.HTTPError as fault:
            with fault:
                return fault.code, dict(fault.headers)
        except urllib.error.URLError:
            time.sleep(0.05)
    raise AssertionError("nginx did not start")
