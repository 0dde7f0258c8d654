"""A saved article to a draft brief: candidate claims that an author confirms, mends or deletes.

Deterministic and shallow on purpose: it finds sentences that say a number, quote somebody or name
who says so, and what stands written in them. Whether that is worth a claim, who first said it and
what follows is the author's to decide; so every proposal is marked (`model.validate.UNCONFIRMED`),
and `briefing check` refuses each mark until somebody has looked at it.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from briefing.authoring.editor import modeline
from briefing.authoring.new import BRIEF
from briefing.authoring.reading import Article
from briefing.authoring.yamltext import comment, entry, scalar
from briefing.corpus import Corpus
from briefing.model import EntityKind, Qualifier
from briefing.model.dates import parse_when
from briefing.model.faults import Fault
from briefing.model.fields import slugify
from briefing.model.reserved import ANCHORS
from briefing.model.validate import UNCONFIRMED
from briefing.numerals import Quantity, quantities_in
from briefing.rules import QUOTE_WORDS
from briefing.wording import shortened

MOST_CANDIDATES = 60
"""Claims of one draft: nobody confirms more, and a brief has ten."""
MOST_SENTENCES = 10_000
"""Sentences that are looked at: a long report has fewer."""
MOST_ABOUT = 5
LONGEST = 1_500
"""Characters of a sentence: what is longer is a list or a table, and no claim."""


@dataclass(frozen=True, slots=True)
class Name:
    """An entity's name as it stands in a text."""

    entity: str
    words: str
    start: int
    end: int
    is_weak: bool = False
    """Whether others have the name too, or it is only a part of the name."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says something, as far as a sentence tells: entities, or words for somebody unnamed."""

    words: str
    """The sentence's own: "Zhang said", "according to the report"."""
    entities: tuple[str, ...] = ()
    unnamed: str = ""
    relayed: str = ""
    """Words for who passes it on: "per CBS17"."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in a text; `when` is nothing where the text does not give the year."""

    words: str
    when: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure, and the words after it for what is counted."""

    quantity: Quantity
    of: str
    as_written: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be a claim, and what was found in it."""

    id: str
    text: str
    at: str
    figures: tuple[Counted, ...] = ()
    quotes: tuple[str, ...] = ()
    """Exact, of at most 25 words each."""
    by: Attribution | None = None
    names: tuple[Name, ...] = ()
    dates: tuple[Dated, ...] = ()
    is_silence: bool = False
    """Whether it says that somebody has not answered."""


@dataclass(frozen=True, slots=True)
class Draft:
    """All that is proposed for a brief."""

    title: str | None
    date: str | None
    candidates: tuple[Candidate, ...]
    passed_over: int
    """Sentences that were not taken."""
    also_named: tuple[str, ...] = ()
    """Entities that only such sentences name."""


def propose(article: Article, corpus: Corpus, issued: str | None = None) -> Draft:
    """Return what an article offers for a brief.

    `issued` is the article's date where the article itself does not give it; it tells which
    January "in January" is.
    """
    issued = article.description.issued or issued
    names = _Names(corpus)
    day = _day(issued)
    taken: list[Candidate] = []
    ids: set[str] = set(ANCHORS)
    named_elsewhere: dict[str, None] = {}
    last_person: Name | None = None
    everything = [(s, p.at) for p in article.paragraphs for s in sentences(p.text)]
    for sentence, at in everything[:MOST_SENTENCES]:
        found = names.find(sentence[:LONGEST])
        candidate = None
        if len(sentence) <= LONGEST and len(taken) < MOST_CANDIDATES:
            by = _attribution(sentence, found, last_person, names)
            candidate = _candidate(_claim_id(sentence, ids), sentence, at, found, by, day)
        if candidate is None:
            named_elsewhere |= {n.entity: None for n in found}
        else:
            taken.append(candidate)
            ids.add(candidate.id)
        last_person = next((n for n in reversed(found) if names.is_person(n.entity)), last_person)
    shown = {n.entity for c in taken for n in c.names}
    also_named = tuple(e for e in named_elsewhere if e not in shown)
    return Draft(article.description.title, issued, tuple(taken), len(everything) - len(taken), also_named)


