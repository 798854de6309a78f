"""Generated problems: exact sizes, the same bytes again, sound dates, promises that can be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import InvalidInput
from matcher.features import build_columns
from matcher.formats import write_problem
from matcher.generate import PLANNING_DAY, Size, generate
from matcher.generate.facts import facts
from matcher.problem import Problem, fingerprint, missing_facts, vacancy_terms

generated: Callable[[Size, int], Problem] = cache(generate)


@pytest.mark.parametrize(
    ("size", "candidates", "vacancies", "cohorts"), [(Size.DEMO, 600, 150, 24), (Size.CITY, 20_000, 3_000, 200)]
)
def test_sizes_are_exact(size: Size, candidates: int, vacancies: int, cohorts: int) -> None:
    """As documented, whatever is drawn."""
    problem = generated(size, 1)
    assert (len(problem.candidates), len(problem.vacancies), len(problem.cohorts)) == (candidates, vacancies, cohorts)


@pytest.mark.parametrize("seed", range(20))
def test_every_seed_gives_a_sound_demo(seed: int) -> None:
    """A problem validates itself when it is made; nothing is missing from this one."""
    problem = generated(Size.DEMO, seed)
    assert (len(problem.candidates), len(problem.vacancies), len(problem.cohorts)) == (600, 150, 24)
    assert 70 <= len(problem.contracts) <= 115
    assert not missing_facts(problem)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """File by file."""
    for name in ("first", "second"):
        write_problem(generate(Size.DEMO, 3), tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "second").iterdir())
    assert len(files) >= 12
    for name in files:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_another_seed_gives_another_problem() -> None:
    """No table hangs on the size alone."""
    assert fingerprint(generated(Size.DEMO, 1)) != fingerprint(generated(Size.DEMO, 2))


def test_a_size_may_be_given_by_name() -> None:
    """As on the command line."""
    assert fingerprint(generate("demo", 1)) == fingerprint(generated(Size.DEMO, 1))


def test_a_negative_seed_is_refused() -> None:
    """With the value and what to do."""
    with pytest.raises(InvalidInput, match=r"seed >= 0, got -1"):
        generate(Size.DEMO, -1)


@pytest.mark.parametrize("size", [Size.DEMO, Size.CITY])
def test_work_begins_within_a_year_and_windows_are_at_most_six_weeks(size: Size) -> None:
    """Nobody can be placed in the past."""
    problem = generated(size, 1)
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    for vacancy in problem.vacancies:
        terms = vacancy_terms(vacancy, contracts)
        assert terms.start_date is not None
        assert terms.latest_start_date is not None
        assert terms.contract is not None
        assert terms.contract.end_date is not None
        assert PLANNING_DAY < terms.start_date <= PLANNING_DAY + timedelta(days=380 + 56)
        assert timedelta(0) <= terms.latest_start_date - terms.start_date <= timedelta(weeks=6)
        assert terms.latest_start_date < terms.contract.end_date


@pytest.mark.parametrize("size", [Size.DEMO, Size.CITY])
def test_cohorts_last_as_long_as_their_course(size: Size) -> None:
    """From a Monday to a Friday; running ones have begun, planned ones have not."""
    for cohort in generated(size, 1).cohorts:
        weeks = facts().courses[cohort.course_id].weeks
        assert (cohort.start_date.weekday(), cohort.end_date.weekday()) == (0, 4)
        assert cohort.end_date - cohort.start_date == timedelta(weeks=weeks) - timedelta(days=3)
        assert cohort.end_date > PLANNING_DAY
        assert cohort.status == ("running" if cohort.start_date < PLANNING_DAY else "planned")
        assert cohort.min_participants == 0


def test_this_version_asks_only_for_rules_that_are_kept() -> None:
    """No resources, one placement each; cohorts are optional only on demand."""
    problem = generated(Size.CITY, 1)
    assert not problem.resources
    assert not problem.pairs
    assert all(candidate.max_placements == 1 for candidate in problem.candidates)
    assert all(cohort.status != "optional" for cohort in problem.cohorts)


def test_cohorts_are_optional_on_demand_and_nothing_else_changes() -> None:
    """About half of those that have not begun, each with a fixed cost and a smallest enrolment."""
    plain, drawn = generate("demo", 3), generate("demo", 3, optional_percent=50)
    for name in ("candidates", "candidate_skills", "contracts", "vacancies", "vacancy_skills", "courses", "enrolments"):
        assert getattr(drawn, name) == getattr(plain, name), name
    optional = [cohort for cohort in drawn.cohorts if cohort.status == "optional"]
    planned = [cohort for cohort in plain.cohorts if cohort.status == "planned"]
    assert len(planned) // 4 < len(optional) < 3 * len(planned) // 4
    for cohort in optional:
        assert 0 < cohort.min_participants <= cohort.seats
        assert cohort.fixed_cost > 0
    unchanged = [cohort for cohort in drawn.cohorts if cohort.status != "optional"]
    assert set(unchanged) < set(plain.cohorts)
    everything = generate("demo", 3, optional_percent=100).cohorts
    assert {cohort.status for cohort in everything} == {"running", "optional"}
    for wrong in (-1, 101):
        with pytest.raises(InvalidInput, match="between 0 and 100"):
            generate("demo", 3, optional_percent=wrong)


def test_target_groups_have_the_shares_of_the_figures() -> None:
    """Within one and a half percentage points; some memberships end."""
    candidates = generated(Size.CITY, 1).candidates
    members = Counter(membership.group for candidate in candidates for membership in candidate.groups)
    for group in ("youth", "foreign_born", "disabled", "long_term_unemployed"):
        assert abs(members[group] / len(candidates) - facts().per_mille(group) / 1000) < 0.015
    ending = Counter(entry.group for person in candidates for entry in person.groups if entry.until is not None)
    assert ending["youth"] > 0.99 * members["youth"]
    assert 0.2 * members["disabled"] < ending["disabled"] < 0.4 * members["disabled"]


def test_long_term_unemployment_means_a_year_or_more() -> None:
    """Groups and months say the same."""
    for candidate in generated(Size.CITY, 1).candidates:
        is_long_term = any(membership.group == "long_term_unemployed" for membership in candidate.groups)
        assert is_long_term == (candidate.months_out_of_work >= 12)


def test_internships_have_the_share_of_goteborg() -> None:
    """52 of 142 places."""
    vacancies = generated(Size.CITY, 1).vacancies
    share = sum(vacancy.form == "internship" for vacancy in vacancies) / len(vacancies)
    assert abs(share - facts().per_mille("internship") / 1000) < 0.03


def test_licences_expire_and_some_have() -> None:
    """Skills with a validity carry a last day, others none."""
    held = generated(Size.CITY, 1).candidate_skills
    for skill in held:
        assert (skill.valid_until is None) == (facts().skills[skill.skill].valid_months is None)
    assert any(skill.valid_until is not None and skill.valid_until < PLANNING_DAY for skill in held)


def test_nobody_drives_a_lorry_without_a_driving_licence() -> None:
    """Skills that rest on others come with them."""
    held: dict[str, set[str]] = {}
    for skill in generated(Size.CITY, 1).candidate_skills:
        held.setdefault(skill.candidate_id, set()).add(skill.skill)
    assert all("b-licence" in skills for skills in held.values() if "c-licence" in skills or "d-licence" in skills)


@pytest.mark.parametrize("size", [Size.DEMO, Size.CITY])
def test_promised_seats_exist_and_are_paid_for(size: Size) -> None:
    """Nobody is enrolled twice, no cohort is overfull, budgets cover the enrolled."""
    problem = generated(size, 1)
    enrolled = Counter(enrolment.cohort_id for enrolment in problem.enrolments)
    assert enrolled
    assert len({enrolment.candidate_id for enrolment in problem.enrolments}) == len(problem.enrolments)
    left = {budget.budget_id: budget.amount for budget in problem.budgets}
    for cohort in problem.cohorts:
        assert enrolled[cohort.cohort_id] <= cohort.seats
        assert cohort.budget_id is not None
        left[cohort.budget_id] -= enrolled[cohort.cohort_id] * cohort.cost_per_seat
    assert all(amount >= 0 for amount in left.values())
    assert any(amount > 0 for amount in left.values())


def test_half_of_what_the_seats_cost_is_not_there() -> None:
    """Budgets bind: what all open seats would cost is far more."""
    problem = generated(Size.CITY, 1)
    price = sum(cohort.seats * cohort.cost_per_seat for cohort in problem.cohorts)
    assert sum(budget.amount for budget in problem.budgets) < price / 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_accepted_pairs_can_be_placed_without_training(seed: int) -> None:
    """A decision that no plan could keep would be a contradiction."""
    problem = generated(Size.DEMO, seed)
    columns = build_columns(problem)
    limits = columns.limits
    ready = np.flatnonzero(np.diff(columns.route_start) == 0)
    pairs = {
        (limits.candidate_ids[columns.candidate[n]], limits.vacancy_ids[columns.vacancy[n]]) for n in ready.tolist()
    }
    decisions = Counter(entry.decision for entry in problem.decisions)
    assert decisions == {"accepted": 4, "forbidden": 6}
    accepted = [entry for entry in problem.decisions if entry.decision == "accepted"]
    assert all((entry.candidate_id, entry.vacancy_id) in pairs for entry in accepted)
    assert len({entry.vacancy_id for entry in accepted}) == len(accepted)


def test_a_demo_has_routes_of_several_lengths_and_full_fields() -> None:
    """Ready people, one course and chains of courses; extents, windows, units and kinds of every sort."""
    problem = generated(Size.DEMO, 1)
    columns = build_columns(problem)
    lengths = np.bincount(np.diff(columns.route_start))
    assert len(lengths) >= 3
    assert lengths[0] > 0.3 * len(columns)
    assert lengths[1] > 0.1 * len(columns)
    assert {vacancy.form for vacancy in problem.vacancies} == {"employment", "apprenticeship", "internship"}
    assert {contract.obligation_unit for contract in problem.contracts} == {"persons", "hours", "person_months"}
    assert {contract.obligation_kind for contract in problem.contracts} == {"required", "dialogue"}
    assert any(vacancy.extent_percent < 100 for vacancy in problem.vacancies)
    assert any(candidate.available_until for candidate in problem.candidates)


@pytest.mark.slow
def test_a_city_has_two_to_three_million_columns() -> None:
    """The size that the solver is measured on."""
    columns = build_columns(generated(Size.CITY, 1))
    assert 2_000_000 <= len(columns) <= 3_000_000


def test_about_half_of_the_vacancies_need_training_for_most_people() -> None:
    """Counted over those whom everything but a skill would allow to come, in a city of its kind."""
    problem = generated(Size.DEMO, 1)
    jobs = sum(vacancy.form == "employment" for vacancy in problem.vacancies)
    assert 0.4 < jobs / len(problem.vacancies) < 0.65
