"""eForms notices: who has won which lot, when the contract runs, and what nobody but a person knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.folders import codes, contents, imported, needed, only, table
from tests.sources.notices import (
    NOTICE_ID,
    code,
    contract,
    days,
    lot,
    notice,
    organization,
    party,
    performance_terms,
    result,
    tender,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "problem"


def suppliers(folder: Path) -> dict[str, str]:
    return {row["contract_id"].removeprefix(f"{NOTICE_ID}-"): row["supplier"] for row in table(folder, "contracts")}


def test_an_awarded_lot_becomes_a_contract(folder: Path) -> None:
    """Buyer, winner, title, CPV, days and status come from the notice; the obligation stays open."""
    imported(folder, "eforms", notice(lots=lot(period=days("2026-04-01+02:00", "2028-03-31+02:00"))))
    assert only(table(folder, "contracts")) == {
        "contract_id": f"{NOTICE_ID}-LOT-0001-CON-0001",
        "start_date": "2026-04-01",
        "buyer": "Lerums kommun",
        "supplier": "Park och Vinter AB",
        "title": "Skötsel av parker",
        "cpv": "77310000",
        "municipality": "",
        "end_date": "2028-03-31",
        "obligation_quantity": "",
        "obligation_unit": "",
        "obligation_kind": "",
        "groups": "",
        "status": "awarded",
    }


def test_what_the_notice_does_not_say_needs_input(folder: Path) -> None:
    """Each gap is named with a reason that helps to fill it."""
    reasons = needed(imported(folder, "eforms", notice()), "contracts")
    assert set(reasons) == {"start_date", "end_date", "obligation_quantity", "groups", "municipality"}
    assert "SE232, Lerum" in reasons["municipality"]


def test_the_placeholder_award_date_is_no_date(folder: Path) -> None:
    """2000-01-01 in TenderResult is what the schema demands, not when anything happened."""
    placeholder = result() + tender() + contract(award_date="2000-01-01Z") + party()
    imported(folder, "eforms", notice(results=placeholder))
    assert only(table(folder, "notices"))["award_date"] == ""
    assert not any(b"2000-01-01" in content for content in contents(folder).values())


def test_an_award_date_that_is_none_is_left_out(folder: Path) -> None:
    """The contract is taken without it."""
    imported(folder, "eforms", notice(results=result() + tender() + contract(award_date="i våras") + party()))
    assert only(table(folder, "notices"))["award_date"] == ""


def test_start_and_end_may_have_different_offsets(folder: Path) -> None:
    """Summer and winter time must not move a day."""
    imported(folder, "eforms", notice(lots=lot(period=days("2019-09-01+02:00", "2020-12-31+01:00"))))
    row = only(table(folder, "contracts"))
    assert (row["start_date"], row["end_date"]) == ("2019-09-01", "2020-12-31")


@pytest.mark.parametrize(
    ("duration", "unit", "end"),
    [
        ("4", "YEAR", "2028-03-04"),
        ("48", "MONTH", "2028-03-04"),
        ("30", "DAY", "2024-04-03"),
        ("2", "WEEK", "2024-03-18"),
    ],
)
def test_a_duration_becomes_an_end_where_there_is_a_start(folder: Path, duration: str, unit: str, end: str) -> None:
    """The last day counts."""
    imported(folder, "eforms", notice(lots=lot(period=days("2024-03-05+01:00", duration=duration, unit=unit))))
    assert only(table(folder, "contracts"))["end_date"] == end


def test_a_duration_without_a_start_is_kept_beside(folder: Path) -> None:
    """Nobody counts from a day that was never stated; the duration is there for whoever fills in the start."""
    report = imported(folder, "eforms", notice(lots=lot(period=days(duration="36"))))
    assert only(table(folder, "contracts"))["end_date"] == ""
    row = only(table(folder, "notices"))
    assert (row["duration"], row["duration_unit"]) == ("36", "MONTH")
    assert "36 MONTH" in needed(report, "contracts")["end_date"]


@pytest.mark.parametrize(
    "period",
    [
        days("soon"),
        days("2026-04-01Z", "2026-03-01Z"),
        days("2026-04-01Z", duration="some", unit="MONTH"),
        days("2026-04-01Z", duration="-1", unit="MONTH"),
        "<cbc:DescriptionCode>UNLIMITED</cbc:DescriptionCode>",
    ],
)
def test_days_that_cannot_be_meant_are_told_not_taken(folder: Path, period: str) -> None:
    """What stands there goes into the reason, not into the cell."""
    report = imported(folder, "eforms", notice(lots=lot(period=period)))
    assert only(table(folder, "contracts"))["end_date"] == ""
    assert any(
        word in needed(report, "contracts")["end_date"] for word in ("'soon'", "2026-03-01", "duration", "UNLIMITED")
    )


def test_only_a_tender_that_the_contract_names_has_won(folder: Path) -> None:
    """A result lists losing tenders too."""
    both = result(tenders=("TEN-0001", "TEN-0002")) + tender() + tender("TEN-0002", "TPA-0002") + contract()
    parties = party() + party("TPA-0002", ("ORG-0003",))
    imported(folder, "eforms", notice(results=both + parties, organizations=organization("ORG-0003", "Förlorare AB")))
    assert suppliers(folder) == {"LOT-0001-CON-0001": "Park och Vinter AB"}


def test_a_lot_may_have_several_winners(folder: Path) -> None:
    """A framework with two suppliers is two contracts."""
    results = (
        result(tenders=("TEN-0001", "TEN-0002"), contracts=("CON-0001", "CON-0002"))
        + tender() + tender("TEN-0002", "TPA-0002")
        + contract() + contract("CON-0002", ("TEN-0002",))
        + party() + party("TPA-0002", ("ORG-0003",))
    )  # fmt: skip
    imported(folder, "eforms", notice(results=results, organizations=organization("ORG-0003", "Grön AB")))
    assert suppliers(folder) == {"LOT-0001-CON-0001": "Park och Vinter AB", "LOT-0001-CON-0002": "Grön AB"}


def test_the_members_of_a_consortium_share_a_contract(folder: Path) -> None:
    """Several tenderers in one party are one supplier."""
    results = result() + tender() + contract() + party(members=("ORG-0002", "ORG-0003"))
    imported(folder, "eforms", notice(results=results, organizations=organization("ORG-0003", "Grön AB")))
    assert suppliers(folder) == {"LOT-0001-CON-0001": "Park och Vinter AB + Grön AB"}


def test_a_contract_about_two_lots_is_a_row_for_each(folder: Path) -> None:
    """Each lot has its own days and places; a tender counts for its own lot only."""
    results = (
        result() + result("LOT-0002", tenders=("TEN-0002",))
        + tender() + tender("TEN-0002", "TPA-0002", "LOT-0002")
        + contract(tenders=("TEN-0001", "TEN-0002"))
        + party() + party("TPA-0002", ("ORG-0003",))
    )  # fmt: skip
    lots = lot(period=days("2026-04-01Z")) + lot("LOT-0002", period=days("2026-06-01Z"))
    imported(folder, "eforms", notice(results=results, lots=lots, organizations=organization("ORG-0003", "Grön AB")))
    assert suppliers(folder) == {"LOT-0001-CON-0001": "Park och Vinter AB", "LOT-0002-CON-0001": "Grön AB"}
    assert [row["start_date"] for row in table(folder, "contracts")] == ["2026-04-01", "2026-06-01"]


def test_a_tender_for_a_group_of_lots_wins_the_lots_that_list_it(folder: Path) -> None:
    """A group is no lot of its own."""
    imported(folder, "eforms", notice(results=result() + tender(lot="GLO-0001") + contract() + party()))
    assert suppliers(folder) == {"LOT-0001-CON-0001": "Park och Vinter AB"}


def test_a_contract_that_names_no_tender_has_the_only_listed_one(folder: Path) -> None:
    """With a single tender there is nothing to choose from."""
    imported(folder, "eforms", notice(results=result() + tender() + contract(tenders=()) + party()))
    assert suppliers(folder) == {"LOT-0001-CON-0001": "Park och Vinter AB"}


def test_where_the_winner_cannot_be_told_no_supplier_is_named(folder: Path) -> None:
    """Two tenders and a contract that names neither: a person must look."""
    results = (
        result(tenders=("TEN-0001", "TEN-0002")) + tender() + tender("TEN-0002", "TPA-0002")
        + contract(tenders=()) + party() + party("TPA-0002")
    )  # fmt: skip
    report = imported(folder, "eforms", notice(results=results))
    assert suppliers(folder) == {"LOT-0001-CON-0001": ""}
    assert "tender" in needed(report, "contracts")["supplier"]


def test_a_withheld_supplier_is_a_contract_without_supplier(folder: Path) -> None:
    """The contract is real, its supplier is not told."""
    report = imported(folder, "eforms", notice(winner="unpublished"))
    assert suppliers(folder) == {"LOT-0001-CON-0001": ""}
    assert "withholds" in needed(report, "contracts")["supplier"]


@pytest.mark.parametrize(
    ("outcome", "words"), [("clos-nw", "closed without a winner"), ("open-nw", "no winner has been")]
)
def test_a_lot_without_award_is_no_contract(folder: Path, outcome: str, words: str) -> None:
    """It is said so, with the buyer's reason."""
    without = result(code=outcome, tenders=(), contracts=(), reason="no-rece")
    report = imported(folder, "eforms", notice(results=without))
    assert table(folder, "contracts") == []
    assert words in str(report.skipped[0])
    assert "no-rece" in str(report.skipped[0])
    assert report.num_faults == 0


