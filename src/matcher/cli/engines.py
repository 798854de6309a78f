"""Which engine a command works on, from its options."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from matcher.cli.errors import CommandError
from matcher.cli.options import EngineChoice

if TYPE_CHECKING:
    from matcher.engine import Engine


def refuse_idle_options(engine: EngineChoice, cluster: str | None, tls: tuple[Path, Path, Path] | None) -> None:
    """Raise where an option would be passed over without a word."""
    if cluster is not None and engine != EngineChoice.DASK:
        raise CommandError("--cluster names a Dask cluster. Add --engine dask, or leave it out.")
    if tls is not None and cluster is None:
        raise CommandError("--tls is for a cluster that runs already. Name it with --cluster, or leave --tls out.")


def engine_from(
    context: typer.Context,
    engine: EngineChoice,
    threads: int | None,
    cluster: str | None,
    tls: tuple[Path, Path, Path] | None,
) -> Engine:
    """Return the engine that was asked for; it ends with the command."""
    from matcher.engine import Tls, engine_of

    made = engine_of(
        engine.value,
        threads or os.cpu_count() or 1,
        address=cluster,
        tls=None if tls is None else Tls(ca_file=tls[0], cert_file=tls[1], key_file=tls[2]),
    )
    return context.with_resource(made)
