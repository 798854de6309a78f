"""A problem that was saved is loaded again, equal by value, on both databases."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.generate import Size, generate
from matcher.problem import TABLE_NAMES, Problem, fingerprint
from matcher.store import Store, load_problem, save_problem
from tests.amounts import some
from tests.builders import candidate, policy, problem, vacancy
from tests.formats.rich import TEXTS, rich_problem
from tests.store.databases import PostgresServer, SqliteFiles
from tests.strategies import random_problem, shuffled


def saved_and_loaded(store: Store, given: Problem) -> Problem:
    """Save a problem and load it again, in two transactions."""
    with store.writing() as session:
        save_problem(session, given, by="Ada")
    with store.reading() as session:
        return load_problem(session)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_loading_gives_back_what_was_saved(databases: SqliteFiles | PostgresServer, seed: int) -> None:
    """Every row of a random problem comes back, equal and in its order."""
    drawn = random_problem(seed)

    with Store(databases.address()) as store:
        assert saved_and_loaded(store, drawn) == drawn


@pytest.mark.parametrize("seed", range(3))
def test_every_table_and_odd_value_comes_back(store: Store, seed: int) -> None:
    """Problems with every column filled, and values on the edge of what is allowed, come back."""
    rich = rich_problem(seed)

    loaded = saved_and_loaded(store, rich)

    for table in (*TABLE_NAMES, "policy"):
        assert getattr(loaded, table) == getattr(rich, table), table


def test_odd_texts_come_back(store: Store) -> None:
    """Texts in any script, with quotes or per cent signs, come back letter by letter."""
    odd = problem(vacancies=[vacancy(f"V{number}", title=text) for number, text in enumerate(TEXTS)])

    assert saved_and_loaded(store, odd) == odd


def test_saving_again_changes_nothing(store: Store) -> None:
    """The same problem saved twice, its rows in another order, is there once."""
    drawn = random_problem(7)
    saved_and_loaded(store, drawn)

    with store.writing() as session:
        counts = save_problem(session, shuffled(drawn, 1), by="Ada")
    with store.reading() as session:
        loaded = load_problem(session)

    assert counts == {"added": 0, "changed": 0}
    assert loaded == drawn


def test_what_changed_is_changed_and_the_rest_stays(store: Store) -> None:
    """A changed row is replaced, a new one added, and one that is not mentioned stays."""
    saved_and_loaded(store, problem(candidates=[candidate("C1"), candidate("C2")]))

    with store.writing() as session:
        given = problem(candidates=[candidate("C2", extent_percent=50), candidate("C3")])
        counts = save_problem(session, given, by="Ada")
    with store.reading() as session:
        loaded = load_problem(session)

    assert counts == {"added": 1, "changed": 1}
    assert loaded.candidates == (candidate("C1"), candidate("C2", extent_percent=50), candidate("C3"))


def test_a_failure_on_the_way_stores_nothing(store: Store) -> None:
    """Where something is raised in a transaction, not a single row of it is stored."""

    def save_and_fail() -> None:
        with store.writing() as session:
            save_problem(session, random_problem(3), by="Ada")
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        save_and_fail()

    with store.reading() as session:
        assert load_problem(session) == Problem()


def test_the_last_policy_saved_is_loaded(store: Store) -> None:
    """A problem comes back with the policy that it was saved with last; earlier versions stay."""
    saved_and_loaded(store, problem(policy=policy(name="first")))
    loaded = saved_and_loaded(store, problem(policy=policy(name="second")))

    assert loaded.policy.name == "second"


@cache
def city_problem() -> Problem:
    """Return the generated city, in the short form with a quarter of its people."""
    city = generate(Size.CITY, 1)
    people = city.candidates[: some(5_000, of=20_000)]
    ids = {row.candidate_id for row in people}
    theirs = {
        name: tuple(row for row in getattr(city, name) if row.candidate_id in ids)
        for name in ("candidate_skills", "decisions", "enrolments", "pairs")
    }
    return replace(city, candidates=people, **theirs)


@pytest.mark.slow
def test_a_city_is_saved_and_loaded_in_seconds(store: Store) -> None:
    """20 000 candidates with 128 000 skills: in less than ten seconds of processor time in, in less than three out.

    The short form takes a quarter of the people, and allows a quarter of the time.
    """
    city = city_problem()
    share = 0.1 + 0.9 * len(city.candidates) / 20_000  # places, contracts and courses are all there
    times_slower = (4 if sys.gettrace() is not None else 1) * share  # where the coverage of lines is measured
    began = time.process_time()
    with store.writing() as session:
        save_problem(session, city, by="Ada")
    saved = time.process_time()
    with store.reading() as session:
        loaded = load_problem(session)
    ended = time.process_time()

    assert loaded == city
    assert fingerprint(loaded) == fingerprint(city)
    assert saved - began < 10 * times_slower  # about 2 s, 3 s where nothing else runs
    assert ended - saved < 3 * times_slower  # about 1.3 s


def test_a_new_row_follows_the_old_ones(store: Store) -> None:
    """Rows keep the order in which they first came, whatever is changed later."""
    first = problem(candidates=[candidate("C9"), candidate("C1")])
    saved_and_loaded(store, first)
    changed = replace(first, candidates=(candidate("C1", max_placements=2), candidate("C0"), candidate("C9")))

    assert [row.candidate_id for row in saved_and_loaded(store, changed).candidates] == ["C9", "C1", "C0"]
