"""What taking one column costs at least: the certificate of a plan, read for every column (docs/model.md section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from matcher.check.bound import BoundReader
from matcher.check.cases import Proven, covered_bound
from matcher.check.limits import read_limits, without_pins
from matcher.check.lookup import column_lookup
from matcher.check.proven import CaseBound
from matcher.check.quantities import Quantity
from matcher.check.reading import read
from matcher.check.totals import AIMS, counts_obligations, expected_tiers
from matcher.columns import Columns, IntArray
from matcher.plan import Plan, promises
from matcher.problem import Problem

IMPOSSIBLE = 2**62  # the loss of a column that no plan takes; above every loss
DRAW = "tie_break"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastLosses:
    """The least that every plan loses that takes a column, against the plan of the certificate.

    Parameters
    ----------
    aims : tuple of str
        In their order, without the draw between equal plans; T of them.
    aim : int8 (N,)
        Position of the first aim in which something is lost; T where nothing is proven to be lost.
    amount : int64 (N,)
        How much of it, in the aim's integers; 0 where nothing is proven to be lost. `IMPOSSIBLE` where no plan that
        keeps the decisions takes the column.
    together : tuple of int64 (N,) or None
        By aim: what one case proves that bounds every plan; a plan that takes columns of two candidates loses at least
        what both lose here together, if it loses nothing in an earlier aim. ``None`` where there is no such case.
    """

    aims: tuple[str, ...]
    aim: IntArray
    amount: IntArray
    together: tuple[IntArray | None, ...]


def least_losses(problem: Problem, plan: Plan, columns: Columns, *, published: Plan | None = None) -> LeastLosses:
    """Return the least that plans lose by taking single columns, as the certificate of a plan proves it.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        That has passed its check.
    columns : Columns
        All columns of the problem.
    published : Plan, optional
        Against which the plan counts its changes.
    """
    reading = read(problem, None if published is None else promises(published))
    lookup = column_lookup(columns)
    if lookup is None:
        raise ValueError("The columns must be sorted by candidate and vacancy.")
    broken = {(one.candidate_id, one.entity_id) for one in plan.breaches if one.kind == "accepted"}
    cases: list[CaseBound] = []
    reader = BoundReader(
        lookup=lookup,
        limits=without_pins(read_limits(reading, columns.limits.quota_group), broken),
        certificate=plan.certificate,
        counts_obligations=counts_obligations(reading),
        promised=reading.published or frozenset(),
        on_case=cases.append,
    )
    values = {tier.name: tier.value for tier in plan.tiers}
    aims = tuple(name for name in expected_tiers(reading) if name != DRAW and name in values)
    found = _Found(len(columns), len(aims))
    closed: list[Proven] = []
    together: list[IntArray | None] = [None] * len(aims)
    for place, name in enumerate(aims):
        cases.clear()
        value = int(values[name] * AIMS[name].scale)
        if reader.bound(name, -value if AIMS[name].is_least else value).value is None:
            break  # nothing is proven about this aim, nor about a later one
        found.note(place, _least(cases, closed, reader.uppers, len(columns)))
        wide = next((case for case in cases if not case.fixed and case.position is not None), None)
        together[place] = None if wide is None else _loss_in(wide, len(columns))
        closed += [Proven(fixed=case.fixed, bound=None) for case in cases if case.room is None or case.room < 0]
    return LeastLosses(aims=aims, aim=found.aim, amount=found.amount, together=tuple(together))


@dataclass(slots=True)
class _Found:
    """The first aim in which each column is proven to lose, filled aim after aim."""

    num_columns: int
    num_aims: int
    aim: IntArray = field(init=False)
    amount: IntArray = field(init=False)

    def __post_init__(self) -> None:
        self.aim = np.full(self.num_columns, self.num_aims, np.int8)
        self.amount = np.zeros(self.num_columns, np.int64)

    def note(self, place: int, least: IntArray) -> None:
        """Note what is lost at least in one aim, by columns that lose nothing in an earlier one."""
        new = (self.aim == self.num_aims) & (least > 0)
        self.aim[new] = place
        self.amount[new] = least[new]


def _least(
    cases: Sequence[CaseBound], closed: Sequence[Proven], uppers: Mapping[Quantity, int], num_columns: int
) -> IntArray:
    """Return the least that each column loses in one aim, if it loses nothing in an earlier one.

    A plan is inside every case that fixes nothing, and inside some of the others, where these cover every plan.
    """
    least = np.zeros(num_columns, np.int64)
    parts = [case for case in cases if case.fixed]
    for case in cases:
        if not case.fixed:
            np.maximum(least, _loss_in(case, num_columns), out=least)
    if parts and covered_bound([*(Proven(fixed=case.fixed, bound=0) for case in parts), *closed], uppers)[0]:
        anywhere = np.full(num_columns, IMPOSSIBLE, np.int64)
        for case in parts:
            np.minimum(anywhere, _loss_in(case, num_columns), out=anywhere)
        np.maximum(least, anywhere, out=least)
    return least


def _loss_in(case: CaseBound, num_columns: int) -> IntArray:
    """Return what the plans of one case lose at least by taking each column.

    A column that is not in play is left out by a wider case of the same aim, and loses something at least, or by an
    earlier aim, where its loss has been noted.
    """
    if case.room is None:
        return np.ones(num_columns, np.int64)
    if case.position is None or case.lost is None:
        return np.full(num_columns, max(0, -(case.room // (case.scale * case.step)) * case.step), np.int64)
    loss = np.ones(num_columns, np.int64)
    own = -((min(case.room, IMPOSSIBLE) + case.lost) // (case.scale * case.step)) * case.step
    own[list(case.never)] = IMPOSSIBLE
    loss[case.position] = np.maximum(own, 0)
    return loss