def _candidate(
    id_: str, text: str, at: str, names: Sequence[Name], by: Attribution | None, day: dt.date | None
) -> Candidate | None:
    """Return a sentence as a claim if it gives a number, quotes, names who says so or who met whom."""
    figures, quotes = tuple(_figures(text)), tuple(quotations(text))
    silence = bool(_SILENCE.search(text))
    several = len({n.entity for n in names if not n.is_weak}) > 1
    if not (figures or quotes or by or silence or several):
        return None
    return Candidate(id_, text, at, figures, quotes, by, tuple(names), tuple(_dates(text, day)), silence)


# --- sentences ---------------------------------------------------------------------------

_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Sgt|Adm|Sen|Rep|Gov|Pres|St|Jr|Sr|No|Nos|vs|Inc|Ltd|Co|Corp|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|approx|est|art|para|p|pp|vol|cf|e\.g|i\.e|a\.m|p\.m)|"
    r"(?:^|\W)[A-Z](?:\.[A-Z])*)\.$"
)
_BREAK = re.compile(
    r"(?:(?<=[.!?])|(?<=[.!?][\"'”’)\]])|(?<=[.!?][”’][”’]))\s+(?=[\"'“‘(\[]?[^\W_a-z])|(?<=[。！？])"
)


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph; what stands between quotation marks stays together."""
    found: list[str] = []
    start = 0
    for match in _BREAK.finditer(text):
        end = match.start()
        if _ABBREVIATED.search(text[max(start, end - 20) : end].rstrip("\"'”’)]")) or _is_open(
            text, start, end
        ):
            continue
        if part := text[start:end].strip():
            found.append(part)
        start = match.end()
    return [*found, rest] if (rest := text[start:].strip()) else found


def _is_open(text: str, start: int, end: int) -> bool:
    """Whether a quotation begins in this part of a paragraph and does not end."""
    if end - start > LONGEST:
        return False  # a mark is missing somewhere
    return text.count("“", start, end) > text.count("”", start, end) or text.count('"', start, end) % 2 == 1


# --- quotations --------------------------------------------------------------------------

_QUOTED = re.compile(r"“([^“”]{2,3000})”|\"([^\"]{2,3000})\"|「([^「」]{2,3000})」")


def quotations(text: str) -> Iterator[str]:
    """Yield what stands between double quotation marks: two words or more, as written.

    Marks at the ends that belong to the sentence around them go. Of a long quotation, the first
    words as far as they may be quoted, up to a comma or the like if one is near.
    """
    for match in _QUOTED.finditer(text):
        words = next(g for g in match.groups() if g).strip(" ,.;:-–—…")
        if len(words.split()) > QUOTE_WORDS:
            words = _beginning(words)
        if len(words.split()) > 1 or re.search(r"[\u3040-\u9fff\uac00-\ud7a3]", words):
            yield words[:300]


def _beginning(words: str) -> str:
    ends = [m.end() for m in re.finditer(r"\S+", words)]
    head = words[: ends[QUOTE_WORDS - 1]]
    clause = re.match(r"(?s)(.*\w)[,;:.!?–—]", head)
    whole = clause[1] if clause and len(clause[1].split()) >= QUOTE_WORDS // 2 else head
    return whole.strip(" ,.;:-–—…")


def _unquoted(text: str) -> str:
    """Return text of the same length with quotations blanked, the marks kept."""
    return _QUOTED.sub(lambda m: m[0][0] + " " * (len(m[0]) - 2) + m[0][-1], text)


# --- figures -----------------------------------------------------------------------------

_STOPS = frozenset(
    {
        "in", "on", "at", "of", "from", "by", "to", "for", "and", "or", "but", "between", "with",
        "within", "over", "under", "during", "since", "before", "after", "into", "as", "per", "that",
        "which", "who", "while", "when", "where", "have", "has", "had", "was", "were", "is", "are",
        "be", "been", "being", "will", "would", "could", "should", "can", "may", "might", "than",
        "then", "more", "less", "last", "this", "next", "years", "year", "months", "month", "weeks",
        "week", "days", "day", "times", "time",
    }
)  # fmt: skip
_NO_FIGURE = re.compile(r"(?i)^one$")


def _figures(text: str) -> Iterator[Counted]:
    for found in quantities_in(text):
        if _NO_FIGURE.match(found.as_written):
            continue  # "one of", "no one": seldom a count
        of, end = _counted(text, found.end) if not found.unit else ("", found.end)
        yield Counted(found, of, text[found.start : end][:300])


def _counted(text: str, start: int) -> tuple[str, int]:
    """Return the words after a number for what it counts, and where they end."""
    words: list[str] = []
    end = start
    for match in re.finditer(r"\s+([^\W\d_][\w-]*)", text[start:]):
        if start + match.start() != end or match[1].lower() in _STOPS or len(words) == 4:
            break
        if len(words) > 0 and re.search(r"(?:ed|ing)$", match[1]):
            break  # a verb, or what begins another phrase
        words.append(match[1])
        end = start + match.end()
    return " ".join(words), end


# --- dates -------------------------------------------------------------------------------

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH = "(?P<month{0}>" + "|".join(_MONTHS) + r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
_YEAR = "(?P<year{0}>(?:19|20)[0-9]{{2}})"
_PART = r"(?:(?P<part{0}>early|mid|late)[- ])?"
_DATE_FORMS = [
    re.compile(form)
    for form in (
        rf"\b(?:between|from) {_YEAR.format(1)} (?:and|to|until|through) {_PART.format(2)}{_YEAR.format(2)}\b",
        rf"\b(?P<day1>[0-3]?[0-9]) {_MONTH.format(1)},? {_YEAR.format(1)}\b",
        rf"\b{_MONTH.format(1)} (?P<day1>[0-3]?[0-9]),? {_YEAR.format(1)}\b",
        rf"\b{_MONTH.format(1)},? {_YEAR.format(1)}\b",
        rf"\b(?P<since>[Ss]ince) {_YEAR.format(1)}\b",
        rf"\b{_PART.format(1)}{_YEAR.format(1)}\b(?![-–/]\d)",
        rf"\b(?P<day1>[0-3]?[0-9]) {_MONTH.format(1)}(?!\w)",
        rf"\b{_MONTH.format(1)} (?P<day1>[0-3]?[0-9])(?!\w)",
        rf"\b(?<=[Ii]n ){_MONTH.format(1)}(?!\w)",
        rf"\b(?P<weekday>{'|'.join(_WEEKDAYS)})\b",
    )
]


def _day(issued: str | None) -> dt.date | None:
    """Return the last day of an article's date, from which its own dates are counted."""
    try:
        return parse_when(issued).order[1] if issued else None
    except Fault:
        return None


