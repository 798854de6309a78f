"""What candidates ask for by right, and who answers it: a decision is reviewed by somebody who has not taken it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import sqlalchemy as sa

from matcher.errors import Conflict, Fault, InvalidInput, UnknownId
from matcher.store.database.session import Session, WritingSession
from matcher.store.decisions.deciding import decisions_taken
from matcher.store.log.audit import append
from matcher.store.log.free_text import require_no_personal_number
from matcher.store.problems.moving import state_of
from matcher.store.tables.trust import rights_requests

# Review of a decision, correction of facts, access to what is known, erasure, and everything that is asked otherwise.
RequestKind = Literal["review", "correction", "access", "erasure", "other"]
REQUEST_KINDS: tuple[RequestKind, ...] = get_args(RequestKind)
Outcome = Literal["granted", "partly", "refused"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
MOST_LETTERS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsRequest:
    """What a candidate has asked for.

    Parameters
    ----------
    request_id : int
    candidate_id : str
    kind : str
        One of `REQUEST_KINDS`.
    vacancy_id : str or None
        The place about which a decision is to be reviewed; ``None`` for all of them.
    words : str
    asked_by : str
        Who wrote it down.
    asked_at : datetime
    outcome : str or None
        One of `OUTCOMES`; ``None`` while it waits.
    answer, answered_by : str or None
    answered_at : datetime or None
    version : int
    """

    request_id: int
    candidate_id: str
    kind: str
    vacancy_id: str | None
    words: str
    asked_by: str
    asked_at: datetime
    outcome: str | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    version: int

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for an answer."""
        return self.outcome is None


def write_request(
    session: WritingSession, kind: RequestKind, candidate_id: str, words: str, *, by: str, vacancy_id: str | None = None
) -> int:
    """Write down what a candidate asks for, and return its number.

    Raises
    ------
    UnknownId
        Where there is no such candidate or vacancy.
    InvalidInput
        Where nothing is asked.
    """
    _require(kind in REQUEST_KINDS, "kind", f"have a kind out of {', '.join(REQUEST_KINDS)}", "Choose one.")
    _require_words(words, "words")
    require_no_personal_number("rights_requests", words=words)
    state_of(session, "candidates", candidate_id)
    if vacancy_id is not None:
        state_of(session, "vacancies", vacancy_id)
    request_id = session.insert(
        rights_requests,
        candidate_id=candidate_id,
        kind=kind,
        vacancy_id=vacancy_id,
        words=words.strip(),
        asked_by=by,
        asked_at=session.now,
        version=1,
    )
    append(session, by, "ask", "rights_requests", str(request_id), facts={"kind": kind, "candidate_id": candidate_id})
    return request_id


def answer_request(session: WritingSession, request_id: int, outcome: Outcome, words: str, *, by: str) -> None:
    """Answer what a candidate has asked for.

    Raises
    ------
    Conflict
        Where it is answered already, or whoever answers a request for review has taken a decision that is reviewed
        (``refused_move``).
    """
    _require(outcome in OUTCOMES, "outcome", f"have an outcome out of {', '.join(OUTCOMES)}", "Choose one.")
    _require_words(words, "answer")
    require_no_personal_number("rights_requests", answer=words)
    found = request_of(session, request_id)
    if not found.is_open:
        raise _refused(found, f"still wait for an answer, got one by {found.answered_by}", "Read it.")
    if found.kind == "review" and by in deciders(session, found):
        raise _refused(found, f"be answered by somebody who has not taken the decision, got {by}", "Ask somebody else.")
    changed = session.change(
        rights_requests.update()
        .where(rights_requests.c.request_id == request_id, rights_requests.c.version == found.version)
        .values(
            outcome=outcome,
            answer=words.strip(),
            answered_by=by,
            answered_at=session.now,
            version=found.version + 1,
        )
    )
    if not changed:
        raise _refused(found, "still wait for an answer, got one meanwhile", "Read it.")
    facts = {"kind": found.kind, "candidate_id": found.candidate_id, "outcome": outcome}
    append(session, by, "answer", "rights_requests", str(request_id), facts=facts)


def deciders(session: Session, request: RightsRequest) -> frozenset[str]:
    """Return who has taken the decisions that a request for review is about."""
    taken = decisions_taken(session, candidate_id=request.candidate_id, vacancy_id=request.vacancy_id)
    return frozenset(one.decided_by for one in taken)


def request_of(session: Session, request_id: int) -> RightsRequest:
    """Return a request; raises `UnknownId` where there is none of that number."""
    found = list_requests(session, request_id=request_id)
    if not found:
        raise UnknownId(
            f"Request '{request_id}' must be there. List the requests and choose one.",
            entity="rights_requests",
            entity_id=str(request_id),
        )
    return found[0]


def list_requests(
    session: Session, *, request_id: int | None = None, candidate_id: str | None = None, is_open: bool | None = None
) -> Sequence[RightsRequest]:
    """Return requests in the order in which they came, all or those that match."""
    wanted = {"request_id": request_id, "candidate_id": candidate_id}
    conditions = [rights_requests.c[name] == value for name, value in wanted.items() if value is not None]
    if is_open is not None:
        conditions.append(rights_requests.c.outcome.is_(None) if is_open else rights_requests.c.outcome.is_not(None))
    rows = session.rows(sa.select(rights_requests).where(*conditions).order_by(rights_requests.c.request_id))
    return [RightsRequest(**row._mapping) for row in rows]


def _require_words(words: str, field: str) -> None:
    must = f"have {field} of 1 to {MOST_LETTERS} letters"
    _require(0 < len(words.strip()) <= MOST_LETTERS, field, must, "Write what is asked, or what is answered.")


def _require(holds: bool, field: str, must: str, remedy: str) -> None:
    if not holds:
        raise InvalidInput([Fault(code="bad_request", table="rights_requests", field=field, must=must, remedy=remedy)])


def _refused(found: RightsRequest, must: str, remedy: str) -> Conflict:
    return Conflict(
        f"Request '{found.request_id}' must {must}. {remedy}",
        code="refused_move",
        entity="rights_requests",
        entity_id=str(found.request_id),
    )
