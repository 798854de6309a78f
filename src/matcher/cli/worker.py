"""``matcher worker``: makes runs and batches, one after the other, until it is told to stop."""

from __future__ import annotations

import signal
import threading
from datetime import time
from typing import Annotated

import typer

from matcher.cli.batch import HorizonOption
from matcher.cli.db import DEFAULT_DATABASE, DatabaseOption, opened
from matcher.cli.terminal import Terminal


def _time_of_day(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"A time of day like 02:15 is needed, not {text!r}.") from None


NightlyOption = Annotated[
    time | None,
    typer.Option(
        "--nightly",
        parser=_time_of_day,
        metavar="HH:MM",
        help="Ask for the day's batch from this time on.",
        show_default=False,
    ),
]
NameOption = Annotated[
    str | None,
    typer.Option(
        "--name", metavar="NAME", help="Which worker it is; by default machine and process.", show_default=False
    ),
]


def worker(
    nightly: NightlyOption = None,
    horizon: HorizonOption = 120,
    name: NameOption = None,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Work on what has been asked for, until Ctrl-C or SIGTERM.

    It ends when the job that it is working on has ended. Killed, it loses nothing: another worker takes the job over.
    """
    terminal = Terminal()
    until = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: until.set())
    with opened(database) as store:
        from matcher.service.batches import Nightly
        from matcher.service.worker import Worker

        working = Worker(store, name)
        terminal.note(f"Worker {working.name} works on {store.address}.")
        working.work(until, nightly=None if nightly is None else Nightly(at=nightly, horizon_days=horizon))
    terminal.note("Ended.")
