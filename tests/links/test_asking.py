"""Asking a server that misbehaves in every way that we could think of."""

import asyncio
import contextlib
import datetime as dt
import gzip
import itertools
import socket
import ssl
import struct
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from briefing.links.addresses import Reach
from briefing.links.asking import Asker, Limits, Settings
from briefing.links.manners import Later, Manners, Pace
from briefing.links.states import ROBOTS_UNREADABLE, Policy, State, remember

DAY = dt.date(2026, 11, 24)
LIMITS = Limits(hops=5)
SHORT = Limits(connect=0.5, read=0.5, total=1.2, body_time=0.3, hops=5)
"""For what hangs and drips: these are waited for; nothing else is, however slow the machine is."""


@dataclass(slots=True)
class Request:
    """One request, and the connection to answer on."""

    method: str
    path: str
    headers: Mapping[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Send some bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def hang(self) -> None:
        """Say nothing until the other side has gone."""
        await self.reader.read()


Behaviour = Callable[[Request], Awaitable[None]]


@dataclass(slots=True)
class Web:
    """Sites on this machine: a behaviour for each "host/path" or "/path" of any host."""

    pages: dict[str, Behaviour]
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    """What a name leads to, look-up after look-up; the last one stays. Others lead here."""
    seen: list[Request] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    port: int = 0
    tls_port: int = 0
    connections: int = 0
    closed: int = 0
    """A port on which nobody listens."""
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    """The connections that are being answered."""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        try:
            start = await reader.readexactly(1)
            if start == b"\x16":  # TLS begins so
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            head = (start + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ")
            headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)}
            request = Request(method, path, headers, reader, writer)
            self.seen.append(request)
            host = headers["host"].partition(":")[0]
            behaviour = self.pages.get(f"{host}{path}") or self.pages.get(path) or self.pages.get("*")
            if behaviour is not None:
                await behaviour(request)
            else:
                await request.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            self.tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def look(self, host: str, port: int) -> list[str]:
        """Look a name up: `nowhere.test` is none."""
        assert port
        self.looked_up.append(host)
        if host == "nowhere.test":
            raise socket.gaierror(socket.EAI_NONAME, "no such host")
        answers = self.names.get(host, [["127.0.0.1"]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def asked(self, path: str = "") -> list[str]:
        """Return the requests as "GET /path", without those for robots.txt unless that is the path."""
        found = [r for r in self.seen if (r.path == path if path else r.path != "/robots.txt")]
        return [f"{r.method} {r.path}" for r in found]

    def url(self, host_and_path: str, *, secure: bool = False) -> str:
        """Return the address of "host/path"."""
        host, _, path = host_and_path.partition("/")
        port = self.tls_port if secure else self.port
        return f"http{'s' if secure else ''}://{host}:{port}/{path}"


CERTIFICATE = Path(__file__).parent / "self-signed.pem"


@contextlib.asynccontextmanager
async def serving(pages: Mapping[str, Behaviour]) -> AsyncIterator[Web]:
    """Start the server on two free ports, the second with TLS, and stop it."""
    web = Web(dict(pages))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    plain = await asyncio.start_server(web.answer, "127.0.0.1", 0)
    secure = await asyncio.start_server(web.answer, "127.0.0.1", 0, ssl=tls)
    web.port = plain.sockets[0].getsockname()[1]
    web.tls_port = secure.sockets[0].getsockname()[1]
    web.closed = closed_port()
    try:
        yield web
    finally:
        for server in (plain, secure):
            server.close()
            await server.wait_closed()
        for task in web.tasks:
            task.cancel()
        await asyncio.gather(*web.tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def asking(
    web: Web,
    *,
    limits: Limits = LIMITS,
    pace: Pace = Pace(delay=0, patience=1),  # noqa: B008 - frozen
    is_thorough: bool = False,
    trust: bool = False,
) -> AsyncIterator[Asker]:
    """Give an asker that may reach the server, and nothing else that is not public."""
    tls = None
    if trust:
        tls = ssl.create_default_context(cafile=str(CERTIFICATE))
    ports = (web.port, web.tls_port, web.closed)
    settings = Settings(
        agent="briefing-links/test",
        reach=Reach(also=frozenset(("127.0.0.1", port) for port in ports)),
        limits=limits,
        is_thorough=is_thorough,
        look=web.look,
        tls=tls,
    )
    async with Asker(settings, Manners(pace)) as asker:
        yield asker


# --- behaviours ----------------------------------------------------------------------------


def says(data: bytes) -> Behaviour:
    """Send these bytes, and close."""

    async def behave(request: Request) -> None:
        await request.send(data)

    return behave


def status(code: int, *headers: str, body: bytes = b"") -> Behaviour:
    """Answer with a status; the body goes to GET only."""
    lines = [f"HTTP/1.1 {code} Whatever", *headers, f"Content-Length: {len(body)}"]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"

    async def behave(request: Request) -> None:
        await request.send(head if request.method == "HEAD" else head + body)

    return behave


def page(title: str, code: int = 200) -> Behaviour:
    """Answer with a page of HTML."""
    return status(code, "Content-Type: text/html", body=f"<html><title>{title}</title>".encode())


def leads(code: int, location: str) -> Behaviour:
    """Redirect; PORT stands for the server's port."""

    async def behave(request: Request) -> None:
        port = request.headers["host"].rpartition(":")[2]
        await status(code, f"Location: {location.replace('PORT', port)}")(request)

    return behave


def only_get(behaviour: Behaviour, head: Behaviour | None = None) -> Behaviour:
    """Refuse HEAD, or answer it in another way."""

    async def behave(request: Request) -> None:
        await (behaviour if request.method == "GET" else head or status(405))(request)

    return behave


def first(*behaviours: Behaviour) -> Behaviour:
    """Behave in another way each time; in the last one from then on."""
    left = list(behaviours)

    async def behave(request: Request) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(request)

    return behave


async def hangs(request: Request) -> None:
    """Say nothing."""
    await request.hang()


async def closes(request: Request) -> None:
    """Close without a word."""


async def resets(request: Request) -> None:
    """Cut the connection (RST)."""
    sock = request.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.writer.transport.abort()


def drips(before: bytes, drop: bytes) -> Behaviour:
    """Send something, then a little at a time for ever."""

    async def behave(request: Request) -> None:
        await request.send(before)
        while True:
            await request.send(drop)
            await asyncio.sleep(0.02)

    return behave


def never_ends(before: bytes, piece: bytes) -> Behaviour:
    """Send something, then pieces as fast as they are taken, for ever."""

    async def behave(request: Request) -> None:
        await request.send(before)
        while True:
            await request.send(piece)

    return behave


async def counts(request: Request) -> None:
    """Redirect to the next number, for ever."""
    number = int(request.path.rpartition("/")[2] or 0)
    await status(302, f"Location: /count/{number + 1}")(request)


async def wants_cookie(request: Request) -> None:
    """Redirect to itself until the cookie comes back that it set."""
    if request.headers.get("cookie") == "seen=yes":
        await status(200)(request)
    else:
        await status(302, "Location: /doc", "Set-Cookie: seen=yes; Path=/")(request)


async def changes_cookie(request: Request) -> None:
    """Redirect to itself with another cookie each time."""
    number = int((request.headers.get("cookie") or "n=0").rpartition("=")[2])
    await status(302, "Location: /doc", f"Set-Cookie: n={number + 1}; Path=/")(request)


OK = b"HTTP/1.1 200 OK\r\n"
HTML = OK + b"Content-Type: text/html\r\n"
BOMB = gzip.compress(b"<title>x</title>" + b"\0" * 40_000_000)
"""40 MB that come as 40 KB."""


@dataclass(frozen=True, slots=True)
class Case:
    """How a server behaves, and what is then known of the document."""

    name: str
    pages: Mapping[str, Behaviour]
    state: State
    answer: str
    moved_to: str | None = None
    """A path, or the whole of another host's, with PORT."""
    hint: str | None = None
    url: str = "http://doc.test:PORT/doc"
    patient: bool = True
    trust: bool = False
    waits: bool = False
    """Whether the server makes us wait."""
    retry: bool = False


def doc(name: str, behaviour: Behaviour, state: State, answer: str, **more: Any) -> Case:
    """Return a case of one page."""
    return Case(name, {"/doc": behaviour}, state, answer, **more)


ALIVE, MOVED, BLOCKED, FAILING = State.ALIVE, State.MOVED, State.BLOCKED, State.FAILING
NOT_PUBLIC = "not a public address"
TO_PRIVATE = "a redirect to "
ROBOTS = "its robots.txt asks programs to stay away"
CHALLENGE = ": it asks for proof that a person asks"

CASES = [
    # It is there.
    doc("200", status(200), ALIVE, "200 OK"),
    doc("204", status(204), ALIVE, "204 No Content"),
    doc("206 to GET", only_get(status(206)), ALIVE, "206 Partial Content"),
    doc("416: there, and empty", only_get(status(416)), ALIVE, "416 Requested Range Not Satisfiable"),
    doc("HEAD is 404, GET is not", only_get(status(200), status(404)), ALIVE, "200 OK"),
    doc("HEAD is not implemented", only_get(status(200), status(501)), ALIVE, "200 OK"),
    doc("HEAD hangs", only_get(status(200), hangs), ALIVE, "200 OK", waits=True),
    doc("HEAD is cut", only_get(status(200), closes), ALIVE, "200 OK"),
    doc("HEAD is reset", only_get(status(200), resets), ALIVE, "200 OK"),
    doc("early hints first", says(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK + b"\r\n"), ALIVE, "200 OK"),
    doc("no length, then closed", says(OK + b"\r\n"), ALIVE, "200 OK"),
    doc("a body that never ends", only_get(never_ends(HTML + b"\r\n", b"x" * 65_536)), ALIVE, "200 OK"),
    doc("chunks that never end", only_get(never_ends(HTML + b"Transfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 0x4000 + b"\r\n")), ALIVE, "200 OK"),
    doc("a body that drips", only_get(drips(HTML + b"\r\n", b"x")), ALIVE, "200 OK", waits=True),
    doc("a body that stops", only_get(says(HTML + b"Content-Length: 500\r\n\r\n<title>t")), ALIVE, "200 OK"),
    doc("a bomb of gzip", only_get(status(200, "Content-Type: text/html", "Content-Encoding: gzip", body=BOMB)), ALIVE, "200 OK"),
    doc("gzip that is none", only_get(status(200, "Content-Type: text/html", "Content-Encoding: gzip", body=b"no")), ALIVE, "200 OK"),
    doc("chunks that are cut", only_get(says(HTML + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc")), ALIVE, "200 OK"),
    doc("chunks that are none", only_get(says(HTML + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nnot a chunk\r\n")), FAILING, "its answer is not HTTP"),
    doc("too often, then well", first(status(429, "Retry-After: 0"), status(200)), ALIVE, "200 OK"),
    doc("busy, then well", only_get(first(status(503, "Retry-After: 0"), status(200))), ALIVE, "200 OK"),
    doc("a cookie is wanted", wants_cookie, ALIVE, "200 OK"),
    # It is elsewhere.
    Case("301", {"/doc": leads(301, "/new"), "/new": status(200)}, MOVED, "200 OK", "/new"),
    Case("308", {"/doc": leads(308, "/new"), "/new": status(200)}, MOVED, "200 OK", "/new"),
    Case("301 to another host", {"doc.test/doc": leads(301, "http://new.test:PORT/x"), "new.test/x": status(200)}, MOVED, "200 OK", "http://new.test:PORT/x"),
    Case("301 twice", {"/doc": leads(301, "/b"), "/b": leads(308, "/c"), "/c": status(200)}, MOVED, "200 OK", "/c"),
    Case("301, then for now", {"/doc": leads(301, "/b"), "/b": leads(302, "/c"), "/c": status(200)}, MOVED, "200 OK", "/b"),
    Case("for now", {"/doc": leads(302, "/b"), "/b": status(200)}, ALIVE, "200 OK"),
    Case("for now, then 301", {"/doc": leads(307, "/b"), "/b": leads(301, "/c"), "/c": status(200)}, ALIVE, "200 OK"),
    Case("a relative way", {"/doc": leads(301, "a/../new?x=1#part"), "/new?x=1": status(200)}, MOVED, "200 OK", "/new?x=1"),
    Case("a way in Hangul", {"/doc": leads(302, "/\xeb\xb6\x81 x"), "*": status(200)}, ALIVE, "200 OK"),
    # It may be something else by now.
    Case("to the front page", {"/doc": leads(301, "/"), "/": status(200)}, MOVED, "200 OK", "/", "it leads to a front page"),
    Case("to a page of errors", {"/doc": leads(302, "/404.html"), "/404.html": status(200)}, ALIVE, "200 OK", hint="it leads to a page of errors"),
    Case("to a page to sign in", {"/doc": leads(302, "/login?next=doc"), "/login?next=doc": status(200)}, ALIVE, "200 OK", hint="it leads to a page that asks to sign in or to consent"),
    doc("a soft 404", only_get(page("Page not found | Paper")), ALIVE, "200 OK", hint="its title says that the page is not there"),
    doc("a domain for sale", only_get(page("paper.example: this domain is for sale")), ALIVE, "200 OK", hint="its title says that the domain is for sale"),
    # It turns programs away.
    *(doc(f"{n}", status(n), BLOCKED, words) for n, words in (
        (401, "401 Unauthorized"), (402, "402 Payment Required"), (403, "403 Forbidden"), (406, "406 Not Acceptable"),
        (429, "429 Too Many Requests"), (451, "451 Unavailable For Legal Reasons"), (999, "999"))),
    doc("403 with a page", page("Sorry", 403), BLOCKED, "403 Forbidden"),
    doc("for days", status(429, "Retry-After: 260000"), BLOCKED, "429 Too Many Requests", retry=True),
    doc("a challenge with 503", status(503, "CF-Mitigated: challenge"), BLOCKED, "503 Service Unavailable" + CHALLENGE),
    doc("a challenge with 202", status(202, "X-Amzn-Waf-Action: challenge"), BLOCKED, "202 Accepted" + CHALLENGE),
    doc("a captcha with 200", only_get(page("Just a moment...")), BLOCKED, "200 OK" + CHALLENGE),
    Case("to a captcha", {"/doc": leads(302, "/captcha?x"), "/captcha?x": status(200)}, BLOCKED, "200 OK" + CHALLENGE),
    Case("robots.txt", {"/robots.txt": status(200, body=b"User-agent: *\nDisallow: /d"), "/doc": status(200)}, BLOCKED, ROBOTS),
    Case("robots.txt by name", {"/robots.txt": status(200, body=b"User-agent: *\nAllow: /\nUser-agent: briefing-links\nDisallow: /"), "/doc": status(200)}, BLOCKED, ROBOTS),
    Case("robots.txt for others", {"/robots.txt": status(200, body=b"User-agent: *\nAllow: /\nUser-agent: otherbot\nDisallow: /"), "/doc": status(200)}, ALIVE, "200 OK"),
    Case("robots.txt elsewhere", {"/robots.txt": leads(301, "/r"), "/r": status(200, body=b"User-agent: *\nDisallow: /doc"), "/doc": status(200)}, BLOCKED, ROBOTS),
    Case("robots.txt in a circle", {"/robots.txt": leads(301, "/robots.txt"), "/doc": status(200)}, ALIVE, "200 OK"),
    Case("robots.txt of the next host", {"doc.test/doc": leads(302, "http://new.test:PORT/x"), "new.test/robots.txt": status(200, body=b"User-agent: *\nDisallow: /"), "new.test/x": status(200)}, BLOCKED, ROBOTS),
    Case("robots.txt leads to file:", {"/robots.txt": leads(301, "file:///etc/passwd"), "/doc": status(200)}, ALIVE, "200 OK"),
    Case("robots.txt is refused", {"/robots.txt": status(403), "/doc": status(200)}, ALIVE, "200 OK"),
    Case("robots.txt fails", {"/robots.txt": status(500), "/doc": status(200)}, BLOCKED, ROBOTS_UNREADABLE),
    Case("robots.txt hangs", {"/robots.txt": hangs, "/doc": status(200)}, BLOCKED, ROBOTS_UNREADABLE, waits=True),
    Case("robots.txt drips", {"/robots.txt": drips(OK + b"\r\n", b"#"), "/doc": status(200)}, BLOCKED, ROBOTS_UNREADABLE, waits=True),
    Case("robots.txt never ends", {"/robots.txt": never_ends(OK + b"\r\nUser-agent: *\nDisallow: /doc\n", b"#" * 65_536), "/doc": status(200)}, BLOCKED, ROBOTS),
    Case("robots.txt failed for weeks", {"/robots.txt": status(500), "/doc": status(404)}, FAILING, "404 Not Found", patient=False),
    doc("a certificate that nobody trusts", status(200), BLOCKED, "its certificate cannot be verified", url="https://doc.test:TLS/doc"),
    doc("a certificate that is trusted", status(200), ALIVE, "200 OK", url="https://doc.test:TLS/doc", trust=True),
    # It is not there.
    *(doc(f"{n}", status(n), FAILING, words) for n, words in (
        (400, "400 Bad Request"), (404, "404 Not Found"), (410, "410 Gone"), (500, "500 Internal Server Error"),
        (502, "502 Bad Gateway"), (503, "503 Service Unavailable"), (599, "599"))),
    Case("301 to a 404", {"/doc": leads(301, "/new")}, FAILING, "404 Not Found"),
    doc("a redirect to nowhere", status(302), FAILING, "302 Found, but to nowhere"),
    doc("a circle", leads(301, "/doc"), FAILING, "redirects in a circle"),
    Case("a circle of two", {"/doc": leads(301, "/b"), "/b": leads(302, "/doc")}, FAILING, "redirects in a circle"),
    Case("redirects without end", {f"/count/{n}": counts for n in range(20)}, FAILING, "more than 5 redirects", url="http://doc.test:PORT/count/0"),
    doc("cookies without end", changes_cookie, FAILING, "more than 5 redirects"),
    doc("nothing", hangs, FAILING, "no answer in time", waits=True),
    doc("headers that drip", drips(OK, b"X-A: b\r\n"), FAILING, "no answer in time", waits=True),
    doc("a status line that drips", drips(b"HTTP/1.1 200 O", b"K"), FAILING, "no answer in time", waits=True),
    doc("closed", closes, FAILING, "the connection was cut"),
    doc("reset", resets, FAILING, "the connection was cut"),
    doc("half of the headers", says(OK + b"Content-Le"), FAILING, "the connection was cut"),
    doc("not HTTP", says(b"SSH-2.0-OpenSSH_9.2\r\n"), FAILING, "its answer is not HTTP"),
    doc("HTTP/0.9", says(b"<html>hello</html>\r\n"), FAILING, "its answer is not HTTP"),
    doc("a status of four digits", says(b"HTTP/1.1 2000 OK\r\n\r\n"), FAILING, "its answer is not HTTP"),
    doc("a status that is none", says(b"HTTP/1.1 abc OK\r\n\r\n"), FAILING, "its answer is not HTTP"),
    doc("a header without a colon", says(OK + b"no colon here\r\n\r\n"), FAILING, "its answer is not HTTP"),
    doc("a header with a NUL", says(OK + b"X: a\0b\r\n\r\n"), FAILING, "its answer is not HTTP"),
    doc("a header that is too long", says(OK + b"X: " + b"a" * 20_000 + b"\r\n\r\n"), FAILING, "its answer is not HTTP"),
    doc("headers that never end", never_ends(OK, b"X-A: b\r\n" * 100), FAILING, "its answer is not HTTP"),
    doc("two lengths", says(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), FAILING, "its answer is not HTTP"),
    doc("plain words on a port for TLS", status(200), FAILING, "no secure connection", url="https://doc.test:PORT/doc"),
    doc("no such host", status(200), FAILING, "no such host", url="http://nowhere.test:PORT/doc"),
    doc("nobody listens", status(200), FAILING, "no connection", url="http://doc.test:CLOSED/doc"),
    # It is not asked.
    *(doc(f"to {there}", leads(302, there), FAILING, TO_PRIVATE + words) for there, words in (
        ("file:///etc/passwd", "an address of the kind file:"), ("javascript:alert(1)", "an address of the kind javascript:"),
        ("data:text/html,x", "an address of the kind data:"), ("ftp://doc.test/x", "an address of the kind ftp:"),
        ("gopher://127.0.0.1:70/_x", "an address of the kind gopher:"),
        ("http://user:pass@doc.test:PORT/x", "an address with a user part"), ("http://doc.test:22/", "port 22"),
        ("http://doc.test:6379/", "port 6379"), ("https:///x", "no address"), ("http://[::1", "no address"),
        ("http://[fe80::1%25eth0]:PORT/", "an address within a network"), ("//doc.test:0/", "port 0"), ("http://a b.test:PORT/", "no address"),
        ("http://doc.test:PORT/" + "x" * 5_000, "an address that is too long"))),
    *(doc(f"to {there}", leads(302, f"http://{there}:PORT/x"), FAILING, NOT_PUBLIC) for there in (
        "127.0.0.2", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104 - an address to refuse
        "240.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[fe80::1]",
        "[fc00::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "private.test", "mapped.test")),
    *(doc(f"to {there}", leads(302, f"http://{there}:PORT/x"), FAILING, "not asked: no address") for there in (
        "2130706433", "127.1", "0177.0.0.1")),
    doc("a private name", status(200), FAILING, NOT_PUBLIC, url="http://private.test:PORT/doc"),
    doc("a private number", status(200), FAILING, NOT_PUBLIC, url="http://127.0.0.9:PORT/doc"),
    doc("another port", status(200), FAILING, "not asked: port 8443", url="http://doc.test:8443/doc"),
]  # fmt: skip

NAMES = {
    "private.test": [["10.0.0.1"]],
    "mapped.test": [["::ffff:127.0.0.1"]],
}


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_what_a_server_does_and_what_is_then_known(case: Case) -> None:
    """The whole way: the request, the answer, and the state that is written down."""

    async def scenario() -> None:
        async with serving(case.pages) as web:
            web.names = {name: [list(a) for a in answers] for name, answers in NAMES.items()}
            ports = {"PORT": str(web.port), "TLS": str(web.tls_port), "CLOSED": str(web.closed)}
            url = case.url
            for name, port in ports.items():
                url = url.replace(f":{name}", f":{port}")
            async with asking(web, trust=case.trust, limits=SHORT if case.waits else LIMITS) as asker:
                answer = await asker.ask(url, is_patient=case.patient)
            entry = remember(None, "x", url, answer, DAY, Policy())
            moved_to = entry.moved_to
            if moved_to and case.moved_to and case.moved_to.startswith("/"):
                moved_to = moved_to.removeprefix(f"http://doc.test:{web.port}")
            expected = case.moved_to.replace("PORT", str(web.port)) if case.moved_to else None
            assert (entry.state, entry.answer, moved_to, entry.hint) == (
                case.state, case.answer, expected, case.hint,
            )  # fmt: skip
            assert (entry.retry is not None) == case.retry

    asyncio.run(scenario())


def test_the_table_is_as_long_as_it_claims() -> None:
    """Each case has a name of its own."""
    names = [c.name for c in CASES]
    assert len(set(names)) == len(names) >= 120


# --- where connections go -------------------------------------------------------------------


def ask(pages: Mapping[str, Behaviour], *urls: str, **how: Any) -> tuple[list[str], Web]:
    """Ask "host/path" after "host/path" of a server; return the answers' words and the server."""

    async def scenario() -> tuple[list[str], Web]:
        names = how.pop("names", {})
        async with serving(pages) as web:
            web.names = names
            async with asking(web, **how) as asker:
                return [(await asker.ask(web.url(u))).words for u in urls], web

    return asyncio.run(scenario())


def test_a_name_that_leads_elsewhere_a_moment_later_is_not_followed_there() -> None:
    """DNS rebinding: the address that is connected to is the one that is judged, each time."""
    words, web = ask(
        {"/doc": status(200)}, "doc.test/doc", names={"doc.test": [["127.0.0.1"], ["127.0.0.2"]]}
    )
    assert words == [NOT_PUBLIC]
    assert (web.connections, web.asked("/robots.txt"), web.asked()) == (1, ["GET /robots.txt"], [])


def test_of_several_addresses_only_public_ones_are_used() -> None:
    """A name may lead to both."""
    words, _ = ask({"/doc": status(200)}, "doc.test/doc", names={"doc.test": [["10.0.0.1", "127.0.0.1"]]})
    assert words == ["200 OK"]


def test_the_last_gate_refuses_sockets() -> None:
    """Even if a name's look-up let it pass, no socket is opened to what is not public."""

    async def scenario() -> None:
        async with serving({}) as web, asking(web) as asker:
            for address in (("10.0.0.1", 80), ("127.0.0.1", 1), ("::ffff:127.0.0.1", 80, 0, 0)):
                with pytest.raises(OSError, match="not a public address"):
                    asker._open_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", address))
            asker._open_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", web.port))).close()

    asyncio.run(scenario())


def test_an_international_host_is_asked_in_ascii() -> None:
    """What is asked is what is shown: punycode."""
    words, web = ask({"/doc": status(200)}, "북한.test/doc")
    assert words == ["200 OK"]
    assert {r.headers["host"].partition(":")[0] for r in web.seen} == {"xn--pr3b894b.test"}


# --- manners --------------------------------------------------------------------------------


def test_head_comes_first_and_get_only_where_it_must() -> None:
    """A range of the first bytes, our name, no cookie of another source, no Referer."""
    pages = {"/a": status(200, "Set-Cookie: a=1; Path=/"), "/b": only_get(status(200))}
    _, web = ask(pages, "doc.test/a", "doc.test/b")
    assert web.asked() == ["HEAD /a", "HEAD /b", "GET /b"]
    assert web.asked("/robots.txt") == ["GET /robots.txt"]
    assert {r.headers["user-agent"] for r in web.seen} == {"briefing-links/test"}
    assert [r.headers.get("range") for r in web.seen] == [None, None, None, "bytes=0-65535"]
    assert all(not {"cookie", "referer", "authorization"} & set(r.headers) for r in web.seen)
    assert {r.headers["accept-encoding"] for r in web.seen} == {"identity"}


def test_a_thorough_check_reads_pages_that_answer_well() -> None:
    """HEAD says that all is well; the title says otherwise."""

    async def scenario() -> str | None:
        async with serving({"/doc": page("404 Not Found")}) as web, asking(web, is_thorough=True) as asker:
            return (await asker.ask(web.url("doc.test/doc"))).hint

    assert asyncio.run(scenario()) == "its title says that the page is not there"


def intervals(pages: Mapping[str, Behaviour], urls: list[str], pace: Pace) -> tuple[list[float], int]:
    """Ask all at once; return the seconds between requests, and how many ran at once at most."""
    begun: list[float] = []
    running, most = 0, 0

    def timed(behaviour: Behaviour) -> Behaviour:
        async def behave(request: Request) -> None:
            nonlocal running, most
            begun.append(asyncio.get_running_loop().time())
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.02)
            running -= 1
            await behaviour(request)

        return behave

    async def scenario() -> None:
        async with serving({k: timed(b) for k, b in pages.items()}) as web, asking(web, pace=pace) as asker:
            await asyncio.gather(*(asker.ask(web.url(u)) for u in urls))

    asyncio.run(scenario())
    return [b - a for a, b in itertools.pairwise(begun)], most


def test_a_host_gets_one_request_at_a_time_and_a_pause() -> None:
    """However many sources it has."""
    gaps, most = intervals({"/doc": status(200)}, ["doc.test/doc"] * 4, Pace(delay=0.05))
    assert (len(gaps), most) == (3, 1)
    assert min(gaps) >= 0.05


def test_hosts_are_asked_side_by_side_but_not_too_many() -> None:
    """Concurrency is across hosts, and bounded."""
    urls = [f"h{n}.test/doc" for n in range(12)]
    _, most = intervals({"/doc": status(200)}, urls, Pace(delay=0, concurrency=4))
    assert most == 4


def test_a_hosts_own_pause_is_kept() -> None:
    """Crawl-delay of robots.txt."""
    pages = {"/robots.txt": status(200, body=b"User-agent: *\nCrawl-delay: 0.1"), "/doc": status(200)}
    gaps, _ = intervals(pages, ["doc.test/doc"] * 3, Pace(delay=0))
    assert min(gaps[1:]) >= 0.1


def test_retry_after_is_waited_for_where_it_is_short() -> None:
    """The same source is asked again after the time that the host asked for."""
    pages = {"/doc": first(status(429, "Retry-After: 1"), status(200))}
    begun = time.monotonic()
    words, web = ask(pages, "doc.test/doc", pace=Pace(delay=0, patience=2))
    assert (words, web.asked()) == (["200 OK"], ["HEAD /doc", "GET /doc"])
    assert time.monotonic() - begun >= 1


def test_a_date_as_retry_after_counts_from_the_answers_own() -> None:
    """The server's clock may be wrong; the difference is what it means."""
    dates = "Date: Tue, 24 Nov 2026 08:00:00 GMT", "Retry-After: Tue, 24 Nov 2026 08:02:00 GMT"

    async def scenario() -> int | None:
        async with serving({"/doc": status(429, *dates)}) as web, asking(web) as asker:
            return (await asker.ask(web.url("doc.test/doc"))).wait

    assert asyncio.run(scenario()) == 120


def test_a_host_that_wants_to_be_left_alone_is() -> None:
    """Its other sources are left for another run; no request reaches it."""

    async def scenario() -> list[str]:
        async with serving({"/doc": status(429, "Retry-After: 3600"), "/b": status(200)}) as web:
            async with asking(web) as asker:
                assert (await asker.ask(web.url("doc.test/doc"))).wait == 3600
                with pytest.raises(Later):
                    await asker.ask(web.url("doc.test/b"))
                assert (await asker.ask(web.url("other.test/b"))).words == "200 OK"
            return web.asked()

    assert asyncio.run(scenario()) == ["HEAD /doc", "HEAD /b"]


def test_no_request_begins_after_the_end() -> None:
    """`--max-minutes`."""

    async def scenario() -> int:
        async with serving({"/doc": status(200)}) as web, asking(web, pace=Pace(delay=0, seconds=0)) as asker:
            with pytest.raises(Later):
                await asker.ask(web.url("doc.test/doc"))
            return web.connections

    assert asyncio.run(scenario()) == 0


def test_a_wait_that_would_end_after_the_end_is_not_begun() -> None:
    """A run ends when it should, not a pause later."""

    async def scenario() -> float:
        pace = Pace(delay=30, seconds=5)
        async with serving({"/doc": status(200)}) as web, asking(web, pace=pace) as asker:
            begun = time.monotonic()
            with pytest.raises(Later):
                await asker.ask(web.url("doc.test/doc"))
            return time.monotonic() - begun

    assert asyncio.run(scenario()) < 2


def test_a_host_that_cannot_be_reached_is_tried_twice_a_run() -> None:
    """Its other sources get the same answer, without a wait each."""
    urls = [f"nowhere.test/{n}" for n in range(5)]
    words, web = ask({}, *urls)
    assert words == ["no such host"] * 5
    assert web.looked_up == ["nowhere.test"] * 2


# --- what is bounded ------------------------------------------------------------------------


def test_a_bomb_is_not_unpacked() -> None:
    """40 MB in 40 KB take no more room than the limit."""
    pages = {"/doc": only_get(status(200, "Content-Type: text/html", "Content-Encoding: gzip", body=BOMB))}
    tracemalloc.start()
    try:
        words, _ = ask(pages, "doc.test/doc")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert words == ["200 OK"]
    assert most < 4_000_000


def test_time_is_bounded_over_all_redirects_together() -> None:
    """Ten redirects that each take nearly all the time do not take ten times the time."""

    async def slow(request: Request) -> None:
        await asyncio.sleep(0.3)
        await counts(request)

    begun = time.monotonic()
    words, _ = ask({f"/count/{n}": slow for n in range(20)}, "doc.test/count/0", limits=SHORT)
    assert words == ["no answer in time"]
    assert time.monotonic() - begun < 2


def test_cookies_that_are_too_many_are_not_sent_back() -> None:
    """A server can make us carry only so much."""
    many = tuple(f"Set-Cookie: c{n}={'x' * 2000}; Path=/" for n in range(4))
    pages = {"/doc": status(302, "Location: /b", *many), "/b": status(200)}
    words, web = ask(pages, "doc.test/doc")
    assert words == ["200 OK"]
    assert all("cookie" not in r.headers for r in web.seen)
