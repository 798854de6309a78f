"""``matcher batch``: what starts soon, planned once a day; proposals for people to decide about."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.db import DEFAULT_DATABASE, DatabaseOption, opened
from matcher.cli.errors import CommandError, Status
from matcher.cli.options import GapOption, JsonOption, MemoryLimitOption, SeedOption, TimeLimitOption
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from matcher.service.batch_report import BatchReport, BuyerReport, CaseworkerReport
    from matcher.store import Job, Store

MOST_DAYS = 3650


def _days(text: str | int) -> int:
    number = str(text).removesuffix("d")  # a default comes as the number that it is
    if not number.isascii() or not number.isdecimal() or int(number) > MOST_DAYS:
        raise typer.BadParameter(f"A number of days like 120d is needed, at most {MOST_DAYS}d, not {text!r}.")
    return int(number)


HorizonOption = Annotated[
    int, typer.Option("--horizon", parser=_days, metavar="DAYS", help="What has to be decided within so many days.")
]
LookAheadOption = Annotated[
    int,
    typer.Option(
        "--look-ahead",
        parser=_days,
        metavar="DAYS",
        help="Plan work of so many days more, too, and hold back who is needed more there.",
    ),
]
AsOfOption = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="The day; today unless given.", show_default=False
    ),
]
AskedByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who asks, for the audit log.")]


def batch(
    as_of: AsOfOption = None,
    horizon: HorizonOption = 120,
    look_ahead: LookAheadOption = 245,
    by: AskedByOption = "batch",
    database: DatabaseOption = DEFAULT_DATABASE,
    gap: GapOption = 1e-6,
    time_limit: TimeLimitOption = None,
    memory_limit: MemoryLimitOption = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> None:
    """Plan what starts within the horizon and beyond, and propose to people what has to be decided by then.

    What people have accepted or promised is kept. Run again on the same day, it reports what it has found already.
    """
    terminal = Terminal(is_json=json)
    day = date.today() if as_of is None else as_of.date()
    with opened(database) as store:
        from matcher.service.batch_report import batch_report
        from matcher.service.batches import ask_batch
        from matcher.service.running import RunSettings

        settings = RunSettings(gap=gap, seed=seed, time_limit_s=time_limit, memory_limit_mb=memory_limit)
        job, run = ask_batch(
            store, as_of=day, horizon_days=horizon, look_ahead_days=look_ahead, by=by, settings=settings
        )
        _work_on(store, job)
        report = batch_report(store, run.run_id)
    _show(report, terminal)
    terminal.document(_document(report))


def _work_on(store: Store, job: Job) -> None:
    """Do the job, unless it is done; raise where it fails or another worker has it."""
    from matcher.service.worker import Worker
    from matcher.store import job_of, require_going

    if job.state != "done":
        with store.reading() as session:
            require_going(session)
    Worker(store).work_once(job.job_id)
    with store.reading() as session:
        now = job_of(session, job.job_id)
    if now.state == "done":
        return
    if now.state == "failed":
        raise CommandError(now.error or "The batch failed.", status=Status.LIMIT_REACHED, code="failed")
    raise CommandError(
        f"The batch is {now.state}, by worker {now.worker}. Run again when that has ended.",
        status=Status.LIMIT_REACHED,
        code=now.state,
    )


def _show(report: BatchReport, terminal: Terminal) -> None:
    asked, plan = report.job.arguments, report.plan
    terminal.line(
        f"Batch of {asked['as_of']}, {asked['horizon_days']} days ahead: plan {plan.plan_id}, {plan.status}.",
        style="bold",
    )
    for buyer in report.buyers:
        _show_buyer(buyer, terminal)
    for caseworker in report.caseworkers:
        _show_caseworker(caseworker, terminal)
    for candidate_id, entity_id, reason in report.breaches:
        terminal.line(f"A promise cannot be kept: {candidate_id} at {entity_id} ({reason}).")
    if report.held:
        terminal.line(
            f"Held for work that is to be decided later: {len(report.held)} people. Nothing is proposed to them yet."
        )
    terminal.line("These are proposals. Nothing is decided before a person accepts it.")


def _show_buyer(report: BuyerReport, terminal: Terminal) -> None:
    terminal.line()
    terminal.line(f"Buyer: {report.buyer or 'none stated'}", style="bold")
    for line in report.vacancies:
        terminal.line(
            f"  {line.start_date}  {line.vacancy_id}{f' ({line.title})' if line.title else ''}: {line.positions} "
            f"positions, {line.accepted} accepted, {line.proposed} proposed, {line.open} open"
        )
    for contract_id, missing in report.shortfalls:
        terminal.line(f"  Contract {contract_id}: {missing:f} of its whole obligation is not covered by these.")


def _show_caseworker(report: CaseworkerReport, terminal: Terminal) -> None:
    terminal.line()
    terminal.line(f"Caseworker: {report.caseworker or 'not known'}", style="bold")
    for line in report.proposals:
        proposal = line.proposal
        by_way_of = f" by way of {', '.join(proposal.cohort_ids)}" if proposal.cohort_ids else ""
        terminal.line(
            f"  decide by {line.decide_by or '-'}: {proposal.candidate_id} at {proposal.vacancy_id}{by_way_of} "
            f"(proposal {proposal.proposal_id})"
        )


def _document(report: BatchReport) -> dict[str, Any]:
    return {
        "run_id": report.run.run_id,
        "plan_id": report.plan.plan_id,
        **report.job.arguments,
        "status": report.plan.status,
        "tiers": report.plan.tiers,
        "buyers": [
            {
                "buyer": buyer.buyer,
                "vacancies": [
                    {
                        "vacancy_id": line.vacancy_id,
                        "title": line.title,
                        "contract_id": line.contract_id,
                        "start_date": None if line.start_date is None else line.start_date.isoformat(),
                        "positions": line.positions,
                        "accepted": line.accepted,
                        "proposed": line.proposed,
                        "open": line.open,
                    }
                    for line in buyer.vacancies
                ],
                "shortfalls": {contract_id: f"{missing:f}" for contract_id, missing in buyer.shortfalls},
            }
            for buyer in report.buyers
        ],
        "caseworkers": [
            {
                "caseworker": caseworker.caseworker,
                "proposals": [
                    {
                        "proposal_id": line.proposal.proposal_id,
                        "candidate_id": line.proposal.candidate_id,
                        "vacancy_id": line.proposal.vacancy_id,
                        "cohort_ids": list(line.proposal.cohort_ids),
                        "decide_by": None if line.decide_by is None else line.decide_by.isoformat(),
                    }
                    for line in caseworker.proposals
                ],
            }
            for caseworker in report.caseworkers
        ],
        "breaches": [
            {"candidate_id": candidate_id, "id": entity_id, "reason": reason}
            for candidate_id, entity_id, reason in report.breaches
        ],
        "held": [
            {
                "candidate_id": candidate_id,
                "vacancy_id": vacancy_id,
                "decide_by": None if day is None else day.isoformat(),
            }
            for candidate_id, vacancy_id, day in report.held
        ],
    }
