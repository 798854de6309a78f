"""The pairs of a ready-scored problem by who goes where: the few that a plan takes, of a million that there may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from matcher.problem import Pair, differing_rows

PairKey = tuple[str, str, tuple[str, ...]]  # candidate, vacancy, route
FEW = 100  # of which each is looked for among the pairs of its candidate


class ScoredPairs:
    """All pairs of a problem; those that have been asked for once are remembered.

    Parameters
    ----------
    rows : tuple of Pair
        As the problem has them.
    found : dict of PairKey to Pair, optional
        Some of these, as an earlier problem had them.
    by_candidate : mapping of candidate id to sequence of Pair, optional
        All of them.
    """

    __slots__ = ("_by_candidate", "_found", "rows")

    def __init__(
        self,
        rows: tuple[Pair, ...],
        found: dict[PairKey, Pair] | None = None,
        by_candidate: Mapping[str, Sequence[Pair]] | None = None,
    ) -> None:
        self.rows = rows
        self._found = found or {}
        self._by_candidate = by_candidate

    def now(self, rows: tuple[Pair, ...]) -> ScoredPairs:
        """Return the pairs of a problem that differs little: rows that are the same objects are known already."""
        if rows is self.rows:
            return self
        differing = differing_rows(rows, self.rows)
        if differing is None:
            return ScoredPairs(rows)
        new, gone = differing
        left_out, added = set(map(id, gone)), _sorted(new)
        by_candidate = dict(self._all_by_candidate())
        for candidate_id in {pair.candidate_id for pair in (*new, *gone)}:
            stays = [pair for pair in by_candidate.get(candidate_id, ()) if id(pair) not in left_out]
            by_candidate[candidate_id] = [*stays, *added.get(candidate_id, ())]
        found = {key: pair for key, pair in self._found.items() if id(pair) not in left_out}
        return ScoredPairs(rows, found, by_candidate)

    def named(self, keys: Iterable[PairKey]) -> dict[PairKey, Pair]:
        """Return those of some candidates, vacancies and routes, as far as the problem has them."""
        asked = set(keys)
        missing = asked.difference(self._found)
        if len(missing) > FEW and self._by_candidate is None:
            self._find(missing, self.rows)
        elif missing:
            by_candidate = self._all_by_candidate()
            for key in missing:
                self._find({key}, by_candidate.get(key[0], ()))
        return {key: self._found[key] for key in asked if key in self._found}

    def _find(self, missing: set[PairKey], rows: Iterable[Pair]) -> None:
        named: defaultdict[str, set[str]] = defaultdict(set)
        for candidate_id, vacancy_id, _ in missing:
            named[candidate_id].add(vacancy_id)
        for pair in rows:
            if pair.vacancy_id in named.get(pair.candidate_id, ()):
                self._found[pair.candidate_id, pair.vacancy_id, pair.cohort_ids] = pair

    def _all_by_candidate(self) -> Mapping[str, Sequence[Pair]]:
        if self._by_candidate is None:
            self._by_candidate = _sorted(self.rows)
        return self._by_candidate


def _sorted(rows: Iterable[Pair]) -> dict[str, list[Pair]]:
    found: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in rows:
        found[pair.candidate_id].append(pair)
    return dict(found)
