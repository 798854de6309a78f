"""What a simulation takes for given, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from matcher.languages import Phrases
from matcher.report.studies.reaction import reaction_limits
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.intervals import LEVEL
from matcher.whatif.simulation import Simulation


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


def limit_texts(simulation: Simulation, say: Phrases) -> Iterator[str]:
    """Yield what the answer leaves out."""
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
