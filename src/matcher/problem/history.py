"""Past placements, from which the outcome model learns what lasts."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.problem.rules_of_fields import Checks
from matcher.problem.work import VACANCY_FORMS, VacancyForm


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPlacement:
    """One earlier placement and whether it lasted.

    Holds only what the outcome model may look at: never target group, sex, age, origin or health.

    Parameters
    ----------
    placement_id : str
    sustained : bool
        Whether it lasted for the municipality's follow-up time.
    nice_share : float
        Weighted share of the vacancy's nice-to-have skills that were held, 0 to 1.
    distance_km : float
        Between home and work.
    form : str
    extent_percent : int
    """

    placement_id: str
    sustained: bool
    nice_share: float = 0.0
    distance_km: float = 0.0
    form: VacancyForm = "employment"
    extent_percent: int = 100

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this row."""
        checks = Checks("history", self.placement_id)
        checks.identifier("placement_id", self.placement_id)
        checks.in_range("nice_share", self.nice_share, 0, 1)
        checks.in_range("distance_km", self.distance_km, 0, 40_000)
        checks.one_of("form", self.form, VACANCY_FORMS)
        checks.in_range("extent_percent", self.extent_percent, 1, 100)
        checks.raise_if_any()