def _dates(text: str, issued: dt.date | None) -> Iterator[Dated]:
    """Yield the dates of a text, in its order, the longest reading of each."""
    spans: list[tuple[int, int, Dated]] = []
    for form in _DATE_FORMS:
        for match in form.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end, _ in spans):
                spans.append((match.start(), match.end(), Dated(match[0], _when(match, issued))))
    yield from (dated for _, _, dated in sorted(spans, key=lambda s: s[0]))


def _when(match: re.Match[str], issued: dt.date | None) -> str | None:
    found = defaultdict(str, {k: v for k, v in match.groupdict().items() if v})
    first, last = found["year1"], found["year2"]
    month = next((n for n, m in enumerate(_MONTHS, 1) if found["month1"][:3] == m[:3]), 0)
    if found["weekday"]:
        if issued is None:
            return None
        back = (issued.weekday() - _WEEKDAYS.index(found["weekday"])) % 7
        text = (issued - dt.timedelta(days=back)).isoformat()
    elif month and not first and issued is None:
        return None
    else:
        if month and not first and issued is not None:
            first = str(issued.year if month <= issued.month else issued.year - 1)
        text = f"{first}-{month:02}" if month else first
        if found["day1"]:
            text += f"-{int(found['day1']):02}"
        text += _part(found["part1"])
        if last:
            text += f"/{last}{_part(found['part2'])}"
        if found["since"]:
            text += "/.."
    try:
        return parse_when(text).text
    except Fault:
        return None


