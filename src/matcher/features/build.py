"""The way from a problem to its columns, told in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from operator import attrgetter

import numpy as np

from matcher.columns import BoolArray, Columns, IntArray
from matcher.errors import IncompleteInput
from matcher.features.arrays import FOREVER, NEVER
from matcher.features.assembly import Part, joined, part_of
from matcher.features.block import Block, block_of, divided
from matcher.features.chains import ChainBook
from matcher.features.curriculum import Curriculum
from matcher.features.entries import entry_table
from matcher.features.given import Given, given_arrays
from matcher.features.limits import build_limits
from matcher.features.lottery import id_hashes
from matcher.features.needs import last_days
from matcher.features.options import OptionFinder
from matcher.features.outcome import outcome_model
from matcher.features.pairs import PairFinder
from matcher.features.ready import ready_columns
from matcher.features.routes import RouteFinder
from matcher.features.skills import SkillsOnDay
from matcher.features.worth import Accounts, Hashes, Weights
from matcher.problem import Problem, VacancyTerms, missing_facts, vacancy_terms


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
    return joined(limits, search.everywhere(threads))


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


class _Search:
    """The search for columns, one block of candidates at a time; threads may share it."""

    def __init__(self, given: Given, hashes: Hashes, weights: Weights) -> None:
        self._given = given
        self._hashes = hashes
        self._weights = weights
        self._curriculum = Curriculum(given.training, given.policy.max_route_length)

    def everywhere(self, threads: int) -> list[Part]:
        """Return the columns of all candidates, in parts."""
        blocks = divided(self._given, threads)
        if threads == 1:
            return list(chain.from_iterable(map(self._in_block, blocks)))
        with ThreadPoolExecutor(threads) as pool:
            return list(chain.from_iterable(pool.map(self._in_block, blocks)))

    def _in_block(self, members: IntArray) -> list[Part]:
        given = self._given
        block = block_of(given, members)
        last_day = last_days(given.held, given.needs, block.position, len(block))
        book = ChainBook(given.training, self._curriculum, self._is_offered(block))
        pairs = PairFinder(given, block, last_day, book).pairs()
        catalogue = book.catalogue()
        may_enter = entry_table(given, block, last_day, catalogue)
        options = OptionFinder(catalogue, may_enter, block.people.max_trainings).options(pairs)
        skills = SkillsOnDay(given, last_day, catalogue)
        accounts = Accounts(given, block, catalogue.chains, self._hashes)
        return [
            part_of(found, block, accounts, self._weights.of(found, block, skills, accounts.completes(found)))
            for found in RouteFinder(given, block, catalogue, may_enter, skills).columns(pairs, options)
        ]

    def _is_offered(self, block: Block) -> BoolArray:
        """Tell which cohorts are of use: open to somebody new, or promised, and over before a job must begin."""
        training = self._given.training
        offered = ~training.is_running & block.reaches[training.place]
        offered &= training.start >= block.people.available_from.min(initial=FOREVER)
        offered[block.enrolments.cohort] = True
        latest = self._given.work.latest[self._given.work.is_open].max(initial=NEVER)
        useful: BoolArray = offered & (training.end < latest)
        return useful
