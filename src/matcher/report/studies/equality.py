"""What an equality audit says: rates by group, what hard rules do, and what would be without one of them."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.explain import rule_name
from matcher.languages import Phrases, group_name, message, skill_name
from matcher.report.studies.estimates import estimate_cells, estimate_columns
from matcher.whatif.equality import EqualityAudit, GroupRate, Reading
from matcher.whatif.equality.attributes import MEMBER
from matcher.whatif.equality.dropping import QUOTA, SKILL
from matcher.whatif.equality.rates import SMALLEST
from matcher.whatif.study import Cell, Chart, Point, Series, Study, StudyColumn, StudyTable

OUTCOMES = {
    "planned": message("has a place in the plan"),
    "accepted": message("was accepted"),
    "begun": message("has begun"),
}


def equality_study(audit: EqualityAudit, say: Phrases) -> Study:
    """Return what an equality audit says."""
    tables = [_rates_table(audit, say), _differences_table(audit, say)]
    if audit.effects:
        tables += [_shut_out_table(audit, say), _passes_table(audit, say)]
    if audit.without is not None:
        tables.append(_without_table(audit, say))
    return Study(
        question="equality",
        title=_title(audit, say),
        sentences=tuple(_sentences(audit, say)),
        tables=tuple(tables),
        charts=tuple(_charts(audit, say)),
        assumptions=(
            say.text(
                "A rate is how many of a group are selected among all of it; intervals are Wilson's, at 95 %. Less "
                "than four fifths of the highest rate is looked into (29 CFR 1607.4 D), where it is no chance: the "
                "interval of the ratio lies below 1, and the G test holds for all comparisons together (Bonferroni)."
            ),
            say.text(
                "What a rule does is found by finding everybody's places once with it and once without it; every other "
                "rule stays."
            ),
        ),
        limits=(
            say.text(
                "Counts of fewer than {smallest} people are not shown, nor what would let them be worked out.",
                smallest=SMALLEST,
            ),
            say.text(
                "A difference is no proof of discrimination, and none no proof of its absence: groups differ in what "
                "they can and want to do, and what has shaped that does not stand in the data."
            ),
        ),
        made_from=((say.text("problem"), audit.problem_hash),),
    )


def rule_text(rule: str, say: Phrases) -> str:
    """Return a hard rule in words."""
    if rule.startswith(SKILL):
        return say.text("skill {name}", name=skill_name(rule.removeprefix(SKILL), say))
    if rule.startswith(QUOTA):
        return say.text("quota {name}", name=rule.removeprefix(QUOTA))
    return rule_name(rule, say)


def _attribute(one: Reading, say: Phrases) -> str:
    return group_name(one.attribute, say) if one.is_group else one.attribute


def _value(one: Reading, rate: GroupRate, say: Phrases) -> str:
    if not one.is_group:
        return rate.value
    return say.text("members") if rate.value == MEMBER else say.text("others")


def _title(audit: EqualityAudit, say: Phrases) -> str:
    if audit.proxies:
        return say.plural(
            "{count} rule keeps a group out so much oftener that it may stand for the group itself",
            "{count} rules keep a group out so much oftener that they may stand for the group itself",
            len(audit.proxies),
        )
    if audit.flagged_outcomes:
        return say.text("A group is selected at less than four fifths of the highest rate")
    if not any(rate.is_shown for outcome in audit.outcomes for one in outcome.readings for rate in one.rates):
        return say.text("Too few people to say anything by group")
    return say.text("No group stands out from chance")


def _sentences(audit: EqualityAudit, say: Phrases) -> Iterator[str]:
    for name, one in audit.flagged_outcomes:
        for rate in one.rates:
            if rate.is_low and rate.ratio is not None:
                yield say.text(
                    "{attribute}, {value}: {outcome} at {ratio} of the highest rate ({low} to {high}).",
                    attribute=_attribute(one, say),
                    value=_value(one, rate, say),
                    outcome=say.text(OUTCOMES[name]),
                    ratio=say.percent(rate.ratio.value),
                    low=say.percent(rate.ratio.low),
                    high=say.percent(rate.ratio.high),
                )
    for effect in audit.proxies:
        one = effect.passes
        for rate in one.rates:
            if rate.is_low and rate.ratio is not None:
                yield say.text(
                    "The rule '{rule}' lets {attribute}, {value}, pass at {ratio} of the highest rate ({low} to "
                    "{high}); passing it tells {share} of the attribute. Is it needed for the work?",
                    rule=rule_text(effect.rule, say),
                    attribute=_attribute(one, say),
                    value=_value(one, rate, say),
                    ratio=say.percent(rate.ratio.value),
                    low=say.percent(rate.ratio.low),
                    high=say.percent(rate.ratio.high),
                    share=say.percent(one.information_share or 0.0, 1),
                )
    if audit.without is not None:
        yield say.text(
            "Without the rule '{rule}' the best plan places {after} people instead of {before}.",
            rule=rule_text(audit.without.rule, say),
            after=audit.without.placements,
            before=audit.without.placements_before,
        )


def _named(say: Phrases) -> tuple[StudyColumn, StudyColumn]:
    return (
        StudyColumn(name="attribute", title=say.text("Attribute")),
        StudyColumn(name="value", title=say.text("Group")),
    )


def _rate_columns(say: Phrases) -> tuple[StudyColumn, ...]:
    return (
        StudyColumn(name="people", title=say.text("People"), kind="count"),
        StudyColumn(name="selected", title=say.text("Of these"), kind="count"),
        *estimate_columns("rate", say.text("Rate"), "share", say),
        *estimate_columns("ratio", say.text("Of the highest rate"), "share", say),
        StudyColumn(name="low", title=say.text("Below four fifths")),
    )


def _rate_cells(rate: GroupRate, say: Phrases) -> tuple[Cell, ...]:
    if not rate.is_shown:
        return (None,) * 8 + (say.text("too few to be shown"),)
    low = say.text("yes, and not by chance") if rate.is_low else ""
    return rate.people, rate.selected, *estimate_cells(rate.rate), *estimate_cells(rate.ratio), low


def _rates_table(audit: EqualityAudit, say: Phrases) -> StudyTable:
    return StudyTable(
        name="rates",
        title=say.text("Rates by group"),
        columns=(*_named(say), StudyColumn(name="outcome", title=say.text("What")), *_rate_columns(say)),
        rows=tuple(
            (_attribute(one, say), _value(one, rate, say), say.text(OUTCOMES[outcome.name]), *_rate_cells(rate, say))
            for outcome in audit.outcomes
            for one in outcome.readings
            for rate in one.rates
        ),
    )


def _differences_table(audit: EqualityAudit, say: Phrases) -> StudyTable:
    return StudyTable(
        name="differences",
        title=say.text("Differences by attribute"),
        columns=(
            StudyColumn(name="attribute", title=say.text("Attribute")),
            StudyColumn(name="outcome", title=say.text("What")),
            StudyColumn(name="difference", title=say.text("Largest rate minus smallest"), kind="share"),
            StudyColumn(name="ratio", title=say.text("Smallest over largest"), kind="share"),
            StudyColumn(name="bits", title=say.text("Mutual information in bits"), kind="number"),
            StudyColumn(name="share", title=say.text("Of the attribute"), kind="share"),
            StudyColumn(name="p", title=say.text("By chance (p)"), kind="number"),
        ),
        rows=tuple(
            (_attribute(one, say), say.text(OUTCOMES[outcome.name]), *_difference_cells(one))
            for outcome in audit.outcomes
            for one in outcome.readings
        ),
    )


def _difference_cells(one: Reading) -> tuple[Cell, ...]:
    return (one.difference, one.ratio, _rounded(one.information_bits), one.information_share, _rounded(one.p))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _shut_out_table(audit: EqualityAudit, say: Phrases) -> StudyTable:
    return StudyTable(
        name="shut_out",
        title=say.text("Who has no possible place by one rule alone"),
        columns=(StudyColumn(name="rule", title=say.text("Rule")), *_named(say), *_rate_columns(say)[:5]),
        rows=tuple(
            (
                rule_text(effect.rule, say),
                _attribute(effect.shut_out, say),
                _value(effect.shut_out, rate, say),
                *_rate_cells(rate, say)[:5],
            )
            for effect in audit.effects
            for rate in effect.shut_out.rates
        ),
        note=say.text("People who could have no place at all, and could have one without the rule."),
    )


def _passes_table(audit: EqualityAudit, say: Phrases) -> StudyTable:
    return StudyTable(
        name="passes",
        title=say.text("Who passes each rule"),
        columns=(
            StudyColumn(name="rule", title=say.text("Rule")),
            *_named(say),
            *_rate_columns(say),
            StudyColumn(name="share", title=say.text("Of the attribute"), kind="share"),
            StudyColumn(name="flag", title=say.text("May stand for the group")),
        ),
        rows=tuple(
            (
                rule_text(effect.rule, say),
                _attribute(effect.passes, say),
                _value(effect.passes, rate, say),
                *_rate_cells(rate, say),
                effect.passes.information_share,
                say.text("look into it") if rate.is_low and audit.is_proxy(effect) else "",
            )
            for effect in audit.effects
            for rate in effect.passes.rates
        ),
        note=say.text("Of those who could have a place with the rule if it were not asked: who can have one as it is."),
    )


def _without_table(audit: EqualityAudit, say: Phrases) -> StudyTable:
    assert audit.without is not None
    before = {one.attribute: one for one in audit.outcomes[0].readings}
    rows: list[tuple[Cell, ...]] = []
    for after in audit.without.readings:
        for old, new in zip(before[after.attribute].rates, after.rates, strict=True):
            is_shown = old.rate is not None and new.rate is not None
            rows.append(
                (
                    _attribute(after, say),
                    _value(after, new, say),
                    old.rate.value if old.rate else None,
                    new.rate.value if new.rate else None,
                    new.rate.value - old.rate.value if is_shown and old.rate and new.rate else None,
                )
            )
    return StudyTable(
        name="without",
        title=say.text("Without the rule '{rule}'", rule=rule_text(audit.without.rule, say)),
        columns=(
            *_named(say),
            StudyColumn(name="before", title=say.text("Rate as it is"), kind="share"),
            StudyColumn(name="after", title=say.text("Rate without it"), kind="share"),
            StudyColumn(name="change", title=say.text("Difference"), kind="share"),
        ),
        rows=tuple(rows),
    )


def _charts(audit: EqualityAudit, say: Phrases) -> Iterator[Chart]:
    """Yield the intervals of the rates in the plan, where any are shown."""
    points = tuple(
        Point(
            x=f"{_attribute(one, say)}: {_value(one, rate, say)}",
            y=rate.rate.value,
            low=rate.rate.low,
            high=rate.rate.high,
        )
        for one in audit.outcomes[0].readings
        for rate in one.rates
        if rate.rate is not None
    )
    if points:
        yield Chart(
            name="rates",
            title=say.text("Who has a place in the plan"),
            kind="interval",
            x_title=say.text("Group"),
            y_title=say.text("Rate"),
            y_kind="share",
            series=(Series(name="planned", title=say.text("has a place in the plan"), points=points),),
            table="rates",
        )
