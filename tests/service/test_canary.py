"""Canaries: a day's work with people whose names and addresses would be noticed wherever they stood in clear.

Each door through which anything leaves is looked at: the database's files and its backup, the queue of jobs, what is
sent to workers, logs, plans, explanations, exports, reports, pages and answers of the interface.
"""

from __future__ import annotations

import json
import logging
import pickle
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from starlette.testclient import TestClient

from matcher.cli import run
from matcher.engine import Threads
from matcher.formats import write_plan, write_problem
from matcher.formats.identities import read_identities
from matcher.service.batch_report import batch_report
from matcher.service.desk.source import StoredDesks
from matcher.service.rights import access_document
from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import (
    Store,
    accept,
    answer_request,
    assign_case,
    backup,
    erase,
    list_proposals,
    load_plan,
    load_snapshot,
    publish_plan,
    reject,
    run_of,
    save_identities,
    save_problem,
    write_request,
)
from matcher.store.database.schema import metadata
from matcher.whatif import Asking, things_to_value, value_of
from matcher_api import Settings, create_app
from matcher_api.auth.policy import POLICY
from tests.amounts import some
from tests.api.conftest import DAY, HTML, city
from tests.api.signing import sign_in
from tests.store.databases import SqliteFiles

pytestmark = pytest.mark.no_cover  # a whole day of what has tests of its own

KEYS = "first AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
# Words that stand nowhere else: each is looked for as it is, in other encodings and within deflated documents.
CANARIES = ("Kanariefågel", "Zebrafinksson", "0709-999123", "kanarie@burfagel.example", "Burgatan 77", "Q-KANARIE-9")


class Overheard(Threads):
    """An engine that keeps everything that would travel to a worker on another machine, and back."""

    def __init__(self) -> None:
        super().__init__(1)
        self.sent: list[bytes] = []

    def map(
        self,
        function: Callable[[Any], Any],
        items: Iterable[Any],
        on_done: Callable[[int, Any], None] | None = None,
    ) -> list[Any]:
        given = list(items)
        self.sent += [pickle.dumps((function, item)) for item in given]
        found = super().map(function, given, on_done)
        self.sent += [pickle.dumps(outcome) for outcome in found]
        return found


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Store]:
    """Yield a database with the small city, whose every candidate is a canary."""
    with Store(SqliteFiles(tmp_path).address()) as store:
        keys = Settings(identity_keys=SecretStr(KEYS)).vault_keys()
        assert keys is not None
        table = tmp_path / "who.csv"
        people = [candidate.candidate_id for candidate in city().candidates]
        lines = [
            f"{one},{CANARIES[0]} {CANARIES[1]},{CANARIES[2]},{CANARIES[3]},{CANARIES[4]},{CANARIES[5]}"
            for one in people
        ]
        table.write_text("candidate_id,name,phone,email,address,reference\n" + "\n".join(lines), encoding="utf-8")
        with store.writing() as session:
            save_problem(session, city(), by="Ada")
            save_identities(session, keys, read_identities(table), by="Ada", reason="canaries")
            for one in people:
                assign_case(session, one, "Bo Ek", by="Ada")
        table.unlink()
        yield store


def sightings(content: bytes | str, where: str) -> list[str]:
    """Return where canaries stand in something, also within what is deflated or zipped in it."""
    raw = content.encode() if isinstance(content, str) else content
    found = []
    for canary in CANARIES:
        forms = {
            canary.encode(),
            canary.encode("utf-16-le"),
            canary.encode("latin-1"),
            json.dumps(canary).strip('"').encode(),
        }
        if any(form in raw for form in forms):
            found.append(f"{canary} in {where}")
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            for name in archive.namelist():
                found += sightings(archive.read(name), f"{where}/{name}")
    elif raw.startswith(b"\x78"):
        found += sightings(zlib.decompress(raw), f"{where}, inflated")
    return found


