"""What whole people deliver or use is a whole multiple of something: rounded obligations and resources."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matcher.columns import Columns, IntArray, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationStep:
    """The rounding inequality of one obligation, ``remainder x units + step x shortfall >= least``.

    Mixed-integer rounding (Nemhauser and Wolsey 1988, section II.1.6): every column delivers a multiple of `step`,
    so what is missing beyond the whole steps is missing as a whole.

    Parameters
    ----------
    step : int
        Divides the units of all the contract's columns.
    remainder : int
        Of what is required, above 0.
    least : int
    """

    step: int
    remainder: int
    least: int


def obligation_steps(blocks: Iterable[Columns], limits: Limits) -> dict[int, ObligationStep]:
    """Return the rounding inequality of every obligation that is no whole number of steps, by contract position."""
    divisors = np.zeros(len(limits.vacancy_ids), np.int64)
    for columns in blocks:
        divisors = np.gcd(divisors, _unit_divisors(columns, len(limits.vacancy_ids)))
    by_contract = dict.fromkeys(np.flatnonzero(limits.required > 0).tolist(), 0)
    for contract, divisor in zip(limits.contract_of_vacancy.tolist(), divisors.tolist(), strict=True):
        if contract in by_contract:
            by_contract[contract] = math.gcd(by_contract[contract], divisor)
    steps = {}
    for contract, step in by_contract.items():
        required = int(limits.required[contract])
        if step and required % step:
            whole = -(-required // step)
            remainder = required % step
            steps[contract] = ObligationStep(step=step, remainder=remainder, least=remainder * step * whole)
    return steps


def resource_steps(blocks: Iterable[Columns], limits: Limits) -> IntArray:
    """Return the greatest number that divides every use of each resource, at least 1; int64 (R,)."""
    steps = np.zeros(len(limits.resource_ids), np.int64)
    for columns in blocks if len(steps) else ():
        users = columns.resource >= 0
        np.gcd.at(steps, columns.resource[users], columns.resource_use[users])
    return np.maximum(steps, 1)


def _unit_divisors(columns: Columns, num_vacancies: int) -> IntArray:
    """Return the greatest common divisor of the units of each vacancy's columns; 0 where none delivers anything."""
    divisors = np.zeros(num_vacancies, np.int64)
    if len(columns):
        short = columns.vacancy.astype(np.uint16) if num_vacancies <= 2**16 else columns.vacancy  # sorts much faster
        order = np.argsort(short, kind="stable")
        vacancy = columns.vacancy[order]
        begin = np.concatenate(([0], np.flatnonzero(np.diff(vacancy)) + 1))
        divisors[vacancy[begin]] = np.gcd.reduceat(columns.units[order], begin)
    return divisors
