"""What is refused whoever asks: other sites, sockets, listings, changes by looking, odd names of downloads."""

from __future__ import annotations

import re
from random import Random

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from matcher.errors import StoreFailure
from matcher.store import Store
from matcher.store.database.schema import metadata
from matcher_api.auth.forms import FIELD, HEADER
from matcher_api.auth.policy import POLICY
from tests.amounts import some
from tests.api.conftest import HTML
from tests.api.signing import sign_in

# Looking is written down, once a minute for each who looks and what is looked at, and a session notes its last use.
NOTED = {"audit_log", "sessions"}


def test_no_other_site_is_let_in(site: TestClient) -> None:
    """Neither a request nor the question before one is answered with leave to read."""
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (site.get("/v1/candidates", headers=asked), site.options("/v1/candidates", headers=asked)):
        assert [name for name in answer.headers if name.startswith("access-control-")] == []
    assert site.options("/v1/candidates", headers=asked).status_code in (403, 404, 405)


def test_no_socket_is_opened(site: TestClient) -> None:
    for address in ("/", "/v1/candidates", "/v1/runs/1/events", "/nowhere"):
        with pytest.raises(WebSocketDisconnect) as refused, site.websocket_connect(address):
            pass
        assert refused.value.code == 1008


@pytest.mark.parametrize(
    "address", ["/static", "/static/", "/static/../matcher.db", "/.git/config", "/.env", "/static/%2e"]
)
def test_nothing_is_listed_and_nothing_lies_about(site: TestClient, address: str) -> None:
    assert site.get(address).status_code == 404


def test_nobody_is_shown_what_they_sent(site: TestClient) -> None:
    """TRACE and methods that nobody knows are refused."""
    for method in ("TRACE", "TRACK", "CONNECT", "PROPFIND"):
        assert site.request(method, "/").status_code in (403, 404, 405)


def test_signing_out_clears_the_browser(site: TestClient) -> None:
    """Of pages and of what a script might have kept."""
    answer = site.post("/sign-out", data={FIELD: site.headers.get(HEADER, "")}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["clear-site-data"] == '"cache", "storage"'


def test_looking_changes_nothing(site: TestClient, store: Store) -> None:
    """Addresses without parameters are read by GET, and each row of each table stays as it is."""

    def rows() -> dict[str, list[tuple[object, ...]]]:
        with store.reading() as session:
            return {
                table.name: [tuple(row) for row in session.rows(sa.select(table))]
                for table in metadata.sorted_tables
                if table.name not in NOTED
            }

    before = rows()
    addresses = sorted({rule.path for rule in POLICY.rules if rule.method == "GET" and "{" not in rule.path})
    assert len(addresses) > 40
    tried = Random(len(addresses)).sample(addresses, some(15, of=len(addresses)))
    answered = [site.get(address, headers=HTML, follow_redirects=False).status_code for address in tried]
    assert answered.count(200) > len(tried) // 3
    assert rows() == before


def test_downloads_have_names_of_ours(site: TestClient) -> None:
    """Whatever stands in the database, a name has no path, no quote and one ending; browsers do not guess a type."""
    for address in ("/excel/candidates", "/excel/vacancies", "/excel/proposals", "/v1/plans/1/workbook"):
        answer = site.get(address)
        assert answer.status_code == 200, address
        assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.xlsx"', answer.headers["content-disposition"])
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_page_has_a_way_out(site: TestClient) -> None:
    """Whoever has signed in can sign out from wherever they are, by a form that no other site can send."""
    for address in (
        "/",
        "/candidates",
        "/candidates/C1",
        "/vacancies/V1",
        "/proposals",
        "/what-if",
        "/account",
        "/law",
    ):
        answer = site.get(address)
        assert answer.status_code == 200, address
        assert re.search(
            r'<form[^>]*method="post"[^>]*action="/sign-out"|action="/sign-out"[^>]*method="post"', answer.text
        )


@pytest.mark.parametrize("error", [StoreFailure("it is gone"), ZeroDivisionError("oh")])
def test_no_log_repeats_what_stood_in_an_address(
    anybody: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    """Where something breaks, the log says at what kind of address: an id may be anything."""
    sign_in(anybody, "planner")

    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(Store, "reading", broken)
    answer = anybody.get("/v1/candidates/19121212-1212%0AERROR%20forged")
    assert answer.status_code >= 500
    told = [record.getMessage() for record in caplog.records if record.name == "matcher_api"]
    assert told
    assert "forged" not in "".join(told)
    assert "1212" not in "".join(told)
    assert not any("\n" in each for each in told)
