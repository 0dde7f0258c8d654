"""What is documented of each code, held against what the program does."""

import ast
import datetime as dt
import io
import os
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pypdf
import pytest

from briefing.authoring.extraction import extract
from briefing.authoring.new import TABLES, with_row
from briefing.authoring.reading import TOO_COMPLEX, Unreadable
from briefing.codes import CODES, Code, Where
from briefing.corpus import load
from briefing.history import compare
from briefing.links.memory import parse_memory
from briefing.problems import MOST_OF_A_FILE, Mark, Problem, error
from briefing.rules import RULES, navigation, review
from briefing.yamlnodes import MAX_EVENTS

PACKAGE = Path(__file__).parent.parent / "scripts" / "briefing"
TODAY = dt.date(2026, 11, 24)

TOPIC = '  - {{id: {0}, title: {0}, summary: What is claimed., colour: "#8c1d2f", icon: rocket}}\n'
KINDS = "event_kinds:\n  - {id: test, title: Test}\n"
SOURCE = "kind: press\naccess: public\ntitle: It happened\npublisher: {name: The Paper}\nissued: 2022-02-05\n"
ENTITY = "kind: state\nname: A\n"
MEASURES = (
    "measures:\n  - {id: theft, title: Theft, topic: weapons, unit: USD, period: event, rule: {text: R.}}\n"
)
CLAIM = ("id: it-happened", "text: A said that it happened.", "by: a", "sources: [paper]")
OTHER = ("id: other", "text: A said more.", "by: a", "sources: [report]")
BRIEF = (
    "title: A says one thing", "date: 2022-02-05", "published: 2022-02-06", "topics: [weapons]",
    "bottom_line: A said that it happened.",
)  # fmt: skip
FLIGHT = "events:\n  - {id: flight, kind: test, title: A flight, when: 2022-03-06}"


def brief(lines: Iterable[str], *claims: Iterable[str]) -> str:
    """Return a brief of top lines and claims."""
    items = ["  - " + "\n".join(claim).replace("\n", "\n    ") for claim in claims]
    return "\n".join([*lines, "claims:", *items]) + "\n"


def replaced(lines: Iterable[str], fragment: str) -> list[str]:
    """Return the lines of a record with those of a fragment in the place of the same keys."""
    keys = set(re.findall(r"(?m)^\[?(\w+)\]?:", fragment))
    return [fragment, *(line for line in lines if line.partition(":")[0] not in keys)]


def base() -> dict[str, str]:
    """Return a record in which nothing is wrong, by file."""
    another = brief((*BRIEF[:1], "date: 2022-03-06", *BRIEF[2:], FLIGHT), CLAIM)
    return {
        "topics.yml": "topics:\n" + TOPIC.format("weapons") + TOPIC.format("money") + KINDS,
        "measures.yml": MEASURES,
        "entities/a.yml": ENTITY,
        "sources/paper.yml": SOURCE,
        "sources/report.yml": SOURCE,
        "2022/2022-02-05-it-happened.yml": brief(BRIEF, CLAIM, OTHER),
        "2022/2022-03-06-another.yml": another,
    }


