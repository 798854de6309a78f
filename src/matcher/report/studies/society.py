"""What plans are worth in money by payer, with the limits of such a calculation beside every number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from matcher.languages import Phrases, message
from matcher.whatif.society import PAYERS, PayerName, SocietyAssumptions, SocietyValue
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
