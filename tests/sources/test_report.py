"""The report tells a person what happened and a program the same."""

from __future__ import annotations

import json
from pathlib import Path

from matcher.sources.report import MAX_LISTED, Tally
from matcher.sources.rows import NeedsInput, Skipped
from tests.sources.folders import imported
from tests.sources.notices import notice


def test_the_text_names_counts_files_reasons_and_remedies(tmp_path: Path) -> None:
    """A person can act on it without opening a file."""
    text = imported(tmp_path / "problem", "eforms", notice(), "<a", name="").as_text()
    assert text.startswith("Read 1 records from 2 files (eforms): 2 rows new, 0 updated, 0 unchanged.")
    assert "contracts: 1 new, 0 updated, 0 unchanged" in text
    assert "1.xml line 1 column 3: it is not well-formed XML" in text
    assert "Download the notice again" in text
    assert "contracts.start_date: the notice does not say" in text


def test_the_json_form_says_the_same(tmp_path: Path) -> None:
    """Nobody has to parse a sentence."""
    report = imported(tmp_path / "problem", "eforms", notice(), "<a")
    document = json.loads(json.dumps(report.as_json()))
    assert document["taken"] == {"new": 2, "updated": 0, "unchanged": 0}
    assert document["skipped"][0]["code"] == "not_xml"
    assert {gap["column"] for gap in document["needs_input"]} >= {"start_date", "obligation_quantity"}
    assert (report.read, report.new, report.taken, report.num_faults) == (1, 2, 2, 1)
    assert report.table("vacancies").new == 0


def test_long_lists_are_cut_but_counted() -> None:
    """A file with a million bad lines gives a report of bounded size."""
    tally = Tally("ocds")
    for number in range(MAX_LISTED + 5):
        tally.skip(Skipped(file="f", position=f"line {number}", code="not_json", what="broken", remedy="Repair it."))
        tally.need(NeedsInput(table="contracts", row_id=str(number), column="start_date", why="not stated"))
    report = tally.report()
    assert (len(report.skipped), report.num_skipped, report.num_faults) == (MAX_LISTED, MAX_LISTED + 5, MAX_LISTED + 5)
    assert (len(report.needs_input), report.num_needs_input) == (MAX_LISTED, MAX_LISTED + 5)
    text = report.as_text()
    assert "and 9955 more" in text
    assert len(text) < 10_000
