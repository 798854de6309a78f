"""Who can decide: a person with a name. Parts of the program and other systems cannot, whatever way they come."""

from __future__ import annotations

import sqlalchemy as sa

from matcher.errors import Conflict
from matcher.store.accounts.accounts import account_named
from matcher.store.database.session import Session
from matcher.store.tables.accounts import service_tokens
from matcher.store.tables.work import jobs

# The names under which parts of the program, and what starts it by the clock, write into the log.
PROGRAMS = frozenset({"worker", "queue", "schedule", "batch", "sign-in", "service", "matcher", "system", "cron"})


def require_person(session: Session, by: str, entity: str, entity_id: str) -> None:
    """Raise `Conflict` (``refused_move``) where a decision is not a person's.

    That is so without a name, under the name of a part of the program or of the worker that works on a job, and under
    that of another system's token, unless a person of that name has an account.

    Parameters
    ----------
    session : Session
    by : str
        Who decides.
    entity, entity_id : str
        On what.
    """
    if not by.strip():
        raise _refused(
            "A decision must have the name of the person who takes it, got none. Say who decides.", entity, entity_id
        )
    if by in PROGRAMS or (_is_system(session, by) and account_named(session, by) is None):
        raise _refused(
            f"A decision must be taken by a person, got {by!r}, which is a program. Let a person decide.",
            entity,
            entity_id,
        )


def _is_system(session: Session, by: str) -> bool:
    named = (
        sa.select(service_tokens.c.token_id).where(service_tokens.c.name == by),
        sa.select(jobs.c.job_id).where(jobs.c.worker == by),
    )
    return any(session.first(query.limit(1)) is not None for query in named)


def _refused(sentence: str, entity: str, entity_id: str) -> Conflict:
    return Conflict(sentence, code="refused_move", entity=entity, entity_id=entity_id)
