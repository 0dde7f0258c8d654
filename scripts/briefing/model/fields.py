"""The types of single fields: each reads the text that YAML gave and decides what it is.

YAML decides no type here (`no`, `1e3`, `2022-02-05` and `012` all arrive as text), so a
title may read "No" and a number can never be infinite, octal or in Arabic digits.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainValidator

from briefing.model.dates import EXAMPLES, When, parse_day, parse_partial, parse_when
from briefing.model.faults import Fault

import datetime as dt  # isort: skip


class Record(BaseModel):
    """A mapping of known keys. Instances never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    conditions: ClassVar[tuple[Mapping[str, Any], ...]] = ()
    """What its validators ask between its fields, as JSON Schema: for editors."""
    is_shared: ClassVar[bool] = False
    """Whether one object may stand for all equal records of the kind: those whose fields hold texts or nothing."""
    explained_by: ClassVar[Mapping[str, StrEnum]] = {}
    """Members of an enumeration that say what a field means, by its name; other fields have a docstring."""


# --- what a field's annotation says about ids --------------------------------------------


@dataclass(frozen=True, slots=True)
class Names:
    """The field holds the id of a record of this kind: it must exist."""

    kind: str


@dataclass(frozen=True, slots=True)
class Defines:
    """The field gives a record of this kind its id: it must be the only one."""

    kind: str


@dataclass(frozen=True, slots=True)
class Shorthand:
    """A bare text stands for a mapping with this one key."""

    key: str


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """A single value stands for a list of one."""


@dataclass(frozen=True, slots=True)
class AllDifferent:
    """No value stands twice in the list."""


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """Where it is absent, the field is made from the letters and digits of another one."""

    key: str


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity: annotations must be hashable
class Takes:
    """What a field takes, for those who write it: in words, as JSON Schema, by example."""

    name: str
    """What such values are called."""

    words: str
    """In an author's words, such as "a line of text, up to 300 characters"."""

    schema: Mapping[str, Any]
    """The JSON Schema (2020-12) of its value as an editor sees it. To an editor `2022` is a number and
    `true` a boolean, where the reader sees text; patterns follow ECMA-262."""

    examples: tuple[str | int, ...] = ()
    """Values that it takes, as an editor sees them."""


def kind_of(value: object) -> str:
    """Return the author's word for the shape of a value: text, a list or a mapping."""
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    return "text" if isinstance(value, str) else "nothing"


# --- text --------------------------------------------------------------------------------

SLUG_PATTERN = "[a-z0-9]+(?:-[a-z0-9]+)*"
_SLUG = re.compile(SLUG_PATTERN, re.ASCII)
_BRIEF_ID = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?:-[a-z0-9]+)+", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:_\d{3})+)(?:\.\d+)?", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?", re.ASCII)
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.ASCII | re.IGNORECASE)
_NO_ADDRESS = r'\s<>"\\^`{|}'
_COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_NEEDS_WORD = re.compile(r"\w")
SLUG_LENGTH = 100
NUMBER_LENGTH = 40


def text_of(value: object) -> str:
    """Return the text that YAML gave; refuse a list or a mapping."""
    if not isinstance(value, str):
        found = kind_of(value)
        fix = "put the text in quotes" if found == "a mapping" else "write text on one line"
        raise Fault("wrong-type", f"text is expected here, not {found}", fix)
    return value


