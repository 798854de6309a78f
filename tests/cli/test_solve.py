"""``matcher solve``: what it writes, what it says, and how it refuses."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matcher.cli import solving
from matcher.cli.terminal import printable
from matcher.errors import CheckFailed, LimitReached, SolverFailure
from matcher.formats import read_plan, write_problem
from matcher.problem import Problem
from tests import builders as b
from tests.cli.conftest import Command
from tests.report.stories import small_city


def raising(error: BaseException) -> Callable[..., Any]:
    """Return a function that raises whatever it is called with."""

    def raises(*_: Any, **__: Any) -> Any:
        raise error

    return raises


def test_plan_is_checked_written_and_summed_up(matcher: Command, folder: Path) -> None:
    """After a solve the plan stands in its file, and the figures say what it comes to and that it was checked."""
    done = matcher("solve", folder, "--out", "plan.json")

    assert done.status == 0
    assert len(read_plan("plan.json").assignments) == 4
    assert "4 of 6 positions are filled in time." in done.out
    assert "every rule and every bound holds, says the independent checker" in done.out
    assert "Written: plan.json" in done.out
    assert "columns" in done.err
    assert "\x1b" not in done.out + done.err


def test_json_is_one_document_with_the_facts_of_the_run(matcher: Command, folder: Path) -> None:
    """Programs get everything from standard output; run times stand there and never in the plan."""
    done = matcher("solve", folder, "--out", "plan.json", "--report", "plan.html", "--json", "--threads", 1)

    assert done.status == 0
    assert done.document["status"] == "optimal"
    assert done.document["summary"]["filled"] == 4
    assert done.document["is_checked"] is True
    assert {"seconds", "threads", "num_columns", "peak_memory_mb", "baseline", "stop_reason"} <= set(
        done.document["run"]
    )
    assert "seconds" not in Path("plan.json").read_text(encoding="utf-8")
    assert Path("plan.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_price_of_the_floor_is_said_printed_and_shown(matcher: Command, tmp_path: Path) -> None:
    """The floor's price stands in the text, in the document and on the page; where there is none, a note says so."""
    people = [
        b.candidate("C1", months_out_of_work=0, max_distance_km=None),
        b.candidate("C2", months_out_of_work=30, extent_percent=50),
    ]
    places = [b.vacancy("V1"), b.vacancy("V2", extent_percent=50)]
    policy = b.policy(priority_per_year=Decimal(0))
    floor = b.quota("floor", None, months_out_of_work=24, min_share=Decimal(1))
    problem = b.problem(candidates=people, vacancies=places, quotas=[floor], policy=policy)
    write_problem(problem, tmp_path / "with")
    write_problem(replace(problem, quotas=()), tmp_path / "without")

    done = matcher("solve", tmp_path / "with", "--out", "a.json", "--report", "a.html", "--floor-price", "--lang", "en")
    said = "The floor for those longest out of work (floor) costs 0.52 placements, against the best plan without it."
    assert said in done.out
    assert said in Path("a.html").read_text(encoding="utf-8")
    assert "people out of work for 24 months or more" in Path("a.html").read_text(encoding="utf-8")
    done = matcher("solve", tmp_path / "with", "--out", "b.json", "--floor-price", "--json")
    assert done.document["floor_price"] == {
        "quota_ids": ["floor"],
        "losses": {"shortfall": "0", "placements": "0.524979", "cost": "0"},
        "is_proven": True,
    }
    done = matcher("solve", tmp_path / "without", "--out", "c.json", "--floor-price", "--lang", "en")
    assert "there is no floor to price" in done.err


