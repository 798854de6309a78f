"""``matcher whatif simulate``: what becomes of a plan when people drop out, suppliers refuse and contracts are late."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.asking import require_places
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


def simulate(
    context: typer.Context,
    problem: ProblemArgument,
    plan: PlansOption = None,
    replications: ReplicationsOption = 1000,
    seed: SeedOption = 0,
    assumptions: AssumptionsOption = None,
    sure: SureOption = 0.9,
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
    the chance that each obligation is met, and how many people in reserve make it sure enough.
    """
    require_places(report, None, engine, cluster, tls, force=force)
    from matcher.cli.reading import complete_problem, plan_with_problem
    from matcher.cli.solving import Wishes, solved
    from matcher.cli.studies import ShownProgress, show_study
    from matcher.features import build_columns
    from matcher.languages import phrases
    from matcher.report import simulation_study
    from matcher.whatif import Assumptions, read_assumptions
    from matcher.whatif import simulate as simulated
    from matcher.whatif.kept import Kept

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    chances = Assumptions() if assumptions is None else read_assumptions(assumptions)
    workers = engine_from(context, engine, threads, cluster, tls)
    if plan:
        read = [plan_with_problem(problem, path, terminal, say) for path in plan]
        given, plans = read[0][0], [made for _, made in read]
    else:
        given, _ = complete_problem(problem, skip_incomplete=False, terminal=terminal, say=say)
        plans = [solved(given, Wishes(gap=1e-6, time_limit_s=None, threads=threads, seed=0), terminal, say).plan]
    columns = build_columns(given)
    first, *others = (
        simulated(
            given,
            made,
            replications=replications,
            seed=seed,
            assumptions=chances,
            sure=sure,
            columns=columns,
            engine=workers,
            kept=Kept(keep),
            on_progress=ShownProgress(terminal, say),
        )
        for made in plans
    )
    names = [str(path) for path in (plan or [])[1:]]
    show_study(simulation_study(given, first, say, list(zip(names, others, strict=True))), report, terminal, say)