def test_a_withheld_result_is_said_to_be_missing(folder: Path) -> None:
    """A result that names neither contract nor tender cannot be taken."""
    report = imported(folder, "eforms", notice(results=result(code="unpublished", tenders=(), contracts=())))
    assert codes(report) == ["no_award"]


def test_an_award_before_the_contract_is_signed_is_taken(folder: Path) -> None:
    """The winner is known before there is a contract to name."""
    imported(folder, "eforms", notice(results=result(contracts=()) + tender() + party()))
    assert suppliers(folder) == {"LOT-0001": "Park och Vinter AB"}


def test_two_results_for_one_lot_are_two_contracts_until_they_have_names(folder: Path) -> None:
    """Winners without a settled contract are told apart by a number; nothing is lost."""
    results = (
        result(contracts=()) + result(contracts=(), tenders=("TEN-0002",))
        + tender() + tender("TEN-0002", "TPA-0002") + party() + party("TPA-0002", ("ORG-0003",))
    )  # fmt: skip
    imported(folder, "eforms", notice(results=results, organizations=organization("ORG-0003", "Grön AB")))
    assert suppliers(folder) == {"LOT-0001": "Park och Vinter AB", "LOT-0001-2": "Grön AB"}


def test_a_result_that_names_two_lots_counts_for_both(folder: Path) -> None:
    """The second lot is not forgotten."""
    both = result().replace(
        "</efac:TenderLot>", "</efac:TenderLot><efac:TenderLot><cbc:ID>LOT-0002</cbc:ID></efac:TenderLot>"
    )
    results = both + tender(lot="GLO-0001") + contract() + party()
    imported(folder, "eforms", notice(results=results, lots=lot() + lot("LOT-0002")))
    assert set(suppliers(folder)) == {"LOT-0001-CON-0001", "LOT-0002-CON-0001"}


