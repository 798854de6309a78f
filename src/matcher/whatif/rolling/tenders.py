"""Which contracts are known on the first day, which are announced later, and which come to nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matcher.problem import Contract, Problem, RequiredSkill, Vacancy, vacancy_terms
from matcher.whatif.draws import Draws
from matcher.whatif.rolling.arriving import poisson_weeks

LEAD_WEEKS = 26
DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcements:
    """How contracts become known.

    Parameters
    ----------
    known : float
        Share of the problem's contracts that are known on the first day, 0 to 1; those with a promise always are.
    dropped : float
        Chance that a contract comes to nothing between its announcement and its start, 0 to 1.
    lead_weeks : int
        Between the announcement of a contract and its start: half a year, from the notice to the first working day, as
        an own assumption.
    """

    known: float = 1.0
    dropped: float = 0.0
    lead_weeks: int = LEAD_WEEKS

    def __post_init__(self) -> None:
        """Raise where a number is out of its range."""
        if not (0 <= self.known <= 1 and 0 <= self.dropped <= 1 and 1 <= self.lead_weeks <= 520):
            raise ValueError(
                f"Shares of contracts must be 0 to 1 and the lead at least 1 week, got {self.known}, {self.dropped}, "
                f"{self.lead_weeks}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The work of one year with the futures that are imagined for it.

    Parameters
    ----------
    contracts, vacancies, skills : tuple
        Rows of the problem: its own, and those that come.
    week, dropped, future : dict of str to int
        By vacancy: the week in which it is announced and the one in which it comes to nothing (both the number of
        weeks for never), and 0 for what really comes, else the number of the imagined future.
    like : dict of str to str
        By vacancy that comes: the one of the problem that it is like.
    """

    contracts: tuple[Contract, ...]
    vacancies: tuple[Vacancy, ...]
    skills: tuple[RequiredSkill, ...]
    week: dict[str, int]
    dropped: dict[str, int]
    future: dict[str, int]
    like: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tender:
    """A contract with its vacancies, or a vacancy without one."""

    name: str
    contract: Contract | None
    vacancies: tuple[Vacancy, ...]
    start: date


def work_of(
    problem: Problem,
    first_day: date,
    weeks: int,
    announcements: Announcements,
    seed: int,
    replication: int,
    futures: int,
) -> Work:
    """Return the work of a year and of its imagined futures.

    Whatever is not known on the first day comes as people do: a Poisson process of contracts, each like one of the
    problem's, drawn by lot, with all its dates moved so that it begins `lead_weeks` after its announcement.
    """
    draws, tenders = Draws(seed), list(_tenders(problem))
    known = _known(problem, tenders, announcements, draws, replication)
    made = _Made(problem, first_day, weeks, announcements, draws)
    for tender in tenders:
        if tender.name in known:
            made.keep(tender, replication)
        else:
            made.hide(tender)
    places = weeks - announcements.lead_weeks
    rate = (len(tenders) - len(known)) / places if places > 0 else 0.0
    for future in range(futures + 1):
        name = f"{replication} {future}"
        for number, (week, lot) in enumerate(
            poisson_weeks(draws, "is announced by", "is a contract like", name, rate, places)
        ):
            made.add(tenders[int(lot * len(tenders))], f"new {future} {number + 1}", week, future, name)
    return made.work()


def _tenders(problem: Problem) -> Iterator[_Tender]:
    """Yield every contract with its vacancies, and every vacancy without one, that has a place and a day."""
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    own: defaultdict[str, list[Vacancy]] = defaultdict(list)
    for vacancy in problem.vacancies:
        own[vacancy.contract_id or f"\x1f{vacancy.vacancy_id}"].append(vacancy)
    for name, vacancies in sorted(own.items()):
        days = [vacancy_terms(one, contracts).start_date for one in vacancies]
        starts = [day for day in days if day is not None]
        if starts:
            yield _Tender(name=name, contract=contracts.get(name), vacancies=tuple(vacancies), start=min(starts))


def _known(
    problem: Problem, tenders: Sequence[_Tender], announcements: Announcements, draws: Draws, replication: int
) -> set[str]:
    promised = {row.vacancy_id for row in problem.decisions if row.decision in ("pinned", "accepted")}
    lots = draws.uniforms("contract known", [one.name for one in tenders], replication, 1).ravel()
    return {
        one.name
        for one, lot in zip(tenders, lots, strict=True)
        if lot < announcements.known or any(vacancy.vacancy_id in promised for vacancy in one.vacancies)
    }


