"""Asking an address: the only module that opens the network.

Whatever a server sends is bounded in size and time, and every connection is judged by the numeric
address that it goes to, at each redirect anew.
"""

import asyncio
import contextlib
import email.utils
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from briefing.links.addresses import Address, Reach, Refused, follow, read_address
from briefing.links.judging import Reply, Trail, is_challenge, judge, seconds_of, unpack
from briefing.links.manners import Manners
from briefing.links.robots import MOST_BYTES, Rules, read_rules
from briefing.links.states import ROBOTS_UNREADABLE, Answer, Finding

Look = Callable[[str, int], Awaitable[list[str]]]
"""Host and port to numeric addresses. Raises OSError."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of anything is taken. Times are in seconds."""

    connect: float = 10.0
    """For one connection."""
    read: float = 15.0
    """Between two pieces of an answer."""
    total: float = 45.0
    """For all requests for one source together, pauses not counted."""
    body_time: float = 5.0
    """For a body whose headers said all that matters."""
    hops: int = 10
    """Redirects."""
    body: int = 65_536
    """Bytes of a body."""
    line: int = 8_190
    """Bytes of a line of the headers."""
    headers: int = 128
    """Lines of the headers."""
    cookies: int = 4_096
    """Bytes of cookies sent back."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the program introduces itself and where it may go."""

    agent: str
    reach: Reach = field(default_factory=Reach)
    limits: Limits = field(default_factory=Limits)
    is_thorough: bool = False
    """Whether to read the beginning of pages that answered well, for hints."""
    look: Look | None = None
    """Another way to look up names, for tests; the system's unless given."""
    tls: ssl.SSLContext | None = None
    """Other certificates to trust, for tests; the system's unless given."""


class NotPublic(OSError):
    """A name or a number leads to an address that is not asked."""


class Unanswered(Exception):
    """No HTTP answer came. `answer` says what did."""

    def __init__(self, words: str, finding: Finding = Finding.NOT_HERE, *, by_host: bool = False) -> None:
        """Take the words; `by_host` says that no page of the host would fare better."""
        super().__init__(words)
        self.answer = Answer(finding, words)
        self.by_host = by_host


