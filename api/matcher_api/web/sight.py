"""What of the city a reader may see: whose candidates, and which contracts' vacancies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends

from matcher.problem import Contract
from matcher.service.desk import ProposalRow, Today
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

    def today(self, view: Today) -> Today:
        """Return the first page without promises to people who may not be seen."""
        return replace(view, breaches=tuple(each for each in view.breaches if self.person(each.candidate_id)))


def _sight(actor: Signed, store: Kept) -> Sight:
    if actor.rights.units is None:
        return Sight(rights=actor.rights, people=None)
    with store.reading() as session:
        return Sight(rights=actor.rights, people=visible_candidates(session, actor.rights))


Seen = Annotated[Sight, Depends(_sight)]