def write(root: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def told(root: Path, files: dict[str, str]) -> list[Problem]:
    """Return what is wrong with a record."""
    write(root, files)
    return review(load(root, root.parent))


def with_claims(fragment: str) -> str:
    """Return the brief with claims, or with what a claim says, from a fragment."""
    if not fragment.startswith("- "):
        return brief(BRIEF, replaced(CLAIM, fragment), OTHER)
    listed, _, rest = fragment.partition("\ncorrections:")
    items = "\n".join("  " + line for line in listed.split("\n"))
    return "\n".join([*BRIEF, "claims:", items]) + "\n" + (f"corrections:{rest}\n" if rest else "")


def files_of(code: Code, fragment: str) -> dict[str, str]:
    """Return the record with an example in it."""
    files = base()
    match code.where:
        case Where.BRIEF:
            files["2022/2022-02-05-it-happened.yml"] = brief(replaced(BRIEF, fragment), CLAIM, OTHER)
        case Where.CLAIM | Where.CHANGE:
            files["2022/2022-02-05-it-happened.yml"] = with_claims(fragment)
        case Where.SOURCE:
            files["sources/paper.yml"] = "\n".join(replaced(SOURCE.splitlines(), fragment)) + "\n"
        case Where.ENTITY:
            files["entities/a.yml"] = ENTITY + fragment + "\n"
        case Where.TOPICS:
            files["topics.yml"] = fragment + "\n" + TOPIC.format("money") + KINDS
        case Where.FILE if fragment.startswith("terms:"):
            files["glossary.yml"] = fragment + "\n"
        case Where.FILE:
            files["entities/b.yml"] = fragment
        case Where.NAME:
            files[fragment] = ENTITY
        case _:
            raise AssertionError(code.where)
    return files


SHOWN = [c for c in CODES.values() if c.where not in (Where.WORDS, Where.CHANGE)]


@pytest.mark.parametrize("code", SHOWN, ids=lambda c: c.code)
def test_the_wrong_example_gives_the_code_and_the_right_one_nothing(code: Code, tmp_path: Path) -> None:
    """No error comes of the right one; the wrong one may have others in its wake."""
    wrong = told(tmp_path / "wrong" / "briefs", files_of(code, code.wrong))
    assert code.code in {p.code for p in wrong}
    assert {p.severity for p in wrong if p.code == code.code} == {code.severity}
    right = told(tmp_path / "right" / "briefs", files_of(code, code.right))
    assert [p for p in right if p.is_error or p.code == code.code] == []


@pytest.mark.parametrize("code", [c for c in CODES.values() if c.where is Where.CHANGE], ids=lambda c: c.code)
def test_examples_of_changes(code: Code, tmp_path: Path) -> None:
    """Against the same brief as it was published."""

    def change(name: str, fragment: str) -> set[str]:
        old, new = tmp_path / f"{name}-old" / "briefs", tmp_path / f"{name}-new" / "briefs"
        first = {**base(), "2022/2022-02-05-it-happened.yml": brief(BRIEF, CLAIM)}
        assert [p for p in (*told(old, first), *told(new, files_of(code, fragment))) if p.is_error] == []
        return {p.code for p in compare(load(old, old.parent).corpus, load(new, new.parent).corpus)}

    assert change("wrong", code.wrong) == {code.code}
    assert change("right", code.right) == set()


# --- what no example of YAML shows -------------------------------------------------------


def _linked_folder(root: Path) -> list[Problem]:
    (root / "entities").rename(root.parent / "entities")
    (root / "entities").symlink_to(root.parent / "entities")
    return review(load(root, root.parent))


def _outside_folder(root: Path) -> list[Problem]:
    write(root.parent, {"a.yml": ENTITY})
    (root / "entities/b.yml").symlink_to(root.parent / "a.yml")
    return review(load(root, root.parent))


def _broken_link(root: Path) -> list[Problem]:
    (root / "entities/b.yml").symlink_to(root / "nothing.yml")
    return review(load(root, root.parent))


def _unreadable(root: Path) -> list[Problem]:
    os.mkfifo(root / "entities/b.yml")
    return review(load(root, root.parent))


def _not_utf8(root: Path) -> list[Problem]:
    (root / "entities/a.yml").write_bytes("kind: state\nname: Ä\n".encode("cp1252"))
    return review(load(root, root.parent))


def _file_too_large(root: Path) -> list[Problem]:
    (root / "entities/a.yml").write_text(f"{ENTITY}description: {'word ' * 300_000}\n")
    return review(load(root, root.parent))


def _too_many_values(root: Path) -> list[Problem]:
    (root / "entities/a.yml").write_text(f"{ENTITY}x: [{'a,' * MAX_EVENTS}a]\n")
    return review(load(root, root.parent))


def _more_problems(root: Path) -> list[Problem]:
    (root / "entities/a.yml").write_text(ENTITY + "".join(f"x{n}: x\n" for n in range(MOST_OF_A_FILE + 1)))
    return review(load(root, root.parent))


def _no_topics(root: Path) -> list[Problem]:
    (root / "topics.yml").unlink()
    return review(load(root, root.parent))


def _refused(fault: Unreadable | None) -> list[Problem]:
    assert fault is not None
    return [error(Mark("saved"), fault.code, fault.message, fault.hint)]


def _extracted(data: bytes, suffix: str) -> list[Problem]:
    return _refused(extract(data, suffix, None, TODAY).fault)


def _locked(_: Path) -> list[Problem]:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return _extracted(stream.getvalue(), ".pdf")


def _added(_: Path) -> list[Problem]:
    row = {"title": "T", "topic": "weapons", "unit": "USD", "period": "event"}
    made = with_row(MEASURES.replace("\n  - ", " [").rstrip() + "]\n", TABLES["measure"], "more", row)
    assert isinstance(made, Problem)
    return [made]


WORDS: dict[str, Callable[[Path], list[Problem]]] = {
    "linked-folder": _linked_folder,
    "outside-folder": _outside_folder,
    "broken-link": _broken_link,
    "unreadable": _unreadable,
    "not-utf8": _not_utf8,
    "file-too-large": _file_too_large,
    "too-many-values": _too_many_values,
    "more-problems": _more_problems,
    "no-folder": lambda root: review(load(root / "nowhere", root.parent)),
    "no-topics": _no_topics,
    "topic-not-in-navigation": lambda root: navigation(
        load(root, root.parent).corpus, b"nav:\n  - Home: index.md\n", "mkdocs.yml"
    ),
    "wrong-form": lambda _: _extracted(b"PK\x03\x04rest", ".docx"),
    "encrypted": _locked,
    "no-text": lambda _: _extracted(b" \n", ".txt"),
    "too-complex": lambda _: _refused(TOO_COMPLEX),
    "not-in-lines": _added,
    "link-state": lambda _: list(parse_memory("<<<<<<< main\n").problems),
}


@pytest.mark.parametrize("name", [*WORDS, "extractor-missing"])
def test_what_was_done_gives_the_code(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else stands against the record before."""
    root = tmp_path / "briefs"
    assert [p for p in told(root, base()) if p.is_error] == []
    if name == "extractor-missing":
        monkeypatch.setitem(sys.modules, "trafilatura", None)
        found = _extracted(b"<html><body><p>It is said.</p></body></html>", ".html")
        assert "make author" in found[0].hint
    else:
        found = WORDS[name](root)
    assert {p.severity for p in found if p.code == name} == {CODES[name].severity}


def test_every_code_that_needs_words_has_its_own_way_to_come_about() -> None:
    """None of them is documented without being tried."""
    assert {c.code for c in CODES.values() if c.where is Where.WORDS} == {*WORDS, "extractor-missing"}


# --- completeness ------------------------------------------------------------------------

MADE = {
    f"unknown-{k}"
    for k in ("source", "entity", "topic", "measure", "event-kind", "brief", "claim", "event", "term")
} | {"bidi-character", "control-character"}
"""Codes that are put together where they are used."""

_PLACES = {"error": 1, "warning": 1, "Fault": 0, "_refused": 1, "add": 1, "Unreadable": 0, "_Refused": 0}
"""Which argument of a call is a code."""


def used() -> set[str]:
    """Return every code that stands in a call in the package."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            place = _PLACES.get(str(getattr(node.func, "id", "") or getattr(node.func, "attr", "")))
            if place is not None and len(node.args) > place:
                argument = node.args[place]
                if isinstance(argument, ast.Constant) and re.fullmatch(r"[a-z0-9-]+", str(argument.value)):
                    found.add(str(argument.value))
    return found


def test_every_code_is_documented_once() -> None:
    """Those of files here, those of editorial rules with the rules; and none that nobody uses."""
    codes = used()
    assert len(codes) > 50
    assert codes | MADE == CODES.keys()
    assert not CODES.keys() & RULES.keys()


def test_the_words_are_sentences() -> None:
    """Short and whole, as messages are."""
    for code in CODES.values():
        for text in (code.says, code.why):
            assert re.match(r"[A-Z`]", text), code.code
            assert text.endswith("."), code.code
        assert len(code.says) < 110, code.code
        assert code.wrong.strip() != code.right.strip(), code.code
