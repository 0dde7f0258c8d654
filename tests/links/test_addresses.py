"""Which addresses are public, how addresses are read, and how they are shown."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.links.addresses import (
    Reach,
    Refused,
    follow,
    is_public,
    punycode,
    read_address,
    without_scheme,
)

REACH = Reach()


@pytest.mark.parametrize(
    "ip",
    [
        "0.0.0.0",  # noqa: S104 - that it is refused is the matter
        "10.1.2.3", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "172.16.0.1", "172.31.255.254", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
        "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::8.8.8.8", "100::1", "2001::1",
        "2001:0:7f00:1::", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "fc00::1", "fd12:3456::1",
        "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "2606:4700::1%lo",
        "", "localhost", "1", "127.1", "0x7f.1", "0177.0.0.1", "8.8.8.8.", " 8.8.8.8", "[::1]",
    ],
)  # fmt: skip
def test_what_is_not_public(ip: str) -> None:
    """Private, loopback, link-local, multicast, reserved, shared, embedded, and no numbers at all."""
    assert not is_public(ip)
    assert not REACH.permits(ip, 80)


@pytest.mark.parametrize(
    "ip", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "175.45.176.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)  # fmt: skip
def test_what_is_public(ip: str) -> None:
    """On the ports of the web, and on no others."""
    assert is_public(ip)
    assert [p for p in (22, 25, 80, 443, 8080) if REACH.permits(ip, p)] == [80, 443]


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_it_is_carried(ip: ipaddress.IPv4Address) -> None:
    """Mapped, through NAT64, 6to4 or Teredo."""
    number = int(ip)
    public = is_public(str(ip))
    assert not (public and (ip.is_private or ip.is_multicast or ip.is_reserved or ip.is_loopback))
    carried = [
        0xFFFF << 32 | number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80,
        0x20010000 << 96 | (number ^ 0xFFFFFFFF),
    ]
    assert {is_public(str(ipaddress.IPv6Address(n))) for n in carried} == {public}


def test_an_exception_is_one_address_and_one_port() -> None:
    """The flag for tests opens nothing else."""
    reach = Reach(also=frozenset({("127.0.0.1", 8000)}))
    asked = [
        (ip, p) for ip in ("127.0.0.1", "127.0.0.2", "8.8.8.8") for p in (80, 8000) if reach.permits(ip, p)
    ]
    assert asked == [("127.0.0.1", 8000), ("8.8.8.8", 80)]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a#b", "https://example.org/a"),
        ("http://example.org:443/a", "http://example.org:443/a"),
        ("http://example.org/a b?c=d e", "http://example.org/a%20b?c=d%20e"),
        ("http://example.org/%41%2f?x=%26", "http://example.org/%41%2f?x=%26"),
        ("http://example.org/북?q=한", "http://example.org/%EB%B6%81?q=%ED%95%9C"),
        ("http://example.org?x", "http://example.org/?x"),
        ("http://example.org/a\\b", "http://example.org/a%5Cb"),
        ("https://북한.example/", "https://xn--pr3b894b.example/"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://аpple.example/", "https://xn--pple-43d.example/"),
        ("http://[2606:4700::1111]/x", "http://[2606:4700::1111]/x"),
        ("http://a_b.example/", "http://a_b.example/"),
    ],
)
def test_how_an_address_is_asked(url: str, text: str) -> None:
    """As it stands, in ASCII: what is encoded stays as it was encoded."""
    assert read_address(url, REACH).text == text


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://example.org/", "an address of the kind ftp:"),
        ("file:///etc/passwd", "an address of the kind file:"),
        ("//example.org/", "no address"),
        ("example.org", "no address"),
        ("", "no address"),
        ("http://", "no address"),
        ("http://.", "no address"),
        ("http://user@example.org/", "an address with a user part"),
        ("http://:@example.org/", "an address with a user part"),
        ("http://example.org\\@evil.example/", "an address with a user part"),
        ("http://example.org:8080/", "port 8080"),
        ("http://example.org:0/", "port 0"),
        ("http://example.org:99999/", "no address"),
        ("http://exa mple.org/", "no address"),
        ("http://example.org\t.evil/", "no address"),
        ("http://ex%61mple.org/", "no address"),
        ("http://[fe80::1%25eth0]/", "an address within a network"),
        ("http://[::1", "no address"),
        ("http://\u2488.example/", "a host whose name is not allowed"),
        ("http://" + "a" * 300 + "/", "no address"),
        ("http://example.org/" + "a" * 5000, "an address that is too long"),
    ],
)
def test_what_is_refused(url: str, why: str) -> None:
    """In words that say what it is."""
    if url == "http://example.org\t.evil/":
        # urllib drops tabs, as browsers do: it is another host's name, and that one is asked or not.
        assert read_address(url, REACH).host == "example.org.evil"
        return
    with pytest.raises(Refused, match=f"^{why}$"):
        read_address(url, REACH)


def test_a_redirect_starts_from_where_it_stands() -> None:
    """RFC 3986, 5.2."""
    here = read_address("https://example.org/a/b?c", REACH)
    steps = {"d": "https://example.org/a/d", "/e": "https://example.org/e", "?f": "https://example.org/a/b?f"}
    steps |= {"//other.example/g": "https://other.example/g", "../../..": "https://example.org/"}
    assert {step: follow(here, step, REACH).text for step in steps} == steps


@given(st.text(max_size=80))
def test_no_text_makes_an_address_that_is_not_one(text: str) -> None:
    """Whatever a server writes: refused, or ASCII that reads the same a second time."""
    here = read_address("https://example.org/a", REACH)
    try:
        there = follow(here, text, REACH)
    except Refused:
        return
    assert there.text.isascii()
    assert there.text.isprintable()
    assert " " not in there.text
    assert read_address(there.text, REACH) == there


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/북", None),
        ("https://xn--pr3b894b.example/", None),
        ("https://북한.example/", "xn--pr3b894b.example"),
        ("https://аpple.example/", "xn--pple-43d.example"),
        ("https://\u2488.example/", "a name that is not allowed"),
    ],
)
def test_an_international_host_is_shown_in_ascii(url: str, shown: str | None) -> None:
    """Cyrillic а and Latin a look alike; xn-- does not."""
    assert punycode(url) == shown


def test_differences_that_mean_nothing() -> None:
    """Http and https, www, and a last slash."""
    assert len({without_scheme(u) for u in ("http://www.a.example/b/", "https://a.example/b#c")}) == 1
    assert without_scheme("https://a.example/b") != without_scheme("https://a.example/c")
