"""What every answer carries, the languages, and the description of the interface."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from matcher_api import Settings
from matcher_api.language import language_of


def test_it_lives_and_says_which_version_it_is(client: TestClient) -> None:
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.json()["version"]


def test_every_answer_has_a_number_and_the_headers_that_protect_browsers(client: TestClient) -> None:
    for answer in (client.get("/healthz"), client.get("/nowhere"), client.post("/v1/solve", content="x")):
        assert answer.headers["x-request-id"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_number_that_a_proxy_gives_is_kept_unless_it_is_odd(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/healthz", headers={"X-Request-ID": "a b"}).headers["x-request-id"] != "a b"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("sv", "sv"),
        ("sv-FI", "sv"),
        ("en-GB,sv;q=0.9", "en"),
        ("de,sv;q=0.2,en;q=0.1", "sv"),
        ("sv;q=0", "en"),
        ("sv;q=x", "en"),
        ("svenska", "en"),
        (",,;q=", "en"),
    ],
)
def test_the_language_liked_best_is_taken(header: str, language: str) -> None:
    assert language_of(header) == language


def test_a_setting_out_of_range_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError):
        Settings(solve_slots=0)
