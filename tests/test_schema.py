"""The JSON Schemas: valid themselves, and of one mind with the reader."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from briefing.model import Brief
from briefing.model.fields import Takes
from briefing.model.shape import Shape
from briefing.model.validate import validate
from briefing.problems import Problem
from briefing.schema import KINDS, UNSAID, Kind, schema
from briefing.yamlnodes import Document, read

ROOT = Path(__file__).parent.parent


# --- a file as an editor sees it: typed by YAML 1.1 or 1.2, dates left as text ---------------


def _bool_int_float(**patterns: str) -> dict[str, str]:
    return {f"tag:yaml.org,2002:{name}": pattern for name, pattern in patterns.items()}


VERSIONS: dict[str, Mapping[str, str]] = {
    # https://yaml.org/type/, without timestamps: an editor hands dates on as text.
    "1.1": _bool_int_float(
        bool=r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF",
        int=r"[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+",
        float=r"[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        null=r"~|null|Null|NULL|",
    ),
    # YAML 1.2.2, section 10.3.2: the core schema.
    "1.2": _bool_int_float(
        bool=r"true|True|TRUE|false|False|FALSE",
        int=r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
        float=r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        null=r"~|null|Null|NULL|",
    ),
}


class Editor(yaml.SafeLoader):
    """Reads a file as JSON values, and keeps what each scalar is at its place."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's

    def __init__(self, text: str, version: str) -> None:
        super().__init__(text)
        self.types = [(tag, re.compile(pattern)) for tag, pattern in VERSIONS[version].items()]
        self.scalars: dict[tuple[int, int], Any] = {}

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """Return the tag of a node: that of the first pattern that a plain scalar matches."""
        if kind is yaml.ScalarNode and implicit[0]:
            return next((t for t, p in self.types if p.fullmatch(value)), "tag:yaml.org,2002:str")
        return super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call] # it has no types

    def json(self) -> Any:
        """Return the document."""
        node = self.get_single_node()
        return self.value(node) if node is not None else None

    def value(self, node: yaml.Node) -> Any:
        """Return a node's value; keys are text in JSON."""
        if isinstance(node, yaml.MappingNode):
            return {key.value: self.value(inner) for key, inner in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.value(inner) for inner in node.value]
        made = self.construct_object(node)
        self.scalars[node.start_mark.line + 1, node.start_mark.column + 1] = made
        return made


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
    """Ask as ECMA-262 does, where `$` is the very end."""
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield ValidationError(f"{value!r} does not match")


Validator = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call] # it has no types


@cache
def validator(kind: Kind) -> Any:
    """Return what holds values against a kind's schema."""
    return Validator(json.loads(schema(kind)))


def unsaid(problem: Problem, seen: Any) -> str | None:
    """Return the name under which `UNSAID` lists a problem, if it does. `seen` is what an editor sees there."""
    match problem.code:
        case "no-words":
            return "letters"
        case "to-confirm":
            return "confirmation"
        case "wrong-date" if re.search("not a day of the calendar|ends before", problem.message):
            return "calendar"
        case "wrong-number" if "the range begins" in problem.message:
            return "ranges"
        case "wrong-url" if re.search("names no host|is not an address|cannot hold", problem.message):
            return "addresses"
        case "listed-twice":
            return "spelling"
    return "spelling" if isinstance(seen, (bool, int, float)) else None


def agree(kind: Kind, text: str, version: str) -> None:
    """Hold the reader and the schema against each other."""
    reading = read(text.encode(), "a.yml")
    if [p for p in reading.problems if p.code != "empty-item"] or reading.document is None:
        return  # "reading"
    checked = validate(
        kind.record, reading.document, "a.yml", "2022-a" if kind.record is Brief else "a" if kind.named_by_file else None
    )  # fmt: skip
    editor = Editor(text, version)
    value = editor.json()
    faults = [*reading.problems, *checked.problems]
    left = {p: unsaid(p, editor.scalars.get((p.mark.line, p.mark.column))) for p in faults}
    assert {name for name in left.values() if name} <= set(UNSAID)
    said = [p for p, name in left.items() if not name]
    error = next(validator(kind).iter_errors(value), None)
    if not faults:
        assert error is None, f"the reader accepts, and the schema says: {error}\n{text}"
    if said:
        assert error is not None, f"the schema accepts, and the reader says: {said}\n{text}"


# --- files that are mostly right -------------------------------------------------------------

