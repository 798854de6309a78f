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
    CheckFailed,
    Conflict,
    ContradictoryDecisions,
    EngineFailure,
    IncompleteInput,
    InvalidInput,
    LimitReached,
    MatcherError,
    SolverFailure,
    StoreFailure,
    StoreFull,
    UnknownId,
    UnsupportedRule,
    shortened,
)
from matcher.languages import Phrases, message
from matcher.languages.error_texts import sentence_text
from matcher.personal_numbers import without_personal_numbers
from matcher_api.auth.policy import POLICY
from matcher_api.documents import FaultDocument, fault_document, problem_response
from matcher_api.language import say_of
from matcher_api.web.rendering import page, reader_of
from matcher_api.wrong_values import told

log = logging.getLogger("matcher_api")

Answer = tuple[HTTPStatus, str, str, str]

# The most particular kind first: the first that fits answers.
ANSWERS: tuple[tuple[type[MatcherError], Answer], ...] = (
    (
        IncompleteInput,
        (
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "incomplete-input",
            message("Facts are missing"),
            message("Facts that only a person can supply are missing. Fill in what is listed."),
        ),
    ),
    (
        UnsupportedRule,
        (
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "unsupported-rule",
            message("A rule that cannot be kept"),
            message("The problem asks for a rule that this version cannot keep. Leave it out."),
        ),
    ),
    (
        InvalidInput,
        (
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-input",
            message("The input has faults"),
            message("Correct what is listed and send it again. Nothing was stored."),
        ),
    ),
    (
        ContradictoryDecisions,
        (
            HTTPStatus.CONFLICT,
            "contradictory-decisions",
            message("Decisions exclude one another"),
            message("People's decisions exclude one another. Take back one of those listed."),
        ),
    ),
    (
        LimitReached,
        (
            HTTPStatus.GATEWAY_TIMEOUT,
            "limit-reached",
            message("A limit was reached"),
            message("A limit of time or memory was reached before any plan was found. Allow more, or send less."),
        ),
    ),
    (
        AllBusy,
        (
            HTTPStatus.SERVICE_UNAVAILABLE,
            "busy",
            message("All places are taken"),
            message("As many problems are being solved as this service allows. Ask again in a moment."),
        ),
    ),
    (
        EngineFailure,
        (
            HTTPStatus.SERVICE_UNAVAILABLE,
            "engine-failure",
            message("The workers cannot be reached"),
            message("The processes that solve have died or cannot be reached. Ask again in a moment."),
        ),
    ),
    (
        UnknownId,
        (
            HTTPStatus.NOT_FOUND,
            "not-found",
            message("Not found"),
            message("There is nothing at this address, or it is not yours to see."),
        ),
    ),
    (
        Conflict,
        (
            HTTPStatus.CONFLICT,
            "conflict",
            message("It does not fit what is stored"),
            message("Somebody has changed it since, or it is not in a state that allows this. Read it anew."),
        ),
    ),
    (
        StoreFull,
        (
            HTTPStatus.INSUFFICIENT_STORAGE,
            "store-full",
            message("There is no room left"),
            message("The database has no room left, so nothing was stored. Tell whoever runs this service."),
        ),
    ),
    (
        StoreFailure,
        (
            HTTPStatus.SERVICE_UNAVAILABLE,
            "store-failure",
            message("The database cannot be reached"),
            message("The database cannot be read or written just now. Ask again in a moment."),
        ),
    ),
    (
        CheckFailed,
        (
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "check-failed",
            message("The plan did not pass its check"),
            message("A plan was found that does not keep every rule, so it is not given out. Please report this."),
        ),
    ),
    (
        SolverFailure,
        (
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "solver-failure",
            message("The solver failed"),
            message("The solver failed on a sound problem. Please report this."),
        ),
    ),
)
# What a conflict is about says its code; those without a line of their own are a conflict like any other.
OF_CONFLICT: dict[str, Answer] = {
    "stale_version": (
        HTTPStatus.PRECONDITION_FAILED,
        "stale-version",
        message("Somebody else has changed it"),
        message("It is another version by now. Read it again and decide anew."),
    ),
    "refused_move": (
        HTTPStatus.CONFLICT,
        "refused-move",
        message("Its state does not allow that"),
        message("It is not in a state that allows this. Read it again."),
    ),
    "exists": (
        HTTPStatus.CONFLICT,
        "exists",
        message("It is there already"),
        message("Something is stored under that id. Change that one, or choose another id."),
    ),
    "stopped": (
        HTTPStatus.CONFLICT,
        "stopped",
        message("Planning is stopped"),
        message("A person has stopped runs and batches. Nothing is planned, proposed or published until it goes on."),
    ),
    "reused_key": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "reused-key",
        message("The key was used for another request"),
        message("Another request was sent under the same Idempotency-Key. Choose a new key for each request."),
    ),
}
UNEXPECTED: Answer = (
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "unexpected",
    message("Something went wrong"),
    message("The service made a mistake. Nothing was stored. Please report the time and the request's number."),
)
OF_STATUS: dict[int, Answer] = {
    400: (
        HTTPStatus.BAD_REQUEST,
        "bad-request",
        message("The request cannot be read"),
        message("The request cannot be read. Write it as the description of this interface shows."),
    ),
    401: (
        HTTPStatus.UNAUTHORIZED,
        "unauthenticated",
        message("Sign in first"),
        message("Nobody may see this without signing in. Programs send their token in the header Authorization."),
    ),
    403: (
        HTTPStatus.FORBIDDEN,
        "forbidden",
        message("Not allowed"),
        message("Your role does not allow this, or the page had been open for too long. Load it anew and try again."),
    ),
    404: (
        HTTPStatus.NOT_FOUND,
        "not-found",
        message("Not found"),
        message("There is nothing at this address, or it is not yours to see."),
    ),
    405: (
        HTTPStatus.METHOD_NOT_ALLOWED,
        "method-not-allowed",
        message("Not possible here"),
        message("This address does not take that method. The header Allow lists those that it takes."),
    ),
    413: (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too-large",
        message("Too large"),
        message("The request is larger than this service takes. Send less at a time."),
    ),
    415: (
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        message("Another format is needed"),
        message("Send the body as application/json."),
    ),
    428: (
        HTTPStatus.PRECONDITION_REQUIRED,
        "version-needed",
        message("The version that was seen is needed"),
        message("Send the ETag of what you have read as If-Match, so that nobody's change is lost."),
    ),
    429: (
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-requests",
        message("Too many requests"),
        message("More requests came than this service answers in a minute. Retry-After says when to come back."),
    ),
    503: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "no-plan-yet",
        message("There is no plan yet"),
        message("The first plan is still being made, or nobody has asked for one. Come back in a moment."),
    ),
}
PARAMETERS: Answer = (
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "invalid-request",
    message("The request has faults"),
    message("Correct what is listed and send it again. Nothing was stored."),
)
RETRY_AFTER_S = "5"


def answer_to(error: MatcherError) -> Answer:
    """Return status, kind, title and detail for one of Matcher's errors."""
    if isinstance(error, Conflict) and error.code in OF_CONFLICT:
        return OF_CONFLICT[error.code]
    return next((answer for kind, answer in ANSWERS if isinstance(error, kind)), UNEXPECTED)


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
        reasons = error.contradictions
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
