"""Every engine does the same work, in the same order, whatever dies on the way."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import dask
import pytest

from matcher.engine import ENGINES, Cluster, Engine, EngineName, Processes, Threads, Tls, engine_of, losses
from matcher.engine import cluster as clusters
from matcher.errors import (
    CheckFailed,
    Conflict,
    ContradictoryDecisions,
    EngineFailure,
    Fault,
    IncompleteInput,
    InvalidInput,
    MatcherError,
    UnknownId,
    UnsupportedRule,
)
from tests.engine.tasks import deadly, failing, failing_second, noted_square, slow_first, slow_square, squared
from tests.waits import join, wait_until


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Two workers of this machine, started once for all tests of this module."""
    with Cluster(2) as started:
        yield started


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    """Two processes, likewise."""
    with Processes(2) as started:
        yield started


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    return started(request.param, request)


@pytest.fixture(params=["processes", "dask"])
def distant_engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine whose workers are other processes."""
    return started(request.param, request)


def started(name: EngineName, request: pytest.FixtureRequest) -> Engine:
    fixture = {"processes": "processes", "dask": "cluster"}.get(name)
    return Threads(2) if fixture is None else request.getfixturevalue(fixture)


def test_results_are_in_order(engine: Engine) -> None:
    """Whichever worker was first."""
    assert engine.map(squared, range(50)) == [number * number for number in range(50)]


def test_nothing_to_do_is_done(engine: Engine) -> None:
    """An empty list has an empty result."""
    assert engine.map(squared, []) == []


def test_equal_items_are_all_done(engine: Engine) -> None:
    """No engine takes two items for one."""
    assert engine.map(squared, [3, 3, 3]) == [9, 9, 9]


def test_an_engine_can_be_used_again(engine: Engine) -> None:
    """It ends with its block, not with its first map."""
    assert [engine.map(squared, [number]) for number in (1, 2)] == [[1], [4]]


def test_what_the_function_raises_is_raised(engine: Engine) -> None:
    """As it is, so that limits and faults keep their kind; the engine lives on."""
    with pytest.raises(ValueError, match="no good: 1"):
        engine.map(failing, [1, 2])
    assert engine.map(squared, [4]) == [16]


def test_results_are_told_as_soon_as_they_are_there(engine: Engine) -> None:
    """Each once, with its position, in the thread that asked; the slow first does not hold back all others."""
    told: list[tuple[int, tuple[int, int]]] = []
    threads = set()

    def on_done(number: int, outcome: tuple[int, int]) -> None:
        told.append((number, outcome))
        threads.add(threading.get_ident())

    results = engine.map(slow_first, range(4), on_done)

    assert sorted(told) == list(enumerate(results))
    assert told[0][0] != 0
    assert threads == {threading.get_ident()}


def test_one_thread_tells_in_order() -> None:
    """There is no other order."""
    told: list[int] = []
    assert Threads(1).map(squared, [2, 3], lambda number, outcome: told.append(outcome)) == [4, 9]
    assert told == [4, 9]


def test_what_fails_is_raised_though_somebody_listens(engine: Engine) -> None:
    """And what was done before it has been told."""
    told: list[int] = []
    with pytest.raises(ValueError, match="no good: 1"):
        engine.map(failing_second, [0, 1], lambda number, outcome: told.append(number))
    assert told in ([], [0])


def test_several_processes_share_the_work(distant_engine: Engine) -> None:
    """Other processes than this one, and more than one of them."""
    results = distant_engine.map(slow_square, range(30))
    assert [square for square, _ in results] == [number * number for number in range(30)]
    makers = {maker for _, maker in results}
    assert os.getpid() not in makers
    assert len(makers) > 1


def test_a_process_that_was_killed_while_it_had_nothing_to_do_is_replaced() -> None:
    """Between two maps, when the pool notices nothing until it is asked again."""
    with Processes(2) as own:
        makers = {maker for _, maker in own.map(slow_square, range(8))}
        for maker in makers:
            os.kill(maker, signal.SIGKILL)
        wait_until(lambda: own._pool._broken, step_s=0.01)
        told: list[int] = []
        results = own.map(slow_square, range(8), lambda number, outcome: told.append(number))
    assert [square for square, _ in results] == [number * number for number in range(8)]
    assert sorted(told) == list(range(8))
    assert makers.isdisjoint(maker for _, maker in results)


def test_a_killed_worker_costs_time_and_not_the_result(distant_engine: Engine, tmp_path: Path) -> None:
    """`kill -9` of a process in the middle of its work."""
    killed: list[int] = []

    def kill_the_first_that_works() -> None:
        wait_until(lambda: any(tmp_path.iterdir()), step_s=0.01)
        killed.append(int(next(tmp_path.iterdir()).name.split("-")[0]))
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill_the_first_that_works)
    killer.start()
    told: list[int] = []
    items = [(number, tmp_path) for number in range(8)]
    results = distant_engine.map(noted_square, items, lambda number, outcome: told.append(number))
    join(killer)
    assert sorted(told) == list(range(8))  # each once, though some were done twice
    assert results == [number * number for number in range(8)]
    notes = [note.name.split("-") for note in tmp_path.iterdir()]
    lost = {number for maker, number in notes if int(maker) == killed[0]}
    again = {number for maker, number in notes if int(maker) != killed[0]}
    assert lost & again  # what died was done again by another process


@pytest.mark.slow
@pytest.mark.parametrize("name", ["processes", "dask"])
def test_work_that_kills_every_worker_is_given_up(name: EngineName, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a sentence, and not for ever."""
    monkeypatch.setattr(losses, "MOST_LOSSES", 2)
    with engine_of(name, 1) as engine, pytest.raises(EngineFailure, match="2 worker processes died"):
        engine.map(deadly, [1])


