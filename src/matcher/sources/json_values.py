"""Takes what is wanted out of decoded JSON whose shape cannot be relied on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matcher.sources.cells import plain

Json = dict[str, Any]
MAX_NESTED_LISTS = 20


def objects(value: object, depth: int = 0) -> Iterator[Json]:
    """Yield the objects in a list, in lists inside it, or the single object given instead of a list."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list) and depth < MAX_NESTED_LISTS:
        for element in value:
            yield from objects(element, depth + 1)


def as_object(value: object) -> Json:
    """Return an object, the first object of a list, or an empty one."""
    return next(objects(value), {})


def identifier(value: object) -> str:
    """Return an id as a text; numbers are written without a fraction."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return plain(value, 200) if isinstance(value, (str, int, float)) else ""


def is_resume(value: Json) -> bool:
    """Tell whether a document seems to be a JSON Resume, which may have awards as OCDS has."""
    return "basics" in value and bool(value.keys() & {"work", "education", "skills"})


def kind_of(value: object) -> tuple[str, str]:
    """Return what a decoded document seems to be, in words, and the source that reads it; empty where unknown."""
    found = as_object(value)
    keys = found.keys()
    if "$schema" in keys and ("properties" in keys or "definitions" in keys):
        return "a JSON schema", ""
    if is_resume(found):
        return "a JSON Resume", ""
    if keys & {"ocid", "releases", "records", "compiledRelease", "awards"}:
        return "OCDS", "ocds"
    if keys & {"hits", "headline", "annonsId", "annonsrubrik", "must_have", "number_of_vacancies", "testannonser"}:
        return "job advertisements", "jobtech-ads"
    if keys & {"conceptId", "preferredTerm", "preferred_label", "kommunkod"} or "concepts" in as_object(
        found.get("data")
    ):
        return "a JobTech taxonomy", "jobtech-taxonomy"
    if any("conceptId" in as_object(list(part.values())[:1]) for part in found.values() if isinstance(part, dict)):
        return "a JobTech taxonomy", "jobtech-taxonomy"
    return "", ""
