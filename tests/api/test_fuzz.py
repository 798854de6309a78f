"""The whole description against the whole service: whatever is sent, no 5xx, and nothing that is not documented.

A few cases for each address with every run of the tests; `make api-fuzz` tries many, for each role.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from matcher.service.worker import Worker
from matcher.store import ROLES, Role, Store, save_problem
from matcher_api import Settings, create_app
from matcher_api.auth.policy import POLICY, RULES
from tests.api.conftest import Nothing
from tests.api.signing import bear_token, sign_in
from tests.service.towns import town
from tests.store.databases import SqliteFiles

pytestmark = pytest.mark.no_cover  # goes over every address: each has tests of its own

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))  # another one tries other requests
# To who may not go there, nothing that is sent matters: the guard answers before it is read.
SHARE_OF_SHUT = 5
PLANNER: tuple[Role, ...] = ("planner",)
TRIED: tuple[Role, ...] = tuple(ROLES) if "FUZZ_EXAMPLES" in os.environ else PLANNER
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
LONG = ("/v1/runs/{run_id}/events",)  # a stream, which ends with its run; tests of its own read it


@pytest.fixture(scope="module")
def served(sqlite_files: SqliteFiles) -> Iterator[TestClient]:
    """Return a client of a service that holds the town, with one run done."""
    with Store(sqlite_files.address()) as store:
        with store.writing() as session:
            save_problem(session, town(), by="Ada")
        app = create_app(Settings(rate_per_minute=10**7, max_body_mb=1, solve_time_limit_s=1), Nothing(), store)
        with TestClient(app, raise_server_exceptions=False) as client:
            sign_in(client, "planner")
            assert client.post(
                "/v1/runs", json={"kind": "batch", "as_of": "2026-09-01", "horizon_days": 120}
            ).is_success
            Worker(store).work_once()
            yield client


@pytest.fixture(scope="module")
def schema(served: TestClient) -> Any:
    return schemathesis.openapi.from_dict(served.app.openapi())  # type: ignore[attr-defined]


def asked(client: TestClient, case: Any) -> Any:
    """Return the answer to a case."""
    told = case.as_transport_kwargs(base_url="http://testserver")
    told["content"] = told.pop("data", None)
    told["headers"] = [(name, str(value).encode("latin-1", "replace")) for name, value in told["headers"].items()]
    known = ("method", "url", "params", "headers", "json", "content")
    given = {name: told[name] for name in known if told.get(name) is not None}
    if "json" in given:
        given.pop("content", None)
    return client.request(given.pop("method"), given.pop("url"), **given)


@pytest.mark.parametrize("role", TRIED)
@pytest.mark.parametrize(
    ("method", "path"),
    sorted(
        (rule.method, rule.path)
        for rule in RULES
        if rule.path not in LONG and (rule.path.startswith("/v1/") or rule.path in ("/healthz", "/readyz", "/metrics"))
    ),
)
def test_whatever_is_sent_is_answered_as_described(
    served: TestClient,
    schema: Any,
    method: str,
    path: str,
    role: Role,
    record_property: Callable[[str, object], None],
) -> None:
    """No 5xx, no status, media type or body that the description does not have."""
    if path == "/v1/openapi.json":
        assert served.get(path).status_code == 200
        return
    client = bear_token(served) if role == "service" else sign_in(served, role)
    client.headers["X-Form-Token"] = client.headers.get("X-Form-Token", "")
    operation = schema[path][method.lower()]
    rule = POLICY.find(method, path).rule
    assert rule is not None
    is_open = rule.is_open or role in rule.roles
    count = 0

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES if is_open else -(-EXAMPLES // SHARE_OF_SHUT),
        deadline=None,
        database=None,
        derandomize="FUZZ_EXAMPLES" not in os.environ,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def tried(case: Any) -> None:
        nonlocal count
        count += 1
        answer = asked(client, case)
        if answer.status_code == 503:  # no plan, or every place taken: documented, and no fault of the service
            assert answer.headers["retry-after"]
            return
        case.validate_response(answer, checks=CHECKS)

    tried()
    record_property("requests", count)
