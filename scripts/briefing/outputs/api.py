"""The JSON interface: static files, their JSON Schemas, and an OpenAPI 3.1 document that names them.

Schemas are made from the records (JSON Schema 2020-12). `POLICY` is what readers may rely on;
a test holds the list of all fields, so that none goes or changes its type unseen.
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema

from briefing.corpus import Corpus
from briefing.outputs.asset import Asset
from briefing.outputs.dataset import Dataset
from briefing.outputs.records import (
    Brief,
    Claim,
    Entity,
    EventKind,
    Licence,
    Measure,
    Output,
    Source,
    Topic,
)

VERSION = "1.0.0"
"""The version of the interface (Semantic Versioning); its first number stands in the addresses."""

FOLDER = "api/v1/"

POLICY = (
    "Within version 1, fields, files and values of a list may be added, which raises the second number of "
    "`version`; none is renamed, removed or given another meaning. Programs must pass over fields and values "
    "that they do not know. A change that breaks this gets new addresses, under /api/v2/, and version 1 stays "
    "beside it for a year at least. Tags never change; a record that gets a new id keeps the old one in `aliases`."
)
"""What may change, and what may not."""


class Answer(Output):
    """What every file says of itself."""

    version: str
    """The version of the interface."""
    licence: Licence
    """The terms of use."""
    url: str
    """The file's own address."""


class Listing(Answer):
    """A file with all records of one kind."""

    count: int
    """How many there are."""


class BriefList(Listing):
    """Every brief, without its claims, by the date of what it is about."""

    items: tuple[Brief, ...]
    """The briefs."""


class ClaimList(Listing):
    """Every claim, in the order of the briefs."""

    items: tuple[Claim, ...]
    """The claims."""


class SourceList(Listing):
    """Every document that is cited, or known to stand behind one that is."""

    items: tuple[Source, ...]
    """The documents."""


class EntityList(Listing):
    """Every state, body, organisation, person, group, vessel, place and weapon system with a page."""

    items: tuple[Entity, ...]
    """The entities."""


class MeasureList(Listing):
    """Everything that is counted or measured, with all figures."""

    items: tuple[Measure, ...]
    """The measures."""


class BriefFile(Answer):
    """One brief with its claims, and the documents that they rest on."""

    brief: Brief
    """The brief."""
    claims: tuple[Claim, ...]
    """Its claims, in its order."""
    sources: tuple[Source, ...]
    """The documents that its claims and the answers to them cite, and those behind them, by id."""


class Resource(Output):
    """A file of the interface."""

    name: str
    """Its name."""
    url: str
    """Its address."""
    json_schema: str = Field(serialization_alias="schema")
    """The address of its JSON Schema."""
    count: int
    """How many records it holds."""


class Index(Answer):
    """What there is, and the lists that records refer to."""

    name: str
    """The site's name."""
    description: str
    """What the site is."""
    site: str
    """The site's address; empty where it does not know it: all addresses then start from its root."""
    documentation: str
    """The page that explains these files."""
    openapi: str
    """The address of the OpenAPI document."""
    policy: str
    """What may change, and what may not."""
    updated: dt.date | None
    """The last day on which something was published or changed, as recorded."""
    resources: tuple[Resource, ...]
    """The files."""
    topics: tuple[Topic, ...]
    """The site's subjects, in its order."""
    event_kinds: tuple[EventKind, ...]
    """The kinds of events."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A file, or a kind of files, of the interface."""

    name: str
    """Its name: that of its JSON Schema, too."""
    path: str
    """Its place below the interface's address; `{id}` stands for a brief's."""
    answer: type[Answer]


ENDPOINTS = (
    Endpoint("index", "index.json", Index),
    Endpoint("briefs", "briefs.json", BriefList),
    Endpoint("brief", "briefs/{id}.json", BriefFile),
    Endpoint("claims", "claims.json", ClaimList),
    Endpoint("sources", "sources.json", SourceList),
    Endpoint("entities", "entities.json", EntityList),
    Endpoint("measures", "measures.json", MeasureList),
)


def api_uris(corpus: Corpus) -> Iterator[str]:
    """Yield the place of every file of the interface."""
    for endpoint in ENDPOINTS:
        if "{id}" in endpoint.path:
            yield from (FOLDER + endpoint.path.replace("{id}", id_) for id_ in corpus.briefs)
        else:
            yield FOLDER + endpoint.path
    yield from described_uris()


def described_uris() -> Iterator[str]:
    """Yield the places of the schemas and the OpenAPI document."""
    yield from (f"{FOLDER}schema/{endpoint.name}.json" for endpoint in ENDPOINTS)
    yield f"{FOLDER}openapi.json"


def api_files(data: Dataset) -> Iterator[Asset]:
    """Yield the files of the interface, their schemas, and the OpenAPI document."""
    for path, answer in _answers(data):
        yield Asset(FOLDER + path, answer.model_dump_json(by_alias=True) + "\n")
    claims: dict[str, list[Claim]] = defaultdict(list)
    for claim in data.claims:
        claims[claim.brief].append(claim)
    sources = {s.id: s for s in data.sources}
    for brief in data.briefs:
        yield brief_asset(data, brief, claims[brief.id], sources)
    yield from described(data)


def brief_asset(data: Dataset, brief: Brief, claims: Sequence[Claim], sources: Mapping[str, Source]) -> Asset:
    """Return the file of one brief; `sources` has all that its claims rest on."""
    path = f"briefs/{brief.id}.json"
    documents = sorted({d for c in claims for d in _documents(c, sources)})
    answer = BriefFile(
        **_head(data, path), brief=brief, claims=tuple(claims), sources=tuple(sources[d] for d in documents)
    )
    return Asset(FOLDER + path, answer.model_dump_json(by_alias=True) + "\n")


