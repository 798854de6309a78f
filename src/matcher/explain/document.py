"""Explanations as JSON: the facts with their values, and beside each fact its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from matcher.explain.facts import Fact
from matcher.explain.texts import fact_text
from matcher.languages import Phrases
from matcher.problem import SkillLevel


def to_document(found: Any, say: Phrases) -> Any:
    """Return an explanation as JSON types: days, amounts and skills as in files, and beside every fact its sentence.

    Parameters
    ----------
    found : object
        Any explanation of `matcher.explain`, or a tuple of them.
    say : Phrases
        Language of the sentences.
    """
    if isinstance(found, date):
        return found.isoformat()
    if isinstance(found, Decimal | SkillLevel):
        return str(found)
    if isinstance(found, Mapping):
        return {name: to_document(value, say) for name, value in found.items()}
    if isinstance(found, tuple | list):
        return [to_document(entry, say) for entry in found]
    if is_dataclass(found):
        document = {field.name: to_document(getattr(found, field.name), say) for field in fields(found)}
        return document | {"text": fact_text(found, say)} if isinstance(found, Fact) else document
    return found
