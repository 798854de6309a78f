"""Over every address that names somebody's row: who is limited gets what is theirs, and 404 for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from matcher.store import OWNED, Role, Store, WritingSession, assign_case, save_problem
from matcher.store.tables import work
from matcher_api import Settings, create_app
from matcher_api.auth.policy import RULES
from matcher_api.auth.table import Rule
from tests.api.conftest import Nothing
from tests.api.signing import bear_token, sign_in
from tests.builders import candidate, contract, problem, vacancy
from tests.store.conftest import databases, store
from tests.store.databases import SqliteFiles

__all__ = ["databases", "store"]

OTHERS = {
    **{"candidate_id": "C2", "vacancy_id": "V2", "contract_id": "T2"},
    **dict.fromkeys(("proposal_id", "placement_id", "follow_up_id"), "2"),
}
MISSING = {
    **{"candidate_id": "C9", "vacancy_id": "V9", "contract_id": "T9"},
    **dict.fromkeys(("proposal_id", "placement_id", "follow_up_id"), "99"),
}
TOO_LONG = {**MISSING, **dict.fromkeys(("proposal_id", "placement_id", "follow_up_id"), "9" * 40)}
OWNED_RULES = [rule for rule in RULES if any(f"{{{name}}}" in rule.path for name in OWNED)]


@pytest.fixture
def town(store: Store) -> Iterator[TestClient]:
    """Return two people of two units and two contracts, whose ids are made to be mistaken for each other."""
    given = problem(
        candidates=[candidate("C1"), candidate("C2")],
        contracts=[contract("AB"), contract("A%42"), contract("T/1"), contract("T2")],
        vacancies=[
            vacancy("V1", contract_id="AB"),
            vacancy("V2", contract_id="A%42"),
            vacancy("V3", contract_id="T/1"),
        ],
    )
    with store.writing() as session:
        save_problem(session, given, by="Ada")
        for person, unit in (("C1", "north"), ("C2", "south")):
            assign_case(session, person, "Bo", by="Ada", unit=unit)
        add_numbered(session)
    app = create_app(Settings(rate_per_minute=1_000_000), Nothing(), store)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def add_numbered(session: WritingSession) -> None:
    """Add a proposal, a placement and a follow-up of each person at the vacancy of the same number."""
    add_row(session, work.jobs, job_id=1)
    add_row(session, work.snapshots, problem_hash="x")
    if session.value(sa.select(work.policies.c.policy_version)) is None:
        add_row(session, work.policies, policy_version=1)
    add_row(session, work.runs, run_id=1, job_id=1)
    add_row(session, work.plans, plan_id=1, run_id=1)
    for number in (1, 2):
        pair = {"candidate_id": f"C{number}", "vacancy_id": f"V{number}"}
        add_row(session, work.proposals, proposal_id=number, plan_id=1, state="proposed", **pair)
        add_row(session, work.placements, placement_id=number, form="employment", **pair)
        add_row(session, work.follow_ups, follow_up_id=number, placement_id=number)


def add_row(session: WritingSession, table: sa.Table, **given: object) -> None:
    """Add a row with these values, and with something in every other column that must have a value."""
    something = {str: "x", int: 1, float: 0.5, bytes: b"x", date: date(2026, 5, 11), Decimal: Decimal("0.5")}
    something |= {datetime: session.now, bool: False}
    needed = [column for column in table.columns if not column.nullable and column.server_default is None]
    made = {column.name: something[column.type.python_type] for column in needed} | given
    # Not by `insert`, where the tests check every plan: of this one nobody opens more than its number.
    session.insert_all(table, [made])


def as_role(client: TestClient, role: Role, **scopes: object) -> TestClient:
    return bear_token(client, **scopes) if role == "service" else sign_in(client, role, **scopes)  # type: ignore[arg-type]


def address(rule: Rule, ids: dict[str, str]) -> str:
    """Return a rule's address with these ids, and something for each other parameter."""
    parts = [ids.get(part[1:-1], "1") if part.startswith("{") else part for part in rule.path.split("/")]
    return "/".join(parts)


