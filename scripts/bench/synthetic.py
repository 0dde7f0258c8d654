"""A synthetic project of any size: `python -m bench.synthetic --briefs N --out DIR`.

Its records have the shape of the real ones in briefs/ (claims a brief, figures, citations, chains,
answers, events, rival figures, …, counted in October 2026) and pass `briefing check`. Every record is
a function of the seed, the size and its own number: nothing is kept in memory, files are written in
any order, by any number of processes, and two runs write the same bytes.
"""

import datetime as dt
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random

import click

from bench.words import Voice, hangul, name

ROOT = Path(__file__).parents[2]

FIRST_DAY = dt.date(1997, 1, 1).toordinal()
DAYS = 30 * 365 - 60
"""From the first day to October 2026."""

TOPICS = (
    ("sanctions", "Sanctions", "#7a4a00", "gavel"),
    ("weapons", "Weapons", "#8c1d2f", "rocket-launch"),
    ("cyber-revenue", "Cyber revenue", "#1d4f91", "bitcoin"),
    ("diplomacy", "Diplomacy", "#2b6b4f", "handshake"),
)
"""Id, title, colour, icon; the ids are those that the navigation of mkdocs.yml names."""

EVENT_KINDS = {
    "sanctions": ("sanctions-measure", "sanctions-report"),
    "weapons": ("missile-launch", "nuclear-test", "weapons-display"),
    "cyber-revenue": ("crypto-theft", "cyber-operation", "legal-action"),
    "diplomacy": ("vote", "meeting", "statement", "agreement", "incident"),
}

QUALIFIERS = ("stated", "about", "more_than", "at_least", "up_to", "nearly", "between")
_QUALIFIER_WEIGHTS = (45, 20, 12, 10, 6, 3, 4)

_PERIODS = ("event", "year", "year", "event", "month")
_UNITS = ("USD", "USD", "count", "km", "count")
"""Of measures, by number modulo 5."""

_ENTITY_KINDS = ("organisation", "body", "person", "weapon_system", "group", "state", "vessel", "place")
_ENTITY_WEIGHTS = (50, 19, 15, 5, 4, 4, 2, 1)
_FIRST_ENTITIES = (
    "state", "body", "organisation", "state", "group", "body", "weapon_system", "organisation", "person",
    "body", "organisation", "person",
)  # fmt: skip
_SUFFIXES = {
    "organisation": ("Institute", "Exchange", "Bank", "Research", "Times", "Agency", "Trading Corporation"),
    "body": ("Ministry", "Committee", "Mission", "Bureau", "Service", "Panel"),
    "weapon_system": ("Missile", "Rocket", "Reactor"),
    "group": ("Group", "Team"),
    "vessel": ("Maru", "Star"),
    "place": ("Harbour", "Valley"),
}

_SOURCE_KINDS = ("press", "official", "research", "state_media", "vendor", "dataset")
_SOURCE_WEIGHTS = (72, 12, 8, 5, 2, 1)
_SOURCE_TYPES = {
    "press": "article-newspaper",
    "official": "report",
    "research": "report",
    "state_media": "article-newspaper",
    "vendor": "post-weblog",
    "dataset": "dataset",
}

# --- frames of sentences -----------------------------------------------------------------

