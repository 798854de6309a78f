"""Does what takes seconds in a process of its own, so that whoever reads a page meanwhile does not wait for it.

Reading and writing a city's workbook is seconds of work on rows, and the threads of one Python process share its time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from matcher.engine import Processes
from matcher.store import Session, Store, last_entry, mark_of

Made = TypeVar("Made")
Work = tuple[Callable[..., Any], tuple[Any, ...]]

LARGE_ROWS = 20_000  # below that, starting a process takes longer than the work
LARGE_LOG = 3_000  # entries
LARGE_BYTES = 300_000  # of a file, which is compressed
_MANY = ("candidates", "candidate_skills", "vacancy_skills", "pairs")
_ONE_AT_A_TIME = threading.Lock()  # each takes as much memory as the problem that it reads


def is_large(session: Session) -> bool:
    """Tell whether so much is stored that reading all of it is for a process of its own."""
    return sum(mark_of(session, table)[0] for table in _MANY) > LARGE_ROWS


def has_long_log(session: Session) -> bool:
    """Tell whether the audit log is so long that a workbook of it is for a process of its own."""
    return last_entry(session)[0] > LARGE_LOG


def apart(is_long: bool, function: Callable[..., Made], *arguments: Any) -> Made:
    """Return what a function makes: in a process of its own where that takes long, otherwise here.

    Parameters
    ----------
    is_long : bool
    function : callable
        Defined at the top level of a module; it reads, and never writes: with SQLite one process may.
    *arguments
        Picklable, as the result and what it raises are.
    """
    if not is_long:
        return function(*arguments)
    with _ONE_AT_A_TIME, Processes(1) as engine:
        return cast("Made", engine.map(_made, [(function, arguments)])[0])


def reading_apart(
    store: Store, function: Callable[..., Made], *arguments: Any, is_large: Callable[[Session], bool] = is_large
) -> Made:
    """Return what a function makes of a database that it reads: in a process of its own where much is stored.

    Parameters
    ----------
    store : Store
    function : callable
        Takes a session that reads, and the arguments; see `apart`.
    *arguments
    is_large : callable, optional
        Tells whether it takes long.
    """
    with store.reading() as session:
        if not is_large(session):
            return function(session, *arguments)
    address = store.url.render_as_string(hide_password=False)  # handed over within the machine's memory
    return cast("Made", apart(True, _read_with, address, function, arguments))


def _read_with(address: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    with Store(address, is_writer=False) as store, store.reading() as session:
        return function(session, *arguments)


def _made(work: Work) -> Any:
    function, arguments = work
    return function(*arguments)
