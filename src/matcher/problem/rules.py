"""Rules and decisions that bind a plan: quotas, resources, people's decisions, enrolments, ready pairs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from matcher.problem.rules_of_fields import Checks, is_identifier
from matcher.problem.work import USE_DECIMALS

QuotaScope = Literal["all", "buyer", "supplier", "contract"]
ResourceScope = Literal["vacancy", "contract", "supplier"]
DecisionKind = Literal["pinned", "forbidden", "accepted"]
QUOTA_SCOPES = ("all", "buyer", "supplier", "contract")
RESOURCE_SCOPES = ("vacancy", "contract", "supplier")
DECISION_KINDS = ("pinned", "forbidden", "accepted")
SCORE_DECIMALS = 6
SHARE_DECIMALS = 6
_SCORE_UNIT = Decimal(1).scaleb(-SCORE_DECIMALS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many placements of a target group, or of those longest out of work, there must or may be.

    Parameters
    ----------
    quota_id : str
    group : str or None
        Target group; without one, `months_out_of_work` alone tells who counts.
    months_out_of_work : int or None
        Who counts has been out of work for at least so many months: with it a quota guarantees places to those
        furthest from work.
    scope : str
        ``all`` placements, or those at one ``buyer``, ``supplier`` or ``contract``.
    scope_id : str or None
        Whose; empty exactly when the scope is ``all``.
    min_count, max_count : int or None
        Placements of members of the group on their start day.
    min_share, max_share : Decimal or None
        Share of the scope's placements, 0 to 1.
    hard : bool
        A hard maximum is never broken; a hard minimum is broken only where no plan can meet it, and then
        the breach is listed. A soft quota is broken at its price.
    price : Decimal
        For a soft quota: expected sustained placements given up per person missing or in excess.
    """

    quota_id: str
    group: str | None = None
    months_out_of_work: int | None = None
    scope: QuotaScope = "all"
    scope_id: str | None = None
    min_count: int | None = None
    max_count: int | None = None
    min_share: Decimal | None = None
    max_share: Decimal | None = None
    hard: bool = True
    price: Decimal | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this quota."""
        checks = Checks("quotas", self.quota_id)
        checks.identifier("quota_id", self.quota_id)
        self._check_members(checks)
        checks.one_of("scope", self.scope, QUOTA_SCOPES)
        self._check_scope_id(checks)
        self._check_limits(checks)
        if not self.hard and self.price is None:
            checks.add(
                "missing_value",
                "price",
                None,
                "have a price because it is soft (hard = false)",
                "Fill in a price per person, or make the quota hard.",
            )
        checks.amount("price", self.price, 0, 10**6)
        checks.text("scope_id", self.scope_id)
        checks.raise_if_any()

    def _check_members(self, checks: Checks) -> None:
        if self.group is not None:
            checks.identifier("group", self.group)
            checks.groups("group", [self.group])
        elif self.months_out_of_work is None:
            checks.add(
                "missing_value",
                "group",
                None,
                "have a group, months_out_of_work or both",
                "Say who counts for the quota.",
            )
        checks.in_range("months_out_of_work", self.months_out_of_work, 0, 1200)

    def _check_scope_id(self, checks: Checks) -> None:
        if (self.scope == "all") != (self.scope_id is None):
            checks.add(
                "missing_value" if self.scope_id is None else "unexpected_value",
                "scope_id",
                self.scope_id,
                "have a scope_id exactly when its scope is not 'all'",
                "Fill in or clear the scope_id, or change the scope.",
            )

    def _check_limits(self, checks: Checks) -> None:
        checks.in_range("min_count", self.min_count, 0, 1e9)
        checks.in_range("max_count", self.max_count, 0, 1e9)
        checks.amount("min_share", self.min_share, 0, 1, SHARE_DECIMALS)
        checks.amount("max_share", self.max_share, 0, 1, SHARE_DECIMALS)
        if not checks.faults:
            checks.not_above("min_count", self.min_count, "max_count", self.max_count)
            checks.not_above("min_share", self.min_share, "max_share", self.max_share)
        if all(limit is None for limit in (self.min_count, self.max_count, self.min_share, self.max_share)):
            checks.add(
                "missing_value",
                "min_count",
                None,
                "have at least one of min_count, max_count, min_share and max_share",
                "Fill in a limit or remove the quota.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something a workplace has a limited amount of, for example supervisor hours.

    Parameters
    ----------
    resource_id : str
    limit : Decimal
        The uses of all pairs in the plan that name it add up to at most this; at most six decimals.
    scope : str
        ``vacancy``, ``contract`` or ``supplier``: where it belongs, for readers. What uses it, the pairs say.
    scope_id : str or None
    """

    resource_id: str
    limit: Decimal
    scope: ResourceScope = "vacancy"
    scope_id: str | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this resource."""
        checks = Checks("resources", self.resource_id)
        checks.identifier("resource_id", self.resource_id)
        checks.amount("limit", self.limit, 0, 10**9, USE_DECIMALS)
        checks.one_of("scope", self.scope, RESOURCE_SCOPES)
        checks.text("scope_id", self.scope_id)
        checks.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person has decided about a candidate and a vacancy.

    Parameters
    ----------
    candidate_id, vacancy_id : str
    decision : str
        ``pinned``: must stand in the plan; ``accepted``: stands in it wherever a plan can keep it; ``forbidden``: must
        not.
    reason, decided_by : str or None
    decided_at : date or None
    """

    candidate_id: str
    vacancy_id: str
    decision: DecisionKind
    reason: str | None = None
    decided_by: str | None = None
    decided_at: date | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this decision."""
        checks = Checks("decisions", self.candidate_id)
        checks.identifier("candidate_id", self.candidate_id)
        checks.identifier("vacancy_id", self.vacancy_id)
        checks.one_of("decision", self.decision, DECISION_KINDS)
        checks.text("reason", self.reason)
        checks.text("decided_by", self.decided_by)
        checks.day("decided_at", self.decided_at)
        checks.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """A promise already given: the candidate has a seat in the cohort.

    Parameters
    ----------
    candidate_id, cohort_id : str
    """

    candidate_id: str
    cohort_id: str

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this enrolment."""
        checks = Checks("enrolments", self.candidate_id)
        checks.identifier("candidate_id", self.candidate_id)
        checks.identifier("cohort_id", self.cohort_id)
        checks.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A ready-scored column: the candidate can take the vacancy by these cohorts.

    Where a problem has pairs, they replace the derived columns: nothing else decides who can take what.

    Parameters
    ----------
    candidate_id, vacancy_id : str
    score : Decimal
        0 to 1 with at most six decimals, kept exactly.
    cohort_ids : tuple of str
        At most three, in the order taken.
    cost : Decimal or None
        Kronor on top of the seats.
    resource_id : str or None
    resource_use : Decimal or None
        How much of it, with at most six decimals; ``None`` means nothing.
    """

    candidate_id: str
    vacancy_id: str
    score: Decimal
    cohort_ids: tuple[str, ...] = ()
    cost: Decimal | None = None
    resource_id: str | None = None
    resource_use: Decimal | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidInput` with every fault of this pair."""
        if self._is_plain():
            return
        checks = Checks("pairs", self.candidate_id)
        checks.identifier("candidate_id", self.candidate_id)
        checks.identifier("vacancy_id", self.vacancy_id)
        checks.amount("score", self.score, 0, 1, SCORE_DECIMALS)
        if self.cohort_ids:
            self._check_route(checks)
        checks.amount("cost", self.cost, 0, 10**9)
        checks.amount("resource_use", self.resource_use, 0, 10**9, USE_DECIMALS)
        checks.text("resource_id", self.resource_id)
        if self.resource_use is not None and self.resource_id is None:
            checks.add("missing_value", "resource_id", None, "name the resource that it uses", "Fill in resource_id.")
        checks.raise_if_any()

    def _is_plain(self) -> bool:
        """Tell quickly that nothing is wrong, in the form in which a million rows are read."""
        return (
            self.cost is None
            and self.resource_id is None
            and self.resource_use is None
            and is_identifier(self.candidate_id)
            and is_identifier(self.vacancy_id)
            and (not self.cohort_ids or (len(self.cohort_ids) == 1 and is_identifier(self.cohort_ids[0])))
            and self.score.is_finite()
            and 0 <= self.score <= 1
            and self.score == self.score.quantize(_SCORE_UNIT)
        )

    def _check_route(self, checks: Checks) -> None:
        checks.entries("cohort_ids", self.cohort_ids)
        if len(self.cohort_ids) > 3:
            checks.add(
                "route_too_long", "cohort_ids", ";".join(self.cohort_ids), "name at most three cohorts", "Remove some."
            )
