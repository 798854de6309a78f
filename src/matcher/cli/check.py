"""``matcher check``: whether a plan keeps every rule, and its certificate proves what it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from matcher.cli.errors import Status, shown
from matcher.cli.options import (
    JsonOption,
    LangOption,
    PlanArgument,
    ProblemArgument,
    PublishedOption,
    ThreadsOption,
    language_of,
)
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from matcher.check import CheckReport
    from matcher.languages import Phrases


def check(
    problem: ProblemArgument,
    plan: PlanArgument,
    published: PublishedOption = None,
    threads: ThreadsOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Check every rule and every bound of a plan.

    The checker shares no code with the solver. Exit status 6 where anything does not hold.

    A plan that counts changes against a published plan needs that plan, too.
    """
    import os

    from matcher.check import check_plan
    from matcher.cli.reading import plan_to_judge, published_plan
    from matcher.features import build_columns
    from matcher.languages import phrases

    terminal, say = Terminal(is_json=json), phrases(language_of(lang))
    given, made = plan_to_judge(problem, plan, terminal, say)
    told = published_plan(made, plan, published)
    columns = build_columns(given, threads=threads or os.cpu_count() or 1)
    report = check_plan(given, made, columns, published=told)
    _show(report, len(made.assignments), terminal, say)
    terminal.document(_document(report))
    if not report.is_sound:
        raise typer.Exit(Status.CHECK_FAILED)


def _show(report: CheckReport, num_placements: int, terminal: Terminal, say: Phrases) -> None:
    from rich.table import Table

    from matcher.report import gap_text
    from matcher.report.words import AIMS

    if report.is_sound:
        holds = say.text("The plan holds: every rule for {count} placements, and every bound.", count=num_placements)
        terminal.line(holds, style="bold")
    else:
        terminal.line(say.text("The plan does not hold:"), style="bold")
        terminal.lines(f"  {sentence}" for sentence in shown([found.message for found in report.violations]))
    if report.tiers:
        table = Table(box=None, padding=(0, 3, 0, 0))
        table.add_column(say.text("Aim"), header_style="dim")
        for name in (say.text("Recomputed"), say.text("Bound"), say.text("Certified gap")):
            table.add_column(name, justify="right", header_style="dim")
        for tier in report.tiers:
            bound = "–" if tier.bound is None else say.number(tier.bound, most=6)
            gap = "–" if tier.gap is None else gap_text(tier.gap, say)
            table.add_row(say.text(AIMS[tier.name]), say.number(tier.value, most=6), bound, gap)
        terminal.line()
        terminal.table(table)
    for note in report.notes:
        terminal.note(note)


def _document(report: CheckReport) -> dict[str, Any]:
    return {
        "is_sound": report.is_sound,
        "violations": [
            {"code": found.code, "message": found.message, "ids": list(found.ids)} for found in report.violations
        ],
        "tiers": [
            {
                "name": tier.name,
                "value": str(tier.value),
                "bound": None if tier.bound is None else str(tier.bound),
                "certified_gap": tier.gap,
            }
            for tier in report.tiers
        ],
        "notes": list(report.notes),
    }
