"""Days are taken as written, placeholders are absent, durations end on their last day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.sources.days import duration_unit, instant, last_day, written_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-05+01:00", date(2024, 3, 5)),
        ("2024-03-05Z", date(2024, 3, 5)),
        ("2024-03-05", date(2024, 3, 5)),
        ("2025-04-23T23:59:59+01:00", date(2025, 4, 23)),
        ("2011-06-30T23:59:00Z", date(2011, 6, 30)),
        ("2019-12-27T14:42:00.123Z", date(2019, 12, 27)),
        ("2019-12-27 14:42", date(2019, 12, 27)),
        ("20220719", date(2022, 7, 19)),
        ("  2024-03-05 ", date(2024, 3, 5)),
    ],
)
def test_the_written_day_is_kept_whatever_its_zone(text: str, day: date) -> None:
    """A contract starts on the day that the buyer wrote, not on that of the reader's zone."""
    assert written_day(text) == day


@pytest.mark.parametrize("text", ["2000-01-01Z", "2000-01-01+01:00", "1970-01-01", "9999-12-31", "", None])
def test_a_placeholder_is_no_day(text: str | None) -> None:
    """Required fields are filled with days that nobody means."""
    assert written_day(text) is None


@pytest.mark.parametrize("text", ["next spring", "2024-13-01", "2024-02-30", "2024-03", "05/03/2024", "2024-03-05+1"])
def test_what_is_no_date_is_refused(text: str) -> None:
    """A text that is not a date never becomes one."""
    with pytest.raises(ValueError, match=r"date|month|day"):
        written_day(text)


def test_instants_of_different_zones_compare_as_text() -> None:
    """Of two versions the later one is found by comparing texts."""
    assert instant("2026-02-01+01:00", "00:30:00+01:00") == "2026-01-31T23:30:00Z"
    assert instant("2026-02-01T00:30:00+01:00") < instant("2026-01-31T23:45:00Z")
    assert instant(1_757_582_757_157) == "2025-09-11T09:25:57Z"
    assert instant("2026-02-01Z") == "2026-02-01T00:00:00Z"


@pytest.mark.parametrize("value", [None, "", "soon", True, float("nan"), 1e300, {"a": 1}, "0001-01-01T00:00:00+10:00"])
def test_what_is_no_instant_gives_none(value: object) -> None:
    """A record without a usable date has no version."""
    assert instant(value) == ""


@pytest.mark.parametrize(
    ("start", "count", "unit", "end"),
    [
        (date(2024, 3, 5), 4, "YEAR", date(2028, 3, 4)),
        (date(2023, 8, 8), 48, "MONTH", date(2027, 8, 7)),
        (date(2026, 1, 1), 12, "MONTH", date(2026, 12, 31)),
        (date(2026, 1, 31), 1, "MONTH", date(2026, 2, 28)),
        (date(2024, 2, 29), 1, "YEAR", date(2025, 2, 28)),
        (date(2026, 1, 1), 2, "WEEK", date(2026, 1, 14)),
        (date(2026, 1, 1), 1, "DAY", date(2026, 1, 1)),
    ],
)
def test_a_duration_ends_on_its_last_day(start: date, count: int, unit: str, end: date) -> None:
    """Both the first and the last day count."""
    assert last_day(start, count, unit) == end


@pytest.mark.parametrize(("count", "unit"), [(0, "MONTH"), (-3, "DAY"), (10**9, "DAY"), (500, "YEAR"), (3, "MOON")])
def test_a_duration_that_cannot_be_meant_has_no_end(count: int, unit: str) -> None:
    """Nothing is guessed from a duration of nothing or of centuries."""
    assert last_day(date(2026, 1, 1), count, unit) is None


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 600))
def test_months_never_end_before_they_begin_and_grow(start: date, months: int) -> None:
    """One month more never ends earlier."""
    first, second = last_day(start, months, "MONTH"), last_day(start, months + 1, "MONTH")
    assert first is not None
    assert second is not None
    assert start <= first < second


def test_units_have_several_spellings() -> None:
    """Codes of two lists name the same units."""
    assert [duration_unit(code) for code in ("MONTH", "month", "ANN", "WEE", "moon", None)] == [
        "MONTH", "MONTH", "YEAR", "WEEK", "", "",
    ]  # fmt: skip
