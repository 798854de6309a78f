"""``matcher whatif scenario``: files of changes against policies, side by side with the problem as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.asking import (
    PlansOption,
    SocietyOption,
    SolveLimitOption,
    asking_from,
    require_different,
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

if TYPE_CHECKING:
    from matcher.errors import Fault
    from matcher.formats import ScenarioFile
    from matcher.problem import Problem

ScenariosArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[SCENARIOS.toml]...", help="Files of scenarios.", show_default=False),
]
PolicyOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy",
        metavar="POLICY.toml",
        help="Policies to compare under, beside the problem's own.",
        show_default=False,
    ),
]


def scenario(
    context: typer.Context,
    problem: ProblemArgument,
    scenarios: ScenariosArgument = None,
    policy: PolicyOption = None,
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
    """Compare scenarios, under one policy or several.

    Each is solved and checked; the differences in every aim are shown, what is proven of them, and who is affected.
    """
    require_places(
        report, plans, engine, cluster, tls, reads=(problem, *(scenarios or ()), *(policy or ()), society), force=force
    )
    from matcher.cli.reading import complete_problem
    from matcher.cli.studies import show_study
    from matcher.errors import InvalidInput
    from matcher.formats import read_policy, read_scenarios
    from matcher.languages import phrases
    from matcher.report import scenario_study, with_society
    from matcher.whatif import compare_scenarios, read_society, society_values

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    given, _ = complete_problem(problem, skip_incomplete=False, terminal=terminal, say=say)
    amounts = None if society is None else read_society(society)
    files = [read_scenarios(path) for path in scenarios or []]
    named = [each for file in files for each in file.scenarios]
    policies = [given.policy, *map(read_policy, policy or [])]
    require_different("Two scenarios", [each.name for each in named])
    require_different("Two policies", [each.name for each in policies])
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
    try:
        matrix = compare_scenarios(given, named, policies, asking=asking)
    except InvalidInput:  # before anything was solved: each fault is told with its line
        faults = _located_faults(files, given)
        if not faults:
            raise
        raise InvalidInput(faults) from None
    base = say.text("as it is")
    write_plans(
        plans,
        ((f"{each.scenario or base} + {each.policy}", each.problem, each.plan) for each in matrix.outcomes),
    )
    study = scenario_study(matrix, named, say)
    if amounts is not None:
        solved = [
            (f"{each.scenario or base} + {each.policy}", each.problem, each.plan)
            for each in matrix.outcomes
            if each.plan is not None
        ]
        study = with_society(study, society_values(solved, amounts), amounts, say)
    show_study(study, report, terminal, say)


def _located_faults(files: list[ScenarioFile], given: Problem) -> list[Fault]:
    """Return everything that is wrong with the changes of some files, each at its line."""
    from matcher.errors import InvalidInput

    faults: list[Fault] = []
    for file in files:
        for number in range(len(file.scenarios)):
            try:
                file.applied(given, number)
            except InvalidInput as error:
                faults += error.faults
    return faults
