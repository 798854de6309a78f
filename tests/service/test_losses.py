"""What a plan loses without a placement is worked out where pages do not wait for it, and let go of afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from multiprocessing import active_children
from pathlib import Path

import psutil
import pytest

from matcher.service.desk.losses import Losses
from matcher.service.desk.losses_apart import losses_apart
from matcher.service.desk.source import StoredDesks
from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import Store, save_problem, upgrade
from tests.service.towns import town
from tests.waits import PATIENCE_S, wait_until


def test_what_losses_work_with_is_let_go_of_when_nobody_asks() -> None:
    """Not between two that are asked for one after the other; at once where the desk is closed."""
    rested = threading.Event()
    losses = Losses(lambda candidate_id, _: candidate_id, rested.set, idle_s=0.3)  # type: ignore[arg-type,return-value]
    assert losses.of("C1", "V1", PATIENCE_S) == "C1"
    assert not rested.is_set()
    assert losses.of("C2", "V1", PATIENCE_S) == "C2"
    assert rested.wait(PATIENCE_S)
    rested.clear()
    waiting = Losses(lambda candidate_id, _: candidate_id, rested.set, idle_s=3600)  # type: ignore[arg-type,return-value]
    assert waiting.of("C1", "V1", PATIENCE_S) == "C1"
    waiting.close()
    assert rested.wait(PATIENCE_S)


@pytest.mark.slow
def test_a_large_plans_losses_are_those_of_any_other(tmp_path: Path) -> None:
    """Solved in a process of its own, beside whoever writes; it ends when nobody asks any more."""
    address = f"sqlite:///{tmp_path / 'town.db'}"
    with Store(address) as store:
        _plan(store)
        desk = StoredDesks(store).desk()
        assert desk is not None
        (first, *_) = desk.plan.assignments
        losses = losses_apart(address, desk.plan_id or 0)
        found = losses.of(first.candidate_id, first.vacancy_id, PATIENCE_S)
        assert found == desk.loss(first.candidate_id, first.vacancy_id)
        assert len(active_children()) == 1
        losses.close()
        wait_until(lambda: not active_children())


@pytest.mark.slow
def test_a_process_of_ones_own_ends_with_the_one_that_is_killed(tmp_path: Path) -> None:
    """Nobody would ask it again, and it holds as much memory as a city."""
    program = textwrap.dedent("""
        import sys
        from matcher.engine import Processes
        from tests.engine.tasks import slow_square
        if __name__ == "__main__":
            with Processes(1) as engine:
                print(engine.map(slow_square, [2])[0][1], flush=True)
                sys.stdin.read()
        """)
    (tmp_path / "parent.py").write_text(program)
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    command = [sys.executable, str(tmp_path / "parent.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    wait_until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)


def _plan(store: Store) -> None:
    upgrade(store)
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
    ask_run(store, by="Ada")
    assert Worker(store).work_once()
