"""A backup of every released schema comes back on either database, upgraded, with everything that it held."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from matcher.problem import fingerprint
from matcher.store import (
    Store,
    accept,
    account_named,
    broken_entries,
    list_proposals,
    load_problem,
    plan_of_run,
    plan_text,
    prove_second_factor,
    restore,
    save_problem,
)
from matcher.store.database.schema import MIGRATIONS, newest_revision, revision_of
from matcher.store.tables.trust import audit_log
from tests.builders import candidate, problem
from tests.store.conftest import Databases

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_a_backup_of_a_release_is_restored_and_worked_with(
    databases: Databases, released: Path, tmp_path: Path
) -> None:
    """Problem, plan, decisions, accounts and the log are those that were written down when it was released.

    From 0010 on somebody who has lost the app of the second factor still gets in by a code.
    """
    with closing(sqlite3.connect(tmp_path / "kept.db")) as connection:
        connection.executescript(released.read_text(encoding="utf-8"))
    facts = json.loads(released.with_suffix(".json").read_text(encoding="utf-8"))
    with Store(databases.empty_address()) as store:
        assert restore(tmp_path / "kept.db", store).revision == released.stem
        assert revision_of(store) == newest_revision()
        with store.reading() as session:
            assert fingerprint(load_problem(session)) == facts["problem"]
            stored = plan_of_run(session, facts["run"])
            assert stored.content_hash == facts["plan"]
            assert plan_text(session, stored.plan_id)
            accepted = [row for row in list_proposals(session) if row.state == "accepted"]
            assert [[row.candidate_id, row.vacancy_id] for row in accepted] == [facts["accepted"]]
            ada = account_named(session, "ada berg")
            assert ada is not None
            entry, hashed = facts["last_entry"]
            assert session.value(sa.select(audit_log.c.hash).where(audit_log.c.entry == entry)) == hashed
            assert broken_entries(session) == []
        with store.writing() as session:
            if "recovery_code" in facts:
                proofs = [prove_second_factor(session, None, ada.account_id, facts["recovery_code"]) for _ in range(2)]
                assert proofs == ["recovery code", None]
            save_problem(session, problem(candidates=[candidate("later")]), by="Ada")
            for row in list_proposals(session, state="proposed")[:1]:
                accept(session, row.proposal_id, by="Ada")


def test_every_schema_that_was_followed_by_another_has_a_backup() -> None:
    """Whoever adds a migration writes one of the schema before it first (tests/store/released/make.py)."""
    revisions = sorted(each.revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    followed = revisions[revisions.index("0009") : -1]
    assert {*followed} <= {path.stem for path in RELEASED} <= {*revisions}
