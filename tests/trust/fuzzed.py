"""Each importer under a coverage-guided fuzzer (atheris), in a process of its own, its memory and time limited."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.trust.commands import ROOT
from tests.trust.trials import Portion, Tally

# A run writes, renames and removes some files: in memory that takes a tenth of what it takes on a disk.
MEMORY = Path("/dev/shm")
PACKAGES = ROOT / "build" / "fuzz"
# A run takes milliseconds; 25 s by the clock are a hang, on however busy a machine.
OPTIONS = ("-rss_limit_mb=1024", "-timeout=25", "-max_len=8192", "-len_control=20", "-print_final_stats=1")


def fuzz(name: str) -> Callable[[Portion], Tally]:
    """Return the trial that feeds one importer so many times."""

    def run(portion: Portion) -> Tally:
        if not (PACKAGES / "atheris").exists():
            pytest.skip("atheris is not there: make fuzz installs it")
        corpus = ROOT / ".cache" / "fuzz" / name
        command = [sys.executable, "-m", "tests.fuzzing", name, str(corpus), *OPTIONS]
        command += [f"-atheris_runs={portion.count}", f"-seed={portion.first + 1}"]
        command += [f"-artifact_prefix={corpus.parent}/found-{name}-"]
        place = MEMORY if os.access(MEMORY, os.W_OK) else portion.folder
        with tempfile.TemporaryDirectory(prefix="matcher-fuzz-", dir=place) as folder:
            environment = os.environ | {"PYTHONPATH": f"{PACKAGES}{os.pathsep}{ROOT}", "TMPDIR": folder}
            ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
        told = ended.stderr.decode(errors="replace")
        done = re.search(r"Done (\d+) (?:runs )?in", told)
        has_failed = done is None or ended.returncode != 0
        peak = [int(each) for each in re.findall(r"rss: (\d+)Mb", told)]
        counts = {"runs": int(done[1]) if done else 0, "most memory (MB)": max(peak, default=0)}
        reached = re.findall(r"cov: (\d+)", told)
        counts["most places reached"] = int(reached[-1]) if reached else 0
        return Tally(
            counts=counts, faults=[f"{name} ended with {ended.returncode}: {told[-1500:]}"] if has_failed else []
        )

    return run
