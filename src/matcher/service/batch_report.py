"""What a batch found, told to each buyer and each caseworker."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matcher.plan import Plan
from matcher.problem import Problem, vacancy_terms
from matcher.store import (
    Proposal,
    Store,
    StoredPlan,
    StoredRun,
    caseworkers,
    list_proposals,
    load_plan,
    load_snapshot,
    plan_of_run,
    run_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyLine:
    """How a vacancy stands.

    Parameters
    ----------
    vacancy_id : str
    title, contract_id : str or None
    start_date : date or None
    positions, accepted, proposed, open : int
        Accepted by people, proposed by this batch, and neither.
    """

    vacancy_id: str
    title: str | None
    contract_id: str | None
    start_date: date | None
    positions: int
    accepted: int
    proposed: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerReport:
    """What starts soon at one buyer's contracts.

    Parameters
    ----------
    buyer : str or None
        ``None`` for vacancies that no contract of a known buyer created.
    vacancies : tuple of VacancyLine
        By start date.
    shortfalls : tuple of (contract id, Decimal)
        What of their whole obligations these vacancies do not cover, in the contracts' own units; what starts after the
        horizon may still do so.
    """

    buyer: str | None
    vacancies: tuple[VacancyLine, ...]
    shortfalls: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalLine:
    """A proposal to decide about.

    Parameters
    ----------
    proposal : Proposal
    decide_by : date or None
        First day of training, or of work where no training comes first.
    """

    proposal: Proposal
    decide_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseworkerReport:
    """What waits for one caseworker's decision.

    Parameters
    ----------
    caseworker : str or None
        ``None`` for candidates whose caseworker is not known.
    proposals : tuple of ProposalLine
        The most urgent first.
    """

    caseworker: str | None
    proposals: tuple[ProposalLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """What a batch found.

    Parameters
    ----------
    run : StoredRun
    plan : StoredPlan
    buyers : tuple of BuyerReport
    caseworkers : tuple of CaseworkerReport
    breaches : tuple of (candidate id, id of vacancy or cohort, reason)
        Promises that no plan can keep any more.
    """

    run: StoredRun
    plan: StoredPlan
    buyers: tuple[BuyerReport, ...]
    caseworkers: tuple[CaseworkerReport, ...]
    breaches: tuple[tuple[str, str, str], ...]


def batch_report(store: Store, run_id: int) -> BatchReport:
    """Return the report of a batch that is done.

    Raises
    ------
    UnknownId
        Where there is no such run, or it has no plan.
    """
    with store.reading() as session:
        run = run_of(session, run_id)
        stored = plan_of_run(session, run_id)
        plan = load_plan(session, stored.plan_id)
        problem = load_snapshot(session, run.problem_hash)
        proposals = list_proposals(session, plan_id=stored.plan_id)
        responsible = caseworkers(session)
    return BatchReport(
        run=run,
        plan=stored,
        buyers=_by_buyer(problem, plan, proposals),
        caseworkers=_by_caseworker(problem, proposals, responsible),
        breaches=tuple((row.candidate_id, row.entity_id, row.reason) for row in plan.breaches),
    )


def _by_buyer(problem: Problem, plan: Plan, proposals: list[Proposal]) -> tuple[BuyerReport, ...]:
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    proposed = Counter(row.vacancy_id for row in proposals)
    placed = Counter(row.vacancy_id for row in plan.assignments)
    lines: dict[str | None, list[VacancyLine]] = defaultdict(list)
    for vacancy in problem.vacancies:
        contract = contracts.get(vacancy.contract_id or "")
        taken = placed[vacancy.vacancy_id]
        suggested = proposed[vacancy.vacancy_id]
        lines[contract.buyer if contract else None].append(
            VacancyLine(
                vacancy_id=vacancy.vacancy_id,
                title=vacancy.title or (contract.title if contract else None),
                contract_id=vacancy.contract_id,
                start_date=vacancy_terms(vacancy, contracts).start_date,
                positions=vacancy.positions,
                accepted=taken - suggested,
                proposed=suggested,
                open=vacancy.positions - taken,
            )
        )
    owed = {row.contract_id: row.required - row.delivered for row in plan.shortfalls if row.delivered < row.required}
    return tuple(
        BuyerReport(
            buyer=buyer,
            vacancies=tuple(sorted(lines[buyer], key=lambda line: (line.start_date or date.max, line.vacancy_id))),
            shortfalls=tuple((key, owed[key]) for key in sorted(owed) if contracts[key].buyer == buyer),
        )
        for buyer in sorted(lines, key=lambda name: (name is None, name or ""))
    )


def _by_caseworker(
    problem: Problem, proposals: list[Proposal], responsible: Mapping[str, str]
) -> tuple[CaseworkerReport, ...]:
    first_day = {cohort.cohort_id: cohort.start_date for cohort in problem.cohorts}
    lines: dict[str | None, list[ProposalLine]] = defaultdict(list)
    for proposal in proposals:
        days = [first_day[cohort_id] for cohort_id in proposal.cohort_ids]
        days += [proposal.start_date] if proposal.start_date is not None else []
        line = ProposalLine(proposal=proposal, decide_by=min(days, default=None))
        lines[responsible.get(proposal.candidate_id)].append(line)
    return tuple(
        CaseworkerReport(
            caseworker=name,
            proposals=tuple(
                sorted(lines[name], key=lambda line: (line.decide_by or date.max, line.proposal.proposal_id))
            ),
        )
        for name in sorted(lines, key=lambda name: (name is None, name or ""))
    )
