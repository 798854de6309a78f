"""What a simulated plan says: chances of promises, people in reserve, and what was taken for given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from matcher.languages import Phrases
from matcher.problem import Problem
from matcher.report.studies.cohort_chances import cohort_chart, cohort_table, cohort_text, evidence_table
from matcher.report.studies.compared import comparison_charts, comparison_limits, comparison_tables
from matcher.report.studies.contract_chances import contract_chart, contract_table
from matcher.report.studies.estimates import interval_text
from matcher.report.studies.reaction import (
    reaction_assumptions,
    reaction_charts,
    reaction_sentence,
    reaction_tables,
)
from matcher.report.studies.simulation_terms import assumption_texts, limit_texts
from matcher.whatif.simulation import Simulation
from matcher.whatif.study import Chart, KeyFigure, Point, Series, Study, StudyColumn, StudyTable

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


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
    tables += [contract_table(contracts, titles, simulation, say)] if contracts else []
    charts = [] if refilled is None else list(reaction_charts(simulation, refilled, say))
    charts += [contract_chart(contracts, titles, simulation, say)] if contracts else []
    if simulation.cohorts:
        tables += [cohort_table(problem, simulation, say), evidence_table(simulation, say)]
        charts.append(cohort_chart(simulation, say))
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
        limits=(*comparison_limits(simulation, others, say), *limit_texts(simulation, say)),
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
