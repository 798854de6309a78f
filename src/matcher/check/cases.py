"""The cases of a certificate: which columns each fixes, and whether together they cover every plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matcher.check.lookup import ColumnLookup
from matcher.plan import Case

MAX_CASES = 1000  # of one tier; each costs a pass over all columns

Fixed = dict[int, bool]


def read_fixed(case: Case, lookup: ColumnLookup) -> tuple[Fixed, list[str]]:
    """Return which columns a case fixes in (true) or out, and one sentence for every fixing that is not allowed."""
    fixed: Fixed = {}
    faults = []
    for entry in case.fixed:
        column = lookup.column(entry.candidate_id, entry.vacancy_id, entry.cohort_ids)
        if column is None or column in fixed:
            must = "exist" if column is None else "be fixed once"
            faults.append(
                f"Column of candidate {entry.candidate_id!r} and vacancy {entry.vacancy_id!r} "
                f"in a case of tier {case.tier!r} must {must}."
            )
        else:
            fixed[column] = entry.taken
    return fixed, faults


def cover_every_plan(cases: Iterable[Fixed]) -> bool:
    """Tell whether every plan belongs to at least one case.

    Splits on a column that all cases fix, as often as needed; a plan either takes that column or does not.
    """
    pending: list[Sequence[Fixed]] = [list(cases)]
    while pending:
        group = pending.pop()
        if any(not fixed for fixed in group):
            continue
        common = set(group[0]).intersection(*group[1:]) if group else set()
        if not common:
            return False
        column = min(common)
        for taken in (True, False):
            pending.append([_without(fixed, column) for fixed in group if fixed[column] is taken])
    return True


def _without(fixed: Fixed, column: int) -> Fixed:
    return {other: taken for other, taken in fixed.items() if other != column}
