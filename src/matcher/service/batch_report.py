"""What a batch found, told to each buyer and each caseworker."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from matcher.plan import Plan
from matcher.problem import Problem, vacancy_terms
from matcher.service.proposing import due_and_later
from matcher.store import (
    Job,
    Proposal,
    Store,
    StoredPlan,
    StoredRun,
    caseworkers,
    job_of,
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
    """What starts soon at one buyer's contracts, or has to be decided soon.

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
    job : Job
        Its arguments say for which day and horizon.
    run : StoredRun
    plan : StoredPlan
    buyers : tuple of BuyerReport
    caseworkers : tuple of CaseworkerReport
    breaches : tuple of (candidate id, id of vacancy or cohort, reason)
        Promises that no plan can keep any more.
    held : tuple of (candidate id, vacancy id, date or None)
        Who is planned for work that is to be decided later, and by when; that is proposed to nobody yet.
    """

    job: Job
    run: StoredRun
    plan: StoredPlan
    buyers: tuple[BuyerReport, ...]
    caseworkers: tuple[CaseworkerReport, ...]
    breaches: tuple[tuple[str, str, str], ...]
    held: tuple[tuple[str, str, date | None], ...]


def batch_report(store: Store, run_id: int) -> BatchReport:
    """Return the report of a batch that is done.

    Raises
    ------
    UnknownId
        Where there is no such run, or it has no plan.
    """
    with store.reading() as session:
        run = run_of(session, run_id)
        job = job_of(session, run.job_id)
        stored = plan_of_run(session, run_id)
        plan = load_plan(session, stored.plan_id)
        problem = load_snapshot(session, run.problem_hash)
        proposals = list_proposals(session, plan_id=stored.plan_id)
        responsible = caseworkers(session)
    due, later = due_and_later(problem, plan, job)
    decide_by = {(entry.candidate_id, entry.vacancy_id): day for entry, day in due}
    return BatchReport(
        job=job,
        run=run,
        plan=stored,
        buyers=_by_buyer(problem, plan, proposals, _last_day(job)),
        caseworkers=_by_caseworker(decide_by, proposals, responsible),
        breaches=tuple((row.candidate_id, row.entity_id, row.reason) for row in plan.breaches),
        held=tuple((entry.candidate_id, entry.vacancy_id, day) for entry, day in later),
    )


def _last_day(job: Job) -> date:
    return date.fromisoformat(job.arguments["as_of"]) + timedelta(days=job.arguments["horizon_days"])


def _by_buyer(problem: Problem, plan: Plan, proposals: list[Proposal], last: date) -> tuple[BuyerReport, ...]:
    """Return what starts until a day, or is proposed or promised already, by buyer."""
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    proposed = Counter(row.vacancy_id for row in proposals)
    accepted = {(row.candidate_id, row.vacancy_id) for row in problem.decisions if row.decision == "accepted"}
    taken = Counter(row.vacancy_id for row in plan.assignments if (row.candidate_id, row.vacancy_id) in accepted)
    lines: dict[str | None, list[VacancyLine]] = defaultdict(list)
    for vacancy in problem.vacancies:
        contract = contracts.get(vacancy.contract_id or "")
        start = vacancy_terms(vacancy, contracts).start_date
        own, suggested = taken[vacancy.vacancy_id], proposed[vacancy.vacancy_id]
        if start is not None and start > last and not own + suggested:
            continue
        lines[contract.buyer if contract else None].append(
            VacancyLine(
                vacancy_id=vacancy.vacancy_id,
                title=vacancy.title or (contract.title if contract else None),
                contract_id=vacancy.contract_id,
                start_date=start,
                positions=vacancy.positions,
                accepted=own,
                proposed=suggested,
                open=vacancy.positions - own - suggested,
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
    decide_by: Mapping[tuple[str, str], date | None], proposals: list[Proposal], responsible: Mapping[str, str]
) -> tuple[CaseworkerReport, ...]:
    lines: dict[str | None, list[ProposalLine]] = defaultdict(list)
    for proposal in proposals:
        line = ProposalLine(proposal=proposal, decide_by=decide_by[proposal.candidate_id, proposal.vacancy_id])
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
