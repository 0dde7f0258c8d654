"""Records with long lists of everything, made and changed by chance."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

TOPICS = """\
topics:
  - {id: weapons, title: Weapons, summary: What is claimed., colour: "#8c1d2f", icon: rocket}
  - {id: money, title: Money, summary: What it earns., colour: "#1d4f91", icon: cash}
  - {id: talks, title: Talks, summary: Who met whom., colour: "#1d4f91", icon: chat}
event_kinds:
  - {id: launch, title: Launch, topic: weapons}
  - {id: theft, title: Theft}
"""
MEASURES = """\
measures:
  - {id: taken, title: Taken, topic: money, unit: USD, period: event, rule: {text: What was taken.}}
  - {id: earned, title: Earned, topic: money, unit: USD, period: year, rule: {text: What was earned.}}
  - {id: fired, title: Fired, topic: weapons, unit: count, period: year, rule: {text: What was fired.}}
"""
DAYS = ["2020-05-01", "2021-03-01", "2021-09-09", "2022-01-03", "2022-06-04", "2023-02-02"]
"""The days of briefs; more than one brief may be of a day."""

ENTITIES = ["panel", "state", "agency"]
SOURCES = {"report": [], "wire": ["report"], "paper": ["wire"]}


ANCHOR = "2021-06-06-anchor"
"""A brief that stays, so that others can refer to what stands in it."""


@dataclass
class Record:
    """A record in a folder, with long lists of everything, some of whose briefs can be made otherwise."""

    folder: Path
    briefs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def write(self, name: str, content: object) -> None:
        """Write a file, or take it away where there is nothing to write."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))

    def begin(self, chance: random.Random) -> None:
        """Write everything for the first time."""
        self.write("topics.yml", TOPICS)
        self.write("measures.yml", MEASURES)
        for id_ in ENTITIES:
            self.name(id_, id_.title())
        for n, (id_, below) in enumerate(SOURCES.items()):
            self.document(id_, ENTITIES[n], DAYS[n], below)
        self.anchor("It said so.", "panel", "2021-06-06")
        for n, day in enumerate(DAYS):
            self.put(f"{day}-b{n}", brief(day, chance))

    def name(self, id_: str, name: str) -> None:
        """Name an entity."""
        self.write(f"entities/{id_}.yml", {"kind": "body", "name": name, "description": "It is."})

    def anchor(self, text: str, by: str, when: str) -> None:
        """Write the brief that others refer to."""
        claim = {"id": "c0", "text": text, "by": by, "sources": ["paper"], "event": "e0"}
        event = {"id": "e0", "kind": "theft", "title": "The theft", "when": when}
        given = {"title": "Anchor", "date": ANCHOR[:10], "published": "2021-06-07", "topics": ["money"]}
        content = {**given, "bottom_line": "It is said.", "events": [event], "claims": [claim]}
        self.write(f"2021/{ANCHOR}.yml", content)

    def document(self, id_: str, publisher: str, day: str, below: list[str]) -> None:
        """Write a document."""
        given = {"kind": "press", "access": "public", "publisher": publisher, "title": f"On {id_}"}
        self.write(f"sources/{id_}.yml", {**given, "issued": day, "rests_on": below})

    def put(self, id_: str, content: dict[str, Any] | None) -> None:
        """Write a brief, or take it away."""
        self.briefs.pop(id_, None)
        if content is not None:
            self.briefs[id_] = content
        self.write(f"{id_[:4]}/{id_}.yml", content)


def brief(day: str, chance: random.Random) -> dict[str, Any]:
    """Return a brief by chance: of few values, so that any two have much in common."""
    topics = chance.choice([["weapons"], ["money"], ["weapons", "money"], ["money", "talks"]])
    events = [
        {
            "id": f"e{n}",
            "kind": chance.choice(["launch", "theft"]),
            "title": f"Event {chance.randrange(3)}",
            "when": chance.choice([day, "2021-01-01", "2022-01~", "2023", "2019-05-05"]),
            **chance.choice([{}, {"topic": topics[-1]}]),
        }
        for n in range(chance.randrange(3))
    ]
    claims = [_claim(n, chance, events, topics) for n in range(chance.randrange(1, 4))]
    corrections = [
        {"date": chance.choice(["2023-03-03", "2023-04-04"]), "kind": "update", "what": f"Changed {n}."}
        for n in range(chance.randrange(3))
    ]
    return {
        "title": f"Brief {chance.randrange(4)}",
        "date": day,
        "published": chance.choice([day, "2023-03-01"]),
        "updated": "2023-05-05",
        "topics": topics,
        "bottom_line": f"It took ${chance.randrange(1, 4)} million.",
        "key_points": [{"text": "It took $2 million.", "claims": [f"{ANCHOR}#c0"]}],
        "events": events,
        "claims": claims,
        "corrections": corrections,
    }


