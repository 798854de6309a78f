"""What a simulated plan says: chances of promises, people in reserve, and what was taken for given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np

from matcher.languages import Phrases
from matcher.problem import Problem
from matcher.report.studies.compared import comparison_charts, comparison_limits, comparison_tables
from matcher.report.studies.estimates import estimate_cells, estimate_columns, interval_text
from matcher.report.studies.reaction import (
    reaction_assumptions,
    reaction_charts,
    reaction_limits,
    reaction_sentence,
    reaction_tables,
)
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.intervals import LEVEL
from matcher.whatif.simulation import CohortNeed, ContractOutcome, Simulation
from matcher.whatif.study import Chart, KeyFigure, Point, Series, Study, StudyColumn, StudyTable

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_COHORTS_DRAWN = 4
FURTHER = 2  # steps of evidence beyond the number that is needed


def simulation_study(
    problem: Problem, simulation: Simulation, say: Phrases, others: Sequence[tuple[str, Simulation]] = ()
) -> Study:
    """Return what a simulation says.

    Parameters
    ----------
    problem : Problem
    simulation : Simulation
        Of this problem.
    say : Phrases
    others : sequence of (str, Simulation)
        Other plans by name, under the same luck; of this problem, or of one with something changed.
    """
    contracts = sorted(simulation.contracts, key=lambda one: (one.met.value, one.contract_id))
    titles = {one.contract_id: one.title for one in problem.contracts}
    refilled = simulation.refilled
    tables = [] if refilled is None else list(reaction_tables(simulation, refilled, say))
    tables += [_contract_table(contracts, titles, simulation, say)] if contracts else []
    charts = [] if refilled is None else list(reaction_charts(simulation, refilled, say))
    charts += [_contract_chart(contracts, titles, simulation, say)] if contracts else []
    if simulation.cohorts:
        tables += [_cohort_table(problem, simulation, say), _evidence_table(simulation, say)]
        charts.append(_cohort_chart(simulation, say))
    tables.append(_spread_table(simulation, say))
    charts.append(_spread_chart(simulation, say))
    if others:
        tables += comparison_tables(simulation, others, say)
        charts += comparison_charts(simulation, others, say)
    return Study(
        question="simulate",
        title=say.text(
            "Of {planned} planned placements {begun} begin on average, when nobody steps in.",
            planned=simulation.num_planned,
            begun=say.number(simulation.begun.value, 1),
        ),
        sentences=tuple(_sentences(simulation, say)),
        figures=tuple(_figures(simulation, say)),
        tables=tuple(tables),
        charts=tuple(charts),
        assumptions=(
            *assumption_texts(simulation.assumptions, say),
            *(() if refilled is None else reaction_assumptions(simulation, say)),
        ),
        limits=(*comparison_limits(simulation, others, say), *_limits(simulation, say)),
        made_from=(
            (say.text("problem"), simulation.problem_hash),
            (say.text("plan"), simulation.plan_hash),
            (say.text("seed"), str(simulation.seed)),
            (say.text("replications"), str(simulation.replications)),
            *((name, other.plan_hash) for name, other in others),
        ),
    )


def _sentences(simulation: Simulation, say: Phrases) -> Iterator[str]:
    yield say.text(
        "{lasting} of them last. The figures are means of {count} replications of what can go wrong.",
        lasting=say.number(simulation.lasting.value, 1),
        count=simulation.replications,
    )
    owing = [one for one in simulation.contracts if one.planned >= one.required]
    if owing:
        sure = sum(one.met.value >= simulation.sure for one in owing)
        yield say.text(
            "When nothing goes wrong, the plan meets {met} obligations; {sure} of them are met with a chance of at "
            "least {chance}, and all together with a chance of {all} ({interval}).",
            met=len(owing),
            sure=sure,
            chance=say.percent(simulation.sure),
            all=say.percent(simulation.all_met.value, 1),
            interval=interval_text(simulation.all_met, say, is_share=True),
        )
    if simulation.refilled is not None:
        yield reaction_sentence(simulation.refilled, say)
    for cohort in sorted(simulation.cohorts, key=lambda one: (-one.planned, one.cohort_id))[:1]:
        yield cohort_text(cohort, simulation.sure, say)


def cohort_text(cohort: CohortNeed, sure: float, say: Phrases) -> str:
    """Return how many have to begin a cohort."""
    if cohort.needed is None:
        return say.text(
            "Not even {count} more people in {cohort} make it sure enough ({chance}) that {planned} begin to work.",
            count=len(cohort.chances) - 1,
            cohort=cohort.cohort_id,
            chance=say.percent(sure),
            planned=cohort.planned,
        )
    return say.text(
        "For {planned} to begin to work from {cohort} with a chance of at least {chance}, {all} have to begin the "
        "course.",
        planned=cohort.planned,
        cohort=cohort.cohort_id,
        chance=say.percent(sure),
        all=cohort.planned + cohort.needed,
    )


def _figures(simulation: Simulation, say: Phrases) -> Iterator[KeyFigure]:
    yield KeyFigure(
        name="begun",
        title=say.text("Begin to work"),
        value=round(simulation.begun.value, 1),
        note=say.text("mean; {interval}", interval=interval_text(simulation.begun, say)),
    )
    yield KeyFigure(
        name="lasting",
        title=say.text("Last"),
        value=round(simulation.lasting.value, 1),
        note=say.text("mean; {interval}", interval=interval_text(simulation.lasting, say)),
    )
    if simulation.contracts:
        yield KeyFigure(
            name="all_met",
            title=say.text("All planned obligations met"),
            value=simulation.all_met.value,
            kind="share",
            note=say.text("chance; {interval}", interval=interval_text(simulation.all_met, say, is_share=True)),
        )
        yield KeyFigure(
            name="shortfall",
            title=say.text("Owed and not delivered"),
            value=round(simulation.shortfall.value, 1),
            note=say.text("person equivalents, mean; {planned} as planned", planned=simulation.planned_shortfall),
        )


def _contract_table(
    contracts: Sequence[ContractOutcome], titles: dict[str, str | None], simulation: Simulation, say: Phrases
) -> StudyTable:
    wanted = say.percent(simulation.sure)
    return StudyTable(
        name="contracts",
        title=say.text("Is each obligation met?"),
        columns=(
            StudyColumn(name="contract_id", title=say.text("Contract")),
            StudyColumn(name="title", title=say.text("Title")),
            StudyColumn(name="required", title=say.text("Owed"), kind="number"),
            StudyColumn(name="planned", title=say.text("Planned"), kind="number"),
            *estimate_columns("met", say.text("Chance of being met"), "share", say),
            *estimate_columns("delivered", say.text("Delivered, mean"), "number", say),
            StudyColumn(name="reserves", title=say.text("In reserve for {chance}", chance=wanted), kind="count"),
            StudyColumn(name="reserves_safely", title=say.text("and safely"), kind="count"),
            StudyColumn(name="known_reserves", title=say.text("People without a place who could"), kind="count"),
        ),
        rows=tuple(
            (
                one.contract_id,
                titles[one.contract_id],
                one.required,
                one.planned,
                *estimate_cells(one.met),
                *estimate_cells(one.delivered),
                one.need.needed,
                one.need.safely,
                len(one.need.candidate_ids),
            )
            for one in contracts
        ),
        note=say.text(
            "In reserve: how many people must go the same way beside the planned ones, so that the chance is at least "
            "{chance}; safely: so that even the lower end of the interval is. A dash: no number up to {most} suffices.",
            chance=wanted,
            most=max(len(one.need.chances) for one in contracts) - 1,
        ),
    )


def _contract_chart(
    contracts: Sequence[ContractOutcome], titles: dict[str, str | None], simulation: Simulation, say: Phrases
) -> Chart:
    def points(place: int | None) -> Iterator[Point]:
        for one in contracts:
            number = one.need.needed if place is None else place
            if number is not None:
                met = one.need.chances[number]
                name = " · ".join(filter(None, (one.contract_id, titles[one.contract_id])))
                yield Point(x=name, y=met.value, low=met.low, high=met.high)

    return Chart(
        name="contracts",
        title=say.text("Chance that each obligation is met"),
        kind="interval",
        x_title=say.text("Contract"),
        y_title=say.text("Chance, with the interval of {level}", level=say.percent(LEVEL)),
        y_kind="share",
        series=(
            Series(name="planned", title=say.text("with the planned people"), points=tuple(points(0))),
            Series(name="reserves", title=say.text("with people in reserve"), points=tuple(points(None))),
        ),
        table="contracts",
        aim=simulation.sure,
    )


def _cohort_table(problem: Problem, simulation: Simulation, say: Phrases) -> StudyTable:
    courses = {one.course_id: one for one in problem.courses}
    title_of = {one.cohort_id: courses[one.course_id].title for one in problem.cohorts}
    return StudyTable(
        name="cohorts",
        title=say.text("How many have to begin each course?"),
        columns=(
            StudyColumn(name="cohort_id", title=say.text("Cohort")),
            StudyColumn(name="title", title=say.text("Course")),
            StudyColumn(name="planned", title=say.text("To begin work from it"), kind="count"),
            StudyColumn(name="seats", title=say.text("Seats"), kind="count"),
            *estimate_columns("chance", say.text("Chance as planned"), "share", say),
            StudyColumn(
                name="must_begin",
                title=say.text("Must begin for {chance}", chance=say.percent(simulation.sure)),
                kind="count",
            ),
            StudyColumn(name="must_begin_safely", title=say.text("and safely"), kind="count"),
        ),
        rows=tuple(
            (
                one.cohort_id,
                title_of[one.cohort_id],
                one.planned,
                one.seats,
                *estimate_cells(one.chances[0]),
                None if one.needed is None else one.planned + one.needed,
                None if one.safely is None else one.planned + one.safely,
            )
            for one in simulation.cohorts
        ),
        note=say.text(
            "Whoever is added is taken to be like those who are planned from the cohort, with luck of their own."
        ),
    )


def _shown(cohort: CohortNeed) -> int:
    last = cohort.safely if cohort.safely is not None else cohort.needed
    return len(cohort.chances) if last is None else min(len(cohort.chances), last + FURTHER + 1)


def _evidence_table(simulation: Simulation, say: Phrases) -> StudyTable:
    return StudyTable(
        name="evidence",
        title=say.text("The chance, person by person"),
        columns=(
            StudyColumn(name="cohort_id", title=say.text("Cohort")),
            StudyColumn(name="begin", title=say.text("Begin the course"), kind="count"),
            *estimate_columns("chance", say.text("Chance that as many begin to work as are planned"), "share", say),
        ),
        rows=tuple(
            (one.cohort_id, one.planned + more, *estimate_cells(one.chances[more]))
            for one in simulation.cohorts
            for more in range(_shown(one))
        ),
    )


def _cohort_chart(simulation: Simulation, say: Phrases) -> Chart:
    largest = sorted(simulation.cohorts, key=lambda one: (-one.planned, one.cohort_id))[:MOST_COHORTS_DRAWN]
    return Chart(
        name="evidence",
        title=say.text("The more begin, the surer the places"),
        kind="line",
        x_title=say.text("people who begin the course"),
        y_title=say.text("Chance that as many begin to work as are planned"),
        y_kind="share",
        series=tuple(
            Series(
                name=one.cohort_id,
                title=say.text("{cohort} ({planned} planned)", cohort=one.cohort_id, planned=one.planned),
                points=tuple(
                    Point(x=one.planned + more, y=each.value, low=each.low, high=each.high)
                    for more, each in enumerate(one.chances[: _shown(one)])
                ),
            )
            for one in largest
        ),
        table="evidence",
        aim=simulation.sure,
    )


def _spread_table(simulation: Simulation, say: Phrases) -> StudyTable:
    begun, lasting = np.array(simulation.begun_by_replication), np.array(simulation.lasting_by_replication)
    return StudyTable(
        name="spread",
        title=say.text("How much it varies"),
        columns=(
            StudyColumn(name="share", title=say.text("In so many of the replications"), kind="share"),
            StudyColumn(name="begun", title=say.text("at most so many begin"), kind="count"),
            StudyColumn(name="lasting", title=say.text("at most so many last"), kind="count"),
        ),
        rows=tuple(
            (share, *(int(np.quantile(one, share, method="inverted_cdf")) for one in (begun, lasting)))
            for share in QUANTILES
        ),
    )


def _spread_chart(simulation: Simulation, say: Phrases) -> Chart:
    def series(name: str, title: str, values: tuple[int, ...]) -> Series:
        value, count = np.unique(values, return_counts=True)
        share = np.cumsum(count) / len(values)
        points = (Point(x=int(x), y=float(y)) for x, y in zip(value, share, strict=True))
        return Series(name=name, title=title, points=tuple(points))

    return Chart(
        name="spread",
        title=say.text("How many begin, and how many last"),
        kind="step",
        x_title=say.text("people"),
        y_title=say.text("Share of the replications with at most so many"),
        y_kind="share",
        series=(
            series("begun", say.text("begin to work"), simulation.begun_by_replication),
            series("lasting", say.text("last"), simulation.lasting_by_replication),
        ),
        table="spread",
    )


def assumption_texts(assumptions: Assumptions, say: Phrases) -> Iterator[str]:
    """Yield what was taken for given, with its source."""
    yield say.text("Courses are completed with the completion rates that the problem states; dropping out is final.")
    yield say.text(
        "A supplier does not take the person: {share}. Own assumption; write your own figure.",
        share=say.percent(assumptions.refusal, 1),
    )
    yield say.text(
        "Somebody who is ready and was accepted does not come on the first day: {share}. Own assumption; write your "
        "own figure.",
        share=say.percent(assumptions.no_show, 1),
    )
    late = say.text(
        "A contract begins late: {share}, by 1 to {weeks} weeks. ",
        share=say.percent(assumptions.late, 1),
        weeks=assumptions.late_weeks,
    )
    if assumptions.late == Assumptions().late:
        late += say.text(
            "The share is that of the 17,203 Swedish procurements announced in 2022 that were reviewed by a court "
            "(Upphandlingsmyndigheten, 28 November 2023); the weeks are an own assumption."
        )
    yield late.strip()
    yield say.text(
        "Whoever has to wait gives up with a chance of {share} a week. Own assumption; write your own figure.",
        share=say.percent(assumptions.gives_up_per_week, 1),
    )


def _limits(simulation: Simulation, say: Phrases) -> Iterator[str]:
    if simulation.refilled is None:
        yield say.text(
            "Nobody steps in and nobody new comes: no place that falls vacant is filled but by people in reserve. What "
            "stepping in adds, `--reaction resolve` says."
        )
    else:
        yield from reaction_limits(say)
    yield say.text(
        "What happens to one person is independent of what happens to another, but for contracts that are late for "
        "everybody. Where a bad course or an unwilling supplier fails many at once, chances are less than shown."
    )
    yield say.text(
        "An obligation in months or hours counts the whole placement of whoever begins, as the plan does; people who "
        "leave early deliver less."
    )
    yield say.text("Whether there are seats and money for people in reserve is not part of the answer.")
    yield say.text(
        "Intervals of {level} say how much chance is left in the figures after so many replications. They do not say "
        "how good the assumptions are.",
        level=say.percent(Decimal(str(LEVEL))),
    )
