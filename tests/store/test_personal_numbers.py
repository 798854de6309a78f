"""No act on the database takes a personal number in anybody's own words, whatever way leads to it.

Pages and the interface refuse one earlier, with the name of the field; the command line and the service's own parts
meet these. What nobody has thought of yet is found by looking at every act there is, and at every value that is stored.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import matcher.store
from matcher.errors import InvalidInput
from matcher.formats.identities import Identity
from matcher.problem import OutcomePrior, Policy
from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import (
    MasterKeys,
    OutcomeInputs,
    Rights,
    Store,
    WritingSession,
    add_account,
    list_proposals,
    publish_plan,
    save_policy,
    save_problem,
    write_request,
)
from matcher.store.database.schema import metadata
from tests.builders import candidate
from tests.onetime import code_at
from tests.service.towns import AS_OF, town
from tests.store.databases import SqliteFiles

NUMBER = "19121212-1212"
DAY = timedelta(days=1)
LATER = AS_OF + 400 * DAY
SYSTEM = Rights(roles=frozenset({"service"}))
PLANNER = Rights(roles=frozenset({"planner"}))
Act = Callable[[WritingSession, str], object]
# Parameters in which somebody writes what they like; ids are refused with the rows whose ids they are.
FREE = {"reason", "note", "words", "legal_basis", "name", "caseworker", "unit", "subject"}
SEEN = OutcomeInputs(nice_share=0.5, distance_km=12.5, form="employment", extent_percent=75)
KEYS = MasterKeys(keys={"one": bytes(range(32))})
s = matcher.store
ACTS: dict[str, Act] = {
    "add.reason": lambda on, text: s.add(on, "candidates", candidate("N1"), by="Ada", reason=text),
    "add_account.name": lambda on, text: add_account(on, text, PLANNER, by="Ada", password_hash="none"),
    "add_account.subject": lambda on, text: add_account(on, "Cy", PLANNER, by="Ada", issuer="i", subject=text),
    "add_rule.legal_basis": lambda on, text: s.add_rule(
        on, "decision_log", keep_months=12, legal_basis=text, by="Ada", valid_from=AS_OF
    ),
    "answer_request.words": lambda on, text: s.answer_request(on, 1, "granted", text, by="Bo"),
    "append.reason": lambda on, text: s.append(on, "Ada", "look", "candidates", "C1", reason=text),
    "approve_policy.legal_basis": lambda on, text: s.approve_policy(
        on, save_policy(on, Policy(name="new"), by="Ada"), by="Ada", legal_basis=text, valid_from=AS_OF
    ),
    "assign_case.caseworker": lambda on, text: s.assign_case(on, "C1", text, by="Ada"),
    "assign_case.unit": lambda on, text: s.assign_case(on, "C1", "Bo", by="Ada", unit=text),
    "change.reason": lambda on, text: s.change(
        on, "candidates", candidate("C1", municipality="0180"), version=_version(on), by="Ada", reason=text
    ),
    "change_case.caseworker": lambda on, text: s.change_case(on, "C1", text, None, version=None, by="Ada"),
    "change_case.unit": lambda on, text: s.change_case(on, "C1", "Bo", text, version=None, by="Ada"),
    "change_rights.reason": lambda on, text: s.change_rights(on, 1, _rights(["North"]), by="Ada", reason=text),
    "decide.note": lambda on, text: s.decide(on, "forbid", *_pair(on), by="Ada", note=text),
    "disable.reason": lambda on, text: s.disable(on, 1, by="Ada", reason=text),
    "enable.reason": lambda on, text: (s.disable(on, 1, by="Ada", reason="x"), s.enable(on, 1, by="Ada", reason=text)),
    "end_placement.note": lambda on, text: s.end_placement(
        on, _placed(on), ended_on=AS_OF, by="Ada", note=text, version=1
    ),
    "erase.reason": lambda on, text: s.erase(on, "C1", by="Ada", reason=text),
    "erase_identity.reason": lambda on, text: s.erase_identity(on, "C1", by="Ada", reason=text),
    "issue_token.name": lambda on, text: s.issue_token(on, text, SYSTEM, lasts=DAY, by="Ada"),
    "keep_subject.name": lambda on, text: s.keep_subject(on, "i", "7", text, PLANNER),
    "keep_subject.subject": lambda on, text: s.keep_subject(on, "i", text, "Cy", PLANNER),
    "look_at.reason": lambda on, text: (
        s.save_identities(on, KEYS, [Identity(candidate_id="C1", name="Bo")], by="Ada"),
        s.look_at(on, KEYS, "C1", by="Ada", reason=text),
    ),
    "move.reason": lambda on, text: s.move(on, "candidates", "C1", "paused", by="Ada", reason=text),
    "publish_plan.reason": lambda on, text: publish_plan(on, 1, by="Ada", reason=text),
    "redeem.name": lambda on, text: s.redeem(on, s.invite(on, PLANNER, by="Ada"), name=text, password_hash="none"),
    "reject.note": lambda on, text: s.reject(on, _proposal(on), by="Ada", reason_code="other", note=text),
    "remove_rule.reason": lambda on, text: s.remove_rule(on, _rule(on), by="Ada", reason=text),
    "remove_second_factor.reason": lambda on, text: (
        _with_factor(on),
        s.remove_second_factor(on, 1, by="Ada", reason=text),
    ),
    "resume_runs.reason": lambda on, text: (
        s.stop_runs(on, by="Ada", reason="x"),
        s.resume_runs(on, by="Ada", reason=text),
    ),
    "revoke_token.reason": lambda on, text: (
        s.issue_token(on, "hr", SYSTEM, lasts=DAY, by="Ada"),
        s.revoke_token(on, 1, by="Ada", reason=text),
    ),
    "save_identities.reason": lambda on, text: s.save_identities(
        on, KEYS, [Identity(candidate_id="C1", name="Bo")], by="Ada", reason=text
    ),
    "save_problem.reason": lambda on, text: save_problem(on, town(), by="Ada", reason=text),
    "stop_runs.reason": lambda on, text: s.stop_runs(on, by="Ada", reason=text),
    "switch_model.reason": lambda on, text: s.switch_model(
        on, s.save_model(on, OutcomePrior(), {}, by="Ada"), by="Ada", reason=text
    ),
    "withdraw.note": lambda on, text: (
        s.decide(on, "forbid", *_pair(on), by="Ada"),
        s.withdraw(on, *_pair(on), by="Ada", note=text),
    ),
    "write_request.words": lambda on, text: write_request(on, "review", "C1", text, by="Ada"),
}


def _rights(units: list[str]) -> Rights:
    return Rights(roles=frozenset({"planner"}), units=frozenset(units))


def _proposal(on: WritingSession) -> int:
    return list_proposals(on)[0].proposal_id


def _pair(on: WritingSession) -> tuple[str, str]:
    first = list_proposals(on)[0]
    return first.candidate_id, first.vacancy_id


def _placed(on: WritingSession) -> int:
    s.accept(on, _proposal(on), by="Ada")
    return s.start_placement(on, *_pair(on), start_date=AS_OF, inputs=SEEN, by="Ada")


def _version(on: WritingSession) -> int:
    return s.stored(on, "candidates", "C1").version


def _with_factor(on: WritingSession) -> None:
    s.begin_second_factor(on, None, 1, by="Ada")
    s.confirm_second_factor(on, None, 1, code_at(s.waiting_secret(on, None, 1) or "", on.now))


def _rule(on: WritingSession) -> int:
    return s.add_rule(on, "decision_log", keep_months=12, legal_basis="the archive's", by="Ada", valid_from=AS_OF)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Yield a database with a published plan; what is tried on it is never stored."""
    folder: Path = tmp_path_factory.mktemp("planned")
    with Store(SqliteFiles(folder).address()) as store:
        with store.writing() as session:
            save_problem(session, town(), by="Ada")
            add_account(session, "Ada", PLANNER, by="tests", password_hash="none")
        ask_run(store, by="Ada", kind="batch", as_of=AS_OF, horizon_days=120)
        Worker(store).work_once()
        with store.writing() as session:
            write_request(session, "review", "C1", "Why?", by="Ada")
        yield store


