"""Over every address that names somebody's row: who is limited gets what is theirs, and 404 for the rest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from matcher.store import OWNED, Role, Store, assign_case, save_problem
from matcher_api import Settings, create_app
from matcher_api.auth.policy import RULES
from matcher_api.auth.table import Rule
from tests.api.conftest import Nothing
from tests.api.signing import bear_token, sign_in
from tests.builders import candidate, contract, problem, vacancy
from tests.store.conftest import databases, store

__all__ = ["databases", "store"]

OTHERS = {
    **{"candidate_id": "C2", "vacancy_id": "V2", "contract_id": "T2"},
    **dict.fromkeys(("proposal_id", "placement_id", "follow_up_id"), "2"),
}
MISSING = {
    **{"candidate_id": "C9", "vacancy_id": "V9", "contract_id": "T9"},
    **dict.fromkeys(("proposal_id", "placement_id", "follow_up_id"), "99"),
}
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
    app = create_app(Settings(rate_per_minute=1_000_000), Nothing(), store)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


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


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.scope == "everything"], ids=lambda rule: rule.path)
def test_what_shows_the_whole_city_is_shut_to_whoever_is_limited(own_store: Store, rule: Rule) -> None:
    """Lists that leave nobody out are not for people who may not see everybody."""
    app = create_app(Settings(), Nothing(), own_store)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        for role in sorted(rule.roles - {"supplier"}):
            as_role(client, role, units=["north"])
            assert client.request(rule.method, address(rule, MISSING)).status_code == 404, role
