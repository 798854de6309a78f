"""The commands that the page about operating shows are commands, with options that they have and all that they need.

What they do is tested where they are; that an operator can type them as they stand there is tested here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from matcher.cli import run
from matcher.cli.app import app
from matcher.store import Rights, Store, account_named, add_account, list_stored, save_problem
from matcher_api.settings import Settings
from tests.builders import candidate, problem
from tests.store.conftest import databases

__all__ = ["databases"]

TEXT = (Path(__file__).parents[1] / "docs" / "operating.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^ *```(?:sh|console)?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {"matcher", "as_matcher", "/opt/matcher/bin/matcher"}
SEPARATORS = {"&&", "||", ";", "|"}
ROOT = get_command(app)


def commands() -> Iterator[tuple[str, ...]]:
    """Yield every command of ours in the blocks of the page."""
    for block in BLOCK.findall(TEXT):
        for line in block.replace("\\\n", " ").splitlines():
            yield from _of_line(line)


def _of_line(line: str) -> Iterator[tuple[str, ...]]:
    if "() {" in line:
        return  # what a function does is no command yet
    words = shlex.split(line, comments=True)
    for begin, word in enumerate(words):
        if word in PROGRAMS and (begin == 0 or words[begin - 1] in {*SEPARATORS, "--"}):
            rest = words[begin + 1 :]
            end = next((place for place, one in enumerate(rest) if one in SEPARATORS), len(rest))
            yield tuple(rest[:end])


@pytest.mark.parametrize("words", sorted(set(commands())), ids=lambda words: " ".join(words)[:60])
def test_a_command_can_be_typed_as_it_stands(words: tuple[str, ...]) -> None:
    """Each option is one of the command's, and nothing that it needs is missing."""
    command: Any = ROOT
    context = command.make_context("matcher", [], resilient_parsing=True)
    rest = list(words)
    while hasattr(command, "commands"):
        name = rest.pop(0)
        assert name in command.commands, f"there is no command {name!r}"
        command = command.commands[name]
        context = command.make_context(name, [], parent=context, resilient_parsing=True)
    given, left, _ = command.make_parser(context).parse_args(rest)
    assert left == [], f"{left} are too much"
    missing = [one.name for one in command.params if one.required and not given.get(one.name)]
    assert missing == [], f"{missing} are missing"


def test_there_are_commands_to_look_at() -> None:
    """A pattern that finds nothing would let everything pass."""
    found = [words[0] for words in commands()]
    assert len(found) > 40
    assert {"db", "serve", "batch", "worker", "identities", "retention", "rights", "accounts", "outcome"} <= set(found)


def test_every_setting_that_is_named_exists() -> None:
    """Those in the table and those in sentences; and none of the service's is left out."""
    named = set(re.findall(r"MATCHER_[A-Z_]+[A-Z]", TEXT))
    ours = {f"MATCHER_{name.upper()}" for name in Settings.model_fields}
    assert named - ours <= {"MATCHER_CHROMIUM"}
    assert ours <= named


def as_typed(*begin: str) -> list[str]:
    """Return a command of the page that begins so, with the words of the page."""
    return next(list(words) for words in sorted(set(commands())) if words[: len(begin)] == begin)


@pytest.mark.parametrize("databases", ["sqlite", "postgresql"], indirect=True)
def test_what_an_operator_types_against_somebody_does_it(
    databases: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it stands on the page, on each database: erase, switch back, reset, remove a second factor, disable."""
    address = databases.address()
    with Store(address) as store, store.writing() as session:
        save_problem(session, problem(candidates=[candidate("C17")]), by="Ada")
        administrator = Rights(roles=frozenset({"administrator"}))
        for name in ("Ada Berg", "Bo Ek"):
            add_account(session, name, administrator, by="Ada", password_hash="x")
    monkeypatch.setenv("MATCHER_DATABASE", address)
    typed = {
        ("rights", "erase"): "Erased: C17",
        ("outcome", "switch", "policy"): "what the policy believes",
        ("accounts", "reset"): "/invitation?code=",
        ("accounts", "remove-second-factor"): "There is none: Ada Berg",
        ("accounts", "disable"): "Disabled: Bo Ek",
    }
    for begin, said in typed.items():
        capsys.readouterr()
        assert (run(as_typed(*begin)), said in capsys.readouterr().out) == (0, True), begin
    assert run(as_typed("accounts", "reset")) == 2  # a link for who is disabled would open nothing
    with Store(address, is_writer=False) as store, store.reading() as session:
        bo = account_named(session, "Bo Ek")
        assert bo is not None
        assert not bo.is_active
        assert [row.state for row in list_stored(session, "candidates")] == ["left"]
