"""What plans are worth in money by payer, with the limits of such a calculation beside every number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from matcher.languages import Phrases, message
from matcher.report.studies.estimates import estimate_cells, estimate_columns
from matcher.whatif.simulation import Simulation
from matcher.whatif.society import (
    PAYERS,
    PayerName,
    SimulatedValue,
    SocietyAssumptions,
    SocietyValue,
    simulated_value,
)
from matcher.whatif.study import Study, StudyColumn, StudyTable

NAMES: dict[PayerName, str] = {
    "municipality": message("municipality"),
    "region": message("region"),
    "state": message("state"),
    "person": message("person"),
}


def with_society(
    study: Study, values: Sequence[tuple[str, SocietyValue]], assumptions: SocietyAssumptions, say: Phrases
) -> Study:
    """Return a study with a table of what its plans are worth by payer.

    Parameters
    ----------
    study : Study
    values : sequence of (str, SocietyValue)
        By name of the plan; differences are against the first.
    assumptions : SocietyAssumptions
    say : Phrases
    """
    return replace(
        study,
        tables=(*study.tables, _table(values, say)),
        assumptions=(*study.assumptions, *_assumptions(assumptions, say)),
        limits=(*study.limits, *limits_of_society(say)),
    )


def society_rows(
    simulation: Simulation, planned: SocietyValue, assumptions: SocietyAssumptions, say: Phrases
) -> list[tuple[str, SimulatedValue]]:
    """Return what a simulated plan is worth when nobody steps in, and when somebody does."""
    alone = simulated_value(planned, simulation.full_time_by_replication, assumptions)
    rows = [(say.text("nobody steps in"), alone)]
    refilled = simulation.refilled
    if refilled is not None:
        value = simulated_value(planned, refilled.full_time_by_replication, assumptions, refilled.cost_by_replication)
        rows.append((say.text("open places are filled again every week"), value))
    return rows


def with_simulated_society(
    study: Study,
    values: Sequence[tuple[str, SimulatedValue]],
    planned: SocietyValue,
    assumptions: SocietyAssumptions,
    say: Phrases,
) -> Study:
    """Return a study with a table of what a plan is worth by payer as forecast, and where things go wrong.

    Parameters
    ----------
    study : Study
    values : sequence of (str, SimulatedValue)
        By what is done about it.
    planned : SocietyValue
        Of the plan as forecast.
    assumptions : SocietyAssumptions
    say : Phrases
    """
    return replace(
        study,
        tables=(*study.tables, _simulated_table(values, planned, say)),
        assumptions=(*study.assumptions, *_assumptions(assumptions, say)),
        limits=(*study.limits, *limits_of_society(say)),
    )


def _simulated_table(values: Sequence[tuple[str, SimulatedValue]], planned: SocietyValue, say: Phrases) -> StudyTable:
    forecast = (planned.full_time, float(planned.training_cost), *(planned.by_payer[payer] for payer in PAYERS))
    return StudyTable(
        name="society",
        title=say.text("Value by payer"),
        columns=(
            StudyColumn(name="reaction", title=say.text("Reaction")),
            *estimate_columns("full_time", say.text("Lasting, in full-time persons"), "number", say),
            *estimate_columns("training", say.text("Training costs"), "money", say),
            *(column for payer in PAYERS for column in estimate_columns(payer, say.text(NAMES[payer]), "money", say)),
            *estimate_columns("total", say.text("together"), "money", say),
        ),
        rows=(
            (
                say.text("as the plan forecasts"),
                *(cell for value in (*forecast, planned.total) for cell in (value, None, None)),
            ),
            *(
                (
                    name,
                    *estimate_cells(value.full_time),
                    *estimate_cells(value.training_cost),
                    *(cell for payer in PAYERS for cell in estimate_cells(value.by_payer[payer])),
                    *estimate_cells(value.total),
                )
                for name, value in values
            ),
        ),
        note=" ".join(limits_of_society(say)),
    )


def _table(values: Sequence[tuple[str, SocietyValue]], say: Phrases) -> StudyTable:
    first = values[0][1].total if values else 0.0
    return StudyTable(
        name="society",
        title=say.text("Value by payer"),
        columns=(
            StudyColumn(name="plan", title=say.text("Plan")),
            StudyColumn(name="full_time", title=say.text("Lasting, in full-time persons"), kind="number"),
            StudyColumn(name="training", title=say.text("Training costs"), kind="money"),
            *(StudyColumn(name=payer, title=say.text(NAMES[payer]), kind="money") for payer in PAYERS),
            StudyColumn(name="total", title=say.text("together"), kind="money"),
            StudyColumn(name="difference", title=say.text("more than the first"), kind="money"),
        ),
        rows=tuple(
            (
                name,
                value.full_time,
                value.training_cost,
                *(value.by_payer[payer] for payer in PAYERS),
                value.total,
                value.total - first,
            )
            for name, value in values
        ),
        note=" ".join(limits_of_society(say)),
    )


def _assumptions(assumptions: SocietyAssumptions, say: Phrases) -> Iterator[str]:
    yield say.text("Amounts by payer: {source}", source=assumptions.source)
    yield say.text(
        "A lasting placement with a wage counts for {years} years, discounted by {rate} a year; {share} of those who "
        "are placed would have found work anyway and count for nothing.",
        years=assumptions.years,
        rate=say.percent(assumptions.discount_percent / 100, 1),
        share=say.percent(assumptions.would_have_worked_percent / 100, 1),
    )
    for name in PAYERS:
        payer = assumptions.payers[name]
        yield say.text(
            "{payer}: a year of full-time work saves {saved} kr and brings {gained} kr; pays {share} of training.",
            payer=say.text(NAMES[name]),
            saved=payer.saved_per_year,
            gained=payer.gained_per_year,
            share=say.percent(payer.training_percent / 100, 1),
        )


def limits_of_society(say: Phrases) -> tuple[str, ...]:
    """Return what such a calculation does not say; it stands beside every number."""
    return (
        say.text("The value is a calculation from assumed amounts, not a measured effect."),
        say.text(
            "Not counted: that others may be pushed out of the places, health, children, and what work means to people."
        ),
        say.text("Amounts of one payer are partly transfers from another; the sum counts only what is left."),
        say.text("Internships count for nothing; wages, taxes and benefits stay as they are for all the years."),
    )
