"""The way from a problem to its columns, told in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import chain, pairwise
from operator import attrgetter

import numpy as np

from matcher.columns import Columns
from matcher.errors import IncompleteInput
from matcher.features.arrays import NEVER
from matcher.features.assembly import Part, joined, part_of
from matcher.features.chains import ChainBook
from matcher.features.given import Given, given_arrays
from matcher.features.limits import build_limits
from matcher.features.lottery import id_hashes
from matcher.features.needs import last_days
from matcher.features.outcome import outcome_model
from matcher.features.pairs import PairFinder
from matcher.features.ready import ready_columns
from matcher.features.routes import RouteFinder
from matcher.features.sequences import Curriculum
from matcher.features.skills import SkillsOnDay
from matcher.features.worth import Accounts, Hashes, Weights
from matcher.problem import Problem, VacancyTerms, missing_facts, vacancy_terms

BLOCK_BYTES = 1 << 27  # of the largest table of one block of candidates
MAX_BLOCK = 1 << 15


def build_columns(problem: Problem, *, threads: int = 1) -> Columns:
    """Return every column of a problem, as docs/model.md sections 2 and 3 define them.

    Parameters
    ----------
    problem : Problem
    threads : int
        Blocks of candidates that are worked on at one time; the result is the same for any number.

    Raises
    ------
    IncompleteInput
        When an open vacancy has no start date, or none of the duration that its contract counts.
    UnsupportedRule
        When quotas name more groups than a column has bits.
    """
    terms = _terms(problem)
    limits = build_limits(problem, terms)
    given = given_arrays(problem, limits, terms)
    hashes = Hashes(
        candidate=id_hashes("candidate", limits.candidate_ids),
        vacancy=id_hashes("vacancy", limits.vacancy_ids),
        cohort=id_hashes("cohort", limits.cohort_ids),
    )
    if problem.is_ready_scored:
        return ready_columns(problem, limits, given, hashes)
    _refuse_incomplete(problem, given)
    search = _Search(given, hashes, Weights(given, outcome_model(problem)))
    bounds = _bounds(given)
    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(search.block, bounds)
        return joined(limits, list(chain.from_iterable(parts)))


def _terms(problem: Problem) -> list[VacancyTerms]:
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    vacancies = sorted(problem.vacancies, key=attrgetter("vacancy_id"))
    return [vacancy_terms(vacancy, contracts) for vacancy in vacancies]


def _refuse_incomplete(problem: Problem, given: Given) -> None:
    """Raise `IncompleteInput` when a fact is missing that decides a column, and list all that are."""
    faults = missing_facts(problem)
    undated = np.any(given.work.start[given.work.is_open] == NEVER)
    if undated or any(fault.table == "vacancies" for fault in faults):
        raise IncompleteInput(faults)


def _bounds(given: Given) -> list[tuple[int, int]]:
    """Return the first candidate of each block, and the one after its last."""
    bytes_per_candidate = 4 * len(given.needs) + 4 * len(given.work.group_sets) + 4 * len(given.training.cohort_ids)
    size = min(MAX_BLOCK, max(1, BLOCK_BYTES // max(1, bytes_per_candidate)))
    num_blocks = -(-len(given.people) // size) or 1
    cuts = np.linspace(0, len(given.people), num_blocks + 1).astype(int).tolist()
    return list(pairwise(cuts))


class _Search:
    """The search for columns, one block of candidates at a time; threads may share it."""

    def __init__(self, given: Given, hashes: Hashes, weights: Weights) -> None:
        self._given = given
        self._hashes = hashes
        self._weights = weights
        training = given.training
        is_offered = ~training.is_running
        is_offered[given.enrolments.cohort] = True
        curriculum = Curriculum(training, given.policy.max_route_length)
        self._book = ChainBook(training, curriculum, is_offered)

    def block(self, bounds: tuple[int, int]) -> list[Part]:
        """Return the columns of one block of candidates, in parts."""
        given, (begin, end) = self._given, bounds
        last_day = last_days(given.held, given.needs, begin, end)
        pairs = PairFinder(given, begin, end, last_day, self._book).pairs()
        chains, entries = self._book.numbered()
        accounts = Accounts(given, begin, end, chains, self._hashes)
        skills = SkillsOnDay(given, last_day)
        parts = []
        for found in RouteFinder(given, begin, end, skills, chains, entries).columns(pairs):
            cohorts = accounts.cohorts(found)
            weight = self._weights.of(found, begin, skills, cohorts, accounts.completes(found))
            parts.append(part_of(found, begin, accounts, cohorts, weight))
        return parts
