"""What candidates may ask for: access that no table is left out of, review by another, erasure and what keeps it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.errors import Conflict, InvalidInput, UnknownId
from matcher.formats.identities import Identity
from matcher.service.rights import access_document, rights_page
from matcher.store import (
    MasterKeys,
    Store,
    accept,
    add_rule,
    answer_request,
    ask_job,
    broken_entries,
    decide,
    deciders,
    decisions_taken,
    due,
    erase,
    everything_about,
    has_retained,
    hindrances,
    is_erased,
    list_requests,
    list_rules,
    list_stored,
    load_problem,
    move,
    remove_rule,
    request_of,
    retain,
    save_identities,
    save_problem,
    stored,
    write_request,
)
from matcher.store.database.schema import metadata
from matcher.store.tables.trust import audit_log, decision_log, identities
from matcher.store.tables.work import plans, proposals, runs, snapshots
from tests.report.stories import small_city
from tests.store.databases import HeldClock, PostgresServer, SqliteFiles

KEYS = MasterKeys(keys={"first": bytes(range(32))})
NAME = "Kanariefågel Testsson"
LAW = "Arkivlagen (1990:782), gallringsbeslut 7"


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def town(databases: SqliteFiles | PostgresServer, clock: HeldClock) -> Any:
    """Yield a database with the small city, who C1 is, and somebody who is about C1 in every table that may be."""
    with Store(databases.address(), clock=clock) as store:
        with store.writing() as session:
            save_problem(session, small_city(), by="Ada")
            save_identities(session, KEYS, [Identity(candidate_id="C1", name=NAME)], by="Ada")
        yield store


def fill_every_table(store: Store) -> set[str]:
    """Put a row about C1 into every table that a chain of foreign keys leads from to candidates; return these tables.

    The chain is read from the database itself, not from what the program says of it.
    """
    with store.writing() as session:
        inspector = sa.inspect(session.connection)
        names: dict[str, set[str]] = {}
        for table in inspector.get_table_names():
            names[table] = {str(key["referred_table"]) for key in inspector.get_foreign_keys(table)}
        about = {"candidates"}
        while more := {table for table, named in names.items() if named & about} - about:
            about |= more
        for table in metadata.sorted_tables:
            if table.name in about - {"candidates"}:
                _plant(session, table, about)
    return about


def _plant(session: Any, table: sa.Table, about: set[str]) -> None:
    """Add a row about C1, or about the row about C1 that was planted before it."""
    if session.first(sa.select(sa.literal(1)).select_from(table).where(_about_c1(table))):
        return
    row: dict[str, Any] = {}
    for column in table.columns:
        keys = list(column.foreign_keys)
        if column.primary_key and not keys and column.autoincrement is not False:
            continue
        if keys:
            named = keys[0].column
            condition = named == "C1" if named.name == "candidate_id" else sa.true()
            row[column.name] = session.value(sa.select(named).where(condition).limit(1))
        else:
            row[column.name] = _anything(column)
    session.connection.execute(table.insert().values(**row))


def _about_c1(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.candidate_id == "C1" if "candidate_id" in table.c else sa.false()


def _anything(column: sa.Column[Any]) -> Any:
    kind = column.type.python_type
    samples: dict[type, Any] = {
        str: "1" if "document" not in column.name else "{}",
        int: 1,
        bool: False,
        float: 1.0,
        bytes: b"1",
    }
    if kind in samples:
        return samples[kind]
    return (
        datetime(2026, 9, 1, tzinfo=UTC)
        if kind is datetime
        else kind(2026, 9, 1)
        if kind.__name__ == "date"
        else kind(1)
    )


def test_no_table_that_refers_to_a_candidate_is_left_out_of_the_export(town: Store) -> None:
    """A new table that refers to candidates, or to what refers to them, is in the export, or this fails."""
    with town.writing() as session:
        _a_plan(session)
    about = fill_every_table(town)
    assert {"candidate_skills", "proposals", "placements", "follow_ups", "decision_log", "identities"} <= about
    with town.reading() as session:
        found = everything_about(session, "C1")
        assert about - found.keys() == set()
        assert {"moves", "audit_log"} >= found.keys() - about
        for name in about - {"candidates", "identities"}:
            assert len(found[name]) >= 1
            assert set(found[name][0]) == {column.name for column in metadata.tables[name].columns}, name
        others = everything_about(session, "C2")
    assert "C1" not in str({name: rows for name, rows in others.items() if name != "audit_log"})
    with town.reading() as session, pytest.raises(UnknownId):
        everything_about(session, "nobody")


def _a_plan(session: Any) -> None:
    """Store a plan's row, whatever stands in it: proposals name it."""
    job_id = ask_job(session, "run", {}, by="Ada")[0].job_id
    digest = "sha256:0"
    session.connection.execute(snapshots.insert().values(problem_hash=digest, document=b"", saved_at=session.now))
    policy = session.value(sa.select(metadata.tables["policies"].c.policy_version).limit(1))
    for table in (runs, plans):
        row = {column.name: _anything(column) for column in table.columns if not column.primary_key}
        known = {"job_id": job_id, "problem_hash": digest, "policy_version": policy, "run_id": 1}
        session.connection.execute(table.insert().values(**{k: known.get(k, v) for k, v in row.items()}))


