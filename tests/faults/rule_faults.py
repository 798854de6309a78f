"""Cells that are well written, and yet break a rule together with others: ids, days, limits, scopes, decisions."""

from __future__ import annotations

import random

from tests.faults.drafts import Draft
from tests.faults.places import REFERENCES
from tests.faults.planting import Planted, Unplantable, free_row, put, text_at


def unknown_id(draft: Draft, rng: random.Random, container: str) -> Planted:
    table, column = rng.choice(REFERENCES)
    rows = [row for row in range(len(draft.grids[table].rows)) if text_at(draft, table, row, column)]
    row = free_row(draft, rng, table, rows)
    put(draft, table, row, column, "X999")
    return Planted("unknown_id", table, row, column, "X999")


def duplicate_id(draft: Draft, rng: random.Random, container: str) -> Planted:
    table, columns = rng.choice(
        (
            ("candidates", ("candidate_id",)),
            ("vacancies", ("vacancy_id",)),
            ("cohorts", ("cohort_id",)),
            ("budgets", ("budget_id",)),
            ("enrolments", ("candidate_id", "cohort_id")),
            ("candidate_skills", ("candidate_id", "skill")),
            ("municipalities", ("municipality",)),
            ("history", ("placement_id",)),
        )
    )
    original = free_row(draft, rng, table)
    grid = draft.grids[table]
    grid.rows.append(list(grid.rows[original]))
    draft.taken.add((table, len(grid.rows) - 1))
    value = " + ".join(text_at(draft, table, original, column) for column in columns)
    return Planted("duplicate_id", table, len(grid.rows) - 1, columns[-1], value)


def date_order(draft: Draft, rng: random.Random, container: str) -> Planted:
    table, first, last = rng.choice(
        (
            ("cohorts", "start_date", "end_date"),
            ("contracts", "start_date", "end_date"),
            ("candidates", "available_from", "available_until"),
        )
    )
    rows = [row for row in range(len(draft.grids[table].rows)) if text_at(draft, table, row, last)]
    row = free_row(draft, rng, table, rows)
    put(draft, table, row, first, "2026-08-20")
    put(draft, table, row, last, "2026-08-19")
    return Planted("date_order", table, row, last, "2026-08-19")


def latest_before_contract(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = free_row(draft, rng, "vacancies", [1])
    if ("contracts", 0) in draft.taken:
        raise Unplantable
    draft.taken.add(("contracts", 0))
    put(draft, "vacancies", row, "latest_start_date", "2026-08-31")
    return Planted("date_order", "vacancies", row, "latest_start_date", "2026-08-31")


def soft_without_price(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = free_row(draft, rng, "quotas", [1, 3])
    put(draft, "quotas", row, "price", "")
    return Planted("missing_value", "quotas", row, "price", None)


def scope_without_id(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = free_row(draft, rng, "quotas", [1, 2, 3])
    put(draft, "quotas", row, "scope_id", "")
    return Planted("missing_value", "quotas", row, "scope_id", None)


def id_without_scope(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = free_row(draft, rng, "quotas", [0])
    put(draft, "quotas", row, "scope_id", "T1")
    return Planted("unexpected_value", "quotas", row, "scope_id", "T1")


def limits_crossed(draft: Draft, rng: random.Random, container: str) -> Planted:
    table, row, low, value = rng.choice(
        (
            ("quotas", 0, "min_count", "6"),
            ("cohorts", 0, "min_participants", "13"),
            ("cohorts", 2, "min_participants", "9"),
        )
    )
    free_row(draft, rng, table, [row])
    put(draft, table, row, low, value)
    return Planted("limit_order", table, row, low, value)


def shares_crossed(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = free_row(draft, rng, "quotas", [1])
    put(draft, "quotas", row, "min_share", "0.76")
    return Planted("limit_order", "quotas", row, "min_share", "0.76")


def no_home(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = free_row(draft, rng, "candidates", [0, 2, 3, 7])
    put(draft, "candidates", row, "municipality", "")
    return Planted("missing_value", "candidates", row, "municipality", None)


def use_without_resource(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = free_row(draft, rng, "pairs", [0, 3])
    put(draft, "pairs", row, "resource_id", "")
    return Planted("missing_value", "pairs", row, "resource_id", None)


def circle(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = free_row(draft, rng, "courses", [1])
    put(draft, "courses", row, "prerequisites", "swedish:2")
    return Planted("cyclic_prerequisites", "courses", row, "prerequisites", "swedish")


def quarrel(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = free_row(draft, rng, "decisions", [0, 2])
    grid = draft.grids["decisions"]
    candidate, vacancy = (text_at(draft, "decisions", row, column) for column in ("candidate_id", "vacancy_id"))
    grid.rows.append([candidate, vacancy, "forbidden", "", "", ""])
    draft.taken.add(("decisions", len(grid.rows) - 1))
    return Planted(
        "contradictory_decisions", "decisions", row, "decision", text_at(draft, "decisions", row, "decision")
    )
