"""The service's database as it starts: made where there is none, filled for a demo, worked on, and the first way in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from matcher.service.invented import fill_with_invented_city
from matcher.service.worker import Worker
from matcher.store import Rights, Store, first_invitation, require_newest, revision_of, upgrade

# Without an address there is an invented city in a file of its own, so that nothing invented gets among what is real.
DEMO_ADDRESS = "sqlite:///matcher-demo.db"
SIGN_S = 1.0  # how often a worker within the service tells how far it is: somebody may be watching
REST_S = 0.5
LAST_WAIT_S = 30.0


def open_store(address: str | None) -> Store:
    """Return the database that the service works on.

    A file of SQLite that is not there yet, or is empty, gets its schema; PostgreSQL gets it by ``matcher db upgrade``
    alone, as several processes may start at once.

    Parameters
    ----------
    address : str or None
        ``None`` for the invented city's.

    Raises
    ------
    StoreFailure
        Where it cannot be opened, or has another schema than this version's.
    """
    store = Store(address or DEMO_ADDRESS)
    try:
        if not store.is_postgres and revision_of(store) is None:
            upgrade(store)
        require_newest(store)
    except BaseException:
        store.close()
        raise
    return store


@contextmanager
def at_work(store: Store, *, is_demo: bool, has_worker: bool = True) -> Iterator[None]:
    """Let a worker work in a thread of its own while the block lasts; at the end it puts back what is not finished.

    Parameters
    ----------
    store : Store
    is_demo : bool
        Whether a database without any data gets an invented city, for the worker to plan.
    has_worker : bool
        With SQLite nobody else can work.
    """
    if is_demo:
        fill_with_invented_city(store)
    if not has_worker:
        yield
        return
    until = threading.Event()
    worker = Worker(store, sign_s=SIGN_S)
    thread = threading.Thread(target=worker.work, args=(until, REST_S), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        until.set()
        worker.leave()
        thread.join(LAST_WAIT_S)


def first_code(store: Store, *, is_demo: bool) -> str | None:
    """Return the code of the first administrator's link; ``None`` where somebody has an account already.

    An administrator sees nobody's data; in the invented city, where nobody is real, the first one may do everything.
    """
    rights = Rights(roles=frozenset({"administrator", "matcher", "planner", "auditor"}))
    with store.writing() as session:
        return first_invitation(session, rights if is_demo else Rights(roles=frozenset({"administrator"})))