def test_social_aims_and_terms_of_performance_are_kept_in_words(folder: Path) -> None:
    """BT-06, BT-775, BT-777 and BT-70 stand in notices.csv, and the report points to them."""
    clauses = code("strategic-procurement", "soc-obj", "Sysselsättning") + code("social-objective", "opp")
    terms = performance_terms("Leverantören ska anställa två personer.\nFrån dag ett.")
    report = imported(folder, "eforms", notice(lots=lot(clauses=clauses, terms=terms)))
    row = only(table(folder, "notices"))
    assert (row["bt06"], row["bt775"], row["bt777"]) == ("soc-obj", "opp", "Sysselsättning")
    assert row["bt70"] == "Leverantören ska anställa två personer.\nFrån dag ett."
    assert "'opp'" in needed(report, "contracts")["obligation_quantity"]
    assert only(table(folder, "contracts"))["obligation_quantity"] == ""


def test_the_clauses_of_a_competition_are_kept_although_nothing_is_awarded(folder: Path) -> None:
    """Award notices do not repeat the terms of performance, so the earlier notice is where they can be read."""
    lots = lot(clauses=code("social-objective", "opp"), terms=performance_terms("Minst två praktikplatser."))
    report = imported(folder, "eforms", notice(root="ContractNotice", kind="cn-standard", results="", lots=lots))
    assert codes(report) == ["no_award"]
    assert report.num_faults == 0
    assert table(folder, "contracts") == []
    row = only(table(folder, "notices"))
    assert (row["contract_id"], row["lot"], row["bt70"]) == ("", "LOT-0001", "Minst två praktikplatser.")


