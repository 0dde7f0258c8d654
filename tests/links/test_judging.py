"""What single answers mean, and what is read of robots.txt."""

import gzip
import time
import zlib

import pytest

from briefing.links.addresses import Reach, read_address
from briefing.links.judging import Reply, Trail, judge, seconds_of, status_words, unpack
from briefing.links.robots import MOST_BYTES, MOST_DELAY, read_rules
from briefing.links.states import Finding

TRAIL = Trail.of(read_address("https://example.org/report/2022", Reach()))


@pytest.mark.parametrize(
    ("title", "hint"),
    [
        ("Report of the Panel", None),
        ("Peugeot 404: a history of 4041 cars", "its title says that the page is not there"),
        ("Error 404", "its title says that the page is not there"),
        ("Page not found", "its title says that the page is not there"),
        ("This page does not exist", "its title says that the page is not there"),
        ("Room 4044", None),
        ("example.org: This domain may be for sale", "its title says that the domain is for sale"),
    ],
)
def test_hints_from_titles(title: str, hint: str | None) -> None:
    """A hint is for a person to judge: it changes no state."""
    body = f"<head><title lang=en>\n {title}\n</title>".encode()
    answer = judge(Reply(200, is_html=True, body=body), TRAIL)
    assert (answer.finding, answer.hint) == (Finding.HERE, hint)


@pytest.mark.parametrize(
    "title", ["Just a moment...", "Attention Required! | Cloudflare", "Access Denied", "Are you a robot?"]
)
def test_pages_that_ask_for_proof_say_nothing_of_the_document(title: str) -> None:
    """With any status."""
    for status in (200, 404, 503):
        body = f"<title>{title}</title>".encode()
        assert judge(Reply(status, is_html=True, body=body), TRAIL).finding is Finding.BLOCKED


def test_a_title_that_does_not_end_costs_no_time() -> None:
    """Nor does anything else in 64 KiB."""
    begun = time.process_time()
    for body in (b"<title" * 10_000, b"<title>" + b" " * 65_000, b"<title " + b"a" * 65_000, b"<" * 65_536):
        judge(Reply(200, is_html=True, body=body), TRAIL)
    assert time.process_time() - begun < 2


def test_the_servers_own_words_are_never_kept() -> None:
    """Only the number is the server's."""
    assert status_words(404) == "404 Not Found"
    assert status_words(799) == "799"


@pytest.mark.parametrize(
    ("text", "age", "seconds"),
    [
        (None, None, None), ("120", None, 120), (" 7 ", None, 7), ("-5", None, None), ("1e9", None, None),
        ("٣", None, None), ("9" * 30, None, None), ("soon", None, None), ("a date", 60.4, 60), ("a date", -9, 0),
    ],
)  # fmt: skip
def test_retry_after(text: str | None, age: float | None, seconds: int | None) -> None:
    """Digits, or a date; anything else is no wish."""
    assert seconds_of(text, age) == seconds


def test_what_comes_packed_is_unpacked_within_bounds() -> None:
    """At most so many bytes, and nothing where it is broken or of a kind that we did not ask for."""
    text = b"<title>x</title>" + b"y" * 100_000
    assert unpack(text, "", 50) == unpack(gzip.compress(text), "GZIP", 50) == text[:50]
    assert unpack(zlib.compress(text), "deflate", 50) == text[:50]
    assert unpack(gzip.compress(text)[:60], "gzip", 10**6).startswith(b"<title>")
    assert unpack(b"no", "gzip", 50) == unpack(text, "br", 50) == unpack(text, "gzip, gzip", 50) == b""


# --- robots.txt ------------------------------------------------------------------------------

PAGE = "https://example.org/docs/a.pdf?x=1"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /docs/\nAllow: /docs/a", True),
        ("User-agent: *\nDisallow: /*.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", True),
        ("User-agent: GPTBot\nDisallow: /", True),
        ("User-agent: GPTBot\nUser-agent: *\nDisallow: /", False),
        ("User-agent: briefing-links\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: Briefing-Links/1.0 # us\nDisallow: /\nUser-agent: *\nAllow: /", True),
        ("User-agent: briefing\nDisallow: /\nUser-agent: *\nAllow: /", False),
        ("user-agent:*\ndisallow:/docs", False),
        ("User-agent *\nDisallow /docs", False),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("<html>not a robots.txt</html>", True),
        ("\0\xff\x01", True),
    ],
)
def test_what_robots_txt_allows(text: str, allowed: bool) -> None:
    """RFC 9309: the group of our name or of all, the longest rule."""
    assert read_rules(text.encode()).allow(PAGE) is allowed


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [("5", 5), ("0.5", 0.5), ("-1", 0), ("inf", 0), ("nan", 0), ("9999", MOST_DELAY), ("x", 0)],
)
def test_how_long_robots_txt_makes_us_wait(delay: str, seconds: float) -> None:
    """Half a minute at most."""
    assert read_rules(f"User-agent: *\nCrawl-delay: {delay}".encode()).delay == seconds


def test_a_robots_txt_that_multiplies_is_read_in_no_time() -> None:
    """Ten thousands of names, each with ten thousands of rules, in 500 KiB."""
    names = b"".join(b"user-agent:%d\n" % n for n in range(16_000))
    rules = b"allow:/\n" * 32_000
    begun = time.process_time()
    assert read_rules((names + rules)[:MOST_BYTES]).allow(PAGE)
    assert not read_rules(b"User-agent: *\nDisallow: /" + b"*a" * 100_000 + b"\nDisallow: /docs").allow(PAGE)
    assert time.process_time() - begun < 5
