"""What divides everything that columns deliver or use: whole people can only reach whole multiples of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np

from matcher.columns import Columns, IndexArray, IntArray, NarrowArray

FIRST_LOOK = 10_000  # columns: usually enough to see that nothing divides them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Divisors:
    """Greatest common divisors over all columns of a problem, whether a solve holds them or not.

    Parameters
    ----------
    units : int64 (T,)
        Of the units of each contract's columns; 0 where none delivers anything, or nothing is required.
    resource : int64 (R,)
        Of the uses of each resource; 0 where no column uses it.
    objectives : dict of tier to int
        Of what columns count in each tier.
    most_units : int64 (V,)
        Not a divisor, but found in the same pass: the most that any column of each vacancy delivers.
    """

    units: IntArray
    resource: IntArray
    objectives: dict[str, int]
    most_units: IntArray

    def together(self, other: Divisors) -> Divisors:
        """Return what divides the columns of both."""
        return Divisors(
            units=np.gcd(self.units, other.units),
            resource=np.gcd(self.resource, other.resource),
            objectives={tier: gcd(self.objectives[tier], other.objectives[tier]) for tier in self.objectives},
            most_units=np.maximum(self.most_units, other.most_units),
        )


def divisors_of(columns: Columns) -> Divisors:
    """Return the divisors of some columns."""
    limits = columns.limits
    owing = np.append(limits.required > 0, False)
    contract = limits.contract_of_vacancy[columns.vacancy]  # contract -1 reads the last entry: it owes nothing
    counted = np.flatnonzero((columns.units > 0) & owing[contract])
    users = np.flatnonzero(columns.resource >= 0) if len(limits.resource_ids) else counted[:0]
    return Divisors(
        units=_common(contract[counted], columns.units[counted].astype(np.int64), len(limits.contract_ids)),
        resource=_common(columns.resource[users], columns.resource_use[users], len(limits.resource_ids)),
        objectives={
            "placements": _common_of_all(columns.weight),
            "cost": _common_of_all(columns.cost),
            "tie_break": _common_of_all(columns.lottery),
        },
        most_units=_most(columns.vacancy, columns.units, len(limits.vacancy_ids)),
    )


def _most(owner: IndexArray, amount: NarrowArray, num_owners: int) -> IntArray:
    most = np.zeros(num_owners, dtype=np.int64)
    most[owner] = amount
    more = np.flatnonzero(amount > most[owner])  # few: most columns of a vacancy deliver the same
    np.maximum.at(most, owner[more], amount[more])
    return most


def _common_of_all(amounts: NarrowArray) -> int:
    first = int(np.gcd.reduce(amounts[:FIRST_LOOK]))
    return first if first == 1 else gcd(first, int(np.gcd.reduce(amounts)))


def _common(owner: IndexArray, amount: IntArray, num_owners: int) -> IntArray:
    """Return what divides all amounts of each owner, 0 where there are none."""
    found = np.zeros(num_owners, dtype=np.int64)
    found[owner] = amount  # one of them: nearly all others are multiples of it, and need no slow gcd
    rest = np.flatnonzero(amount % np.maximum(found, 1)[owner])
    np.gcd.at(found, owner[rest], amount[rest])
    return found
