"""Everything that the checker says of a spoilt plan, by fault; ``python -m tests.check.sentences`` writes it down.

Sentences are read by people who have to act on them, so a changed word is looked at before it is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from matcher.check import CheckReport, Violation, check_plan
from matcher.plan import Case, FixedColumn
from matcher.problem import Policy, fingerprint
from tests import builders as build
from tests.check.plans import columns_of
from tests.check.rejected import REJECTED, REJECTED_CUTS, with_case, with_cuts
from tests.check.test_planted_faults import STRICTER, TAMPERED
from tests.check.test_rules import ALLOWED_AND_NOT, pair
from tests.check.town import town, town_plan
from tests.oracles.columns import enumerate_columns

FILE = Path(__file__).with_name("sentences.txt")
LONGEST = 500


def paragraphs() -> dict[str, str]:
    """Return, by fault, code, sentence and ids of each violation, and the notes."""
    return {f"# {name}": "\n".join([*map(_line, report.violations), *report.notes]) for name, report in _reports()}


def _line(violation: Violation) -> str:
    said = violation.message if len(violation.message) < LONGEST else f"{violation.message[:LONGEST]}..."
    return f"{violation.code}: {said} [{', '.join(violation.ids)}]"


def _reports() -> Iterator[tuple[str, CheckReport]]:
    plan, columns = town_plan(), columns_of(town())
    for name, (_, tamper) in TAMPERED.items():
        yield name, check_plan(town(), tamper(plan), columns)
    for name, (_, tables) in STRICTER.items():
        strict = town(**tables)
        yield name, check_plan(strict, replace(plan, problem_hash=fingerprint(strict)), columns_of(strict))
    for name, cases in REJECTED.items():
        spoilt = with_case(plan, "placements", *((cases,) if isinstance(cases, Case) else cases))
        yield name, check_plan(town(), spoilt, columns)
    for name, rows in REJECTED_CUTS.items():
        yield name, check_plan(town(), with_cuts(plan, *rows), columns)
    yield from _more_reports()
    for name, (_, _, spoilt_tables, route) in ALLOWED_AND_NOT.items():
        problem = pair(**spoilt_tables)
        placed = replace(plan.assignments[0], candidate_id="C1", vacancy_id="V1", cohort_ids=route)
        broken = replace(plan, problem_hash=fingerprint(problem), assignments=(placed,))
        yield name, check_plan(problem, broken, columns_of(problem))


def _more_reports() -> Iterator[tuple[str, CheckReport]]:
    plan, columns = town_plan(), columns_of(town())
    for name in ("weight", "cost", "units", "lottery", "start_day", "group_bits"):
        changed = replace(columns, **{name: getattr(columns, name) + 1})
        yield f"columns with another {name}", check_plan(town(), plan, changed)
    for name in ("positions", "seats", "seat_cost", "budget", "required", "quota_min"):
        limits = replace(columns.limits, **{name: getattr(columns.limits, name) + 1})
        yield f"limits with another {name}", check_plan(town(), plan, replace(columns, limits=limits))
    backwards = replace(columns, candidate=columns.candidate[::-1])
    yield "columns that are not sorted", check_plan(town(), plan, backwards)
    facts = enumerate_columns(town())
    fewer = columns_of(town(), {key: facts[key] for key in facts if key[0] != "bo"})
    yield "columns without a person", check_plan(town(), plan, fewer)
    scaleless = replace(plan, certificate=replace(plan.certificate, price_scale=0))
    yield "no price scale", check_plan(town(), scaleless, columns)
    foreign = replace(plan.certificate, cases=(*plan.certificate.cases, Case(tier="beauty", fixed=(), prices=())))
    yield "a case of another tier", check_plan(town(), replace(plan, certificate=foreign), columns)
    column = FixedColumn(candidate_id="ada", vacancy_id="warehouse", cohort_ids=(), taken=True)
    crowded = Case(tier="placements", fixed=(column,) * 401, prices=())
    yield "a case that fixes too much", check_plan(town(), with_case(plan, "placements", crowded), columns)
    history = [build.past_placement(f"p{number}", sustained=number < 45) for number in range(50)]
    fitted = town(history=history)
    yield "a fitted model", check_plan(fitted, replace(plan, problem_hash=fingerprint(fitted)), columns_of(fitted))
    other_bits = replace(columns, limits=replace(columns.limits, quota_group=columns.limits.quota_group * 0))
    yield "groups of other bits", check_plan(town(), plan, other_bits)
    wider = replace(columns, limits=replace(columns.limits, quota_covers=~columns.limits.quota_covers))
    yield "other scopes", check_plan(town(), plan, wider)
    repinned = replace(columns, limits=replace(columns.limits, pinned_vacancy=columns.limits.pinned_vacancy - 1))
    yield "other pins", check_plan(town(), plan, repinned)
    order = town(policy=Policy(tiers=("placements", "shortfall")))
    yield (
        "aims in an impossible order",
        check_plan(order, replace(plan, problem_hash=fingerprint(order)), columns_of(order)),
    )


if __name__ == "__main__":
    FILE.write_text("\n\n".join(map("\n".join, paragraphs().items())) + "\n", encoding="utf-8")
