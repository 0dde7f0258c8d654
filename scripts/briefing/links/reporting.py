"""What a run has to say: a summary, and a text for each document that is gone. Pure: Markdown.

Titles, addresses and claims are others' words. In these texts they stand in code spans, the only
place in which GitHub makes nothing of them: no mention, no reference to an issue, no link, no HTML.
(Entities are no help: GitHub looks for mentions in what they have become.)
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from briefing.corpus import Corpus
from briefing.evidence import Evidence
from briefing.links.addresses import punycode, without_scheme
from briefing.links.fallback import ARCHIVES, copy_of
from briefing.links.memory import STATE_FILE
from briefing.links.states import Entry, State
from briefing.model import Source
from briefing.problems import printable
from briefing.wording import count, day, document_name, shortened, source_title

import datetime as dt  # isort: skip

MARK = "<!-- briefing-links: "
"""How the text of an issue begins, before the source's id: by it, an issue is found again."""

ROWS = 50
"""Most rows of any list: an issue holds 65,536 characters."""

STATE_WORDS = {
    State.ALIVE: "answer",
    State.MOVED: "have moved for good",
    State.BLOCKED: "answer, but not to programs",
    State.FAILING: "fail; not yet often or long enough to be called dead",
    State.DEAD: "no longer answer",
}

_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True)
class Issue:
    """The text about one document that is gone."""

    id: str
    """The source's id."""
    title: str
    body: str

    @property
    def text(self) -> str:
        """The whole: the title as a heading on the first line, an empty line, the body."""
        return f"# {self.title}\n\n{self.body}"


@dataclass(frozen=True, slots=True)
class Asked:
    """How a run went."""

    asked: int
    later: int
    broken: Mapping[str, str]
    """Sources at which this program failed, and how."""


def code(text: str, most: int = 300) -> str:
    """Return others' words as a code span, on one line, without characters that nobody sees."""
    line = printable(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text))
    line = shortened(line, most) or "(nothing)"
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    space = " " if "`" in line else ""
    return f"{fence}{space}{line}{space}{fence}"


def address_words(url: str) -> str:
    """Return an address, and its host in ASCII where that is not what it shows."""
    plain = punycode(url)
    return f"{code(url, 2000)} (the host is {code(plain)})" if plain else code(url, 2000)


def issues(
    corpus: Corpus, evidence: Evidence, entries: Mapping[str, Entry], address: Callable[[str], str]
) -> list[Issue]:
    """Return a text for each source that is gone, by id.

    `address` gives a page's public address by its file; an empty one where the site has none.
    """
    gone = [e for e in entries.values() if e.is_dead and e.id in corpus.sources]
    return [
        Issue(e.id, f"Dead link: {e.id} (since {e.since.isoformat()})", _body(corpus, evidence, e, address))
        for e in sorted(gone, key=lambda e: e.id)
    ]


