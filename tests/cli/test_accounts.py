"""``matcher accounts``: links, lists, tokens; every change by name and with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.formats import write_problem
from tests.builders import candidate, problem
from tests.cli.conftest import Command
from tests.onetime import code_at


@pytest.fixture
def database(matcher: Command) -> None:
    assert matcher("db", "upgrade").status == 0


def test_people_are_invited_listed_reset_disabled_and_enabled(matcher: Command, database: None) -> None:
    """Each command says what it has done; the link is on standard output alone, so that a script can send it."""
    from matcher.store import Store, redeem

    link = matcher("accounts", "invite", "--role", "administrator", "--by", "cron", "--address", "https://m.example/")
    assert link.out.startswith("https://m.example/invitation?code=")
    other = matcher("accounts", "invite", "--role", "matcher", "--unit", "north", "--by", "cron", "--json").document
    with Store() as store, store.writing() as session:
        redeem(session, link.out.partition("=")[2].strip(), name="Ada Berg", password_hash="x")
        redeem(session, other["link"].partition("=")[2], name="Bo Ek", password_hash="x")
    assert matcher("accounts", "disable", "bo ek", "--by", "Ada Berg", "--reason", "on leave").status == 0
    listed = matcher("accounts", "list")
    assert "Ada Berg: administrator\n" in listed.out
    assert "Bo Ek: matcher; units north, disabled " in listed.out
    refused = matcher("accounts", "reset", "Bo Ek", "--by", "Ada Berg")  # its link would open nothing
    assert (refused.status, "must not be disabled" in refused.err) == (2, True)
    assert matcher("accounts", "enable", "Bo Ek", "--by", "Ada Berg", "--reason", "is back").status == 0
    given = ("--role", "matcher", "--role", "planner", "--unit", "south", "--by", "Ada Berg", "--reason", "new task")
    assert matcher("accounts", "change", "bo ek", *given).status == 0
    people = matcher("accounts", "list", "--json").document["accounts"]
    assert people[1] == {
        "name": "Bo Ek",
        "roles": ["matcher", "planner"],
        "units": ["south"],
        "contracts": None,
        "has_second_factor": False,
        "is_active": True,
    }
    assert "/invitation?code=" in matcher("accounts", "reset", "Bo Ek", "--by", "Ada Berg").out


def test_who_has_lost_a_second_factor_is_helped_without_the_pages(matcher: Command, database: None) -> None:
    """The way back in for the last administrator; listed while it is there, and said where it is not."""
    from matcher.store import Rights, Store, add_account, begin_second_factor, confirm_second_factor, waiting_secret

    with Store() as store, store.writing() as session:
        rights = Rights(roles=frozenset({"administrator"}))
        ada = add_account(session, "Ada Berg", rights, by="tests", password_hash="x").account_id
        begin_second_factor(session, None, ada, by="Ada Berg")
        secret = waiting_secret(session, None, ada)
        assert secret is not None
        assert confirm_second_factor(session, None, ada, code_at(secret, session.now)) is not None
    assert "Ada Berg: administrator, second factor\n" in matcher("accounts", "list").out
    given = ("accounts", "remove-second-factor", "ada berg", "--by", "Bo Ek", "--reason", "telephone lost")
    assert matcher(*given).out == "Removed: the second factor of ada berg\n"
    assert matcher(*given).out == "There is none: ada berg\n"
    assert "Ada Berg: administrator\n" in matcher("accounts", "list").out


def test_systems_have_tokens(matcher: Command, database: None) -> None:
    """A token is shown once, listed without itself, and revoked."""
    token = matcher("accounts", "issue-token", "case system", "--contract", "T1", "--by", "Ada").out.strip()
    assert token.startswith("matcher_")
    listed = matcher("accounts", "list")
    assert "token 1 of case system: service; contracts T1, until " in listed.out
    assert token not in listed.out
    assert matcher("accounts", "revoke-token", "1", "--by", "Ada", "--reason", "leaked").status == 0
    assert matcher("accounts", "list", "--json").document["tokens"][0]["is_revoked"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("invite", "--role", "king", "--by", "Ada"), 3, "must have roles out of"),
        (("invite", "--role", "supplier", "--by", "Ada"), 3, "must name its contracts"),
        (("reset", "Nobody", "--by", "Ada"), 2, "'Nobody' must be there"),
        (("revoke-token", "9", "--by", "Ada", "--reason", "x"), 3, "Token '9' must be there"),
    ],
)
def test_what_is_wrong_is_said(
    matcher: Command, database: None, arguments: tuple[str, ...], status: int, said: str
) -> None:
    outcome = matcher("accounts", *arguments)
    assert outcome.status == status
    assert said in outcome.err


def test_cases_are_assigned_and_listed(matcher: Command, database: None, tmp_path: Path) -> None:
    """Several people at once, or none of them where one is not there."""
    write_problem(problem(candidates=[candidate("C1"), candidate("C2")]), tmp_path / "town.json")
    assert matcher("db", "save", str(tmp_path / "town.json"), "--by", "Ada").status == 0
    given = ("--caseworker", "Bo Ek", "--unit", "north", "--by", "Ada")
    refused = matcher("cases", "assign", "C1", "C9", *given)
    assert refused.status == 3
    assert "C9" in refused.err
    assert matcher("cases", "list").out == ""
    assert matcher("cases", "assign", "C1", "C2", *given).status == 0
    assert matcher("cases", "list").out.splitlines() == ["C1: Bo Ek, north", "C2: Bo Ek, north"]
