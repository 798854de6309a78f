"""A study as a text that is read again without loss: what was worked out once is shown in any form later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from matcher.whatif.study import Chart, KeyFigure, Point, Series, Study, StudyColumn, StudyTable

# Values that JSON has no kind for stand in an object with one of these keys alone; nothing else has such an object.
_DECIMAL, _DAY = "decimal", "day"


def study_to_text(study: Study) -> str:
    """Return a study as JSON."""
    return json.dumps(asdict(study), default=_tagged, ensure_ascii=False, allow_nan=False)


def study_from_text(text: str) -> Study:
    """Return the study of which `study_to_text` made a text."""
    read = json.loads(text, object_hook=_untagged)
    return Study(
        question=read["question"],
        title=read["title"],
        sentences=tuple(read["sentences"]),
        assumptions=tuple(read["assumptions"]),
        limits=tuple(read["limits"]),
        figures=tuple(KeyFigure(**figure) for figure in read["figures"]),
        tables=tuple(map(_table, read["tables"])),
        charts=tuple(map(_chart, read["charts"])),
        made_from=tuple((name, value) for name, value in read["made_from"]),
    )


def _table(read: Mapping[str, Any]) -> StudyTable:
    columns = tuple(StudyColumn(**column) for column in read["columns"])
    return StudyTable(**{**read, "columns": columns, "rows": tuple(map(tuple, read["rows"]))})


def _chart(read: Mapping[str, Any]) -> Chart:
    series = tuple(
        Series(**{**one, "points": tuple(Point(**point) for point in one["points"])}) for one in read["series"]
    )
    return Chart(**{**read, "series": series})


def _tagged(value: object) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {_DECIMAL: str(value)}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    raise TypeError(f"A study must hold texts, numbers and days, got {type(value).__name__}.")


def _untagged(found: dict[str, Any]) -> Any:
    if found.keys() == {_DECIMAL}:
        return Decimal(found[_DECIMAL])
    return date.fromisoformat(found[_DAY]) if found.keys() == {_DAY} else found
