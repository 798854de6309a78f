"""Backups of random databases, restored into each kind of database: what comes back is what was there, and works."""

from __future__ import annotations

from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import Store, backup, content_hash, load_problem, restore, save_problem
from tests.service.verified import wrong_plans
from tests.strategies import random_problem
from tests.trust.places import databases, unsound
from tests.trust.trials import Portion, Tally


def drill(portion: Portion) -> Tally:
    """Back up one database of each kind and restore it into one of each kind, so many times."""
    counts = {"backups": 0, "restored": 0, "runs made afterwards": 0}
    faults: list[str] = []
    with databases("sqlite", portion.folder) as files, databases("postgresql", portion.folder) as server:
        for seed in range(portion.first, portion.first + portion.count):
            given, taken = (files, server) if seed % 2 else (server, files)
            kept = portion.folder / f"kept-{seed}.db"
            with Store(given.address()) as store:
                with store.writing() as session:
                    save_problem(session, random_problem(seed), by="Ada")
                ask_run(store, by="Ada")
                Worker(store).work_once()
                info = backup(store, kept)
                counts["backups"] += 1
            for target in (given, taken):
                with Store(target.empty_address()) as other:
                    restore(kept, other)
                    counts["restored"] += 1
                    with other.reading() as session:
                        if content_hash(session) != info.content_hash:
                            faults.append(f"seed {seed}: something else came back")
                        if load_problem(session) != random_problem(seed):
                            faults.append(f"seed {seed}: another problem came back")
                    faults += [f"seed {seed}: {wrong}" for wrong in unsound(other)]
                    ask_run(other, by="Ada")
                    counts["runs made afterwards"] += Worker(other).work_once()
                    faults += [f"seed {seed}: {wrong}" for wrong in wrong_plans(other)]
            kept.unlink()
    return Tally(counts=counts, faults=faults)