ODD = [
    "", "~", "a", "no", "on", "2022", "012", "0", "-1", "1.5", "1e3", ".5", "true", "True", "1_000", "0x1F", "a b", "A",
    "北한", "#a", "https://a.b", "2022-02-05", "20220205", "…", "a" * 301, "a-b", "2022-a",
]  # fmt: skip
TYPICAL: dict[str, list[str]] = {
    "Line": ["A title", "No", "2022", "true", "a  b\n c", "S/2022/132", "\n" + " a" * 150, "x" * 301, "…"],
    "Passage": ["A text.", "012", "x" * 2000, "x" * 2001, "a\n\n" * 1001],
    "Markdown": ["# A\n\n* b\n", "x", "1.5", " " * 9 + "y" * 50_000 + "\n", "y" * 50_001],
    "Slug": ["a", "a-b-1", "12", "no", "a--b", "A", "a_b", "-a", "a" * 100, "a" * 101, "a\n", "1e3"],
    "DatedSlug": ["2022-a", "2022-02-05-a-b", "2022-02-05", "2022", "a", "2022-" + "a" * 95, "2022-" + "a" * 96],
    "Ref": ["a", "#a", "2022-a#b", "2022#b", "a#b", "#", "1", "no", "2022-02-05-x#y-1"],
    "Url": [
        "https://a.b/c", "http://a", "HTTP://A.B:80/?q#f", "https://u@a.b", "ftp://a.b", "https://a.b/@c", "https://",
        "https://a b", "https://a.b:99999", "a.b", "https://ä.ö/", "https://a.b/{", "http:a",
    ],
    "Number": ["0", "50", "1.5", "50_000_000", "5,0", "-3", "1_0", "1.", "x", "9" * 40, "9" * 41, "+1"],
    "Flag": ["true", "false", "yes", "no", "maybe", "1"],
    "Language": ["en", "no", "zh-Hans", "pt-BR", "es-419", "EN", "english", "ko-kr"],
    "Colour": ["#1a6b8f", "#1A6B8F", "1a6b8f", "000000", "#fff"],
    "Day": ["2022-02-05", "2022-02-30", "2022-13-01", "2022-02", "0000-01-01", "5 May 2022", "2022-02-05~"],
    "Date": [
        "2022", "0012", "2022-02", "2022-02-05", "2022-02~", "2022/2023", "2022/..", "../2022?", "../..", "2023/2022",
        "2022-13", "2022-02-30", "2020-21", "202", "20222", "2022-1", "2022//2023", "2022/..~",
    ],
    "PartialDate": ["2022", "2022-02", "2022-02-05", "2022~", "2022/2023", "0000", "22"],
    "Unit": ["USD", "count", "BTC", "NO", "btc", "1INCH", "1", "ABCDEFGHIJKLM", "kt_tnt"],
}  # fmt: skip


class Quoted(str):
    """Text that is written in quotes."""

    __slots__ = ()


def scalars(samples: list[str]) -> st.SearchStrategy[Any]:
    """Return samples, now and then odd ones, some in quotes."""
    text = st.sampled_from(samples) | st.sampled_from(samples) | st.sampled_from(ODD)
    return text | text.map(Quoted) | st.none()


def typical(takes: Takes) -> st.SearchStrategy[Any]:
    """Return values of a scalar field."""
    if takes.name == "Range":
        numbers = scalars(TYPICAL["Number"])
        return st.tuples(numbers, numbers).map(list) | st.lists(numbers, max_size=3) | numbers
    if takes.name == "Identifiers":
        keys = st.sampled_from(["un", "a-1", "A", "a b", "1"])
        return st.dictionaries(keys, scalars(["KPe.001", "12", " a ", "x" * 80, "x" * 81, "no"]), max_size=2)
    return scalars(TYPICAL[takes.name])


def right(shape: Shape) -> Any:
    """Return a value of a shape that both accept: the least that is asked."""
    if shape.items is not None:
        return [right(shape.items)] if shape.nonempty else []
    if shape.fields is not None:
        if shape.shorthand:
            return "a"
        made = {k: right(s) for k, s in shape.fields.items() if s.required}
        more = {"Figure": {"stated": "1"}, "Response": {"claim": "a"}, "Source": {"descriptor": "d"}}
        return made | more.get(shape.record.__name__ if shape.record else "", {})
    if shape.choices is not None:
        return str(next(iter(shape.choices)))
    assert shape.takes is not None
    return TYPICAL[shape.takes.name][0]


