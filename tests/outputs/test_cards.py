"""Cards: pictures that look the same wherever they are drawn."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from briefing.corpus import load
from briefing.outputs.cards import Card, brief_card, card_files, draw
from briefing.view import Site, look

CARD = Card(
    site="Test Site",
    title="A says “one” thing – or €2 more, café’s é",
    text="",
    label="Weapons",
    foot="5 February 2022",
    colours=("#8c1d2f",),
)
TITLE = (90, 130, 1110, 500)
"""Where the title stands."""


def picture(card: Card) -> Image.Image:
    """Return a card as pixels."""
    image = Image.open(io.BytesIO(draw(card)))
    image.load()
    return image


def ink(card: Card, box: tuple[int, int, int, int]) -> int:
    """Return how many pixels of a part of a card are not paper."""
    part = picture(card).convert("L").crop(box)
    return sum(part.histogram()[:255])


def test_a_card_is_a_small_picture_of_the_usual_size() -> None:
    """It is a PNG of 1,200 by 630 pixels in 16 colours, under 40 KB."""
    image = picture(CARD)
    assert ("PNG", (1200, 630), "P") == (image.format, image.size, image.mode)
    assert len(image.getcolors() or ()) <= 16
    assert len(draw(CARD)) < 40_000


def test_the_same_card_has_the_same_bytes() -> None:
    """Nothing in it comes from the clock, the machine's fonts or the order of anything."""
    first = draw(CARD)
    draw.cache_clear()
    assert first == draw(CARD)


def test_a_longer_title_is_set_smaller_and_stays_whole() -> None:
    """A title is never cut: its qualifier may be at its end."""
    long = replace(CARD, title="Somebody says that it took more than that " * 5)
    assert ink(CARD, TITLE) > 0
    assert picture(long).convert("L").crop((90, 510, 1110, 530)).getextrema() == (255, 255)
    words = replace(CARD, title=long.title + "twice")
    assert draw(words) != draw(long)


@pytest.mark.parametrize("title", ["북한", "word " * 100, "W" * 60, "A \u202e B", ""])
def test_what_cannot_be_written_is_left_out_whole(title: str) -> None:
    """No box stands for a missing letter, and no line runs out of the picture."""
    assert 0 == ink(replace(CARD, title=title), TITLE)
    assert draw(replace(CARD, title="")) == draw(replace(CARD, title=title))


def test_letters_put_together_are_written_as_one() -> None:
    """An accent that stands apart from its letter is joined to it (Unicode, NFC)."""
    assert draw(replace(CARD, title="caf\u00e9")) == draw(replace(CARD, title="cafe\u0301"))


def test_the_band_has_the_topics_colours() -> None:
    """Each has its part of the band, from above."""
    image = picture(replace(CARD, colours=("#8c1d2f", "#1d4f91"))).convert("RGB")
    assert [(140, 29, 47), (29, 79, 145), (255, 255, 255)] == [
        image.getpixel(p) for p in ((10, 10), (10, 620), (40, 10))
    ]


def test_every_brief_has_a_card_and_the_site_one(project: Path) -> None:
    """Its place is the brief's id; it says what the brief is about, and on how much it rests."""
    view = look(load(project / "briefs").corpus, Site("Test Site", "What is claimed."))
    made = {a.uri: a.content for a in card_files(view)}
    assert ["assets/cards/site.png", "assets/cards/2022-02-05-it-happened.png"] == list(made)
    (brief,) = view.corpus.briefs.values()
    expected = Card(
        site="Test Site",
        title="A says one thing",
        text="",
        label="Weapons",
        foot="5 February 2022  ·  1 claim, 1 document",
        colours=("#8c1d2f",),
    )
    assert expected == brief_card(brief, view)
    assert draw(expected) == made["assets/cards/2022-02-05-it-happened.png"]