def _line(most: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = " ".join((value if isinstance(value, str) else text_of(value)).split())
        if len(text) > most:
            raise Fault(
                "too-long",
                f"the text has {len(text)} characters; {most} are allowed",
                "say it in fewer words",
            )
        if not has_word(text):
            raise Fault("no-words", "the text holds no letter or digit", "write the words, or delete the key")
        return text

    has_word = _NEEDS_WORD.search

    return read


def _block(value: object) -> str:
    text = text_of(value).strip()
    if len(text) > 50_000:
        raise Fault(
            "too-long",
            f"the text has {len(text):,} characters; 50,000 are allowed",
            "split it into several briefs",
        )
    if not _NEEDS_WORD.search(text):
        raise Fault("no-words", "the text holds no letter or digit", "write the words, or delete the key")
    return text


def slugify(text: str) -> str:
    """Return the nearest slug, or nothing where no ASCII letter or digit is left."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:SLUG_LENGTH].strip("-")


def read_slug(value: object) -> str:
    """Return a slug: lower-case ASCII letters, digits and single hyphens. Raises Fault."""
    if isinstance(value, str) and len(value) <= SLUG_LENGTH and _SLUG.fullmatch(value):
        return value
    text = text_of(value)
    near = slugify(text)
    fix = f"write {near}" if near else "use the letters a to z, digits and hyphens"
    if len(text) > SLUG_LENGTH:
        fix = f"shorten it to {SLUG_LENGTH} characters at most"
    raise Fault("not-a-slug", f"`{text[:60]}` is not a slug (a-z, 0-9, single hyphens)", fix)


def read_brief_id(value: object) -> str:
    """Return a brief's id: a date, a hyphen and a slug. Raises Fault."""
    text = text_of(value)
    if not _BRIEF_ID.fullmatch(text) or len(text) > SLUG_LENGTH:
        raise Fault(
            "not-a-slug",
            f"`{text[:60]}` is not a brief's id",
            "write date and slug, such as 2022-02-05-panel-report",
        )
    return text


def read_ref(value: object) -> str:
    """Return a reference to a part of a brief, `brief#part` or `#part`. Raises Fault.

    A bare `part` means the same as `#part`: a part of the brief that it stands in.
    """
    if isinstance(value, str) and _SLUG.fullmatch(value):
        return f"#{value}"
    text = text_of(value)
    brief, hash_, part = text.rpartition("#")
    if not _SLUG.fullmatch(part) or (brief and not _BRIEF_ID.fullmatch(brief)):
        raise Fault(
            "not-a-reference",
            f"`{text[:60]}` does not name a claim or an event",
            'write its id, or "brief-id#its-id" for one in another brief',
        )
    return text if hash_ else f"#{text}"


def read_url(value: object) -> str:
    """Return an absolute http or https address without user part. Raises Fault."""
    text = text_of(value)
    hint = "write the full address, beginning with https://"
    if len(text) > 2000:
        raise Fault("wrong-url", f"the address has {len(text):,} characters; 2,000 are allowed", hint)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Fault("wrong-url", f"`{text[:60]}` is not an address", hint) from None
    if parts.scheme not in ("http", "https"):
        scheme = f"its scheme is `{parts.scheme[:20]}`" if parts.scheme else "it has no scheme"
        raise Fault("wrong-url", f"only http and https addresses are allowed, and {scheme}", hint)
    if parts.username is not None or parts.password is not None:
        raise Fault(
            "wrong-url", "the address holds a user name or password", "remove what stands before the @"
        )
    try:
        ascii_host = host.encode("idna").decode() if host else ""
    except UnicodeError:
        ascii_host = ""
    if not _HOST.fullmatch(ascii_host) and not re.fullmatch(r"[0-9a-f]*:[0-9a-f:.]+", host):
        raise Fault("wrong-url", f"`{text[:60]}` names no host", hint)
    if re.search(rf"[{_NO_ADDRESS}\x00-\x20]", text) or port == 0:
        raise Fault(
            "wrong-url",
            "the address holds characters that an address cannot hold",
            "copy it again from the browser, which encodes them with %",
        )
    return text


def read_number(value: object) -> Decimal:
    """Return a decimal number; underscores may group thousands. Raises Fault."""
    text = text_of(value)
    if _NUMBER.fullmatch(text) and len(text) <= NUMBER_LENGTH:
        return Decimal(text.replace("_", ""))
    raise Fault("wrong-number", f"`{text[:40]}` is not a plain number", _number_fix(text))


def _number_fix(text: str) -> str:
    if len(text) > NUMBER_LENGTH:
        return f"write digits, {NUMBER_LENGTH} at most"
    bare = re.sub(r"^(?:US)?[$€£¥₩]\s*|(?:\s*(?:%|USD|kt|km))$", "", text)
    scale = re.fullmatch(r"([\d.]+)\s*(thousand|million|billion|k|m|bn)", bare, re.IGNORECASE)
    factors = {"thousand": 3, "k": 3, "million": 6, "m": 6, "billion": 9, "bn": 9}
    if scale and re.fullmatch(r"\d+(?:\.\d+)?", scale[1], re.ASCII):
        whole = Decimal(scale[1]) * 10 ** factors[scale[2].lower()]
        if whole == whole.to_integral_value():
            return f"write {int(whole):_}"
    digits = bare.replace(",", "")
    if re.fullmatch(r"\d+", digits, re.ASCII) and "," in bare:
        return f"write {int(digits):_}"
    if re.fullmatch(r"0+\d+", bare, re.ASCII):
        return f"write {int(bare)}"
    if _NUMBER.fullmatch(bare):
        return f"write {bare}; the unit comes from the measure"
    return "write digits, with _ between thousands if you like: 50_000_000"


def _flag(value: object) -> bool:
    text = text_of(value)
    if text in ("true", "false"):
        return text == "true"
    raise Fault("wrong-flag", f"`{text[:40]}` is neither true nor false", "write true or false")


def _language(value: object) -> str:
    text = text_of(value)
    if not _LANGUAGE.fullmatch(text):
        raise Fault(
            "wrong-language", f"`{text[:40]}` is not a language tag", "write en, ko or zh-Hans (BCP 47)"
        )
    return text


def _colour(value: object) -> str:
    text = text_of(value)
    if not _COLOUR.fullmatch(text):
        raise Fault("wrong-colour", f"`{text[:40]}` is not a colour", 'write six digits in quotes: "#1a6b8f"')
    return text


def _dated(parse: Callable[[str], Any]) -> Callable[[object], Any]:
    known = lru_cache(maxsize=32_768)(parse)  # the same few thousand days, over and over
    return lambda value: known(text_of(value))


_ANY_SCALAR = ["string", "number", "boolean"]
"""What an editor may see where the reader sees text: `title: 2022` is a number to it."""


def _text(most: int) -> Any:
    # Counts as the reader does: white space within the text as one character, none around it.
    pattern = rf"^\s*(?:\S|\s+(?=\S)){{1,{most}}}\s*$"
    schema = {
        "type": _ANY_SCALAR,
        "pattern": pattern,
        "patternErrorMessage": f"Write 1 to {most:,} characters.",
    }
    name, kind = ("Line", "a line of text") if most <= 300 else ("Passage", "text")
    return PlainValidator(_line(most)), Takes(name, f"{kind}, up to {most:,} characters", schema)


# The digits of dates, but not whether the month has such a day.
_YYYY, _MM, _DD = "(?!0000)[0-9]{4}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_PARTIAL = f"{_YYYY}(?:-{_MM}(?:-{_DD})?)?"
_QUALIFIED = f"{_PARTIAL}[?~%]?"
_YEAR = {"type": ["string", "integer"], "minimum": 1, "maximum": 9999}

Line = Annotated[str, *_text(300)]
"""Up to 300 characters of plain text on one line; white space is collapsed."""

Passage = Annotated[str, *_text(2000)]
"""Up to 2,000 characters of plain text; white space is collapsed."""

MarkdownText = Annotated[
    str,
    PlainValidator(_block),
    Takes(
        "Markdown",
        "Markdown, up to 50,000 characters",
        {
            "type": _ANY_SCALAR,
            "pattern": r"^\s*\S(?:[\s\S]{0,49998}\S)?\s*$",
            "patternErrorMessage": "Write 1 to 50,000 characters.",
        },
    ),
]
"""Markdown, rendered alone and cleaned: paragraphs, lists, emphasis, links, tables."""

Slug = Annotated[
    str,
    PlainValidator(read_slug),
    Takes(
        "Slug",
        "a short name: a to z, 0 to 9 and single hyphens",
        {
            "type": _ANY_SCALAR,
            "pattern": f"^{_SLUG.pattern}$",
            "patternErrorMessage": "Write lower-case letters from a to z, digits and single hyphens.",
            "maxLength": SLUG_LENGTH,
            "minimum": 0,
        },
        ("key-in-us-hands",),
    ),
]
BriefId = Annotated[
    str,
    PlainValidator(read_brief_id),
    Takes(
        "DatedSlug",
        "a brief’s id: a date, a hyphen and a short name",
        {
            "type": "string",
            "pattern": f"^{_BRIEF_ID.pattern}$".replace(r"\d", "[0-9]"),
            "patternErrorMessage": "Write date and short name, such as 2022-02-05-panel-report.",
            "maxLength": SLUG_LENGTH,
        },
        ("2022-02-05-panel-report",),
    ),
]
Ref = Annotated[
    str,
    PlainValidator(read_ref),
    Takes(
        "Ref",
        'an id of this brief, or `"brief-id#its-id"` for one in another brief',
        {
            "type": _ANY_SCALAR,
            "pattern": f"^(?:(?:{_BRIEF_ID.pattern})?#)?{_SLUG.pattern}$".replace(r"\d", "[0-9]"),
            "patternErrorMessage": 'Write its id, or "brief-id#its-id" for one in another brief.',
            "minimum": 0,
        },
        ("it-happened", "2022-02-05-panel-report#it-happened"),
    ),
]
Url = Annotated[
    str,
    PlainValidator(read_url),
    Takes(
        "Url",
        "an address that begins with https:// or http://",
        {
            "type": "string",
            "pattern": f"^[Hh][Tt][Tt][Pp][Ss]?://[^{_NO_ADDRESS}@/?#]+(?:[/?#][^{_NO_ADDRESS}]*)?$",
            "patternErrorMessage": "Write the full address, beginning with https://.",
            "maxLength": 2000,
        },
        ("https://example.org/report",),
    ),
]
NUMBER = Takes(
    "Number",
    "a number; `_` may stand between thousands",
    {
        "type": ["number", "string"],
        "pattern": f"^{_NUMBER.pattern}$".replace(r"\d", "[0-9]"),
        "patternErrorMessage": "Write digits, with _ between thousands if you like: 50_000_000.",
        "maxLength": NUMBER_LENGTH,
    },
    (50, "50_000_000"),
)
Number = Annotated[Decimal, PlainValidator(read_number), NUMBER]
Flag = Annotated[
    bool,
    PlainValidator(_flag),
    Takes(
        "Flag",
        "`true` or `false`",
        {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": "^(?:true|false)$"}]},
    ),
]
Language = Annotated[
    str,
    PlainValidator(_language),
    Takes(
        "Language",
        "a language tag (BCP 47)",
        {
            "type": ["string", "boolean"],  # YAML 1.1 takes `no`, Norwegian, for false
            "pattern": f"^{_LANGUAGE.pattern}$".replace(r"\d", "[0-9]"),
            "patternErrorMessage": "Write a language tag, such as en, ko or zh-Hans.",
        },
        ("en", "ko", "zh-Hans"),
    ),
]
Colour = Annotated[
    str,
    PlainValidator(_colour),
    Takes(
        "Colour",
        "a colour: six digits from 0 to f in quotes",
        {
            "type": "string",
            "pattern": f"^{_COLOUR.pattern}$",
            "patternErrorMessage": 'Write six digits from 0 to f in quotes: "#1a6b8f".',
        },
        ("#1a6b8f",),
    ),
]
Day = Annotated[
    dt.date,
    PlainValidator(_dated(parse_day)),
    Takes(
        "Day",
        "a day, as YYYY-MM-DD",
        {
            "type": "string",
            "pattern": f"^{_YYYY}-{_MM}-{_DD}$",
            "patternErrorMessage": "Write a day as YYYY-MM-DD, such as 2022-02-05.",
        },
        ("2022-02-05",),
    ),
]
Date = Annotated[
    When,
    PlainValidator(_dated(parse_when)),
    Takes(
        "Date",
        "a date or a span, as far as it is known",
        {
            **_YEAR,
            "pattern": rf"^(?:{_QUALIFIED}(?:/(?:{_QUALIFIED}|\.\.))?|\.\./{_QUALIFIED})$",
            "patternErrorMessage": EXAMPLES[:1].upper() + EXAMPLES[1:] + ".",
        },
        (2022, "2022-02", "2022-02-05", "2020/2021-06", "2022/..", "2022-02~"),
    ),
]
PartialDate = Annotated[
    When,
    PlainValidator(_dated(parse_partial)),
    Takes(
        "PartialDate",
        "a date: a year, a month or a day",
        {
            **_YEAR,
            "pattern": f"^{_PARTIAL}$",
            "patternErrorMessage": "Write 2022, 2022-02 or 2022-02-05.",
        },
        (2022, "2022-02", "2022-02-05"),
    ),
]

EntityId = Annotated[Slug, Names("entity")]
SourceId = Annotated[Slug, Names("source")]
MeasureId = Annotated[Slug, Names("measure")]
TopicId = Annotated[Slug, Names("topic")]
EventKindId = Annotated[Slug, Names("event kind")]
TermId = Annotated[Slug, Names("term")]
BriefRef = Annotated[BriefId, Names("brief")]
ClaimRef = Annotated[Ref, Names("claim")]
EventRef = Annotated[Ref, Names("event")]


# --- shapes ------------------------------------------------------------------------------


def short_for(key: str) -> Any:
    """Let a bare text stand for a mapping with the one key `key`."""

    def expand(value: object) -> object:
        return {key: value} if isinstance(value, str) else value

    return BeforeValidator(expand), Shorthand(key)


def one_or_many() -> Any:
    """Let a single value stand for a list of one."""

    def wrap(value: object) -> object:
        return value if isinstance(value, list) else [value]

    return BeforeValidator(wrap), OneOrMany()


def unique(values: list[Any]) -> list[Any]:
    """Return the list; refuse one in which a value stands twice."""
    for n, value in enumerate(values):
        if value in values[:n]:
            raise Fault("listed-twice", f"`{value}` is in this list twice", "keep one of the two")
    return values


def all_different() -> Any:
    """Refuse a list in which a value stands twice."""
    return AfterValidator(unique), AllDifferent()
