"""The draw that decides ties."""

from __future__ import annotations

import numpy as np

from matcher.features import build_columns
from tests import builders as given


def test_draw_is_fixed_by_ids_alone() -> None:
    """These numbers follow from the formula in docs/model.md; they may never change, or published plans would."""
    columns = build_columns(
        given.problem(
            candidates=[given.candidate()],
            vacancies=[given.vacancy()],
            courses=[given.course()],
            cohorts=[given.cohort("K1"), given.cohort("K2"), given.cohort("K3")],
            pairs=[given.pair(), given.pair(cohort_ids=("K1",)), given.pair(cohort_ids=("K3", "K2", "K1"))],
        )
    )

    assert columns.lottery.tolist() == [211110, 732522, 878838]


def test_draws_are_spread_evenly() -> None:
    """Over many pairs the draws fill 1 to 2**20 evenly and hardly ever coincide for one candidate."""
    columns = build_columns(
        given.problem(
            candidates=[given.candidate(f"C{number}") for number in range(200)],
            vacancies=[given.vacancy(f"V{number}") for number in range(200)],
        )
    )

    counts = np.bincount((columns.lottery - 1) >> 16, minlength=16)
    assert columns.lottery.min() >= 1
    assert columns.lottery.max() <= 2**20
    assert abs(counts - 2500).max() < 250
