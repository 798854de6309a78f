"""The way from a problem to its columns, told in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from operator import attrgetter
from pathlib import Path

import numpy as np

from matcher.column_blocks import ColumnBlocks
from matcher.columns import BoolArray, Columns, IntArray, Limits
from matcher.errors import IncompleteInput
from matcher.features.arrays import FOREVER, NEVER
from matcher.features.assembly import Part, joined, part_of, piece_of
from matcher.features.block import Block, block_of, divided
from matcher.features.blocks import blocks_of
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
from matcher.features.ready import ready_part
from matcher.features.route_keys import RouteKeys
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
    limits, parts, route_keys = _found(problem, threads)
    return joined(limits, list(parts), route_keys)


def build_blocks(
    problem: Problem, *, max_bytes: int | None = None, threads: int = 1, folder: Path | None = None
) -> ColumnBlocks:
    """Return every column of a problem, in blocks where they are too many for the memory.

    Joined, the blocks are what `build_columns` returns.

    Parameters
    ----------
    problem : Problem
    max_bytes : int, optional
        Most memory that columns may take: all of them where they fit, otherwise two blocks of them, while the others
        lie in files. Without it they are one block in memory.
    threads : int
        See `build_columns`.
    folder : Path, optional
        Where the temporary folder of the files goes; it needs room for the columns twice.

    Raises
    ------
    IncompleteInput, UnsupportedRule
        See `build_columns`.
    """
    limits, parts, route_keys = _found(problem, threads)
    return blocks_of(limits, parts, route_keys, max_bytes, folder)


def _found(problem: Problem, threads: int) -> tuple[Limits, Iterator[Part], RouteKeys]:
    """Return all columns, each candidate's in one of the parts, which are found one after another."""
    terms = terms_of(problem)
    limits = build_limits(problem, terms)
    given = given_arrays(problem, limits, terms)
    hashes = Hashes(
        candidate=id_hashes("candidate", limits.candidate_ids),
        vacancy=id_hashes("vacancy", limits.vacancy_ids),
        cohort=id_hashes("cohort", limits.cohort_ids),
    )
    route_keys = RouteKeys(len(limits.cohort_ids))
    if problem.is_ready_scored:
        return limits, iter([ready_part(problem, limits, given, hashes, route_keys)]), route_keys
    _refuse_incomplete(problem, given)
    search = _Search(given, hashes, Weights(given, outcome_model(problem)), route_keys)
    return limits, search.everywhere(threads), route_keys


def terms_of(problem: Problem) -> list[VacancyTerms]:
    """Return the terms of all vacancies, in order of their ids."""
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

    def __init__(self, given: Given, hashes: Hashes, weights: Weights, route_keys: RouteKeys) -> None:
        self._given = given
        self._hashes = hashes
        self._weights = weights
        self._route_keys = route_keys
        self._curriculum = Curriculum(given.training, given.policy.max_route_length)

    def everywhere(self, threads: int) -> Iterator[Part]:
        """Yield the columns of all candidates, block by block; no more blocks are in work than there are threads."""
        blocks = divided(self._given, threads)
        if threads == 1:
            yield from map(self._in_block, blocks)
            return
        with ThreadPoolExecutor(threads) as pool:
            ahead: deque[Future[Part]] = deque()
            for members in blocks:
                ahead.append(pool.submit(self._in_block, members))
                if len(ahead) == threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    def _in_block(self, members: IntArray) -> Part:
        given = self._given
        block = block_of(given, members)
        last_day = last_days(given.held, given.needs, block.position, len(block))
        book = ChainBook(given.training, self._curriculum, self._is_offered(block))
        pairs = PairFinder(given, block, last_day, book).pairs()
        catalogue = book.catalogue()
        may_enter = entry_table(given, block, last_day, catalogue)
        options = OptionFinder(catalogue, may_enter, block.people.max_trainings).options(pairs)
        skills = SkillsOnDay(given, last_day, catalogue)
        accounts = Accounts(given, block, catalogue.chains, self._hashes, self._route_keys)
        pieces = [
            piece_of(found, block, accounts, self._weights.of(found, block, skills, accounts.completes(found)))
            for found in RouteFinder(given, block, catalogue, may_enter, skills).columns(pairs, options)
        ]
        return part_of(pieces, self._route_keys.of(catalogue.chains.cohorts))

    def _is_offered(self, block: Block) -> BoolArray:
        """Tell which cohorts are of use: open to somebody new, or promised, and over before a job must begin."""
        training = self._given.training
        offered = ~training.is_running & block.reaches[training.place]
        offered &= training.start >= block.people.available_from.min(initial=FOREVER)
        offered[block.enrolments.cohort] = True
        latest = self._given.work.latest[self._given.work.is_open].max(initial=NEVER)
        useful: BoolArray = offered & (training.end < latest)
        return useful
