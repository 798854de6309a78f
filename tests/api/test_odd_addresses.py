"""Whatever stands in the address of a page, somebody who may see it is answered and never told of a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from matcher.store import Store
from matcher_api import Settings, create_app
from matcher_api.auth.policy import RULES
from tests.api.conftest import Nothing
from tests.api.signing import sign_in

pytestmark = pytest.mark.no_cover  # goes over every address: each has tests of its own

# Nobody's id: too large for a database, no number, no text, a path, a query that says nothing.
ODD = ("0", "-1", "9" * 25, "1.5", "%00", "%FF", "x" * 3000, "..%2F..", "a;b", "%E2%80%AE", "Ω")
QUERIES = ("?q=%00", "?q=%FF", "?number=0", "?number=99999999999", "?only=nothing", "?q=" + "x" * 5000)


@pytest.fixture(scope="module")
def reader(shared_site: TestClient) -> TestClient:
    """Return somebody with every role of staff before the small city's pages."""
    return sign_in(shared_site, "matcher", "planner", "auditor", "administrator")


def pages() -> Iterator[str]:
    yield from (rule.path for rule in RULES if rule.method == "GET" and not rule.path.startswith("/v1/"))


@pytest.mark.parametrize("path", [path for path in pages() if "{" in path])
def test_an_address_of_nothing_is_answered_as_such(reader: TestClient, path: str) -> None:
    """No 5xx for ids that name nothing, and none for those of another kind of thing."""
    for part in (*ODD, "1"):
        parts = [part if piece.startswith("{") else piece for piece in path.split("/")]
        answer = reader.get("/".join(parts), follow_redirects=False)
        assert answer.status_code < 500, (path, part)


@pytest.mark.parametrize("path", [path for path in pages() if "{" not in path])
def test_a_query_of_nothing_is_answered_as_such(reader: TestClient, path: str) -> None:
    for query in QUERIES:
        assert reader.get(path + query, follow_redirects=False).status_code < 500, (path, query)


@pytest.mark.parametrize("path", ["/v1/placements/{}", "/v1/proposals/{}"])
def test_whoever_is_limited_to_units_is_answered_as_well(own_store: Store, path: str) -> None:
    """The guard asks the database whose a thing is, before the address itself is read."""
    with TestClient(create_app(Settings(), Nothing(), own_store), raise_server_exceptions=False) as client:
        limited = sign_in(client, "matcher", units=("north",))
        for part in ODD:
            assert limited.get(path.format(part)).status_code in (404, 422), part


def test_a_run_that_is_no_scenario_has_no_page_of_one(reader: TestClient) -> None:
    """Run 1 is the small city's batch."""
    assert reader.get("/runs/1").status_code == 200
    assert reader.get("/what-if/1").status_code == 404
    assert reader.get("/what-if/1/excel").status_code == 404
