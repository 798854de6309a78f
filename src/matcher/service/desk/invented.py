"""The desk of an invented city, for whoever wants to look before there is any data."""

from __future__ import annotations

from matcher.generate import PLANNING_DAY, Size, generate
from matcher.service.desk.source import SolvedInBackground

SEED = 1
TIME_LIMIT_S = 60.0


def invented_city() -> SolvedInBackground:
    """Return the desk of the demo's city; its plan is being made when this returns."""
    source = SolvedInBackground(lambda: generate(Size.DEMO, SEED), lambda: PLANNING_DAY, TIME_LIMIT_S)
    source.start()
    return source
