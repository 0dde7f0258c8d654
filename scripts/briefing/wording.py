"""Facts to English without links: numbers, dates, figures, names, and the words of the enums."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal, DecimalTuple

from briefing.corpus import Corpus
from briefing.model import (
    CURRENCIES,
    UNITS,
    Access,
    Claim,
    CorrectionKind,
    EntityKind,
    Figure,
    Limit,
    Party,
    Qualifier,
    ResponseKind,
    Source,
    SourceKind,
    Valued,
)

LIMIT_WORDS = {
    Limit.INTERESTED_PARTY: "who says so has an interest in it",
    Limit.UNNAMED: "the origin is not named",
    Limit.INDIRECT: "only documents that relay the origin were read",
    Limit.IMPRECISE: "the wording leaves open what exactly is meant",
    Limit.STALE: "it may have changed since",
    Limit.TRANSLATED: "read in translation",
    Limit.UNSEEN_DOCUMENT: "it rests on a document that was not read here",
    Limit.COUNTED_BY_US: "counted by this site from a table",
}

RESPONSE_WORDS = {
    ResponseKind.DENIAL: "Denial",
    ResponseKind.PARTIAL_DENIAL: "Partial denial",
    ResponseKind.NON_DENIAL: "Neither confirmed nor denied",
    ResponseKind.CONFIRMATION: "Confirmation",
    ResponseKind.JUSTIFICATION: "Justification",
    ResponseKind.NO_COMMENT: "No comment",
    ResponseKind.NO_RESPONSE: "No response",
    ResponseKind.NOT_SOUGHT: "Response not sought",
}

KIND_WORDS = {
    SourceKind.OFFICIAL: "Official document",
    SourceKind.PARTY: "Document of a party",
    SourceKind.STATE_MEDIA: "State media",
    SourceKind.PRESS: "Press",
    SourceKind.RESEARCH: "Research",
    SourceKind.VENDOR: "Company that sells related services",
    SourceKind.DATASET: "Dataset",
}

ACCESS_WORDS = {
    Access.PUBLIC: "read; open to all",
    Access.PAYWALLED: "read; not open to all",
    Access.SEEN_BY_PRESS: "not read here; seen by the press",
    Access.UNSEEN: "not read here",
}

ENTITY_WORDS = {
    EntityKind.STATE: "State",
    EntityKind.BODY: "Body",
    EntityKind.ORGANISATION: "Organisation",
    EntityKind.PERSON: "Person",
    EntityKind.GROUP: "Group",
    EntityKind.VESSEL: "Vessel",
    EntityKind.PLACE: "Place",
    EntityKind.WEAPON_SYSTEM: "Weapon system",
}


CORRECTION_WORDS = {
    CorrectionKind.CORRECTION: "Correction",
    CorrectionKind.CLARIFICATION: "Clarification",
    CorrectionKind.UPDATE: "Update",
    CorrectionKind.RETRACTION: "Retraction",
}


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return "1 claim" or "3 claims"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def day(date: dt.date) -> str:
    """Return "4 February 2022"."""
    return f"{date.day} {date:%B %Y}"


_SCALES = ((12, "trillion"), (9, "billion"), (6, "million"))


def number(value: Decimal, *, scaled: bool = True) -> str:
    """Return a number as read in text: "1.46 billion", "168,679", "6.3". Loses no digit."""
    for power, word in _SCALES if scaled else ():
        if abs(value) >= 10**power:
            digits = _digits(value.as_tuple(), power)
            if len(digits.partition(".")[2]) <= 3:
                return f"{digits} {word}"
    return _digits(value.as_tuple())


def _digits(value: DecimalTuple, power: int = 0) -> str:
    """Return a number divided by a power of ten, with all its digits and no zero at the end."""
    exponent = value.exponent if isinstance(value.exponent, int) else 0
    text = f"{Decimal((value.sign, value.digits, exponent - power)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity(value: Decimal, unit: str) -> str:
    """Return a number with its unit: "$50 million", "250 kt", "Mach 5", "31%"."""
    digits = number(value, scaled=unit in CURRENCIES or unit in ("count", "t", "bbl"))
    if unit in CURRENCIES:
        sign = "-" if value < 0 else ""
        return f"{sign}{CURRENCIES[unit]}{digits.removeprefix('-')}"
    match unit:
        case "count":
            return digits
        case "percent":
            return f"{digits}%"
        case "mach":
            return f"Mach {digits}"
        case "magnitude":
            return f"magnitude {digits}"
        case "usd_bbl":
            return f"${digits} a barrel"
        case _:
            return f"{digits} {UNITS.get(unit, unit)}".strip()


def unit_words(unit: str) -> str:
    """Return a unit as a heading gives it; nothing for a bare count."""
    if unit in CURRENCIES:
        return f"in {unit}"
    names = {
        "kt_tnt": "in kilotonnes of TNT",
        "count": "",
        "percent": "in percent",
        "bbl": "in barrels",
        "min": "in minutes",
    }
    return names.get(unit, f"in {UNITS.get(unit) or unit}")


def figure_unit(figure: Figure, claim: Claim, corpus: Corpus) -> str:
    """Return the unit of a figure: its own, `count` where it says `of` what, or its measure's."""
    if figure.unit:
        return figure.unit
    measure = corpus.measures.get(figure.measure or claim.measure or "")
    if measure and (figure.of is None or measure.unit == "count"):
        return measure.unit
    return "count" if figure.of else measure.unit if measure else "count"


