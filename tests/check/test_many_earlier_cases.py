"""Hundreds of cases that earlier aims have closed do not hide what an aim's own cases prove."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from matcher.check import bound, cases
from matcher.check.cases import Proven


def test_where_earlier_cases_use_up_the_parts_an_aim_s_own_are_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound plan of thirty people was refused: 1 500 cases of packed resources took more than 20 000 parts."""
    monkeypatch.setattr(cases, "MAX_PARTS", 12)
    own = [
        Proven(fixed=cast("Any", {}), bound=9),
        Proven(fixed=cast("Any", {"q": (0, 0)}), bound=4),
        Proven(fixed=cast("Any", {"q": (1, 1)}), bound=5),
    ]
    closed = [
        Proven(fixed=cast("Any", {f"r{one}": (1, 1), f"r{other}": (1, 1)}), bound=None)
        for one in range(12)
        for other in range(one)
    ]
    uppers: dict[Any, int] = {}

    assert cases.covered_bound([*own, *closed], uppers) == (True, 9)
    checker = SimpleNamespace(_closed=closed, _uppers=uppers)
    assert bound.BoundReader._covered(cast("Any", checker), own, 3) == (True, 5)
