"""Certificates of the town's plan that prove nothing: each breaks one rule of prices, counts or cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from matcher.check import CheckReport
from matcher.plan import Case, Clique, CountedRow, Cut, FixedColumn, FixedRange, OwnColumn, Plan, PricedRow
from tests.check.certificates import fixed_column


def codes(report: CheckReport) -> set[str]:
    return {violation.code for violation in report.violations}


def with_case(plan: Plan, tier: str, *cases: Case) -> Plan:
    """Return the plan with other cases for one tier."""
    others = [case for case in plan.certificate.cases if case.tier != tier]
    return replace(plan, certificate=replace(plan.certificate, cases=(*others, *cases)))


def priced(tier: str, *rows: tuple[str, str, Any], fixed: tuple[FixedColumn, ...] = ()) -> Case:
    prices = tuple(PricedRow(kind=kind, entity_id=name, price=price) for kind, name, price in rows)
    return Case(tier=tier, fixed=fixed, prices=prices)


ADA, BO = ("ada", "warehouse", ()), ("bo", "truck", ("drive1",))
PURSE = ("budget", "purse", 10)

COUNT = {
    name: FixedRange(kind=kind, entity_id=entity_id, least=least, most=most)
    for name, kind, entity_id, least, most in (
        ("park", "vacancy", "park", 1, 2),
        ("moon", "vacancy", "moon", 0, 1),
        ("purse", "budget", "purse", 0, 1),
        ("none", "seat", "drive1", 0, 0),
        ("some", "seat", "drive1", 1, 1),
        ("beyond seats", "seat", "drive1", 0, 2),
        ("beyond", "vacancy", "park", 0, 3),
        ("below", "vacancy", "park", -1, 2),
        ("reversed", "vacancy", "park", 2, 1),
        ("half", "vacancy", "park", 0.5, 2),
    )
}

REJECTED: dict[str, Case | tuple[Case, ...]] = {
    "a negative price": priced("placements", ("budget", "purse", -1)),
    "a negative price of a held tier": priced("placements", ("held", "shortfall", -1)),
    "an unknown vacancy": priced("placements", ("vacancy", "moon", 1)),
    "an unknown kind": priced("placements", ("candidate", "ada", 1)),
    "an attribute as a kind": priced("placements", ("__class__", "ada", 1)),
    "a cohort as a vacancy": priced("placements", ("vacancy", "drive1", 1)),
    "a limit that the quota does not state": priced("placements", ("quota_max", "least_youth", 1)),
    "a rounding that an obligation of whole persons does not need": priced(
        "placements", ("obligation_step", "hall", 1)
    ),
    "a pair that is not pinned": priced("placements", ("pin", "bo|truck", 1)),
    "a tier held by itself": priced("placements", ("held", "placements", 1)),
    "a later tier held": priced("placements", ("held", "cost", 1)),
    "the same price twice": priced("placements", PURSE, PURSE),
    "a price that is no integer": priced("placements", ("vacancy", "truck", 1.5)),
    "a price that is true": priced("placements", ("vacancy", "truck", True)),
    "a price beyond 64 bits": priced("placements", ("vacancy", "truck", 2**63)),
    "prices that only together are too large": priced(
        "placements", ("vacancy", "truck", 2**61), ("seat", "drive1", 2**61)
    ),
    "a price too large for what is delivered": priced("placements", ("obligation", "hall", 2**57)),
    "a price too large for what a seat costs": priced("placements", ("budget", "purse", 2**50)),
    "a price too large for a share": priced("placements", ("quota_min_share", "share_youth", 2**62)),
    "a price of thousands of digits": priced("placements", ("budget", "purse", 10**5000)),
    "a negative price of thousands of digits": priced("placements", ("budget", "purse", -(10**5000))),
    "a pin beyond 64 bits": priced("placements", ("pin", "ada|warehouse", -(2**63))),
    "no case at all": (),
    "half of the plans left out": priced("placements", fixed=(fixed_column(ADA, taken=True),)),
    "a quarter of the plans left out": (
        priced("placements", fixed=(fixed_column(ADA, taken=True),)),
        priced("placements", fixed=(fixed_column(ADA, taken=False), fixed_column(BO, taken=True))),
    ),
    "a column that does not exist": (
        priced("placements", fixed=(fixed_column(("eve", "truck", ()), taken=True),)),
        priced("placements", fixed=(fixed_column(("eve", "truck", ()), taken=False),)),
    ),
    "a column of nobody": (
        priced("placements", fixed=(fixed_column(("nobody", "truck", ()), taken=True),)),
        priced("placements", fixed=(fixed_column(("nobody", "truck", ()), taken=False),)),
    ),
    "a count of a vacancy that does not exist": Case(tier="placements", fixed=(), prices=(), between=(COUNT["moon"],)),
    "a count of something else": Case(tier="placements", fixed=(), prices=(), between=(COUNT["purse"],)),
    "a count beyond the positions": Case(tier="placements", fixed=(), prices=(), between=(COUNT["beyond"],)),
    "a count beyond the seats": Case(tier="placements", fixed=(), prices=(), between=(COUNT["beyond seats"],)),
    "a count of nobody trained left out": Case(tier="placements", fixed=(), prices=(), between=(COUNT["some"],)),
    "a count below nobody": Case(tier="placements", fixed=(), prices=(), between=(COUNT["below"],)),
    "a count the wrong way round": Case(tier="placements", fixed=(), prices=(), between=(COUNT["reversed"],)),
    "a count that is no integer": Case(tier="placements", fixed=(), prices=(), between=(COUNT["half"],)),
    "a count twice": Case(tier="placements", fixed=(), prices=(), between=(COUNT["park"], COUNT["park"])),
    "a count of nobody left out": Case(tier="placements", fixed=(), prices=(), between=(COUNT["park"],)),
    "a column fixed in and out": (
        priced("placements", fixed=(fixed_column(ADA, taken=True), fixed_column(ADA, taken=False))),
        priced("placements", fixed=(fixed_column(ADA, taken=False),)),
    ),
    "more cases than anybody checks": tuple(priced("placements") for _ in range(1001)),
}


def cut(*rows: tuple[str, str, Any], divisor: Any = 2) -> Cut:
    counted = (CountedRow(kind=kind, entity_id=name, times=times) for kind, name, times in rows)
    return Cut(divisor=divisor, unit=1, rows=tuple(counted))


PARK = ("vacancy", "park", 1)

REJECTED_CUTS: dict[str, tuple[Cut | Clique, ...]] = {
    "a cut divided by nothing": (cut(PARK, divisor=0),),
    "a cut that takes a limit away": (cut(("vacancy", "park", -1)),),
    "a cut that counts a limit twice": (cut(PARK, PARK),),
    "a cut that counts a later one": (cut(("cut", "2", 1)), cut(PARK)),
    "a cut that counts no clique": (cut(("clique", "1", 1)),),
    "a cut of nobody's place": (cut(("candidate", "nobody", 1)),),
    "a cut of no pair": (cut(("once", "ada|moon", 1)),),
    "a cut of what is no variable": (cut(("most", "vacancy|park", 1)),),
    "a cut of what a case holds": (cut(("held", "shortfall", 1)),),
    "a cut of a limit that does not exist": (cut(PARK), cut(("vacancy", "moon", 1))),
    "a cut divided by what is too large": (cut(PARK, divisor=2**62),),
    "a cut of terms that are too large together": (cut(("vacancy", "park", 2**61), ("candidate", "eve", 2**61)),),
    "a cut of a limit that is too large": (cut(("budget", "purse", 2**61)),),
    "a cut of limits that are too large one after another": (
        cut(("candidate", "eve", 2**61), ("once", "eve|park", 2**61), ("candidate", "ada", 1)),
    ),
    "more cuts than anybody adds up": (cut(PARK),) * 5001,
    "more cliques than anybody counts": (Clique(candidate_id="ada", columns=(), made=(), missing=()),) * 1001,
    "a clique of somebody who takes one place": (
        Clique(candidate_id="ada", columns=(OwnColumn(vacancy_id="warehouse", cohort_ids=()),), made=(), missing=()),
    ),
}


def with_cuts(plan: Plan, *rows: Cut | Clique) -> Plan:
    """Return the plan with cuts and cliques that its cases do not price."""
    cuts = tuple(row for row in rows if isinstance(row, Cut))
    cliques = tuple(row for row in rows if isinstance(row, Clique))
    return replace(plan, certificate=replace(plan.certificate, cuts=cuts, cliques=cliques))
