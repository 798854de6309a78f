"""The batch: every day, what starts within the horizon; proposals for people, never decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from matcher.service.running import RunSettings, ask_run
from matcher.store import Job, Store, StoredRun, has_retained, list_rules, retain

DEFAULT_HORIZON_DAYS = 120
DEFAULT_LOOK_AHEAD_DAYS = 245  # with the horizon, a year


def ask_batch(
    store: Store,
    *,
    as_of: date,
    horizon_days: int,
    look_ahead_days: int = DEFAULT_LOOK_AHEAD_DAYS,
    by: str,
    settings: RunSettings | None = None,
) -> tuple[Job, StoredRun]:
    """Ask for the batch of a day; asked for again on that day, it is the same one, unless the first has failed.

    Parameters
    ----------
    store : Store
    as_of : date
        The day: what can no longer begin is left out, what people have accepted stays.
    horizon_days : int
        What has to be decided within so many days is proposed, and every promise kept whatever its day.
    look_ahead_days : int
        Work that starts so many days after the horizon is planned, too: who is needed more there is not proposed now.
    by : str
        Who asks.
    settings : RunSettings, optional
    """
    return ask_run(
        store,
        by=by,
        kind="batch",
        settings=settings,
        as_of=as_of,
        horizon_days=horizon_days,
        look_ahead_days=look_ahead_days,
        once_key=f"batch:{as_of.isoformat()}:{horizon_days}:{look_ahead_days}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Nightly:
    """Asks for a batch every day from a time of day on, inside the service, and erases what is due to go.

    It may be asked as often as one likes, by as many processes as there are: a day has one batch.

    Parameters
    ----------
    at : time
        In the time zone of the moments that it is asked with.
    horizon_days, look_ahead_days : int
        See `ask_batch`.
    settings : RunSettings
    """

    at: time = time(2, 15)
    horizon_days: int = DEFAULT_HORIZON_DAYS
    look_ahead_days: int = DEFAULT_LOOK_AHEAD_DAYS
    settings: RunSettings = field(default_factory=RunSettings)

    def ask_if_due(self, store: Store, now: datetime) -> Job | None:
        """Ask for the day's batch where its time has come; return it, or ``None`` before that time.

        Raises
        ------
        InvalidInput
            Where what is stored does not fit together; nothing is asked for.
        """
        if now.time() < self.at:
            return None
        self._retain(store)
        job, _ = ask_batch(
            store,
            as_of=now.date(),
            horizon_days=self.horizon_days,
            look_ahead_days=self.look_ahead_days,
            by="schedule",
            settings=self.settings,
        )
        return job

    def _retain(self, store: Store) -> None:
        """Erase what is due by the rules of retention, once a day."""
        with store.reading() as session:
            if not list_rules(session) or has_retained(session, session.now.date()):
                return
        with store.writing() as session:
            retain(session, by="schedule")
