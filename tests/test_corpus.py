"""Finding, reading and cross-checking a folder of YAML files."""

import ast
import os
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing.corpus import Lines, Loaded, load
from briefing.problems import Mark, Problem

HERE = Path(__file__).parent
BROKEN = HERE / "fixtures" / "broken"
PACKAGE = HERE.parent / "scripts" / "briefing"

TOPICS = """\
topics:
  - {id: weapons, title: Weapons, summary: What is claimed., colour: "#8c1d2f", icon: rocket}
  - {id: diplomacy, title: Diplomacy, summary: What is said., colour: "#2b6b4f", icon: handshake}
  - {id: cyber-revenue, title: Cyber revenue, summary: Thefts., colour: "#1d4f91", icon: bitcoin}
event_kinds:
  - {id: crypto-theft, title: Crypto theft, topic: cyber-revenue}
"""
MEASURES = """\
measures:
  - {id: crypto-theft, title: Theft, topic: cyber-revenue, unit: USD, period: event, rule: {text: All.}}
"""
SOURCE = "kind: press\naccess: public\ndescriptor: An article.\n"
ENTITY = "kind: state\nname: A state\n"
BRIEF = """\
title: A says one thing
date: 2022-02-05
published: 2022-02-06
topics: [weapons]
bottom_line: A said that it happened.
claims:
  - {id: it-happened, text: A said that it happened., by: a, sources: paper}
"""
SMALL = {
    "topics.yml": TOPICS,
    "measures.yml": MEASURES,
    "entities/a.yml": ENTITY,
    "sources/paper.yml": SOURCE,
    "2022/2022-02-05-it-happened.yml": BRIEF,
}


def lines_of(problems: list[Problem]) -> list[str]:
    """Return problems as lines of text, each with its fix."""
    return [
        f"{p.mark.file}:{p.mark.line}:{p.mark.column}: {p.severity}[{p.code}]: {p.message} | {p.hint}"
        for p in problems
    ]


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a folder and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


Loader = Callable[[dict[str, str]], Loaded]


@pytest.fixture
def loaded(tmp_path: Path) -> Loader:
    """Give a function that loads the small corpus with some files changed or added."""

    def run(files: dict[str, str]) -> Loaded:
        write(tmp_path, SMALL | files)
        return load(tmp_path, tmp_path)

    return run


def make_what_git_would_mangle(root: Path) -> None:
    """Add the files that no repository can hold as they are."""
    year = root / "2022"
    (year / "2022-07-01-large.yml").write_bytes(b"title: " + b"x" * 1024 * 1024 + b"\n")
    (year / "2022-07-02-latin-1.yml").write_bytes(b"\xef\xbb\xbftitle: x\ndate: caf\xe9\n")
    (year / "2022-07-03-utf-16.yml").write_bytes("title: x\n".encode("utf-16"))
    (year / "2022-07-04-control.yml").write_text(
        "title: a\u200bb\ndate: 2022-07-\u202e04\npublished: soon\n", encoding="utf-8"
    )
    (year / "2022-07-05-mac.yml").write_bytes(b"title: a\rdate: 2022\n")
    (year / "2022-07-06-deep.yml").write_text("title: " + "[" * 50 + "]" * 50 + "\n", encoding="utf-8")
    (year / "2022-07-07-deeper.yml").write_text("title: " + "[" * 50_000 + "\n", encoding="utf-8")
    (root / "linked").symlink_to(root / "sources")
    outside = root.parent / "outside.yml"
    outside.write_text(SOURCE, encoding="utf-8")
    (root / "sources" / "secret.yml").symlink_to(outside)
    (root / "sources" / "gone.yml").symlink_to("nothing.yml")
    (root / "sources" / "loop.yml").symlink_to("loop.yml")
    (root / "sources" / "dir.yml").symlink_to(root / "entities")
    os.mkfifo(root / "sources" / "pipe.yml")
    (root / "sources" / "red\x1b[31m\nline.yml").write_text(SOURCE, encoding="utf-8")
    Path(os.fsdecode(os.fsencode(root) + b"/sources/caf\xe9.yml")).write_text(SOURCE, encoding="utf-8")
    (root / "sources" / "notes.yml.txt").write_text(SOURCE, encoding="utf-8")


