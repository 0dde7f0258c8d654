"""What an HTTP answer says of the document. Pure; no word of the server's gets into an answer."""

import re
import zlib
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlsplit

from briefing.links.addresses import Address, without_scheme
from briefing.links.states import Answer, Finding

REDIRECTS = frozenset({301, 302, 303, 307, 308})
FOR_GOOD = frozenset({301, 308})
_BLOCKED = frozenset({401, 402, 403, 406, 407, 429, 451, 999})
"""Refusals of the one who asks: to sign in, to pay, as a program, too often, by law. LinkedIn says 999."""

_CHALLENGE_HEADERS = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "captcha"),
    ("x-amzn-waf-action", "challenge"),
    ("x-datadome", "protected"),
)
_CHALLENGE_TITLE = re.compile(
    r"just a moment|attention required|access denied|are you (?:a robot|human|not a robot)|robot or human|"
    r"captcha|security (?:check|verification)|pardon our interruption|verify(?:ing)? (?:that )?you are|"
    r"ddos-guard|one more step|bot verification|unusual traffic",
    re.IGNORECASE,
)
_CHALLENGE_ADDRESS = re.compile(r"captcha|/cdn-cgi/challenge|validate\.perfdrive|/sorry/index", re.IGNORECASE)
_GONE_TITLE = re.compile(
    r"\b404\b|\b410\b|not\s+found|no longer (?:available|exists?)|(?:does not|doesn.t) exist|"
    r"page (?:unavailable|missing)|no such page",
    re.IGNORECASE,
)
_FOR_SALE = re.compile(
    r"domain (?:name )?(?:is |may be )?for sale|buy this domain|parked (?:domain|page)|domain (?:has )?expired",
    re.IGNORECASE,
)
_ERROR_PATH = re.compile(r"(?:^|[/_.-])(?:404|not-?_?found|error|page-?not)(?:[/_.-]|$)", re.IGNORECASE)
_LOGIN_PATH = re.compile(r"(?:^|[/_.-])(?:log-?in|sign-?in|consent|sso)(?:[/_.-]|$)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,400})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is looked at of an HTTP answer."""

    status: int
    location: str | None = None
    wait: int | None = None
    """Seconds, from Retry-After."""
    is_challenge: bool = False
    """Whether its headers say that it asks for a proof that a person asks."""
    is_html: bool = False
    body: bytes = b""
    """The beginning of the body, unpacked; empty where none was read."""

    @property
    def is_redirect(self) -> bool:
        """Whether it leads elsewhere."""
        return self.status in REDIRECTS and bool(self.location)

    @property
    def is_success(self) -> bool:
        """Whether it gives the document."""
        return 200 <= self.status < 300 and not self.is_challenge


@dataclass(frozen=True, slots=True)
class Trail:
    """The way from the address that was asked to the one that answered."""

    asked: Address
    reached: Address
    lasting: Address
    """Where the redirects lead that are meant for good: up to the first that is not."""
    is_lasting: bool = True
    """Whether every redirect so far was meant for good."""

    @classmethod
    def of(cls, address: Address) -> "Trail":
        """Return the trail of an address that was not asked yet."""
        return cls(address, address, address)

    def step(self, address: Address, status: int) -> "Trail":
        """Return the trail with one redirect more."""
        if self.is_lasting and status in FOR_GOOD:
            return replace(self, reached=address, lasting=address)
        return replace(self, reached=address, is_lasting=False)


def is_challenge(headers: dict[str, str]) -> bool:
    """Return whether headers (names in lower case) ask for a proof that a person asks."""
    return any(value in headers.get(name, "").lower() for name, value in _CHALLENGE_HEADERS)


def seconds_of(retry_after: str | None, age: float | None) -> int | None:
    """Return Retry-After in seconds. `age` is how far ahead its date lies, where it is one."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return int(text)
    return max(0, round(age)) if age is not None else None


def status_words(status: int) -> str:
    """Return "404 Not Found": our name of the status, not the server's."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def unpack(data: bytes, encoding: str, most: int) -> bytes:
    """Return the beginning of a body that came packed: at most `most` bytes, however small it came."""
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        return data[:most] if not encoding.strip() or encoding.strip().lower() == "identity" else b""
    try:
        return zlib.decompressobj(wbits=47).decompress(data, most)
    except zlib.error:
        return b""


def judge(reply: Reply, trail: Trail) -> Answer:
    """Return what the last answer of a trail says of the document."""
    words = status_words(reply.status)
    title = _title(reply)
    if (
        reply.is_challenge
        or reply.status in _BLOCKED
        or (title and _CHALLENGE_TITLE.search(title))
        or (trail.reached != trail.asked and _CHALLENGE_ADDRESS.search(trail.reached.text))
    ):
        asks = "" if reply.status in _BLOCKED else ": it asks for proof that a person asks"
        return Answer(Finding.BLOCKED, words + asks, wait=reply.wait)
    if 200 <= reply.status < 300 or reply.status == 416:  # 416: the document is there, and empty
        hint = _hint(trail, title)
        moved = trail.lasting.text
        if moved != trail.asked.text:
            return Answer(Finding.MOVED, words, moved_to=moved, hint=hint)
        return Answer(Finding.HERE, words, hint=hint)
    if reply.status in REDIRECTS:
        return Answer(Finding.NOT_HERE, f"{words}, but to nowhere")
    return Answer(Finding.NOT_HERE, words, wait=reply.wait)


def _title(reply: Reply) -> str:
    """Return the page's title, or nothing."""
    if not reply.is_html or not reply.body:
        return ""
    found = _TITLE.search(reply.body.decode("utf-8", "replace"))
    return " ".join(found[1].split()) if found else ""


def _hint(trail: Trail, title: str) -> str | None:
    """Return why an editor should look although the address answers."""
    asked, reached = urlsplit(trail.asked.text), urlsplit(trail.reached.text)
    if without_scheme(trail.asked.text) != without_scheme(trail.reached.text):
        if asked.path.strip("/") and not reached.path.strip("/"):
            return "it leads to a front page"
        if _ERROR_PATH.search(reached.path) and not _ERROR_PATH.search(asked.path):
            return "it leads to a page of errors"
        if _LOGIN_PATH.search(reached.path) and not _LOGIN_PATH.search(asked.path):
            return "it leads to a page that asks to sign in or to consent"
    if title and _FOR_SALE.search(title):
        return "its title says that the domain is for sale"
    if title and _GONE_TITLE.search(title):
        return "its title says that the page is not there"
    return None
