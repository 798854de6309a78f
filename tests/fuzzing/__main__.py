"""``python -m tests.fuzzing TARGET CORPUS [libFuzzer's options]``: feeds one importer, guided by what it reaches.

Needs atheris, which `make fuzz` puts into build/fuzz. Ends with the number of runs, or with what has gone wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["matcher.sources", "matcher.formats", "matcher.problem"]):
    from tests.fuzzing.targets import TARGETS, seeds

if __name__ == "__main__":
    name, corpus, *options = sys.argv[1:]
    folder = Path(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds(name)):
        (folder / f"seed-{number}").write_bytes(content)
    atheris.Setup([sys.argv[0], *options, str(folder)], TARGETS[name])
    atheris.Fuzz()
