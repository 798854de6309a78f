"""``matcher generate``: an invented problem of a given size, for trials and measurements."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.options import ForceOption, JsonOption, SeedOption
from matcher.cli.terminal import Terminal
from matcher.cli.written import refuse_to_overwrite, require_folder_of


class SizeName(StrEnum):
    """How large a generated problem is."""

    DEMO = "demo"
    CITY = "city"
    NATIONAL = "national"


SizeOption = Annotated[SizeName, typer.Option("--size", help="How large.")]
GeneratedOut = Annotated[
    Path,
    typer.Option(
        "--out", help="A folder of CSV files, or a name in .xlsx or .json.", metavar="PATH", show_default=False
    ),
]


OptionalOption = Annotated[
    int,
    typer.Option(
        "--optional",
        help="How many of the planned cohorts run only if the plan opens them.",
        metavar="PERCENT",
        min=0,
        max=100,
    ),
]


def generate(
    out: GeneratedOut,
    size: SizeOption = SizeName.DEMO,
    seed: SeedOption = 1,
    optional: OptionalOption = 0,
    force: ForceOption = False,
    json: JsonOption = False,
) -> None:
    """Write an invented problem.

    People, contracts and courses are drawn from sourced figures; the same seed gives the same problem.
    """
    refuse_to_overwrite(out, reads=(), force=force)
    require_folder_of(out)
    from matcher.formats import write_problem
    from matcher.generate import Size
    from matcher.generate import generate as generated

    terminal = Terminal(is_json=json)
    problem = generated(Size(size.value), seed, optional_percent=optional)
    write_problem(problem, out)
    counts = {
        name: len(getattr(problem, name))
        for name in ("candidates", "contracts", "vacancies", "courses", "cohorts", "quotas", "budgets")
    }
    terminal.line(f"Written: {out} ({', '.join(f'{count} {name}' for name, count in counts.items())})")
    terminal.document({"problem": str(out), "size": size.value, "seed": seed, "counts": counts})
