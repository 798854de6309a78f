"""What is proven of the parts of all plans by which cohorts were opened, of either aim that comes first.

Neither needs the other. With two threads placements, at their price of shortfall, are proven while shortfall is solved.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from matcher.solver.plans.opening import Opened
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.tier_task import Decisions, TierTask
from matcher.solver.search.ends import CohortEnd
from matcher.solver.search.opened import price_in_lead, proven_ends, traded_ends


class OpenedEnds:
    """The proofs of the parts of one search for cohorts to run.

    Parameters
    ----------
    task : TierTask
        The lead.
    root : Relaxed
        Its relaxation.
    opened : Opened
    stop : StopSignal
    threads : int
        More make it faster and never change what is proven.
    """

    def __init__(self, task: TierTask, root: Relaxed, opened: Opened, *, stop: StopSignal, threads: int) -> None:
        self._task, self._root, self._opened, self._stop = task, root, opened, stop
        self._parts = [Decisions(others=others) for others in opened.parts]
        self._ahead: Future[tuple[CohortEnd, ...]] | None = None
        self._own_stop = StopSignal(within=stop)
        if threads > 1:
            pool = ThreadPoolExecutor(1)
            self._ahead = pool.submit(self._traded)
            pool.shutdown(wait=False)
        self._of_placements: tuple[CohortEnd, ...] | None = None

    def _traded(self) -> tuple[CohortEnd, ...]:
        price = max(1, round(self._opened.share * price_in_lead(self._task.rows.num_columns)))
        return traded_ends(self._task, self._root, self._parts, self._opened.columns, price, self._own_stop)

    def of_placements(self) -> tuple[CohortEnd, ...]:
        """Return what is proven of the placements of all plans, and of each part; see `traded_ends`.

        Raises
        ------
        Interrupted
            When a person ends the wait.
        """
        if self._of_placements is None:
            try:
                self._of_placements = self._traded() if self._ahead is None else self._ahead.result()
            except KeyboardInterrupt as error:
                self._stop.by_person = True
                raise Interrupted from error
        return self._of_placements

    def of_shortfall(self, task: TierTask, root: Relaxed) -> tuple[CohortEnd, ...]:
        """Return what is proven of the shortfall in each part, from its relaxation; see `proven_ends`."""
        return proven_ends(task, root, self._parts, self._opened.columns, self._stop)

    def end(self) -> None:
        """End what goes on in a thread, for nobody needs it any more."""
        self._own_stop.end()


__all__ = ["OpenedEnds"]
