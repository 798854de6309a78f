"""Attempts to get in, counted so that guessing takes too long: each failure beyond a few doubles the wait."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from matcher.store.database.session import WritingSession
from matcher.store.log.audit import append
from matcher.store.tables.accounts import attempts

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 900.0
FORGOTTEN_AFTER = timedelta(days=1)


def try_once(session: WritingSession, allowed: Mapping[str, int]) -> float:
    """Count an attempt before it is made, so that many at once cannot all be the first; return the seconds to wait.

    Parameters
    ----------
    allowed : mapping of str to int
        Under each key (a name, an address, both together) how many attempts may fail before there is a wait.

    Returns
    -------
    float
        0 where the attempt may be made, and was counted; otherwise nothing was counted.
    """
    counts = {}
    wait_s = 0.0
    for key, most in allowed.items():
        hashed = _hash(key)
        own = sa.select(attempts).where(attempts.c.attempt_key == hashed)
        row = session.first(own.with_for_update())
        is_known = row is not None and row.last_at > session.now - FORGOTTEN_AFTER
        count = row.num_tries if row is not None and is_known else 0
        if row is not None and count >= most:
            penalty_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(count - most, 20))
            wait_s = max(wait_s, penalty_s - (session.now - row.last_at).total_seconds())
        counts[hashed] = (count + 1, row is not None)
    if wait_s > 0:
        return wait_s
    for hashed, (count, is_there) in counts.items():
        values = {"num_tries": count, "last_at": session.now}
        if is_there:
            session.change(attempts.update().where(attempts.c.attempt_key == hashed).values(**values))
        else:
            session.insert(attempts, attempt_key=hashed, **values)
    return 0.0


def succeeded(session: WritingSession, forgotten: tuple[str, ...], kept: tuple[str, ...] = ()) -> None:
    """Forget what failed under some keys, and of others take back the one attempt that has succeeded."""
    for key in forgotten:
        session.change(attempts.delete().where(attempts.c.attempt_key == _hash(key)))
    for key in kept:
        own = (attempts.c.attempt_key == _hash(key)) & (attempts.c.num_tries > 0)
        session.change(attempts.update().where(own).values(num_tries=attempts.c.num_tries - 1))


def failed(session: WritingSession, account_id: int | None, why: str) -> None:
    """Log that somebody was not let in; a name that no account has may be a password, and is not kept."""
    session.change(attempts.delete().where(attempts.c.last_at <= session.now - FORGOTTEN_AFTER))
    entity_id = None if account_id is None else str(account_id)
    append(session, "sign-in", "sign_in_failed", "accounts", entity_id, facts={"why": why})


def note_refusal(session: WritingSession, by: str, method: str, path: str, status: int) -> None:
    """Log that somebody who has signed in asked for what is not theirs.

    Parameters
    ----------
    by : str
    method, path : str
        As the table of rules has them: what stood in the place of a parameter may be anything, and is not kept.
    status : int
        What the answer was.
    """
    append(session, by, "refused", "addresses", f"{method} {path}", facts={"status": status})


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