def test_the_document_says_who_it_is_and_that_it_was_given(town: Store) -> None:
    """With the keys the identity stands in it, without them it says that it cannot; both times the log says so."""
    document = access_document(town, KEYS, "C1", by="Ada", reason="asked for")
    assert document["identity"]["name"] == NAME
    without = access_document(town, None, "C1", by="Ada", reason="asked for")
    assert (without["identity"], without["is_identity_readable"]) == (None, False)
    assert NAME not in str(document["tables"])
    with town.reading() as session:
        entries = session.rows(sa.select(audit_log.c.action).where(audit_log.c.entity_id == "C1"))
        assert [row.action for row in entries].count("export") == 2
        assert [row.action for row in entries].count("look") == 1
        assert broken_entries(session) == []


def test_a_decision_is_reviewed_by_somebody_else(town: Store) -> None:
    """Whoever has decided about the person, at that place or at any, does not answer; another one does, once."""
    with town.writing() as session:
        decide(session, "forbid", "C1", "V1", by="Ada")
        decide(session, "forbid", "C1", "V2", by="Bo")
        of_one = write_request(session, "review", "C1", "Why not there?", by="Eva", vacancy_id="V1")
        of_all = write_request(session, "review", "C1", "Why nowhere?", by="Eva")
        assert deciders(session, request_of(session, of_one)) == {"Ada"}
        assert deciders(session, request_of(session, of_all)) == {"Ada", "Bo"}
    for who in ("Ada", "Bo"):
        with pytest.raises(Conflict, match="somebody who has not taken the decision"), town.writing() as session:
            answer_request(session, of_all, "granted", "Looked at again.", by=who)
    with town.writing() as session:
        answer_request(session, of_one, "partly", "Looked at again.", by="Bo")
        found = request_of(session, of_one)
        assert (found.outcome, found.answered_by, found.is_open) == ("partly", "Bo", False)
        assert [one.request_id for one in list_requests(session, is_open=True)] == [of_all]
    with pytest.raises(Conflict, match="still wait"), town.writing() as session:
        answer_request(session, of_one, "granted", "Again.", by="Eva")


@pytest.mark.parametrize(
    ("kind", "words", "match"),
    [
        ("review", "  ", "have words"),
        ("wish", "Please.", "have a kind"),
        ("other", "I am 121212-1212", "without a pers"),
    ],
)
def test_a_request_says_what_it_asks_for(town: Store, kind: Any, words: str, match: str) -> None:
    with pytest.raises(InvalidInput, match=match), town.writing() as session:
        write_request(session, kind, "C1", words, by="Eva")
    with town.reading() as session:
        assert list_requests(session) == []


