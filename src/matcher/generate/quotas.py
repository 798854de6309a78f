"""Sets group quotas: a hard minimum for each target group in all, and soft minimums of youth at large buyers."""

from __future__ import annotations

from decimal import Decimal

from matcher.generate.sizes import Profile
from matcher.generate.work import Work
from matcher.problem import Quota

# Own assumptions.
SOFT_PERCENT, SOFT_PRICE = 8, Decimal("0.25")
MOST_SOFT = 12


def quotas_of(profile: Profile, work: Work) -> tuple[Quota, ...]:
    """Return the quotas of a problem; they follow from the work, so nothing is drawn."""
    positions = sum(vacancy.positions for vacancy in work.vacancies)
    hard = [
        Quota(quota_id=f"min-{group}", group=group, min_count=positions * per_mille // 1000)
        for group, per_mille in sorted(profile.quota_per_mille_by_group.items())
    ]
    soft = [
        Quota(
            quota_id=f"soft-youth-{nth + 1:02d}",
            group="youth",
            scope="buyer",
            scope_id=buyer,
            min_count=max(1, positions * SOFT_PERCENT // 100),
            hard=False,
            price=SOFT_PRICE,
        )
        for nth, (buyer, positions) in enumerate(_largest_buyers(work))
    ]
    return (*hard, *soft)


def _largest_buyers(work: Work) -> list[tuple[str, int]]:
    """Return the buyers with most positions, and how many these are."""
    buyer_of = {contract.contract_id: str(contract.buyer) for contract in work.contracts}
    positions: dict[str, int] = {}
    for vacancy in work.vacancies:
        buyer = buyer_of[str(vacancy.contract_id)]
        positions[buyer] = positions.get(buyer, 0) + vacancy.positions
    by_size = sorted(positions.items(), key=lambda entry: (-entry[1], entry[0]))
    return by_size[: min(MOST_SOFT, 2 + len(work.contracts) // 50)]
