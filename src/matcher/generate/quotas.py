"""Draws group quotas: a hard minimum for each target group in all, and soft shares of youth at large buyers."""

from __future__ import annotations

from decimal import Decimal

from matcher.generate.sizes import Profile
from matcher.generate.work import Work
from matcher.problem import Quota

# Own assumptions.
SOFT_SHARE, SOFT_PRICE = Decimal("0.08"), Decimal("0.25")
MOST_SOFT = 12


def draw_quotas(profile: Profile, work: Work) -> tuple[Quota, ...]:
    """Return the quotas of a problem; they follow from the work, so nothing is drawn."""
    positions = sum(vacancy.positions for vacancy in work.vacancies)
    hard = [
        Quota(quota_id=f"minst-{group}", group=group, min_count=positions * per_mille // 1000)
        for group, per_mille in sorted(profile.quota_per_mille_by_group.items())
    ]
    soft = [
        Quota(
            quota_id=f"andel-youth-{nth + 1:02d}",
            group="youth",
            scope="buyer",
            scope_id=buyer,
            min_share=SOFT_SHARE,
            hard=False,
            price=SOFT_PRICE,
        )
        for nth, buyer in enumerate(_largest_buyers(work))
    ]
    return (*hard, *soft)


def _largest_buyers(work: Work) -> list[str]:
    contracts: dict[str, int] = {}
    for contract in work.contracts:
        contracts[str(contract.buyer)] = contracts.get(str(contract.buyer), 0) + 1
    by_size = sorted(contracts, key=lambda buyer: (-contracts[buyer], buyer))
    return by_size[: min(MOST_SOFT, 2 + len(contracts) // 50)]
