"""The JSON interface, read by programs that are not ours: validators of OpenAPI and JSON Schema."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from briefing.outputs.api import ENDPOINTS, FOLDER, POLICY, VERSION, api_files
from briefing.outputs.dataset import collect
from briefing.view import View

FIELDS = Path(__file__).parent.parent / "cases" / "api-v1.txt"
HOSTILE = "<script>alert(1)</script> | **x** {{ y }} [z](javascript:1) {: onclick=alert(1)}"
Case = Callable[..., View]


def files(view: View) -> dict[str, Any]:
    """Return the files of the interface, parsed, by their place below its folder."""
    return {
        a.uri.removeprefix(FOLDER): json.loads(a.content, parse_constant=pytest.fail)
        for a in api_files(collect(view))
    }


@pytest.fixture(scope="module")
def real(real_view: View) -> dict[str, Any]:
    """Give the files of the project's own corpus."""
    return files(real_view)


def schema_of(path: str) -> str:
    """Return the place of a file's JSON Schema."""
    return "schema/brief.json" if path.startswith("briefs/") else f"schema/{path}"


def answers(made: dict[str, Any]) -> Iterator[str]:
    """Yield the places of the files that hold records."""
    yield from (p for p in made if not p.startswith("schema/") and p != "openapi.json")


def test_the_openapi_document_is_valid(real: dict[str, Any]) -> None:
    """OpenAPI 3.1, with nothing in it that leads nowhere."""
    document = real["openapi.json"]
    assert [] == [e.message for e in OpenAPIV31SpecValidator(document).iter_errors()]
    assert "3.1.0" == document["openapi"]
    assert VERSION == document["info"]["version"]
    assert POLICY in document["info"]["description"]
    assert [{"url": "https://example.org/api/v1"}] == document["servers"]


def test_the_openapi_document_names_every_file(real: dict[str, Any]) -> None:
    """Each path is a file, and each file has a path."""
    paths = {p.removeprefix("/") for p in real["openapi.json"]["paths"]}
    assert {e.path for e in ENDPOINTS} == paths
    assert paths == {"briefs/{id}.json" if p.startswith("briefs/") else p for p in answers(real)}


def test_every_file_fits_its_schema(real: dict[str, Any], case_view: Case) -> None:
    """All of a case, and every seventh record of the real corpus: the validator is slow."""
    case = files(case_view("everything"))
    some = {p: real[p] for p in [*answers(real)][::7]} | {
        p: {**v, "items": v["items"][::7]} for p, v in real.items() if "items" in v
    }
    for made in (case, some):
        for path in answers(made):
            schema = real[schema_of(path)]
            validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
            assert [] == [f"{path}: {e.message}" for e in validator.iter_errors(made[path])]


def test_every_schema_is_valid(real: dict[str, Any]) -> None:
    """JSON Schema 2020-12, under its own address."""
    found = {p: s for p, s in real.items() if p.startswith("schema/")}
    assert len(ENDPOINTS) == len(found)
    for path, schema in found.items():
        Draft202012Validator.check_schema(schema)
        assert f"https://example.org/api/v1/{path}" == schema["$id"]


def test_a_schema_refuses_what_is_missing_or_of_another_type(real: dict[str, Any]) -> None:
    """Every key is asked for, and what kind of value it holds."""
    validator = Draft202012Validator(real["schema/claims.json"])
    whole = real["claims.json"]
    claim = whole["items"][0]
    without = {k: v for k, v in claim.items() if k != "origins"}
    for broken in (without, {**claim, "origins": "one"}, {**claim, "status": "true"}, {**claim, "by": None}):
        assert not validator.is_valid({**whole, "items": [broken]})
    assert validator.is_valid({**whole, "items": [{**claim, "added_later": 1}]})


