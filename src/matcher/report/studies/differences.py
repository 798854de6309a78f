"""What differences between plans say, in words and columns that several studies share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from matcher.languages import Phrases, message
from matcher.report.words import AIM_UNITS, AIMS
from matcher.whatif.comparison import TierDifference
from matcher.whatif.study import Cell, ColumnKind, StudyColumn

KINDS_OF_AIMS: dict[str, ColumnKind] = {"cost": "money", "changes": "count"}
LEAST = ("shortfall", "cost", "changes")
AFFECTED = {
    "placed": message("newly placed"),
    "no_longer_placed": message("no longer placed"),
    "moved": message("moved"),
    "other_route": message("other route or start"),
}


def gain_of(tiers: Sequence[TierDifference]) -> list[Decimal]:
    """Return by how much each tier is better, for ranking: the first tier decides, then the next."""
    return [
        Decimal(0) if tier.difference is None else -tier.difference if tier.tier in LEAST else tier.difference
        for tier in tiers
        if tier.tier != "changes"
    ]


def is_gain(tiers: Sequence[TierDifference]) -> bool:
    """Tell whether the first tier that differs is better."""
    return next((gain for gain in gain_of(tiers) if gain), Decimal(0)) > 0


def ends_of(value: Decimal, bound: Decimal | None) -> tuple[float | None, float | None]:
    """Return the interval between a value and its bound, or none where they are the same."""
    if bound is None or bound == value:
        return None, None
    return float(min(value, bound)), float(max(value, bound))


def difference_text(tiers: Sequence[TierDifference], say: Phrases) -> str:
    """Return the differences that matter as one phrase, or that there is none."""
    parts = [
        say.text(
            "{aim} {sign}{difference} {unit}",
            aim=say.text(AIMS[tier.tier]),
            sign="+" if tier.difference > 0 else "\N{MINUS SIGN}",
            difference=say.number(abs(tier.difference), most=4),
            unit=say.text(AIM_UNITS[tier.tier]),
        )
        for tier in tiers
        if tier.difference and tier.tier != "changes"
    ]
    return ", ".join(parts) or say.text("no difference in any aim")


def proof_text(tiers: Sequence[TierDifference], say: Phrases) -> str:
    """Return how sure the differences are."""
    compared = [tier for tier in tiers if tier.difference is not None]
    if all(tier.is_exact for tier in compared):
        return say.text("exact")
    loose = next(tier for tier in compared if not tier.is_exact)
    aim = say.text(AIMS[loose.tier])
    if loose.least is None or loose.most is None:
        return say.text("{aim}: not proven", aim=aim)
    return say.text(
        "{aim}: {least} to {most} proven",
        aim=aim,
        least=say.number(loose.least, most=4),
        most=say.number(loose.most, most=4),
    )


def difference_columns(names: Sequence[str], say: Phrases) -> tuple[StudyColumn, ...]:
    """Return a column for the difference in each tier."""
    return tuple(
        StudyColumn(name=f"{name}_difference", title=say.text(AIMS[name]), kind=KINDS_OF_AIMS.get(name, "number"))
        for name in names
    )


def difference_cells(names: Sequence[str], tiers: Sequence[TierDifference]) -> tuple[Cell, ...]:
    """Return the cells of `difference_columns`; ``None`` where a tier is not compared."""
    by_name = {tier.tier: tier.difference for tier in tiers}
    return tuple(by_name.get(name) for name in names)


def aims_of(rows: Sequence[Sequence[TierDifference]]) -> list[str]:
    """Return the tiers that some row has, in the order of aims."""
    there = {tier.tier for tiers in rows for tier in tiers}
    return [name for name in AIMS if name in there]


def proven_limits(say: Phrases) -> tuple[str, ...]:
    """Return what every comparison of solved plans does not say."""
    return (
        say.text("Differences are between best plans as the model of docs/model.md sees them; people decide on each."),
        say.text("What lasts is a forecast with the policy's assumptions, the same on both sides of each difference."),
    )
