"""Any table of a page as a workbook: what is read off the page is what its reader sees, days and numbers as such.

Lists have workbooks of their own with all their rows (`sheets`). Every other table is read off its page, so that
whoever may see a page may have its tables, that is logged as the page is, and no table is forgotten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

from matcher.languages import Language
from matcher.whatif.study import Cell, StudyColumn, StudyTable

# What stands in a cell for other eyes than those of a reader of tables, or is to be pressed.
UNREAD = frozenset({"button", "form", "script", "svg", "style"})
_BLANKS = re.compile("[ \\t\\r\\n]+")  # and not what keeps the digits of a number together
VOID = frozenset({"br", "input", "img", "meta", "link", "hr"})
_NUMBER: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"-?\d{1,3}(?:,\d{3})*(?:\.\d+)?|-?\d+(?:\.\d+)?"),
    "sv": re.compile(r"-?\d{1,3}(?:\N{NO-BREAK SPACE}\d{3})*(?:,\d+)?|-?\d+(?:,\d+)?"),
}


@dataclass
class _Read:
    """A table as it is read: its caption, and the cells of each row."""

    caption: str = ""
    rows: list[list[Cell]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Reads one table, by its place on the page, counted from 1."""

    def __init__(self, number: int, language: Language) -> None:
        super().__init__()
        self.found: _Read | None = None
        self._number, self._language = number, language
        self._count, self._is_in = 0, False
        self._unread = 0
        self._text: list[str] | None = None
        self._days: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self._count += 1
            self._is_in = self._count == self._number
            self.found = _Read() if self._is_in else self.found
        if not self._is_in or tag in VOID:
            return
        is_hidden = "hidden" in (given.get("class") or "").split() and tag != "caption"
        if self._unread or tag in UNREAD or (is_hidden and self._text is not None and tag != "span"):
            self._unread += 1
            return
        if tag == "tr" and self.found is not None:
            self.found.rows.append([])
        elif tag in ("th", "td", "caption"):
            self._text, self._days = [], []
        elif is_hidden or (tag == "a" and "excel" in (given.get("class") or "").split()):
            self._unread += 1
        elif tag == "time" and (day := given.get("datetime")):
            self._days.append(day)

    def handle_endtag(self, tag: str) -> None:
        if not self._is_in:
            return
        if self._unread:
            self._unread -= 1
            return
        if tag == "table":
            self._is_in = False
        elif tag in ("th", "td", "caption") and self._text is not None and self.found is not None:
            text = _BLANKS.sub(" ", "".join(self._text)).strip(" ")
            if tag == "caption":
                self.found.caption = text
            elif self.found.rows:
                self.found.rows[-1].append(self._cell(text))
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._unread:
            self._text.append(data)

    def _cell(self, text: str) -> Cell:
        if len(self._days) == 1:
            return date.fromisoformat(self._days[0])
        if _NUMBER[self._language].fullmatch(text):
            digits = text.replace("\N{NO-BREAK SPACE}", "").replace(",", "." if self._language == "sv" else "")
            return Decimal(digits)
        return text or None


def table_on(text: str, number: int, language: Language) -> StudyTable | None:
    """Return a table of a page; ``None`` where the page has not so many.

    Parameters
    ----------
    text : str
        The page as it was rendered.
    number : int
        From 1, in the order in which tables stand on it.
    language : str
        In which numbers are written.
    """
    reader = _Reader(number, language)
    reader.feed(text)
    found = reader.found
    if found is None or not found.rows:
        return None
    heads, *rows = found.rows
    width = len(heads)
    rows = [[*row, *[None] * width][:width] for row in rows]
    # What is only to be pressed leaves a column without anything in it.
    kept = [place for place in range(width) if any(row[place] is not None for row in rows) or not rows]
    return StudyTable(
        name=f"table-{number}",
        title=found.caption,
        columns=tuple(StudyColumn(name=str(place), title=str(heads[place] or "")) for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in rows),
    )
