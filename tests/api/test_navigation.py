"""What the bar names: for each role what it may see, in groups only where there is much, and where a reader is."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from matcher.store import Role
from matcher_api.auth.policy import POLICY
from matcher_api.web.navigation import GROUPS, bar_for, place_of
from tests.api.signing import rights, sign_in


def folded(*roles: Role) -> list[str | None]:
    bar = bar_for(lambda method, address: POLICY.may(rights(*roles), address, method))
    return [group.name for group in bar.groups if bar.folds(group)]


def test_whoever_sees_few_pages_sees_them_side_by_side() -> None:
    """An auditor opens nothing; whoever plans finds what is not done every day under a word."""
    assert folded("auditor") == folded("administrator") == folded("supplier") == []
    assert "Planning" in folded("matcher", "planner")


def test_every_page_of_the_bar_is_an_address_that_somebody_may_read() -> None:
    for group in GROUPS:
        for address, _ in group.pages:
            assert POLICY.find("GET", address).rule is not None, address


@pytest.mark.parametrize(
    ("path", "place"),
    [("/", "/"), ("/runs/3", "/plan"), ("/vacancies/V1/people/C1", "/vacancies"), ("/accounts", "/accounts")],
)
def test_a_page_below_another_one_shows_where_it_belongs(path: str, place: str) -> None:
    assert place_of(path) == place


@pytest.mark.parametrize("path", ["/account", "/sign-in", "/nowhere"])
def test_a_page_of_its_own_belongs_nowhere(path: str) -> None:
    assert place_of(path) is None


def test_nobody_is_shown_a_way_that_is_closed(anybody: TestClient) -> None:
    text = sign_in(anybody, "auditor").get("/account", headers={"Accept": "text/html"}).text
    assert 'href="/figures"' in text
    assert 'href="/candidates"' not in text
    assert 'href="/accounts"' not in text
