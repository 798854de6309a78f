"""Days and instants as notices write them: zones, placeholders, durations.

A day is taken as it is written: ``2024-03-05+01:00`` is 5 March and ``2025-04-23T23:59:59+01:00`` is 23 April. It is
never moved to another zone, because a contract starts on the day that the buyer wrote, wherever the reader sits.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta

_DAY = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:[T ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)?"
    r"\s*(?:Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_PLACEHOLDERS = frozenset({date(2000, 1, 1), date(1970, 1, 1), date(1900, 1, 1)})
FIRST_YEAR, LAST_YEAR = 1990, 2200
_UNITS = {
    "DAY": "DAY", "DAYS": "DAY", "D": "DAY",
    "WEEK": "WEEK", "WEEKS": "WEEK", "WEE": "WEEK", "W": "WEEK",
    "MONTH": "MONTH", "MONTHS": "MONTH", "MON": "MONTH", "M": "MONTH",
    "YEAR": "YEAR", "YEARS": "YEAR", "ANN": "YEAR", "Y": "YEAR",
}  # fmt: skip


def written_day(value: object) -> date | None:
    """Return the day that a text writes, or None where it writes none or only a placeholder.

    Raises
    ------
    ValueError
        When there is a text, but not a date.
    """
    text = str(value).strip() if value is not None else ""
    if not text:
        return None
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"not a date: {text[:40]!r}")
    day = date(int(match[1]), int(match[2]), int(match[3]))
    return None if day in _PLACEHOLDERS or not FIRST_YEAR <= day.year <= LAST_YEAR else day


def instant(value: object, time: object = None) -> str:
    """Return a moment as ``YYYY-MM-DDTHH:MM:SSZ``, or an empty text where the value holds none.

    Parameters
    ----------
    value : object
        Date and time, or a date (perhaps with a zone) where `time` is given apart, as eForms do; or
        milliseconds since 1970, as advertisements do. Without a zone it is taken as UTC.
    time : object, optional
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_milliseconds(value)
    text = str(value or "").strip()
    if time is not None and str(time).strip():
        text = f"{text[:10]}T{str(time).strip()}"
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}(Z|[+-]\d{2}:?\d{2})", text):
        text = text[:10]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    try:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:  # year 1 or 9999 with an offset
        return ""


def _from_milliseconds(value: float) -> str:
    try:
        return datetime.fromtimestamp(value / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return ""


def duration_unit(code: object) -> str:
    """Return ``DAY``, ``WEEK``, ``MONTH`` or ``YEAR``; empty for anything else."""
    return _UNITS.get(str(code or "").strip().upper(), "")


def last_day(start: date, count: int, unit: str) -> date | None:
    """Return the last day of a period that begins on `start`, both days counted.

    Four years from 5 March 2024 end on 4 March 2028; one month from 31 January ends on the last day of February.
    None where the count is not positive or the end lies beyond any contract.
    """
    if count < 1 or unit not in ("DAY", "WEEK", "MONTH", "YEAR"):
        return None
    try:
        if unit in ("DAY", "WEEK"):
            end = start + timedelta(days=count * (7 if unit == "WEEK" else 1) - 1)
        else:
            end = _months_on(start, count * (12 if unit == "YEAR" else 1))
    except (OverflowError, ValueError):
        return None
    return end if end.year <= LAST_YEAR else None


def _months_on(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    days = calendar.monthrange(year, month + 1)[1]
    if start.day > days:  # the anniversary does not exist, so the month's end is the day before it
        return date(year, month + 1, days)
    return date(year, month + 1, start.day) - timedelta(days=1)
