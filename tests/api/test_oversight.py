"""Oversight on pages and in the interface: the stop switch, several proposals row by row, and how people decide."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from matcher.service.overseeing import oversight, row_of
from matcher.store import Act, Proposal, Store, decisions_taken, list_proposals
from matcher.store.tables.trust import audit_log
from matcher_api import Settings, create_app
from matcher_api.auth.personal import shows_people
from matcher_api.auth.policy import RULES
from tests.api.conftest import HTML
from tests.api.signing import bear_token, sign_in
from tests.api.test_deciding import Forms, address
from tests.store.databases import HeldClock

JSON = {"Accept": "application/json"}


def waiting(store: Store) -> list[Proposal]:
    with store.reading() as session:
        return list_proposals(session, state="proposed")


def sights(store: Store) -> list[tuple[str, str, str | None]]:
    """Return who has seen what, in order."""
    query = sa.select(audit_log.c.actor, audit_log.c.entity, audit_log.c.entity_id).order_by(audit_log.c.entry)
    with store.reading() as session:
        return [tuple(row) for row in session.rows(query.where(audit_log.c.action == "see"))]


def test_every_page_says_that_planning_is_stopped_by_whom_and_why(site: TestClient) -> None:
    """Whoever sees something wrong stops it on the page; every page says so until it goes on."""
    stopped = site.post("/oversight/stop", data={"reason": "the seats are wrong."})
    assert "Ada Berg stopped it on" in stopped.text
    for where in ("/", "/proposals", "/candidates", "/plan", "/figures", "/account"):
        text = site.get(where).text
        assert "Planning is stopped." in text, where
        assert "the seats are wrong. Nothing is planned" in text, where
    refused = site.post("/runs", data={"time_limit_s": "60"})
    assert refused.status_code == 409
    assert "A person has stopped runs and batches." in refused.text
    assert "Planning is stopped." not in site.post("/oversight/resume", data={"reason": "mended"}).text
    assert site.post("/runs", data={"time_limit_s": "60"}, follow_redirects=False).status_code == 303


def test_the_switch_in_the_interface_is_for_people(site: TestClient) -> None:
    """A program is told that planning is stopped, in its language, and can neither stop it nor let it go on."""
    site.post("/v1/stop", json={"reason": "look at the seats"}, headers=JSON)
    bear_token(site)
    told = site.get("/v1/stop", headers=JSON).json()
    assert (told["is_stopped"], told["by"], told["reason"]) == (True, "Ada Berg", "look at the seats")
    asked = {"kind": "batch", "as_of": "2026-05-11", "horizon_days": 120}
    for ask, body in (("/v1/runs", asked), ("/v1/solve", {"candidates": []})):
        refused = site.post(ask, json=body, headers={**JSON, "Accept-Language": "sv"})
        assert refused.status_code == 409, ask
        assert refused.headers["content-type"] == "application/problem+json"
        document = refused.json()
        assert (document["type"].rsplit("/")[-1], document["title"]) == ("stopped", "Planeringen är stoppad")
        assert "Ada Berg stoppade den" in document["reasons"][0]
    for way in ("/v1/stop", "/v1/stop/end"):
        assert site.post(way, json={"reason": "x"}, headers=JSON).status_code == 403
    sign_in(site, "auditor")
    assert site.post("/v1/stop/end", json={"reason": "x"}, headers=JSON).status_code == 403
    sign_in(site, "administrator")
    assert site.post("/v1/stop/end", json={"reason": "x"}, headers=JSON).json() == {
        "is_stopped": False,
        "by": None,
        "at": None,
        "reason": None,
    }


def test_several_are_accepted_row_by_row_and_no_more_than_allowed(store: Store) -> None:
    """Each row stands with why it fits and a tick of its own; what is not ticked waits, and more is refused whole."""
    clock = HeldClock()
    store._clock = clock
    app = create_app(Settings(accept_together=2), None, store)
    with TestClient(app, headers=HTML) as site:
        sign_in(site, "matcher", name="Bo Ek")
        proposals = waiting(store)
        assert len(proposals) > 2
        text = site.get("/proposals/several").text
        (form,) = (form for form in Forms(text).forms if any(name.startswith("take-") for name in form))
        ticks = [name for name in form if name.startswith("take-")]
        assert len(ticks) == 2
        assert text.count('<ul class="checks">') == 2
        hidden = {name: value for name, value in form.items() if not name.startswith("take-")}

        assert site.post("/proposals/several", data=hidden).status_code == 422
        many = {f"take-{one.proposal_id}": "yes" for one in proposals}
        assert site.post("/proposals/several", data=hidden | many).status_code == 422
        assert waiting(store) == proposals
        clock.now += timedelta(seconds=30)
        done = site.post("/proposals/several", data=hidden | dict.fromkeys(ticks, "yes"))
        assert done.text.count("<strong>accepted</strong>") == 2
        late = site.post("/proposals/several", data=hidden | {ticks[0]: "yes"})
        assert "1 of them no longer waits." in late.text
    with store.reading() as session:
        taken = decisions_taken(session)
        view = oversight(session, 90)
    assert [one.act for one in taken] == ["accept", "accept"]
    assert {one.decided_by for one in taken} == {"Bo Ek"}
    assert {f"take-{one.proposal_id}" for one in taken} == set(ticks)
    assert (view.total.timed, view.total.median_s) == (2, 15.0)  # half a minute for both


def test_a_stale_tick_is_told_of_and_others_are_accepted(site: TestClient, store: Store) -> None:
    """What somebody else has decided about since the page was opened is left alone."""
    form = next(form for form in Forms(site.get("/proposals/several").text).forms if "take-1" in form)
    form = {name: value for name, value in form.items() if not name.startswith("take-")}
    first = next(one for one in waiting(store) if one.proposal_id == 1)
    site.post(f"/vacancies/{first.vacancy_id}/people/{first.candidate_id}", data={"act": "pin", "seen": "0"})

    done = site.post("/proposals/several", data={**form, "take-1": "yes", "take-2": "yes"})

    assert "not accepted: it has changed since" in done.text
    with store.reading() as session:
        assert [(one.proposal_id, one.act) for one in decisions_taken(session)] == [(None, "pin"), (2, "accept")]


def test_who_has_seen_whom_is_logged_once_a_minute(site: TestClient, store: Store) -> None:
    """A page about people leaves an entry with whose it is; one about nobody, a form and a refusal leave none."""
    proposal = waiting(store)[0]
    candidate = proposal.candidate_id
    for where in (f"/candidates/{candidate}", f"/candidates/{candidate}", "/candidates?q=anna", address(proposal)):
        assert site.get(where).status_code == 200
    for where in ("/figures", "/plan", "/courses", "/contracts", "/candidates/19121212-1212"):
        site.get(where)
    site.get(f"/v1/proposals/{proposal.proposal_id}", headers=JSON)
    assert sights(store) == [
        ("Ada Berg", "candidates", candidate),
        ("Ada Berg", "candidates", None),
        ("Ada Berg", "pairs", f"{candidate}|{proposal.vacancy_id}"),
        ("Ada Berg", "proposals", str(proposal.proposal_id)),
    ]
    bear_token(site)
    site.get(f"/v1/candidates/{candidate}", headers=JSON)
    assert sights(store)[-1] == ("test system", "candidates", candidate)


def test_what_cannot_be_logged_is_not_shown(site: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the log cannot be written, a page about people says so instead of its content."""
    monkeypatch.setattr(store, "is_writer", False)
    answer = site.get("/candidates/C1")
    assert answer.status_code == 503
    assert "The database cannot be reached" in answer.text


