"""Accounts, links, sessions, tokens and attempts: what is kept of them, and how long each works."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matcher.errors import Conflict, InvalidInput, UnknownId
from matcher.store import (
    Rights,
    Store,
    account_named,
    account_of_subject,
    add_account,
    begin_session,
    broken_entries,
    change_rights,
    disable,
    enable,
    end_session,
    failed,
    first_invitation,
    invitation_of,
    invite,
    issue_token,
    list_accounts,
    list_tokens,
    note_use,
    open_session,
    redeem,
    reset,
    revoke_token,
    service_token,
    succeeded,
    try_once,
)
from matcher.store.database.schema import metadata
from matcher.store.tables.trust import audit_log
from tests.store.databases import HeldClock, PostgresServer, SqliteFiles

ADMINISTRATOR = Rights(roles=frozenset({"administrator"}))
MATCHER = Rights(roles=frozenset({"matcher"}), units=frozenset({"north", "south"}))
SYSTEM = Rights(roles=frozenset({"service"}), contracts=frozenset({"T1"}))
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("roles", "contracts", "code"),
    [
        ([], None, "unknown_role"),
        (["king"], None, "unknown_role"),
        (["supplier", "matcher"], ["T1"], "role_alone"),
        (["service", "administrator"], None, "role_alone"),
        (["supplier"], None, "no_contracts"),
        (["matcher"], ["T1;T2"], "bad_scope"),
        (["matcher"], [" "], "bad_scope"),
    ],
)
def test_rights_that_make_no_sense_are_refused(roles: list[str], contracts: list[str] | None, code: str) -> None:
    """A supplier's contact is never staff, another system never a person, and a list names ids."""
    with pytest.raises(InvalidInput) as caught:
        Rights(roles=frozenset(roles), contracts=None if contracts is None else frozenset(contracts))  # type: ignore[arg-type]
    assert code in {fault.code for fault in caught.value.faults}


def test_a_name_is_found_however_it_is_written(store: Store) -> None:
    """Capitals, compositions and spaces make no second person; rights come back as they were given."""
    with store.writing() as session:
        made = add_account(session, "  Åsa   Berg ", MATCHER, by="Ada")
        assert (made.name, made.rights, made.is_active) == ("Åsa Berg", MATCHER, True)
        for written in ("åsa berg", "A\u030asa Berg", "ÅSA  BERG"):
            assert account_named(session, written) == made
        with pytest.raises(Conflict, match="nobody else has") as caught:
            add_account(session, "åsa berg", MATCHER, by="Ada")
        assert caught.value.code == "name_taken"
        for name in ("", "  ", "x" * 101, "a\x00b"):
            with pytest.raises(InvalidInput, match="1 to 100"):
                add_account(session, name, MATCHER, by="Ada")
        assert list_accounts(session) == [made]
        assert account_of_subject(session, "https://id", "1") is None


def test_the_first_link_is_for_who_comes_first(store: Store) -> None:
    """Each start gives a link and takes back the last one, until there is an account; then there is none any more."""
    with store.writing() as session:
        old, new = first_invitation(session, ADMINISTRATOR), first_invitation(session, ADMINISTRATOR)
        assert old is not None
        assert new is not None
        with pytest.raises(UnknownId, match="Ask for a new one"):
            invitation_of(session, old)
        made = redeem(session, new, name="Ada Berg", password_hash="hash")
        assert (made.rights, made.password_hash) == (ADMINISTRATOR, "hash")
        assert first_invitation(session, ADMINISTRATOR) is None
        for again in (lambda: invitation_of(session, new), lambda: redeem(session, new, name="Eve", password_hash="x")):
            with pytest.raises(UnknownId):
                again()


def test_a_link_works_for_three_days(databases: SqliteFiles | PostgresServer) -> None:
    """On the third day it does, a moment later it does not; a name that is taken does not use it up."""
    clock = HeldClock()
    with Store(databases.address(), clock=clock) as store, store.writing() as session:
        add_account(session, "Ada", ADMINISTRATOR, by="tests")
        code = invite(session, MATCHER, by="Ada")
        session.now += timedelta(days=3) - timedelta(seconds=1)
        with pytest.raises(Conflict), session.connection.begin_nested():
            redeem(session, code, name="ada", password_hash="x")
        assert invitation_of(session, code).account is None
        session.now += timedelta(seconds=1)
        with pytest.raises(UnknownId):
            invitation_of(session, code)


