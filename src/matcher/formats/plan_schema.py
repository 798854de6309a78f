"""What stands in a plan file: the members of every object, for writing, reading and the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

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

MemberKind = Literal["text", "texts", "integer", "decimal", "number", "boolean", "date", "object", "objects"]
BREACH_KINDS = ("accepted", "enrolment")
BREACH_REASONS = ("closed", "ineligible", "conflict", "cancelled")
STATUSES = ("optimal", "claimed_optimal", "feasible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of an object of a plan file.

    Parameters
    ----------
    name : str
        In the file.
    field : str
        Of the class.
    kind : str
        ``decimal`` is exact, ``number`` a binary floating-point number.
    of : type or None
        Class of an ``object`` or of each of ``objects``.
    may_be_null : bool
    is_left_out : bool
        ``None``, and a list without entries, is written by leaving the member out.
    words : tuple of str
        What a text may be, where it is one of a few.
    """

    name: str
    field: str
    kind: MemberKind
    of: type[Any] | None = None
    may_be_null: bool = False
    is_left_out: bool = False
    words: tuple[str, ...] = ()


def _members(**kinds: MemberKind) -> tuple[Member, ...]:
    return tuple(Member(name=name, field=name, kind=kind) for name, kind in kinds.items())


def _object(name: str, of: type[Any]) -> Member:
    return Member(name=name, field=name, kind="object", of=of)


def _objects(name: str, of: type[Any]) -> Member:
    return Member(name=name, field=name, kind="objects", of=of)


MEMBERS: dict[type[Any], tuple[Member, ...]] = {
    TierResult: _members(name="text", value="decimal", bound="decimal", gap="number", claimed_gap="number"),
    Assignment: (
        *_members(candidate_id="text", vacancy_id="text", cohort_ids="texts"),
        Member(name="start_date", field="start_date", kind="date", may_be_null=True),
        *_members(score="decimal"),
    ),
    CohortUse: _members(cohort_id="text", enrolled="integer", runs="boolean"),
    Delivery: _members(contract_id="text", required="decimal", delivered="decimal"),
    Unfilled: _members(vacancy_id="text", open="integer"),
    QuotaBreach: _members(quota_id="text", short="decimal", excess="decimal"),
    Breach: (
        Member(name="kind", field="kind", kind="text", words=BREACH_KINDS),
        *_members(candidate_id="text"),
        Member(name="id", field="entity_id", kind="text"),
        Member(name="reason", field="reason", kind="text", words=BREACH_REASONS),
        *_members(price="decimal"),
    ),
    FixedColumn: _members(candidate_id="text", vacancy_id="text", cohort_ids="texts", taken="boolean"),
    PricedRow: (
        *_members(kind="text"),
        Member(name="id", field="entity_id", kind="text"),
        *_members(price="integer"),
    ),
    FixedRange: (
        *_members(kind="text"),
        Member(name="id", field="entity_id", kind="text"),
        *_members(least="integer", most="integer"),
    ),
    Case: (
        *_members(tier="text"),
        _objects("fixed", FixedColumn),
        _objects("between", FixedRange),
        _objects("prices", PricedRow),
    ),
    CountedRow: (
        *_members(kind="text"),
        Member(name="id", field="entity_id", kind="text"),
        *_members(times="integer"),
    ),
    OwnColumn: _members(vacancy_id="text", cohort_ids="texts"),
    Clique: (
        *_members(candidate_id="text"),
        _objects("columns", OwnColumn),
        *_members(made="texts", missing="texts"),
    ),
    Cut: (*_members(divisor="integer", unit="integer"), _objects("rows", CountedRow)),
    Certificate: (
        *_members(price_scale="integer"),
        _objects("cases", Case),
        Member(name="cuts", field="cuts", kind="objects", of=Cut, is_left_out=True),
        Member(name="cliques", field="cliques", kind="objects", of=Clique, is_left_out=True),
    ),
    PlacedPair: _members(candidate_id="text", vacancy_id="text"),
    OtherPlan: (_objects("pairs", PlacedPair),),
    WorstValue: _members(tier="text", value="decimal"),
    Difference: (
        *_members(differ_by="integer"),
        _objects("plans", OtherPlan),
        _objects("worst", WorstValue),
    ),
    SolverInfo: _members(name="text", version="text", seed="integer"),
    Plan: (
        *_members(problem_hash="text"),
        Member(name="status", field="status", kind="text", words=STATUSES),
        *_members(gap_limit="number"),
        _objects("tiers", TierResult),
        _objects("assignments", Assignment),
        _objects("cohorts", CohortUse),
        _objects("shortfalls", Delivery),
        _objects("unfilled", Unfilled),
        _objects("quota_breaches", QuotaBreach),
        _object("certificate", Certificate),
        _object("solver", SolverInfo),
        Member(name="difference", field="difference", kind="object", of=Difference, is_left_out=True),
        Member(name="breaches", field="breaches", kind="objects", of=Breach, is_left_out=True),
        Member(name="published_hash", field="published_hash", kind="text", is_left_out=True),
    ),
}
