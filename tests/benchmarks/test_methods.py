"""Every method answers the same question: on toys all reach the same optimum, and no answer is believed unseen."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from benchmarks.child import measured
from benchmarks.instance import Instance
from benchmarks.instances.drawn import draw_planning
from benchmarks.memory import peak_bytes
from benchmarks.peers.method import Task
from benchmarks.peers.methods import ENTRIES, METHODS
from benchmarks.peers.whole_model import WholeModel
from benchmarks.phases import solving
from benchmarks.registry import all_instances
from benchmarks.rounds import held_values, in_child, limit_s
from benchmarks.toys import derived_toy, toy
from matcher.solve.planning import tier_amount

ROOT = Path(__file__).parents[2]

WHOLE = [entry.name for entry in ENTRIES if entry.group == "whole" and entry.role != "baseline"]
NETWORK = [entry.name for entry in ENTRIES if entry.group == "network" and entry.time_limit_s is None]
TIMEFOLD = METHODS["timefold"]


@pytest.mark.no_cover
@pytest.mark.parametrize("method", WHOLE)
def test_whole_models_and_matcher_reach_the_same_value(method: str) -> None:
    """On a toy with seats, a budget and minimum counts, everybody finds what our tiers find."""
    problem = toy("planning", is_ready_scored=True)
    best = {tier.tier: tier_amount(tier.tier, tier.value) for tier in solving(problem)().tiers}

    run = measured(METHODS[method], Task(problem=problem, held=held_values(best)))

    assert run.status == "done", run.note
    assert run.tiers["placements"].value == best["placements"]
    assert run.seconds is not None


@pytest.mark.parametrize("method", NETWORK)
def test_assignment_algorithms_reach_the_same_value(method: str) -> None:
    """On a toy assignment, libraries and our network solver find the same total score."""
    problem = toy("assignment", is_ready_scored=True)
    (tier,) = solving(problem)().tiers

    run = measured(METHODS[method], Task(problem=problem))

    assert run.tiers["placements"].value == tier_amount("placements", tier.value)
    assert run.repeats > 1


@pytest.mark.slow
@pytest.mark.skipif(TIMEFOLD.absence is not None, reason=str(TIMEFOLD.absence))
def test_a_search_without_a_bound_is_never_called_done() -> None:
    """Timefold's plan is one, its value at most the best, and that its time has ended is no proof of anything."""
    problem = toy("assignment", is_ready_scored=True)
    (tier,) = solving(problem)().tiers

    run = measured(TIMEFOLD, Task(problem=problem, time_limit_s=1.0))

    assert run.status == "limit"
    assert 0 < run.tiers["placements"].value <= tier_amount("placements", tier.value)
    assert run.tiers["placements"].claimed_gap is None


def test_a_method_that_is_not_there_says_what_it_needs() -> None:
    """A package or a program that is missing leaves one method out, with a sentence."""
    missing = replace(TIMEFOLD, needs=("json", "no_such_package"))

    assert missing.absence == "Timefold, 20 s needs no_such_package, which is not there; left out."
    assert replace(TIMEFOLD, needs=("json",)).absence is None


def test_other_solvers_are_ended_sooner_than_matcher() -> None:
    """On each instance they have what it allows, a search without end its own time, and nobody more than asked for."""
    instance = all_instances()["M"]

    assert limit_s(instance, METHODS["scip"], 300.0) == instance.peer_limit_s == 180.0
    assert limit_s(instance, METHODS["cp-sat"], 300.0) == 60.0
    assert limit_s(instance, METHODS["ours"], 300.0) == 300.0
    assert limit_s(instance, METHODS["scip"], 20.0) == 20.0
    assert limit_s(all_instances()["assign100"], TIMEFOLD, 300.0) == 20.0


def test_a_plan_that_breaks_a_rule_has_no_value() -> None:
    """A solver's numbers count only if, made whole, they keep every row."""
    model = WholeModel.of(Task(problem=draw_planning(12, 6, 3), held={"shortfall": 0}))

    assert model.value(np.ones(len(model.upper))) is None
    assert model.answer("done", np.ones(len(model.upper)), 0.0, {}).tiers == {}


def test_held_shortfall_leaves_nothing_missing() -> None:
    """Where nothing needs to be missing, the variables for it are fixed; else a row allows what is known."""
    problem = draw_planning(12, 6, 3)
    free, closed = WholeModel.of(Task(problem=problem)), WholeModel.of(Task(problem=problem, held={"shortfall": 0}))
    bounded = WholeModel.of(Task(problem=problem, held={"shortfall": 10**9}))

    assert free.upper[free.num_columns :].all()
    assert not closed.upper[closed.num_columns :].any()
    assert len(bounded.high) == len(free.high) + 1


def test_a_method_that_fails_is_told_with_its_reason() -> None:
    """An exception becomes a failed run, not a lost table."""
    run = measured(_Broken(), Task(problem=derived_toy()))  # type: ignore[arg-type]

    assert (run.status, run.seconds, run.note) == ("failed", None, "RuntimeError: no licence")


class _Broken:
    """An entry whose method cannot run."""

    name, is_repeated = "broken", False

    def prepared(self, task: Task) -> _Broken:
        return self

    def run(self) -> None:
        raise RuntimeError("no licence\nsecond line")


def test_a_run_in_a_fresh_process_tells_time_memory_and_value() -> None:
    """What a child measures reaches the parent whole."""
    run = in_child(all_instances()["drawn"], METHODS["greedy"], {}, 60.0)

    assert run.status == "done", run.note
    assert run.seconds is not None
    assert run.peak_bytes is not None
    assert run.base_bytes is not None
    assert run.peak_bytes >= run.base_bytes > 10**7
    assert run.tiers["placements"].value > 100
    assert run.num_columns > 1000


def test_a_process_that_cannot_start_says_why() -> None:
    """The last line of its complaint is kept."""
    nowhere = Instance(name="nowhere", title="", kind="planning", make=lambda: draw_planning(3, 2, 1))

    run = in_child(nowhere, METHODS["greedy"], {}, 60.0)

    assert run.status == "failed"
    assert "before its clock started" in run.note
    assert "nowhere" in run.note


def test_peak_memory_grows_with_what_is_held() -> None:
    """The mark rises when a large array is filled, and is unknown for a process that is not there."""
    # In a process of its own: here the mark may stand higher than now, from what earlier tests have given back.
    lines = (
        "import numpy as np",
        "from benchmarks.memory import peak_bytes",
        "before = peak_bytes()",
        "filled = np.ones(20_000_000)",
        "print(peak_bytes() - before)",
    )
    answer = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], check=True, capture_output=True, text=True, cwd=ROOT
    )

    assert int(answer.stdout) > 0.9 * 8 * 20_000_000
    assert peak_bytes(2**22 + 1) is None


def test_only_shortfall_is_held() -> None:
    """Held values are integers in the tier's own unit."""
    assert held_values({"shortfall": Decimal("34.7370468"), "placements": Decimal(1)}) == {"shortfall": 3_473_704_680}
    assert held_values({"placements": Decimal(1)}) == {}
