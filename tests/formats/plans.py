"""Random plans with every kind of value, whether or not any problem fits them."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from matcher.plan import (
    Assignment,
    Breach,
    Case,
    Certificate,
    Clique,
    CohortUse,
    CountedRow,
    Cut,
    Delivery,
    Difference,
    FixedColumn,
    FixedRange,
    OtherPlan,
    OwnColumn,
    PlacedPair,
    Plan,
    PricedRow,
    QuotaBreach,
    SolverInfo,
    TierResult,
    Unfilled,
    WorstValue,
)

IDS = ("C1", "=C2", "Ö,1", "a|b", 'say "hej"', "x" * 200, "漢字")


def rich_plan(seed: int) -> Plan:
    """Return a plan; equal seeds give equal plans."""
    rng = random.Random(seed)

    def identifier() -> str:
        return rng.choice(IDS)

    def amount() -> Decimal:
        return Decimal(
            rng.choice(("0", "1", "0.000001", "12.5", "-3.25", "99999999.12345678", "123456789012345678901"))
        )

    def route() -> tuple[str, ...]:
        return tuple(rng.sample(IDS, rng.randint(0, 3)))

    return Plan(
        problem_hash="sha256:" + "0" * 64,
        status=rng.choice(("optimal", "claimed_optimal", "feasible")),
        gap_limit=rng.choice((0.0, 1e-6, 0.1 + 0.2)),
        tiers=tuple(
            TierResult(name=name, value=amount(), bound=amount(), gap=rng.random(), claimed_gap=1e-9)
            for name in ("shortfall", "placements", "cost")
        ),
        assignments=tuple(
            Assignment(
                candidate_id=identifier(),
                vacancy_id=identifier(),
                cohort_ids=route(),
                start_date=rng.choice((None, date(2026, 9, 1), date(1900, 1, 1))),
                score=Decimal(rng.randint(0, 10**6)).scaleb(-6),
            )
            for _ in range(rng.randint(0, 6))
        ),
        cohorts=tuple(
            CohortUse(cohort_id=identifier(), enrolled=rng.randint(0, 30), runs=rng.random() < 0.5)
            for _ in range(rng.randint(0, 3))
        ),
        shortfalls=(Delivery(contract_id=identifier(), required=amount(), delivered=amount()),),
        unfilled=(Unfilled(vacancy_id=identifier(), open=rng.randint(0, 9)),),
        quota_breaches=(QuotaBreach(quota_id=identifier(), short=amount(), excess=Decimal(0)),),
        certificate=Certificate(
            price_scale=10 ** rng.randint(0, 12),
            cases=tuple(
                Case(
                    tier="placements",
                    fixed=tuple(
                        FixedColumn(
                            candidate_id=identifier(),
                            vacancy_id=identifier(),
                            cohort_ids=route(),
                            taken=rng.random() < 0.5,
                        )
                        for _ in range(rng.randint(0, 2))
                    ),
                    between=tuple(
                        FixedRange(kind="vacancy", entity_id=identifier(), least=0, most=rng.randint(0, 10**12))
                        for _ in range(rng.randint(0, 2))
                    ),
                    prices=tuple(
                        PricedRow(kind="vacancy", entity_id=identifier(), price=rng.randint(-(10**20), 10**20))
                        for _ in range(rng.randint(0, 4))
                    ),
                )
                for _ in range(rng.randint(0, 3))
            ),
            cuts=tuple(
                Cut(
                    divisor=rng.randint(1, 10**9),
                    unit=rng.randint(1, 10**6),
                    rows=tuple(
                        CountedRow(kind="vacancy", entity_id=identifier(), times=rng.randint(1, 10**12))
                        for _ in range(rng.randint(0, 3))
                    ),
                )
                for _ in range(rng.randint(0, 2))
            ),
            cliques=tuple(
                Clique(
                    candidate_id=identifier(),
                    columns=(OwnColumn(vacancy_id=identifier(), cohort_ids=route()),),
                    made=route(),
                    missing=route(),
                )
                for _ in range(rng.randint(0, 2))
            ),
        ),
        solver=SolverInfo(name="solver", version="9.15", seed=rng.randint(0, 2**63)),
        difference=None
        if seed % 3 == 0
        else Difference(
            differ_by=rng.randint(1, 10**6),
            plans=tuple(
                OtherPlan(
                    pairs=tuple(
                        PlacedPair(candidate_id=identifier(), vacancy_id=identifier()) for _ in range(rng.randint(0, 3))
                    )
                )
                for _ in range(rng.randint(0, 2))
            ),
            worst=(WorstValue(tier="placements", value=amount()),),
        ),
        breaches=tuple(
            Breach(
                kind=rng.choice(("accepted", "enrolment")),
                candidate_id=identifier(),
                entity_id=identifier(),
                reason=rng.choice(("closed", "ineligible", "conflict", "cancelled")),
                price=amount(),
            )
            for _ in range(rng.randint(0, 2))
        ),
        published_hash=rng.choice((None, "sha256:" + "1" * 64)),
    )
