"""The rows, variables and aims of a small problem that docs/model.md section 6 counts with, one row at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from matcher.plan import Clique, Cut, Difference
from matcher.problem import Problem, Quota
from tests.oracles.columns import Column, ColumnKey, to_hundredths
from tests.oracles.limits import LEAST, PER_UNIT, Kept, Limits, limits_of
from tests.oracles.several import Bundle, Together, several_rows
from tests.oracles.uses import uses_of

# ("column", key), ("vacancy", id), ("seat", id), or kind and id of the row that a variable relaxes
Quantity = tuple[str, object]
KINDS = {
    "vacancy": "position",
    "seat": "seat",
    "budget": "budget",
    "resource": "resource",
    "trainings_total": "trainings",
}
SEATED = ("seat", "budget", "trainings")  # what a seat takes, however many placements it serves


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """``a x + slack <= b``: what columns use, what variables relax it, and the limit."""

    uses: dict[ColumnKey, int]
    limit: int
    slacks: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Variable:
    """A variable from 0 to an upper bound, which one tier counts at a price."""

    upper: int
    tier: str
    price: int


def limits_with_prices(problem: Problem, columns: Mapping[ColumnKey, Column]) -> list[tuple[str, str]]:
    """Return kind and id of every limit that a certificate may price, but the held tiers."""
    candidates = [("participation", row.candidate_id) for row in problem.candidates]
    return [*BoundModel(problem, columns).rows, *candidates]


def quantities_to_fix(problem: Problem, columns: Mapping[ColumnKey, Column]) -> dict[Quantity, int]:
    """Return every count that a case may keep between two numbers, and the most that it can be."""
    return BoundModel(problem, columns).uppers


class BoundModel:
    """Rows by kind and id, the variables that relax them, and the aims of a small problem."""

    def __init__(
        self,
        problem: Problem,
        columns: Mapping[ColumnKey, Column],
        difference: Difference | None = None,
        published: Kept | None = None,
        cuts: Sequence[Cut] = (),
        cliques: Sequence[Clique] = (),
    ) -> None:
        self.columns = columns
        self.limits: Limits = limits_of(problem, published)
        self.places = {row.candidate_id: row.max_placements for row in problem.candidates}
        self.seat_cost = {row.cohort_id: to_hundredths(row.cost_per_seat) for row in problem.cohorts}
        self.rows: dict[tuple[str, str], _Row] = {}
        self.variables: dict[str, _Variable] = {}
        self.uppers: dict[Quantity, int] = {("vacancy", name): most for name, most in self.limits.positions.items()}
        for name, seats in self.limits.seats.items():
            if name not in self.limits.optional:
                self.uppers["seat", name] = seats
        sums = self._sums_of_seats(problem)
        self.uppers |= {("budget_seats", name): most for name, (_, most) in sums.items()}
        self.counts = frozenset(self.uppers)
        uses = uses_of(problem, columns, self.limits)
        used: dict[tuple[str, str], dict[ColumnKey, int]] = {
            name: {
                key: 0 if name[0] in SEATED and self.places[key[0]] > 1 else row[number]
                for key, row in uses.by_column.items()
            }
            for number, name in enumerate(uses.names)
        }
        for kind, own in KINDS.items():
            for number, name in enumerate(uses.names):
                most = uses.most[number]
                if name[0] == own and most is not None:
                    if kind == "budget":
                        most = self._spendable(problem, name[1], most)
                    step = (math.gcd(*used[name].values()) or 1) if kind == "resource" else 1
                    in_steps = {key: amount // step for key, amount in used[name].items()}
                    self.rows[kind, name[1]] = _Row(uses=in_steps, limit=most // step, slacks={})
        for name, (cohorts, most) in sums.items():
            taken = {key: sum(used["seat", cohort_id][key] for cohort_id in cohorts) for key in columns}
            self.rows["budget_seats", name] = _Row(uses=taken, limit=most, slacks={})
        self._add_optional(used)
        self._add_several(problem)
        self.bundles = self._bundles(problem)
        for contract_id, required in self.limits.required.items():
            price = self.limits.shortfall_price[contract_id] if self.limits.counts_obligations else 0
            self._relaxed(
                "obligation", contract_id, _negated(used["units", contract_id]), -required, required, "shortfall", price
            )
            self._add_step(contract_id, required, used["units", contract_id])
            self._add_obligation_links(contract_id, required, used)
        for quota in self.limits.quotas:
            self._add_quota(problem, quota, used["member", quota.quota_id], used["placement", quota.quota_id])
        for pair in self.limits.pins:
            own_columns = {key: int(key[:2] == pair) for key in columns}
            self.rows["pin", "|".join(pair)] = _Row(uses=own_columns, limit=1, slacks={})
        if difference is not None:
            self._add_difference(difference)
        self._cliques = cliques
        for number, cut in enumerate(cuts, start=1):
            self.rows["cut", str(number)] = self._rounded(cut)

    def _rounded(self, cut: Cut) -> _Row:
        """Return a cut: a sum of rows and of what each leaves, every amount in it divided and rounded alike.

        A row that leaves s says ``uses - slacks + s = limit``; s counts as often as the row does, rounded, and is
        written as the limit less what the row uses.
        """
        rows = [(one.times, self._counted(one.kind, one.entity_id)) for one in cut.rows]
        limit = sum(times * row.limit for times, row in rows)
        excess = Fraction(limit, cut.divisor) - math.floor(Fraction(limit, cut.divisor))

        def rounded(amount: int) -> int:
            share = Fraction(amount, cut.divisor)
            whole = math.floor(share)
            found = cut.divisor * (whole * (1 - excess) + max(Fraction(0), share - whole - excess))
            assert found.denominator == 1
            return int(found)

        uses, slacks = {}, {}
        for key in self.columns:
            uses[key] = rounded(sum(times * row.uses.get(key, 0) for times, row in rows))
            uses[key] -= sum(rounded(times) * row.uses.get(key, 0) for times, row in rows)
        for name in self.variables:
            slacks[name] = -rounded(-sum(times * row.slacks.get(name, 0) for times, row in rows))
            slacks[name] -= sum(rounded(times) * row.slacks.get(name, 0) for times, row in rows)
        most = cut.divisor * math.floor(Fraction(limit, cut.divisor)) * (1 - excess)
        left = int(most) - sum(rounded(times) * row.limit for times, row in rows)
        return _Row(
            uses={key: math.floor(Fraction(amount, cut.unit)) for key, amount in uses.items()},
            limit=math.floor(Fraction(left, cut.unit)),
            slacks={name: -math.floor(Fraction(-amount, cut.unit)) for name, amount in slacks.items()},
        )

    def _counted(self, kind: str, name: str) -> _Row:
        """Return a row that a cut counts."""
        first, _, second = name.partition("|")
        if kind == "clique":
            clique = self._cliques[int(name) - 1]
            keys = {(clique.candidate_id, own.vacancy_id, own.cohort_ids) for own in clique.columns}
            enrolled = {f"enrolment {clique.candidate_id}|{cohort}": -1 for cohort in clique.made}
            enrolled |= {f"enrolment {clique.candidate_id}|{cohort}": 1 for cohort in clique.missing}
            uses = {key: int(key in keys) for key in self.columns}
            return _Row(uses=uses, limit=1 - len(clique.missing), slacks=enrolled)
        if kind == "candidate":
            return _Row(uses={key: int(key[0] == name) for key in self.columns}, limit=self.places[name], slacks={})
        if kind == "once":
            return _Row(uses={key: int(key[:2] == (first, second)) for key in self.columns}, limit=1, slacks={})
        if kind == "most":
            return _Row(uses={}, limit=self.uppers[first, second], slacks={f"{first} {second}": -1})
        return self.rows[kind, name]

    def _sums_of_seats(self, problem: Problem) -> dict[str, tuple[tuple[str, ...], int]]:
        """Return, for each budget and each price of a seat, the cohorts that cost at least so much, and their seats."""
        found = {}
        for row in problem.cohorts:
            if row.budget_id is not None:
                least = self.seat_cost[row.cohort_id]
                dear = tuple(
                    other.cohort_id
                    for other in problem.cohorts
                    if other.budget_id == row.budget_id and self.seat_cost[other.cohort_id] >= least
                )
                most = sum(self.limits.seats[cohort_id] for cohort_id in dear)
                found[f"{row.budget_id}|{least}"] = (dear, most)
        return found

    def _spendable(self, problem: Problem, budget_id: str, most: int) -> int:
        """Return the largest sum of whole seats and fixed costs within a budget; all of it where everything is paid."""
        sums = {0}
        for row in problem.cohorts:
            if row.budget_id == budget_id:
                opening = self.limits.optional.get(row.cohort_id)
                seats, price = self.limits.seats[row.cohort_id], self.seat_cost[row.cohort_id]
                fixed = {0, opening.cost} if opening is not None and seats else {0}
                ways = {number * price + cost for number in range(seats + 1) for cost in fixed}
                sums = {before + way for before in sums for way in ways}
        return most if max(sums) <= most else max(amount for amount in sums if amount <= most)

    def _add_difference(self, difference: Difference) -> None:
        for number, other in enumerate(difference.plans, start=1):
            pairs = {(pair.candidate_id, pair.vacancy_id) for pair in other.pairs}
            kept = {key: int(key[:2] in pairs) for key in self.columns}
            self.rows["differ", str(number)] = _Row(uses=kept, limit=len(pairs) - difference.differ_by, slacks={})
        for entry in difference.worst:
            tier, value = entry.tier, int(entry.value * PER_UNIT[entry.tier])
            self.rows["worst", tier] = _Row(
                uses={key: -self.objective(tier, key) for key in self.columns},
                limit=value if tier in LEAST else -value,
                slacks={name: -one.price for name, one in self.variables.items() if one.tier == tier},
            )

    def _relaxed(
        self,
        kind: str,
        name: str,
        uses: dict[ColumnKey, int],
        limit: int,
        upper: int,
        tier: str,
        price: int,
        per: int = 1,
    ) -> None:
        """Add a row with a variable that relaxes it."""
        self.variables[f"{kind} {name}"] = _Variable(upper=max(upper, 0), tier=tier, price=price)
        self.uppers[kind, name] = max(upper, 0)
        self.rows[kind, name] = _Row(uses=uses, limit=limit, slacks={f"{kind} {name}": per})

    def _add_optional(self, used: Mapping[tuple[str, str], dict[ColumnKey, int]]) -> None:
        """Let cohorts open: seats and links then count, and so do the smallest enrolment and the fixed cost."""
        for cohort_id, opening in self.limits.optional.items():
            seats, name = self.limits.seats[cohort_id], f"seat {cohort_id}"
            if not seats:
                continue
            taken = used["seat", cohort_id]
            self._relaxed("seat", cohort_id, taken, 0, 1, "cost", opening.cost, seats)
            if opening.budget_id is not None:
                self.rows["budget", opening.budget_id].slacks[name] = -opening.cost
            if opening.least:
                self.rows["enrolment_min", cohort_id] = _Row(
                    uses=_negated(taken), limit=0, slacks={name: -opening.least}
                )
            for candidate_id in sorted({key[0] for key, amount in taken.items() if amount}):
                own = {key: amount * (key[0] == candidate_id) for key, amount in taken.items()}
                self.rows["link", f"{candidate_id}|{cohort_id}"] = _Row(uses=own, limit=0, slacks={name: 1})
            for vacancy_id in sorted({key[1] for key, amount in taken.items() if amount}):
                own = {key: amount * (key[1] == vacancy_id) for key, amount in taken.items()}
                most = min(self.limits.positions[vacancy_id], seats)
                self.rows["vacancy_link", f"{vacancy_id}|{cohort_id}"] = _Row(uses=own, limit=0, slacks={name: most})

    def _add_several(self, problem: Problem) -> None:
        """Add what binds candidates with several placements; how many of them a cohort takes counts for its limits."""
        least = {name: opening.least for name, opening in self.limits.optional.items() if self.limits.seats[name]}
        rows, uppers = several_rows(problem, self.columns, self.limits.seats, least)
        for name, row in rows.items():
            slacks = {variable: -amount for variable, amount in row.variables.items()}
            self.rows[name] = _Row(uses=row.uses, limit=row.limit, slacks=slacks)
        budgets = {row.cohort_id: row.budget_id for row in problem.cohorts}
        for variable, upper in uppers.items():
            kind, _, name = variable.partition(" ")
            self.uppers[kind, name] = upper
            price = self.seat_cost[name] if kind == "enrolled" else 0
            self.variables[variable] = _Variable(upper=upper, tier="cost", price=price)
            if kind == "enrolled":
                self.rows["seat", name].slacks[variable] = -1
                budget_id = budgets[name]
                if budget_id is not None:
                    self.rows["budget", budget_id].slacks[variable] = -price
                for row_name in (("enrolment_min", name), ("trainings_total", "all")):
                    if row_name in self.rows:
                        self.rows[row_name].slacks[variable] = 1 if row_name[0] == "enrolment_min" else -1
                for entity_id, (cohorts, _) in self._sums_of_seats(problem).items():
                    if name in cohorts:
                        self.rows["budget_seats", entity_id].slacks[variable] = -1

    def _bundles(self, problem: Problem) -> dict[str, list[tuple[Bundle, frozenset[str]]]]:
        """Return what each candidate with several placements can take together, and the enrolments that it needs."""
        together = Together(problem, self.columns)
        found = {}
        for candidate in problem.candidates:
            who = candidate.candidate_id
            own = [key for key in self.columns if key[0] == who]
            if candidate.max_placements > 1 and own:
                found[who] = [
                    (bundle, frozenset(f"enrolment {who}|{name}" for name in together.new_cohorts(bundle)))
                    for bundle in together.bundles(candidate, own)
                ]
        return found

    def _add_obligation_links(
        self, contract_id: str, required: int, used: Mapping[tuple[str, str], dict[ColumnKey, int]]
    ) -> None:
        """Let what a contract gets through an optional cohort count only where that runs, and then for all of it."""
        units = used["units", contract_id]
        for cohort_id in self.limits.optional:
            if self.limits.seats[cohort_id]:
                through = used["seat", cohort_id]
                self.rows["obligation_link", f"{contract_id}|{cohort_id}"] = _Row(
                    uses={key: -amount * (not through[key]) for key, amount in units.items()},
                    limit=-required,
                    slacks={f"obligation {contract_id}": 1, f"seat {cohort_id}": required},
                )

    def _add_step(self, contract_id: str, required: int, units: dict[ColumnKey, int]) -> None:
        """Add what follows from the obligation when every column delivers a multiple of one number."""
        step = math.gcd(*units.values())
        remainder = required % step if step else 0
        if remainder:
            self.rows["obligation_step", contract_id] = _Row(
                uses={key: -remainder * amount for key, amount in units.items()},
                limit=-remainder * step * math.ceil(Fraction(required, step)),
                slacks={f"obligation {contract_id}": step},
            )

    def _add_quota(
        self, problem: Problem, quota: Quota, members: dict[ColumnKey, int], placements: dict[ColumnKey, int]
    ) -> None:
        name = quota.quota_id
        price = self.limits.soft_price.get(name, 0)
        scope = sum(self.limits.positions[vacancy_id] for vacancy_id in self.limits.scope[name])
        most = min(scope, sum(candidate.max_placements for candidate in problem.candidates))
        if quota.min_count is not None:
            tier, own = ("shortfall", self.limits.hard_minimum_price) if quota.hard else ("placements", price)
            self._relaxed("quota_min", name, _negated(members), -quota.min_count, quota.min_count, tier, own)
        shares = {"quota_min_share": (quota.min_share, 1), "quota_max_share": (quota.max_share, -1)}
        rows = {"quota_max": (members, quota.max_count, 1, None if quota.max_count is None else most - quota.max_count)}
        for kind, (share, sign) in shares.items():
            if share is not None:
                part = Fraction(share)
                per_member, per_placement = part.denominator, part.numerator
                balance = {key: sign * (per_placement * placements[key] - per_member * members[key]) for key in members}
                rows[kind] = (balance, 0, per_member, most)
        for kind, (uses, limit, per, upper) in rows.items():
            if limit is None or upper is None:
                continue
            if quota.hard:
                self.rows[kind, name] = _Row(uses=uses, limit=limit, slacks={})
            else:
                self._relaxed(kind, name, uses, limit, upper, "placements", price, per)

    def objective(self, tier: str, key: ColumnKey) -> int:
        column = self.columns[key]
        seats = sum(self.seat_cost[name] for name in column.new_cohorts) if self.places[key[0]] > 1 else 0
        by_tier = {
            "placements": column.weight,
            "cost": seats - column.cost,
            "changes": int(key in self.limits.published),
            "tie_break": -column.lottery,
        }
        return by_tier.get(tier, 0)

    def constant(self, tier: str) -> int:
        """Return an aim's value where nobody is placed: nothing of a published plan is kept then."""
        return -len(self.limits.published) if tier == "changes" else 0


def _negated(uses: Mapping[ColumnKey, int]) -> dict[ColumnKey, int]:
    return {key: -amount for key, amount in uses.items()}
