"""The database that is asked under load: a generated city with its batch, proposals that wait, and a published plan.

It is made once and kept, since a city's plan takes minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from matcher.generate import PLANNING_DAY, Size, generate
from matcher.service.batches import DEFAULT_HORIZON_DAYS, DEFAULT_LOOK_AHEAD_DAYS
from matcher.service.running import RunSettings, ask_run
from matcher.service.worker import Worker
from matcher.store import (
    Rights,
    Role,
    Store,
    account_named,
    add_account,
    assign_case,
    begin_session,
    issue_token,
    list_proposals,
    load_plan,
    load_snapshot,
    plan_of,
    plan_of_run,
    publish_plan,
    published_plan_id,
    run_of,
    save_problem,
    upgrade,
)

SEED = 1
BY = "load"
STAFF = "Load Staff"
CONTACT = "Load Contact"
CASEWORKERS = 40
LASTS = timedelta(hours=12)
ROLES: frozenset[Role] = frozenset({"matcher", "planner", "auditor", "administrator"})


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """What can be asked about.

    Parameters
    ----------
    path : Path
    token : str
        Of another system.
    staff, contact : str
        Sessions of somebody with every role of staff, and of a supplier's contact.
    vacancies, candidates, contracts : tuple of str
        Of the plan that people work by.
    placed : tuple of (str, str)
        Candidate and vacancy of its placements.
    proposed : tuple of (str, str)
        Of the proposals that wait.
    run_id, plan_id : int
    """

    path: Path
    token: str
    staff: str
    contact: str
    vacancies: tuple[str, ...]
    candidates: tuple[str, ...]
    contracts: tuple[str, ...]
    placed: tuple[tuple[str, str], ...]
    proposed: tuple[tuple[str, str], ...]
    run_id: int
    plan_id: int


def made(folder: Path, size: Size, limit_s: float) -> Path:
    """Return the file of a database with a published plan, made now unless an earlier measurement has left it there."""
    path = folder / f"{size.value}-batch.db"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    for left in folder.glob(f"{unfinished.name}*"):
        left.unlink()
    problem = generate(size, SEED)
    with Store(f"sqlite:///{unfinished}") as store:
        upgrade(store)
        with store.writing() as session:
            save_problem(session, problem, by=BY)
            for number, candidate in enumerate(problem.candidates):
                assign_case(session, candidate.candidate_id, f"Caseworker {number % CASEWORKERS + 1}", by=BY)
        _, run = ask_run(
            store,
            by=BY,
            kind="batch",
            settings=RunSettings(gap=1e-3, time_limit_s=limit_s),
            as_of=PLANNING_DAY,
            horizon_days=DEFAULT_HORIZON_DAYS,
            look_ahead_days=DEFAULT_LOOK_AHEAD_DAYS,
        )
        Worker(store).work_once()
        with store.writing() as session:
            publish_plan(session, plan_of_run(session, run.run_id).plan_id, by=BY)
    unfinished.rename(path)
    return path


def opened(path: Path) -> City:
    """Return what can be asked about, and let a system and two people be signed in."""
    with Store(f"sqlite:///{path}") as store:
        upgrade(store)  # an earlier version may have left it there
        with store.reading() as session:
            plan_id = published_plan_id(session) or 0
            run = run_of(session, plan_of(session, plan_id).run_id)
            problem, plan = load_snapshot(session, run.problem_hash), load_plan(session, plan_id)
            proposals = [one for one in list_proposals(session) if one.state == "proposed"]
        contract_ids = tuple(contract.contract_id for contract in problem.contracts)
        with store.writing() as session:
            token = issue_token(session, BY, Rights(roles=frozenset({"service"})), lasts=timedelta(days=1), by=BY)
            people = {
                STAFF: Rights(roles=ROLES),
                CONTACT: Rights(roles=frozenset({"supplier"}), contracts=frozenset(contract_ids[:5])),
            }
            accounts = [
                account_named(session, name) or add_account(session, name, people[name], by=BY) for name in people
            ]
            sessions = [begin_session(session, one.account_id, lasts=LASTS, means=BY) for one in accounts]
    return City(
        path=path,
        token=token,
        staff=sessions[0],
        contact=sessions[1],
        vacancies=tuple(vacancy.vacancy_id for vacancy in problem.vacancies),
        candidates=tuple(candidate.candidate_id for candidate in problem.candidates),
        contracts=contract_ids,
        placed=tuple((entry.candidate_id, entry.vacancy_id) for entry in plan.assignments),
        proposed=tuple((one.candidate_id, one.vacancy_id) for one in proposals),
        run_id=run.run_id,
        plan_id=plan_id,
    )