def test_swedish_is_preferred_among_languages(folder: Path) -> None:
    """A notice in three languages gives its Swedish title."""
    names = "<cbc:Name languageID='ENG'>Parks</cbc:Name><cbc:Name languageID='SWE'>Parker</cbc:Name>"
    content = notice().replace("<cbc:Name>Skötsel av parker</cbc:Name>", names)
    imported(folder, "eforms", content)
    assert only(table(folder, "contracts"))["title"] == "Parker"


def test_contact_details_and_numbers_of_organisations_are_never_imported(folder: Path) -> None:
    """A sole trader's organisation number is a personal identity number."""
    imported(folder, "eforms", notice())
    for content in contents(folder).values():
        assert b"Greta" not in content
        assert b"hemlig" not in content
        assert b"19121212" not in content


def test_the_buyer_is_the_buyer_and_not_its_service_provider(folder: Path) -> None:
    """Parties stand inside parties."""
    imported(folder, "eforms", notice())
    assert only(table(folder, "contracts"))["buyer"] == "Lerums kommun"


def test_a_correction_updates_the_contract_of_the_notice_it_corrects(folder: Path) -> None:
    """A change notice has an identifier of its own, but speaks of the same contract."""
    imported(folder, "eforms", notice())
    other = "aaaaaaaa-2222-3333-4444-555555555555"
    third = "bbbbbbbb-2222-3333-4444-555555555555"
    for notice_id, changes, month in ((other, f"{NOTICE_ID}-01", "03"), (third, f"{other}-01", "04")):
        lots = lot(period=days(f"2026-{month}-15Z"))
        report = imported(
            folder, "eforms", notice(notice_id=notice_id, changes=changes, issued=f"2026-{month}-01Z", lots=lots)
        )
        row = only(table(folder, "contracts"))
        assert (row["contract_id"], row["start_date"]) == (f"{NOTICE_ID}-LOT-0001-CON-0001", f"2026-{month}-15")
        assert report.table("contracts").updated == 1
    assert only(table(folder, "notices"))["notice_id"] == third


def test_a_notice_without_identifier_is_a_fault(folder: Path) -> None:
    """What can never be recognised again would be imported twice."""
    report = imported(folder, "eforms", notice(notice_id=""))
    assert codes(report) == ["no_id"]
    assert report.num_faults == 1
    assert not folder.exists()


def test_a_file_that_is_no_notice_is_named_and_the_others_are_taken(folder: Path) -> None:
    """One bad file never costs the rest."""
    report = imported(folder, "eforms", "<html/>", "{}", "", notice(), "<a")
    assert sorted(codes(report)) == ["empty", "not_xml", "not_xml", "wrong_format"]
    assert report.read == 1
    assert len(table(folder, "contracts")) == 1


def test_scheme_and_list_names_may_be_missing(folder: Path) -> None:
    """Published notices leave out attributes that the schema asks for."""
    clauses = code("social-objective", "opp").replace(" listName='social-objective'", "")
    content = notice(lots=lot(clauses=clauses)).replace(" schemeName='Lot'", "").replace(" listName='result'", "")
    imported(folder, "eforms", content)
    assert only(table(folder, "notices"))["bt775"] == "opp"