def test_every_fault_of_a_broken_corpus_is_named(tmp_path: Path) -> None:
    """All problems of all files, in order, each with its line, column, code, message and fix."""
    expected = (BROKEN / "expected.txt").read_text(encoding="utf-8").splitlines()
    root = tmp_path / "broken"
    shutil.copytree(BROKEN, root)
    make_what_git_would_mangle(root)
    assert expected == lines_of(load(root, root).problems)


def emitted_codes() -> set[str]:
    """Return the codes that the reading modules write as constants."""
    codes = set()
    reading = [PACKAGE / f"{name}.py" for name in ("yamlnodes", "finding", "references", "corpus")]
    for path in [*reading, *(PACKAGE / "model").glob("*.py")]:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            place = {"error": 1, "add": 1, "_refused": 1, "Fault": 0}.get(name)
            if place is not None and len(call.args) > 2 and isinstance(call.args[place], ast.Constant):
                codes.add(str(call.args[place].value))  # type: ignore[attr-defined] # a Constant, as checked
    return codes


def test_the_broken_corpus_covers_every_code() -> None:
    """Every code that reading can emit stands in the expected list, or in a test of its own."""
    kinds = {"topic", "event-kind", "measure", "term", "entity", "source", "brief", "claim", "event"}
    codes = emitted_codes() | {f"unknown-{kind}" for kind in kinds}
    codes |= {"control-character", "bidi-character"}  # chosen by a condition, so not constants of a call
    expected = (BROKEN / "expected.txt").read_text(encoding="utf-8")
    assert {"no-folder", "no-topics", "too-many-values"} == {
        code for code in codes if f"[{code}]" not in expected
    }
    assert len(codes) > 50


def test_problems_speak_an_authors_language() -> None:
    """No message holds a name from inside the program, and every one has a fix."""
    expected = (BROKEN / "expected.txt").read_text(encoding="utf-8")
    for word in ("pydantic", "Traceback", "NoneType", "<class", "Error(", "topicsfile", "eventkind", "None"):
        assert word not in expected
    assert all(" | " in line and not line.endswith("| ") for line in expected.splitlines())


def test_a_valid_corpus_has_no_problems(loaded: Loader) -> None:
    """The small corpus is indexed by id, and claims by full reference."""
    corpus = loaded({})
    assert [] == corpus.problems
    assert 5 == corpus.files
    assert ["2022-02-05-it-happened#it-happened"] == list(corpus.corpus.claims)


TEN_FAULTS = """\
title: What the panel reported
date: 2022-02-05
published: 5 February 2022
topics: [weapons, diplomcy]
information_cutof: 2022-02-05
bottom_line: The panel reported it.
bottom_line: The panel reported it twice.
claims:
  - id: Key Finding
    text: The panel reported it\u202e.
    by: a
    topic: weapons
    sources: [papr]
    status: contested
    figures:
      - more_than: 50,000,000
        of: launches
  - id: sources
    topic: weapons
    text: It has the id of a heading.
    by: a
    sources: paper
"""


def test_ten_faults_of_one_brief_are_all_named(loaded: Loader) -> None:
    """A brief with ten different faults has all ten named, each with its line and fix, in one run."""
    assert [
        (3, "wrong-date", "write 2022-02-05"),
        (4, "unknown-topic", "write diplomacy"),
        (5, "unknown-key", "write `information_cutoff`"),
        (7, "duplicate-key", "keep one of the two"),
        (9, "not-a-slug", "write key-finding"),
        (10, "bidi-character", "delete it"),
        (13, "unknown-source", "write paper"),
        (14, "unknown-value", "write one of: standing, disputed, superseded, retracted"),
        (16, "wrong-number", "write 50_000_000"),
        (18, "reserved-id", "choose another id"),
    ] == [
        (p.mark.line, p.code, p.hint)
        for p in loaded({"2022/2022-02-05-it-happened.yml": TEN_FAULTS}).problems
    ]


