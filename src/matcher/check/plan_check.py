"""The check of a whole plan, from the problem itself and the columns it is handed, told in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.check.bound import BoundReader
from matcher.check.capacity import check_capacity, check_lists
from matcher.check.carried import compare_with_columns
from matcher.check.claims import (
    check_names,
    check_published,
    check_status,
    check_tier,
    tier_check,
    unreadable_numbers,
    unsupported_rules,
)
from matcher.check.difference import DifferenceLimits, check_difference
from matcher.check.limits import differing_limits, groups_share_bits, read_limits, without_pins
from matcher.check.lookup import ColumnLookup, column_lookup
from matcher.check.placements import read_placements
from matcher.check.promises import check_breaches
from matcher.check.proven import TierBound
from matcher.check.reading import Reading, read
from matcher.check.report import CheckReport, Findings, TierCheck
from matcher.check.together import check_together
from matcher.check.totals import AIMS, Totals, add_up, counts_obligations, expected_tiers
from matcher.column_blocks import ColumnBlocks
from matcher.columns import Columns, Limits
from matcher.errors import CheckFailed
from matcher.plan import Plan, promises
from matcher.problem import Problem, fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What the check reads of a problem and its columns before it sees a plan.

    Parameters
    ----------
    reading : Reading
    limits : Limits
        By the checker's own reading.
    lookup : ColumnLookup or None
        ``None`` where the columns are not this problem's.
    findings : Findings
        What the columns state otherwise than the problem.
    """

    reading: Reading
    limits: Limits
    lookup: ColumnLookup | None
    findings: Findings


def prepare(
    problem: Problem, columns: Columns | ColumnBlocks, published: Plan | None = None, before: Reading | None = None
) -> Prepared:
    """Return what `check_plan` reads before it sees a plan, so that it can be read while one is still searched for.

    Parameters
    ----------
    problem : Problem
    columns : Columns or ColumnBlocks
        All eligible columns of the problem.
    published : Plan, optional
    before : Reading, optional
        Of an earlier problem that differs little: what is the same object in both is not read again.
    """
    findings = Findings()
    reading = read(problem, None if published is None else promises(published), before)
    limits, lookup = _comparable(reading, columns, findings)
    return Prepared(reading=reading, limits=limits, lookup=lookup, findings=findings)


def check_plan(
    problem: Problem,
    plan: Plan,
    columns: Columns | ColumnBlocks,
    *,
    problem_hash: str | None = None,
    published: Plan | None = None,
    prepared: Prepared | None = None,
) -> CheckReport:
    """Check a plan against the rules, and its bounds against its certificate.

    Every rule, amount and list is read anew from the problem; the columns serve for the bounds only, and those of
    the plan are compared with the checker's own reading.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    columns : Columns or ColumnBlocks
        All eligible columns of the problem.
    problem_hash : str, optional
        `fingerprint` of the problem, where the caller has just computed it.
    published : Plan, optional
        The published plan against which the plan counts its changes, where it names one.
    prepared : Prepared, optional
        `prepare` of the same problem, columns and published plan.

    Returns
    -------
    CheckReport
        Sound exactly when no violation was found.
    """
    findings = Findings()
    for message in unreadable_numbers(plan):
        findings.add("number", message)
    if findings.violations:
        return CheckReport(violations=tuple(findings.violations))
    if plan.problem_hash != (problem_hash or fingerprint(problem)):
        findings.add("problem_hash", f"The plan must answer this problem, got one for {plan.problem_hash}.")
    prepared = prepared or prepare(problem, columns, published)
    reading, limits, lookup = prepared.reading, prepared.limits, prepared.lookup
    check_published(plan, published, findings)
    for message in unsupported_rules(reading):
        findings.add("unsupported_rule", message)
    findings.violations += prepared.findings.violations
    read_so_far = read_placements(reading, plan, findings)
    placements = compare_with_columns(reading, plan.assignments, read_so_far, lookup, findings)
    totals = add_up(reading, placements)
    broken = check_breaches(reading, plan, placements, lookup, findings)
    limits = without_pins(limits, broken)
    check_capacity(reading, plan, placements, totals, findings, broken)
    check_together(reading, placements, totals, findings)
    check_lists(reading, plan, totals, findings)
    difference = check_difference(plan, totals, limits, expected_tiers(reading), findings)
    tiers = _check_tiers(reading, plan, totals, limits, lookup, difference, findings)
    check_status(plan, findings)
    return CheckReport(violations=tuple(findings.violations), tiers=tiers, notes=tuple(findings.notes))


def verify_or_raise(
    problem: Problem,
    plan: Plan,
    columns: Columns | ColumnBlocks,
    *,
    problem_hash: str | None = None,
    published: Plan | None = None,
) -> CheckReport:
    """Check a plan as `check_plan` does, and raise where it does not hold.

    Raises
    ------
    CheckFailed
        With one sentence per violation.
    """
    report = check_plan(problem, plan, columns, problem_hash=problem_hash, published=published)
    if not report.is_sound:
        raise CheckFailed([violation.message for violation in report.violations])
    return report


def _comparable(
    reading: Reading, columns: Columns | ColumnBlocks, findings: Findings
) -> tuple[Limits, ColumnLookup | None]:
    """Return the checker's own limits, and a lookup where the columns are this problem's."""
    limits = read_limits(reading, columns.limits.quota_group)
    differing = differing_limits(limits, columns.limits)
    if not groups_share_bits(reading, columns.limits):
        differing.append("quota_group")
    for name in differing:
        findings.add("limits", f"The columns must state {name} as the problem does.", name)
    if any(name.endswith("_ids") or name == "quota_group" for name in differing):
        return limits, None
    lookup = column_lookup(columns)
    if lookup is None:
        findings.add("columns", "The columns must be sorted by candidate and vacancy.")
    return limits, lookup


def _check_tiers(
    reading: Reading,
    plan: Plan,
    totals: Totals,
    limits: Limits,
    lookup: ColumnLookup | None,
    difference: DifferenceLimits,
    findings: Findings,
) -> tuple[TierCheck, ...]:
    names = expected_tiers(reading)
    proven = dict.fromkeys(names, TierBound(value=None))
    if type(plan.certificate.price_scale) is not int or plan.certificate.price_scale < 1:
        findings.add("certificate", "The price scale must be an integer of at least 1.")
    elif lookup is not None:
        proven = _proven(reading, plan, totals, limits, lookup, names, difference)
    if check_names(reading, plan, findings):
        for tier in plan.tiers:
            check_tier(tier, totals, proven[tier.name], findings)
    return tuple(tier_check(name, totals, proven[name]) for name in names)


def _proven(
    reading: Reading,
    plan: Plan,
    totals: Totals,
    limits: Limits,
    lookup: ColumnLookup,
    names: Sequence[str],
    difference: DifferenceLimits,
) -> dict[str, TierBound]:
    reader = BoundReader(
        lookup=lookup,
        limits=limits,
        certificate=plan.certificate,
        counts_obligations=counts_obligations(reading),
        difference=difference,
        promised=reading.published or frozenset(),
    )
    return {
        name: reader.bound(name, -totals.values[name] if AIMS[name].is_least else totals.values[name]) for name in names
    }