def test_counts_and_records_are_the_corpus(real: dict[str, Any], real_view: View) -> None:
    """Each list counts what it holds; a brief's file has its claims, and every document behind them."""
    corpus = real_view.corpus
    for name, ids in (
        ("briefs", corpus.briefs),
        ("claims", corpus.claims),
        ("sources", corpus.sources),
        ("entities", corpus.entities),
        ("measures", corpus.measures),
    ):
        whole = real[f"{name}.json"]
        assert list(ids) == [r["id"] for r in whole["items"]]
        assert len(ids) == whole["count"]
    counts = {r["name"]: r["count"] for r in real["index.json"]["resources"]}
    assert len(corpus.claims) == counts["claims"]
    by_id = {c["id"]: c for c in real["claims.json"]["items"]}
    for id_, brief in corpus.briefs.items():
        whole = real[f"briefs/{id_}.json"]
        assert brief.bottom_line == whole["brief"]["bottom_line"]
        assert [by_id[f"{id_}#{c.id}"] for c in brief.claims] == whole["claims"]
        documents = {d for c in whole["claims"] for d in (*c["documents"], *c["behind"])}
        documents |= {x["source"] for c in whole["claims"] for r in c["responses"] for x in r["citations"]}
        assert documents <= {s["id"] for s in whole["sources"]}


def test_the_index_leads_to_every_list(real: dict[str, Any], real_view: View) -> None:
    """By whole addresses, with the terms of use, the topics, and the last day of the record."""
    index = real["index.json"]
    base = "https://example.org/api/v1/"
    for resource in index["resources"]:
        assert resource["url"].removeprefix(base) in real
        assert resource["schema"].removeprefix(base) in real
    assert list(real_view.corpus.topics) == [t["id"] for t in index["topics"]]
    assert list(real_view.corpus.event_kinds) == [k["id"] for k in index["event_kinds"]]
    assert max(b.changed for b in real_view.corpus.briefs.values()).isoformat() == index["updated"]
    assert {"id": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"} == index["licence"]
    assert all(base + path == real[path]["url"] for path in answers(real))


def fields(document: dict[str, Any]) -> list[str]:
    """Return every field of every record with its type, a line each."""

    def type_of(schema: dict[str, Any]) -> str:
        if "$ref" in schema:
            return str(schema["$ref"].rpartition("/")[2])
        if "anyOf" in schema:
            return " or ".join(type_of(s) for s in schema["anyOf"])
        if "items" in schema:
            return f"array of {type_of(schema['items'])}"
        return str(schema["type"])

    lines = []
    for name, schema in sorted(document["components"]["schemas"].items()):
        if "enum" in schema:
            lines += [f"{name}: {value}" for value in schema["enum"]]
        required = set(schema.get("required", ()))
        for field, inner in schema.get("properties", {}).items():
            lines.append(f"{name}.{field}: {type_of(inner)}{'' if field in required else ', may be absent'}")
    return lines


def test_version_1_keeps_its_fields(real: dict[str, Any]) -> None:
    """What readers rely on, line by line. Lines may be added, with `UPDATE_CASES=1`; none may go."""
    made = fields(real["openapi.json"])
    if os.environ.get("UPDATE_CASES"):
        FIELDS.write_text("\n".join(made) + "\n", encoding="utf-8")
    assert FIELDS.read_text(encoding="utf-8").splitlines() == made


def test_no_key_is_ever_absent(real: dict[str, Any]) -> None:
    """What is not known is null: programs need not ask whether a key is there."""
    assert not [line for line in fields(real["openapi.json"]) if line.endswith("may be absent")]


def test_hostile_text_is_text(case_view: Case) -> None:
    """It comes back letter by letter."""
    made = files(case_view("hostile"))
    (claim,) = made["claims.json"]["items"]
    assert HOSTILE == claim["text"] == claim["by"][0]["name"] == claim["responses"][0]["quote"]
    assert HOSTILE == made["briefs/2022-x.json"]["brief"]["title"]


def test_a_site_without_an_address_has_relative_ones(case_view: Case) -> None:
    """And its document and schemas are valid all the same."""
    made = files(case_view("smallest", url=""))
    assert [] == [e.message for e in OpenAPIV31SpecValidator(made["openapi.json"]).iter_errors()]
    assert [{"url": "."}] == made["openapi.json"]["servers"]
    for path in answers(made):
        Draft202012Validator(made[schema_of(path)]).validate(made[path])
