"""``matcher whatif rolling``: how much is lost by deciding week by week, and how little of it has to be."""

from __future__ import annotations

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

YearsOption = Annotated[int, typer.Option("--replications", min=2, max=100_000, help="How many years are drawn.")]
KnownOption = Annotated[
    float,
    typer.Option("--known", min=0.0, max=1.0, metavar="SHARE", help="Share of the people known on the first day."),
]
ArrivalsOption = Annotated[
    float | None,
    typer.Option(
        "--arrivals",
        min=0.0,
        metavar="PER_MONTH",
        help="How many people come a month; by default so many that all come over the year.",
        show_default=False,
    ),
]
ContractsKnownOption = Annotated[
    float,
    typer.Option(
        "--contracts-known",
        min=0.0,
        max=1.0,
        metavar="SHARE",
        help="Share of the contracts known on the first day; others like them are announced over the year.",
    ),
]
ContractsDroppedOption = Annotated[
    float,
    typer.Option(
        "--contracts-dropped",
        min=0.0,
        max=1.0,
        metavar="CHANCE",
        help="That a contract comes to nothing between its announcement and its start.",
    ),
]
LeadOption = Annotated[
    int,
    typer.Option(
        "--lead-weeks", min=1, max=520, help="Weeks from the announcement of a contract during the year to its start."
    ),
]
FuturesOption = Annotated[
    int, typer.Option("--futures", min=1, max=100, help="How many futures are imagined when looking ahead.")
]


def rolling(
    context: typer.Context,
    problem: ProblemArgument,
    replications: YearsOption = 20,
    seed: SeedOption = 0,
    known: KnownOption = 0.7,
    arrivals: ArrivalsOption = None,
    contracts_known: ContractsKnownOption = 1.0,
    contracts_dropped: ContractsDroppedOption = 0.0,
    lead_weeks: LeadOption = 26,
    futures: FuturesOption = 5,
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
    """Decide whole years week by week.

    People come one by one, and contracts too where not all are known on the first day. By hand, by weekly plans for
    those who are known, and by plans that look ahead and hold people and places back: what each reaches of the best
    plan of hindsight.
    """
    require_places(report, None, engine, cluster, tls, reads=(problem,), force=force)
    from matcher.cli.errors import CommandError
    from matcher.cli.reading import complete_problem
    from matcher.cli.studies import ShownProgress, show_study
    from matcher.languages import phrases
    from matcher.report import rolling_study
    from matcher.whatif import Announcements, Arrivals, roll
    from matcher.whatif.kept import Kept

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    given, _ = complete_problem(problem, skip_incomplete=False, terminal=terminal, say=say)
    try:
        done = roll(
            given,
            replications=replications,
            seed=seed,
            arrivals=Arrivals(known=known, per_month=arrivals),
            announcements=Announcements(known=contracts_known, dropped=contracts_dropped, lead_weeks=lead_weeks),
            num_futures=futures,
            engine=engine_from(context, engine, threads, cluster, tls),
            kept=Kept(keep),
            on_progress=ShownProgress(terminal, say),
        )
    except ValueError as error:
        raise CommandError(str(error)) from None
    show_study(rolling_study(done, say), report, terminal, say)
