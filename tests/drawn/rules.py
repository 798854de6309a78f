"""Rules, pairs, decisions and the policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from matcher.problem import (
    Candidate,
    Cohort,
    Contract,
    Decision,
    OutcomePrior,
    Pair,
    Policy,
    Problem,
    Quota,
    Resource,
    Vacancy,
)
from tests.drawn.chance import GROUPS, Chance
from tests.oracles.columns import enumerate_columns


class Rules(Chance):
    """Draws quotas, resources, pairs, decisions and the policy."""

    def quota(self, number: int, contracts: Sequence[Contract]) -> Quota:
        pick = self.chance
        scopes = [("all", None)]
        scopes += [("contract", contract.contract_id) for contract in contracts]
        scopes += [("buyer", contract.buyer) for contract in contracts if contract.buyer]
        scopes += [("supplier", contract.supplier) for contract in contracts if contract.supplier]
        scope, scope_id = pick.choice(scopes)
        counts = sorted((pick.randint(0, 3), pick.randint(0, 4)))
        shares = sorted(pick.choice(("0", "0.2", "0.25", "0.333333", "0.5", "0.75", "1")) for _ in range(2))
        kinds = pick.choice(
            (
                ("min_count",),
                ("max_count",),
                ("min_share",),
                ("max_share",),
                ("min_count", "max_count"),
                ("min_count", "min_share"),
                ("max_count", "max_share"),
                ("min_share", "max_share"),
            )
        )
        limits: dict[str, Any] = {
            "min_count": counts[0],
            "max_count": counts[1],
            "min_share": Decimal(shares[0]),
            "max_share": Decimal(shares[1]),
        }
        is_hard = self.is_rare(0.5)
        waited = pick.choice((5, 6, 12, 60)) if self.is_rare(0.25) else None
        return Quota(
            quota_id=f"Q{number}",
            group=None if waited and self.is_rare(0.6) else pick.choice(GROUPS),
            months_out_of_work=waited,
            scope=scope,  # type: ignore[arg-type]
            scope_id=scope_id,
            hard=is_hard,
            price=None if is_hard else pick.choice((Decimal(0), Decimal("0.1"), Decimal("0.25"), Decimal(2))),
            **{kind: limits[kind] for kind in kinds},
        )

    def resources(self, vacancies: Sequence[Vacancy]) -> list[Resource]:
        return [
            Resource(
                resource_id=f"R{number}",
                limit=self.chance.choice((Decimal(0), Decimal(3), Decimal("5.5"), Decimal(8))),
                scope_id=self.chance.choice(vacancies).vacancy_id,
            )
            for number in range(self.chance.choice((1, 1, 2)))
        ]

    def sharing(self, vacancies: Sequence[Vacancy], resources: Sequence[Resource]) -> list[Vacancy]:
        """Return the vacancies, some of which use a resource, and every resource used by one of them at least."""
        rows = list(vacancies)
        for number in range(len(rows)):
            if number < len(resources) or self.is_rare(0.6):
                resource = resources[number] if number < len(resources) else self.chance.choice(resources)
                use = self.chance.choice((None, Decimal(0), Decimal(1), Decimal("2.75")))
                has_duration = rows[number].duration_months is not None or rows[number].contract_id is not None
                rows[number] = replace(
                    rows[number],
                    resource_id=resource.resource_id,
                    resource_use=Decimal(2) if use is None and not has_duration else use,
                )
        return rows

    def use(self, resources: Sequence[Resource]) -> dict[str, Any]:
        if not resources or self.is_rare():
            return {}
        amount = self.chance.choice((None, Decimal(0), Decimal(1), Decimal("1.5"), Decimal(2), Decimal("2.75")))
        return {"resource_id": self.chance.choice(resources).resource_id, "resource_use": amount}

    def pairs(
        self,
        candidates: Sequence[Candidate],
        vacancies: Sequence[Vacancy],
        cohorts: Sequence[Cohort],
        resources: Sequence[Resource],
    ) -> list[Pair]:
        rows = []
        for candidate in candidates:
            for vacancy in vacancies:
                routes = {
                    tuple(cohort.cohort_id for cohort in self.some(cohorts, 3))
                    for _ in range(self.chance.choice((0, 0, 1, 1, 2)))
                }
                for route in sorted(routes):
                    rows.append(
                        Pair(
                            candidate_id=candidate.candidate_id,
                            vacancy_id=vacancy.vacancy_id,
                            score=self.chance.choice(
                                (Decimal("0.5"), Decimal("0.5"), Decimal(self.chance.randint(0, 10**6)) / 10**6)
                            ),
                            cohort_ids=route,
                            cost=self.chance.choice((None, None, Decimal("12.345"), Decimal(20))),
                            **self.use(resources),
                        )
                    )
        if not rows:  # without a single pair the problem would not be ready-scored
            rows.append(
                Pair(candidate_id=candidates[0].candidate_id, vacancy_id=vacancies[0].vacancy_id, score=Decimal("0.5"))
            )
        return rows

    def decisions(self, problem: Problem, has_pins: bool, is_contradictory: bool) -> list[Decision]:
        everything = [(one.candidate_id, other.vacancy_id) for one in problem.candidates for other in problem.vacancies]
        pinned = self.pins(problem, everything) if has_pins else []
        forbidden = [pair for pair in everything if self.is_rare(0.05) and pair not in pinned]
        if is_contradictory:
            pinned, forbidden = everything[:2], []  # one candidate, two vacancies
        return [
            Decision(candidate_id=candidate_id, vacancy_id=vacancy_id, decision=self.chance.choice(kinds))  # type: ignore[arg-type]
            for kinds, rows in (
                (("pinned",) if is_contradictory else ("pinned", "accepted", "accepted"), pinned),
                (("forbidden",), forbidden),
            )
            for candidate_id, vacancy_id in rows
        ]

    def pins(self, problem: Problem, everything: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return some pairs, most of them columns and of different candidates; those that are not are accepted ones."""
        eligible = sorted({key[:2] for key in enumerate_columns(problem)})
        chosen = self.some(eligible, 3)
        if self.is_rare(0.7):
            return list({pair[0]: pair for pair in chosen}.values())
        return list(dict.fromkeys((*chosen, *self.some(everything, 1))))

    def policy(self, quotas: Sequence[Quota]) -> Policy:
        pick = self.chance
        tiers = ("shortfall", "placements", "cost", "changes", "tie_break")
        others: list[tuple[str, ...]] = [
            ("placements", "cost", "tie_break"),
            ("placements", "tie_break"),
            ("shortfall", "cost", "placements", "tie_break"),
            ("shortfall",),
        ]
        if not any(quota.hard and quota.min_count is not None for quota in quotas):
            others.append(("placements", "shortfall", "cost"))
        chosen = pick.choice(others) if self.is_rare(0.25) else tiers
        prior = (
            OutcomePrior(intercept=-0.7, nice_share=1.3, per_10_km=-0.31, apprenticeship=0.4)
            if self.is_rare()
            else OutcomePrior()
        )
        return Policy(
            tiers=chosen,  # type: ignore[arg-type]
            max_route_length=pick.choice((3, 3, 3, 2, 1, 0)),
            max_trainings_total=pick.choice((0, 1, 2, 3)) if self.is_rare(0.1) else None,
            credit={"youth": Decimal("0.5"), "disabled": Decimal("1.5")},
            lateness_per_week=pick.choice((Decimal("0.02"), Decimal("0.35"))) if self.is_rare() else Decimal(0),
            outcome=prior,
        )
