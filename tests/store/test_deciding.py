"""From a proposal to a lasting placement: every step by a named person, none twice, nothing lost."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from matcher.errors import Conflict, UnknownId
from matcher.plan import Assignment
from matcher.problem import Problem
from matcher.solve import solve
from matcher.store import (
    MOVES,
    OutcomeInputs,
    Store,
    WritingSession,
    accept,
    ask_job,
    broken_entries,
    decide,
    decisions_taken,
    due_follow_ups,
    end_placement,
    list_proposals,
    load_problem,
    move,
    past_placements,
    propose,
    record_follow_up,
    reject,
    save_plan,
    save_problem,
    save_run,
    start_placement,
    state_of,
    withdraw,
)
from tests.builders import candidate, cohort, contract, course, past_placement, problem, required_skill, vacancy
from tests.waits import join

SEEN = OutcomeInputs(nice_share=0.5, distance_km=12.5, form="employment", extent_percent=75)


def town(num_candidates: int = 3, **fields: Any) -> Problem:
    """Return a vacancy with one position, and a course with one seat."""
    return problem(
        candidates=[candidate(f"C{number}") for number in range(num_candidates)],
        vacancies=[vacancy("V1", **fields), vacancy("V2", positions=5)],
        vacancy_skills=[required_skill("V2", "forklift")],
        courses=[course("U1", skills=["forklift"])],
        cohorts=[cohort("K1", seats=1)],
    )


def proposed(store: Store, *pairs: tuple[str, str, tuple[str, ...]], given: Problem | None = None) -> list[int]:
    """Save a town and propose some pairs; return the numbers of the proposals."""
    given = given or town()
    with store.writing() as session:
        save_problem(session, given, by="Ada")
        job, _ = ask_job(session, "batch", {}, by="Ada")
        run = save_run(session, job, given, seed=0, gap_limit=1e-6, versions={})
        plan = save_plan(session, run, solve(given), by="worker")
        propose(session, plan.plan_id, [_assignment(*pair) for pair in pairs], by="worker")
    with store.reading() as session:
        return [proposal.proposal_id for proposal in list_proposals(session)]


def _assignment(candidate_id: str, vacancy_id: str, cohort_ids: tuple[str, ...]) -> Assignment:
    return Assignment(
        candidate_id=candidate_id,
        vacancy_id=vacancy_id,
        cohort_ids=cohort_ids,
        start_date=date(2026, 9, 1),
        score=Decimal("0.5"),
    )


def states(store: Store) -> dict[str, str]:
    """Return the states of the first candidate and the first vacancy."""
    with store.reading() as session:
        return {"C0": state_of(session, "candidates", "C0"), "V1": state_of(session, "vacancies", "V1")}


def test_from_proposal_to_a_lasting_placement(store: Store) -> None:
    """Proposed, accepted, started, followed up, sustained: each state follows from what a person did."""
    (number,) = proposed(store, ("C0", "V1", ()))
    assert states(store) == {"C0": "proposed", "V1": "proposed"}
    with store.writing() as session:
        accept(session, number, by="Bo", version=1)
    assert states(store) == {"C0": "accepted", "V1": "accepted"}
    with store.writing() as session:
        start_placement(session, "C0", "V1", start_date=date(2026, 8, 31), inputs=SEEN, by="Bo")
    assert states(store) == {"C0": "started", "V1": "started"}
    with store.reading() as session:
        assert [(row.months, row.due_on) for row in due_follow_ups(session, date(2027, 2, 28))] == [
            (3, date(2026, 11, 30)),
            (6, date(2027, 2, 28)),
        ]
        due = due_follow_ups(session, date(2027, 8, 31))
    for row in due:
        with store.writing() as session:
            record_follow_up(session, row.follow_up_id, is_sustained=True, by="Bo", version=row.version)
    assert states(store) == {"C0": "sustained", "V1": "sustained"}
    with store.reading() as session:
        assert due_follow_ups(session, date(2030, 1, 1)) == []
        assert past_placements(session, 12) == (
            past_placement("followed-1", True, nice_share=0.5, distance_km=12.5, extent_percent=75),
        )
        assert broken_entries(session) == []


def test_an_acceptance_is_a_promise_for_the_next_plan(store: Store) -> None:
    """What was accepted, and the seats of its route, stand in the problem that is planned next."""
    (number,) = proposed(store, ("C0", "V2", ("K1",)))
    with store.writing() as session:
        accept(session, number, by="Bo")
    with store.reading() as session:
        loaded = load_problem(session)

    (decision,) = loaded.decisions
    assert (decision.candidate_id, decision.vacancy_id, decision.decision, decision.decided_by) == (
        "C0",
        "V2",
        "accepted",
        "Bo",
    )
    assert [(row.candidate_id, row.cohort_id) for row in loaded.enrolments] == [("C0", "K1")]


def test_a_rejection_needs_a_reason_of_the_list_and_is_kept(store: Store) -> None:
    """Whoever rejects says why; the pair is forbidden to later plans, and free again when that is withdrawn."""
    (number,) = proposed(store, ("C0", "V1", ()))
    with pytest.raises(Conflict, match="must be rejected for one of candidate_declines"), store.writing() as session:
        reject(session, number, by="Bo", reason_code="no idea")
    with store.writing() as session:
        reject(session, number, by="Bo", reason_code="too_far", note="no bus")
    assert states(store) == {"C0": "available", "V1": "open"}
    with store.reading() as session:
        assert [row.decision for row in load_problem(session).decisions] == ["forbidden"]
    with store.writing() as session:
        withdraw(session, "C0", "V1", by="Bo", note="a bus now goes there")
    with store.reading() as session:
        assert load_problem(session).decisions == ()
        assert [(row.act, row.reason_code, row.note, row.decided_by) for row in decisions_taken(session)] == [
            ("reject", "too_far", "no bus", "Bo"),
            ("withdraw", None, "a bus now goes there", "Bo"),
        ]


def test_nothing_is_decided_twice_or_by_nobody(store: Store) -> None:
    """A second decision, one on an earlier version, and one without a name are refused and change nothing."""
    (number,) = proposed(store, ("C0", "V1", ()))
    refused = [
        ("must have the name of the person", lambda session: accept(session, number, by=" ")),
        ("must still be version 7, got 1", lambda session: accept(session, number, by="Bo", version=7)),
        ("Proposal '99' must be there", lambda session: accept(session, 99, by="Bo")),
    ]
    for sentence, act in refused:
        _refuses(store, sentence, act)
    assert states(store) == {"C0": "proposed", "V1": "proposed"}
    with store.writing() as session:
        accept(session, number, by="Bo")
    _refuses(store, "must have a free position", lambda session: accept(session, number, by="Bo"))
    with store.reading() as session:
        assert len(decisions_taken(session)) == 1


def _refuses(store: Store, sentence: str, act: Any) -> None:
    with pytest.raises((Conflict, UnknownId), match=sentence), store.writing() as session:
        act(session)


def test_pinned_and_forbidden_exclude_one_another(store: Store) -> None:
    """What is pinned cannot be forbidden until that is withdrawn, and the other way round."""
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
        decide(session, "pin", "C0", "V1", by="Bo")
        decide(session, "forbid", "C1", "V1", by="Bo")
    _refuses(store, "must not be both forbidden and pinned", lambda s: decide(s, "forbid", "C0", "V1", by="Bo"))
    _refuses(store, "must not be both pinned and forbidden", lambda s: decide(s, "pin", "C1", "V1", by="Bo"))
    _refuses(store, "Candidate 'nobody' must be there", lambda s: decide(s, "pin", "nobody", "V1", by="Bo"))
    _refuses(store, "must stand to be withdrawn", lambda s: withdraw(s, "C2", "V1", by="Bo", note=""))


@pytest.mark.parametrize("wanted", ["position", "seat"])
def test_many_who_want_the_last_place_get_it_once(store: Store, wanted: str) -> None:
    """Sixteen people accept at once where there is one position, or one seat: one of them succeeds."""
    pairs = [(f"C{number}", *(("V1", ()) if wanted == "position" else ("V2", ("K1",)))) for number in range(16)]
    numbers = proposed(store, *pairs, given=town(16) if wanted == "position" else _with_room(town(16)))
    accepted: list[int] = []
    refused: list[str] = []

    def take(number: int) -> None:
        try:
            with store.writing() as session:
                accept(session, number, by="Bo")
        except Conflict as error:
            refused.append(error.code)
        else:
            accepted.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    join(*threads)

    assert (len(accepted), refused) == (1, ["refused_move"] * 15)
    with store.reading() as session:
        assert len(load_problem(session).decisions) == 1
        assert len(decisions_taken(session)) == 1
        assert broken_entries(session) == []


def _with_room(given: Problem) -> Problem:
    return problem(
        candidates=given.candidates,
        vacancies=[vacancy("V1"), vacancy("V2", positions=16)],
        courses=given.courses,
        cohorts=given.cohorts,
    )


def test_a_later_plan_supersedes_what_is_still_open(store: Store) -> None:
    """New proposals take the place of open ones; what was decided stays decided, and no plan changes."""
    first, second = proposed(store, ("C0", "V1", ()), ("C1", "V2", ("K1",)))
    with store.writing() as session:
        accept(session, first, by="Bo")
    proposed(store, ("C2", "V2", ("K1",)))
    with store.reading() as session:
        after = {row.proposal_id: row.state for row in list_proposals(session)}

    assert after == {first: "accepted", second: "superseded", 3: "proposed"}


def test_nobody_begins_whom_no_person_accepted(store: Store) -> None:
    """A placement begins only after a named person has accepted that pair."""
    proposed(store, ("C0", "V1", ()))

    _refuses(
        store,
        "must have been accepted at vacancy 'V1' by a named person",
        lambda session: start_placement(session, "C0", "V1", start_date=date(2026, 9, 1), inputs=SEEN, by="worker"),
    )


def test_a_follow_up_is_answered_once(store: Store) -> None:
    """Of two people who answer the same question, the second is told that it has been answered."""
    (number,) = proposed(store, ("C0", "V1", ()))
    with store.writing() as session:
        accept(session, number, by="Bo")
        start_placement(session, "C0", "V1", start_date=date(2026, 9, 1), inputs=SEEN, by="Bo")
        record_follow_up(session, 1, is_sustained=False, by="Bo", version=1)

    _refuses(store, "version 1, got 2", lambda s: record_follow_up(s, 1, is_sustained=True, by="Cy", version=1))
    with store.reading() as session:
        assert [row.sustained for row in past_placements(session, 3)] == [False]


def test_who_leaves_is_counted_and_replaced(store: Store) -> None:
    """Leaving answers what was to be asked later, frees the person and the place, and is noted once."""
    (number,) = proposed(store, ("C0", "V1", ()))
    with store.writing() as session:
        accept(session, number, by="Bo")
        start_placement(session, "C0", "V1", start_date=date(2026, 9, 1), inputs=SEEN, by="Bo")
        record_follow_up(session, 1, is_sustained=True, by="Bo", version=1)
    left = {"by": "Bo", "note": "moved away", "version": 1}
    _refuses(store, "must end on or after its start", lambda s: end_placement(s, 1, ended_on=date(2026, 8, 1), **left))
    _refuses(store, "Placement '9' must be there", lambda s: end_placement(s, 9, ended_on=date(2027, 1, 1), **left))
    with store.writing() as session:
        end_placement(session, 1, ended_on=date(2027, 1, 1), **left)
    _refuses(store, "must still be version 1, got 2", lambda s: end_placement(s, 1, ended_on=date(2027, 1, 1), **left))

    assert states(store) == {"C0": "available", "V1": "open"}
    with store.reading() as session:
        assert [past_placements(session, months)[0].sustained for months in (3, 6, 12)] == [True, False, False]
        assert due_follow_ups(session, date(2030, 1, 1)) == []
        assert load_problem(session).decisions == ()
        assert [row.act for row in decisions_taken(session)] == ["accept", "withdraw"]


@pytest.mark.parametrize("entity", ["vacancies", "candidates"])
def test_only_the_moves_of_the_table_are_made(store: Store, entity: str) -> None:
    """From every state, each state of the table can be reached if it says so, and is refused with those that can."""
    key = {"vacancies": "V1", "candidates": "C0"}[entity]
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
    for state, allowed in MOVES[entity].items():
        for wanted in MOVES[entity]:
            with store.writing() as session:
                _set_state(session, entity, key, state)
            if wanted in allowed:
                with store.writing() as session:
                    move(session, entity, key, wanted, by="Bo")
                    assert state_of(session, entity, key) == wanted
            else:
                _refuses(store, f"is {state} and must become", lambda s, to=wanted: move(s, entity, key, to, by="Bo"))


def _set_state(session: WritingSession, entity: str, key: str, state: str) -> None:
    from matcher.store.tables.problem import SQL_BY_TABLE

    table = SQL_BY_TABLE[entity]
    session.change(
        table.update().where(table.c[f"{entity[:-1].replace('vacancie', 'vacancy')}_id"] == key).values(state=state)
    )


def test_a_vacancys_first_state_is_its_contracts(store: Store) -> None:
    """A forecast contract's vacancy is a forecast, an ended one's has ended; without a contract it is open."""
    statuses = ("forecast", "tendered", "awarded", "active", "ended", "cancelled")
    given = problem(
        contracts=[contract(f"T{number}", status=status) for number, status in enumerate(statuses)],
        vacancies=[vacancy(f"V{number}", contract_id=f"T{number}") for number in range(6)] + [vacancy("alone")],
    )
    with store.writing() as session:
        save_problem(session, given, by="Ada")
        found = [state_of(session, "vacancies", row.vacancy_id) for row in given.vacancies]

    assert found == ["forecast", "tendered", "awarded", "open", "ended", "ended", "open"]
