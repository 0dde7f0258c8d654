"""Words, names and sentences for synthetic records, from a seed.

The vocabulary grows with the text as that of real English does: the most frequent words are real
ones, the others are made of syllables. Ranks follow Zipf's law with exponent 1 up to a bend and
a steeper one beyond it, without an end, so that the number of different words grows like the
0.55th power of the text's length (Heaps' law); within one text, words come back.
"""

import calendar
import re
from bisect import bisect
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

_IRREGULAR = {"pay": "paid", "freeze": "froze", "leave": "left", "quote": "quoted"}
_ADVERBS = (
    "again",
    "later",
    "openly",
    "quietly",
    "formally",
    "jointly",
    "partly",
    "largely",
    "mostly",
    "soon",
)
_MONTHS = tuple(calendar.month_name[1:])

_ONSETS = [
    "b",
    "br",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "z",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
_CODAS = ["", "", "l", "m", "n", "r", "s", "t", "nd", "rt", "st", "ck"]
_ENDINGS = {"n": ["", "er", "or", "ment", "ity", "ant"], "v": [""], "a": ["al", "ic", "ous", "ary", "ive"]}

_BEND = 6000
"""The rank from which words become rarer faster."""
_TAIL = 0.06
"""The part of all draws that falls beyond the bend."""
_TAIL_EXPONENT = 0.8
"""P(rank > r) is proportional to r to the minus this, beyond the bend: Zipf's exponent less one."""
_RECALL = 0.45
"""How often a text takes one of its own words again."""
_REMEMBERED = 24
"""Of how many words a text takes one again, for each part of speech."""

_REAL = {
    block.split()[0][0]: block.split()[1:]
    for block in (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split("\n\n")
}
"""Real words by the first letter of their part of speech, the most frequent first."""
_CUMULATED = list(accumulate(1 / (rank + 2.7) for rank in range(_BEND)))


def _mixed(number: int, salt: int) -> int:
    """Return a number of 32 bits that another stands for, one to one."""
    number = (number * 2654435761 + salt * 40503) & 0xFFFFFFFF
    number ^= number >> 15
    return (number * 2246822519) & 0xFFFFFFFF


def _coined(part: str, rank: int) -> str:
    rest = _mixed(rank, ord(part))
    word = ""
    for n in range(1 if rank < 900 else 2 if rank < 40_000 else 3):
        rest, onset = divmod(rest, len(_ONSETS))
        rest, vowel = divmod(rest, len(_VOWELS))
        rest, coda = divmod(rest, len(_CODAS))
        word += _ONSETS[onset] + _VOWELS[vowel] + (_CODAS[coda] if n else _CODAS[coda][:1])
        rest = rest or rank
    endings = _ENDINGS[part]
    return word + endings[rank % len(endings)]


@cache
def _frequent(part: str, rank: int) -> str:
    real = _REAL[part]
    return real[rank] if rank < len(real) else _coined(part, rank)


def _drawn(part: str, rng: Random) -> str:
    u = rng.random()
    if u < _TAIL:
        # The inverse of the tail's distribution; bounded, since a float may come near zero.
        rank = _BEND * (max(u, 1e-9) / _TAIL) ** (-1 / _TAIL_EXPONENT)
        return _coined(part, int(min(rank, 2**31)))
    at = (u - _TAIL) / (1 - _TAIL) * _CUMULATED[-1]
    return _frequent(part, bisect(_CUMULATED, at))


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def _past(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + ("d" if verb.endswith("e") else "ed")


def _gerund(verb: str) -> str:
    return (verb[:-1] if verb.endswith("e") and verb[-2] != "e" else verb) + "ing"


# --- names -------------------------------------------------------------------------------

_C = "bdfghjklmnprstvwyz"
_V = "aeiou"
_PAIRS = [c + v for c in _C for v in _V]
_ENDS = ["n", "r", "l", "s", "m", "k", "t", "ng"]


def name(number: int, salt: int = 0) -> str:
    """Return an invented name, another for each number below 2**22: "Kamoren"."""
    # Multiplying by an odd number permutes 22 bits; pairs of letters and one ending are read back one way.
    rest = (number * 2_467_331 + salt * 7919 + 99_991) & 0x3FFFFF
    rest, end = divmod(rest, len(_ENDS))
    made = ""
    for _ in range(3):
        rest, pair = divmod(rest, len(_PAIRS))
        made += _PAIRS[pair]
    return (made + _ENDS[end]).capitalize()


def hangul(number: int) -> str:
    """Return an invented name of three syllables in Hangul."""
    rest = _mixed(number, 7)
    syllables = ""
    for _ in range(3):
        rest, initial = divmod(rest, 19)
        rest, vowel = divmod(rest, 21)
        rest, final = divmod(rest, 5)
        # Hangul syllables stand in Unicode by initial, vowel and final, from U+AC00.
        syllables += chr(0xAC00 + (initial * 21 + vowel) * 28 + (0, 1, 4, 8, 21)[final])
        rest = rest or number
    return syllables


# --- sentences ---------------------------------------------------------------------------

_SLOT = re.compile(r"\{(\w+)\}")


@cache
def _parsed(frame: str) -> tuple[tuple[str, str], ...]:
    """Return a frame's parts: ("", text) or (slot, "")."""
    parts = _SLOT.split(frame)
    return tuple(("", p) if n % 2 == 0 else (p, "") for n, p in enumerate(parts) if p)


class Voice:
    """Writes the sentences of one record.

    Slots of frames: n noun, ns nouns, a adjective, v past tense, g gerund, vb verb, d adverb, P place,
    M month and year; others are the keys of `names`, each with its choices.
    """

    def __init__(self, rng: Random, names: dict[str, list[str]], year: int) -> None:
        self.rng = rng
        self.names = names
        self.year = year
        self._own: dict[str, list[str]] = {"n": [], "v": [], "a": []}
        self._places = [name(int(rng.paretovariate(0.9)) % 4_000, 5) for _ in range(4)]

    def word(self, part: str) -> str:
        """Return a noun (n), verb (v) or adjective (a)."""
        own, rng = self._own[part], self.rng
        if own and rng.random() < _RECALL:
            return own[int(rng.random() * len(own))]
        word = _drawn(part, rng)
        if len(own) < _REMEMBERED:
            own.append(word)
        else:
            own[int(rng.random() * _REMEMBERED)] = word
        return word

    def sentence(self, frames: list[str]) -> str:
        """Return a sentence in one of the frames, with a capital."""
        text = self.fill(self.rng.choice(frames))
        return text[0].upper() + text[1:]

    def fill(self, frame: str) -> str:
        """Return a frame with its slots filled."""
        return "".join(self._slot(slot) if slot else text for slot, text in _parsed(frame))

    def _slot(self, slot: str) -> str:
        match slot:
            case "n" | "a":
                return self.word(slot)
            case "ns":
                return _plural(self.word("n"))
            case "v":
                return _past(self.word("v"))
            case "vb":
                return self.word("v")
            case "g":
                return _gerund(self.word("v"))
            case "d":
                return self.rng.choice(_ADVERBS)
            case "P":
                return self.rng.choice(self._places)
            case "M":
                return f"{self.rng.choice(_MONTHS)} {self.year}"
            case _:
                return self.rng.choice(self.names[slot])