def test_published_plan_is_kept_where_nothing_is_lost_by_it(matcher: Command, tmp_path: Path) -> None:
    """Two equal people: whoever was published has the place, and the check needs the published plan."""
    people = [b.candidate("C1"), b.candidate("C2")]
    problem = b.problem(candidates=people, vacancies=[b.vacancy()])
    for name, forbidden in (("C1", "C2"), ("C2", "C1")):
        asked = replace(problem, decisions=(b.decision(forbidden, "V1", "forbidden"),))
        write_problem(asked, tmp_path / "first" / name)
        assert matcher("solve", tmp_path / "first" / name, "--out", f"{name}.json").status == 0
    write_problem(problem, tmp_path / "now")
    for name in ("C1", "C2"):
        done = matcher(
            "solve", tmp_path / "now", "--out", "new.json", "--published", f"{name}.json", "--json", "--force"
        )
        values = {tier["name"]: tier["value"] for tier in done.document["tiers"]}
        plan = read_plan("new.json")
        assert (done.status, values["changes"]) == (0, "0")
        assert [entry.candidate_id for entry in plan.assignments] == [name]
        assert matcher("check", tmp_path / "now", "new.json", "--published", f"{name}.json").status == 0
        done = matcher("check", tmp_path / "now", "new.json")
        assert done.status == 3
        assert "Give that plan with --published." in done.err
        other = {"C1": "C2", "C2": "C1"}[name]
        done = matcher("check", tmp_path / "now", "new.json", "--published", f"{other}.json")
        assert done.status == 3
        assert "Give the published plan that it names" in done.err
    done = matcher("check", tmp_path / "first" / "C1", "C1.json", "--published", "C2.json")
    assert done.status == 3
    assert "Check it without --published." in done.err


def test_published_plan_is_said_to_make_no_difference_where_the_policy_asks_for_none(
    matcher: Command, tmp_path: Path
) -> None:
    """A policy without the tier pursues nothing against a published plan, and a note says so."""
    problem = b.problem(candidates=[b.candidate()], vacancies=[b.vacancy()], policy=b.policy(tiers=("placements",)))
    write_problem(problem, tmp_path / "problem")
    assert matcher("solve", tmp_path / "problem", "--out", "old.json").status == 0
    done = matcher("solve", tmp_path / "problem", "--out", "new.json", "--published", "old.json", "--lang", "en")

    assert "makes no difference" in done.err
    assert read_plan("new.json") == read_plan("old.json")


def test_earlier_plan_is_where_the_next_solve_begins(matcher: Command, folder: Path) -> None:
    """The plan that comes of it is the same, and it is checked like any other."""
    first = matcher("solve", folder, "--out", "plan.json")
    again = matcher("solve", folder, "--out", "again.json", "--warm", "plan.json")

    assert (first.status, again.status) == (0, 0)
    assert read_plan("again.json").assignments == read_plan("plan.json").assignments
    assert "every rule and every bound holds, says the independent checker" in again.out


def test_equal_runs_write_equal_bytes(matcher: Command, folder: Path) -> None:
    """The same problem and seed give the same file, whatever the number of threads."""
    for name, threads in (("a.json", 1), ("b.json", 2)):
        assert matcher("solve", folder, "--out", name, "--threads", threads).status == 0

    assert Path("a.json").read_bytes() == Path("b.json").read_bytes()


def test_page_is_written_in_the_language_asked_for(matcher: Command, folder: Path) -> None:
    """The report speaks Swedish where Swedish is asked for, or where the environment does."""
    done = matcher("solve", folder, "--out", "plan.json", "--report", "plan.html", "--lang", "sv")

    assert '<html lang="sv">' in Path("plan.html").read_text(encoding="utf-8")
    assert "4 av 6 platser blir tillsatta i tid." in done.out


