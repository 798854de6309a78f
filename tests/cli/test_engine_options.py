"""``matcher solve --engine``: the same plan, and no option that is passed over without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.cli import entry
from matcher.formats import write_problem
from matcher.solver.tiers import components
from tests.cli.conftest import Command
from tests.solver.countries import country


@pytest.fixture
def towns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two towns that have nothing in common, small as they are, solved apart."""
    monkeypatch.setattr(components, "SMALLEST_PROBLEM", 0)
    monkeypatch.setattr(components, "SMALLEST_SHARE", 1)
    write_problem(country(1, 2), tmp_path / "towns")
    return tmp_path / "towns"


@pytest.mark.parametrize("engine", ["processes", pytest.param("dask", marks=pytest.mark.slow)])
def test_every_engine_writes_the_same_plan(engine: str, matcher: Command, towns: Path) -> None:
    """Byte by byte."""
    for name in ("threads", engine):
        done = matcher("solve", towns, "--out", f"{name}.json", "--engine", name, "--threads", 2)
        assert done.status == 0, done.err
    assert Path("threads.json").read_bytes() == Path(f"{engine}.json").read_bytes()


def test_a_cluster_needs_its_engine(matcher: Command, folder: Path) -> None:
    """Nobody should think that a cluster did what this machine did."""
    done = matcher("solve", folder, "--out", "plan.json", "--cluster", "tls://127.0.0.1:1")
    assert done.status == 2
    assert "Add --engine dask" in done.err
    assert not Path("plan.json").exists()


def test_files_for_a_cluster_need_a_cluster(matcher: Command, folder: Path) -> None:
    """Own workers make their own certificates."""
    done = matcher("solve", folder, "--out", "plan.json", "--engine", "dask", "--tls", "ca.pem", "cert.pem", "key.pem")
    assert done.status == 2
    assert "Name it with --cluster" in done.err


def test_another_machine_is_not_spoken_to_in_the_open(matcher: Command, folder: Path) -> None:
    """Before anything is sent; exit status 5, since no plan exists."""
    done = matcher("solve", folder, "--out", "plan.json", "--engine", "dask", "--cluster", "tcp://10.0.0.5:8786")
    assert done.status == entry.Status.LIMIT_REACHED
    assert "must have an address that begins with tls://" in done.err
    assert not Path("plan.json").exists()
