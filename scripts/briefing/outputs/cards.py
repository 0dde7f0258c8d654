"""The pictures that go with a link in a message or a post: one a brief, and one of the site.

A card is a PNG of 1,200 by 630 pixels in 16 colours, drawn by Pillow with two fonts that stand
beside this file. Pillow's layout engine is its own ("basic"): the better one loads a library of the
system, where there is one, and a card must be the same on every machine.
"""

import io
import itertools
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFont

from briefing.model import Brief, BriefStatus
from briefing.outputs.asset import Asset
from briefing.view import View
from briefing.wording import count

SIZE = (1200, 630)
"""What OpenGraph's readers show whole: about 1.91 to 1."""

_PAPER, _INK = (255, 255, 255), (22, 38, 58)
_SHADES = 7
_BAND, _LEFT, _RIGHT = 28, 90, 1110
_TITLE_TOP, _RULE, _FOOT = 130, 532, 550
_LINE = 1.28
"""The height of a line, in sizes of its font."""
_TITLE_SIZES = (68, 60, 52, 46, 40, 36, 32)
_TEXT_SIZE, _SMALL = 36, 30

_TITLE, _TEXT = "NotoSerif-Bold.ttf", "NotoSans-Regular.ttf"


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says. A text that the fonts cannot write, or that is too long, is left out whole."""

    site: str
    title: str
    text: str
    """A sentence or two below the title."""
    label: str
    """On the right of the site's name: the topic."""
    foot: str
    colours: tuple[str, ...]
    """Of the band on the left, from above, as "#8c1d2f"."""


def card_files(view: View) -> Iterator[Asset]:
    """Yield the card of the site and of every brief."""
    yield site_asset(view)
    for brief in view.corpus.briefs.values():
        yield brief_asset(brief, view)


def site_asset(view: View) -> Asset:
    """Return the site's card as a file."""
    return Asset(card_place("site"), draw(site_card(view)))


def brief_asset(brief: Brief, view: View) -> Asset:
    """Return a brief's card as a file."""
    return Asset(card_place(brief.id), draw(brief_card(brief, view)))


def card_place(id_: str) -> str:
    """Return the place of a brief's card, or of the site's."""
    return f"assets/cards/{id_}.png"


def site_card(view: View) -> Card:
    """Return the card of every page that is not a brief's: the site's name, and what it is."""
    corpus = view.corpus
    return Card(
        site="",
        title=view.site.name,
        text=view.site.description,
        label="",
        foot=f"{count(len(corpus.briefs), 'brief')}, {count(len(corpus.claims), 'claim')}",
        colours=tuple(t.colour for t in corpus.topics.values()),
    )


def brief_card(brief: Brief, view: View) -> Card:
    """Return the card of a brief: its title, and on how much it rests."""
    documents = {d for c in brief.claims for d in view.evidence.supports[f"{brief.id}#{c.id}"].documents}
    facts = [
        brief.date.words,
        f"{count(len(brief.claims), 'claim')}, {count(len(documents), 'document')}",
        *(
            [brief.status.capitalize()]
            if brief.status in (BriefStatus.SUPERSEDED, BriefStatus.WITHDRAWN)
            else []
        ),
    ]
    topics = [view.corpus.topics[t] for t in brief.topics]
    return Card(
        site=view.site.name,
        title=brief.title,
        text="",
        label=topics[0].title,
        foot="  ·  ".join(facts),
        colours=tuple(t.colour for t in topics),
    )


@lru_cache(maxsize=256)
def draw(card: Card) -> bytes:
    """Return a card as PNG. The same card gives the same bytes; a preview draws it only once."""
    ink = Image.new("L", SIZE)
    pen = ImageDraw.Draw(ink)
    small = _font(_TEXT, _SMALL)
    pen.rectangle((_LEFT, _RULE, _RIGHT, _RULE + 1), fill=128)
    pen.text((_LEFT, 64), _writable(card.site, small), font=small, fill=255)
    pen.text((_RIGHT, 64), _writable(card.label, small), font=small, fill=255, anchor="ra")
    pen.text((_LEFT, _FOOT), _writable(card.foot, small), font=small, fill=255)
    below = _set(pen, card.title, _TITLE, _TITLE_SIZES, _TITLE_TOP)
    _set(pen, card.text, _TEXT, (_TEXT_SIZE,), below + _TEXT_SIZE)
    return _png(ink, card.colours)


def _png(ink: Image.Image, colours: Sequence[str]) -> bytes:
    """Return a picture of ink on paper with a band of colours, as PNG with four bits a pixel."""
    shades = ink.point([round(v * _SHADES / 255) for v in range(256)])
    band = Image.new("L", SIZE)
    pen = ImageDraw.Draw(band)
    shown = colours[: 15 - _SHADES]
    edges = [round(SIZE[1] * n / len(shown)) for n in range(len(shown) + 1)] if shown else []
    for n, (top, bottom) in enumerate(itertools.pairwise(edges)):
        pen.rectangle((0, top, _BAND - 1, bottom - 1), fill=_SHADES + 1 + n)
    picture = ImageChops.lighter(shades, band)
    palette = [*_PAPER]
    for n in range(1, _SHADES + 1):
        palette += [round(p + (i - p) * n / _SHADES) for p, i in zip(_PAPER, _INK, strict=True)]
    for colour in shown:
        palette += ImageColor.getrgb(colour)[:3]
    picture.putpalette(palette)
    out = io.BytesIO()
    # Runs of one colour are most of a card: to look for no others is 2% larger and a third faster.
    picture.save(out, "PNG", bits=4, compress_level=4, compress_type=zlib.Z_RLE)
    return out.getvalue()


def _set(pen: ImageDraw.ImageDraw, text: str, name: str, sizes: Sequence[int], top: int) -> int:
    """Write text in the first size in which it ends above the rule, if any. Returns where it ends."""
    for size in sizes:
        font = _font(name, size)
        lines = _wrapped([(w, font.getlength(w)) for w in _writable(text, font).split()], font.getlength(" "))
        end = top + round(len(lines) * size * _LINE)
        if lines and end <= _RULE - _SMALL:
            for n, line in enumerate(lines):
                pen.text((_LEFT, top + round(n * size * _LINE)), line, font=font, fill=255)
            return end
    return top


def _wrapped(words: Sequence[tuple[str, float]], space: float) -> list[str]:
    """Return words, each with its width, as lines; none if a word is wider than a line."""
    lines: list[str] = []
    end = 0.0
    for word, width in words:
        if width > _RIGHT - _LEFT:
            return []
        if lines and end + space + width <= _RIGHT - _LEFT:
            lines[-1] += f" {word}"
            end += space + width
        else:
            lines.append(word)
            end = width
    return lines


def _writable(text: str, font: ImageFont.FreeTypeFont) -> str:
    """Return text as a font can write it, or nothing where it lacks a letter."""
    text = unicodedata.normalize("NFC", text)
    return text if all(_has(font, c) for c in set(text)) else ""


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    data = (files("briefing.outputs") / "fonts" / name).read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _has(font: ImageFont.FreeTypeFont, character: str) -> bool:
    """Return whether a font has a letter: one that it lacks looks like one that cannot be."""
    return bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))
