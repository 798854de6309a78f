"""An earlier solve that was kept in memory, as a start for the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.solver.again.earlier import CaseMoves, Known, Moves, known_from
from matcher.solver.again.moved_columns import moved_columns, moved_ids
from matcher.solver.again.rewritten import rewritten_rows
from matcher.solver.model.links import LINK_KINDS, OBLIGATION_LINK
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.programme import Basis
from matcher.solver.relaxations.relaxed import End
from matcher.solver.solution import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSolve:
    """The solution of then, for the columns of now; see `matcher.solver.again.earlier.Earlier`.

    Parameters
    ----------
    solution : Solution
    then, now : Columns
    gaps : dict of tier to float
        See `matcher.solver.again.earlier.Known`.
    """

    solution: Solution
    then: Columns
    now: Columns
    gaps: Mapping[str, float]

    def rows(self, *, counts_obligations: bool, published: IntArray | None) -> Rows | None:
        """Return today's rows, with the entries of all columns that stayed the same."""
        then = self.solution.rows
        return rewritten_rows(self.now, self.then, then, counts_obligations=counts_obligations, published=published)

    def links(self, rows: Rows) -> IntArray:
        """Return the links that were of use and whose cohorts are optional still."""
        links, limits, now = self.solution.rows.links, self.then.limits, rows.limits
        links = links[links[:, 0] < len(LINK_KINDS)]  # cliques are found again where they are broken
        if not len(links):
            return links
        kind, owner, cohort = links.T
        candidate = moved_ids(limits.candidate_ids, now.candidate_ids)[np.where(kind == 0, owner, 0)]
        vacancy = moved_ids(limits.vacancy_ids, now.vacancy_ids)[np.where(kind == 1, owner, 0)]
        contract = np.append(moved_ids(limits.contract_ids, now.contract_ids), -1)
        contract[np.append(now.required, 0)[contract] == 0] = -1  # nothing is owed to it any more
        contract = contract[np.where(kind == OBLIGATION_LINK, owner, -1)]
        variable = np.full(len(now.cohort_ids) + 1, -1)
        opening = np.flatnonzero(rows.cohort >= 0)
        variable[rows.cohort[opening]] = opening
        other = variable[moved_ids(limits.cohort_ids, now.cohort_ids)[cohort]]  # what is gone reads the last: none
        found = np.column_stack([kind, np.choose(kind, [candidate, vacancy, contract]), other])
        kept: IntArray = found[np.flatnonzero((found >= 0).all(axis=1))]
        return kept

    def known(self, rows: Rows, tiers: Sequence[str]) -> Known:
        """Return what is left of the plan, its cases and the basis."""
        solution = self.solution
        moves = Moves.between(solution.rows, rows)
        fixed = sorted({e for tier in solution.tiers for case in tier.cases for e in (*case.taken, *case.left)})
        end = solution.end
        asked = [np.array(fixed, dtype=np.int64), solution.chosen, np.empty(0, np.int64) if end is None else end.chosen]
        found = moved_columns(self.then, self.now, np.concatenate(asked))
        of_fixed, of_chosen, of_end = np.split(found, np.cumsum([len(part) for part in asked])[:-1])
        case_moves = CaseMoves(
            moves=moves, then=solution.rows, now=rows, column=dict(zip(fixed, of_fixed.tolist(), strict=True))
        )
        names = [tier.tier for tier in solution.tiers]
        cases = {}
        for number, tier in enumerate(solution.tiers):
            if tier.tier in tiers:
                held = tiers[: tiers.index(tier.tier)]
                is_packed = any(case.prices.candidates is not None for case in tier.cases)
                own = [case for case in tier.cases if case.is_plain] if is_packed else tier.cases
                moved = (case_moves.case(case, names[:number], held) for case in own)
                cases[tier.tier] = tuple(case for case in moved if case is not None)
        return known_from(
            rows,
            tiers,
            of_chosen[of_chosen >= 0],
            cases,
            None if end is None else self._moved_end(end, of_end, moves, rows),
            self.gaps,
        )

    def _moved_end(self, end: End, columns: IntArray, moves: Moves, rows: Rows) -> End:
        """Return the basis of then among today's rows and variables; what is new stands at its limit."""
        stays = columns >= 0
        chosen = columns[stays]
        if end.basis is None or end.first_column != len(moves.other):
            return End(chosen=chosen)
        then = self.solution.rows
        people = moved_ids(self.then.limits.candidate_ids, rows.limits.candidate_ids)[then.people()]
        num_limits = len(end.basis.rows) - len(people)
        if num_limits > len(moves.row):
            return End(chosen=chosen)
        now_people = rows.people()
        place = np.searchsorted(now_people, people)
        known = (people >= 0) & (place < len(now_people))
        known[known] = now_people[place[known]] == people[known]
        row = np.r_[moves.row[:num_limits], np.where(known, len(rows.limit) + place, -1)]
        # Where somebody's basic column is gone, the row of its owner is free now: else the simplex has to find out by
        # itself which of thousands of rows lacks a basic variable, and begins far away.
        is_gone = ~stays & end.basis.is_basic[end.first_column :]
        is_lonely = np.isin(then.people(), then.candidate[end.chosen[is_gone]])
        freed = row[num_limits:][is_lonely]
        basis = Basis.among(
            end.basis,
            row,
            np.r_[moves.other, np.where(stays, len(rows.upper) + np.cumsum(stays) - 1, -1)],
            (len(rows.limit) + len(now_people), len(rows.upper) + len(chosen)),
        )
        basis.rows[freed[freed >= 0]] = Basis.BASIC
        vacancies = np.unique(moves.row[then.vacancy[end.chosen[is_gone]]])
        _complete(basis, vacancies[vacancies >= 0])
        return End(chosen=chosen, first_column=len(rows.upper), basis=basis)


def _complete(basis: Basis, near: IntArray) -> None:
    """Make as many rows basic as a basis lacks, first those near what is gone: the simplex refuses it otherwise."""
    missing = len(basis.rows) - int(np.count_nonzero(basis.rows == Basis.BASIC)) - int(basis.is_basic.sum())
    if missing > 0:
        rows = np.r_[near, np.delete(np.arange(len(basis.rows)), near)]
        basis.rows[rows[basis.rows[rows] != Basis.BASIC][:missing]] = Basis.BASIC
