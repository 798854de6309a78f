"""What goes wrong in the words of the person who typed the command, and the exit status that scripts look at."""

from __future__ import annotations

import errno
from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any

from matcher.errors import (
    CheckFailed,
    Conflict,
    ContradictoryDecisions,
    EngineFailure,
    Fault,
    IncompleteInput,
    InvalidInput,
    LimitReached,
    MatcherError,
    StoreFailure,
    UnknownId,
)

MOST_SHOWN = 50


class Status(IntEnum):
    """Exit statuses."""

    DONE = 0
    WRONG_USAGE = 2
    INVALID_INPUT = 3
    CONTRADICTORY_DECISIONS = 4
    LIMIT_REACHED = 5
    CHECK_FAILED = 6
    OUR_FAULT = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


class CommandError(Exception):
    """A command cannot do what was asked, for a reason that lies in the command line itself.

    Parameters
    ----------
    sentence : str
        What is wrong and what to do.
    status : Status
    code : str
        Stable machine-readable kind.
    """

    def __init__(self, sentence: str, *, status: Status = Status.WRONG_USAGE, code: str = "usage") -> None:
        self.status = status
        self.code = code
        super().__init__(sentence)


def status_of(error: MatcherError) -> Status:
    """Return the exit status of an error; decisions that quarrel in the file itself count as contradictory too."""
    if isinstance(error, InvalidInput) and {fault.code for fault in error.faults} == {"contradictory_decisions"}:
        return Status.CONTRADICTORY_DECISIONS
    for kind, status in (
        (InvalidInput, Status.INVALID_INPUT),
        (ContradictoryDecisions, Status.CONTRADICTORY_DECISIONS),
        (LimitReached, Status.LIMIT_REACHED),
        (EngineFailure, Status.LIMIT_REACHED),
        (CheckFailed, Status.CHECK_FAILED),
        (StoreFailure, Status.INVALID_INPUT),
        (Conflict, Status.INVALID_INPUT),
        (UnknownId, Status.INVALID_INPUT),
    ):
        if isinstance(error, kind):
            return status
    return Status.OUR_FAULT


def error_lines(error: MatcherError) -> Iterator[str]:
    """Yield an error as people read it: faults by file, at most fifty."""
    if isinstance(error, InvalidInput):
        yield from fault_lines(error.faults)
        if isinstance(error, IncompleteInput):
            yield "Fill in these cells, or leave out what is incomplete with --skip-incomplete."
    elif isinstance(error, ContradictoryDecisions):
        yield "People's decisions exclude one another:"
        yield from (f"  {sentence}" for sentence in shown(error.contradictions))
    elif isinstance(error, CheckFailed):
        yield "The plan does not hold, so it was not written:"
        yield from (f"  {sentence}" for sentence in shown(error.violations))
    else:
        yield str(error) or "A limit was reached before any plan was found. Give it more time."


def fault_lines(faults: Sequence[Fault]) -> Iterator[str]:
    """Yield faults grouped by the file (or table) that they stand in, at most fifty in all, with their number."""
    if len(faults) == 1:
        yield str(faults[0])
        return
    by_place: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults[:MOST_SHOWN]:
        by_place[fault.file or fault.table or ""].append(fault)
    for place, group in by_place.items():
        if place:
            yield f"{place}:"
        yield from (f"  {fault}" for fault in group)
    if len(faults) > MOST_SHOWN:
        yield f"These are {MOST_SHOWN} of {len(faults)} faults."
    else:
        yield f"{len(faults)} faults."


def shown(sentences: Sequence[str]) -> Iterator[str]:
    """Yield at most fifty sentences, and how many there are in all where that is more."""
    yield from sentences[:MOST_SHOWN]
    if len(sentences) > MOST_SHOWN:
        yield f"These are {MOST_SHOWN} of {len(sentences)}."


def error_document(error: MatcherError, status: Status) -> dict[str, Any]:
    """Return an error for programs: kind, exit status, and everything that it lists."""
    document: dict[str, Any] = {"kind": type(error).__name__, "status": int(status), "message": str(error)}
    if isinstance(error, InvalidInput):
        document["faults"] = [fault_document(fault) for fault in error.faults]
    if isinstance(error, ContradictoryDecisions):
        document["contradictions"] = list(error.contradictions)
    if isinstance(error, CheckFailed):
        document["violations"] = list(error.violations)
    return document


def fault_document(fault: Fault) -> dict[str, Any]:
    """Return a fault with all its fields and its sentence."""
    fields = {name: getattr(fault, name) for name in Fault.__slots__}
    return fields | {"value": None if fault.value is None else str(fault.value), "message": str(fault)}


def os_error_sentence(error: OSError) -> str:
    """Return what the operating system refused, on which file, and what to do."""
    what = error.strerror or str(error) or type(error).__name__
    where = f" '{error.filename}'" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"The disk is full{f': {where.strip()} was not written' if where else ''}. Make room and run again."
    remedy = "Check the path and its permissions."
    return f"The operating system refused{where}: {what}. {remedy}"
