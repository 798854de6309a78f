"""The result of ``make mutation`` as a small file: how many changes to the checker some test notices, by module.

mutmut keeps what it found in ``mutants``; a run that was ended goes on where it was.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date
from importlib.metadata import version
from pathlib import Path

from mutmut.stats import status_by_exit_code

from benchmarks.machine import machine

ROOT = Path(__file__).parents[1]
FOUND = ROOT / "mutants" / "src" / "matcher" / "check"
FILE = Path(__file__).with_name("mutation.json")
NOTICED = ("killed", "timeout", "segfault", "caught by type check")
LEAST_SCORE = 0.9


def counts_by_module(folder: Path = FOUND) -> dict[str, Counter[str]]:
    """Return, by module, how many changes were tried and what became of them; those not tried are left out."""
    counts = {}
    for file in sorted(folder.glob("*.py.meta")):
        codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"].values()
        counts[file.name.removesuffix(".py.meta")] = Counter(
            status_by_exit_code[code] for code in codes if code is not None
        )
    return {module: found for module, found in counts.items() if found}


def score(counts: Counter[str]) -> float:
    """Return the share of tried changes that were noticed."""
    return sum(counts[status] for status in NOTICED) / counts.total()


def main() -> int:
    """Write the file and tell the score; 1 where it is too low or nothing was tried."""
    counts = counts_by_module()
    total = sum(counts.values(), Counter())
    if not total:
        print("Nothing was tried: run make mutation.", file=sys.stderr)
        return 1
    written = {
        "measured_on": date.today().isoformat(),
        "machine": machine(),
        "versions": {"python": sys.version.split()[0], "mutmut": version("mutmut"), "matcher": version("matcher")},
        "sample": sys.argv[1] if len(sys.argv) > 1 else "all",
        "score": round(score(total), 4),
        "tried": total.total(),
        "modules": {module: {"score": round(score(found), 4), **found} for module, found in counts.items()},
    }
    FILE.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    print(f"{total.total()} changes tried, {score(total):.1%} noticed; {FILE.name} says where not.")
    return 0 if score(total) >= LEAST_SCORE else 1


if __name__ == "__main__":
    sys.exit(main())
