"""Collects the faults of one input, up to a limit that keeps a hopeless file from filling the memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from matcher.errors import Fault, InvalidInput

MAX_FAULTS = 10_000


class TooManyFaults(Exception):
    """The limit is reached; reading stops, and what was found is reported."""


class FaultLog:
    """The faults found so far.

    Attributes
    ----------
    faults : list of Fault
        At most `MAX_FAULTS`, and then one that says that there may be more.
    """

    __slots__ = ("faults",)

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    @property
    def room(self) -> int:
        """Return how many faults can still be recorded, and one more that would be too many."""
        return MAX_FAULTS - len(self.faults) + 1

    def add(self, fault: Fault) -> None:
        """Record one fault; raise `TooManyFaults` when there is no room."""
        if len(self.faults) >= MAX_FAULTS:
            raise TooManyFaults
        self.faults.append(fault)

    def extend(self, faults: Iterable[Fault]) -> None:
        """Record several faults."""
        for fault in faults:
            self.add(fault)

    def raise_if_any(self) -> None:
        """Raise `InvalidInput` with every fault, in the order of tables, lines and columns."""
        if not self.faults:
            return
        order: dict[str, int] = {}
        for fault in self.faults:
            order.setdefault(_document(fault), len(order))
        faults = sorted(self.faults, key=lambda fault: (order[_document(fault)], fault.line or 0, fault.column or 0))
        faults = [replace(fault, file=_printable(fault.file)) if fault.file else fault for fault in faults]
        if len(faults) >= MAX_FAULTS:
            faults.append(
                Fault(
                    code="too_many_faults",
                    must=f"have fewer than {MAX_FAULTS} faults",
                    remedy=f"Only the first {MAX_FAULTS} are listed; correct these and read again.",
                )
            )
        raise InvalidInput(faults)


def _document(fault: Fault) -> str:
    """Return the file that a pointer such as ``problem.json#/vacancies/11`` leads into."""
    return (fault.file or "").partition("#")[0]


def _printable(name: str) -> str:
    """Return a name that can be shown and sent, whatever characters a file system or a document put into it."""
    return name if name.isprintable() else "".join(letter if letter.isprintable() else "?" for letter in name)


def refused(code: str, must: str, remedy: str, *, value: object = None, file: str | None = None) -> InvalidInput:
    """Return the error for an input that cannot be read at all."""
    return InvalidInput([Fault(code=code, must=must, remedy=remedy, value=value, file=file)])
