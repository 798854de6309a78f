"""The most memory that a process has held at one time.

`ru_maxrss` also counts what the parent held when it started the process (`execve` keeps that mark), so a small child
of a large parent would look large. `VmHWM` begins anew with the program.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def peak_bytes(process: int | str = "self") -> int | None:
    """Return the peak of a running process; ``None`` where it cannot be known."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return _own_peak() if process == "self" else None
    return next((1024 * int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), None)


def _own_peak() -> int:
    """Return the peak on systems without /proc, where macOS counts in bytes and others in kilobytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
