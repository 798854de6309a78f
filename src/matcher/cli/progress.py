"""How far a solve has come: a moving line on a terminal, sparse plain lines elsewhere; nothing in the first second."""

from __future__ import annotations

import threading
import time
from types import TracebackType

from rich.progress import Progress as LiveProgress
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from matcher.cli.terminal import Terminal, printable
from matcher.languages import Phrases
from matcher.plan import Progress
from matcher.report.summary import gap_text
from matcher.report.words import AIMS

QUIET_S = 1.0
BETWEEN_LINES_S = 10.0


class SolveProgress:
    """Shows bound, incumbent and gap as they move.

    Parameters
    ----------
    terminal : Terminal
    say : Phrases
    """

    def __init__(self, terminal: Terminal, say: Phrases) -> None:
        self._terminal = terminal
        self._say = say
        self._began = time.monotonic()
        self._live: LiveProgress | None = None
        self._last_line, self._tier = 0.0, ""
        self._latest = self._written = ""
        if terminal.err.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
            self._live = LiveProgress(*columns, console=terminal.err, transient=True)
            self._task = self._live.add_task(say.text("Working"))
            self._timer = threading.Timer(QUIET_S, self._live.start)
            self._timer.daemon = True

    def __enter__(self) -> SolveProgress:
        """Begin to show."""
        if self._live is not None:
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was, and say how the last aim ended."""
        self._write_end()
        if self._live is not None:
            self._timer.cancel()
            self._timer.join()
            self._live.stop()

    def step(self, text: str) -> None:
        """Say what is being done now."""
        if self._live is not None:
            self._live.update(self._task, description=printable(text))

    def __call__(self, progress: Progress) -> None:
        """Show how far the solver has come."""
        text = progress_text(progress, self._say)
        if self._live is not None:
            self._live.update(self._task, description=printable(text))
        else:
            self._write_lines(progress, text)

    def _write_lines(self, progress: Progress, text: str) -> None:
        """Write how the aim before ended when another begins, and how this one moves, but not too often."""
        now, tier = time.monotonic(), progress.tier or ""
        if now - self._began <= QUIET_S:
            return
        if tier != self._tier:
            self._write_end()
        if tier != self._tier or now - self._last_line > BETWEEN_LINES_S:
            self._last_line = now
            self._write(text)
        self._latest, self._tier = text, tier

    def _write_end(self) -> None:
        if self._latest != self._written:
            self._write(self._latest)

    def _write(self, text: str) -> None:
        self._written = text
        self._terminal.note(f"{time.monotonic() - self._began:6.0f} s  {text}")


def progress_text(progress: Progress, say: Phrases) -> str:
    """Return which aim is worked on, with its plan, bound and gap as far as they are known."""
    parts = [say.text(AIMS[progress.tier])] if progress.tier in AIMS else [say.text("Working")]
    if progress.incumbent is not None:
        parts.append(say.text("plan {value}", value=progress.incumbent))
    if progress.bound is not None:
        parts.append(say.text("bound {value}", value=progress.bound))
    if progress.gap is not None:
        parts.append(say.text("gap {gap}", gap=gap_text(progress.gap, say)))
    return ", ".join(parts)
