"""The service's database as it starts: made where there is none, and the way in for the first administrator."""

from __future__ import annotations

from matcher.store import Rights, Store, first_invitation, require_newest, revision_of, upgrade

# Without an address there is an invented city in a file of its own, so that nothing invented gets among what is real.
DEMO_ADDRESS = "sqlite:///matcher-demo.db"


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


def first_code(store: Store, *, is_demo: bool) -> str | None:
    """Return the code of the first administrator's link; ``None`` where somebody has an account already.

    An administrator sees nobody's data; in the invented city, where nobody is real, the first one may do everything.
    """
    rights = Rights(roles=frozenset({"administrator", "matcher", "planner", "auditor"}))
    with store.writing() as session:
        return first_invitation(session, rights if is_demo else Rights(roles=frozenset({"administrator"})))
