"""A search that ends before it has found a plan says so; that decisions exclude one another needs a proof."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matcher.errors import ContradictoryDecisions, LimitReached
from matcher.problem import Problem
from matcher.solve import solve, solving
from matcher.solver import StopSignal
from tests import builders as build


def shared(decision: str, *, has_youths: bool) -> Problem:
    """Return a problem in which somebody who is no youth has been promised a place, and most must be youths.

    The best remaining pair takes the only place of the other youth.
    """
    candidates = [build.candidate("A0")]
    pairs = [build.pair("A0", "V0")]
    if has_youths:
        candidates += [build.candidate(f"B{number}", groups=build.groups("youth")) for number in (0, 1)]
        pairs += [build.pair("B0", "V1", "0.9"), build.pair("B0", "V2", "0.4"), build.pair("B1", "V1", "0.5")]
    return build.problem(
        candidates=candidates,
        vacancies=[build.vacancy("V0"), build.vacancy("V1"), build.vacancy("V2")],
        pairs=pairs,
        quotas=[build.quota(min_count=None, min_share=Decimal("0.6"))],
        decisions=[build.decision("A0", "V0", decision)],
    )


@pytest.mark.parametrize("decision", ["pinned", "accepted"])
def test_a_search_without_time_does_not_say_that_decisions_exclude_one_another(decision: str) -> None:
    with pytest.raises(LimitReached, match="ended before any plan was found that keeps people's decisions"):
        solve(shared(decision, has_youths=True), time_limit_s=1e-9)


@pytest.mark.parametrize("decision", ["pinned", "accepted"])
def test_with_time_the_plan_is_found(decision: str) -> None:
    assert len(solve(shared(decision, has_youths=True)).plan.assignments) == 3


def test_that_a_pin_leaves_no_plan_is_said_once_it_is_proven() -> None:
    with pytest.raises(ContradictoryDecisions, match="No plan keeps"):
        solve(shared("pinned", has_youths=False))


def test_a_promise_that_no_plan_keeps_is_a_breach() -> None:
    assert [row.reason for row in solve(shared("accepted", has_youths=False)).plan.breaches] == ["conflict"]


def test_a_person_who_ends_the_search_then_is_told_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pressed(StopSignal):
        """Somebody has pressed Ctrl-C."""

        def __init__(self, time_limit_s: float | None = None, within: StopSignal | None = None) -> None:
            super().__init__(time_limit_s, within)
            self.by_person = True

    monkeypatch.setattr(solving, "StopSignal", Pressed)

    with pytest.raises(KeyboardInterrupt):
        solve(shared("pinned", has_youths=True))
