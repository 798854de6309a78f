"""What scenarios come to, side by side with the problem as it is: in every aim, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from matcher.languages import Phrases
from matcher.problem.changes import Scenario
from matcher.report.studies.changes import change_text
from matcher.report.studies.differences import (
    AFFECTED,
    aims_of,
    difference_cells,
    difference_columns,
    difference_text,
    ends_of,
    gain_of,
    is_gain,
    proof_text,
    proven_limits,
)
from matcher.report.words import AIM_UNITS, AIMS
from matcher.whatif.comparison import Place
from matcher.whatif.scenarios import ScenarioMatrix, ScenarioOutcome
from matcher.whatif.study import Chart, Point, Series, Study, StudyColumn, StudyTable


def scenario_study(matrix: ScenarioMatrix, scenarios: Sequence[Scenario], say: Phrases) -> Study:
    """Return what a matrix of scenarios and policies says.

    Parameters
    ----------
    matrix : ScenarioMatrix
    scenarios : sequence of Scenario
        Those that were compared.
    say : Phrases
    """
    tables = [_matrix_table(matrix, say), _people_table(matrix, say), _values_table(matrix, say)]
    if scenarios:
        tables.append(_changes_table(scenarios, say))
    return Study(
        question="scenario",
        title=_title(matrix, say),
        sentences=tuple(_sentences(matrix, say)),
        tables=tuple(tables),
        charts=tuple(_charts(matrix, say)),
        assumptions=(
            say.text("Each scenario is the given problem with its own changes and nothing else."),
            say.text(
                "A scenario's plan keeps of the plan without it what its aims allow, where the policy asks for few "
                "changes: so those are affected who have to be."
            ),
        ),
        limits=proven_limits(say),
        made_from=((say.text("problem"), matrix.problem_hash),),
    )


def _name(outcome: ScenarioOutcome, say: Phrases) -> str:
    return outcome.scenario if outcome.scenario is not None else say.text("as it is")


def _solved(matrix: ScenarioMatrix) -> list[ScenarioOutcome]:
    return [each for each in matrix.outcomes if each.scenario is not None and each.tiers]


def _title(matrix: ScenarioMatrix, say: Phrases) -> str:
    solved = [each for each in _solved(matrix) if each.policy == matrix.policies[0]]
    best = max(solved, key=lambda each: gain_of(each.tiers), default=None)
    if best is not None and is_gain(best.tiers):
        return say.text("'{name}' gains most: {what}.", name=_name(best, say), what=difference_text(best.tiers, say))
    others = [each for each in matrix.outcomes if each.scenario is None and each.policy != matrix.policies[0]]
    if not solved and others and others[0].tiers:
        return say.text(
            "Under '{policy}' instead of '{first}': {what}.",
            policy=others[0].policy,
            first=matrix.policies[0],
            what=difference_text(others[0].tiers, say),
        )
    return say.text("No scenario reaches more than the problem as it is.")


def _sentences(matrix: ScenarioMatrix, say: Phrases) -> Iterator[str]:
    for each in matrix.outcomes:
        if each.plan is None:
            yield say.text(
                "'{name}' under '{policy}' has no plan: {why}",
                name=_name(each, say),
                policy=each.policy,
                why=each.contradictions[0],
            )
    if len(matrix.policies) > 1:
        yield say.text("The problem as it is, under other policies, is compared with it under the first.")


def _matrix_table(matrix: ScenarioMatrix, say: Phrases) -> StudyTable:
    aims = [aim for aim in aims_of([each.tiers for each in matrix.outcomes]) if aim != "changes"]
    affected = {kind: words for kind, words in AFFECTED.items() if kind != "other_route"}
    return StudyTable(
        name="matrix",
        title=say.text("Against the problem as it is"),
        columns=(
            *_named(say),
            StudyColumn(name="placements_count", title=say.text("Placements"), kind="count"),
            *difference_columns(aims, say),
            *(StudyColumn(name=kind, title=say.text(words), kind="count") for kind, words in affected.items()),
            StudyColumn(name="proof", title=say.text("Proof")),
        ),
        rows=tuple(
            (
                _name(each, say),
                each.policy,
                None if each.plan is None else len(each.plan.assignments),
                *difference_cells(aims, each.tiers),
                *(None if each.plan is None else sum(one.kind == kind for one in each.affected) for kind in affected),
                proof_text(each.tiers, say) if each.tiers else say.text("no plan"),
            )
            for each in matrix.outcomes
        ),
    )


def _values_table(matrix: ScenarioMatrix, say: Phrases) -> StudyTable:
    return StudyTable(
        name="values",
        title=say.text("What each reaches"),
        columns=(
            *_named(say),
            StudyColumn(name="aim", title=say.text("Aim")),
            StudyColumn(name="value", title=say.text("Reached"), kind="number"),
            StudyColumn(name="bound", title=say.text("Bound"), kind="number"),
            StudyColumn(name="gap", title=say.text("Certified gap"), kind="share"),
            StudyColumn(name="difference", title=say.text("Difference"), kind="number"),
        ),
        rows=tuple(
            (
                _name(each, say),
                each.policy,
                say.text(AIMS[tier.tier]),
                tier.value,
                tier.bound,
                tier.gap,
                tier.difference,
            )
            for each in matrix.outcomes
            for tier in each.tiers
            if tier.value is not None
        ),
    )


def _named(say: Phrases) -> tuple[StudyColumn, StudyColumn]:
    return (
        StudyColumn(name="scenario", title=say.text("Scenario")),
        StudyColumn(name="policy", title=say.text("Policy")),
    )


def _people_table(matrix: ScenarioMatrix, say: Phrases) -> StudyTable:
    return StudyTable(
        name="people",
        title=say.text("Who is affected"),
        columns=(
            *_named(say),
            StudyColumn(name="candidate_id", title=say.text("Person")),
            StudyColumn(name="change", title=say.text("Change")),
            StudyColumn(name="before", title=say.text("Before")),
            StudyColumn(name="after", title=say.text("After")),
        ),
        rows=tuple(
            (
                _name(each, say),
                each.policy,
                one.candidate_id,
                say.text(AFFECTED[one.kind]),
                _places_text(one.before),
                _places_text(one.after),
            )
            for each in matrix.outcomes
            for one in each.affected
        ),
    )


def _places_text(places: Sequence[Place]) -> str | None:
    texts = [
        f"{place.vacancy_id} ({', '.join(place.cohort_ids)})" if place.cohort_ids else place.vacancy_id
        for place in places
    ]
    return "; ".join(texts) or None


def _changes_table(scenarios: Sequence[Scenario], say: Phrases) -> StudyTable:
    return StudyTable(
        name="changes",
        title=say.text("What is otherwise"),
        columns=(
            StudyColumn(name="scenario", title=say.text("Scenario")),
            StudyColumn(name="change", title=say.text("Change")),
        ),
        rows=tuple((scenario.name, change_text(change, say)) for scenario in scenarios for change in scenario.changes),
    )


def _charts(matrix: ScenarioMatrix, say: Phrases) -> Iterator[Chart]:
    for aim in ("shortfall", "placements"):
        series = []
        for policy in matrix.policies:
            points = [
                _point(_name(each, say), tier.value, tier.bound)
                for each in matrix.outcomes
                if each.policy == policy
                for tier in each.tiers
                if tier.tier == aim and tier.value is not None
            ]
            series.append(Series(name=policy, title=policy, points=tuple(points)))
        if any(one.points for one in series):
            yield Chart(
                name=aim,
                title=say.text(AIMS[aim]),
                kind="bar",
                x_title=say.text("Scenario"),
                y_title=say.text(AIM_UNITS[aim]),
                series=tuple(series),
                table="values",
            )


def _point(name: str, value: Decimal, bound: Decimal | None) -> Point:
    low, high = ends_of(value, bound)
    return Point(x=name, y=float(value), low=low, high=high)
