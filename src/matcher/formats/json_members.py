"""Takes a JSON object apart into the texts of its members, so that each is read by the reader of its own format."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.errors import Fault, InvalidInput
from matcher.formats.headers import close_to
from matcher.formats.json_text import JsonCursor, described
from matcher.formats.text_lines import BrokenFile


def member_texts(text: str, names: Sequence[str], name: str = "body") -> dict[str, str]:
    """Return the text of each member of an object, which must have exactly these members.

    Each text begins with as many line feeds as stand before its member, so that the lines of its faults are right.

    Parameters
    ----------
    text : str
    names : sequence of str
    name : str
        What to call the text in faults.

    Raises
    ------
    InvalidInput
        With all faults: what is missing, unknown, there twice, or not JSON.
    """
    faults: list[Fault] = []
    found: dict[str, str] = {}
    try:
        cursor = JsonCursor(text)
        if not cursor.is_at("{"):
            value = described(cursor.value())
            raise BrokenFile("wrong_type", "be an object", f"Send {', '.join(names)}.", value=value, line=1)
        for key, place in cursor.members():
            start = cursor.position
            cursor.value()
            found[key] = "\n" * (cursor.line(start) - 1) + text[start : cursor.position]
            if key not in names:
                faults.append(_unknown(key, names, name).at(file=f"{name}#/{key}", line=cursor.line(place)))
        cursor.finish()
    except BrokenFile as error:
        raise InvalidInput([*faults, error.fault(name)]) from None
    faults += [_missing(key).at(file=f"{name}#/{key}") for key in names if key not in found]
    if faults:
        raise InvalidInput(faults)
    return found


def _unknown(key: str, names: Sequence[str], name: str) -> Fault:
    remedy = "Correct the key or remove it." + close_to(key, list(names))
    return Fault(code="unknown_column", must=f"have only the keys {', '.join(names)}", value=key, remedy=remedy)


def _missing(key: str) -> Fault:
    return Fault(code="missing_value", must=f"have the key {key}", remedy="Send it with the rest.")
