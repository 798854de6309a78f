"""Second factors of local accounts: an app counts time with a secret (TOTP, RFC 6238); codes on paper for its loss.

The secret is needed to judge a code, so it cannot be a hash: it is sealed under the key of the vault of identities,
which the database does not hold, wherever there is such a key. Codes for its loss are random enough for a plain hash.
"""

from __future__ import annotations

import base64
import secrets
from typing import Any, Literal

import pyotp
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matcher.errors import StoreFailure
from matcher.store.accounts.accounts import account_of, end_sessions
from matcher.store.accounts.tokens import hash_of
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.protection.vault_keys import MasterKeys
from matcher.store.tables.accounts import recovery_codes, second_factors

Proof = Literal["code", "recovery code"]
SECRET_BYTES = 20  # as long as the hash of RFC 4226, section 4
NUM_RECOVERY_CODES = 10
# 15 bytes are 24 letters of base 32 and 120 bits: too many to try, so that a plain hash will do.
RECOVERY_BYTES, RECOVERY_LETTERS, GROUP = 15, 24, 4
STEPS_AROUND = 1  # clocks differ, and typing takes time (RFC 6238, section 5.2)
NONCE_BYTES = 12


def begin_second_factor(session: WritingSession, keys: MasterKeys | None, account_id: int, *, by: str) -> None:
    """Make a secret, which counts once a code of it has been given; one that was there is gone, and sessions end."""
    if _removed(session, account_id):
        append(session, by, "remove_second_factor", "accounts", str(account_id), facts={"why": "a new one begins"})
    end_sessions(session, account_id)
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    session.insert(second_factors, account_id=account_id, made_at=session.now, **_sealed(keys, account_id, secret))


def waiting_secret(session: Session, keys: MasterKeys | None, account_id: int) -> str | None:
    """Return the secret of which no code has been given yet; one that counts is never shown again."""
    row = _row(session, account_id)
    return None if row is None or row.confirmed_at is not None else _opened(keys, row)


def confirm_second_factor(
    session: WritingSession, keys: MasterKeys | None, account_id: int, code: str, *, but: str | None = None
) -> list[str] | None:
    """Let the secret count from now on, if the code is one of it, and return codes for its loss, shown this once.

    Parameters
    ----------
    keys : MasterKeys or None
    account_id : int
    code : str
    but : str, optional
        Token of the session that goes on; every other one has begun without the second factor, and ends.

    Returns
    -------
    list of str or None
        ``None`` where the code is wrong, or nothing waits for one.
    """
    row = _row(session, account_id)
    if row is None or row.confirmed_at is not None or not _counts(session, keys, row, code):
        return None
    own = second_factors.c.account_id == account_id
    session.change(second_factors.update().where(own).values(confirmed_at=session.now))
    end_sessions(session, account_id, but=but)
    name = account_of(session, account_id).name
    append(session, name, "add_second_factor", "accounts", str(account_id))
    return new_recovery_codes(session, account_id, by=name)


def prove_second_factor(session: WritingSession, keys: MasterKeys | None, account_id: int, given: str) -> Proof | None:
    """Tell by what somebody has proven the second factor: each code serves once; ``None`` where it is not theirs."""
    row = _row(session, account_id)
    if row is None or row.confirmed_at is None:
        return None
    plain = "".join(given.split()).replace("-", "").upper()
    if len(plain) == RECOVERY_LETTERS:
        return "recovery code" if _used(session, account_id, plain) else None
    return "code" if _counts(session, keys, row, plain) else None


def new_recovery_codes(session: WritingSession, account_id: int, *, by: str) -> list[str]:
    """Return new codes for the loss of the app, shown this once; earlier ones serve no more."""
    session.change(recovery_codes.delete().where(recovery_codes.c.account_id == account_id))
    codes = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(NUM_RECOVERY_CODES)]
    session.insert_all(recovery_codes, [{"code_hash": hash_of(code), "account_id": account_id} for code in codes])
    append(session, by, "make_recovery_codes", "accounts", str(account_id), facts={"codes": len(codes)})
    return ["-".join(code[at : at + GROUP] for at in range(0, RECOVERY_LETTERS, GROUP)).lower() for code in codes]


