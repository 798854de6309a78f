"""The cases of a certificate: which columns each fixes, and whether together they cover every plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.check.lookup import ColumnLookup
from matcher.plan import Case

MAX_CASES = 1000  # of one tier; each costs a pass over all columns
MAX_FIXED = 400  # of one case: as deep as a tree of cases may be

Fixed = dict[int, bool]


def read_fixed(case: Case, lookup: ColumnLookup) -> tuple[Fixed, list[str]]:
    """Return which columns a case fixes in (true) or out, and one sentence for every fixing that is not allowed."""
    fixed: Fixed = {}
    faults = []
    if len(case.fixed) > MAX_FIXED:
        return fixed, [f"A case of tier {case.tier!r} must fix at most {MAX_FIXED} columns, got {len(case.fixed)}."]
    columns = lookup.find([(entry.candidate_id, entry.vacancy_id, entry.cohort_ids) for entry in case.fixed])
    for entry, column in zip(case.fixed, columns, strict=True):
        if column is None or column in fixed:
            must = "exist" if column is None else "be fixed once"
            faults.append(
                f"Column of candidate {entry.candidate_id!r} and vacancy {entry.vacancy_id!r} "
                f"in a case of tier {case.tier!r} must {must}."
            )
        else:
            fixed[column] = entry.taken
    return fixed, faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What one case proves.

    Parameters
    ----------
    fixed : Fixed
    bound : int or None
        No plan inside the case has a better value; ``None`` where no plan inside is as good as the one checked.
    """

    fixed: Fixed
    bound: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What cases prove together about all plans of a part.

    Parameters
    ----------
    is_complete : bool
        Whether they speak of every plan; otherwise nothing is proven.
    bound : int or None
        ``None`` where no plan is as good as the one checked, or nothing is proven.
    """

    is_complete: bool
    bound: int | None


def is_inside(fixed: Fixed, other: Fixed) -> bool:
    """Tell whether a case lies inside another: it fixes all that the other fixes, in the same way."""
    return len(other) <= len(fixed) and all(fixed.get(column) is taken for column, taken in other.items())


def cover(cases: Sequence[Proven]) -> Cover:
    """Return what cases prove about every plan.

    Follows the tree that they form: splits on a column that all remaining cases fix, as often as needed; a plan
    either takes that column or does not.
    """
    here = [case for case in cases if not case.fixed]
    inside = [case for case in cases if case.fixed]
    bounds = [case.bound for case in here]
    complete = bool(here)
    split = _split(inside) if inside and None not in bounds else None
    if split is not None and split.is_complete:
        complete = True
        bounds.append(split.bound)
    if not complete:
        return Cover(is_complete=False, bound=None)
    return Cover(
        is_complete=True, bound=None if None in bounds else min(bound for bound in bounds if bound is not None)
    )


def _split(cases: Sequence[Proven]) -> Cover | None:
    common = set(cases[0].fixed).intersection(*(case.fixed for case in cases[1:]))
    if not common:
        return None
    column = min(common)
    sides = [
        cover([_without(case, column) for case in cases if case.fixed[column] is is_taken])
        for is_taken in (True, False)
    ]
    bounds = [side.bound for side in sides if side.bound is not None]
    return Cover(is_complete=all(side.is_complete for side in sides), bound=max(bounds, default=None))


def _without(case: Proven, column: int) -> Proven:
    return Proven(fixed={other: taken for other, taken in case.fixed.items() if other != column}, bound=case.bound)
