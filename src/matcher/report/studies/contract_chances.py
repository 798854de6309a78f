"""The chance that each obligation is met, and how many people in reserve make it sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matcher.languages import Phrases
from matcher.report.studies.estimates import estimate_cells, estimate_columns
from matcher.whatif.intervals import LEVEL
from matcher.whatif.simulation import ContractOutcome, Simulation
from matcher.whatif.study import Chart, Point, Series, StudyColumn, StudyTable


def contract_table(
    contracts: Sequence[ContractOutcome], titles: dict[str, str | None], simulation: Simulation, say: Phrases
) -> StudyTable:
    """Return the chance of each obligation, and how many people in reserve make it sure."""
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


def contract_chart(
    contracts: Sequence[ContractOutcome], titles: dict[str, str | None], simulation: Simulation, say: Phrases
) -> Chart:
    """Return the chances of obligations, with the planned people and with people in reserve."""

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
