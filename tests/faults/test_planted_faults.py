"""A thousand planted faults: each is found with the right code, place and value, and nothing else is reported."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from matcher.errors import Fault, InvalidInput
from matcher.formats import read_problem
from tests.faults.drafts import CONTAINERS, Draft, Written, new_draft
from tests.faults.planters import PLANTERS
from tests.faults.planting import Planted, Planter, Unplantable

ROUNDS = {"folder": 9, "workbook": 4, "json": 9}  # a workbook takes ten times as long to write
Report = tuple[str, str, int | None, int | None, str | None]


def reported(path: Path) -> list[Report]:
    """Return what reading reports, in an order of its own."""
    with pytest.raises(InvalidInput) as refusal:
        read_problem(path)
    for fault in refusal.value.faults:
        assert fault.must, fault
        assert fault.remedy.endswith((".", "?")), fault
        assert "\n" not in str(fault), fault
    return sorted(map(_seen, refusal.value.faults), key=repr)


def _seen(fault: Fault) -> Report:
    return fault.code, str(fault.file), fault.line, fault.column, None if fault.value is None else str(fault.value)


def expected(planted: Iterable[Planted], written: Written) -> list[Report]:
    """Return what must be reported."""
    reports: list[Report] = []
    for fault in planted:
        if fault.code == "unknown_table":
            file = {
                "folder": f"{fault.table}.csv",
                "workbook": f"problem.xlsx sheet {fault.table}",
                "json": f"problem.json#/{fault.table}",
            }[written.container]
            line = written.path.read_text("utf-8").count("\n") if written.container == "json" else None
            reports.append((fault.code, file, line, None, fault.value))
        else:
            place = written.place(fault.table, fault.row, fault.column)
            reports.append((fault.code, place.file, place.line, place.column, fault.value))
    return sorted(reports, key=repr)


CASES = [(planter, container) for planter in PLANTERS for container in planter.containers]


@pytest.mark.parametrize(("planter", "container"), CASES, ids=[f"{p.name}-{c}" for p, c in CASES])
def test_a_planted_fault_is_found(planter: Planter, container: str, tmp_path: Path) -> None:
    """The fault is reported with its code, file, line, column and value; no other fault follows from it."""
    _is_found(planter, container, range(1), tmp_path)


@pytest.mark.no_cover  # reaches what the first does
@pytest.mark.parametrize(("planter", "container"), CASES, ids=[f"{p.name}-{c}" for p, c in CASES])
def test_a_planted_fault_is_found_elsewhere_too(planter: Planter, container: str, tmp_path: Path) -> None:
    """In other rows, in other columns, with other values."""
    _is_found(planter, container, range(1, ROUNDS[container]), tmp_path)


def _is_found(planter: Planter, container: str, seeds: Iterable[int], folder: Path) -> None:
    for seed in seeds:
        (folder / str(seed)).mkdir()
        draft = new_draft()
        planted = planter.plant(draft, random.Random(f"{planter.name} {seed}"), container)
        written = Written(draft, container, folder / str(seed))

        assert reported(written.path) == expected([planted], written), f"seed {seed}"


def test_there_are_a_thousand() -> None:
    """The catalogue has at least thirty kinds and the tests plant at least a thousand faults."""
    assert len({planter.name for planter in PLANTERS}) >= 30
    assert sum(ROUNDS[container] for _, container in CASES) >= 1000


@pytest.mark.parametrize("container", CONTAINERS)
def test_the_drafts_are_valid_before_anything_is_planted(container: str, tmp_path: Path) -> None:
    """Without planted faults nothing is reported."""
    read_problem(Written(new_draft(), container, tmp_path).path)


# In these the fault hides what could be said about others, by design: an id that cannot be told, a table unread.
HIDING = {"control_character_in_an_id", "id_too_long", "separator_in_an_id"}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("seed", range(60))
def test_faults_are_reported_together(container: str, seed: int, tmp_path: Path) -> None:
    """Two to eight faults in different rows are all reported in one go, and only they."""
    rng = random.Random(f"together {seed} {container}")
    draft = new_draft()
    planted = _several(draft, rng, container)
    written = Written(draft, container, tmp_path)

    assert reported(written.path) == expected(planted, written)


def _several(draft: Draft, rng: random.Random, container: str) -> list[Planted]:
    fitting = [
        planter
        for planter in PLANTERS
        if container in planter.containers and not planter.is_of_whole_table and planter.name not in HIDING
    ]
    planted: list[Planted] = []
    for planter in rng.sample(fitting, rng.randint(2, 8)):
        try:
            planted.append(planter.plant(draft, rng, container))
        except Unplantable:
            continue
    return planted
