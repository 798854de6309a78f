"""Lists of what is stored, page by page, for the interfaces."""

from matcher.store import Condition, Mark, RowPage, Wanted, list_columns, list_mark, list_page, listed_one

__all__ = ["Condition", "Mark", "RowPage", "Wanted", "list_columns", "list_mark", "list_page", "listed_one"]
