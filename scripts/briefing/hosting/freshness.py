"""Whether the site that readers see has what the record has.

A site that stopped being deployed looks like one on which nothing happens. Its own data file says
which briefs it has and when each was last changed; the record says the same; the two are compared.
"""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.parse import urljoin, urlsplit

from pydantic import BaseModel, ValidationError

from briefing.corpus import Corpus
from briefing.model import Brief
from briefing.problems import printable
from briefing.wording import count

FILE = "api/v1/briefs.json"
"""Where a site says which briefs it has."""

TIMEOUT = 20.0
"""Seconds for which a site may be silent."""

MOST_TIME = 60.0
"""Seconds that an answer may take."""

MOST_BYTES = 64 * 1024 * 1024
"""Bytes that an answer may have."""

MOST_HOPS = 5

NAMED = 10
"""Briefs that a message names."""


class NoAnswer(Exception):
    """The site does not say what it has. Its text says why."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """What the published site lacks; nothing of it where the site is as new as the record."""

    missing: tuple[str, ...]
    """Ids of published briefs that it does not have."""
    older: tuple[str, ...]
    """Ids of briefs that it has in an older state."""
    published: int
    """Briefs that it has."""
    newest: date | None
    """The day of the record's last change."""

    @property
    def is_fresh(self) -> bool:
        """Whether the site has all that the record has."""
        return not self.missing and not self.older

    @property
    def words(self) -> str:
        """What was found, in a sentence or two."""
        if self.is_fresh:
            upto = f", up to {self.newest.isoformat()}" if self.newest else ""
            return f"The site is as new as the record: {count(self.published, 'brief')}{upto}"
        parts = []
        if self.missing:
            parts.append(f"Not on the site: {_named(self.missing)}")
        if self.older:
            parts.append(f"There in an older state: {_named(self.older)}")
        return ". ".join(parts)


def _named(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - NAMED:,} more" if len(ids) > NAMED else ""
    return f"{', '.join(ids[:NAMED])}{more}"


class _Correction(BaseModel):
    date: date


class _Brief(BaseModel):
    """What the site's file says of a brief, as far as it shows whether the brief is the record's."""

    id: str
    title: str
    bottom_line: str
    status: str
    published: date
    updated: date | None
    claims: tuple[str, ...]
    corrections: tuple[_Correction, ...]

    def is_as_new_as(self, brief: Brief) -> bool:
        """Whether it is what the record has, or newer."""
        days = [
            self.published,
            *(c.date for c in self.corrections),
            *([self.updated] if self.updated else []),
        ]
        if max(days) != brief.changed:
            return max(days) > brief.changed
        refs = tuple(f"{brief.id}#{c.id}" for c in brief.claims)
        here = (brief.title, brief.bottom_line, brief.status.value, refs)
        return (self.title, self.bottom_line, self.status, self.claims) == here


class _Briefs(BaseModel):
    items: tuple[_Brief, ...]


def compare(corpus: Corpus, answer: bytes) -> Freshness:
    """Compare the record with what a site says it has. Raises NoAnswer where it says nothing."""
    try:
        online = {b.id: b for b in _Briefs.model_validate_json(answer).items}
    except ValidationError:
        raise NoAnswer(f"what stands at {FILE} is not a list of briefs") from None
    briefs = corpus.published().briefs
    return Freshness(
        missing=tuple(i for i in briefs if i not in online),
        older=tuple(i for i, b in briefs.items() if i in online and not online[i].is_as_new_as(b)),
        published=len(online),
        newest=max((b.changed for b in briefs.values()), default=None),
    )


def read_site(where: str) -> bytes:
    """Return what a site says it has: a folder's, or that of an address. Raises NoAnswer."""
    if "://" not in where:
        try:
            return (Path(where) / FILE).read_bytes()
        except OSError as fault:
            raise NoAnswer(f"{where} has no {FILE}: {fault.strerror}") from None
    parts = urlsplit(where)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise NoAnswer("give the site's address as https://host/ or its folder")
    return _fetch(urljoin(where.rstrip("/") + "/", FILE))


class _NeverLessSafe(urllib.request.HTTPRedirectHandler):
    """Follows a site that has moved, but never from https to anything else."""

    max_redirections = MOST_HOPS

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Return the request for the next hop. Raises NoAnswer."""
        if urlsplit(newurl).scheme not in ("https", urlsplit(req.full_url).scheme):
            raise NoAnswer(f"the site leads to an unsafe address: {printable(newurl[:200])}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetch(address: str) -> bytes:
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(), urllib.request.HTTPDefaultErrorHandler(), _NeverLessSafe(),
    ):  # fmt: skip
        opener.add_handler(handler)
    # Hosts and what stands between keep answers; a question of its own is answered anew.
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        address, headers={"Cache-Control": "no-cache", "User-Agent": "briefing-fresh"}
    )
    until = time.monotonic() + MOST_TIME
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            content = bytearray()
            while block := answer.read1(65536):
                content += block
                if len(content) > MOST_BYTES or time.monotonic() > until:
                    raise NoAnswer(f"{address} gives too much, or too slowly")
            return bytes(content)
    except urllib.error.HTTPError as fault:
        fault.close()
        raise NoAnswer(f"{address} answers {fault.code}") from None
    except (OSError, HTTPException) as fault:
        reason = getattr(fault, "reason", None) or fault
        raise NoAnswer(f"{address} cannot be read: {printable(str(reason))}") from None


def wait_until_fresh(
    corpus: Corpus,
    where: str,
    seconds: float,
    *,
    pause: Callable[[float], None] = time.sleep,
    every: float = 15.0,
) -> Freshness:
    """Compare again and again, for `seconds` at most, until the site is as new as the record.

    A deployed site takes a while to reach readers. Raises NoAnswer if it says nothing to the end.
    """
    waited = 0.0
    while True:
        try:
            found = compare(corpus, read_site(where))
        except NoAnswer:
            if waited >= seconds:
                raise
        else:
            if found.is_fresh or waited >= seconds:
                return found
        pause(every)
        waited += every