def described(data: Dataset) -> Iterator[Asset]:
    """Yield the schemas and the OpenAPI document, which depend on the site alone."""
    for endpoint in ENDPOINTS:
        yield Asset(f"{FOLDER}schema/{endpoint.name}.json", _dumped(_schema(endpoint, data)))
    yield Asset(f"{FOLDER}openapi.json", _dumped(_openapi(data)))


def _answers(data: Dataset) -> Iterator[tuple[str, Answer]]:
    lists: tuple[tuple[str, type[Listing], tuple[Output, ...]], ...] = (
        ("briefs", BriefList, data.briefs),
        ("claims", ClaimList, data.claims),
        ("sources", SourceList, data.sources),
        ("entities", EntityList, data.entities),
        ("measures", MeasureList, data.measures),
    )
    yield "index.json", _index(data, {name: len(items) for name, _, items in lists})
    for name, model, items in lists:
        path = f"{name}.json"
        yield path, model(**_head(data, path), count=len(items), items=items)


LISTS: Mapping[str, type[Listing]] = {
    "briefs": BriefList,
    "claims": ClaimList,
    "sources": SourceList,
    "entities": EntityList,
    "measures": MeasureList,
}
"""The files with all records of one kind, by their names."""


def index_asset(data: Dataset, counts: Mapping[str, int]) -> Asset:
    """Return the index; `counts` says how many records each list has."""
    index = _index(data, {name: counts[name] for name in LISTS})
    return Asset(f"{FOLDER}index.json", index.model_dump_json(by_alias=True) + "\n")


BEFORE_ITEMS = '"items":['
"""What a list has before its records: their JSON, with commas between them, and `]}` and a line's end."""


def head_of(data: Dataset, name: str, count: int) -> str:
    """Return what a list with so many records has before the first of them."""
    empty = LISTS[name](**_head(data, f"{name}.json"), count=count, items=()).model_dump_json(by_alias=True)
    assert empty.endswith(f"{BEFORE_ITEMS}]}}")  # noqa: S101 - the records stand last in every list
    return empty[:-2]


def _head(data: Dataset, path: str) -> dict[str, Any]:
    return {"version": VERSION, "licence": data.licence, "url": data.site.url + FOLDER + path}


def _index(data: Dataset, counts: Mapping[str, int]) -> Index:
    base = data.site.url + FOLDER
    return Index(
        **_head(data, "index.json"),
        name=data.site.name,
        description=data.site.description,
        site=data.site.url,
        documentation=data.site.address("data.md"),
        openapi=f"{base}openapi.json",
        policy=POLICY,
        updated=data.updated,
        resources=tuple(
            Resource(
                name=name,
                url=f"{base}{name}.json",
                json_schema=f"{base}schema/{name}.json",
                count=n,
            )
            for name, n in counts.items()
        ),
        topics=data.topics,
        event_kinds=data.event_kinds,
    )


def _documents(claim: Claim, sources: Mapping[str, Source]) -> Iterator[str]:
    """Yield the ids of all documents behind a claim and the answers to it."""
    yield from claim.documents
    yield from claim.behind
    for citation in (c for r in claim.responses for c in r.citations):
        if citation.via is not None:
            yield from (citation.source, *citation.via)
            continue
        below = [citation.source]
        while below:
            yield (here := below.pop())
            below += sources[here].rests_on


# --- schemas ---------------------------------------------------------------------------------


class _Plain(GenerateJsonSchema):
    """Schemas without the titles that pydantic makes of fields' names, each meaning on one line."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic passes it
        return False

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        made = super().generate_inner(schema)
        if isinstance(made.get("description"), str):
            made["description"] = " ".join(made["description"].split())
        return made


def _schema(endpoint: Endpoint, data: Dataset) -> dict[str, Any]:
    made = endpoint.answer.model_json_schema(mode="serialization", by_alias=True, schema_generator=_Plain)
    address = f"{data.site.url}{FOLDER}schema/{endpoint.name}.json"
    return {"$schema": _Plain.schema_dialect, "$id": address, **made}


def _openapi(data: Dataset) -> dict[str, Any]:
    models = [(e.answer, "serialization") for e in ENDPOINTS]
    refs, made = models_json_schema(
        models,  # type: ignore[arg-type] # the mode is a literal
        by_alias=True,
        ref_template="#/components/schemas/{model}",
        schema_generator=_Plain,
    )
    site, licence = data.site, data.licence
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": _Plain.schema_dialect,
        "info": {
            "title": site.name,
            "summary": "Every claim with its source, its chain, its qualifier and the answers to it.",
            "description": f"{site.description}\n\n{POLICY}".strip(),
            "version": VERSION,
            "license": {"name": licence.id or licence.url, "url": licence.url},
        },
        "servers": [{"url": (site.url + FOLDER).rstrip("/") if site.url else "."}],
        "externalDocs": {"url": site.address("data.md"), "description": "What the files hold, with examples"},
        "paths": {f"/{e.path}": {"get": _operation(e, refs[e.answer, "serialization"])} for e in ENDPOINTS},
        "components": {"schemas": made["$defs"]},
    }


def _operation(endpoint: Endpoint, schema: JsonSchemaValue) -> dict[str, Any]:
    meaning = " ".join((endpoint.answer.__doc__ or "").split())
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": meaning,
        "security": [],
        "responses": {
            "200": {"description": meaning, "content": {"application/json": {"schema": schema}}},
        },
    }
    if "{id}" in endpoint.path:
        operation["parameters"] = [
            {
                "name": "id",
                "in": "path",
                "required": True,
                "description": "The id of a brief.",
                "schema": {"type": "string"},
            }
        ]
        operation["responses"]["404"] = {"description": "There is no such brief."}
    return operation


def _dumped(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
