"""Runs trials: ``python -m tests.trust [TRIAL ...] [--count N | --full] [--store]``; without a name all of them."""

from __future__ import annotations

import argparse
import logging
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

from tests.trust.catalogue import TRIALS
from tests.trust.stored import PAGE, next_first, number_text, page, store, stored, total
from tests.trust.trials import Portion, Tally, Trial, added

Row = tuple[str, str, str, str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and print a table; 1 where something did not hold."""
    given = _parser().parse_args(arguments)
    names = {trial.name: trial for trial in TRIALS}
    unknown = [name for name in given.trials if name not in names]
    if unknown:
        print(f"Trial '{unknown[0]}' must be one of: {', '.join(names)}.", file=sys.stderr)
        return 2
    if given.render:
        PAGE.write_text(page(TRIALS), encoding="utf-8")
        return 0
    chosen = [names[name] for name in given.trials] or list(TRIALS)
    signal.signal(signal.SIGTERM, _end)
    logging.disable()  # what is refused on a full disk, or while a server starts, is what is expected
    began, spent = time.monotonic(), _spent()
    rows: list[Row] = []
    has_failed = False
    for trial in chosen:
        print(f"{trial.name} ...", file=sys.stderr, flush=True)
        row, faults = _tried(trial, given)
        rows.append(row)
        has_failed |= bool(faults)
        for sentence in faults[:20]:
            print(f"  {sentence}", file=sys.stderr, flush=True)
    rows.append(("together", "", "", f"{time.monotonic() - began:.0f}", f"{_spent() - spent:.0f}"))
    _print(rows)
    if given.store:
        PAGE.write_text(page(TRIALS), encoding="utf-8")
    return int(has_failed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.trust", description=__doc__)
    parser.add_argument("trials", nargs="*", metavar="TRIAL", help=", ".join(trial.name for trial in TRIALS))
    parser.add_argument("--count", type=int, help="how many; the short form's number unless given")
    parser.add_argument("--full", action="store_true", help="what is missing of the full number")
    parser.add_argument("--first", type=int, help="first seed; after those that are stored unless given")
    parser.add_argument("--store", action="store_true", help="add the result to those of the repository")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no portion of a trial after that")
    parser.add_argument("--workers", type=int, default=1, help="processes that may compute at the same time")
    parser.add_argument("--render", action="store_true", help="write docs/trust.md anew and end")
    return parser


def _tried(trial: Trial, given: argparse.Namespace) -> tuple[Row, list[str]]:
    count = given.count if given.count is not None else trial.short
    first = given.first if given.first is not None else next_first(trial) if given.store else 0
    if given.full:
        count = max(0, trial.full - total(stored(trial)).tried)
    began, spent, done = time.monotonic(), _spent(), 0
    tallies: list[Tally] = []
    while done < count and time.monotonic() - began < given.seconds:
        number = min(trial.at_once, count - done)
        with tempfile.TemporaryDirectory(prefix="matcher-trust-") as folder:
            portion = Portion(first=first + done, count=number, folder=Path(folder), workers=max(1, given.workers))
            started = time.monotonic()
            try:
                tally = trial.run(portion)
            except pytest.skip.Exception as skipped:
                return (trial.name, f"0 {trial.unit}", f"skipped: {skipped}", "0", "0"), []
        done += number
        tallies.append(tally)
        if given.store:
            store(trial, portion, tally, time.monotonic() - started)
    faults = [fault for tally in tallies for fault in tally.faults]
    counts = added([tally.counts for tally in tallies])
    told = ", ".join(f"{name} {number_text(number)}" for name, number in counts.items())
    result = f"{len(faults)} failed" if faults else "all held" if done else "nothing to do"
    seconds, processor = f"{time.monotonic() - began:.0f}", f"{_spent() - spent:.0f}"
    tried = f"{number_text(done)} {trial.unit}"
    return (trial.name, tried, f"{result} ({told})" if told else result, seconds, processor), faults


def _end(*_: object) -> NoReturn:
    """End as an error does: what was mounted or started is taken away."""
    raise SystemExit(128 + signal.SIGTERM)


def _spent() -> float:
    """Return the processor seconds of this process and of those it has waited for; a server's own are not known."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _print(rows: Sequence[Row]) -> None:
    table = [("trial", "tried", "result", "seconds", "of processor"), *rows]
    widths = [max(len(row[place]) for row in table) for place in range(2)]
    for name, tried, result, seconds, processor in table:
        print(f"{name:{widths[0]}}  {tried:>{widths[1]}}  {seconds:>7}  {processor:>12}  {result}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