def test_an_address_that_shows_people_is_logged_unless_it_is_known_not_to() -> None:
    """Written down a second time: these GET addresses of the whole city's show nobody."""
    silent = {rule.path for rule in RULES if rule.method == "GET" and not shows_people(rule) and not rule.is_open}
    named = {path for path in silent if "candidate_id" in path or "proposal" in path or "placement" in path}
    assert named == set()
    assert {"/candidates", "/", "/v1/candidates", "/v1/problem", "/accepted"} & silent == set()
    assert {"/figures", "/courses", "/accounts"} <= silent


def test_deciding_without_looking_and_within_seconds_is_seen(site: TestClient, store: Store) -> None:
    """The log of readers tells how long a person had a pair open, and that somebody decided without opening it."""
    clock = HeldClock()
    store._clock = clock
    first, second, *_ = waiting(store)
    form = Forms(site.get(address(first)).text).with_act("accept")
    clock.now += timedelta(seconds=42)
    site.post(address(first), data=form)
    unseen = {"act": "accept", "seen": "0", "proposal_id": str(second.proposal_id), "version": "1"}
    site.post(address(second), data=unseen, follow_redirects=False)

    own = site.get("/v1/oversight", headers=JSON).json()
    assert own["total"]["accepted"] == 2
    assert (own["total"]["timed"], own["total"]["median_s"], own["total"]["unseen"]) == (1, 42.0, 1)
    assert [row["name"] for row in own["by_person"]] == ["Ada Berg"]
    sign_in(site, "planner", name="Cy Dahl")
    assert site.get("/v1/oversight", headers=JSON).json()["by_person"] == []
    assert "Ada Berg" not in re.sub(r'class="who".*?</a>', "", site.get("/oversight").text)
    sign_in(site, "auditor")
    assert [row["name"] for row in site.get("/v1/oversight", headers=JSON).json()["by_person"]] == ["Ada Berg"]
    assert "Ada Berg" in site.get("/oversight").text


