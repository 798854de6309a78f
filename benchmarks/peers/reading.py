"""Reading a problem folder of CSV files, as the first part of every command does."""

from __future__ import annotations

from tempfile import TemporaryDirectory

from benchmarks.peers.method import Answer, Task
from matcher.formats import read_problem, write_problem


class Read:
    """Reads what was written beforehand."""

    def __init__(self, task: Task) -> None:
        self.problem = task.problem
        self._folder = TemporaryDirectory(prefix="matcher-benchmark-")
        write_problem(task.problem, self._folder.name)

    def run(self) -> None:
        """Read."""
        self.found = read_problem(self._folder.name)

    def answer(self) -> Answer:
        """Return that the same problem was read."""
        self._folder.cleanup()
        if self.found != self.problem:
            raise AssertionError("The problem that was read must equal the one that was written.")
        return Answer(status="done", num_columns=0)
