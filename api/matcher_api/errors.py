"""The one place where errors become answers: Matcher's own, those of the HTTP layer, and what nobody expected."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from matcher.errors import (
    AllBusy,
    Conflict,
    ContradictoryDecisions,
    InvalidInput,
    LimitReached,
    MatcherError,
    shortened,
)
from matcher.languages import Phrases
from matcher.languages.error_texts import sentence_text
from matcher.personal_numbers import without_personal_numbers
from matcher_api.answers import OF_STATUS, PARAMETERS, UNEXPECTED, Answer, answer_to
from matcher_api.auth.policy import POLICY
from matcher_api.documents import FaultDocument, fault_document, problem_response
from matcher_api.language import say_of
from matcher_api.web.rendering import page, reader_of
from matcher_api.wrong_values import told

log = logging.getLogger("matcher_api")

RETRY_AFTER_S = "5"


def install_error_answers(app: FastAPI) -> None:
    """Answer every error with a problem document."""
    app.add_exception_handler(MatcherError, _of_matcher)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_parameters)
    app.add_exception_handler(Exception, _of_anything)


def _respond(request: Request, answer: Answer, **more: Any) -> Response:
    status, kind, title, detail = answer
    if is_page(request):
        say = reader_of(request)
        faults = [fault.detail for fault in more.get("faults", ())]
        shown = page(
            request, "error.html.jinja", int(status), title=say.text(title), detail=say.text(detail), faults=faults
        )
        shown.headers.update(more.get("headers") or {})
        return shown
    say = say_of(request)
    return problem_response(status, kind, say.text(title), say.text(detail), instance=request.url.path, say=say, **more)


def answer_of(request: Request, error: MatcherError) -> Response:
    """Return the answer to one of Matcher's errors."""
    return _of_matcher(request, error)


def answer_status(request: Request, status: int, headers: dict[str, str] | None = None) -> Response:
    """Return the answer that says no more than its status does."""
    return _respond(request, OF_STATUS[status], headers=headers)


def is_page(request: Request) -> bool:
    """Tell whether a person in a browser asked, and not a program."""
    wants_page = "text/html" in request.headers.get("accept", "")
    return wants_page and not request.url.path.startswith("/v1")


def _of_matcher(request: Request, error: Exception) -> Response:
    assert isinstance(error, MatcherError)
    answer = answer_to(error)
    if answer[0] >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, AllBusy | LimitReached):
        log.error("%s on %s", type(error).__name__, _kind_of_address(request), exc_info=error)
    language = say_of(request).language
    faults = [fault_document(fault, language) for fault in error.faults] if isinstance(error, InvalidInput) else []
    reasons: Sequence[str] = ()
    if isinstance(error, ContradictoryDecisions):
        reasons = [sentence_text(one, language) for one in error.contradictions]
    elif isinstance(error, Conflict):
        reasons = [sentence_text(str(error), language)]
    headers = {"Retry-After": RETRY_AFTER_S} if answer[0] == HTTPStatus.SERVICE_UNAVAILABLE else None
    return _respond(request, answer, faults=faults, reasons=reasons, headers=headers)


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    known = OF_STATUS.get(error.status_code)
    answer = known or (status, status.phrase.lower().replace(" ", "-"), status.phrase, str(error.detail))
    return _respond(request, answer, headers=dict(error.headers or {}))


def _of_parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    say = say_of(request)
    return _respond(request, PARAMETERS, faults=[_fault_of(each, error.body, say) for each in error.errors()])


def _fault_of(found: dict[str, Any], body: Any, say: Phrases) -> FaultDocument:
    where, *path = found["loc"]
    in_body = where == "body"
    if in_body:
        path = _steps(path, body, is_missing=found["type"] == "missing")
    value = found.get("input")
    return FaultDocument(
        code=str(found["type"]),
        pointer="".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path) if in_body else None,
        parameter=None if in_body else ".".join(str(step) for step in path),
        value=None if value is None or isinstance(value, dict | list) else without_personal_numbers(shortened(value)),
        detail=f"{'.'.join(str(step) for step in path) or where}: {told(found, say)}.",
    )


def _steps(path: Sequence[Any], body: Any, *, is_missing: bool) -> list[Any]:
    """Return the steps that lead into a body: between them stand kinds that were tried, which are none of its keys."""
    steps = []
    for number, step in enumerate(path, start=1):
        if isinstance(body, dict) and (step in body or (is_missing and number == len(path))):
            steps.append(step)
            body = body.get(step)
        elif isinstance(body, list) and isinstance(step, int) and step < len(body):
            steps.append(step)
            body = body[step]
    return steps


def _kind_of_address(request: Request) -> str:
    """Return an address as the table of rules has it: what stood in the place of a parameter may be anything."""
    rule = POLICY.find(request.method, request.url.path).rule
    return "an unknown address" if rule is None else f"{rule.method} {rule.path}"


def _of_anything(request: Request, error: Exception) -> Response:
    log.error("unexpected on %s", _kind_of_address(request), exc_info=error)
    return _respond(request, UNEXPECTED)
