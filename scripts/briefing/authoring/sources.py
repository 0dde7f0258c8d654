"""From what a document says of itself to a source record, or to the record that it has already.

Pure: descriptions and records in, proposals out. What cannot be known from the document (who
speaks in it, whether all can read it) is proposed from the publisher's other documents, and said.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import ValidationError
from rapidfuzz.fuzz import ratio

from briefing.authoring.editor import modeline
from briefing.authoring.new import SOURCE
from briefing.authoring.reading import Description, Form
from briefing.authoring.yamltext import entry, scalar
from briefing.corpus import Corpus
from briefing.model import Access, Publisher, Source, SourceKind, SourceType
from briefing.model.dates import parse_when
from briefing.model.faults import Fault
from briefing.model.fields import SLUG_LENGTH, read_url, slugify
from briefing.wording import listed, shortened

SAME_TITLE = 95
ALIKE_TITLE = 85
"""How like two titles must be, 0 to 100 (normalised indel ratio of their letters and digits)."""
_DISTINCT = 20
"""Letters of a title that says more than "Press release"."""
_DAYS_APART = 3
"""Copies of one document may bear dates as far apart: time zones, and print after web."""


@dataclass(frozen=True, slots=True)
class Known:
    """A record that describes the same document, and how that can be told."""

    id: str
    why: str
    """In words after "the same": "address", "number S/2022/132", "title"."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new source record, its file's text, and what the author should look at."""

    record: Source
    text: str
    notes: tuple[str, ...]


