"""The machine and the versions behind a measurement; nothing that names a host or a person."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("matcher", "ortools", "scipy", "numpy", "scikit-learn")


def machine() -> dict[str, str]:
    """Return processor, cores, memory and system."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count() or "unknown"),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of everything that was measured."""
    return {"python": platform.python_version()} | {package: version(package) for package in PACKAGES}


def load() -> str:
    """Return the processes that wanted a core over the last minute: more than there are cores is noise."""
    return f"{os.getloadavg()[0]:.1f}"


def _processor() -> str:
    return _entry("/proc/cpuinfo", "model name") or platform.processor() or "unknown"


def _memory() -> str:
    total = _entry("/proc/meminfo", "MemTotal")
    return f"{int(total.split()[0]) / 2**20:.0f} GiB" if total else "unknown"


def _entry(file: str, key: str) -> str | None:
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), None)
