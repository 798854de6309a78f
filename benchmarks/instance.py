"""One instance: a problem to be measured, and what is known about its best plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Literal

from matcher.formats import read_problem
from matcher.problem import Problem

REPOSITORY = Path(__file__).resolve().parents[1]
DATA = REPOSITORY.parent / "shared" / "data"

Kind = Literal["planning", "assignment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A problem to be measured.

    Parameters
    ----------
    name, title : str
        The word by which it is chosen, and what it is.
    kind : str
        ``planning``, or ``assignment`` where nothing but positions and people limits the plan.
    make : callable
        Reads or draws the problem.
    source : Path, optional
        The file or folder that must be there.
    best : mapping of tier to Decimal
        Proven best values, as plans print them; empty where none is known.
    num_columns : int, optional
        How many there must be, where that is fixed.
    seed : int, optional
        Of what is drawn.
    is_large : bool
        Too large for tests and for ``--quick``.
    has_whole_model : bool
        Whether other solvers are given the whole model.
    peers : tuple of str, optional
        The other solvers that are measured on it; all that suit where none are named.
    peer_limit_s : float
        Seconds after which another solver is ended on it: long enough to see whether it gets there.
    most_rounds : int
        How often each method runs on it at most.
    is_scaling : bool
        Of the series by which the growth of time is measured.
    falls_apart : bool
        Into components that can be solved on several workers, by which the gain of more of these is measured.
    """

    name: str
    title: str
    kind: Kind
    make: Callable[[], Problem]
    source: Path | None = None
    best: Mapping[str, Decimal] = field(default_factory=dict)
    num_columns: int | None = None
    seed: int | None = None
    is_large: bool = False
    has_whole_model: bool = True
    peers: tuple[str, ...] | None = None
    peer_limit_s: float = 60.0
    most_rounds: int = 5
    is_scaling: bool = False
    falls_apart: bool = False

    @property
    def absence(self) -> str | None:
        """Return in one sentence why the instance cannot be measured here, or ``None`` where it can."""
        if self.source is None or self.source.exists():
            return None
        return f"{self.name} needs {self.source.relative_to(DATA.parent)}, which is not there; left out."


def from_folder(
    name: str, title: str, source: Path, best: Mapping[str, Decimal], num_columns: int, **fields: Any
) -> Instance:
    """Return a planning instance that stands in a problem folder; `fields` are those of `Instance`."""
    return Instance(
        name=name,
        title=title,
        kind="planning",
        make=partial(read_problem, source),
        source=source,
        best=best,
        num_columns=num_columns,
        **fields,
    )
