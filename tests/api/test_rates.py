"""The window of a minute in which requests are counted: it moves, tells when to come back, and forgets."""

from __future__ import annotations

import pytest

from matcher_api.rates import WINDOW_S, Windows


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_no_minute_has_more_requests_than_are_allowed(clock: Clock) -> None:
    """Whichever minute one looks at: the window moves with the clock and does not begin anew."""
    windows, let_through = Windows(3, clock), []
    for _ in range(400):
        clock.now += 1
        if windows.wait_s("a") is None:
            let_through.append(clock.now)
    assert len(let_through) == 3 + 3 * (397 // 60)
    for begin in let_through:
        assert sum(begin <= moment < begin + WINDOW_S for moment in let_through) <= 3


def test_who_comes_back_when_told_is_let_through_and_no_sooner(clock: Clock) -> None:
    windows = Windows(2, clock)
    assert [windows.wait_s("a"), windows.wait_s("a")] == [None, None]
    clock.now += 20
    wait_s = windows.wait_s("a")
    assert wait_s == pytest.approx(40)
    clock.now += 39.9
    assert windows.wait_s("a") is not None
    clock.now += 0.1
    assert windows.wait_s("a") is None


def test_one_asker_does_not_use_up_anothers_requests(clock: Clock) -> None:
    windows = Windows(1, clock)
    assert windows.wait_s("a") is None
    assert windows.wait_s("a") is not None
    assert windows.wait_s("b") is None


def test_askers_who_are_silent_are_forgotten(clock: Clock) -> None:
    """However many addresses somebody sends from, memory does not grow beyond those of two minutes."""
    windows = Windows(5, clock)
    for number in range(10_000):
        clock.now += 0.1
        windows.wait_s(f"asker {number}")
    assert len(windows) <= 2 * WINDOW_S / 0.1
