"""The vault of identities: who a pseudonym is, encrypted by AES-GCM under a key of each person's own.

A person's key is wrapped by a master key that the database does not hold (`vault_keys`). To erase somebody, the
person's key is destroyed; the row stays as the mark that somebody was there. In backups that were made before, the
wrapped key is still there: what makes these unreadable, too, is to rotate the master key and to forget the old one.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matcher.errors import Conflict, StoreFailure, UnknownId
from matcher.formats.identities import FIELDS, Identity
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.protection.second_factors import seal_anew
from matcher.store.protection.vault_keys import KEY_BYTES, MasterKeys
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher.store.tables.trust import identities

NONCE_BYTES = 12


def save_identities(
    session: WritingSession, keys: MasterKeys, given: Iterable[Identity], *, by: str, reason: str | None = None
) -> int:
    """Put identities into the vault, in the place of those that are there; return how many there were.

    Raises
    ------
    UnknownId
        Where a pseudonym is no candidate's.
    Conflict
        Where somebody has been erased (``refused_move``): who is erased does not come back.
    """
    count = 0
    for identity in given:
        _require_candidate(session, identity.candidate_id)
        before = session.first(sa.select(identities).where(identities.c.candidate_id == identity.candidate_id))
        if before is not None and before.erased_at is not None:
            raise _erased(identity.candidate_id)
        values = _sealed(keys, identity) | {"saved_at": session.now}
        if before is None:
            session.insert_all(identities, [{"candidate_id": identity.candidate_id, "version": 1, **values}])
        else:
            own = identities.c.candidate_id == identity.candidate_id
            session.change(identities.update().where(own).values(**values, version=before.version + 1))
        append(
            session, by, "save", "identities", identity.candidate_id, reason=reason, facts={"fields": _given(identity)}
        )
        count += 1
    return count


def look_at(
    session: WritingSession,
    keys: MasterKeys,
    candidate_id: str,
    *,
    by: str,
    reason: str,
    fields: Iterable[str] = FIELDS,
) -> Identity | None:
    """Return who somebody is, or ``None`` where that is not known or has been erased; the look is in the audit log.

    Parameters
    ----------
    keys : MasterKeys
    candidate_id : str
    by, reason : str
        Who looks, and why.
    fields : iterable of str
        What may be seen; the name always.

    Raises
    ------
    StoreFailure
        Where the row has been tampered with, or its key is not at hand.
    """
    row = session.first(sa.select(identities).where(identities.c.candidate_id == candidate_id))
    if row is None or row.ciphertext is None:
        return None
    found = _opened(keys, row)
    shown = {"name", *fields}
    append(session, by, "look", "identities", candidate_id, reason=reason, facts={"fields": sorted(shown)})
    hidden: dict[str, Any] = {name: None for name in FIELDS if name not in shown}
    return replace(found, **hidden)


def erase_identity(session: WritingSession, candidate_id: str, *, by: str, reason: str) -> None:
    """Destroy a person's key and what it has encrypted; the row stays as a tombstone, made where there was none."""
    _require_candidate(session, candidate_id)
    gone = {"wrapped_key": None, "nonce": None, "ciphertext": None, "erased_at": session.now, "erased_by": by}
    own = identities.c.candidate_id == candidate_id
    if not session.change(identities.update().where(own).values(**gone, version=identities.c.version + 1)):
        values = {"candidate_id": candidate_id, "outer_key_id": "", "saved_at": session.now, "version": 1}
        session.insert_all(identities, [values | gone])
    append(session, by, "erase", "identities", candidate_id, reason=reason)


def is_erased(session: Session, candidate_id: str) -> bool:
    """Tell whether a tombstone stands for somebody."""
    return session.value(sa.select(identities.c.erased_at).where(identities.c.candidate_id == candidate_id)) is not None


def is_known(session: Session, candidate_id: str) -> bool:
    """Tell whether the vault holds who somebody is; nobody is looked at by that."""
    query = sa.select(identities.c.saved_at).where(
        identities.c.candidate_id == candidate_id, identities.c.ciphertext.is_not(None)
    )
    return session.value(query) is not None