def test_the_smallest_brief_of_the_design_is_accepted(loaded: Loader) -> None:
    """Six fields make a brief."""
    brief = textwrap.dedent("""\
        title: China urges the United States to show flexibility towards North Korea
        date: 2022-02-04            # what it is about: names folder and id; lists, filters and order use it
        published: 2026-11-24       # the day it first went out: feeds use it
        topics: [diplomacy]
        bottom_line: China's UN ambassador said that a way out lies in US hands; no Council statement followed.
        claims:
          - id: key-in-us-hands
            text: Zhang Jun said that the key to solving the issue is in the hands of the United States.
            by: zhang-jun
            sources: [news-2022-02-un-report]
        """)
    files = {
        "2022/2022-02-04-flexibility.yml": brief,
        "entities/zhang-jun.yml": ENTITY,
        "sources/news-2022-02-un-report.yml": SOURCE,
    }
    assert [] == lines_of(loaded(files).problems)


FULL_CLAIM = """\
title: The panel on thefts
date: 2022-02-05
published: 2026-11-24
topics: [cyber-revenue, weapons]
bottom_line: One Member State told the panel of thefts.
events:                          # of the brief; the timeline is made from these
  - id: thefts-2020-21
    kind: crypto-theft           # from topics.yml
    title: Thefts from at least three exchanges
    when: 2020/2021-06
claims:
  - id: exchange-thefts
    topic: cyber-revenue         # needed only where the brief has several topics
    kind: reported               # fact | reported | assessment | quotation; reported if absent
    text: DPRK hackers stole more than $50 million from at least three exchanges, one Member State told the UN Panel.
    by: {unnamed: one Member State, told: un-panel-of-experts}   # the origin
    about: [{accused: dprk}]
    event: thefts-2020-21        # here or another brief's: 2025-02-21-bybit#theft
    when: 2020/2021-06           # of the event, local date at its place; the event's if absent
    said: 2022-02-04             # when it was asserted
    measure: crypto-theft
    figures:
      - more_than: 50_000_000    # the unit comes from the measure
        as_written: more than $50 million
      - at_least: 3
        of: exchanges
    sources:
      - source: news-2022-02-un-report
        at: paragraph 10         # pinpoint
        via: [straitstimes-2022-02-07, un-panel-report-2022-02]   # only where it differs from rests_on
    limits: [unnamed]
    status: disputed             # standing (if absent) | disputed | superseded | retracted
    responses:
      - by: dprk-un-mission
        kind: no_response
        said: 2022-02-05
        sources: [straitstimes-2022-02-07]
    conflicts_with: ["2022-02-05-it-happened#it-happened"]          # symmetric, written once
"""


def test_a_claim_with_all_that_it_can_carry_is_accepted(loaded: Loader) -> None:
    """The full claim of the design is read whole."""
    files = {f"entities/{e}.yml": ENTITY for e in ("dprk", "dprk-un-mission", "un-panel-of-experts")}
    sources = ("news-2022-02-un-report", "straitstimes-2022-02-07", "un-panel-report-2022-02")
    files |= {f"sources/{s}.yml": SOURCE for s in sources}
    result = loaded(files | {"2022/2022-02-05-thefts.yml": FULL_CLAIM})
    assert [] == lines_of(result.problems)
    claim = result.corpus.claims["2022-02-05-thefts#exchange-thefts"].claim
    assert "more than 50000000" == f"{claim.figures[0].qualifier.words} {claim.figures[0].numbers[0]}"
    assert "#thefts-2020-21" == claim.event
    assert "un-panel-of-experts" == claim.by[0].told


