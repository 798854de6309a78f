"""Trials that are tests or commands of their own: run in a process, counted by what they report."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as Xml
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.explain.causes_trust import wrong_causes
from tests.explain.trust import wrong
from tests.trust.trials import Portion, Tally

ROOT = Path(__file__).parents[2]


def pytest_of(
    *paths: str, environment: Callable[[Portion], Mapping[str, str]] | None = None
) -> Callable[[Portion], Tally]:
    """Return a trial that runs some files of tests; its environment may depend on how many are to be tried."""

    def run(portion: Portion) -> Tally:
        report = portion.folder / "report.xml"
        workers = str(portion.workers if portion.workers > 1 else 0)
        command = [sys.executable, "-m", "pytest", "-q", "-n", workers, "-p", "no:cacheprovider"]
        command += ["-o", "junit_family=xunit1"]  # the form that tests may add counts of their own to
        command += [f"--junitxml={report}", f"--basetemp={portion.folder / 'files'}", *paths]
        given = os.environ | dict(environment(portion) if environment else {})
        ended = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
        if not report.exists():
            return Tally(faults=[f"the tests did not run: {(ended.stdout + ended.stderr)[-500:]}"])
        return _counted(report)

    return run


def _counted(report: Path) -> Tally:
    cases = list(Xml.parse(report).getroot().iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    counts = {"tests": len(cases) - len(skipped)} | ({"skipped": len(skipped)} if skipped else {})
    told: Counter[str] = Counter()  # what the tests have counted themselves
    for each in (each for case in cases for each in case.iter("property")):
        told[each.get("name", "")] += int(each.get("value", "0"))
    counts |= told
    return Tally(counts=counts, faults=[f"{case.get('classname')}: {case.get('name')}" for case in failed])


def explained(portion: Portion) -> Tally:
    """Hold what is said after solving again against trying every plan."""
    told: Counter[str] = Counter()
    seeds = range(portion.first, portion.first + portion.count)
    lies = [text for seed in seeds for text in (*wrong(seed, told), *wrong_causes(seed, told))]
    return Tally(counts=dict(told), faults=lies)
