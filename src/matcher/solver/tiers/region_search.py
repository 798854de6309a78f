"""One tier in one region: the ways to close it, the cheapest first.

A way either says what is proved and found, which ends the search, or leaves what it has learnt to the next one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.errors import SolverFailure
from matcher.solver.again.again import closed_by, near_columns, starts_of
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, Bound
from matcher.solver.model.pins import InfeasiblePins
from matcher.solver.model.rows import LEADING
from matcher.solver.plans.rounding import mended_plan, nearest_plan, rounded_plan
from matcher.solver.relaxations.cohorts import grown_bound
from matcher.solver.relaxations.cut_relaxation import relax_with_cuts, relax_with_row_cuts
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.relaxed import End, Relaxed, whole_plan
from matcher.solver.relaxations.tier_task import Decisions, TierTask
from matcher.solver.search.budgets import DRAW
from matcher.solver.search.cohort_search import CohortSearch
from matcher.solver.search.core import Core
from matcher.solver.search.ends import Found
from matcher.solver.search.packed_search import PackedSearch
from matcher.solver.search.parting import EVEN
from matcher.solver.search.tree_search import MOST_HANDED_OVER
from matcher.solver.tiers.cut_region import CutRegion
from matcher.solver.tiers.known_region import KnownRegion
from matcher.solver.tiers.lead import Lead
from matcher.solver.tiers.lead_plans import ROUNDS_AGAIN
from matcher.solver.tiers.open_region import NO_PRICES, UNDECIDED, lower
from matcher.solver.tiers.progress import Progress
from matcher.solver.tiers.reaching import reaching_plan
from matcher.solver.tiers.tier_regions import Region, RegionOutcome

FAR = 0.01  # a relative gap of the relaxation, beyond which dives seldom find a plan and trees seldom close
FEW_STEPS = 8  # between what plans can have: likewise
FEW = 300  # columns: a tree over so few closes sooner than it takes to ask another solver
ASKED_SHARE = 0.5  # of the time that is left
FAR_OF_LEAD = 1e-3  # likewise of the lead's, where a relaxation of its own takes as long as the lead's did


class RegionSearch(KnownRegion, CutRegion):
    """The search for the best plan of a region in one tier, and for what proves it.

    Parameters
    ----------
    progress : Progress
        Whose incumbent, rows and links the search moves.
    lead : Lead
    region : Region
    tier : str
    step : int
        Every plan's value is a multiple of it.
    is_last : bool
        Whether no aim follows.

    Attributes
    ----------
    proved : tuple of Region and Bound, or None
        Once a relaxation has proved something of it.
    lead_root : Bound or None
        What the lead's relaxation proves of it, where that serves this aim as well as one of its own would.
    """

    proved: tuple[Region, Bound] | None = None

    def __init__(
        self, progress: Progress, lead: Lead, region: Region, tier: str, step: int, *, is_last: bool = False
    ) -> None:
        super().__init__(progress, lead, region, tier, step)
        self.is_last = is_last
        self.given = (self.region, self.task, self.trivial)
        self.lead_root: Bound | None = None

    def run(self) -> RegionOutcome:
        """Return what is proved and found in the region.

        Raises
        ------
        InfeasiblePins
            When the region, being all plans, holds none.
        Interrupted, MemoryError, SolverFailure
            From the solvers; `ended` and `claimed` say what is known then.
        """
        ways = (
            self._by_network,
            self._by_what_is_known,
            self._by_earlier_cases,
            self._by_earlier_lead,
            self._near_enough,
            self._by_relaxation,
            self._by_whole_relaxation,
            self._by_another_solver,
            self._near_columns,
            self._by_cohorts,
            self._by_moved_cases,
            self._near_again,
            self._near_relaxation,
            self._by_placements,
        )
        for way in ways:
            outcome = way()
            if outcome is not None:
                return outcome
        return self._by_tree()

    def ended(self, *, has_room: bool = True) -> RegionOutcome:
        """Return what was proved about the region before its search was ended, which takes hardly any time, but room.

        Parameters
        ----------
        has_room : bool
            Whether there is memory for copies of its rows.
        """
        self.progress.is_interrupted = True
        if self.proved is not None:
            region, bound = self.proved
            return RegionOutcome(region=region, bound=bound, found=None)
        region, task, trivial = self.given
        if not has_room:
            return RegionOutcome(region=region, bound=trivial, found=None)
        task = self.progress.links.grown_task(task)
        bound = lower(grown_bound(trivial, task.rows), *self.lead.proved(task))
        return RegionOutcome(region=replace(region, rows=task.rows, held=task.held), bound=bound, found=None)

    def claimed(self) -> RegionOutcome:
        """Return what SCIP says of the region, whose relaxation the simplex could not solve in any way."""
        region, task, trivial = self.given
        if task.rows.num_columns > MOST_HANDED_OVER:
            return RegionOutcome(region=region, bound=trivial, found=UNDECIDED)
        nothing = np.empty(0)
        root = Relaxed(bound=trivial, chosen=NOTHING, x=nothing, others=nothing, is_feasible=True)
        found = self._tree(task, root).claim()
        self._take_found(region, found.chosen, is_exhausted=found.is_exhausted, is_interrupted=found.is_interrupted)
        return RegionOutcome(region=region, bound=trivial, found=found)

    # --- The relaxation, and what it says at once.

    def _by_relaxation(self) -> RegionOutcome | None:
        """Solve the relaxation, or take that of the lead; the region ends here where the bound is reached."""
        known = self.lead.root(self.task)
        if known is not None and known.bound is not None:
            self.trivial = lower(self.trivial, known.bound)
        if known is not None and self._is_enough(known):
            root, self.lead_root = known, known.bound
        else:
            root = self._relaxed()
            self.lead_root = self._lead_beside(root)
        value = self.value
        if not root.is_feasible or root.bound is None:
            if value is None:
                raise InfeasiblePins
            if not root.is_feasible and self.region.is_whole:
                raise SolverFailure("A relaxation must hold the plan that is known.")  # the simplex has lost its way
            core = Core(self.task, np.arange(self.task.rows.num_columns), self.trivial)
            closed = core.closed(Decisions(), self.trivial, value, self.step, self.progress.stop)
            return RegionOutcome(region=self.region, bound=closed, found=None, wider=self.trivial)
        bound = lower(root.bound, self.trivial)
        self.root, self.proved = replace(root, bound=bound), (self.region, bound)
        self.progress.report("relaxation", self.task.tier, value, bound.value(self.step))
        if self._is_reached(bound):
            return self._outcome(bound)
        if value is not None and self.lead.relaxed is not None and self._has_decided_cohorts():
            ends = self.lead.ends_of_shortfall(self.task, self.root)
            return RegionOutcome(region=self.region, bound=bound, found=UNDECIDED, ends=ends)
        return None

    def _is_enough(self, known: Relaxed) -> bool:
        """Tell whether the lead's relaxation, being that of the tier, too, serves it as well as one of its own would.

        In the prices of the lead, what is open of shortfall counts a hundred times.
        """
        if known.bound is None:
            return True
        held, value = self.task.held[0], self.value
        if self.progress.is_large:  # where one of its own takes long
            if self.begun is not None and self.begun.parts:
                return True  # it was not enough then, or there would be no parts
            proven = min(known.bound.scaled, self.lead.most_placements(held.value))
            return value is None or proven / PRICE_SCALE - value <= FAR_OF_LEAD * abs(value)
        if not held.slack:
            return True
        return self._is_reached(self.trivial)

    def _most_by_tree(self) -> float:
        """Return what the lead's tree on counts leaves to plans, in the tier's integers."""
        if not self.task.held or self.task.tier != LEADING[-1] or not self.progress.is_large:
            return np.inf
        return self.lead.most_placements(self.task.held[0].value) / PRICE_SCALE

    def _lead_beside(self, root: Relaxed) -> Bound | None:
        """Return what the lead's relaxation proves, where its tree on counts proves more than a relaxation alone."""
        if root.bound is None or self._most_by_tree() >= root.bound.scaled / PRICE_SCALE:
            return None
        known = self.lead.root(self.task)
        return None if known is None else known.bound

    def _relaxed(self) -> Relaxed:
        self._leave_out_idle()
        progress, end = self.progress, self.lead.begins(self.region)
        if self.begun is not None and end is None:
            end = End(chosen=near_columns(self.task, self.trivial, self.value))
        if end is None and self.lead.filled_ends and self.region.held:
            end = End(chosen=progress.used).among(self.region.rows.origin)  # where aims are open, columns all but tie
        value, start = self.value, self._start()
        if self.lead.opened is not None and not self.region.held:
            return relax(self.task, start, progress.exact, progress.stop, end)  # its parts say more than further links
        above = self.step if self.begun is not None or self.is_last else 1  # afresh, later aims gain by a lower bound
        enough = None if value is None else PRICE_SCALE * (value + above) - 1
        task, root = relax_linked(
            self.task, progress.links, start, progress.exact, progress.stop, end, enough, self._most_by_tree()
        )
        if self.region.is_whole and self.task.tier != DRAW:
            task, root = relax_with_row_cuts(task, progress.links, root, progress.exact, progress.stop, enough)
        is_open = root.bound is not None and root.bound.value(self.step) != value
        if is_open and self._may_cut(root) and not self._is_a_plan(task, root):
            task, root = relax_with_cuts(task, progress.links, root, progress.stop)
        progress.used = self.region.rows.origin[root.chosen]
        self._move(replace(self.region, rows=task.rows, held=task.held))
        return root

    def _is_a_plan(self, task: TierTask, root: Relaxed) -> bool:
        """Tell whether a relaxation is a plan as good as it says; whole people may break a wish by parts of one."""
        assert root.bound is not None
        plan, rows = whole_plan(task, root), task.rows
        return plan is not None and root.bound.value(self.step) <= rows.value(task.tier, rows.completed(plan))

    def _by_whole_relaxation(self) -> RegionOutcome | None:
        """Take the relaxation for the plan where it is whole, as it often is."""
        root, bound = self._root()
        self._take(whole_plan(self.task, root))
        return self._outcome(bound) if self._is_reached(bound) else None

    def _by_another_solver(self) -> None:
        """Let SCIP say what is best where people take several places and the relaxation is far from every plan.

        Dives would take minutes to come upon such a plan. What is proven of it stays for a tree to say, a short one.
        """
        root, bound = self._root()
        rows, value = self.task.rows, self.value
        if self.begun is not None or self.task.tier == DRAW or not rows.has_several:
            return
        if not FEW < rows.num_columns <= MOST_HANDED_OVER:
            return
        if value is not None and bound.value(self.step) - value <= max(FAR * abs(value), FEW_STEPS * self.step):
            return
        stop = self.progress.stop.share(ASKED_SHARE)
        found = self._tree(self.task, root, stop=stop).claim()
        self._take_found(self.region, found.chosen, is_exhausted=found.is_exhausted, is_interrupted=False)
        self.progress.stop.check()
        self.is_claimed = found.is_exhausted

    def _by_cohorts(self) -> RegionOutcome | None:
        """Search the region by deciding its optional cohorts first."""
        task, progress = self.task, self.progress
        if not CohortSearch.fits(task) or PackedSearch.fits(task) or self._leaves_cohorts_open():
            return None
        root, bound = self._root()
        found = CohortSearch(
            task,
            progress.links,
            root,
            self.value,
            step=self.step,
            gap=progress.gap,
            seed=progress.seed,
            stop=progress.stop,
            listener=progress.listener(task.tier),
            is_claimed=self.is_claimed,
        ).run()
        self._take_found(
            self.region, found.chosen, is_exhausted=found.is_exhausted, is_interrupted=found.is_interrupted
        )
        is_proved = self._is_reached(bound)
        return RegionOutcome(
            region=replace(self.region, rows=found.task.rows, held=found.task.held),
            bound=grown_bound(bound, found.task.rows),
            found=Found(
                chosen=found.chosen,
                leaves=None,
                is_exhausted=found.is_exhausted or is_proved or self.is_claimed,
                is_interrupted=found.is_interrupted,
            ),
            ends=() if is_proved else found.ends,
        )

    # --- Plans near the relaxation.

    def _by_moved_cases(self) -> RegionOutcome | None:
        """Close the tier with the cases of an earlier solve, their prices moved as those of the relaxation have."""
        if self.begun is None or self.value is None:
            return None
        _, bound = self._root()
        if self.progress.is_large:
            return self._by_moved_ends(bound)
        starts = starts_of(self.begun, self.region.case(NO_PRICES), self.region.rows, bound.prices)
        found = closed_by(self.task, bound, starts, self.value, self.step)
        return None if found is None else self._outcome(bound, found)

    def _near_again(self) -> RegionOutcome | None:
        """Come as near to the bound as an earlier solve did."""
        if self.begun is None or self.value is None:
            return None
        assert self.progress.known is not None
        root, bound = self._root()
        if not self._is_near_again(bound.scaled):
            self._take(mended_plan(self.task, root, self._start(), self.progress.seed, self.progress.stop))
        if not self.progress.is_large and not self._is_near_again(bound.scaled):
            self._take(nearest_plan(self.task, root, self._start(), self.progress.seed, self.progress.stop))
        elif self.progress.is_large and not self._is_near_again(bound.scaled):
            self._exchange(
                bound, max(self.progress.gap, self.progress.known.gaps.get(self.task.tier, 0.0)), ROUNDS_AGAIN
            )
        return self._outcome(bound, UNDECIDED) if self._is_near_again(bound.scaled) else None

    def _near_relaxation(self) -> RegionOutcome | None:
        """Round very many columns to a plan, and leave the gap where a tree would take too many."""
        root, bound = self._root()
        if not self.progress.has_many(self.task.rows) or bound.value(self.step) == self.value:
            self._leave_out_idle()
            return None
        if self.lead.relaxed is None or self.task.tier not in LEADING:  # these have been rounded and improved together
            self._take(rounded_plan(self.task, root, self.progress.seed, self.progress.stop))
        if self._num_open(bound) <= MOST_HANDED_OVER:
            self._leave_out_idle()
            return None
        if self.lead_root is not None:
            own = None if self.lead_root is bound else self.lead_root
            ends = self.lead.ends_of_tree(self.region, self.task, bound, own)
            wider = own if ends else None
            return RegionOutcome(region=self.region, bound=bound, found=UNDECIDED, ends=ends, wider=wider)
        ends = self.lead.ends_of_shortfall(self.task, root)
        return RegionOutcome(region=self.region, bound=bound, found=UNDECIDED, ends=ends, goes_on_whole=True)

    def _by_placements(self) -> RegionOutcome | None:
        """Look for a plan that owes as little as the relaxation says, guided by its placements."""
        root, bound = self._root()
        task, progress = self.task, self.progress
        is_said = self.is_claimed or task.tier != "shortfall" or bool(task.held)
        if is_said or CohortSearch.fits(task) or PackedSearch.fits(task):
            return None
        start = np.union1d(self._start(), root.chosen[root.x > EVEN])
        self._take(
            reaching_plan(
                task, bound, start, step=self.step, gap=progress.exact, seed=progress.seed, stop=progress.stop
            )
        )
        return self._outcome(bound) if self._is_reached(bound) else None
