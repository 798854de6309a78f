"""The rules between tables: ids that exist and are unique, prerequisites without cycles, decisions that agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from operator import attrgetter
from typing import Any
from unicodedata import normalize

from matcher.errors import Fault
from matcher.problem.prerequisites import courses_in_circles

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
    ("vacancies", "resource_id", "resources"),
)

Tables = Mapping[str, Sequence[Any]]
KnownIds = Mapping[str, Iterable[str] | None]
RowNumbers = Mapping[str, Sequence[int]]


def cross_faults(
    tables: Tables,
    also_known: KnownIds | None = None,
    *,
    row_numbers: RowNumbers | None = None,
    limit: int | None = None,
) -> list[Fault]:
    """Return every fault between the rows of a problem.

    Parameters
    ----------
    tables : mapping of table name to sequence of row objects
        The rows that are sound by themselves.
    also_known : mapping of table name to ids, optional
        Ids of rows that had faults of their own: a reference to one is not a second fault. ``None`` stands for a
        table whose ids could not all be read: no reference to it is judged; likewise for ``buyer`` and ``supplier``.
    row_numbers : mapping of table name to positions, optional
        Where rows were left out of `tables`: the position of each remaining row in its table, for `Fault.row`.
    limit : int, optional
        Stop after so many faults.
    """
    return list(islice(_cross_faults(tables, also_known or {}, row_numbers or {}), limit))


def _cross_faults(tables: Tables, also_known: KnownIds, row_numbers: RowNumbers) -> Iterator[Fault]:
    known = {name: _known_ids(tables, also_known, name) for name in KEY_BY_TABLE}
    faults = chain(
        chain.from_iterable(_repeated(name, key, tables, row_numbers) for name, key in KEY_BY_TABLE.items()),
        chain.from_iterable(_unknown(*reference, tables, known) for reference in REFERENCES),
        _unknown_scopes(tables, known, also_known),
        _unknown_municipalities(tables, known),
        _cyclic_prerequisites(tables.get("courses", ())),
        _quarrelling_decisions(tables.get("decisions", ())),
        _vacancies_before_contract_end(tables),
    )
    for fault in faults:
        numbers = row_numbers.get(fault.table or "")
        yield fault if numbers is None else _numbered(fault, numbers)


def _numbered(fault: Fault, numbers: Sequence[int]) -> Fault:
    """Return a fault with the positions that its rows have in the whole table."""
    row, repeats = (None if at is None else numbers[at] for at in (fault.row, fault.repeats))
    return replace(fault, row=row, repeats=repeats)


def _known_ids(tables: Tables, also_known: KnownIds, name: str) -> set[str] | None:
    others = also_known.get(name, ())
    if others is None:
        return None
    return set(map(attrgetter(KEY_BY_TABLE[name][0]), tables.get(name, ()))).union(others)


def _fault(table: str, row: int, entity: Any, field: str, **rest: Any) -> Fault:
    entity_id = getattr(entity, KEY_BY_TABLE[table][0])
    return Fault(table=table, row=row, entity_id=entity_id, field=field, **rest)


def _repeated(name: str, key: tuple[str, ...], tables: Tables, row_numbers: RowNumbers) -> Iterator[Fault]:
    rows = tables.get(name, ())
    values = list(map(attrgetter(*key), rows))
    if len(set(values)) == len(values):
        return  # told from the set alone: most problems have no fault, and tables may have a million rows
    numbers = row_numbers.get(name, range(len(rows)))
    seen: dict[Any, int] = {}
    for row, value in enumerate(values):
        first = seen.setdefault(value, row)
        if first != row:
            parts = value if len(key) > 1 else (value,)
            yield _fault(
                name,
                row,
                rows[row],
                key[-1],
                code="duplicate_id",
                value=" + ".join(";".join(part) if isinstance(part, tuple) else str(part) for part in parts),
                must=f"be the only row with this {' + '.join(key)} (row {numbers[first] + 1} of the table has it too)",
                remedy="Remove one of the two rows or change its id.",
                repeats=first,
            )


def _unknown(
    name: str, field: str, other: str, tables: Tables, known: Mapping[str, set[str] | None]
) -> Iterator[Fault]:
    ids, rows = known[other], tables.get(name, ())
    if ids is None or _named(rows, field) <= ids:
        return
    looks = {_look(one) for one in ids if not one.isascii()}
    for row, entity in enumerate(rows):
        value = getattr(entity, field)
        for single in value if isinstance(value, tuple) else (value,):
            if single is not None and single not in ids:
                yield _fault(
                    name,
                    row,
                    entity,
                    field,
                    code="unknown_id",
                    value=single,
                    must=f"name a {field} that stands in {other}",
                    remedy=f"Correct the id, or add the row to {other}."
                    if single.isascii() or _look(single) not in looks
                    else f"Copy the id from {other}: one there looks the same, but is written with other characters.",
                )


def _look(value: str) -> str:
    """Return an id by what people see: an Å may be one character, or an A and the ring to be put above it."""
    return normalize("NFC", value)


def _named(rows: Sequence[Any], field: str) -> set[str]:
    """Return every id that a column names, lists taken apart."""
    values = set(map(attrgetter(field), rows))
    values.discard(None)
    if any(isinstance(value, tuple) for value in values):
        return set(chain.from_iterable(values))
    return values


def _unknown_scopes(tables: Tables, known: Mapping[str, set[str] | None], also_known: KnownIds) -> Iterator[Fault]:
    ids_by_scope = {
        **{name: _parties(name, tables, also_known) for name in ("buyer", "supplier")},
        "contract": known["contracts"],
        "vacancy": known["vacancies"],
    }
    for name in ("quotas", "resources"):
        for row, entity in enumerate(tables.get(name, ())):
            named = ids_by_scope.get(entity.scope)
            if entity.scope_id is None or named is None or entity.scope_id in named:
                continue
            yield _fault(
                name,
                row,
                entity,
                "scope_id",
                code="unknown_id",
                value=entity.scope_id,
                must=f"name a {entity.scope} that some contract or vacancy has",
                remedy="Correct the scope_id or the scope.",
            )


def _parties(name: str, tables: Tables, also_known: KnownIds) -> set[str] | None:
    if also_known.get("contracts", ()) is None or also_known.get(name, ()) is None:
        return None
    return set(map(attrgetter(name), tables.get("contracts", ())))


def _unknown_municipalities(tables: Tables, known: Mapping[str, set[str] | None]) -> Iterator[Fault]:
    codes = known["municipalities"]
    if codes is None:
        return
    if not codes and not any(row.max_distance_km is not None for row in tables.get("candidates", ())):
        return  # distances are never asked for, so codes may stand without coordinates
    for name in ("candidates", "contracts", "vacancies", "cohorts"):
        if not _named(tables.get(name, ()), "municipality") <= codes:
            yield from _unknown_municipalities_in(name, tables, codes)


def _unknown_municipalities_in(name: str, tables: Tables, codes: set[str]) -> Iterator[Fault]:
    for row, entity in enumerate(tables[name]):
        if entity.municipality is not None and entity.municipality not in codes:
            yield _fault(
                name,
                row,
                entity,
                "municipality",
                code="unknown_id",
                value=entity.municipality,
                must="name a municipality that stands in municipalities",
                remedy="Correct the code, or add the municipality with its coordinates.",
            )


def _cyclic_prerequisites(courses: Sequence[Any]) -> Iterator[Fault]:
    for row in courses_in_circles(courses):
        yield _fault(
            "courses",
            row,
            courses[row],
            "prerequisites",
            code="cyclic_prerequisites",
            value=";".join(skill.skill for skill in courses[row].prerequisites),
            must="not presume, directly or by other courses, what it grants itself",
            remedy="Remove one prerequisite of the circle.",
        )


def _quarrelling_decisions(decisions: Sequence[Any]) -> Iterator[Fault]:
    forbidden = {(entry.candidate_id, entry.vacancy_id) for entry in decisions if entry.decision == "forbidden"}
    for row, entry in enumerate(decisions):
        if entry.decision != "forbidden" and (entry.candidate_id, entry.vacancy_id) in forbidden:
            yield _fault(
                "decisions",
                row,
                entry,
                "decision",
                code="contradictory_decisions",
                value=entry.decision,
                must=f"not be both {entry.decision} and forbidden at vacancy {entry.vacancy_id!r}",
                remedy="Remove one of the two decisions.",
            )


def _vacancies_before_contract_end(tables: Tables) -> Iterator[Fault]:
    contracts = {contract.contract_id: contract for contract in tables.get("contracts", ())}
    for row, vacancy in enumerate(tables.get("vacancies", ())):
        contract = contracts.get(vacancy.contract_id)
        start = vacancy.start_date or (contract.start_date if contract else None)
        if start is None:
            continue
        opens_late = vacancy.latest_start_date is not None and vacancy.latest_start_date < start
        if opens_late and vacancy.start_date is None:  # a vacancy with its own dates has checked them itself
            yield _fault(
                "vacancies",
                row,
                vacancy,
                "latest_start_date",
                code="date_order",
                value=vacancy.latest_start_date.isoformat(),
                must=f"have latest_start_date on or after its start ({start.isoformat()})",
                remedy="Correct one of the two dates.",
            )
        if contract and contract.end_date is not None and start > contract.end_date:
            yield _fault(
                "vacancies",
                row,
                vacancy,
                "start_date",
                code="date_order",
                value=start.isoformat(),
                must=f"start on or before the end of its contract ({contract.end_date.isoformat()})",
                remedy="Correct one of the two dates.",
            )
