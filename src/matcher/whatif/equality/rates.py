"""Rates by group, with intervals, small cells left out so that nobody can work them out, and what is worth a flag.

- **Selection rate** of a group: those selected among its members, as fairlearn defines it; the attribute's difference
  is the largest rate minus the smallest, its ratio the smallest over the largest (demographic parity).
- **Interval** of a rate: Wilson's, at 95 %.
- **Impact ratio**: a group's rate over the highest. Less than four fifths is the rule of thumb for adverse impact of
  the Uniform Guidelines (29 CFR 1607.4 D), which ask for statistics beside it where numbers are small: its interval is
  the adjusted log interval (Walter 1975; recommended by Fagerland, Lydersen and Laake 2015, Recommended confidence
  intervals for two independent binomial proportions, Statistical Methods in Medical Research 24).
- **Mutual information** of selection and attribute, in bits, and as the share of the attribute's entropy that selection
  tells (Theil's uncertainty coefficient). Under independence 2 N I(nats) is chi-squared (the G test), which gives p.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import exp, log, log2, sqrt

from matcher.whatif.equality.attributes import Attribute
from matcher.whatif.intervals import LEVEL, Estimate, chance

SMALLEST = 5  # a count of fewer people, but not of none, is not shown
FOUR_FIFTHS = 0.8
SURE = 0.01  # of p, for all attributes and requirements of an audit together


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRate:
    """How many of a group are selected.

    Parameters
    ----------
    value : str
        Of the attribute.
    people, selected : int or None
        ``None`` where they are not shown.
    rate : Estimate or None
        With its Wilson interval.
    ratio : Estimate or None
        Of this rate to the highest shown one; ``None`` where that is 0 or this is not shown.
    """

    value: str
    people: int | None
    selected: int | None
    rate: Estimate | None
    ratio: Estimate | None = None

    @property
    def is_shown(self) -> bool:
        """Tell whether the group's figures are shown."""
        return self.people is not None

    @property
    def is_low(self) -> bool:
        """Tell whether it is selected at less than four fifths of the highest rate, and not by chance alone."""
        return self.ratio is not None and self.ratio.value < FOUR_FIFTHS and self.ratio.high < 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What selection looks like by one attribute.

    Parameters
    ----------
    attribute : str
    is_group : bool
    rates : tuple of GroupRate
    people, selected : int
        All whose value is known.
    difference, ratio : float or None
        Largest rate minus smallest, smallest over largest, of those shown; ``None`` of fewer than two.
    information_bits, information_share : float or None
        What selection tells of the attribute, among the groups that are shown; ``None`` of fewer than two.
    p : float or None
        How likely so much information is by chance.
    """

    attribute: str
    is_group: bool
    rates: tuple[GroupRate, ...]
    people: int
    selected: int
    difference: float | None
    ratio: float | None
    information_bits: float | None
    information_share: float | None
    p: float | None

    def is_flagged(self, num_compared: int) -> bool:
        """Tell whether a group gets less than four fifths, surely so among as many comparisons (Bonferroni)."""
        return any(one.is_low for one in self.rates) and self.p is not None and self.p * num_compared < SURE


def rates_of(
    attribute: Attribute,
    selected: Collection[str],
    among: Collection[str] | None = None,
    hidden: Collection[str] = (),
    smallest: int = SMALLEST,
) -> Reading:
    """Return how many of each group are selected.

    Parameters
    ----------
    attribute : Attribute
    selected : collection of str
        Candidates.
    among : collection of str, optional
        Only these count; everybody unless given.
    hidden : collection of str
        Values that are not shown whatever their counts: those that another table of the same people leaves out.
    smallest : int
    """
    people, chosen = Counter[str](), Counter[str]()
    for candidate_id, value in attribute.value_by_candidate.items():
        if among is None or candidate_id in among:
            people[value] += 1
            chosen[value] += candidate_id in selected
    shut = hidden_values({value: (people[value], chosen[value]) for value in people}, hidden, smallest)
    shown = {value: chance(chosen[value], people[value]) for value in sorted(people) if value not in shut}
    best = max(shown, key=lambda value: (shown[value].value, value), default=None)
    rates = tuple(
        _rate(value, people[value], chosen[value], best, people, chosen)
        if value in shown
        else GroupRate(value=value, people=None, selected=None, rate=None)
        for value in sorted(people)
    )
    values = [one.value for one in shown.values()]
    bits, share, p = _information({value: (people[value], chosen[value]) for value in shown})
    return Reading(
        attribute=attribute.name,
        is_group=attribute.is_group,
        rates=rates,
        people=sum(people.values()),
        selected=sum(chosen.values()),
        difference=max(values) - min(values) if len(values) > 1 else None,
        ratio=min(values) / max(values) if len(values) > 1 and max(values) > 0 else None,
        information_bits=bits,
        information_share=share,
        p=p,
    )


def hidden_values(
    counts: dict[str, tuple[int, int]], hidden: Collection[str] = (), smallest: int = SMALLEST
) -> set[str]:
    """Return which groups are not shown: those with a small count, and as many more as keep these from being known.

    The totals over all groups are known, so that what one group lacks would be its own figure: where a group is left
    out, a second one is, the smallest first, until what all of them have together is no small count either.

    Parameters
    ----------
    counts : dict of str to (people, selected)
    hidden : collection of str
    smallest : int
    """

    def is_small(people: int, selected: int) -> bool:
        return any(0 < count < smallest for count in (people, selected, people - selected))

    shut = {value for value in counts if value in hidden or is_small(*counts[value])}
    order = sorted(counts.keys() - shut, key=lambda value: (counts[value][0], value))
    while shut and order:
        together = [sum(counts[value][place] for value in shut) for place in (0, 1)]
        if len(shut) > 1 and not is_small(*together):
            break
        shut.add(order.pop(0))
    return shut


def impact_ratio(one: tuple[int, int], other: tuple[int, int], level: float = LEVEL) -> Estimate | None:
    """Return one rate over another, with the adjusted log interval; ``None`` where the other is 0.

    Parameters
    ----------
    one, other : (selected, people)
    level : float
    """
    (x, n), (y, m) = one, other
    if y == 0:
        return None
    adjusted = log((x + 0.5) / (n + 0.5)) - log((y + 0.5) / (m + 0.5))
    spread = 1 / (x + 0.5) - 1 / (n + 0.5) + 1 / (y + 0.5) - 1 / (m + 0.5)
    from scipy.special import ndtri  # a solve needs none of it, and starts sooner without

    half = float(ndtri((1 + level) / 2)) * sqrt(max(spread, 0.0))
    value = (x / n) / (y / m)
    low, high = exp(adjusted - half), exp(adjusted + half)
    return Estimate(value=value, low=min(low, value), high=max(high, value), count=n + m)


def _rate(
    value: str, people: int, selected: int, best: str | None, all_people: Counter[str], all_selected: Counter[str]
) -> GroupRate:
    ratio = None
    if best is not None and best != value:
        ratio = impact_ratio((selected, people), (all_selected[best], all_people[best]))
    return GroupRate(value=value, people=people, selected=selected, rate=chance(selected, people), ratio=ratio)


def _information(counts: dict[str, tuple[int, int]]) -> tuple[float | None, float | None, float | None]:
    """Return mutual information in bits, its share of the attribute's entropy, and p of the G test."""
    if len(counts) < 2:
        return None, None, None
    total, selected = (sum(one[place] for one in counts.values()) for place in (0, 1))
    bits = 0.0
    for people, chosen in counts.values():
        for count, outcome in ((chosen, selected), (people - chosen, total - selected)):
            if count:
                bits += count / total * log2(count * total / (people * outcome))
    bits = max(bits, 0.0)
    entropy = _entropy([people for people, _ in counts.values()])
    from scipy.special import chdtrc

    p = float(chdtrc(len(counts) - 1, 2 * total * bits * log(2)))
    return bits, bits / entropy if entropy else 0.0, p


def _entropy(counts: Sequence[int]) -> float:
    total = sum(counts)
    return -sum(count / total * log2(count / total) for count in counts if count)