def _claim(n: int, chance: random.Random, events: list[dict[str, Any]], topics: list[str]) -> dict[str, Any]:
    claim: dict[str, Any] = {
        "id": f"c{n}",
        "text": f"It said {chance.randrange(3)}.",
        "by": chance.choice(ENTITIES),
        "about": [{chance.choice(["subject", "target"]): chance.choice(ENTITIES)}],
        "sources": [chance.choice(list(SOURCES))],
        "topic": chance.choice(topics),
    }
    if chance.random() < 0.7:
        claim |= {"event": chance.choice([*(e["id"] for e in events), f"{ANCHOR}#e0"])}
        if chance.random() < 0.5:
            claim |= {"measure": "taken", "figures": [{"exactly": chance.randrange(1, 3)}]}
    elif chance.random() < 0.7:
        figures = [{"exactly": chance.randrange(1, 4), "when": chance.choice(["2020", "2021", "2022"])}]
        claim |= {"measure": chance.choice(["earned", "fired"]), "figures": figures}
    if chance.random() < 0.4:
        own = {"by": chance.choice(ENTITIES), "kind": "denial", "text": "No.", "sources": ["paper"]}
        claim["responses"] = [chance.choice([own, {"kind": "denial", "claim": f"{ANCHOR}#c0"}])]
    if chance.random() < 0.4:
        claim["conflicts_with"] = ["c0" if n else f"{ANCHOR}#c0"]
    return claim


# --- what may change ------------------------------------------------------------------------

Change = Callable[[Record, random.Random], None]


def some(record: Record, chance: random.Random) -> str:
    """Return the id of one brief."""
    return chance.choice(sorted(record.briefs))


def _anew(record: Record, chance: random.Random) -> None:
    """Put another brief under the same id: topics, events, claims, figures, all may move."""
    id_ = some(record, chance)
    record.put(id_, brief(id_[:10], chance))


def _sentence(record: Record, chance: random.Random) -> None:
    id_ = some(record, chance)
    content = {**record.briefs[id_]}
    content["claims"] = [{**c, "text": f"It said {chance.randrange(99)}."} for c in content["claims"]]
    record.put(id_, content)


def _one_field(record: Record, chance: random.Random) -> None:
    """Change what orders lists, and nothing else."""
    id_ = some(record, chance)
    other = brief(id_[:10], chance)
    name = chance.choice(["title", "published", "corrections"])
    record.put(id_, {**record.briefs[id_], name: other[name]})


def _topics(record: Record, chance: random.Random) -> None:
    """Put a brief among those of other topics, too."""
    id_ = some(record, chance)
    own = record.briefs[id_]["topics"]
    more = [t for t in ("talks", "money", "weapons") if t not in own]
    record.put(id_, {**record.briefs[id_], "topics": chance.choice([own[::-1], own + more, own + more[:1]])})


def _event(record: Record, chance: random.Random) -> None:
    id_ = some(record, chance)
    when = chance.choice(["2018-01-01", "2021-01-02", "2024-01-01", "2022"])
    events = [{**e, "when": when} for e in record.briefs[id_]["events"]]
    record.put(id_, {**record.briefs[id_], "events": events})


def _anchor(record: Record, chance: random.Random) -> None:
    when = chance.choice(["2021-06-06", "2022", "2023-01~"])
    record.anchor(f"It took ${chance.randrange(1, 4)} million.", chance.choice(ENTITIES), when)


def _add(record: Record, chance: random.Random) -> None:
    day = chance.choice(["2019-01-01", *DAYS, "2024-04-04"])
    record.put(f"{day}-n{chance.randrange(4)}", brief(day, chance))


def _copy(record: Record, chance: random.Random) -> None:
    """Add a file of another name with the same content."""
    id_ = some(record, chance)
    record.put(f"{id_[:10]}-copy{chance.randrange(2)}", record.briefs[id_])


def _delete(record: Record, chance: random.Random) -> None:
    if len(record.briefs) > 1:
        record.put(some(record, chance), None)


def _rename(record: Record, chance: random.Random) -> None:
    id_ = some(record, chance)
    content = record.briefs[id_]
    record.put(id_, None)
    record.put(f"{id_[:10]}-{chance.choice('az')}{chance.randrange(4)}", content)


def _entity(record: Record, chance: random.Random) -> None:
    record.name(chance.choice(ENTITIES), f"Name {chance.randrange(9)}")


def _document(record: Record, chance: random.Random) -> None:
    id_ = chance.choice(list(SOURCES))
    below = chance.choice([SOURCES[id_], []])
    record.document(id_, chance.choice(ENTITIES), chance.choice(DAYS), below)


def _one_document_more(record: Record, chance: random.Random) -> None:
    record.document(f"more-{chance.randrange(3)}", chance.choice(ENTITIES), chance.choice(DAYS), ["paper"])


def _measure(record: Record, chance: random.Random) -> None:
    record.write("measures.yml", MEASURES.replace("title: Taken", f"title: Taken {chance.randrange(3)}"))


CHANGES: list[Change] = [
    _anew, _anew, _sentence, _one_field, _one_field, _topics, _event, _anchor, _add, _add, _copy, _delete, _rename, _entity,
    _document, _one_document_more, _measure,
]  # fmt: skip


def begun(folder: Path, seed: int) -> Record:
    """Return a record in a folder."""
    record = Record(folder)
    record.begin(random.Random(seed))  # noqa: S311 - a seed's
    return record


by_chance = given(
    seed=st.integers(0, 1 << 16),
    changes=st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 1 << 16)), min_size=1, max_size=6),
)
"""Gives a test the seed of a record, and changes to it, each with a seed of its own."""

SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
"""What hypothesis finds wrong with such tests: they write files, and patch sizes once for all examples."""
