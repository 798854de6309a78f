"""A promise to people is broken only where keeping all of them would break a limit, and each breach says why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from matcher.plan import Breach, Plan
from matcher.problem import Policy, Problem
from matcher.solve import solve
from tests import builders as build
from tests.check.plans import checked, codes


def promises_of(**tables: Any) -> tuple[Problem, Plan]:
    """Return a problem of two people who have accepted the same position, and the solver's plan for it."""
    given_tables: dict[str, Any] = {
        "candidates": [build.candidate("C1"), build.candidate("C2")],
        "vacancies": [build.vacancy("V1")],
        "decisions": [build.decision("C1", "V1", "accepted"), build.decision("C2", "V1", "accepted")],
    }
    problem = build.problem(**given_tables | tables)
    return problem, solve(problem).plan


def test_of_two_people_who_accepted_one_position_one_is_told_why_not() -> None:
    problem, plan = promises_of()

    assert [(breach.kind, breach.reason, breach.price) for breach in plan.breaches] == [("accepted", "conflict", 10)]
    assert checked(problem, plan).is_sound
    assert {"pin"} <= codes(checked(problem, replace(plan, breaches=())))
    (breach,) = plan.breaches
    for changed in (
        replace(breach, price=Decimal(1)),
        replace(breach, reason="ineligible"),
        replace(breach, candidate_id=plan.assignments[0].candidate_id),
        replace(breach, entity_id="V9"),
    ):
        assert "breach" in codes(checked(problem, replace(plan, breaches=(changed,))))
    assert "breaches_list" in codes(checked(problem, replace(plan, breaches=(breach, breach))))


def test_a_promise_is_not_broken_while_the_promises_that_are_kept_leave_room() -> None:
    problem, plan = promises_of(vacancies=[build.vacancy("V1", 2)])
    assert plan.breaches == ()
    tight, _ = promises_of()
    (breach,) = solve(tight).plan.breaches
    kept = tuple(entry for entry in plan.assignments if entry.candidate_id != breach.candidate_id)

    found = checked(problem, replace(plan, assignments=kept, breaches=(breach,)))
    assert any("leave room for it" in violation.message for violation in found.violations)


@pytest.mark.parametrize(
    ("reason", "tables"),
    [
        ("closed", {"contracts": [build.contract(status="ended")], "vacancies": [build.vacancy(contract_id="T1")]}),
        ("ineligible", {"candidates": [build.candidate(available_from="2026-09-02")]}),
    ],
)
def test_a_pair_that_has_become_impossible_is_listed_with_its_reason(reason: str, tables: dict[str, Any]) -> None:
    problem, plan = promises_of(**{"decisions": [build.decision("C1", "V1", "accepted")]} | tables)

    assert [(breach.entity_id, breach.reason) for breach in plan.breaches] == [("V1", reason)]
    assert checked(problem, plan).is_sound
    other: Any = "conflict"
    assert "breach" in codes(checked(problem, replace(plan, breaches=(replace(plan.breaches[0], reason=other),))))


def test_a_seat_in_a_cancelled_cohort_is_lost_and_holds_nobody_back() -> None:
    """The course would have ended after the start; cancelled, it costs nothing and C1 begins at once."""
    course: dict[str, Any] = {
        "courses": [build.course()],
        "enrolments": [build.enrolment("C1", "K1")],
        "budgets": [build.budget("B1", 0)],
        "decisions": [],
        "candidates": [build.candidate("C1")],
    }
    late = build.cohort("K1", end_date="2026-09-30", cost_per_seat=Decimal(900), budget_id="B1", fixed_cost=Decimal(1))
    problem, plan = promises_of(cohorts=[replace(late, status="cancelled")], **course)

    assert [(one.kind, one.entity_id, one.reason) for one in plan.breaches] == [("enrolment", "K1", "cancelled")]
    (lost,) = plan.breaches
    for changed, told in (
        (replace(lost, reason="conflict"), "must have reason 'cancelled', got 'conflict'"),
        (replace(lost, candidate_id="C2"), "must be of a seat in a cancelled cohort"),
    ):
        found = checked(problem, replace(plan, breaches=(changed,)))
        assert any(violation.message.endswith(f"{told}.") for violation in found.violations)
    assert [(entry.candidate_id, entry.cohort_ids) for entry in plan.assignments] == [("C1", ())]
    assert [(use.enrolled, use.runs) for use in plan.cohorts] == [(0, False)]
    assert checked(problem, plan).is_sound
    assert "breaches_list" in codes(checked(problem, replace(plan, breaches=())))
    standing, kept = promises_of(cohorts=[late], **course)
    assert kept.assignments == kept.breaches == ()
    assert "breach" in codes(checked(standing, replace(kept, breaches=plan.breaches)))


