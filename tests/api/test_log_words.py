"""Auditors read words, not the codes of the log: each verb and kind of thing that the program writes there has some."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import matcher
import matcher_api
from matcher.languages import phrases
from matcher.store.decisions.deciding import Act
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher_api.auth.personal import shows_people, thing_seen
from matcher_api.auth.policy import RULES
from matcher_api.web.log_words import ACTIONS, ENTITIES

OF_JOBS = {"done", "failed", "cancelled"}
OTHERWISE = {"act", "state", "ACTION", "table", "one.entity"}  # what stands for several words, told below one by one


@cache
def entries() -> tuple[ast.Call, ...]:
    """Return every call that writes an entry, from the modules that name what does so: to read all takes seconds."""
    texts = (
        path.read_text(encoding="utf-8")
        for package in (matcher, matcher_api)
        for path in Path(package.__path__[0]).rglob("*.py")
    )
    return tuple(
        node
        for text in texts
        if re.search(r"(?<![\w.])append\(", text)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "append" and len(node.args) > 3
    )


def written(place: int) -> Iterator[str]:
    """Yield what the program writes at a place of an entry: the words themselves, or the name of what holds them."""
    for told in (entry.args[place] for entry in entries()):
        for one in (told.body, told.orelse) if isinstance(told, ast.IfExp) else (told,):
            yield one.value if isinstance(one, ast.Constant) else ast.unparse(one)


def test_each_verb_has_words() -> None:
    verbs = set(written(2))
    assert {"see", "publish", "stop", "resume"} <= verbs
    assert verbs - OTHERWISE | OF_JOBS | set(get_args(Act)) | {"retain"} == set(ACTIONS)


def test_each_kind_of_thing_has_words() -> None:
    things = set(written(3))
    assert {"accounts", "jobs"} <= things
    assert things - OTHERWISE <= set(ENTITIES)
    assert {"candidates", "contracts", "vacancies", "cohorts", "budgets", "quotas"} <= set(SQL_BY_TABLE) & set(ENTITIES)


def test_each_thing_that_somebody_sees_has_words() -> None:
    """Lists, too, which the log knows by the first part of their address."""
    for rule in filter(shows_people, RULES):
        owned = dict.fromkeys(re.findall(r"{(\w+)", rule.path), "1")
        assert thing_seen(rule, owned)[0] in ENTITIES, rule.path


def test_the_words_differ_so_that_one_can_choose_among_them() -> None:
    for words in (ACTIONS, ENTITIES):
        for language in ("en", "sv"):
            say = phrases(language)
            assert len({say.text(one) for one in words.values()}) == len(words)