def values(shape: Shape, depth: int = 0) -> st.SearchStrategy[Any]:
    """Return values that a shape accepts, or nearly."""
    odd: st.SearchStrategy[Any] = scalars(ODD) | st.lists(scalars(ODD), max_size=2)
    if shape.items is not None:
        inner = values(shape.items, depth + 1)
        many = st.lists(inner, min_size=int(shape.nonempty), max_size=2)
        return many | many | many | inner | st.just([]) | odd
    if shape.fields is not None:
        fields = shape.fields
        nothing: st.SearchStrategy[dict[str, Any]] = st.just({})
        extra = nothing | nothing | st.dictionaries(st.sampled_from(["x", "id", "<<", "1"]), odd, max_size=1)
        needed = {k: right(s) for k, s in fields.items() if s.required}
        whole = st.tuples(st.just(needed) | nothing, some_of(fields, depth + 1), extra).map(
            lambda parts: parts[0] | parts[1] | parts[2]
        )
        short = values(fields[shape.shorthand], depth + 1) if shape.shorthand else whole
        return whole | whole | short | odd
    if shape.choices is not None:
        return st.sampled_from([str(c) for c in shape.choices]) | odd
    assert shape.takes is not None
    return typical(shape.takes) | typical(shape.takes) | odd


def some_of(fields: dict[str, Shape], depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """Return mappings with one to three of the keys."""
    names = st.lists(st.sampled_from(list(fields)), min_size=1, max_size=3, unique=True)
    return names.flatmap(lambda some: st.fixed_dictionaries({k: values(fields[k], depth) for k in some}))


def files(kind: Kind) -> st.SearchStrategy[Any]:
    """Return whole files: what is asked, and something more or else in a place or three."""
    base = right(kind.shape)
    return some_of(kind.shape.fields or {}, 1).map(lambda more: base | more)


class Writer(yaml.SafeDumper):
    """Writes every text plain where that can be, whatever a reader may take it for."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's
        """Write everything out."""
        return True


STR = "tag:yaml.org,2002:str"
Writer.add_representer(Quoted, lambda dumper, text: dumper.represent_scalar(STR, str(text), style="'"))
Writer.add_representer(type(None), lambda dumper, _: dumper.represent_scalar(STR, "~"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example], max_examples=100)
@given(data=st.data())
def test_the_schema_accepts_what_the_reader_accepts(kind: Kind, version: str, data: st.DataObject) -> None:
    """And nothing else, but for what `UNSAID` lists."""
    text = yaml.dump(data.draw(files(kind)), Dumper=Writer, allow_unicode=True, width=100_000)
    agree(kind, text, version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "ids", ["A: ~", "a: ~", "A: x", "a: x", "a-: x", f"{'a' * 100}: x", f"{'a' * 101}: x"]
)
def test_names_of_identifiers_are_read_alike(ids: str, version: str) -> None:
    """A scheme without a value counts as not written, whatever it is called."""
    (entity,) = (kind for kind in KINDS if kind.name == "entity")
    agree(entity, f"kind: state\nname: A\nids:\n  {ids}\n", version)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_schema_accepts_the_projects_own_briefs(version: str) -> None:
    """Every file of the site's own record."""
    for kind in KINDS:
        for path in sorted((ROOT / "briefs").glob(kind.files)):
            agree(kind, path.read_text(encoding="utf-8"), version)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_schema_is_a_schema(kind: Kind) -> None:
    """Of draft 2020-12, with a meaning for each key and each choice."""
    made = json.loads(schema(kind, address=f"https://example.org/schema/v1/{kind.name}.json"))
    Draft202012Validator.check_schema(made)
    assert f"https://example.org/schema/v1/{kind.name}.json" == made["$id"]
    for record in [made, *(d for d in made["$defs"].values() if "properties" in d)]:
        assert record["title"]
        for name, inner in record["properties"].items():
            assert inner.get("description"), f"{record['title']}.{name}"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("source", "kind: press\naccess: public\ndescriptor: d\nissued: 20222\n"),
        ("source", "kind: press\naccess: public\ndescriptor: d\naliases: [-1]\n"),
        ("glossary", "terms:\n  - term: 북한\n    definition: d\n"),
        ("glossary", "terms:\n  - id:\n    term: 북한\n    definition: d\n"),
    ],
)
def test_the_schema_refuses_what_chance_seldom_finds(kind: str, text: str) -> None:
    """A year of five digits, a negative id, a term of which no id can be made."""
    (found,) = (k for k in KINDS if k.name == kind)
    assert validate(found.record, document(text), "a.yml", "a" if found.named_by_file else None).problems
    assert not validator(found).is_valid(Editor(text, "1.2").json())


def document(text: str) -> Document:
    """Return what the reader makes of a text."""
    made = read(text.encode(), "a.yml").document
    assert made is not None
    return made