@pytest.mark.parametrize("role", ["matcher", "planner", "service"])
def test_what_is_not_theirs_is_answered_as_if_it_were_not_there(town: TestClient, role: Role) -> None:
    """Every route x method with an owned id: another's row and one that is nowhere give the same answer, 404."""
    rules = [rule for rule in OWNED_RULES if role in rule.roles]
    assert len(rules) > 10
    as_role(town, role, units=["north"], contracts=["AB"])
    for rule in rules:
        answers = [town.request(rule.method, address(rule, ids), json={}) for ids in (OTHERS, MISSING)]
        assert [answer.status_code for answer in answers] == [404, 404], rule
        others, missing = ({**answer.json(), "instance": ""} for answer in answers)
        assert others == missing


@pytest.mark.parametrize("scopes", [{"units": ["north"]}, {"contracts": ["AB"]}])
def test_how_long_an_answer_takes_does_not_tell_what_there_is(town: TestClient, scopes: dict[str, list[str]]) -> None:
    """Another's row and one that is nowhere are told apart by no query: the database is asked the same, as often."""
    as_role(town, "planner", **scopes)
    compared = set()
    for rule in (rule for rule in OWNED_RULES if "planner" in rule.roles):
        with asked() as warming:
            answer = town.request(rule.method, address(rule, OTHERS), json={})
        if answer.status_code != 404:  # of a kind that these scopes leave open
            continue
        with asked() as of_others:
            town.request(rule.method, address(rule, OTHERS), json={})
        with asked() as of_nobody:
            assert town.request(rule.method, address(rule, MISSING), json={}).status_code == 404
        assert warming
        assert of_others == of_nobody, rule
        compared.update(name for name in OWNED if f"{{{name}}}" in rule.path)
        if address(rule, TOO_LONG) != address(rule, MISSING):  # longer than any number that a database can hold
            assert town.request(rule.method, address(rule, TOO_LONG), json={}).status_code == 404, rule
    assert compared >= {"proposal_id", "placement_id", "follow_up_id"}


@contextmanager
def asked() -> Iterator[list[str]]:
    """Collect what every database is asked, without the values."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("scopes", "seen", "unseen"),
    [
        ({"units": ["north"]}, ["candidates/C1", "contracts/AB", "vacancies/V2"], ["candidates/C2"]),
        (
            {"contracts": ["AB"]},
            ["contracts/AB", "contracts/%41B", "vacancies/V1"],
            ["contracts/A%2542", "vacancies/V2"],
        ),
        ({"contracts": ["A%42"]}, ["contracts/A%2542", "vacancies/V2"], ["contracts/A%42", "contracts/AB"]),
        ({"contracts": ["T/1"]}, ["contracts/T%2F1", "vacancies/V3"], ["contracts/AB", "contracts/T"]),
    ],
)
def test_what_is_theirs_is_judged_as_it_is_read(
    town: TestClient, scopes: dict[str, list[str]], seen: list[str], unseen: list[str]
) -> None:
    """An id is compared decoded, once: no way of writing it leads past the limit, or keeps anybody from their own."""
    bear_token(town, **scopes)
    assert {one: town.get(f"/v1/{one}").status_code for one in (*seen, *unseen)} == (
        dict.fromkeys(seen, 200) | dict.fromkeys(unseen, 404)
    )


@pytest.fixture(scope="module")
def nowhere(sqlite_files: SqliteFiles) -> Iterator[TestClient]:
    """Return a client of a service whose database is empty, for whoever may change nothing there."""
    with Store(sqlite_files.address()) as store:
        app = create_app(Settings(rate_per_minute=1_000_000), Nothing(), store)
        with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
            yield client


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.scope == "everything"], ids=lambda rule: rule.path)
def test_what_shows_the_whole_city_is_shut_to_whoever_is_limited(nowhere: TestClient, rule: Rule) -> None:
    """Lists that leave nobody out are not for people who may not see everybody."""
    for role in sorted(rule.roles - {"supplier"}):
        as_role(nowhere, role, units=["north"])
        assert nowhere.request(rule.method, address(rule, MISSING)).status_code == 404, role
