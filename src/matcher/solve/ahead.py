"""What the plan and its check need of the problem alone, worked out while the search waits for the simplex.

The simplex lets go of the interpreter, so a second core can read the problem for the checker, write it out for its
fingerprint and fill the places by hand meanwhile. None of these sees anything of the search.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from matcher.check import Prepared, prepare
from matcher.column_blocks import ColumnBlocks
from matcher.columns import IntArray
from matcher.problem import Problem, fingerprint
from matcher.solve.terms import Terms
from matcher.solver import Rows, differ_by_links, greedy_columns


class Ahead:
    """Begins in a thread of its own where there is a core for it and time, and else when it is asked.

    Parameters
    ----------
    problem : Problem
    columns : ColumnBlocks
        All of the problem's. Those that lie in files are not read at two places at once.
    terms : Terms
        With a limit of memory nothing is begun: what lies there early is missing to the search.
    """

    def __init__(self, problem: Problem, columns: ColumnBlocks, terms: Terms) -> None:
        self._problem, self._columns, self._terms = problem, columns, terms
        self._pool: ThreadPoolExecutor | None = None
        self._may_begin = terms.threads > 1 and terms.ceiling.limit_mb is None and columns.is_in_memory
        self._begun: Future[tuple[str, Prepared]] | None = None
        self._by_hand: tuple[Rows, Future[IntArray]] | None = None

    def begin(self) -> None:
        """Begin, now that the search waits for a solver that needs no interpreter: before, each waits for the other."""
        if self._may_begin and self._pool is None:
            self._pool = ThreadPoolExecutor(1)
            self._begun = self._pool.submit(self._worked_out)

    def _worked_out(self) -> tuple[str, Prepared]:
        return self._terms.problem_hash or fingerprint(self._problem), self._prepared()

    def _prepared(self) -> Prepared:
        return prepare(self._problem, self._columns, self._terms.published, self._terms.read_before)

    def take_rows(self, rows: Rows) -> None:
        """Begin with what needs the rows, now that they are written."""
        if self._pool is not None:
            self._by_hand = rows, self._pool.submit(greedy_columns, rows)

    def greedy(self, rows: Rows) -> IntArray:
        """Return the columns of the plan by hand, made anew for other rows than those that have been taken.

        Links that these have gained since bind no one who fills one place after the other.
        """
        if self._by_hand is not None and differ_by_links(self._by_hand[0], rows):
            return self._by_hand[1].result()
        return greedy_columns(rows)

    @property
    def problem_hash(self) -> str:
        """Return the problem's fingerprint."""
        if self._begun is None:
            return self._terms.problem_hash or fingerprint(self._problem)
        return self._begun.result()[0]

    @property
    def prepared(self) -> Prepared:
        """Return what the check reads before it sees the plan."""
        return self._prepared() if self._begun is None else self._begun.result()[1]

    def __enter__(self) -> Ahead:
        """Return this."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for nothing that is not needed any more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
