"""Documents that law asks for, on pages and by command, say what the database says."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from matcher.cli import run
from matcher.report.legal import TEMPLATES
from matcher.store import Store, add_rule, declared_groups, tables_about
from tests.api.signing import sign_in


def test_each_document_is_a_page_for_who_may(site: TestClient, store: Store) -> None:
    """Rules, plans and roles of the database stand in it; staff, auditors and administrators may read it."""
    with store.writing() as session:
        day = session.now.date()
        add_rule(session, "runs", keep_months=24, legal_basis="Gallringsbeslut 7", by="Ada", valid_from=day)
        assert declared_groups(session) == ("newly-arrived", "youth")
    listed = sign_in(site, "auditor").get("/law", headers={"Accept-Language": "sv"})
    for template in TEMPLATES:
        assert f'href="/law/{template}"' in listed.text
        page = site.get(f"/law/{template}", headers={"Accept-Language": "sv"})
        assert page.status_code == 200
        assert "Ifyllt från systemet i drift" in page.text
    record = site.get("/law/processing-record").text
    assert "Gallringsbeslut 7" in record
    for table in tables_about("candidates"):
        assert f">{table}<" in record
    assert "Last plan: optimal" in site.get("/law/instructions").text
    assert site.get("/law/nothing").status_code == 404
    assert sign_in(site, "supplier", contracts=["T1"]).get("/law").status_code == 403


def test_the_command_writes_the_same(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As Markdown, in either language, and not over something that is there."""
    address = store.url.render_as_string()
    out = tmp_path / "record.md"
    options = ["--database", address, "--controller", "Nämnden"]
    assert run(["law", "processing-record", "--lang", "sv", "--out", str(out), *options]) == 0
    text = out.read_text(encoding="utf-8")
    assert "# Förteckning över behandling" in text
    assert "Personuppgiftsansvarig: Nämnden" in text
    assert run(["law", "processing-record", "--out", str(out), *options]) == 2
    capsys.readouterr()
    assert run(["law", "algorithm-register", "--lang", "en", *options]) == 0
    assert "| Responsible | Nämnden |" in capsys.readouterr().out