def _body(corpus: Corpus, evidence: Evidence, entry: Entry, address: Callable[[str], str]) -> str:
    source = corpus.sources[entry.id]
    where = address(f"sources/{entry.id}.md")
    page = f"[its page]({where})" if where else "its page"
    lines = [
        f"{MARK}{entry.id} -->",
        f"The document {code(source_title(source))} no longer answers at its address.",
        f"It has failed on {count(entry.failed, 'day')} since {day(entry.since)}.",
        "",
        f"- Address: {address_words(entry.url)}",
        f"- Document: {code(document_name(source, corpus))}",
        f"- Record: `briefs/sources/{entry.id}.yml`; {page}",
        f"- Archived copy: {_copy_words(source, entry)}",
        "",
        "## Last answers",
        "",
        "| Day | Answer |",
        "| --- | --- |",
        *(f"| {f.day.isoformat()} | {_cell(f.answer)} |" for f in entry.last),
        "",
        "## What rests on it",
        "",
        *_users(corpus, evidence, entry.id, address),
        "",
        "## What to do",
        "",
        *_advice(source, entry),
    ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return code(text).replace("|", "¦")


def _copy_words(source: Source, entry: Entry) -> str:
    copy = copy_of(source, entry.since)
    if copy is None:
        return "none in the record from a known archive"
    return f"{code(copy.url, 2000)}, captured on {day(copy.captured)}; the site leads readers there"


def _users(corpus: Corpus, evidence: Evidence, id_: str, address: Callable[[str], str]) -> list[str]:
    """Return a row for each claim that rests on a source, or whose answer does."""
    rows = []
    for reliance in evidence.reliances.get(id_, ()):
        handle = reliance.claim
        found = evidence.supports[handle.ref]
        how = "cites it" if reliance.direct else "rests on it through others"
        if reliance.direct and len(found.documents) == 1:
            how = "cites it, and nothing else"
        rows.append(f"- {_claim(handle.ref, address)} {how}: {code(handle.claim.text)}")
    for ref, handle in corpus.claims.items():
        if any(c.source == id_ for r in handle.claim.responses for c in r.sources or ()):
            rows.append(
                f"- {_claim(ref, address)} gives an answer that stands in it: {code(handle.claim.text)}"
            )
    if not rows:
        return ["No claim rests on it."]
    return _cut(rows)


def _claim(ref: str, address: Callable[[str], str]) -> str:
    brief, _, claim = ref.partition("#")
    where = address(f"briefs/{brief}.md#{claim}")
    return f"[{ref}]({where})" if where else f"`{ref}`"


def _advice(source: Source, entry: Entry) -> list[str]:
    file = f"`briefs/sources/{source.id}.yml`"
    steps = [
        f"If the document has another address now, write it as `url:` in {file}.",
    ]
    if copy_of(source, entry.since) is None:
        steps.append(
            f"Otherwise look for a copy in an archive ({', '.join(sorted(ARCHIVES)[-6:])}, …) and add it to {file}: "
            "`archive:`, with `url:` and the day as `captured:`. The site then leads readers to it."
        )
    hold = f'`"hold": "why, and the day"` to the line of `{entry.id}` in `{STATE_FILE}`'
    opens = "If the document opens in a browser and only this check is turned away"
    last = "If none of this helps, leave the record: the site says since when the document is gone."
    steps.append(f"{opens}, add {hold}: it is then not called dead.")
    steps.append(f"{last} Consider whether the claims above still stand.")
    return [f"{n}. {s}" for n, s in enumerate(steps, 1)]


def _cut(rows: Sequence[str]) -> list[str]:
    rest = len(rows) - ROWS
    return [*rows[:ROWS], *([f"- and {rest:,} more"] if rest > 0 else [])]


def summarise(
    entries: Mapping[str, Entry], before: Mapping[str, Entry], addresses: int, asked: Asked, today: dt.date
) -> str:
    """Return what is known and what has changed, as Markdown."""
    states = [e.state for e in entries.values()]
    left = f", {asked.later:,} left for another run" if asked.later else ""
    lines = [
        f"# Links, {day(today)}",
        "",
        f"{count(addresses, 'document')} with an address: {asked.asked:,} asked now{left}.",
        "",
        *(f"- {states.count(s):,} {words}" for s, words in STATE_WORDS.items() if s in states),
    ]
    never = addresses - len(entries)
    if never > 0:
        lines.append(f"- {never:,} not asked yet")
    changed = [e for e in entries.values() if _state(before.get(e.id)) is not e.state]
    moved = [e for e in changed if e.state is State.MOVED]
    only_https = [e for e in moved if without_scheme(e.url) == without_scheme(e.moved_to or "")]
    back = [e for e in changed if _was_gone(before.get(e.id)) and e.state in (State.ALIVE, State.MOVED)]
    sections = (
        ("No longer answer, newly", [e for e in changed if e.state is State.DEAD], _failed),
        ("Answer again", back, _plain),
        ("Have moved, newly", [e for e in moved if e not in only_https], _moved),
        ("Have moved, newly, but only in http, https, www or a last slash", only_https, _moved),
        ("Fail, newly", [e for e in changed if e.state is State.FAILING], _failed),
        ("Turn programs away, newly", [e for e in changed if e.state is State.BLOCKED], _failed),
        (
            "Answer, but look odd",
            [e for e in entries.values() if e.hint and e.id in _asked(entries, before)],
            _odd,
        ),
    )
    for heading, found, say in sections:
        if found:
            lines += ["", f"## {heading}", "", *_cut([say(e) for e in sorted(found, key=lambda e: e.id)])]
    if asked.broken:
        rows = [f"- `{i}` (`{how}`)" for i, how in sorted(asked.broken.items())]
        lines += ["", "## Not looked at: a fault of this program", "", *_cut(rows)]
    return "\n".join(lines) + "\n"


def _asked(entries: Mapping[str, Entry], before: Mapping[str, Entry]) -> set[str]:
    return {i for i, e in entries.items() if before.get(i) is not e}


def _state(entry: Entry | None) -> State | None:
    return entry.state if entry is not None else None


def _was_gone(entry: Entry | None) -> bool:
    return entry is not None and entry.state in (State.FAILING, State.DEAD)


def _plain(entry: Entry) -> str:
    return f"- `{entry.id}`: {address_words(entry.url)}"


def _failed(entry: Entry) -> str:
    return f"{_plain(entry)}: {code(entry.answer)}, since {day(entry.since)}"


def _moved(entry: Entry) -> str:
    odd = f"; {entry.hint}" if entry.hint else ""
    return f"{_plain(entry)} leads to {address_words(entry.moved_to or '')}{odd}"


def _odd(entry: Entry) -> str:
    return f"{_plain(entry)}: {entry.hint}"
