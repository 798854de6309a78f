"""What a simulated plan comes to where open places are filled again, beside what becomes of it when nobody steps in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matcher.languages import Phrases
from matcher.report.studies.estimates import estimate_cells, estimate_columns, interval_text
from matcher.whatif.intervals import LEVEL, Estimate
from matcher.whatif.simulation import Refilled, Simulation
from matcher.whatif.study import Cell, Chart, Point, Series, StudyColumn, StudyTable

UNKNOWN: tuple[Cell, ...] = (None, None, None)


def reaction_sentence(refilled: Refilled, say: Phrases) -> str:
    """Return what stepping in adds."""
    return say.text(
        "Where open places are filled again every week, {begun} begin: {more} more ({interval}), by {again} placements "
        "after the plan.",
        begun=say.number(refilled.begun.value, 1),
        more=say.number(refilled.more_begun.value, 1),
        interval=interval_text(refilled.more_begun, say),
        again=say.number(refilled.placed_again.value, 1),
    )


def reaction_tables(simulation: Simulation, refilled: Refilled, say: Phrases) -> Iterator[StudyTable]:
    """Yield what stepping in adds in all, and to each obligation."""
    yield StudyTable(
        name="reaction",
        title=say.text("What stepping in adds"),
        columns=(
            StudyColumn(name="reaction", title=say.text("Reaction")),
            *estimate_columns("begun", say.text("Begin to work"), "number", say),
            *estimate_columns("lasting", say.text("Last"), "number", say),
            *estimate_columns("shortfall", say.text("Owed and not delivered"), "number", say),
            *estimate_columns("all_met", say.text("All planned obligations met"), "share", say),
        ),
        rows=(
            (
                say.text("nobody steps in"),
                *estimate_cells(simulation.begun),
                *estimate_cells(simulation.lasting),
                *estimate_cells(simulation.shortfall),
                *estimate_cells(simulation.all_met),
            ),
            (
                say.text("open places are filled again every week"),
                *estimate_cells(refilled.begun),
                *estimate_cells(refilled.lasting),
                *estimate_cells(refilled.shortfall),
                *estimate_cells(refilled.all_met),
            ),
            (
                say.text("difference"),
                *estimate_cells(refilled.more_begun),
                *estimate_cells(refilled.more_lasting),
                *estimate_cells(refilled.more_shortfall),
                *UNKNOWN,
            ),
        ),
        note=say.text(
            "Both under the same luck, replication by replication. After the plan {again} placements are made on "
            "average, for {cost} kronor of training; {came} people come.",
            again=say.number(refilled.placed_again.value, 1),
            cost=say.number(refilled.training_cost.value, 0),
            came=say.number(refilled.came.value, 1),
        ),
    )
    if refilled.contracts:
        yield _contract_table(simulation, refilled, say)


def _contract_table(simulation: Simulation, refilled: Refilled, say: Phrases) -> StudyTable:
    alone = {one.contract_id: one for one in simulation.contracts}
    contracts = sorted(refilled.contracts, key=lambda one: (one.met.value, one.contract_id))
    return StudyTable(
        name="reaction_contracts",
        title=say.text("Is each obligation met when places are filled again?"),
        columns=(
            StudyColumn(name="contract_id", title=say.text("Contract")),
            *estimate_columns("alone", say.text("Chance when nobody steps in"), "share", say),
            *estimate_columns("met", say.text("Chance when places are filled again"), "share", say),
            *estimate_columns("delivered", say.text("Delivered, mean"), "number", say),
        ),
        rows=tuple(
            (
                one.contract_id,
                *estimate_cells(alone[one.contract_id].met),
                *estimate_cells(one.met),
                *estimate_cells(one.delivered),
            )
            for one in contracts
        ),
    )


def reaction_charts(simulation: Simulation, refilled: Refilled, say: Phrases) -> Iterator[Chart]:
    """Yield the chance of each obligation when nobody steps in, and when somebody does."""
    if not refilled.contracts:
        return
    alone = {one.contract_id: one.met for one in simulation.contracts}
    met = {one.contract_id: one.met for one in refilled.contracts}
    names = sorted(met, key=lambda name: (met[name].value, name))

    def series(name: str, title: str, of: Mapping[str, Estimate]) -> Series:
        points = (Point(x=one, y=of[one].value, low=of[one].low, high=of[one].high) for one in names)
        return Series(name=name, title=title, points=tuple(points))

    yield Chart(
        name="reaction_contracts",
        title=say.text("Chance that each obligation is met"),
        kind="interval",
        x_title=say.text("Contract"),
        y_title=say.text("Chance, with the interval of {level}", level=say.percent(LEVEL)),
        y_kind="share",
        series=(
            series("alone", say.text("nobody steps in"), alone),
            series("met", say.text("open places are filled again every week"), met),
        ),
        table="reaction_contracts",
        aim=simulation.sure,
    )


def reaction_assumptions(simulation: Simulation, say: Phrases) -> Iterator[str]:
    """Yield what was taken for given about stepping in."""
    assumptions = simulation.assumptions
    yield say.text(
        "Stepping in: every week, what is open is planned anew with whoever is known and free, and what cannot wait is "
        "carried out. Nobody is moved; who left a course does not begin it again; who does not come, or gave up "
        "waiting, is not placed again."
    )
    yield say.text(
        "Leaving a course shows on any day of it, a contract's delay on the day on which it should have begun, "
        "everything else on the first working day. Where somebody fell out, a place can be filled until {weeks} weeks "
        "after its latest start. Own assumptions; write your own figure.",
        weeks=assumptions.replace_weeks,
    )
    if assumptions.arrivals_per_month:
        yield say.text(
            "{count} people come a month, on average, each like one of the problem's people with all dates moved "
            "along.",
            count=assumptions.arrivals_per_month,
        )
    else:
        yield say.text("Nobody new comes.")


def reaction_limits(say: Phrases) -> Iterator[str]:
    """Yield what stepping in does not say."""
    yield say.text(
        "The chances with people in reserve, and how many have to begin each course, are those where nobody steps in."
    )
    yield say.text(
        "Stepping in knows the people, the places and the rules as well as the plan does, and loses no time: a "
        "municipality reaches less. What it plans ahead reckons with nobody new and nothing going wrong."
    )
