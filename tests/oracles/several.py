"""Candidates with several placements: what they may take together, and the rows that a certificate may price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations

from matcher.problem import Candidate, Problem, Vacancy
from tests.oracles.columns import Column, ColumnKey

DAY = timedelta(days=1)
Bundle = tuple[ColumnKey, ...]


@dataclass(slots=True, kw_only=True)
class SeveralRow:
    """``uses <= limit``, variables beside the columns with the coefficients that they have on the left."""

    uses: dict[ColumnKey, int]
    limit: int
    variables: dict[str, int] = field(default_factory=dict)


class Together:
    """What the placements of one candidate are together.

    Parameters
    ----------
    problem : Problem
    columns : mapping of column key to Column
    """

    def __init__(self, problem: Problem, columns: Mapping[ColumnKey, Column]) -> None:
        self.problem, self.columns = problem, columns
        self.candidates = {row.candidate_id: row for row in problem.candidates}
        self.vacancies = {row.vacancy_id: row for row in problem.vacancies}
        self.cohorts = {row.cohort_id: row for row in problem.cohorts}
        self.contracts = {row.contract_id: row for row in problem.contracts}

    def bundles(self, candidate: Candidate, keys: Sequence[ColumnKey]) -> Iterator[Bundle]:
        """Yield every set of columns that a candidate can take, the empty one first."""
        for size in range(min(candidate.max_placements, len(keys)) + 1):
            for bundle in combinations(sorted(keys), size):
                if self.is_possible(candidate, bundle):
                    yield bundle

    def is_possible(self, candidate: Candidate, bundle: Bundle) -> bool:
        """Tell whether a candidate can take some columns together."""
        if len(bundle) > candidate.max_placements or len({key[1] for key in bundle}) < len(bundle):
            return False
        if candidate.max_placements == 1:
            return True
        new = self.new_cohorts(bundle)
        return (
            len(new) <= self.allowed(candidate)
            and all(self.extent_on(day, bundle) <= candidate.extent_percent for day in self.starts(bundle))
            and not any(self.meet(one, other) for one, other in combinations(sorted(new), 2))
            and not any(self.lasts_during(key, cohort_id) for key in bundle for cohort_id in new)
        )

    def allowed(self, candidate: Candidate) -> int:
        own = candidate.max_trainings
        return self.problem.policy.max_route_length if own is None else own

    def new_cohorts(self, keys: Iterable[ColumnKey]) -> set[str]:
        return {cohort_id for key in keys for cohort_id in self.columns[key].new_cohorts}

    def starts(self, keys: Iterable[ColumnKey]) -> set[date | None]:
        return {self.columns[key].start for key in keys}

    def extent_on(self, day: date | None, keys: Iterable[ColumnKey]) -> int:
        """Return the extent of all that lasts on a day; on an open day only what has no date itself."""
        return sum(self.vacancies[key[1]].extent_percent for key in self.lasting(day, keys))

    def lasting(self, day: date | None, keys: Iterable[ColumnKey]) -> list[ColumnKey]:
        return [key for key in keys if self._lasts_on(key, day)]

    def _lasts_on(self, key: ColumnKey, day: date | None) -> bool:
        start = self.columns[key].start
        if start is None or day is None:
            return start is None
        end = self.end(key)
        return start <= day and (end is None or day <= end)

    def end(self, key: ColumnKey) -> date | None:
        """Return the last day of a placement; ``None`` where it has none that is known."""
        start, months = self.columns[key].start, self.months(self.vacancies[key[1]])
        if start is None or months is None:
            return None
        return start + (max(1, round(months * Fraction(487, 16))) - 1) * DAY

    def months(self, vacancy: Vacancy) -> Fraction | None:
        if vacancy.duration_months is not None:
            return Fraction(vacancy.duration_months)
        contract = self.contracts.get(vacancy.contract_id or "")
        if contract is None or contract.end_date is None:
            return None
        start = vacancy.start_date or contract.start_date
        if start is None:
            return None
        return Fraction(round(Fraction((contract.end_date - start).days + 1) * Fraction(1600, 487)), 100)

    def meet(self, one: str, other: str) -> bool:
        """Tell whether two cohorts run on one day."""
        first, second = self.cohorts[one], self.cohorts[other]
        return max(first.start_date, second.start_date) <= min(first.end_date, second.end_date)

    def lasts_during(self, key: ColumnKey, cohort_id: str) -> bool:
        """Tell whether a placement with a date lasts on some day of a cohort."""
        start, end, cohort = self.columns[key].start, self.end(key), self.cohorts[cohort_id]
        return start is not None and start <= cohort.end_date and (end is None or end >= cohort.start_date)


def seats_twice(keys: Iterable[ColumnKey], columns: Mapping[ColumnKey, Column]) -> Counter[str]:
    """Return by cohort how many seats one candidate's columns ask for beyond the one that is needed."""
    asked = Counter(cohort_id for key in keys for cohort_id in columns[key].new_cohorts)
    return Counter({cohort_id: count - 1 for cohort_id, count in asked.items() if count > 1})