def test_a_sighting_is_not_overlooked() -> None:
    """What looks for canaries finds one in clear, in JSON, in other encodings, deflated, and in a workbook."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", f"<v>{CANARIES[1]}</v>")
    for content in (
        CANARIES[0],
        json.dumps({"name": CANARIES[0]}),
        CANARIES[0].encode("utf-16-le"),
        zlib.compress(CANARIES[3].encode()),
        packed.getvalue(),
        pickle.dumps([CANARIES[0]]),
    ):
        assert len(sightings(content, "here")) == 1
    assert sightings("C1 in V1", "here") == []


def test_no_canary_is_seen_anywhere_in_a_days_work(
    town: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    _work(town)
    seen += _of_pages(town)
    with town.reading() as session:
        problem, stored = load_snapshot(session, run_of(session, 1).problem_hash), load_plan(session, 1)
    write_problem(problem, tmp_path / "out.xlsx")
    write_problem(problem, tmp_path / "folder")
    write_plan(stored, tmp_path / "plan.json")
    seen += _of_commands(town, tmp_path)
    overheard = Overheard()
    value_of(problem, things_to_value(problem)[:1], asking=Asking(engine=overheard))
    assert overheard.sent
    seen += [one for sent in overheard.sent for one in sightings(sent, "what is sent to workers")]
    backup(town, tmp_path / "kept.db")
    seen += _of_database(town)
    with town.writing() as session:
        erase(session, "C5", by="Ada", reason="asked for")
    for path in sorted(path for path in tmp_path.rglob("*") if path.is_file()):
        seen += sightings(path.read_bytes(), path.name)
    streams = capsys.readouterr()
    seen += sightings(streams.out + streams.err, "the terminal")
    seen += sightings(caplog.text, "the logs")
    assert seen == []


def _work(store: Store) -> None:
    """Plan, decide, publish, ask and answer, as staff do in a day."""
    ask_run(store, by="Ada", kind="batch", as_of=DAY, horizon_days=200)
    Worker(store).work_once()
    with store.writing() as session:
        first, second, *_ = [one.proposal_id for one in list_proposals(session)]
        accept(session, first, by="Ada")
        reject(session, second, by="Ada", reason_code="too_far", note="The bus does not go there.")
        publish_plan(session, 1, by="Ada", reason="Monday")
        number = write_request(session, "review", "C5", "Why not me?", by="Ada")
        answer_request(session, number, "granted", "Looked at again.", by="Bo")


def _of_database(store: Store) -> list[str]:
    """Return sightings in every value of every table, deflated documents included."""
    found = []
    with store.reading() as session:
        for table in metadata.sorted_tables:
            for row in session.rows(sa.select(table)):
                for column, value in zip(table.columns, row, strict=True):
                    content = bytes(value) if isinstance(value, bytes | memoryview) else str(value)
                    if column.name not in ("ciphertext", "wrapped_key", "nonce"):
                        found += sightings(content, f"{table.name}.{column.name}")
                    else:
                        found += [f"{one} in {column.name}" for one in CANARIES if one.encode() in bytes(value or b"")]
    return found


def _of_pages(store: Store) -> list[str]:
    """Return sightings on every page that links lead to, and in answers of the interface; nobody asks for a name."""
    found = []
    app = create_app(Settings(identity_keys=SecretStr(KEYS)), StoredDesks(store, lambda: DAY), store)
    with TestClient(app, headers=HTML) as site:
        sign_in(site, "matcher", "planner", "auditor", "administrator", name="Ada")
        addresses = [
            "/",
            "/proposals",
            "/candidates",
            "/candidates/C1",
            "/candidates/C1/rights",
            "/candidates/C5/letter",
        ]
        addresses += ["/vacancies/V1", "/vacancies/V1/people/C1", "/plan", "/plan/report", "/requests", "/identities"]
        addresses += ["/excel/candidates", "/import/workbook", "/v1/problem", "/v1/candidates", "/v1/decisions"]
        addresses += ["/v1/proposals", "/v1/plans/1/document", "/v1/plans/1/workbook", "/metrics"]
        for address in addresses:
            answer = site.get(address)
            assert answer.status_code == 200, address
            found += sightings(answer.content, address)
        for address in ("/candidates/nobody", "/v1/candidates/nobody"):
            found += sightings(site.get(address).content, address)
        others = sorted(_every_other_address() - set(addresses))
        for address in Random(0).sample(others, some(20, of=len(others))):
            found += sightings(site.get(address).content, address)
    report = batch_report(store, 1)
    return found + sightings(repr(report), "the batch's report")


def _every_other_address() -> set[str]:
    """Return what else can be read, but what tells on purpose who somebody is, and what does not end."""
    given = dict.fromkeys(("plan_id", "run_id", "proposal_id", "policy_version", "placement_id"), "1")
    given |= {"candidate_id": "C1", "vacancy_id": "V1", "contract_id": "T1", "cohort_id": "K1", "course_id": "U1"}
    paths = {rule.path for rule in POLICY.rules if rule.method == "GET"} - {
        "/accepted",  # contacts for suppliers
        "/v1/candidates/{candidate_id}/access",  # the person's own copy
        "/v1/runs/{run_id}/events",
    }
    kinds = {f"/excel/{kind}" for kind in ("proposals", "vacancies", "contracts", "courses", "placements", "audit")}
    filled = {re.sub(r"\{(\w+)\}", lambda name: given.get(name[1], name[0]), path) for path in paths}
    return kinds | {path for path in filled if "{" not in path}


def _of_commands(store: Store, folder: Path) -> list[str]:
    """Run the commands that tell about people; what they say and write is looked at afterwards."""
    for arguments in (
        ("explain", folder / "folder", folder / "plan.json", "--candidate", "C5", "--verify"),
        ("explain", folder / "folder", folder / "plan.json", "--vacancy", "V1"),
        ("suggest", folder / "folder", folder / "plan.json", "--vacancy", "V1"),
        ("export", folder / "folder", folder / "plan.json", "--format", "xlsx", "--out", folder / "plan.xlsx"),
    ):
        assert run([str(argument) for argument in arguments]) == 0, arguments
    document = access_document(store, None, "C1", by="Ada", reason="asked for", with_runs=True)
    return sightings(json.dumps(document, ensure_ascii=False), "access without a key")