def test_a_reset_ends_every_session_and_nobody_resets_who_is_disabled(store: Store) -> None:
    """Whoever was signed in with the old password is out at once."""
    with store.writing() as session:
        add_account(session, "Ada", ADMINISTRATOR, by="tests")
        bo = add_account(session, "Bo", MATCHER, by="Ada", password_hash="old")
        token = begin_session(session, bo.account_id, lasts=HOUR, means="password")
        code = reset(session, bo.account_id, by="Ada")
        assert open_session(session, token, idle=HOUR) is not None
        after = redeem(session, code, name=None, password_hash="new")
        assert (after.account_id, after.name, after.password_hash) == (bo.account_id, "Bo", "new")
        assert open_session(session, token, idle=HOUR) is None
        code = reset(session, bo.account_id, by="Ada")
        disable(session, bo.account_id, by="Ada", reason="has left")
        with pytest.raises(UnknownId):
            redeem(session, code, name=None, password_hash="newer")


def test_a_session_ends_when_it_is_idle_old_ended_or_its_account_disabled(store: Store) -> None:
    """None of the four opens anything any more."""
    with store.writing() as session:
        add_account(session, "Ada", ADMINISTRATOR, by="tests")
        bo = add_account(session, "Bo", MATCHER, by="Ada")
        token = begin_session(session, bo.account_id, lasts=3 * HOUR, means="password")
        found = open_session(session, token, idle=HOUR)
        assert found is not None
        assert (found.account, found.is_due) == (bo, False)
        session.now += timedelta(minutes=59)
        found = open_session(session, token, idle=HOUR)
        assert found is not None
        assert found.is_due
        session.now += timedelta(minutes=1)
        assert open_session(session, token, idle=HOUR) is None
        session.now -= timedelta(minutes=1)
        note_use(session, token)
        session.now += timedelta(minutes=59)
        assert open_session(session, token, idle=HOUR) is not None
        assert open_session(session, token + "x", idle=HOUR) is None
        session.now += 3 * HOUR
        assert open_session(session, token, idle=9 * HOUR) is None

        token = begin_session(session, bo.account_id, lasts=HOUR, means="password")
        end_session(session, token)
        end_session(session, token)  # twice is no fault
        assert open_session(session, token, idle=HOUR) is None
        token = begin_session(session, bo.account_id, lasts=HOUR, means="password")
        disable(session, bo.account_id, by="Ada", reason="has left")
        enable(session, bo.account_id, by="Ada", reason="is back")
        assert open_session(session, token, idle=HOUR) is None


def test_somebody_can_always_invite(store: Store) -> None:
    """The last active administrator is not disabled, the last but one is."""
    with store.writing() as session:
        ada = add_account(session, "Ada", ADMINISTRATOR, by="tests")
        bo = add_account(session, "Bo", ADMINISTRATOR, by="Ada")
        disable(session, ada.account_id, by="Bo", reason="has left")
        with pytest.raises(Conflict, match="Invite another administrator first") as caught:
            disable(session, bo.account_id, by="Bo", reason="too")
        assert caught.value.code == "last_administrator"
        with pytest.raises(Conflict):
            change_rights(session, bo.account_id, MATCHER, by="Bo", reason="too")
        enable(session, ada.account_id, by="Bo", reason="is back")
        change_rights(session, bo.account_id, MATCHER, by="Ada", reason="new task")
        disable(session, bo.account_id, by="Ada", reason="has left")


def test_other_rights_hold_from_the_next_request_on(store: Store) -> None:
    """Whoever is signed in has them at once, without signing in anew."""
    with store.writing() as session:
        bo = add_account(session, "Bo", MATCHER, by="Ada")
        token = begin_session(session, bo.account_id, lasts=HOUR, means="password")
        change_rights(session, bo.account_id, ADMINISTRATOR, by="Ada", reason="new task")
        found = open_session(session, token, idle=HOUR)
        assert found is not None
        assert found.account.rights == ADMINISTRATOR


