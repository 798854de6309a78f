"""Mixed writes over HTTP, each of which tells when it begins and when it was acknowledged; and what must come of them.

A process that writes is forked, so that a new one costs nothing, and is killed by whoever has forked it. The next one
sends again, under the same key, what had been begun and was never answered.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from matcher.problem import Problem
from matcher.service.worker import Worker
from matcher.solve import solve
from matcher.store import (
    Rights,
    Session,
    Store,
    add_account,
    ask_job,
    begin_session,
    propose,
    save_plan,
    save_problem,
    save_run,
)
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher.store.tables.trust import audit_log, decision_log
from matcher.store.tables.work import jobs, plans, proposals, runs
from matcher_api import Settings, create_app
from matcher_api.auth.forms import HEADER, _token
from tests.api.conftest import Nothing
from tests.builders import candidate, held_skill, problem, required_skill, vacancy
from tests.waits import PATIENCE_S

KINDS = ("add", "change", "accept", "reject", "forbid", "run")
BLOCKS = 40  # so many writes of each kind fit one database
LAST = len(KINDS) * BLOCKS
LEASE_S = 0.4
WRITER = "Ada Berg"


def town() -> Problem:
    """Return people and places of whom each fits one: many proposals, and plans that take no time."""
    numbers = range(1, 2 * BLOCKS + 1)
    return problem(
        candidates=[candidate(f"P{number}") for number in numbers],
        candidate_skills=[held_skill(f"P{number}", f"s{number}") for number in numbers],
        vacancies=[*(vacancy(f"V{number}") for number in numbers), vacancy("V0")],
        vacancy_skills=[required_skill(f"V{number}", f"s{number}") for number in (0, *numbers)],
    )


def prepared(store: Store) -> str:
    """Fill a database with the town and its proposals; return the token of somebody who plans and decides."""
    given = town()
    result = solve(given)
    with store.writing() as session:
        save_problem(session, given, by="Ada")
        job, _ = ask_job(session, "batch", {"as_of": "2026-09-01", "horizon_days": 365}, by="Ada")
        run = save_run(session, job, given, seed=0, gap_limit=1e-6, versions={})
        stored = save_plan(session, run, result, by="Ada")
        pairs = [(f"P{number}", f"V{number}") for number in range(1, 2 * BLOCKS + 1)]
        by_pair = {(entry.candidate_id, entry.vacancy_id): entry for entry in result.plan.assignments}
        propose(session, stored.plan_id, [by_pair[pair] for pair in pairs], by="Ada")
        session.change(jobs.update().values(state="done"))
        account = add_account(session, WRITER, Rights(roles=frozenset({"matcher", "planner"})), by="Ada")
        return begin_session(session, account.account_id, lasts=timedelta(hours=12), means="trial")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A forked process that writes, and the pipe by which it tells.

    Parameters
    ----------
    process, told : int
    """

    process: int
    told: int


def begin_writing(address: str, token: str, first: int, *, is_again: bool) -> Writing:
    """Fork a process that writes from some number on; the first may have been done before."""
    application()
    told, telling = os.pipe()
    process = os.fork()
    if process:
        os.close(telling)
        return Writing(process=process, told=told)
    os.close(told)
    logging.disable()  # what is refused while a server recovers is what is expected
    try:
        with Store(address) as store:
            _write(store, token, first, telling, is_again=is_again)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


class Later:
    """A database that is opened in the forked process, for an application that is made before it is forked."""

    opened: Store | None = None

    def __getattr__(self, name: str) -> Any:
        """Return what the opened database has."""
        return getattr(self.opened, name)


_LATER = Later()


@cache
def application() -> FastAPI:
    """Return the application that forked processes share; each gives it a database of its own."""
    return create_app(Settings(worker=False), Nothing(), cast("Store", _LATER))


def warm(address: str) -> None:
    """Write one of each kind, so that whatever is made at the first request is there before anything is forked."""
    with Store(address) as store:
        token = prepared(store)
        _LATER.opened = store
        with _signed_in(application(), token) as client:
            for number in range(len(KINDS)):
                write(client, number)
        Worker(store).work_once()


def _write(store: Store, token: str, first: int, telling: int, *, is_again: bool) -> None:
    until = threading.Event()
    worker = threading.Thread(target=Worker(store, lease_s=LEASE_S).work, args=(until, 0.02), daemon=True)
    _LATER.opened = store
    with _signed_in(application(), token) as client:
        worker.start()
        for number in range(first, LAST):
            os.write(telling, f"? {number}\n".encode())
            status = _patiently(client, number, is_again=is_again and number == first)
            os.write(telling, f"! {number} {status}\n".encode())
    until.set()


def client_once(store: Store, token: str) -> TestClient:
    """Return a client like `client_of`'s, in a process that was forked from one which has made the application."""
    _LATER.opened = store
    return _signed_in(application(), token)


