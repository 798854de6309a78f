"""The guard names what has become slower, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from benchmarks import guard
from benchmarks.guard import Slowdown, Watched, measured_ratio, slowdowns


def busy(rounds: int) -> Callable[[], object]:
    """Return work that takes time in proportion to `rounds`."""
    return lambda: sum(range(2_000 * rounds))


def watching(monkeypatch: pytest.MonkeyPatch, file: Path, stored: dict[str, float], **rounds: int) -> Path:
    """Store ratios and let the guard watch work of given lengths beside work of length 10."""
    file.write_text(json.dumps({"ratios": stored}), encoding="utf-8")
    watched = [Watched(name=name, phase=busy(number), reference=busy(10)) for name, number in rounds.items()]
    monkeypatch.setattr(guard, "watched_phases", lambda folder: watched)
    monkeypatch.setattr(guard, "measured_ratio", partial(measured_ratio, rounds=3))
    return file


def test_up_to_the_limit_nothing_is_slower() -> None:
    """Exactly one and a half times the stored ratio still passes; so does anything faster."""
    assert slowdowns({"read": 1.5, "solve": 0.1}, {"read": 1.0, "solve": 2.0}) == []


def test_beyond_the_limit_the_phase_and_both_ratios_are_named() -> None:
    """The message says whose ratio it is, what it was, what it may be and what to do."""
    (found,) = slowdowns({"read": 3.2, "solve": 1.0}, {"read": 2.0, "solve": 1.0})

    assert found == Slowdown(name="read", measured=3.2, stored=2.0)
    assert str(found) == (
        "read must take at most 1.5 x 2.000 times its reference, got 3.200 (1.60 times as slow). "
        "Find what made it slower, or renew with a reason."
    )


def test_a_phase_without_a_stored_ratio_fails() -> None:
    """A new phase is not watched until its ratio is stored."""
    (found,) = slowdowns({"new": 1.0}, {})

    assert "has no stored ratio" in str(found)


def test_the_ratio_is_that_of_the_work() -> None:
    """Work that is ten times as long has about ten times the ratio, whatever the machine."""
    long = measured_ratio(Watched(name="long", phase=busy(100), reference=busy(10)), rounds=5)

    assert 5 < long < 20


def test_the_guard_passes_where_nothing_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Equal work passes and its ratios are told."""
    file = watching(monkeypatch, tmp_path / "guard.json", {"read": 1.0, "check": 3.0}, read=10, check=30)

    assert guard.checked(file) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert "check" in told.out


def test_the_guard_fails_naming_the_slow_phase_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A phase three times as slow gives exit status 1 and its name; its quick neighbour is not accused."""
    file = watching(monkeypatch, tmp_path / "guard.json", {"read": 1.0, "check": 1.0}, read=10, check=30)

    assert guard.checked(file) == 1
    told = capsys.readouterr().err
    assert "check must take" in told
    assert "read" not in told


def test_what_seems_slow_is_measured_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One disturbed measurement does not fail; the best of three counts."""
    file = watching(monkeypatch, tmp_path / "guard.json", {"read": 1.0}, read=10)
    ratios = iter([4.0, 1.1])
    monkeypatch.setattr(guard, "measured_ratio", lambda watched: next(ratios))

    assert guard.checked(file) == 0
    assert next(ratios, None) is None


def test_renewed_ratios_are_those_that_pass(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """After renewing, the guard passes."""
    file = watching(monkeypatch, tmp_path / "guard.json", {}, read=30)

    assert guard.renewed(file) == 0
    assert guard.checked(file) == 0
    assert json.loads(file.read_text(encoding="utf-8"))["ratios"].keys() == {"read"}


def test_every_watched_phase_has_a_stored_ratio(tmp_path: Path) -> None:
    """The file in the repository knows the phases that the guard watches, no more and no less."""
    stored = json.loads(guard.FILE.read_text(encoding="utf-8"))["ratios"]

    assert stored.keys() == {watched.name for watched in guard.watched_phases(tmp_path)}
