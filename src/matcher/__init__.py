"""Optimal matching of candidates, training cohorts and contract vacancies for municipalities.

The public names; each is loaded from its home on first use, so that ``import matcher`` costs nothing and loads no
solver. `solve` and `generate` are packages named like the function in them: ``matcher.solve.solve(problem)``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcher import generate, solve
    from matcher.check import CheckReport, check_plan
    from matcher.errors import (
        AllBusy,
        CheckFailed,
        Conflict,
        ContradictoryDecisions,
        EngineFailure,
        Fault,
        IncompleteInput,
        InvalidInput,
        LimitReached,
        MatcherError,
        SolverFailure,
        StoreFailure,
        StoreFull,
        UnknownId,
        UnsupportedRule,
    )
    from matcher.features import build_columns
    from matcher.formats import read_plan, read_problem, write_plan, write_problem
    from matcher.plan import Plan, Result
    from matcher.problem import Policy, Problem
    from matcher.sources import import_files
    from matcher.whatif import alternatives

__version__ = "0.1.0"

__all__ = [
    "AllBusy",
    "CheckFailed",
    "CheckReport",
    "Conflict",
    "ContradictoryDecisions",
    "EngineFailure",
    "Fault",
    "IncompleteInput",
    "InvalidInput",
    "LimitReached",
    "MatcherError",
    "Plan",
    "Policy",
    "Problem",
    "Result",
    "SolverFailure",
    "StoreFailure",
    "StoreFull",
    "UnknownId",
    "UnsupportedRule",
    "alternatives",
    "build_columns",
    "check_plan",
    "generate",
    "import_files",
    "read_plan",
    "read_problem",
    "solve",
    "write_plan",
    "write_problem",
]

_PACKAGES = ("generate", "solve")
_NAMES_BY_HOME = {
    "check": ("CheckReport", "check_plan"),
    "errors": (
        "AllBusy",
        "CheckFailed",
        "Conflict",
        "ContradictoryDecisions",
        "EngineFailure",
        "Fault",
        "IncompleteInput",
        "InvalidInput",
        "LimitReached",
        "MatcherError",
        "SolverFailure",
        "StoreFailure",
        "StoreFull",
        "UnknownId",
        "UnsupportedRule",
    ),
    "features": ("build_columns",),
    "formats": ("read_plan", "read_problem", "write_plan", "write_problem"),
    "plan": ("Plan", "Result"),
    "problem": ("Policy", "Problem"),
    "sources": ("import_files",),
    "whatif": ("alternatives",),
}
_HOME_BY_NAME = {name: home for home, names in _NAMES_BY_HOME.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return import_module(f"{__name__}.{name}")
    if name in _HOME_BY_NAME:
        value = getattr(import_module(f"{__name__}.{_HOME_BY_NAME[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