def test_a_hard_share_that_accepted_pairs_would_break_costs_as_few_of_them_as_can_be() -> None:
    """Half of all placements must go to youth: of three others who accepted, only one can be kept beside one youth."""
    people = [build.candidate(f"C{number}") for number in (1, 2, 3)]
    problem, plan = promises_of(
        candidates=[*people, build.candidate("Y1", groups=("youth",))],
        vacancies=[build.vacancy("V1", 4)],
        decisions=[build.decision(one.candidate_id, "V1", "accepted") for one in people],
        quotas=[build.quota("Q1", min_share=Decimal("0.5"))],
    )

    assert len(plan.breaches) == 2
    assert len(plan.assignments) == 2
    assert checked(problem, plan).is_sound


TRAINED: dict[str, Any] = {
    "candidates": [build.candidate(f"C{number}", available_from="2026-01-01") for number in (1, 2)],
    "vacancies": [build.vacancy("V1", 2)],
    "vacancy_skills": [build.required_skill("V1")],
    "courses": [build.course(skills=["forklift"])],
}
PAID = build.cohort(cost_per_seat=Decimal(100), budget_id="B1")
USED_UP: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a person's time": (
        {"vacancies": [build.vacancy("V1"), build.vacancy("V2")], "decisions": [("C1", "V1"), ("C1", "V2")]},
        {"vacancies": [build.vacancy("V1"), build.vacancy("V2")], "decisions": [("C1", "V1"), ("C2", "V2")]},
    ),
    "a seat": (
        TRAINED | {"cohorts": [build.cohort(seats=1)]},
        TRAINED | {"cohorts": [build.cohort(seats=2)]},
    ),
    "money": (
        TRAINED
        | {"cohorts": [build.cohort(cost_per_seat=Decimal(100), budget_id="B1")], "budgets": [build.budget("B1", 199)]},
        TRAINED
        | {"cohorts": [build.cohort(cost_per_seat=Decimal(100), budget_id="B1")], "budgets": [build.budget("B1", 200)]},
    ),
    "a hard maximum": (
        {
            "candidates": [build.candidate(f"C{number}", groups=("youth",)) for number in (1, 2)],
            "vacancies": [build.vacancy("V1", 2)],
            "quotas": [build.quota(max_count=1)],
        },
        {
            "candidates": [build.candidate(f"C{number}", groups=("youth",)) for number in (1, 2)],
            "vacancies": [build.vacancy("V1", 2)],
            "quotas": [build.quota(max_count=2)],
        },
    ),
}


@pytest.mark.parametrize("limit", USED_UP)
def test_promises_yield_to_one_another_exactly_where_a_limit_is_used_up(limit: str) -> None:
    """One of two promises is broken at the limit; beyond it both are kept, and a plan that breaks one is refused."""

    def accepted(tables: dict[str, Any]) -> tuple[Problem, Plan]:
        pairs = tables.get("decisions", [("C1", "V1"), ("C2", "V1")])
        return promises_of(**tables | {"decisions": [build.decision(*pair, "accepted") for pair in pairs]})

    tight, loose = USED_UP[limit]
    problem, plan = accepted(tight)
    assert [breach.reason for breach in plan.breaches] == ["conflict"]
    assert checked(problem, plan).is_sound
    problem, plan = accepted(loose)
    assert plan.breaches == ()
    assert len(plan.assignments) == 2
    given_up = plan.assignments[1]
    broken = Breach(
        kind="accepted",
        candidate_id=given_up.candidate_id,
        entity_id=given_up.vacancy_id,
        reason="conflict",
        price=Decimal(10),
    )
    fewer = replace(plan, assignments=plan.assignments[:1], breaches=(broken,))
    assert any("leave room for it" in violation.message for violation in checked(problem, fewer).violations)