TITLES = [
    "{E} {v} the {a} {n} of {O}",
    "{E} says that {O} {v} {a} {ns} near {P}",
    "{O} {v} {ns}, {E} reports; the {n} of {P} is disputed",
    "What is known of the {a} {n} at {P}",
    "{E} and {O} {v} on {ns} after the {n} of {M}",
    "{E} {v} {a} {ns} over the {n} of {P}",
]
CLAIMS = [
    "{S} said that {E} had {v} the {a} {n} of {P} and {d} {v} its {ns}.",
    "{S} {v} in {M} that {a} {ns} of {E} went through {P}, without saying how the {n} was {v}.",
    "According to {S}, {E} {v} {a} {ns} to {P} between the {n} and the {n} of {M}.",
    "The {n} of {E} {v} the {a} {ns} near {P} after {M}, {S} wrote.",
    "{S} reported that the {a} {n} was {v} by {E}, and that {ns} were {v} {d}.",
    "{E} kept {g} {ns} for its {a} {n}, {S} said, and {v} the {n} of {P}.",
    "In {M} {S} {v} {ns} that, in its words, {E} had {v} for the {n} of its {a} {ns}.",
    "{S} put the {n} down to {E}, which {v} {a} {ns} before it {v} at {P}.",
]
FIGURED = [
    "{S} said that {E} had {v} {F} in the {a} {n} of {M}.",
    "{S} put the {n} of {P} at {F} and said that {E} {v} the {a} {ns}.",
    "According to {S}, {F} went to {E} through {a} {ns} in {P}.",
    "{E} {v} {F}, {S} {v} in {M}; the {n} of the {ns} was not {v}.",
    "{S} estimated {F} for the {n} at {P}, and {v} {a} {ns} as the {n}.",
    "The {a} {n} came to {F}, {S} wrote after {E} had {v} its {ns}.",
]
POINTS = [
    "{S} {v} the {a} {n} of {E}; the {ns} were not {v}.",
    "{E} {v} {ns} near {P}, by {S}'s account.",
    "No document read here says whether the {n} was {v} by {E}.",
    "The {n} of {P} is {v} by {S} and not by {E}.",
    "{S} and {E} {v} on how the {ns} were {v} in {M}.",
]
FIGURED_POINTS = [
    "{S} gives {F} for the {n} of {P}.",
    "{F}: so {S} {v} the {a} {n} of {E}.",
    "{S} {v} {F}, and {E} {v} the {n}.",
]
BOTTOM_LINES = [
    "{E} {v} the {a} {n} of {P} in {M}, and {O} {d} {v} {ns} that were {v} with it.",
    "{O} says that {E} {v} {a} {ns}; what was {v} at {P} is told in several ways.",
    "The {n} of {M} {v} {a} {ns} of {E}, which {O} had {v} since the {n} of {P}.",
    "Documents of {O} say that the {n} was {v} {d}; {E} {v} the {a} {ns}.",
]
FIGURED_LINES = [
    "{S} puts it at {F}.",
    "The {n} is given as {F} by {S}.",
    "By the account of {S} it came to {F}, with {a} {ns} {v}.",
]
REASONS = [
    "The {a} {n} decides how {ns} of {E} are {v}, and who may {vb} them.",
    "Every later {n} of {P} is {v} against the {ns} of {M}.",
    "It is the {d} {v} {n} on which {O} and {E} {v} the {a} {ns}.",
]
GAPS = [
    "How the {n} of {E} was {v}, and by which {ns}.",
    "Whether {O} {v} the {a} {ns} before {M}; no document read here says so.",
    "The {n}'s own {n}; only {ns} that {vb} it were read.",
    "What became of the {a} {ns} that were {v} at {P}.",
    "Any {a} {n} by {E} on the {ns} of {P}.",
]
BACKGROUNDS = [
    "The **{n}** is a {a} {n} by which {O} {v} {ns} of {P}. It was {v} {d} before the {n} was {v} in {M}.",
    "{E} has {v} {ns} since the {n} of {P}. Its {a} {n} {v} the {n} of {O}, and {ns} of both {v} {a} {ns}.",
    "In {M} a newspaper {v} [a {a} {n}](https://news.example/{SL}) of {O}, which {v} {ns} and a {n} of {P}.",
    "The {ns} of {P} were {v} with those of {E}. Whoever {v} the {a} {n} had to {vb} the {ns} {d}.",
    "A **{a} {n}** is not the same as a {n}: the first is {v} by {E}, the second by {O}.",
]
DENIALS = [
    "{B} {v} the {n} and called the {a} {ns} of {S} groundless.",
    "{B} said that the {n} was {v} by others, and {v} {a} {ns}.",
    "{B} said that {E} had the right to {vb} its {ns}.",
]
QUOTES = [
    "the {a} {n} of {P} was {v} by {ns} that nobody had {v}",
    "{ns} and {a} {ns} have {d} {v} the {n}",
    "we have {v} the {n}, and we will {vb} every {a} {n}",
]
SUMMARIES = [
    "The {a} {n} of {E} has {v} {ns} since {M}; {O} {v} it {d}, and {a} {ns} at {P} followed.",
    "What is publicly known of the {ns} comes mostly from {O}, which takes a side in the {n} of {P}.",
    "{E} {v} the {a} {n}, and no document read here {v} the {ns} behind it.",
]
DESCRIPTIONS = [
    "{K} that {v} {a} {ns} in {P} and is known for its {n}.",
    "{K} of {P}; it {v} {ns} and {a} {ns} since {M}.",
]
DESCRIPTORS = [
    "News report. Read for the {n} of {P} and its {a} {ns}.",
    "Copy of an agency's {n} on {a} {ns}, shortened.",
    "{a} {n} with a table of {ns}; the {n} was not {v}.",
]
HEADLINES = [
    "{P} {v} {a} {ns} over {n}",
    "{a} {n} {v} in {P} as {ns} {vb}",
    "How the {n} of {P} {v} {a} {ns}",
    "{ns} {v} after {n} at {P}, officials say",
]
RULES = ["The {n} of {ns} in one {n}, as the estimator {v} it; {a} {ns} are left out."]
DEFINITIONS = ["The {a} {n} by which {ns} of {P} are {v}, or a {n} that was {v} with it."]

# --- YAML --------------------------------------------------------------------------------

WIDTH = 106
_CLAIM_COUNTS, _CLAIM_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10), (7, 16, 20, 26, 23, 15, 15, 17)


def _wrapped(text: str, indent: str) -> Iterator[str]:
    """Yield the lines of a text, broken at spaces; faster than textwrap, which hyphenates."""
    line, room = indent, WIDTH
    for word in text.split(" "):
        if len(line) + len(word) >= room and line != indent:
            yield line.rstrip()
            line = indent
        line += word + " "
    yield line.rstrip()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(key: str, text: str, indent: str = "") -> list[str]:
    """Return a text under a key, as `briefing fmt` lays it out; it holds no colon before a space."""
    if ": " in text:
        text = text.replace(": ", "; ")
    if len(indent) + len(key) + len(text) + 2 < WIDTH:
        return [f"{indent}{key}: {text}"]
    inner = " " * (len(indent) + 2 + (2 if key.startswith("- ") else 0))
    return [f"{indent}{key}: >-", *_wrapped(text, inner)]


def _item(text: str, indent: str = "  ") -> str:
    return f"{indent}- " + text.replace(": ", "; ")


# --- records by their numbers ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Head:
    """What other records need to know of a brief."""

    number: int
    id: str
    date: str
    day: int
    topics: tuple[str, ...]
    form: str
    events: int
    claims: int
    rivals: int
    """How many of its first claims are rivals; none or two and more."""
    status: str

    @property
    def year(self) -> int:
        """The year of its date."""
        return int(self.date[:4])

    @property
    def file(self) -> str:
        """Its file, below the project."""
        return f"briefs/{self.date[:4]}/{self.id}.yml"


@dataclass(frozen=True, slots=True)
class Document:
    """What other records need to know of a source."""

    id: str
    kind: str
    access: str
    publisher: int
    """An entity's number, or -1 for a publisher without a page."""
    day: int

    @property
    def is_read(self) -> bool:
        """Whether it may be cited."""
        return self.access == "public"


