"""One run of one method on one instance, as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from benchmarks.peers.method import Status, TierAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one fresh process measured.

    Parameters
    ----------
    method : str
    status : str
        ``done``; ``limit`` where the time ended first; ``failed``.
    seconds : float or None
        Of the run, median over `repeats`; where the limit was reached, how long it was waited.
    repeats : int
        Runs in the same process.
    base_bytes, peak_bytes : int or None
        Most memory held before the clock started, and at all.
    num_columns : int
    tiers : mapping of tier to TierAnswer
    parts : mapping of str to float
        Seconds of parts.
    facts : mapping of str to str
    note : str
    """

    method: str
    status: Status
    seconds: float | None = None
    repeats: int = 0
    base_bytes: int | None = None
    peak_bytes: int | None = None
    num_columns: int = 0
    tiers: Mapping[str, TierAnswer] = field(default_factory=dict)
    parts: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the run as JSON can hold it; values are texts, so that they stay exact."""
        written = asdict(self)
        written["tiers"] = {name: asdict(tier) | {"value": str(tier.value)} for name, tier in self.tiers.items()}
        return written

    @staticmethod
    def from_json(written: Mapping[str, Any]) -> Run:
        """Return the run that `to_json` wrote."""
        tiers = {
            name: TierAnswer(**{**tier, "value": Decimal(tier["value"])}) for name, tier in written["tiers"].items()
        }
        return Run(**{**written, "tiers": tiers})
