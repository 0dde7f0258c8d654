"""A new id, everywhere; and nothing else."""

import difflib
from pathlib import Path

import pytest

from briefing.authoring.rename import Refused, Renaming, plan, rehearse
from briefing.authoring.replacing import apply
from briefing.authoring.survey import survey
from briefing.corpus import load
from briefing.history import compare

ROOT = Path(__file__).parents[2]

FILES = {
    "topics.yml": (
        "topics:\n"
        '  - {id: weapons, title: Weapons, summary: S, colour: "#8c1d2f", icon: rocket, start_here: [2022-02-05-one]}\n'
        '  - {id: "cyber", title: Cyber, summary: S, colour: "#8c1d2f", icon: laptop, aliases: [hacking]}\n'
        "event_kinds:\n"
        "  # what was stolen\n"
        "  - id: theft  # of anything\n"
        "    title: Theft\n"
        "    topic: cyber  # always\n"
        "\n"
        "  - {id: launch, title: Launch}\n"
    ),
    "measures.yml": (
        "measures:\n"
        "  - id: stolen\n    title: Stolen\n    topic: cyber\n    unit: USD\n    period: event\n"
        "    rule: {text: R., sources: [paper]}\n"
        "    aliases:  # before 2021\n      - stolen-money\n"
    ),
    "glossary.yml": (
        "terms:\n"
        "  - term: Origin\n    definition: D.\n    see_also: [panel]\n"
        "  - {id: panel, term: The Panel, definition: D., see_also: [origin], entity: panel}\n"
    ),
    "entities/panel.yml": "kind: body\nname: Panel\npart_of: a\n",
    "entities/a.yml": "kind: state\r\nname: A\r\naliases:\r\n",
    "sources/paper.yml": "kind: press\naccess: public\ntitle: It happened\nissued: 2022-02-05\npublisher: {name: P}\n",
    "sources/copy.yml": (
        "kind: press\naccess: public\ntitle: C\nissued: 2022\npublisher: panel\nrests_on: [paper]\n"
        "descriptor: |+\n  A copy.\n\n"
    ),
    "2022/2022-02-05-one.yml": (
        "# paper is the paper\n"
        "title: paper says it\n"
        "date: 2022-02-05\npublished: 2022-02-06\ntopics: [cyber, weapons]\nbottom_line: B.\n"
        "events: [{id: bank, kind: theft, title: Bank, when: 2022}]\n"
        "claims:\n"
        "  - {id: first, text: T., topic: cyber, by: a, sources: paper, event: bank}\n"
        "  - id: second\n"
        "    text: paper.\n"
        "    topic: \"cyber\"\n"
        "    by: {unnamed: one, told: 'panel'}\n"
        "    event: \"#bank\"\n"
        "    measure: stolen\n"
        "    figures: [{stated: 1, estimator: a}]\n"
        "    sources: [{source: copy, via: [paper]}]\n"
        "    conflicts_with: [\"#first\", 2022-02-05-one#first]\n"
        "key_points: [{text: P., claims: [first]}]  # paper\n"
        "\n# end\n"
    ),
    "2023/2023-two.yml": (
        "title: T\ndate: 2023\npublished: 2023-02-06\ntopics: [weapons]\nbottom_line: B.\n"
        "related:\n  - {brief: 2022-02-05-one, how: before}\n"
        "claims:\n  - id: third\n    text: T.\n    by: [a, panel]\n    about: [{accused: panel}]\n"
        "    event: >-\n      2022-02-05-one#bank\n"
        "    responses: [{claim: '2022-02-05-one#first', kind: denial}]\n"
        "    sources:\n      # the copy\n      - copy\n      - paper\n"
    ),
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a corpus in which everything is referred to in every way."""
    for name, text in FILES.items():
        path = tmp_path / "briefs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    root = tmp_path / "briefs"
    assert [] == load(root, tmp_path).errors
    return root


def rename(root: Path, old: str, new: str, kind: str | None = None) -> Renaming:
    """Rename a record, of which no error may come."""
    made = plan(survey(root, root.parent), root, old, new, kind)
    assert [] == rehearse(made, root)
    apply(root, made.changes, made.title)
    return made


def differences(root: Path) -> list[str]:
    """Return the lines that are not as they were, by file."""
    found = []
    for name in sorted({*FILES, *(p.relative_to(root).as_posix() for p in root.rglob("*.yml"))}):
        path = root / name
        before = FILES.get(name, "").split("\n")
        after = path.read_bytes().decode().split("\n") if path.exists() else []
        if path.exists() != (name in FILES):
            found.append(f"{'+' if path.exists() else '-'} {name}")
        elif before != after:
            lines = difflib.unified_diff(before, after, n=0, lineterm="")
            found += [f"{name}: {x.rstrip()}" for x in lines if x[0] in "+-" and x[:3] not in ("+++", "---")]
    return found


EXPECTED: dict[str, tuple[tuple[str, ...], int, list[str]]] = {
    "a source": (
        ("paper", "daily-paper"),
        5,
        [
            "2022/2022-02-05-one.yml: -  - {id: first, text: T., topic: cyber, by: a, sources: paper, event: bank}",
            "2022/2022-02-05-one.yml: +  - {id: first, text: T., topic: cyber, by: a, sources: daily-paper, event: bank}",
            "2022/2022-02-05-one.yml: -    sources: [{source: copy, via: [paper]}]",
            "2022/2022-02-05-one.yml: +    sources: [{source: copy, via: [daily-paper]}]",
            "2023/2023-two.yml: -      - paper",
            "2023/2023-two.yml: +      - daily-paper",
            "measures.yml: -    rule: {text: R., sources: [paper]}",
            "measures.yml: +    rule: {text: R., sources: [daily-paper]}",
            "sources/copy.yml: -rests_on: [paper]",
            "sources/copy.yml: +rests_on: [daily-paper]",
            "+ sources/daily-paper.yml",
            "- sources/paper.yml",
        ],
    ),
    "an entity, whose file has the line ends of Windows and an empty `aliases`": (
        ("a", "a-land"),
        4,
        [
            "2022/2022-02-05-one.yml: -  - {id: first, text: T., topic: cyber, by: a, sources: paper, event: bank}",
            "2022/2022-02-05-one.yml: +  - {id: first, text: T., topic: cyber, by: a-land, sources: paper, event: bank}",
            "2022/2022-02-05-one.yml: -    figures: [{stated: 1, estimator: a}]",
            "2022/2022-02-05-one.yml: +    figures: [{stated: 1, estimator: a-land}]",
            "2023/2023-two.yml: -    by: [a, panel]",
            "2023/2023-two.yml: +    by: [a-land, panel]",
            "+ entities/a-land.yml",
            "- entities/a.yml",
            "entities/panel.yml: -part_of: a",
            "entities/panel.yml: +part_of: a-land",
        ],
    ),
    "a measure": (
        ("stolen", "loot"),
        1,
        [
            "2022/2022-02-05-one.yml: -    measure: stolen",
            "2022/2022-02-05-one.yml: +    measure: loot",
            "measures.yml: -  - id: stolen",
            "measures.yml: +  - id: loot",
            "measures.yml: +      - stolen",
        ],
    ),
    "a topic, to an id that it had": (
        ("cyber", "hacking"),
        5,
        [
            "2022/2022-02-05-one.yml: -topics: [cyber, weapons]",
            "2022/2022-02-05-one.yml: +topics: [hacking, weapons]",
            "2022/2022-02-05-one.yml: -  - {id: first, text: T., topic: cyber, by: a, sources: paper, event: bank}",
            "2022/2022-02-05-one.yml: +  - {id: first, text: T., topic: hacking, by: a, sources: paper, event: bank}",
            '2022/2022-02-05-one.yml: -    topic: "cyber"',
            '2022/2022-02-05-one.yml: +    topic: "hacking"',
            "measures.yml: -    topic: cyber",
            "measures.yml: +    topic: hacking",
            'topics.yml: -  - {id: "cyber", title: Cyber, summary: S, colour: "#8c1d2f", icon: laptop, aliases: [hacking]}',
            'topics.yml: +  - {id: "hacking", title: Cyber, summary: S, colour: "#8c1d2f", icon: laptop, aliases: [cyber]}',
            "topics.yml: -    topic: cyber  # always",
            "topics.yml: +    topic: hacking  # always",
        ],
    ),
    "a kind of event": (
        ("theft", "robbery"),
        1,
        [
            "2022/2022-02-05-one.yml: -events: [{id: bank, kind: theft, title: Bank, when: 2022}]",
            "2022/2022-02-05-one.yml: +events: [{id: bank, kind: robbery, title: Bank, when: 2022}]",
            "topics.yml: -  - id: theft  # of anything",
            "topics.yml: +  - id: robbery  # of anything",
            "topics.yml: +    aliases: [theft]",
        ],
    ),
    "a term whose id was made from its word": (
        ("origin", "first-source"),
        1,
        [
            "glossary.yml: -  - term: Origin",
            "glossary.yml: +  - id: first-source",
            "glossary.yml: +    term: Origin",
            "glossary.yml: -  - {id: panel, term: The Panel, definition: D., see_also: [origin], entity: panel}",
            "glossary.yml: +    aliases: [origin]",
            "glossary.yml: +  - {id: panel, term: The Panel, definition: D., see_also: [first-source], entity: panel}",
        ],
    ),
    "a term with the id of an entity": (
        ("panel", "the-panel", "term"),
        1,
        [
            "glossary.yml: -    see_also: [panel]",
            "glossary.yml: -  - {id: panel, term: The Panel, definition: D., see_also: [origin], entity: panel}",
            "glossary.yml: +    see_also: [the-panel]",
            "glossary.yml: +  - {id: the-panel, term: The Panel, definition: D., see_also: [origin], entity: panel, aliases: [panel]}",
        ],
    ),
    "a claim": (
        ("2022-02-05-one#first", "earliest"),
        4,
        [
            "2022/2022-02-05-one.yml: -  - {id: first, text: T., topic: cyber, by: a, sources: paper, event: bank}",
            "2022/2022-02-05-one.yml: +  - {id: earliest, text: T., topic: cyber, by: a, sources: paper, event: bank, aliases: [first]}",
            '2022/2022-02-05-one.yml: -    conflicts_with: ["#first", 2022-02-05-one#first]',
            "2022/2022-02-05-one.yml: -key_points: [{text: P., claims: [first]}]  # paper",
            '2022/2022-02-05-one.yml: +    conflicts_with: ["#earliest", 2022-02-05-one#earliest]',
            "2022/2022-02-05-one.yml: +key_points: [{text: P., claims: [earliest]}]  # paper",
            "2023/2023-two.yml: -    responses: [{claim: '2022-02-05-one#first', kind: denial}]",
            "2023/2023-two.yml: +    responses: [{claim: '2022-02-05-one#earliest', kind: denial}]",
        ],
    ),
    "an event": (
        ("2022-02-05-one#bank", "2022-02-05-one#of-a-bank"),
        3,
        [
            "2022/2022-02-05-one.yml: -events: [{id: bank, kind: theft, title: Bank, when: 2022}]",
            "2022/2022-02-05-one.yml: +events: [{id: of-a-bank, kind: theft, title: Bank, when: 2022, aliases: [bank]}]",
            "2022/2022-02-05-one.yml: -  - {id: first, text: T., topic: cyber, by: a, sources: paper, event: bank}",
            "2022/2022-02-05-one.yml: +  - {id: first, text: T., topic: cyber, by: a, sources: paper, event: of-a-bank}",
            '2022/2022-02-05-one.yml: -    event: "#bank"',
            '2022/2022-02-05-one.yml: +    event: "#of-a-bank"',
            "2023/2023-two.yml: -      2022-02-05-one#bank",
            "2023/2023-two.yml: +      2022-02-05-one#of-a-bank",
        ],
    ),
    "a brief of which the date changes": (
        ("2022-02-05-one", "2021-11-one"),
        5,
        [
            "+ 2021/2021-11-one.yml",
            "- 2022/2022-02-05-one.yml",
            "2023/2023-two.yml: -  - {brief: 2022-02-05-one, how: before}",
            "2023/2023-two.yml: +  - {brief: 2021-11-one, how: before}",
            "2023/2023-two.yml: -      2022-02-05-one#bank",
            "2023/2023-two.yml: -    responses: [{claim: '2022-02-05-one#first', kind: denial}]",
            "2023/2023-two.yml: +      2021-11-one#bank",
            "2023/2023-two.yml: +    responses: [{claim: '2021-11-one#first', kind: denial}]",
            'topics.yml: -  - {id: weapons, title: Weapons, summary: S, colour: "#8c1d2f", icon: rocket, start_here: [2022-02-05-one]}',
            'topics.yml: +  - {id: weapons, title: Weapons, summary: S, colour: "#8c1d2f", icon: rocket, start_here: [2021-11-one]}',
        ],
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_reference_and_nothing_else_changes(name: str, root: Path) -> None:
    """Line by line: comments, quotes, order and the same word in a text stay."""
    args, references, lines = EXPECTED[name]
    before = load(root, root.parent).corpus
    made = rename(root, *args)
    assert lines == differences(root)
    assert references == made.references
    after = load(root, root.parent)
    assert [] == after.errors
    assert [] == [p.message for p in compare(before, after.corpus)]


MOVED = {
    "sources/daily-paper.yml": ("paper", FILES["sources/paper.yml"] + "aliases: [paper]\n"),
    "entities/a-land.yml": ("a", "kind: state\r\nname: A\r\naliases: [a]\r\n"),
    "sources/second.yml": ("copy", FILES["sources/copy.yml"] + "aliases: [copy]\n"),
}


@pytest.mark.parametrize("path", MOVED)
def test_a_file_moves_with_its_alias(path: str, root: Path) -> None:
    """With the line ends that it has, and after a text that ends with empty lines."""
    old, text = MOVED[path]
    rename(root, old, Path(path).stem)
    assert text == (root / path).read_bytes().decode()


def test_a_brief_moves_with_its_date_and_its_own_full_references(root: Path) -> None:
    """Folder, date and alias; the empty folder goes."""
    made = rename(root, "2022-02-05-one", "2021-11-one")
    text = FILES["2022/2022-02-05-one.yml"]
    text = text.replace("date: 2022-02-05", "date: 2021-11").replace(
        "2022-02-05-one#first", "2021-11-one#first"
    )
    text = text.replace("# paper\n\n", "# paper\naliases: [2022-02-05-one]\n\n")
    assert text == (root / "2021/2021-11-one.yml").read_text()
    assert not (root / "2022").exists()
    assert ("its date changes with its id, from 2022-02-05 to 2021-11",) == made.notes


def test_a_name_that_other_yaml_readers_take_for_a_number_is_quoted(root: Path) -> None:
    """Plain in a file, an editor would refuse it."""
    rename(root, "panel", "1718", "entity")
    assert "told: '1718'" in (root / "2022/2022-02-05-one.yml").read_text()
    assert 'by: [a, "1718"]' in (root / "2023/2023-two.yml").read_text()


def test_there_and_back(root: Path) -> None:
    """Only the alias tells of it."""
    rename(root, "a", "b")
    rename(root, "b", "a")
    assert ["entities/a.yml: -aliases:", "entities/a.yml: +aliases: [b]"] == differences(root)


REFUSALS = {
    ("papers", "x"): "there is no record `papers`; did you mean paper?",
    ("hacking", "x"): "`hacking` is an old id of the topic cyber",
    ("panel", "x"): "`panel` is a term and an entity: say which with --kind",
    ("paper", "copy"): "there is a source `copy` already",
    ("paper", "paper"): "`paper` is its id already",
    ("paper", "The Paper"): "`The Paper` is not a slug (a-z, 0-9, single hyphens): write the-paper",
    ("weapons", "hacking"): "`hacking` is an old id of the topic cyber",
    (
        "2022-02-05-one",
        "one",
    ): "`one` is not a brief's id: write date and slug, such as 2022-02-05-panel-report",
    ("2022-02-05-one", "2022-13-one"): "`2022-13` has no month 13: months go from 01 to 12",
    ("2022-02-05-one#first", "second"): "there is a claim `2022-02-05-one#second` already",
    ("2022-02-05-one#first", "2023-two#first"): "a claim stays in its brief: write 2022-02-05-one#first",
    (
        "2022-02-05-one#fist",
        "x",
    ): "there is no record `2022-02-05-one#fist`; did you mean 2022-02-05-one#first?",
}


@pytest.mark.parametrize("names", REFUSALS)
def test_refusals(names: tuple[str, str], root: Path) -> None:
    """In words that say what to do."""
    with pytest.raises(Refused) as refused:
        plan(survey(root, root.parent), root, *names)
    assert REFUSALS[names] == str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("weapons", "about", "reserved-id"), ("2022-02-05-one#first", "background", "reserved-id"), ("paper", "index", "reserved-id")],
)  # fmt: skip
def test_a_name_that_would_make_an_error_is_found_before(old: str, new: str, code: str, root: Path) -> None:
    """The renamed files are checked in a copy, as `check` would."""
    made = plan(survey(root, root.parent), root, old, new)
    assert [code] == [p.code for p in rehearse(made, root)]
    assert [] == differences(root)


def test_uses_are_found_with_place_and_user(root: Path) -> None:
    """By file, line and column; those of a brief's parts count for the brief."""
    found = survey(root, root.parent)
    uses = [u for i in found.named("2022-02-05-one") for u in found.users(i)]
    assert [
        ("briefs/topics.yml:2:93", "topic weapons", "topics[0].start_here[0]"),
        ("briefs/2023/2023-two.yml:7:13", "brief 2023-two", "related[0].brief"),
        ("briefs/2023/2023-two.yml:13:12", "claim 2023-two#third", "claims[0].event"),
        ("briefs/2023/2023-two.yml:15:25", "claim 2023-two#third", "claims[0].responses[0].claim"),
    ] == [(f"{u.mark.file}:{u.mark.line}:{u.mark.column}", str(u.by), u.words) for u in uses]


def test_the_most_used_entity_of_the_corpus(tmp_path: Path) -> None:
    """The project's own files: no error, no trace lost, and the same bytes but for the ids."""
    before = load(ROOT / "briefs", ROOT)
    for path in (ROOT / "briefs").rglob("*.yml"):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    root = tmp_path / "briefs"
    found = survey(root, tmp_path)
    most = max((i for i in found.records if i.kind == "entity"), key=lambda i: len(found.users(i)))
    made = rename(root, most.id, "quite-another-name", "entity")
    assert made.references > 300
    after = load(root, tmp_path)
    assert [] == after.errors
    assert [] == [p.message for p in compare(before.corpus, after.corpus)]
    again = survey(root, tmp_path)
    assert [] == [u for u in again.uses if u.target == most]
