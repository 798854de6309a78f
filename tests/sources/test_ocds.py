"""OCDS releases of one process are merged, and each award becomes a contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from matcher.sources.ocds import read_process
from tests.sources.folders import codes, contents, imported, lines, needed, only, table
from tests.sources.releases import OCID, award, release


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "problem"


def contract(**fields: Any) -> dict[str, Any]:
    return {"id": "C1", "awardID": "1", "status": "active", **fields}


def test_an_award_becomes_a_contract(folder: Path) -> None:
    """Buyer, supplier, title, CPV and the days of the award are taken, the days as written."""
    imported(folder, "ocds", release())
    row = only(table(folder, "contracts"))
    assert row["contract_id"] == f"{OCID}-1"
    assert (row["buyer"], row["supplier"], row["title"]) == ("Lerums kommun", "Park och Vinter AB", "Skötsel av parker")
    assert (row["cpv"], row["start_date"], row["end_date"]) == ("77310000", "2026-04-01", "2028-03-31")
    assert row["status"] == "awarded"


@pytest.mark.parametrize(
    "content",
    [
        release(),
        {"version": "1.1", "releases": [release()]},
        {"releases": [release()], "publisher": {"name": "x"}},
        {"records": [{"ocid": OCID, "compiledRelease": release()}]},
        {
            "ocid": OCID,
            "releases": [{"url": "https://x", "date": "2026-01-01", "tag": ["award"]}],
            "compiledRelease": release(),
        },
        {"records": [{"ocid": OCID, "releases": [release()]}]},
        [release()],
        [{"releases": [release()]}],
        lines({"releases": [release()]}),
        lines(release(), release()),
        b"\xef\xbb\xbf" + lines(release()).encode(),
    ],
)
def test_every_kind_of_file_gives_the_same_contract(folder: Path, content: object) -> None:
    """Packages, records, lists, single releases and lines differ in wrapping only."""
    imported(folder, "ocds", content)
    assert only(table(folder, "contracts"))["supplier"] == "Park och Vinter AB"


def test_releases_that_repeat_an_award_are_one_contract(folder: Path) -> None:
    """Merged by ocid and award id, over files and lines."""
    report = imported(folder, "ocds", lines(release(), release()), release())
    assert report.read == 3
    assert len(table(folder, "contracts")) == 1


def test_later_releases_win_whatever_the_order_of_the_files(folder: Path) -> None:
    """The date of the release decides, also between different zones."""
    late = release(date="2026-02-02T23:30:00Z", awards=[award(title="Senare")])
    early = release(date="2026-02-03T00:15:00+01:00", awards=[award(title="Tidigare")])
    imported(folder, "ocds", late, early)
    assert only(table(folder, "contracts"))["title"] == "Senare"


def test_a_contract_release_completes_the_award(folder: Path) -> None:
    """The contract's own period, title and status come before the award's."""
    period = {"startDate": "2026-05-01T00:00:00Z"}
    news = release(date="2026-03-01T00:00:00Z", awards=None, contracts=[contract(title="Avtal", period=period)])
    del news["awards"]
    imported(folder, "ocds", release(), news)
    row = only(table(folder, "contracts"))
    assert (row["title"], row["start_date"], row["end_date"], row["status"]) == (
        "Avtal",
        "2026-05-01",
        "2028-03-31",
        "active",
    )


def test_a_release_imported_later_completes_what_is_there(folder: Path) -> None:
    """A release tells only what is new, so what it does not repeat stays."""
    imported(folder, "ocds", release())
    news = {
        "ocid": OCID,
        "id": "2",
        "date": "2026-03-01T00:00:00Z",
        "tag": ["contract"],
        "contracts": [contract(status="terminated")],
    }
    report = imported(folder, "ocds", news)
    row = only(table(folder, "contracts"))
    assert (row["supplier"], row["status"], row["start_date"]) == ("Park och Vinter AB", "ended", "2026-04-01")
    assert report.table("contracts").updated == 1


def test_an_amendment_moves_the_end(folder: Path) -> None:
    """An amended contract states its new period."""
    period = {"startDate": "2026-04-01T00:00:00Z", "endDate": "2029-03-31T23:59:59Z"}
    amendment = {"id": "A1", "date": "2027-01-01T00:00:00Z", "rationale": "Förlängning"}
    later = release(date="2027-01-01T00:00:00Z", contracts=[contract(period=period, amendments=[amendment])])
    imported(folder, "ocds", release(), later)
    assert only(table(folder, "contracts"))["end_date"] == "2029-03-31"


def test_further_contracts_of_an_award_have_rows_of_their_own(folder: Path) -> None:
    """The first keeps the award's id, so that nothing moves when a second one is signed."""
    imported(folder, "ocds", release(contracts=[contract()]))
    second = contract(id="C2", suppliers=[{"id": "SE-2", "name": "Grön AB"}])
    imported(folder, "ocds", release(date="2026-03-01T00:00:00Z", contracts=[contract(), second]))
    rows = {row["contract_id"]: row["supplier"] for row in table(folder, "contracts")}
    assert rows == {f"{OCID}-1": "Park och Vinter AB", f"{OCID}-1-C2": "Grön AB"}


