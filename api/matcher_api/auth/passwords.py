"""Passwords of local accounts: long ones, kept as argon2id hashes, judged in equal time whoever is asked about."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from matcher.errors import AllBusy
from matcher.languages import message
from matcher.store import Account, name_key
from matcher_api.auth.common import unguessed

# A password that is all there is to a sign-in: at least 15 letters, no rules about which ones, and long ones allowed
# (NIST SP 800-63B-4, section 3.1.1.2, August 2025).
SHORTEST = 15
LONGEST = 256
FEWEST_LETTERS = 5
_HASHER = PasswordHasher()  # argon2id with the second choice of RFC 9106: 64 MB for each hash
# So many hashes at once, each of 64 MB: a crowd of attempts must not take the service's memory.
_PLACES = threading.BoundedSemaphore(4)
LONGEST_WAIT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Whether a password is somebody's.

    Parameters
    ----------
    is_right : bool
    better_hash : str or None
        To be kept instead of the present one, where that was made by weaker rules.
    """

    is_right: bool
    better_hash: str | None = None


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    with _place():
        return _HASHER.hash(password)


def judge_password(account: Account | None, password: str) -> Judged:
    """Tell whether a password is an account's; an account that is not there takes as long and is never right."""
    kept = account.password_hash if account is not None and account.is_active else None
    with _place():
        try:
            _HASHER.verify(kept or _nobodys(), password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return Judged(is_right=False)
        if kept is None:
            return Judged(is_right=False)
        better = _HASHER.hash(password) if _HASHER.check_needs_rehash(kept) else None
    return Judged(is_right=True, better_hash=better)


def password_fault(password: str, name: str) -> str | None:
    """Return what is wrong with a new password, as a message to be translated; ``None`` where nothing is."""
    if len(password) < SHORTEST:
        return message("The password must have at least 15 letters. A sentence is good.")
    if len(password) > LONGEST:
        return message("The password must have at most 256 letters.")
    plain = name_key(password)
    if len(set(plain)) < FEWEST_LETTERS or plain in plain[1:] + plain[:-1]:
        return message("The password must not repeat the same few letters.")
    known = [part for part in (*name_key(name).split(), "matcher") if len(part) > 2]
    for part in known:
        plain = plain.replace(part, "")
    if len(plain.replace(" ", "")) < SHORTEST // 2:
        return message("The password must not be made of your name or of this service's.")
    if len(unguessed(plain)) < SHORTEST // 2:
        return message("The password must not be made of what is tried first: common words, rows of keys, years.")
    return None


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))


@contextmanager
def _place() -> Iterator[None]:
    if not _PLACES.acquire(timeout=LONGEST_WAIT_S):
        raise AllBusy
    try:
        yield
    finally:
        _PLACES.release()
