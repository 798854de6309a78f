"""How the what-if commands that solve again and again are run: their options in one place, and the plans they leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.engines import engine_from, refuse_idle_options
from matcher.cli.errors import CommandError
from matcher.cli.options import EngineChoice
from matcher.cli.studies import require_ending
from matcher.cli.terminal import Terminal
from matcher.cli.written import refuse_folder_of_inputs, refuse_to_overwrite, require_folder_of

if TYPE_CHECKING:
    from matcher.languages import Phrases
    from matcher.plan import Plan
    from matcher.problem import Problem
    from matcher.whatif.answers import Asking

PlansOption = Annotated[
    Path | None,
    typer.Option(
        "--plans",
        metavar="FOLDER",
        help="Write each plan there, NAME.json, beside the problem that it answers, NAME.problem.json.",
        show_default=False,
    ),
]
SolveLimitOption = Annotated[
    float | None,
    typer.Option("--time-limit", min=0.001, metavar="SECONDS", help="For each single solve.", show_default=False),
]

SocietyOption = Annotated[
    Path | None,
    typer.Option(
        "--society",
        metavar="AMOUNTS.toml",
        help="Show what each plan is worth to municipality, region, state and person, by amounts of your own.",
        show_default=False,
    ),
]

ChangesOption = Annotated[
    Path | None,
    typer.Option(
        "--with",
        metavar="SCENARIOS.toml",
        help="Make the changes of the first scenario before: a catalogue of cohorts, or a tender with its vacancies.",
        show_default=False,
    ),
]


def require_places(
    report: Path | None,
    plans: Path | None,
    engine: EngineChoice,
    cluster: str | None,
    tls: tuple[Path, Path, Path] | None,
    *,
    reads: Iterable[Path | None],
    force: bool,
) -> None:
    """Raise before anything is solved where the outcome could not be written, or an option would be idle."""
    refuse_idle_options(engine, cluster, tls)
    require_ending(report)
    read = [*reads, *(tls or ())]
    refuse_to_overwrite(report, plans, reads=read, force=force)
    refuse_folder_of_inputs(plans, reads=read)
    require_folder_of(report, plans)


def require_different(what: str, names: Sequence[str]) -> None:
    """Raise where two of several things that are told apart by name have the same one."""
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if twice is not None:
        raise CommandError(f"{what} are called '{twice}', so nobody could tell them apart. Give one another name.")


def asking_from(
    context: typer.Context,
    engine: EngineChoice,
    threads: int | None,
    cluster: str | None,
    tls: tuple[Path, Path, Path] | None,
    *,
    gap: float,
    time_limit: float | None,
    seed: int,
    keep: Path | None,
    terminal: Terminal,
    say: Phrases,
) -> Asking:
    """Return how questions are answered, from a command's options."""
    from matcher.cli.studies import ShownProgress
    from matcher.whatif.answers import Asking
    from matcher.whatif.kept import Kept

    shown = ShownProgress(terminal, say)
    return Asking(
        gap=gap,
        time_limit_s=time_limit,
        seed=seed,
        engine=engine_from(context, engine, threads, cluster, tls),
        kept=Kept(keep),
        on_progress=shown,
        on_solve=shown.solving,
    )


def changed_problem(problem: Path, changes: Path | None, terminal: Terminal, say: Phrases) -> Problem:
    """Return the problem that is asked about: as it is, or with the changes of a file's first scenario.

    What is missing in the problem may be what the changes bring, so it is looked for only where there are none.
    """
    from matcher.cli.reading import complete_problem
    from matcher.formats import read_problem, read_scenarios

    if changes is not None:
        return read_scenarios(changes).applied(read_problem(problem), 0)
    given, _ = complete_problem(problem, skip_incomplete=False, terminal=terminal, say=say)
    return given


def write_plans(folder: Path | None, plans: Iterable[tuple[str, Problem, Plan | None]]) -> None:
    """Write plans with their problems, so that 'matcher check' can read both."""
    from matcher.formats import write_plan, write_problem

    if folder is None:
        return
    folder.mkdir(exist_ok=True)
    for name, problem, plan in plans:
        if plan is not None:
            write_plan(plan, folder / f"{_file_name(name)}.json")
            write_problem(problem, folder / f"{_file_name(name)}.problem.json")


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_.+ " else "_" for letter in name)[:120].strip(" .") or "_"
