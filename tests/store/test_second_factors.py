"""Second factors: what counts as one, that each code serves once, and what of them stands in the database."""

from __future__ import annotations

import base64
import json
import re
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.errors import StoreFailure, UnknownId
from matcher.store import (
    Account,
    MasterKeys,
    Rights,
    Store,
    account_of,
    add_account,
    begin_half,
    begin_second_factor,
    begin_session,
    broken_entries,
    confirm_second_factor,
    disable,
    end_half,
    half_of,
    list_accounts,
    new_recovery_codes,
    num_recovery_codes,
    open_session,
    prove_second_factor,
    remove_second_factor,
    set_password,
    waiting_secret,
    wrap_anew,
)
from matcher.store.tables.accounts import recovery_codes, second_factors
from matcher.store.tables.trust import audit_log
from tests.onetime import code_at

HOUR, STEP = timedelta(hours=1), timedelta(seconds=30)
OLD = MasterKeys(keys={"old": bytes(range(32))})
BOTH = MasterKeys(keys={"old": bytes(range(32)), "new": bytes(range(1, 33))})
MATCHER = Rights(roles=frozenset({"matcher"}))


@pytest.fixture
def bo(store: Store) -> Account:
    """Return an account without a second factor."""
    with store.writing() as session:
        return add_account(session, "Bo", MATCHER, by="Ada", password_hash="none")


def with_factor(store: Store, account: Account, keys: MasterKeys | None = None) -> tuple[str, list[str]]:
    """Give an account a second factor two steps ago, and return its secret and the recovery codes."""
    with store.writing() as session:
        session.now -= 2 * STEP
        begin_second_factor(session, keys, account.account_id, by=account.name)
        secret = waiting_secret(session, keys, account.account_id)
        assert secret is not None
        codes = confirm_second_factor(session, keys, account.account_id, code_at(secret, session.now))
        assert codes is not None
    return secret, codes


