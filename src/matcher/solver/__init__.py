"""Columns to solution: relaxation, bounds, exact fixing, branching, network algorithms, lexicographic tiers."""

from matcher.solver.again.earlier import Earlier, Known, LeadsNowhere, enough_again, known_from, moved_interval
from matcher.solver.again.kept import KeptSolve
from matcher.solver.bounds.bound import PRICE_SCALE, Prices
from matcher.solver.bounds.cases import SolvedCase
from matcher.solver.generation import solve_pool
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.links import CUT, TOGETHER, differ_by_links
from matcher.solver.model.pins import InfeasiblePins, PinConflict, pin_conflicts, standing_pins
from matcher.solver.model.rounding_cuts import Cut as SolvedCut
from matcher.solver.model.rows import LEAD, MANY_COLUMNS, NO_EXTRA_LIMITS, ExtraLimits, Intervals, Rows
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.plans.lookahead import decided_now
from matcher.solver.pools.pool import MOST_HELD, Pool, pool_of
from matcher.solver.pools.source import ColumnSource
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.relaxations.whole_prices import LARGEST_PRICE
from matcher.solver.solution import Solution, SolvedTier
from matcher.solver.tiers.apart import solve_in_parts
from matcher.solver.tiers.asked import Asked
from matcher.solver.tiers.tiers import pursued_tiers, solve_tiers

__all__ = [
    "CUT",
    "LARGEST_PRICE",
    "LEAD",
    "MANY_COLUMNS",
    "MOST_HELD",
    "NO_EXTRA_LIMITS",
    "PRICE_SCALE",
    "TOGETHER",
    "Asked",
    "ColumnSource",
    "Earlier",
    "ExtraLimits",
    "InfeasiblePins",
    "Interrupted",
    "Intervals",
    "KeptSolve",
    "Known",
    "LeadsNowhere",
    "PinConflict",
    "Pool",
    "Prices",
    "Rows",
    "Solution",
    "SolvedCase",
    "SolvedCut",
    "SolvedTier",
    "StopSignal",
    "assemble_rows",
    "decided_now",
    "differ_by_links",
    "enough_again",
    "greedy_columns",
    "known_from",
    "moved_interval",
    "pin_conflicts",
    "pool_of",
    "pursued_tiers",
    "solve_in_parts",
    "solve_pool",
    "solve_tiers",
    "standing_pins",
]
