"""Changes in domain words: what each makes of a problem, and what it says of ids and values that cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from matcher.errors import InvalidInput
from matcher.problem import OutcomePrior, Policy, Problem, changes, fingerprint
from matcher.problem.changes import (
    AddBudget,
    AddCandidate,
    AddCohort,
    AddContract,
    AddCourse,
    AddQuota,
    AddRequirement,
    AddVacancy,
    CancelCohort,
    Change,
    ChangeBudget,
    ChangeCandidate,
    ChangeCohort,
    ChangeObligation,
    ChangePolicy,
    ChangePositions,
    ChangeQuota,
    ChangeResource,
    ChangeSeats,
    CopyCohort,
    DropQuota,
    DropRequirement,
    ForbidPair,
    GiveSkill,
    LoseContract,
    LowerRequirement,
    MoreCandidates,
    MoveCohort,
    MoveContract,
    MoveVacancy,
    PinPair,
    RemoveCandidate,
    ReplacePolicy,
    Scenario,
    WithdrawDecision,
    applied_in_order,
)
from tests import builders as b


def town() -> Problem:
    """Two candidates, one contract with two vacancies, one course with one cohort, and one of each rule."""
    return b.problem(
        candidates=[
            b.candidate("C1", groups=["youth:2026-12-31"]),
            b.candidate("C2", groups=["youth", "disability"], max_placements=2),
        ],
        candidate_skills=[b.held_skill("C1", "swedish", level=2)],
        contracts=[b.contract("T1", end_date="2027-08-31", obligation_quantity=Decimal(2))],
        vacancies=[
            b.vacancy("V1", 2, contract_id="T1", latest_start_date="2026-09-15"),
            b.vacancy("V2", contract_id="T1", start_date="2026-10-01", resource_id="R1", resource_use=Decimal(3)),
            b.vacancy("V3"),
        ],
        vacancy_skills=[
            b.required_skill("V1", "forklift"),
            b.required_skill("V1", "swedish", level=3),
            b.required_skill("V2", "swedish", level=2),
        ],
        courses=[b.course("U1", skills=["forklift"])],
        cohorts=[b.cohort("K1", seats=4, min_participants=4, budget_id="B1", cost_per_seat=Decimal(1000))],
        budgets=[b.budget("B1", 4000)],
        quotas=[b.quota("Q1", min_count=1)],
        resources=[b.resource("R1", 6)],
        decisions=[b.decision("C1", "V1", "accepted")],
        enrolments=[b.enrolment("C1", "K1")],
    )


def row(problem: Problem, table: str, key: str) -> object:
    """Return the row of a table whose first column is `key`."""
    (found,) = (each for each in getattr(problem, table) if getattr(each, type(each).__slots__[0]) == key)
    return found


CASES: list[tuple[Change, Callable[[Problem], object], object]] = [
    (AddCourse(course=b.course("U2")), lambda p: len(p.courses), 2),
    (AddCohort(cohort=b.cohort("K2", seats=7)), lambda p: row(p, "cohorts", "K2").seats, 7),  # type: ignore[attr-defined]
    (
        CopyCohort(cohort_id="K2", like="K1", start_date=date(2026, 6, 1)),
        lambda p: row(p, "cohorts", "K2"),
        replace(town().cohorts[0], cohort_id="K2", start_date=date(2026, 6, 1), end_date=date(2026, 7, 31)),
    ),
    (
        MoveCohort(cohort_id="K1", days=-1),
        lambda p: (p.cohorts[0].start_date, p.cohorts[0].end_date),
        (date(2026, 4, 30), date(2026, 6, 29)),
    ),
    (MoveCohort(cohort_id="K1", start_date=date(2026, 5, 3)), lambda p: p.cohorts[0].end_date, date(2026, 7, 2)),
    (CancelCohort(cohort_id="K1"), lambda p: (p.cohorts[0].status, p.standing_enrolments), ("cancelled", ())),
    (ChangeSeats(cohort_id="K1", seats=9), lambda p: p.cohorts[0].seats, 9),
    (
        ChangeSeats(cohort_id="K1", by=-1),
        lambda p: (p.cohorts[0].seats, p.cohorts[0].min_participants),
        (3, 3),
    ),
    (
        ChangeCohort(cohort_id="K1", status="optional", fixed_cost=Decimal(5)),
        lambda p: (p.cohorts[0].status, p.cohorts[0].fixed_cost, p.cohorts[0].seats),
        ("optional", Decimal(5), 4),
    ),
    (AddBudget(budget=b.budget("B2", 7)), lambda p: len(p.budgets), 2),
    (ChangeBudget(budget_id="B1", by=Decimal(500)), lambda p: p.budgets[0].amount, Decimal(4500)),
    (ChangeBudget(budget_id="B1", amount=Decimal(0)), lambda p: p.budgets[0].amount, Decimal(0)),
    (AddContract(contract=b.contract("T2")), lambda p: len(p.contracts), 2),
    (LoseContract(contract_id="T1"), lambda p: (p.contracts[0].is_closed, len(p.vacancies)), (True, 3)),
    (
        MoveContract(contract_id="T1", days=7),
        lambda p: (
            p.contracts[0].start_date,
            p.contracts[0].end_date,
            p.vacancies[0].start_date,
            p.vacancies[0].latest_start_date,
            p.vacancies[1].start_date,
            p.vacancies[2].start_date,
        ),
        (
            date(2026, 9, 8),
            date(2027, 9, 7),
            None,
            date(2026, 9, 22),
            date(2026, 10, 8),
            date(2026, 9, 1),
        ),
    ),
    (ChangeObligation(contract_id="T1", by=Decimal(-1)), lambda p: p.contracts[0].obligation_quantity, Decimal(1)),
    (
        ChangeObligation(contract_id="T1", groups=("youth",)),
        lambda p: (p.contracts[0].groups, p.contracts[0].obligation_quantity),
        (("youth",), Decimal(2)),
    ),
    (
        AddVacancy(vacancy=b.vacancy("V4", contract_id="T1"), skills=(b.required_skill("V4"),)),
        lambda p: (len(p.vacancies), p.vacancy_skills[-1].vacancy_id),
        (4, "V4"),
    ),
    (
        MoveVacancy(vacancy_id="V1", days=1),
        lambda p: (p.vacancies[0].start_date, p.vacancies[0].latest_start_date),
        (date(2026, 9, 2), date(2026, 9, 16)),
    ),
    (MoveVacancy(vacancy_id="V3", start_date=date(2026, 1, 7)), lambda p: p.vacancies[2].start_date, date(2026, 1, 7)),
    (ChangePositions(vacancy_id="V1", by=3), lambda p: p.vacancies[0].positions, 5),
    (DropRequirement(skill="swedish", contract_id="T1"), lambda p: [r.skill for r in p.vacancy_skills], ["forklift"]),
    (DropRequirement(skill="swedish", vacancy_id="V1"), lambda p: len(p.vacancy_skills), 2),
    (
        LowerRequirement(skill="swedish", level=1, contract_id="T1"),
        lambda p: [r.level for r in p.vacancy_skills],
        [1, 1, 1],
    ),
    (
        AddRequirement(skill="swedish", level=4, contract_id="T1"),
        lambda p: sorted((r.vacancy_id, r.level) for r in p.vacancy_skills if r.skill == "swedish"),
        [("V1", 4), ("V2", 4)],
    ),
    (
        AddCandidate(candidate=b.candidate("C3"), skills=(b.held_skill("C3"),)),
        lambda p: (len(p.candidates), len(p.candidate_skills)),
        (3, 2),
    ),
    (
        MoreCandidates(count=2, like="C1"),
        lambda p: ([c.candidate_id for c in p.candidates], [s.candidate_id for s in p.candidate_skills]),
        (["C1", "C2", "C1+1", "C1+2"], ["C1", "C1+1", "C1+2"]),
    ),
    (
        MoreCandidates(count=3, group="youth", available_from=date(2026, 1, 1)),
        lambda p: [(c.candidate_id, c.available_from.month) for c in p.candidates[2:]],
        [("C1+1", 1), ("C2+1", 1), ("C1+2", 1)],
    ),
    (
        RemoveCandidate(candidate_id="C1"),
        lambda p: (len(p.candidates), p.candidate_skills, p.decisions, p.enrolments),
        (1, (), (), ()),
    ),
    (
        GiveSkill(candidate_id="C1", skill="swedish", level=3),
        lambda p: [(s.skill, s.level) for s in p.candidate_skills],
        [("swedish", 3)],
    ),
    (
        ChangeCandidate(candidate_id="C1", max_trainings=0, extent_percent=50),
        lambda p: (p.candidates[0].max_trainings, p.candidates[0].extent_percent),
        (0, 50),
    ),
    (PinPair(candidate_id="C1", vacancy_id="V1"), lambda p: [d.decision for d in p.decisions], ["pinned"]),
    (ForbidPair(candidate_id="C1", vacancy_id="V1"), lambda p: [d.decision for d in p.decisions], ["forbidden"]),
    (WithdrawDecision(candidate_id="C1", vacancy_id="V1"), lambda p: p.decisions, ()),
    (AddQuota(quota=b.quota("Q2")), lambda p: len(p.quotas), 2),
    (ChangeQuota(quota_id="Q1", min_count=2), lambda p: p.quotas[0].min_count, 2),
    (DropQuota(quota_id="Q1"), lambda p: p.quotas, ()),
    (ChangeResource(resource_id="R1", by=Decimal("0.5")), lambda p: p.resources[0].limit, Decimal("6.5")),
    (ReplacePolicy(policy=b.policy(name="other")), lambda p: p.policy.name, "other"),
    (
        ChangePolicy(values={"priority_per_year": Decimal(1), "credit.youth": Decimal(2), "outcome.intercept": 0.5}),
        lambda p: (p.policy.priority_per_year, dict(p.policy.credit), p.policy.outcome),
        (Decimal(1), {"youth": Decimal(2)}, OutcomePrior(intercept=0.5)),
    ),
]


@pytest.mark.parametrize(("change", "seen", "expected"), CASES, ids=[case[0].kind for case in CASES])
def test_a_change_makes_what_it_says(change: Change, seen: Callable[[Problem], object], expected: object) -> None:
    """It changes what it names, and the given problem stays as it was."""
    given = town()
    before = fingerprint(given)

    changed = change.applied(given)

    assert seen(changed) == expected
    assert fingerprint(changed) != before == fingerprint(given)


def test_every_kind_is_tried() -> None:
    """No kind of change is without a case above."""
    kinds = {getattr(changes, name) for name in changes.__all__} - {Change, Scenario, applied_in_order}

    assert kinds == {type(case[0]) for case in CASES}


def test_changes_are_made_in_order() -> None:
    """Each to what those before it have left: a vacancy of a contract that was added, and seats twice one more."""
    scenario = Scenario(
        name="more", changes=(AddContract(contract=b.contract("T2")), ChangeSeats(cohort_id="K1", by=1))
    )
    other = Scenario(name="again", changes=(AddVacancy(vacancy=b.vacancy("V4", contract_id="T2")), scenario.changes[1]))

    changed = scenario.and_then(other).applied(town())

    assert changed == other.applied(scenario.applied(town()))
    assert changed.cohorts[0].seats == 6
    assert Scenario(name="none").applied(town()) == town()


def test_members_of_a_group_are_spread_evenly() -> None:
    """Fewer copies than members: not only of those first in the list."""
    people = b.problem(candidates=[b.candidate(f"C{number}", groups=["youth"]) for number in range(6)])

    changed = MoreCandidates(count=3, group="youth").applied(people)

    assert [each.candidate_id for each in changed.candidates[6:]] == ["C0+1", "C2+1", "C4+1"]


def test_copies_of_scored_people_have_their_pairs() -> None:
    """And an id that is taken is passed over."""
    given = b.problem(candidates=[b.candidate("C1"), b.candidate("C1+1")], vacancies=[b.vacancy()], pairs=[b.pair()])

    changed = MoreCandidates(count=1, like="C1").applied(given)

    assert [each.candidate_id for each in changed.pairs] == ["C1", "C1+2"]


def test_all_faults_are_raised_together() -> None:
    """Of every change, each with its position, and the nearest id that is there."""
    several = (
        ChangeSeats(cohort_id="K11", by=1),
        ChangeBudget(budget_id="B1", amount=Decimal(1), by=Decimal(1)),
        ChangeSeats(cohort_id="K1", by=-9),
        PinPair(candidate_id="X", vacancy_id="Y"),
        ChangeSeats(cohort_id="K1", by=1),
    )

    with pytest.raises(InvalidInput) as error:
        applied_in_order(town(), several)

    assert [(fault.row, fault.code, fault.field) for fault in error.value.faults] == [
        (0, "unknown_id", "cohort_id"),
        (1, "missing_value", "amount"),
        (2, "out_of_range", "seats"),
        (3, "unknown_id", "candidate_id"),
        (3, "unknown_id", "vacancy_id"),
    ]
    assert str(error.value.faults[0]) == (
        "Change 'change_seats' must name a cohort_id that stands in cohorts, got 'K11'. Correct the id. "
        "Did you mean 'K1'?"
    )


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (CopyCohort(cohort_id="K1", like="K1"), "duplicate_id", "cohort_id"),
        (CopyCohort(cohort_id="K2", like="K9"), "unknown_id", "like"),
        (AddCohort(cohort=b.cohort("K2", course_id="U9", budget_id="B1")), "unknown_id", "course_id"),
        (AddVacancy(vacancy=b.vacancy("V4", contract_id="T9")), "unknown_id", "contract_id"),
        (ChangeCohort(cohort_id="K1", budget_id="B9"), "unknown_id", "budget_id"),
        (MoveCohort(cohort_id="K1"), "missing_value", "start_date"),
        (MoveCohort(cohort_id="K1", days=40_000), "out_of_range", "days"),
        (MoveContract(contract_id="T9", days=1), "unknown_id", "contract_id"),
        (MoveVacancy(vacancy_id="V9", days=1), "unknown_id", "vacancy_id"),
        (ChangePositions(vacancy_id="V1", by=-2), "out_of_range", "positions"),
        (DropRequirement(skill="forklift", vacancy_id="V3"), "unknown_id", "skill"),
        (DropRequirement(skill="forklift"), "missing_value", "vacancy_id"),
        (LowerRequirement(skill="forklift", level=0, vacancy_id="V1"), "out_of_range", "level"),
        (AddRequirement(skill="x", contract_id="T9"), "unknown_id", "contract_id"),
        (MoreCandidates(count=0, like="C1"), "out_of_range", "count"),
        (MoreCandidates(count=1), "missing_value", "like"),
        (MoreCandidates(count=1, group="young"), "unknown_id", "group"),
        (WithdrawDecision(candidate_id="C2", vacancy_id="V1"), "unknown_id", "vacancy_id"),
        (ChangePolicy(values={"prioritet": 1}), "unknown_key", "prioritet"),
        (ChangeObligation(contract_id="T1"), "missing_value", "quantity"),
        (RemoveCandidate(candidate_id="C9"), "unknown_id", "candidate_id"),
        (DropQuota(quota_id="Q9"), "unknown_id", "quota_id"),
    ],
    ids=lambda value: value.kind if isinstance(value, Change) else str(value),
)
def test_a_change_that_cannot_be_made_says_why(change: Change, code: str, field: str) -> None:
    """With the key that is wrong and a code."""
    with pytest.raises(InvalidInput) as error:
        change.applied(town())

    assert [(fault.table, fault.entity_id, fault.code, fault.field) for fault in error.value.faults] == [
        ("changes", change.kind, code, field)
    ]


def test_an_amount_that_is_not_stated_cannot_grow() -> None:
    """What a contract without obligation owes has to be said itself."""
    given = b.problem(contracts=[b.contract()])

    with pytest.raises(InvalidInput, match="change a quantity that is stated"):
        ChangeObligation(contract_id="T1", by=Decimal(1)).applied(given)


def test_what_does_not_fit_together_afterwards_is_refused() -> None:
    """A vacancy that would begin after its contract has ended."""
    with pytest.raises(InvalidInput) as error:
        MoveVacancy(vacancy_id="V1", days=400).applied(town())

    assert [(fault.table, fault.code) for fault in error.value.faults] == [("vacancies", "date_order")]


def test_a_policy_is_what_it_was_but_for_what_is_named() -> None:
    """Weights that are not named keep their values."""
    changed = ChangePolicy(values={"shortfall_weight.dialogue": Decimal(1)}).applied(town())

    assert changed.policy == Policy(shortfall_weight={**Policy().shortfall_weight, "dialogue": Decimal(1)})