@pytest.mark.parametrize(
    ("expected", "files"),
    [
        ([], {"glossary.yml": "terms:\n  - {term: SLBM, definition: A missile., see_also: [icbm]}\n"
              "  - {term: ICBM, definition: A missile., see_also: [slbm], expansio: x}\n"}),
        ([], {"measures.yml": MEASURES + "assets: [{id: BTC, title: Bitcoin}]\nassetts: []\n",
              "2022/2022-02-05-it-happened.yml": BRIEF.replace("paper}", "paper, figures: [{stated: 1, unit: BTC}]}")}),
        ([], {"measures.yml": "- [", "2022/2022-02-05-it-happened.yml": BRIEF.replace("paper}", "paper, measure: x}")}),
        ([], {"topics.yml": "topics: ["}),
        ([], {"sources/paper.yml": "kind: ["}),
    ],
    ids=["implied terms", "assets of a faulty file", "unreadable measures", "unreadable topics", "unreadable source"],
)  # fmt: skip
def test_a_fault_in_a_registry_does_not_spread(
    expected: list[str], files: dict[str, str], loaded: Loader
) -> None:
    """A broken file is reported itself; what refers to it is not reported as well."""
    broken = next(iter(files))
    assert expected == lines_of([p for p in loaded(files).problems if p.mark.file != broken])


def test_every_circle_of_sources_is_named(loaded: Loader) -> None:
    """Two circles through one source are two problems, each at the step that closes it."""
    files = {
        "sources/paper.yml": SOURCE + "rests_on: [left, right]\n",
        "sources/left.yml": SOURCE + "rests_on: [paper]\n",
        "sources/right.yml": SOURCE + "rests_on: [paper]\n",
    }
    assert [
        "sources/paper.yml:4:12: documents rest on each other: left → paper → left",
        "sources/right.yml:4:12: documents rest on each other: paper → right → paper",
    ] == [
        f"{p.mark.file}:{p.mark.line}:{p.mark.column}: {p.message}"
        for p in loaded(files).problems
        if p.code == "circular-chain"
    ]


def test_sources_that_share_a_source_are_no_circle(loaded: Loader) -> None:
    """A diamond of documents is not a circle."""
    files = {
        "sources/paper.yml": SOURCE + "rests_on: [left, right]\n",
        "sources/left.yml": SOURCE + "rests_on: [root]\n",
        "sources/right.yml": SOURCE + "rests_on: [root]\n",
        "sources/root.yml": SOURCE,
    }
    assert [] == loaded(files).problems


@pytest.mark.parametrize(
    ("expected", "brief"),
    [
        ("`old-claim` is an old id of new-claim | write new-claim", "supersedes: old-claim"),
        (
            "`2022-02-05-renamed#old-claim` is an old id of new-claim | write \"2022-02-05-renamed#new-claim\"",
            'supersedes: "2022-02-05-renamed#old-claim"',
        ),
        (
            "there is no brief `2022-01-former` | write \"2022-02-05-renamed#new-claim\"",
            'supersedes: "2022-01-former#new-claim"',
        ),
        (
            "there is no claim `new-clam` in 2022-02-05-renamed | write \"2022-02-05-renamed#new-claim\"",
            'supersedes: "2022-02-05-renamed#new-clam"',
        ),
        ("there is no event `x` in this brief | this brief has no events: delete it, or add one", "event: x"),
    ],
)  # fmt: skip
def test_a_reference_to_an_old_or_mistyped_id_says_the_right_one(
    expected: str, brief: str, loaded: Loader
) -> None:
    """The fix of an unknown reference is what to type."""
    text = BRIEF.replace(
        "  - {id: it-happened, text: A said that it happened., by: a, sources: paper}",
        f"  - id: new-claim\n    text: It is so.\n    by: a\n    sources: paper\n    aliases: [old-claim]\n    {brief}",
    )
    files = {"2022/2022-02-05-renamed.yml": text + "aliases: [2022-01-former]\n"}
    assert [expected] == [f"{p.message} | {p.hint}" for p in loaded(files).problems]


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        ([], ".hidden/x.yml"),
        ([], "sources/.#paper.yml"),
        ([], "sources/paper.yml~"),
        ([], "README.md"),
        (["move it to entities/b.yml"], "entities/people/b.yml"),
        (["move it to 2022/2022-05-b.yml"], "2022/05/2022-05-b.yml"),
        (["rename it to glossary.yml"], "glosary.yml"),
        (["rename it to b.yml"], "entities/b.YML"),
        (["rename the folder to entities"], "entity/b.yml"),
        (["briefs go to <year>/<date>-<slug>.yml, other records to sources/ and entities/"], "x/y/z.yml"),
    ],
)
def test_a_misplaced_file_says_where_it_should_go(expected: list[str], name: str, loaded: Loader) -> None:
    """A file that is no record's place is refused with its right place; other files are not ours."""
    assert expected == [p.hint for p in loaded({name: ENTITY}).problems]


