"""What was solved again is kept while it may be asked for again, and not for as long as a service runs."""

from __future__ import annotations

import pytest

from matcher.explain.proofs.again import MOST_KNOWN, Again
from matcher.solve import solve
from tests.service.towns import town


def test_what_was_asked_lately_is_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same question is solved once; after many others it is solved anew, so that memory stays as it is."""
    problem = town()
    again = Again(problem, solve(problem).plan)
    monkeypatch.setattr(again, "_solved", lambda *asked: object())
    first = again.without_pair("C1", "V1")
    assert again.without_pair("C1", "V1") is first
    for number in range(5 * MOST_KNOWN):
        again._once(number, lambda: (problem, again.columns))
    assert len(again._known) == MOST_KNOWN
    assert again.without_pair("C1", "V1") is not first
