"""Who looks after a candidate, and for which unit: said by command, over HTTP and on the page, and in the log."""

from __future__ import annotations

import json

import sqlalchemy as sa
from starlette.testclient import TestClient

from matcher.store import Store, case_of, list_stored
from matcher.store.tables.trust import audit_log
from tests.api.signing import bear_token, sign_in
from tests.api.test_deciding import Forms


def first(store: Store) -> str:
    with store.reading() as session:
        return str(list_stored(session, "candidates")[0].entity.candidate_id)


def test_a_candidates_unit_is_set_over_http_and_seen_from_then_on(site: TestClient, store: Store) -> None:
    """By who has seen the last version; staff of that unit see the person at once, and the log says who did it."""
    person = first(store)
    where = f"/v1/candidates/{person}/case"
    before = site.get(where)
    assert before.json() == {"candidate_id": person, "caseworker": None, "unit": None, "version": 0}
    body = {"caseworker": "Bo Ek", "unit": "north"}
    assert site.put(where, json=body).status_code == 428
    assert site.put(where, json=body, headers={"If-Match": '"3"'}).status_code == 412
    made = site.put(where, json=body, headers={"If-Match": before.headers["etag"]})
    assert (made.status_code, made.headers["etag"], made.json()["unit"]) == (200, '"1"', "north")
    with store.reading() as session:
        last = session.rows(sa.select(audit_log).where(audit_log.c.action == "assign"))[-1]
    assert (last.actor, last.entity_id) == ("Ada Berg", person)
    assert json.loads(last.facts)["unit"] == "north"

    bear_token(site, units=["north"])
    assert site.get(f"/v1/candidates/{person}").status_code == 200
    for unit in ("south", None):  # nobody who is limited gives a person away, or takes one
        assert site.put(where, json={**body, "unit": unit}, headers={"If-Match": '"1"'}).status_code == 404
    assert site.put(where, json={**body, "caseworker": "Cy"}, headers={"If-Match": '"1"'}).json()["caseworker"] == "Cy"
    bear_token(site, units=["south"])
    assert site.get(where).status_code == site.put(where, json={**body, "unit": "south"}).status_code == 404


def test_what_cannot_be_a_name_is_refused_with_its_key(site: TestClient, store: Store) -> None:
    where = f"/v1/candidates/{first(store)}/case"
    for body in ({"caseworker": "a;b", "unit": None}, {"caseworker": "", "unit": "north"}, {"caseworker": "Bo"}):
        answer = site.put(where, json=body, headers={"If-Match": "*"})
        assert answer.status_code == 422
        assert answer.json()["faults"][0]["pointer"] in ("/caseworker", "/unit")
    assert site.put("/v1/candidates/nobody/case", json={"caseworker": "Bo", "unit": None}).status_code == 428
    unknown = site.put("/v1/candidates/nobody/case", json={"caseworker": "B", "unit": None}, headers={"If-Match": "*"})
    assert unknown.status_code == 404


def test_a_planner_sets_it_on_the_candidates_page(site: TestClient, store: Store) -> None:
    """The form says which version its reader has seen; who is late is told, and matchers read it only."""
    page = f"/candidates/{first(store)}"
    form = next(form for form in Forms(site.get(page).text).forms if "caseworker" in form)
    done = site.post(f"{page}/case", data={**form, "caseworker": "Bo Ek", "unit": "north"})
    assert 'value="north"' in done.text
    late = site.post(f"{page}/case", data={**form, "caseworker": "Di", "unit": "south"})
    assert late.status_code == 409
    assert "Somebody else has changed it" in late.text
    assert site.post(f"{page}/case", data={**form, "version": "1", "caseworker": "a;b"}).status_code == 422
    with store.reading() as session:
        assert case_of(session, first(store)).unit == "north"
    sign_in(site, "matcher")
    assert "Bo Ek · north" in site.get(page).text
    assert site.post(f"{page}/case", data=form).status_code == 403
