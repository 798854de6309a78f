"""The options that several commands share, each said once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.terminal import default_language


class Lang(StrEnum):
    """Language of texts and reports."""

    EN = "en"
    SV = "sv"


ProblemArgument = Annotated[
    Path, typer.Argument(metavar="PROBLEM", help="Problem folder, Excel workbook or JSON file.", show_default=False)
]
PlanArgument = Annotated[Path, typer.Argument(metavar="PLAN", help="Plan as written by 'solve'.", show_default=False)]
PublishedOption = Annotated[
    Path | None,
    typer.Option("--published", metavar="PLAN", help="The plan that people have been told.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite what is there already.")]
LangOption = Annotated[
    Lang | None,
    typer.Option("--lang", help="Language of texts; by default that of the environment.", show_default=False),
]
GapOption = Annotated[float, typer.Option("--gap", min=0.0, max=1.0, help="Relative gap that is good enough.")]
TimeLimitOption = Annotated[
    float | None,
    typer.Option("--time-limit", min=0.001, metavar="SECONDS", help="Give the best plan so far after so many seconds."),
]


class EngineChoice(StrEnum):
    """What the parts of a problem are solved on."""

    THREADS = "threads"
    PROCESSES = "processes"
    DASK = "dask"


EngineOption = Annotated[
    EngineChoice, typer.Option("--engine", help="What the parts of a problem that falls apart are solved on.")
]
ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Dask scheduler to use, for example tls://10.0.0.5:8786; without it workers are started here.",
        show_default=False,
    ),
]
TlsOption = Annotated[
    tuple[Path, Path, Path] | None,
    typer.Option(
        "--tls",
        metavar="CA CERT KEY",
        help="PEM files of the cluster's authority, the own certificate and its key.",
        show_default=False,
    ),
]
MemoryLimitOption = Annotated[
    int | None,
    typer.Option(
        "--memory-limit",
        min=1,
        metavar="MB",
        help="Give the best plan so far before more memory is used.",
        show_default=False,
    ),
]
ThreadsOption = Annotated[
    int | None,
    typer.Option("--threads", min=1, max=1024, help="By default as many as there are cores; never changes the plan."),
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help="The same seed gives the same result.")]


def language_of(lang: Lang | None) -> str:
    """Return the language that was asked for, or that of the environment."""
    return lang.value if lang is not None else default_language()