def test_a_contract_without_an_award_is_taken(folder: Path) -> None:
    """Some publishers tell contracts only."""
    imported(folder, "ocds", release(awards=[], contracts=[contract(awardID=None), contract(id="C2", awardID="9")]))
    assert [row["contract_id"] for row in table(folder, "contracts")] == [f"{OCID}-contract-C1", f"{OCID}-9"]


@pytest.mark.parametrize(
    ("award_status", "contract_status", "status"),
    [
        ("active", None, "awarded"),
        ("pending", None, "awarded"),
        (None, None, "awarded"),
        ("active", "active", "active"),
        ("active", "pending", "awarded"),
        ("active", "terminated", "ended"),
        ("active", "cancelled", "cancelled"),
        ("cancelled", "active", "cancelled"),
        ("ACTIVE", "Terminated", "ended"),
    ],
)
def test_the_status_is_the_contracts_then_the_awards(
    folder: Path, award_status: str | None, contract_status: str | None, status: str
) -> None:
    """A cancelled award or an ended contract takes nobody any more."""
    contracts = [contract(status=contract_status)] if contract_status else []
    imported(folder, "ocds", release(awards=[award(status=award_status)], contracts=contracts))
    assert only(table(folder, "contracts"))["status"] == status


def test_an_unsuccessful_award_is_no_contract(folder: Path) -> None:
    """It is said so, and is no fault."""
    report = imported(folder, "ocds", release(awards=[award(status="unsuccessful"), award("2")]))
    assert codes(report) == ["no_winner"]
    assert report.num_faults == 0
    assert [row["contract_id"] for row in table(folder, "contracts")] == [f"{OCID}-2"]


def test_a_process_that_is_not_awarded_yet_is_no_fault(folder: Path) -> None:
    """Planning and tender releases come first."""
    report = imported(folder, "ocds", release(awards=[]))
    assert codes(report) == ["no_award"]
    assert report.num_faults == 0


def test_all_suppliers_of_an_award_share_its_row(folder: Path) -> None:
    """Names come from the award, else from the parties."""
    suppliers = [{"id": "SE-1"}, {"name": "Grön AB"}, {"id": "SE-9", "name": None}]
    imported(folder, "ocds", release(awards=[award(suppliers=suppliers)]))
    assert only(table(folder, "contracts"))["supplier"] == "Park och Vinter AB + Grön AB"


def test_the_tenders_planned_period_is_a_hint_and_no_date(folder: Path) -> None:
    """What was planned before the award may have changed; a person decides."""
    plan = {"title": "Parker", "contractPeriod": {"startDate": "2026-09-01T00:00:00Z"}}
    report = imported(folder, "ocds", release(awards=[award(contractPeriod=None)], tender=plan))
    assert only(table(folder, "contracts"))["start_date"] == ""
    assert "2026-09-01 as the start planned" in needed(report, "contracts")["start_date"]


