"""``matcher suggest``: everybody for one place, by what the best plan loses when it is theirs."""

from __future__ import annotations

from typing import Annotated

import typer

from matcher.cli.options import (
    JsonOption,
    LangOption,
    PlanArgument,
    ProblemArgument,
    PublishedOption,
    TimeLimitOption,
    language_of,
)
from matcher.cli.terminal import Terminal

PlaceOption = Annotated[
    str, typer.Option("--vacancy", help="The place that is to be filled.", metavar="ID", show_default=False)
]
ExactOption = Annotated[
    int | None,
    typer.Option(
        "--exact",
        min=0,
        metavar="COUNT",
        help="So many of the first are solved again where prices leave a doubt; by default 5, and none in a city.",
        show_default=False,
    ),
]
SOLVED_AGAIN = 5
CITY_COLUMNS = 150_000  # from here on solving again takes many seconds for each
CountOption = Annotated[
    int | None,
    typer.Option("--count", min=1, help="Show so many; by default everybody.", show_default=False),
]


def suggest(
    problem: ProblemArgument,
    plan: PlanArgument,
    vacancy: PlaceOption,
    exact: ExactOption = None,
    count: CountOption = None,
    published: PublishedOption = None,
    time_limit: TimeLimitOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Rank everybody for one place.

    Alternatives and reserves, the least loss of the whole plan first. A loss is exact, or said between two proven ends.
    The list names people: it is for staff.
    """
    from dataclasses import replace

    from matcher.cli.proofs import again_of
    from matcher.cli.reading import plan_with_problem, published_plan
    from matcher.explain import Reading, to_document
    from matcher.explain.proofs import Ranker, ranking_lines
    from matcher.languages import phrases

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    given, made = plan_with_problem(problem, plan, terminal, say)
    reading = Reading(given)
    reading.place(vacancy)
    again = again_of(given, made, published_plan(made, plan, published), time_limit)
    wanted = exact if exact is not None else SOLVED_AGAIN if len(again.columns) < CITY_COLUMNS else 0
    found = Ranker(again).ranking(vacancy, solve_again=wanted)
    shown = replace(found, entries=found.entries[:count])
    terminal.lines(ranking_lines(shown, reading, say))
    terminal.document(to_document(shown, say))
