"""Generated towns of growing size with the settings of the city, by which the growth of time and memory is measured."""

from dataclasses import replace
from functools import partial

from benchmarks.instance import Instance
from benchmarks.tables import count
from matcher.generate.case import drawn
from matcher.generate.sizes import Size, profile_of
from matcher.problem import Problem

SEED = 1
SIZES = (250, 1_000, 4_000, 16_000)
LARGE = 10_000  # candidates


def town(num_candidates: int, seed: int) -> Problem:
    """Return a town in which everything is as many times smaller than in the city as its candidates are fewer."""
    city = profile_of(Size.CITY)
    share = num_candidates / city.num_candidates
    profile = replace(
        city,
        num_candidates=num_candidates,
        num_vacancies=round(share * city.num_vacancies),
        num_cohorts=max(8, round(share * city.num_cohorts)),
        num_accepted=round(share * city.num_accepted),
        num_forbidden=round(share * city.num_forbidden),
    )
    return drawn(profile, seed)


INSTANCES = tuple(
    Instance(
        name=f"scaling-{size}",
        title=f"{count(size)} candidates, generated",
        kind="planning",
        make=partial(town, size, SEED),
        seed=SEED,
        has_whole_model=size < LARGE,
        peers=("highs-scipy", "scip"),
        is_scaling=True,
        is_large=size >= LARGE,
        peer_limit_s=30.0,
        most_rounds=1,
    )
    for size in SIZES
)