class _Made:
    """Collects the work of a year."""

    def __init__(
        self, problem: Problem, first_day: date, weeks: int, announcements: Announcements, draws: Draws
    ) -> None:
        self._first_day, self._weeks, self._announcements, self._draws = first_day, weeks, announcements, draws
        self._contracts, self._vacancies = list(problem.contracts), list(problem.vacancies)
        self._skills = list(problem.vacancy_skills)
        self._skills_of: defaultdict[str, list[RequiredSkill]] = defaultdict(list)
        for skill in problem.vacancy_skills:
            self._skills_of[skill.vacancy_id].append(skill)
        self._promised = {row.vacancy_id for row in problem.decisions if row.decision in ("pinned", "accepted")}
        self._week: dict[str, int] = {}
        self._dropped: dict[str, int] = {}
        self._future: dict[str, int] = {}
        self._like: dict[str, str] = {}

    def keep(self, tender: _Tender, replication: int) -> None:
        """Let a contract of the problem be known on the first day."""
        begin = (tender.start - self._first_day).days // DAYS_PER_WEEK
        is_promised = any(vacancy.vacancy_id in self._promised for vacancy in tender.vacancies)
        dropped = self._weeks if is_promised else self._dropped_in(tender.name, replication, 0, begin)
        self._note(tender.vacancies, 0, dropped, 0)

    def hide(self, tender: _Tender) -> None:
        """Let a contract of the problem not be there: others come in its place."""
        self._note(tender.vacancies, self._weeks, self._weeks, 0)

    def add(self, like: _Tender, name: str, week: int, future: int, stream: str) -> None:
        """Add a contract that is announced in a week."""
        lead = self._announcements.lead_weeks
        by = self._first_day + timedelta(weeks=week + lead) - like.start
        contract_id = None if like.contract is None else name
        if like.contract is not None:
            self._contracts.append(_moved_contract(like.contract, name, by))
        own = []
        for vacancy in like.vacancies:
            vacancy_id = f"{name} {vacancy.vacancy_id}"
            self._like[vacancy_id] = vacancy.vacancy_id
            own.append(_moved_vacancy(vacancy, vacancy_id, contract_id, by))
            self._skills += [replace(skill, vacancy_id=vacancy_id) for skill in self._skills_of[vacancy.vacancy_id]]
        self._vacancies += own
        self._note(own, week, self._dropped_in(f"{stream} {name}", 0, week, week + lead), future)

    def _dropped_in(self, name: str, position: int, week: int, begin: int) -> int:
        """Return the week in which a contract comes to nothing: any from its announcement on, before it begins."""
        falls, share = (self._draws.uniforms(kind, [name], position, 1)[0, 0] for kind in ("is dropped", "dropped in"))
        if begin <= week or falls >= self._announcements.dropped:
            return self._weeks
        return week + int(share * (begin - week))

    def _note(self, vacancies: Sequence[Vacancy], week: int, dropped: int, future: int) -> None:
        for vacancy in vacancies:
            self._week[vacancy.vacancy_id] = week
            self._dropped[vacancy.vacancy_id] = dropped
            self._future[vacancy.vacancy_id] = future

    def work(self) -> Work:
        """Return everything that was collected."""
        return Work(
            contracts=tuple(self._contracts),
            vacancies=tuple(self._vacancies),
            skills=tuple(self._skills),
            week=self._week,
            dropped=self._dropped,
            future=self._future,
            like=self._like,
        )


def _moved_contract(contract: Contract, contract_id: str, by: timedelta) -> Contract:
    return replace(
        contract,
        contract_id=contract_id,
        start_date=None if contract.start_date is None else contract.start_date + by,
        end_date=None if contract.end_date is None else contract.end_date + by,
    )


def _moved_vacancy(vacancy: Vacancy, vacancy_id: str, contract_id: str | None, by: timedelta) -> Vacancy:
    latest = vacancy.latest_start_date
    return replace(
        vacancy,
        vacancy_id=vacancy_id,
        contract_id=contract_id,
        start_date=None if vacancy.start_date is None else vacancy.start_date + by,
        latest_start_date=None if latest is None else latest + by,
    )