def test_lots_give_period_title_and_clauses(folder: Path) -> None:
    """The EU profile tells them per lot."""
    lot = {
        "id": "LOT-1",
        "title": "Norra parkerna",
        "contractPeriod": {"startDate": "2026-04-01T00:00:00+02:00", "durationInDays": 365},
        "sustainability": [{"goal": "social.disadvantagedEmploymentOpportunities"}, {"goal": "social"}],
        "contractTerms": {"performanceTerms": "Anställ två.", "reservedExecution": True},
    }
    awards = [award(contractPeriod=None, relatedLots=["LOT-1"])]
    imported(folder, "ocds", release(awards=awards, tender={"title": "Parker", "lots": [lot, {"id": "LOT-2"}]}))
    row = only(table(folder, "contracts"))
    assert (row["title"], row["start_date"], row["end_date"]) == ("Norra parkerna", "2026-04-01", "2027-03-31")
    beside = only(table(folder, "notices"))
    assert (beside["bt06"], beside["bt775"], beside["bt70"]) == ("soc-obj", "opp", "Anställ två.")
    assert (beside["reserved"], beside["lot"], beside["duration"]) == ("execution", "LOT-1", "365")


@pytest.mark.parametrize(
    ("items", "tender", "code"),
    [
        ([{"id": 1, "classification": {"scheme": "CPV", "id": "45233130.0"}}], {}, "45233130"),
        ([{"classification": {"scheme": "UNSPSC", "id": "45233130"}}], {}, ""),
        ([], {"items": [{"classification": {"scheme": "cpv", "id": 3000000}}]}, "03000000"),
        (None, {"items": [{"classification": {"scheme": "CPV", "id": c}} for c in ("45233130", "77310000")]}, ""),
    ],
)
def test_the_cpv_code_is_the_awards_then_the_only_one_of_the_tender(
    folder: Path, items: Any, tender: Any, code: str
) -> None:
    """Another scheme's code is not taken for a CPV code, and of two none is chosen."""
    imported(folder, "ocds", release(awards=[award(items=items)], tender=tender))
    assert only(table(folder, "contracts"))["cpv"] == code


def test_two_awards_with_one_id_are_not_lost(folder: Path) -> None:
    """A repeated id with other content gets a number of its own; an equal repetition is one award."""
    other = award(suppliers=[{"name": "Grön AB"}])
    imported(folder, "ocds", release(awards=[award(), other, award()]))
    assert [row["contract_id"] for row in table(folder, "contracts")] == [f"{OCID}-1", f"{OCID}-1-2"]


def test_an_award_id_that_begins_with_the_ocid_is_used_as_it_is(folder: Path) -> None:
    """Ids stay short enough to read."""
    imported(folder, "ocds", release(awards=[award(f"{OCID}-award-7")]))
    assert only(table(folder, "contracts"))["contract_id"] == f"{OCID}-award-7"


def test_structures_that_are_a_little_wrong_are_understood(folder: Path) -> None:
    """Lists in lists, objects instead of lists, texts instead of objects, numbers instead of texts, nulls."""
    odd = release(
        parties=[[{"id": 7, "name": "Lerums kommun", "roles": "buyer"}]],
        buyer=None,
        awards={
            "id": 5,
            "suppliers": {"name": "Ensam AB"},
            "items": None,
            "contractPeriod": [{"startDate": "2026-04-01"}],
        },
        tender=None,
        contracts=None,
    )
    imported(folder, "ocds", odd)
    row = only(table(folder, "contracts"))
    assert (row["buyer"], row["supplier"], row["start_date"]) == ("Lerums kommun", "Ensam AB", "2026-04-01")


@pytest.mark.parametrize("date", [None, 5, "soon", {"a": 1}])
def test_a_release_without_a_usable_date_is_taken_all_the_same(folder: Path, date: Any) -> None:
    """It counts as the oldest."""
    undated = release(awards=[award(title="Utan datum")]) | {"date": date}
    imported(folder, "ocds", undated, release(awards=[award(title="Daterad")]))
    assert only(table(folder, "contracts"))["title"] == "Daterad"