def test_every_act_that_takes_words_is_tried_here() -> None:
    """A new one is missed by nobody."""
    there = set()
    for name in matcher.store.__all__:
        act = getattr(matcher.store, name)
        if inspect.isfunction(act):
            parameters = list(inspect.signature(act).parameters.values())
            if parameters and parameters[0].annotation == "WritingSession":
                there |= {f"{name}.{each.name}" for each in parameters if each.name in FREE}
    assert there == set(ACTS)


@pytest.mark.parametrize("act", ACTS)
def test_no_act_takes_a_personal_number(planned: Store, act: str) -> None:
    """With other words it is done; with a number it is refused, in words that do not repeat it."""
    with undone(planned) as session:
        ACTS[act](session, "Mattssons own")
        assert "Mattssons" in stored(session)
    with undone(planned) as session:
        with pytest.raises(InvalidInput) as refused:
            ACTS[act](session, f"born {NUMBER}")
        assert {fault.code for fault in refused.value.faults} == {"personal_number"}
        assert NUMBER not in str(refused.value)


def test_no_scope_of_rights_takes_one(planned: Store) -> None:
    """Units and contracts are names, too."""
    with undone(planned) as session, pytest.raises(InvalidInput, match="personal"):
        add_account(session, "Di", _rights([NUMBER]), by="Ada", password_hash="none")


class Undone(Exception):
    """Takes back what was done."""


@contextmanager
def undone(store: Store) -> Iterator[WritingSession]:
    """Give a transaction that is never stored."""
    with suppress(Undone), store.writing() as session:
        yield session
        raise Undone


def stored(session: WritingSession) -> str:
    """Return every value of every table."""
    return repr([tuple(row) for table in metadata.sorted_tables for row in session.rows(sa.select(table))])