def test_environment_chooses_the_language(matcher: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --lang, a Swedish environment is answered in Swedish."""
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")

    assert "platser" in matcher("solve", folder, "--out", "plan.json").out


def test_existing_plan_is_not_overwritten_unasked(matcher: Command, folder: Path, plan: Path) -> None:
    """An earlier run stays as it is unless --force is given."""
    before = plan.read_bytes()
    refused = matcher("solve", folder, "--out", plan, "--seed", 7)

    assert refused.status == 2
    assert "add --force" in refused.err
    assert plan.read_bytes() == before
    assert matcher("solve", folder, "--out", plan, "--seed", 7, "--force").status == 0
    assert plan.read_bytes() != before


def test_missing_folder_of_the_plan_is_found_before_solving(matcher: Command, folder: Path) -> None:
    """Nobody waits for a solve whose plan has no place to go."""
    refused = matcher("solve", folder, "--out", "nowhere/plan.json")

    assert refused.status == 2
    assert "The folder 'nowhere' for 'nowhere/plan.json' is not there." in refused.err


def test_missing_problem_is_refused_in_one_sentence(matcher: Command) -> None:
    """A name that leads nowhere is invalid input."""
    refused = matcher("solve", "nowhere", "--out", "plan.json")

    assert refused.status == 3
    assert "nowhere" in refused.err
    assert not Path("plan.json").exists()


def test_faults_are_listed_by_file_with_their_lines(matcher: Command, folder: Path) -> None:
    """All faults of all files are reported together, under their file, with line and column."""
    for name in ("vacancies", "cohorts"):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("2026", "soon"), encoding="utf-8")
    (folder / "quotas.csv").write_text("quota_id,group,min_count\nQ1,youth,many\n", encoding="utf-8")
    refused = matcher("solve", folder, "--out", "plan.json")

    assert refused.status == 3
    assert "quotas.csv:\n" in refused.err
    assert "cohorts.csv:\n" in refused.err
    assert "line 2" in refused.err
    assert "faults." in refused.err.splitlines()[-1]


def test_of_many_faults_fifty_are_shown_and_all_are_counted(matcher: Command, folder: Path) -> None:
    """A file that is wrong from top to bottom does not flood the terminal; programs still get everything."""
    rows = "".join(f"Q{n},youth,many\n" for n in range(80))
    (folder / "quotas.csv").write_text(f"quota_id,group,min_count\n{rows}", encoding="utf-8")
    refused = matcher("solve", folder, "--out", "plan.json", "--json")

    assert refused.err.count("must") == 50
    assert "These are 50 of 80 faults." in refused.err
    assert len(refused.document["error"]["faults"]) == 80
    assert refused.document["error"]["faults"][0]["file"].endswith("quotas.csv")


def incomplete() -> Problem:
    """Return the small problem with a contract whose start nobody has filled in yet."""
    problem = small_city()
    return replace(
        problem,
        contracts=(*problem.contracts, b.contract("T9", start_date=None)),
        vacancies=(*problem.vacancies, b.vacancy("V9", contract_id="T9")),
    )


def test_missing_facts_are_listed_and_left_out_only_on_request(matcher: Command, tmp_path: Path) -> None:
    """What only a person can supply is asked for; with --skip-incomplete the rest is solved, and that is said."""
    write_problem(incomplete(), tmp_path / "city")
    refused = matcher("solve", "city", "--out", "plan.json")
    done = matcher("solve", "city", "--out", "plan.json", "--skip-incomplete", "--report", "plan.html", "--json")

    assert refused.status == 3
    assert "'T9'" in refused.err
    assert "--skip-incomplete" in refused.err
    assert done.status == 0
    assert done.document["left_out"]["contract_ids"] == ["T9"]
    assert "1 contract and 1 vacancy were left out." in done.err
    assert "1 contract and 1 vacancy were left out." in Path("plan.html").read_text(encoding="utf-8")
    assert matcher("check", "city", "plan.json").status == 0
    assert matcher("explain", "city", "plan.json", "--candidate", "C1").status == 0


def test_contradictory_decisions_have_a_status_of_their_own(matcher: Command, tmp_path: Path) -> None:
    """Two people pinned to one position are named, and no plan is made."""
    problem = b.problem(
        candidates=[b.candidate("C1"), b.candidate("C2")],
        vacancies=[b.vacancy()],
        decisions=[b.decision("C1"), b.decision("C2")],
    )
    write_problem(problem, tmp_path / "city")
    refused = matcher("solve", "city", "--out", "plan.json", "--json")

    assert refused.status == 4
    assert refused.document["error"]["kind"] == "ContradictoryDecisions"
    assert any("C2" in sentence for sentence in refused.document["error"]["contradictions"])
    assert "People's decisions exclude one another" in refused.err


def test_broken_promises_are_said_printed_and_shown_with_their_reasons(matcher: Command, tmp_path: Path) -> None:
    """Who had accepted what, and why it cannot be, stands in the text, in the document, on the page and in the plan."""
    problem = b.problem(
        candidates=[b.candidate("C1", available_from="2026-10-01"), b.candidate("C2"), b.candidate("C3")],
        vacancies=[b.vacancy()],
        courses=[b.course()],
        cohorts=[b.cohort(status="cancelled")],
        enrolments=[b.enrolment("C3")],
        decisions=[b.decision(name, "V1", "accepted") for name in ("C1", "C2", "C3")],
    )
    write_problem(problem, tmp_path / "city")
    done = matcher("solve", "city", "--out", "plan.json", "--report", "plan.html", "--lang", "en")
    page = Path("plan.html").read_text(encoding="utf-8")

    assert done.status == 0
    for sentence in (
        "3 promises cannot be kept; the policy weighs that like 30 person equivalents of what is owed.",
        "C1 had accepted V1: Available from 1 October 2026; the latest start is 1 September 2026: too late.",
        "had accepted V1: other promises leave no room for it.",
        "C3 had a seat in cohort K1: the cohort was cancelled.",
    ):
        assert sentence in done.out
        assert sentence in page
    assert len(read_plan("plan.json").breaches) == 3
    assert matcher("check", "city", "plan.json").status == 0
    done = matcher("solve", "city", "--out", "plan.json", "--force", "--json")
    assert [breach["reason"] for breach in done.document["breaches"]].count("conflict") == 1


def test_rule_that_is_not_kept_is_refused(matcher: Command, tmp_path: Path) -> None:
    """A resource is refused by name rather than planned without."""
    problem = b.problem(resources=[b.resource()])
    write_problem(problem, tmp_path / "city")
    refused = matcher("solve", "city", "--out", "plan.json")

    assert refused.status == 3
    assert "refuses it rather than ignore it" in refused.err


def test_plan_that_fails_its_check_is_not_written(
    matcher: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan without the checker's word never reaches a file."""
    monkeypatch.setattr(solving, "solve_columns", raising(CheckFailed(["Cohort 'K1' has 3 people in 2 seats."])))
    refused = matcher("solve", folder, "--out", "plan.json", "--json")

    assert refused.status == 6
    assert refused.document["error"]["violations"] == ["Cohort 'K1' has 3 people in 2 seats."]
    assert not Path("plan.json").exists()


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (LimitReached(), 5, "before any plan was found"),
        (KeyboardInterrupt(), 130, "Interrupted; nothing was written."),
        (MemoryError(), 5, "not enough memory"),
        (OSError(errno.ENOSPC, "No space left on device", "plan.json"), 3, "The disk is full: 'plan.json'"),
        (PermissionError(errno.EACCES, "Permission denied", "plan.json"), 3, "refused 'plan.json': Permission denied"),
        (SolverFailure("GLOP ended with reason 5."), 70, "GLOP ended with reason 5."),
    ],
)
def test_what_stops_a_solve_becomes_a_sentence_and_a_status(
    matcher: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, said: str
) -> None:
    """Whatever happens, people get a sentence, programs a document, and nobody a traceback."""
    monkeypatch.setattr(solving, "solve_columns", raising(error))
    stopped = matcher("solve", folder, "--out", "plan.json", "--json")

    assert stopped.status == status
    assert said in stopped.err
    assert "Traceback" not in stopped.err
    assert stopped.document["error"]["status"] == status
    assert not Path("plan.json").exists()


