"""``matcher whatif invest``: which cohorts to open for each amount of money."""

from __future__ import annotations

from typing import Annotated

import typer

from matcher.cli.asking import (
    ChangesOption,
    PlansOption,
    SocietyOption,
    SolveLimitOption,
    asking_from,
    changed_problem,
    require_places,
    write_plans,
)
from matcher.cli.options import (
    ClusterOption,
    EngineChoice,
    EngineOption,
    ForceOption,
    GapOption,
    JsonOption,
    LangOption,
    ProblemArgument,
    SeedOption,
    ThreadsOption,
    TlsOption,
    language_of,
)
from matcher.cli.studies import KeepOption, StudyReportOption
from matcher.cli.terminal import Terminal

BudgetOption = Annotated[
    str | None,
    typer.Option("--budget", metavar="ID", help="Which; may be left out where there is one.", show_default=False),
]
MostOption = Annotated[
    int | None,
    typer.Option(
        "--most",
        min=0,
        metavar="KRONOR",
        help="Up to which amount; by default what all cohorts cost when they are full.",
        show_default=False,
    ),
]
AmountsOption = Annotated[
    list[int] | None,
    typer.Option("--amount", min=0, metavar="KRONOR", help="Ask about this amount first.", show_default=False),
]
PointsOption = Annotated[int, typer.Option("--points", min=1, max=100_000, help="Solve so often at most.")]


def invest(
    context: typer.Context,
    problem: ProblemArgument,
    budget: BudgetOption = None,
    most: MostOption = None,
    amount: AmountsOption = None,
    points: PointsOption = 60,
    catalogue: ChangesOption = None,
    society: SocietyOption = None,
    report: StudyReportOption = None,
    plans: PlansOption = None,
    keep: KeepOption = None,
    gap: GapOption = 1e-6,
    time_limit: SolveLimitOption = None,
    seed: SeedOption = 0,
    engine: EngineOption = EngineChoice.THREADS,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    tls: TlsOption = None,
    lang: LangOption = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Say which cohorts to open for each amount of money.

    The whole frontier of placements against a budget: every step with its plan, and what is proven between steps.
    """
    require_places(report, plans, engine, cluster, tls, reads=(problem, catalogue, society), force=force)
    from decimal import Decimal

    from matcher.cli.studies import show_study
    from matcher.languages import phrases
    from matcher.report import frontier_study, with_society
    from matcher.whatif import frontier_of, read_society, society_values
    from matcher.whatif.frontier import full_cost, named_budget

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    given = changed_problem(problem, catalogue, terminal, say)
    amounts = None if society is None else read_society(society)
    asking = asking_from(
        context,
        engine,
        threads,
        cluster,
        tls,
        gap=gap,
        time_limit=time_limit,
        seed=seed,
        keep=keep,
        terminal=terminal,
        say=say,
    )
    largest = full_cost(given, named_budget(given, budget)) if most is None else Decimal(most)
    terminal.note(
        say.text(
            "Looking for the best plans for {points} amounts at most, the largest {amount} kronor.",
            points=points,
            amount=say.number(largest),
        )
    )
    frontier = frontier_of(
        given,
        budget,
        most=largest,
        amounts=[Decimal(each) for each in amount or []],
        points=points,
        asking=asking,
    )
    write_plans(plans, ((f"{point.spent.normalize():f} kr", point.problem, point.plan) for point in frontier.points))
    study = frontier_study(frontier, say)
    if amounts is not None:
        named = [
            (say.text("for {amount} kronor", amount=say.number(point.spent)), point.problem, point.plan)
            for point in frontier.points
        ]
        study = with_society(study, society_values(named, amounts), amounts, say)
    show_study(study, report, terminal, say)
