"""Puts a whole problem together."""

from __future__ import annotations

from decimal import Decimal

from matcher.errors import Fault, InvalidInput
from matcher.generate.budgets import set_budgets
from matcher.generate.decisions import draw_decisions
from matcher.generate.enrolments import draw_enrolments
from matcher.generate.facts import facts
from matcher.generate.optional import with_optional_cohorts
from matcher.generate.people import draw_people
from matcher.generate.quotas import quotas_of
from matcher.generate.shortage import measure_shortage
from matcher.generate.sizes import Profile, Size, profile_of
from matcher.generate.skills import draw_levels, held_skills
from matcher.generate.suitability import skills_by_candidate
from matcher.generate.training import draw_training
from matcher.generate.work import draw_work
from matcher.problem import Policy, Problem

# A person month counts a little less than a twelfth of a person, an hour a little less than its part of a month: were
# they worth the same but for the ninth decimal, as 1/12 cut off is, a plan would be judged by that decimal.
UNIT_WEIGHT = {"persons": "1", "person_months": "0.083", "hours": "0.0005", "credit": "1"}


def generate(size: Size | str = Size.DEMO, seed: int = 1, *, optional_percent: int = 0) -> Problem:
    """Return a realistic problem with invented people, contracts and cohorts.

    The same size and seed give the same problem on every machine and under every version of numpy.

    Parameters
    ----------
    size : Size or str
        ``demo`` (600 candidates, 150 vacancies, 24 cohorts), ``city`` (20 000, 3 000, 200) or
        ``national`` (360 000, 100 000, 3 000).
    seed : int
        At least 0.
    optional_percent : int
        How many of the planned cohorts run only if the plan opens them, 0 to 100.

    Raises
    ------
    InvalidInput
        When the seed is negative or the share is none.
    """
    if seed < 0:
        raise InvalidInput(
            [Fault(code="out_of_range", field="seed", value=seed, must="have a seed >= 0", remedy="Choose another.")]
        )
    if not 0 <= optional_percent <= 100:
        must = "lie between 0 and 100"
        raise InvalidInput(
            [
                Fault(
                    code="out_of_range",
                    field="optional_percent",
                    value=optional_percent,
                    must=must,
                    remedy="Choose another.",
                )
            ]
        )
    return drawn(profile_of(Size(size)), seed, optional_percent=optional_percent)


def drawn(profile: Profile, seed: int, *, optional_percent: int = 0) -> Problem:
    """Return a problem with the settings of a profile, for sizes between those that have a name."""
    work = draw_work(profile, seed)
    people = draw_people(profile, seed)
    levels = draw_levels(people, seed)
    training = draw_training(profile, work, measure_shortage(people, levels, work), seed)
    if optional_percent:
        training = with_optional_cohorts(training, optional_percent, seed)
    skills = held_skills(people, levels, seed)
    by_candidate = skills_by_candidate(skills)
    enrolments = draw_enrolments(people, by_candidate, training, seed)
    enrolled = {enrolment.candidate_id for enrolment in enrolments}
    return Problem(
        candidates=people.candidates,
        candidate_skills=skills,
        contracts=work.contracts,
        vacancies=work.vacancies,
        vacancy_skills=work.vacancy_skills,
        courses=training.courses,
        cohorts=training.cohorts,
        budgets=set_budgets(profile, training, enrolments),
        quotas=quotas_of(profile, work),
        decisions=draw_decisions(profile, people, enrolled, by_candidate, work, seed),
        enrolments=enrolments,
        municipalities=tuple(facts().municipalities[code].place for code in profile.weight_by_municipality),
        policy=Policy(name="generated", unit_weight={unit: Decimal(weight) for unit, weight in UNIT_WEIGHT.items()}),
    )