def test_fault_of_ours_leaves_a_trace_to_report(
    matcher: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An unforeseen error names a file that says where it happened, without showing it."""
    monkeypatch.setattr(solving, "solve_columns", raising(ZeroDivisionError("secret detail")))
    stopped = matcher("solve", folder, "--out", "plan.json")
    (trace,) = tmp_path.glob("matcher-trace-*.txt")

    assert stopped.status == 70
    assert str(trace) in stopped.err
    assert "secret detail" not in stopped.err
    assert "ZeroDivisionError: secret detail" in trace.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("reason", "said"), [("interrupted", "Interrupted: this is the best"), ("time_limit", "The time limit ended")]
)
def test_search_that_ended_early_says_so_and_keeps_its_plan(
    matcher: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, reason: Any, said: str
) -> None:
    """Ctrl-C or a time limit leaves the best plan so far, with the reason beside it."""
    really = solving.solve_columns
    monkeypatch.setattr(solving, "solve_columns", lambda *a, **k: replace(really(*a, **k), stop_reason=reason))
    done = matcher("solve", folder, "--out", "plan.json", "--time-limit", 60)

    assert done.status == 0
    assert said in done.err
    assert Path("plan.json").exists()


def test_text_cannot_command_the_terminal() -> None:
    """Escape sequences in what others wrote are shown as signs, not obeyed; unusual spaces become plain ones."""
    assert printable("\x1b[31mRed\nLine\N{NO-BREAK SPACE}1 ") == "\N{REPLACEMENT CHARACTER}[31mRed Line 1"


def test_document_is_valid_json_for_every_language(matcher: Command, folder: Path) -> None:
    """Numbers in the document never follow the reader's language."""
    done = matcher("solve", folder, "--out", "plan.json", "--json", "--lang", "sv")

    assert all(isinstance(tier["certified_gap"], float) for tier in json.loads(done.out)["tiers"])