class Registry:
    """The sources that are there, ready to be compared with a document."""

    def __init__(self, corpus: Corpus) -> None:
        self._sources = dict(corpus.sources)
        self._taken = {a for s in corpus.sources.values() for a in (s.id, *s.aliases)}
        self._addresses: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._by_host: dict[str, list[Source]] = defaultdict(list)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._entity_names = {e.id: e.name for e in corpus.entities.values()}
        for entity in corpus.entities.values():
            for name in (entity.name, entity.short_name, *(n.text for n in entity.names)):
                if name:
                    self._names[_folded(name)].add(entity.id)
        for source in corpus.sources.values():
            self._index(source)

    def add(self, source: Source) -> None:
        """Take in a record that has just been made."""
        self._sources[source.id] = source
        self._taken.add(source.id)
        self._index(source)

    def _index(self, source: Source) -> None:
        for address in (source.url, *(a.url for a in source.archive)):
            if address:
                self._addresses.setdefault(address_key(address), source.id)
        if source.url:
            self._by_host[_host(source.url)].append(source)
        if source.number:
            self._numbers.setdefault(_folded(source.number), source.id)
        if source.title:
            self._titles[source.id] = _folded(source.title)

    def known(self, found: Description) -> Known | None:
        """Return the record of the same document, if there is one.

        The same: an address in common (scheme, "www.", trackers and fragment aside; archived
        copies count), or the same number, or a title that is nearly equal and neither another
        publisher nor a date more than a few days off, since many outlets print one agency's text.
        """
        for address in found.addresses:
            if id_ := self._addresses.get(address_key(address)):
                return Known(id_, "address")
        if found.number and (id_ := self._numbers.get(_folded(found.number))):
            return Known(id_, f"number {found.number}")
        publisher = self.publisher(found)
        for id_, likeness in self._like(found):
            source = self._sources[id_]
            if likeness < SAME_TITLE or not _dates_agree(found.issued, source):
                continue
            if publisher is None or source.publisher is None or publisher == source.publisher:
                return Known(id_, "title")
        return None

    def alike(self, found: Description) -> list[str]:
        """Return the ids of records with a similar title: perhaps copies of one text, most alike first."""
        return [id_ for id_, _ in self._like(found)][:5]

    def _like(self, found: Description) -> list[tuple[str, float]]:
        title = _folded(found.title or "")
        if len(title) < _DISTINCT:
            return []
        # Other numbers, another document: resolution 2375 is not resolution 2397.
        digits = re.findall(r"\d+", title)
        scored = [
            (id_, ratio(title, other, score_cutoff=ALIKE_TITLE))
            for id_, other in self._titles.items()
            if re.findall(r"\d+", other) == digits
        ]
        return sorted(((i, s) for i, s in scored if s), key=lambda pair: (-pair[1], pair[0]))

    def publisher(self, found: Description) -> Publisher | None:
        """Return who published a document: an entity by its names or by its other documents, or a name."""
        name = " ".join((found.publisher or "").split())[:300]
        entities = self._names.get(_folded(name), set())
        if len(entities) == 1:
            return Publisher(entity=next(iter(entities)))
        others = {s.publisher for a in found.addresses for s in self._by_host[_host(a)] if s.publisher}
        if len(others) == 1 and (not name or next(iter(others)).entity):
            return next(iter(others))
        try:
            return Publisher.model_validate({"name": name}) if name else None
        except ValidationError:
            return None

    def propose(
        self,
        found: Description,
        form: Form,
        *,
        id_: str | None = None,
        kind: SourceKind | None = None,
        access: Access | None = None,
    ) -> Proposal:
        """Return a record for a document. `id_`, `kind` and `access` are the author's choices."""
        notes: list[str] = []
        publisher = self.publisher(found)
        fellows = [s for s in self._sources.values() if publisher and s.publisher == publisher]
        type_ = found.type or (_usual(s.type for s in fellows) if not form.is_citations else None)
        if kind is None:
            kind = _usual(s.kind for s in fellows) or _kind(found, type_)
            notes.append(f"kind: {kind} is a guess; who speaks in it?")
        if access is None:
            access = Access.UNSEEN if form.is_citations else Access.PUBLIC
            if not form.is_citations:
                notes.append("access: public is a guess; can everybody read it?")
        values: dict[str, Any] = {
            "kind": kind.value,
            "access": access.value,
            "type": type_ or ("article" if form is Form.TEXT else "document"),
            "title": shortened(found.title, 300) if found.title else None,
            "author": list(dict.fromkeys(found.authors)),
            "publisher": publisher,
            "issued": found.issued,
            "number": found.number,
            "language": found.language,
        }
        values["url"] = next((a for a in found.addresses if _is_address(a)), None)
        if found.addresses and values["url"] is None:
            notes.append("its address cannot be used and was left out")
        record = self._record({k: v for k, v in values.items() if v}, form, id_, notes)
        if publisher and publisher.name:
            notes.append(f"the publisher {publisher.name} has no page here; write an entity if it should")
        if others := [i for i in self.alike(found) if i != record.id]:
            notes.append(f"a similar title has {listed(others)}; does one of the two rest on the other?")
        return Proposal(record, source_text(record), tuple(notes))

    def _record(self, values: dict[str, Any], form: Form, id_: str | None, notes: list[str]) -> Source:
        """Return the record of what the fields accept; say what they refuse."""
        while True:
            gaps = [k for k in ("title", "publisher", "issued") if k not in values]
            if gaps:
                values["descriptor"] = _descriptor(values, form, gaps)
            values["id"] = id_ or self._id(values)
            try:
                return Source.model_validate(values)
            except ValidationError as faults:
                for key in {str(f["loc"][0]) for f in faults.errors() if f["loc"]} or {"title"}:
                    values.pop(key, None)
                    notes.append(f"its {key} cannot be used and was left out")

    def _id(self, values: Mapping[str, Any]) -> str:
        """Return an id that is free: publisher, date and the words of the title that say most."""
        publisher: Publisher | None = values.get("publisher")
        url = values.get("url")
        host = _host(url).rpartition(".")[0].rpartition(".")[2] if url else ""
        who = (publisher.entity or slugify(publisher.name or "")) if publisher else slugify(host)
        said = [
            w for w in slugify(values.get("title", "")).split("-") if len(w) > 2 and w not in _EMPTY_WORDS
        ]
        date = slugify(str(values.get("issued", "")))
        base = "-".join(p for p in (who[:40].strip("-"), date, *said[:4]) if p) or "document"
        base = base[: SLUG_LENGTH - 4].strip("-")
        free = (f"{base}-{n}" if n > 1 else base for n in range(1, len(self._taken) + 3))
        return next(i for i in free if i not in self._taken and i != "index")


_EMPTY_WORDS = frozenset(
    {
        "the", "and", "for", "with", "from", "that", "this", "into", "over", "after", "before", "about",
        "says", "said", "say", "its", "his", "her", "their", "has", "have", "had", "was", "were", "are",
        "will", "not", "but", "who", "how", "why", "what", "new", "more", "than", "amid",
    }
)  # fmt: skip