def client_of(store: Store, token: str) -> TestClient:
    """Return a client of a service on a database, signed in by a session that is there already."""
    return _signed_in(create_app(Settings(worker=False), Nothing(), store), token)


def _signed_in(app: FastAPI, token: str) -> TestClient:
    client = TestClient(app, raise_server_exceptions=False)
    client.cookies.set("matcher-session", token)
    client.headers[HEADER] = _token(token)
    return client


def _patiently(client: TestClient, number: int, *, is_again: bool) -> int:
    """Write, and where the database does not answer just now, do as the answer says and come back."""
    until = time.monotonic() + PATIENCE_S
    while True:
        answer = write(client, number)
        if answer.status_code in (200, 201, 202):
            return int(answer.status_code)
        if answer.status_code == 412 and KINDS[number % len(KINDS)] == "change" and is_again:
            return 200  # it had been done, and nobody was told
        if answer.status_code != 503 or "retry-after" not in answer.headers or time.monotonic() > until:
            return int(answer.status_code)
        is_again = True  # where the connection broke at the very end, it may have been done
        time.sleep(0.05)


def write(client: TestClient, number: int) -> Any:
    """Send one write and return the answer."""
    block, kind = number // len(KINDS), KINDS[number % len(KINDS)]
    own = {"Idempotency-Key": f"write-{number}"}
    person = {"candidate_id": f"N{block}", "available_from": "2026-09-01"}
    if kind == "add":
        return client.post("/v1/candidates", json=person, headers=own)
    if kind == "change":
        return client.put(f"/v1/candidates/N{block}", json=person | {"extent_percent": 50}, headers={"If-Match": '"1"'})
    if kind == "run":
        return client.post("/v1/runs", json={"seed": block}, headers=own)
    if kind == "forbid":
        body = {"act": "forbid", "candidate_id": f"N{block}", "vacancy_id": "V0"}
        return client.post("/v1/decisions", json=body, headers=own)
    decided = {"act": "accept"} if kind == "accept" else {"act": "reject", "reason_code": "other"}
    address = f"/v1/proposals/{2 * block + (1 if kind == 'accept' else 2)}/decision"
    return client.post(address, json=decided, headers={"If-Match": '"1"', **own})


def wrongs(session: Session, answered: set[int], begun: set[int]) -> list[str]:
    """Return what is not as it must be: an acknowledged write that is lost, one done twice, one that nobody began."""
    found = _times_done(session)
    wrong = []
    for number in range(LAST):
        times = found[KINDS[number % len(KINDS)], number // len(KINDS)]
        if times > 1:
            wrong.append(f"write {number} was done {times} times")
        elif times == 0 and number in answered:
            wrong.append(f"write {number} was acknowledged and is lost")
        elif times == 1 and number not in answered | begun:
            wrong.append(f"write {number} was done and never begun")
    twice = sa.select(plans.c.run_id).group_by(plans.c.run_id).having(sa.func.count() > 1)
    wrong += [f"run {row.run_id} has several plans" for row in session.rows(twice)]
    return wrong


def _times_done(session: Session) -> Counter[tuple[str, int]]:
    """Return how often each write was done, by its row and by its entry in the log, which must say the same."""
    done: Counter[tuple[str, int]] = Counter()
    logged: Counter[tuple[str, int]] = Counter()
    people = SQL_BY_TABLE["candidates"]
    for row in session.rows(sa.select(people.c.candidate_id, people.c.version, people.c.extent_percent)):
        if row.candidate_id.startswith("N"):
            block = int(row.candidate_id[1:])
            done["add", block] += 1
            done["change", block] += int(row.version == 2 and row.extent_percent == 50)
    for row in session.rows(sa.select(decision_log)):
        kind, block = row.act, int(row.candidate_id[1:])
        done[kind, block if kind == "forbid" else (block - 1) // 2] += 1
    for row in session.rows(sa.select(runs.c.seed).where(runs.c.run_id > 1)):
        done["run", row.seed] += 1
    states = sa.select(proposals.c.proposal_id, proposals.c.state).where(proposals.c.state != "proposed")
    decided = {(row.state, row.proposal_id) for row in session.rows(states)}
    for row in session.rows(sa.select(audit_log.c.action, audit_log.c.entity, audit_log.c.entity_id)):
        if row.entity == "candidates" and row.entity_id.startswith("N"):
            logged[row.action, int(row.entity_id[1:])] += 1
        elif row.entity == "decisions":
            block = int(row.entity_id.partition("|")[0][1:])
            logged[row.action, block if row.action == "forbid" else (block - 1) // 2] += 1
            state = {"accept": "accepted", "reject": "rejected"}.get(row.action)
            if state and (state, block) not in decided:
                logged[row.action, (block - 1) // 2] += 1_000
    for key, times in logged.items():
        if times != done[key]:
            done[key] = 1_000 + times  # half of it was stored
    return done