def test_the_own_cluster_listens_on_this_machine_only_and_behind_certificates(cluster: Cluster) -> None:
    """People's data are on it, and whoever reaches it can run code."""
    scheduler = cluster._cluster.scheduler
    assert scheduler.address.startswith("tls://127.0.0.1:")
    assert all(worker.startswith("tls://127.0.0.1:") for worker in scheduler.workers)
    web = scheduler.http_server
    assert web.address == "127.0.0.1"
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"http://127.0.0.1:{web.port}/status")


def test_a_running_cluster_is_used_with_the_files_of_its_authority(cluster: Cluster, tmp_path: Path) -> None:
    """As a cluster on other machines is: by address, certificate authority, own certificate and key."""
    security, address = cluster._cluster.security, cluster._cluster.scheduler.address
    files = {}
    for name, text in (
        ("ca_file", security.tls_ca_file),
        ("cert_file", security.tls_client_cert),
        ("key_file", security.tls_client_key),
    ):
        files[name] = tmp_path / f"{name}.pem"
        files[name].write_text(text)
    with engine_of("dask", address=address, tls=Tls(**files)) as engine:
        assert isinstance(engine, Cluster)
        assert engine.num_workers >= 1
        assert engine.map(squared, range(5)) == [0, 1, 4, 9, 16]
    assert cluster.map(squared, [7]) == [49]  # leaving a cluster does not end it


@pytest.mark.parametrize("address", ["tcp://10.0.0.5:8786", "10.0.0.5:8786", "tcp://planning.example:8786"])
def test_another_machine_is_not_spoken_to_in_the_open(address: str) -> None:
    """The sentence names the address and what to do."""
    with pytest.raises(EngineFailure, match=r"must have an address that begins with tls://"):
        Cluster(1, address=address)


def test_a_cluster_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of waiting for it for ever."""
    monkeypatch.setattr(clusters, "CONNECT_TIMEOUT_S", 0.3)
    with pytest.raises(EngineFailure, match=r"No cluster answers at tcp://127\.0\.0\.1:9"):
        Cluster(1, address="tcp://127.0.0.1:9")


@pytest.mark.parametrize("listens", [False, True])
def test_a_cluster_without_workers_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch, listens: bool) -> None:
    """They may all have died, or never have been started; with some it works again."""
    monkeypatch.setattr(clusters, "ALONE_S", 0.2)
    monkeypatch.setattr(clusters, "LOOK_S", 0.1)
    on_done = (lambda number, outcome: None) if listens else None
    with Cluster(0) as engine:
        with pytest.raises(EngineFailure, match="has had no worker for"):
            engine.map(squared, range(3), on_done)
        engine._cluster.scale(1)
        wait_until(lambda: bool(engine._cluster.scheduler.workers), step_s=0.01)
        assert engine.map(squared, range(3), on_done) == [0, 1, 4]


def test_a_lost_scheduler_is_told_in_one_sentence(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dask writes a traceback of its own for it, which says nothing to who waits for a plan."""
    with Cluster(1) as cluster:
        monkeypatch.setitem(dask.config.config["distributed"]["comm"]["timeouts"], "connect", "3s")  # of who closes it
        assert {logging.getLogger(name).level for name in ("distributed", "distributed.client")} == {logging.CRITICAL}
        losing = threading.Timer(1.0, lambda: cluster._client.sync(cluster._cluster.scheduler.close))
        losing.start()
        with pytest.raises(EngineFailure, match="its scheduler does not answer any more"):
            cluster.map(slow_square, range(200))
        join(losing)
    assert not [record for record in caplog.records if record.exc_info]


def kinds_of(kind: type[MatcherError]) -> Iterator[type[MatcherError]]:
    for one in kind.__subclasses__():
        yield one
        yield from kinds_of(one)


def test_an_error_of_any_kind_comes_back_from_another_process_as_it_was_raised() -> None:
    """With its sentences and its fields: what it is made of differs from kind to kind."""
    fault = Fault(code="bad_day", must="be a day", remedy="Write one.", table="contracts", entity_id="T1", value="x")
    given: dict[type[MatcherError], tuple[tuple[Any, ...], dict[str, str]]] = {
        **dict.fromkeys((InvalidInput, IncompleteInput, UnsupportedRule), (([fault, fault],), {})),
        **dict.fromkeys((ContradictoryDecisions, CheckFailed), ((["This.", "And that."],), {})),
        Conflict: (("No.",), {"code": "exists", "entity": "runs", "entity_id": "7"}),
        UnknownId: (("No.",), {"entity": "runs", "entity_id": "7"}),
    }
    kinds = {kind for kind in kinds_of(MatcherError) if kind.__module__ == "matcher.errors"}
    assert given.keys() < kinds
    for kind in kinds:
        positional, named = given.get(kind, (("Told.",), {}))
        error = kind(*positional, **named)
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), again.args, str(again), vars(again)) == (kind, error.args, str(error), vars(error))


def test_workers_that_die_while_they_are_started_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short of memory, or ended by somebody: it is no fault of ours."""

    def dying(**_: Any) -> Any:
        raise RuntimeError("Nanny failed to start.")

    monkeypatch.setattr("distributed.LocalCluster", dying)
    with pytest.raises(EngineFailure, match=r"could not be started \(RuntimeError: Nanny failed to start"):
        Cluster(1)


def test_names_stand_for_engines() -> None:
    """One thread is the plain case."""
    assert isinstance(engine_of("threads"), Threads)
    assert engine_of("threads").num_workers == 1
    with engine_of("processes", 1) as engine:
        assert isinstance(engine, Processes)
