"""Codes of an app for one-time codes, worked out apart from the library that judges them (RFC 4226, RFC 6238)."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

STEP_S = 30


def code_at(secret: str, at: datetime, digits: int = 6) -> str:
    """Return the code that an app shows for a secret in base 32 at a moment."""
    key = base64.b32decode("".join(secret.split()))
    digest = hmac.digest(key, (int(at.timestamp()) // STEP_S).to_bytes(8, "big"), "sha1")
    begin = digest[-1] & 15
    number = int.from_bytes(digest[begin : begin + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"
