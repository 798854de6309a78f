"""All aims of a policy, one after the other, each with the earlier ones held at the value reached.

Each is solved in the regions of all plans that the tiers before it leave; see `tier_regions`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.errors import SolverFailure
from matcher.plan import relative_gap
from matcher.solver.again import Begun, begun_in, closed_by, near_columns, starts_of
from matcher.solver.assembly import assemble_rows
from matcher.solver.bound import NOTHING, PRICE_SCALE, Bound, Prices, bound_from, losses
from matcher.solver.branching import MOST_HANDED_OVER, MOST_KEPT, Core, Decisions, Found, Search, objective_step
from matcher.solver.cohort_search import CohortEnd, CohortSearch
from matcher.solver.cohorts import Links, grown_bound, grown_held, grown_prices
from matcher.solver.count_search import CountEnd, CountSearch
from matcher.solver.crossing import crossed_plan, leaves_changes_open
from matcher.solver.divisors import Divisors
from matcher.solver.earlier import LEADING, Earlier, Known, LeadsNowhere, enough_again
from matcher.solver.exchanges import improved_plan
from matcher.solver.first_plan import first_plan
from matcher.solver.greedy import greedy_columns
from matcher.solver.inherited import inherited_bound
from matcher.solver.limits import Interrupted, StopSignal
from matcher.solver.linked_relaxation import relax_linked
from matcher.solver.network import solve_assignment
from matcher.solver.packed_search import PackedFound, PackedSearch
from matcher.solver.pins import InfeasiblePins
from matcher.solver.relaxation import Relaxed
from matcher.solver.restricted import TierTask
from matcher.solver.rounding import mended_plan, rounded_plan
from matcher.solver.rows import (
    LEAD,
    MANY_COLUMNS,
    NO_EXTRA_LIMITS,
    ExtraLimits,
    Rows,
    lead_price,
)
from matcher.solver.sifting import End
from matcher.solver.solution import Solution, SolvedTier
from matcher.solver.tier_regions import Region, RegionOutcome, cases_of, next_regions, storable, zero_bound

RELAXATION_SHARE = 0.1  # of the gap asked for: how exactly a relaxation is solved
QUICK_DIVE = 30_000  # columns: up to so many, a dive finds a plan sooner than one could be rounded first
NO_PRICES = Prices(rows=NOTHING, held=())
UNDECIDED = Found(chosen=None, leaves=None, is_exhausted=False, is_interrupted=False)
NEARLY = 0.01  # a relative gap: a relaxation over very many columns would hardly change it
LATER_ROUNDS = 2  # of exchanges, for an aim after the leading ones
MOST_IDLE = (
    0.25  # of very many columns: so many that an aim excludes may stay after a change, as leaving them out costs
)
ROUNDS_AGAIN = 4  # of exchanges after a change
MOST_FILLED = 20_000  # columns of free people that are tried after a change

Phase = Literal["network", "relaxation", "integer"]
Report = Callable[[Phase, str, int | None, int | None], None]


def pursued_tiers(
    columns: Columns, policy_tiers: Sequence[str], *, has_published: bool = False
) -> tuple[tuple[str, ...], bool]:
    """Return the tiers to be solved and whether obligations count in the first.

    ``changes`` needs a published plan and is left out without one. Where a hard minimum count exists, ``shortfall``
    comes first even if the policy leaves it out, and then counts nothing but that.
    """
    limits = columns.limits
    wanted = tuple(tier for tier in policy_tiers if tier != "changes" or has_published)
    has_hard_minimum = bool(((limits.quota_min >= 0) & (limits.quota_price < 0)).any())
    if "shortfall" in wanted:
        return wanted, True
    return (("shortfall", *wanted) if has_hard_minimum else wanted), False


class _Solve:
    """One run over all tiers."""

    def __init__(
        self, rows: Rows, gap: float, seed: int, stop: StopSignal, report: Report, known: Known | None
    ) -> None:
        self.rows, self.gap, self.seed, self.stop, self.report = rows, gap, seed, stop, report
        self.regions = [Region(taken=frozenset(), left=frozenset(), filled={}, others={}, rows=rows, held=())]
        self.num_columns = rows.num_columns
        self.used = NOTHING  # columns of the newest relaxation, for the next one to begin with
        self.links = Links()
        self.lead: Relaxed | None = None
        self.lead_ends: tuple[CountEnd, ...] = ()  # of a tree on counts, which hold every plan together
        self.x: IntArray | None = None
        self.known = known
        if known is not None:
            self._begin_with(known.chosen)
        self.is_interrupted = False
        self.proved: tuple[Region, Bound] | None = None  # about the region that is searched

    def begin_with(self, earlier: Earlier, tiers: Sequence[str]) -> None:
        """Begin with what is left of an earlier solve."""
        self.links.add(earlier.links(self.rows))
        self.rows = self.links.grown(self.rows)
        self.regions = [replace(region, rows=self.rows) for region in self.regions]
        self.known = earlier.known(self.rows, tiers)
        self._begin_with(self.known.chosen)
        if self.x is not None and self.num_columns > MANY_COLUMNS:
            filled = self.rows.completed(greedy_columns(self.rows, self._still_open(self.known.chosen)))
            if self.rows.is_feasible(filled) and self._rank(filled) > self._rank(self.x):
                self.x = filled

    def _still_open(self, chosen: IntArray) -> IntArray:
        """Return an incumbent's columns, and after them those of free people in open vacancies, the best first."""
        rows = self.rows
        is_placed = np.zeros(rows.num_owners, dtype=bool)
        is_placed[rows.candidate[chosen]] = True
        filled = np.bincount(rows.vacancy[chosen], minlength=len(rows.least))
        is_open = filled < rows.limit[: len(rows.least)]
        free = np.flatnonzero(~is_placed[rows.candidate] & is_open[rows.vacancy])
        weight = rows.objectives["placements"][free]
        order: IntArray = np.r_[chosen, free[np.argsort(-weight, kind="stable")[:MOST_FILLED]]]
        return order

    def solve_tier(self, tier: str) -> SolvedTier:
        """Solve one tier in all regions and keep the regions in which its value can be reached."""
        whole = TierTask(rows=self.rows, tier=tier)
        step = objective_step(whole)
        if self.x is None and not whole.objective.any():
            self._begin_with(NOTHING)
        outcomes: list[RegionOutcome] = []
        exhausted = True
        for region in self.regions:
            outcome = self._solve_region(region, tier, step)
            outcomes.append(outcome)
            exhausted = exhausted and (outcome.found is None or outcome.found.is_exhausted)
        outcomes = storable(outcomes)
        if self.x is None:
            self._begin_with(greedy_columns(self.rows))
        if self.x is None:
            raise InfeasiblePins
        value = self.rows.value(tier, self.x)
        bound = max(outcome.proved(step) for outcome in outcomes)
        claims = [outcome.claimed(step) for outcome in outcomes]
        claimed = value if exhausted and not self.is_interrupted else max(claims)
        self.report("integer", tier, value, max(value, bound))
        is_again = self.known is not None and self.num_columns > MANY_COLUMNS
        self.regions = next_regions(outcomes, tier, value, step, most_idle=MOST_IDLE if is_again else 0.0)
        return SolvedTier(
            tier=tier,
            value=value,
            bound=bound,
            claimed_bound=max(value, min(claimed, bound)),
            cases=tuple(case for outcome in outcomes for case in cases_of(outcome)),
        )

    def is_good_again(self, tier: SolvedTier) -> bool:
        """Tell whether a leading aim is proven as was asked for, or, of very many columns, as is good enough again."""
        if tier.tier not in LEADING or self.is_interrupted or self.stop.is_due or self.known is None:
            return True
        gaps = self.known.gaps if self.num_columns > MANY_COLUMNS else {}
        return relative_gap(tier.value, tier.bound) <= enough_again(tier.tier, self.gap, gaps)

    def _begin_with(self, chosen: IntArray) -> None:
        x = self.rows.completed(chosen)
        self.x = x if self.rows.is_feasible(x) else None

    def _value(self, tier: str) -> int | None:
        return None if self.x is None else self.rows.value(tier, self.x)

    def _solve_region(self, region: Region, tier: str, step: int) -> RegionOutcome:
        task = self.links.grown_task(region.task(tier))  # an aim that was ended may have found links for all
        region = replace(region, rows=task.rows, held=task.held)
        trivial, self.proved = self._known_bound(task), None
        if self.is_interrupted or self.stop.is_due:
            return self._ended(region, task, trivial)
        try:
            return self._search_region(region, task, trivial, step)
        except KeyboardInterrupt:
            self.stop.by_person = True
            return self._ended(region, task, trivial)
        except Interrupted:
            return self._ended(region, task, trivial)
        except MemoryError:
            self.stop.by_memory = True
            return self._ended(region, task, trivial, has_room=False)
        except SolverFailure:
            return self._claimed_region(region, task, trivial, step)

    def _ended(self, region: Region, task: TierTask, trivial: Bound, *, has_room: bool = True) -> RegionOutcome:
        """Return what was proved about a region before its search was ended, which takes hardly any time, but room."""
        self.is_interrupted = True
        if self.proved is not None:
            region, bound = self.proved
            return RegionOutcome(region=region, bound=bound, found=None)
        if not has_room:
            return RegionOutcome(region=region, bound=trivial, found=None)
        task = self.links.grown_task(task)
        known = [grown_bound(trivial, task.rows), *self._proved_by_lead(task)]
        region = replace(region, rows=task.rows, held=task.held)
        return RegionOutcome(region=region, bound=min(known, key=lambda one: one.scaled), found=None)

    def _proved_by_lead(self, task: TierTask) -> list[Bound]:
        """Return what the prices of shortfall and placements at once prove about one of the two."""
        if self.lead is None or self.lead.bound is None:
            return []
        lead = self._lead_root(task)
        if lead is not None:
            return [] if lead.bound is None else [lead.bound]
        if task.tier != "shortfall" or task.held or task.rows.num_columns < self.num_columns:
            return []
        known = grown_prices(self.lead.bound.prices, task.rows)
        prices = Prices(rows=known.rows * lead_price(self.num_columns), held=())
        return [bound_from(task.rows, task.tier, prices, (), task.taken)]

    def _claimed_region(self, region: Region, task: TierTask, trivial: Bound, step: int) -> RegionOutcome:
        """Return what SCIP says of a region whose relaxation the simplex could not solve in any way."""
        if task.rows.num_columns > MOST_HANDED_OVER:
            return RegionOutcome(region=region, bound=trivial, found=UNDECIDED)
        nothing = np.empty(0)
        root = Relaxed(bound=trivial, chosen=NOTHING, x=nothing, others=nothing, is_feasible=True)
        found = Search(
            task,
            root,
            self._value(task.tier),
            step=step,
            gap=self.gap,
            seed=self.seed,
            stop=self.stop,
            listener=lambda best, bound: self.report("integer", task.tier, best, bound),
        ).claim()
        if found.chosen is not None:
            self._begin_with(region.rows.origin[found.chosen])
        elif self.x is None and found.is_exhausted:
            raise InfeasiblePins
        self.is_interrupted = self.is_interrupted or found.is_interrupted
        return RegionOutcome(region=region, bound=trivial, found=found)

    def _known_bound(self, task: TierTask) -> Bound:
        """Return the best bound that takes no search."""
        found = [zero_bound(task)]
        inherited = inherited_bound(task)
        if inherited is not None:
            found.append(inherited)
        prices = None if self.known is None else self.known.prices.get(task.tier)
        if prices is not None and len(prices.held) == len(task.held):
            found.append(bound_from(task.rows, task.tier, grown_prices(prices, task.rows), task.held, task.taken))
        return min(found, key=lambda bound: bound.scaled)

    def _is_left_open(self, task: TierTask) -> bool:
        """Tell whether cohorts of very many columns are open to an aim only because an earlier one is not closed.

        It is held at a value that leaves room for other cohorts, so they could be decided no better than before.
        """
        is_open = any(held.slack >= PRICE_SCALE * held.step for held in task.held)
        return is_open and task.rows.num_columns > MANY_COLUMNS and CohortSearch.fits(task)

    def _is_decided_already(self, task: TierTask) -> bool:
        """Tell whether a first plan has decided cohorts of very many columns: a few nodes of a tree do no better."""
        return not task.held and task.rows.num_columns > MANY_COLUMNS and CohortSearch.fits(task)

    def _is_inherited(self, task: TierTask, bound: Bound, value: int) -> bool:
        """Tell whether an earlier aim's prices already say what a long relaxation would, or nearly."""
        if task.tier in LEADING or not self._is_too_large_to_draw(task) or not any(bound.prices.held):
            return False
        return bound.slack(value) <= NEARLY * PRICE_SCALE * abs(value)

    def _search_region(self, region: Region, task: TierTask, trivial: Bound, step: int) -> RegionOutcome:
        if not region.held and (network := solve_assignment(task)) is not None:
            self.x = network.x
            self.report("network", task.tier, self._value(task.tier), network.bound.value())
            return RegionOutcome(region=region, bound=network.bound, found=None)
        if self.x is None and self.rows.has_several:
            self._begin_with(greedy_columns(self.rows))
        if self.x is None and task.tier == "shortfall":
            self._lead()
            region = replace(region, rows=self.rows)
            task = region.task(task.tier)
            trivial = self._known_bound(task)
        value = self._value(task.tier)
        if value is not None and trivial.value(step) <= value:
            return RegionOutcome(region=region, bound=trivial, found=None)
        if value is not None and task.tier == "tie_break" and self._is_too_large_to_draw(task):
            return RegionOutcome(region=region, bound=trivial, found=UNDECIDED)
        begun = self._begun(region, task)
        if begun is not None:
            trivial = min(trivial, begun.bound, key=lambda bound: bound.scaled)
            again = None if value is None else self._closed_again(region, task, begun, trivial, step)
            if again is not None:
                return again
            if self._is_near_again(task, trivial):
                return RegionOutcome(region=region, bound=trivial, found=UNDECIDED)
        if self._has_end and self.lead is None and self._is_led(task):
            region = self._lead_again(region, task.tier)
            task, value = region.task(task.tier), self._value(task.tier)
            trivial, begun = self._known_bound(task), self._begun(region, task)
            if value is not None and trivial.value(step) <= value:
                return RegionOutcome(region=region, bound=trivial, found=None)
        if value is not None and self._is_inherited(task, trivial, value):
            self.report("relaxation", task.tier, value, trivial.value(step))
            self._polish(region, task, trivial, None)
            return RegionOutcome(region=region, bound=trivial, found=UNDECIDED)
        if value is not None and self._is_too_large_to_draw(task) and leaves_changes_open(task, self.gap):
            self.report("integer", task.tier, value, trivial.value(step))
            self._take(region, task, crossed_plan(task, self._start(region), self.seed, self.stop))
            return RegionOutcome(region=region, bound=trivial, found=UNDECIDED)
        if value is not None and self._is_left_open(task) and task.tier not in LEADING:
            return RegionOutcome(region=region, bound=trivial, found=UNDECIDED)
        root = self._lead_root(task)
        is_led = root is not None
        if root is None:
            exact, end = self.gap * RELAXATION_SHARE, self._end(region)
            if begun is not None and end is None:
                end = End(chosen=near_columns(task, trivial, value))
            task, root = relax_linked(task, self.links, self._start(region), exact, self.stop, end)
            self.used = region.rows.origin[root.chosen]
            region, trivial = replace(region, rows=task.rows, held=task.held), self._known_bound(task)
        if not root.is_feasible or root.bound is None:
            if value is None:
                raise InfeasiblePins
            core = Core(task, np.arange(task.rows.num_columns), trivial)
            closed = core.closed(Decisions(), trivial, value, step, self.stop)
            return RegionOutcome(region=region, bound=closed, found=None, wider=trivial)
        root = replace(root, bound=min(root.bound, trivial, key=lambda bound: bound.scaled))
        assert root.bound is not None
        self.proved = (region, root.bound)
        self.report("relaxation", task.tier, value, root.bound.value(step))
        if value is not None and root.bound.value(step) <= value:
            return RegionOutcome(region=region, bound=root.bound, found=None)
        if value is not None and self.lead is not None and self._is_decided_already(task):
            return RegionOutcome(region=region, bound=root.bound, found=UNDECIDED)
        if CohortSearch.fits(task) and not PackedSearch.fits(task) and not self._is_left_open(task):
            return self._cohorts_decided(region, task, root, step)
        if begun is not None and value is not None:
            if not self._is_near_again(task, root.bound):
                self._mend(region, task, root)
            if self.num_columns > MANY_COLUMNS and not self._is_near_again(task, root.bound):
                self._improve_again(region, task, root.bound)
            if self._is_near_again(task, root.bound):
                return RegionOutcome(region=region, bound=root.bound, found=UNDECIDED)
        if task.rows.num_columns > MANY_COLUMNS and root.bound.value(step) != value:
            if self.lead is None or task.tier not in LEADING:  # these have been rounded and improved together
                self._polish(region, task, root.bound, root)
            if self._num_open(task, root) > MOST_HANDED_OVER:
                ends = self._ends_of_counts(region, task, root.bound) if is_led else ()
                return RegionOutcome(region=region, bound=root.bound, found=UNDECIDED, ends=ends)
        found = self._searched(region, task, root, step, begun)
        if found.chosen is not None:
            self._begin_with(region.rows.origin[found.chosen])
        elif self.x is None and found.is_exhausted:
            raise InfeasiblePins
        self.is_interrupted = self.is_interrupted or found.is_interrupted
        best = self._value(task.tier)
        if best is not None and root.bound.value(step) <= best:
            found = replace(found, leaves=None)  # the root alone proves it
        return RegionOutcome(region=region, bound=root.bound, found=found)

    def _cohorts_decided(self, region: Region, task: TierTask, root: Relaxed, step: int) -> RegionOutcome:
        """Search a region by deciding its optional cohorts first."""
        assert root.bound is not None
        search = CohortSearch(
            task,
            self.links,
            root,
            self._value(task.tier),
            step=step,
            gap=self.gap,
            seed=self.seed,
            stop=self.stop,
            listener=lambda best, bound: self.report("integer", task.tier, best, bound),
        )
        found = search.run()
        if found.chosen is not None:
            self._begin_with(region.rows.origin[found.chosen])
        elif self.x is None and found.is_exhausted:
            raise InfeasiblePins
        self.is_interrupted = self.is_interrupted or found.is_interrupted
        best = self._value(task.tier)
        is_proved = best is not None and root.bound.value(step) <= best
        return RegionOutcome(
            region=replace(region, rows=found.task.rows, held=found.task.held),
            bound=grown_bound(root.bound, found.task.rows),
            found=Found(
                chosen=found.chosen,
                leaves=None,
                is_exhausted=found.is_exhausted or is_proved,
                is_interrupted=found.is_interrupted,
            ),
            ends=() if is_proved else found.ends,
        )

    def _begun(self, region: Region, task: TierTask) -> Begun | None:
        """Return the cases by which an earlier solve closed this tier in the same region, or at least some prices."""
        cases = None if self.known is None else self.known.cases.get(task.tier)
        if not cases or len(cases[0].prices.held) != len(task.held):
            return None
        return begun_in(cases, region.case(NO_PRICES), task)

    def _closed_again(
        self, region: Region, task: TierTask, begun: Begun, root: Bound, step: int
    ) -> RegionOutcome | None:
        """Return how the cases of an earlier solve close this tier, None where they do not."""
        value = self._value(task.tier)
        assert value is not None
        if root.value(step) <= value:
            return RegionOutcome(region=region, bound=root, found=None)
        starts = starts_of(begun, region.case(NO_PRICES), region.rows)
        found = closed_by(task, root, starts, value, step)
        return None if found is None else RegionOutcome(region=region, bound=root, found=found)

    def _is_near_again(self, task: TierTask, bound: Bound) -> bool:
        """Tell whether very many columns are as close to their bound as an earlier solve left them, or nearly."""
        value = self._value(task.tier)
        if self.known is None or value is None or self.num_columns <= MANY_COLUMNS:
            return False
        enough = max(self.gap, self.known.gaps.get(task.tier, 0.0))
        return bound.scaled / PRICE_SCALE - value <= enough * abs(value)

    def _mend(self, region: Region, task: TierTask, root: Relaxed) -> None:
        """Look for a better plan where the relaxation and the incumbent do not agree."""
        self._take(region, task, mended_plan(task, root, self._start(region), self.seed, self.stop))

    @property
    def end(self) -> End | None:
        """Return where the simplex ended on shortfall and placements at once, in this solve or in an earlier one."""
        if self.lead is not None:
            return self.lead.end
        return None if self.known is None else self.known.end

    @property
    def _has_end(self) -> bool:
        return self.known is not None and self.known.end is not None

    def _is_led(self, task: TierTask) -> bool:
        """Tell whether shortfall and placements at once say something about a tier, no other aim coming before it."""
        return task.tier in LEADING and [held.tier for held in task.held] == list(LEADING[: LEADING.index(task.tier)])

    def _searched(self, region: Region, task: TierTask, root: Relaxed, step: int, begun: Begun | None = None) -> Found:
        """Return the best plan of a region and what proves it: by packing resources first, where there are any."""

        def listener(best: int | None, bound: int) -> None:
            self.report("integer", task.tier, best, bound)

        packed: PackedFound | None = None
        if PackedSearch.fits(task):
            if self.x is None:
                self._begin_with(greedy_columns(self.rows))
            value = self._value(task.tier)
            packed = PackedSearch(task, root, value, step=step, seed=self.seed, stop=self.stop, listener=listener).run()
            if packed.chosen is not None:
                self._begin_with(region.rows.origin[packed.chosen])
            if packed.is_closed or packed.is_interrupted:
                return Found(
                    chosen=packed.chosen,
                    leaves=None,
                    is_exhausted=packed.is_closed,
                    is_interrupted=packed.is_interrupted,
                    packed=packed.ends,
                )
        value = self._value(task.tier)
        assert root.bound is not None
        starts = () if begun is None else starts_of(begun, region.case(NO_PRICES), task.rows, root.bound.prices)
        found = Search(
            task,
            root,
            value,
            step=step,
            gap=self.gap,
            seed=self.seed,
            stop=self.stop,
            listener=listener,
            may_hand_over=begun is None,  # where a tree does not close again, a fresh solve follows, with a hand-over
            starts=starts,
        ).run()
        if packed is None:
            return found
        chosen = packed.chosen if found.chosen is None else found.chosen
        proved = max(end.value for end in packed.ends) if packed.ends else None
        if proved is None or (found.leaves and max(leaf.bound.value(step) for leaf in found.leaves) <= proved):
            return replace(found, chosen=chosen)
        return replace(found, chosen=chosen, leaves=None, packed=packed.ends)

    def _end(self, region: Region) -> End | None:
        """Return where another aim ended, for a region of very many columns to begin from."""
        if self.num_columns <= MANY_COLUMNS:
            return None
        if self.lead is None or not region.held:
            return None if self.lead is None else self.lead.end
        return End(chosen=self.used).among(region.rows.origin)

    def _start(self, region: Region) -> IntArray:
        """Return the incumbent's columns that the region knows."""
        if self.x is None:
            return NOTHING
        return np.flatnonzero(self.x[: self.rows.num_columns][region.rows.origin])

    def _lead(self, end: End | None = None) -> None:
        """Find a first plan that is good in shortfall and placements at once."""
        task = TierTask(rows=self.rows, tier=LEAD)
        task, self.lead = relax_linked(task, self.links, NOTHING, self.gap * RELAXATION_SHARE, self.stop, end)
        self.rows, self.used = task.rows, task.rows.origin[self.lead.chosen]
        if not self.lead.is_feasible:
            raise InfeasiblePins
        is_large, chooses_cohorts = self.rows.num_columns > MANY_COLUMNS, CohortSearch.fits(task)
        near = self._counted(task) if is_large and not chooses_cohorts else None
        if near is None and is_large:
            near = first_plan(task, self.lead, self.gap, self.seed, self.stop)
        if near is not None or chooses_cohorts or self.rows.num_columns > QUICK_DIVE:
            self._begin_with(self._rounded(self.lead) if near is None else near)
        if self.x is not None and is_large:
            return
        if chooses_cohorts:
            chosen = CohortSearch(
                task,
                self.links,
                self.lead,
                None,
                step=1,
                gap=self.gap,
                seed=self.seed,
                stop=self.stop,
                listener=lambda value, bound: None,
            ).first()
            self.rows = self.links.grown(self.rows)
        else:
            search = Search(
                task,
                self.lead,
                None,
                step=1,
                gap=self.gap,
                seed=self.seed,
                stop=self.stop,
                listener=lambda value, bound: None,
            )
            chosen = search.first()
        if chosen is not None:
            self._begin_with(chosen)
        elif self.x is None:
            self._begin_with(self._rounded(self.lead))

    def _counted(self, task: TierTask) -> IntArray | None:
        """Return the columns of a plan found by parting the plans at how many people cohorts take."""
        assert self.lead is not None
        if self.lead.bound is None or not CountSearch.fits(task, self.lead):
            return None
        found = CountSearch(task, self.lead, None, gap=self.gap, seed=self.seed, stop=self.stop).run()
        self.lead_ends = found.ends
        return found.chosen

    def _ends_of_counts(self, region: Region, task: TierTask, root: Bound) -> tuple[CohortEnd, ...]:
        """Return what the tree on counts proves about placements, where shortfall is held."""
        value = self._value(task.tier)
        if len(self.lead_ends) < 2 or value is None or region.taken or region.left or region.filled or region.others:
            return ()
        near = task.subset(np.flatnonzero(losses(task.rows, root) <= root.slack(value)))
        ends = []
        for end in self.lead_ends:
            prices = Prices(rows=grown_prices(end.prices, near.rows).rows, held=root.prices.held)
            bound = bound_from(near.rows.between(end.filled, {}), task.tier, prices, near.held)
            ends.append(CohortEnd(others={}, filled=end.filled, prices=prices, scaled=min(bound.scaled, root.scaled)))
        return tuple(ends)

    def _lead_again(self, region: Region, tier: str) -> Region:
        """Solve shortfall and placements at once from where an earlier solve ended; return the region with its links.

        Where it is the shortfall that is open, a plan is looked for as well: the mended one may have broken a rule that
        only its shortfall variable lets pass, and a search near it finds no way back.
        """
        assert self.known is not None
        is_whole = region.rows is self.rows
        if tier == "shortfall" and not (self.x is not None and self.num_columns > MANY_COLUMNS):
            mended, led = self.x, self._led(self.known.end)
            self.x = mended if led is None or (mended is not None and self._rank(mended) >= self._rank(led)) else led
        else:
            task = TierTask(rows=self.rows, tier=LEAD)
            exact = self.gap * RELAXATION_SHARE
            start = NOTHING if self.x is None else np.flatnonzero(self.x[: self.num_columns])
            task, self.lead = relax_linked(task, self.links, start, exact, self.stop, self.known.end)
            self.rows, self.used = task.rows, task.rows.origin[self.lead.chosen]
            is_large = self.num_columns > MANY_COLUMNS and self.x is not None
            if (tier == "shortfall" or is_large) and self.lead.bound is not None and self.lead.is_feasible:
                self._mend_both(task, self.lead)
        return replace(region, rows=self.rows, held=grown_held(region.held, self.rows)) if is_whole else region

    def _mend_both(self, task: TierTask, root: Relaxed) -> None:
        """Look for a plan that is better in shortfall and placements at once, near an incumbent and the relaxation."""
        assert self.x is not None
        assert self.known is not None
        assert root.bound is not None
        near = mended_plan(task, root, np.flatnonzero(self.x[: self.num_columns]), self.seed, self.stop)
        start = np.flatnonzero(self.x[: self.num_columns]) if near is None else near
        self._keep_better(self.rows.completed(start))
        placements, gaps = abs(self.rows.value("placements", self.x)), self.known.gaps
        enough = gaps.get("placements", 0.0) * placements
        start = np.flatnonzero(self.x[: self.num_columns])
        if CountSearch.fits(task, root) and not CohortSearch.fits(task):
            search = CountSearch(task, root, start, gap=self.gap, seed=self.seed, stop=self.stop)
            start = search.dived(enough)
            self._keep_better(self.rows.completed(start))
            enough = enough_again("placements", self.gap, gaps) * placements  # exchanges find less, and take longer
        gap = max(self.gap, enough / max(1, abs(self.rows.value(LEAD, self.x))))
        chosen = improved_plan(task, root.bound, start, gap, self.seed, self.stop, rounds=ROUNDS_AGAIN)
        self._keep_better(self.rows.completed(chosen))

    def _keep_better(self, x: IntArray) -> None:
        if self.x is None or (self._rank(x) > self._rank(self.x) and self.rows.is_feasible(x)):
            self.x = x

    def _improve_again(self, region: Region, task: TierTask, bound: Bound) -> None:
        """Look for a plan as near to its bound as an earlier solve had left one."""
        assert self.known is not None
        gap = max(self.gap, self.known.gaps.get(task.tier, 0.0))
        self._exchange(region, task, bound, gap, ROUNDS_AGAIN)

    def _led(self, end: End | None) -> IntArray | None:
        """Return a plan that owes nothing to an incumbent."""
        self.x = None
        self._lead(end)
        return self.x

    def _rank(self, x: IntArray) -> tuple[int, ...]:
        return tuple(self.rows.value(tier, x) for tier in LEADING)

    def _is_too_large_to_draw(self, task: TierTask) -> bool:
        """Tell whether proving a draw between equal plans would take longer than all aims together."""
        return self.num_columns > MANY_COLUMNS and task.rows.num_columns > MOST_KEPT

    def _num_open(self, task: TierTask, root: Relaxed) -> int:
        """Return how many columns a plan better than the incumbent may take."""
        value = self._value(task.tier)
        assert root.bound is not None
        if value is None:
            return task.rows.num_columns
        return int(np.count_nonzero(losses(task.rows, root.bound) <= root.bound.slack(value)))

    def _polish(self, region: Region, task: TierTask, bound: Bound, root: Relaxed | None) -> None:
        """Look for a better plan, near a relaxation of very many columns or, where there is none, by exchanges."""
        if root is None:
            self._exchange(region, task, bound, self.gap, LATER_ROUNDS)
            return
        self._take(region, task, rounded_plan(task, root, self.seed, self.stop))

    def _exchange(self, region: Region, task: TierTask, bound: Bound, gap: float, rounds: int) -> None:
        """Make the incumbent better by exchanges, until a gap is reached."""
        start = self._start(region)
        self._take(region, task, improved_plan(task, bound, start, gap, self.seed, self.stop, rounds=rounds))

    def _take(self, region: Region, task: TierTask, chosen: IntArray | None) -> None:
        """Take some columns of a region for the incumbent where they are a better one."""
        if chosen is None:
            return
        x, value = self.rows.completed(region.rows.origin[chosen]), self._value(task.tier)
        if self.rows.is_feasible(x) and (value is None or self.rows.value(task.tier, x) > value):
            self.x = x

    def _rounded(self, root: Relaxed) -> IntArray:
        """Return the columns that a relaxation takes most of, as far as whole people can, and the best beside them."""
        assert root.bound is not None
        lost = losses(self.rows, root.bound)[root.chosen]
        return greedy_columns(self.rows, root.chosen[np.lexsort((lost, -np.round(root.x, 6)))])

    def _lead_root(self, task: TierTask) -> Relaxed | None:
        """Return the lead's relaxation as that of the tier ``placements``, where shortfall is held.

        A price of shortfall is then a price of the held tier, so the same prices prove a bound for placements alone.
        """
        if self.lead is None or self.lead.bound is None or task.tier != "placements":
            return None
        if task.rows is not self.rows and task.rows.num_columns <= MANY_COLUMNS:
            return None
        if len(task.held) != 1 or task.held[0].tier != "shortfall":
            return None
        price = -(-PRICE_SCALE // lead_price(self.num_columns))
        known = grown_prices(self.lead.bound.prices, task.rows)
        prices = Prices(rows=known.rows, held=(price,))
        stays = np.isin(self.lead.chosen, task.rows.origin, assume_unique=True)
        return replace(
            self.lead,
            bound=bound_from(task.rows, task.tier, prices, task.held, task.taken),
            chosen=np.searchsorted(task.rows.origin, self.lead.chosen[stays]),
            x=self.lead.x[stays],
            end=None,
        )


def solve_tiers(
    columns: Columns,
    policy_tiers: Sequence[str],
    *,
    gap: float,
    seed: int,
    stop: StopSignal,
    report: Report,
    extra: ExtraLimits = NO_EXTRA_LIMITS,
    published: IntArray | None = None,
    known: Known | None = None,
    earlier: Earlier | None = None,
    divisors: Divisors | None = None,
) -> Solution:
    """Solve every tier of a policy over `columns`.

    Parameters
    ----------
    columns : Columns
    policy_tiers : sequence of str
    gap : float
        Relative gap that is good enough once a tier's search has spent its budget.
    seed : int
    stop : StopSignal
        When it becomes due, the best plan so far is returned with its honest bounds.
    report : callable
        Told phase, tier, incumbent and bound as they move.
    extra : ExtraLimits
        Of an alternative.
    published : int64 array, optional
        Positions of the columns that the published plan has; without one the tier ``changes`` is left out.
    known : Known, optional
        A plan and prices to begin with.
    earlier : Earlier, optional
        What a solve of a similar problem left, from which to take these.
    divisors : Divisors, optional
        Of all columns of the problem, where `columns` are not all.

    Raises
    ------
    InfeasiblePins
        When people's decisions, or the limits of an alternative, leave no plan at all.
    LeadsNowhere
        When `earlier` leaves a leading aim with no proof that is good enough: a later one would not be worth the time.
    """
    names, counts_obligations = pursued_tiers(columns, policy_tiers, has_published=published is not None)
    rows: Rows | None = None
    if earlier is not None and extra is NO_EXTRA_LIMITS and divisors is None:
        rows = earlier.rows(counts_obligations=counts_obligations, published=published)
    if rows is None:
        rows = assemble_rows(
            columns, counts_obligations=counts_obligations, extra=extra, published=published, divisors=divisors
        )
    run = _Solve(rows, gap, seed, stop, report, known)
    if earlier is not None:
        run.begin_with(earlier, names)
    solved = []
    for name in names:
        solved.append(run.solve_tier(name))
        if earlier is not None and not run.is_good_again(solved[-1]):
            raise LeadsNowhere
    tiers = tuple(solved)
    if run.x is None:
        raise InfeasiblePins
    # The search of a later tier may come across a plan that is even better in an earlier one.
    values = {tier.tier: rows.value(tier.tier, run.x) for tier in tiers}
    tiers = tuple(
        replace(tier, value=values[tier.tier], claimed_bound=max(tier.claimed_bound, values[tier.tier]))
        for tier in tiers
    )
    return Solution(
        rows=run.links.grown(run.rows),
        chosen=np.flatnonzero(run.x[: len(columns)]),
        x=run.x,
        tiers=tiers,
        is_interrupted=run.is_interrupted,
        end=run.end,
    )
