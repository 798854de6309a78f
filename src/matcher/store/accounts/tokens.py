"""Secrets that are given out once and kept as hashes: links, sessions, tokens."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_PREFIX = "matcher_"  # so that scanners for leaked secrets can tell what they have found


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits as a text that fits into an address and a header."""
    return prefix + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is kept of a secret; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