def test_erasing_leaves_a_pseudonym_that_leads_nowhere(town: Store) -> None:
    """The key, skills, groups, requests' words and the case are gone; decisions and the log stay, and plans go on."""
    with town.writing() as session:
        decide(session, "forbid", "C1", "V2", by="Ada")
        write_request(session, "erasure", "C1", "Please erase me.", by="Eva")
        found = erase(session, "C1", by="Ada", reason="asked for")
    assert found.rows["candidate_skills"] == 1
    assert found.rows["decisions"] == 1
    assert found.stay == {"placements": 0, "decision_log": 1, "proposals": 0}
    with town.reading() as session:
        person = stored(session, "candidates", "C1")
        assert (person.entity.groups, person.state) == ((), "left")
        assert is_erased(session, "C1")
        assert [row.entity.candidate_id for row in list_stored(session, "candidate_skills")] == []
        assert [one.words for one in list_requests(session)] == [""]
        assert len(decisions_taken(session, candidate_id="C1")) == 1
        assert broken_entries(session) == []
        load_problem(session)
    page = rights_page(town, "C1")
    assert (page.is_known, page.is_erased) == (False, True)


def test_a_promise_and_a_placement_keep_somebody(town: Store) -> None:
    """Each is named; nothing is erased while one of them stands."""
    with town.writing() as session:
        decide(session, "pin", "C1", "V1", by="Ada")
        assert [str(one) for one in hindrances(session, "C1")] == ["A place at vacancy 'V1' is promised."]
    with pytest.raises(Conflict, match="A place at vacancy 'V1' is promised"), town.writing() as session:
        erase(session, "C1", by="Ada", reason="asked for")
    with town.reading() as session:
        assert not is_erased(session, "C1")


def test_an_archive_rule_stands_until_its_day(town: Store, clock: HeldClock) -> None:
    """Erasure is refused with law and day while it stands, whoever asks, and is possible from that day on."""
    with town.writing() as session:
        add_rule(
            session,
            "candidates",
            keep_months=24,
            legal_basis=LAW,
            by="Ada",
            valid_from=clock.now.date(),
            is_archived=True,
        )
        assert hindrances(session, "C1")[0].until is None  # who has not left has no day
        move(session, "candidates", "C1", "left", by="Ada")
        (found,) = hindrances(session, "C1")
        assert found.until == clock.now.date().replace(year=2028)
    with pytest.raises(Conflict, match=r"Arkivlagen .* until 2028-09-01"), town.writing() as session:
        erase(session, "C1", by="Ada", reason="asked for")
    clock.now = clock.now.replace(year=2028)
    with town.writing() as session:
        assert hindrances(session, "C1") == []
        erase(session, "C1", by="Ada", reason="asked for")


def test_what_is_due_is_erased_by_night_and_nothing_else(town: Store, clock: HeldClock) -> None:
    """Six months after leaving the identity goes, after twelve the description; who has come back stays."""
    day = clock.now.date()
    with town.writing() as session:
        add_rule(session, "identities", keep_months=6, legal_basis=LAW, by="Ada", valid_from=day)
        add_rule(session, "candidates", keep_months=12, legal_basis=LAW, by="Ada", valid_from=day)
        save_identities(session, KEYS, [Identity(candidate_id="C2", name=NAME)], by="Ada")
        for candidate_id in ("C1", "C2", "C3"):
            move(session, "candidates", candidate_id, "left", by="Ada")
        move(session, "candidates", "C2", "available", by="Ada")
    clock.now += timedelta(days=170)
    with town.writing() as session:
        assert [each.ids for each in retain(session, by="schedule")] == [(), ()]
    clock.now += timedelta(days=20)
    with town.reading() as session:
        assert [each.ids for each in due(session)] == [("C1", "C3"), ()]
        assert [each.ids for each in due(session, on=day.replace(year=2028))] == [("C1", "C3"), ("C1", "C3")]
        assert not is_erased(session, "C1")  # looking erases nothing
        assert not has_retained(session, clock.now.date())
    with town.writing() as session:
        retain(session, by="schedule")
        assert has_retained(session, clock.now.date())
        assert is_erased(session, "C1")
        assert stored(session, "candidates", "C1").entity.groups != ()
        assert retain(session, by="schedule")[0].ids == ()
        assert session.value(sa.select(identities.c.ciphertext).where(identities.c.candidate_id == "C2")) is not None
    clock.now += timedelta(days=200)
    with town.writing() as session:
        retain(session, by="schedule")
        assert stored(session, "candidates", "C1").entity.groups == ()
        assert stored(session, "candidates", "C4").entity.groups != ()
        assert broken_entries(session) == []