def several_rows(
    problem: Problem, columns: Mapping[ColumnKey, Column], seats: Mapping[str, int], least: Mapping[str, int]
) -> tuple[dict[tuple[str, str], SeveralRow], dict[str, int]]:
    """Return the rows by kind and id, and the variables by name (kind, a space, id) with the most that they can be.

    Parameters
    ----------
    problem : Problem
    columns : mapping of column key to Column
    seats, least : mapping of cohort id to int
        Seats left; smallest enrolments of optional cohorts.
    """
    together = Together(problem, columns)
    rows: dict[tuple[str, str], SeveralRow] = {}
    names: dict[str, list[str]] = {}
    for candidate in problem.candidates:
        own = [key for key in columns if key[0] == candidate.candidate_id]
        if candidate.max_placements > 1 and own:
            _add_candidate(rows, names, together, candidate, own, least)
    uppers: dict[str, int] = {}
    for cohort_id, own_names in names.items():
        uppers |= dict.fromkeys(own_names, 1)
        uppers[f"enrolled {cohort_id}"] = min(len(own_names), seats[cohort_id])
        ones = dict.fromkeys(own_names, 1)
        rows["enrolled", cohort_id] = SeveralRow(uses={}, limit=0, variables=ones | {f"enrolled {cohort_id}": -1})
        if least.get(cohort_id):
            minus = dict.fromkeys(own_names, -1)
            rows["enrolled_most", cohort_id] = SeveralRow(
                uses={}, limit=0, variables=minus | {f"enrolled {cohort_id}": 1}
            )
    return rows, uppers


def _add_candidate(
    rows: dict[tuple[str, str], SeveralRow],
    names: dict[str, list[str]],
    together: Together,
    candidate: Candidate,
    own: Sequence[ColumnKey],
    least: Mapping[str, int],
) -> None:
    who, most = candidate.candidate_id, candidate.max_placements
    rows["placements", who] = SeveralRow(uses=dict.fromkeys(own, 1), limit=most)
    for vacancy_id in {key[1] for key in own}:
        pair = [key for key in own if key[1] == vacancy_id]
        if len(pair) > 1:
            rows["pair", f"{who}|{vacancy_id}"] = SeveralRow(uses=dict.fromkeys(pair, 1), limit=1)
    for day in together.starts(own):
        if together.extent_on(day, own) > candidate.extent_percent:
            uses = {key: together.vacancies[key[1]].extent_percent for key in together.lasting(day, own)}
            rows["extent", f"{who}|{day or 'open'}"] = SeveralRow(uses=uses, limit=candidate.extent_percent)
    cohorts = sorted(together.new_cohorts(own))
    name = {cohort_id: f"enrolment {who}|{cohort_id}" for cohort_id in cohorts}
    for cohort_id in cohorts:
        names.setdefault(cohort_id, []).append(name[cohort_id])
        by = [key for key in own if cohort_id in together.columns[key].new_cohorts]
        count = min(most, len({key[1] for key in by}))
        label = f"{who}|{cohort_id}"
        rows["enrolment", label] = SeveralRow(uses=dict.fromkeys(by, 1), limit=0, variables={name[cohort_id]: -count})
        if least.get(cohort_id):
            rows["enrolment_used", label] = SeveralRow(
                uses=dict.fromkeys(by, -1), limit=0, variables={name[cohort_id]: 1}
            )
        begin = together.cohorts[cohort_id].start_date
        running = [
            one for one in cohorts if together.cohorts[one].start_date <= begin <= together.cohorts[one].end_date
        ]
        if len(running) > 1:
            rows["overlap", label] = SeveralRow(uses={}, limit=1, variables={name[one]: 1 for one in running})
        during = [key for key in own if together.lasts_during(key, cohort_id)]
        if during:
            count = min(most, len({key[1] for key in during}))
            rows["study", label] = SeveralRow(
                uses=dict.fromkeys(during, 1), limit=count, variables={name[cohort_id]: count}
            )
    if len(cohorts) > together.allowed(candidate):
        rows["trainings", who] = SeveralRow(
            uses={}, limit=together.allowed(candidate), variables=dict.fromkeys(name.values(), 1)
        )
