"""Finds Swedish personal and coordination numbers in texts, so that none is taken in where a pseudonym belongs.

A number has six or eight digits for a day of birth, a mark or none, three more digits and a check digit by Luhn's
formula (folkbokföringslagen 1991:481, 18 §); a coordination number has 60 added to its day (lagen 2022:1697 om
samordningsnummer). Of numbers that only look like one, nine in ten are told from it by the check digit.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator

SHORTEST = 10
COORDINATION = 60  # added to the day
HIDDEN = "******"

_SHAPE = re.compile(
    r"(?<![0-9])(?P<century>18|19|20)?(?P<year>[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-36-9][0-9])"
    r"(?P<mark> ?[-+\u2010-\u2015\u2212] ?| |)(?P<last>[0-9]{4})(?![0-9])"
)
_WORD = re.compile(r"[A-Za-z]")


def has_personal_number(text: str) -> bool:
    """Tell whether a personal or coordination number stands in a text, alone or among other words."""
    return len(text) >= SHORTEST and next(_found(text), None) is not None


def without_personal_numbers(text: str) -> str:
    """Return a text with every personal or coordination number hidden, for messages about it."""
    if len(text) < SHORTEST:
        return text
    for found in reversed(list(_found(text))):
        text = text[: found.start()] + HIDDEN + text[found.end() :]
    return text


def _found(text: str) -> Iterator[re.Match[str]]:
    for found in _SHAPE.finditer(text):
        is_plain = not found["mark"] and not found["century"]
        if is_plain and _WORD.match(text, found.end()):
            continue  # ten digits within a longer word, as in a hash
        if _is_day(found["century"], found["year"], found["month"], found["day"]) and _checks(found):
            yield found


def _is_day(century: str | None, year: str, month: str, day: str) -> bool:
    number = int(day) - (COORDINATION if int(day) > COORDINATION else 0)
    whole_year = int(f"{century or '20'}{year}")  # 2000 was a leap year and 1900 was none: the wider of the two
    return 1 <= int(month) <= 12 and 1 <= number <= monthrange(whole_year, int(month))[1]


def _checks(found: re.Match[str]) -> bool:
    digits = [int(digit) for digit in found["year"] + found["month"] + found["day"] + found["last"]]
    doubled = [2 * digit if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0
