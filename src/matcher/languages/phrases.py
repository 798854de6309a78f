"""One language at a time: a text by its English original, with its values filled in the way that language writes them.

English is the original; every other language is a ``.po`` file beside this module, read once when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from babel.dates import format_date
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

Language = Literal["en", "sv"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LOCALE_BY_LANGUAGE: dict[Language, str] = {"en": "en_GB", "sv": "sv_SE"}


def message(original: str) -> str:
    """Mark a text that is looked up later, so that the catalogue's test finds it; returns it unchanged."""
    return original


def plural_message(one: str, many: str) -> tuple[str, str]:
    """Mark the two forms of a counted text that is looked up later; returns them unchanged."""
    return one, many


class Phrases:
    """Says things in one language.

    Parameters
    ----------
    language : str
        ``en`` or ``sv``.
    catalogue : babel Catalog or None
        ``None`` for English, the language of the originals.
    """

    __slots__ = ("_catalogue", "_locale", "language")

    def __init__(self, language: Language, catalogue: Catalog | None) -> None:
        self.language = language
        self._locale = LOCALE_BY_LANGUAGE[language]
        self._catalogue = catalogue

    def text(self, original: str, **values: Any) -> str:
        """Return a text with its ``{named}`` values filled in; dates, numbers and lists as the language writes them."""
        return self._filled(self._translated(original, 0) or original, values)

    def plural(self, one: str, many: str, count: int, **values: Any) -> str:
        """Return the form that fits `count`, which fills ``{count}``."""
        form = 0 if count == 1 else 1
        original = one if form == 0 else many
        return self._filled(self._translated(one, form) or original, {"count": count, **values})

    def value(self, value: Any) -> str:
        """Return one value as the language writes it."""
        if isinstance(value, bool) or value is None:
            return str(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, int | float | Decimal):
            return self.number(value)
        if isinstance(value, tuple | list):
            return self.listed(self.value(entry) for entry in value)
        return str(value)

    def number(self, value: float | Decimal, decimals: int | None = None, most: int = 2) -> str:
        """Return a number with the language's separators, with exactly `decimals` decimals or with at most `most`."""
        fixed, optional = (0, most) if decimals is None else (decimals, 0)
        point = "." if fixed or optional else ""
        pattern = f"#,##0{point}{'0' * fixed}{'#' * optional}"
        return _without_negative_nothing(format_decimal(value, format=pattern, locale=self._locale))

    def percent(self, share: float | Decimal, decimals: int = 0) -> str:
        """Return a share of 1 as a percentage with at most `decimals` decimals."""
        sign = "%" if self.language == "en" else "\N{NO-BREAK SPACE}%"
        pattern = "#,##0" + (f".{'#' * decimals}" if decimals else "") + sign
        return _without_negative_nothing(format_percent(share, format=pattern, locale=self._locale))

    def day(self, day: date) -> str:
        """Return a day as sentences and tables write it: ``1 June 2026``, in Swedish ``2026-06-01``."""
        return self.long_date(day) if self.language == "en" else f"{day:%Y-%m-%d}"

    def moment(self, at: datetime) -> str:
        """Return a day with the time of day, to the minute."""
        return f"{self.day(at)} {at:%H:%M}"

    def long_date(self, day: date) -> str:
        """Return a day in words, for example ``1 June 2026``."""
        return format_date(day, "d MMMM yyyy", locale=self._locale)

    def month_of_year(self, day: date) -> str:
        """Return a day's month with its year, for example ``June 2026``."""
        return format_date(day, "LLLL yyyy", locale=self._locale)

    def month(self, day: date) -> str:
        """Return the short name of a day's month."""
        return format_date(day, "LLL", locale=self._locale).rstrip(".")

    def listed(self, entries: Iterable[str]) -> str:
        """Return ``a, b and c``."""
        return format_list(list(entries), locale=self._locale)

    def alternatives(self, entries: Iterable[str]) -> str:
        """Return ``a, b or c``."""
        return format_list(list(entries), style="or", locale=self._locale)

    def _translated(self, original: str, form: int) -> str | None:
        entry = self._catalogue.get(original) if self._catalogue is not None else None
        if entry is None or entry.fuzzy:
            return None
        return entry.string[form] if isinstance(entry.string, tuple | list) else entry.string

    def _filled(self, text: str, values: dict[str, Any]) -> str:
        return text.format(**{name: self.value(value) for name, value in values.items()}) if values else text


@cache
def phrases(language: Language) -> Phrases:
    """Return the phrases of a language, read from its catalogue once."""
    if language == "en":
        return Phrases("en", None)
    with files("matcher.languages").joinpath(f"{language}.po").open("rb") as file:
        return Phrases(language, read_po(file, locale=language))


def _without_negative_nothing(text: str) -> str:
    """Return a number as it is written, without the sign of what is rounded to nothing."""
    return text if any(digit in text for digit in "123456789") else text.lstrip("-\N{MINUS SIGN}")
