"""Text in lines of a given width, measured as a terminal shows it."""

import unicodedata


def cells(text: str) -> int:
    """Return how many columns text takes: two for wide characters, none for combining ones (UAX 11)."""
    if text.isascii():
        return len(text)
    return sum(_cells(c) for c in text)


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(words: list[str], width: int) -> list[str]:
    """Return words in lines of at most `width` columns; a longer word has a line of its own."""
    lines: list[str] = []
    line, used = "", 0
    for word in words:
        long = cells(word)
        if lines or line:
            if used + 1 + long <= width:
                line, used = f"{line} {word}", used + 1 + long
                continue
            lines.append(line)
        line, used = word, long
    return [*lines, line] if words else []


def broken(word: str, width: int) -> list[str]:
    """Return a word in pieces of at most `width` columns: what has no spaces goes on in the next line."""
    pieces, used = [""], 0
    for char in word:
        wide = _cells(char)
        if used + wide > width and pieces[-1]:
            pieces.append("")
            used = 0
        pieces[-1] += char
        used += wide
    return pieces
