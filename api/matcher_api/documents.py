"""Errors as problem documents (RFC 9457): one shape for every answer that is not a success."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from matcher.errors import Fault, shortened
from matcher.languages import Language, Phrases
from matcher.languages.error_texts import fault_text

MEDIA_TYPE = "application/problem+json"
MOST_FAULTS = 200


class FaultDocument(BaseModel):
    """One thing that is wrong with what was sent: where, what it was, what to do."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(description="Stable kind of fault.", examples=["unknown_id"])
    pointer: str | None = Field(
        default=None, description="JSON pointer (RFC 6901) into the body.", examples=["/vacancies/3/contract_id"]
    )
    parameter: str | None = Field(default=None, description="Query parameter or header, where the fault is there.")
    line: int | None = Field(default=None, description="Line of the body, counted from 1.")
    entity_id: str | None = Field(default=None, description="Id of the object, where it has one.")
    value: str | None = Field(default=None, description="What was found, shortened.")
    detail: str = Field(description="The whole sentence.")


class ProblemDocument(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="Stable kind of error.", examples=["/problems/invalid-input"])
    title: str = Field(description="What kind of error it is, in the language asked for.")
    status: int
    detail: str = Field(description="What happened and what to do, in the language asked for.")
    instance: str = Field(description="Path of the request.")
    num_faults: int = Field(default=0, description="How many faults were found; the first ones are listed.")
    faults: list[FaultDocument] = Field(default_factory=list)
    reasons: list[str] = Field(default_factory=list, description="Decisions that exclude one another, or broken rules.")


class ProblemResponse(JSONResponse):
    """A problem document as an answer."""

    media_type = MEDIA_TYPE


def problem_response(
    status: HTTPStatus,
    kind: str,
    title: str,
    detail: str,
    *,
    instance: str,
    say: Phrases,
    faults: Sequence[FaultDocument] = (),
    reasons: Sequence[str] = (),
    headers: dict[str, str] | None = None,
) -> ProblemResponse:
    """Return an answer with a problem document in the language of `say`."""
    document = ProblemDocument(
        type=f"/problems/{kind}",
        title=title,
        status=int(status),
        detail=detail,
        instance=instance,
        num_faults=len(faults),
        faults=list(faults[:MOST_FAULTS]),
        reasons=list(reasons[:MOST_FAULTS]),
    )
    return ProblemResponse(
        document.model_dump(exclude_none=True),
        status_code=int(status),
        headers={"Content-Language": say.language, "Vary": "Accept-Language", **(headers or {})},
    )


def fault_document(fault: Fault, language: Language) -> FaultDocument:
    """Return a fault of a problem or a plan; its place in the body is the part of its file after the hash sign."""
    _, hash_sign, pointer = (fault.file or "").partition("#")
    pointer = pointer.replace("#", "")  # a member of the body that is a document of its own
    return FaultDocument(
        code=fault.code,
        pointer=pointer if hash_sign else None,
        line=fault.line,
        entity_id=fault.entity_id,
        value=None if fault.value is None else shortened(fault.value),
        detail=fault_text(fault, language),
    )


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of these statuses, all with a problem document."""
    return {
        status: {
            "model": ProblemDocument,
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        for status in statuses
    }


def guarded(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of these statuses and of those that every address behind the guard may answer."""
    return responses(401, 403, *sorted({422, 429, 500, 503, 507, *statuses}))