def num_by_key(session: Session) -> dict[str, int]:
    """Return how many people's keys are wrapped by each master key."""
    query = (
        sa.select(identities.c.outer_key_id, sa.func.count().label("num"))
        .where(identities.c.wrapped_key.is_not(None))
        .group_by(identities.c.outer_key_id)
    )
    return {row.outer_key_id: row.num for row in session.rows(query)}


def wrap_anew(session: WritingSession, keys: MasterKeys, *, by: str) -> int:
    """Wrap everybody's key by the present master key; return how many were wrapped by another one.

    Secrets of second factors, which the same keys seal, are sealed anew with them.
    """
    seal_anew(session, keys)
    present, count = keys.present_id, 0
    rows = session.rows(
        sa.select(identities.c.candidate_id, identities.c.outer_key_id, identities.c.wrapped_key).where(
            identities.c.wrapped_key.is_not(None), identities.c.outer_key_id != present
        )
    )
    for row in rows:
        wrapped = _wrapped(keys, row.candidate_id, _unwrapped(keys, row))
        own = identities.c.candidate_id == row.candidate_id
        session.change(identities.update().where(own).values(outer_key_id=present, wrapped_key=wrapped))
        count += 1
    append(session, by, "rotate", "identities", None, facts={"key": present, "wrapped": count})
    return count


def _sealed(keys: MasterKeys, identity: Identity) -> dict[str, Any]:
    own, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
    document = json.dumps({name: getattr(identity, name) for name in FIELDS}, ensure_ascii=False).encode()
    return {
        "outer_key_id": keys.present_id,
        "wrapped_key": _wrapped(keys, identity.candidate_id, own),
        "nonce": nonce,
        # Bound to its pseudonym: a row that is moved to another person does not open.
        "ciphertext": AESGCM(own).encrypt(nonce, document, identity.candidate_id.encode()),
    }


def _opened(keys: MasterKeys, row: sa.Row[Any]) -> Identity:
    try:
        document = AESGCM(_unwrapped(keys, row)).decrypt(row.nonce, row.ciphertext, row.candidate_id.encode())
    except InvalidTag:
        raise _tampered(row.candidate_id) from None
    return Identity(candidate_id=row.candidate_id, **json.loads(document))


def _wrapped(keys: MasterKeys, candidate_id: str, own: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    key_id = keys.present_id
    return nonce + AESGCM(keys.key(key_id)).encrypt(nonce, own, f"{key_id}|{candidate_id}".encode())


def _unwrapped(keys: MasterKeys, row: sa.Row[Any]) -> bytes:
    nonce, sealed = row.wrapped_key[:NONCE_BYTES], row.wrapped_key[NONCE_BYTES:]
    bound = f"{row.outer_key_id}|{row.candidate_id}".encode()
    try:
        return AESGCM(keys.key(row.outer_key_id)).decrypt(nonce, sealed, bound)
    except (InvalidTag, ValueError):
        raise _tampered(row.candidate_id) from None


def _require_candidate(session: Session, candidate_id: str) -> None:
    table = SQL_BY_TABLE["candidates"]
    if session.value(sa.select(table.c.row_id).where(table.c.candidate_id == candidate_id)) is None:
        raise UnknownId(
            f"Candidate {candidate_id!r} must be there. Check the id.", entity="candidates", entity_id=candidate_id
        )


def _erased(candidate_id: str) -> Conflict:
    return Conflict(
        f"Candidate {candidate_id!r} must not have been erased to be known again. Take in a new pseudonym.",
        code="refused_move",
        entity="identities",
        entity_id=candidate_id,
    )


def _tampered(candidate_id: str) -> StoreFailure:
    return StoreFailure(
        f"The identity of candidate {candidate_id!r} must open with its key, got another key or a changed row. "
        "Import it again."
    )


def _given(identity: Identity) -> list[str]:
    return [name for name in FIELDS if getattr(identity, name) is not None]
