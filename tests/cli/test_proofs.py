"""What ``explain`` and ``suggest`` find out by solving again, as text and document, for staff and for candidates."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.formats import write_problem
from tests import builders as b
from tests.cli.conftest import Command
from tests.explain.test_regret import CANARIES, contested


@pytest.fixture
def house(tmp_path: Path, matcher: Command) -> Path:
    """Return the folder of three people who compete for two places, solved."""
    write_problem(contested(), tmp_path / "house")
    assert matcher("solve", "house", "--out", "plan.json").status == 0
    return Path("house")


def test_regret_joins_the_explanation_and_the_document(matcher: Command, house: Path) -> None:
    """What the placement is worth and who else could have it, for staff with names."""
    asked = ("explain", house, "plan.json", "--candidate", "canary-anna", "--regret", "--audience", "staff")
    done, programs = matcher(*asked), matcher(*asked, "--json")

    assert done.status == 0
    assert "Without canary-anna at V1: 0.3 fewer placements expected to last." in done.out
    assert "canary-cleo: 0.3 fewer placements expected to last" in done.out
    (regret,) = programs.document["regrets"]
    assert regret["loss"]["aims"][1] == {
        "aim": "placements",
        "found": "0.3",
        "least": "0.3",
        "most": "0.3",
    }
    assert [rival["candidate_id"] for rival in regret["rivals"]] == ["canary-cleo", "canary-bo"]


def test_the_proven_reason_joins_the_explanation_and_the_document(matcher: Command, house: Path) -> None:
    """Why there is no place, who would give way at what loss, and the smallest change that helps."""
    asked = ("explain", house, "plan.json", "--candidate", "canary-cleo", "--verify")
    done, programs = matcher(*asked, "--audience", "staff"), matcher(*asked, "--json")

    assert "Why not, proven by solving again: Others count more" in done.out
    assert "V1: 0.3 fewer placements expected to last. No place would be left for canary-anna." in done.out
    assert "With 1 more position at V1: placed at V1" in done.out
    reason = programs.document["why_not"]
    assert (reason["code"], reason["competition"]["displaced"]) == ("competed_out", [None])
    assert reason["counterfactuals"][0]["condition"]["kind"] == "more_positions"


def test_there_is_nothing_to_prove_of_a_place_that_is_filled(matcher: Command, house: Path) -> None:
    """The document says so with null, the text not at all."""
    done = matcher("explain", house, "plan.json", "--vacancy", "V1", "--verify", "--json")

    assert done.document["why_not"] is None


def test_the_page_of_a_plan_proves_its_reasons_where_time_is_given(matcher: Command, tmp_path: Path) -> None:
    """So many seconds are spent on it; without them the page says what the rules alone prove."""
    problem = contested(pairs=[b.pair("canary-anna", "V1", "0.9"), b.pair("canary-anna", "V2", "0.7")])
    write_problem(problem, tmp_path / "open")
    pages = []
    for number, more in enumerate(((), ("--prove-reasons", "60"))):
        page = tmp_path / f"{number}.html"
        assert matcher("solve", "open", "--out", f"{number}.json", "--report", page, *more).status == 0
        pages.append(page.read_text(encoding="utf-8"))

    assert ["Whoever is eligible counts more elsewhere." in page for page in pages] == [False, True]


def test_what_is_owed_is_asked_for_by_itself(matcher: Command, house: Path) -> None:
    """Everything that is owed at once, or one candidate or vacancy, but not both."""
    done, programs = (
        matcher("explain", house, "plan.json", "--obligations"),
        matcher("explain", house, "plan.json", "--obligations", "--json"),
    )
    refused = matcher("explain", house, "plan.json", "--obligations", "--vacancy", "V1")

    assert "Every obligation is met, and every hard quota is kept." in done.out
    assert programs.document == {"repairs": []}
    assert refused.status == 2


@pytest.mark.parametrize("lang", ["en", "sv"])
def test_a_candidate_is_told_of_no_other_by_default(matcher: Command, house: Path, lang: str) -> None:
    """Named without an audience, a candidate reads nothing that names another, as text or as document."""
    asked = ("explain", house, "plan.json", "--candidate", "canary-anna", "--regret", "--lang", lang)
    for done in (matcher(*asked), matcher(*asked, "--json")):
        assert done.status == 0
        assert "canary-anna" in done.out
        assert not any(other in done.out for other in CANARIES[1:])


def test_a_vacancy_is_for_staff(matcher: Command, house: Path) -> None:
    """What is said of a vacancy names people, so there is no such thing for candidates."""
    refused = matcher("explain", house, "plan.json", "--vacancy", "V1", "--audience", "candidate")

    assert refused.status == 2
    assert "is for staff" in refused.err


def test_a_list_of_everybody_for_a_place(matcher: Command, house: Path) -> None:
    """The least loss first, in text and as document; a count shortens it."""
    done = matcher("suggest", house, "plan.json", "--vacancy", "V1")
    short = matcher("suggest", house, "plan.json", "--vacancy", "V1", "--count", "1", "--json")

    assert done.status == 0
    assert "  1  canary-cleo: 0.3 fewer placements expected to last" in done.out
    assert "  2  canary-bo: 0.6 fewer placements expected to last" in done.out
    assert [entry["candidate_id"] for entry in short.document["entries"]] == ["canary-cleo"]


def test_an_unknown_place_is_refused(matcher: Command, house: Path) -> None:
    """With what to do, as everywhere."""
    refused = matcher("suggest", house, "plan.json", "--vacancy", "V9")

    assert refused.status == 3
    assert "'V9' must stand in vacancies of the problem" in refused.err


def test_an_alternative_is_no_measure(matcher: Command, house: Path) -> None:
    """Nothing follows from what an alternative loses, so it is refused."""
    assert matcher("alternatives", house, "plan.json", "--differ", "1", "--within", "0.9", "--out", "other").status == 0
    refused = matcher("suggest", house, "other/alternative-1.json", "--vacancy", "V1")

    assert refused.status == 2
    assert "alternative" in refused.err


def test_time_that_ends_is_said(matcher: Command, house: Path) -> None:
    """What could not be solved again in time is not made up."""
    done = matcher("explain", house, "plan.json", "--candidate", "canary-bo", "--regret", "--time-limit", "0.001")

    assert done.status == 0
    assert "Time ended before everything was solved again" in done.out


def test_equality_is_audited_by_command(matcher: Command, folder: Path, plan: Path) -> None:
    """Rates, effects and the plan without a rule, in both languages and as a workbook; a fault names its line."""
    Path("people.csv").write_text("candidate_id,attribute,value\nC1,origin,north\nC2,origin,south\n")
    told = matcher("equality", folder, plan, "--attributes", "people.csv", "--without", "skill:kitchen", "--json")
    assert told.status == 0, told.err
    assert {table["name"] for table in told.document["tables"]} >= {"rates", "shut_out", "passes", "without"}
    assert "Andelar per grupp" in matcher("equality", folder, plan, "--lang", "sv", "--report", "audit.xlsx").out
    page = folder / "audit.html"
    assert matcher("equality", folder, plan, "--lang", "sv", "--report", page).status == 0
    assert "Likabehandling" in page.read_text(encoding="utf-8")
    assert Path("audit.xlsx").is_file()
    Path("people.csv").write_text("candidate_id,attribute,value\nC77,origin,north\n")
    assert "people.csv line 2" in matcher("equality", folder, plan, "--attributes", "people.csv").err
    assert matcher("equality", folder, plan, "--attributes", "nowhere.csv").status == 2
    assert matcher("equality", folder, plan, "--without", "magic").status == 3