def test_links_are_not_followed(folder: Path) -> None:
    """Nothing is fetched; the report says what to download."""
    linked = {"url": "https://example.com/r.json", "date": "2026-01-01T00:00:00Z", "tag": ["award"]}
    report = imported(folder, "ocds", {"records": [{"ocid": OCID, "releases": [linked]}]}, {"releases": [linked]})
    assert codes(report) == ["linked_release", "linked_release"]
    assert "Download" in report.skipped[0].remedy


def test_a_versioned_release_gives_its_last_values(folder: Path) -> None:
    """Some publishers tell the history of each field instead."""

    def history(*values: Any) -> list[dict[str, Any]]:
        return [
            {
                "releaseDate": f"2026-0{number}-01T00:00:00Z",
                "releaseID": str(number),
                "releaseTag": ["award"],
                "value": value,
            }
            for number, value in enumerate(values, start=1)
        ]

    versioned = {
        "ocid": OCID,
        "awards": [{"id": "1", "title": history("Först", "Sist"), "suppliers": [{"id": "S", "name": history("A AB")}]}],
    }
    imported(folder, "ocds", {"records": [{"ocid": OCID, "versionedRelease": versioned}]})
    row = only(table(folder, "contracts"))
    assert (row["title"], row["supplier"]) == ("Sist", "A AB")
    assert only(table(folder, "notices"))["published"] == "2026-02-01T00:00:00Z"


def test_a_bad_line_costs_only_itself(folder: Path) -> None:
    """The report names the line; everything else is taken."""
    text = (
        lines(release("ocds-1")) + '{"ocid": "ocds-2", "awards": [}\n' + '{"awards": []}\n' + lines(release("ocds-3"))
    )
    report = imported(folder, "ocds", text)
    assert [(skipped.code, skipped.position) for skipped in report.skipped] == [
        ("not_json", "line 2"),
        ("no_id", "line 3"),
    ]
    assert [row["contract_id"] for row in table(folder, "contracts")] == ["ocds-1-1", "ocds-3-1"]


def test_releases_that_contradict_one_another_in_type_are_reported() -> None:
    """Whatever the merging refuses ends as one line for the process."""
    found = list(
        read_process("ocds-1", [{"date": "1", "tender": "a text"}, {"date": "2", "tender": {"title": "T"}}], "f")
    )
    assert [getattr(one, "code", "") for one in found] == ["cannot_merge"]


@pytest.mark.parametrize("period", [{"startDate": "soon"}, {"endDate": "2026-02-30"}, {"durationInDays": "many"}])
def test_days_that_cannot_be_meant_are_told_not_taken(folder: Path, period: dict[str, Any]) -> None:
    """An unreadable day of a contract does not hide that of its award."""
    unreadable = contract(period=period, dateSigned="yesterday")
    report = imported(folder, "ocds", release(awards=[award(contractPeriod=None)], contracts=[unreadable]))
    row = only(table(folder, "contracts"))
    assert (row["start_date"], row["end_date"]) == ("", "")
    assert set(needed(report, "contracts")) >= {"start_date", "end_date"}


def test_an_end_planned_in_the_tender_is_a_hint(folder: Path) -> None:
    """The start is the award's, the end must be looked up."""
    awards = [award(contractPeriod={"startDate": "2026-04-01"})]
    plan = {"contractPeriod": {"endDate": "2028-03-31"}}
    report = imported(folder, "ocds", release(awards=awards, tender=plan))
    assert "2028-03-31 as the end planned" in needed(report, "contracts")["end_date"]


@pytest.mark.parametrize(
    "record", [{"ocid": OCID, "releases": []}, {"ocid": OCID, "releases": None, "compiledRelease": {}}]
)
def test_a_record_without_releases_is_a_fault(folder: Path, record: dict[str, Any]) -> None:
    """There is nothing in it to take."""
    assert codes(imported(folder, "ocds", {"records": [record]})) == ["empty_record"]


def test_contact_points_are_never_imported(folder: Path) -> None:
    """Parties give names only."""
    imported(folder, "ocds", release())
    assert not any(b"hemlig" in content for content in contents(folder).values())