def acts(number: int, accepted: int, seconds: float | None) -> list[Act]:
    now = HeldClock().now
    opened = None if seconds is None else now - timedelta(seconds=seconds)
    return [
        Act(
            act="accept" if place < accepted else "reject",
            is_of_proposal=True,
            decided_by="Bo",
            decided_at=now,
            opened_at=opened,
            together=1,
        )
        for place in range(number)
    ]


@pytest.mark.parametrize(
    ("number", "accepted", "seconds", "warnings"),
    [
        (29, 29, 60.0, ()),  # too few to say anything
        (34, 34, 60.0, ()),  # chance allowed for, nine in ten is possible: lower end 0.898
        (35, 35, 60.0, ("always_accepts",)),  # 0.901
        (200, 188, 60.0, ()),  # 94 %, lower end 0.898
        (200, 190, 60.0, ("always_accepts",)),  # 95 %, lower end 0.911
        (9, 5, 1.0, ()),
        (10, 5, 9.9, ("too_fast",)),
        (10, 5, 10.0, ()),
        (2, 1, None, ()),
        (3, 1, None, ("unseen",)),
    ],
)
def test_the_stated_limits_are_those_of_the_warnings(
    number: int, accepted: int, seconds: float | None, warnings: tuple[str, ...]
) -> None:
    """Each warning begins exactly where docs and page say."""
    assert row_of("Bo", acts(number, accepted, seconds)).warnings == warnings


def test_the_log_is_read_by_auditors_narrowed_and_as_a_workbook(site: TestClient, store: Store) -> None:
    """Who, what, which and when narrow it; staff and programs see at most its head, which anchors it."""
    candidate = waiting(store)[0].candidate_id
    site.get(f"/candidates/{candidate}")
    for where in ("/audit", "/excel/audit", "/v1/audit-log", "/v1/audit-log/head"):
        assert site.get(where).status_code == 403, where
    bear_token(site)
    head = site.get("/v1/audit-log/head", headers=JSON).json()
    assert site.get("/v1/audit-log", headers=JSON).status_code == 403
    sign_in(site, "auditor", name="Gry Holm")
    text = site.get(f"/audit?actor=Ada+Berg&action=see&entity_id={candidate}").text
    assert text.count('<tr role="row"><th role="rowheader"') == 1
    assert "1 entry on this page" in text
    assert "0 entries on this page" in site.get("/audit?since=2001-01-01&until=2001-12-31").text
    assert "No entry fits." in site.get("/audit?actor=nobody&since=never").text
    older = re.search(r'href="(/audit\?before=\d+)"', site.get("/audit").text)
    assert older is None  # fewer entries than a page holds
    found = site.get("/v1/audit-log?action=see&sort=-entry", headers=JSON).json()["items"]
    assert (found[0]["actor"], found[0]["entity"]) == ("Gry Holm", "audit_log")  # reading it is logged, too
    assert site.get(f"/v1/audit-log?entry={head['entry']}", headers=JSON).json()["items"][0]["hash"] == head["hash"]
    workbook = site.get("/excel/audit?action=see")
    assert workbook.headers["content-disposition"].endswith('audit-log.xlsx"')
    assert workbook.content.startswith(b"PK")


