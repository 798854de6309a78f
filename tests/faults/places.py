"""Columns in which faults are planted, by what their cells must be."""

from __future__ import annotations

DATES = (
    ("candidates", "available_from"),
    ("candidates", "available_until"),
    ("candidate_skills", "valid_until"),
    ("contracts", "start_date"),
    ("contracts", "end_date"),
    ("vacancies", "latest_start_date"),
    ("cohorts", "start_date"),
    ("cohorts", "end_date"),
    ("decisions", "decided_at"),
)
INTEGERS = (
    ("candidates", "extent_percent"),
    ("candidates", "months_out_of_work"),
    ("candidate_skills", "level"),
    ("vacancies", "positions"),
    ("cohorts", "seats"),
    ("quotas", "min_count"),
    ("history", "extent_percent"),
)
DECIMALS = (
    ("contracts", "obligation_quantity"),
    ("vacancies", "duration_months"),
    ("vacancy_skills", "weight"),
    ("courses", "completion_rate"),
    ("cohorts", "fixed_cost"),
    ("budgets", "amount"),
    ("quotas", "price"),
    ("resources", "limit"),
    ("pairs", "score"),
    ("pairs", "cost"),
)
NUMBERS = (("candidates", "max_distance_km"), ("municipalities", "latitude"), ("history", "nice_share"))
BOOLEANS = (("quotas", "hard"), ("history", "sustained"))
WORDS = (
    ("contracts", "status"),
    ("contracts", "obligation_unit"),
    ("vacancies", "form"),
    ("vacancy_skills", "origin"),
    ("cohorts", "status"),
    ("decisions", "decision"),
)
REQUIRED = (
    ("candidates", "available_from"),
    ("candidate_skills", "skill"),
    ("vacancies", "positions"),
    ("cohorts", "course_id"),
    ("cohorts", "seats"),
    ("budgets", "amount"),
    ("quotas", "group"),
    ("decisions", "decision"),
    ("pairs", "score"),
    ("municipalities", "longitude"),
    ("history", "sustained"),
)
IDS = (
    ("candidates", "candidate_id"),
    ("vacancies", "vacancy_id"),
    ("courses", "course_id"),
    ("cohorts", "cohort_id"),
    ("budgets", "budget_id"),
    ("quotas", "quota_id"),
    ("history", "placement_id"),
)
TITLES = (("contracts", "title"), ("vacancies", "title"), ("courses", "title"), ("decisions", "reason"))
REFERENCES = (
    ("candidate_skills", "candidate_id"),
    ("vacancies", "contract_id"),
    ("vacancy_skills", "vacancy_id"),
    ("cohorts", "course_id"),
    ("cohorts", "budget_id"),
    ("decisions", "candidate_id"),
    ("decisions", "vacancy_id"),
    ("enrolments", "cohort_id"),
    ("pairs", "candidate_id"),
    ("pairs", "vacancy_id"),
    ("pairs", "cohort_ids"),
    ("pairs", "resource_id"),
    ("candidates", "municipality"),
    ("quotas", "scope_id"),
)
