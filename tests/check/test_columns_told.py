"""Columns and limits that say otherwise than the problem are found out, and prove nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from matcher.check import check_plan
from matcher.columns import Columns
from tests import builders as build
from tests.check.plans import columns_of
from tests.check.rejected import BO, codes
from tests.check.town import town, town_plan
from tests.oracles.columns import enumerate_columns


def tampered(columns: Columns, name: str, change: Callable[[Any], Any]) -> Columns:
    return replace(columns, **{name: change(getattr(columns, name).copy())})


def raised(values: Any) -> Any:
    values += 1
    return values


@pytest.mark.parametrize("name", ["weight", "cost", "units", "lottery", "start_day", "group_bits"])
def test_columns_that_say_otherwise_than_the_rules_are_found_out(name: str) -> None:
    report = check_plan(town(), town_plan(), tampered(columns_of(town()), name, raised))
    assert codes(report) & {"column_differs", "score"}


def test_columns_that_call_a_promised_seat_new_are_found_out() -> None:
    columns = columns_of(town())
    promised = replace(columns, routes=replace(columns.routes, is_new=~columns.routes.is_new))
    report = check_plan(town(), town_plan(), promised)
    assert "column_differs" in codes(report)


@pytest.mark.parametrize(
    "name",
    [
        "positions",
        "seats",
        "seat_cost",
        "budget",
        "required",
        "shortfall_price",
        "quota_min",
        "quota_max",
        "quota_price",
    ],
)
def test_limits_that_say_otherwise_than_the_problem_are_found_out(name: str) -> None:
    columns = columns_of(town())
    limits = replace(columns.limits, **{name: getattr(columns.limits, name) + 1})
    report = check_plan(town(), town_plan(), replace(columns, limits=limits))
    assert codes(report) == {"limits"}


def test_scopes_pins_and_bits_that_say_otherwise_are_found_out() -> None:
    columns = columns_of(town())
    for changes in (
        {"quota_covers": ~columns.limits.quota_covers},
        {"pinned_vacancy": columns.limits.pinned_vacancy - 1},
        {"quota_group": columns.limits.quota_group * 0},
        {"hard_quota_price": 1},
    ):
        report = check_plan(town(), town_plan(), replace(columns, limits=replace(columns.limits, **changes)))
        assert "limits" in codes(report)


def test_columns_of_another_problem_prove_nothing() -> None:
    other = build.problem(candidates=[build.candidate()], vacancies=[build.vacancy()])
    report = check_plan(town(), town_plan(), columns_of(other))
    assert "limits" in codes(report)
    assert all(tier.bound is None for tier in report.tiers)


def test_columns_must_be_sorted_by_candidate() -> None:
    columns = columns_of(town())
    report = check_plan(town(), town_plan(), tampered(columns, "candidate", lambda values: values[::-1]))
    assert codes(report) == {"columns"}


def test_a_column_that_is_missing_from_the_columns_cannot_be_in_the_plan() -> None:
    facts = enumerate_columns(town())
    fewer = {key: column for key, column in facts.items() if key != BO}
    report = check_plan(town(), town_plan(), columns_of(town(), fewer))
    assert "unknown_column" in codes(report)
