"""Which language an answer is written in: Accept-Language, Swedish or English."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from matcher.languages import LANGUAGES, Language, Phrases, phrases

DEFAULT: Language = "en"


def language_of(accept: str) -> Language:
    """Return the language that a header ``Accept-Language`` likes best (RFC 9110, section 12.5.4)."""
    liked: list[tuple[float, Language]] = []
    for entry in accept.split(","):
        name, _, parameter = entry.strip().partition(";")
        weight = _weight(parameter.strip())
        for language in LANGUAGES:
            if name.lower() == language or name.lower().startswith(f"{language}-"):
                liked.append((weight, language))
    best = max(liked, key=lambda each: each[0], default=(0.0, DEFAULT))
    return best[1] if best[0] > 0 else DEFAULT


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def say_of(request: Request) -> Phrases:
    """Return the texts in the language of a request."""
    return phrases(language_of(request.headers.get("accept-language", "")))


async def _say(request: Request) -> Phrases:
    return say_of(request)


Say = Annotated[Phrases, Depends(_say)]
