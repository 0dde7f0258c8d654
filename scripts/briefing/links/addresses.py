"""Which addresses may be asked, and how they are shown.

Addresses come from records and from redirects: both are untrusted. What a name leads to is judged
at the moment of connecting (`Reach.permits`), not when it is written or looked up: a name may lead
elsewhere a second later.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import idna

MOST = 4000
"""Most characters of an address that is followed. Records allow fewer; redirects are not ours."""

_SAFE = "!#$%&'()*+,-./:;=?@[]_~"
_FORBIDDEN_HOST = re.compile(r"[^a-z0-9._-]", re.ASCII)
_SCHEMES = {"http": 80, "https": 443}

_EMBEDDED = (
    ipaddress.IPv6Network("64:ff9b::/96"),  # NAT64 (RFC 6052): the last four bytes are IPv4
    ipaddress.IPv6Network("::/96"),  # IPv4-compatible (RFC 4291, deprecated)
)
_NOT_FOR_US = (
    ipaddress.ip_network("100.64.0.0/10"),  # carrier-grade NAT (RFC 6598)
    ipaddress.ip_network("192.88.99.0/24"),  # 6to4 relays (RFC 7526, deprecated)
    ipaddress.ip_network("64:ff9b:1::/48"),  # NAT64 of a local network (RFC 8215)
    ipaddress.ip_network("fec0::/10"),  # site-local (RFC 3879, deprecated)
)


class Refused(Exception):
    """An address that is not asked. Its text says what it is, such as "an address with a user part"."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address in the form in which it is asked: ASCII only, without a fragment."""

    scheme: str
    host: str
    """In lower case; punycode where it is international; IPv6 without brackets."""
    port: int
    path: str
    """Path and query, percent-encoded."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, as they are written: "https://example.org"."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _SCHEMES[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def text(self) -> str:
        """The whole address."""
        return self.origin + self.path


@dataclass(frozen=True, slots=True)
class Reach:
    """Where connections may go: public addresses, and the ports of the web."""

    ports: frozenset[int] = frozenset(_SCHEMES.values())
    also: frozenset[tuple[str, int]] = frozenset()
    """Numeric addresses with a port that may be asked although they are not public: for tests."""

    def permits_port(self, port: int) -> bool:
        """Return whether an address may name this port."""
        return port in self.ports or any(port == p for _, p in self.also)

    def permits(self, ip: str, port: int) -> bool:
        """Return whether a connection to this numeric address may be opened."""
        return (ip, port) in self.also or (port in self.ports and is_public(ip))


def is_public(ip: str) -> bool:
    """Return whether a numeric address is one of the public Internet.

    Private, loopback, link-local, multicast, reserved, unspecified, documentation and shared (CGNAT)
    ones are not; nor are IPv6 addresses that carry such an IPv4 address: mapped, NAT64, 6to4, Teredo.
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return False
        inner = _carried(address)
        if inner is not None:
            return is_public(str(inner))
    if any(address.version == net.version and address in net for net in _NOT_FOR_US):
        return False
    return address.is_global and not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address to which an IPv6 address leads, if it carries one."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in net for net in _EMBEDDED):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def read_address(url: str, reach: Reach) -> Address:
    """Return an address as it is asked. Raises Refused."""
    if len(url) > MOST:
        raise Refused("an address that is too long")
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused("no address") from None
    if parts.scheme.lower() not in _SCHEMES:
        raise Refused(
            f"an address of the kind {parts.scheme[:20].lower()}:" if parts.scheme else "no address"
        )
    if "@" in parts.netloc:
        raise Refused("an address with a user part")
    scheme = parts.scheme.lower()
    port = port if port is not None else _SCHEMES[scheme]
    if not reach.permits_port(port):
        raise Refused(f"port {port}")
    path = quote(parts.path or "/", safe=_SAFE, errors="replace")
    if parts.query:
        path += "?" + quote(parts.query, safe=_SAFE, errors="replace")
    return Address(scheme, ascii_host(host), port, path if path.startswith("/") else f"/{path}")


def follow(address: Address, location: str, reach: Reach) -> Address:
    """Return the address that a redirect leads to. Raises Refused."""
    if len(location) > MOST:
        raise Refused("an address that is too long")
    try:
        joined = urljoin(address.text, location.strip())
    except ValueError:
        raise Refused("no address") from None
    return read_address(joined, reach)


def ascii_host(host: str) -> str:
    """Return a host in ASCII: punycode where it is international (UTS 46). Raises Refused."""
    host = host.lower()
    if ":" in host:
        try:
            ip = ipaddress.IPv6Address(host)
        except ValueError:
            raise Refused("no address") from None
        if ip.scope_id:
            raise Refused("an address within a network")
        return str(ip)
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise Refused("a host whose name is not allowed") from None
    if not host.strip(".") or _FORBIDDEN_HOST.search(host) or len(host) > 254:
        raise Refused("no address")
    return host


def punycode(url: str) -> str | None:
    """Return the ASCII form of an address's host where what is shown differs from it.

    Letters of other alphabets look like Latin ones; the ASCII form cannot pretend.
    """
    host = urlsplit(url).hostname or ""
    if host.isascii():
        return None
    try:
        return ascii_host(host)
    except Refused:
        return "a name that is not allowed"


def without_scheme(url: str) -> str:
    """Return what two addresses share that differ in http or https, www and a last slash."""
    rest = re.sub(r"^https?://(?:www\.)?", "", url, flags=re.IGNORECASE).partition("#")[0]
    return rest.rstrip("/")
