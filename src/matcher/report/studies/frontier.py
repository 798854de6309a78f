"""What each amount of money reaches: the frontier of a budget, and which cohorts to open at each kink."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from matcher.languages import Phrases
from matcher.report.studies.differences import ends_of
from matcher.report.summary import gap_text
from matcher.report.words import AIM_UNITS, AIMS
from matcher.whatif.frontier import Frontier, FrontierPoint
from matcher.whatif.study import Cell, Chart, ColumnKind, Point, Series, Study, StudyColumn, StudyTable

MOST_NAMES = 12


def frontier_study(frontier: Frontier, say: Phrases) -> Study:
    """Return what a frontier says.

    Parameters
    ----------
    frontier : Frontier
    say : Phrases
    """
    tables = [_steps(frontier, say)]
    if frontier.gaps:
        tables.append(_gaps(frontier, say))
    return Study(
        question="invest",
        title=_title(frontier, say),
        sentences=tuple(_sentences(frontier, say)),
        tables=tuple(tables),
        charts=tuple(_charts(frontier, say)),
        assumptions=(
            say.text("The catalogue is the problem's optional cohorts; each is opened whole or not at all."),
            say.text("What promised seats and cohorts that run anyway take from the budget is paid at every amount."),
        ),
        limits=(
            say.text(
                "With more money the best plan is never worse, so what lies between two steps is bounded by both."
            ),
            say.text("Other budgets stay as they are."),
        ),
        made_from=((say.text("problem"), frontier.problem_hash), (say.text("budget"), frontier.budget_id)),
    )


def _title(frontier: Frontier, say: Phrases) -> str:
    first, last = frontier.points[0], frontier.points[-1]
    return say.text(
        "From {placed_first} placements for nothing more to {placed_last} for {spent} kronor, in {steps} steps.",
        placed_first=first.placed,
        placed_last=last.placed,
        spent=say.number(last.spent),
        steps=len(frontier.points),
    )


def _sentences(frontier: Frontier, say: Phrases) -> Iterator[str]:
    if frontier.is_whole:
        yield say.text("Every step up to {most} kronor is known and proven.", most=say.number(frontier.most))
    elif frontier.gaps:
        yield say.plural(
            "{count} stretch between steps was not asked about: what it can reach lies between its neighbours.",
            "{count} stretches between steps were not asked about: what they can reach lies between their neighbours.",
            len(frontier.gaps),
        )
    best = _best_step(frontier)
    if best is not None:
        low, high = best
        yield say.plural(
            "A krona does most good from {low} to {high} kronor: {count} placement more.",
            "A krona does most good from {low} to {high} kronor: {count} placements more.",
            high.placed - low.placed,
            low=say.number(low.spent),
            high=say.number(high.spent),
        )


def _best_step(frontier: Frontier) -> tuple[FrontierPoint, FrontierPoint] | None:
    """Return the step that gains most placements per krona."""
    pairs = zip(frontier.points, frontier.points[1:], strict=False)
    steps = [(low, high) for low, high in pairs if high.placed > low.placed and high.spent > low.spent]
    return max(
        steps, key=lambda step: (step[1].placed - step[0].placed) / (step[1].spent - step[0].spent), default=None
    )


def _steps(frontier: Frontier, say: Phrases) -> StudyTable:
    aims = [tier.name for tier in frontier.points[0].plan.tiers]
    return StudyTable(
        name="steps",
        title=say.text("What each amount reaches"),
        columns=(
            StudyColumn(name="spent", title=say.text("From kronor"), kind="money"),
            StudyColumn(name="up_to", title=say.text("to kronor"), kind="money"),
            StudyColumn(name="placements_count", title=say.text("Placements"), kind="count"),
            *(StudyColumn(name=aim, title=say.text(AIMS[aim]), kind=_kind(aim)) for aim in aims),
            StudyColumn(name="bound", title=say.text("Bound"), kind="number"),
            StudyColumn(name="opened", title=say.text("Cohorts opened")),
            StudyColumn(name="proof", title=say.text("Proof")),
        ),
        rows=tuple(
            (
                point.spent,
                point.up_to.quantize(Decimal(1), ROUND_FLOOR),
                point.placed,
                *(tier.value for tier in point.plan.tiers),
                _bound(point),
                _names(point.opened, say),
                _proof(point, say),
            )
            for point in frontier.points
        ),
        note=say.text("The bound is that of placements expected to last, at the largest amount of the step."),
    )


def _proof(point: FrontierPoint, say: Phrases) -> str:
    if point.is_exact:
        return say.text("exact")
    return say.text("within {gap}", gap=gap_text(max(tier.gap for tier in point.plan.tiers), say))


def _kind(aim: str) -> ColumnKind:
    return "money" if aim == "cost" else "number"


def _bound(point: FrontierPoint) -> Cell:
    return next((tier.bound for tier in point.plan.tiers if tier.name == "placements"), None)


def _names(opened: tuple[str, ...], say: Phrases) -> Cell:
    if len(opened) <= MOST_NAMES:
        return ", ".join(opened) or None
    return say.text("{names} and {count} more", names=", ".join(opened[:MOST_NAMES]), count=len(opened) - MOST_NAMES)


def _gaps(frontier: Frontier, say: Phrases) -> StudyTable:
    return StudyTable(
        name="gaps",
        title=say.text("Amounts that were not asked about"),
        columns=(
            StudyColumn(name="above", title=say.text("Above kronor"), kind="money"),
            StudyColumn(name="below", title=say.text("below kronor"), kind="money"),
        ),
        rows=tuple((max(Decimal(0), gap.above), gap.below) for gap in frontier.gaps),
    )


def _charts(frontier: Frontier, say: Phrases) -> Iterator[Chart]:
    for aim in ("shortfall", "placements"):
        points = []
        for point in frontier.points:
            tier = next((tier for tier in point.plan.tiers if tier.name == aim), None)
            if tier is not None:
                low, high = ends_of(tier.value, tier.bound)
                points.append(Point(x=float(point.spent), y=float(tier.value), low=low, high=high))
        if points and (aim == "placements" or any(point.y for point in points)):
            yield Chart(
                name=aim,
                title=say.text(AIMS[aim]),
                kind="step",
                x_title=say.text("kronor"),
                y_title=say.text(AIM_UNITS[aim]),
                series=(Series(name=aim, title=say.text(AIMS[aim]), points=tuple(points)),),
                table="steps",
            )
