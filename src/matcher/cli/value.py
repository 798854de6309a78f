"""``matcher whatif value``: what one more of anything is worth."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from matcher.cli.asking import SocietyOption, SolveLimitOption, asking_from, require_places
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


class Thing(StrEnum):
    """Of what one more is asked about."""

    SEAT = "seat"
    MONEY = "money"
    WEEK = "week"
    REQUIREMENT = "requirement"


ThingsOption = Annotated[
    list[Thing] | None,
    typer.Option(
        "--of",
        help="Only these: seats by cohort, money by budget, a week by contract, requirements by vacancy.",
        show_default=False,
    ),
]
MoneyOption = Annotated[
    int, typer.Option("--money", min=1, max=10**9, metavar="KRONOR", help="How much more money is asked about.")
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="ID", help="Only these cohorts, budgets, contracts and vacancies.", show_default=False
    ),
]


def value(
    context: typer.Context,
    problem: ProblemArgument,
    of: ThingsOption = None,
    only: OnlyOption = None,
    money: MoneyOption = 10_000,
    society: SocietyOption = None,
    report: StudyReportOption = None,
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
    """Say what one more of anything is worth.

    One more seat, more money, a week, one requirement less: each by solving again, exactly, with the price that the
    certificate puts on it beside it.
    """
    require_places(report, None, engine, cluster, tls, reads=(problem, society), force=force)
    from decimal import Decimal

    from matcher.cli.reading import complete_problem
    from matcher.cli.studies import show_study
    from matcher.languages import phrases
    from matcher.report import thing_text, with_society, worth_study
    from matcher.whatif import WORTH_KINDS, read_society, society_values, things_to_value, value_of, world_of

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    given, _ = complete_problem(problem, skip_incomplete=False, terminal=terminal, say=say)
    amounts = None if society is None else read_society(society)
    kinds = [kind for kind in WORTH_KINDS if not of or kind in [each.value for each in of]]
    things = things_to_value(given, kinds, money=Decimal(money))
    if only:
        unknown = sorted(set(only) - {each.entity_id for each in things})
        if unknown:
            raise CommandError(f"--only {unknown[0]} names nothing of which there could be one more. Correct the id.")
        things = tuple(each for each in things if each.entity_id in only)
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
    found = value_of(given, things, money=Decimal(money), asking=asking)
    study = worth_study(found, say)
    if amounts is not None:
        world = world_of(given)
        plans = [(say.text("as it is"), world, found.plan)]
        for worth in found.ranked:
            if worth.plan is not None:
                plans.append((thing_text(worth, found, say), worth.one_more.change.applied(world), worth.plan))
        study = with_society(study, society_values(plans, amounts), amounts, say)
    show_study(study, report, terminal, say)
