"""``python -m tests.store.released.make``: writes a backup of this release as SQL, for the releases to come.

Run once for each release, before its schema changes again; what was written is never written anew.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from matcher.problem import fingerprint
from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import (
    Rights,
    Store,
    accept,
    add_account,
    backup,
    begin_second_factor,
    confirm_second_factor,
    last_entry,
    list_proposals,
    load_problem,
    plan_of_run,
    publish_plan,
    reject,
    save_problem,
    upgrade,
    waiting_secret,
)
from matcher.store.database.schema import newest_revision
from tests.onetime import code_at
from tests.service.towns import AS_OF, town

FOLDER = Path(__file__).parent


def main() -> None:
    """Fill a database with some of everything, and write its backup down."""
    with tempfile.TemporaryDirectory() as folder:
        with Store(f"sqlite:///{folder}/made.db") as store:
            upgrade(store)
            facts = filled(store)
            backup(store, Path(folder) / "kept.db")
        with closing(sqlite3.connect(Path(folder) / "kept.db")) as connection:
            dump = "\n".join(connection.iterdump()) + "\n"
    name = FOLDER / newest_revision()
    name.with_suffix(".sql").write_text(dump, encoding="utf-8")
    name.with_suffix(".json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def filled(store: Store) -> dict[str, object]:
    """Fill a database and return what must be found in it by every later release."""
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
        ada = add_account(session, "Ada Berg", Rights(roles=frozenset({"planner"})), by="Ada", password_hash="none")
        begin_second_factor(session, None, ada.account_id, by="Ada Berg")
        code = code_at(waiting_secret(session, None, ada.account_id) or "", session.now)
        recovery_codes = confirm_second_factor(session, None, ada.account_id, code) or []
    _, run = ask_run(store, by="Ada", kind="batch", as_of=AS_OF, horizon_days=120)
    Worker(store, "worker").work_once()
    with store.writing() as session:
        plan = plan_of_run(session, run.run_id)
        publish_plan(session, plan.plan_id, by="Ada", reason="first")
        first, *others = list_proposals(session)
        accept(session, first.proposal_id, by="Ada")
        for other in others[:1]:
            reject(session, other.proposal_id, by="Ada", reason_code="other")
    with store.reading() as session:
        entry, hashed = last_entry(session)
        return {
            "problem": fingerprint(load_problem(session)),
            "plan": plan.content_hash,
            "run": run.run_id,
            "recovery_code": recovery_codes[0],
            "accepted": [first.candidate_id, first.vacancy_id],
            "last_entry": [entry, hashed],
        }


if __name__ == "__main__":
    main()
