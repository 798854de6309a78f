"""``matcher alternatives``: the next best plans that really differ, each checked before it is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.options import (
    ForceOption,
    GapOption,
    JsonOption,
    LangOption,
    PlanArgument,
    ProblemArgument,
    SeedOption,
    ThreadsOption,
    TimeLimitOption,
    language_of,
)
from matcher.cli.terminal import Terminal
from matcher.cli.written import refuse_to_overwrite, require_folder_of

if TYPE_CHECKING:
    from matcher.languages import Phrases
    from matcher.whatif import Alternative, Alternatives

MOST = 100

CountOption = Annotated[int, typer.Option("--count", min=1, max=MOST, help="How many alternatives at most.")]
DifferOption = Annotated[
    int,
    typer.Option(
        "--differ",
        min=1,
        metavar="PLACEMENTS",
        help="How many placements of the plan, and of each earlier alternative, each lacks at least.",
        show_default=False,
    ),
]
WithinOption = Annotated[
    float,
    typer.Option(
        "--within",
        min=0.0,
        max=0.999,
        metavar="SHARE",
        help="How much of its value every aim up to the placements may lose: 0.01 is one per cent.",
    ),
]
FolderOption = Annotated[
    Path, typer.Option("--out", metavar="FOLDER", help="Where the plans go: alternative-1.json and so on.")
]


def alternatives(
    problem: ProblemArgument,
    plan: PlanArgument,
    differ: DifferOption,
    out: FolderOption,
    count: CountOption = 3,
    within: WithinOption = 0.01,
    gap: GapOption = 1e-6,
    time_limit: TimeLimitOption = None,
    threads: ThreadsOption = None,
    seed: SeedOption = 0,
    lang: LangOption = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Find the next best plans that differ.

    Each is the best of all plans that differ enough from the given one and from those before it, and lose no more than
    is allowed. Each is written only after the independent checker has passed it.
    """
    files = [out / f"alternative-{number}.json" for number in range(1, count + 1)]
    refuse_to_overwrite(*files, reads=(problem, plan), force=force)
    require_folder_of(out)
    import os

    from matcher.cli.progress import SolveProgress
    from matcher.cli.reading import plan_with_problem
    from matcher.formats import write_plan
    from matcher.languages import phrases
    from matcher.whatif import alternatives as find_alternatives

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    given, made = plan_with_problem(problem, plan, terminal, say)
    with SolveProgress(terminal, say) as progress:
        found = find_alternatives(
            given,
            made,
            count=count,
            differ_by=differ,
            within=within,
            gap=gap,
            time_limit_s=time_limit,
            threads=threads or os.cpu_count() or 1,
            seed=seed,
            on_progress=progress,
        )
    if found.found:
        out.mkdir(exist_ok=True)
    for file, alternative in zip(files, found.found, strict=False):
        write_plan(alternative.plan, file)
    _show(found, files, differ, within, terminal, say)
    terminal.document(_document(found, files))


def _show(found: Alternatives, files: list[Path], differ: int, within: float, terminal: Terminal, say: Phrases) -> None:
    head = say.plural(
        "{count} alternative that differs in at least {placements} and loses at most {share}.",
        "{count} alternatives that differ in at least {placements} and lose at most {share}.",
        len(found.found),
        placements=say.plural("{count} placement", "{count} placements", differ),
        share=say.percent(within, 2),
    )
    terminal.line(head, style="bold")
    if found.found:
        _show_table(found, terminal, say)
        names = ", ".join(str(file) for file, _ in zip(files, found.found, strict=False))
        terminal.line()
        terminal.line(say.text("Written: {files}", files=names))
    if found.is_interrupted:
        terminal.note(say.text("The search was ended before its time: there may be more."))
    elif len(found.found) < len(files):
        terminal.note(say.text("The search came to its end and found no further one."))


def _show_table(found: Alternatives, terminal: Terminal, say: Phrases) -> None:
    from rich.table import Table

    from matcher.report import gap_text
    from matcher.report.words import AIMS

    table = Table(box=None, padding=(0, 3, 0, 0))
    table.add_column(say.text("Alternative"), header_style="dim")
    table.add_column(say.text("Other placements"), justify="right", header_style="dim")
    aims = [loss.tier for loss in found.found[0].losses if loss.tier != "tie_break"]
    for aim in aims:
        table.add_column(say.text(AIMS[aim]), justify="right", header_style="dim")
    table.add_column(say.text("Certified gap"), justify="right", header_style="dim")
    for number, alternative in enumerate(found.found, start=1):
        values = {tier.name: tier for tier in alternative.plan.tiers}
        worst = max(values[aim].gap for aim in aims) if aims else 0.0
        cells = [f"{say.number(values[aim].value, most=6)}{_loss_text(alternative, aim, say)}" for aim in aims]
        table.add_row(str(number), str(alternative.num_left_out), *cells, gap_text(worst, say))
    terminal.line()
    terminal.table(table)


def _loss_text(alternative: Alternative, aim: str, say: Phrases) -> str:
    """Return the loss in an aim behind its value, or nothing where it is 0 or no share of anything."""
    share = next(loss.share for loss in alternative.losses if loss.tier == aim)
    return f" ({say.percent(-share, 3)})" if share else ""


def _document(found: Alternatives, files: list[Path]) -> dict[str, Any]:
    from matcher.cli.solving import tier_document

    return {
        "is_interrupted": found.is_interrupted,
        "alternatives": [
            {
                "plan": str(file),
                "status": alternative.plan.status,
                "is_checked": True,
                "other_placements": alternative.num_left_out,
                "tiers": [
                    tier_document(tier)
                    | {"loss": str(loss.loss), "loss_share": loss.share, "is_limited": loss.is_limited}
                    for tier, loss in zip(alternative.plan.tiers, alternative.losses, strict=True)
                ],
            }
            for file, alternative in zip(files, found.found, strict=False)
        ],
    }
