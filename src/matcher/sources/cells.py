"""Cell texts from foreign values: cleaned, shortened, and ids that are safe anywhere."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from matcher.formats.spreadsheet_text import neutral

MAX_TITLE = 500
MAX_NAMES = 3_000  # of all members of a large framework
MAX_CLAUSE = 9_000  # a cell of the problem folder may have 10 000
MAX_ID = 150  # an id of the problem folder may have 200 characters; this leaves room for what others append

_UNSAFE_IN_ID = re.compile(r"[^A-Za-z0-9._-]+")
_CPV = re.compile(r"(\d{8})(?:-\d|\.0+)?")
_NOTHING = frozenset({"", "[]", "{}", "null"})
_WITHHELD = frozenset(
    {"unpublished", "[unpublished]", "[redacted]", "redacted", "withheld", "[withheld]", "confidential"}
)
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
JOINER = " + "  # between the members of a consortium; ';' would make a list of them


def plain(value: object, limit: int = MAX_TITLE) -> str:
    """Return a foreign value as one line of text, empty where it says nothing.

    Control characters, lone surrogates and characters that reverse the reading direction are left out. A text
    that a spreadsheet would run as a formula gets an apostrophe in front, as everywhere in a problem folder.
    """
    return _guarded(" ".join(_printable(value).split()), limit)


def clause(value: object, limit: int = MAX_CLAUSE) -> str:
    """Return a long foreign text with its line breaks, cleaned like `plain`."""
    lines = (" ".join(line.split()) for line in _printable(value).splitlines())
    return _guarded("\n".join(line for line in lines if line), limit)


def _printable(value: object) -> str:
    if value is None or isinstance(value, (bool, list, dict)):
        return ""
    text = str(value)
    if text.isascii() and text.isprintable():
        return "" if text.strip().casefold() in _NOTHING else text
    kept = "".join(
        character
        for character in text
        if (character in "\n\r\t" or unicodedata.category(character) not in ("Cc", "Cs", "Cn"))
        and character not in _BIDI_CONTROLS
    )
    return "" if kept.strip().casefold() in _NOTHING else kept


def _guarded(text: str, limit: int) -> str:
    return neutral(text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…")


def is_withheld(text: str) -> bool:
    """Tell whether a publisher wrote a stand-in instead of a name."""
    return text.strip().casefold() in _WITHHELD


def joined(names: Iterable[str]) -> str:
    """Return different names as one cell, in the order given."""
    return JOINER.join(dict.fromkeys(name for name in names if name))


def safe_id(*parts: object) -> str:
    """Return an id of letters, digits, ``.``, ``_`` and ``-`` made of the parts that say something.

    The same parts always give the same id. Where a character had to be replaced, or the id would be too long,
    a short hash of the original keeps different originals apart.
    """
    original = "-".join(str(part).strip() for part in parts if part is not None and str(part).strip())
    cleaned = _UNSAFE_IN_ID.sub("-", original).strip("-.")
    if cleaned == original and len(cleaned) <= MAX_ID:
        return cleaned
    digest = hashlib.sha256(original.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{cleaned[: MAX_ID - 11].rstrip('-.')}-{digest}".lstrip("-")


def cpv_code(value: object) -> str:
    """Return a CPV 2008 code as eight digits, without check digit; empty where the value is not one."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:08d}"  # a number has lost its leading zero
    text = str(value or "").strip()
    match = _CPV.fullmatch(text)
    return match[1] if match and match[1] != "00000000" else ""


def whole_number(value: object) -> int | None:
    """Return a whole number from an int, a float without fraction or digits in a text; otherwise None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    text = str(value or "").strip()
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,15}", text) else None