def _part(word: str) -> str:
    """Return the month that "mid-" and the like come near to, approximate in EDTF."""
    return {"early": "-02~", "mid": "-06~", "late": "-11~"}.get(word, "")


# --- names -------------------------------------------------------------------------------


class _Names:
    """The names of all entities, to be found in texts."""

    def __init__(self, corpus: Corpus) -> None:
        self._persons = {e.id for e in corpus.entities.values() if e.kind is EntityKind.PERSON}
        self._by_word: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
        self._unspaced: list[tuple[str, str, bool]] = []
        self._parts: dict[str, set[str]] = defaultdict(set)
        self._met: set[str] = set()
        self._full = {e.id: e.name for e in corpus.entities.values()}
        for entity in corpus.entities.values():
            strong = [entity.name, entity.short_name, *(n.text for n in entity.names)]
            for name in dict.fromkeys(n for n in strong if n):
                self._learn(name, entity.id, is_weak=False)
            for weak in entity.weak_names:
                self._learn(weak.text, entity.id, is_weak=True)
            if entity.kind is EntityKind.PERSON:
                for part in entity.name.split():
                    if len(part) > 2 and part[0].isupper():
                        self._parts[part].add(entity.id)
        for names in self._by_word.values():
            names.sort(key=lambda n: (-len(n[0]), n[2], n[1]))

    def _learn(self, name: str, entity: str, *, is_weak: bool) -> None:
        name = _straight(name)
        if re.search(r"[\u3040-\u9fff\uac00-\ud7a3]", name):
            if len(name) > 1:
                self._unspaced.append((name, entity, is_weak))
        elif (word := re.match(r"\w+", name)) and len(name) > 1:
            self._by_word[word[0].casefold()].append((name, entity, is_weak))

    def is_person(self, entity: str) -> bool:
        """Whether an entity is a person."""
        return entity in self._persons

    def find(self, text: str) -> list[Name]:
        """Return the names in a text, in its order; the longest where several begin at one place.

        A part of a person's name counts, as a weak name, once an earlier text gave the whole.
        """
        plain = _straight(text)
        found: list[Name] = []
        end = 0
        for match in re.finditer(r"\w+", plain):
            if match.start() < end:
                continue
            name = self._at(plain, match)
            if name is None or self._is_shadowed(name, plain):
                continue
            end = name.end
            before = found[-1] if found else None
            if before and plain[before.end : name.start] == " " and self._is_part(before, name):
                found.pop()
                name = replace(name, words=plain[before.start : end], start=before.start)
            found.append(name)
        for words, entity, is_weak in self._unspaced:
            if (start := plain.find(words)) >= 0:
                found.append(Name(entity, words, start, start + len(words), is_weak))
        self._met |= {n.entity for n in found}
        return sorted(found, key=lambda n: (n.start, -n.end, n.entity))

    def _is_shadowed(self, name: Name, text: str) -> bool:
        """Whether a longer name begins at the second word: "the League" in "the League of Ports"."""
        second = re.compile(r"\w+").search(text, name.start + len(name.words.partition(" ")[0]))
        if second is None or second.start() >= name.end:
            return False
        inner = self._at(text, second)
        return inner is not None and inner.end > name.end

    def _is_part(self, first: Name, second: Name) -> bool:
        """Whether two names in a row are one: "UN" and "Security Council"."""
        whole = self._full.get(second.entity, "")
        return whole.startswith(self._full.get(first.entity, "") + " ")

    def _at(self, text: str, word: re.Match[str]) -> Name | None:
        start = word.start()
        for name, entity, is_weak in self._by_word.get(word[0].casefold(), ()):
            written = text[start : start + len(name)]
            same = written == name or (name[:1].islower() and written == name[:1].upper() + name[1:])
            if same and not re.match(r"\w", text[start + len(name) :]):
                return Name(entity, written, start, start + len(name), is_weak)
        owners = self._parts.get(word[0], set()) & self._met
        if len(owners) == 1:
            return Name(next(iter(owners)), word[0], start, word.end(), is_weak=True)
        return None