def test_a_pair_stands_in_the_log_as_people_write_it_and_leads_to_its_page(site: TestClient, store: Store) -> None:
    """Where the reader may open it; what was copied from the page is found, and the log itself keeps its form."""
    pair = waiting(store)[0]
    address = f"/vacancies/{pair.vacancy_id}/people/{pair.candidate_id}"
    assert site.get(address).status_code == 200
    name = f"{pair.candidate_id} – {pair.vacancy_id}"
    sign_in(site, "auditor", name="Gry Holm")
    text = site.get("/audit", params={"entity_id": name}).text
    assert f'<span class="any-break">{name}</span>' in text
    assert f"{pair.candidate_id}|{pair.vacancy_id}" not in text.partition("<tbody")[2]
    sign_in(site, "auditor", "matcher", name="Ida Ek")
    assert f'href="{address}">{name}</a>' in site.get("/audit", params={"entity_id": name}).text
    kept = site.get("/v1/audit-log", params={"entity": "pairs"}, headers=JSON).json()["items"]
    assert {row["entity_id"] for row in kept} == {f"{pair.candidate_id}|{pair.vacancy_id}"}


def test_equality_is_audited_by_auditors_alone_and_nothing_of_it_is_kept(site: TestClient, store: Store) -> None:
    """Page, workbook and interface tell the same; staff, administrators and programs get in nowhere."""
    for role in ("planner", "administrator"):
        sign_in(site, role)  # type: ignore[arg-type]
        assert site.get("/equality").status_code == 403
        assert site.post("/v1/equality", json={}, headers=JSON).status_code == 403
    bear_token(site)
    assert site.post("/v1/equality", json={}, headers=JSON).status_code == 403
    sign_in(site, "auditor", name="Gry Holm")
    assert "skill kitchen" in site.get("/equality").text
    table = "candidate_id,attribute,value\nC1,sex,woman\nC2,sex,man\nC3,sex,man\n"
    shown = site.post("/equality", files={"table": ("a.csv", table)}, data={"without": "skill:kitchen"})
    assert shown.status_code == 200, shown.text
    assert "too few to be shown" in shown.text
    assert "Without the rule" in shown.text
    book = site.post("/equality", data={"form": "excel"})
    assert book.headers["content-disposition"].endswith('equality.xlsx"')
    wrong = site.post("/equality", files={"table": ("a.csv", "candidate_id,attribute,value\nC1,sex,\n")})
    assert wrong.status_code == 422
    assert "attributes.csv line 2" in wrong.text
    assert site.post("/equality", data={"without": "skill:magic"}).status_code == 400
    asked = {"attributes": table, "without": "start"}
    document = site.post("/v1/equality", json=asked, headers={**JSON, "Accept-Language": "sv"}).json()
    assert "skill:kitchen" in document["rules"]
    assert {one["name"] for one in document["study"]["tables"]} >= {"rates", "passes", "without"}
    assert site.post("/v1/equality", json={"without": "skill:magic"}, headers=JSON).status_code == 422
    query = sa.select(audit_log.c.actor, audit_log.c.facts).where(audit_log.c.action == "audit_equality")
    with store.reading() as session:
        logged = [tuple(row) for row in session.rows(query)]
    assert {actor for actor, _ in logged} == {"Gry Holm"}
    assert "woman" not in str(logged)
