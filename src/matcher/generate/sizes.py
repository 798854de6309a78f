"""The three sizes of generated problems, and the settings that make them what they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matcher.generate.facts import facts

# The Monday on which the plan is made; work starts within the twelve months that follow.
PLANNING_DAY = date(2027, 1, 4)


class Size(StrEnum):
    """How large a generated problem is."""

    DEMO = "demo"
    CITY = "city"
    NATIONAL = "national"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What makes a size.

    Parameters
    ----------
    num_candidates, num_vacancies, num_cohorts : int
        Exact.
    weight_by_municipality : dict of str to int
        Where people live and contracts are carried out.
    max_wishes : int
        Most occupations that a candidate names.
    takes_any_per_mille : int
        Candidates who take any occupation.
    worked_per_mille : int
        Candidates with experience in the occupation that they come from.
    most_of_one_course, most_in_one_place : int
        Cohorts of one course in all, and in one municipality.
    has_budgets_by_county : bool
        Whether each county has budgets of its own.
    budget_percent : int
        Share of the price of all seats that the budgets can pay.
    quota_per_mille_by_group : dict of str to int
        Hard minimum count of a target group, per mille of all positions.
    num_accepted, num_forbidden : int
        Decisions of people.
    """

    num_candidates: int
    num_vacancies: int
    num_cohorts: int
    weight_by_municipality: dict[str, int]
    max_wishes: int
    takes_any_per_mille: int
    worked_per_mille: int
    most_of_one_course: int
    most_in_one_place: int
    has_budgets_by_county: bool
    budget_percent: int
    quota_per_mille_by_group: dict[str, int]
    num_accepted: int
    num_forbidden: int


def profile_of(size: Size) -> Profile:
    """Return the settings of a size."""
    return {Size.DEMO: _demo, Size.CITY: _city, Size.NATIONAL: _national}[size]()


# Göteborg and its neighbours, weighted so that seven of ten live in the city itself.
_DEMO_WEIGHTS = {"1480": 70, "1481": 9, "1402": 6, "1401": 5, "1482": 4, "1441": 4, "1440": 2}


def _demo() -> Profile:
    return Profile(
        num_candidates=600,
        num_vacancies=150,
        num_cohorts=24,
        weight_by_municipality=_DEMO_WEIGHTS,
        max_wishes=4,
        takes_any_per_mille=300,
        worked_per_mille=300,
        most_of_one_course=2,
        most_in_one_place=2,
        has_budgets_by_county=False,
        budget_percent=32,
        quota_per_mille_by_group={"disabled": 105, "foreign_born": 185, "long_term_unemployed": 165, "youth": 50},
        num_accepted=4,
        num_forbidden=6,
    )


def _city() -> Profile:
    weights = {code: place.ads for code, place in facts().municipalities.items() if code.startswith("14")}
    return Profile(
        num_candidates=20_000,
        num_vacancies=3_000,
        num_cohorts=200,
        weight_by_municipality=weights,
        max_wishes=2,
        takes_any_per_mille=150,
        worked_per_mille=160,
        most_of_one_course=16,
        most_in_one_place=6,
        has_budgets_by_county=False,
        budget_percent=35,
        quota_per_mille_by_group={"disabled": 155, "foreign_born": 250, "long_term_unemployed": 230, "youth": 72},
        num_accepted=30,
        num_forbidden=40,
    )


def _national() -> Profile:
    weights = {code: place.ads for code, place in facts().municipalities.items()}
    return Profile(
        num_candidates=360_000,
        num_vacancies=100_000,
        num_cohorts=3_000,
        weight_by_municipality=weights,
        max_wishes=1,
        takes_any_per_mille=0,
        worked_per_mille=300,
        most_of_one_course=60,
        most_in_one_place=1,
        has_budgets_by_county=True,
        budget_percent=40,
        quota_per_mille_by_group={"disabled": 100, "foreign_born": 160, "long_term_unemployed": 150, "youth": 45},
        num_accepted=300,
        num_forbidden=400,
    )