def test_old_runs_go_with_their_plans_unless_something_rests_on_them(town: Store, clock: HeldClock) -> None:
    """A run without a trace goes; one whose proposal somebody has accepted stays, and so does what an archive keeps."""
    with town.writing() as session:
        _a_plan(session)
        _a_plan_again(session)
        first = _propose(session, 1)
        _propose(session, 2, state="superseded")
        accept(session, first, by="Ada")
        add_rule(session, "runs", keep_months=12, legal_basis=LAW, by="Ada", valid_from=clock.now.date())
    clock.now += timedelta(days=400)
    with town.writing() as session:
        (found,) = retain(session, by="schedule")
        assert found.ids == ("2",)
        assert found.held == {"1": "Proposals of its plan are open or accepted."}
        assert [row.run_id for row in session.rows(sa.select(runs.c.run_id))] == [1]
        assert [row.plan_id for row in session.rows(sa.select(proposals.c.plan_id))] == [1]
        assert [row.problem_hash for row in session.rows(sa.select(snapshots.c.problem_hash))] == ["sha256:0"]


def _a_plan_again(session: Any) -> None:
    job_id = ask_job(session, "run", {}, by="Ada")[0].job_id
    session.connection.execute(snapshots.insert().values(problem_hash="sha256:1", document=b"", saved_at=session.now))
    (run,), (plan,) = session.rows(sa.select(runs)), session.rows(sa.select(plans))
    session.connection.execute(
        runs.insert().values(**dict(run._mapping) | {"run_id": 2, "job_id": job_id, "problem_hash": "sha256:1"})
    )
    session.connection.execute(plans.insert().values(**dict(plan._mapping) | {"plan_id": 2, "run_id": 2}))
    session.connection.execute(sa.update(metadata.tables["jobs"]).values(state="done"))


def _propose(session: Any, plan_id: int, state: str = "proposed") -> int:
    return session.insert(
        proposals, plan_id=plan_id, candidate_id="C1", vacancy_id="V1", cohort_ids="", score=1, state=state, version=1
    )


def test_decisions_and_answers_go_when_their_time_has_come(town: Store, clock: HeldClock) -> None:
    day = clock.now.date()
    with town.writing() as session:
        decide(session, "forbid", "C1", "V1", by="Ada")
        old = write_request(session, "other", "C1", "Hello?", by="Eva")
        open_one = write_request(session, "other", "C2", "Hello?", by="Eva")
        answer_request(session, old, "granted", "Hello.", by="Ada")
        add_rule(session, "decision_log", keep_months=12, legal_basis=LAW, by="Ada", valid_from=day)
        number = add_rule(
            session, "decision_log", keep_months=36, legal_basis=LAW, by="Ada", valid_from=day, is_archived=True
        )
        add_rule(session, "rights_requests", keep_months=12, legal_basis=LAW, by="Ada", valid_from=day)
    clock.now += timedelta(days=400)
    with town.writing() as session:
        decisions, requests = retain(session, by="schedule")
        assert decisions.ids == ()
        assert list(decisions.held.values()) == [f"Retention rule '{number}' keeps it ({LAW})."]
        assert requests.ids == (str(old),)
        assert [one.request_id for one in list_requests(session)] == [open_one]
        remove_rule(session, number, by="Ada", reason="a new decision")
        assert len(list_rules(session)) == 2
        retain(session, by="schedule")
        assert session.rows(sa.select(decision_log)) == []
        assert broken_entries(session) == []


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"legal_basis": " "}, "have a legal_basis"),
        ({"keep_months": None}, "have keep_months where"),
        ({"keep_months": -1}, "have keep_months from 0"),
        ({"entity": "audit_log"}, "be about one of"),
        ({"after_state": "available"}, "count from one of"),
        ({"entity": "runs", "after_state": "left"}, "have no state"),
        ({"legal_basis": "about 121212-1212"}, "without a personal"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(town: Store, clock: HeldClock, fields: dict[str, Any], match: str) -> None:
    given = {"entity": "candidates", "keep_months": 12, "legal_basis": LAW} | fields
    with pytest.raises(InvalidInput, match=match), town.writing() as session:
        add_rule(session, given.pop("entity"), by="Ada", valid_from=clock.now.date(), **given)
