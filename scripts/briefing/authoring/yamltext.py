"""The text of values in new YAML files."""

import re
import textwrap

WIDTH = 110

# Words, digits and marks that mean nothing to YAML inside plain text. A letter of any script may
# begin it, or the mark of what is not confirmed; what an editor would take for another type is quoted.
_PLAIN = re.compile(r"(?:\?\? )?[^\W_](?:[\w .,()'?!/$%+&;=€£–—’“”…-]|:(?=\S))*(?<!\s)")
_OTHER_TYPE = re.compile(r"(?i)(?:true|false|yes|no|on|off|null|y|n)|[\d_.,:e+-]+")
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}[~?%]?", re.ASCII)
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n"})


def scalar(text: str) -> str:
    """Return text as a YAML value on one line: plain where that reads the same, or in double quotes."""
    if _DATE.fullmatch(text) or (_PLAIN.fullmatch(text) and not _OTHER_TYPE.fullmatch(text)):
        return text
    return f'"{text.translate(_ESCAPES)}"'


def entry(key: str, text: str, indent: int = 0) -> str:
    """Return a key and its text: on one line, or folded (`>-`) where that is too long.

    `indent` is that of the key, in spaces. White space in the text is collapsed, as fields do; a
    text without words leaves the key to be filled in.
    """
    words = " ".join(text.split())
    if not words:
        return f"{' ' * indent}{key}:"
    short = f"{' ' * indent}{key}: {scalar(words)}"
    if len(short) <= WIDTH:
        return short
    inner = " " * (indent + 2)
    # Long words are not broken: a line end inside a folded text becomes a space.
    lines = textwrap.wrap(
        words, WIDTH, initial_indent=inner, subsequent_indent=inner, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    return "\n".join([f"{' ' * indent}{key}: >-", *lines])


def comment(text: str) -> str:
    """Return text as a comment behind a value: two spaces, a hash and one line."""
    return f"  # {' '.join(text.split())}"
