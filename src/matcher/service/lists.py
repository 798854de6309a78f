"""Lists of what is stored, page by page, for the interfaces."""

from matcher.formats import cells_to_text
from matcher.store import (
    Condition,
    Mark,
    RowPage,
    StoredCells,
    Wanted,
    list_columns,
    list_mark,
    list_page,
    listed_one,
)

__all__ = [
    "Condition",
    "Mark",
    "RowPage",
    "StoredCells",
    "Wanted",
    "cells_to_text",
    "list_columns",
    "list_mark",
    "list_page",
    "listed_one",
]
