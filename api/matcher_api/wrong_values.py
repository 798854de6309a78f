"""What is wrong with a value of a request, in the reader's language, by the kind of fault that pydantic found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matcher.languages import Phrases, message

_NUMBER = message("must be a number")
_WHOLE = message("must be a whole number")
_DAY = message("must be a day written like 2026-09-01")
_MOMENT = message("must be a moment written like 2026-09-01T12:00:00Z")
_YES_NO = message("must be true or false")
_OBJECT = message("must be an object")
_WORD = message("must be one of: {expected}")

SENTENCES: Mapping[str, str] = {
    "missing": message("must be there"),
    "extra_forbidden": message("is not known here"),
    "string_type": message("must be a text"),
    "string_unicode": message("must be a text of valid characters"),
    "string_too_long": message("must have at most {max_length} characters"),
    "string_too_short": message("must have at least {min_length} characters"),
    "string_pattern_mismatch": message("must be written like {pattern}"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "list_type": message("must be a list"),
    "too_long": message("must have at most {max_length} entries"),
    "too_short": message("must have at least {min_length} entries"),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "literal_error": _WORD,
    "enum": _WORD,
    "union_tag_not_found": message("must have the key {discriminator}"),
    "union_tag_invalid": message("must have one of these as {discriminator}: {expected_tags}"),
    "greater_than_equal": message("must be at least {ge}"),
    "greater_than": message("must be more than {gt}"),
    "less_than_equal": message("must be at most {le}"),
    "less_than": message("must be less than {lt}"),
    "json_invalid": message("must be JSON"),
    "bad_cursor": message("must be the next_cursor of a page with the same sort"),
}


def told(found: Mapping[str, Any], say: Phrases) -> str:
    """Return what is wrong with a value.

    Parameters
    ----------
    found : mapping
        One of the errors that pydantic lists; its own rules raise `ValueError` with a sentence that is marked there.
    say : Phrases
    """
    context = found.get("ctx") or {}
    if "error" in context and found["type"] == "value_error":
        return say.text(str(context["error"]))
    sentence = SENTENCES.get(str(found["type"]))
    if sentence is None:
        return str(found["msg"])
    # Limits are shown as they are written in JSON, not with a language's separators.
    return say.text(sentence, **{name: str(value) for name, value in context.items()})