def test_a_token_of_a_system_works_until_it_ends_or_is_revoked(store: Store) -> None:
    """It carries its rights; people's roles cannot be put into one, nor can it last for ever."""
    with store.writing() as session:
        token = issue_token(session, "case system", SYSTEM, lasts=timedelta(days=30), by="Ada")
        found = service_token(session, token)
        assert found is not None
        assert (found.name, found.rights) == ("case system", SYSTEM)
        assert service_token(session, token[:-1]) is None
        revoke_token(session, found.token_id, by="Ada", reason="leaked")
        assert service_token(session, token) is None
        with pytest.raises(UnknownId):
            revoke_token(session, found.token_id, by="Ada", reason="again")
        later = issue_token(session, "other", SYSTEM, lasts=timedelta(days=1), by="Ada")
        session.now += timedelta(days=1)
        assert service_token(session, later) is None
        assert [each.name for each in list_tokens(session)] == ["case system", "other"]
        for name, rights, lasts in (("", SYSTEM, HOUR), ("a", MATCHER, HOUR), ("a", SYSTEM, timedelta(days=999))):
            with pytest.raises(InvalidInput):
                issue_token(session, name, rights, lasts=lasts, by="Ada")


def test_each_failure_beyond_a_few_doubles_the_wait(store: Store) -> None:
    """Two, four, eight seconds, at most a quarter of an hour; success forgets them, and so does a day."""
    with store.writing() as session:
        assert [try_once(session, {"ada": 3}) for _ in range(3)] == [0, 0, 0]
        for wait_s in (2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900):
            assert try_once(session, {"ada": 3}) == wait_s
            session.now += timedelta(seconds=wait_s - 1)
            assert try_once(session, {"ada": 3}) == 1
            session.now += timedelta(seconds=1)
            assert try_once(session, {"ada": 3}) == 0
        assert try_once(session, {"bo": 3, "ada": 3}) == 900
        assert try_once(session, {"bo": 1}) == 0  # what was refused was not counted
        succeeded(session, ("ada",), ("bo",))
        assert try_once(session, {"ada": 1}) == 0
        assert try_once(session, {"bo": 1}) == 0
        assert try_once(session, {"bo": 1}) == 2
        session.now += timedelta(days=1, seconds=1)
        assert try_once(session, {"bo": 1}) == 0


def test_of_many_attempts_at_once_only_a_few_are_made(store: Store) -> None:
    """Attempts are counted before they are made: twelve at the same time are not all the first."""
    waits: list[float] = []

    def attempt() -> None:
        try:
            with store.writing() as session:
                waits.append(try_once(session, {"ada": 3}))
        except Conflict:
            waits.append(1.0)  # another was counted under a new key at the same moment

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(waits) == 12
    assert 1 <= waits.count(0) <= 3


def test_no_secret_is_kept_and_every_change_is_logged(store: Store) -> None:
    """Of links, sessions and tokens the database holds nothing that opens anything; who did what stands in the log."""
    with store.writing() as session:
        first = first_invitation(session, ADMINISTRATOR)
        assert first is not None
        ada = redeem(session, first, name="Ada", password_hash="hash")
        code = invite(session, MATCHER, by="Ada")
        token = begin_session(session, ada.account_id, lasts=HOUR, means="password")
        system = issue_token(session, "case system", SYSTEM, lasts=HOUR, by="Ada")
        failed(session, ada.account_id, "wrong password")
        failed(session, None, "unknown name")
        end_session(session, token)
    with store.reading() as session:
        everything = str([session.rows(sa.select(table)) for table in metadata.sorted_tables])
        assert not [secret for secret in (first, code, token, system) if secret in everything]
        rows = session.rows(sa.select(audit_log).order_by(audit_log.c.entry))
        assert broken_entries(session) == []
    assert [(row.actor, row.action, row.entity_id) for row in rows] == [
        ("first start", "invite", None),
        ("Ada", "add", "1"),
        ("Ada", "invite", None),
        ("Ada", "sign_in", "1"),
        ("Ada", "issue", "1"),
        ("sign-in", "sign_in_failed", "1"),
        ("sign-in", "sign_in_failed", None),
        ("Ada", "sign_out", "1"),
    ]
    assert json.loads(rows[5].facts) == {"why": "wrong password"}