def num_recovery_codes(session: Session, account_id: int) -> int:
    """Return how many codes for the loss of the app have not been used."""
    query = sa.select(sa.func.count()).select_from(recovery_codes).where(recovery_codes.c.account_id == account_id)
    return int(session.value(query))


def remove_second_factor(session: WritingSession, account_id: int, *, by: str, reason: str) -> bool:
    """Take the second factor from an account, and tell whether there was one; every session of it ends."""
    account_of(session, account_id)
    if not _removed(session, account_id):
        return False
    end_sessions(session, account_id)
    append(session, by, "remove_second_factor", "accounts", str(account_id), reason=reason)
    return True


def seal_anew(session: WritingSession, keys: MasterKeys) -> None:
    """Seal every secret under the present key: those of another one, and those from before there was any."""
    is_other = second_factors.c.key_id.is_distinct_from(keys.present_id)
    for row in session.rows(sa.select(second_factors).where(is_other)):
        sealed = _sealed(keys, row.account_id, _opened(keys, row))
        session.change(second_factors.update().where(second_factors.c.account_id == row.account_id).values(**sealed))


def _row(session: Session, account_id: int) -> sa.Row[Any] | None:
    return session.first(sa.select(second_factors).where(second_factors.c.account_id == account_id))


def _removed(session: WritingSession, account_id: int) -> bool:
    """Remove what there is, and tell whether it counted."""
    row = _row(session, account_id)
    session.change(recovery_codes.delete().where(recovery_codes.c.account_id == account_id))
    session.change(second_factors.delete().where(second_factors.c.account_id == account_id))
    return row is not None and row.confirmed_at is not None


def _counts(session: WritingSession, keys: MasterKeys | None, row: sa.Row[Any], code: str) -> bool:
    """Tell whether a code is of the secret and later than every one that was used; it is used by that."""
    try:
        step = pyotp.TOTP(_opened(keys, row)).verify_and_get_timecode(
            code, for_time=session.now, valid_window=STEPS_AROUND
        )
    except pyotp.OTPVerificationError:
        return False
    # In one statement, so that of two who give the same code at once one is refused.
    is_later = (second_factors.c.account_id == row.account_id) & (second_factors.c.last_step < step)
    return session.change(second_factors.update().where(is_later).values(last_step=step)) == 1


def _used(session: WritingSession, account_id: int, code: str) -> bool:
    own = (recovery_codes.c.account_id == account_id) & (recovery_codes.c.code_hash == hash_of(code))
    if session.change(recovery_codes.delete().where(own)) != 1:
        return False
    name, left = account_of(session, account_id).name, num_recovery_codes(session, account_id)
    append(session, name, "use_recovery_code", "accounts", str(account_id), facts={"left": left})
    return True


def _sealed(keys: MasterKeys | None, account_id: int, secret: str) -> dict[str, Any]:
    if keys is None:
        return {"key_id": None, "secret": secret.encode()}
    nonce, key_id = secrets.token_bytes(NONCE_BYTES), keys.present_id
    sealed = AESGCM(keys.key(key_id)).encrypt(nonce, secret.encode(), _bound(key_id, account_id))
    return {"key_id": key_id, "secret": nonce + sealed}


def _opened(keys: MasterKeys | None, row: sa.Row[Any]) -> str:
    if row.key_id is None:
        return bytes(row.secret).decode()
    try:
        if keys is None:
            raise _closed(row.account_id)
        nonce, sealed = row.secret[:NONCE_BYTES], row.secret[NONCE_BYTES:]
        return AESGCM(keys.key(row.key_id)).decrypt(nonce, sealed, _bound(row.key_id, row.account_id)).decode()
    except (InvalidTag, ValueError):
        raise _closed(row.account_id) from None


def _bound(key_id: str, account_id: int) -> bytes:
    """Return what a secret is bound to: moved to another account, or another use of the key, it does not open."""
    return f"second factor|{key_id}|{account_id}".encode()


def _closed(account_id: int) -> StoreFailure:
    return StoreFailure(
        f"The second factor of account '{account_id}' must open with the vault's key, got another key, none, or a "
        "changed row. Put the key back, or let an administrator remove the second factor."
    )
