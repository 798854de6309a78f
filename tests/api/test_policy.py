"""The table of who may do what: every route stands in it, every role is held to it, the rest is shut."""

from __future__ import annotations

import re
from itertools import product
from typing import get_args

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from matcher.store import OWNED, ROLES, Role
from matcher_api.auth.policy import POLICY, RULES
from matcher_api.auth.table import UNOWNED, Policy, Rule
from tests.api.signing import bear_token, sign_in, sign_out

HTML = {"Accept": "text/html"}
PERSONAL = ("/candidates", "/candidates/{candidate_id}", "/vacancies/{vacancy_id}", "/plan/report")


def routes(client: TestClient) -> list[tuple[str, str]]:
    """Return method and path of everything that the application answers to."""
    found = iter_route_contexts(client.app.routes)  # type: ignore[attr-defined]
    return [(method, str(route.path)) for route in found for method in sorted(route.methods or {"every method"})]


def address(path: str) -> str:
    """Return an address that fits a path."""
    return re.sub(r"\{(\w+?)(?::\w+)?\}", "1", path)


def ask(client: TestClient, rule: Rule, **headers: str) -> int:
    return client.request(rule.method, address(rule.path), headers=headers).status_code


def test_every_route_stands_in_the_table_and_every_line_is_a_route(anybody: TestClient) -> None:
    """A new route without a line fails here, and so does a line whose route is gone."""
    assert sorted(routes(anybody)) == sorted((rule.method, rule.path) for rule in RULES)


def test_the_table_and_the_router_mean_the_same_route(anybody: TestClient) -> None:
    """No address is judged by one route's rule and answered by another route."""
    found = list(iter_route_contexts(anybody.app.routes))  # type: ignore[attr-defined]
    for rule in RULES:
        for sample in {address(rule.path), rule.path.replace("{", "").replace("}", "")}:
            fitting = [route for route in found if route.path_regex.match(sample) and rule.method in route.methods]
            judged = POLICY.find(rule.method, sample).rule
            assert judged is not None
            assert fitting[0].path == judged.path, sample


def test_what_stands_in_no_rule_is_refused() -> None:
    """A route that somebody adds without a rule answers to nobody, an administrator included."""
    policy = Policy([Rule(method="GET", path="/known", roles=frozenset(), scope="none")])
    assert policy.find("GET", "/unknown").rule is None
    assert policy.find("POST", "/known").rule is None
    assert policy.find("POST", "/known").methods == ("GET",)


@pytest.mark.parametrize("path", ["/a/{person}", "/a/{candidate_id}/{whatever}"])
def test_a_parameter_of_no_known_kind_is_refused_at_the_start(path: str) -> None:
    """Whoever names a new kind of thing in an address says whether it belongs to a unit or a contract."""
    with pytest.raises(ValueError, match="no known kind"):
        Policy([Rule(method="GET", path=path, roles=frozenset(), scope="none")])
    with pytest.raises(ValueError, match="two rules"):
        Policy([Rule(method="GET", path="/a", roles=frozenset(), scope="none")] * 2)
    assert not OWNED.keys() & UNOWNED


def test_the_more_particular_address_is_meant() -> None:
    """``/jobs/new`` is its own address and no job called new."""
    paths = ("/jobs/{job_id}", "/jobs/new", "/jobs/{job_id}/events", "/jobs/new/{plan_id}")
    policy = Policy([Rule(method="GET", path=path, roles=frozenset(), scope="none") for path in paths])
    for asked, meant in (("/jobs/new", 1), ("/jobs/7", 0), ("/jobs/7/events", 2), ("/jobs/new/3", 3)):
        found = policy.find("GET", asked).rule
        assert found is not None
        assert found.path == paths[meant]
    assert policy.find("GET", "/jobs/{job_id}").rule == policy.rules[0]


@pytest.mark.no_cover  # goes over every address, as the next one does
def test_nobody_who_has_not_signed_in_gets_further_than_the_door(anybody: TestClient) -> None:
    """Programs are told to name themselves, people are led to the page where they sign in."""
    for rule in RULES:
        sign_out(anybody)
        program, person = ask(anybody, rule), ask(anybody, rule, **HTML)
        if rule.is_open:
            assert 401 not in (program, person), rule
        else:
            assert (program, person) == (401, 401 if rule.path.startswith("/v1") else 303), rule


@pytest.mark.no_cover  # goes over every address: each has tests of its own
@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_is_its_own_and_nothing_else(anybody: TestClient, role: Role) -> None:
    """Over every route: 403 where the role does not stand in its line, never where it does."""
    for rule in RULES:
        if rule.path in ("/sign-out", "/sign-in"):  # has an end of its own, or says 403 of a wrong password
            continue
        client = bear_token(anybody) if role == "service" else sign_in(anybody, role)
        status = ask(client, rule)
        if rule.is_open or role in rule.roles:
            expected_404 = role == "supplier" and rule.scope in ("people", "everything")
            assert (status == 404) if expected_404 else status not in (401, 403), (rule, status)
        else:
            assert status == 403 or (rule.path == "/" and status == 303), (rule, status)


@pytest.mark.parametrize(("path", "role"), [*product(PERSONAL, ("administrator", "auditor", "supplier", "service"))])
def test_who_has_no_business_with_people_sees_none(path: str, role: Role) -> None:
    """Written down a second time, apart from the table: administrators keep accounts and see nobody's data."""
    rule = POLICY.find("GET", address(path)).rule
    assert rule is not None
    assert role not in rule.roles


def test_the_open_addresses_are_these() -> None:
    """Written down a second time: whoever opens another address changes this list, too."""
    assert {f"{rule.method} {rule.path}" for rule in RULES if rule.is_open} == {
        "GET /healthz",
        "GET /readyz",
        "GET /static/style.css",
        "GET /static/desk.js",
        "GET /v1/openapi.json",
        "POST /language",
        "GET /sign-in",
        "POST /sign-in",
        "GET /sign-in/code",
        "POST /sign-in/code",
        "GET /sign-in/provider",
        "GET /sign-in/answer",
        "GET /invitation",
        "POST /invitation",
    }


def test_every_rule_names_roles_that_there_are() -> None:
    assert set().union(*(rule.roles for rule in RULES)) <= set(get_args(Role))
