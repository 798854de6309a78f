"""Notices and advertisements on the page of imports: as for a workbook, and what people have written stays theirs."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from matcher.service.exchange import source_of
from matcher.store import Store, list_stored, stored
from tests.sources import ads, notices, releases

EFORMS = notices.notice().encode()
TED = notices.ted_export(notices.ted_award()).encode()
OCDS = json.dumps({"releases": [releases.release(awards=[releases.award(contractPeriod={})])]}).encode()
ADS = json.dumps([ads.ad()]).encode()
FILES = {"eforms": EFORMS, "ted": TED, "ocds": OCDS, "jobtech-ads": ADS}


def drop(site: TestClient, content: bytes, name: str = "file", **fields: str) -> Any:
    return site.post("/import", files={"workbook": (name, content)}, data=fields)


def cells(text: str) -> list[str]:
    return re.findall(r'<input name="([^"]+\|[^"]+\|[^"]+)"', text)


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_recognised_and_what_it_lacks_is_asked_for(site: TestClient, store: Store, kind: str) -> None:
    """Reading stores nothing; what is filled in stands in the row that is stored; taken in again, nothing changes."""
    assert source_of(FILES[kind]) == ("eforms" if kind == "ted" else kind)
    draft = drop(site, FILES[kind])
    assert draft.status_code == 200, draft.text
    assert "This is what the file would change" in draft.text
    asked = cells(draft.text)
    ((table, entity_id),) = {tuple(name.split("|")[:2]) for name in asked}
    with store.reading() as session:
        assert entity_id not in ids(session)

    where = urlsplit(str(draft.url))
    back = f"{where.path}/fill?{where.query}"
    wrong = site.post(back, data={asked[0]: "soon"})
    assert wrong.status_code == 422
    given = {name: "2026-11-02" if name.endswith("start_date") else "2" for name in asked}
    filled = site.post(back, data=given)
    assert not cells(filled.text)
    where = urlsplit(str(filled.url))
    assert site.get(f"/excel/imports/{where.path.rpartition('/')[2]}?{where.query}").content.startswith(b"PK")
    done = site.post(f"{where.path}/take?{where.query}", data={"reason": ""})
    assert "stored." in done.text
    with store.reading() as session:
        assert str(stored(session, table, entity_id).entity.start_date) == "2026-11-02"

    again = drop(site, FILES[kind])
    assert "The file changes nothing" in again.text
    assert not cells(again.text)


def ids(session: Any) -> set[str]:
    """Return the ids of all contracts and vacancies that are stored."""
    contracts = {row.entity.contract_id for row in list_stored(session, "contracts")}
    return contracts | {row.entity.vacancy_id for row in list_stored(session, "vacancies")}


def test_what_people_have_changed_while_somebody_looked_at_a_notice_stays(site: TestClient, store: Store) -> None:
    """The notice is joined with what is stored when it is taken in, not when it was read."""
    draft = drop(site, OCDS)
    where = urlsplit(str(draft.url))
    asked = cells(draft.text)
    filled = urlsplit(str(site.post(f"{where.path}/fill?{where.query}", data={asked[0]: "2026-11-02"}).url))
    contract_id = asked[0].split("|")[1]
    site.post(f"{filled.path}/take?{filled.query}", data={"reason": ""})
    with store.reading() as session:
        before = stored(session, "contracts", contract_id).entity

    late = site.post(f"{where.path}/take?{where.query}", data={"reason": ""})
    assert "0 rows were stored." in late.text
    with store.reading() as session:
        assert stored(session, "contracts", contract_id).entity == before


@pytest.mark.parametrize("language", ["en", "sv"])
def test_what_is_left_out_is_shown_with_its_place_and_the_rest_goes_on(site: TestClient, language: str) -> None:
    site.headers["Accept-Language"] = language
    answer = drop(site, json.dumps([ads.ad(), ads.ad("778", number_of_vacancies=0)]).encode())
    assert answer.status_code == 200
    said = {"en": ("1 record was left out", "offers no position"), "sv": ("1 post lämnades utanför", "ingen plats")}
    for text in said[language]:
        assert text in answer.text
    assert ("ad 778" if language == "en" else "annons 778") in answer.text
    go_on = re.search(r'class="button" href="(/import/[^"]+)"', answer.text)
    assert go_on is not None
    assert site.get(go_on[1]).status_code == 200


@pytest.mark.parametrize("source", ["ocds", "eforms", "jobtech-ads"])
def test_a_file_of_another_kind_is_refused_whatever_somebody_chooses(
    site: TestClient, store: Store, source: str
) -> None:
    with store.reading() as session:
        before = ids(session)
    answer = drop(site, b"nonsense", source=source)
    assert answer.status_code == 422
    assert "Nothing in the file can be taken in" in answer.text
    assert 'download="left-out.xlsx"' in answer.text
    with store.reading() as session:
        assert ids(session) == before


def test_names_of_people_in_a_notice_reach_no_page(site: TestClient) -> None:
    """Contact persons stand in real notices and advertisements; nothing of them is read."""
    for content in FILES.values():
        assert "Greta" not in drop(site, content).text