def _straight(text: str) -> str:
    return text.replace("’", "'").replace("‘", "'")


# --- who says so -------------------------------------------------------------------------

_VERBS = (
    r"(?:said|says|say|told|tells|reported|reports|noted|notes|added|adds|remarked|claimed|claims|announced|"
    r"announces|stated|states|confirmed|confirms|denied|denies|estimated|estimates|warned|warns|mentioned|mentions|"
    r"argued|argues|insisted|insists|urged|urges|encouraged|concluded|concludes|declared|declares|acknowledged|"
    r"wrote|writes|testified|alleged|alleges|asserted|asserts|accused|accuses|condemned|condemns|rejected|rejects|"
    r"described|explained|observed|suggested|suggests|commented|pledged|vowed|called on|called for)"
)
_RELAYED = re.compile(
    r"(?i)\b(?:according to|per(?= (?:the )?[A-Z])|as reported by|reported by|as told to|in the words of|in a statement by)\s+"
)
_BASED = re.compile(
    r"(?i)\b(?:based on|citing|quoting|drawing on)\s+(?:(?:an?|the|its|their)\s+)?(?:[\w-]+\s+){0,3}?"
    r"(?:(?:report|data|analysis|estimate|figure|finding|statement|account)s?\s+(?:by|from|of)\s+)?"
)
_SUBJECT = re.compile(
    rf"(?:\b(?:also|has|have|had|later|then|further|repeatedly|previously|publicly|since|again)\s+){{0,4}}\b{_VERBS}\b"
)
_INVERTED = re.compile(rf"[\"”],?\s+{_VERBS}\s+(?=(?:the\s+)?[A-Z])")
_PRONOUN = re.compile(r"(?i)(?:^|\s)(?:he|she)$")
_LEADING = re.compile(
    r"(?i)^(?:meanwhile|however|but|and|also|still|yet|moreover|then|earlier|later|separately|in addition|"
    r"while|although|though|as|because|that|which|who)\b,?\s*"
)
_SILENCE = re.compile(
    r"(?i)\b(?:(?:has|have|had|did|does) not (?:yet |immediately |publicly )?(?:issued?|respon|repl|comment|answer|return)|"
    r"declined? to comment|could not be reached|no (?:immediate )?(?:response|comment|reply))"
)


def _attribution(
    text: str, names: Sequence[Name], last_person: Name | None, index: _Names
) -> Attribution | None:
    """Return who says what a sentence says.

    What something is based on comes before who speaks, and who speaks before whom it is
    according to: that order leads towards the origin.
    """
    masked = _unquoted(text)
    based = _after(_BASED, masked, names, index)
    speaker = _inverted(masked, names, index) or _speaker(masked, names, last_person, index)
    relayed = _after(_RELAYED, masked, names, index)
    order = [a for a in (based if based and based.entities else None, speaker, relayed) if a]
    if not order:
        return None
    first = order[0]
    return Attribution(first.words, first.entities, first.unnamed, order[1].words if order[1:] else "")


def _after(pattern: re.Pattern[str], text: str, names: Sequence[Name], index: _Names) -> Attribution | None:
    match = pattern.search(text)
    if match is None:
        return None
    phrase = re.match(r"[^,.;:\"“”()]*", text[match.end() :])
    end = match.end() + (len(phrase[0].rstrip()) if phrase else 0)
    return _party(text, match.start(), match.end(), end, names, index)


def _inverted(text: str, names: Sequence[Name], index: _Names) -> Attribution | None:
    match = _INVERTED.search(text)
    if match is None:
        return None
    phrase = re.match(r"[^,.;:\"“”()]*", text[match.end() :])
    end = match.end() + (len(phrase[0].rstrip()) if phrase else 0)
    return _party(text, match.start() + 1, match.end(), end, names, index)


