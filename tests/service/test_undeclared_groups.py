"""What no rule asks of people is not kept of a run, and yet is there for whoever may ask about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from matcher.problem import GroupMembership, Problem, without_undeclared
from matcher.service.desk import candidate_page, candidate_rows, figures
from matcher.service.desk.source import StoredDesks
from matcher.service.equality import audit_equality
from matcher.service.running import ask_run
from matcher.service.scenarios import ask_scenario
from matcher.service.studies import AskedStudy, ask_study, question_from
from matcher.service.worker import Worker
from matcher.store import (
    Store,
    load_plan,
    load_problem,
    load_snapshot,
    load_snapshot_with_groups,
    run_of,
    save_problem,
)
from tests.service.towns import town

GROUPS = {"C1": ("women", "youth"), "C2": ("women",), "C3": ("faith",)}


def with_people_in_groups() -> Problem:
    """Return the town, whose first contract asks for the young, and for nothing else that is known of people."""
    given = town()
    people = tuple(
        replace(row, groups=tuple(GroupMembership(group=name) for name in GROUPS[row.candidate_id]))
        for row in given.candidates
    )
    contracts = tuple(replace(row, groups=("youth",)) if row.contract_id == "T1" else row for row in given.contracts)
    return replace(given, candidates=people, contracts=contracts)


def groups_in(problem: Problem) -> dict[str, set[str]]:
    return {row.candidate_id: {one.group for one in row.groups} for row in problem.candidates if row.groups}


@pytest.fixture
def planned(store: Store) -> Store:
    """Return a database with the town and its plan."""
    with store.writing() as session:
        save_problem(session, with_people_in_groups(), by="Ada")
    ask_run(store, by="Ada")
    assert Worker(store).work_once()
    return store


def read_by(store: Store, run_id: int) -> Problem:
    with store.reading() as session:
        return load_snapshot(session, run_of(session, run_id).problem_hash)


def test_a_run_keeps_only_the_groups_that_a_rule_names(planned: Store) -> None:
    """Nothing else of the problem is missing, and what is stored of people stays."""
    kept = read_by(planned, 1)
    assert groups_in(kept) == {"C1": {"youth"}}
    with planned.reading() as session:
        everything = load_problem(session)
        assert groups_in(everything) == {one: set(groups) for one, groups in GROUPS.items()}
        assert replace(everything, candidates=kept.candidates) == kept
        joined = load_snapshot_with_groups(session, run_of(session, 1).problem_hash)
    assert groups_in(joined) == groups_in(everything)
    assert without_undeclared(joined) == kept


def test_a_scenario_may_name_another_group(planned: Store) -> None:
    """Its members are found, for the scenario's own rule declares the group; the others' groups stay out."""
    quota: dict[str, Any] = {"kind": "add_quota", "quota_id": "Q1", "group": "women", "min_count": "2"}
    run = ask_scenario(planned, 1, [quota], name="women", by="Ada")
    assert groups_in(read_by(planned, run.run_id)) == {"C1": {"women", "youth"}, "C2": {"women"}}
    assert Worker(planned).work_once()
    with planned.reading() as session:
        assert {entry.candidate_id for entry in load_plan(session, 2).assignments} >= {"C1", "C2"}


def test_a_study_may_name_another_group(planned: Store) -> None:
    """What a tender can promise to women is asked of those who are."""
    question = question_from("requirement", {"contract_id": "T2", "by": "2027-05-01", "groups": ["women"]})
    _, run = ask_study(planned, AskedStudy(plan_id=1, question=question), by="Ada")
    assert groups_in(read_by(planned, run.run_id)) == {"C1": {"women", "youth"}, "C2": {"women"}}


def test_an_audit_compares_every_group(planned: Store) -> None:
    """Also those that decide nothing: that they decide nothing is what the audit is for."""
    audited = audit_equality(planned, by="Ada")
    assert audited is not None
    assert {one.attribute for outcome in audited.audit.outcomes for one in outcome.readings} == {
        "faith",
        "women",
        "youth",
    }


def test_pages_tell_what_is_stored_of_people(planned: Store) -> None:
    """A candidate's own page, the list, and the figures by group."""
    desk = StoredDesks(planned, clock=lambda: date(2026, 9, 1)).desk()
    assert desk is not None
    assert {one.group for one in candidate_page(desk, "C1").groups} == {"women", "youth"}
    assert {row.candidate_id: row.groups for row in candidate_rows(desk)} == GROUPS
    assert {row.name for row in figures(desk, planned).by_group} >= {"women"}
