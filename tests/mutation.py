"""Changes to the checker, drawn at random and tried one by one: how many does some test notice, and in which modules?

The order is drawn from a seed, so that those tried until somebody ends it are a random sample of all changes. mutmut
keeps what it found in ``mutants``: the next run goes on there, and tries again what no test had noticed.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path
from typing import Any

from mutmut.stats import status_by_exit_code

from benchmarks.machine import machine

ROOT = Path(__file__).parents[1]
FOUND = ROOT / "mutants" / "src" / "matcher" / "check"
FILE = Path(__file__).with_name("mutation.json")
NOTICED = ("killed", "timeout", "segfault", "caught by type check")
LEAST_SCORE = 0.9
Codes = Mapping[str, int | None]  # by the name of a change; ``None``: not tried


def in_order(names: Iterable[str], seed: int) -> list[str]:
    """Return changes in the order drawn with a seed, whatever order they come in."""
    order = sorted(names)
    random.Random(seed).shuffle(order)
    return order


def tried_first(codes: Codes, seed: int) -> list[str]:
    """Return the changes that were tried of those drawn first; one that was left out ends the sample."""
    return list(takewhile(lambda name: codes[name] is not None, in_order(codes, seed)))


def counts_by_module(codes: Codes, names: Sequence[str]) -> dict[str, Counter[str]]:
    """Return, by module, what became of the changes named."""
    counts: dict[str, Counter[str]] = {}
    for name in sorted(names):
        module = name.split(".")[2]
        counts.setdefault(module, Counter())[status_by_exit_code[codes[name]]] += 1
    return counts


def score(counts: Counter[str]) -> float:
    """Return the share of tried changes that were noticed."""
    return sum(counts[status] for status in NOTICED) / counts.total()


def summary(codes: Codes, seed: int) -> dict[str, Any]:
    """Return what was found as the file tells it."""
    names = tried_first(codes, seed)
    counts = counts_by_module(codes, names)
    return {
        "sample": f"the first {len(names)} of {len(codes)} changes, in the order drawn with seed {seed}",
        "score": round(score(sum(counts.values(), Counter())), 4) if names else None,
        "tried": len(names),
        "modules": {module: {"score": round(score(found), 4), **found} for module, found in counts.items()},
        "not_noticed": [name for name in sorted(names) if status_by_exit_code[codes[name]] not in NOTICED],
    }


def known_codes(folder: Path = FOUND) -> dict[str, int | None]:
    """Return what mutmut has found so far."""
    files = sorted(folder.glob("*.py.meta"))
    return {
        name: code
        for file in files
        for name, code in json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"].items()
    }


def try_changes(seed: int, most: int) -> None:
    """Let mutmut try the changes drawn first, in that order; an interrupt ends it, and what was found stays."""
    from mutmut import __main__ as mutmut  # which settles how processes start, and so for no test
    from mutmut.workers import isolation

    collect = mutmut.collect_source_file_mutation_data
    rank: dict[str, int] = {}

    def drawn(*, mutant_names: Sequence[str]) -> Any:
        mutants, by_path = collect(mutant_names=())
        order = in_order((name for _, name, _ in mutants), seed)[:most]
        rank.update({name: number for number, name in enumerate(order)})
        wanted = []
        for of_file, name, code in mutants:
            if name in rank:
                is_to_try = code is None or status_by_exit_code[code] not in NOTICED
                of_file.exit_code_by_key[name] = None if is_to_try else code
                wanted.append((of_file, name, of_file.exit_code_by_key[name]))
        return wanted, by_path

    # Tests that go on for ever are ended by their processor time, so that a machine with more to do is no such thing.
    limits, by_clock = mutmut.config(), isolation.register_timeout
    limits.timeout_multiplier, limits.timeout_constant = 3.0, 10.0
    isolation.register_timeout = lambda pid, timeout_s: by_clock(pid, 20 * timeout_s)
    mutmut.collect_source_file_mutation_data = drawn
    mutmut.estimated_worst_case_time = rank.__getitem__  # by which mutmut sorts
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    mutmut._run((), 1)


def main() -> int:
    """Try changes, write the file and tell the score; 1 where it is too low or nothing was tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--changes", type=int, default=400, help="how many to try, at most")
    parser.add_argument("--seed", type=int, default=1, help="draws the order in which they are tried")
    parser.add_argument("--tell", action="store_true", help="try nothing, write nothing, and say what was found so far")
    given = parser.parse_args()
    if not given.tell:
        try_changes(given.seed, given.changes)
    found = summary(known_codes(), given.seed)
    if not found["tried"]:
        print("Nothing was tried.", file=sys.stderr)
        return 1
    if given.tell:
        print(json.dumps(found, indent=1))
        return 0
    head = {
        "measured_on": date.today().isoformat(),
        "machine": machine(),
        "versions": {"python": sys.version.split()[0], "mutmut": version("mutmut"), "matcher": version("matcher")},
    }
    FILE.write_text(json.dumps(head | found, indent=1) + "\n", encoding="utf-8")
    print(f"{found['tried']} changes tried, {found['score']:.1%} noticed; {FILE.name} says where not.")
    return 0 if found["score"] >= LEAST_SCORE else 1


if __name__ == "__main__":
    sys.exit(main())