def _speaker(text: str, names: Sequence[Name], last_person: Name | None, index: _Names) -> Attribution | None:
    for match in _SUBJECT.finditer(text):
        before = text[: match.start()].rstrip()
        start = max((before.rstrip(",").rfind(c) + 1 for c in ',;:"“”()'), default=0)
        if before.endswith(","):
            # "Name, an office, said": the subject stands before what explains it.
            whole = before[:-1].rfind(",", 0, max(0, start - 1)) + 1
            inside = [n for n in names if whole <= n.start < start]
            start = whole if any(index.is_person(n.entity) for n in inside) or start == 0 else start
        end = len(before.rstrip(","))
        lead = text[start:end]
        start += len(lead) - len(lead.lstrip())
        while cut := _LEADING.match(text[start:end]):
            start += cut.end()
        subject = text[start:end]
        if not subject or len(subject.split()) > 14:
            continue
        if _PRONOUN.search(subject):
            person = (last_person.entity,) if last_person else ()
            return Attribution(f"{subject} {match[0]}", person, "" if person else subject)
        found = _party(text, start, start, end, names, index)
        if found is not None:
            return Attribution(f"{subject} {match[0]}", found.entities, found.unnamed)
    return None


def _party(
    text: str, first: int, start: int, end: int, names: Sequence[Name], index: _Names
) -> Attribution | None:
    """Return whom the words from `start` to `end` name; the phrase as a whole begins at `first`."""
    words = text[start:end].strip()
    if not re.search(r"\w", words):
        return None
    inside = [n for n in names if start <= n.start and n.end <= end]
    persons = [n for n in inside if index.is_person(n.entity)]
    chosen = persons or inside
    rest = words
    for name in inside:
        rest = rest.replace(name.words, "")
    if chosen is inside and not re.fullmatch(r"(?:\s|,|and|the|&)*", rest):
        chosen = inside[:1]  # "the state's mission to the body": one of the names, the first, at best
    phrase = " ".join(text[first:end].strip(' ,"”').split())
    entities = tuple(dict.fromkeys(n.entity for n in chosen))
    return Attribution(phrase, entities, "" if entities else " ".join(words.split())[:200])


# --- the draft's text --------------------------------------------------------------------

_HEAD = f"""\
{modeline(BRIEF)}
# A draft, proposed by a program that finds words and understands none.
# `{UNCONFIRMED}` marks what nobody has confirmed. Write each value as it should stand and delete its `{UNCONFIRMED}`;
# put claims in your own words, and delete those that you do not need. What has no value yet is
# yours to fill in. `briefing check` says what is left, and passes when nothing is.
"""


def draft_text(draft: Draft, corpus: Corpus, source: str, *, is_known: bool, today: dt.date) -> str:
    """Return the YAML text of a draft brief.

    `source` is the id of the article's record; it is marked unless the registry has it. `today` is
    proposed as the day of publication.
    """
    rows = [_HEAD.rstrip()]
    rows.append(entry("title", f"{UNCONFIRMED} {shortened(draft.title, 280)}" if draft.title else ""))
    date = f"date: {UNCONFIRMED} {draft.date}" if draft.date else "date:"
    rows.append(f"{date}{comment('the day, month or year of what it is about; it names folder and file')}")
    rows.append(f"published: {UNCONFIRMED} {today.isoformat()}")
    rows.append("status: draft")
    rows.append(f"topics:{comment('a list of ' + ', '.join(corpus.topics))}")
    rows.append(f"bottom_line:{comment('the answer, in one or two sentences of your own')}")
    rows.append("claims:")
    for candidate in draft.candidates:
        rows += ["", *_claim_rows(candidate, corpus, source if is_known else f"{UNCONFIRMED} {source}")]
    if draft.passed_over:
        rows += ["", comment(f"sentences of the article that were passed over: {draft.passed_over}").strip()]
    if draft.also_named:
        rows.append(comment(f"named in these alone: {', '.join(draft.also_named)}").strip())
    return "\n".join(rows) + "\n"