def test_a_file_called_topics_elsewhere_does_not_count(tmp_path: Path) -> None:
    """topics.yml is looked for at the top."""
    write(tmp_path, {"entities/topics.yml": ENTITY})
    assert ["topics.yml:1:1 no-topics"] == [
        f"{p.mark.file}:{p.mark.line}:{p.mark.column} {p.code}" for p in load(tmp_path, tmp_path).problems
    ]


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """A missing folder is reported, not raised."""
    assert ["no-folder"] == [p.code for p in load(tmp_path / "nowhere", tmp_path).problems]


def test_a_file_that_may_not_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the file system is reported with its file."""
    write(tmp_path, SMALL)

    def refuse(self: Path, *args: object, **kwargs: object) -> object:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    problems = load(tmp_path, tmp_path).problems
    assert sorted(SMALL) == [p.mark.file for p in problems]
    assert {"this cannot be read: Permission denied"} == {p.message for p in problems}


def test_a_folder_that_may_not_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that the system refuses to list is reported, not passed over."""
    write(tmp_path, SMALL)
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("sources"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    shown = [(p.mark.file, p.code) for p in load(tmp_path, tmp_path).problems]
    assert ("sources", "unreadable") in shown


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    """A link to another file of the same folder is read."""
    write(tmp_path, SMALL)
    (tmp_path / "sources" / "copy.yml").symlink_to("paper.yml")
    result = load(tmp_path, tmp_path)
    assert [] == result.problems
    assert {"copy", "paper"} == set(result.corpus.sources)


def test_names_are_relative_to_the_base(tmp_path: Path) -> None:
    """Problems name files as a person would type them."""
    write(tmp_path / "briefs", SMALL | {"entities/b.yml": "kind: state\n"})
    assert ["briefs/entities/b.yml"] == [p.mark.file for p in load(tmp_path / "briefs", tmp_path).problems]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shown = [p.mark.file for p in load(tmp_path / "briefs", elsewhere).problems]
    assert [(tmp_path / "briefs/entities/b.yml").as_posix()] == shown


def test_progress_counts_files(tmp_path: Path) -> None:
    """Progress begins at nothing and ends with all."""
    write(tmp_path, SMALL)
    seen: list[tuple[int, int]] = []
    load(tmp_path, tmp_path, progress=lambda done, of: seen.append((done, of)))
    assert [(n, 5) for n in range(6)] == seen


def test_drafts_are_not_published(loaded: Loader) -> None:
    """The published corpus holds neither drafts nor their claims."""
    draft = BRIEF + "status: draft\n"
    corpus = loaded({"2022/2022-02-05-draft.yml": draft}).corpus
    assert {"2022-02-05-draft", "2022-02-05-it-happened"} == set(corpus.briefs)
    assert ["2022-02-05-it-happened"] == list(corpus.published().briefs)
    assert ["2022-02-05-it-happened#it-happened"] == list(corpus.published().claims)


def test_lines_gives_the_text_of_a_mark(tmp_path: Path) -> None:
    """The line of a mark is found without its line end; nothing where there is none."""
    path = tmp_path / "a.yml"
    path.write_bytes(b"\xef\xbb\xbftitle: x\r\ndate: y\r\n")
    lines = Lines()
    assert "title: x" == lines(Mark(str(path), 1, 1))
    assert "date: y" == lines(Mark(str(path), 2, 1))
    assert lines(Mark(str(path), 9, 1)) is None
    assert lines(Mark(str(tmp_path / "none.yml"), 1, 1)) is None
