"""One layout for YAML files: nothing that they say is lost, changed or put in another place."""

import dataclasses
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from briefing.authoring.fmt import comments, format_text, formatted
from briefing.authoring.wrapping import cells
from briefing.authoring.writing import write
from briefing.corpus import Corpus, find, load
from briefing.model import Brief, Entity, Source, TopicsFile
from briefing.model.fields import Record
from briefing.model.shape import shape_of
from briefing.yamlnodes import Reading, read

ROOT = Path(__file__).parents[2]

CASES: dict[str, tuple[type[Record], str, str]] = {
    "keys stand in the model's order": (
        Brief,
        "claims:\n  - by: a\n    text: T\n    id: x\ntitle: T\ndate: 2022\n",
        "title: T\ndate: 2022\nclaims:\n  - id: x\n    text: T\n    by: a\n",
    ),
    "keys in braces too": (
        Brief,
        "claims: [{by: {role: R, name: N}, id: x}]\n",
        "claims: [{id: x, by: {name: N, role: R}}]\n",
    ),
    "a single value that stands for a list has its keys in order": (
        Brief,
        "claims:\n  - by:\n      role: R\n      name: N\n",
        "claims:\n  - by:\n      name: N\n      role: R\n",
    ),
    "schemes of identifiers keep their order": (Entity, "ids:\n  un: 1\n  ofac: 2\n", "ids:\n  un: 1\n  ofac: 2\n"),
    "quotes go where they do nothing": (
        Source,
        "title: 'It''s said'\nauthor: [\"A, B\", 'C']\nnumber: \"S/2022/132\"\n",
        'title: It\'s said\nauthor: ["A, B", C]\nnumber: S/2022/132\n',
    ),
    "quotes stay where text holds a number sign": (
        Source,
        "title: 'Team #1'\nurl: https://e.org/a#b\nnumber: '#1: a'\n",
        'title: "Team #1"\nurl: "https://e.org/a#b"\nnumber: "#1: a"\n',
    ),
    "quotes stay where another reader would see no text": (
        Source,
        'title: "2022"\nnumber: 12\nlanguage: "no"\nissued: 2022-02-05\n',
        'title: "2022"\nissued: 2022-02-05\nnumber: 12\nlanguage: "no"\n',
    ),
    "single quotes spare backslashes": (Source, 'title: "\\"A\\" \\\\ b"\n', "title: '\"A\" \\ b'\n"),
    "what has no value has none": (Brief, "title: ~\ndate: null\ntopics:\n", "title:\ndate:\ntopics:\n"),
    "folded text on one line where it fits": (Brief, "title: >-\n  A\n  b\n", "title: A b\n"),
    "text of several lines stays": (Brief, "background: |\n  a\n\n  - b\n", "background: |\n  a\n\n  - b\n"),
    "text that ends with empty lines": (Brief, "background: |+\n  a\n\ntitle: T\n", 'title: T\nbackground: "a\\n\\n"\n'),
    "text that begins with a space": (Brief, "background: |2\n   a\n  b\n", 'background: " a\\nb\\n"\n'),
    "paragraphs of folded text": (Brief, "background: >-\n  a\n  b\n\n  c\n", "background: >-\n  a b\n\n  c\n"),
    "lists under their key are indented": (Brief, "topics:\n- a\n-   b\n", "topics:\n  - a\n  - b\n"),
    "lists of lists": (Brief, "topics:\n- - a\n  - b\n- c\n", "topics:\n  - - a\n    - b\n  - c\n"),
    "comments go with the key below": (
        Brief,
        "date: 2022  # of the event\n# short\n# and true\ntitle: T\n",
        "# short\n# and true\ntitle: T\ndate: 2022  # of the event\n",
    ),
    "the comment at the top stays there": (
        Brief,
        "# yaml-language-server: $schema=x\n# On A.\n\n# when\ndate: 2022\ntitle: T\n",
        "# yaml-language-server: $schema=x\n# On A.\n\ntitle: T\n# when\ndate: 2022\n",
    ),
    "comments in lists": (
        Brief,
        "claims: # all\n  # first\n  -   # dash\n    id: x # id\n    # last of x\n  # second\n  - id: y\n  # last\n# foot\n",
        "claims:  # all\n  # first\n  # dash\n  - id: x  # id\n    # last of x\n  # second\n  - id: y\n  # last\n# foot\n",
    ),
    "comments in brackets": (
        Brief,
        "topics: [a, # main\n  # why\n  b\n  # end\n  ] # all\n",
        "topics:  # all\n  - a  # main\n  # why\n  - b\n  # end\n",
    ),
    "a comment in empty brackets": (Brief, "topics: [ # none\n  ]\n", "topics: []  # none\n"),
    "a comment between a key and its text": (Brief, "title: # a\n  # b\n  T # c\n", "# b\n# a\ntitle: T  # c\n"),
    "a comment at the head of a block": (Brief, "title: >- # a\n  T\ndate: 2022\n", "title: T  # a\ndate: 2022\n"),
    "one empty line stays, and none at the start": (
        Brief,
        "\n\ntitle: T\n\n\ndate: 2022\nclaims:\n\n  - id: x\n\n  - id: y\n\n",
        "title: T\n\ndate: 2022\nclaims:\n  - id: x\n\n  - id: y\n",
    ),
    "an empty line after a block of text": (
        Brief,
        "background: |-\n  a\n  b\n\nclaims: []\n",
        "\nclaims: []\nbackground: |-\n  a\n  b\n".removeprefix("\n"),
    ),
    "document marks go": (Brief, "%YAML 1.1\n--- # a\ntitle: T\n...\n", "# a\ntitle: T\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_layout(name: str) -> None:
    """A text in, a text out; and out again when it is put in."""
    record, text, expected = CASES[name]
    assert read(text.encode(), "x").problems == []
    assert expected == format_text(text, record)
    assert expected == format_text(expected, record)


def test_long_lines_are_folded_and_long_words_are_not() -> None:
    """A text is broken at spaces, wide letters counting two; an address stays whole."""
    text = f"title: {'북한 ' * 30}end\nurl: https://e.org/{'x' * 120}\nauthor: [{', '.join(['Anna Bell'] * 20)}]\n"
    lines = format_text(text, Source).splitlines()
    assert "title: >-" == lines[0]
    assert [106, 50] == [cells(line) for line in lines[1:3]]
    assert f"url: https://e.org/{'x' * 120}" == lines[-1]
    assert ["author:", *["  - Anna Bell"] * 20] == lines[3:-1]


def test_a_text_that_does_not_fit_beside_its_key_stands_below_it() -> None:
    """Even where it is one line there."""
    text = f"bottom_line: {'word ' * 20}ends\n"
    assert f"bottom_line: >-\n  {'word ' * 20}ends\n" == format_text(text, Brief)


# --- properties --------------------------------------------------------------------------

KEYS = st.sampled_from([*(shape_of(Brief).fields or {}), "text", "by", "no", "1", "a b", "ü"])
TEXTS = st.text(
    st.one_of(st.sampled_from(" \n\t#:-'\"\\{}[],|>&*!%@`?~=._0a1é북😀"), st.characters(exclude_categories=["C"])),
    max_size=60,
)  # fmt: skip
WORDS = st.sampled_from(
    ["no", "null", "~", "2022", "2022-02-05", "1_000", "012", "a, b", "- a", "word " * 30, "#x", "y"]
)
VALUES = st.recursive(
    TEXTS | WORDS | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
STYLES = st.fixed_dictionaries(
    {
        "default_style": st.sampled_from([None, "'", '"', "|", ">"]),
        "default_flow_style": st.sampled_from([None, True, False]),
        "width": st.sampled_from([15, 40, 100, 1000]),
        "indent": st.sampled_from([2, 4]),
    }
)


class _Written(yaml.SafeDumper):
    """Writes the same list twice where it stands twice, since aliases are not read here."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's own signature
        return True


def reading(text: str) -> Reading:
    """Read a text."""
    return read(text.encode("utf-8", "surrogatepass"), "x")


def with_comments(text: str, places: list[tuple[int, int, bool]]) -> str:
    """Return the text with comments where they change no value: at line ends, and on lines between."""
    value = reading(text).document
    for n, (where, indent, beside) in enumerate(places):
        lines = text.split("\n")
        at = where % len(lines)
        if beside:
            lines[at] += f"  # c{n}"
        else:
            lines.insert(at, " " * indent + f"# c{n}" * (indent != 5))
        found = reading("\n".join(lines))
        if not found.problems and found.document and value and found.document.value == value.value:
            text = "\n".join(lines)
    return text


@given(
    st.dictionaries(KEYS, VALUES, min_size=1, max_size=6),
    STYLES,
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8), st.booleans()), max_size=8),
)
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_nothing_is_lost_or_changed(value: dict[str, Any], style: dict[str, Any], places: list[Any]) -> None:
    """Whatever a text holds and however it is written: values, comments, and the second time."""
    text = yaml.dump(value, Dumper=_Written, allow_unicode=True, sort_keys=False, **style)
    before = reading(text)
    assume(before.document is not None and not before.problems)
    text = with_comments(text, places)
    once = format_text(text, Brief)
    after = reading(once)
    assert before.document is not None
    assert after.document is not None
    assert [] == after.problems
    assert (before.document.value, before.document.empty) == (after.document.value, after.document.empty)
    assert comments(text) == comments(once)
    assert once == format_text(once, Brief)


def records(corpus: Corpus) -> dict[str, dict[str, Any]]:
    """Return all that a corpus holds but for the lines on which it stands."""
    names = [f.name for f in dataclasses.fields(corpus) if f.name != "places"]
    return {name: dict(getattr(corpus, name)) for name in names}


@pytest.fixture(scope="module")
def real_values() -> list[Any]:
    """Give the values of the project's own briefs."""
    files = sorted((ROOT / "briefs").glob("[12]*/*.yml"))
    return [(p.stem, d.value) for p in files[::7] if (d := read(p.read_bytes(), p.name).document)]


@given(st.integers(0, 1000), st.data(), STYLES, st.sampled_from([None, "'", '"']))
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_a_brief_is_the_same_record_afterwards(
    real_values: list[Any], number: int, data: st.DataObject, style: dict[str, Any], quotes: str | None
) -> None:
    """The project's own briefs, with their keys in any order and written in any style."""
    id_, value = real_values[number % len(real_values)]
    keys = data.draw(st.permutations(sorted(value)))
    style = {**style, "default_style": quotes}
    text = yaml.dump(
        {k: value[k] for k in keys}, Dumper=_Written, allow_unicode=True, sort_keys=False, **style
    )
    # What PyYAML wrote is read first: in narrow lines it puts a backslash after an escaped quote.
    before, once = reading(text).document, reading(format_text(text, Brief)).document
    assert before is not None
    assert once is not None
    assert Brief.model_validate({"id": id_, **before.value}) == Brief.model_validate(
        {"id": id_, **once.value}
    )


def test_the_whole_corpus_is_the_same_afterwards(tmp_path: Path) -> None:
    """All of the project's own files, on a copy; a second run changes none of them."""
    for place in find(ROOT / "briefs", ROOT)[0]:
        copy = tmp_path / place.path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(place.path.read_bytes())
    before = load(tmp_path / "briefs", tmp_path)
    for place in find(tmp_path / "briefs", tmp_path)[0]:
        done = formatted(place)
        if done.data is not None:
            place.path.write_bytes(done.data)
            assert not formatted(place).changed
    after = load(tmp_path / "briefs", tmp_path)
    assert records(before.corpus) == records(after.corpus)
    assert 139 <= len(after.corpus.briefs) + len(after.errors)


# --- files -------------------------------------------------------------------------------


def test_a_file_with_errors_is_left_alone(project: Path) -> None:
    """Its problems are those of `check`; references are not looked at."""
    brief = project / "briefs/2022/2022-02-05-it-happened.yml"
    brief.write_text(brief.read_text().replace("topics", "topixs").replace("by: a", "by: unknown"))
    done = [formatted(f) for f in find(project / "briefs", project)[0] if f.record is Brief]
    assert [(None, False)] == [(d.data, d.changed) for d in done]
    assert "unknown-key" in {p.code for p in done[0].problems}
    assert "unknown-entity" not in {p.code for p in done[0].problems}


def test_windows_line_ends_and_byte_order_marks_go(project: Path) -> None:
    """A file has line feeds at its line ends."""
    topics = project / "briefs/topics.yml"
    text = topics.read_text()
    topics.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    done = next(formatted(f) for f in find(project / "briefs", project)[0] if f.record is TopicsFile)
    assert (text.encode(), True) == (done.data, done.changed)


def test_a_layout_that_says_something_else_is_a_bug(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops the program before anything is written."""
    monkeypatch.setattr("briefing.authoring.fmt._text", lambda _, text: text.replace("it-happened", "lost"))
    found = [f for f in find(project / "briefs", project)[0] if f.record is Brief]
    with pytest.raises(AssertionError, match="would change what the file says"):
        formatted(found[0])


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_an_interrupted_write_leaves_the_file(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole, and with nothing beside it."""

    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "a.yml"
    path.write_text("old: file\n")
    monkeypatch.setattr(step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(path, b"new: file\n")
    assert ["a.yml"] == [p.name for p in tmp_path.iterdir()]
    assert "old: file\n" == path.read_text()


def test_permissions_stay(tmp_path: Path) -> None:
    """A file that only its owner may read is not opened to others."""
    path = tmp_path / "a.yml"
    path.write_text("a: b\n")
    path.chmod(0o640)
    write(path, b"a: c\n")
    assert (0o640, "a: c\n") == (stat.S_IMODE(path.stat().st_mode), path.read_text())
