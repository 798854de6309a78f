"""``matcher outcome``: train, compare, and switch by name."""

from __future__ import annotations

import pytest

from matcher.problem import Problem
from matcher.store import Store, save_problem
from tests.cli.conftest import Command
from tests.features.test_outcome import history


def test_train_compare_and_switch(matcher: Command) -> None:
    """The figures of both models are shown; the new one is in use only once a named person has switched to it."""
    matcher("db", "upgrade")
    with Store() as store, store.writing() as session:
        save_problem(session, Problem(history=history(600)), by="Ada")

    trained = matcher("outcome", "train", "--by", "Ada", "--json").document
    before = matcher("outcome", "list", "--json").document
    switched = matcher("outcome", "switch", "1", "--by", "Bo", "--reason", "better on held-out outcomes")
    after = matcher("outcome", "list")

    assert trained["comparison"]["is_better"] is True
    assert trained["comparison"]["new"]["log_loss"] < trained["comparison"]["used"]["log_loss"]
    assert before["in_use"] is None
    assert [model["model_id"] for model in before["models"]] == [1]
    assert switched.status == 0
    assert "by Ada  in use" in after.out
    assert "log loss" in matcher("outcome", "train", "--by", "Ada").out


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["switch", "9", "--by", "Bo", "--reason", "why not"], 3, "Outcome model '9' must be there"),
        (["switch", "best", "--by", "Bo", "--reason", "why not"], 2, "number of a model"),
        (["switch", "policy", "--by", " ", "--reason", "why not"], 3, "must have the name of the person"),
        (["train", "--by", "Ada"], 3, "too few|at least 50 outcomes"),
        (["train", "--by", "Ada", "--months", "7"], 2, "must be one of 3, 6, 12, got 7"),
    ],
)
def test_what_cannot_be_is_a_sentence(matcher: Command, arguments: list[str], status: int, sentence: str) -> None:
    """An unknown model, no name, too few outcomes or odd months: the reason, and the exit status that scripts read."""
    matcher("db", "upgrade")

    outcome = matcher("outcome", *arguments)

    assert outcome.status == status
    assert any(part in outcome.err for part in sentence.split("|"))
