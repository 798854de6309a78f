"""The cases of a certificate: what each fixes, and what they prove together about every plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.check.lookup import ColumnLookup
from matcher.check.quantities import Quantity, Range, Uppers
from matcher.plan import Case

MAX_CASES = 1000  # of one tier; each costs a pass over all columns
MAX_FIXED = 400  # of one case
MAX_PARTS = 20_000  # into which the plans are split to see what the cases of a tier prove together
COLUMN = "column"

Fixed = dict[Quantity, Range]


class CaseReader:
    """Reads what cases fix: columns in or out, and quantities between two numbers.

    Parameters
    ----------
    lookup : ColumnLookup
    uppers : Uppers
        The quantities that a case may fix, by kind and id.
    """

    __slots__ = ("_lookup", "_uppers")

    def __init__(self, lookup: ColumnLookup, uppers: Uppers) -> None:
        self._lookup = lookup
        self._uppers = uppers

    def read(self, case: Case) -> tuple[Fixed, list[str]]:
        """Return what a case fixes, and one sentence for every fixing that is not allowed."""
        if len(case.fixed) + len(case.between) > MAX_FIXED:
            return {}, [f"A case of tier {case.tier!r} must fix at most {MAX_FIXED} columns and quantities."]
        fixed, faults = self._columns(case)
        ranges, more_faults = self._ranges(case)
        return fixed | ranges, faults + more_faults

    def _columns(self, case: Case) -> tuple[Fixed, list[str]]:
        fixed: Fixed = {}
        faults = []
        columns = self._lookup.find([(entry.candidate_id, entry.vacancy_id, entry.cohort_ids) for entry in case.fixed])
        for entry, column in zip(case.fixed, columns, strict=True):
            if column is None or (COLUMN, column) in fixed:
                must = "exist" if column is None else "be fixed once"
                who = f"Column of candidate {entry.candidate_id!r} and vacancy {entry.vacancy_id!r}"
                faults.append(f"{who} in a case of tier {case.tier!r} must {must}.")
            else:
                fixed[COLUMN, column] = (1, 1) if entry.taken else (0, 0)
        return fixed, faults

    def _ranges(self, case: Case) -> tuple[Fixed, list[str]]:
        fixed: Fixed = {}
        faults = []
        for entry in case.between:
            found = self._uppers.get(entry.kind, {}).get(entry.entity_id)
            if found is None or found[0] in fixed:
                must = "exist" if found is None else "be fixed once"
            elif type(entry.least) is not int or type(entry.most) is not int:
                must = "lie between integers"
            elif not 0 <= entry.least <= entry.most <= found[1]:
                must = f"lie in a range from 0 to {found[1]}"
            else:
                fixed[found[0]] = (entry.least, entry.most)
                continue
            what = f"Quantity {entry.kind} {entry.entity_id!r} in a case of tier {case.tier!r}"
            faults.append(f"{what} must {must}.")
        return fixed, faults


def fixed_columns(fixed: Fixed) -> dict[int, bool]:
    """Return the columns that a case fixes in (true) or out."""
    return {place: interval == (1, 1) for (kind, place), interval in fixed.items() if kind == COLUMN}


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
    """Tell whether a case lies inside another: whatever the other fixes, it fixes to the same range or a part of it."""
    return len(other) <= len(fixed) and all(
        quantity in fixed and _contains(interval, fixed[quantity]) for quantity, interval in other.items()
    )


def _contains(wide: Range, narrow: Range) -> bool:
    return wide[0] <= narrow[0] and narrow[1] <= wide[1]


def covered_bound(cases: Sequence[Proven], uppers: Mapping[Quantity, int]) -> tuple[bool, int | None]:
    """Return whether cases speak of every plan, and the best value that they leave to any.

    A plan has at most the smallest bound among the cases that it is inside. So the plans are split on quantities that
    cases fix, those that most cases fix first, until nothing better is left to be found in a part.

    Parameters
    ----------
    cases : sequence of Proven
    uppers : mapping of Quantity to int
        The most of every quantity but columns; the least is 0.

    Returns
    -------
    is_complete : bool
        False where some plan is inside no case; then nothing is proven.
    bound : int or None
        ``None`` where no plan is as good as the one checked, or nothing is proven.
    """
    largest: int | None = None
    whole = {quantity: (0, uppers.get(quantity, 1)) for case in cases for quantity in case.fixed}
    parts = [_Part(cases=tuple(cases), ranges=whole, bound=None, is_known=False)]
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
    """The plans in which some quantities keep to a range, and the cases that still tell some of them apart.

    Parameters
    ----------
    cases : tuple of Proven
        Without what they fix no narrower than the part does.
    ranges : dict of Quantity to Range
    bound : int or None
        The smallest bound among the cases that all of these plans are inside; see `Proven`.
    is_known : bool
        Whether there is such a case.
    """

    cases: tuple[Proven, ...]
    ranges: dict[Quantity, Range]
    bound: int | None
    is_known: bool

    def with_bounds_here(self) -> _Part:
        """Return the same part with the bounds of those cases that fix nothing more."""
        cases = tuple(_without_what_holds(case, self.ranges) for case in self.cases)
        here = [case.bound for case in cases if not case.fixed]
        bounds = [*here, self.bound] if self.is_known else here
        return _Part(
            cases=tuple(case for case in cases if case.fixed),
            ranges=self.ranges,
            bound=None if None in bounds else min((bound for bound in bounds if bound is not None), default=None),
            is_known=bool(bounds),
        )

    def split(self) -> tuple[_Part, _Part]:
        """Return the plans below and above a number of the quantity that most cases fix."""
        counts = Counter(quantity for case in self.cases for quantity in case.fixed)
        quantity = min(counts, key=lambda one: (-counts[one], one))
        low, high = self.ranges[quantity]
        cuts = Counter(
            cut
            for case in self.cases
            if quantity in case.fixed
            for cut in (case.fixed[quantity][0] - 1, case.fixed[quantity][1])
            if low <= cut < high
        )
        cut = min(cuts, key=lambda one: (-cuts[one], one))
        return self._narrowed(quantity, (low, cut)), self._narrowed(quantity, (cut + 1, high))

    def _narrowed(self, quantity: Quantity, interval: Range) -> _Part:
        return _Part(
            cases=tuple(case for case in self.cases if _meet(case.fixed.get(quantity, interval), interval)),
            ranges=self.ranges | {quantity: interval},
            bound=self.bound,
            is_known=self.is_known,
        )


def _meet(one: Range, other: Range) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _without_what_holds(case: Proven, ranges: Mapping[Quantity, Range]) -> Proven:
    fixed = {
        quantity: interval for quantity, interval in case.fixed.items() if not _contains(interval, ranges[quantity])
    }
    return case if len(fixed) == len(case.fixed) else Proven(fixed=fixed, bound=case.bound)
