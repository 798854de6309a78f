"""``matcher whatif requirement``: what a tender can promise before it is published."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from matcher.cli.asking import (
    ChangesOption,
    PlansOption,
    SolveLimitOption,
    asking_from,
    changed_problem,
    require_places,
    write_plans,
)
from matcher.cli.errors import CommandError
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

EVERYBODY = "everybody"

ContractOption = Annotated[
    str, typer.Option("--contract", metavar="ID", help="The tender, a contract of the problem.", show_default=False)
]
ByOption = Annotated[
    datetime | None,
    typer.Option(
        "--by", formats=["%Y-%m-%d"], metavar="DAY", help="Look for the largest number by that day.", show_default=False
    ),
]
NumberOption = Annotated[
    int | None,
    typer.Option("--number", min=1, metavar="N", help="Look for the earliest day for that many.", show_default=False),
]
GroupsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--group", help="Ask for each of these target groups by itself; 'everybody' for all.", show_default=False
    ),
]
HorizonOption = Annotated[
    datetime | None,
    typer.Option(
        "--until",
        formats=["%Y-%m-%d"],
        metavar="DAY",
        help="Last day looked at; by default two years after the start.",
        show_default=False,
    ),
]


def requirement(
    context: typer.Context,
    problem: ProblemArgument,
    contract: ContractOption,
    tender: ChangesOption = None,
    by: ByOption = None,
    number: NumberOption = None,
    group: GroupsOption = None,
    until: HorizonOption = None,
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
    """Say what a tender can promise before it is published.

    The largest number of a target group by a day, or the earliest day for a number, without breaking what is promised
    to others; each with the plan that delivers it.
    """
    require_places(report, plans, engine, cluster, tls, reads=(problem, tender), force=force)
    if by is None and number is None:
        raise CommandError("Say what is asked: --by DAY for the largest number, --number N for the earliest day.")
    from matcher.cli.studies import show_study
    from matcher.languages import phrases
    from matcher.report import requirement_study
    from matcher.whatif import requirement_of

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    given = changed_problem(problem, tender, terminal, say)
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
    study = requirement_of(
        given,
        contract,
        by=None if by is None else by.date(),
        quantity=number,
        groups=[None if each == EVERYBODY else each for each in group or []],
        horizon=None if until is None else until.date(),
        asking=asking,
    )
    answers = (*study.largest, *study.earliest)
    write_plans(
        plans,
        (
            (f"{each.group or EVERYBODY} {each.quantity} {each.by}", each.problem, each.plan)
            for each in answers
            if each.problem is not None
        ),
    )
    show_study(requirement_study(study, say), report, terminal, say)
