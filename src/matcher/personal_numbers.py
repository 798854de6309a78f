"""Finds Swedish personal and coordination numbers in texts, so that none is taken in where a pseudonym belongs.

A number has six or eight digits for a day of birth, a mark or none, three more digits and a check digit by Luhn's
formula (folkbokföringslagen 1991:481, 18 §); a coordination number has 60 added to its day (lagen 2022:1697 om
samordningsnummer). Of numbers that only look like one, nine in ten are told from it by the check digit.

It is found as people and programs write it: with its day in parts (1912-12-12-1212), with spaces that do not break,
with letters between that nobody sees, in digits of other scripts.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Sequence

SHORTEST = 10
COORDINATION = 60  # added to the day
HIDDEN = "******"

_SHAPE = re.compile(
    r"(?<![0-9])(?P<century>18|19|20)?(?P<year>[0-9]{2})(?P<part>[-./ ]?)(?P<month>[01][0-9])(?P=part)"
    r"(?P<day>[0-36-9][0-9])(?P<mark>[ \t]?[-+]{1,2} ?|[ \t]|)(?P<last>[0-9]{4})(?![0-9])"
)
_WORD = re.compile(r"[A-Za-z]")
# What may be a digit, a space, a dash or nothing to see, though not one that every keyboard has.
_UNUSUAL = re.compile(r"[\xa0\xad\xb2\xb3\xb9]|[^\x00-\u02ff]")
_DASHES = frozenset("\u2212\ufe63\uff0d")  # those of mathematics and of full width; others are of a kind of their own
_PLUSES = frozenset("\u207a\u208a\ufe62\uff0b")


def has_personal_number(text: str) -> bool:
    """Tell whether a personal or coordination number stands in a text, alone or among other words."""
    return len(text) >= SHORTEST and next(_found(text), None) is not None


def without_personal_numbers(text: str) -> str:
    """Return a text with every personal or coordination number hidden, for messages about it."""
    if len(text) < SHORTEST:
        return text
    for begin, end in reversed(list(_found(text))):
        text = text[:begin] + HIDDEN + text[end:]
    return text


def _found(text: str) -> Iterator[tuple[int, int]]:
    """Yield where numbers begin and end."""
    if sum(map(str.isdigit, text)) < SHORTEST:  # nearly every text, told in a fraction of the time
        return
    places: Sequence[int] = range(len(text))
    if _UNUSUAL.search(text):
        text, places = _plain(text)
    for found in _SHAPE.finditer(text):
        is_plain = not found["mark"] and not found["century"] and not found["part"]
        if is_plain and _WORD.match(text, found.end()):
            continue  # ten digits within a longer word, as in a hash
        if found["part"] and not found["mark"].strip():
            continue  # a day, and an hour or an amount after it
        if _is_day(found["century"], found["year"], found["month"], found["day"]) and _checks(found):
            yield places[found.start()], places[found.end() - 1] + 1


def _plain(text: str) -> tuple[str, list[int]]:
    """Return a text in the digits, spaces and marks of a keyboard, and where each of its letters stood."""
    letters = [(plain, place) for place, letter in enumerate(text) if (plain := _plain_letter(letter))]
    return "".join(plain for plain, _ in letters), [place for _, place in letters]


def _plain_letter(letter: str) -> str:
    """Return a letter as a keyboard has it where it stands for a digit or a mark, nothing where nobody sees it."""
    if letter.isascii():
        return letter
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    kind = unicodedata.category(letter)
    if kind == "Cf":
        return ""
    if kind == "Zs":
        return " "
    return "-" if kind == "Pd" or letter in _DASHES else "+" if letter in _PLUSES else "?"


def _is_day(century: str | None, year: str, month: str, day: str) -> bool:
    number = int(day) - (COORDINATION if int(day) > COORDINATION else 0)
    whole_year = int(f"{century or '20'}{year}")  # 2000 was a leap year and 1900 was none: the wider of the two
    return 1 <= int(month) <= 12 and 1 <= number <= monthrange(whole_year, int(month))[1]


def _checks(found: re.Match[str]) -> bool:
    digits = [int(digit) for digit in found["year"] + found["month"] + found["day"] + found["last"]]
    doubled = [2 * digit if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0
