"""All aims of a policy, one after the other, each with the earlier ones held at the value reached.

Each is solved in the regions of all plans that the tiers before it leave; see `tier_regions`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.errors import SolverFailure
from matcher.plan import relative_gap
from matcher.solver.again.earlier import Earlier, Known, LeadsNowhere, enough_again
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.divisors import Divisors
from matcher.solver.model.pins import InfeasiblePins
from matcher.solver.model.rows import LEADING, NO_EXTRA_LIMITS, ExtraLimits, Rows
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.core import objective_step
from matcher.solver.solution import Solution, SolvedTier
from matcher.solver.tiers.lead import Lead
from matcher.solver.tiers.open_region import UNDECIDED
from matcher.solver.tiers.progress import Progress, Report
from matcher.solver.tiers.region_search import RegionSearch
from matcher.solver.tiers.tier_regions import Region, RegionOutcome, cases_of, next_regions, storable, zero_bound

# Of very many columns: so many that an aim excludes may stay, as leaving them out takes time, and room for a copy.
MOST_IDLE = 0.25


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


class _Run:
    """One run over all tiers."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.lead = Lead(progress)
        rows = progress.rows
        whole = Region(taken=frozenset(), left=frozenset(), filled={}, others={}, rows=rows, held=())
        self.regions: Callable[[], list[Region]] = lambda: [whole]  # not made before the next tier asks for them
        self.num_solved = 0

    def solve_tier(self, tier: str, *, is_last: bool) -> SolvedTier:
        """Solve one tier in all regions in which the earlier ones' values can be reached."""
        progress = self.progress
        whole = TierTask(rows=progress.rows, tier=tier)
        step = objective_step(whole)
        if progress.x is None and not whole.objective.any():
            progress.begin_with(NOTHING)
        if self._is_draw_left_open(tier):
            outcomes = [self._left_open(tier)]
        else:
            searches = (
                RegionSearch(progress, self.lead, region, tier, step, is_last=is_last) for region in self.regions()
            )
            outcomes = [self._searched(search) for search in searches]
        exhausted = all(outcome.found is None or outcome.found.is_exhausted for outcome in outcomes)
        outcomes = storable(outcomes)
        if progress.x is None:
            progress.begin_with(greedy_columns(progress.rows))
        if progress.x is None:
            raise InfeasiblePins
        value = progress.rows.value(tier, progress.x)
        bound = max(outcome.proved(step) for outcome in outcomes)
        claims = [outcome.claimed(step) for outcome in outcomes]
        claimed = value if exhausted and not progress.is_interrupted else max(claims)
        progress.report("integer", tier, value, max(value, bound))
        most_idle = MOST_IDLE if progress.is_large else 0.0
        self.regions = lambda: next_regions(outcomes, tier, value, step, most_idle=most_idle)
        self.num_solved += 1
        return SolvedTier(
            tier=tier,
            value=value,
            bound=bound,
            claimed_bound=max(value, min(claimed, bound)),
            cases=tuple(case for outcome in outcomes for case in cases_of(outcome)),
        )

    def _is_draw_left_open(self, tier: str) -> bool:
        """Tell whether an earlier solve spent its budget on the draw between equal plans and could not decide it.

        It is no aim, and after a change it is no easier: the incumbent, which people know, is as good as another.
        """
        progress = self.progress
        if tier != "tie_break" or progress.known is None or progress.x is None:
            return False
        return progress.known.gaps.get(tier, 0.0) > 0

    def _left_open(self, tier: str) -> RegionOutcome:
        """Return what takes no search to prove about all plans, in one case."""
        rows, none = self.progress.rows, frozenset[int]()
        whole = Region(taken=none, left=none, filled={}, others={}, rows=rows, held=())
        bound = zero_bound(whole.task(tier))
        no_prices = replace(bound.prices, held=(0,) * self.num_solved)
        return RegionOutcome(region=whole, bound=replace(bound, prices=no_prices), found=UNDECIDED)

    def _searched(self, search: RegionSearch) -> RegionOutcome:
        """Return what a search says, or, where something ends it, what is known of its region all the same."""
        stop = self.progress.stop
        if self.progress.is_interrupted or stop.is_due:
            return search.ended()
        try:
            return search.run()
        except KeyboardInterrupt:
            stop.by_person = True
            return search.ended()
        except Interrupted:
            return search.ended()
        except MemoryError:
            stop.by_memory = True
            return search.ended(has_room=False)
        except SolverFailure:
            return search.claimed()

    def is_good_again(self, tier: SolvedTier) -> bool:
        """Tell whether a leading aim is proven as was asked for, or, of very many columns, as is good enough again."""
        progress = self.progress
        if tier.tier not in LEADING or progress.is_interrupted or progress.stop.is_due or progress.known is None:
            return True
        gaps = progress.known.gaps if progress.is_large else {}
        return relative_gap(tier.value, tier.bound) <= enough_again(tier.tier, progress.gap, gaps)


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
    rows: Rows | None = None,
    threads: int = 1,
    on_rows: Callable[[Rows], None] | None = None,
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
    rows : Rows, optional
        Of the same, without anything extra, where they have been written already.
    threads : int
        More make it faster and never change the plan.
    on_rows : callable, optional
        Told the rows before anything is searched.

    Raises
    ------
    InfeasiblePins
        When people's decisions, or the limits of an alternative, leave no plan at all.
    LeadsNowhere
        When `earlier` leaves a leading aim with no proof that is good enough: a later one would not be worth the time.
    """
    names, counts_obligations = pursued_tiers(columns, policy_tiers, has_published=published is not None)
    if earlier is not None and extra is NO_EXTRA_LIMITS and divisors is None:
        rows = earlier.rows(counts_obligations=counts_obligations, published=published)
    if rows is None:
        rows = assemble_rows(
            columns,
            counts_obligations=counts_obligations,
            extra=extra,
            published=published,
            divisors=divisors,
            threads=threads,
        )
    if on_rows is not None:
        on_rows(rows)
    progress = Progress(rows, gap=gap, seed=seed, stop=stop, report=report, known=known, threads=threads)
    if earlier is not None:
        progress.take_earlier(earlier, names)
    run, solved = _Run(progress), []
    try:
        for name in names:
            solved.append(run.solve_tier(name, is_last=name == names[-1]))
            if earlier is not None and not run.is_good_again(solved[-1]):
                raise LeadsNowhere
    finally:
        run.lead.close()
    tiers = tuple(solved)
    if progress.x is None:
        raise InfeasiblePins
    # The search of a later tier may come across a plan that is even better in an earlier one.
    values = {tier.tier: rows.value(tier.tier, progress.x) for tier in tiers}
    tiers = tuple(
        replace(tier, value=values[tier.tier], claimed_bound=max(tier.claimed_bound, values[tier.tier]))
        for tier in tiers
    )
    return Solution(
        rows=progress.links.grown(progress.rows),
        chosen=np.flatnonzero(progress.x[: len(columns)]),
        x=progress.x,
        tiers=tiers,
        is_interrupted=progress.is_interrupted,
        end=run.lead.end,
    )