def test_two_full_time_jobs_that_somebody_accepted_at_once_cost_one_of_them() -> None:
    """Two placements are allowed, but not on the same days: the hours exclude it."""
    problem, plan = promises_of(
        candidates=[build.candidate("C1", max_placements=2)],
        vacancies=[build.vacancy("V1", duration_months=Decimal(6)), build.vacancy("V2", duration_months=Decimal(6))],
        decisions=[build.decision("C1", place, "accepted") for place in ("V1", "V2")],
    )

    assert [breach.reason for breach in plan.breaches] == ["conflict"]
    assert len(plan.assignments) == 1
    assert checked(problem, plan).is_sound


YOUTHS = [build.candidate(f"C{number}", groups=("youth",), months_out_of_work=3) for number in (1, 2)]
SEPARATE = [build.contract("T1"), build.contract("T2")]
APART: dict[str, Any] = {
    "contracts": SEPARATE,
    "vacancies": [build.vacancy("V1", contract_id="T1"), build.vacancy("V2", contract_id="T2")],
    "decisions": [build.decision("C1", "V1", "accepted"), build.decision("C2", "V2", "accepted")],
}
LEAVES_ROOM: dict[str, dict[str, Any]] = {
    "a maximum at another contract": APART
    | {"candidates": YOUTHS, "quotas": [build.quota(scope="contract", scope_id="T1", max_count=1)]},
    "a soft maximum": {
        "candidates": YOUTHS,
        "vacancies": [build.vacancy("V1", 2)],
        "quotas": [build.quota(max_count=0, hard=False, price=Decimal("0.1"))],
    },
    "a hard minimum": {"candidates": YOUTHS, "vacancies": [build.vacancy("V1", 2)], "quotas": [build.quota()]},
    "a maximum of a group that one of them has left": {
        "candidates": [
            build.candidate("C1", groups=("youth",)),
            build.candidate("C2", groups=("youth:2026-08-31",)),
        ],
        "vacancies": [build.vacancy("V1", 2)],
        "quotas": [build.quota(max_count=1)],
    },
    "a maximum of those longest out of work": {
        "candidates": YOUTHS,
        "vacancies": [build.vacancy("V1", 2)],
        "quotas": [build.quota("Q1", None, months_out_of_work=4, max_count=0)],
    },
    "a full cohort in which both have their seats": TRAINED
    | {
        "cohorts": [build.cohort(seats=2)],
        "enrolments": [build.enrolment("C1", "K1"), build.enrolment("C2", "K1")],
    },
}


@pytest.mark.parametrize("limit", LEAVES_ROOM)
@pytest.mark.parametrize("given_up", [0, 1])
def test_no_promise_is_broken_for_a_limit_that_does_not_bind_it(limit: str, given_up: int) -> None:
    """Both are kept, and a plan that gives up either, as if it had to, is refused."""
    problem, plan = promises_of(**LEAVES_ROOM[limit])
    assert plan.breaches == ()
    lost = plan.assignments[given_up]
    broken = Breach(
        kind="accepted",
        candidate_id=lost.candidate_id,
        entity_id=lost.vacancy_id,
        reason="conflict",
        price=Decimal(10),
    )
    kept = tuple(entry for entry in plan.assignments if entry is not lost)
    found = checked(problem, replace(plan, assignments=kept, breaches=(broken,)))

    (told,) = [violation for violation in found.violations if violation.code == "breach"]
    assert told.message == (
        f"Breach of candidate {lost.candidate_id!r} and {lost.vacancy_id!r} must not be one, for the promises that the "
        "plan keeps leave room for it."
    )
    assert told.ids == (lost.candidate_id, lost.vacancy_id)


