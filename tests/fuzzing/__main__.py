"""``python -m tests.fuzzing TARGET CORPUS [libFuzzer's options]``: feeds one importer, guided by what it reaches.

Needs atheris, which `make fuzz` puts into build/fuzz. Ends with the number of runs, or with what has gone wrong.
"""

from __future__ import annotations

import atexit
import gc
import signal
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import atheris  # type: ignore[import-not-found]
from atheris.import_hook import AtherisMetaPathFinder  # type: ignore[import-not-found]

from tests.fuzzing.mutation import mutated
from tests.fuzzing.watched import is_watched

name, corpus, *options = sys.argv[1:]


class Watching(AtherisMetaPathFinder):  # type: ignore[misc]
    """Watches the packages of one target and nothing else.

    Watching costs more than running, and what the fuzzer is to find lies in these. `atheris.instrument_imports` looks
    at the first part of a name only: it would watch all of matcher, the solver too.
    """

    def __init__(self) -> None:
        super().__init__(set(), set(), enable_loader_override=True, trace_dataflow=True)

    def find_spec(self, fullname: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return how a module is loaded so that it is watched, None where it need not be."""
        found: ModuleSpec | None = super().find_spec(fullname, path, target) if is_watched(fullname, name) else None
        return found


sys.meta_path.insert(0, Watching())
from tests.fuzzing.targets import TARGETS, hurry, seeds  # noqa: E402


def changed(content: bytes, most: int, seed: int) -> bytes:
    """Return what comes after an input: changed by its parts, or byte by byte."""
    return mutated(content, most, seed, atheris.Mutate)


def let_end() -> None:
    """Stop the fuzzer's alarm: Python gives it back its deadly meaning before it has finished ending.

    On a busy machine that took longer than the alarm, and a fuzzer that had found nothing was killed by its own watch.
    """
    signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    folder = Path(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds(name)):
        (folder / f"seed-{number}").write_bytes(content)
    hurry()
    atexit.register(let_end)
    gc.collect()
    gc.freeze()  # what has been imported stays: no need to look through it again and again
    atheris.Setup([sys.argv[0], *options, str(folder)], TARGETS[name], custom_mutator=changed)
    atheris.Fuzz()
