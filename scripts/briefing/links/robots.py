"""What a host asks of programs in its robots.txt (RFC 9309)."""

from dataclasses import dataclass

from protego import Protego

TOKEN = "briefing-links"  # noqa: S105 - a product token, by which robots.txt names programs
"""The name by which robots.txt can name this program."""

MOST_BYTES = 512_000
"""How much of a robots.txt is read (RFC 9309, 2.5, asks for 500 KiB at least)."""

MOST_DELAY = 30.0
"""Most seconds between requests that a Crawl-delay gets."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin that concern this program."""

    parsed: Protego | None = None

    def allow(self, url: str) -> bool:
        """Return whether the address may be asked."""
        return self.parsed is None or bool(self.parsed.can_fetch(url, TOKEN))

    @property
    def delay(self) -> float:
        """The seconds between requests that are asked for."""
        asked = self.parsed.crawl_delay(TOKEN) if self.parsed is not None else None
        return min(float(asked or 0.0), MOST_DELAY)


def read_rules(data: bytes) -> Rules:
    """Return the rules of a robots.txt."""
    text = data[:MOST_BYTES].decode("utf-8", "replace")
    return Rules(Protego.parse("\n".join(_ours(line) for line in text.splitlines())))


def _ours(line: str) -> str:
    """Return a line as it concerns us: programs that we are not get one name.

    Otherwise a file of many names with many rules would be multiplied out: 500 KiB of them make
    hundreds of millions of rules.
    """
    head, colon, value = line.partition(":")
    if "agent" not in head.lower():
        return line
    if not colon:
        head, _, value = line.strip().partition(" ")
    name = value.partition("#")[0].strip().lower().replace("*", "")
    return f"user-agent: {value}" if not name or TOKEN.startswith(name) else "user-agent: another"
