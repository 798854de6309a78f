"""From the arguments to an exit status: every error becomes a sentence, none a traceback."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import typer

from matcher import __version__
from matcher.cli.errors import CommandError, Status, error_document, error_lines, os_error_sentence, status_of
from matcher.cli.extras import missing_module
from matcher.cli.heaps import keep_few_heaps
from matcher.cli.terminal import Terminal
from matcher.cli.watched import STILL_S, wait_for
from matcher.errors import MatcherError, SolverFailure

# The classes behind every usage error, taken from typer itself, which brings its own copy of click in some versions.
UsageError: Any = typer.BadParameter.__mro__[1]
ClickException: Any = typer.BadParameter.__mro__[2]


def main() -> None:
    """Run the command line and leave with its exit status."""
    keep_few_heaps()
    arguments = sys.argv[1:]
    has_ceiling = any(argument.startswith("--memory-limit") for argument in arguments)
    sys.exit(_run_watched(arguments) if has_ceiling and hasattr(os, "fork") else run(arguments))


def _run_watched(arguments: list[str]) -> int:
    """Run one command in a process of its own, so that somebody is left to say why it was killed or stood still."""
    process = os.fork()
    if not process:
        return run(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that works
    outcome, stood_still = wait_for(process)
    if not os.WIFSIGNALED(outcome):
        return os.waitstatus_to_exitcode(outcome)
    name = signal.Signals(os.WTERMSIG(outcome)).name
    what = f"stood still for {STILL_S:.0f} seconds and was ended" if stood_still else f"was killed ({name})"
    sentence = f"The work {what}, most likely for lack of memory. Allow more memory or solve a part."
    return _failed(Terminal(is_json="--json" in arguments), "memory", sentence, Status.LIMIT_REACHED)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status.

    Parameters
    ----------
    arguments : sequence of str
        Without the program's name.

    Returns
    -------
    int
        0 done, 2 wrong usage, 3 invalid input, 4 contradictory decisions, 5 limit reached without a plan, 6 check
        failed, 70 a fault of ours, 130 interrupted.
    """
    terminal = Terminal(is_json="--json" in arguments)
    try:
        status = _run(list(arguments))
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # typer itself leaves when the reader of a pipe has gone
        _let_go_of_stdout()
        return Status.BROKEN_PIPE
    except (KeyboardInterrupt, typer.Abort):
        status = Status.INTERRUPTED
    except CommandError as error:
        return _failed(terminal, error.code, str(error), error.status)
    except ClickException as error:
        return _wrong_usage(terminal, error)
    except SolverFailure as error:
        return _unforeseen(terminal, error)
    except MatcherError as error:
        return _refused(terminal, error)
    except OSError as error:
        return _failed(terminal, "operating_system", os_error_sentence(error), Status.INVALID_INPUT)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "matcher":
            return _unforeseen(terminal, error)
        lacking = missing_module(error.name)
        return _failed(terminal, lacking.code, str(lacking), lacking.status)
    except MemoryError:
        sentence = "There is not enough memory for this problem. Close other programs or solve a part of it."
        return _failed(terminal, "memory", sentence, Status.LIMIT_REACHED)
    except Exception as error:  # whatever it is, nobody is shown a traceback
        return _unforeseen(terminal, error)
    if status == Status.INTERRUPTED:  # typer turns Ctrl-C into this status
        return _failed(terminal, "interrupted", "Interrupted; nothing was written.", Status.INTERRUPTED)
    return status


def _run(arguments: list[str]) -> int:
    from matcher.cli.app import app

    status = typer.main.get_command(app).main(args=arguments, prog_name="matcher", standalone_mode=False)
    return int(status or 0)


def _failed(terminal: Terminal, code: str, sentence: str, status: Status) -> int:
    terminal.note(sentence)
    terminal.document({"error": {"kind": code, "status": int(status), "message": sentence}})
    return status


def _refused(terminal: Terminal, error: MatcherError) -> int:
    status = status_of(error)
    for line in error_lines(error):
        terminal.note(line)
    terminal.document({"error": error_document(error, status)})
    return status


def _wrong_usage(terminal: Terminal, error: Any) -> int:
    context = getattr(error, "ctx", None)
    sentence = error.format_message()
    if context is not None:
        terminal.note(context.get_usage())
        terminal.note(f"See '{context.command_path} --help'.")
    return _failed(terminal, "usage", sentence, Status.WRONG_USAGE)


def _unforeseen(terminal: Terminal, error: Exception) -> int:
    """Save where it happened for whoever mends it, and ask the person to report it."""
    place = ""
    with suppress(OSError):
        handle, name = tempfile.mkstemp(prefix="matcher-trace-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"matcher {__version__}, Python {sys.version}\n\n")
            file.writelines(traceback.format_exception(error))
        place = f" with the file {name}, which says where it happened"
    what = f"{type(error).__name__}: {error}" if isinstance(error, SolverFailure) else type(error).__name__
    sentence = f"This should not have happened ({what}). Please report it{place}."
    return _failed(terminal, "unforeseen", sentence, Status.OUR_FAULT)


def _let_go_of_stdout() -> None:
    """Keep Python from complaining, at its end, about output that nobody reads any more."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
