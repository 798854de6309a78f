"""A valid problem folder that a test may spoil byte by byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from matcher.errors import Fault, InvalidInput
from matcher.formats import read_problem
from tests.faults.drafts import VALID


def valid_folder(folder: Path) -> Path:
    """Copy the valid problem into a new folder."""
    return Path(shutil.copytree(VALID, folder / "problem"))


def faults_of(path: Path) -> tuple[Fault, ...]:
    """Return what reading reports."""
    with pytest.raises(InvalidInput) as refusal:
        read_problem(path)
    assert str(refusal.value)
    return refusal.value.faults


def only_fault(path: Path) -> Fault:
    """Return the one fault that reading reports."""
    faults = faults_of(path)
    assert len(faults) == 1, faults
    return faults[0]
