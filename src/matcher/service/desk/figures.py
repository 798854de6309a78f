"""The figures that a city is asked for: clauses in service procurements, and what has come of them for people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from matcher.problem import Contract, Vacancy, vacancy_terms
from matcher.service.desk.desk import Desk
from matcher.store import Session, Store, StoredPlacement, list_placements, list_stored, mark_of, stored

# Commission Regulation (EC) No 213/2008: divisions 50 to 98 of the CPV are services.
SERVICE_DIVISIONS = range(50, 99)
LAST_FOLLOW_UP = 12

Key = str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """The figures of a buyer, a group or a quarter.

    Parameters
    ----------
    name : str or None
        ``None`` for what belongs to none.
    procurements, with_clause : int
        Service contracts, and those of them that ask for employment.
    planned_jobs, planned_internships : int
        In the plan that people work by; apprentices are employed.
    accepted : int
        Decided by people.
    jobs, internships : int
        Begun.
    converted : int
        Internships after which the same person began a job.
    sustained : int
        Jobs that lasted twelve months.
    """

    name: Key
    procurements: int = 0
    with_clause: int = 0
    planned_jobs: int = 0
    planned_internships: int = 0
    accepted: int = 0
    jobs: int = 0
    internships: int = 0
    converted: int = 0
    sustained: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures, in total and by what one asks for."""

    total: FigureRow
    by_buyer: tuple[FigureRow, ...]
    by_group: tuple[FigureRow, ...]
    by_quarter: tuple[FigureRow, ...]


class _Count:
    """Counts one figure after the other under the keys of the thing that it belongs to."""

    def __init__(self) -> None:
        self._counts: dict[Key, Counter[str]] = defaultdict(Counter)

    def add(self, figure: str, keys: Iterable[Key]) -> None:
        for key in keys:
            self._counts[key][figure] += 1

    def rows(self) -> tuple[FigureRow, ...]:
        order = sorted(self._counts, key=lambda name: (name is None, name or ""))
        return tuple(FigureRow(name=name, **self._counts[name]) for name in order)


def has_clause(contract: Contract, with_vacancies: set[str | None]) -> bool:
    """Tell whether a contract asks for employment: it owes some, or has created vacancies."""
    return bool(contract.obligation_quantity) or contract.contract_id in with_vacancies


def is_service(contract: Contract) -> bool:
    """Tell whether a contract buys a service, by its CPV code."""
    division = (contract.cpv or "")[:2]
    return division.isdecimal() and int(division) in SERVICE_DIVISIONS


def figures(desk: Desk, store: Store, sees: Callable[[str | None], bool] = lambda _: True) -> Figures:
    """Return the figures of everything that is stored, and of the plan that people work by.

    Parameters
    ----------
    desk : Desk
    store : Store
    sees : callable
        Whether the reader may see a candidate; nobody else's places are counted. Procurements are everybody's.
    """
    with store.reading() as session:
        contracts: list[Contract] = _every(desk, session, "contracts")
        vacancies: list[Vacancy] = _every(desk, session, "vacancies")
        decided = [found.entity for found in list_stored(session, "decisions", decision="accepted")]
        accepted = [one for one in decided if sees(one.candidate_id)]
        begun = [one for one in list_placements(session) if sees(one.candidate_id)]
        people = {one.candidate_id for one in (*accepted, *begun)} - desk.reading.people.keys()
        others = {one: stored(session, "candidates", one).entity for one in people}
    contract_of = {contract.contract_id: contract for contract in contracts}
    vacancy_of = {vacancy.vacancy_id: vacancy for vacancy in vacancies}
    with_vacancies = {vacancy.contract_id for vacancy in vacancies}

    def groups(candidate_id: str) -> Iterable[Key]:
        held = desk.groups_of(candidate_id) if candidate_id in desk.reading.people else others[candidate_id].groups
        return [membership.group for membership in held] or [None]

    def buyer(vacancy_id: str) -> Key:
        contract = contract_of.get(vacancy_of[vacancy_id].contract_id or "")
        return contract.buyer if contract else None

    def start(vacancy_id: str) -> date | None:
        return vacancy_terms(vacancy_of[vacancy_id], contract_of).start_date

    total, by_buyer, by_group, by_quarter = _Count(), _Count(), _Count(), _Count()

    def add(figure: str, candidate_id: str, vacancy_id: str, day: date | None) -> None:
        total.add(figure, [""])
        by_buyer.add(figure, [buyer(vacancy_id)])
        by_group.add(figure, groups(candidate_id))
        by_quarter.add(figure, [quarter(day)])

    for contract in contracts:
        if is_service(contract):
            for figure in ("procurements", *(["with_clause"] if has_clause(contract, with_vacancies) else [])):
                total.add(figure, [""])
                by_buyer.add(figure, [contract.buyer])
                by_quarter.add(figure, [quarter(contract.start_date)])
    for entry in desk.plan.assignments:
        if entry.vacancy_id in vacancy_of and sees(entry.candidate_id):
            is_job = vacancy_of[entry.vacancy_id].form != "internship"
            figure = "planned_jobs" if is_job else "planned_internships"
            add(figure, entry.candidate_id, entry.vacancy_id, entry.start_date)
    for decision in accepted:
        add("accepted", decision.candidate_id, decision.vacancy_id, start(decision.vacancy_id))
    _add_begun(begun, add)
    return Figures(
        total=next(iter(total.rows()), FigureRow(name="")),
        by_buyer=by_buyer.rows(),
        by_group=by_group.rows(),
        by_quarter=by_quarter.rows(),
    )


def _every(desk: Desk, session: Session, table: str) -> list[Any]:
    """Return the domain objects of a table, as they were read last where no row has changed since."""
    key = (table, mark_of(session, table))
    return desk.kept_lately(key, lambda: [found.entity for found in list_stored(session, table)])


def quarter(day: date | None) -> Key:
    """Return the quarter of a day, for example ``2027 Q1``, whose texts order as time does."""
    return None if day is None else f"{day.year} Q{(day.month + 2) // 3}"


def _add_begun(begun: list[StoredPlacement], add: Callable[..., Any]) -> None:
    """Count what has begun, what lasted, and which internships a job followed."""
    jobs = [one for one in begun if one.form != "internship"]
    for one in jobs:
        add("jobs", one.candidate_id, one.vacancy_id, one.start_date)
        if one.sustained.get(LAST_FOLLOW_UP):
            add("sustained", one.candidate_id, one.vacancy_id, one.start_date)
    for one in begun:
        if one.form == "internship":
            add("internships", one.candidate_id, one.vacancy_id, one.start_date)
            if any(job.candidate_id == one.candidate_id and job.start_date > one.start_date for job in jobs):
                add("converted", one.candidate_id, one.vacancy_id, one.start_date)
