"""What a plan has proposed to people: who, where, by when it has to be decided, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matcher.problem import Contract, Vacancy
from matcher.service.desk.desk import Desk
from matcher.store import Proposal, Store, caseworkers, list_proposals


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """One proposal in a list.

    Parameters
    ----------
    proposal : Proposal
    vacancy : Vacancy or None
        ``None`` where the plan that people work by has it not.
    contract : Contract or None
    decide_by : date or None
        First day of training that is not promised yet, or of work.
    days : int or None
        Until then.
    caseworker : str or None
    is_mine : bool
        Whether it is the reader who looks after the candidate.
    """

    proposal: Proposal
    vacancy: Vacancy | None
    contract: Contract | None
    decide_by: date | None
    days: int | None
    caseworker: str | None
    is_mine: bool

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for a decision."""
        return self.proposal.state == "proposed"


def proposal_rows(desk: Desk, store: Store, reader: str | None = None) -> tuple[ProposalRow, ...]:
    """Return all proposals: those that wait first, the most urgent of these first; superseded ones are left out.

    Parameters
    ----------
    desk : Desk
    store : Store
    reader : str, optional
        Name of the person who looks at them.
    """
    with store.reading() as session:
        proposals = list_proposals(session, without="superseded")  # each night leaves thousands of these behind
        responsible = caseworkers(session)
    promised = {(row.candidate_id, row.cohort_id) for row in desk.problem.standing_enrolments}
    rows = [_row(desk, proposal, promised, responsible.get(proposal.candidate_id), reader) for proposal in proposals]
    return tuple(sorted(rows, key=lambda row: (not row.is_open, row.decide_by or date.max, row.proposal.proposal_id)))


def _row(
    desk: Desk, proposal: Proposal, promised: set[tuple[str, str]], caseworker: str | None, reader: str | None
) -> ProposalRow:
    place = desk.reading.places.get(proposal.vacancy_id)
    begins = [
        desk.reading.cohorts[cohort_id].start_date
        for cohort_id in proposal.cohort_ids
        if cohort_id in desk.reading.cohorts and (proposal.candidate_id, cohort_id) not in promised
    ]
    decide_by = min((day for day in (*begins, proposal.start_date) if day is not None), default=None)
    return ProposalRow(
        proposal=proposal,
        vacancy=None if place is None else place.terms.vacancy,
        contract=None if place is None else place.terms.contract,
        decide_by=decide_by,
        days=desk.days_until(decide_by),
        caseworker=caseworker,
        is_mine=caseworker is not None and caseworker == reader,
    )
