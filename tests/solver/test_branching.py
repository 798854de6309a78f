"""The search tree does not end where rounding alone has broken a rule."""

from __future__ import annotations

from decimal import Decimal

from matcher.problem import Problem
from matcher.solve import solve
from tests import builders as build


def unaffordable_and_free() -> Problem:
    """Return a problem of two people: one's training costs more than is left, the other has two ways to a place."""
    return build.problem(
        candidates=[build.candidate("C0"), build.candidate("C1")],
        contracts=[
            build.contract(
                "T0",
                start_date=None,
                end_date="2027-09-03",
                obligation_quantity=Decimal("8.06"),
                obligation_unit="person_months",
                obligation_kind="dialogue",
            )
        ],
        vacancies=[build.vacancy("V0", contract_id="T0"), build.vacancy("V1", 3)],
        courses=[build.course()],
        cohorts=[
            build.cohort("K0", cost_per_seat=Decimal(100), budget_id="B0"),
            build.cohort("K1", seats=1),
            build.cohort(
                "K6", cost_per_seat=Decimal("99.5"), budget_id="B0", start_date="2026-07-01", end_date="2026-07-30"
            ),
        ],
        budgets=[build.budget("B0", 150)],
        pairs=[
            build.pair("C0", "V0", "0.5", cohort_ids=("K0", "K6")),
            build.pair("C1", "V1", "0.5", cost=Decimal(20)),
            build.pair("C1", "V1", "0.5", cohort_ids=("K1",)),
        ],
    )


def test_the_cheaper_of_two_equal_routes_is_taken_where_the_prices_of_an_earlier_aim_hide_it() -> None:
    """The linear programme calls an empty plan as good as the best one, within its tolerance: it is not believed."""
    values = {tier.name: tier.value for tier in solve(unaffordable_and_free()).plan.tiers}

    assert (values["placements"], values["cost"]) == (Decimal("0.5"), 0)
