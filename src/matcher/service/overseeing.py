"""What oversight shows: how often people accept, how long they look, what they override, and what to be warned of.

Why people must be warned: whoever has seen a machine be right many times stops looking (Parasuraman and Manzey 2010,
Complacency and bias in human use of automation, Human Factors 52). Regulation (EU) 2024/1689, article 14(4)(b), asks
that they stay aware of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Literal

from matcher.store import Act, Session, acts_since
from matcher.whatif.intervals import chance

Warned = Literal["always_accepts", "too_fast", "unseen"]

# Accepted so often that, chance allowed for (the lower end of the 95 % interval), more than this share would be.
ALWAYS = 0.9
LEAST_DECIDED = 30
# Silent reading goes at 238 words a minute on average (Brysbaert 2019, How many words do we read per minute?, Journal
# of Memory and Language 109): 40 words in 10 s, where the page of a person and a place has more than 100. Who takes
# less has read names and headings.
FAST_S = 10.0
LEAST_TIMED = 10
# Decided without having opened the pair at all.
UNSEEN = 0.05
LEAST_UNSEEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OversightRow:
    """How decisions were taken in a period, or by a person.

    Parameters
    ----------
    name : str
        Of the person; of a period its first day.
    accepted, rejected : int
        Proposals.
    withdrawn, pinned, forbidden : int
        Decisions taken back, and pairs that people have set or ruled out against or beside the planner.
    unseen : int
        Proposals decided without having been opened before.
    timed : int
        Proposals of which is known how long they were looked at.
    median_s : float or None
        Half of these were looked at for less.
    warnings : tuple of str
    """

    name: str
    accepted: int = 0
    rejected: int = 0
    withdrawn: int = 0
    pinned: int = 0
    forbidden: int = 0
    unseen: int = 0
    timed: int = 0
    median_s: float | None = None
    warnings: tuple[Warned, ...] = ()

    @property
    def decided(self) -> int:
        """Return how many proposals were decided."""
        return self.accepted + self.rejected

    @property
    def acceptance(self) -> float | None:
        """Return which share of the proposals was accepted."""
        return self.accepted / self.decided if self.decided else None

    @property
    def overrides(self) -> int:
        """Return how often people have decided otherwise than the planner."""
        return self.rejected + self.withdrawn + self.pinned + self.forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversight:
    """How people decide about what the planner proposes.

    Parameters
    ----------
    days : int
        Looked back.
    total : OversightRow
    by_period : tuple of OversightRow
        Weeks up to a quarter of a year, months beyond, the last first.
    by_person : tuple of OversightRow
    """

    days: int
    total: OversightRow
    by_period: tuple[OversightRow, ...]
    by_person: tuple[OversightRow, ...]


def oversight(session: Session, days: int) -> Oversight:
    """Return how people have decided in the last days."""
    acts = acts_since(session, session.now - timedelta(days=days))

    def period(act: Act) -> str:
        day = act.decided_at.date()
        return _first_of(day, is_week=days <= 92).isoformat()

    return Oversight(
        days=days,
        total=row_of("", acts),
        by_period=tuple(reversed(_rows(acts, period))),
        by_person=tuple(_rows(acts, lambda act: act.decided_by)),
    )


def row_of(name: str, acts: Sequence[Act]) -> OversightRow:
    """Return how some decisions were taken, with what is to be warned of."""
    decided = [act for act in acts if act.is_of_proposal and act.act in ("accept", "reject")]
    seconds = [act.seconds for act in decided if act.seconds is not None]
    accepted = sum(act.act == "accept" for act in decided)
    unseen = sum(act.opened_at is None for act in decided)
    median_s = median(seconds) if seconds else None
    found: list[tuple[Warned, bool]] = [
        ("always_accepts", len(decided) >= LEAST_DECIDED and chance(accepted, len(decided)).low > ALWAYS),
        ("too_fast", median_s is not None and len(seconds) >= LEAST_TIMED and median_s < FAST_S),
        ("unseen", unseen >= LEAST_UNSEEN and unseen > UNSEEN * len(decided)),
    ]
    return OversightRow(
        name=name,
        accepted=accepted,
        rejected=len(decided) - accepted,
        withdrawn=_count(acts, "withdraw"),
        pinned=_count(acts, "pin"),
        forbidden=_count(acts, "forbid"),
        unseen=unseen,
        timed=len(seconds),
        median_s=median_s,
        warnings=tuple(code for code, holds in found if holds),
    )


def _rows(acts: Iterable[Act], key: Callable[[Act], str]) -> list[OversightRow]:
    found: dict[str, list[Act]] = {}
    for act in acts:
        found.setdefault(key(act), []).append(act)
    return [row_of(name, found[name]) for name in sorted(found)]


def _count(acts: Iterable[Act], kind: str) -> int:
    return sum(act.act == kind for act in acts)


def _first_of(day: date, *, is_week: bool) -> date:
    return day - timedelta(days=day.weekday()) if is_week else day.replace(day=1)
