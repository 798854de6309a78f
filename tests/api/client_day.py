"""A small day's work through the client that was generated from the description: `make api-client` runs it.

Started as ``client_day.py ADDRESS COOKIE FORM_TOKEN`` by an interpreter that has the client's package, `client`.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from typing import Any


def operation(tag: str, name: str) -> Any:
    """Return what asks one address and waits for the answer."""
    return import_module(f"client.api.{tag}.{name}").sync_detailed


def model(name: str) -> Any:
    """Return a model of the client."""
    return getattr(import_module("client.models"), name)


def main(address: str, cookie: str, form_token: str) -> None:
    """Add a contract with a place and a person for it, plan, accept, publish, and follow up; raise where it fails."""
    made = import_module("client.client").Client(
        base_url=address, cookies={"matcher-session": cookie}, headers={"X-Form-Token": form_token}
    )

    def asked(tag: str, name: str, status: int, **given: Any) -> Any:
        answer = operation(tag, name)(client=made, **given)
        if answer.status_code != status:
            raise SystemExit(f"{name}: {answer.status_code} instead of {status}: {answer.content!r}")
        return answer

    def row(kind: str, /, **values: Any) -> Any:
        return model(kind).from_dict(values)

    asked("contracts", "add_contracts", 201, body=row("Contract", contract_id="2026/1", start_date="2026-10-01"))
    place = row("Vacancy", vacancy_id="V1", positions=1, contract_id="2026/1", duration_months=6)
    asked("vacancies", "add_vacancies", 201, body=place)
    person = row("Candidate", candidate_id="C1", available_from="2026-01-01")
    first = asked("candidates", "add_candidates", 201, body=person, idempotency_key="c1")
    again = asked("candidates", "add_candidates", 201, body=person, idempotency_key="c1")
    assert first.content == again.content

    batch = row("AskedRun", kind="batch", as_of="2026-09-01", horizon_days=120)
    run = asked("runs", "ask_v1_runs_post", 202, body=batch).parsed
    end = time.monotonic() + 60
    while run.plan_id is None and time.monotonic() < end:
        time.sleep(0.2)
        run = asked("runs", "run_v1_runs_run_id_get", 200, run_id=run.run_id).parsed
    (proposal,) = asked("proposals_and_decisions", "proposals_v1_proposals_get", 200).parsed.items
    found = asked("suggestions_and_costs", "suggestions_v1_vacancies_vacancy_id_suggestions_get", 200, vacancy_id="V1")
    assert found.parsed.vacancy_id == "V1"
    accepted = asked(
        "proposals_and_decisions",
        "decide_proposal_v1_proposals_proposal_id_decision_post",
        200,
        proposal_id=proposal.proposal_id,
        body=row("Accepting", act="accept"),
        if_match=f'"{proposal.version}"',
    ).parsed
    assert accepted.state == "accepted"
    published = {"plan_id": run.plan_id, "body": row("Publishing", reason="agreed")}
    asked("plans", "publish_v1_plans_plan_id_publications_post", 201, **published)
    began = row("Beginning", candidate_id="C1", vacancy_id="V1", start_date="2026-10-01")
    asked("placements_and_follow_ups", "begin_v1_placements_post", 201, body=began)
    due = asked("placements_and_follow_ups", "follow_ups_v1_follow_ups_get", 200).parsed.items
    assert [one.months for one in due] == [3, 6, 12]


if __name__ == "__main__":
    main(*sys.argv[1:4])
