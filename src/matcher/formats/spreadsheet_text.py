"""Texts in CSV files and workbooks, where a spreadsheet program would take some of them for formulas.

A text that begins with ``=``, ``+``, ``-`` or ``@`` is written with an apostrophe before it, which is taken away again
on reading; read without the apostrophe it is refused. Nothing is lost either way, and no program that opens the file
computes anything. (OWASP, CSV Injection.)
"""

from __future__ import annotations

import re
from typing import Any

from matcher.formats.kinds import TEXTUAL, BadCell
from matcher.formats.schema import Column

_FORMULA = "=+-@"
_FORMULA_IN_NUMBERS = "=+@"
_NEUTRAL = re.compile(r"'*[=+\-@]")


def neutral(text: str) -> str:
    """Return a text as it is written into a cell."""
    return f"'{text}" if _NEUTRAL.match(text) else text


def cell_value(column: Column, text: str) -> Any:
    """Return the value of a cell that is not empty; raises `BadCell`.

    Parameters
    ----------
    column : Column
    text : str
        As it stands in the file.
    """
    if text[0] in _FORMULA and column.kind in TEXTUAL:
        raise _formula()
    if text[0] == "'" and _NEUTRAL.match(text):
        text = text[1:]
    try:
        return column.kind.read(text)
    except BadCell:
        if text[0] in _FORMULA_IN_NUMBERS:
            raise _formula() from None
        raise


def _formula() -> BadCell:
    return BadCell(
        "formula_in_cell",
        "have {field} as a value, not as a formula",
        "Write the value; where a text begins so, put an apostrophe (') before it.",
    )
