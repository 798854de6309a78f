"""The bound of docs/model.md section 6 for a small problem, one column and one price at a time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product

from matcher.plan import Case, Certificate, Difference, PricedRow
from matcher.problem import Problem
from tests.oracles.bound_model import BoundModel, Quantity
from tests.oracles.columns import Column, ColumnKey
from tests.oracles.limits import LEAST, Kept
from tests.oracles.packing import packed_worth
from tests.oracles.several import Bundle

Fixed = dict[Quantity, tuple[int, int]]
Proven = tuple[Fixed, float]
NOTHING_AS_GOOD = -math.inf


def bounds_of(
    problem: Problem,
    columns: Mapping[ColumnKey, Column],
    certificate: Certificate,
    values: Mapping[str, int],
    difference: Difference | None = None,
    published: Kept | None = None,
) -> dict[str, int]:
    """Return what a certificate with valid prices, whose cases cover every plan, proves about each tier.

    Parameters
    ----------
    problem : Problem
    columns : mapping of column key to Column
    certificate : Certificate
    values : mapping of tier to int
        Of the plan, in the order of the tiers, least aims not negated.
    difference : Difference, optional
        What the plans keep that the bounds speak of.
    published : set of column keys, optional
        What a published plan has, where the plan counts changes against one.

    Returns
    -------
    dict of tier to int
        In the tier's integers, least aims not negated.
    """
    model = BoundModel(problem, columns, difference, published, certificate.cuts, certificate.cliques)
    reader = CaseReader(model)
    best_values = {tier: -value if tier in LEAST else value for tier, value in values.items()}
    allowed: list[tuple[Fixed, set[ColumnKey]]] = []
    closed: list[Proven] = []
    bounds: dict[str, int] = {}
    for tier in values:
        step = reader.step(tier, _in_play(columns, {}, allowed))
        proven: list[Proven] = []
        own = [case for case in certificate.cases if case.tier == tier]
        for case in sorted(own, key=lambda one: len(fixed_quantities(one))):
            fixed = fixed_quantities(case)
            found = reader.bound(case, _in_play(columns, fixed, allowed), certificate.price_scale, best_values)
            if found is not None:
                allowed.append((fixed, found[1]))
            rounded = None if found is None else found[0] // (certificate.price_scale * step) * step
            proven.append((fixed, NOTHING_AS_GOOD if rounded is None or rounded < best_values[tier] else rounded))
        bound = largest_left([*proven, *closed], model.uppers)
        assert bound not in (None, NOTHING_AS_GOOD), "the certificate proves nothing"
        bounds[tier] = -int(bound) if tier in LEAST else int(bound)
        closed += [(fixed, bound) for fixed, bound in proven if bound == NOTHING_AS_GOOD]
    return bounds


def fixed_quantities(case: Case) -> Fixed:
    """Return what a case fixes: columns to 0 or 1, counts to a least and a most."""
    fixed: Fixed = {
        ("column", (entry.candidate_id, entry.vacancy_id, entry.cohort_ids)): (int(entry.taken), int(entry.taken))
        for entry in case.fixed
    }
    return fixed | {(entry.kind, entry.entity_id): (entry.least, entry.most) for entry in case.between}


def _is_inside(fixed: Fixed, wider: Fixed) -> bool:
    return all(
        quantity in fixed and low <= fixed[quantity][0] and fixed[quantity][1] <= high
        for quantity, (low, high) in wider.items()
    )


def _in_play(
    columns: Mapping[ColumnKey, Column], fixed: Fixed, allowed: Sequence[tuple[Fixed, set[ColumnKey]]]
) -> set[ColumnKey]:
    """Return the columns that no case around the fixed columns excludes."""
    play = set(columns)
    for wider, reached in allowed:
        if _is_inside(fixed, wider):
            play &= reached
    return play


def largest_left(cases: Sequence[Proven], uppers: Mapping[Quantity, int]) -> float | None:
    """Return the best value that cases leave to any plan; ``None`` where some plan is inside no case.

    Goes through every way to take or leave the columns that the cases fix, and to choose each count from a number
    between any two ends of their ranges.
    """
    choices: dict[Quantity, set[int]] = {}
    for fixed, _ in cases:
        for quantity, (low, high) in fixed.items():
            most = uppers.get(quantity, 1)
            choices.setdefault(quantity, {0, most}).update({low, high, max(low - 1, 0), min(high + 1, most)})
    largest = NOTHING_AS_GOOD
    for choice in product(*choices.values()):
        plan = {quantity: (count, count) for quantity, count in zip(choices, choice, strict=True)}
        bounds = [bound for fixed, bound in cases if _is_inside(plan, fixed)]
        if not bounds:
            return None
        largest = max(largest, min(bounds))
    return largest


class CaseReader:
    """Reads what the cases of a certificate prove about a small problem.

    Parameters
    ----------
    model : BoundModel
    """

    def __init__(self, model: BoundModel) -> None:
        self.model = model

    def step(self, tier: str, in_play: set[ColumnKey]) -> int:
        amounts = [self.model.objective(tier, key) for key in in_play]
        amounts += [variable.price for variable in self.model.variables.values() if variable.tier == tier]
        return math.gcd(*amounts) or 1

    def bound(
        self, case: Case, in_play: set[ColumnKey], scale: int, values: Mapping[str, int]
    ) -> tuple[int, set[ColumnKey]] | None:
        """Return the bound of a case before division, and the columns in play that can reach the plan's value.

        ``None`` where no plan takes what the case takes.
        """
        fixed = fixed_quantities(case)
        columns = {key: interval[1] > 0 for (kind, key), interval in fixed.items() if kind == "column"}
        taken = [key for key, is_taken in columns.items() if is_taken]
        count = Counter(key[0] for key in taken)
        if not in_play.issuperset(taken) or any(count[who] > self.model.places[who] for who in count):
            return None
        charged = {row.entity_id: row.price for row in case.prices if row.kind == "participation"}
        prices = tuple(row for row in case.prices if row.kind != "participation")
        reduced = {key: self._reduced(case.tier, prices, key, scale) for key in in_play}
        bound = sum(self._worth(row, values, fixed) for row in prices) + scale * self.model.constant(case.tier)
        of_enrolment: dict[str, int] = {}
        for name, variable in self.model.variables.items():
            gain = -scale * variable.price if variable.tier == case.tier else 0
            for row in prices:
                if row.kind == "held":
                    gain -= row.price * variable.price * (variable.tier == row.entity_id)
                else:
                    gain += row.price * self.model.rows[row.kind, row.entity_id].slacks.get(name, 0)
            kind, _, entity_id = name.partition(" ")
            if kind == "enrolment" and not charged:
                of_enrolment[name] = gain
                continue
            least, most = fixed.get((kind, entity_id), (0, variable.upper))
            bound += gain * most if gain > 0 else gain * least
        if charged:
            packed = self._packed(reduced, charged, columns)
            return None if packed is None else (bound + packed, set(in_play))
        several = {who: self._worths(who, reduced, of_enrolment, fixed) for who in self.model.bundles}
        if not all(several.values()):
            return None
        best = {
            who: max(several[who].values()) if who in several else self._best(who, reduced, columns)
            for who in self.model.places
        }
        bound += sum(best.values())
        reached = set()
        for key in reduced:
            if key[0] in several:
                with_it = max((worth for bundle, worth in several[key[0]].items() if key in bundle), default=None)
            else:
                with_it = None if columns.get(key) is False else self._best(key[0], reduced, columns, key)
            if with_it is not None and (bound - best[key[0]] + with_it) // scale >= values[case.tier]:
                reached.add(key)
        return bound, reached

    def _worths(
        self, who: str, reduced: Mapping[ColumnKey, int], of_enrolment: Mapping[str, int], fixed: Fixed
    ) -> dict[Bundle, int]:
        """Return what each set of columns contributes that a candidate can take together in a case."""
        found = {}
        for bundle, enrolments in self.model.bundles[who]:
            has = {("column", key): int(key in bundle) for key in self.model.columns if key[0] == who}
            has |= {("enrolment", name.partition(" ")[2]): int(name in enrolments) for name in of_enrolment}
            asked = {what: fixed[what] for what in has.keys() & fixed.keys() if self._is_own(who, what)}
            if reduced.keys() >= set(bundle) and all(low <= has[what] <= high for what, (low, high) in asked.items()):
                found[bundle] = sum(reduced[key] for key in bundle) + sum(of_enrolment[name] for name in enrolments)
        return found

    @staticmethod
    def _is_own(who: str, what: Quantity) -> bool:
        return what[0] == "column" or str(what[1]).startswith(f"{who}|")

    def _best(
        self,
        who: str,
        reduced: Mapping[ColumnKey, int],
        columns: Mapping[ColumnKey, bool],
        forced: ColumnKey | None = None,
    ) -> int | None:
        """Return the most that a candidate with one placement contributes; ``None`` if a forced column cannot be."""
        taken = {key for key, is_taken in columns.items() if is_taken and key[0] == who}
        if self.model.places[who] == 1 and forced is not None:
            return reduced[forced]
        taken |= {forced} if forced is not None else set()
        room = self.model.places[who] - len(taken)
        if room < 0:
            return None
        rest = [value for key, value in reduced.items() if key[0] == who and key not in taken | columns.keys()]
        own = sum(reduced[key] for key in taken)
        return own + sum(value for value in sorted(rest, reverse=True)[:room] if value > 0)

    def _packed(
        self, reduced: Mapping[ColumnKey, int], charged: Mapping[str, int], columns: Mapping[ColumnKey, bool]
    ) -> int | None:
        """Return what candidates pay and the best that resources, packed exactly, can hold."""
        rows = {name: row for (kind, name), row in self.model.rows.items() if kind == "resource"}
        resource_of = {
            key: (name, amount) for name, row in rows.items() for key, amount in row.uses.items() if amount > 0
        }
        worth = packed_worth(
            {key: value - charged.get(key[0], 0) for key, value in reduced.items()},
            self.model.places,
            resource_of,
            {name: row.limit for name, row in rows.items()},
            columns,
        )
        return None if worth is None else worth + sum(price * self.model.places[who] for who, price in charged.items())

    def _reduced(self, tier: str, prices: tuple[PricedRow, ...], key: ColumnKey, scale: int) -> int:
        value = scale * self.model.objective(tier, key)
        for row in prices:
            if row.kind == "held":
                value += row.price * self.model.objective(row.entity_id, key)
            else:
                value -= row.price * self.model.rows[row.kind, row.entity_id].uses.get(key, 0)
        return value

    def _worth(self, row: PricedRow, values: Mapping[str, int], fixed: Fixed) -> int:
        if row.kind == "held":
            return -row.price * (values[row.entity_id] - self.model.constant(row.entity_id))
        if (row.kind, row.entity_id) in self.model.counts:
            name = (row.kind, row.entity_id)
            least, most = fixed.get(name, (0, self.model.uppers[name]))
            return row.price * (most if row.price > 0 else least)
        return row.price * self.model.rows[row.kind, row.entity_id].limit
