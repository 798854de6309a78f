"""Commands in forks of one process that has loaded all that they need: each new one would load it for two seconds."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
LOADED = (
    "matcher.cli.app",
    "matcher.report",
    "matcher.solve",
    "matcher.whatif",
    "matcher.store",
    "matcher.service.worker",
)
LIMIT_S = 300


class Said(NamedTuple):
    """What a command said on both streams, and its exit status."""

    status: int
    output: str


class Forked:
    """Runs commands of `matcher`, one after another, each in a process of its own.

    Parameters
    ----------
    environment : mapping of str to str
        Of every command.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.forked"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.kill()
        self._server.communicate()

    def run(self, arguments: Sequence[str], folder: Path) -> Said:
        """Run a command in a folder, given without the program's name; it is ended after `LIMIT_S` seconds."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(json.dumps([*arguments, str(folder)]), file=self._server.stdin, flush=True)
        return Said(*json.loads(self._server.stdout.readline()))


def serve() -> None:
    """Run the commands of standard input, one on a line with its folder last, and answer with what each said."""
    for name in LOADED:
        importlib.import_module(name)
    for line in sys.stdin:
        *arguments, folder = json.loads(line)
        with tempfile.TemporaryFile() as output:
            process = os.fork()
            if not process:
                _become(arguments, folder, output.fileno())
            status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            output.seek(0)
            print(json.dumps([status, output.read().decode()]), flush=True)


def _become(arguments: list[str], folder: str, output: int) -> None:
    """Be a command: with its folder, its streams and its time."""
    from matcher.cli import main

    signal.alarm(LIMIT_S)
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream in (1, 2):
        os.dup2(output, stream)
    sys.argv = ["matcher", *arguments]
    try:
        main()
    except SystemExit as left:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(left.code or 0))
    os._exit(70)


if __name__ == "__main__":
    serve()
