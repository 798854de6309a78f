"""``matcher whatif simulate``: what becomes of a plan when people drop out, suppliers refuse and contracts are late."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.asking import SocietyOption, require_places
from matcher.cli.engines import engine_from
from matcher.cli.options import (
    ClusterOption,
    EngineChoice,
    EngineOption,
    ForceOption,
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


class Reaction(StrEnum):
    """Who does something about what goes wrong."""

    NOBODY = "nobody"
    RESOLVE = "resolve"


PlansOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--plan",
        metavar="PLAN.json",
        help="The plan; further ones are compared with the first. Without any, the problem is solved.",
        show_default=False,
    ),
]
ReplicationsOption = Annotated[
    int, typer.Option("--replications", min=2, max=1_000_000, help="How often everything is drawn.")
]
AssumptionsOption = Annotated[
    Path | None,
    typer.Option(
        "--assumptions", metavar="FILE.toml", help="Chances of your own instead of the defaults.", show_default=False
    ),
]
SureOption = Annotated[
    float,
    typer.Option("--sure", min=0.01, max=0.999, metavar="CHANCE", help="How sure each promise is to be."),
]
ReactionOption = Annotated[
    Reaction,
    typer.Option(
        "--reaction",
        help="Who does something about it: nobody, or beside that, open places are filled again by solving every week.",
    ),
]


def simulate(
    context: typer.Context,
    problem: ProblemArgument,
    plan: PlansOption = None,
    replications: ReplicationsOption = 1000,
    seed: SeedOption = 0,
    assumptions: AssumptionsOption = None,
    sure: SureOption = 0.9,
    reaction: ReactionOption = Reaction.NOBODY,
    society: SocietyOption = None,
    report: StudyReportOption = None,
    keep: KeepOption = None,
    engine: EngineOption = EngineChoice.THREADS,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    tls: TlsOption = None,
    lang: LangOption = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Draw what becomes of a plan.

    Drop-out from courses, people who do not come, suppliers who refuse and contracts that are late, again and again:
    the chance that each obligation is met, how many people in reserve make it sure enough, and what is gained by
    filling places again.
    """
    require_places(
        report, None, engine, cluster, tls, reads=(problem, *(plan or ()), assumptions, society), force=force
    )
    from matcher.cli.errors import CommandError
    from matcher.cli.reading import complete_problem, plan_with_problem
    from matcher.cli.solving import Wishes, solved
    from matcher.cli.studies import ShownProgress, show_study
    from matcher.features import build_columns
    from matcher.languages import phrases
    from matcher.report import simulation_study, society_rows, with_simulated_society
    from matcher.whatif import Assumptions, read_assumptions, read_society, society_value
    from matcher.whatif import simulate as simulated
    from matcher.whatif.kept import Kept

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    chances = Assumptions() if assumptions is None else read_assumptions(assumptions)
    amounts = None if society is None else read_society(society)
    workers = engine_from(context, engine, threads, cluster, tls)
    if plan:
        read = [plan_with_problem(problem, path, terminal, say) for path in plan]
        given, plans = read[0][0], [made for _, made in read]
    else:
        given, _ = complete_problem(problem, skip_incomplete=False, terminal=terminal, say=say)
        plans = [solved(given, Wishes(gap=1e-6, time_limit_s=None, threads=threads, seed=0), terminal, say).plan]
    columns = build_columns(given)
    try:
        first, *others = (
            simulated(
                given,
                made,
                replications=replications,
                seed=seed,
                assumptions=chances,
                sure=sure,
                reaction="resolve" if reaction is Reaction.RESOLVE else "nobody",
                columns=columns,
                engine=workers,
                kept=Kept(keep),
                on_progress=ShownProgress(terminal, say),
            )
            for made in plans
        )
    except ValueError as error:  # without dates nobody can step in
        raise CommandError(str(error)) from None
    names = [str(path) for path in (plan or [])[1:]]
    study = simulation_study(given, first, say, list(zip(names, others, strict=True)))
    if amounts is not None:
        planned = society_value(given, plans[0], amounts, columns)
        study = with_simulated_society(study, society_rows(first, planned, amounts, say), planned, amounts, say)
    show_study(study, report, terminal, say)
