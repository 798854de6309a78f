"""Object scope: of an address that names a candidate, vacancy or contract, only those who may see it get an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from matcher.store import Rights, Store, assign_case, save_problem, visible_candidates
from matcher.store.tables.trust import audit_log
from matcher_api import Settings
from matcher_api.auth.actor import Signed
from matcher_api.auth.guard import Guard
from matcher_api.auth.identify import Identify
from matcher_api.auth.table import Policy, Rule
from matcher_api.errors import install_error_answers
from tests.api.signing import bear_token, rights, sign_in
from tests.builders import candidate, contract, problem, vacancy
from tests.store.databases import HeldClock, SqliteFiles

PATHS = ("/people/{candidate_id}", "/places/{vacancy_id}", "/deals/{contract_id}", "/offers/{proposal_id}")


def guarded(store: Store) -> FastAPI:
    """Return an application whose routes say who asks."""
    app = FastAPI()

    def name(actor: Signed) -> dict[str, str]:
        return {"name": actor.name}

    for path in (*PATHS, "/all", "/mine"):
        app.add_api_route(path, name, methods=["GET"])
    staff = frozenset({"matcher", "supplier", "service"})
    rules = [Rule(method="GET", path=path, roles=staff, scope="rows") for path in (*PATHS, "/mine")]
    rules.append(Rule(method="GET", path="/all", roles=staff, scope="everything"))
    settings = Settings()
    app.state.settings, app.state.store = settings, store
    install_error_answers(app)
    app.add_middleware(Guard, policy=Policy(rules), identify=Identify(store, settings), store=store)
    return app


@pytest.fixture
def town(own_store: Store) -> Iterator[TestClient]:
    """Return two people of two units, one whom nobody looks after, and two contracts."""
    given = problem(
        candidates=[candidate("C1"), candidate("C2"), candidate("C3")],
        contracts=[contract("T1"), contract("T2")],
        vacancies=[vacancy("V1", contract_id="T1"), vacancy("V2", contract_id="T2"), vacancy("V3")],
    )
    with own_store.writing() as session:
        save_problem(session, given, by="Ada")
        assign_case(session, "C1", "Bo", by="Ada", unit="north")
        assign_case(session, "C2", "Cy", by="Ada", unit="south")
    with TestClient(guarded(own_store)) as client:
        yield client


def seen(client: TestClient, *addresses: str) -> list[int]:
    return [client.get(address).status_code for address in addresses]


PEOPLE = ("/people/C1", "/people/C2", "/people/C3", "/people/C9")
PLACES = ("/places/V1", "/places/V2", "/places/V3", "/places/V9", "/deals/T1", "/deals/T2", "/deals/T9")


def test_whoever_is_limited_to_a_unit_sees_its_people_and_every_place(town: TestClient) -> None:
    """Another unit's candidate, one whom nobody looks after and one who is not there are answered alike."""
    sign_in(town, "matcher", units=["north"])
    assert seen(town, *PEOPLE) == [200, 404, 404, 404]
    assert seen(town, "/places/V2", "/mine", "/all", "/offers/1", "/offers/x") == [200, 200, 404, 404, 404]
    other, nobody = (town.get(address).json() for address in ("/people/C2", "/people/C9"))
    assert {**other, "instance": ""} == {**nobody, "instance": ""}


def test_whoever_is_limited_to_contracts_sees_their_places(town: TestClient) -> None:
    """A supplier's contact sees the vacancies of the contracts that are theirs; a system so limited, too."""
    for client in (sign_in(town, "supplier", contracts=["T1"]), bear_token(town, contracts=["T1"])):
        assert seen(client, *PLACES) == [200, 404, 404, 404, 200, 404, 404]
        assert seen(client, "/all", "/mine") == [404, 200]


def test_whoever_is_not_limited_sees_everything(town: TestClient) -> None:
    """What is not there is then for the endpoint to say."""
    sign_in(town, "matcher")
    assert seen(town, *PEOPLE, *PLACES, "/all") == [200] * 12


def test_lists_are_narrowed_by_the_same_rights(town: TestClient, own_store: Store) -> None:
    """What a list shows and what an address opens are the same."""
    with own_store.reading() as session:
        assert visible_candidates(session, rights("matcher", units=["north"])) == {"C1"}
        assert visible_candidates(session, rights("matcher", units=[])) == frozenset()
        assert visible_candidates(session, Rights(roles=frozenset({"matcher"}))) is None


def test_refusals_are_logged_without_what_was_typed(town: TestClient, own_store: Store) -> None:
    """The log says who asked which kind of address in vain; what stood in it may have been anything."""
    sign_in(town, "matcher", name="Ada Berg", units=["north"])
    town.get("/people/19121212-1212")
    with own_store.reading() as session:
        last = session.rows(sa.select(audit_log).order_by(audit_log.c.entry))[-1]
    assert (last.actor, last.action, last.entity_id) == ("Ada Berg", "refused", "GET /people/{candidate_id}")
    assert json.loads(last.facts) == {"status": 404}
    assert "1212" not in "".join(map(str, last))


def test_a_session_that_is_idle_ends_and_one_in_use_goes_on_until_its_end(sqlite_files: SqliteFiles) -> None:
    """An hour without a request ends it; requests within each hour do not, until the end that it had from the first."""
    clock = HeldClock()
    with Store(sqlite_files.address(), clock=clock) as store, TestClient(guarded(store)) as client:
        sign_in(client, "matcher")
        for _ in range(13):
            clock.now += timedelta(minutes=55)
            assert seen(client, "/all") == [200]
        clock.now += timedelta(minutes=6)
        assert seen(client, "/all") == [401]  # signed in for twelve hours
        sign_in(client, "matcher")
        clock.now += timedelta(minutes=60)
        assert seen(client, "/all") == [401]