@dataclass(frozen=True, slots=True)
class Actor:
    """What other records need to know of an entity."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure, and the words for it in texts."""

    lines: list[str]
    words: str


@dataclass(frozen=True)
class World:
    """All records of one seed and size, each made when it is asked for."""

    briefs: int
    seed: int = 1
    sources: int = field(init=False)
    entities: int = field(init=False)
    measures: int = field(init=False)
    terms: int = field(init=False)

    def __post_init__(self) -> None:
        """Derive the other numbers: about one source per 2 briefs, entity per 15, measure per 50."""
        for key, value in {
            "sources": -(-self.briefs // 2),
            "entities": max(len(_FIRST_ENTITIES), self.briefs // 15),
            "measures": min(2_200, max(5, self.briefs // 50)),  # in one file of at most 1 MiB
            "terms": min(400, max(10, self.briefs // 25)),
        }.items():
            object.__setattr__(self, key, value)

    def rng(self, kind: str, number: int) -> Random:
        """Return the random numbers of one record."""
        return Random(f"{self.seed}/{self.briefs}/{kind}/{number}")

    # -- briefs

    @lru_cache(maxsize=4096)  # noqa: B019 # a world lives as long as the run
    def head(self, number: int) -> Head:
        """Return a brief's head."""
        rng = self.rng("head", number)
        # Later years have more briefs, as in the record.
        share = ((number + rng.random()) / self.briefs) ** 0.75
        day = FIRST_DAY + int(share * DAYS)
        form = rng.choices(("event", "tracker", "explainer"), (76, 17, 7))[0]
        date = dt.date.fromordinal(day).isoformat()
        if form != "event":
            date = date[:4]
        elif rng.random() < 0.06:
            date = date[:7]
        topic = TOPICS[int(rng.random() * 4)][0]
        topics: tuple[str, ...] = (topic,)
        if rng.random() < 0.33:
            topics = (topic, rng.choice([t for t, *_ in TOPICS if t != topic]))
        voice = Voice(rng, {}, int(date[:4]))
        slug = f"{name(number, 1).lower()}-{voice.word('a')}-{voice.word('n')}"
        status = "published"
        if number and (draw := rng.random()) < 0.012:
            status = ("draft", "superseded", "withdrawn")[int(draw / 0.004)]
        claims = rng.choices(_CLAIM_COUNTS, _CLAIM_WEIGHTS)[0]
        rivals = min(claims, rng.choice((2, 2, 3, 4))) if rng.random() < 0.62 else 0
        events = rng.choices((0, 1, 2, 3, 4), (15, 37, 27, 15, 6))[0]
        events = min(events, claims - max(0, rivals - 1))  # the rivals may take one event together
        return Head(number, f"{date}-{slug}", date, day, topics, form, events, claims, rivals, status)

    def first_claim(self, number: int) -> str:
        """Return the id of a brief's first claim."""
        return f"{name(number, 2).lower()}-1"

    def published(self, number: int) -> int:
        """Return the number of the next brief, from this one on, that other briefs may rest on."""
        while self.head(number % self.briefs).status == "draft":
            number += 1
        return number % self.briefs

    # -- entities

    @lru_cache(maxsize=20_000)  # noqa: B019 # a world lives as long as the run
    def entity(self, number: int) -> Actor:
        """Return an entity's id, name and kind."""
        rng = self.rng("entity", number)
        kind = rng.choices(_ENTITY_KINDS, _ENTITY_WEIGHTS)[0]
        if number < len(_FIRST_ENTITIES):
            kind = _FIRST_ENTITIES[number]
        whole = name(number)
        if kind == "person":
            whole += " " + name(int(rng.paretovariate(0.7)) % 900, 8)
        elif kind != "state":
            whole += " " + rng.choice(_SUFFIXES[kind])
        return Actor(whole.lower().replace(" ", "-"), whole, kind)

    def any_entity(self, rng: Random) -> int:
        """Return the number of an entity; few are named often, and most seldom (Zipf, exponent 1)."""
        return int(self.entities ** rng.random()) - 1 if self.entities > 1 else 0

    def speaker(self, rng: Random) -> int:
        """Return the number of an entity that can say something."""
        while True:
            number = self.any_entity(rng)
            if self.entity(number).kind in ("organisation", "body", "person", "state"):
                return number

    # -- sources

    @lru_cache(maxsize=4096)  # noqa: B019 # a world lives as long as the run
    def document(self, number: int) -> Document:
        """Return a source's head."""
        rng = self.rng("source", number)
        kind = rng.choices(_SOURCE_KINDS, _SOURCE_WEIGHTS)[0]
        access = rng.choices(("public", "unseen", "seen_by_press"), (91, 7, 2))[0] if number % 4 else "public"
        day = self.head(min(2 * number, self.briefs - 1)).day + int(rng.random() * 4)
        publisher = self.speaker(rng) if rng.random() < 0.7 else -1
        who = (
            self.entity(publisher).id if publisher >= 0 else name(int(rng.paretovariate(1)) % 3000, 3).lower()
        )
        date = dt.date.fromordinal(day).isoformat()
        return Document(f"{who.split('-')[0]}-{date}-{name(number, 4).lower()}", kind, access, publisher, day)

    def any_source(self, rng: Random, near: int) -> int:
        """Return the number of a source that was read: of the same time, or one that many cite."""
        if rng.random() < 0.12:
            number = int(self.sources ** rng.random() * 37)
        else:
            number = near + int(rng.gauss(0, 8))
        number %= self.sources
        while not self.document(number).is_read:
            number = (number + 1) % self.sources
        return number

    # -- measures

    def measure(self, number: int) -> str:
        """Return a measure's id."""
        return f"{name(number, 6).lower()}-{_UNITS[number % 5].lower()}-per-{_PERIODS[number % 5]}"

    def any_measure(self, rng: Random, period: str) -> int:
        """Return the number of a measure for events, or for years or months."""
        while True:
            number = int(self.measures * rng.random() ** 1.5)
            if _PERIODS[number % 5] == period:
                return number

    def rival_measure(self, number: int) -> int:
        """Return the number of the measure that a brief's rival figures are of."""
        rng, head = self.rng("rival", number), self.head(number)
        periods = ("event", "event", "year", "month") if head.events else ("year", "year", "month")
        return self.any_measure(rng, "year" if head.form != "event" else rng.choice(periods))


_STEPS = {"USD": 2_500_000, "count": 3, "km": 15, "percent": 1, "t": 20, "kt_tnt": 2}
_GRAINS = {"USD": 500_000, "km": 5}
"""Steps between rivals, and between any two figures, by unit."""


def _round(rng: Random, unit: str) -> int:
    match unit:
        case "USD":
            return int(10 ** (6 + 2.8 * rng.random())) // 500_000 * 500_000 + 500_000
        case "percent":
            return 11 + int(rng.random() * 70)
        case "km":
            return 120 + int(rng.random() * 900) * 5
        case _:
            return 32 + int(rng.paretovariate(0.8) * 8) % 40_000


def _worded(number: int, unit: str, of: str) -> str:
    match unit:
        case "USD":
            scale, word = (10**9, "billion") if number >= 10**9 else (10**6, "million")
            return f"${number / scale:.4f}".rstrip("0").rstrip(".") + f" {word}"
        case "count":
            return f"{number:,} {of or 'cases'}"
        case _:
            return f"{number:,} {_UNIT_WORDS[unit]}"


_UNIT_WORDS = {"km": "km", "percent": "percent", "t": "tonnes", "kt_tnt": "kilotons"}


# --- files of records --------------------------------------------------------------------


class _BriefWriter:
    """Writes one brief."""

    def __init__(self, world: World, number: int) -> None:
        self.world = world
        self.head = head = world.head(number)
        self.rng = rng = world.rng("brief", number)
        cast = {world.any_entity(rng): None for _ in range(4)}
        while len(cast) < 2:
            cast[world.any_entity(rng)] = None
        self.cast = list(cast)
        self.speakers = list(dict.fromkeys(world.speaker(rng) for _ in range(8)))
        while len(self.speakers) < 4:
            self.speakers = list(dict.fromkeys([*self.speakers, world.speaker(rng)]))
        self.named = [world.entity(n).name for n in self.cast]
        names = {"O": self.named[1::2], "SL": [f"{name(number, 9).lower()}-{number}"]}
        self.voice = Voice(rng, names, head.year)
        self.ids = [f"{name(number, 2).lower()}-1"]
        taken = set(self.ids)
        for _ in range(head.claims - 1):
            word = f"{self.voice.word('a')}-{self.voice.word('n')}"
            while word in taken:
                word += "-2"
            taken.add(word)
            self.ids.append(word)
        self.taken: set[int] = set()
        self.points: list[tuple[str, str, list[str]]] = []
        """Of claims with a figure: speaker, the figure's words, the claim's id."""
        self.alone = [n for n in range(head.claims) if n >= head.rivals]
        self.measure = world.rival_measure(number)
        self.period = _PERIODS[self.measure % 5]
        self.events = self._events()
        # At most one claim has a measured figure without a rival: two would be rivals.
        eventful = [n for n in self.alone if self.events[n].startswith("event-")]
        self.measured = rng.choice(eventful) if eventful and rng.random() < 0.5 else -1
        self.conflict = (0, 0)
        if len(self.alone) >= 2 and rng.random() < 0.45:
            one, other = sorted(rng.sample(self.alone, 2))
            self.conflict = (one, other)

    def lines(self) -> list[str]:
        """Return the lines of its file."""
        head, voice, rng = self.head, self.voice, self.rng
        claims = [line for n in range(head.claims) for line in self._claim(n)]
        published = dt.date.fromordinal(head.day + 1 + int(rng.random() * 20))
        out = _text("title", self._said(TITLES)[:280])
        out += [f"date: {head.date}", f"published: {published}"]
        corrections = self._corrections(published)
        if head.status != "published":
            out.append(f"status: {head.status}")
        if head.status == "superseded":
            out.append(f"superseded_by: {self.world.head(self._other()).id}")
        out.append(f"information_cutoff: {published}")
        if head.form != "event":
            out.append(f"form: {head.form}")
        out.append(f"topics: [{', '.join(head.topics)}]")
        lines = [self._said(BOTTOM_LINES)]
        for speaker, words, _ in self.points[:2]:
            lines.append(self._said(FIGURED_LINES, speaker, words))
        out += _text("bottom_line", " ".join(lines))
        out += ["key_points:", *self._key_points()]
        out += _text("why_it_matters", " ".join(self._said(REASONS) for _ in range(1 + (rng.random() < 0.6))))
        if head.events:
            out.append("events:")
            for n in range(head.events):
                topic = head.topics[n % len(head.topics)]
                out += [f"  - id: event-{n + 1}", f"    kind: {rng.choice(EVENT_KINDS[topic])}"]
                out += _text("title", voice.sentence(TITLES[:2])[:120], "    ")
                out.append(f"    when: {self._when(n)}")
                if len(head.topics) > 1:
                    out.append(f"    topic: {topic}")
        out += ["claims:", *claims]
        if rng.random() < 0.04:
            out += self._judgement()
        out.append("gaps:")
        out += [_item(self._said(GAPS)) for _ in range(rng.choices((2, 3, 4, 5), (13, 92, 32, 2))[0])]
        out.append("background: |")
        for n in range(2):
            text = " ".join(self._said(BACKGROUNDS) for _ in range(1 + (rng.random() < 0.45)))
            out += [*([""] if n else []), *_wrapped(text, "  ")]
        out += self._related()
        out += corrections
        if rng.random() < 0.01:
            out.append(f"aliases: [{head.date}-{name(head.number, 11).lower()}]")
        return out

    def _said(self, frames: list[str], speaker: str = "", figure: str = "") -> str:
        """Return a sentence in which S says something."""
        names = self.voice.names
        says = speaker or self.world.entity(self.rng.choice(self.speakers)).name
        names["S"], names["E"] = [says], [n for n in self.named[::2] if n != says] or self.named[:1]
        names["F"] = [figure]
        return self.voice.sentence(frames)

    def _when(self, event: int) -> str:
        head = self.head
        if event == 0 and len(head.date) > 4:
            return head.date
        day = dt.date.fromordinal(head.day - event * 9)
        return day.isoformat() if event % 3 else f"{day:%Y-%m}"

    def _other(self) -> int:
        """Return the number of another brief that may be rested on."""
        number = self.world.published(int(self.rng.random() * self.world.briefs))
        return self.world.published(number + 1) if number == self.head.number else number

    # -- claims

    def _claim(self, n: int) -> list[str]:
        head, rng = self.head, self.rng
        out = [f"  - id: {self.ids[n]}"]
        if len(head.topics) > 1:
            out.append(f"    topic: {head.topics[n % 2]}")
        limits: list[str] = []
        speaker, by = self._by(n, limits)
        citations, official = self._citations(n)
        kind = rng.choices(("reported", "assessment", "fact", "quotation"), (52, 25, 17, 6))[0]
        if kind == "fact" and not official:
            kind = "reported"
        if kind != "reported":
            out.append(f"    kind: {kind}")
        measure, amounts = self._amounts(n)
        if amounts:
            text = self._said(FIGURED, speaker, amounts[0].words)
            self.points.append((speaker, amounts[0].words, [self.ids[n]]))
        else:
            text = self._said(CLAIMS, speaker)
        if rng.random() < 0.3:
            text += " " + self._said(POINTS, speaker)
        out += _text("text", text, "    ")
        out.append(f"    by: {by}")
        out += self._about()
        event = self.events[n]
        if event:
            out.append(f"    event: {event}")
        if n < head.rivals and self.period != "event":
            out.append(f"    when: {self._rival_when()}")
        elif not event and rng.random() < 0.6:
            out.append(f"    when: {head.date[:7]}")
        out.append(f"    said: {self._said_on()}")
        if measure:
            out.append(f"    measure: {measure}")
        if amounts:
            out.append("    figures:")
            for amount in amounts:
                out.append("      - " + amount.lines[0])
                out += ["        " + line for line in amount.lines[1:]]
        out += citations
        limits += [
            limit
            for limit, share in (
                ("indirect", 0.64), ("interested_party", 0.43), ("imprecise", 0.11), ("translated", 0.06), ("stale", 0.03)
            )
            if rng.random() < share
        ]  # fmt: skip
        if limits:
            out.append(f"    limits: [{', '.join(limits)}]")
        return out + self._dispute(n, speaker)

    def _by(self, n: int, limits: list[str]) -> tuple[str, str]:
        """Return the name of who makes a claim, and `by`; rivals have origins of their own."""
        rng, world = self.rng, self.world
        if n < self.head.rivals:
            actor = world.entity(self.speakers[n % len(self.speakers)])
            return actor.name, actor.id
        draw = rng.random()
        if draw < 0.09:
            who = f"{name(self.head.number, 12)} {name(n, 13)}"  # one who speaks once, in no other brief
            return who, f"{{name: {who}, role: {self.voice.fill('{a} {n} of the {n}')}}}"
        if draw < 0.15:
            limits.append("unnamed")
            told = world.entity(rng.choice(self.speakers)).id
            return "an official", f"{{unnamed: {self.voice.fill('one {a} {n}')}, told: {told}}}"
        actor = world.entity(rng.choice(self.speakers))
        return actor.name, actor.id

    def _about(self) -> list[str]:
        subjects = self.cast[: 1 + int(self.rng.random() * 3)]
        roles = ("accused", "target", "", "", "listed", "participant")
        items = []
        for number in subjects:
            role, id_ = self.rng.choice(roles), self.world.entity(number).id
            items.append(f"{{{role}: {id_}}}" if role else id_)
        return [f"    about: [{', '.join(items)}]"]

    def _events(self) -> list[str]:
        """Return the event of each claim, or nothing; each of the brief's events has a claim."""
        head, rng = self.head, self.rng
        found = [""] * head.claims
        due = [f"event-{n + 1}" for n in range(head.events)]
        if due and head.rivals and self.period == "event":
            found[: head.rivals] = [due[0]] * head.rivals
        for n in range(head.claims):
            if found[n] in due:
                due.remove(found[n])
            elif not found[n] and due:
                found[n] = due.pop(0)
            elif not found[n] and head.events and rng.random() < 0.6:
                found[n] = f"event-{1 + int(rng.random() * head.events)}"
            elif n >= head.rivals and rng.random() < 0.08:
                other = self.world.head(self._other())
                if other.events:
                    found[n] = f'"{other.id}#event-1"'
        return found

    def _said_on(self) -> str:
        day = dt.date.fromordinal(self.head.day + int(self.rng.random() * 12)).isoformat()
        return day[:7] if self.rng.random() < 0.1 else day

    # -- figures

    def _rival_when(self) -> str:
        year = self.head.date[:4]
        if self.period == "year":
            return year
        return dt.date.fromordinal(self.head.day).isoformat()[:7]

    def _amounts(self, n: int) -> tuple[str, list[Amount]]:
        """Return a claim's measure and its figures."""
        head, rng, world = self.head, self.rng, self.world
        measure, amounts = "", []
        if n < head.rivals:
            number = self.measure
            unit, period = _UNITS[number % 5], _PERIODS[number % 5]
            measure = world.measure(number)
            # Rivals differ: the same draw for all of a brief, one step further for each.
            amounts.append(self._amount(world.rng("rivals", head.number), unit, step=n))
            if head.form == "tracker" and period == "year":
                years = range(max(head.year - 9, 1997), head.year)
                amounts += [self._amount(rng, unit, when=str(y), step=n) for y in years]
        elif n == self.measured:
            number = world.any_measure(rng, "event")
            if number != self.measure:
                measure = world.measure(number)
                amounts.append(self._amount(rng, _UNITS[number % 5]))
        more = rng.choices((0, 1, 2, 3), (52, 31, 12, 5))[0] if len(amounts) < 3 else 0
        for _ in range(more):
            unit = rng.choices(("count", "USD", "percent", "km", "t"), (55, 22, 12, 6, 5))[0]
            of = self.voice.fill("{ns}" if unit == "count" else "{a} {ns}")
            # An `of` that no other claim has: the same things counted by two would be rivals.
            of += f" of {name(head.number * 10 + n, 14)}" if measure else ""
            amounts.append(self._amount(rng, unit, of=of))
        return measure, amounts

    def _amount(self, rng: Random, unit: str, *, of: str = "", when: str = "", step: int = 0) -> Amount:
        """Return a figure in a unit; `step` keeps rivals apart. No number comes twice in a brief.

        The rules would take a text that gives the one for a text that gives the other.
        """
        qualifier = rng.choices(QUALIFIERS, _QUALIFIER_WEIGHTS)[0]
        low = _round(rng, unit) + step * _STEPS[unit]
        width = (2 + int(rng.random() * 5)) * _STEPS[unit]
        while not self.taken.isdisjoint(numbers := [low, low + width] if qualifier == "between" else [low]):
            low += _GRAINS.get(unit, 1)
        self.taken.update(numbers)
        ends = [_worded(n, unit, of) for n in numbers]
        hedge = "" if qualifier == "stated" else qualifier.replace("_", " ") + " "
        words = hedge + " and ".join(ends)
        plain = [f"{n:_}" for n in numbers]
        value = plain[0] if len(plain) == 1 else f"[{', '.join(plain)}]"
        lines = [f"{qualifier}: {value}"]
        if rng.random() < 0.5:
            lines.append(f"as_written: {words}")
        if of:
            lines += [f"of: {of}", f"unit: {unit}"]
        if when:
            lines.append(f"when: {when}")
        return Amount(lines, words)

    # -- citations

    def _citations(self, n: int) -> tuple[list[str], bool]:
        """Return the lines of `sources`, and whether one of them is an official record."""
        rng, world, head = self.rng, self.world, self.head
        own = min(head.number // 2, world.sources - 1)
        count = rng.choices((1, 2, 3, 4), (51, 31, 14, 4))[0]
        numbers = [world.any_source(rng, own) for _ in range(count)]
        via = ""
        if n == 0 and world.document(own).is_read:
            numbers[0] = own
        elif n == 0 or rng.random() < 0.05:
            behind = own if n == 0 else (own + 3) % world.sources
            if behind not in numbers:
                via = world.document(behind).id
        numbers = list(dict.fromkeys(numbers))
        documents = [world.document(m) for m in numbers]
        official = any(d.kind in ("official", "dataset") for d in documents)
        extras: list[list[str]] = [[] for _ in documents]
        if rng.random() < 0.04:
            extras[0].append(f"at: paragraph {1 + int(rng.random() * 60)}")
        if rng.random() < 0.15:
            quote = self.voice.fill(rng.choice(QUOTES))
            extras[-1].append(f"quote: {quote}")
        if via:
            extras[0].append(f"via: [{via}]")
        if not any(extras):
            return [f"    sources: [{', '.join(d.id for d in documents)}]"], official
        out = ["    sources:"]
        for document, extra in zip(documents, extras, strict=True):
            out.append(f"      - source: {document.id}" if extra else f"      - {document.id}")
            out += [f"        {line}" for line in extra]
        return out, official

    # -- disputes

    def _dispute(self, n: int, speaker: str) -> list[str]:
        head, rng = self.head, self.rng
        out: list[str] = []
        denied = False
        if rng.random() < 0.1:
            kind = rng.choices(
                ("denial", "partial_denial", "non_denial", "justification", "no_response", "confirmation"),
                (40, 6, 22, 20, 10, 2),
            )[0]
            denied = kind in ("denial", "partial_denial")
            actor = self.world.entity(rng.choice(self.speakers))
            self.voice.names["B"] = [actor.name]
            out += ["    responses:", f"      - by: {actor.id}", f"        kind: {kind}"]
            if kind != "no_response":
                out += _text("text", self._said(DENIALS, speaker), "        ")
            source = self.world.document(self.world.any_source(rng, head.number // 2)).id
            out += [f"        said: {self._said_on()}", f"        sources: [{source}]"]
        conflicts = []
        if n == self.conflict[1] and self.conflict != (0, 0):
            conflicts.append(f'"#{self.ids[self.conflict[0]]}"')
        if n in self.alone and head.status == "published" and rng.random() < 0.02:
            other = self._other()
            if self.world.head(other).rivals and other != head.number:
                conflicts.append(f'"{self.world.head(other).id}#{self.world.first_claim(other)}"')
        disputed = n < head.rivals or denied or bool(conflicts)
        if self.conflict != (0, 0) and n in self.conflict:
            disputed = True
        status = ["    status: disputed"] if disputed else []
        if conflicts:
            out.append(f"    conflicts_with: [{', '.join(conflicts)}]")
        if head.rivals and n == 0:
            out += _text("unresolved_because", self._said(GAPS), "    ")
        return status + out

    # -- the rest

    def _key_points(self) -> Iterator[str]:
        for n in range(self.rng.choices((3, 4, 5), (35, 55, 10))[0]):
            if n < len(self.points):
                speaker, words, claims = self.points[n]
                yield from _text("- text", self._said(FIGURED_POINTS, speaker, words), "  ")
            else:
                claims = [self.rng.choice(self.ids)]
                yield from _text("- text", self._said(POINTS), "  ")
            if self.head.status == "published" and self.rng.random() < 0.05:
                other = self._other()
                claims = [*claims, f'"{self.world.head(other).id}#{self.world.first_claim(other)}"']
            yield f"    claims: [{', '.join(claims)}]"

    def _judgement(self) -> list[str]:
        rng = self.rng
        out = ["judgements:", *_text("- text", self._said(BOTTOM_LINES), "  ")]
        out.append(
            f"    likelihood: {rng.choice(('likely', 'very_likely', 'unlikely', 'roughly_even_chance'))}"
        )
        out.append(f"    confidence: {rng.choice(('low', 'moderate', 'high'))}")
        out += _text("basis", self._said(REASONS), "    ")
        out += ["    alternatives:", _item(self._said(GAPS), "      ")]
        out += ["    indicators:", _item(self._said(GAPS), "      ")]
        out.append(f"    claims: [{', '.join(self.ids[:3])}]")
        return out

    def _related(self) -> list[str]:
        rng, head, world = self.rng, self.head, self.world
        count = rng.choices((2, 3, 4, 5, 6, 8), (21, 33, 27, 28, 17, 13))[0]
        numbers: list[int] = []
        for _ in range(count):
            near = rng.random() < 0.7
            number = head.number + int(rng.gauss(0, 25)) if near else int(rng.random() * world.briefs)
            number = world.published(number % world.briefs)
            if number != head.number and number not in numbers:
                numbers.append(number)
        out = []
        for number in numbers:
            how = "before" if number < head.number else "after"
            if rng.random() < 0.35:
                how = rng.choice(("background", "data"))
            out.append(f"  - {{brief: {world.head(number).id}, how: {how}}}")
        return ["related:", *out] if out else []

    def _corrections(self, published: dt.date) -> list[str]:
        rng, head = self.rng, self.head
        if head.status != "withdrawn" and rng.random() > 0.05:
            return []
        kind = (
            "retraction"
            if head.status == "withdrawn"
            else rng.choice(("correction", "clarification", "update"))
        )
        out = ["corrections:", f"  - date: {published + dt.timedelta(30 + int(rng.random() * 300))}"]
        out += [f"    kind: {kind}", *_text("what", self._said(GAPS), "    ")]
        if kind == "correction":
            out += _text("was", self._said(CLAIMS), "    ")
            out += _text("now", self._said(CLAIMS), "    ")
            out.append(f"    claim: {rng.choice(self.ids)}")
        return out


def _entity_lines(world: World, number: int) -> list[str]:
    rng, actor = world.rng("entity-file", number), world.entity(number)
    voice = Voice(rng, {"K": [actor.kind.replace("_", " ").capitalize()]}, 1997 + int(rng.random() * 29))
    out = [f"kind: {actor.kind}", f"name: {actor.name}"]
    if rng.random() < 0.5:
        out += ["names:", f"  - {{text: {_quoted(hangul(number))}, lang: ko, scheme: South Korean usage}}"]
    if rng.random() < 0.14:
        out.append("weak_names:")
        for n in range(1 + int(rng.random() * 3)):
            out.append(f"  - {{text: {name(number * 3 + n, 15)}, scheme: {voice.fill('{a} {n}')}}}")
    if number and rng.random() < 0.3 and world.entity(number // 7).kind in ("state", "body", "organisation"):
        out.append(f"part_of: {world.entity(number // 7).id}")
    out += _text("description", voice.sentence(DESCRIPTIONS))
    if rng.random() < 0.4:
        out += _text(
            "interest", voice.sentence(["It may {vb} {ns} by its {a} {n}, and {vb} the {n} of {P}."])
        )
    if rng.random() < 0.2:
        out += ["ids:", f"  wikidata: Q{1000 + number}"]
    source = world.document(world.any_source(rng, number * 7 % world.sources)).id
    if rng.random() < 0.1:
        out += [
            "sanctions:", f"  - authority: {world.entity(1).id}", f"    reference: KPe.{number:04}",
            "    listed: 2016-03-02", "    checked: 2018-10-29", f"    source: {source}",
        ]  # fmt: skip
    out.append(f"sources: [{source}]")
    if rng.random() < 0.02:
        out.append(f"aliases: [{name(number, 16).lower()}-former]")
    return out


def _source_lines(world: World, number: int) -> list[str]:
    rng, document = world.rng("source-file", number), world.document(number)
    issued = dt.date.fromordinal(document.day)
    voice = Voice(rng, {}, issued.year)
    out = [f"kind: {document.kind}", f"type: {_SOURCE_TYPES[document.kind]}"]
    out += _text("title", voice.sentence(HEADLINES))
    if document.publisher >= 0:
        out.append(f"publisher: {world.entity(document.publisher).id}")
    else:
        out += ["publisher:", f"  name: The {name(int(rng.paretovariate(1)) % 3000, 3)} Courier"]
    out.append(f"issued: {issued}")
    if document.is_read:
        out += [f"url: https://news.example/{issued.year}/{document.id}", "language: en"]
    if document.kind == "official" and rng.random() < 0.5:
        out.append(f"number: S/{issued.year}/{1 + number % 990}")
    out.append(f"access: {document.access}")
    if number and rng.random() < 0.4:
        # On documents before it only, so that no chain is a circle.
        out.append(f"rests_on: [{world.document(max(0, number - 1 - int(rng.random() * 12))).id}]")
    if rng.random() < 0.8:
        out += _text("descriptor", voice.sentence(DESCRIPTORS))
    return out


def _topic_lines(world: World) -> list[str]:
    out = ["# The site's topics, in the order of the navigation, and the kinds of events.", "topics:"]
    for n, (id_, title, colour, icon) in enumerate(TOPICS):
        rng = world.rng("topic", n)
        named = [world.entity(k).name for k in range(8)]
        voice = Voice(rng, {"E": named, "O": named}, 2026)
        out += [f"  - id: {id_}", f"    title: {title}", "    summary: |-"]
        for part in range(2):
            text = " ".join(voice.sentence(SUMMARIES) for _ in range(4))
            out += [*([""] if part else []), *_wrapped(text, "      ")]
        out += [f'    colour: "{colour}"', f"    icon: {icon}", "    start_here:"]
        start = {world.published(int(rng.random() * world.briefs)): None for _ in range(5)}
        out += [f"      - {world.head(number).id}" for number in start]
    out.append("event_kinds:")
    for topic, kinds in EVENT_KINDS.items():
        for kind in kinds:
            out += [
                f"  - id: {kind}",
                f"    title: {kind.replace('-', ' ').capitalize()}",
                f"    topic: {topic}",
            ]
    return out


def _measure_lines(world: World) -> list[str]:
    out = ["# What is counted, so that figures of different origins can be set side by side.", "measures:"]
    for number in range(world.measures):
        voice = Voice(world.rng("measure", number), {}, 2026)
        unit, period = _UNITS[number % 5], _PERIODS[number % 5]
        title = f"{voice.sentence(['{ns} {v} at {P}'])} per {period}"
        out += [
            f"  - id: {world.measure(number)}",
            f"    title: {title}",
            f"    topic: {TOPICS[number % 4][0]}",
        ]
        out += [f"    unit: {unit}", f"    period: {period}", "    rule:"]
        out += _text("text", voice.sentence(RULES), "      ")
    return out


def _term_lines(world: World) -> list[str]:
    out = ["terms:"]
    for number in range(world.terms):
        voice = Voice(world.rng("term", number), {}, 2026)
        out.append(f"  - term: {name(number, 17)} {voice.word('n')}")
        out += _text("definition", voice.sentence(DEFINITIONS), "    ")
        if number % 3 == 0:
            out.append(f"    entity: {world.entity(number % world.entities).id}")
    return out


# --- writing -----------------------------------------------------------------------------


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_part(world: World, out: Path, start: int, stop: int) -> int:
    """Write the briefs from `start` to `stop`, and the sources and entities that go with them."""
    for number in range(start, stop):
        _write(out / world.head(number).file, _BriefWriter(world, number).lines())
    for number in _share(world.sources, start, stop, world.briefs):
        _write(out / f"briefs/sources/{world.document(number).id}.yml", _source_lines(world, number))
    for number in _share(world.entities, start, stop, world.briefs):
        _write(out / f"briefs/entities/{world.entity(number).id}.yml", _entity_lines(world, number))
    return stop - start


def _share(count: int, start: int, stop: int, of: int) -> range:
    """Return the part of 0 … count that goes with start … stop of 0 … of."""
    return range(count * start // of, count * stop // of)


def generate(out: Path, briefs: int, seed: int = 1, *, jobs: int = 1, root: Path = ROOT) -> World:
    """Write a project of so many briefs to `out`, which is new or empty, and return its world.

    mkdocs.yml and the pages written by hand are copied from the project in `root`. Raises
    FileExistsError where `out` holds anything, ValueError for a size that is not from 1 to a million.
    """
    if not 1 <= briefs <= 1_000_000:
        raise ValueError("a synthetic project has from 1 to 1,000,000 briefs")
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty")
    world = World(briefs, seed)
    shutil.copytree(root / "docs", out / "docs", dirs_exist_ok=True)
    shutil.copyfile(root / "mkdocs.yml", out / "mkdocs.yml")
    (out / "briefs/sources").mkdir(parents=True)
    (out / "briefs/entities").mkdir()
    for year in range(1997, 2027):
        (out / f"briefs/{year}").mkdir()
    registries: dict[str, Callable[[World], list[str]]] = {
        "topics": _topic_lines, "measures": _measure_lines, "glossary": _term_lines
    }  # fmt: skip
    for file, lines in registries.items():
        _write(out / f"briefs/{file}.yml", lines(world))
    parts = [(n, min(n + 500, briefs)) for n in range(0, briefs, 500)]
    if jobs == 1 or len(parts) == 1:
        for start, stop in parts:
            _write_part(world, out, start, stop)
    else:
        with ProcessPoolExecutor(jobs) as pool:
            for written in [pool.submit(_write_part, world, out, *part) for part in parts]:
                written.result()
    for year in range(1997, 2027):
        if not any((out / f"briefs/{year}").iterdir()):
            (out / f"briefs/{year}").rmdir()
    return world


@click.command()
@click.option("--briefs", type=click.IntRange(1, 1_000_000), required=True, help="How many briefs.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="A new folder.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes that write.")
def main(briefs: int, out: Path, seed: int, jobs: int) -> None:
    """Write a synthetic project: the same bytes for the same seed and size."""
    try:
        world = generate(out, briefs, seed, jobs=jobs)
    except FileExistsError as fault:
        sys.exit(f"{fault}: name a new folder")
    click.echo(
        f"{world.briefs:,} briefs, {world.sources:,} sources, {world.entities:,} entities and"
        f" {world.measures:,} measures written to {out}"
    )


if __name__ == "__main__":
    main()
