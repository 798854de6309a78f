"""Where a desk comes from: the plan of a store that people work by, read once for each plan."""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from matcher.errors import MatcherError
from matcher.languages import LANGUAGES
from matcher.plan import Baseline
from matcher.report import RunFacts
from matcher.service.desk.contracts import contract_rows
from matcher.service.desk.desk import Desk
from matcher.service.desk.losses_apart import losses_apart, read_plan
from matcher.service.desk.people import candidate_rows
from matcher.service.desk.vacancies import vacancy_page, vacancy_rows
from matcher.service.invented import invented_day
from matcher.service.publishing import PLANNING, plan_in_use
from matcher.store import (
    Job,
    Session,
    Store,
    StoredPlan,
    groups_of_people,
    list_jobs,
    plan_of,
)

MOST_DESKS = 3
LARGE = 5_000  # candidates: of fewer, no page takes long to make for the first time


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Why there is no desk yet.

    Parameters
    ----------
    job : Job or None
        The one that makes, or should have made, the first plan; ``None`` where nobody has asked for a plan.
    """

    job: Job | None


class DeskSource(Protocol):
    """Gives the desk of the day."""

    def today(self) -> date:
        """Return the day on which somebody looks."""

    def desk(self) -> Desk | None:
        """Return the desk with the plan that people work by; ``None`` where there is no plan yet."""

    def waiting(self) -> Waiting:
        """Return what a reader can be told while there is no plan."""


class StoredDesks:
    """The desks of a store, each with the plan that people work by (`plan_in_use`), or another one.

    Parameters
    ----------
    store : Store
    clock : callable, optional
        Says which day it is; an invented city has a day of its own.
    """

    def __init__(self, store: Store, clock: Callable[[], date] = date.today) -> None:
        self._store, self._clock = store, clock
        self._desks: OrderedDict[tuple[int, date], Desk] = OrderedDict()
        self._lock = threading.Lock()

    def today(self) -> date:
        """Return the day on which somebody looks."""
        with self._store.reading() as session:
            return self._day(session)

    def desk(self) -> Desk | None:
        """Return the desk with the plan that people work by; ``None`` where there is no plan yet."""
        with self._store.reading() as session:
            plan_id, day = plan_in_use(session), self._day(session)
        return None if plan_id is None else self._of_plan(plan_id, day)

    def prepare(self) -> None:
        """Read the desk in a thread of its own, so that nobody waits for it who comes first."""

        def read() -> None:
            with suppress(MatcherError):  # whoever asks is told
                self.desk()

        threading.Thread(target=read, name="preparing", daemon=True).start()

    def waiting(self) -> Waiting:
        """Return what a reader can be told while there is no plan."""
        with self._store.reading() as session:
            jobs = [job for job in list_jobs(session) if job.kind in PLANNING]
        return Waiting(job=jobs[0] if jobs else None)

    def close(self) -> None:
        """Work nothing more out that only later pages would have shown."""
        with self._lock:
            for desk in self._desks.values():
                desk.losses.close()

    def _day(self, session: Session) -> date:
        return invented_day(session) or self._clock()

    def _of_plan(self, plan_id: int, day: date) -> Desk:
        with self._lock:
            key = (plan_id, day)
            if key not in self._desks:
                self._desks[key] = self._read(plan_id, day)
                while len(self._desks) > MOST_DESKS:
                    self._desks.popitem(last=False)
            self._desks.move_to_end(key)
            return self._desks[key]

    def _read(self, plan_id: int, day: date) -> Desk:
        with self._store.reading() as session:
            stored = plan_of(session, plan_id)
            problem, plan, told = read_plan(session, plan_id)
            groups = groups_of_people(session)
        address = self._store.url.render_as_string(hide_password=False)
        losses = losses_apart(address, plan_id) if len(problem.candidates) >= LARGE else None
        desk = Desk(problem, plan, facts_of(stored), day, published=told, plan_id=plan_id, groups=groups, losses=losses)
        threading.Thread(target=_warm, args=(desk,), name="warming").start()
        return desk


def facts_of(stored: StoredPlan) -> RunFacts:
    """Return what is known about a stored plan beside the plan itself: nothing is stored unchecked."""
    told = stored.story["baseline"]
    baseline = told and Baseline(
        placements=told["placements"], value=Decimal(told["value"]), shortfall=Decimal(told["shortfall"])
    )
    return RunFacts(is_checked=True, baseline=baseline)


def _warm(desk: Desk) -> None:
    """Work out what every page will ask for, so that nobody waits for it."""
    _ = desk.reason_of
    desk.kept("contracts", lambda: contract_rows(desk))
    places = desk.kept("vacancies", lambda: vacancy_rows(desk))
    desk.kept("candidates", lambda: candidate_rows(desk))
    _ = desk.ranker
    if len(desk.problem.candidates) >= LARGE:
        for row in places[:1]:
            vacancy_page(desk, row.vacancy.vacancy_id)  # makes what all pages of vacancies share
        for language in LANGUAGES:
            desk.report(language)
        _set_aside()


def _set_aside() -> None:
    """Leave what is there now out of later searches for garbage, each of which would hold up a reader for 0.4 s.

    A city's desk is some millions of objects that stay as long as it does; an earlier one's are searched once more.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