def source_text(source: Source) -> str:
    """Return the text of a source's file, as `briefing fmt` would leave it."""
    rows = [modeline(SOURCE), f"kind: {source.kind}", f"type: {source.type}"]
    if source.title:
        rows.append(entry("title", source.title))
    if source.author:
        rows += ["author:", *(f"  - {scalar(name)}" for name in source.author)]
    if source.publisher and source.publisher.entity:
        rows.append(f"publisher: {source.publisher.entity}")
    elif source.publisher:
        rows += ["publisher:", entry("name", str(source.publisher.name), 2)]
    if source.issued:
        rows.append(f"issued: {scalar(source.issued.text)}")
    if source.url:
        rows.append(f"url: {scalar(source.url)}")  # an address is never folded
    if source.number:
        rows.append(entry("number", source.number))
    if source.language:
        rows.append(f"language: {scalar(source.language)}")
    rows.append(f"access: {source.access}")
    if source.descriptor:
        rows.append(entry("descriptor", source.descriptor))
    return "\n".join(rows) + "\n"


_GAPS = {"title": "title", "publisher": "publisher", "issued": "date"}
_FORMS = {
    Form.HTML: "A web page that was read as a saved copy. The copy gives no",
    Form.TEXT: "A text that was read as a saved copy. The copy gives no",
    Form.PDF: "A document that was read as a PDF file. The file gives no",
}


def _descriptor(values: Mapping[str, Any], form: Form, gaps: list[str]) -> str:
    if "author" not in values and not form.is_citations:
        gaps = [*gaps, "author"]
    names = listed([_GAPS.get(g, g) for g in gaps]).replace(" and ", " or ")
    known = "A document that is known here from a citation, which gives no"
    return f"{_FORMS.get(form, known)} {names}."


def _usual(values: Iterable[Any]) -> Any:
    """Return the commonest value, the first of several; nothing of none."""
    common = Counter(values).most_common(1)
    return common[0][0] if common else None


def _kind(found: Description, type_: str | None) -> SourceKind:
    hosts = [_host(a) for a in found.addresses]
    if found.number or any(re.search(r"(?:^|\.)(?:gov|mil|un\.org|europa\.eu)(?:\.|$)", h) for h in hosts):
        return SourceKind.OFFICIAL
    if type_ == SourceType.DATASET:
        return SourceKind.DATASET
    if type_ in (SourceType.ARTICLE_JOURNAL, SourceType.BOOK, SourceType.CHAPTER, SourceType.REPORT):
        return SourceKind.RESEARCH
    return SourceKind.PRESS


def _is_address(text: str) -> bool:
    try:
        read_url(text)
    except Fault:
        return False
    return True


# --- comparing ---------------------------------------------------------------------------

_TRACKERS = re.compile(
    r"(?i)^(?:utm_.*|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|cmp(?:id)?|ocid|s?ref|smid|ito|share)$"
)
_ARCHIVED = re.compile(r"^https?://web\.archive\.org/web/\d+[a-z_]*/(?=https?://)")


def address_key(address: str) -> str:
    """Return what two addresses of one page have in common; the address itself if it is none."""
    address = _ARCHIVED.sub("", address)
    try:
        parts = urlsplit(address)
        query = sorted((k, v) for k, v in parse_qsl(parts.query, True) if not _TRACKERS.match(k))
    except ValueError:
        return address
    path = re.sub(r"/(?:index\.html?|amp)?$", "", parts.path)
    return f"{_host(address)}{path}?{urlencode(query)}"


def _host(address: str) -> str:
    try:
        host = (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
    return re.sub(r"^(?:(?:www\d?|m|mobile|amp)\.)+", "", host)


def _folded(text: str) -> str:
    """Return a title's or a name's letters and digits, without case, article and marks."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _dates_agree(issued: str | None, source: Source) -> bool:
    """Whether two dates may be one document's: unknown, or at most a few days apart."""
    if issued is None or source.issued is None:
        return True
    try:
        first, last = parse_when(issued).order
    except Fault:
        return True
    begins, ends = source.issued.order
    apart = max((begins - last).days, (first - ends).days)
    return apart <= _DAYS_APART
