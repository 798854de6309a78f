"""``matcher db``: from an empty folder to a copy, and a sentence for whatever is in the way."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from matcher.store import Store, load_problem
from tests.cli.conftest import Command
from tests.report.stories import small_city


def test_from_nothing_to_a_restored_copy(matcher: Command, folder: Path) -> None:
    """Make a database, put a problem in, back it up, restore it, copy it: the same content hash all the way."""
    assert matcher("db", "upgrade").status == 0
    assert "rows added" in matcher("db", "save", folder, "--by", "Ada").out
    kept = matcher("db", "backup", "kept.db", "--json").document
    other = matcher("db", "restore", "kept.db", "--database", "sqlite:///other.db", "--json").document
    third = matcher("db", "restore", "kept.db", "--database", "sqlite:///drill.db")
    copied = matcher("db", "copy", "sqlite:///matcher.db", "sqlite:///third.db", "--json").document

    assert kept["content_hash"] == other["content_hash"] == copied["content_hash"]
    assert kept["content_hash"] in third.out  # a drill compares the two lines that people see
    with Store("sqlite:///third.db") as store, store.reading() as session:
        assert load_problem(session) == small_city()


@pytest.mark.parametrize("command", ["save", "backup"])
def test_a_database_without_schema_is_told_of(matcher: Command, folder: Path, command: str) -> None:
    """Whoever forgets `upgrade` is told so, with the status of invalid input, and no traceback."""
    Store("sqlite:///matcher.db").close()
    arguments = [folder, "--by", "Ada"] if command == "save" else ["kept.db"]

    outcome = matcher("db", command, *arguments)

    assert outcome.status == 3
    assert "must have schema" in outcome.err
    assert "Run: matcher db upgrade." in outcome.err
    assert not Path("kept.db").exists()


def test_a_second_writer_is_told_of(matcher: Command) -> None:
    """While a process writes, another is refused with the reason; a backup is not."""
    matcher("db", "upgrade")
    with Store("sqlite:///matcher.db"):
        refused = matcher("db", "upgrade", "--json")
        backed_up = matcher("db", "backup", "kept.db")

    assert refused.status == 3
    assert refused.document["error"]["kind"] == "StoreFailure"
    assert "must have one writing process" in refused.err
    assert backed_up.status == 0


def test_a_password_is_never_shown(matcher: Command) -> None:
    """An address that does not answer is named without its password."""
    outcome = matcher("db", "upgrade", "--database", "postgresql://ada:secret@127.0.0.1:1/none")

    assert outcome.status == 3
    assert "secret" not in outcome.err + outcome.out
    assert "***" in outcome.err


def test_what_is_missing_is_named(matcher: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the service's libraries are not installed, the sentence says how to install them."""
    monkeypatch.setitem(sys.modules, "alembic", None)
    for module in [name for name in sys.modules if name.startswith("matcher.store")]:
        monkeypatch.delitem(sys.modules, module)

    outcome = matcher("db", "upgrade")

    assert outcome.status == 2
    assert "pip install 'matcher[service]'" in outcome.err
