"""What is given: people, work, training, rules and policy, validated together."""

from matcher.problem.completeness import LeftOut, missing_facts, without_incomplete
from matcher.problem.differing import differing_rows
from matcher.problem.fingerprint import WrittenOut, fingerprint, written_out
from matcher.problem.groups import declared_groups, groups_named, with_groups, without_undeclared
from matcher.problem.history import PastPlacement
from matcher.problem.people import Candidate, GroupMembership, HeldSkill
from matcher.problem.places import Municipality, distance_km
from matcher.problem.policy import TIERS, OutcomePrior, Policy, Tier
from matcher.problem.problem import FORMAT_VERSION, TABLE_NAMES, Problem
from matcher.problem.rules import Decision, Enrolment, Pair, Quota, Resource
from matcher.problem.terms import VacancyTerms, vacancy_terms
from matcher.problem.training import Budget, Cohort, Course, SkillLevel
from matcher.problem.validation import KEY_BY_TABLE, cross_faults
from matcher.problem.work import Contract, RequiredSkill, Vacancy

__all__ = [
    "FORMAT_VERSION",
    "KEY_BY_TABLE",
    "TABLE_NAMES",
    "TIERS",
    "Budget",
    "Candidate",
    "Cohort",
    "Contract",
    "Course",
    "Decision",
    "Enrolment",
    "GroupMembership",
    "HeldSkill",
    "LeftOut",
    "Municipality",
    "OutcomePrior",
    "Pair",
    "PastPlacement",
    "Policy",
    "Problem",
    "Quota",
    "RequiredSkill",
    "Resource",
    "SkillLevel",
    "Tier",
    "Vacancy",
    "VacancyTerms",
    "WrittenOut",
    "cross_faults",
    "declared_groups",
    "differing_rows",
    "distance_km",
    "fingerprint",
    "groups_named",
    "missing_facts",
    "vacancy_terms",
    "with_groups",
    "without_incomplete",
    "without_undeclared",
    "written_out",
]