def _claim_rows(found: Candidate, corpus: Corpus, source: str) -> Iterator[str]:
    note = "a missing answer? it stands under the claim: `responses`, kind no_response"
    yield f"  - id: {found.id}{comment(note) if found.is_silence else ''}"
    if found.quotes and found.by and found.by.entities:
        yield f"    kind: {UNCONFIRMED} quotation"
    yield entry("text", f"{UNCONFIRMED} {shortened(found.text, 1900)}", 4)
    yield from _by_rows(found.by)
    by = found.by.entities if found.by else ()
    about = list({n.entity: n for n in reversed(found.names) if n.entity not in by}.values())[::-1]
    if about:
        yield "    about:"
    for name in about[:MOST_ABOUT]:
        words = f"a weak name: “{name.words}”" if name.is_weak else f"“{name.words}”"
        yield f"      - {UNCONFIRMED} {name.entity}{comment(words)}"
    yield from _when_rows(found.dates)
    if found.figures:
        yield f"    measure:{comment(_measures(found.figures, corpus))}"
        yield "    figures:"
        for figure in found.figures:
            yield from _figure_rows(figure)
    yield "    sources:"
    for quote in found.quotes or ("",):
        yield f"      - source: {source}"
        yield f"        at: {scalar(found.at)}"
        if quote:
            yield entry("quote", quote, 8)


def _by_rows(by: Attribution | None) -> Iterator[str]:
    if by is None:
        yield f"    by:{comment('who first said so?')}"
        return
    why = comment(f"“{by.words}”" + (f"; relayed: “{by.relayed}”" if by.relayed else ""))
    match by.entities:
        case ():
            yield f"    by:{why}"
            yield entry("unnamed", f"{UNCONFIRMED} {by.unnamed}", 6)
        case (entity,):
            yield f"    by: {UNCONFIRMED} {entity}{why}"
        case several:
            yield f"    by:{why}"
            yield from (f"      - {UNCONFIRMED} {entity}" for entity in several)


def _when_rows(dates: Iterable[Dated]) -> Iterator[str]:
    dates = list(dates)
    told = [d for d in dates if d.when]
    if not dates:
        return
    words = ", ".join(f"“{d.words}”" for d in dates)
    value = f" {UNCONFIRMED} {told[0].when}" if told else ""
    yield f"    when:{value}{comment(words)}"


def _measures(figures: Iterable[Counted], corpus: Corpus) -> str:
    units = {f.quantity.unit or "count" for f in figures}
    ids = [m.id for m in corpus.measures.values() if m.unit in units]
    return shortened(f"optional, one of {', '.join(ids)}", 100) if ids else "optional, from measures.yml"


def _figure_rows(found: Counted) -> Iterator[str]:
    quantity = found.quantity
    if quantity.qualifier is Qualifier.BETWEEN:
        yield "      - between:"
        yield from (f"          - {UNCONFIRMED} {_digits(n)}" for n in quantity.numbers)
    else:
        yield f"      - {quantity.qualifier}: {UNCONFIRMED} {_digits(quantity.numbers[0])}"
    yield entry("as_written", found.as_written, 8)
    if found.of:
        yield entry("of", found.of, 8)
    if quantity.unit or found.of:
        yield f"        unit: {quantity.unit or 'count'}"


def _digits(number: Decimal) -> str:
    whole = number == number.to_integral_value()
    return f"{int(number):_}" if whole else f"{number.normalize():f}"


_EMPTY = frozenset(
    {
        "the", "a", "an", "of", "in", "on", "at", "by", "to", "for", "and", "or", "that", "this",
        "with", "from", "as", "is", "are", "was", "were", "be", "been", "has", "have", "had", "it",
        "its", "not", "but", "which", "who", "said", "says", "also", "there", "their", "his", "her",
        "they", "he", "she", "according", "per", "meanwhile", "after", "before",
    }
)  # fmt: skip


def _claim_id(sentence: str, taken: set[str]) -> str:
    words = [w for w in slugify(_unquoted(sentence)).split("-") if w not in _EMPTY and len(w) > 1]
    base = "-".join((words or slugify(sentence).split("-"))[:5])[:60].strip("-") or "claim"
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
