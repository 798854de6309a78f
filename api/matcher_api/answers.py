"""What each error is answered with, in words: its status, its kind, a title and what to do."""

from __future__ import annotations

from http import HTTPStatus

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
)
from matcher.languages import message

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


def answer_to(error: MatcherError) -> Answer:
    """Return status, kind, title and detail for one of Matcher's errors."""
    if isinstance(error, Conflict) and error.code in OF_CONFLICT:
        return OF_CONFLICT[error.code]
    return next((answer for kind, answer in ANSWERS if isinstance(error, kind)), UNEXPECTED)
