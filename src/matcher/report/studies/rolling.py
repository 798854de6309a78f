"""What years decided week by week say: how much of hindsight each way of deciding reaches."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.languages import Phrases, message
from matcher.report.studies.estimates import estimate_cells, interval_text
from matcher.whatif.intervals import LEVEL
from matcher.whatif.rolling import PolicyName, Rolling
from matcher.whatif.study import Chart, KeyFigure, Point, Series, Study, StudyColumn, StudyTable

NAMES: dict[PolicyName, str] = {
    "by_hand": message("by hand, best pair first"),
    "known_only": message("weekly plans for those who are known"),
    "looking_ahead": message("weekly plans that look ahead"),
}


def rolling_study(rolling: Rolling, say: Phrases) -> Study:
    """Return what years decided week by week say.

    Parameters
    ----------
    rolling : Rolling
    say : Phrases
    """
    by_hand, ahead = rolling.policies[0], rolling.policies[-1]
    return Study(
        question="rolling",
        title=say.text(
            "Looking ahead reaches {ahead} of what hindsight could; by hand it is {hand}.",
            ahead=say.percent(ahead.placements.value, 1),
            hand=say.percent(by_hand.placements.value, 1),
        ),
        sentences=(
            say.text(
                "{count} years were drawn, in which people come week by week, and each was decided in three ways. "
                "Looking ahead adds {gained} of hindsight's placements to deciding by hand ({interval}).",
                count=rolling.replications,
                gained=say.percent(rolling.gained.value, 1),
                interval=interval_text(rolling.gained, say, is_share=True),
            ),
        ),
        figures=tuple(_figures(rolling, say)),
        tables=(_policy_table(rolling, say), _year_table(rolling, say)),
        charts=(_policy_chart(rolling, say), _year_chart(rolling, say)),
        assumptions=tuple(_assumptions(rolling, say)),
        limits=tuple(_limits(say)),
        made_from=(
            (say.text("problem"), rolling.problem_hash),
            (say.text("seed"), str(rolling.seed)),
            (say.text("years"), str(rolling.replications)),
            (say.text("imagined futures"), str(rolling.num_futures)),
        ),
    )


def _figures(rolling: Rolling, say: Phrases) -> Iterator[KeyFigure]:
    for one in rolling.policies:
        yield KeyFigure(
            name=one.policy,
            title=say.text(NAMES[one.policy]),
            value=one.placements.value,
            kind="share",
            note=say.text(
                "of hindsight's placements; {interval}", interval=interval_text(one.placements, say, is_share=True)
            ),
        )


def _policy_table(rolling: Rolling, say: Phrases) -> StudyTable:
    def ends(name: str) -> tuple[StudyColumn, StudyColumn]:
        return (
            StudyColumn(name=f"{name}_low", title=say.text("from (interval)"), kind="share"),
            StudyColumn(name=f"{name}_high", title=say.text("to (interval)"), kind="share"),
        )

    return StudyTable(
        name="policies",
        title=say.text("What each way of deciding reaches"),
        columns=(
            StudyColumn(name="policy", title=say.text("Way of deciding")),
            StudyColumn(name="placements", title=say.text("Placements, of hindsight's"), kind="share"),
            *ends("placements"),
            StudyColumn(name="delivered", title=say.text("Delivered of what is owed, of hindsight's"), kind="share"),
            *ends("delivered"),
            StudyColumn(name="placed", title=say.text("People placed a year"), kind="number"),
        ),
        rows=tuple(
            (
                say.text(NAMES[one.policy]),
                *estimate_cells(one.placements),
                *estimate_cells(one.delivered),
                sum(year.placed for year in one.years) / len(one.years),
            )
            for one in rolling.policies
        ),
        note=say.text(
            "Hindsight is the best plan had everybody been known from the first day; shares are of its proven bound. "
            "Where obligations come first, a way that delivers less of them may place more people."
        ),
    )


def _policy_chart(rolling: Rolling, say: Phrases) -> Chart:
    points = (
        Point(x=say.text(NAMES[one.policy]), y=one.placements.value, low=one.placements.low, high=one.placements.high)
        for one in rolling.policies
    )
    return Chart(
        name="policies",
        title=say.text("Share of hindsight's placements"),
        kind="interval",
        x_title="",
        y_title=say.text("Share, with the interval of {level}", level=say.percent(LEVEL)),
        y_kind="share",
        series=(Series(name="placements", title=say.text("placements"), points=tuple(points)),),
        table="policies",
        aim=1.0,
    )


def _year_shares(rolling: Rolling, number: int) -> Iterator[tuple[PolicyName, float]]:
    bound = rolling.hindsight[number].placements_bound
    for one in rolling.policies:
        yield one.policy, float(one.years[number].placements / bound) if bound else 1.0


def _year_table(rolling: Rolling, say: Phrases) -> StudyTable:
    return StudyTable(
        name="years",
        title=say.text("Year by year"),
        columns=(
            StudyColumn(name="year", title=say.text("Year"), kind="count"),
            StudyColumn(name="hindsight", title=say.text("Hindsight, lasting placements"), kind="number"),
            StudyColumn(name="bound", title=say.text("No plan reaches more than"), kind="number"),
            *(
                StudyColumn(name=one.policy, title=say.text(NAMES[one.policy]), kind="share")
                for one in rolling.policies
            ),
            *(
                StudyColumn(
                    name=f"{one.policy}_shortfall",
                    title=say.text("{way}: owed and not delivered", way=say.text(NAMES[one.policy])),
                    kind="number",
                )
                for one in rolling.policies
                if one.delivered is not None
            ),
        ),
        rows=tuple(
            (
                number + 1,
                best.outcome.placements,
                best.placements_bound,
                *(share for _, share in _year_shares(rolling, number)),
                *(one.years[number].shortfall for one in rolling.policies if one.delivered is not None),
            )
            for number, best in enumerate(rolling.hindsight)
        ),
    )


def _year_chart(rolling: Rolling, say: Phrases) -> Chart:
    by_policy: dict[PolicyName, list[Point]] = {one.policy: [] for one in rolling.policies}
    for number in range(rolling.replications):
        for policy, share in _year_shares(rolling, number):
            by_policy[policy].append(Point(x=number + 1, y=share))
    return Chart(
        name="years",
        title=say.text("Share of hindsight's placements, year by year"),
        kind="line",
        x_title=say.text("year"),
        y_title=say.text("Share"),
        y_kind="share",
        series=tuple(
            Series(name=policy, title=say.text(NAMES[policy]), points=tuple(points))
            for policy, points in by_policy.items()
        ),
        table="years",
    )


def _assumptions(rolling: Rolling, say: Phrases) -> Iterator[str]:
    yield say.text(
        "{share} of the people are known on the first day ({day}); decisions are taken once a week, {weeks} times.",
        share=say.percent(rolling.arrivals.known),
        day=rolling.calendar.first_day,
        weeks=rolling.calendar.num_weeks,
    )
    if rolling.arrivals.per_month is None:
        yield say.text("Over the year as many come, on average, as are not known on the first day.")
    else:
        yield say.text("{count} people come a month, on average.", count=rolling.arrivals.per_month)
    yield say.text(
        "Whoever comes is like one of the problem's people, drawn by lot, with all dates moved along; arrivals are "
        "random (a Poisson process) and equally likely in every week."
    )
    yield from _announcement_texts(rolling, say)
    yield say.text(
        "Who looks ahead imagines {count} futures, drawn as the real year is, and commits each week what cannot wait "
        "and is not worth more later in them.",
        count=rolling.num_futures,
    )
    yield say.text("By hand: as soon as somebody and a place suit, the best remaining pair is taken, within all rules.")


def _announcement_texts(rolling: Rolling, say: Phrases) -> Iterator[str]:
    announcements = rolling.announcements
    if announcements.known < 1:
        yield say.text(
            "{share} of the contracts are known on the first day. As many as are missing are announced over the year, "
            "on average: each is like one of the problem's contracts, drawn by lot, and begins {weeks} weeks later.",
            share=say.percent(announcements.known),
            weeks=announcements.lead_weeks,
        )
        yield say.text("All cohorts and budgets are known on the first day.")
    else:
        yield say.text("All contracts, places, cohorts and budgets are known on the first day.")
    if announcements.dropped > 0:
        yield say.text(
            "A contract comes to nothing with a chance of {share}, in any week between its announcement and its start; "
            "who was to work there is free again, and what was begun of their training is paid.",
            share=say.percent(announcements.dropped, 1),
        )
        yield say.text("What was decided is kept otherwise: nobody is moved.")
    else:
        yield say.text("What was decided is kept: nobody loses a place or is moved.")


def _limits(say: Phrases) -> Iterator[str]:
    yield say.text(
        "The futures that are imagined come from the same lottery as the real year. A municipality knows less about "
        "who will come, and reaches less."
    )
    yield say.text("Placements count with their forecasts; nobody drops out and no contract is late in these years.")
    yield say.text("Deciding by hand is a rule that stands for people, who know more than any rule.")
