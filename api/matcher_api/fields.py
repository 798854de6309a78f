"""Kinds of values in what is sent, each strict: a number is no text, and true is no number."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
)

from matcher.languages import message
from matcher.personal_numbers import has_personal_number
from matcher.problem.rules_of_fields import FIRST_DAY, LAST_DAY, is_identifier

MOST_LETTERS = 2000
BAD_ID = message("must be an id: at most 200 printable characters, no ';', no space around them")
BAD_TEXT = message("must be a text without control characters")
BAD_NUMBER = message("must not have a personal or coordination number; write a pseudonym")
BAD_DAY = message("must be a day written like 2026-09-01")
OTHER_TIME = message("must lie in the years 1900 to 2200")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Sent(BaseModel):
    """What somebody sends: every key known, every type as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answered(BaseModel):
    """What is answered."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def _identifier(text: str) -> str:
    if has_personal_number(text):
        raise ValueError(BAD_NUMBER)
    if not is_identifier(text):
        raise ValueError(BAD_ID)
    return text


def _writable(text: str) -> str:
    if not text.strip() or any(letter < " " and letter not in "\n\t" for letter in text):
        raise ValueError(BAD_TEXT)
    if has_personal_number(text):
        raise ValueError(BAD_NUMBER)
    return text


def _written_day(found: Any) -> Any:
    if not isinstance(found, str) or not _DAY.fullmatch(found):
        raise ValueError(BAD_DAY)
    return found


def _known_day(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(OTHER_TIME)
    return day


Identifier = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200), AfterValidator(_identifier)]
Words = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MOST_LETTERS), AfterValidator(_writable)]
Day = Annotated[date, BeforeValidator(_written_day), AfterValidator(_known_day)]
Whole = Annotated[StrictInt, Field(ge=0, le=2**31 - 1)]
Number = Annotated[StrictInt, Field(ge=1, le=2**63 - 1)]
Share = Annotated[StrictFloat | StrictInt, Field(ge=0, le=1)]
Seconds = Annotated[StrictFloat | StrictInt, Field(gt=0, le=7 * 24 * 3600)]
YesNo = StrictBool
