"""Progress: a moving line for people, sparse lines for logs, nothing for what takes a moment."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from rich.console import Console

from matcher.cli import progress as progress_module
from matcher.cli.progress import SolveProgress
from matcher.cli.studies import ShownProgress
from matcher.cli.terminal import Terminal
from matcher.languages import phrases
from matcher.plan import Progress
from matcher.whatif.kept import StudyProgress
from tests.waits import join


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time as a list whose one entry a test sets."""
    now = [0.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now[0])
    return now


def terminal(*, is_terminal: bool) -> tuple[Terminal, io.StringIO]:
    """Return a terminal whose standard error can be read."""
    stream = io.StringIO()
    made = Terminal()
    made.err = Console(file=stream, force_terminal=is_terminal, width=100)
    return made, stream


def step(tier: str, value: str = "1", gap: float = 0.5) -> Progress:
    """Return one step of a solve."""
    return Progress(
        phase="integer", tier=tier, seconds=1.0, incumbent=Decimal(value), bound=Decimal(2), gap=gap
    )  # the solver's own seconds are not shown: they begin later than the command


def test_log_gets_a_line_per_aim_and_then_one_now_and_then(clock: list[float]) -> None:
    """Nothing in the first second, then one when an aim begins, one in ten seconds, and one on how it ended."""
    made, stream = terminal(is_terminal=False)
    with SolveProgress(made, phrases("en")) as shown:
        for now, tier, gap in (
            (0.5, "shortfall", 0.9),
            (2, "shortfall", 0.5),
            (3, "shortfall", 0.375),
            (3.5, "shortfall", 0.25),
            (4, "placements", 0.5),
            (15, "placements", 0.375),
            (16, "placements", 0.375),
            (17, "cost", 0.375),
            (18, "cost", 0.25),
        ):
            clock[0] = now
            shown(step(tier, gap=gap))

    assert stream.getvalue().splitlines() == [
        "     2 s  Obligations not met, plan 1, bound 2, gap 50%",
        "     4 s  Obligations not met, plan 1, bound 2, gap 25%",
        "     4 s  Placements expected to last, plan 1, bound 2, gap 50%",
        "    15 s  Placements expected to last, plan 1, bound 2, gap 37.5%",
        "    17 s  Cost of training, plan 1, bound 2, gap 37.5%",
        "    18 s  Cost of training, plan 1, bound 2, gap 25%",
    ]


def test_terminal_gets_a_moving_line_only_when_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solve of a moment leaves a terminal as it was; a longer one shows where it stands."""
    made, stream = terminal(is_terminal=True)
    with SolveProgress(made, phrases("sv")) as shown:
        shown.step("Working")
        shown(step("cost"))
    assert "Kostnad" not in stream.getvalue()

    monkeypatch.setattr(progress_module, "QUIET_S", 0.0)
    with SolveProgress(made, phrases("sv")) as shown:
        join(shown._timer)
        shown(Progress(phase="columns", tier=None, seconds=0.0))
        shown(step("cost"))
    assert "Kostnad för utbildning, plan 1, gräns 2, marginal 50" in stream.getvalue()


def test_log_of_a_study_gets_a_line_now_and_then_while_a_piece_is_solved(clock: list[float]) -> None:
    """How the solve stands where nothing else was said for ten seconds; each finished piece that took as long."""
    made, stream = terminal(is_terminal=False)
    shown = ShownProgress(made, phrases("en"))
    for now, event in (
        (0.0, 0),
        (5, step("shortfall")),
        (12, step("shortfall")),
        (15, step("placements")),
        (25, step("placements", gap=0.25)),
        (31, 1),
        (35, step("cost")),
        (36, 2),
        (48, 3),
    ):
        clock[0] = now
        if isinstance(event, Progress):
            shown.solving(event)
        else:
            shown(StudyProgress(done=event, total=4, seconds=now, remaining_s=None))

    assert stream.getvalue().splitlines() == [
        "    12 s  Obligations not met, plan 1, bound 2, gap 50%",
        "    25 s  Placements expected to last, plan 1, bound 2, gap 25%",
        "    31 s  1 of 4 pieces",
        "    48 s  3 of 4 pieces",
    ]