class _Resolver(AbstractResolver):
    """Looks names up, and leaves out what is not public."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - their signature
    ) -> list[ResolveResult]:
        look = self._settings.look or _system_look
        found = [ip for ip in await look(host, port) if self._settings.reach.permits(ip, port)]
        if not found:
            raise NotPublic("not a public address")
        return [
            ResolveResult(
                hostname=host,
                host=ip,
                port=port,
                family=socket.AF_INET6 if ":" in ip else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for ip in found
        ]

    async def close(self) -> None:
        """Nothing is kept open."""


async def _system_look(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Budget:
    """The time that is left for one source."""

    def __init__(self, total: float) -> None:
        """Take it in seconds."""
        self.left = total

    @contextlib.asynccontextmanager
    async def spend(self, most: float) -> AsyncIterator[float]:
        """Allow a part of it, and take off what was used. Raises TimeoutError."""
        allowed = min(self.left, most)
        begun = time.monotonic()
        try:
            async with asyncio.timeout(max(allowed, 0.0)):
                yield allowed
        finally:
            self.left -= time.monotonic() - begun


class Asker:
    """Asks addresses, each host politely. An async context."""

    def __init__(self, settings: Settings, manners: Manners) -> None:
        """Take how to ask and when."""
        self._settings = settings
        self._limits = settings.limits
        self._manners = manners
        self._rules: dict[str, Rules | Unanswered] = {}
        self._reading: dict[str, asyncio.Lock] = {}
        self._failed_before: set[str] = set()
        self.was_heard = False
        """Whether any server has answered."""

    async def __aenter__(self) -> Self:
        """Open the session; connections are opened later, one a request."""
        limits = self._limits
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_Resolver(self._settings),
                socket_factory=self._open_socket,
                ssl=self._settings.tls or True,
                use_dns_cache=False,
                force_close=True,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._settings.agent, "Accept": "*/*", "Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,  # a proxy would connect where we cannot look
            max_line_size=limits.line,
            max_field_size=limits.line,
            max_headers=limits.headers,
            read_bufsize=16_384,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, where: TracebackType | None
    ) -> None:
        """Close what is open."""
        await self._session.close()

    def _open_socket(self, info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        """Return a socket for a numeric address that may be asked: the last gate before connecting."""
        family, kind, proto, _, address = info
        if not self._settings.reach.permits(str(address[0]), int(str(address[1]))):
            raise NotPublic("not a public address")
        return socket.socket(family=family, type=kind, proto=proto)

    async def ask(self, url: str, *, is_patient: bool = True) -> Answer:
        """Return what an address answers. Raises Later if it is not to be asked in this run.

        `is_patient`: a robots.txt that cannot be read keeps the page from being asked.
        """
        try:
            address = read_address(url, self._settings.reach)
        except Refused as fault:
            return Answer(Finding.NOT_HERE, f"not asked: {fault}")
        try:
            return await self._follow(address, Budget(self._limits.total), is_patient=is_patient)
        except Unanswered as fault:
            return fault.answer

    async def _follow(self, address: Address, budget: Budget, *, is_patient: bool) -> Answer:
        trail = Trail.of(address)
        jar = aiohttp.CookieJar(quote_cookie=False)
        seen: set[tuple[str, str]] = set()
        for _ in range(self._limits.hops + 1):
            rules = await self._rules_of(address, budget)
            if rules is None and is_patient:
                return Answer(Finding.BLOCKED, ROBOTS_UNREADABLE)
            if rules is not None and not rules.allow(address.text):
                return Answer(Finding.BLOCKED, "its robots.txt asks programs to stay away")
            cookies = _cookies(jar, address, self._limits.cookies)
            if (address.text, cookies) in seen:
                return Answer(Finding.NOT_HERE, "redirects in a circle")
            seen.add((address.text, cookies))
            reply = await self._look_at(address, jar, budget)
            if not reply.is_redirect:
                return judge(reply, trail)
            try:
                address = follow(address, reply.location or "", self._settings.reach)
            except Refused as fault:
                return Answer(Finding.NOT_HERE, f"a redirect to {fault}")
            trail = trail.step(address, reply.status)
        return Answer(Finding.NOT_HERE, f"more than {self._limits.hops} redirects")

    async def _look_at(self, address: Address, jar: aiohttp.CookieJar, budget: Budget) -> Reply:
        """Return what one address answers: to HEAD, or to GET where that says little."""
        reply = None
        try:
            reply = await self._request("HEAD", address, jar, budget, self._limits.total / 3)
        except Unanswered as fault:
            if fault.by_host:
                raise
        if (
            reply is None
            or not (reply.is_redirect or reply.is_success or reply.status == 429)
            or (reply.is_success and reply.is_html and self._settings.is_thorough)
        ):
            reply = await self._request("GET", address, jar, budget, self._limits.total)
        asks_to_wait = reply.status in (429, 503) and reply.wait is not None
        if asks_to_wait and self._manners.leave_alone(address.host, reply.wait or 0):
            return await self._request("GET", address, jar, budget, self._limits.total)
        return reply

    async def _rules_of(self, address: Address, budget: Budget) -> Rules | None:
        """Return an origin's rules; nothing where they may be there and cannot be read.

        Raises Unanswered where the host cannot be reached at all: then no page of it can. It is tried
        a second time for the next source, and not again in this run.
        """
        origin = address.origin
        async with self._reading.setdefault(origin, asyncio.Lock()):
            if origin not in self._rules:
                try:
                    self._rules[origin] = await self._read_rules(address, budget)
                except Unanswered as fault:
                    if not fault.by_host:
                        return None
                    if origin in self._failed_before:
                        self._rules[origin] = fault
                    self._failed_before.add(origin)
                    raise
            found = self._rules[origin]
        if isinstance(found, Unanswered):
            raise found
        self._manners.slow_down(address.host, found.delay)
        return found

    async def _read_rules(self, address: Address, budget: Budget) -> Rules:
        """Ask for robots.txt, through redirects. Raises Unanswered if it cannot be read."""
        here = Address(address.scheme, address.host, address.port, "/robots.txt")
        for _ in range(5):
            reply = await self._request("GET", here, None, budget, self._limits.total / 3, MOST_BYTES)
            if not reply.is_redirect:
                break
            try:
                here = follow(here, reply.location or "", self._settings.reach)
            except Refused:
                return Rules()
        else:
            return Rules()
        if reply.status >= 500 or reply.status == 429:
            if reply.wait is not None:
                self._manners.leave_alone(here.host, reply.wait)
            raise Unanswered(ROBOTS_UNREADABLE)
        return read_rules(reply.body) if reply.is_success else Rules()

    async def _request(
        self,
        method: str,
        address: Address,
        jar: aiohttp.CookieJar | None,
        budget: Budget,
        most: float,
        body: int | None = None,
    ) -> Reply:
        """Send one request in the host's turn, and return what is looked at of its answer.

        `body` is how much of the body is the matter itself; without it, its beginning is a help only.
        Raises Unanswered, and Later.
        """
        headers = (
            {} if body is not None or method == "HEAD" else {"Range": f"bytes=0-{self._limits.body - 1}"}
        )
        cookies = _cookies(jar, address, self._limits.cookies) if jar is not None else ""
        if cookies:
            headers["Cookie"] = cookies
        async with self._manners.turn(address.host):
            with _named_faults():
                async with budget.spend(most) as seconds:
                    timeout = aiohttp.ClientTimeout(
                        total=seconds,
                        connect=self._limits.connect,
                        sock_connect=self._limits.connect,
                        sock_read=self._limits.read,
                    )
                    async with self._session.request(
                        method,
                        URL(address.text, encoded=True),
                        allow_redirects=False,
                        headers=headers,
                        timeout=timeout,
                    ) as response:
                        self.was_heard = True
                        if jar is not None:
                            jar.update_cookies(response.cookies, response.url)
                        return await self._read(response, body)

    async def _read(self, response: aiohttp.ClientResponse, body: int | None) -> Reply:
        given = {name.lower(): value for name, value in response.headers.items()}
        is_html = "html" in given.get("content-type", "").lower()
        reply = Reply(
            status=response.status,
            location=given.get("location"),
            wait=seconds_of(given.get("retry-after"), _ahead(given.get("retry-after"), given.get("date"))),
            is_challenge=is_challenge(given),
            is_html=is_html,
        )
        if response.method == "HEAD" or reply.is_redirect or (body is None and not is_html):
            return reply
        most = body if body is not None else self._limits.body
        data = b""
        if body is None:
            # The headers have said that it answers: a body that drips, breaks off or never ends changes nothing.
            with contextlib.suppress(TimeoutError, aiohttp.ClientPayloadError):
                async with asyncio.timeout(self._limits.body_time):
                    data = await _beginning(response, most)
        else:
            data = await _beginning(response, most)
        text = unpack(data, given.get("content-encoding", ""), most)
        return Reply(reply.status, reply.location, reply.wait, reply.is_challenge, is_html, text)


async def _beginning(response: aiohttp.ClientResponse, most: int) -> bytes:
    data = bytearray()
    async for piece in response.content.iter_chunked(16_384):
        data += piece
        if len(data) >= most:
            break
    return bytes(data[:most])


def _cookies(jar: aiohttp.CookieJar, address: Address, most: int) -> str:
    """Return the cookies that belong to an address, as a header; nothing where they are too many."""
    kept = jar.filter_cookies(URL(address.text, encoded=True))
    text = "; ".join(f"{name}={morsel.value}" for name, morsel in kept.items())
    return text if len(text) <= most and text.isascii() and text.isprintable() else ""


def _ahead(retry_after: str | None, date: str | None) -> float | None:
    """Return how many seconds after the answer's own date a date of HTTP lies."""
    try:
        then = email.utils.parsedate_to_datetime(retry_after or "")
        now = email.utils.parsedate_to_datetime(date or "")
        return (then - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@contextlib.contextmanager
def _named_faults() -> Iterator[None]:
    """Turn every way in which a request fails into Unanswered."""
    try:
        yield
    except aiohttp.ClientConnectorCertificateError:
        # Browsers find certificates in between that a server forgets to send: a person may see the page.
        words = "its certificate cannot be verified"
        raise Unanswered(words, Finding.BLOCKED, by_host=True) from None
    except aiohttp.ClientSSLError:
        raise Unanswered("no secure connection", by_host=True) from None
    except aiohttp.ClientConnectorDNSError as fault:
        public = not isinstance(fault.os_error, NotPublic)
        raise Unanswered("no such host" if public else "not a public address", by_host=True) from None
    except aiohttp.ClientConnectorError as fault:
        public = not isinstance(fault.os_error, NotPublic)
        raise Unanswered("no connection" if public else "not a public address", by_host=True) from None
    except aiohttp.ConnectionTimeoutError:
        raise Unanswered("no connection in time", by_host=True) from None
    except TimeoutError:
        raise Unanswered("no answer in time") from None
    except aiohttp.ClientPayloadError:
        raise Unanswered("its answer breaks off") from None
    except (aiohttp.ClientResponseError, aiohttp.http_exceptions.HttpProcessingError):
        raise Unanswered("its answer is not HTTP") from None
    except aiohttp.InvalidURL:
        raise Unanswered("not asked: no address", by_host=True) from None
    except (aiohttp.ClientError, OSError, ValueError):
        raise Unanswered("the connection was cut") from None
