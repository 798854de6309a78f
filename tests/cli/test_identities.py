"""``matcher identities`` and ``matcher retention``: many in, one at a time out, and the municipality's rules."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Command

NAME = "Kanariefågel Testsson"


@pytest.fixture
def database(matcher: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a database with the small city and a vault's key file beside it."""
    monkeypatch.delenv("MATCHER_IDENTITY_KEY_FILE", raising=False)
    assert matcher("db", "upgrade").status == 0
    assert matcher("db", "save", folder, "--by", "Ada").status == 0
    assert matcher("identities", "make-key", "keys").status == 0
    Path("who.csv").write_text(f"candidate_id,name,phone\nC1,{NAME},070-174 06 05\nC2,Åsa Ö,\n", encoding="utf-8")
    return Path("matcher.db")


def test_many_come_in_and_one_is_shown(matcher: Command, database: Path) -> None:
    """Nothing is said in clear but to who asks for one person with a reason; rotating keeps that, and forgets."""
    taken = matcher("identities", "import", "who.csv", "--key-file", "keys", "--by", "Ada", "--reason", "first")
    assert taken.out == "In the vault: 2 identities.\n"
    shown = matcher("identities", "show", "C1", "--key-file", "keys", "--by", "Ada", "--reason", "calls", "--json")
    assert shown.document == {"candidate_id": "C1", "name": NAME, "phone": "070-174 06 05"}
    first = Path("keys").read_text().split()[0]
    rotated = matcher("identities", "rotate", "keys", "--by", "Ada", "--forget", "--json").document
    assert (rotated["wrapped"], rotated["forgotten"]) == (2, [first])
    assert matcher("identities", "show", "C2", "--key-file", "keys", "--by", "Ada", "--reason", "x").status == 0
    unknown = matcher("identities", "show", "C3", "--key-file", "keys", "--by", "Ada", "--reason", "x")
    assert (unknown.status, unknown.out) == (2, "")
    assert NAME.encode() not in database.read_bytes()
    assert sqlite3.connect(database).execute("SELECT count(*) FROM audit_log WHERE action = 'look'").fetchone() == (2,)


def test_a_look_needs_a_key_and_a_reason(matcher: Command, database: Path) -> None:
    without = matcher("identities", "show", "C1", "--by", "Ada", "--reason", "calls")
    assert (without.status, "make-key" in without.err) == (2, True)
    assert matcher("identities", "show", "C1", "--key-file", "keys", "--by", "Ada").status == 2
    Path("keys").chmod(0o644)
    opened = matcher("identities", "show", "C1", "--key-file", "keys", "--by", "Ada", "--reason", "calls")
    assert (opened.status, "chmod 600" in opened.err) == (3, True)


def test_no_command_writes_them_all(matcher: Command, database: Path) -> None:
    """Whatever else is written out, a plan, a problem or a backup, has no name in it."""
    matcher("identities", "import", "who.csv", "--key-file", "keys", "--by", "Ada", "--reason", "first")
    assert matcher("db", "backup", "kept.db").status == 0
    assert NAME.encode() not in Path("kept.db").read_bytes()
    help_text = matcher("identities", "--help").out
    assert "export" not in help_text


def test_candidates_get_what_they_ask_for(matcher: Command, database: Path) -> None:
    """Asked, answered, given out and erased by command; whoever may read the file is its owner alone."""
    matcher("identities", "import", "who.csv", "--key-file", "keys", "--by", "Ada", "--reason", "first")
    asked = matcher("rights", "ask", "C1", "--kind", "access", "--words", "What do you know?", "--by", "Ada", "--json")
    assert asked.document == {"request_id": 1}
    assert "C1  access: What do you know?" in matcher("rights", "list").out
    given = ("rights", "access", "C1", "--by", "Ada", "--reason", "request 1", "--out", "all.json")
    assert matcher(*given).status == 2
    assert matcher(*given, "--key-file", "keys", "--runs").status == 0
    assert NAME in Path("all.json").read_text(encoding="utf-8")
    assert Path("all.json").stat().st_mode & 0o077 == 0
    assert (
        matcher("rights", "answer", "1", "--outcome", "granted", "--words", "See the file.", "--by", "Bo").status == 0
    )
    assert matcher("rights", "list", "--json").document == []
    assert "granted by Bo: See the file." in matcher("rights", "list", "--all").out
    assert "no plan yet" in matcher("rights", "letter", "C1").err
    erased = matcher("rights", "erase", "C1", "--by", "Ada", "--reason", "asked for", "--json").document
    assert erased["rows"]["candidate_skills"] == 1
    assert matcher("identities", "show", "C1", "--key-file", "keys", "--by", "Ada", "--reason", "x").status == 2


def test_rules_are_added_applied_and_removed(matcher: Command, database: Path) -> None:
    added = matcher(
        *("retention", "add", "candidates", "--months", "0", "--legal-basis", "Gallringsbeslut 7", "--by", "Ada")
    )
    assert added.out == "Added: rule 1.\n"
    archive = matcher("retention", "add", "runs", "--archive", "--legal-basis", "Arkivlagen", "--by", "Ada", "--json")
    assert archive.document == {"rule_id": 2}
    assert "erased after 0 months after 'left'" in matcher("retention", "rules").out
    assert "kept for ever" in matcher("retention", "rules").out
    assert matcher("retention", "due", "--on", "2030-01-01", "--json").document[0]["ids"] == []
    assert "0 erased" in matcher("retention", "apply", "--by", "cron").out
    assert matcher("retention", "remove", "1", "--by", "Ada", "--reason", "a new decision").status == 0
    refused = matcher("retention", "add", "runs", "--legal-basis", "None", "--by", "Ada")
    assert (refused.status, "keep_months" in refused.err) == (3, True)
    assert matcher("retention", "due", "--on", "soon").status == 2