SHARED_PLACE = build.vacancy("V1", 2, duration_months=Decimal(6), resource_id="place")
HALF_JOBS = [build.vacancy(f"V{number}", extent_percent=50, duration_months=Decimal(6)) for number in (1, 2)]
TWO_JOBS: dict[str, Any] = {
    "vacancies": HALF_JOBS,
    "decisions": [build.decision("C1", place, "accepted") for place in ("V1", "V2")],
}
ONE_TRAINED: dict[str, Any] = TRAINED | {
    "decisions": [build.decision("C1", "V1", "accepted")],
    "candidates": TRAINED["candidates"][:1],
}
YOUTH_AND_OTHER = [build.candidate("C1", groups=("youth",)), build.candidate("C2")]
# Limits that depend on everybody: tables under which one promise cannot be kept, and some under which all can.
BY_EVERYBODY: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a resource": (
        {"vacancies": [SHARED_PLACE], "resources": [build.resource("place", 11)]},
        {"vacancies": [SHARED_PLACE], "resources": [build.resource("place", 12)]},
    ),
    "a smallest enrolment": (
        ONE_TRAINED | {"cohorts": [build.cohort(status="optional", min_participants=2)]},
        ONE_TRAINED | {"cohorts": [build.cohort(status="optional", min_participants=1)]},
    ),
    "a fixed cost": (
        ONE_TRAINED
        | {
            "cohorts": [build.cohort(status="optional", fixed_cost=Decimal(9), budget_id="B1")],
            "budgets": [build.budget("B1", "8.99")],
        },
        ONE_TRAINED
        | {
            "cohorts": [build.cohort(status="optional", fixed_cost=Decimal(9), budget_id="B1")],
            "budgets": [build.budget("B1", 9)],
        },
    ),
    "trainings in all": (
        TRAINED | {"cohorts": [build.cohort()], "policy": Policy(max_trainings_total=1)},
        TRAINED | {"cohorts": [build.cohort()], "policy": Policy(max_trainings_total=2)},
    ),
    "hours": (
        TWO_JOBS | {"candidates": [build.candidate("C1", max_placements=2, extent_percent=99)]},
        TWO_JOBS | {"candidates": [build.candidate("C1", max_placements=2, extent_percent=100)]},
    ),
    "a hard share": (
        {
            "candidates": YOUTH_AND_OTHER,
            "vacancies": [build.vacancy("V1", 2)],
            "quotas": [build.quota(min_count=None, max_share=Decimal("0.4"))],
        },
        {
            "candidates": YOUTH_AND_OTHER,
            "vacancies": [build.vacancy("V1", 2)],
            "quotas": [build.quota(min_count=None, max_share=Decimal("0.5"))],
        },
    ),
}


@pytest.mark.parametrize("limit", BY_EVERYBODY)
def test_a_promise_is_broken_for_a_limit_on_everybody_only_where_it_binds(limit: str) -> None:
    """At the limit one is given up and the plan is sound; below it both stay, and a plan without one is refused."""
    tight, loose = BY_EVERYBODY[limit]
    problem, plan = promises_of(**tight)
    assert [breach.reason for breach in plan.breaches] == ["conflict"]
    assert checked(problem, plan).violations == ()
    twice = checked(problem, replace(plan, breaches=plan.breaches * 2))
    assert "The plan must list each breach once, in order of kind, candidate and id." in [
        violation.message for violation in twice.violations
    ]
    problem, plan = promises_of(**loose)
    assert plan.breaches == ()
    lost = plan.assignments[0]
    broken = Breach(
        kind="accepted",
        candidate_id=lost.candidate_id,
        entity_id=lost.vacancy_id,
        reason="conflict",
        price=Decimal(10),
    )
    found = checked(problem, replace(plan, assignments=plan.assignments[1:], breaches=(broken,)))
    assert any("leave room for it" in violation.message for violation in found.violations)


def test_a_promise_that_others_make_possible_is_not_broken() -> None:
    """The cohort runs with two at least: beside those who stand in the plan, who were promised nothing, C1 has room."""
    people = [build.candidate(f"C{number}", available_from="2026-01-01") for number in (1, 2, 3)]
    problem, plan = promises_of(
        **TRAINED
        | {
            "cohorts": [build.cohort(status="optional", min_participants=2)],
            "candidates": people,
            "decisions": [build.decision("C1", "V1", "accepted")],
            "vacancies": [build.vacancy("V1"), build.vacancy("V2", 2)],
            "vacancy_skills": [build.required_skill("V1"), build.required_skill("V2")],
        }
    )
    assert plan.breaches == ()
    assert len(plan.assignments) == 3
    broken = Breach(kind="accepted", candidate_id="C1", entity_id="V1", reason="conflict", price=Decimal(10))
    kept = tuple(entry for entry in plan.assignments if entry.candidate_id != "C1")
    found = checked(problem, replace(plan, assignments=kept, breaches=(broken,)))
    assert any("leave room for it" in violation.message for violation in found.violations)
