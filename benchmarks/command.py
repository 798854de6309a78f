"""The benchmarks' own command line: measure, report, guard, convert."""

from __future__ import annotations

import json
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from benchmarks.instance import Instance
from benchmarks.peers.methods import METHODS, Entry, methods_for
from benchmarks.run import Run
from benchmarks.tables import duration, megabytes

if TYPE_CHECKING:
    from matcher.problem import Problem

QUICK_LIMIT_S = 20.0
ROUNDS, LIMIT_S = 3, 120.0
INVALID_INPUT = 3  # exit status, as `matcher` has it

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)

Names = Annotated[str, typer.Option(help="Names of instances, with commas between; all where none is given.")]
Methods = Annotated[str, typer.Option(help="Names of methods, with commas between; all where none is given.")]
Rounds = Annotated[int, typer.Option(min=1, help="How often every method runs, in turn with the others.")]
Limit = Annotated[
    float, typer.Option(min=1, help="Seconds after which a method is ended; other solvers may have less.")
]
Quick = Annotated[bool, typer.Option("--quick", help="One round, 20 s a method, no large instance.")]
Store = Annotated[bool, typer.Option("--store", help="Keep the results in benchmarks/results.")]


class Kind(StrEnum):
    """What a file that is converted holds."""

    ASSIGNMENT = "assignment"
    GAP = "gap"
    SKILL_ALLOCATION = "skill-allocation"


class FileForm(StrEnum):
    """How an assignment file lists its costs: all of them, or as lines of i, j and cost."""

    DENSE = "dense"
    SPARSE = "sparse"


@app.callback(invoke_without_command=True)
def compare(
    context: typer.Context,
    instances: Names = "",
    methods: Methods = "",
    rounds: Rounds = ROUNDS,
    time_limit: Limit = LIMIT_S,
    quick: Quick = False,
    store: Store = False,
) -> None:
    """Measure every method on every instance, each run in a fresh process, and print the tables."""
    if context.invoked_subcommand is not None:
        return
    from benchmarks import results
    from benchmarks.machine import load
    from benchmarks.report import tables
    from benchmarks.rounds import interleaved

    began = time.monotonic()
    if quick:
        rounds, time_limit = 1, QUICK_LIMIT_S
    measured: dict[str, results.Measurement] = {}
    for instance in _chosen(_words(instances), is_quick=quick):
        busy = load()
        runs = interleaved(
            instance, _entries(instance, _words(methods)), rounds=rounds, time_limit_s=time_limit, listener=_tell
        )
        measured[instance.name] = results.Measurement.of(instance, runs, time_limit_s=time_limit, load=busy)
        if store:
            results.store(measured[instance.name])
    for found in tables(measured).values():
        for table in found:
            if table.rows:
                typer.echo(f"\n{table.as_text()}")
    typer.echo(f"{(time.monotonic() - began) / 60:.1f} minutes.", err=True)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _chosen(names: list[str], *, is_quick: bool) -> list[Instance]:
    from benchmarks.registry import chosen_instances

    try:
        found = chosen_instances(names)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    present = []
    for instance in found:
        if instance.absence:
            typer.echo(instance.absence, err=True)
        elif not (is_quick and instance.is_large):
            present.append(instance)
    return present


def _entries(instance: Instance, names: list[str]) -> list[Entry]:
    unknown = [name for name in names if name not in METHODS]
    if unknown:
        raise typer.BadParameter(f"Method {unknown[0]!r} must be one of {', '.join(METHODS)}. Choose one of these.")
    present = []
    for entry in methods_for(instance):
        if names and entry.name not in names:
            continue
        if entry.absence:
            typer.echo(entry.absence, err=True)
        else:
            present.append(entry)
    return present


def _tell(instance: Instance, run: Run) -> None:
    end = run.note if run.status == "failed" else f"{duration(run.seconds)}, {megabytes(run.peak_bytes)}"
    typer.echo(f"{instance.name:12s} {run.method:20s} {run.status:7s} {end}", err=True)


