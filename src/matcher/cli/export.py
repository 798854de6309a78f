"""``matcher export``: a problem or a plan for a spreadsheet, another program or another solver."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from matcher.cli.errors import CommandError
from matcher.cli.options import ForceOption, JsonOption, ProblemArgument, ThreadsOption
from matcher.cli.terminal import Terminal
from matcher.cli.written import refuse_to_overwrite, require_folder_of


class ExportFormat(StrEnum):
    """What an export is written as."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    MPS = "mps"
    LP = "lp"


class TierName(StrEnum):
    """The aim whose model is exported."""

    SHORTFALL = "shortfall"
    PLACEMENTS = "placements"
    COST = "cost"
    TIE_BREAK = "tie_break"


MODELS = (ExportFormat.MPS, ExportFormat.LP)
PlanToExport = Annotated[
    Path | None,
    typer.Argument(metavar="[PLAN]", help="Export this plan; without it, the problem itself.", show_default=False),
]
FormatOption = Annotated[
    ExportFormat, typer.Option("--format", help="mps and lp: the model, for other solvers.", show_default=False)
]
ExportOut = Annotated[Path, typer.Option("--out", help="A file; for csv a folder.", metavar="PATH", show_default=False)]
TierOption = Annotated[TierName, typer.Option("--tier", help="For mps and lp: the aim.")]


def export(
    problem: ProblemArgument,
    format: FormatOption,
    out: ExportOut,
    plan: PlanToExport = None,
    tier: TierOption = TierName.PLACEMENTS,
    threads: ThreadsOption = None,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Write a problem or a plan in another format.

    As workbook, CSV folder or JSON; or the model of one aim as MPS or LP, for other solvers.
    """
    if plan is not None and format in MODELS:
        raise CommandError(f"A plan cannot be exported as {format.value}: leave PLAN away to export the model.")
    refuse_to_overwrite(out, reads=(problem, plan), force=force)
    require_folder_of(out)
    terminal = Terminal(is_json=json)
    if format in MODELS:
        _export_model(problem, format, tier.value, out, threads)
    elif plan is None:
        _export_problem(problem, format, out)
    else:
        _export_plan(problem, plan, format, out, terminal)
    terminal.line(f"Written: {out}")
    terminal.document({"written": str(out), "format": format.value})


def _export_model(problem: Path, format: ExportFormat, tier: str, out: Path, threads: int | None) -> None:
    import os

    from matcher.features import build_columns
    from matcher.formats import export_lp, export_mps, read_problem
    from matcher.solve.refusals import refuse_what_cannot_be_solved

    given = read_problem(problem)
    refuse_what_cannot_be_solved(given)
    columns = build_columns(given, threads=threads or os.cpu_count() or 1)
    (export_mps if format is ExportFormat.MPS else export_lp)(columns, tier, out)


def _export_problem(problem: Path, format: ExportFormat, out: Path) -> None:
    from matcher.formats import read_problem, write_problem

    _require_ending(out, format)
    if format is ExportFormat.CSV:
        out.mkdir(exist_ok=True)
    write_problem(read_problem(problem), out)


def _export_plan(problem: Path, plan: Path, format: ExportFormat, out: Path, terminal: Terminal) -> None:
    from matcher.cli.reading import plan_with_problem
    from matcher.formats import plan_to_csv, plan_to_xlsx, write_plan
    from matcher.languages import phrases

    _require_ending(out, format)
    given, made = plan_with_problem(problem, plan, terminal, phrases("en"))
    writers: dict[ExportFormat, Any] = {
        ExportFormat.CSV: lambda: plan_to_csv(made, given, out),
        ExportFormat.XLSX: lambda: plan_to_xlsx(made, given, out),
        ExportFormat.JSON: lambda: write_plan(made, out),
    }
    writers[format]()


def _require_ending(out: Path, format: ExportFormat) -> None:
    if format is not ExportFormat.CSV and out.suffix.lower() != f".{format.value}":
        raise CommandError(
            f"'{out}' must end in .{format.value} to hold {format.value}. Change the name or the format."
        )
