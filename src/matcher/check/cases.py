"""The cases of a certificate: which columns each fixes, and whether together they cover every plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.check.lookup import ColumnLookup
from matcher.plan import Case

MAX_CASES = 1000  # of one tier; each costs a pass over all columns
MAX_FIXED = 400  # of one case
MAX_PARTS = 20_000  # into which the plans are split to see what the cases of a tier prove together

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


def is_inside(fixed: Fixed, other: Fixed) -> bool:
    """Tell whether a case lies inside another: it fixes all that the other fixes, in the same way."""
    return len(other) <= len(fixed) and all(fixed.get(column) is taken for column, taken in other.items())


def covered_bound(cases: Sequence[Proven]) -> tuple[bool, int | None]:
    """Return whether cases speak of every plan, and the best value that they leave to any.

    A plan has at most the smallest bound among the cases that it is inside. So the plans are split on columns that
    cases fix, those that most cases fix first, until nothing better is left to be found in a part.

    Parameters
    ----------
    cases : sequence of Proven

    Returns
    -------
    is_complete : bool
        False where some plan is inside no case; then nothing is proven.
    bound : int or None
        ``None`` where no plan is as good as the one checked, or nothing is proven.
    """
    largest: int | None = None
    parts: list[_Part] = [_Part(cases=tuple(cases), bound=None, is_known=False)]
    for _ in range(MAX_PARTS):
        if not parts:
            return True, largest
        part = parts.pop().with_bounds_here()
        if part.is_known and (part.bound is None or (largest is not None and part.bound <= largest)):
            continue
        if part.cases:
            parts += part.split()
        elif part.is_known:
            largest = part.bound
        else:
            return False, None
    rest = [part.with_bounds_here() for part in parts]
    if not all(part.is_known for part in rest):
        return False, None
    return True, max((one for one in (largest, *(part.bound for part in rest)) if one is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """The plans that agree with some split columns, and the cases that still tell some of them apart.

    Parameters
    ----------
    cases : tuple of Proven
        Without the columns that were split.
    bound : int or None
        The smallest bound among the cases that all of these plans are inside; see `Proven`.
    is_known : bool
        Whether there is such a case.
    """

    cases: tuple[Proven, ...]
    bound: int | None
    is_known: bool

    def with_bounds_here(self) -> _Part:
        """Return the same part with the bounds of those cases that fix nothing more."""
        here = [case.bound for case in self.cases if not case.fixed]
        if not here:
            return self
        bounds = [*here, self.bound] if self.is_known else here
        smallest = None if None in bounds else min(bound for bound in bounds if bound is not None)
        return _Part(cases=tuple(case for case in self.cases if case.fixed), bound=smallest, is_known=True)

    def split(self) -> tuple[_Part, _Part]:
        """Return the plans that take the column which most cases fix, and those that do not."""
        counts = Counter(column for case in self.cases for column in case.fixed)
        column = min(counts, key=lambda one: (-counts[one], one))
        taken, left = (
            tuple(_without(case, column) for case in self.cases if case.fixed.get(column, is_taken) is is_taken)
            for is_taken in (True, False)
        )
        return (
            _Part(cases=left, bound=self.bound, is_known=self.is_known),
            _Part(cases=taken, bound=self.bound, is_known=self.is_known),
        )


def _without(case: Proven, column: int) -> Proven:
    if column not in case.fixed:
        return case
    return Proven(fixed={other: taken for other, taken in case.fixed.items() if other != column}, bound=case.bound)
