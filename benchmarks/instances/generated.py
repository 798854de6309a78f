"""Matcher's own generated towns: contracts, skills, routes and dates, so that the columns have to be derived."""

from functools import partial

from benchmarks.instance import Instance
from matcher.generate import generate

SEED = 1

INSTANCES = (
    Instance(
        name="demo",
        title="600 candidates, 150 vacancies, 24 cohorts, generated",
        kind="planning",
        make=partial(generate, "demo", SEED),
        seed=SEED,
        peers=("highs-scipy", "scip", "cp-sat"),
        most_rounds=2,
    ),
    Instance(
        name="city",
        title="20 000 candidates, 3 000 vacancies, 200 cohorts, generated",
        kind="planning",
        make=partial(generate, "city", SEED),
        seed=SEED,
        is_large=True,
        has_whole_model=False,
        most_rounds=1,
    ),
)
