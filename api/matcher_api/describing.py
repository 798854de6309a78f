"""What the description of the interface (OpenAPI) says beyond what FastAPI finds in types."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from matcher.service.rows import ROW_TABLES, STATES_BY_TABLE, row_schema

Schema = dict[str, Any]

# What one row of a table is called, as the name of its schema.
THING_BY_TABLE = {
    "candidates": "Candidate",
    "candidate_skills": "CandidateSkill",
    "contracts": "Contract",
    "vacancies": "Vacancy",
    "vacancy_skills": "VacancySkill",
    "courses": "Course",
    "cohorts": "Cohort",
    "budgets": "Budget",
    "quotas": "Quota",
    "resources": "Resource",
    "enrolments": "Enrolment",
    "municipalities": "Municipality",
}
ETAG = {"ETag": {"description": "The version, for If-Match.", "schema": {"type": "string"}}}
LOCATION = {"Location": {"description": "Its address.", "schema": {"type": "string"}}}


def ref(name: str) -> Schema:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def json_answer(description: str, schema: Schema, headers: Schema | None = None) -> Schema:
    """Return the description of an answer in JSON."""
    answer: Schema = {"description": description, "content": {"application/json": {"schema": schema}}}
    return answer | ({"headers": headers} if headers else {})


def json_body(schema: Schema) -> Schema:
    """Return the description of a body in JSON, for ``openapi_extra``."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def row_schemas() -> dict[str, Schema]:
    """Return the schemas of rows, of stored rows and of pages of them, by name."""
    schemas: dict[str, Schema] = {}
    for table in ROW_TABLES:
        thing = THING_BY_TABLE[table]
        schemas[thing] = row_schema(table)
        properties: Schema = {
            "fields": ref(thing),
            "version": {"type": "integer", "description": "Counts its changes; also its ETag."},
        }
        if table in STATES_BY_TABLE:
            properties["state"] = {"enum": list(STATES_BY_TABLE[table])}
        stored = {"type": "object", "properties": properties, "required": list(properties)}
        schemas[f"Stored{thing}"] = {**stored, "additionalProperties": False}
        schemas[f"{thing}Page"] = page_schema(f"Stored{thing}")
    return schemas


def page_schema(item: str) -> Schema:
    """Return the schema of a page."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["items", "next_cursor"],
        "properties": {
            "items": {"type": "array", "items": ref(item)},
            "next_cursor": {
                "anyOf": [{"type": "string"}, {"type": "null"}],
                "description": "Send it as `cursor` for the next page; null on the last one.",
            },
        },
    }


def install_description(app: FastAPI) -> None:
    """Let the description of an application hold the schemas of rows."""

    def described() -> Schema:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            made["components"]["schemas"].update(row_schemas())
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # the way that FastAPI's own documentation shows