def figure_words(figure: Figure, claim: Claim, corpus: Corpus) -> str:
    """Return a figure with its qualifier and what it counts: "at least 3 exchanges"."""
    unit = figure_unit(figure, claim, corpus)
    words = amount_words(figure, unit)
    if figure.of:
        joint = " of " if unit in CURRENCIES or unit == "percent" else " "
        words += joint + figure.of
    return words


def amount_words(figure: Figure, unit: str) -> str:
    """Return a figure with its qualifier, in a unit: "at least 3"."""
    numbers = figure.numbers
    if figure.qualifier is Qualifier.BETWEEN:
        return f"between {quantity(numbers[0], unit)} and {quantity(numbers[1], unit)}"
    return f"{figure.qualifier.words} {quantity(numbers[0], unit)}".strip()


def figure_line(figure: Figure, claim: Claim, corpus: Corpus) -> str:
    """Return a figure with all that is known of it: time, estimator, prices, the document's words."""
    words = figure_words(figure, claim, corpus)
    details = [
        figure.when.words if figure.when else "",
        f"estimate of {corpus.name(figure.estimator)}" if figure.estimator else "",
        valued_words(figure),
        "since replaced by its author" if figure.superseded else "",
        f"in the document: “{figure.as_written}”" if figure.as_written and figure.as_written != words else "",
    ]
    return ", ".join(d for d in [words, *details] if d)


def document_name(source: Source, corpus: Corpus) -> str:
    """Return the short name of a document: publisher and date, or its title."""
    if source.publisher is None:
        name = f"“{shortened(source.title, 48)}”" if source.title else "a document without a publisher"
        return name if source.issued is None else f"{name}, {source.issued.words}"
    publisher = source.publisher
    name = corpus.name(publisher.entity) if publisher.entity else str(publisher.name)
    return f"{name}, {source.issued.words}" if source.issued else f"{name} (undated)"


def source_title(source: Source) -> str:
    """Return a document's title or, where it has none, what it is in a few words."""
    if source.title:
        return source.title
    words = (source.descriptor or source.id).partition(". ")[0].rstrip(".")
    return shortened(words, 90)


def origin_words(claim: Claim, figure: Figure, corpus: Corpus) -> str:
    """Return who made a figure, in a few words: its estimator, or the claim's origins."""
    if figure.estimator:
        return corpus.name(figure.estimator)
    return listed([corpus.name(p.entity) if p.entity else p.name or p.unnamed or "" for p in claim.by])


def parties_words(parties: Sequence[Party], corpus: Corpus) -> str:
    """Return who says something: "A, B and one Member State, as told to the Panel"."""
    return listed([_party_words(p, corpus) for p in parties])


def _party_words(party: Party, corpus: Corpus) -> str:
    if party.entity:
        return corpus.name(party.entity)
    if party.name:
        return f"{party.name} ({party.role})"
    told = f", as told to {corpus.name(party.told)}" if party.told else ""
    return f"{party.unnamed}{told}"


def evidence_words(documents: int, behind: int, origins: int) -> str:
    """Return "2 documents, through 2 more, 1 origin"."""
    more = f", through {behind} more" if behind else ""
    return f"{count(documents, 'document')}{more}, {count(origins, 'origin')}"


def listed(names: Sequence[str]) -> str:
    """Return names as "a, b and c"."""
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


def opening(text: str, most: int) -> str:
    """Return the first sentences of a text that fit into `most` characters; one at least."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])", text)
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) + 1 + len(sentence) > most:
            break
        kept += f" {sentence}"
    return kept


def shortened(text: str, most: int) -> str:
    """Return text cut after a word, with an ellipsis, to at most `most` characters."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(",;:") + "…"


def valued_words(figure: Figure) -> str:
    """Return at which prices a figure was turned into money, or nothing."""
    match figure.valued:
        case Valued.AT_THEFT:
            return "at the prices of the day of the event"
        case Valued.AT_REPORT:
            return "at the prices of the day of the report"
        case _:
            return ""
