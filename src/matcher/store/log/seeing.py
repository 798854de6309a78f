"""Who has seen what about people: entries of the audit log that readers leave behind, many in one transaction."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.errors import StoreFailure
from matcher.store.database.opening import Store
from matcher.store.database.session import WritingSession
from matcher.store.log.audit import append

AGAIN_S = 60.0  # whoever looks at the same thing again within a minute has looked at it once
MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """That somebody has seen something about people.

    Parameters
    ----------
    by : str
    entity : str
        ``candidates``, ``pairs``, ``proposals``, or a list's name.
    entity_id : str or None
        ``None`` for a list.
    where : str
        The address, as the table of rules has it.
    """

    by: str
    entity: str
    entity_id: str | None
    where: str


def note_seen(session: WritingSession, entries: Sequence[Seen]) -> None:
    """Add entries to the log."""
    for one in entries:
        append(session, one.by, "see", one.entity, one.entity_id, facts={"where": one.where})


class ReadLog:
    """Keeps who has seen what; a reader is answered when the entry is stored.

    Of readers who come while an entry is being stored, one stores the entries of all: so that many at once cost one
    transaction and not as many as they are.

    Parameters
    ----------
    store : Store
    again_s : float
        For how long the same reader and the same thing are one entry.
    """

    def __init__(self, store: Store, again_s: float = AGAIN_S) -> None:
        self._store, self._again_s = store, again_s
        self._lock = threading.Lock()  # of what follows
        self._waiting: list[_Ticket] = []
        self._known: OrderedDict[Seen, float] = OrderedDict()
        self._turn = threading.Lock()  # of whoever stores

    def note(self, entries: Sequence[Seen]) -> None:
        """Store entries, but for those that were stored a moment ago.

        Raises
        ------
        StoreFailure
            Where they cannot be stored: what is not logged is not shown.
        """
        with self._lock:
            now = time.monotonic()
            fresh = tuple(one for one in entries if now - self._known.get(one, -self._again_s) >= self._again_s)
            if not fresh:
                return
            ticket = _Ticket(fresh)
            self._waiting.append(ticket)
        with self._turn:
            if not ticket.is_done:
                self._store_all()
        if ticket.failure is not None:
            raise StoreFailure(str(ticket.failure))

    def _store_all(self) -> None:
        with self._lock:
            tickets, self._waiting = self._waiting, []
        failure: StoreFailure | None = None
        try:
            with self._store.writing() as session:
                note_seen(session, [one for ticket in tickets for one in ticket.entries])
        except StoreFailure as error:
            failure = error
        with self._lock:
            now = time.monotonic()
            for ticket in tickets:
                ticket.is_done, ticket.failure = True, failure
                if failure is None:
                    self._known.update(dict.fromkeys(ticket.entries, now))
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)


class _Ticket:
    """The entries of one reader, and whether they are stored."""

    def __init__(self, entries: tuple[Seen, ...]) -> None:
        self.entries = entries
        self.is_done = False
        self.failure: StoreFailure | None = None
