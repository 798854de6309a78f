"""What of the city a reader may see: whose candidates, and which contracts' vacancies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends
from starlette.exceptions import HTTPException

from matcher.problem import Contract
from matcher.report import Summary
from matcher.service.desk import Desk, ProposalRow, Today, candidate_rows, contract_rows, vacancy_rows
from matcher.service.desk.contracts import ContractRow
from matcher.service.desk.people import CandidateRow
from matcher.service.desk.vacancies import VacancyRow
from matcher.store import Rights, visible_candidates
from matcher_api.auth.actor import Signed
from matcher_api.web.asked import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Leaves out of lists what is not the reader's.

    Parameters
    ----------
    rights : Rights
    people : frozenset of str or None
        Candidates whom the reader may see; ``None`` for all.
    """

    rights: Rights
    people: frozenset[str] | None

    @property
    def is_limited(self) -> bool:
        """Tell whether somebody or something is left out."""
        return self.people is not None or self.rights.contracts is not None

    @property
    def has_people(self) -> bool:
        """Tell whether people are shown at all: whoever is limited to contracts finds their work, and nobody."""
        return self.rights.contracts is None

    def rows(self, kind: str, rows: Sequence[Any]) -> Sequence[Any]:
        """Return the rows of a kind of list that may be seen; 404 where the list is of people, and none are."""
        if kind in _PERSON_OF and not self.has_people:
            raise HTTPException(404)
        if kind in _PERSON_OF:
            return [row for row in rows if self.person(_PERSON_OF[kind](row))]
        return [row for row in rows if self.contract(row.contract)] if kind in ("contracts", "vacancies") else rows

    def person(self, candidate_id: str | None) -> bool:
        """Tell whether a candidate may be seen."""
        return self.people is None or candidate_id in self.people

    def contract(self, contract: Contract | None) -> bool:
        """Tell whether a contract and its vacancies may be seen; ``None`` for vacancies without one."""
        return self.rights.sees_contract(None if contract is None else contract.contract_id)

    def contracts(self, rows: Iterable[ContractRow]) -> list[ContractRow]:
        """Return the contracts among these that may be seen."""
        return [row for row in rows if self.contract(row.contract)]

    def vacancies(self, rows: Iterable[VacancyRow]) -> list[VacancyRow]:
        """Return the vacancies among these that may be seen."""
        return [row for row in rows if self.contract(row.contract)]

    def candidates(self, rows: Iterable[CandidateRow]) -> list[CandidateRow]:
        """Return the candidates among these who may be seen."""
        return [row for row in rows if self.person(row.candidate_id)]

    def proposals(self, rows: Iterable[ProposalRow]) -> list[ProposalRow]:
        """Return the proposals among these whose people may be seen."""
        return [row for row in rows if self.person(row.proposal.candidate_id)]

    def today(self, view: Today, desk: Desk) -> Today:
        """Return the first page as it is of what may be seen: nothing else is named or counted."""
        if not self.is_limited:
            return view
        return replace(
            view,
            summary=self.summary(view.summary, desk),
            lacking=tuple(row for row in view.lacking if self.contract(row.contract)),
            short=tuple(row for row in view.short if self.contract(row.contract)),
            breaches=tuple(each for each in view.breaches if self.person(each.candidate_id)),
        )

    def summary(self, summary: Summary, desk: Desk) -> Summary:
        """Return the figures of a plan as they are of what may be seen."""
        places = self.vacancies(desk.kept("vacancies", lambda: vacancy_rows(desk)))
        owed = [row for row in self.contracts(desk.kept("contracts", lambda: contract_rows(desk))) if row.required]
        people = self.candidates(desk.kept("candidates", lambda: candidate_rows(desk)))
        filled = sum(row.filled for row in places)
        return replace(
            summary,
            filled=filled,
            positions=filled + sum(row.open for row in places),
            obligations=len(owed),
            obligations_met=sum(not row.is_short for row in owed),
            people=len(people),
            placed=sum(row.place is not None for row in people),
            trained=sum(row.route is not None and bool(row.route.steps) for row in people),
        )


# Whom a row of a list is about, where the list is one of people.
_PERSON_OF: dict[str, Callable[[Any], str]] = {
    "candidates": lambda row: row.candidate_id,
    "proposals": lambda row: row.proposal.candidate_id,
    "placements": lambda row: row.begun.candidate_id,
    "expected": lambda row: row.expected.candidate_id,
}


def _sight(actor: Signed, store: Kept) -> Sight:
    if not actor.is_limited:
        return Sight(rights=actor.rights, people=None)
    if actor.rights.contracts is not None:
        return Sight(rights=actor.rights, people=frozenset())
    with store.reading() as session:
        return Sight(rights=actor.rights, people=visible_candidates(session, actor.rights))


Seen = Annotated[Sight, Depends(_sight)]