@pytest.mark.parametrize(("second", "code"), [(59, "94287082"), (1111111109, "07081804"), (20000000000, "65353130")])
def test_the_app_of_the_tests_shows_what_the_standard_says(second: int, code: str) -> None:
    """RFC 6238, appendix B, for SHA-1 and eight digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert code_at(secret, datetime.fromtimestamp(second, UTC), digits=8) == code


def test_a_secret_counts_once_a_code_of_it_was_given(store: Store, bo: Account) -> None:
    """Until then nothing is asked for; from then on the secret is never shown again, and every other session ends."""
    with store.writing() as session:
        begin_second_factor(session, None, bo.account_id, by="Bo")
        secret = waiting_secret(session, None, bo.account_id)
        assert secret is not None
        assert re.fullmatch("[A-Z2-7]{32}", secret)
        assert account_of(session, bo.account_id).second_factor_at is None
        mine = begin_session(session, bo.account_id, lasts=HOUR, means="password")
        other = begin_session(session, bo.account_id, lasts=HOUR, means="password")
        wrong = f"{(int(code_at(secret, session.now)) + 1) % 10**6:06}"
        assert confirm_second_factor(session, None, bo.account_id, wrong) is None
        assert prove_second_factor(session, None, bo.account_id, code_at(secret, session.now)) is None
        codes = confirm_second_factor(session, None, bo.account_id, code_at(secret, session.now), but=mine)
        assert codes is not None
        assert len(set(codes)) == 10
        assert all(re.fullmatch("([a-z2-7]{4}-){5}[a-z2-7]{4}", code) for code in codes)
        assert waiting_secret(session, None, bo.account_id) is None
        assert confirm_second_factor(session, None, bo.account_id, code_at(secret, session.now + STEP)) is None
        assert [each.second_factor_at for each in list_accounts(session)] == [session.now]
        assert open_session(session, mine, idle=HOUR) is not None
        assert open_session(session, other, idle=HOUR) is None
        # The code that has confirmed it does not sign in, too.
        assert prove_second_factor(session, None, bo.account_id, code_at(secret, session.now)) is None


def test_a_code_serves_once_and_for_a_step_around_its_own(store: Store, bo: Account) -> None:
    """Replayed, or older than one that was used, it is refused; so is one of two steps away."""
    secret, _ = with_factor(store, bo)
    with store.writing() as session:
        now = session.now
        for code in ("", "000", code_at(secret, now, digits=8), code_at(secret, now - 3 * STEP), "½½½½½½"):
            assert prove_second_factor(session, None, bo.account_id, code) is None
        assert prove_second_factor(session, None, bo.account_id, code_at(secret, now + 2 * STEP)) is None
        spaced = code_at(secret, now)[:3] + " " + code_at(secret, now)[3:] + " "
        assert prove_second_factor(session, None, bo.account_id, spaced) == "code"
        assert prove_second_factor(session, None, bo.account_id, code_at(secret, now)) is None
        assert prove_second_factor(session, None, bo.account_id, code_at(secret, now - STEP)) is None
        assert prove_second_factor(session, None, bo.account_id, code_at(secret, now + STEP)) == "code"
        assert prove_second_factor(session, None, bo.account_id, code_at(secret, now)) is None
        session.now += 2 * STEP
        assert prove_second_factor(session, None, bo.account_id, code_at(secret, now + STEP)) is None
        assert prove_second_factor(session, None, bo.account_id, code_at(secret, now + 2 * STEP)) == "code"


@pytest.mark.parametrize("means", ["code", "recovery code"])
def test_of_many_who_give_the_same_code_at_once_one_is_let_in(store: Store, bo: Account, means: str) -> None:
    """Eight at the same time: a code that somebody has looked at over a shoulder is of no use beside its owner's."""
    secret, codes = with_factor(store, bo)
    given = code_at(secret, datetime.now(UTC)) if means == "code" else codes[0]
    proofs: list[str | None] = []

    def prove() -> None:
        with store.writing() as session:
            proofs.append(prove_second_factor(session, None, bo.account_id, given))

    threads = [threading.Thread(target=prove) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(proofs, key=str) == [None] * 7 + [means]


def test_a_recovery_code_serves_once_and_never_for_somebody_else(store: Store, bo: Account) -> None:
    """However it is typed; new ones put the earlier out of use."""
    _, codes = with_factor(store, bo)
    with store.writing() as session:
        eve = add_account(session, "Eve", MATCHER, by="Ada", password_hash="none")
    with_factor(store, eve)
    with store.writing() as session:
        assert prove_second_factor(session, None, eve.account_id, codes[0]) is None
        typed = f" {codes[0].upper().replace('-', ' ')} "
        assert prove_second_factor(session, None, bo.account_id, typed) == "recovery code"
        assert prove_second_factor(session, None, bo.account_id, codes[0]) is None
        assert num_recovery_codes(session, bo.account_id) == 9
        renewed = new_recovery_codes(session, bo.account_id, by="Bo")
        assert prove_second_factor(session, None, bo.account_id, codes[1]) is None
        assert prove_second_factor(session, None, bo.account_id, renewed[1]) == "recovery code"
        assert num_recovery_codes(session, bo.account_id) == 9


def test_without_its_second_factor_an_account_is_as_before(store: Store, bo: Account) -> None:
    """Removed by an administrator, with a reason, sessions end; nothing of it serves any more."""
    secret, codes = with_factor(store, bo)
    with store.writing() as session:
        token = begin_session(session, bo.account_id, lasts=HOUR, means="password and code")
        assert remove_second_factor(session, bo.account_id, by="Ada", reason="telephone lost")
        assert not remove_second_factor(session, bo.account_id, by="Ada", reason="again")
        assert open_session(session, token, idle=HOUR) is None
        assert account_of(session, bo.account_id).second_factor_at is None
        for code in (code_at(secret, session.now), codes[0]):
            assert prove_second_factor(session, None, bo.account_id, code) is None
        with pytest.raises(UnknownId):
            remove_second_factor(session, 99, by="Ada", reason="nobody")


def test_a_sign_in_that_is_half_done_ends(store: Store, bo: Account) -> None:
    """After ten minutes, once, with a new password, with the account, and where no second factor is asked for."""
    with store.writing() as session:
        token = begin_half(session, bo.account_id, means="password", back="/plan")
        assert half_of(session, token) is None
    with_factor(store, bo)
    with store.writing() as session:
        assert half_of(session, token) is None  # whoever began before has to begin again
        token = begin_half(session, bo.account_id, means="password", back="/plan")
        found = half_of(session, token)
        assert found is not None
        assert (found.account.account_id, found.means, found.back) == (bo.account_id, "password", "/plan")
        assert half_of(session, "") is None
        session.now += timedelta(minutes=10)
        assert half_of(session, token) is None
        token = begin_half(session, bo.account_id, means="password", back="/")
        assert end_half(session, token)
        assert not end_half(session, token)
        assert half_of(session, token) is None
        token = begin_half(session, bo.account_id, means="password", back="/")
        set_password(session, bo.account_id, "other", by="Bo")
        assert half_of(session, token) is None
        add_account(session, "Ada", Rights(roles=frozenset({"administrator"})), by="tests")
        token = begin_half(session, bo.account_id, means="password", back="/")
        disable(session, bo.account_id, by="Ada", reason="has left")
        assert half_of(session, token) is None


def test_secrets_are_sealed_where_there_is_a_key(store: Store, bo: Account) -> None:
    """Under the present key once keys change, as are those from before; moved, or without its key, none opens."""
    secret, codes = with_factor(store, bo)
    assert stored(store, "key_id") is None
    with store.writing() as session:
        wrap_anew(session, OLD, by="Ada")
    assert stored(store, "key_id") == "old"
    assert secret.encode() not in bytes(stored(store, "secret"))
    with store.writing() as session:
        wrap_anew(session, BOTH, by="Ada")
        wrap_anew(session, BOTH, by="Ada")
    assert stored(store, "key_id") == "new"
    with store.writing() as session:
        assert prove_second_factor(session, BOTH, bo.account_id, code_at(secret, session.now)) == "code"
        later = code_at(secret, session.now + STEP)
        for keys in (None, OLD):
            with pytest.raises(StoreFailure):
                prove_second_factor(session, keys, bo.account_id, later)
        assert prove_second_factor(session, None, bo.account_id, codes[0]) == "recovery code"  # needs no key
        eve = add_account(session, "Eve", MATCHER, by="Ada", password_hash="none")
        session.change(second_factors.update().values(account_id=eve.account_id))
        with pytest.raises(StoreFailure, match="must open with the vault's key"):
            prove_second_factor(session, BOTH, eve.account_id, later)


def stored(store: Store, column: str) -> Any:
    """Return what stands in a column of the one second factor."""
    with store.reading() as session:
        return session.value(sa.select(second_factors.c[column]))


def test_no_code_is_kept_and_every_change_is_logged(store: Store, bo: Account) -> None:
    """Recovery codes as hashes, and no code in the log; who did what stands there."""
    _, codes = with_factor(store, bo, OLD)
    with store.writing() as session:
        prove_second_factor(session, OLD, bo.account_id, codes[0])
        begin_second_factor(session, OLD, bo.account_id, by="Bo")
        assert not remove_second_factor(session, bo.account_id, by="Ada", reason="was never confirmed")
    with store.reading() as session:
        kept = str([session.rows(sa.select(table)) for table in (recovery_codes, audit_log)])
        assert not [code for code in codes if code in kept or code.replace("-", "").upper() in kept]
        rows = session.rows(sa.select(audit_log).order_by(audit_log.c.entry))
        assert broken_entries(session) == []
    assert [(row.actor, row.action, json.loads(row.facts or "null")) for row in rows[1:]] == [
        ("Bo", "add_second_factor", {}),
        ("Bo", "make_recovery_codes", {"codes": 10}),
        ("Bo", "use_recovery_code", {"left": 9}),
        ("Bo", "remove_second_factor", {"why": "a new one begins"}),
    ]