@app.command()
def warm(instances: Names = "S,M", rounds: Rounds = 1, store: Store = False) -> None:
    """Measure what solving again after one change costs, beside solving afresh."""
    from benchmarks.warm import measured, warm_table
    from benchmarks.warm import store as keep

    for instance in _chosen(_words(instances), is_quick=False):
        found = measured(instance, rounds, lambda one: typer.echo(f"{one.change}: {one.ratio:.1%}", err=True))
        if store:
            keep(instance.name, found)
        typer.echo(f"\n{warm_table(instance.name, found).as_text()}")


@app.command()
def scenarios(
    instances: Names = "city",
    workers: Annotated[int, typer.Option(min=1, help="Scenarios that are solved at one time.")] = 2,
    each: Annotated[int, typer.Option(min=1, help="Scenarios of each of ten kinds.")] = 10,
    store: Store = False,
) -> None:
    """Measure what a hundred scenarios of one change each take, beside the problem as it is."""
    from benchmarks.scenarios import measured, scenarios_table
    from benchmarks.scenarios import store as keep

    for instance in _chosen(_words(instances), is_quick=False):
        found = measured(instance, workers, lambda text: typer.echo(text, err=True), each)
        if store:
            keep(instance.name, found)
        typer.echo(f"\n{scenarios_table(instance.name, found).as_text()}")


@app.command()
def report() -> None:
    """Render the tables of docs/benchmarking.md from the stored results."""
    from benchmarks import results
    from benchmarks.report import PAGE, renew

    changed = renew(results.stored())
    typer.echo(f"{PAGE.name} {'was renewed' if changed else 'already shows the stored results'}.")


@app.command()
def convert(
    kind: Kind,
    file: Path,
    folder: Path,
    number: Annotated[int, typer.Option(min=1, help="Which instance, of a file that holds several (gap).")] = 1,
    most: Annotated[bool, typer.Option("--most", help="The numbers are profits, not costs (gap).")] = False,
    form: Annotated[FileForm | None, typer.Option(help="Where the numbers do not tell (assignment).")] = None,
) -> None:
    """Convert an OR-Library file, or a data file of MiniZinc's skill-allocation, into a problem folder."""
    from matcher.errors import MatcherError
    from matcher.formats import write_problem

    try:
        problem = _converted(kind, file, number, is_most=most, form=form)
        write_problem(problem, folder)
    except UnicodeDecodeError:
        _refuse(f"{file} must be a text in UTF-8.")
    except OSError as error:
        _refuse(f"{error.strerror}: {error.filename}.")
    except (ValueError, MatcherError) as error:
        _refuse(f"{file}: {error}")
    typer.echo(f"{folder} holds {len(problem.candidates)} candidates and {len(problem.pairs)} pairs.")


def _converted(kind: Kind, file: Path, number: int, *, is_most: bool, form: FileForm | None) -> Problem:
    from benchmarks.convert.assignment import problem_from, read_costs
    from benchmarks.convert.gap import gap_instances, problem_from_gap
    from benchmarks.convert.skill_allocation import problem_from_skill_allocation, read_skill_allocation

    text = file.read_text(encoding="utf-8-sig")
    if kind is Kind.ASSIGNMENT:
        return problem_from(read_costs(text, None if form is None else form.value))
    if kind is Kind.SKILL_ALLOCATION:
        return problem_from_skill_allocation(read_skill_allocation(text))
    instances = gap_instances(text)
    if number > len(instances):
        raise ValueError(f"The file holds {len(instances)} instances, not {number}.")
    return problem_from_gap(instances[number - 1], is_most=is_most)


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(INVALID_INPUT)


@app.command()
def guard(
    renew: Annotated[bool, typer.Option("--renew", help="Store what is measured now.")] = False,
) -> None:
    """Compare every phase with a fixed algorithm in the same run; fail where one has become slower."""
    from benchmarks import guard as guarding

    sys.exit(guarding.renewed() if renew else guarding.checked())


@app.command(hidden=True)
def measure(instance: str, method: str, held: str, time_limit: float) -> None:
    """Make one run in this process and tell it on standard output, for a parent that waits for it."""
    from benchmarks.child import measure as measure_here

    measure_here(instance, method, json.loads(held), time_limit)
