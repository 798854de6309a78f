"""The rules between tables: ids that exist and are unique, prerequisites without cycles, decisions that agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from matcher.errors import Fault

# What identifies a row; no two rows of a table may share it.
KEY_BY_TABLE: dict[str, tuple[str, ...]] = {
    "candidates": ("candidate_id",),
    "candidate_skills": ("candidate_id", "skill"),
    "contracts": ("contract_id",),
    "vacancies": ("vacancy_id",),
    "vacancy_skills": ("vacancy_id", "skill", "kind"),
    "courses": ("course_id",),
    "cohorts": ("cohort_id",),
    "budgets": ("budget_id",),
    "quotas": ("quota_id",),
    "resources": ("resource_id",),
    "decisions": ("candidate_id", "vacancy_id", "decision"),
    "enrolments": ("candidate_id", "cohort_id"),
    "pairs": ("candidate_id", "vacancy_id", "cohort_ids"),
    "municipalities": ("municipality",),
    "history": ("placement_id",),
}

# Which column names a row of which other table.
REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("candidate_skills", "candidate_id", "candidates"),
    ("vacancies", "contract_id", "contracts"),
    ("vacancy_skills", "vacancy_id", "vacancies"),
    ("cohorts", "course_id", "courses"),
    ("cohorts", "budget_id", "budgets"),
    ("decisions", "candidate_id", "candidates"),
    ("decisions", "vacancy_id", "vacancies"),
    ("enrolments", "candidate_id", "candidates"),
    ("enrolments", "cohort_id", "cohorts"),
    ("pairs", "candidate_id", "candidates"),
    ("pairs", "vacancy_id", "vacancies"),
    ("pairs", "cohort_ids", "cohorts"),
    ("pairs", "resource_id", "resources"),
)

Tables = Mapping[str, Sequence[Any]]
KnownIds = Mapping[str, Iterable[str]]


def cross_faults(tables: Tables, also_known: KnownIds | None = None) -> list[Fault]:
    """Return every fault between the rows of a problem.

    Parameters
    ----------
    tables : mapping of table name to sequence of row objects
        The rows that are sound by themselves.
    also_known : mapping of table name to ids, optional
        Ids of rows that had faults of their own: a reference to one is not a second fault.
    """
    known = {
        name: {getattr(row, KEY_BY_TABLE[name][0]) for row in tables.get(name, ())}
        | set((also_known or {}).get(name, ()))
        for name in ("candidates", "contracts", "vacancies", "courses", "cohorts", "budgets", "resources")
    }
    faults: list[Fault] = []
    for name, key in KEY_BY_TABLE.items():
        faults += _repeated(name, key, tables.get(name, ()))
    for name, field, other in REFERENCES:
        faults += _unknown(name, field, other, tables.get(name, ()), known[other])
    faults += _unknown_scopes(tables, known)
    faults += _unknown_municipalities(tables)
    faults += _cyclic_prerequisites(tables.get("courses", ()))
    faults += _quarrelling_decisions(tables.get("decisions", ()))
    faults += _vacancies_before_contract_end(tables)
    return faults


def _fault(table: str, row: int, entity: Any, field: str, **rest: Any) -> Fault:
    entity_id = getattr(entity, KEY_BY_TABLE[table][0])
    return Fault(table=table, row=row, entity_id=entity_id, field=field, **rest)


def _repeated(name: str, key: tuple[str, ...], rows: Sequence[Any]) -> list[Fault]:
    seen: dict[Any, int] = {}
    faults = []
    for row, entity in enumerate(rows):
        value = tuple(getattr(entity, field) for field in key)
        if value in seen:
            faults.append(
                _fault(
                    name,
                    row,
                    entity,
                    key[-1] if len(key) > 1 else key[0],
                    code="duplicate_id",
                    value=" + ".join(";".join(part) if isinstance(part, tuple) else str(part) for part in value),
                    must=f"be the only row with this {' + '.join(key)} (row {seen[value] + 1} of the table has it too)",
                    remedy="Remove one of the two rows or change its id.",
                )
            )
        else:
            seen[value] = row
    return faults


def _unknown(name: str, field: str, other: str, rows: Sequence[Any], known: set[str]) -> list[Fault]:
    faults = []
    for row, entity in enumerate(rows):
        value = getattr(entity, field)
        if value is None:
            continue
        for single in value if isinstance(value, tuple) else (value,):
            if single not in known:
                faults.append(
                    _fault(
                        name,
                        row,
                        entity,
                        field,
                        code="unknown_id",
                        value=single,
                        must=f"name a {field} that stands in {other}",
                        remedy=f"Correct the id, or add the row to {other}.",
                    )
                )
    return faults


def _unknown_scopes(tables: Tables, known: Mapping[str, set[str]]) -> list[Fault]:
    contracts = tables.get("contracts", ())
    ids_by_scope = {
        "buyer": {contract.buyer for contract in contracts},
        "supplier": {contract.supplier for contract in contracts},
        "contract": known["contracts"],
        "vacancy": known["vacancies"],
    }
    faults = []
    for name in ("quotas", "resources"):
        for row, entity in enumerate(tables.get(name, ())):
            named = ids_by_scope.get(entity.scope)
            if entity.scope_id is None or named is None or entity.scope_id in named:
                continue
            faults.append(
                _fault(
                    name,
                    row,
                    entity,
                    "scope_id",
                    code="unknown_id",
                    value=entity.scope_id,
                    must=f"name a {entity.scope} that some contract or vacancy has",
                    remedy="Correct the scope_id or the scope.",
                )
            )
    return faults


def _unknown_municipalities(tables: Tables) -> list[Fault]:
    places = tables.get("municipalities", ())
    if not places and not any(row.max_distance_km is not None for row in tables.get("candidates", ())):
        return []  # distances are never asked for, so codes may stand without coordinates
    known = {place.municipality for place in places}
    faults = []
    for name in ("candidates", "contracts", "vacancies", "cohorts"):
        for row, entity in enumerate(tables.get(name, ())):
            if entity.municipality is not None and entity.municipality not in known:
                faults.append(
                    _fault(
                        name,
                        row,
                        entity,
                        "municipality",
                        code="unknown_id",
                        value=entity.municipality,
                        must="name a municipality that stands in municipalities",
                        remedy="Correct the code, or add the municipality with its coordinates.",
                    )
                )
    return faults


def _cyclic_prerequisites(courses: Sequence[Any]) -> list[Fault]:
    """Find courses that can only be entered by somebody who has already taken them."""
    granted_by: dict[str, list[int]] = {}
    for row, course in enumerate(courses):
        for skill in course.skills:
            granted_by.setdefault(skill.skill, []).append(row)
    needs = [
        {other for skill in course.prerequisites for other in granted_by.get(skill.skill, ())} for course in courses
    ]
    return [
        _fault(
            "courses",
            row,
            course,
            "prerequisites",
            code="cyclic_prerequisites",
            value=";".join(skill.skill for skill in course.prerequisites),
            must="not presume, directly or by other courses, what it grants itself",
            remedy="Remove one prerequisite of the circle.",
        )
        for row, course in enumerate(courses)
        if _reaches_itself(row, needs)
    ]


def _reaches_itself(start: int, needs: Sequence[set[int]]) -> bool:
    frontier, seen = set(needs[start]), set()
    while frontier:
        row = frontier.pop()
        if row == start:
            return True
        if row not in seen:
            seen.add(row)
            frontier |= needs[row]
    return False


def _quarrelling_decisions(decisions: Sequence[Any]) -> list[Fault]:
    forbidden = {(entry.candidate_id, entry.vacancy_id) for entry in decisions if entry.decision == "forbidden"}
    return [
        _fault(
            "decisions",
            row,
            entry,
            "decision",
            code="contradictory_decisions",
            value=entry.decision,
            must=f"not be both {entry.decision} and forbidden at vacancy {entry.vacancy_id!r}",
            remedy="Remove one of the two decisions.",
        )
        for row, entry in enumerate(decisions)
        if entry.decision != "forbidden" and (entry.candidate_id, entry.vacancy_id) in forbidden
    ]


def _vacancies_before_contract_end(tables: Tables) -> list[Fault]:
    contracts = {contract.contract_id: contract for contract in tables.get("contracts", ())}
    faults = []
    for row, vacancy in enumerate(tables.get("vacancies", ())):
        contract = contracts.get(vacancy.contract_id)
        start = vacancy.start_date or (contract.start_date if contract else None)
        if start is None:
            continue
        opens_late = vacancy.latest_start_date is not None and vacancy.latest_start_date < start
        if opens_late and vacancy.start_date is None:  # a vacancy with its own dates has checked them itself
            faults.append(
                _fault(
                    "vacancies",
                    row,
                    vacancy,
                    "latest_start_date",
                    code="date_order",
                    value=vacancy.latest_start_date.isoformat(),
                    must=f"have latest_start_date on or after its start ({start.isoformat()})",
                    remedy="Correct one of the two dates.",
                )
            )
        if contract and contract.end_date is not None and start > contract.end_date:
            faults.append(
                _fault(
                    "vacancies",
                    row,
                    vacancy,
                    "start_date",
                    code="date_order",
                    value=start.isoformat(),
                    must=f"start on or before the end of its contract ({contract.end_date.isoformat()})",
                    remedy="Correct one of the two dates.",
                )
            )
    return faults
